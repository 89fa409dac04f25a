//! The simulated retina that a model was trained on, as the truth behind it.

use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};

use ganglion_experiment::{Outcome, PreparedExperiment, Responder, StimulusMovie};
use ganglion_numerics::correlation;
use ganglion_recording::CellIndex;
use ganglion_reduction::circuit::{NO_THRESHOLD, RECTIFIED};
use ganglion_reduction::hypothesis::{
    Anatomy, Evidence, Hypothesis, PathwayAnatomy, Witness, evaluate,
};
use ganglion_reduction::silencing::lesion::Target;
use ganglion_reduction::truth::matching::{Planted, PlantedFunction};
use ganglion_reduction::truth::planting::Truth;
use ganglion_simulation::mechanism::InterneuronMechanisms;
use ganglion_simulation::{Circuit, Interneuron, Pathway, Polarity, Retina, Sign, Silencing};

use crate::error::Context as _;
use crate::location::Location;

/// Name of the file that a simulation leaves beside its recordings.
const CIRCUIT: &str = "circuit.toml";

/// The retina whose circuit is the file asked for, or else lies in the model's folder.
///
/// # Errors
/// Where it cannot be read.
pub fn retina(asked: Option<&Path>, model: &Path) -> crate::Result<Option<(PathBuf, Retina)>> {
    let beside = Location::of(model).root().join(CIRCUIT);
    let file = match asked {
        Some(file) => file.to_owned(),
        None if beside.is_file() => beside,
        None => return Ok(None),
    };
    let name = || file.display().to_string();
    let text = fs::read_to_string(&file).with_context(name)?;
    let retina = Retina::from_toml(&text).with_context(name)?;
    Ok(Some((file, retina)))
}

/// What was planted in each cell of a retina, with shares under some movies.
pub struct Plantings<'a> {
    retina: &'a Retina,
    shares: Vec<Vec<f64>>,
    /// Whether each pathway is never rectified under the movies, `[cell][pathway]`.
    never_rectified: Vec<Vec<bool>>,
    /// What claims about an experiment are worth in each cell; nothing without an experiment.
    hypotheses: Vec<Vec<Hypothesis>>,
}

impl<'a> Plantings<'a> {
    /// Shows the retina the movies.
    ///
    /// # Errors
    /// Where it has another screen.
    pub fn new(retina: &'a Retina, movies: &[StimulusMovie]) -> crate::Result<Self> {
        Ok(Self {
            retina,
            shares: retina.pathway_shares(movies)?,
            never_rectified: never_rectified(retina, movies)?,
            hypotheses: vec![Vec::new(); retina.cells().len()],
        })
    }

    /// Shows the retina an experiment, whole and with each kind of pathway held at its value for grey: all
    /// interneurons of a polarity, or all inhibition, between interneurons too.
    ///
    /// # Errors
    /// Where it has another screen.
    pub fn of_experiment(
        retina: &'a Retina,
        experiment: &PreparedExperiment,
        tolerance: f64,
    ) -> crate::Result<Self> {
        Ok(Self {
            hypotheses: Interventions::new(retina, experiment, tolerance)?.hypotheses(),
            ..Self::new(retina, &experiment.movies())?
        })
    }

    /// What was planted in a cell of the recording; none if the retina has no such cell.
    pub fn of(&self, cell: CellIndex) -> Option<Truth> {
        let planted = self.retina.circuit().cells.get(cell.0)?;
        let pathways = planted.pathways.iter().zip(&self.shares[cell.0]);
        let pathways = pathways.zip(&self.never_rectified[cell.0]);
        Some(Truth {
            class: planted.class.clone(),
            pathways: pathways
                .filter_map(|((pathway, &share), &never_rectified)| {
                    Some(Planted {
                        never_rectified,
                        ..self.planted(pathway, share)?
                    })
                })
                .collect(),
            hypotheses: self.hypotheses[cell.0].clone(),
        })
    }

    fn planted(&self, pathway: &Pathway, share: f64) -> Option<Planted> {
        let (polarity, sign) = kind(pathway);
        let circuit = self.retina.circuit();
        let function = is_plain(circuit).then(|| circuit.interneuron(&pathway.interneuron));
        Some(Planted {
            name: pathway.interneuron.clone(),
            polarity,
            sign,
            share,
            course: course(self.retina, pathway)?,
            never_rectified: false,
            polarity_is_free: false,
            function: function.flatten().map(|kind| function_of(pathway, kind)),
        })
    }
}

/// A retina under an experiment, whole and with kinds of pathways held at their values for grey.
struct Interventions<'a> {
    retina: &'a Retina,
    experiment: &'a PreparedExperiment,
    tolerance: f64,
    intact: TruthAnswers,
    /// In the order of [`Target::ALL`].
    held: Vec<TruthAnswers>,
    /// Departures from rest `[cell][pathway][sample]`.
    departures: Vec<Vec<Vec<f64>>>,
    samples: Vec<Range<usize>>,
}

/// Outcomes and mean rates of all cells.
struct TruthAnswers {
    outcome: Outcome,
    mean: Vec<f64>,
}

impl<'a> Interventions<'a> {
    fn new(
        retina: &'a Retina,
        experiment: &'a PreparedExperiment,
        tolerance: f64,
    ) -> crate::Result<Self> {
        let answer = |retina: &Retina| answers(retina, experiment);
        let held = Target::ALL.into_iter().map(|target| {
            let held = retina.without(&silencing(target))?;
            answer(&held)
        });
        let movies = experiment.movies();
        let mut end = 0;
        let samples = movies.iter().map(|movie| {
            let count = movie.frames() + 1 - retina.screen().history;
            end += count;
            end - count..end
        });
        Ok(Self {
            samples: samples.collect(),
            intact: answer(retina)?,
            held: held.collect::<crate::Result<_>>()?,
            departures: departures(retina, &movies)?,
            retina,
            experiment,
            tolerance,
        })
    }

    /// What the claims' tests say of each cell that shows the phenomenon.
    fn hypotheses(&self) -> Vec<Vec<Hypothesis>> {
        let cells = 0..self.retina.cells().len();
        cells.map(|cell| self.hypotheses_of(cell)).collect()
    }

    fn hypotheses_of(&self, cell: usize) -> Vec<Hypothesis> {
        let intact = &self.intact.outcome.cells[cell];
        if !intact.present {
            return Vec::new();
        }
        let pathways = &self.retina.cells()[cell].pathways;
        let witness = Witness::new(
            intact,
            self.tolerance,
            |target| pathways.iter().any(|pathway| holds(target, pathway)),
            |target| {
                let place = Target::ALL.iter().position(|known| *known == target);
                let held = &self.held[place.expect("each kind is held")];
                let rate = held.mean[cell] / self.intact.mean[cell].max(f64::MIN_POSITIVE);
                Ok::<_, std::convert::Infallible>((held.outcome.cells[cell].clone(), rate))
            },
        );
        let Ok(witness) = witness;
        evaluate(&Evidence {
            experiment: self.experiment,
            tolerance: self.tolerance,
            anatomy: self.anatomy(cell),
            types: None,
            samples: &self.samples,
            first_bin: self.retina.screen().history,
            lesions_refute: None,
            misses_phenomenon: false,
            opposed: None,
            circuit: witness,
            network: None,
        })
    }

    fn anatomy(&self, cell: usize) -> Anatomy {
        let pathways = self.retina.cells()[cell].pathways.iter();
        let with_departures = pathways.zip(&self.departures[cell]);
        let one = |(pathway, departure): (&Pathway, &Vec<f64>)| {
            let course = course(self.retina, pathway)?;
            let period = self.retina.screen().frame_period;
            let kind = kind(pathway);
            Some(PathwayAnatomy::new(
                kind,
                &course,
                period,
                departure.clone(),
            ))
        };
        Anatomy {
            pathways: with_departures.filter_map(one).collect(),
        }
    }
}

fn answers(retina: &Retina, experiment: &PreparedExperiment) -> crate::Result<TruthAnswers> {
    let rates = experiment.responses(retina, |_| ())?;
    let mean = |cell: usize| {
        let of = rates.iter().flat_map(|rates| rates.cell(cell));
        of.map(|&rate| f64::from(rate)).sum::<f64>()
    };
    Ok(TruthAnswers {
        outcome: experiment.measure(&rates, Responder::cells(retina))?,
        mean: (0..retina.cells().len()).map(mean).collect(),
    })
}

/// Departures of all pathways from rest over the movies, `[cell][pathway][sample]`.
fn departures(retina: &Retina, movies: &[StimulusMovie]) -> crate::Result<Vec<Vec<Vec<f64>>>> {
    let cells = retina.cells().iter();
    let mut all: Vec<Vec<Vec<f64>>> = cells
        .map(|cell| vec![Vec::new(); cell.pathways.len()])
        .collect();
    for movie in movies {
        for (cell, drives) in all.iter_mut().zip(retina.pathway_drives(movie)?) {
            for (pathway, departures) in cell.iter_mut().enumerate() {
                let rest = f64::from(drives.resting(pathway));
                let drives = drives.pathway(pathway).iter();
                departures.extend(drives.map(|&drive| f64::from(drive) - rest));
            }
        }
    }
    Ok(all)
}

/// Which pathways are never rectified under some movies, `[cell][pathway]`. Of a retina with mechanisms,
/// whose synapses are no rectifiers, none is said to be.
fn never_rectified(retina: &Retina, movies: &[StimulusMovie]) -> crate::Result<Vec<Vec<bool>>> {
    let mut circuit = retina.circuit().clone();
    let none: Vec<Vec<bool>> = (circuit.cells.iter())
        .map(|cell| vec![false; cell.pathways.len()])
        .collect();
    if !is_plain(&circuit) {
        return Ok(none);
    }
    for pathway in circuit.cells.iter_mut().flat_map(|cell| &mut cell.pathways) {
        pathway.threshold = NO_THRESHOLD;
    }
    let drives = departures(retina, movies)?;
    let linear = departures(&Retina::new(circuit)?, movies)?;
    let pathways = |(drives, linear): (&Vec<Vec<f64>>, &Vec<Vec<f64>>)| {
        let pairs = drives.iter().zip(linear);
        pairs
            .map(|(drive, linear)| {
                correlation(drive, linear).is_some_and(|r| r * r > 1.0 - RECTIFIED)
            })
            .collect()
    };
    Ok(drives.iter().zip(&linear).map(pathways).collect())
}

/// Whether every synapse of a circuit is a rectifier, every interneuron a filter of light, and drives add up.
fn is_plain(circuit: &Circuit) -> bool {
    let plain = |one: &Interneuron| {
        one.mechanisms == InterneuronMechanisms::default() && one.drive.is_none()
    };
    circuit.mechanisms.conductances.is_none() && circuit.interneurons.iter().all(plain)
}

/// What a pathway does with the potential of its interneurons.
fn function_of(pathway: &Pathway, kind: &Interneuron) -> PlantedFunction {
    let offset = pathway.offset.map(|offset| [offset.x.0, offset.y.0]);
    let field = kind.receptive_field.map(|field| {
        [
            field.centre_sd.0,
            field.surround_sd.0,
            field.surround_strength,
        ]
    });
    let numbers = [
        vec![pathway.pool_sd.0],
        offset.unwrap_or_default().to_vec(),
        field.unwrap_or_default().to_vec(),
    ];
    PlantedFunction {
        weight: pathway.weight,
        threshold: pathway.threshold,
        pool: numbers.concat(),
    }
}

/// The part of a retina that is all of a kind.
fn silencing(target: Target) -> Silencing {
    match target {
        Target::On => Silencing::Polarity(Polarity::On),
        Target::Off => Silencing::Polarity(Polarity::Off),
        Target::Inhibition => Silencing::Inhibition,
    }
}

fn holds(target: Target, pathway: &Pathway) -> bool {
    let (polarity, sign) = kind(pathway);
    target.holds(polarity, sign)
}

/// Polarity and sign in the words of a reduction.
fn kind(pathway: &Pathway) -> (ganglion_attribution::Polarity, ganglion_attribution::Sign) {
    let polarity = match pathway.polarity {
        Polarity::On => ganglion_attribution::Polarity::On,
        Polarity::Off => ganglion_attribution::Polarity::Off,
    };
    let sign = match pathway.sign {
        Sign::Excitatory => ganglion_attribution::Sign::Excitatory,
        Sign::Inhibitory => ganglion_attribution::Sign::Inhibitory,
    };
    (polarity, sign)
}

/// Time course of a pathway with the sign of its polarity, the oldest frame first.
fn course(retina: &Retina, pathway: &Pathway) -> Option<Vec<f64>> {
    let interneuron = retina.circuit().interneuron(&pathway.interneuron)?;
    let signed = |tap: &f64| pathway.polarity.factor() * tap;
    // A retina's kernels begin with the newest frame.
    Some(interneuron.kernel.iter().rev().map(signed).collect())
}
