//! Territories: official perimeters and others, which overlap. A territory is never an actor, even where both bear
//! the name of Dreux.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use strum::{AsRefStr, Display, EnumIter, EnumString};

use super::edit::Edit;
use super::error::{ViolationCode, Violations};
use super::ids::TerritoryId;
use super::search_text::SearchText;
use super::text;
use crate::geo::{BoundingBox, Position};

/// Precision of an outline whose producer states none, in metres.
pub const UNSTATED_PRECISION_METRES: f64 = 200.0;
/// Tolerances of the simplified copies of an outline, in metres.
pub const TOLERANCES_METRES: [f64; 5] = [50.0, 200.0, 1_000.0, 5_000.0, 20_000.0];

/// What kind of perimeter it is.
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
pub enum TerritoryKind {
    /// A QPV.
    PriorityNeighbourhood,
    /// A commune.
    Commune,
    /// A Cité éducative.
    EducationCity,
    /// A contrat de ville.
    UrbanContract,
    /// An EPCI.
    Intercommunality,
    /// A département.
    Department,
    /// A région.
    Region,
    /// A country.
    Country,
    /// Any other perimeter.
    Custom,
}

impl TerritoryKind {
    /// Whether official lists alone decide that a commune is part of such a territory.
    pub fn lists_decide_for_communes(self) -> bool {
        matches!(self, Self::Intercommunality | Self::Department | Self::Region | Self::Country)
    }

    /// About how large such a territory is in France, in square metres.
    fn usual_area_m2(self) -> f64 {
        match self {
            Self::PriorityNeighbourhood => 3e5,
            Self::Commune => 1.5e7,
            Self::EducationCity => 4e7,
            Self::UrbanContract => 3e8,
            Self::Intercommunality => 4e8,
            Self::Custom => 1e9,
            Self::Department => 6e9,
            Self::Region => 4e10,
            Self::Country => 5.5e11,
        }
    }

    /// The smaller of two that lie within each other comes first: by kind, `CUSTOM` by area.
    pub fn nests_before(self, area_m2: f64, other: Self, other_area_m2: f64) -> bool {
        if self == other || self == Self::Custom || other == Self::Custom {
            area_m2 < other_area_m2
        } else {
            self < other
        }
    }
}

/// How a client names a territory.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum TerritoryRef {
    /// By its id.
    Id(TerritoryId),
    /// By its official code.
    Code(TerritoryCode),
}

/// An official code within its kind: "28" is a département and a région.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct TerritoryCode {
    /// The kind.
    pub kind: TerritoryKind,
    /// The code.
    pub code: String,
    /// The list's year; the newest valid one where none is given.
    pub vintage: Option<i32>,
}

/// A territory without its outline.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Territory {
    /// Its identity.
    pub id: TerritoryId,
    /// Its kind.
    pub kind: TerritoryKind,
    /// Its official code within the kind.
    pub code: String,
    /// Year of the official list that it comes from.
    pub vintage: i32,
    /// Its name.
    pub name: String,
    /// Inhabitants.
    pub population: Option<i32>,
    /// First day on which it exists.
    pub valid_from: Option<NaiveDate>,
    /// Last day on which it exists.
    pub valid_until: Option<NaiveDate>,
    /// What took its place.
    pub successor_ids: Vec<TerritoryId>,
    /// Measures of the outline; null without one.
    pub outline: Option<OutlineMeasures>,
    /// A point that stands for it: of the outline, or given instead of one.
    #[serde(skip)]
    pub centroid: Option<Position>,
    /// Counts its changes.
    pub version: i32,
    /// When it was created.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
}

/// What is measured of an outline once, when it is stored.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct OutlineMeasures {
    /// Year of the outline, often another than the list's.
    pub vintage: i32,
    /// How far the outline may be from the true border, in metres.
    pub precision_metres: f64,
    /// Geodesic area in square metres.
    pub area_m2: f64,
    /// Whether it is the union of the members' outlines.
    pub from_members: bool,
    /// Names the outline by its content.
    pub digest: String,
    /// The box around it.
    #[serde(skip)]
    pub bbox: BoundingBox,
}

/// What a creation, an update or an import says of a territory's own fields.
#[derive(Clone, Debug, Default)]
pub struct TerritoryEdit {
    /// The name.
    pub name: Edit<String>,
    /// Inhabitants.
    pub population: Edit<i32>,
    /// First day.
    pub valid_from: Edit<NaiveDate>,
    /// Last day.
    pub valid_until: Edit<NaiveDate>,
    /// What took its place.
    pub successors: Edit<Vec<TerritoryId>>,
}

impl Territory {
    /// A new one, whose other fields an edit fills.
    pub fn new(
        id: TerritoryId,
        code: &TerritoryCode,
        vintage: i32,
        now: DateTime<Utc>,
    ) -> Result<Self, Violations> {
        let mut found = Violations::default();
        let text = found.keep(text::text("input.code", &code.code, 60)).flatten();
        if text.is_none() && found.0.is_empty() {
            found.add("input.code", ViolationCode::Required, "must not be empty");
        }
        if !(1700..=2200).contains(&vintage) {
            found.add(
                "input.vintage",
                ViolationCode::OutOfRange,
                "is the year of the list: from 1700 to 2200",
            );
        }
        found.into_result(Self {
            id,
            kind: code.kind,
            code: text.unwrap_or_default(),
            vintage,
            name: String::new(),
            population: None,
            valid_from: None,
            valid_until: None,
            successor_ids: Vec::new(),
            outline: None,
            centroid: None,
            version: 1,
            created_at: now,
            updated_at: now,
        })
    }

    /// How large it is, to be sorted by: the area in square metres, and where none is known one usual for the kind.
    pub fn size_order(&self) -> f64 {
        self.outline.as_ref().map_or_else(|| self.kind.usual_area_m2(), |outline| outline.area_m2)
    }

    /// Writes an edit, or says all that is wrong with it.
    pub fn edit(&mut self, edit: TerritoryEdit, found: &mut Violations) {
        text::required_text(edit.name, &mut self.name, "input.name", found);
        if edit.population.as_set().is_some_and(|p| *p < 0) {
            found.add("input.population", ViolationCode::OutOfRange, "can't be negative");
        }
        edit.population.apply(&mut self.population);
        edit.valid_from.apply(&mut self.valid_from);
        edit.valid_until.apply(&mut self.valid_until);
        edit.successors.apply_list(&mut self.successor_ids);
        if self.valid_from.zip(self.valid_until).is_some_and(|(from, until)| until < from) {
            found.add("input.validUntil", ViolationCode::Inconsistent, "is before validFrom");
        }
        if self.successor_ids.contains(&self.id) {
            found.add("input.successors", ViolationCode::Inconsistent, "a territory can't succeed itself");
        }
    }
}

/// What one territory is to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, AsRefStr, Display, EnumString)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
pub enum Relation {
    /// It lies within the other.
    Within,
    /// It overlaps the other without lying within it.
    Intersects,
}

/// What a link rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, AsRefStr, Display, EnumString)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
pub enum Basis {
    /// An official list says so.
    List,
    /// The outlines say so.
    Outline,
}

/// How much a list's word counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, AsRefStr, Display, EnumString)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
pub enum ListBasis {
    /// The perimeter is made of it: it decides, and the perimeter's outline is the union of its members'.
    Member,
    /// An official membership: it decides.
    Part,
    /// A producer's parent column: believed only where outlines are silent.
    Parent,
}

/// Where a point stands to the territories of a kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TerritoryAnswer {
    /// In at least one, farther from any border than outlines are precise.
    Inside,
    /// In none.
    Outside,
    /// Nobody can tell: too near to a border, or a territory there has no outline.
    Unknown,
}

/// The answer of `locate` for one kind.
#[derive(Clone, Debug)]
pub struct TerritoryHit {
    /// The kind asked for.
    pub kind: TerritoryKind,
    /// In, out, or unknown.
    pub answer: TerritoryAnswer,
    /// Inside: those that hold the point. Unknown: those that may. Outside: none.
    pub territories: Vec<TerritoryId>,
    /// To the nearest border of the kind; null where none is near.
    pub distance_to_border_metres: Option<f64>,
}

/// Which way a scope reads the tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub enum ScopeDirection {
    /// The territory and what lies within it.
    #[default]
    Down,
    /// The territory and what holds it.
    Up,
    /// One or the other.
    Both,
}

/// Which of an actor's places a scope asks of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub enum TerritoryBasis {
    /// Where it sits.
    Seat,
    /// Where it acts.
    Area,
    /// Either.
    #[default]
    Any,
}

/// A territory as a filter.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct TerritoryScope {
    /// The territory.
    pub territory: TerritoryRef,
    /// Which way.
    pub direction: ScopeDirection,
    /// By which places.
    pub basis: TerritoryBasis,
}

/// Which territories to list.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TerritoryFilter {
    /// Words of the name, or a code.
    pub text: Option<SearchText>,
    /// Of these kinds; empty: of all.
    pub kinds: Vec<TerritoryKind>,
    /// Within that one, at any depth.
    pub within: Option<TerritoryRef>,
    /// That exist on that day.
    pub valid_on: Option<NaiveDate>,
    /// Whose box meets this one.
    pub bbox: Option<BoundingBox>,
}
