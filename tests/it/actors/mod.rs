//! Actors are found by what their filter says, and counted over the whole of it.

mod hidden;
mod identity;

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::support::entries::{id_of, texts};
use crate::support::{TestApp, codes, data_of, wrong_fields};

const NAMES: &str = "query($filter: ActorFilter, $after: String) { actors(filter: $filter, first: 100, after: $after, orderBy: {field: NAME}) {
    nodes { name } pageInfo { hasNextPage endCursor } totalCount } }";

/// The names of every actor that matches, in order; the total must say the same.
async fn names(test: &TestApp, filter: Value) -> Vec<String> {
    let (mut found, mut after) = (Vec::new(), Value::Null);
    loop {
        let data = test.data(NAMES, json!({ "filter": filter, "after": after })).await;
        let page = &data["actors"];
        found.extend(texts(&page["nodes"], "/name").into_iter().map(str::to_owned));
        if page["pageInfo"]["hasNextPage"] == false {
            assert_eq!(page["totalCount"], found.len(), "{filter}");
            return found;
        }
        after = page["pageInfo"]["endCursor"].clone();
    }
}

/// Three published actors and a draft that a partnership links to the first: Atelier, Bibliothèque, Centre, Dépôt.
async fn three(test: &TestApp) -> String {
    let at = |longitude: f64| json!({ "longitude": longitude, "latitude": 48.73 });
    let atelier = json!({ "themes": ["digital-inclusion"], "sdgs": [4], "audiences": ["jeunes"], "location": at(1.36) });
    let atelier = test.actor("Atelier numérique", atelier).await;
    let library = json!({ "kind": "LOCAL_AUTHORITY", "themes": ["education"], "sdgs": [4, 11], "audiences": ["familles"], "location": at(1.40) });
    test.actor("Bibliothèque Saint-Jean", library).await;
    test.clock.set("2026-11-23T12:00:00Z".parse().unwrap());
    let centre =
        json!({ "kind": "SOCIAL_CENTRE", "themes": ["digital"], "description": "Accueil des aînés" });
    let centre = test.actor("Centre", centre).await;
    data_of(test.update_actor(&centre, 2, json!({ "verifiedOn": "2026-11-20" })).await);
    let draft = id_of(&test.draft_actor("Dépôt", json!({})).await);
    test.interaction("PARTNERSHIP", &centre, &atelier, json!({})).await;
    test.interaction("PARTNERSHIP", &atelier, &draft, json!({})).await;
    atelier
}

#[tokio::test]
async fn every_field_of_the_filter_asks_what_its_name_says() {
    let test = TestApp::empty().await;
    let atelier = three(&test).await;
    let near = |km: f64| json!({ "near": { "longitude": 1.36, "latitude": 48.73, "radiusKm": km } });
    let (a, b, c) = ("Atelier numérique", "Bibliothèque Saint-Jean", "Centre");
    let library_or_not_digital = json!({ "or": [{ "kinds": ["ASSOCIATION"] }, { "and": [{ "sdgs": [11] }, { "not": { "themes": ["digital"] } }] }] });
    let cases: Vec<(Value, Vec<&str>)> = vec![
        (json!({}), vec![a, b, c]),
        (
            json!({ "kinds": [], "themes": [], "and": [], "or": [], "statuses": [], "text": " " }),
            vec![a, b, c],
        ),
        (json!({ "kinds": ["ASSOCIATION", "SOCIAL_CENTRE"] }), vec![a, c]),
        (json!({ "themes": ["digital"] }), vec![a, c]),
        (json!({ "themes": ["digital-inclusion"] }), vec![a]),
        (json!({ "sdgs": [4] }), vec![a, b]),
        (json!({ "audiences": ["jeunes", "familles"] }), vec![a, b]),
        (json!({ "audiences": ["jeune"] }), vec![]),
        (json!({ "bbox": { "west": 1.35, "south": 48.7, "east": 1.37, "north": 48.8 } }), vec![a]),
        (near(1.0), vec![a]),
        (near(5.0), vec![a, b]),
        (json!({ "hasLocation": true }), vec![a, b]),
        (json!({ "hasLocation": false }), vec![c]),
        (json!({ "interactsWith": atelier }), vec![c]),
        (json!({ "interactsWith": "none of ours" }), vec![]),
        (json!({ "updatedSince": "2026-11-23T13:00:00+01:00" }), vec![c]),
        (json!({ "verifiedSince": "2026-11-20" }), vec![c]),
        (json!({ "verifiedSince": "2026-11-21" }), vec![]),
        (json!({ "not": { "verifiedSince": "2026-11-20" } }), vec![a, b]),
        (json!({ "statuses": ["PUBLISHED"] }), vec![a, b, c]),
        (json!({ "statuses": ["DRAFT", "ARCHIVED"] }), vec![]),
        (json!({ "text": "bibliotheque st jean" }), vec![b]),
        (json!({ "text": "BIBLIOTHÈKE" }), vec![b]),
        (json!({ "text": "numer" }), vec![a]),
        (json!({ "text": "accueils" }), vec![c]),
        (library_or_not_digital, vec![a, b]),
        (json!({ "not": { "or": [{ "hasLocation": false }, near(1.0)] } }), vec![b]),
        (json!({ "not": { "not": { "sdgs": [11] } } }), vec![b]),
        (
            json!({ "sdgs": [4], "not": { "and": [{ "sdgs": [11] }, { "kinds": ["LOCAL_AUTHORITY"] }] } }),
            vec![a],
        ),
    ];
    for (filter, expected) in cases {
        assert_eq!(names(&test, filter.clone()).await, expected, "{filter}");
    }
}

#[tokio::test]
async fn an_administrator_finds_drafts_and_the_archived_only_by_asking() {
    let test = TestApp::empty().await;
    let atelier = three(&test).await;
    test.must("archive", &atelier, 2).await;
    let asked = |filter: Value| test.admin_data(NAMES, json!({ "filter": filter }));
    assert_eq!(
        texts(&asked(json!({})).await["actors"]["nodes"], "/name"),
        ["Bibliothèque Saint-Jean", "Centre", "Dépôt"]
    );
    let archived = asked(json!({ "statuses": ["ARCHIVED"] })).await;
    assert_eq!(texts(&archived["actors"]["nodes"], "/name"), ["Atelier numérique"]);
    let nested = asked(json!({ "or": [{ "statuses": ["ARCHIVED", "DRAFT"] }] })).await;
    assert_eq!(texts(&nested["actors"]["nodes"], "/name"), ["Atelier numérique", "Dépôt"]);
}

#[tokio::test]
async fn all_that_is_wrong_with_a_filter_is_said_at_once() {
    let test = TestApp::empty().await;
    let mut deep = json!({ "kinds": ["SCHOOL"] });
    for _ in 0..8 {
        deep = json!({ "not": deep });
    }
    let filter = json!({
        "themes": ["digital", "no-such-theme"],
        "sdgs": [0, 18],
        "text": "x".repeat(201),
        "updatedSince": "yesterday",
        "near": { "longitude": 1.0, "latitude": 48.0, "radiusKm": 0 },
        "bbox": { "west": 2.0, "south": 48.0, "east": 1.0, "north": 49.0 },
        "or": [{ "verifiedSince": "2026-02-30" }],
        "and": [deep],
    });
    let answer = test.ask(NAMES, json!({ "filter": filter })).await;
    let mut wrong = wrong_fields(&answer);
    wrong.sort_unstable();
    let depth = "filter.and[0]".to_owned() + &".not".repeat(7);
    let mut expected = vec![
        depth.as_str(),
        "filter.or[0].verifiedSince",
        "filter.text",
        "filter.themes[1]",
        "filter.sdgs[0]",
        "filter.sdgs[1]",
        "filter.bbox",
        "filter.near.radiusKm",
        "filter.updatedSince",
    ];
    expected.sort_unstable();
    assert_eq!(wrong, expected);

    let nowhere = json!({ "not": { "territory": { "territory": { "code": { "kind": "COMMUNE", "code": "99999" } } } } });
    let answer = test.ask(NAMES, json!({ "filter": nowhere })).await;
    assert_eq!(wrong_fields(&answer), ["filter.not.territory.territory"]);
    for field in ["RELEVANCE", "DISTANCE"] {
        let query = format!("{{ actors(orderBy: {{field: {field}}}) {{ totalCount }} }}");
        let answer = test.ask(&query, json!({})).await;
        assert_eq!((codes(&answer), wrong_fields(&answer)), (vec!["VALIDATION"], vec!["orderBy.field"]));
    }
}

async fn within(test: &TestApp, code: (&str, &str), direction: &str, basis: &str) -> BTreeSet<String> {
    let territory = json!({ "code": { "kind": code.0, "code": code.1 } });
    let scope = json!({ "territory": territory, "direction": direction, "basis": basis });
    names(test, json!({ "territory": scope })).await.into_iter().collect()
}

#[tokio::test]
async fn a_scope_reads_up_and_down_by_seat_and_by_area() {
    let test = TestApp::demo().await;
    let (dreux, vernouillet) = (("COMMUNE", "28134"), ("COMMUNE", "28404"));
    let (agglo, department, neighbourhood) =
        (("INTERCOMMUNALITY", "200040277"), ("DEPARTMENT", "28"), ("PRIORITY_NEIGHBOURHOOD", "QN02807M"));
    let (council, ccas) = ("DEPARTEMENT DE L'EURE ET LOIR", "CCAS VILLE DE DREUX");
    let cases = [
        // The council serves the département: that holds Dreux, and is not within it.
        (dreux, "UP", "AREA", council, true),
        (dreux, "DOWN", "AREA", council, false),
        (dreux, "UP", "SEAT", council, false),
        (dreux, "BOTH", "ANY", council, true),
        (department, "DOWN", "AREA", council, true),
        // The CCAS sits in Dreux and serves Dreux alone.
        (dreux, "DOWN", "SEAT", ccas, true),
        (dreux, "UP", "SEAT", ccas, true),
        (vernouillet, "DOWN", "ANY", ccas, false),
        (vernouillet, "UP", "ANY", ccas, false),
        (vernouillet, "BOTH", "ANY", ccas, false),
        (agglo, "DOWN", "SEAT", ccas, true),
        (agglo, "UP", "SEAT", ccas, false),
        (department, "DOWN", "AREA", ccas, true),
        (neighbourhood, "UP", "SEAT", ccas, true),
        (neighbourhood, "UP", "AREA", ccas, true),
        (neighbourhood, "DOWN", "ANY", ccas, false),
    ];
    for (territory, direction, basis, actor, holds) in cases {
        let found = within(&test, territory, direction, basis).await;
        assert_eq!(found.contains(actor), holds, "{territory:?} {direction} {basis} {actor}");
    }
    for basis in ["SEAT", "AREA", "ANY"] {
        let up = within(&test, dreux, "UP", basis).await;
        let down = within(&test, dreux, "DOWN", basis).await;
        assert_eq!(within(&test, dreux, "BOTH", basis).await, &up | &down, "{basis}");
    }
    for direction in ["UP", "DOWN", "BOTH"] {
        let seat = within(&test, dreux, direction, "SEAT").await;
        let area = within(&test, dreux, direction, "AREA").await;
        assert_eq!(within(&test, dreux, direction, "ANY").await, &seat | &area, "{direction}");
    }
}

#[tokio::test]
async fn facets_count_the_whole_set_as_its_filters_do() {
    let test = TestApp::demo().await;
    let query = r"query($filter: ActorFilter) { actors(filter: $filter, first: 1) { totalCount nodes { name } facets {
        kinds { kind count } themes { theme { slug } count } sdgs { sdg { number } count }
        territories(kind: COMMUNE) { territory { code } count } } } }";
    let agglo = json!({ "territory": { "territory": { "code": { "kind": "INTERCOMMUNALITY", "code": "200040277" } } } });
    let data = test.data(query, json!({ "filter": agglo })).await;
    let (total, facets) = (data["actors"]["totalCount"].as_i64().unwrap(), &data["actors"]["facets"]);
    let kinds = facets["kinds"].as_array().unwrap();
    assert_eq!(kinds.iter().map(|kind| kind["count"].as_i64().unwrap()).sum::<i64>(), total);
    assert!(kinds.is_sorted_by_key(|kind| std::cmp::Reverse(kind["count"].as_i64())));
    for kind in kinds {
        let found = names(&test, json!({ "and": [agglo, { "kinds": [kind["kind"]] }] })).await;
        assert_eq!(kind["count"], found.len(), "{kind}");
    }
    let themes = facets["themes"].as_array().unwrap();
    assert!(themes.is_sorted_by_key(|theme| std::cmp::Reverse(theme["count"].as_i64())));
    for theme in themes {
        let found = names(&test, json!({ "and": [agglo, { "themes": [theme["theme"]["slug"]] }] })).await;
        assert_eq!(theme["count"], found.len(), "{theme}");
    }
    // Nobody says it of themselves: all do what it holds.
    assert!(
        themes.iter().any(|theme| theme["theme"]["slug"] == "digital" && theme["count"] == 12),
        "{themes:?}"
    );
    let dreux = facets["territories"].as_array().unwrap().iter().find(|t| t["territory"]["code"] == "28134");
    let code = json!({ "code": { "kind": "COMMUNE", "code": "28134" } });
    let found = names(&test, json!({ "territory": { "territory": code, "basis": "SEAT" } })).await;
    assert_eq!(dreux.unwrap()["count"], found.len());
}

#[tokio::test]
async fn goals_are_counted_in_their_order() {
    let test = TestApp::empty().await;
    three(&test).await;
    let data = test.data("{ actors { facets { sdgs { sdg { number } count } } } }", json!({})).await;
    let sdgs = &data["actors"]["facets"]["sdgs"];
    assert_eq!(
        *sdgs,
        json!([{ "sdg": { "number": 4 }, "count": 2 }, { "sdg": { "number": 11 }, "count": 1 }])
    );
}
