//! `maillage doctor` and `maillage rebuild`.

use std::process::ExitCode;

use crate::app::App;
use crate::app::rebuild::Part;
use clap::Args;

use super::{Failed, print, told};

/// How to tell.
#[derive(Args, Clone)]
pub struct DoctorArgs {
    /// Tell as JSON, for machines.
    #[arg(long)]
    json: bool,
}

/// Looks the database over; fails where anything is wrong.
pub async fn run(app: App, args: &DoctorArgs) -> Result<ExitCode, Failed> {
    let diagnosis = app.examine().await.map_err(told)?;
    let text = if args.json { serde_json::to_string_pretty(&diagnosis)? } else { diagnosis.to_string() };
    print(&text)?;
    Ok(if diagnosis.is_well() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// What to derive anew.
#[derive(Args, Clone)]
pub struct RebuildArgs {
    /// `search`, `outlines`, `links`, `seats`; everything without a word.
    parts: Vec<Part>,
}

/// Derives anew, and says how much differed.
pub async fn rebuild(app: App, args: &RebuildArgs) -> Result<ExitCode, Failed> {
    let parts = if args.parts.is_empty() { &Part::ALL[..] } else { &args.parts };
    let rebuilt = app.rebuild(parts).await.map_err(told)?;
    print(&rebuilt.to_string())?;
    Ok(ExitCode::SUCCESS)
}
