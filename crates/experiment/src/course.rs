//! The rate of one cell over the time of one stimulus.

use std::ops::RangeInclusive;

/// Difference of rates, relative to the larger, below which bins belong to one plateau; rates are
/// 32-bit numbers that went through sums of thousands of terms.
const EQUAL: f64 = 1e-5;

/// Longest time that a rate may stay at its peak before it is taken to be capped.
pub(crate) const LONGEST_PLATEAU_MS: f64 = 50.0;

/// The rates of one cell in one condition. Times are in milliseconds from the stimulus' zero; the
/// rate at time 0 is the last that depends on nothing but the background.
#[derive(Clone, Copy, Debug)]
pub struct Course<'a> {
    rates: &'a [f32],
    /// Time of the first rate in frames.
    first: isize,
    frame_period_ms: f64,
}

/// The largest rate of a stretch of time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RatePeak {
    /// Its time, between frames by a parabola through the highest bin and its neighbours.
    pub time_ms: f64,
    /// Rate of the highest bin.
    pub rate_hz: f64,
    /// How long the rate stays there: one frame, or more where it is capped.
    pub plateau_ms: f64,
}

/// The part of a response above half of its height, around the highest bin.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Crest {
    /// Centre of mass of what is above half of the height.
    pub centre_ms: f64,
    /// Time of the highest bin.
    pub highest_ms: f64,
    /// Its rate.
    pub rate_hz: f64,
}

impl<'a> Course<'a> {
    /// Rates in consecutive bins, the first at a time in frames.
    pub fn new(rates: &'a [f32], first: isize, frame_period_ms: f64) -> Self {
        Self {
            rates,
            first,
            frame_period_ms,
        }
    }

    /// Rate before anything is shown: the mean over the bins up to time 0 that there are.
    pub fn rest(&self) -> f64 {
        let bins = (1 - self.first).clamp(1, self.rates.len() as isize) as usize;
        self.rates[..bins]
            .iter()
            .map(|&rate| f64::from(rate))
            .sum::<f64>()
            / bins as f64
    }

    /// Rate of a frame, where there is one.
    pub fn at(&self, frame: isize) -> Option<f64> {
        let index = usize::try_from(frame - self.first).ok()?;
        self.rates.get(index).map(|&rate| f64::from(rate))
    }

    /// Rate at a time, interpolated linearly between frames, where there are rates on both sides.
    pub fn interpolated(&self, time_ms: f64) -> Option<f64> {
        let exact = time_ms / self.frame_period_ms;
        let below = exact.floor();
        let share = exact - below;
        let low = self.at(below as isize)?;
        if share == 0.0 {
            return Some(low);
        }
        Some(low + share * (self.at(below as isize + 1)? - low))
    }

    /// Times and rates within a stretch of time, both ends included.
    pub fn within(&self, times_ms: RangeInclusive<f64>) -> impl Iterator<Item = (f64, f64)> + '_ {
        self.bins(times_ms)
            .map(|index| (self.time(index), self.rate(index)))
    }

    /// Largest rate within a stretch of time; minus infinity where there is none.
    pub fn highest(&self, times_ms: RangeInclusive<f64>) -> f64 {
        let rates = self.within(times_ms).map(|(_, rate)| rate);
        rates.fold(f64::NEG_INFINITY, f64::max)
    }

    /// The largest local maximum within a stretch of time, if there is one: a rate that still rises
    /// at the end, or already falls at the beginning, is none.
    pub fn peak(&self, times_ms: RangeInclusive<f64>) -> Option<RatePeak> {
        self.peaks(times_ms)
            .max_by(|a, b| a.rate_hz.total_cmp(&b.rate_hz))
    }

    /// The first local maximum within a stretch of time that rises above `rest` by at least
    /// `share` of what the largest does.
    pub fn first_peak(
        &self,
        times_ms: RangeInclusive<f64>,
        rest: f64,
        share: f64,
    ) -> Option<RatePeak> {
        let largest = self.peak(times_ms.clone())?.rate_hz - rest;
        self.peaks(times_ms)
            .find(|peak| peak.rate_hz - rest >= share * largest)
    }

    /// Centre of mass in time of the rate above `rest`; NaN where it is never above.
    pub fn centre_of_mass(&self, times_ms: RangeInclusive<f64>, rest: f64) -> f64 {
        let above = |(time, rate): (f64, f64)| (time, (rate - rest).max(0.0));
        let (mass, moment) = self
            .within(times_ms)
            .map(above)
            .fold((0.0, 0.0), |(mass, moment), (time, weight)| {
                (mass + weight, moment + weight * time)
            });
        moment / mass
    }

    /// The crest above `rest` of the largest rate within a stretch of time; nothing where no rate is
    /// above `rest`.
    pub fn crest(&self, times_ms: RangeInclusive<f64>, rest: f64) -> Option<Crest> {
        let bins = self.bins(times_ms);
        let by_rate = |a: &usize, b: &usize| self.rate(*a).total_cmp(&self.rate(*b));
        let highest = bins.clone().max_by(by_rate)?;
        let height = self.rate(highest) - rest;
        let above = |index: &usize| self.rate(*index) - rest >= 0.5 * height;
        let from = (bins.start..=highest).rev().take_while(above).last()?;
        let to = (highest..bins.end).take_while(above).last()?;
        let times = self.time(from)..=self.time(to);
        (height > 0.0).then(|| Crest {
            centre_ms: self.centre_of_mass(times, rest + 0.5 * height),
            highest_ms: self.time(highest),
            rate_hz: self.rate(highest),
        })
    }

    /// All local maxima within a stretch of time, in its order.
    fn peaks(&self, times_ms: RangeInclusive<f64>) -> impl Iterator<Item = RatePeak> + '_ {
        let bins = self.bins(times_ms);
        let end = bins.end;
        bins.filter_map(move |index| self.peak_from(index))
            .filter(move |(last, _)| *last < end)
            .map(|(_, peak)| peak)
    }

    /// The peak whose plateau begins with a bin, and its last bin.
    fn peak_from(&self, first: usize) -> Option<(usize, RatePeak)> {
        let rate = self.rate(first);
        let equal = |index: usize| (self.rate(index) - rate).abs() <= EQUAL * rate.abs();
        let before = first.checked_sub(1).filter(|&before| !equal(before))?;
        let last = (first..self.rates.len()).take_while(|&i| equal(i)).last()?;
        let after = (last + 1 < self.rates.len()).then_some(last + 1)?;
        let highest = self.rate(before) < rate && self.rate(after) < rate;
        highest.then(|| {
            let time = 0.5 * (self.time(first) + self.time(last)) + self.offset(first, last);
            let plateau_ms = (last - first + 1) as f64 * self.frame_period_ms;
            let peak = RatePeak {
                time_ms: time,
                rate_hz: rate,
                plateau_ms,
            };
            (last, peak)
        })
    }

    /// From the highest bin to the vertex of the parabola; a plateau has its own middle.
    fn offset(&self, first: usize, last: usize) -> f64 {
        if first < last {
            return 0.0;
        }
        let [before, here, after] = [first - 1, first, first + 1].map(|index| self.rate(index));
        let curvature = before - 2.0 * here + after;
        0.5 * (before - after) / curvature * self.frame_period_ms
    }

    /// Indices of the rates within a stretch of time.
    fn bins(&self, times_ms: RangeInclusive<f64>) -> std::ops::Range<usize> {
        // A frame at the edge of the stretch belongs to it, whatever the rounding.
        let tolerance = 1e-6;
        let from = (times_ms.start() / self.frame_period_ms - tolerance).ceil() as isize;
        let to = (times_ms.end() / self.frame_period_ms + tolerance).floor() as isize;
        let count = self.rates.len() as isize;
        let clamp = |frame: isize| frame.saturating_sub(self.first).clamp(0, count);
        clamp(from) as usize..clamp(to.saturating_add(1)).max(clamp(from)) as usize
    }

    fn time(&self, index: usize) -> f64 {
        (self.first + index as isize) as f64 * self.frame_period_ms
    }

    fn rate(&self, index: usize) -> f64 {
        f64::from(self.rates[index])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn course(rates: &[f32]) -> Course<'_> {
        Course::new(rates, -2, 10.0)
    }

    #[test]
    fn rest_is_the_mean_up_to_zero() {
        assert_eq!(course(&[1.0, 2.0, 3.0, 50.0]).rest(), 2.0);
    }

    #[test]
    fn a_symmetric_peak_lies_on_its_bin_and_a_skewed_one_beside_it() {
        let peak = |rates: &[f32]| course(rates).peak(0.0..=100.0).unwrap();
        assert_eq!(peak(&[0.0, 0.0, 1.0, 5.0, 1.0, 0.0]).time_ms, 10.0);
        // Through (0, 4), (10, 6), (20, 0): vertex at 10 + 10 * (4 - 0) / 2 / (4 - 12 + 0).
        let skewed = peak(&[0.0, 0.0, 4.0, 6.0, 0.0, 0.0]);
        assert!((skewed.time_ms - 7.5).abs() < 1e-12);
        assert_eq!(skewed.rate_hz, 6.0);
    }

    #[test]
    fn a_plateau_has_its_middle_and_its_length() {
        let capped = [0.0, 0.0, 0.0, 7.0, 7.0, 7.0, 7.0, 0.0];
        let peak = course(&capped).peak(0.0..=100.0).unwrap();
        assert_eq!((peak.time_ms, peak.plateau_ms), (25.0, 40.0));
    }

    #[test]
    fn a_rate_that_still_rises_or_already_falls_has_no_peak() {
        assert!(course(&[0.0, 1.0, 2.0, 3.0]).peak(0.0..=100.0).is_none());
        assert!(
            course(&[9.0, 8.0, 7.0, 6.0, 5.0])
                .peak(0.0..=100.0)
                .is_none()
        );
    }

    #[test]
    fn the_first_peak_of_enough_height_wins() {
        let two = [1.0, 1.0, 1.0, 2.0, 1.0, 7.0, 1.0, 11.0, 1.0];
        let first = course(&two).first_peak(0.0..=100.0, 1.0, 0.5).unwrap();
        assert_eq!(first.time_ms, 30.0);
    }

    #[test]
    fn the_centre_of_mass_counts_what_is_above_rest() {
        let rates = [2.0, 2.0, 2.0, 4.0, 8.0, 2.0, 0.0];
        let centre = course(&rates).centre_of_mass(0.0..=100.0, 2.0);
        assert!((centre - (10.0 * 2.0 + 20.0 * 6.0) / 8.0).abs() < 1e-12);
        assert!(course(&rates).centre_of_mass(0.0..=100.0, 9.0).is_nan());
    }

    #[test]
    fn the_crest_is_what_is_above_half_and_connected() {
        let rates = [0.0, 0.0, 3.0, 1.0, 6.0, 8.0, 6.0, 1.0, 5.0, 0.0];
        let crest = course(&rates).crest(0.0..=100.0, 0.0).unwrap();
        // 6, 8 and 6 Hz at 20, 30 and 40 ms.
        assert!((crest.centre_ms - 30.0).abs() < 1e-9);
        assert_eq!((crest.highest_ms, crest.rate_hz), (30.0, 8.0));
        assert!(course(&rates).crest(0.0..=100.0, 8.0).is_none());
    }

    #[test]
    fn rates_between_frames_are_interpolated() {
        let rates = [0.0, 0.0, 2.0, 6.0];
        assert_eq!(course(&rates).interpolated(5.0), Some(4.0));
        assert_eq!(course(&rates).interpolated(10.0), Some(6.0));
        assert_eq!(course(&rates).interpolated(15.0), None);
    }
}
