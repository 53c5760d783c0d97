//! Many boxes, found by a point or by another box.

use rstar::primitives::{GeomWithData, Rectangle};
use rstar::{AABB, RTree};

use super::{BoundingBox, Position};

/// An index of boxes, each with what it is the box of.
#[derive(Debug)]
pub struct BoxIndex<T>(RTree<GeomWithData<Rectangle<[f64; 2]>, T>>);

impl<T> BoxIndex<T> {
    /// Of these boxes.
    pub fn new(boxes: impl IntoIterator<Item = (BoundingBox, T)>) -> Self {
        let entry =
            |(bbox, of): (BoundingBox, T)| GeomWithData::new(Rectangle::from_aabb(envelope(&bbox)), of);
        Self(RTree::bulk_load(boxes.into_iter().map(entry).collect()))
    }

    /// What has the point in its box or on the box's side; in no order.
    pub fn at(&self, point: Position) -> impl Iterator<Item = &T> {
        self.0.locate_all_at_point(&[point.longitude(), point.latitude()]).map(|entry| &entry.data)
    }

    /// What has at least a point of this box in its own; in no order.
    pub fn meeting(&self, bbox: &BoundingBox) -> impl Iterator<Item = &T> {
        self.0.locate_in_envelope_intersecting(&envelope(bbox)).map(|entry| &entry.data)
    }
}

fn envelope(bbox: &BoundingBox) -> AABB<[f64; 2]> {
    AABB::from_corners([bbox.west(), bbox.south()], [bbox.east(), bbox.north()])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn boxes_are_found_by_a_point_on_their_side_and_by_a_box_that_touches_them() {
        let square = |west: f64| BoundingBox::new(west, 0.0, west + 1.0, 1.0).expect("a box");
        let index = BoxIndex::new([(square(0.0), 'a'), (square(1.0), 'b'), (square(3.0), 'c')]);
        let mut at: Vec<_> = index.at(Position::new(1.0, 0.5).expect("a point")).copied().collect();
        at.sort_unstable();
        assert_eq!(at, ['a', 'b']);
        let mut meeting: Vec<_> = index.meeting(&square(2.0)).copied().collect();
        meeting.sort_unstable();
        assert_eq!(meeting, ['b', 'c']);
    }
}
