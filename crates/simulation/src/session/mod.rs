//! Recordings of a simulated retina.

mod class;
mod config;
mod places;
mod progress;
mod responses;
mod simulate;
mod spike_source;

pub use config::{
    BarConfig, FieldNoiseConfig, MosaicConfig, NaturalConfig, NoiseConfig, ScreenConfig,
    SimulationConfig,
};
pub use places::InterneuronConfig;
pub use progress::{Progress, Quiet};
pub use simulate::{CellReport, ClassReport, Outcome, simulate};
