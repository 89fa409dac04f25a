//! A network whose responses are attributed.

use std::borrow::Borrow;
use std::ops::Range;

use burn::module::Module;
use burn::tensor::{Device, Tensor, TensorData};
use ganglion_experiment::{Histories, StimulusMovie};
use ganglion_model::network::{ConvolutionalNetwork, Network, NetworkShape};
use ganglion_numerics::softplus;
use ganglion_recording::CellIndex;

use crate::attribution::Attribution;
use crate::config::AttributionConfig;
use crate::error::Error;
use crate::layer::Layer;
use crate::path::Path;
use crate::refine::Refinement;
use crate::response_range::response_ranges;
use crate::upper::{Upper, floats};

/// Samples refined together: enough to fill the network's batches, few enough that their unfinished
/// attributions (40 kB a sample and cell at the published size) stay small.
const CHUNK: usize = 32;

/// Attributes the responses of one network with hidden stages, of any shape, outside training.
pub struct Attributor {
    pub(crate) network: ConvolutionalNetwork,
    pub(crate) shape: NetworkShape,
    pub(crate) upper: Upper,
    pub(crate) device: Device,
    /// The first layer for grey, `[unit]`.
    grey: Vec<f32>,
    planes: [usize; 3],
    /// The recording's cell of each output.
    names: Vec<CellIndex>,
}

impl Attributor {
    /// Reads a network and the shapes that it is built for.
    ///
    /// # Errors
    /// [`Error::NoHiddenUnits`] for a network without, such as an LN model.
    pub fn new(network: &Network, shape: NetworkShape) -> Result<Self, Error> {
        let network = network
            .stages()
            .ok_or(Error::NoHiddenUnits)?
            .as_ref()
            .valid();
        let device = network.output.scale.val().device();
        let movie = Tensor::zeros([1, shape.height, shape.width, 1, shape.history], &device);
        let grey = network.first_layer(movie);
        let [channels, height, width, ..] = grey.dims();
        let planes = [channels, height, width];
        let upper = Upper::new(&network, planes);
        Ok(Self {
            names: (0..upper.cells()).map(CellIndex).collect(),
            upper,
            network,
            shape,
            device,
            grey: floats(grey),
            planes,
        })
    }

    /// Says which cell of the recording each output is; without this, output `i` is cell `i`.
    ///
    /// # Errors
    /// [`Error::Length`] if there are not as many cells as outputs.
    pub fn of_cells(mut self, cells: Vec<CellIndex>) -> Result<Self, Error> {
        if cells.len() != self.cells() {
            return Err(Error::Length {
                what: "cells",
                found: cells.len(),
                expected: self.cells(),
            });
        }
        self.names = cells;
        Ok(self)
    }

    /// The recording's cell of an output.
    ///
    /// # Panics
    /// If there is no such output.
    pub fn cell_of(&self, output: usize) -> CellIndex {
        self.names[output]
    }

    /// Outputs of the network.
    pub fn cells(&self) -> usize {
        self.upper.cells()
    }

    /// Hidden stages of the network.
    pub fn stages(&self) -> usize {
        self.upper.stages.len()
    }

    /// Paths to every response to a movie: sample `i` is the response in bin `history + i`, from the
    /// frames `i .. i + history`. Baseline: grey, or a movie of as many frames, or of one history.
    ///
    /// # Errors
    /// If a movie does not fit the network or the other, is too short, or is not finite.
    pub fn movie(
        &self,
        stimulus: &StimulusMovie,
        baseline: Option<&StimulusMovie>,
    ) -> Result<Path, Error> {
        let start = match baseline {
            Some(baseline) => self.see_movie("baseline", baseline)?,
            None => self.grey.clone(),
        };
        Path::new(self.planes, start, self.see_movie("stimulus", stimulus)?)
    }

    /// Paths to the responses to several movies, one for each distinct history: the path of the `i`th
    /// response to all movies is sample `histories.index()[i]`. Baseline: grey, or a movie of one
    /// history.
    ///
    /// # Errors
    /// If a movie does not fit the network, is too short, or is not finite, or if there is none.
    pub fn movies(
        &self,
        stimuli: &[StimulusMovie],
        baseline: Option<&StimulusMovie>,
    ) -> Result<(Path, Histories), Error> {
        let start = match baseline {
            Some(baseline) => self.see_movie("baseline", baseline)?,
            None => self.grey.clone(),
        };
        let mut histories = Histories::new(self.shape.history);
        for stimulus in stimuli {
            self.check_movie("stimulus", stimulus)?;
            histories.add(stimulus);
        }
        let runs = histories.runs().iter();
        let parts = runs.map(|run| stimuli[run.movie].part(run.frames(histories.history())));
        Ok((self.joined(start, parts)?, histories))
    }

    /// Paths to the responses to several movies, one movie after the other, whether or not histories
    /// repeat. Baseline: grey, or a movie of one history.
    ///
    /// # Errors
    /// If a movie does not fit the network, is too short, or is not finite, or if there is none.
    pub fn one_after_the_other(
        &self,
        stimuli: &[StimulusMovie],
        baseline: Option<&StimulusMovie>,
    ) -> Result<Path, Error> {
        let start = match baseline {
            Some(baseline) => self.see_movie("baseline", baseline)?,
            None => self.grey.clone(),
        };
        self.joined(start, stimuli)
    }

    fn joined(
        &self,
        start: Vec<f32>,
        stimuli: impl IntoIterator<Item = impl Borrow<StimulusMovie>>,
    ) -> Result<Path, Error> {
        let ends: Vec<Vec<f32>> = (stimuli.into_iter())
            .map(|stimulus| self.see_movie("stimulus", stimulus.borrow()))
            .collect::<Result<_, _>>()?;
        if ends.is_empty() {
            return Err(Error::NoResponses {
                history: self.shape.history,
            });
        }
        if start.len() != self.grey.len() {
            let samples: usize = ends.iter().map(Vec::len).sum();
            return Err(Error::BaselineLength {
                baseline: start.len() / self.grey.len(),
                stimulus: samples / self.grey.len(),
            });
        }
        Ok(Path::joined(self.planes, start, &ends))
    }

    /// Paths to the responses to clips `[clip, history, y, x]` in normalised units. Baseline: grey,
    /// or as many clips, or one.
    ///
    /// # Errors
    /// If clips do not fit the network or the baseline, or are not finite.
    pub fn clips(
        &self,
        shape: [usize; 4],
        values: &[f32],
        baseline: Option<&[f32]>,
    ) -> Result<Path, Error> {
        let start = match baseline {
            Some(values) => {
                let clip = shape[1] * shape[2] * shape[3];
                let clips = values.len() / clip.max(1);
                self.see_clips("baseline", [clips, shape[1], shape[2], shape[3]], values)?
            }
            None => self.grey.clone(),
        };
        let end = self.see_clips("stimulus", shape, values)?;
        Path::new(self.planes, start, end)
    }

    fn see_movie(&self, what: &'static str, movie: &StimulusMovie) -> Result<Vec<f32>, Error> {
        self.check_movie(what, movie)?;
        let shape = [1, movie.frames(), movie.height(), movie.width()];
        Ok(self.see(TensorData::new(movie.values().to_vec(), shape)))
    }

    pub(crate) fn check_movie(
        &self,
        what: &'static str,
        movie: &StimulusMovie,
    ) -> Result<(), Error> {
        let (frames, history) = (movie.frames(), self.shape.history);
        self.check_frames(what, [movie.height(), movie.width()], movie.values())?;
        if frames < history {
            return Err(Error::TooShort { frames, history });
        }
        Ok(())
    }

    fn see_clips(
        &self,
        what: &'static str,
        shape: [usize; 4],
        values: &[f32],
    ) -> Result<Vec<f32>, Error> {
        let [clips, frames, height, width] = shape;
        self.check_frames(what, [height, width], values)?;
        let history = self.shape.history;
        if frames != history || clips == 0 || values.len() != clips * frames * height * width {
            return Err(Error::Clips {
                history,
                found: shape,
                values: values.len(),
            });
        }
        Ok(self.see(TensorData::new(values.to_vec(), shape)))
    }

    /// The first layer's output for segments `[segment, frame, y, x]`.
    fn see(&self, segments: TensorData) -> Vec<f32> {
        let movie = Tensor::<4>::from_data(segments, &self.device)
            .permute([2, 3, 0, 1])
            .unsqueeze_dim(0);
        floats(self.network.first_layer(movie))
    }

    fn check_frames(
        &self,
        what: &'static str,
        found: [usize; 2],
        values: &[f32],
    ) -> Result<(), Error> {
        let expected = [self.shape.height, self.shape.width];
        if found != expected {
            return Err(Error::FrameSize {
                what,
                found,
                expected,
            });
        }
        if values.iter().all(|value| value.is_finite()) {
            return Ok(());
        }
        Err(Error::NotFinite { what })
    }

    /// Attributes every sample of a path, all cells sharing the forward passes.
    ///
    /// The result holds two numbers for every sample, cell and unit: for long movies see
    /// [`Self::attribute_in_chunks`].
    ///
    /// # Errors
    /// If a cell, stage or setting is impossible.
    pub fn attribute(&self, path: &Path, config: &AttributionConfig) -> Result<Attribution, Error> {
        let mut whole = None;
        self.attribute_in_chunks(path, config, path.samples(), |_, attribution| {
            whole = Some(attribution);
        })?;
        Ok(whole.expect("a path has at least one sample"))
    }

    /// Attributes a path `chunk` samples at a time, so that memory does not grow with the movie.
    ///
    /// # Errors
    /// If a cell, stage or setting is impossible.
    pub fn attribute_in_chunks(
        &self,
        path: &Path,
        config: &AttributionConfig,
        chunk: usize,
        mut each: impl FnMut(Range<usize>, Attribution),
    ) -> Result<(), Error> {
        config.check()?;
        self.check_layer(config.layer)?;
        let cells = self.choose(config.cells.as_deref())?;
        let ranges = match &config.response_ranges {
            Some(ranges) => self.check_ranges(ranges)?.clone(),
            None => self.response_ranges(path),
        };
        let refinement = Refinement {
            upper: &self.upper,
            path,
            config,
            ranges: &ranges,
        };
        let chunk = chunk.max(1);
        for start in (0..path.samples()).step_by(chunk) {
            let samples = start..path.samples().min(start + chunk);
            let mut attribution = self.empty(config.layer, &cells, samples.len(), &ranges);
            for start in samples.clone().step_by(CHUNK) {
                let part = start..samples.end.min(start + CHUNK);
                for (estimate, quality) in refinement.run(part, &cells) {
                    attribution.push(&estimate, quality);
                }
            }
            each(samples, attribution);
        }
        Ok(())
    }

    pub(crate) fn empty(
        &self,
        layer: Layer,
        cells: &[usize],
        samples: usize,
        ranges: &[f64],
    ) -> Attribution {
        let planes = self.upper.stages[layer.stage - 1].planes;
        let size = samples * cells.len() * planes.iter().product::<usize>();
        Attribution {
            layer,
            cells: cells.to_vec(),
            samples,
            planes,
            attribution: Vec::with_capacity(size),
            effective_weights: Vec::with_capacity(size),
            response: Vec::new(),
            resting_response: Vec::new(),
            quality: Vec::new(),
            response_range: cells.iter().map(|&cell| ranges[cell]).collect(),
        }
    }

    fn check_ranges<'a>(&self, ranges: &'a Vec<f64>) -> Result<&'a Vec<f64>, Error> {
        if ranges.len() == self.cells() {
            return Ok(ranges);
        }
        Err(Error::Length {
            what: "response ranges",
            found: ranges.len(),
            expected: self.cells(),
        })
    }

    pub(crate) fn check_layer(&self, layer: Layer) -> Result<(), Error> {
        let (stage, stages) = (layer.stage, self.stages());
        if (1..=stages).contains(&stage) {
            return Ok(());
        }
        Err(Error::NoSuchStage { stage, stages })
    }

    /// The outputs of the cells asked for, or all.
    pub(crate) fn choose(&self, cells: Option<&[CellIndex]>) -> Result<Vec<usize>, Error> {
        let Some(cells) = cells else {
            return Ok((0..self.cells()).collect());
        };
        let output = |cell: &CellIndex| {
            let output = self.names.iter().position(|name| name == cell);
            output.ok_or_else(|| Error::NoSuchCell {
                cell: cell.0,
                known: self.names.iter().map(|name| name.0).collect(),
            })
        };
        cells.iter().map(output).collect()
    }

    /// Channels, rows and columns of a stage.
    ///
    /// # Errors
    /// If there is no such stage.
    pub fn planes(&self, layer: Layer) -> Result<[usize; 3], Error> {
        self.check_layer(layer)?;
        Ok(self.upper.stages[layer.stage - 1].planes)
    }

    /// Rates at the start and end of every sample's path, Hz: `[sample][cell]`.
    pub fn end_rates(&self, path: &Path) -> Vec<Vec<[f64; 2]>> {
        let ends = [0.0, 1.0];
        let samples: Vec<usize> = (0..path.samples()).collect();
        let mut rates = Vec::with_capacity(samples.len());
        for samples in samples.chunks(4 * CHUNK) {
            let points: Vec<(usize, &[f64])> =
                samples.iter().map(|&sample| (sample, &ends[..])).collect();
            let columns = 2 * samples.len();
            let drive = self.upper.forward(path.at(&points), columns).drive;
            rates.extend((0..samples.len()).map(|sample| {
                (0..self.cells())
                    .map(|cell| {
                        [0, 1].map(|end| {
                            let drive = drive[cell * columns + 2 * sample + end];
                            self.upper.scale[cell] * softplus(drive)
                        })
                    })
                    .collect()
            }));
        }
        rates
    }

    /// Change of every first-layer unit from its baseline at which its rectification begins to pass,
    /// `[channel, y, x]`, in the direction that activates the unit: below 0 for a unit that the baseline
    /// activates.
    ///
    /// With `z` the unit's linear value, `g z + h` its normalisation and `z_0` its value for the
    /// baseline of the path's first sample, it passes where `g z + h > 0`:
    /// `sign(g) (z - z_0) > -sign(g) (z_0 + h / g)`. Infinite where `g` is 0.
    pub fn thresholds(&self, path: &Path) -> Vec<f64> {
        let first = &self.upper.stages[0];
        let threshold = |unit: usize| {
            let [gain, shift] = first.affine(unit).map(f64::from);
            let baseline = f64::from(path.ends(unit, 0)[0]);
            match gain == 0.0 {
                true => f64::INFINITY,
                false => -gain.signum() * (baseline + shift / gain),
            }
        };
        (0..path.units()).map(threshold).collect()
    }

    pub(crate) fn response_ranges(&self, path: &Path) -> Vec<f64> {
        response_ranges(&self.end_rates(path), self.cells())
    }
}
