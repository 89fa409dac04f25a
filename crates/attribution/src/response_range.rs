//! Between which rates a cell answers, which tolerances are shares of.

/// Largest minus smallest of rates `[response][output]` at both ends of paths, for each output.
pub(crate) fn response_ranges(rates: &[Vec<[f64; 2]>], outputs: usize) -> Vec<f64> {
    let range = |output: usize| {
        let values = || rates.iter().flat_map(|rates| rates[output]);
        values().fold(f64::MIN, f64::max) - values().fold(f64::MAX, f64::min)
    };
    (0..outputs).map(range).collect()
}
