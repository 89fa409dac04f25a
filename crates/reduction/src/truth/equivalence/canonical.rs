//! The canonical form of a class of circuits.

use ganglion_numerics::{cosine, dot};

use super::pool::PoolForm;
use super::term::Term;

/// The member of a circuit's class that its responses fix: the same function of the stimulus, but for a constant,
/// written with as few pathways as there are. Within each pool, with unit kernels `e`,
///
/// ```text
/// u(s) = sum_x g[x] (L * s + sum_i k_i max(e_i * s - t_i, 0)) + constant
/// ```
///
/// The corners `(e_i, t_i)`, up to `(-e_i, -t_i)`, and the jumps `k_i` of the slope across them belong to the
/// function: `k_i > 0` is excitation, `k_i < 0` inhibition. So does the linear part `L`, once it is said which way
/// round each corner is written, because
///
/// ```text
/// max(x - t, 0) = (x - t) + max(-x + t, 0)
/// ```
///
/// turns a corner round at the price of `k_i e_i` in `L`. The steps:
///
/// 1. Pathways that are never rectified are added up to `L`, whatever their polarity and sign: `b = -(-b)`.
/// 2. Pathways with one corner are added up: two of one kernel and threshold are one; an ON and an OFF pathway of
///    mirrored kernels and thresholds and opposite signs have no corner left, `max(x, 0) - max(-x, 0) = x`.
/// 3. Corners are written the way round that leaves the smallest `L`. Where none is left, it is left out, and
///    polarities are known (but for corners that can be turned round together). Where one is left, it takes in
///    what turning a corner round costs: [polarities are free](Term::polarity_is_free), signs are not.
///
/// After Rolnick & Kording 2020 and Phuong & Lampert 2020 (both recalled), who show that corners belong to the
/// function. Kernels count as one from a cosine of 0.99, thresholds within 0.1 (of unit kernels), and what is left
/// of weights that cancel as none up to 5 %: estimates are never equal.
pub fn canonical(terms: &[Term]) -> Vec<Term> {
    let mut pools: Vec<PoolForm> = Vec::new();
    for term in terms {
        match pools.iter_mut().find(|one| one.is_of(term)) {
            Some(pool) => pool.add(term),
            None => pools.push(PoolForm::new(term)),
        }
    }
    pools.into_iter().flat_map(PoolForm::terms).collect()
}

/// Whether two circuits are of one class: whether their canonical forms are made of the same terms, with kernels
/// (times weights) and thresholds that differ by less than `tolerance`, relative to their sizes.
pub fn same_class(one: &[Term], other: &[Term], tolerance: f64) -> bool {
    let (one, mut left) = (canonical(one), canonical(other));
    one.len() == left.len()
        && one.iter().all(|term| {
            let found = left
                .iter()
                .position(|other| is_same(term, other, tolerance));
            found.map(|place| left.remove(place)).is_some()
        })
}

fn is_same(one: &Term, other: &Term, tolerance: f64) -> bool {
    let norm = |term: &Term| dot(&term.kernel, &term.kernel).sqrt();
    let (a, b) = (norm(one), norm(other));
    let near = |a: f64, b: f64| (a - b).abs() <= tolerance * a.abs().max(b.abs()).max(1.0);
    // 1 - cos = half of the squared distance of unit vectors.
    let is_along = 1.0 - cosine(&one.kernel, &other.kernel) <= 0.5 * tolerance;
    one.pool == other.pool
        && one.never_rectified == other.never_rectified
        && one.polarity_is_free == other.polarity_is_free
        && is_along
        && near(one.weight * a, other.weight * b)
        && (one.never_rectified
            || (near(one.threshold / a, other.threshold / b)
                && near(one.spread / a, other.spread / b)))
}
