//! A circuit that answers movies.

mod cell;
mod finite_memory;
mod front;
mod layer;
mod light;
mod pathway_drives;
mod pool;
mod potentials;
mod region;
mod release;
mod responder;
mod silencing;
mod spatial;
mod stream;
mod synaptic;
mod temporal;

use ganglion_experiment::Screen;
use ganglion_recording::CellIndex;
use rayon::prelude::*;

use crate::Error;
use crate::circuit::{Circuit, GanglionCell};
use cell::CellPlan;
use front::Front;
use layer::Layer;
use pool::Pool;

pub use finite_memory::FiniteRetina;
pub use pathway_drives::PathwayDrives;
pub use silencing::Silencing;
pub use stream::RetinaStream;

/// A simulated retina: a [`Circuit`] that has been checked and made ready to answer movies.
///
/// It is a [`Responder`](ganglion_experiment::Responder), so that every experiment runs on it as on
/// a network; [`stream`](Self::stream) answers movies that are too long to hold. Rates are computed
/// in 32-bit arithmetic in an order that depends neither on the number of threads nor on how a movie
/// is cut into chunks: the same movie gives the same bits.
///
/// The equations are those of [`Interneuron`](crate::Interneuron), [`Pathway`](crate::Pathway) and
/// [`Output`](crate::Output), one after the other.
#[derive(Clone)]
pub struct Retina {
    circuit: Circuit,
    indices: Vec<CellIndex>,
    front: Front,
    /// One for every type of interneuron that some cell or other type receives from.
    layers: Vec<Layer>,
    plans: Vec<CellPlan>,
    /// Share of each cell's drive in each cell, if cells are coupled.
    mixing: Option<Vec<Vec<f64>>>,
    /// What was silenced, in its order.
    silenced: Vec<Silencing>,
}

impl Retina {
    /// A retina with this circuit.
    ///
    /// # Errors
    /// If the circuit cannot be computed: a value without sense, a name that refers to nothing, a
    /// cell outside the frame, or taps that are not those of the kinetics.
    pub fn new(circuit: Circuit) -> Result<Self, Error> {
        circuit.check()?;
        let pools = pools(&circuit);
        let layers = layer::layers(&circuit, &pools, false);
        let plans = cell::plans(&circuit, pools, &layers);
        Ok(Self {
            indices: (0..circuit.cells.len()).map(CellIndex).collect(),
            front: Front::new(&circuit),
            mixing: circuit
                .mechanisms
                .coupling
                .map(|coupling| coupling.mixing(&circuit.cells)),
            circuit,
            layers,
            plans,
            silenced: Vec::new(),
        })
    }

    /// The same retina with all its interneurons, whether something receives from them or not, so that
    /// [`potentials`](RetinaStream::potentials) of all types can be read all over the frame. Its rates are
    /// the same, and take longer.
    #[must_use]
    pub fn with_all_interneurons(self) -> Self {
        let pools = pools(&self.circuit);
        let layers = layer::layers(&self.circuit, &pools, true);
        let mut plans = cell::plans(&self.circuit, pools, &layers);
        for (plan, before) in plans.iter_mut().zip(&self.plans) {
            plan.hold_as(before);
        }
        let mut retina = Self {
            layers,
            plans,
            ..self
        };
        for silencing in retina.silenced.clone() {
            retina.silence(&silencing);
        }
        retina
    }

    /// Its circuit: the truth.
    pub fn circuit(&self) -> &Circuit {
        &self.circuit
    }

    /// The frames that it sees.
    pub fn screen(&self) -> &Screen {
        &self.circuit.screen
    }

    /// Its ganglion cells in the order of the rates.
    pub fn cells(&self) -> &[GanglionCell] {
        &self.circuit.cells
    }

    /// Answers a movie from its beginning, grey having gone before.
    pub fn stream(&self) -> RetinaStream<'_> {
        RetinaStream::new(self, None)
    }

    /// Answers a movie in a trial with the [`Noise`](crate::mechanism::Noise) of its circuit: the same
    /// seed and name give the same rates. Without noise in its potentials it is [`stream`](Self::stream).
    pub fn noisy_stream(&self, seed: u64, trial: &str) -> RetinaStream<'_> {
        RetinaStream::new(self, Some((seed, trial)))
    }

    /// Rate of every cell in Hz after nothing but grey: the rates of bin 0 of a movie.
    pub fn resting_rates(&self) -> Vec<f32> {
        let drives = self.plans.iter().map(CellPlan::resting_drive).collect();
        self.rates_of_drives(drives, 1)
    }

    /// Rates `[cell, bin]` in Hz of drives `[cell, bin]`.
    fn rates_of_drives(&self, drives: Vec<f32>, bins: usize) -> Vec<f32> {
        let mut rates = self.coupled(drives, bins);
        for (rates, plan) in rates.chunks_exact_mut(bins).zip(&self.plans) {
            rates.iter_mut().for_each(|rate| *rate = plan.rate(*rate));
        }
        rates
    }

    /// Drives `[cell, bin]` as they are where cells are coupled.
    fn coupled(&self, drives: Vec<f32>, bins: usize) -> Vec<f32> {
        match &self.mixing {
            Some(mixing) => mixed(mixing, &drives, bins),
            None => drives,
        }
    }

    /// The circuit as TOML, which [`from_toml`](Self::from_toml) reads back exactly.
    ///
    /// # Errors
    /// If TOML has no form for a value, such as a seed above what its integers hold.
    pub fn to_toml(&self) -> Result<String, Error> {
        self.circuit.to_toml()
    }

    /// The retina of a circuit file.
    ///
    /// # Errors
    /// If the text is not a circuit, or the circuit cannot be computed.
    pub fn from_toml(text: &str) -> Result<Self, Error> {
        Self::new(Circuit::from_toml(text)?)
    }
}

/// Drives `[cell, bin]` of coupled cells.
fn mixed(mixing: &[Vec<f64>], drives: &[f32], bins: usize) -> Vec<f32> {
    let mixed = |shares: &Vec<f64>| {
        let mut sums = vec![0.0; bins];
        for (share, drives) in shares.iter().zip(drives.chunks_exact(bins)) {
            let parts = sums.iter_mut().zip(drives);
            parts.for_each(|(sum, drive)| *sum += share * f64::from(*drive));
        }
        sums.into_iter().map(|sum| sum as f32).collect::<Vec<f32>>()
    };
    mixing.par_iter().flat_map_iter(mixed).collect()
}

/// What each pathway of each cell pools from.
fn pools(circuit: &Circuit) -> Vec<Vec<Pool>> {
    let pools_of = |cell: &GanglionCell| {
        let pool = |pathway: &crate::Pathway| {
            Pool::new(
                pathway.centre(cell.centre),
                pathway.pool_sd,
                &circuit.screen,
            )
        };
        cell.pathways.iter().map(pool).collect()
    };
    circuit.cells.iter().map(pools_of).collect()
}
