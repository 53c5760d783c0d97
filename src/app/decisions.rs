//! Applications as those who run the call read and decide them; what an accepted one declares.

use chrono::NaiveDate;
use rust_decimal::Decimal;

use super::access::require_somewhere;
use super::application_moves::{Move, Moved, Whole, take_step};
use super::{App, Error};
use crate::domain::applications::{Application, ApplicationStep, Decision, DecisionOutcome};
use crate::domain::caller::Caller;
use crate::domain::calls::{Call, CallSets};
use crate::domain::dates::{DatePrecision, PartialDate};
use crate::domain::error::{ViolationCode, Violations};
use crate::domain::ids::{ActorId, ApplicationId, InteractionId};
use crate::domain::interactions::{Evidence, Interaction, InteractionKind};
use crate::domain::money::money;
use crate::domain::policy::Act;
use crate::domain::publication::Publication;
use crate::domain::text;
use crate::store::records::Action;
use crate::store::{self, Transaction};

/// What is decided, as clients say it.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the fields of Decision")]
pub struct DecisionInput {
    pub outcome: DecisionOutcome,
    pub granted_amount: Option<Decimal>,
    pub funder: Option<ActorId>,
    pub reason: String,
    pub decided_on: Option<NaiveDate>,
}

impl App {
    /// Those who run the call begin to read.
    pub async fn start_review(
        &self,
        caller: &Caller,
        id: ApplicationId,
        expected_version: i32,
    ) -> Result<Application, Error> {
        require_somewhere(caller, Act::ReviewApplication)?;
        self.move_application(caller, id, expected_version, Move::StartReview).await
    }

    /// Decides an application, once. Accepting it with a grant declares the FUNDING interaction, or finds the one that tells
    /// of the same grant already.
    pub async fn decide_application(
        &self,
        caller: &Caller,
        id: ApplicationId,
        expected_version: i32,
        mut input: DecisionInput,
        mut found: Violations,
    ) -> Result<Application, Error> {
        require_somewhere(caller, Act::ReviewApplication)?;
        input.granted_amount = input.granted_amount.map(|amount| money("grantedAmount", amount, &mut found));
        match found.keep(text::text("reason", &input.reason, text::DESCRIPTION_CHARS)) {
            Some(Some(reason)) => input.reason = reason,
            Some(None) => {
                found.add("reason", ViolationCode::Required, "say why: those who applied read it");
            }
            None => {}
        }
        if let Some(funder) = &mut input.funder {
            self.lead(vec![&mut *funder]).await?;
            self.check_members(&[("funder".to_owned(), *funder)], caller, &mut found).await?;
        }
        if input.outcome == DecisionOutcome::Rejected {
            let given =
                [("grantedAmount", input.granted_amount.is_some()), ("funder", input.funder.is_some())];
            for (path, _) in given.into_iter().filter(|(_, given)| *given) {
                found.add(path, ViolationCode::Inconsistent, "is not given to what is rejected");
            }
        }
        self.move_application(caller, id, expected_version, Move::Decide(input, found)).await
    }

    /// What a decision makes of it.
    pub(super) async fn decided(
        &self,
        tx: &Transaction,
        caller: &Caller,
        before: &Whole,
        input: &DecisionInput,
        found: Violations,
    ) -> Result<Moved, Error> {
        let (mut application, sets) = before.clone();
        take_step(&mut application, input.outcome.step())?;
        let Some((call, call_sets)) = store::calls::by_ids(tx, &[application.call]).await?.pop() else {
            return Err(Error::NotFound("no such call".to_owned()));
        };
        let mut found = found;
        self.check_grant(tx, caller, &application, input, &call_sets, &mut found).await?;
        let mut decision = self.decision(&application, input, &call_sets, found)?;
        let granted = decision.granted_amount.filter(|amount| !amount.is_zero());
        if let (Some(funder), Some(amount)) = (decision.funder, granted) {
            decision.funding =
                Some(self.declare_funding(tx, caller, &application, &call, funder, amount, &decision).await?);
        }
        let (action, comment) = match input.outcome {
            DecisionOutcome::Accepted => (Action::Update, None),
            DecisionOutcome::Rejected => (Action::Reject, Some(decision.reason.clone())),
        };
        application.decision = Some(decision);
        self.tell_of_decision(tx, caller, &application, &sets).await?;
        Ok(((application, sets), action, comment))
    }

    /// Adds what is wrong with a grant: more than the track gives, or in the name of an actor that neither pays for the call
    /// nor is theirs who decide. Managers of the call write down who pays.
    async fn check_grant(
        &self,
        tx: &Transaction,
        caller: &Caller,
        application: &Application,
        input: &DecisionInput,
        call: &CallSets,
        found: &mut Violations,
    ) -> Result<(), Error> {
        let track = call.tracks.iter().find(|track| track.id == application.track);
        let most = track.and_then(|track| track.max_grant);
        if let Some(most) = most.filter(|most| input.granted_amount.is_some_and(|amount| amount > *most)) {
            let message = format!("is more than this track grants: {most} at most");
            found.add("grantedAmount", ViolationCode::OutOfRange, message);
        }
        let Some(funder) = input.funder else { return Ok(()) };
        if call.funders.contains(&funder) || caller.speaks_for(funder) {
            return Ok(());
        }
        match self.require(tx, caller, Act::RecordApplication, application.id.into()).await {
            Err(Error::Forbidden(_)) => {
                let message = "neither pays for the call nor is yours: add it to the call's funders, or let a manager decide";
                found.add("funder", ViolationCode::Inconsistent, message);
                Ok(())
            }
            other => other,
        }
    }

    /// The decision that an input makes of an application, or all that is wrong with it.
    fn decision(
        &self,
        application: &Application,
        input: &DecisionInput,
        call: &CallSets,
        mut found: Violations,
    ) -> Result<Decision, Error> {
        let today = self.clock.today();
        let decided_on = input.decided_on.unwrap_or(today);
        if decided_on > today {
            found.add("decidedOn", ViolationCode::OutOfRange, "is in the future");
        }
        if application.submitted_at.is_some_and(|at| decided_on < crate::domain::clock::day_in_paris(at)) {
            found.add("decidedOn", ViolationCode::Inconsistent, "is before the day on which it was filed");
        }
        let granted = input.granted_amount.filter(|amount| !amount.is_zero());
        // Where one actor alone pays for the call, it is that one.
        let only = match call.funders.as_slice() {
            [only] if granted.is_some() => Some(*only),
            _ => None,
        };
        let funder = input.funder.or(only);
        if granted.is_some() && funder.is_none() {
            let message = "say who pays: the call has no funder, or several";
            found.add("funder", ViolationCode::Required, message);
        }
        if funder == Some(application.lead) {
            let message = "is the lead: an actor does not fund itself";
            found.add("funder", ViolationCode::Inconsistent, message);
        }
        found.into_result(())?;
        Ok(Decision {
            outcome: input.outcome,
            granted_amount: input.granted_amount,
            funder,
            reason: input.reason.clone(),
            decided_on,
            funding: None,
        })
    }

    /// Declares that the funder funds the lead, with amount, period and evidence; where that grant is told already, finds it.
    #[expect(clippy::too_many_arguments, reason = "all that a grant says")]
    async fn declare_funding(
        &self,
        tx: &Transaction,
        caller: &Caller,
        application: &Application,
        call: &Call,
        funder: ActorId,
        amount: Decimal,
        decision: &Decision,
    ) -> Result<InteractionId, Error> {
        let now = self.clock.now();
        let id = InteractionId(self.ids.next(now));
        let mut found = Violations::default();
        let mut interaction =
            Interaction::new(id, InteractionKind::Funding, funder, application.lead, now, &mut found);
        found.into_result(())?;
        let project = match application.project {
            Some(id) => store::projects::by_id(tx, id).await?,
            None => None,
        };
        let day = |date| PartialDate { date, precision: DatePrecision::Day };
        let period = project.as_ref().map(|(project, _)| (project.starts_on, project.ends_on));
        let (starts, ends) = period.unwrap_or_default();
        let since = starts.unwrap_or(decision.decided_on);
        interaction.since = Some(day(since));
        interaction.until = ends.filter(|ends| *ends >= since).map(day);
        interaction.amount = Some(amount);
        interaction.description = Some(application.title.clone());
        interaction.declared_by = Some(funder);
        interaction.evidence = vec![Evidence {
            title: format!("Décision sur la candidature à l’appel « {} »", call.title),
            url: call.url.clone(),
            date: Some(decision.decided_on),
        }];
        interaction.publication = Publication::PUBLISHED;
        let mut territories = Vec::new();
        if let Some((project, sets)) = project {
            interaction.themes = project.themes;
            territories = sets.territories;
        }
        if let Some(id) = application.collective
            && let Some((collective, sets)) = store::collectives::for_update(tx, id).await?
        {
            interaction.themes = collective.themes;
            territories = sets.territories;
        }
        if let Some(standing) = store::interactions::in_the_way(tx, &interaction).await?
            && let Some(id) = self.take_over(tx, caller, standing, &mut interaction, call).await?
        {
            return Ok(id);
        }
        self.write_interaction(tx, caller, Action::Create, None, (&interaction, &territories)).await?;
        Ok(id)
    }

    /// Makes the grant that is told already the one that was decided, published and declared by its funder, with the decision
    /// as evidence; null where that one was another decision's: then the new one says of which call it is.
    async fn take_over(
        &self,
        tx: &Transaction,
        caller: &Caller,
        standing: InteractionId,
        decided: &mut Interaction,
        call: &Call,
    ) -> Result<Option<InteractionId>, Error> {
        let Some((before, territories)) = store::interactions::for_update(tx, standing).await? else {
            return Ok(None);
        };
        if store::applications::declared(tx, standing).await? {
            let title = decided.description.take().unwrap_or_default();
            decided.description = Some(format!("{title} ({})", call.title));
            return Ok(store::interactions::in_the_way(tx, decided).await?);
        }
        let mut taken = before.clone();
        taken.publication = Publication::PUBLISHED;
        taken.declared_by = decided.declared_by;
        taken.evidence.append(&mut decided.evidence);
        taken.version += 1;
        taken.updated_at = self.clock.now();
        let was = Some((&before, &territories));
        self.write_interaction(tx, caller, Action::Publish, was, (&taken, &territories)).await?;
        Ok(Some(standing))
    }
}

/// What beginning to read makes of it.
pub(super) fn review_started(before: &Whole) -> Result<Moved, Error> {
    let (mut application, sets) = before.clone();
    take_step(&mut application, ApplicationStep::StartReview)?;
    Ok(((application, sets), Action::Update, None))
}
