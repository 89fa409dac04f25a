//! What every channel adds to a response.

use super::page::Page;
use super::{Figure, PAGE_WIDTH};
use crate::draw::{Area, Color, palette};
use crate::error::check_length;
use crate::panel::{
    Axis, BarPanel, LinePanel, Series, StackPanel, StackedTrace, StimulusPanel, extent,
};
use crate::{Error, Scene, Table};

/// Attributions of the channels over time, under the response they sum to.
///
/// With `r_0` the resting rate, `r(t) = r_0 + sum_c A_c(t)` up to the completeness gap.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AttributionFigure {
    /// Title of the page.
    pub title: String,
    /// Time of every frame `[frame]` in ms, evenly spaced.
    pub time_ms: Vec<f64>,
    /// What time is relative to, for example `"Time after last flash (ms)"`.
    pub time_label: String,
    /// Stretch of time shown, in ms; everything unless set. The table holds everything.
    pub window_ms: Option<(f64, f64)>,
    /// Contrast `[frame]`; may be empty.
    pub stimulus: Vec<f64>,
    /// The network's rate in Hz `[frame]`.
    pub response_hz: Vec<f64>,
    /// Its resting rate in Hz, to the grey movie.
    pub resting_hz: f64,
    /// Resting rate plus the sum of the kept channels in Hz `[frame]`; may be empty.
    pub kept_sum_hz: Vec<f64>,
    /// The channels, drawn in this order from the top.
    pub channels: Vec<ChannelTrace>,
}

/// The attribution of one channel over time.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ChannelTrace {
    /// Its name, for example `"3"`.
    pub name: String,
    /// Whether its kernel is ON or OFF, if known.
    pub polarity: Option<Polarity>,
    /// Its attribution in Hz `[frame]`, summed over space.
    pub attribution_hz: Vec<f64>,
    /// Its mean magnitude in Hz, drawn as a bar and used for ranking.
    pub mean_magnitude_hz: f64,
    /// Whether the reduced model keeps it.
    pub kept: bool,
}

/// The polarity of a channel or an interneuron.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Polarity {
    /// Driven by light.
    On,
    /// Driven by dark.
    Off,
}

impl Polarity {
    /// `"ON"` or `"OFF"`.
    pub fn name(self) -> &'static str {
        match self {
            Self::On => "ON",
            Self::Off => "OFF",
        }
    }

    /// Blue for ON, vermillion for OFF.
    pub fn color(self) -> Color {
        match self {
            Self::On => palette::BLUE,
            Self::Off => palette::VERMILLION,
        }
    }
}

const LEFT: f64 = 360.0;
const STIMULUS: f64 = 42.0;
const RESPONSE: f64 = 110.0;
const ROW: f64 = 24.0;
/// Height in which the labels of the axes have room.
const LOWEST: f64 = 130.0;
/// Room by which neighbouring panels share their margins.
const SHARED: f64 = 12.0;

impl ChannelTrace {
    fn label(&self) -> String {
        match self.polarity {
            Some(polarity) => format!("{} {}", self.name, polarity.name()),
            None => self.name.clone(),
        }
    }

    /// The colour of its polarity, pale if it is not kept.
    fn color(&self) -> Color {
        let color = self.polarity.map_or(palette::INK, Polarity::color);
        if self.kept {
            color
        } else {
            color.mix(palette::WHITE, 0.55)
        }
    }
}

impl AttributionFigure {
    fn check(&self) -> Result<(), Error> {
        let frames = self.time_ms.len();
        check_length("response_hz", frames, self.response_hz.len())?;
        if !self.stimulus.is_empty() {
            check_length("stimulus", frames, self.stimulus.len())?;
        }
        if !self.kept_sum_hz.is_empty() {
            check_length("kept_sum_hz", frames, self.kept_sum_hz.len())?;
        }
        self.channels.iter().try_for_each(|channel| {
            let what = format!("attribution_hz of channel {:?}", channel.name);
            check_length(&what, frames, channel.attribution_hz.len())
        })
    }

    fn window(&self) -> (f64, f64) {
        let whole = extent(self.time_ms.iter().copied()).unwrap_or((0.0, 1.0));
        let asked = self.window_ms.filter(|(from, to)| to > from);
        asked.unwrap_or(whole)
    }

    fn stimulus(&self) -> StimulusPanel {
        StimulusPanel::new("", "Contrast", self.time_ms.clone(), self.window())
            .with("", self.stimulus.clone(), None)
            .right_room(StackPanel::right_room())
    }

    fn response(&self) -> LinePanel {
        let (from, to) = self.window();
        let x = Axis::new("").range(from, to);
        let line =
            |name: &str, values: &[f64]| Series::new(name, self.time_ms.clone(), values.to_vec());
        let rest = Series::new("Resting rate", vec![from, to], vec![self.resting_hz; 2]);
        let panel = LinePanel::new("", x, Axis::new("Rate (Hz)").reaching(0.0))
            .right_room(StackPanel::right_room())
            .with(rest.color(palette::GREY).width(0.6))
            .with(line("Network", &self.response_hz).color(palette::INK));
        if self.kept_sum_hz.is_empty() {
            return panel;
        }
        let kept = self.channels.iter().filter(|channel| channel.kept).count();
        let name = format!("Sum of {kept} of {} channels", self.channels.len());
        let sum = line(&name, &self.kept_sum_hz).dashed();
        panel.with(sum.color(palette::GREEN).width(1.4))
    }

    fn stack(&self) -> StackPanel {
        let (from, to) = self.window();
        let x = Axis::new(&*self.time_label).range(from, to);
        let stack = StackPanel::new("", x, "Channel", "Hz", self.time_ms.clone());
        self.channels.iter().fold(stack, |stack, channel| {
            stack.with(StackedTrace {
                label: channel.label(),
                values: channel.attribution_hz.clone(),
                color: Some(channel.color()),
                ..StackedTrace::default()
            })
        })
    }

    fn magnitudes(&self) -> BarPanel {
        let channels = || self.channels.iter();
        let names = channels().map(|channel| channel.name.clone()).collect();
        let values = channels()
            .map(|channel| channel.mean_magnitude_hz)
            .collect();
        let colors = channels().map(ChannelTrace::color).collect();
        let y = Axis::new("Mean |attribution| (Hz)");
        BarPanel::new("", y, names, values)
            .colors(colors)
            .label("Channel (pale: not kept)")
    }

    fn page(&self) -> Page {
        let top = if self.stimulus.is_empty() {
            0.0
        } else {
            STIMULUS
        };
        let below = top + RESPONSE - SHARED;
        let stack = (self.channels.len() as f64 * ROW + 40.0).max(LOWEST);
        let left = |y: f64, height: f64| Area::new(0.0, y, LEFT, height);
        let right = Area::new(LEFT, below, PAGE_WIDTH - LEFT, stack.min(170.0));
        let axes = |y: &'static str| [&*self.time_label, y];
        let mut page = Page::new(&self.title, below + stack);
        if !self.stimulus.is_empty() {
            page = page.with(
                "stimulus",
                axes("Contrast"),
                left(0.0, top),
                self.stimulus(),
            );
        }
        let (rate, attribution) = (axes("Rate (Hz)"), axes("Attribution (Hz)"));
        page.with("response", rate, left(top, RESPONSE), self.response())
            .with("attribution", attribution, left(below, stack), self.stack())
            .with("magnitude", ["Channel", ""], right, self.magnitudes())
    }
}

impl Figure for AttributionFigure {
    fn scene(&self) -> Result<Scene, Error> {
        self.check()?;
        self.page().scene()
    }

    /// In panel `attribution` a series is named for its channel.
    fn table(&self) -> Table {
        self.page().table()
    }
}
