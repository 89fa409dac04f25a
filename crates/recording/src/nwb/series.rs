//! Series of frames in an NWB file, and when each was shown.

use super::bins::Times;
use crate::container::{Container, Stored};
use crate::{Attribute, Error};

/// Where presentations are kept.
const PLACES: [&str; 2] = ["stimulus/presentation", "acquisition"];
/// Timestamps that are read at most: a day at 1 kHz.
const MOST_FRAMES: usize = 100_000_000;

/// A movie of an NWB file: opened, not loaded.
#[derive(Clone, Debug)]
pub(super) struct Series {
    pub(super) path: String,
    pub(super) data: Stored,
    pub(super) times: Times,
}

/// Opens the series of a name or path, or the only one there is.
pub(super) fn open(container: &Container, name: Option<&str>) -> Result<Series, Error> {
    let found = all(container);
    let path = match name {
        Some(name) => {
            let name = name.trim_matches('/');
            let is_named = |path: &&String| *path == name || path.rsplit('/').next() == Some(name);
            let mut named = found.iter().filter(is_named);
            let first = named.next();
            let exact = found.iter().find(|path| *path == name);
            match (exact, first, named.next()) {
                (Some(exact), ..) => exact,
                (None, Some(only), None) => only,
                (None, Some(_), Some(_)) => {
                    return Err(problem(
                        container,
                        format!(
                            "`{name}` names several series of frames; give its path: {}",
                            listed(&found)
                        ),
                    ));
                }
                (None, None, _) => {
                    return Err(problem(
                        container,
                        format!("no series of frames `{name}`; there are {}", listed(&found)),
                    ));
                }
            }
        }
        None => match &found[..] {
            [only] => only,
            [] => {
                return Err(problem(
                    container,
                    "no series of frames [frame, y, x] in `stimulus/presentation` or \
                     `acquisition`; index series and movies in files beside are not read: save the \
                     frames as an ImageSeries"
                        .into(),
                ));
            }
            _ => {
                return Err(problem(
                    container,
                    format!(
                        "several series of frames: {}; choose one with nwb.stimulus",
                        listed(&found)
                    ),
                ));
            }
        },
    };
    Series::open(container, path)
}

/// Paths of everything that holds frames.
pub(crate) fn all(container: &Container) -> Vec<String> {
    let groups = PLACES.iter().flat_map(|place| {
        let names = container.groups(place).into_iter();
        names.map(move |name| format!("{place}/{name}"))
    });
    let holds_frames = |path: &String| {
        let data = container.dataset(&format!("{path}/data"));
        data.is_ok_and(|data| matches!(data.shape().len(), 3 | 4))
    };
    groups.filter(holds_frames).collect()
}

fn listed(paths: &[String]) -> String {
    match paths.is_empty() {
        true => "none".into(),
        false => paths.join(", "),
    }
}

pub(super) fn problem(container: &Container, problem: String) -> Error {
    let path = container.path().to_owned();
    Error::Nwb { path, problem }
}

impl Series {
    fn open(container: &Container, path: &str) -> Result<Self, Error> {
        let data = container.dataset(&format!("{path}/data"))?;
        if data.shape().len() == 4 {
            let text = format!(
                "`{path}` is in colour, shape {:?}; save its luminance",
                data.shape()
            );
            return Err(problem(container, text));
        }
        if data.shape()[0] == 0 {
            let text =
                format!("`{path}` has no frames in this file; a movie beside it is not read");
            return Err(problem(container, text));
        }
        data.require(&[3], "three dimensions [frame, y, x]")?;
        let times = times(container, path, data.shape()[0])?;
        Ok(Self {
            path: path.to_owned(),
            data,
            times,
        })
    }

    /// Rows and columns.
    pub(super) fn size(&self) -> [usize; 2] {
        [self.data.shape()[1], self.data.shape()[2]]
    }
}

fn times(container: &Container, path: &str, frames: usize) -> Result<Times, Error> {
    let wrong = |text: String| problem(container, format!("`{path}`: {text}"));
    let start = format!("{path}/starting_time");
    if container.has(&start) {
        let attributes = container.dataset_attributes(&start);
        let rate = attributes.get("rate").and_then(Attribute::as_f64);
        let rate = rate.filter(|rate| rate.is_finite() && *rate > 0.0);
        let rate =
            rate.ok_or_else(|| wrong("`starting_time` has no usable attribute `rate`".into()))?;
        let start = container.dataset(&start)?.scalar()?;
        return match start.is_finite() {
            true => Ok(Times::Regular {
                start,
                rate,
                frames,
            }),
            false => Err(wrong("`starting_time` is no number".into())),
        };
    }
    let name = format!("{path}/timestamps");
    if !container.has(&name) {
        return Err(wrong("has neither `timestamps` nor `starting_time`".into()));
    }
    let stored = container.dataset(&name)?;
    stored.require(&[1], "one dimension [frame]")?;
    if stored.shape()[0] != frames || frames > MOST_FRAMES {
        return Err(wrong(format!(
            "{} timestamps for {frames} frames",
            stored.shape()[0]
        )));
    }
    let times = stored.rows_f64(0..frames)?;
    let increasing = times.windows(2).all(|pair| pair[0] < pair[1]);
    match increasing && times.iter().all(|time| time.is_finite()) && frames > 1 {
        true => Ok(Times::Listed(times)),
        false => Err(wrong("timestamps must be at least two and increase".into())),
    }
}
