//! What is asked of an attribution.

use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::layer::Layer;

/// Settings of [`Attributor::attribute`](crate::Attributor::attribute).
///
/// # The rule
/// The path is cut into intervals. Within an interval every unit's derivative is replaced by its
/// *secant*: the change of its output over the change of its input, between the interval's ends. For
/// a rectified unit of the first stage that is exactly the share of the interval during which it is
/// active, since its input is affine in the path variable; for the output it is
/// `(softplus(u1) - softplus(u0)) / (u1 - u0)`, exact where the drive `u` is linear. Where no unit
/// switches within an interval, the rule is the exact integral. Products of secants telescope, so
/// completeness holds to rounding for *any* number of intervals, and cannot measure the error. What
/// is left is the error of the sum's *distribution* over units: it is estimated from the change when
/// the number of intervals is doubled, and doubled again until it is small enough. Measured on random
/// networks of the published size, it falls as the number of intervals to the power -1.5; 16
/// intervals are as good as about 200 nodes of the midpoint rule. (One interval is the "rescale" rule
/// of DeepLIFT, Shrikumar et al. 2017.)
///
/// Interval ends are placed where the first stage's units switch, which is known in closed form: half
/// of them evenly along the path, half evenly along the switches.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct AttributionConfig {
    /// Which units.
    pub layer: Layer,
    /// Which outputs of the network, counted from zero; absent: all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cells: Option<Vec<usize>>,
    /// Largest completeness gap, and largest estimated error of any channel's summed attribution, as
    /// a share of the cell's response range (largest minus smallest rate over stimulus and baseline).
    pub tolerance: f64,
    /// Largest estimated error of any channel's map, as a share of the map (root mean squares);
    /// absent: maps are as exact as their sums make them, a few per cent at the published size.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub map_tolerance: Option<f64>,
    /// Intervals at most. A result that would need more is returned and says so.
    pub most_intervals: usize,
}

impl Default for AttributionConfig {
    fn default() -> Self {
        Self {
            layer: Layer::default(),
            cells: None,
            tolerance: 1e-3,
            map_tolerance: None,
            most_intervals: 512,
        }
    }
}

impl AttributionConfig {
    pub(crate) fn check(&self) -> Result<(), Error> {
        positive("attribution.tolerance", self.tolerance)?;
        positive(
            "attribution.map_tolerance",
            self.map_tolerance.unwrap_or(1.0),
        )?;
        require(
            self.most_intervals >= 2,
            "attribution.most_intervals",
            self.most_intervals as f64,
            "at least 2",
        )
    }
}

fn positive(key: &'static str, value: f64) -> Result<(), Error> {
    require(value > 0.0 && value.is_finite(), key, value, "above 0")
}

pub(crate) fn require(
    condition: bool,
    key: &'static str,
    value: f64,
    allowed: &'static str,
) -> Result<(), Error> {
    if condition {
        return Ok(());
    }
    Err(Error::OutOfRange {
        key,
        value,
        allowed,
    })
}
