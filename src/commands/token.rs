//! `maillage token`.

use std::process::ExitCode;

use chrono::TimeDelta;
use clap::Args;
use maillage::app::App;
use maillage::auth::{Keyring, SigningKey};
use maillage::store;

use super::{Failed, print, told};

/// For whom.
#[derive(Args, Clone)]
pub struct TokenArgs {
    /// The address of the user whose it is.
    #[arg(long)]
    email: String,
    /// For how many hours it is good.
    #[arg(long, default_value_t = 24, value_parser = clap::value_parser!(u16).range(1..=8_760))]
    hours: u16,
}

/// Prints a token.
pub async fn run(app: App, args: &TokenArgs) -> Result<ExitCode, Failed> {
    let ring = keyring(&app).await?;
    let lasting = TimeDelta::hours(i64::from(args.hours));
    let user = app.user_by_email(&args.email).await.map_err(told)?;
    let user = user.ok_or_else(|| format!("no user has the address {}", args.email))?;
    print(&ring.issue(user, None, app.clock.now(), lasting)?)?;
    Ok(ExitCode::SUCCESS)
}

/// The keys that the database holds; the first is made where there is none.
pub async fn keyring(app: &App) -> Result<Keyring, Failed> {
    if app.store.signing_keys().await?.is_empty() {
        let key = SigningKey::generate()?;
        let key = store::keys::SigningKey { kid: key.kid, pkcs8: key.pkcs8, public_key: key.public_key };
        app.store.add_first_signing_key(&key, app.clock.now()).await?;
    }
    let keys = app.store.signing_keys().await?.into_iter();
    let keys: Vec<_> =
        keys.map(|k| SigningKey { kid: k.kid, pkcs8: k.pkcs8, public_key: k.public_key }).collect();
    Keyring::new(&keys).ok_or_else(|| "the database holds no signing key".into())
}
