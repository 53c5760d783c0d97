//! Calls from files.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, NaiveDate, Utc};
use serde_json::{Map, Value};

use super::barred::Barred;
use super::merge::{Merge, fields_of};
use super::report::{Outcome, Report};
use super::typed::{Reader, settle, told};
use super::{Sourced, imported_of, origin_key, origin_keys};
use crate::app::writes::difference;
use crate::app::{App, Error};
use crate::domain::actors::{Actor, ActorKind, ActorSets};
use crate::domain::caller::Caller;
use crate::domain::calls::{AidKind, Call, CallEdit, CallKind, CallRecurrence, CallSets, Track, TrackKind};
use crate::domain::clock::{end_of_day_in_paris, midnight_in_paris};
use crate::domain::edit::Edit;
use crate::domain::error::Violations;
use crate::domain::ids::{ActorId, CallId, SubjectKind, TerritoryId, TrackId};
use crate::domain::publication::Publication;
use crate::domain::territories::{TerritoryCode, TerritoryKind};
use crate::domain::text::{NAME_CHARS, web_address};
use crate::ingest::{Problem, Record};
use crate::store::records::{self, Action, Change, Imported};
use crate::store::slugs::{self, Slugged};
use crate::store::{self, StoreError, Transaction};

/// The origin of funders that the directory did not know.
const FUNDER_SOURCE: &str = "funder";

/// What is said of an organiser or funder that is suppressed.
const NOT_LISTED: &str = "suppressed on request: one of them asked not to be listed, so it is left out";

/// A field's name in the entry, and the edit that writes it.
type Said = Vec<(&'static str, CallEdit)>;

/// What records name, found.
struct Known {
    territories: HashMap<TerritoryCode, TerritoryId>,
    country: Option<TerritoryId>,
    organisers: HashMap<(String, String), Imported>,
    funders: HashMap<String, ActorId>,
    barred: Barred,
}

impl App {
    /// Plans and writes calls.
    pub(super) async fn import_calls(
        &self,
        tx: &Transaction,
        caller: &Caller,
        records: &[Sourced],
        report: &mut Report,
    ) -> Result<(), Error> {
        let known_names = self.names_of_calls(tx, caller, records, report).await?;
        let known = records::imported(tx, SubjectKind::Call, &origin_keys(records)).await?;
        let ids: Vec<_> = known.values().map(|imported| CallId(imported.subject.id)).collect();
        let standing: HashMap<_, _> =
            store::calls::by_ids(tx, &ids).await?.into_iter().map(|entry| (entry.0.id, entry)).collect();
        let now = self.clock.now();
        let (mut written, mut imported, mut actions) = (Vec::new(), Vec::new(), Vec::new());
        for sourced in records {
            let before = known.get(&origin_key(sourced));
            let current = before.and_then(|before| standing.get(&CallId(before.subject.id)));
            let id = current.map_or_else(|| CallId(self.ids.next(now)), |(call, _)| call.id);
            let standing_tracks = current.map_or(&[][..], |(_, sets)| &sets.tracks);
            let mut said = self.said_of_call(sourced, &known_names, standing_tracks, report);
            if !settle(sourced, &mut said, report, |said| applied(said, id, now).2) {
                continue;
            }
            let heard = heard(&said, id, now);
            let entry = imported_of(sourced, id.into(), &heard);
            let says_more = before.is_none_or(|before| before.fields != entry.fields);
            let Some(current) = current else {
                let (mut call, mut sets) = (Call::new(id, now), CallSets::default());
                for (_, edit) in said {
                    call.edit(&mut sets, edit, &mut Violations::default());
                }
                if sets.territories.is_empty() {
                    let message =
                        "it names no territory, and no COUNTRY is here to stand for all: import one first";
                    report.refuse(sourced, "no-territory", message);
                    continue;
                }
                call.publication = Publication::PUBLISHED;
                imported.push(entry);
                written.push((call, sets));
                actions.push(None);
                report.entry(sourced, Outcome::Create, id.into());
                continue;
            };
            let mut fields = fields_of(&current.0, &current.1);
            forget_track_keys(&mut fields);
            let changed = Merge::new(before.map(|b| &b.fields), &heard, &fields).fields(sourced, report);
            if says_more {
                imported.push(entry);
            }
            if changed.is_empty() {
                report.entry(sourced, Outcome::Same, id.into());
                continue;
            }
            let (mut call, mut sets) = current.clone();
            for (field, edit) in said {
                if changed.contains(&field) {
                    call.edit(&mut sets, edit, &mut Violations::default());
                }
            }
            call.version += 1;
            call.updated_at = now;
            written.push((call, sets));
            actions.push(Some(current.clone()));
            report.update(sourced, id.into(), &changed);
        }
        self.write_calls(tx, caller, written, &actions).await?;
        Ok(records::write_imported(tx, now, &imported).await?)
    }

    async fn write_calls(
        &self,
        tx: &Transaction,
        caller: &Caller,
        mut written: Vec<(Call, CallSets)>,
        before: &[Option<(Call, CallSets)>],
    ) -> Result<(), Error> {
        let new = |index: usize| before.get(index).is_some_and(Option::is_none);
        let titles: Vec<_> = written
            .iter()
            .enumerate()
            .filter(|(i, _)| new(*i))
            .map(|(_, (call, _))| call.title.clone())
            .collect();
        let titles: Vec<_> = titles.iter().map(String::as_str).collect();
        let turn = self.store.slug_turn(Slugged::Call).await?;
        let mut slugs = slugs::give_under(tx, Slugged::Call, &titles).await?.into_iter();
        for (index, (call, _)) in written.iter_mut().enumerate() {
            if new(index) {
                call.slug = slugs.next().unwrap_or_default();
            }
        }
        let change = |((call, sets), before): (&(Call, CallSets), &Option<(Call, CallSets)>)| Change {
            action: Action::Import,
            subject: call.id.into(),
            version: call.version,
            fields: difference(before.as_ref().map(|(c, s)| (c, s)), (call, sets)),
            comment: None,
        };
        let changes: Vec<_> = written.iter().zip(before).map(change).collect();
        store::calls::write(tx, &written).await?;
        turn.rollback().await.map_err(StoreError::from)?;
        Ok(records::record(tx, &caller.reference(), self.clock.now(), &changes).await?)
    }

    /// Finds what the records name; funders that the directory does not know are created with that origin.
    async fn names_of_calls(
        &self,
        tx: &Transaction,
        caller: &Caller,
        records: &[Sourced],
        report: &mut Report,
    ) -> Result<Known, Error> {
        let mut codes = HashSet::new();
        let (mut organisers, mut funders) = (HashSet::new(), HashSet::new());
        for sourced in records {
            let mut reader = Reader::new(&sourced.record);
            for field in ["programme", "territories"] {
                let texts = reader.texts(field);
                codes.extend(texts.iter().filter_map(|text| reader.territory(field, text)));
            }
            organisers.extend(sourced.record.texts("organisers").filter_map(actor_key));
            let names = sourced.record.texts("funders").filter(|name| is_name(name));
            funders.extend(names.map(str::to_owned));
        }
        let codes: Vec<_> = codes.into_iter().collect();
        let organisers: Vec<_> = organisers.into_iter().collect();
        let mut funders: Vec<_> = funders.into_iter().collect();
        funders.sort();
        let barred = Barred::read(self, tx, funders.clone()).await?;
        Ok(Known {
            territories: store::territories::by_codes(tx, &codes, self.clock.today()).await?,
            country: store::territories::country(tx).await?,
            organisers: records::imported(tx, SubjectKind::Actor, &organisers).await?,
            funders: self.funders(tx, caller, funders, &barred, records, report).await?,
            barred,
        })
    }

    async fn funders(
        &self,
        tx: &Transaction,
        caller: &Caller,
        names: Vec<String>,
        barred: &Barred,
        records: &[Sourced],
        report: &mut Report,
    ) -> Result<HashMap<String, ActorId>, Error> {
        let folded = store::fold(tx, &names).await?;
        let mut known = store::actors::by_folded_names(tx, &folded).await?;
        // One that an earlier import made may have another name by now.
        let origins: Vec<_> = folded.iter().map(|name| (FUNDER_SOURCE.to_owned(), name.clone())).collect();
        let made = records::imported(tx, SubjectKind::Actor, &origins).await?;
        known.extend(made.into_iter().map(|((_, name), actor)| (name, ActorId(actor.subject.id))));
        let now = self.clock.now();
        let mut found = HashMap::new();
        let (mut created, mut imported, mut changes) = (Vec::new(), Vec::new(), Vec::new());
        let mut new: HashMap<String, ActorId> = HashMap::new();
        for (name, folded) in names.into_iter().zip(folded) {
            if let Some(id) = known.get(&folded).or_else(|| new.get(&folded)) {
                if !barred.holds(*id) {
                    found.insert(name, *id);
                }
                continue;
            }
            if barred.holds_name(&name) {
                continue;
            }
            let mut actor = Actor::new(ActorId(self.ids.next(now)), now);
            actor.name.clone_from(&name);
            actor.kind = ActorKind::Other;
            actor.publication = Publication::PUBLISHED;
            imported.push(Imported {
                subject: actor.id.into(),
                source: FUNDER_SOURCE.to_owned(),
                reference: folded.clone(),
                url: None,
                fields: Value::Object(Map::from_iter([("name".to_owned(), Value::from(name.clone()))])),
            });
            new.insert(folded, actor.id);
            found.insert(name, actor.id);
            created.push((actor, ActorSets::default()));
        }
        let named: Vec<_> = created.iter().map(|(actor, _)| actor.name.clone()).collect();
        let named: Vec<_> = named.iter().map(String::as_str).collect();
        let turn = self.store.slug_turn(Slugged::Actor).await?;
        let slugs = slugs::give_under(tx, Slugged::Actor, &named).await?;
        for ((actor, sets), slug) in created.iter_mut().zip(slugs) {
            actor.slug = slug;
            let fields = difference(None, (&*actor, &*sets));
            changes.push(Change {
                action: Action::Import,
                subject: actor.id.into(),
                version: 1,
                fields,
                comment: None,
            });
        }
        if let Some(first) = records.first().filter(|_| !created.is_empty()) {
            let names: Vec<_> = created.iter().map(|(actor, _)| actor.name.as_str()).collect();
            let message =
                format!("{} funders were not here and become actors: {}", names.len(), names.join("; "));
            report.problem(first.file, Problem::note("new-funders", message));
        }
        store::actors::insert(tx, &created).await?;
        turn.rollback().await.map_err(StoreError::from)?;
        records::write_imported(tx, now, &imported).await?;
        records::record(tx, &caller.reference(), now, &changes).await?;
        Ok(found)
    }

    /// What the record says, field by field.
    fn said_of_call(
        &self,
        sourced: &Sourced,
        known: &Known,
        standing: &[Track],
        report: &mut Report,
    ) -> Said {
        let mut reader = Reader::new(&sourced.record);
        let edit = CallEdit::default;
        let mut said: Said = Vec::new();
        said.push(("kind", CallEdit { kind: Edit::given(reader.word::<CallKind>("kind")), ..edit() }));
        said.push(("title", CallEdit { title: Edit::given(reader.text("title")), ..edit() }));
        said.push(("summary", CallEdit { summary: told(reader.text("summary")), ..edit() }));
        let url = reader.text("url").and_then(|text| web_address("input.url", &text).ok());
        said.push(("url", CallEdit { url: told(url), ..edit() }));
        let mut organisers = Vec::new();
        for text in reader.texts("organisers") {
            match actor_key(&text).and_then(|key| known.organisers.get(&key)) {
                Some(actor) if known.barred.holds(ActorId(actor.subject.id)) => {
                    reader.note("organisers", "suppressed", NOT_LISTED);
                }
                Some(actor) => organisers.push(ActorId(actor.subject.id)),
                None => reader.warn("organisers", &text, "unknown-actor", "is not here, so it is left out"),
            }
        }
        said.push(("organisers", CallEdit { organisers: Edit::Set(organisers), ..edit() }));
        let (names, long): (Vec<_>, Vec<_>) =
            reader.texts("funders").into_iter().partition(|name| is_name(name));
        for name in long {
            let message = format!("has more than {NAME_CHARS} characters, so it is left out");
            reader.warn("funders", &name, "left-out", message);
        }
        let funders: Vec<_> = names.iter().filter_map(|name| known.funders.get(name).copied()).collect();
        if names.iter().any(|name| !known.funders.contains_key(name)) {
            reader.note("funders", "suppressed", NOT_LISTED);
        }
        said.push(("funders", CallEdit { funders: Edit::Set(funders), ..edit() }));
        let programme = place(&mut reader, "programme", known).into_iter().next();
        said.push(("programme", CallEdit { programme: told(programme), ..edit() }));
        let mut territories = place(&mut reader, "territories", known);
        if territories.is_empty() {
            // Without a perimeter it is for the whole country.
            territories.extend(known.country);
        }
        if !territories.is_empty() {
            said.push(("territories", CallEdit { territories: Edit::Set(territories), ..edit() }));
        }
        let recurrence = reader.word::<CallRecurrence>("recurrence");
        said.push(("recurrence", CallEdit { recurrence: told(recurrence), ..edit() }));
        let aids = reader.words::<AidKind>("aid_kinds");
        said.push(("aid_kinds", CallEdit { aid_kinds: Edit::Set(aids), ..edit() }));
        let eligible = reader.words::<ActorKind>("eligible_kinds");
        said.push(("eligible_kinds", CallEdit { eligible_kinds: Edit::Set(eligible), ..edit() }));
        said.push(("eligibility", CallEdit { eligibility: told(reader.text("eligibility")), ..edit() }));
        said.push(("themes", CallEdit { themes: Edit::Set(reader.texts("themes")), ..edit() }));
        let sdgs = reader.texts("sdgs").iter().filter_map(|text| text.parse().ok()).collect();
        said.push(("sdgs", CallEdit { sdgs: Edit::Set(sdgs), ..edit() }));
        said.push(("audiences", CallEdit { audiences: Edit::Set(reader.texts("audiences")), ..edit() }));
        let opens = reader.value::<NaiveDate>("opens_on", "a date").and_then(midnight_in_paris);
        said.push(("opens_at", CallEdit { opens_at: told(opens), ..edit() }));
        // A day without a time: it closes when the day is over.
        let closes = reader.value::<NaiveDate>("closes_on", "a date").and_then(end_of_day_in_paris);
        said.push(("closes_at", CallEdit { closes_at: told(closes), ..edit() }));
        said.push(("budget", CallEdit { budget: told(reader.value("budget", "an amount")), ..edit() }));
        let tracks = self.tracks_of(&sourced.record.tracks, standing);
        said.push(("tracks", CallEdit { tracks: Edit::Set(tracks), ..edit() }));
        reader.finish(sourced, report);
        said
    }

    /// Tracks by their place in the list: the one that stands there keeps its identity.
    fn tracks_of(&self, records: &[Record], standing: &[Track]) -> Vec<Track> {
        let track = |(index, record): (usize, &Record)| {
            let mut reader = Reader::new(record);
            Some(Track {
                id: standing
                    .get(index)
                    .map_or_else(|| TrackId(self.ids.next(self.clock.now())), |track| track.id),
                kind: reader.word::<TrackKind>("kind")?,
                title: reader.text("title")?,
                description: reader.text("description"),
                min_members: reader.value("min_members", "a number"),
                max_members: reader.value("max_members", "a number"),
                min_grant: reader.value("min_grant", "an amount"),
                max_grant: reader.value("max_grant", "an amount"),
            })
        };
        records.iter().enumerate().filter_map(track).collect()
    }
}

/// Whether it may be the name of a funder that becomes an actor.
fn is_name(text: &str) -> bool {
    text.chars().count() <= NAME_CHARS
}

fn actor_key(text: &str) -> Option<(String, String)> {
    text.split_once(':').map(|(source, reference)| (source.to_owned(), reference.to_owned()))
}

/// The territories of a field; those that are not here are reported.
fn place(reader: &mut Reader<'_>, field: &str, known: &Known) -> Vec<TerritoryId> {
    let mut places = Vec::new();
    for text in reader.texts(field) {
        let Some(code) = reader.territory(field, &text) else { continue };
        match known.territories.get(&code) {
            Some(id) => places.push(*id),
            None if code.kind == TerritoryKind::Country => places.extend(known.country),
            None => reader.warn(field, &text, "unknown-territory", "is not here, so it is left out"),
        }
    }
    places
}

/// An entry of its own of what the record says, and what is wrong with that.
fn applied(
    said: &[(&'static str, CallEdit)],
    id: CallId,
    now: DateTime<Utc>,
) -> (Call, CallSets, Violations) {
    let (mut call, mut sets, mut found) = (Call::new(id, now), CallSets::default(), Violations::default());
    for (_, edit) in said {
        call.edit(&mut sets, edit.clone(), &mut found);
    }
    (call, sets, found)
}

/// What the record says, as the fields of an entry of its own.
fn heard(said: &Said, id: CallId, now: DateTime<Utc>) -> Map<String, Value> {
    let (call, sets, _) = applied(said, id, now);
    let mut fields = fields_of(&call, &sets);
    fields.retain(|field, _| said.iter().any(|(name, _)| name == field));
    forget_track_keys(&mut fields);
    fields
}

/// New tracks get a new key each time they are read: what files say of them has none.
fn forget_track_keys(fields: &mut Map<String, Value>) {
    if let Some(Value::Array(tracks)) = fields.get_mut("tracks") {
        for track in tracks.iter_mut().filter_map(Value::as_object_mut) {
            track.remove("id");
        }
    }
}
