//! Orders in which programs list the units of a stage.
//!
//! Ours, and PyTorch's, is channel, row, column, the last fastest. A network of Keras may list them
//! as row, column, channel, and its batch normalisation may share values along any axis.

/// An axis of a stage's units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Axis {
    /// Channels, or the frames of a movie.
    Channel,
    /// Rows.
    Row,
    /// Columns.
    Column,
}

impl Axis {
    fn name(self) -> &'static str {
        match self {
            Self::Channel => "channel",
            Self::Row => "row",
            Self::Column => "column",
        }
    }

    /// Its extent.
    pub(super) fn of(self, [channels, rows, columns]: [usize; 3]) -> usize {
        match self {
            Self::Channel => channels,
            Self::Row => rows,
            Self::Column => columns,
        }
    }
}

/// An order of all three axes, the last fastest.
pub(super) type Order = [Axis; 3];

/// Our order.
pub(super) const CHANNELS_FIRST: Order = [Axis::Channel, Axis::Row, Axis::Column];
/// The other one that is in use.
pub(super) const CHANNELS_LAST: Order = [Axis::Row, Axis::Column, Axis::Channel];

/// Which units a list of values is about.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Over {
    /// Channels, or all units in this order: how many values there are tells which.
    Counted(Order),
    /// One value for every combination along these axes, the last fastest.
    Axes(Vec<Axis>),
}

impl Over {
    /// The axes that `count` values are over, if they fit the stage.
    pub(super) fn axes(&self, count: usize, planes: [usize; 3]) -> Option<Vec<Axis>> {
        let fits = |axes: &[Axis]| self::count(axes, planes) == Some(count);
        let axes = match self {
            Self::Axes(axes) => axes.clone(),
            Self::Counted(_) if fits(&[Axis::Channel]) => vec![Axis::Channel],
            Self::Counted(order) => order.to_vec(),
        };
        fits(&axes).then_some(axes)
    }
}

/// Combinations along some axes, if they can be counted.
fn count(axes: &[Axis], planes: [usize; 3]) -> Option<usize> {
    axes.iter()
        .try_fold(1usize, |count, axis| count.checked_mul(axis.of(planes)))
}

/// For every unit in our order, the place of its value in a list over `axes`.
pub(super) fn places(axes: &[Axis], planes: [usize; 3]) -> Vec<usize> {
    let [channels, rows, columns] = planes;
    let mut places = Vec::with_capacity(channels * rows * columns);
    for channel in 0..channels {
        for row in 0..rows {
            for column in 0..columns {
                let unit = [channel, row, column];
                let place = axes
                    .iter()
                    .fold(0, |place, axis| place * axis.of(planes) + axis.of(unit));
                places.push(place);
            }
        }
    }
    places
}

/// `per channel`, `per row and column`, or `per unit` for all three.
pub(super) fn per(axes: &[Axis]) -> String {
    if axes.len() == 3 {
        return "per unit".into();
    }
    let names: Vec<&str> = axes.iter().map(|axis| axis.name()).collect();
    format!("per {}", names.join(" and "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_with_channels_last_is_found_unit_by_unit() {
        // Two channels, one row, three columns.
        let planes = [2, 1, 3];
        assert_eq!(places(&CHANNELS_FIRST, planes), [0, 1, 2, 3, 4, 5]);
        assert_eq!(places(&CHANNELS_LAST, planes), [0, 2, 4, 1, 3, 5]);
        assert_eq!(places(&[Axis::Column], planes), [0, 1, 2, 0, 1, 2]);
        assert_eq!(places(&[Axis::Channel], planes), [0, 0, 0, 1, 1, 1]);
    }

    #[test]
    fn as_many_columns_as_channels_are_not_mistaken_for_them() {
        let columns = Over::Axes(vec![Axis::Column]);
        assert_eq!(columns.axes(4, [4, 2, 4]), Some(vec![Axis::Column]));
        let counted = Over::Counted(CHANNELS_LAST);
        assert_eq!(counted.axes(4, [4, 2, 4]), Some(vec![Axis::Channel]));
        assert_eq!(counted.axes(32, [4, 2, 4]), Some(CHANNELS_LAST.to_vec()));
        assert_eq!(counted.axes(8, [4, 2, 4]), None);
    }
}
