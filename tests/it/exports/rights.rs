//! Files hold what their owner may see, and are there for nobody else.

use axum::http::StatusCode;
use chrono::TimeDelta;
use maillage::domain::caller::Right;
use maillage::graphql::ids::id_of as key_of;
use serde_json::{Value, json};

use super::{actors, fetch, follow, get, job, network, taken};
use crate::access::hidden::two_places;
use crate::access::world::World;
use crate::support::{TestApp, codes};

const FORMATS: [&str; 5] = ["CSV", "GEOJSON", "GRAPHML", "GEXF", "JSONLD"];

#[tokio::test]
async fn what_may_not_be_seen_is_in_no_file() {
    let stage = World::stage().await;
    let all = json!({ "statuses": ["DRAFT", "SUBMITTED", "PUBLISHED", "REJECTED", "ARCHIVED"] });
    for (persona, sees) in
        [("anonymous", false), ("partner", false), ("editor", false), ("quarter", true), ("admin", true)]
    {
        let token = stage.token(persona).await;
        for filter in [Value::Null, all.clone()] {
            let text = taken(&stage.test, token.as_deref(), filter, "GEOJSON").await.text();
            assert_eq!(text.contains(stage.world.id("draft")), sees, "{persona}");
        }
        let whole = job(network(&stage.test, token.as_deref(), json!({}), "GRAPHML").await);
        let text = fetch(&stage.test, &whole).await.text();
        assert_eq!(text.contains(stage.world.id("draft link")), sees, "{persona}");
        assert!(text.contains(stage.world.id("link")), "{persona}");
    }
    stage.end().await;
}

#[tokio::test]
async fn where_a_hidden_location_is_is_in_no_file() {
    let stages = two_places(false).await;
    let [here, there] = &stages;
    for persona in ["anonymous", "analyst", "editor", "partner"] {
        let (one, other) = (here.token(persona).await, there.token(persona).await);
        for format in FORMATS {
            let ask = async |stage: &crate::access::world::Stage, token: Option<&str>| {
                let file = job(network(
                    &stage.test,
                    token,
                    json!({}),
                    if format == "CSV" { "GEOJSON" } else { format },
                )
                .await);
                let table = job(actors(&stage.test, token, Value::Null, format).await);
                (fetch(&stage.test, &file).await.text(), fetch(&stage.test, &table).await.text())
            };
            let (told, other_told) = (ask(here, one.as_deref()).await, ask(there, other.as_deref()).await);
            assert!(told.1.contains(here.world.id("shelter")), "{persona} {format}");
            assert!(told == other_told, "{persona} {format} tells where it is");
        }
    }
    let token = here.token("manager").await;
    assert!(taken(&here.test, token.as_deref(), Value::Null, "CSV").await.text().contains("48.011"));
    for stage in stages {
        stage.end().await;
    }
}

#[tokio::test]
async fn a_file_is_its_owners_until_it_expires_or_their_rights_change() {
    let test = TestApp::empty().await;
    let here = test.territory("COMMUNE", "28134", "Dreux", Value::Null).await;
    let draft = test.draft_actor("Brouillon", json!({ "seat": { "id": here } })).await;
    let right = Right::TerritoryManager(key_of(&here.into()));
    let token = test.token_of("manager@example.org", &[right]).await;
    let other = test.token_of("other@example.org", &[]).await;
    let mine = job(actors(&test, Some(&token), Value::Null, "CSV").await);
    assert!(fetch(&test, &mine).await.text().contains(draft["id"].as_str().unwrap()));
    // Another's is not there, for administrators neither.
    for token in [None, Some(other.as_str()), Some(test.token.as_str())] {
        assert_eq!(follow(&test, token, &mine["id"]).await, Value::Null);
    }
    let node = "query($id: ID!) { node(id: $id) { id } }";
    assert_eq!(test.ask_as(&other, node, json!({ "id": mine["id"] })).await["data"]["node"], Value::Null);
    assert_eq!(
        test.ask_as(&token, node, json!({ "id": mine["id"] })).await["data"]["node"]["id"],
        mine["id"]
    );
    assert_eq!(follow(&test, Some(&token), &mine["id"]).await, mine);
    // A stranger's is found by its id.
    let strangers = job(actors(&test, None, Value::Null, "CSV").await);
    assert_eq!(follow(&test, None, &strangers["id"]).await, strangers);
    // Rights are taken back: the file goes with them.
    test.execute("DELETE FROM grants WHERE role = 'TERRITORY_MANAGER'").await;
    assert_eq!(fetch(&test, &mine).await.status, StatusCode::GONE);
    let now = follow(&test, Some(&token), &mine["id"]).await;
    assert_eq!((&now["state"], &now["url"]), (&json!("FAILED"), &Value::Null));
    assert!(fetch(&test, &strangers).await.status.is_success());
    // Its time is over.
    test.clock.set(test.clock.now() + TimeDelta::hours(24));
    assert_eq!(fetch(&test, &strangers).await.status, StatusCode::GONE);
    assert_eq!(follow(&test, None, &strangers["id"]).await, Value::Null);
    test.clock.set(test.clock.now() + TimeDelta::hours(2));
    test.app.retain().await.unwrap();
    assert_eq!(fetch(&test, &strangers).await.status, StatusCode::NOT_FOUND);
    assert_eq!(test.rows("SELECT 1 FROM export_chunks").await.len(), 0);
}

#[tokio::test]
async fn an_address_is_whole_or_nothing() {
    let test = TestApp::empty().await;
    let mine = job(actors(&test, None, Value::Null, "CSV").await);
    let path = mine["url"].as_str().unwrap().strip_prefix("http://127.0.0.1:8080").unwrap().to_owned();
    let (start, name) = path.rsplit_once('/').unwrap();
    for wrong in [
        format!("{start}/other.csv"),
        format!("{start}x/{name}"),
        format!("/exports/%00/{name}"),
        "/exports/a/b".into(),
    ] {
        assert_eq!(get(&test, &wrong, &[]).await.status, StatusCode::NOT_FOUND, "{wrong}");
    }
    assert!(get(&test, &path, &[]).await.status.is_success());
}

#[tokio::test]
async fn who_is_erased_leaves_no_file() {
    let test = TestApp::empty().await;
    let token = test.token_of("somebody@example.org", &[]).await;
    let mine = job(actors(&test, Some(&token), Value::Null, "CSV").await);
    test.app.erase_person("somebody@example.org").await.unwrap();
    assert_eq!(fetch(&test, &mine).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_stranger_has_room_for_few_files() {
    let test = TestApp::empty().await;
    for _ in 0..10 {
        job(actors(&test, None, Value::Null, "JSONLD").await);
    }
    let refused = actors(&test, None, Value::Null, "JSONLD").await;
    assert_eq!(codes(&refused), ["RATE_LIMITED"]);
    assert_eq!(refused["errors"][0]["extensions"]["retryAfterSeconds"], 24 * 3_600);
    // Those who say who they are have their own.
    assert_eq!(job(actors(&test, Some(&test.token), Value::Null, "JSONLD").await)["state"], "DONE");
}
