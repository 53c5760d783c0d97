//! What clients say of interactions: filters, inputs of mutations.

use async_graphql::{Context, ID, InputObject, MaybeUndefined};

use super::actor_inputs::{ActorFilter, bounded, check_weight, enums};
use super::context::ContextExt;
use super::enums::{ConfirmationStatus, CooperationLevel, DatePrecision, Frequency, InteractionKind};
use super::error::Result;
use super::ids::id_of;
use super::scalars::{Date, DateTime, Decimal, Url, edit, read, read_edit};
use super::territory_inputs::{TerritoryRef, TerritoryScope, refs};
use crate::app::interactions::InteractionInput;
use crate::domain::edit::Edit;
use crate::domain::error::{ViolationCode, Violations};
use crate::domain::ids::ActorId;
use crate::domain::interactions as domain;
use crate::domain::listings::{InteractionAnchor, InteractionListing};
use crate::domain::themes;

/// Which interactions to list. Everything given must hold; an empty list asks nothing.
#[derive(InputObject, Default)]
pub struct InteractionFilter {
    /// Of one of these kinds.
    kinds: Option<Vec<InteractionKind>>,
    /// Whose level is known and at least this.
    min_level: Option<CooperationLevel>,
    /// Whose intensity is known and at least this, 1 to 5.
    min_intensity: Option<i32>,
    /// With one of these themes, by slug; narrower themes count.
    themes: Option<Vec<String>>,
    /// With this actor at one end.
    actor: Option<ID>,
    /// With both ends among these actors.
    between: Option<ActorFilter>,
    /// With an end that sits or acts in this territory or, unless the basis is `SEAT`, that takes place there.
    territory: Option<TerritoryScope>,
    /// That hold on this day: begun, or without a beginning, and not known to have ended before.
    active_on: Option<Date>,
    /// In one of these states of confirmation.
    confirmation: Option<Vec<ConfirmationStatus>>,
    /// Changed at this instant or later.
    updated_since: Option<DateTime>,
}

impl InteractionFilter {
    /// Checks it, everything at once.
    pub fn read(self, path: &str, found: &mut Violations) -> domain::InteractionFilter {
        let at = |name: &str| format!("{path}.{name}");
        if self.min_intensity.is_some_and(|i| !(1..=5).contains(&i)) {
            found.add(at("minIntensity"), ViolationCode::OutOfRange, "is from 1 to 5");
        }
        domain::InteractionFilter {
            kinds: enums(self.kinds, &at("kinds"), found),
            min_level: self.min_level.map(Into::into),
            min_intensity: self.min_intensity.map(|i| i.clamp(0, 6) as i16),
            themes: themes::parse(&at("themes"), self.themes.unwrap_or_default(), found),
            actor: self.actor.map(|id| id_of::<ActorId>(&id)),
            between: self.between.map(|between| between.read(&at("between"), 1, found)),
            territory: self.territory.map(TerritoryScope::read),
            active_on: read(self.active_on.as_ref(), &at("activeOn"), found),
            confirmation: enums(self.confirmation, &at("confirmation"), found),
            updated_since: read(self.updated_since.as_ref(), &at("updatedSince"), found),
        }
    }
}

/// What a list of interactions asks, checked, its territories found.
pub async fn interaction_listing(
    ctx: &Context<'_>,
    filter: Option<InteractionFilter>,
    anchor: Option<InteractionAnchor>,
) -> Result<InteractionListing> {
    let filter = interaction_filter(ctx, "filter", filter).await?;
    Ok(InteractionListing { filter, anchor, answered_by: None, among: None, visibility: ctx.visibility() })
}

/// What the argument of this name asks of interactions, checked, its territories found.
pub async fn interaction_filter(
    ctx: &Context<'_>,
    argument: &str,
    filter: Option<InteractionFilter>,
) -> Result<domain::InteractionFilter> {
    let mut found = Violations::default();
    let mut filter = filter.unwrap_or_default().read(argument, &mut found);
    if let Some(between) = &filter.between {
        check_weight(&format!("{argument}.between"), between, &mut found);
    }
    found.into_result(())?;
    ctx.app().resolve_interaction_filter(argument, &mut filter).await?;
    Ok(filter)
}

/// What shows that an interaction is real.
#[derive(InputObject)]
pub struct EvidenceInput {
    /// Its title.
    title: String,
    /// Where it can be read.
    url: Option<Url>,
    /// Of when it is.
    date: Option<Date>,
}

fn evidence(given: Vec<EvidenceInput>, found: &mut Violations) -> Vec<domain::Evidence> {
    let given = bounded(given, "input.evidence", found).into_iter().enumerate();
    given
        .map(|(index, evidence)| domain::Evidence {
            title: evidence.title,
            url: read(evidence.url.as_ref(), &format!("input.evidence[{index}].url"), found),
            date: read(evidence.date.as_ref(), &format!("input.evidence[{index}].date"), found),
        })
        .collect()
}

/// A new interaction. A second one of the same pair and kind whose period overlaps is refused, naming the first;
/// FUNDING may be repeated unless amount, period and description are the same.
#[derive(InputObject)]
pub struct DeclareInteractionInput {
    /// A key of your choice, 1 to 200 characters: sent again by the same caller it returns the same interaction.
    pub client_key: Option<String>,
    /// What links the two.
    pub kind: InteractionKind,
    /// From whom, where the kind runs one way.
    pub source: ID,
    /// To whom; not the source.
    pub target: ID,
    /// How far they go together.
    level: Option<CooperationLevel>,
    /// How strong it is, 1 to 5.
    intensity: Option<i32>,
    /// How often it happens.
    frequency: Option<Frequency>,
    /// Whether it rests on a signed agreement.
    formalised: Option<bool>,
    /// In words.
    description: Option<String>,
    /// Slugs of its themes.
    themes: Option<Vec<String>>,
    /// Where it takes place.
    territories: Option<Vec<TerritoryRef>>,
    /// When it began; nobody knows where it is left out.
    since: Option<Date>,
    /// How much of `since` is known; of a year or month the first day is kept.
    #[graphql(default_with = "DatePrecision::Day")]
    since_precision: DatePrecision,
    /// When it ended; it holds where it is left out.
    until: Option<Date>,
    /// How much of `until` is known; of a year or month the last day is kept.
    #[graphql(default_with = "DatePrecision::Day")]
    until_precision: DatePrecision,
    /// Of FUNDING: how much, in euros.
    amount: Option<Decimal>,
    /// What shows that it is real.
    evidence: Option<Vec<EvidenceInput>>,
}

impl DeclareInteractionInput {
    /// Checks what can be checked without the database.
    pub fn read(self, found: &mut Violations) -> InteractionInput {
        InteractionInput {
            edit: domain::InteractionEdit {
                level: Edit::given(self.level).map(Into::into),
                intensity: Edit::given(self.intensity),
                frequency: Edit::given(self.frequency).map(Into::into),
                formalised: Edit::given(self.formalised),
                description: Edit::given(self.description),
                themes: Edit::given(self.themes),
                since: Edit::given(read(self.since.as_ref(), "input.since", found)),
                since_precision: Edit::Set(self.since_precision.into()),
                until: Edit::given(read(self.until.as_ref(), "input.until", found)),
                until_precision: Edit::Set(self.until_precision.into()),
                amount: Edit::given(read(self.amount.as_ref(), "input.amount", found)),
                evidence: Edit::given(self.evidence).map(|given| evidence(given, found)),
                ..domain::InteractionEdit::default()
            },
            territories: Edit::given(self.territories).map(|given| refs(given, "input.territories", found)),
        }
    }
}

/// A change of an interaction: a field left out stays, and null clears. Its kind and its two actors stay: declare
/// another one for others.
#[derive(InputObject)]
pub struct UpdateInteractionInput {
    /// How far they go together.
    level: MaybeUndefined<CooperationLevel>,
    /// How strong it is, 1 to 5.
    intensity: MaybeUndefined<i32>,
    /// How often it happens.
    frequency: MaybeUndefined<Frequency>,
    /// Whether it rests on a signed agreement.
    formalised: MaybeUndefined<bool>,
    /// In words.
    description: MaybeUndefined<String>,
    /// Slugs of its themes: all of them.
    themes: MaybeUndefined<Vec<String>>,
    /// Where it takes place: all of it.
    territories: MaybeUndefined<Vec<TerritoryRef>>,
    /// When it began.
    since: MaybeUndefined<Date>,
    /// How much of `since` is known.
    since_precision: MaybeUndefined<DatePrecision>,
    /// When it ended.
    until: MaybeUndefined<Date>,
    /// How much of `until` is known.
    until_precision: MaybeUndefined<DatePrecision>,
    /// Of FUNDING: how much, in euros.
    amount: MaybeUndefined<Decimal>,
    /// What shows that it is real: all of it.
    evidence: MaybeUndefined<Vec<EvidenceInput>>,
}

impl UpdateInteractionInput {
    /// Checks what can be checked without the database.
    pub fn read(self, found: &mut Violations) -> InteractionInput {
        InteractionInput {
            edit: domain::InteractionEdit {
                level: edit(self.level).map(Into::into),
                intensity: edit(self.intensity),
                frequency: edit(self.frequency).map(Into::into),
                formalised: edit(self.formalised),
                description: edit(self.description),
                themes: edit(self.themes),
                since: read_edit(self.since, "input.since", found),
                since_precision: edit(self.since_precision).map(Into::into),
                until: read_edit(self.until, "input.until", found),
                until_precision: edit(self.until_precision).map(Into::into),
                amount: read_edit(self.amount, "input.amount", found),
                evidence: edit(self.evidence).map(|given| evidence(given, found)),
                ..domain::InteractionEdit::default()
            },
            territories: edit(self.territories).map(|given| refs(given, "input.territories", found)),
        }
    }
}
