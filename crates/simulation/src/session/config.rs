//! What to simulate, as it is written in a config file.

use std::path::Path;

use ganglion_experiment::Screen;
use ganglion_experiment::stimulus::Distribution;
use ganglion_recording::{ConfigPath, Microns, Milliseconds};
use schemars::JsonSchema;
use serde::de::{Error as _, IntoDeserializer};
use serde::{Deserialize, Deserializer, Serialize};

use super::places::InterneuronConfig;
use crate::circuit::{Problem, not_negative, positive};
use crate::movie::{Drift, FixationTime};
use crate::{Error, Family, Mechanisms, Variability};

/// The table `[simulation]` of a config file: a retina, and the movies that it is shown.
///
/// ```toml
/// [simulation]
/// family = "salamander"            # a family that is built in, or the path of a family's file
/// repeats = 20                     # of the test movies
/// screen = { height = 50, width = 50, microns_per_pixel = 50, frame_period = 10, history_frames = 40 }
/// mosaic = { count = 4, spacing = 300, margin = 650 }            # of every class
/// spikes = { order = 2, refractory = 2 }
/// interneurons = { spacing = 250 } # potentials of all types on a grid, during the test movies
/// natural = { train_seconds = 1800, test_seconds = 60 }          # images = "FOLDER" for photographs
/// white_noise = { train_seconds = 600, test_seconds = 60 }
/// flicker = { train_seconds = 120, test_seconds = 30 }
/// bars = { train_seconds = 300, test_seconds = 30, width = 100 } # each holds contrasts for 20 to 500 ms
/// stripes = { train_seconds = 300, test_seconds = 30 }           # bars in two sets, as the probe of `identify`
///
/// [simulation.mechanisms]                                        # of the retina; `true`, or numbers
/// depression = true
/// noise = { gain_variance = 0 }
///
/// [simulation.changes.interneurons.on-fast]                      # of numbers of the family
/// low_pass = 9
/// ```
///
/// A movie that has no table is not made.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SimulationConfig {
    /// Name of a family that is built in, or path of a family's file (`.toml`).
    #[serde(default)]
    pub family: FamilySource,
    /// Values of the family to replace.
    #[serde(default, skip_serializing_if = "toml::Table::is_empty")]
    #[schemars(with = "std::collections::BTreeMap<String, schemars::Schema>")]
    pub changes: toml::Table,
    /// Mechanisms of the retina beyond filters and thresholds; the family's, which has none if it is built
    /// in, where left out.
    #[serde(default, skip_serializing_if = "Mechanisms::is_empty")]
    pub mechanisms: Mechanisms,
    /// Classes of cells of the family that are left out unless they are named here.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub optional_classes: Vec<String>,
    /// The frames.
    #[serde(default)]
    pub screen: ScreenConfig,
    /// Where the cells of every class lie; the family's values where left out.
    #[serde(default)]
    pub mosaic: MosaicConfig,
    /// Variability of spikes.
    #[serde(default)]
    pub spikes: Variability,
    /// Times that the test movies are shown.
    #[serde(default = "twenty")]
    pub repeats: usize,
    /// Potentials of interneurons beside the spikes; none if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interneurons: Option<InterneuronConfig>,
    /// Natural movies: `naturalscene.h5`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub natural: Option<NaturalConfig>,
    /// Spatial white noise: `whitenoise.h5`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub white_noise: Option<NoiseConfig>,
    /// Flicker of the whole field: `flicker.h5`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub flicker: Option<FieldNoiseConfig>,
    /// Noise of vertical bars: `bars.h5`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bars: Option<BarConfig>,
    /// Vertical stripes of two sets: `stripes.h5`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stripes: Option<BarConfig>,
}

/// Where a family comes from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(
    untagged,
    expecting = "expected the name of a family, or a file that ends in .toml"
)]
pub enum FamilySource {
    /// A file: what ends in `.toml`.
    File(#[serde(deserialize_with = "family_file")] ConfigPath),
    /// A family that is built in, by its name.
    BuiltIn(String),
}

impl Default for FamilySource {
    fn default() -> Self {
        Self::BuiltIn("salamander".to_owned())
    }
}

/// A path, if the text is one.
fn family_file<'de, D: Deserializer<'de>>(deserializer: D) -> Result<ConfigPath, D::Error> {
    let text = String::deserialize(deserializer)?;
    if !text.ends_with(".toml") {
        return Err(D::Error::custom("no family file"));
    }
    ConfigPath::deserialize(text.into_deserializer())
}

fn twenty() -> usize {
    20
}

/// The frames of the movies.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ScreenConfig {
    /// Rows.
    #[schemars(extend("unit" = "pixels"))]
    pub height: usize,
    /// Columns.
    #[schemars(extend("unit" = "pixels"))]
    pub width: usize,
    /// Time from one frame to the next.
    pub frame_period: Milliseconds,
    /// Side of a pixel on the retina.
    pub microns_per_pixel: Microns,
    /// Frames that a response depends on.
    #[schemars(extend("unit" = "frames"))]
    pub history_frames: usize,
}

impl Default for ScreenConfig {
    /// The published size.
    fn default() -> Self {
        Self {
            height: 50,
            width: 50,
            frame_period: Milliseconds(10.0),
            microns_per_pixel: Microns(50.0),
            history_frames: 40,
        }
    }
}

/// Where the cells of every class lie.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MosaicConfig {
    /// Cells of a class.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub count: Option<usize>,
    /// Distance of neighbours of a class.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub spacing: Option<Microns>,
    /// Distance from the edge of the frame within which no cell lies.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub margin: Option<Microns>,
}

/// Natural movies.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NaturalConfig {
    /// Length of the training movie.
    #[schemars(extend("unit" = "s"))]
    pub train_seconds: f64,
    /// Length of the test movie.
    #[schemars(extend("unit" = "s"))]
    pub test_seconds: f64,
    /// Standard deviation of Weber contrast.
    #[serde(default = "natural_contrast")]
    pub contrast: f64,
    /// Time for which a picture stays: a number, or a range `[low, high]`.
    #[serde(default = "a_second")]
    pub fixation: FixationTime,
    /// Standard deviation of a step of the drift, every frame and along either axis.
    #[serde(default = "drift_step")]
    pub drift: Microns,
    /// Smallest and largest radius of the leaves in pictures of dead leaves; left out, half a pixel
    /// and 2.5 mm. Larger leaves make more of the frames uniform, as sky and ground are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub leaves: Option<[Microns; 2]>,
    /// Standard deviation of the logarithm of a factor on the luminance of the whole scene, which
    /// changes with a power close to 1 / frequency, as natural light does; 0 is steady light.
    #[serde(default)]
    pub illumination: f64,
    /// Folder of photographs; pictures of dead leaves if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub images: Option<ConfigPath>,
}

fn natural_contrast() -> f64 {
    0.4
}

fn a_second() -> FixationTime {
    FixationTime::Same(Milliseconds(1000.0))
}

fn drift_step() -> Microns {
    Microns(15.0)
}

/// Spatial white noise.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NoiseConfig {
    /// Length of the training movie.
    #[schemars(extend("unit" = "s"))]
    pub train_seconds: f64,
    /// Length of the test movie.
    #[schemars(extend("unit" = "s"))]
    pub test_seconds: f64,
    /// Standard deviation of Weber contrast.
    #[serde(default = "noise_contrast")]
    pub contrast: f64,
    /// Distribution of the contrasts.
    #[serde(default)]
    pub distribution: Distribution,
    /// Time from one pattern to the next: 30 Hz if left out.
    #[serde(default = "thirty_hertz")]
    pub update: Milliseconds,
    /// Side of a square; a pixel if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub check: Option<Microns>,
}

/// Flicker of the whole field.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FieldNoiseConfig {
    /// Length of the training movie.
    #[schemars(extend("unit" = "s"))]
    pub train_seconds: f64,
    /// Length of the test movie.
    #[schemars(extend("unit" = "s"))]
    pub test_seconds: f64,
    /// Standard deviation of Weber contrast.
    #[serde(default = "noise_contrast")]
    pub contrast: f64,
    /// Distribution of the contrasts.
    #[serde(default)]
    pub distribution: Distribution,
    /// Time from one contrast to the next: 30 Hz if left out.
    #[serde(default = "thirty_hertz")]
    pub update: Milliseconds,
}

/// Noise of vertical bars, each with contrasts and times of its own, or of two sets of them in turn.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BarConfig {
    /// Length of the training movie.
    #[schemars(extend("unit" = "s"))]
    pub train_seconds: f64,
    /// Length of the test movie.
    #[schemars(extend("unit" = "s"))]
    pub test_seconds: f64,
    /// Standard deviation of Weber contrast.
    #[serde(default = "noise_contrast")]
    pub contrast: f64,
    /// Time for which a bar keeps a contrast: a number, or a range `[low, high]`; 20 to 500 ms if
    /// left out.
    #[serde(default = "short_and_long")]
    pub hold: FixationTime,
    /// Width of a bar; if left out a pixel, or 100 um where there are two sets.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub width: Option<Microns>,
}

fn short_and_long() -> FixationTime {
    FixationTime::Between([Milliseconds(20.0), Milliseconds(500.0)])
}

fn noise_contrast() -> f64 {
    0.4
}

fn thirty_hertz() -> Milliseconds {
    Milliseconds(1000.0 / 30.0)
}

impl ScreenConfig {
    /// The frames as experiments know them.
    pub fn screen(&self) -> Screen {
        Screen {
            height: self.height,
            width: self.width,
            frame_period: self.frame_period,
            microns_per_pixel: self.microns_per_pixel,
            history: self.history_frames,
        }
    }

    fn check(&self) -> Result<(), Problem> {
        positive("height", self.height as f64)?;
        positive("width", self.width as f64)?;
        positive("history_frames", self.history_frames as f64)?;
        positive("frame_period", self.frame_period.0)?;
        positive("microns_per_pixel", self.microns_per_pixel.0)
    }
}

impl NaturalConfig {
    /// How the eye moves: far enough within the longest fixation that reflections are rare.
    pub(super) fn drift(&self, screen: &ScreenConfig) -> Drift {
        let frames = self.fixation.longest().0 / screen.frame_period.0;
        let reach = 3.0 * self.drift.0 * frames.sqrt();
        Drift {
            step: self.drift,
            reach: Microns(reach.max(screen.microns_per_pixel.0)),
        }
    }

    fn check(&self, screen: &ScreenConfig) -> Result<(), Problem> {
        positive("contrast", self.contrast)?;
        not_negative("drift", self.drift.0)?;
        self.check_leaves()?;
        not_negative("illumination", self.illumination)?;
        check_time("fixation", self.fixation, screen)
    }

    fn check_leaves(&self) -> Result<(), Problem> {
        let Some(leaves) = self.leaves else {
            return Ok(());
        };
        let [smallest, largest] = leaves.map(|radius| radius.0);
        if smallest > 0.0 && smallest < largest && largest.is_finite() {
            return Ok(());
        }
        Err(Problem::new(
            "leaves",
            format!("[{smallest}, {largest}]"),
            "are no radii",
            "give two above 0, the smaller one first",
        ))
    }
}

impl BarConfig {
    fn check(&self, screen: &ScreenConfig) -> Result<(), Problem> {
        if let Some(width) = self.width {
            positive("width", width.0)?;
        }
        check_time("hold", self.hold, screen)
    }
}

/// Refuses times shorter than a frame and ranges that are none.
fn check_time(key: &str, time: FixationTime, screen: &ScreenConfig) -> Result<(), Problem> {
    let (shortest, longest) = (time.shortest().0, time.longest().0);
    let [value, problem, remedy] = if !(longest.is_finite() && shortest <= longest) {
        [
            format!("[{shortest}, {longest}]"),
            "is no range".to_owned(),
            "give the lower end first: [low, high]".to_owned(),
        ]
    } else if shortest < screen.frame_period.0 {
        [
            shortest.to_string(),
            "is less than a frame".to_owned(),
            format!("give {} or more", screen.frame_period),
        ]
    } else {
        return Ok(());
    };
    Err(Problem::new(key, value, problem, remedy))
}

impl SimulationConfig {
    /// The family with the changes, the mechanisms, the classes and the mosaics of this config.
    ///
    /// # Errors
    /// If there is no such family, or it makes no sense after the changes.
    pub fn family(&self) -> Result<Family, Error> {
        let text = self.family_text()?;
        let family = Family::from_toml_with(&text, self.changes.clone())?
            .with_optional_classes(&self.optional_classes)?
            .with_mechanisms(&self.mechanisms);
        Ok(family.with_mosaics(self.mosaic.count, self.mosaic.spacing, self.mosaic.margin))
    }

    /// Names of the recordings that the config asks for: one for each class of movies.
    pub fn recordings(&self) -> Vec<String> {
        let classes = [
            ("naturalscene", self.natural.is_some()),
            ("whitenoise", self.white_noise.is_some()),
            ("flicker", self.flicker.is_some()),
            ("bars", self.bars.is_some()),
            ("stripes", self.stripes.is_some()),
        ];
        let made = classes.into_iter().filter(|(_, is_made)| *is_made);
        made.map(|(name, _)| format!("{name}.h5")).collect()
    }

    /// The file of the family, if it is one: what ends in `.toml`.
    pub fn family_file(&self) -> Option<&Path> {
        match &self.family {
            FamilySource::File(path) => Some(path),
            FamilySource::BuiltIn(_) => None,
        }
    }

    fn family_text(&self) -> Result<String, Error> {
        let path = match &self.family {
            FamilySource::File(path) => path,
            FamilySource::BuiltIn(name) => return Ok(Family::preset_text(name)?.to_owned()),
        };
        std::fs::read_to_string(path).map_err(|source| Error::ReadFile {
            path: path.to_path_buf(),
            source,
        })
    }

    /// Frames of a number of seconds.
    pub(super) fn frames(&self, seconds: f64) -> usize {
        (seconds / self.screen.frame_period.seconds()).round() as usize
    }

    /// Refuses values without sense; the message names the key.
    ///
    /// # Errors
    /// If there is one.
    pub fn check(&self) -> Result<(), Error> {
        let within = |table: &'static str| move |problem: Problem| problem.within(table);
        self.screen.check().map_err(within("simulation.screen"))?;
        self.spikes.check().map_err(within("simulation.spikes"))?;
        if self.repeats < 2 {
            let remedy = "give at least 2, so that the reliability of the cells is known";
            return Err(
                Problem::new("simulation.repeats", self.repeats, "is too few", remedy).into(),
            );
        }
        if let Some(interneurons) = &self.interneurons {
            interneurons
                .check()
                .map_err(within("simulation.interneurons"))?;
        }
        if let Some(natural) = &self.natural {
            natural
                .check(&self.screen)
                .map_err(within("simulation.natural"))?;
        }
        let bars = [
            ("simulation.bars", &self.bars),
            ("simulation.stripes", &self.stripes),
        ];
        for (table, bars) in bars {
            let checked = bars.as_ref().map(|bars| bars.check(&self.screen));
            checked.transpose().map_err(within(table))?;
        }
        self.check_movies()
    }

    fn check_movies(&self) -> Result<(), Error> {
        let natural = self.natural.as_ref();
        let movies = [
            (
                "natural",
                natural.map(|movie| (movie.train_seconds, movie.test_seconds, movie.contrast)),
            ),
            (
                "white_noise",
                self.white_noise
                    .map(|movie| (movie.train_seconds, movie.test_seconds, movie.contrast)),
            ),
            (
                "flicker",
                self.flicker
                    .map(|movie| (movie.train_seconds, movie.test_seconds, movie.contrast)),
            ),
            (
                "bars",
                self.bars
                    .map(|movie| (movie.train_seconds, movie.test_seconds, movie.contrast)),
            ),
            (
                "stripes",
                self.stripes
                    .map(|movie| (movie.train_seconds, movie.test_seconds, movie.contrast)),
            ),
        ];
        if movies.iter().all(|(_, movie)| movie.is_none()) {
            let remedy =
                "give at least one of `natural`, `white_noise`, `flicker`, `bars` and `stripes`";
            return Err(
                Problem::new("simulation", "no movie", "leaves nothing to record", remedy).into(),
            );
        }
        for (name, movie) in movies {
            let Some((train, test, contrast)) = movie else {
                continue;
            };
            let within = |problem: Problem| problem.within(&format!("simulation.{name}"));
            self.check_length("train_seconds", train).map_err(within)?;
            self.check_length("test_seconds", test).map_err(within)?;
            positive("contrast", contrast).map_err(within)?;
        }
        Ok(())
    }

    fn check_length(&self, key: &str, seconds: f64) -> Result<(), Problem> {
        positive(key, seconds)?;
        let least = (self.screen.history_frames + 1) as f64 * self.screen.frame_period.seconds();
        if seconds >= least {
            return Ok(());
        }
        Err(Problem::new(
            key,
            seconds,
            "is shorter than the history",
            format!("give {least} or more"),
        ))
    }
}
