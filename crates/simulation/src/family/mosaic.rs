//! Where the cells of a class lie.

use ganglion_experiment::Screen;
use ganglion_recording::Microns;
use rand::{Rng, RngExt};
use rand_distr::{Distribution as _, StandardNormal};

use super::schema::MosaicTable;
use crate::Error;
use crate::circuit::{Position, Problem, not_negative, positive};

/// Points that a lattice may have: far more than any screen needs, and few enough to list.
const MOST_POINTS: f64 = 1e6;

impl MosaicTable {
    /// Replaces what is given.
    pub(super) fn change(
        &mut self,
        count: Option<usize>,
        spacing: Option<Microns>,
        margin: Option<Microns>,
    ) {
        self.count = count.or(self.count);
        self.spacing = spacing.map_or(self.spacing, |spacing| spacing.0);
        self.margin = margin.map_or(self.margin, |margin| margin.0);
    }

    /// Places on a hexagonal lattice with a random origin, displaced, inside the margin, in the
    /// order of their distance from the centre of the frame. Wässle & Riemann 1978 (recalled).
    pub(super) fn positions(
        &self,
        class: &str,
        screen: &Screen,
        generator: &mut impl Rng,
    ) -> Result<Vec<Position>, Error> {
        self.check(screen)
            .map_err(|problem| problem.within(&format!("classes.{class}.mosaic")))?;
        let mut positions = self.lattice(screen, generator);
        positions.retain(|&position| self.is_inside(position, screen));
        let distance = |position: &Position| from_centre(position, screen);
        positions.sort_by(|one, other| distance(one).total_cmp(&distance(other)));
        let wanted = self.count.unwrap_or(positions.len().max(1));
        if positions.len() < wanted {
            return Err(Error::Mosaic {
                class: class.to_owned(),
                wanted,
                fitting: positions.len(),
                width_um: screen.width_on_retina().0,
                height_um: screen.height_on_retina().0,
            });
        }
        positions.truncate(wanted);
        Ok(positions)
    }

    /// Displaced points of a lattice that covers the frame, row after row.
    fn lattice(&self, screen: &Screen, generator: &mut impl Rng) -> Vec<Position> {
        let row_distance = self.spacing * 0.75f64.sqrt();
        let origin_x = self.spacing * generator.random::<f64>();
        let origin_y = row_distance * generator.random::<f64>();
        let columns = (screen.width_on_retina().0 / self.spacing).ceil() as i64 + 1;
        let rows = (screen.height_on_retina().0 / row_distance).ceil() as i64 + 1;
        let mut points = Vec::new();
        for row in -1..rows {
            let shift = if row % 2 == 0 {
                0.0
            } else {
                0.5 * self.spacing
            };
            for column in -1..columns {
                let x = origin_x + shift + column as f64 * self.spacing;
                let y = origin_y + row as f64 * row_distance;
                points.push(Position {
                    x: Microns(x + self.displacement(generator)),
                    y: Microns(y + self.displacement(generator)),
                });
            }
        }
        points
    }

    fn displacement(&self, generator: &mut impl Rng) -> f64 {
        let deviation: f64 = StandardNormal.sample(generator);
        self.position_jitter * deviation
    }

    fn is_inside(&self, position: Position, screen: &Screen) -> bool {
        let inside = |place: Microns, size: Microns| {
            place.0 >= self.margin && place.0 <= size.0 - self.margin && place.0 < size.0
        };
        inside(position.x, screen.width_on_retina())
            && inside(position.y, screen.height_on_retina())
    }

    fn check(&self, screen: &Screen) -> Result<(), Problem> {
        positive("spacing", self.spacing)?;
        not_negative("position_jitter", self.position_jitter)?;
        not_negative("margin", self.margin)?;
        let area = screen.width_on_retina().0 * screen.height_on_retina().0;
        if area / (self.spacing * self.spacing) > MOST_POINTS {
            let remedy = "give it in micrometres; usual spacings are 50 to 500";
            return Err(Problem::new(
                "spacing",
                self.spacing,
                "is far too small",
                remedy,
            ));
        }
        if self.count == Some(0) {
            let remedy = "give at least 1, or leave out the class";
            return Err(Problem::new(
                "count",
                0,
                "leaves the class without cells",
                remedy,
            ));
        }
        Ok(())
    }
}

fn from_centre(position: &Position, screen: &Screen) -> f64 {
    let x = position.x.0 - 0.5 * screen.width_on_retina().0;
    let y = position.y.0 - 0.5 * screen.height_on_retina().0;
    x.hypot(y)
}
