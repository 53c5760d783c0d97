//! A manager's rights end where its territories do: before and after a write, whichever way it is asked.

use serde_json::{Value, json};

use super::world::{Stage, World};
use crate::support::{codes, data_of};

const UPDATE_ACTOR: &str = "mutation($id: ID!, $v: Int!, $in: UpdateActorInput!) { updateActor(id: $id, expectedVersion: $v, input: $in) { version } }";
const UPDATE_CALL: &str = "mutation($id: ID!, $v: Int!, $in: UpdateCallInput!) { updateCall(id: $id, expectedVersion: $v, input: $in) { version } }";
const CREATE_ACTOR: &str = "mutation($in: CreateActorInput!) { createActor(input: $in) { id version } }";
const CREATE_CALL: &str = "mutation($in: CreateCallInput!) { createCall(input: $in) { id version } }";
const DECLARE: &str =
    "mutation($in: DeclareInteractionInput!) { declareInteraction(input: $in) { id version } }";
const UPDATE_TERRITORY: &str = "mutation($id: ID!, $in: UpdateTerritoryInput!) { updateTerritory(id: $id, expectedVersion: 1, input: $in) { version } }";

impl Stage {
    async fn try_as(&self, persona: &str, query: &str, mut variables: Value) -> Value {
        self.world.fill(&mut variables);
        self.ask(persona, query, variables).await
    }

    async fn refused(&self, persona: &str, query: &str, variables: Value, code: &str) {
        let before = self.test.changes().await;
        let answer = self.try_as(persona, query, variables.clone()).await;
        assert_eq!(codes(&answer), [code], "{persona} {variables}: {answer}");
        assert_eq!(self.test.changes().await, before, "{persona} {variables}");
    }

    async fn done(&self, persona: &str, query: &str, variables: Value) -> Value {
        data_of(self.try_as(persona, query, variables).await)
    }
}

#[tokio::test]
async fn no_manager_moves_an_actor_out_of_its_reach_or_another_in() {
    let stage = World::stage().await;
    let near = |input: Value| json!({ "id": "@near", "v": 2, "in": input });
    // Out of A: by the seat, by the point, by both and the area.
    let to_b = json!({ "seat": { "id": "@B" }, "location": null, "areasServed": [] });
    stage.refused("manager", UPDATE_ACTOR, near(to_b.clone()), "FORBIDDEN").await;
    let by_code = json!({ "seat": { "code": { "kind": "COMMUNE", "code": "28002" } }, "areasServed": [{ "id": "@D" }] });
    stage.refused("manager", UPDATE_ACTOR, near(by_code), "FORBIDDEN").await;
    let point =
        json!({ "seat": null, "location": { "longitude": 2.0, "latitude": 48.0 }, "areasServed": null });
    stage.refused("manager", UPDATE_ACTOR, near(point), "FORBIDDEN").await;
    // One that still acts in A stays within it.
    stage.done("manager", UPDATE_ACTOR, near(json!({ "seat": { "id": "@B" }, "location": null }))).await;
    // Into A: that is for those who manage where it is, who then no longer reach it.
    let far = |input: Value| json!({ "id": "@far", "v": 2, "in": input });
    stage
        .refused("manager", UPDATE_ACTOR, far(json!({ "areasServed": [{ "id": "@A" }] })), "FORBIDDEN")
        .await;
    stage.refused("manager", UPDATE_ACTOR, far(json!({ "seat": { "id": "@A" } })), "FORBIDDEN").await;
    stage
        .refused(
            "elsewhere",
            UPDATE_ACTOR,
            far(json!({ "seat": { "id": "@A" }, "location": null })),
            "FORBIDDEN",
        )
        .await;
    stage.done("elsewhere", UPDATE_ACTOR, far(json!({ "areasServed": [{ "id": "@A" }] }))).await;
    // Its own editor moves it wherever it is; and reaches no more for it.
    stage
        .done(
            "other",
            UPDATE_ACTOR,
            json!({ "id": "@far", "v": 3, "in": { "areasServed": [{ "id": "@D" }] } }),
        )
        .await;
    stage.refused("other", UPDATE_ACTOR, json!({ "id": "@own", "v": 2, "in": {} }), "FORBIDDEN").await;
    // A manager of a neighbourhood: a point that is hidden is in no neighbourhood.
    let seen = |v: i64, input: Value| json!({ "id": "@seen", "v": v, "in": input });
    stage
        .refused(
            "quarter",
            UPDATE_ACTOR,
            seen(2, json!({ "location": { "longitude": 1.09, "latitude": 48.0 } })),
            "FORBIDDEN",
        )
        .await;
    stage
        .refused(
            "quarter",
            UPDATE_ACTOR,
            seen(2, json!({ "location": { "longitude": 1.0, "latitude": 48.0, "hidden": true } })),
            "FORBIDDEN",
        )
        .await;
    stage
        .done(
            "quarter",
            UPDATE_ACTOR,
            seen(2, json!({ "location": { "longitude": 1.01, "latitude": 48.0 } })),
        )
        .await;
}

#[tokio::test]
async fn no_manager_creates_beyond_its_reach() {
    let stage = World::stage().await;
    let actor = |more: Value| json!({ "in": { "kind": "OTHER", "name": "Neuf", "seat": more["seat"], "areasServed": more["areas"], "location": more["location"] } });
    for more in [
        json!({}),
        json!({ "seat": { "id": "@B" } }),
        json!({ "areas": [{ "id": "@D" }] }),
        json!({ "location": { "longitude": 2.0, "latitude": 48.0 } }),
    ] {
        stage.refused("manager", CREATE_ACTOR, actor(more), "FORBIDDEN").await;
    }
    let hidden = json!({ "location": { "longitude": 1.0, "latitude": 48.0, "hidden": true } });
    stage.refused("quarter", CREATE_ACTOR, actor(hidden), "FORBIDDEN").await;
    stage
        .done("quarter", CREATE_ACTOR, actor(json!({ "location": { "longitude": 1.0, "latitude": 48.0 } })))
        .await;
    stage.done("manager", CREATE_ACTOR, actor(json!({ "areas": [{ "id": "@Q" }] }))).await;
    let grants = stage.test.rows("SELECT 1 FROM grants").await.len();
    // An editor's new actor is its own, and nothing else becomes so.
    let made = stage.done("editor", CREATE_ACTOR, actor(json!({ "seat": { "id": "@B" } }))).await;
    assert_eq!(stage.test.rows("SELECT 1 FROM grants").await.len(), grants + 1);
    stage
        .done(
            "editor",
            UPDATE_ACTOR,
            json!({ "id": made["createActor"]["id"], "v": 1, "in": { "sdgs": [4] } }),
        )
        .await;
    stage
        .refused(
            "other",
            UPDATE_ACTOR,
            json!({ "id": made["createActor"]["id"], "v": 2, "in": {} }),
            "NOT_FOUND",
        )
        .await;

    let declared = |source: &str, target: &str| json!({ "in": { "kind": "SUPPORT", "source": source, "target": target } });
    stage.refused("manager", DECLARE, declared("@far", "@far too"), "FORBIDDEN").await;
    stage.done("manager", DECLARE, declared("@far", "@near")).await;
    stage.refused("quarter", DECLARE, declared("@near", "@own"), "FORBIDDEN").await;
    // Not by the shelter, which hides in Q.
    stage.refused("quarter", DECLARE, declared("@shelter", "@own"), "FORBIDDEN").await;
}

#[tokio::test]
async fn a_call_is_for_nowhere_else_before_and_after() {
    let stage = World::stage().await;
    let create = |places: Value| json!({ "in": { "kind": "OTHER", "title": "Neuf", "organisers": [], "territories": places } });
    for places in [
        json!([{ "id": "@D" }]),
        json!([{ "id": "@A" }, { "id": "@B" }]),
        json!([{ "id": "@Q" }, { "id": "@D" }]),
    ] {
        stage.refused("manager", CREATE_CALL, create(places), "FORBIDDEN").await;
    }
    stage.done("manager", CREATE_CALL, create(json!([{ "id": "@A" }, { "id": "@Q" }]))).await;
    let update = |id: &str, v: i64, input: Value| json!({ "id": id, "v": v, "in": input });
    stage
        .refused(
            "manager",
            UPDATE_CALL,
            update("@call", 2, json!({ "territories": [{ "id": "@A" }, { "id": "@B" }] })),
            "FORBIDDEN",
        )
        .await;
    stage
        .refused(
            "manager",
            UPDATE_CALL,
            update("@far call", 2, json!({ "territories": [{ "id": "@A" }] })),
            "FORBIDDEN",
        )
        .await;
    stage
        .refused(
            "manager",
            UPDATE_CALL,
            update("@double draft call", 1, json!({ "territories": [{ "id": "@A" }] })),
            "FORBIDDEN",
        )
        .await;
    // Another programme, organiser or funder gives no reach.
    stage
        .refused(
            "manager",
            UPDATE_CALL,
            update("@far call", 2, json!({ "programme": { "id": "@A" }, "organisers": ["@own"] })),
            "FORBIDDEN",
        )
        .await;
    stage.done("manager", UPDATE_CALL, update("@call", 2, json!({ "territories": [{ "id": "@Q" }] }))).await;
    // An editor organises; who hands it over no longer does.
    stage
        .refused("editor", UPDATE_CALL, update("@call", 3, json!({ "organisers": ["@seen"] })), "FORBIDDEN")
        .await;
    stage
        .refused(
            "editor",
            UPDATE_CALL,
            update("@far call", 2, json!({ "organisers": ["@own"] })),
            "FORBIDDEN",
        )
        .await;
}

#[tokio::test]
async fn nobody_widens_its_reach_by_a_territory() {
    let stage = World::stage().await;
    for persona in ["manager", "elsewhere", "quarter", "editor", "analyst", "partner"] {
        for input in [
            json!({ "members": [{ "id": "@A" }, { "id": "@B" }] }),
            json!({ "name": "X" }),
            json!({ "boundary": null }),
        ] {
            stage.refused(persona, UPDATE_TERRITORY, json!({ "id": "@A", "in": input }), "FORBIDDEN").await;
        }
    }
}

#[tokio::test]
async fn no_other_way_of_asking_reaches_further() {
    let stage = World::stage().await;
    // The first is refused, and the second one alone is done: each is asked for itself.
    let both =
        "mutation($a: ID!, $b: ID!) { a: updateActor(id: $a, expectedVersion: 2, input: {sdgs: [1]}) { id }
        ...F ... on Mutation { c: archive(id: $a, expectedVersion: 2) { __typename } } }
        fragment F on Mutation { b: updateActor(id: $b, expectedVersion: 2, input: {sdgs: [1]}) { id } }";
    let answer = stage.try_as("manager", both, json!({ "a": "@far", "b": "@near" })).await;
    assert_eq!(codes(&answer), ["FORBIDDEN", "FORBIDDEN"]);
    assert!(answer["data"]["a"].is_null() && answer["data"]["c"].is_null() && !answer["data"]["b"].is_null());
    // An id of another kind, of another's track, of an entry that is not there.
    let track = "mutation($c: ID!, $t: ID!) { updateCall(id: $c, expectedVersion: 2, input: {tracks: [{id: $t, kind: SMALL_COLLECTIVE, title: \"x\"}]}) { id } }";
    stage.refused("manager", track, json!({ "c": "@call", "t": "@far" }), "VALIDATION").await;
    for id in ["@A", "@link", "@draft call", "none of ours"] {
        stage.refused("manager", UPDATE_ACTOR, json!({ "id": id, "v": 1, "in": {} }), "NOT_FOUND").await;
    }
    // An actor that is seen by its interaction alone is not within reach.
    stage
        .refused("manager", UPDATE_ACTOR, json!({ "id": "@far", "v": 2, "in": { "name": "X" } }), "FORBIDDEN")
        .await;
    // What was granted ends at once, within the minute and the token's life.
    let user = stage.world.user("manager").0;
    stage
        .test
        .execute(&format!("UPDATE grants SET expires_at = '2026-11-22T12:00:00Z' WHERE user_id = '{user}'"))
        .await;
    stage.refused("manager", UPDATE_ACTOR, json!({ "id": "@near", "v": 3, "in": {} }), "FORBIDDEN").await;
}
