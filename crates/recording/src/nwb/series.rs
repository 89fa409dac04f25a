//! Series of frames in an NWB file, and when each was shown.

use super::config::FrameAxes;
use super::pattern;
use super::pictures::{Pictures, frame_size};
use super::problem;
use super::times::Times;
use crate::container::Container;
use crate::{Attribute, Error};

/// Where presentations are kept.
const PLACES: [&str; 2] = ["stimulus/presentation", "acquisition"];
/// Timestamps that are read at most: a day at 1 kHz.
const MOST_FRAMES: usize = 100_000_000;

/// A movie of an NWB file: opened, not loaded.
#[derive(Clone, Debug)]
pub(super) struct MovieSeries {
    pub(super) path: String,
    pub(super) pictures: Pictures,
    pub(super) times: Times,
}

/// Opens the series of names, paths or patterns in the order of time; where there is no name, the
/// only one there is.
pub(super) fn open(
    container: &Container,
    names: &[String],
    axes: FrameAxes,
) -> Result<Vec<MovieSeries>, Error> {
    let mut paths: Vec<String> = Vec::new();
    for name in names {
        for path in named(container, name)? {
            if !paths.contains(&path) {
                paths.push(path);
            }
        }
    }
    if names.is_empty() {
        paths.push(only(container)?);
    }
    let opened = paths
        .iter()
        .map(|path| MovieSeries::open(container, path, axes));
    let mut opened: Vec<MovieSeries> = opened.collect::<Result<_, _>>()?;
    opened.sort_by(|a, b| a.times.at(0).total_cmp(&b.times.at(0)));
    Ok(opened)
}

/// Paths of the series that a name, path or pattern stands for.
fn named(container: &Container, name: &str) -> Result<Vec<String>, Error> {
    let found = with_full_fields(container);
    let name = name.trim_matches('/');
    if found.iter().any(|path| path == name) {
        return Ok(vec![name.to_owned()]);
    }
    let last = |path: &str| path.rsplit('/').next().unwrap_or_default().to_owned();
    let is_named =
        |path: &&String| pattern::matches(name, path) || pattern::matches(name, &last(path));
    let matching: Vec<String> = found.iter().filter(is_named).cloned().collect();
    match matching.len() {
        0 => Err(problem(
            container,
            format!(
                "no series of frames `{name}`; there are {}",
                listed(&all(container))
            ),
        )),
        2.. if !pattern::is_one(name) => Err(problem(
            container,
            format!(
                "`{name}` names several series of frames; give its path: {}",
                listed(&matching)
            ),
        )),
        _ => Ok(matching),
    }
}

/// The only series of frames, or where there is none, of full fields.
fn only(container: &Container) -> Result<String, Error> {
    let mut found = all(container);
    if found.is_empty() {
        found = with_full_fields(container);
        found.retain(|path| path.starts_with(PLACES[0]));
    }
    match &found[..] {
        [only] => Ok(only.clone()),
        [] => Err(problem(
            container,
            "no series of frames [frame, y, x] in `stimulus/presentation` or `acquisition`; movies \
             in files beside are not read: save the frames as an ImageSeries"
                .into(),
        )),
        _ => Err(problem(
            container,
            format!(
                "several series of frames: {}; choose one with nwb.stimulus",
                listed(&found)
            ),
        )),
    }
}

/// Paths of everything that shows pictures.
pub(crate) fn all(container: &Container) -> Vec<String> {
    let shows_pictures = |path: &String| {
        let data = container.dataset(&format!("{path}/data"));
        data.is_ok_and(|data| matches!(data.shape().len(), 3 | 4)) || is_index(container, path)
    };
    places(container).filter(shows_pictures).collect()
}

/// As [`all`], and what has one value a frame: a full field, though most such series are traces.
fn with_full_fields(container: &Container) -> Vec<String> {
    let has_data = |path: &String| {
        let data = container.dataset(&format!("{path}/data"));
        data.is_ok_and(|data| frame_size(data.shape()).is_some() || data.shape().len() == 4)
    };
    places(container).filter(has_data).collect()
}

fn places(container: &Container) -> impl Iterator<Item = String> {
    PLACES.iter().flat_map(|place| {
        let names = container.groups(place).into_iter();
        names.map(move |name| format!("{place}/{name}"))
    })
}

/// Whether the group is a series of indices of pictures.
pub(super) fn is_index(container: &Container, path: &str) -> bool {
    let kind = container.attributes(path).remove("neurodata_type");
    matches!(kind, Some(Attribute::Text(kind)) if kind == "IndexSeries")
}

fn listed(paths: &[String]) -> String {
    match paths.is_empty() {
        true => "none".into(),
        false => paths.join(", "),
    }
}

impl MovieSeries {
    pub(super) fn open(container: &Container, path: &str, axes: FrameAxes) -> Result<Self, Error> {
        let pictures = match is_index(container, path) {
            true => Pictures::indexed(container, path, axes)?,
            false => Pictures::open(container, path, axes)?,
        };
        let times = times(container, path, pictures.count())?;
        Ok(Self {
            path: path.to_owned(),
            pictures,
            times,
        })
    }
}

fn times(container: &Container, path: &str, frames: usize) -> Result<Times, Error> {
    let wrong = |text: String| problem(container, format!("`{path}`: {text}"));
    let start = format!("{path}/starting_time");
    if container.has(&start) {
        let rate = container.number(&start, "rate")?;
        let rate = rate.filter(|rate| rate.is_finite() && *rate > 0.0);
        let rate =
            rate.ok_or_else(|| wrong("`starting_time` has no usable attribute `rate`".into()))?;
        let start = container.dataset(&start)?.scalar()?;
        return match start.is_finite() {
            true => Ok(Times::regular(start, rate, frames)),
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
    Times::listed(stored.rows_f64(0..frames)?).map_err(wrong)
}
