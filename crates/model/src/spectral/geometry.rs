//! The shapes of one spatiotemporal convolution.

/// Shapes of a spatiotemporal convolution in the time-minor layout.
///
/// ```text
/// input   [channel_in, y, x, segment, frame]
/// kernel  [channel_out, channel_in, history, ky, kx]
/// output  [channel_out, y', x', segment, frame - history + 1]
/// ```
///
/// Time is the fastest axis, so that one pixel's course, one unit's batch statistics and one
/// frequency's time series are each one contiguous run of memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Geometry {
    /// Input channels: 1 for a movie.
    pub channels_in: usize,
    /// Rows of an input frame.
    pub height: usize,
    /// Columns of an input frame.
    pub width: usize,
    /// Contiguous pieces of movie.
    pub segments: usize,
    /// Input frames of each segment.
    pub frames: usize,
    /// Output channels.
    pub channels_out: usize,
    /// Frames that one output sees; 1 for a purely spatial convolution.
    pub history: usize,
    /// Rows of the kernel.
    pub kernel_height: usize,
    /// Columns of the kernel.
    pub kernel_width: usize,
}

impl Geometry {
    /// Rows of an output plane (valid convolution).
    pub fn output_height(&self) -> usize {
        self.height - self.kernel_height + 1
    }

    /// Columns of an output plane (valid convolution).
    pub fn output_width(&self) -> usize {
        self.width - self.kernel_width + 1
    }

    /// Output frames of each segment.
    pub fn output_frames(&self) -> usize {
        self.frames - self.history + 1
    }

    /// Length of one input pixel's run of memory: all segments, all frames.
    pub fn input_columns(&self) -> usize {
        self.segments * self.frames
    }

    /// Length of one output unit's run of memory.
    pub fn output_columns(&self) -> usize {
        self.segments * self.output_frames()
    }

    /// Number of values of the input.
    pub fn input_len(&self) -> usize {
        self.channels_in * self.height * self.width * self.input_columns()
    }

    /// Number of values of the output.
    pub fn output_len(&self) -> usize {
        self.channels_out * self.output_height() * self.output_width() * self.output_columns()
    }

    /// Number of values of the kernel.
    pub fn kernel_len(&self) -> usize {
        self.channels_out * self.taps() * self.kernel_height * self.kernel_width
    }

    /// Kernel planes that meet in one output value: `channels_in * history`.
    pub fn taps(&self) -> usize {
        self.channels_in * self.history
    }

    /// Whether every size is at least one and the kernel fits into the input.
    pub fn is_valid(&self) -> bool {
        let sizes = [
            self.channels_in,
            self.segments,
            self.channels_out,
            self.history,
            self.kernel_height,
            self.kernel_width,
        ];
        sizes.iter().all(|&size| size > 0)
            && self.kernel_height <= self.height
            && self.kernel_width <= self.width
            && self.history <= self.frames
    }
}
