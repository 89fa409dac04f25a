//! What can go wrong with a recording, and what to do about it.

mod sources;

use std::io;
use std::path::PathBuf;

use crate::{CellIndex, Partition};

/// An error of this crate. Messages name the file, the dataset and the way out.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The file does not exist.
    #[error("{}: no such file; check the path", path.display())]
    Missing {
        /// The file.
        path: PathBuf,
    },

    /// A folder where a file is expected.
    #[error("{}: is a folder; give an HDF5 file", path.display())]
    IsFolder {
        /// The folder.
        path: PathBuf,
    },

    /// The operating system refused to read the file.
    #[error("{}: cannot be read: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// The cause.
        source: io::Error,
    },

    /// The file is something else.
    #[error(
        "{}: not an HDF5 file; a recording is an HDF5 file with groups `train` and `test`",
        path.display()
    )]
    NotHdf5 {
        /// The file.
        path: PathBuf,
    },

    /// The file ends before its data does.
    #[error("{}: the file is truncated ({detail}); copy or download it again", path.display())]
    Truncated {
        /// The file.
        path: PathBuf,
        /// What was missing.
        detail: String,
    },

    /// The file uses a newer format than this program reads.
    #[error(
        "{}: {what} uses {feature}, written by HDF5 2 with libver='latest', which cannot be read \
         here; repack it with `h5repack --low=0 --high=1 IN.h5 OUT.h5`, or save it again from \
         Python with h5py.File(..., 'w', libver='v110')",
        path.display()
    )]
    FormatTooNew {
        /// The file.
        path: PathBuf,
        /// The object, such as ``dataset `train/stimulus` ``.
        what: String,
        /// The feature, such as "data layout version 5".
        feature: String,
    },

    /// Any other failure inside the HDF5 file.
    #[error(
        "{}: {what} cannot be read: {source}; check it with `h5dump -H` or h5py, and repack it \
         with h5repack if those can read it",
        path.display()
    )]
    Hdf5 {
        /// The file.
        path: PathBuf,
        /// The object.
        what: String,
        /// The cause.
        source: Box<hdf5_pure::Error>,
    },

    /// An HDF5 file without the session layout.
    #[error(
        "{}: no `train/stimulus` or `test/stimulus` in it, so it is not a recording; it holds \
         {found}",
        path.display()
    )]
    NotASession {
        /// The file.
        path: PathBuf,
        /// What it holds at the top level.
        found: String,
    },

    /// The file lacks one of the partitions.
    #[error(
        "{}: has no group `{partition}` with a `stimulus`; it has {found}. Of an NWB file, nwb.test_fraction = 0.2 \
         holds a fifth of the movie back as `test`",
        path.display()
    )]
    NoPartition {
        /// The file.
        path: PathBuf,
        /// The partition asked for.
        partition: Partition,
        /// The partitions there are.
        found: String,
    },

    /// A dataset is not there.
    #[error("{}: no dataset `{dataset}`; there are: {found}", path.display())]
    NoDataset {
        /// The file.
        path: PathBuf,
        /// The dataset asked for.
        dataset: String,
        /// The datasets there are.
        found: String,
    },

    /// A soft or external link that leads nowhere.
    #[error(
        "{}: `{link}` is a link to {target}, which is not there; restore what it leads to, or save \
         the data in the file itself",
        path.display()
    )]
    BrokenLink {
        /// The file.
        path: PathBuf,
        /// The link.
        link: String,
        /// What it leads to, in words.
        target: String,
    },

    /// A dataset whose elements are in a raw file beside, or in other datasets.
    #[error(
        "{}: `{dataset}` keeps its values elsewhere (external raw storage, or a virtual dataset), \
         which is not read; save the values themselves in this file, in h5py with \
         `file.create_dataset(name, data=old[:])`",
        path.display()
    )]
    StoredElsewhere {
        /// The file.
        path: PathBuf,
        /// The dataset.
        dataset: String,
    },

    /// An attribute that must be a number and is none.
    #[error(
        "{}: the attribute `{attribute}` must be one number, but it is {found}; correct it, in \
         h5py with `file.attrs[...] = 0.01`",
        path.display()
    )]
    NoNumber {
        /// The file.
        path: PathBuf,
        /// The attribute, after its object where that is not the file.
        attribute: String,
        /// What it is instead, in words.
        found: String,
    },

    /// Time stamps that tell no frame period.
    #[error(
        "{}: `{dataset}` does not hold the times of frames [frame], finite and advancing, so the \
         frame period is not known; correct it, or give the attribute `frame_period_s` (seconds, \
         such as 0.01)",
        path.display()
    )]
    NoClock {
        /// The file.
        path: PathBuf,
        /// The dataset.
        dataset: String,
    },

    /// A dataset has the wrong number of dimensions.
    #[error("{}: `{dataset}` has shape {shape:?}; expected {expected}", path.display())]
    WrongRank {
        /// The file.
        path: PathBuf,
        /// The dataset.
        dataset: String,
        /// Its shape.
        shape: Vec<usize>,
        /// The dimensions expected, in words.
        expected: &'static str,
    },

    /// A dataset holds something other than real numbers.
    #[error(
        "{}: `{dataset}` holds {found}; expected integers or IEEE floats of 16, 32 or 64 bits (in \
         h5py, save `data.astype('f4')`)",
        path.display()
    )]
    NotNumeric {
        /// The file.
        path: PathBuf,
        /// The dataset.
        dataset: String,
        /// Its type.
        found: String,
    },

    /// Responses stored with time first.
    #[error(
        "{}: `{dataset}` has shape [{}, {}], which is [frame, {rows}] for this movie of {} frames; \
         it must be [{rows}, frame]: transpose it (in h5py, save `data.T`)",
        path.display(), shape[0], shape[1], shape[0]
    )]
    Transposed {
        /// The file.
        path: PathBuf,
        /// The dataset.
        dataset: String,
        /// Its shape.
        shape: [usize; 2],
        /// What its rows ought to be: "cell" or "repeat".
        rows: &'static str,
    },

    /// Movie and responses disagree in length.
    #[error(
        "{}: `{dataset}` has {found} time bins but the movie has {frames} frames; both must have \
         one entry a frame: trim the longer one",
        path.display()
    )]
    LengthMismatch {
        /// The file.
        path: PathBuf,
        /// The dataset with the wrong length.
        dataset: String,
        /// Its length.
        found: usize,
        /// Frames of the movie.
        frames: usize,
    },

    /// A rate is NaN, infinite or negative.
    #[error(
        "{}: `{dataset}` is {value} at cell {cell}, bin {bin} (both counted from 0); firing rates \
         must be finite and not negative: correct it in the file, or train without that cell, with \
         `cells = [...]`",
        path.display()
    )]
    BadRate {
        /// The file.
        path: PathBuf,
        /// The dataset.
        dataset: String,
        /// The value.
        value: f32,
        /// The cell.
        cell: CellIndex,
        /// The first bin with such a value.
        bin: usize,
    },

    /// Spikes that are no whole number.
    #[error(
        "{}: `{dataset}` is {value} at cell {cell}, trial {trial}, bin {bin} (all counted from 0), \
         but spikes are counted in whole numbers, NaN where nothing was recorded. If these are rates, \
         or means of several trials, learn from rates (recording.targets = \"rates\"), or store the \
         spikes of single trials as `repeats/cellNN` [repeat, frame]",
        path.display()
    )]
    BadCount {
        /// The file.
        path: PathBuf,
        /// The dataset.
        dataset: String,
        /// The value.
        value: f32,
        /// The cell.
        cell: CellIndex,
        /// The trial.
        trial: usize,
        /// The first bin with such a value.
        bin: usize,
    },

    /// Fine spikes that do not fill frames.
    #[error(
        "{}: `{dataset}` has {bins} bins, which are no whole number of bins for each of {frames} frames of \
         the movie; count spikes in bins of a whole part of the frame period, from the first frame to the \
         end of the last",
        path.display()
    )]
    UnevenBins {
        /// The file.
        path: PathBuf,
        /// The dataset.
        dataset: String,
        /// Its bins.
        bins: usize,
        /// Frames of the movie.
        frames: usize,
    },

    /// Fine spikes that are no counts.
    #[error(
        "{}: `{dataset}` is {value} at cell {cell}, trial {trial}, bin {bin} (all counted from 0), but \
         spikes are counted in whole numbers from 0 to 255",
        path.display()
    )]
    BadFineCount {
        /// The file.
        path: PathBuf,
        /// The dataset.
        dataset: String,
        /// The value.
        value: f32,
        /// The cell.
        cell: CellIndex,
        /// The trial.
        trial: usize,
        /// The first bin with such a value.
        bin: usize,
    },

    /// Block starts that are no frames in order.
    #[error(
        "{}: {what} of `{partition}` {problem}",
        path.display()
    )]
    BadBlocks {
        /// The file.
        path: PathBuf,
        /// The partition.
        partition: Partition,
        /// The dataset or attribute.
        what: &'static str,
        /// What is wrong, and the fix.
        problem: String,
    },

    /// A partition without spike counts.
    #[error(
        "{}: no spike counts in `{partition}`: neither single trials, `{partition}/repeats/cellNN` \
         [repeat, frame], nor `{partition}/response/binned` [cell, frame] of one trial; store them, or \
         learn from rates (recording.targets = \"rates\")",
        path.display()
    )]
    NoSpikeCounts {
        /// The file.
        path: PathBuf,
        /// The partition.
        partition: Partition,
    },

    /// Cells without single trials where others have them.
    #[error(
        "{}: cells {cells:?} have no single trials in `{partition}/repeats`, where others have them; \
         leave them out of recording.cells, or learn from rates (recording.targets = \"rates\")",
        path.display()
    )]
    NoTrials {
        /// The file.
        path: PathBuf,
        /// The partition.
        partition: Partition,
        /// The cells, 0-based.
        cells: Vec<usize>,
    },

    /// Types or places of interneurons that are not one a unit.
    #[error(
        "{}: `{dataset}` has {found} entries but `{potential}` has {units} units; both must have one \
         entry an interneuron: add or remove entries",
        path.display()
    )]
    InterneuronCount {
        /// The file.
        path: PathBuf,
        /// The dataset with the wrong length.
        dataset: String,
        /// Its length.
        found: usize,
        /// The dataset of the potentials.
        potential: String,
        /// Its units.
        units: usize,
    },

    /// The type of an interneuron without a name.
    #[error(
        "{}: `{dataset}` is {number} at unit {unit} (counted from 0), but its attribute `names` has \
         {names} names, counted from 0: correct the number, or add the name",
        path.display()
    )]
    NoInterneuronType {
        /// The file.
        path: PathBuf,
        /// The dataset.
        dataset: String,
        /// The unit.
        unit: usize,
        /// What it holds.
        number: f64,
        /// Names there are.
        names: usize,
    },

    /// A potential is NaN or infinite.
    #[error(
        "{}: `{dataset}` is {value} at unit {unit}, bin {bin} (both counted from 0); potentials must \
         be finite: correct it in the file, or leave the unit out",
        path.display()
    )]
    BadPotential {
        /// The file.
        path: PathBuf,
        /// The dataset.
        dataset: String,
        /// The value.
        value: f32,
        /// The unit.
        unit: usize,
        /// The first bin with such a value.
        bin: usize,
    },

    /// A movie pixel is NaN or infinite.
    #[error(
        "{}: `{dataset}` is not finite at frame {frame}, pixel (y {y}, x {x}); correct it in the \
         file",
        path.display()
    )]
    BadPixel {
        /// The file.
        path: PathBuf,
        /// The dataset.
        dataset: String,
        /// The frame.
        frame: usize,
        /// Row of the pixel.
        y: usize,
        /// Column of the pixel.
        x: usize,
    },

    /// Selected cells never fire, so nothing can be learned for them.
    #[error(
        "{}: in `{dataset}` {} never fires; leave it out: cells = {keep:?}",
        path.display(), listed(silent)
    )]
    SilentCells {
        /// The file.
        path: PathBuf,
        /// The dataset.
        dataset: String,
        /// All selected cells that never fire.
        silent: Vec<CellIndex>,
        /// The selection without them.
        keep: Vec<usize>,
    },

    /// A cell that the recording does not have.
    #[error(
        "{}: no cell {cell}: `{dataset}` has {cells} cells, numbered 0 to {}",
        path.display(), cells.saturating_sub(1)
    )]
    NoSuchCell {
        /// The file.
        path: PathBuf,
        /// The dataset.
        dataset: String,
        /// The index asked for.
        cell: usize,
        /// Number of cells.
        cells: usize,
    },

    /// A list of cells that is empty or names one twice.
    #[error("cells = {cells:?}: {problem}; list each cell once, or write cells = \"all\"")]
    BadCells {
        /// The list.
        cells: Vec<usize>,
        /// What is wrong with it.
        problem: &'static str,
    },

    /// A movie or dataset without any element.
    #[error("{}: `{dataset}` is empty (shape {shape:?})", path.display())]
    Empty {
        /// The file.
        path: PathBuf,
        /// The dataset.
        dataset: String,
        /// Its shape.
        shape: Vec<usize>,
    },

    /// A dataset that memory cannot hold.
    #[error(
        "{}: `{dataset}` of shape {shape:?} does not fit in memory; check its shape, or save it \
         with fewer elements",
        path.display()
    )]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// The dataset.
        dataset: String,
        /// Its shape.
        shape: Vec<usize>,
    },

    /// A dataset that claims more than its file can hold.
    #[error(
        "{}: `{dataset}` claims shape {shape:?}, which does not fit in this file of {file} bytes; {}",
        path.display(),
        match never_written {
            true => "it was created, but nothing was ever written into it: write it",
            false => "part of it was never written, or the file is damaged: write or download it \
                      again",
        }
    )]
    NotStored {
        /// The file.
        path: PathBuf,
        /// The dataset.
        dataset: String,
        /// The shape that it claims.
        shape: Vec<usize>,
        /// Bytes of the file.
        file: u64,
        /// Whether the file keeps no bytes of it at all.
        never_written: bool,
    },

    /// An NWB file that cannot be made a recording as it is.
    #[error("{}: {problem}", path.display())]
    Nwb {
        /// The file.
        path: PathBuf,
        /// What is wrong, and what to do.
        problem: String,
    },

    /// A movie or pixel that never changes cannot be divided by its standard deviation.
    #[error(
        "{}: `{dataset}` has zero variance{} in the frames used, so it cannot be normalised; {fix}",
        path.display(),
        pixel.map(|(y, x)| format!(" at pixel (y {y}, x {x})")).unwrap_or_default()
    )]
    ZeroVariance {
        /// The file.
        path: PathBuf,
        /// The dataset.
        dataset: String,
        /// The first such pixel (y, x), for per-pixel normalisation.
        pixel: Option<(usize, usize)>,
        /// What to do.
        fix: &'static str,
    },

    /// Frames outside the movie were asked for.
    #[error("{}: frames {start}..{end} asked for, but `{dataset}` has {frames}", path.display())]
    NoSuchFrames {
        /// The file.
        path: PathBuf,
        /// The dataset.
        dataset: String,
        /// First frame asked for.
        start: usize,
        /// One past the last frame asked for.
        end: usize,
        /// Frames of the movie.
        frames: usize,
    },

    /// Constants for another picture size.
    #[error(
        "normalisation constants are for {}x{} pixels but the movie has {}x{}; use a movie of the \
         size the model was trained on",
        expected.0, expected.1, found.0, found.1
    )]
    NormalisationSize {
        /// (height, width) of the constants.
        expected: (usize, usize),
        /// (height, width) of the movie.
        found: (usize, usize),
    },

    /// The recording cannot be cut into equal blocks.
    #[error(
        "{frames} frames cannot be cut into {blocks} equal blocks; set `blocks` to the number of \
         equal pieces the recording was joined from, or 1"
    )]
    UnequalBlocks {
        /// Frames of the recording.
        frames: usize,
        /// Blocks asked for.
        blocks: usize,
    },

    /// No stretch between gaps of the clock leaves a bin with a full history.
    #[error(
        "too few frames between gaps of `time`: the longest stretch without one has {longest} \
         frames, but history_frames = {history} needs at least {}; reduce it, or correct `time` \
         if there are no gaps",
        history + 1
    )]
    OnlyGaps {
        /// Frames of the longest stretch.
        longest: usize,
        /// Frames of history a prediction needs.
        history: usize,
    },

    /// A block leaves no bin with a full history.
    #[error(
        "too few frames: each of the {blocks} blocks has {frames_per_block} frames, but \
         skip_frames_per_block = {skip} and history_frames = {history} need at least {}; \
         reduce them or use a longer recording",
        skip + history + 1
    )]
    TooFewFrames {
        /// Frames of each block.
        frames_per_block: usize,
        /// Number of blocks.
        blocks: usize,
        /// Frames skipped at the start of each block.
        skip: usize,
        /// Frames of history a prediction needs.
        history: usize,
    },

    /// The split leaves no bins to train on or to validate with.
    #[error("validation = {{ fraction = {fraction} }}: {problem}")]
    BadSplit {
        /// The fraction asked for.
        fraction: f64,
        /// What is wrong, and what to do.
        problem: String,
    },

    /// A `FILE.h5:DATASET` that is not one.
    #[error("`{text}`: expected FILE.h5:DATASET, such as stimuli.h5:test/stimulus")]
    BadSpec {
        /// The text given.
        text: String,
    },

    /// A file could not be written.
    #[error("{}: cannot be written: {source}; {hint}", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// The cause.
        source: io::Error,
        /// What to do.
        hint: &'static str,
    },

    /// The file is there already.
    #[error("{}: exists already; choose another name, or allow overwriting", path.display())]
    Exists {
        /// The file.
        path: PathBuf,
    },

    /// What was given to a writer does not fit together.
    #[error("{}: {problem}", path.display())]
    Inconsistent {
        /// The file being written.
        path: PathBuf,
        /// What does not fit, and what would.
        problem: String,
    },
}

/// "cell 3", or "each of cells 3, 5 and 8".
fn listed(cells: &[CellIndex]) -> String {
    match cells {
        [cell] => format!("cell {cell}"),
        [first @ .., last] => {
            let first: Vec<String> = first.iter().map(CellIndex::to_string).collect();
            format!("each of cells {} and {last}", first.join(", "))
        }
        [] => "no cell".into(),
    }
}
