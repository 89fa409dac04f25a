//! How well a number tells two kinds apart.

/// Area under the receiver operating characteristic: the probability that a true case has a higher value
/// than a false one, ties counting half. 0.5 is chance. None where there is only one kind.
///
/// Source: Hanley & McNeil 1982, *Radiology* (recalled).
pub fn roc_area(cases: &[(f64, bool)]) -> Option<f64> {
    let of = |kind: bool| cases.iter().filter(move |(_, is)| *is == kind);
    let (yes, no) = (of(true).count(), of(false).count());
    if yes == 0 || no == 0 {
        return None;
    }
    let wins = of(true).flat_map(|(high, _)| {
        of(false).map(move |(low, _)| match high.total_cmp(low) {
            std::cmp::Ordering::Greater => 1.0,
            std::cmp::Ordering::Equal => 0.5,
            std::cmp::Ordering::Less => 0.0,
        })
    });
    Some(wins.sum::<f64>() / (yes * no) as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order_is_all_that_counts() {
        let area = |values: [f64; 4]| {
            let cases = values.into_iter().zip([true, true, false, false]);
            roc_area(&cases.collect::<Vec<_>>())
        };
        assert_eq!(area([3.0, 2.0, 1.0, 0.0]), Some(1.0));
        assert_eq!(area([0.0, 1.0, 2.0, 3.0]), Some(0.0));
        assert_eq!(area([1.0, 1.0, 1.0, 1.0]), Some(0.5));
        // Three of four pairs are in order.
        assert_eq!(area([3.0, 1.0, 2.0, 0.0]), Some(0.75));
        assert_eq!(roc_area(&[(1.0, true)]), None);
    }
}
