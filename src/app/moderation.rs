//! Review: what waits for it, the decision, and whom it is told.

use super::access::require_somewhere;
use super::publication::Reviewable;
use super::{App, Error};
use crate::domain::caller::Caller;
use crate::domain::error::{ViolationCode, Violations};
use crate::domain::ids::{ActorId, Subject, SubjectKind, SuggestionId, UserId};
use crate::domain::interactions::{ConfirmationStatus, Interaction};
use crate::domain::letters::Letter;
use crate::domain::moderation::{ReviewListing, Waiting};
use crate::domain::paging::{Page, Slice};
use crate::domain::policy::{Act, Visibility};
use crate::domain::publication::{PublicationStatus, Transition};
use crate::domain::territories::TerritoryScope;
use crate::domain::text;
use crate::store::{Transaction, moderation, recipients};

impl App {
    /// Submits an entry for review.
    pub async fn submit(
        &self,
        caller: &Caller,
        id: Subject,
        expected_version: i32,
    ) -> Result<Reviewable, Error> {
        self.transition(caller, id, expected_version, Transition::Submit).await
    }

    /// Decides what waits: an entry is published, a suggestion applied, or it is refused with a reason.
    pub async fn review(
        &self,
        caller: &Caller,
        id: Subject,
        expected_version: i32,
        approve: bool,
        reason: Option<String>,
    ) -> Result<Reviewable, Error> {
        require_somewhere(caller, Act::ReviewActor)?;
        let mut found = Violations::default();
        let reason = said("reason", reason, &mut found);
        if !approve && reason.is_none() && found.0.is_empty() {
            found.add("reason", ViolationCode::Required, "say why it is refused: its author reads it");
        }
        found.into_result(())?;
        if id.kind == SubjectKind::Suggestion {
            let decided = self
                .decide_suggestion(caller, SuggestionId(id.id), expected_version, approve, reason)
                .await?;
            return Ok(Reviewable::Suggestion(decided));
        }
        let transition = if approve { Transition::Approve } else { Transition::Reject };
        self.move_entry(caller, id, expected_version, transition, reason).await
    }

    /// What waits for the caller's decision: refused to those who decide nothing.
    pub async fn review_listing(
        &self,
        caller: &Caller,
        mut territory: Option<TerritoryScope>,
    ) -> Result<ReviewListing, Error> {
        require_somewhere(caller, Act::SeeReviewQueue)?;
        if let Some(scope) = &mut territory {
            self.resolve(vec![("territory.territory".to_owned(), &mut scope.territory)]).await?;
        }
        Ok(ReviewListing { territory, visibility: Visibility::of(caller) })
    }

    /// A page of what waits, oldest first.
    pub async fn review_queue(&self, listing: &ReviewListing, page: &Page) -> Result<Slice<Waiting>, Error> {
        Ok(self.store.review_queue(listing, page).await?)
    }

    /// How much waits.
    pub async fn count_review_queue(&self, listing: &ReviewListing) -> Result<i64, Error> {
        Ok(self.store.count_review_queue(listing).await?)
    }

    /// Tells those whom a move concerns: reviewers of what is submitted, its submitter of the decision, the other side of
    /// an interaction that is published.
    pub(super) async fn tell_of_move(
        &self,
        tx: &Transaction,
        caller: &Caller,
        was: PublicationStatus,
        moved: &Reviewable,
        transition: Transition,
        comment: Option<&str>,
    ) -> Result<(), Error> {
        let (subject, name) = self.titled(tx, moved).await?;
        if transition == Transition::Submit {
            moderation::write_submitted(tx, subject, self.clock.now()).await?;
            return self.ask_for_review(tx, caller, moved, subject, name).await;
        }
        let approved = matches!(transition, Transition::Publish | Transition::Approve);
        if was == PublicationStatus::Submitted && (approved || transition == Transition::Reject) {
            let submitter =
                moderation::submitters(tx, subject.kind, &[subject.id]).await?.remove(&subject.id);
            let reason = comment.map(str::to_owned);
            let letter = Letter::Decision { subject, name, approved, reason };
            self.post_to_author(tx, caller, submitter.as_deref(), &letter).await?;
        }
        match moved {
            Reviewable::Interaction(interaction)
                if approved && interaction.confirmation == ConfirmationStatus::Declared =>
            {
                self.ask_the_other_side(tx, caller, interaction).await
            }
            _ => Ok(()),
        }
    }

    /// Asks those who manage the entry to review it; administrators where nobody does.
    pub(super) async fn ask_for_review(
        &self,
        tx: &Transaction,
        caller: &Caller,
        submitted: &Reviewable,
        subject: Subject,
        name: String,
    ) -> Result<(), Error> {
        let now = self.clock.now();
        let managers = match submitted {
            Reviewable::Actor(actor) => recipients::managers_of_actors(tx, &[actor.id], now).await?,
            Reviewable::Suggestion(suggestion) => {
                recipients::managers_of_actors(tx, &[suggestion.actor], now).await?
            }
            Reviewable::Interaction(interaction) => {
                recipients::managers_of_actors(tx, &[interaction.source, interaction.target], now).await?
            }
            Reviewable::Call(call) => recipients::managers_of_call(tx, call.id, now).await?,
            Reviewable::Collective(collective) => {
                recipients::managers_of_collective(tx, collective.id, now).await?
            }
            Reviewable::Project(project) => {
                recipients::managers_of_project(tx, project.id, project.lead, now).await?
            }
            Reviewable::GoodPractice(practice) => {
                recipients::managers_of_practice(tx, practice.id, now).await?
            }
            Reviewable::Diagnosis(diagnosis) => {
                recipients::managers_of_territory(tx, diagnosis.territory, now).await?
            }
        };
        let mut to = others(managers, caller);
        if to.is_empty() {
            to = others(recipients::administrators(tx, now).await?, caller);
        }
        self.post(tx, &to, &Letter::ReviewRequest { subject, name }).await
    }

    /// Writes to whom something is from, unless they did it themselves.
    pub(super) async fn post_to_author(
        &self,
        tx: &Transaction,
        caller: &Caller,
        author: Option<&str>,
        letter: &Letter,
    ) -> Result<(), Error> {
        let Some(author) = author else { return Ok(()) };
        let user = recipients::user_of(tx, author).await?;
        self.post(tx, &others(user.into_iter().collect(), caller), letter).await
    }

    /// What an entry is, and how it is called in a letter.
    async fn titled(&self, tx: &Transaction, entry: &Reviewable) -> Result<(Subject, String), Error> {
        Ok(match entry {
            Reviewable::Actor(actor) => (actor.id.into(), actor.name.clone()),
            Reviewable::Call(call) => (call.id.into(), call.title.clone()),
            Reviewable::Collective(collective) => (collective.id.into(), collective.name.clone()),
            Reviewable::Project(project) => (project.id.into(), project.title.clone()),
            Reviewable::GoodPractice(practice) => (practice.id.into(), practice.title.clone()),
            Reviewable::Diagnosis(diagnosis) => (diagnosis.id.into(), diagnosis.title.clone()),
            Reviewable::Interaction(interaction) => (interaction.id.into(), title(tx, interaction).await?),
            Reviewable::Suggestion(suggestion) => {
                (suggestion.id.into(), name_of(tx, suggestion.actor).await?.0)
            }
        })
    }
}

/// How an interaction is called in a letter: by its two ends.
async fn title(tx: &Transaction, interaction: &Interaction) -> Result<String, Error> {
    let source = name_of(tx, interaction.source).await?.0;
    Ok(format!("{source} – {}", name_of(tx, interaction.target).await?.0))
}

/// An actor's name, and where it stands.
pub(super) async fn name_of(tx: &Transaction, id: ActorId) -> Result<(String, PublicationStatus), Error> {
    let found = recipients::named(tx, &[id]).await?.remove(&id);
    found.ok_or_else(|| Error::NotFound("no such actor".to_owned()))
}

/// All but the caller: nobody writes to themselves.
pub(super) fn others(users: Vec<UserId>, caller: &Caller) -> Vec<UserId> {
    let own = match caller {
        Caller::Known(known) => Some(known.user),
        Caller::Anonymous | Caller::Operator | Caller::Rule(_) => None,
    };
    users.into_iter().filter(|user| Some(*user) != own).collect()
}

/// What someone says of a decision, checked; null where they say nothing.
pub(super) fn said(path: &str, given: Option<String>, found: &mut Violations) -> Option<String> {
    given.and_then(|given| found.keep(text::text(path, &given, MOST_SAID)).flatten())
}

/// Most characters of a comment or a reason.
const MOST_SAID: usize = 2_000;
