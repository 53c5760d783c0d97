//! Who sees a practice that is not published, and what was learnt from it.

use maillage::domain::caller::Right;
use maillage::graphql::ids::id_of as key_of;
use serde_json::{Value, json};

use super::Town;
use crate::support::data_of;
use crate::support::entries::id_of;

const WAYS: &str = "query($id: ID!, $lesson: ID!, $here: ID!, $actor: ID!) {
    goodPractice(by: { id: $id }) { title } goodPractices { totalCount nodes { id } } node(id: $id) { id } lesson: node(id: $lesson) { id }
    lessons { totalCount nodes { id } } search(text: \"garage xylophone\") { edges { node { __typename } } }
    said: search(text: \"xylophone\", kinds: [LESSON]) { edges { node { __typename } } }
    territory(by: { id: $here }) { goodPractices { totalCount nodes { id } facets { themes { count } rubrics { count } } } }
    of: goodPractices(filter: { actor: $actor }) { nodes { id } } }";

#[tokio::test]
async fn a_draft_is_seen_by_whom_it_concerns() {
    let town = Town::of(4).await;
    let made = town
        .created(json!({ "summary": "Un xylophone.", "actors": [town.actors[0], town.actors[3]], "themes": ["mobility"], "territories": [{ "id": town.here }] }))
        .await;
    let lesson = town
        .teach(&town.editors[0], "LEVER", "Le xylophone rassemble", json!({ "source": made["id"] }))
        .await;
    let lesson = id_of(&data_of(lesson)["recordLesson"]);
    let here = key_of(&town.here.clone().into());
    let analyst = town.test.token_of("analyst@example.org", &[Right::Analyst(here)]).await;
    let partner = town.test.token_of("partner@example.org", &[Right::Partner(None)]).await;
    let variables = json!({ "id": made["id"], "lesson": lesson, "here": town.here, "actor": town.actors[0] });
    for (who, token, sees) in [
        ("editor of its first actor", Some(&town.editors[0]), true),
        ("editor of another", Some(&town.editors[1]), false),
        ("editor of its second actor", Some(&town.editors[3]), true),
        ("manager", Some(&town.manager), true),
        ("manager of its second actor's seat", Some(&town.elsewhere), true),
        ("analyst", Some(&analyst), true),
        ("PARTNER", Some(&partner), false),
        ("admin", Some(&town.test.token), true),
        ("nobody", None, false),
    ] {
        let data = match token {
            Some(token) => data_of(town.test.ask_as(token, WAYS, variables.clone()).await),
            None => town.test.data(WAYS, variables.clone()).await,
        };
        for name in ["goodPractice", "node", "lesson"] {
            assert_eq!(data[name] != Value::Null, sees, "{who}: {name}");
        }
        for list in [
            "/goodPractices/nodes",
            "/lessons/nodes",
            "/search/edges",
            "/said/edges",
            "/territory/goodPractices/nodes",
            "/territory/goodPractices/facets/themes",
            "/territory/goodPractices/facets/rubrics",
            "/of/nodes",
        ] {
            let list_of = data.pointer(list).unwrap().as_array().unwrap();
            assert_eq!(list_of.len(), usize::from(sees), "{who}: {list}");
        }
        assert_eq!(data["goodPractices"]["totalCount"], i32::from(sees), "{who}");
        assert_eq!(data["lessons"]["totalCount"], i32::from(sees), "{who}");
    }
}

#[tokio::test]
async fn an_actor_that_is_not_seen_is_left_out_and_no_filter_tells_of_it() {
    let town = Town::of(3).await;
    let practice = town.published(json!({ "actors": [town.actors[0], town.actors[1]] })).await;
    town.test.must("archive", &town.actors[1], 2).await;
    let read = "query($id: ID!, $actor: ID!) { goodPractice(by: {id: $id}) { actors { id } }
        goodPractices(filter: {actor: $actor}) { totalCount } lessons(filter: {actor: $actor}) { totalCount } libraryResources(filter: {actor: $actor}) { totalCount } }";
    let seen = town.test.data(read, json!({ "id": practice, "actor": town.actors[1] })).await;
    assert_eq!(seen["goodPractice"]["actors"], json!([{ "id": town.actors[0] }]));
    for list in ["goodPractices", "lessons", "libraryResources"] {
        assert_eq!(seen[list]["totalCount"], 0, "{list}");
    }
}

#[tokio::test]
async fn words_of_what_is_not_published_mend_nothing() {
    let town = Town::of(2).await;
    let practice = id_of(&town.created(json!({})).await);
    let taught =
        town.teach(&town.editors[0], "LEVER", "Le saxophone rassemble", json!({ "source": practice })).await;
    data_of(taught);
    let kept = "SELECT word FROM search_words WHERE word = 'saxophone'";
    assert!(town.test.rows(kept).await.is_empty());
    town.test.must("publish", &practice, 1).await;
    assert_eq!(town.test.rows(kept).await.len(), 1);
    town.test.must("archive", &practice, 2).await;
    assert!(town.test.rows(kept).await.is_empty());
    assert!(town.test.app.examine().await.unwrap().is_well());
}

#[tokio::test]
async fn what_is_not_there_is_named_in_words() {
    let town = Town::of(2).await;
    let draft = id_of(&town.created(json!({})).await);
    for answer in [
        town.update(&town.elsewhere, &draft, 1, json!({ "title": "Autre" })).await,
        town.take_up(
            &town.elsewhere,
            &draft,
            json!({ "path": "NETWORK", "actor": town.actors[1], "status": "PLANNED" }),
        )
        .await,
        town.test
            .ask_as(
                &town.elsewhere,
                "mutation($id: ID!) { publish(id: $id, expectedVersion: 1) { __typename } }",
                json!({ "id": draft }),
            )
            .await,
    ] {
        assert_eq!(answer["errors"][0]["message"], "no such good practice", "{answer}");
    }
}
