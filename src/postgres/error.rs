//! What can keep a private server from running, and what to do about each.

use std::{io, path::PathBuf, time::Duration};

/// What to install, by system.
const INSTALL: &str = "\
Install PostgreSQL 15 or newer with its contrib extensions:
  Debian, Ubuntu:  apt-get install postgresql
  Fedora:          dnf install postgresql-server postgresql-contrib
  Alpine:          apk add postgresql postgresql-contrib icu-data-full
  macOS:           brew install postgresql
or set DATABASE_URL to a server that runs already.";

/// Why no private server could be had. Each message says what was wrong, where, and what to do.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Neither `XDG_DATA_HOME` nor `HOME` says where an ordinary user's data goes.
    #[error(
        "no data folder: neither XDG_DATA_HOME nor HOME is set; set MAILLAGE_DATA to a folder to keep data in"
    )]
    NoHome,
    /// The data folder cannot be created or entered by the user that runs the program.
    #[error("the data folder {} cannot be used: {cause}; set MAILLAGE_DATA to a folder that this user may write to", folder.display())]
    Folder {
        /// The data folder.
        folder: PathBuf,
        /// What the system said.
        cause: io::Error,
    },
    /// The program runs as root, and the unprivileged user that the server runs as cannot get to the data folder.
    #[error(
        "the database server does not run as root but as {account}, who cannot enter {}, which is on the way \
         to the data folder {}; set MAILLAGE_DATA to a folder elsewhere, such as /var/lib/maillage, or let others \
         pass (chmod o+x)", blocked.display(), folder.display()
    )]
    Unreachable {
        /// The unprivileged user.
        account: String,
        /// The first folder on the way that refuses.
        blocked: PathBuf,
        /// The data folder.
        folder: PathBuf,
    },
    /// The program runs as root, and there is no user to run the server as.
    #[error(
        "the database server does not run as root, and there is neither a user postgres nor a user nobody; create one of them"
    )]
    NoAccount,
    /// No server programs on this machine.
    #[error(
        "no PostgreSQL server was found (initdb and postgres: in PATH or where packages put them).\n{INSTALL}"
    )]
    NoBinaries,
    /// There are server programs, but none that will do. One line for each says why.
    #[error("no PostgreSQL server on this machine will do:\n{}\n{INSTALL}", reasons.join("\n"))]
    Unsuitable {
        /// Folder and reason.
        reasons: Vec<String>,
    },
    /// The cluster was made by another major version than those found.
    #[error(
        "the database in {} was made by PostgreSQL {cluster}, and this machine has {}. Do one of these: install \
         PostgreSQL {cluster} beside it (Debian, Ubuntu: apt-get install postgresql-{cluster}); or bring it over \
         with pg_upgrade, and copy maillage.password from the old cluster into the new one; or dump it with pg_dump \
         where PostgreSQL {cluster} runs, move the folder away, start again and restore the dump; or set \
         DATABASE_URL to a server that runs already",
        folder.display(), found.join(", ")
    )]
    OtherMajor {
        /// The cluster's folder.
        folder: PathBuf,
        /// The cluster's major version.
        cluster: u32,
        /// The major versions found, each with its folder, or what was wrong with it.
        found: Vec<String>,
    },
    /// No client programs for a server of this version.
    #[error(
        "dumping and restoring need pg_dump, pg_restore and psql of PostgreSQL {server} or newer, and {}. Install them \
         (Debian, Ubuntu: apt-get install postgresql-client-{server}; Fedora: dnf install postgresql; Alpine: apk add \
         postgresql{server}-client; macOS: brew install postgresql@{server})",
        if found.is_empty() { "there are none in PATH or where packages put them".to_owned() }
        else { format!("this machine has {}", found.join(", ")) }
    )]
    NoClients {
        /// The server's major version.
        server: u32,
        /// The versions that were found, each with its folder.
        found: Vec<String>,
    },
    /// What was given is no address of a database.
    #[error("the database's address is none: expected postgres://user:password@host:port/database")]
    Address,
    /// A program could not be run.
    #[error("cannot run {} as {account}: {cause}", program.display())]
    Run {
        /// The program.
        program: PathBuf,
        /// The user that it was to run as.
        account: String,
        /// What the system said.
        cause: io::Error,
    },
    /// A file or folder of the cluster could not be worked with.
    #[error("cannot {what} {}: {cause}", path.display())]
    File {
        /// What was tried: a verb.
        what: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        cause: io::Error,
    },
    /// The operating system gave no random bytes.
    #[error("the operating system gave no random bytes for a password: {0}")]
    Random(getrandom::Error),
    /// `initdb` failed.
    #[error("no database could be made in {}: {output}", folder.display())]
    Init {
        /// The folder that the cluster was to be in.
        folder: PathBuf,
        /// What `initdb` printed.
        output: String,
    },
    /// The server ended while starting, or before it was asked to.
    #[error("the database server ended ({status}); the end of its log, {}:\n{tail}", log.display())]
    Ended {
        /// How it ended.
        status: std::process::ExitStatus,
        /// The log file.
        log: PathBuf,
        /// The last lines of the log.
        tail: String,
    },
    /// Something did not happen in time.
    #[error("{what} took more than {} s; the end of the log, {}:\n{tail}", patience.as_secs(), log.display())]
    Slow {
        /// What was waited for.
        what: &'static str,
        /// How long.
        patience: Duration,
        /// The log file.
        log: PathBuf,
        /// The last lines of the log.
        tail: String,
    },
    /// A server that an earlier program left behind could not be told to stop.
    #[error(
        "a database server that was left behind (process {pid}) cannot be stopped: {cause}; stop it by hand"
    )]
    Orphan {
        /// Its process id.
        pid: i32,
        /// What the system said.
        cause: io::Error,
    },
}

impl Error {
    /// For `map_err`: what was tried on which path.
    pub(super) fn file(what: &'static str, path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |cause| Self::File { what, path, cause }
    }
}
