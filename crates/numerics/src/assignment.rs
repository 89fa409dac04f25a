//! Rows and columns paired one to one.

/// The column of each row, or none, such that no column is taken twice and the sum of `values[row][column]` over the
/// pairs is the largest there is: the assignment problem, by shortest augmenting paths in `O(rows^2 columns)`. A row
/// is left without a column rather than given one that lowers the sum.
///
/// Source: Kuhn 1955, *Naval Research Logistics Quarterly*; Jonker & Volgenant 1987, *Computing* (both recalled).
///
/// # Panics
/// If rows differ in length, or a value is NaN.
pub fn assignment(values: &[Vec<f64>]) -> Vec<Option<usize>> {
    let columns = values.first().map_or(0, Vec::len);
    assert!(
        values.iter().all(|row| row.len() == columns),
        "rows of different lengths"
    );
    assert!(
        !values.iter().flatten().any(|value| value.is_nan()),
        "a value is NaN"
    );
    // A column of its own for each row to be left with, at no value.
    let all = columns + values.len();
    let mut pairing = Pairing {
        values,
        columns,
        of_row: vec![0.0; values.len()],
        of_column: vec![0.0; all],
        row_of: vec![None; all],
    };
    (0..values.len()).for_each(|row| pairing.add(row));
    let mut found = vec![None; values.len()];
    for (column, row) in pairing.row_of[..columns].iter().enumerate() {
        if let Some(row) = row {
            found[*row] = Some(column);
        }
    }
    found
}

/// The best pairs of some of the rows, with the prices of rows and columns that prove it.
struct Pairing<'a> {
    values: &'a [Vec<f64>],
    columns: usize,
    of_row: Vec<f64>,
    of_column: Vec<f64>,
    row_of: Vec<Option<usize>>,
}

impl Pairing<'_> {
    /// What a pair costs beyond the prices of its row and its column; never below 0 but for rounding.
    fn reduced(&self, row: usize, column: usize) -> f64 {
        let value = match column < self.columns {
            true => self.values[row][column],
            false => 0.0,
        };
        -value - self.of_row[row] - self.of_column[column]
    }

    /// Takes in another row, along the cheapest path of pairs that change.
    fn add(&mut self, row: usize) {
        let all = self.row_of.len();
        let mut distance = vec![f64::INFINITY; all];
        let mut before: Vec<Option<usize>> = vec![None; all];
        let mut done = vec![false; all];
        let (mut current, mut last) = (row, None);
        let end = loop {
            for column in (0..all).filter(|&column| !done[column]) {
                let cost = self.reduced(current, column);
                if cost < distance[column] {
                    (distance[column], before[column]) = (cost, last);
                }
            }
            let open = (0..all).filter(|&column| !done[column]);
            let next = open.min_by(|&a, &b| distance[a].total_cmp(&distance[b]));
            let next = next.expect("each row has a column of its own");
            self.raise(distance[next], row, &done);
            let nearest = distance[next];
            for column in (0..all).filter(|&column| !done[column]) {
                distance[column] -= nearest;
            }
            done[next] = true;
            match self.row_of[next] {
                Some(taken) => (current, last) = (taken, Some(next)),
                None => break next,
            }
        };
        let mut column = end;
        while let Some(previous) = before[column] {
            self.row_of[column] = self.row_of[previous];
            column = previous;
        }
        self.row_of[column] = Some(row);
    }

    /// Raises the prices of the rows that were reached, and lowers those of their columns.
    fn raise(&mut self, by: f64, row: usize, done: &[bool]) {
        self.of_row[row] += by;
        for column in (0..done.len()).filter(|&column| done[column]) {
            if let Some(reached) = self.row_of[column] {
                self.of_row[reached] += by;
            }
            self.of_column[column] -= by;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The largest sum, by trying all ways to give each row one of the columns, or none.
    fn brute_force(rows: &[Vec<f64>], taken: &mut Vec<usize>) -> f64 {
        let Some((row, rest)) = rows.split_first() else {
            return 0.0;
        };
        let mut best = brute_force(rest, taken);
        for (column, value) in row.iter().enumerate() {
            if taken.contains(&column) {
                continue;
            }
            taken.push(column);
            best = best.max(value + brute_force(rest, taken));
            taken.pop();
        }
        best
    }

    #[test]
    fn it_is_the_best_of_all() {
        let shapes = [(1, 1), (3, 4), (4, 3), (5, 5), (2, 6)];
        for case in 0..100usize {
            let (rows, columns) = shapes[case % shapes.len()];
            let value =
                |index: usize| ((case * 97 + index * 7919 + 13) % 1009) as f64 / 504.5 - 1.0;
            let values: Vec<Vec<f64>> = (0..rows)
                .map(|row| {
                    (0..columns)
                        .map(|column| value(row * 31 + column))
                        .collect()
                })
                .collect();
            let found = assignment(&values);
            let mut taken: Vec<usize> = found.iter().copied().flatten().collect();
            let pairs = found.iter().zip(&values);
            let sum: f64 = pairs
                .filter_map(|(column, row)| Some(row[(*column)?]))
                .sum();
            // Rounding of a few sums.
            assert!((sum - brute_force(&values, &mut Vec::new())).abs() < 1e-12);
            taken.sort_unstable();
            let count = taken.len();
            taken.dedup();
            assert_eq!(taken.len(), count, "{values:?}");
        }
    }

    #[test]
    fn a_row_stays_alone_rather_than_lose() {
        assert_eq!(assignment(&[vec![-0.1, -2.0]]), [None]);
        assert_eq!(assignment(&[vec![], vec![]]), [None, None]);
        assert_eq!(assignment(&[]), [None; 0]);
    }
}
