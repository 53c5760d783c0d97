//! A private `PostgreSQL` server, which the program runs for itself where it was given none.
//!
//! The first program on a data folder owns its server: it makes the cluster, starts the server and stops it. Another on
//! the same folder, at the same time and of the same user, is a guest on that server. The owner holds a lock on
//! `postgres.lock` for life, which the kernel frees however it ends.
//!
//! The server listens on the loopback address alone, on a port that was free, and takes a random password (SCRAM). A
//! Unix socket would do without both, but its path is limited to 107 bytes and needs a private folder. In the data
//! folder are, beside the lock, `postgres` (the cluster, with `postmaster.pid` and `maillage.password`, from which a
//! guest learns port and password) and `postgres.log`, all for their owner alone.
//!
//! Under a service manager that signals every process of a service at once, let it signal the program alone (systemd:
//! `KillMode=mixed`), so that the server stays while the program drains.

mod account;
mod binaries;
pub mod clients;
mod cluster;
mod error;
mod process;

use std::{
    convert::Infallible,
    env, fmt,
    fs::{File, TryLockError},
    path::PathBuf,
    time::Duration,
};

use nix::unistd::Uid;
use tokio::process::Child;

use self::binaries::Binaries;
use self::{
    cluster::{Cluster, ROLE},
    process::Patience,
};

pub use self::error::Error;

/// Where and how a private cluster is kept.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The data folder. It is created where it is missing; as root, an unprivileged user must be able to get to it.
    pub data: PathBuf,
    /// Whether what was committed survives a crash of the machine. False is faster, and only for tests.
    pub durable: bool,
    /// The folder of the server's programs; none to look for them.
    pub binaries: Option<PathBuf>,
    /// How long starting (with recovery after a crash) and stopping may take each.
    pub patience: Duration,
}

impl Settings {
    /// A durable cluster in that folder, programs looked for, five minutes of patience.
    pub fn new(data: impl Into<PathBuf>) -> Self {
        Self { data: data.into(), durable: true, binaries: None, patience: Duration::from_mins(5) }
    }
}

/// A private server that takes connections: its owner's, or a guest's view of it.
///
/// When an owner is dropped, its server stops too, but nobody waits for it: see [`Server::stop`].
pub struct Server {
    url: String,
    owned: Option<Owned>,
}

/// What only an owner has.
struct Owned {
    supervisor: Child,
    cluster: Cluster,
    binaries: Binaries,
    durable: bool,
    port: u16,
    patience: Duration,
    /// Held for life; declared last, so that it is freed last.
    _lock: File,
}

impl Server {
    /// Starts the data folder's server, or joins the one that another program has started. Waits until it takes
    /// connections. What an owner that was killed left behind, even a server that still runs, is cleared away first.
    ///
    /// # Errors
    /// Whatever keeps the server from running, with what to do: see [`Error`].
    pub async fn acquire(settings: &Settings) -> Result<Self, Error> {
        let patience = Patience::new(settings.patience);
        let cluster = Cluster::open(&settings.data).await?;
        let lock = cluster.lock_file()?;
        loop {
            match lock.try_lock() {
                Ok(()) => return Self::own(cluster, lock, settings, patience).await,
                Err(TryLockError::WouldBlock) => {}
                Err(TryLockError::Error(cause)) => {
                    return Err(Error::File { what: "lock a file in", path: settings.data.clone(), cause });
                }
            }
            if let Some(server) = cluster.postmaster()?
                && server.ready
                && cluster.is_served_by(server.pid)
            {
                return Ok(Self { url: url(&cluster, server.port)?, owned: None });
            }
            patience.moment("waiting for another program's database server", &cluster, 0).await?;
        }
    }

    async fn own(
        cluster: Cluster,
        lock: File,
        settings: &Settings,
        patience: Patience,
    ) -> Result<Self, Error> {
        let major = cluster.major()?;
        let only = settings.binaries.as_deref();
        let binaries = binaries::find(&cluster.account, only, &cluster.folder, major).await?;
        if major.is_none() {
            tracing::info!(folder = %cluster.folder.display(), major = binaries.major, "making a private database");
            let init = cluster.init(&binaries, settings.durable);
            patience.within("making a database", &cluster, init).await??;
        }
        let (supervisor, port) =
            process::start(&cluster, &binaries, settings.durable, None, patience).await?;
        tracing::info!(folder = %cluster.folder.display(), port, "the private database server runs");
        let url = url(&cluster, port)?;
        let (durable, patience) = (settings.durable, settings.patience);
        Ok(Self {
            url,
            owned: Some(Owned { supervisor, cluster, binaries, durable, port, patience, _lock: lock }),
        })
    }

    /// The owner's: starts the server again, at the same address, whenever it ends by itself; never returns otherwise
    /// than by an error. A guest's: waits for ever, since the owner does it.
    ///
    /// # Errors
    /// Whatever keeps the server from running again.
    pub async fn keep_running(&mut self) -> Result<Infallible, Error> {
        let Some(owned) = &mut self.owned else { return std::future::pending().await };
        loop {
            tokio::time::sleep(Duration::from_millis(250)).await;
            let ended = owned.supervisor.try_wait().map_err(Error::file("wait for", "/bin/sh"))?;
            let Some(status) = ended else { continue };
            tracing::error!(%status, "the private database server has ended by itself: starting it again");
            let patience = Patience::new(owned.patience);
            let again = Some(owned.port);
            let started = process::start(&owned.cluster, &owned.binaries, owned.durable, again, patience);
            owned.supervisor = started.await?.0;
            tracing::info!("the private database server runs again");
        }
    }

    /// A `postgres://` address with the password, of a superuser in the database `postgres`. It holds for as long as
    /// the owner lives.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Whether the server stops with this program.
    pub fn is_owner(&self) -> bool {
        self.owned.is_some()
    }

    /// The owner's: stops the server, cutting every connection, and waits until it has stopped. A guest's: leaves it
    /// running.
    ///
    /// # Errors
    /// [`Error::Ended`] where the server had ended otherwise before, [`Error::Slow`] where it does not stop in time (it
    /// goes on stopping by itself).
    pub async fn stop(self) -> Result<(), Error> {
        let Some(Owned { mut supervisor, cluster, patience, _lock, .. }) = self.owned else { return Ok(()) };
        // Waiting closes the supervisor's standard input first, which is what tells it to stop the server.
        let patience = Patience::new(patience);
        let ended = patience.within("stopping the database server", &cluster, supervisor.wait()).await?;
        let status = ended.map_err(Error::file("wait for", "/bin/sh"))?;
        if !status.success() {
            return Err(Error::Ended { status, log: cluster.log(), tail: cluster.log_tail(0) });
        }
        tracing::info!("the private database server has stopped");
        Ok(())
    }
}

impl fmt::Debug for Server {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The address holds the password.
        formatter.debug_struct("Server").field("is_owner", &self.is_owner()).finish_non_exhaustive()
    }
}

/// The server speaks no TLS; saying so saves every connection a question.
fn url(cluster: &Cluster, port: u16) -> Result<String, Error> {
    Ok(format!("postgres://{ROLE}:{}@127.0.0.1:{port}/postgres?sslmode=disable", cluster.password()?))
}

/// Where data is kept unless `MAILLAGE_DATA` says otherwise: `/var/lib/maillage` for root, whose server runs as a user
/// that cannot enter root's home; else `maillage` in `XDG_DATA_HOME`, by default `~/.local/share`.
///
/// # Errors
/// [`Error::NoHome`] where an ordinary user has neither variable.
pub fn default_data_folder() -> Result<PathBuf, Error> {
    if Uid::effective().is_root() {
        return Ok(PathBuf::from("/var/lib/maillage"));
    }
    // The XDG specification has relative paths ignored.
    let absolute = |name: &str| env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let share = absolute("XDG_DATA_HOME").or_else(|| Some(absolute("HOME")?.join(".local/share")));
    Ok(share.ok_or(Error::NoHome)?.join("maillage"))
}
