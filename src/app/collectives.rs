//! Collectives: read, registered, changed, led from stage to stage.

use serde_json::{Map, Value, json};

use super::access::require_somewhere;
use super::refs::TerritoryRefs;
use super::writes::{Created, Tries, check_key, difference};
use super::{App, Error};
use crate::domain::caller::Caller;
use crate::domain::collectives::{Collective, CollectiveEdit, CollectiveRef, CollectiveSets};
use crate::domain::edit::Edit;
use crate::domain::error::{ViolationCode, Violations};
use crate::domain::ids::{ActorId, CollectiveId, MembershipId};
use crate::domain::language::Language;
use crate::domain::memberships::{MemberRole, Membership};
use crate::domain::policy::{Act, Visibility};
use crate::domain::publication::PublicationStatus;
use crate::domain::stages::{CollectiveStage, StageMove, blockers};
use crate::domain::territories::TerritoryRef;
use crate::domain::text;
use crate::store::records::{Action, Change};
use crate::store::slugs::{self, Slugged};
use crate::store::{self, Transaction};

/// What a client says of a collective.
#[derive(Clone, Debug, Default)]
pub struct CollectiveInput {
    /// Its own fields; territories stand beside.
    pub edit: CollectiveEdit,
    /// Where it acts.
    pub territories: Edit<Vec<TerritoryRef>>,
    /// Where it tries things out.
    pub pilot_sites: Edit<Vec<TerritoryRef>>,
}

/// Who is to be of a new collective.
#[derive(Clone, Debug, Default)]
pub struct FirstMembers {
    /// Who leads it.
    pub lead: Option<ActorId>,
    /// Who is asked to join.
    pub invite: Vec<ActorId>,
}

impl App {
    /// The collective that a reference means; null where there is none to be seen.
    pub async fn collective(&self, caller: &Caller, by: &CollectiveRef) -> Result<Option<Collective>, Error> {
        Ok(self.store.collective(by, &Visibility::of(caller)).await?)
    }

    /// Registers a collective as a draft. Its lead is a member at once where the caller speaks for it; all others are
    /// asked. `found` is what is wrong with the input already, to be said with the rest.
    pub async fn register_collective(
        &self,
        caller: &Caller,
        client_key: Option<&str>,
        input: CollectiveInput,
        mut first: FirstMembers,
        mut found: Violations,
    ) -> Result<Collective, Error> {
        require_somewhere(caller, Act::RegisterCollective)?;
        let content = format!("{input:?} {first:?}");
        self.lead(first.lead.iter_mut().chain(&mut first.invite).collect()).await?;
        let now = self.clock.now();
        let id = CollectiveId(self.ids.next(now));
        let (mut collective, mut sets) = (Collective::new(id, now), CollectiveSets::default());
        check_key(client_key, &mut found);
        let mut wanted: Vec<_> = first.lead.iter().map(|id| ("input.lead".to_owned(), *id)).collect();
        let invited = first.invite.iter().enumerate();
        wanted.extend(invited.map(|(index, id)| (format!("input.invite[{index}]"), *id)));
        self.check_members(&wanted, caller, &mut found).await?;
        let edit = self.resolve_collective(input, &mut found).await?;
        collective.edit(&mut sets, edit, &mut found);
        found.into_result(())?;
        let members = self.first_members(caller, id, &first);
        let mut tries = Tries::default();
        let created = loop {
            let own = self.store.begin().await?;
            let tx = &own;
            let outcome: Result<_, Error> = async {
                let mut collective = collective.clone();
                if let Some(before) = self.take_key(tx, caller, client_key, &content, id.into()).await? {
                    return Ok(Created::Before(before));
                }
                collective.slug = slugs::give(tx, Slugged::Collective, &[&collective.name]).await?.remove(0);
                store::collectives::write(tx, &collective, &sets).await?;
                store::memberships::write(tx, &members).await?;
                let mut fields = difference(None, (&collective, &sets));
                fields.extend(told(&members));
                self.record(tx, caller, Action::Create, id.into(), collective.version, fields).await?;
                self.require_still(tx, caller, Act::RegisterCollective, id.into()).await?;
                for member in &members {
                    self.ask_member(tx, caller, &collective, member).await?;
                }
                Ok(Created::New(collective))
            }
            .await;
            if let Some(settled) = tries.settle(own, outcome).await {
                break settled?;
            }
        };
        match created {
            Created::New(collective) => Ok(collective),
            Created::Before(subject) => {
                let before = self.collective(caller, &CollectiveRef::Id(CollectiveId(subject.id))).await?;
                before.ok_or_else(|| Error::NotFound("what this clientKey created is gone".to_owned()))
            }
        }
    }

    /// Changes a collective that is still as the client knows it.
    pub async fn update_collective(
        &self,
        caller: &Caller,
        id: CollectiveId,
        expected_version: i32,
        input: CollectiveInput,
        mut found: Violations,
    ) -> Result<Collective, Error> {
        require_somewhere(caller, Act::UpdateCollective)?;
        let edit = self.resolve_collective(input, &mut found).await?;
        let mut tries = Tries::default();
        loop {
            let own = self.store.begin().await?;
            let tx = &own;
            let outcome: Result<_, Error> = async {
                let (before, sets_before) = self.locked(tx, caller, Act::UpdateCollective, id).await?;
                if before.version != expected_version {
                    return Err(Error::stale(before.version));
                }
                let (mut collective, mut sets, mut found) =
                    (before.clone(), sets_before.clone(), found.clone());
                collective.edit(&mut sets, edit.clone(), &mut found);
                if collective.kind != before.kind {
                    let members = store::memberships::count_accepted(tx, id).await?;
                    let most = collective.kind.size().most;
                    if let Some(most) = most.filter(|most| members > *most) {
                        let message = format!("{members} members have accepted: it has at most {most}");
                        found.add("input.kind", ViolationCode::Inconsistent, message);
                    }
                }
                found.into_result(())?;
                collective.version += 1;
                collective.updated_at = self.clock.now();
                store::collectives::write(tx, &collective, &sets).await?;
                let fields = difference(Some((&before, &sets_before)), (&collective, &sets));
                self.record(tx, caller, Action::Update, id.into(), collective.version, fields).await?;
                self.require_still(tx, caller, Act::UpdateCollective, id.into()).await?;
                Ok(collective)
            }
            .await;
            if let Some(settled) = tries.settle(own, outcome).await {
                return settled;
            }
        }
    }

    /// Moves a collective to another stage: to the next where nothing keeps it, or back, to the end or from it with a
    /// reason.
    pub async fn advance_collective(
        &self,
        caller: &Caller,
        id: CollectiveId,
        expected_version: i32,
        to: CollectiveStage,
        reason: Option<String>,
    ) -> Result<Collective, Error> {
        require_somewhere(caller, Act::UpdateCollective)?;
        let reason = match reason {
            Some(reason) => text::text("reason", &reason, text::DESCRIPTION_CHARS)?,
            None => None,
        };
        let mut tries = Tries::default();
        loop {
            let own = self.store.begin().await?;
            let tx = &own;
            let outcome: Result<_, Error> = async {
                let (before, sets) = self.locked(tx, caller, Act::UpdateCollective, id).await?;
                if before.version != expected_version {
                    return Err(Error::stale(before.version));
                }
                let Some(step) = before.stage.step(to, before.closed_from) else {
                    return Err(Error::conflict(no_such_move(&before, to), None));
                };
                if step.asks_reason() && reason.is_none() {
                    let message = format!("say why it goes from {} to {to}", before.stage);
                    return Err(Error::invalid("reason", ViolationCode::Required, message));
                }
                if step == StageMove::Forward {
                    // By what they see: the same that `blockers` tells them.
                    let facts = store::collectives::facts(tx, &[id], &Visibility::of(caller))
                        .await?
                        .remove(&id)
                        .unwrap_or_default();
                    let kept: Vec<_> = blockers(&before, &facts)
                        .iter()
                        .map(|blocker| format!("{}: {}", blocker.code(), blocker.message(Language::En)))
                        .collect();
                    if !kept.is_empty() {
                        return Err(Error::conflict(
                            format!("it can't be {to} yet. {}", kept.join(" ")),
                            None,
                        ));
                    }
                }
                let mut collective = before.clone();
                collective.closed_from = (to == CollectiveStage::Closed).then_some(before.stage);
                collective.stage = to;
                collective.version += 1;
                collective.updated_at = self.clock.now();
                store::collectives::write_own(tx, &collective).await?;
                let change = Change {
                    action: Action::Update,
                    subject: id.into(),
                    version: collective.version,
                    fields: difference(Some((&before, &sets)), (&collective, &sets)),
                    comment: reason.clone(),
                };
                self.record_change(tx, caller, change).await?;
                Ok(collective)
            }
            .await;
            if let Some(settled) = tries.settle(own, outcome).await {
                return settled;
            }
        }
    }

    /// The collective, locked until the transaction ends, if the caller may do this to it.
    pub(super) async fn locked(
        &self,
        tx: &Transaction,
        caller: &Caller,
        act: Act,
        id: CollectiveId,
    ) -> Result<(Collective, CollectiveSets), Error> {
        let found = store::collectives::for_update(tx, id).await?;
        let found = found.ok_or_else(|| Error::NotFound("no such collective".to_owned()))?;
        self.require(tx, caller, act, id.into()).await?;
        Ok(found)
    }

    /// Says which of these actors are not there, not to be seen, or put away.
    pub(super) async fn check_members(
        &self,
        wanted: &[(String, ActorId)],
        caller: &Caller,
        found: &mut Violations,
    ) -> Result<(), Error> {
        if wanted.len() > text::LIST_ENTRIES + 1 {
            // The list is too long, which has been said.
            return Ok(());
        }
        let ids: Vec<_> = wanted.iter().map(|(_, id)| *id).collect();
        if ids.is_empty() {
            return Ok(());
        }
        let seen = self.store.actors_by_ids(&ids, &Visibility::of(caller)).await?;
        for (path, id) in wanted {
            match seen.iter().find(|actor| actor.id == *id) {
                None => found.add(path, ViolationCode::Unknown, "is no actor of this directory"),
                Some(actor) if actor.publication.status == PublicationStatus::Archived => {
                    found.add(path, ViolationCode::Invalid, "is archived: restore it first");
                }
                Some(_) => {}
            }
        }
        Ok(())
    }

    fn first_members(&self, caller: &Caller, id: CollectiveId, first: &FirstMembers) -> Vec<Membership> {
        let (now, today) = (self.clock.now(), self.clock.today());
        let mut members: Vec<Membership> = Vec::new();
        let asked = first.lead.iter().map(|lead| (*lead, MemberRole::Lead));
        for (actor, role) in asked.chain(first.invite.iter().map(|actor| (*actor, MemberRole::Member))) {
            if members.iter().any(|member| member.actor == actor) {
                continue;
            }
            let mut member = Membership::invited(MembershipId(self.ids.next(now)), id, actor, role, now);
            if role == MemberRole::Lead && caller.speaks_for(actor) {
                member.accept(now, today);
            }
            members.push(member);
        }
        members
    }

    async fn resolve_collective(
        &self,
        input: CollectiveInput,
        found: &mut Violations,
    ) -> Result<CollectiveEdit, Error> {
        let mut wanted = TerritoryRefs::default();
        let lists = [("input.territories", &input.territories), ("input.pilotSites", &input.pilot_sites)];
        for (path, list) in lists {
            if let Edit::Set(list) = list {
                wanted.add_all(path, list);
            }
        }
        let known = self.find_territories(wanted, found).await?;
        Ok(CollectiveEdit {
            territories: input.territories.map(|refs| known.all(&refs)),
            pilot_sites: input.pilot_sites.map(|refs| known.all(&refs)),
            ..input.edit
        })
    }
}

/// First members as a change tells them.
fn told(members: &[Membership]) -> Map<String, Value> {
    let of = |role: MemberRole| {
        let actors = members.iter().filter(|member| member.role == role).map(|member| member.actor);
        actors.collect::<Vec<_>>()
    };
    let all = [("lead", of(MemberRole::Lead)), ("invited", of(MemberRole::Member))].into_iter();
    let some = all.filter(|(_, actors)| !actors.is_empty());
    some.map(|(name, actors)| (name.to_owned(), json!([Value::Null, actors]))).collect()
}

fn no_such_move(collective: &Collective, to: CollectiveStage) -> String {
    let from = collective.stage;
    match (collective.closed_from, from.next()) {
        _ if from == to => format!("it is {to} already"),
        (Some(closed_from), _) => {
            format!("it was closed when it was {closed_from}: it can come back to that alone")
        }
        (None, Some(next)) => {
            format!("it is {from}: it goes on to {next}, or back one step, or to its end, with a reason")
        }
        (None, None) => format!("it is {from}"),
    }
}
