//! Votes: one a person, told to nobody, beside those on paper.

use maillage::domain::caller::Right;
use serde_json::{Value, json};

use super::{ITEM, Town, message};
use crate::support::{codes, data_of, wrong_fields};

async fn priority(town: &Town, item: &str) -> Value {
    let query =
        format!("query($id: ID!) {{ diagnosis(by: {{ id: $id }}) {{ axes {{ items {{ {ITEM} }} }} }} }}");
    let data = town.test.data(&query, json!({ "id": town.diagnosis })).await;
    let axes = data["diagnosis"]["axes"].as_array().unwrap();
    let all = axes.iter().flat_map(|axis| axis["items"].as_array().unwrap());
    all.clone().find(|one| one["id"] == *item).unwrap()["priority"].clone()
}

#[tokio::test]
async fn each_person_has_one_vote_that_may_change_while_it_is_open() {
    let town = Town::new().await;
    let ids = town.added(&["STRENGTH", "THREAT"]).await;
    let people = [&town.someone, &town.manager, &town.editor];
    for token in people {
        data_of(town.vote(Some(token), &ids[0], 4, 3).await);
    }
    data_of(town.vote(Some(&town.someone), &ids[0], 1, 3).await);
    assert_eq!(
        priority(&town, &ids[0]).await,
        json!({ "importance": 3.0, "capacityToAct": 3.0, "votes": 3, "rank": 1 })
    );
    for token in people {
        data_of(town.vote(Some(token), &ids[1], 5, 5).await);
    }
    assert_eq!(priority(&town, &ids[0]).await["rank"], 2);
    assert_eq!(priority(&town, &ids[1]).await["rank"], 1);
}

#[tokio::test]
async fn an_average_of_one_or_two_is_told_to_nobody_while_it_is_open() {
    let town = Town::new().await;
    let ids = town.added(&["STRENGTH", "THREAT"]).await;
    let untold =
        |votes: i64| json!({ "importance": null, "capacityToAct": null, "votes": votes, "rank": null });
    let voted = data_of(town.vote(Some(&town.someone), &ids[0], 5, 2).await);
    assert_eq!(voted["voteOnSwotItem"]["priority"], untold(1));
    data_of(town.vote(Some(&town.manager), &ids[0], 4, 3).await);
    assert_eq!(priority(&town, &ids[0]).await, untold(2));
    // What a room counted is no secret, and its rank counts nothing that is not told.
    data_of(town.paper(&town.manager, &ids[1], (2.0, 2.0, 1)).await);
    let told = json!({ "importance": 2.0, "capacityToAct": 2.0, "votes": 1, "rank": 1 });
    assert_eq!(priority(&town, &ids[1]).await, told);
    data_of(town.vote(Some(&town.someone), &ids[1], 5, 5).await);
    assert_eq!(priority(&town, &ids[1]).await, untold(2));
    town.close("2026-11-22").await;
    let told = json!({ "importance": 4.5, "capacityToAct": 2.5, "votes": 2, "rank": 2 });
    assert_eq!(priority(&town, &ids[0]).await, told);
}

#[tokio::test]
async fn a_vote_of_six_is_refused_and_a_key_never_votes() {
    let town = Town::new().await;
    let ids = town.added(&["STRENGTH"]).await;
    let refused = town.vote(Some(&town.someone), &ids[0], 6, 0).await;
    assert_eq!(
        (codes(&refused), wrong_fields(&refused)),
        (vec!["VALIDATION"], vec!["importance", "capacityToAct"])
    );
    assert_eq!(message(&refused), "is 6: votes go from 1 to 5");
    assert_eq!(codes(&town.vote(None, &ids[0], 5, 5).await), ["UNAUTHENTICATED"]);
    let create = "mutation { createApiKey(name: \"Borne\", grants: [{ role: ADMIN }]) { secret } }";
    let made = town.test.admin_data(create, json!({})).await;
    let key = made["createApiKey"]["secret"].as_str().unwrap();
    let refused = town.vote(Some(key), &ids[0], 5, 5).await;
    assert_eq!(codes(&refused), ["FORBIDDEN"]);
    assert!(message(&refused).contains("not with an API key"), "{refused}");
    assert_eq!(codes(&town.vote(Some(&town.someone), &town.axes[0], 5, 5).await), ["NOT_FOUND"]);
    assert_eq!(priority(&town, &ids[0]).await["votes"], 0);
}

#[tokio::test]
async fn two_people_vote_at_once_and_no_version_moves() {
    let town = Town::new().await;
    let ids = town.added(&["STRENGTH"]).await;
    let mut people = vec![town.someone.clone(), town.manager.clone(), town.editor.clone()];
    for n in 0..5 {
        people.push(town.test.token_of(&format!("voter{n}@example.org"), &[]).await);
    }
    let (version, changes) = (town.version(&town.diagnosis).await, town.test.changes().await);
    let votes = people.iter().map(|token| town.vote(Some(token), &ids[0], 4, 3));
    for answer in futures::future::join_all(votes).await {
        data_of(answer);
    }
    // The same person twice at once has one vote all the same.
    let twice = [4, 5].map(|importance| town.vote(Some(&people[0]), &ids[0], importance, 3));
    for answer in futures::future::join_all(twice).await {
        data_of(answer);
    }
    assert_eq!(priority(&town, &ids[0]).await["votes"], 8);
    // What someone voted is in no history.
    assert_eq!((town.version(&town.diagnosis).await, town.test.changes().await), (version, changes));
}

#[tokio::test]
async fn votes_on_paper_weigh_as_many_as_they_were_and_replace_those_before() {
    let town = Town::new().await;
    let ids = town.added(&["STRENGTH"]).await;
    data_of(town.vote(Some(&town.someone), &ids[0], 5, 4).await);
    data_of(town.paper(&town.manager, &ids[0], (1.5, 1.5, 29)).await);
    let recorded = data_of(town.paper(&town.manager, &ids[0], (4.25, 2.0, 3)).await);
    assert_eq!(
        recorded["recordPaperVotes"]["priority"],
        json!({ "importance": 4.44, "capacityToAct": 2.5, "votes": 4, "rank": 1 })
    );
    for (given, wrong) in [
        ((0.9, 5.1, 0), vec!["importance", "capacityToAct", "votes"]),
        ((3.333, 3.0, 100_001), vec!["importance", "votes"]),
    ] {
        assert_eq!(wrong_fields(&town.paper(&town.manager, &ids[0], given).await), wrong);
    }
    // Who facilitates does not count alone.
    assert_eq!(codes(&town.paper(&town.editor, &ids[0], (3.0, 3.0, 3)).await), ["FORBIDDEN"]);
    assert_eq!(codes(&town.paper(&town.someone, &ids[0], (3.0, 3.0, 3)).await), ["FORBIDDEN"]);
    let history = "query($id: ID!) { diagnosis(by: { id: $id }) { history(first: 1) { nodes { changes { field before after } } } } }";
    let told = town.test.admin_data(history, json!({ "id": town.diagnosis })).await;
    assert_eq!(
        told["diagnosis"]["history"]["nodes"][0]["changes"][0],
        json!({ "field": "paperVotes", "before": "axis 1, STRENGTH: STRENGTH 0: 1.50, 1.50 (29 votes)",
            "after": "axis 1, STRENGTH: STRENGTH 0: 4.25, 2 (3 votes)" })
    );
}

#[tokio::test]
async fn who_is_erased_takes_their_votes_along() {
    let town = Town::new().await;
    let ids = town.added(&["STRENGTH"]).await;
    data_of(town.vote(Some(&town.someone), &ids[0], 1, 1).await);
    data_of(town.vote(Some(&town.manager), &ids[0], 5, 5).await);
    let held = town.test.app.held_of("someone@example.org").await.unwrap();
    assert_eq!(held["votes"], json!([{ "finding": "STRENGTH 0", "importance": 1, "capacityToAct": 1 }]));
    town.test.app.erase_person("someone@example.org").await.unwrap();
    assert_eq!(priority(&town, &ids[0]).await["votes"], 1);
    town.close("2026-11-22").await;
    assert_eq!(priority(&town, &ids[0]).await["importance"], 5.0);
}

#[tokio::test]
async fn only_those_who_see_a_draft_vote_on_it() {
    let town = Town::new().await;
    let other = town.opened("Ébauche", &town.here).await;
    let item = json!([{ "axis": other["axes"][0]["id"], "quadrant": "THREAT", "text": "Caché" }]);
    let of = other["id"].as_str().unwrap();
    let added = data_of(town.add(&town.editor, of, item).await)["addSwotItems"].clone();
    let id = added[0]["id"].as_str().unwrap();
    let analyst = Right::Analyst(maillage::graphql::ids::id_of(&town.here.clone().into()));
    let analyst = town.test.token_of("analyst@example.org", &[analyst]).await;
    for (token, heard) in [
        (&town.someone, vec!["NOT_FOUND"]),
        (&analyst, vec![]),
        (&town.manager, vec![]),
        (&town.test.token, vec![]),
    ] {
        assert_eq!(codes(&town.vote(Some(token), id, 3, 3).await), heard);
    }
}
