//! What was changed in an outline so that it is valid, in words for an import report.

use std::fmt;

use super::error::Place;
use super::position::Position;

/// What makes an outline invalid.
#[derive(Debug, Clone, PartialEq)]
pub enum Flaw {
    /// A ring crosses itself, touches itself or runs back on itself.
    SelfIntersection {
        /// Which ring.
        ring: Place,
        /// Where it does so first.
        near: Position,
    },
    /// Two rings of one part cross, or run along each other.
    RingsCross {
        /// The one.
        ring: Place,
        /// The other.
        other: Place,
        /// Where they do so first.
        near: Position,
    },
    /// A hole lies outside its outer ring.
    HoleOutside {
        /// Which hole.
        ring: Place,
    },
    /// Rings of one part lie within each other, or touch so that they cut the part in two.
    Nesting {
        /// Which part, from 1.
        part: usize,
    },
    /// Two parts overlap, share a stretch of border, or lie within each other.
    PartsOverlap {
        /// The one, from 1.
        part: usize,
        /// The other, from 1.
        other: usize,
    },
}

impl fmt::Display for Flaw {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SelfIntersection { ring, near } => {
                write!(formatter, "{ring} crosses or touches itself near {near}")
            }
            Self::RingsCross { ring, other, near } => {
                write!(formatter, "{ring} and {other} cross near {near}")
            }
            Self::HoleOutside { ring } => write!(formatter, "{ring} lies outside its outer ring"),
            Self::Nesting { part } => {
                write!(formatter, "rings of part {part} lie within each other or cut it in two")
            }
            Self::PartsOverlap { part, other } => write!(formatter, "parts {part} and {other} overlap"),
        }
    }
}

/// One change that reading an outline made. The direction of rings is not among them: clockwise outer rings are normal
/// in French data, and are turned without a word; so is the altitude of positions, which is dropped.
#[derive(Debug, Clone, PartialEq)]
pub enum Repair {
    /// The first position was added at the ring's end.
    Closed {
        /// Which ring.
        ring: Place,
    },
    /// Positions that repeat the one before were dropped.
    RepeatedPositions {
        /// Which ring.
        ring: Place,
        /// How many.
        count: usize,
    },
    /// A part or a hole without an area was dropped.
    WithoutArea {
        /// Which ring; an outer ring stands for its part.
        ring: Place,
    },
    /// A part or a hole that is the same as another was dropped.
    RepeatedRing {
        /// Which ring; an outer ring stands for its part.
        ring: Place,
        /// The one that stays.
        same_as: Place,
    },
    /// Members of a collection beside its polygons were left out.
    LeftOut {
        /// Their type.
        kind: &'static str,
        /// How many.
        count: usize,
    },
    /// The outline was rebuilt from its rings: crossing rings were cut, overlapping parts joined, holes subtracted.
    Rebuilt {
        /// The first thing that was wrong with it.
        flaw: Flaw,
        /// How many more there were.
        more: usize,
        /// How many parts came of it.
        parts: usize,
        /// By how much the area moved, in percent of what the rings hold when read as even and odd.
        area_change_percent: f64,
    },
}

impl fmt::Display for Repair {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Closed { ring } => write!(formatter, "{ring} was not closed: its first position was added"),
            Self::RepeatedPositions { ring, count } => {
                write!(formatter, "{ring}: {count} repeated position{} dropped", plural(*count))
            }
            Self::WithoutArea { ring } => write!(formatter, "{ring} has no area: dropped"),
            Self::RepeatedRing { ring, same_as } => {
                write!(formatter, "{ring} is the same as {same_as}: dropped")
            }
            Self::LeftOut { kind, count } => {
                write!(formatter, "{count} {kind}{} beside the polygons left out", plural(*count))
            }
            Self::Rebuilt { flaw, more, parts, area_change_percent } => {
                write!(formatter, "{flaw}")?;
                if *more > 0 {
                    write!(formatter, " (and {more} more)")?;
                }
                // Adding 0.0 spares the reader a "-0.00".
                let moved = (area_change_percent * 100.0).round() / 100.0 + 0.0;
                write!(formatter, ": rebuilt as {parts} part{}, area {moved:+.2} %", plural(*parts))
            }
        }
    }
}

fn plural(count: usize) -> &'static str {
    if count == 1 { "" } else { "s" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rebuilt_outline_says_where_and_how_much() -> Result<(), crate::geo::GeometryError> {
        let flaw = Flaw::SelfIntersection { ring: Place::of_ring(0, 0), near: Position::new(1.37, 48.73)? };
        let repair = Repair::Rebuilt { flaw, more: 1, parts: 2, area_change_percent: -0.001 };
        assert_eq!(
            repair.to_string(),
            "part 1, outer ring crosses or touches itself near 1.37000, 48.73000 (and 1 more): \
             rebuilt as 2 parts, area +0.00 %"
        );
        Ok(())
    }
}
