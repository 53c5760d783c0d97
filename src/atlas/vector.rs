//! Tiles as bytes: Mapbox Vector Tile 2.1, one layer each.

use serde::Deserialize;
use strum::IntoEnumIterator;
use tinymvt::geometry::GeometryEncoder;
use tinymvt::tag::TagsEncoder;
use tinymvt::vector_tile::Tile;
use tinymvt::vector_tile::tile::{Feature, GeomType, Layer};

use super::geojson::count_property;
use super::map::Node;
use super::mercator::{Spot, TileId};
use super::strokes::{MARGIN, Stroke};
use super::tiles::MOST_FEATURES;
use super::world::World;
use crate::domain::actors::ActorKind;
use crate::domain::ids::{ActorId, InteractionId, TerritoryId};
use crate::domain::public_ids::public_id;
use crate::domain::territories::TerritoryKind;

/// Parts of a tile's side.
const EXTENT: f64 = 4_096.0;

/// An outline ready to be drawn: polygons of rings, the outer one first.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct OutlineShape(Vec<Vec<Vec<Spot>>>);

#[derive(Deserialize)]
#[serde(tag = "type", content = "coordinates")]
enum Geometry {
    Polygon(Vec<Vec<[f64; 2]>>),
    MultiPolygon(Vec<Vec<Vec<[f64; 2]>>>),
}

impl OutlineShape {
    /// Of a polygon or several as GeoJSON; `None` where it is something else.
    pub fn of_geojson(text: &str) -> Option<Self> {
        let polygons = match serde_json::from_str(text).ok()? {
            Geometry::Polygon(rings) => vec![rings],
            Geometry::MultiPolygon(polygons) => polygons,
        };
        let ring = |ring: Vec<[f64; 2]>| ring.into_iter().filter_map(|[x, y]| Spot::at(x, y)).collect();
        Some(Self(polygons.into_iter().map(|rings| rings.into_iter().map(ring).collect()).collect()))
    }

    /// About how many bytes it takes.
    pub fn bytes(&self) -> usize {
        self.0.iter().flatten().map(|ring| ring.len() * size_of::<Spot>() + 24).sum::<usize>() + 64
    }
}

/// A territory in a tile.
#[derive(Debug, Clone, PartialEq)]
pub struct OutlineFeature<'a> {
    /// Which.
    pub id: TerritoryId,
    /// What it is.
    pub kind: TerritoryKind,
    /// Its official code.
    pub code: &'a str,
    /// Its name.
    pub name: &'a str,
}

/// A layer of a tile in the making.
pub struct Vectors {
    tile: TileId,
    name: &'static str,
    tags: TagsEncoder,
    features: Vec<Feature>,
}

impl Vectors {
    /// An empty layer of a tile.
    pub fn new(name: &'static str, tile: TileId) -> Self {
        Self { tile, name, tags: TagsEncoder::new(), features: Vec::new() }
    }

    /// Adds actors and clusters of them.
    pub fn add_nodes(&mut self, world: &World, nodes: &[Node]) {
        let kinds: Vec<_> = ActorKind::iter().map(|kind| kind.as_ref().to_owned()).collect();
        let counts: Vec<_> = kinds.iter().map(|kind| count_property(kind)).collect();
        for node in nodes {
            let Some(spot) = Spot::at(node.longitude, node.latitude) else { continue };
            let [x, y] = self.tile.place(spot, EXTENT).map(|part| part.clamp(0.0, EXTENT - 1.0) as i32);
            self.tags.add("key", node.key.as_str());
            self.tags.add("count", node.actor_count);
            if let Some((kind, _)) = node.kinds.first() {
                self.tags.add("kind", kinds[usize::from(*kind)].as_str());
            }
            match node.actor {
                Some(actor) => {
                    self.tags.add("id", public_id(ActorId(actor)));
                    if let Some(number) = world.number(actor) {
                        self.tags.add("name", world.name(number));
                    }
                }
                None => {
                    for (kind, count) in &node.kinds {
                        self.tags.add(&counts[usize::from(*kind)], *count);
                    }
                }
            }
            let mut geometry = GeometryEncoder::new();
            geometry.add_points([[x, y]]);
            self.push(GeomType::Point, geometry);
        }
    }

    /// Adds links.
    pub fn add_strokes(&mut self, world: &World, strokes: &[Stroke]) {
        for stroke in strokes {
            let ends = [stroke.from, stroke.to].map(|spot| self.tile.place(spot, EXTENT));
            let Some(line) = clipped_line(ends) else { continue };
            self.tags.add("count", stroke.count);
            self.tags.add("weight", stroke.weight);
            self.tags.add("directed", stroke.one_way);
            if let Some(tie) = stroke.tie {
                self.tags.add("id", public_id(InteractionId(world.ties().id(tie))));
            }
            if let Some(kind) = stroke.kinds.only() {
                self.tags.add("kind", kind.as_ref());
            }
            let mut geometry = GeometryEncoder::new();
            geometry.add_linestring(line);
            self.push(GeomType::Linestring, geometry);
        }
    }

    /// Adds a territory, where something of it is in the tile; false where the layer is full.
    pub fn add_outline(&mut self, of: &OutlineFeature<'_>, shape: &OutlineShape) -> bool {
        if self.features.len() >= MOST_FEATURES {
            return false;
        }
        let mut geometry = GeometryEncoder::new();
        let mut is_there = false;
        for polygon in &shape.0 {
            for (place, ring) in polygon.iter().enumerate() {
                let points: Vec<_> = ring.iter().map(|spot| self.tile.place(*spot, EXTENT)).collect();
                let Some(ring) = clipped_ring(&points, place == 0) else {
                    if place == 0 {
                        break;
                    }
                    continue;
                };
                is_there = true;
                geometry.add_ring(ring);
            }
        }
        if is_there {
            self.tags.add("id", public_id(of.id));
            self.tags.add("kind", of.kind.as_ref());
            self.tags.add("code", of.code);
            self.tags.add("name", of.name);
            self.push(GeomType::Polygon, geometry);
        }
        true
    }

    fn push(&mut self, kind: GeomType, geometry: GeometryEncoder) {
        self.features.push(Feature {
            id: None,
            tags: self.tags.take_tags(),
            r#type: Some(kind as i32),
            geometry: geometry.into_vec(),
        });
    }

    /// The tile's bytes; none where nothing is in it, since a layer has at least one feature.
    pub fn into_bytes(self) -> Vec<u8> {
        if self.features.is_empty() {
            return Vec::new();
        }
        let (keys, values) = self.tags.into_keys_and_values();
        let layer = Layer {
            version: 2,
            name: self.name.to_owned(),
            features: self.features,
            keys,
            values,
            extent: Some(EXTENT as u32),
        };
        prost::Message::encode_to_vec(&Tile { layers: vec![layer] })
    }
}

/// Where a tile with its margin begins and ends.
const LEAST: f64 = -MARGIN * EXTENT;
const MOST: f64 = EXTENT + MARGIN * EXTENT;

/// The part of a line that is in the tile and its margin.
fn clipped_line([from, to]: [[f64; 2]; 2]) -> Option<[[i32; 2]; 2]> {
    let (mut enter, mut leave) = (0.0f64, 1.0f64);
    for axis in [0, 1] {
        let delta = to[axis] - from[axis];
        if delta == 0.0 {
            if !(LEAST..=MOST).contains(&from[axis]) {
                return None;
            }
            continue;
        }
        let (near, far) = ((LEAST - from[axis]) / delta, (MOST - from[axis]) / delta);
        enter = enter.max(near.min(far));
        leave = leave.min(near.max(far));
    }
    let at = |share: f64| [0, 1].map(|axis| (from[axis] + (to[axis] - from[axis]) * share).round() as i32);
    (enter <= leave).then(|| [at(enter), at(leave)])
}

/// The part of a ring that is in the tile and its margin (Sutherland and Hodgman 1974), in whole parts, the way round that its
/// place asks for; `None` where nothing is left.
fn clipped_ring(ring: &[[f64; 2]], is_outer: bool) -> Option<Vec<[i32; 2]>> {
    let mut points = ring.to_vec();
    for (axis, bound, sign) in [(0, LEAST, 1.0), (0, MOST, -1.0), (1, LEAST, 1.0), (1, MOST, -1.0)] {
        let inside = |point: &[f64; 2]| (point[axis] - bound) * sign >= 0.0;
        if points.iter().all(inside) {
            continue;
        }
        let mut kept = Vec::with_capacity(points.len());
        for (place, point) in points.iter().enumerate() {
            let before = &points[(place + points.len() - 1) % points.len()];
            if inside(before) != inside(point) {
                let share = (bound - before[axis]) / (point[axis] - before[axis]);
                let other = 1 - axis;
                let mut crossing = [bound; 2];
                crossing[other] = before[other] + (point[other] - before[other]) * share;
                kept.push(crossing);
            }
            if inside(point) {
                kept.push(*point);
            }
        }
        points = kept;
    }
    let mut whole: Vec<_> = points.iter().map(|point| point.map(|part| part.round() as i32)).collect();
    whole.dedup();
    while whole.len() > 1 && whole.first() == whole.last() {
        whole.pop();
    }
    let area = twice_the_area(&whole);
    if whole.len() < 3 || area == 0 {
        return None;
    }
    // Outer rings have a positive area where y grows downwards.
    if (area > 0) != is_outer {
        whole.reverse();
    }
    Some(whole)
}

fn twice_the_area(ring: &[[i32; 2]]) -> i64 {
    let next = ring.iter().cycle().skip(1);
    ring.iter()
        .zip(next)
        .map(|(a, b)| i64::from(a[0]) * i64::from(b[1]) - i64::from(b[0]) * i64::from(a[1]))
        .sum()
}
