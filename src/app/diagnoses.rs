//! Shared diagnoses: opened, changed, closed; and the way in for whoever writes a part of one.

use chrono::NaiveDate;
use serde_json::{Map, Value};

use super::access::require_somewhere;
use super::refs::TerritoryRefs;
use super::writes::{Created, Tries, check_key, difference};
use super::{App, Error};
use crate::domain::caller::Caller;
use crate::domain::diagnoses::{
    Diagnosis, DiagnosisAxis, DiagnosisEdit, DiagnosisRef, DiagnosisSets, refuse_dropped,
};
use crate::domain::edit::Edit;
use crate::domain::error::{ViolationCode, Violations};
use crate::domain::ids::{ActorId, DiagnosisAxisId, DiagnosisId, TerritoryId};
use crate::domain::policy::{Act, Visibility};
use crate::domain::territories::TerritoryRef;
use crate::store::records::{self, Action, Change};
use crate::store::slugs::{self, Slugged};
use crate::store::{self, Transaction};

impl App {
    /// The diagnosis that a reference means; null where there is none to be seen.
    pub async fn diagnosis(&self, caller: &Caller, by: &DiagnosisRef) -> Result<Option<Diagnosis>, Error> {
        Ok(self.store.diagnosis(by, &Visibility::of(caller)).await?)
    }

    /// Opens a diagnosis of a territory as a draft. `found` is what is wrong with the input already, to be said with the
    /// rest.
    pub async fn open_diagnosis(
        &self,
        caller: &Caller,
        client_key: Option<&str>,
        territory: TerritoryRef,
        mut edit: DiagnosisEdit,
        mut found: Violations,
    ) -> Result<Diagnosis, Error> {
        require_somewhere(caller, Act::OpenDiagnosis)?;
        let content = format!("{territory:?} {}", content(&edit));
        check_key(client_key, &mut found);
        let mut wanted = TerritoryRefs::default();
        wanted.add("input.territory", &territory);
        let known = self.find_territories(wanted, &mut found).await?.get(&territory);
        self.resolve_diagnosis(caller, &mut edit, &mut found).await?;
        let now = self.clock.now();
        let id = DiagnosisId(self.ids.next(now));
        let place = known.unwrap_or(TerritoryId(uuid::Uuid::nil()));
        let (mut diagnosis, mut sets) = (Diagnosis::new(id, place, now), DiagnosisSets::default());
        diagnosis.edit(&mut sets, edit, self.clock.today(), &mut found);
        found.into_result(())?;
        let mut tries = Tries::default();
        let created = loop {
            let own = self.store.begin().await?;
            let tx = &own;
            let outcome: Result<_, Error> = async {
                let mut diagnosis = diagnosis.clone();
                if let Some(before) = self.take_key(tx, caller, client_key, &content, id.into()).await? {
                    return Ok(Created::Before(before));
                }
                diagnosis.slug = slugs::give(tx, Slugged::Diagnosis, &[&diagnosis.title]).await?.remove(0);
                store::diagnoses::write(tx, &diagnosis, &sets).await?;
                let fields = difference(None, (&diagnosis, &sets));
                self.record(tx, caller, Action::Create, id.into(), diagnosis.version, fields).await?;
                self.require_still(tx, caller, Act::OpenDiagnosis, id.into()).await?;
                Ok(Created::New(diagnosis))
            }
            .await;
            if let Some(settled) = tries.settle(own, outcome).await {
                break settled?;
            }
        };
        match created {
            Created::New(diagnosis) => Ok(diagnosis),
            Created::Before(subject) => {
                let before = self.diagnosis(caller, &DiagnosisRef::Id(DiagnosisId(subject.id))).await?;
                before.ok_or_else(|| Error::NotFound("what this clientKey created is gone".to_owned()))
            }
        }
    }

    /// Changes a diagnosis that is still as the client knows it, and open.
    pub async fn update_diagnosis(
        &self,
        caller: &Caller,
        id: DiagnosisId,
        expected_version: i32,
        mut edit: DiagnosisEdit,
        mut found: Violations,
    ) -> Result<Diagnosis, Error> {
        require_somewhere(caller, Act::UpdateDiagnosis)?;
        self.resolve_diagnosis(caller, &mut edit, &mut found).await?;
        let mut tries = Tries::default();
        loop {
            let own = self.store.begin().await?;
            let tx = &own;
            let outcome: Result<_, Error> = async {
                let (before, sets_before) = self.open_for_writing(tx, caller, id).await?;
                if before.version != expected_version {
                    return Err(Error::stale(before.version));
                }
                let (mut diagnosis, mut sets, mut found) =
                    (before.clone(), sets_before.clone(), found.clone());
                diagnosis.edit(&mut sets, edit.clone(), self.clock.today(), &mut found);
                check_dropped(tx, &sets_before.axes, &sets.axes, &mut found).await?;
                if diagnosis.started_on != before.started_on
                    && let Some(started) = diagnosis.started_on
                    && let (Some(first), _) = store::diagnoses::first_and_last(tx, id).await?
                    && first.on < started.date
                {
                    let message = format!("is after {} on {}: it began by then", first.what, first.on);
                    found.add("input.startedOn", ViolationCode::Inconsistent, message);
                }
                found.into_result(())?;
                diagnosis.version += 1;
                diagnosis.updated_at = self.clock.now();
                store::diagnoses::write(tx, &diagnosis, &sets).await?;
                let fields = difference(Some((&before, &sets_before)), (&diagnosis, &sets));
                self.record(tx, caller, Action::Update, id.into(), diagnosis.version, fields).await?;
                self.require_still(tx, caller, Act::UpdateDiagnosis, id.into()).await?;
                Ok(diagnosis)
            }
            .await;
            if let Some(settled) = tries.settle(own, outcome).await {
                return settled;
            }
        }
    }

    /// Closes a diagnosis that is still as the client knows it: nothing of it changes after that.
    pub async fn close_diagnosis(
        &self,
        caller: &Caller,
        id: DiagnosisId,
        expected_version: i32,
        on: Option<NaiveDate>,
        found: Violations,
    ) -> Result<Diagnosis, Error> {
        require_somewhere(caller, Act::UpdateDiagnosis)?;
        let mut tries = Tries::default();
        loop {
            let own = self.store.begin().await?;
            let tx = &own;
            let outcome: Result<_, Error> = async {
                let (before, sets) = self.open_for_writing(tx, caller, id).await?;
                if before.version != expected_version {
                    return Err(Error::stale(before.version));
                }
                found.clone().into_result(())?;
                let mut diagnosis = before.clone();
                if let Some(on) = on {
                    let (_, last) = store::diagnoses::first_and_last(tx, id).await?;
                    diagnosis.close(on, self.clock.today(), last.as_ref())?;
                }
                let fields = difference(Some((&before, &sets)), (&diagnosis, &sets));
                self.part_written(tx, caller, diagnosis, fields).await
            }
            .await;
            if let Some(settled) = tries.settle(own, outcome).await {
                return settled;
            }
        }
    }

    /// A diagnosis of which the caller writes a part: locked until the transaction ends, theirs to change, and open. Whoever
    /// has written tells it by [`Self::part_written`].
    pub(super) async fn open_for_writing(
        &self,
        tx: &Transaction,
        caller: &Caller,
        id: DiagnosisId,
    ) -> Result<(Diagnosis, DiagnosisSets), Error> {
        let found = store::diagnoses::for_update(tx, id).await?;
        let (diagnosis, sets) = found.ok_or_else(absent)?;
        self.require(tx, caller, Act::UpdateDiagnosis, id.into()).await?;
        require_open(&diagnosis)?;
        Ok((diagnosis, sets))
    }

    /// Tells a change of a diagnosis or of a part of it: it counts as a version of the diagnosis, so that whoever
    /// validates or closes it has seen all that is in it. Votes alone don't: two people vote at once.
    pub(super) async fn part_written(
        &self,
        tx: &Transaction,
        caller: &Caller,
        mut diagnosis: Diagnosis,
        fields: Map<String, Value>,
    ) -> Result<Diagnosis, Error> {
        diagnosis.version += 1;
        diagnosis.updated_at = self.clock.now();
        store::diagnoses::write_own(tx, &diagnosis).await?;
        self.record(tx, caller, Action::Update, diagnosis.id.into(), diagnosis.version, fields).await?;
        Ok(diagnosis)
    }

    /// Puts the survivor in the place of the merged actor in diagnoses. How many there were.
    pub(super) async fn move_diagnoses(
        &self,
        tx: &Transaction,
        caller: &Caller,
        kept: ActorId,
        merged: ActorId,
    ) -> Result<usize, Error> {
        let now = self.clock.now();
        let ids = store::diagnoses::lock_of(tx, merged).await?;
        let mut changes = Vec::with_capacity(ids.len());
        for id in &ids {
            let Some((before, sets)) = store::diagnoses::for_update(tx, *id).await? else { continue };
            let mut diagnosis = before.clone();
            diagnosis.replace(merged, kept);
            diagnosis.version += 1;
            diagnosis.updated_at = now;
            store::diagnoses::write_own(tx, &diagnosis).await?;
            changes.push(Change {
                action: Action::Merge,
                subject: diagnosis.id.into(),
                version: diagnosis.version,
                fields: difference(Some((&before, &sets)), (&diagnosis, &sets)),
                comment: None,
            });
        }
        records::record(tx, &caller.reference(), now, &changes).await?;
        Ok(ids.len())
    }

    async fn resolve_diagnosis(
        &self,
        caller: &Caller,
        edit: &mut DiagnosisEdit,
        found: &mut Violations,
    ) -> Result<(), Error> {
        if let Edit::Set(facilitator) = &mut edit.facilitator {
            self.lead(vec![facilitator]).await?;
            self.check_members(&[("input.facilitator".to_owned(), *facilitator)], caller, found).await?;
        }
        // Keys of new axes are made here, that the domain needs none.
        if let Edit::Set(axes) = &mut edit.axes {
            let now = self.clock.now();
            for axis in axes {
                axis.new = DiagnosisAxisId(self.ids.next(now));
            }
        }
        Ok(())
    }
}

/// Refuses what would change a closed diagnosis.
pub(super) fn require_open(diagnosis: &Diagnosis) -> Result<(), Error> {
    diagnosis.require_open().map_err(|why| Error::conflict(why, Some(diagnosis.version)))
}

fn absent() -> Error {
    Error::NotFound("no such diagnosis".to_owned())
}

/// What a retry with the same key must say again.
fn content(edit: &DiagnosisEdit) -> String {
    format!("{edit:?}")
}

/// Refuses to drop axes that hold findings or sessions.
async fn check_dropped(
    tx: &Transaction,
    before: &[DiagnosisAxis],
    after: &[DiagnosisAxis],
    found: &mut Violations,
) -> Result<(), Error> {
    let gone: Vec<_> = before.iter().filter(|axis| after.iter().all(|kept| kept.id != axis.id)).collect();
    // That there must be one is said already.
    if gone.is_empty() || after.is_empty() {
        return Ok(());
    }
    let ids: Vec<_> = gone.iter().map(|axis| axis.id).collect();
    let held = store::diagnoses::held(tx, &ids).await?;
    let held: Vec<_> = gone
        .into_iter()
        .filter_map(|axis| held.get(&axis.id).map(|(items, sessions)| (axis.clone(), *items, *sessions)))
        .collect();
    refuse_dropped(&held, found);
    Ok(())
}
