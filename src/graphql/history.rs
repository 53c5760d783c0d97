//! The history of entries as those read it who may.

use std::sync::Arc;

use async_graphql::{Context, Description, ID, Object, SimpleObject};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value};

use super::connection::{ListEdge, PageInfo, SharedSlice, edges, nodes, page, total};
use super::context::{ContextExt, may_see};
use super::enums::RevisionAction;
use super::error::Result;
use super::loaders::{NameOf, page_of, total_of};
use super::scalars::DateTime;
use crate::domain::history::{self as domain, HistoryListing, Names};
use crate::domain::ids::{Subject, SubjectKind};
use crate::domain::policy::Act;

/// One write of an entry: by a person, a key, an import or a rule.
#[derive(Clone, Description)]
pub struct Revision {
    revision: domain::Revision,
    /// The entry whose history it is, on which depends what the reader may see of it.
    of: Subject,
}

#[Object(use_type_description)]
impl Revision {
    /// Opaque and the same for life.
    async fn id(&self) -> ID {
        ID(URL_SAFE_NO_PAD.encode(format!("revision:{}", self.revision.position)))
    }

    /// What was done.
    async fn action(&self) -> RevisionAction {
        self.revision.action.into()
    }

    /// When.
    async fn at(&self) -> DateTime {
        self.revision.at.into()
    }

    /// By whom: the name of a person or of a key, `import`, `operator`, or a rule of the service such as `retention`. Null
    /// where the person was erased or may not be named to you; you are always named to yourself.
    async fn by(&self, ctx: &Context<'_>) -> Option<Result<String>> {
        named(ctx, &self.revision.caller, Some(self.revision.action), self.of).await.transpose()
    }

    /// The version that it made.
    async fn version(&self) -> i32 {
        self.revision.version
    }

    /// What was said of it: why it was refused or disputed, or what a suggestion said that was accepted.
    async fn comment(&self) -> Option<&str> {
        self.revision.comment.as_deref()
    }

    /// What changed.
    #[graphql(complexity = "4 * child_complexity + 1")]
    async fn changes(&self, ctx: &Context<'_>) -> Result<Vec<FieldChange>> {
        field_changes(ctx, &self.revision.fields, self.of).await
    }
}

/// A field that changed. Values are for people: territories by name and code, actors by name, lists with commas between.
#[derive(SimpleObject)]
pub struct FieldChange {
    /// Its name, as the entry has it; a part of it behind a dot, as in `location.address`.
    field: String,
    /// What it was; null where there was nothing, or where you may not see it.
    before: Option<String>,
    /// What it is; null where there is nothing, or where you may not see it.
    after: Option<String>,
}

/// What changed of an entry, with the names of what is mentioned.
pub async fn field_changes(
    ctx: &Context<'_>,
    fields: &Map<String, Value>,
    of: Subject,
) -> Result<Vec<FieldChange>> {
    let (territories, actors) = domain::mentioned(fields);
    let mut names = Names::default();
    if !territories.is_empty() {
        let found = ctx.loader().load_many(territories).await?.into_iter();
        let name = |(id, territory): (_, crate::domain::territories::Territory)| {
            (id, format!("{} ({})", territory.name, territory.code))
        };
        names.territories = found.map(name).collect();
    }
    if !actors.is_empty() {
        let found = ctx.loader().load_many(actors).await?.into_iter();
        names.actors = found.map(|(id, actor): (_, crate::domain::actors::Actor)| (id, actor.name)).collect();
    }
    let shows = !fields.contains_key("location") || may_see(ctx, Act::SeeHiddenLocation, of).await?;
    let told = domain::told(fields, &names, shows).into_iter();
    Ok(told.map(|c| FieldChange { field: c.field, before: c.before, after: c.after }).collect())
}

/// Who did something to an entry, where they may be named to the reader.
pub async fn named(
    ctx: &Context<'_>,
    by: &str,
    action: Option<domain::RevisionAction>,
    of: Subject,
) -> Result<Option<String>> {
    if let Some(name) = domain::impersonal(by, action) {
        return Ok(Some(name));
    }
    if by != ctx.caller().reference() && !may_see(ctx, Act::NamePersons, of).await? {
        return Ok(None);
    }
    Ok(ctx.loader().load_one(NameOf(by.to_owned())).await?)
}

/// A page of an entry's history, newest first.
#[derive(Description)]
pub struct RevisionConnection {
    slice: SharedSlice<domain::Revision>,
    listing: Arc<HistoryListing>,
    of: Subject,
}

impl RevisionConnection {
    /// The history of an entry; null for those who may not see it.
    pub async fn of(
        ctx: &Context<'_>,
        of: Subject,
        first: Option<i32>,
        after: Option<String>,
    ) -> Result<Option<Self>> {
        let page = page(first, after, None, None, &HistoryListing::order())?;
        if !may_see(ctx, Act::SeeHistory, of).await? {
            return Ok(None);
        }
        // Those who do not write an interaction answer it: drafts and what was refused are between its author and who reviews.
        let since_submitted =
            of.kind == SubjectKind::Interaction && !may_see(ctx, Act::UpdateInteraction, of).await?;
        let listing = Arc::new(HistoryListing { kind: of.kind, since_submitted });
        Ok(Some(Self { slice: page_of(ctx, &listing, page, Some(of.id)).await?, listing, of }))
    }

    fn revision(&self) -> impl Fn(domain::Revision) -> Revision {
        let of = self.of;
        move |revision| Revision { revision, of }
    }
}

#[Object(use_type_description)]
impl RevisionConnection {
    /// The page's revisions with their cursors.
    async fn edges(&self) -> Vec<ListEdge<Revision>> {
        edges(&self.slice, self.revision())
    }

    /// The page's revisions.
    async fn nodes(&self) -> Vec<Revision> {
        nodes(&self.slice, self.revision())
    }

    /// Where the page ends.
    async fn page_info(&self) -> PageInfo {
        PageInfo::of(&self.slice)
    }

    /// How many there are in all; counted only where it is asked for.
    async fn total_count(&self, ctx: &Context<'_>) -> Result<i32> {
        Ok(total(total_of(ctx, &self.listing, Some(self.of.id)).await?))
    }
}
