//! The stages as one linear differential equation.

use super::Kinetics;

/// A square matrix, row after row.
type Matrix = Vec<Vec<f64>>;

/// Terms of the Taylor series of the matrix exponential. With a norm of at most 1/2 the remainder
/// is below `0.5^18 / 18!`, under 1e-21.
const TERMS: usize = 18;

/// A chain of first-order stages driven by a constant: the state is one value a stage, the
/// high-pass' memory, and the constant 1 that drives the first stage.
pub(super) struct Chain {
    /// `dx/dt = generator * x`, in 1/ms.
    generator: Matrix,
    /// Index of the last low-pass stage.
    last: usize,
    /// Strength of the high-pass.
    strength: f64,
    /// Milliseconds before the constant begins to drive.
    delay: f64,
}

impl Chain {
    pub(super) fn of(kinetics: &Kinetics) -> Self {
        let time_constants = time_constants(kinetics);
        let stages = time_constants.len();
        let constant = stages;
        let mut generator = vec![vec![0.0; stages + 1]; stages + 1];
        for (stage, time_constant) in time_constants.iter().enumerate() {
            let input = if stage == 0 { constant } else { stage - 1 };
            generator[stage][input] += 1.0 / time_constant;
            generator[stage][stage] -= 1.0 / time_constant;
        }
        Self {
            generator,
            last: stages - 2,
            strength: kinetics.high_pass.strength,
            delay: kinetics.delay.0,
        }
    }

    /// Response to a step at time 0, at the end of each of `frames` frames.
    pub(super) fn step_response(&self, frame_period: f64, frames: usize) -> Vec<f64> {
        let over = |time: f64| exponential(scaled(&self.generator, time));
        let transition = over(frame_period);
        let silent = (self.delay / frame_period).floor();
        // What is left of the frame in which the delay ends.
        let first = over((silent + 1.0) * frame_period - self.delay);
        let silent = (silent as usize).min(frames);
        let mut state = vec![0.0; self.generator.len()];
        *state.last_mut().expect("there is a constant") = 1.0;
        let step = |frame: usize| {
            let transition = if frame == silent { &first } else { &transition };
            state = applied(transition, &state);
            state[self.last] - self.strength * state[self.last + 1]
        };
        let responses = (silent..frames).map(step);
        std::iter::repeat_n(0.0, silent).chain(responses).collect()
    }
}

/// Time constants of all stages in the order of the signal; the last is the high-pass' memory.
fn time_constants(kinetics: &Kinetics) -> Vec<f64> {
    let photoreceptor = kinetics.photoreceptor;
    let mut all = vec![photoreceptor.time_constant.0; photoreceptor.order as usize];
    if kinetics.low_pass.0 > 0.0 {
        all.push(kinetics.low_pass.0);
    }
    all.push(kinetics.high_pass.time_constant.0);
    all
}

/// Matrix exponential by scaling and squaring.
fn exponential(matrix: Matrix) -> Matrix {
    let row_sum = |row: &Vec<f64>| row.iter().map(|value| value.abs()).sum::<f64>();
    let norm = matrix.iter().map(row_sum).fold(0.0, f64::max);
    let squarings = (2.0 * norm).log2().ceil().max(0.0) as i32;
    let small = scaled(&matrix, 0.5f64.powi(squarings));
    (0..squarings).fold(taylor(&small), |power, _| product(&power, &power))
}

fn taylor(matrix: &Matrix) -> Matrix {
    let mut term = identity(matrix.len());
    let mut sum = term.clone();
    for order in 1..TERMS {
        term = scaled(&product(&term, matrix), 1.0 / order as f64);
        for (sum, term) in sum.iter_mut().flatten().zip(term.iter().flatten()) {
            *sum += term;
        }
    }
    sum
}

fn identity(size: usize) -> Matrix {
    let row = |at| {
        (0..size)
            .map(|column| f64::from(u8::from(column == at)))
            .collect()
    };
    (0..size).map(row).collect()
}

fn scaled(matrix: &Matrix, factor: f64) -> Matrix {
    let row = |row: &Vec<f64>| row.iter().map(|value| value * factor).collect();
    matrix.iter().map(row).collect()
}

fn product(left: &Matrix, right: &Matrix) -> Matrix {
    let entry = |row: &Vec<f64>, column: usize| {
        row.iter()
            .zip(right)
            .map(|(value, other)| value * other[column])
            .sum()
    };
    let row = |row: &Vec<f64>| (0..right.len()).map(|column| entry(row, column)).collect();
    left.iter().map(row).collect()
}

fn applied(matrix: &Matrix, vector: &[f64]) -> Vec<f64> {
    let entry = |row: &Vec<f64>| row.iter().zip(vector).map(|(a, b)| a * b).sum();
    matrix.iter().map(entry).collect()
}
