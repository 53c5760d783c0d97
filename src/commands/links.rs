//! `maillage check-links`.

use std::process::ExitCode;

use crate::app::App;
use crate::links::Checker;
use clap::Args;

use super::{Failed, print, told};

/// What to ask.
#[derive(Args, Clone)]
pub struct CheckLinksArgs {
    /// Ask addresses of this machine and of private networks too: for tests.
    #[arg(long, hide = true)]
    allow_private_addresses: bool,
}

/// Asks every address of the library; fails where one does not answer as it should.
pub async fn run(app: App, args: &CheckLinksArgs) -> Result<ExitCode, Failed> {
    let checker = Checker::new(args.allow_private_addresses)?;
    let checked = app.check_addresses(&checker).await.map_err(told)?;
    print(&checked.to_string())?;
    Ok(if checked.failing.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
