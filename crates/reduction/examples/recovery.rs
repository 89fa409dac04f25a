//! Recovery of planted circuits: simulates retinas, trains a small network on each, reduces it, and
//! compares what is found with what was planted.
//!
//!     cargo run --release -p ganglion-reduction --example recovery -- FOLDER FIRST_SEED RETINAS
//!
//! Retinas that FOLDER holds already are not made again. One line a cell goes to
//! `FOLDER/recovery.csv`; the shares with their 95 % intervals are printed.

use std::error::Error;
use std::fs;
use std::path::Path;

use ganglion_attribution::AttributionConfig;
use ganglion_experiment::{ExperimentConfig, Phenomenon, Responder, StimulusMovie};
use ganglion_model::device::BackendKind;
use ganglion_model::model::Model;
use ganglion_model::responder::ModelResponder;
use ganglion_model::training::{RunConfig, RunDirectory, Silent, TrainOptions, train};
use ganglion_recording::CellIndex;
use ganglion_reduction::recovery::{Planted, Recovery, compare, interval};
use ganglion_reduction::{Reducer, ReductionConfig, Subject};
use ganglion_simulation::session::{Quiet, simulate};
use ganglion_simulation::{Polarity, Retina, Sign, SimulationConfig};
use serde::Deserialize;

/// A planted pathway matters if it is at least this share of the drive.
const LEAST_SHARE: f64 = 0.1;

const CONFIG: &str = include_str!("recovery.toml");

#[derive(Deserialize)]
struct Tables {
    simulation: SimulationConfig,
    experiments: Vec<ExperimentConfig>,
    #[serde(default)]
    attribution: AttributionConfig,
    #[serde(default)]
    reduction: ReductionConfig,
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [folder, first, count] = &arguments[..] else {
        return Err("usage: recovery FOLDER FIRST_SEED RETINAS".into());
    };
    let (folder, first): (_, u64) = (Path::new(folder), first.parse()?);
    let mut lines = vec![HEADER.to_owned()];
    let mut found = Vec::new();
    for seed in first..first + count.parse::<u64>()? {
        let tables: Tables = toml::from_str(CONFIG)?;
        let place = folder.join(format!("retina{seed}"));
        let (retina, model) = trained(&tables, seed, &place)?;
        for (cell, phenomenon, recovery) in recovered(&tables, &retina, &model)? {
            lines.extend(rows(seed, cell, &phenomenon, &recovery));
            found.push(recovery);
        }
        fs::write(folder.join("recovery.csv"), lines.join("\n") + "\n")?;
        eprintln!("retina {seed} done");
        tell(&found);
    }
    Ok(())
}

/// A retina and a network trained on its recording.
fn trained(
    tables: &Tables,
    seed: u64,
    place: &Path,
) -> Result<(Retina, ModelResponder), Box<dyn Error>> {
    let run = RunDirectory::new(place.join("run"));
    if !place.join("done").exists() {
        let _ = fs::remove_dir_all(place);
        simulate(
            &tables.simulation,
            seed,
            &place.join("recording"),
            &mut Quiet,
        )?;
        let mut run_tables: toml::Table = CONFIG.parse()?;
        for other in ["simulation", "experiments", "attribution", "reduction"] {
            run_tables.remove(other);
        }
        let mut config: RunConfig = run_tables.try_into()?;
        config.seed = seed;
        config.recording.files = vec![fs::canonicalize(place.join("recording/whitenoise.h5"))?];
        let options = TrainOptions {
            resume: false,
            revision: None,
        };
        train(&config, &run, &options, &mut Silent)?;
        fs::write(place.join("done"), "")?;
    }
    let circuit = fs::read_to_string(place.join("recording/circuit.toml"))?;
    let model = Model::open(place.join("run"), &BackendKind::default().device()?)?;
    Ok((Retina::from_toml(&circuit)?, ModelResponder::new(model)?))
}

/// A pathway's fate: the cell, the phenomenon that it was reduced for, and what was found.
type Found = (CellIndex, String, Recovery);

/// Reduces each cell for the phenomena that were planted in its class and that its network shows.
fn recovered(
    tables: &Tables,
    retina: &Retina,
    model: &ModelResponder,
) -> Result<Vec<Found>, Box<dyn Error>> {
    let subject = Subject::new(model)?;
    let reducer = Reducer {
        subject: &subject,
        source: "recovery".to_owned(),
        config: &tables.reduction,
        attribution: &tables.attribution,
    };
    let mut all = Vec::new();
    for experiment in &tables.experiments {
        let name = experiment.name();
        let cells = planted_cells(retina, name);
        let prepared = experiment.prepare(model.screen())?;
        let reduction = reducer.run(&prepared, &cells, &mut |_| ())?;
        let movies = prepared.movies();
        for cell in &reduction.cells {
            match &cell.result {
                Ok(explanation) => {
                    let truth = truth(retina, cell.cell, &movies)?;
                    let recovery = compare(&truth, &explanation.circuit, LEAST_SHARE);
                    eprintln!("{name}: {}", explanation.circuit.describe());
                    all.push((cell.cell, name.to_owned(), recovery));
                }
                Err(why) => {
                    eprintln!(
                        "{name}: cell {}: {}",
                        cell.cell,
                        why.sentence(&cell.outcome)
                    );
                }
            }
        }
    }
    Ok(all)
}

fn planted_cells(retina: &Retina, name: &str) -> Vec<CellIndex> {
    let Ok(phenomenon) = name.parse::<Phenomenon>() else {
        return Vec::new();
    };
    let circuit = retina.circuit();
    // Controls, made to show nothing, are cells of one pathway: they are asked once.
    let shows = |class: &str| {
        let is_control = |planted: bool| !planted && phenomenon == Phenomenon::Latency;
        circuit
            .class(class)
            .is_some_and(|class| class.shows(phenomenon) || is_control(!class.planted.is_empty()))
    };
    let cells = circuit.cells.iter().enumerate();
    cells
        .filter(|(_, cell)| shows(&cell.class))
        .map(|(index, _)| CellIndex(index))
        .collect()
}

/// The planted pathways of a cell, with their shares over the experiment's movies.
fn truth(
    retina: &Retina,
    cell: CellIndex,
    movies: &[StimulusMovie],
) -> Result<Vec<Planted>, Box<dyn Error>> {
    let circuit = retina.circuit();
    let pathways = &circuit.cells[cell.0].pathways;
    let mut sizes = vec![0.0; pathways.len()];
    for movie in movies {
        let drives = &retina.pathway_drives(movie)?[cell.0];
        for (pathway, size) in sizes.iter_mut().enumerate() {
            let rest = drives.resting(pathway);
            let departures = drives
                .pathway(pathway)
                .iter()
                .map(|drive| (drive - rest).abs());
            *size += f64::from(departures.sum::<f32>());
        }
    }
    let total: f64 = sizes.iter().sum::<f64>().max(f64::MIN_POSITIVE);
    let planted = |(pathway, size): (&ganglion_simulation::Pathway, &f64)| {
        let interneuron = circuit.interneuron(&pathway.interneuron);
        let taps = &interneuron.expect("a pathway's interneuron exists").kernel;
        Planted {
            name: pathway.interneuron.clone(),
            polarity: match pathway.polarity {
                Polarity::On => ganglion_attribution::Polarity::On,
                Polarity::Off => ganglion_attribution::Polarity::Off,
            },
            sign: match pathway.sign {
                Sign::Excitatory => ganglion_attribution::Sign::Excitatory,
                Sign::Inhibitory => ganglion_attribution::Sign::Inhibitory,
            },
            share: size / total,
            course: taps
                .iter()
                .rev()
                .map(|tap| pathway.polarity.factor() * tap)
                .collect(),
        }
    };
    Ok(pathways.iter().zip(&sizes).map(planted).collect())
}

const HEADER: &str = "seed,cell,phenomenon,pathways_planted,pathways_found,planted_pathway,share,\
     matched,polarity_right,sign_right,kernel_correlation";

fn rows(seed: u64, cell: CellIndex, phenomenon: &str, recovery: &Recovery) -> Vec<String> {
    let row = |one: &ganglion_reduction::recovery::Recovered| {
        format!(
            "{seed},{cell},{phenomenon},{},{},{},{:.3},{},{},{},{:.3}",
            recovery.planted,
            recovery.found,
            one.name,
            one.share,
            one.found.is_some(),
            one.polarity,
            one.sign,
            one.kernel
        )
    };
    recovery.pathways.iter().map(row).collect()
}

fn tell(found: &[Recovery]) {
    let pathways: Vec<_> = found.iter().flat_map(|one| &one.pathways).collect();
    let share = |name: &str, right: usize, of: usize| {
        let [low, high] = interval(right, of);
        let percent = 100.0 * right as f64 / of.max(1) as f64;
        println!(
            "{name}: {right} of {of}, {percent:.1} % (95 % {:.1} to {:.1})",
            100.0 * low,
            100.0 * high
        );
    };
    let count = |is: &dyn Fn(&ganglion_reduction::recovery::Recovered) -> bool| {
        pathways.iter().filter(|one| is(one)).count()
    };
    share("polarity", count(&|one| one.polarity), pathways.len());
    share("sign", count(&|one| one.sign), pathways.len());
    let near = found
        .iter()
        .filter(|one| one.planted.abs_diff(one.found) <= 1)
        .count();
    share("number within one", near, found.len());
    let kernels = pathways.iter().map(|one| one.kernel);
    let median = ganglion_model::metrics::median(kernels);
    println!(
        "median kernel correlation: {:.3}, n = {}",
        median.unwrap_or(f64::NAN),
        pathways.len()
    );
}
