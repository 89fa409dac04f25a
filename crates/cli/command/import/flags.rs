//! Values of the options of `ganglion import`.

use std::str::FromStr;

use ganglion::model::network::OutputNonlinearity;

/// A number above zero.
pub fn positive(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(value) if value > 0.0 && value.is_finite() => Ok(value),
        _ => Err("give a number above 0".into()),
    }
}

/// From drive to firing rate, as Keras and PyTorch name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OutputActivation(pub OutputNonlinearity);

impl FromStr for OutputActivation {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "softplus" => Ok(Self(OutputNonlinearity::Softplus)),
            "exponential" | "exp" => Ok(Self(OutputNonlinearity::Exp)),
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
        assert!("elu".parse::<OutputActivation>().is_err());
        assert_eq!("20x30".parse(), Ok(FrameSize([20, 30])));
        assert_eq!("-1.5,2".parse(), Ok(MeanAndDeviation([-1.5, 2.0])));
        assert!("1,0".parse::<MeanAndDeviation>().is_err());
        assert_eq!("1,2;3,4".parse(), Ok(Coordinates(vec![[1, 2], [3, 4]])));
        assert!("1,2;3".parse::<Coordinates>().is_err());
    }
}
