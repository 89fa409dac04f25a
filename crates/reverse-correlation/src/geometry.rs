//! Where blocks of pixels lie.

use ganglion_experiment::receptive_field::ReceptiveField;

use crate::blocks::Blocks;

/// Where the blocks of a movie lie in the frame, and in the frame without the axis along which the movie does not
/// change: a movie of vertical bars says nothing of rows, and is one of a single row to whoever reads places and
/// sizes off it.
pub(crate) struct Geometry<'a> {
    blocks: &'a Blocks,
    history: usize,
    /// Rows and columns without an axis along which nothing changes.
    frame: [usize; 2],
    /// Block of each of these pixels.
    of_pixel: Vec<Option<usize>>,
    /// `[x, y]` of the pixels of each block in this frame.
    places: Vec<Vec<[f64; 2]>>,
}

impl<'a> Geometry<'a> {
    pub(crate) fn of(blocks: &'a Blocks, history: usize) -> Self {
        let [height, width] = blocks.frame();
        let of_pixels = blocks.of_pixels();
        let rows_alike = of_pixels
            .chunks_exact(width)
            .all(|row| row == &of_pixels[..width]);
        let columns_alike = of_pixels
            .chunks_exact(width)
            .all(|row| row.iter().all(|block| *block == row[0]));
        let frame = [
            if rows_alike { 1 } else { height },
            if columns_alike { 1 } else { width },
        ];
        let pixels = (0..frame[0]).flat_map(|y| (0..frame[1]).map(move |x| (x, y)));
        let mut places = vec![Vec::new(); blocks.len()];
        let mut of_pixel = Vec::new();
        for (x, y) in pixels {
            let block = of_pixels[y * width + x];
            of_pixel.push(block);
            if let Some(block) = block {
                places[block].push([x as f64, y as f64]);
            }
        }
        Self {
            blocks,
            history,
            frame,
            of_pixel,
            places,
        }
    }

    /// Rows and columns that places and sizes are of.
    pub(crate) fn frame(&self) -> [usize; 2] {
        self.frame
    }

    /// Pixels of a block, `[x, y]` each.
    pub(crate) fn places(&self, block: usize) -> &[[f64; 2]] {
        &self.places[block]
    }

    /// Block of each pixel of [`frame`](Self::frame).
    pub(crate) fn of_pixels(&self) -> &[Option<usize>] {
        &self.of_pixel
    }

    /// Whether every pixel is a block of its own or never changes.
    pub(crate) fn is_plain(&self) -> bool {
        self.places.iter().all(|places| places.len() == 1)
    }

    /// The field of all pixels: that of blocks `[lag, block]`, each pixel with its block's weight or its share.
    pub(crate) fn field(&self, weights: &[f32], is_shared: bool) -> ReceptiveField {
        let values = match is_shared {
            true => self.blocks.shared(weights),
            false => self.blocks.spread(weights),
        };
        self.receptive_field(values, self.blocks.frame())
    }

    /// The same in [`frame`](Self::frame).
    pub(crate) fn flat_field(&self, weights: &[f32], is_shared: bool) -> ReceptiveField {
        let count = self.blocks.len().max(1);
        let factor = |block: usize| match is_shared {
            true => 1.0 / self.places[block].len() as f32,
            false => 1.0,
        };
        let weight = |lag: &[f32], block: Option<usize>| {
            block.map_or(0.0, |block| factor(block) * lag[block])
        };
        let lags = weights.chunks_exact(count);
        let values =
            lags.flat_map(|lag| self.of_pixel.iter().map(move |&block| weight(lag, block)));
        self.receptive_field(values.collect(), self.frame)
    }

    /// Where nothing changes, every weight is 0.
    fn receptive_field(&self, mut values: Vec<f32>, [height, width]: [usize; 2]) -> ReceptiveField {
        values.resize(self.history * height * width, 0.0);
        ReceptiveField::new([self.history, height, width], values)
    }
}
