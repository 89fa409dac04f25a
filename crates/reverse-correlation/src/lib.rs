//! Receptive fields of recorded cells, by reverse correlation with what was shown.
//!
//! [`find`] takes a [`ShownMovie`] and the [`CellResponses`] to it and gives a [`FoundField`] for
//! every cell: the spike-triggered average, or, where frames or pixels of the movie correlate, the field
//! without these correlations ([`FieldEstimate`]); whether there is one ([`Significance`]); and what a
//! physiologist reports of it ([`FieldNumbers`]), with errors.
//!
//! Pixels that always have the same value, as in checks that are drawn on a finer movie, are one block with one weight;
//! pixels that never change have none. The movie is streamed: it need not fit into memory, and no matrix of all its
//! windows is built.

mod average;
mod blocks;
mod components;
mod correlations;
mod decorrelation;
mod error;
mod find;
mod geometry;
mod numbers;
mod parts;
mod product;
mod responses;
mod shown_movie;
mod significance;

pub use blocks::BlockCounts;
pub use correlations::{MovieCorrelations, Neighbours};
pub use decorrelation::Ridge;
pub use error::Error;
pub use find::{
    FieldEstimate, FieldMethod, FieldSettings, Fields, FoundField, NotDecorrelated, find,
};
pub use numbers::{FieldNumbers, MeasuredNumber};
pub use responses::{CellResponses, LeftOutCell, LeftOutReason, ResponseKind};
pub use shown_movie::ShownMovie;
pub use significance::Significance;
