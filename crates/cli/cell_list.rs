//! Cells as they are typed.

use std::str::FromStr;

use ganglion::recording::CellIndex;

/// Cells of the recording, counted from 0: numbers and ranges such as `0,2,5-7`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CellList(Vec<CellIndex>);

/// Cells of one list: no recording has more.
const MOST_CELLS: usize = 10_000;

impl CellList {
    /// The cells, in the order typed.
    pub fn cells(&self) -> &[CellIndex] {
        &self.0
    }

    /// Their numbers, in the order typed.
    pub fn numbers(&self) -> Vec<usize> {
        self.0.iter().map(|cell| cell.0).collect()
    }
}

impl FromStr for CellList {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut cells = Vec::new();
        for part in text.split(',') {
            let (first, last) = range(part.trim())?;
            if last >= MOST_CELLS {
                return Err(format!(
                    "cell {last} is out of range: cells are counted from 0, and no recording has \
                     {MOST_CELLS}"
                ));
            }
            for cell in (first..=last).map(CellIndex) {
                if cells.contains(&cell) {
                    return Err(format!("cell {cell} is named twice; name each cell once"));
                }
                cells.push(cell);
            }
        }
        Ok(Self(cells))
    }
}

/// First and last of a part of the list.
fn range(part: &str) -> Result<(usize, usize), String> {
    let help = "give cells as numbers from 0 on and ranges, such as 0,2,5-7";
    if part.starts_with('-') {
        return Err(format!(
            "{part} is negative: cells are counted from 0; {help}"
        ));
    }
    let (first, last) = part.split_once('-').unwrap_or((part, part));
    match (first.trim().parse(), last.trim().parse()) {
        (Ok(first), Ok(last)) if first <= last => Ok((first, last)),
        (Ok(_), Ok(_)) => Err(format!("{part} runs backwards; {help}")),
        _ => Err(format!("{part:?} is no number; {help}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_read_as_they_are_written() {
        let t = |text: &str| text.parse::<CellList>().map(|list| list.numbers());
        assert_eq!(t("0,2,5-7"), Ok(vec![0, 2, 5, 6, 7]));
        assert_eq!(t(" 3 , 1"), Ok(vec![3, 1]));
        for (text, part) in [
            ("3-1", "backwards"),
            ("0-99999999", "out of range"),
            ("0-99999999999999999999999", "no number"),
            ("1,1", "named twice"),
            ("0-3,2", "named twice"),
            ("-1", "negative"),
            ("all", "no number"),
            ("", "no number"),
        ] {
            assert!(t(text).is_err_and(|error| error.contains(part)), "{text}");
        }
    }
}
