//! Networks of actors as of a day: read, pictured, measured beside the threads that serve.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use chrono::NaiveDate;
use moka::sync::Cache;
use tokio::sync::{OnceCell, Semaphore};
use uuid::Uuid;

use super::world::{At, Find};
use super::{App, Error};
use crate::atlas::{Network, Path, Picture, Stop, Stopped, Tie, paths};
use crate::domain::ids::{ActorId, TerritoryId};
use crate::domain::interactions::{InteractionFilter, weight};
use crate::domain::listings::ActorListing;
use crate::domain::policy::Visibility;
use crate::store::ecosystem::NetworkTie;

pub use crate::store::ecosystem::ActorTraits;

/// How many networks are measured at once: each takes a core.
const AT_ONCE: usize = 2;

/// Most interactions that are read for paths, from either end.
const MOST_TIES: usize = 200_000;

/// Which actors, of a territory or of all, and which interactions between them.
#[derive(Clone, Debug)]
pub struct EcosystemRequest {
    /// The actors.
    pub actors: ActorListing,
    /// The interactions.
    pub interactions: InteractionFilter,
    /// The territory, where it is of one.
    pub of: Option<TerritoryId>,
}

/// Pictures that were made, while nothing has changed, and how many are being measured.
#[derive(Clone, Debug)]
pub struct Pictures {
    made: Cache<(At, String), Arc<Picture>>,
    measuring: Arc<Semaphore>,
}

impl Default for Pictures {
    fn default() -> Self {
        let weight = |key: &(At, String), picture: &Arc<Picture>| {
            (key.1.len() + picture.network().size() + picture.network().links().len()) as u32
        };
        // About 500 MB of networks with all their measures.
        let made = Cache::builder().weigher(weight).max_capacity(2_000_000).build();
        Self { made, measuring: Arc::new(Semaphore::new(AT_ONCE)) }
    }
}

impl Pictures {
    /// Forgets what was made.
    pub(super) fn forget(&self) {
        self.made.invalidate_all();
    }
}

/// A network as of a day, and what was asked.
#[derive(Debug)]
pub struct Ecosystem {
    /// What was asked.
    pub request: Arc<EcosystemRequest>,
    /// The day.
    pub as_of: NaiveDate,
    picture: Arc<Picture>,
    traits: OnceCell<Arc<Vec<Option<ActorTraits>>>>,
    app: App,
}

/// Two networks of the same actors, and what differs.
#[derive(Debug)]
pub struct EcosystemChange {
    /// As of the first day.
    pub before: Arc<Ecosystem>,
    /// As of the second.
    pub after: Arc<Ecosystem>,
}

/// Tells a measure that nobody waits for it any more.
struct StopWhenDropped(Stop);

impl Drop for StopWhenDropped {
    fn drop(&mut self) {
        self.0.stop();
    }
}

impl App {
    /// The network of what matches, as of a day: what is computed of it serves until the directory changes.
    pub async fn ecosystem(&self, request: EcosystemRequest, as_of: NaiveDate) -> Result<Ecosystem, Error> {
        let request = Arc::new(request);
        let [picture] = self.pictures(&request, [as_of]).await?;
        Ok(Ecosystem { request, as_of, picture, traits: OnceCell::new(), app: self.clone() })
    }

    /// The same as of two days.
    pub async fn ecosystem_change(
        &self,
        request: EcosystemRequest,
        [from, to]: [NaiveDate; 2],
    ) -> Result<EcosystemChange, Error> {
        let request = Arc::new(request);
        let [before, after] = self.pictures(&request, [from, to]).await?;
        let of = |as_of, picture| {
            let (request, traits) = (request.clone(), OnceCell::new());
            Arc::new(Ecosystem { request, as_of, picture, traits, app: self.clone() })
        };
        Ok(EcosystemChange { before: of(from, before), after: of(to, after) })
    }

    async fn pictures<const N: usize>(
        &self,
        request: &EcosystemRequest,
        days: [NaiveDate; N],
    ) -> Result<[Arc<Picture>; N], Error> {
        let key = |at: At, day: NaiveDate| (at, format!("{day} {request:?}"));
        let at = self.world_at().await?;
        let made = days.map(|day| self.pictures.made.get(&key(at, day)));
        if made.iter().all(Option::is_some) {
            return Ok(made.map(|picture| picture.expect("each is there")));
        }
        let last = days.into_iter().max().unwrap_or_default();
        let EcosystemRequest { actors, interactions, of } = request.clone();
        let ties = Find::Ties(interactions, actors.visibility.clone());
        let found = self.see_at([Find::Actors(actors, of), ties], move |_, world, [actors, ties]| {
            world.network(actors, ties, last)
        });
        let (at, (actors, ties)) = found.await?;
        let made = self
            .beside(move |_| {
                Ok(days.map(|day| Arc::new(Picture::of(Network::on(day, actors.clone(), &ties)))))
            })
            .await?;
        for (day, picture) in days.into_iter().zip(&made) {
            self.pictures.made.insert(key(at, day), picture.clone());
        }
        Ok(made)
    }

    /// Computes beside the threads that serve; stops when nobody waits any more.
    pub(super) async fn beside<T: Send + 'static>(
        &self,
        compute: impl FnOnce(&Stop) -> Result<T, Stopped> + Send + 'static,
    ) -> Result<T, Error> {
        let internal = |error: Arc<dyn std::error::Error + Send + Sync>| Error::Internal(error);
        let permit = self.pictures.measuring.clone().acquire_owned().await;
        let permit = permit.map_err(|error| internal(Arc::new(error)))?;
        let stop = Stop::default();
        let waiting = StopWhenDropped(stop.clone());
        let computed = tokio::task::spawn_blocking(move || {
            let computed = compute(&stop);
            drop(permit);
            computed
        });
        let computed = computed.await.map_err(|error| internal(Arc::new(error)))?;
        drop(waiting);
        computed.map_err(|Stopped| Error::Timeout)
    }

    /// The ways from one actor to another over what may be seen, as of a day: at most `first`, none longer than `longest`
    /// steps; null where an end may not be seen.
    pub async fn paths(
        &self,
        [from, to]: [ActorId; 2],
        longest: usize,
        first: usize,
        on: NaiveDate,
        visibility: &Visibility,
    ) -> Result<Option<Vec<Path>>, Error> {
        let (mut from, mut to) = (from, to);
        self.lead(vec![&mut from, &mut to]).await?;
        let seen = self.store.actors_by_ids(&[from, to], visibility).await?;
        if [from, to].iter().any(|end| seen.iter().all(|actor| actor.id != *end)) {
            return Ok(None);
        }
        let ties = self.between([from.0, to.0], longest, on, visibility).await?;
        let found = self.beside(move |_| {
            let ties: Vec<_> = ties.iter().map(tie).collect();
            let actors = ties.iter().flat_map(|tie| [tie.source, tie.target]).collect();
            Ok(paths(&Network::on(on, actors, &ties), from.0, to.0, longest, first))
        });
        Ok(Some(found.await?))
    }

    /// Every interaction that a way of so many steps may take: from both ends, step by step, from that of fewer actors.
    async fn between(
        &self,
        ends: [Uuid; 2],
        longest: usize,
        on: NaiveDate,
        visibility: &Visibility,
    ) -> Result<Vec<NetworkTie>, Error> {
        let mut found: HashMap<Uuid, NetworkTie> = HashMap::new();
        let mut sides = ends.map(|end| (HashSet::from([end]), vec![end]));
        for _ in 0..longest {
            let (known, border) =
                sides.iter_mut().min_by_key(|(_, border)| border.len()).expect("there are two sides");
            if border.is_empty() {
                break;
            }
            let most = (MOST_TIES - found.len()) as i64;
            let ties = self.store.ties_of(border, on, visibility, most).await?;
            border.clear();
            for tie in ties {
                border.extend([tie.source.0, tie.target.0].into_iter().filter(|actor| known.insert(*actor)));
                found.insert(tie.id.0, tie);
            }
            if found.len() > MOST_TIES {
                let message = format!(
                    "more than {MOST_TIES} interactions would have to be followed: ask for shorter paths"
                );
                return Err(Error::invalid(
                    "maxLength",
                    crate::domain::error::ViolationCode::OutOfRange,
                    message,
                ));
            }
        }
        Ok(found.into_values().collect())
    }
}

impl Ecosystem {
    /// The network.
    pub fn network(&self) -> &Network {
        self.picture.network()
    }

    /// Computes something of the picture beside the threads that serve.
    pub async fn measure<T: Send + 'static>(
        &self,
        compute: impl FnOnce(&Picture, &Stop) -> Result<T, Stopped> + Send + 'static,
    ) -> Result<T, Error> {
        let picture = self.picture.clone();
        self.app.beside(move |stop| compute(&picture, stop)).await
    }

    /// How many interactions hold between one of its actors and another.
    pub async fn crossing(&self) -> Result<i64, Error> {
        let EcosystemRequest { actors, interactions, .. } = &*self.request;
        let among = self.network().actors();
        Ok(self.app.store.count_crossing(among, interactions, self.as_of, &actors.visibility).await?)
    }

    /// What its actors are, in the order of their places; null of one that was put away meanwhile. Read once.
    pub async fn traits(&self) -> Result<Arc<Vec<Option<ActorTraits>>>, Error> {
        let read = async || {
            let visibility = &self.request.actors.visibility;
            let found = self.app.store.actor_traits(self.network().actors(), visibility).await?;
            let mut traits = vec![None; self.network().size()];
            for one in found {
                if let Some(place) = self.network().place(one.id.0) {
                    traits[place as usize] = Some(one);
                }
            }
            Ok::<_, Error>(Arc::new(traits))
        };
        self.traits.get_or_try_init(read).await.cloned()
    }
}

impl EcosystemChange {
    /// The actors that take part in an interaction on the second day, and took part in none on the first.
    pub fn new_actors(&self) -> Vec<Uuid> {
        let (before, after) = (self.before.network(), self.after.network());
        let linked = |network: &Network, actor: &Uuid| {
            network.place(*actor).is_some_and(|place| network.degree(place) > 0)
        };
        after
            .actors()
            .iter()
            .copied()
            .filter(|actor| linked(after, actor) && !linked(before, actor))
            .collect()
    }

    /// The interactions that hold on the second day and did not on the first.
    pub fn new_interactions(&self) -> Vec<Uuid> {
        only_in(self.after.network(), self.before.network())
    }

    /// The interactions that held on the first day and do not on the second.
    pub fn ended_interactions(&self) -> Vec<Uuid> {
        only_in(self.before.network(), self.after.network())
    }
}

fn only_in(one: &Network, other: &Network) -> Vec<Uuid> {
    let there =
        |interaction: Uuid| other.links().binary_search_by_key(&interaction, |link| link.interaction).is_ok();
    one.links().iter().map(|link| link.interaction).filter(|interaction| !there(*interaction)).collect()
}

fn tie(found: &NetworkTie) -> Tie {
    Tie {
        interaction: found.id.0,
        source: found.source.0,
        target: found.target.0,
        directed: found.kind.directed(),
        weight: weight(found.level, found.intensity),
        level: found.level,
        since: found.since,
        until: found.until,
    }
}
