//! The demo: real open data of the Pays de Dreux, carried in the program and imported as any file is.

use std::path::Path;
use std::sync::Arc;

use include_dir::{Dir, include_dir};

use super::imports::{ImportRequest, Report};
use super::{App, Error};
use crate::ingest::{Kind, Mapping, Overrides, Problem};
use crate::store::records;

static DEMO: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/demo");

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
        if !records::is_empty(self.store.db()).await? {
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
        Ok(reports)
    }
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
    Ok(ImportRequest {
        kind,
        files: vec![folder.join(file)],
        mapping,
        source: None,
        sheet: None,
        overrides,
        dry_run: false,
    })
}
