//! Needs and offers: posted, closed, listed, seen where their actor is.

mod introduced;
mod listed;
mod matched;
mod shared;

use maillage::domain::caller::Right;
use maillage::domain::ids::{ActorId, TerritoryId};
use maillage::graphql::ids::subject;
use serde_json::{Map, Value, json};

use crate::support::entries::{id_of, square};
use crate::support::{TestApp, codes, data_of, wrong_fields};

const POST_NEED: &str =
    "mutation($input: NeedInput!) { made: postNeed(input: $input) { id open title actor { name } } }";
const POST_OFFER: &str =
    "mutation($input: OfferInput!) { made: postOffer(input: $input) { id open title actor { name } } }";
const CLOSE: &str = "mutation($id: ID!) { made: closeExchange(id: $id) {
    ... on Need { id open } ... on Offer { id open } } }";

/// Two communes of an Agglo with an actor each and their editors, and one in another place.
struct Place {
    test: TestApp,
    agglo: String,
    dreux: String,
    vernouillet: String,
    /// Sits in Dreux.
    theatre: String,
    /// Sits in Vernouillet.
    school: String,
    /// Sits elsewhere.
    far: String,
    theatre_editor: String,
    school_editor: String,
    dreux_manager: String,
}

fn key(id: &str) -> uuid::Uuid {
    subject(&id.into()).unwrap().id
}

fn editor_of(actor: &str) -> Right {
    Right::ActorEditor(ActorId(key(actor)))
}

fn manager_of(territory: &str) -> Right {
    Right::TerritoryManager(TerritoryId(key(territory)))
}

impl Place {
    async fn new() -> Self {
        let test = TestApp::empty().await;
        let dreux = test.territory("COMMUNE", "28134", "Dreux", square(1.36, 48.73, 0.03)).await;
        let vernouillet = test.territory("COMMUNE", "28404", "Vernouillet", square(1.36, 48.66, 0.03)).await;
        let elsewhere = test.territory("COMMUNE", "13055", "Marseille", square(5.4, 43.3, 0.05)).await;
        let members = json!([{ "id": dreux }, { "id": vernouillet }]);
        let agglo = json!({ "kind": "INTERCOMMUNALITY", "code": "200040277", "vintage": 2026,
            "name": "CA du Pays de Dreux", "members": members });
        let create =
            "mutation($input: CreateTerritoryInput!) { made: createTerritory(input: $input) { id } }";
        let agglo = id_of(&test.admin_data(create, json!({ "input": agglo })).await["made"]);
        let actor = async |name, longitude: f64, latitude: f64| {
            let location = json!({ "longitude": longitude, "latitude": latitude });
            test.actor(name, json!({ "location": location })).await
        };
        let theatre = actor("Théâtre", 1.36, 48.73).await;
        let school = actor("École de musique", 1.36, 48.66).await;
        let far = actor("Ailleurs", 5.4, 43.3).await;
        let _ = elsewhere;
        let theatre_editor = test.token_of("theatre@example.org", &[editor_of(&theatre)]).await;
        let school_editor = test.token_of("school@example.org", &[editor_of(&school)]).await;
        let dreux_manager = test.token_of("dreux@example.org", &[manager_of(&dreux)]).await;
        Self {
            test,
            agglo,
            dreux,
            vernouillet,
            theatre,
            school,
            far,
            theatre_editor,
            school_editor,
            dreux_manager,
        }
    }

    /// Posts as an administrator, a second later than what was posted before; its id.
    async fn need(&self, actor: &str, title: &str, more: Value) -> String {
        self.test.clock.set(self.test.clock.now() + chrono::TimeDelta::seconds(1));
        id_of(&self.test.admin_data(POST_NEED, json!({ "input": posted(actor, title, more) })).await["made"])
    }

    /// Posts as an administrator, a second later than what was posted before; its id.
    async fn offer(&self, actor: &str, title: &str, more: Value) -> String {
        self.test.clock.set(self.test.clock.now() + chrono::TimeDelta::seconds(1));
        id_of(&self.test.admin_data(POST_OFFER, json!({ "input": posted(actor, title, more) })).await["made"])
    }
}

/// An input about a space.
fn posted(actor: &str, title: &str, more: Value) -> Value {
    let mut input = json!({ "actor": actor, "kind": "SPACE", "title": title });
    let more: Map<String, Value> = serde_json::from_value(more).unwrap();
    input.as_object_mut().unwrap().extend(more);
    input
}

#[tokio::test]
async fn editors_post_for_their_actor_managers_within_reach_and_nobody_else() {
    let place = Place::new().await;
    let test = &place.test;
    let elsewhere = test.token_of("far@example.org", &[editor_of(&place.far)]).await;
    for (query, name) in [(POST_NEED, "need"), (POST_OFFER, "offer")] {
        let input = json!({ "input": posted(&place.theatre, name, json!({})) });
        assert_eq!(codes(&test.ask(query, input.clone()).await), ["UNAUTHENTICATED"]);
        let nobody = test.token_of(&format!("{name}@example.org"), &[]).await;
        assert_eq!(codes(&test.ask_as(&nobody, query, input.clone()).await), ["FORBIDDEN"]);
        assert_eq!(codes(&test.ask_as(&elsewhere, query, input.clone()).await), ["FORBIDDEN"]);
        for token in [&place.theatre_editor, &place.dreux_manager, &test.token] {
            let made = data_of(test.ask_as(token, query, input.clone()).await)["made"].clone();
            assert_eq!((&made["open"], &made["actor"]["name"]), (&json!(true), &json!("Théâtre")));
        }
        let school = json!({ "input": posted(&place.school, name, json!({})) });
        assert_eq!(codes(&test.ask_as(&place.dreux_manager, query, school).await), ["FORBIDDEN"]);
    }
}

#[tokio::test]
async fn all_that_is_wrong_is_said_at_once() {
    let place = Place::new().await;
    let input = json!({ "input": { "clientKey": "", "actor": place.dreux, "kind": "SPACE", "title": " ",
        "themes": ["no-such"], "territories": [{ "id": place.theatre }], "validUntil": "2026-11-21" } });
    let answer = place.test.ask_as(&place.theatre_editor, POST_NEED, input).await;
    assert_eq!(codes(&answer), ["VALIDATION"]);
    let mut wrong = wrong_fields(&answer);
    wrong.sort_unstable();
    let expected = ["actor", "clientKey", "territories[0]", "themes[0]", "title", "validUntil"];
    assert_eq!(wrong, expected.map(|field| format!("input.{field}")));
    let nobody = json!({ "input": { "kind": "SPACE", "title": "Salle" } });
    assert!(wrong_fields(&place.test.ask_as_admin(POST_NEED, nobody).await).contains(&"input.actor"));
}

#[tokio::test]
async fn nothing_is_posted_for_an_archived_actor() {
    let place = Place::new().await;
    place.test.must("archive", &place.theatre, 2).await;
    let input = json!({ "input": posted(&place.theatre, "Salle", json!({})) });
    let answer = place.test.ask_as_admin(POST_OFFER, input).await;
    assert_eq!(wrong_fields(&answer), ["input.actor"]);
}

#[tokio::test]
async fn a_retried_posting_is_the_first_one_and_leaves_one_change() {
    let place = Place::new().await;
    let test = &place.test;
    let before = test.changes().await;
    let input = |title| json!({ "input": posted(&place.theatre, title, json!({ "clientKey": "one" })) });
    let first = test.ask_as(&place.theatre_editor, POST_NEED, input("Salle")).await;
    let again = test.ask_as(&place.theatre_editor, POST_NEED, input("Salle")).await;
    assert_eq!(data_of(first), data_of(again));
    assert_eq!(test.changes().await, before + 1);
    let other = test.ask_as(&place.theatre_editor, POST_NEED, input("Autre")).await;
    assert_eq!(codes(&other), ["CONFLICT"]);
    let offer = test.ask_as(&place.theatre_editor, POST_OFFER, input("Salle")).await;
    assert_eq!(codes(&offer), ["CONFLICT"], "a need's key is none of an offer");
}

#[tokio::test]
async fn what_is_closed_stays_closed_and_the_change_says_who_did_it() {
    let place = Place::new().await;
    let test = &place.test;
    let need = place.need(&place.theatre, "Salle", json!({})).await;
    let offer = place.offer(&place.theatre, "Salle", json!({})).await;
    for (id, kind) in [(&need, "NEED"), (&offer, "OFFER")] {
        let variables = json!({ "id": id });
        assert_eq!(codes(&test.ask(CLOSE, variables.clone()).await), ["UNAUTHENTICATED"]);
        assert_eq!(codes(&test.ask_as(&place.school_editor, CLOSE, variables.clone()).await), ["FORBIDDEN"]);
        let closed = data_of(test.ask_as(&place.theatre_editor, CLOSE, variables.clone()).await);
        assert_eq!(closed["made"], json!({ "id": id, "open": false }));
        assert_eq!(codes(&test.ask_as(&place.theatre_editor, CLOSE, variables).await), ["CONFLICT"]);
        let changes = format!(
            "SELECT action, caller, fields FROM changes WHERE subject_kind = '{kind}' AND subject_id = '{}' ORDER BY position",
            key(id)
        );
        let changes = test.rows(&changes).await;
        assert_eq!(changes.len(), 2);
        assert_eq!((&changes[0]["action"], &changes[1]["action"]), (&json!("CREATE"), &json!("UPDATE")));
        assert!(changes[1]["caller"].as_str().unwrap().starts_with("user:"));
        let fields: Vec<_> = changes[1]["fields"].as_object().unwrap().keys().collect();
        assert_eq!(fields, ["closed_at"]);
    }
    for id in [&place.theatre, "nonsense"] {
        assert_eq!(codes(&test.ask_as_admin(CLOSE, json!({ "id": id })).await), ["NOT_FOUND"]);
    }
}

#[tokio::test]
async fn closing_from_every_state_as_every_role() {
    let place = Place::new().await;
    let test = &place.test;
    let dreux = TerritoryId(key(&place.dreux));
    let mut tokens = vec![("nobody", None)];
    for (role, rights) in [
        ("signed-in", vec![]),
        ("partner", vec![Right::Partner(None)]),
        ("analyst", vec![Right::Analyst(dreux)]),
        ("another", vec![editor_of(&place.school)]),
        ("elsewhere", vec![manager_of(&place.vernouillet)]),
        ("editor", vec![editor_of(&place.theatre)]),
        ("manager", vec![manager_of(&place.dreux)]),
        ("administrator", vec![Right::Admin]),
    ] {
        tokens.push((role, Some(test.token_of(&format!("{role}@example.org"), &rights).await)));
    }
    let need = place.need(&place.theatre, "Salle", json!({})).await;
    let offer = place.offer(&place.theatre, "Salle", json!({})).await;
    for (state, columns, expected) in [
        ("open", "closed_at = NULL, valid_until = NULL", Ok(false)),
        ("past its last day", "closed_at = NULL, valid_until = '2026-11-21'", Ok(false)),
        ("closed", "closed_at = now(), valid_until = NULL", Err("CONFLICT")),
    ] {
        for id in [&need, &offer] {
            for (role, token) in &tokens {
                test.execute(&format!("UPDATE exchanges SET {columns}")).await;
                let answer = test.ask_with(token.as_deref(), CLOSE, json!({ "id": id })).await;
                let expected = match *role {
                    "nobody" => Err("UNAUTHENTICATED"),
                    "editor" | "manager" | "administrator" => expected,
                    _ => Err("FORBIDDEN"),
                };
                let open = answer["data"]["made"]["open"].as_bool().unwrap_or_default();
                let heard = codes(&answer).first().map_or(Ok(open), |code| Err(*code));
                assert_eq!(heard, expected, "{state} as {role}: {answer}");
            }
        }
    }
}

#[tokio::test]
async fn it_is_open_through_its_last_day_in_paris() {
    let place = Place::new().await;
    let test = &place.test;
    place.need(&place.theatre, "Salle", json!({ "validUntil": "2026-11-22" })).await;
    let open = async || {
        let query = "{ all: needs { nodes { open } } open: needs(filter: {open: true}) { totalCount } past: needs(filter: {open: false}) { totalCount } }";
        let data = test.data(query, json!({})).await;
        let own = data["all"]["nodes"][0]["open"].as_bool().unwrap();
        assert_eq!((data["open"]["totalCount"] == 1, data["past"]["totalCount"] == 0), (own, own));
        own
    };
    test.clock.set("2026-11-22T22:59:59Z".parse().unwrap());
    assert!(open().await);
    test.clock.set("2026-11-22T23:00:00Z".parse().unwrap());
    assert!(!open().await);
}
