//! Names of what is measured.

use super::MotionAnticipation;
use crate::Metric;

impl MotionAnticipation {
    /// By how far the cell fires before the bar is at its centre, mean of both directions.
    pub const LEAD: Metric = Metric::new("lead_um", "um").primary();
    /// The same along `direction`.
    pub const LEAD_FORTH: Metric = Metric::new("lead_forth_um", "um");
    /// The same against it.
    pub const LEAD_BACK: Metric = Metric::new("lead_back_um", "um");
    /// The same by the highest bin.
    pub const PEAK_LEAD: Metric = Metric::new("peak_lead_um", "um");
    /// Centre of the receptive field along `direction`.
    pub const CENTRE: Metric = Metric::new("centre_um", "um");
    /// Highest rate of the moving bar.
    pub const MOVING: Metric = Metric::new("moving_hz", "Hz");
    /// Highest rate of the flashed bar.
    pub const FLASHED: Metric = Metric::new("flashed_hz", "Hz");
    /// Rate at rest.
    pub const REST: Metric = Metric::new("rest_hz", "Hz");

    /// In the order in which they are told.
    pub(super) const METRICS: &[Metric] = &[
        Self::LEAD,
        Self::LEAD_FORTH,
        Self::LEAD_BACK,
        Self::PEAK_LEAD,
        Self::CENTRE,
        Self::MOVING,
        Self::FLASHED,
        Self::REST,
    ];

    /// Curve: rate against distance from the bar that moves along `direction`.
    pub const PROFILE_MOVING_FORTH: &str = "profile-moving-forth";

    /// Curve: the same of the bar that moves against it.
    pub const PROFILE_MOVING_BACK: &str = "profile-moving-back";

    /// Curve: the same of the flashed bar.
    pub const PROFILE_FLASHED: &str = "profile-flashed";

    /// Curve: lead against the speed of the bar.
    pub const LEAD_BY_SPEED: &str = "lead-by-speed";

    /// Curve: lead against its width.
    pub const LEAD_BY_WIDTH: &str = "lead-by-width";
}
