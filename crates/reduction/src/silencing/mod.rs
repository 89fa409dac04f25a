//! What the network does when channels are silenced, held at their value for grey.

pub mod effect;
pub mod lesion;
pub(crate) mod network;
pub mod random;
