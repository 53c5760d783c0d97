//! What lies within what, members and their union, and the actors that follow.

use serde_json::json;

use super::*;

fn km2(of: &Value) -> f64 {
    of["areaKm2"].as_f64().unwrap()
}

#[tokio::test]
async fn members_give_a_perimeter_their_union_and_it_follows_them() {
    let test = TestApp::empty().await;
    let a = create(&test, "COMMUNE", "a", square(1.0, 48.0, 0.1)).await;
    let b = create(&test, "COMMUNE", "b", square(1.1, 48.0, 0.1)).await;
    let of = create_of(&test, "both", &[&a, &b]).await;
    let above = create_of(&test, "above", &[&of]).await;
    let fields = "areaKm2 boundary version bbox { west east }";
    let both = ask(&test, &of, fields).await;
    assert_eq!(
        (&both["boundary"]["type"], &both["bbox"]),
        (&json!("Polygon"), &json!({"west": 1.0, "east": 1.2}))
    );
    update(&test, &b, 1, json!({"boundary": square(1.1, 48.0, 0.05)})).await;
    let smaller = ask(&test, &of, fields).await;
    assert!((km2(&smaller) / km2(&both) - 0.625).abs() < 0.01, "{smaller}");
    assert_eq!(smaller["version"], both["version"]);
    assert_eq!(ask(&test, &above, fields).await["areaKm2"], smaller["areaKm2"]);
    // And the point that it no longer holds is outside, whatever was read before.
    let query = "{ locate(latitude: 48.08, longitude: 1.18, kinds: [CUSTOM]) { answer } }";
    assert_eq!(test.data(query, json!({})).await["locate"][0]["answer"], "OUTSIDE");
    // A member without a boundary takes the union away, and so does having none.
    update(&test, &b, 2, json!({"boundary": null})).await;
    assert_eq!(ask(&test, &of, "boundary").await["boundary"], Value::Null);
    update(&test, &b, 3, json!({"boundary": square(1.1, 48.0, 0.1)})).await;
    assert_eq!(ask(&test, &of, fields).await["areaKm2"], both["areaKm2"]);
    update(&test, &of, 1, json!({"members": []})).await;
    let bare = ask(&test, &of, "boundary areaKm2 ancestors { code }").await;
    assert_eq!((&bare["boundary"], &bare["areaKm2"]), (&Value::Null, &Value::Null));
}

#[tokio::test]
async fn a_boundary_of_one_s_own_goes_before_that_of_members() {
    let test = TestApp::empty().await;
    let a = create(&test, "COMMUNE", "a", square(1.0, 48.0, 0.1)).await;
    let of = create_of(&test, "of", &[&a]).await;
    update(&test, &of, 1, json!({"boundary": square(1.0, 48.0, 0.2)})).await;
    update(&test, &a, 1, json!({"boundary": square(1.0, 48.0, 0.05)})).await;
    assert_eq!(ask(&test, &of, "bbox { east }").await["bbox"]["east"], 1.2);
    update(&test, &of, 2, json!({"boundary": null})).await;
    assert_eq!(ask(&test, &of, "bbox { east }").await["bbox"]["east"], 1.05);
}

#[tokio::test]
async fn parents_are_the_nearest_ancestors_alone() {
    let test = TestApp::empty().await;
    let quarter = create(&test, "PRIORITY_NEIGHBOURHOOD", "q", square(1.01, 48.01, 0.01)).await;
    create(&test, "COMMUNE", "c", square(1.0, 48.0, 0.1)).await;
    create(&test, "EDUCATION_CITY", "e", square(1.0, 48.0, 0.2)).await;
    let contract = create(&test, "URBAN_CONTRACT", "u", square(1.0, 48.0, 0.3)).await;
    create(&test, "CUSTOM", "aside", square(1.05, 47.95, 0.1)).await;
    let read = ask(&test, &quarter, "parents { code } ancestors { code }").await;
    assert_eq!(codes(&read["parents"]), ["c"]);
    assert_eq!(codes(&read["ancestors"]), ["c", "e", "u"]);
    let fields = "children(first: 1) { totalCount pageInfo { hasNextPage endCursor } nodes { code } }
        every: children { nodes { code } }
        none: children(kinds: [COMMUNE]) { totalCount }";
    let read = ask(&test, &contract, fields).await;
    assert_eq!(codes(&read["every"]["nodes"]), ["e"]);
    assert_eq!((&read["children"]["totalCount"], &read["none"]["totalCount"]), (&json!(1), &json!(0)));
}

#[tokio::test]
async fn an_overlap_has_a_share_seen_from_either_side() {
    let test = TestApp::empty().await;
    let small = create(&test, "CUSTOM", "small", square(1.0, 48.0, 0.1)).await;
    let large = create(&test, "CUSTOM", "large", square(1.05, 48.0, 0.2)).await;
    create(&test, "CUSTOM", "far", square(3.0, 48.0, 0.1)).await;
    let share = async |id: &str| {
        let read = ask(&test, id, "intersecting { share territory { code } }").await;
        assert_eq!(read["intersecting"].as_array().unwrap().len(), 1, "{read}");
        read["intersecting"][0]["share"].as_f64().unwrap()
    };
    assert!((share(&small).await - 0.5).abs() < 0.01);
    assert!((share(&large).await - 0.125).abs() < 0.01);
    update(&test, &large, 1, json!({"boundary": square(1.0, 47.9, 0.3)})).await;
    let read = ask(&test, &small, "intersecting { share } parents { code }").await;
    assert_eq!((&read["intersecting"], codes(&read["parents"])), (&json!([]), vec!["large"]));
}

#[tokio::test]
async fn of_two_that_lie_within_each_other_the_smaller_kind_is_within() {
    let test = TestApp::empty().await;
    let agglo = create(&test, "INTERCOMMUNALITY", "agglo", square(1.0, 48.0, 0.1)).await;
    let contract = create(&test, "URBAN_CONTRACT", "contract", square(1.0, 48.0, 0.1)).await;
    assert_eq!(codes(&ask(&test, &contract, "ancestors { code }").await["ancestors"]), ["agglo"]);
    assert_eq!(ask(&test, &agglo, "ancestors { code }").await["ancestors"], json!([]));
}

#[tokio::test]
async fn a_new_boundary_places_actors_anew() {
    let test = TestApp::empty().await;
    let quarter = create(&test, "PRIORITY_NEIGHBOURHOOD", "q", square(1.5, 48.5, 0.01)).await;
    let commune = create(&test, "COMMUNE", "c", Value::Null).await;
    let make = "mutation ($input: CreateActorInput!) { createActor(input: $input) { id version } }";
    let publish = "mutation ($id: ID!) { publish(id: $id, expectedVersion: 1) { ... on Actor { id } } }";
    let mut actors = Vec::new();
    for (name, seat) in [("Declared", json!({"id": commune})), ("Found", Value::Null)] {
        let input = json!({"kind": "ASSOCIATION", "name": name, "seat": seat,
            "location": {"latitude": 48.05, "longitude": 1.05}});
        let id = test.admin_data(make, json!({"input": input})).await["createActor"]["id"].clone();
        test.admin_data(publish, json!({"id": id})).await;
        actors.push(id);
    }
    let count = async |id: &str| {
        ask(&test, id, "actors(basis: SEAT) { totalCount }").await["actors"]["totalCount"].clone()
    };
    let seats = async || {
        let query = "query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Actor { seat { code } version } } }";
        test.data(query, json!({"ids": actors})).await["nodes"].clone()
    };
    assert_eq!(count(&quarter).await, 0);
    update(&test, &quarter, 1, json!({"boundary": square(1.04, 48.04, 0.02)})).await;
    update(&test, &commune, 1, json!({"boundary": square(1.0, 48.0, 0.1)})).await;
    assert_eq!((count(&quarter).await, count(&commune).await), (json!(2), json!(2)));
    assert_eq!(seats().await[1], json!({"seat": {"code": "c"}, "version": 2}));
    // Both go elsewhere: the point is no longer in them, and the declared seat stays.
    update(&test, &quarter, 2, json!({"boundary": square(1.5, 48.5, 0.01)})).await;
    update(&test, &commune, 2, json!({"boundary": null})).await;
    assert_eq!((count(&quarter).await, count(&commune).await), (json!(0), json!(1)));
    let seats = seats().await;
    assert_eq!((&seats[0]["seat"]["code"], &seats[1]["seat"]), (&json!("c"), &Value::Null));
}
