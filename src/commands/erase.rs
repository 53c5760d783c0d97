//! `maillage erase`.

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use crate::app::App;
use crate::app::erasure::Erased;
use crate::domain::ids::Subject;
use chrono::{DateTime, Utc};
use clap::Args;

use super::{Failed, print, told};

/// Whom.
#[derive(Args, Clone)]
#[group(required = true, multiple = false)]
pub struct Whom {
    /// The e-mail address of a person: their account, and every contact with it.
    #[arg(long)]
    email: Option<String>,
    /// A list that `--since` wrote: who was erased after a backup, and is back with it.
    #[arg(long, value_name = "FILE")]
    again: Option<PathBuf>,
    /// Erase nothing: print a list of who was erased since this instant (2026-11-22T03:17:00Z), as ids that name nobody.
    #[arg(long, value_name = "INSTANT")]
    since: Option<DateTime<Utc>>,
}

/// Whom, and whether in earnest.
#[derive(Args, Clone)]
pub struct EraseArgs {
    #[command(flatten)]
    whom: Whom,
    /// With `--email`: print all that is held of the person as JSON, and erase nothing.
    #[arg(long, requires = "email")]
    dry_run: bool,
}

/// Erases, or prints what is held or who was erased.
pub async fn run(app: App, args: &EraseArgs) -> Result<ExitCode, Failed> {
    let whom = &args.whom;
    if let Some(since) = whom.since {
        let erased = app.erased_since(since).await.map_err(told)?;
        let mut out = std::io::stdout().lock();
        for subject in erased {
            writeln!(out, "{} {}", subject.kind, subject.id)?;
        }
    } else if let Some(file) = &whom.again {
        let subjects = read(&std::fs::read_to_string(file)?)?;
        say(app.erase_again(&subjects).await.map_err(told)?)?;
    } else if let (Some(email), true) = (&whom.email, args.dry_run) {
        print(&serde_json::to_string_pretty(&app.held_of(email).await.map_err(told)?)?)?;
    } else if let Some(email) = &whom.email {
        let erased = app.erase_person(email).await.map_err(told)?;
        if erased == (Erased { accounts: 0, contacts: 0 }) {
            return Err("nothing is held under this address".into());
        }
        say(erased)?;
    }
    Ok(ExitCode::SUCCESS)
}

fn say(erased: Erased) -> Result<(), Failed> {
    Ok(print(&format!("erased: accounts {}, contacts {}", erased.accounts, erased.contacts))?)
}

/// The lines of a list: a kind and a key each.
fn read(list: &str) -> Result<Vec<Subject>, Failed> {
    let line = |line: &str| {
        let (kind, id) = line.trim().split_once(' ')?;
        Some(Subject { kind: kind.parse().ok()?, id: id.parse().ok()? })
    };
    let lines = list.lines().enumerate().filter(|(_, text)| !text.trim().is_empty());
    let wrong = |number: usize| {
        format!("line {} is no line of a list that `maillage erase --since` wrote", number + 1)
    };
    lines.map(|(number, text)| line(text).ok_or_else(|| wrong(number).into())).collect()
}
