//! Properties that hold for every recording.

use std::ops::Range;

use ganglion_recording::*;
use proptest::prelude::*;

fn blocks() -> impl Strategy<Value = Blocks> {
    (1..5usize, 0..30usize, 1..30usize, 1..400usize).prop_map(|(blocks, skip, history, more)| {
        Blocks {
            frames: blocks * (skip + history + more),
            blocks,
            skip,
            history,
        }
    })
}

fn split() -> impl Strategy<Value = Split> {
    let rule = prop_oneof![
        Just(SplitRule::Blocked),
        Just(SplitRule::RandomWindows),
        Just(SplitRule::Last)
    ];
    (0.0..0.6f64, rule, 1..7usize).prop_map(|(fraction, split, segments)| Split {
        fraction,
        split,
        segments,
    })
}

/// Movie frames that any of the bins is predicted from.
fn seen(timeline: &Timeline, role: Role) -> Vec<bool> {
    let mut seen = vec![false; timeline.roles().len()];
    for range in timeline.ranges(role) {
        seen[range.start - timeline.blocks().history..range.end - 1].fill(true);
    }
    seen
}

fn block_of(blocks: Blocks, frame: usize) -> Range<usize> {
    let length = blocks.frames / blocks.blocks;
    let block = frame / length;
    block * length + blocks.skip..(block + 1) * length
}

proptest! {
    #[test]
    fn windows_never_leave_their_block(
        blocks in blocks(), split in split(), seed: u64, max in 1..90usize
    ) {
        let Ok(timeline) = Timeline::new(blocks, &split, seed) else { return Ok(()) };
        for role in [Role::Train, Role::Validation] {
            for segment in timeline.segments(role, max) {
                let frames = segment.frames_needed(blocks.history);
                let block = block_of(blocks, segment.start);
                prop_assert!(block.start <= frames.start && segment.bins().end <= block.end);
                prop_assert_eq!(frames.len(), segment.frames + blocks.history - 1);
                prop_assert!(segment.frames <= max);
            }
        }
    }

    /// Not even where gaps are anywhere, and validation runs may be whole stretches between them.
    #[test]
    fn windows_never_span_a_gap(
        blocks in blocks(), split in split(), seed: u64, gaps in prop::collection::btree_set(1..900usize, 0..12),
    ) {
        let gaps: Vec<usize> = gaps.into_iter().filter(|gap| *gap < blocks.frames).collect();
        let Ok(timeline) = Timeline::with_gaps(blocks, &gaps, &split, seed) else { return Ok(()) };
        for role in [Role::Train, Role::Validation] {
            for segment in timeline.segments(role, 50) {
                let seen = segment.frames_needed(blocks.history).start..segment.bins().end;
                let block = block_of(blocks, segment.start);
                prop_assert!(block.start <= seen.start && seen.end <= block.end);
                prop_assert!(!gaps.iter().any(|gap| seen.start < *gap && *gap < seen.end));
            }
        }
        if split.split != SplitRule::RandomWindows {
            let both = seen(&timeline, Role::Train).into_iter().zip(seen(&timeline, Role::Validation));
            prop_assert!(both.into_iter().all(|(train, validation)| !(train && validation)));
        }
    }

    #[test]
    fn segments_hold_every_bin_of_their_role_once(
        blocks in blocks(), split in split(), seed: u64, max in 1..90usize
    ) {
        let Ok(timeline) = Timeline::new(blocks, &split, seed) else { return Ok(()) };
        for role in [Role::Train, Role::Validation] {
            let mut times = vec![0; blocks.frames];
            for segment in timeline.segments(role, max) {
                let mask = timeline.mask(segment, role);
                prop_assert!(timeline.is_scattered() || mask.iter().all(|&inside| inside));
                for (bin, inside) in segment.bins().zip(mask) {
                    times[bin] += usize::from(inside);
                }
            }
            for (bin, &times) in times.iter().enumerate() {
                prop_assert_eq!(times, usize::from(timeline.roles()[bin] == role));
            }
        }
    }

    #[test]
    fn train_and_validation_share_no_frame(blocks in blocks(), split in split()) {
        prop_assume!(split.split != SplitRule::RandomWindows);
        let Ok(timeline) = Timeline::new(blocks, &split, 0) else { return Ok(()) };
        let both = seen(&timeline, Role::Train).into_iter().zip(seen(&timeline, Role::Validation));
        prop_assert!(both.into_iter().all(|(train, validation)| !(train && validation)));
    }

    #[test]
    fn the_fraction_asked_for_is_validated(blocks in blocks(), split in split(), seed: u64) {
        let Ok(timeline) = Timeline::new(blocks, &split, seed) else { return Ok(()) };
        let predicted: usize = timeline.predicted().iter().map(Range::len).sum();
        let wanted = split.fraction * predicted as f64;
        let got = timeline.count(Role::Validation) as f64;
        prop_assert!((got - wanted).abs() <= 0.5 * blocks.blocks as f64 + 1e-9);
    }

    #[test]
    fn transposed_frames_equal_naive_ones(
        frames in 1..150usize, height in 1..12usize, width in 1..12usize,
        start in 0.0..1.0f64, offset in 0..5usize, per_pixel: bool, bytes: bool, seed: u8,
    ) {
        let shape = MovieShape { frames, height, width };
        let pixels = pseudo_random(shape.elements(), seed);
        let movie = match bytes {
            true => Movie::from_u8(shape, pixels.clone()),
            false => Movie::from_f32(shape, pixels.iter().map(|&byte| f32::from(byte)).collect::<Vec<_>>()),
        };
        let constants = constants(shape, per_pixel);
        let range = (start * frames as f64) as usize..frames;
        let stride = offset + range.len() + 2;
        let mut out = vec![-9.0; shape.pixels() * stride];
        movie.normalised_pixel_major(range.clone(), &constants, &mut out, stride, offset).unwrap();
        let mut rows = Vec::new();
        movie.normalised_frames(range.clone(), &constants, &mut rows).unwrap();
        for pixel in 0..shape.pixels() {
            for time in 0..stride {
                let inside = (offset..offset + range.len()).contains(&time);
                let expected = match inside {
                    true => rows[(time - offset) * shape.pixels() + pixel],
                    false => -9.0,
                };
                prop_assert_eq!(out[pixel * stride + time], expected);
            }
        }
    }

    #[test]
    fn normalised_movies_have_mean_0_and_sd_1(
        frames in 20..90usize, width in 1..7usize, per_pixel: bool, bytes: bool, seed: u8,
    ) {
        let shape = MovieShape { frames, height: 2, width };
        let pixels = pseudo_random(shape.elements(), seed);
        let movie = match bytes {
            true => Movie::from_u8(shape, pixels),
            false => Movie::from_f32(shape, pixels.iter().map(|&byte| f32::from(byte)).collect::<Vec<_>>()),
        };
        let rule = if per_pixel { NormalisationRule::PerPixel } else { NormalisationRule::Global };
        // In two ranges: they are joined exactly.
        let (first, second) = (0..frames / 3, frames / 3..frames);
        let constants = Normalisation::fit(rule, &movie, &[first, second]).unwrap();
        let mut out = Vec::new();
        movie.normalised_frames(0..frames, &constants, &mut out).unwrap();
        let step = if per_pixel { shape.pixels() } else { 1 };
        for pixel in 0..step {
            let values = || out[pixel..].iter().step_by(step).map(|&value| f64::from(value));
            let count = values().count() as f64;
            let mean = values().sum::<f64>() / count;
            let variance = values().map(|value| (value - mean).powi(2)).sum::<f64>() / count;
            // Single precision: 1e-7 a value, and constants rounded to single precision.
            prop_assert!(mean.abs() < 1e-5 && (variance - 1.0).abs() < 1e-5, "{mean} {variance}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn what_is_written_reads_back(
        frames in 1..200usize, height in 1..40usize, width in 1..40usize,
        bytes: bool, cells in 1..4usize, seed: u8,
    ) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("written.h5");
        let shape = MovieShape { frames, height, width };
        let pixels = pseudo_random(shape.elements(), seed);
        let rates: Vec<f32> = (0..cells * frames).map(|bin| 0.5 + bin as f32).collect();
        write(&path, shape, &pixels, bytes, &rates, cells).unwrap();

        let options = LoadOptions::evaluation(CellSelection::All, "firing_rate_10ms");
        for partition in Partition::ALL {
            let recording = Recording::load(&path, partition, &options).unwrap();
            let mut read = Vec::new();
            recording.movie.read_frames(0..frames, &mut read).unwrap();
            let sent: Vec<f32> = pixels.iter().map(|&byte| f32::from(byte)).collect();
            prop_assert_eq!(read, sent);
            prop_assert_eq!(recording.responses.values(), &rates);
            let trials = recording.repeats.unwrap();
            prop_assert_eq!(trials.cell(0).unwrap().values(), &rates);
            prop_assert_eq!(trials.cell(1).is_none(), true);
            prop_assert_eq!(recording.frame_period.period, Milliseconds(12.5));
            prop_assert_eq!(recording.microns_per_pixel, Some(Microns(30.0)));
            prop_assert_eq!(&recording.attributes["stimulus_class"], &Attribute::from("noise"));
        }
    }
}

/// Longer than the pieces that movies are worked on in; in memory as either type, and on the disk.
#[test]
fn pieces_and_threads_make_no_difference() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("long.h5");
    let shape = MovieShape {
        frames: 2500,
        height: 32,
        width: 32,
    };
    let pixels = pseudo_random(shape.elements(), 5);
    write(&path, shape, &pixels, false, &[1.0; 2500], 1).unwrap();
    let on_disk = RecordingFile::open(&path)
        .unwrap()
        .load_movie(Partition::Train, 0)
        .unwrap();
    assert!(on_disk.is_on_disk());
    let floats: Vec<f32> = pixels.iter().map(|&byte| f32::from(byte)).collect();
    let movies = [
        on_disk,
        Movie::from_f32(shape, floats),
        Movie::from_u8(shape, pixels),
    ];

    let naive = naive_moments(&movies[2]);
    let mut transposed = Vec::new();
    for movie in &movies {
        let fit = |rule| Normalisation::fit(rule, movie, std::slice::from_ref(&(0..2500))).unwrap();
        let one = rayon::ThreadPoolBuilder::new()
            .num_threads(1)
            .build()
            .unwrap();
        for rule in [NormalisationRule::Global, NormalisationRule::PerPixel] {
            assert_eq!(fit(rule), one.install(|| fit(rule)));
        }
        let Normalisation::Global { mean, sd } = fit(NormalisationRule::Global) else {
            panic!()
        };
        assert!((mean - naive.0).abs() < 1e-9 && (sd - 1e-7 - naive.1).abs() < 1e-9);
        let constants = Normalisation::Global {
            mean: naive.0,
            sd: naive.1,
        };
        let mut out = vec![0.0; shape.pixels() * 2400];
        movie
            .normalised_pixel_major(100..2500, &constants, &mut out, 2400, 0)
            .unwrap();
        transposed.push(out);
    }
    assert!(transposed[0] == transposed[1] && transposed[1] == transposed[2]);
    let mut rows = Vec::new();
    let constants = Normalisation::Global {
        mean: naive.0,
        sd: naive.1,
    };
    movies[0]
        .normalised_frames(2498..2499, &constants, &mut rows)
        .unwrap();
    let column = transposed[0].iter().skip(2398).step_by(2400);
    assert!(rows.iter().eq(column));
}

/// Mean and standard deviation of all pixels by the definition.
fn naive_moments(movie: &Movie) -> (f64, f64) {
    let mut all = Vec::new();
    movie.read_frames(0..movie.frames(), &mut all).unwrap();
    let count = all.len() as f64;
    let mean = all.iter().map(|&value| f64::from(value)).sum::<f64>() / count;
    let squares = all
        .iter()
        .map(|&value| (f64::from(value) - mean).powi(2))
        .sum::<f64>();
    (mean, (squares / count).sqrt())
}

#[test]
fn movies_can_be_shared_between_threads() {
    fn shared<T: Send + Sync>() {}
    shared::<Recording>();
    shared::<RecordingFile>();
    shared::<Timeline>();
}

fn pseudo_random(count: usize, seed: u8) -> Vec<u8> {
    let mut state = u32::from(seed) + 1;
    let mut next = || {
        // Numerical Recipes' linear congruential generator.
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8
    };
    (0..count).map(|_| next()).collect()
}

fn constants(shape: MovieShape, per_pixel: bool) -> Normalisation {
    if !per_pixel {
        return Normalisation::Global {
            mean: 101.3,
            sd: 17.9,
        };
    }
    let ramp = |first: f64| {
        (0..shape.pixels())
            .map(|pixel| first + pixel as f64)
            .collect()
    };
    let MovieShape { height, width, .. } = shape;
    Normalisation::PerPixel {
        height,
        width,
        mean: ramp(90.0),
        sd: ramp(11.0),
    }
}

fn write(
    path: &std::path::Path,
    shape: MovieShape,
    pixels: &[u8],
    bytes: bool,
    rates: &[f32],
    cells: usize,
) -> Result<(), Error> {
    let options = SessionOptions {
        frame_period: Milliseconds(12.5),
        microns_per_pixel: Some(Microns(30.0)),
        overwrite: false,
    };
    let mut writer = SessionWriter::create(path, options)?;
    writer.attribute("stimulus_class", "noise");
    for partition in Partition::ALL {
        let pixel = if bytes { PixelType::U8 } else { PixelType::F32 };
        writer.begin_movie(partition, shape.height, shape.width, pixel)?;
        for piece in pixels.chunks(7 * shape.pixels()) {
            match pixel {
                PixelType::U8 => writer.append_u8(partition, piece)?,
                PixelType::F32 => {
                    let floats: Vec<f32> = piece.iter().map(|&byte| f32::from(byte)).collect();
                    writer.append_f32(partition, &floats)?;
                }
            }
        }
        writer.responses(partition, "firing_rate_10ms", cells, rates.to_vec())?;
        writer.repeats(partition, CellIndex(0), cells, rates.to_vec())?;
    }
    writer.finish()
}
