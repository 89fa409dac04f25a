//! Integrated gradients of the input: which pixels, when.

use std::path::Path as FilePath;

use ganglion_attribution::{AttributedResponses, AttributionConfig, Invariance, Layer, Quality};
use ganglion_recording::{ArrayInfo, Spool};

use super::Analysis;
use super::asked::Study;
use super::report::{self, of_pixels};
use super::save::described;
use crate::error::ensure;
use crate::results::{AttributionSummary, write_json};

/// Writes `pixels.h5`: the attribution of every pixel of every response's history.
///
/// # Errors
/// Where another layer is asked for, or a file cannot be written.
pub fn attribute(
    subject: &Analysis,
    study: &Study<'_>,
    folder: &FilePath,
) -> crate::Result<AttributionSummary> {
    check(subject)?;
    let steps = subject.begin(study);
    let ranges = study.survey(Invariance::ROUNDING)?.ranges();
    let settings = AttributionConfig {
        response_ranges: Some(ranges.clone()),
        ..subject.request.settings.clone()
    };
    let mut pixels = PixelAttributions::new(folder)?;
    study.attribute(None, &settings, |piece| {
        let samples = piece.attribution.samples;
        pixels.add(subject, study, piece)?;
        steps.advance(samples);
        subject.runner.go_on()
    })?;
    steps.finish();
    let (outputs, shown) = (&subject.request.outputs, study.stimuli().shown);
    let quality = study.all(&pixels.quality, outputs.len());
    let cells = subject.cells().into_iter().enumerate();
    let cells = cells.map(|(place, cell)| {
        of_pixels(
            cell,
            &quality[place..],
            outputs.len(),
            ranges[outputs[place]],
        )
    });
    let report = report::with(subject, shown, folder, cells.collect());
    pixels.write(subject, study, folder)?;
    write_json(&folder.join("summary.json"), &report)?;
    Ok(report)
}

/// Pixels are those of the stimulus, seen through the first layer.
fn check(subject: &Analysis) -> crate::Result<()> {
    ensure!(
        subject.request.settings.layer == Layer::default(),
        "--method pixels goes through stage 1 before normalisation; leave out --layer and --point"
    );
    ensure!(
        subject.request.baseline.is_none(),
        "--method pixels starts at grey; leave out --baseline"
    );
    Ok(())
}

/// Attributions of pixels, for distinct responses.
struct PixelAttributions {
    /// `[response, cell, frame, y, x]`
    maps: Spool,
    /// Rate for the stimulus, Hz: `[response, cell]`.
    response: Vec<f64>,
    /// Rate for grey, Hz: `[response, cell]`.
    resting: Vec<f64>,
    /// `[response, cell]`
    quality: Vec<Quality>,
}

impl PixelAttributions {
    fn new(folder: &FilePath) -> crate::Result<Self> {
        Ok(Self {
            maps: Spool::beside(folder.join("pixels.h5"))?,
            response: Vec::new(),
            resting: Vec::new(),
            quality: Vec::new(),
        })
    }

    fn add(
        &mut self,
        subject: &Analysis,
        study: &Study<'_>,
        piece: AttributedResponses<'_>,
    ) -> crate::Result<()> {
        let (shown, attribution) = (study.stimuli().shown, piece.attribution);
        let bins = piece.responses.iter();
        let bins = bins.flat_map(|one| one.bins.clone().map(|bin| (one.stimulus, bin)));
        for (sample, (condition, bin)) in bins.enumerate() {
            let clip = shown.clip(condition, bin);
            for place in 0..attribution.cells.len() {
                let found = subject
                    .attributor
                    .pixels(&attribution, sample, place, &clip)?;
                let row = sample * attribution.cells.len() + place;
                let change = attribution.response[row] - attribution.resting_response[row];
                let sum: f64 = found.attribution.iter().map(|&a| f64::from(a)).sum();
                self.quality.push(Quality {
                    completeness_gap: sum - change,
                    ..attribution.quality[row]
                });
                self.maps.append(&found.attribution)?;
            }
        }
        self.response.extend(attribution.response);
        self.resting.extend(attribution.resting_response);
        Ok(())
    }

    /// Writes all responses, in their order.
    fn write(self, subject: &Analysis, study: &Study<'_>, folder: &FilePath) -> crate::Result<()> {
        let (shown, cells) = (study.stimuli().shown, subject.request.outputs.len());
        let shape = subject.model.description.movie;
        let samples = shown.samples();
        let maps = ArrayInfo {
            shape: &[samples, cells, shape.history, shape.height, shape.width],
            dimensions: &[shown.rows, "cell", "frame", "y", "x"],
            units: "Hz",
        };
        let a_cell = ArrayInfo {
            shape: &[samples, cells],
            dimensions: &[shown.rows, "cell"],
            units: "Hz",
        };
        let size = cells * shape.history * shape.height * shape.width;
        let pixels = self.maps.in_order(size, study.index().to_vec());
        let gaps: Vec<f64> = self.quality.iter().map(|q| q.completeness_gap).collect();
        let file = described(subject, shown)
            .spooled("attribution", maps, pixels)
            .f64("response", a_cell, study.all(&self.response, cells))
            .f64("resting_response", a_cell, study.all(&self.resting, cells))
            .f64("completeness_gap", a_cell, study.all(&gaps, cells));
        Ok(file.write(folder.join("pixels.h5"))?)
    }
}
