//! A circuit that answers movies.

mod cell;
mod layer;
mod pathway_drives;
mod pool;
mod region;
mod responder;
mod silencing;
mod spatial;
mod stream;
mod temporal;

use ganglion_experiment::Screen;
use ganglion_recording::CellIndex;

use crate::Error;
use crate::circuit::{Circuit, GanglionCell};
use cell::CellPlan;
use layer::Layer;
use pool::Pool;

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
    /// One for every type of interneuron that some cell pools from.
    layers: Vec<Layer>,
    plans: Vec<CellPlan>,
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
        let layers = layer::layers(&circuit, &pools);
        let plans = cell::plans(&circuit, pools, &layers);
        Ok(Self {
            indices: (0..circuit.cells.len()).map(CellIndex).collect(),
            circuit,
            layers,
            plans,
        })
    }

    /// The retina with some pathways held at what they give for grey: an intervention, which says what
    /// they are needed for. Its circuit stays as it is.
    ///
    /// # Errors
    /// If the circuit cannot be computed.
    pub fn holding(&self, held: impl Fn(&crate::Pathway) -> bool) -> Result<Self, Error> {
        let mut retina = self.clone();
        for (cell, plan) in retina.circuit.cells.iter().zip(&mut retina.plans) {
            for (pathway, plan) in cell.pathways.iter().zip(&mut plan.pathways) {
                if held(pathway) {
                    plan.hold();
                }
            }
        }
        Ok(retina)
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
        RetinaStream::new(self)
    }

    /// Rate of every cell in Hz after nothing but grey: the rates of bin 0 of a movie.
    pub fn resting_rates(&self) -> Vec<f32> {
        self.plans.iter().map(CellPlan::resting_rate).collect()
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

/// What each pathway of each cell pools from.
fn pools(circuit: &Circuit) -> Vec<Vec<Pool>> {
    let pools_of = |cell: &GanglionCell| {
        let pool =
            |pathway: &crate::Pathway| Pool::new(cell.centre, pathway.pool_sd, &circuit.screen);
        cell.pathways.iter().map(pool).collect()
    };
    circuit.cells.iter().map(pools_of).collect()
}
