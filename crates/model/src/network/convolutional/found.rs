//! Arrays of another program's convolutional network by our names.

use crate::layer::Grouping;
use crate::network::found::Found;

/// An array by our name.
type Arrays = Vec<(String, Vec<f32>)>;

/// The hidden stages; normalised where the family is.
pub(in crate::network) fn stages_of(found: &Found, grouping: Option<Grouping>) -> Arrays {
    let mut arrays = Vec::new();
    for (index, stage) in found.stages.iter().enumerate() {
        let name = format!("stages.{index}.convolution");
        arrays.push((format!("{name}.kernel"), stage.kernel.clone()));
        let bias = stage.bias.clone();
        let bias = bias.unwrap_or_else(|| vec![0.0; stage.planes[0]]);
        arrays.push((format!("{name}.bias"), bias));
        if let Some(grouping) = grouping {
            let name = format!("stages.{index}.normalisation");
            let norm = stage.normalisation.as_ref();
            arrays.extend(found.normalisation(&name, norm, stage.planes, grouping, None));
        }
    }
    arrays
}

/// A dense read-out without constants, and its normalisation.
pub(in crate::network) fn normalised_readout_of(found: &Found) -> Arrays {
    let readout = &found.readout;
    let mut arrays = vec![("readout.weight".to_owned(), readout.weight.clone())];
    arrays.extend(found.normalisation(
        "readout_normalisation",
        readout.normalisation.as_ref(),
        [found.shape.cells, 1, 1],
        Grouping::PerUnit,
        readout.bias.as_deref(),
    ));
    arrays.extend(found.scale());
    arrays
}

/// A dense read-out with constants.
pub(in crate::network) fn plain_readout_of(found: &Found) -> Arrays {
    let readout = &found.readout;
    let bias = readout.bias.clone();
    let bias = bias.unwrap_or_else(|| vec![0.0; found.shape.cells]);
    let mut arrays = vec![
        ("readout.weight".to_owned(), readout.weight.clone()),
        ("readout.bias".to_owned(), bias),
    ];
    arrays.extend(found.scale());
    arrays
}
