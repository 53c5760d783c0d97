//! Findings of a diagnosis: added, changed, voted on, while it is open.

use std::collections::HashSet;

use serde_json::{Map, Value, json};

use super::access::require_somewhere;
use super::diagnoses::require_open;
use super::writes::Tries;
use super::{App, Error};
use crate::domain::caller::Caller;
use crate::domain::diagnoses::{Diagnosis, DiagnosisSets};
use crate::domain::error::{ViolationCode, Violations};
use crate::domain::ids::{DiagnosisId, SwotItemId, WorkshopSessionId};
use crate::domain::orientations::Orientation;
use crate::domain::policy::Act;
use crate::domain::swot::{
    MOST_ITEMS, PaperVotes, SwotItem, SwotItemEdit, SwotItemGiven, check_vote, counted,
};
use crate::store::records::difference;
use crate::store::{self, Transaction};

impl App {
    /// Adds findings to a diagnosis, all of them or none. `found` is what is wrong with the input already.
    pub async fn add_swot_items(
        &self,
        caller: &Caller,
        id: DiagnosisId,
        given: Vec<SwotItemGiven>,
        mut found: Violations,
    ) -> Result<Vec<SwotItem>, Error> {
        require_somewhere(caller, Act::UpdateDiagnosis)?;
        let now = self.clock.now();
        if given.is_empty() && found.0.is_empty() {
            found.add("items", ViolationCode::Required, "give one finding at least");
        }
        let items: Vec<_> = given
            .into_iter()
            .enumerate()
            .map(|(index, given)| {
                let at = format!("items[{index}]");
                SwotItem::new(SwotItemId(self.ids.next(now)), given, &at, now, &mut found)
            })
            .collect();
        let mut tries = Tries::default();
        loop {
            let own = self.store.begin().await?;
            let tx = &own;
            let outcome: Result<_, Error> = async {
                let (diagnosis, sets) = self.open_for_writing(tx, caller, id).await?;
                let mut found = found.clone();
                for (index, item) in items.iter().enumerate() {
                    if sets.axes.iter().all(|axis| axis.id != item.axis) {
                        let path = format!("items[{index}].axis");
                        found.add(path, ViolationCode::Unknown, "is no axis of this diagnosis");
                    }
                }
                let sessions = items.iter().enumerate();
                let sessions: Vec<_> = sessions
                    .filter_map(|(index, item)| Some((format!("items[{index}].session"), item.session?)))
                    .collect();
                check_sessions(tx, id, &sessions, &mut found).await?;
                check_new(&items, &store::swot::items_of(tx, id).await?, &mut found);
                found.into_result(())?;
                store::swot::add_items(tx, &items).await?;
                let lines: Vec<_> = items.iter().map(|item| line(item, &sets)).collect();
                self.part_written(tx, caller, diagnosis, told("findings", None, Some(lines.join("; "))))
                    .await?;
                Ok(items.clone())
            }
            .await;
            if let Some(settled) = tries.settle(own, outcome).await {
                return settled;
            }
        }
    }

    /// Changes a finding.
    pub async fn update_swot_item(
        &self,
        caller: &Caller,
        id: SwotItemId,
        edit: SwotItemEdit,
        found: Violations,
    ) -> Result<SwotItem, Error> {
        require_somewhere(caller, Act::UpdateDiagnosis)?;
        let mut tries = Tries::default();
        loop {
            let own = self.store.begin().await?;
            let tx = &own;
            let outcome: Result<_, Error> = async {
                let (before, diagnosis, sets) = self.held_item(tx, caller, id).await?;
                let crossed = store::swot::crossings_of(tx, &[id]).await?;
                let (mut item, mut found) = (before.clone(), found.clone());
                item.edit(edit.clone(), &crossed, &mut found);
                if let Some(session) = item.session.filter(|_| item.session != before.session) {
                    check_sessions(tx, diagnosis.id, &[("session".to_owned(), session)], &mut found).await?;
                }
                let mut others = store::swot::items_of(tx, diagnosis.id).await?;
                others.retain(|other| other.id != id);
                if same(&item, &others) {
                    found.add("text", ViolationCode::Repeated, REPEATED);
                }
                found.into_result(())?;
                if (&item.text, item.quadrant) != (&before.text, before.quadrant) && !crossed.is_empty() {
                    let orientations = store::orientations::all_of(tx, diagnosis.id).await?;
                    let validated: Vec<_> =
                        orientations.into_iter().filter(|one| one.stands_on(&crossed)).collect();
                    check_ground(&validated)?;
                }
                store::swot::update_item(tx, &item).await?;
                let lines = [line(&before, &sets), line(&item, &sets)];
                let [was, is] = lines.map(Some);
                self.part_written(tx, caller, diagnosis, told("findings", was, is)).await?;
                Ok(item)
            }
            .await;
            if let Some(settled) = tries.settle(own, outcome).await {
                return settled;
            }
        }
    }

    /// Takes a finding away that is not crossed with another, with the votes on it.
    pub async fn remove_swot_item(&self, caller: &Caller, id: SwotItemId) -> Result<SwotItemId, Error> {
        require_somewhere(caller, Act::UpdateDiagnosis)?;
        let mut tries = Tries::default();
        loop {
            let own = self.store.begin().await?;
            let tx = &own;
            let outcome: Result<_, Error> = async {
                let (item, diagnosis, sets) = self.held_item(tx, caller, id).await?;
                let crossed = store::swot::crossings_of(tx, &[id]).await?;
                if !crossed.is_empty() {
                    let insights: Vec<_> = crossed.iter().take(5).map(|one| short(&one.insight)).collect();
                    let message = format!(
                        "{} based on it: remove that with removeCrossing first: {}",
                        counted(crossed.len(), "crossing is", "crossings are"),
                        insights.join(", ")
                    );
                    let candidates = crossed.iter().map(|crossing| crossing.id.into()).collect();
                    return Err(Error::Conflict { message, current_version: None, candidates });
                }
                store::swot::remove_item(tx, id).await?;
                let fields = told("findings", Some(line(&item, &sets)), None);
                self.part_written(tx, caller, diagnosis, fields).await?;
                Ok(id)
            }
            .await;
            if let Some(settled) = tries.settle(own, outcome).await {
                return settled;
            }
        }
    }

    /// Writes what someone votes on a finding, in the place of what they voted. It is told in no history, moves no version,
    /// and waits for no other vote.
    pub async fn vote_on_swot_item(
        &self,
        caller: &Caller,
        id: SwotItemId,
        importance: i32,
        capacity: i32,
    ) -> Result<SwotItem, Error> {
        require_somewhere(caller, Act::VoteOnFinding)?;
        let Some(user) = caller.person() else {
            return Err(Error::Forbidden("only a person votes: sign in".to_owned()));
        };
        let mut found = Violations::default();
        check_vote(importance, capacity, &mut found);
        let mut tries = Tries::default();
        loop {
            let own = self.store.begin().await?;
            let tx = &own;
            let outcome: Result<_, Error> = async {
                let (_, of) = store::swot::item_by_id(tx, id).await?.ok_or_else(absent)?;
                let diagnosis = store::diagnoses::for_share(tx, of).await?.ok_or_else(absent)?;
                self.require(tx, caller, Act::VoteOnFinding, of.into()).await.map_err(unseen)?;
                require_open(&diagnosis)?;
                // It may have gone until nobody else could write.
                let (item, _) = store::swot::item_by_id(tx, id).await?.ok_or_else(absent)?;
                found.clone().into_result(())?;
                store::swot::vote(tx, id, user, importance, capacity).await?;
                Ok(item)
            }
            .await;
            if let Some(settled) = tries.settle(own, outcome).await {
                return settled;
            }
        }
    }

    /// Writes what was counted on paper of a finding, in the place of what was counted before.
    pub async fn record_paper_votes(
        &self,
        caller: &Caller,
        id: SwotItemId,
        (importance, capacity, votes): (f64, f64, i32),
    ) -> Result<SwotItem, Error> {
        require_somewhere(caller, Act::RecordPaperVotes)?;
        let mut found = Violations::default();
        let paper = PaperVotes::checked(importance, capacity, votes, &mut found);
        let mut tries = Tries::default();
        loop {
            let own = self.store.begin().await?;
            let tx = &own;
            let outcome: Result<_, Error> = async {
                let (_, of) = store::swot::item_by_id(tx, id).await?.ok_or_else(absent)?;
                self.require(tx, caller, Act::RecordPaperVotes, of.into()).await.map_err(unseen)?;
                let (item, diagnosis, sets) = self.held_item(tx, caller, id).await?;
                found.clone().into_result(())?;
                let Some(paper) = paper else { return Ok(item) };
                let before = store::swot::paper_votes(tx, id).await?;
                store::swot::write_paper_votes(tx, id, paper).await?;
                let line = |paper: PaperVotes| {
                    let (importance, capacity) = (paper.importance, paper.capacity);
                    format!("{}: {importance}, {capacity} ({} votes)", line(&item, &sets), paper.votes)
                };
                let fields = told("paperVotes", before.map(line), Some(line(paper)));
                self.part_written(tx, caller, diagnosis, fields).await?;
                Ok(item)
            }
            .await;
            if let Some(settled) = tries.settle(own, outcome).await {
                return settled;
            }
        }
    }

    /// The finding, its diagnosis locked, if the caller may change that and it is open.
    pub(super) async fn held_item(
        &self,
        tx: &Transaction,
        caller: &Caller,
        id: SwotItemId,
    ) -> Result<(SwotItem, Diagnosis, DiagnosisSets), Error> {
        let (_, of) = store::swot::item_by_id(tx, id).await?.ok_or_else(absent)?;
        let (diagnosis, sets) = self.open_for_writing(tx, caller, of).await.map_err(unseen)?;
        // As it is now that nobody else writes it.
        let (item, _) = store::swot::item_by_id(tx, id).await?.ok_or_else(absent)?;
        Ok((item, diagnosis, sets))
    }
}

pub(super) fn absent() -> Error {
    Error::NotFound("no such finding".to_owned())
}

/// What may not be seen is told as what is absent.
fn unseen(error: Error) -> Error {
    if matches!(error, Error::NotFound(_)) { absent() } else { error }
}

/// Says which of these are no sessions of the diagnosis.
pub(super) async fn check_sessions(
    tx: &Transaction,
    of: DiagnosisId,
    wanted: &[(String, WorkshopSessionId)],
    found: &mut Violations,
) -> Result<(), Error> {
    if wanted.is_empty() {
        return Ok(());
    }
    let ids: Vec<_> = wanted.iter().map(|(_, id)| *id).collect();
    let known = store::swot::sessions_of(tx, of, &ids).await?;
    for (path, _) in wanted.iter().filter(|(_, id)| !known.contains_key(id)) {
        found.add(path, ViolationCode::Unknown, "is no session of this diagnosis");
    }
    Ok(())
}

/// Refuses to change what validated orientations stand on.
fn check_ground(validated: &[Orientation]) -> Result<(), Error> {
    let Some(first) = validated.first() else { return Ok(()) };
    let message = format!(
        "orientation {}, “{}”, is validated and based on what it says, crossed with another: amend that one without the crossing and have it validated first, or add another finding",
        first.text.number, first.text.title
    );
    let candidates = validated.iter().map(|one| one.id.into()).collect();
    Err(Error::Conflict { message, current_version: None, candidates })
}

const REPEATED: &str = "stands already in this axis and quadrant";

fn same(item: &SwotItem, others: &[SwotItem]) -> bool {
    let what = |item: &SwotItem| (item.axis, item.quadrant, item.text.to_lowercase());
    others.iter().any(|other| what(other) == what(item))
}

/// Says which new findings stand already, or twice among them, and where there would be too many.
fn check_new(items: &[SwotItem], standing: &[SwotItem], found: &mut Violations) {
    let what = |item: &SwotItem| (item.axis, item.quadrant, item.text.to_lowercase());
    let mut seen: HashSet<_> = standing.iter().map(what).collect();
    for (index, item) in items.iter().enumerate() {
        if !item.text.is_empty() && !seen.insert(what(item)) {
            found.add(format!("items[{index}].text"), ViolationCode::Repeated, REPEATED);
        }
    }
    let count = (standing.len() + items.len()) as i64;
    if count > MOST_ITEMS {
        let message = format!("{count} findings would be more than a diagnosis holds, {MOST_ITEMS}");
        found.add("items", ViolationCode::TooLong, message);
    }
}

/// The first words of a text, in quotation marks.
pub(super) fn short(text: &str) -> String {
    match text.char_indices().nth(80) {
        Some((cut, _)) => format!("“{}…”", &text[..cut]),
        None => format!("“{text}”"),
    }
}

/// A finding in a line, as histories tell it.
fn line(item: &SwotItem, sets: &DiagnosisSets) -> String {
    let axis = sets.axes.iter().find(|axis| axis.id == item.axis).map(|axis| axis.number);
    let themes =
        if item.themes.is_empty() { String::new() } else { format!(" ({})", item.themes.join(", ")) };
    format!("axis {}, {}: {}{themes}", axis.unwrap_or_default(), item.quadrant, item.text)
}

/// A change of a part: a line before, a line after.
pub(super) fn told(field: &str, before: Option<String>, after: Option<String>) -> Map<String, Value> {
    let state = |line: Option<String>| Value::Object(Map::from_iter([(field.to_owned(), json!(line))]));
    difference(&state(before), &state(after))
}
