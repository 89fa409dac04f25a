//! Laws of the simulated circuit.

mod direct;
mod direct_mechanisms;
mod family;
mod fixture;
mod mechanisms;
mod pathways;
mod random_topology;
mod retina;
mod silencing;
mod truth_file;
