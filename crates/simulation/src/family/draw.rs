//! One retina from a family.

use ganglion_experiment::Screen;
use ganglion_recording::{Microns, Milliseconds};

use super::PlantedFamily;
use super::number::Draws;
use super::schema::{ClassTable, InterneuronTable, OutputTable, PathwayTable, PhotoreceptorTable};
use crate::circuit::{
    Circuit, Class, GanglionCell, HighPass, Interneuron, Kinetics, Output, Pathway, Photoreceptor,
    Problem, ReceptiveField, not_negative, unknown,
};
use crate::mechanism::RetinaMechanisms;
use crate::{Error, Retina};

impl PlantedFamily {
    /// The retina of a seed: parameters of interneurons are drawn once a retina, those of pathways
    /// and outputs once a class, and weights and thresholds are jittered cell by cell if the class
    /// says so. Classes and pathways come in alphabetical order, the cells of a class in the order
    /// of their distance from the centre of the frame.
    ///
    /// `contrast_unit` is the Weber contrast of one unit of the movie. Every number is drawn from
    /// the seed and its own key, so that changing one leaves the others as they were.
    ///
    /// # Errors
    /// If a number makes no sense, a pathway names no interneuron, or the cells do not fit on the
    /// screen.
    pub fn draw(&self, seed: u64, screen: Screen, contrast_unit: f64) -> Result<Retina, Error> {
        let draws = Draws::new(seed);
        let interneurons = self.draw_interneurons(&draws, &screen)?;
        let mut cells = Vec::new();
        for (name, class) in self.classes() {
            cells.extend(draw_cells(name, class, &interneurons, &draws, &screen)?);
        }
        let mut circuit = Circuit {
            family: self.name.clone(),
            seed,
            contrast_unit,
            screen,
            mechanisms: RetinaMechanisms::default(),
            interneurons,
            classes: self.draw_classes(),
            cells,
        };
        self.mechanisms.equip(&mut circuit, &draws)?;
        Retina::new(circuit)
    }

    /// The classes that are not left out.
    fn classes(&self) -> impl Iterator<Item = (&String, &ClassTable)> {
        self.classes.iter().filter(|(_, class)| !class.optional)
    }

    fn draw_interneurons(
        &self,
        draws: &Draws,
        screen: &Screen,
    ) -> Result<Vec<Interneuron>, Problem> {
        let shared = self.photoreceptor.as_ref();
        let shared = shared
            .map(|table| table.draw("photoreceptor", draws))
            .transpose()?;
        let draw = |(name, table): (&String, &InterneuronTable)| {
            let key = format!("interneurons.{name}");
            let kinetics = table.kinetics(&key, shared, draws)?;
            let field = table.receptive_field(&key, draws)?;
            Interneuron::new(name, (table.kind, table.polarity), kinetics, field, screen)
        };
        self.interneurons.iter().map(draw).collect()
    }

    fn draw_classes(&self) -> Vec<Class> {
        let class = |(name, table): (&String, &ClassTable)| Class {
            name: name.clone(),
            planted: table.planted.clone(),
        };
        self.classes().map(class).collect()
    }
}

impl PhotoreceptorTable {
    fn draw(&self, key: &str, draws: &Draws) -> Result<Photoreceptor, Problem> {
        let time_constant = draws.number(&format!("{key}.time_constant"), self.time_constant)?;
        Ok(Photoreceptor {
            order: self.order,
            time_constant: Milliseconds(time_constant),
        })
    }
}

impl InterneuronTable {
    fn kinetics(
        &self,
        key: &str,
        shared: Option<Photoreceptor>,
        draws: &Draws,
    ) -> Result<Kinetics, Problem> {
        let draw = |name: &str, number| draws.number(&format!("{key}.{name}"), number);
        let high_pass = HighPass {
            time_constant: Milliseconds(draw(
                "high_pass.time_constant",
                self.high_pass.time_constant,
            )?),
            strength: draw("high_pass.strength", self.high_pass.strength)?,
        };
        Ok(Kinetics {
            delay: Milliseconds(0.0),
            photoreceptor: self.photoreceptor(key, shared, draws)?,
            low_pass: Milliseconds(draw("low_pass", self.low_pass)?),
            high_pass,
        })
    }

    /// Its own photoreceptor, or else the one that is shared.
    fn photoreceptor(
        &self,
        key: &str,
        shared: Option<Photoreceptor>,
        draws: &Draws,
    ) -> Result<Photoreceptor, Problem> {
        let key = format!("{key}.photoreceptor");
        if let Some(own) = &self.photoreceptor {
            return own.draw(&key, draws);
        }
        let remedy = "give it one, or give the family one in the table [photoreceptor]";
        shared.ok_or_else(|| Problem::new(key, "none", "is missing", remedy))
    }

    fn receptive_field(&self, key: &str, draws: &Draws) -> Result<ReceptiveField, Problem> {
        let field = &self.receptive_field;
        let draw =
            |name: &str, number| draws.number(&format!("{key}.receptive_field.{name}"), number);
        Ok(ReceptiveField {
            centre_sd: Microns(draw("centre_sd", field.centre_sd)?),
            surround_sd: Microns(draw("surround_sd", field.surround_sd)?),
            surround_strength: draw("surround_strength", field.surround_strength)?,
        })
    }
}

/// The cells of a class.
fn draw_cells(
    name: &str,
    table: &ClassTable,
    interneurons: &[Interneuron],
    draws: &Draws,
    screen: &Screen,
) -> Result<Vec<GanglionCell>, Error> {
    let key = format!("classes.{name}");
    not_negative("jitter", table.jitter).map_err(|problem| problem.within(&key))?;
    let output = table.output.draw(&format!("{key}.output"), draws)?;
    let pathways = draw_pathways(&key, table, interneurons, draws)?;
    let mut generator = draws.generator(&format!("{key}.mosaic"));
    let positions = table.mosaic.positions(name, screen, &mut generator)?;
    let cell = |(index, centre)| GanglionCell {
        class: name.to_owned(),
        centre,
        output,
        pathways: jittered(
            &pathways,
            table.jitter,
            &format!("{key}.cells.{index}"),
            draws,
        ),
    };
    Ok(positions.into_iter().enumerate().map(cell).collect())
}

impl OutputTable {
    fn draw(&self, key: &str, draws: &Draws) -> Result<Output, Problem> {
        let draw = |name: &str, number| draws.number(&format!("{key}.{name}"), number);
        Ok(Output {
            gain_hz: draw("gain_hz", self.gain_hz)?,
            threshold: draw("threshold", self.threshold)?,
            softness: draw("softness", self.softness)?,
        })
    }
}

fn draw_pathways(
    class: &str,
    table: &ClassTable,
    interneurons: &[Interneuron],
    draws: &Draws,
) -> Result<Vec<Pathway>, Problem> {
    let draw = |(name, pathway): (&String, &PathwayTable)| {
        pathway.draw(&format!("{class}.pathways.{name}"), interneurons, draws)
    };
    table.pathways.iter().map(draw).collect()
}

impl PathwayTable {
    fn draw(
        &self,
        key: &str,
        interneurons: &[Interneuron],
        draws: &Draws,
    ) -> Result<Pathway, Problem> {
        let names = || interneurons.iter().map(|interneuron| &interneuron.name);
        let known = interneurons
            .iter()
            .find(|known| known.name == self.interneuron);
        let interneuron = known
            .ok_or_else(|| unknown(&format!("{key}.interneuron"), &self.interneuron, names()))?;
        let draw = |name: &str, number| draws.number(&format!("{key}.{name}"), number);
        Ok(Pathway {
            interneuron: interneuron.name.clone(),
            polarity: interneuron.polarity,
            sign: self.sign,
            weight: draw("weight", self.weight)?,
            threshold: draw("threshold", self.threshold)?,
            pool_sd: Microns(draw("pool_sd", self.pool_sd)?),
            offset: None,
        })
    }
}

/// The pathways of one cell.
pub(super) fn jittered(
    pathways: &[Pathway],
    jitter: f64,
    cell: &str,
    draws: &Draws,
) -> Vec<Pathway> {
    let jittered = |(index, pathway): (usize, &Pathway)| Pathway {
        weight: pathway.weight * draws.factor(&format!("{cell}.{index}.weight"), jitter),
        threshold: pathway.threshold * draws.factor(&format!("{cell}.{index}.threshold"), jitter),
        ..pathway.clone()
    };
    pathways.iter().enumerate().map(jittered).collect()
}
