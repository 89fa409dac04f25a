//! Weights that give each pathway its share, and outputs with physiological rates.

use ganglion_experiment::StimulusMovie;
use ganglion_recording::{Microns, Milliseconds};
use serde::{Deserialize, Serialize};

use super::Number;
use super::number::Draws;
use crate::circuit::{Circuit, Output, Problem, positive};
use crate::movie::{DeadLeaves, Drift, FixationTime, Moments, Movie, NaturalMovie, NaturalOptions};
use crate::retina::PathwayDrives;
use crate::{Error, Retina};

/// Mean departure from grey, in units of the contrast of the movie, below which a pathway is silent.
const SILENT: f64 = 1e-3;

/// How weights and outputs are set on a movie of dead leaves that has the contrast of one unit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Calibration {
    /// Length of the movie.
    seconds: f64,
    /// Range of a class' mean rate, drawn from evenly on a logarithmic scale.
    mean_rate: Number,
    /// Share of the time for which the drive is above the output's threshold.
    active: Number,
    /// Width of the output's knee in standard deviations of the drive.
    softness: f64,
    /// Rate that no cell passes, during the movie.
    highest_rate: f64,
}

/// What the pathways of a class are to contribute.
pub(super) struct Wiring {
    pub(super) class: String,
    /// Of the mean size of departures from grey; the sum is 1.
    pub(super) shares: Vec<f64>,
}

/// The cells of a class with the drives of their pathways.
type CellsAndDrives<'a> = Vec<(usize, &'a PathwayDrives)>;

impl Calibration {
    /// Sets weights and outputs. A pathway that is silent on the whole movie gets the threshold 0.
    pub(super) fn calibrate(
        &self,
        mut circuit: Circuit,
        wirings: &[Wiring],
        draws: &Draws,
    ) -> Result<Retina, Error> {
        positive("calibration.seconds", self.seconds)?;
        positive("calibration.softness", self.softness)?;
        positive("calibration.highest_rate", self.highest_rate)?;
        let movie = self.movie(&circuit)?;
        let mut drives = Retina::new(circuit.clone())?.pathway_drives(&movie)?;
        if waken(&mut circuit, &drives) {
            drives = Retina::new(circuit.clone())?.pathway_drives(&movie)?;
        }
        for wiring in wirings {
            set_weights(&mut circuit, wiring, &drives)?;
        }
        let retina = Retina::new(circuit.clone())?;
        let totals = retina.drives(&movie)?;
        for wiring in wirings {
            self.set_output(&mut circuit, &wiring.class, &totals, draws)?;
        }
        Retina::new(circuit)
    }

    /// Dead leaves seen through an eye that moves, in changing light, in units of the retina's movies.
    fn movie(&self, circuit: &Circuit) -> Result<StimulusMovie, Error> {
        let screen = circuit.screen;
        let frames = (self.seconds / screen.frame_period.seconds()).round() as usize;
        let unit = circuit.contrast_unit;
        let options = NaturalOptions {
            screen,
            frames: frames.max(screen.history),
            fixation: FixationTime::Between([50.0, 500.0].map(Milliseconds)),
            drift: Drift {
                step: Microns(15.0),
                reach: Microns(200.0f64.max(screen.microns_per_pixel.0)),
            },
            contrast: 0.6 * unit,
            illumination: 0.8 * unit,
            seed: circuit.seed,
            name: "calibration".to_owned(),
        };
        let leaves = DeadLeaves::new(screen.microns_per_pixel);
        let movie = NaturalMovie::new(options, Box::new(leaves))?;
        let mean = Moments::of(&movie).mean;
        let deviation = mean * unit;
        let moments = Moments { mean, deviation };
        let values = moments.normalised(&movie.bytes(0..movie.frames()));
        Ok(StimulusMovie::new(screen.height, screen.width, values))
    }

    /// The output of a class: a threshold that its drives pass for some of the time, and a gain that
    /// gives its mean rate.
    fn set_output(
        &self,
        circuit: &mut Circuit,
        class: &str,
        totals: &[Vec<f32>],
        draws: &Draws,
    ) -> Result<(), Problem> {
        let key = format!("classes.{class}");
        let mut random = draws.generator(&format!("{key}.output"));
        let active = self.active.draw("calibration.active", &mut random)?;
        let wanted = self
            .mean_rate
            .log_draw("calibration.mean_rate", &mut random)?;
        let cells = circuit.cells.iter().zip(totals);
        let of_class = cells.filter(|(cell, _)| cell.class == class);
        let mut drives: Vec<f64> = of_class
            .flat_map(|(_, drives)| drives.iter().map(|&drive| f64::from(drive)))
            .collect();
        drives.sort_by(f64::total_cmp);
        let quantile = ((1.0 - active.clamp(0.0, 1.0)) * (drives.len() - 1) as f64) as usize;
        let output = Output {
            gain_hz: 1.0,
            threshold: drives[quantile],
            softness: self.softness * ganglion_numerics::standard_deviation(&drives),
        };
        output.check().map_err(|problem| problem.within(&key))?;
        let rates = drives.iter().map(|&drive| output.rate(drive));
        let mean = ganglion_numerics::mean(rates);
        let highest = output.rate(drives[drives.len() - 1]);
        let gain_hz = (wanted / mean).min(self.highest_rate / highest);
        let cells = circuit.cells.iter_mut();
        for cell in cells.filter(|cell| cell.class == class) {
            cell.output = Output { gain_hz, ..output };
        }
        Ok(())
    }
}

/// Lowers the thresholds that no potential passes; whether there were any.
fn waken(circuit: &mut Circuit, drives: &[PathwayDrives]) -> bool {
    let silent = SILENT * circuit.contrast_unit;
    let mut any = false;
    for (cell, drives) in circuit.cells.iter_mut().zip(drives) {
        for (index, pathway) in cell.pathways.iter_mut().enumerate() {
            if departure(drives, index) < silent && pathway.threshold > 0.0 {
                pathway.threshold = 0.0;
                any = true;
            }
        }
    }
    any
}

/// Scales the weights of a class, cell by cell alike.
fn set_weights(
    circuit: &mut Circuit,
    wiring: &Wiring,
    drives: &[PathwayDrives],
) -> Result<(), Problem> {
    let cells = circuit.cells.iter().zip(drives).enumerate();
    let of_class = cells.filter(|(_, (cell, _))| cell.class == wiring.class);
    let of_class: CellsAndDrives<'_> = of_class
        .map(|(index, (_, drives))| (index, drives))
        .collect();
    for (pathway, share) in wiring.shares.iter().enumerate() {
        let departures = of_class
            .iter()
            .map(|(_, drives)| departure(drives, pathway));
        let mean = ganglion_numerics::mean(departures);
        if mean <= 0.0 {
            let key = format!("classes.{}.pathways[{pathway}]", wiring.class);
            let remedy = "lower classes.threshold, or draw another seed";
            return Err(Problem::new(
                key,
                mean,
                "is silent on the whole movie",
                remedy,
            ));
        }
        for (cell, _) in &of_class {
            circuit.cells[*cell].pathways[pathway].weight *= share / mean;
        }
    }
    Ok(())
}

/// Mean size of a pathway's departure from grey.
fn departure(drives: &PathwayDrives, pathway: usize) -> f64 {
    let rest = drives.resting(pathway);
    let sizes = drives.pathway(pathway).iter();
    ganglion_numerics::mean(sizes.map(|drive| f64::from((drive - rest).abs())))
}
