//! What nested fields read of sessions, in batches.

use std::collections::HashMap;

use async_graphql::dataloader::Loader;
use uuid::Uuid;

use super::lists::{List, ListOf, Listed, Read, load};
use super::{Found, Reader};
use crate::app::Error;
use crate::domain::ids::{ActorId, DiagnosisId, WorkshopSessionId};
use crate::domain::keywords::{self, KeywordCount};
use crate::domain::listings::SessionListing;
use crate::domain::paging::{Page, Slice};
use crate::domain::workshops::{WorkshopSession, WorkshopTable};
use crate::store::Store;

impl Loader<WorkshopSessionId> for Reader {
    type Value = WorkshopSession;
    type Error = Error;

    async fn load(&self, ids: &[WorkshopSessionId]) -> Found<WorkshopSessionId, WorkshopSession> {
        let sessions = self.app.store.workshops_by_ids(ids, &self.visibility).await?;
        Ok(sessions.into_iter().map(|session| (session.id, session)).collect())
    }
}

/// The organisations that were at a session.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct AttendanceOf(pub WorkshopSessionId);

impl Loader<AttendanceOf> for Reader {
    type Value = Vec<ActorId>;
    type Error = Error;

    async fn load(&self, keys: &[AttendanceOf]) -> Found<AttendanceOf, Vec<ActorId>> {
        let ids: Vec<_> = keys.iter().map(|key| key.0).collect();
        let found = self.app.store.attendance_of(&ids).await?;
        Ok(found.into_iter().map(|(id, actors)| (AttendanceOf(id), actors)).collect())
    }
}

/// The tables of a session.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct TablesOf(pub WorkshopSessionId);

impl Loader<TablesOf> for Reader {
    type Value = Vec<WorkshopTable>;
    type Error = Error;

    async fn load(&self, keys: &[TablesOf]) -> Found<TablesOf, Vec<WorkshopTable>> {
        let ids: Vec<_> = keys.iter().map(|key| key.0).collect();
        let found = self.app.store.tables_of(&ids).await?;
        Ok(found.into_iter().map(|(id, tables)| (TablesOf(id), tables)).collect())
    }
}

/// The words that all tables of a diagnosis left.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct KeywordsOf(pub DiagnosisId);

impl Loader<KeywordsOf> for Reader {
    type Value = Vec<KeywordCount>;
    type Error = Error;

    async fn load(&self, keys: &[KeywordsOf]) -> Found<KeywordsOf, Vec<KeywordCount>> {
        let ids: Vec<_> = keys.iter().map(|key| key.0).collect();
        let found = self.app.store.tables_of_diagnoses(&ids).await?;
        Ok(found.into_iter().map(|(id, tables)| (KeywordsOf(id), keywords::counts(&tables))).collect())
    }
}

impl List for SessionListing {
    type Node = WorkshopSession;

    async fn pages(
        &self,
        store: &Store,
        page: &Page,
        of: &[Uuid],
    ) -> Read<HashMap<Uuid, Slice<WorkshopSession>>> {
        store.sessions_of(self, page, of).await
    }

    async fn totals(&self, store: &Store, of: &[Uuid]) -> Read<HashMap<Uuid, i64>> {
        store.count_sessions_of(self, of).await
    }
}

impl Loader<ListOf<SessionListing>> for Reader {
    type Value = Listed<WorkshopSession>;
    type Error = Error;

    async fn load(
        &self,
        keys: &[ListOf<SessionListing>],
    ) -> Found<ListOf<SessionListing>, Listed<WorkshopSession>> {
        load(&self.app.store, keys).await
    }
}
