//! The card itself, in Markdown. Every sentence is of what model, run and recordings say; what they do not
//! say is said to be unknown, with the option that supplies it.

use std::fmt::Write;

use ganglion_model::model::ModelDescription;
use ganglion_model::score_record::{MetricRecord, ScoreRecord};
use ganglion_model::targets::TargetForm;
use ganglion_model::training_set::{TrainingSet, TrainingSplit};
use ganglion_recording::{Milliseconds, Normalisation, Partition, SplitRule};

use super::front_matter::front_matter;
use crate::program::PROGRAM;

/// By what a card is known to have been written by this program.
pub const MARK: &str = "<!-- written by `ganglion card` -->";

/// What a card is about.
pub struct About<'a> {
    /// What the model is called.
    pub title: &'a str,
    /// What the model says of itself.
    pub description: &'a ModelDescription,
    /// Whether the true circuit of a simulated retina lies beside it.
    pub has_circuit: bool,
    /// What its makers wrote, with its heading.
    pub notes: Option<String>,
}

/// The card.
pub fn readme(about: &About<'_>) -> String {
    let description = about.description;
    let sections = [
        front_matter(about.title, description),
        MARK.to_owned(),
        format!("# {}\n\n{}", about.title, summary(description)),
        format!("## Input and output\n\n{}", shapes(description)),
        format!("## Use\n\n{}", usage(about)),
        format!("## Training data\n\n{}", data(description)),
        format!("## Scores\n\n{}", scores(description)),
        format!("## Limits\n\n{}", limits(description)),
        format!("## Licence\n\n{}", licence(description)),
        format!("## Provenance\n\n{}", provenance(description)),
    ];
    let sections = sections.into_iter().chain(about.notes.clone());
    let text: Vec<String> = sections.collect();
    format!("{}\n", text.join("\n\n"))
}

fn summary(description: &ModelDescription) -> String {
    let shape = description.movie;
    let kind = match description.architecture.kind() {
        "bn-cnn" => "A convolutional network with batch normalisation (`bn-cnn`)",
        "nips-cnn" => "A convolutional network (`nips-cnn`)",
        "ln" => "A linear-nonlinear model (`ln`)",
        other => return format!("A model of kind `{other}`."),
    };
    format!(
        "{kind} that predicts the firing rates of {} retinal ganglion {} to movies of {} x {} pixels. Made with \
         [ganglion](https://github.com/ganglion-rs/ganglion).",
        shape.cells,
        plural(shape.cells, "cell"),
        shape.height,
        shape.width
    )
}

fn shapes(description: &ModelDescription) -> String {
    let shape = description.movie;
    let period = Milliseconds(description.frame_period_ms);
    let pixel = match description.microns_per_pixel {
        Some(microns) => format!("{microns} um on the retina"),
        None => "unknown; add `microns_per_pixel` to `model.toml`, without which stimuli in micrometres are \
                 refused"
            .to_owned(),
    };
    let normalisation = match &description.normalisation {
        Normalisation::Global { mean, sd } => {
            format!("(intensity - {mean:.6}) / {sd:.6}, the same for every pixel")
        }
        Normalisation::PerPixel { .. } => {
            "(intensity - mean) / sd, with a mean and sd of each pixel, in \
                                           `model.toml`"
                .to_owned()
        }
    };
    [
        format!(
            "- Input: movies `[frame, y, x]` of {} x {} pixels, or clips `[clip, frame, y, x]` of {} frames.",
            shape.height, shape.width, shape.history
        ),
        format!(
            "- History: each response is computed from the {} frames before it, {}.",
            shape.history,
            shape.history as f64 * period
        ),
        format!("- Time from one frame to the next: {period}."),
        format!("- Side of a pixel: {pixel}."),
        format!("- Normalisation: {normalisation}."),
        format!(
            "- Output: firing rates `[frame, cell]`, Hz, of {} of the recording, counted from 0{}.",
            cells(&description.cells),
            learned(description)
        ),
    ]
    .join("\n")
}

/// Cells by their numbers; of a row of many only the first and the last.
fn cells(all: &[usize]) -> String {
    let is_row = all.windows(2).all(|pair| pair[0] + 1 == pair[1]);
    match all {
        [one] => format!("cell {one}"),
        [first, .., last] if is_row => format!("cells {first} to {last}"),
        _ => {
            let names: Vec<String> = all.iter().map(ToString::to_string).collect();
            format!("cells {}", names.join(", "))
        }
    }
}

fn learned(description: &ModelDescription) -> String {
    if description.provenance.targets == TargetForm::SpikeCounts {
        return "; spikes of single trials are learned".to_owned();
    }
    match description.response.as_str() {
        "" => String::new(),
        response => format!("; the response learned is `{response}`"),
    }
}

fn usage(about: &About<'_>) -> String {
    let mut text = "`MODEL` is the folder of this card, or the model's name on a hub (`owner/name`) where it is \
                    in the hub's cache or in the folder that `GANGLION_MODELS` names. `RECORDING.h5` and \
                    `MOVIE.h5` are yours.\n\n"
        .to_owned();
    let mut lines = vec![
        "ganglion evaluate MODEL --recording RECORDING.h5",
        "ganglion respond MODEL --raw --stimulus MOVIE.h5:stimulus --out rates.h5",
    ];
    if about.description.microns_per_pixel.is_some() {
        lines.push("ganglion experiment MODEL --phenomenon omitted-stimulus --out found");
    }
    lines.push("ganglion export MODEL --format onnx --out model.onnx");
    for line in lines {
        let _ = writeln!(text, "    {line}");
    }
    if about.has_circuit {
        text += "\n`circuit.toml` is the true circuit of the simulated retina; it answers movies as the model \
                 does.\n";
    }
    text.trim_end().to_owned()
}

fn data(description: &ModelDescription) -> String {
    let unknown = TrainingSet::default();
    let data = description.data.as_ref().unwrap_or(&unknown);
    let recordings = description.provenance.recordings.len();
    // What was simulated is no published data set, and whoever has the program can have it.
    let is_simulated = data.simulated_recordings > 0 && data.simulated_recordings >= recordings;
    let mut lines = Vec::new();
    for (what, texts, option) in [
        ("Data set", &data.names, "--dataset NAME"),
        ("DOI", &links(&data.dois), "--doi DOI"),
        ("Licence of the data", &data.licences, "--data-licence SPDX"),
    ] {
        if !(is_simulated && texts.is_empty()) {
            lines.push(known(what, texts, option));
        }
    }
    if !data.stimuli.is_empty() {
        lines.push(format!("- Shown: {}.", data.stimuli.join("; ")));
    }
    match data.simulated_recordings {
        0 => (),
        _ if is_simulated => {
            lines.push("- The recordings are of a *simulated* retina.".to_owned());
        }
        some => lines.push(format!(
            "- Of {recordings} recordings, {some} {} of a *simulated* retina.",
            if some == 1 { "is" } else { "are" }
        )),
    }
    lines.push(match &data.split {
        Some(split) => split_in_words(split),
        None => "- Split: unknown; networks that ganglion trains say it.".to_owned(),
    });
    lines.join("\n")
}

fn known(what: &str, texts: &[String], option: &str) -> String {
    match texts.is_empty() {
        true => format!("- {what}: unknown; supplied by `ganglion card {option}`."),
        false => format!("- {what}: {}.", texts.join("; ")),
    }
}

fn links(dois: &[String]) -> Vec<String> {
    let link = |doi: &String| format!("[{doi}](https://doi.org/{doi})");
    dois.iter().map(link).collect()
}

fn split_in_words(split: &TrainingSplit) -> String {
    let rule = match split.validation.split {
        SplitRule::Blocked => {
            "runs of frames spread over the recording, none of whose frames were trained on"
        }
        SplitRule::RandomWindows => {
            "drawn at random: neighbours share frames with bins that were trained on, so that validation scores \
             are too good"
        }
        SplitRule::Last => "the last of each recording",
    };
    let chosen = match split.validation_bins {
        0 => "none was held out, so that the epoch was chosen by no score".to_owned(),
        bins => format!("by {bins} bins the epoch was chosen ({rule})"),
    };
    format!(
        "- Split: of the part `train`, {} bins were learned from; {chosen}. The part `test` was not read.",
        split.training_bins
    )
}

fn scores(description: &ModelDescription) -> String {
    let Some(scores) = &description.evaluation else {
        return "Unknown; `ganglion evaluate MODEL --recording RECORDING.h5 --json` measures them, and `ganglion \
                card --evaluation FILE.json` takes what it wrote."
            .to_owned();
    };
    let part = scored_part(scores, description);
    let mut text = format!(
        "On the part `{}` of `{}` (SHA-256 `{}`), {part}; {} bins. Medians over cells, with their 95 % intervals, and \
         the least and the greatest cell.\n\n| metric | median | 95 % interval | cells from .. to | cells | \
         definition |\n|---|---|---|---|---|---|\n",
        scores.partition, scores.recording.name, scores.recording.sha256, scores.scored_bins
    );
    text.extend(scores.metrics.iter().map(row));
    text += match scores
        .metrics
        .iter()
        .any(|metric| metric.median_interval.is_some())
    {
        true => "\nIntervals are over time and repeats, of these cells and this network.",
        false => "",
    };
    text += "\nThe cells are of one recording and one network: their range tells nothing about other retinas.";
    text
}

/// What the scored part of the recording was to the model in training.
fn scored_part(scores: &ScoreRecord, description: &ModelDescription) -> &'static str {
    let recordings = &description.provenance.recordings;
    let mut recordings_of_training = recordings.iter();
    let is_learned = recordings_of_training.any(|source| source.sha256 == scores.recording.sha256);
    match (is_learned, scores.partition) {
        (true, Partition::Test) => "which is not read in training",
        (true, Partition::Train) => "on which it was trained: the scores say nothing of new movies",
        (false, _) if recordings.is_empty() => {
            "a recording of which it is unknown whether it was trained on it"
        }
        (false, _) => "a recording that it was not trained on",
    }
}

fn row(metric: &MetricRecord) -> String {
    let MetricRecord {
        name,
        definition,
        cells,
        median,
        median_interval,
        lowest,
        highest,
    } = metric;
    let interval = median_interval.map_or("-".to_owned(), |[low, high]| {
        format!("{low:.3} .. {high:.3}")
    });
    format!(
        "| `{name}` | {median:.3} | {interval} | {lowest:.3} .. {highest:.3} | {cells} | {definition} |\n"
    )
}

fn limits(description: &ModelDescription) -> String {
    let shape = description.movie;
    let period = Milliseconds(description.frame_period_ms);
    let mut lines = vec![
        format!(
            "- What happened more than {} ago has no effect on a rate.",
            shape.history as f64 * period
        ),
        format!(
            "- Movies have {} x {} pixels and a frame every {period}; others have to be made so first.",
            shape.height, shape.width
        ),
    ];
    lines.push(match (description.light, description.normalised_light()) {
        (Some([least, greatest]), Some([low, high])) => format!(
            "- Training movies had intensities from {least} to {greatest} (normalised {low:.2} to {high:.2}); \
             responses to other light are extrapolated."
        ),
        _ => "- Which intensities it saw in training is unknown; responses to light that it did not see are \
              extrapolated."
            .to_owned(),
    });
    let data = description.data.as_ref();
    if data.is_some_and(|data| data.simulated_recordings > 0) {
        lines.push(
            "- It learned from a simulated retina. What is found in it tells whether methods work, not how a \
             real retina is wired."
                .to_owned(),
        );
    }
    let changed = description.provenance.recordings_changed.len();
    if changed > 0 {
        lines.push(format!(
            "- Recordings changed {changed} {} while it was trained; `model.toml` says which.",
            plural(changed, "time")
        ));
    }
    lines.push(
        "- It predicts the cells that it was trained on, not those of another retina.".to_owned(),
    );
    lines.join("\n")
}

fn licence(description: &ModelDescription) -> String {
    match &description.licence {
        Some(licence) => format!("The weights: {licence}."),
        None => "Unknown; supplied by `ganglion card --licence SPDX`, for example `--licence CC-BY-4.0`. Without \
                 a licence nobody else may use the weights."
            .to_owned(),
    }
}

fn provenance(description: &ModelDescription) -> String {
    let own = &description.provenance;
    let mut lines = Vec::new();
    if let Some(source) = &own.imported_from {
        lines.push(format!(
            "- Imported from `{}` (SHA-256 `{}`).",
            source.name, source.sha256
        ));
    } else if !own.recordings.is_empty() {
        lines.push(format!(
            "- Trained by ganglion {}, seed {}, kept after epoch {}.",
            own.ganglion_version, own.seed, own.epoch
        ));
    }
    let recordings = own.recordings.iter();
    lines.extend(recordings.map(|source| {
        format!(
            "- Trained on `{}` (SHA-256 `{}`).",
            source.name, source.sha256
        )
    }));
    if own.recordings.is_empty() {
        lines.push("- On which recordings it was trained is unknown.".to_owned());
    }
    lines.push(format!("- This card: {PROGRAM}."));
    lines.join("\n")
}

fn plural(count: usize, word: &str) -> String {
    match count {
        1 => word.to_owned(),
        _ => format!("{word}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_in_a_row_are_told_by_their_ends() {
        assert_eq!(cells(&[3]), "cell 3");
        assert_eq!(cells(&[3, 4, 5]), "cells 3 to 5");
        assert_eq!(cells(&[3, 5, 4]), "cells 3, 5, 4");
    }
}
