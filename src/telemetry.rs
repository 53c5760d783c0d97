//! The log: one line an event, on standard error. `RUST_LOG` chooses what; `MAILLAGE_LOG=json` makes it machine-readable.

use std::io::IsTerminal;

use tracing::Dispatch;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::util::SubscriberInitExt;

/// Starts the log.
pub fn start(json: bool) {
    log(json, std::io::stderr().is_terminal(), std::io::stderr).init();
}

/// A log that writes there: as text, in colours or not, or as JSON.
pub fn log<W>(json: bool, colours: bool, writer: W) -> Dispatch
where
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    let filter =
        EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info,sqlx=warn,sea_orm=warn"));
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(writer);
    if json {
        // What an event says stands at the top, as machines like it; the request that it belongs to, in `span`.
        Dispatch::new(log.json().flatten_event(true).with_span_list(false).finish())
    } else {
        Dispatch::new(log.with_ansi(colours).with_target(false).compact().finish())
    }
}
