//! Large files are made in the background, by one instance at a time, again where one was lost.

use axum::http::StatusCode;
use chrono::TimeDelta;
use serde_json::{Value, json};

use super::{actors, fetch, follow, job, network};
use crate::support::{TestApp, codes};

/// More actors than are written while someone waits.
async fn crowd() -> TestApp {
    let test = TestApp::empty().await;
    test.execute(
        "INSERT INTO actors (id, slug, kind, name, status, version, created_at, updated_at)
        SELECT gen_random_uuid(), 'made-' || n, 'SCHOOL', 'École ' || n, 'PUBLISHED', 1, now(), now() FROM generate_series(1, 2500) n",
    )
    .await;
    test.execute(
        "INSERT INTO interactions (id, kind, source_id, target_id, status, version, created_at, updated_at)
        SELECT gen_random_uuid(), 'PARTNERSHIP', a.id, b.id, 'PUBLISHED', 1, now(), now()
        FROM actors a JOIN actors b ON b.slug = 'made-' || (substr(a.slug, 6)::int + 1)",
    )
    .await;
    test
}

#[tokio::test]
async fn a_large_file_waits_is_made_and_has_everything() {
    let test = crowd().await;
    let waits = job(network(&test, Some(&test.token), json!({}), "GRAPHML").await);
    assert_eq!(
        (&waits["state"], &waits["progress"], &waits["url"]),
        (&json!("QUEUED"), &json!(0.0), &Value::Null)
    );
    assert_eq!(waits["rowCount"], Value::Null);
    // An edit in between does no harm: a file is of one moment.
    test.app.make_next_export().await.unwrap().unwrap();
    let made = follow(&test, Some(&test.token), &waits["id"]).await;
    assert_eq!((&made["state"], &made["rowCount"]), (&json!("DONE"), &json!(4999)));
    let text = fetch(&test, &made).await.text();
    assert_eq!((text.matches("<node ").count(), text.matches("<edge ").count()), (2500, 2499));
    // It is in several pieces.
    assert!(test.rows("SELECT 1 FROM export_chunks").await.len() > 3);
    assert!(test.app.make_next_export().await.unwrap().is_none());
}

#[tokio::test]
async fn every_format_of_many_rows_is_whole() {
    let test = crowd().await;
    for format in ["CSV", "XLSX", "GEOJSON", "GEXF", "JSONLD"] {
        let waits = job(actors(&test, Some(&test.token), Value::Null, format).await);
        test.app.make_next_export().await.unwrap().unwrap();
        let made = follow(&test, Some(&test.token), &waits["id"]).await;
        assert_eq!((&made["state"], &made["rowCount"]), (&json!("DONE"), &json!(2500)), "{made}");
        let file = fetch(&test, &made).await;
        assert_eq!(file.headers["content-length"], file.bytes.len().to_string().as_str());
        match format {
            "CSV" => assert_eq!(file.text().lines().count(), 2501),
            "GEOJSON" => assert_eq!(file.json()["features"].as_array().unwrap().len(), 2500),
            "JSONLD" => assert_eq!(file.json()["@graph"].as_array().unwrap().len(), 2501),
            _ => {}
        }
    }
}

#[tokio::test]
async fn what_a_lost_instance_began_is_made_anew() {
    let test = crowd().await;
    let waits = job(actors(&test, None, Value::Null, "CSV").await);
    let now = test.clock.now();
    // An instance takes it, writes a piece, and is gone.
    let lost = test.app.store.claim_export(uuid::Uuid::from_u128(1), now).await.unwrap().unwrap();
    assert!(test.app.store.write_export(&lost, 1_000, Some((0, b"{half}".to_vec())), now).await.unwrap());
    let running = follow(&test, None, &waits["id"]).await;
    assert_eq!((&running["state"], &running["progress"]), (&json!("RUNNING"), &json!(0.4)));
    assert!(test.app.make_next_export().await.unwrap().is_none());
    test.clock.set(now + TimeDelta::minutes(2));
    test.app.make_next_export().await.unwrap().unwrap();
    // Were it still alive, it would find that the file is no longer its own.
    assert!(!test.app.store.write_export(&lost, 2_000, Some((1, b"rest".to_vec())), now).await.unwrap());
    let made = follow(&test, None, &waits["id"]).await;
    assert_eq!(made["state"], "DONE");
    let text = fetch(&test, &made).await.text();
    assert!(!text.contains("{half}") && text.lines().count() == 2501);
}

#[tokio::test]
async fn what_is_lost_again_and_again_is_given_up() {
    let test = crowd().await;
    let waits = job(actors(&test, None, Value::Null, "CSV").await);
    for attempt in 1..=3 {
        let now = test.clock.now();
        assert!(test.app.store.claim_export(uuid::Uuid::from_u128(attempt), now).await.unwrap().is_some());
        test.clock.set(now + TimeDelta::minutes(2));
    }
    assert!(test.app.make_next_export().await.unwrap().is_none());
    let failed = follow(&test, None, &waits["id"]).await;
    assert_eq!(failed["state"], "FAILED");
    assert!(failed["error"].as_str().unwrap().contains("ask for less"));
}

#[tokio::test]
async fn a_file_is_of_the_rights_that_its_owner_has_when_it_is_made() {
    let test = crowd().await;
    test.draft_actor("Brouillon secret", json!({})).await;
    let token = test.token_of("boss@example.org", &[maillage::domain::caller::Right::Admin]).await;
    let waits = job(actors(&test, Some(&token), Value::Null, "CSV").await);
    test.execute(
        "DELETE FROM grants g USING users u WHERE u.id = g.user_id AND u.email = 'boss@example.org'",
    )
    .await;
    test.app.make_next_export().await.unwrap().unwrap();
    let made = follow(&test, Some(&token), &waits["id"]).await;
    let text = fetch(&test, &made).await.text();
    assert!(!text.contains("Brouillon secret") && text.contains("École 2500"));
    // Who may no longer sign in gets nothing.
    job(actors(&test, Some(&token), Value::Null, "GEOJSON").await);
    test.execute("UPDATE users SET active = false WHERE email = 'boss@example.org'").await;
    let failed = test.app.make_next_export().await.unwrap().unwrap();
    assert!(failed.error.unwrap().contains("no longer sign in"));
    assert_eq!(fetch(&test, &made).await.status, StatusCode::GONE);
}

#[tokio::test]
async fn few_files_are_made_at_a_time() {
    let test = crowd().await;
    for _ in 0..3 {
        job(actors(&test, None, Value::Null, "CSV").await);
    }
    assert_eq!(codes(&actors(&test, None, Value::Null, "CSV").await), ["RATE_LIMITED"]);
    assert_eq!(job(actors(&test, Some(&test.token), Value::Null, "CSV").await)["state"], "QUEUED");
    // Asked for in the same instant, they are made in any order; of two at least one is not the administrator's.
    for _ in 0..2 {
        test.app.make_next_export().await.unwrap().unwrap();
    }
    assert_eq!(job(actors(&test, None, Value::Null, "CSV").await)["state"], "QUEUED");
}
