//! Laws: on cells with known answers every metric has its analytic value.

mod answers;
mod latency;
mod omitted_stimulus;
mod toy;
