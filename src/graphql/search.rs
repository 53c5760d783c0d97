//! Search as clients read it.

use async_graphql::{Context, SimpleObject, Union};
use strum::IntoEnumIterator;

use super::actor_inputs::{bounded, search_text};
use super::actors::Actor;
use super::calls::Call;
use super::connection::{PageInfo, page};
use super::context::ContextExt;
use super::enums::SearchKind;
use super::error::Result;
use super::territories::Territory;
use super::territory_inputs::TerritoryScope;
use crate::domain::error::{ViolationCode, Violations};
use crate::domain::ids::{ActorId, CallId, SubjectKind, TerritoryId};
use crate::domain::search::{self as domain, Search};

/// Something found.
#[derive(Union)]
pub enum SearchItem {
    /// An actor.
    Actor(Actor),
    /// A territory.
    Territory(Territory),
    /// A call.
    Call(Call),
}

/// Something found with its place among what is found.
#[derive(SimpleObject)]
pub struct SearchEdge {
    /// Its place: opaque, to be sent back as `after`.
    cursor: String,
    /// What was found.
    node: SearchItem,
    /// How well it matches; higher is better, and comparable within this search alone.
    score: f64,
    /// Its name as HTML, the words that match in `<mark>`, everything else escaped.
    highlight: Option<String>,
}

/// A page of what is found, best first.
#[derive(SimpleObject)]
pub struct SearchConnection {
    /// The page's finds with their cursors.
    edges: Vec<SearchEdge>,
    /// Where the page ends.
    page_info: PageInfo,
}

impl SearchConnection {
    /// Searches.
    pub async fn of(
        ctx: &Context<'_>,
        given: String,
        kinds: Option<Vec<SearchKind>>,
        territory: Option<TerritoryScope>,
        first: Option<i32>,
        after: Option<String>,
    ) -> Result<Self> {
        let mut found = Violations::default();
        let text = search_text(Some(given), "text", &mut found);
        if text.is_none() && found.0.is_empty() {
            found.add("text", ViolationCode::Required, "must not be empty");
        }
        let asked: Vec<domain::SearchKind> =
            bounded(kinds.unwrap_or_default(), "kinds", &mut found).into_iter().map(Into::into).collect();
        let kinds =
            domain::SearchKind::iter().filter(|kind| asked.is_empty() || asked.contains(kind)).collect();
        found.into_result(())?;
        let page = page(first, after, None, None, &Search::order())?;
        let territory = territory.map(TerritoryScope::read);
        let text = text.unwrap_or_default();
        let search = Search { text: text.clone(), kinds, territory, visibility: ctx.visibility() };
        let slice = ctx.app().search(search, &page).await?;
        let of =
            |kind| slice.edges.iter().filter(move |e| e.node.subject.kind == kind).map(|e| e.node.subject.id);
        let mut actors = ctx.loader().load_many(of(SubjectKind::Actor).map(ActorId)).await?;
        let mut territories = ctx.loader().load_many(of(SubjectKind::Territory).map(TerritoryId)).await?;
        let mut calls = ctx.loader().load_many(of(SubjectKind::Call).map(CallId)).await?;
        let edge = |edge: &crate::domain::paging::Edge<domain::SearchHit>| {
            let subject = edge.node.subject;
            let node = match subject.kind {
                SubjectKind::Actor => SearchItem::Actor(Actor(actors.remove(&ActorId(subject.id))?)),
                SubjectKind::Territory => {
                    SearchItem::Territory(Territory(territories.remove(&TerritoryId(subject.id))?))
                }
                SubjectKind::Call => SearchItem::Call(Call(calls.remove(&CallId(subject.id))?)),
                SubjectKind::Interaction | SubjectKind::Track => return None,
            };
            let highlight = Some(domain::highlight(&edge.node.name, &text));
            Some(SearchEdge { cursor: edge.cursor.encode(), node, score: edge.node.score, highlight })
        };
        let page_info = PageInfo::of(&slice);
        Ok(Self { edges: slice.edges.iter().filter_map(edge).collect(), page_info })
    }
}
