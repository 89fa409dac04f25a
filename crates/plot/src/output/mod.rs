//! Writing scenes and tables to files.

mod atomic;
mod bitmap_text;
mod format;
mod png;
mod save;
mod svg;
mod svg_text;

pub use format::{Format, UnknownFormat};
pub use save::SavedFigure;
pub(crate) use save::{save, write_csv};
pub(crate) use svg::document as svg;
