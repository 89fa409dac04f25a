//! What can go wrong.

use std::path::PathBuf;

use crate::backend_kind::BackendKind;
use crate::targets::TargetForm;

/// Errors of this crate.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// `channels` and `kernels` have different lengths, or none.
    #[error(
        "model.channels lists {channels} stages but model.kernels lists {kernels}; \
         give one kernel size for each stage, at least one"
    )]
    StagesDiffer {
        /// Stages in `channels`.
        channels: usize,
        /// Stages in `kernels`.
        kernels: usize,
    },
    /// A stage without channels, or a kernel or window without pixels.
    #[error(
        "model.channels, model.kernels, model.window and model.convolutional must be at least 1"
    )]
    EmptyStage,
    /// A kernel or a window does not fit the plane that it lies in.
    #[error(
        "{key}: {what} is {}x{} pixels but its input is only {}x{}; use smaller kernels or windows, or fewer \
         stages: [{}, {}] (rows, columns) would fit",
        size[0], size[1], plane[0], plane[1], fits[0], fits[1]
    )]
    PatchTooLarge {
        /// Whose size it is, such as "the kernel of stage 2".
        what: String,
        /// The key.
        key: &'static str,
        /// Its rows and columns.
        size: [usize; 2],
        /// Rows and columns of its input.
        plane: [usize; 2],
        /// The part of it that fits.
        fits: [usize; 2],
    },
    /// A history as a number of frames and as a time.
    #[error(
        "recording.history_frames and recording.history_ms both say how far back a response sees; \
         give one of them"
    )]
    TwoHistories,
    /// A setting of batch normalisation for a model that has none.
    #[error(
        "training.batch_statistics_epochs is about batch normalisation, which a model of kind \
         \"{kind}\" has not; leave it out, or use kind \"bn-cnn\""
    )]
    NoBatchNormalisation {
        /// Kind of the model.
        kind: &'static str,
    },
    /// A form of targets that a family's loss does not take.
    #[error(
        "recording.targets = \"{targets}\" is not what a model of kind \"{kind}\" learns from; set \
         recording.targets = {}, or choose another model.kind",
        taken.iter().map(|form| format!("\"{form}\"")).collect::<Vec<_>>().join(" or ")
    )]
    TargetsNotTaken {
        /// What the config says.
        targets: TargetForm,
        /// Kind of the model.
        kind: &'static str,
        /// What the family takes.
        taken: &'static [TargetForm],
    },
    /// Spikes that make another mean rate than the recorded one.
    #[error(
        "{path}: the spikes of `{spikes}` make {ratio:.3} times the mean rate of `{response}` (Hz): \
         are they sums over several trials, or rates? Store the spikes of single trials as \
         `train/repeats/cellNN` [repeat, frame], name rates in Hz with recording.response, or learn \
         from rates (recording.targets = \"rates\")"
    )]
    SpikesAndRatesDiffer {
        /// The recording.
        path: PathBuf,
        /// Where the spikes are.
        spikes: String,
        /// The response.
        response: String,
        /// Mean rate of the spikes over that of the response.
        ratio: f64,
    },
    /// Something needs validation data where there are none.
    #[error(
        "{key} needs validation data, but recording.validation.fraction is 0; set a fraction such \
         as 0.05, or leave {key} out"
    )]
    NeedsValidation {
        /// The key.
        key: &'static str,
    },
    /// A criterion that never improves or worsens.
    #[error("{key} = \"last\" says nothing; use \"loss\" or \"correlation\"")]
    NoCriterion {
        /// The key.
        key: &'static str,
    },
    /// Cells that never fire where they are learned from.
    #[error(
        "{path}: {response}: cells {cells:?} never fire in the bins left for training; leave them \
         out of recording.cells, or lower recording.skip_frames_per_block or the validation fraction"
    )]
    SilentInTraining {
        /// The first recording.
        path: PathBuf,
        /// The response dataset.
        response: String,
        /// The cells, 0-based within the recording.
        cells: Vec<usize>,
    },
    /// Reading or writing failed.
    #[error("{path}: {source}")]
    File {
        /// The file.
        path: PathBuf,
        /// The cause.
        source: std::io::Error,
    },
    /// A setting or a recording that a generalised linear model cannot be fitted with.
    #[error("the generalised linear model: {0}")]
    GeneralisedLinear(#[from] ganglion_glm::Error),
    /// Filters that reach back farther than the frames that the run keeps for a prediction.
    #[error(
        "the model's filters reach back {frames} frames, but recording.history_frames is {history}; raise it to \
         {frames}, or shorten the filters (`length` in [model])"
    )]
    FilterBeyondHistory {
        /// Frames that filters need.
        frames: usize,
        /// Frames that there are.
        history: usize,
    },
    /// Recordings with spikes in bins of different lengths.
    #[error(
        "{}: spikes are counted in {found} bins a frame, but those of {} in {expected}; count both alike, or train on \
         one",
        path.display(),
        first.display()
    )]
    BinsDiffer {
        /// The recording.
        path: PathBuf,
        /// Its bins of a frame.
        found: usize,
        /// The first recording.
        first: PathBuf,
        /// That one's.
        expected: usize,
    },
    /// Bins of which the recorded ones make no whole number.
    #[error(
        "model.bins_per_frame = {bins}, but the recording has {recorded} bins a frame; give {recorded}, or a number \
         that divides it"
    )]
    BinsNotRecorded {
        /// What the config says.
        bins: usize,
        /// What is recorded.
        recorded: usize,
    },
    /// A fit in two steps without repeats.
    #[error(
        "{}: no dataset `repeated_unknown_movie/spikes` [cell, repeat, bin]: a fit in two steps finds couplings from \
         repeats of a movie; store them, or leave out model.two_step",
        path.display()
    )]
    NoRepeatsOfUnknownMovie {
        /// The first recording.
        path: PathBuf,
    },
    /// A response to a stretch of light alone of a model whose rate depends on earlier spikes.
    #[error(
        "the rate of this model depends on the spikes that were fired before, so that a stretch of movie does not set \
         it: a whole movie can be shown (`respond`), or fit a model without `history`, `coupling` and \
         `refractory_bins` in [model]"
    )]
    DependsOnSpikes,
    /// A simulation of a model that knows no spikes.
    #[error("the rate of this model does not depend on spikes: there is nothing to simulate")]
    NotSimulated,
    /// Simulated cells whose rates grow without bound.
    #[error(
        "the simulated cells run away: {:.2} % of the bins are at the highest rate that is let stand (spectral radius \
         of the couplings {radius:.2}). These would be rates of that limit, not of the cells: fit with a larger \
         model.fit.penalty, with model.refractory_bins, or without model.coupling",
        100.0 * share
    )]
    RunsAway {
        /// Share of the bins at the limit.
        share: f64,
        /// Spectral radius of the linearised couplings.
        radius: f64,
    },
    /// A table of settings for training by steps where there are none.
    #[error(
        "a model of kind \"{kind}\" is fitted to its optimum, in no steps or epochs: leave out the table [training]"
    )]
    NoTraining {
        /// Kind of the model.
        kind: &'static str,
    },
    /// A problem with a recording.
    #[error(transparent)]
    Recording(#[from] ganglion_recording::Error),
    /// A weights file cannot be read or written as safetensors.
    #[error("{path}: not a usable safetensors file: {message}")]
    Safetensors {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        message: String,
    },
    /// Weights that the architecture needs are absent.
    #[error("the weights lack `{name}`, which the architecture needs")]
    MissingWeights {
        /// Name of the array.
        name: String,
    },
    /// Weights that the architecture does not know.
    #[error("the weights contain `{name}`, which the architecture does not know")]
    UnknownWeights {
        /// Name of the array.
        name: String,
    },
    /// Weights of another shape.
    #[error("the weights `{name}` have shape {found:?}, but the architecture needs {expected:?}")]
    WeightsShape {
        /// Name of the array.
        name: String,
        /// Shape that the architecture needs.
        expected: Vec<usize>,
        /// Shape found.
        found: Vec<usize>,
    },
    /// The program was built without a backend.
    #[error(
        "this build of ganglion has no {backend} backend; rebuild with `--features {backend}` \
         or choose flex"
    )]
    BackendNotBuilt {
        /// The backend asked for.
        backend: BackendKind,
    },
    /// No backend has this name.
    #[error("no backend is called `{name}`; choose flex, ndarray, wgpu, vulkan or cuda")]
    UnknownBackend {
        /// The name given.
        name: String,
    },
    /// A config lists no recording.
    #[error("recording.files is empty; name at least one session file")]
    NoRecordings,
    /// Recordings trained on together differ.
    #[error(
        "{path} holds {found}, but {first} holds {expected}; only recordings of the same cells, \
         and frame size can be trained on together"
    )]
    RecordingsDiffer {
        /// The file that differs.
        path: PathBuf,
        /// What it holds.
        found: String,
        /// The first file.
        first: PathBuf,
        /// What that one holds.
        expected: String,
    },
    /// A config value is out of range.
    #[error("{key} = {value} is not usable; it must be {allowed}")]
    OutOfRange {
        /// The key.
        key: &'static str,
        /// Its value.
        value: f64,
        /// What it may be.
        allowed: &'static str,
    },
    /// The directory holds a run already.
    #[error("{path} already holds a run; add --resume to go on with it, or choose another --out")]
    RunExists {
        /// The run directory.
        path: PathBuf,
    },
    /// A file that a run would replace, where there is no run.
    #[error(
        "{path} exists and is not of a run; the run would replace it. Choose another --out, or move \
         the file away"
    )]
    InTheWay {
        /// The file or folder.
        path: PathBuf,
    },
    /// Another process writes in the directory.
    #[error(
        "{path} is in use by another process{}; wait until it ends, or end it. Nothing else has to \
         be done: the lock goes with its process",
        holder.as_ref().map_or(String::new(), |holder| format!(" ({holder})"))
    )]
    InUse {
        /// The directory.
        path: PathBuf,
        /// Who has it, where that is known.
        holder: Option<crate::training::lock::Holder>,
    },
    /// A recording is not what it was.
    #[error(
        "{path}{part} has changed since the run {run} was begun (its SHA-256 was {before}, and is {now}); \
         put the old file back, or begin a new run with another --out. `ganglion train` with \
         --accept-changed-recordings goes on, and notes it in the model's provenance"
    )]
    RecordingChanged {
        /// The recording.
        path: PathBuf,
        /// That it links to the file that has changed, where it is not the recording itself.
        part: String,
        /// The run directory.
        run: PathBuf,
        /// SHA-256 when the run was begun, or last accepted.
        before: String,
        /// SHA-256 now.
        now: String,
    },
    /// A recording without a bin to judge by.
    #[error(
        "{path}: no bin of `{dataset}` with a full history holds a rate of any cell (all are NaN), \
         so nothing can be scored; judge by another recording or partition"
    )]
    NothingRecorded {
        /// The recording.
        path: PathBuf,
        /// The response.
        dataset: String,
    },
    /// The same recording twice.
    #[error(
        "recording.files names the same recording twice: every rate of {second} is that of \
         {first}; leave one out"
    )]
    SameRecording {
        /// The first.
        first: PathBuf,
        /// The other.
        second: PathBuf,
    },
    /// Recordings trained on together disagree.
    #[error("{path} cannot be trained on together with {first}: {problem}")]
    RecordingsDisagree {
        /// The file that differs.
        path: PathBuf,
        /// The first file.
        first: PathBuf,
        /// What they mean differently.
        problem: String,
    },
    /// There is no run to go on with.
    #[error("{path} holds no run to resume; leave out --resume to begin one")]
    NothingToResume {
        /// The run directory.
        path: PathBuf,
    },
    /// A run cannot go on under another config.
    #[error(
        "the config differs from {path}, which the run was begun with; only the device and, without \
         a cosine schedule, training.epochs may change. Choose another --out for a new run"
    )]
    ConfigChanged {
        /// The run's config.
        path: PathBuf,
    },
    /// Training was to end early.
    #[error("stopped")]
    Stopped,

    /// The loss is not a number any more.
    #[error(
        "the loss stopped being finite in epoch {epoch}, step {step}; lower \
         training.optimiser.learning_rate or set training.gradient_clip"
    )]
    Diverged {
        /// Epoch, counted from one.
        epoch: usize,
        /// Step within the epoch, counted from one.
        step: usize,
    },
    /// A checkpoint cannot be written or read.
    #[error("{path}: checkpoint: {message}")]
    Checkpoint {
        /// The checkpoint.
        path: PathBuf,
        /// What is wrong.
        message: String,
    },
    /// Checkpoints, none of which is whole.
    #[error(
        "{path}: no checkpoint of this run can be used ({problem}); train anew into another folder \
         (--out): the best model so far stays in this one, in `model`"
    )]
    NoWholeCheckpoint {
        /// The newest checkpoint.
        path: PathBuf,
        /// What is wrong with it.
        problem: String,
    },
    /// A history file cannot be written or read.
    #[error("{path}: {message}")]
    History {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        message: String,
    },
    /// A model or run description is malformed.
    #[error("{path}: {message}")]
    Description {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        message: String,
    },
    /// A description cannot be written as TOML.
    #[error("cannot be written as TOML: {message}")]
    Unwritable {
        /// What is wrong.
        message: String,
    },
    /// Neither a model directory nor a run directory.
    #[error(
        "{path} is neither a model directory (with model.toml and model.safetensors) nor a run \
         directory (with model/)"
    )]
    NotAModel {
        /// The path given.
        path: PathBuf,
    },
    /// No model has this name, and nothing is at this path.
    #[error(
        "{path} is neither a model directory (with model.toml and model.safetensors) nor a run \
         directory (with model/): nothing is there; no model of this name is in {looked}"
    )]
    NoModelOfName {
        /// The path or name given.
        path: PathBuf,
        /// The places that were looked in.
        looked: String,
    },
    /// A file's content is at fault.
    #[error("{path}: {source}")]
    Within {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: Box<Error>,
    },
    /// Stimuli in micrometres need to know the size of a pixel.
    #[error(
        "the model does not say how large a pixel is on the retina; add `microns_per_pixel = ...` to \
         its model.toml (the published stimuli were about 50), or train with model.microns_per_pixel"
    )]
    NoPixelSize,
    /// A movie is too short for the model.
    #[error(
        "the movie has {frames} frames, but the model needs {history} before its first response \
         and at least one more"
    )]
    MovieTooShort {
        /// Frames of the movie.
        frames: usize,
        /// Frames that one response sees.
        history: usize,
    },
    /// Clips of another length than the model's history.
    #[error("the clips have {frames} frames each, but the model sees {history}")]
    ClipLength {
        /// Frames of a clip.
        frames: usize,
        /// Frames that one response sees.
        history: usize,
    },
    /// A stimulus of another size than the model's.
    #[error(
        "the {what} has frames of {}x{} pixels, but the model was built for {}x{}",
        found[0], found[1], expected[0], expected[1]
    )]
    FrameSize {
        /// What has the wrong size.
        what: &'static str,
        /// Rows and columns found.
        found: [usize; 2],
        /// Rows and columns of the model.
        expected: [usize; 2],
    },
    /// A recording of another frame size than the model's.
    #[error(
        "{path} has frames of {}x{} pixels, but the model was built for {}x{}; evaluate it on the \
         retina that it was trained on",
        found[0], found[1], expected[0], expected[1]
    )]
    RecordingDoesNotFit {
        /// The recording.
        path: PathBuf,
        /// Rows and columns of the recording.
        found: [usize; 2],
        /// Rows and columns of the model.
        expected: [usize; 2],
    },
}

impl Error {
    /// Names the file that the error is about.
    pub(crate) fn within(self, path: PathBuf) -> Self {
        Self::Within {
            path,
            source: Box::new(self),
        }
    }
}
