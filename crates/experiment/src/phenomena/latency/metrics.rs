//! Names of what is measured.

use super::Latency;
use crate::Metric;

impl Latency {
    /// First-peak latency of the weakest contrast that counts less that of the strongest.
    pub const FALL: Metric = Metric::new("fall_ms", "ms");
    /// Minus the slope of latency against the logarithm of contrast to base 2.
    pub const FALL_PER_OCTAVE: Metric = Metric::new("fall_per_octave_ms", "ms").primary();
    /// Spearman's, of latency and strength of contrast.
    pub const RANK_CORRELATION: Metric = Metric::new("rank_correlation", "");
    /// Order of the pairs whose latencies differ by a frame or more; -1 if all fall.
    pub const ORDERED_PAIRS: Metric = Metric::new("ordered_pairs", "");
    /// Number of contrasts that count.
    pub const CONTRASTS: Metric = Metric::new("contrasts", "");
    /// Latency of the weakest contrast that counts.
    pub const WEAKEST: Metric = Metric::new("weakest_ms", "ms");
    /// Latency of the strongest contrast.
    pub const STRONGEST: Metric = Metric::new("strongest_ms", "ms");
    /// The fall of the centre of mass in time.
    pub const CENTRE_OF_MASS_FALL: Metric = Metric::new("centre_of_mass_fall_ms", "ms");
    /// Rate at the strongest first peak.
    pub const PEAK: Metric = Metric::new("peak_hz", "Hz");
    /// Rate at rest.
    pub const REST: Metric = Metric::new("rest_hz", "Hz");

    /// In the order in which they are told.
    pub(super) const METRICS: &[Metric] = &[
        Self::FALL,
        Self::FALL_PER_OCTAVE,
        Self::RANK_CORRELATION,
        Self::ORDERED_PAIRS,
        Self::CONTRASTS,
        Self::WEAKEST,
        Self::STRONGEST,
        Self::CENTRE_OF_MASS_FALL,
        Self::PEAK,
        Self::REST,
    ];

    /// Curve: latency of the first peak.
    pub const FIRST_PEAK_BY_CONTRAST: &str = "first-peak-by-contrast";

    /// Curve: latency by the centre of mass.
    pub const CENTRE_OF_MASS_BY_CONTRAST: &str = "centre-of-mass-by-contrast";

    /// Curve: rise of the first peak above rest.
    pub const RISE_BY_CONTRAST: &str = "rise-by-contrast";

    /// Family of responses: rates after the onset.
    pub const RESPONSE_BY_CONTRAST: &str = "response-by-contrast";
}
