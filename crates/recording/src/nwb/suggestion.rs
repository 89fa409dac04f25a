//! The table `[nwb]` that imports a file, for what it leaves open.

use std::fmt::Write;

use super::config::FrameAxes;
use super::pixel_size::PixelSize;
use super::series::{self, MovieSeries};
use crate::container::Container;
use crate::{Milliseconds, resolves_delays};

/// Bins of the published recordings, ms.
const USUAL_BIN_MS: f64 = 10.0;
/// Frames of two series that are compared: enough to tell movies from repeats.
const COMPARED: usize = 10;
/// Columns before a comment.
const WIDTH: usize = 35;

/// A config with comments that `ganglion import` takes as it is; none where there are no frames, or nothing is open.
///
/// Of several series the longest is taken for the training movie, and those that show one other movie at least twice for
/// its repeats. What only the experimenter knows is a comment.
pub(crate) fn suggested(container: &Container) -> Option<String> {
    let paths = series::all(container);
    let opened = paths
        .iter()
        .filter_map(|path| MovieSeries::open(container, path, FrameAxes::default()).ok());
    let all: Vec<MovieSeries> = opened.collect();
    let train = longest(&all)?;
    let mut lines = String::new();
    if all.len() > 1 {
        let others = all.iter().filter(|one| one.path != train.path);
        let others: Vec<&MovieSeries> = others.collect();
        line(
            &mut lines,
            &entry("stimulus", &[train], &all),
            &described(train),
        );
        let repeats = repeats(&others);
        match repeats.is_empty() {
            true => lines.push_str(
                "# test = \"...\"                       # the test movie, if it is one of these\n",
            ),
            false => {
                let what = format!("{} presentations of one movie", repeats.len());
                line(&mut lines, &entry("test", &repeats, &all), &what);
            }
        }
        for other in others {
            let _ = writeln!(
                lines,
                "# there is {}, {}",
                name(other, &all),
                described(other)
            );
        }
    }
    let period = Milliseconds::from_seconds(train.times.period());
    if !resolves_delays(period) {
        let what = format!("a frame lasts {period}, too long to resolve delays");
        line(&mut lines, &format!("bin_ms = {USUAL_BIN_MS}"), &what);
    }
    if PixelSize::of(container, train, None).size.is_none() {
        let what = "of a pixel on the retina: not in the file";
        line(&mut lines, "# microns_per_pixel = ...", what);
    }
    (!lines.is_empty()).then(|| format!("[nwb]\n{lines}"))
}

/// The series of the longest duration.
fn longest(all: &[MovieSeries]) -> Option<&MovieSeries> {
    let duration = |one: &MovieSeries| one.times.frames() as f64 * one.times.period();
    all.iter()
        .max_by(|a, b| duration(a).total_cmp(&duration(b)))
}

/// The largest group, two at least, of series that show one movie.
fn repeats<'a>(others: &[&'a MovieSeries]) -> Vec<&'a MovieSeries> {
    let group = |first: &&'a MovieSeries| -> Vec<&'a MovieSeries> {
        let alike = others.iter().filter(|other| are_alike(first, other));
        alike.copied().collect()
    };
    let groups = others.iter().map(group).filter(|group| group.len() > 1);
    // Of equally large ones the first.
    groups.rev().max_by_key(Vec::len).unwrap_or_default()
}

/// Whether two series have equally many frames, and the same ones first.
fn are_alike(one: &MovieSeries, other: &MovieSeries) -> bool {
    let frames = one.times.frames();
    if frames != other.times.frames() || one.pictures.size() != other.pictures.size() {
        return false;
    }
    let first: Vec<usize> = (0..frames.min(COMPARED)).collect();
    let difference = one
        .pictures
        .first_difference(&first, &other.pictures, &first);
    matches!(difference, Ok(None))
}

/// How many frames, and how long each is on.
fn described(one: &MovieSeries) -> String {
    let [rows, columns] = one.pictures.size();
    format!(
        "{} frames of {rows} x {columns} pixels, {} each",
        one.times.frames(),
        Milliseconds::from_seconds(one.times.period())
    )
}

/// A key with the names of series.
fn entry(key: &str, named: &[&MovieSeries], all: &[MovieSeries]) -> String {
    match named {
        [one] => format!("{key} = {}", name(one, all)),
        several => {
            let names: Vec<String> = several.iter().map(|one| name(one, all)).collect();
            format!("{key} = [{}]", names.join(", "))
        }
    }
}

/// The shortest name that no other series has, as a text of TOML.
fn name(one: &MovieSeries, all: &[MovieSeries]) -> String {
    let last = |path: &str| path.rsplit('/').next().unwrap_or_default().to_owned();
    let own = last(&one.path);
    let is_only = all.iter().filter(|other| last(&other.path) == own).count() == 1;
    let name = if is_only { own } else { one.path.clone() };
    format!("\"{}\"", name.replace('\\', "\\\\").replace('"', "\\\""))
}

fn line(lines: &mut String, entry: &str, comment: &str) {
    let _ = writeln!(lines, "{entry:WIDTH$} # {comment}");
}
