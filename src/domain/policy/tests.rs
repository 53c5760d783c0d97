use strum::IntoEnumIterator;
use uuid::Uuid;

use super::*;
use crate::domain::caller::{Grant, Known};
use crate::domain::ids::{ApiKeyId, GrantId, UserId};

fn holder(rights: &[Right], key: bool) -> Caller {
    let grant = |right: &Right| Grant { id: GrantId(Uuid::nil()), right: *right, expires_at: None };
    Caller::Known(Arc::new(Known {
        user: UserId(Uuid::nil()),
        key: key.then_some(ApiKeyId(Uuid::nil())),
        session: None,
        grants: rights.iter().map(grant).collect(),
    }))
}

#[test]
fn the_table_has_every_act_once_and_each_role_no_less_than_the_public() {
    let acts: Vec<_> = TABLE.iter().map(|(act, _)| *act).collect();
    assert_eq!(acts, Act::iter().collect::<Vec<_>>());
    for (act, [anyone, signed_in, .., admin]) in TABLE {
        assert_eq!(admin, A, "{act:?}");
        assert_eq!(anyone, N, "{act:?}: a right of everyone is no right to be checked");
        assert!(signed_in == N || act.extents()[2..].iter().all(|extent| *extent == A), "{act:?}");
    }
}

#[test]
fn a_manager_may_within_its_territories_and_says_who_may_elsewhere() {
    let manager = holder(&[Right::TerritoryManager(TerritoryId(Uuid::nil()))], false);
    let inside = Standing { managed: true, ..Standing::default() };
    // What an analyst's grant would reach is none of a manager's.
    let outside = Standing { analysed: true, own: true, ..Standing::default() };
    assert_eq!(may(&manager, Act::ReviewActor, inside), Ok(()));
    let Err(Denied::Forbidden(reason)) = may(&manager, Act::ReviewActor, outside) else {
        panic!("it may not");
    };
    assert_eq!(reason, "this is for TERRITORY_MANAGER within its territories, ADMIN");
    assert_eq!(may(&Caller::Anonymous, Act::ReviewActor, inside), Err(Denied::Unauthenticated));
}

#[test]
fn a_key_does_what_was_granted_to_it_but_nothing_that_a_person_does() {
    let admin = holder(&[Right::Admin], true);
    assert_eq!(may(&admin, Act::UpdateActor, Standing::default()), Ok(()));
    assert!(matches!(may_somewhere(&admin, Act::GrantRights), Err(Denied::Forbidden(_))));
    assert_eq!(may_somewhere(&holder(&[Right::Admin], false), Act::GrantRights), Ok(()));
}

#[test]
fn what_is_seen_follows_from_what_was_granted() {
    assert_eq!(Visibility::of(&holder(&[], false)), Visibility::Public);
    assert_eq!(Visibility::of(&holder(&[Right::Admin], false)), Visibility::Everything);
    let (territory, actor) = (TerritoryId(Uuid::from_u128(1)), ActorId(Uuid::from_u128(2)));
    let Visibility::Granted(sight) =
        Visibility::of(&holder(&[Right::Analyst(territory), Right::ActorEditor(actor)], false))
    else {
        panic!("it was granted something");
    };
    assert_eq!((sight.analysed.as_slice(), sight.own.as_slice()), (&[territory][..], &[actor][..]));
    assert!(sight.managed.is_empty());
}
