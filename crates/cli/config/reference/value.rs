//! Values as a config file has them.

use serde_json::Value;

/// Values told one by one at most; of more numbers, the range.
const TOLD: usize = 3;

/// Longest list of which every value is told.
const LISTED: usize = 6;

/// A value in TOML; of a long list, its ends.
pub fn written(value: &Value) -> String {
    match value {
        Value::Number(number) if number.is_f64() => {
            number.as_f64().map_or_else(String::new, decimal)
        }
        Value::Array(values) if values.len() > LISTED => format!(
            "[{}, {}, ..., {}]",
            written(&values[0]),
            written(&values[1]),
            written(&values[values.len() - 1])
        ),
        Value::Array(values) => {
            let values: Vec<String> = values.iter().map(written).collect();
            format!("[{}]", values.join(", "))
        }
        Value::Object(table) => {
            let keys = table.iter().filter(|(_, value)| !value.is_null());
            let keys: Vec<String> = keys
                .map(|(key, value)| format!("{key} = {}", written(value)))
                .collect();
            format!("{{ {} }}", keys.join(", "))
        }
        other => other.to_string(),
    }
}

/// Several values of one key: the range of numbers, or all that differ.
pub fn several(values: &[Value]) -> String {
    let mut sorted: Vec<(Option<f64>, String)> = values
        .iter()
        .map(|value| (value.as_f64(), written(value)))
        .collect();
    sorted.sort_by(|one, other| {
        let numbers = (one.0.unwrap_or_default()).total_cmp(&other.0.unwrap_or_default());
        numbers.then_with(|| one.1.cmp(&other.1))
    });
    sorted.dedup();
    if let [(Some(_), least), .., (Some(_), most)] = &sorted[..]
        && sorted.len() > TOLD
    {
        return format!("{least} to {most}");
    }
    let mut texts: Vec<String> = sorted.into_iter().map(|(_, text)| text).collect();
    let more = texts.len().saturating_sub(TOLD);
    texts.truncate(TOLD);
    let mut told: Vec<String> = texts.iter().map(|text| format!("`{text}`")).collect();
    if more > 0 {
        told.push(format!("{more} more"));
    }
    told.join(", ")
}

/// A number as people write it: with no more digits than it was given with.
fn decimal(number: f64) -> String {
    let short = number as f32;
    let is_single = f64::from(short) == number;
    let size = number.abs();
    let is_small = size > 0.0 && size < 1e-3;
    let text = match (is_small, is_single) {
        (true, true) => format!("{short:e}"),
        (true, false) => format!("{number:e}"),
        (false, true) => short.to_string(),
        (false, false) => number.to_string(),
    };
    match text.len() > 8 && !is_small {
        true => rounded(number),
        false => text,
    }
}

fn rounded(number: f64) -> String {
    let text = format!("{number:.4}");
    let short = text.trim_end_matches('0').trim_end_matches('.');
    short.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn numbers_are_written_as_people_write_them() {
        let t = |value: Value| written(&value);
        assert_eq!(t(json!(0.1)), "0.1");
        assert_eq!(t(json!(f64::from(0.9_f32))), "0.9");
        assert_eq!(t(json!(1e-8)), "1e-8");
        assert_eq!(t(json!(1000.0 / 30.0)), "33.3333");
        assert_eq!(t(json!([20.0, 500.0])), "[20, 500]");
        assert_eq!(t(json!(60000.0)), "60000");
        assert_eq!(
            t(json!({"kind": "adam", "clip": null})),
            "{ kind = \"adam\" }"
        );
    }

    #[test]
    fn several_numbers_are_a_range() {
        let values = [3, 1, 2, 10, 1].map(Value::from);
        assert_eq!(several(&values), "1 to 10");
        assert_eq!(several(&values[..3]), "`1`, `2`, `3`");
    }
}
