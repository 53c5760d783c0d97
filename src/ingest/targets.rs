//! The fields that a record may have, by what it is a record of.

use serde::Deserialize;

use super::forms::Form;

/// What a file's rows are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Official or custom perimeters.
    Territories,
    /// Organisations and groups.
    Actors,
    /// Links between two actors.
    Interactions,
    /// Calls and standing aids.
    Calls,
    /// The tracks of a call, which stand inside it.
    Tracks,
}

/// A field of a record.
#[derive(Debug, PartialEq, Eq)]
pub struct Target {
    /// Its name in mappings, entries and overrides.
    pub name: &'static str,
    /// The form of its text.
    pub form: Form,
    /// Whether it may hold several.
    pub many: bool,
    /// Whether a record without it is left out.
    pub required: bool,
    /// The field that takes the precision (`YEAR`, `MONTH`, `DAY`) of a start or an end.
    pub precision: Option<&'static str>,
}

const fn one(name: &'static str, form: Form) -> Target {
    Target { name, form, many: false, required: false, precision: None }
}

const fn many(name: &'static str, form: Form) -> Target {
    Target { name, form, many: true, required: false, precision: None }
}

const fn required(name: &'static str, form: Form) -> Target {
    Target { name, form, many: false, required: true, precision: None }
}

const fn period(name: &'static str, form: Form, precision: &'static str) -> Target {
    Target { name, form, many: false, required: false, precision: Some(precision) }
}

use Form::{Code, Day, Decimal, Digits, End, Integer, Line, Paragraphs, Start};

// `also_in` names further lists that have the entry under the same reference.
// A territory is named as `KIND:code`, an actor as `source:reference`.

const TERRITORIES: &[Target] = &[
    required("kind", Code),
    required("code", Code),
    required("name", Line),
    one("vintage", Integer),
    one("boundary_vintage", Integer),
    one("boundary_precision_metres", Decimal),
    one("population", Integer),
    one("valid_from", Start),
    one("valid_until", End),
    one("parent", Code),
    many("parent_kinds", Code),
    many("communes", Digits(5)),
    one("department", Digits(2)),
    one("region", Digits(2)),
    many("intercommunality", Digits(9)),
    one("country", Code),
    one("siren", Digits(9)),
    many("also_in", Code),
];

const ACTORS: &[Target] = &[
    required("kind", Code),
    required("name", Line),
    one("short_name", Line),
    one("description", Paragraphs),
    one("website", Code),
    one("siren", Digits(9)),
    one("siret", Digits(14)),
    one("rna", Code),
    one("uai", Code),
    one("finess", Digits(9)),
    one("wikidata", Code),
    many("themes", Code),
    many("sdgs", Integer),
    many("audiences", Line),
    one("longitude", Decimal),
    one("latitude", Decimal),
    one("precision", Code),
    one("address", Line),
    one("postcode", Digits(5)),
    one("seat", Digits(5)),
    many("areas_served", Code),
    one("status", Code),
    one("verified_on", Day),
    many("also_in", Code),
];

const INTERACTIONS: &[Target] = &[
    required("kind", Code),
    required("source", Code),
    required("target", Code),
    one("level", Code),
    one("intensity", Integer),
    one("frequency", Code),
    one("formalised", Code),
    one("description", Paragraphs),
    many("themes", Code),
    many("territories", Code),
    period("since", Start, "since_precision"),
    one("since_precision", Code),
    period("until", End, "until_precision"),
    one("until_precision", Code),
    one("amount", Decimal),
    one("declared_by", Code),
    one("status", Code),
    many("also_in", Code),
];

const CALLS: &[Target] = &[
    required("kind", Code),
    required("title", Line),
    one("summary", Paragraphs),
    one("url", Code),
    many("organisers", Code),
    many("funders", Line),
    one("programme", Code),
    one("recurrence", Code),
    many("aid_kinds", Code),
    many("eligible_kinds", Code),
    one("eligibility", Paragraphs),
    many("territories", Code),
    many("themes", Code),
    many("sdgs", Integer),
    many("audiences", Line),
    one("opens_on", Day),
    one("closes_on", Day),
    one("budget", Decimal),
    one("status", Code),
    many("also_in", Code),
];

const TRACKS: &[Target] = &[
    required("kind", Code),
    required("title", Line),
    one("description", Paragraphs),
    one("min_members", Integer),
    one("max_members", Integer),
    one("min_grant", Decimal),
    one("max_grant", Decimal),
];

impl Kind {
    /// The fields of such a record.
    pub fn targets(self) -> &'static [Target] {
        match self {
            Self::Territories => TERRITORIES,
            Self::Actors => ACTORS,
            Self::Interactions => INTERACTIONS,
            Self::Calls => CALLS,
            Self::Tracks => TRACKS,
        }
    }

    /// A field by its name.
    ///
    /// # Errors
    ///
    /// Where there is none: a message with the names that there are.
    pub fn target(self, name: &str) -> Result<&'static Target, String> {
        self.targets().iter().find(|target| target.name == name).ok_or_else(|| {
            let names: Vec<_> = self.targets().iter().map(|target| target.name).collect();
            format!("{} have no field {name:?}; the fields are: {}", self.as_str(), names.join(", "))
        })
    }

    /// The word for it in files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Territories => "territories",
            Self::Actors => "actors",
            Self::Interactions => "interactions",
            Self::Calls => "calls",
            Self::Tracks => "tracks",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_field_is_refused_with_those_that_there_are() {
        let message = Kind::Tracks.target("titel").expect_err("unknown");
        assert!(message.contains("tracks have no field \"titel\"") && message.contains("title"), "{message}");
    }

    #[test]
    fn the_manual_names_every_field() {
        let manual = include_str!("../../docs/import.md");
        for kind in [Kind::Territories, Kind::Actors, Kind::Interactions, Kind::Calls, Kind::Tracks] {
            let absent: Vec<_> = kind
                .targets()
                .iter()
                .filter(|target| !manual.contains(&format!("`{}`", target.name)))
                .collect();
            assert!(absent.is_empty(), "{}: {absent:?}", kind.as_str());
        }
    }

    #[test]
    fn every_precision_is_a_field_of_its_own() {
        for kind in [Kind::Territories, Kind::Actors, Kind::Interactions, Kind::Calls, Kind::Tracks] {
            for target in kind.targets() {
                assert!(target.precision.is_none_or(|name| kind.target(name).is_ok()), "{}", target.name);
            }
        }
    }
}
