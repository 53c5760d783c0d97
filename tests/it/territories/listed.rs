//! Lists and their filters, and simplified boundaries.

use serde_json::json;

use super::*;

async fn list(test: &TestApp, filter: Value) -> Vec<String> {
    let query = "query ($filter: TerritoryFilter) { territories(filter: $filter, first: 100) { totalCount nodes { code } } }";
    let data = test.data(query, json!({"filter": filter})).await;
    let found: Vec<_> = codes(&data["territories"]["nodes"]).into_iter().map(str::to_owned).collect();
    assert_eq!(data["territories"]["totalCount"], found.len());
    found
}

#[tokio::test]
async fn territories_are_found_by_name_code_kind_day_box_and_what_holds_them() {
    let test = TestApp::demo().await;
    assert_eq!(list(&test, json!({"text": "boullay thierry"})).await, ["28055"]);
    assert_eq!(list(&test, json!({"text": "28134"})).await, ["28134"]);
    assert_eq!(list(&test, json!({"text": "vernouilet", "kinds": ["COMMUNE"]})).await, ["28404"]);
    assert_eq!(list(&test, json!({"kinds": ["REGION", "COUNTRY"]})).await, ["24", "FR"]);
    let agglo = json!({"code": {"kind": "INTERCOMMUNALITY", "code": "200040277"}});
    let within = list(&test, json!({"within": agglo.clone()})).await;
    assert!(within.contains(&"28134".to_owned()) && within.contains(&"cite-023".to_owned()), "{within:?}");
    assert!(!within.contains(&"200040277".to_owned()));
    let communes = list(&test, json!({"within": agglo, "kinds": ["COMMUNE"]})).await;
    assert_eq!(communes.len(), 81);
    let dreux = json!({"west": 1.36, "south": 48.73, "east": 1.37, "north": 48.74});
    let kinds = json!(["COMMUNE", "DEPARTMENT"]);
    let found = list(&test, json!({"bbox": dreux, "kinds": kinds})).await;
    assert!(found.contains(&"28134".to_owned()) && found.contains(&"28".to_owned()), "{found:?}");
    assert!(found.len() < 10, "{found:?}");
    assert_eq!(list(&test, json!({"within": {"id": "nothing"}})).await, Vec::<String>::new());
}

#[tokio::test]
async fn a_day_leaves_out_what_did_not_exist_on_it() {
    let test = TestApp::empty().await;
    for (code, from, until) in
        [("old", Value::Null, json!("2018-12-31")), ("new", json!("2019-01-01"), Value::Null)]
    {
        let input = json!({"kind": "COMMUNE", "code": code, "vintage": 2019, "name": code, "validFrom": from,
            "validUntil": until});
        test.admin_data(CREATE, json!({"input": input})).await;
    }
    assert_eq!(list(&test, json!({"validOn": "2018-12-31"})).await, ["old"]);
    assert_eq!(list(&test, json!({"validOn": "2019-01-01"})).await, ["new"]);
}

#[tokio::test]
async fn kinds_come_from_small_to_large_and_names_as_in_a_french_dictionary() {
    let test = TestApp::empty().await;
    for (kind, name) in [
        ("REGION", "A"),
        ("COMMUNE", "Zut"),
        ("COMMUNE", "Évreux"),
        ("COMMUNE", "eure"),
        ("PRIORITY_NEIGHBOURHOOD", "Z"),
        ("CUSTOM", "A"),
    ] {
        let input = json!({"kind": kind, "code": name, "vintage": 2026, "name": name});
        test.admin_data(CREATE, json!({"input": input})).await;
    }
    assert_eq!(list(&test, json!({})).await, ["Z", "eure", "Évreux", "Zut", "A", "A"]);
    let page = "query ($after: String) { territories(first: 2, after: $after) {
        nodes { name } pageInfo { endCursor hasNextPage } } }";
    let (mut names, mut after) = (Vec::new(), Value::Null);
    loop {
        let data = test.data(page, json!({"after": after})).await;
        let nodes = data["territories"]["nodes"].as_array().unwrap();
        names.extend(nodes.iter().map(|node| node["name"].as_str().unwrap().to_owned()));
        after = data["territories"]["pageInfo"]["endCursor"].clone();
        if data["territories"]["pageInfo"]["hasNextPage"] == false {
            break;
        }
    }
    assert_eq!(names, ["Z", "eure", "Évreux", "Zut", "A", "A"]);
}

#[tokio::test]
async fn a_tolerance_gives_fewer_vertices_no_farther_than_it_says() {
    let test = TestApp::demo().await;
    let query = r#"{ territory(by: {code: {kind: DEPARTMENT, code: "28"}}) {
        exact: boundary coarse: boundary(toleranceMetres: 1000) between: boundary(toleranceMetres: 700) } }"#;
    let data = test.data(query, json!({})).await;
    let [exact, coarse, between] = ["exact", "coarse", "between"].map(|name| ring(&data["territory"][name]));
    assert!(coarse.len() * 2 < exact.len(), "{} of {}", coarse.len(), exact.len());
    assert!(coarse.len() < between.len() && between.len() < exact.len());
    assert!(turn(&exact) > 0.0 && turn(&coarse) > 0.0);
    assert_eq!(coarse.first(), coarse.last());
    // Every vertex left out lies within the tolerance of the ring that is left.
    let metres = |[x, y]: [f64; 2]| [x * 111_320.0 * 48.4_f64.to_radians().cos(), y * 111_200.0];
    for vertex in &exact {
        let distance = coarse
            .windows(2)
            .map(|side| to_segment(metres(*vertex), metres(side[0]), metres(side[1])))
            .fold(f64::INFINITY, f64::min);
        assert!(distance <= 1_010.0, "{distance} m at {vertex:?}");
    }
    let wrong =
        r#"{ territory(by: {code: {kind: DEPARTMENT, code: "28"}}) { name boundary(toleranceMetres: -1) } }"#;
    let answer = test.ask(wrong, json!({})).await;
    assert_eq!(crate::support::codes(&answer), ["VALIDATION"]);
    assert_eq!(answer["data"]["territory"], json!({"name": "Eure-et-Loir", "boundary": null}));
}

fn to_segment(point: [f64; 2], from: [f64; 2], to: [f64; 2]) -> f64 {
    let (dx, dy) = (to[0] - from[0], to[1] - from[1]);
    let along =
        ((point[0] - from[0]) * dx + (point[1] - from[1]) * dy) / (dx * dx + dy * dy).max(f64::MIN_POSITIVE);
    let along = along.clamp(0.0, 1.0);
    (point[0] - from[0] - along * dx).hypot(point[1] - from[1] - along * dy)
}
