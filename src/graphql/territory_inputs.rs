//! What clients say of territories: references, scopes, filters, inputs of mutations.

use async_graphql::{ID, InputObject, MaybeUndefined, OneofObject};

use super::actor_inputs::{bounded, enums, search_text};
use super::enums::{ScopeDirection, TerritoryBasis, TerritoryKind};
use super::ids::id_of;
use super::scalars::{Date, GeoJson, edit, read, read_edit};
use super::shapes::BoundingBoxInput;
use crate::app::territories::TerritoryInput;
use crate::domain::edit::Edit;
use crate::domain::error::Violations;
use crate::domain::ids::TerritoryId;
use crate::domain::territories as domain;

/// An official code within its kind: "28" is a département and a région.
#[derive(InputObject, Clone)]
pub struct TerritoryCode {
    /// The kind.
    kind: TerritoryKind,
    /// The code: INSEE, SIREN of the EPCI, QPV code.
    code: String,
    /// The year of the list; the newest valid one where it is left out.
    vintage: Option<i32>,
}

/// How a territory is named.
#[derive(OneofObject, Clone)]
pub enum TerritoryRef {
    /// By its id.
    Id(ID),
    /// By its official code.
    Code(TerritoryCode),
}

impl TerritoryRef {
    /// The reference, still to be found.
    pub fn read(self) -> domain::TerritoryRef {
        match self {
            Self::Id(id) => domain::TerritoryRef::Id(id_of::<TerritoryId>(&id)),
            Self::Code(code) => domain::TerritoryRef::Code(domain::TerritoryCode {
                kind: code.kind.into(),
                code: code.code.trim().replace('\0', ""),
                vintage: code.vintage,
            }),
        }
    }
}

/// References of a list.
pub fn refs(given: Vec<TerritoryRef>, path: &str, found: &mut Violations) -> Vec<domain::TerritoryRef> {
    bounded(given, path, found).into_iter().map(TerritoryRef::read).collect()
}

/// A territory as a filter.
#[derive(InputObject)]
pub struct TerritoryScope {
    /// The territory.
    territory: TerritoryRef,
    /// What lies within it, what holds it, or both.
    #[graphql(default_with = "ScopeDirection::Down")]
    direction: ScopeDirection,
    /// By where actors sit, where they act, or either.
    #[graphql(default_with = "TerritoryBasis::Any")]
    basis: TerritoryBasis,
}

impl TerritoryScope {
    /// The scope, its territory still to be found.
    pub fn read(self) -> domain::TerritoryScope {
        domain::TerritoryScope {
            territory: self.territory.read(),
            direction: self.direction.into(),
            basis: self.basis.into(),
        }
    }
}

/// Which territories to list. Everything given must hold; an empty list asks nothing.
#[derive(InputObject, Default)]
pub struct TerritoryFilter {
    /// Words of the name, or a code: accents, case and hyphens do not matter, typing errors are forgiven.
    text: Option<String>,
    /// Of one of these kinds.
    kinds: Option<Vec<TerritoryKind>>,
    /// Within that one, at any depth.
    pub within: Option<TerritoryRef>,
    /// That exist on this day.
    valid_on: Option<Date>,
    /// Whose box meets this one.
    bbox: Option<BoundingBoxInput>,
}

impl TerritoryFilter {
    /// Checks it, everything at once.
    pub fn read(self, path: &str, found: &mut Violations) -> domain::TerritoryFilter {
        let at = |name: &str| format!("{path}.{name}");
        domain::TerritoryFilter {
            text: search_text(self.text, &at("text"), found),
            kinds: enums(self.kinds, &at("kinds"), found),
            within: self.within.map(TerritoryRef::read),
            valid_on: read(self.valid_on.as_ref(), &at("validOn"), found),
            bbox: self.bbox.and_then(|bbox| bbox.read(&at("bbox"), found)),
        }
    }
}

/// A new territory: with a boundary of its own, or made of members, whose union is then its boundary.
#[derive(InputObject)]
pub struct CreateTerritoryInput {
    /// The kind.
    pub kind: TerritoryKind,
    /// The code within the kind, at most 60 characters.
    pub code: String,
    /// The year of the list.
    pub vintage: i32,
    /// Its name.
    name: String,
    /// Its inhabitants.
    population: Option<i32>,
    /// The first day on which it exists.
    valid_from: Option<Date>,
    /// The last day on which it exists.
    valid_until: Option<Date>,
    /// Its boundary: a Polygon or MultiPolygon in longitude and latitude; an invalid one is repaired or refused.
    boundary: Option<GeoJson>,
    /// The territories that it is made of.
    members: Option<Vec<TerritoryRef>>,
}

impl CreateTerritoryInput {
    /// Checks what can be checked without the database.
    pub fn read(self, found: &mut Violations) -> TerritoryInput {
        TerritoryInput {
            edit: domain::TerritoryEdit {
                name: Edit::Set(self.name),
                population: Edit::given(self.population),
                valid_from: Edit::given(read(self.valid_from.as_ref(), "input.validFrom", found)),
                valid_until: Edit::given(read(self.valid_until.as_ref(), "input.validUntil", found)),
                ..domain::TerritoryEdit::default()
            },
            successors: Edit::Keep,
            boundary: Edit::given(self.boundary).map(json),
            members: Edit::given(self.members).map(|members| refs(members, "input.members", found)),
        }
    }
}

/// A change of a territory: a field left out stays, and null clears.
#[derive(InputObject)]
pub struct UpdateTerritoryInput {
    /// Its name.
    name: MaybeUndefined<String>,
    /// Its inhabitants.
    population: MaybeUndefined<i32>,
    /// The first day on which it exists.
    valid_from: MaybeUndefined<Date>,
    /// The last day on which it exists.
    valid_until: MaybeUndefined<Date>,
    /// What took its place: all of it.
    successors: MaybeUndefined<Vec<TerritoryRef>>,
    /// Its boundary: a Polygon or MultiPolygon in longitude and latitude; an invalid one is repaired or refused.
    boundary: MaybeUndefined<GeoJson>,
    /// The territories that it is made of: all of them.
    members: MaybeUndefined<Vec<TerritoryRef>>,
}

impl UpdateTerritoryInput {
    /// Checks what can be checked without the database.
    pub fn read(self, found: &mut Violations) -> TerritoryInput {
        TerritoryInput {
            edit: domain::TerritoryEdit {
                name: edit(self.name),
                population: edit(self.population),
                valid_from: read_edit(self.valid_from, "input.validFrom", found),
                valid_until: read_edit(self.valid_until, "input.validUntil", found),
                ..domain::TerritoryEdit::default()
            },
            successors: edit(self.successors).map(|given| refs(given, "input.successors", found)),
            boundary: edit(self.boundary).map(json),
            members: edit(self.members).map(|members| refs(members, "input.members", found)),
        }
    }
}

fn json(geojson: GeoJson) -> serde_json::Value {
    // An input object came in as JSON or as a literal of the same shape.
    geojson.0.into_json().unwrap_or(serde_json::Value::Null)
}
