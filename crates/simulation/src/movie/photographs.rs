//! Photographs from a folder.

use std::fs;
use std::path::{Path, PathBuf};

use rand::RngExt;
use rand_chacha::ChaCha8Rng;

use super::image_file::Luminances;
use super::{Picture, PictureSource};
use crate::Error;

/// Endings of the files that are read.
const ENDINGS: [&str; 3] = ["png", "jpg", "jpeg"];

/// Photographs, made grey and linear in light, each scaled to a mean luminance of 1. A picture is a
/// window at a random place of a random photograph, mirrored or not; a pixel of the movie is a pixel
/// of the photograph.
#[derive(Clone, Debug, PartialEq)]
pub struct Photographs {
    folder: PathBuf,
    photographs: Vec<Photograph>,
}

#[derive(Clone, Debug, PartialEq)]
struct Photograph {
    /// Name of its file, without the folder.
    file: String,
    picture: Picture,
}

impl Photographs {
    /// Reads all photographs (`.png`, `.jpg`) of a folder, in the order of their names.
    ///
    /// # Errors
    /// If the folder cannot be read or holds none, or a file is no photograph.
    pub fn read(folder: impl AsRef<Path>) -> Result<Self, Error> {
        let folder = folder.as_ref();
        let unreadable = |source| Error::ReadFile {
            path: folder.to_owned(),
            source,
        };
        let entries = fs::read_dir(folder).map_err(unreadable)?;
        let mut paths = Vec::new();
        for entry in entries {
            paths.push(entry.map_err(unreadable)?.path());
        }
        paths.retain(|path| is_photograph(path));
        paths.sort();
        if paths.is_empty() {
            return Err(Error::NoPhotographs {
                folder: folder.to_owned(),
            });
        }
        let photographs = paths
            .iter()
            .map(|path| {
                let file = path.file_name().unwrap_or_default();
                Ok(Photograph {
                    file: file.to_string_lossy().into_owned(),
                    picture: read(path)?,
                })
            })
            .collect::<Result<_, Error>>()?;
        Ok(Self {
            folder: folder.to_owned(),
            photographs,
        })
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.photographs.len()
    }
}

fn is_photograph(path: &Path) -> bool {
    let ending = path.extension().and_then(|ending| ending.to_str());
    ending.is_some_and(|ending| ENDINGS.contains(&ending.to_lowercase().as_str()))
}

/// A photograph with a mean luminance of 1.
fn read(path: &Path) -> Result<Picture, Error> {
    let Luminances {
        height,
        width,
        mut values,
    } = Luminances::read(path).map_err(|source| Error::Photograph {
        path: path.to_owned(),
        source,
    })?;
    let mean = values.iter().map(|&value| f64::from(value)).sum::<f64>() / values.len() as f64;
    let scale = if mean > 0.0 { (1.0 / mean) as f32 } else { 1.0 };
    values.iter_mut().for_each(|value| *value *= scale);
    Ok(Picture::new(height, width, values))
}

impl PictureSource for Photographs {
    fn picture(&self, height: usize, width: usize, random: &mut ChaCha8Rng) -> Picture {
        let fitting: Vec<&Picture> = (self.photographs.iter())
            .map(|photograph| &photograph.picture)
            .filter(|photograph| photograph.height() >= height && photograph.width() >= width)
            .collect();
        let photograph = fitting[random.random_range(0..fitting.len())];
        let top = random.random_range(0..=photograph.height() - height);
        let left = random.random_range(0..=photograph.width() - width);
        let is_mirrored = random.random::<bool>();
        let row = |row: usize| {
            let pixels = &photograph.values()[(top + row) * photograph.width() + left..][..width];
            let at = move |column: usize| {
                if is_mirrored {
                    width - 1 - column
                } else {
                    column
                }
            };
            (0..width).map(move |column| pixels[at(column)])
        };
        Picture::new(height, width, (0..height).flat_map(row).collect())
    }

    fn leave_out_smaller(&mut self, height: usize, width: usize) -> Vec<String> {
        let is_smaller = |photograph: &mut Photograph| {
            photograph.picture.height() < height || photograph.picture.width() < width
        };
        let left_out = self.photographs.extract_if(.., is_smaller);
        left_out.map(|photograph| photograph.file).collect()
    }

    fn largest(&self) -> (usize, usize) {
        let largest = self
            .photographs
            .iter()
            .map(|photograph| &photograph.picture)
            .max_by_key(|picture| picture.height().min(picture.width()));
        largest.map_or((0, 0), |picture| (picture.height(), picture.width()))
    }

    fn name(&self) -> String {
        let folder = self
            .folder
            .file_name()
            .unwrap_or_default()
            .to_string_lossy();
        format!("{} photographs of the folder {folder}", self.count())
    }
}
