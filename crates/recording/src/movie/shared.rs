//! Pixels in memory that others may hold as well.

use std::fmt;
use std::sync::Arc;

/// Pixels in memory, of a movie or of whoever lends them to it: copies of a movie share them, and an
/// array of another program need not be copied to be a movie.
pub struct SharedPixels<T>(Arc<dyn AsRef<[T]> + Send + Sync>);

impl<T> SharedPixels<T> {
    /// Pixels that `owner` keeps. They must not change while a movie of them is in use.
    pub fn lent(owner: impl AsRef<[T]> + Send + Sync + 'static) -> Self {
        Self(Arc::new(owner))
    }

    /// All of them.
    pub fn as_slice(&self) -> &[T] {
        (*self.0).as_ref()
    }
}

impl<T: Send + Sync + 'static> From<Vec<T>> for SharedPixels<T> {
    fn from(pixels: Vec<T>) -> Self {
        Self::lent(pixels)
    }
}

impl<T> Clone for SharedPixels<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<T> fmt::Debug for SharedPixels<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} pixels", self.as_slice().len())
    }
}
