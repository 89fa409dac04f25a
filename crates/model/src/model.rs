//! Models on disk: `model.safetensors` and `model.toml`.

use std::ops::{ControlFlow, Range};
use std::path::{Path, PathBuf};

use burn::module::Module;
use burn::tensor::Device;
use ganglion_experiment::Screen;
use ganglion_glm::Fit;
use ganglion_recording::{Microns, Milliseconds, Movie, Normalisation, write_atomically};
use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::free_running::{self, FreeRunning};
use crate::hub;
use crate::network::{Glm, ModelConfig, Network, NetworkShape};
use crate::prediction;
use crate::score_record::ScoreRecord;
pub use crate::source::SourceFile;
use crate::targets::TargetForm;
use crate::training_set::TrainingSet;
use crate::weights::Weights;

/// Version of the layout of a model directory.
const FORMAT: u32 = 1;

/// A network and what is needed to use it.
pub struct Model {
    /// Everything but the weights.
    pub description: ModelDescription,
    /// The network, without autodiff.
    pub network: Network,
    device: Device,
}

/// What `model.toml` says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ModelDescription {
    /// Version of this layout.
    pub format: u32,
    /// Cells, 0-based within the recording, in the order of the outputs.
    pub cells: Vec<usize>,
    /// Time from one frame to the next, milliseconds.
    pub frame_period_ms: f64,
    /// Size of a pixel on the retina, micrometres, where known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub microns_per_pixel: Option<f64>,
    /// Name of the response dataset that was learned.
    pub response: String,
    /// What the network is made of.
    pub architecture: ModelConfig,
    /// Sizes that it is built for.
    pub movie: NetworkShape,
    /// How pixels become the network's input.
    pub normalisation: Normalisation,
    /// Least and greatest intensity of the training movies, in the recordings' units, where known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub light: Option<[f64; 2]>,
    /// Licence of the weights, as SPDX writes it, where known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub licence: Option<String>,
    /// What is known of the recordings that it learned from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data: Option<TrainingSet>,
    /// How well it predicts, where that was measured.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evaluation: Option<ScoreRecord>,
    /// Where it comes from.
    pub provenance: Provenance,
}

/// Where a model comes from.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Provenance {
    /// Version of the program that made it.
    pub ganglion_version: String,
    /// Revision of the program's source, where known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revision: Option<String>,
    /// Seed of the run.
    pub seed: u64,
    /// Epoch of the weights, counted from one.
    pub epoch: usize,
    /// Mean validation correlation at that epoch.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub validation_correlation: Option<f64>,
    /// What was learned of the recordings: rates unless it says otherwise.
    #[serde(skip_serializing_if = "TargetForm::is_default")]
    pub targets: TargetForm,
    /// Recordings that it was trained on.
    pub recordings: Vec<SourceFile>,
    /// Recordings that changed during the run, which was told to go on.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub recordings_changed: Vec<RecordingChange>,
    /// The weights file that it was imported from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub imported_from: Option<SourceFile>,
}

/// A recording that changed under its name while a run was interrupted.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordingChange {
    /// The file's name, without its folder: that of the recording, or of a file that it links to.
    pub name: String,
    /// SHA-256 before, or `not known` of a linked file that was not noted.
    pub before: String,
    /// SHA-256 afterwards, or `not known` of a linked file that is not read any more.
    pub after: String,
    /// The last epoch that was trained on the file as it was before.
    pub after_epoch: usize,
}

impl ModelDescription {
    /// The description of a new model.
    pub fn new(
        architecture: ModelConfig,
        movie: NetworkShape,
        cells: Vec<usize>,
        frame_period_ms: f64,
        normalisation: Normalisation,
    ) -> Self {
        Self {
            format: FORMAT,
            cells,
            frame_period_ms,
            microns_per_pixel: None,
            response: String::new(),
            architecture,
            movie,
            normalisation,
            light: None,
            licence: None,
            data: None,
            evaluation: None,
            provenance: Provenance::default(),
        }
    }

    /// Reads the description of a model, which is found as [`Model::open`] finds it, without its weights.
    ///
    /// # Errors
    /// If there is no such model, or its description is malformed.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, Error> {
        read_description(&folder(path.as_ref())?.join(DESCRIPTION))
    }

    /// The frames that stimuli for the model have.
    ///
    /// # Errors
    /// [`Error::NoPixelSize`] if the model does not say how large a pixel is.
    pub fn screen(&self) -> Result<Screen, Error> {
        Ok(Screen {
            height: self.movie.height,
            width: self.movie.width,
            frame_period: Milliseconds(self.frame_period_ms),
            microns_per_pixel: Microns(self.microns_per_pixel.ok_or(Error::NoPixelSize)?),
            history: self.movie.history,
        })
    }

    /// Least and greatest input of the network in training, where known: [`light`](Self::light),
    /// normalised. Under per-pixel normalisation these are those of the pixels that go farthest.
    pub fn normalised_light(&self) -> Option<[f64; 2]> {
        let [least, greatest] = self.light?;
        match &self.normalisation {
            Normalisation::Global { mean, sd } => Some([least, greatest].map(|l| (l - mean) / sd)),
            Normalisation::PerPixel { mean, sd, .. } => {
                let pixels = || mean.iter().zip(sd);
                let darkest = pixels().map(|(mean, sd)| (least - mean) / sd);
                let brightest = pixels().map(|(mean, sd)| (greatest - mean) / sd);
                Some([darkest.fold(0.0, f64::min), brightest.fold(0.0, f64::max)])
            }
        }
    }

    /// The text of `model.toml`.
    ///
    /// # Errors
    /// If a value has no form in TOML.
    pub fn to_toml(&self) -> Result<String, Error> {
        toml::to_string(self).map_err(|error| Error::Unwritable {
            message: error.to_string(),
        })
    }
}

impl Model {
    /// Puts a description and a network together.
    pub fn new(description: ModelDescription, network: &Network, device: &Device) -> Self {
        Self {
            description,
            network: network.valid(),
            device: device.clone().inner(),
        }
    }

    /// The fit whose coefficients the network has, if it is a generalised linear model.
    pub fn fit(&self) -> Option<Fit> {
        let settings = self.description.architecture.generalised_linear()?;
        Some(self.network.generalised_linear()?.fit(settings))
    }

    /// Where the network computes.
    pub fn device(&self) -> &Device {
        &self.device
    }

    /// Reads a model directory, the model of a run directory, or the model of a name such as
    /// `owner/name`, see [`hub`].
    ///
    /// # Errors
    /// If there is no such model, a file is missing or malformed, or the weights do not fit the
    /// architecture.
    pub fn open(path: impl AsRef<Path>, device: &Device) -> Result<Self, Error> {
        let directory = folder(path.as_ref())?;
        let description = read_description(&directory.join(DESCRIPTION))?;
        let network = description
            .architecture
            .init(&description.movie, 0, device)?;
        let network = Weights::load(&directory.join(WEIGHTS))?
            .load_into(network)
            .map_err(|error| error.within(directory.join(WEIGHTS)))?;
        Ok(Self::new(description, &network, device))
    }

    /// Writes a model directory; each file is written aside and renamed.
    ///
    /// # Errors
    /// If a file cannot be written.
    pub fn save(&self, directory: &Path) -> Result<(), Error> {
        std::fs::create_dir_all(directory).map_err(|source| Error::File {
            path: directory.into(),
            source,
        })?;
        Weights::of(&self.network).save(&directory.join(WEIGHTS))?;
        let text = self.description.to_toml()?;
        Ok(write_atomically(directory.join(DESCRIPTION), |file| {
            std::io::Write::write_all(file, text.as_bytes())
        })?)
    }

    /// Predicted rates `[cell][bin]`, Hz, for every bin with a full history: bin `t` is predicted
    /// from frames `t - history .. t`, so the first is bin `history`.
    ///
    /// # Errors
    /// If the movie does not fit the model, is too short or cannot be read.
    pub fn respond(
        &self,
        movie: &Movie,
        normalisation: &Normalisation,
    ) -> Result<Vec<Vec<f32>>, Error> {
        self.respond_to_bins(
            movie,
            normalisation,
            self.description.movie.history..movie.frames(),
        )
    }

    /// Predicted rates `[cell][bin]`, Hz, of a range of bins.
    ///
    /// # Errors
    /// If the movie does not fit the model, is too short or cannot be read.
    pub fn respond_to_bins(
        &self,
        movie: &Movie,
        normalisation: &Normalisation,
        bins: Range<usize>,
    ) -> Result<Vec<Vec<f32>>, Error> {
        self.respond_telling(movie, normalisation, bins, &mut |_| {
            ControlFlow::Continue(())
        })
    }

    /// The same; `done` is told after some bins how many more are done, and says whether to go on.
    ///
    /// # Errors
    /// As [`respond_to_bins`](Self::respond_to_bins), and [`Error::Stopped`] where `done` breaks off.
    pub fn respond_telling(
        &self,
        movie: &Movie,
        normalisation: &Normalisation,
        bins: Range<usize>,
        done: &mut dyn FnMut(usize) -> ControlFlow<()>,
    ) -> Result<Vec<Vec<f32>>, Error> {
        if self.depends_on_spikes() {
            let found = self.free_running(movie, normalisation, bins, done)?;
            return match found.stability.diverged {
                false => Ok(found.rates),
                true => Err(Error::RunsAway {
                    share: found.stability.capped_share,
                    radius: found.stability.spectral_radius,
                }),
            };
        }
        self.check_bins(movie, &bins)?;
        let shape = &self.description.movie;
        prediction::rates(
            &self.network,
            shape,
            movie,
            normalisation,
            bins,
            &self.device,
            done,
        )
    }

    /// Whether rates depend on spikes that were fired before, so that they are found by simulation.
    pub fn depends_on_spikes(&self) -> bool {
        let settings = self.description.architecture.generalised_linear();
        settings.is_some_and(Glm::depends_on_spikes)
    }

    /// Mean rates over simulated trials, and whether the simulation is stable, where rates
    /// [depend on spikes](Self::depends_on_spikes).
    ///
    /// # Errors
    /// As [`respond_telling`](Self::respond_telling); and where rates depend on the movie alone.
    pub fn free_running(
        &self,
        movie: &Movie,
        normalisation: &Normalisation,
        bins: Range<usize>,
        done: &mut dyn FnMut(usize) -> ControlFlow<()>,
    ) -> Result<FreeRunning, Error> {
        self.check_bins(movie, &bins)?;
        let settings = self.description.architecture.generalised_linear();
        let (Some(fit), Some(settings)) = (self.fit(), settings) else {
            return Err(Error::NotSimulated);
        };
        let bins_in_a_second = fit.bins_per_frame as f64 * 1e3 / self.description.frame_period_ms;
        let shown = (movie, normalisation);
        free_running::rates(
            &fit,
            settings.simulated_trials,
            bins_in_a_second,
            shown,
            bins,
            done,
        )
    }

    fn check_bins(&self, movie: &Movie, bins: &Range<usize>) -> Result<(), Error> {
        let shape = &self.description.movie;
        self.check_size("movie", [movie.height(), movie.width()])?;
        if bins.start < shape.history || bins.is_empty() || bins.end > movie.frames() + 1 {
            let (frames, history) = (movie.frames(), shape.history);
            return Err(Error::MovieTooShort { frames, history });
        }
        Ok(())
    }

    /// Predicted rates `[cell][clip]`, Hz, of normalised clips `[clip, frame, y, x]`.
    ///
    /// # Errors
    /// If the clips do not fit the model.
    pub fn respond_to_clips(
        &self,
        shape: [usize; 4],
        values: &[f32],
    ) -> Result<Vec<Vec<f32>>, Error> {
        if self.depends_on_spikes() {
            return Err(Error::DependsOnSpikes);
        }
        let [clips, frames, height, width] = shape;
        self.check_size("clips", [height, width])?;
        let history = self.description.movie.history;
        if frames != history || clips * frames * height * width != values.len() {
            return Err(Error::ClipLength { frames, history });
        }
        Ok(self.respond_to_segments(frames, values))
    }

    /// Predicted rates `[cell][segment and bin]`, Hz, of normalised segments `[segment, frame, y, x]`
    /// that fit the model.
    pub(crate) fn respond_to_segments(&self, frames: usize, values: &[f32]) -> Vec<Vec<f32>> {
        let shape = &self.description.movie;
        prediction::rates_of_segments(&self.network, shape, frames, values, &self.device)
    }

    pub(crate) fn check_size(&self, what: &'static str, found: [usize; 2]) -> Result<(), Error> {
        let NetworkShape { height, width, .. } = self.description.movie;
        if found == [height, width] {
            return Ok(());
        }
        Err(Error::FrameSize {
            what,
            found,
            expected: [height, width],
        })
    }
}

/// The file with a model's description.
pub const DESCRIPTION: &str = "model.toml";

/// The file with a model's weights.
pub const WEIGHTS: &str = "model.safetensors";

/// The folder that holds a model's files: that of the path, the one inside a run, or that of a name.
///
/// # Errors
/// If there is none.
pub fn folder(path: &Path) -> Result<PathBuf, Error> {
    let found = hub::locate(path)?;
    [found.clone(), found.join("model")]
        .into_iter()
        .find(|directory| directory.join(DESCRIPTION).is_file())
        .ok_or(Error::NotAModel { path: found })
}

fn read_description(path: &Path) -> Result<ModelDescription, Error> {
    let text = std::fs::read_to_string(path).map_err(|source| Error::File {
        path: path.into(),
        source,
    })?;
    let malformed = |message: String| Error::Description {
        path: path.into(),
        message,
    };
    let description: ModelDescription =
        toml::from_str(&text).map_err(|error| malformed(error.to_string()))?;
    if description.format != FORMAT {
        return Err(malformed(format!(
            "format {} is not the format {FORMAT} that this version reads",
            description.format
        )));
    }
    if description.cells.len() != description.movie.cells {
        return Err(malformed(format!(
            "lists {} cells but movie.cells is {}",
            description.cells.len(),
            description.movie.cells
        )));
    }
    Ok(description)
}
