//! How important each hidden unit of a network is for each response, with its error.
//!
//! Path attribution of hidden units (layer conductance, Dhamdhere et al. 2018; as used on the retina
//! by Tanaka et al. 2019): along the straight path from a baseline movie to the stimulus,
//!
//! ```text
//! r(s) - r(baseline) = sum over units of A,   A = integral over the path of dr/dz dz,
//! ```
//!
//! which for the first layer before batch normalisation is `A = G (W * s)`, `G` being the
//! path-averaged gradient or effective weight.
//!
//! - [`Attributor`] holds a network, [`Path`] a stimulus seen from its first layer;
//! - [`Attributor::attribute`] gives an [`Attribution`] with its completeness gap and error;
//! - [`Study`] attributes the responses to many stimuli piece by piece, each distinct history once;
//! - [`Attributor::pixels`] carries it on to the pixels;
//! - [`Rule`], [`Attributor::by_rule`], [`Attributor::shapley`] and [`Attributor::without`] are what others
//!   do, and what the network does when parts of it are silenced, for comparison;
//! - [`ChannelProperties`] says what kind of interneuron a channel is.
//!
//! [`Attributor::attribute`] is not differentiation node by node: see [`AttributionConfig`] for the
//! rule it uses. [`Attributor::by_rule`] is, through Burn's autodiff, and every network that the fast
//! path takes is tested against it.

mod ablation;
mod attribution;
mod attributor;
mod autodiff;
mod channel;
mod config;
mod error;
mod follow;
mod integrate;
mod interval;
mod layer;
mod overlap;
mod path;
mod pixels;
mod refine;
mod response_range;
mod rule;
mod shapley;
mod study;
mod summary;
mod survey;
mod upper;

pub use ablation::{LayerPart, Replacement};
pub use attribution::{Attribution, Quality};
pub use attributor::Attributor;
pub use channel::{CentreSurround, ChannelProperties, Sign};
pub use config::AttributionConfig;
pub use error::Error;
pub use ganglion_experiment::receptive_field::Polarity;
pub use layer::{Layer, Point};
pub use path::Path;
pub use pixels::PixelAttribution;
pub use rule::Rule;
pub use study::{AttributedResponses, Movies, Responses, Stimuli, Study};
pub use summary::{ChannelKind, Summary};
pub use survey::{Invariance, Survey};
