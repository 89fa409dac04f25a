//! Results as text for cells of tables.

/// A number with three decimals, or a dash.
pub use crate::table::decimal as number;

/// Yes or no.
pub fn yes_no(is_so: bool) -> String {
    if is_so { "yes" } else { "no" }.to_owned()
}

/// Whatever there is, or a dash.
pub fn or_dash<T: ToString>(value: Option<T>) -> String {
    value.map_or("-".to_owned(), |value| value.to_string())
}

/// Things one after the other.
pub fn list<T: ToString>(values: &[T]) -> String {
    let texts: Vec<String> = values.iter().map(ToString::to_string).collect();
    texts.join(", ")
}

/// Numbers one after the other.
pub fn numbers(values: &[f64]) -> String {
    let texts: Vec<String> = values.iter().map(|&value| number(Some(value))).collect();
    texts.join(", ")
}
