//! Where training starts: inputs as unlike pieces of their cell's receptive field.

use ganglion_experiment::receptive_field::Separable;
use rand_chacha::ChaCha8Rng;

use super::layout::{FilterSet, Input, Layout};
use super::module::SummedInputs;
use crate::initialisation::{normal, with_values};
use crate::layer::KernelProduct;
use crate::network::peak::SpikeTriggeredAverage;
use crate::network::window;

/// Standard deviation of the logarithm of what tells the inputs of a cell apart: a pixel of one has about
/// twice the weight that it has in another. Inputs that start alike stay alike.
const DIFFERENCE: f32 = 0.5;

/// Share of the weights that is spread evenly over a window; the rest follows the receptive field.
const EVEN: f32 = 0.1;

/// The receptive field of a cell in its window, and how far apart its frames are.
struct Field {
    product: Separable,
    frame_period_ms: f64,
}

impl SummedInputs {
    /// Starts every filter as the receptive field of its cell (its spike-triggered average in the window, as
    /// space times time), times a smooth random pattern of its own; filters at many positions as the part
    /// around the peak. Shared filters take the cells in turn.
    pub(super) fn started(
        mut self,
        averages: &[SpikeTriggeredAverage],
        generator: &mut ChaCha8Rng,
    ) -> Self {
        let layout = self.layout.clone();
        let corners = window::positions(&self.corner);
        let fields: Vec<Field> = (averages.iter().zip(&corners))
            .map(|(average, corner)| Field::of(average, *corner, &layout))
            .collect();
        let is_weighted = self.root_weight.is_some();
        let products: Vec<Option<KernelProduct>> = (0..layout.channels())
            .map(|channel| {
                let (cell, input) = layout.cell_and_input(channel);
                fields[cell].start(&layout.inputs[input], &layout, is_weighted, generator)
            })
            .collect();
        if let Some(root) = self.root_weight.take() {
            let roots = (0..layout.cells).flat_map(|cell| {
                let first = layout.first_channel(cell);
                roots(&fields[cell], &products[first..], &layout)
            });
            let roots = roots.collect();
            self.root_weight = Some(with_values(root, roots));
        }
        self.filter = self.filter.with_products(&products);
        self
    }
}

impl Layout {
    /// The cell whose field a filter starts from, and which of its inputs it is.
    fn cell_and_input(&self, channel: usize) -> (usize, usize) {
        let count = self.inputs.len();
        match self.filters {
            FilterSet::Own => (channel / count, channel % count),
            FilterSet::Shared => (channel * self.cells / count, channel),
        }
    }
}

impl Field {
    /// The window of an average as space times time.
    fn of(average: &SpikeTriggeredAverage, [top, left]: [usize; 2], layout: &Layout) -> Self {
        let ([height, width], [rows, columns]) = (layout.frame, layout.window);
        let history = average.values.len() / (height * width);
        let lines = average.values.chunks(width).enumerate();
        let inside = lines.filter(|(line, _)| (top..top + rows).contains(&(line % height)));
        let window: Vec<f32> = inside
            .flat_map(|(_, line)| line[left..left + columns].iter().copied())
            .collect();
        Self {
            product: Separable::of(&window, [history, rows, columns]),
            frame_period_ms: average.frame_period_ms,
        }
    }

    /// The first product of an input's filter; none where the cell has no receptive field.
    fn start(
        &self,
        input: &Input,
        layout: &Layout,
        is_weighted: bool,
        generator: &mut ChaCha8Rng,
    ) -> Option<KernelProduct> {
        let mut space = self.patch(layout);
        let mut time = self.delayed(input.delay_ms);
        let history = time.len();
        match layout.size {
            [1, 1] => multiply(&mut time, &pattern([1, history], generator)),
            size => multiply(&mut space, &pattern(size, generator)),
        }
        let of_all = match is_weighted {
            true => 1.0,
            false => layout.inputs.len() as f32,
        };
        let is_usable = scale_to(&mut space, 1.0) && scale_to(&mut time, input.size / of_all);
        is_usable.then_some(KernelProduct { space, time })
    }

    /// The part of the spatial profile that a filter covers: that around its peak.
    fn patch(&self, layout: &Layout) -> Vec<f32> {
        let ([rows, columns], [height, width]) = (layout.size, layout.window);
        let space = &self.product.space;
        let peak = (0..space.len()).max_by(|&a, &b| space[a].abs().total_cmp(&space[b].abs()));
        let peak = peak.unwrap_or(0);
        let corner =
            |at: usize, size: usize, whole: usize| at.saturating_sub(size / 2).min(whole - size);
        let (top, left) = (
            corner(peak / width, rows, height),
            corner(peak % width, columns, width),
        );
        (top..top + rows)
            .flat_map(|row| space[row * width + left..][..columns].iter().copied())
            .collect()
    }

    /// The time course so much later, by at least one frame if at all.
    fn delayed(&self, delay_ms: f64) -> Vec<f32> {
        let time = &self.product.time;
        let frames = match delay_ms > 0.0 {
            true => ((delay_ms / self.frame_period_ms).round() as usize).max(1),
            false => 0,
        };
        // Oldest frame first: what is earlier in the list is longer before the response.
        let late = time.iter().copied().skip(frames);
        late.chain(std::iter::repeat_n(0.0, frames.min(time.len())))
            .collect()
    }
}

/// Roots of the weights of a cell's inputs at the positions in its window: those where a filter meets the
/// receptive field weigh more. They add up to one.
fn roots(field: &Field, products: &[Option<KernelProduct>], layout: &Layout) -> Vec<f32> {
    let [rows, columns] = layout.positions();
    let positions = rows * columns;
    let share = 1.0 / layout.inputs.len() as f32;
    let of_an_input = |product: &Option<KernelProduct>| -> Vec<f32> {
        let even = share / positions as f32;
        let Some(product) = product else {
            return vec![even.sqrt(); positions];
        };
        let overlaps: Vec<f32> = (0..positions)
            .map(|at| field.overlap(&product.space, [at / columns, at % columns], layout))
            .collect();
        let sum = overlaps.iter().sum::<f32>().max(f32::MIN_POSITIVE);
        let weight = |overlap: &f32| EVEN * even + (1.0 - EVEN) * share * overlap / sum;
        overlaps
            .iter()
            .map(|overlap| weight(overlap).sqrt())
            .collect()
    };
    (products[..layout.inputs.len()].iter())
        .flat_map(of_an_input)
        .collect()
}

impl Field {
    /// Magnitude of the inner product of a filter at a position with the spatial profile.
    fn overlap(&self, filter: &[f32], [top, left]: [usize; 2], layout: &Layout) -> f32 {
        let columns = layout.size[1];
        let lines = filter.chunks(columns).enumerate();
        let sum: f32 = lines
            .map(|(row, line)| {
                let from = (top + row) * layout.window[1] + left;
                let under = &self.product.space[from..from + columns];
                line.iter().zip(under).map(|(a, b)| a * b).sum::<f32>()
            })
            .sum();
        sum.abs()
    }
}

/// Positive factors of one pixel or frame each, whose logarithms are smooth noise.
fn pattern([height, width]: [usize; 2], generator: &mut ChaCha8Rng) -> Vec<f32> {
    let mut noise = normal([height, width], 1.0, generator);
    smooth(&mut noise, height, width, 1);
    smooth(&mut noise, width, height, width);
    let mean = noise.iter().sum::<f32>() / noise.len() as f32;
    let variance = noise
        .iter()
        .map(|value| (value - mean).powi(2))
        .sum::<f32>()
        / noise.len() as f32;
    let deviation = variance.sqrt().max(f32::MIN_POSITIVE);
    (noise.iter())
        .map(|value| (DIFFERENCE * (value - mean) / deviation).exp())
        .collect()
}

/// Adds to each value half of its neighbours along lines of `length` values that are `stride` apart.
fn smooth(values: &mut [f32], lines: usize, length: usize, stride: usize) {
    let before = values.to_vec();
    let between_lines = if stride == 1 { length } else { 1 };
    for line in 0..lines {
        let at = |place: usize| line * between_lines + place * stride;
        for place in 0..length {
            let left = place.checked_sub(1).map_or(0.0, |left| before[at(left)]);
            let right = if place + 1 < length {
                before[at(place + 1)]
            } else {
                0.0
            };
            values[at(place)] += 0.5 * (left + right);
        }
    }
}

fn multiply(values: &mut [f32], factors: &[f32]) {
    (values.iter_mut().zip(factors)).for_each(|(value, factor)| *value *= factor);
}

/// Gives values this Euclidean norm; false where they are all zero, or not finite.
fn scale_to(values: &mut [f32], norm: f32) -> bool {
    let own = values.iter().map(|value| value * value).sum::<f32>().sqrt();
    values.iter_mut().for_each(|value| *value *= norm / own);
    own > 0.0 && own.is_finite()
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;

    use super::*;

    #[test]
    fn noise_is_smoothed_along_rows_and_columns() {
        let mut values = vec![0.0; 12];
        values[5] = 1.0;
        // 3 rows of 4.
        smooth(&mut values, 3, 4, 1);
        assert_eq!(values[4..8], [0.5, 1.0, 0.5, 0.0]);
        smooth(&mut values, 4, 3, 4);
        assert_eq!(values[..4], [0.25, 0.5, 0.25, 0.0]);
        assert_eq!(values[8..], [0.25, 0.5, 0.25, 0.0]);
    }

    #[test]
    fn patterns_are_of_their_seed_and_positive() {
        let of = |seed| pattern([1, 9], &mut ChaCha8Rng::seed_from_u64(seed));
        assert_eq!(of(1), of(1));
        assert_ne!(of(1), of(2));
        assert!(
            of(1)
                .iter()
                .all(|factor| *factor > 0.0 && factor.is_finite())
        );
    }

    #[test]
    fn a_delayed_course_is_the_same_further_back() {
        let field = Field {
            product: Separable::of(&[0.0, 1.0, 3.0, 2.0], [4, 1, 1]),
            frame_period_ms: 10.0,
        };
        let (own, later) = (field.delayed(0.0), field.delayed(12.0));
        assert_eq!(later, [own[1], own[2], own[3], 0.0]);
        assert_eq!(field.delayed(1.0), later, "one frame at least");
        assert_eq!(field.delayed(1000.0), [0.0; 4]);
    }
}
