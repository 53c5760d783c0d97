//! What was done to an entry, and who reads it.

use serde_json::{Value, json};

use super::{World, key};
use crate::support::entries::{id_of, texts};
use crate::support::{TestApp, codes, data_of};

const HISTORY: &str = "query($id: ID!, $first: Int, $after: String) { actor(by: {id: $id}) { history(first: $first, after: $after) {
    totalCount pageInfo { hasNextPage endCursor } nodes { id action at by version comment changes { field before after } } } } }";

async fn history(world: &World, who: &str, id: &str) -> Value {
    world.data(who, HISTORY, json!({ "id": id })).await["actor"]["history"].clone()
}

#[tokio::test]
async fn those_who_may_read_it_newest_first_and_persons_are_named_to_managers_and_to_themselves() {
    let world = World::new().await;
    let draft = world.draft_of_editor("Jardin").await;
    let change = "mutation($id: ID!, $there: ID!) { updateActor(id: $id, expectedVersion: 1, input: {
        name: \"Jardin partagé\", themes: [\"work\", \"health\"], areasServed: [{id: $there}] }) { id } }";
    world.data("editor", change, json!({ "id": draft, "there": world.there })).await;
    data_of(world.move_as("editor", "submit", &draft, 2).await);
    data_of(world.review_as("manager", &draft, 3, "APPROVE", None).await);

    for who in ["anyone", "signed-in", "partner", "analyst", "neighbour"] {
        assert_eq!(history(&world, who, &draft).await, Value::Null, "{who}");
    }
    let told = history(&world, "manager", &draft).await;
    let nodes = &told["nodes"];
    assert_eq!(told["totalCount"], 4);
    assert_eq!(texts(nodes, "/action"), ["PUBLISHED", "SUBMITTED", "UPDATED", "CREATED"]);
    let editor = "editor@example.org";
    assert_eq!(texts(nodes, "/by"), ["manager@example.org", editor, editor, editor]);
    assert_eq!(nodes[0]["version"], 4);
    assert_eq!(
        nodes[0]["changes"],
        json!([{ "field": "status", "before": "SUBMITTED", "after": "PUBLISHED" }])
    );
    assert_eq!(
        nodes[2]["changes"],
        json!([
            { "field": "areasServed", "before": null, "after": "Là (28002)" },
            { "field": "name", "before": "Jardin", "after": "Jardin partagé" },
            { "field": "themes", "before": null, "after": "work, health" },
        ])
    );
    let created = nodes[3]["changes"].as_array().unwrap();
    assert!(
        created.contains(&json!({ "field": "seat", "before": null, "after": "Ici (28001)" })),
        "{created:#?}"
    );
    // an editor reads it too, and its own name alone
    let told = history(&world, "editor", &draft).await;
    assert_eq!(texts(&told["nodes"], "/by"), ["null", editor, editor, editor]);

    // page by page it is the same
    let mut paged = Vec::new();
    let mut after = Value::Null;
    loop {
        let page = world.data("manager", HISTORY, json!({ "id": draft, "first": 1, "after": after })).await;
        let page = &page["actor"]["history"];
        paged.extend(page["nodes"].as_array().unwrap().clone());
        after = page["pageInfo"]["endCursor"].clone();
        if page["pageInfo"]["hasNextPage"] == false {
            break;
        }
    }
    assert_eq!(&Value::Array(paged), nodes);
    let forged = world.ask("manager", HISTORY, json!({ "id": draft, "after": "x" })).await;
    assert_eq!(codes(&forged), ["VALIDATION"]);

    // who is erased is no longer named
    world.test.execute("DELETE FROM users WHERE email = 'editor@example.org'").await;
    let told = history(&world, "manager", &draft).await;
    assert_eq!(texts(&told["nodes"], "/by"), ["manager@example.org", "null", "null", "null"]);
}

#[tokio::test]
async fn interactions_and_calls_have_theirs_with_names_for_ids() {
    let world = World::new().await;
    let id = world.declared_by_editor(2021).await;
    let fields = "history { totalCount nodes { action by changes { field before after } } }";
    let query = format!("query($id: ID!) {{ interaction(id: $id) {{ {fields} }} }}");
    let told = world.data("editor", &query, json!({ "id": id })).await["interaction"]["history"].clone();
    let changes = told["nodes"][0]["changes"].as_array().unwrap();
    for (field, after) in [
        ("source", "Amis du Lavoir"),
        ("target", "Voisins"),
        ("declaredBy", "Amis du Lavoir"),
        ("since", "2021-01-01"),
        ("sincePrecision", "DAY"),
        ("kind", "PARTNERSHIP"),
    ] {
        assert!(
            changes.contains(&json!({ "field": field, "before": null, "after": after })),
            "{field}: {changes:#?}"
        );
    }
    let call =
        id_of(&world.test.draft_call("Appel", &world.here, json!({ "organisers": [world.own] })).await);
    let query = format!("query($id: ID!) {{ call(by: {{id: $id}}) {{ {fields} }} }}");
    for (who, by) in [("editor", Value::Null), ("manager", json!("Tester"))] {
        let told = world.data(who, &query, json!({ "id": call })).await["call"]["history"].clone();
        assert_eq!((&told["nodes"][0]["by"], &told["totalCount"]), (&by, &json!(1)), "{who}");
        let changes = told["nodes"][0]["changes"].as_array().unwrap();
        assert!(
            changes.contains(&json!({ "field": "organisers", "before": null, "after": "Amis du Lavoir" }))
        );
    }
}

#[tokio::test]
async fn imports_the_operator_and_rules_are_named_as_such() {
    let test = TestApp::demo().await;
    let query = "{ actors(first: 1) { nodes { id history { nodes { action by } } } } }";
    let told = test.admin_data(query, json!({})).await["actors"]["nodes"][0].clone();
    assert_eq!(told["history"]["nodes"], json!([{ "action": "IMPORTED", "by": "import" }]));
    let id = key(told["id"].as_str().unwrap());
    for (caller, action, shown, by) in [
        ("operator", "RESTORE", "RESTORED", "operator"),
        ("rule:retention", "ERASE", "ERASED", "retention"),
        ("operator", "UNSUPPRESS", "RESTORED", "operator"),
    ] {
        test.execute(&format!("INSERT INTO changes (at, caller, action, subject_kind, subject_id, version, fields) VALUES (now(), '{caller}', '{action}', 'ACTOR', '{id}', 2, '{{}}')")).await;
        let told = test.admin_data(query, json!({})).await["actors"]["nodes"][0]["history"].clone();
        assert_eq!(told["nodes"][0], json!({ "action": shown, "by": by }));
    }
}

#[tokio::test]
async fn what_an_entry_took_over_is_part_of_its_history() {
    let world = World::new().await;
    let (kept, merged) = (key(&world.own), key(&world.third));
    let older = uuid::Uuid::from_u128(7);
    for (id, slug, into) in [(merged, "tiers-1", kept), (older, "tiers-2", kept)] {
        world
            .test
            .execute(&format!(
                "INSERT INTO merged_actors (id, slug, kept_id, at) VALUES ('{id}', '{slug}', '{into}', now())"
            ))
            .await;
    }
    let told = history(&world, "manager", &world.own).await;
    assert_eq!(told["totalCount"], 4);
    assert_eq!(texts(&told["nodes"], "/action"), ["PUBLISHED", "CREATED", "PUBLISHED", "CREATED"]);
}

#[tokio::test]
async fn a_page_of_actors_with_history_permissions_and_suggestions_takes_one_each() {
    let world = World::new().await;
    for n in 0..12 {
        let draft = world.draft_of_editor(&format!("Jardin {n}")).await;
        let suggest = "mutation($id: ID!) { suggestActorEdit(id: $id, input: {shortName: \"J\"}) { id } }";
        data_of(world.move_as("admin", "publish", &draft, 1).await);
        world.data("signed-in", suggest, json!({ "id": draft })).await;
    }
    let of = async |fields: &str, first: i32, who: &str| {
        let query = format!("query($first: Int) {{ actors(first: $first) {{ nodes {{ {fields} }} }} }}");
        let mut fewest = usize::MAX;
        for _ in 0..3 {
            let token = world.token(who).unwrap();
            fewest = fewest.min(world.test.statements_of(token, &query, json!({ "first": first })).await);
        }
        fewest
    };
    let plain = of("name", 12, "manager").await;
    let permissions = "permissions { action allowed reason }";
    assert_eq!(of(permissions, 12, "manager").await, plain + 1);
    assert_eq!(of(permissions, 12, "admin").await, of("name", 12, "admin").await);
    assert_eq!(of(permissions, 12, "signed-in").await, of("name", 12, "signed-in").await);
    // how they stand to them (for the whole, and for names), the histories, totals, names of persons and of territories
    let history = "history(first: 5) { totalCount nodes { by changes { field before after } } }";
    let (two, twelve) = (of(history, 2, "manager").await, of(history, 12, "manager").await);
    assert!(twelve <= two && two <= plain + 6, "{plain}, {two}, {twelve}");
    let suggestions = "suggestions(first: 5) { nodes { by changes { field after } } }";
    let (two, twelve) = (of(suggestions, 2, "manager").await, of(suggestions, 12, "manager").await);
    assert!(twelve <= two && two <= plain + 4, "{plain}, {two}, {twelve}");
}
