//! Replications: recorded, and moved on, by those who write the practice, by who takes it up, and where that is done.

use super::access::require_somewhere;
use super::refs::TerritoryRefs;
use super::writes::{Tries, difference};
use super::{App, Error};
use crate::domain::caller::Caller;
use crate::domain::edit::Edit;
use crate::domain::error::{ViolationCode, Violations};
use crate::domain::ids::{GoodPracticeId, ReplicationId};
use crate::domain::policy::{Act, Visibility};
use crate::domain::practices::GoodPracticeRef;
use crate::domain::publication::PublicationStatus;
use crate::domain::replications::{Recorded, Replication, ReplicationEdit, ReplicationStatus};
use crate::domain::territories::TerritoryRef;
use crate::store;
use crate::store::records::Action;

/// What a client says of a new replication.
#[derive(Clone, Debug)]
pub struct ReplicationInput {
    /// Its own fields, but where it is.
    pub said: Recorded,
    /// Where the practice is taken up.
    pub territory: Option<TerritoryRef>,
}

impl App {
    /// Records that a practice is taken up elsewhere. One that says the same already is a DUPLICATE. `found` is what is wrong
    /// with the input already, to be said with the rest.
    pub async fn record_replication(
        &self,
        caller: &Caller,
        practice: GoodPracticeId,
        mut input: ReplicationInput,
        mut found: Violations,
    ) -> Result<Replication, Error> {
        require_somewhere(caller, Act::RecordReplication)?;
        let absent = || Error::NotFound("no such good practice".to_owned());
        self.good_practice(caller, &GoodPracticeRef::Id(practice)).await?.ok_or_else(absent)?;
        self.lead(input.said.actor.iter_mut().collect()).await?;
        let actor: Vec<_> = input.said.actor.iter().map(|id| ("input.actor".to_owned(), *id)).collect();
        self.check_members(&actor, caller, &mut found).await?;
        if let Some(call) = input.said.call {
            let seen = self.store.calls_by_ids(&[call], &Visibility::of(caller)).await?;
            match seen.first().map(|call| call.publication.status) {
                None => found.add("input.call", ViolationCode::Unknown, "is no call of this directory"),
                Some(PublicationStatus::Archived) => {
                    found.add("input.call", ViolationCode::Invalid, "is archived: restore it first");
                }
                Some(_) => {}
            }
        }
        let named = input.territory.is_some();
        if let Some(territory) = &input.territory {
            let mut wanted = TerritoryRefs::default();
            wanted.add("input.territory", territory);
            input.said.territory = self.find_territories(wanted, &mut found).await?.get(territory);
        }
        let id = ReplicationId(self.ids.next(self.clock.now()));
        let on = (self.clock.now(), self.clock.today());
        let mut wrong = Violations::default();
        let new = Replication::new(id, practice, input.said, on, &mut wrong);
        // One that was named and not found is not missing.
        wrong.0.retain(|violation| !(named && violation.path == "input.territory"));
        found.0.extend(wrong.0);
        found.into_result(())?;
        let mut tries = Tries::default();
        loop {
            let own = self.store.begin().await?;
            let tx = &own;
            let outcome: Result<_, Error> = async {
                let (practice, _) = store::practices::for_update(tx, practice).await?.ok_or_else(absent)?;
                if practice.publication.status == PublicationStatus::Archived {
                    let message = "the practice is archived: restore it first";
                    return Err(Error::conflict(message, Some(practice.version)));
                }
                store::replications::write(tx, &new).await?;
                // Who takes it up has a right to it because it does: what is written is asked.
                self.require(tx, caller, Act::RecordReplication, id.into()).await?;
                if let Some(same) = store::replications::same(tx, &new).await? {
                    let message = "that the practice is taken up so is recorded already: move that one on";
                    return Err(self.duplicate(tx, caller, message, same.into()).await?);
                }
                let fields = difference(None, (&new, &()));
                self.record(tx, caller, Action::Create, id.into(), new.version, fields).await?;
                Ok(new.clone())
            }
            .await;
            if let Some(settled) = tries.settle(own, outcome).await {
                return settled;
            }
        }
    }

    /// Moves a replication on, or corrects it.
    pub async fn update_replication(
        &self,
        caller: &Caller,
        id: ReplicationId,
        edit: ReplicationEdit,
        found: Violations,
    ) -> Result<Replication, Error> {
        require_somewhere(caller, Act::RecordReplication)?;
        let mut tries = Tries::default();
        loop {
            let own = self.store.begin().await?;
            let tx = &own;
            let outcome: Result<_, Error> = async {
                let before = store::replications::for_update(tx, id).await?;
                let before = before.ok_or_else(|| Error::NotFound("no such replication".to_owned()))?;
                self.require(tx, caller, Act::RecordReplication, id.into()).await?;
                let (mut replication, mut found) = (before.clone(), found.clone());
                replication.edit(edit.clone(), self.clock.today(), "", &mut found);
                found.into_result(())?;
                if let Edit::Set(next) = edit.status {
                    before.status.may_become(next).map_err(|why| Error::conflict(why, None))?;
                }
                if replication == before {
                    return Ok(before);
                }
                replication.version += 1;
                replication.updated_at = self.clock.now();
                // What is taken up anew may stand beside it by now.
                if before.status == ReplicationStatus::Abandoned
                    && replication.status != before.status
                    && let Some(same) = store::replications::same(tx, &replication).await?
                {
                    let message =
                        "that the practice is taken up so is recorded anew already: move that one on";
                    return Err(self.duplicate(tx, caller, message, same.into()).await?);
                }
                store::replications::write(tx, &replication).await?;
                let fields = difference(Some((&before, &())), (&replication, &()));
                self.record(tx, caller, Action::Update, id.into(), replication.version, fields).await?;
                Ok(replication)
            }
            .await;
            if let Some(settled) = tries.settle(own, outcome).await {
                return settled;
            }
        }
    }
}
