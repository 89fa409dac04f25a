//! Names of what is measured.

use super::ObjectMotion;
use crate::Metric;

impl ObjectMotion {
    /// Rate to differential less that to global motion, over their sum.
    pub const OMS_INDEX: Metric = Metric::new("oms_index", "").primary();
    /// The difference over its standard error over walks.
    pub const STANDARD_ERRORS: Metric = Metric::new("standard_errors", "");
    /// Mean rate while the object moves against its background.
    pub const DIFFERENTIAL: Metric = Metric::new("differential_hz", "Hz");
    /// Mean rate while both move together.
    pub const GLOBAL: Metric = Metric::new("global_hz", "Hz");
    /// Mean rate to the object without a background.
    pub const OBJECT_ALONE: Metric = Metric::new("object_alone_hz", "Hz");
    /// Rate at rest.
    pub const REST: Metric = Metric::new("rest_hz", "Hz");
    /// Place of the object, to the right.
    pub const CENTRE_X: Metric = Metric::new("centre_x_um", "um");
    /// Place of the object, downwards.
    pub const CENTRE_Y: Metric = Metric::new("centre_y_um", "um");

    /// In the order in which they are told.
    pub(super) const METRICS: &[Metric] = &[
        Self::OMS_INDEX,
        Self::STANDARD_ERRORS,
        Self::DIFFERENTIAL,
        Self::GLOBAL,
        Self::OBJECT_ALONE,
        Self::REST,
        Self::CENTRE_X,
        Self::CENTRE_Y,
    ];

    /// Family of responses: rates to global and to differential motion.
    pub const RESPONSE_BY_MOTION: &str = "response-by-motion";
}
