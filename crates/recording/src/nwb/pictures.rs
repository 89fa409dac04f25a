//! The frames of a series: where they are stored, and what their values mean.

use std::ops::Range;

use super::config::FrameAxes;
use super::{images, problem};
use crate::container::{Container, Stored};
use crate::{Error, PixelType};

/// Bytes of frames read at once, about.
const PIECE: usize = 16 << 20;
/// Indices of an index series read at most: a day at 1 kHz.
const MOST_FRAMES: usize = 100_000_000;

/// Frames of a series: opened, not loaded.
#[derive(Clone, Debug)]
pub(super) struct Pictures {
    stored: PictureLayout,
    /// Path of what is stored.
    name: String,
    /// Which stored frame each shown one is; none where they are shown in order.
    index: Option<Vec<usize>>,
    /// value = data * conversion + offset.
    conversion: f64,
    offset: f64,
    axes: FrameAxes,
    /// Rows and columns.
    size: [usize; 2],
}

/// How stored frames lie in the file.
#[derive(Clone, Debug)]
enum PictureLayout {
    /// One after the other in a dataset.
    Rows(Box<Stored>),
    /// A dataset each.
    Images(Vec<Stored>),
}

impl PictureLayout {
    fn count(&self) -> usize {
        match self {
            Self::Rows(data) => data.shape()[0],
            Self::Images(images) => images.len(),
        }
    }

    fn are_bytes(&self) -> bool {
        match self {
            Self::Rows(data) => data.is_u8(),
            Self::Images(images) => images.iter().all(Stored::is_u8),
        }
    }

    /// A run of stored frames.
    fn read<T>(
        &self,
        frames: Range<usize>,
        read: &impl Fn(&Stored, Range<usize>) -> Result<Vec<T>, Error>,
    ) -> Result<Vec<T>, Error> {
        match self {
            Self::Rows(data) => read(data, frames),
            Self::Images(images) => {
                let images = images[frames].iter();
                let values = images.map(|image| read(image, 0..image.shape()[0]));
                values
                    .collect::<Result<Vec<_>, _>>()
                    .map(|all| all.into_iter().flatten().collect())
            }
        }
    }
}

impl Pictures {
    /// The frames of a series that holds them.
    pub(super) fn open(container: &Container, path: &str, axes: FrameAxes) -> Result<Self, Error> {
        let name = format!("{path}/data");
        let data = container.dataset(&name)?;
        let shape = data.shape().to_vec();
        if shape.first() == Some(&0) {
            let text =
                format!("`{path}` has no frames in this file; a movie beside it is not read");
            return Err(problem(container, text));
        }
        let Some(stored) = frame_size(&shape) else {
            return Err(problem(container, not_frames(path, &shape)));
        };
        data.require(&[1, 3, 4], "frames [frame, y, x]")?;
        let number = |attribute: &str, otherwise: f64| -> Result<f64, Error> {
            let number = container.number(&name, attribute)?.unwrap_or(otherwise);
            match number.is_finite() {
                true => Ok(number),
                false => Err(problem(
                    container,
                    format!("`{name}`: {attribute} is {number}"),
                )),
            }
        };
        let conversion = number("conversion", 1.0)?;
        if conversion == 0.0 {
            let text = format!("`{name}`: conversion is 0, which makes all frames the same");
            return Err(problem(container, text));
        }
        Ok(Self {
            offset: number("offset", 0.0)?,
            conversion,
            index: None,
            axes,
            size: match axes {
                FrameAxes::Yx => stored,
                FrameAxes::Xy => [stored[1], stored[0]],
            },
            stored: PictureLayout::Rows(Box::new(data)),
            name,
        })
    }

    /// The images of an `Images` container.
    fn of_images(container: &Container, path: &str, axes: FrameAxes) -> Result<Self, Error> {
        let images = images::in_order(container, path)?;
        let size = |image: &Stored| match *image.shape() {
            [a, b] | [a, b, 1] => Some([a, b]),
            _ => None,
        };
        let wrong = |text: String| Err(problem(container, text));
        let Some(first) = images.first().and_then(size) else {
            return wrong(format!("`{path}` holds no grey images [y, x]"));
        };
        if let Some(other) = images.iter().find(|image| size(image) != Some(first)) {
            return wrong(format!(
                "`{path}` holds images of shape {first:?}, but `{}` has shape {:?}",
                other.name(),
                other.shape()
            ));
        }
        images
            .iter()
            .try_for_each(|image| image.require(&[2, 3], "a grey image [y, x]"))?;
        Ok(Self {
            stored: PictureLayout::Images(images),
            name: path.to_owned(),
            index: None,
            conversion: 1.0,
            offset: 0.0,
            axes,
            size: match axes {
                FrameAxes::Yx => first,
                FrameAxes::Xy => [first[1], first[0]],
            },
        })
    }

    /// The frames that an index series shows: of another series, or of an `Images` container.
    pub(super) fn indexed(
        container: &Container,
        path: &str,
        axes: FrameAxes,
    ) -> Result<Self, Error> {
        let series = format!("{path}/indexed_timeseries");
        let images = format!("{path}/indexed_images");
        if super::series::is_index(container, &series) {
            let text = format!(
                "`{path}` is an index series of another one, `indexed_timeseries`, which is not \
                 read; let it show the pictures themselves"
            );
            return Err(problem(container, text));
        }
        let pictures = if container.has(&format!("{series}/data")) {
            Self::open(container, &series, axes)?
        } else if !container.datasets(&images).is_empty() {
            Self::of_images(container, &images, axes)?
        } else {
            let text = format!(
                "`{path}` is an index series without pictures: neither `indexed_images` nor \
                 `indexed_timeseries` is in this file"
            );
            return Err(problem(container, text));
        };
        let data = container.dataset(&format!("{path}/data"))?;
        data.require(&[1], "one dimension [frame], indices of pictures")?;
        let shown = data.shape()[0];
        if shown > MOST_FRAMES {
            return Err(problem(container, format!("`{path}` shows {shown} frames")));
        }
        let count = pictures.count();
        let indices = data.rows_f64(0..shown)?;
        let is_one = |index: &f64| index.fract() == 0.0 && (0.0..count as f64).contains(index);
        if let Some(frame) = indices.iter().position(|index| !is_one(index)) {
            let text = format!(
                "`{path}` shows picture {} at frame {frame}, but there are {count}, counted from 0",
                indices[frame]
            );
            return Err(problem(container, text));
        }
        Ok(Self {
            index: Some(indices.into_iter().map(|index| index as usize).collect()),
            ..pictures
        })
    }

    /// Number of frames shown.
    pub(super) fn count(&self) -> usize {
        self.index.as_ref().map_or(self.stored.count(), Vec::len)
    }

    /// Rows and columns.
    pub(super) fn size(&self) -> [usize; 2] {
        self.size
    }

    /// The type that holds the values without loss.
    pub(super) fn pixel(&self) -> PixelType {
        match self.stored.are_bytes() && self.conversion == 1.0 && self.offset == 0.0 {
            true => PixelType::U8,
            false => PixelType::F32,
        }
    }

    /// Whether two series show the same stored frames, so that they need not be read.
    fn same_row(&self, frame: usize, other: &Self, of_other: usize) -> bool {
        self.name == other.name && self.row(frame) == other.row(of_other)
    }

    fn row(&self, frame: usize) -> usize {
        self.index.as_ref().map_or(frame, |index| index[frame])
    }

    /// Values of frames `[frame, y, x]` in the series' unit.
    pub(super) fn values(&self, frames: &[usize]) -> Result<Vec<f32>, Error> {
        let mut values = self.gathered(frames, Stored::rows_f32)?;
        if self.conversion != 1.0 || self.offset != 0.0 {
            let converted = |value: f32| f64::from(value) * self.conversion + self.offset;
            values
                .iter_mut()
                .for_each(|value| *value = converted(*value) as f32);
        }
        Ok(values)
    }

    /// Bytes of frames `[frame, y, x]`, where [`pixel`](Self::pixel) says that they are that.
    pub(super) fn bytes(&self, frames: &[usize]) -> Result<Vec<u8>, Error> {
        self.gathered(frames, Stored::rows_u8)
    }

    /// Pieces of a list of frames that are read together.
    pub(super) fn pieces<'a>(&self, frames: &'a [usize]) -> impl Iterator<Item = &'a [usize]> {
        frames.chunks(self.frames_a_piece())
    }

    fn frames_a_piece(&self) -> usize {
        (PIECE / (4 * self.size[0] * self.size[1])).max(1)
    }

    /// Stored rows near each other are read at once, whatever their order.
    fn gathered<T: Copy + Default>(
        &self,
        frames: &[usize],
        read: impl Fn(&Stored, Range<usize>) -> Result<Vec<T>, Error>,
    ) -> Result<Vec<T>, Error> {
        let pixels = self.size[0] * self.size[1];
        let rows: Vec<usize> = frames.iter().map(|&frame| self.row(frame)).collect();
        let most = self.frames_a_piece();
        let mut values = vec![T::default(); rows.len() * pixels];
        let mut wanted: Vec<usize> = (0..rows.len()).collect();
        wanted.sort_by_key(|&place| rows[place]);
        let mut rest = &wanted[..];
        while let Some(&place) = rest.first() {
            let first = rows[place];
            let near = rest.partition_point(|&place| rows[place] < first + most);
            let (now, later) = rest.split_at(near);
            let last = rows[now[near - 1]];
            let stored = self.stored.read(first..last + 1, &read)?;
            for &place in now {
                let row = &stored[(rows[place] - first) * pixels..][..pixels];
                self.place(row, &mut values[place * pixels..][..pixels]);
            }
            rest = later;
        }
        Ok(values)
    }

    /// A stored frame as `[y, x]`.
    fn place<T: Copy>(&self, row: &[T], out: &mut [T]) {
        let [height, width] = self.size;
        match self.axes {
            FrameAxes::Yx => out.copy_from_slice(row),
            FrameAxes::Xy => (0..height * width).for_each(|pixel| {
                out[pixel] = row[pixel % width * height + pixel / width];
            }),
        }
    }

    /// The first of two equally long lists of frames at which the pictures differ.
    pub(super) fn first_difference(
        &self,
        frames: &[usize],
        other: &Self,
        of_other: &[usize],
    ) -> Result<Option<usize>, Error> {
        let pairs: Vec<usize> = (0..frames.len().min(of_other.len()))
            .filter(|&place| !self.same_row(frames[place], other, of_other[place]))
            .collect();
        let pixels = self.size[0] * self.size[1];
        for piece in pairs.chunks(self.frames_a_piece()) {
            let of = |list: &[usize]| piece.iter().map(|&place| list[place]).collect::<Vec<_>>();
            let (ours, theirs) = (self.values(&of(frames))?, other.values(&of(of_other))?);
            // Single-precision rounding of a conversion is no difference.
            let differs = |(a, b): (&f32, &f32)| {
                (a - b).abs() > 1e-5 * a.abs().max(b.abs()) && a.to_bits() != b.to_bits()
            };
            if let Some(value) = ours.iter().zip(&theirs).position(differs) {
                return Ok(Some(piece[value / pixels]));
            }
        }
        Ok(None)
    }
}

/// Size of a stored frame: [frame], a full field; [frame, a, b]; or that with one channel.
pub(super) fn frame_size(shape: &[usize]) -> Option<[usize; 2]> {
    match *shape {
        [_] => Some([1, 1]),
        [_, a, b] | [_, a, b, 1] => Some([a, b]),
        // Channel first, where the last axis is too long to be colours.
        [_, 1, a, b] if b > 4 => Some([a, b]),
        _ => None,
    }
}

fn not_frames(path: &str, shape: &[usize]) -> String {
    match shape.len() {
        4 => format!("`{path}` is in colour, shape {shape:?}; save its luminance [frame, y, x]"),
        _ => format!("`{path}` has shape {shape:?}; expected frames [frame, y, x]"),
    }
}
