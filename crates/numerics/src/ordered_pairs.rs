//! Order of pairs.

/// Order of y along x, of the pairs of points `(x, y)` whose y differ by at least `resolution`: the
/// share of pairs that rise less that of pairs that fall, from -1 to 1; NaN where no pair differs.
///
/// Source: Goodman & Kruskal 1954, J. Am. Stat. Assoc. 49:732, their gamma, with what cannot be
/// told apart as ties.
pub fn ordered_pairs(points: &[(f64, f64)], resolution: f64) -> f64 {
    let (mut rising, mut falling) = (0.0, 0.0);
    for (place, a) in points.iter().enumerate() {
        for b in &points[..place] {
            let (along, change) = (a.0 - b.0, a.1 - b.1);
            if along == 0.0 || change.abs() < resolution {
                continue;
            }
            match along * change > 0.0 {
                true => rising += 1.0,
                false => falling += 1.0,
            }
        }
    }
    (rising - falling) / (rising + falling)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_that_cannot_be_told_apart_have_no_order() {
        let latencies = [(1.0, 280.0), (2.0, 290.0), (3.0, 150.0), (4.0, 152.0)];
        // One pair rises by a frame, four fall, one differs by less than a frame.
        assert!((ordered_pairs(&latencies, 10.0) + 0.6).abs() < 1e-12);
        assert!((ordered_pairs(&latencies, 11.0) + 1.0).abs() < 1e-12);
        assert!(ordered_pairs(&latencies[2..], 10.0).is_nan());
    }
}
