//! The cosine transform.

/// The orthonormal cosine transform of a length n as a matrix `[wave, place]`,
///
/// ```text
/// c(k, i) = sqrt((k = 0 ? 1 : 2) / n) cos(pi k (2 i + 1) / (2 n)),
/// ```
///
/// whose inverse is its transpose. Of a stationary series, whose neighbours are alike and which goes on
/// beyond its ends as in a mirror, the transformed values do not correlate.
///
/// Source: Ahmed, Natarajan & Rao 1974, IEEE Transactions on Computers C-23:90 (type II).
pub fn cosine_transform(length: usize) -> Vec<f64> {
    let n = length as f64;
    let at = |wave: usize, place: usize| {
        let height = if wave == 0 { 1.0 } else { 2.0 };
        let angle = std::f64::consts::PI * wave as f64 * (2.0 * place as f64 + 1.0) / (2.0 * n);
        f64::sqrt(height / n) * angle.cos()
    };
    (0..length)
        .flat_map(|wave| (0..length).map(move |place| at(wave, place)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn its_transpose_is_its_inverse() {
        for length in [1, 2, 7] {
            let matrix = cosine_transform(length);
            for a in 0..length {
                for b in 0..length {
                    let row = |of: usize| &matrix[of * length..][..length];
                    let expected = f64::from(u8::from(a == b));
                    assert!((crate::dot(row(a), row(b)) - expected).abs() < 1e-12);
                }
            }
        }
    }
}
