//! Putting a session file together.
//!
//! The HDF5 library writes a file in one pass from arrays in memory. A movie may be larger than
//! memory, so the library is given zeros of its size, which the operating system never backs with
//! memory, and which are written as a hole; the movie is then copied to where they lie.

use std::fs::File;
use std::io::{self, Seek, SeekFrom};

use hdf5_pure::{FileBuilder, GroupBuilder, make_f32_type, make_u8_type};
use tempfile::NamedTempFile;

use super::{FrameRows, PartitionSoFar, SessionWriter};
use crate::atomic::{publish, temporary_beside};
use crate::container::Container;
use crate::sparse::Sparse;
use crate::{Attribute, Error, Milliseconds, PixelType, interneurons};

/// Bins of the published recordings, which say nothing of them beside their responses.
const PUBLISHED_BIN: Milliseconds = Milliseconds(10.0);

/// Writes everything aside, then gives it its name.
pub(super) fn assemble(mut session: SessionWriter) -> Result<(), Error> {
    let path = session.path.clone();
    let failed = |error| Error::writing(&path, error);
    let aside = temporary_beside(&path).map_err(failed)?;
    write_around_movies(&session, aside.as_file()).map_err(failed)?;
    copy_movies(&mut session, &aside)?;
    publish(aside, &path).map_err(failed)
}

fn write_around_movies(session: &SessionWriter, file: &File) -> io::Result<()> {
    let mut sparse = Sparse::new(file);
    builder(session)
        .finish_to(&mut sparse)
        .map_err(|error| match error {
            hdf5_pure::Error::Io(error) => error,
            other => io::Error::other(other),
        })?;
    sparse.finish()
}

fn builder(session: &SessionWriter) -> FileBuilder {
    let mut builder = FileBuilder::new();
    let period = session.options.frame_period;
    builder.set_attr(
        "frame_period_s",
        Attribute::Number(period.seconds()).to_hdf5(),
    );
    if let Some(microns) = session.options.microns_per_pixel {
        builder.set_attr("microns_per_pixel", Attribute::Number(microns.0).to_hdf5());
    }
    for (name, value) in &session.attributes {
        builder.set_attr(name, value.to_hdf5());
    }
    for (partition, part) in &session.parts {
        let mut group = builder.create_group(partition.group());
        fill(&mut group, part, period);
        builder.add_group(group.finish());
    }
    builder
}

fn fill(group: &mut GroupBuilder, part: &PartitionSoFar, period: Milliseconds) {
    let shape = part.shape;
    let (frames, pixels) = (shape.frames, shape.elements());
    let (datatype, size) = match part.pixel {
        PixelType::U8 => (make_u8_type(), 1),
        PixelType::F32 => (make_f32_type(), size_of::<f32>()),
    };
    group
        .create_dataset("stimulus")
        .with_raw_data(datatype, vec![0; pixels * size], pixels as u64)
        .with_shape(&[frames, shape.height, shape.width].map(|extent| extent as u64));
    let regular = || {
        (0..frames)
            .map(|frame| frame as f64 * period.seconds())
            .collect()
    };
    let time: Vec<f64> = part.times.clone().unwrap_or_else(regular);
    group.create_dataset("time").with_f64_data(&time);
    add_rows(group, "response", &part.responses, period);
    add_rows(group, "repeats", &part.repeats, period);
    if let Some(spikes) = &part.fine_spikes {
        let shape: &[usize] = match spikes.trials() {
            1 => &[spikes.cells().len(), spikes.bins()],
            trials => &[spikes.cells().len(), trials, spikes.bins()],
        };
        let shape: Vec<u64> = shape.iter().map(|&extent| extent as u64).collect();
        group
            .create_dataset("spikes")
            .with_u8_data(spikes.counts())
            .with_shape(&shape)
            .with_deflate(4);
    }
    if !part.block_starts.is_empty() {
        let starts: Vec<i64> = part
            .block_starts
            .iter()
            .map(|&start| start as i64)
            .collect();
        group.create_dataset("block_starts").with_i64_data(&starts);
    }
    if let Some(interneurons) = &part.interneurons {
        interneurons::fill(group, interneurons);
    }
}

fn add_rows(
    group: &mut GroupBuilder,
    name: &str,
    datasets: &std::collections::BTreeMap<String, FrameRows>,
    period: Milliseconds,
) {
    if datasets.is_empty() {
        return;
    }
    let mut inner = group.create_group(name);
    for (name, rows) in datasets {
        let frames = rows.values.len() / rows.rows;
        let dataset = inner
            .create_dataset(name)
            .with_f32_data(&rows.values)
            .with_shape(&[rows.rows as u64, frames as u64]);
        // The time in a rate's name, such as `firing_rate_10ms`, is that of its smoothing.
        if period != PUBLISHED_BIN {
            dataset.set_attr("bin_ms", Attribute::Number(period.0).to_hdf5());
        }
    }
    group.add_group(inner.finish());
}

fn copy_movies(session: &mut SessionWriter, aside: &NamedTempFile) -> Result<(), Error> {
    let container = Container::open(aside.path())?;
    for (partition, part) in &mut session.parts {
        let stored = container.dataset(&partition.path("stimulus"))?;
        let offset = stored
            .contiguous_offset()?
            .ok_or_else(|| Error::Inconsistent {
                path: session.path.clone(),
                problem: "the movie was not laid out in one run (a bug of this program)".into(),
            })?;
        copy_to(&mut part.spool, aside.as_file(), offset)
            .map_err(|error| Error::writing(&session.path, error))?;
    }
    Ok(())
}

fn copy_to(spool: &mut File, mut file: &File, offset: u64) -> io::Result<()> {
    spool.rewind()?;
    file.seek(SeekFrom::Start(offset))?;
    io::copy(spool, &mut file).map(drop)
}
