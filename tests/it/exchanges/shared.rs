//! Needs of collectives: posted for the lead, seen where the collective is, matched and introduced through who speaks for it.

use serde_json::{Value, json};

use super::{CLOSE, POST_NEED, Place, key};
use crate::support::entries::{id_of, texts};
use crate::support::{codes, data_of, wrong_fields};

const NEEDS: &str = "query($f: ExchangeFilter) { needs(filter: $f) { totalCount nodes { title actor { id } collective { name } territories { id } } } }";
const INTRODUCE: &str = "mutation($need: ID!, $offer: ID!) { introduce(need: $need, offer: $offer) {
    id source { name } target { name } declaredBy { name } } }";
const ACCEPT: &str = "mutation($id: ID!) { answerMembership(id: $id, accept: true) { id } }";

impl Place {
    /// A draft of a collective in Dreux that the theatre leads and the school is of; its id.
    async fn circle(&self) -> String {
        let register = "mutation($input: RegisterCollectiveInput!) { made: registerCollective(input: $input) { id members { nodes { id } } } }";
        let input = json!({ "kind": "SMALL_COLLECTIVE", "name": "Ensemble", "lead": self.theatre, "invite": [self.school],
            "territories": [{ "id": self.dreux }] });
        let made = self.test.admin_data(register, json!({ "input": input })).await["made"].clone();
        for member in made["members"]["nodes"].as_array().unwrap() {
            self.test.admin_data(ACCEPT, json!({ "id": member["id"] })).await;
        }
        id_of(&made)
    }

    /// Posts a need of a collective as an administrator; its id.
    async fn shared_need(&self, circle: &str, title: &str, themes: Value) -> String {
        let input = json!({ "collective": circle, "kind": "SPACE", "title": title, "themes": themes });
        id_of(&self.test.admin_data(POST_NEED, json!({ "input": input })).await["made"])
    }
}

#[tokio::test]
async fn its_lead_posts_and_closes_and_those_see_it_who_see_the_collective() {
    let place = Place::new().await;
    let test = &place.test;
    let circle = place.circle().await;
    let input = json!({ "input": { "collective": circle, "kind": "SPACE", "title": "Salle" } });
    // A member that does not lead it reads; who sees no draft hears that there is none.
    assert_eq!(codes(&test.ask_as(&place.school_editor, POST_NEED, input.clone()).await), ["FORBIDDEN"]);
    let far = test.token_of("far@example.org", &[super::editor_of(&place.far)]).await;
    let unseen = test.ask_as(&far, POST_NEED, input.clone()).await;
    assert_eq!(wrong_fields(&unseen), ["input.collective"]);
    let need = id_of(&data_of(test.ask_as(&place.theatre_editor, POST_NEED, input.clone()).await)["made"]);
    let other = id_of(&data_of(test.ask_as(&place.dreux_manager, POST_NEED, input.clone()).await)["made"]);
    let both = json!({ "input": { "actor": place.theatre, "collective": circle, "kind": "SPACE", "title": "Salle" } });
    assert_eq!(wrong_fields(&test.ask_as_admin(POST_NEED, both).await), ["input.collective"]);

    let count = async |token: Option<&str>, filter: Value| {
        let answer = test.ask_with(token, NEEDS, json!({ "f": filter })).await;
        data_of(answer)["needs"]["totalCount"].as_i64().unwrap()
    };
    for (token, seen) in [
        (None, 0),
        (Some(far.as_str()), 0),
        (Some(place.school_editor.as_str()), 2),
        (Some(place.theatre_editor.as_str()), 2),
        (Some(place.dreux_manager.as_str()), 2),
    ] {
        assert_eq!(count(token, json!({})).await, seen);
    }
    test.must("publish", &circle, 1).await;
    let listed = test.data(NEEDS, json!({ "f": {} })).await["needs"]["nodes"][0].clone();
    let expected =
        json!({ "title": "Salle", "actor": null, "collective": { "name": "Ensemble" }, "territories": [] });
    assert_eq!(listed, expected);
    // It is needed where the collective acts; it sits nowhere.
    let scope = |id: &str, basis: &str| json!({ "territory": { "territory": { "id": id }, "basis": basis } });
    for (id, basis, expected) in [
        (&place.dreux, "AREA", 2),
        (&place.agglo, "ANY", 2),
        (&place.dreux, "SEAT", 0),
        (&place.vernouillet, "ANY", 0),
    ] {
        assert_eq!(count(None, scope(id, basis)).await, expected, "{basis}");
    }
    assert_eq!(count(None, json!({ "actor": place.theatre })).await, 0, "it is not the lead's own");

    let close = json!({ "id": need });
    assert_eq!(codes(&test.ask_as(&place.school_editor, CLOSE, close.clone()).await), ["FORBIDDEN"]);
    let closed = data_of(test.ask_as(&place.theatre_editor, CLOSE, close).await);
    assert_eq!(closed["made"]["open"], false);
    let changes = test
        .rows(&format!(
            "SELECT fields FROM changes WHERE subject_id = '{}' AND action = 'CREATE'",
            key(&need)
        ))
        .await;
    assert_eq!(changes[0]["fields"]["collective"][1], json!(key(&circle).to_string()));
    // What is put away needs nothing.
    test.must("archive", &circle, 2).await;
    assert_eq!(count(Some(&test.token), json!({})).await, 0);
    let refused = test.ask_as(&place.theatre_editor, CLOSE, json!({ "id": other })).await;
    assert_eq!(codes(&refused), ["NOT_FOUND"]);
    assert_eq!(wrong_fields(&test.ask_as_admin(POST_NEED, input).await), ["input.collective"]);
    assert!(test.app.examine().await.unwrap().is_well());
}

#[tokio::test]
async fn it_is_matched_where_it_acts_and_its_members_are_those_who_work_with_it() {
    let place = Place::new().await;
    let test = &place.test;
    let circle = place.circle().await;
    test.must("publish", &circle, 1).await;
    let need = place.shared_need(&circle, "Salle commune", json!(["family"])).await;
    let there = json!({ "themes": ["family"], "territories": [{ "id": place.agglo }] });
    place.offer(&place.far, "D’ailleurs", there.clone()).await;
    place.offer(&place.school, "D’un membre", there.clone()).await;
    let own = place.offer(&place.theatre, "De qui la mène", there).await;
    let matches = "query($id: ID!) { node(id: $id) {
        ... on Need { matches { score reasons distanceKm alreadyLinked offer { title } } }
        ... on Offer { matches { score need { collective { name } } } } } }";
    let found = async |id: &str| test.data(matches, json!({ "id": id })).await["node"]["matches"].clone();
    let all = found(&need).await;
    // 0.4 + 0.35 × 0.8; the new one first
    let told: Vec<_> = all
        .as_array()
        .unwrap()
        .iter()
        .map(|m| {
            (m["offer"]["title"].as_str().unwrap(), m["score"].as_f64().unwrap(), m["alreadyLinked"] == true)
        })
        .collect();
    assert_eq!(told[..1], [("D’ailleurs", 0.68, false)], "{all}");
    assert_eq!((told.len(), told[1].0, told[1].2), (2, "D’un membre", true), "never with who speaks for it");
    assert_eq!(all[0]["distanceKm"], Value::Null);
    let last = all[1]["reasons"].as_array().unwrap().last().unwrap().as_str().unwrap();
    assert!(last.contains("collectif"), "{last}");
    assert_eq!(found(&own).await, json!([]));
    // Whom a member works with, the collective does.
    test.interaction("PARTNERSHIP", &place.school, &place.far, json!({})).await;
    assert!(found(&need).await.as_array().unwrap().iter().all(|m| m["alreadyLinked"] == true));
    let query = "query($id: ID!) { territory(by: {id: $id}) { matches { need { id } } } }";
    for (territory, expected) in [(&place.dreux, 2), (&place.vernouillet, 0)] {
        let data = test.data(query, json!({ "id": territory })).await;
        assert_eq!(data["territory"]["matches"].as_array().unwrap().len(), expected);
    }
    // needs; candidates, places, what is compared, members, what lies within what, who works with whom
    let query = "{ needs { nodes { matches { score } } } }";
    let mut fewest = usize::MAX;
    for _ in 0..3 {
        fewest = fewest.min(test.statements(query, json!({})).await);
    }
    assert_eq!(fewest, 7);
}

#[tokio::test]
async fn who_speaks_for_it_is_put_in_touch() {
    let place = Place::new().await;
    let test = &place.test;
    let circle = place.circle().await;
    let need = place.shared_need(&circle, "Salle commune", json!([])).await;
    let far = place.offer(&place.far, "Salle au loin", json!({})).await;
    let member = place.offer(&place.school, "Salle de musique", json!({})).await;
    let own = place.offer(&place.theatre, "Salle à soi", json!({})).await;
    let introduce = async |token: &str, offer: &str| {
        test.ask_as(token, INTRODUCE, json!({ "need": need, "offer": offer })).await
    };
    assert_eq!(
        codes(&introduce(&place.theatre_editor, &far).await),
        ["CONFLICT"],
        "others do not see a draft's"
    );
    test.must("publish", &circle, 1).await;
    assert_eq!(
        codes(&introduce(&place.school_editor, &far).await),
        ["FORBIDDEN"],
        "a member does not speak for it"
    );
    assert_eq!(wrong_fields(&introduce(&test.token, &own).await), ["offer"]);
    let made = data_of(introduce(&place.theatre_editor, &far).await)["introduce"].clone();
    assert_eq!(
        json!([made["source"]["name"], made["target"]["name"], made["declaredBy"]["name"]]),
        json!(["Ailleurs", "Théâtre", "Théâtre"])
    );
    let again = introduce(&place.theatre_editor, &far).await;
    assert_eq!(again["errors"][0]["extensions"]["existingId"], made["id"]);
    // An actor in its own right speaks for itself, once everyone sees it.
    let promote = "mutation($id: ID!) { promoteToActor(collective: $id, expectedVersion: 2, kind: ASSOCIATION) { id } }";
    let actor = id_of(&test.admin_data(promote, json!({ "id": circle })).await["promoteToActor"]);
    test.must("publish", &actor, 1).await;
    let made = data_of(introduce(&place.school_editor, &member).await)["introduce"].clone();
    assert_eq!(made["target"]["name"], "Ensemble");
    test.must("archive", &actor, 2).await;
    let letters = test.rows("SELECT letter FROM outbox WHERE letter->>'kind' = 'INTRODUCTION'").await;
    let letters = Value::from(letters);
    assert!(texts(&letters, "/letter/names/0").iter().all(|name| *name == "Ensemble"), "{letters}");
    test.must("archive", &place.theatre, 2).await;
    assert_eq!(codes(&introduce(&test.token, &member).await), ["CONFLICT"], "nobody leads it");
}
