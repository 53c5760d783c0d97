//! The drawing of a selection: its nodes, and the links between them.

use std::cmp::Reverse;

use uuid::Uuid;

use super::clusters::{Cluster, Grouping, group};
use super::links::{Bundle, Strands};
use super::{Bounds, Edge, Marker, contains};
use crate::domain::interactions::InteractionKinds;

/// At most this many links are drawn for each node that the limit allows.
pub const LINKS_PER_NODE: usize = 4;

/// What to draw. The same data gives the same drawing, whatever the order it comes in.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Drawing {
    /// Those of most actors first, then those of most links, then by key.
    pub nodes: Vec<Node>,
    /// The heaviest first, then those of most interactions, then in the order of their nodes.
    pub links: Vec<Link>,
    /// Whether a limit left out a node or a link. What is outside the box asked for is not left out.
    pub truncated: bool,
}

/// An actor, or a cluster of near ones.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// Unique in the drawing: the actor without a zoom, the cell of the grid with one.
    pub key: String,
    /// Mean of the members, in degrees.
    pub longitude: f64,
    /// Mean of the members, in degrees.
    pub latitude: f64,
    /// At least one.
    pub actor_count: u32,
    /// The actor, where there is but one.
    pub actor: Option<Uuid>,
    /// Kinds and how many members are of each: the commonest first, then by index. Their sum is the actor count.
    pub kinds: Vec<(u8, u32)>,
    /// Smallest box that holds the members.
    pub bbox: Bounds,
}

/// All interactions between the actors of two nodes.
#[derive(Debug, Clone, PartialEq)]
pub struct Link {
    /// Key of a node. Where every interaction is directed and runs the same way, the link runs that way; otherwise
    /// from the node that the drawing lists first.
    pub source: String,
    /// Key of another node.
    pub target: String,
    /// At least one.
    pub interaction_count: u32,
    /// Sum of the interactions' weights, to the millionth.
    pub weight: f64,
    /// Their kinds.
    pub kinds: InteractionKinds,
    /// The interaction, where there is but one.
    pub interaction: Option<Uuid>,
}

/// Draws actors and the interactions between them.
///
/// - Without `zoom` each located actor is a node. With it, those in the same cell of the grid of its whole part are
///   one; beyond [`super::MAX_CLUSTER_ZOOM`], those on exactly the same point.
/// - `bbox` leaves out the nodes whose point is outside it, and the links of these. It is applied after clustering, so
///   that a cluster stays the same while a reader pans.
/// - At most `limit` nodes are drawn, and at most [`LINKS_PER_NODE`] × `limit` links, in the order in which
///   [`Drawing`] lists them. A link is drawn only where both its nodes are.
/// - Interactions inside one node, or with an actor that is not located, are not drawn.
///
/// Takes time proportional to markers and edges, but for sorting what is drawn.
pub fn draw(
    markers: &[Marker],
    edges: &[Edge],
    zoom: Option<f64>,
    bbox: Option<Bounds>,
    limit: usize,
) -> Drawing {
    let grouping = Grouping::at(zoom);
    let (clusters, cluster_of) = group(markers, grouping);
    let drawable: Vec<bool> = clusters.iter().map(|cluster| is_in(bbox, cluster)).collect();

    let is_drawable = |cluster: &u32| drawable[*cluster as usize];
    let node_of: Vec<_> = cluster_of.iter().map(|cluster| cluster.filter(is_drawable)).collect();
    let strands = Strands::new(edges, &node_of, clusters.len());
    let link_counts = strands.link_counts();

    let candidates = (0..clusters.len() as u32).filter(|&cluster| drawable[cluster as usize]).collect();
    let (drawn, nodes_cut) = first_nodes(candidates, &clusters, &link_counts, limit);
    let places = places(&drawn, clusters.len());
    let mut nodes: Vec<Node> =
        drawn.iter().map(|&cluster| node(&clusters[cluster as usize], markers, grouping)).collect();
    count_kinds(&mut nodes, markers, &cluster_of, &places);
    let (bundles, links_cut) =
        first_by_key(strands.bundles(&places), limit.saturating_mul(LINKS_PER_NODE), link_order);
    let links = bundles.iter().map(|bundle| link(bundle, &nodes, edges)).collect();
    Drawing { nodes, links, truncated: nodes_cut || links_cut }
}

fn is_in(bbox: Option<Bounds>, cluster: &Cluster) -> bool {
    bbox.is_none_or(|bbox| {
        let (longitude, latitude) = cluster.point();
        contains(bbox, longitude, latitude)
    })
}

/// The clusters to draw, in the order of the drawing, and whether the limit left any out.
fn first_nodes(
    candidates: Vec<u32>,
    clusters: &[Cluster],
    link_counts: &[u32],
    limit: usize,
) -> (Vec<u32>, bool) {
    let order = |&position: &u32| {
        let cluster = &clusters[position as usize];
        (Reverse(cluster.actor_count), Reverse(link_counts[position as usize]), cluster.anchor)
    };
    first_by_key(candidates, limit, order)
}

/// The first `limit` items by a key that no two share, sorted, and whether there were more. Sorts only those.
pub(super) fn first_by_key<T, K: Ord>(
    mut items: Vec<T>,
    limit: usize,
    key: impl Fn(&T) -> K,
) -> (Vec<T>, bool) {
    let cut = items.len() > limit;
    if cut {
        items.select_nth_unstable_by_key(limit, &key);
        items.truncate(limit);
    }
    items.sort_unstable_by_key(key);
    (items, cut)
}

pub(super) fn node(cluster: &Cluster, markers: &[Marker], grouping: Grouping) -> Node {
    let (longitude, latitude) = cluster.point();
    Node {
        key: grouping.key(cluster.anchor),
        longitude,
        latitude,
        actor_count: cluster.actor_count,
        actor: (cluster.actor_count == 1).then(|| markers[cluster.marker].actor),
        kinds: Vec::new(),
        bbox: cluster.bounds,
    }
}

pub(super) fn count_kinds(
    nodes: &mut [Node],
    markers: &[Marker],
    cluster_of: &[Option<u32>],
    places: &[Option<u32>],
) {
    for (marker, cluster) in markers.iter().zip(cluster_of) {
        let Some(place) = cluster.and_then(|cluster| places[cluster as usize]) else { continue };
        let kinds = &mut nodes[place as usize].kinds;
        match kinds.iter_mut().find(|(kind, _)| *kind == marker.kind) {
            Some((_, count)) => *count += 1,
            None => kinds.push((marker.kind, 1)),
        }
    }
    for node in nodes {
        node.kinds.sort_unstable_by_key(|&(kind, count)| (Reverse(count), kind));
    }
}

/// For each of `count` clusters its place in the drawing.
fn places(drawn: &[u32], count: usize) -> Vec<Option<u32>> {
    let mut places = vec![None; count];
    for (place, &cluster) in drawn.iter().enumerate() {
        places[cluster as usize] = Some(place as u32);
    }
    places
}

/// Heaviest first, then those of most interactions, then in the order of their nodes.
pub(super) fn link_order(bundle: &Bundle) -> (Reverse<u64>, Reverse<u32>, (u32, u32)) {
    (Reverse(bundle.millionths), Reverse(bundle.interaction_count), bundle.pair())
}

fn link(bundle: &Bundle, nodes: &[Node], edges: &[Edge]) -> Link {
    Link {
        source: nodes[bundle.source as usize].key.clone(),
        target: nodes[bundle.target as usize].key.clone(),
        interaction_count: bundle.interaction_count,
        weight: bundle.weight(),
        kinds: bundle.kinds,
        interaction: (bundle.interaction_count == 1).then(|| edges[bundle.edge as usize].interaction),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::interactions::InteractionKind;

    fn marker(actor: u128, longitude: f64, latitude: f64) -> Marker {
        Marker { actor: Uuid::from_u128(actor), kind: (actor % 3) as u8, longitude, latitude }
    }

    /// Between the actors of these numbers, which are those of the markers from 1 on; another is nowhere.
    fn edge(interaction: u128, source: u32, target: u32, weight: f64) -> Edge {
        let interaction = Uuid::from_u128(interaction);
        let [source, target] = [source, target].map(|actor| (actor < 5).then_some(actor - 1));
        Edge { interaction, source, target, kind: InteractionKind::Partnership, weight }
    }

    const ALL: usize = 10_000;

    /// Three actors in Dreux, one in Chartres, one without a place; 3 – 4 is the heaviest link.
    fn drawn(zoom: Option<f64>, bbox: Option<Bounds>, limit: usize) -> Drawing {
        let markers = [
            marker(1, 1.366, 48.735),
            marker(2, 1.367, 48.736),
            marker(3, 1.368, 48.734),
            marker(4, 1.489, 48.446),
        ];
        let edges = [
            edge(1, 1, 2, 1.0),
            edge(2, 4, 1, 1.0),
            edge(3, 3, 4, 5.0),
            edge(4, 4, 3, 2.0),
            edge(5, 5, 4, 9.0),
        ];
        draw(&markers, &edges, zoom, bbox, limit)
    }

    #[test]
    fn without_a_zoom_each_actor_is_a_node() {
        let drawing = drawn(None, None, ALL);
        let actors: Vec<_> =
            drawing.nodes.iter().map(|node| node.actor.map(|actor| actor.as_u128())).collect();
        assert_eq!(actors, [Some(1), Some(4), Some(2), Some(3)]);
        assert_eq!(drawing.nodes[0].key, Uuid::from_u128(1).simple().to_string());
        let links: Vec<_> = drawing.links.iter().map(|link| (link.weight, link.interaction_count)).collect();
        assert_eq!(links, [(7.0, 2), (1.0, 1), (1.0, 1)]);
        assert_eq!(drawing.links[1].interaction, Some(Uuid::from_u128(2)));
        assert_eq!(drawing.links[0].interaction, None);
        assert!(!drawing.truncated);
    }

    #[test]
    fn with_a_zoom_near_actors_and_their_links_merge() {
        let drawing = drawn(Some(9.0), None, ALL);
        assert_eq!(drawing.nodes.len(), 2);
        assert_eq!((drawing.nodes[0].actor_count, drawing.nodes[0].actor), (3, None));
        assert_eq!(drawing.nodes[0].kinds, [(0, 1), (1, 1), (2, 1)]);
        assert_eq!(
            (drawing.nodes[1].actor, &drawing.nodes[1].kinds),
            (Some(Uuid::from_u128(4)), &vec![(1, 1)])
        );
        // The interaction within Dreux and the one with the unlocated actor are in no link.
        assert_eq!(drawing.links.len(), 1);
        assert_eq!((drawing.links[0].interaction_count, drawing.links[0].weight), (3, 8.0));
        assert_eq!(drawing.links[0].interaction, None);
    }

    #[test]
    fn the_box_cuts_after_clustering_and_takes_links_along() {
        // Holds actor 1 and the middle of the cluster, but not actors 2 and 3.
        let dreux = [1.3655, 48.7345, 1.3675, 48.7355];
        let drawing = drawn(Some(9.0), Some(dreux), ALL);
        assert_eq!((drawing.nodes.len(), drawing.links.len()), (1, 0));
        assert_eq!(drawing.nodes[0].actor_count, 3);
        assert!(!drawing.truncated);
        assert_eq!(drawn(None, Some(dreux), ALL).nodes.len(), 1);
    }

    #[test]
    fn the_limit_keeps_the_biggest_then_the_best_linked() {
        let drawing = drawn(Some(9.0), None, 1);
        assert_eq!((drawing.nodes[0].actor_count, drawing.links.len(), drawing.truncated), (3, 0, true));
        let drawing = drawn(None, None, 2);
        let actors: Vec<_> = drawing.nodes.iter().filter_map(|node| node.actor).collect();
        assert_eq!(actors, [1, 4].map(Uuid::from_u128));
        assert_eq!(drawing.links.len(), 1);
        assert_eq!(drawn(None, None, 0), Drawing { truncated: true, ..Drawing::default() });
    }

    #[test]
    fn links_have_a_limit_of_their_own_and_the_heaviest_stay() {
        let markers: Vec<_> = (0..12).map(|actor| marker(actor, 1.0 + actor as f64, 48.0)).collect();
        let all = (0..12u32).flat_map(|a| (0..a).map(move |b| (a, b)));
        let edges: Vec<_> = all
            .map(|(a, b)| {
                let number = a * 100 + b;
                let ends = edge(number.into(), 1, 2, number.into());
                Edge { source: Some(a), target: Some(b), ..ends }
            })
            .collect();
        let drawing = draw(&markers, &edges, None, None, 12);
        assert_eq!((drawing.nodes.len(), drawing.links.len(), drawing.truncated), (12, 48, true));
        assert!(drawing.links.iter().all(|link| link.weight >= 600.0) && drawing.links[0].weight > 1109.0);
    }

    #[test]
    fn nothing_to_draw_is_an_empty_drawing() {
        assert_eq!(draw(&[], &[edge(1, 5, 6, 1.0)], Some(3.0), None, ALL), Drawing::default());
    }
}
