//! Attributing the responses of a network to its hidden units.

mod asked;
mod baseline;
mod effects;
mod gather;
mod highlight;
mod method;
mod peaks;
mod pixels;
mod report;
mod request;
mod save;
mod settings;
mod shown;

use std::path::Path;

use ganglion_attribution::Attributor;
use ganglion_model::model::Model;
use ganglion_recording::CellIndex;

use crate::location::Location;
use crate::outputs::{Outputs, ResultFolder};
use crate::progress::{Meter, Work};
use crate::results::AttributionSummary;
use crate::runner::Runner;
use asked::{ShownStimulus, Study};
use highlight::highlights;
pub use method::Method;
pub use report::text;
use request::Request;
pub use settings::{Attribute, AttributeTables, Maps, presets};
use shown::StimulusSet;

impl Attribute {
    /// Attributes, writes the results and draws them.
    ///
    /// # Errors
    /// Where the model has no hidden units, something does not fit it, or a file cannot be read or
    /// written.
    pub fn run(&self, runner: &Runner<'_>) -> crate::Result<Vec<AttributionSummary>> {
        let model = runner.model(&self.model)?;
        let cells = model.description.cells.iter().copied().map(CellIndex);
        let attributor =
            Attributor::new(&model.network, model.description.movie)?.of_cells(cells.collect())?;
        let request = Request::new(self, &model, &attributor)?;
        let shown = StimulusSet::all(self, &request, &model)?;
        let out = (self.out.clone())
            .unwrap_or_else(|| Location::of(&self.model).results().join("attribution"));
        let folders = Folders::new(self, &shown, &out, runner)?;
        let subject = Analysis {
            model: &model,
            attributor: &attributor,
            request: &request,
            runner,
        };
        let mut reports = Vec::new();
        for (one, folder) in shown.iter().zip(&folders.each) {
            reports.push(folder.write(|folder| subject.attribute(one, folder, self))?);
        }
        if let Some(folder) = &folders.of_all {
            folder.write(|folder| report::summarise(&reports, &subject, folder, self))?;
        }
        report::warn(&reports);
        Ok(reports)
    }
}

/// Where the results go, once it is known that nothing of others is replaced.
struct Folders {
    each: Vec<ResultFolder>,
    /// What several experiments have in common.
    of_all: Option<ResultFolder>,
}

/// Names of the files of one experiment or stimulus, in which `*` stands for anything.
const NAMES: [&str; 9] = [
    "summary.json",
    "channels.csv",
    "responses.csv",
    "attribution.h5",
    "effects.csv",
    "effects.h5",
    "pixels.h5",
    "figures/*-cell-*.*",
    "figures/matrix-*.*",
];

impl Folders {
    fn new(
        arguments: &Attribute,
        shown: &[StimulusSet],
        out: &Path,
        runner: &Runner<'_>,
    ) -> crate::Result<Self> {
        let movies = arguments.stimulus.iter().chain(&arguments.baseline);
        let outputs = Outputs::of("attribute", runner.overwrite)
            .reading_model(&arguments.model)
            .reading_all(&arguments.config)
            .reading_all(movies.map(|spec| &spec.path));
        let folder = |one: &StimulusSet| match shown.len() {
            1 => outputs.folder(out, NAMES),
            _ => outputs.folder(&out.join(&one.name), NAMES),
        };
        let of_all = (shown.len() > 1).then(|| outputs.folder(out, NAMES));
        Ok(Self {
            each: shown.iter().map(folder).collect::<Result<_, _>>()?,
            of_all: of_all.transpose()?,
        })
    }
}

/// What is attributed, and how.
pub struct Analysis<'a> {
    model: &'a Model,
    attributor: &'a Attributor,
    request: &'a Request,
    runner: &'a Runner<'a>,
}

impl Analysis<'_> {
    fn attribute(
        &self,
        shown: &StimulusSet,
        folder: &Path,
        arguments: &Attribute,
    ) -> crate::Result<AttributionSummary> {
        let asked = ShownStimulus {
            shown,
            baseline: self.request.baseline.as_ref(),
        };
        let together = gather::samples_together(self.request.outputs.len());
        let study = Study::new(self.attributor, &asked, together);
        match arguments.method {
            Method::Path | Method::Rule(_) => {
                let mut gathered = gather::gather(self, &study, folder)?;
                let highlights = highlights(self, &study, &mut gathered)?;
                let gathered = gathered.in_order(self, &study);
                let report = report::of(self, shown, folder, &gathered);
                save::save(self, shown, folder, gathered, &report)?;
                let drawn = (&report, &highlights[..]);
                save::figures(self, shown, folder, drawn, arguments.format)?;
                Ok(report)
            }
            Method::Pixels => pixels::attribute(self, &study, folder),
            Method::Shapley | Method::Ablation | Method::UnitAblation | Method::Occlusion => {
                effects::measure(self, &study, folder, arguments)
            }
        }
    }

    /// Numbers of the cells asked for, 0-based within the recording.
    fn cells(&self) -> Vec<usize> {
        let outputs = self.request.outputs.iter();
        outputs
            .map(|&output| self.model.description.cells[output])
            .collect()
    }

    /// Responses begin to be attributed.
    fn begin(&self, study: &Study<'_>) -> Box<dyn Meter> {
        let shown = study.stimuli().shown;
        let unit = match study.distinct() == shown.samples() {
            true => shown.rows.to_owned(),
            false => format!("distinct {}", shown.rows),
        };
        let work = Work::Attributing {
            shown: &shown.name,
            responses: study.distinct(),
            unit: &unit,
        };
        self.runner.progress.begin(work)
    }

    fn frame_period_ms(&self) -> f64 {
        self.model.description.frame_period_ms
    }
}
