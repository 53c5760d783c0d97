//! Who hears what: what may be seen as it is, what could be seen and is gone as gone, nothing of the rest.

use maillage::domain::caller::Right;
use serde_json::{Value, json};

use super::Follower;
use crate::support::entries::{id_of, square};
use crate::support::{TestApp, data_of};
use maillage::domain::ids::{ActorId, TerritoryId};

/// The key in an opaque id.
fn key(id: &str) -> uuid::Uuid {
    use base64::Engine;
    let bytes = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(id).unwrap();
    uuid::Uuid::from_slice(&bytes[1..]).unwrap()
}

#[tokio::test]
async fn a_draft_is_never_told_to_those_who_do_not_see_it() {
    let test = TestApp::empty().await;
    let here = test.territory("COMMUNE", "28134", "Ici", square(1.3, 48.7, 0.1)).await;
    let there = test.territory("COMMUNE", "28404", "Là", square(2.3, 48.7, 0.1)).await;
    let seat = json!({ "seat": { "id": here } });
    let draft = id_of(&test.draft_actor("Brouillon", seat.clone()).await);
    let manager =
        test.token_of("gerante@example.org", &[Right::TerritoryManager(TerritoryId(key(&here)))]).await;
    let elsewhere =
        test.token_of("ailleurs@example.org", &[Right::TerritoryManager(TerritoryId(key(&there)))]).await;
    let editor = test.token_of("editrice@example.org", &[Right::ActorEditor(ActorId(key(&draft)))]).await;
    let kinds = json!({ "kinds": ["ACTOR"] });
    let mut all: Vec<_> = [None, Some(&elsewhere), Some(&manager), Some(&editor), Some(&test.token)]
        .into_iter()
        .map(|token| Follower::new(token.map(String::as_str)).asking(kinds.clone()))
        .collect();
    let names = [("draft", draft.as_str())];
    let hear = async |all: &mut Vec<Follower>| {
        let mut heard = Vec::new();
        for follower in all {
            heard.push(follower.told(&test, &names).await.join(","));
        }
        heard
    };
    let upserted = "UPSERTED draft";
    assert_eq!(hear(&mut all).await, ["", "", upserted, upserted, upserted]);
    test.update_actor(&draft, 1, json!({ "description": "x" })).await;
    assert_eq!(hear(&mut all).await, ["", "", upserted, upserted, upserted]);
    // Out of the reach of one, into that of another.
    test.update_actor(&draft, 2, json!({ "seat": { "id": there } })).await;
    assert_eq!(hear(&mut all).await, ["", upserted, "DELETED draft", upserted, upserted]);
    // Put away, it is still there for those who keep it, and was never there for the others.
    test.must("archive", &draft, 3).await;
    assert_eq!(hear(&mut all).await, ["", upserted, "", upserted, upserted]);
    test.must("restore", &draft, 4).await;
    test.must("publish", &draft, 5).await;
    assert_eq!(hear(&mut all).await, [upserted; 5]);
    test.must("archive", &draft, 6).await;
    assert_eq!(hear(&mut all).await, ["DELETED draft", upserted, "DELETED draft", upserted, upserted]);
}

#[tokio::test]
async fn an_interaction_goes_and_comes_with_its_ends() {
    let test = TestApp::empty().await;
    let ends = [test.actor("Un", json!({})).await, test.actor("Deux", json!({})).await];
    let link = test.interaction("SUPPORT", &ends[0], &ends[1], json!({})).await;
    let draft = id_of(&test.draft_actor("Brouillon", json!({})).await);
    let hidden = test.declare("SUPPORT", &draft, &ends[1], json!({})).await;
    let hidden = data_of(hidden)["declareInteraction"]["id"].as_str().unwrap().to_owned();
    let names = [("link", link.as_str()), ("one", ends[0].as_str()), ("hidden", hidden.as_str())];
    let mut follower = Follower::new(None);
    let mut links = Follower::new(None).asking(json!({ "kinds": ["INTERACTION"], "first": 1 }));
    assert!(follower.told(&test, &names).await.contains(&"UPSERTED link".to_owned()));
    assert_eq!(links.told(&test, &names).await, ["UPSERTED link"]);
    test.must("archive", &ends[0], 2).await;
    assert_eq!(follower.told(&test, &names).await, ["DELETED one", "DELETED link"]);
    assert_eq!(links.told(&test, &names).await, ["DELETED link"]);
    test.must("restore", &ends[0], 3).await;
    assert_eq!(follower.told(&test, &names).await, ["UPSERTED one", "UPSERTED link"]);
    assert_eq!(links.told(&test, &names).await, ["UPSERTED link"]);
    // Of an interaction with a draft nothing was ever said, nor is now that its other end goes.
    test.must("archive", &ends[1], 2).await;
    let told = follower.told(&test, &names).await;
    assert_eq!(told, ["DELETED another", "DELETED link"]);
}

#[tokio::test]
async fn an_interaction_that_an_end_took_away_is_told_as_gone_whatever_the_other_end_did_since() {
    let test = TestApp::empty().await;
    let (a, b) = (test.actor("A", json!({})).await, test.actor("B", json!({})).await);
    let link = test.interaction("PARTNERSHIP", &a, &b, json!({})).await;
    let mut before = Follower::new(None);
    before.all(&test).await;
    let since = before.cursor;
    test.must("archive", &b, 2).await;
    // Between what took it away and what did not bring it back, more is told than a page holds.
    for n in 0..6 {
        test.actor(&format!("Autre {n}"), json!({})).await;
    }
    test.must("archive", &a, 2).await;
    test.must("restore", &a, 3).await;
    for first in [1, 2, 3, 4, 5, 6, 7, 100] {
        let mut follower =
            Follower { cursor: since.clone(), ..Follower::new(None).asking(json!({ "first": first })) };
        let told = follower.told(&test, &[("a", &a), ("b", &b), ("link", &link)]).await;
        assert!(told.contains(&"DELETED link".to_owned()), "{first} at a time: {told:?}");
    }
}

#[tokio::test]
async fn what_leaves_the_territory_asked_for_comes_as_deleted() {
    let test = TestApp::empty().await;
    let here = test.territory("COMMUNE", "28134", "Ici", square(1.3, 48.7, 0.1)).await;
    let there = test.territory("COMMUNE", "28404", "Là", square(2.3, 48.7, 0.1)).await;
    let actor = test.actor("Un", json!({ "seat": { "id": here } })).await;
    let other = test.actor("Deux", json!({ "seat": { "id": there } })).await;
    let link = test.interaction("SUPPORT", &actor, &other, json!({})).await;
    let third = test.actor("Trois", json!({ "seat": { "id": there } })).await;
    let far = test.interaction("FUNDING", &other, &third, json!({})).await;
    let names = [
        ("actor", actor.as_str()),
        ("other", other.as_str()),
        ("link", link.as_str()),
        ("far", far.as_str()),
        ("here", here.as_str()),
        ("there", there.as_str()),
    ];
    let scope = |id: &str| json!({ "territory": { "territory": { "id": id }, "direction": "DOWN" } });
    let mut of_here = Follower::new(None).asking(scope(&here));
    let mut of_there = Follower::new(None).asking(scope(&there));
    assert_eq!(of_here.told(&test, &names).await, ["UPSERTED here", "UPSERTED actor", "UPSERTED link"]);
    of_there.all(&test).await;
    test.update_actor(&actor, 2, json!({ "description": "x" })).await;
    assert_eq!(of_here.told(&test, &names).await, ["UPSERTED actor"]);
    assert_eq!(of_there.told(&test, &names).await, [] as [String; 0]);
    test.update_actor(&actor, 3, json!({ "seat": { "id": there } })).await;
    assert_eq!(of_here.told(&test, &names).await, ["DELETED actor", "DELETED link"]);
    assert_eq!(of_there.told(&test, &names).await, ["UPSERTED actor", "UPSERTED link"]);
    // What is nowhere near is not told of, though it goes.
    test.must("archive", &third, 2).await;
    assert_eq!(of_here.told(&test, &names).await, [] as [String; 0]);
    assert_eq!(of_there.told(&test, &names).await, ["DELETED another", "DELETED far"]);
    let unknown = scope("dAAAAAAAAAAAAAAAAAAAAAA");
    let answer = test.ask(super::CHANGES, unknown).await;
    assert_eq!(crate::support::codes(&answer), ["VALIDATION"]);
}

#[tokio::test]
async fn a_merger_leads_to_the_survivor() {
    let test = TestApp::empty().await;
    let (kept, lost) = (test.actor("La Poste", json!({})).await, test.actor("la poste", json!({})).await);
    let third = test.actor("Trois", json!({})).await;
    let link = test.interaction("SUPPORT", &lost, &third, json!({})).await;
    let draft = id_of(&test.draft_actor("LA POSTE", json!({})).await);
    let names = [
        ("kept", kept.as_str()),
        ("lost", lost.as_str()),
        ("link", link.as_str()),
        ("draft", draft.as_str()),
    ];
    let mut follower = Follower::new(None);
    follower.all(&test).await;
    let merge = "mutation($kept: ID!, $k: Int!, $lost: ID!, $l: Int!) {
        mergeActors(keep: $kept, keepVersion: $k, merge: $lost, mergeVersion: $l) { id } }";
    data_of(test.ask_as_admin(merge, json!({ "kept": kept, "k": 2, "lost": lost, "l": 2 })).await);
    let all = follower.all(&test).await;
    let mut told: Vec<_> = all.iter().map(|change| super::brief(change, &names)).collect();
    told.sort();
    assert_eq!(told, ["MERGED lost", "UPSERTED kept", "UPSERTED link"]);
    let merged: Vec<&Value> = all.iter().filter(|change| change["type"] == "MERGED").collect();
    assert_eq!(merged[0]["mergedInto"], json!(kept));
    // Nobody had heard of the draft.
    data_of(test.ask_as_admin(merge, json!({ "kept": kept, "k": 3, "lost": draft, "l": 1 })).await);
    assert_eq!(follower.told(&test, &names).await, ["UPSERTED kept"]);
    // Who comes later hears of it once.
    let late = Follower::new(None).asking(json!({ "first": 1 })).told(&test, &names).await;
    assert_eq!(late.iter().filter(|told| told.ends_with("lost")).collect::<Vec<_>>(), ["MERGED lost"]);
}

#[tokio::test]
async fn what_is_not_to_be_listed_goes() {
    let test = TestApp::empty().await;
    let actor = test.actor("Un", json!({})).await;
    let names = [("actor", actor.as_str())];
    let mut follower = Follower::new(None);
    follower.all(&test).await;
    let suppress = "mutation($id: ID!) { suppressActor(id: $id, expectedVersion: 2, reason: \"x\") }";
    data_of(test.ask_as_admin(suppress, json!({ "id": actor })).await);
    assert_eq!(follower.told(&test, &names).await, ["DELETED actor"]);
}
