//! Products of rows of features, in the widest registers that the processor has.
//!
//! Rows are long (a thousand bins) and lie in cache; nothing is packed or copied.

use pulp::{Simd, WithSimd};
use rayon::prelude::*;

use crate::element::Element;

/// Rows have a multiple of so many elements, which every register length divides.
pub(crate) const ROUND: usize = 16;
/// Rows of one side that are multiplied by as many of the other before the next are read: they stay in the
/// second-level cache.
const PANEL: usize = 48;

/// Rows of one length at equal distances `[row][element]`.
#[derive(Clone, Copy)]
pub(crate) struct Rows<'a, E> {
    pub(crate) values: &'a [E],
    pub(crate) stride: usize,
    pub(crate) count: usize,
    pub(crate) length: usize,
}

impl<'a, E: Element> Rows<'a, E> {
    /// A single row.
    pub(crate) fn one(values: &'a [E]) -> Self {
        Self {
            values,
            stride: values.len(),
            count: 1,
            length: values.len(),
        }
    }

    #[inline(always)]
    pub(crate) fn row(&self, index: usize) -> &'a [E] {
        &self.values[index * self.stride..][..self.length]
    }

    /// Rows from one on.
    pub(crate) fn from(&self, first: usize, count: usize) -> Self {
        Self {
            values: &self.values[(first * self.stride).min(self.values.len())..],
            count,
            ..*self
        }
    }
}

/// `target[a][b] += sum over k of left[a][k] right[b][k]`, with double-precision sums over calls.
///
/// `target` is `[a][b]` with rows at a distance of `stride`.
pub(crate) fn add_products<E: Element>(
    left: Rows<'_, E>,
    right: Rows<'_, E>,
    target: &mut [f64],
    stride: usize,
) {
    assert_eq!(left.length, right.length, "rows of one length");
    assert_eq!(left.length % ROUND, 0, "rows are padded");
    pulp::Arch::new().dispatch(AddProducts {
        left,
        right,
        target,
        stride,
    });
}

struct AddProducts<'a, E> {
    left: Rows<'a, E>,
    right: Rows<'a, E>,
    target: &'a mut [f64],
    stride: usize,
}

impl<E: Element> WithSimd for AddProducts<'_, E> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(mut self, simd: S) {
        let (lefts, rights) = (self.left.count, self.right.count);
        for a in (0..lefts).step_by(PANEL) {
            let a_end = (a + PANEL).min(lefts);
            for b in (0..rights).step_by(PANEL) {
                self.panel(simd, a..a_end, b..(b + PANEL).min(rights));
            }
        }
    }
}

impl<E: Element> AddProducts<'_, E> {
    #[inline(always)]
    fn panel<S: Simd>(
        &mut self,
        simd: S,
        left: std::ops::Range<usize>,
        right: std::ops::Range<usize>,
    ) {
        let mut a = left.start;
        while a < left.end {
            let rows = (left.end - a).min(3);
            let mut b = right.start;
            while b < right.end {
                let columns = (right.end - b).min(4);
                match (rows, columns) {
                    (3, 4) => self.tile::<S, 3, 4>(simd, a, b),
                    (2, 4) => self.tile::<S, 2, 4>(simd, a, b),
                    (1, 4) => self.tile::<S, 1, 4>(simd, a, b),
                    _ => {
                        for row in a..a + rows {
                            (b..b + columns).for_each(|c| self.tile::<S, 1, 1>(simd, row, c));
                        }
                    }
                }
                b += columns;
            }
            a += rows;
        }
    }

    #[inline(always)]
    fn tile<S: Simd, const A: usize, const B: usize>(&mut self, simd: S, a: usize, b: usize) {
        let steps = E::lanes::<S>(self.left.row(a)).len();
        let left: [&[E::Lanes<S>]; A] =
            std::array::from_fn(|i| &E::lanes::<S>(self.left.row(a + i))[..steps]);
        let right: [&[E::Lanes<S>]; B] =
            std::array::from_fn(|i| &E::lanes::<S>(self.right.row(b + i))[..steps]);
        let mut sums = [[E::splat(simd, E::ZERO); B]; A];
        for step in 0..steps {
            let others: [E::Lanes<S>; B] = std::array::from_fn(|i| right[i][step]);
            for i in 0..A {
                let own = left[i][step];
                for j in 0..B {
                    sums[i][j] = E::mul_add(simd, own, others[j], sums[i][j]);
                }
            }
        }
        for (i, sums) in sums.iter().enumerate() {
            let target = &mut self.target[(a + i) * self.stride + b..][..B];
            for (target, &sum) in target.iter_mut().zip(sums) {
                let sum: f64 = E::sum(simd, sum).into();
                *target += sum;
            }
        }
    }
}

/// Rows of a symmetric product that are one task.
const TASK: usize = 24;

/// Adds the products of rows with one another `[a][b]` at and below the diagonal, and some above it, with the
/// threads of the pool that this is called in. The order of the sums does not depend on their number.
pub(crate) fn add_symmetric<E: Element>(rows: Rows<'_, E>, target: &mut [f64]) {
    let size = rows.count;
    assert_eq!(target.len(), size * size, "a square target");
    let tasks = target.par_chunks_mut(TASK * size).enumerate();
    tasks.for_each(|(task, target)| {
        let (first, count) = (task * TASK, target.len() / size);
        let left = rows.from(first, count);
        add_products(left, rows.from(0, first + count), target, size);
    });
}

/// `target[a][k] = sum over b of weights[a][b] rows[b][k]`, added to what is there if so asked.
///
/// `weights` are `[a][b]` with rows at a distance of `weights_stride`. Rows may overlap: with a stride of 1
/// this is a convolution.
pub(crate) fn combine<E: Element>(
    weights: &[E],
    weights_stride: usize,
    rows: Rows<'_, E>,
    adds: bool,
    target: &mut [E],
    target_stride: usize,
    count: usize,
) {
    assert_eq!(rows.length % ROUND, 0, "rows are padded");
    if count == 0 || rows.length == 0 {
        return;
    }
    pulp::Arch::new().dispatch(Combine {
        weights,
        weights_stride,
        rows,
        adds,
        target,
        target_stride,
        count,
    });
}

struct Combine<'a, E> {
    weights: &'a [E],
    weights_stride: usize,
    rows: Rows<'a, E>,
    adds: bool,
    target: &'a mut [E],
    target_stride: usize,
    count: usize,
}

impl<E: Element> WithSimd for Combine<'_, E> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(mut self, simd: S) {
        let lanes = size_of::<E::Lanes<S>>() / size_of::<E>();
        let steps = self.rows.length / lanes;
        let mut step = 0;
        while step < steps {
            let wide = (steps - step).min(3);
            let mut a = 0;
            while a < self.count {
                let high = (self.count - a).min(4);
                match (high, wide) {
                    (4, 3) => self.tile::<S, 4, 3>(simd, a, step * lanes, lanes),
                    (3, 3) => self.tile::<S, 3, 3>(simd, a, step * lanes, lanes),
                    (2, 3) => self.tile::<S, 2, 3>(simd, a, step * lanes, lanes),
                    (1, 3) => self.tile::<S, 1, 3>(simd, a, step * lanes, lanes),
                    (4, _) => {
                        for one in step..step + wide {
                            self.tile::<S, 4, 1>(simd, a, one * lanes, lanes);
                        }
                    }
                    _ => {
                        for one in step..step + wide {
                            for row in a..a + high {
                                self.tile::<S, 1, 1>(simd, row, one * lanes, lanes);
                            }
                        }
                    }
                }
                a += high;
            }
            step += wide;
        }
    }
}

impl<E: Element> Combine<'_, E> {
    #[inline(always)]
    #[allow(
        clippy::needless_range_loop,
        reason = "several rows are walked together"
    )]
    fn tile<S: Simd, const A: usize, const K: usize>(
        &mut self,
        simd: S,
        a: usize,
        at: usize,
        lanes: usize,
    ) {
        let count = self.rows.count;
        let weights: [&[E]; A] =
            std::array::from_fn(|i| &self.weights[(a + i) * self.weights_stride..][..count]);
        let mut sums = [[E::splat(simd, E::ZERO); K]; A];
        for b in 0..count {
            let row = E::lanes::<S>(&self.rows.values[b * self.rows.stride + at..][..K * lanes]);
            let row: &[E::Lanes<S>; K] = row.try_into().expect("as many registers");
            for i in 0..A {
                let weight = E::splat(simd, weights[i][b]);
                for k in 0..K {
                    sums[i][k] = E::mul_add(simd, weight, row[k], sums[i][k]);
                }
            }
        }
        for (i, sums) in sums.iter().enumerate() {
            let target = &mut self.target[(a + i) * self.target_stride + at..][..K * lanes];
            let one = E::splat(simd, E::ONE);
            for (target, &sum) in E::lanes_mut::<S>(target).iter_mut().zip(sums) {
                *target = match self.adds {
                    true => E::mul_add(simd, sum, one, *target),
                    false => sum,
                };
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers<E: Element>(count: usize) -> Vec<E> {
        (0..count)
            .map(|i| E::of(((i * 37) % 19) as f64 - 9.0))
            .collect()
    }

    /// Whole numbers are multiplied and summed without rounding.
    fn check<E: Element>() {
        for (a, b) in [(1, 1), (3, 4), (7, 5), (50, 101)] {
            let (left, right) = (numbers::<E>(a * 40), numbers::<E>(b * 36));
            let rows = |values, stride, count| Rows {
                values,
                stride,
                count,
                length: 32,
            };
            let [left, right] = [rows(&left, 40, a), rows(&right, 36, b)];
            let mut found = vec![0.0; a * b];
            add_products(left, right, &mut found, b);
            for i in 0..a {
                for j in 0..b {
                    let pairs = left.row(i).iter().zip(right.row(j));
                    let expected: f64 = pairs.map(|(&x, &y)| x.into() * y.into()).sum();
                    assert_eq!(found[i * b + j], expected);
                }
            }
            let weights = numbers::<E>(a * b);
            let mut target = vec![E::ONE; a * 32];
            combine(&weights, b, right, true, &mut target, 32, a);
            for i in 0..a {
                for k in 0..32 {
                    let of = |j: usize| weights[i * b + j].into() * right.row(j)[k].into();
                    let expected: f64 = 1.0 + (0..b).map(of).sum::<f64>();
                    assert_eq!(target[i * 32 + k].into(), expected);
                }
            }
        }
    }

    #[test]
    fn products_are_those_of_the_definition() {
        check::<f32>();
        check::<f64>();
    }

    #[test]
    fn the_lower_triangle_is_complete() {
        let values = numbers::<f32>(55 * 16);
        let rows = Rows {
            values: &values,
            stride: 16,
            count: 55,
            length: 16,
        };
        let (mut all, mut lower) = (vec![0.0; 55 * 55], vec![0.0; 55 * 55]);
        add_products(rows, rows, &mut all, 55);
        add_symmetric(rows, &mut lower);
        for a in 0..55 {
            assert_eq!(lower[a * 55..][..=a], all[a * 55..][..=a]);
        }
    }

    #[test]
    fn overlapping_rows_convolve() {
        let values = numbers::<f32>(16 + 4);
        let rows = Rows {
            values: &values,
            stride: 1,
            count: 5,
            length: 16,
        };
        let mut found = vec![0.0; 16];
        combine(
            &[1.0, 0.0, 2.0, 0.0, -1.0],
            5,
            rows,
            false,
            &mut found,
            16,
            1,
        );
        for k in 0..16 {
            assert_eq!(found[k], values[k] + 2.0 * values[k + 2] - values[k + 4]);
        }
    }
}
