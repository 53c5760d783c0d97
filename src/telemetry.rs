//! The log: one line an event, on standard error. `RUST_LOG` chooses what; `MAILLAGE_LOG=json` makes it machine-readable.

use std::io::IsTerminal;

use tracing_subscriber::EnvFilter;

/// Starts the log.
pub fn start(json: bool) {
    let filter =
        EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info,sqlx=warn,sea_orm=warn"));
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    if json {
        log.json().init();
    } else {
        log.with_ansi(std::io::stderr().is_terminal()).with_target(false).compact().init();
    }
}
