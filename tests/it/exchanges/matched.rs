//! What goes together: of the same kind, by theme, place and words; bounded, and in a few statements.

use serde_json::{Value, json};

use super::Place;
use crate::support::{TestApp, codes, data_of};

const MATCHES: &str = "query($id: ID!) { node(id: $id) {
    ... on Need { matches { score reasons distanceKm alreadyLinked offer { title } need { title } } }
    ... on Offer { matches { score reasons distanceKm alreadyLinked offer { title } need { title } } } } }";

impl Place {
    async fn matches(&self, id: &str) -> Vec<Value> {
        let data = self.test.data(MATCHES, json!({ "id": id })).await;
        data["node"]["matches"].as_array().unwrap().clone()
    }

    /// Titles and scores of the offers that go with a need.
    async fn offered(&self, need: &str) -> Vec<(String, f64)> {
        let title = |found: &Value| found["offer"]["title"].as_str().unwrap().to_owned();
        let matches = self.matches(need).await;
        matches.iter().map(|found| (title(found), found["score"].as_f64().unwrap())).collect()
    }
}

fn scored(expected: &[(&str, f64)]) -> Vec<(String, f64)> {
    expected.iter().map(|(title, score)| ((*title).to_owned(), *score)).collect()
}

#[tokio::test]
async fn the_best_comes_first_with_its_reasons_from_either_side() {
    let place = Place::new().await;
    let more = json!({ "description": "Pour les répétitions de théâtre", "themes": ["parenting"],
        "territories": [{ "id": place.dreux }] });
    let need = place.need(&place.theatre, "Cherche salle", more).await;
    let all = json!({ "description": "Prêtée pour des répétitions de théâtre", "themes": ["parenting"],
        "territories": [{ "id": place.agglo }] });
    let best = place.offer(&place.school, "Salle disponible", all).await;
    let theme = json!({ "themes": ["family"] });
    place.offer(&place.far, "Grand local", theme).await;
    place.offer(&place.far, "Rien à voir", json!({})).await;
    place.offer(&place.far, "Répétitions", json!({ "kind": "DATA", "themes": ["parenting"] })).await;
    let own = json!({ "themes": ["parenting"], "territories": [{ "id": place.dreux }] });
    place.offer(&place.theatre, "Sa propre salle", own).await;
    let closed = place.offer(&place.school, "Fermée", json!({ "themes": ["parenting"] })).await;
    let close = "mutation($id: ID!) { closeExchange(id: $id) { __typename } }";
    place.test.admin_data(close, json!({ "id": closed })).await;
    let past = json!({ "themes": ["parenting"], "validUntil": "2026-11-22" });
    place.offer(&place.school, "Passée", past).await;
    place.test.clock.set("2026-11-23T12:00:00Z".parse().unwrap());

    // 0.4 + 0.35 × 0.8 + 0.25; 0.4 × 0.6
    assert_eq!(place.offered(&need).await, scored(&[("Salle disponible", 0.93), ("Grand local", 0.24)]));
    let found = &place.matches(&need).await[0];
    let reasons: Vec<_> = found["reasons"].as_array().unwrap().iter().map(|r| r.as_str().unwrap()).collect();
    assert_eq!(reasons[0], "thème commun : Parentalité");
    assert_eq!(reasons[1], "territoires emboîtés : Dreux dans CA du Pays de Dreux");
    assert!(reasons[2].starts_with("textes proches : "), "{reasons:?}");
    assert_eq!(reasons[3..], ["même type de ressource : local", "à 8 km"]);
    let kilometres = found["distanceKm"].as_f64().unwrap();
    assert!((7.0..8.5).contains(&kilometres), "{kilometres}");
    assert_eq!(found["alreadyLinked"], false);
    assert_eq!(place.matches(&best).await, std::slice::from_ref(found), "the offer says the same");
    let query = "query($id: ID!) { territory(by: {id: $id}) { matches(first: 1) { score need { title } } } }";
    for (territory, expected) in [
        (&place.agglo, json!([{ "score": 0.93, "need": { "title": "Cherche salle" } }])),
        (&place.vernouillet, json!([])),
    ] {
        let data = place.test.data(query, json!({ "id": territory })).await;
        assert_eq!(data["territory"]["matches"], expected);
    }
}

#[tokio::test]
async fn words_are_compared_by_their_french_stems_and_those_that_all_say_do_not_count() {
    let place = Place::new().await;
    let need = place.need(&place.theatre, "Recherchons des camions réfrigérés", json!({})).await;
    place.offer(&place.far, "Camion réfrigéré", json!({})).await;
    place.offer(&place.far, "Nous recherchons, proposons, offrons et cherchons", json!({})).await;
    // 0.25 × 2 / 3
    assert_eq!(place.offered(&need).await, scored(&[("Camion réfrigéré", 0.17)]));
}

#[tokio::test]
async fn those_that_work_together_are_marked_and_come_after_new_ones_of_the_same_score() {
    let place = Place::new().await;
    let test = &place.test;
    let need = place.need(&place.theatre, "Salle", json!({ "themes": ["health"] })).await;
    let there = json!({ "themes": ["health"], "territories": [{ "id": place.dreux }] });
    place.offer(&place.school, "De l’école", there.clone()).await;
    place.offer(&place.far, "D’ailleurs", there).await;
    let order = async |token: Option<&str>| {
        let answer = match token {
            Some(token) => test.ask_as(token, MATCHES, json!({ "id": need })).await,
            None => test.ask(MATCHES, json!({ "id": need })).await,
        };
        let matches = data_of(answer)["node"]["matches"].clone();
        let told = |found: &Value| {
            let title = found["offer"]["title"].as_str().unwrap();
            (title.to_owned(), found["alreadyLinked"].as_bool().unwrap())
        };
        matches.as_array().unwrap().iter().map(told).collect::<Vec<_>>()
    };
    let told = |list: [(&str, bool); 2]| list.map(|(title, linked)| (title.to_owned(), linked)).to_vec();
    let new = told([("De l’école", false), ("D’ailleurs", false)]);
    assert_eq!(order(None).await, new, "the nearer one first");
    // neither a tension, nor what ended, nor a draft that one may not see
    test.interaction("TENSION", &place.school, &place.theatre, json!({})).await;
    test.interaction("FUNDING", &place.school, &place.theatre, json!({ "until": "2025-12-31" })).await;
    assert_eq!(order(None).await, new);
    let draft = data_of(test.declare("PARTNERSHIP", &place.school, &place.theatre, json!({})).await);
    let linked = told([("D’ailleurs", false), ("De l’école", true)]);
    assert_eq!((order(None).await, order(Some(&test.token)).await), (new, linked.clone()));
    test.must("publish", draft["declareInteraction"]["id"].as_str().unwrap(), 1).await;
    assert_eq!(order(None).await, linked);
}

#[tokio::test]
async fn a_hidden_location_gives_no_distance_away() {
    let place = Place::new().await;
    let test = &place.test;
    // At the edge of its commune, whose middle is where the theatre is.
    let location = json!({ "longitude": 1.385, "latitude": 48.755, "hidden": true });
    let refuge = test.actor("Refuge", json!({ "location": location })).await;
    let need = place.need(&place.theatre, "Salle", json!({})).await;
    place.offer(&refuge, "Salle", json!({})).await;
    let kilometres = async |token: Option<&str>| {
        let answer = match token {
            Some(token) => test.ask_as(token, MATCHES, json!({ "id": need })).await,
            None => test.ask(MATCHES, json!({ "id": need })).await,
        };
        data_of(answer)["node"]["matches"][0]["distanceKm"].as_f64().unwrap()
    };
    assert!(kilometres(None).await < 0.2, "from the middle of its commune");
    assert!(kilometres(Some(&place.theatre_editor)).await < 0.2);
    assert!(kilometres(Some(&place.dreux_manager)).await > 2.0);
}

#[tokio::test]
async fn how_many_are_asked_for_is_checked() {
    let place = Place::new().await;
    let need = place.need(&place.theatre, "Salle", json!({})).await;
    for first in [-1, 101] {
        let query = "query($id: ID!, $first: Int!, $agglo: ID!) {
            node(id: $id) { ... on Need { matches(first: $first) { score } } } }";
        let answer = place.test.ask(query, json!({ "id": need, "first": first, "agglo": place.agglo })).await;
        assert_eq!(codes(&answer), ["VALIDATION"]);
    }
}

/// Thousands of needs and offers of the demo's actors.
async fn crowded() -> TestApp {
    let test = TestApp::demo().await;
    test.execute(
        "INSERT INTO exchanges (id, side, actor_id, kind, title, description, themes, created_at, updated_at)
        SELECT gen_random_uuid(), CASE WHEN n % 2 = 0 THEN 'NEED' ELSE 'OFFER' END, a.ids[1 + n * 7 % cardinality(a.ids)],
            (ARRAY['SKILL', 'SPACE', 'EQUIPMENT', 'FUNDING', 'VOLUNTEERS', 'AUDIENCE_ACCESS', 'DATA', 'TRAINING', 'OTHER'])[1 + n / 2 % 9],
            'Titre ' || (ARRAY['salle', 'camion', 'atelier', 'cuisine', 'jardin'])[1 + n % 5] || ' ' || n, 'Pour le projet ' || n % 97,
            ARRAY[(ARRAY['health', 'family', 'parenting', 'youth', 'education'])[1 + n / 3 % 5]],
            timestamptz '2026-01-01' + n * interval '1 minute', timestamptz '2026-01-01'
        FROM generate_series(1, 4000) n, (SELECT array_agg(id) AS ids FROM actors WHERE status = 'PUBLISHED') a;
        ANALYZE exchanges",
    )
    .await;
    test
}

#[tokio::test]
async fn a_page_of_needs_with_their_matches_takes_a_few_statements() {
    let test = crowded().await;
    // needs; candidates, places, what is compared, what lies within what, who works with whom
    let query = "{ needs(first: 20, filter: {open: true}) { nodes { title matches(first: 5) { score offer { title } } } } }";
    let mut fewest = usize::MAX;
    for _ in 0..3 {
        fewest = fewest.min(test.statements(query, json!({})).await);
    }
    assert_eq!(fewest, 6);
    let full = test.data(query, json!({})).await;
    let matches = full["needs"]["nodes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|need| need["matches"].as_array().unwrap().len());
    assert!(matches.clone().all(|n| n == 5), "{:?}", matches.collect::<Vec<_>>());
    // and the actors of both
    let query = "{ needs(first: 20) { nodes { matches(first: 5) { offer { actor { name } } need { actor { name } } } } } }";
    assert!(test.statements(query, json!({})).await <= 8);
}
