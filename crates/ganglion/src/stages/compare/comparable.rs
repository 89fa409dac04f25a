//! Whether two models can be compared.

use std::path::PathBuf;

use ganglion_model::model::{ModelDescription, SourceFile, folder};
use ganglion_model::training::RunConfig;

use crate::error::{Result, bail, ensure};
use crate::trained::Trained;

/// Refuses networks that did not learn from the same part of the same recordings, and one that is named twice.
///
/// # Errors
/// Naming both networks, and what differs.
pub(super) fn check(a: &[Trained], b: &[Trained]) -> Result<()> {
    let all: Vec<&Trained> = a.iter().chain(b).collect();
    for (place, one) in all.iter().enumerate() {
        for other in &all[..place] {
            let names = format!("{} and {}", other.path.display(), one.path.display());
            if let Some(what) = difference(one, other) {
                bail!(
                    "{names} cannot be compared cell by cell: they differ in {what}; compare networks that learned from \
                     the same recordings"
                );
            }
            let is_twice = real(one) == real(other);
            ensure!(
                !is_twice,
                "{names} are the same network; name each network once"
            );
        }
    }
    for side in [a, b] {
        let Some((first, others)) = side.split_first() else {
            bail!("a side has no network; name at least one before and one after --against");
        };
        for other in others {
            ensure!(
                first.model.description.architecture == other.model.description.architecture,
                "{} and {} are on one side, whose networks are averaged, but are different models; name networks of \
                 one model that were trained with different seeds",
                first.path.display(),
                other.path.display()
            );
        }
    }
    Ok(())
}

/// What makes scores of two networks scores of different things.
fn difference(one: &Trained, other: &Trained) -> Option<String> {
    let [a, b] = [one, other].map(|trained| &trained.model.description);
    if a.response != b.response {
        return Some(format!(
            "the responses that they learned, `{}` and `{}`",
            b.response, a.response
        ));
    }
    let [ours, theirs] = [a, b].map(known_recordings);
    if let (Some(ours), Some(theirs)) = (ours, theirs)
        && hashes(ours) != hashes(theirs)
    {
        return Some(format!(
            "the recordings that they learned from, {} and {}",
            names(theirs),
            names(ours)
        ));
    }
    let (ours, theirs) = (one.config.as_ref()?, other.config.as_ref()?);
    split_difference(ours, theirs).map(str::to_owned)
}

/// Recordings of a network, where it is known to have learned from some.
fn known_recordings(description: &ModelDescription) -> Option<&[SourceFile]> {
    let known = &description.provenance.recordings;
    (!known.is_empty()).then_some(known)
}

fn hashes(sources: &[SourceFile]) -> Vec<&str> {
    let mut all: Vec<&str> = sources.iter().map(|one| one.sha256.as_str()).collect();
    all.sort_unstable();
    all
}

fn names(sources: &[SourceFile]) -> String {
    let names: Vec<&str> = sources.iter().map(|one| one.name.as_str()).collect();
    names.join(", ")
}

/// What was held out of training, or left out.
fn split_difference(a: &RunConfig, b: &RunConfig) -> Option<&'static str> {
    let [a, b] = [a, b].map(|config| &config.recording);
    if a.validation != b.validation {
        return Some("the split, recording.validation");
    }
    if (a.blocks, a.skip_frames_per_block) != (b.blocks, b.skip_frames_per_block) {
        return Some("the split, recording.blocks or recording.skip_frames_per_block");
    }
    (a.shift_responses != b.shift_responses).then_some("recording.shift_responses")
}

/// Where the model of a path is: a run and the model that it kept are one network.
fn real(trained: &Trained) -> PathBuf {
    let path = folder(&trained.path).unwrap_or_else(|_| trained.path.clone());
    path.canonicalize().unwrap_or(path)
}
