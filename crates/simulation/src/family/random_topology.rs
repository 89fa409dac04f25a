//! Retinas whose wiring is random.

use ganglion_experiment::Screen;
use ganglion_numerics::correlation;
use ganglion_recording::Microns;
use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution as _, StandardNormal};
use serde::{Deserialize, Serialize};

use super::Number;
use super::calibration::{Calibration, Wiring};
use super::equip::probability;
use super::kinetic_profiles::{KineticProfiles, PacedProfiles};
use super::mechanisms::Mechanisms;
use super::number::Draws;
use super::schema::{MosaicTable, ReceptiveFieldTable};
use crate::circuit::{
    Circuit, Class, GanglionCell, Interneuron, InterneuronKind, Output, Pathway, Polarity,
    Position, Problem, ReceptiveField, Sign, not_negative,
};
use crate::mechanism::RetinaMechanisms;
use crate::{Error, Retina};

/// Draws of a type until its kernel is unlike those before it.
const MOST_DRAWS: usize = 2000;

/// Draws of all types of a retina until each finds a place.
const MOST_ATTEMPTS: usize = 20;

/// A family from which a seed draws types of interneuron and who receives from whom.
///
/// Nothing in it is made for a phenomenon. Kinetics are near one of a list of profiles; ranges of lengths
/// are drawn from evenly on a logarithmic scale. The presets' text (`random-topology`) explains every number.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RandomTopology {
    kind: RandomKind,
    /// Its name, which is written into the circuits drawn from it.
    pub name: String,
    types: TypesTable,
    classes: ClassesTable,
    calibration: Calibration,
    /// Mechanisms of its retinas.
    #[serde(default, skip_serializing_if = "Mechanisms::is_empty")]
    pub(super) mechanisms: Mechanisms,
}

/// What tells the file from that of another family.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
enum RandomKind {
    #[serde(rename = "random-topology")]
    RandomTopology,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct TypesTable {
    /// Largest correlation of kernels of one polarity.
    most_alike: f64,
    kinetics: KineticProfiles,
    bipolar: TypeTable,
    amacrine: TypeTable,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct TypeTable {
    /// Least and most types.
    count: [usize; 2],
    receptive_field: ReceptiveFieldTable,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ClassesTable {
    count: usize,
    mosaic: MosaicTable,
    /// Least and most pathways of a class.
    pathways: [usize; 2],
    inhibitory: f64,
    tonic: f64,
    threshold: Number,
    tonic_threshold: Number,
    pool_sd: Number,
    offset: f64,
    weight_spread: f64,
    jitter: f64,
}

impl RandomTopology {
    /// The retina of a seed, with its mechanisms, and weights and outputs set on a movie of the contrast
    /// of one unit. The types of a kind and polarity are named in the order of their speed.
    ///
    /// # Errors
    /// If a number makes no sense, the cells do not fit on the screen, or so many types do not differ.
    pub fn draw(&self, seed: u64, screen: Screen, contrast_unit: f64) -> Result<Retina, Error> {
        let draws = Draws::new(seed);
        let interneurons = self.draw_interneurons(&draws, &screen)?;
        let mut circuit = Circuit {
            family: self.name.clone(),
            seed,
            contrast_unit,
            screen,
            mechanisms: RetinaMechanisms::default(),
            interneurons,
            classes: Vec::new(),
            cells: Vec::new(),
        };
        let mut wirings = Vec::new();
        for number in 1..=self.classes.count {
            let name = format!("class-{number}");
            wirings.push(self.classes.draw(&name, &mut circuit, &draws)?);
        }
        self.mechanisms.equip(&mut circuit, &draws)?;
        self.calibration.calibrate(circuit, &wirings, &draws)
    }

    /// The same family with other mosaics in all classes.
    pub(super) fn with_mosaics(
        mut self,
        count: Option<usize>,
        spacing: Option<Microns>,
        margin: Option<Microns>,
    ) -> Self {
        self.classes.mosaic.change(count, spacing, margin);
        self
    }

    fn draw_interneurons(
        &self,
        draws: &Draws,
        screen: &Screen,
    ) -> Result<Vec<Interneuron>, Problem> {
        let profiles = self.types.kinetics.of_retina(draws)?;
        for attempt in 0..MOST_ATTEMPTS {
            if let Some(all) = self.types_of_attempt(attempt, &profiles, draws, screen)? {
                return Ok(all);
            }
        }
        Err(self.types.too_many())
    }

    /// The types of a retina; none where one of them would be like another.
    fn types_of_attempt(
        &self,
        attempt: usize,
        profiles: &PacedProfiles<'_>,
        draws: &Draws,
        screen: &Screen,
    ) -> Result<Option<Vec<Interneuron>>, Problem> {
        let mut all = Vec::new();
        for (kind, table) in [
            (InterneuronKind::Bipolar, &self.types.bipolar),
            (InterneuronKind::Amacrine, &self.types.amacrine),
        ] {
            let first = all.len();
            let like = (profiles, self.types.most_alike);
            if !table.draw_types((kind, attempt), like, draws, screen, &mut all)? {
                return Ok(None);
            }
            name_by_speed(kind, &mut all[first..]);
        }
        Ok(Some(all))
    }
}

impl TypesTable {
    fn too_many(&self) -> Problem {
        let (bipolar, amacrine) = (self.bipolar.count, self.amacrine.count);
        Problem::new(
            "types",
            format!("{bipolar:?} bipolar and {amacrine:?} amacrine"),
            format!(
                "types do not all correlate below types.most_alike = {}",
                self.most_alike
            ),
            "ask for fewer types, give more profiles, or allow types to be more alike",
        )
    }
}

impl TypeTable {
    /// Adds the types of a kind to those there are, each unlike all others of its polarity; false if one
    /// finds no place.
    fn draw_types(
        &self,
        (kind, attempt): (InterneuronKind, usize),
        (profiles, most_alike): (&PacedProfiles<'_>, f64),
        draws: &Draws,
        screen: &Screen,
        all: &mut Vec<Interneuron>,
    ) -> Result<bool, Problem> {
        let table = format!("types.{}", name_of(kind));
        // The first attempt's keys do not name it.
        let key = match attempt {
            0 => table.clone(),
            _ => format!("{table}.attempt-{attempt}"),
        };
        let mut random = draws.generator(&format!("{key}.count"));
        let count = between(&format!("{table}.count"), self.count, &mut random)?;
        for number in 0..count {
            let mut random = draws.generator(&format!("{key}.{number}"));
            let name = format!("{table}.{number}");
            let draw = |random: &mut ChaCha8Rng| {
                // The first two are ON and OFF, so that a retina has both.
                let polarity = match number {
                    0 => Polarity::On,
                    1 => Polarity::Off,
                    _ if random.random_bool(0.5) => Polarity::On,
                    _ => Polarity::Off,
                };
                let kinetics = profiles.draw(random);
                let field = self.field(&table, random)?;
                Interneuron::new(&name, (kind, polarity), kinetics, field, screen)
            };
            let Some(unlike) = unlike_all(draw, all, most_alike, &mut random)? else {
                return Ok(false);
            };
            all.push(unlike);
        }
        Ok(true)
    }

    fn field(&self, table: &str, random: &mut ChaCha8Rng) -> Result<ReceptiveField, Problem> {
        let field = &self.receptive_field;
        let key = |name: &str| format!("{table}.receptive_field.{name}");
        Ok(ReceptiveField {
            centre_sd: Microns(field.centre_sd.log_draw(&key("centre_sd"), random)?),
            surround_sd: Microns(field.surround_sd.log_draw(&key("surround_sd"), random)?),
            surround_strength: field
                .surround_strength
                .draw(&key("surround_strength"), random)?,
        })
    }
}

/// A type whose kernel correlates less than `most_alike` with that of any other of its polarity; none
/// if there seems to be none.
fn unlike_all(
    mut draw: impl FnMut(&mut ChaCha8Rng) -> Result<Interneuron, Problem>,
    all: &[Interneuron],
    most_alike: f64,
    random: &mut ChaCha8Rng,
) -> Result<Option<Interneuron>, Problem> {
    for _ in 0..MOST_DRAWS {
        let drawn = draw(random)?;
        let alike = |known: &Interneuron| {
            known.polarity == drawn.polarity
                && correlation(&known.kernel, &drawn.kernel).is_some_and(|r| r > most_alike)
        };
        if !all.iter().any(alike) {
            return Ok(Some(drawn));
        }
    }
    Ok(None)
}

/// Names `KIND-POLARITY-NUMBER`, the fastest of a polarity being number 1.
fn name_by_speed(kind: InterneuronKind, types: &mut [Interneuron]) {
    let centroid = |known: &Interneuron| {
        let sizes = known.kernel.iter().map(|tap| tap.abs());
        let moments = sizes
            .clone()
            .enumerate()
            .map(|(lag, size)| lag as f64 * size);
        moments.sum::<f64>() / sizes.sum::<f64>()
    };
    types.sort_by(|one, other| centroid(one).total_cmp(&centroid(other)));
    let mut numbers = [0, 0];
    for interneuron in types {
        let (name, place) = match interneuron.polarity {
            Polarity::On => ("on", 0),
            Polarity::Off => ("off", 1),
        };
        numbers[place] += 1;
        interneuron.name = format!("{}-{name}-{}", name_of(kind), numbers[place]);
    }
}

fn name_of(kind: InterneuronKind) -> &'static str {
    match kind {
        InterneuronKind::Bipolar => "bipolar",
        InterneuronKind::Amacrine => "amacrine",
    }
}

impl ClassesTable {
    /// Adds a class and its cells to a circuit; weights and outputs are to be calibrated.
    fn draw(&self, name: &str, circuit: &mut Circuit, draws: &Draws) -> Result<Wiring, Error> {
        let key = format!("classes.{name}");
        not_negative("classes.jitter", self.jitter)?;
        let mut random = draws.generator(&key);
        let pathways = self.pathways(&circuit.interneurons, circuit.contrast_unit, &mut random)?;
        let shares = self.shares(pathways.len(), &mut random)?;
        let mut mosaic = draws.generator(&format!("{key}.mosaic"));
        let positions = self.mosaic.positions(name, &circuit.screen, &mut mosaic)?;
        for (index, centre) in positions.into_iter().enumerate() {
            let cell = format!("{key}.cells.{index}");
            circuit.cells.push(GanglionCell {
                class: name.to_owned(),
                centre,
                output: Output {
                    gain_hz: 1.0,
                    threshold: 0.0,
                    softness: 1.0,
                },
                pathways: super::draw::jittered(&pathways, self.jitter, &cell, draws),
            });
        }
        circuit.classes.push(Class {
            name: name.to_owned(),
            planted: Vec::new(),
        });
        Ok(Wiring {
            class: name.to_owned(),
            shares,
        })
    }

    /// Pathways from different types, of weight 1.
    fn pathways(
        &self,
        interneurons: &[Interneuron],
        contrast_unit: f64,
        random: &mut ChaCha8Rng,
    ) -> Result<Vec<Pathway>, Problem> {
        let inhibitory = probability("classes", "inhibitory", self.inhibitory)?;
        let count = between("classes.pathways", self.pathways, random)?;
        let of = |kind| interneurons.iter().filter(move |known| known.kind == kind);
        let mut bipolar: Vec<&Interneuron> = of(InterneuronKind::Bipolar).collect();
        let mut amacrine: Vec<&Interneuron> = of(InterneuronKind::Amacrine).collect();
        let mut pathways = Vec::new();
        for index in 0..count {
            let inhibits = index > 0 && random.random_bool(inhibitory);
            let (types, sign) = match inhibits {
                true => (&mut amacrine, Sign::Inhibitory),
                false => (&mut bipolar, Sign::Excitatory),
            };
            if types.is_empty() {
                continue;
            }
            let interneuron = types.swap_remove(random.random_range(0..types.len()));
            pathways.push(self.pathway(interneuron, sign, contrast_unit, random)?);
        }
        Ok(pathways)
    }

    fn pathway(
        &self,
        interneuron: &Interneuron,
        sign: Sign,
        contrast_unit: f64,
        random: &mut ChaCha8Rng,
    ) -> Result<Pathway, Problem> {
        let threshold = match random.random_bool(probability("classes", "tonic", self.tonic)?) {
            true => -self
                .tonic_threshold
                .draw("classes.tonic_threshold", random)?,
            false => self.threshold.draw("classes.threshold", random)?,
        };
        Ok(Pathway {
            interneuron: interneuron.name.clone(),
            polarity: interneuron.polarity,
            sign,
            weight: 1.0,
            threshold: contrast_unit * threshold,
            pool_sd: Microns(self.pool_sd.log_draw("classes.pool_sd", random)?),
            offset: self.offset(random)?,
        })
    }

    /// A displacement in a random direction for half of the pools.
    fn offset(&self, random: &mut ChaCha8Rng) -> Result<Option<Position>, Problem> {
        not_negative("classes.offset", self.offset)?;
        if !random.random_bool(0.5) || self.offset == 0.0 {
            return Ok(None);
        }
        let distance = self.offset * random.random::<f64>();
        let angle = std::f64::consts::TAU * random.random::<f64>();
        Ok(Some(Position {
            x: Microns(distance * angle.cos()),
            y: Microns(distance * angle.sin()),
        }))
    }

    /// Shares of the drive, log-normal.
    fn shares(&self, count: usize, random: &mut ChaCha8Rng) -> Result<Vec<f64>, Problem> {
        not_negative("classes.weight_spread", self.weight_spread)?;
        let mut size = || {
            let deviation: f64 = StandardNormal.sample(random);
            (self.weight_spread * deviation).exp()
        };
        let sizes: Vec<f64> = (0..count).map(|_| size()).collect();
        let sum: f64 = sizes.iter().sum();
        Ok(sizes.into_iter().map(|size| size / sum).collect())
    }
}

/// A whole number from a range.
fn between(
    key: &str,
    [least, most]: [usize; 2],
    random: &mut ChaCha8Rng,
) -> Result<usize, Problem> {
    if 0 < least && least <= most {
        return Ok(random.random_range(least..=most));
    }
    let value = format!("[{least}, {most}]");
    let remedy = "give two numbers above 0, the smaller one first";
    Err(Problem::new(key, value, "is no range", remedy))
}
