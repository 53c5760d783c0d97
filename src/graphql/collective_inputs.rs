//! What clients say of collectives: references, filters, inputs of mutations.

use async_graphql::{Context, ID, InputObject, MaybeUndefined, OneofObject};

use super::actor_inputs::{bounded, enums, search_text};
use super::context::ContextExt;
use super::enums::{CollectiveKind, CollectiveStage, MemberRole, StepStatus, Urgency};
use super::error::Result;
use super::ids::id_of;
use super::scalars::{Date, Decimal, edit, read, read_edit};
use super::territory_inputs::{TerritoryRef, TerritoryScope, refs};
use crate::app::collectives::{CollectiveInput, FirstMembers};
use crate::app::next_steps;
use crate::domain::collectives as domain;
use crate::domain::edit::Edit;
use crate::domain::error::Violations;
use crate::domain::ids::{ActorId, CollectiveId, NextStepId};
use crate::domain::listings::{CollectiveAnchor, CollectiveListing};
use crate::domain::memberships::MembershipEdit;
use crate::domain::{sdgs, themes};

/// How a collective is named.
#[derive(OneofObject)]
pub enum CollectiveRef {
    /// By its id.
    Id(ID),
    /// By its slug.
    Slug(String),
}

impl From<CollectiveRef> for domain::CollectiveRef {
    fn from(by: CollectiveRef) -> Self {
        match by {
            CollectiveRef::Id(id) => Self::Id(id_of::<CollectiveId>(&id)),
            CollectiveRef::Slug(slug) => Self::Slug(slug.replace('\0', "")),
        }
    }
}

/// Which collectives to list. Everything given must hold; an empty list asks nothing.
#[derive(InputObject, Default)]
pub struct CollectiveFilter {
    /// Words of the name, the finding or the change sought: accents, case and hyphens do not matter, typing errors are
    /// forgiven.
    text: Option<String>,
    /// Of one of these kinds.
    kinds: Option<Vec<CollectiveKind>>,
    /// At one of these stages.
    stages: Option<Vec<CollectiveStage>>,
    /// With one of these themes, by slug; narrower themes count.
    themes: Option<Vec<String>>,
    /// Working for one of these goals, 1 to 17.
    sdgs: Option<Vec<i32>>,
    /// Acting, or trying things out, there; the basis says nothing of collectives.
    territory: Option<TerritoryScope>,
    /// With this actor as a member, or asked to be one as far as you may see that.
    member: Option<ID>,
    /// With a request for support that is OPEN or ASSIGNED, or with none, as far as you may see their requests: of others it
    /// is as if they had asked nothing.
    needing_support: Option<bool>,
}

/// What a list of collectives asks, checked, its territories found.
pub async fn collective_listing(
    ctx: &Context<'_>,
    filter: Option<CollectiveFilter>,
    anchor: Option<CollectiveAnchor>,
) -> Result<CollectiveListing> {
    let mut found = Violations::default();
    let given = filter.unwrap_or_default();
    let goals = bounded(given.sdgs.unwrap_or_default(), "filter.sdgs", &mut found);
    let mut filter = domain::CollectiveFilter {
        text: search_text(given.text, "filter.text", &mut found),
        kinds: enums(given.kinds, "filter.kinds", &mut found),
        stages: enums(given.stages, "filter.stages", &mut found),
        themes: themes::parse("filter.themes", given.themes.unwrap_or_default(), &mut found),
        sdgs: sdgs::parse("filter.sdgs", &goals, &mut found),
        territory: given.territory.map(TerritoryScope::read),
        member: given.member.map(|id| id_of::<ActorId>(&id)),
        needing_support: given.needing_support,
    };
    found.into_result(())?;
    let scope = filter.territory.iter_mut();
    let places = scope.map(|scope| ("filter.territory.territory".to_owned(), &mut scope.territory)).collect();
    ctx.app().resolve(places).await?;
    ctx.app().mend(&mut filter.text).await?;
    Ok(CollectiveListing { filter, anchor, visibility: ctx.visibility() })
}

/// What brings a collective together.
#[derive(InputObject)]
pub struct StatementOfIntentInput {
    /// What they have all found.
    shared_finding: String,
    /// How soon something must be done.
    urgency: Option<Urgency>,
    /// Why now.
    why_now: Option<String>,
    /// What is to be otherwise.
    change_sought: Option<String>,
    /// Those whom it is for, as free tags.
    audiences: Option<Vec<String>>,
    /// How much money they look for, in euros.
    funding_sought: Option<Decimal>,
    /// What the money is for, in words.
    funding_note: Option<String>,
    /// Whom they look for, as free tags.
    partners_sought: Option<Vec<String>>,
}

impl StatementOfIntentInput {
    fn read(self, found: &mut Violations) -> domain::StatementOfIntent {
        domain::StatementOfIntent {
            shared_finding: self.shared_finding,
            urgency: self.urgency.map(Into::into),
            why_now: self.why_now,
            change_sought: self.change_sought,
            audiences: self.audiences.unwrap_or_default(),
            funding_sought: read(self.funding_sought.as_ref(), "input.intent.fundingSought", found),
            funding_note: self.funding_note,
            partners_sought: self.partners_sought.unwrap_or_default(),
        }
    }
}

/// A new collective.
#[derive(InputObject)]
pub struct RegisterCollectiveInput {
    /// A key of your choice, 1 to 200 characters: sent again by the same caller it returns the same collective, created
    /// once.
    pub client_key: Option<String>,
    /// What kind of collective it is.
    kind: CollectiveKind,
    /// Its name, at most 300 characters.
    name: String,
    /// Who leads it: a member at once where you speak for it, asked to lead otherwise. A community may do without.
    lead: Option<ID>,
    /// Where it acts: at least one territory.
    territories: Vec<TerritoryRef>,
    /// Where it tries things out: its territoires pilotes.
    pilot_sites: Option<Vec<TerritoryRef>>,
    /// Slugs of its themes.
    themes: Option<Vec<String>>,
    /// Numbers of its goals, 1 to 17.
    sdgs: Option<Vec<i32>>,
    /// Those it works with, as free tags.
    audiences: Option<Vec<String>>,
    /// What brings them together.
    intent: Option<StatementOfIntentInput>,
    /// Actors that are asked to join, at most 250 at once.
    invite: Option<Vec<ID>>,
}

impl RegisterCollectiveInput {
    /// Checks what can be checked without the database.
    pub fn read(self, found: &mut Violations) -> (CollectiveInput, FirstMembers) {
        let input = CollectiveInput {
            edit: domain::CollectiveEdit {
                kind: Edit::Set(self.kind.into()),
                name: Edit::Set(self.name),
                themes: Edit::given(self.themes),
                sdgs: Edit::given(self.sdgs),
                audiences: Edit::given(self.audiences),
                intent: Edit::given(self.intent).map(|intent| intent.read(found)),
                ..domain::CollectiveEdit::default()
            },
            territories: Edit::Set(refs(self.territories, "input.territories", found)),
            pilot_sites: Edit::given(self.pilot_sites).map(|given| refs(given, "input.pilotSites", found)),
        };
        let invite = bounded(self.invite.unwrap_or_default(), "input.invite", found);
        let first = FirstMembers {
            lead: self.lead.as_ref().map(id_of::<ActorId>),
            invite: invite.iter().map(id_of::<ActorId>).collect(),
        };
        (input, first)
    }
}

/// A change of a collective: a field left out stays, and null clears.
#[derive(InputObject)]
pub struct UpdateCollectiveInput {
    /// What kind of collective it is: a small one grows into a community so.
    kind: MaybeUndefined<CollectiveKind>,
    /// Its name, at most 300 characters.
    name: MaybeUndefined<String>,
    /// Where it acts: all of it, at least one territory.
    territories: MaybeUndefined<Vec<TerritoryRef>>,
    /// Where it tries things out: all of it.
    pilot_sites: MaybeUndefined<Vec<TerritoryRef>>,
    /// Slugs of its themes: all of them.
    themes: MaybeUndefined<Vec<String>>,
    /// Numbers of its goals, 1 to 17: all of them.
    sdgs: MaybeUndefined<Vec<i32>>,
    /// Those it works with, as free tags: all of them.
    audiences: MaybeUndefined<Vec<String>>,
    /// What brings them together, as a whole.
    intent: MaybeUndefined<StatementOfIntentInput>,
}

impl UpdateCollectiveInput {
    /// Checks what can be checked without the database.
    pub fn read(self, found: &mut Violations) -> CollectiveInput {
        CollectiveInput {
            edit: domain::CollectiveEdit {
                kind: edit(self.kind).map(Into::into),
                name: edit(self.name),
                themes: edit(self.themes),
                sdgs: edit(self.sdgs),
                audiences: edit(self.audiences),
                intent: edit(self.intent).map(|intent| intent.read(found)),
                ..domain::CollectiveEdit::default()
            },
            territories: edit(self.territories).map(|given| refs(given, "input.territories", found)),
            pilot_sites: edit(self.pilot_sites).map(|given| refs(given, "input.pilotSites", found)),
        }
    }
}

/// A change of a membership: a field left out stays, and null clears.
#[derive(InputObject)]
pub struct UpdateMembershipInput {
    /// What it is to the collective. LEAD passes the lead on: who led is a MEMBER then.
    role: MaybeUndefined<MemberRole>,
    /// What it answers for.
    responsibility: MaybeUndefined<String>,
    /// Hours a month that it gives, 0 to 744.
    hours_per_month: MaybeUndefined<f64>,
    /// The first day on which it is of the collective.
    since: MaybeUndefined<Date>,
    /// The last day on which it is.
    until: MaybeUndefined<Date>,
}

impl UpdateMembershipInput {
    /// Checks what can be checked without the database.
    pub fn read(self, found: &mut Violations) -> MembershipEdit {
        MembershipEdit {
            role: edit(self.role).map(Into::into),
            responsibility: edit(self.responsibility),
            hours_per_month: edit(self.hours_per_month),
            since: read_edit(self.since, "input.since", found),
            until: read_edit(self.until, "input.until", found),
        }
    }
}

/// A small thing to be done. With its id a step stays the same one; one that is left out of the list goes.
#[derive(InputObject)]
pub struct NextStepInput {
    /// Its id, where it is a step of the collective already.
    id: Option<ID>,
    /// What is to be done.
    title: String,
    /// Who does it.
    owner: Option<ID>,
    /// By which day.
    due: Option<Date>,
    /// How far it is.
    #[graphql(default_with = "StepStatus::Todo")]
    status: StepStatus,
}

/// Steps of a list.
pub fn steps(given: Vec<NextStepInput>, found: &mut Violations) -> Vec<next_steps::NextStepInput> {
    let given = bounded(given, "steps", found).into_iter().enumerate();
    given
        .map(|(index, step)| next_steps::NextStepInput {
            id: step.id.as_ref().map(id_of::<NextStepId>),
            title: step.title,
            owner: step.owner.as_ref().map(id_of::<ActorId>),
            due: read(step.due.as_ref(), &format!("steps[{index}].due"), found),
            status: step.status.into(),
        })
        .collect()
}
