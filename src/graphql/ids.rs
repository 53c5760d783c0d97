//! Global ids: opaque to clients, a kind and a key to us.

use async_graphql::ID;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use uuid::Uuid;

use crate::domain::ids::{
    ActorId, ApiKeyId, ApplicationId, CallId, CollectiveId, ContactId, ExchangeId, GrantId, InteractionId,
    MembershipId, NextStepId, ProjectId, ResourcePersonId, Subject, SubjectKind, SupportContactId,
    SupportRequestId, TerritoryId, TrackId, UserId,
};

/// Letters that stand for the kinds in an id; never given to another kind.
const TAGS: [(SubjectKind, u8); 21] = [
    (SubjectKind::Territory, b't'),
    (SubjectKind::Actor, b'a'),
    (SubjectKind::Interaction, b'i'),
    (SubjectKind::Call, b'c'),
    (SubjectKind::Track, b'k'),
    (SubjectKind::User, b'u'),
    (SubjectKind::ApiKey, b'y'),
    (SubjectKind::Grant, b'g'),
    (SubjectKind::Contact, b'p'),
    (SubjectKind::Suggestion, b's'),
    (SubjectKind::Need, b'e'),
    (SubjectKind::Offer, b'o'),
    (SubjectKind::SupportContact, b'h'),
    (SubjectKind::SupportRequest, b'q'),
    (SubjectKind::Collective, b'v'),
    (SubjectKind::Membership, b'm'),
    (SubjectKind::NextStep, b'n'),
    (SubjectKind::ResourcePerson, b'r'),
    (SubjectKind::Contribution, b'b'),
    (SubjectKind::Project, b'j'),
    (SubjectKind::Application, b'd'),
];

/// The global id of an entry.
pub fn global_id(subject: impl Into<Subject>) -> ID {
    let subject = subject.into();
    let tag = TAGS.iter().find(|(kind, _)| *kind == subject.kind).map_or(b'?', |(_, tag)| *tag);
    let mut bytes = vec![tag];
    bytes.extend_from_slice(subject.id.as_bytes());
    ID(URL_SAFE_NO_PAD.encode(bytes))
}

/// The entry of a global id; null where it is none of ours.
pub fn subject(id: &ID) -> Option<Subject> {
    let bytes = URL_SAFE_NO_PAD.decode(id.as_str()).ok()?;
    let (tag, key) = bytes.split_first()?;
    let kind = TAGS.iter().find(|(_, known)| known == tag)?.0;
    Some(Subject { kind, id: Uuid::from_slice(key).ok()? })
}

fn of_kind(id: &ID, kind: SubjectKind) -> Option<Uuid> {
    subject(id).filter(|subject| subject.kind == kind).map(|subject| subject.id)
}

/// The key of an actor's id; for an id that is none, one that no actor has.
pub fn actor_id(id: &ID) -> ActorId {
    ActorId(of_kind(id, SubjectKind::Actor).unwrap_or(Uuid::nil()))
}

/// The key of a territory's id; for an id that is none, one that no territory has.
pub fn territory_id(id: &ID) -> TerritoryId {
    TerritoryId(of_kind(id, SubjectKind::Territory).unwrap_or(Uuid::nil()))
}

/// The key of an interaction's id; for an id that is none, one that no interaction has.
pub fn interaction_id(id: &ID) -> InteractionId {
    InteractionId(of_kind(id, SubjectKind::Interaction).unwrap_or(Uuid::nil()))
}

/// The key of a call's id; for an id that is none, one that no call has.
pub fn call_id(id: &ID) -> CallId {
    CallId(of_kind(id, SubjectKind::Call).unwrap_or(Uuid::nil()))
}

/// The key of a track's id; for an id that is none, one that no track has.
pub fn track_id(id: &ID) -> TrackId {
    TrackId(of_kind(id, SubjectKind::Track).unwrap_or(Uuid::nil()))
}

/// The key of a project's id; for an id that is none, one that no project has.
pub fn project_id(id: &ID) -> ProjectId {
    ProjectId(of_kind(id, SubjectKind::Project).unwrap_or(Uuid::nil()))
}

/// The key of an application's id; for an id that is none, one that no application has.
pub fn application_id(id: &ID) -> ApplicationId {
    ApplicationId(of_kind(id, SubjectKind::Application).unwrap_or(Uuid::nil()))
}

/// The key of a contact's id; for an id that is none, one that no contact has.
pub fn contact_id(id: &ID) -> ContactId {
    ContactId(of_kind(id, SubjectKind::Contact).unwrap_or(Uuid::nil()))
}

/// The key of a user's id; for an id that is none, one that no user has.
pub fn user_id(id: &ID) -> UserId {
    UserId(of_kind(id, SubjectKind::User).unwrap_or(Uuid::nil()))
}

/// The key of an API key's id; for an id that is none, one that no API key has.
pub fn api_key_id(id: &ID) -> ApiKeyId {
    ApiKeyId(of_kind(id, SubjectKind::ApiKey).unwrap_or(Uuid::nil()))
}

/// The key of a grant's id; for an id that is none, one that no grant has.
pub fn grant_id(id: &ID) -> GrantId {
    GrantId(of_kind(id, SubjectKind::Grant).unwrap_or(Uuid::nil()))
}

/// The key of a need's id; for an id that is none, one that no need has.
pub fn need_id(id: &ID) -> ExchangeId {
    ExchangeId(of_kind(id, SubjectKind::Need).unwrap_or(Uuid::nil()))
}

/// The key of an offer's id; for an id that is none, one that no offer has.
pub fn offer_id(id: &ID) -> ExchangeId {
    ExchangeId(of_kind(id, SubjectKind::Offer).unwrap_or(Uuid::nil()))
}

/// The key of a support contact's id; for an id that is none, one that no contact has.
pub fn support_contact_id(id: &ID) -> SupportContactId {
    SupportContactId(of_kind(id, SubjectKind::SupportContact).unwrap_or(Uuid::nil()))
}

/// The key of a support request's id; for an id that is none, one that no request has.
pub fn support_request_id(id: &ID) -> SupportRequestId {
    SupportRequestId(of_kind(id, SubjectKind::SupportRequest).unwrap_or(Uuid::nil()))
}

/// The key of a collective's id; for an id that is none, one that no collective has.
pub fn collective_id(id: &ID) -> CollectiveId {
    CollectiveId(of_kind(id, SubjectKind::Collective).unwrap_or(Uuid::nil()))
}

/// The key of a membership's id; for an id that is none, one that no membership has.
pub fn membership_id(id: &ID) -> MembershipId {
    MembershipId(of_kind(id, SubjectKind::Membership).unwrap_or(Uuid::nil()))
}

/// The key of a next step's id; for an id that is none, one that no step has.
pub fn next_step_id(id: &ID) -> NextStepId {
    NextStepId(of_kind(id, SubjectKind::NextStep).unwrap_or(Uuid::nil()))
}

/// The key of a resource person's id; for an id that is none, one that nobody has.
pub fn resource_person_id(id: &ID) -> ResourcePersonId {
    ResourcePersonId(of_kind(id, SubjectKind::ResourcePerson).unwrap_or(Uuid::nil()))
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use strum::IntoEnumIterator;

    use super::*;

    #[test]
    fn each_kind_has_a_letter_of_its_own() {
        let letters: HashSet<_> = TAGS.iter().map(|(_, letter)| letter).collect();
        let kinds: HashSet<_> = TAGS.iter().map(|(kind, _)| *kind).collect();
        assert_eq!((letters.len(), kinds), (TAGS.len(), SubjectKind::iter().collect()));
    }

    #[test]
    fn an_id_says_its_kind_and_nothing_else_is_one() {
        let actor = ActorId(Uuid::from_u128(7));
        let id = global_id(actor);
        assert_eq!(actor_id(&id), actor);
        assert_eq!(call_id(&id), CallId(Uuid::nil()));
        for text in ["", "a", "🙂", "YQ", &id.as_str()[1..], "not an id at all"] {
            assert_eq!(subject(&ID::from(text)), None, "{text}");
        }
    }
}
