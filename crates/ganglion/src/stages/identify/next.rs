//! The next experiment of each cell whose circuit is not decided, as files.

use std::path::Path;

use ganglion_recording::{ArrayInfo, ResultFile};
use ganglion_reduction::next_experiment::{Clip, NextExperiment};
use serde::{Deserialize, Serialize};

use super::Found;
use crate::program::PROGRAM;
use crate::results::{write_json, write_text};

/// What the file of a movie says that it holds.
const CONTENT: &str = "next experiment of ganglion identify";

/// What to show next to a cell, told beside the movie.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NextExperimentSummary {
    /// File of the movie `stimulus` `[frame, y, x]` and the predicted `rates` `[circuit, bin]`, Hz.
    pub file: String,
    /// Bits that one presentation tells of which of the circuits it is.
    pub bits_per_presentation: f64,
    /// Bits that there are to know: the entropy of their probabilities.
    pub entropy_bits: f64,
    /// Circuits that are compared.
    pub circuits: Vec<RivalSummary>,
    /// What is shown when.
    pub clips: Vec<ClipSummary>,
}

/// A circuit that is compared.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RivalSummary {
    /// File of the circuit.
    pub file: String,
    /// Its pathways in words.
    pub pathways: Vec<String>,
    /// Its probability among those that are compared.
    pub probability: f64,
}

/// A clip of the movie.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ClipSummary {
    /// Frames before it.
    pub start_frame: usize,
    /// Its frames.
    pub frames: usize,
    /// Width of its stripes; absent where the whole field changes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stripe_um: Option<f64>,
    /// Bits that one presentation of it tells.
    pub bits: f64,
}

/// Writes the movie, its manifest and the circuits that it tells apart, and says what they are.
///
/// # Errors
/// Where a file cannot be written.
pub(super) fn write(
    found: &Found,
    next: &NextExperiment,
    folder: &Path,
) -> crate::Result<NextExperimentSummary> {
    let cell = found.identified.circuit.cell;
    let summary = NextExperimentSummary::of(found, next);
    for (rival, told) in found.identified.rivals.iter().zip(&summary.circuits) {
        write_text(&folder.join(&told.file), &rival.circuit.to_toml()?)?;
    }
    let movie = &next.movie;
    let screen = &found.identified.circuit.screen;
    let shown = ArrayInfo {
        shape: &[movie.frames(), movie.height(), movie.width()],
        dimensions: &["frame", "y", "x"],
        units: "standard deviations of the training stimulus, 0 its mean",
    };
    let bins = next.rates.first().map_or(0, Vec::len);
    let predicted = ArrayInfo {
        shape: &[next.rates.len(), bins],
        dimensions: &["circuit", "bin"],
        units: "Hz",
    };
    ResultFile::new()
        .attribute("program", PROGRAM)
        .attribute("content", CONTENT)
        .attribute("cell", i64::try_from(cell.0)?)
        .attribute("frame_period_ms", screen.frame_period.0)
        .attribute("microns_per_pixel", screen.microns_per_pixel.0)
        .attribute("first_bin", i64::try_from(next.first_bin)?)
        .f32("stimulus", shown, movie.values().to_vec())
        .f32("rates", predicted, next.rates.concat())
        .write(folder.join(&summary.file))?;
    write_json(
        &folder.join(format!("cell{cell}-next-experiment.json")),
        &summary,
    )?;
    Ok(summary)
}

impl NextExperimentSummary {
    fn of(found: &Found, next: &NextExperiment) -> Self {
        let cell = found.identified.circuit.cell;
        let rivals = found.identified.rivals.iter().zip(&next.probabilities);
        let circuits = rivals
            .enumerate()
            .map(|(place, (rival, &probability))| RivalSummary {
                file: format!("cell{cell}-rival{}-circuit.toml", place + 1),
                pathways: rival.circuit.names(),
                probability,
            });
        let clip = |clip: &Clip| ClipSummary {
            start_frame: clip.start,
            frames: clip.frames,
            stripe_um: clip.stripe.map(|width| width.0),
            bits: clip.bits,
        };
        Self {
            file: format!("cell{cell}-next-experiment.h5"),
            bits_per_presentation: next.bits,
            entropy_bits: next.entropy,
            circuits: circuits.collect(),
            clips: next.clips.iter().map(clip).collect(),
        }
    }
}
