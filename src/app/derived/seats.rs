//! Where actors sit by their point, and the perimeters that hold it.

use std::collections::BTreeMap;

use crate::app::places::Places;
use crate::app::{App, Error};
use crate::domain::actors::Seat;
use crate::domain::ids::{ActorId, TerritoryId};
use crate::store::{self, Transaction, integrity};

/// How many actors are looked at at a time.
const CHUNK: usize = 500;

/// An actor that does not sit where its point says, or is not kept in the perimeters that hold it.
pub struct Drift {
    /// Which.
    pub actor: ActorId,
    /// Its name.
    pub name: String,
    /// Where it should sit, where that differs.
    pub seat: Option<Option<Seat>>,
    /// The perimeters that should hold its point, where these differ.
    pub held_by: Option<Vec<TerritoryId>>,
}

/// The actors by the square of a degree that they are in, in chunks: what is about them is read together.
pub struct Chunks(Vec<Vec<ActorId>>);

impl Chunks {
    /// Every actor whose place may be derived.
    pub async fn of_all(tx: &Transaction) -> Result<Self, Error> {
        let mut squares: BTreeMap<_, Vec<ActorId>> = BTreeMap::new();
        for (actor, point) in integrity::placed_actors(tx).await? {
            let square =
                point.map(|(longitude, latitude)| (longitude.floor() as i32, latitude.floor() as i32));
            squares.entry(square).or_default().push(actor);
        }
        Ok(Self(squares.values().flat_map(|actors| actors.chunks(CHUNK).map(<[_]>::to_vec)).collect()))
    }

    /// Chunk by chunk.
    pub fn iter(&self) -> impl Iterator<Item = &[ActorId]> {
        self.0.iter().map(Vec::as_slice)
    }
}

impl App {
    /// Compares where these actors, a chunk of all, are kept with where their points are.
    pub(in crate::app) async fn seat_drift(
        &self,
        tx: &Transaction,
        of: &[ActorId],
    ) -> Result<Vec<Drift>, Error> {
        let actors = store::actors::by_ids(tx, of).await?;
        let mut points = integrity::points(tx, of).await?;
        let located: Vec<_> = actors.iter().map(|(actor, _)| actor).collect();
        let places = Places::about(self, tx, &located).await?;
        let mut drifted = Vec::new();
        for (mut actor, _) in actors {
            let seat = actor.seat;
            let held_by = places.place(&mut actor).held_by;
            let stored = points.remove(&actor.id).unwrap_or_default();
            let drift = Drift {
                actor: actor.id,
                seat: (actor.seat != seat).then_some(actor.seat),
                held_by: (held_by != stored).then_some(held_by),
                name: actor.name,
            };
            if drift.seat.is_some() || drift.held_by.is_some() {
                drifted.push(drift);
            }
        }
        Ok(drifted)
    }
}
