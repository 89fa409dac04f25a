//! Sizes of kernels and windows, as written in config files.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::error::Error;

/// Size in pixels of a kernel or a window: one number for a square, or `[rows, columns]`.
///
/// What was written as a number is written as a number again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(
    untagged,
    expecting = "expected a whole number of pixels for a square, or [rows, columns], such as [1, 9] for a bar"
)]
pub enum PatchSize {
    /// As many rows as columns.
    Square(usize),
    /// Rows and columns.
    Rectangle([usize; 2]),
}

impl PatchSize {
    /// Rows and columns.
    pub fn rows_and_columns(self) -> [usize; 2] {
        match self {
            Self::Square(side) => [side; 2],
            Self::Rectangle(size) => size,
        }
    }

    /// Rows and columns within a plane, of which every position is wholly inside.
    ///
    /// # Errors
    /// [`Error::PatchTooLarge`] or [`Error::EmptyStage`], naming the key and a size that would do.
    pub(crate) fn within(
        self,
        plane: [usize; 2],
        key: &'static str,
        what: impl FnOnce() -> String,
    ) -> Result<[usize; 2], Error> {
        let size = self.rows_and_columns();
        if size.contains(&0) {
            return Err(Error::EmptyStage);
        }
        if size[0] <= plane[0] && size[1] <= plane[1] {
            return Ok(size);
        }
        Err(Error::PatchTooLarge {
            what: what(),
            key,
            size,
            plane,
            fits: [size[0].min(plane[0]), size[1].min(plane[1])],
        })
    }
}

impl From<usize> for PatchSize {
    fn from(side: usize) -> Self {
        Self::Square(side)
    }
}

/// A square where it is one.
impl From<[usize; 2]> for PatchSize {
    fn from(size: [usize; 2]) -> Self {
        match size[0] == size[1] {
            true => Self::Square(size[0]),
            false => Self::Rectangle(size),
        }
    }
}

impl fmt::Display for PatchSize {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [rows, columns] = self.rows_and_columns();
        write!(f, "{rows}x{columns}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::network::BnCnn;

    #[test]
    fn sizes_are_written_as_they_were_read() {
        for text in ["kernels = [15, 11]", "kernels = [[1, 9], 1]"] {
            let family: BnCnn = toml::from_str(text).unwrap();
            let written = toml::to_string(&family).unwrap();
            assert!(written.contains(text), "{written}");
        }
        let rectangle: BnCnn = toml::from_str("kernels = [[1, 9], 1]").unwrap();
        let sizes: Vec<[usize; 2]> = (rectangle.kernels.iter())
            .map(|size| size.rows_and_columns())
            .collect();
        assert_eq!(sizes, [[1, 9], [1, 1]]);
        let error = toml::from_str::<BnCnn>("kernels = [[1, 2, 3]]").unwrap_err();
        assert!(error.to_string().contains("[rows, columns]"), "{error}");
    }

    #[test]
    fn what_does_not_fit_is_told_with_the_size_that_does() {
        let what = || "the kernel of stage 2".to_owned();
        let within = |size: PatchSize| size.within([1, 31], "model.kernels", what);
        assert_eq!(within([1, 9].into()).unwrap(), [1, 9]);
        let error = within(9.into()).unwrap_err().to_string();
        for part in ["stage 2", "model.kernels", "9x9", "1x31", "[1, 9]"] {
            assert!(error.contains(part), "{error}");
        }
        assert!(matches!(within([0, 3].into()), Err(Error::EmptyStage)));
    }
}
