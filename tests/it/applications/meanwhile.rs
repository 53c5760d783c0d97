//! What happens while an application is under way: members go, calls are put away, tracks are dropped.

use serde_json::{Value, json};

use super::{As, Town, broken, failing};
use crate::support::entries::{id_of, texts};
use crate::support::{codes, data_of, wrong_fields};

impl Town {
    /// An application of a small collective of four, which all but the last have signed off; both ids.
    async fn of_a_collective(&self) -> (String, String) {
        let collective = self.collective(&[1, 2, 3]).await;
        let made = data_of(self.start(As::Editor(0), 2, json!({ "collective": collective })).await);
        let id = id_of(&made["startApplication"]);
        self.signed(&id, &[1, 2]).await;
        (id, collective)
    }

    async fn leave(&self, collective: &str, actor: usize) {
        let query =
            "query($id: ID!) { collective(by: { id: $id }) { members { nodes { id role actor { id } } } } }";
        let read = self.test.admin_data(query, json!({ "id": collective })).await;
        let members = read["collective"]["members"]["nodes"].as_array().unwrap().clone();
        let of =
            |n: usize| id_of(members.iter().find(|m| m["actor"]["id"] == json!(self.actors[n])).unwrap());
        if actor == 0 {
            // The lead passes the lead on first.
            let pass = "mutation($id: ID!) { updateMembership(id: $id, input: { role: LEAD }) { id } }";
            self.test.admin_data(pass, json!({ "id": of(1) })).await;
        }
        let leave = "mutation($id: ID!) { leaveCollective(id: $id) { status } }";
        data_of(self.ask(As::Editor(actor), leave, json!({ "id": of(actor) })).await);
    }
}

#[tokio::test]
async fn a_lead_that_leaves_its_collective_files_no_more() {
    let town = Town::of(4).await;
    let (id, collective) = town.of_a_collective().await;
    town.leave(&collective, 0).await;
    let read = town.read(&id).await;
    assert_eq!(failing(&read), ["LEAD", "SIGN_OFFS"]);
    let refused = town.act(As::Editor(0), "submitApplication", &id, "").await;
    assert_eq!(broken(&refused), ["LEAD", "SIGN_OFFS"]);
    // It can still take back what is its own.
    town.must(As::Editor(0), "withdrawApplication", &id, "").await;
}

#[tokio::test]
async fn who_leaves_or_is_put_away_is_asked_no_more() {
    let town = Town::of(4).await;
    let (id, collective) = town.of_a_collective().await;
    assert_eq!(failing(&town.read(&id).await), ["SIGN_OFFS"]);
    town.leave(&collective, 3).await;
    assert_eq!(failing(&town.read(&id).await), Vec::<&str>::new());
    assert_eq!(
        codes(&town.act(As::Editor(3), "signOff", &id, &format!("actor: \"{}\"", town.actors[3])).await),
        ["NOT_FOUND"]
    );
    // Archived: a member less, and too few.
    town.test.must("archive", &town.actors[2], 2).await;
    let read = town.read(&id).await;
    assert_eq!(texts(&read["signOffs"], "/actor/name"), ["Association 1"]);
    assert_eq!(failing(&read), ["MEMBERS"]);
    town.test.must("restore", &town.actors[2], 3).await;
    assert_eq!(failing(&town.read(&id).await), Vec::<&str>::new());
    // Suppressed: in no list of co-applicants, and its editor is shown nothing of it by anybody's name.
    let suppress =
        "mutation($id: ID!) { suppressActor(id: $id, expectedVersion: 2, reason: \"à sa demande\") }";
    town.test.admin_data(suppress, json!({ "id": town.actors[1] })).await;
    let query = "query($id: ID!) { application(id: $id) { signOffs { actor { name } } } }";
    let told = data_of(town.ask(As::Editor(0), query, json!({ "id": id })).await);
    assert_eq!(texts(&told["application"]["signOffs"], "/actor/name"), ["Association 2"]);
}

#[tokio::test]
async fn a_lead_that_is_put_away_does_not_apply() {
    let town = Town::of(1).await;
    let id = town.alone().await;
    town.test.must("archive", &town.actors[0], 2).await;
    assert_eq!(failing(&town.read(&id).await), ["LEAD"]);
    assert_eq!(broken(&town.act(As::Editor(0), "submitApplication", &id, "").await), ["LEAD"]);
}

#[tokio::test]
async fn who_takes_over_an_applicant_takes_over_what_it_signed() {
    let town = Town::of(5).await;
    let id = town.together().await;
    town.signed(&id, &[1, 2]).await;
    let merge = "mutation($keep: ID!, $merge: ID!, $version: Int!, $other: Int!) {
        mergeActors(keep: $keep, keepVersion: $version, merge: $merge, mergeVersion: $other) { id } }";
    let into = async |keep: usize, version: i64, merged: (&String, i64)| {
        let variables =
            json!({ "keep": town.actors[keep], "version": version, "merge": merged.0, "other": merged.1 });
        town.test.admin_data(merge, variables).await;
    };
    // A co-applicant by a stranger; the lead, too; the funder of a line.
    into(3, 2, (&town.actors[1], 2)).await;
    into(4, 2, (&town.actors[0], 2)).await;
    into(3, 3, (&town.funder, 2)).await;
    let read = town.read(&id).await;
    assert_eq!(read["lead"]["name"], "Association 4");
    assert_eq!(texts(&read["signOffs"], "/actor/name"), ["Association 2", "Association 3"]);
    assert_eq!(failing(&read), Vec::<&str>::new());
    assert_eq!(read["budget"]["actions"][0]["lines"][0]["funder"]["name"], "Association 3");
    // Two co-applicants that become one sign once.
    into(3, 4, (&town.actors[2], 2)).await;
    let read = town.read(&id).await;
    assert_eq!(texts(&read["signOffs"], "/actor/name"), ["Association 3"]);
    assert!(read["signOffs"][0]["signedAt"].is_string());
    town.must(As::Admin, "submitApplication", &id, "").await;
    // And the lead that takes over its last co-applicant signs for nobody.
    let filed = async || town.read(&id).await["signOffs"].as_array().unwrap().len();
    assert_eq!(filed().await, 1);
    into(4, 3, (&town.actors[3], 5)).await;
    assert_eq!(filed().await, 0);
}

#[tokio::test]
async fn a_call_that_is_put_away_takes_nothing_and_keeps_what_it_has() {
    let town = Town::of(4).await;
    let (id, collective) = town.of_a_collective().await;
    let alone = town.alone().await;
    town.must(As::Editor(0), "submitApplication", &alone, "").await;
    town.test.must("archive", &town.call, 2).await;
    assert_eq!(failing(&town.read(&id).await), ["CALL_OPEN", "SIGN_OFFS", "ONE_APPLICATION"]);
    let start = town.start(As::Editor(0), 2, json!({ "collective": collective })).await;
    assert_eq!(wrong_fields(&start), ["input.call"]);
    // What was filed is still read and decided; those who applied still read it, without the call.
    let read = "query($id: ID!) { application(id: $id) { status call { id } track { title } } }";
    let own = data_of(town.ask(As::Editor(0), read, json!({ "id": alone })).await);
    assert_eq!(
        own["application"],
        json!({ "status": "SUBMITTED", "call": null, "track": { "title": "Un projet seul" } })
    );
    town.must(As::Manager, "startReview", &alone, "").await;
    town.must(
        As::Manager,
        "decideApplication",
        &alone,
        r#"outcome: REJECTED, reason: "L'appel est annulé.""#,
    )
    .await;
}

#[tokio::test]
async fn a_track_that_someone_has_begun_to_apply_by_stays() {
    let town = Town::of(1).await;
    town.alone().await;
    let query = "mutation($id: ID!, $tracks: [CallTrackInput!]) {
        updateCall(id: $id, expectedVersion: 2, input: { tracks: $tracks }) { version tracks { id title } } }";
    let update = async |tracks: Value| {
        town.ask(As::Organiser, query, json!({ "id": town.call, "tracks": tracks })).await
    };
    let track = |n: usize, kind: &str| json!({ "id": town.tracks[n], "kind": kind, "title": "Un volet" });
    let dropped = update(json!([track(1, "COLLECTIVE_PROJECT")])).await;
    assert_eq!(wrong_fields(&dropped), ["input.tracks"]);
    assert!(dropped.to_string().contains("Un projet seul"), "{dropped}");
    let changed = update(json!([track(0, "COLLECTIVE_PROJECT")])).await;
    assert_eq!(wrong_fields(&changed), ["input.tracks"]);
    // One that nobody has begun to apply by goes.
    let kept = data_of(update(json!([track(0, "INDIVIDUAL_PROJECT")])).await);
    assert_eq!(kept["updateCall"]["tracks"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_call_that_is_not_open_yet_or_closed_is_answered_when_it_may_be() {
    let town = Town::of(1).await;
    let later = json!({ "opensAt": "2026-11-25T00:00:00Z" });
    let upcoming = town.test.call("Appel à venir", &town.here, later).await;
    let tracks = "mutation($id: ID!) { updateCall(id: $id, expectedVersion: 2, input: { tracks: [{ kind: INDIVIDUAL_PROJECT, title: \"Seul\" }] }) { tracks { id } } }";
    let tracks =
        town.test.admin_data(tracks, json!({ "id": upcoming })).await["updateCall"]["tracks"].clone();
    let more = json!({ "call": upcoming, "track": tracks[0]["id"] });
    let made = data_of(town.start(As::Editor(0), 0, more).await)["startApplication"].clone();
    assert_eq!(failing(&made), ["CALL_OPEN", "CONTENT", "BUDGET"]);
    town.test.clock.set(super::CLOSES.parse().unwrap());
    let late = town.start(As::Editor(0), 0, json!({})).await;
    assert_eq!(wrong_fields(&late), ["input.call"]);
    // Who manages it writes down what came in time.
    data_of(town.start(As::Manager, 0, json!({})).await);
    let draft = id_of(&town.test.draft_call("Ébauche", &town.here, json!({})).await);
    let unseen = town.start(As::Editor(0), 0, json!({ "call": draft })).await;
    assert_eq!(wrong_fields(&unseen), ["input.call"]);
}
