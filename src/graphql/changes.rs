//! The change feed: what a copy of the directory is kept up to date by.

use async_graphql::{Context, Description, ID, Object, SimpleObject};

use super::actors::Actor;
use super::applications::Application;
use super::calls::Call;
use super::collectives::Collective;
use super::connection::{PageInfo, cost};
use super::context::ContextExt;
use super::diagnoses::SharedDiagnosis;
use super::enums::{ChangeKind, ChangeType};
use super::error::Result;
use super::ids::global_id;
use super::interactions::Interaction;
use super::node::Node;
use super::practices::GoodPractice;
use super::projects::Project;
use super::scalars::DateTime;
use super::territories::Territory;
use super::territory_inputs::TerritoryScope;
use crate::domain::changes::{self as domain, Became, Entry, Following};
use crate::domain::error::{ViolationCode, Violations};
use crate::domain::paging::{DEFAULT_PAGE, MAX_PAGE};

use strum::IntoEnumIterator;

/// What became of an entry. Several changes of one entry that a page would hold are told as one, the last.
#[derive(Clone, Description)]
pub struct Change(domain::Told);

#[Object(use_type_description)]
impl Change {
    /// What kind of entry it is.
    async fn kind(&self) -> ChangeKind {
        let kind = domain::ChangeKind::of(self.0.subject.kind);
        kind.expect("only entries of these kinds are told").into()
    }

    /// What became of it.
    #[graphql(name = "type")]
    async fn what(&self) -> ChangeType {
        match self.0.became {
            Became::Upserted(_) => ChangeType::Upserted,
            Became::Deleted => ChangeType::Deleted,
            Became::Merged(_) => ChangeType::Merged,
        }
    }

    /// The entry's id.
    async fn id(&self) -> ID {
        global_id(self.0.subject)
    }

    /// The entry as it is now, which may be newer than this change; null where it is gone.
    async fn node(&self) -> Option<Node> {
        match &self.0.became {
            Became::Upserted(entry) => Some(node((**entry).clone())),
            Became::Deleted | Became::Merged(_) => None,
        }
    }

    /// The id of the actor that took this one over; null unless the type is MERGED.
    async fn merged_into(&self) -> Option<ID> {
        match self.0.became {
            Became::Merged(survivor) => Some(global_id(survivor)),
            Became::Upserted(_) | Became::Deleted => None,
        }
    }

    /// The entry's version now; null where it is gone.
    async fn version(&self) -> Option<i32> {
        match &self.0.became {
            Became::Upserted(entry) => Some(entry.version()),
            Became::Deleted | Became::Merged(_) => None,
        }
    }

    /// When the change was written. Changes come in the order in which they were committed, which may differ by moments.
    async fn at(&self) -> DateTime {
        self.0.at.into()
    }
}

fn node(entry: Entry) -> Node {
    match entry {
        Entry::Territory(it) => Node::Territory(Territory(it)),
        Entry::Actor(it) => Node::Actor(Actor(it)),
        Entry::Interaction(it) => Node::Interaction(Interaction(it)),
        Entry::Call(it) => Node::Call(Call(it)),
        Entry::Collective(it) => Node::Collective(Collective(it)),
        Entry::Project(it) => Node::Project(Project(it)),
        Entry::Application(it) => Node::Application(Application(it)),
        Entry::GoodPractice(it) => Node::GoodPractice(GoodPractice(it)),
        Entry::Diagnosis(it) => Node::SharedDiagnosis(SharedDiagnosis(it)),
    }
}

/// A change with its place in the feed.
#[derive(SimpleObject, Clone)]
pub struct ChangeEdge {
    /// Its place: opaque, to be sent back as `since` to go on behind it.
    cursor: String,
    /// The change.
    node: Change,
}

impl ChangeEdge {
    /// Of a change that is told.
    pub fn of(told: &domain::Told) -> Self {
        Self { cursor: told.cursor.encode(), node: Change(told.clone()) }
    }
}

/// A part of the feed, in the order of commits.
#[derive(Description)]
pub struct ChangeConnection(domain::Part);

#[Object(use_type_description)]
impl ChangeConnection {
    /// The changes with their cursors.
    async fn edges(&self) -> Vec<ChangeEdge> {
        self.0.told.iter().map(ChangeEdge::of).collect()
    }

    /// The changes.
    async fn nodes(&self) -> Vec<Change> {
        self.0.told.iter().cloned().map(Change).collect()
    }

    /// Where the part ends. Where `hasNextPage` is true there may be more already: go on from `cursor` at once. A part may hold fewer
    /// changes than were asked for, or none, and more may follow all the same.
    async fn page_info(&self) -> PageInfo {
        let place = |told: Option<&domain::Told>| told.map(|told| told.cursor.encode());
        PageInfo::open(self.0.more, place(self.0.told.first()), place(self.0.told.last()))
    }

    /// Where to go on from, even where there was nothing: send it as `since`, now or in a year.
    async fn cursor(&self) -> String {
        self.0.cursor.encode()
    }
}

/// The feed, to be read.
#[derive(Default)]
pub struct ChangeQuery;

#[Object]
impl ChangeQuery {
    /// Everything that changed since a cursor, in the order in which it was committed, deletions and mergers among it: nothing
    /// is missed and nothing comes twice, however long the reader was away. Each entry comes as it is now and as you may see
    /// it. What left your sight, or the territory asked for, comes as DELETED; what you never could see does not come at
    /// all. A cursor does not expire; one of a database that was since replaced by a backup is a CONFLICT: start afresh.
    #[graphql(complexity = "cost(first, None) * child_complexity + 2")]
    async fn changes(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "Only what follows this cursor, of this list or of the subscription; from the beginning where it is left out."
        )]
        since: Option<String>,
        #[graphql(desc = "Only of entries of these kinds; of all where it is left out.")] kinds: Option<
            Vec<ChangeKind>,
        >,
        #[graphql(
            desc = "Only of entries there: actors by where they sit or act, interactions by their ends and places, \
            calls, collectives and projects by their perimeters, applications by their call's."
        )]
        territory: Option<TerritoryScope>,
        #[graphql(desc = "How many changes at most, up to 100; 20 where it is left out.")] first: Option<i32>,
    ) -> Result<ChangeConnection> {
        let mut found = Violations::default();
        let first = size(first, &mut found);
        let mut following = following(kinds, territory);
        found.into_result(())?;
        let app = ctx.app();
        app.resolve_following(&mut following).await?;
        Ok(ChangeConnection(app.changes(ctx.caller(), since.as_deref(), &following, first).await?))
    }
}

/// How many changes a page holds.
fn size(first: Option<i32>, found: &mut Violations) -> usize {
    let most = MAX_PAGE as usize;
    match first.map(usize::try_from) {
        None => DEFAULT_PAGE as usize,
        Some(Ok(first)) if first <= most => first,
        Some(_) => {
            found.add("first", ViolationCode::OutOfRange, format!("must be from 0 to {most}"));
            0
        }
    }
}

/// What is followed, its territory still to be found.
pub(super) fn following(kinds: Option<Vec<ChangeKind>>, territory: Option<TerritoryScope>) -> Following {
    let kinds: Vec<domain::ChangeKind> = match kinds.filter(|kinds| !kinds.is_empty()) {
        Some(kinds) => kinds.into_iter().map(Into::into).collect(),
        None => domain::ChangeKind::iter().collect(),
    };
    Following {
        kinds: kinds.into_iter().map(domain::ChangeKind::subject).collect(),
        territory: territory.map(TerritoryScope::read),
    }
}
