//! Some of the cells of a responder.

use ganglion_recording::CellIndex;

use crate::{Error, Rates, Responder, ResponderError, Screen, StimulusMovie};

/// A responder of which only some cells are looked at.
pub struct Selected<'a> {
    inner: &'a dyn Responder,
    cells: Vec<CellIndex>,
    /// Their places among the cells of `inner`.
    places: Vec<usize>,
}

impl<'a> Selected<'a> {
    /// These cells, in this order.
    ///
    /// # Errors
    /// [`Error::NoSuchCell`] if the responder does not have one of them.
    pub fn new(inner: &'a dyn Responder, cells: &[CellIndex]) -> Result<Self, Error> {
        let known = inner.cells();
        let place = |cell: &CellIndex| {
            let place = known.iter().position(|known| known == cell);
            place.ok_or_else(|| Error::NoSuchCell {
                cell: *cell,
                known: known.iter().map(|cell| cell.0).collect(),
            })
        };
        Ok(Self {
            inner,
            places: cells.iter().map(place).collect::<Result<_, _>>()?,
            cells: cells.to_vec(),
        })
    }
}

impl Responder for Selected<'_> {
    fn screen(&self) -> Screen {
        self.inner.screen()
    }

    fn cells(&self) -> &[CellIndex] {
        &self.cells
    }

    fn respond(&self, movies: &[StimulusMovie]) -> Result<Vec<Rates>, ResponderError> {
        let selected = |rates: Rates| {
            let values = self.places.iter().flat_map(|&place| rates.cell(place));
            let bins = rates.bins();
            Rates::new(bins.start, bins.len(), values.copied().collect())
        };
        let all = self.inner.respond(movies)?;
        Ok(all.into_iter().map(selected).collect())
    }
}

#[cfg(test)]
mod tests {
    use ganglion_recording::{Microns, Milliseconds};

    use super::*;

    /// The rate of cell `c` is `c` everywhere; its cells are numbered 2, 5 and 7.
    struct Constant([CellIndex; 3]);

    impl Responder for Constant {
        fn screen(&self) -> Screen {
            Screen {
                height: 1,
                width: 1,
                frame_period: Milliseconds(10.0),
                microns_per_pixel: Microns(50.0),
                history: 1,
            }
        }

        fn cells(&self) -> &[CellIndex] {
            &self.0
        }

        fn respond(&self, movies: &[StimulusMovie]) -> Result<Vec<Rates>, ResponderError> {
            let rates = |movie: &StimulusMovie| {
                let row = |cell: &CellIndex| vec![cell.0 as f32; movie.frames()];
                Rates::new(1, movie.frames(), self.0.iter().flat_map(row).collect())
            };
            Ok(movies.iter().map(rates).collect())
        }
    }

    #[test]
    fn cells_are_those_asked_for_in_that_order() {
        let all = Constant([2, 5, 7].map(CellIndex));
        let some = Selected::new(&all, &[CellIndex(7), CellIndex(2)]).unwrap();
        let movie = StimulusMovie::new(1, 1, vec![0.0; 4]);
        let rates = some.respond(&[movie]).unwrap().remove(0);
        assert_eq!((rates.cells(), rates.bins()), (2, 1..5));
        assert_eq!((rates.cell(0)[0], rates.cell(1)[0]), (7.0, 2.0));
        assert!(Selected::new(&all, &[CellIndex(0)]).is_err());
    }
}
