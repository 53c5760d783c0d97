//! Files that people take away: what can be asked for, what becomes of it, and the entries as a file tells them.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use strum::{AsRefStr, Display, EnumIter, EnumString};
use url::Url;
use uuid::Uuid;

use super::actors::{Actor, ActorFilter};
use super::caller::Caller;
use super::ids::{ActorId, ExportJobId};
use super::interactions::{Interaction, InteractionFilter};
use super::registrations::Registration;
use super::territories::{Territory, TerritoryKind};
use crate::geo::Position;

/// Most entries of a file that is made while its asker waits.
pub const AT_ONCE: i64 = 2_000;
/// Most entries of a stranger's file.
pub const STRANGERS_ROWS: i64 = 50_000;
/// Most entries of a file; a sheet holds 1,048,576 rows.
pub const MOST_ROWS: i64 = 1_000_000;
/// Most bytes of a file.
pub const MOST_BYTES: i64 = 1 << 30;
/// Most files that wait or are being made, of a caller, and of strangers from one network.
pub const MOST_OPEN: i64 = 3;
/// Most files of a caller that are kept at a time.
pub const MOST_KEPT: i64 = 50;
/// Most files of strangers from one network that are kept at a time.
pub const STRANGERS_KEPT: i64 = 10;
/// Most bytes of all files of strangers.
pub const STRANGERS_BYTES: i64 = 2 << 30;
/// For how long a file is kept.
pub const KEPT_FOR: TimeDelta = TimeDelta::hours(24);
/// After how long without a sign of life an attempt is taken for dead, and the file made anew.
pub const DEAD_AFTER: TimeDelta = TimeDelta::minutes(1);
/// How often a file is begun, at most.
pub const MOST_TRIES: i16 = 3;

/// What the file is.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, AsRefStr, Display, EnumIter, EnumString, Serialize, Deserialize,
)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ExportFormat {
    /// Text with `;` between cells; of a network two such files in a ZIP archive.
    Csv,
    /// A workbook.
    Xlsx,
    /// Points and lines.
    Geojson,
    /// A graph.
    Graphml,
    /// A graph with dates, as Gephi has it.
    Gexf,
    /// Organisations in the words of schema.org.
    Jsonld,
}

impl ExportFormat {
    /// How the file's name ends.
    pub fn extension(self, is_network: bool) -> &'static str {
        match self {
            Self::Csv if is_network => "zip",
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
            Self::Geojson => "geojson",
            Self::Graphml => "graphml",
            Self::Gexf => "gexf",
            Self::Jsonld => "jsonld",
        }
    }
}

/// What a file's name ends with says what it is.
pub fn media_type(file_name: &str) -> &'static str {
    match file_name.rsplit_once('.').map_or("", |(_, extension)| extension) {
        "csv" => "text/csv; charset=utf-8; header=present",
        "zip" => "application/zip",
        "xlsx" => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "geojson" => "application/geo+json",
        "graphml" => "application/graphml+xml",
        "gexf" => "application/gexf+xml",
        "jsonld" => "application/ld+json",
        _ => "application/octet-stream",
    }
}

/// How far it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, AsRefStr, Display, EnumString)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
pub enum ExportState {
    /// It waits.
    Queued,
    /// It is being made.
    Running,
    /// The file is there.
    Done,
    /// There is none, and will be none.
    Failed,
}

/// What is asked for; it is kept, so that whoever makes the file knows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Asked {
    /// Which actors.
    pub actors: ActorFilter,
    /// Which interactions between them; null where actors alone are asked for.
    pub network: Option<Network>,
}

/// Which interactions between the actors.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Network {
    /// Those that match.
    pub interactions: InteractionFilter,
    /// Those that hold on this day; those of any time where it is null.
    pub as_of: Option<NaiveDate>,
}

impl Asked {
    /// The filter of the interactions: between the actors, and on the day.
    pub fn interactions(&self) -> Option<InteractionFilter> {
        let network = self.network.as_ref()?;
        let given = network.interactions.clone();
        let between = match given.between {
            Some(between) => {
                ActorFilter { and: vec![between, self.actors.clone()], ..ActorFilter::default() }
            }
            None => self.actors.clone(),
        };
        let active_on = network.as_of.or(given.active_on);
        Some(InteractionFilter { between: Some(between), active_on, ..given })
    }
}

/// A file that was asked for.
#[derive(Clone, Debug, PartialEq)]
pub struct ExportJob {
    /// Its identity.
    pub id: ExportJobId,
    /// The name of who asked.
    pub owner: String,
    /// What.
    pub asked: Box<Asked>,
    /// As what.
    pub format: ExportFormat,
    /// How far it is.
    pub state: ExportState,
    /// How many entries there are to write.
    pub total_rows: i64,
    /// How many are written.
    pub written_rows: i64,
    /// Why there is no file.
    pub error: Option<String>,
    /// What the owner might see when the file was made, as a hash.
    pub rights: Option<Vec<u8>>,
    /// The secret part of the file's address.
    pub token: String,
    /// How the file is called.
    pub file_name: Option<String>,
    /// How large it is.
    pub bytes: i64,
    /// Names the file by its content.
    pub digest: Option<String>,
    /// How often it was begun.
    pub tries: i16,
    /// When it was asked for.
    pub created_at: DateTime<Utc>,
    /// When it goes.
    pub expires_at: DateTime<Utc>,
}

impl ExportJob {
    /// How much of it is written, from 0 to 1.
    pub fn progress(&self) -> f64 {
        match self.state {
            ExportState::Done => 1.0,
            // What is written while it is counted may be more than was counted.
            _ => (self.written_rows as f64 / self.total_rows.max(1) as f64).clamp(0.0, 0.99),
        }
    }

    /// Whether it is this caller's. Strangers have no name: who knows the id of a stranger's file is its owner.
    pub fn is_of(&self, caller: &Caller) -> bool {
        self.owner == Caller::Anonymous.reference() || self.owner == caller.reference()
    }
}

/// Most entries of a file of this caller.
pub fn most_rows(caller: &Caller) -> i64 {
    if matches!(caller, Caller::Anonymous) { STRANGERS_ROWS } else { MOST_ROWS }
}

/// Under which terms the data may be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Licence {
    /// What it is called.
    pub name: String,
    /// Where it can be read.
    pub url: Url,
    /// Whom to name; the sources that entries come from are named beside.
    pub attribution: String,
}

/// A territory as a file tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Its kind.
    pub kind: TerritoryKind,
    /// Its official code.
    pub code: String,
    /// Its name.
    pub name: String,
}

/// An actor as a file tells it: nothing in it that its reader may not see.
#[derive(Clone, Debug, PartialEq)]
pub struct ActorRow {
    /// The actor. Of a hidden location nothing is left but that it is hidden.
    pub actor: Actor,
    /// The commune where it sits.
    pub seat: Option<Place>,
    /// Where it acts, smallest first.
    pub areas: Vec<Place>,
    /// How the registers know it.
    pub registrations: Vec<Registration>,
    /// Where the entry comes from.
    pub sources: Vec<String>,
}

/// An end of an interaction.
#[derive(Clone, Debug, PartialEq)]
pub struct End {
    /// The actor.
    pub id: ActorId,
    /// Its name.
    pub name: String,
    /// Where it is; null where nobody knows, or its reader may not.
    pub point: Option<Position>,
}

/// An interaction as a file tells it.
#[derive(Clone, Debug, PartialEq)]
pub struct InteractionRow {
    /// The interaction.
    pub interaction: Interaction,
    /// From whom.
    pub source: End,
    /// To whom.
    pub target: End,
    /// Where it takes place.
    pub territories: Vec<Place>,
    /// Where the entry comes from.
    pub sources: Vec<String>,
    /// Whether it holds on the day that the file is of.
    pub active: bool,
}

/// A territory as a layer tells it.
#[derive(Clone, Debug, PartialEq)]
pub struct TerritoryRow {
    /// The territory.
    pub territory: Territory,
    /// Its outline, a GeoJSON geometry.
    pub outline: String,
}

/// What stands at the head of a file.
#[derive(Clone, Debug, PartialEq)]
pub struct Head {
    /// Whether interactions follow.
    pub is_network: bool,
    /// Whether one of them runs one way.
    pub directed: bool,
    /// When it was made.
    pub made_at: DateTime<Utc>,
    /// The day that it is of.
    pub as_of: Option<NaiveDate>,
    /// The terms.
    pub licence: Licence,
    /// Where the entries come from, each once.
    pub sources: Vec<String>,
    /// What was asked for, as JSON.
    pub asked: String,
    /// Where the service is for its users.
    pub public: Url,
}

impl Head {
    /// Whom to name: the service's own words, then the sources.
    pub fn attribution(&self) -> String {
        let sources = self.sources.join(", ");
        match (self.licence.attribution.as_str(), sources.as_str()) {
            ("", sources) => sources.to_owned(),
            (own, "") => own.to_owned(),
            (own, sources) => format!("{own} ({sources})"),
        }
    }

    /// Where an actor is to be read by programs.
    pub fn address_of(&self, actor: &str) -> String {
        format!("{}/ogc/collections/actors/items/{actor}", self.public.as_str().trim_end_matches('/'))
    }
}

/// An attempt to make a file: what it writes is refused once another one has begun.
#[derive(Clone, Debug)]
pub struct Claim {
    /// The file.
    pub job: ExportJob,
    /// The attempt.
    pub attempt: Uuid,
}

#[cfg(test)]
mod tests {
    use strum::IntoEnumIterator;

    use super::*;

    #[test]
    fn every_file_says_what_it_is() {
        for format in ExportFormat::iter() {
            for network in [false, true] {
                let name = format!("x.{}", format.extension(network));
                assert_ne!(media_type(&name), "application/octet-stream", "{name}");
            }
        }
    }

    #[test]
    fn what_was_asked_is_read_again_and_what_is_new_is_absent() {
        let asked = Asked { actors: ActorFilter { text: None, ..ActorFilter::default() }, network: None };
        let kept = serde_json::to_string(&asked).expect("JSON");
        assert_eq!(serde_json::from_str::<Asked>(&kept).expect("it is read"), asked);
        let old: Asked = serde_json::from_str(r#"{"actors": {"kinds": ["SCHOOL"]}, "network": null}"#)
            .expect("it is read");
        assert_eq!(old.actors.kinds.len(), 1);
    }
}
