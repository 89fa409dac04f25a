//! Laws on networks that are circuits of rectified pathways by construction: the truth is known.

mod identified;
mod latency;
mod network;
mod phenomena;
