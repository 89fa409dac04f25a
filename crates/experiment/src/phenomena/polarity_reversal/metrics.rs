//! Names of what is measured.

use super::PolarityReversal;
use crate::Metric;

impl PolarityReversal {
    /// The early filter along the late one; negative if the polarity reverses.
    pub const PROJECTION: Metric = Metric::new("projection", "").primary();
    /// The same without a shift.
    pub const CONTROL_PROJECTION: Metric = Metric::new("control_projection", "");
    /// Length of the late filter over what chance gives.
    pub const RELIABILITY: Metric = Metric::new("reliability", "");
    /// Place of the disc, to the right.
    pub const CENTRE_X: Metric = Metric::new("centre_x_um", "um");
    /// Place of the disc, downwards.
    pub const CENTRE_Y: Metric = Metric::new("centre_y_um", "um");

    /// In the order in which they are told.
    pub(super) const METRICS: &[Metric] = &[
        Self::PROJECTION,
        Self::CONTROL_PROJECTION,
        Self::RELIABILITY,
        Self::CENTRE_X,
        Self::CENTRE_Y,
    ];

    /// Curve: filter just after a shift.
    pub const FILTER_EARLY: &str = "filter-early";

    /// Curve: filter later.
    pub const FILTER_LATE: &str = "filter-late";
}
