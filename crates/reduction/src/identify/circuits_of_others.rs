//! Circuits of a retina's other cells, tried for one.
//!
//! Cells of a type have circuits of one make-up. What the search misses in one of them, it may find in another: so the
//! most probable circuit of each cell is a start for the others. A circuit that is wrong for a cell costs a fit, and is
//! chosen by its probability like any other.

use rayon::prelude::*;

use super::cascade::{Cascade, CascadeFit, Joint};
use super::considered_fits::{CellFits, ConsideredFit, Fitting, distinct};

/// Steps of a fit to the network's answers alone, which says how well a circuit could follow them.
const STEPS_ALONE: usize = 30;

impl Fitting<'_> {
    /// The same cells, for each of which the circuits of the others have been considered too, where its own spikes are known.
    pub(super) fn with_circuits_of_others(&self, cells: Vec<CellFits>) -> Vec<CellFits> {
        let best: Vec<Option<BestCircuit>> = cells.iter().map(BestCircuit::of).collect();
        let all = cells.into_par_iter().enumerate();
        let one = |(own, cell): (usize, CellFits)| {
            let others = best.iter().enumerate().filter(|(other, _)| *other != own);
            let others: Vec<&BestCircuit> = others.filter_map(|(_, one)| one.as_ref()).collect();
            self.with_circuits(cell, &others)
        };
        all.map(one).collect()
    }

    fn with_circuits(&self, mut cell: CellFits, others: &[&BestCircuit]) -> CellFits {
        let Some(followed) = cell.followed.take() else {
            return cell;
        };
        let joint = Joint {
            probe: &cell.data,
            spikes: &followed.spikes,
            times: 1.0,
            weights: followed.weights,
        };
        let best = cell.best().map(|place| &cell.fits[place]);
        let starts = others.iter().map(|other| start(&cell, other));
        let found = self.followed(&joint, starts.collect(), best);
        let found = found.into_iter().map(|(circuit, fit)| {
            let alone = fit.alone.map(|_| left_alone(&cell, &fit.fit));
            (circuit, ConsideredFit { alone, ..fit })
        });
        let found: Vec<_> = found.collect();
        let before = cell.candidates.into_iter().zip(cell.fits);
        let (candidates, fits) = distinct(before.chain(found).collect()).into_iter().unzip();
        CellFits {
            followed: Some(followed),
            candidates,
            fits,
            ..cell
        }
    }
}

/// The most probable circuit of a cell.
struct BestCircuit {
    cascade: Cascade,
    /// Mean of the rates that the cell answers with.
    mean_hz: f64,
}

impl BestCircuit {
    /// None of a cell that nothing explains.
    fn of(cell: &CellFits) -> Option<Self> {
        let cascade = cell.fits[cell.best()?].fit.cascade.clone();
        let has_pathways = !cascade.pathways.is_empty();
        has_pathways.then(|| Self {
            mean_hz: mean_hz(cell),
            cascade,
        })
    }
}

/// Another cell's circuit at this cell's rate.
fn start(cell: &CellFits, other: &BestCircuit) -> ConsideredFit {
    let mut cascade = other.cascade.clone();
    cascade.log_gain += (mean_hz(cell) / other.mean_hz).ln();
    let follows_network = cell.fits.iter().any(|fit| fit.alone.is_some());
    ConsideredFit {
        fit: CascadeFit::of(&cell.data, cascade),
        highest_hz: 0.0,
        alone: follows_network.then_some(1.0),
    }
}

fn mean_hz(cell: &CellFits) -> f64 {
    let rates = cell.data.rates();
    (rates.iter().sum::<f64>() / rates.len().max(1) as f64).max(1e-3)
}

/// Share of the variance of the network's rate that a circuit leaves when it follows nothing else.
fn left_alone(cell: &CellFits, fit: &CascadeFit) -> f64 {
    let alone = fit.refitted(&cell.data, STEPS_ALONE);
    1.0 - alone.explained.max(fit.explained)
}

#[cfg(test)]
mod tests {
    use ganglion_recording::CellIndex;

    use super::super::cascade::{AnsweredStretch, Data, OwnSpikes, Synapses};
    use super::super::config::IdentifyConfig;
    use super::super::considered_fits::Answers;
    use super::*;

    const SHAPE: (usize, usize) = (8, 12);

    /// What a cell of two pathways answers, so many times as strongly as another, and its spikes if they are known.
    fn answers(strength: f64, has_spikes: bool) -> Answers {
        let value = |frame: usize| ((frame * 7919 % 1009) as f64 / 504.5 - 1.0) * 1.5;
        let light: Vec<f64> = (0..600).map(value).collect();
        let drive = |seen: &[f64]| 60.0 * seen[10].max(0.0) + 25.0 * (-seen[6] - 0.3).max(0.0);
        let rates: Vec<f64> = light
            .windows(12)
            .map(|seen| strength * drive(seen))
            .collect();
        let data = Data::new(&[light.clone(), light.clone()], rates.clone(), SHAPE);
        let bins = &rates[..rates.len() - 1];
        let stretch = AnsweredStretch {
            courses: vec![light],
            counts: bins.iter().map(|rate| (0.2 * rate).round()).collect(),
            exposures: vec![0.2; bins.len()],
        };
        match has_spikes {
            true => Answers::Both(data, OwnSpikes::new(&[stretch], SHAPE)),
            false => Answers::Network(data),
        }
    }

    /// A circuit that was not looked for in a cell is found when another cell has it, whatever its rate; nothing is
    /// changed in a cell whose own spikes are not known.
    #[test]
    fn a_circuit_of_another_cell_is_found() {
        let kernel = |at: usize| (0..12).map(move |frame| f64::from(u8::from(frame == at)));
        let with = |most_pathways: usize| IdentifyConfig {
            functions: SHAPE.0,
            most_pathways,
            ..IdentifyConfig::default()
        };
        let [one, two] = [with(1), with(2)];
        let fitting = |config| Fitting {
            starts: [10, 6].map(|at| kernel(at).collect()).to_vec(),
            config,
            synapses: &[Synapses::NonDepressing],
        };
        let missed = |has_spikes| fitting(&one).of(CellIndex(1), answers(0.5, has_spikes));
        let has_two = |cell: &CellFits| {
            let mut candidates = cell.candidates.iter();
            candidates.any(|circuit| circuit.pathways.len() == 2)
        };
        // Of a network circuits of every number of pathways are kept.
        let other = fitting(&two).of(CellIndex(0), answers(1.0, false));
        let fits = other.fits.iter().map(|one| &one.fit);
        let of_two = fits.filter(|fit| fit.cascade.pathways.len() == 2);
        let best = of_two.max_by(|a, b| a.explained.total_cmp(&b.explained));
        let circuit = BestCircuit {
            cascade: best.unwrap().cascade.clone(),
            mean_hz: mean_hz(&other),
        };
        for has_spikes in [true, false] {
            let before = missed(has_spikes);
            assert!(!has_two(&before));
            let after = fitting(&two).with_circuits(before, &[&circuit]);
            assert_eq!(has_two(&after), has_spikes);
            assert_eq!(after.fits.len(), after.candidates.len());
        }
    }
}
