//! Names of what is measured.

use super::ContrastGain;
use crate::Metric;

impl ContrastGain {
    /// Sensitivity at the highest contrast over that at the lowest.
    pub const GAIN_RATIO: Metric = Metric::new("gain_ratio", "").primary();
    /// Lag of the filter's peak at the highest contrast less that at the lowest.
    pub const PEAK_LAG_CHANGE: Metric = Metric::new("peak_lag_change_ms", "ms");
    /// The lag at the lowest contrast.
    pub const PEAK_LAG_LOW: Metric = Metric::new("peak_lag_low_ms", "ms");
    /// How biphasic the filter is at the lowest contrast.
    pub const BIPHASIC_LOW: Metric = Metric::new("biphasic_low", "");
    /// The same at the highest.
    pub const BIPHASIC_HIGH: Metric = Metric::new("biphasic_high", "");
    /// How rectified the nonlinearity is at the lowest contrast.
    pub const RECTIFICATION_LOW: Metric = Metric::new("rectification_low", "");
    /// The same at the highest.
    pub const RECTIFICATION_HIGH: Metric = Metric::new("rectification_high", "");
    /// Share of the variance that the LN cascade explains at the lowest contrast.
    pub const EXPLAINED_LOW: Metric = Metric::new("explained_low", "");
    /// The same at the highest.
    pub const EXPLAINED_HIGH: Metric = Metric::new("explained_high", "");

    /// In the order in which they are told.
    pub(super) const METRICS: &[Metric] = &[
        Self::GAIN_RATIO,
        Self::PEAK_LAG_CHANGE,
        Self::PEAK_LAG_LOW,
        Self::BIPHASIC_LOW,
        Self::BIPHASIC_HIGH,
        Self::RECTIFICATION_LOW,
        Self::RECTIFICATION_HIGH,
        Self::EXPLAINED_LOW,
        Self::EXPLAINED_HIGH,
    ];

    /// Curve: filter at the lowest contrast.
    pub const FILTER_LOW_CONTRAST: &str = "filter-low-contrast";

    /// Curve: filter at the highest contrast.
    pub const FILTER_HIGH_CONTRAST: &str = "filter-high-contrast";

    /// Curve: nonlinearity at the lowest contrast.
    pub const NONLINEARITY_LOW_CONTRAST: &str = "nonlinearity-low-contrast";

    /// Curve: nonlinearity at the highest contrast.
    pub const NONLINEARITY_HIGH_CONTRAST: &str = "nonlinearity-high-contrast";
}
