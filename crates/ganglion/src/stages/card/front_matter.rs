//! What a model hub reads of a card: YAML between two lines of dashes.
//!
//! Keys are those of Hugging Face's model cards (<https://huggingface.co/docs/hub/model-cards>), scores those
//! of its `model-index`. Texts are written as JSON, which YAML takes.

use ganglion_model::evaluation::Score;
use ganglion_model::hub::ModelName;
use ganglion_model::model::ModelDescription;
use ganglion_model::score_record::{MetricRecord, ScoreRecord};

use super::licence::on_hub;

/// The lines, dashes included. What is not known has no line.
pub fn front_matter(title: &str, description: &ModelDescription) -> String {
    let mut lines = vec!["---".to_owned()];
    if let Some(licence) = &description.licence {
        let (licence, name) = on_hub(licence);
        lines.push(format!("license: {licence}"));
        lines.extend(name.map(|name| format!("license_name: {name}")));
    }
    lines.push("library_name: ganglion".to_owned());
    list(&mut lines, "tags", &tags(description));
    list(&mut lines, "datasets", &datasets(description));
    let scores = description.evaluation.as_ref();
    // A table of scores without a score is refused by the hub.
    if let Some(scores) = scores.filter(|scores| of_model(scores).next().is_some()) {
        list(&mut lines, "metrics", &metrics(scores));
        lines.extend(model_index(title, description, scores));
    }
    lines.push("---".to_owned());
    lines.join("\n")
}

fn tags(description: &ModelDescription) -> Vec<String> {
    let always = [
        "retina",
        "retinal-ganglion-cells",
        "neuroscience",
        "neural-encoding",
        description.architecture.kind(),
    ];
    let simulated = description
        .data
        .as_ref()
        .is_some_and(|data| data.simulated_recordings > 0);
    let simulated = simulated.then_some("simulated-data");
    let tags = always.into_iter().chain(simulated);
    tags.map(ToOwned::to_owned).collect()
}

/// Data sets whose name is that of one on the hub.
fn datasets(description: &ModelDescription) -> Vec<String> {
    let names = description.data.iter().flat_map(|data| &data.names);
    let on_hub = names.filter(|name| ModelName::of(name.as_ref()).is_some());
    on_hub.cloned().collect()
}

/// What the hub calls a metric.
fn metric_on_hub(name: &str) -> &str {
    match name {
        "pearson" => "pearsonr",
        other => other,
    }
}

/// Scores of the model: the ceiling is one of the recording.
fn of_model(scores: &ScoreRecord) -> impl Iterator<Item = &MetricRecord> {
    let metrics = scores.metrics.iter();
    metrics.filter(|metric| metric.name != Score::Ceiling.key())
}

fn metrics(scores: &ScoreRecord) -> Vec<String> {
    let names = of_model(scores).map(|metric| metric_on_hub(&metric.name));
    names.map(ToOwned::to_owned).collect()
}

fn model_index(title: &str, description: &ModelDescription, scores: &ScoreRecord) -> Vec<String> {
    let mut names = description.data.iter().flat_map(|data| &data.names);
    let dataset = names.next().unwrap_or(&scores.recording.name);
    let name = format!("{}, part {}", scores.recording.name, scores.partition);
    let mut lines = vec![
        "model-index:".to_owned(),
        format!("- name: {}", quoted(title)),
        "  results:".to_owned(),
        "  - task:".to_owned(),
        "      type: other".to_owned(),
        "      name: firing rates of retinal ganglion cells".to_owned(),
        "    dataset:".to_owned(),
        format!("      type: {}", quoted(dataset)),
        format!("      name: {}", quoted(&name)),
        format!("      split: {}", scores.partition),
        "    metrics:".to_owned(),
    ];
    for metric in of_model(scores) {
        let words = format!(
            "median over {} cells of: {}",
            metric.cells, metric.definition
        );
        lines.extend([
            format!("    - type: {}", metric_on_hub(&metric.name)),
            format!("      name: {}", quoted(&words)),
            format!("      value: {:.4}", metric.median),
        ]);
    }
    lines
}

fn list(lines: &mut Vec<String>, key: &str, texts: &[String]) {
    if !texts.is_empty() {
        lines.push(format!("{key}:"));
        lines.extend(texts.iter().map(|text| format!("- {}", quoted(text))));
    }
}

/// A text as JSON writes it.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
