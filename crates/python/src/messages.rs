//! What the library tells through `tracing`, kept until Python can hear it.

use std::fmt::{self, Write};
use std::mem;
use std::sync::{Mutex, Once, PoisonError};

use tracing::field::{Field, Visit};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};
use tracing_subscriber::util::SubscriberInitExt;

/// Something that was told.
pub struct Message {
    /// How serious it is, as Python's `logging` names it.
    pub level: &'static str,
    /// What was told.
    pub text: String,
}

/// Those that no call has told yet. Work of one call runs on many threads, and calls may run side by side:
/// each tells what it finds here.
static MESSAGES: Mutex<Vec<Message>> = Mutex::new(Vec::new());

/// Begins to listen, once; the command listens in its own way.
pub fn listen() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        // Somebody else may listen already, such as the command in the same process.
        let _ = tracing_subscriber::registry()
            .with(Kept.with_filter(LevelFilter::INFO))
            .try_init();
    });
}

/// Takes everything that was told.
pub fn taken() -> Vec<Message> {
    mem::take(&mut *MESSAGES.lock().unwrap_or_else(PoisonError::into_inner))
}

struct Kept;

impl<S: Subscriber> Layer<S> for Kept {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let metadata = event.metadata();
        let is_ours = metadata.target().starts_with("ganglion");
        if !is_ours && *metadata.level() > Level::WARN {
            return;
        }
        let mut text = Text(String::new());
        event.record(&mut text);
        let level = match *metadata.level() {
            Level::ERROR => "error",
            Level::WARN => "warning",
            _ => "info",
        };
        let mut messages = MESSAGES.lock().unwrap_or_else(PoisonError::into_inner);
        messages.push(Message {
            level,
            text: text.0,
        });
    }
}

/// The message of an event.
struct Text(String);

impl Visit for Text {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        if field.name() == "message" {
            let _ = write!(self.0, "{value:?}");
        }
    }
}
