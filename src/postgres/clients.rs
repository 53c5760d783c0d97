//! The client programs that dump and restore a database: `pg_dump`, `pg_restore` and `psql`.

use std::path::PathBuf;

use tokio::process::Command;
use url::Url;

use super::Error;
use super::binaries::{leading_number, usual_folders};

/// The programs, all of one folder.
const PROGRAMS: [&str; 3] = ["pg_dump", "pg_restore", "psql"];

/// Parameters of an address that libpq knows too; sqlx has others.
const SHARED: [&str; 9] =
    ["host", "port", "user", "dbname", "sslmode", "sslrootcert", "sslcert", "sslkey", "options"];

/// Client programs that will do for a server.
#[derive(Clone, Debug)]
pub struct Clients {
    folder: PathBuf,
}

impl Clients {
    /// Those of the server's major version, else of the next newer one: an older `pg_dump` refuses a newer server, and
    /// what a much newer one writes an older server may not take. They are looked for where packages put them, then in
    /// PATH.
    ///
    /// # Errors
    /// [`Error::NoClients`] where there are none, with what to install.
    pub async fn find(server_major: u32) -> Result<Self, Error> {
        let mut found = Vec::new();
        for folder in usual_folders().into_iter().rev() {
            if PROGRAMS.iter().all(|program| folder.join(program).is_file())
                && let Some(major) = major(&folder).await
            {
                found.push((major, folder));
            }
        }
        let suitable =
            found.iter().filter(|(major, _)| *major >= server_major).min_by_key(|(major, _)| *major);
        if let Some((_, folder)) = suitable {
            return Ok(Self { folder: folder.clone() });
        }
        let found = found.iter().map(|(major, folder)| format!("{major} in {}", folder.display()));
        Err(Error::NoClients { server: server_major, found: found.collect() })
    }

    /// One of the programs, without a database.
    pub fn program(&self, name: &str) -> Command {
        let mut command = Command::new(self.folder.join(name));
        // In English, and of no other database than the one that it is told.
        command.env("LC_ALL", "C").env_remove("PGDATABASE").env_remove("PGSERVICE").kill_on_drop(true);
        command
    }

    /// One of the programs, for the database at this address. The password goes through the environment, since the
    /// whole machine may read a command line.
    pub fn program_for(&self, name: &str, url: &str) -> Result<Command, Error> {
        let (address, password) = without_password(url)?;
        let mut command = self.program(name);
        command.arg(format!("--dbname={address}")).env("PGAPPNAME", format!("maillage {name}"));
        if let Some(password) = password {
            command.env("PGPASSWORD", password);
        }
        Ok(command)
    }
}

async fn major(folder: &std::path::Path) -> Option<u32> {
    let output =
        Command::new(folder.join("pg_dump")).arg("--version").kill_on_drop(true).output().await.ok()?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    leading_number(text.split("(PostgreSQL) ").nth(1)?)
}

/// The address as libpq reads it, and its password.
fn without_password(url: &str) -> Result<(String, Option<String>), Error> {
    let mut url = Url::parse(url).map_err(|_| Error::Address)?;
    let mut password = url.password().map(decoded);
    // An address of a socket has no place for a password, and nothing to take away.
    if password.is_some() {
        url.set_password(None).map_err(|()| Error::Address)?;
    }
    let parameters: Vec<(String, String)> = url.query_pairs().into_owned().collect();
    url.set_query(None);
    for (name, value) in &parameters {
        match name.as_str() {
            "password" => password = Some(value.clone()),
            "ssl-mode" => _ = url.query_pairs_mut().append_pair("sslmode", value),
            name if SHARED.contains(&name) => _ = url.query_pairs_mut().append_pair(name, value),
            _ => {}
        }
    }
    // Form encoding writes a space as `+`, which libpq takes for itself.
    let query = url.query().map(|query| query.replace('+', "%20"));
    url.set_query(query.as_deref());
    Ok((url.into(), password))
}

/// A part of an address without its percent signs.
fn decoded(coded: &str) -> String {
    let pair = format!("p={}", coded.replace('+', "%2B"));
    url::form_urlencoded::parse(pair.as_bytes())
        .next()
        .map(|(_, value)| value.into_owned())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_leaves_the_address_however_it_is_written() {
        let (address, password) = without_password(
            "postgres://me:p%40ss+1@db:5433/maillage?sslmode=disable&statement-cache-capacity=5",
        )
        .expect("an address");
        assert_eq!(address, "postgres://me@db:5433/maillage?sslmode=disable");
        assert_eq!(password.as_deref(), Some("p@ss+1"));
        let (address, password) =
            without_password("postgres:///maillage?host=/run/pg&user=me&password=secret")
                .expect("an address");
        assert_eq!(address, "postgres:///maillage?host=%2Frun%2Fpg&user=me");
        assert_eq!(password.as_deref(), Some("secret"));
    }

    #[tokio::test]
    async fn a_server_newer_than_every_client_is_told_what_to_install() {
        let error = Clients::find(99).await.expect_err("no such version").to_string();
        assert!(error.contains("postgresql-client-99") && error.contains("pg_dump"), "{error}");
    }
}
