//! Interactions as clients read them.

use std::sync::Arc;

use async_graphql::{Context, Description, ID, Object, SimpleObject};

use super::actors::{Actor, seen_actor};
use super::connection::{ListEdge, PageInfo, SharedSlice, cost, edges, nodes, total};
use super::context::ContextExt;
use super::enums::{
    ConfirmationStatus, CooperationLevel, DatePrecision, Frequency, InteractionKind, PublicationStatus,
};
use super::error::{ApiError, Result};
use super::history::RevisionConnection;
use super::ids::global_id;
use super::loaders::{OriginsOf, Pairs, TerritoriesOf, page_of, total_of};
use super::permissions::{Permission, permissions};
use super::scalars::{Date, DateTime, Decimal, Url};
use super::shapes::Origin;
use super::territories::Territory;
use super::vocabulary::{Theme, themes_of};
use crate::domain::ids::SubjectKind;
use crate::domain::interactions as domain;
use crate::domain::listings::InteractionListing;
use crate::domain::paging::Page;
use crate::domain::permissions::Entry;

/// A qualified, dated link between two actors. It is seen only where both its ends are.
#[derive(Clone, Description)]
pub struct Interaction(pub domain::Interaction);

#[Object(use_type_description)]
impl Interaction {
    /// Opaque and the same for life.
    pub async fn id(&self) -> ID {
        global_id(self.0.id)
    }

    /// What links the two.
    async fn kind(&self) -> InteractionKind {
        self.0.kind.into()
    }

    /// From whom, where the kind runs one way; else one of the two.
    async fn source(&self, ctx: &Context<'_>) -> Result<Actor> {
        seen_actor(ctx, self.0.source).await
    }

    /// To whom, where the kind runs one way; else the other of the two.
    async fn target(&self, ctx: &Context<'_>) -> Result<Actor> {
        seen_actor(ctx, self.0.target).await
    }

    /// Whether it runs from source to target, a property of its kind: funding runs one way, a partnership holds both ways.
    async fn directed(&self) -> bool {
        self.0.kind.directed()
    }

    /// How far the two go together; null where nobody said.
    async fn level(&self) -> Option<CooperationLevel> {
        self.0.level.map(Into::into)
    }

    /// How strong it is, 1 to 5; null where nobody said.
    async fn intensity(&self) -> Option<i32> {
        self.0.intensity.map(i32::from)
    }

    /// How often it happens.
    async fn frequency(&self) -> Option<Frequency> {
        self.0.frequency.map(Into::into)
    }

    /// Whether it rests on a signed agreement.
    async fn formalised(&self) -> Option<bool> {
        self.0.formalised
    }

    /// In words.
    async fn description(&self) -> Option<&str> {
        self.0.description.as_deref()
    }

    /// What it is about.
    async fn themes(&self) -> Vec<Theme> {
        themes_of(&self.0.themes)
    }

    /// Where it takes place.
    #[graphql(complexity = "2 * child_complexity + 1")]
    async fn territories(&self, ctx: &Context<'_>) -> Result<Vec<Territory>> {
        let found = ctx.loader().load_one(TerritoriesOf(Pairs::Interactions, self.0.id.0)).await?;
        Ok(found.unwrap_or_default().into_iter().map(Territory).collect())
    }

    /// When it began; where only a year or a month is known, its first day. Null where nobody knows.
    async fn since(&self) -> Option<Date> {
        self.0.since.map(|since| since.date.into())
    }

    /// How much of `since` is known.
    async fn since_precision(&self) -> Option<DatePrecision> {
        self.0.since.map(|since| since.precision.into())
    }

    /// When it ended; where only a year or a month is known, its last day. Null while it is not known to have ended.
    async fn until(&self) -> Option<Date> {
        self.0.until.map(|until| until.date.into())
    }

    /// How much of `until` is known.
    async fn until_precision(&self) -> Option<DatePrecision> {
        self.0.until.map(|until| until.precision.into())
    }

    /// Of funding: how much, in euros.
    async fn amount(&self) -> Option<Decimal> {
        self.0.amount.map(Decimal::from)
    }

    /// The side that declared it; null where neither of the two did, or where it may not be seen.
    async fn declared_by(&self, ctx: &Context<'_>) -> Option<Result<Actor>> {
        let side = self.0.declared_by?;
        ctx.loader().load_one(side).await.map(|found| found.map(Actor)).map_err(ApiError::from).transpose()
    }

    /// Whether the other side agrees.
    async fn confirmation(&self) -> ConfirmationStatus {
        self.0.confirmation.into()
    }

    /// Why the other side disagrees; null where it does not.
    async fn dispute_reason(&self) -> Option<&str> {
        self.0.dispute_reason.as_deref()
    }

    /// What shows that it is real.
    async fn evidence(&self) -> Vec<Evidence> {
        self.0.evidence.iter().map(Evidence::from).collect()
    }

    /// Where the entry comes from.
    async fn origins(&self, ctx: &Context<'_>) -> Result<Vec<Origin>> {
        let origins = ctx.loader().load_one(OriginsOf(SubjectKind::Interaction, self.0.id.0)).await?;
        Ok(origins.unwrap_or_default().iter().map(Origin::from).collect())
    }

    /// Where it stands between draft and archive.
    async fn status(&self) -> PublicationStatus {
        self.0.publication.status.into()
    }

    /// Counts its changes; send it back as `expectedVersion`.
    async fn version(&self) -> i32 {
        self.0.version
    }

    /// When it was created.
    async fn created_at(&self) -> DateTime {
        self.0.created_at.into()
    }

    /// When it was last changed.
    async fn updated_at(&self) -> DateTime {
        self.0.updated_at.into()
    }

    /// What you may do with it, and why not, in the words that the attempt would meet: by your role, then by where the
    /// entry stands. What only the attempt finds out (a newer version, a duplicate) is not told.
    #[graphql(complexity = "child_complexity + 2")]
    async fn permissions(&self, ctx: &Context<'_>) -> Result<Vec<Permission>> {
        permissions(ctx, Entry::Interaction(&self.0), self.0.id.into()).await
    }

    /// What was done to it, newest first; null for those who may not see it.
    #[graphql(complexity = "cost(first, None) * child_complexity + 2")]
    async fn history(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many, at most 100; 20 where it is left out.")] first: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
    ) -> Option<Result<RevisionConnection>> {
        RevisionConnection::of(ctx, self.0.id.into(), first, after).await.transpose()
    }
}

/// What shows that an interaction is real.
#[derive(SimpleObject)]
pub struct Evidence {
    /// Its title.
    title: String,
    /// Where it can be read.
    url: Option<Url>,
    /// Of when it is.
    date: Option<Date>,
}

impl From<&domain::Evidence> for Evidence {
    fn from(evidence: &domain::Evidence) -> Self {
        Self {
            title: evidence.title.clone(),
            url: evidence.url.as_ref().map(Url::from),
            date: evidence.date.map(Date::from),
        }
    }
}

/// A page of interactions.
#[derive(Description)]
pub struct InteractionConnection {
    slice: SharedSlice<domain::Interaction>,
    listing: Arc<InteractionListing>,
    of: Option<uuid::Uuid>,
}

impl InteractionConnection {
    /// A list that stands alone, or the list of an entry.
    pub async fn read(
        ctx: &Context<'_>,
        listing: InteractionListing,
        page: Page,
        of: Option<uuid::Uuid>,
    ) -> Result<Self> {
        let listing = Arc::new(listing);
        Ok(Self { slice: page_of(ctx, &listing, page, of).await?, listing, of })
    }
}

#[Object(use_type_description)]
impl InteractionConnection {
    /// The page's entries with their cursors.
    async fn edges(&self) -> Vec<ListEdge<Interaction>> {
        edges(&self.slice, Interaction)
    }

    /// The page's entries.
    async fn nodes(&self) -> Vec<Interaction> {
        nodes(&self.slice, Interaction)
    }

    /// Where the page ends.
    async fn page_info(&self) -> PageInfo {
        PageInfo::of(&self.slice)
    }

    /// How many there are in all; counted only where it is asked for.
    async fn total_count(&self, ctx: &Context<'_>) -> Result<i32> {
        Ok(total(total_of(ctx, &self.listing, self.of).await?))
    }
}
