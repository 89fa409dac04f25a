//! Linear convolutions one after the other, as one.

use super::convolution::Convolution;
use super::error::ImportError;
use super::layer::{FileLayer, LayerKind};

/// Most multiplications that composing may take: the published stacks need some million.
const MOST_WORK: usize = 1 << 34;

/// Name of the list that stacked convolutions are in, as in `sequential.0.convs.{0,2,...}`.
const STACK: &str = "convs";

/// Composes the convolutions of a stack into one.
pub(super) fn stacks(layers: Vec<FileLayer>) -> Result<Vec<FileLayer>, ImportError> {
    let mut done: Vec<FileLayer> = Vec::new();
    let mut rest = layers.into_iter().peekable();
    while let Some(layer) = rest.next() {
        let mut stack = vec![layer];
        while let Some(next) = rest.peek() {
            let last = &stack[stack.len() - 1];
            if !continues(last, next) {
                break;
            }
            stack.extend(rest.next());
        }
        done.push(match stack.len() {
            1 => stack.remove(0),
            _ => compose(stack)?,
        });
    }
    match done
        .iter()
        .find(|layer| is_stacked(layer) && !is_alone(layer, &done))
    {
        Some(layer) => Err(ImportError::Unsupported {
            what: format!("has `{}` inside a stack of convolutions", layer.name),
        }),
        None => Ok(done),
    }
}

fn is_stacked(layer: &FileLayer) -> bool {
    parent(&layer.name).rsplit('.').next() == Some(STACK)
}

/// Whether no other layer has the same parent.
fn is_alone(layer: &FileLayer, layers: &[FileLayer]) -> bool {
    let siblings = layers
        .iter()
        .filter(|other| parent(&other.name) == parent(&layer.name));
    siblings.count() == 1
}

/// Whether a convolution goes on with the stack of the one before. In a plain list of layers, a
/// rectification may stand between two convolutions; in a stack nothing but dropout does.
fn continues(last: &FileLayer, next: &FileLayer) -> bool {
    let both = matches!(
        (&last.kind, &next.kind),
        (LayerKind::Convolution(_), LayerKind::Convolution(_))
    );
    both && is_stacked(last) && parent(&last.name) == parent(&next.name)
}

fn parent(name: &str) -> &str {
    name.rsplit_once('.').map_or("", |(parent, _)| parent)
}

fn compose(stack: Vec<FileLayer>) -> Result<FileLayer, ImportError> {
    let name = parent(&stack[0].name).to_owned();
    let arrays = stack
        .iter()
        .flat_map(|layer| layer.arrays.clone())
        .collect();
    let mut convolutions = stack.iter().filter_map(|layer| match &layer.kind {
        LayerKind::Convolution(convolution) => Some(convolution),
        _ => None,
    });
    let first = convolutions.next().expect("a stack has convolutions");
    let mut composed = Exact::of(first);
    for next in convolutions {
        composed = composed.then(next, &name)?;
    }
    Ok(FileLayer {
        name,
        arrays,
        kind: LayerKind::Convolution(composed.rounded(stack.len())),
    })
}

/// A composed kernel in double precision.
struct Exact {
    kernel: Vec<f64>,
    shape: [usize; 4],
    bias: Option<Vec<f64>>,
}

impl Exact {
    fn of(convolution: &Convolution) -> Self {
        Self {
            kernel: convolution.kernel.iter().copied().map(f64::from).collect(),
            shape: convolution.shape,
            bias: doubles(convolution.bias.as_deref()),
        }
    }

    /// `k[o, i, f] = sum over m and d + e = f of second[o, m, e] first[m, i, d]`.
    fn then(&self, second: &Convolution, name: &str) -> Result<Self, ImportError> {
        let [middle, inputs, rows, columns] = self.shape;
        let [outputs, expected, more_rows, more_columns] = second.shape;
        if expected != middle {
            return Err(ImportError::DoesNotFit {
                name: name.to_owned(),
                problem: format!("{middle} channels meet a convolution of {expected}"),
            });
        }
        let (height, width) = (rows + more_rows - 1, columns + more_columns - 1);
        let work = [
            outputs,
            middle,
            inputs,
            rows,
            columns,
            more_rows,
            more_columns,
        ];
        let work = work.iter().try_fold(1usize, |work, &n| work.checked_mul(n));
        if work.is_none_or(|work| work > MOST_WORK) {
            return Err(ImportError::DoesNotFit {
                name: name.to_owned(),
                problem: "its kernels are too large to be composed into one".into(),
            });
        }
        let mut kernel = vec![0.0; outputs * inputs * height * width];
        for (place, weight) in second.kernel.iter().enumerate() {
            let (e_column, place) = (place % more_columns, place / more_columns);
            let (e_row, place) = (place % more_rows, place / more_rows);
            let (m, o) = (place % middle, place / middle);
            for i in 0..inputs {
                for row in 0..rows {
                    let from = ((m * inputs + i) * rows + row) * columns;
                    let to = ((o * inputs + i) * height + row + e_row) * width + e_column;
                    for column in 0..columns {
                        kernel[to + column] += f64::from(*weight) * self.kernel[from + column];
                    }
                }
            }
        }
        Ok(Self {
            kernel,
            shape: [outputs, inputs, height, width],
            bias: self.bias_then(second),
        })
    }

    /// `b[o] = second[o] + sum over m and e of w[o, m, e] first[m]`.
    fn bias_then(&self, second: &Convolution) -> Option<Vec<f64>> {
        let own = doubles(second.bias.as_deref());
        let Some(first) = &self.bias else {
            return own;
        };
        let [outputs, middle, rows, columns] = second.shape;
        let mut bias = own.unwrap_or_else(|| vec![0.0; outputs]);
        for (place, kernel) in second.kernel.chunks(rows * columns).enumerate() {
            let sum: f64 = kernel.iter().copied().map(f64::from).sum();
            bias[place / middle] += sum * first[place % middle];
        }
        Some(bias)
    }

    fn rounded(self, stacked: usize) -> Convolution {
        Convolution {
            kernel: self.kernel.into_iter().map(|value| value as f32).collect(),
            shape: self.shape,
            bias: self
                .bias
                .map(|bias| bias.into_iter().map(|value| value as f32).collect()),
            stacked,
        }
    }
}

fn doubles(values: Option<&[f32]>) -> Option<Vec<f64>> {
    values.map(|values| values.iter().copied().map(f64::from).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn convolution(kernel: Vec<f32>, shape: [usize; 4], bias: Vec<f32>) -> Convolution {
        Convolution {
            kernel,
            shape,
            bias: Some(bias),
            stacked: 1,
        }
    }

    fn at(kernel: &[f32], row: usize, column: usize) -> f32 {
        kernel[row * 2 + column]
    }

    /// Applied to an impulse, one kernel after the other gives the composed kernel.
    #[test]
    fn two_kernels_become_their_sum_over_ways() {
        let first = convolution(vec![1.0, 2.0, 3.0, 4.0], [1, 1, 2, 2], vec![10.0]);
        let second = convolution(vec![5.0, 6.0, 7.0, 8.0], [1, 1, 2, 2], vec![1.0]);
        let composed = Exact::of(&first).then(&second, "").unwrap().rounded(2);
        assert_eq!(composed.shape, [1, 1, 3, 3]);
        for (place, found) in composed.kernel.iter().enumerate() {
            let (row, column) = (place / 3, place % 3);
            let mut expected = 0.0;
            for (r, c) in [(0, 0), (0, 1), (1, 0), (1, 1)] {
                if (r..r + 2).contains(&row) && (c..c + 2).contains(&column) {
                    expected += at(&second.kernel, r, c) * at(&first.kernel, row - r, column - c);
                }
            }
            assert_eq!(*found, expected, "{row} {column}");
        }
        assert_eq!(composed.bias, Some(vec![1.0 + 26.0 * 10.0]));
    }
}
