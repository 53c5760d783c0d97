//! `maillage token`.

use std::process::ExitCode;

use crate::app::App;
use chrono::TimeDelta;
use clap::Args;

use super::{Failed, print, told};

/// For whom.
#[derive(Args, Clone)]
pub struct TokenArgs {
    /// The address of the user whose it is.
    #[arg(long)]
    email: String,
    /// For how many hours it is good, at most 31 days.
    #[arg(long, default_value_t = 24, value_parser = clap::value_parser!(u16).range(1..=744))]
    hours: u16,
}

/// Prints a token.
pub async fn run(app: App, args: &TokenArgs) -> Result<ExitCode, Failed> {
    let lasting = TimeDelta::hours(i64::from(args.hours));
    let user = app.user_by_email(&args.email).await.map_err(told)?;
    let user = user.ok_or_else(|| format!("no user has the address {}", args.email))?;
    print(&app.token(user, None, lasting).await.map_err(told)?)?;
    Ok(ExitCode::SUCCESS)
}
