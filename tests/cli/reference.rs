//! `ganglion reference`

use std::collections::BTreeSet;
use std::path::Path;

use toml::Value;

use crate::harness::Scratch;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The page is what the types of the program say. Written anew by
/// `ganglion reference > docs/configuration.md`.
#[test]
fn the_page_is_what_the_program_prints() {
    let page = std::fs::read_to_string(root().join("docs/configuration.md")).unwrap();
    let printed = Scratch::empty().succeeds("reference").stdout;
    let pairs = page.lines().zip(printed.lines());
    for (number, (old, new)) in pairs.enumerate() {
        assert_eq!(old, new, "docs/configuration.md:{}", number + 1);
    }
    assert_eq!(page, printed);
}

/// Every key that a config sets has a row below the heading of its table, with a meaning.
#[test]
fn every_key_of_the_configs_is_explained() {
    let page = Scratch::empty().succeeds("reference").stdout;
    let rows = rows(&page);
    assert!(rows.len() > 150, "{}", rows.len());
    let configs = std::fs::read_dir(root().join("configs")).unwrap();
    let mut keys = BTreeSet::new();
    for config in configs.map(|entry| entry.unwrap().path()) {
        let text = std::fs::read_to_string(config).unwrap();
        collect(&text.parse::<toml::Table>().unwrap().into(), "", &mut keys);
    }
    let told_elsewhere = ["kind", "phenomenon", "preset", "shape"];
    let is_family = |key: &str| key.starts_with("simulation.changes.");
    for key in keys.iter().filter(|key| !is_family(key)) {
        let last = key.rsplit('.').next().unwrap();
        let is_known = rows.contains(key) || told_elsewhere.contains(&last);
        assert!(is_known, "`{key}` is not in the reference");
    }
}

/// Paths of tables, and of keys that have a row in which every cell that must say something does.
fn rows(page: &str) -> BTreeSet<String> {
    let mut table = String::new();
    let mut rows = BTreeSet::new();
    for line in page.lines() {
        if let Some(heading) = line.strip_prefix('#') {
            let path = heading.split('`').nth(1).unwrap_or_default();
            if path.starts_with('[') {
                let path = path.trim_matches(['[', ']']);
                rows.insert(path.to_owned());
                table = format!("{path}.");
            }
            continue;
        }
        let Some(row) = line.strip_prefix("| `") else {
            continue;
        };
        let (key, rest) = row.split_once("` | ").unwrap();
        let cells: Vec<&str> = rest.trim_end_matches('|').split(" | ").collect();
        let (form, meaning) = (cells[0], cells[cells.len() - 1].trim());
        assert!(!form.is_empty() && form != "any", "{line}");
        assert!(!meaning.is_empty(), "{line}");
        rows.insert(format!("{table}{key}"));
    }
    rows
}

fn collect(value: &Value, path: &str, keys: &mut BTreeSet<String>) {
    match value {
        Value::Table(table) => {
            for (key, value) in table {
                let below = match path {
                    "" => key.clone(),
                    path => format!("{path}.{key}"),
                };
                keys.insert(below.clone());
                collect(value, &below, keys);
            }
        }
        Value::Array(values) => values.iter().for_each(|one| collect(one, path, keys)),
        _ => (),
    }
}
