//! Names of what is measured.

use super::FrequencyDoubling;
use crate::Metric;

impl FrequencyDoubling {
    /// Largest ratio of the second to the first harmonic over widths.
    pub const F2_F1: Metric = Metric::new("f2_f1", "").primary();
    /// The width at which it is reached.
    pub const BAR_WIDTH: Metric = Metric::new("bar_width_um", "um");
    /// Amplitude of the first harmonic at that width.
    pub const F1: Metric = Metric::new("f1_hz", "Hz");
    /// Amplitude of the second.
    pub const F2: Metric = Metric::new("f2_hz", "Hz");
    /// F2 at the phase with the smallest F1, over the mean F2.
    pub const NULL_F2_SHARE: Metric = Metric::new("null_f2_share", "");

    /// In the order in which they are told.
    pub(super) const METRICS: &[Metric] = &[
        Self::F2_F1,
        Self::BAR_WIDTH,
        Self::F1,
        Self::F2,
        Self::NULL_F2_SHARE,
    ];

    /// Curve: first harmonic.
    pub const F1_BY_BAR_WIDTH: &str = "f1-by-bar-width";

    /// Curve: second harmonic.
    pub const F2_BY_BAR_WIDTH: &str = "f2-by-bar-width";

    /// Curve: their ratio.
    pub const RATIO_BY_BAR_WIDTH: &str = "ratio-by-bar-width";

    /// Family of responses: rates at the middle width.
    pub const RESPONSE_BY_PHASE: &str = "response-by-phase";
}
