//! How everything was made.

use ganglion_model::model::DESCRIPTION;

use super::html::Html;
use super::{Contents, Section};

/// Stages with their command lines, programs and times, and the config.
pub fn section(contents: &Contents) -> Section {
    let mut body = Html::new();
    body.text("p", "Each stage is a command that can be run by hand.");
    let row = |stage: &super::StageReport| {
        vec![
            stage.name.clone(),
            stage.line.clone(),
            stage.program.clone(),
            format!("{:.1}", stage.seconds),
        ]
    };
    let rows: Vec<Vec<String>> = contents.stages.iter().map(row).collect();
    body.table(&["stage", "command", "program", "seconds"], &rows);
    body.details("Config", &contents.config);
    let folder = ganglion_model::model::folder(&contents.model).ok();
    let text = folder.map(|folder| std::fs::read_to_string(folder.join(DESCRIPTION)));
    if let Some(Ok(model)) = text {
        body.details("Model, and the recordings it was trained on", &model);
    }
    Section {
        anchor: "provenance".to_owned(),
        title: "Provenance".to_owned(),
        body,
    }
}
