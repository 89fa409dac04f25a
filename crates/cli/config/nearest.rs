//! The name that was probably meant.

/// How alike (Jaro and Winkler) names are of which one was probably meant to be the other.
const CLOSE: f64 = 0.8;

/// The most similar of `known`, if one is close.
pub fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let similarity = |other: &str| strsim::jaro_winkler(&plain(name), &plain(other));
    known
        .into_iter()
        .filter(|other| similarity(other) >= CLOSE)
        .max_by(|a, b| similarity(a).total_cmp(&similarity(b)))
}

/// Without what people get wrong most: case, hyphens, American spelling.
fn plain(name: &str) -> String {
    name.to_lowercase()
        .replace(['-', '_'], "")
        .replace('z', "s")
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn spelling_is_forgiven() {
        let known = ["epochs", "optimiser", "batch_frames"];
        let t = |name| nearest(name, known).unwrap();
        assert_eq!(t("epoch"), "epochs");
        assert_eq!(t("optimizer"), "optimiser");
        assert_eq!(t("batch-frame"), "batch_frames");
        assert_eq!(nearest("epoch", []), None);
        assert_eq!(nearest("learning_rate", ["segment_frames", "epochs"]), None);
    }
}
