//! Circuits as tables.

use ganglion_recording::CellIndex;
use ganglion_reduction::identify::Identified;
use ganglion_reduction::truth::planting::{FoundPathway, Planting};
use ganglion_reduction::{Circuit, Explanation, Pathway};

/// What is told of any pathway.
const PATHWAY: [&str; 14] = [
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
];

/// What is told besides of a pathway behind a phenomenon: what it adds while the response is looked for.
const RESPONSE: [&str; 3] = ["adds_hz", "adds_error_hz", "most_after_ms"];

/// What is told besides of a pathway that was identified.
const IDENTIFIED: [&str; 4] = ["probability", "stated", "recovery_ms", "depletion_per_s"];

/// One row a pathway, with how probable it is that the cell has it at all, if that is known.
///
/// # Errors
/// If memory runs out.
pub fn pathways<'a>(found: impl Iterator<Item = &'a Explanation>) -> crate::Result<String> {
    let mut table = csv::Writer::from_writer(Vec::new());
    table.write_record(PATHWAY.iter().chain(&IDENTIFIED[..2]).chain(&RESPONSE))?;
    for one in found {
        let circuit = &one.circuit;
        let pathways = circuit.names().into_iter().zip(&circuit.pathways);
        for (place, ((name, pathway), standing)) in pathways.zip(one.standings()).enumerate() {
            let known = standing.probability().zip(standing.is_stated());
            let told = known.map_or([String::new(), String::new()], |(probability, stated)| {
                [probability.to_string(), stated.to_string()]
            });
            let used = one.uses.as_ref().and_then(|uses| uses.get(place));
            let numbers =
                used.map(|used| [used.adds_hz.mean, used.adds_hz.error, used.most_ms.mean]);
            let number = |value: f64| match value.is_finite() {
                true => value.to_string(),
                false => String::new(),
            };
            let response = numbers.map_or_else(Default::default, |all| all.map(number));
            let row = row(circuit, &name, pathway).into_iter();
            table.write_record(row.chain(told).chain(response))?;
        }
    }
    Ok(String::from_utf8(table.into_inner()?)?)
}

/// One row a pathway, with how probable it is and how its synapses depress, if they do.
///
/// # Errors
/// If memory runs out.
pub fn identified<'a>(found: impl Iterator<Item = &'a Identified>) -> crate::Result<String> {
    let mut table = csv::Writer::from_writer(Vec::new());
    table.write_record(PATHWAY.iter().chain(&IDENTIFIED))?;
    for one in found {
        let circuit = &one.circuit;
        let names = circuit.names();
        let beliefs = one.probabilities.iter().zip(one.stated());
        let pathways = names.iter().zip(&circuit.pathways).zip(beliefs);
        for ((name, pathway), (probability, stated)) in pathways {
            let depression = pathway.depression;
            let told =
                |number: Option<f64>| number.map_or(String::new(), |value| value.to_string());
            table.write_record(row(circuit, name, pathway).into_iter().chain([
                probability.to_string(),
                stated.to_string(),
                told(depression.map(|one| one.recovery.0)),
                told(depression.map(|one| one.depletion)),
            ]))?;
        }
    }
    Ok(String::from_utf8(table.into_inner()?)?)
}

/// A pathway; without a pool where stripes were shown, which say nothing of it.
fn row(circuit: &Circuit, name: &str, pathway: &Pathway) -> [String; PATHWAY.len()] {
    let channels: Vec<String> = pathway.channels.iter().map(ToString::to_string).collect();
    let pool = match circuit.has_pools() {
        true => pathway.pool.sd.0.to_string(),
        false => String::new(),
    };
    [
        circuit.cell.to_string(),
        name.to_owned(),
        channels.join(" "),
        pathway.polarity.key().to_owned(),
        pathway.sign.key().to_owned(),
        pathway.peak.0.to_string(),
        pathway.biphasic_index.to_string(),
        pathway.weight.to_string(),
        pathway.threshold.to_string(),
        pathway.threshold_spread.to_string(),
        pathway.share.to_string(),
        pool,
        pathway.receptive_field_sd.0.to_string(),
        circuit.correlation.to_string(),
    ]
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
