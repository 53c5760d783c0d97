//! What the environment says. Only `main` reads it.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Args;

/// Where the database is.
#[derive(Args, Clone, Debug)]
pub struct DatabaseArgs {
    /// A Postgres server of one's own, `postgres://…`; without it the program runs a private one.
    #[arg(long, env = "DATABASE_URL", hide_env_values = true, global = true)]
    pub database_url: Option<String>,
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
    /// Web origins whose scripts may read the answers, comma between; `*` for all.
    #[arg(long, env = "MAILLAGE_ORIGINS", default_value = "")]
    pub origins: String,
    /// Most database connections; imports need two.
    #[arg(long, env = "MAILLAGE_CONNECTIONS", default_value_t = 16, value_parser = clap::value_parser!(u32).range(2..=1_000))]
    pub connections: u32,
    /// How letters are sent.
    #[command(flatten)]
    pub mail: MailArgs,
    /// Load the demo (the Pays de Dreux) where the database is empty.
    #[arg(long)]
    pub demo: bool,
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
    /// Where users reach the service, which links in letters begin with; where it listens without it.
    #[arg(long, env = "MAILLAGE_PUBLIC_URL")]
    pub public_url: Option<String>,
    /// Whom users ask about their personal data, an address of a person or a page: letters end with it.
    #[arg(long, env = "MAILLAGE_PRIVACY_CONTACT")]
    pub privacy_contact: Option<String>,
}
