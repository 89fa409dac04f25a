//! Names of what is measured.

use super::StepResponse;
use crate::Metric;

impl StepResponse {
    /// 1 ON, -1 OFF, 0 both alike.
    pub const ON_OFF_INDEX: Metric = Metric::new("on_off_index", "").primary();
    /// Rise after the brightest step.
    pub const BRIGHT: Metric = Metric::new("bright_hz", "Hz");
    /// Rise after the darkest step.
    pub const DARK: Metric = Metric::new("dark_hz", "Hz");
    /// Time of the first peak after the preferred step.
    pub const LATENCY: Metric = Metric::new("latency_ms", "ms");
    /// 0 transient, 1 sustained.
    pub const SUSTAINED_INDEX: Metric = Metric::new("sustained_index", "");
    /// Rise after the step's end.
    pub const OFFSET: Metric = Metric::new("offset_hz", "Hz");
    /// Rate at rest.
    pub const REST: Metric = Metric::new("rest_hz", "Hz");

    /// In the order in which they are told.
    pub(super) const METRICS: &[Metric] = &[
        Self::ON_OFF_INDEX,
        Self::BRIGHT,
        Self::DARK,
        Self::LATENCY,
        Self::SUSTAINED_INDEX,
        Self::OFFSET,
        Self::REST,
    ];

    /// Curve: rise after the onset.
    pub const RISE_BY_CONTRAST: &str = "rise-by-contrast";

    /// Family of responses: rates around the step.
    pub const RESPONSE_BY_CONTRAST: &str = "response-by-contrast";
}
