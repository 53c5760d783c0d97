//! Actors from files.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher, Hash};

use chrono::{DateTime, Utc};
use serde_json::{Map, Value};

use super::barred::{Barred, bar};
use super::merge::{Merge, fields_of};
use super::report::{Outcome, Report};
use super::typed::{Reader, settle, told};
use super::{Sourced, also_in, imported_of, origin_key, origin_keys};
use crate::app::places::Places;
use crate::app::writes::difference;
use crate::app::{App, Error};
use crate::domain::actors::{Actor, ActorEdit, ActorKind, ActorSets, LocationInput, LocationPrecision};
use crate::domain::caller::Caller;
use crate::domain::edit::Edit;
use crate::domain::error::Violations;
use crate::domain::ids::{ActorId, SubjectKind, TerritoryId};
use crate::domain::publication::Publication;
use crate::domain::registrations::{Registration, RegistrationScheme};
use crate::domain::territories::{TerritoryCode, TerritoryKind};
use crate::domain::text::web_address;
use crate::ingest::Problem;
use crate::store::records::{self, Action, Change, Imported};
use crate::store::slugs::{self, Slugged};
use crate::store::{self, StoreError, Transaction};

/// How far outside of its commune a point is a mistake rather than a rough outline.
const FAR_METRES: f64 = 20_000.0;

/// A field's name in the entry, and the edit that writes it.
type Said = Vec<(&'static str, ActorEdit)>;

/// An actor with what belongs to it, as it is to be and as it was; nothing where it is new.
struct Planned {
    record: usize,
    now: (Actor, ActorSets),
    before: Option<(Actor, ActorSets)>,
    /// The fields that the file changes, where it is not new.
    changed: Vec<String>,
}

impl App {
    /// Plans and writes actors.
    pub(super) async fn import_actors(
        &self,
        tx: &Transaction,
        caller: &Caller,
        taken: &mut Taken,
        records: &[Sourced],
        report: &mut Report,
    ) -> Result<(), Error> {
        let territories =
            store::territories::by_codes(tx, &places_named(records), self.clock.today()).await?;
        let known = records::imported(tx, SubjectKind::Actor, &origin_keys(records)).await?;
        let ids: Vec<_> = known.values().map(|imported| ActorId(imported.subject.id)).collect();
        let standing: HashMap<_, _> = store::actors::by_ids(tx, &ids)
            .await?
            .into_iter()
            .map(|(actor, sets)| (actor.id, (actor, sets)))
            .collect();
        taken.read(tx, records).await?;
        let names = records.iter().filter_map(|sourced| sourced.record.text("name"));
        let barred = Barred::read(self, tx, names.map(str::to_owned).collect()).await?;
        let (mut planned, mut imported): (Vec<Planned>, Vec<Imported>) = (Vec::new(), Vec::new());
        let now = self.clock.now();
        for (index, sourced) in records.iter().enumerate() {
            let before = known.get(&origin_key(sourced));
            let current = before.and_then(|before| standing.get(&ActorId(before.subject.id)));
            let id = current.map_or_else(|| ActorId(self.ids.next(now)), |(actor, _)| actor.id);
            if before.is_some_and(|before| barred.holds(ActorId(before.subject.id))) {
                bar(sourced, "this actor", report);
                continue;
            }
            let mut said = said(sourced, &territories, report);
            if !settle(sourced, &mut said, report, |said| applied(said, id, now).2) {
                continue;
            }
            let heard = heard(&said, id, now);
            let entry = imported_of(sourced, id.into(), &heard);
            let says_more = entry.fields != before.map_or(Value::Null, |before| before.fields.clone());
            let Some(current) = current else {
                let (mut actor, mut sets) = (Actor::new(id, now), ActorSets::default());
                for (_, edit) in said {
                    actor.edit(&mut sets, edit, &mut Violations::default());
                }
                if barred.bars(self, tx, &actor, &sets).await? {
                    bar(sourced, "this actor", report);
                    continue;
                }
                if let Some(other) = taken.clash(&actor, &sets) {
                    let message = format!(
                        "{other} has this registration under this name already, so the row is left out"
                    );
                    report.refuse(sourced, "duplicate", message);
                    continue;
                }
                taken.add(&actor, &sets, sourced);
                actor.publication = Publication::PUBLISHED;
                imported.extend(also_in(sourced, &entry));
                imported.push(entry);
                report.entry(sourced, Outcome::Create, id.into());
                let now = (actor, sets);
                planned.push(Planned { record: index, now, before: None, changed: Vec::new() });
                continue;
            };
            // A seat that the point says is no one's word.
            let mut own = current.0.clone();
            own.seat = own.seat.filter(|seat| seat.declared);
            let fields = fields_of(&own, &current.1);
            let written = Merge::new(before.map(|b| &b.fields), &heard, &fields).fields(sourced, report);
            let (mut actor, mut sets) = current.clone();
            for (field, edit) in said {
                if written.contains(&field) {
                    // What is wrong with it was reported when it was heard.
                    actor.edit(&mut sets, edit, &mut Violations::default());
                }
            }
            if says_more {
                imported.extend(also_in(sourced, &entry));
                imported.push(entry);
            }
            if written.is_empty() {
                report.entry(sourced, Outcome::Same, id.into());
                continue;
            }
            actor.version += 1;
            actor.updated_at = now;
            let changed = written.into_iter().map(str::to_owned).collect();
            let now = (actor, sets);
            planned.push(Planned { record: index, now, before: Some(current.clone()), changed });
        }
        self.write_actors(tx, caller, planned, records, report).await?;
        Ok(records::write_imported(tx, now, &imported).await?)
    }

    async fn write_actors(
        &self,
        tx: &Transaction,
        caller: &Caller,
        mut planned: Vec<Planned>,
        records: &[Sourced],
        report: &mut Report,
    ) -> Result<(), Error> {
        // Those that were merged into others since they were read are not brought back, nor is what people wrote undone.
        let again: Vec<_> = planned.iter().filter_map(|p| Some(p.before.as_ref()?.0.id)).collect();
        let versions = store::actors::lock(tx, &again).await?;
        planned.retain(|p| {
            let Some((read, _)) = &p.before else { return true };
            let sourced = &records[p.record];
            let stands = versions.get(&read.id) == Some(&read.version);
            if stands {
                report.update(sourced, read.id.into(), &p.changed);
            } else {
                report.entry(sourced, Outcome::Same, read.id.into());
                let message =
                    "a person has edited or merged it while the import ran, so it stays as it is here";
                report.problem(sourced.file, Problem::note("edited-here", message).at(sourced.record.line));
            }
            stands
        });
        let names: Vec<_> =
            planned.iter().filter(|p| p.before.is_none()).map(|p| p.now.0.name.clone()).collect();
        let names: Vec<_> = names.iter().map(String::as_str).collect();
        let turn = self.store.slug_turn(Slugged::Actor).await?;
        let mut slugs = slugs::give_under(tx, Slugged::Actor, &names).await?.into_iter();
        let located: Vec<_> = planned.iter().map(|planned| &planned.now.0).collect();
        let places = Places::about(self, tx, &located).await?;
        let (mut held, mut held_anew, mut changes) = (Vec::new(), Vec::new(), Vec::new());
        for Planned { record, now: (actor, sets), before, .. } in &mut planned {
            if before.is_none() {
                actor.slug = slugs.next().unwrap_or_default();
            }
            let placed = places.place(actor);
            if let Some(metres) = placed.astray_metres {
                let sourced = &records[*record];
                let message = format!(
                    "the point lies {metres:.0} m outside of the declared commune, which stays the seat"
                );
                // A few metres are the outline's; a whole region away is a mistake of the file's.
                let far = metres > FAR_METRES;
                let problem = if far {
                    Problem::warning("point-far", format!("{message}; are longitude and latitude swapped?"))
                } else {
                    Problem::note("point-outside", message)
                };
                report.problem(sourced.file, problem.at(sourced.record.line));
            }
            let held = if before.is_none() { &mut held } else { &mut held_anew };
            held.push((actor.id, placed.held_by));
            changes.push(Change {
                action: Action::Import,
                subject: actor.id.into(),
                version: actor.version,
                fields: difference(before.as_ref().map(|(a, s)| (a, s)), (actor, sets)),
                comment: None,
            });
        }
        let (created, updated): (Vec<_>, Vec<_>) = planned.into_iter().partition(|p| p.before.is_none());
        let entries = |planned: Vec<Planned>| planned.into_iter().map(|p| p.now).collect::<Vec<_>>();
        store::actors::insert(tx, &entries(created)).await?;
        turn.rollback().await.map_err(StoreError::from)?;
        store::actors::update(tx, &entries(updated)).await?;
        store::actors::add_points(tx, &held).await?;
        if !held_anew.is_empty() {
            store::actors::write_points(tx, &held_anew).await?;
        }
        Ok(records::record(tx, &caller.reference(), self.clock.now(), &changes).await?)
    }
}

/// Whether it is an address as people write it, without how it is reached: `www.dreux.com`.
fn is_bare(text: &str) -> bool {
    !text.contains("://") && text.contains('.') && !text.contains(['@', ' ', ':'])
}

/// Every territory that the records name.
fn places_named(records: &[Sourced]) -> Vec<TerritoryCode> {
    let mut codes = HashSet::new();
    for sourced in records {
        codes.extend(sourced.record.text("seat").map(commune));
        let areas: Vec<_> = sourced.record.texts("areas_served").collect();
        codes.extend(
            areas.iter().filter_map(|text| Reader::new(&sourced.record).territory("areas_served", text)),
        );
    }
    codes.into_iter().collect()
}

fn commune(code: &str) -> TerritoryCode {
    TerritoryCode { kind: TerritoryKind::Commune, code: code.to_owned(), vintage: None }
}

const SCHEMES: [(&str, RegistrationScheme); 6] = [
    ("siren", RegistrationScheme::Siren),
    ("siret", RegistrationScheme::Siret),
    ("rna", RegistrationScheme::Rna),
    ("uai", RegistrationScheme::Uai),
    ("finess", RegistrationScheme::Finess),
    ("wikidata", RegistrationScheme::Wikidata),
];

/// What the record says, field by field.
fn said(sourced: &Sourced, territories: &HashMap<TerritoryCode, TerritoryId>, report: &mut Report) -> Said {
    let mut reader = Reader::new(&sourced.record);
    let mut said: Said = Vec::new();
    let edit = ActorEdit::default;
    said.push(("kind", ActorEdit { kind: Edit::given(reader.word::<ActorKind>("kind")), ..edit() }));
    said.push(("name", ActorEdit { name: Edit::given(reader.text("name")), ..edit() }));
    said.push(("short_name", ActorEdit { short_name: told(reader.text("short_name")), ..edit() }));
    said.push(("description", ActorEdit { description: told(reader.text("description")), ..edit() }));
    let website =
        reader.text("website").map(|text| if is_bare(&text) { format!("https://{text}") } else { text });
    let website = website.and_then(|text| match web_address("input.website", &text) {
        Ok(url) => Some(url),
        Err(found) => {
            reader.violations(found);
            None
        }
    });
    said.push(("website", ActorEdit { website: told(website), ..edit() }));
    let mut registrations = Vec::new();
    for (field, scheme) in SCHEMES {
        let Some(text) = reader.text(field) else { continue };
        match Registration::parse(scheme, &text) {
            Ok(registration) => registrations.push((registration.scheme, registration.value)),
            Err(complaint) => {
                reader.warn(field, &text, "registration", format!("{complaint}; it is left out"));
            }
        }
    }
    said.push(("registrations", ActorEdit { registrations: Edit::Set(registrations), ..edit() }));
    said.push(("themes", ActorEdit { themes: Edit::Set(reader.texts("themes")), ..edit() }));
    let sdgs = reader.texts("sdgs").iter().filter_map(|text| text.parse().ok()).collect();
    said.push(("sdgs", ActorEdit { sdgs: Edit::Set(sdgs), ..edit() }));
    said.push(("audiences", ActorEdit { audiences: Edit::Set(reader.texts("audiences")), ..edit() }));
    let mut point = (
        reader.value::<f64>("longitude", "a number of degrees"),
        reader.value::<f64>("latitude", "a number of degrees"),
    );
    if matches!(point, (Some(longitude), Some(latitude)) if longitude == 0.0 && latitude == 0.0) {
        reader.warn(
            "longitude",
            "0, 0",
            "no-point",
            "is a place in the ocean that stands for none, so it is left out",
        );
        point = (None, None);
    }
    let location = LocationInput {
        longitude: point.0,
        latitude: point.1,
        address: reader.text("address"),
        postcode: reader.text("postcode"),
        precision: reader.word::<LocationPrecision>("precision"),
        hidden: None,
    };
    said.push(("location", ActorEdit { location: Edit::Set(location), ..edit() }));
    let seat = reader.text("seat").and_then(|code| {
        let found = territories.get(&commune(&code)).copied();
        if found.is_none() {
            reader.warn(
                "seat",
                &code,
                "unknown-territory",
                "no commune here has this code, so the seat is left out",
            );
        }
        found
    });
    said.push(("seat", ActorEdit { seat: told(seat), ..edit() }));
    let mut areas = Vec::new();
    for text in reader.texts("areas_served") {
        let Some(code) = reader.territory("areas_served", &text) else { continue };
        match territories.get(&code) {
            Some(id) => areas.push(*id),
            None => reader.warn("areas_served", &text, "unknown-territory", "is not here, so it is left out"),
        }
    }
    said.push(("areas_served", ActorEdit { areas_served: Edit::Set(areas), ..edit() }));
    let verified = reader.value("verified_on", "a date");
    said.push(("verified_on", ActorEdit { verified_on: told(verified), ..edit() }));
    reader.finish(sourced, report);
    said
}

/// An entry of its own of what the record says, and what is wrong with that.
fn applied(
    said: &[(&'static str, ActorEdit)],
    id: ActorId,
    now: DateTime<Utc>,
) -> (Actor, ActorSets, Violations) {
    let (mut actor, mut sets, mut found) = (Actor::new(id, now), ActorSets::default(), Violations::default());
    for (_, edit) in said {
        actor.edit(&mut sets, edit.clone(), &mut found);
    }
    (actor, sets, found)
}

/// What the record says, as the fields of an entry of its own.
fn heard(said: &Said, id: ActorId, now: DateTime<Utc>) -> Map<String, Value> {
    let (actor, sets, _) = applied(said, id, now);
    let mut fields = fields_of(&actor, &sets);
    fields.retain(|field, _| said.iter().any(|(name, _)| name == field));
    fields
}

/// The registrations that are taken, each under the folded name that has it.
#[derive(Default)]
pub(super) struct Taken {
    /// Who has them, among those that the batch at hand names.
    by: HashMap<(Registration, String), String>,
    folded: HashMap<String, String>,
    /// The lines of earlier batches that have them, by a hash: for messages alone.
    lines: HashMap<u64, u64>,
}

impl Taken {
    /// Reads what a batch needs.
    async fn read(&mut self, tx: &Transaction, records: &[Sourced]) -> Result<(), Error> {
        let mut registrations = HashSet::new();
        let mut names = HashSet::new();
        for sourced in records {
            names.extend(sourced.record.text("name").map(str::to_owned));
            for (field, scheme) in SCHEMES {
                let text = sourced.record.text(field);
                registrations.extend(text.and_then(|text| Registration::parse(scheme, text).ok()));
            }
        }
        let registrations: Vec<_> = registrations.into_iter().collect();
        let by = store::actors::registered_names(tx, &registrations).await?;
        let line =
            |key: &(Registration, String)| self.lines.get(&hash(key)).map(|line| format!("line {line}"));
        let named = |(key, name): (_, String)| {
            let name = line(&key).unwrap_or(name);
            (key, name)
        };
        self.by = by.into_iter().map(named).collect();
        let names: Vec<_> = names.into_iter().collect();
        let folded = store::fold(tx, &names).await?;
        self.folded = names.into_iter().zip(folded).collect();
        Ok(())
    }

    fn keys<'a>(
        &'a self,
        actor: &Actor,
        sets: &'a ActorSets,
    ) -> impl Iterator<Item = (Registration, String)> + 'a {
        let name = self.folded.get(&actor.name).cloned().unwrap_or_default();
        sets.registrations.iter().map(move |registration| (registration.clone(), name.clone()))
    }

    /// Who has one of the actor's registrations under its name.
    fn clash(&self, actor: &Actor, sets: &ActorSets) -> Option<&str> {
        self.keys(actor, sets).find_map(|key| self.by.get(&key)).map(String::as_str)
    }

    fn add(&mut self, actor: &Actor, sets: &ActorSets, sourced: &Sourced) {
        let keys: Vec<_> = self.keys(actor, sets).collect();
        for key in keys {
            self.lines.entry(hash(&key)).or_insert(sourced.record.line);
            self.by.entry(key).or_insert_with(|| format!("line {}", sourced.record.line));
        }
    }
}

fn hash(key: &impl Hash) -> u64 {
    BuildHasherDefault::<DefaultHasher>::new().hash_one(key)
}
