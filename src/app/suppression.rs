//! Actors that are not to be listed, on request: hidden from everyone but administrators, and kept out of every later
//! import.

use serde_json::json;

use super::access::require_somewhere;
use super::writes::{Tries, difference};
use super::{App, Error};
use crate::domain::actors::{Actor, ActorSets};
use crate::domain::caller::Caller;
use crate::domain::error::ViolationCode;
use crate::domain::ids::ActorId;
use crate::domain::policy::Act;
use crate::domain::publication::{Publication, PublicationStatus};
use crate::domain::suppression::{Proposed, Suppressed};
use crate::domain::text::{self, DESCRIPTION_CHARS};
use crate::store::records::{Action, Change};
use crate::store::{self, Connection, StoreError, Transaction};

impl App {
    /// Takes an actor that is still as the client knows it out of all that is listed, with its interactions.
    pub async fn suppress_actor(
        &self,
        caller: &Caller,
        id: ActorId,
        expected_version: i32,
        reason: &str,
    ) -> Result<ActorId, Error> {
        require_somewhere(caller, Act::SuppressActor)?;
        let Some(reason) = text::text("reason", reason, DESCRIPTION_CHARS)? else {
            return Err(Error::invalid("reason", ViolationCode::Required, "must not be empty"));
        };
        let now = self.clock.now();
        let mut tries = Tries::default();
        loop {
            let own = self.store.begin().await?;
            let tx = &own;
            let outcome: Result<_, Error> = async {
                let (before, sets) = self.lock_for(tx, caller, Act::SuppressActor, id).await?;
                if before.version != expected_version {
                    return Err(Error::stale(before.version));
                }
                if store::suppression::suppressed_from(tx, id).await?.is_some() {
                    return Err(conflict("it is suppressed already", before.version));
                }
                let from = before.publication.status;
                let mut actor = before.clone();
                if from != PublicationStatus::Archived {
                    actor.publication =
                        Publication { status: PublicationStatus::Archived, archived_from: Some(from) };
                }
                let suppressed = Some((now, from));
                self.write_suppression(tx, caller, (&before, &sets), actor, suppressed, Some(reason.clone()))
                    .await?;
                Ok(id)
            }
            .await;
            if let Some(settled) = tries.settle(own, outcome).await {
                return settled;
            }
        }
    }

    /// Lets a suppressed actor be listed again, as it was.
    pub async fn unsuppress_actor(&self, caller: &Caller, id: ActorId) -> Result<Actor, Error> {
        require_somewhere(caller, Act::UnsuppressActor)?;
        let mut tries = Tries::default();
        loop {
            let own = self.store.begin().await?;
            let tx = &own;
            let outcome: Result<_, Error> = async {
                let (before, sets) = self.lock_for(tx, caller, Act::UnsuppressActor, id).await?;
                let Some(from) = store::suppression::suppressed_from(tx, id).await? else {
                    return Err(conflict("it is not suppressed", before.version));
                };
                let mut actor = before.clone();
                if from != PublicationStatus::Archived {
                    actor.publication = Publication { status: from, archived_from: None };
                    self.refuse_duplicate(tx, caller, &actor, &sets.registrations).await?;
                }
                self.write_suppression(tx, caller, (&before, &sets), actor, None, None).await
            }
            .await;
            if let Some(settled) = tries.settle(own, outcome).await {
                return settled;
            }
        }
    }

    async fn lock_for(
        &self,
        tx: &Transaction,
        caller: &Caller,
        act: Act,
        id: ActorId,
    ) -> Result<(Actor, ActorSets), Error> {
        let found = store::actors::for_update(tx, id).await?;
        let found = found.ok_or_else(|| Error::NotFound("no such actor".to_owned()))?;
        self.require(tx, caller, act, id.into()).await?;
        Ok(found)
    }

    async fn write_suppression(
        &self,
        tx: &Transaction,
        caller: &Caller,
        before: (&Actor, &ActorSets),
        mut actor: Actor,
        suppressed: Option<(chrono::DateTime<chrono::Utc>, PublicationStatus)>,
        comment: Option<String>,
    ) -> Result<Actor, Error> {
        actor.version += 1;
        actor.updated_at = self.clock.now();
        // Only what is archived may be suppressed: that first where it begins, last where it ends.
        if suppressed.is_none() {
            store::suppression::set(tx, actor.id, None).await?;
        }
        store::actors::update(tx, &[(actor.clone(), before.1.clone())]).await?;
        if suppressed.is_some() {
            store::suppression::set(tx, actor.id, suppressed).await?;
        }
        let mut fields = difference(Some(before), (&actor, before.1));
        fields.insert("suppressed".to_owned(), json!([suppressed.is_none(), suppressed.is_some()]));
        let action = if suppressed.is_some() { Action::Suppress } else { Action::Unsuppress };
        let change = Change { action, subject: actor.id.into(), version: actor.version, fields, comment };
        self.record_change(tx, caller, change).await?;
        Ok(actor)
    }

    /// The actors that are not to be listed, as they are recognised.
    pub(super) async fn suppressed(&self, db: &impl Connection) -> Result<Suppressed, StoreError> {
        Ok(Suppressed::of(store::suppression::all(db).await?))
    }

    /// Refuses an entry that would bring a suppressed actor back. An administrator hears which one; whoever else hears only
    /// that it can't be listed, since who asked not to be listed is nobody's business.
    pub(super) async fn refuse_suppressed(
        &self,
        tx: &Transaction,
        caller: &Caller,
        actor: &Actor,
        sets: &ActorSets,
    ) -> Result<(), Error> {
        let suppressed = self.suppressed(tx).await?;
        if suppressed.is_empty() {
            return Ok(());
        }
        let names = store::suppression::folded(tx, std::slice::from_ref(&actor.name)).await?;
        let (folded, searched) = names.into_iter().next().unwrap_or_default();
        let proposed = Proposed {
            folded: &folded,
            searched: &searched,
            registrations: &sets.registrations,
            seat: actor.seat.map(|seat| seat.commune),
        };
        match suppressed.brought_back(proposed).filter(|id| *id != actor.id) {
            None => Ok(()),
            Some(id) if caller.is_admin() => Err(Error::Conflict {
                message: "this actor was suppressed, on request: `unsuppressActor` if that has changed".to_owned(),
                current_version: None,
                candidates: vec![id.into()],
            }),
            Some(_) => Err(Error::Conflict {
                message: "an entry of this registration, or of this name there, can't be listed: ask an administrator"
                    .to_owned(),
                current_version: None,
                candidates: Vec::new(),
            }),
        }
    }
}

fn conflict(message: &str, version: i32) -> Error {
    Error::Conflict { message: message.to_owned(), current_version: Some(version), candidates: Vec::new() }
}
