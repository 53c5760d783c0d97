//! A drawing as a `GeoJSON` document (RFC 7946) that map libraries and desktop GIS take as it is.

use std::collections::HashMap;

use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::{Drawing, Link, Node};

/// How an actor is called in a document that leaves the service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Description {
    /// Its public id.
    pub id: String,
    /// Its name.
    pub name: String,
}

/// The nodes as Point features, then the links as `LineString` features, of one `FeatureCollection`.
///
/// - All features of one geometry type have the same properties in the same order, so that a table can be made of them.
///   Nodes: `key`, `actorCount`, `actor` and `name` (both null in a cluster, or where `describe` knows the actor not),
///   and a count for each of `kinds`, zeros included. Links: `source` and `target` (keys of nodes),
///   `interactionCount`, `weight`, `kind` (null where they are of several).
/// - `kinds[i]` names the kind of index i, as the API does: `LOCAL_AUTHORITY` is counted in `localAuthorityCount`.
///   A kind without a name is counted in none.
/// - The `id` of a node is its key, that of a link `source~target`.
/// - Coordinates have seven decimals (1 cm). `bbox` holds the points, and is absent where there are none.
pub fn feature_collection(
    drawing: &Drawing,
    kinds: &[&str],
    describe: impl Fn(Uuid) -> Option<Description>,
) -> Value {
    let columns: Vec<String> = kinds.iter().map(|kind| count_property(kind)).collect();
    let points: HashMap<&str, [f64; 2]> =
        drawing.nodes.iter().map(|node| (node.key.as_str(), point(node))).collect();
    let nodes = drawing.nodes.iter().map(|node| node_feature(node, &columns, &describe));
    let links = drawing.links.iter().filter_map(|link| link_feature(link, &points));
    let features: Vec<Value> = nodes.chain(links).collect();
    let mut collection = Map::new();
    collection.insert("type".into(), "FeatureCollection".into());
    if let Some(bbox) = bbox(drawing) {
        collection.insert("bbox".into(), json!(bbox));
    }
    collection.insert("features".into(), features.into());
    Value::Object(collection)
}

fn node_feature(node: &Node, columns: &[String], describe: impl Fn(Uuid) -> Option<Description>) -> Value {
    let (actor, name) = node.actor.and_then(describe).map(|actor| (actor.id, actor.name)).unzip();
    let mut properties = Map::with_capacity(4 + columns.len());
    properties.insert("key".into(), node.key.as_str().into());
    properties.insert("actorCount".into(), node.actor_count.into());
    properties.insert("actor".into(), actor.into());
    properties.insert("name".into(), name.into());
    for (kind, column) in columns.iter().enumerate() {
        let count =
            node.kinds.iter().find(|(index, _)| usize::from(*index) == kind).map_or(0, |(_, count)| *count);
        properties.insert(column.clone(), count.into());
    }
    feature(&node.key, json!({"type": "Point", "coordinates": point(node)}), properties)
}

/// `None` where an end is not among the nodes, which no drawing of this layer has.
fn link_feature(link: &Link, points: &HashMap<&str, [f64; 2]>) -> Option<Value> {
    let ends = [points.get(link.source.as_str())?, points.get(link.target.as_str())?];
    let mut properties = Map::with_capacity(5);
    properties.insert("source".into(), link.source.as_str().into());
    properties.insert("target".into(), link.target.as_str().into());
    properties.insert("interactionCount".into(), link.interaction_count.into());
    properties.insert("weight".into(), link.weight.into());
    let kind = link.kinds.only();
    properties.insert("kind".into(), kind.as_ref().map(AsRef::as_ref).into());
    let id = format!("{}~{}", link.source, link.target);
    Some(feature(&id, json!({"type": "LineString", "coordinates": ends}), properties))
}

fn feature(id: &str, geometry: Value, properties: Map<String, Value>) -> Value {
    let mut feature = Map::with_capacity(4);
    feature.insert("type".into(), "Feature".into());
    feature.insert("id".into(), id.into());
    feature.insert("geometry".into(), geometry);
    feature.insert("properties".into(), properties.into());
    Value::Object(feature)
}

fn bbox(drawing: &Drawing) -> Option<[f64; 4]> {
    drawing.nodes.iter().map(point).map(|[x, y]| [x, y, x, y]).reduce(
        |[west, south, east, north], [x, y, ..]| [west.min(x), south.min(y), east.max(x), north.max(y)],
    )
}

fn point(node: &Node) -> [f64; 2] {
    // Adding zero turns -0 into 0.
    [node.longitude, node.latitude].map(|degrees| (degrees * 1e7).round() / 1e7 + 0.0)
}

/// `LOCAL_AUTHORITY` → `localAuthorityCount`.
pub(super) fn count_property(kind: &str) -> String {
    let mut property = String::with_capacity(kind.len() + 5);
    for (position, word) in kind.split('_').filter(|word| !word.is_empty()).enumerate() {
        let (head, tail) = word.split_at_checked(1).unwrap_or((word, ""));
        property.push_str(&if position == 0 { head.to_lowercase() } else { head.to_uppercase() });
        property.push_str(&tail.to_lowercase());
    }
    property + "Count"
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::interactions::{InteractionKind, InteractionKinds};
    use std::collections::HashSet;

    fn drawing() -> Drawing {
        let node = |key: &str, longitude, actor: Option<u128>, kinds: &[(u8, u32)]| Node {
            key: key.into(),
            longitude,
            latitude: 48.734_567_891_23,
            actor_count: kinds.iter().map(|(_, count)| count).sum(),
            actor: actor.map(Uuid::from_u128),
            kinds: kinds.to_vec(),
            bbox: [longitude, 48.7, longitude, 48.8],
        };
        let link = Link {
            source: "a".into(),
            target: "b".into(),
            interaction_count: 2,
            weight: 3.0,
            kinds: InteractionKinds::of(InteractionKind::Funding),
            interaction: None,
        };
        let nodes =
            vec![node("a", 1.366_123_456_78, None, &[(1, 2), (0, 1)]), node("b", -1e-9, Some(7), &[(1, 1)])];
        Drawing { nodes, links: vec![link], truncated: false }
    }

    fn described(drawing: &Drawing) -> Value {
        let describe =
            |actor: Uuid| Some(Description { id: format!("A{}", actor.as_u128()), name: "Mairie".into() });
        feature_collection(drawing, &["ASSOCIATION", "LOCAL_AUTHORITY"], describe)
    }

    #[test]
    fn nodes_are_points_and_links_are_lines_between_them() {
        let expected = json!({
            "type": "FeatureCollection",
            "bbox": [0.0, 48.734_567_9, 1.366_123_5, 48.734_567_9],
            "features": [
                {"type": "Feature", "id": "a", "geometry": {"type": "Point", "coordinates": [1.366_123_5, 48.734_567_9]},
                 "properties": {"key": "a", "actorCount": 3, "actor": null, "name": null,
                                "associationCount": 1, "localAuthorityCount": 2}},
                {"type": "Feature", "id": "b", "geometry": {"type": "Point", "coordinates": [0.0, 48.734_567_9]},
                 "properties": {"key": "b", "actorCount": 1, "actor": "A7", "name": "Mairie",
                                "associationCount": 0, "localAuthorityCount": 1}},
                {"type": "Feature", "id": "a~b",
                 "geometry": {"type": "LineString", "coordinates": [[1.366_123_5, 48.734_567_9], [0.0, 48.734_567_9]]},
                 "properties": {"source": "a", "target": "b", "interactionCount": 2, "weight": 3.0, "kind": "FUNDING"}},
            ],
        });
        let found = described(&drawing());
        assert_eq!(found, expected);
        assert!(!found.to_string().contains("-0.0"));
    }

    #[test]
    fn an_empty_drawing_is_a_collection_without_a_box() {
        let empty = described(&Drawing::default());
        assert_eq!(empty, json!({"type": "FeatureCollection", "features": []}));
    }

    #[test]
    fn a_geometry_type_has_one_schema_even_where_an_actor_is_unknown() {
        let collection = feature_collection(&drawing(), &["ASSOCIATION"], |_| None);
        let features = collection["features"].as_array().expect("a collection has features");
        let schema = |feature: &Value| {
            let properties = feature["properties"].as_object().expect("a feature has properties");
            (feature["geometry"]["type"].to_string(), properties.keys().cloned().collect::<Vec<_>>())
        };
        let schemas: HashSet<_> = features.iter().map(schema).collect();
        assert_eq!((features.len(), schemas.len()), (3, 2));
    }
}
