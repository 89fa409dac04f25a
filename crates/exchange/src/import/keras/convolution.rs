//! What a convolution of Keras may do and ours cannot.

use super::step::KerasStep;
use crate::import::error::ImportError;
use crate::import::unsupported::PADS;

/// Strides, dilation, groups and padding: a kernel of one pixel needs no padding.
pub(super) fn refuse_other_convolutions(
    step: &KerasStep,
    kernel: [usize; 2],
) -> Result<(), ImportError> {
    let settings: [(&str, &[&str]); 3] = [
        ("strides", &["strides", "subsample"]),
        ("dilation_rate", &["dilation_rate", "atrous_rate"]),
        ("groups", &["groups"]),
    ];
    for (name, names) in settings {
        let values = step.integers(names).unwrap_or_default();
        if values.iter().any(|value| *value != 1) {
            return Err(step.refuse(format!("has {name} {values:?}; convolutions here have 1")));
        }
    }
    match step.text(&["padding", "border_mode"]) {
        None | Some("valid") => Ok(()),
        Some(_) if kernel == [1, 1] => Ok(()),
        Some(padding) => Err(step.refuse(format!("{PADS} (padding `{padding}`)"))),
    }
}
