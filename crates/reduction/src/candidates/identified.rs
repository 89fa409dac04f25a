//! Pathways whose kernels were identified from the answers to a probe.

use ganglion_experiment::StimulusMovie;
use ganglion_numerics::cosine;

use crate::candidates::Candidate;
use crate::circuit::{Circuit, Kernel, Pathway};
use crate::fit::Drive;
use crate::sweep::Sweep;

/// The candidates of a cell, and the pathways of its circuit as it is identified; their synapses do not depress.
///
/// A channel of the network may carry a part of a kernel only: where one is made of several, none of
/// their circuits of few pathways follows a phenomenon that hangs on it.
pub(crate) fn with_identified(
    circuit: &Circuit,
    movies: &[StimulusMovie],
    sweep: &Sweep,
    candidates: &[Candidate],
) -> Vec<Candidate> {
    let identified = |pathway: &Pathway| Candidate {
        polarity: pathway.polarity,
        sign: pathway.sign,
        threshold: [pathway.threshold, pathway.threshold_spread],
        kernel: pathway.kernel.clone(),
        drive: drive(&pathway.kernel, movies, sweep),
        ..most_alike(candidates, pathway).clone()
    };
    let identified = circuit.pathways.iter().map(identified);
    candidates.iter().cloned().chain(identified).collect()
}

/// The candidate whose time course is most alike, of the pathway's polarity if there is one: its channels
/// are silenced for the pathway, and its attributions say where the pool lies. Of the other polarity,
/// it is the one that does the same by being active at rest.
fn most_alike<'a>(candidates: &'a [Candidate], pathway: &Pathway) -> &'a Candidate {
    let course = pathway.kernel.summed();
    let alike = |candidate: &Candidate| {
        let is_of_polarity = candidate.polarity == pathway.polarity;
        let cosine = cosine(&candidate.kernel.summed(), &course).abs();
        (is_of_polarity, cosine)
    };
    let order = |a: &(bool, f64), b: &(bool, f64)| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1));
    candidates
        .iter()
        .max_by(|a, b| order(&alike(a), &alike(b)))
        .expect("a cell has at least one candidate")
}

/// What a kernel makes of movies of uniform frames, `[sample]`.
fn drive(kernel: &Kernel, movies: &[StimulusMovie], sweep: &Sweep) -> Drive {
    let course = kernel.summed();
    let mut values = Vec::with_capacity(sweep.samples());
    for movie in movies {
        let pixels = movie.height() * movie.width();
        let mean = |frame: &[f32]| frame.iter().map(|&v| f64::from(v)).sum::<f64>() / pixels as f64;
        let contrasts: Vec<f64> = movie.values().chunks(pixels).map(mean).collect();
        let histories = contrasts.windows(course.len());
        values.extend(histories.map(|history| {
            let terms = history.iter().zip(&course);
            terms
                .map(|(contrast, weight)| contrast * weight)
                .sum::<f64>() as f32
        }));
    }
    Drive {
        values,
        positions: 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sweep::Invariance;

    /// Rates come from bin 2 on, each of which sees two frames; histories do not reach from one movie
    /// into the next.
    #[test]
    fn the_drive_of_a_kernel_is_its_sum_over_the_history() {
        let kernel = Kernel::product(&[1.0, -3.0], &[0.5, 0.5], [1, 2]);
        let contrasts = [0.0, 1.0, 1.0, -2.0];
        let values = contrasts.iter().flat_map(|&contrast| [contrast; 6]);
        let movie = StimulusMovie::new(2, 3, values.collect());
        let sweep = Sweep {
            invariance: Invariance::FullField,
            planes: [1, 2, 2],
            first_bin: 2,
            movies: vec![0..3, 3..6],
            drive: Vec::new(),
            thresholds: Vec::new(),
            histories: Vec::new(),
            cells: Vec::new(),
        };
        let drive = drive(&kernel, &[movie.clone(), movie], &sweep);
        assert_eq!(drive.values, [-3.0, -2.0, 7.0, -3.0, -2.0, 7.0]);
        assert_eq!(drive.positions, 1);
    }
}
