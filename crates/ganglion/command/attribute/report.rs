//! The headlines of an attribution: `summary.json`, standard output, and the matrix of phenomena.

use std::path::{Path, PathBuf};

use ganglion_attribution::{
    AttributionConfig, ChannelProperties, Polarity, Quality, Sign, Summary,
};
use serde::Serialize;

use super::gather::Gathered;
use super::shown::Shown;
use super::{Arguments, Subject, write_json};
use crate::console;
use crate::figures::attribution::{Shares, matrices};
use crate::table::TextTable;

/// Correlation with the whole response that the channels kept in figures must have.
const KEPT: f64 = 0.9;

/// What was attributed and how good it is.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    program: &'static str,
    model: PathBuf,
    /// The experiment, or `stimulus`.
    pub phenomenon: String,
    conditions: Vec<String>,
    /// Which responses, in words.
    attributed: String,
    rows: &'static str,
    samples: usize,
    method: String,
    settings: AttributionConfig,
    folder: PathBuf,
    /// One entry a cell.
    pub cells: Vec<CellReport>,
}

/// One document, whatever the number of experiments.
#[derive(Serialize)]
struct Several<'a> {
    experiments: &'a [Report],
}

/// One cell.
#[derive(Clone, Debug, Serialize)]
pub struct CellReport {
    /// 0-based within the recording.
    pub cell: usize,
    /// How good the attributions are; absent for effects, which are measured, not integrated.
    #[serde(flatten)]
    quality: Option<CellQuality>,
    /// Channels of the layer, or the parts that were silenced, in their order.
    pub channels: Vec<ChannelReport>,
}

/// How good the attributions of a cell are.
#[derive(Clone, Debug, Serialize)]
struct CellQuality {
    response_range_hz: f64,
    largest_gap_hz: f64,
    /// Largest gap as a share of the response range; absent where nothing responded.
    largest_gap_share: Option<f64>,
    /// Responses that missed their tolerance.
    missed: usize,
    median_nodes: usize,
    most_nodes: usize,
}

/// One channel's part in the responses of a cell.
#[derive(Clone, Debug, Serialize)]
pub struct ChannelReport {
    /// A channel, or channels joined by `+`.
    channel: String,
    /// Of first-layer channels.
    polarity: Option<&'static str>,
    sign: Sign,
    /// Mean magnitude of the attribution, Hz.
    pub mean_magnitude_hz: f64,
    /// Mean magnitude over that of all channels, negative where the channel inhibits.
    pub share: f64,
    /// Whether it is among the fewest channels whose sum has a correlation of 0.9 with the sum of
    /// all.
    pub kept: bool,
}

impl Report {
    /// The headlines of what was gathered.
    pub fn of(subject: &Subject, shown: &Shown, folder: &Path, gathered: &Gathered) -> Self {
        let cells = subject.cells().into_iter().enumerate();
        let cells = cells.map(|(place, cell)| CellReport {
            cell,
            quality: Some(CellQuality::of(
                &gathered.quality[place..],
                gathered.ranges.len(),
                gathered.ranges[place],
            )),
            channels: channels(subject, &gathered.by_channel, place),
        });
        Self::with(subject, shown, folder, cells.collect())
    }

    /// Headlines with whatever is known of the cells.
    pub fn with(subject: &Subject, shown: &Shown, folder: &Path, cells: Vec<CellReport>) -> Self {
        Self {
            program: concat!("ganglion ", env!("CARGO_PKG_VERSION")),
            model: subject.request.model.clone(),
            phenomenon: shown.name.clone(),
            conditions: shown.conditions.iter().map(|c| c.label.clone()).collect(),
            attributed: shown.which.clone(),
            rows: shown.rows,
            samples: shown.samples(),
            method: subject.request.method.to_string(),
            settings: subject.request.settings.clone(),
            folder: folder.to_owned(),
            cells,
        }
    }

    fn text(&self) -> String {
        let mut table = TextTable::new([
            "cell",
            "channel",
            "polarity",
            "sign",
            "mean |A| Hz",
            "share",
            "kept",
        ]);
        for cell in &self.cells {
            for channel in &cell.channels {
                table.push([
                    cell.cell.to_string(),
                    channel.channel.clone(),
                    channel.polarity.unwrap_or("-").to_owned(),
                    sign_name(channel.sign).to_owned(),
                    format!("{:.4}", channel.mean_magnitude_hz),
                    format!("{:+.3}", channel.share),
                    if channel.kept { "yes" } else { "" }.to_owned(),
                ]);
            }
        }
        let (cells, folder) = (self.cells.len(), self.folder.display());
        format!(
            "{}: {}\n{table}{} {}s, {cells} cells, method {}{}\nresults  {folder}\n",
            self.phenomenon,
            self.attributed,
            self.samples,
            self.rows,
            self.method,
            self.quality_text(),
        )
    }

    fn quality_text(&self) -> String {
        let qualities = || self.cells.iter().filter_map(|cell| cell.quality.as_ref());
        if qualities().next().is_none() {
            return String::new();
        }
        let gap = qualities()
            .map(|quality| quality.largest_gap_hz)
            .fold(0.0, f64::max);
        let nodes = qualities()
            .map(|quality| quality.most_nodes)
            .max()
            .unwrap_or(0);
        let missed = match self.missed() {
            0 => "all within tolerance".to_owned(),
            missed => format!("{missed} MISSED their tolerance"),
        };
        format!("; largest completeness gap {gap:.1e} Hz, at most {nodes} nodes, {missed}")
    }

    fn missed(&self) -> usize {
        let qualities = self.cells.iter().filter_map(|cell| cell.quality.as_ref());
        qualities.map(|quality| quality.missed).sum()
    }

    fn shares(&self) -> Shares {
        let share = |channel: &ChannelReport| channel.share;
        let cells = self.cells.iter();
        Shares {
            phenomenon: self.phenomenon.clone(),
            cells: cells
                .map(|cell| (cell.cell, cell.channels.iter().map(share).collect()))
                .collect(),
        }
    }
}

impl CellReport {
    /// A cell whose parts were silenced: their names and mean effects, `[sum, magnitude]`.
    pub fn of_effects(cell: usize, names: &[String], effects: &[[f64; 2]]) -> Self {
        let all: f64 = effects.iter().map(|effect| effect[1]).sum();
        let channels = names.iter().zip(effects);
        Self {
            cell,
            quality: None,
            channels: channels
                .map(|(name, &[sum, magnitude])| ChannelReport {
                    channel: name.clone(),
                    polarity: None,
                    sign: Sign::of(sum),
                    mean_magnitude_hz: magnitude,
                    share: if all > 0.0 {
                        magnitude.copysign(sum) / all
                    } else {
                        0.0
                    },
                    kept: false,
                })
                .collect(),
        }
    }

    /// A cell whose pixels were attributed, with the quality of every `cells`th response.
    pub fn of_pixels(cell: usize, quality: &[Quality], cells: usize, range: f64) -> Self {
        Self {
            cell,
            quality: Some(CellQuality::of(quality, cells, range)),
            channels: Vec::new(),
        }
    }
}

impl CellQuality {
    /// Of every `cells`th of some qualities.
    fn of(quality: &[Quality], cells: usize, range: f64) -> Self {
        let quality = || quality.iter().step_by(cells);
        let gaps = quality().map(|quality| quality.completeness_gap.abs());
        let gap = gaps.fold(0.0, f64::max);
        let mut nodes: Vec<usize> = quality().map(|quality| quality.nodes).collect();
        nodes.sort_unstable();
        Self {
            response_range_hz: range,
            largest_gap_hz: gap,
            largest_gap_share: (range > 0.0).then(|| gap / range),
            missed: quality()
                .filter(|quality| !quality.within_tolerance)
                .count(),
            median_nodes: nodes[nodes.len() / 2],
            most_nodes: nodes[nodes.len() - 1],
        }
    }
}

fn channels(subject: &Subject, sums: &Summary, place: usize) -> Vec<ChannelReport> {
    let kept = sums.fewest(place, KEPT);
    let (magnitudes, shares, signs) = (sums.mean_magnitudes(), sums.shares(), sums.signs());
    (0..sums.groups)
        .map(|channel| ChannelReport {
            channel: channel.to_string(),
            polarity: subject.channel(channel).map(|c| polarity_name(c.polarity)),
            sign: signs[place][channel],
            mean_magnitude_hz: magnitudes[place][channel],
            share: shares[place][channel],
            kept: kept.contains(&channel),
        })
        .collect()
}

impl Subject<'_> {
    /// A first-layer channel, where these are attributed.
    pub fn channel(&self, channel: usize) -> Option<&ChannelProperties> {
        self.request
            .channels
            .as_ref()
            .map(|channels| &channels[channel])
    }
}

/// A polarity in results.
pub fn polarity_name(polarity: Polarity) -> &'static str {
    match polarity {
        Polarity::On => "on",
        Polarity::Off => "off",
    }
}

/// A sign as text.
pub fn sign_name(sign: Sign) -> &'static str {
    match sign {
        Sign::Excitatory => "excitatory",
        Sign::Inhibitory => "inhibitory",
        Sign::None => "none",
    }
}

/// Draws the matrix of several phenomena, and writes their summary.
///
/// # Errors
/// Where a file cannot be written.
pub fn summarise(
    reports: &[Report],
    subject: &Subject,
    out: &Path,
    arguments: &Arguments,
) -> anyhow::Result<()> {
    let has_channels = |report: &Report| report.cells.iter().all(|cell| !cell.channels.is_empty());
    if reports.first().is_some_and(has_channels) {
        let shares: Vec<Shares> = reports.iter().map(Report::shares).collect();
        let polarities = subject.request.polarities().unwrap_or_default();
        for (name, matrix) in matrices(&shares, &polarities) {
            matrix.save(&out.join("figures").join(name), arguments.format)?;
        }
    }
    let several = Several {
        experiments: reports,
    };
    write_json(&out.join("summary.json"), &several)
}

/// Prints everything.
///
/// # Errors
/// Where nothing can be printed.
pub fn print(reports: &[Report], arguments: &Arguments) -> anyhow::Result<()> {
    for report in reports.iter().filter(|report| report.missed() > 0) {
        tracing::warn!(
            "{}: {} responses missed their tolerance and are marked in `within_tolerance`; allow \
             more intervals with attribution.most_intervals in a config",
            report.phenomenon,
            report.missed()
        );
    }
    match (arguments.json, reports) {
        (true, [only]) => console::print_json(only),
        (true, several) => console::print_json(&Several {
            experiments: several,
        }),
        (false, _) => console::print(&reports.iter().map(Report::text).collect::<String>()),
    }
}
