//! The numerical methods of ganglion, one algorithm a file, on plain slices.
//!
//! Nothing here knows of retinas: other crates of the house say what the numbers mean. Matrices are
//! slices in row-major order. What cannot be computed is `None` or NaN, as each function says; a
//! wrong length is a programmer's mistake and panics.
//!
//! - fits: [`levenberg_marquardt`] of a [`LeastSquares`] problem, whose [`NormalEquations`] are
//!   summed row by row; [`solve_damped`], [`CholeskyFactor`],
//!   [`symmetric_eigen`], [`LineFit`], [`golden_section`];
//! - statistics: [`mean`], [`median`], [`quantile`], [`standard_deviation`], [`mean_and_error`],
//!   [`root_mean_square`], [`complementary_error`],
//!   [`chi_squared_tail`];
//! - errors and intervals: [`jackknife_error`], [`cluster_bootstrap`], [`block_length`],
//!   [`nested_bootstrap`], [`central_interval`], [`holm`], [`Z95`];
//! - dependence: [`autocorrelation`], [`correlation`], [`rank_correlation`], [`ordered_pairs`], [`cosine`], [`Gram`];
//! - series and kernels: [`cosine_transform`], [`harmonic_amplitude`], [`raised_cosines`], [`raised_cosines_between`], [`rank_one`],
//!   [`unit_norm`];
//! - pairs: [`assignment`];
//! - elements: [`dot`], [`dot_by_fours`], [`softplus`], [`logistic`].
//!
//! ```
//! use ganglion_numerics::{LineFit, correlation, median};
//!
//! let periods = [50.0, 80.0, 110.0, 140.0];
//! let latencies = [101.0, 129.0, 162.0, 190.0];
//! assert!(correlation(&periods, &latencies).unwrap() > 0.999);
//! assert_eq!(median(latencies), Some(145.5));
//!
//! let points: Vec<(f64, f64)> = periods.into_iter().zip(latencies).collect();
//! let line = LineFit::through(&points).unwrap();
//! assert!((line.slope - 1.0).abs() < 2.0 * line.slope_error);
//! ```

mod assignment;
mod autocorrelation;
mod block_length;
mod central_interval;
mod chi_squared;
mod cholesky;
mod cluster_bootstrap;
mod complementary_error;
mod correlation;
mod cosine;
mod cosine_transform;
mod dot;
mod golden_section;
mod gram;
mod harmonics;
mod holm;
mod jackknife;
mod levenberg_marquardt;
mod line_fit;
mod nested_bootstrap;
mod normal_equations;
mod ordered_pairs;
mod raised_cosines;
mod rank_correlation;
mod rank_one;
mod softplus;
mod statistics;
mod student;
mod symmetric_eigen;

pub use assignment::assignment;
pub use autocorrelation::autocorrelation;
pub use block_length::block_length;
pub use central_interval::central_interval;
pub use chi_squared::chi_squared_tail;
pub use cholesky::{CholeskyFactor, solve_damped};
pub use cluster_bootstrap::{RESAMPLES, cluster_bootstrap};
pub use complementary_error::complementary_error;
pub use correlation::correlation;
pub use cosine::cosine;
pub use cosine_transform::cosine_transform;
pub use dot::{dot, dot_by_fours};
pub use golden_section::golden_section;
pub use gram::Gram;
pub use harmonics::harmonic_amplitude;
pub use holm::holm;
pub use jackknife::jackknife_error;
pub use levenberg_marquardt::{LeastSquares, levenberg_marquardt};
pub use line_fit::LineFit;
pub use nested_bootstrap::{Draws, nested_bootstrap};
pub use normal_equations::NormalEquations;
pub use ordered_pairs::ordered_pairs;
pub use raised_cosines::{raised_cosines, raised_cosines_between};
pub use rank_correlation::rank_correlation;
pub use rank_one::{RankOne, rank_one, unit_norm};
pub use softplus::{logistic, softplus};
pub use statistics::{
    Z95, mean, mean_and_error, median, quantile, root_mean_square, standard_deviation,
};
pub use student::{student_quantile, student_two_sided};
pub use symmetric_eigen::{SymmetricEigen, symmetric_eigen};
