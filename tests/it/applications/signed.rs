//! Sign-offs: asked, given, refused, taken away by a change, asked again.

use serde_json::{Value, json};

use super::{As, Town, failing, message};
use crate::support::codes;
use crate::support::entries::texts;

fn answers(application: &Value) -> Vec<&str> {
    let told = |own: &Value| match (own["signedAt"].is_string(), own["declinedAt"].is_string()) {
        (true, _) => "signed",
        (_, true) => "declined",
        _ => "silent",
    };
    application["signOffs"].as_array().unwrap().iter().map(told).collect()
}

#[tokio::test]
async fn a_loop_of_sign_offs_ends_where_all_agree_to_the_same() {
    let town = Town::of(3).await;
    let id = town.together().await;
    let of = |n: usize| format!("actor: \"{}\"", town.actors[n]);
    // Nobody signs what is still being written.
    let early = town.act(As::Editor(1), "signOff", &id, &of(1)).await;
    assert_eq!(codes(&early), ["CONFLICT"]);
    assert!(message(&early).contains("requestSignOffs"));
    let asked = town.must(As::Editor(0), "requestSignOffs", &id, "").await;
    assert_eq!((&asked["status"], answers(&asked)), (&json!("AWAITING_SIGN_OFF"), vec!["silent", "silent"]));
    assert_eq!(town.letters("SIGN_OFF_REQUEST").await, 2);
    // Asked again, who has not answered is not written to again.
    town.must(As::Editor(0), "requestSignOffs", &id, "").await;
    assert_eq!(town.letters("SIGN_OFF_REQUEST").await, 2);
    let one = town.must(As::Editor(1), "signOff", &id, &of(1)).await;
    assert_eq!(answers(&one), ["signed", "silent"]);
    assert_eq!(failing(&one), ["SIGN_OFFS"]);
    assert_eq!(codes(&town.act(As::Editor(1), "signOff", &id, &of(1)).await), ["CONFLICT"]);
    // A change takes away what was signed; one that changes nothing does not.
    let same =
        town.must(As::Editor(2), "updateApplication", &id, r#"input: { title: "Ouvrir des lieux" }"#).await;
    assert_eq!((&same["status"], answers(&same)), (&json!("AWAITING_SIGN_OFF"), vec!["signed", "silent"]));
    let changed = town.must(As::Editor(2), "updateApplication", &id, r#"input: { title: "Ouvrir" }"#).await;
    assert_eq!((&changed["status"], answers(&changed)), (&json!("DRAFT"), vec!["silent", "silent"]));
    town.must(As::Editor(2), "requestSignOffs", &id, "").await;
    assert_eq!(town.letters("SIGN_OFF_REQUEST").await, 3, "but for the one who asks");
    town.must(As::Editor(1), "signOff", &id, &of(1)).await;
    // One declines: its reason is read, and the other's agreement holds while nothing changes.
    let declined =
        town.must(As::Editor(2), "declineSignOff", &id, &format!("{}, reason: \"Le budget.\"", of(2))).await;
    assert_eq!((&declined["status"], answers(&declined)), (&json!("DRAFT"), vec!["signed", "declined"]));
    assert_eq!(declined["signOffs"][1]["reason"], "Le budget.");
    assert_eq!(town.letters("SIGN_OFF_ANSWER").await, 1);
    let refused = town.act(As::Editor(0), "submitApplication", &id, "").await;
    assert_eq!(super::broken(&refused), ["SIGN_OFFS"]);
    let again = town.must(As::Editor(0), "requestSignOffs", &id, "").await;
    assert_eq!(answers(&again), ["signed", "silent"]);
    let complete = town.must(As::Editor(2), "signOff", &id, &of(2)).await;
    assert_eq!((answers(&complete), failing(&complete)), (vec!["signed", "signed"], vec![]));
    assert_eq!(town.letters("SIGN_OFF_ANSWER").await, 2);
    let filed = town.must(As::Editor(0), "submitApplication", &id, "").await;
    assert_eq!((&filed["status"], answers(&filed)), (&json!("SUBMITTED"), vec!["signed", "signed"]));
}

#[tokio::test]
async fn each_signs_for_itself_and_a_manager_records_what_came_on_paper() {
    let town = Town::of(4).await;
    let id = town.together().await;
    let of = |n: usize| format!("actor: \"{}\"", town.actors[n]);
    town.must(As::Editor(0), "requestSignOffs", &id, "").await;
    for who in [As::Editor(0), As::Editor(2)] {
        assert_eq!(codes(&town.act(who, "signOff", &id, &of(1)).await), ["FORBIDDEN"], "{who:?}");
    }
    assert_eq!(codes(&town.act(As::Editor(3), "signOff", &id, &of(3)).await), ["NOT_FOUND"]);
    assert_eq!(codes(&town.act(As::Nobody, "signOff", &id, &of(1)).await), ["UNAUTHENTICATED"]);
    // The lead is no co-applicant of itself.
    assert_eq!(codes(&town.act(As::Editor(0), "signOff", &id, &of(0)).await), ["VALIDATION"]);
    let recorded = town.must(As::Manager, "signOff", &id, &of(1)).await;
    assert_eq!(texts(&recorded["signOffs"], "/by"), ["manager@example.org", "null"]);
    // Who answered is told to those who may name persons, and to nobody else.
    let query = "query($id: ID!) { application(id: $id) { signOffs { by } } }";
    let told = town.ask(As::Editor(0), query, json!({ "id": id })).await;
    assert_eq!(texts(&told["data"]["application"]["signOffs"], "/by"), ["null", "null"]);
    // What is alone is signed by nobody.
    let alone = town.alone().await;
    let none = town.act(As::Editor(0), "requestSignOffs", &alone, "").await;
    assert_eq!(codes(&none), ["CONFLICT"]);
}

#[tokio::test]
async fn permissions_say_what_the_attempt_meets() {
    let town = Town::of(3).await;
    let id = town.together().await;
    town.must(As::Editor(0), "requestSignOffs", &id, "").await;
    let query = "query($id: ID!) { application(id: $id) { permissions { action allowed } } }";
    let may = async |who: As| {
        let told = town.ask(who, query, json!({ "id": id })).await;
        let all = told["data"]["application"]["permissions"].as_array().unwrap().clone();
        let allowed = all.into_iter().filter(|permission| permission["allowed"] == json!(true));
        allowed.map(|permission| permission["action"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(may(As::Editor(0)).await, ["READ", "UPDATE", "SUBMIT", "ARCHIVE", "SEE_HISTORY"]);
    assert_eq!(may(As::Editor(1)).await, ["READ", "UPDATE", "CONFIRM", "DISPUTE", "SEE_HISTORY"]);
    assert_eq!(
        may(As::Manager).await,
        ["READ", "UPDATE", "SUBMIT", "ARCHIVE", "CONFIRM", "DISPUTE", "SEE_HISTORY"]
    );
}

#[tokio::test]
async fn what_someone_said_goes_with_them() {
    let town = Town::of(3).await;
    let id = town.together().await;
    town.must(As::Editor(0), "requestSignOffs", &id, "").await;
    let more = format!("actor: \"{}\", reason: \"Zigomar s'y oppose.\"", town.actors[2]);
    town.must(As::Editor(2), "declineSignOff", &id, &more).await;
    town.test.app.erase_person("editor2@example.org").await.unwrap();
    let read = town.read(&id).await;
    let own = &read["signOffs"][1];
    assert!(own["declinedAt"].is_string());
    assert_eq!((&own["reason"], &own["by"]), (&Value::Null, &Value::Null));
    let history =
        "query($id: ID!) { application(id: $id) { history { nodes { by comment changes { after } } } } }";
    let history = town.test.admin_data(history, json!({ "id": id })).await;
    assert!(!history.to_string().contains("Zigomar"), "{history}");
}
