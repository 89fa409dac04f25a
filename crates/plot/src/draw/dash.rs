//! Dashed lines, cut into strokes so that both writers draw the same dashes.

use super::Point;

/// Cuts a line into dashes with gaps of the same length.
pub(crate) fn dashed(line: &[Point], length: f64) -> Vec<Vec<Point>> {
    let mut dashes = Vec::new();
    let mut dash: Vec<Point> = line.first().copied().into_iter().collect();
    let (mut left, mut drawing) = (length, true);
    for pair in line.windows(2) {
        let (mut from, to) = (pair[0], pair[1]);
        let mut distance = (to.0 - from.0).hypot(to.1 - from.1);
        while distance > left {
            let part = left / distance;
            from = (
                from.0 + (to.0 - from.0) * part,
                from.1 + (to.1 - from.1) * part,
            );
            distance -= left;
            if drawing {
                dash.push(from);
                dashes.push(std::mem::take(&mut dash));
            } else {
                dash = vec![from];
            }
            (left, drawing) = (length, !drawing);
        }
        left -= distance;
        if drawing {
            dash.push(to);
        }
    }
    if dash.len() > 1 {
        dashes.push(dash);
    }
    dashes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dashes_and_gaps_alternate() {
        let dashes = dashed(&[(0.0, 0.0), (5.0, 0.0)], 2.0);
        assert_eq!(
            dashes,
            [vec![(0.0, 0.0), (2.0, 0.0)], vec![(4.0, 0.0), (5.0, 0.0)]]
        );
    }

    #[test]
    fn nothing_to_dash_is_no_dash() {
        assert!(dashed(&[], 2.0).is_empty());
    }
}
