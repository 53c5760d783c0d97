//! What clients say of calls: references, filters, orders, inputs of mutations.

use async_graphql::{Context, ID, InputObject, MaybeUndefined, OneofObject};

use super::actor_inputs::{bounded, enums, search_text};
use super::context::ContextExt;
use super::enums::{
    ActorKind, AidKind, CallKind, CallOrderField, CallPhase, CallRecurrence, OrderDirection, TrackKind,
};
use super::error::Result;
use super::ids::id_of;
use super::scalars::{DateTime, Decimal, Url, edit, read, read_edit};
use super::territory_inputs::{TerritoryRef, TerritoryScope, refs};
use crate::app::calls::{CallInput, TrackInput};
use crate::domain::calls as domain;
use crate::domain::edit::Edit;
use crate::domain::error::Violations;
use crate::domain::ids::{ActorId, CallId, TrackId};
use crate::domain::listings::{self, CallListing};
use crate::domain::{sdgs, themes};

/// How a call is named.
#[derive(OneofObject)]
pub enum CallRef {
    /// By its id.
    Id(ID),
    /// By its slug.
    Slug(String),
}

impl From<CallRef> for domain::CallRef {
    fn from(by: CallRef) -> Self {
        match by {
            CallRef::Id(id) => Self::Id(id_of::<CallId>(&id)),
            CallRef::Slug(slug) => Self::Slug(slug.replace('\0', "")),
        }
    }
}

/// Which calls to list. Everything given must hold; an empty list asks nothing.
#[derive(InputObject, Default)]
pub struct CallFilter {
    /// Words of the title or summary: accents, case and hyphens do not matter, typing errors are forgiven.
    text: Option<String>,
    /// In one of these phases.
    phases: Option<Vec<CallPhase>>,
    /// With one of these tracks.
    tracks: Option<Vec<TrackKind>>,
    /// With one of these themes, by slug; narrower themes count.
    themes: Option<Vec<String>>,
    /// Serving one of these goals, 1 to 17.
    sdgs: Option<Vec<i32>>,
    /// Open to this territory, or part of its programme; the basis says nothing of calls.
    territory: Option<TerritoryScope>,
    /// Closing within so many days from now, 0 to 3650.
    closing_within_days: Option<i32>,
    /// Run by this actor.
    organiser: Option<ID>,
}

/// An order of calls.
#[derive(InputObject)]
pub struct CallOrder {
    /// By what.
    field: CallOrderField,
    /// Which end comes first.
    #[graphql(default_with = "OrderDirection::Asc")]
    direction: OrderDirection,
}

/// What a list of calls asks, checked, its territories found.
pub async fn call_listing(
    ctx: &Context<'_>,
    filter: Option<CallFilter>,
    order_by: Option<CallOrder>,
    of_territory: bool,
) -> Result<CallListing> {
    let mut found = Violations::default();
    let given = filter.unwrap_or_default();
    if let Some(days) = given.closing_within_days {
        domain::check_closing_within("filter.closingWithinDays", days, &mut found);
    }
    let goals = bounded(given.sdgs.unwrap_or_default(), "filter.sdgs", &mut found);
    let mut filter = domain::CallFilter {
        text: search_text(given.text, "filter.text", &mut found),
        phases: enums(given.phases, "filter.phases", &mut found),
        tracks: enums(given.tracks, "filter.tracks", &mut found),
        themes: themes::parse("filter.themes", given.themes.unwrap_or_default(), &mut found),
        sdgs: sdgs::parse("filter.sdgs", &goals, &mut found),
        territory: given.territory.map(TerritoryScope::read),
        closing_within_days: given.closing_within_days,
        organiser: given.organiser.map(|id| id_of::<ActorId>(&id)),
    };
    found.into_result(())?;
    let scope = filter.territory.iter_mut();
    let places = scope.map(|scope| ("filter.territory.territory".to_owned(), &mut scope.territory)).collect();
    ctx.app().resolve(places).await?;
    ctx.app().lead(filter.organiser.iter_mut().collect()).await?;
    ctx.app().mend(&mut filter.text).await?;
    let order = order_by.map_or(
        listings::CallOrder { field: domain::CallOrderField::ClosesAt, descending: false },
        |order| listings::CallOrder {
            field: order.field.into(),
            descending: order.direction == OrderDirection::Desc,
        },
    );
    let (visibility, now) = (ctx.visibility(), ctx.look());
    ctx.app().note_calls(&filter, now).await?;
    Ok(CallListing { filter, order, of_territory, concerning: None, visibility, now })
}

/// One way to apply. With its id a track stays the same one; one that is left out of an update is dropped.
#[derive(InputObject)]
pub struct CallTrackInput {
    /// Its id, where it is a track of the call already.
    id: Option<ID>,
    /// Which way.
    kind: TrackKind,
    /// Its title.
    title: String,
    /// What it asks, in words.
    description: Option<String>,
    /// The least members of a collective.
    min_members: Option<i32>,
    /// The most members of a collective.
    max_members: Option<i32>,
    /// The least grant, in euros.
    min_grant: Option<Decimal>,
    /// The largest grant, in euros.
    max_grant: Option<Decimal>,
}

fn tracks(given: Vec<CallTrackInput>, found: &mut Violations) -> Vec<TrackInput> {
    let given = bounded(given, "input.tracks", found).into_iter().enumerate();
    given
        .map(|(index, track)| TrackInput {
            id: track.id.as_ref().map(id_of::<TrackId>),
            kind: track.kind.into(),
            title: track.title,
            description: track.description,
            min_members: track.min_members,
            max_members: track.max_members,
            min_grant: read(track.min_grant.as_ref(), &format!("input.tracks[{index}].minGrant"), found),
            max_grant: read(track.max_grant.as_ref(), &format!("input.tracks[{index}].maxGrant"), found),
        })
        .collect()
}

fn actors(given: Vec<ID>, path: &str, found: &mut Violations) -> Vec<ActorId> {
    bounded(given, path, found).iter().map(id_of::<ActorId>).collect()
}

fn kinds<A, D: From<A>>(given: Vec<A>) -> Vec<D> {
    given.into_iter().map(D::from).collect()
}

/// A new call.
#[derive(InputObject)]
pub struct CreateCallInput {
    /// A key of your choice, 1 to 200 characters: sent again by the same caller it returns the same call, created once.
    pub client_key: Option<String>,
    /// What it is.
    kind: CallKind,
    /// Its title, at most 300 characters.
    title: String,
    /// What it is about.
    summary: Option<String>,
    /// Where it is published.
    url: Option<Url>,
    /// Who runs it, in order.
    organisers: Vec<ID>,
    /// Who pays, in order.
    funders: Option<Vec<ID>>,
    /// The city contract or Cité éducative that it is part of.
    programme: Option<TerritoryRef>,
    /// Whether it comes back.
    recurrence: Option<CallRecurrence>,
    /// What it gives.
    aid_kinds: Option<Vec<AidKind>>,
    /// Which kinds of actors may apply.
    eligible_kinds: Option<Vec<ActorKind>>,
    /// Who may apply, in words.
    eligibility: Option<String>,
    /// The eligible perimeter: at least one territory.
    territories: Vec<TerritoryRef>,
    /// Slugs of its themes.
    themes: Option<Vec<String>>,
    /// Numbers of its goals, 1 to 17.
    sdgs: Option<Vec<i32>>,
    /// Those whom projects are for, as free tags.
    audiences: Option<Vec<String>>,
    /// The ways to apply, in order.
    tracks: Option<Vec<CallTrackInput>>,
    /// When it opens; with its publication where it is left out.
    opens_at: Option<DateTime>,
    /// When it closes: the first instant at which it is closed; never where it is left out.
    closes_at: Option<DateTime>,
    /// How much there is in all, in euros.
    budget: Option<Decimal>,
}

impl CreateCallInput {
    /// Checks what can be checked without the database.
    pub fn read(self, found: &mut Violations) -> CallInput {
        CallInput {
            edit: domain::CallEdit {
                kind: Edit::Set(self.kind.into()),
                title: Edit::Set(self.title),
                summary: Edit::given(self.summary),
                url: Edit::given(read(self.url.as_ref(), "input.url", found)),
                organisers: Edit::Set(actors(self.organisers, "input.organisers", found)),
                funders: Edit::given(self.funders).map(|given| actors(given, "input.funders", found)),
                recurrence: Edit::given(self.recurrence).map(Into::into),
                aid_kinds: Edit::given(self.aid_kinds).map(kinds),
                eligible_kinds: Edit::given(self.eligible_kinds).map(kinds),
                eligibility: Edit::given(self.eligibility),
                themes: Edit::given(self.themes),
                sdgs: Edit::given(self.sdgs),
                audiences: Edit::given(self.audiences),
                opens_at: Edit::given(read(self.opens_at.as_ref(), "input.opensAt", found)),
                closes_at: Edit::given(read(self.closes_at.as_ref(), "input.closesAt", found)),
                budget: Edit::given(read(self.budget.as_ref(), "input.budget", found)),
                ..domain::CallEdit::default()
            },
            programme: Edit::given(self.programme).map(TerritoryRef::read),
            territories: Edit::Set(refs(self.territories, "input.territories", found)),
            tracks: Edit::given(self.tracks).map(|given| tracks(given, found)),
        }
    }
}

/// A change of a call: a field left out stays, and null clears.
#[derive(InputObject)]
pub struct UpdateCallInput {
    /// What it is.
    kind: MaybeUndefined<CallKind>,
    /// Its title, at most 300 characters.
    title: MaybeUndefined<String>,
    /// What it is about.
    summary: MaybeUndefined<String>,
    /// Where it is published.
    url: MaybeUndefined<Url>,
    /// Who runs it, in order: all of them.
    organisers: MaybeUndefined<Vec<ID>>,
    /// Who pays, in order: all of them.
    funders: MaybeUndefined<Vec<ID>>,
    /// The city contract or Cité éducative that it is part of.
    programme: MaybeUndefined<TerritoryRef>,
    /// Whether it comes back.
    recurrence: MaybeUndefined<CallRecurrence>,
    /// What it gives: all of it.
    aid_kinds: MaybeUndefined<Vec<AidKind>>,
    /// Which kinds of actors may apply: all of them.
    eligible_kinds: MaybeUndefined<Vec<ActorKind>>,
    /// Who may apply, in words.
    eligibility: MaybeUndefined<String>,
    /// The eligible perimeter: all of it, at least one territory.
    territories: MaybeUndefined<Vec<TerritoryRef>>,
    /// Slugs of its themes: all of them.
    themes: MaybeUndefined<Vec<String>>,
    /// Numbers of its goals, 1 to 17: all of them.
    sdgs: MaybeUndefined<Vec<i32>>,
    /// Those whom projects are for, as free tags: all of them.
    audiences: MaybeUndefined<Vec<String>>,
    /// The ways to apply, in order: all of them.
    tracks: MaybeUndefined<Vec<CallTrackInput>>,
    /// When it opens.
    opens_at: MaybeUndefined<DateTime>,
    /// When it closes: the first instant at which it is closed.
    closes_at: MaybeUndefined<DateTime>,
    /// How much there is in all, in euros.
    budget: MaybeUndefined<Decimal>,
}

impl UpdateCallInput {
    /// Checks what can be checked without the database.
    pub fn read(self, found: &mut Violations) -> CallInput {
        CallInput {
            edit: domain::CallEdit {
                kind: edit(self.kind).map(Into::into),
                title: edit(self.title),
                summary: edit(self.summary),
                url: read_edit(self.url, "input.url", found),
                organisers: edit(self.organisers).map(|given| actors(given, "input.organisers", found)),
                funders: edit(self.funders).map(|given| actors(given, "input.funders", found)),
                recurrence: edit(self.recurrence).map(Into::into),
                aid_kinds: edit(self.aid_kinds).map(kinds),
                eligible_kinds: edit(self.eligible_kinds).map(kinds),
                eligibility: edit(self.eligibility),
                themes: edit(self.themes),
                sdgs: edit(self.sdgs),
                audiences: edit(self.audiences),
                opens_at: read_edit(self.opens_at, "input.opensAt", found),
                closes_at: read_edit(self.closes_at, "input.closesAt", found),
                budget: read_edit(self.budget, "input.budget", found),
                ..domain::CallEdit::default()
            },
            programme: edit(self.programme).map(TerritoryRef::read),
            territories: edit(self.territories).map(|given| refs(given, "input.territories", found)),
            tracks: edit(self.tracks).map(|given| tracks(given, found)),
        }
    }
}
