//! Coupled generalised linear models of the spikes of retinal ganglion cells.
//!
//! In bin `t`, the mean count of cell `i` is `exp eta`, with
//!
//! ```text
//! eta = bias + sum over pixels x and lags l of k_i(x, l) s(x, t - l)
//!            + sum over lags l of h_i(l) n_i(t - 1 - l)
//!            + sum over other cells j and lags l of c_ij(l) n_j(t - 1 - l),
//! ```
//!
//! where `s` is the movie, `n` are the counts of spikes, and the filters are sums of functions of lag ([`Basis`]).
//! [`fit`] finds the filters of all cells, to the exact optimum of the penalised likelihood, without ever building
//! the matrix of all features of all bins; [`score`] says how well they predict, [`simulate`] lets them run by
//! themselves, and [`fit_two_step`] takes couplings from repeats of a movie.
//!
//! Sources: Truccolo et al. 2005, J. Neurophysiol. 93:1074; Pillow et al. 2008, Nature 454:995.

mod basis;
mod blocks;
mod coupling_test;
mod descent;
mod design;
mod drive;
mod element;
mod engine;
mod error;
mod factorise;
mod features;
mod fit;
mod group_lasso;
mod inference;
mod json_number;
mod layout;
mod low_rank;
mod map;
mod matrix;
mod metrics;
mod model;
mod nearby;
mod observation;
mod penalty;
mod prepared;
mod problem;
mod products;
mod progress;
mod quadratic;
mod recording;
mod score;
mod selection;
mod settings;
mod simulate;
mod solve;
mod stability;
mod standard_errors;
mod two_step;
mod weights;

pub use basis::{Basis, Functions};
pub use coupling_test::CouplingTest;
pub use design::{Design, Lags, StimulusDesign, Terms, Window};
pub use drive::{Prediction, predict};
pub use error::Error;
pub use fit::{fit, fit_terms};
pub use layout::Feature;
pub use model::{CellFit, Fit, Optimum, SpikeInput, Warning};
pub use observation::Observation;
pub use penalty::Penalty;
pub use progress::{Progress, Stage};
pub use recording::{Counts, Frames, Movie, Recording, Spikes};
pub use score::{Score, score};
pub use selection::{Selected, Tried};
pub use settings::{Precision, Rule, Selection, Settings};
pub use simulate::{Simulation, SimulationSettings, Stability, simulate};
pub use stability::spectral_radius;
pub use standard_errors::{Errors, FilterErrors};
pub use two_step::{Repeats, fit_two_step};
pub use weights::Weights;
