//! Maps: what is drawn, merged, left out and said.

use serde_json::{Value, json};

use crate::support::{TestApp, codes, wrong_fields};

/// Three actors in the west of a commune, one in the east, one without a place.
async fn village() -> (TestApp, Vec<Value>) {
    let test = TestApp::empty().await;
    let commune = r#"mutation { createTerritory(input: {kind: COMMUNE, code: "1", vintage: 2026, name: "Bourg", boundary:
        {type: "Polygon", coordinates: [[[1, 48], [2, 48], [2, 49], [1, 49], [1, 48]]]}}) { id } }"#;
    let commune = test.admin_data(commune, json!({})).await["createTerritory"]["id"].clone();
    let mut actors = Vec::new();
    for (name, kind, longitude) in [
        ("A", "ASSOCIATION", Some(1.101)),
        ("B", "ASSOCIATION", Some(1.102)),
        ("C", "SCHOOL", Some(1.103)),
        ("D", "COMPANY", Some(1.9)),
        ("E", "COMPANY", None),
    ] {
        let location = longitude.map(|longitude| json!({"longitude": longitude, "latitude": 48.5}));
        let input = json!({"name": name, "kind": kind, "seat": {"id": commune}, "location": location});
        actors.push(made(&test, "createActor(input: $input)", "CreateActorInput", input).await);
    }
    for (kind, source, target, until) in [
        ("FUNDING", 3, 0, Value::Null),
        ("SUPPORT", 3, 1, Value::Null),
        ("PARTNERSHIP", 0, 1, Value::Null),
        ("PARTNERSHIP", 1, 2, Value::Null),
        ("PARTNERSHIP", 3, 4, Value::Null),
        ("MEMBERSHIP", 2, 3, json!("2025-12-31")),
    ] {
        let input = json!({"kind": kind, "source": actors[source], "target": actors[target], "until": until});
        made(&test, "declareInteraction(input: $input)", "DeclareInteractionInput", input).await;
    }
    (test, actors)
}

/// Makes an entry and publishes it; its id.
async fn made(test: &TestApp, field: &str, input_type: &str, input: Value) -> Value {
    let query = format!("mutation ($input: {input_type}!) {{ made: {field} {{ id version }} }}");
    let made = test.admin_data(&query, json!({"input": input})).await["made"].clone();
    let publish = "mutation ($id: ID!, $v: Int!) { publish(id: $id, expectedVersion: $v) { __typename } }";
    test.admin_data(publish, json!({"id": made["id"], "v": made["version"]})).await;
    made["id"].clone()
}

fn query(arguments: &str, fields: &str) -> String {
    let arguments = if arguments.is_empty() { String::new() } else { format!("({arguments})") };
    format!(
        r#"{{ territory(by: {{code: {{kind: COMMUNE, code: "1"}}}}) {{ name map{arguments} {{ {fields} }} }} }}"#
    )
}

async fn map(test: &TestApp, arguments: &str) -> Value {
    let fields = "actorCount unlocatedCount interactionCount endedCount truncated asOf bbox { west east }
        nodes { key actorCount actor { name } kinds { kind count } point { longitude latitude } }
        links { source target interactionCount weight interaction { kind } } geojson";
    test.data(&query(arguments, fields), json!({})).await["territory"]["map"].clone()
}

fn list<'a>(map: &'a Value, field: &str) -> &'a [Value] {
    map[field].as_array().unwrap()
}

#[tokio::test]
async fn without_a_zoom_every_located_actor_is_a_node_and_the_rest_is_counted() {
    let (test, _) = village().await;
    let map = map(&test, "").await;
    assert_eq!((list(&map, "nodes").len(), list(&map, "links").len()), (4, 4));
    let counts =
        ["actorCount", "unlocatedCount", "interactionCount", "endedCount"].map(|count| map[count].clone());
    assert_eq!(counts, [json!(5), json!(1), json!(5), json!(1)]);
    assert_eq!((&map["asOf"], &map["truncated"]), (&json!("2026-11-22"), &json!(false)));
    assert_eq!(map["bbox"], json!({"west": 1.101, "east": 1.9}));
}

#[tokio::test]
async fn with_a_zoom_near_actors_are_one_node_and_their_links_one() {
    let (test, _) = village().await;
    let far = map(&test, "zoom: 8").await;
    assert_eq!((list(&far, "nodes").len(), list(&far, "links").len()), (2, 1));
    let cluster = &far["nodes"][0];
    assert_eq!((&cluster["actorCount"], &cluster["actor"]), (&json!(3), &Value::Null));
    let kinds = json!([{"kind": "ASSOCIATION", "count": 2}, {"kind": "SCHOOL", "count": 1}]);
    assert_eq!(cluster["kinds"], kinds);
    let link = &far["links"][0];
    // From the single actor to the cluster, as both interactions run.
    assert_eq!((&link["source"], &link["target"]), (&far["nodes"][1]["key"], &cluster["key"]));
    assert_eq!(
        (&link["interactionCount"], &link["weight"], &link["interaction"]),
        (&json!(2), &json!(2.0), &Value::Null)
    );
    assert_eq!(list(&map(&test, "zoom: 20").await, "nodes").len(), 4);
}

#[tokio::test]
async fn a_box_a_limit_and_filters_leave_out_what_they_say() {
    let (test, _) = village().await;
    let west = map(&test, "bbox: {west: 1, south: 48, east: 1.5, north: 49}").await;
    assert_eq!((list(&west, "nodes").len(), list(&west, "links").len()), (3, 2));
    assert_eq!((&west["truncated"], &west["actorCount"]), (&json!(false), &json!(5)));
    let few = map(&test, "limit: 2").await;
    assert_eq!((list(&few, "nodes").len(), &few["truncated"]), (2, &json!(true)));
    let funding = map(&test, "interactions: {kinds: [FUNDING]}").await;
    assert_eq!((list(&funding, "links").len(), &funding["endedCount"]), (1, &json!(0)));
    assert_eq!(list(&funding, "nodes").len(), 4);
    let associations = map(&test, "filter: {kinds: [ASSOCIATION]}").await;
    assert_eq!((list(&associations, "nodes").len(), &associations["interactionCount"]), (2, &json!(1)));
    let before = map(&test, r#"asOf: "2025-12-31""#).await;
    assert_eq!((&before["interactionCount"], &before["endedCount"]), (&json!(6), &json!(0)));
}

#[tokio::test]
async fn key_actors_are_those_on_most_shortest_paths() {
    let (test, _) = village().await;
    let fields = "keyActors(first: 2) { rank degree betweenness score actor { name } } none: keyActors(first: 0) { rank }";
    let data = test.data(&query("", fields), json!({})).await;
    let key = &data["territory"]["map"]["keyActors"];
    let mut names: Vec<_> =
        key.as_array().unwrap().iter().map(|k| k["actor"]["name"].as_str().unwrap()).collect();
    names.sort_unstable();
    // A, B and D know one another; C hangs on B, and E on D.
    assert_eq!((names, &data["territory"]["map"]["none"]), (vec!["B", "D"], &json!([])));
    assert_eq!(
        (&key[0]["rank"], &key[0]["degree"], &key[0]["betweenness"]),
        (&json!(1), &json!(3), &json!(0.5))
    );
}

#[tokio::test]
async fn a_hidden_location_is_never_drawn() {
    let (test, actors) = village().await;
    let hide = "mutation ($id: ID!) { updateActor(id: $id, expectedVersion: 2,
        input: {location: {longitude: 1.9, latitude: 48.5, hidden: true}}) { id } }";
    test.admin_data(hide, json!({"id": actors[3]})).await;
    for arguments in ["", "zoom: 3", "zoom: 20", "bbox: {west: 1.8, south: 48, east: 2, north: 49}"] {
        let map = map(&test, arguments).await;
        assert!(!map["geojson"].to_string().contains("1.9"), "{map}");
        assert!(list(&map, "nodes").iter().all(|n| n["point"]["longitude"].as_f64().unwrap() < 1.2), "{map}");
        assert_eq!((&map["actorCount"], &map["unlocatedCount"]), (&json!(5), &json!(2)), "{arguments}");
        assert!(map["bbox"]["east"].as_f64().is_none_or(|east| east < 1.2));
    }
}

#[tokio::test]
async fn the_geojson_is_points_then_lines_without_nulls() {
    let (test, _) = village().await;
    let map = map(&test, "zoom: 8").await;
    assert_eq!(map["geojson"]["type"], "FeatureCollection");
    let features = list(&map["geojson"], "features");
    let shapes: Vec<_> = features.iter().map(|f| f["geometry"]["type"].as_str().unwrap()).collect();
    assert_eq!(shapes, ["Point", "Point", "LineString"]);
    for feature in features {
        assert_eq!(feature["type"], "Feature");
        assert!(feature["properties"].is_object() && feature["id"].is_string(), "{feature}");
        assert!(!feature["geometry"].to_string().contains("null"), "{feature}");
        let numbers = feature["geometry"]["coordinates"].to_string();
        assert!(!numbers.contains('"') && !numbers.contains("[]"), "{feature}");
    }
    let point = &map["nodes"][0]["point"];
    assert_eq!(features[0]["geometry"]["coordinates"], json!([point["longitude"], point["latitude"]]));
}

#[tokio::test]
async fn what_can_t_be_asked_is_refused_and_the_rest_answered() {
    let (test, _) = village().await;
    for (arguments, wrong) in [
        ("zoom: 25", "zoom"),
        ("zoom: -1", "zoom"),
        ("limit: 0", "limit"),
        ("limit: 10001", "limit"),
        (r#"asOf: "2026-02-30""#, "asOf"),
        ("bbox: {west: 1, south: 49, east: 2, north: 48}", "bbox"),
    ] {
        let answer = test.ask(&query(arguments, "actorCount"), json!({})).await;
        assert_eq!(codes(&answer), ["VALIDATION"], "{arguments}: {answer}");
        let fields = wrong_fields(&answer);
        assert!(
            !fields.is_empty() && fields.iter().all(|field| field.starts_with(wrong)),
            "{arguments}: {answer}"
        );
        assert_eq!(answer["data"]["territory"], json!({"name": "Bourg", "map": null}));
    }
}
