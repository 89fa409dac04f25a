//! Why a simulation cannot be made.

use std::io;
use std::path::PathBuf;

use crate::circuit::Problem;

/// An error of this crate. Messages name the key, the value and the way out.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A value of a retina or of a family of retinas makes no sense.
    #[error("{0}")]
    Circuit(#[from] Problem),

    /// No family of retinas is built in under this name.
    #[error("there is no preset {name:?}; use one of {known}, or give a file")]
    UnknownPreset {
        /// The name asked for.
        name: String,
        /// All names.
        known: String,
    },

    /// A retina has no part of this name.
    #[error(
        "{name:?} is no part of this retina; use on, off, inhibition, CLASS/INTERNEURON, or one of {known}"
    )]
    UnknownPart {
        /// The name asked for.
        name: String,
        /// Its types of interneurons.
        known: String,
    },

    /// The simulation was to end early.
    #[error("stopped")]
    Stopped,

    /// A family that is none.
    #[error("the family of retinas cannot be read: {0}")]
    Family(Box<toml::de::Error>),

    /// The text of a circuit is not one.
    #[error("the circuit cannot be read: {0}")]
    ReadCircuit(Box<toml::de::Error>),

    /// A circuit cannot be written.
    #[error("the circuit cannot be written: {0}")]
    WriteCircuit(#[from] toml::ser::Error),

    /// Fewer cells fit on the screen than asked for.
    #[error(
        "classes.{class}.mosaic: {wanted} cells asked for, but {fitting} fit on a screen of \
         {width_um} x {height_um} um; lower `count`, `spacing` or `margin`, or enlarge the screen"
    )]
    Mosaic {
        /// The class of cells.
        class: String,
        /// Cells asked for.
        wanted: usize,
        /// Cells that fit.
        fitting: usize,
        /// Width of the screen in micrometres.
        width_um: f64,
        /// Height of the screen in micrometres.
        height_um: f64,
    },

    /// Frames that are not of the retina's screen.
    #[error(
        "{values} values are not one or more frames of {height}x{width} pixels, the retina's screen"
    )]
    FrameSize {
        /// Values given.
        values: usize,
        /// Rows of a frame.
        height: usize,
        /// Columns of a frame.
        width: usize,
    },

    /// A movie too short to answer.
    #[error("the movie has {frames} frames; a response needs at least the history of {history}")]
    MovieTooShort {
        /// Frames of the movie.
        frames: usize,
        /// Frames that a response depends on.
        history: usize,
    },

    /// A frame with a value that is no number.
    #[error("frame {frame} holds a value that is not finite; check the movie or its normalisation")]
    NotFinite {
        /// The frame, counted from the beginning of the movie.
        frame: usize,
    },

    /// A file or folder cannot be read.
    #[error("{}: cannot be read: {source}", path.display())]
    ReadFile {
        /// The file or folder.
        path: PathBuf,
        /// The cause.
        source: io::Error,
    },

    /// A folder for results cannot be made.
    #[error("{}: the folder cannot be made: {source}", path.display())]
    Folder {
        /// The folder.
        path: PathBuf,
        /// The cause.
        source: io::Error,
    },

    /// A folder of photographs has none.
    #[error("{}: holds no photographs; they end in .png, .jpg or .jpeg", folder.display())]
    NoPhotographs {
        /// The folder.
        folder: PathBuf,
    },

    /// A photograph cannot be read.
    #[error("{}: is no photograph that can be read: {source}; convert it to PNG", path.display())]
    Photograph {
        /// The file.
        path: PathBuf,
        /// The cause.
        source: Box<dyn std::error::Error + Send + Sync>,
    },

    /// Pictures that do not fill the frame.
    #[error(
        "{source_name}: a picture must have at least {}x{} pixels (the frame and the reach of the \
         drift), and the largest has {}x{}; use larger pictures, fewer pixels or less drift",
        needed.0, needed.1, largest.0, largest.1
    )]
    SmallPictures {
        /// The pictures.
        source_name: String,
        /// Height and width that are needed.
        needed: (usize, usize),
        /// Height and width of the largest.
        largest: (usize, usize),
    },

    /// Pictures without contrast.
    #[error("{source_name}: all pixels have the same luminance; use pictures with contrast")]
    UniformPictures {
        /// The pictures.
        source_name: String,
    },

    /// A stimulus does not fit the screen.
    #[error(transparent)]
    Stimulus(#[from] ganglion_experiment::Error),

    /// A recording cannot be written.
    #[error(transparent)]
    Recording(#[from] ganglion_recording::Error),
}
