//! Where a point is: the seat that it gives where none is declared, and the perimeters that no list decides.

use std::collections::HashMap;
use std::sync::Arc;

use super::{App, Error};
use crate::domain::actors::{Actor, Seat};
use crate::domain::ids::TerritoryId;
use crate::domain::territories::{Territory, TerritoryKind};
use crate::geo::{Boundary, BoxIndex, Position};
use crate::store::{self, Transaction};

/// The territories about some points, with their outlines.
pub struct Places {
    boxes: BoxIndex<Territory>,
    outlines: HashMap<TerritoryId, Arc<Boundary>>,
}

/// What a point says of an actor.
pub struct Placed {
    /// Neighbourhoods and perimeters of one's own whose outline holds the point; every kind where there is no seat.
    pub held_by: Vec<TerritoryId>,
    /// How far the point lies outside of the declared commune, in metres; null where it lies inside, or nobody knows.
    pub astray_metres: Option<f64>,
}

impl Places {
    /// Reads what is about the points of these actors, and the communes that they declare, however far from them.
    pub async fn about(app: &App, tx: &Transaction, actors: &[&Actor]) -> Result<Self, Error> {
        let mut known = HashMap::new();
        let mut declared = Vec::new();
        let (mut seated, mut unseated) = (Vec::new(), Vec::new());
        for actor in actors {
            let Some(point) = actor.point() else { continue };
            match actor.seat.filter(|seat| seat.declared) {
                Some(seat) => {
                    seated.push(point);
                    declared.push(seat.commune);
                }
                None => unseated.push(point),
            }
        }
        // With a declared seat, lists have the last word on all but what they know nothing of.
        for (points, kinds) in [(seated, Some(&BY_OUTLINE[..])), (unseated, None)] {
            let holding = store::outlines::boxes_holding(tx, &points, kinds).await?;
            known.extend(holding.into_iter().map(|territory| (territory.id, territory)));
        }
        declared.sort_unstable();
        declared.dedup();
        declared.retain(|id| !known.contains_key(id));
        let declared = store::territories::by_ids(tx, &declared).await?;
        known.extend(declared.into_iter().map(|territory| (territory.id, territory)));
        let territories: Vec<_> = known.into_values().collect();
        let outlines = app.outlines.of(tx, &territories).await?;
        let boxes = territories.into_iter().filter_map(|t| Some((t.outline.as_ref()?.bbox, t)));
        Ok(Self { boxes: BoxIndex::new(boxes), outlines })
    }

    /// The territories whose outline holds the point.
    fn holding(&self, point: Position) -> impl Iterator<Item = &Territory> {
        self.boxes.at(point).filter(move |territory| {
            self.outlines.get(&territory.id).is_some_and(|outline| outline.contains(point))
        })
    }

    /// Gives an actor the seat that its point says, where none is declared, and tells the rest.
    pub fn place(&self, actor: &mut Actor) -> Placed {
        if actor.seat.is_some_and(|seat| !seat.declared) {
            actor.seat = None;
        }
        let Some(point) = actor.point() else { return Placed { held_by: Vec::new(), astray_metres: None } };
        if actor.seat.is_none() {
            let communes = self.holding(point).filter(|t| t.kind == TerritoryKind::Commune);
            let newest = communes.max_by_key(|t| (t.vintage, t.id));
            actor.seat = newest.map(|commune| Seat { commune: commune.id, declared: false });
        }
        let by_outline = |t: &&Territory| actor.seat.is_none() || BY_OUTLINE.contains(&t.kind);
        let mut held_by: Vec<_> = self.holding(point).filter(by_outline).map(|t| t.id).collect();
        held_by.sort_unstable();
        let declared =
            actor.seat.filter(|seat| seat.declared).and_then(|seat| self.outlines.get(&seat.commune));
        let astray = declared.filter(|outline| !outline.contains(point));
        Placed { held_by, astray_metres: astray.map(|outline| outline.distance_to_border_metres(point)) }
    }
}

/// The kinds of which a seat says nothing: they may be smaller than a commune, or lie across several.
const BY_OUTLINE: [TerritoryKind; 2] = [TerritoryKind::PriorityNeighbourhood, TerritoryKind::Custom];
