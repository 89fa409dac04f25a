//! Sums of many single-precision values: fast, accurate, and in an order that never changes.

/// Lanes that are summed side by side: wide enough for vector registers, and the order of
/// additions is the same on every machine.
const LANES: usize = 32;

/// Values summed in single precision before they are added up in double precision.
const RUN: usize = 4096;

/// Sum of `term(value)`, in single precision within runs and double precision across them.
pub(crate) fn sum_by_lanes<const N: usize>(
    slices: [&[f32]; N],
    term: impl Fn([f32; N]) -> f32,
) -> f64 {
    let len = slices[0].len();
    let mut total = 0.0;
    for start in (0..len).step_by(RUN) {
        let run = slices.map(|slice| &slice[start..len.min(start + RUN)]);
        total += run_sum(run, &term);
    }
    total
}

#[inline(always)]
fn run_sum<const N: usize>(run: [&[f32]; N], term: &impl Fn([f32; N]) -> f32) -> f64 {
    let mut lanes = [0.0f32; LANES];
    let whole = run[0].len() / LANES * LANES;
    for start in (0..whole).step_by(LANES) {
        let chunk = run.map(|slice| &slice[start..start + LANES]);
        for lane in 0..LANES {
            lanes[lane] += term(chunk.map(|slice| slice[lane]));
        }
    }
    let rest: f64 = (whole..run[0].len())
        .map(|i| f64::from(term(run.map(|s| s[i]))))
        .sum();
    lanes.iter().map(|&lane| f64::from(lane)).sum::<f64>() + rest
}

/// Sum in a fixed order, fit for vector registers.
pub(crate) fn sum(values: &[f32]) -> f64 {
    sum_by_lanes([values], |[value]| value)
}
