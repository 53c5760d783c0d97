//! Sessions: written down for a diagnosis, a collective or a call by whoever may change that.

use serde_json::{Map, Value};

use super::access::require_somewhere;
use super::swot::short;
use super::writes::{Created, Tries, check_key};
use super::{App, Error};
use crate::domain::caller::Caller;
use crate::domain::diagnoses::{Diagnosis, DiagnosisAxis};
use crate::domain::edit::Edit;
use crate::domain::error::{ViolationCode, Violations};
use crate::domain::ids::{
    ActorId, CallId, CollectiveId, DiagnosisId, Subject, SubjectKind, WorkshopSessionId,
};
use crate::domain::policy::{Act, Visibility};
use crate::domain::swot::counted;
use crate::domain::text;
use crate::domain::workshops::{SessionEdit, SessionOwner, SessionSets, WorkshopSession, name_it};
use crate::store::records::{Action, difference};
use crate::store::{self, Transaction};

/// The owner of a session, locked.
enum Held {
    /// A diagnosis with its axes.
    Diagnosis(Box<Diagnosis>, Vec<DiagnosisAxis>),
    /// Another one, with its version.
    Other(Subject, i32),
}

impl Held {
    fn diagnosis(&self) -> Option<(&Diagnosis, &[DiagnosisAxis])> {
        match self {
            Self::Diagnosis(diagnosis, axes) => Some((diagnosis, axes)),
            Self::Other(..) => None,
        }
    }
}

impl App {
    /// The session of this id; null where there is none to be seen.
    pub async fn workshop(
        &self,
        caller: &Caller,
        id: WorkshopSessionId,
    ) -> Result<Option<WorkshopSession>, Error> {
        Ok(self.store.workshops_by_ids(&[id], &Visibility::of(caller)).await?.pop())
    }

    /// Writes a session down. `found` is what is wrong with the input already, to be said with the rest.
    pub async fn record_session(
        &self,
        caller: &Caller,
        client_key: Option<&str>,
        owner: Subject,
        mut edit: SessionEdit,
        mut found: Violations,
    ) -> Result<WorkshopSession, Error> {
        let owner = session_owner(caller, owner)?;
        let content = format!("{owner:?} {edit:?}");
        check_key(client_key, &mut found);
        self.resolve_session(caller, &mut edit, &mut found).await?;
        let (now, today) = (self.clock.now(), self.clock.today());
        let id = WorkshopSessionId(self.ids.next(now));
        let mut tries = Tries::default();
        let created = loop {
            let own = self.store.begin().await?;
            let tx = &own;
            let outcome: Result<_, Error> = async {
                if let Some(before) = self.take_key(tx, caller, client_key, &content, id.into()).await? {
                    return Ok(Created::Before(before));
                }
                let held = self.lock_owner(tx, caller, owner).await?;
                let mut found = found.clone();
                let (mut session, mut sets) =
                    (WorkshopSession::new(id, owner, today, now), SessionSets::default());
                session.edit(&mut sets, edit.clone(), held.diagnosis(), today, &mut found);
                found.into_result(())?;
                store::workshops::write(tx, &session, &sets).await?;
                let axes = held.diagnosis().map_or(&[][..], |(_, axes)| axes);
                let fields = difference(&Value::Null, &session.told(&sets, axes));
                self.session_written(tx, caller, held, fields).await?;
                Ok(Created::New(session))
            }
            .await;
            if let Some(settled) = tries.settle(own, outcome).await {
                break settled?;
            }
        };
        match created {
            Created::New(session) => Ok(session),
            Created::Before(subject) => {
                let before = self.workshop(caller, WorkshopSessionId(subject.id)).await?;
                before.ok_or_else(|| Error::NotFound("what this clientKey created is gone".to_owned()))
            }
        }
    }

    /// Changes a session.
    pub async fn update_session(
        &self,
        caller: &Caller,
        id: WorkshopSessionId,
        mut edit: SessionEdit,
        mut found: Violations,
    ) -> Result<WorkshopSession, Error> {
        require_somewhere(caller, Act::UpdateDiagnosis)?;
        self.resolve_session(caller, &mut edit, &mut found).await?;
        let unseen = match edit.attendance {
            Edit::Keep => Vec::new(),
            Edit::Set(_) | Edit::Clear => self.unseen_attendance(caller, id).await?,
        };
        let mut tries = Tries::default();
        loop {
            let own = self.store.begin().await?;
            let tx = &own;
            let outcome: Result<_, Error> = async {
                let (held, before, sets_before) = self.held_session(tx, caller, id).await?;
                let (mut session, mut sets, mut found) = (before.clone(), sets_before.clone(), found.clone());
                session.edit(&mut sets, edit.clone(), held.diagnosis(), self.clock.today(), &mut found);
                sets.attendance.extend(unseen.iter().filter(|id| sets_before.attendance.contains(id)));
                if let Some(first) = store::orientations::validated_in(tx, id).await?
                    && first < session.held_on
                {
                    let message = format!("is after {first}, when orientations were validated in it");
                    found.add("input.heldOn", ViolationCode::Inconsistent, message);
                }
                found.into_result(())?;
                session.updated_at = self.clock.now();
                store::workshops::write(tx, &session, &sets).await?;
                let axes = held.diagnosis().map_or(&[][..], |(_, axes)| axes);
                let mut fields = difference(&before.told(&sets_before, axes), &session.told(&sets, axes));
                name_it(&mut fields, &session.title);
                self.session_written(tx, caller, held, fields).await?;
                Ok(session)
            }
            .await;
            if let Some(settled) = tries.settle(own, outcome).await {
                return settled;
            }
        }
    }

    /// Takes a session away that no finding, no lesson and no validation names.
    pub async fn remove_session(
        &self,
        caller: &Caller,
        id: WorkshopSessionId,
    ) -> Result<WorkshopSessionId, Error> {
        require_somewhere(caller, Act::UpdateDiagnosis)?;
        let mut tries = Tries::default();
        loop {
            let own = self.store.begin().await?;
            let tx = &own;
            let outcome: Result<_, Error> = async {
                let (held, session, sets) = self.held_session(tx, caller, id).await?;
                let named = store::workshops::named_by(tx, id).await?;
                if !named.is_empty() {
                    return Err(still_named(&named));
                }
                store::workshops::remove(tx, id).await?;
                let axes = held.diagnosis().map_or(&[][..], |(_, axes)| axes);
                let fields = difference(&session.told(&sets, axes), &Value::Null);
                self.session_written(tx, caller, held, fields).await?;
                Ok(id)
            }
            .await;
            if let Some(settled) = tries.settle(own, outcome).await {
                return settled;
            }
        }
    }

    /// A session with its owner, both locked, if the caller may change that.
    async fn held_session(
        &self,
        tx: &Transaction,
        caller: &Caller,
        id: WorkshopSessionId,
    ) -> Result<(Held, WorkshopSession, SessionSets), Error> {
        let absent = || Error::NotFound("no such session".to_owned());
        let owner = store::workshops::owner_of(tx, id).await?.ok_or_else(absent)?;
        let held = self.lock_owner(tx, caller, owner).await.map_err(|error| match error {
            Error::NotFound(_) => absent(),
            other => other,
        })?;
        let (session, sets) = store::workshops::for_update(tx, id).await?.ok_or_else(absent)?;
        Ok((held, session, sets))
    }

    /// Locks the owner of a session, if the caller may change it; a diagnosis only while it is open.
    async fn lock_owner(
        &self,
        tx: &Transaction,
        caller: &Caller,
        owner: SessionOwner,
    ) -> Result<Held, Error> {
        match owner {
            SessionOwner::Diagnosis(id) => {
                let (diagnosis, sets) = self.open_for_writing(tx, caller, id).await?;
                Ok(Held::Diagnosis(Box::new(diagnosis), sets.axes))
            }
            SessionOwner::Collective(id) => {
                let (collective, _) = self.locked(tx, caller, Act::UpdateCollective, id).await?;
                Ok(Held::Other(id.into(), collective.version))
            }
            SessionOwner::Call(id) => {
                let found = store::calls::for_update(tx, id).await?;
                let (call, _) = found.ok_or_else(|| Error::NotFound("no such call".to_owned()))?;
                self.require(tx, caller, Act::UpdateCall, id.into()).await?;
                Ok(Held::Other(id.into(), call.version))
            }
        }
    }

    /// Tells a session in its owner's history. It counts as a change of a diagnosis; beside collectives and calls, as cards
    /// do, it does not.
    async fn session_written(
        &self,
        tx: &Transaction,
        caller: &Caller,
        held: Held,
        fields: Map<String, Value>,
    ) -> Result<(), Error> {
        match held {
            Held::Diagnosis(diagnosis, _) => {
                self.part_written(tx, caller, *diagnosis, fields).await.map(drop)
            }
            Held::Other(subject, version) => {
                self.record(tx, caller, Action::Update, subject, version, fields).await
            }
        }
    }

    /// Who was at a session and can't be seen by the caller, who therefore can't have meant to take them off its list.
    async fn unseen_attendance(&self, caller: &Caller, id: WorkshopSessionId) -> Result<Vec<ActorId>, Error> {
        let mut there = self.store.attendance_of(&[id]).await?.remove(&id).unwrap_or_default();
        let seen = self.store.actors_by_ids(&there, &Visibility::of(caller)).await?;
        there.retain(|id| seen.iter().all(|actor| actor.id != *id));
        Ok(there)
    }

    /// Who was there may have been put away since: it is enough that they are seen.
    async fn resolve_session(
        &self,
        caller: &Caller,
        edit: &mut SessionEdit,
        found: &mut Violations,
    ) -> Result<(), Error> {
        let Edit::Set(attendance) = &mut edit.attendance else { return Ok(()) };
        self.lead(attendance.iter_mut().collect()).await?;
        let named = attendance.iter().enumerate().take(text::LIST_ENTRIES);
        let named: Vec<_> = named.map(|(index, id)| (format!("input.attendance[{index}]"), *id)).collect();
        self.check_actors(&named, &Visibility::of(caller), found).await.map(drop)
    }
}

/// Why a session stays: what names it, and what to do with each.
fn still_named(named: &[(Subject, String)]) -> Error {
    let mut parts = Vec::new();
    for (kind, one, many, todo) in [
        (SubjectKind::SwotItem, "finding", "findings", "give them another session or none (updateSwotItem)"),
        (SubjectKind::Lesson, "lesson", "lessons", "give them another source or none (updateLesson)"),
        (
            SubjectKind::Orientation,
            "validated orientation",
            "validated orientations",
            "validate them anew without it (validateOrientations)",
        ),
    ] {
        let texts: Vec<_> =
            named.iter().filter(|(by, _)| by.kind == kind).map(|(_, text)| short(text)).collect();
        if !texts.is_empty() {
            let few = texts.iter().take(5).cloned().collect::<Vec<_>>().join(", ");
            parts.push(format!("{}, {few}: {todo}", counted(texts.len(), one, many)));
        }
    }
    let message = format!("it is named by {}", parts.join("; by "));
    Error::Conflict { message, current_version: None, candidates: named.iter().map(|(by, _)| *by).collect() }
}

/// What a session is to be of; who may write none of the kind hears so first.
fn session_owner(caller: &Caller, owner: Subject) -> Result<SessionOwner, Error> {
    let (act, owner) = match owner.kind {
        SubjectKind::Collective => {
            (Act::UpdateCollective, Some(SessionOwner::Collective(CollectiveId(owner.id))))
        }
        SubjectKind::Call => (Act::UpdateCall, Some(SessionOwner::Call(CallId(owner.id)))),
        SubjectKind::Diagnosis => {
            (Act::UpdateDiagnosis, Some(SessionOwner::Diagnosis(DiagnosisId(owner.id))))
        }
        _ => (Act::UpdateDiagnosis, None),
    };
    require_somewhere(caller, act)?;
    let none = || Error::NotFound("no such diagnosis, collective or call".to_owned());
    owner.ok_or_else(none)
}
