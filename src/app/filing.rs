//! Filing an application, atomic with the deadline; taking it back.

use chrono::{DateTime, Utc};

use super::access::require_somewhere;
use super::application_moves::{Move, Moved, Whole, take_step};
use super::writes::Tries;
use super::{App, Error};
use crate::domain::applications::{Application, ApplicationStep};
use crate::domain::caller::Caller;
use crate::domain::eligibility::{Check, Facts, Rule, checks};
use crate::domain::error::{ViolationCode, Violations};
use crate::domain::ids::ApplicationId;
use crate::domain::language::Language;
use crate::domain::policy::Act;
use crate::store::records::Action;
use crate::store::{self, Transaction};

impl App {
    /// Files an application that keeps every rule, at this instant, or at an earlier one that a manager of the call writes
    /// down from paper.
    ///
    /// The call is locked first and the clock read under its lock: whoever moves the deadline goes before or after, and two
    /// applications of one lead are not both the only one.
    pub async fn submit_application(
        &self,
        caller: &Caller,
        id: ApplicationId,
        expected_version: i32,
        on_paper: Option<DateTime<Utc>>,
    ) -> Result<Application, Error> {
        let act = if on_paper.is_some() { Act::RecordApplication } else { Act::SubmitApplication };
        require_somewhere(caller, act)?;
        let absent = || Error::NotFound("no such application".to_owned());
        let mut tries = Tries::default();
        loop {
            let own = self.store.begin().await?;
            let tx = &own;
            let outcome: Result<_, Error> = async {
                let call = store::applications::call_of(tx, id).await?.ok_or_else(absent)?;
                let (call, call_sets) = store::calls::for_update(tx, call).await?.ok_or_else(absent)?;
                let before = self.locked_application(tx, caller, act, id, Some(expected_version)).await?;
                let (mut application, mut sets) = before.clone();
                take_step(&mut application, ApplicationStep::Submit)?;
                store::applications::hold_content(tx, &application).await?;
                let now = self.clock.now();
                let at = filed_at(on_paper, now, call.opens_at)?;
                self.refuse_ineligible(tx, id, at).await?;
                sets.sign_offs =
                    store::application_parts::asked(tx, &[id]).await?.remove(&id).unwrap_or_default();
                application.submitted_at = Some(at);
                let filed = self
                    .put_application(tx, caller, Action::Submit, &before, (application, sets), None)
                    .await?;
                self.tell_of_filing(tx, caller, &filed, &call, &call_sets.organisers).await?;
                Ok(filed)
            }
            .await;
            if let Some(settled) = tries.settle(own, outcome).await {
                return settled;
            }
        }
    }

    /// Takes an application back, filed or not, until it is decided.
    pub async fn withdraw_application(
        &self,
        caller: &Caller,
        id: ApplicationId,
        expected_version: i32,
    ) -> Result<Application, Error> {
        require_somewhere(caller, Act::WithdrawApplication)?;
        self.move_application(caller, id, expected_version, Move::Withdraw).await
    }

    /// What taking it back makes of it.
    pub(super) async fn withdrawn(
        &self,
        tx: &Transaction,
        caller: &Caller,
        before: &Whole,
    ) -> Result<Moved, Error> {
        let (mut application, mut sets) = before.clone();
        // Who was asked with the lead reads it still.
        let asked = store::application_parts::asked(tx, &[application.id]).await?.remove(&application.id);
        sets.sign_offs = asked.unwrap_or(sets.sign_offs);
        take_step(&mut application, ApplicationStep::Withdraw)?;
        self.tell_of_withdrawal(tx, caller, &application, &sets).await?;
        Ok(((application, sets), Action::Update, None))
    }

    /// Refuses what breaks a rule, with all that it breaks.
    async fn refuse_ineligible(
        &self,
        tx: &Transaction,
        id: ApplicationId,
        at: DateTime<Utc>,
    ) -> Result<(), Error> {
        let facts: Option<Facts> = store::eligibility::of(tx, &[id], at).await?.remove(&id);
        let mut found = Violations::default();
        let broken = facts.iter().flat_map(checks).filter(|check| !check.passed);
        for check in broken {
            found.add(path(check.rule), code(&check), check.message(Language::En));
        }
        Ok(found.into_result(())?)
    }
}

/// When it was filed: now, or as it is written down, in the past and not before the call opened.
fn filed_at(
    on_paper: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
    opens_at: Option<DateTime<Utc>>,
) -> Result<DateTime<Utc>, Error> {
    let Some(at) = on_paper else { return Ok(now) };
    let wrong = |message: &str| Err(Error::invalid("submittedAt", ViolationCode::OutOfRange, message));
    if at > now {
        return wrong("is in the future: what happened on paper has happened");
    }
    if opens_at.is_some_and(|opens| at < opens) {
        return wrong("is before the call opened");
    }
    Ok(at)
}

/// The part of the application that a rule is about, as clients name it.
fn path(rule: Rule) -> String {
    format!("eligibility.{}", rule.as_ref())
}

fn code(check: &Check) -> ViolationCode {
    match check.rule {
        Rule::Content | Rule::SignOffs => ViolationCode::Required,
        Rule::Members | Rule::Grant | Rule::CallOpen => ViolationCode::OutOfRange,
        Rule::OneApplication => ViolationCode::Repeated,
        Rule::Lead | Rule::ActorKind | Rule::Perimeter | Rule::Budget => ViolationCode::Inconsistent,
    }
}
