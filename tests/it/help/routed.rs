//! Who answers: the most specific first, with the reason, never outside its territories.

use serde_json::{Value, json};

use super::Help;
use crate::support::codes;

impl Help {
    /// Who answers for the call, each with the reason and the distance.
    async fn answering(&self, territory: Value, track: Value) -> Vec<(String, String, i64)> {
        let query = "query($call: ID!, $territory: TerritoryRef, $track: TrackKind) { call(by: {id: $call}) {
            supportContacts(territory: $territory, track: $track) { because distance contact { name } } } }";
        let variables = json!({ "call": self.call, "territory": territory, "track": track });
        let data = self.test.admin_data(query, variables).await;
        routed(&data["call"]["supportContacts"])
    }
}

fn routed(list: &Value) -> Vec<(String, String, i64)> {
    let told = |routed: &Value| {
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let name = text(&routed["contact"]["name"]);
        (name, text(&routed["because"]), routed["distance"].as_i64().unwrap())
    };
    list.as_array().unwrap().iter().map(told).collect()
}

fn expected(list: &[(&str, &str, i64)]) -> Vec<(String, String, i64)> {
    list.iter().map(|(name, why, steps)| ((*name).to_owned(), (*why).to_owned(), *steps)).collect()
}

const AGGLO: &str = "sur le territoire « CA du Pays de Dreux »";

#[tokio::test]
async fn for_a_call_a_track_and_a_place() {
    let help = Help::new().await;
    help.contact("Agglo, tout", &help.agglo, json!({})).await;
    let call = json!({ "calls": [help.call] });
    help.contact("Agglo, appel", &help.agglo, call.clone()).await;
    let both = json!({ "calls": [help.call], "tracks": ["SMALL_COLLECTIVE"] });
    help.contact("Vernouillet, appel et stratégie", &help.vernouillet, both).await;
    help.contact(
        "Vernouillet, autre stratégie",
        &help.vernouillet,
        json!({ "tracks": ["COLLECTIVE_PROJECT"] }),
    )
    .await;
    help.contact("Dreux, appel", &help.dreux, call).await;
    help.contact("Contrat", &help.contract, json!({ "programme": { "id": help.contract } })).await;
    let there = help.answering(json!({ "id": help.vernouillet }), json!("SMALL_COLLECTIVE")).await;
    let same = help
        .answering(json!({ "code": { "kind": "COMMUNE", "code": "28404" } }), json!("SMALL_COLLECTIVE"))
        .await;
    assert_eq!(there, same);
    let contract = "pour ce programme, sur le territoire « Contrat de ville »";
    let vernouillet =
        ("Vernouillet, appel et stratégie", "pour cet appel, cette stratégie, à Vernouillet", 0);
    let (of_call, of_all) = (format!("pour cet appel, {AGGLO}"), format!("pour toute demande, {AGGLO}"));
    // the city contract lies within the Agglo
    let agglo = ("Agglo, appel", of_call.as_str(), 2);
    assert_eq!(there, expected(&[vernouillet, agglo, ("Contrat", contract, 1), ("Agglo, tout", &of_all, 2)]));
    let elsewhere = help.answering(json!({ "id": help.elsewhere }), Value::Null).await;
    assert_eq!(elsewhere, [], "never outside its territories");
    // without a place: those within the perimeter too, who name the call or its programme
    let anywhere = help.answering(Value::Null, Value::Null).await;
    let names: Vec<_> = anywhere.iter().map(|(name, ..)| name.as_str()).collect();
    assert_eq!(
        names,
        ["Agglo, appel", "Vernouillet, appel et stratégie", "Dreux, appel", "Contrat", "Agglo, tout"],
        "{anywhere:?}"
    );
}

#[tokio::test]
async fn who_is_away_or_of_a_territory_that_ended_is_passed_over() {
    let help = Help::new().await;
    let away = help.contact("En congé", &help.vernouillet, json!({})).await;
    help.contact("À l’Agglo", &help.agglo, json!({})).await;
    help.update(&away, json!({ "absentUntil": "2026-11-23" })).await;
    let names = async || {
        let there = help.answering(json!({ "id": help.vernouillet }), Value::Null).await;
        there.into_iter().map(|(name, ..)| name).collect::<Vec<_>>()
    };
    assert_eq!(names().await, ["À l’Agglo"]);
    // midnight in Paris
    help.test.clock.set("2026-11-22T23:00:00Z".parse().unwrap());
    assert_eq!(names().await, ["En congé", "À l’Agglo"]);
    help.test.execute("UPDATE territories SET valid_until = '2026-11-22' WHERE code = '28404'").await;
    assert_eq!(names().await, ["À l’Agglo"]);
    help.test.must("archive", &help.institution, 2).await;
    assert_eq!(names().await, Vec::<String>::new());
}

#[tokio::test]
async fn a_request_is_routed_by_its_place_else_by_that_of_who_asks() {
    let help = Help::new().await;
    for (name, territory) in
        [("À Vernouillet", &help.vernouillet), ("À Dreux", &help.dreux), ("À Marseille", &help.elsewhere)]
    {
        help.contact(name, territory, json!({})).await;
    }
    let request = help.ask(json!({})).await;
    let there = help.ask(json!({ "territory": { "id": help.dreux } })).await;
    let query = "query($ids: [ID!]!) { nodes(ids: $ids) { ... on SupportRequest {
        routed { because distance contact { name } } } } }";
    let variables = json!({ "ids": [request, there] });
    let data = help.test.admin_data(query, variables.clone()).await;
    let vernouillet = ("À Vernouillet", "pour toute demande, à Vernouillet", 0);
    assert_eq!(routed(&data["nodes"][0]["routed"]), expected(&[vernouillet]));
    let dreux = ("À Dreux", "pour toute demande, à Dreux", 0);
    assert_eq!(routed(&data["nodes"][1]["routed"]), expected(&[dreux]));
    // Who asks sees those who answer where it is, not those elsewhere.
    let seen = help.test.ask_as(&help.editor, query, variables).await;
    assert_eq!(routed(&seen["data"]["nodes"][0]["routed"]), expected(&[vernouillet]));
    assert_eq!(seen["data"]["nodes"][1]["routed"], json!([]));
}

#[tokio::test]
async fn a_place_that_is_not_there_is_said() {
    let help = Help::new().await;
    let query = r#"query($call: ID!) { call(by: {id: $call}) {
        supportContacts(territory: {code: {kind: COMMUNE, code: "99999"}}) { distance } } }"#;
    let answer = help.test.ask(query, json!({ "call": help.call })).await;
    assert_eq!(codes(&answer), ["VALIDATION"]);
}
