//! Requests for support: asked, assigned, answered, closed.

use super::access::require_somewhere;
use super::moderation::others;
use super::refs::TerritoryRefs;
use super::support::Ask;
use super::writes::{Created, Tries, check_key, difference};
use super::{App, Error};
use crate::domain::caller::Caller;
use crate::domain::calls::TrackKind;
use crate::domain::error::{ViolationCode, Violations};
use crate::domain::exchanges::Owner;
use crate::domain::ids::{ActorId, CallId, CollectiveId, SupportContactId, SupportRequestId};
use crate::domain::letters::Letter;
use crate::domain::listings::SupportRequestListing;
use crate::domain::policy::{self, Act, Visibility};
use crate::domain::support::{SupportKind, SupportMove, SupportRequest, SupportStatus, said};
use crate::domain::territories::TerritoryRef;
use crate::store::records::Action;
use crate::store::{self, Transaction, recipients, support_requests};

/// What a client asks.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the fields of SupportRequest")]
pub struct SupportRequestInput {
    pub requester: Option<ActorId>,
    pub collective: Option<CollectiveId>,
    pub call: Option<CallId>,
    pub track: Option<TrackKind>,
    pub territory: Option<TerritoryRef>,
    pub kind: SupportKind,
    pub description: String,
}

/// What is done to a request.
#[derive(Clone, Debug)]
pub enum Step {
    /// This contact is to answer it.
    Assign(SupportContactId),
    /// This is the answer.
    Answer(String),
    /// It is over.
    Close,
}

impl Step {
    fn kind(&self) -> SupportMove {
        match self {
            Self::Assign(_) => SupportMove::Assign,
            Self::Answer(_) => SupportMove::Answer,
            Self::Close => SupportMove::Close,
        }
    }

    fn act(&self) -> Act {
        match self {
            Self::Assign(_) => Act::AssignSupport,
            Self::Answer(_) => Act::AnswerSupport,
            Self::Close => Act::CloseSupport,
        }
    }
}

impl App {
    /// Refuses those who may see no request at all.
    pub fn require_requests(&self, caller: &Caller) -> Result<(), Error> {
        require_somewhere(caller, Act::SeeSupportRequests)
    }

    /// A request that may be seen; null where there is none.
    pub async fn support_request(
        &self,
        caller: &Caller,
        id: SupportRequestId,
    ) -> Result<Option<SupportRequest>, Error> {
        Ok(self.store.support_requests_by_ids(&[id], &Visibility::of(caller)).await?.pop())
    }

    /// The requests of collectives that a list holds, in these statuses; null for those who see none of anybody's.
    pub fn requests_of_collectives(
        &self,
        caller: &Caller,
        statuses: Vec<SupportStatus>,
    ) -> Option<SupportRequestListing> {
        policy::may_somewhere(caller, Act::SeeSupportRequests).ok()?;
        let visibility = Visibility::of(caller);
        Some(SupportRequestListing { statuses, territory: None, of_collective: true, visibility })
    }

    /// Asks for support, for an actor or a collective.
    pub async fn request_support(
        &self,
        caller: &Caller,
        client_key: Option<&str>,
        input: SupportRequestInput,
    ) -> Result<SupportRequest, Error> {
        require_somewhere(caller, Act::RequestSupport)?;
        let mut found = Violations::default();
        let content = format!("{input:?}");
        check_key(client_key, &mut found);
        let visibility = Visibility::of(caller);
        let owner = (input.requester, input.collective);
        let owner = self.check_owner(caller, "input.requester", owner, &mut found).await?;
        if let Some(call) = input.call
            && self.store.calls_by_ids(&[call], &visibility).await?.is_empty()
        {
            found.add("input.call", ViolationCode::Unknown, "is no call of this directory");
        }
        if input.track.is_some() && input.call.is_none() {
            found.add(
                "input.call",
                ViolationCode::Required,
                "must be given with a track: of which call it is",
            );
        }
        let mut wanted = TerritoryRefs::default();
        if let Some(place) = &input.territory {
            wanted.add("input.territory", place);
        }
        let known = self.find_territories(wanted, &mut found).await?;
        if let Some(place) = input.territory.as_ref().and_then(|place| known.get(place)) {
            self.refuse_ended_place(place, &mut found).await?;
        }
        let now = self.clock.now();
        let request = SupportRequest {
            id: SupportRequestId(self.ids.next(now)),
            requester: owner.actor(),
            collective: owner.collective(),
            call: input.call,
            track: input.track,
            territory: input.territory.as_ref().and_then(|place| known.get(place)),
            kind: input.kind,
            description: said("input.description", &input.description, &mut found),
            status: SupportStatus::Open,
            assignee: None,
            answer: None,
            version: 1,
            created_at: now,
            answered_at: None,
        };
        found.into_result(())?;
        let mut tries = Tries::default();
        let created = loop {
            let own = self.store.begin().await?;
            let tx = &own;
            let outcome: Result<_, Error> = async {
                let subject = request.id.into();
                if let Some(before) = self.take_key(tx, caller, client_key, &content, subject).await? {
                    return Ok(Created::Before(before));
                }
                self.require(tx, caller, Act::RequestSupport, owner.subject()).await?;
                support_requests::write(tx, &request).await?;
                let fields = difference(None, (&request.told(), &()));
                self.record(tx, caller, Action::Create, subject, request.version, fields).await?;
                Ok(Created::New(()))
            }
            .await;
            if let Some(settled) = tries.settle(own, outcome).await {
                break settled?;
            }
        };
        match created {
            Created::New(()) => Ok(request),
            Created::Before(subject) => {
                let before = self.support_request(caller, SupportRequestId(subject.id)).await?;
                before.ok_or_else(|| Error::NotFound("what this clientKey created is gone".to_owned()))
            }
        }
    }

    /// Moves a request, and tells those who asked.
    pub async fn move_support(
        &self,
        caller: &Caller,
        id: SupportRequestId,
        step: Step,
    ) -> Result<SupportRequest, Error> {
        require_somewhere(caller, step.act())?;
        let mut found = Violations::default();
        let answer = match &step {
            Step::Answer(answer) => Some(said("answer", answer, &mut found)),
            Step::Assign(_) | Step::Close => None,
        };
        if let Step::Assign(contact) = step
            && self.store.support_contacts_by_ids(&[contact], &Visibility::of(caller)).await?.is_empty()
        {
            found.add("contact", ViolationCode::Unknown, "is no contact of this directory");
        }
        let mut tries = Tries::default();
        loop {
            let own = self.store.begin().await?;
            let tx = &own;
            let outcome: Result<_, Error> = async {
                self.require(tx, caller, step.act(), id.into()).await?;
                let absent = || Error::NotFound("no such request".to_owned());
                let before = support_requests::for_update(tx, id).await?.ok_or_else(absent)?;
                let refused = |why: &str| Error::Conflict {
                    message: why.to_owned(),
                    current_version: None,
                    candidates: Vec::new(),
                };
                let mut request = before.clone();
                request.status = before.status.after(step.kind()).map_err(refused)?;
                found.clone().into_result(())?;
                if let Step::Assign(contact) = step {
                    let may = self.may_answer(tx, Ask::from(&before), contact).await?;
                    may.map_err(|why| Error::invalid("contact", ViolationCode::Inconsistent, why))?;
                    request.assignee = Some(contact);
                }
                if answer.is_some() {
                    request.answer.clone_from(&answer);
                    request.answered_at = Some(self.clock.now());
                }
                request.version += 1;
                support_requests::write(tx, &request).await?;
                let fields = difference(Some((&before.told(), &())), (&request.told(), &()));
                self.record(tx, caller, Action::Update, id.into(), request.version, fields).await?;
                self.tell_requester(tx, caller, &request).await?;
                Ok(request)
            }
            .await;
            if let Some(settled) = tries.settle(own, outcome).await {
                return settled;
            }
        }
    }

    /// Tells the editors of the actor that asked, or of the lead of the collective that did, but not who did it.
    async fn tell_requester(
        &self,
        tx: &Transaction,
        caller: &Caller,
        request: &SupportRequest,
    ) -> Result<(), Error> {
        let asked = request.requester.map(Owner::Actor).or(request.collective.map(Owner::Collective));
        let (actor, name) = match asked {
            None => return Ok(()),
            Some(Owner::Actor(actor)) => {
                let name = recipients::named(tx, &[actor]).await?.remove(&actor).map(|(name, _)| name);
                (Some(actor), name.unwrap_or_default())
            }
            Some(Owner::Collective(collective)) => {
                let Some((name, lead)) = store::collectives::led(tx, collective).await? else {
                    return Ok(());
                };
                (lead, name)
            }
        };
        let letter = Letter::SupportProgress { subject: request.id.into(), name, status: request.status };
        let to = others(recipients::editors(tx, actor.as_slice(), self.clock.now()).await?, caller);
        self.post(tx, &to, &letter).await
    }
}
