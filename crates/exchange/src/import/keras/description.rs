//! The description of a Keras model, as the steps from movie to rates.
//!
//! Models may lie inside models. A model of the functional kind must be a chain: every layer takes
//! the one before, once.

use std::collections::HashMap;

use serde_json::Value;

use super::convolution::refuse_other_convolutions;
use super::step::{KerasStep, integers};
use crate::import::error::ImportError;

/// Models inside models at most, and layers of a network at most.
const DEEPEST: usize = 16;
const MOST_LAYERS: usize = 1000;

/// What a file of Keras says of its layers.
#[derive(Clone, Debug)]
pub(crate) struct Description {
    /// The layers in order.
    pub(super) steps: Vec<KerasStep>,
    /// Frames, rows and columns as the file says them: sizes of the input, in the file's order.
    pub(super) input: Option<Vec<usize>>,
}

impl Description {
    /// Refuses strides, padding and the like, which a mapping file cannot list.
    pub(in crate::import) fn refuse_other_convolutions(&self) -> Result<(), ImportError> {
        let is_convolution = |step: &&KerasStep| step.setting(&["kernel_size", "nb_row"]).is_some();
        let mut convolutions = self.steps.iter().filter(is_convolution);
        convolutions.try_for_each(|step| refuse_other_convolutions(step, [0, 0]))
    }
}

/// Reads a description.
pub(super) fn read(text: &str) -> Result<Description, ImportError> {
    let config: Value =
        serde_json::from_str(text).map_err(|error| malformed(format!("it is no JSON: {error}")))?;
    let mut steps = Vec::new();
    add_model(&config, &[], &mut steps)?;
    let shape = steps
        .iter()
        .find_map(|step| step.setting(&["batch_shape", "batch_input_shape"]));
    let built = || config.get("config")?.get("build_input_shape");
    let input = shape.or_else(built).and_then(input_sizes);
    Ok(Description { steps, input })
}

/// Sizes without the number of clips; none where one is left open.
fn input_sizes(shape: &Value) -> Option<Vec<usize>> {
    let sizes = shape.as_array()?.get(1..)?;
    sizes
        .iter()
        .map(|size| usize::try_from(size.as_u64()?).ok())
        .collect()
}

fn malformed(message: String) -> ImportError {
    ImportError::Keras { message }
}

fn is_model(class: &str) -> bool {
    matches!(class, "Sequential" | "Functional" | "Model")
}

/// Adds the layers of a model in the order in which they act.
fn add_model(
    model: &Value,
    above: &[String],
    steps: &mut Vec<KerasStep>,
) -> Result<(), ImportError> {
    if above.len() > DEEPEST {
        return Err(malformed("its models are nested too deep".into()));
    }
    let class = model.get("class_name").and_then(Value::as_str);
    let class = class.ok_or_else(|| malformed("it names no class of the model".into()))?;
    if !is_model(class) {
        return Err(ImportError::Unsupported {
            what: format!(
                "is of the class `{class}`, not Sequential or Functional, so that its description \
                 does not tell what it does"
            ),
        });
    }
    let config = model.get("config").unwrap_or(&Value::Null);
    // Keras 1 and 2.0 list the layers of a Sequential without a name around them.
    let layers = config
        .as_array()
        .or_else(|| config.get("layers")?.as_array());
    let layers = layers.ok_or_else(|| malformed(format!("its {class} lists no layers")))?;
    let entries = entries(layers, above)?;
    let order = match class {
        "Sequential" => (0..entries.len()).collect(),
        _ => chain(&entries, config)?,
    };
    for index in order {
        let entry = &entries[index];
        if is_model(&entry.step.class) {
            add_model(entry.value, &entry.step.stored, steps)?;
        } else {
            steps.push(entry.step.clone());
        }
        if steps.len() > MOST_LAYERS {
            return Err(malformed(format!("it has more than {MOST_LAYERS} layers")));
        }
    }
    Ok(())
}

/// A layer and what is written of it.
struct LayerEntry<'a> {
    step: KerasStep,
    value: &'a Value,
}

fn entries<'a>(layers: &'a [Value], above: &[String]) -> Result<Vec<LayerEntry<'a>>, ImportError> {
    let mut counts: HashMap<String, usize> = HashMap::new();
    let entry = |value: &'a Value| {
        let class = value.get("class_name").and_then(Value::as_str);
        let config = value.get("config").and_then(Value::as_object);
        let (Some(class), config) = (class, config.cloned().unwrap_or_default()) else {
            return Err(malformed("a layer has no class".into()));
        };
        let name = config.get("name").or(value.get("name"));
        let name = name.and_then(Value::as_str).unwrap_or(class).to_owned();
        let plain = snake_case(class);
        let count = counts.entry(plain.clone()).or_default();
        let own = match *count {
            0 => plain,
            number => format!("{plain}_{number}"),
        };
        *count += 1;
        let stored = above.iter().cloned().chain([own]).collect();
        let class = class.to_owned();
        Ok(LayerEntry {
            step: KerasStep {
                name,
                class,
                config,
                stored,
            },
            value,
        })
    };
    layers.iter().map(entry).collect()
}

/// `GaussianNoise` becomes `gaussian_noise`, as Keras 3 names groups.
fn snake_case(class: &str) -> String {
    let letters: Vec<char> = class.chars().filter(|c| c.is_alphanumeric()).collect();
    let mut snake = String::new();
    for (place, letter) in letters.iter().enumerate() {
        let after = letters.get(place + 1);
        let begins_word = after.is_some_and(char::is_ascii_lowercase)
            || (place > 0 && letters[place - 1].is_ascii_lowercase());
        if place > 0 && letter.is_ascii_uppercase() && begins_word {
            snake.push('_');
        }
        snake.extend(letter.to_lowercase());
    }
    snake
}

/// Indices of the layers from the input to the output.
fn chain(entries: &[LayerEntry<'_>], config: &Value) -> Result<Vec<usize>, ImportError> {
    let mut outputs = Vec::new();
    sources(
        config.get("output_layers").unwrap_or(&Value::Null),
        &mut outputs,
    );
    outputs.dedup();
    let [output] = outputs[..] else {
        return Err(ImportError::Unsupported {
            what: format!("has {} outputs", outputs.len()),
        });
    };
    let place = |name: &str| {
        let found = entries.iter().position(|entry| entry.step.name == name);
        found.ok_or_else(|| malformed(format!("it has no layer `{name}`")))
    };
    let mut order = vec![place(output)?];
    loop {
        let entry = &entries[order[order.len() - 1]];
        let calls = entry.value.get("inbound_nodes").unwrap_or(&Value::Null);
        let mut inputs = Vec::new();
        sources(calls, &mut inputs);
        if says_training(calls) {
            return Err(entry
                .step
                .refuse("is told to act as in training (`training=True`)"));
        }
        match inputs[..] {
            [] => break,
            [input] => order.push(place(input)?),
            _ => {
                return Err(entry
                    .step
                    .refuse("takes several inputs, or is used several times"));
            }
        }
        if order.len() > entries.len() {
            return Err(malformed("its layers go in a circle".into()));
        }
    }
    if let Some(beside) = (0..entries.len()).find(|index| !order.contains(index)) {
        let step = &entries[beside].step;
        return Err(step.refuse("is not on the way from the input to the output"));
    }
    order.reverse();
    Ok(order)
}

/// Names of layers that outputs are taken from: `["name", node, tensor, ...]`, at any depth.
fn sources<'a>(value: &'a Value, found: &mut Vec<&'a str>) {
    match value {
        Value::Array(items) => match &items[..] {
            [Value::String(name), Value::Number(_), Value::Number(_), ..] => found.push(name),
            _ => items.iter().for_each(|item| sources(item, found)),
        },
        Value::Object(entries) => entries.values().for_each(|item| sources(item, found)),
        _ => (),
    }
}

fn says_training(value: &Value) -> bool {
    match value {
        Value::Array(items) => items.iter().any(says_training),
        Value::Object(entries) => {
            entries.get("training") == Some(&Value::Bool(true))
                || entries.values().any(says_training)
        }
        _ => false,
    }
}

/// The sizes of a `Reshape` or the axes of a `Permute`.
pub(super) fn list(step: &KerasStep, names: &[&str]) -> Result<Vec<i64>, ImportError> {
    let value = step.setting(names).and_then(integers);
    value.ok_or_else(|| step.refuse(format!("does not say its `{}`", names[0])))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_are_named_as_keras_names_them() {
        for (class, group) in [
            ("Conv2D", "conv2d"),
            ("BatchNormalization", "batch_normalization"),
            ("ReLU", "re_lu"),
            ("GaussianNoise", "gaussian_noise"),
            ("Dense", "dense"),
            ("InputLayer", "input_layer"),
        ] {
            assert_eq!(snake_case(class), group);
        }
    }

    /// The three ways in which versions of Keras write what a layer takes.
    #[test]
    fn layers_are_ordered_by_what_they_take() {
        for inbound in [
            r#"[[["NAME", 0, 0, {}]]]"#,
            r#"[["NAME", 0, 0, {}]]"#,
            r#"[{"args": [{"class_name": "__keras_tensor__", "config": {"shape": [null, 3],
                "keras_history": ["NAME", 0, 0]}}], "kwargs": {"mask": null}}]"#,
        ] {
            let take = |name: &str| inbound.replace("NAME", name);
            let text = format!(
                r#"{{"class_name": "Model", "config": {{"layers": [
                {{"class_name": "Dense", "name": "b", "config": {{"name": "b"}},
                  "inbound_nodes": {}}},
                {{"class_name": "Dense", "name": "c", "config": {{"name": "c"}},
                  "inbound_nodes": {}}},
                {{"class_name": "InputLayer", "name": "a",
                  "config": {{"name": "a", "batch_input_shape": [null, 3, 4, 5]}},
                  "inbound_nodes": []}}],
                "output_layers": [["c", 0, 0]]}}}}"#,
                take("a"),
                take("b")
            );
            let read = read(&text).unwrap();
            let names: Vec<&str> = read.steps.iter().map(|step| step.name.as_str()).collect();
            assert_eq!(names, ["a", "b", "c"], "{inbound}");
            assert_eq!(read.input, Some(vec![3, 4, 5]));
        }
    }

    #[test]
    fn a_branch_is_refused_by_name() {
        let text = r#"{"class_name": "Functional", "config": {"layers": [
            {"class_name": "InputLayer", "config": {"name": "a"}, "inbound_nodes": []},
            {"class_name": "Add", "config": {"name": "sum"},
             "inbound_nodes": [[["a", 0, 0, {}], ["a", 0, 0, {}]]]}],
            "output_layers": [["sum", 0, 0]]}}"#;
        let message = read(text).unwrap_err().to_string();
        assert!(
            message.contains("`sum`") && message.contains("several"),
            "{message}"
        );
    }
}
