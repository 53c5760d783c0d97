//! The database that a command works on: a server of one's own, or the private one.

use std::path::PathBuf;
use std::time::Duration;

use crate::app::App;
use crate::config::{DatabaseArgs, Secret};
use crate::domain::clock::Clock;
use crate::domain::ids::Ids;
use crate::postgres::{self, Server};
use crate::store::{Settings, Store, StoreError};

use super::Failed;

/// A database that is there and migrated.
pub struct Database {
    /// Where it is.
    pub settings: Settings,
    server: Option<Server>,
}

impl Database {
    /// Finds or starts it, and brings its schema up to date.
    pub async fn open(args: &DatabaseArgs, connections: u32) -> Result<Self, Failed> {
        let database = Self::find(args, connections).await?;
        if let Err(error) = Store::migrate(&database.settings).await {
            return Err(database.unusable(error));
        }
        Ok(database)
    }

    /// Finds or starts one that is there already, as it is: no private one is made.
    pub async fn existing(args: &DatabaseArgs) -> Result<Self, Failed> {
        if args.database_url.as_ref().is_none_or(Secret::is_empty) {
            let folder = args.data.clone().map_or_else(postgres::default_data_folder, Ok)?;
            if !folder.join("postgres").is_dir() {
                let folder = folder.display();
                return Err(format!(
                    "there is no database in {folder}: set MAILLAGE_DATA to the folder that `maillage serve` uses, or \
                     DATABASE_URL"
                )
                .into());
            }
        }
        Self::find(args, 2).await
    }

    /// Finds or starts it, as it is.
    pub async fn find(args: &DatabaseArgs, connections: u32) -> Result<Self, Failed> {
        // Compose files give an empty one where none is meant.
        let (url, server) = if let Some(url) = args.database_url.as_ref().filter(|url| !url.is_empty()) {
            (url.expose().to_owned(), None)
        } else {
            let folder = args.data.clone().map_or_else(postgres::default_data_folder, Ok)?;
            let server = Server::acquire(&postgres::Settings::new(absolute(folder)?)).await?;
            (server.url().to_owned(), Some(server))
        };
        let settings = Settings {
            url,
            connections,
            acquire_timeout: Duration::from_secs(2),
            statement_timeout: Duration::from_secs(3),
        };
        Ok(Self { settings, server })
    }

    /// Connects to it.
    pub async fn connect(&self) -> Result<Store, Failed> {
        Store::connect(&self.settings).await.map_err(|error| self.unusable(error))
    }

    fn unusable(&self, error: StoreError) -> Failed {
        let place = place(&self.settings.url);
        let advice = "check that it runs, and the address, user, password and database in DATABASE_URL";
        Failed::behind(format!("the database at {place} can't be used: {advice}"), error)
    }

    /// Starts the private server again whenever it ends by itself; ends only where that can't be done.
    pub async fn keep_running(&mut self) -> Failed {
        match &mut self.server {
            None => std::future::pending().await,
            Some(server) => match server.keep_running().await {
                Err(error) => error.into(),
            },
        }
    }

    /// Stops the private server, where it is ours.
    pub async fn close(self) -> Result<(), Failed> {
        match self.server {
            Some(server) => Ok(server.stop().await?),
            None => Ok(()),
        }
    }
}

/// Where an address leads, without its user and password.
fn place(url: &str) -> String {
    let parsed = url::Url::parse(url).ok();
    let place = parsed
        .and_then(|url| Some(format!("{}:{}{}", url.host_str()?, url.port().unwrap_or(5432), url.path())));
    place.unwrap_or_else(|| "an address that is none".to_owned())
}

fn absolute(folder: PathBuf) -> std::io::Result<PathBuf> {
    std::path::absolute(folder)
}

/// Runs something over the database and closes it behind.
pub async fn with<T>(
    args: &DatabaseArgs,
    work: impl AsyncFnOnce(App) -> Result<T, Failed>,
) -> Result<T, Failed> {
    over(Database::open(args, 4).await?, work).await
}

/// The same over a database that is there already, as it is.
pub async fn with_existing<T>(
    args: &DatabaseArgs,
    work: impl AsyncFnOnce(App) -> Result<T, Failed>,
) -> Result<T, Failed> {
    over(Database::existing(args).await?, work).await
}

async fn over<T>(database: Database, work: impl AsyncFnOnce(App) -> Result<T, Failed>) -> Result<T, Failed> {
    let store = database.connect().await?;
    let outcome = work(App::new(store.clone(), Clock::system(), Ids::random())).await;
    store.close().await?;
    database.close().await?;
    outcome
}
