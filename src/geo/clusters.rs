//! Which parts of an outline can have to do with each other.

use rstar::primitives::{GeomWithData, Rectangle};
use rstar::{AABB, RTree, RTreeObject};

use super::rings::Part;

/// Groups of parts whose boxes touch, directly or through others, in the order of their first parts; parts of different
/// groups can't disturb each other.
pub(super) fn clusters(parts: Vec<Part>) -> Vec<Vec<Part>> {
    let boxes: Vec<_> =
        parts.iter().enumerate().map(|(index, part)| GeomWithData::new(box_of(part), index)).collect();
    let mut waiting = RTree::bulk_load(boxes.clone());
    let mut parts: Vec<Option<Part>> = parts.into_iter().map(Some).collect();
    let mut clusters = Vec::new();
    for first in boxes {
        let mut members: Vec<_> = waiting.remove(&first).into_iter().collect();
        let mut next = 0;
        while next < members.len() {
            let around = members[next].envelope();
            members.extend(waiting.drain_in_envelope_intersecting(around).collect::<Vec<_>>());
            next += 1;
        }
        members.sort_by_key(|entry| entry.data);
        clusters.push(members.iter().filter_map(|entry| parts[entry.data].take()).collect());
    }
    clusters.retain(|cluster: &Vec<Part>| !cluster.is_empty());
    clusters
}

fn box_of(part: &Part) -> Rectangle<[f64; 2]> {
    let corners: Vec<[f64; 2]> = part.outer.line.coords().map(|&corner| corner.into()).collect();
    Rectangle::from_aabb(AABB::from_points(&corners))
}

#[cfg(test)]
mod tests {
    use super::*;
    use ::geo::{Polygon, Rect, coord};

    #[test]
    fn a_chain_of_boxes_is_one_cluster_and_a_box_apart_another() {
        let square = |(number, west): (usize, f64)| {
            let corner = coord! { x: west, y: 0.0 };
            Part::from_valid(number, Polygon::from(Rect::new(corner, coord! { x: west + 2.0, y: 2.0 })))
        };
        let parts = [0.0, 9.0, 4.0, 2.0].into_iter().enumerate().map(square).collect();
        let numbers: Vec<Vec<_>> = clusters(parts)
            .iter()
            .map(|cluster| cluster.iter().map(|part| part.outer.place.part).collect())
            .collect();
        assert_eq!(numbers, [vec![Some(1), Some(3), Some(4)], vec![Some(2)]]);
    }
}
