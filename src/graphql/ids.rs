//! Global ids: opaque to clients, a kind and a key to us.

use async_graphql::ID;
use uuid::Uuid;

use crate::domain::ids::{ExchangeId, Identity, Subject, SubjectKind};
use crate::domain::public_ids;

/// The global id of an entry.
pub fn global_id(subject: impl Into<Subject>) -> ID {
    ID(public_ids::public_id(subject))
}

/// The entry of a global id; null where it is none of ours.
pub fn subject(id: &ID) -> Option<Subject> {
    public_ids::subject(id.as_str())
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
    use super::*;
    use crate::domain::ids::{ActorId, CallId};

    #[test]
    fn an_id_of_another_kind_is_that_of_nothing() {
        let actor = ActorId(Uuid::from_u128(7));
        let id = global_id(actor);
        assert_eq!(id_of::<ActorId>(&id), actor);
        assert_eq!(id_of::<CallId>(&id), CallId(Uuid::nil()));
    }
}
