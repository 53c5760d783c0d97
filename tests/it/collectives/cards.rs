//! Identity cards in revisions, their printable page, and the persons that a collective wants to bring in.

use axum::body::Body;
use axum::http::Request;
use http_body_util::BodyExt;
use maillage::domain::caller::Right;
use maillage::graphql::ids::id_of as key_of;
use serde_json::{Value, json};

use super::Town;
use crate::support::entries::{id_of, texts};
use crate::support::{codes, data_of, wrong_fields};

const CARD: &str = "revision essentialQuestion reasons { stance text } effects { horizonYear text } keyActions { title details } adoptedOn updatedAt";

/// One of the cards of the marathon of June 2019.
fn energy() -> Value {
    json!({
        "essentialQuestion": "Comment allons-nous, ensemble, pousser les pouvoirs publics à réaliser la transition énergétique et assurer une sécurité énergétique à tous ?",
        "reasons": [
            { "stance": "IMPORTANT", "text": "la justice sociale et environnementale" },
            { "stance": "NOT_ACCEPTABLE", "text": "tant de personnes sans l’énergie de leurs besoins élémentaires" },
        ],
        "effects": [
            { "horizonYear": 2030, "text": "une démocratie renforcée et outillée face à l’urgence énergétique" },
            { "horizonYear": 2030, "text": "de nouvelles solidarités contre la précarité énergétique" },
        ],
        "keyActions": [
            { "title": "encapaciter les citoyens", "details": ["partage de savoirs", "regroupements de citoyens"] },
            { "title": "déployer les solutions existantes par un accompagnement local", "details": [] },
        ],
        "adoptedOn": "2019-06-28",
    })
}

async fn revise(town: &Town, token: &str, id: &str, revision: i64, input: &Value) -> Value {
    let query = format!(
        "mutation($id: ID!, $revision: Int!, $input: IdentityCardInput!) {{
            reviseIdentityCard(collective: $id, expectedRevision: $revision, input: $input) {{ {CARD} }} }}"
    );
    town.test.ask_as(token, &query, json!({ "id": id, "revision": revision, "input": input })).await
}

async fn page(town: &Town, slug: &str) -> (u16, String) {
    let request = Request::get(format!("/collectives/{slug}/card")).body(Body::empty()).unwrap();
    let response = town.test.send(request).await;
    let status = response.status().as_u16();
    if status == 200 {
        let policy = response.headers()["content-security-policy"].to_str().unwrap();
        assert!(policy.starts_with("default-src 'none'"), "{policy}");
        assert_eq!(response.headers()["content-type"], "text/html; charset=utf-8");
    }
    let bytes = response.into_body().collect().await.unwrap().to_bytes();
    (status, String::from_utf8(bytes.to_vec()).unwrap())
}

#[tokio::test]
async fn every_revision_reads_back_as_it_was_and_two_writers_at_once_are_told() {
    let town = Town::of(2).await;
    let id = id_of(&town.registered(json!({ "kind": "ACTION_COMMUNITY" })).await);
    let editor = &town.editors[0];
    let first = data_of(revise(&town, editor, &id, 0, &energy()).await)["reviseIdentityCard"].clone();
    let mut expected = energy();
    expected["revision"] = json!(1);
    expected["updatedAt"] = json!("2026-11-22T12:00:00Z");
    assert_eq!(first, expected);
    let mut other = energy();
    other["essentialQuestion"] = json!("Et maintenant ?");
    let (one, two) =
        tokio::join!(revise(&town, editor, &id, 1, &other), revise(&town, &town.manager, &id, 1, &other));
    let refused: Vec<_> = [&one, &two].into_iter().flat_map(codes).collect();
    assert_eq!(refused, ["CONFLICT"]);
    let lost = if codes(&one).is_empty() { two } else { one };
    assert_eq!(lost["errors"][0]["extensions"]["currentVersion"], 2);
    let query = format!(
        "query($id: ID!) {{ collective(by: {{ id: $id }}) {{ version newest: identityCard {{ {CARD} }}
            first: identityCard(revision: 1) {{ {CARD} }} none: identityCard(revision: 9) {{ revision }}
            identityCards {{ {CARD} }} }} }}"
    );
    let read = town.test.admin_data(&query, json!({ "id": id })).await["collective"].clone();
    assert_eq!(read["first"], first);
    assert_eq!((&read["newest"]["revision"], &read["none"]), (&json!(2), &Value::Null));
    assert_eq!(read["identityCards"], json!([read["newest"], first]));
    assert_eq!(read["version"], 1, "a card has a count of its own");
    assert_eq!(codes(&revise(&town, &town.editors[1], &id, 2, &other).await), ["NOT_FOUND"]);
}

#[tokio::test]
async fn everything_that_is_wrong_with_a_card_is_said_at_once() {
    let town = Town::of(1).await;
    let id = id_of(&town.registered(json!({})).await);
    let input = json!({ "essentialQuestion": "", "reasons": [{ "stance": "NECESSARY", "text": " " }],
        "effects": [{ "horizonYear": 0, "text": "\u{0}" }], "keyActions": [{ "title": "", "details": [""] }], "adoptedOn": "hier" });
    let answer = revise(&town, &town.editors[0], &id, 0, &input).await;
    let mut wrong = wrong_fields(&answer);
    wrong.sort_unstable();
    assert_eq!(
        wrong,
        [
            "input.adoptedOn",
            "input.effects[0].horizonYear",
            "input.effects[0].text",
            "input.essentialQuestion",
            "input.keyActions[0].details[0]",
            "input.keyActions[0].title",
            "input.reasons[0].text",
        ]
    );
}

#[tokio::test]
async fn the_page_shows_what_a_stranger_may_see_and_no_markup_of_others() {
    let town = Town::of(2).await;
    let more = json!({ "kind": "ACTION_COMMUNITY", "name": "Énergie & <b>habitat</b>", "invite": [town.actors[1]],
        "pilotSites": [{ "id": town.there }] });
    let collective = town.registered(more).await;
    let (id, slug) = (id_of(&collective), collective["slug"].as_str().unwrap().to_owned());
    let mut card = energy();
    card["keyActions"][0]["details"][0] = json!("<script>alert(1)</script>");
    data_of(revise(&town, &town.editors[0], &id, 0, &card).await);
    let people = "mutation($id: ID!) { setResourcePeople(collective: $id, expectedVersion: 1, people: [{ name: \"Camille Exemple\", visibility: PARTNERS }]) { id } }";
    data_of(town.test.ask_as(&town.editors[0], people, json!({ "id": id })).await);
    assert_eq!(page(&town, &slug).await.0, 404, "a draft has no page");
    assert_eq!(page(&town, "nothing").await.0, 404);
    assert_eq!(page(&town, "a%00b").await.0, 404);
    town.test.must("publish", &id, 2).await;
    let (status, html) = page(&town, &slug).await;
    assert_eq!(status, 200);
    for shown in [
        "<html lang=\"fr\">",
        "<h1>Énergie &amp; &lt;b&gt;habitat&lt;/b&gt;</h1>",
        "Communauté d’action",
        "Question essentielle",
        "Pas normal :",
        "Ce que nous voulons pour 2030",
        "&lt;script&gt;alert(1)&lt;/script&gt;",
        "Dreux",
        "Territoires pilotes : Vernon",
        "Membres (1)",
        "Association 0",
        "Révision 1, adoptée le 28 juin 2019",
        "@page { size: A4",
        "@media print",
    ] {
        assert!(html.contains(shown), "{shown}: {html}");
    }
    for hidden in ["<script", "Camille", "Association 1", "://"] {
        assert!(!html.contains(hidden), "{hidden}: {html}");
    }
    town.test.must("archive", &id, 3).await;
    assert_eq!(page(&town, &slug).await.0, 404);
}

#[tokio::test]
async fn a_published_collective_without_a_card_has_no_page() {
    let town = Town::of(1).await;
    let collective = town.registered(json!({})).await;
    town.test.must("publish", &id_of(&collective), 1).await;
    assert_eq!(page(&town, collective["slug"].as_str().unwrap()).await.0, 404);
}

#[tokio::test]
async fn persons_are_seen_by_visibility_and_gone_when_they_are_taken_off() {
    let town = Town::of(2).await;
    let id = id_of(&town.registered(json!({})).await);
    town.join(&id, [1]).await;
    let set = "mutation($id: ID!, $version: Int!, $people: [ResourcePersonInput!]!) {
        setResourcePeople(collective: $id, expectedVersion: $version, people: $people) {
            version resourcePeople { id name reason approached visibility actor { id } } } }";
    let write = async |token: &str, version: i64, people: Value| {
        town.test.ask_as(token, set, json!({ "id": id, "version": version, "people": people })).await
    };
    let three = json!([
        { "name": "Alix Public", "visibility": "PUBLIC" },
        { "name": "Bao Partenaire", "visibility": "PARTNERS", "approached": true, "reason": "Connaît la CAF", "actor": town.actors[1] },
        { "name": "Chris Gestion" },
    ]);
    let written = data_of(write(&town.editors[0], 1, three).await)["setResourcePeople"].clone();
    let people = written["resourcePeople"].clone();
    assert_eq!(texts(&people, "/visibility"), ["PUBLIC", "PARTNERS", "MANAGERS"]);
    assert_eq!(people[1]["actor"]["id"], json!(town.actors[1]));
    town.test.must("publish", &id, 2).await;
    let here = key_of(&town.here.clone().into());
    let there = key_of(&town.there.clone().into());
    let partner = town.token("partner", &[Right::Partner(Some(here))]).await;
    let elsewhere = town.token("partner2", &[Right::Partner(Some(there))]).await;
    let analyst = town.token("analyst", &[Right::Analyst(here)]).await;
    let read = "query($id: ID!) { collective(by: { id: $id }) { resourcePeople { name } } }";
    let readers = [
        ("anyone", None, 1),
        ("analyst", Some(&analyst), 1),
        ("partner elsewhere", Some(&elsewhere), 1),
        ("member", Some(&town.editors[1]), 2),
        ("partner", Some(&partner), 2),
        ("lead", Some(&town.editors[0]), 3),
        ("manager", Some(&town.manager), 3),
        ("admin", Some(&town.test.token), 3),
    ];
    for (who, token, sees) in readers {
        let data = match token {
            Some(token) => data_of(town.test.ask_as(token, read, json!({ "id": id })).await),
            None => town.test.data(read, json!({ "id": id })).await,
        };
        let names = texts(&data["collective"]["resourcePeople"], "/name");
        assert_eq!(names, ["Alix Public", "Bao Partenaire", "Chris Gestion"][..sees], "{who}");
    }
    let kept = json!([{ "id": people[1]["id"], "name": "Bao Partenaire" }]);
    let after = data_of(write(&town.manager, 3, kept).await)["setResourcePeople"].clone();
    assert_eq!(after["resourcePeople"][0]["id"], people[1]["id"]);
    assert_eq!(after["resourcePeople"][0]["visibility"], "MANAGERS", "what is left out is as at first");
    let gone = json!([{ "id": people[0]["id"], "name": "" }]);
    let refused = write(&town.manager, 4, gone).await;
    let mut wrong = wrong_fields(&refused);
    wrong.sort_unstable();
    assert_eq!(wrong, ["people[0].id", "people[0].name"]);
    assert_eq!(codes(&write(&town.manager, 3, json!([])).await), ["CONFLICT"]);
    assert_eq!(codes(&write(&town.editors[1], 4, json!([])).await), ["FORBIDDEN"]);
    data_of(write(&town.manager, 4, json!([])).await);
    // Nowhere: not in the row, not in the history, not in what was sent with a key.
    for table in ["resource_people", "changes", "client_keys", "collectives"] {
        let rows = town.test.rows(&format!("SELECT * FROM {table}")).await;
        let text = Value::Array(rows).to_string();
        for name in ["Alix", "Bao", "Chris", "CAF"] {
            assert!(!text.contains(name), "{name} in {table}");
        }
    }
}
