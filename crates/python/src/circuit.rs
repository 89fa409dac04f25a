//! Circuits of cells.

use std::path::PathBuf;

use ganglion::attribution::{Polarity, Sign};
use ganglion::experiment::{Responder, StimulusMovie};
use ganglion::figures::{circuit_schematic, explained_schematic};
use ganglion::outputs::Outputs;
use ganglion::plot::{CircuitSchematic, Figure};
use ganglion::reduction::identify::Identified;
use ganglion::reduction::standing::Standing;
use ganglion::reduction::{CircuitResponder, Explanation, Pathway};
use ganglion::results::write_text;
use numpy::{PyArray1, PyArray3, PyReadonlyArray3, PyUntypedArrayMethods};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList};

use crate::arrays::shaped;
use crate::error::raised;
use crate::work;

/// What a cell was reduced to.
#[pyclass(frozen, module = "ganglion._native")]
pub struct Circuit {
    circuit: ganglion::reduction::Circuit,
    /// How each pathway stands in the cell.
    standings: Vec<Standing>,
    /// How it is drawn.
    drawn: CircuitSchematic,
}

impl Circuit {
    /// One that was identified.
    pub fn identified(identified: &Identified) -> Self {
        Self {
            circuit: identified.circuit.clone(),
            standings: identified.standings(),
            drawn: circuit_schematic(&identified.circuit, &identified.standings()),
        }
    }

    /// One that a phenomenon was reduced to.
    pub fn explained(explanation: &Explanation) -> Self {
        Self {
            circuit: explanation.circuit.clone(),
            standings: explanation.standings(),
            drawn: explained_schematic(explanation),
        }
    }
}

#[pymethods]
impl Circuit {
    #[staticmethod]
    fn of_toml(py: Python<'_>, text: &str) -> PyResult<Self> {
        let circuit = ganglion::reduction::Circuit::from_toml(text);
        let circuit = circuit.map_err(|error| raised(py, ganglion::Error::from(error)))?;
        let pathways = circuit.pathways.len();
        Ok(Self {
            drawn: circuit_schematic(&circuit, &[]),
            circuit,
            standings: vec![Standing::Unknown; pathways],
        })
    }

    fn toml(&self, py: Python<'_>) -> PyResult<String> {
        let text = self.circuit.to_toml();
        text.map_err(|error| raised(py, ganglion::Error::from(error)))
    }

    fn save(&self, py: Python<'_>, path: PathBuf, overwrite: bool) -> PyResult<()> {
        let text = self.toml(py)?;
        work::brief(py, || {
            // What a circuit file says may have been changed by hand: none is replaced unasked.
            let path = Outputs::of("identify", overwrite).file(&path, |_| false)?;
            Ok(write_text(&path, &text)?)
        })
    }

    #[getter]
    fn cell(&self) -> usize {
        self.circuit.cell.0
    }

    #[getter]
    fn phenomenon(&self) -> &str {
        &self.circuit.phenomenon
    }

    #[getter]
    fn correlation(&self) -> f64 {
        self.circuit.correlation
    }

    #[getter]
    fn frame_period_ms(&self) -> f64 {
        self.circuit.screen.frame_period.0
    }

    #[getter]
    fn history(&self) -> usize {
        self.circuit.screen.history
    }

    /// In plain words.
    fn describe(&self) -> String {
        self.circuit.describe()
    }

    /// As physiologists draw it.
    fn svg(&self, py: Python<'_>) -> PyResult<String> {
        let svg = self.drawn.svg();
        svg.map_err(|error| raised(py, ganglion::Error::from(error)))
    }

    /// A dict each.
    fn pathways<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        let names = self.circuit.names();
        let of = |(place, pathway): (usize, &Pathway)| {
            let told = pathway_dict(py, pathway)?;
            told.set_item("name", &names[place])?;
            let standing = self.standings[place];
            told.set_item("probability", standing.probability())?;
            told.set_item("stated", standing.is_stated())?;
            Ok(told)
        };
        let all = self.circuit.pathways.iter().enumerate().map(of);
        PyList::new(py, all.collect::<PyResult<Vec<_>>>()?)
    }

    /// Rates `[bin]` in answer to a normalised movie `[frame, y, x]`, from bin `history` on to one beyond its
    /// last frame.
    fn respond<'py>(
        &self,
        py: Python<'py>,
        movie: PyReadonlyArray3<'py, f32>,
    ) -> PyResult<Bound<'py, PyArray1<f32>>> {
        let (height, width) = (movie.shape()[1], movie.shape()[2]);
        let movie = StimulusMovie::new(height, width, movie.as_slice()?.to_vec());
        let rates = work::brief(py, || {
            let responder = CircuitResponder::new(self.circuit.clone())?;
            let answer = responder.respond(&[movie]);
            let answer = answer.map_err(ganglion::reduction::Error::Responder)?;
            Ok(answer[0].cell(0).to_vec())
        })?;
        Ok(PyArray1::from_vec(py, rates))
    }
}

fn pathway_dict<'py>(py: Python<'py>, pathway: &Pathway) -> PyResult<Bound<'py, PyDict>> {
    let told = PyDict::new(py);
    told.set_item("polarity", polarity(pathway.polarity))?;
    told.set_item("sign", sign(pathway.sign))?;
    told.set_item("effect", pathway.effect.map(sign))?;
    told.set_item("channels", pathway.channels.clone())?;
    told.set_item("weight_hz", pathway.weight)?;
    told.set_item("threshold", pathway.threshold)?;
    told.set_item("depresses", pathway.depression.is_some())?;
    told.set_item("share", pathway.share)?;
    told.set_item("peak_ms", pathway.peak.0)?;
    told.set_item("biphasic_index", pathway.biphasic_index)?;
    told.set_item("receptive_field_sd_um", pathway.receptive_field_sd.0)?;
    let centre = pathway.pool.centre;
    told.set_item("pool_centre_um", (centre.y.0, centre.x.0))?;
    told.set_item("pool_sd_um", pathway.pool.sd.0)?;
    told.set_item("kernel", kernel(py, pathway)?)?;
    let course = pathway.kernel.time_course();
    told.set_item("time_course", PyArray1::from_vec(py, course))?;
    Ok(told)
}

fn kernel<'py>(py: Python<'py>, pathway: &Pathway) -> PyResult<Bound<'py, PyArray3<f32>>> {
    let kernel = &pathway.kernel;
    let shape = [kernel.history(), kernel.height, kernel.width];
    shaped(py, kernel.values(), shape)
}

fn polarity(polarity: Polarity) -> &'static str {
    match polarity {
        Polarity::On => "on",
        Polarity::Off => "off",
    }
}

fn sign(sign: Sign) -> &'static str {
    match sign {
        Sign::Excitatory => "excitatory",
        Sign::Inhibitory => "inhibitory",
        Sign::None => "none",
    }
}
