//! The reference of all config keys, made of the types that configs are read into.
//!
//! What a key means, its unit and its default are said in one place, at the field of the config type; the
//! schema of the types brings them here, and this writes them as Markdown.

mod node;
mod place;
mod shipped;
mod value;

use ganglion::experiment::ExperimentConfig;
use serde_json::Value;

use super::everything::{self, TOP_LEVEL};
use node::{Key, Schemas};
use place::Place;
use shipped::Shipped;

/// What stands before the tables.
const OPENING: &str = "\
# Config files

A config is a TOML file. One file may hold the tables of several commands; each command reads its own, and
checks that the others make sense. `--set key.path=value` sets a key on the command line. Paths start at the
folder of the config.

This page is written by `ganglion reference`, from the types that configs are read into. *Default*: what a key
is if it is left out; none is told where leaving it out switches something off or says that something is to be
found out, as the meaning says; `required` is a key that has to be given where its table is. *In `configs/`*:
what the configs that come with ganglion set it to, which is a range that works. A key that may hold a number or
a list of 2 draws the number from that range, for each retina, type or moment anew. Units: ms, s, Hz and um
(micrometres on the retina); SD is a contrast in standard deviations of the training stimulus, 0 its mean.
";

/// The key that names an experiment.
const EXPERIMENT: &str = "phenomenon";

/// The reference as Markdown.
pub fn markdown() -> String {
    let schemas = Schemas::new(everything::json_schema());
    let shipped = Shipped::read();
    let mut page = Page {
        text: OPENING.to_owned(),
        shipped: &shipped,
    };
    for table in schemas.root().tables() {
        let is_table = |key: &&Key| !key.node.tables().is_empty();
        let keys = table.keys.iter().filter(|key| !is_table(key));
        page.text += "\n## Keys outside tables\n";
        page.keys(&Place::default(), &keys.cloned().collect::<Vec<_>>());
        let mut tables: Vec<&Key> = table.keys.iter().filter(is_table).collect();
        tables.sort_by_key(|key| TOP_LEVEL.iter().position(|name| *name == key.name));
        for key in tables {
            page.table(&Place::default(), key);
        }
    }
    page.text
}

struct Page<'a> {
    text: String,
    shipped: &'a Shipped,
}

impl Page<'_> {
    /// The tables that a key may hold, and those in them.
    fn table(&mut self, above: &Place, key: &Key<'_>) {
        let place = above.below(&key.name);
        let level = "#".repeat(1 + (place.path.len() + place.conditions.len()).min(4));
        let path = place.path.join(".");
        let path = match key.node.is_list() {
            true => format!("[[{path}]]"),
            false => format!("[{path}]"),
        };
        self.text += &format!("\n{level} `{path}`\n\n{}\n", key.node.description());
        for table in key.node.tables() {
            let mut whole = key.default.clone().unwrap_or_default();
            if let Some((name, value)) = &table.told_apart {
                self.text += &format!(
                    "\n{level}# `{path}` with `{name} = \"{value}\"`\n\n{}\n",
                    table.description
                );
                if let Some((presets, values)) = presets(name, value) {
                    self.text += &presets;
                    whole = values;
                }
            }
            let keys = table.keys_of(&whole);
            let place = place.with(&table);
            self.keys(&place, &keys);
            for key in keys.iter().filter(|key| !key.node.tables().is_empty()) {
                self.table(&place, key);
            }
        }
    }

    /// A row a key.
    fn keys(&mut self, place: &Place, keys: &[Key<'_>]) {
        if keys.is_empty() {
            return;
        }
        self.text += "\n| key | type | unit | default | in `configs/` | meaning |\n|---|---|---|---|---|---|\n";
        for key in keys {
            let values = self.shipped.values(&place.below(&key.name));
            let cells = [
                format!("`{}`", key.name),
                key.node.form(),
                key.node.unit().unwrap_or_default(),
                key.default_text(),
                value::several(&values),
                key.node.description(),
            ];
            let cells = cells.map(|cell| cell.replace('|', "\\|"));
            self.text += &format!("| {} |\n", cells.join(" | "));
        }
    }
}

/// The presets of an experiment in a sentence, and the values of the first, which is the default; none if the
/// key names no experiment.
fn presets(key: &str, experiment: &str) -> Option<(String, Value)> {
    if key != EXPERIMENT {
        return None;
    }
    let names = ExperimentConfig::presets(experiment).ok()?;
    let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    let told = match &names[..] {
        [one] => format!("\nThere is one `preset`, {one}, with these values.\n"),
        all => format!(
            "\n`preset` is one of {}; the first has these values.\n",
            all.join(", ")
        ),
    };
    let values = ExperimentConfig::preset(experiment, None).ok()?;
    Some((told, serde_json::to_value(values).ok()?))
}
