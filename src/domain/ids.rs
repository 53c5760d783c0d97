//! Identities: UUIDv7 keys, one type a concept, and the source of new ones.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use strum::{AsRefStr, Display, EnumIter, EnumString};
use uuid::Uuid;

/// The type of a concept's keys.
pub trait Identity: From<Uuid> + Into<Subject> {
    /// What it identifies.
    const KIND: SubjectKind;
}

/// A type for the keys of a concept each: types can be written by no function.
macro_rules! identities {
    ($($(#[$doc:meta])* $name:ident => $kind:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        pub struct $name(pub Uuid);

        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self {
                Self(id)
            }
        }

        impl From<$name> for Subject {
            fn from(id: $name) -> Self {
                Self { kind: SubjectKind::$kind, id: id.0 }
            }
        }

        impl Identity for $name {
            const KIND: SubjectKind = SubjectKind::$kind;
        }
    )*};
}

/// Identity of a need or an offer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ExchangeId(pub Uuid);

identities! {
    /// Identity of a territory.
    TerritoryId => Territory;
    /// Identity of an actor.
    ActorId => Actor;
    /// Identity of an interaction.
    InteractionId => Interaction;
    /// Identity of a call.
    CallId => Call;
    /// Identity of a track of a call.
    TrackId => Track;
    /// Identity of a user.
    UserId => User;
    /// Identity of an API key.
    ApiKeyId => ApiKey;
    /// Identity of a grant.
    GrantId => Grant;
    /// Identity of a contact.
    ContactId => Contact;
    /// Identity of a suggestion.
    SuggestionId => Suggestion;
    /// Identity of a person who answers for an institution.
    SupportContactId => SupportContact;
    /// Identity of a request for support.
    SupportRequestId => SupportRequest;
    /// Identity of a collective.
    CollectiveId => Collective;
    /// Identity of a membership.
    MembershipId => Membership;
    /// Identity of a next step of a collective.
    NextStepId => NextStep;
    /// Identity of a person that a collective wants to bring in.
    ResourcePersonId => ResourcePerson;
    /// Identity of a contribution to a collective.
    ContributionId => Contribution;
    /// Identity of a project.
    ProjectId => Project;
    /// Identity of an application.
    ApplicationId => Application;
    /// Identity of a shared diagnosis.
    DiagnosisId => Diagnosis;
    /// Identity of an axis of a diagnosis.
    DiagnosisAxisId => DiagnosisAxis;
    /// Identity of a session.
    WorkshopSessionId => WorkshopSession;
    /// Identity of a finding of a diagnosis.
    SwotItemId => SwotItem;
    /// Identity of a crossing of two findings.
    SwotCrossingId => SwotCrossing;
    /// Identity of an orientation of a diagnosis.
    OrientationId => Orientation;
    /// Identity of a good practice.
    GoodPracticeId => GoodPractice;
    /// Identity of a lesson.
    LessonId => Lesson;
    /// Identity of a replication of a practice.
    ReplicationId => Replication;
    /// Identity of a resource of the library.
    LibraryResourceId => LibraryResource;
    /// Identity of an indicator.
    IndicatorId => Indicator;
    /// Identity of a result of an indicator.
    IndicatorResultId => IndicatorResult;
    /// Identity of a file that was asked for.
    ExportJobId => ExportJob;
}

/// The concepts whose entries have an identity of their own.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    AsRefStr,
    Display,
    EnumIter,
    EnumString,
    Serialize,
    Deserialize,
)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum SubjectKind {
    /// A territory.
    Territory,
    /// An actor.
    Actor,
    /// An interaction.
    Interaction,
    /// A call.
    Call,
    /// A track of a call.
    Track,
    /// A person with an account.
    User,
    /// A key of a program.
    ApiKey,
    /// A right that a user or a key holds.
    Grant,
    /// A person to reach.
    Contact,
    /// An edit that someone proposes.
    Suggestion,
    /// What an actor looks for.
    Need,
    /// What an actor can give.
    Offer,
    /// A person who answers for an institution.
    SupportContact,
    /// A request for support.
    SupportRequest,
    /// Actors that want to act together.
    Collective,
    /// An actor of a collective.
    Membership,
    /// What a collective does next.
    NextStep,
    /// A person that a collective wants to bring in.
    ResourcePerson,
    /// What a member brings into its collective.
    Contribution,
    /// What actors do together.
    Project,
    /// What answers a call.
    Application,
    /// What a territory finds out about itself.
    Diagnosis,
    /// A theme of a diagnosis.
    DiagnosisAxis,
    /// A meeting held for a diagnosis, a collective or a call.
    WorkshopSession,
    /// A strength, weakness, opportunity or threat.
    SwotItem,
    /// What an internal and an external finding say together.
    SwotCrossing,
    /// Where a diagnosis leads.
    Orientation,
    /// What worked, told so that others can take it up.
    GoodPractice,
    /// What cooperation taught.
    Lesson,
    /// A practice taken up elsewhere.
    Replication,
    /// Something to read.
    LibraryResource,
    /// How a change is measured.
    Indicator,
    /// What was measured on a day.
    IndicatorResult,
    /// A file that was asked for.
    ExportJob,
}

impl SubjectKind {
    /// As a sentence names it: `good practice`.
    pub fn words(self) -> String {
        self.as_ref().to_lowercase().replace('_', " ")
    }
}

/// Any entry, by kind and key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Subject {
    /// What it is.
    pub kind: SubjectKind,
    /// Its key.
    pub id: Uuid,
}

/// Where new keys come from: random in service, counted in tests so that answers can be compared.
#[derive(Clone, Debug, Default)]
pub struct Ids {
    counter: Option<Arc<AtomicU64>>,
}

impl Ids {
    /// Keys that nobody can foretell.
    pub fn random() -> Self {
        Self::default()
    }

    /// The same keys in every run that asks in the same order at the same times.
    pub fn counted() -> Self {
        Self { counter: Some(Arc::default()) }
    }

    /// A new UUIDv7 of this instant.
    pub fn next(&self, now: DateTime<Utc>) -> Uuid {
        let random = match &self.counter {
            None => Uuid::new_v4().into_bytes(),
            Some(counter) => u128::from(counter.fetch_add(1, Ordering::Relaxed)).to_be_bytes(),
        };
        let mut tail = [0; 10];
        tail.copy_from_slice(&random[6..]);
        uuid::Builder::from_unix_timestamp_millis(now.timestamp_millis().max(0) as u64, &tail).into_uuid()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counted_keys_repeat_and_random_ones_do_not() {
        let now = DateTime::UNIX_EPOCH;
        assert_eq!(Ids::counted().next(now), Ids::counted().next(now));
        assert_ne!(Ids::random().next(now), Ids::random().next(now));
        let ids = Ids::counted();
        assert!(ids.next(now) < ids.next(now));
    }
}
