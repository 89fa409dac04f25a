//! What time stamps say: the time from frame to frame, and where frames are missing.

/// Frames on each side of a step whose median tells whether the clock really jumped there.
const AROUND: usize = 8;
/// Rounds in which period and gaps settle: each is found from the other.
const ROUNDS: usize = 4;

/// Period and gaps of a list of time stamps, in their own unit.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Clock {
    /// Time from one frame to the next.
    pub(crate) period: f64,
    /// Where the clock jumped.
    pub(crate) gaps: Vec<ClockGap>,
}

/// A jump of the clock between two neighbouring frames.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct ClockGap {
    /// The first frame after it.
    pub(crate) frame: usize,
    /// How many frame periods are missing; negative where the clock went back.
    pub(crate) missing: f64,
}

impl Clock {
    /// Reads a clock from stamps; none where fewer than two are there, one is not finite, or they
    /// do not advance.
    ///
    /// The period is the slope of the stamps t_i over i, by least squares with an offset for each
    /// run between gaps, so that rounding of stamps and jitter cancel within a run. A gap is a step longer than 1.5 P, or back by more than P / 2, on whose two
    /// sides the medians of t_i - i P differ by more than P / 2 and than the resolution of the
    /// stamps: one late stamp, or coarse stamps, are no gap.
    pub(crate) fn read(stamps: &[f64]) -> Option<Self> {
        if stamps.len() < 2 || !stamps.iter().all(|stamp| stamp.is_finite()) {
            return None;
        }
        let mut clock = Self {
            period: usual_step(stamps)?,
            gaps: Vec::new(),
        };
        for _ in 0..ROUNDS {
            let gaps = gaps(stamps, clock.period);
            let period = period_between(stamps, &gaps).unwrap_or(clock.period);
            let settled = period == clock.period && gaps == clock.gaps;
            clock = Self { period, gaps };
            if settled {
                break;
            }
        }
        (clock.period > 0.0).then_some(clock)
    }
}

/// Mean of the steps up to 1.5 times the median of those that advance: of coarse stamps some steps
/// are 0, and count.
fn usual_step(stamps: &[f64]) -> Option<f64> {
    let steps: Vec<f64> = stamps.windows(2).map(|pair| pair[1] - pair[0]).collect();
    let mut forward: Vec<f64> = steps.iter().copied().filter(|step| *step > 0.0).collect();
    let middle = median(&mut forward)?;
    let usual = steps
        .iter()
        .filter(|step| (0.0..=1.5 * middle).contains(*step));
    let (count, sum) = usual.fold((0.0, 0.0), |(n, sum), step| (n + 1.0, sum + step));
    (sum > 0.0).then_some(sum / count)
}

fn gaps(stamps: &[f64], period: f64) -> Vec<ClockGap> {
    let is_unusual = |&frame: &usize| {
        let step = stamps[frame] - stamps[frame - 1];
        step > 1.5 * period || step < -0.5 * period
    };
    let unusual: Vec<usize> = (1..stamps.len()).filter(is_unusual).collect();
    let ends: Vec<usize> = [0]
        .into_iter()
        .chain(unusual)
        .chain([stamps.len()])
        .collect();
    let offset = |frames: std::ops::Range<usize>| {
        let mut offsets: Vec<f64> = frames
            .map(|frame| stamps[frame] - frame as f64 * period)
            .collect();
        median(&mut offsets).unwrap_or(0.0)
    };
    let least = (0.5 * period).max(resolution(stamps));
    let gap = |pieces: &[usize]| {
        let [first, frame, last] = *pieces else {
            return None;
        };
        let before = offset(first.max(frame.saturating_sub(AROUND))..frame);
        let after = offset(frame..last.min(frame + AROUND));
        let missing = (after - before) / period;
        ((after - before).abs() > least).then_some(ClockGap { frame, missing })
    };
    ends.windows(3).filter_map(gap).collect()
}

/// The spacing of single-precision numbers where the stamps are, if they were stored as such: a
/// few milliseconds after half a day.
fn resolution(stamps: &[f64]) -> f64 {
    if stamps.iter().any(|&stamp| f64::from(stamp as f32) != stamp) {
        return 0.0;
    }
    let largest = stamps
        .iter()
        .fold(0.0f32, |most, &stamp| most.max((stamp as f32).abs()));
    f64::from(largest.next_up()) - f64::from(largest)
}

/// sum (i - mean i) (t - mean t) / sum (i - mean i)^2, both sums over all runs, the means over each.
fn period_between(stamps: &[f64], gaps: &[ClockGap]) -> Option<f64> {
    let starts = [0].into_iter().chain(gaps.iter().map(|gap| gap.frame));
    let ends = gaps.iter().map(|gap| gap.frame).chain([stamps.len()]);
    let (mut products, mut squares) = (0.0, 0.0);
    for (start, end) in starts.zip(ends) {
        let run = &stamps[start..end];
        let middle = 0.5 * (run.len() - 1) as f64;
        // Differences first: stamps late in a session have few digits to spare.
        let mean = run.iter().map(|stamp| stamp - run[0]).sum::<f64>() / run.len() as f64;
        for (frame, stamp) in run.iter().enumerate() {
            let from_middle = frame as f64 - middle;
            products += from_middle * (stamp - run[0] - mean);
            squares += from_middle * from_middle;
        }
    }
    (squares > 0.0 && products > 0.0).then_some(products / squares)
}

fn median(values: &mut [f64]) -> Option<f64> {
    let middle = values.len().checked_sub(1)? / 2;
    let (_, median, _) = values.select_nth_unstable_by(middle, f64::total_cmp);
    Some(*median)
}

#[cfg(test)]
mod tests {
    use super::*;

    const FRAME: f64 = 1.0 / 60.0;

    fn regular(frames: usize) -> Vec<f64> {
        (0..frames).map(|frame| frame as f64 * FRAME).collect()
    }

    fn pseudo_random(seed: u64) -> impl FnMut() -> f64 {
        let mut state = seed;
        move || {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            (state >> 33) as f64 / f64::from(1u32 << 31) - 0.5
        }
    }

    #[track_caller]
    fn is(stamps: &[f64], period: f64, gaps: &[usize]) {
        let clock = Clock::read(stamps).unwrap();
        let found: Vec<usize> = clock.gaps.iter().map(|gap| gap.frame).collect();
        assert_eq!(found, gaps);
        assert!(
            (clock.period / period - 1.0).abs() < 1e-3,
            "{}",
            clock.period
        );
    }

    #[test]
    fn rounded_stamps_keep_their_period() {
        let milliseconds: Vec<f64> = regular(3000)
            .iter()
            .map(|stamp| (stamp * 1000.0).round() / 1000.0)
            .collect();
        is(&milliseconds, FRAME, &[]);
        // In a session's sixth day, single precision resolves 31 ms only: two frames.
        for start in [40_000.0, 120_000.0, 500_000.0] {
            let coarse: Vec<f64> = regular(3000)
                .iter()
                .map(|stamp| f64::from((stamp + start) as f32))
                .collect();
            is(&coarse, FRAME, &[]);
        }
    }

    #[test]
    fn jitter_and_late_stamps_are_no_gaps() {
        let mut random = pseudo_random(3);
        let mut stamps: Vec<f64> = regular(3000)
            .iter()
            .map(|stamp| stamp + 0.4 * FRAME * random())
            .collect();
        for late in (50..3000).step_by(97) {
            stamps[late] += 0.7 * FRAME;
        }
        is(&stamps, FRAME, &[]);
    }

    #[test]
    fn pauses_dropped_frames_and_restarts_are_gaps() {
        let mut stamps = regular(900);
        stamps[300..].iter_mut().for_each(|stamp| *stamp += 60.0);
        stamps[500..].iter_mut().for_each(|stamp| *stamp += FRAME);
        stamps[600..].iter_mut().for_each(|stamp| *stamp -= 65.0);
        is(&stamps, FRAME, &[300, 500, 600]);
        let clock = Clock::read(&stamps).unwrap();
        assert!((clock.gaps[0].missing - 3600.0).abs() < 0.01);
        assert!((clock.gaps[1].missing - 1.0).abs() < 0.01);
        assert!(clock.gaps[2].missing < 0.0);
    }

    #[test]
    fn more_gaps_than_frames_between_them_leave_the_period() {
        let stamps: Vec<f64> = (0..400)
            .map(|frame| frame as f64 * FRAME + (frame / 4) as f64)
            .collect();
        is(&stamps, FRAME, &(4..400).step_by(4).collect::<Vec<_>>());
    }

    #[test]
    fn what_does_not_advance_is_no_clock() {
        for stamps in [&[][..], &[1.0], &[1.0, 1.0], &[2.0, 1.0], &[0.0, f64::NAN]] {
            assert_eq!(Clock::read(stamps), None);
        }
    }
}
