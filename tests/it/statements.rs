//! How many statements a request takes: so many as it asks kinds of things, never one a row.

use serde_json::{Value, json};

use crate::support::TestApp;

/// The Agglo du Pays de Dreux, with most of the demo in it.
const AGGLO: &str = r#"territory(by: {code: {kind: INTERCOMMUNALITY, code: "200040277"}})"#;

/// The fewest of three: where the machine is busy a batch may go out in two parts, which is no statement a row.
async fn of(query: &str) -> usize {
    let test = TestApp::demo().await;
    let mut fewest = usize::MAX;
    for _ in 0..3 {
        fewest = fewest.min(test.statements(query, json!({})).await);
    }
    fewest
}

async fn of_agglo(fields: &str) -> usize {
    of(&format!("{{ {AGGLO} {{ {fields} }} }}")).await
}

#[tokio::test]
async fn a_page_of_actors_takes_one_and_one_for_each_kind_of_neighbour() {
    assert_eq!(
        of("{ actors(first: 20) { nodes { name themes { label } location { point { latitude } } } } }").await,
        1
    );
    // actors, seats, areas, registrations
    let full = "{ actors(first: 20) { nodes { name seat { name } areasServed { name } themes { slug } registrations { value } } } }";
    assert_eq!(of(full).await, 4);
    // and the total
    assert_eq!(of("{ actors(first: 20) { totalCount nodes { seat { name } } } }").await, 3);
}

#[tokio::test]
async fn a_filter_by_a_territory_takes_one_more_to_find_it() {
    let query = r#"{ actors(filter: {territory: {territory: {code: {kind: COMMUNE, code: "28134"}}}}) { nodes { name } } }"#;
    assert_eq!(of(query).await, 2);
}

#[tokio::test]
async fn a_page_of_actors_of_a_region_and_two_themes_is_full_and_takes_at_most_six() {
    // the code, the width of a territory that was never asked for, actors, seats, areas
    let query = r#"query($themes: [String!]!) { actors(first: 20, filter: {
        territory: {territory: {code: {kind: REGION, code: "24"}}}, themes: $themes}) {
        nodes { name themes { label } seat { name } areasServed { name } } } }"#;
    let test = TestApp::demo().await;
    test.execute("UPDATE actors SET themes = ARRAY['health'] WHERE kind = 'LOCAL_AUTHORITY'").await;
    let themes = json!({ "themes": ["health", "education"] });
    for wide_from in [0, i64::MAX] {
        let fresh = TestApp::over(test.url(), |store| store.set_wide_from(wide_from)).await;
        let first = fresh.statements(query, themes.clone()).await;
        assert!(first <= 6, "{first}");
        let page = fresh.data(query, themes.clone()).await["actors"]["nodes"].clone();
        assert_eq!(page.as_array().unwrap().len(), 20);
    }
}

#[tokio::test]
async fn facets_take_one_and_each_kind_of_territories_two() {
    assert_eq!(
        of("{ actors(first: 0) { facets { kinds { count } themes { count } sdgs { count } } } }").await,
        2
    );
    let query = "{ actors(first: 0) { facets { territories(kind: COMMUNE) { territory { name } count } } } }";
    assert_eq!(of(query).await, 3);
}

#[tokio::test]
async fn territories_each_with_their_first_actors_take_no_more_than_one_territory() {
    // territories, actors, totals, seats
    let query = "{ territories(first: 20) { nodes { name actors(first: 3) { totalCount nodes { name seat { name } } } } } }";
    assert_eq!(of(query).await, 4);
}

#[tokio::test]
async fn nested_lists_of_every_kind_take_one_each() {
    // territories, children, interactions, calls, parents, ancestors, overlaps, origins
    let query = "{ territories(first: 20) { nodes {
        children(first: 2) { nodes { name } } interactions(first: 2) { nodes { kind } } calls(first: 2) { nodes { title } }
        parents { name } ancestors { name } intersecting { share } origins { source }
    } } }";
    assert_eq!(of(query).await, 8);
    // actors, their interactions, their partners, their territories (by point, and above the seat), seats
    let query = "{ actors(first: 20) { nodes {
        interactions(first: 2) { nodes { kind } } partners(first: 2) { nodes { name } } territories { name }
    } } }";
    assert_eq!(of(query).await, 6);
}

#[tokio::test]
async fn a_map_asks_for_nothing_but_what_it_names() {
    // the code, the territory, how far the feed goes (where it is not heard)
    let count = of_agglo("map(asOf: \"2023-12-31\") { actorCount nodes { key } links { weight } }").await;
    assert_eq!(count, 3);
    let full = "map(asOf: \"2023-12-31\") { geojson keyActors(first: 5) { actor { name } } nodes { actor { name } } links { interaction { kind } } }";
    // Key actors ask again how far it goes. What is named comes in one batch, in two on a busy machine: a batch waits a
    // millisecond for others.
    let count = of_agglo(full).await;
    assert!((6..=8).contains(&count), "{count}");
}

#[tokio::test]
async fn a_search_takes_one_one_for_typing_errors_and_one_for_each_kind_found() {
    let query = r#"{ search(text: "dreux") { edges { node { ... on Actor { name } ... on Territory { name } ... on Call { title } } } } }"#;
    assert_eq!(of(query).await, 5);
    // and two for where all of them are: seats, and what holds them and the territories
    let query = r#"{ search(text: "dreux") { edges { context } } }"#;
    assert!(of(query).await <= 8);
}

#[tokio::test]
async fn calls_take_one_for_each_kind_of_neighbour() {
    // calls, funders' ids, organisers' ids, the actors of both, territories, tracks, programmes
    let query = "{ calls(first: 20) { nodes {
        title phase funders { name } organisers { name } territories { name } tracks { title } programme { name }
    } } }";
    assert_eq!(of(query).await, 7);
}

#[tokio::test]
async fn interactions_take_one_more_for_both_their_ends() {
    assert_eq!(of("{ interactions(first: 20) { nodes { source { name } target { name } } } }").await, 2);
    let query = "{ interactions(first: 20) { nodes { source { name seat { name } } target { name } territories { name } } } }";
    assert_eq!(of(query).await, 4);
}

#[tokio::test]
async fn entries_by_their_ids_take_one_for_each_kind() {
    let test = TestApp::demo().await;
    let found = test
        .data("{ actors { nodes { id } } territories { nodes { id } } calls { nodes { id } } }", json!({}))
        .await;
    let ids: Vec<&Value> = ["actors", "territories", "calls"]
        .iter()
        .flat_map(|list| found[list]["nodes"].as_array().unwrap())
        .map(|node| &node["id"])
        .collect();
    let query = "query($ids: [ID!]!) { nodes(ids: $ids) { id __typename } }";
    assert_eq!(test.statements(query, json!({ "ids": ids })).await, 3);
}

#[tokio::test]
async fn locating_a_point_takes_no_more_for_more_kinds() {
    let one =
        of("{ locate(longitude: 1.3667, latitude: 48.7367, kinds: [COMMUNE]) { territories { name } } }")
            .await;
    let all = of("{ locate(longitude: 1.3667, latitude: 48.7367) { territories { name } } }").await;
    assert!(one <= all && all <= 5, "{one}, {all}");
}

#[tokio::test]
async fn an_ecosystem_takes_one_for_each_kind_of_thing_whatever_it_holds() {
    // the code, the territory, how far the feed goes (where it is not heard)
    assert_eq!(
        of_agglo("ecosystem(asOf: \"2023-12-31\") { actorCount density modularity exact levels { count } }")
            .await,
        3
    );
    // and what crosses, and who is isolated with how many they are
    let more = "ecosystem(asOf: \"2023-12-31\") { crossingCount isolated { totalCount nodes { name } } }";
    assert_eq!(of_agglo(more).await, 6);
    // what clusters hold: their actors, how many, what these are; the communes and the actors that are named
    let full = "ecosystem(asOf: \"2023-12-31\") { matrix(by: COMMUNE) { labels } keyActors { role pagerank actor { name } } bridges { kind }
        clusters { mainThemes { count } mainKinds { count } members(first: 3) { totalCount nodes { name } } } }";
    let count = of_agglo(full).await;
    assert!((8..=11).contains(&count), "{count}");
}

#[tokio::test]
async fn paths_take_one_for_each_step_at_most() {
    let test = TestApp::demo().await;
    let ids = test.data("{ actors(first: 2) { nodes { id } } }", json!({})).await;
    let query = "query($a: ID!, $b: ID!) { paths(from: $a, to: $b, activeOn: \"2023-12-31\") { length } }";
    let ends = json!({"a": ids["actors"]["nodes"][0]["id"], "b": ids["actors"]["nodes"][1]["id"]});
    let count = test.statements(query, ends).await;
    assert!(count <= 6, "{count}");
}

#[tokio::test]
async fn a_coverage_takes_as_many_whatever_the_number_of_units() {
    // the code, the territory, its units, what they hold and what holds them, the actors, where these act and are
    let few =
        of_agglo("coverage(unit: INTERCOMMUNALITY) { rows(first: 1) { totalCount } gaps { actorCount } }")
            .await;
    assert_eq!(few, 6);
    // and the units and the actors that are named
    let all = of_agglo("coverage(unit: COMMUNE) { gaps { territory { name } nearest { name } } }").await;
    assert!(all <= 9, "{all}");
}
