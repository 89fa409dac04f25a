//! Warnings of the libraries, on standard error and in the log that a command keeps.

use std::fmt;

use ganglion::agreement::ABOUT_STIMULI;
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::Layer as _;
use tracing_subscriber::filter::{LevelFilter, Targets, dynamic_filter_fn};
use tracing_subscriber::fmt::FmtContext;
use tracing_subscriber::fmt::format::{FormatEvent, FormatFields, Writer};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::util::SubscriberInitExt;

use crate::console;
use crate::failure::bad_use;
use crate::log_file;
use crate::settings::Settings;

/// Environment variable that overrides which messages are shown: a level, such as `debug`, or
/// levels of single targets, such as `ganglion_recording=debug`.
const FILTER: &str = "GANGLION_LOG";

/// Shows warnings, unless quiet. Where a log is kept, all of them are in it, and those about stimuli are
/// shown only where messages were chosen.
///
/// # Errors
/// Where the environment variable holds something else.
pub fn start(settings: &Settings) -> anyhow::Result<()> {
    let default = match settings.quiet {
        true => LevelFilter::OFF,
        false => LevelFilter::WARN,
    };
    let asked = std::env::var_os(FILTER).unwrap_or_default();
    let asked = asked.to_string_lossy();
    let filter = filter(&asked, default).ok_or_else(|| {
        bad_use(format!(
            "{FILTER} is {asked:?}; it may be a level (off, error, warn, info, debug or trace), or \
             TARGET=LEVEL with commas between several, as in ganglion_recording=debug"
        ))
    })?;
    let are_chosen = !asked.trim().is_empty();
    let is_shown = dynamic_filter_fn(move |event, _| {
        let is_for_the_log = event.target() == ABOUT_STIMULI && log_file::kept().is_some();
        are_chosen || !is_for_the_log
    });
    let shown = tracing_subscriber::fmt::layer()
        .event_format(Plain)
        .with_writer(|| AboveBars)
        .with_filter(is_shown)
        .with_filter(filter);
    let logged = tracing_subscriber::fmt::layer()
        .event_format(Plain)
        .with_ansi(false)
        .with_writer(|| IntoLog)
        .with_filter(LevelFilter::WARN);
    tracing_subscriber::registry()
        .with(shown)
        .with(logged)
        .init();
    Ok(())
}

/// What a text asks for, and the default for what it does not name; none if it cannot be
/// understood, such as a word that is no level, which would be taken for a target.
fn filter(text: &str, default: LevelFilter) -> Option<Targets> {
    let mut filter = Targets::new().with_default(default);
    for part in text
        .split(',')
        .map(str::trim)
        .filter(|part| !part.is_empty())
    {
        filter = match part.split_once('=') {
            None => filter.with_default(part.parse::<LevelFilter>().ok()?),
            Some((target, level)) if !target.trim().is_empty() => {
                filter.with_target(target.trim(), level.trim().parse::<LevelFilter>().ok()?)
            }
            Some(_) => return None,
        };
    }
    Some(filter)
}

/// `warning: message`, as the program's own errors look.
struct Plain;

impl<S, N> FormatEvent<S, N> for Plain
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
{
    fn format_event(
        &self,
        context: &FmtContext<'_, S, N>,
        mut writer: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        write!(writer, "{}: ", name(*event.metadata().level()))?;
        context.field_format().format_fields(writer.by_ref(), event)
    }
}

fn name(level: Level) -> &'static str {
    match level {
        Level::ERROR => "error",
        Level::WARN => "warning",
        Level::INFO => "note",
        Level::DEBUG => "debug",
        Level::TRACE => "trace",
    }
}

/// Writes each message on a line of its own above the progress bar.
struct AboveBars;

impl std::io::Write for AboveBars {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        console::complain(String::from_utf8_lossy(bytes).trim_end());
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Writes each message into the log, if one is kept.
struct IntoLog;

impl std::io::Write for IntoLog {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        if let Some(log) = log_file::kept() {
            log.warn(&String::from_utf8_lossy(bytes));
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_holds_for_what_is_not_named() {
        let shows = |text: &str, target: &str, level: Level| {
            let filter = filter(text, LevelFilter::WARN).unwrap();
            filter.would_enable(target, &level)
        };
        for text in ["", " ", "warn", "ganglion_recording=debug", "nothing=off"] {
            assert!(shows(text, "ganglion_model", Level::WARN), "{text}");
            assert!(!shows(text, "ganglion_model", Level::INFO), "{text}");
        }
        assert!(shows(
            "ganglion_recording = debug",
            "ganglion_recording",
            Level::DEBUG
        ));
        assert!(shows(
            "info,ganglion_recording=off",
            "ganglion_model",
            Level::INFO
        ));
        assert!(!shows(
            "info,ganglion_recording=off",
            "ganglion_recording",
            Level::ERROR
        ));
        assert!(!shows("off", "ganglion_model", Level::ERROR));
    }

    #[test]
    fn what_is_no_level_is_not_taken_for_a_target() {
        for text in [
            "warning",
            "quiet",
            "ganglion",
            "a=b",
            "=warn",
            "a=b=warn",
            "debug,loud",
        ] {
            assert!(filter(text, LevelFilter::WARN).is_none(), "{text}");
        }
    }
}
