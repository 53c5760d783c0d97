//! The program: reads arguments and environment, and hands over. The only place that does either.

mod commands;

use std::io::Write;
use std::process::ExitCode;

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};
use maillage::config::{DatabaseArgs, ServeArgs, with_secrets_from_files};
use maillage::telemetry;

use self::commands::{Failed, backup, database, doctor, import, restore, serve, token};

/// A directory of who cooperates with whom on a territory, and a map of it.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    #[command(flatten)]
    database: DatabaseArgs,
    /// How the log is written: `text` or `json`.
    #[arg(long, env = "MAILLAGE_LOG", default_value = "text", global = true)]
    log: String,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serve the API, with a private Postgres where `DATABASE_URL` is not set.
    Serve(ServeArgs),
    /// Bring the database's schema up to date.
    Migrate,
    /// Import files: plan, report, and write the plan in one transaction.
    Import(import::ImportArgs),
    /// Write everything to a file, which another instance takes; others may write meanwhile.
    Backup(backup::BackupArgs),
    /// Take a backup into an empty database.
    Restore(restore::RestoreArgs),
    /// Look the database over: what is wrong, and what to do about it. Changes nothing.
    Doctor(doctor::DoctorArgs),
    /// Derive anew what is derived: seats, links, outlines' measures, text to be searched.
    Rebuild(doctor::RebuildArgs),
    /// Print the GraphQL schema.
    Schema,
    /// Print a bearer token.
    Token(token::TokenArgs),
}

fn main() -> ExitCode {
    let (command, warnings) =
        match with_secrets_from_files(Arguments::command(), &|name| std::env::var_os(name)) {
            Ok(ready) => ready,
            Err(error) => {
                let _ = writeln!(std::io::stderr(), "maillage: {error}");
                return ExitCode::FAILURE;
            }
        };
    let arguments = Arguments::from_arg_matches(&command.get_matches()).unwrap_or_else(|error| error.exit());
    telemetry::start(arguments.log == "json");
    for warning in warnings {
        tracing::warn!("{warning}");
    }
    let runtime = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime,
        Err(error) => {
            tracing::error!(%error, "the runtime can't be started");
            return ExitCode::FAILURE;
        }
    };
    match runtime.block_on(run(arguments)) {
        Ok(code) => code,
        Err(failed) => {
            // What went wrong and why, a line each; a person reads it.
            let _ = writeln!(std::io::stderr(), "maillage: {failed}");
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: Arguments) -> Result<ExitCode, Failed> {
    match arguments.command {
        Command::Serve(args) => serve::run(&arguments.database, &args).await,
        Command::Migrate => database::with(&arguments.database, async |_| Ok(ExitCode::SUCCESS)).await,
        Command::Import(args) => {
            database::with(&arguments.database, async |app| import::run(app, args.clone()).await).await
        }
        Command::Backup(args) => backup::run(&arguments.database, &args).await,
        Command::Restore(args) => restore::run(&arguments.database, &args).await,
        Command::Doctor(args) => {
            database::with_existing(&arguments.database, async |app| doctor::run(app, &args).await).await
        }
        Command::Rebuild(args) => {
            database::with(&arguments.database, async |app| doctor::rebuild(app, &args).await).await
        }
        Command::Schema => {
            commands::print(&maillage::graphql::sdl())?;
            Ok(ExitCode::SUCCESS)
        }
        Command::Token(args) => {
            database::with(&arguments.database, async |app| token::run(app, &args).await).await
        }
    }
}
