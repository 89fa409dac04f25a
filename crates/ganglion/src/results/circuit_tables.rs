//! Circuits as tables.

use ganglion_recording::CellIndex;
use ganglion_reduction::Circuit;
use ganglion_reduction::truth::planting::{FoundPathway, Planting};

/// One row a pathway.
///
/// # Errors
/// If memory runs out.
pub fn pathways<'a>(circuits: impl Iterator<Item = &'a Circuit>) -> crate::Result<String> {
    let mut table = csv::Writer::from_writer(Vec::new());
    table.write_record([
        "cell",
        "pathway",
        "channels",
        "polarity",
        "sign",
        "peak_ms",
        "biphasic_index",
        "weight_hz",
        "threshold",
        "threshold_spread",
        "share",
        "pool_sd_um",
        "receptive_field_sd_um",
        "correlation",
    ])?;
    for circuit in circuits {
        for (name, pathway) in circuit.names().iter().zip(&circuit.pathways) {
            let channels: Vec<String> = pathway.channels.iter().map(ToString::to_string).collect();
            table.write_record([
                circuit.cell.to_string(),
                name.clone(),
                channels.join(" "),
                pathway.polarity.key().to_owned(),
                pathway.sign.key().to_owned(),
                pathway.peak.0.to_string(),
                pathway.biphasic_index.to_string(),
                pathway.weight.to_string(),
                pathway.threshold.to_string(),
                pathway.threshold_spread.to_string(),
                pathway.share.to_string(),
                pathway.pool.sd.0.to_string(),
                pathway.receptive_field_sd.0.to_string(),
                circuit.correlation.to_string(),
            ])?;
        }
    }
    Ok(String::from_utf8(table.into_inner()?)?)
}

/// One row a planted pathway; nothing where no truth is known.
///
/// # Errors
/// If memory runs out.
pub fn planted<'a>(
    plantings: impl Iterator<Item = (CellIndex, &'a Planting)>,
) -> crate::Result<Option<String>> {
    let mut table = csv::Writer::from_writer(Vec::new());
    table.write_record([
        "cell",
        "class",
        "planted",
        "polarity",
        "sign",
        "share",
        "found",
        "polarity_right",
        "sign_right",
        "kernel_correlation",
    ])?;
    let mut known = false;
    for (cell, planting) in plantings {
        known = true;
        for one in &planting.pathways {
            let found = one.found.as_ref();
            let told = |of: &dyn Fn(&FoundPathway) -> String| found.map_or(String::new(), of);
            table.write_record([
                cell.to_string(),
                planting.class.clone(),
                one.planted.clone(),
                one.polarity.key().to_owned(),
                one.sign.key().to_owned(),
                one.share.to_string(),
                told(&|found| found.pathway.clone()),
                told(&|found| found.polarity_right.to_string()),
                told(&|found| found.sign_right.to_string()),
                told(&|found| found.kernel_correlation.to_string()),
            ])?;
        }
    }
    let text = String::from_utf8(table.into_inner()?)?;
    Ok(known.then_some(text))
}
