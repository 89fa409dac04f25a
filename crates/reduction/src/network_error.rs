//! How wrong a network is about its retina: what its answers are worth as evidence.
//!
//! A network answers without noise, and is wrong by the same share of the variance however much it is shown. Chosen on simulated
//! retinas: `docs/notebook/2026-11-27-probable-circuits.md`.

/// Samples that its answers are worth.
pub(crate) const SAMPLES: f64 = 50.0;

/// Share of the variance by which it is wrong.
pub(crate) const FLOOR: f64 = 0.01;
