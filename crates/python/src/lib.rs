//! The native half of the Python package `ganglion`: thin functions over the library of the same name.
//!
//! What users meet is Python, in `crates/python/ganglion`: it turns what they give into paths, texts and
//! C-contiguous arrays, and documents everything. This half runs the stages without the interpreter's lock
//! ([`work`]), hands arrays over without copying them ([`arrays`]) and gives JSON for everything else.

mod arrays;
mod attribute;
mod card;
mod circuit;
mod command;
mod compare;
mod config;
mod error;
mod evaluate;
mod experiment;
mod identify;
mod messages;
mod model;
mod nwb;
mod options;
mod receptive_fields;
mod recording;
mod reduce;
mod simulate;
mod state;
mod train;
mod work;

use pyo3::prelude::*;

#[pymodule]
mod _native {
    use pyo3::prelude::*;

    #[pymodule_export]
    use super::arrays::{array_names, read_array, write_array};
    #[pymodule_export]
    use super::attribute::attribute;
    #[pymodule_export]
    use super::card::card;
    #[pymodule_export]
    use super::circuit::Circuit;
    #[pymodule_export]
    use super::command::command;
    #[pymodule_export]
    use super::compare::compare;
    #[pymodule_export]
    use super::config::{Config, preset_texts, toml_to_json};
    #[pymodule_export]
    use super::evaluate::evaluate;
    #[pymodule_export]
    use super::experiment::experiment;
    #[pymodule_export]
    use super::identify::identify;
    #[pymodule_export]
    use super::model::Model;
    #[pymodule_export]
    use super::nwb::{import_nwb, spike_counts};
    #[pymodule_export]
    use super::receptive_fields::receptive_fields;
    #[pymodule_export]
    use super::recording::{Partition, Recording, write_recording};
    #[pymodule_export]
    use super::reduce::reduce;
    #[pymodule_export]
    use super::simulate::simulate;
    #[pymodule_export]
    use super::train::{history, train};
    #[pymodule_export]
    use super::work::set_threads;

    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        module.add("RATE", ganglion::recording::RATE)?;
        module.add("__version__", ganglion::VERSION)
    }
}
