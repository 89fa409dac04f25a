//! Arrays of another program's convolutional network by our names.

use crate::layer::Grouping;
use crate::network::found::FoundNetwork;

/// Everything of the network: the hidden stages, the dense read-out and the factors of the rates, with
/// batch normalisation of this grouping where the family has it. Then constants of the read-out are in
/// its normalisation.
pub(in crate::network) fn arrays_of(
    found: &FoundNetwork,
    grouping: Option<Grouping>,
) -> Vec<(String, Vec<f32>)> {
    let mut arrays = stages_of(found, grouping);
    let readout = &found.readout;
    arrays.push(("readout.weight".to_owned(), readout.weight.clone()));
    match grouping {
        Some(_) => arrays.extend(found.normalisation(
            "readout_normalisation",
            readout.normalisation.as_ref(),
            [found.shape.cells, 1, 1],
            Grouping::PerUnit,
            readout.bias.as_deref(),
        )),
        None => arrays.push((
            "readout.bias".to_owned(),
            or_zeros(readout.bias.as_deref(), found.shape.cells),
        )),
    }
    arrays.extend(found.scale());
    arrays
}

fn stages_of(found: &FoundNetwork, grouping: Option<Grouping>) -> Vec<(String, Vec<f32>)> {
    let mut arrays = Vec::new();
    for (index, stage) in found.stages.iter().enumerate() {
        let name = format!("stages.{index}.convolution");
        arrays.push((format!("{name}.kernel"), stage.kernel.clone()));
        let bias = or_zeros(stage.bias.as_deref(), stage.planes[0]);
        arrays.push((format!("{name}.bias"), bias));
        if let Some(grouping) = grouping {
            let name = format!("stages.{index}.normalisation");
            let norm = stage.normalisation.as_ref();
            arrays.extend(found.normalisation(&name, norm, stage.planes, grouping, None));
        }
    }
    arrays
}

fn or_zeros(constants: Option<&[f32]>, count: usize) -> Vec<f32> {
    constants.map_or_else(|| vec![0.0; count], <[f32]>::to_vec)
}
