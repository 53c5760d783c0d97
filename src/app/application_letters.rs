//! Letters about applications: who is asked to sign off, who hears of an answer, of a filing, of a decision, and in which
//! words.

use super::letters::because;
use super::moderation::{name_of, others};
use super::{App, Error};
use crate::domain::applications::{Application, ApplicationSets, DecisionOutcome};
use crate::domain::budgets::{euros_english, euros_french};
use crate::domain::caller::Caller;
use crate::domain::calls::Call;
use crate::domain::ids::ActorId;
use crate::domain::language::Language;
use crate::domain::letters::Letter;
use crate::store::{self, Transaction, recipients};

impl App {
    /// Asks the editors of each of these co-applicants to sign off.
    pub(super) async fn ask_for_sign_offs(
        &self,
        tx: &Transaction,
        caller: &Caller,
        application: &Application,
        asked: &[ActorId],
    ) -> Result<(), Error> {
        for actor in asked {
            let to = others(recipients::editors(tx, &[*actor], self.clock.now()).await?, caller);
            let names = (application.title.clone(), name_of(tx, *actor).await?.0);
            self.post(tx, &to, &Letter::SignOffRequest { subject: application.id.into(), names }).await?;
        }
        Ok(())
    }

    /// Tells the editors of the lead that a co-applicant does not agree, or that now all do.
    #[expect(clippy::too_many_arguments, reason = "all that an answer says")]
    pub(super) async fn tell_of_sign_off(
        &self,
        tx: &Transaction,
        caller: &Caller,
        application: &Application,
        actor: ActorId,
        agrees: bool,
        all: bool,
        reason: Option<String>,
    ) -> Result<(), Error> {
        if agrees && !all {
            return Ok(());
        }
        let to = others(recipients::editors(tx, &[application.lead], self.clock.now()).await?, caller);
        let names = (application.title.clone(), name_of(tx, actor).await?.0);
        let letter =
            Letter::SignOffAnswer { subject: application.id.into(), names, complete: agrees, reason };
        self.post(tx, &to, &letter).await
    }

    /// Tells those who run the call that an application was filed, and those who apply but for who filed it.
    pub(super) async fn tell_of_filing(
        &self,
        tx: &Transaction,
        caller: &Caller,
        application: &Application,
        call: &Call,
        organisers: &[ActorId],
    ) -> Result<(), Error> {
        let now = self.clock.now();
        let mut to = recipients::managers_of_call(tx, call.id, now).await?;
        to.extend(recipients::editors(tx, organisers, now).await?);
        to.sort_unstable();
        to.dedup();
        let letter = Letter::ApplicationFiled {
            subject: application.id.into(),
            names: (application.title.clone(), call.title.clone()),
        };
        self.post(tx, &others(to, caller), &letter).await
    }

    /// Tells those who apply that it was taken back, and those who run the call where they had it.
    pub(super) async fn tell_of_withdrawal(
        &self,
        tx: &Transaction,
        caller: &Caller,
        application: &Application,
        sets: &ApplicationSets,
    ) -> Result<(), Error> {
        let now = self.clock.now();
        let mut to = recipients::editors(tx, &applicants(application, sets), now).await?;
        if application.submitted_at.is_some() {
            to.extend(recipients::managers_of_call(tx, application.call, now).await?);
            let found = store::calls::by_ids(tx, &[application.call]).await?.pop();
            let organisers = found.map(|(_, sets)| sets.organisers).unwrap_or_default();
            to.extend(recipients::editors(tx, &organisers, now).await?);
        }
        to.sort_unstable();
        to.dedup();
        let (subject, name) = (application.id.into(), application.title.clone());
        self.post(tx, &others(to, caller), &Letter::ApplicationWithdrawn { subject, name }).await
    }

    /// Tells those who apply what was decided.
    pub(super) async fn tell_of_decision(
        &self,
        tx: &Transaction,
        caller: &Caller,
        application: &Application,
        sets: &ApplicationSets,
    ) -> Result<(), Error> {
        let Some(decision) = &application.decision else { return Ok(()) };
        let now = self.clock.now();
        let to = recipients::editors(tx, &applicants(application, sets), now).await?;
        let letter = Letter::ApplicationDecision {
            subject: application.id.into(),
            name: application.title.clone(),
            accepted: decision.outcome == DecisionOutcome::Accepted,
            amount: decision.granted_amount,
            reason: decision.reason.clone(),
        };
        self.post(tx, &others(to, caller), &letter).await
    }
}

fn applicants(application: &Application, sets: &ApplicationSets) -> Vec<ActorId> {
    std::iter::once(application.lead).chain(sets.sign_offs.iter().map(|own| own.actor)).collect()
}

/// What happened to an application, in a sentence without its stop; nothing for other letters.
pub(super) fn line(letter: &Letter, language: Language) -> String {
    let pick = |fr: String, en: String| if language == Language::Fr { fr } else { en };
    match letter {
        Letter::SignOffRequest { names: (title, actor), .. } => pick(
            format!(
                "« {actor} » est co-porteur de la candidature « {title} », dont les rédacteurs demandent son accord"
            ),
            format!("“{actor}” applies with others by “{title}”, and its writers ask for its sign-off"),
        ),
        Letter::SignOffAnswer { names: (title, _), complete: true, .. } => pick(
            format!(
                "Tous les co-porteurs de la candidature « {title} » sont d'accord : elle peut être déposée (submitApplication)"
            ),
            format!(
                "Every co-applicant of the application “{title}” agrees: it can be filed (submitApplication)"
            ),
        ),
        Letter::SignOffAnswer { names: (title, actor), complete: false, reason, .. } => {
            pick(
                format!("« {actor} » ne donne pas son accord à la candidature « {title} »"),
                format!("“{actor}” does not sign the application “{title}” off"),
            ) + &because(reason.as_deref(), language)
        }
        Letter::ApplicationFiled { names: (title, call), .. } => pick(
            format!("La candidature « {title} » est déposée à l'appel « {call} »"),
            format!("The application “{title}” was filed to the call “{call}”"),
        ),
        Letter::ApplicationWithdrawn { name, .. } => pick(
            format!("La candidature « {name} » est retirée"),
            format!("The application “{name}” was withdrawn"),
        ),
        Letter::ApplicationDecision { name, accepted, amount, reason, .. } => {
            let granted = match amount.filter(|amount| !amount.is_zero()) {
                Some(amount) => pick(
                    format!(", avec {}", euros_french(amount)),
                    format!(", with {}", euros_english(amount)),
                ),
                None => String::new(),
            };
            let told = if *accepted {
                pick(
                    format!("La candidature « {name} » est retenue"),
                    format!("The application “{name}” is accepted"),
                )
            } else {
                pick(
                    format!("La candidature « {name} » n'est pas retenue"),
                    format!("The application “{name}” is not accepted"),
                )
            };
            told + &granted + &because(Some(reason), language)
        }
        _ => String::new(),
    }
}
