//! Creations and updates, and what is refused.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::*;
use crate::support::{codes as error_codes, wrong_fields};

#[tokio::test]
async fn a_boundary_of_its_own_gives_area_centroid_and_precision() {
    let test = TestApp::empty().await;
    let data =
        test.admin_data(CREATE, json!({"input": input("COMMUNE", "a", &square(1.0, 48.0, 0.1))})).await;
    let made = &data["createTerritory"];
    let area = made["areaKm2"].as_f64().unwrap();
    assert!((82.0..84.0).contains(&area), "{area}");
    assert_eq!((&made["boundaryVintage"], &made["boundaryPrecisionMetres"]), (&json!(2026), &json!(200.0)));
    let latitude = made["centroid"]["latitude"].as_f64().unwrap();
    assert!((latitude - 48.05).abs() < 0.001, "{latitude}");
}

#[tokio::test]
async fn a_boundary_may_stand_in_the_query_itself() {
    let test = TestApp::empty().await;
    let query = r#"mutation { createTerritory(input: {kind: CUSTOM, code: "l", vintage: 2026, name: "L",
        boundary: {type: "Polygon", coordinates: [[[1, 48], [1.5, 48], [1.5, 49], [1, 49], [1, 48]]]}}) { bbox { east } } }"#;
    let data = test.admin_data(query, json!({})).await;
    assert_eq!(data["createTerritory"]["bbox"]["east"], 1.5);
}

#[tokio::test]
async fn a_clockwise_ring_is_turned_and_a_bow_tie_becomes_two_triangles() {
    let test = TestApp::empty().await;
    let clockwise =
        json!({"type": "Polygon", "coordinates": [[[1, 48], [1, 49], [2, 49], [2, 48], [1, 48]]]});
    let id = create(&test, "COMMUNE", "c", clockwise).await;
    assert!(turn(&ring(&ask(&test, &id, "boundary").await["boundary"])) > 0.0);
    let bow_tie = json!({"type": "Polygon", "coordinates": [[[1, 48], [2, 49], [2, 48], [1, 49], [1, 48]]]});
    let id = create(&test, "COMMUNE", "b", bow_tie).await;
    let repaired = ask(&test, &id, "boundary areaKm2").await;
    assert_eq!(repaired["boundary"]["type"], "MultiPolygon");
    assert!((4_000.0..4_200.0).contains(&repaired["areaKm2"].as_f64().unwrap()), "{repaired}");
}

#[tokio::test]
async fn lambert_93_metres_are_refused_saying_so() {
    let test = TestApp::empty().await;
    let metres = json!({"type": "Polygon", "coordinates":
        [[[579_000, 6_850_000], [589_000, 6_850_000], [589_000, 6_860_000], [579_000, 6_850_000]]]});
    let answer = test.ask_as_admin(CREATE, json!({"input": input("COMMUNE", "m", &metres)})).await;
    assert_eq!(error_codes(&answer), ["VALIDATION"]);
    assert_eq!(wrong_fields(&answer), ["input.boundary"]);
    let message = answer["errors"][0]["extensions"]["fields"][0]["message"].as_str().unwrap();
    assert!(message.contains("Lambert"), "{message}");
}

#[tokio::test]
async fn a_point_is_no_boundary() {
    let test = TestApp::empty().await;
    for point in [
        json!({"type": "Point", "coordinates": [1.36, 48.73]}),
        json!({"type": "MultiPoint", "coordinates": [[1.36, 48.73]]}),
    ] {
        let answer = test.ask_as_admin(CREATE, json!({"input": input("COMMUNE", "p", &point)})).await;
        assert_eq!(wrong_fields(&answer), ["input.boundary"], "{answer}");
    }
}

#[tokio::test]
async fn everything_wrong_is_said_at_once() {
    let test = TestApp::empty().await;
    let wrong = json!({"kind": "COMMUNE", "code": " ", "vintage": 1, "name": "", "population": -1,
        "validFrom": "2026-02-01", "validUntil": "2026-01-01", "members": [{"id": "nobody"}],
        "boundary": {"type": "Point", "coordinates": [1, 2]}});
    let answer = test.ask_as_admin(CREATE, json!({"input": wrong})).await;
    let mut wrong = wrong_fields(&answer);
    wrong.sort_unstable();
    let expected = [
        "input.boundary",
        "input.code",
        "input.members[0]",
        "input.name",
        "input.population",
        "input.validUntil",
        "input.vintage",
    ];
    assert_eq!(wrong, expected, "{answer:#}");
}

#[tokio::test]
async fn the_same_kind_code_and_vintage_is_a_duplicate_and_another_vintage_is_not() {
    let test = TestApp::empty().await;
    let first = create(&test, "COMMUNE", "28134", Value::Null).await;
    let again = json!({"input": input("COMMUNE", "28134", &Value::Null)});
    let answer = test.ask_as_admin(CREATE, again).await;
    assert_eq!(error_codes(&answer), ["DUPLICATE"]);
    assert_eq!(answer["errors"][0]["extensions"]["existingId"], json!(first));
    create(&test, "DEPARTMENT", "28134", Value::Null).await;
    let older = json!({"kind": "COMMUNE", "code": "28134", "vintage": 2020, "name": "D", "population": 3});
    test.admin_data(CREATE, json!({"input": older})).await;
    let newest = test
        .data(r#"{ territory(by: {code: {kind: COMMUNE, code: "28134"}}) { vintage } }"#, json!({}))
        .await;
    assert_eq!(newest["territory"]["vintage"], 2026);
}

#[tokio::test]
async fn without_a_vintage_the_newest_valid_one_is_meant() {
    let test = TestApp::empty().await;
    let vintage = async |vintage: i32, until: Value| {
        let input =
            json!({"kind": "COMMUNE", "code": "x", "vintage": vintage, "name": "X", "validUntil": until});
        let data = test.admin_data(CREATE, json!({"input": input})).await;
        data["createTerritory"]["id"].as_str().unwrap().to_owned()
    };
    let old = vintage(2020, Value::Null).await;
    let merged = vintage(2024, json!("2024-12-31")).await;
    let found = async |code: &str| {
        let query = format!("{{ territory(by: {{code: {code}}}) {{ id }} }}");
        test.data(&query, json!({})).await["territory"]["id"].clone()
    };
    assert_eq!(found(r#"{kind: COMMUNE, code: "x"}"#).await, json!(old));
    assert_eq!(found(r#"{kind: COMMUNE, code: "x", vintage: 2024}"#).await, json!(merged));
    // A year back, the later list was valid still.
    test.clock.set("2024-06-30T12:00:00Z".parse().unwrap());
    assert_eq!(found(r#"{kind: COMMUNE, code: "x"}"#).await, json!(merged));
}

#[tokio::test]
async fn an_update_needs_the_version_and_keeps_what_is_left_out() {
    let test = TestApp::empty().await;
    let id = create(&test, "COMMUNE", "u", square(1.0, 48.0, 0.1)).await;
    let new = create(&test, "COMMUNE", "new", Value::Null).await;
    let changes = json!({"population": 12, "successors": [{"id": new}], "validUntil": "2025-12-31"});
    assert_eq!(update(&test, &id, 1, changes).await["version"], 2);
    let read = ask(&test, &id, "name population validUntil successors { code } boundary").await;
    assert_eq!((&read["name"], &read["population"]), (&json!("Le u"), &json!(12)));
    assert_eq!((codes(&read["successors"]), &read["validUntil"]), (vec!["new"], &json!("2025-12-31")));
    assert!(read["boundary"].is_object());
    let stale = json!({"id": id, "version": 1, "input": {"name": "Y"}});
    let answer = test.ask_as_admin(UPDATE, stale).await;
    assert_eq!(error_codes(&answer), ["CONFLICT"]);
    assert_eq!(answer["errors"][0]["extensions"]["currentVersion"], 2);
    update(&test, &id, 2, json!({"boundary": null, "validUntil": null})).await;
    let read = ask(&test, &id, "validUntil boundary areaKm2 bbox { east } population").await;
    assert_eq!(
        read,
        json!({"validUntil": null, "boundary": null, "areaKm2": null, "bbox": null, "population": 12})
    );
}

#[tokio::test]
async fn a_new_territory_in_the_demo_takes_well_under_a_second() {
    let test = TestApp::demo().await;
    let started = Instant::now();
    create(&test, "CUSTOM", "near", square(1.3, 48.7, 0.1)).await;
    assert!(started.elapsed() < Duration::from_millis(900), "{:?}", started.elapsed());
}
