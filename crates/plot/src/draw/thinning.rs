//! Fewer points for the same picture.

use super::Point;

/// Width of a column within which only the extremes can be seen, in points.
const COLUMN: f64 = 0.4;

/// Keeps the first, lowest, highest and last point of every narrow column of a line.
///
/// Lines whose points are sparse, or do not run from left to right, are returned as they are.
pub(crate) fn thinned(line: Vec<Point>) -> Vec<Point> {
    let rising = line.windows(2).all(|pair| pair[0].0 <= pair[1].0);
    let (Some(first), Some(last)) = (line.first(), line.last()) else {
        return line;
    };
    if !rising || (line.len() as f64) < 3.0 * (last.0 - first.0) / COLUMN {
        return line;
    }
    let column = |point: &Point| (point.0 / COLUMN).floor();
    line.chunk_by(|a, b| column(a) == column(b))
        .flat_map(extremes)
        .collect()
}

fn extremes(column: &[Point]) -> Vec<Point> {
    let by_height = |a: &usize, b: &usize| column[*a].1.total_cmp(&column[*b].1);
    let lowest = (0..column.len()).min_by(by_height).unwrap_or(0);
    let highest = (0..column.len()).max_by(by_height).unwrap_or(0);
    let mut kept = vec![0, lowest, highest, column.len() - 1];
    kept.sort_unstable();
    kept.dedup();
    kept.into_iter().map(|index| column[index]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn extremes_survive() {
        let mut line: Vec<Point> = (0..100_000).map(|i| (f64::from(i) * 1e-3, 0.0)).collect();
        line[54_321].1 = 7.0;
        let thin = thinned(line);
        assert!(thin.len() < 2000);
        assert!(thin.iter().any(|point| point.1 == 7.0));
    }
}
