//! `maillage restore`.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{ExitCode, Output, Stdio};

use crate::config::DatabaseArgs;
use crate::postgres::clients::Clients;
use crate::store::{MIGRATION_LOCK, Store, catalogue, feed, integrity, records};
use clap::Args;
use tokio::io::AsyncWriteExt;
use tokio::process::Command;

use super::backup::counted;
use super::database::Database;
use super::seal::{self, Kind};
use super::{Failed, print};

/// From where.
#[derive(Args, Clone)]
pub struct RestoreArgs {
    /// A file that `maillage backup` wrote, or `pg_dump --format=custom`.
    file: PathBuf,
    /// Restore in place of what the database holds, which is lost.
    #[arg(long)]
    replace: bool,
}

/// What is found in the database before anything is written.
struct Standing {
    /// Whether there are tables, and they are ours.
    is_ours: bool,
    /// Whether it holds keys that sign tokens.
    has_keys: bool,
}

/// Restores in one transaction, brings the schema up to date, and says what is there.
pub async fn run(database: &DatabaseArgs, args: &RestoreArgs) -> Result<ExitCode, Failed> {
    // Before anything is touched, and before a private database is made.
    let sealed = whole(&args.file)?;
    let database = Database::find(database, 1).await?;
    let outcome = restore(&database, args, sealed).await;
    database.close().await?;
    print(&outcome?)?;
    Ok(ExitCode::SUCCESS)
}

/// Whether the file has a seal that is right; an error where it can't be a backup.
fn whole(file: &Path) -> Result<bool, Failed> {
    let name = file.display();
    let unreadable = |error| Failed::behind(format!("{name} can't be read"), error);
    let (kind, _) = seal::read(File::open(file).map_err(unreadable)?).map_err(unreadable)?;
    match kind {
        Kind::Sealed => Ok(true),
        Kind::Unsealed => Ok(false),
        Kind::Broken => Err(format!(
            "{name} was damaged since it was written: its content is not what its seal says. Nothing was changed; take \
             another backup"
        )
        .into()),
        Kind::Foreign => Err(format!(
            "{name} is no backup: it is neither of `maillage backup` nor of `pg_dump --format=custom`. Nothing was changed"
        )
        .into()),
    }
}

async fn restore(database: &Database, args: &RestoreArgs, sealed: bool) -> Result<String, Failed> {
    let store = database.connect().await?;
    let clients = Clients::find(catalogue::server(store.db()).await?.major()).await?;
    let file = std::path::absolute(&args.file)?;
    if !sealed {
        // Reads and unpacks all of it.
        let mut reading = clients.program("pg_restore");
        succeed(&mut reading, &file, &["--file=/dev/null"]).await?;
    }
    let migrations = table(&clients, &file, "seaql_migrations").await?;
    check_schema(&args.file, &migrations)?;
    let brings_keys = !table(&clients, &file, "signing_keys").await?.is_empty();
    let standing = look(&store, args.replace).await?;
    store.close().await?;
    let keeps_keys = !brings_keys && standing.has_keys;
    transfer(&clients, database, &file, standing.is_ours, keeps_keys).await?;
    if let Err(error) = Store::migrate(&database.settings).await {
        let what =
            "everything was restored, but its schema could not be brought up to date; try `maillage migrate`";
        return Err(Failed::behind(what.to_owned(), error));
    }
    let store = database.connect().await?;
    // Cursors of the database that was backed up may be ahead of it: they are refused rather than miss what is written now.
    feed::begin_era(&store).await?;
    let tx = store.begin_snapshot().await?;
    let (counts, schema) = (counted(&tx).await?, catalogue::applied_migrations(&tx).await?);
    tx.rollback().await?;
    store.close().await?;
    let keys = if brings_keys {
        "tokens of the instance that was backed up are good here"
    } else if keeps_keys {
        "tokens of before are good"
    } else {
        "tokens are to be made anew (`maillage token`)"
    };
    Ok(format!("restored: {counts}; schema {}; {keys}", schema.last().map_or("none", String::as_str)))
}

/// Refuses what no Maillage made, or a newer one did.
fn check_schema(file: &Path, migrations: &[String]) -> Result<(), Failed> {
    let (name, known) = (file.display(), catalogue::known_migrations());
    if !known.first().is_some_and(|first| migrations.contains(first)) {
        return Err(
            format!("{name} is a dump of another database than Maillage's. Nothing was changed").into()
        );
    }
    let newer: Vec<_> = migrations.iter().filter(|name| !known.contains(name)).cloned().collect();
    if newer.is_empty() {
        return Ok(());
    }
    let (newer, version) = (newer.join(", "), env!("CARGO_PKG_VERSION"));
    Err(format!(
        "{name} was made by a newer Maillage than this ({version}), which does not know its schema ({newer}). Nothing was \
         changed; restore it with the version that made it, or a later one"
    )
    .into())
}

/// Looks at what the database holds, and refuses to write over what is not to be lost.
async fn look(store: &Store, replace: bool) -> Result<Standing, Failed> {
    let db = store.db();
    let others = catalogue::others_connected(db).await?;
    if others > 0 {
        return Err(format!(
            "another program of Maillage uses this database ({others} connections). Nothing was changed; stop `maillage \
             serve` first, and start it again afterwards"
        )
        .into());
    }
    let relations = catalogue::relations(db).await?;
    if relations.is_empty() {
        return Ok(Standing { is_ours: false, has_keys: false });
    }
    if catalogue::applied_migrations(db).await?.first() != catalogue::known_migrations().first() {
        let (count, first) =
            (relations.len(), relations.iter().take(3).cloned().collect::<Vec<_>>().join(", "));
        return Err(format!(
            "the database holds {count} tables that are not Maillage's ({first}…). Nothing was changed; restore into a \
             database of its own"
        )
        .into());
    }
    if !replace && !records::is_empty(db).await? {
        let counts = integrity::counts(db).await?;
        let counts: Vec<_> = counts.iter().map(|(table, count)| format!("{count} {table}")).collect();
        return Err(format!(
            "the database holds {}. Nothing was changed; restore into an empty database, or with --replace, which loses \
             them",
            counts.join(", ")
        )
        .into());
    }
    let has_keys = store.signing_keys().await.is_ok_and(|keys| !keys.is_empty());
    Ok(Standing { is_ours: true, has_keys })
}

/// The first column of a table's rows in a dump.
async fn table(clients: &Clients, file: &Path, table: &str) -> Result<Vec<String>, Failed> {
    let mut command = clients.program("pg_restore");
    let table = format!("--table={table}");
    let output = succeed(&mut command, file, &["--data-only", &table, "--file=-"]).await?;
    let script = String::from_utf8_lossy(&output.stdout).into_owned();
    let rows = script.lines().skip_while(|line| !line.starts_with("COPY ")).skip(1);
    let rows = rows.take_while(|line| *line != "\\.");
    Ok(rows.filter_map(|row| Some(row.split('\t').next()?.to_owned())).collect())
}

async fn succeed(command: &mut Command, file: &Path, arguments: &[&str]) -> Result<Output, Failed> {
    let output = command.args(arguments).arg(file).stdin(Stdio::null()).output().await?;
    if output.status.success() {
        return Ok(output);
    }
    let said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
    Err(format!(
        "{} is damaged, or its end is missing. Nothing was changed; pg_restore says: {said}",
        file.display()
    )
    .into())
}

/// Puts the dump into the database in one transaction, which commits only after the last of it.
async fn transfer(
    clients: &Clients,
    database: &Database,
    file: &Path,
    replaces: bool,
    keeps_keys: bool,
) -> Result<(), Failed> {
    let mut script = clients.program("pg_restore");
    script.args(["--no-owner", "--no-privileges", "--no-comments", "--file=-"]).arg(file);
    let mut script = script.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
    let mut from = script.stdout.take().ok_or("pg_restore has no output")?;
    let mut into = clients.program_for("psql", &database.settings.url)?;
    into.args(["--no-psqlrc", "--quiet", "--no-password", "--set=ON_ERROR_STOP=1", "--output=/dev/null"]);
    let mut into = into.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn()?;
    let mut to = into.stdin.take().ok_or("psql has no input")?;

    // Where psql gives up, writing to it fails, and it says why itself.
    let write = async {
        to.write_all(before(replaces, keeps_keys).as_bytes()).await?;
        tokio::io::copy(&mut from, &mut to).await?;
        let read = script.wait_with_output().await?;
        if read.status.success() {
            to.write_all(after(keeps_keys).as_bytes()).await?;
        }
        // What is not committed by now never is.
        to.shutdown().await?;
        drop(to);
        Ok::<_, std::io::Error>(read)
    };
    let (read, applied) = tokio::join!(write, into.wait_with_output());
    let applied = applied?;
    if !applied.status.success() {
        let said = String::from_utf8_lossy(&applied.stderr).trim().to_owned();
        return Err(
            format!("the backup can't be restored here. Nothing was changed; psql says: {said}").into()
        );
    }
    let read = read?;
    if !read.status.success() {
        let said = String::from_utf8_lossy(&read.stderr).trim().to_owned();
        return Err(format!("the backup can't be read. Nothing was changed; pg_restore says: {said}").into());
    }
    Ok(())
}

/// Takes turns with whoever migrates, makes sure that nobody else is there, and clears what stands.
fn before(replaces: bool, keeps_keys: bool) -> String {
    let keep = "CREATE TEMPORARY TABLE kept ON COMMIT DROP AS SELECT kid, pkcs8, public_key, created_at FROM signing_keys;\n";
    format!(
        "BEGIN;\nSET LOCAL lock_timeout = '10s';\nSELECT pg_advisory_xact_lock({MIGRATION_LOCK});\n{ALONE}{}{}",
        if keeps_keys { keep } else { "" },
        if replaces { CLEAR } else { "" }
    )
}

fn after(keeps_keys: bool) -> String {
    let keep =
        "INSERT INTO public.signing_keys (kid, pkcs8, public_key, created_at) SELECT * FROM pg_temp.kept;\n";
    format!("{}COMMIT;\nANALYZE;\n", if keeps_keys { keep } else { "" })
}

/// One that began to serve since we looked holds on to what is about to go.
const ALONE: &str = "DO $maillage$ BEGIN
    IF EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'maillage') THEN
        RAISE EXCEPTION 'another program of Maillage uses this database: stop it first';
    END IF;
END $maillage$;
";

/// Drops everything in the schema that no extension brought.
const CLEAR: &str = "DO $maillage$
DECLARE it record;
BEGIN
    SET LOCAL client_min_messages = warning;
    FOR it IN SELECT CASE c.relkind WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW' WHEN 'S' THEN 'SEQUENCE'
                WHEN 'f' THEN 'FOREIGN TABLE' ELSE 'TABLE' END AS kind, format('public.%I', c.relname) AS name,
                c.tableoid AS class, c.oid AS object
            FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
        UNION ALL SELECT 'ROUTINE', p.oid::regprocedure::text, p.tableoid, p.oid
            FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace
        UNION ALL SELECT 'TEXT SEARCH CONFIGURATION', format('public.%I', t.cfgname), t.tableoid, t.oid
            FROM pg_ts_config t WHERE t.cfgnamespace = 'public'::regnamespace
        UNION ALL SELECT 'TEXT SEARCH DICTIONARY', format('public.%I', t.dictname), t.tableoid, t.oid
            FROM pg_ts_dict t WHERE t.dictnamespace = 'public'::regnamespace
        UNION ALL SELECT 'COLLATION', format('public.%I', l.collname), l.tableoid, l.oid
            FROM pg_collation l WHERE l.collnamespace = 'public'::regnamespace
        UNION ALL SELECT 'TYPE', format('public.%I', y.typname), y.tableoid, y.oid
            FROM pg_type y WHERE y.typnamespace = 'public'::regnamespace AND y.typtype IN ('e', 'd')
    LOOP
        -- An extension's parts stay, and a table takes the sequences of its columns with it.
        CONTINUE WHEN EXISTS (SELECT FROM pg_depend d WHERE d.classid = it.class AND d.objid = it.object AND d.deptype IN ('a', 'e', 'i'));
        EXECUTE format('DROP %s IF EXISTS %s CASCADE', it.kind, it.name);
    END LOOP;
END $maillage$;
";
