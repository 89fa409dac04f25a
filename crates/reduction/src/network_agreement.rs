//! In how many networks of one recording the pathways of a circuit are found.

/// In how many of several networks the pathways of a circuit are found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NetworkAgreement {
    /// Networks, this one included.
    pub networks: usize,
    /// Of each pathway of the circuit, in how many of them the cell's circuit has one of its polarity and sign with a
    /// time course that is alike.
    pub have: Vec<usize>,
}
