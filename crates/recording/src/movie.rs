//! Movies: frames of light intensity, kept in their stored form.

mod load;
mod pixels;
mod read;
mod shared;
mod transpose;

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::container::Stored;
pub(crate) use load::load;
pub(crate) use read::Frames;
pub use shared::SharedPixels;
pub(crate) use transpose::pieces;

/// Frames, rows and columns of a movie.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct MovieShape {
    /// Number of frames.
    pub frames: usize,
    /// Rows of a frame.
    pub height: usize,
    /// Columns of a frame.
    pub width: usize,
}

/// How pixels are stored in a file written here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PixelType {
    /// One byte a pixel, 0 to 255: a quarter of the size, and how the published movies are kept.
    U8,
    /// A 32-bit float a pixel.
    F32,
}

/// A movie `[frame, y, x]` in stored units.
///
/// Byte movies stay bytes in memory (an hour of 50x50 pixels at 100 Hz is 900 MB); other types
/// become `f32`, and where that would be more than the limit given at loading, stay on the disk
/// and are read when asked for. All three read the same.
#[derive(Clone, Debug)]
pub struct Movie {
    shape: MovieShape,
    path: PathBuf,
    dataset: String,
    pixels: PixelStore,
}

/// Where the pixels are.
#[derive(Clone, Debug)]
enum PixelStore {
    Bytes(SharedPixels<u8>),
    Floats(SharedPixels<f32>),
    Disk(Box<Stored>),
}

impl Movie {
    /// A movie of bytes in memory, `[frame, y, x]`.
    ///
    /// # Panics
    /// Where the number of bytes is not frames x height x width, or one of them is 0.
    pub fn from_u8(shape: MovieShape, pixels: impl Into<SharedPixels<u8>>) -> Self {
        let pixels = pixels.into();
        require_filled(shape, pixels.as_slice().len());
        Self::in_memory(shape, PixelStore::Bytes(pixels))
    }

    /// A movie of floats in memory, `[frame, y, x]`.
    ///
    /// # Panics
    /// Where the number of values is not frames x height x width, or one of them is 0.
    pub fn from_f32(shape: MovieShape, pixels: impl Into<SharedPixels<f32>>) -> Self {
        let pixels = pixels.into();
        require_filled(shape, pixels.as_slice().len());
        Self::in_memory(shape, PixelStore::Floats(pixels))
    }

    fn in_memory(shape: MovieShape, pixels: PixelStore) -> Self {
        assert!(
            shape.elements() > 0,
            "a movie needs a frame and a pixel, not {shape:?}"
        );
        Self {
            shape,
            path: "(memory)".into(),
            dataset: "stimulus".into(),
            pixels,
        }
    }

    /// Frames, rows and columns.
    pub fn shape(&self) -> MovieShape {
        self.shape
    }

    /// Number of frames.
    pub fn frames(&self) -> usize {
        self.shape.frames
    }

    /// Rows of a frame.
    pub fn height(&self) -> usize {
        self.shape.height
    }

    /// Columns of a frame.
    pub fn width(&self) -> usize {
        self.shape.width
    }

    /// Pixels of a frame.
    pub fn pixels(&self) -> usize {
        self.shape.pixels()
    }

    /// The file it came from, or "(memory)".
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The dataset it came from.
    pub fn dataset(&self) -> &str {
        &self.dataset
    }

    /// The pixels, if the movie is of bytes.
    pub fn bytes(&self) -> Option<&[u8]> {
        match &self.pixels {
            PixelStore::Bytes(bytes) => Some(bytes.as_slice()),
            PixelStore::Floats(_) | PixelStore::Disk(_) => None,
        }
    }

    /// The pixels, if they are floats in memory.
    pub fn floats(&self) -> Option<&[f32]> {
        match &self.pixels {
            PixelStore::Floats(floats) => Some(floats.as_slice()),
            PixelStore::Bytes(_) | PixelStore::Disk(_) => None,
        }
    }

    /// Whether the pixels are read from the disk each time.
    pub fn is_on_disk(&self) -> bool {
        matches!(self.pixels, PixelStore::Disk(_))
    }
}

fn require_filled(shape: MovieShape, pixels: usize) {
    assert_eq!(
        pixels,
        shape.elements(),
        "pixels do not fill the shape {shape:?}"
    );
}

impl MovieShape {
    /// Pixels of a frame.
    pub fn pixels(self) -> usize {
        self.height * self.width
    }

    /// Pixels of the whole movie.
    pub fn elements(self) -> usize {
        self.frames * self.pixels()
    }
}
