//! Fits coupled models to arrays in files, for comparison with other programs: `benches/python/glm.py`.
//!
//! `fit_arrays FOLDER` reads `FOLDER/spikes.npy` (u8 `[cell][bin]`), `FOLDER/movie.npy` (u8 or f32 `[frame][row *
//! column]`) and `FOLDER/task.json`, fits, scores the held-out segments and prints a JSON object.

use std::error::Error;
use std::ops::{ControlFlow, Range};
use std::path::Path;
use std::time::Instant;

use ganglion_glm::{
    Counts, Design, Frames, Movie, Recording, Settings, Spikes, Terms, fit_terms, score,
};
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Task {
    design: Design,
    settings: Settings,
    bins_per_frame: usize,
    /// Rows and columns of the movie.
    frame: [usize; 2],
    train: Vec<Range<usize>>,
    test: Vec<Range<usize>>,
    /// Each with some terms of the design.
    terms: Vec<Terms>,
    #[serde(default)]
    verbose: bool,
}

enum Values {
    Bytes(Vec<u8>),
    Singles(Vec<f32>),
}

/// An array in NumPy's format, version 1, in the order of C; and its first axis.
fn read(path: &Path) -> Result<(Values, usize), Box<dyn Error>> {
    let bytes = std::fs::read(path).map_err(|error| format!("{}: {error}", path.display()))?;
    let length = usize::from(u16::from_le_bytes([bytes[8], bytes[9]]));
    let header = std::str::from_utf8(&bytes[10..10 + length])?;
    if header.contains("'fortran_order': True") {
        return Err(format!("{}: save it in the order of C", path.display()).into());
    }
    let shape = header.split("'shape': (").nth(1).ok_or("no shape")?;
    let first = shape.split(',').next().ok_or("no axis")?.trim().parse()?;
    let data = &bytes[10 + length..];
    let values = if header.contains("'|u1'") {
        Values::Bytes(data.to_vec())
    } else if header.contains("'<f4'") {
        let (fours, _) = data.as_chunks::<4>();
        Values::Singles(fours.iter().map(|four| f32::from_le_bytes(*four)).collect())
    } else {
        return Err(format!("{}: {header}: want u8 or f32", path.display()).into());
    };
    Ok((values, first))
}

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::args_os().nth(1).ok_or("want a folder")?;
    let folder = Path::new(&folder);
    let task: Task = serde_json::from_str(&std::fs::read_to_string(folder.join("task.json"))?)?;
    let (Values::Bytes(spikes), cells) = read(&folder.join("spikes.npy"))? else {
        return Err("spikes must be u8".into());
    };
    let (movie, _) = read(&folder.join("movie.npy"))?;
    let recording = |segments| Recording {
        movie: Some(Movie {
            frames: match &movie {
                Values::Bytes(values) => Frames::Bytes(values),
                Values::Singles(values) => Frames::Single(values),
            },
            height: task.frame[0],
            width: task.frame[1],
        }),
        spikes: Spikes {
            counts: Counts::Bytes(&spikes),
            cells,
            bins_per_frame: task.bins_per_frame,
        },
        segments,
    };
    let start = Instant::now();
    let train = recording(&task.train);
    let fits = fit_terms(
        &train,
        &task.design,
        &task.terms,
        &task.settings,
        |progress| {
            if task.verbose {
                eprintln!("{:7.2} s {progress:?}", start.elapsed().as_secs_f64());
            }
            ControlFlow::Continue(())
        },
    )?;
    let seconds = start.elapsed().as_secs_f64();
    let mut models = Vec::new();
    for fit in &fits {
        let scores = score(fit, &recording(&task.test))?;
        models.push(serde_json::json!({
            "bits_per_spike": scores.iter().map(|score| score.bits_per_spike).collect::<Vec<_>>(),
            "loss": fit.cells.iter().map(|cell| cell.optimum.loss).collect::<Vec<_>>(),
            "objective": fit.cells.iter().map(|cell| cell.optimum.objective).collect::<Vec<_>>(),
            "gradient": fit.cells.iter().map(|cell| cell.optimum.gradient).fold(0.0, f64::max),
            "gap": fit.cells.iter().map(|cell| cell.optimum.gap).fold(0.0, f64::max),
            "steps": fit.cells.iter().map(|cell| cell.optimum.steps).collect::<Vec<_>>(),
            "warnings": fit.cells.iter().map(|cell| &cell.warnings).collect::<Vec<_>>(),
        }));
    }
    println!(
        "{}",
        serde_json::json!({"fit_seconds": seconds, "models": models})
    );
    Ok(())
}
