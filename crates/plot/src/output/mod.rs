//! Writing scenes and tables to files.

mod atomic;
mod bitmap_text;
mod format;
mod png;
mod save;
mod svg;
mod svg_text;

pub use format::{Format, UnknownFormat};
pub use save::Saved;
pub(crate) use save::{save, write_csv};
