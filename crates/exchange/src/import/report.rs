//! What became of everything in a weights file.

use std::fmt::{self, Display, Formatter};

use ganglion_recording::RATE;
use serde::Serialize;

use super::geometry::NetworkGeometry;
use super::known::{EPSILON, FRAME_PERIOD_MS, Known};
use super::layer::FileNormalisation;
use super::options::FlattenOrder;
use super::placement::Placement;
use super::plan::{ImportPlan, PlannedPart, PlannedReadout};
use super::source::{Format, Ignored, WeightsSource};
use super::units;

/// What became of everything in a weights file. Its `Display` is what `ganglion import` prints.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// The file's format.
    pub format: Format,
    /// The network's name in its own program, where the file says.
    pub kind: Option<String>,
    /// Arrays of the file and where they went.
    pub mapped: Vec<Mapped>,
    /// What was not used.
    pub ignored: Vec<Ignored>,
    /// What the file does not say.
    pub missing: Vec<Assumed>,
    /// Where each cell's unit was found, for a convolutional read-out matched to a recording.
    pub placements: Vec<Placement>,
}

/// An array and where it went.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Mapped {
    /// Its name in the file.
    pub name: String,
    /// Its shape in the file.
    pub shape: Vec<usize>,
    /// Where it went.
    pub to: String,
}

/// Something that the file does not say.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Assumed {
    /// What is missing.
    pub what: String,
    /// What is assumed, or what cannot be done without it.
    pub assumed: String,
    /// The option that says it.
    pub flag: String,
}

impl Report {
    pub(super) fn of_network(
        plan: &ImportPlan,
        geometry: &NetworkGeometry,
        source: &WeightsSource,
        known: &Known,
        placements: Vec<Placement>,
    ) -> Self {
        let mut report = Self::empty(source, known, geometry.cells);
        report.placements = placements;
        report
            .missing
            .extend(missing_of_stages(plan, source, known));
        for (index, stage) in plan.stages.iter().enumerate() {
            let stacked = stage.convolution.value.stacked;
            let note = match stacked {
                1 => String::new(),
                _ => format!(", {stacked} kernels composed into one"),
            };
            report.map(
                &stage.convolution,
                &format!("stage {} convolution{note}", index + 1),
            );
            if let Some(normalisation) = &stage.normalisation {
                let per = per(normalisation, geometry.planes[index]);
                report.map(
                    normalisation,
                    &format!("stage {} batch normalisation, {per}", index + 1),
                );
            }
        }
        for (index, stage) in plan.stages.iter().enumerate() {
            if let Some(normalisation) = &stage.afterwards {
                let per = per(normalisation, geometry.planes[index]);
                let stage = index + 1;
                report.map(
                    normalisation,
                    &format!(
                        "stage {stage} batch normalisation after the rectification, {per}, as a \
                         factor and an offset in the next layer"
                    ),
                );
            }
        }
        let readout = match &plan.readout.value {
            PlannedReadout::Dense(_) => "read-out",
            PlannedReadout::OneUnit(_) => "read-out, one unit a cell, as a dense one",
        };
        report.map(&plan.readout, readout);
        report.map_rest(plan);
        report
    }

    pub(super) fn of_filters(
        plan: &ImportPlan,
        source: &WeightsSource,
        known: &Known,
        cells: usize,
    ) -> Self {
        let mut report = Self::empty(source, known, cells);
        report.missing.extend(missing_of_filters(source, known));
        report.map(&plan.readout, "linear filters");
        report.map_rest(plan);
        report
    }

    fn empty(source: &WeightsSource, known: &Known, cells: usize) -> Self {
        Self {
            format: source.format,
            kind: source.said.kind.clone(),
            mapped: Vec::new(),
            ignored: source.ignored.clone(),
            missing: missing(known, source, cells),
            placements: Vec::new(),
        }
    }

    fn map<T>(&mut self, part: &PlannedPart<T>, to: &str) {
        for (name, shape) in &part.arrays {
            if name.ends_with("num_batches_tracked") {
                self.ignore(name, "a count of batches, of use in training only");
                continue;
            }
            self.mapped.push(Mapped {
                name: name.clone(),
                shape: shape.clone(),
                to: to.to_owned(),
            });
        }
    }

    fn map_rest(&mut self, plan: &ImportPlan) {
        if let Some(normalisation) = &plan.readout_normalisation {
            self.map(normalisation, "read-out batch normalisation");
        }
        if let Some(scale) = &plan.scale {
            self.map(scale, "scale of the rates");
        }
        for noise in &plan.noise {
            self.map(noise, "noise in training");
        }
        for (name, _) in plan.counters.iter().flat_map(|layer| &layer.arrays) {
            self.ignore(name, "a count of batches, of use in training only");
        }
    }

    fn ignore(&mut self, name: &str, reason: &str) {
        self.ignored.push(Ignored {
            name: name.to_owned(),
            reason: reason.to_owned(),
        });
    }
}

/// `per channel`, `per unit` and the like.
fn per(part: &PlannedPart<FileNormalisation>, planes: [usize; 3]) -> String {
    units::per(&part.value.axes(planes).unwrap_or_default())
}

fn missing(known: &Known, source: &WeightsSource, cells: usize) -> Vec<Assumed> {
    let mut missing = Vec::new();
    let mut add = |absent: bool, what: &str, assumed: String, flag: &str| {
        if absent {
            missing.push(Assumed {
                what: what.to_owned(),
                assumed,
                flag: flag.to_owned(),
            });
        }
    };
    add(
        known.microns_per_pixel.is_none(),
        "size of a pixel on the retina",
        "none: experiments in micrometres need it".into(),
        "--microns-per-pixel",
    );
    add(
        known.cells.is_none(),
        "cells of the recording",
        format!("0 to {}", cells.saturating_sub(1)),
        "--cells",
    );
    add(
        known.frame_period_ms.is_none(),
        "time from frame to frame",
        format!("{FRAME_PERIOD_MS} ms"),
        "--frame-period",
    );
    add(
        known.normalisation.is_none(),
        "normalisation of the movie",
        "none: stimuli must be normalised already".into(),
        "--normalisation",
    );
    add(
        known.response.is_none(),
        "response that it predicts",
        RATE.into(),
        "--response",
    );
    let says_epsilon = !source.said.epsilons.is_empty() || known.description.is_some();
    add(
        !says_epsilon && known.epsilon == EPSILON && has_normalisation(source),
        "epsilon of batch normalisation",
        EPSILON.to_string(),
        "--batch-norm-epsilon",
    );
    missing
}

/// What weights alone do not say of a network with hidden stages.
fn missing_of_stages(plan: &ImportPlan, source: &WeightsSource, known: &Known) -> Vec<Assumed> {
    let said = &source.said;
    let unsaid = !said.nonlinearities && known.description.is_none();
    let is_normalised = plan
        .stages
        .iter()
        .any(|stage| stage.normalisation.is_some() || stage.afterwards.is_some());
    let keras = source.format == Format::Keras;
    let rows = [
        (
            unsaid && known.hidden_activation.is_none(),
            "nonlinearity of hidden layers",
            "relu",
            "--hidden-activation",
        ),
        (
            unsaid && known.batch_norm_order.is_none() && is_normalised,
            "order of batch normalisation and nonlinearity",
            "normalisation first",
            "--batch-norm-order",
        ),
        (
            keras && !said.unit_order && known.flatten_order.is_none(),
            "order in which units are flattened",
            "channel, row, column (channels first)",
            "--flatten-order",
        ),
        (
            unsaid && keras,
            "strides, dilation and padding of convolutions",
            "none",
            "none: save the whole model with model.save",
        ),
        (
            said.guessed_layers,
            "order of the layers",
            "each convolution with a normalisation, then the dense layer",
            "--mapping",
        ),
        missing_output(source, known),
    ];
    assumed(&rows)
}

/// What weights alone do not say of a linear-nonlinear model.
fn missing_of_filters(source: &WeightsSource, known: &Known) -> Vec<Assumed> {
    let said = &source.said;
    let unsaid = source.format == Format::Keras && (!said.unit_order || said.movie_order.is_some());
    let order = match said.movie_order {
        Some(FlattenOrder::ChannelsLast) => "row, column, frame (channels last)",
        _ => "frame, row, column (channels first)",
    };
    let rows = [
        (
            unsaid && known.flatten_order.is_none(),
            "order of the movie's axes",
            order,
            "--flatten-order",
        ),
        missing_output(source, known),
    ];
    assumed(&rows)
}

/// Whether it is missing, what, what is assumed, and the option.
type Row = (bool, &'static str, &'static str, &'static str);

fn missing_output(source: &WeightsSource, known: &Known) -> Row {
    let is_said = known.output.is_some()
        || source.said.softplus.is_some()
        || source.said.nonlinearities
        || known.description.is_some();
    let what = "nonlinearity of the output";
    (!is_said, what, "softplus", "--output-activation")
}

fn assumed(rows: &[Row]) -> Vec<Assumed> {
    let missing = rows.iter().filter(|(missing, ..)| *missing);
    missing
        .map(|(_, what, assumed, flag)| Assumed {
            what: (*what).to_owned(),
            assumed: (*assumed).to_owned(),
            flag: (*flag).to_owned(),
        })
        .collect()
}

fn has_normalisation(source: &WeightsSource) -> bool {
    source
        .arrays
        .iter()
        .any(|(name, _)| name.ends_with("running_var"))
}

impl Display for Report {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        writeln!(f, "mapped")?;
        let width = self
            .mapped
            .iter()
            .map(|mapped| mapped.name.len())
            .max()
            .unwrap_or(0);
        for Mapped { name, shape, to } in &self.mapped {
            writeln!(f, "  {name:width$}  {:18}  {to}", format!("{shape:?}"))?;
        }
        if !self.ignored.is_empty() {
            writeln!(f, "ignored")?;
        }
        for Ignored { name, reason } in &self.ignored {
            writeln!(f, "  {name}: {reason}")?;
        }
        if !self.missing.is_empty() {
            writeln!(f, "missing")?;
        }
        for Assumed {
            what,
            assumed,
            flag,
        } in &self.missing
        {
            writeln!(f, "  {what}: {assumed} ({flag})")?;
        }
        if !self.placements.is_empty() {
            writeln!(f, "units found by correlation with the recording")?;
        }
        for place in &self.placements {
            let Placement {
                cell,
                unit: [row, column],
                correlation,
            } = place;
            writeln!(
                f,
                "  cell {cell}: row {row}, column {column}, r = {correlation:.3}"
            )?;
        }
        Ok(())
    }
}
