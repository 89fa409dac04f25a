//! Still pictures.

use rand_chacha::ChaCha8Rng;

/// A grey picture: luminances `[y, x]` in any unit.
#[derive(Clone, Debug, PartialEq)]
pub struct Picture {
    height: usize,
    width: usize,
    values: Vec<f32>,
}

/// Where pictures come from.
pub trait PictureSource: Send + Sync {
    /// A picture of a size in pixels, drawn from a stream of random numbers.
    ///
    /// # Panics
    /// If the source has nothing of this size; sources are checked when a movie is made.
    fn picture(&self, height: usize, width: usize, random: &mut ChaCha8Rng) -> Picture;

    /// Leaves out pictures that are smaller than a size, none of which can be drawn, and names them.
    fn leave_out_smaller(&mut self, _height: usize, _width: usize) -> Vec<String> {
        Vec::new()
    }

    /// The largest height and width that it has pictures of.
    fn largest(&self) -> (usize, usize);

    /// In a few words, for the attributes of a file.
    fn name(&self) -> String;
}

impl Picture {
    /// A picture from its luminances, row after row.
    ///
    /// # Panics
    /// If the values do not fill the picture.
    pub fn new(height: usize, width: usize, values: Vec<f32>) -> Self {
        assert_eq!(
            values.len(),
            height * width,
            "values do not fill the picture"
        );
        Self {
            height,
            width,
            values,
        }
    }

    /// Rows.
    pub fn height(&self) -> usize {
        self.height
    }

    /// Columns.
    pub fn width(&self) -> usize {
        self.width
    }

    /// Luminances `[y, x]`.
    pub fn values(&self) -> &[f32] {
        &self.values
    }

    /// A window `[height, width]` whose upper left corner is at `(y, x)`, in pixels, interpolated
    /// linearly between pixels and appended to `window`.
    ///
    /// # Panics
    /// If the window, and a pixel more below and to the right, is not inside the picture.
    pub fn append_window(
        &self,
        (y, x): (f64, f64),
        (height, width): (usize, usize),
        window: &mut Vec<f32>,
    ) {
        let (top, left) = (y.floor() as usize, x.floor() as usize);
        let (down, right) = (y.fract() as f32, x.fract() as f32);
        for row in top..top + height {
            let upper = &self.values[row * self.width + left..][..width + 1];
            let lower = &self.values[(row + 1) * self.width + left..][..width + 1];
            window.extend((0..width).map(|column| {
                let along = |row: &[f32]| row[column] + right * (row[column + 1] - row[column]);
                let (upper, lower) = (along(upper), along(lower));
                upper + down * (lower - upper)
            }));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_are_exact_on_linear_pictures() {
        let value = |index: usize| 3.0 * (index / 5) as f32 + (index % 5) as f32;
        let picture = Picture::new(4, 5, (0..20).map(value).collect());
        let mut window = Vec::new();
        picture.append_window((0.5, 1.25), (2, 3), &mut window);
        let expected = [2.75, 3.75, 4.75, 5.75, 6.75, 7.75];
        assert_eq!(window, expected);
    }
}
