//! `maillage retention`.

use std::process::ExitCode;

use crate::app::App;
use clap::Subcommand;

use super::{Failed, print, told};

/// What to do.
#[derive(Subcommand, Clone)]
pub enum RetentionCommand {
    /// Delete what is due now, and say how much went. A service does so by itself, every hour.
    Run,
}

/// Does it.
pub async fn run(app: App, command: &RetentionCommand) -> Result<ExitCode, Failed> {
    match command {
        RetentionCommand::Run => print(&app.retain().await.map_err(told)?.to_string())?,
    }
    Ok(ExitCode::SUCCESS)
}
