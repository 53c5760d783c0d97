//! Tiles of a map of everything: actors, the interactions between them, territories; each as its reader sees it.

use std::sync::{Arc, OnceLock};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::NaiveDate;
use moka::Entry;
use moka::ops::compute::Op;
use moka::policy::EvictionPolicy;
use moka::sync::Cache;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::world::{At, Find, beside};
use super::{App, Error};
use crate::atlas::{
    MAX_WEB_ZOOM, MOST_FEATURES, Members, OutlineFeature, OutlineShape, Stroke, TileId, Vectors, Webs, World,
};
use crate::domain::actors::{ActorFilter, ActorOrderField};
use crate::domain::interactions::InteractionFilter;
use crate::domain::listings::{ActorListing, ActorOrder};
use crate::domain::policy::Visibility;
use crate::domain::territories::TerritoryFilter;
use crate::store::outlines::Outlined;

pub use crate::atlas::{MAX_TILE_ZOOM as MAX_ZOOM, TileId as Place};

/// Metres of the world's side in Web Mercator, at the equator.
const WORLD_METRES: f64 = 40_075_016.7;
/// How far around a tile territories are looked for, in tiles.
const AROUND: f64 = 1.0 / 64.0;
/// Bytes of tiles, of links and of outlines that are kept.
const MOST_TILES: u64 = 64 << 20;
const MOST_WEBS: u64 = 512 << 20;
const MOST_SHAPES: u64 = 128 << 20;

/// What tiles are of.
#[derive(Clone, Debug)]
pub enum TileLayer {
    /// Actors, near ones merged.
    Actors(ActorFilter),
    /// The interactions between them that hold on a day, those between the same two nodes merged.
    Interactions(InteractionFilter, NaiveDate),
    /// Outlines of territories.
    Territories(TerritoryFilter),
}

impl TileLayer {
    /// Its name in addresses and in the tiles.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Actors(_) => "actors",
            Self::Interactions(..) => "interactions",
            Self::Territories(_) => "territories",
        }
    }
}

/// A tile, made.
#[derive(Debug)]
pub struct Tile {
    /// Its bytes; none where nothing is in it.
    pub bytes: Vec<u8>,
    /// Says which bytes these are.
    pub digest: String,
    /// Its bytes as gzip, once someone asked for them.
    pub zipped: OnceLock<Vec<u8>>,
}

impl Tile {
    fn of(bytes: Vec<u8>) -> Self {
        let digest = URL_SAFE_NO_PAD.encode(&Sha256::digest(&bytes)[..16]);
        Self { bytes, digest, zipped: OnceLock::new() }
    }
}

type Shape = (Uuid, String, u64);
/// The actors that are drawn, and the interactions.
type Sets = [Arc<Members>; 2];

/// The links of a selection, and the state of the directory that they are of.
#[derive(Debug)]
struct KeptWebs {
    at: At,
    webs: Webs,
}

/// What was made of the directory and is kept while it stands where it does; links are kept up with it, outlines stay while
/// they are what they are.
#[derive(Clone, Debug)]
pub struct Tiles {
    made: Cache<(At, String), Arc<Tile>>,
    webs: Cache<String, Arc<KeptWebs>>,
    outlined: Cache<(At, String), Arc<Vec<Outlined>>>,
    shapes: Cache<Shape, Arc<OutlineShape>>,
}

impl Default for Tiles {
    fn default() -> Self {
        let tile = |key: &(At, String), tile: &Arc<Tile>| (key.1.len() + 2 * tile.bytes.len() + 128) as u32;
        let shape = |_: &Shape, shape: &Arc<OutlineShape>| shape.bytes() as u32;
        let web = |_: &String, kept: &Arc<KeptWebs>| kept.webs.bytes() as u32;
        let list = |_: &(At, String), list: &Arc<Vec<Outlined>>| (list.len() * 160) as u32;
        Self {
            made: Cache::builder().weigher(tile).max_capacity(MOST_TILES).build(),
            // The last ones: by how often they are used, those of a new filter would not be kept.
            webs: Cache::builder()
                .weigher(web)
                .max_capacity(MOST_WEBS)
                .eviction_policy(EvictionPolicy::lru())
                .build(),
            outlined: Cache::builder().weigher(list).max_capacity(MOST_TILES).build(),
            shapes: Cache::builder().weigher(shape).max_capacity(MOST_SHAPES).build(),
        }
    }
}

impl Tiles {
    /// Forgets what is of another state of the directory.
    pub(super) fn forget(&self) {
        self.made.invalidate_all();
        self.outlined.invalidate_all();
    }

    /// The links of a selection as of this state: those that are kept, brought up to date where they are of a former one.
    fn webs_at(
        &self,
        (at, world): (At, &World),
        key: &str,
        [drawn, ties]: &Sets,
        day: NaiveDate,
    ) -> Arc<KeptWebs> {
        if let Some(kept) = self.webs.get(key).filter(|kept| kept.at == at) {
            return kept;
        }
        // One at a time.
        let made = self.webs.entry_by_ref(key).and_upsert_with(|kept| {
            let kept = kept.map(Entry::into_value);
            if let Some(kept) = kept.as_ref().filter(|kept| kept.at == at) {
                return kept.clone();
            }
            // Numbers are of one reading.
            let before = kept.filter(|kept| kept.at.is_of_reading(at));
            let webs = before.and_then(|kept| kept.webs.after(world, drawn.clone(), ties.clone()));
            let webs = webs.unwrap_or_else(|| Webs::of(world, drawn.clone(), ties.clone(), day));
            Arc::new(KeptWebs { at, webs })
        });
        made.into_value()
    }

    /// Makes the links of the other zooms, and counts what they take.
    fn make_webs(&self, key: String, kept: &Arc<KeptWebs>) {
        kept.webs.make();
        self.webs.entry(key).and_compute_with(|now| match now {
            Some(now) if Arc::ptr_eq(now.value(), kept) => Op::Put(now.into_value()),
            _ => Op::Nop,
        });
    }
}

impl App {
    /// Gives what a layer's filter names its ids.
    pub async fn resolve_tile_layer(&self, layer: &mut TileLayer) -> Result<(), Error> {
        match layer {
            TileLayer::Actors(filter) => self.resolve_actor_filter("filter", filter).await,
            TileLayer::Interactions(filter, _) => self.resolve_interaction_filter("filter", filter).await,
            TileLayer::Territories(filter) => {
                let within = filter.within.iter_mut().map(|within| ("filter.within".to_owned(), within));
                self.resolve(within.collect()).await?;
                self.mend(&mut filter.text).await
            }
        }
    }

    /// Makes ready what most tiles of interactions are made of.
    pub(super) async fn make_tiles_ready(&self) -> Result<(), Error> {
        let layer = TileLayer::Interactions(InteractionFilter::default(), self.clock.today());
        let world = TileId::new(0, 0, 0).expect("the tile of the whole world");
        self.tile(&layer, world, Visibility::Public).await.map(drop)
    }

    /// A tile as this reader sees it: never of before what is known to be committed.
    pub async fn tile(
        &self,
        layer: &TileLayer,
        tile: TileId,
        visibility: Visibility,
    ) -> Result<Arc<Tile>, Error> {
        let key = format!("{tile:?} {layer:?} {visibility:?}");
        let at = self.world_at().await?;
        if let Some(made) = self.tiles.made.get(&(at, key.clone())) {
            return Ok(made);
        }
        let (at, bytes) = match layer {
            TileLayer::Actors(filter) => {
                let drawn = Find::Drawn(everyone(filter.clone(), visibility));
                let made = self.see_at([drawn], move |_, world, [drawn]| {
                    let mut vectors = Vectors::new("actors", tile);
                    vectors.add_nodes(world, &world.nodes_in(tile, drawn));
                    vectors.into_bytes()
                });
                made.await?
            }
            TileLayer::Interactions(filter, day) => {
                self.interaction_tile(filter, *day, tile, visibility).await?
            }
            TileLayer::Territories(filter) => (at, self.territory_tile(at, filter, tile).await?),
        };
        let made = Arc::new(Tile::of(bytes));
        self.tiles.made.insert((at, key), made.clone());
        Ok(made)
    }

    async fn interaction_tile(
        &self,
        filter: &InteractionFilter,
        day: NaiveDate,
        tile: TileId,
        visibility: Visibility,
    ) -> Result<(At, Vec<u8>), Error> {
        let vectors = move |world: &World, strokes: &[Stroke]| {
            let mut vectors = Vectors::new("interactions", tile);
            vectors.add_strokes(world, strokes);
            vectors.into_bytes()
        };
        let drawn = Find::Drawn(everyone(ActorFilter::default(), visibility.clone()));
        let finds = [drawn, Find::Ties(filter.clone(), visibility.clone())];
        if tile.zoom() > MAX_WEB_ZOOM {
            let read = move |_, world: &World, [drawn, ties]: &Sets| {
                vectors(world, &world.crossing(tile, drawn, ties, day))
            };
            return self.see_at(finds, read).await;
        }
        let key = format!("{day} {filter:?} {visibility:?}");
        let (tiles, name) = (self.tiles.clone(), key.clone());
        let kept = move |at, world: &World, sets: &Sets| tiles.webs_at((at, world), &name, sets, day);
        let webs = kept.clone();
        let read_if_made = move |at, world: &World, sets: &Sets| {
            let kept = webs(at, world, sets);
            let is_made = kept.webs.is_made(tile.zoom());
            if is_made { Ok(vectors(world, &kept.webs.crossing(tile))) } else { Err(kept) }
        };
        let unmade = match self.see_at(finds.clone(), read_if_made).await? {
            (at, Ok(bytes)) => return Ok((at, bytes)),
            (_, Err(unmade)) => unmade,
        };
        // Not while the directory is held: those who write, and who read after them, would have to wait.
        let tiles = self.tiles.clone();
        beside(move || tiles.make_webs(key, &unmade)).await?;
        let read =
            move |at, world: &World, sets: &Sets| vectors(world, &kept(at, world, sets).webs.crossing(tile));
        self.see_at(finds, read).await
    }

    async fn territory_tile(&self, at: At, filter: &TerritoryFilter, tile: TileId) -> Result<Vec<u8>, Error> {
        let key = (at, format!("{filter:?}"));
        let all = if let Some(all) = self.tiles.outlined.get(&key) {
            all
        } else {
            let all = Arc::new(self.store.outlined(filter).await?);
            self.tiles.outlined.insert(key, all.clone());
            all
        };
        let bounds = tile.bounds(AROUND);
        let inside: Vec<_> =
            all.iter().filter(|one| one.meets(bounds)).take(MOST_FEATURES).cloned().collect();
        // A pixel of a tile of 512 of them, at the equator; nearer to the poles it is less.
        let tolerance = WORLD_METRES / f64::from(1u32 << tile.zoom()) / 512.0;
        let key = move |one: &Outlined| (one.id.0, one.digest.clone(), tolerance.to_bits());
        let missing: Vec<_> = inside
            .iter()
            .filter(|one| !self.tiles.shapes.contains_key(&key(one)))
            .map(|one| one.id)
            .collect();
        let mut read = self.store.outlines(&missing, tolerance).await?;
        let shapes = self.tiles.shapes.clone();
        let made = tokio::task::spawn_blocking(move || {
            let mut vectors = Vectors::new("territories", tile);
            for one in &inside {
                let text = read.remove(&one.id);
                let shape = shapes.get(&key(one)).or_else(|| {
                    let shape = Arc::new(OutlineShape::of_geojson(&text?)?);
                    shapes.insert(key(one), shape.clone());
                    Some(shape)
                });
                let feature = OutlineFeature { id: one.id, kind: one.kind, code: &one.code, name: &one.name };
                if let Some(shape) = shape {
                    vectors.add_outline(&feature, &shape);
                }
            }
            vectors.into_bytes()
        });
        made.await.map_err(|error| Error::Internal(Arc::new(error)))
    }
}

/// All actors that match.
fn everyone(filter: ActorFilter, visibility: Visibility) -> ActorListing {
    let order = ActorOrder { field: ActorOrderField::Name, descending: false };
    ActorListing { filter, order, anchor: None, among: None, visibility, brief: false }
}
