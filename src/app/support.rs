//! Those who answer: written, erased, found for what is asked.

use std::collections::HashSet;

use serde_json::Map;

use super::access::require_somewhere;
use super::refs::TerritoryRefs;
use super::writes::{Tries, difference};
use super::{App, Error};
use crate::domain::caller::Caller;
use crate::domain::calls::TrackKind;
use crate::domain::edit::Edit;
use crate::domain::error::{ViolationCode, Violations};
use crate::domain::ids::{ActorId, CallId, CollectiveId, SupportContactId, SupportRequestId, TerritoryId};
use crate::domain::policy::{Act, Visibility};
use crate::domain::routing::{self, Asked, Candidate, Routed};
use crate::domain::support::{SupportContact, SupportContactEdit, SupportRequest, SupportStatus};
use crate::domain::territories::TerritoryRef;
use crate::store::records::Action;
use crate::store::{Connection, Transaction, support_contacts, support_requests};

/// What a client says of a contact. It can't be printed: it is about a person.
#[derive(Clone, Default)]
pub struct SupportContactInput {
    /// Its own fields; places stand beside.
    pub edit: SupportContactEdit,
    /// Where they answer.
    pub territory: Edit<TerritoryRef>,
    /// The programme that they answer for.
    pub programme: Edit<TerritoryRef>,
}

/// Who answers is asked: about a call, a track, and a place.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Ask {
    /// About which call.
    pub call: Option<CallId>,
    /// About which track.
    pub track: Option<TrackKind>,
    /// Where; where the actor sits, else where it acts, or where the collective acts, where that is left out.
    pub territory: Option<TerritoryId>,
    /// Who asks.
    pub actor: Option<ActorId>,
    /// The collective that asks.
    pub collective: Option<CollectiveId>,
}

impl From<&SupportRequest> for Ask {
    fn from(request: &SupportRequest) -> Self {
        Self {
            call: request.call,
            track: request.track,
            territory: request.territory,
            actor: request.requester,
            collective: request.collective,
        }
    }
}

impl App {
    /// Writes a new contact.
    pub async fn create_support_contact(
        &self,
        caller: &Caller,
        input: SupportContactInput,
        mut found: Violations,
    ) -> Result<SupportContact, Error> {
        require_somewhere(caller, Act::WriteSupportContact)?;
        let edit = self.resolve_support_contact(caller, input, &mut found).await?;
        let institution = edit.institution.as_set().copied().unwrap_or(ActorId(uuid::Uuid::nil()));
        let territory = edit.territory.as_set().copied().unwrap_or(TerritoryId(uuid::Uuid::nil()));
        let now = self.clock.now();
        let id = SupportContactId(self.ids.next(now));
        let mut contact = SupportContact::new(id, institution, territory, now);
        contact.edit(edit, &mut found);
        found.into_result(())?;
        let mut tries = Tries::default();
        loop {
            let own = self.store.begin().await?;
            let outcome = self.write_support_contact(&own, caller, None, contact.clone()).await;
            if let Some(settled) = tries.settle(own, outcome).await {
                return settled;
            }
        }
    }

    /// Changes a contact.
    pub async fn update_support_contact(
        &self,
        caller: &Caller,
        id: SupportContactId,
        input: SupportContactInput,
        mut found: Violations,
    ) -> Result<SupportContact, Error> {
        require_somewhere(caller, Act::WriteSupportContact)?;
        let edit = self.resolve_support_contact(caller, input, &mut found).await?;
        let mut tries = Tries::default();
        loop {
            let own = self.store.begin().await?;
            let tx = &own;
            let outcome: Result<_, Error> = async {
                self.require(tx, caller, Act::WriteSupportContact, id.into()).await?;
                let before = support_contacts::for_update(tx, id).await?.ok_or_else(absent)?;
                let (mut contact, mut found) = (before.clone(), found.clone());
                contact.edit(edit.clone(), &mut found);
                found.into_result(())?;
                contact.updated_at = self.clock.now();
                self.write_support_contact(tx, caller, Some(before), contact).await
            }
            .await;
            if let Some(settled) = tries.settle(own, outcome).await {
                return settled;
            }
        }
    }

    async fn write_support_contact(
        &self,
        tx: &Transaction,
        caller: &Caller,
        before: Option<SupportContact>,
        contact: SupportContact,
    ) -> Result<SupportContact, Error> {
        support_contacts::write(tx, &contact).await?;
        let subject = contact.id.into();
        let action = if before.is_some() { Action::Update } else { Action::Create };
        let told = before.as_ref().map(SupportContact::told);
        let fields = difference(told.as_ref().map(|told| (told, &())), (&contact.told(), &()));
        self.record(tx, caller, action, subject, 1, fields).await?;
        self.require_still(tx, caller, Act::WriteSupportContact, subject).await?;
        Ok(contact)
    }

    /// Removes a contact: nothing of the person stays. What it was to answer is open again.
    pub async fn erase_support_contact(&self, caller: &Caller, id: SupportContactId) -> Result<(), Error> {
        require_somewhere(caller, Act::WriteSupportContact)?;
        let mut tries = Tries::default();
        loop {
            let own = self.store.begin().await?;
            let tx = &own;
            let outcome: Result<_, Error> = async {
                self.require(tx, caller, Act::WriteSupportContact, id.into()).await?;
                support_contacts::for_update(tx, id).await?.ok_or_else(absent)?;
                self.erase_held_support_contact(tx, caller, id).await
            }
            .await;
            if let Some(settled) = tries.settle(own, outcome).await {
                return settled;
            }
        }
    }

    /// Erases a contact that is locked. Its id, which names nobody any more, stays: by it the contact is found and erased
    /// again where a backup brings it back.
    pub(super) async fn erase_held_support_contact(
        &self,
        tx: &Transaction,
        caller: &Caller,
        id: SupportContactId,
    ) -> Result<(), Error> {
        for request in support_contacts::waiting_for(tx, id).await? {
            self.open_again(tx, caller, request).await?;
        }
        support_contacts::erase(tx, id).await?;
        self.record(tx, caller, Action::Erase, id.into(), 1, Map::new()).await
    }

    async fn open_again(&self, tx: &Transaction, caller: &Caller, id: SupportRequestId) -> Result<(), Error> {
        let Some(before) = support_requests::for_update(tx, id).await? else { return Ok(()) };
        let mut request = before.clone();
        request.status = SupportStatus::Open;
        request.assignee = None;
        request.version += 1;
        support_requests::write(tx, &request).await?;
        let fields = difference(Some((&before.told(), &())), (&request.told(), &()));
        self.record(tx, caller, Action::Update, id.into(), request.version, fields).await
    }

    async fn resolve_support_contact(
        &self,
        caller: &Caller,
        input: SupportContactInput,
        found: &mut Violations,
    ) -> Result<SupportContactEdit, Error> {
        let mut wanted = TerritoryRefs::default();
        for (path, place) in [("input.territory", &input.territory), ("input.programme", &input.programme)] {
            if let Edit::Set(place) = place {
                wanted.add(path, place);
            }
        }
        let known = self.find_territories(wanted, found).await?;
        let place = |edit: &Edit<TerritoryRef>| match edit {
            Edit::Set(place) => Edit::given(known.get(place)),
            Edit::Keep => Edit::Keep,
            Edit::Clear => Edit::Clear,
        };
        let visibility = Visibility::of(caller);
        if let Edit::Set(institution) = input.edit.institution {
            let wanted = [("input.institution".to_owned(), institution)];
            self.check_actors(&wanted, &visibility, found).await?;
        }
        if let Some(calls) = input.edit.calls.as_set() {
            self.check_calls("input.calls", calls, &visibility, found).await?;
        }
        let (territory, programme) = (place(&input.territory), place(&input.programme));
        if let Edit::Set(territory) = &territory {
            self.refuse_ended_place(*territory, found).await?;
        }
        Ok(SupportContactEdit { territory, programme, ..input.edit })
    }

    /// Says of a territory that it exists no more: nobody is routed there, and nobody answers there.
    pub(super) async fn refuse_ended_place(
        &self,
        territory: TerritoryId,
        found: &mut Violations,
    ) -> Result<(), Error> {
        let known = self.store.territories_by_ids(&[territory]).await?;
        let today = self.clock.today();
        if known.iter().any(|place| place.valid_until.is_some_and(|last| last < today)) {
            let message = "exists no more: name the territory that took its place";
            found.add("input.territory", ViolationCode::Inconsistent, message);
        }
        Ok(())
    }

    /// Says which of these calls are not there, or not to be seen.
    pub(super) async fn check_calls(
        &self,
        path: &str,
        calls: &[CallId],
        visibility: &Visibility,
        found: &mut Violations,
    ) -> Result<(), Error> {
        if calls.is_empty() {
            return Ok(());
        }
        let seen = self.store.calls_by_ids(calls, visibility).await?;
        for (index, call) in calls.iter().enumerate() {
            if seen.iter().all(|seen| seen.id != *call) {
                found.add(format!("{path}[{index}]"), ViolationCode::Unknown, "is no call of this directory");
            }
        }
        Ok(())
    }

    /// Who answers each of these, the most specific first, of those that may be seen; in six statements however many are
    /// asked; in seven where some are of collectives.
    pub async fn route(&self, asks: &[Ask], visibility: &Visibility) -> Result<Vec<Vec<Routed>>, Error> {
        let db = self.store.db();
        let asked = asked(db, asks).await?;
        let candidates = candidates(db, &asked, visibility).await?;
        let today = self.clock.today();
        Ok(asked.iter().map(|asked| routing::route(asked, &candidates, today)).collect())
    }

    /// Whether this contact may be given what is asked; in words, why not.
    pub(super) async fn may_answer(
        &self,
        tx: &Transaction,
        ask: Ask,
        contact: SupportContactId,
    ) -> Result<Result<(), &'static str>, Error> {
        let asked = asked(tx, &[ask]).await?;
        let place = support_contacts::for_update(tx, contact).await?.map(|contact| contact.territory);
        let all =
            support_contacts::candidates(tx, place.as_slice(), &[], &[], &Visibility::Everything).await?;
        let Some(candidate) = all.iter().find(|candidate| candidate.contact.id == contact) else {
            return Ok(Err("is no contact of this directory"));
        };
        Ok(routing::reaches(&asked[0], candidate, self.clock.today()).map(drop))
    }
}

/// What is asked about, with the places around it.
async fn asked(db: &impl Connection, asks: &[Ask]) -> Result<Vec<Asked>, Error> {
    let calls: Vec<_> = asks.iter().filter_map(|ask| ask.call).collect();
    let perimeters = match calls.as_slice() {
        [] => std::collections::HashMap::new(),
        calls => support_contacts::perimeters(db, calls).await?,
    };
    let actors: Vec<_> =
        asks.iter().filter(|ask| ask.territory.is_none()).filter_map(|ask| ask.actor).collect();
    let of_actors = match actors.as_slice() {
        [] => std::collections::HashMap::new(),
        actors => support_contacts::places_of_actors(db, actors).await?,
    };
    let collectives = asks.iter().filter(|ask| ask.territory.is_none()).filter_map(|ask| ask.collective);
    let of_collectives = match collectives.collect::<Vec<_>>().as_slice() {
        [] => std::collections::HashMap::new(),
        collectives => support_contacts::places_of_collectives(db, collectives).await?,
    };
    let mut places = Vec::new();
    let mut open = Vec::new();
    for ask in asks {
        let of_actor = ask.actor.and_then(|actor| of_actors.get(&actor));
        let own = of_actor.or_else(|| of_collectives.get(&ask.collective?)).cloned().unwrap_or_default();
        let named = ask.territory.map_or(own, |place| vec![place]);
        let perimeter = ask.call.and_then(|call| perimeters.get(&call));
        // Nobody says where: all of the call's perimeter.
        let anywhere = named.is_empty();
        open.push(anywhere);
        places.push(if anywhere {
            perimeter.map(|(_, places)| places.clone()).unwrap_or_default()
        } else {
            named
        });
    }
    let steps = support_contacts::steps_up(db, &places).await?;
    let wide: Vec<_> =
        places.iter().zip(&open).filter(|(_, open)| **open).flat_map(|(places, _)| places).copied().collect();
    let insides = match wide.as_slice() {
        [] => std::collections::HashMap::new(),
        wide => support_contacts::insides(db, wide).await?,
    };
    let whole = asks.iter().zip(steps).zip(places.iter().zip(&open)).map(|((ask, steps), (places, open))| {
        let programme = ask.call.and_then(|call| perimeters.get(&call)).and_then(|(programme, _)| *programme);
        let inside = if *open {
            let within = places.iter().filter_map(|place| insides.get(place)).flatten().copied();
            within.chain(programme).collect()
        } else {
            HashSet::new()
        };
        Asked { call: ask.call, track: ask.track, programme, steps, inside }
    });
    Ok(whole.collect())
}

/// Those who may answer any of these.
async fn candidates(
    db: &impl Connection,
    asked: &[Asked],
    visibility: &Visibility,
) -> Result<Vec<Candidate>, Error> {
    let places: HashSet<_> = asked.iter().flat_map(|asked| asked.steps.keys().copied()).collect();
    let open = || asked.iter().filter(|asked| !asked.inside.is_empty());
    let calls: Vec<_> = open().filter_map(|asked| asked.call).collect();
    let programmes: Vec<_> = open().filter_map(|asked| asked.programme).collect();
    let places: Vec<_> = places.into_iter().collect();
    Ok(support_contacts::candidates(db, &places, &calls, &programmes, visibility).await?)
}

fn absent() -> Error {
    Error::NotFound("no such support contact".to_owned())
}
