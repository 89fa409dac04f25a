//! Errors as exit codes and as one line of text.

use std::any::Any;
use std::env;
use std::panic::{self, AssertUnwindSafe};

use ganglion::Error;

use crate::console;

const FAILED: u8 = 1;
/// Exit code where the command line makes no sense.
pub(crate) const BAD_USE: u8 = 2;

/// An error that ends the program with exit code 2: the command line makes no sense, whatever the files
/// hold.
pub(crate) fn bad_use(message: impl Into<String>) -> anyhow::Error {
    Error::request(message).into()
}

/// Whether what was asked for is at fault, not what files hold.
pub fn is_bad_use(error: &anyhow::Error) -> bool {
    let mut causes = error.chain();
    causes.any(|cause| cause.downcast_ref().is_some_and(Error::is_request))
}

/// Runs the program, prints its error in one line, and chooses the exit code.
pub(crate) fn exit_code(program: impl FnOnce() -> anyhow::Result<()>) -> u8 {
    match without_panic(program) {
        Ok(Ok(())) => 0,
        Ok(Err(error)) => {
            console::complain(&format!("error: {}", one_line(&error)));
            if is_bad_use(&error) { BAD_USE } else { FAILED }
        }
        Err(message) => {
            console::complain(&format!(
                "error: internal error: {message}; please report it"
            ));
            FAILED
        }
    }
}

/// Tells someone who asked for nothing what can be asked for. A script that lost its command must not take
/// that for success.
pub(crate) fn nothing_to_do(advice: &str) -> u8 {
    console::complain(advice);
    BAD_USE
}

/// Calls `work`; a panic in it is returned as its message, and printed only for those who debug.
pub(crate) fn without_panic<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    let hook = panic::take_hook();
    if env::var_os("RUST_BACKTRACE").is_none() {
        panic::set_hook(Box::new(|_| {}));
    }
    let outcome = panic::catch_unwind(AssertUnwindSafe(work));
    panic::set_hook(hook);
    outcome.map_err(message)
}

fn message(payload: Box<dyn Any + Send>) -> String {
    let text = payload.downcast_ref::<&str>().map(ToString::to_string);
    let text = text.or_else(|| payload.downcast_ref::<String>().cloned());
    flat(&text.unwrap_or_else(|| "unknown".into()))
}

/// The chain of causes in one line, without what an outer message already says.
pub fn one_line(error: &anyhow::Error) -> String {
    let mut line = String::new();
    for text in error.chain().map(|cause| flat(&cause.to_string())) {
        if line.contains(&text) {
            continue;
        }
        if !line.is_empty() {
            line += ": ";
        }
        line += &text;
    }
    line
}

fn flat(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use anyhow::{Context, anyhow};

    #[test]
    fn a_cause_is_told_once() {
        let error = anyhow!("disk\nfull")
            .context("a.h5: disk full")
            .context("saving");
        assert_eq!(one_line(&error), "saving: a.h5: disk full");
    }

    #[test]
    fn bad_use_is_known_through_its_context() {
        let error = Err::<(), _>(bad_use("no")).context("outer").unwrap_err();
        assert!(is_bad_use(&error));
    }

    #[test]
    fn a_panic_becomes_its_message() {
        assert_eq!(
            without_panic(|| panic!("lost {}", 1)),
            Err::<(), _>("lost 1".into())
        );
    }
}
