//! Spikes where they are known, or else rates.

use ganglion_recording::{
    CellIndex, CellSelection, Error as RecordingError, LoadOptions, Partition, PartitionInfo,
    Recording, RecordingFile, SpikeCounts,
};
use ganglion_reverse_correlation::{CellResponses, ResponseKind};

use crate::error::{Result, bail};

/// Cells, and why the spikes of each are not known.
type WithoutSpikes = Vec<(CellIndex, String)>;

/// A recording, its responses as they are used, and the path of their dataset in the file.
pub(super) struct Read {
    pub(super) recording: Recording,
    pub(super) responses: CellResponses,
    pub(super) dataset: String,
    /// Cells whose spikes are not known where those of others are, and why.
    pub(super) without_spikes: WithoutSpikes,
}

/// Reads the movie, and responses of some cells, or of all, from one dataset or the best one.
pub(super) fn read(
    file: &RecordingFile,
    partition: Partition,
    cells: Option<&[CellIndex]>,
    response: Option<&str>,
) -> Result<Read> {
    let info = file.partition(partition)?;
    let name = match response {
        Some(name) => name,
        None => least_smoothed(file, info)?,
    };
    let selection = match cells {
        Some(cells) => CellSelection::List(cells.iter().map(|cell| cell.0).collect()),
        None => CellSelection::All,
    };
    let options = LoadOptions {
        allow_missing: true,
        allow_silent: true,
        ..LoadOptions::training(selection, name)
    };
    let recording = file.load(partition, &options)?;
    let cells = recording.responses.cells().to_vec();
    if response.is_none() {
        // A file without usable counts has rates.
        let (counts, without_spikes) = counts(file, partition, &cells)?;
        if let Some(counts) = counts {
            let (dataset, responses) = of_spikes(file, &counts);
            return Ok(Read {
                recording,
                responses,
                dataset,
                without_spikes,
            });
        }
    }
    let is_counts = format!("response/{name}") == SpikeCounts::BINNED;
    let responses = of_rates(file, &recording, is_counts);
    Ok(Read {
        dataset: recording.responses.dataset().to_owned(),
        responses,
        recording,
        without_spikes: Vec::new(),
    })
}

/// Rates as they are stored; counts a bin become rates of one trial.
fn of_rates(file: &RecordingFile, recording: &Recording, is_counts: bool) -> CellResponses {
    let rates = &recording.responses;
    let factor = if is_counts {
        (1.0 / file.frame_period().period.seconds()) as f32
    } else {
        1.0
    };
    let of_row = |row: usize| rates.cell(row).iter().map(|rate| factor * rate).collect();
    let cells = rates.cells().to_vec();
    CellResponses {
        rates: (0..cells.len()).map(of_row).collect(),
        kind: if is_counts {
            ResponseKind::Spikes
        } else {
            ResponseKind::Rates
        },
        cells,
    }
}

/// Counts of the cells that have them, and the others with what is wrong with each; no counts where no cell has
/// them.
fn counts(
    file: &RecordingFile,
    partition: Partition,
    cells: &[CellIndex],
) -> Result<(Option<SpikeCounts>, WithoutSpikes)> {
    // One cell without trials, or with what is no count, says nothing of the others.
    if let Ok(counts) = known(file.spike_counts(partition, cells))? {
        return Ok((Some(counts), Vec::new()));
    }
    let (mut with, mut without) = (Vec::new(), Vec::new());
    for &cell in cells {
        match known(file.spike_counts(partition, &[cell]))? {
            Ok(_) => with.push(cell),
            Err(reason) => without.push((cell, reason)),
        }
    }
    if with.is_empty() {
        return Ok((None, Vec::new()));
    }
    Ok((Some(file.spike_counts(partition, &with)?), without))
}

/// Counts, or why there are none.
fn known(
    counts: std::result::Result<SpikeCounts, RecordingError>,
) -> Result<std::result::Result<SpikeCounts, String>> {
    match counts {
        Ok(counts) => Ok(Ok(counts)),
        Err(
            error @ (RecordingError::NoSpikeCounts { .. }
            | RecordingError::NoTrials { .. }
            | RecordingError::BadCount { .. }
            | RecordingError::LengthMismatch { .. }),
        ) => Ok(Err(error.to_string())),
        Err(error) => Err(error.into()),
    }
}

/// Mean rates of the trials that hold a bin; nothing where none does.
fn of_spikes(file: &RecordingFile, counts: &SpikeCounts) -> (String, CellResponses) {
    let means = counts.mean_rates(file.frame_period().period);
    let of_row = |row: usize| -> Vec<f32> {
        let rates = means.cell(row).iter().enumerate();
        rates
            .map(|(bin, &rate)| match counts.recorded(row, bin) {
                0 => f32::NAN,
                _ => rate,
            })
            .collect()
    };
    let responses = CellResponses {
        cells: counts.cells().to_vec(),
        kind: ResponseKind::Spikes,
        rates: (0..counts.cells().len()).map(of_row).collect(),
    };
    (counts.dataset().to_owned(), responses)
}

/// Counts, or the rates whose name says that they are smoothed least.
fn least_smoothed<'a>(file: &RecordingFile, info: &'a PartitionInfo) -> Result<&'a str> {
    let smoothing = |name: &str| -> f64 {
        let number = name.strip_prefix("firing_rate_");
        let number = number.and_then(|rest| rest.strip_suffix("ms"));
        match number.and_then(|number| number.parse().ok()) {
            _ if format!("response/{name}") == SpikeCounts::BINNED => 0.0,
            Some(milliseconds) => milliseconds,
            None => f64::INFINITY,
        }
    };
    let names = info.responses.iter().map(String::as_str);
    match names.min_by(|a, b| smoothing(a).total_cmp(&smoothing(b))) {
        Some(name) => Ok(name),
        None => bail!(
            "{}: `{}` holds no responses; receptive fields need the movie and the responses to it",
            file.path().display(),
            info.partition
        ),
    }
}
