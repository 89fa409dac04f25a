//! Values of the options of `ganglion import`.

use std::collections::HashSet;
use std::str::FromStr;

use ganglion_model::network::Nonlinearity;

/// A number above zero.
pub fn positive(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(value) if value > 0.0 && value.is_finite() => Ok(value),
        _ => Err("give a number above 0".into()),
    }
}

/// Cells, 0-based: numbers and ranges such as `0,2,5-7`, each once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CellList(pub Vec<usize>);

/// No recording has more cells.
const MOST_CELLS: usize = 10_000;

impl FromStr for CellList {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut cells = Vec::new();
        for part in text.split(',') {
            let (first, last) = part.split_once('-').unwrap_or((part, part));
            match (first.trim().parse::<usize>(), last.trim().parse::<usize>()) {
                (Ok(first), Ok(last)) if last >= MOST_CELLS && first <= last => {
                    return Err(format!(
                        "cell {last} is out of range: cells are counted from 0, and no recording \
                         has {MOST_CELLS}"
                    ));
                }
                (Ok(first), Ok(last)) if first <= last => cells.extend(first..=last),
                _ => return Err("give cells as numbers and ranges, such as 0,2,5-7".into()),
            }
        }
        match repeated(&cells) {
            Some(cell) => Err(format!("cell {cell} is listed twice")),
            None => Ok(Self(cells)),
        }
    }
}

/// The first cell that is listed again.
fn repeated(cells: &[usize]) -> Option<usize> {
    let mut seen = HashSet::new();
    cells.iter().copied().find(|cell| !seen.insert(*cell))
}

/// From drive to firing rate, as Keras and PyTorch name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OutputActivation(pub Nonlinearity);

impl FromStr for OutputActivation {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "softplus" => Ok(Self(Nonlinearity::Softplus)),
            "exponential" | "exp" => Ok(Self(Nonlinearity::Exp)),
            _ => Err("choose softplus or exponential; others are not supported".into()),
        }
    }
}

/// Rows and columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FrameSize(pub [usize; 2]);

impl FromStr for FrameSize {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        pair(text, 'x')
            .map(Self)
            .ok_or_else(|| "give rows and columns, such as 50x50".into())
    }
}

/// A mean and a standard deviation.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MeanAndDeviation(pub [f64; 2]);

impl FromStr for MeanAndDeviation {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match pair::<f64>(text, ',') {
            Some([mean, sd]) if mean.is_finite() && sd.is_finite() && sd > 0.0 => {
                Ok(Self([mean, sd]))
            }
            _ => Err("give a mean and a standard deviation above 0, such as 51.5,53.5".into()),
        }
    }
}

/// Rows and columns of units, a pair a cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Coordinates(pub Vec<[usize; 2]>);

impl FromStr for Coordinates {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let pairs: Option<_> = text.split(';').map(|place| pair(place, ',')).collect();
        pairs
            .map(Self)
            .ok_or_else(|| "give a row and a column for each cell, such as 7,8;3,12".into())
    }
}

fn pair<T: FromStr>(text: &str, separator: char) -> Option<[T; 2]> {
    let (first, second) = text.split_once(separator)?;
    Some([first.trim().parse().ok()?, second.trim().parse().ok()?])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_read_as_they_are_written() {
        assert_eq!("0,2,5-7".parse(), Ok(CellList(vec![0, 2, 5, 6, 7])));
        assert!("3-1".parse::<CellList>().is_err());
        assert!("0-99999999999".parse::<CellList>().is_err());
        let refused = |text: &str| text.parse::<CellList>().unwrap_err();
        assert!(refused("0,1-3,2").contains("cell 2 is listed twice"));
        assert!(refused("0,123456").contains("cell 123456 is out of range"));
        assert!("elu".parse::<OutputActivation>().is_err());
        assert_eq!("20x30".parse(), Ok(FrameSize([20, 30])));
        assert_eq!("-1.5,2".parse(), Ok(MeanAndDeviation([-1.5, 2.0])));
        assert!("1,0".parse::<MeanAndDeviation>().is_err());
        assert_eq!("1,2;3,4".parse(), Ok(Coordinates(vec![[1, 2], [3, 4]])));
        assert!("1,2;3".parse::<Coordinates>().is_err());
    }
}
