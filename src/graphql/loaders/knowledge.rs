//! What nested fields read of practices, lessons and the library, in batches.

use std::collections::HashMap;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use async_graphql::dataloader::Loader;
use uuid::Uuid;

use super::lists::{List, ListOf, Listed, Read, load};
use super::{Found, Reader};
use crate::app::Error;
use crate::domain::ids::{ActorId, GoodPracticeId, LessonId, LibraryResourceId};
use crate::domain::lessons::Lesson;
use crate::domain::library::LibraryResource;
use crate::domain::listings::{LessonListing, LibraryListing, PracticeListing};
use crate::domain::paging::{Page, Slice};
use crate::domain::practices::GoodPractice;
use crate::domain::replications::Replication;
use crate::domain::similar::Similar;
use crate::domain::text::LIST_ENTRIES;
use crate::store::Store;

impl Loader<GoodPracticeId> for Reader {
    type Value = GoodPractice;
    type Error = Error;

    async fn load(&self, ids: &[GoodPracticeId]) -> Found<GoodPracticeId, GoodPractice> {
        let practices = self.app.store.practices_by_ids(ids, &self.visibility).await?;
        Ok(practices.into_iter().map(|practice| (practice.id, practice)).collect())
    }
}

impl Loader<LessonId> for Reader {
    type Value = Lesson;
    type Error = Error;

    async fn load(&self, ids: &[LessonId]) -> Found<LessonId, Lesson> {
        let lessons = self.app.store.lessons_by_ids(ids, &self.visibility).await?;
        Ok(lessons.into_iter().map(|lesson| (lesson.id, lesson)).collect())
    }
}

impl Loader<LibraryResourceId> for Reader {
    type Value = LibraryResource;
    type Error = Error;

    async fn load(&self, ids: &[LibraryResourceId]) -> Found<LibraryResourceId, LibraryResource> {
        let resources = self.app.store.library_resources_by_ids(ids).await?;
        Ok(resources.into_iter().map(|resource| (resource.id, resource)).collect())
    }
}

/// The actors of a practice.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct PractisedBy(pub GoodPracticeId);

impl Loader<PractisedBy> for Reader {
    type Value = Vec<ActorId>;
    type Error = Error;

    async fn load(&self, keys: &[PractisedBy]) -> Found<PractisedBy, Vec<ActorId>> {
        let ids: Vec<_> = keys.iter().map(|key| key.0).collect();
        let found = self.app.store.practice_actors(&ids).await?;
        Ok(found.into_iter().map(|(id, actors)| (PractisedBy(id), actors)).collect())
    }
}

/// What to read about a practice.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct ResourcesOf(pub GoodPracticeId);

impl Loader<ResourcesOf> for Reader {
    type Value = Vec<LibraryResourceId>;
    type Error = Error;

    async fn load(&self, keys: &[ResourcesOf]) -> Found<ResourcesOf, Vec<LibraryResourceId>> {
        let ids: Vec<_> = keys.iter().map(|key| key.0).collect();
        let found = self.app.store.practice_resources(&ids).await?;
        Ok(found.into_iter().map(|(id, resources)| (ResourcesOf(id), resources)).collect())
    }
}

/// Where and how a practice, which is seen, was taken up.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct ReplicationsOf(pub GoodPracticeId);

impl Loader<ReplicationsOf> for Reader {
    type Value = Vec<Replication>;
    type Error = Error;

    async fn load(&self, keys: &[ReplicationsOf]) -> Found<ReplicationsOf, Vec<Replication>> {
        let ids: Vec<_> = keys.iter().map(|key| key.0).collect();
        let found = self.app.store.replications_of(&ids, LIST_ENTRIES as i64).await?;
        Ok(found.into_iter().map(|(id, replications)| (ReplicationsOf(id), replications)).collect())
    }
}

/// The practices that are like one.
#[derive(Clone)]
pub struct SimilarTo(pub Arc<GoodPractice>);

impl PartialEq for SimilarTo {
    fn eq(&self, other: &Self) -> bool {
        self.0.id == other.0.id
    }
}

impl Eq for SimilarTo {}

impl Hash for SimilarTo {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.id.hash(state);
    }
}

impl Loader<SimilarTo> for Reader {
    type Value = Arc<Vec<Similar>>;
    type Error = Error;

    async fn load(&self, keys: &[SimilarTo]) -> Found<SimilarTo, Arc<Vec<Similar>>> {
        let practices: Vec<_> = keys.iter().map(|key| (*key.0).clone()).collect();
        let mut found = self.app.similar_practices(&practices, &self.visibility).await?;
        let of_one = |key: &SimilarTo| Some((key.clone(), Arc::new(found.remove(&key.0.id)?)));
        Ok(keys.iter().filter_map(of_one).collect())
    }
}

impl List for PracticeListing {
    type Node = GoodPractice;

    async fn page(&self, store: &Store, page: &Page) -> Read<Slice<GoodPractice>> {
        store.practices(self, page).await
    }

    async fn pages(
        &self,
        store: &Store,
        page: &Page,
        of: &[Uuid],
    ) -> Read<HashMap<Uuid, Slice<GoodPractice>>> {
        store.practices_of(self, page, of).await
    }

    async fn total(&self, store: &Store) -> Read<i64> {
        store.count_practices(self).await
    }

    async fn totals(&self, store: &Store, of: &[Uuid]) -> Read<HashMap<Uuid, i64>> {
        store.count_practices_of(self, of).await
    }
}

impl Loader<ListOf<PracticeListing>> for Reader {
    type Value = Listed<GoodPractice>;
    type Error = Error;

    async fn load(
        &self,
        keys: &[ListOf<PracticeListing>],
    ) -> Found<ListOf<PracticeListing>, Listed<GoodPractice>> {
        load(&self.app.store, keys).await
    }
}

impl List for LessonListing {
    type Node = Lesson;

    async fn page(&self, store: &Store, page: &Page) -> Read<Slice<Lesson>> {
        store.lessons(self, page).await
    }

    async fn pages(&self, store: &Store, page: &Page, of: &[Uuid]) -> Read<HashMap<Uuid, Slice<Lesson>>> {
        store.lessons_of(self, page, of).await
    }

    async fn total(&self, store: &Store) -> Read<i64> {
        store.count_lessons(self).await
    }

    async fn totals(&self, store: &Store, of: &[Uuid]) -> Read<HashMap<Uuid, i64>> {
        store.count_lessons_of(self, of).await
    }
}

impl Loader<ListOf<LessonListing>> for Reader {
    type Value = Listed<Lesson>;
    type Error = Error;

    async fn load(&self, keys: &[ListOf<LessonListing>]) -> Found<ListOf<LessonListing>, Listed<Lesson>> {
        load(&self.app.store, keys).await
    }
}

impl List for LibraryListing {
    type Node = LibraryResource;

    async fn page(&self, store: &Store, page: &Page) -> Read<Slice<LibraryResource>> {
        store.library_resources(self, page).await
    }

    /// No entry has such a list.
    async fn pages(
        &self,
        _store: &Store,
        _page: &Page,
        _of: &[Uuid],
    ) -> Read<HashMap<Uuid, Slice<LibraryResource>>> {
        Ok(HashMap::new())
    }

    async fn total(&self, store: &Store) -> Read<i64> {
        store.count_library_resources(self).await
    }

    async fn totals(&self, _store: &Store, _of: &[Uuid]) -> Read<HashMap<Uuid, i64>> {
        Ok(HashMap::new())
    }
}

impl Loader<ListOf<LibraryListing>> for Reader {
    type Value = Listed<LibraryResource>;
    type Error = Error;

    async fn load(
        &self,
        keys: &[ListOf<LibraryListing>],
    ) -> Found<ListOf<LibraryListing>, Listed<LibraryResource>> {
        load(&self.app.store, keys).await
    }
}
