//! What several networks of one recording agree on: what changes when a network is trained again is no evidence.

use crate::hypothesis::Hypothesis;
use crate::network_agreement::NetworkAgreement;
use crate::reduce::{CellReduction, Reduction};

impl Reduction {
    /// Tells of every pathway in how many networks it is found, and makes verdicts those of all networks together;
    /// `others` are reductions of the other networks for the same experiment.
    pub fn agree_with(&mut self, others: &[Self]) {
        for cell in &mut self.cells {
            let same = |other: &&CellReduction| other.cell == cell.cell;
            let others = others.iter().filter_map(|one| one.cells.iter().find(same));
            let others: Vec<&CellReduction> = others.collect();
            if let Ok(explanation) = &mut cell.result {
                let found = || others.iter().filter_map(|one| one.result.as_ref().ok());
                let circuits: Vec<_> = found().map(|one| &one.circuit).collect();
                let pathways = explanation.circuit.pathways.iter();
                let have = pathways.map(|pathway| {
                    let like = circuits.iter().filter(|circuit| circuit.has_like(pathway));
                    1 + like.count()
                });
                explanation.agreement = Some(NetworkAgreement {
                    networks: 1 + others.len(),
                    have: have.collect(),
                });
                for hypothesis in &mut explanation.hypotheses {
                    let same = |one: &&Hypothesis| one.claim == hypothesis.claim;
                    let said = found().map(|one| one.hypotheses.iter().find(same));
                    let said = said.map(|one| one.map(|one| one.verdict));
                    let silent = others.len() - circuits.len();
                    let said = said
                        .chain(std::iter::repeat_n(None, silent))
                        .collect::<Vec<_>>();
                    hypothesis.decide_with(&said);
                }
            }
        }
    }
}
