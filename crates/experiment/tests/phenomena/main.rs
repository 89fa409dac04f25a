//! Laws: on cells with known answers every metric has its analytic value.

mod answers;
mod figures;
mod latency;
mod motion;
mod motion_anticipation;
mod motion_reversal;
mod omitted_stimulus;
mod toy;
