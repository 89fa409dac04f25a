//! A BN-CNN of another program.

use super::BnCnn;
use crate::network::convolutional;
use crate::network::family::Import;
use crate::network::found::Found;

/// Hidden stages, and batch normalisation anywhere.
pub(super) fn import(found: &Found) -> Option<Import<BnCnn>> {
    if found.stages.is_empty() || !found.is_normalised() {
        return None;
    }
    let family = BnCnn {
        channels: found.channels(),
        kernels: found.kernels(),
        batch_norm: found.grouping(),
        batch_norm_epsilon: found.epsilon,
        noise: found.noise,
        microns_per_pixel: found.microns_per_pixel,
        ..BnCnn::default()
    };
    let mut arrays = convolutional::stages_of(found, Some(family.batch_norm));
    arrays.extend(convolutional::normalised_readout_of(found));
    Some(Import { family, arrays })
}
