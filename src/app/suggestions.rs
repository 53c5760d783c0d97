//! Edits that someone proposes: made, accepted, declined.

use super::access::require_somewhere;
use super::actors::ActorInput;
use super::moderation::{name_of, said};
use super::publication::Reviewable;
use super::writes::{Tries, difference};
use super::{App, Error};
use crate::domain::actors::{Actor, ActorSets};
use crate::domain::caller::Caller;
use crate::domain::error::{ViolationCode, Violations};
use crate::domain::history;
use crate::domain::ids::{ActorId, SubjectKind, SuggestionId};
use crate::domain::letters::Letter;
use crate::domain::policy::{self, Act, Visibility};
use crate::domain::publication::PublicationStatus;
use crate::domain::suggestions::{MOST_PENDING, Suggestion, SuggestionStatus, compared, moved_on};
use crate::store::records::{Action, Change};
use crate::store::standing::standings;
use crate::store::{self, Transaction};

impl App {
    /// Proposes an edit of an actor that everyone sees, checked as an update would be. `found` is what is wrong with the
    /// input already, to be said with the rest.
    pub async fn suggest_actor_edit(
        &self,
        caller: &Caller,
        id: ActorId,
        mut input: ActorInput,
        comment: Option<String>,
        mut found: Violations,
    ) -> Result<Suggestion, Error> {
        require_somewhere(caller, Act::SuggestEdit)?;
        let comment = said("comment", comment, &mut found);
        self.resolve_places(&mut input, &mut found).await?;
        let now = self.clock.now();
        let mut tries = Tries::default();
        loop {
            let own = self.store.begin().await?;
            let tx = &own;
            let outcome: Result<_, Error> = async {
                self.require(tx, caller, Act::SuggestEdit, id.into()).await?;
                let Some((actor, sets)) = store::actors::by_ids(tx, &[id]).await?.pop() else {
                    return Err(Error::NotFound("no such actor".to_owned()));
                };
                if actor.publication.status != PublicationStatus::Published {
                    let message = "suggestions are made of what is published: change the entry itself";
                    return Err(Error::conflict(message, Some(actor.version)));
                }
                let before = compared(&actor, &sets);
                let (mut after, mut found) = (before.clone(), found.clone());
                input.edit.check_days(self.clock.today(), &mut found);
                after.0.edit(&mut after.1, input.edit.clone(), &mut found);
                let mut changes = difference(Some((&before.0, &before.1)), (&after.0, &after.1));
                let named_location = input.edit.location != crate::domain::edit::Edit::Keep;
                if named_location
                    && !changes.contains_key("location")
                    && self.hides(tx, caller, &actor).await?
                {
                    // Else a guess that is refused for changing nothing would tell where it is.
                    let stays = serde_json::to_value(&actor.location).expect("a location is always JSON");
                    changes.insert("location".to_owned(), serde_json::json!([stays, stays]));
                }
                if changes.is_empty() && found.0.is_empty() {
                    found.add("input", ViolationCode::Required, "changes nothing: it is so already");
                }
                found.into_result(())?;
                let reference = caller.reference();
                if let Caller::Known(known) = caller {
                    store::lock(tx, &format!("suggestions of {}", known.user.0)).await?;
                    let pending = store::suggestions::pending_of(tx, known.user, id, &changes).await?;
                    waits(pending)?;
                }
                let edit = input.edit.clone().only(|field| changes.contains_key(field));
                let suggestion = Suggestion {
                    id: SuggestionId(self.ids.next(now)),
                    actor: id,
                    caller: reference,
                    comment: comment.clone(),
                    changes,
                    status: SuggestionStatus::Pending,
                    reason: None,
                    version: 1,
                    created_at: now,
                };
                store::suggestions::insert(tx, &suggestion, &edit).await?;
                self.record_decision(tx, caller, Action::Create, &suggestion).await?;
                let subject = suggestion.id.into();
                let asked = Reviewable::Suggestion(suggestion.clone());
                self.ask_for_review(tx, caller, &asked, subject, actor.name.clone()).await?;
                Ok(suggestion)
            }
            .await;
            if let Some(settled) = tries.settle(own, outcome).await {
                return settled;
            }
        }
    }

    /// Applies a suggestion if what it changes is still as it was, or declines it.
    pub(super) async fn decide_suggestion(
        &self,
        caller: &Caller,
        id: SuggestionId,
        expected_version: i32,
        accept: bool,
        reason: Option<String>,
    ) -> Result<Suggestion, Error> {
        let absent = || Error::NotFound("no such suggestion".to_owned());
        let mut tries = Tries::default();
        loop {
            let own = self.store.begin().await?;
            let tx = &own;
            let outcome: Result<_, Error> = async {
                let known = store::suggestions::by_id(tx, id).await?.ok_or_else(absent)?;
                if !self.sees_suggestion(tx, caller, &known).await? {
                    return Err(absent());
                }
                // The actor first, as all who write both do.
                let actor = store::actors::for_update(tx, known.actor).await?.ok_or_else(absent)?;
                self.require(tx, caller, Act::ReviewActor, known.actor.into()).await?;
                let before = store::suggestions::for_update(tx, id).await?.ok_or_else(absent)?;
                if before.version != expected_version {
                    return Err(Error::stale(before.version));
                }
                if before.status != SuggestionStatus::Pending {
                    return Err(Error::conflict("it is decided already", Some(before.version)));
                }
                if accept {
                    self.apply(tx, caller, &before, &actor).await?;
                }
                let status = if accept { SuggestionStatus::Accepted } else { SuggestionStatus::Declined };
                let decided =
                    Suggestion { status, reason: reason.clone(), version: before.version + 1, ..before };
                store::suggestions::decide(tx, &decided, self.clock.now()).await?;
                let action = if accept { Action::Update } else { Action::Reject };
                self.record_decision(tx, caller, action, &decided).await?;
                let letter = Letter::SuggestionDecision {
                    subject: decided.actor.into(),
                    name: name_of(tx, decided.actor).await?.0,
                    accepted: accept,
                    reason: decided.reason.clone(),
                };
                self.post_to_author(tx, caller, Some(&decided.caller), &letter).await?;
                Ok(decided)
            }
            .await;
            if let Some(settled) = tries.settle(own, outcome).await {
                return settled;
            }
        }
    }

    async fn apply(
        &self,
        tx: &Transaction,
        caller: &Caller,
        suggestion: &Suggestion,
        actor: &(Actor, ActorSets),
    ) -> Result<(), Error> {
        if actor.0.publication.status != PublicationStatus::Published {
            let message = "the actor is no longer published: bring it back first, or decline";
            return Err(Error::conflict(message, Some(suggestion.version)));
        }
        let now = compared(&actor.0, &actor.1);
        let state = difference(None, (&now.0, &now.1));
        let state = state.into_iter().map(|(field, pair)| (field, pair[1].clone())).collect();
        let moved = moved_on(&suggestion.changes, &state);
        if !moved.is_empty() {
            let names: Vec<_> = moved.iter().map(|field| history::api_name(field)).collect();
            let message = format!(
                "no longer as they were when it was made: {}; decline it, or make the change yourself",
                names.join(", ")
            );
            return Err(Error::conflict(message, Some(suggestion.version)));
        }
        let edit = store::suggestions::edit_of(tx, suggestion.id).await?.unwrap_or_default();
        let comment = suggestion.comment.clone();
        self.change_actor(tx, caller, actor, edit, Violations::default(), comment).await.map(drop)
    }

    /// The change of the suggestion itself. What it proposes stands in the suggestion, and in the actor's history once it
    /// is accepted.
    async fn record_decision(
        &self,
        tx: &Transaction,
        caller: &Caller,
        action: Action,
        suggestion: &Suggestion,
    ) -> Result<(), Error> {
        let comment = suggestion.reason.clone();
        let (subject, version) = (suggestion.id.into(), suggestion.version);
        let fields = serde_json::Map::new();
        self.record_change(tx, caller, Change { action, subject, version, fields, comment }).await
    }

    /// Whether the actor's location is hidden from them.
    async fn hides(&self, tx: &Transaction, caller: &Caller, actor: &Actor) -> Result<bool, Error> {
        let hidden = actor.location.as_ref().is_some_and(|location| location.hidden);
        Ok(hidden && !self.may_on_actor(tx, caller, Act::SeeHiddenLocation, actor.id).await?)
    }

    /// Its author sees a suggestion, and those who see the suggestions of its actor.
    async fn sees_suggestion(
        &self,
        tx: &Transaction,
        caller: &Caller,
        suggestion: &Suggestion,
    ) -> Result<bool, Error> {
        Ok(suggestion.caller == caller.reference()
            || self.may_on_actor(tx, caller, Act::SeeSuggestions, suggestion.actor).await?)
    }

    async fn may_on_actor(
        &self,
        tx: &Transaction,
        caller: &Caller,
        act: Act,
        id: ActorId,
    ) -> Result<bool, Error> {
        if caller.is_admin() {
            return Ok(true);
        }
        let seen = standings(tx, &Visibility::of(caller), SubjectKind::Actor, &[id.0]).await?;
        Ok(seen.get(&id.0).is_some_and(|standing| policy::may(caller, act, *standing).is_ok()))
    }
}

/// Refuses one more of a person of whom so many wait, or the same that waits already.
fn waits((pending, same): (i64, bool)) -> Result<(), Error> {
    if same {
        let message = "you have suggested the same already: it waits for a decision".to_owned();
        return Err(Error::Duplicate { message, existing: None });
    }
    if pending >= MOST_PENDING {
        let message = format!(
            "{MOST_PENDING} of your suggestions wait for a decision: make others once some are decided"
        );
        return Err(Error::conflict(message, None));
    }
    Ok(())
}
