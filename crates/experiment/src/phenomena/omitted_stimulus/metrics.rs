//! Names of what is measured.

use super::OmittedStimulus;
use crate::Metric;

impl OmittedStimulus {
    /// Slope of latency after the last flash against the period; 1 is predictive.
    pub const SLOPE: Metric = Metric::new("slope", "").primary();
    /// Its standard error.
    pub const SLOPE_ERROR: Metric = Metric::new("slope_error", "");
    /// Mean time after the missing flash was due.
    pub const DELAY: Metric = Metric::new("delay_ms", "ms");
    /// Number of periods at which the response counts.
    pub const PERIODS: Metric = Metric::new("periods", "");
    /// Peak of the response to the omission at the reference period.
    pub const OMISSION: Metric = Metric::new("omission_hz", "Hz");
    /// The same while flashes go on.
    pub const GOING_ON: Metric = Metric::new("going_on_hz", "Hz");
    /// The same after a jittered train.
    pub const JITTERED: Metric = Metric::new("jittered_hz", "Hz");
    /// The same after one flash.
    pub const SINGLE_FLASH: Metric = Metric::new("single_flash_hz", "Hz");
    /// Rate at rest.
    pub const REST: Metric = Metric::new("rest_hz", "Hz");

    /// In the order in which they are told.
    pub(super) const METRICS: &[Metric] = &[
        Self::SLOPE,
        Self::SLOPE_ERROR,
        Self::DELAY,
        Self::PERIODS,
        Self::OMISSION,
        Self::GOING_ON,
        Self::JITTERED,
        Self::SINGLE_FLASH,
        Self::REST,
    ];

    /// Parameter of a condition: the period of its train.
    pub const PERIOD: &str = "period";

    /// Curve: time of the response after the last flash.
    pub const LATENCY_BY_PERIOD: &str = "latency-by-period";

    /// Curve: peak of the response to the omission.
    pub const RATE_BY_PERIOD: &str = "rate-by-period";

    /// Curve: the same against the number of flashes.
    pub const RATE_BY_FLASHES: &str = "rate-by-flashes";

    /// Family of responses: rates around the omission.
    pub const OMISSION_BY_PERIOD: &str = "omission-by-period";
}
