//! Interactions from files.

use std::collections::{HashMap, HashSet};

use super::barred::{Barred, bar};
use super::merge::{Merge, fields_of};
use super::report::{Outcome, Report};
use super::typed::{Reader, settle, told};
use super::{Sourced, imported_of, origin_key, origin_keys};
use crate::app::interactions::Where;
use crate::app::writes::difference;
use crate::app::{App, Error};
use crate::domain::caller::Caller;
use crate::domain::dates::DatePrecision;
use crate::domain::edit::Edit;
use crate::domain::error::Violations;
use crate::domain::ids::{ActorId, InteractionId, SubjectKind, TerritoryId};
use crate::domain::interactions::{
    CooperationLevel, Frequency, Interaction, InteractionEdit, InteractionKind,
};
use crate::domain::publication::Publication;
use crate::domain::territories::TerritoryCode;
use crate::store::interactions::WithTerritories;
use crate::store::records::{self, Action, Change, Imported};
use crate::store::{self, Transaction};

/// A field's name in the entry, and the edit that writes it.
type Said = Vec<(&'static str, InteractionEdit)>;

/// The lines that made the interactions of this import.
pub(super) type Lines = HashMap<InteractionId, u64>;

impl App {
    /// Plans and writes interactions.
    pub(super) async fn import_interactions(
        &self,
        tx: &Transaction,
        caller: &Caller,
        lines: &mut Lines,
        records: &[Sourced],
        report: &mut Report,
    ) -> Result<(), Error> {
        let territories =
            store::territories::by_codes(tx, &places_named(records), self.clock.today()).await?;
        let actors = records::imported(tx, SubjectKind::Actor, &actors_named(records)).await?;
        let barred = Barred::read(self, tx, Vec::new()).await?;
        let known = records::imported(tx, SubjectKind::Interaction, &origin_keys(records)).await?;
        let ids: Vec<_> = known.values().map(|imported| InteractionId(imported.subject.id)).collect();
        let standing: HashMap<_, _> = store::interactions::by_ids(tx, &ids)
            .await?
            .into_iter()
            .map(|entry| (entry.0.id, entry))
            .collect();
        let mut taken = Taken::read(tx, &ends(records, &actors), lines).await?;
        let now = self.clock.now();
        let (mut written, mut imported, mut changes) = (Vec::new(), Vec::<Imported>::new(), Vec::new());
        let mut asked_again = Vec::new();
        for sourced in records {
            let before = known.get(&origin_key(sourced));
            let current = before.and_then(|before| standing.get(&InteractionId(before.subject.id)));
            if ends_of(sourced, &actors).any(|end| barred.holds(end)) {
                bar(sourced, "an actor at one end", report);
                continue;
            }
            let mut said = said(sourced, &territories, report);
            let id =
                current.map_or_else(|| InteractionId(self.ids.next(now)), |(interaction, _)| interaction.id);
            let Some(blank) = blank(sourced, &actors, id, now, report) else { continue };
            let applied = |said: &[(&'static str, InteractionEdit)]| {
                let (mut own, mut places, mut found) = (blank.clone(), Vec::new(), Violations::default());
                for (_, edit) in said {
                    own.edit(&mut places, edit.clone(), &mut found);
                }
                (own, places, found)
            };
            if !settle(sourced, &mut said, report, |said| applied(said).2) {
                continue;
            }
            let (mut own, places, _) = applied(&said);
            let mut heard = fields_of(&own, &Where { territories: places.clone() });
            heard.retain(|field, _| said.iter().any(|(name, _)| name == field));
            let entry = imported_of(sourced, id.into(), &heard);
            let says_more = before.is_none_or(|before| before.fields != entry.fields);
            let mut told = Vec::new();
            let (outcome, entry_now) = match current {
                None => {
                    own.publication = Publication::PUBLISHED;
                    (Outcome::Create, (own, places))
                }
                Some((standing, standing_places)) => {
                    let fields = fields_of(standing, &Where { territories: standing_places.clone() });
                    let changed =
                        Merge::new(before.map(|b| &b.fields), &heard, &fields).fields(sourced, report);
                    let changed: Vec<_> = changed.into_iter().map(str::to_owned).collect();
                    if changed.is_empty() {
                        if says_more {
                            imported.push(entry);
                        }
                        report.entry(sourced, Outcome::Same, id.into());
                        continue;
                    }
                    let (mut own, mut places) = (standing.clone(), standing_places.clone());
                    for (field, edit) in said {
                        if changed.iter().any(|name| name == field) {
                            own.edit(&mut places, edit, &mut Violations::default());
                        }
                    }
                    told = changed;
                    own.version += 1;
                    own.updated_at = now;
                    if own.confirmation != standing.confirmation {
                        asked_again.push(own.clone());
                    }
                    (Outcome::Update, (own, places))
                }
            };
            if let Some(other) = taken.clash(&entry_now.0) {
                let message = format!(
                    "{other} is of the same pair and kind in an overlapping period, or the same grant, so the row is left out"
                );
                report.refuse(sourced, "duplicate", message);
                continue;
            }
            taken.add(&entry_now.0, format!("line {}", sourced.record.line));
            lines.insert(id, sourced.record.line);
            imported.push(entry);
            changes.push(change(current, &entry_now));
            written.push(entry_now);
            if outcome == Outcome::Update {
                report.update(sourced, id.into(), &told);
            } else {
                report.entry(sourced, outcome, id.into());
            }
        }
        store::interactions::write(tx, &written).await?;
        records::record(tx, &caller.reference(), now, &changes).await?;
        for interaction in &asked_again {
            self.ask_the_other_side(tx, caller, interaction).await?;
        }
        Ok(records::write_imported(tx, now, &imported).await?)
    }
}

fn change(before: Option<&WithTerritories>, now: &WithTerritories) -> Change {
    let told = |(interaction, territories): &WithTerritories| {
        (interaction.clone(), Where { territories: territories.clone() })
    };
    let before = before.map(told);
    let (own, places) = told(now);
    let fields = difference(before.as_ref().map(|(i, w)| (i, w)), (&own, &places));
    Change { action: Action::Import, subject: own.id.into(), version: own.version, fields, comment: None }
}

/// An interaction between the two actors that the record names, without its other fields; null where one of them is not
/// here or they are the same, which is then reported.
fn blank(
    sourced: &Sourced,
    actors: &HashMap<(String, String), Imported>,
    id: InteractionId,
    now: chrono::DateTime<chrono::Utc>,
    report: &mut Report,
) -> Option<Interaction> {
    let mut ends = Vec::new();
    for field in ["source", "target"] {
        let text = sourced.record.text(field).unwrap_or_default();
        let Some(actor) = actor_key(text).and_then(|key| actors.get(&key)) else {
            let message = format!(
                "{field}: no actor here has the origin {text:?}, so the row is left out; import it first"
            );
            report.refuse(sourced, "dangling-end", message);
            return None;
        };
        ends.push(ActorId(actor.subject.id));
    }
    let kind = sourced.record.text("kind").and_then(|kind| kind.parse::<InteractionKind>().ok());
    let Some(kind) = kind else {
        report.refuse(sourced, "unknown-kind", "the kind is no kind of interaction, so the row is left out");
        return None;
    };
    let mut found = Violations::default();
    let interaction = Interaction::new(id, kind, ends[0], ends[1], now, &mut found);
    if let Some(violation) = found.0.into_iter().next() {
        report.refuse(sourced, "same-actor", violation.message);
        return None;
    }
    Some(interaction)
}

/// The actors at its ends that are here.
fn ends_of<'a>(
    sourced: &'a Sourced,
    actors: &'a HashMap<(String, String), Imported>,
) -> impl Iterator<Item = ActorId> + 'a {
    let texts = ["source", "target"].into_iter().filter_map(|field| sourced.record.text(field));
    texts.filter_map(actor_key).filter_map(|key| Some(ActorId(actors.get(&key)?.subject.id)))
}

fn actor_key(text: &str) -> Option<(String, String)> {
    text.split_once(':').map(|(source, reference)| (source.to_owned(), reference.to_owned()))
}

/// The origins of every actor that the records name.
fn actors_named(records: &[Sourced]) -> Vec<(String, String)> {
    let named =
        records.iter().flat_map(|sourced| ["source", "target"].map(|field| sourced.record.text(field)));
    named.flatten().filter_map(actor_key).collect::<HashSet<_>>().into_iter().collect()
}

/// The actors that the records name, found.
fn ends(records: &[Sourced], actors: &HashMap<(String, String), Imported>) -> Vec<ActorId> {
    let keys = actors_named(records);
    keys.iter().filter_map(|key| actors.get(key)).map(|actor| ActorId(actor.subject.id)).collect()
}

fn places_named(records: &[Sourced]) -> Vec<TerritoryCode> {
    let mut codes = HashSet::new();
    for sourced in records {
        let mut reader = Reader::new(&sourced.record);
        let texts = reader.texts("territories");
        codes.extend(texts.iter().filter_map(|text| reader.territory("territories", text)));
    }
    codes.into_iter().collect()
}

/// What the record says, field by field. A date and its precision are one word.
fn said(sourced: &Sourced, territories: &HashMap<TerritoryCode, TerritoryId>, report: &mut Report) -> Said {
    let mut reader = Reader::new(&sourced.record);
    let edit = InteractionEdit::default;
    let mut said: Said = Vec::new();
    said.push(("level", InteractionEdit { level: told(reader.word::<CooperationLevel>("level")), ..edit() }));
    let intensity = reader.value("intensity", "a whole number from 1 to 5");
    said.push(("intensity", InteractionEdit { intensity: told(intensity), ..edit() }));
    let frequency = reader.word::<Frequency>("frequency");
    said.push(("frequency", InteractionEdit { frequency: told(frequency), ..edit() }));
    let formalised = reader.value("formalised", "true or false");
    said.push(("formalised", InteractionEdit { formalised: told(formalised), ..edit() }));
    said.push(("description", InteractionEdit { description: told(reader.text("description")), ..edit() }));
    said.push(("themes", InteractionEdit { themes: Edit::Set(reader.texts("themes")), ..edit() }));
    let mut places = Vec::new();
    for text in reader.texts("territories") {
        let Some(code) = reader.territory("territories", &text) else { continue };
        match territories.get(&code) {
            Some(id) => places.push(*id),
            None => reader.warn("territories", &text, "unknown-territory", "is not here, so it is left out"),
        }
    }
    said.push(("territories", InteractionEdit { territories: Edit::Set(places), ..edit() }));
    let since = InteractionEdit {
        since: told(reader.value("since", "a date")),
        since_precision: Edit::given(reader.word::<DatePrecision>("since_precision")),
        ..edit()
    };
    said.push(("since", since));
    let until = InteractionEdit {
        until: told(reader.value("until", "a date")),
        until_precision: Edit::given(reader.word::<DatePrecision>("until_precision")),
        ..edit()
    };
    said.push(("until", until));
    said.push(("amount", InteractionEdit { amount: told(reader.value("amount", "an amount")), ..edit() }));
    reader.finish(sourced, report);
    said
}

/// What stands between the pairs that an import touches, so that a second one is seen before Postgres refuses it.
struct Taken(HashMap<(InteractionKind, ActorId, ActorId), Vec<(Interaction, String)>>);

impl Taken {
    async fn read(tx: &Transaction, actors: &[ActorId], lines: &Lines) -> Result<Self, Error> {
        let mut taken = Self(HashMap::new());
        for interaction in store::interactions::standing_between(tx, actors).await? {
            let name = lines.get(&interaction.id).map_or_else(
                || format!("an interaction here ({})", interaction.id.0),
                |line| format!("line {line}"),
            );
            taken.add(&interaction, name);
        }
        Ok(taken)
    }

    fn key(interaction: &Interaction) -> (InteractionKind, ActorId, ActorId) {
        let (first, second) = interaction.pair();
        (interaction.kind, first, second)
    }

    fn clash(&self, interaction: &Interaction) -> Option<&str> {
        let others = self.0.get(&Self::key(interaction))?;
        let other = others
            .iter()
            .find(|(other, _)| other.id != interaction.id && other.stands_in_the_way_of(interaction));
        other.map(|(_, name)| name.as_str())
    }

    fn add(&mut self, interaction: &Interaction, name: String) {
        let others = self.0.entry(Self::key(interaction)).or_default();
        others.retain(|(other, _)| other.id != interaction.id);
        others.push((interaction.clone(), name));
    }
}
