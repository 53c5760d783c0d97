//! What Relay connections have in common: the page's bounds, its edges, how much a list costs.

use std::sync::Arc;

use async_graphql::{OutputType, SimpleObject};

use super::actors::Actor;
use super::applications::Application;
use super::calls::Call;
use super::collectives::Collective;
use super::contributions::Contribution;
use super::coverage::CoverageRow;
use super::diagnoses::SharedDiagnosis;
use super::error::Result;
use super::exchanges::{Need, Offer};
use super::history::Revision;
use super::interactions::Interaction;
use super::lessons::Lesson;
use super::library::LibraryResource;
use super::memberships::Membership;
use super::moderation::ReviewItem;
use super::people::{ApiKey, User};
use super::practices::GoodPractice;
use super::projects::Project;
use super::suggestions::Suggestion;
use super::support::{SupportContact, SupportRequest};
use super::territories::Territory;
use super::workshops::WorkshopSession;
use crate::domain::paging::{Cursor, DEFAULT_PAGE, Edge, ListOrder, Page, PageArguments, Slice};

/// Where a page ends, and whether there is more on either side.
#[derive(SimpleObject)]
pub struct PageInfo {
    /// Whether entries follow this page.
    has_next_page: bool,
    /// Whether entries come before this page.
    has_previous_page: bool,
    /// The cursor of the page's first entry; null for an empty page.
    start_cursor: Option<String>,
    /// The cursor of the page's last entry; null for an empty page.
    end_cursor: Option<String>,
}

impl PageInfo {
    /// Of a page.
    pub fn of<T>(slice: &Slice<T>) -> Self {
        Self {
            has_next_page: slice.has_next,
            has_previous_page: slice.has_previous,
            start_cursor: slice.edges.first().map(|edge| edge.cursor.encode()),
            end_cursor: slice.edges.last().map(|edge| edge.cursor.encode()),
        }
    }

    /// Of a part that is read forwards alone, and before which nothing is looked for.
    pub fn open(has_next_page: bool, start_cursor: Option<String>, end_cursor: Option<String>) -> Self {
        Self { has_next_page, has_previous_page: false, start_cursor, end_cursor }
    }
}

/// An entry of a list with its place in it.
#[derive(SimpleObject)]
#[graphql(concrete(name = "ActorEdge", params(Actor)))]
#[graphql(concrete(name = "InteractionEdge", params(Interaction)))]
#[graphql(concrete(name = "TerritoryEdge", params(Territory)))]
#[graphql(concrete(name = "CallEdge", params(Call)))]
#[graphql(concrete(name = "CollectiveEdge", params(Collective)))]
#[graphql(concrete(name = "ProjectEdge", params(Project)))]
#[graphql(concrete(name = "WorkshopSessionEdge", params(WorkshopSession)))]
#[graphql(concrete(name = "SharedDiagnosisEdge", params(SharedDiagnosis)))]
#[graphql(concrete(name = "ApplicationEdge", params(Application)))]
#[graphql(concrete(name = "MembershipEdge", params(Membership)))]
#[graphql(concrete(name = "ContributionEdge", params(Contribution)))]
#[graphql(concrete(name = "SuggestionEdge", params(Suggestion)))]
#[graphql(concrete(name = "RevisionEdge", params(Revision)))]
#[graphql(concrete(name = "ReviewItemEdge", params(ReviewItem)))]
#[graphql(concrete(name = "UserEdge", params(User)))]
#[graphql(concrete(name = "ApiKeyEdge", params(ApiKey)))]
#[graphql(concrete(name = "NeedEdge", params(Need)))]
#[graphql(concrete(name = "OfferEdge", params(Offer)))]
#[graphql(concrete(name = "SupportContactEdge", params(SupportContact)))]
#[graphql(concrete(name = "SupportRequestEdge", params(SupportRequest)))]
#[graphql(concrete(name = "GoodPracticeEdge", params(GoodPractice)))]
#[graphql(concrete(name = "LessonEdge", params(Lesson)))]
#[graphql(concrete(name = "LibraryResourceEdge", params(LibraryResource)))]
#[graphql(concrete(name = "CoverageRowEdge", params(CoverageRow)))]
pub struct ListEdge<T: OutputType> {
    /// The entry's place: opaque, to be sent back as `after` or `before`.
    pub(super) cursor: String,
    /// The entry.
    pub(super) node: T,
}

/// Edges of a page.
pub fn edges<D: Clone, T: OutputType>(slice: &Slice<D>, node: impl Fn(D) -> T) -> Vec<ListEdge<T>> {
    let edge = |edge: &Edge<D>| ListEdge { cursor: cursor(&edge.cursor), node: node(edge.node.clone()) };
    slice.edges.iter().map(edge).collect()
}

/// Nodes of a page.
pub fn nodes<D: Clone, T>(slice: &Slice<D>, node: impl Fn(D) -> T) -> Vec<T> {
    slice.edges.iter().map(|edge| node(edge.node.clone())).collect()
}

fn cursor(cursor: &Cursor) -> String {
    cursor.encode()
}

/// Checks a list's arguments.
pub fn page(
    first: Option<i32>,
    after: Option<String>,
    last: Option<i32>,
    before: Option<String>,
    order: &ListOrder,
) -> Result<Page> {
    Ok(PageArguments { first, after, last, before }.parse(order)?)
}

/// How many entries a list costs, by its arguments, before they are checked.
pub fn cost(first: Option<i32>, last: Option<i32>) -> usize {
    first.or(last).and_then(|size| usize::try_from(size).ok()).unwrap_or(DEFAULT_PAGE as usize).min(100)
}

/// A page of a list that an entry holds, or of one that stands alone.
pub type SharedSlice<T> = Arc<Slice<T>>;

/// A total as GraphQL's `Int`, which ends at 2,147,483,647.
pub fn total(count: i64) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX)
}
