//! The name that was probably meant.

/// How alike (Jaro and Winkler) names are of which one was probably meant to be the other.
const CLOSE: f64 = 0.8;

/// The most similar of `known`, if one is close.
pub fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let similarity = |other: &str| strsim::jaro_winkler(&plain(name), &plain(other));
    // Of two or three letters one wrong makes names unlike.
    let is_short = |other: &str| name.len() <= 3 && strsim::levenshtein(name, other) <= 1;
    known
        .into_iter()
        .filter(|other| similarity(other) >= CLOSE || is_short(other) || initials(other) == name)
        .max_by(|a, b| similarity(a).total_cmp(&similarity(b)))
}

/// As people shorten names: `lr` for `learning_rate`.
fn initials(name: &str) -> String {
    let words = name.split(['-', '_']);
    words.filter_map(|word| word.chars().next()).collect()
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
        assert_eq!(nearest("lm", ["bn-cnn", "ln"]), Some("ln"));
        assert_eq!(
            nearest("lr", ["epsilon", "learning_rate"]),
            Some("learning_rate")
        );
        assert_eq!(nearest("learning_rate", ["segment_frames", "epochs"]), None);
    }
}
