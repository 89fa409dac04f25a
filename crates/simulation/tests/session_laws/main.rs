//! Laws of the movies and of the recordings that are made from them.

mod movies;
mod sessions;
