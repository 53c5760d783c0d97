//! Sets of what filters find and readers may see: asked of SQL, where filters and visibility are, and kept while the
//! directory stands where it does.

use std::sync::Arc;

use super::{App, At, Error};
use crate::atlas::{Members, World};
use crate::domain::actors::ActorFilter;
use crate::domain::ids::TerritoryId;
use crate::domain::interactions::InteractionFilter;
use crate::domain::listings::ActorListing;
use crate::domain::policy::Visibility;
use crate::domain::publication::PublicationStatus;
use crate::store::Connection;
use crate::store::world::Found;

/// What a set is of.
#[derive(Clone, Debug)]
pub enum Find {
    /// The actors that match, of a territory or of all.
    Actors(ActorListing, Option<TerritoryId>),
    /// The actors that have a place that this reader may see.
    Points(Visibility),
    /// The actors that match and have a place that may be seen.
    Drawn(ActorListing),
    /// The interactions that match and that this reader may see, if they may see both ends.
    Ties(InteractionFilter, Visibility),
}

/// Why there is no set.
#[derive(Clone, Debug)]
pub(super) enum Missed {
    /// Others wrote meanwhile: it would be of another state than the directory.
    Moved,
    /// It can't be asked for.
    Failed(Error),
}

impl From<Error> for Missed {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

/// Where an entry stands that may be seen by those who see everything, unless archived ones are asked for.
fn is_listed(status: PublicationStatus) -> bool {
    status != PublicationStatus::Archived
}

fn is_published(status: PublicationStatus) -> bool {
    status == PublicationStatus::Published
}

impl App {
    /// A set as of a state of the directory: from memory, or found now; two who ask at once have it found once.
    pub(super) async fn found(&self, at: At, find: &Find) -> Result<Arc<Members>, Missed> {
        self.found_in(at, find, self.store.db()).await
    }

    async fn found_in(&self, at: At, find: &Find, db: &impl Connection) -> Result<Arc<Members>, Missed> {
        let key = (at, format!("{find:?}"));
        let made = self.atlas.sets.try_get_with(key, async { self.find(at, find, db).await.map(Arc::new) });
        made.await.map_err(|missed| (*missed).clone())
    }

    pub(super) async fn find(&self, at: At, find: &Find, db: &impl Connection) -> Result<Members, Missed> {
        match find {
            Find::Actors(listing, of) if of.is_none() && is_everyone(listing) => {
                let visibility = &listing.visibility;
                let unpublished = Found::UnpublishedActors(visibility);
                let seen = self.seen(at, visibility, &unpublished, World::actors_in, World::actors_of, db);
                seen.await
            }
            Find::Actors(listing, of) => {
                self.asked(at, &Found::Actors(listing, *of), World::actors_of, db).await
            }
            Find::Drawn(listing) => {
                let actors = Find::Actors(listing.clone(), None);
                let points = Find::Points(listing.visibility.clone());
                let actors = Box::pin(self.found_in(at, &actors, db)).await?;
                let points = Box::pin(self.found_in(at, &points, db)).await?;
                Ok(&*actors & &*points)
            }
            Find::Points(visibility) => {
                let mut points =
                    self.look(at, |world| world.located(*visibility == Visibility::Everything))?;
                if matches!(visibility, Visibility::Granted(_)) {
                    points |= self.asked(at, &Found::HiddenPoints(visibility), World::actors_of, db).await?;
                }
                Ok(points)
            }
            Find::Ties(filter, visibility) if *filter == InteractionFilter::default() => {
                let unpublished = Found::UnpublishedTies(visibility);
                self.seen(at, visibility, &unpublished, World::ties_in, World::ties_of, db).await
            }
            Find::Ties(filter, visibility) => {
                self.asked(at, &Found::Ties(filter, visibility), World::ties_of, db).await
            }
        }
    }

    /// All that may be seen: of most readers the status says it, of the others SQL says which unpublished ones are.
    async fn seen(
        &self,
        at: At,
        visibility: &Visibility,
        unpublished: &Found<'_>,
        by_status: impl Fn(&World, fn(PublicationStatus) -> bool) -> Members,
        numbers: impl Fn(&World, &[uuid::Uuid]) -> Members,
        db: &impl Connection,
    ) -> Result<Members, Missed> {
        match visibility {
            Visibility::Public => self.look(at, |world| by_status(world, is_published)),
            Visibility::Everything => self.look(at, |world| by_status(world, is_listed)),
            Visibility::Granted(_) => {
                let published = self.look(at, |world| by_status(world, is_published))?;
                Ok(published | self.asked(at, unpublished, numbers, db).await?)
            }
        }
    }

    /// What SQL finds, by numbers.
    async fn asked(
        &self,
        at: At,
        found: &Found<'_>,
        numbers: impl Fn(&World, &[uuid::Uuid]) -> Members,
        db: &impl Connection,
    ) -> Result<Members, Missed> {
        let (end, ids) = self.store.found_in(db, found).await.map_err(Error::from)?;
        if end != at.end {
            return Err(Missed::Moved);
        }
        self.look(at, |world| numbers(world, &ids))
    }

    /// Looks at the directory, if it stands there still.
    fn look<T>(&self, at: At, look: impl FnOnce(&World) -> T) -> Result<T, Missed> {
        let held = self.atlas.read();
        if held.at == Some(at) { Ok(look(&held.world)) } else { Err(Missed::Moved) }
    }
}

/// Whether a listing is of all that may be seen.
fn is_everyone(listing: &ActorListing) -> bool {
    let ActorListing { filter, order: _, anchor, among, visibility: _, brief: _ } = listing;
    *filter == ActorFilter::default() && anchor.is_none() && among.is_none()
}
