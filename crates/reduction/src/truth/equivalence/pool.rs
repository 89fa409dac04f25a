//! Pathways that one pool adds up, as corners and a linear part.

use ganglion_attribution::Polarity;
use ganglion_numerics::{cosine, dot};

use super::term::Term;
use crate::candidates::polarity_of;
use crate::circuit::NO_THRESHOLD;

/// Cosine of kernels, or of one and the mirror image of the other, from which they count as one.
const ALIKE: f64 = 0.99;
/// Difference of thresholds of unit kernels up to which they count as one.
const NEAR: f64 = 0.1;
/// Part of what is added up that counts as nothing where it cancels.
const WEAK: f64 = 0.05;
/// Corners of which all ways round are tried; with more of them all stay as they are.
const MOST_TURNED: usize = 12;

/// What one pool adds up.
pub(super) struct PoolForm {
    pool: Vec<f64>,
    corners: Vec<Corner>,
    linear: Linear,
}

/// A change of slope.
struct Corner {
    names: Vec<String>,
    /// Unit kernel, its largest value above 0.
    kernel: Vec<f64>,
    /// Time course in units of the kernel.
    course: Vec<f64>,
    /// Polarity of the kernel this way round.
    polarity: Polarity,
    threshold: f64,
    spread: f64,
    /// Jump of the slope, and the sum of the sizes of the jumps that make it.
    jump: f64,
    size: f64,
    share: f64,
    /// Whether its first pathway has the kernel the other way round.
    is_turned: bool,
}

/// The linear part, with all corners written as `max(kernel * s - threshold, 0)`.
#[derive(Default)]
struct Linear {
    names: Vec<String>,
    kernel: Vec<f64>,
    course: Vec<f64>,
    /// Sum of the sizes of what it is made of.
    size: f64,
    share: f64,
}

/// Which corners are turned round, and what that leaves.
struct Orientation {
    turned: Vec<bool>,
    is_free: Vec<bool>,
    /// Kernel and time course of the linear part; none where nothing is left.
    linear: Option<(Vec<f64>, Vec<f64>)>,
}

impl PoolForm {
    /// Of a first pathway.
    pub(super) fn new(term: &Term) -> Self {
        let mut form = Self {
            pool: term.pool.clone(),
            corners: Vec::new(),
            linear: Linear {
                kernel: vec![0.0; term.kernel.len()],
                course: vec![0.0; term.course.len()],
                ..Linear::default()
            },
        };
        form.add(term);
        form
    }

    /// Whether a pathway is pooled there.
    pub(super) fn is_of(&self, term: &Term) -> bool {
        self.pool == term.pool
            && self.linear.kernel.len() == term.kernel.len()
            && self.linear.course.len() == term.course.len()
    }

    /// Adds a pathway up.
    pub(super) fn add(&mut self, term: &Term) {
        let norm = norm(&term.kernel);
        let jump = term.weight * norm;
        if jump == 0.0 {
            return;
        }
        if term.never_rectified {
            self.linear.add(term.weight, &term.kernel, &term.course);
            self.linear.size += jump.abs();
            self.linear.share += term.share;
            self.linear.names.push(term.name.clone());
            return;
        }
        let new = Corner::of(term, norm);
        if new.is_turned {
            // max(-x + t, 0) = max(x - t, 0) - (x - t)
            self.linear.add(-jump, &new.kernel, &new.course);
        }
        match self
            .corners
            .iter_mut()
            .find_map(|one| one.sign_of(&new).map(|sign| (one, sign)))
        {
            Some((corner, sign)) => {
                if sign < 0.0 {
                    // The largest values of kernels that are alike may differ: the new one is turned round.
                    self.linear.add(new.jump, &new.kernel, &new.course);
                }
                corner.join(new);
            }
            None => self.corners.push(new),
        }
    }

    /// The pathways that are left.
    pub(super) fn terms(mut self) -> Vec<Term> {
        let all: f64 = self.corners.iter().map(|one| one.share).sum();
        let all = all + self.linear.share;
        let (gone, corners): (Vec<Corner>, Vec<Corner>) =
            (self.corners.into_iter()).partition(|one| one.jump.abs() <= WEAK * one.size);
        self.corners = corners;
        for corner in gone {
            self.linear.share += corner.share;
            self.linear.size += corner.size;
            self.linear.names.extend(corner.names);
        }
        let orientation = self.oriented();
        let pool = self.pool;
        let flags = orientation.turned.iter().zip(&orientation.is_free);
        let pairs = self.corners.into_iter().zip(flags);
        let mut terms: Vec<Term> = pairs
            .map(|(corner, (&is_turned, &is_free))| corner.term(&pool, is_turned, is_free))
            .collect();
        let linear = orientation.linear;
        terms.extend(linear.map(|left| self.linear.term(&pool, left)));
        let left: f64 = terms.iter().map(|term| term.share).sum();
        if left > 0.0 {
            terms.iter_mut().for_each(|term| term.share *= all / left);
        }
        terms
    }

    /// The way round of all corners that leaves the smallest linear part.
    fn oriented(&self) -> Orientation {
        let count = self.corners.len();
        let size = self.linear.size + self.corners.iter().map(|one| one.size).sum::<f64>();
        let own: usize = (0..count)
            .filter(|&place| self.corners[place].is_turned)
            .map(|place| 1_usize << place)
            .sum();
        let ways = match count <= MOST_TURNED {
            true => (0..(1 << count)).collect(),
            false => vec![own],
        };
        let left = |way: &usize| norm(&self.left(*way).0);
        let sizes: Vec<f64> = ways.iter().map(left).collect();
        let least = sizes.iter().copied().fold(f64::INFINITY, f64::min);
        let is_none = least <= WEAK * size;
        // Rounding may tell apart what is equal.
        let limit = match is_none {
            true => (WEAK * size).min(least + ROUNDING * size),
            false => least + ROUNDING * size,
        };
        let best: Vec<usize> = (ways.into_iter().zip(sizes))
            .filter(|(_, size)| *size <= limit)
            .map(|(way, _)| way)
            .collect();
        let way = best[0];
        let is_turned = |way: usize, place: usize| (way >> place) & 1 == 1;
        let is_free = |place: usize| {
            let other = |one: &usize| is_turned(*one, place) != is_turned(way, place);
            !is_none || best.iter().any(other)
        };
        Orientation {
            turned: (0..count).map(|place| is_turned(way, place)).collect(),
            is_free: (0..count).map(is_free).collect(),
            linear: (!is_none).then(|| self.left(way)),
        }
    }

    /// Kernel and time course of the linear part with some corners turned round.
    fn left(&self, way: usize) -> (Vec<f64>, Vec<f64>) {
        let mut left = Linear {
            kernel: self.linear.kernel.clone(),
            course: self.linear.course.clone(),
            ..Linear::default()
        };
        for (place, corner) in self.corners.iter().enumerate() {
            if (way >> place) & 1 == 1 {
                // max(x - t, 0) = (x - t) + max(-x + t, 0)
                left.add(corner.jump, &corner.kernel, &corner.course);
            }
        }
        (left.kernel, left.course)
    }
}

/// Part of all that is added up by which equal sums may differ.
const ROUNDING: f64 = 1e-9;

impl Linear {
    fn add(&mut self, weight: f64, kernel: &[f64], course: &[f64]) {
        let add = |sums: &mut [f64], values: &[f64]| {
            let pairs = sums.iter_mut().zip(values);
            pairs.for_each(|(sum, value)| *sum += weight * value);
        };
        add(&mut self.kernel, kernel);
        add(&mut self.course, course);
    }

    /// It as one pathway, an excitation: the mirror image, an inhibition, does the same.
    fn term(&self, pool: &[f64], (kernel, course): (Vec<f64>, Vec<f64>)) -> Term {
        let norm = norm(&kernel);
        let unit = |values: Vec<f64>| values.into_iter().map(|value| value / norm).collect();
        Term {
            name: self.names.join(" + "),
            polarity: polarity_of(&course),
            course: unit(course),
            kernel: unit(kernel),
            pool: pool.to_vec(),
            weight: norm,
            threshold: NO_THRESHOLD,
            spread: 0.0,
            never_rectified: true,
            share: self.share,
            polarity_is_free: false,
        }
    }
}

impl Corner {
    /// The corner of a pathway whose kernel has a norm above 0, its largest value turned above 0.
    fn of(term: &Term, norm: f64) -> Self {
        let largest = term.kernel.iter().copied();
        let largest = largest.max_by(|a, b| a.abs().total_cmp(&b.abs()));
        let is_turned = largest.is_some_and(|value| value < 0.0);
        let factor = if is_turned { -1.0 / norm } else { 1.0 / norm };
        let jump = term.weight * norm;
        Self {
            names: vec![term.name.clone()],
            kernel: scaled(&term.kernel, factor),
            course: scaled(&term.course, factor),
            polarity: turned(term.polarity, is_turned),
            threshold: factor * term.threshold,
            spread: term.spread / norm,
            jump,
            size: jump.abs(),
            share: term.share,
            is_turned,
        }
    }

    /// Whether another corner is at the same place, the same way round (1) or mirrored (-1).
    fn sign_of(&self, other: &Self) -> Option<f64> {
        let along = cosine(&self.kernel, &other.kernel);
        let sign = along.signum();
        let near = |a: f64, b: f64| (a - b).abs() <= NEAR;
        let is_one = along.abs() >= ALIKE
            && near(self.threshold, sign * other.threshold)
            && near(self.spread, other.spread);
        is_one.then_some(sign)
    }

    fn join(&mut self, other: Self) {
        self.jump += other.jump;
        self.size += other.size;
        self.share += other.share;
        self.names.extend(other.names);
    }

    fn term(self, pool: &[f64], is_turned: bool, is_free: bool) -> Term {
        let factor = if is_turned { -1.0 } else { 1.0 };
        Term {
            name: self.names.join(" + "),
            polarity: turned(self.polarity, is_turned),
            course: scaled(&self.course, factor),
            kernel: scaled(&self.kernel, factor),
            pool: pool.to_vec(),
            weight: self.jump,
            threshold: factor * self.threshold,
            spread: self.spread,
            never_rectified: false,
            share: self.share,
            polarity_is_free: is_free,
        }
    }
}

fn scaled(values: &[f64], factor: f64) -> Vec<f64> {
    values.iter().map(|value| factor * value).collect()
}

fn turned(polarity: Polarity, is_turned: bool) -> Polarity {
    match (polarity, is_turned) {
        (Polarity::On, true) => Polarity::Off,
        (Polarity::Off, true) => Polarity::On,
        (same, false) => same,
    }
}

fn norm(values: &[f64]) -> f64 {
    dot(values, values).sqrt()
}
