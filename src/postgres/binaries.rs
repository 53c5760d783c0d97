//! Finds a Postgres server's programs on this machine.

use std::{
    collections::HashSet,
    fs,
    path::{Path, PathBuf},
};

use super::{Error, account::Account};

/// The oldest major version that will do.
const OLDEST: u32 = 15;

/// The contrib extensions that the schema uses.
const EXTENSIONS: [&str; 4] = ["btree_gist", "fuzzystrmatch", "pg_trgm", "unaccent"];

/// Where packages put the programs, beside PATH: folder, what an entry's name starts with, and where in it they are.
const PACKAGED: [(&str, &str, &str); 8] = [
    ("/usr/lib/postgresql", "", "bin"),                      // Debian, Ubuntu
    ("/usr", "pgsql-", "bin"),                               // postgresql.org's packages for Fedora and RHEL
    ("/usr/libexec", "postgresql", ""),                      // Alpine
    ("/usr/local", "pgsql", "bin"),                          // built from source
    ("/opt/homebrew/opt", "postgresql", "bin"),              // macOS, Homebrew
    ("/usr/local/opt", "postgresql", "bin"),                 // macOS, Homebrew on Intel
    ("/home/linuxbrew/.linuxbrew/opt", "postgresql", "bin"), // Linux, Homebrew
    ("/Applications/Postgres.app/Contents/Versions", "", "bin"), // macOS, Postgres.app
];

/// A server's programs that will do.
#[derive(Debug)]
pub(super) struct Binaries {
    /// The folder that holds `initdb` and `postgres`.
    pub folder: PathBuf,
    /// Their major version.
    pub major: u32,
}

/// The programs to run the cluster in `cluster` with: of its own major version where it exists, else the first that
/// will do. Looks only in `only` where that is given.
pub(super) async fn find(
    account: &Account,
    only: Option<&Path>,
    cluster: &Path,
    cluster_major: Option<u32>,
) -> Result<Binaries, Error> {
    let folders = match only {
        Some(folder) => vec![folder.to_owned()],
        None => candidates(account).await,
    };
    let mut seen = HashSet::new();
    let mut reasons = Vec::new();
    for folder in
        folders.into_iter().filter(|folder| ["initdb", "postgres"].iter().all(|it| folder.join(it).is_file()))
    {
        let real = fs::canonicalize(folder.join("initdb")).unwrap_or_else(|_| folder.join("initdb"));
        if !seen.insert(real) {
            continue;
        }
        match inspect(account, &folder).await {
            Ok(major) if cluster_major.is_none_or(|cluster| cluster == major) => {
                return Ok(Binaries { folder, major });
            }
            Ok(major) => reasons.push(format!("{major} ({})", folder.display())),
            Err(reason) => reasons.push(format!("{}: {reason}", folder.display())),
        }
    }
    match cluster_major {
        _ if reasons.is_empty() => Err(Error::NoBinaries),
        Some(major) => Err(Error::OtherMajor { folder: cluster.to_owned(), cluster: major, found: reasons }),
        None => Err(Error::Unsuitable { reasons }),
    }
}

/// Folders to look in, in order: PATH, those of packages with the newest version first, `pg_config --bindir`.
async fn candidates(account: &Account) -> Vec<PathBuf> {
    let mut folders = usual_folders();
    let mut pg_config = account.command("pg_config");
    pg_config.arg("--bindir");
    // Having no pg_config is the rule, not an error.
    if let Ok(output) = account.output(pg_config).await {
        folders.push(PathBuf::from(String::from_utf8_lossy(&output.stdout).trim()));
    }
    folders
}

/// PATH, and the folders of packages with the newest version first.
pub(super) fn usual_folders() -> Vec<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut folders: Vec<PathBuf> =
        std::env::split_paths(&path).filter(|folder| folder.is_absolute()).collect();
    for (parent, prefix, within) in PACKAGED {
        folders.extend(newest_first(Path::new(parent), prefix).into_iter().map(|folder| folder.join(within)));
    }
    folders
}

/// The entries of a folder whose name is the prefix and then maybe a version; the newest first, none last.
fn newest_first(parent: &Path, prefix: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(parent).into_iter().flatten().flatten();
    let mut found: Vec<(Option<u32>, PathBuf)> = entries
        .filter_map(|entry| {
            let name = entry.file_name().into_string().ok()?;
            let version = name.strip_prefix(prefix)?;
            Some((leading_number(version.trim_start_matches(['@', '-'])), entry.path()))
        })
        .collect();
    found.sort_by(|one, other| other.cmp(one));
    found.into_iter().map(|(_, folder)| folder).collect()
}

/// The major version of the programs in a folder, or why they will not do.
async fn inspect(account: &Account, folder: &Path) -> Result<u32, String> {
    // `pg_config` would tell the same, but many packages leave it out. Nothing is created by --show.
    let mut show = account.command(folder.join("initdb"));
    show.args(["--show", "--locale=C", "--pgdata=/nonexistent"]);
    let output = account.output(show).await.map_err(|error| error.to_string())?;
    let shown =
        format!("{}\n{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    let value = |name: &str| shown.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix('='));
    let (Some(major), Some(share)) = (value("VERSION").and_then(leading_number), value("share_path")) else {
        return Err(format!("initdb --show printed: {}", shown.trim()));
    };
    if major < OLDEST {
        return Err(format!("version {major} is older than {OLDEST}"));
    }
    let extensions = Path::new(share).join("extension");
    let missing: Vec<&str> =
        EXTENSIONS.into_iter().filter(|name| !extensions.join(format!("{name}.control")).is_file()).collect();
    if !missing.is_empty() {
        return Err(format!("version {major} without the contrib extensions {}", missing.join(", ")));
    }
    Ok(major)
}

/// The number that a text starts with: 15 of `15.18 (Debian …)`, 18 of `18beta1`.
pub(super) fn leading_number(text: &str) -> Option<u32> {
    let digits = text.find(|sign: char| !sign.is_ascii_digit()).unwrap_or(text.len());
    text[..digits].parse().ok()
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    /// A folder with programs that claim a version and an extension folder, which everyone may enter.
    fn pretended(version: &str, extensions: &[&str]) -> tempfile::TempDir {
        let open = fs::Permissions::from_mode(0o755);
        let folder = tempfile::Builder::new().permissions(open).tempdir().expect("a folder");
        let share = folder.path().join("extension");
        fs::create_dir(&share).expect("a folder");
        for name in extensions {
            fs::write(share.join(format!("{name}.control")), "").expect("a file");
        }
        // Written by another process: one that this one has open for writing as some other test forks cannot be run.
        let write = r#"cd "$0" && for program in initdb postgres; do
            printf '#!/bin/sh\necho "VERSION=%s"\necho "share_path=%s"\n' "$1" "$0" > $program && chmod 755 $program
        done"#;
        let mut shell = std::process::Command::new("/bin/sh");
        assert!(
            shell.args(["-c", write]).arg(folder.path()).arg(version).status().expect("a shell").success()
        );
        folder
    }

    async fn found(folder: &Path, cluster_major: Option<u32>) -> Result<Binaries, Error> {
        let account = Account::for_cluster(Path::new("/nowhere")).expect("a user to run the server as");
        find(&account, Some(folder), Path::new("/data/postgres"), cluster_major).await
    }

    #[tokio::test]
    async fn a_machine_without_a_server_is_told_what_to_install() {
        let error = found(Path::new("/nowhere"), None).await.expect_err("nothing there").to_string();
        assert!(error.contains("apt-get install postgresql") && error.contains("DATABASE_URL"), "{error}");
    }

    #[tokio::test]
    async fn an_old_server_is_refused_with_its_version() {
        let old = pretended("14.9", &EXTENSIONS);
        let error = found(old.path(), None).await.expect_err("too old").to_string();
        assert!(error.contains("version 14 is older than 15") && error.contains("apk add"), "{error}");
    }

    #[tokio::test]
    async fn a_server_without_contrib_is_refused_naming_what_lacks() {
        let bare = pretended("17.2 (Debian 17.2-1)", &["pg_trgm"]);
        let error = found(bare.path(), None).await.expect_err("no contrib").to_string();
        assert!(
            error.contains("version 17 without the contrib extensions btree_gist, fuzzystrmatch, unaccent"),
            "{error}"
        );
    }

    #[tokio::test]
    async fn a_cluster_of_another_major_version_is_refused_naming_both() {
        let newer = pretended("18beta1", &EXTENSIONS);
        assert_eq!(found(newer.path(), Some(18)).await.expect("the same major").major, 18);
        let error = found(newer.path(), Some(15)).await.expect_err("another major").to_string();
        assert!(error.contains("made by PostgreSQL 15") && error.contains("this machine has 18"), "{error}");
        assert!(error.contains("/data/postgres") && error.contains("pg_upgrade"), "{error}");
    }

    #[test]
    fn newer_versions_come_first_by_number_not_by_letter() {
        let folder = tempfile::tempdir().expect("a folder");
        for name in ["postgresql@9", "postgresql@17", "postgresql", "postgresql@100", "other"] {
            fs::create_dir(folder.path().join(name)).expect("a folder");
        }
        let names: Vec<_> = newest_first(folder.path(), "postgresql")
            .iter()
            .filter_map(|path| Some(path.file_name()?.to_string_lossy().into_owned()))
            .collect();
        assert_eq!(names, ["postgresql@100", "postgresql@17", "postgresql@9", "postgresql"]);
    }
}
