//! What every channel adds, over the stimuli of an experiment.

use super::{Figure, PAGE_WIDTH, Polarity};
use crate::draw::{Area, ColorMap, LABEL_SIZE, Text};
use crate::error::check_length;
use crate::panel::{Axis, BAR_MARGIN, HeatPanel, LEFT_MARGIN, Panel, color_bar, no_data};
use crate::table::number;
use crate::{Error, Scene, Table};

/// A matrix of channels by conditions, the mean attribution of each, over matrices of channels by
/// time for some of the conditions. Rows of channels that a reduced circuit keeps are framed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AttributionSweep {
    /// Title of the page.
    pub title: String,
    /// The channels, one a row, from the top.
    pub channels: Vec<SweptChannel>,
    /// What was shown, one a column.
    pub conditions: Vec<String>,
    /// Mean attribution over the time of a condition in Hz, `[channel * conditions + condition]`.
    pub means_hz: Vec<f64>,
    /// Conditions shown over time.
    pub courses: Vec<SweptCourse>,
}

/// A row of the matrix.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SweptChannel {
    /// Its name, for example `"3"`.
    pub name: String,
    /// Whether its kernel is ON or OFF, if known.
    pub polarity: Option<Polarity>,
    /// Whether the reduced circuit keeps it.
    pub kept: bool,
}

/// Attributions over time in one condition.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SweptCourse {
    /// Which of the conditions.
    pub condition: usize,
    /// What is written above it.
    pub label: String,
    /// Centre of each bin `[bin]` in s, evenly spaced.
    pub time_s: Vec<f64>,
    /// Attribution in Hz `[channel * bins + bin]`.
    pub attribution_hz: Vec<f64>,
}

const ACROSS: usize = 3;
const TITLE_ROW: f64 = 17.0;
const ROW: f64 = 11.5;
/// Least height of the data, in which the labels of the axes have room.
const LEAST: f64 = 52.0;
/// Room above and below the data of a panel.
const AROUND: f64 = 41.0;
const GAP: f64 = 4.0;

impl SweptChannel {
    fn label(&self) -> String {
        match self.polarity {
            Some(polarity) => format!("{} {}", self.name, polarity.name()),
            None => self.name.clone(),
        }
    }
}

impl AttributionSweep {
    fn check(&self) -> Result<(), Error> {
        let channels = self.channels.len();
        check_length(
            "means_hz",
            channels * self.conditions.len(),
            self.means_hz.len(),
        )?;
        self.courses.iter().try_for_each(|course| {
            let what = format!("attribution_hz of {:?}", course.label);
            let expected = channels * course.time_s.len();
            check_length(&what, expected, course.attribution_hz.len())
        })
    }

    fn kept(&self) -> Vec<usize> {
        let rows = self.channels.iter().enumerate();
        rows.filter(|(_, channel)| channel.kept)
            .map(|(row, _)| row)
            .collect()
    }

    /// Row 0 lies on top, where the axis ends.
    fn channel_axis(&self, labelled: bool) -> Axis {
        let rows = self.channels.iter().rev().enumerate();
        let name = |channel: &SweptChannel| match labelled {
            true => channel.label(),
            false => String::new(),
        };
        let ticks = rows.map(|(row, channel)| (row as f64, name(channel)));
        Axis::new(if labelled { "Channel" } else { "" }).ticks(ticks)
    }

    fn means(&self) -> HeatPanel {
        let letters = self.courses.iter().enumerate();
        let ticks = letters.map(|(place, course)| (course.condition as f64, letter(place)));
        let x = Axis::new("Condition; letters are those below").ticks(ticks);
        let y = self.channel_axis(true);
        let columns = self.conditions.len().max(1);
        HeatPanel::new("", x, y, self.means_hz.clone(), columns)
            .bar("Mean (Hz)")
            .framed_rows(self.kept())
    }

    fn limits(&self) -> (f64, f64) {
        let values = self
            .courses
            .iter()
            .flat_map(|course| &course.attribution_hz);
        ColorMap::Diverging.limits(values.copied())
    }

    fn course(&self, place: usize) -> HeatPanel {
        let course = &self.courses[place];
        let bins = course.time_s.len();
        let label = match place + ACROSS >= self.courses.len() {
            true => "Time (s)",
            false => "",
        };
        let mut x = Axis::new(label);
        if let [first, second, ..] = course.time_s[..] {
            let half = (second - first) / 2.0;
            x = x.range(first - half, course.time_s[bins - 1] + half);
        }
        let y = self.channel_axis(place.is_multiple_of(ACROSS));
        let title = format!("{}  {}", letter(place), course.label);
        let values = course.attribution_hz.clone();
        let limits = self.limits();
        HeatPanel::new(title, x, y, values, bins.max(1))
            .limits(limits.0, limits.1)
            .framed_rows(self.kept())
            .without_bar()
    }

    fn panel_height(&self) -> f64 {
        (self.channels.len() as f64 * ROW).max(LEAST) + AROUND
    }

    fn draw_courses(&self, scene: &mut Scene, top: f64) -> Result<(), Error> {
        let width = (PAGE_WIDTH - BAR_MARGIN) / ACROSS as f64;
        let height = self.panel_height();
        for place in 0..self.courses.len() {
            let (row, column) = ((place / ACROSS) as f64, place % ACROSS);
            let (x, y) = (column as f64 * width, top + row * (height + GAP));
            let area = Area::new(x, y, width, height);
            self.course(place).draw(scene, area)?;
        }
        if !self.courses.is_empty() {
            let across = PAGE_WIDTH - BAR_MARGIN - 6.0;
            let beside = Area::new(0.0, top + 14.0, across, height - AROUND);
            let label = "Attribution (Hz)";
            color_bar(scene, beside, ColorMap::Diverging, self.limits(), label);
        }
        Ok(())
    }
}

impl Figure for AttributionSweep {
    fn scene(&self) -> Result<Scene, Error> {
        self.check()?;
        let above = match self.title.is_empty() {
            true => 0.0,
            false => TITLE_ROW,
        };
        let height = self.panel_height();
        let rows = 1 + self.courses.len().div_ceil(ACROSS);
        let total = above + rows as f64 * (height + GAP) - GAP;
        let mut scene = Scene::new(PAGE_WIDTH, total);
        let title = Text::new(&*self.title, (LEFT_MARGIN, 12.0)).size(LABEL_SIZE + 1.0);
        scene.text(title.bold());
        if self.means_hz.is_empty() {
            let page = scene.area();
            no_data(&mut scene, page);
            return Ok(scene);
        }
        let across = PAGE_WIDTH - 6.0;
        let area = Area::new(0.0, above, across, height);
        self.means().draw(&mut scene, area)?;
        self.draw_courses(&mut scene, above + height + GAP)?;
        Ok(scene)
    }

    /// A row a condition with the means, which have no time, then a row a bin of each course; one
    /// column a channel.
    fn table(&self) -> Table {
        let named = self.channels.iter().map(|channel| {
            let kept = if channel.kept { " kept" } else { "" };
            format!("channel {}{kept} (Hz)", channel.label())
        });
        let fixed = ["letter", "condition", "time_s"].map(str::to_owned);
        let mut table = Table::new(fixed.into_iter().chain(named));
        let columns = |values: &[f64], wide: usize, at: usize| -> Vec<String> {
            let rows = (0..self.channels.len()).map(|row| values.get(row * wide + at));
            rows.map(|value| value.map_or(String::new(), |&value| number(value)))
                .collect()
        };
        for (at, label) in self.conditions.iter().enumerate() {
            let place = self.courses.iter().position(|one| one.condition == at);
            let fixed = vec![
                place.map_or(String::new(), letter),
                label.clone(),
                String::new(),
            ];
            let means = columns(&self.means_hz, self.conditions.len(), at);
            table.push([fixed, means].concat());
        }
        for (place, course) in self.courses.iter().enumerate() {
            let label = self.conditions.get(course.condition);
            for (at, &time) in course.time_s.iter().enumerate() {
                let label = label.cloned().unwrap_or_default();
                let values = columns(&course.attribution_hz, course.time_s.len(), at);
                table.push([vec![letter(place), label, number(time)], values].concat());
            }
        }
        table
    }
}

/// The letter of a course: a, b, and so on; numbers where letters end.
fn letter(place: usize) -> String {
    let letter = u8::try_from(place).ok().filter(|&place| place < 26);
    letter.map_or_else(
        || (place + 1).to_string(),
        |place| char::from(b'a' + place).to_string(),
    )
}
