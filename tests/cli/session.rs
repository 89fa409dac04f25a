//! Tiny recordings of cells whose filters are known: linear, then softplus, then Poisson.

use std::path::Path;

use ganglion_recording::{
    CellIndex, FineSpikes, Microns, Milliseconds, Partition, PixelType, SessionOptions,
    SessionWriter,
};

const HISTORY: usize = 8;
const CELLS: usize = 3;
const REPEATS: usize = 8;
const FRAME_S: f32 = 0.01;

/// A session to be written, in the layout of the published recordings.
pub struct Session {
    /// Rows and columns of a frame.
    pub size: [usize; 2],
    /// Frames of the training part.
    pub frames: usize,
    /// Time from frame to frame, ms.
    pub frame_period_ms: f64,
    /// Side of a pixel, um.
    pub microns_per_pixel: f64,
    /// Unit of light: 1 leaves bytes from 0 to 255, others make floats.
    pub light: f32,
    /// Changes the training rates `[cell, frame]` before they are written.
    pub spoil_rates: fn(&mut [f32]),
    /// Changes the training movie `[frame, y, x]` before it is written.
    pub spoil_movie: fn(&mut [u8]),
    /// Trials in the training part whose spikes are kept; the last lacks a stretch of bins.
    pub training_trials: usize,
    /// Cells, from the first on, that these trials are of.
    pub cells_with_trials: usize,
    /// What the file says of itself besides.
    pub attributes: &'static [(&'static str, &'static str)],
}

impl Session {
    /// Twelve by twelve pixels, three cells, trials in the test part.
    pub fn tiny() -> Self {
        Self {
            size: [12, 12],
            frames: 600,
            frame_period_ms: 10.0,
            microns_per_pixel: 50.0,
            light: 1.0,
            spoil_rates: |_| (),
            spoil_movie: |_| (),
            training_trials: 0,
            cells_with_trials: CELLS,
            attributes: &[],
        }
    }

    /// Writes the file.
    pub fn write(&self, path: &Path) {
        let options = SessionOptions {
            frame_period: Milliseconds(self.frame_period_ms),
            microns_per_pixel: Some(Microns(self.microns_per_pixel)),
            overwrite: false,
        };
        let mut writer = SessionWriter::create(path, options).unwrap();
        for (name, text) in self.attributes {
            writer.attribute(name, *text);
        }
        let mut random = Random(11);
        self.write_train(&mut writer, &mut random);
        self.write_test(&mut writer, &mut random);
        writer.finish().unwrap();
    }

    fn write_train(&self, writer: &mut SessionWriter, random: &mut Random) {
        let mut movie = self.noise(self.frames, random);
        let mut rates = self.rates(&movie);
        (self.spoil_movie)(&mut movie);
        (self.spoil_rates)(&mut rates);
        self.write_movie(writer, Partition::Train, &movie);
        if self.training_trials > 0 {
            self.write_trials(writer, &rates, random);
        }
        writer
            .responses(Partition::Train, "firing_rate_10ms", CELLS, rates)
            .unwrap();
    }

    /// Spikes of single training trials, drawn from the rates `[cell, frame]`.
    fn write_trials(&self, writer: &mut SessionWriter, rates: &[f32], random: &mut Random) {
        for (cell, rates) in rates
            .chunks(self.frames)
            .take(self.cells_with_trials)
            .enumerate()
        {
            let mut spikes: Vec<f32> = Vec::new();
            for _ in 0..self.training_trials {
                spikes.extend(rates.iter().map(|rate| random.poisson(rate * FRAME_S)));
            }
            let last = spikes.len() - self.frames / 4..;
            spikes[last].fill(f32::NAN);
            writer
                .repeats(
                    Partition::Train,
                    CellIndex(cell),
                    self.training_trials,
                    spikes,
                )
                .unwrap();
        }
    }

    fn write_test(&self, writer: &mut SessionWriter, random: &mut Random) {
        let frames = 200;
        let movie = self.noise(frames, random);
        let rates = self.rates(&movie);
        self.write_movie(writer, Partition::Test, &movie);
        let mut mean = Vec::new();
        for cell in 0..CELLS {
            let expected = &rates[cell * frames..][..frames];
            let trials: Vec<f32> = (0..REPEATS * frames)
                .map(|bin| random.poisson(expected[bin % frames] * FRAME_S))
                .collect();
            mean.extend((0..frames).map(|bin| {
                let spikes: f32 = trials.iter().skip(bin).step_by(frames).sum();
                spikes / REPEATS as f32 / FRAME_S
            }));
            writer
                .repeats(Partition::Test, CellIndex(cell), REPEATS, trials)
                .unwrap();
        }
        writer
            .responses(Partition::Test, "firing_rate_10ms", CELLS, mean)
            .unwrap();
    }

    fn write_movie(&self, writer: &mut SessionWriter, partition: Partition, movie: &[u8]) {
        let [height, width] = self.size;
        let pixel = match self.light {
            1.0 => PixelType::U8,
            _ => PixelType::F32,
        };
        writer.begin_movie(partition, height, width, pixel).unwrap();
        match pixel {
            PixelType::U8 => writer.append_u8(partition, movie).unwrap(),
            PixelType::F32 => {
                let lit = movie.iter().map(|&byte| f32::from(byte) * self.light);
                let lit: Vec<f32> = lit.collect();
                writer.append_f32(partition, &lit).unwrap();
            }
        }
    }

    fn noise(&self, frames: usize, random: &mut Random) -> Vec<u8> {
        let pixels = frames * self.size[0] * self.size[1];
        (0..pixels)
            .map(|_| if random.uniform() < 0.5 { 0 } else { 255 })
            .collect()
    }

    /// Rates `[cell, frame]` in Hz; the bin comes just after the newest frame that it depends on.
    fn rates(&self, movie: &[u8]) -> Vec<f32> {
        let pixels = self.size[0] * self.size[1];
        let frames = movie.len() / pixels;
        let mut rates = vec![1.0; CELLS * frames];
        for cell in 0..CELLS {
            let space = self.space(cell);
            let drives: Vec<f32> = movie
                .chunks(pixels)
                .map(|frame| {
                    frame
                        .iter()
                        .zip(&space)
                        .map(|(&p, w)| (f32::from(p) / 127.5 - 1.0) * w)
                        .sum()
                })
                .collect();
            for bin in HISTORY..frames {
                let seen = &drives[bin - HISTORY..bin];
                let drive: f32 = seen
                    .iter()
                    .zip(time(cell))
                    .map(|(drive, w)| drive * w)
                    .sum();
                rates[cell * frames + bin] = 40.0 * (1.0 + (2.0 * drive).exp()).ln();
            }
        }
        rates
    }

    /// A Gaussian of unit norm around a place of the cell's own.
    fn space(&self, cell: usize) -> Vec<f32> {
        let centre = |extent: usize| extent as f32 * (cell as f32 + 1.0) / (CELLS as f32 + 1.0);
        let [height, width] = self.size;
        let weight = |y: usize, x: usize| {
            let (dy, dx) = (y as f32 - centre(height), x as f32 - centre(width));
            (-(dy * dy + dx * dx) / 3.0).exp()
        };
        let weights: Vec<f32> = (0..height * width)
            .map(|pixel| weight(pixel / width, pixel % width))
            .collect();
        let norm = weights.iter().map(|w| w * w).sum::<f32>().sqrt();
        weights.into_iter().map(|w| w / norm).collect()
    }
}

/// Bins of a frame of [`write_with_fine_spikes`].
const FINE: usize = 4;
/// Side of its frames.
const SIDE: usize = 6;

/// A recording of three cells with spikes in bins of a quarter of a frame, 10 ms: one trial of 3000 frames, and six of
/// 200 in the test part. Each cell follows a pixel of the frame before and is held back by its own spikes; those of
/// cell 0 excite cell 1 in the next bin.
pub fn write_with_fine_spikes(path: &Path) {
    let options = SessionOptions {
        frame_period: Milliseconds(10.0),
        microns_per_pixel: Some(Microns(50.0)),
        overwrite: false,
    };
    let mut writer = SessionWriter::create(path, options).unwrap();
    let mut random = Random(5);
    for (partition, frames, trials) in [(Partition::Train, 3000, 1), (Partition::Test, 200, 6)] {
        let light = |random: &mut Random| if random.uniform() < 0.5 { 0 } else { 255 };
        let pixels = frames * SIDE * SIDE;
        let movie: Vec<u8> = (0..pixels).map(|_| light(&mut random)).collect();
        let spikes: Vec<Vec<u8>> = (0..trials)
            .map(|_| fine_trial(&movie, &mut random))
            .collect();
        let bins = frames * FINE;
        let of_cell = |cell: usize| {
            spikes
                .iter()
                .flat_map(move |all| &all[cell * bins..][..bins])
        };
        let fine = (0..CELLS).flat_map(of_cell).copied().collect();
        let cells = (0..CELLS).map(CellIndex).collect();
        let fine = FineSpikes::new(cells, trials, frames, FINE, fine);
        let counts = fine.per_frame();
        let mut mean = Vec::new();
        for cell in 0..CELLS {
            let all: Vec<&[f32]> = (0..trials).map(|trial| counts.trial(cell, trial)).collect();
            let of_frame = |frame: usize| all.iter().map(|trial| trial[frame]).sum::<f32>();
            mean.extend((0..frames).map(of_frame));
        }
        writer
            .begin_movie(partition, SIDE, SIDE, PixelType::U8)
            .unwrap();
        writer.append_u8(partition, &movie).unwrap();
        writer.responses(partition, "binned", CELLS, mean).unwrap();
        if partition == Partition::Test {
            for cell in 0..CELLS {
                let all = (0..trials)
                    .flat_map(|trial| counts.trial(cell, trial))
                    .copied();
                let repeats = writer.repeats(partition, CellIndex(cell), trials, all.collect());
                repeats.unwrap();
            }
        }
        writer.fine_spikes(partition, fine).unwrap();
    }
    writer.finish().unwrap();
}

/// Spikes `[cell, bin]` of one trial.
fn fine_trial(movie: &[u8], random: &mut Random) -> Vec<u8> {
    let bins = movie.len() / (SIDE * SIDE) * FINE;
    let mut spikes = vec![0u8; CELLS * bins];
    for bin in FINE..bins {
        for cell in 0..CELLS {
            let newest = movie[(bin / FINE - 1) * SIDE * SIDE + 7 * cell + 8];
            let light = if newest > 0 { 1.0 } else { -1.0 };
            let own = -2.5 * f32::from(spikes[cell * bins + bin - 1]);
            let other = match cell {
                1 => 1.5 * f32::from(spikes[bin - 1]),
                _ => 0.0,
            };
            let rate = (-3.5 + light + own + other).exp();
            spikes[cell * bins + bin] = random.poisson(rate) as u8;
        }
    }
    spikes
}

/// Biphasic, oldest frame first; every second cell is OFF.
fn time(cell: usize) -> [f32; HISTORY] {
    let course = [0.0, 0.0, -0.1, -0.3, -0.2, 0.4, 0.8, 0.3];
    course.map(|weight| {
        if cell.is_multiple_of(2) {
            weight
        } else {
            -weight
        }
    })
}

/// The generator splitmix64: the same numbers on every machine.
struct Random(u64);

impl Random {
    /// Between 0 and 1.
    fn uniform(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (bits ^ (bits >> 31)) as f64 / 2f64.powi(64)
    }

    /// Number of spikes where `mean` are expected (Knuth 1969).
    fn poisson(&mut self, mean: f32) -> f32 {
        let limit = (-f64::from(mean)).exp();
        let mut product = self.uniform();
        let mut spikes = 0.0;
        while product > limit {
            product *= self.uniform();
            spikes += 1.0;
        }
        spikes
    }
}
