//! What is unusual about a recording, and what training would lack.

use super::{FileSummary, PartitionSummary};
use crate::temporal_resolution::long_bins_note;
use crate::{FramePeriodSource, LoadOptions, Partition, RATE};

/// Published networks see 40 frames back; a recording ought to be far longer.
const SHORT_S: f64 = 300.0;

pub(super) fn add_warnings(summary: &mut FileSummary) {
    let mut warnings = Vec::new();
    if summary
        .frame_period
        .is_some_and(|period| period.source == FramePeriodSource::Assumed)
    {
        warnings.push(
            "no attribute `frame_period_s` and no dataset `time`: 10 ms a frame is assumed".into(),
        );
    }
    if summary.microns_per_pixel.is_none() {
        warnings.push(
            "no attribute `microns_per_pixel`: give it in the configuration (published recordings \
             used about 50)"
                .into(),
        );
    }
    let period = summary.frame_period.map(|found| found.period);
    warnings.extend(period.and_then(long_bins_note));
    warnings.extend(without_test(summary));
    summary
        .partitions
        .iter()
        .for_each(|partition| of_partition(partition, &mut warnings));
    summary.warnings.append(&mut warnings);
}

fn find(summary: &FileSummary, partition: Partition) -> Option<&PartitionSummary> {
    summary
        .partitions
        .iter()
        .find(|found| found.info.partition == partition)
}

fn without_test(summary: &FileSummary) -> Option<String> {
    match find(summary, Partition::Test) {
        None => Some("no group `test`: a trained model can only be judged on validation".into()),
        Some(test) if test.info.repeats.is_none() => {
            Some("no `test/repeats`: the noise ceiling of the cells cannot be computed".into())
        }
        Some(_) => None,
    }
}

fn of_partition(partition: &PartitionSummary, warnings: &mut Vec<String>) {
    let info = &partition.info;
    let name = info.partition;
    warnings.extend(silent_cells(partition));
    if name == Partition::Train && partition.duration_s < SHORT_S {
        warnings.push(format!(
            "`{name}` lasts {:.0} s: the published networks were trained on about an hour, and \
             one of that size will overfit",
            partition.duration_s
        ));
    }
    let in_memory = info.frames * info.height * info.width * size_of::<f32>();
    if info.stimulus_type != "u8" && in_memory > LoadOptions::MEMORY_LIMIT {
        warnings.push(format!(
            "`{name}/stimulus` is {} and large: it is read from the disk while training; saved \
             as u8 it would stay in memory",
            info.stimulus_type
        ));
    }
}

/// Names the cells that never fire and, for training, the cells to use instead.
fn silent_cells(partition: &PartitionSummary) -> Option<String> {
    let of = |silent| {
        let cells = partition
            .cell_statistics
            .iter()
            .filter(move |c| c.never_fires == silent);
        cells.map(|summary| summary.cell.0).collect::<Vec<usize>>()
    };
    let (silent, firing) = (of(true), of(false));
    let name = partition.info.partition;
    match name {
        _ if silent.is_empty() => None,
        Partition::Train => Some(format!(
            "`{name}`: cells that never fire: {silent:?}; train with cells = {firing:?}"
        )),
        Partition::Test => Some(format!("`{name}`: cells that never fire: {silent:?}")),
    }
}

pub(super) fn add_missing(summary: &mut FileSummary) {
    let missing = match find(summary, Partition::Train) {
        None => Some("no group `train` with a `stimulus` [frame, y, x]".to_owned()),
        Some(train) if train.info.responses.is_empty() => Some(format!(
            "no usable response: expected `train/response/{RATE}` [cell, frame], Hz"
        )),
        Some(train) if train.cell_statistics.iter().all(|cell| cell.never_fires) => {
            Some("no cell that fires in `train`".to_owned())
        }
        Some(_) => None,
    };
    summary.missing_for_training.extend(missing);
}
