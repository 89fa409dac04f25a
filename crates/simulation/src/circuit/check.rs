//! Whether the parts of a circuit make sense together.

use std::collections::HashSet;

use super::problem::{Problem, positive};
use super::{Circuit, GanglionCell, Interneuron, Pathway, Position};
use crate::mechanism::Synapse;

impl Circuit {
    /// Refuses a circuit that cannot be computed.
    pub(crate) fn check(&self) -> Result<(), Problem> {
        positive("contrast_unit", self.contrast_unit)?;
        self.check_screen()
            .map_err(|problem| problem.within("screen"))?;
        unique(
            "interneurons",
            self.interneurons
                .iter()
                .map(|interneuron| &interneuron.name),
        )?;
        unique("classes", self.classes.iter().map(|class| &class.name))?;
        for (index, interneuron) in self.interneurons.iter().enumerate() {
            interneuron.check(&self.screen, &self.interneurons[..index])?;
            let mechanisms = &interneuron.mechanisms;
            self.check_sources(interneuron, "feedback", &mechanisms.feedback)?;
            let terminals = &mechanisms.terminal_inhibition;
            self.check_sources(interneuron, "terminal_inhibition", terminals)?;
        }
        self.check_loops()?;
        self.mechanisms
            .check()
            .map_err(|problem| problem.within("mechanisms"))?;
        self.check_cells()
    }

    /// Refuses inhibition by what is no type.
    fn check_sources(
        &self,
        interneuron: &Interneuron,
        list: &str,
        synapses: &[Synapse],
    ) -> Result<(), Problem> {
        for (index, synapse) in synapses.iter().enumerate() {
            if self.interneuron(&synapse.interneuron).is_none() {
                let key = format!(
                    "interneurons.{}.mechanisms.{list}[{index}].interneuron",
                    interneuron.name
                );
                let names = self.interneurons.iter().map(|known| &known.name);
                return Err(unknown(&key, &synapse.interneuron, names));
            }
        }
        Ok(())
    }

    fn check_screen(&self) -> Result<(), Problem> {
        let screen = &self.screen;
        for (key, value) in [
            ("height", screen.height),
            ("width", screen.width),
            ("history", screen.history),
        ] {
            positive(key, value as f64)?;
        }
        positive("frame_period", screen.frame_period.0)?;
        positive("microns_per_pixel", screen.microns_per_pixel.0)
    }

    fn check_cells(&self) -> Result<(), Problem> {
        if self.cells.is_empty() {
            return Err(Problem::new(
                "cells",
                "[]",
                "is empty",
                "give at least one cell",
            ));
        }
        self.cells.iter().enumerate().try_for_each(|(index, cell)| {
            self.check_cell(cell)
                .map_err(|problem| problem.within(&format!("cells[{index}]")))
        })
    }

    fn check_cell(&self, cell: &GanglionCell) -> Result<(), Problem> {
        cell.check()?;
        self.check_inside("centre", cell.centre)?;
        if self.class(&cell.class).is_none() {
            return Err(unknown(
                "class",
                &cell.class,
                self.classes.iter().map(|class| &class.name),
            ));
        }
        cell.pathways
            .iter()
            .enumerate()
            .try_for_each(|(index, pathway)| {
                self.check_pathway(pathway, cell)
                    .map_err(|problem| problem.within(&format!("pathways[{index}]")))
            })
    }

    fn check_inside(&self, place: &str, position: Position) -> Result<(), Problem> {
        let screen = &self.screen;
        for (axis, value, end) in [
            ("x", position.x.0, screen.width_on_retina().0),
            ("y", position.y.0, screen.height_on_retina().0),
        ] {
            if !(0.0..end).contains(&value) {
                let remedy = format!("give a value from 0 to below {end} um");
                let key = format!("{place}.{axis}");
                return Err(Problem::new(key, value, "is outside the frame", remedy));
            }
        }
        Ok(())
    }

    fn check_pathway(&self, pathway: &Pathway, cell: &GanglionCell) -> Result<(), Problem> {
        self.check_inside("offset", pathway.centre(cell.centre))?;
        let Some(interneuron) = self.interneuron(&pathway.interneuron) else {
            let names = self
                .interneurons
                .iter()
                .map(|interneuron| &interneuron.name);
            return Err(unknown("interneuron", &pathway.interneuron, names));
        };
        if interneuron.polarity == pathway.polarity {
            return Ok(());
        }
        Err(Problem::new(
            "polarity",
            format!("{:?}", pathway.polarity).to_lowercase(),
            format!("is not that of {}", interneuron.name),
            "give the interneuron's polarity, or name another interneuron",
        ))
    }
}

fn unique<'a>(key: &str, names: impl Iterator<Item = &'a String>) -> Result<(), Problem> {
    let mut seen = HashSet::new();
    for name in names {
        if !seen.insert(name) {
            return Err(Problem::new(
                key,
                name,
                "comes twice",
                "give each its own name",
            ));
        }
    }
    Ok(())
}

/// A name that refers to nothing.
pub(crate) fn unknown<'a>(
    key: &str,
    name: &str,
    known: impl Iterator<Item = &'a String>,
) -> Problem {
    let known: Vec<&str> = known.map(String::as_str).collect();
    Problem::new(
        key,
        name,
        "does not exist",
        format!("use one of {}", known.join(", ")),
    )
}
