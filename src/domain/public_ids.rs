//! Ids as they leave the service, in answers and files: opaque to those who get them, a kind and a key to us.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use uuid::Uuid;

use super::ids::{Subject, SubjectKind};

/// Letters that stand for the kinds in an id; never given to another kind.
const TAGS: [(SubjectKind, u8); 34] = [
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
    (SubjectKind::ExportJob, b'E'),
];

/// The id of an entry as everyone knows it.
pub fn public_id(subject: impl Into<Subject>) -> String {
    let subject = subject.into();
    let tag = TAGS.iter().find(|(kind, _)| *kind == subject.kind).map_or(b'?', |(_, tag)| *tag);
    let mut bytes = vec![tag];
    bytes.extend_from_slice(subject.id.as_bytes());
    URL_SAFE_NO_PAD.encode(bytes)
}

/// The entry of such an id; null where it is none of ours.
pub fn subject(id: &str) -> Option<Subject> {
    let bytes = URL_SAFE_NO_PAD.decode(id).ok()?;
    let (tag, key) = bytes.split_first()?;
    let kind = TAGS.iter().find(|(_, known)| known == tag)?.0;
    Some(Subject { kind, id: Uuid::from_slice(key).ok()? })
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use strum::IntoEnumIterator;

    use super::*;
    use crate::domain::ids::ActorId;

    #[test]
    fn each_kind_has_a_letter_of_its_own() {
        let letters: HashSet<_> = TAGS.iter().map(|(_, letter)| letter).collect();
        let kinds: HashSet<_> = TAGS.iter().map(|(kind, _)| *kind).collect();
        assert_eq!((letters.len(), kinds), (TAGS.len(), SubjectKind::iter().collect()));
    }

    #[test]
    fn an_id_says_its_kind_and_nothing_else_is_one() {
        let actor = ActorId(Uuid::from_u128(7));
        let id = public_id(actor);
        assert_eq!(subject(&id), Some(actor.into()));
        for text in ["", "a", "🙂", "YQ", &id[1..], "not an id at all"] {
            assert_eq!(subject(text), None, "{text}");
        }
    }
}
