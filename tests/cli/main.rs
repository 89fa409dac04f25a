//! The program as its users meet it: commands in, files, exit codes and messages out.

mod agreement;
mod attribute;
mod configs;
mod errors;
mod evaluate;
mod exchange;
mod experiment;
mod harness;
mod identify;
mod inspect;
mod interneurons;
mod lock;
mod notes;
mod options;
mod outputs;
mod plot;
mod python;
mod recovery;
mod reduce;
mod reproduce;
mod respond;
mod resume;
mod score;
mod session;
mod simulate;
mod train;
