//! What was done to an entry, as people read it: fields by the names that the API gives them, values as plain text.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::{DateTime, Utc};
use serde_json::{Map, Value};
use strum::{AsRefStr, EnumIter};
use uuid::Uuid;

use super::ids::{ActorId, SubjectKind, TerritoryId};
use super::paging::{KeyType, ListOrder};

/// What was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, AsRefStr, EnumIter)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
#[expect(missing_docs, reason = "the schema describes each")]
pub enum RevisionAction {
    Created,
    Updated,
    Submitted,
    Published,
    Rejected,
    Archived,
    Restored,
    Confirmed,
    Disputed,
    Imported,
    Merged,
    Erased,
    Suppressed,
}

/// One write of an entry.
#[derive(Clone, Debug, PartialEq)]
pub struct Revision {
    /// Its place among all writes.
    pub position: i64,
    /// What was done.
    pub action: RevisionAction,
    /// When.
    pub at: DateTime<Utc>,
    /// By whom, as changes name them.
    pub caller: String,
    /// The version that it made.
    pub version: i32,
    /// Why, in words.
    pub comment: Option<String>,
    /// What changed: field, before, after, as it is kept.
    pub fields: Map<String, Value>,
}

/// The history of each of many entries of a kind; of an actor with that of those which it took over.
#[derive(Clone, Copy, Debug)]
pub struct HistoryListing {
    /// Of which kind.
    pub kind: SubjectKind,
    /// Only from when it was last submitted, or else first published: what it said before is its author's.
    pub since_submitted: bool,
}

impl HistoryListing {
    /// The order, which is the same for all: newest first.
    pub fn order() -> ListOrder {
        ListOrder { name: "HISTORY".to_owned(), key: KeyType::Whole }
    }
}

/// Who did something, where that is no person and no key: imports, the operator, a rule. Null for all others.
pub fn impersonal(caller: &str, action: Option<RevisionAction>) -> Option<String> {
    match caller.split_once(':') {
        Some(("rule", name)) => Some(name.to_owned()),
        None if caller == "operator" && action == Some(RevisionAction::Imported) => Some("import".to_owned()),
        None if caller == "operator" => Some(caller.to_owned()),
        _ => None,
    }
}

/// A field that changed, as people read it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldChange {
    /// Its name in the API; a dot stands before a part.
    pub field: String,
    /// What it was; null where there was nothing.
    pub before: Option<String>,
    /// What it is; null where there is nothing.
    pub after: Option<String>,
}

/// The names of what changes mention by their ids.
#[derive(Clone, Debug, Default)]
pub struct Names {
    /// Of territories, with their codes.
    pub territories: HashMap<TerritoryId, String>,
    /// Of actors.
    pub actors: HashMap<ActorId, String>,
}

/// What stands for an entry that is gone, or that the reader may not see.
const UNNAMED: &str = "(an entry that is not to be seen)";

const TERRITORIES: [&str; 5] = ["areas_served", "pilot_sites", "programme", "territories", "territory"];
const ACTORS: [&str; 17] = [
    "actor",
    "actors",
    "attendance",
    "declared_by",
    "declined",
    "distinct_from",
    "facilitator",
    "funder",
    "funders",
    "invited",
    "lead",
    "member",
    "organisers",
    "partners",
    "signed_off",
    "source",
    "target",
];

/// The territories and the actors that changes mention.
pub fn mentioned(fields: &Map<String, Value>) -> (BTreeSet<TerritoryId>, BTreeSet<ActorId>) {
    let (mut territories, mut actors) = (BTreeSet::new(), BTreeSet::new());
    for (field, pair) in fields {
        if TERRITORIES.contains(&field.as_str()) || field == "seat" {
            ids(pair, &mut |id| _ = territories.insert(TerritoryId(id)));
        } else if ACTORS.contains(&field.as_str()) {
            ids(pair, &mut |id| _ = actors.insert(ActorId(id)));
        }
    }
    (territories, actors)
}

fn ids(value: &Value, keep: &mut impl FnMut(Uuid)) {
    match value {
        Value::String(text) => {
            if let Ok(id) = text.parse() {
                keep(id);
            }
        }
        Value::Array(values) => values.iter().for_each(|value| ids(value, keep)),
        Value::Object(parts) => parts.values().for_each(|value| ids(value, keep)),
        _ => {}
    }
}

/// What changed, as people read it. Those who may not see a hidden location learn only that the location changed.
pub fn told(fields: &Map<String, Value>, names: &Names, shows_location: bool) -> Vec<FieldChange> {
    let mut all = Vec::new();
    // Postgres keeps them in an order of its own.
    let sorted: BTreeMap<_, _> = fields.iter().collect();
    for (field, pair) in sorted {
        let (before, after) = (&pair[0], &pair[1]);
        let mut tell = |name: String, before: Option<String>, after: Option<String>| {
            if before != after {
                all.push(FieldChange { field: name, before, after });
            }
        };
        match field.as_str() {
            // It says no more than the status does.
            "archived_from" => {}
            // Entries that are named where they are read: who may not see one learns only that it is another.
            "call" | "collective" | "orientations" | "practice" | "project" | "resources" | "track" => {
                all.push(FieldChange { field: field.clone(), before: None, after: None });
            }
            "location" if !shows_location => {
                all.push(FieldChange { field: field.clone(), before: None, after: None });
            }
            "location" => {
                for part in ["point", "address", "postcode", "precision", "hidden"] {
                    tell(format!("location.{part}"), plain(&before[part]), plain(&after[part]));
                }
            }
            "seat" => tell(field.clone(), seat(before, names), seat(after, names)),
            "since" | "until" | "started_on" => {
                let name = api_name(field);
                // Of some entries days alone are known.
                let day = |date: &Value| if date.is_object() { plain(&date["date"]) } else { plain(date) };
                tell(name.clone(), day(before), day(after));
                let precision = |date: &Value| plain(&date["precision"]);
                tell(format!("{name}Precision"), precision(before), precision(after));
            }
            "intent" => {
                for part in INTENT {
                    tell(format!("intent.{}", api_name(part)), plain(&before[part]), plain(&after[part]));
                }
            }
            "next_steps" => tell(api_name(field), steps(before), steps(after)),
            // Says of which session the change is.
            "session.title" if before == after => {
                all.push(FieldChange { field: field.clone(), before: plain(before), after: plain(after) });
            }
            "axes" => tell(field.clone(), axes(before), axes(after)),
            "registrations" => tell(field.clone(), registrations(before), registrations(after)),
            "merged_from" | "merged_into" => tell(api_name(field), merged(before), merged(after)),
            name => {
                let said = |value: &Value| match name {
                    name if TERRITORIES.contains(&name) => {
                        named(value, &|id| names.territories.get(&TerritoryId(id)).cloned())
                    }
                    name if ACTORS.contains(&name) => {
                        named(value, &|id| names.actors.get(&ActorId(id)).cloned())
                    }
                    _ => plain(value),
                };
                tell(api_name(name), said(before), said(after));
            }
        }
    }
    all
}

fn seat(value: &Value, names: &Names) -> Option<String> {
    let name = named(&value["commune"], &|id| names.territories.get(&TerritoryId(id)).cloned())?;
    let declared = value["declared"].as_bool().unwrap_or(true);
    Some(if declared { name } else { format!("{name}, by its location") })
}

/// What a statement of intent says.
const INTENT: [&str; 8] = [
    "shared_finding",
    "urgency",
    "why_now",
    "change_sought",
    "audiences",
    "funding_sought",
    "funding_note",
    "partners_sought",
];

/// Next steps by their titles, each with its day and how far it is.
fn steps(value: &Value) -> Option<String> {
    let one = |step: &Value| {
        let title = step["title"].as_str()?;
        let known = [&step["due"], &step["status"]].into_iter().filter_map(plain);
        Some(format!("{title} ({})", known.collect::<Vec<_>>().join(", ")))
    };
    let all: Vec<_> = value.as_array()?.iter().filter_map(one).collect();
    (!all.is_empty()).then(|| all.join("; "))
}

/// Axes by their numbers and titles, each with its themes.
fn axes(value: &Value) -> Option<String> {
    let one = |axis: &Value| {
        let told = format!("{}. {}", axis["number"].as_i64()?, axis["title"].as_str()?);
        Some(match plain(&axis["themes"]) {
            Some(themes) => format!("{told} ({themes})"),
            None => told,
        })
    };
    let all: Vec<_> = value.as_array()?.iter().filter_map(one).collect();
    (!all.is_empty()).then(|| all.join("; "))
}

fn registrations(value: &Value) -> Option<String> {
    let one = |registration: &Value| {
        Some(format!("{} {}", registration["scheme"].as_str()?, registration["value"].as_str()?))
    };
    let all: Vec<_> = value.as_array()?.iter().filter_map(one).collect();
    (!all.is_empty()).then(|| all.join(", "))
}

/// An actor of a merger, as it was called: the one that is gone has no other name left. Interactions have none.
fn merged(value: &Value) -> Option<String> {
    match (value["name"].as_str(), value["slug"].as_str()) {
        (Some(name), Some(slug)) => Some(format!("{name} ({slug})")),
        _ => plain(value),
    }
}

/// An id, or a list of them, by name.
fn named(value: &Value, name: &impl Fn(Uuid) -> Option<String>) -> Option<String> {
    let mut all = Vec::new();
    ids(value, &mut |id| all.push(name(id).unwrap_or_else(|| UNNAMED.to_owned())));
    (!all.is_empty()).then(|| all.join(", "))
}

/// A value as plain text: lists with commas between, anything else that is no text as JSON.
fn plain(value: &Value) -> Option<String> {
    let is_scalar = |value: &Value| !matches!(value, Value::Array(_) | Value::Object(_));
    match value {
        Value::Null => None,
        Value::String(text) => Some(text.clone()),
        Value::Array(values) if values.is_empty() => None,
        Value::Array(values) if values.iter().all(is_scalar) => {
            Some(values.iter().filter_map(plain).collect::<Vec<_>>().join(", "))
        }
        other => Some(other.to_string()),
    }
}

/// The name of a kept field in the API.
pub fn api_name(field: &str) -> String {
    let mut words = field.split('_');
    let mut name = words.next().unwrap_or_default().to_owned();
    for word in words {
        let mut letters = word.chars();
        name.extend(letters.next().map(|letter| letter.to_ascii_uppercase()));
        name.push_str(letters.as_str());
    }
    name
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(
        fields: Value,
        names: &Names,
        shows_location: bool,
    ) -> Vec<(String, Option<String>, Option<String>)> {
        let Value::Object(fields) = fields else { panic!("fields") };
        told(&fields, names, shows_location).into_iter().map(|c| (c.field, c.before, c.after)).collect()
    }

    fn change(
        field: &str,
        before: Option<&str>,
        after: Option<&str>,
    ) -> (String, Option<String>, Option<String>) {
        (field.to_owned(), before.map(str::to_owned), after.map(str::to_owned))
    }

    #[test]
    fn values_are_plain_text_and_fields_are_named_as_in_the_api() {
        let id = Uuid::from_u128(7);
        let names = Names {
            territories: [(TerritoryId(id), "Dreux (28134)".to_owned())].into(),
            actors: HashMap::new(),
        };
        let fields = json!({
            "archived_from": [null, "DRAFT"],
            "areas_served": [[], [id]],
            "declared_by": [null, id],
            "intent": [null, { "shared_finding": "Constat", "urgency": null, "audiences": ["jeunes"] }],
            "next_steps": [[], [{ "id": id, "title": "Visiter", "owner": id, "due": "2026-12-01", "status": "TODO" }]],
            "registrations": [[], [{ "scheme": "RNA", "value": "W281000123" }]],
            "seat": [{ "commune": id, "declared": false }, { "commune": id, "declared": true }],
            "short_name": ["AB", null],
            "since": [null, { "date": "2021-01-01", "precision": "YEAR" }],
            "sdgs": [[1, 2], []],
            "themes": [null, []],
        });
        assert_eq!(
            read(fields, &names, true),
            [
                change("areasServed", None, Some("Dreux (28134)")),
                change("declaredBy", None, Some(UNNAMED)),
                change("intent.sharedFinding", None, Some("Constat")),
                change("intent.audiences", None, Some("jeunes")),
                change("nextSteps", None, Some("Visiter (2026-12-01, TODO)")),
                change("registrations", None, Some("RNA W281000123")),
                change("sdgs", Some("1, 2"), None),
                change("seat", Some("Dreux (28134), by its location"), Some("Dreux (28134)")),
                change("shortName", Some("AB"), None),
                change("since", None, Some("2021-01-01")),
                change("sincePrecision", None, Some("YEAR")),
            ]
        );
    }

    #[test]
    fn a_location_is_told_in_parts_or_not_at_all() {
        let fields = json!({ "location": [null, { "point": [1.3, 48.7], "address": null, "hidden": true }] });
        assert_eq!(
            read(fields.clone(), &Names::default(), true),
            [
                change("location.point", None, Some("1.3, 48.7")),
                change("location.hidden", None, Some("true"))
            ]
        );
        assert_eq!(read(fields, &Names::default(), false), [change("location", None, None)]);
    }

    #[test]
    fn no_person_stands_behind_imports_the_operator_and_rules() {
        assert_eq!(impersonal("operator", Some(RevisionAction::Imported)).as_deref(), Some("import"));
        assert_eq!(impersonal("operator", None).as_deref(), Some("operator"));
        assert_eq!(impersonal("rule:retention", None).as_deref(), Some("retention"));
        assert_eq!(impersonal("user:0191", None), None);
        assert_eq!(impersonal("key:0191", None), None);
    }
}
