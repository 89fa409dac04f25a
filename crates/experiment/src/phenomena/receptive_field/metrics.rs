//! Names of what is measured.

use super::ReceptiveField;
use crate::Metric;
use crate::receptive_field::FieldProperties;

impl ReceptiveField {
    /// Peak of the smoothed map over its noise.
    pub const MAP_STATISTIC: Metric = Metric::new("map_statistic", "");
    /// Share of cells without a field that reach it.
    pub const FALSE_POSITIVE_RATE: Metric = Metric::new("false_positive_rate", "");
    /// Gain of the nonlinearity.
    pub const GAIN: Metric = Metric::new("gain_hz_a_sd", "Hz/sd");
    /// How rectified the nonlinearity is.
    pub const RECTIFICATION: Metric = Metric::new("rectification", "");
    /// Share of the variance that the LN cascade explains.
    pub const EXPLAINED_VARIANCE: Metric = Metric::new("explained_variance", "");
    /// Mean rate.
    pub const MEAN_RATE: Metric = Metric::new("mean_rate_hz", "Hz");

    /// In the order in which they are told.
    pub(super) const METRICS: &[Metric] = &[
        FieldProperties::ON,
        FieldProperties::PEAK_LAG.primary(),
        FieldProperties::ZERO_CROSSING,
        FieldProperties::BIPHASIC_INDEX,
        FieldProperties::CENTRE_X,
        FieldProperties::CENTRE_Y,
        FieldProperties::DIAMETER,
        FieldProperties::HALF_MAXIMUM_DIAMETER,
        FieldProperties::ELONGATION,
        FieldProperties::SEPARABILITY,
        FieldProperties::SIGNAL_TO_NOISE,
        Self::MAP_STATISTIC,
        Self::FALSE_POSITIVE_RATE,
        Self::GAIN,
        Self::RECTIFICATION,
        Self::EXPLAINED_VARIANCE,
        Self::MEAN_RATE,
    ];

    /// Curve: time course of the field.
    pub const TIME: &str = "time";

    /// Curve: rate against the drive.
    pub const NONLINEARITY: &str = "nonlinearity";

    /// Map: map of the field.
    pub const SPACE: &str = "space";
}
