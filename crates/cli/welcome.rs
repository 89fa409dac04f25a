//! What is said to someone who typed no command.

/// Where the documentation is.
const DOCUMENTATION: &str = concat!(env!("CARGO_PKG_REPOSITORY"), "/tree/main/docs");

/// What the program is, and the first command for each situation.
pub fn text() -> String {
    format!(
        "\
ganglion reads the circuits behind the responses of retinal ganglion cells from networks that were
trained on recordings of them.

There is no command yet. What do you have?

  Nothing yet     ganglion reproduce configs/quickstart.toml
                  a demonstration on a simulated retina: the report is one page, with figures
  A recording     ganglion inspect FILE.h5
                  what it holds, and what it lacks for training; `ganglion import` converts NWB files
  Weights         ganglion import WEIGHTS --out MODEL
                  of PyTorch or Keras; then `ganglion identify MODEL` for the circuits
  A stimulus      ganglion respond MODEL --stimulus FILE.toml --out rates.h5
                  the firing rates that a network predicts

`ganglion --help` lists all commands, `ganglion COMMAND --help` the options of one.
A guide for each situation is in docs/guide, all documentation in docs, here or at
{DOCUMENTATION}"
    )
}
