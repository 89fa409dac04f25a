//! What the configs that come with ganglion set keys to.

use serde_json::Value;

use super::place::Place;

/// The configs.
const CONFIGS: [&str; 18] = [
    include_str!("../../../../configs/bncnn-naturalscene-pytorch.toml"),
    include_str!("../../../../configs/bncnn-naturalscene.toml"),
    include_str!("../../../../configs/ln-naturalscene.toml"),
    include_str!("../../../../configs/mahuas-bars-bn-cnn.toml"),
    include_str!("../../../../configs/mahuas-bars-glm.toml"),
    include_str!("../../../../configs/mahuas-bars-ln.toml"),
    include_str!("../../../../configs/mahuas-bars-ln-ln.toml"),
    include_str!("../../../../configs/mahuas-bars-nonlinear-input.toml"),
    include_str!("../../../../configs/nips-cnn-naturalscene.toml"),
    include_str!("../../../../configs/phenomena.toml"),
    include_str!("../../../../configs/quickstart.toml"),
    include_str!("../../../../configs/random-topology.toml"),
    include_str!("../../../../configs/recovery.toml"),
    include_str!("../../../../configs/salamander-whitenoise-bncnn.toml"),
    include_str!("../../../../configs/salamander-whitenoise-ln.toml"),
    include_str!("../../../../configs/simulated-50x50.toml"),
    include_str!("../../../../configs/whitenoise-ln.toml"),
    include_str!("../../../../configs/whitenoise.toml"),
];

/// The configs, read.
pub struct Shipped(Vec<Value>);

impl Shipped {
    /// Reads them.
    pub fn read() -> Self {
        let read =
            |text: &&str| toml::from_str(text).expect("configs that come with ganglion are TOML");
        Self(CONFIGS.iter().map(read).collect())
    }

    /// The values at a place that are no tables.
    pub fn values(&self, place: &Place) -> Vec<Value> {
        let mut found = Vec::new();
        for config in &self.0 {
            collect(config, &[], place, &mut found);
        }
        found
    }
}

/// Goes on along a place, into every table of a list.
fn collect(value: &Value, above: &[String], place: &Place, found: &mut Vec<Value>) {
    if let Value::Array(tables) = value
        && tables.iter().any(Value::is_object)
    {
        tables
            .iter()
            .for_each(|table| collect(table, above, place, found));
        return;
    }
    let is_other = |(path, key, wanted): &(Vec<String>, String, String)| {
        path == above && value[key] != *wanted.as_str()
    };
    if place.conditions.iter().any(is_other) {
        return;
    }
    match place.path.get(above.len()) {
        Some(key) => {
            if let Some(inner) = value.get(key) {
                let above = [above, std::slice::from_ref(key)].concat();
                collect(inner, &above, place, found);
            }
        }
        None if value.is_object() => (),
        None => found.push(value.clone()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_config_is_among_them() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/configs");
        let files = std::fs::read_dir(folder).unwrap();
        let paths = files.map(|file| file.unwrap().path());
        let toml = paths.filter(|path| path.extension().is_some_and(|end| end == "toml"));
        let texts = toml.map(|path| std::fs::read_to_string(path).unwrap());
        let texts: Vec<String> = texts.collect();
        assert_eq!(texts.len(), CONFIGS.len());
        for text in texts {
            assert!(CONFIGS.contains(&text.as_str()), "{text}");
        }
    }
}
