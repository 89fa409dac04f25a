//! Places of discs on a screen.

use ganglion_recording::Microns;

use crate::Screen;
use crate::condition::Parameter;

/// Distance of neighbouring discs over their radius.
const SPACING: f64 = 1.5;

/// The centres that a config gives, or a grid over the screen if it gives none.
pub(crate) fn given_or_grid(
    centres: &[[Microns; 2]],
    screen: &Screen,
    radius: Microns,
) -> Vec<[Microns; 2]> {
    if centres.is_empty() {
        return grid(screen, radius);
    }
    centres.to_vec()
}

/// A centre as the parameters of a condition.
pub(crate) fn parameters([x, y]: [Microns; 2]) -> [Parameter; 2] {
    [("centre_x", x), ("centre_y", y)].map(|(name, at)| Parameter::new(name, at.0, "um"))
}

/// Centres `[x, y]`, from the centre of the screen, of a square grid of discs that overlap by a
/// quarter of their diameter and lie on the screen; the central one is always there.
fn grid(screen: &Screen, radius: Microns) -> Vec<[Microns; 2]> {
    let spacing = SPACING * radius.0;
    let places = |size: Microns| {
        let reach = (0.5 * size.0 - radius.0).max(0.0);
        let steps = if spacing > 0.0 {
            (reach / spacing) as i32
        } else {
            0
        };
        (-steps..=steps).map(move |step| Microns(f64::from(step) * spacing))
    };
    places(screen.height_on_retina())
        .flat_map(|y| places(screen.width_on_retina()).map(move |x| [x, y]))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stimulus::fixture::screen;

    #[test]
    fn discs_lie_on_the_screen() {
        // 1000 um on a side.
        assert_eq!(grid(&screen(), Microns(400.0)), [[Microns(0.0); 2]]);
        let nine = grid(&screen(), Microns(200.0));
        assert_eq!(nine.len(), 9);
        assert_eq!(nine[0], [Microns(-300.0); 2]);
        assert_eq!(grid(&screen(), Microns(0.0)).len(), 1);
    }
}
