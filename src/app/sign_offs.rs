//! Sign-offs: every co-applicant is asked, and each answers for itself.

use super::access::require_somewhere;
use super::application_moves::{Move, Moved, Whole, take_step};
use super::moderation::said;
use super::writes::Tries;
use super::{App, Error};
use crate::domain::applications::{Application, ApplicationStatus, ApplicationStep, SignOff};
use crate::domain::caller::Caller;
use crate::domain::error::{ViolationCode, Violations};
use crate::domain::ids::{ActorId, ApplicationId};
use crate::domain::policy::{self, Act, Standing, Visibility};
use crate::store::records::Action;
use crate::store::{self, Transaction, standing};

impl App {
    /// Asks every co-applicant that has not agreed to what the application is now.
    pub async fn request_sign_offs(
        &self,
        caller: &Caller,
        id: ApplicationId,
        expected_version: i32,
    ) -> Result<Application, Error> {
        require_somewhere(caller, Act::UpdateApplication)?;
        self.move_application(caller, id, expected_version, Move::RequestSignOffs).await
    }

    /// What asking makes of it.
    pub(super) async fn asked_for_sign_offs(
        &self,
        tx: &Transaction,
        caller: &Caller,
        before: &Whole,
    ) -> Result<Moved, Error> {
        let (mut application, mut sets) = before.clone();
        let id = application.id;
        take_step(&mut application, ApplicationStep::RequestSignOffs)?;
        let now = store::application_parts::asked(tx, &[id]).await?.remove(&id).unwrap_or_default();
        if now.is_empty() {
            let message = "nobody applies with its lead: there is nobody to ask, file it (submitApplication)";
            return Err(Error::conflict(message, Some(before.0.version)));
        }
        // Who has agreed is not asked again; who has not answered since it was last asked hears of it once.
        let was_asked = |actor: ActorId| {
            let awaiting = before.0.status == ApplicationStatus::AwaitingSignOff;
            awaiting && before.1.sign_offs.iter().any(|own| own.actor == actor && own.is_silent())
        };
        sets.sign_offs = now
            .into_iter()
            .map(|own| if own.signed_at.is_some() { own } else { SignOff::asked(own.actor) })
            .collect();
        let silent = sets.sign_offs.iter().filter(|own| own.is_silent()).map(|own| own.actor);
        let asked: Vec<_> = silent.filter(|actor| !was_asked(*actor)).collect();
        self.ask_for_sign_offs(tx, caller, &application, &asked).await?;
        Ok(((application, sets), Action::Update, None))
    }

    /// A co-applicant agrees.
    pub async fn sign_off(
        &self,
        caller: &Caller,
        id: ApplicationId,
        actor: ActorId,
    ) -> Result<Application, Error> {
        self.answer_sign_off(caller, id, actor, true, None).await
    }

    /// A co-applicant does not.
    pub async fn decline_sign_off(
        &self,
        caller: &Caller,
        id: ApplicationId,
        actor: ActorId,
        reason: Option<String>,
    ) -> Result<Application, Error> {
        require_somewhere(caller, Act::SignApplication)?;
        let mut found = Violations::default();
        let reason = said("reason", reason, &mut found);
        found.into_result(())?;
        self.answer_sign_off(caller, id, actor, false, reason).await
    }

    async fn answer_sign_off(
        &self,
        caller: &Caller,
        id: ApplicationId,
        mut actor: ActorId,
        agrees: bool,
        reason: Option<String>,
    ) -> Result<Application, Error> {
        require_somewhere(caller, Act::SignApplication)?;
        self.lead(vec![&mut actor]).await?;
        let step = if agrees { ApplicationStep::SignOff } else { ApplicationStep::DeclineSignOff };
        let action = if agrees { Action::Confirm } else { Action::Dispute };
        let mut tries = Tries::default();
        loop {
            let own = self.store.begin().await?;
            let tx = &own;
            let outcome: Result<_, Error> = async {
                let before = self.locked_to_sign(tx, caller, id, actor).await?;
                let (mut application, mut sets) = before.clone();
                take_step(&mut application, step)?;
                let asked = store::application_parts::asked(tx, &[id]).await?.remove(&id).unwrap_or_default();
                let is_one = asked.iter().any(|own| own.actor == actor);
                let Some(sign_off) = sets.sign_offs.iter_mut().find(|own| own.actor == actor && is_one)
                else {
                    let message = "is not asked to sign this application off";
                    return Err(Error::invalid("actor", ViolationCode::Inconsistent, message));
                };
                if agrees && sign_off.signed_at.is_some() {
                    return Err(Error::conflict("it has signed it off already", Some(before.0.version)));
                }
                let now = self.clock.now();
                *sign_off = SignOff {
                    actor,
                    signed_at: agrees.then_some(now),
                    declined_at: (!agrees).then_some(now),
                    reason: reason.clone(),
                    by: Some(caller.reference()),
                };
                let kept = (application.clone(), sets.clone());
                let written = self.put_application(tx, caller, action, &before, kept, reason.clone()).await?;
                let all = sets.sign_offs.iter().all(|own| own.signed_at.is_some());
                self.tell_of_sign_off(tx, caller, &written, actor, agrees, all, reason.clone()).await?;
                Ok(written)
            }
            .await;
            if let Some(settled) = tries.settle(own, outcome).await {
                return settled;
            }
        }
    }

    /// The application, locked, if the caller may answer for this actor: its editors do, and managers of the call write down
    /// what was answered on paper.
    async fn locked_to_sign(
        &self,
        tx: &Transaction,
        caller: &Caller,
        id: ApplicationId,
        actor: ActorId,
    ) -> Result<Whole, Error> {
        let absent = || Error::NotFound("no such application".to_owned());
        let found = store::applications::for_update(tx, id).await?.ok_or_else(absent)?;
        if !caller.is_admin() {
            let visibility = Visibility::of(caller);
            let kind = crate::domain::ids::SubjectKind::Application;
            let seen = standing::standings(tx, &visibility, kind, &[id.0]).await?.remove(&id.0);
            let seen = seen.ok_or_else(absent)?;
            let own = Standing { own: caller.speaks_for(actor), ..seen };
            policy::may(caller, Act::SignApplication, own)?;
        }
        Ok(found)
    }
}
