//! Recovery of planted circuits: simulates retinas, trains a small network on each, identifies the
//! circuit behind every cell of the network, and compares it with what was planted.
//!
//!     cargo run -p ganglion-reduction --example recovery -- FOLDER FIRST_SEED RETINAS
//!
//! Retinas that FOLDER holds already are not made again. One line for each planted pathway goes to
//! `FOLDER/recovery.csv`; the shares with their 95 % intervals are printed. `FOLDER/recovery.toml`, if
//! there is one, takes the place of this example's settings. With `ideal` as last
//! word the retina itself answers the probe, as a perfect network would: what the method can find.

use std::error::Error;
use std::fs;
use std::path::Path;

use ganglion_experiment::{Responder, StimulusMovie};
use ganglion_model::device::BackendKind;
use ganglion_model::model::Model;
use ganglion_model::responder::ModelResponder;
use ganglion_model::training::{RunConfig, RunDirectory, Silent, TrainOptions, train};
use ganglion_recording::CellIndex;
use ganglion_reduction::identify::{Identified, Identifier, IdentifyConfig};
use ganglion_reduction::truth::recovery::{Planted, Recovered, Recovery, compare, interval};
use ganglion_reduction::{Subject, correlation};
use ganglion_simulation::session::{Quiet, simulate};
use ganglion_simulation::{Polarity, Retina, Sign, SimulationConfig};

type Failure = Box<dyn Error + Send + Sync>;

/// A planted pathway matters if it is at least this share of the drive.
const LEAST_SHARE: f64 = 0.1;

const CONFIG: &str = include_str!("recovery.toml");

/// Settings: the retina and its movies, how circuits are identified, and the rest as for training.
struct Settings {
    simulation: SimulationConfig,
    identify: IdentifyConfig,
    run: toml::Table,
}

impl Settings {
    /// Those of a folder, or of this example.
    fn of(folder: &Path) -> Result<Self, Failure> {
        let own = folder.join("recovery.toml");
        let text = match own.exists() {
            true => fs::read_to_string(own)?,
            false => CONFIG.to_owned(),
        };
        let mut run: toml::Table = text.parse()?;
        let simulation = run.remove("simulation").ok_or("no table `simulation`")?;
        let identify = run.remove("identify").unwrap_or(toml::Table::new().into());
        Ok(Self {
            simulation: simulation.try_into()?,
            identify: identify.try_into()?,
            run,
        })
    }
}

fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let ([folder, first, count], ideal) = match &arguments[..] {
        [folder, first, count] => ([folder, first, count], false),
        [folder, first, count, ideal] if ideal == "ideal" => ([folder, first, count], true),
        _ => return Err("usage: recovery FOLDER FIRST_SEED RETINAS [ideal]".into()),
    };
    let (folder, first): (_, u64) = (Path::new(folder), first.parse()?);
    let table = folder.join(if ideal { "ideal.csv" } else { "recovery.csv" });
    let mut lines = vec![HEADER.to_owned()];
    let mut found = Vec::new();
    let settings = Settings::of(folder)?;
    for seed in first..first + count.parse::<u64>()? {
        let place = folder.join(format!("retina{seed}"));
        let (retina, model) = trained(&settings, seed, &place)?;
        for one in recovered(ideal, &settings.identify, &retina, &model)? {
            lines.extend(rows(seed, &one));
            found.push(one);
        }
        fs::write(&table, lines.join("\n") + "\n")?;
        eprintln!("retina {seed} done");
    }
    tell(&found);
    Ok(())
}

/// A retina and a network trained on its recording.
fn trained(
    settings: &Settings,
    seed: u64,
    place: &Path,
) -> Result<(Retina, ModelResponder), Failure> {
    let run = RunDirectory::new(place.join("run"));
    if !place.join("done").exists() {
        let _ = fs::remove_dir_all(place);
        simulate(
            &settings.simulation,
            seed,
            &place.join("recording"),
            &mut Quiet,
        )?;
        let mut config: RunConfig = settings.run.clone().try_into()?;
        config.seed = seed;
        config.recording.files = (config.recording.files.iter())
            .map(|file| fs::canonicalize(place.join("recording").join(file)).map(Into::into))
            .collect::<Result<_, _>>()?;
        let options = TrainOptions {
            ..TrainOptions::default()
        };
        train(&config, &run, &options, &mut Silent)?;
        fs::write(place.join("done"), "")?;
    }
    let circuit = fs::read_to_string(place.join("recording/circuit.toml"))?;
    let model = Model::open(place.join("run"), &BackendKind::default().device()?)?;
    Ok((Retina::from_toml(&circuit)?, ModelResponder::new(model)?))
}

/// What became of one cell.
struct Found {
    cell: CellIndex,
    class: String,
    /// Correlation of the network's answer to the probe with the retina's.
    network: f64,
    /// Correlation of the circuit's answer with the network's.
    circuit: f64,
    recovery: Recovery,
}

/// Identifies the circuit of every cell.
fn recovered(
    ideal: bool,
    config: &IdentifyConfig,
    retina: &Retina,
    model: &ModelResponder,
) -> Result<Vec<Found>, Failure> {
    let subject = Subject::new(model)?;
    let cells = model.cells();
    let identifier = Identifier {
        subject: &subject,
        source: "recovery".to_owned(),
        config,
    };
    let identified = match ideal {
        true => identifier.of(retina, cells, &|| ())?,
        false => identifier.network(cells, &|| ())?,
    };
    let probe = [config.probe.of(&model.screen())?.1];
    let (answered, planted) = (model.respond(&probe)?, retina.respond(&probe)?);
    let one = |(index, identified): (usize, &Identified)| {
        let cell = cells[index];
        let class = retina.circuit().cells[cell.0].class.clone();
        let truth = truth(retina, cell, &probe)?;
        eprintln!(
            "{class}: {} {:.5?}",
            identified.circuit.describe(),
            identified.explained
        );
        let rates = |values: &[f32]| values.iter().map(|&v| f64::from(v)).collect::<Vec<f64>>();
        let network = correlation(
            &rates(answered[0].cell(index)),
            &rates(planted[0].cell(cell.0)),
        );
        Ok(Found {
            cell,
            class,
            network: network.unwrap_or(0.0),
            circuit: identified.circuit.correlation,
            recovery: compare(&truth, &identified.circuit, LEAST_SHARE),
        })
    };
    identified.iter().enumerate().map(one).collect()
}

/// The planted pathways of a cell, with their shares over some movies.
fn truth(
    retina: &Retina,
    cell: CellIndex,
    movies: &[StimulusMovie],
) -> Result<Vec<Planted>, Failure> {
    let circuit = retina.circuit();
    let pathways = &circuit.cells[cell.0].pathways;
    let shares = &retina.pathway_shares(movies)?[cell.0];
    let planted = |(pathway, &share): (&ganglion_simulation::Pathway, &f64)| {
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
            share,
            course: taps
                .iter()
                .rev()
                .map(|tap| pathway.polarity.factor() * tap)
                .collect(),
        }
    };
    Ok(pathways.iter().zip(shares).map(planted).collect())
}

const HEADER: &str = "seed,cell,class,network_correlation,circuit_correlation,pathways_planted,\
     pathways_found,planted_pathway,share,matched,polarity_right,sign_right,kernel_correlation";

fn rows(seed: u64, found: &Found) -> Vec<String> {
    let row = |one: &Recovered| {
        format!(
            "{seed},{},{},{:.4},{:.4},{},{},{},{:.3},{},{},{},{:.3}",
            found.cell,
            found.class,
            found.network,
            found.circuit,
            found.recovery.planted,
            found.recovery.found,
            one.name,
            one.share,
            one.found.is_some(),
            one.polarity,
            one.sign,
            one.kernel
        )
    };
    found.recovery.pathways.iter().map(row).collect()
}

/// The shares over all cells, then over the cells of each class.
fn tell(found: &[Found]) {
    let mut classes: Vec<&str> = found.iter().map(|one| one.class.as_str()).collect();
    classes.sort_unstable();
    classes.dedup();
    for class in classes {
        let of_class = found.iter().filter(|one| one.class == class);
        tell_of(
            class,
            &of_class.map(|one| &one.recovery).collect::<Vec<_>>(),
        );
    }
    tell_of(
        "all",
        &found.iter().map(|one| &one.recovery).collect::<Vec<_>>(),
    );
}

fn tell_of(whose: &str, found: &[&Recovery]) {
    let pathways: Vec<&Recovered> = found.iter().flat_map(|one| &one.pathways).collect();
    let share = |right: usize, of: usize| {
        let [low, high] = interval(right, of).map(|bound| 100.0 * bound);
        format!("{right} of {of} ({low:.0} to {high:.0} %)")
    };
    let count = |is: &dyn Fn(&Recovered) -> bool| {
        let right = pathways.iter().filter(|one| is(one)).count();
        share(right, pathways.len())
    };
    let near = found
        .iter()
        .filter(|one| one.planted.abs_diff(one.found) <= 1);
    let exact = found.iter().filter(|one| one.planted == one.found);
    let kernels = pathways.iter().map(|one| one.kernel);
    println!(
        "{whose}: polarity {}, sign {}, number within one {}, exact {}, median kernel {:.3}",
        count(&|one| one.polarity),
        count(&|one| one.sign),
        share(near.count(), found.len()),
        share(exact.count(), found.len()),
        ganglion_model::metrics::median(kernels).unwrap_or(f64::NAN),
    );
}
