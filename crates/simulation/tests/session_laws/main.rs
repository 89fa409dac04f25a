//! Laws of the movies and of the recordings that are made from them.

mod mechanisms;
mod movies;
mod sessions;
