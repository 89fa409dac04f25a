//! Warnings of the libraries, on standard error.

use std::fmt;

use tracing::{Event, Level, Subscriber};
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::fmt::format::{FormatEvent, FormatFields, Writer};
use tracing_subscriber::fmt::{FmtContext, MakeWriter};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::util::SubscriberInitExt;

use crate::console;
use crate::settings::Settings;

/// Environment variable that overrides which messages are shown, such as `debug`.
const FILTER: &str = "GANGLION_LOG";

/// Shows warnings, unless quiet.
pub fn start(settings: &Settings) {
    let default = match settings.quiet {
        true => LevelFilter::OFF,
        false => LevelFilter::WARN,
    };
    let asked = std::env::var(FILTER).ok();
    let filter = asked.and_then(|text| text.parse().ok());
    let messages = tracing_subscriber::fmt::layer()
        .event_format(Plain)
        .with_writer(AboveBars);
    tracing_subscriber::registry()
        .with(messages)
        .with(filter.unwrap_or_else(|| Targets::new().with_default(default)))
        .init();
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

impl<'a> MakeWriter<'a> for AboveBars {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        Self
    }
}

impl std::io::Write for AboveBars {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        console::complain(String::from_utf8_lossy(bytes).trim_end());
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
