//! Mirror symmetry of the Fourier transform, used to halve its matrix products.
//!
//! Frequencies k and N - k share their cosines and have opposite sines. So both come from the same
//! two sums, over half as many matrix rows; and on the way back, sums and differences of the two
//! meet half as many matrix columns.

use super::transform::PlaneTransform;

/// Which series of a spectrum make a pair of mirror images.
#[derive(Clone, Copy)]
pub(super) struct Mirror {
    size: usize,
    columns: usize,
}

impl Mirror {
    /// Series of `columns` values for each frequency along the columns of a plane.
    pub(super) fn new(transform: &PlaneTransform, columns: usize) -> Self {
        Self {
            size: transform.height,
            columns,
        }
    }

    /// Frequencies with a cosine: 0 ..= N / 2.
    pub(super) fn cosines(&self) -> usize {
        self.size / 2 + 1
    }

    /// Frequencies with a mirror image, hence a sine: 1 ..= (N - 1) / 2.
    fn sines(&self) -> usize {
        (self.size - 1) / 2
    }

    /// Places of series k and its mirror image within a spectrum, and of their sum and difference
    /// within even and odd parts.
    fn pairs(self) -> impl Iterator<Item = [usize; 4]> {
        let columns = self.columns;
        (1..=self.sines()).map(move |k| [k, self.size - k, k, k - 1].map(|series| series * columns))
    }

    /// Frequencies that are their own mirror images.
    fn singles(self) -> impl Iterator<Item = usize> {
        [0].into_iter()
            .chain(self.size.is_multiple_of(2).then_some(self.size / 2))
    }
}

/// A spectrum's series, wherever they lie: `stride` apart, the first at `offset`.
#[derive(Clone, Copy)]
pub(super) struct Series {
    pub(super) offset: usize,
    pub(super) stride: usize,
}

impl Series {
    fn at(self, place: usize, columns: usize) -> usize {
        self.offset + place / columns * self.stride
    }
}

/// Even and odd parts of a spectrum, sums to `even` and differences to `odd`:
/// `even[k] = s[k] + s[N - k]`, `odd[k] = s[k] - s[N - k]`.
pub(super) fn split(
    mirror: Mirror,
    spectrum: &[f32],
    series: Series,
    even: &mut [f32],
    odd: &mut [f32],
) {
    let columns = mirror.columns;
    for k in mirror.singles() {
        let from = series.offset + k * series.stride;
        even[k * columns..][..columns].copy_from_slice(&spectrum[from..][..columns]);
    }
    for [first, second, sum, difference] in mirror.pairs() {
        let first = &spectrum[series.at(first, columns)..][..columns];
        let second = &spectrum[series.at(second, columns)..][..columns];
        let sum = &mut even[sum..][..columns];
        sum.iter_mut()
            .zip(first)
            .zip(second)
            .for_each(|((sum, a), b)| *sum = a + b);
        let difference = &mut odd[difference..][..columns];
        difference
            .iter_mut()
            .zip(first)
            .zip(second)
            .for_each(|((d, a), b)| *d = a - b);
    }
}

/// The adjoint of [`split`], and the way from even and odd sums to a spectrum:
/// `s[k] = even[k] + sign * odd[k]`, `s[N - k] = even[k] - sign * odd[k]`.
pub(super) fn join(
    mirror: Mirror,
    even: &[f32],
    odd: &[f32],
    sign: f32,
    series: Series,
    spectrum: &mut [f32],
) {
    let columns = mirror.columns;
    for k in mirror.singles() {
        let to = series.offset + k * series.stride;
        spectrum[to..][..columns].copy_from_slice(&even[k * columns..][..columns]);
    }
    for [first, second, sum, difference] in mirror.pairs() {
        let (even, odd) = (&even[sum..][..columns], &odd[difference..][..columns]);
        let first = &mut spectrum[series.at(first, columns)..][..columns];
        first
            .iter_mut()
            .zip(even)
            .zip(odd)
            .for_each(|((s, e), o)| *s = e + sign * o);
        let second = &mut spectrum[series.at(second, columns)..][..columns];
        second
            .iter_mut()
            .zip(even)
            .zip(odd)
            .for_each(|((s, e), o)| *s = e - sign * o);
    }
}
