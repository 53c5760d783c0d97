//! What clients say of needs and offers: filters, inputs of mutations.

use async_graphql::{Context, Enum, ID, InputObject};

use super::actor_inputs::{enums, search_text};
use super::context::ContextExt;
use super::error::Result;
use super::ids::id_of;
use super::scalars::{Date, read};
use super::territory_inputs::{TerritoryRef, TerritoryScope, refs};
use crate::app::exchanges::ExchangeInput;
use crate::domain::error::Violations;
use crate::domain::exchanges::{self as domain, Posted, Side};
use crate::domain::ids::{ActorId, CollectiveId};
use crate::domain::listings::{ExchangeAnchor, ExchangeListing};
use crate::domain::themes;

/// What is looked for or given.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "crate::domain::exchanges::ResourceKind")]
pub enum ResourceKind {
    /// Knowing how: an accountant, a mediator, a web site.
    Skill,
    /// A room, a plot, a window.
    Space,
    /// Things: vehicles, computers, a sound system.
    Equipment,
    /// Money.
    Funding,
    /// People who give their time.
    Volunteers,
    /// A way to people: parents of a school, young people of a neighbourhood.
    AudienceAccess,
    /// Data, studies, observations.
    Data,
    /// Teaching.
    Training,
    /// Anything else.
    Other,
}

/// Which needs or offers to list. Everything given must hold; an empty list asks nothing.
#[derive(InputObject, Default)]
pub struct ExchangeFilter {
    /// Words of the title or description, as stems of French words: accents, case, plurals and hyphens do not matter.
    text: Option<String>,
    /// Of one of these kinds.
    kinds: Option<Vec<ResourceKind>>,
    /// With one of these themes, by slug; narrower themes count.
    themes: Option<Vec<String>>,
    /// There: `SEAT` asks where the actor sits; `AREA` where it is needed or given and, where that is not said, where the
    /// actor or the collective acts; `ANY` either.
    territory: Option<TerritoryScope>,
    /// Of this actor.
    actor: Option<ID>,
    /// Open ones, or those that are not: closed, or past their last day. All where it is left out.
    open: Option<bool>,
}

/// What a list of needs or of offers asks, checked, its territory found.
pub async fn exchange_listing(
    ctx: &Context<'_>,
    side: Side,
    filter: Option<ExchangeFilter>,
    anchor: Option<ExchangeAnchor>,
) -> Result<ExchangeListing> {
    let mut found = Violations::default();
    let given = filter.unwrap_or_default();
    let mut filter = domain::ExchangeFilter {
        text: search_text(given.text, "filter.text", &mut found),
        kinds: enums(given.kinds, "filter.kinds", &mut found),
        themes: themes::parse("filter.themes", given.themes.unwrap_or_default(), &mut found),
        territory: given.territory.map(TerritoryScope::read),
        actor: given.actor.map(|id| id_of::<ActorId>(&id)),
        open: given.open,
    };
    found.into_result(())?;
    let scope = filter.territory.iter_mut();
    let places = scope.map(|scope| ("filter.territory.territory".to_owned(), &mut scope.territory)).collect();
    ctx.app().resolve(places).await?;
    let today = ctx.app().clock.today();
    Ok(ExchangeListing { side, filter, anchor, visibility: ctx.visibility(), today })
}

/// A new need: open at once, and seen where its actor or its collective is.
#[derive(InputObject)]
pub struct NeedInput {
    /// A key of your choice, 1 to 200 characters: sent again by the same caller it returns the same need, posted once.
    pub client_key: Option<String>,
    /// Who has it: an actor that you edit or manage. One of `actor` and `collective` is given.
    actor: Option<ID>,
    /// The collective that has it: one whose lead you edit, or that acts where you manage.
    collective: Option<ID>,
    /// What is looked for.
    kind: ResourceKind,
    /// In a few words, at most 300 characters.
    title: String,
    /// In more of them.
    description: Option<String>,
    /// Slugs of its themes.
    themes: Option<Vec<String>>,
    /// Where it is needed; where the actor sits and acts, or the collective acts, where it is left out.
    territories: Option<Vec<TerritoryRef>>,
    /// The last day on which it is needed; until it is closed where it is left out.
    valid_until: Option<Date>,
}

/// A new offer: open at once, and seen where its actor is.
#[derive(InputObject)]
pub struct OfferInput {
    /// A key of your choice, 1 to 200 characters: sent again by the same caller it returns the same offer, posted once.
    pub client_key: Option<String>,
    /// Who makes it.
    actor: ID,
    /// What is given.
    kind: ResourceKind,
    /// In a few words, at most 300 characters.
    title: String,
    /// In more of them.
    description: Option<String>,
    /// Slugs of its themes.
    themes: Option<Vec<String>>,
    /// Where it is given; where the actor sits and acts where it is left out.
    territories: Option<Vec<TerritoryRef>>,
    /// The last day on which it is given; until it is closed where it is left out.
    valid_until: Option<Date>,
}

impl NeedInput {
    /// Checks what can be checked without the database.
    pub fn read(self, found: &mut Violations) -> ExchangeInput {
        ExchangeInput {
            actor: self.actor.as_ref().map(id_of::<ActorId>),
            collective: self.collective.as_ref().map(id_of::<CollectiveId>),
            posted: Posted {
                kind: self.kind.into(),
                title: self.title,
                description: self.description,
                themes: self.themes.unwrap_or_default(),
                valid_until: read(self.valid_until.as_ref(), "input.validUntil", found),
            },
            territories: refs(self.territories.unwrap_or_default(), "input.territories", found),
        }
    }
}

impl OfferInput {
    /// Checks what can be checked without the database.
    pub fn read(self, found: &mut Violations) -> ExchangeInput {
        ExchangeInput {
            actor: Some(id_of::<ActorId>(&self.actor)),
            collective: None,
            posted: Posted {
                kind: self.kind.into(),
                title: self.title,
                description: self.description,
                themes: self.themes.unwrap_or_default(),
                valid_until: read(self.valid_until.as_ref(), "input.validUntil", found),
            },
            territories: refs(self.territories.unwrap_or_default(), "input.territories", found),
        }
    }
}
