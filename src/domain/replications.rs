//! Essaimage: a practice taken up elsewhere, through a call, on another territory, or inside one network.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use strum::{AsRefStr, Display, EnumIter, EnumString};

use super::edit::Edit;
use super::error::{ViolationCode, Violations};
use super::ids::{ActorId, CallId, GoodPracticeId, ReplicationId, TerritoryId};
use super::text;

/// How it gets elsewhere.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, AsRefStr, Display, EnumIter, EnumString, Serialize, Deserialize,
)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[expect(missing_docs, reason = "the schema describes each")]
pub enum ReplicationPath {
    Call,
    Territory,
    Network,
}

/// How far it is.
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
#[expect(missing_docs, reason = "the schema describes each")]
pub enum ReplicationStatus {
    Considered,
    Planned,
    Running,
    Done,
    Abandoned,
}

impl ReplicationStatus {
    /// Whether it can be this after that, or why not. Forward it may skip a step; back it goes one, which corrects what was
    /// written too soon; what was abandoned is considered or planned anew.
    pub fn may_become(self, next: Self) -> Result<(), &'static str> {
        use ReplicationStatus::{Abandoned, Considered, Done, Planned, Running};
        match (self, next) {
            (Considered, Planned | Running)
            | (Planned, Considered | Running)
            | (Running, Planned | Done)
            | (Done, Running)
            | (Abandoned, Considered | Planned)
            | (Considered | Planned | Running, Abandoned) => Ok(()),
            (this, next) if this == next => Ok(()),
            (Considered | Planned, Done) => Err("it has not run yet: say first that it runs"),
            (Done, Abandoned) => Err("what was brought to its end is not abandoned"),
            (Abandoned, _) => Err("it was abandoned: consider or plan it anew first"),
            _ => Err("it goes back one step at most"),
        }
    }
}

/// A practice taken up elsewhere.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[expect(missing_docs, reason = "the schema describes each")]
pub struct Replication {
    pub id: ReplicationId,
    pub practice: GoodPracticeId,
    pub path: ReplicationPath,
    pub territory: Option<TerritoryId>,
    pub actor: Option<ActorId>,
    pub call: Option<CallId>,
    pub status: ReplicationStatus,
    pub since: Option<NaiveDate>,
    pub notes: Option<String>,
    pub version: i32,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// What is said of a new one; its territory is already found.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the fields of Replication")]
pub struct Recorded {
    pub path: ReplicationPath,
    pub territory: Option<TerritoryId>,
    pub actor: Option<ActorId>,
    pub call: Option<CallId>,
    pub status: ReplicationStatus,
    pub since: Option<NaiveDate>,
    pub notes: Option<String>,
}

/// What an update says.
#[derive(Clone, Debug, Default)]
#[expect(missing_docs, reason = "the fields of Replication")]
pub struct ReplicationEdit {
    pub status: Edit<ReplicationStatus>,
    pub since: Edit<NaiveDate>,
    pub notes: Edit<String>,
}

impl Replication {
    /// A new one, or all that is wrong with it.
    pub fn new(
        id: ReplicationId,
        practice: GoodPracticeId,
        said: Recorded,
        (now, today): (DateTime<Utc>, NaiveDate),
        found: &mut Violations,
    ) -> Self {
        let missing = match said.path {
            ReplicationPath::Call => {
                said.call.is_none().then_some(("input.call", "is the call by which it is taken up"))
            }
            ReplicationPath::Territory => {
                said.territory.is_none().then_some(("input.territory", "is where it is taken up"))
            }
            ReplicationPath::Network => {
                let message = "is the network, or who of it takes it up";
                said.actor.is_none().then_some(("input.actor", message))
            }
        };
        if let Some((path, message)) = missing {
            let message = format!("must be given with path {}: it {message}", said.path);
            found.add(path, ViolationCode::Required, message);
        }
        let mut new = Self {
            id,
            practice,
            path: said.path,
            territory: said.territory,
            actor: said.actor,
            call: said.call,
            status: said.status,
            since: None,
            notes: None,
            version: 1,
            created_at: now,
            updated_at: now,
        };
        let edit = ReplicationEdit {
            status: Edit::Keep,
            since: Edit::given(said.since),
            notes: Edit::given(said.notes),
        };
        new.edit(edit, today, "input.", found);
        new
    }

    /// Takes over what one that says the same noted.
    pub fn absorb(&mut self, other: &Self) {
        let notes: Vec<_> = [&self.notes, &other.notes].into_iter().flatten().map(String::as_str).collect();
        let joined = match notes.as_slice() {
            [own, others] if own == others => (*own).to_owned(),
            all => all.join("\n\n"),
        };
        if !joined.is_empty() && joined.chars().count() <= text::DESCRIPTION_CHARS {
            self.notes = Some(joined);
        }
    }

    /// Writes an edit, on this day, or adds all that is wrong. Whether its status may become that is asked apart.
    pub fn edit(&mut self, edit: ReplicationEdit, today: NaiveDate, at: &str, found: &mut Violations) {
        text::required(edit.status, &mut self.status, &format!("{at}status"), found);
        edit.since.apply(&mut self.since);
        text::text_edit(edit.notes, &format!("{at}notes"), text::DESCRIPTION_CHARS, found)
            .apply(&mut self.notes);
        let begun = matches!(self.status, ReplicationStatus::Running | ReplicationStatus::Done);
        if begun && self.since.is_some_and(|since| since > today) {
            let message = format!("is in the future, and a replication that is {} has begun", self.status);
            found.add(format!("{at}since"), ViolationCode::OutOfRange, message);
        }
    }
}

#[cfg(test)]
mod tests {
    use strum::IntoEnumIterator;
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_status_moves_as_the_table_of_the_guide_says() {
        let table = include_str!("../../docs/knowledge.md");
        for from in ReplicationStatus::iter() {
            let row = table
                .lines()
                .find(|line| line.starts_with(&format!("| {from} |")))
                .unwrap_or_else(|| panic!("docs/knowledge.md has no row {from}"));
            let cells: Vec<_> = row.split('|').map(str::trim).skip(2).collect();
            for (to, cell) in ReplicationStatus::iter().zip(cells) {
                let said = from == to || !cell.is_empty();
                assert_eq!(from.may_become(to).is_ok(), said, "{from} to {to}");
            }
        }
    }

    fn recorded(path: ReplicationPath, status: ReplicationStatus, since: &str) -> Violations {
        let said = Recorded {
            path,
            territory: None,
            actor: None,
            call: None,
            status,
            since: since.parse().ok(),
            notes: None,
        };
        let today = "2026-11-22".parse().expect("a day");
        let mut found = Violations::default();
        let (id, practice) = (ReplicationId(Uuid::nil()), GoodPracticeId(Uuid::nil()));
        Replication::new(id, practice, said, (DateTime::UNIX_EPOCH, today), &mut found);
        found
    }

    #[test]
    fn a_path_needs_what_it_goes_by_and_what_runs_has_begun() {
        for (path, missing) in [
            (ReplicationPath::Call, "input.call"),
            (ReplicationPath::Territory, "input.territory"),
            (ReplicationPath::Network, "input.actor"),
        ] {
            let found = recorded(path, ReplicationStatus::Running, "2026-11-23");
            let paths: Vec<_> = found.0.iter().map(|violation| violation.path.as_str()).collect();
            assert_eq!(paths, [missing, "input.since"]);
            assert_eq!(recorded(path, ReplicationStatus::Planned, "2026-11-23").0.len(), 1);
            assert_eq!(recorded(path, ReplicationStatus::Done, "2026-11-22").0.len(), 1);
        }
    }
}
