//! Laws of the simulated circuit.

mod direct;
mod family;
mod fixture;
mod pathways;
mod retina;
mod silencing;
mod truth_file;
