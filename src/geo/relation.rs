//! What a share of area means between two territories.

/// The least share of A's area inside B from which A is within B: outlines of different years and precisions never
/// agree to the metre, and 2 % of a commune is what their borders differ by.
pub const WITHIN_FROM: f64 = 0.98;

/// The least share of A's area inside B from which A intersects B; less is two outlines of one border.
pub const INTERSECTS_FROM: f64 = 0.001;

/// How a territory lies to another, by their outlines alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Relation {
    /// At least [`WITHIN_FROM`] of its area is inside the other.
    Within,
    /// From [`INTERSECTS_FROM`] to below [`WITHIN_FROM`] of its area is inside the other.
    Intersects,
}

/// The relation of A to B where `share_of_a_in_b` (0 to 1) of A's area is inside B; `None` where they have nothing to
/// do with each other, and for a share that is not a number.
///
/// Only geometry: that two territories each lie within the other, or that an official list says otherwise, is for the
/// caller to settle.
pub fn relation(share_of_a_in_b: f64) -> Option<Relation> {
    if share_of_a_in_b >= WITHIN_FROM {
        Some(Relation::Within)
    } else if share_of_a_in_b >= INTERSECTS_FROM {
        Some(Relation::Intersects)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_limit_belongs_to_the_stronger_relation() {
        assert_eq!(relation(0.98), Some(Relation::Within));
        assert_eq!(relation(0.979_999), Some(Relation::Intersects));
        assert_eq!(relation(0.001), Some(Relation::Intersects));
        assert_eq!(relation(0.000_999), None);
        assert_eq!(relation(f64::NAN), None);
    }
}
