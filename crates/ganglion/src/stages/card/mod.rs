//! Model cards: what a model predicts, how it is used, what it was trained on, how good it is, and what is
//! not known of it.

mod front_matter;
mod licence;
mod readme;
mod run;
mod scores;
mod settings;

pub use run::Carded;
pub use settings::Card;
