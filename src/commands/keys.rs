//! `maillage keys`.

use std::process::ExitCode;

use crate::app::App;
use clap::{Args, Subcommand};

use super::{Failed, print, told};

/// What is done to the keys that sign tokens.
#[derive(Subcommand, Clone)]
pub enum KeysCommand {
    /// Make a new key, which signs from then on; older ones verify as long as their tokens live.
    Rotate(RotateArgs),
}

/// How.
#[derive(Args, Clone)]
pub struct RotateArgs {
    /// Forget every older key: all tokens end within a minute. For when a key has leaked.
    #[arg(long)]
    end_all_tokens: bool,
}

/// Does it.
pub async fn run(app: App, command: &KeysCommand) -> Result<ExitCode, Failed> {
    let KeysCommand::Rotate(args) = command;
    let kid = app.rotate_keys(args.end_all_tokens).await.map_err(told)?;
    let when = if args.end_all_tokens { "now" } else { "in two minutes, once every instance knows it" };
    print(&format!("the key {kid} signs {when}"))?;
    Ok(ExitCode::SUCCESS)
}
