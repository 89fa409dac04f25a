//! Where the potentials of interneurons are recorded.

use ganglion_experiment::Screen;
use ganglion_recording::{InterneuronUnit, Interneurons, Microns, PixelPlace};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Circuit;
use crate::circuit::{Problem, positive};

/// The table `simulation.interneurons`: potentials of all types of interneuron in the recordings.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct InterneuronConfig {
    /// Distance of the places, on a square grid in the middle of the frame.
    pub spacing: Microns,
    /// Whether potentials during the training movie are kept as well; they take four bytes a type, place
    /// and frame, in memory and in the file.
    pub train: bool,
}

impl Default for InterneuronConfig {
    fn default() -> Self {
        Self {
            spacing: Microns(250.0),
            train: false,
        }
    }
}

impl InterneuronConfig {
    pub(super) fn check(&self) -> Result<(), Problem> {
        positive("spacing", self.spacing.0)
    }

    /// Pixels `(row, column)` of the grid, row after row.
    pub(super) fn places(&self, screen: &Screen) -> Vec<(usize, usize)> {
        let rows = self.along(screen.height, screen.microns_per_pixel);
        let columns = self.along(screen.width, screen.microns_per_pixel);
        let row = |&row: &usize| columns.iter().map(move |&column| (row, column));
        rows.iter().flat_map(row).collect()
    }

    /// Pixels of the grid along an axis, at least one.
    fn along(&self, pixels: usize, pixel: Microns) -> Vec<usize> {
        let extent = pixels as f64 * pixel.0;
        let count = (extent / self.spacing.0).floor().clamp(1.0, pixels as f64);
        let first = 0.5 * (extent - (count - 1.0) * self.spacing.0);
        let place = |index: usize| first.max(0.0) + index as f64 * self.spacing.0;
        let pixel = |index: usize| ((place(index) / pixel.0) as usize).min(pixels - 1);
        let mut along: Vec<usize> = (0..count as usize).map(pixel).collect();
        along.dedup();
        along
    }
}

/// Potentials `[type, place, frame]` as a recording keeps them.
pub(super) fn recorded(
    circuit: &Circuit,
    places: &[(usize, usize)],
    frames: usize,
    potentials: Vec<f32>,
) -> Interneurons {
    let unit = |kind: &str, &(row, column): &(usize, usize)| InterneuronUnit {
        kind: kind.to_owned(),
        place: Some(PixelPlace {
            row: row as f64,
            column: column as f64,
        }),
    };
    let types = circuit.interneurons.iter();
    let units = types.flat_map(|known| places.iter().map(|place| unit(&known.name, place)));
    Interneurons::new(units.collect(), frames, potentials)
}

#[cfg(test)]
mod tests {
    use ganglion_recording::Milliseconds;

    use super::*;

    #[test]
    fn places_are_a_grid_in_the_middle_of_the_frame() {
        let screen = Screen {
            height: 14,
            width: 20,
            frame_period: Milliseconds(10.0),
            microns_per_pixel: Microns(50.0),
            history: 40,
        };
        let places = InterneuronConfig::default().places(&screen);
        // 700 um hold two rows 250 um apart, from 225 um on; 1000 um four columns from 125 um on.
        let columns = [2, 7, 12, 17];
        let expected = [4, 9].map(|row| columns.map(|column| (row, column)));
        assert_eq!(places, expected.concat());
        let wide = InterneuronConfig {
            spacing: Microns(5000.0),
            train: false,
        };
        assert_eq!(wide.places(&screen), [(7, 10)]);
    }
}
