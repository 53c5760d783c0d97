//! Both sides of an interaction: one declares it, the other confirms or disputes.

use super::access::require_somewhere;
use super::moderation::{name_of, others, said};
use super::writes::Tries;
use super::{App, Error};
use crate::domain::caller::Caller;
use crate::domain::error::{ViolationCode, Violations};
use crate::domain::ids::{ActorId, InteractionId};
use crate::domain::interactions::{ConfirmationStatus, Interaction};
use crate::domain::letters::Letter;
use crate::domain::policy::Act;
use crate::domain::publication::PublicationStatus;
use crate::store::records::{Action, Change};
use crate::store::{self, Transaction, recipients};

impl App {
    /// The other side agrees.
    pub async fn confirm_interaction(
        &self,
        caller: &Caller,
        id: InteractionId,
        expected_version: i32,
    ) -> Result<Interaction, Error> {
        self.answer(caller, id, expected_version, ConfirmationStatus::Confirmed, None).await
    }

    /// The other side disagrees, and says why.
    pub async fn dispute_interaction(
        &self,
        caller: &Caller,
        id: InteractionId,
        expected_version: i32,
        reason: String,
    ) -> Result<Interaction, Error> {
        require_somewhere(caller, Act::AnswerInteraction)?;
        let mut found = Violations::default();
        let reason = said("reason", Some(reason), &mut found);
        if reason.is_none() && found.0.is_empty() {
            found.add(
                "reason",
                ViolationCode::Required,
                "say what is not as declared: the other side reads it",
            );
        }
        found.into_result(())?;
        self.answer(caller, id, expected_version, ConfirmationStatus::Disputed, reason).await
    }

    async fn answer(
        &self,
        caller: &Caller,
        id: InteractionId,
        expected_version: i32,
        answer: ConfirmationStatus,
        reason: Option<String>,
    ) -> Result<Interaction, Error> {
        require_somewhere(caller, Act::AnswerInteraction)?;
        let mut tries = Tries::default();
        loop {
            let own = self.store.begin().await?;
            let tx = &own;
            let outcome: Result<_, Error> = async {
                let Some((before, territories)) = store::interactions::for_update(tx, id).await? else {
                    return Err(Error::NotFound("no such interaction".to_owned()));
                };
                self.require(tx, caller, Act::AnswerInteraction, id.into()).await?;
                if before.version != expected_version {
                    return Err(Error::stale(before.version));
                }
                before.may_be_answered(answer).map_err(|why| Error::conflict(why, Some(before.version)))?;
                let mut interaction = before.clone();
                interaction.confirmation = answer;
                interaction.dispute_reason.clone_from(&reason);
                interaction.version += 1;
                interaction.updated_at = self.clock.now();
                let fields = self
                    .put_interaction(tx, caller, Some((&before, &territories)), (&interaction, &territories))
                    .await?;
                let action = match answer {
                    ConfirmationStatus::Disputed => Action::Dispute,
                    ConfirmationStatus::Confirmed | ConfirmationStatus::Declared => Action::Confirm,
                };
                let (subject, version, comment) = (id.into(), interaction.version, reason.clone());
                let change = Change { action, subject, version, fields, comment };
                self.record_change(tx, caller, change).await?;
                self.tell_of_answer(tx, caller, &interaction).await?;
                Ok(interaction)
            }
            .await;
            if let Some(settled) = tries.settle(own, outcome).await {
                return settled;
            }
        }
    }

    /// Asks the side that did not declare an interaction to answer it; of a draft it is asked once it is published, and of
    /// one that it would not see it is not asked.
    pub(super) async fn ask_the_other_side(
        &self,
        tx: &Transaction,
        caller: &Caller,
        interaction: &Interaction,
    ) -> Result<(), Error> {
        if interaction.may_be_answered(ConfirmationStatus::Disputed).is_err() {
            return Ok(());
        }
        let now = self.clock.now();
        for asked in interaction.answering() {
            let (names, seen) = names(tx, interaction, other(interaction, asked)).await?;
            if seen {
                let to = others(recipients::editors(tx, &[asked], now).await?, caller);
                let letter = Letter::ConfirmationRequest { subject: interaction.id.into(), names };
                self.post(tx, &to, &letter).await?;
            }
        }
        Ok(())
    }

    /// Tells the declaring side what the other answered; where neither declared it, the one whose answer it is not.
    async fn tell_of_answer(
        &self,
        tx: &Transaction,
        caller: &Caller,
        interaction: &Interaction,
    ) -> Result<(), Error> {
        let speaks = |end: &ActorId| caller.grants().iter().any(|grant| grant.right.actor() == Some(*end));
        let answering = interaction.answering();
        let side = answering.iter().copied().find(speaks).unwrap_or(answering[0]);
        let told = other(interaction, side);
        let (names, _) = names(tx, interaction, side).await?;
        let letter = Letter::ConfirmationAnswer {
            subject: interaction.id.into(),
            names,
            confirmed: interaction.confirmation == ConfirmationStatus::Confirmed,
            reason: interaction.dispute_reason.clone(),
        };
        let to = others(recipients::editors(tx, &[told], self.clock.now()).await?, caller);
        self.post(tx, &to, &letter).await
    }
}

fn other(interaction: &Interaction, end: ActorId) -> ActorId {
    if end == interaction.source { interaction.target } else { interaction.source }
}

/// The names of both ends, this one first, and whether everyone sees this one.
async fn names(
    tx: &Transaction,
    interaction: &Interaction,
    first: ActorId,
) -> Result<((String, String), bool), Error> {
    let (name, status) = name_of(tx, first).await?;
    let second = name_of(tx, other(interaction, first)).await?.0;
    Ok(((name, second), status == PublicationStatus::Published))
}
