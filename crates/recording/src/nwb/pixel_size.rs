//! How large a pixel is on the retina, as the config or the file says.
//!
//! An `OpticalSeries` has `field_of_view`, width and height (and depth) of its frames in metres, and every image series
//! may have `dimension`, the number of pixels along the same axes.

use super::series::MovieSeries;
use crate::Microns;
use crate::container::Container;

/// Relative difference of two sizes that are the same.
const SAME: f64 = 0.01;
/// Pixels above this, in micrometres, are those of a monitor: the retina is some millimetres wide.
const LARGEST: f64 = 1000.0;

/// The size of a pixel, if anything says it, and what there is to say of it.
pub(super) struct PixelSize {
    pub(super) size: Option<Microns>,
    pub(super) note: Option<String>,
}

impl PixelSize {
    /// What the config says, or else the series.
    pub(super) fn of(container: &Container, series: &MovieSeries, stated: Option<f64>) -> Self {
        let path = &series.path;
        let found = in_file(container, path, series.pictures.size());
        let (size, note) = match (stated, found) {
            (None, Ok(Some(size))) => (
                Some(size),
                Some(format!(
                    "a pixel has {size:.4} um, by field_of_view of `{path}`: if that is not measured on the \
                     retina, give nwb.microns_per_pixel"
                )),
            ),
            (Some(stated), Ok(Some(size))) if (size / stated - 1.0).abs() > SAME => (
                Some(stated),
                Some(format!(
                    "nwb.microns_per_pixel = {stated} is used, but by field_of_view of `{path}` a pixel has \
                     {size:.4} um"
                )),
            ),
            (None, Err(problem)) => (
                None,
                Some(format!(
                    "field_of_view of `{path}` is not used: {problem}; give nwb.microns_per_pixel"
                )),
            ),
            (stated, _) => (stated, None),
        };
        Self {
            size: size.map(Microns),
            note,
        }
    }
}

/// Micrometres of a pixel by `field_of_view`; none where there is no such field.
fn in_file(
    container: &Container,
    path: &str,
    [rows, columns]: [usize; 2],
) -> Result<Option<f64>, String> {
    let places = [path.to_owned(), format!("{path}/indexed_timeseries")];
    let has_field = |place: &&String| container.has(&format!("{place}/field_of_view"));
    let Some(place) = places.iter().find(has_field) else {
        return Ok(None);
    };
    let [width, height] = axes(container, &format!("{place}/field_of_view"))
        .ok_or("it is not two or three numbers above 0")?;
    // What the frames have counts where the file does not say.
    let [across, down] =
        axes(container, &format!("{place}/dimension")).unwrap_or([columns as f64, rows as f64]);
    let [x, y] = [width / across, height / down].map(|metres| 1e6 * metres);
    if (x / y - 1.0).abs() > SAME {
        return Err(format!("pixels would have {x:.4} um by {y:.4} um"));
    }
    if x > LARGEST {
        return Err(format!(
            "pixels would have {x:.0} um, as on a monitor, not on a retina"
        ));
    }
    Ok(Some(rounded(x)))
}

/// Without the last digits of a quotient: a screen of 24 pixels of 50 um is to be 1.2 mm wide.
fn rounded(size: f64) -> f64 {
    const DIGITS: f64 = 1e6;
    (size * DIGITS).round() / DIGITS
}

/// The first two of two or three numbers, x and y, all above 0.
fn axes(container: &Container, name: &str) -> Option<[f64; 2]> {
    let stored = container.dataset(name).ok()?;
    let [count @ 2..=3] = *stored.shape() else {
        return None;
    };
    let values = stored.rows_f64(0..count).ok()?;
    let are_usable = values[..2]
        .iter()
        .all(|value| value.is_finite() && *value > 0.0);
    are_usable.then(|| [values[0], values[1]])
}
