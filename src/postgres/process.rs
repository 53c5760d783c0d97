//! The server as a process: started under a supervisor that stops it when this program ends, however it ends.

use std::{
    fs::OpenOptions,
    net::{Ipv4Addr, TcpListener},
    os::unix::fs::OpenOptionsExt as _,
    process::{ExitStatus, Stdio},
    time::Duration,
};

use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use tokio::{
    process::{Child, Command},
    time::{Instant, sleep, timeout_at},
};

use super::{Error, binaries::Binaries, cluster::Cluster};

/// How often something is looked at that nobody tells us about.
const POLL: Duration = Duration::from_millis(20);

/// Runs its arguments as the server, and stops it (fast: open transactions are rolled back) once its standard input
/// ends, which the kernel sees to when this program ends, even by kill -9. Ignores what a terminal or a service manager
/// sends to every process, so that the program can drain first. The signal is repeated, since a server that has just
/// been started does not listen yet.
const SUPERVISOR: &str = r#"
trap '' HUP INT TERM
exec 3<&0 </dev/null
"$@" 3<&- &
server=$!
( read -r line <&3; while kill -INT "$server" 2>/dev/null; do sleep 1; done ) &
watcher=$!
exec 3<&-
wait "$server"
status=$?
kill -KILL "$watcher" 2>/dev/null
exit "$status"
"#;

/// Settings of every server; those of the schema's sessions are the program's own affair.
const SETTINGS: [&str; 13] = [
    "cluster_name=maillage",
    "listen_addresses=127.0.0.1",
    // A socket's path is limited to 107 bytes, and a folder for it would have to be kept private.
    "unix_socket_directories=",
    "max_connections=100",
    "shared_buffers=256MB",
    "timezone=UTC",
    "log_timezone=UTC",
    // Compiling costs more than the short queries of a service last.
    "jit=off",
    "log_destination=stderr",
    "logging_collector=off",
    "log_min_messages=warning",
    "log_checkpoints=off",
    "log_line_prefix=%m [%p] ",
];

/// What a cluster that may be lost does without.
const NOT_DURABLE: [&str; 3] = ["fsync=off", "synchronous_commit=off", "full_page_writes=off"];

/// How long things may take, from when they were begun.
#[derive(Clone, Copy)]
pub(super) struct Patience {
    limit: Duration,
    end: Instant,
}

impl Patience {
    pub fn new(limit: Duration) -> Self {
        Self { limit, end: Instant::now() + limit }
    }

    /// What the future gives, if it does in time; else an [`Error::Slow`].
    pub async fn within<T>(
        self,
        what: &'static str,
        cluster: &Cluster,
        future: impl Future<Output = T>,
    ) -> Result<T, Error> {
        timeout_at(self.end, future).await.map_err(|_| self.slow(what, cluster, 0))
    }

    /// Waits for a moment; once the time is up, an [`Error::Slow`] with the log from a position on.
    pub async fn moment(self, what: &'static str, cluster: &Cluster, log_from: u64) -> Result<(), Error> {
        if Instant::now() >= self.end {
            return Err(self.slow(what, cluster, log_from));
        }
        sleep(POLL).await;
        Ok(())
    }

    fn slow(self, what: &'static str, cluster: &Cluster, log_from: u64) -> Error {
        Error::Slow { what, patience: self.limit, log: cluster.log(), tail: cluster.log_tail(log_from) }
    }
}

/// Starts the server and waits until it takes connections, which after a crash includes recovery. The caller holds the
/// lock. Gives the supervisor, whose standard input is to be kept, and the port: `again`, where it ran there before.
pub(super) async fn start(
    cluster: &Cluster,
    binaries: &Binaries,
    durable: bool,
    again: Option<u16>,
    patience: Patience,
) -> Result<(Child, u16), Error> {
    loop {
        stop_orphan(cluster, patience).await?;
        let port = again.map_or_else(free_port, Ok)?;
        let (mut supervisor, log_from) = spawn(cluster, binaries, durable, port)?;
        let Some(status) = wait_ready(&mut supervisor, cluster, port, log_from, patience).await? else {
            return Ok((supervisor, port));
        };
        let tail = cluster.log_tail(log_from);
        if !passes_by_itself(&tail) {
            return Err(Error::Ended { status, log: cluster.log(), tail });
        }
        tracing::debug!(tail, "the database server could not start yet");
        patience.moment("starting the database server", cluster, log_from).await?;
    }
}

/// Waits until the server takes connections; or until it has ended, which gives its exit status.
async fn wait_ready(
    supervisor: &mut Child,
    cluster: &Cluster,
    port: u16,
    log_from: u64,
    patience: Patience,
) -> Result<Option<ExitStatus>, Error> {
    loop {
        if let Some(status) = supervisor.try_wait().map_err(Error::file("wait for", "/bin/sh"))? {
            return Ok(Some(status));
        }
        if cluster.postmaster()?.is_some_and(|it| it.port == port && it.ready) {
            return Ok(None);
        }
        patience.moment("starting the database server", cluster, log_from).await?;
    }
}

/// Whether a start failed for a reason that goes away: somebody was faster to take the port, or a server that was
/// killed (or whose program was, while it started) is not gone altogether.
fn passes_by_itself(log: &str) -> bool {
    ["could not bind IPv4 address", "lock file \"postmaster.pid\" already exists", "is still in use"]
        .iter()
        .any(|reason| log.contains(reason))
}

/// Stops a server that runs without an owner, and clears away what a dead one left.
///
/// An orphan is stopped and not adopted: its supervisor is about to stop it anyway, and without a supervisor it would
/// outlive this program as it did the last.
async fn stop_orphan(cluster: &Cluster, patience: Patience) -> Result<(), Error> {
    let mut asked = false;
    while let Some(server) = cluster.postmaster()?.filter(|server| cluster.is_served_by(server.pid)) {
        if !asked {
            tracing::warn!(pid = server.pid, "stopping a database server that was left behind");
            match kill(Pid::from_raw(server.pid), Signal::SIGINT) {
                Ok(()) | Err(nix::Error::ESRCH) => asked = true,
                Err(error) => return Err(Error::Orphan { pid: server.pid, cause: error.into() }),
            }
        }
        patience.moment("stopping a database server that was left behind", cluster, 0).await?;
    }
    cluster.remove_pid_file()
}

/// A port that is free now; another program may be faster to take it.
fn free_port() -> Result<u16, Error> {
    let free = || TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr();
    free().map(|address| address.port()).map_err(Error::file("find a free port on", "127.0.0.1"))
}

/// Starts the supervisor with the server, which write to the log. Gives the log's length before.
fn spawn(cluster: &Cluster, binaries: &Binaries, durable: bool, port: u16) -> Result<(Child, u64), Error> {
    let path = cluster.log();
    let log = OpenOptions::new().create(true).append(true).mode(0o600).open(&path);
    let log = log.map_err(Error::file("open", &path))?;
    let log_from = log.metadata().map_err(Error::file("open", &path))?.len();
    let errors = log.try_clone().map_err(Error::file("open", &path))?;

    let mut command: Command = cluster.account.command("/bin/sh");
    command
        .args(["-c", SUPERVISOR, "sh"])
        .arg(binaries.folder.join("postgres"))
        .arg("-D")
        .arg(&cluster.folder);
    let more: &[&str] = if durable { &[] } else { &NOT_DURABLE };
    for setting in SETTINGS.iter().chain(more) {
        command.args(["-c", setting]);
    }
    command.args(["-c", &format!("port={port}")]).stdin(Stdio::piped()).stdout(log).stderr(errors);
    let supervisor = command.spawn().map_err(|cause| cluster.account.cannot_run(&command, cause))?;
    Ok((supervisor, log_from))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;
    use crate::postgres::binaries;

    #[tokio::test]
    async fn a_port_that_somebody_else_took_meanwhile_is_no_lasting_failure() {
        let open = std::fs::Permissions::from_mode(0o755);
        let folder = tempfile::Builder::new().permissions(open).tempdir().expect("a folder");
        let cluster = Cluster::open(folder.path()).await.expect("a data folder");
        let binaries = binaries::find(&cluster.account, None, &cluster.folder, None).await.expect("binaries");
        cluster.init(&binaries, false).await.expect("a cluster");
        let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
        let port = taken.local_addr().expect("an address").port();

        let (mut supervisor, from) = spawn(&cluster, &binaries, false, port).expect("a supervisor");
        let patience = Patience::new(Duration::from_mins(1));
        let ended = wait_ready(&mut supervisor, &cluster, port, from, patience).await.expect("an outcome");

        assert!(ended.is_some_and(|status| !status.success()), "it listens on a taken port: {ended:?}");
        assert!(passes_by_itself(&cluster.log_tail(from)), "{}", cluster.log_tail(from));
    }

    #[test]
    fn a_failure_that_waiting_does_not_cure_is_reported_at_once() {
        assert!(!passes_by_itself("FATAL:  could not map anonymous shared memory: Cannot allocate memory"));
    }
}
