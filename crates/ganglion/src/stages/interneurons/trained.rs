//! Networks that means are taken over.

use crate::error::{Result, ensure};
pub use crate::trained::Trained;

/// Refuses networks that means are not to be taken over: without hidden units, of different kinds, or one of
/// them twice.
///
/// # Errors
/// As it says.
pub fn check(networks: &[Trained]) -> Result<()> {
    for (place, one) in networks.iter().enumerate() {
        let path = one.path.display();
        ensure!(
            one.model.hidden_layers() > 0,
            "{path}: has no hidden units (its kind is {:?}); give a convolutional network",
            one.model.description.architecture.kind()
        );
        let shift = one
            .config
            .as_ref()
            .map_or(0, |config| config.recording.shift_responses);
        ensure!(
            shift == 0,
            "{path}: was trained on shifted responses (recording.shift_responses = {shift}), as a null is; name it with \
             --null"
        );
        for other in &networks[..place] {
            let before = other.path.display();
            let [a, b] = [one, other].map(|trained| &trained.model.description);
            ensure!(
                a.architecture == b.architecture && a.movie.history == b.movie.history,
                "{path}: is another kind of network than {before}; means are over networks of one kind, compare \
                 the others by themselves"
            );
            let is_same = one.seed().is_some() && one.seed() == other.seed();
            ensure!(
                !(is_same && one.differs_from(other).is_none()),
                "{path}: is the network of {before}, trained with the same seed on the same recordings; give each \
                 network once"
            );
        }
    }
    Ok(())
}
