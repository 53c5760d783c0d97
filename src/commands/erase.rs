//! `maillage erase`.

use std::process::ExitCode;

use clap::Args;
use maillage::app::App;

use super::{Failed, print, told};

/// Whom.
#[derive(Args, Clone)]
pub struct EraseArgs {
    /// The e-mail address of the person: their account, and every contact with it.
    #[arg(long)]
    email: String,
    /// Print all that is held of the person as JSON, and erase nothing.
    #[arg(long)]
    dry_run: bool,
}

/// Erases a person, or prints what is held of them.
pub async fn run(app: App, args: &EraseArgs) -> Result<ExitCode, Failed> {
    if args.dry_run {
        let held = app.held_of(&args.email).await.map_err(told)?;
        print(&serde_json::to_string_pretty(&held)?)?;
        return Ok(ExitCode::SUCCESS);
    }
    let erased = app.erase_person(&args.email).await.map_err(told)?;
    if !erased.account && erased.contacts == 0 {
        return Err("nothing is held under this address".into());
    }
    let account = if erased.account { "1 account" } else { "no account" };
    print(&format!("erased: {account}, {} contacts", erased.contacts))?;
    Ok(ExitCode::SUCCESS)
}
