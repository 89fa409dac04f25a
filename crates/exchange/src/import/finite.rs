//! Values that are no numbers.

use ganglion_model::weights::WeightArray;

use super::error::ImportError;

/// Refuses values that are not finite, and variances below zero.
pub(super) fn refuse_not_finite(name: &str, array: &WeightArray) -> Result<(), ImportError> {
    let is_variance = name.ends_with("running_var");
    let usable = |value: &f32| value.is_finite() && !(is_variance && *value < 0.0);
    match array.values.iter().all(usable) {
        true => Ok(()),
        false => Err(ImportError::NotFinite { name: name.into() }),
    }
}
