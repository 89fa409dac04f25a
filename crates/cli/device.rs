//! Choosing and listing what to compute on.

use std::fmt::Write;
use std::str::FromStr;
use std::thread;

use ganglion::model::Error;
use ganglion::model::device::BackendKind;

/// The value of `--device`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeviceChoice {
    /// Tell what there is, and stop.
    List,
    /// Compute on this backend.
    Backend(BackendKind),
}

impl DeviceChoice {
    /// The backend, unless only the list was asked for.
    pub fn backend(self) -> Option<BackendKind> {
        match self {
            Self::List => None,
            Self::Backend(backend) => Some(backend),
        }
    }
}

impl FromStr for DeviceChoice {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        match text {
            "list" => Ok(Self::List),
            name => name.parse().map(Self::Backend),
        }
    }
}

/// What this build and this machine offer, a line a backend.
pub fn list() -> String {
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let mut text = String::new();
    for backend in BackendKind::ALL {
        let (state, description) = (state(backend), backend.description());
        let _ = writeln!(text, "{:<8} {state:<13} {description}", backend.to_string());
    }
    let _ = writeln!(text, "\nprocessor threads: {threads}");
    let _ = writeln!(
        text,
        "missing backends come with `cargo build --release --features NAME`"
    );
    text
}

/// Asks the backend for its device; graphics drivers panic where there is none.
fn state(backend: BackendKind) -> &'static str {
    if !backend.is_built() {
        return "not built in";
    }
    match crate::failure::without_panic(|| backend.device()) {
        Ok(Ok(_)) => "available",
        _ => "no device",
    }
}
