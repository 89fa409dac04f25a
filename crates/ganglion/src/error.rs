//! What can go wrong, told in one sentence a cause.

use std::error::Error as Cause;

/// Why a stage failed. Its text and those of its [`source`](std::error::Error::source)s, joined by
/// colons, are what the program prints.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// What was asked for makes no sense, whatever the files hold; the program ends with exit code 2.
    #[error("{0}")]
    Request(String),
    /// A file or a value in it cannot be used.
    #[error("{0}")]
    Input(String),
    /// Whoever is told of the [progress](crate::progress::Progress::stops) wanted the work to end.
    #[error("stopped")]
    Stopped,
    /// Where, or during what, something went wrong.
    #[error("{place}")]
    Within {
        /// The file, experiment or stage.
        place: String,
        /// What went wrong.
        source: Box<Error>,
    },
    /// An error of attribution.
    #[error(transparent)]
    Attribution(Box<ganglion_attribution::Error>),
    /// An error of a file for other programs.
    #[error(transparent)]
    Exchange(Box<ganglion_exchange::Error>),
    /// An error of an experiment.
    #[error(transparent)]
    Experiment(Box<ganglion_experiment::Error>),
    /// An error of a model, its training or its evaluation.
    #[error(transparent)]
    Model(Box<ganglion_model::Error>),
    /// A figure cannot be drawn or written.
    #[error(transparent)]
    Plot(Box<ganglion_plot::Error>),
    /// An error of a recording or another HDF5 file.
    #[error(transparent)]
    Recording(Box<ganglion_recording::Error>),
    /// An error of a reduction.
    #[error(transparent)]
    Reduction(Box<ganglion_reduction::Error>),
    /// An error of reverse correlation.
    #[error(transparent)]
    ReverseCorrelation(Box<ganglion_reverse_correlation::Error>),
    /// An error of a simulation.
    #[error(transparent)]
    Simulation(Box<ganglion_simulation::Error>),
    /// Anything else: a file that cannot be read or written, a text that is not what it should be.
    #[error(transparent)]
    Other(Box<dyn Cause + Send + Sync>),
}

/// What a stage gives, or why it failed.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// What was asked for makes no sense.
    pub fn request(message: impl Into<String>) -> Self {
        Self::Request(message.into())
    }

    /// A file or a value in it cannot be used.
    pub fn input(message: impl Into<String>) -> Self {
        Self::Input(message.into())
    }

    /// Whether what was asked for is at fault, not what files hold.
    pub fn is_request(&self) -> bool {
        match self {
            Self::Request(_) => true,
            Self::Within { source, .. } => source.is_request(),
            _ => false,
        }
    }

    /// Whether nothing is at fault: the work was to end early.
    pub fn is_stop(&self) -> bool {
        match self {
            Self::Stopped => true,
            Self::Within { source, .. } => source.is_stop(),
            Self::Attribution(cause) => matches!(**cause, ganglion_attribution::Error::Stopped),
            Self::Model(cause) => matches!(**cause, ganglion_model::Error::Stopped),
            Self::Reduction(cause) => matches!(**cause, ganglion_reduction::Error::Stopped),
            Self::Simulation(cause) => matches!(**cause, ganglion_simulation::Error::Stopped),
            _ => false,
        }
    }
}

macro_rules! other {
    ($($cause:ty),* $(,)?) => {$(
        impl From<$cause> for Error {
            fn from(cause: $cause) -> Self {
                Self::Other(Box::new(cause))
            }
        }
    )*};
}

other!(
    csv::Error,
    csv::IntoInnerError<csv::Writer<Vec<u8>>>,
    serde_json::Error,
    std::io::Error,
    std::num::TryFromIntError,
    std::string::FromUtf8Error,
    toml::de::Error,
    toml::ser::Error,
);

macro_rules! boxed {
    ($($variant:ident: $cause:ty),* $(,)?) => {$(
        impl From<$cause> for Error {
            fn from(cause: $cause) -> Self {
                Self::$variant(Box::new(cause))
            }
        }
    )*};
}

boxed!(
    Attribution: ganglion_attribution::Error,
    Exchange: ganglion_exchange::Error,
    Experiment: ganglion_experiment::Error,
    Model: ganglion_model::Error,
    Plot: ganglion_plot::Error,
    Recording: ganglion_recording::Error,
    Reduction: ganglion_reduction::Error,
    ReverseCorrelation: ganglion_reverse_correlation::Error,
    Simulation: ganglion_simulation::Error,
);

/// Says where something went wrong.
pub trait Context<T> {
    /// With a place.
    ///
    /// # Errors
    /// What there was.
    fn context(self, place: impl Into<String>) -> Result<T>;

    /// With a place that is put into words only if needed.
    ///
    /// # Errors
    /// What there was.
    fn with_context<S: Into<String>>(self, place: impl FnOnce() -> S) -> Result<T>;
}

impl<T, E: Into<Error>> Context<T> for Result<T, E> {
    fn context(self, place: impl Into<String>) -> Result<T> {
        self.with_context(|| place)
    }

    fn with_context<S: Into<String>>(self, place: impl FnOnce() -> S) -> Result<T> {
        self.map_err(|cause| Error::Within {
            place: place().into(),
            source: Box::new(cause.into()),
        })
    }
}

/// Returns an error about an input.
macro_rules! bail {
    ($($text:tt)*) => {
        return Err($crate::Error::Input(format!($($text)*)))
    };
}

/// Returns an error about an input unless something holds.
macro_rules! ensure {
    ($holds:expr, $($text:tt)*) => {
        if !$holds {
            $crate::error::bail!($($text)*);
        }
    };
}

pub(crate) use {bail, ensure};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_known_through_its_places_and_causes_are_a_chain() {
        let error = Err::<(), _>(Error::request("no such cell"))
            .context("stage")
            .unwrap_err();
        assert!(error.is_request());
        assert_eq!(error.to_string(), "stage");
        assert_eq!(error.source().unwrap().to_string(), "no such cell");
        assert!(!Error::input("empty").is_request());
        let stopped = Err::<(), _>(ganglion_model::Error::Stopped).context("stage");
        assert!(stopped.unwrap_err().is_stop() && !error.is_stop());
    }
}
