//! Names of what is measured.

use super::ContrastAdaptation;
use crate::Metric;

impl ContrastAdaptation {
    /// Excess of the rate after the rise over that of the control, over their sum.
    pub const ADAPTATION_INDEX: Metric = Metric::new("adaptation_index", "").primary();
    /// The excess over its standard error.
    pub const STANDARD_ERRORS: Metric = Metric::new("standard_errors", "");
    /// Rate just after the rise.
    pub const EARLY_HIGH: Metric = Metric::new("early_high_hz", "Hz");
    /// Rate late in the high contrast.
    pub const LATE_HIGH: Metric = Metric::new("late_high_hz", "Hz");
    /// Rate of the control at the time of `EARLY_HIGH`.
    pub const CONTROL: Metric = Metric::new("control_hz", "Hz");
    /// Rate just after the fall.
    pub const EARLY_LOW: Metric = Metric::new("early_low_hz", "Hz");
    /// Rate late in the low contrast.
    pub const LATE_LOW: Metric = Metric::new("late_low_hz", "Hz");
    /// Growth of the rate in the low contrast, over the sum of late and early.
    pub const RECOVERY_INDEX: Metric = Metric::new("recovery_index", "");

    /// In the order in which they are told.
    pub(super) const METRICS: &[Metric] = &[
        Self::ADAPTATION_INDEX,
        Self::STANDARD_ERRORS,
        Self::EARLY_HIGH,
        Self::LATE_HIGH,
        Self::CONTROL,
        Self::EARLY_LOW,
        Self::LATE_LOW,
        Self::RECOVERY_INDEX,
    ];

    /// Family of responses: rates averaged over sequences.
    pub const MEAN_RESPONSE: &str = "mean-response";
}
