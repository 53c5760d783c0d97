//! Outlines that were read once, prepared for questions about points.

use std::collections::HashMap;
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use moka::sync::Cache;
use sha2::{Digest, Sha256};

use super::Error;
use crate::domain::ids::TerritoryId;
use crate::domain::territories::Territory;
use crate::geo::{Boundary, Outline, outline_from_geojson};
use crate::store::{Connection, outlines};

/// Outlines by their content, the most used ones kept: about 200 MB of vertices at most. By content, since what a
/// transaction read may never be committed, and a union changes without a version of its own.
#[derive(Debug)]
pub struct Outlines {
    prepared: Cache<String, Arc<Boundary>>,
}

impl Default for Outlines {
    fn default() -> Self {
        let weight = |_: &String, outline: &Arc<Boundary>| outline.vertices() as u32;
        Self { prepared: Cache::builder().weigher(weight).max_capacity(3_000_000).build() }
    }
}

impl Outlines {
    /// How many are kept.
    pub fn kept(&self) -> u64 {
        self.prepared.entry_count()
    }

    /// The outlines of these territories, prepared; those without one are left out.
    pub async fn of(
        &self,
        db: &impl Connection,
        territories: &[Territory],
    ) -> Result<HashMap<TerritoryId, Arc<Boundary>>, Error> {
        let mut found = HashMap::new();
        let mut missing = Vec::new();
        for territory in territories {
            let Some(measures) = &territory.outline else { continue };
            match self.prepared.get(&measures.digest) {
                Some(outline) => _ = found.insert(territory.id, outline),
                None => missing.push(territory.id),
            }
        }
        if missing.is_empty() {
            return Ok(found);
        }
        for (id, text) in outlines::outlines(db, &missing, 0.0).await? {
            let outline = Arc::new(boundary(id, &text)?);
            self.prepared.insert(digest(&text), outline.clone());
            found.insert(id, outline);
        }
        Ok(found)
    }
}

/// Names an outline by its text.
pub fn digest(geojson: &str) -> String {
    URL_SAFE_NO_PAD.encode(&Sha256::digest(geojson.as_bytes())[..16])
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
