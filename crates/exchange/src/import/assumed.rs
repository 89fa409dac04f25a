//! What weights alone do not say: taken from the options, or else as in the published networks.

use super::ImportError;
use super::layer::{FileLayer, LayerKind};
use super::options::{BatchNormOrder, ImportOptions};
use super::source::WeightsSource;
use super::units::Over;

/// The layers with orders of units and of normalisation and rectification, as the options say. An
/// epsilon that is given holds for every layer.
///
/// # Errors
/// Where an option is about something that the file itself says.
pub(super) fn completed(
    mut layers: Vec<FileLayer>,
    source: &WeightsSource,
    options: &ImportOptions,
) -> Result<Vec<FileLayer>, ImportError> {
    let said = &source.said;
    if said.nonlinearities && options.batch_norm_order.is_some() {
        return Err(said_already("--batch-norm-order"));
    }
    // A walk through a described network takes the option where it is needed.
    if !said.unit_order
        && let Some(order) = options.flatten_order
    {
        layers.iter_mut().for_each(|layer| match &mut layer.kind {
            LayerKind::Dense(dense) => dense.order = order.into(),
            LayerKind::Normalisation(affine) if matches!(affine.over, Over::Counted(_)) => {
                affine.over = Over::Counted(order.into());
            }
            _ => (),
        });
    }
    if options.batch_norm_order == Some(BatchNormOrder::AfterActivation) {
        let hidden = layers
            .iter_mut()
            .take_while(|layer| !matches!(layer.kind, LayerKind::Dense(_)));
        hidden.for_each(|layer| {
            if let LayerKind::Normalisation(affine) = &mut layer.kind {
                affine.after_activation = true;
            }
        });
    }
    if options.batch_norm_epsilon.is_some() {
        layers.iter_mut().for_each(|layer| {
            if let LayerKind::Normalisation(affine) = &mut layer.kind {
                affine.epsilon = None;
            }
        });
    }
    Ok(layers)
}

/// An option about something that the file itself says.
pub(super) fn said_already(flag: &'static str) -> ImportError {
    ImportError::Option {
        flag,
        problem: "the file itself says it; leave the option out".into(),
    }
}
