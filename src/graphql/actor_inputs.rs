//! What clients say of actors: filters, orders, inputs of mutations.

use async_graphql::{Context, ID, InputObject, MaybeUndefined, OneofObject};

use super::context::ContextExt;
use super::enums::{
    ActorKind, ActorOrderField, LocationPrecision, OrderDirection, PublicationStatus, RegistrationScheme,
};
use super::error::Result;
use super::ids::id_of;
use super::scalars::{Date, DateTime, Url, edit, read, read_edit};
use super::shapes::{BoundingBoxInput, NearInput};
use super::territory_inputs::{TerritoryRef, TerritoryScope, refs};
use crate::app::actors::ActorInput;
use crate::domain::actors as domain;
use crate::domain::edit::Edit;
use crate::domain::error::{ViolationCode, Violations};
use crate::domain::ids::ActorId;
use crate::domain::listings::{self, ActorAnchor, ActorListing};
use crate::domain::registrations::Registration;
use crate::domain::search_text::SearchText;
use crate::domain::text::{LIST_ENTRIES, text};
use crate::domain::{sdgs, themes};

/// Most levels of `and`, `or` and `not` in a filter.
const FILTER_DEPTH: usize = 8;

/// An official number.
#[derive(InputObject, Clone)]
pub struct RegistrationInput {
    /// The register.
    pub scheme: RegistrationScheme,
    /// The number; spaces do not matter. Length, alphabet and check digit are checked.
    pub value: String,
}

/// How an actor is named.
#[derive(OneofObject)]
pub enum ActorRef {
    /// By its id.
    Id(ID),
    /// By its slug.
    Slug(String),
    /// By a registration; an error with code `CONFLICT` names the candidates where several actors have it.
    Registration(RegistrationInput),
}

impl ActorRef {
    /// Checks it.
    pub fn read(self) -> Result<domain::ActorRef> {
        Ok(match self {
            Self::Id(id) => domain::ActorRef::Id(id_of::<ActorId>(&id)),
            Self::Slug(slug) => domain::ActorRef::Slug(slug.replace('\0', "")),
            Self::Registration(given) => {
                let registration =
                    Registration::parse(given.scheme.into(), &given.value).map_err(|complaint| {
                        Violations::one("by.registration.value", ViolationCode::Invalid, complaint)
                    })?;
                domain::ActorRef::Registration(registration)
            }
        })
    }
}

/// The one filter of actors, wherever actors are listed, counted, mapped, exported or watched. Everything given must
/// hold; an empty list asks nothing.
#[derive(InputObject, Default)]
pub struct ActorFilter {
    /// All of these hold; at most 8 levels of nesting in all.
    and: Option<Vec<ActorFilter>>,
    /// At least one of these holds.
    or: Option<Vec<ActorFilter>>,
    /// This does not hold.
    not: Option<Box<ActorFilter>>,
    /// Words of the name or description: accents, case, hyphens and apostrophes do not matter, typing errors are forgiven.
    text: Option<String>,
    /// Of one of these kinds.
    kinds: Option<Vec<ActorKind>>,
    /// With one of these themes, by slug; narrower themes count.
    themes: Option<Vec<String>>,
    /// Working for one of these goals, 1 to 17.
    sdgs: Option<Vec<i32>>,
    /// With one of these audiences, word for word.
    audiences: Option<Vec<String>>,
    /// Sitting or acting in this territory.
    territory: Option<TerritoryScope>,
    /// Located in this box.
    bbox: Option<BoundingBoxInput>,
    /// Located in this circle.
    near: Option<NearInput>,
    /// With a location that may be seen, or without.
    has_location: Option<bool>,
    /// One step away from this actor.
    interacts_with: Option<ID>,
    /// In one of these statuses, among those that you may see. Archived ones are found only where they are asked for.
    statuses: Option<Vec<PublicationStatus>>,
    /// Changed at this instant or later.
    updated_since: Option<DateTime>,
    /// Confirmed by someone on this day or later.
    verified_since: Option<Date>,
}

impl ActorFilter {
    /// Checks it, everything at once.
    pub fn read(self, path: &str, depth: usize, found: &mut Violations) -> domain::ActorFilter {
        if depth > FILTER_DEPTH {
            found.add(path, ViolationCode::TooLong, format!("filters nest at most {FILTER_DEPTH} levels"));
            return domain::ActorFilter::default();
        }
        let at = |name: &str| format!("{path}.{name}");
        let parts = |name: &str, parts: Option<Vec<Self>>, found: &mut Violations| {
            let parts = bounded(parts.unwrap_or_default(), &at(name), found).into_iter().enumerate();
            parts
                .map(|(i, part)| part.read(&format!("{path}.{name}[{i}]"), depth + 1, found))
                .collect::<Vec<_>>()
        };
        domain::ActorFilter {
            and: parts("and", self.and, found),
            or: parts("or", self.or, found),
            not: self.not.map(|part| Box::new(part.read(&at("not"), depth + 1, found))),
            text: search_text(self.text, &at("text"), found),
            kinds: enums(self.kinds, &at("kinds"), found),
            themes: themes::parse(&at("themes"), self.themes.unwrap_or_default(), found),
            sdgs: sdgs::parse(
                &at("sdgs"),
                &bounded(self.sdgs.unwrap_or_default(), &at("sdgs"), found),
                found,
            ),
            audiences: crate::domain::text::tags(
                &at("audiences"),
                &self.audiences.unwrap_or_default(),
                found,
            ),
            territory: self.territory.map(TerritoryScope::read),
            bbox: self.bbox.and_then(|bbox| bbox.read(&at("bbox"), found)),
            near: self.near.and_then(|near| near.read(&at("near"), found)),
            has_location: self.has_location,
            interacts_with: self.interacts_with.map(|id| id_of::<ActorId>(&id)),
            statuses: enums(self.statuses, &at("statuses"), found),
            updated_since: read(self.updated_since.as_ref(), &at("updatedSince"), found),
            verified_since: read(self.verified_since.as_ref(), &at("verifiedSince"), found),
        }
    }
}

/// Refuses a filter that asks more than one request may.
pub fn check_weight(path: &str, filter: &domain::ActorFilter, found: &mut Violations) {
    let weight = filter.weight();
    if weight > domain::FILTER_WEIGHT {
        let message = format!(
            "weighs {weight}, at most {}: a condition is 1, a text, territory, near or interactsWith is 10 more; ask for less at once",
            domain::FILTER_WEIGHT
        );
        found.add(path, ViolationCode::TooLong, message);
    }
}

/// A list of at most 250 entries.
pub fn bounded<T>(list: Vec<T>, path: &str, found: &mut Violations) -> Vec<T> {
    if list.len() <= LIST_ENTRIES {
        return list;
    }
    found.add(path, ViolationCode::TooLong, format!("has {} entries, at most {LIST_ENTRIES}", list.len()));
    Vec::new()
}

/// A list of enumeration values.
pub fn enums<A, D: From<A>>(list: Option<Vec<A>>, path: &str, found: &mut Violations) -> Vec<D> {
    bounded(list.unwrap_or_default(), path, found).into_iter().map(D::from).collect()
}

/// Words to search for; blank ones ask nothing.
pub fn search_text(given: Option<String>, path: &str, found: &mut Violations) -> Option<SearchText> {
    // What stands behind the last word tells whether it may go on.
    let given = given?;
    found.keep(text(path, &given, 200)).flatten().map(|_| SearchText::parse(given.trim_start()))
}

/// An order of actors.
#[derive(InputObject)]
pub struct ActorOrder {
    /// By what.
    field: ActorOrderField,
    /// Which end comes first.
    #[graphql(default_with = "OrderDirection::Asc")]
    direction: OrderDirection,
}

/// What a list of actors asks, checked, its territories found.
pub async fn actor_listing(
    ctx: &Context<'_>,
    filter: Option<ActorFilter>,
    order_by: Option<ActorOrder>,
    anchor: Option<ActorAnchor>,
) -> Result<ActorListing> {
    use domain::ActorOrderField::{Distance, Name, Relevance};
    let mut found = Violations::default();
    let mut filter = filter.unwrap_or_default().read("filter", 1, &mut found);
    check_weight("filter", &filter, &mut found);
    let order = match order_by {
        Some(order) => listings::ActorOrder {
            field: order.field.into(),
            // Nobody reads what was found from its worst end.
            descending: order.direction == OrderDirection::Desc
                || matches!(order.field, super::enums::ActorOrderField::Relevance),
        },
        None if filter.relevance_text().is_some() => {
            listings::ActorOrder { field: Relevance, descending: true }
        }
        None => listings::ActorOrder { field: Name, descending: false },
    };
    if order.field == Relevance && filter.relevance_text().is_none() {
        found.add("orderBy.field", ViolationCode::Inconsistent, "RELEVANCE asks for the filter's text");
    }
    if order.field == Distance && filter.circle().is_none() {
        found.add("orderBy.field", ViolationCode::Inconsistent, "DISTANCE asks for the filter's near");
    }
    found.into_result(())?;
    ctx.app().resolve_actor_filter("filter", &mut filter).await?;
    Ok(ActorListing { filter, order, anchor, among: None, visibility: ctx.visibility(), brief: false })
}

/// Where an actor is. Both coordinates or neither; an address may stand without them.
#[derive(InputObject)]
pub struct LocationInput {
    /// Degrees east.
    longitude: Option<f64>,
    /// Degrees north.
    latitude: Option<f64>,
    /// Street and number.
    address: Option<String>,
    /// Postcode.
    postcode: Option<String>,
    /// How exact the point is; `EXACT` where it is left out.
    precision: Option<LocationPrecision>,
    /// Whether only those with the right see more than the commune; stays as it was where it is left out.
    hidden: Option<bool>,
}

impl From<LocationInput> for domain::LocationInput {
    fn from(input: LocationInput) -> Self {
        Self {
            longitude: input.longitude,
            latitude: input.latitude,
            address: input.address,
            postcode: input.postcode,
            precision: input.precision.map(Into::into),
            hidden: input.hidden,
        }
    }
}

/// A new actor.
#[derive(InputObject)]
pub struct CreateActorInput {
    /// A key of your choice, 1 to 200 characters: sent again by the same caller it returns the same actor, created once.
    pub client_key: Option<String>,
    /// What it is.
    kind: ActorKind,
    /// Its name, at most 300 characters.
    name: String,
    /// Its acronym or everyday name.
    short_name: Option<String>,
    /// What it does.
    description: Option<String>,
    /// Its site.
    website: Option<Url>,
    /// How official registers know it.
    registrations: Option<Vec<RegistrationInput>>,
    /// Slugs of its themes.
    themes: Option<Vec<String>>,
    /// Numbers of its goals, 1 to 17.
    sdgs: Option<Vec<i32>>,
    /// Those it works with, as free tags.
    audiences: Option<Vec<String>>,
    /// Where it is.
    location: Option<LocationInput>,
    /// The declared commune; the location decides where none is declared.
    seat: Option<TerritoryRef>,
    /// Where it acts.
    areas_served: Option<Vec<TerritoryRef>>,
}

impl CreateActorInput {
    /// Checks what can be checked without the database.
    pub fn read(self, found: &mut Violations) -> ActorInput {
        let registrations =
            registrations(self.registrations.map_or(MaybeUndefined::Undefined, MaybeUndefined::Value));
        ActorInput {
            edit: domain::ActorEdit {
                kind: Edit::Set(self.kind.into()),
                name: Edit::Set(self.name),
                short_name: Edit::given(self.short_name),
                description: Edit::given(self.description),
                website: Edit::given(read(self.website.as_ref(), "input.website", found)),
                registrations,
                themes: Edit::given(self.themes),
                sdgs: Edit::given(self.sdgs),
                audiences: Edit::given(self.audiences),
                location: Edit::given(self.location).map(Into::into),
                ..domain::ActorEdit::default()
            },
            seat: Edit::given(self.seat).map(TerritoryRef::read),
            areas_served: Edit::given(self.areas_served).map(|areas| refs(areas, "input.areasServed", found)),
        }
    }
}

/// A change of an actor: a field left out stays, and null clears.
#[derive(InputObject)]
pub struct UpdateActorInput {
    /// What it is.
    kind: MaybeUndefined<ActorKind>,
    /// Its name, at most 300 characters.
    name: MaybeUndefined<String>,
    /// Its acronym or everyday name.
    short_name: MaybeUndefined<String>,
    /// What it does.
    description: MaybeUndefined<String>,
    /// Its site.
    website: MaybeUndefined<Url>,
    /// How official registers know it: all of them.
    registrations: MaybeUndefined<Vec<RegistrationInput>>,
    /// Slugs of its themes: all of them.
    themes: MaybeUndefined<Vec<String>>,
    /// Numbers of its goals, 1 to 17: all of them.
    sdgs: MaybeUndefined<Vec<i32>>,
    /// Those it works with, as free tags: all of them.
    audiences: MaybeUndefined<Vec<String>>,
    /// Where it is, as a whole.
    location: MaybeUndefined<LocationInput>,
    /// The declared commune; with null the location decides.
    seat: MaybeUndefined<TerritoryRef>,
    /// Where it acts: all of it.
    areas_served: MaybeUndefined<Vec<TerritoryRef>>,
    /// The day on which someone last confirmed the entry.
    verified_on: MaybeUndefined<Date>,
}

impl UpdateActorInput {
    /// Checks what can be checked without the database.
    pub fn read(self, found: &mut Violations) -> ActorInput {
        ActorInput {
            edit: domain::ActorEdit {
                kind: edit(self.kind).map(Into::into),
                name: edit(self.name),
                short_name: edit(self.short_name),
                description: edit(self.description),
                website: read_edit(self.website, "input.website", found),
                registrations: registrations(self.registrations),
                themes: edit(self.themes),
                sdgs: edit(self.sdgs),
                audiences: edit(self.audiences),
                location: edit(self.location).map(Into::into),
                verified_on: read_edit(self.verified_on, "input.verifiedOn", found),
                ..domain::ActorEdit::default()
            },
            seat: edit(self.seat).map(TerritoryRef::read),
            areas_served: edit(self.areas_served).map(|areas| refs(areas, "input.areasServed", found)),
        }
    }
}

fn registrations(
    given: MaybeUndefined<Vec<RegistrationInput>>,
) -> Edit<Vec<(crate::domain::registrations::RegistrationScheme, String)>> {
    edit(given).map(|given| given.into_iter().map(|r| (r.scheme.into(), r.value)).collect())
}
