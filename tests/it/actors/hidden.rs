//! A hidden location counts in its commune and what holds that, and shows nowhere else to those who may not see it.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use crate::support::TestApp;
use crate::support::entries::{square, texts};

/// The middle of Dreux.
const POINT: (f64, f64) = (1.355, 48.74);

struct Shelter {
    test: TestApp,
    id: String,
    neighbourhood: String,
    custom: String,
}

/// The demo with a shelter in the middle of Dreux, in a neighbourhood and a perimeter of one's own, hidden; it works with
/// the commune.
async fn shelter() -> Shelter {
    let test = TestApp::demo().await;
    let outline = || square(POINT.0, POINT.1, 0.002);
    let neighbourhood = test.territory("PRIORITY_NEIGHBOURHOOD", "QN0TEST", "Quartier", outline()).await;
    let custom = test.territory("CUSTOM", "test", "Périmètre", outline()).await;
    let location = json!({
        "longitude": POINT.0, "latitude": POINT.1, "address": "7 rue Cachée", "postcode": "28100", "hidden": true,
    });
    let id = test.actor("Refuge", json!({ "location": location, "themes": ["isolation"] })).await;
    let commune = r#"{ actor(by: {slug: "commune-de-dreux"}) { id } }"#;
    let commune = test.data(commune, json!({})).await["actor"]["id"].as_str().unwrap().to_owned();
    test.interaction("PARTNERSHIP", &id, &commune, json!({ "description": "Hébergement" })).await;
    Shelter { test, id, neighbourhood, custom }
}

impl Shelter {
    async fn finds(&self, filter: Value) -> (bool, bool) {
        let query = r#"query($filter: ActorFilter) { actors(filter: {and: [$filter, {themes: ["isolation"]}]}) { totalCount nodes { name } } }"#;
        let variables = json!({ "filter": filter });
        let stranger = self.test.data(query, variables.clone()).await;
        let admin = self.test.admin_data(query, variables).await;
        for data in [&stranger, &admin] {
            assert_eq!(data["actors"]["totalCount"], data["actors"]["nodes"].as_array().unwrap().len());
        }
        (stranger["actors"]["totalCount"] == 1, admin["actors"]["totalCount"] == 1)
    }
}

#[tokio::test]
async fn only_the_commune_of_a_hidden_location_shows() {
    let Shelter { test, id, .. } = shelter().await;
    let query = "query($id: ID!) { actor(by: {id: $id}) { seat { code } territories { kind }
        location { point { longitude latitude } address postcode precision hidden } } }";
    let variables = json!({ "id": id });
    let stranger = test.data(query, variables.clone()).await["actor"].clone();
    let nothing =
        json!({ "point": null, "address": null, "postcode": null, "precision": "COMMUNE", "hidden": true });
    assert_eq!(stranger["location"], nothing);
    assert_eq!(stranger["seat"]["code"], "28134");
    let held = texts(&stranger["territories"], "/kind");
    assert!(held.contains(&"DEPARTMENT") && held.contains(&"INTERCOMMUNALITY"), "{held:?}");
    assert!(!held.contains(&"PRIORITY_NEIGHBOURHOOD"), "{held:?}");

    let admin = test.admin_data(query, variables).await["actor"].clone();
    assert_eq!(admin["location"]["point"]["longitude"], POINT.0);
    assert_eq!(admin["location"]["address"], "7 rue Cachée");
    assert!(texts(&admin["territories"], "/kind").contains(&"PRIORITY_NEIGHBOURHOOD"));
}

#[tokio::test]
async fn no_filter_of_places_finds_a_hidden_location_below_its_commune() {
    let shelter = shelter().await;
    let here = json!({ "west": POINT.0 - 0.01, "south": POINT.1 - 0.01, "east": POINT.0 + 0.01, "north": POINT.1 + 0.01 });
    let there = json!({ "west": 1.0, "south": 48.0, "east": 1.1, "north": 48.1 });
    let near = json!({ "near": { "longitude": POINT.0, "latitude": POINT.1, "radiusKm": 1 } });
    let scope = |id: &str, direction: &str, basis: &str| json!({ "territory": { "territory": { "id": id }, "direction": direction, "basis": basis } });
    let of = |kind: &str, code: &str| json!({ "territory": { "territory": { "code": { "kind": kind, "code": code } } } });
    // Whether a stranger finds it, and an administrator.
    let cases = [
        (json!({ "bbox": here }), (false, true)),
        (near.clone(), (false, true)),
        (json!({ "hasLocation": true }), (false, true)),
        (json!({ "hasLocation": false }), (true, false)),
        // The complement tells nothing either: it holds wherever the box is.
        (json!({ "not": { "bbox": here } }), (true, false)),
        (json!({ "not": { "bbox": there } }), (true, true)),
        (json!({ "not": near }), (true, false)),
        (scope(&shelter.neighbourhood, "DOWN", "SEAT"), (false, true)),
        (scope(&shelter.neighbourhood, "DOWN", "ANY"), (false, true)),
        (scope(&shelter.custom, "DOWN", "ANY"), (false, true)),
        (json!({ "not": scope(&shelter.custom, "DOWN", "ANY") }), (true, false)),
        (of("COMMUNE", "28134"), (true, true)),
        (of("COMMUNE", "28404"), (false, false)),
        (of("INTERCOMMUNALITY", "200040277"), (true, true)),
        (of("DEPARTMENT", "28"), (true, true)),
    ];
    for (filter, expected) in cases {
        assert_eq!(shelter.finds(filter.clone()).await, expected, "{filter}");
    }
}

#[tokio::test]
async fn no_list_or_count_of_a_smaller_territory_holds_a_hidden_location() {
    let Shelter { test, neighbourhood, custom, .. } = shelter().await;
    let lists = r#"query($id: ID!) {
        territory(by: {id: $id}) {
            actors { totalCount } seated: actors(basis: SEAT) { nodes { name } } interactions { totalCount }
            map { actorCount unlocatedCount nodes { actorCount } } }
        search(text: "refuge", territory: {territory: {id: $id}}) { edges { cursor } }
        interactions(filter: {territory: {territory: {id: $id}}}) { totalCount } }"#;
    for id in [neighbourhood, custom] {
        let stranger = test.data(lists, json!({ "id": id })).await;
        let held = &stranger["territory"];
        assert_eq!(held["actors"]["totalCount"], 0);
        assert_eq!(held["seated"]["nodes"], json!([]));
        assert_eq!(held["interactions"]["totalCount"], 0);
        assert_eq!(held["map"], json!({ "actorCount": 0, "unlocatedCount": 0, "nodes": [] }));
        assert_eq!(stranger["search"]["edges"], json!([]));
        assert_eq!(stranger["interactions"]["totalCount"], 0);
        let admin = test.admin_data(lists, json!({ "id": id })).await;
        assert_eq!(admin["territory"]["actors"]["totalCount"], 1);
        assert_eq!(admin["territory"]["interactions"]["totalCount"], 1);
        assert_eq!(admin["territory"]["map"]["nodes"], json!([{ "actorCount": 1 }]));
        assert_eq!(admin["search"]["edges"].as_array().unwrap().len(), 1);
    }
    let counts = r#"query($kind: TerritoryKind!) { actors(filter: {themes: ["isolation"]}) { facets {
        territories(kind: $kind) { territory { code } count } } } }"#;
    for (kind, code, seen) in [
        ("PRIORITY_NEIGHBOURHOOD", "QN0TEST", false),
        ("CUSTOM", "test", false),
        ("COMMUNE", "28134", true),
        ("DEPARTMENT", "28", true),
    ] {
        let one = json!([{ "territory": { "code": code }, "count": 1 }]);
        let stranger = test.data(counts, json!({ "kind": kind })).await;
        let expected = if seen { one.clone() } else { json!([]) };
        assert_eq!(stranger["actors"]["facets"]["territories"], expected, "{kind}");
        let admin = test.admin_data(counts, json!({ "kind": kind })).await;
        assert_eq!(admin["actors"]["facets"]["territories"], one, "{kind}");
    }
}

#[tokio::test]
async fn an_order_by_distance_does_not_place_a_hidden_location() {
    let Shelter { test, .. } = shelter().await;
    let query = r"query($around: ActorFilter) { actors(filter: $around, orderBy: {field: DISTANCE}, first: 100) {
        totalCount nodes { name } } }";
    let around =
        json!({ "around": { "near": { "longitude": POINT.0, "latitude": POINT.1, "radiusKm": 15 } } });
    let stranger = test.data(query, around.clone()).await["actors"].clone();
    let seen = texts(&stranger["nodes"], "/name");
    assert!(seen.contains(&"Commune de Dreux") && !seen.contains(&"Refuge"), "{seen:?}");
    assert_eq!(stranger["totalCount"], seen.len());
    let admin = test.admin_data(query, around).await["actors"].clone();
    assert!(texts(&admin["nodes"], "/name").contains(&"Refuge"));
}

#[tokio::test]
async fn a_map_draws_no_hidden_location_and_says_that_one_is_missing() {
    let Shelter { test, id, .. } = shelter().await;
    let query = r#"query($zoom: Float) { territory(by: {code: {kind: COMMUNE, code: "28134"}}) {
        map(filter: {themes: ["isolation"]}, zoom: $zoom) { actorCount unlocatedCount bbox { west } geojson
            nodes { key actor { id } } } } }"#;
    for zoom in [Value::Null, json!(3), json!(24)] {
        let map = test.data(query, json!({ "zoom": zoom })).await["territory"]["map"].clone();
        assert_eq!((&map["actorCount"], &map["unlocatedCount"]), (&json!(1), &json!(1)));
        assert_eq!((&map["nodes"], &map["bbox"]), (&json!([]), &Value::Null));
        let geojson = map["geojson"].to_string();
        assert!(!geojson.contains("Refuge") && !geojson.contains("1.355"), "{geojson}");
        let map = test.admin_data(query, json!({ "zoom": zoom })).await["territory"]["map"].clone();
        assert_eq!(map["nodes"][0]["actor"]["id"], id.as_str());
        assert!(map["geojson"].to_string().contains("1.355"));
    }
}

#[tokio::test]
async fn no_cursor_tells_where_a_hidden_location_is() {
    let Shelter { test, .. } = shelter().await;
    for field in ["NAME", "UPDATED_AT", "CREATED_AT"] {
        let query = format!(
            r#"{{ actors(filter: {{themes: ["isolation"]}}, orderBy: {{field: {field}}}) {{ edges {{ cursor }} }} }}"#
        );
        let data = test.data(&query, json!({})).await;
        let cursor = data["actors"]["edges"][0]["cursor"].as_str().unwrap();
        let inside = String::from_utf8(URL_SAFE_NO_PAD.decode(cursor).unwrap()).unwrap();
        assert!(!inside.contains("1.355") && !inside.contains("48.74"), "{inside}");
    }
}

#[tokio::test]
async fn a_location_stays_hidden_when_it_is_moved() {
    let Shelter { test, id, .. } = shelter().await;
    let moved = json!({ "location": { "longitude": 1.36, "latitude": 48.75 } });
    let data = test.update_actor(&id, 2, moved).await;
    assert_eq!(data["data"]["updateActor"]["location"]["hidden"], true);
    let shown = json!({ "location": { "longitude": 1.36, "latitude": 48.75, "hidden": false } });
    let data = test.update_actor(&id, 3, shown).await;
    assert_eq!(data["data"]["updateActor"]["location"]["hidden"], false);
}

#[tokio::test]
async fn a_location_that_is_forgotten_and_given_anew_stays_hidden() {
    let test = TestApp::empty().await;
    let input = json!({"kind": "ASSOCIATION", "name": "Refuge", "location": {"longitude": 1.36, "latitude": 48.74, "hidden": true}});
    let create = "mutation($input: CreateActorInput!) { createActor(input: $input) { id version } }";
    let made = test.admin_data(create, json!({"input": input})).await["createActor"].clone();
    let update = "mutation($id: ID!, $v: Int!, $input: UpdateActorInput!) { updateActor(id: $id, expectedVersion: $v, input: $input) {
        version location { hidden point { latitude } } } }";
    let mut version = made["version"].clone();
    for location in [json!(null), json!({"longitude": 1.37, "latitude": 48.73})] {
        let variables = json!({"id": made["id"], "v": version, "input": {"location": location}});
        let actor = test.admin_data(update, variables).await["updateActor"].clone();
        assert_eq!(actor["location"]["hidden"], true, "{actor}");
        assert_eq!(actor["location"]["point"].is_null(), location.is_null());
        version = actor["version"].clone();
    }
}
