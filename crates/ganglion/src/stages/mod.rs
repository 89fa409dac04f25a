//! The stages of the pipeline, each with its settings, its run and its result.
//!
//! A stage is a value: its settings, with public fields. `run` does the work with a
//! [`Runner`](crate::Runner), writes files where the settings say so, and returns the result. The program
//! reads the same settings from its command line and a config file.

pub mod attribute;
pub mod card;
pub mod compare;
pub(crate) mod each_once;
pub mod evaluate;
pub mod experiment;
pub mod families;
pub mod identify;
pub mod interneurons;
pub mod plot;
pub mod receptive_fields;
pub mod reduce;
pub mod respond;
pub mod score;
pub mod simulate;
pub mod train;

use ganglion_recording::CellIndex;

pub use attribute::Attribute;
pub use card::Card;
pub use compare::Compare;
pub use evaluate::Evaluate;
pub use experiment::Experiment;
pub use families::PlotFamilies;
pub use identify::Identify;
pub use interneurons::Interneurons;
pub use plot::Plot;
pub use receptive_fields::ReceptiveFields;
pub use reduce::Reduce;
pub use respond::Respond;
pub use score::Score;
pub use simulate::Simulate;
pub use train::Train;

/// The cells asked for, if a model has all of them; all that it has if none are.
fn asked(cells: Option<&[CellIndex]>, known: &[CellIndex]) -> crate::Result<Vec<CellIndex>> {
    let Some(cells) = cells else {
        return Ok(known.to_vec());
    };
    match cells.iter().find(|cell| !known.contains(cell)) {
        Some(&cell) => Err(ganglion_experiment::Error::NoSuchCell {
            cell,
            known: known.iter().map(|cell| cell.0).collect(),
        })?,
        None => Ok(cells.to_vec()),
    }
}
