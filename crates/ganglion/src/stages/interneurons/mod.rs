//! Hidden units of networks beside the potentials of interneurons.

mod files;
mod nulls;
mod potentials;
mod run;
mod settings;
mod text;
mod trained;

pub use run::Compared;
pub use settings::Interneurons;
pub use text::text;
