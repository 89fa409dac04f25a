//! Where the walk through a Keras network is: the order of the axes between two layers.

use crate::import::options::FlattenOrder;
use crate::import::units::{Axis, CHANNELS_FIRST, CHANNELS_LAST, Order};

/// Where Keras puts channels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ChannelOrder {
    First,
    Last,
}

impl ChannelOrder {
    pub(super) fn order(self) -> Order {
        match self {
            Self::First => CHANNELS_FIRST,
            Self::Last => CHANNELS_LAST,
        }
    }
}

impl From<FlattenOrder> for ChannelOrder {
    fn from(order: FlattenOrder) -> Self {
        match order {
            FlattenOrder::ChannelsFirst => Self::First,
            FlattenOrder::ChannelsLast => Self::Last,
        }
    }
}

/// What lies between two layers.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum FilePosition {
    /// The movie, before a layer that tells which of its axes are frames, rows and columns. Places
    /// of its axes in the file's order.
    Input(Vec<usize>),
    /// Maps of units, their axes in this order.
    Maps(Order),
    /// Units in a row, in this order.
    Units(Order),
    /// The cells.
    Cells,
}

/// The axes after `Flatten(data_format="channels_first")`, which moves the first to the end.
pub(super) fn first_to_last<T: Copy>([first, second, third]: [T; 3]) -> [T; 3] {
    [second, third, first]
}

/// Axes of a movie of `sizes` without a layer that tells them: two sizes alike are likely those of a
/// square frame.
pub(super) fn guessed(sizes: &[usize]) -> Option<FlattenOrder> {
    match sizes {
        [first, second, third] if first != third => match second {
            second if second == third => Some(FlattenOrder::ChannelsFirst),
            second if second == first => Some(FlattenOrder::ChannelsLast),
            _ => None,
        },
        _ => None,
    }
}

/// Frames, rows and columns of sizes in an order.
pub(super) fn in_our_order(sizes: [usize; 3], order: Order) -> [usize; 3] {
    CHANNELS_FIRST.map(|axis: Axis| {
        let place = order.iter().position(|other| *other == axis);
        sizes[place.expect("an order holds every axis")]
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_sizes_alike_are_rows_and_columns() {
        assert_eq!(guessed(&[40, 50, 50]), Some(FlattenOrder::ChannelsFirst));
        assert_eq!(guessed(&[50, 50, 40]), Some(FlattenOrder::ChannelsLast));
        assert_eq!(guessed(&[40, 30, 50]), None);
        assert_eq!(guessed(&[50, 50, 50]), None);
        assert_eq!(guessed(&[100_000]), None);
        assert_eq!(in_our_order([50, 60, 40], CHANNELS_LAST), [40, 50, 60]);
    }
}
