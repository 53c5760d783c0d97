//! Outlines that were read once, prepared for questions about points.

use std::collections::HashMap;
use std::sync::Arc;

use moka::sync::Cache;

use super::Error;
use crate::domain::ids::TerritoryId;
use crate::domain::territories::Territory;
use crate::geo::{Boundary, Outline, outline_from_geojson};
use crate::store::{Connection, outlines};

/// Outlines by territory and version, the most used ones kept: about 200 MB of vertices at most.
#[derive(Debug)]
pub struct Outlines {
    prepared: Cache<(TerritoryId, i32), Arc<Boundary>>,
}

impl Default for Outlines {
    fn default() -> Self {
        let weight = |_: &(TerritoryId, i32), outline: &Arc<Boundary>| outline.vertices() as u32;
        Self { prepared: Cache::builder().weigher(weight).max_capacity(3_000_000).build() }
    }
}

impl Outlines {
    /// The outlines of these territories, prepared; those without one are left out.
    pub async fn of(
        &self,
        db: &impl Connection,
        territories: &[Territory],
    ) -> Result<HashMap<TerritoryId, Arc<Boundary>>, Error> {
        let mut found = HashMap::new();
        let mut missing = Vec::new();
        for territory in territories.iter().filter(|t| t.outline.is_some()) {
            match self.prepared.get(&(territory.id, territory.version)) {
                Some(outline) => _ = found.insert(territory.id, outline),
                None => missing.push(territory),
            }
        }
        if missing.is_empty() {
            return Ok(found);
        }
        let ids: Vec<_> = missing.iter().map(|t| t.id).collect();
        let mut texts = outlines::outlines(db, &ids, 0.0).await?;
        for territory in missing {
            let Some(text) = texts.remove(&territory.id) else { continue };
            let outline = Arc::new(boundary(territory.id, &text)?);
            self.prepared.insert((territory.id, territory.version), outline.clone());
            found.insert(territory.id, outline);
        }
        Ok(found)
    }
}

/// A stored outline, as geometry.
pub fn boundary(of: TerritoryId, geojson: &str) -> Result<Boundary, Error> {
    let broken = |why: String| Error::Internal(Arc::new(Broken { of, why }));
    let value = serde_json::from_str(geojson).map_err(|error| broken(error.to_string()))?;
    match outline_from_geojson(&value) {
        Ok(Outline::Boundary { boundary, .. }) => Ok(boundary),
        Ok(_) => Err(broken("it is not a polygon".to_owned())),
        Err(error) => Err(broken(error.to_string())),
    }
}

#[derive(Debug, thiserror::Error)]
#[error("the stored outline of {of:?} can't be read: {why}")]
struct Broken {
    of: TerritoryId,
    why: String,
}
