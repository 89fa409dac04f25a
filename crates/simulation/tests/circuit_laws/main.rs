//! Laws of the simulated circuit.

mod direct;
mod family;
mod fixture;
mod pathways;
mod retina;
mod truth_file;
