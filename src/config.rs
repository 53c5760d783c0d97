//! What the environment says. Only `main` reads it.

use std::convert::Infallible;
use std::ffi::{OsStr, OsString};
use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::str::FromStr;

use clap::builder::Resettable;
use clap::{Arg, Args, Command};

/// Where the database is.
#[derive(Args, Clone, Debug)]
pub struct DatabaseArgs {
    /// A Postgres server of one's own, `postgres://…`; without it the program runs a private one.
    #[arg(long, env = "DATABASE_URL", hide_env_values = true, global = true)]
    pub database_url: Option<Secret>,
    /// Where the private server keeps its data.
    #[arg(long, env = "MAILLAGE_DATA", global = true)]
    pub data: Option<PathBuf>,
}

/// How the service listens.
#[derive(Args, Clone, Debug)]
pub struct ServeArgs {
    /// Address and port.
    #[arg(long, env = "MAILLAGE_LISTEN", default_value = "127.0.0.1:8080")]
    pub listen: SocketAddr,
    /// Address and port of `/metrics`, for Prometheus; not served where it is not given.
    #[arg(long, env = "MAILLAGE_METRICS_LISTEN")]
    pub metrics_listen: Option<SocketAddr>,
    /// Web origins whose scripts may read the answers, comma between; `*` for all.
    #[arg(long, env = "MAILLAGE_ORIGINS", default_value = "")]
    pub origins: String,
    /// Cost-weighted requests a minute of a stranger, by address; 0 for as many as they like.
    #[arg(long, env = "MAILLAGE_RATE_STRANGER", default_value_t = 300)]
    pub rate_stranger: u32,
    /// The same of a caller, by user or key.
    #[arg(long, env = "MAILLAGE_RATE_CALLER", default_value_t = 3_000)]
    pub rate_caller: u32,
    /// Memory for answers to strangers that are kept until something is written, in MiB; 0 keeps none.
    #[arg(long, env = "MAILLAGE_ANSWERS_MB", default_value_t = 64, value_parser = clap::value_parser!(u32).range(..=65_536))]
    pub answers_mb: u32,
    /// Addresses or networks of proxies that are believed about whom they speak for, comma between, or `none`.
    #[arg(long, env = "MAILLAGE_TRUSTED_PROXIES", default_value = "none")]
    pub trusted_proxies: String,
    /// Most database connections; imports need two.
    #[arg(long, env = "MAILLAGE_CONNECTIONS", default_value_t = 16, value_parser = clap::value_parser!(u32).range(2..=1_000))]
    pub connections: u32,
    /// How letters are sent.
    #[command(flatten)]
    pub mail: MailArgs,
    /// The licence of the data, as files that are taken away name it.
    #[arg(long, env = "MAILLAGE_LICENCE", default_value = "Licence Ouverte 2.0")]
    pub licence: String,
    /// Where the licence can be read.
    #[arg(
        long,
        env = "MAILLAGE_LICENCE_URL",
        default_value = "https://www.etalab.gouv.fr/licence-ouverte-open-licence/"
    )]
    pub licence_url: String,
    /// Whom such files name beside the sources that entries were imported from.
    #[arg(long, env = "MAILLAGE_ATTRIBUTION", default_value = "")]
    pub attribution: String,
    /// Other providers whose tokens are taken: a JSON list of `{"issuer", "audience", "jwks_url"}`, or the path of a file with
    /// one. Without `jwks_url` the provider's keys are found by its discovery document.
    #[arg(long, env = "MAILLAGE_OIDC")]
    pub oidc: Option<String>,
    /// Load the demo (the Pays de Dreux) where the database is empty, with accounts whose password everyone knows.
    #[arg(long)]
    pub demo: bool,
    /// Serve the demo on an address that other machines reach.
    #[arg(long, requires = "demo")]
    pub demo_public: bool,
}

/// A text that no log and no message shows.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// The text itself, for where it is needed.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Whether it is the empty text.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a secret")
    }
}

impl FromStr for Secret {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(Self(text.to_owned()))
    }
}

/// Why a secret can't be had from its file.
#[derive(Debug, thiserror::Error)]
pub enum SecretError {
    /// It is given in two ways.
    #[error("{0} and {0}_FILE are both set: unset one, so that it is plain which counts")]
    Both(String),
    /// The file can't be read.
    #[error("{name}_FILE names {path}, which can't be read: {error}")]
    Unreadable {
        /// The variable.
        name: String,
        /// The file.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// There is nothing in it.
    #[error("{0}_FILE names a file that is empty: write the secret into it")]
    Empty(String),
}

/// Takes secrets from files: wherever an option's value is a secret (its environment variable's value is hidden in the
/// help), a variable of the same name with `_FILE` behind may name a file that holds it. The command line comes first.
/// Returns what the operator should be warned of, too.
pub fn with_secrets_from_files(
    command: Command,
    environment: &impl Fn(&str) -> Option<OsString>,
) -> Result<(Command, Vec<String>), SecretError> {
    let (mut warnings, mut failure) = (Vec::new(), None);
    let command = command.mut_args(|arg| {
        match from_file(&arg, environment) {
            Ok(None) => arg,
            Ok(Some((text, warning))) => {
                warnings.extend(warning);
                // The variable itself may be there and empty, as compose files leave it.
                arg.env(Resettable::<clap::builder::OsStr>::Reset)
                    .default_value(text)
                    .hide_default_value(true)
            }
            Err(error) => {
                failure.get_or_insert(error);
                arg
            }
        }
    });
    if let Some(error) = failure {
        return Err(error);
    }
    let mut failure = None;
    let command = command.mut_subcommands(|sub| match with_secrets_from_files(sub.clone(), environment) {
        Ok((sub, more)) => {
            warnings.extend(more);
            sub
        }
        Err(error) => {
            failure.get_or_insert(error);
            sub
        }
    });
    failure.map_or(Ok((command, warnings)), Err)
}

/// The secret of an option from its file, with what is to be warned of; none where no file is named.
fn from_file(
    arg: &Arg,
    environment: &impl Fn(&str) -> Option<OsString>,
) -> Result<Option<(String, Option<String>)>, SecretError> {
    let Some(name) = arg.get_env().and_then(OsStr::to_str).filter(|_| arg.is_hide_env_values_set()) else {
        return Ok(None);
    };
    let set = |name: &str| environment(name).filter(|value| !value.is_empty());
    let Some(path) = set(&format!("{name}_FILE")).map(PathBuf::from) else { return Ok(None) };
    if set(name).is_some() {
        return Err(SecretError::Both(name.to_owned()));
    }
    let text = std::fs::read_to_string(&path).map_err(|error| SecretError::Unreadable {
        name: name.to_owned(),
        path: path.clone(),
        error,
    })?;
    let text = text.trim_end_matches(['\n', '\r']);
    if text.is_empty() {
        return Err(SecretError::Empty(name.to_owned()));
    }
    let warning = everyone_may_read(&path).then(|| {
        format!("{name}_FILE: every user of this machine may read {}: chmod o-r it", path.display())
    });
    Ok(Some((text.to_owned(), warning)))
}

fn everyone_may_read(path: &std::path::Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    std::fs::metadata(path).is_ok_and(|file| file.permissions().mode() & 0o004 != 0)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use clap::{FromArgMatches, Parser};

    use super::*;

    #[derive(Parser, Debug)]
    struct Program {
        #[command(flatten)]
        database: DatabaseArgs,
        #[command(subcommand)]
        command: Sub,
    }

    #[derive(clap::Subcommand, Debug)]
    enum Sub {
        Serve(ServeArgs),
    }

    fn read(
        environment: &[(&str, &OsStr)],
        arguments: &[&str],
    ) -> Result<(Program, Vec<String>), SecretError> {
        let of = |name: &str| {
            environment.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
        };
        let command = <Program as clap::CommandFactory>::command();
        // The test's own environment is left out.
        let command = command.mut_args(|arg| match arg.get_env().map(OsStr::to_owned) {
            Some(_) if arg.get_id() == "data" => arg.env(Resettable::<clap::builder::OsStr>::Reset),
            _ => arg,
        });
        let (command, warnings) = with_secrets_from_files(command, &of)?;
        let matches = command.get_matches_from([&["maillage"], arguments].concat());
        Ok((Program::from_arg_matches(&matches).expect("arguments"), warnings))
    }

    fn file(text: &str, mode: u32) -> tempfile::NamedTempFile {
        let file = tempfile::NamedTempFile::new().expect("a file");
        std::fs::write(file.path(), text).expect("it is written");
        std::fs::set_permissions(file.path(), PermissionsExt::from_mode(mode)).expect("it is ours");
        file
    }

    #[test]
    fn a_secret_comes_from_its_file_without_the_newline_at_its_end() {
        let secret = file("postgres://me:s3cret@host/db\n", 0o600);
        let environment =
            [("DATABASE_URL_FILE", secret.path().as_os_str()), ("DATABASE_URL", OsStr::new(""))];
        let (program, warnings) = read(&environment, &["serve"]).expect("a secret");
        let url = program.database.database_url.as_ref().map(Secret::expose);
        assert_eq!((url, warnings.len()), (Some("postgres://me:s3cret@host/db"), 0));
        assert!(!format!("{program:?}").contains("s3cret"), "{program:?}");
        let given = ["--database-url", "postgres://other", "serve"];
        let (program, _) = read(&environment, &given).expect("a secret");
        assert_eq!(program.database.database_url.as_ref().map(Secret::expose), Some("postgres://other"));
    }

    #[test]
    fn a_secret_given_twice_unreadable_or_empty_is_refused_and_never_shown() {
        let secret = file("s3cret", 0o644);
        let path = secret.path().as_os_str();
        let both = [("DATABASE_URL_FILE", path), ("DATABASE_URL", OsStr::new("postgres://x:s3cret@y"))];
        let told = read(&both, &["serve"]).expect_err("both").to_string();
        assert!(told.contains("DATABASE_URL_FILE are both set") && !told.contains("s3cret"), "{told}");
        let absent = [("DATABASE_URL_FILE", OsStr::new("/nowhere/secret"))];
        let told = read(&absent, &["serve"]).expect_err("absent").to_string();
        assert!(told.starts_with("DATABASE_URL_FILE names /nowhere/secret, which can't be read"), "{told}");
        let empty = file("\n", 0o600);
        let told = read(&[("DATABASE_URL_FILE", empty.path().as_os_str())], &["serve"]).expect_err("empty");
        assert!(matches!(told, SecretError::Empty(_)));
        let (_, warnings) = read(&[("DATABASE_URL_FILE", path)], &["serve"]).expect("a secret");
        assert!(warnings[0].contains("every user of this machine may read"), "{warnings:?}");
    }

    #[test]
    fn every_option_with_a_secret_hides_it_in_the_help() {
        let secret = file("postgres://me:s3cret@host/db", 0o600);
        let of = |name: &str| (name == "DATABASE_URL_FILE").then(|| secret.path().as_os_str().to_owned());
        let command = <Program as clap::CommandFactory>::command();
        let (mut command, _) = with_secrets_from_files(command, &of).expect("a secret");
        assert!(!command.render_long_help().to_string().contains("s3cret"));
    }
}

/// How letters are sent.
#[derive(Args, Clone, Debug)]
pub struct MailArgs {
    /// The mail server: `smtps://user:password@host:465`, or `smtp://user:password@host:587` with STARTTLS. Without it no
    /// letter is sent, and the links of invitations and resets are in the log.
    #[arg(long, env = "MAILLAGE_SMTP_URL", hide_env_values = true)]
    pub smtp_url: Option<String>,
    /// Who writes: `Maillage <maillage@example.org>`.
    #[arg(long, env = "MAILLAGE_MAIL_FROM")]
    pub mail_from: Option<String>,
    /// Where people reach the service, as in `https://mesh.example.org`: what links in letters begin with; where it listens
    /// without it.
    #[arg(long, env = "MAILLAGE_PUBLIC_URL")]
    pub public_url: Option<String>,
    /// Whom users ask about their personal data, an address of a person or a page: letters end with it.
    #[arg(long, env = "MAILLAGE_PRIVACY_CONTACT")]
    pub privacy_contact: Option<String>,
}
