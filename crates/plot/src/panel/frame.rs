//! The frame of a panel: title, legend, spines, ticks and labels around the data.

use super::{Axis, Legend, Mapping, Tick, padded, ticks};
use crate::draw::{Area, LABEL_SIZE, SPINE_WIDTH, Scene, TICK_SIZE, Text, palette};

/// Room left of the data for tick labels and the label of the y axis.
pub(crate) const LEFT_MARGIN: f64 = 38.0;
/// Room below the data for tick labels and the label of the x axis.
pub(crate) const BOTTOM_MARGIN: f64 = 27.0;
/// Room right of the data for the last tick label.
pub(crate) const RIGHT_MARGIN: f64 = 9.0;
/// Room above the data for the title.
pub(crate) const TITLE_HEIGHT: f64 = 14.0;

const TOP_MARGIN: f64 = 5.0;
const TICK_LENGTH: f64 = 2.6;
const POINTS_PER_X_TICK: f64 = 28.0;
const POINTS_PER_Y_TICK: f64 = 15.0;

/// What surrounds the data of a panel.
pub(crate) struct Frame<'a> {
    pub(crate) title: &'a str,
    pub(crate) x: &'a Axis,
    pub(crate) y: &'a Axis,
    /// Extent of the data along x and y; nothing without data.
    pub(crate) extent: Option<DataExtent>,
    pub(crate) legend: Legend,
    /// Room kept free above the data, for labels of moments.
    pub(crate) headroom: f64,
    /// How far the title may reach beyond the right edge.
    pub(crate) overhang: f64,
    /// Whether the data area is square, with the same number of ticks on both axes.
    pub(crate) square: bool,
}

/// Extent of the data along x and y.
pub(crate) type DataExtent = ((f64, f64), (f64, f64));

impl<'a> Frame<'a> {
    /// A frame without legend or further room.
    pub(crate) fn new(
        title: &'a str,
        x: &'a Axis,
        y: &'a Axis,
        extent: Option<DataExtent>,
    ) -> Self {
        let legend = Legend::default();
        Self {
            title,
            x,
            y,
            extent,
            legend,
            headroom: 0.0,
            overhang: 0.0,
            square: false,
        }
    }

    /// Draws the frame and returns how data map into it; nothing without data.
    pub(crate) fn draw(self, scene: &mut Scene, area: Area) -> Option<Mapping> {
        let ranges = self.ranges();
        let (inner, above) = self.inner(area, ranges);
        draw_title(
            scene,
            self.title,
            inner.x,
            above - 4.0,
            area.right() + self.overhang,
        );
        let legend_area = Area::new(inner.x, above - 1.0, inner.width, inner.y - above);
        self.legend.draw(scene, legend_area);
        draw_labels(scene, self.x, self.y, inner, self.widest(ranges, inner));
        draw_spines(scene, inner);
        let Some((x, y)) = ranges else {
            super::no_data(scene, inner);
            return None;
        };
        let map = Mapping::new(inner, (x, is_log(self.x, x)), (y, is_log(self.y, y)));
        draw_ticks(
            scene,
            &map,
            &ticks_of(self.x, x, inner.width / POINTS_PER_X_TICK),
            true,
        );
        draw_ticks(scene, &map, &self.y_ticks(y, inner), false);
        Some(map)
    }

    /// Room left of the data.
    pub(crate) fn left_margin(&self, area: Area) -> f64 {
        let (inner, _) = self.inner(area, self.ranges());
        inner.x - area.x
    }

    /// The ranges of the axes; nothing without data.
    fn ranges(&self) -> Option<(Range, Range)> {
        let (x, y) = self.extent?;
        Some((range_of(self.x, x, 0.0), range_of(self.y, y, 0.05)))
    }

    /// The data area, and the top of the legend above it.
    fn inner(&self, area: Area, ranges: Option<(Range, Range)>) -> (Area, f64) {
        let title = if self.title.is_empty() {
            TOP_MARGIN
        } else {
            TITLE_HEIGHT
        };
        let width = area.width - LEFT_MARGIN - RIGHT_MARGIN;
        let legend = self.legend.height(width);
        let top = title + legend + self.headroom;
        let inner = area.inside(LEFT_MARGIN, top, RIGHT_MARGIN, BOTTOM_MARGIN);
        // Long tick labels push the data area to the right.
        let left = self.widest(ranges, inner) + TICK_LENGTH + 16.5;
        let mut inner = inner.inside((left - LEFT_MARGIN).max(0.0), 0.0, 0.0, 0.0);
        if self.square {
            inner = inner.fitted(1.0);
        }
        (inner, inner.y - self.headroom - legend)
    }

    fn y_ticks(&self, range: Range, inner: Area) -> Vec<Tick> {
        let spacing = if self.square {
            POINTS_PER_X_TICK
        } else {
            POINTS_PER_Y_TICK
        };
        ticks_of(self.y, range, inner.height / spacing)
    }

    fn widest(&self, ranges: Option<(Range, Range)>, inner: Area) -> f64 {
        ranges.map_or(0.0, |(_, y)| widest(&self.y_ticks(y, inner), y))
    }
}

type Range = (f64, f64);

/// Draws a title, shortened with an ellipsis where it would leave the panel.
pub(crate) fn draw_title(scene: &mut Scene, title: &str, x: f64, y: f64, right: f64) {
    let mut text = Text::new(title, (x, y)).size(LABEL_SIZE).bold();
    while text.at.0 + text.width() > right && text.text.chars().count() > 2 {
        let kept = text.text.chars().count() - 2;
        text.text = text.text.chars().take(kept).collect::<String>() + "…";
    }
    scene.text(text);
}

/// Width of the widest tick label that lies inside a range.
fn widest(ticks: &[Tick], (low, high): (f64, f64)) -> f64 {
    let shown = ticks.iter().filter(|tick| (low..=high).contains(&tick.at));
    let width = |tick: &Tick| {
        Text::new(tick.label.clone(), (0.0, 0.0))
            .size(TICK_SIZE)
            .width()
    };
    shown.map(width).fold(0.0, f64::max)
}

/// Draws the labels of the axes; that of y clear of tick labels of some width.
fn draw_labels(scene: &mut Scene, x: &Axis, y: &Axis, inner: Area, widest: f64) {
    let (center_x, center_y) = inner.center();
    let below = (center_x, inner.bottom() + 21.5);
    scene.text(Text::new(x.label.clone(), below).centered());
    let distance = (TICK_LENGTH + widest + 8.0).max(22.0);
    let beside = (inner.x - distance, center_y);
    scene.text(Text::new(y.label.clone(), beside).centered().upward());
}

/// Draws the left and the bottom edge of a data area.
pub(crate) fn draw_spines(scene: &mut Scene, inner: Area) {
    let corner = (inner.x, inner.bottom());
    let spines = vec![(inner.x, inner.y), corner, (inner.right(), inner.bottom())];
    scene.line(spines, palette::INK, SPINE_WIDTH);
}

/// The range of an axis: as fixed, or that of the data with some room.
fn range_of(axis: &Axis, data: (f64, f64), room: f64) -> (f64, f64) {
    if let Some((low, high)) = axis
        .range
        .filter(|(low, high)| low.is_finite() && high > low)
    {
        return (low, high);
    }
    let reach = axis.floor.unwrap_or(data.0);
    let (low, high) = (data.0.min(reach), data.1.max(reach));
    if axis.logarithmic && low > 0.0 {
        let (low, high) = padded((low.log10(), high.log10()), room.max(0.03));
        return (10f64.powf(low), 10f64.powf(high));
    }
    let (wide_low, wide_high) = padded((low, high), room);
    // An axis that must reach a value ends exactly there.
    let ends_low = axis.floor == Some(low) && low < high;
    let ends_high = axis.floor == Some(high) && low < high;
    (
        if ends_low { low } else { wide_low },
        if ends_high { high } else { wide_high },
    )
}

fn is_log(axis: &Axis, range: (f64, f64)) -> bool {
    axis.logarithmic && range.0 > 0.0
}

fn ticks_of(axis: &Axis, range: (f64, f64), wanted: f64) -> Vec<Tick> {
    let wanted = wanted.clamp(1.0, 8.0) as usize;
    match &axis.ticks {
        Some(ticks) => ticks.clone(),
        None if is_log(axis, range) => ticks::logarithmic(range.0, range.1, wanted),
        None if axis.counting => ticks::whole(range.0, range.1, wanted),
        None => ticks::linear(range.0, range.1, wanted),
    }
}

/// Draws ticks and their labels; a label that would touch the one before it is left out.
fn draw_ticks(scene: &mut Scene, map: &Mapping, ticks: &[Tick], horizontal: bool) {
    let mut last: Option<Area> = None;
    let mut strokes = Vec::new();
    for tick in ticks {
        let Some((from, to, label)) = placed(map, tick, horizontal) else {
            continue;
        };
        strokes.push(vec![from, to]);
        let bounds = label.bounds();
        let roomy = Area::new(bounds.x - 2.0, bounds.y, bounds.width + 4.0, bounds.height);
        if last.is_none_or(|last| !last.overlaps(&roomy)) {
            last = Some(bounds);
            scene.text(label);
        }
    }
    scene.lines(strokes, palette::INK, SPINE_WIDTH);
}

type PlacedPanel = ((f64, f64), (f64, f64), Text);

fn placed(map: &Mapping, tick: &Tick, horizontal: bool) -> Option<PlacedPanel> {
    let area = map.area();
    let label = Text::new(tick.label.clone(), (0.0, 0.0)).size(TICK_SIZE);
    if horizontal {
        let (x, y) = (map.x(tick.at)?, area.bottom());
        let at = (x, y + TICK_LENGTH + 7.2);
        return Some((
            (x, y),
            (x, y + TICK_LENGTH),
            Text { at, ..label }.centered(),
        ));
    }
    let (x, y) = (area.x, map.y(tick.at)?);
    let at = (x - TICK_LENGTH - 2.2, y);
    Some((
        (x, y),
        (x - TICK_LENGTH, y),
        Text { at, ..label }.ending().middle(),
    ))
}
