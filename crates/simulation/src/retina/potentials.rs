//! Potentials of interneurons while a movie is shown.

use ganglion_experiment::Rates;

use super::layer::LayerState;
use super::{Layer, RetinaStream};
use crate::Error;

impl RetinaStream<'_> {
    /// Shows frames as [`push`](Self::push) does, and returns besides the rates the membrane potentials
    /// `[type, place, frame]` of all types, in the order of the circuit, at some pixels `(row, column)`,
    /// each in the bin after its frame. A potential is 0 for grey, and that of a bipolar cell is before
    /// its terminals are inhibited, and without feedback.
    ///
    /// # Errors
    /// As of [`push`](Self::push).
    ///
    /// # Panics
    /// If the retina is not one [with all interneurons](crate::Retina::with_all_interneurons), or a place
    /// is outside the frame.
    pub fn potentials(
        &mut self,
        frames: &[f32],
        places: &[(usize, usize)],
    ) -> Result<(Rates, Vec<f32>), Error> {
        let layers = &self.retina().layers;
        let types = self.retina().circuit().interneurons.len();
        assert_eq!(layers.len(), types, "a retina without some interneurons");
        let count = frames.len() / self.retina().screen().pixels();
        let mut potentials = vec![0.0; types * places.len() * count];
        let rates = self.push_and_read(frames, |states, block, shown| {
            let rows = potentials.chunks_exact_mut((places.len() * count).max(1));
            for ((layer, state), rows) in layers.iter().zip(states).zip(rows) {
                for (row, &place) in rows.chunks_exact_mut(count).zip(places) {
                    read((layer, state), place, &mut row[block..][..shown]);
                }
            }
        })?;
        Ok((rates, potentials))
    }
}

/// Potentials at a place in the frames of the latest block.
fn read((layer, state): (&Layer, &LayerState), (row, column): (usize, usize), values: &mut [f32]) {
    let pixel = layer.region.offset(row, column);
    for (frame, value) in values.iter_mut().enumerate() {
        *value = state.potentials(layer, frame)[pixel];
    }
}
