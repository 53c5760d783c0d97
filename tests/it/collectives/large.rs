//! A community of five hundred, in a handful of statements.

use serde_json::json;

use super::Town;
use crate::support::data_of;
use crate::support::entries::id_of;

#[tokio::test]
async fn five_hundred_members_are_paged_and_counted_in_a_handful_of_statements() {
    let town = Town::of(1).await;
    let id = id_of(&town.registered(json!({ "kind": "ACTION_COMMUNITY" })).await);
    town.test
        .execute(
            "INSERT INTO actors (id, slug, kind, name, status, version, created_at, updated_at, location_hidden, seat_declared)
            SELECT gen_random_uuid(), 'm-' || n, 'ASSOCIATION', 'Membre ' || lpad(n::text, 3, '0'), 'PUBLISHED', 1, now(), now(), FALSE, FALSE
            FROM generate_series(1, 500) n",
        )
        .await;
    town.test
        .execute(
            "INSERT INTO memberships (id, collective_id, actor_id, role, status, created_at)
            SELECT gen_random_uuid(), (SELECT id FROM collectives), a.id, 'MEMBER', 'ACCEPTED', now()
            FROM actors a WHERE a.name LIKE 'Membre %'",
        )
        .await;
    town.test.must("publish", &id, 1).await;
    let page = "query($after: String) { collectives(first: 1) { nodes { lead { name } blockers { code } nextSteps { title } territories { name }
        members(first: 100, after: $after) { totalCount nodes { actor { name } } pageInfo { hasNextPage endCursor } } } } }";
    let mut names = Vec::new();
    let mut after = json!(null);
    loop {
        let data = town.test.data(page, json!({ "after": after })).await;
        let members = data["collectives"]["nodes"][0]["members"].clone();
        assert_eq!(members["totalCount"], 501);
        let nodes = members["nodes"].as_array().unwrap();
        names.extend(nodes.iter().map(|node| node["actor"]["name"].as_str().unwrap().to_owned()));
        if members["pageInfo"]["hasNextPage"] == json!(false) {
            break;
        }
        after = members["pageInfo"]["endCursor"].clone();
    }
    assert_eq!(names.len(), 501);
    assert_eq!(names[0], "Association 0", "the lead comes first");
    assert!(names[1..].is_sorted());
    // collectives, who leads, facts, steps, territories, members, their total, the actors of all
    let statements = town.test.statements(page, json!({ "after": null })).await;
    assert!(statements <= 9, "{statements}");
    let version = 2;
    let moved = town.advance(Some(&town.editors[0]), &id, version, "FORMING", json!(null)).await;
    assert!(moved.to_string().contains("FINDING_MISSING"), "{moved}");
    let update = "mutation($id: ID!) { updateCollective(id: $id, expectedVersion: 2, input: { intent: { sharedFinding: \"Constat\" } }) { id } }";
    data_of(town.test.ask_as(&town.editors[0], update, json!({ "id": id })).await);
    data_of(town.advance(Some(&town.editors[0]), &id, 3, "FORMING", json!(null)).await);
    // All of them become members of the actor, in as many statements as two would.
    let promote = "mutation($id: ID!) { promoteToActor(collective: $id, expectedVersion: 4, kind: ASSOCIATION) { id } }";
    let made = data_of(town.test.ask_as(&town.editors[0], promote, json!({ "id": id })).await);
    let count = "query($id: ID!) { actor(by: { id: $id }) { interactions { totalCount } } }";
    let found = town.test.admin_data(count, json!({ "id": made["promoteToActor"]["id"] })).await;
    assert_eq!(found["actor"]["interactions"]["totalCount"], 501);
}
