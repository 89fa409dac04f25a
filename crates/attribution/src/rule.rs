//! Rules of attribution that others use, node by node through autodiff, for comparison.

use ganglion_recording::CellIndex;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::attribution::{Attribution, Quality};
use crate::attributor::Attributor;
use crate::autodiff::NetworkCut;
use crate::config::require;
use crate::error::Error;
use crate::integrate::PathIntegral;
use crate::layer::Layer;
use crate::path::Path;
use crate::refine::completeness_gap;

/// Nodes that go through the network at once.
const NODES: usize = 64;

/// How the path integral is approximated by gradients at nodes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Rule {
    /// The gradient at the stimulus: effective weights are the gradient, attributions gradient times
    /// change ("gradient x input" at the layer).
    Gradient,
    /// `steps` equal intervals, the gradient at the middle of each.
    Midpoint {
        /// Intervals.
        steps: usize,
    },
    /// The authors' code: `steps` nodes from 0 to 1, so `steps - 1` intervals, the gradient at the end
    /// of each.
    RightEndpoint {
        /// Nodes.
        steps: usize,
    },
    /// Captum's `LayerConductance` with `method="riemann_middle"`: `steps + 1` middles of intervals,
    /// the gradient at each times the layer's change up to the next. The two half intervals at the
    /// ends of the path are left out, so attributions are too small by one part in `steps + 1`.
    LayerConductance {
        /// Steps.
        steps: usize,
    },
}

/// One term of a sum: the gradient at a point, times the layer's change between two points.
#[derive(Clone, Copy)]
struct Term {
    at: f64,
    from: f64,
    to: f64,
}

impl Rule {
    fn terms(self) -> Vec<Term> {
        match self {
            Self::Gradient => vec![Term {
                at: 1.0,
                from: 0.0,
                to: 1.0,
            }],
            Self::Midpoint { steps } => terms(steps, |i| i / steps as f64, 0.5),
            Self::RightEndpoint { steps } => terms(steps - 1, |i| i / (steps - 1) as f64, 1.0),
            Self::LayerConductance { steps } => {
                terms(steps, |i| (i + 0.5) / (steps + 1) as f64, 0.0)
            }
        }
    }

    fn check(self) -> Result<(), Error> {
        let (steps, least) = match self {
            Self::Gradient => return Ok(()),
            Self::RightEndpoint { steps } => (steps, 2),
            Self::Midpoint { steps } | Self::LayerConductance { steps } => (steps, 1),
        };
        require(
            steps >= least,
            "rule.steps",
            steps as f64,
            "at least 1 (right-endpoint: 2)",
        )
    }
}

/// Intervals between the places `edge(i)`, with the gradient a fraction of the way along each.
fn terms(count: usize, edge: impl Fn(f64) -> f64, fraction: f64) -> Vec<Term> {
    (0..count)
        .map(|index| {
            let (from, to) = (edge(index as f64), edge(index as f64 + 1.0));
            Term {
                at: from + fraction * (to - from),
                from,
                to,
            }
        })
        .collect()
}

impl Attributor {
    /// Attributes by a fixed rule, its gradients by autodiff. Slow: a reference and a comparison.
    ///
    /// Its quality has no error estimates, and is within tolerance where the completeness gap is
    /// below 1e-3 of the response range.
    ///
    /// # Errors
    /// If a cell, stage or number of steps is impossible.
    pub fn by_rule(
        &self,
        path: &Path,
        layer: Layer,
        cells: Option<&[CellIndex]>,
        rule: Rule,
    ) -> Result<Attribution, Error> {
        rule.check()?;
        self.check_layer(layer)?;
        let cells = self.choose(cells)?;
        let ranges = self.response_ranges(path);
        let rates = self.end_rates(path);
        let (cut, terms) = (self.cut(layer, path), rule.terms());
        let mut attribution = self.empty(layer, &cells, path.samples(), &ranges);
        for (sample, rates) in rates.iter().enumerate() {
            let mut estimates = self.estimates(layer, &cells, rates);
            for terms in terms.chunks(NODES) {
                add_terms(&cut, path, sample, terms, &cells, &mut estimates);
            }
            for (estimate, &cell) in estimates.iter().zip(&cells) {
                let gap = completeness_gap(estimate);
                let quality = Quality {
                    completeness_gap: gap,
                    nodes: rule.terms().len(),
                    channel_error: None,
                    map_error: None,
                    within_tolerance: gap.abs() <= 1e-3 * ranges[cell],
                };
                attribution.push(estimate, quality);
            }
        }
        Ok(attribution)
    }

    pub(crate) fn cut(&self, layer: Layer, path: &Path) -> NetworkCut {
        let planes = self.upper.stages[layer.stage - 1].planes;
        NetworkCut::new(&self.network, layer, path.planes(), planes)
    }

    fn estimates(&self, layer: Layer, cells: &[usize], rates: &[[f64; 2]]) -> Vec<PathIntegral> {
        let units = self.upper.stages[layer.stage - 1].units();
        let zeros = |&cell: &usize| PathIntegral {
            attribution: vec![0.0; units],
            effective_weight: vec![0.0; units],
            rates: rates[cell],
        };
        cells.iter().map(zeros).collect()
    }
}

fn add_terms(
    cut: &NetworkCut,
    path: &Path,
    sample: usize,
    terms: &[Term],
    cells: &[usize],
    estimates: &mut [PathIntegral],
) {
    let count = terms.len();
    let values = |place: fn(&Term) -> f64| {
        let points: Vec<f64> = terms.iter().map(place).collect();
        cut.values(path.at(&[(sample, &points)]), count)
    };
    let (at, from, to) = (values(|t| t.at), values(|t| t.from), values(|t| t.to));
    for (&cell, estimate) in cells.iter().zip(estimates) {
        let gradient = cut.gradient(at.clone(), count, cell);
        for unit in 0..gradient.len() / count {
            for (index, term) in terms.iter().enumerate() {
                let place = unit * count + index;
                let width = (term.to - term.from) as f32;
                estimate.attribution[unit] += gradient[place] * (to[place] - from[place]);
                estimate.effective_weight[unit] += gradient[place] * width;
            }
        }
    }
}
