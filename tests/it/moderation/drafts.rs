//! Who meets a draft: its editor, those who manage or analyse where it is, administrators. To all others nothing tells
//! of it, by whatever way they look.

use serde_json::{Value, json};

use super::{PERSONAS, World};
use crate::support::entries::id_of;

const LOOK: &str = r#"query($here: ID!, $own: ID!, $draft: ID!, $slug: String!, $link: ID!, $call: ID!) {
    actors(first: 100) { totalCount nodes { id } facets { kinds { count } themes { count } territories(kind: COMMUNE) { count } } }
    here: actors(filter: {territory: {territory: {id: $here}}}) { totalCount }
    text: actors(filter: {text: "secret"}) { totalCount }
    drafts: actors(filter: {statuses: [DRAFT]}) { totalCount }
    beside: actors(filter: {interactsWith: $draft}) { totalCount }
    bySlug: actor(by: {slug: $slug}) { id } node(id: $draft) { id } link: node(id: $link) { id } call: node(id: $call) { id }
    search(text: "secret") { edges { node { __typename } } }
    interactions { totalCount } calls { totalCount }
    actor(by: {id: $own}) { interactions { totalCount } partners { totalCount nodes { id } } }
    territory(by: {id: $here}) { actors { totalCount nodes { id } } interactions { totalCount } calls { totalCount }
        map(asOf: "2026-01-01") { actorCount interactionCount unlocatedCount } } }"#;

#[tokio::test]
async fn a_draft_is_met_by_those_whom_it_concerns_and_by_nobody_else() {
    let world = World::new().await;
    let create = "mutation($input: CreateActorInput!) { createActor(input: $input) { id slug } }";
    let input =
        json!({ "kind": "SCHOOL", "name": "Secret", "seat": { "id": world.here }, "themes": ["work"] });
    let draft = world.data("editor", create, json!({ "input": input })).await["createActor"].clone();
    let (slug, draft) = (draft["slug"].clone(), id_of(&draft));
    let declare = "mutation($a: ID!, $b: ID!) { declareInteraction(input: {kind: SUPPORT, source: $a, target: $b}) { id } }";
    let link = id_of(
        &world.data("editor", declare, json!({ "a": draft, "b": world.own })).await["declareInteraction"],
    );
    let call = "mutation($own: ID!, $here: ID!) { createCall(input: {kind: OTHER, title: \"Secret\", organisers: [$own], territories: [{id: $here}]}) { id } }";
    let call = id_of(
        &world.data("editor", call, json!({ "own": world.own, "here": world.here })).await["createCall"],
    );
    let variables = json!({ "here": world.here, "own": world.own, "draft": draft, "slug": slug, "link": link, "call": call });
    for who in PERSONAS {
        let seen = world.data(who, LOOK, variables.clone()).await;
        let meets = ["analyst", "editor", "manager", "admin"].contains(&who);
        let one = i32::from(meets);
        for (what, expected) in [
            ("/actors/totalCount", json!(3 + one)),
            ("/here/totalCount", json!(1 + one)),
            ("/text/totalCount", json!(one)),
            ("/drafts/totalCount", json!(one)),
            ("/beside/totalCount", json!(one)),
            ("/interactions/totalCount", json!(one)),
            ("/calls/totalCount", json!(one)),
            ("/actor/interactions/totalCount", json!(one)),
            ("/actor/partners/totalCount", json!(one)),
            ("/territory/actors/totalCount", json!(1 + one)),
            ("/territory/interactions/totalCount", json!(one)),
            ("/territory/calls/totalCount", json!(one)),
            ("/territory/map/actorCount", json!(1 + one)),
            ("/territory/map/interactionCount", json!(one)),
        ] {
            assert_eq!(seen.pointer(what), Some(&expected), "{who}: {what}");
        }
        for what in ["bySlug", "node", "link", "call"] {
            assert_eq!(seen[what].is_null(), !meets, "{who}: {what}");
        }
        let found = |list: &str| seen.pointer(list).unwrap().as_array().unwrap().len();
        assert_eq!(found("/search/edges"), if meets { 2 } else { 0 }, "{who}");
        assert_eq!(found("/actors/facets/themes"), usize::from(meets), "{who}");
        assert_eq!(found("/actors/facets/kinds"), 1 + usize::from(meets), "{who}");
        assert_eq!(found("/actor/partners/nodes"), usize::from(meets), "{who}");
        let sits_here = seen["actors"]["facets"]["territories"].as_array().unwrap();
        assert_eq!(sits_here.iter().any(|count| count["count"] == 2), meets, "{who}");
        if !meets {
            assert!(!seen.to_string().contains(&draft), "{who}");
        }
    }
    // an analyst reads it and writes nothing
    let change = "mutation($id: ID!) { updateActor(id: $id, expectedVersion: 1, input: {}) { id } }";
    for who in PERSONAS {
        let answer = world.ask(who, change, json!({ "id": draft })).await;
        let code = answer["errors"][0]["extensions"]["code"].clone();
        match who {
            "editor" => assert_eq!(code, Value::Null),
            "anyone" => assert_eq!(code, "UNAUTHENTICATED"),
            "signed-in" | "partner" | "analyst" => assert_eq!(code, "FORBIDDEN", "{who}"),
            "neighbour" | "manager-there" => assert_eq!(code, "NOT_FOUND", "{who}"),
            _ => assert_eq!(code, "CONFLICT", "{who}"),
        }
    }
}
