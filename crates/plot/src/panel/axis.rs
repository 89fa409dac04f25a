//! An axis: its label with the unit, its range and its ticks.

/// An axis of a panel.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Axis {
    pub(crate) label: String,
    pub(crate) range: Option<(f64, f64)>,
    pub(crate) floor: Option<f64>,
    pub(crate) logarithmic: bool,
    pub(crate) counting: bool,
    pub(crate) ticks: Option<Vec<Tick>>,
}

/// A tick of an axis.
#[derive(Clone, Debug, PartialEq)]
pub struct Tick {
    /// Where it stands, in data units.
    pub at: f64,
    /// What it says.
    pub label: String,
}

impl Axis {
    /// An axis with this label, for example `"Time (s)"`, ranging over the data.
    pub fn new(label: impl Into<String>) -> Self {
        Self {
            label: label.into(),
            ..Self::default()
        }
    }

    /// Fixes the range instead of taking it from the data.
    pub fn range(mut self, low: f64, high: f64) -> Self {
        self.range = Some((low, high));
        self
    }

    /// Makes the range reach down (or up) to a value, such as zero.
    pub fn reaching(mut self, value: f64) -> Self {
        self.floor = Some(value);
        self
    }

    /// Spaces values by their logarithm; values that are not positive are left out.
    pub fn logarithmic(mut self) -> Self {
        self.logarithmic = true;
        self
    }

    /// Puts ticks at whole numbers only, for things that are counted.
    pub fn counting(mut self) -> Self {
        self.counting = true;
        self
    }

    /// Sets the ticks, for example the names of categories.
    pub fn ticks<S: Into<String>>(mut self, ticks: impl IntoIterator<Item = (f64, S)>) -> Self {
        let tick = |(at, label): (f64, S)| Tick {
            at,
            label: label.into(),
        };
        self.ticks = Some(ticks.into_iter().map(tick).collect());
        self
    }
}
