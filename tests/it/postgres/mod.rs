//! The private Postgres server, with real servers and real kills. Holds as root and as an ordinary user.

mod kills;
mod life;

use std::{
    fs,
    io::{BufRead as _, BufReader},
    os::unix::{fs::PermissionsExt as _, process::CommandExt as _},
    path::{Path, PathBuf},
    process::{Child, ChildStdout, Command, Stdio},
    time::{Duration, Instant},
};

use maillage::postgres::{Error, Server, Settings};
use nix::{
    sys::signal::{Signal, kill, killpg},
    unistd::{Pid, Uid},
};
use sqlx::{Connection as _, PgConnection};

/// A folder in the temporary one, which the server's user can enter, and which goes with the test.
fn folder() -> tempfile::TempDir {
    let open = fs::Permissions::from_mode(0o755);
    tempfile::Builder::new().prefix("maillage-").permissions(open).tempdir().expect("a temporary folder")
}

/// A server that loses nothing committed when it is killed.
fn durable(data: &Path) -> Settings {
    Settings { patience: Duration::from_mins(1), ..Settings::new(data) }
}

fn fast(data: &Path) -> Settings {
    Settings { durable: false, ..durable(data) }
}

async fn acquire(settings: &Settings) -> Server {
    Server::acquire(settings).await.expect("a server")
}

/// What a query gives, as text.
async fn ask(url: &str, query: &'static str) -> Result<String, sqlx::Error> {
    let mut connection = PgConnection::connect(url).await?;
    let answer = sqlx::query_scalar(query).fetch_one(&mut connection).await?;
    connection.close().await?;
    Ok(answer)
}

/// Commits a row that [`remembered`] finds again.
async fn remember(url: &str) {
    let mut connection = PgConnection::connect(url).await.expect("a connection");
    sqlx::raw_sql("create table kept as select 'é'::text as word")
        .execute(&mut connection)
        .await
        .expect("a table");
}

async fn remembered(url: &str) -> bool {
    ask(url, "select word from kept").await.expect("the table") == "é"
}

async fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let end = Instant::now() + Duration::from_secs(30);
    while !holds() {
        assert!(Instant::now() < end, "in vain: {what}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// Another process that holds the data folder's server.
struct Holder {
    process: Child,
    output: BufReader<ChildStdout>,
    role: String,
    url: String,
}

impl Holder {
    fn spawn(data: &Path) -> Child {
        // target/debug/deps/it-… and target/debug/examples/hold
        let me = std::env::current_exe().expect("a path");
        let program = me.ancestors().nth(2).expect("target/debug").join("examples/hold");
        assert!(program.exists(), "{} is missing: cargo build --example hold", program.display());
        let mut command = Command::new(program);
        command.arg(data).process_group(0).stdin(Stdio::piped()).stdout(Stdio::piped());
        command.spawn().expect("the example hold")
    }

    fn ready(mut process: Child) -> Self {
        let output = process.stdout.take().expect("its output is a pipe");
        let mut holder =
            Self { process, output: BufReader::new(output), role: String::new(), url: String::new() };
        let line = holder.line();
        let (role, url) = line.split_once(' ').expect("a role and an address");
        (holder.role, holder.url) = (role.to_owned(), url.to_owned());
        holder
    }

    fn id(&self) -> i32 {
        self.process.id().cast_signed()
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.output.read_line(&mut line).expect("a line");
        line.trim().to_owned()
    }

    fn kill(mut self) {
        self.process.kill().expect("a kill");
        self.process.wait().expect("an end");
    }
}

fn postmaster(data: &Path) -> i32 {
    let text = fs::read_to_string(data.join("postgres/postmaster.pid")).expect("a running server's file");
    text.lines().next().and_then(|line| line.parse().ok()).expect("a process id")
}

/// Parent by process, of all that live (a zombie does not).
fn parents() -> Vec<(i32, i32)> {
    let stats = fs::read_dir("/proc").expect("Linux").flatten().filter_map(|entry| {
        let stat = fs::read_to_string(entry.path().join("stat")).ok()?;
        let (pid, rest) = (stat.split_once(' ')?.0.parse().ok()?, stat.rsplit_once(')')?.1);
        let mut rest = rest.split_whitespace();
        (rest.next()? != "Z").then_some((pid, rest.next()?.parse().ok()?))
    });
    stats.collect()
}

/// The command line of each process, every word ended by a zero.
fn command_lines() -> Vec<String> {
    let processes = fs::read_dir("/proc").expect("Linux").flatten();
    let lines = processes.filter_map(|entry| fs::read(entry.path().join("cmdline")).ok());
    lines.map(|line| String::from_utf8_lossy(&line).into_owned()).collect()
}

fn children(of: i32) -> Vec<i32> {
    parents().into_iter().filter(|(_, parent)| *parent == of).map(|(pid, _)| pid).collect()
}

fn lives(pid: i32) -> bool {
    parents().into_iter().any(|(other, _)| other == pid)
}

/// Kills them all; one that has ended meanwhile is killed enough.
fn kill_9(pids: &[i32]) {
    for pid in pids {
        let killed = kill(Pid::from_raw(*pid), Signal::SIGKILL);
        assert!(matches!(killed, Ok(()) | Err(nix::Error::ESRCH)), "{pid}: {killed:?}");
    }
}
