//! Circuits that are turned into others by moves that leave their responses as they are.

use ganglion_attribution::Polarity;
use ganglion_numerics::dot;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::{Term, canonical, same_class};
use crate::candidates::polarity_of;
use crate::circuit::{NO_THRESHOLD, Rectifier};
use crate::truth::matching::{Planted, PlantedFunction};
use crate::truth::planting::UpToEquivalence;

/// Values of a kernel.
const VALUES: usize = 8;
/// Places that a pool adds up.
const PLACES: usize = 3;
/// Random circuits.
const CASES: u64 = 200;

fn number(random: &mut ChaCha8Rng) -> f64 {
    2.0 * random.random::<f64>() - 1.0
}

/// A pathway, with its weight given to its kernel's norm so that none is weak.
fn term(random: &mut ChaCha8Rng, pool: &[f64], is_linear: bool) -> Term {
    let kernel: Vec<f64> = (0..VALUES).map(|_| number(random)).collect();
    let sign = if random.random::<bool>() { 1.0 } else { -1.0 };
    Term {
        name: "one".to_owned(),
        polarity: polarity_of(&kernel),
        course: kernel.clone(),
        kernel,
        pool: pool.to_vec(),
        weight: sign * (0.5 + random.random::<f64>()),
        threshold: match is_linear {
            true => NO_THRESHOLD,
            false => 0.5 * number(random),
        },
        spread: match random.random::<bool>() && !is_linear {
            true => 0.3,
            false => 0.0,
        },
        never_rectified: is_linear,
        share: 0.2,
        polarity_is_free: false,
    }
}

/// One to three corners and up to two linear pathways in each of two pools.
fn circuit(random: &mut ChaCha8Rng) -> Vec<Term> {
    let pools = [[0.2, 0.5, 0.3], [0.6, 0.1, 0.3]];
    let mut terms = Vec::new();
    for pool in &pools {
        let corners = random.random_range(1..=2);
        terms.extend((0..corners).map(|_| term(random, pool, false)));
        let linear = random.random_range(0..=2);
        terms.extend((0..linear).map(|_| term(random, pool, true)));
    }
    terms
}

/// What a circuit adds for a stimulus `[place][value]`.
fn drive(terms: &[Term], stimulus: &[Vec<f64>]) -> f64 {
    let released = |term: &Term, seen: &[f64]| {
        let m = dot(&term.kernel, seen);
        let rectifier = Rectifier {
            threshold: term.threshold,
            spread: term.spread,
        };
        rectifier.released(m)
    };
    let one = |term: &Term| {
        let places = term.pool.iter().zip(stimulus);
        let sum: f64 = places.map(|(g, seen)| g * released(term, seen)).sum();
        term.weight * sum
    };
    terms.iter().map(one).sum()
}

fn turned(term: &Term) -> Term {
    let negative = |values: &[f64]| values.iter().map(|value| -value).collect();
    Term {
        polarity: match term.polarity {
            Polarity::On => Polarity::Off,
            Polarity::Off => Polarity::On,
        },
        course: negative(&term.course),
        kernel: negative(&term.kernel),
        threshold: -term.threshold,
        ..term.clone()
    }
}

/// `b = -(-b)`: a linear pathway of the other polarity and sign.
fn flip(mut terms: Vec<Term>, random: &mut ChaCha8Rng) -> Vec<Term> {
    let Some(place) = chosen(&terms, random, true) else {
        return terms;
    };
    let flipped = turned(&terms[place]);
    terms[place] = Term {
        weight: -flipped.weight,
        threshold: NO_THRESHOLD,
        ..flipped
    };
    terms
}

/// One pathway as two, of which one has another unit.
fn split(mut terms: Vec<Term>, random: &mut ChaCha8Rng) -> Vec<Term> {
    let place = random.random_range(0..terms.len());
    let (part, unit) = (random.random::<f64>(), 0.5 + random.random::<f64>());
    let mut other = terms[place].clone();
    terms[place].weight *= part;
    other.weight *= (1.0 - part) / unit;
    let scale = |values: &mut Vec<f64>| values.iter_mut().for_each(|value| *value *= unit);
    scale(&mut other.kernel);
    scale(&mut other.course);
    if !other.never_rectified {
        other.threshold *= unit;
        other.spread *= unit;
    }
    terms.push(other);
    terms
}

/// `x - t = max(x - t, 0) - max(-x + t, 0)`: a linear pathway as an ON and an OFF one.
fn pair(mut terms: Vec<Term>, random: &mut ChaCha8Rng) -> Vec<Term> {
    let Some(place) = chosen(&terms, random, true) else {
        return terms;
    };
    let one = Term {
        threshold: 0.4 * number(random),
        never_rectified: false,
        ..terms[place].clone()
    };
    let other = turned(&one);
    terms.push(Term {
        weight: -other.weight,
        ..other
    });
    terms[place] = one;
    terms
}

/// `max(x - t, 0) = (x - t) + max(-x + t, 0)`: a corner the other way round, and a linear pathway.
fn turn(mut terms: Vec<Term>, random: &mut ChaCha8Rng) -> Vec<Term> {
    let Some(place) = chosen(&terms, random, false) else {
        return terms;
    };
    let one = terms[place].clone();
    terms[place] = turned(&one);
    terms.push(Term {
        threshold: NO_THRESHOLD,
        spread: 0.0,
        never_rectified: true,
        ..one
    });
    terms
}

fn chosen(terms: &[Term], random: &mut ChaCha8Rng, linear: bool) -> Option<usize> {
    let places = 0..terms.len();
    let places: Vec<usize> = places
        .filter(|&place| terms[place].never_rectified == linear)
        .collect();
    (!places.is_empty()).then(|| places[random.random_range(0..places.len())])
}

type Move = fn(Vec<Term>, &mut ChaCha8Rng) -> Vec<Term>;
const MOVES: [(&str, Move); 4] = [
    ("flip", flip),
    ("split", split),
    ("pair", pair),
    ("turn", turn),
];

/// Largest difference of the changes from grey that stimuli bring about.
fn difference(one: &[Term], other: &[Term], random: &mut ChaCha8Rng) -> f64 {
    let grey = vec![vec![0.0; VALUES]; PLACES];
    let rest = [drive(one, &grey), drive(other, &grey)];
    let mut largest: f64 = 0.0;
    for _ in 0..20 {
        let frame = |random: &mut ChaCha8Rng| (0..VALUES).map(|_| number(random)).collect();
        let stimulus: Vec<Vec<f64>> = (0..PLACES).map(|_| frame(random)).collect();
        let [a, b] =
            [(one, rest[0]), (other, rest[1])].map(|(terms, rest)| drive(terms, &stimulus) - rest);
        largest = largest.max((a - b).abs());
    }
    largest
}

/// Each move, and four at random after one another: the same responses (to 1e-12 of the largest number that is
/// added up, which is a linear pathway's threshold of 100), the same class, and every score 1.
#[test]
fn moves_change_neither_responses_nor_class_nor_score() {
    for case in 0..CASES {
        let mut random = ChaCha8Rng::seed_from_u64(case);
        let before = circuit(&mut random);
        let several: Vec<usize> = (0..4)
            .map(|_| random.random_range(0..MOVES.len()))
            .collect();
        let single = (0..MOVES.len()).map(|one| vec![one]);
        for moves in single.chain([several]) {
            let names: Vec<&str> = moves.iter().map(|&one| MOVES[one].0).collect();
            let after = moves.iter().fold(before.clone(), |terms, &one| {
                MOVES[one].1(terms, &mut random)
            });
            let apart = difference(&before, &after, &mut random);
            assert!(apart < 100.0 * 1e-12, "{case} {names:?}: {apart}");
            // Rounding of sums of some numbers around 1.
            assert!(same_class(&before, &after, 1e-9), "{case} {names:?}");
            let planted: Vec<_> = before.iter().cloned().map(with_function).collect();
            let score = UpToEquivalence::new(&planted, &after);
            assert_eq!(
                (score.right, score.found_right),
                (score.planted, score.found),
                "{case} {names:?}"
            );
            assert!(score.found_right > 0);
        }
    }
}

/// A planted pathway whose function is known.
fn with_function(term: Term) -> Planted {
    let function = PlantedFunction {
        weight: term.weight.abs(),
        threshold: term.threshold,
        pool: term.pool.clone(),
    };
    Planted {
        function: Some(function),
        ..term.planted()
    }
}

/// The canonical form does the same, and is its own.
#[test]
fn the_canonical_form_does_the_same() {
    for case in 0..CASES {
        let mut random = ChaCha8Rng::seed_from_u64(1000 + case);
        let before = circuit(&mut random);
        let form = canonical(&before);
        assert!(form.len() <= before.len(), "{case}");
        let apart = difference(&before, &form, &mut random);
        // A linear part of up to 5 % may be left out.
        let whole: f64 = difference(&before, &[], &mut random);
        assert!(
            apart < 1e-9 || apart < 0.1 * whole,
            "{case}: {apart} of {whole}"
        );
        assert!(same_class(&form, &canonical(&form), 1e-9), "{case}");
    }
}

/// What does something else is another class: another sign, another threshold, a pathway less, another kernel.
#[test]
fn other_circuits_are_of_another_class() {
    for case in 0..CASES {
        let mut random = ChaCha8Rng::seed_from_u64(2000 + case);
        let before = circuit(&mut random);
        let place = chosen(&before, &mut random, false).unwrap();
        let changed = |change: &dyn Fn(&mut Term)| {
            let mut after = before.clone();
            change(&mut after[place]);
            after
        };
        let mut others = vec![
            changed(&|term| term.weight = -term.weight),
            changed(&|term| term.threshold += 1.0),
            changed(&|term| term.kernel.rotate_left(3)),
            changed(&|term| *term = turned(term)),
        ];
        let mut fewer = before.clone();
        fewer.remove(place);
        others.push(fewer);
        for (which, other) in others.iter().enumerate() {
            assert!(!same_class(&before, other, 1e-6), "{case} {which}");
        }
    }
}

/// A rectified pathway alone has a polarity; beside a linear one of its pool it has none, and its sign stays.
#[test]
fn a_linear_pathway_frees_polarities_of_its_pool() {
    let mut random = ChaCha8Rng::seed_from_u64(5);
    let pool = [0.2, 0.5, 0.3];
    let (corner, linear) = (
        term(&mut random, &pool, false),
        term(&mut random, &pool, true),
    );
    let alone = canonical(std::slice::from_ref(&corner));
    assert!(!alone[0].polarity_is_free && alone[0].sign() == corner.sign());
    let both = canonical(&[corner.clone(), linear.clone()]);
    assert!(both[0].polarity_is_free && both[0].sign() == corner.sign());
    let elsewhere = Term {
        pool: vec![0.6, 0.1, 0.3],
        ..linear
    };
    let apart = canonical(&[corner, elsewhere]);
    assert!(!apart[0].polarity_is_free);
}

/// Kernels that are nearly one, of which the largest value has another sign, are one corner and nothing else.
#[test]
fn nearly_equal_kernels_are_one_whatever_their_largest_value() {
    let mut random = ChaCha8Rng::seed_from_u64(6);
    let pool = [0.2, 0.5, 0.3];
    let with = |kernel: [f64; 3], random: &mut ChaCha8Rng| Term {
        kernel: kernel.to_vec(),
        course: kernel.to_vec(),
        weight: 1.0,
        threshold: 0.2,
        spread: 0.0,
        ..term(random, &pool, false)
    };
    let one = with([1.0, -0.999, 0.2], &mut random);
    let other = with([0.999, -1.0, 0.2], &mut random);
    let form = canonical(&[one, other]);
    assert_eq!(form.len(), 1, "{form:?}");
    assert!(!form[0].polarity_is_free && !form[0].never_rectified);
    // Twice the norm of one, the same way round.
    assert!((form[0].weight - 2.0 * 2.038f64.sqrt()).abs() < 1e-2);
    assert!(form[0].kernel[0] > 0.0 && form[0].threshold > 0.0);
}
