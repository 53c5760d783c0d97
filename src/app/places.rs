//! Where a point is: the seat that it gives where none is declared, and the perimeters that no list decides.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::{App, Error};
use crate::domain::actors::{Actor, Seat};
use crate::domain::ids::TerritoryId;
use crate::domain::territories::{Territory, TerritoryKind};
use crate::geo::{Boundary, BoundingBox, Position};
use crate::store::{self, Transaction};

/// The territories about some points, with their outlines.
pub struct Places {
    territories: Vec<Territory>,
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
    /// Reads what is about these points, and these communes, however far from them.
    pub async fn about(
        app: &App,
        tx: &Transaction,
        points: &[Position],
        declared: &[TerritoryId],
    ) -> Result<Self, Error> {
        let Some(bbox) = BoundingBox::from_positions(points.iter().copied()) else {
            return Ok(Self { territories: Vec::new(), outlines: HashMap::new() });
        };
        let mut territories = store::outlines::meeting(tx, &bbox).await?;
        let holds_one = |t: &Territory| {
            t.outline.as_ref().is_some_and(|outline| points.iter().any(|point| outline.bbox.contains(*point)))
        };
        territories.retain(holds_one);
        let known: HashSet<_> = territories.iter().map(|territory| territory.id).collect();
        let missing: Vec<_> = declared.iter().filter(|id| !known.contains(id)).copied().collect();
        if !missing.is_empty() {
            territories.extend(store::territories::by_ids(tx, &missing).await?);
        }
        let outlines = app.outlines.of(tx, &territories).await?;
        Ok(Self { territories, outlines })
    }

    /// The territories whose outline holds the point, the newest of a kind and code alone.
    fn holding(&self, point: Position) -> impl Iterator<Item = &Territory> {
        self.territories.iter().filter(move |territory| {
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
        let by_outline = |t: &&Territory| match actor.seat {
            None => true,
            Some(_) => matches!(t.kind, TerritoryKind::PriorityNeighbourhood | TerritoryKind::Custom),
        };
        let held_by = self.holding(point).filter(by_outline).map(|t| t.id).collect();
        let declared =
            actor.seat.filter(|seat| seat.declared).and_then(|seat| self.outlines.get(&seat.commune));
        let astray = declared.filter(|outline| !outline.contains(point));
        Placed { held_by, astray_metres: astray.map(|outline| outline.distance_to_border_metres(point)) }
    }
}
