//! What was identified, for people.

use std::fmt::Write;

use ganglion_reduction::truth::planting::Planting;

use super::Identification;
use crate::table::{TextTable, decimal};

/// The circuits of all cells, and where everything is.
pub fn text(Identification { found, folder, .. }: &Identification) -> String {
    let mut table = TextTable::new(["cell", "pathways", "r", "of the simulated retina"]);
    for one in found {
        let circuit = &one.identified.circuit;
        table.push([
            circuit.cell.to_string(),
            circuit.pathways.len().to_string(),
            decimal(Some(circuit.correlation)),
            one.planting.as_ref().map_or(String::new(), right),
        ]);
    }
    let mut text = format!("{table}\n");
    for one in found {
        let _ = writeln!(text, "{}", one.identified.circuit.describe());
    }
    let _ = writeln!(text, "saved in {}", folder.display());
    text
}

fn right(planting: &Planting) -> String {
    let [right, counted] = planting.recovered();
    format!("{right} of {counted} pathways right")
}
