//! Who the server's programs run as: whoever runs this program, except that root hands down to an unprivileged user,
//! since Postgres refuses root.

use std::{
    ffi::OsStr,
    fs,
    os::unix::fs::{MetadataExt, chown},
    path::{Path, PathBuf},
    process::{Output, Stdio},
};

use nix::unistd::{Uid, User};
use tokio::process::Command;

use super::Error;

/// The environment that the server's programs get: what finds programs and libraries, and none of this program's secrets.
const PASSED_ON: [&str; 4] = ["PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "TMPDIR"];

/// The user that the server's programs run as.
#[derive(Clone, Debug)]
pub(super) struct Account {
    /// The user's name, for messages.
    pub name: String,
    /// User and group to change to; none where the program's own user will do.
    change_to: Option<(u32, u32)>,
}

impl Account {
    /// The program's own user. As root: the owner of the cluster where there is one, so that installing a user
    /// `postgres` later changes nothing, else `postgres`, else `nobody`.
    pub fn for_cluster(cluster: &Path) -> Result<Self, Error> {
        let me = Uid::effective();
        if !me.is_root() {
            return Ok(Self { name: name_of(me), change_to: None });
        }
        if let Ok(meta) = fs::metadata(cluster)
            && meta.uid() != 0
        {
            return Ok(Self {
                name: name_of(Uid::from_raw(meta.uid())),
                change_to: Some((meta.uid(), meta.gid())),
            });
        }
        let user = ["postgres", "nobody"].into_iter().find_map(|name| User::from_name(name).ok().flatten());
        let user = user.filter(|user| !user.uid.is_root()).ok_or(Error::NoAccount)?;
        Ok(Self { name: user.name, change_to: Some((user.uid.as_raw(), user.gid.as_raw())) })
    }

    /// A program to be run as this user, in a process group of its own (so that Ctrl-C in a terminal does not reach
    /// it), in English, without standard input, started from `/`, which everyone may enter.
    pub fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(program);
        command.env_clear().env("LC_ALL", "C").current_dir("/").process_group(0).stdin(Stdio::null());
        command.envs(PASSED_ON.iter().filter_map(|name| Some((name, std::env::var_os(name)?))));
        if let Some((uid, gid)) = self.change_to {
            // Setting the user as root also clears the supplementary groups.
            command.gid(gid).uid(uid);
        }
        command
    }

    /// Runs a command made by [`Account::command`] to its end; it is killed where the caller stops waiting.
    pub async fn output(&self, mut command: Command) -> Result<Output, Error> {
        let output = command.kill_on_drop(true).output().await;
        output.map_err(|cause| self.cannot_run(&command, cause))
    }

    /// The error for a command that could not be started.
    pub fn cannot_run(&self, command: &Command, cause: std::io::Error) -> Error {
        let program = command.as_std().get_program().into();
        Error::Run { program, account: self.name.clone(), cause }
    }

    /// Makes this user the owner of a file or folder.
    pub fn give(&self, path: &Path) -> Result<(), Error> {
        let Some((uid, gid)) = self.change_to else { return Ok(()) };
        chown(path, Some(uid), Some(gid)).map_err(Error::file("hand over", path))
    }

    /// Checks that this user can get to the folder; an [`Error::Unreachable`] names the first on the way that refuses.
    pub async fn check_way_to(&self, folder: &Path) -> Result<(), Error> {
        if self.change_to.is_none() {
            return Ok(());
        }
        let mut probe = self.command("/bin/sh");
        probe.args(["-c", r#"for folder; do cd "$folder" || { printf %s "$folder"; exit 1; }; done"#, "sh"]);
        let mut way: Vec<&Path> = folder.ancestors().collect();
        way.reverse();
        probe.args(way);
        let output = self.output(probe).await?;
        if output.status.success() {
            return Ok(());
        }
        let blocked = PathBuf::from(String::from_utf8_lossy(&output.stdout).into_owned());
        Err(Error::Unreachable { account: self.name.clone(), blocked, folder: folder.to_owned() })
    }
}

/// A user's name, or the number where it has none.
fn name_of(uid: Uid) -> String {
    User::from_uid(uid).ok().flatten().map_or_else(|| format!("user {uid}"), |user| user.name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_server_never_runs_as_root_and_sees_no_secret_of_the_program() {
        let account = Account::for_cluster(Path::new("/nowhere")).expect("a user to run the server as");
        let mut command = account.command("/bin/sh");
        command.args(["-c", "id -u; id -G; env"]);
        let output = account.output(command).await.expect("a shell");
        let printed = String::from_utf8_lossy(&output.stdout).into_owned();
        let mut lines = printed.lines();
        assert_ne!(lines.next(), Some("0"));
        let groups = lines.next().unwrap_or_default();
        assert!(!groups.split(' ').any(|group| group == "0"), "groups of root: {groups}");
        // Cargo sets it for every test.
        assert!(!printed.contains("CARGO_MANIFEST_DIR"), "{printed}");
    }
}
