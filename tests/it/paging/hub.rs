//! An actor with very many interactions.

use std::collections::HashSet;

use maillage::domain::ids::InteractionId;
use maillage::graphql::ids::global_id;
use serde_json::{Value, json};

use crate::support::TestApp;
use crate::support::entries::texts;

/// A hub with 3,000 interactions at either end, seven of them changed at one instant; its id.
async fn hub(test: &TestApp) -> String {
    let hub = test.actor("Hub", json!({})).await;
    test.actor("Other", json!({})).await;
    fill(test, "FUNDING", 3_000).await;
    hub
}

/// Adds interactions between the two, each of a day of its own.
async fn fill(test: &TestApp, kind: &str, count: usize) {
    test.execute(&format!(
        "INSERT INTO interactions (id, kind, source_id, target_id, status, since, since_precision, until, until_precision,
            created_at, updated_at)
        SELECT gen_random_uuid(), '{kind}', CASE WHEN n % 3 = 0 THEN o.id ELSE h.id END,
            CASE WHEN n % 3 = 0 THEN h.id ELSE o.id END, 'PUBLISHED', day, 'DAY', day, 'DAY', '2026-01-01',
            timestamptz '2026-01-01' + n / 7 * interval '1 minute'
        FROM generate_series(1, {count}) n, actors h, actors o, LATERAL (SELECT date '1900-01-01' + n AS day) d
        WHERE h.name = 'Hub' AND o.name = 'Other'
        ON CONFLICT DO NOTHING"
    ))
    .await;
}

/// What others do between two pages: they change some, which puts those first, archive some and declare some.
async fn write(test: &TestApp, number: usize) {
    let some = |rest: usize| format!("abs(hashtext(id::text)) % 400 = {rest}");
    test.execute(&format!(
        "UPDATE interactions SET updated_at = timestamptz '2026-06-01' + {number} * interval '1 minute' WHERE {}",
        some(number)
    ))
    .await;
    test.execute(&format!(
        "UPDATE interactions SET status = 'ARCHIVED', archived_from = 'PUBLISHED' WHERE {}",
        some(200 + number)
    ))
    .await;
    fill(test, "SUPPORT", 10 * number).await;
}

/// All ids that a walk brings, from the start or from the end, a hundred at a time.
async fn walk(test: &TestApp, query: &str, hub: &str, backward: bool, writing: bool) -> Vec<String> {
    let (size, from, more, edge) = if backward {
        ("last", "before", "hasPreviousPage", "startCursor")
    } else {
        ("first", "after", "hasNextPage", "endCursor")
    };
    let (mut found, mut cursor) = (Vec::new(), Value::Null);
    for number in 0..100 {
        let page = test.data(query, json!({ "id": hub, size: 100, from: cursor })).await;
        let page = page.pointer("/actor/interactions").unwrap_or(&page["interactions"]).clone();
        let mut ids: Vec<String> = texts(&page["nodes"], "/id").into_iter().map(str::to_owned).collect();
        if backward {
            ids.reverse();
        }
        found.extend(ids);
        if page["pageInfo"][more] == false {
            return found;
        }
        cursor = page["pageInfo"][edge].clone();
        if writing {
            write(test, number).await;
        }
    }
    panic!("a walk without end");
}

const PAGE: &str = "{ nodes { id } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } }";
const PAGED: &str = "(first: $first, after: $after, last: $last, before: $before";

#[tokio::test]
async fn every_interaction_of_a_hub_is_seen_once_while_others_write() {
    let variables = "query($id: ID!, $first: Int, $after: String, $last: Int, $before: String)";
    let nested = format!("{variables} {{ actor(by: {{id: $id}}) {{ interactions{PAGED}) {PAGE} }} }}");
    let filtered = format!("{variables} {{ interactions{PAGED}, filter: {{actor: $id}}) {PAGE} }}");
    for (query, backward) in [(&nested, false), (&nested, true), (&filtered, false), (&filtered, true)] {
        let test = TestApp::empty().await;
        let hub = hub(&test).await;
        let mut before = walk(&test, query, &hub, backward, false).await;
        assert_eq!(before.len(), 3_000);
        let found = walk(&test, query, &hub, backward, true).await;
        let untouched = test
            .rows("SELECT id FROM interactions WHERE kind = 'FUNDING' AND status = 'PUBLISHED' AND updated_at < '2026-06-01'")
            .await;
        assert!(untouched.len() < 2_900, "others did write");
        let id = |row: &Value| InteractionId(row["id"].as_str().unwrap().parse().unwrap());
        for row in &untouched {
            let id = global_id(id(row)).to_string();
            assert_eq!(found.iter().filter(|found| **found == id).count(), 1, "{id}");
        }
        // Those that stayed are in the order in which they were.
        let stayed: HashSet<String> = untouched.iter().map(|row| global_id(id(row)).to_string()).collect();
        before.retain(|id| stayed.contains(id));
        let after: Vec<_> = found.into_iter().filter(|id| stayed.contains(id)).collect();
        assert_eq!(before, after);
    }
}
