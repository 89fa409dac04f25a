//! One class of movies: its training movie and its test movie.

use ganglion_recording::{Microns, Partition};

use super::config::{BarConfig, FieldNoiseConfig, NaturalConfig, NoiseConfig, SimulationConfig};
use crate::Error;
use crate::movie::{
    BarMovie, BarOptions, DeadLeaves, Movie, NaturalMovie, NaturalOptions, NoiseMovie,
    NoiseOptions, Photographs, PictureSource,
};

/// A class of movies, and what its file is called.
pub(super) struct StimulusClass {
    /// Name of the file, without the ending.
    pub(super) file: &'static str,
    /// What the attribute `stimulus_class` says.
    pub(super) description: String,
    /// What a user ought to know of its movies.
    pub(super) note: Option<String>,
    pub(super) train: Box<dyn Movie>,
    pub(super) test: Box<dyn Movie>,
}

impl StimulusClass {
    pub(super) fn movie(&self, partition: Partition) -> &dyn Movie {
        match partition {
            Partition::Train => self.train.as_ref(),
            Partition::Test => self.test.as_ref(),
        }
    }
}

/// The classes that a config asks for, natural movies first.
pub(super) fn classes(config: &SimulationConfig, seed: u64) -> Result<Vec<StimulusClass>, Error> {
    let mut classes = Vec::new();
    if let Some(natural) = &config.natural {
        classes.push(natural_class(natural, config, seed)?);
    }
    if let Some(noise) = &config.white_noise {
        classes.push(noise_class(noise, config, seed)?);
    }
    if let Some(flicker) = &config.flicker {
        classes.push(flicker_class(flicker, config, seed)?);
    }
    if let Some(bars) = &config.bars {
        classes.push(bar_class(bars, config, seed));
    }
    if let Some(stripes) = &config.stripes {
        classes.push(stripe_class(stripes, config, seed));
    }
    Ok(classes)
}

fn natural_class(
    natural: &NaturalConfig,
    config: &SimulationConfig,
    seed: u64,
) -> Result<StimulusClass, Error> {
    let source = || -> Result<Box<dyn PictureSource>, Error> {
        Ok(match &natural.images {
            Some(folder) => Box::new(Photographs::read(folder)?),
            None => {
                let mut leaves = DeadLeaves::new(config.screen.microns_per_pixel);
                if let Some([smallest, largest]) = natural.leaves {
                    (leaves.smallest, leaves.largest) = (smallest, largest);
                }
                Box::new(leaves)
            }
        })
    };
    let movie = |name: &str, seconds: f64| -> Result<NaturalMovie, Error> {
        let options = NaturalOptions {
            screen: config.screen.screen(),
            frames: config.frames(seconds),
            fixation: natural.fixation,
            drift: natural.drift(&config.screen),
            contrast: natural.contrast,
            illumination: natural.illumination,
            seed,
            name: name.to_owned(),
        };
        NaturalMovie::new(options, source()?)
    };
    let train = movie("train", natural.train_seconds)?;
    Ok(StimulusClass {
        file: "naturalscene",
        description: format!("natural movie of {}", train.source_name()),
        note: train.note(),
        train: Box::new(train),
        test: Box::new(movie("test", natural.test_seconds)?),
    })
}

fn noise_class(
    noise: &NoiseConfig,
    config: &SimulationConfig,
    seed: u64,
) -> Result<StimulusClass, Error> {
    let check = noise.check.unwrap_or(config.screen.microns_per_pixel);
    let options = |name: &str, seconds: f64| NoiseOptions {
        screen: config.screen.screen(),
        frames: config.frames(seconds),
        distribution: noise.distribution,
        contrast: noise.contrast,
        update: noise.update,
        check: Some(check),
        seed,
        name: format!("white noise {name}"),
    };
    Ok(StimulusClass {
        file: "whitenoise",
        description: format!("spatial white noise, squares of {} um", check.0),
        note: None,
        train: Box::new(NoiseMovie::new(&options("train", noise.train_seconds))?),
        test: Box::new(NoiseMovie::new(&options("test", noise.test_seconds))?),
    })
}

fn flicker_class(
    flicker: &FieldNoiseConfig,
    config: &SimulationConfig,
    seed: u64,
) -> Result<StimulusClass, Error> {
    let options = |name: &str, seconds: f64| NoiseOptions {
        screen: config.screen.screen(),
        frames: config.frames(seconds),
        distribution: flicker.distribution,
        contrast: flicker.contrast,
        update: flicker.update,
        check: None,
        seed,
        name: format!("flicker {name}"),
    };
    Ok(StimulusClass {
        file: "flicker",
        description: "full-field flicker".to_owned(),
        note: None,
        train: Box::new(NoiseMovie::new(&options("train", flicker.train_seconds))?),
        test: Box::new(NoiseMovie::new(&options("test", flicker.test_seconds))?),
    })
}

fn bar_class(bars: &BarConfig, config: &SimulationConfig, seed: u64) -> StimulusClass {
    let width = bars.width.unwrap_or(config.screen.microns_per_pixel);
    let movie =
        |name, seconds| BarMovie::new(&bar_options(bars, width, config, (name, seconds, seed)));
    let train = movie("train", bars.train_seconds);
    StimulusClass {
        file: "bars",
        description: format!("noise of vertical bars, {} um wide", train.width().0),
        note: None,
        train: Box::new(train),
        test: Box::new(movie("test", bars.test_seconds)),
    }
}

/// Width of the stripes of the probe that circuits are identified with.
const STRIPE: Microns = Microns(100.0);

fn stripe_class(stripes: &BarConfig, config: &SimulationConfig, seed: u64) -> StimulusClass {
    let width = stripes.width.unwrap_or(STRIPE);
    let movie = |name, seconds| {
        BarMovie::of_two_sets(&bar_options(stripes, width, config, (name, seconds, seed)))
    };
    let train = movie("train", stripes.train_seconds);
    StimulusClass {
        file: "stripes",
        description: format!("two sets of vertical stripes, {} um wide", train.width().0),
        note: None,
        train: Box::new(train),
        test: Box::new(movie("test", stripes.test_seconds)),
    }
}

fn bar_options(
    bars: &BarConfig,
    width: Microns,
    config: &SimulationConfig,
    (name, seconds, seed): (&str, f64, u64),
) -> BarOptions {
    BarOptions {
        screen: config.screen.screen(),
        frames: config.frames(seconds),
        contrast: bars.contrast,
        hold: bars.hold,
        width,
        seed,
        name: name.to_owned(),
    }
}
