//! Names of what is measured.

use super::MotionReversal;
use crate::Metric;

impl MotionReversal {
    /// Mean time of the burst after the reversal.
    pub const LATENCY: Metric = Metric::new("latency_ms", "ms").primary();
    /// Standard deviation of that time over reversals.
    pub const LATENCY_SD: Metric = Metric::new("latency_sd_ms", "ms");
    /// Growth of the latency with position, as a share of that of a returning bar.
    pub const RETURN_SHARE: Metric = Metric::new("return_share", "");
    /// Number of reversals that are followed by a burst.
    pub const REVERSALS: Metric = Metric::new("reversals", "");
    /// Mean rate of the bursts.
    pub const BURST: Metric = Metric::new("burst_hz", "Hz");
    /// Highest rate of the smooth bar.
    pub const SMOOTH: Metric = Metric::new("smooth_hz", "Hz");
    /// Rise of the burst over that to smooth motion.
    pub const BURST_RATIO: Metric = Metric::new("burst_ratio", "");
    /// Centre of the receptive field along `direction`.
    pub const CENTRE: Metric = Metric::new("centre_um", "um");
    /// Rate at rest.
    pub const REST: Metric = Metric::new("rest_hz", "Hz");

    /// In the order in which they are told.
    pub(super) const METRICS: &[Metric] = &[
        Self::LATENCY,
        Self::LATENCY_SD,
        Self::RETURN_SHARE,
        Self::REVERSALS,
        Self::BURST,
        Self::SMOOTH,
        Self::BURST_RATIO,
        Self::CENTRE,
        Self::REST,
    ];

    /// Curve: time of the burst, the bar first moving along `direction`.
    pub const LATENCY_BY_POSITION_FORTH: &str = "latency-by-position-forth";

    /// Curve: the same, the bar first moving against it.
    pub const LATENCY_BY_POSITION_BACK: &str = "latency-by-position-back";

    /// Curve: rate of the burst, the bar first moving along `direction`.
    pub const BURST_BY_POSITION_FORTH: &str = "burst-by-position-forth";

    /// Curve: the same, the bar first moving against it.
    pub const BURST_BY_POSITION_BACK: &str = "burst-by-position-back";

    /// Family of responses: rates around reversals of the bar that first moves along `direction`.
    pub const REVERSALS_FORTH: &str = "reversals-forth";

    /// Family of responses: the same of the bar that first moves against it.
    pub const REVERSALS_BACK: &str = "reversals-back";

    /// Family of responses: rates to the bar that does not turn back.
    pub const SMOOTH_MOTION: &str = "smooth";
}
