//! Making a card, and the folder that a hub takes.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use ganglion_model::model::{DESCRIPTION, ModelDescription, WEIGHTS, folder};
use ganglion_model::score_record::ScoreRecord;
use ganglion_model::training_set::TrainingSet;
use ganglion_recording::{sha256_of, write_atomically};

use super::readme::{About, MARK, readme};
use super::{Card, licence, scores};
use crate::error::{Context as _, Error, Result, ensure};
use crate::location::Location;
use crate::outputs::Outputs;
use crate::results::{EvaluationSummary, read, write_text};
use crate::runner::Runner;

/// Name of the card.
const README: &str = "README.md";

/// Name of a simulated retina's circuit.
const CIRCUIT: &str = "circuit.toml";

/// A heading of a card, from which on the words are those of the model's makers.
const NOTES: &str = "## Notes";

/// A card that was made.
#[derive(Clone, Debug)]
pub struct Carded {
    /// The card, in Markdown.
    pub text: String,
    /// The files that were written.
    pub files: Vec<PathBuf>,
}

impl Card {
    /// Makes the card, and writes it with the model where a folder is given.
    ///
    /// # Errors
    /// Where there is no such model, the scores are those of another one, or the folder cannot be written.
    pub fn run(&self, runner: &Runner<'_>) -> Result<Carded> {
        self.check()?;
        let location = Location::of(&self.model);
        let model = folder(&self.model)?;
        let mut description = runner.model(&self.model)?.description;
        self.complete(&mut description);
        if let Some(found) = self.scores(&location, &model, &description)? {
            description.evaluation = Some(found);
        }
        let circuit = [model.join(CIRCUIT), location.root().join(CIRCUIT)];
        let circuit = circuit.into_iter().find(|file| file.is_file());
        let title = self.title(&location, &model);
        let text = readme(&About {
            title: &title,
            description: &description,
            has_circuit: circuit.is_some(),
            notes: notes(&model.join(README))?,
        });
        let files = match &self.out {
            None => Vec::new(),
            Some(out) => {
                let outputs = Outputs::of("card", runner.overwrite)
                    .reading_model(&self.model)
                    .reading_all(&self.evaluation)
                    .reading(model.join(README));
                write(
                    out,
                    outputs,
                    &text,
                    &description,
                    &model,
                    circuit.as_deref(),
                )?
            }
        };
        Ok(Carded { text, files })
    }

    fn check(&self) -> Result<()> {
        if let Some(text) = &self.licence {
            licence::check("--licence", text)?;
        }
        for text in &self.data_licences {
            licence::check("--data-licence", text)?;
        }
        let is_doi = |doi: &String| {
            doi.starts_with("10.") && doi.contains('/') && !doi.contains(char::is_whitespace)
        };
        match self.dois.iter().find(|doi| !is_doi(doi)) {
            None => Ok(()),
            Some(doi) => Err(Error::request(format!(
                "--doi {doi:?}: is no DOI, which begins with 10. and has a slash, as 10.1000/182"
            ))),
        }
    }

    /// Adds what was given to what the model says itself.
    fn complete(&self, description: &mut ModelDescription) {
        if let Some(licence) = &self.licence {
            description.licence = Some(licence.clone());
        }
        let mut data = description.data.clone().unwrap_or_default();
        for (given, known) in [
            (&self.datasets, &mut data.names),
            (&self.dois, &mut data.dois),
            (&self.data_licences, &mut data.licences),
        ] {
            if !given.is_empty() {
                known.clone_from(given);
            }
        }
        description.data = (data != TrainingSet::default()).then_some(data);
    }

    /// The scores that were asked for, or those of the run.
    fn scores(
        &self,
        location: &Location,
        model: &Path,
        description: &ModelDescription,
    ) -> Result<Option<ScoreRecord>> {
        let of_run = || location.run().map(|run| run.root().join("evaluation.json"));
        let Some(file) = self.evaluation.clone().or_else(of_run) else {
            return Ok(None);
        };
        let Some(summary) = read::<EvaluationSummary>(&file)? else {
            return match &self.evaluation {
                None => Ok(None),
                Some(_) => Err(Error::input(format!("{}: is not there", file.display()))),
            };
        };
        let weights = sha256_of(model.join(WEIGHTS))?;
        let is_same = match &summary.weights_sha256 {
            Some(sha256) => *sha256 == weights,
            None => summary.model_epoch == description.provenance.epoch,
        };
        ensure!(
            is_same,
            "{}: holds scores of other weights than those of {}; run `ganglion evaluate` on the model again",
            file.display(),
            self.model.display()
        );
        Ok(Some(scores::record(&summary)))
    }

    /// What the model is called.
    fn title(&self, location: &Location, model: &Path) -> String {
        let given = self.title.clone();
        given.unwrap_or_else(|| match location {
            Location::Named(name, _) => name.to_string(),
            Location::Run(_) | Location::Model(_) => {
                let root = fs::canonicalize(location.root());
                let root = root.unwrap_or_else(|_| model.to_owned());
                let name = root.file_name().unwrap_or_default();
                name.to_string_lossy().into_owned()
            }
        })
    }
}

/// What the makers of a model wrote below the heading for it, with the heading.
fn notes(file: &Path) -> Result<Option<String>> {
    if !file.is_file() {
        return Ok(None);
    }
    let text = fs::read_to_string(file).with_context(|| file.display().to_string())?;
    let notes = notes_of(&text);
    if notes.is_none() && !text.contains(MARK) {
        tracing::warn!(
            "{}: nothing of it is in the card, because it has no heading `{NOTES}`: what stands below that \
             heading is kept",
            file.display()
        );
    }
    Ok(notes)
}

/// What stands from the heading of the notes on, however its lines end.
fn notes_of(text: &str) -> Option<String> {
    let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
    let start = lines.iter().position(|line| *line == NOTES)?;
    Some(lines[start..].join("\n").trim_end().to_owned())
}

/// Writes card, description, weights and circuit; all are checked before the first is written.
fn write(
    out: &Path,
    outputs: Outputs,
    text: &str,
    description: &ModelDescription,
    model: &Path,
    circuit: Option<&Path>,
) -> Result<Vec<PathBuf>> {
    let mut outputs = outputs;
    outputs.model(out)?;
    let is_card = |file: &Path| fs::read_to_string(file).is_ok_and(|text| text.contains(MARK));
    let card = outputs.file(&out.join(README), is_card)?;
    let mut copies = vec![(model.join(WEIGHTS), out.join(WEIGHTS))];
    if let Some(circuit) = circuit {
        let copy = outputs.file(&out.join(CIRCUIT), |file| same(file, circuit))?;
        copies.push((circuit.to_owned(), copy));
    }
    fs::create_dir_all(out).with_context(|| out.display().to_string())?;
    let mut written = Vec::new();
    for (from, to) in copies {
        let bytes = fs::read(&from).with_context(|| from.display().to_string())?;
        write_atomically(&to, |file| file.write_all(&bytes))?;
        written.push(to);
    }
    let settings = out.join(DESCRIPTION);
    write_text(&settings, &description.to_toml()?)?;
    write_text(&card, text)?;
    Ok([vec![card, settings], written].concat())
}

/// Whether two files hold the same.
fn same(one: &Path, other: &Path) -> bool {
    matches!((sha256_of(one), sha256_of(other)), (Ok(one), Ok(other)) if one == other)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Lines of any system end a heading, and so do blanks behind it; a heading within a sentence is none.
    #[test]
    fn notes_are_found_however_lines_end() {
        let expected = Some("## Notes\n\nOurs.".to_owned());
        for text in [
            "# A\n\n## Notes\n\nOurs.\n",
            "# A\r\n\r\n## Notes \r\n\r\nOurs.\r\n",
            "## Notes\n\nOurs.",
        ] {
            assert_eq!(notes_of(text), expected, "{text:?}");
        }
        assert_eq!(notes_of("# A\n\nSee ## Notes\n"), None);
    }
}
