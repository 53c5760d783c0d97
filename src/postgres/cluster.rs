//! The cluster on disk: the folder `postgres` in the data folder, with its lock, its log and its password.

use std::{
    fs::{self, DirBuilder, File, OpenOptions, Permissions},
    io::{self, Read as _, Seek as _, SeekFrom, Write as _},
    os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _},
    path::{Path, PathBuf},
};

use nix::unistd::Uid;

use super::{Error, account::Account, binaries::Binaries};

/// The superuser of the cluster. The database is `postgres`, which every cluster has.
pub(super) const ROLE: &str = "maillage";

/// What the name of a cluster that is still being made starts with.
const UNFINISHED: &str = "postgres.new-";

/// Character types of UTF-8, the first that the system knows is taken: without one, letters with accents have no lower
/// case and no trigrams. Text is compared byte by byte by default, so that no upgrade of the C library breaks an index.
const CHARACTER_TYPES: [&str; 3] = ["C.UTF-8", "en_US.UTF-8", "UTF-8"];

/// How much of the log goes into an error.
const TAIL: u64 = 4096;

/// A data folder, and the cluster that is or will be in it.
#[derive(Debug)]
pub(super) struct Cluster {
    /// The data folder, without symbolic links.
    data: PathBuf,
    /// The cluster's folder, which may not exist yet.
    pub folder: PathBuf,
    /// The user that owns the cluster.
    pub account: Account,
}

/// What a running server says of itself in `postmaster.pid`.
#[derive(Debug, PartialEq)]
pub(super) struct Postmaster {
    /// Process id. The process may be gone, or be another one by now: see [`Cluster::is_served_by`].
    pub pid: i32,
    /// TCP port.
    pub port: u16,
    /// Whether it takes connections.
    pub ready: bool,
}

impl Cluster {
    /// Creates the data folder where it is missing, and checks that the server's user can get to it.
    pub async fn open(data: &Path) -> Result<Self, Error> {
        let data = create(data).map_err(|cause| Error::Folder { folder: data.to_owned(), cause })?;
        let folder = data.join("postgres");
        let account = Account::for_cluster(&folder)?;
        account.check_way_to(&data).await?;
        Ok(Self { data, folder, account })
    }

    /// The file whose lock says who owns the server. It is never deleted.
    pub fn lock_file(&self) -> Result<File, Error> {
        let path = self.data.join("postgres.lock");
        let opened = OpenOptions::new().create(true).truncate(false).write(true).mode(0o600).open(&path);
        // Its path names the folder; that a user may not write here concerns the whole folder.
        opened.map_err(|cause| Error::Folder { folder: self.data.clone(), cause })
    }

    /// The server's log.
    pub fn log(&self) -> PathBuf {
        self.data.join("postgres.log")
    }

    /// The last lines of the log from a position in bytes on, for an error message.
    pub fn log_tail(&self, from: u64) -> String {
        let read = || -> io::Result<Vec<u8>> {
            let mut log = File::open(self.log())?;
            let end = log.metadata()?.len();
            log.seek(SeekFrom::Start(from.max(end.saturating_sub(TAIL))))?;
            let mut bytes = Vec::new();
            log.read_to_end(&mut bytes)?;
            Ok(bytes)
        };
        match read() {
            Ok(bytes) => String::from_utf8_lossy(&bytes).trim().to_owned(),
            Err(cause) => format!("(it cannot be read: {cause})"),
        }
    }

    /// The major version that made the cluster; none where there is no cluster yet.
    pub fn major(&self) -> Result<Option<u32>, Error> {
        let path = self.folder.join("PG_VERSION");
        match fs::read_to_string(&path) {
            Ok(text) => text.trim().parse().map(Some).map_err(|_| {
                let cause =
                    io::Error::new(io::ErrorKind::InvalidData, format!("{text:?} is no major version"));
                Error::File { what: "read", path, cause }
            }),
            Err(cause) if cause.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(cause) => Err(Error::File { what: "read", path, cause }),
        }
    }

    /// The password of [`ROLE`]. It is kept inside the cluster, so that there is never one without the other.
    pub fn password(&self) -> Result<String, Error> {
        let path = self.folder.join("maillage.password");
        let text = fs::read_to_string(&path).map_err(Error::file("read", path))?;
        Ok(text.trim().to_owned())
    }

    /// Makes the cluster, beside its place and then moved into it: a run that is cut short leaves nothing that looks
    /// like a cluster. Only whoever holds the lock may call this.
    pub async fn init(&self, binaries: &Binaries, durable: bool) -> Result<(), Error> {
        self.remove_unfinished();
        let workshop = self.data.join(format!("{UNFINISHED}{}", random_word()?));
        DirBuilder::new().mode(0o700).create(&workshop).map_err(Error::file("create", &workshop))?;
        self.account.give(&workshop)?;
        let made = self.init_in(&workshop, binaries, durable).await;
        self.remove_unfinished();
        made
    }

    async fn init_in(&self, workshop: &Path, binaries: &Binaries, durable: bool) -> Result<(), Error> {
        let password = workshop.join("password");
        write_private(&password, &(random_word()? + &random_word()?))
            .map_err(Error::file("write", &password))?;
        self.account.give(&password)?;

        let unfinished = workshop.join("cluster");
        let mut output = String::new();
        for character_type in CHARACTER_TYPES {
            let mut initdb = self.account.command(binaries.folder.join("initdb"));
            initdb.arg("--pgdata").arg(&unfinished).arg("--pwfile").arg(&password);
            initdb.args(["--username", ROLE, "--auth=scram-sha-256", "--encoding=UTF8", "--data-checksums"]);
            initdb.args(["--locale=C", "--lc-ctype", character_type, "--text-search-config=simple"]);
            if !durable {
                initdb.arg("--no-sync");
            }
            let run = self.account.output(initdb).await?;
            if run.status.success() {
                let kept = unfinished.join("maillage.password");
                fs::rename(&password, &kept).map_err(Error::file("write", &kept))?;
                sync(&unfinished).map_err(Error::file("sync", &unfinished))?;
                fs::rename(&unfinished, &self.folder)
                    .map_err(Error::file("put a new cluster at", &self.folder))?;
                return sync(&self.data).map_err(Error::file("sync", &self.data));
            }
            output =
                format!("{}{}", String::from_utf8_lossy(&run.stdout), String::from_utf8_lossy(&run.stderr));
            if !output.contains("invalid locale") {
                break;
            }
        }
        Err(Error::Init { folder: self.folder.clone(), output: output.trim().to_owned() })
    }

    /// Removes what runs that were cut short have left. Such a run may still write (its `initdb` outlives a killed
    /// program for a moment), so what cannot be removed now is left to the next start.
    fn remove_unfinished(&self) {
        for entry in fs::read_dir(&self.data).into_iter().flatten().flatten() {
            if entry.file_name().to_string_lossy().starts_with(UNFINISHED)
                && let Err(error) = fs::remove_dir_all(entry.path())
            {
                tracing::warn!(folder = %entry.path().display(), %error, "an unfinished database could not be removed");
            }
        }
    }

    /// What the server's file says; none where there is no such file, or it is not written yet.
    pub fn postmaster(&self) -> Result<Option<Postmaster>, Error> {
        let path = self.pid_file();
        match fs::read_to_string(&path) {
            Ok(text) => Ok(Postmaster::parse(&text)),
            Err(cause) if cause.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(cause) => Err(Error::File { what: "read", path, cause }),
        }
    }

    /// Whether that process is, now, the server of this cluster. A process id alone says nothing: after a crash it may
    /// belong to anyone, even to another server of the same user.
    pub fn is_served_by(&self, pid: i32) -> bool {
        // The space after the folder keeps /data/postgres from being taken for /data/postgres.old. The supervisor's
        // command line has the server's in it.
        let serving = format!("postgres -D {} ", self.folder.display());
        command_line(pid).is_some_and(|line| line.contains(&serving) && !line.starts_with("/bin/sh "))
    }

    /// Removes `postmaster.pid`. Only for whoever holds the lock, and knows that the process named there is gone: what
    /// still uses the cluster's shared memory would keep a new server from starting all the same.
    pub fn remove_pid_file(&self) -> Result<(), Error> {
        match fs::remove_file(self.pid_file()) {
            Err(cause) if cause.kind() != io::ErrorKind::NotFound => {
                Err(Error::File { what: "remove", path: self.pid_file(), cause })
            }
            _ => Ok(()),
        }
    }

    fn pid_file(&self) -> PathBuf {
        self.folder.join("postmaster.pid")
    }
}

impl Postmaster {
    /// Reads `postmaster.pid`: process id, folder, start, port, socket folder, address, shared memory, status, a line
    /// each. None where the first or fourth line is not there yet, or no number that it could be.
    fn parse(text: &str) -> Option<Self> {
        let mut lines = text.lines().map(str::trim);
        let pid = lines.next()?.parse().ok().filter(|pid| *pid > 1)?;
        let port = lines.nth(2)?.parse().ok()?;
        Some(Self { pid, port, ready: lines.nth(3) == Some("ready") })
    }
}

/// Creates the data folder where it is missing, for this user alone, or, as root, so that the server's user can pass.
/// A folder that exists is left as it is.
fn create(data: &Path) -> io::Result<PathBuf> {
    let data = std::path::absolute(data)?;
    if !data.is_dir() {
        let mode = if Uid::effective().is_root() { 0o755 } else { 0o700 };
        DirBuilder::new().recursive(true).mode(mode).create(&data)?;
        // Whatever the umask said.
        fs::set_permissions(&data, Permissions::from_mode(mode))?;
    }
    fs::canonicalize(data)
}

/// A process's command line, its words separated and ended by spaces; none where there is no such process.
fn command_line(pid: i32) -> Option<String> {
    if Path::new("/proc/self/cmdline").exists() {
        let words = fs::read(format!("/proc/{pid}/cmdline")).ok()?;
        return Some(String::from_utf8_lossy(&words).replace('\0', " "));
    }
    let ps = std::process::Command::new("ps")
        .args(["-ww", "-o", "args=", "-p", &pid.to_string()])
        .output()
        .ok()?;
    ps.status.success().then(|| format!("{} ", String::from_utf8_lossy(&ps.stdout).trim()))
}

/// 64 random bits from the operating system, in hexadecimal digits.
fn random_word() -> Result<String, Error> {
    getrandom::u64().map(|word| format!("{word:016x}")).map_err(Error::Random)
}

fn write_private(path: &Path, text: &str) -> io::Result<()> {
    let mut file = OpenOptions::new().create_new(true).write(true).mode(0o600).open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

fn sync(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    const READY: &str = "4242\n/data/postgres\n1700000000\n40123\n\n127.0.0.1\n  123 456\nready   \n";

    #[test]
    fn a_server_that_still_recovers_is_not_ready() {
        assert_eq!(Postmaster::parse(READY), Some(Postmaster { pid: 4242, port: 40123, ready: true }));
        let starting = READY.replace("ready   ", "starting");
        assert_eq!(Postmaster::parse(&starting), Some(Postmaster { pid: 4242, port: 40123, ready: false }));
    }

    #[test]
    fn a_pid_file_cut_short_or_of_another_kind_names_no_process() {
        for text in ["", "4242\n/data", "0\n/\n1\n40123\n", "-1\n/\n1\n40123\n", "1\n/\n1\n40123\n"] {
            assert_eq!(Postmaster::parse(text), None, "{text:?}");
        }
    }
}
