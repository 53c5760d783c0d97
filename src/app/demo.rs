//! The demo: real open data of the Pays de Dreux, carried in the program and imported as any file is; and accounts to look
//! around with.

use std::path::Path;
use std::sync::Arc;

use include_dir::{Dir, include_dir};
use serde_json::{Map, json};

use super::imports::{ImportRequest, Report};
use super::tokens::internal;
use super::{App, Error};
use crate::domain::actors::ActorRef;
use crate::domain::caller::{Caller, Right};
use crate::domain::passwords;
use crate::domain::territories::{TerritoryCode, TerritoryKind, TerritoryRef};
use crate::ingest::{Kind, Mapping, Overrides, Problem};
use crate::store::records::{self, Action};
use crate::store::{StoreError, people};

static DEMO: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/demo");

/// Whom files of the demo name: demo/ATTRIBUTION.md says the same.
pub const DEMO_ATTRIBUTION: &str = "Insee/DGCL (COG 2026, via @etalab/decoupage-administratif), IGN Admin Express 2018 (via france-geojson), ANCT (politique de la ville, cités éducatives, France services), Fonds vert 2023, Aides-territoires, Conseiller numérique";

/// Where the demo's accounts have their addresses; no letter arrives there.
pub const DEMO_DOMAIN: &str = "demo.maillage.test";
/// The Cité éducative that the demo's manager manages.
const EDUCATION_CITY: &str = "cite-023";
/// The commune that the demo's manager manages, and its analyst reads.
const COMMUNE: &str = "28134";
/// The actor that the demo's editor edits.
const EDITED: &str = "alliance-de-dreux-basket";

/// Kind, file, mapping and overrides, in the order in which they build on each other.
const FILES: [(Kind, &str, Option<&str>, Option<&str>); 6] = [
    (Kind::Territories, "country.csv", Some("country.toml"), None),
    (Kind::Territories, "territories.geojson", Some("territories.toml"), None),
    (Kind::Actors, "actors.csv", Some("actors.toml"), Some("overrides.csv")),
    (Kind::Interactions, "interactions.csv", Some("interactions.toml"), None),
    (Kind::Calls, "calls.csv", Some("calls.toml"), None),
    (Kind::Calls, "dreux-2026.toml", None, None),
];

impl App {
    /// Imports the demo where nothing was ever written; what each file gave. Nothing where something was.
    pub async fn load_demo(&self) -> Result<Vec<Report>, Error> {
        if !records::holds_no_entries(self.store.db()).await? {
            return Ok(Vec::new());
        }
        let broken = |error: std::io::Error| Error::Internal(Arc::new(error));
        let folder = tempfile::tempdir().map_err(broken)?;
        DEMO.extract(folder.path()).map_err(broken)?;
        let mut reports = Vec::new();
        for (kind, file, mapping, overrides) in FILES {
            let request = request(folder.path(), kind, file, mapping, overrides)
                .map_err(|problem| Error::Internal(Arc::new(problem)))?;
            reports.push(self.import(request).await?);
        }
        self.add_demo_accounts().await?;
        Ok(reports)
    }

    /// One account for each role, with a password that everyone knows.
    async fn add_demo_accounts(&self) -> Result<(), Error> {
        let territory = async |kind: TerritoryKind, code: &str| {
            let code = TerritoryCode { kind, code: code.to_owned(), vintage: None };
            let found = self.territory(&TerritoryRef::Code(code)).await?;
            found.map(|territory| territory.id).ok_or_else(|| missing("a territory"))
        };
        let city = territory(TerritoryKind::EducationCity, EDUCATION_CITY).await?;
        let commune = territory(TerritoryKind::Commune, COMMUNE).await?;
        let actor = self.actor(&Caller::Operator, &ActorRef::Slug(EDITED.to_owned())).await?;
        let actor = actor.ok_or_else(|| missing("an actor"))?.id;
        // The same for all, so that the first start does not wait for five.
        let hash = self.hasher.hash(passwords::DEMO.to_owned()).await.map_err(internal)?;
        let accounts: [(&str, &str, Vec<Right>); 5] = [
            ("admin", "Administration (démo)", vec![Right::Admin]),
            (
                "manager",
                "Cité éducative de Dreux (démo)",
                vec![Right::TerritoryManager(city), Right::TerritoryManager(commune)],
            ),
            ("editor", "Alliance de Dreux Basket (démo)", vec![Right::ActorEditor(actor)]),
            ("partner", "Un site partenaire (démo)", vec![Right::Partner(None)]),
            ("analyst", "Une analyste (démo)", vec![Right::Analyst(commune)]),
        ];
        for (name, display_name, rights) in accounts {
            let address = format!("{name}@{DEMO_DOMAIN}");
            self.make_user(&address, display_name, &rights, Some(hash.clone()), true).await?;
        }
        Ok(())
    }

    /// Whether someone could sign in to an account of the demo with the password that everyone knows.
    pub async fn stands_demo_account(&self) -> Result<bool, Error> {
        let mut kept: Vec<_> = people::demo_users(self.store.db()).await?;
        kept.dedup_by(|one, other| one.1 == other.1);
        for (_, hash) in kept {
            if self.hasher.verify(passwords::DEMO.to_owned(), hash).await.map_err(internal)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Removes the accounts of the demo, with their keys; how many.
    pub async fn remove_demo_accounts(&self) -> Result<usize, Error> {
        let tx = self.store.begin().await?;
        let removed = people::delete_demo_users(&tx).await?;
        for id in &removed {
            let fields = Map::from_iter([("active".to_owned(), json!([true, null]))]);
            self.record(&tx, &Caller::Operator, Action::Erase, (*id).into(), 2, fields).await?;
        }
        tx.commit().await.map_err(StoreError::from)?;
        Ok(removed.len())
    }
}

fn missing(what: &str) -> Error {
    Error::NotFound(format!("{what} of the demo's accounts is not in its files"))
}

fn request(
    folder: &Path,
    kind: Kind,
    file: &str,
    mapping: Option<&str>,
    overrides: Option<&str>,
) -> Result<ImportRequest, Problem> {
    let mapping = mapping.map(|name| Mapping::load(&folder.join(name))).transpose()?;
    let overrides = match overrides.map(|name| Overrides::load(&folder.join(name))) {
        None => Overrides::default(),
        Some(Ok(overrides)) => overrides,
        Some(Err(problems)) => {
            let first = problems.into_iter().next();
            return Err(
                first.unwrap_or_else(|| Problem::error("overrides", "the demo's overrides can't be read"))
            );
        }
    };
    Ok(ImportRequest { mapping, overrides, ..ImportRequest::new(kind, vec![folder.join(file)]) })
}
