//! Filters of a network's first layer, or of recorded cells, in space and time.

use super::{Figure, PAGE_WIDTH};
use crate::draw::{
    Area, ColorMap, LINE_WIDTH, Mark, SPINE_WIDTH, Scene, TICK_SIZE, Text, palette, thinned,
};
use crate::error::{check_length, check_positive};
use crate::panel::{Mapping, cells, extent, no_data, round_below};
use crate::table::number32;
use crate::{Error, Table};

/// Space-time filters, each split into a map of space and a course in time.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FilterFigure {
    /// The filters.
    pub channels: Vec<ChannelFilter>,
    /// Length of a pixel's side on the retina, if known; without it the bar counts pixels.
    pub microns_per_pixel: Option<f64>,
}

/// Spike-triggered averages of cells: the same figure, with a cell for a channel.
pub type StaFigure = FilterFigure;

/// One filter.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ChannelFilter {
    /// Its name, for example `"Channel 1"` or `"Cell 4"`.
    pub name: String,
    /// `"ON"` or `"OFF"`, if known.
    pub polarity: Option<String>,
    /// The map of space, row by row, row 0 on top.
    pub spatial: Vec<f32>,
    /// Rows of the map.
    pub height: usize,
    /// Columns of the map.
    pub width: usize,
    /// The course in time, oldest frame first.
    pub temporal: Vec<f32>,
    /// The filter itself of a movie of one row, `[frame, column]`, oldest frame first: drawn in place of the map,
    /// space across and time down.
    pub space_time: Option<Vec<f32>>,
    /// Length of a frame.
    pub frame_period_ms: f64,
    /// Share of the filter's variance that space times time explains, from 0 to 1.
    pub explained_variance: Option<f64>,
    /// An ellipse around its centre, if one was fitted.
    pub outline: Option<MapEllipse>,
}

/// An ellipse on a map, in pixels.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct MapEllipse {
    /// Column and row of its centre, counted from 0 at the centre of the first pixel.
    pub center: [f64; 2],
    /// Half its length along the long and the short axis.
    pub radii: [f64; 2],
    /// Direction of the long axis, radians from columns towards rows.
    pub angle: f64,
}

impl MapEllipse {
    /// Places on it, all the way round.
    fn places(&self) -> impl Iterator<Item = (f64, f64)> {
        const STEPS: u32 = 48;
        let (sin, cos) = self.angle.sin_cos();
        let ([x, y], [long, short]) = (self.center, self.radii);
        (0..=STEPS).map(move |step| {
            let turn = std::f64::consts::TAU * f64::from(step) / f64::from(STEPS);
            let (along, across) = (long * turn.cos(), short * turn.sin());
            (
                x + along * cos - across * sin,
                y + along * sin + across * cos,
            )
        })
    }
}

/// Most filters side by side.
const ACROSS: usize = 4;
pub(super) const BLOCK_WIDTH: f64 = PAGE_WIDTH / ACROSS as f64;
pub(super) const BLOCK_HEIGHT: f64 = 70.0;
const MAP_SIDE: f64 = 44.0;
/// Height of a map of one row, or width of one of one column.
const STRIP: f64 = 9.0;
const FOOTER: f64 = 33.0;
/// Height of a line of the footer.
const NOTE: f64 = 9.0;

/// From the map down to its scale bar: apart from an ellipse that ends at the map's edge.
const BELOW: f64 = 6.0;

impl ChannelFilter {
    pub(super) fn check(&self) -> Result<(), Error> {
        let what = format!("map of {}", self.name);
        check_length(
            &what,
            self.height.saturating_mul(self.width),
            self.spatial.len(),
        )?;
        if let Some(values) = &self.space_time {
            let what = format!("space-time picture of {}", self.name);
            let expected = self.temporal.len().saturating_mul(self.width);
            check_length(&what, expected, values.len())?;
        }
        check_positive(
            &format!("frame period of {}", self.name),
            self.frame_period_ms,
        )
    }

    /// Time from the response back to the onset of a frame, in milliseconds, as a negative number: the newest frame
    /// that can act is one frame before the response.
    pub(super) fn milliseconds(&self, frame: usize) -> f64 {
        -((self.temporal.len() - frame) as f64) * self.frame_period_ms
    }

    /// Whether it is of one pixel, and so of time alone.
    fn is_full_field(&self) -> bool {
        self.width == 1 && self.height == 1
    }

    /// Of a filter of time alone that is nothing to say.
    fn explained(&self) -> Option<String> {
        let share = self.explained_variance.filter(|share| share.is_finite())?;
        if self.is_full_field() {
            return None;
        }
        Some(format!("{:.0}%", 100.0 * share))
    }

    /// Draws map and course into a block; the course's time axis is labelled if there is a label.
    pub(super) fn draw(
        &self,
        scene: &mut Scene,
        block: Area,
        microns: Option<f64>,
        time: Option<&str>,
    ) {
        self.draw_heading(scene, block);
        let map = Area::new(block.x + 6.0, block.y + 14.0, MAP_SIDE, MAP_SIDE);
        let course = Area::new(map.right() + 10.0, map.y, 52.0, MAP_SIDE);
        if self.is_full_field() {
            // A map of one pixel says nothing.
            let whole = Area::new(map.x, map.y, course.right() - map.x, MAP_SIDE);
            return self.draw_course(scene, whole, time);
        }
        self.draw_map(scene, map, microns);
        self.draw_course(scene, course, time);
    }

    /// Name, polarity in its colour, and the variance explained.
    fn draw_heading(&self, scene: &mut Scene, block: Area) {
        let (x, y) = (block.x + 6.0, block.y + 10.0);
        let share = self.explained().unwrap_or_default();
        let share = Text::new(share, (block.right() - 14.0, y))
            .size(TICK_SIZE)
            .ending();
        let polarity = self.polarity.clone().unwrap_or_default();
        let color = match polarity.as_str() {
            "ON" => palette::BLUE,
            "OFF" => palette::VERMILLION,
            _ => palette::GREY,
        };
        let polarity = Text::new(polarity, (0.0, y))
            .size(TICK_SIZE)
            .bold()
            .color(color);
        let room = block.width - 24.0 - share.width() - polarity.width();
        let name = shortened(
            Text::new(self.name.clone(), (x, y)).size(TICK_SIZE).bold(),
            room,
        );
        scene.text(Text {
            at: (x + name.width() + 4.0, y),
            ..polarity
        });
        scene.text(name);
        scene.text(share.color(palette::GREY));
    }

    fn draw_map(&self, scene: &mut Scene, area: Area, microns: Option<f64>) {
        if self.spatial.is_empty() {
            return no_data(scene, area);
        }
        let shown = self.space_time.as_ref().unwrap_or(&self.spatial);
        let values: Vec<f64> = shown.iter().copied().map(f64::from).collect();
        let map = ColorMap::Diverging;
        let limits = map.limits(values.iter().copied());
        let area = self.map_area(area);
        cells(scene, area, &values, self.width, |value| {
            map.color(value, limits)
        });
        let mut outline = area.corners();
        outline.push((area.x, area.y));
        scene.line(outline, palette::GREY, 0.4);
        if self.space_time.is_none() {
            self.draw_outline(scene, area);
        }
        self.draw_scale_bar(scene, area, microns);
    }

    /// Where the map is drawn: pixels are squares, but for those of a single row or column.
    fn map_area(&self, area: Area) -> Area {
        if self.space_time.is_some() {
            return area;
        }
        let fitted = area.fitted(self.width as f64 / self.height as f64);
        if self.height == 1 && self.width > 1 {
            let (_, y) = area.center();
            return Area::new(area.x, y - 0.5 * STRIP, area.width, STRIP);
        }
        if self.width == 1 && self.height > 1 {
            let (x, _) = area.center();
            return Area::new(x - 0.5 * STRIP, area.y, STRIP, area.height);
        }
        fitted
    }

    fn draw_outline(&self, scene: &mut Scene, map: Area) {
        let Some(ellipse) = &self.outline else {
            return;
        };
        let [across, down] = [
            map.width / self.width as f64,
            map.height / self.height as f64,
        ];
        let place = |(x, y): (f64, f64)| (map.x + (x + 0.5) * across, map.y + (y + 0.5) * down);
        let places: Vec<(f64, f64)> = ellipse.places().map(place).collect();
        // What lies beyond the map is not drawn.
        let lines = places
            .windows(2)
            .filter_map(|ends| map.clipped([ends[0], ends[1]]));
        let mut runs: Vec<Vec<(f64, f64)>> = Vec::new();
        for [from, to] in lines {
            match runs.last_mut() {
                Some(run) if run.last() == Some(&from) => run.push(to),
                _ => runs.push(vec![from, to]),
            }
        }
        scene.lines(runs, palette::INK, 0.9);
    }

    /// A bar under the map, about a third of its width, of a round length.
    fn draw_scale_bar(&self, scene: &mut Scene, map: Area, microns: Option<f64>) {
        let pixel = map.width / self.width as f64;
        let unit = microns.unwrap_or(1.0);
        let length = round_below(self.width as f64 * unit * 0.45);
        let (y, end) = (map.bottom() + BELOW, map.x + length / unit * pixel);
        scene.line(vec![(map.x, y), (end, y)], palette::INK, 1.2);
        let label = match microns {
            Some(_) => format!("{length} µm"),
            None => format!("{length} px"),
        };
        scene.text(
            Text::new(label, (end + 3.0, y))
                .size(TICK_SIZE - 1.0)
                .middle(),
        );
    }

    fn draw_course(&self, scene: &mut Scene, area: Area, time: Option<&str>) {
        let values = self.temporal.iter().copied().map(f64::from);
        let Some((low, high)) = extent(values.clone()) else {
            return no_data(scene, area);
        };
        let peak = low.abs().max(high.abs());
        let peak = if peak > 0.0 { 1.08 * peak } else { 1.0 };
        let start = self.milliseconds(0);
        let map = Mapping::new(area, ((start, 0.0), false), ((-peak, peak), false));
        let (_, zero) = area.center();
        scene.line(
            vec![(area.x, zero), (area.right(), zero)],
            palette::RECORDED,
            SPINE_WIDTH,
        );
        draw_time_axis(scene, &map, start, time);
        let places = values
            .enumerate()
            .map(|(frame, value)| map.point(self.milliseconds(frame), value));
        let places: Vec<_> = places.collect();
        let runs = places.split(Option::is_none);
        let lines = runs
            .map(|run| thinned(run.iter().flatten().copied().collect()))
            .collect();
        scene.lines(lines, palette::INK, LINE_WIDTH);
    }

    pub(super) fn record(&self, microns: Option<f64>, table: &mut Table) {
        let row = |domain: &str, place: [String; 3], value: f32| {
            let polarity = self.polarity.clone().unwrap_or_default();
            let share = self.explained_variance.filter(|share| share.is_finite());
            let labels = [self.name.clone(), polarity, domain.to_owned()];
            let share = share.map(|share| share.to_string()).unwrap_or_default();
            [
                labels.to_vec(),
                place.to_vec(),
                vec![number32(value), share],
            ]
            .concat()
        };
        let unit = microns.unwrap_or(1.0);
        for (index, &value) in self.spatial.iter().enumerate() {
            let (y, x) = (index / self.width.max(1), index % self.width.max(1));
            let place = [x as f64 * unit, y as f64 * unit].map(|at| at.to_string());
            let [x, y] = place;
            table.push(row("space", [x, y, String::new()], value));
        }
        let time = |frame: usize| self.milliseconds(frame).abs().to_string();
        for (frame, &value) in self.temporal.iter().enumerate() {
            let place = [String::new(), String::new(), time(frame)];
            table.push(row("time", place, value));
        }
        let pixels = self.space_time.iter().flatten().enumerate();
        for (index, &value) in pixels {
            let (frame, x) = (index / self.width.max(1), index % self.width.max(1));
            let place = [(x as f64 * unit).to_string(), "0".to_owned(), time(frame)];
            table.push(row("space-time", place, value));
        }
    }
}

/// Draws the start and the end of the time axis under a course.
fn draw_time_axis(scene: &mut Scene, map: &Mapping, start: f64, label: Option<&str>) {
    let area = map.area();
    let bottom = area.bottom();
    let ends = [(area.x, start, 0.0), (area.right(), 0.0, 1.0)];
    let ticks = ends.map(|(x, _, _)| vec![(x, bottom), (x, bottom + 2.4)]);
    let spine = vec![(area.x, bottom), (area.right(), bottom)];
    let lines = ticks.into_iter().chain([spine]).collect();
    scene.push(Mark::Stroke {
        lines,
        color: palette::INK,
        width: SPINE_WIDTH,
    });
    for (x, at, anchor) in ends {
        let label = format!("{:.0}", at.abs());
        let text = Text::new(label, (x, bottom + 9.0)).size(TICK_SIZE - 1.0);
        scene.text(Text { anchor, ..text });
    }
    if let Some(label) = label {
        let at = (area.center().0, bottom + 17.5);
        scene.text(Text::new(label, at).size(TICK_SIZE - 1.0).centered());
    }
}

fn shortened(mut text: Text, room: f64) -> Text {
    while text.width() > room && text.text.chars().count() > 2 {
        let kept = text.text.chars().count() - 2;
        text.text = text.text.chars().take(kept).collect::<String>() + "…";
    }
    text
}

impl FilterFigure {
    fn has_pictures(&self) -> bool {
        (self.channels.iter()).any(|channel| channel.space_time.is_some())
    }

    /// What the colours of maps mean.
    fn draw_footer(&self, scene: &mut Scene, top: f64) {
        if self.channels.iter().all(ChannelFilter::is_full_field) {
            return;
        }
        let bar = Area::new(6.0, top + 12.0, MAP_SIDE, 5.0);
        let shades: Vec<f64> = (0..48).map(|shade| f64::from(shade) / 47.0).collect();
        cells(scene, bar, &shades, 48, |position| {
            ColorMap::Diverging.at(position)
        });
        let mut outline = bar.corners();
        outline.push((bar.x, bar.y));
        scene.line(outline, palette::GREY, 0.4);
        let y = bar.center().1;
        let note = |text, x, y| Text::new(text, (x, y)).size(TICK_SIZE - 1.0).middle();
        scene.text(note("−peak to +peak of each map", bar.right() + 4.0, y));
        if self
            .channels
            .iter()
            .any(|channel| channel.explained().is_some())
        {
            scene.text(note(
                "%: variance explained by space × time",
                bar.x,
                y + NOTE,
            ));
        }
        if self.has_pictures() {
            scene.text(note(
                "Space across, time down to the response",
                bar.x,
                y + 2.0 * NOTE,
            ));
        }
        let mut channels = self.channels.iter();
        if channels.any(|channel| channel.outline.is_some()) {
            let x = bar.right() + 130.0;
            scene.text(note("Ellipses: two standard deviations", x, y));
        }
    }
}

impl Figure for FilterFigure {
    fn scene(&self) -> Result<Scene, Error> {
        self.channels.iter().try_for_each(ChannelFilter::check)?;
        if let Some(microns) = self.microns_per_pixel {
            check_positive("microns per pixel", microns)?;
        }
        let count = self.channels.len();
        let across = count.clamp(1, ACROSS);
        let down = count.div_ceil(across).max(1);
        let pictures = if self.has_pictures() { NOTE } else { 0.0 };
        let height = down as f64 * BLOCK_HEIGHT + FOOTER + pictures;
        let mut scene = Scene::new(across as f64 * BLOCK_WIDTH, height);
        if self.channels.is_empty() {
            let page = scene.area();
            no_data(&mut scene, page);
            return Ok(scene);
        }
        for (index, channel) in self.channels.iter().enumerate() {
            let (row, column) = ((index / across) as f64, (index % across) as f64);
            let corner = (column * BLOCK_WIDTH, row * BLOCK_HEIGHT);
            let block = Area::new(corner.0, corner.1, BLOCK_WIDTH, BLOCK_HEIGHT);
            let last = index + across >= count;
            let time = last.then_some("Time before response (ms)");
            channel.draw(&mut scene, block, self.microns_per_pixel, time);
        }
        self.draw_footer(&mut scene, down as f64 * BLOCK_HEIGHT);
        Ok(scene)
    }

    /// Maps and courses in one long table; places are in microns where these are known.
    fn table(&self) -> Table {
        let unit = if self.microns_per_pixel.is_some() {
            "um"
        } else {
            "pixel"
        };
        let header = ["channel", "polarity", "domain"]
            .map(str::to_owned)
            .into_iter();
        let places = [
            format!("x_{unit}"),
            format!("y_{unit}"),
            "time_before_response_ms".to_owned(),
        ];
        let values = ["value", "explained_variance"].map(str::to_owned);
        let mut table = Table::new(header.chain(places).chain(values));
        for channel in &self.channels {
            channel.record(self.microns_per_pixel, &mut table);
        }
        table
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As tables of cells have it: a lag runs from the onset of a frame to the response.
    #[test]
    fn the_newest_frame_is_one_frame_before_the_response() {
        let filter = ChannelFilter {
            temporal: vec![0.0, 1.0, 2.0],
            frame_period_ms: 10.0,
            ..ChannelFilter::default()
        };
        let times = [0, 1, 2].map(|frame| filter.milliseconds(frame));
        assert_eq!(times, [-30.0, -20.0, -10.0]);
    }
}
