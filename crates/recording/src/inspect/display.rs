//! A summary as text.

use std::fmt::{self, Display, Formatter};

use super::{FileSummary, FiringSummary, PartitionSummary};
use crate::SpikeCounts;
use crate::{
    Attribute, FramePeriod, FramePeriodSource, Item, ItemKind, Milliseconds, RATE, RepeatsInfo,
};

impl Display for FileSummary {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.path.display())?;
        if let Some(problem) = &self.problem {
            writeln!(f, "not usable as a recording: {problem}")?;
        }
        if let Some(advice) = &self.advice {
            writeln!(f, "it seems to be {advice}")?;
        }
        write_constants(f, self)?;
        self.partitions
            .iter()
            .try_for_each(|partition| write_partition(f, partition, self.frame_period))?;
        self.contents
            .iter()
            .try_for_each(|item| write_item(f, item))?;
        self.warnings
            .iter()
            .try_for_each(|warning| writeln!(f, "note: {warning}"))?;
        if self.is_recording || !self.missing_for_training.is_empty() {
            write_missing(f, &self.missing_for_training)?;
        }
        match &self.import_config {
            Some(config) => write!(
                f,
                "\nto import it, save this as nwb.toml and add --config nwb.toml, or give each line as --set \
                 nwb.KEY=VALUE:\n\n{config}"
            ),
            None => Ok(()),
        }
    }
}

fn write_constants(f: &mut Formatter<'_>, summary: &FileSummary) -> fmt::Result {
    if let Some(frames) = summary.frame_period {
        let source = match frames.source {
            FramePeriodSource::Attribute => "attribute frame_period_s",
            FramePeriodSource::Time => "dataset time",
            FramePeriodSource::Assumed => "assumed",
        };
        writeln!(f, "frame period   {:.4} ms ({source})", frames.period.0)?;
    }
    for (name, value) in &summary.attributes {
        writeln!(f, "attribute      {name} = {}", Value(value))?;
    }
    Ok(())
}

struct Value<'a>(&'a Attribute);

impl Display for Value<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self.0 {
            Attribute::Integer(value) => write!(f, "{value}"),
            Attribute::Number(value) => write!(f, "{value}"),
            Attribute::Text(text) | Attribute::Other(text) => f.write_str(text),
            Attribute::Texts(texts) => f.write_str(&texts.join(", ")),
        }
    }
}

fn write_partition(
    f: &mut Formatter<'_>,
    partition: &PartitionSummary,
    frames: Option<FramePeriod>,
) -> fmt::Result {
    let info = &partition.info;
    writeln!(f, "\n{}", info.partition)?;
    writeln!(
        f,
        "  movie        {} frames of {} x {} pixels (y, x), {:.1} s, {}, {}",
        info.frames,
        info.height,
        info.width,
        partition.duration_s,
        info.stimulus_type,
        info.stimulus_storage
    )?;
    writeln!(f, "  cells        {}", info.cells)?;
    writeln!(f, "  responses    {}", or_none(&info.responses.join(", ")))?;
    writeln!(f, "  repeats      {}", repeats(info.repeats.as_ref()))?;
    if let Some(spikes) = info.fine_spikes {
        writeln!(
            f,
            "  spikes       of {} cells, {} trials each, {} bins a frame",
            spikes.cells, spikes.trials, spikes.bins_per_frame
        )?;
    }
    if !info.block_starts.is_empty() {
        let blocks = info.block_starts.len() + 1;
        writeln!(f, "  blocks       {blocks} that do not follow one another")?;
    }
    if info.interneurons > 0 {
        writeln!(f, "  interneurons {} potentials", info.interneurons)?;
    }
    writeln!(
        f,
        "  time         {}",
        if info.has_time { "yes" } else { "none" }
    )?;
    match &partition.statistics_of {
        Some(name) => write_cells(f, &titled(name, frames), &partition.cell_statistics),
        None => Ok(()),
    }
}

fn or_none(text: &str) -> &str {
    if text.is_empty() { "none" } else { text }
}

fn repeats(repeats: Option<&RepeatsInfo>) -> String {
    match repeats {
        None => "none".into(),
        Some(RepeatsInfo::Stacked {
            repeats,
            cells,
            dataset,
        }) => {
            format!(
                "{repeats} repeats of each of {cells} cells, [repeat, cell, frame] in `{dataset}`"
            )
        }
        Some(RepeatsInfo::PerCell { cells }) => {
            let counts = || cells.iter().map(|(_, repeats)| *repeats);
            let (least, most) = (counts().min().unwrap_or(0), counts().max().unwrap_or(0));
            let range = if least == most {
                most.to_string()
            } else {
                format!("{least} to {most}")
            };
            let cells = cells.len();
            format!("{range} repeats of each of {cells} cells, a dataset a cell")
        }
    }
}

/// The name of a response, and what it is where the name may be taken for the length of a bin.
fn titled(name: &str, frames: Option<FramePeriod>) -> String {
    match frames {
        Some(FramePeriod { period, .. }) if name == RATE && period != Milliseconds(10.0) => {
            format!("{name}, Hz, smoothed by a Gaussian of 10 ms, in bins of {period}")
        }
        _ => name.to_owned(),
    }
}

fn write_cells(f: &mut Formatter<'_>, response: &str, cells: &[FiringSummary]) -> fmt::Result {
    writeln!(f, "  {response}")?;
    // Counts are as they are stored: of a bin, and of all repeats together.
    let (mean, max) = match format!("response/{response}") == SpikeCounts::BINNED {
        true => ("mean", "max"),
        false => ("mean Hz", "max Hz"),
    };
    writeln!(
        f,
        "    {:>4} {:>9} {:>9} {:>12}",
        "cell", mean, max, "silent bins"
    )?;
    for cell in cells {
        let note = if cell.never_fires {
            "  never fires"
        } else {
            ""
        };
        let silent = 100.0 * cell.silent_fraction;
        let (index, mean, max) = (cell.cell.0, cell.mean, cell.max);
        writeln!(
            f,
            "    {index:>4} {mean:>9.3} {max:>9.2} {silent:>11.1}%{note}"
        )?;
    }
    Ok(())
}

fn write_item(f: &mut Formatter<'_>, item: &Item) -> fmt::Result {
    match &item.kind {
        ItemKind::Group => writeln!(f, "  {}/", item.path),
        ItemKind::Dataset { shape, dtype } => writeln!(f, "  {} {shape:?} {dtype}", item.path),
        ItemKind::Unreadable { problem } => writeln!(f, "  {} unreadable: {problem}", item.path),
    }
}

fn write_missing(f: &mut Formatter<'_>, missing: &[String]) -> fmt::Result {
    match missing {
        [] => writeln!(f, "\nready for training"),
        _ => missing
            .iter()
            .try_for_each(|text| writeln!(f, "missing for training: {text}")),
    }
}
