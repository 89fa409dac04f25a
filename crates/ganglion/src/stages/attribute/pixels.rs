//! Integrated gradients of the input: which pixels, when.

use std::path::Path as FilePath;

use ganglion_attribution::{AttributionConfig, Layer, Quality};
use ganglion_recording::{ArrayInfo, Spool};

use super::Subject;
use super::gather::{path, response_ranges, samples_together};
use super::report::{self, of_pixels};
use super::save::described;
use super::shown::Shown;
use crate::error::ensure;
use crate::results::{AttributionSummary, write_json};

/// Writes `pixels.h5`: the attribution of every pixel of every response's history.
///
/// # Errors
/// Where another layer is asked for, or a file cannot be written.
pub fn attribute(
    subject: &Subject,
    shown: &Shown,
    folder: &FilePath,
) -> crate::Result<AttributionSummary> {
    let ranges = response_ranges(subject, shown)?;
    let settings = AttributionConfig {
        response_ranges: Some(ranges.clone()),
        ..subject.request.settings.clone()
    };
    ensure!(
        subject.request.settings.layer == Layer::default(),
        "--method pixels goes through stage 1 before normalisation; leave out --layer and --point"
    );
    ensure!(
        subject.request.baseline.is_none(),
        "--method pixels starts at grey; leave out --baseline"
    );
    let shape = subject.model.description.movie;
    let outputs = &subject.request.outputs;
    let mut pixels = Spool::beside(folder.join("pixels.h5"))?;
    let (mut response, mut resting, mut gap) = (Vec::new(), Vec::new(), Vec::new());
    let mut quality = Vec::new();
    let steps = subject.begin(shown, shown.samples(), shown.rows);
    for whole in shown.windows() {
        for piece in whole.pieces(samples_together(subject)) {
            let path = path(subject, shown, &piece)?;
            let attribution = subject.attributor.attribute(&path, &settings)?;
            for (sample, bin) in piece.bins.clone().enumerate() {
                let clip = shown.clip(piece.condition, bin);
                for place in 0..outputs.len() {
                    let found = subject
                        .attributor
                        .pixels(&attribution, sample, place, &clip)?;
                    let row = sample * outputs.len() + place;
                    let change = attribution.response[row] - attribution.resting_response[row];
                    let sum: f64 = found.attribution.iter().map(|&a| f64::from(a)).sum();
                    gap.push(sum - change);
                    quality.push(Quality {
                        completeness_gap: sum - change,
                        ..attribution.quality[row]
                    });
                    pixels.append(&found.attribution)?;
                }
            }
            response.extend(attribution.response);
            resting.extend(attribution.resting_response);
            steps.advance(piece.bins.len());
        }
    }
    steps.finish();
    let samples = shown.samples();
    let maps = ArrayInfo {
        shape: &[
            samples,
            outputs.len(),
            shape.history,
            shape.height,
            shape.width,
        ],
        dimensions: &[shown.rows, "cell", "frame", "y", "x"],
        units: "Hz",
    };
    let a_cell = ArrayInfo {
        shape: &[samples, outputs.len()],
        dimensions: &[shown.rows, "cell"],
        units: "Hz",
    };
    described(subject, shown)
        .spooled("attribution", maps, pixels)
        .f64("response", a_cell, response)
        .f64("resting_response", a_cell, resting)
        .f64("completeness_gap", a_cell, gap)
        .write(folder.join("pixels.h5"))?;
    let count = outputs.len();
    let cells = subject.cells().into_iter().enumerate();
    let cells = cells
        .map(|(place, cell)| of_pixels(cell, &quality[place..], count, ranges[outputs[place]]));
    let report = report::with(subject, shown, folder, cells.collect());
    write_json(&folder.join("summary.json"), &report)?;
    Ok(report)
}
