//! The headlines of an attribution, for programs and people, and the matrix of phenomena.

use std::path::Path;

use ganglion_attribution::{ChannelProperties, Polarity, Quality, Sign, Summary};

use super::gather::Gathered;
use super::shown::StimulusSet;
use super::{Analysis, Attribute};
use crate::figures::attribution::{Shares, matrices};
use crate::program::PROGRAM;
use crate::results::{
    AttributionCell, AttributionChannel, AttributionQuality, AttributionSummary, Attributions,
    write_json,
};
use crate::table::TextTable;

/// The headlines of what was gathered.
pub fn of(
    subject: &Analysis,
    shown: &StimulusSet,
    folder: &Path,
    gathered: &Gathered,
) -> AttributionSummary {
    let cells = subject.cells().into_iter().enumerate();
    let cells = cells.map(|(place, cell)| AttributionCell {
        cell,
        quality: Some(quality(
            &gathered.quality[place..],
            gathered.ranges.len(),
            gathered.ranges[place],
        )),
        channels: channels(subject, &gathered.by_channel, place),
    });
    with(subject, shown, folder, cells.collect())
}

/// Headlines with whatever is known of the cells.
pub fn with(
    subject: &Analysis,
    shown: &StimulusSet,
    folder: &Path,
    cells: Vec<AttributionCell>,
) -> AttributionSummary {
    AttributionSummary {
        program: PROGRAM.to_owned(),
        model: subject.request.model.clone(),
        phenomenon: shown.name.clone(),
        conditions: shown.conditions.iter().map(|c| c.label.clone()).collect(),
        attributed: shown.which.clone(),
        rows: shown.rows.to_owned(),
        samples: shown.samples(),
        method: subject.request.method.to_string(),
        settings: subject.request.settings.clone(),
        folder: folder.to_owned(),
        cells,
    }
}

/// A line a channel of each cell, and where everything is.
pub fn text(summary: &AttributionSummary) -> String {
    let mut table = TextTable::new([
        "cell",
        "channel",
        "polarity",
        "sign",
        "mean |A| Hz",
        "share",
        "kept",
    ]);
    for cell in &summary.cells {
        for channel in &cell.channels {
            table.push([
                cell.cell.to_string(),
                channel.channel.clone(),
                channel.polarity.map_or("-", Polarity::key).to_owned(),
                channel.sign.key().to_owned(),
                format!("{:.4}", channel.mean_magnitude_hz),
                format!("{:+.3}", channel.share),
                if channel.kept { "yes" } else { "" }.to_owned(),
            ]);
        }
    }
    let (cells, folder) = (summary.cells.len(), summary.folder.display());
    format!(
        "{}: {}\n{table}{} {}s, {cells} cells, method {}{}\nresults  {folder}\n",
        summary.phenomenon,
        summary.attributed,
        summary.samples,
        summary.rows,
        summary.method,
        quality_text(summary),
    )
}

fn quality_text(summary: &AttributionSummary) -> String {
    let qualities = || {
        summary
            .cells
            .iter()
            .filter_map(|cell| cell.quality.as_ref())
    };
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
    let missed = match summary.missed() {
        0 => "all within tolerance".to_owned(),
        missed => format!("{missed} MISSED their tolerance"),
    };
    format!("; largest completeness gap {gap:.1e} Hz, at most {nodes} nodes, {missed}")
}

fn shares(summary: &AttributionSummary) -> Shares {
    let share = |channel: &AttributionChannel| channel.share;
    let cells = summary.cells.iter();
    Shares {
        phenomenon: summary.phenomenon.clone(),
        cells: cells
            .map(|cell| (cell.cell, cell.channels.iter().map(share).collect()))
            .collect(),
    }
}

/// A cell whose parts were silenced: their names and mean effects, `[sum, magnitude]`.
pub fn of_effects(cell: usize, names: &[String], effects: &[[f64; 2]]) -> AttributionCell {
    let all: f64 = effects.iter().map(|effect| effect[1]).sum();
    let channels = names.iter().zip(effects);
    AttributionCell {
        cell,
        quality: None,
        channels: channels
            .map(|(name, &[sum, magnitude])| AttributionChannel {
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
pub fn of_pixels(cell: usize, quality: &[Quality], cells: usize, range: f64) -> AttributionCell {
    AttributionCell {
        cell,
        quality: Some(self::quality(quality, cells, range)),
        channels: Vec::new(),
    }
}

/// Of every `cells`th of some qualities.
fn quality(quality: &[Quality], cells: usize, range: f64) -> AttributionQuality {
    let quality = || quality.iter().step_by(cells);
    let gaps = quality().map(|quality| quality.completeness_gap.abs());
    let gap = gaps.fold(0.0, f64::max);
    let mut nodes: Vec<usize> = quality().map(|quality| quality.nodes).collect();
    nodes.sort_unstable();
    AttributionQuality {
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

fn channels(subject: &Analysis, sums: &Summary, place: usize) -> Vec<AttributionChannel> {
    let kept = sums.kept(place);
    let (magnitudes, shares, signs) = (sums.mean_magnitudes(), sums.shares(), sums.signs());
    (0..sums.groups)
        .map(|channel| AttributionChannel {
            channel: channel.to_string(),
            polarity: subject.channel(channel).map(|known| known.polarity),
            sign: signs[place][channel],
            mean_magnitude_hz: magnitudes[place][channel],
            share: shares[place][channel],
            kept: kept.contains(&channel),
        })
        .collect()
}

impl Analysis<'_> {
    /// A first-layer channel, where these are attributed.
    pub fn channel(&self, channel: usize) -> Option<&ChannelProperties> {
        self.request
            .channels
            .as_ref()
            .map(|channels| &channels[channel])
    }
}

/// Draws the matrix of several phenomena, and writes their summary.
///
/// # Errors
/// Where a file cannot be written.
pub fn summarise(
    reports: &[AttributionSummary],
    subject: &Analysis,
    out: &Path,
    arguments: &Attribute,
) -> crate::Result<()> {
    let has_channels =
        |report: &AttributionSummary| report.cells.iter().all(|cell| !cell.channels.is_empty());
    if reports.first().is_some_and(has_channels) {
        let shares: Vec<Shares> = reports.iter().map(shares).collect();
        let polarities = subject.request.polarities().unwrap_or_default();
        for (name, matrix) in matrices(&shares, &polarities) {
            matrix.save(&out.join("figures").join(name), arguments.format)?;
        }
    }
    let several = Attributions {
        experiments: reports.to_vec(),
    };
    write_json(&out.join("summary.json"), &several)
}

/// Warns of responses that are not as exact as they should be.
pub fn warn(reports: &[AttributionSummary]) {
    for report in reports.iter().filter(|report| report.missed() > 0) {
        tracing::warn!(
            "{}: {} responses missed their tolerance and are marked in `within_tolerance`; allow \
             more intervals with attribution.most_intervals in a config",
            report.phenomenon,
            report.missed()
        );
    }
}
