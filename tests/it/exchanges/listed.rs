//! Lists of needs and offers, and who sees them.

use serde_json::{Value, json};

use super::Place;
use crate::support::entries::texts;
use crate::support::{codes, data_of};

impl Place {
    /// The titles of the needs that match, newest first.
    async fn needs(&self, filter: Value) -> Vec<String> {
        let query =
            "query($filter: ExchangeFilter) { needs(filter: $filter) { totalCount nodes { title } } }";
        let list = self.test.data(query, json!({ "filter": filter })).await["needs"].clone();
        let titles = texts(&list["nodes"], "/title");
        assert_eq!(list["totalCount"], titles.len());
        titles.into_iter().map(str::to_owned).collect()
    }
}

#[tokio::test]
async fn every_part_of_the_filter_narrows() {
    let place = Place::new().await;
    let more = json!({ "description": "Pour des répétitions le soir", "themes": ["parenting"] });
    place.need(&place.theatre, "Une grande salle", more).await;
    place.need(&place.school, "Des pianos", json!({ "kind": "EQUIPMENT" })).await;
    let there = json!({ "territories": [{ "id": place.vernouillet }], "themes": ["health"] });
    place.need(&place.far, "Un bureau", there).await;
    let all = ["Un bureau", "Des pianos", "Une grande salle"];
    assert_eq!(place.needs(Value::Null).await, all);
    let scope = |territory: &str, more: Value| {
        let mut scope = json!({ "territory": { "id": territory } });
        scope.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        json!({ "territory": scope })
    };
    for (filter, expected) in [
        (json!({ "text": "repetition" }), vec![all[2]]),
        (json!({ "text": "grandes salles" }), vec![all[2]]),
        (json!({ "text": "salle -soir" }), vec![]),
        (json!({ "kinds": ["EQUIPMENT", "DATA"] }), vec![all[1]]),
        (json!({ "themes": ["family", "health"] }), vec![all[0], all[2]]),
        (json!({ "actor": place.school }), vec![all[1]]),
        // where it is needed, where its actor sits
        (scope(&place.vernouillet, json!({})), vec![all[0], all[1]]),
        (scope(&place.vernouillet, json!({ "basis": "AREA" })), vec![all[0]]),
        (scope(&place.vernouillet, json!({ "basis": "SEAT" })), vec![all[1]]),
        (scope(&place.agglo, json!({})), all.to_vec()),
        (scope(&place.agglo, json!({ "direction": "UP" })), vec![]),
        (scope(&place.dreux, json!({ "direction": "BOTH" })), vec![all[2]]),
        (json!({ "kinds": [], "themes": ["family"], "open": true }), vec![all[2]]),
    ] {
        assert_eq!(place.needs(filter.clone()).await, expected, "{filter}");
    }
    let query = "{ offers { totalCount } }";
    assert_eq!(place.test.data(query, json!({})).await["offers"]["totalCount"], 0, "a need is no offer");
}

#[tokio::test]
async fn what_names_no_territory_is_where_its_actor_acts_too() {
    let place = Place::new().await;
    let areas = json!({ "areasServed": [{ "id": place.dreux }] });
    place.test.update_actor(&place.far, 2, areas).await;
    place.need(&place.far, "Partout où nous sommes", json!({})).await;
    let named = json!({ "territories": [{ "id": place.vernouillet }] });
    place.need(&place.far, "À Vernouillet", named).await;
    let at_dreux = json!({ "territory": { "territory": { "id": place.dreux }, "basis": "AREA" } });
    assert_eq!(place.needs(at_dreux).await, ["Partout où nous sommes"]);
}

#[tokio::test]
async fn it_is_seen_where_its_actor_is_whichever_way_one_looks() {
    let place = Place::new().await;
    let test = &place.test;
    let offer = place.offer(&place.theatre, "Une salle", json!({ "themes": ["family"] })).await;
    place.need(&place.school, "Une salle", json!({ "themes": ["family"] })).await;
    let query = "query($id: ID!, $actor: ID!, $school: ID!, $agglo: ID!) {
        node(id: $id) { id } offers { totalCount nodes { id } }
        actor(by: {id: $actor}) { offers { totalCount nodes { id } } needs { totalCount } }
        school: actor(by: {id: $school}) { needs { nodes { matches { offer { id } } } } }
        territory(by: {id: $agglo}) { matches { offer { id } } } }";
    let variables =
        json!({ "id": offer, "actor": place.theatre, "school": place.school, "agglo": place.agglo });
    let seen = async |token: Option<&str>| {
        let answer = match token {
            Some(token) => test.ask_as(token, query, variables.clone()).await,
            None => test.ask(query, variables.clone()).await,
        };
        let data = data_of(answer);
        let ways = [
            !data["node"].is_null(),
            data["offers"]["totalCount"] == 1 && data["offers"]["nodes"][0]["id"] == offer,
            data["actor"]["offers"]["totalCount"] == 1,
            data["school"]["needs"]["nodes"][0]["matches"][0]["offer"]["id"] == offer,
            data["territory"]["matches"][0]["offer"]["id"] == offer,
        ];
        assert!(ways.iter().all(|way| *way == ways[0]), "{ways:?} {data}");
        ways[0]
    };
    assert!(seen(None).await);
    test.execute("UPDATE actors SET status = 'DRAFT' WHERE name = 'Théâtre'").await;
    assert!(!seen(None).await);
    assert!(!seen(Some(&place.school_editor)).await);
    for token in [&place.theatre_editor, &place.dreux_manager, &test.token] {
        assert!(seen(Some(token)).await);
    }
    let close = "mutation($id: ID!) { closeExchange(id: $id) { __typename } }";
    let hidden = test.ask_as(&place.school_editor, close, json!({ "id": offer })).await;
    assert_eq!(codes(&hidden), ["NOT_FOUND"]);
}

#[tokio::test]
async fn pages_follow_each_other_and_a_cursor_is_of_one_side() {
    let place = Place::new().await;
    let test = &place.test;
    for number in 0..5 {
        test.clock.set(format!("2026-11-22T13:0{number}:00Z").parse().unwrap());
        place.need(&place.theatre, &number.to_string(), json!({})).await;
    }
    let query = "query($after: String, $actor: ID!) {
        needs(first: 2, after: $after) { nodes { title } pageInfo { endCursor hasNextPage } }
        actor(by: {id: $actor}) { needs(first: 2, after: $after) { nodes { title } } } }";
    let (mut after, mut all) = (Value::Null, Vec::new());
    loop {
        let data = test.data(query, json!({ "after": after, "actor": place.theatre })).await;
        assert_eq!(data["needs"]["nodes"], data["actor"]["needs"]["nodes"]);
        all.extend(texts(&data["needs"]["nodes"], "/title").into_iter().map(str::to_owned));
        after = data["needs"]["pageInfo"]["endCursor"].clone();
        if data["needs"]["pageInfo"]["hasNextPage"] == false {
            break;
        }
    }
    assert_eq!(all, ["4", "3", "2", "1", "0"]);
    let other = "query($after: String) { offers(after: $after) { nodes { title } } }";
    assert_eq!(codes(&test.ask(other, json!({ "after": after })).await), ["VALIDATION"]);
}
