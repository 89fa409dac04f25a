//! Which phenomena can be shown on the screen of the network that is asked.
//!
//! A stimulus in micrometres may need a larger screen than the movie that a network learned from. That is known before
//! anything is trained.

use ganglion_experiment::{ExperimentConfig, Screen};
use ganglion_model::model::ModelDescription;
use ganglion_model::training::RunConfig;
use ganglion_recording::{Microns, Partition, RecordingFile};

use super::{Pipeline, PipelineConfig};
use crate::error::{Context as _, Error, Result};
use crate::report::Skipped;

/// Phenomena that the screen can show, and those that it cannot.
pub struct Fitting {
    /// The experiments of all phenomena that are looked for.
    pub experiments: Vec<ExperimentConfig>,
    /// Phenomena that are not, and why.
    pub skipped: Vec<Skipped>,
}

impl Fitting {
    /// Prepares every stimulus for the screen. Where the screen is not known yet, since a recording cannot be opened,
    /// nothing is skipped: training will tell what is wrong.
    ///
    /// # Errors
    /// Where no phenomenon can be shown; where the model or the recording does not say how large a pixel is.
    pub fn of(pipeline: &Pipeline) -> Result<Self> {
        let experiments = pipeline.config.experiments()?;
        match screen(pipeline)? {
            Some(screen) => Self::on(screen, experiments),
            None => Ok(Self {
                experiments,
                skipped: Vec::new(),
            }),
        }
    }

    /// A phenomenon is skipped where one of its experiments cannot be shown.
    fn on(screen: Screen, mut experiments: Vec<ExperimentConfig>) -> Result<Self> {
        let mut skipped: Vec<Skipped> = Vec::new();
        for experiment in &experiments {
            let name = experiment.name();
            if let Err(error) = experiment.prepare(screen)
                && skipped.iter().all(|one| one.name != name)
            {
                skipped.push(Skipped {
                    name: name.to_owned(),
                    reason: error.to_string(),
                });
            }
        }
        experiments.retain(|one| skipped.iter().all(|skipped| skipped.name != one.name()));
        match (experiments.is_empty(), skipped.first()) {
            (true, Some(first)) => Err(Error::input(format!(
                "no stimulus of the experiments can be shown on {} x {} pixels (y, x) of {} um: {}",
                screen.height, screen.width, screen.microns_per_pixel.0, first.reason
            ))),
            _ => Ok(Self {
                experiments,
                skipped,
            }),
        }
    }
}

/// The screen of the network that will be asked; none where its recording cannot be opened.
fn screen(pipeline: &Pipeline) -> Result<Option<Screen>> {
    let config = &pipeline.config;
    match (&pipeline.model, &config.training) {
        (Some(model), _) => {
            let place = || format!("{}: cannot be shown stimuli", model.display());
            let description = ModelDescription::open(model)?;
            description.screen().with_context(place).map(Some)
        }
        (None, Some(training)) => screen_of_training(config, training),
        (None, None) => Ok(None),
    }
}

/// The frames of the recording that is trained on, simulated or not; the size of a pixel is what the network's table says,
/// if it says so.
fn screen_of_training(config: &PipelineConfig, training: &RunConfig) -> Result<Option<Screen>> {
    let stated = training.model.microns_per_pixel().map(Microns);
    if let Some(simulated) = &config.simulation {
        let screen = simulated.simulation.screen.screen();
        let microns_per_pixel = stated.unwrap_or(screen.microns_per_pixel);
        return Ok(Some(Screen {
            microns_per_pixel,
            ..screen
        }));
    }
    let file = training.recording.files.first();
    let Some(recording) = file.and_then(|file| RecordingFile::open(file).ok()) else {
        return Ok(None);
    };
    let Ok(movie) = recording.partition(Partition::Train) else {
        return Ok(None);
    };
    let microns_per_pixel = stated.or(recording.microns_per_pixel());
    let frame_period = recording.frame_period().period;
    Ok(Some(Screen {
        height: movie.height,
        width: movie.width,
        frame_period,
        microns_per_pixel: microns_per_pixel.ok_or(ganglion_model::Error::NoPixelSize)?,
        history: training.recording.history(frame_period),
    }))
}

#[cfg(test)]
mod tests {
    use ganglion_experiment::Phenomenon;
    use ganglion_recording::Milliseconds;

    use super::*;

    fn phenomena() -> Vec<ExperimentConfig> {
        let preset = |one: &Phenomenon| ExperimentConfig::preset(one.name(), None).unwrap();
        Phenomenon::ALL.iter().map(preset).collect()
    }

    fn screen(pixels: usize) -> Screen {
        Screen {
            height: pixels,
            width: pixels,
            frame_period: Milliseconds(10.0),
            microns_per_pixel: Microns(50.0),
            history: 40,
        }
    }

    #[test]
    fn what_does_not_fit_is_left_out_with_the_reason() {
        let all = Fitting::on(screen(50), phenomena()).unwrap();
        assert!(all.skipped.is_empty());
        // Bars cannot turn 600 um from the centre of a screen of 1 mm.
        let most = Fitting::on(screen(20), phenomena()).unwrap();
        let [Skipped { name, reason }] = &most.skipped[..] else {
            panic!("{:?}", most.skipped)
        };
        assert_eq!(name, "motion-reversal");
        assert!(reason.contains("positions"), "{reason}");
        assert_eq!(most.experiments.len(), all.experiments.len() - 1);
    }

    #[test]
    fn a_screen_that_can_show_nothing_is_refused() {
        let reversal = ExperimentConfig::preset("motion-reversal", None).unwrap();
        let refused = Fitting::on(screen(20), vec![reversal]);
        let error = refused.map(|_| ()).unwrap_err().to_string();
        for part in ["20 x 20 pixels", "of 50 um", "positions"] {
            assert!(error.contains(part), "{error}");
        }
    }
}
