//! Attributions as figures.

use ganglion_attribution::{Polarity, Summary};
use ganglion_plot::{
    AttributionFigure, AttributionMap, AttributionMaps, AttributionMatrix, ChannelTrace, Figure,
    Polarity as Drawn,
};

/// A figure and its name, without extension.
type Named = (String, Box<dyn Figure>);

/// One cell's responses in a stretch of time, and what every channel adds to them.
#[derive(Clone)]
pub struct ResponseStretch {
    /// What was shown.
    pub label: String,
    /// Time of each response, ms; numbers of clips.
    pub times: Vec<f64>,
    /// Mean contrast of the frame at each response; nothing for clips and bars.
    pub contrasts: Vec<f64>,
    /// Hz
    pub response: Vec<f64>,
    /// Hz
    pub resting: Vec<f64>,
    /// A summed over space, one cell.
    pub by_channel: Summary,
    /// A summed over y, `[sample, channel, x]`.
    pub by_column: Vec<f64>,
    /// Sample of the largest change of the rate.
    pub peak: usize,
    /// A at the peak, `[channel, y, x]`.
    pub map: Vec<f32>,
    /// Whether the stimulus varies along x but not along y, as an upright bar does.
    pub is_bar: bool,
}

/// A channel of the layer.
pub struct Channel {
    /// Of a first-layer channel.
    pub polarity: Option<Polarity>,
    /// Mean magnitude of its attribution, Hz.
    pub mean_magnitude_hz: f64,
    /// Whether it is among those that make most of the response.
    pub kept: bool,
}

/// What is drawn of one cell.
pub struct AttributedCell<'a> {
    /// 0-based within the recording.
    pub cell: usize,
    /// The experiment; absent for a stimulus.
    pub experiment: Option<&'a str>,
    /// Whether responses are to clips rather than frames.
    pub clips: bool,
    /// Channels, rows and columns of the layer.
    pub planes: [usize; 3],
    /// Size of a pixel on the retina, where known.
    pub microns_per_pixel: Option<f64>,
    /// What is drawn.
    pub stretch: &'a ResponseStretch,
    /// In their order.
    pub channels: Vec<Channel>,
}

impl AttributedCell<'_> {
    /// Channels over time, maps at the peak, and space against time for bars.
    pub fn figures(&self) -> Vec<Named> {
        let number = self.cell;
        let mut figures: Vec<Named> = Vec::new();
        let is_course = self.stretch.times.len() > 1;
        if is_course {
            figures.push((format!("channels-cell-{number}"), Box::new(self.courses())));
        }
        figures.push((format!("maps-cell-{number}"), Box::new(self.maps())));
        if self.stretch.is_bar && is_course {
            figures.push((
                format!("space-time-cell-{number}"),
                Box::new(self.space_time()),
            ));
        }
        figures
    }

    fn title(&self, what: &str) -> String {
        let (cell, label) = (self.cell, self.stretch.label.replace(" um", " µm"));
        match self.experiment {
            None => format!("Cell {cell}{what}"),
            Some(_) => format!("Cell {cell}, {label}{what}"),
        }
    }

    /// Sums by channel under the response; channels that are not kept are pale.
    fn courses(&self) -> AttributionFigure {
        let stretch = self.stretch;
        let sums = &stretch.by_channel;
        let course = |channel: usize| -> Vec<f64> {
            (0..sums.samples)
                .map(|sample| sums.at(sample, 0, channel))
                .collect()
        };
        let kept = |sample: usize| -> f64 {
            let channels = self.channels.iter().enumerate();
            let kept = channels.filter(|(_, channel)| channel.kept);
            stretch.resting[sample] + kept.map(|(c, _)| sums.at(sample, 0, c)).sum::<f64>()
        };
        let channels = self.channels.iter().enumerate();
        AttributionFigure {
            title: self.title(""),
            time_ms: stretch.times.clone(),
            time_label: if self.clips { "Clip" } else { "Time (ms)" }.to_owned(),
            window_ms: None,
            stimulus: stretch.contrasts.clone(),
            response_hz: stretch.response.clone(),
            resting_hz: stretch.resting[stretch.peak],
            kept_sum_hz: (0..sums.samples).map(kept).collect(),
            channels: channels
                .map(|(index, channel)| ChannelTrace {
                    name: index.to_string(),
                    polarity: self.polarity(index),
                    attribution_hz: course(index),
                    mean_magnitude_hz: channel.mean_magnitude_hz,
                    kept: channel.kept,
                })
                .collect(),
        }
    }

    /// Where the channels act at the moment of the largest change of the rate.
    fn maps(&self) -> AttributionMaps {
        let [_, height, width] = self.planes;
        let stretch = self.stretch;
        let time = stretch.times[stretch.peak];
        let at = match self.clips {
            true => format!(", clip {time}"),
            false => format!(" at {time:.0} ms"),
        };
        let (columns, x_range, unit) = self.extent(width);
        AttributionMaps {
            title: self.title(&at),
            maps: self.each_channel(
                stretch
                    .map
                    .chunks(height * width)
                    .map(|map| map.iter().map(|&a| f64::from(a)).collect()),
            ),
            columns,
            x_label: format!("x ({unit})"),
            x_range,
            y_label: format!("y ({unit})"),
            // Row 0 is on top.
            y_range: self.extent(height).1,
            value_label: "Attribution (Hz)".to_owned(),
            square: true,
        }
    }

    /// Sums over y against time: where a bar acts, and when.
    fn space_time(&self) -> AttributionMaps {
        let [channels, _, width] = self.planes;
        let stretch = self.stretch;
        let frames = stretch.times.len();
        let map = |channel: usize| -> Vec<f64> {
            let value = |x: usize, frame: usize| {
                stretch.by_column[(frame * channels + channel) * width + x]
            };
            // Row 0 is on top.
            let places = (0..width).rev();
            places
                .flat_map(|x| (0..frames).map(move |frame| value(x, frame)))
                .collect()
        };
        let step = stretch.times[1] - stretch.times[0];
        let (_, y_range, unit) = self.extent(width);
        AttributionMaps {
            title: self.title(", summed over y"),
            maps: self.each_channel((0..channels).map(map)),
            columns: frames,
            x_label: "Time (ms)".to_owned(),
            x_range: (stretch.times[0], stretch.times[frames - 1] + step),
            y_label: format!("x ({unit})"),
            y_range,
            value_label: "Attribution (Hz)".to_owned(),
            square: false,
        }
    }

    /// Units of a side, its extent around the middle, and the unit of that.
    fn extent(&self, units: usize) -> (usize, (f64, f64), &'static str) {
        let (pixel, unit) = match self.microns_per_pixel {
            Some(microns) => (microns, "µm"),
            None => (1.0, "units"),
        };
        let half = units as f64 * pixel / 2.0;
        (units, (-half, half), unit)
    }

    fn each_channel(&self, values: impl Iterator<Item = Vec<f64>>) -> Vec<AttributionMap> {
        let channels = values.enumerate();
        channels
            .map(|(channel, values)| AttributionMap {
                name: format!("Channel {channel}"),
                polarity: self.polarity(channel),
                values,
            })
            .collect()
    }

    fn polarity(&self, channel: usize) -> Option<Drawn> {
        self.channels[channel].polarity.map(drawn)
    }
}

/// Signed shares of the channels in one phenomenon.
pub struct Shares {
    /// Its name.
    pub phenomenon: String,
    /// Cells, and the shares of each channel.
    pub cells: Vec<(usize, Vec<f64>)>,
}

/// Channels by phenomenon: for the mean over cells, if there are several, and for each cell.
pub fn matrices(rows: &[Shares], polarities: &[Polarity]) -> Vec<Named> {
    let cells = &rows[0].cells;
    let channels = cells[0].1.len();
    let matrix = |title: String, shares: &dyn Fn(&Shares, usize) -> f64| AttributionMatrix {
        title,
        phenomena: rows.iter().map(|row| readable(&row.phenomenon)).collect(),
        channels: (0..channels).map(|channel| channel.to_string()).collect(),
        polarities: polarities.iter().copied().map(drawn).collect(),
        shares: rows
            .iter()
            .flat_map(|row| (0..channels).map(|channel| shares(row, channel)))
            .collect(),
    };
    let mean = |row: &Shares, channel: usize| {
        let shares = row.cells.iter().map(|(_, shares)| shares[channel]);
        shares.sum::<f64>() / row.cells.len() as f64
    };
    let mut matrices: Vec<Named> = Vec::new();
    if cells.len() > 1 {
        let title = format!("Mean over {} cells", cells.len());
        matrices.push(("matrix-mean".to_owned(), Box::new(matrix(title, &mean))));
    }
    for (place, (cell, _)) in cells.iter().enumerate() {
        let of_cell = |row: &Shares, channel: usize| row.cells[place].1[channel];
        let figure = matrix(format!("Cell {cell}"), &of_cell);
        matrices.push((format!("matrix-cell-{cell}"), Box::new(figure)));
    }
    matrices
}

fn drawn(polarity: Polarity) -> Drawn {
    match polarity {
        Polarity::On => Drawn::On,
        Polarity::Off => Drawn::Off,
    }
}

/// `motion-reversal` as it stands in a figure.
fn readable(name: &str) -> String {
    let mut text = name.replace('-', " ");
    if let Some(first) = text.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    text
}
