//! What holds of every drawing.

use std::collections::HashSet;

use proptest::prelude::*;
use uuid::Uuid;

use super::mercator::Spot;
use super::{Edge, LINKS_PER_NODE, Link, Marker, draw};
use crate::domain::interactions::InteractionKind;

const ALL: usize = 10_000;

fn marker(actor: u128, longitude: f64, latitude: f64) -> Marker {
    Marker { actor: Uuid::from_u128(actor), kind: (actor % 3) as u8, longitude, latitude }
}

fn edge(id: u128, ends: [Option<u32>; 2], directed: bool, weight: f64) -> Edge {
    let [source, target] = ends;
    let kind = if directed { InteractionKind::Funding } else { InteractionKind::Partnership };
    Edge { interaction: Uuid::from_u128(id), source, target, kind, weight }
}

/// The keys of the nodes that a link joins, in alphabetical order.
fn pair(link: &Link) -> (&str, &str) {
    let (source, target) = (link.source.as_str(), link.target.as_str());
    (source.min(target), source.max(target))
}

prop_compose! {
    fn case()(
        points in prop::collection::vec(prop_oneof![
            (-180.0..=180.0, -90.0..=90.0),
            (1.30..1.40, 48.70..48.75),
            Just((1.37, 48.73)),
            Just((f64::NAN, 48.0)),
        ], 0..60),
        ends in prop::collection::vec((0..70u32, 0..70u32, any::<bool>(), -3.0..9.0), 0..150),
        zoom in prop::option::of(0.0..20.0f64),
        limit in 0..70usize,
    ) -> (Vec<Marker>, Vec<Edge>, Option<f64>, usize) {
        let markers = (0..).zip(&points).map(|(actor, &(x, y))| marker(actor, x, y)).collect();
        let edges = (0..).zip(&ends)
            .map(|(id, &(a, b, directed, weight))| {
                edge(id, [a, b].map(|end| ((end as usize) < points.len()).then_some(end)), directed, weight)
            })
            .collect();
        (markers, edges, zoom, limit)
    }
}

proptest! {
    #[test]
    fn every_located_actor_is_counted_once((markers, edges, zoom, _) in case()) {
        let drawing = draw(&markers, &edges, zoom, None, ALL);
        let located = markers.iter().filter(|marker| Spot::at(marker.longitude, marker.latitude).is_some()).count();
        prop_assert!(!drawing.truncated);
        prop_assert_eq!(drawing.nodes.iter().map(|node| node.actor_count as usize).sum::<usize>(), located);
        for node in &drawing.nodes {
            prop_assert_eq!(node.kinds.iter().map(|(_, count)| count).sum::<u32>(), node.actor_count);
            prop_assert_eq!(node.actor.is_some(), node.actor_count == 1);
        }
    }

    #[test]
    fn limits_hold_and_every_link_joins_two_nodes((markers, edges, zoom, limit) in case()) {
        let (cut, whole) = (draw(&markers, &edges, zoom, None, limit), draw(&markers, &edges, zoom, None, ALL));
        prop_assert!(cut.nodes.len() <= limit && cut.links.len() <= limit * LINKS_PER_NODE);
        prop_assert_eq!(&cut.nodes[..], &whole.nodes[..cut.nodes.len()]);
        prop_assert_eq!(cut.truncated, whole.nodes.len() > limit || whole.links.len() > limit * LINKS_PER_NODE);
        for drawing in [cut, whole] {
            let keys: HashSet<_> = drawing.nodes.iter().map(|node| &node.key).collect();
            prop_assert_eq!(keys.len(), drawing.nodes.len());
            let mut pairs = HashSet::new();
            for link in &drawing.links {
                prop_assert!(keys.contains(&link.source) && keys.contains(&link.target));
                prop_assert!(link.source != link.target && pairs.insert(pair(link)));
            }
        }
    }

    #[test]
    fn the_order_of_the_input_does_not_matter(
        ((markers, edges, zoom, limit), places, shuffled_edges) in case().prop_flat_map(|case| {
            let places: Vec<u32> = (0..case.0.len() as u32).collect();
            let edges = Just(case.1.clone()).prop_shuffle();
            (Just(case), Just(places).prop_shuffle(), edges)
        })
    ) {
        let once = draw(&markers, &edges, zoom, None, limit);
        // The marker that stood at `places[i]` stands at i.
        let shuffled: Vec<_> = places.iter().map(|&place| markers[place as usize]).collect();
        let at = |old: u32| places.iter().position(|&place| place == old).map(|place| place as u32);
        let moved = |edge: &Edge| Edge { source: edge.source.and_then(at), target: edge.target.and_then(at), ..*edge };
        let edges: Vec<_> = shuffled_edges.iter().map(moved).collect();
        prop_assert_eq!(once, draw(&shuffled, &edges, zoom, None, limit));
    }
}
