//! What nested fields read of projects, in batches.

use std::collections::HashMap;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use async_graphql::dataloader::Loader;
use uuid::Uuid;

use super::lists::{List, ListOf, Listed, load};
use super::{Found, Reader};
use crate::app::Error;
use crate::domain::ids::{ActorId, ProjectId};
use crate::domain::listings::ProjectListing;
use crate::domain::paging::{Page, Slice};
use crate::domain::projects::{Cell, Project};
use crate::store::{Store, StoreError};

type Read<T> = Result<T, StoreError>;

impl Loader<ProjectId> for Reader {
    type Value = Project;
    type Error = Error;

    async fn load(&self, ids: &[ProjectId]) -> Found<ProjectId, Project> {
        let projects = self.app.store.projects_by_ids(ids, &self.visibility).await?;
        Ok(projects.into_iter().map(|project| (project.id, project)).collect())
    }
}

/// The partners of a project.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct PartnersOf(pub ProjectId);

impl Loader<PartnersOf> for Reader {
    type Value = Vec<ActorId>;
    type Error = Error;

    async fn load(&self, keys: &[PartnersOf]) -> Found<PartnersOf, Vec<ActorId>> {
        let ids: Vec<_> = keys.iter().map(|key| key.0).collect();
        let found = self.app.store.project_partners(&ids).await?;
        Ok(found.into_iter().map(|(id, partners)| (PartnersOf(id), partners)).collect())
    }
}

impl List for ProjectListing {
    type Node = Project;

    async fn page(&self, store: &Store, page: &Page) -> Read<Slice<Project>> {
        store.projects(self, page).await
    }

    async fn pages(&self, store: &Store, page: &Page, of: &[Uuid]) -> Read<HashMap<Uuid, Slice<Project>>> {
        store.projects_of(self, page, of).await
    }

    async fn total(&self, store: &Store) -> Read<i64> {
        store.count_projects(self).await
    }

    async fn totals(&self, store: &Store, of: &[Uuid]) -> Read<HashMap<Uuid, i64>> {
        store.count_projects_of(self, of).await
    }
}

impl Loader<ListOf<ProjectListing>> for Reader {
    type Value = Listed<Project>;
    type Error = Error;

    async fn load(&self, keys: &[ListOf<ProjectListing>]) -> Found<ListOf<ProjectListing>, Listed<Project>> {
        load(&self.app.store, keys).await
    }
}

/// A listing by its text, by which lists are told apart.
#[derive(Clone)]
struct Told {
    listing: Arc<ProjectListing>,
    text: Arc<str>,
}

impl Told {
    fn of(listing: &Arc<ProjectListing>) -> Self {
        Self { listing: Arc::clone(listing), text: Arc::from(format!("{listing:?}")) }
    }
}

impl PartialEq for Told {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for Told {}

impl Hash for Told {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.text.hash(state);
    }
}

/// The counts of a matrix: of an entry's, or of the one that stands alone.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct MatrixOf {
    of: Option<Uuid>,
    told: Told,
}

impl MatrixOf {
    /// Of this listing.
    pub fn new(listing: &Arc<ProjectListing>, of: Option<Uuid>) -> Self {
        Self { of, told: Told::of(listing) }
    }
}

impl Loader<MatrixOf> for Reader {
    type Value = HashMap<Cell, i64>;
    type Error = Error;

    async fn load(&self, keys: &[MatrixOf]) -> Found<MatrixOf, HashMap<Cell, i64>> {
        let mut groups: HashMap<(&Told, bool), Vec<Uuid>> = HashMap::new();
        for key in keys {
            groups.entry((&key.told, key.of.is_some())).or_default().extend(key.of);
        }
        let mut all: HashMap<MatrixOf, HashMap<Cell, i64>> = HashMap::new();
        for ((told, nested), of) in groups {
            let of = nested.then_some(of.as_slice());
            for ((of, cell), count) in self.app.store.count_cells(&told.listing, of).await? {
                all.entry(MatrixOf { of, told: told.clone() }).or_default().insert(cell, count);
            }
        }
        Ok(all)
    }
}

/// The first projects of a cell of a matrix.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct CellProjects {
    of: Option<Uuid>,
    cell: Cell,
    first: u32,
    told: Told,
}

impl CellProjects {
    /// So many of them.
    pub fn new(listing: &Arc<ProjectListing>, of: Option<Uuid>, cell: Cell, first: u32) -> Self {
        Self { of, cell, first, told: Told::of(listing) }
    }
}

impl Loader<CellProjects> for Reader {
    type Value = Vec<Project>;
    type Error = Error;

    async fn load(&self, keys: &[CellProjects]) -> Found<CellProjects, Vec<Project>> {
        let mut groups: HashMap<(&Told, u32), Vec<_>> = HashMap::new();
        for key in keys {
            groups.entry((&key.told, key.first)).or_default().push((key.of, key.cell));
        }
        let mut all = HashMap::new();
        for ((told, first), cells) in groups {
            let found = self.app.store.projects_of_cells(&told.listing, &cells, first).await?;
            all.extend(found.into_iter().map(|((of, cell), projects)| {
                (CellProjects { of, cell, first, told: told.clone() }, projects)
            }));
        }
        Ok(all)
    }
}
