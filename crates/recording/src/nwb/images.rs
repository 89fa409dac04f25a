//! The images of an NWB `Images` container, in the order that an index counts them.

use super::problem;
use crate::Error;
use crate::container::{Container, Stored};

/// The dataset of references that gives the order.
const ORDER: &str = "order_of_images";

/// The images by `order_of_images`, or else by the numbers that end their names.
pub(super) fn in_order(container: &Container, path: &str) -> Result<Vec<Stored>, Error> {
    let order = format!("{path}/{ORDER}");
    if container.has(&order) {
        return container.referenced(&order);
    }
    let mut numbered = Vec::new();
    for name in container.datasets(path) {
        numbered.push((number_at_end(&name), name));
    }
    numbered.sort();
    let distinct = numbered.windows(2).all(|pair| pair[0].0 != pair[1].0);
    if !distinct || numbered.iter().any(|(number, _)| number.is_none()) {
        let text = format!(
            "`{path}` does not say which image is which index: give it `{ORDER}` (pynwb: \
             Images(..., order_of_images=ImageReferences(...))), or names that end in numbers"
        );
        return Err(problem(container, text));
    }
    numbered
        .iter()
        .map(|(_, name)| container.dataset(&format!("{path}/{name}")))
        .collect()
}

fn number_at_end(name: &str) -> Option<u64> {
    let digits = name.trim_end_matches(|c: char| c.is_ascii_digit()).len();
    name[digits..].parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_number_at_the_end_counts() {
        assert_eq!(number_at_end("image2_010"), Some(10));
        assert_eq!(number_at_end("grey"), None);
    }
}
