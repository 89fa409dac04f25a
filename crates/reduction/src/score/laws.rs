//! What scores of made-up predictions must be.

use ganglion_attribution::{Polarity, Sign};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::retina::RetinaScore;
use super::{GroupScore, ScoreSummary};
use crate::circuit::fixture::circuit;
use crate::circuit::{Circuit, Kernel, Pathway};
use crate::truth::matching::Planted;
use crate::truth::planting::{Planting, Truth};

const HISTORY: usize = 12;

/// Three pathways of any polarity, sign and kernel.
fn truth(random: &mut ChaCha8Rng) -> Truth {
    let planted = |index: usize, random: &mut ChaCha8Rng| Planted {
        name: format!("type {index}"),
        polarity: if random.random::<bool>() {
            Polarity::On
        } else {
            Polarity::Off
        },
        sign: if random.random::<bool>() {
            Sign::Excitatory
        } else {
            Sign::Inhibitory
        },
        share: 0.3,
        course: (0..HISTORY).map(|_| random.random::<f64>() - 0.5).collect(),
        never_rectified: false,
        polarity_is_free: false,
        function: None,
    };
    Truth {
        class: "made up".to_owned(),
        pathways: (0..3).map(|index| planted(index, random)).collect(),
        hypotheses: Vec::new(),
    }
}

/// The circuit that is a truth.
fn perfect(truth: &Truth) -> Circuit {
    let model = circuit();
    let pathway = |planted: &Planted| Pathway {
        polarity: planted.polarity,
        sign: planted.sign,
        kernel: Kernel::product(&planted.course, &[1.0], [1, 1]),
        ..model.pathways[0].clone()
    };
    Circuit {
        pathways: truth.pathways.iter().map(pathway).collect(),
        ..model.clone()
    }
}

/// Predictions of 30 retinas of four cells, each cell's being the perfect one of the cell `shift` places on.
fn scored(shift: usize) -> GroupScore {
    let mut random = ChaCha8Rng::seed_from_u64(3);
    let truths: Vec<Truth> = (0..120).map(|_| truth(&mut random)).collect();
    let mut retinas = vec![RetinaScore::default(); 30];
    for (cell, truth) in truths.iter().enumerate() {
        let predicted = perfect(&truths[(cell + shift) % truths.len()]);
        let planting = Planting::new(truth, &predicted, &[]);
        let retina = &mut retinas[cell / 4];
        retina.counts.add(&planting, &[]);
        retina.add_kernels(&planting);
    }
    ScoreSummary::of(retinas).groups.remove(0)
}

#[test]
fn a_perfect_prediction_scores_1_and_has_no_false_inhibition() {
    let group = scored(0);
    for name in [
        "recall",
        "precision",
        "recall_up_to_equivalence",
        "precision_up_to_equivalence",
        "number_exact",
        "found_per_planted",
    ] {
        let score = group.score(name).unwrap();
        assert_eq!(
            (score.value, score.interval),
            (Some(1.0), Some([1.0, 1.0])),
            "{name}"
        );
    }
    assert!(group.score("kernel_correlation").unwrap().value.unwrap() > 0.999);
    assert_eq!(group.score("false_inhibition").unwrap().value, Some(0.0));
}

/// A perfect prediction that abstains in every other cell finds half of what was planted; what it says of
/// the rest stays perfect. A cell of which nothing is said changes no score.
#[test]
fn abstaining_lowers_recall_and_raises_no_score() {
    let mut random = ChaCha8Rng::seed_from_u64(3);
    let mut retinas = vec![RetinaScore::default(); 30];
    for cell in 0..120 {
        let truth = truth(&mut random);
        let counts = &mut retinas[cell / 4].counts;
        match cell % 2 {
            0 => counts.add(&Planting::new(&truth, &perfect(&truth), &[]), &[]),
            _ => counts.add_without_circuit(&Planting::without_circuit(&truth), &[]),
        }
        counts.not_predicted += 1;
    }
    let group = ScoreSummary::of(retinas).groups.remove(0);
    let of = |name: &str| group.score(name).unwrap().value;
    assert_eq!(
        (of("recall"), of("found_per_planted")),
        (Some(0.5), Some(0.5))
    );
    assert_eq!(of("recall_with_circuit"), Some(1.0));
    assert_eq!(of("precision"), Some(1.0));
    // A number that is not told is not the planted one.
    assert_eq!(of("number_exact"), Some(0.5));
    assert_eq!(of("number_within_one"), Some(0.5));
    assert_eq!(of("false_inhibition"), Some(0.0));
    let counts = group.counts;
    assert_eq!(
        (counts.cells, counts.without_circuit, counts.not_predicted),
        (120, 60, 120)
    );
}

/// The polarity of another cell's pathway is right in half of the cases; the matching prefers the same
/// sign, so that both are right in somewhat less than half.
#[test]
fn a_prediction_of_other_cells_scores_as_chance_does() {
    let group = scored(7);
    for name in ["recall", "precision"] {
        let score = group.score(name).unwrap();
        let value = score.value.unwrap();
        assert!((0.2..0.5).contains(&value), "{name}: {value}");
        let [low, high] = score.interval.unwrap();
        assert!(low < value && value < high && high - low < 0.2, "{score:?}");
    }
    // Three pathways each: the number is right, whoever they are of.
    assert_eq!(group.score("number_exact").unwrap().value, Some(1.0));
    assert!(group.score("false_inhibition").unwrap().value.unwrap() > 0.5);
}
