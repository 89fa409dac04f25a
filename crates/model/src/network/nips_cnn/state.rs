//! A NIPS-CNN of another program.

use super::NipsCnn;
use crate::network::convolutional;
use crate::network::family::Import;
use crate::network::found::Found;

/// Hidden stages, and no batch normalisation.
pub(super) fn import(found: &Found) -> Option<Import<NipsCnn>> {
    if found.stages.is_empty() || found.is_normalised() {
        return None;
    }
    let family = NipsCnn {
        channels: found.channels(),
        kernels: found.kernels(),
        noise: found.noise,
        microns_per_pixel: found.microns_per_pixel,
        ..NipsCnn::default()
    };
    let mut arrays = convolutional::stages_of(found, None);
    arrays.extend(convolutional::plain_readout_of(found));
    Some(Import { family, arrays })
}
