//! From a config to recordings and the truth behind them.

use std::io::Write;
use std::path::{Path, PathBuf};

use ganglion_recording::{CellIndex, Partition, SessionOptions, SessionWriter, write_atomically};
use serde::{Deserialize, Serialize};

use super::class::{StimulusClass, classes};
use super::config::SimulationConfig;
use super::progress::Progress;
use super::responses::{Presentation, Spikes};
use super::spike_source::SpikeSource;
use crate::movie::Moments;
use crate::spikes::fano_factor;
use crate::{Error, Retina};

/// Window of the Fano factors that are reported.
const FANO_WINDOW_MS: f64 = 100.0;

/// What was simulated.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Outcome {
    /// Always true: these are no recordings of a real retina.
    pub simulated: bool,
    /// Family of the retina.
    pub family: String,
    /// Seed of everything.
    pub seed: u64,
    /// Weber contrast of one standard deviation of the first class' training movie.
    pub contrast_unit: f64,
    /// The true circuit.
    pub circuit: PathBuf,
    /// One for every class of movies.
    pub classes: Vec<ClassReport>,
}

/// Recording of one class of movies.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ClassReport {
    /// The session file.
    pub file: PathBuf,
    /// What was shown.
    pub stimulus_class: String,
    /// What a user ought to know of the movies, such as pictures that were left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// Frames of the training movie.
    pub train_frames: usize,
    /// Frames of the test movie.
    pub test_frames: usize,
    /// One for every cell.
    pub cells: Vec<CellReport>,
}

/// Spikes of one cell.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CellReport {
    /// The cell.
    pub cell: CellIndex,
    /// Its class.
    pub class: String,
    /// Mean rate during the training movie.
    pub mean_rate_hz: f64,
    /// Largest noiseless rate during the training movie.
    pub peak_rate_hz: f64,
    /// Fano factor over repeats of the test movie, in windows of 100 ms.
    pub fano_factor: Option<f64>,
}

/// Draws the retina of a seed, shows it the movies and writes one session file a class into a
/// folder, with `circuit.toml`, the truth, beside them and in their attributes.
///
/// The same config and seed give the same bytes on any number of threads. Movies are streamed:
/// memory use grows with the number of cells and bins, not with the pixels.
///
/// # Errors
/// If the config makes no sense, pictures cannot be read, the folder cannot be written, or `progress`
/// [stops](Progress::stops) the work.
pub fn simulate(
    config: &SimulationConfig,
    seed: u64,
    folder: &Path,
    progress: &mut dyn Progress,
) -> Result<Outcome, Error> {
    config.check()?;
    let family = config.family()?;
    let classes = classes(config, seed)?;
    let moments: Vec<Moments> = classes
        .iter()
        .map(|class| match progress.stops() {
            true => Err(Error::Stopped),
            false => Ok(Moments::of(class.train.as_ref())),
        })
        .collect::<Result<_, _>>()?;
    let contrast_unit = moments[0].contrast_unit();
    let retina = family.draw(seed, config.screen.screen(), contrast_unit)?;
    let retina = match config.interneurons {
        Some(_) => retina.with_all_interneurons(),
        None => retina,
    };
    std::fs::create_dir_all(folder).map_err(|source| Error::Folder {
        path: folder.to_owned(),
        source,
    })?;
    let circuit = folder.join("circuit.toml");
    let truth = retina.to_toml()?;
    write_atomically(&circuit, |writer| writer.write_all(truth.as_bytes()))?;
    let process = SpikeSource::new(&retina.circuit().mechanisms, config.spikes);
    let mut recorder = Recorder {
        config,
        seed,
        folder,
        retina: &retina,
        truth: &truth,
        process: &process,
        progress,
    };
    let reports = classes
        .iter()
        .zip(&moments)
        .map(|(class, &moments)| recorder.record(class, moments));
    Ok(Outcome {
        simulated: true,
        family: retina.circuit().family.clone(),
        seed,
        contrast_unit,
        circuit,
        classes: reports.collect::<Result<_, _>>()?,
    })
}

struct Recorder<'a> {
    config: &'a SimulationConfig,
    seed: u64,
    folder: &'a Path,
    retina: &'a Retina,
    truth: &'a str,
    process: &'a SpikeSource,
    progress: &'a mut dyn Progress,
}

impl Recorder<'_> {
    /// Writes the session file of a class.
    fn record(&mut self, class: &StimulusClass, moments: Moments) -> Result<ClassReport, Error> {
        let file = self.folder.join(format!("{}.h5", class.file));
        let mut writer = SessionWriter::create(&file, self.options())?;
        self.describe(&mut writer, class, moments);
        let train = self.present(&mut writer, class, moments, Partition::Train)?;
        let test = self.present(&mut writer, class, moments, Partition::Test)?;
        writer.finish()?;
        Ok(ClassReport {
            file,
            stimulus_class: class.description.clone(),
            note: class.note.clone(),
            train_frames: class.train.frames(),
            test_frames: class.test.frames(),
            cells: self.reports(&train, &test),
        })
    }

    fn options(&self) -> SessionOptions {
        SessionOptions {
            frame_period: self.config.screen.frame_period,
            microns_per_pixel: Some(self.config.screen.microns_per_pixel),
            overwrite: true,
        }
    }

    fn describe(&self, writer: &mut SessionWriter, class: &StimulusClass, moments: Moments) {
        writer.attribute("simulated", 1);
        writer.attribute("source", "simulated retina, not a recording of a real one");
        writer.attribute("stimulus_class", class.description.as_str());
        writer.attribute("family", self.retina.circuit().family.as_str());
        writer.attribute("seed", self.seed.to_string());
        writer.attribute("mean_level", moments.mean);
        writer.attribute("contrast_of_the_movie", moments.contrast_unit());
        writer.attribute("circuit", self.truth);
        writer.attribute("program", concat!("ganglion ", env!("CARGO_PKG_VERSION")));
    }

    fn present(
        &mut self,
        writer: &mut SessionWriter,
        class: &StimulusClass,
        moments: Moments,
        partition: Partition,
    ) -> Result<Vec<Spikes>, Error> {
        let repeats = match partition {
            Partition::Train => 1,
            Partition::Test => self.config.repeats,
        };
        let presentation = Presentation {
            retina: self.retina,
            movie: class.movie(partition),
            moments,
            partition,
            class: class.file,
            repeats,
            process: self.process,
            watched: self.watched(partition),
            seed: self.seed,
        };
        presentation.record(writer, self.progress)
    }

    /// Where potentials are kept in a partition.
    fn watched(&self, partition: Partition) -> Option<Vec<(usize, usize)>> {
        let config = self.config.interneurons?;
        let keeps = config.train || partition == Partition::Test;
        keeps.then(|| config.places(self.retina.screen()))
    }

    fn reports(&self, train: &[Spikes], test: &[Spikes]) -> Vec<CellReport> {
        let bin = self.config.screen.frame_period;
        let window = (FANO_WINDOW_MS / bin.0).round().max(1.0) as usize;
        let report = |(index, (train, test)): (usize, (&Spikes, &Spikes))| {
            let spikes: f64 = train
                .trials
                .iter()
                .flatten()
                .map(|&count| f64::from(count))
                .sum();
            CellReport {
                cell: CellIndex(index),
                class: self.retina.cells()[index].class.clone(),
                mean_rate_hz: spikes / (train.rate.len() as f64 * bin.seconds()),
                peak_rate_hz: f64::from(train.rate.iter().copied().fold(0.0, f32::max)),
                fano_factor: fano_factor(&test.trials, window),
            }
        };
        train.iter().zip(test).enumerate().map(report).collect()
    }
}
