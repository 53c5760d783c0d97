//! The program: reads arguments and environment, and hands over. The only place that does either.

use std::io::Write;
use std::process::ExitCode;

use crate::config::{DatabaseArgs, ServeArgs, with_secrets_from_files};
use crate::telemetry;
use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};

use super::{
    Failed, backup, database, doctor, erase, import, keys, links, restore, retention, serve, token, user,
};

/// Stack of a thread that serves, in bytes: what resolves the root fields stacks a frame for each part that they are merged
/// of. Only what is used is taken.
const STACK: usize = 16 * 1024 * 1024;

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
    Serve(Box<ServeArgs>),
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
    /// Erase a person: the account of an address, and contacts with it; or print what is held of them.
    Erase(erase::EraseArgs),
    /// Delete what is personal, or of no more use, and past its time.
    #[command(subcommand)]
    Retention(retention::RetentionCommand),
    /// Ask every address of the library whether it still leads somewhere, and keep what it answers.
    CheckLinks(links::CheckLinksArgs),
    /// Print the GraphQL schema.
    Schema,
    /// Make and list accounts, and grant rights.
    #[command(subcommand)]
    User(user::UserCommand),
    /// Print a bearer token of a user.
    Token(token::TokenArgs),
    /// Replace the key that signs tokens.
    #[command(subcommand)]
    Keys(keys::KeysCommand),
}

/// Runs the program: 0 where all went well.
pub fn main() -> ExitCode {
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
    let runtime =
        match tokio::runtime::Builder::new_multi_thread().enable_all().thread_stack_size(STACK).build() {
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
        Command::Erase(args) => {
            database::with(&arguments.database, async |app| erase::run(app, &args).await).await
        }
        Command::Retention(command) => {
            database::with(&arguments.database, async |app| retention::run(app, &command).await).await
        }
        Command::CheckLinks(args) => {
            database::with(&arguments.database, async |app| links::run(app, &args).await).await
        }
        Command::Schema => {
            super::print(&crate::graphql::sdl())?;
            Ok(ExitCode::SUCCESS)
        }
        Command::User(command) => {
            database::with(&arguments.database, async |app| user::run(app, &command).await).await
        }
        Command::Keys(command) => {
            database::with(&arguments.database, async |app| keys::run(app, &command).await).await
        }
        Command::Token(args) => {
            database::with(&arguments.database, async |app| token::run(app, &args).await).await
        }
    }
}
