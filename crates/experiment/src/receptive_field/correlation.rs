//! Reverse correlation of rates with frames.

use std::ops::Range;

use rayon::prelude::*;

/// Running sums of a spike-triggered average: `sta(lag, pixel) = mean over bins of
/// (rate(t) - mean rate) * frame(t - lag, pixel)`.
///
/// Bin `t` follows frame `t - 1`, so the smallest lag is 1. Chichilnisky (2001), Network 12:199.
#[derive(Clone, Debug)]
pub struct ReverseCorrelation {
    lags: Range<usize>,
    pixels: usize,
    bins: usize,
    /// Rates summed over bins, by cell.
    rates: Vec<f64>,
    /// Frames summed over bins, `[lag, pixel]`.
    frames: Vec<f64>,
    /// Rate times frame summed over bins, by cell, `[lag, pixel]`.
    products: Vec<Vec<f64>>,
}

impl ReverseCorrelation {
    /// Empty sums for some lags, in frames before the response bin.
    ///
    /// # Panics
    /// If there is no lag, or a lag of 0.
    pub fn new(cells: usize, lags: Range<usize>, pixels: usize) -> Self {
        assert!(lags.start > 0 && !lags.is_empty(), "no lags {lags:?}");
        let size = lags.len() * pixels;
        Self {
            pixels,
            bins: 0,
            rates: vec![0.0; cells],
            frames: vec![0.0; size],
            products: vec![vec![0.0; size]; cells],
            lags,
        }
    }

    /// Adds bins. `frames` are consecutive frames `[frame, pixel]`, the first of them being
    /// `first_frame`; `rates` gives the rates of a cell in these bins.
    ///
    /// # Panics
    /// If a frame that a bin needs is not there, or a cell has not one rate a bin.
    pub fn add<'a>(
        &mut self,
        frames: &[f32],
        first_frame: usize,
        bins: Range<usize>,
        rates: impl Fn(usize) -> &'a [f32] + Sync,
    ) {
        if bins.is_empty() {
            return;
        }
        assert!(
            bins.start + 1 >= first_frame + self.lags.end
                && (bins.end - self.lags.start - first_frame) * self.pixels <= frames.len(),
            "bins {bins:?} need frames that are not there"
        );
        let (lags, pixels) = (self.lags.clone(), self.pixels);
        let window = |bin: usize, lag: usize| {
            let frame = bins.start + bin - lag - first_frame;
            &frames[frame * pixels..][..pixels]
        };
        self.bins += bins.len();
        for bin in 0..bins.len() {
            add_windows(&mut self.frames, pixels, 1.0, &lags, |lag| window(bin, lag));
        }
        let cells = self
            .products
            .par_iter_mut()
            .zip(&mut self.rates)
            .enumerate();
        cells.for_each(|(cell, (products, sum))| {
            let rates = rates(cell);
            assert_eq!(rates.len(), bins.len(), "one rate a bin");
            for (bin, &rate) in rates.iter().enumerate().filter(|(_, rate)| **rate != 0.0) {
                *sum += f64::from(rate);
                add_windows(products, pixels, rate, &lags, |lag| window(bin, lag));
            }
        });
    }

    /// Bins added so far.
    pub fn bins(&self) -> usize {
        self.bins
    }

    /// Mean rate of a cell, Hz.
    pub fn mean_rate(&self, cell: usize) -> f64 {
        self.rates[cell] / self.bins as f64
    }

    /// The average of a cell, `[lag, pixel]` from the largest lag (the oldest frame) to the
    /// smallest, in Hz times the unit of the frames.
    pub fn average(&self, cell: usize) -> Vec<f32> {
        let mean = self.mean_rate(cell);
        let planes = (self.products[cell].chunks(self.pixels)).zip(self.frames.chunks(self.pixels));
        planes
            .rev()
            .flat_map(|(products, frames)| products.iter().zip(frames))
            .map(|(product, frame)| ((product - mean * frame) / self.bins as f64) as f32)
            .collect()
    }
}

/// Adds `weight` times the frame of every lag to the planes of sums.
fn add_windows<'a>(
    sums: &mut [f64],
    pixels: usize,
    weight: f32,
    lags: &Range<usize>,
    frame: impl Fn(usize) -> &'a [f32],
) {
    for (plane, lag) in sums.chunks_mut(pixels).zip(lags.clone()) {
        (plane.iter_mut().zip(frame(lag)))
            .for_each(|(sum, value)| *sum += f64::from(weight * value));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rates that copy one pixel three frames back.
    #[test]
    fn a_delay_is_found_at_its_lag_and_pixel() {
        let frames: Vec<f32> = (0..600)
            .map(|i| ((i * i * 31 + i * 7) % 19) as f32 - 9.0)
            .collect();
        let rates: Vec<f32> = (5..=200)
            .map(|bin| frames[(bin - 3) * 3 + 1] + 9.0)
            .collect();
        let mut whole = ReverseCorrelation::new(1, 1..6, 3);
        whole.add(&frames, 0, 5..201, |_| &rates);
        let mean = rates.iter().sum::<f32>() / 196.0;
        let expected: f32 = rates.iter().map(|r| (r - mean) * (r - mean)).sum::<f32>() / 196.0;
        let average = whole.average(0);
        // Lags 5, 4, 3: the third plane.
        assert!((average[2 * 3 + 1] - expected).abs() < 1e-3 * expected);
        let mut parts = ReverseCorrelation::new(1, 1..6, 3);
        parts.add(&frames[..300], 0, 5..101, |_| &rates[..96]);
        parts.add(&frames[96 * 3..], 96, 101..201, |_| &rates[96..]);
        assert_eq!(parts.bins(), 196);
        for (a, b) in parts.average(0).iter().zip(&average) {
            assert!((a - b).abs() < 1e-4);
        }
    }
}
