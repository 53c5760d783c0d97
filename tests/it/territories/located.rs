//! Where a point is: inside, outside, or nobody can tell.

use serde_json::json;

use super::*;

async fn locate(test: &TestApp, longitude: f64, latitude: f64, kind: &str) -> Value {
    let query = "query ($longitude: Float!, $latitude: Float!, $kinds: [TerritoryKind!]) {
        locate(longitude: $longitude, latitude: $latitude, kinds: $kinds) {
            kind answer territories { code } distanceToBorderMetres } }";
    let variables = json!({"longitude": longitude, "latitude": latitude, "kinds": [kind]});
    test.data(query, variables).await["locate"][0].clone()
}

#[tokio::test]
async fn a_point_nearer_to_a_border_than_the_outline_is_precise_is_unknown_on_either_side() {
    let test = TestApp::empty().await;
    create(&test, "COMMUNE", "a", square(1.0, 48.0, 0.1)).await;
    // 0.001 degree of latitude is 111 m.
    for (latitude, answer, metres) in [
        (48.003, "INSIDE", 333.5),
        (48.001, "UNKNOWN", 111.2),
        (47.999, "UNKNOWN", 111.2),
        (47.997, "OUTSIDE", 333.5),
    ] {
        let hit = locate(&test, 1.05, latitude, "COMMUNE").await;
        assert_eq!(hit["answer"], answer, "{hit}");
        let expected: &[&str] = if answer == "OUTSIDE" { &[] } else { &["a"] };
        assert_eq!(codes(&hit["territories"]), expected);
        assert!((hit["distanceToBorderMetres"].as_f64().unwrap() - metres).abs() < 1.0, "{hit}");
    }
}

#[tokio::test]
async fn several_perimeters_may_hold_a_point() {
    let test = TestApp::empty().await;
    create(&test, "CUSTOM", "a", square(1.0, 48.0, 0.1)).await;
    create(&test, "CUSTOM", "b", square(1.02, 48.02, 0.1)).await;
    create(&test, "CUSTOM", "far", square(2.0, 48.0, 0.1)).await;
    let hit = locate(&test, 1.06, 48.06, "CUSTOM").await;
    let mut found = codes(&hit["territories"]);
    found.sort_unstable();
    assert_eq!((&hit["answer"], found), (&json!("INSIDE"), vec!["a", "b"]));
}

#[tokio::test]
async fn a_kind_that_nobody_has_drawn_is_outside_unless_one_without_outline_is_about() {
    let test = TestApp::empty().await;
    let commune = create(&test, "COMMUNE", "a", square(1.0, 48.0, 0.1)).await;
    let hit = locate(&test, 1.05, 48.05, "EDUCATION_CITY").await;
    assert_eq!((&hit["answer"], &hit["distanceToBorderMetres"]), (&json!("OUTSIDE"), &Value::Null));
    let bare = create(&test, "COMMUNE", "bare", Value::Null).await;
    create_of(&test, "made", &[&commune, &bare]).await;
    let hit = locate(&test, 1.05, 48.05, "CUSTOM").await;
    assert_eq!((&hit["answer"], codes(&hit["territories"])), (&json!("UNKNOWN"), vec!["made"]));
    assert_eq!(locate(&test, 1.5, 48.05, "CUSTOM").await["answer"], "OUTSIDE");
}

#[tokio::test]
async fn an_impossible_point_is_refused() {
    let test = TestApp::empty().await;
    let answer = test.ask("{ locate(latitude: 6850000, longitude: 579000) { kind } }", json!({})).await;
    assert_eq!(crate::support::codes(&answer), ["VALIDATION"]);
}
