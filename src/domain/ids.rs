//! Identities: UUIDv7 keys, one type a concept, and the source of new ones.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use strum::{AsRefStr, Display, EnumIter, EnumString};
use uuid::Uuid;

/// Identity of a territory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct TerritoryId(pub Uuid);

/// Identity of an actor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ActorId(pub Uuid);

/// Identity of an interaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct InteractionId(pub Uuid);

/// Identity of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct CallId(pub Uuid);

/// Identity of a track of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct TrackId(pub Uuid);

/// Identity of a user.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct UserId(pub Uuid);

/// Identity of an API key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ApiKeyId(pub Uuid);

/// Identity of a grant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct GrantId(pub Uuid);

/// Identity of a contact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ContactId(pub Uuid);

/// Identity of a suggestion.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct SuggestionId(pub Uuid);

/// Identity of a need or an offer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ExchangeId(pub Uuid);

/// Identity of a person who answers for an institution.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct SupportContactId(pub Uuid);

/// Identity of a request for support.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct SupportRequestId(pub Uuid);
/// Identity of a collective.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct CollectiveId(pub Uuid);

/// Identity of a membership.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct MembershipId(pub Uuid);

/// Identity of a next step of a collective.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct NextStepId(pub Uuid);

/// Identity of a person that a collective wants to bring in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ResourcePersonId(pub Uuid);

/// Identity of a contribution to a collective.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ContributionId(pub Uuid);

/// Identity of a project.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ProjectId(pub Uuid);

/// Identity of an application.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ApplicationId(pub Uuid);

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
}

/// Any entry, by kind and key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Subject {
    /// What it is.
    pub kind: SubjectKind,
    /// Its key.
    pub id: Uuid,
}

impl From<TerritoryId> for Subject {
    fn from(id: TerritoryId) -> Self {
        Self { kind: SubjectKind::Territory, id: id.0 }
    }
}

impl From<ActorId> for Subject {
    fn from(id: ActorId) -> Self {
        Self { kind: SubjectKind::Actor, id: id.0 }
    }
}

impl From<InteractionId> for Subject {
    fn from(id: InteractionId) -> Self {
        Self { kind: SubjectKind::Interaction, id: id.0 }
    }
}

impl From<CallId> for Subject {
    fn from(id: CallId) -> Self {
        Self { kind: SubjectKind::Call, id: id.0 }
    }
}

impl From<TrackId> for Subject {
    fn from(id: TrackId) -> Self {
        Self { kind: SubjectKind::Track, id: id.0 }
    }
}

impl From<UserId> for Subject {
    fn from(id: UserId) -> Self {
        Self { kind: SubjectKind::User, id: id.0 }
    }
}

impl From<ApiKeyId> for Subject {
    fn from(id: ApiKeyId) -> Self {
        Self { kind: SubjectKind::ApiKey, id: id.0 }
    }
}

impl From<GrantId> for Subject {
    fn from(id: GrantId) -> Self {
        Self { kind: SubjectKind::Grant, id: id.0 }
    }
}

impl From<ContactId> for Subject {
    fn from(id: ContactId) -> Self {
        Self { kind: SubjectKind::Contact, id: id.0 }
    }
}

impl From<SuggestionId> for Subject {
    fn from(id: SuggestionId) -> Self {
        Self { kind: SubjectKind::Suggestion, id: id.0 }
    }
}

impl From<SupportContactId> for Subject {
    fn from(id: SupportContactId) -> Self {
        Self { kind: SubjectKind::SupportContact, id: id.0 }
    }
}

impl From<SupportRequestId> for Subject {
    fn from(id: SupportRequestId) -> Self {
        Self { kind: SubjectKind::SupportRequest, id: id.0 }
    }
}

impl From<CollectiveId> for Subject {
    fn from(id: CollectiveId) -> Self {
        Self { kind: SubjectKind::Collective, id: id.0 }
    }
}

impl From<MembershipId> for Subject {
    fn from(id: MembershipId) -> Self {
        Self { kind: SubjectKind::Membership, id: id.0 }
    }
}

impl From<NextStepId> for Subject {
    fn from(id: NextStepId) -> Self {
        Self { kind: SubjectKind::NextStep, id: id.0 }
    }
}

impl From<ResourcePersonId> for Subject {
    fn from(id: ResourcePersonId) -> Self {
        Self { kind: SubjectKind::ResourcePerson, id: id.0 }
    }
}

impl From<ContributionId> for Subject {
    fn from(id: ContributionId) -> Self {
        Self { kind: SubjectKind::Contribution, id: id.0 }
    }
}

impl From<ProjectId> for Subject {
    fn from(id: ProjectId) -> Self {
        Self { kind: SubjectKind::Project, id: id.0 }
    }
}

impl From<ApplicationId> for Subject {
    fn from(id: ApplicationId) -> Self {
        Self { kind: SubjectKind::Application, id: id.0 }
    }
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
