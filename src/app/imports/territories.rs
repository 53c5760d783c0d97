//! Territories from files, with what lists say of them.

use std::collections::HashMap;

use serde_json::{Map, Value};

use super::listings::{Listed, listed_words};
use super::merge::{Merge, fields_of};
use super::report::{Outcome, Report};
use super::typed::{Reader, settle, told};
use super::{Sourced, imported_of, origin_key, origin_keys};
use crate::app::outlines::digest;
use crate::app::territories::{copies, measure};
use crate::app::writes::difference;
use crate::app::{App, Error};
use crate::domain::caller::Caller;
use crate::domain::edit::Edit;
use crate::domain::error::Violations;
use crate::domain::ids::{SubjectKind, TerritoryId};
use crate::domain::territories::{
    Territory, TerritoryCode, TerritoryEdit, TerritoryKind, UNSTATED_PRECISION_METRES,
};
use crate::geo::{Boundary, Outline, Position, outline_from_geojson};
use crate::ingest::Problem;
use crate::store::outlines::Copy;
use crate::store::records::{self, Action, Change};
use crate::store::{self, Transaction};

/// What a record says of its outline.
enum Drawn {
    Boundary(Box<Boundary>),
    Centroid(Position),
    Nothing,
}

/// What a batch has planned.
#[derive(Default)]
struct Plan {
    territories: Vec<Territory>,
    outlines: Vec<(TerritoryId, Vec<Copy>)>,
    changes: Vec<Change>,
    imported: Vec<records::Imported>,
}

/// What an import knows of territories from one batch to the next.
pub(super) struct Session {
    /// Every territory as it is by now.
    standing: HashMap<TerritoryId, Territory>,
    by_key: HashMap<(TerritoryKind, String, i32), TerritoryId>,
    /// The line of the file at hand that each was met in.
    lines: HashMap<TerritoryId, u64>,
    file: usize,
    listed: Vec<Listed>,
    changed: Vec<TerritoryId>,
}

impl Session {
    /// Others who write territories wait until the transaction ends.
    pub(super) async fn begin(tx: &Transaction) -> Result<Self, Error> {
        store::territories::lock(tx).await?;
        let standing = store::territories::all(tx).await?;
        let by_key = standing.iter().map(|t| ((t.kind, t.code.clone(), t.vintage), t.id)).collect();
        let standing = standing.into_iter().map(|territory| (territory.id, territory)).collect();
        let (lines, listed, changed) = (HashMap::new(), Vec::new(), Vec::new());
        Ok(Self { standing, by_key, lines, file: 0, listed, changed })
    }

    /// The line of the same file that has the territory already; where there is none, this one is remembered.
    fn met(&mut self, id: TerritoryId, sourced: &Sourced) -> Option<u64> {
        if self.file != sourced.file {
            self.file = sourced.file;
            self.lines.clear();
        }
        let line = self.lines.get(&id).copied();
        self.lines.entry(id).or_insert(sourced.record.line);
        line
    }
}

impl App {
    /// Plans and writes territories; what follows from them waits for the end.
    pub(super) async fn import_territories(
        &self,
        tx: &Transaction,
        caller: &Caller,
        session: &mut Session,
        records: &[Sourced],
        report: &mut Report,
    ) -> Result<(), Error> {
        let known = records::imported(tx, SubjectKind::Territory, &origin_keys(records)).await?;
        let mut plan = Plan::default();
        for sourced in records {
            let Some((code, vintage)) = key(sourced, report) else { continue };
            let origin = known.get(&origin_key(sourced));
            let by_origin = origin.map(|imported| TerritoryId(imported.subject.id));
            let by_key = || session.by_key.get(&(code.kind, code.code.clone(), vintage)).copied();
            let id =
                by_origin.or_else(by_key).unwrap_or_else(|| TerritoryId(self.ids.next(self.clock.now())));
            let drawn = match drawn(sourced, report) {
                Ok(drawn) => drawn,
                Err(message) => {
                    report.refuse(sourced, "outline", message);
                    continue;
                }
            };
            if let Some(line) = session.met(id, sourced) {
                let message = format!(
                    "line {line} is this territory already, so the row is left out; keep one of them"
                );
                report.refuse(sourced, "same-territory", message);
                continue;
            }
            session.by_key.insert((code.kind, code.code.clone(), vintage), id);
            let current = session.standing.get(&id);
            if self.plan_territory(sourced, (id, code, vintage), current, origin, &drawn, &mut plan, report) {
                session.listed.push(Listed::new(id, sourced, origin.map(|o| &o.fields["listed"])));
            }
        }
        let now = self.clock.now();
        store::territories::write(tx, &plan.territories).await?;
        store::outlines::write(tx, &plan.outlines).await?;
        records::record(tx, &caller.reference(), now, &plan.changes).await?;
        records::write_imported(tx, now, &plan.imported).await?;
        session.changed.extend(plan.territories.iter().map(|territory| territory.id));
        session.standing.extend(plan.territories.into_iter().map(|territory| (territory.id, territory)));
        Ok(())
    }

    /// Writes what lists say, and brings up to date what follows from all.
    pub(super) async fn finish_territories(
        &self,
        tx: &Transaction,
        session: Session,
        report: &mut Report,
    ) -> Result<(), Error> {
        let Session { listed, mut changed, .. } = session;
        changed.extend(self.import_listings(tx, &listed, report).await?);
        if changed.is_empty() {
            return Ok(());
        }
        let derived = self.relink(tx, &changed).await?;
        let listed: HashMap<_, _> = listed.iter().map(|listed| (listed.id, listed)).collect();
        for (listing, share) in derived.contradicted {
            if let Some(listed) = listed.get(&listing.territory) {
                let message = format!(
                    "the outlines contradict the parent column: {share:.3} of its area lies in {}, below 0.98, so it is not within it",
                    listed.parent
                );
                let problem = Problem::warning("parent-contradicted", message).at(listed.line);
                report.problem(listed.file, problem);
            }
        }
        Ok(())
    }

    /// Adds a territory to the plan; whether it is part of it.
    #[expect(clippy::too_many_arguments, reason = "one row's state, used once")]
    fn plan_territory(
        &self,
        sourced: &Sourced,
        (id, code, vintage): (TerritoryId, TerritoryCode, i32),
        current: Option<&Territory>,
        origin: Option<&records::Imported>,
        drawn: &Drawn,
        plan: &mut Plan,
        report: &mut Report,
    ) -> bool {
        let now = self.clock.now();
        let blank = match Territory::new(id, &code, vintage, now) {
            Ok(blank) => blank,
            Err(found) => {
                report.refuse(sourced, "key", found.0.first().map_or("", |v| v.message.as_str()));
                return false;
            }
        };
        let mut said = said(sourced, report);
        let applied = |said: &[(&'static str, TerritoryEdit)]| {
            let (mut heard_of, mut found) = (blank.clone(), Violations::default());
            for (_, edit) in said {
                heard_of.edit(edit.clone(), &mut found);
            }
            // Only the first edit brings the name.
            if !heard_of.name.is_empty() {
                found.0.retain(|violation| violation.path != "input.name");
            }
            (heard_of, found)
        };
        if !settle(sourced, &mut said, report, |said| applied(said).1) {
            return false;
        }
        let (heard_of, _) = applied(&said);
        let mut heard = fields_of(&heard_of, &());
        heard.retain(|field, _| said.iter().any(|(name, _)| name == field));
        let geojson = match drawn {
            Drawn::Boundary(boundary) => Some(boundary.to_geojson().to_string()),
            Drawn::Centroid(_) | Drawn::Nothing => None,
        };
        heard.insert("boundary".to_owned(), geojson.as_deref().map(digest).into());
        heard.insert("listed".to_owned(), listed_words(sourced));
        let entry = imported_of(sourced, id.into(), &heard);
        let outline_changed = is_redrawn(sourced, current, origin, &heard, report);
        let lists_changed = origin.is_none_or(|origin| origin.fields.get("listed") != heard.get("listed"));
        let says_more = origin.is_none_or(|origin| origin.fields != entry.fields);
        let mut territory = current.cloned().unwrap_or(blank);
        let mut own = heard.clone();
        own.retain(|field, _| field != "boundary" && field != "listed");
        let changed = match current {
            None => said.iter().map(|(field, _)| *field).collect(),
            Some(current) => {
                let fields: Map<String, Value> = fields_of(current, &());
                let merge = Merge::new(origin.map(|o| &o.fields), &own, &fields);
                merge.fields(sourced, report).into_iter().map(static_name).collect::<Vec<_>>()
            }
        };
        for (field, edit) in said {
            if changed.contains(&field) {
                territory.edit(edit, &mut Violations::default());
            }
        }
        let drew = (outline_changed && draw(&mut territory, sourced, drawn)).then(|| match drawn {
            Drawn::Boundary(boundary) => copies(boundary),
            Drawn::Centroid(_) | Drawn::Nothing => Vec::new(),
        });
        if says_more {
            plan.imported.push(entry);
        }
        if current.is_some() && changed.is_empty() && drew.is_none() {
            let outcome = if lists_changed { Outcome::Update } else { Outcome::Same };
            report.entry(sourced, outcome, id.into());
            return true;
        }
        if current.is_some() {
            territory.version += 1;
            territory.updated_at = now;
        }
        plan.changes.push(Change {
            action: Action::Import,
            subject: id.into(),
            version: territory.version,
            fields: difference(current.map(|current| (current, &())), (&territory, &())),
            comment: None,
        });
        if let Some(copies) = drew.filter(|copies| !copies.is_empty()) {
            plan.outlines.push((id, copies));
        }
        plan.territories.push(territory);
        if current.is_some() {
            report.update(sourced, id.into(), &changed);
        } else {
            report.entry(sourced, Outcome::Create, id.into());
        }
        true
    }
}

/// The key of a record's territory; null where it has none, which is then reported.
fn key(sourced: &Sourced, report: &mut Report) -> Option<(TerritoryCode, i32)> {
    let record = &sourced.record;
    let kind = record.text("kind").and_then(|kind| kind.parse::<TerritoryKind>().ok());
    let vintage = record.text("vintage").and_then(|year| year.parse::<i32>().ok());
    match (kind, record.text("code"), vintage) {
        (Some(kind), Some(code), Some(year)) => {
            Some((TerritoryCode { kind, code: code.to_owned(), vintage: None }, year))
        }
        (None, ..) => {
            report.refuse(
                sourced,
                "unknown-kind",
                "the kind is no kind of territory, so the row is left out",
            );
            None
        }
        _ => {
            report.refuse(sourced, "no-vintage", "say in the mapping of which year the list is: vintage");
            None
        }
    }
}

/// A field's name in the entry, and the edit that writes it.
fn said(sourced: &Sourced, report: &mut Report) -> Vec<(&'static str, TerritoryEdit)> {
    let mut reader = Reader::new(&sourced.record);
    let edit = TerritoryEdit::default;
    let said = vec![
        ("name", TerritoryEdit { name: Edit::given(reader.text("name")), ..edit() }),
        ("population", TerritoryEdit { population: told(reader.value("population", "a number")), ..edit() }),
        ("valid_from", TerritoryEdit { valid_from: told(reader.value("valid_from", "a date")), ..edit() }),
        ("valid_until", TerritoryEdit { valid_until: told(reader.value("valid_until", "a date")), ..edit() }),
    ];
    reader.finish(sourced, report);
    said
}

fn static_name(field: &str) -> &'static str {
    ["name", "population", "valid_from", "valid_until"]
        .into_iter()
        .find(|name| *name == field)
        .unwrap_or_default()
}

/// The outline that a record draws; what was repaired is reported, and what can't be refuses the row.
fn drawn(sourced: &Sourced, report: &mut Report) -> Result<Drawn, String> {
    let Some(geometry) = &sourced.record.geometry else { return Ok(Drawn::Nothing) };
    match outline_from_geojson(geometry) {
        Ok(Outline::Boundary { boundary, repairs }) => {
            for repair in repairs {
                let problem = Problem::warning("outline-repaired", repair.to_string());
                report.problem(sourced.file, problem.at(sourced.record.line));
            }
            Ok(Drawn::Boundary(Box::new(boundary)))
        }
        Ok(Outline::Centroid(point)) => Ok(Drawn::Centroid(point)),
        Ok(Outline::None) => Ok(Drawn::Nothing),
        Err(error) => Err(error.to_string()),
    }
}

/// Whether the file draws another outline than last time; one that a person has edited since stays, and is reported.
fn is_redrawn(
    sourced: &Sourced,
    current: Option<&Territory>,
    origin: Option<&records::Imported>,
    heard: &Map<String, Value>,
    report: &mut Report,
) -> bool {
    let (Some(current), Some(origin)) = (current, origin) else { return true };
    let own = current.outline.as_ref().filter(|outline| !outline.from_members);
    let (before, now) = (origin.fields.get("boundary"), heard.get("boundary"));
    let here = own.map(|outline| outline.digest.as_str());
    let is_edited = before.and_then(Value::as_str) != here;
    if is_edited && now.and_then(Value::as_str).is_some_and(|now| Some(now) != here) {
        let message = "boundary: a person has edited it since, so it stays as it is here";
        report.problem(sourced.file, Problem::note("edited-here", message).at(sourced.record.line));
    }
    before != now && !is_edited
}

/// Writes what a record draws to its territory; whether that changed anything.
fn draw(territory: &mut Territory, sourced: &Sourced, drawn: &Drawn) -> bool {
    match drawn {
        Drawn::Boundary(boundary) => {
            let record = &sourced.record;
            let vintage = record.text("boundary_vintage").and_then(|year| year.parse().ok());
            let precision = record.text("boundary_precision_metres").and_then(|metres| metres.parse().ok());
            measure(
                territory,
                boundary,
                vintage.unwrap_or(territory.vintage),
                precision.unwrap_or(UNSTATED_PRECISION_METRES),
            );
            true
        }
        // A point is never an outline, and takes none away.
        Drawn::Centroid(point) if territory.outline.is_none() && territory.centroid != Some(*point) => {
            territory.centroid = Some(*point);
            true
        }
        Drawn::Centroid(_) | Drawn::Nothing => false,
    }
}
