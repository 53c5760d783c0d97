//! Actors: organisations and groups, never logins. An actor sits somewhere and acts somewhere; neither says the other.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use strum::{AsRefStr, Display, EnumIter, EnumString};
use url::Url;

use super::edit::Edit;
use super::error::{ViolationCode, Violations};
use super::ids::{ActorId, TerritoryId};
use super::language::Language;
use super::publication::{Publication, PublicationStatus};
use super::registrations::{Registration, RegistrationScheme};
use super::search_text::SearchText;
use super::territories::TerritoryScope;
use super::{sdgs, text, themes};
use crate::geo::{BoundingBox, Position};

/// What an actor is.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    AsRefStr,
    Display,
    EnumIter,
    EnumString,
    Serialize,
    Deserialize,
)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[expect(missing_docs, reason = "the names say it; the schema describes each")]
pub enum ActorKind {
    Association,
    Foundation,
    Company,
    Cooperative,
    LocalAuthority,
    StateService,
    PublicBody,
    FamilyAllowanceFund,
    School,
    HealthBody,
    SocialCentre,
    ResearchBody,
    InformalGroup,
    ResidentGroup,
    Network,
    Other,
}

impl ActorKind {
    /// What people read.
    pub fn label(self, language: Language) -> &'static str {
        let (fr, en) = match self {
            Self::Association => ("association", "association"),
            Self::Foundation => ("fondation", "foundation"),
            Self::Company => ("entreprise", "company"),
            Self::Cooperative => ("coopérative", "cooperative"),
            Self::LocalAuthority => ("collectivité", "local authority"),
            Self::StateService => ("service de l’État", "service of the State"),
            Self::PublicBody => ("organisme public", "public body"),
            Self::FamilyAllowanceFund => ("CAF", "family allowance fund"),
            Self::School => ("école, collège ou lycée", "school"),
            Self::HealthBody => ("structure de santé", "health body"),
            Self::SocialCentre => ("centre social ou MJC", "social centre"),
            Self::ResearchBody => ("université ou laboratoire", "university or laboratory"),
            Self::InformalGroup => ("groupe informel", "informal group"),
            Self::ResidentGroup => ("groupe d’habitants", "residents’ group"),
            Self::Network => ("réseau ou fédération", "network or federation"),
            Self::Other => ("autre structure", "actor of another kind"),
        };
        match language {
            Language::Fr => fr,
            Language::En => en,
        }
    }
}

/// An organisation or group.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Actor {
    /// Its identity.
    pub id: ActorId,
    /// Its part of an address: readable, and the same for life.
    pub slug: String,
    /// What it is.
    pub kind: ActorKind,
    /// Its name.
    pub name: String,
    /// Its acronym or everyday name.
    pub short_name: Option<String>,
    /// What it does.
    pub description: Option<String>,
    /// Its site.
    pub website: Option<Url>,
    /// Slugs of its themes.
    pub themes: Vec<String>,
    /// Numbers of the goals that it works for.
    pub sdgs: Vec<i16>,
    /// Those it works with, as free tags.
    pub audiences: Vec<String>,
    /// Where it is.
    pub location: Option<Location>,
    /// The commune that it sits in.
    pub seat: Option<Seat>,
    /// Whether it is seen.
    #[serde(flatten)]
    pub publication: Publication,
    /// When someone last confirmed the entry.
    pub verified_on: Option<NaiveDate>,
    /// Counts its changes.
    pub version: i32,
    /// When it was created.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
}

/// What belongs to an actor and is read only where it is asked for.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct ActorSets {
    /// How the registers know it.
    pub registrations: Vec<Registration>,
    /// Where it acts.
    pub areas_served: Vec<TerritoryId>,
}

/// Where an actor is.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Location {
    /// The point; null where only an address is known.
    #[serde(serialize_with = "as_coordinates")]
    pub point: Option<Position>,
    /// Street and number.
    pub address: Option<String>,
    /// Postcode.
    pub postcode: Option<String>,
    /// How exact the point is.
    pub precision: LocationPrecision,
    /// Whether only those with the right see more than the commune.
    pub hidden: bool,
}

#[expect(clippy::ref_option, reason = "as serde calls it")]
fn as_coordinates<S: serde::Serializer>(point: &Option<Position>, serializer: S) -> Result<S::Ok, S::Error> {
    point.map(|point| [point.longitude(), point.latitude()]).serialize(serializer)
}

/// How exact a point is.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, AsRefStr, Display, EnumIter, EnumString, Serialize, Deserialize,
)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum LocationPrecision {
    /// The door.
    Exact,
    /// The street.
    Street,
    /// The commune.
    Commune,
}

/// The commune that an actor sits in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Seat {
    /// The commune.
    pub commune: TerritoryId,
    /// Declared, not found by the point.
    pub declared: bool,
}

/// What an input says of a location, before it is checked.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct LocationInput {
    /// Degrees east.
    pub longitude: Option<f64>,
    /// Degrees north.
    pub latitude: Option<f64>,
    /// Street and number.
    pub address: Option<String>,
    /// Postcode.
    pub postcode: Option<String>,
    /// How exact the point is; `EXACT` where it is not said.
    pub precision: Option<LocationPrecision>,
    /// Whether it is hidden; where it is not said it stays as it was.
    pub hidden: Option<bool>,
}

/// What a creation, an update or an import says of an actor; territories are already found. A suggestion keeps it, so
/// that what is added later must be readable where it is absent.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[expect(missing_docs, reason = "the fields of Actor and ActorSets")]
pub struct ActorEdit {
    pub kind: Edit<ActorKind>,
    pub name: Edit<String>,
    pub short_name: Edit<String>,
    pub description: Edit<String>,
    pub website: Edit<Url>,
    pub registrations: Edit<Vec<(RegistrationScheme, String)>>,
    pub themes: Edit<Vec<String>>,
    pub sdgs: Edit<Vec<i32>>,
    pub audiences: Edit<Vec<String>>,
    pub location: Edit<LocationInput>,
    pub seat: Edit<TerritoryId>,
    pub areas_served: Edit<Vec<TerritoryId>>,
    pub verified_on: Edit<NaiveDate>,
}

impl ActorEdit {
    /// Adds what is wrong with it on this day: nobody has verified anything tomorrow.
    pub fn check_days(&self, today: NaiveDate, found: &mut Violations) {
        if self.verified_on.as_set().is_some_and(|day| *day > today) {
            found.add("input.verifiedOn", ViolationCode::OutOfRange, "is a day that is still to come");
        }
    }

    /// The same, of these fields alone, each named as a change names it.
    #[must_use]
    pub fn only(self, changed: impl Fn(&str) -> bool) -> Self {
        fn kept<T>(edit: Edit<T>, changed: bool) -> Edit<T> {
            if changed { edit } else { Edit::Keep }
        }
        Self {
            kind: kept(self.kind, changed("kind")),
            name: kept(self.name, changed("name")),
            short_name: kept(self.short_name, changed("short_name")),
            description: kept(self.description, changed("description")),
            website: kept(self.website, changed("website")),
            registrations: kept(self.registrations, changed("registrations")),
            themes: kept(self.themes, changed("themes")),
            sdgs: kept(self.sdgs, changed("sdgs")),
            audiences: kept(self.audiences, changed("audiences")),
            location: kept(self.location, changed("location")),
            seat: kept(self.seat, changed("seat")),
            areas_served: kept(self.areas_served, changed("areas_served")),
            verified_on: kept(self.verified_on, changed("verified_on")),
        }
    }
}

impl Actor {
    /// A new draft, whose fields an edit fills.
    pub fn new(id: ActorId, now: DateTime<Utc>) -> Self {
        Self {
            id,
            slug: String::new(),
            kind: ActorKind::Other,
            name: String::new(),
            short_name: None,
            description: None,
            website: None,
            themes: Vec::new(),
            sdgs: Vec::new(),
            audiences: Vec::new(),
            location: None,
            seat: None,
            publication: Publication::DRAFT,
            verified_on: None,
            version: 1,
            created_at: now,
            updated_at: now,
        }
    }

    /// Its point, where it has one.
    pub fn point(&self) -> Option<Position> {
        self.location.as_ref().and_then(|l| l.point)
    }

    /// Writes an edit to the actor and what belongs to it, or adds all that is wrong.
    pub fn edit(&mut self, sets: &mut ActorSets, edit: ActorEdit, found: &mut Violations) {
        text::required(edit.kind, &mut self.kind, "input.kind", found);
        text::required_text(edit.name, &mut self.name, "input.name", found);
        text::text_edit(edit.short_name, "input.shortName", text::NAME_CHARS, found)
            .apply(&mut self.short_name);
        text::text_edit(edit.description, "input.description", text::DESCRIPTION_CHARS, found)
            .apply(&mut self.description);
        edit.website.apply(&mut self.website);
        edit.registrations.map(|given| registrations(given, found)).apply_list(&mut sets.registrations);
        edit.themes.map(|given| themes::parse("input.themes", given, found)).apply_list(&mut self.themes);
        edit.sdgs.map(|given| sdgs::parse("input.sdgs", &given, found)).apply_list(&mut self.sdgs);
        edit.audiences
            .map(|given| text::tags("input.audiences", &given, found))
            .apply_list(&mut self.audiences);
        let hidden = self.location.as_ref().is_some_and(|l| l.hidden);
        // What is hidden stays so until someone says otherwise, even where the rest is forgotten.
        let location_edit = match edit.location {
            Edit::Clear if hidden => Edit::Set(LocationInput::default()),
            other => other,
        };
        location_edit.map(|given| location(given, hidden, found)).apply_list(&mut self.location);
        match edit.seat {
            Edit::Keep => {}
            Edit::Clear => self.seat = None,
            Edit::Set(commune) => self.seat = Some(Seat { commune, declared: true }),
        }
        let unique = |mut areas: Vec<TerritoryId>| {
            areas.sort_unstable();
            areas.dedup();
            areas
        };
        edit.areas_served.map(unique).apply_list(&mut sets.areas_served);
        edit.verified_on.apply(&mut self.verified_on);
    }
}

fn registrations(given: Vec<(RegistrationScheme, String)>, found: &mut Violations) -> Vec<Registration> {
    let mut kept = Vec::new();
    if given.len() > text::LIST_ENTRIES {
        found.add(
            "input.registrations",
            ViolationCode::TooLong,
            format!("has {} entries, at most {}", given.len(), text::LIST_ENTRIES),
        );
        return kept;
    }
    for (index, (scheme, value)) in given.into_iter().enumerate() {
        match Registration::parse(scheme, &value) {
            Ok(registration) if !kept.contains(&registration) => kept.push(registration),
            Ok(_) => {}
            Err(complaint) => {
                found.add(format!("input.registrations[{index}].value"), ViolationCode::Invalid, complaint);
            }
        }
    }
    kept.sort();
    kept
}

/// A checked location; null where the input holds nothing.
fn location(given: LocationInput, was_hidden: bool, found: &mut Violations) -> Option<Location> {
    let point = match (given.longitude, given.latitude) {
        (None, None) => None,
        (Some(longitude), Some(latitude)) => match Position::new(longitude, latitude) {
            Ok(position) => Some(position),
            Err(error) => {
                found.add("input.location", ViolationCode::OutOfRange, error.to_string());
                None
            }
        },
        _ => {
            found.add(
                "input.location",
                ViolationCode::Inconsistent,
                "give both longitude and latitude, or neither",
            );
            None
        }
    };
    let mut keep = |path: &str, value: Option<String>| {
        value.and_then(|value| found.keep(text::text(path, &value, text::SHORT_CHARS)).flatten())
    };
    let address = keep("input.location.address", given.address);
    let postcode = keep("input.location.postcode", given.postcode);
    let hidden = given.hidden.unwrap_or(was_hidden);
    let precision = given.precision.unwrap_or(LocationPrecision::Exact);
    (point.is_some() || address.is_some() || postcode.is_some() || hidden).then_some(Location {
        point,
        address,
        postcode,
        precision,
        hidden,
    })
}

/// How a client names an actor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ActorRef {
    /// By its id.
    Id(ActorId),
    /// By its part of an address.
    Slug(String),
    /// By a registration; the only match, else a conflict that names them.
    Registration(Registration),
}

/// A circle.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Near {
    /// Its centre.
    pub centre: Position,
    /// Its radius in kilometres.
    pub radius_km: f64,
}

/// The one filter of actors, wherever actors are listed, counted, mapped, exported or watched. Everything given must
/// hold; an empty list asks nothing. What is kept of one must be readable when fields have been added.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[expect(missing_docs, reason = "the schema describes each")]
pub struct ActorFilter {
    pub and: Vec<ActorFilter>,
    pub or: Vec<ActorFilter>,
    pub not: Option<Box<ActorFilter>>,
    pub text: Option<SearchText>,
    pub kinds: Vec<ActorKind>,
    /// With the narrower ones.
    pub themes: Vec<String>,
    pub sdgs: Vec<i16>,
    pub audiences: Vec<String>,
    pub territory: Option<TerritoryScope>,
    pub bbox: Option<BoundingBox>,
    pub near: Option<Near>,
    pub has_location: Option<bool>,
    pub interacts_with: Option<ActorId>,
    pub statuses: Vec<PublicationStatus>,
    pub updated_since: Option<DateTime<Utc>>,
    pub verified_since: Option<NaiveDate>,
}

/// Most that a filter may weigh: a condition is 1, one that searches a text or reads links and territories is 10.
pub const FILTER_WEIGHT: usize = 250;

impl ActorFilter {
    /// What it costs to ask, with all that is nested in it.
    pub fn weight(&self) -> usize {
        let heavy = [
            self.text.is_some(),
            self.territory.is_some(),
            self.near.is_some(),
            self.interacts_with.is_some(),
        ];
        let own = 1 + 10 * heavy.into_iter().filter(|asked| *asked).count();
        let nested = self.and.iter().chain(&self.or).chain(self.not.as_deref());
        own + nested.map(Self::weight).sum::<usize>()
    }

    /// The text that the whole set matches, by which relevance is measured.
    pub fn relevance_text(&self) -> Option<&SearchText> {
        self.text.as_ref().or_else(|| self.and.iter().find_map(Self::relevance_text))
    }

    /// Every text of it, with those that are nested in it.
    pub fn texts(&mut self) -> Vec<&mut SearchText> {
        let nested = self.and.iter_mut().chain(&mut self.or).chain(self.not.as_deref_mut());
        self.text.iter_mut().chain(nested.flat_map(Self::texts)).collect()
    }

    /// Every actor that it names, with those that are nested in it.
    pub fn actors(&mut self) -> Vec<&mut ActorId> {
        let nested = self.and.iter_mut().chain(&mut self.or).chain(self.not.as_deref_mut());
        self.interacts_with.iter_mut().chain(nested.flat_map(Self::actors)).collect()
    }

    /// The circle that the whole set lies in, from whose centre distance is measured.
    pub fn circle(&self) -> Option<Near> {
        self.near.or_else(|| self.and.iter().find_map(Self::circle))
    }
}

/// By what actors are ordered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, AsRefStr)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
pub enum ActorOrderField {
    /// How well the text matches, best first whichever way.
    Relevance,
    /// In French order.
    Name,
    /// When it was last changed.
    UpdatedAt,
    /// When it was created.
    CreatedAt,
    /// From the centre of the filter's circle.
    Distance,
}

/// Counts over a filtered set.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ActorFacets {
    /// By kind, most first.
    pub kinds: Vec<(ActorKind, i64)>,
    /// By theme, most first.
    pub themes: Vec<(String, i64)>,
    /// By goal.
    pub sdgs: Vec<(i16, i64)>,
}
