//! What was identified, for people.

use std::fmt::Write;

use ganglion_reduction::identify::Identified;
use ganglion_reduction::network_agreement::NetworkAgreement;
use ganglion_reduction::truth::planting::Planting;

use super::{Found, Identification};
use crate::table::{TextTable, decimal};

/// The circuits of all cells, and where everything is.
pub fn text(Identification { found, folder, .. }: &Identification) -> String {
    let mut text = format!("{}\n", table(found));
    for one in found {
        let _ = writeln!(text, "{}", one.identified.describe());
        if let Some(belief) = belief(&one.identified) {
            let _ = writeln!(text, "  {belief}");
        }
        if let Some(next) = &one.next {
            let _ = writeln!(
                text,
                "  next experiment: {:.1} s tell up to {:.2} bits of the {:.2} that decide between {} circuits \
                 (cell{}-next-experiment.h5)",
                next.movie.frames() as f64 * one.identified.circuit.screen.frame_period.seconds(),
                next.bits,
                next.entropy,
                next.rates.len(),
                one.identified.circuit.cell,
            );
        }
        if let Some(NetworkAgreement { networks, have }) = &one.agreement {
            let have: Vec<String> = have.iter().map(ToString::to_string).collect();
            let _ = writeln!(
                text,
                "  of {networks} networks alone, {} have these pathways",
                have.join(", ")
            );
        }
    }
    let _ = writeln!(text, "saved in {}", folder.display());
    text
}

/// How many pathways were found and are stated, and how many are right where a simulated retina is known.
pub fn sentence(Identification { found, .. }: &Identification) -> String {
    let stated = found.iter().flat_map(|one| one.identified.stated());
    let stated: Vec<bool> = stated.collect();
    let count = stated.iter().filter(|stated| **stated).count();
    let mut sentence = format!(
        "circuits of {} cells: {count} pathways stated, {} undetermined",
        found.len(),
        stated.len() - count
    );
    let plantings = found.iter().filter_map(|one| one.planting.as_ref());
    let recovered: Vec<[usize; 2]> = plantings.map(Planting::recovered).collect();
    if !recovered.is_empty() {
        let sum = |place: usize| recovered.iter().map(|one| one[place]).sum::<usize>();
        let _ = write!(
            sentence,
            "; of {} planted pathways {} have the right polarity and sign",
            sum(1),
            sum(0)
        );
    }
    sentence
}

/// One row a cell; with what is right where a simulated retina is known.
fn table(found: &[Found]) -> TextTable {
    let is_simulated = found.iter().any(|one| one.planting.is_some());
    let truth = is_simulated.then_some("of the simulated retina");
    let mut table = TextTable::new(["cell", "pathways", "r", "stated"].into_iter().chain(truth));
    for one in found {
        let circuit = &one.identified.circuit;
        let stated = one.identified.stated();
        let count = stated.iter().filter(|stated| **stated).count();
        let row = [
            circuit.cell.to_string(),
            circuit.pathways.len().to_string(),
            decimal(Some(circuit.correlation)),
            format!("{count} of {}", stated.len()),
        ];
        let truth = is_simulated.then(|| one.planting.as_ref().map_or(String::new(), right));
        table.push(row.into_iter().chain(truth));
    }
    table
}

/// Probability below which what comes next is not told.
const LEAST_TOLD: f64 = 0.01;

/// What the circuit rests on, and what it may be instead.
fn belief(identified: &Identified) -> Option<String> {
    let mut parts = Vec::new();
    if let Some(spikes) = identified.own_spikes {
        parts.push(format!("with {spikes} spikes of the cell itself"));
    }
    if let [first, second, ..] = &identified.alternatives[..] {
        let mut text = format!("this make-up {:.2}", first.probability);
        if second.probability >= LEAST_TOLD {
            let pathways = second.pathways.join(" + ");
            let _ = write!(text, ", next {pathways} {:.2}", second.probability);
        }
        parts.push(text);
    }
    (!parts.is_empty()).then(|| parts.join("; "))
}

fn right(planting: &Planting) -> String {
    let [right, counted] = planting.recovered();
    format!("{right} of {counted} pathways right")
}
