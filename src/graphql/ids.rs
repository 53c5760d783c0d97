//! Global ids: opaque to clients, a kind and a key to us.

use async_graphql::ID;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use uuid::Uuid;

use crate::domain::ids::{ExchangeId, Identity, Subject, SubjectKind};

/// Letters that stand for the kinds in an id; never given to another kind.
const TAGS: [(SubjectKind, u8); 33] = [
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
    (SubjectKind::Diagnosis, b'D'),
    (SubjectKind::DiagnosisAxis, b'x'),
    (SubjectKind::WorkshopSession, b'w'),
    (SubjectKind::SwotItem, b'S'),
    (SubjectKind::SwotCrossing, b'X'),
    (SubjectKind::Orientation, b'O'),
    (SubjectKind::GoodPractice, b'G'),
    (SubjectKind::Lesson, b'l'),
    (SubjectKind::Replication, b'R'),
    (SubjectKind::LibraryResource, b'L'),
    (SubjectKind::Indicator, b'I'),
    (SubjectKind::IndicatorResult, b'V'),
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

/// The key that an id of this kind names; for an id that is none, one that no entry has.
pub fn id_of<K: Identity>(id: &ID) -> K {
    K::from(of_kind(id, K::KIND).unwrap_or(Uuid::nil()))
}

/// The key of a need's id; for an id that is none, one that no need has.
pub fn need_id(id: &ID) -> ExchangeId {
    ExchangeId(of_kind(id, SubjectKind::Need).unwrap_or(Uuid::nil()))
}

/// The key of an offer's id; for an id that is none, one that no offer has.
pub fn offer_id(id: &ID) -> ExchangeId {
    ExchangeId(of_kind(id, SubjectKind::Offer).unwrap_or(Uuid::nil()))
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use strum::IntoEnumIterator;

    use super::*;
    use crate::domain::ids::{ActorId, CallId};

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
        assert_eq!(id_of::<ActorId>(&id), actor);
        assert_eq!(id_of::<CallId>(&id), CallId(Uuid::nil()));
        for text in ["", "a", "🙂", "YQ", &id.as_str()[1..], "not an id at all"] {
            assert_eq!(subject(&ID::from(text)), None, "{text}");
        }
    }
}
