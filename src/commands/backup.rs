//! `maillage backup`.

use std::fs::File;
use std::io::{Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::process::{ExitCode, Stdio};

use crate::config::DatabaseArgs;
use crate::http::serve;
use crate::postgres::clients::Clients;
use crate::store::{Transaction, catalogue, integrity};
use clap::Args;
use tokio::io::AsyncReadExt;
use tokio::process::Command;

use super::database::Database;
use super::seal::{self, Seal};
use super::{Failed, print};

/// Where to.
#[derive(Args, Clone)]
pub struct BackupArgs {
    /// The file to write; `-` for standard output.
    file: PathBuf,
    /// Write over a file that is there.
    #[arg(long)]
    force: bool,
    /// Keep the keys that sign tokens too: whoever has the file can then make tokens. To move an instance.
    #[arg(long)]
    with_keys: bool,
}

/// Writes a backup, and says what is in it.
pub async fn run(database: &DatabaseArgs, args: &BackupArgs) -> Result<ExitCode, Failed> {
    let to_standard_output = args.file.as_os_str() == "-";
    if !to_standard_output && !args.force && args.file.symlink_metadata().is_ok() {
        return Err(there_already(&args.file));
    }
    let database = Database::existing(database).await?;
    let outcome = tokio::select! {
        outcome = write(&database, args, to_standard_output) => outcome,
        // What was begun is removed, not left beside the file.
        stopped = serve::terminated() => Err(stopped.map_or_else(Failed::from, |()| "stopped; nothing was written".into())),
    };
    database.close().await?;
    let told = outcome?;
    if to_standard_output {
        writeln!(std::io::stderr(), "{told}")?;
    } else {
        print(&told)?;
    }
    Ok(ExitCode::SUCCESS)
}

fn there_already(file: &Path) -> Failed {
    format!("{} is there already: take another name, or --force to write over it", file.display()).into()
}

async fn write(database: &Database, args: &BackupArgs, to_standard_output: bool) -> Result<String, Failed> {
    let store = database.connect().await?;
    // What is counted and what is dumped are one state of the database, whoever writes meanwhile.
    let tx = store.begin_snapshot().await?;
    let applied = catalogue::applied_migrations(&tx).await?;
    let Some(schema) = applied.last() else {
        return Err("the database has no tables of Maillage: there is nothing to back up".into());
    };
    let clients = Clients::find(catalogue::server(&tx).await?.major()).await?;
    let counts = counted(&tx).await?;
    let snapshot = catalogue::export_snapshot(&tx).await?;
    let mut dump = clients.program_for("pg_dump", &database.settings.url)?;
    dump.args([
        "--format=custom",
        "--no-owner",
        "--no-privileges",
        "--no-password",
        "--lock-wait-timeout=30s",
    ]);
    dump.arg(format!("--snapshot={snapshot}"));
    // Files that were asked for are made anew: a backup needs neither them nor the secrets of their addresses.
    dump.args(["--exclude-table-data=*.export_jobs", "--exclude-table-data=*.export_chunks"]);
    if !args.with_keys {
        dump.arg("--exclude-table-data=*.signing_keys");
    }
    let bytes = if to_standard_output {
        to_stdout(dump).await?
    } else {
        to_file(dump, &args.file, args.force).await?
    };
    tx.rollback().await?;
    store.close().await?;
    let megabytes = bytes as f64 / 1e6;
    let keys = if args.with_keys { ", with the keys that sign tokens" } else { "" };
    Ok(format!("{}: {megabytes:.1} MB, {counts}; schema {schema}{keys}", args.file.display()))
}

/// How many entries there are, in words.
pub async fn counted(tx: &Transaction) -> Result<String, Failed> {
    let counts = integrity::counts(tx).await?;
    Ok(counts.iter().map(|(table, count)| format!("{count} {table}")).collect::<Vec<_>>().join(", "))
}

async fn to_stdout(mut dump: Command) -> Result<u64, Failed> {
    let mut child = dump.stdin(Stdio::null()).stdout(Stdio::piped()).spawn()?;
    let mut from = child.stdout.take().ok_or("pg_dump has no output")?;
    let mut out = std::io::stdout();
    let mut seal = Seal::default();
    let mut buffer = vec![0; 1 << 16];
    loop {
        let read = from.read(&mut buffer).await?;
        if read == 0 {
            break;
        }
        seal.add(&buffer[..read]);
        out.write_all(&buffer[..read])?;
    }
    if !child.wait().await?.success() {
        return Err("pg_dump failed, as it says above; what was written is no whole backup".into());
    }
    let line = seal.line();
    out.write_all(line.as_bytes())?;
    out.flush()?;
    Ok(seal.length() + line.len() as u64)
}

/// Writes beside the file, for its owner alone, and gives it its name when it is whole.
async fn to_file(mut dump: Command, path: &Path, force: bool) -> Result<u64, Failed> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let unwritable = |error: std::io::Error| {
        Failed::behind(format!("a backup can't be written to {}", folder.display()), error)
    };
    let mut file = tempfile::Builder::new()
        .prefix(".maillage-backup-")
        .suffix(".unfinished")
        .tempfile_in(folder)
        .map_err(unwritable)?;
    let output = dump.stdin(Stdio::null()).stdout(file.as_file().try_clone()?).stderr(Stdio::piped());
    let output = output.spawn()?.wait_with_output().await?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        return Err(format!("pg_dump failed; nothing was written: {said}").into());
    }
    file.seek(SeekFrom::Start(0))?;
    let (_, seal) = seal::read(file.as_file())?;
    file.seek(SeekFrom::End(0))?;
    let line = seal.line();
    file.write_all(line.as_bytes())?;
    file.as_file().sync_all().map_err(unwritable)?;
    let kept = if force { file.persist(path) } else { file.persist_noclobber(path) };
    kept.map_err(|error| match error.error.kind() {
        std::io::ErrorKind::AlreadyExists => there_already(path),
        _ => unwritable(error.error),
    })?;
    File::open(folder)?.sync_all()?;
    Ok(seal.length() + line.len() as u64)
}
