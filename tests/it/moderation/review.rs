//! Submitted, decided, and told of; the queue.

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::World;
use crate::support::entries::id_of;
use crate::support::{codes, data_of, wrong_fields};

const QUEUE: &str = "query($t: TerritoryScope, $first: Int, $after: String) { reviewQueue(territory: $t, first: $first, after: $after) {
    totalCount pageInfo { hasNextPage endCursor } nodes { submittedAt submittedBy subject { __typename
        ... on Actor { id name } ... on Interaction { id source { name } } ... on Call { id title }
        ... on Suggestion { id by changes { field after } actor { name } } } } } }";

fn ids(queue: &Value) -> Vec<String> {
    queue["reviewQueue"]["nodes"].as_array().unwrap().iter().map(|node| id_of(&node["subject"])).collect()
}

#[tokio::test]
async fn a_draft_is_submitted_refused_changed_and_published() {
    let world = World::new().await;
    let draft = world.draft_of_editor("Jardin partagé").await;
    assert_eq!(codes(&world.move_as("neighbour", "submit", &draft, 1).await), ["NOT_FOUND"]);
    assert_eq!(codes(&world.move_as("anyone", "submit", &draft, 1).await), ["UNAUTHENTICATED"]);
    let submitted = data_of(world.move_as("editor", "submit", &draft, 1).await);
    assert_eq!(submitted["submit"], json!({ "status": "SUBMITTED", "version": 2 }));
    assert_eq!(world.told("REVIEW_REQUEST").await, ["manager@example.org"]);
    assert_eq!(codes(&world.move_as("editor", "submit", &draft, 2).await), ["CONFLICT"]);

    let queue = world.data("manager", QUEUE, json!({})).await;
    assert_eq!((ids(&queue), &queue["reviewQueue"]["totalCount"]), (vec![draft.clone()], &json!(1)));
    assert_eq!(queue["reviewQueue"]["nodes"][0]["submittedBy"], "editor@example.org");
    assert_eq!(queue["reviewQueue"]["nodes"][0]["submittedAt"], crate::support::NOW);
    for (who, expected) in [("manager-there", vec![]), ("admin", vec![draft.clone()])] {
        assert_eq!(ids(&world.data(who, QUEUE, json!({})).await), expected, "{who}");
    }
    assert_eq!(codes(&world.ask("anyone", QUEUE, json!({})).await), ["UNAUTHENTICATED"]);
    for who in ["signed-in", "partner", "analyst", "editor"] {
        let answer = world.ask(who, QUEUE, json!({})).await;
        assert_eq!(
            (codes(&answer), &answer["data"]["reviewQueue"]),
            (vec!["FORBIDDEN"], &Value::Null),
            "{who}"
        );
    }

    // what was read is decided, and nothing newer
    let change = "mutation($id: ID!) { updateActor(id: $id, expectedVersion: 2, input: {description: \"Potager\"}) { status version } }";
    let changed = world.data("editor", change, json!({ "id": draft })).await;
    assert_eq!(changed["updateActor"], json!({ "status": "SUBMITTED", "version": 3 }));
    let stale = world.review_as("manager", &draft, 2, "APPROVE", None).await;
    assert_eq!(codes(&stale), ["CONFLICT"]);
    assert_eq!(stale["errors"][0]["extensions"]["currentVersion"], 3);

    for reason in [None, Some("  ")] {
        let answer = world.review_as("manager", &draft, 3, "REJECT", reason).await;
        assert_eq!((codes(&answer), wrong_fields(&answer)), (vec!["VALIDATION"], vec!["reason"]));
    }
    assert_eq!(codes(&world.review_as("editor", &draft, 3, "APPROVE", None).await), ["FORBIDDEN"]);
    assert_eq!(codes(&world.review_as("manager-there", &draft, 3, "APPROVE", None).await), ["NOT_FOUND"]);
    let refused = data_of(world.review_as("manager", &draft, 3, "REJECT", Some("Où est-ce ?")).await);
    assert_eq!(refused["review"], json!({ "status": "REJECTED", "version": 4 }));
    let history =
        "query($id: ID!) { actor(by: {id: $id}) { history(first: 1) { nodes { action comment } } } }";
    let last = world.data("editor", history, json!({ "id": draft })).await;
    assert_eq!(
        last["actor"]["history"]["nodes"],
        json!([{ "action": "REJECTED", "comment": "Où est-ce ?" }])
    );
    assert_eq!(ids(&world.data("manager", QUEUE, json!({})).await), Vec::<String>::new());

    data_of(world.move_as("editor", "submit", &draft, 4).await);
    let published = data_of(world.review_as("manager", &draft, 5, "APPROVE", None).await);
    assert_eq!(published["review"], json!({ "status": "PUBLISHED", "version": 6 }));
    let seen = "query($id: ID!) { actor(by: {id: $id}) { name } }";
    assert_eq!(world.data("anyone", seen, json!({ "id": draft })).await["actor"]["name"], "Jardin partagé");
    assert_eq!(codes(&world.review_as("manager", &draft, 6, "APPROVE", None).await), ["CONFLICT"]);

    let mut decisions = world.letters().await;
    decisions.retain(|(_, letter)| letter["kind"] == "DECISION");
    // at one instant they are in no order
    decisions.sort_by_key(|(_, letter)| letter["approved"] == true);
    assert_eq!(decisions.len(), 2);
    assert!(decisions.iter().all(|(to, _)| to == "editor@example.org"));
    assert_eq!(decisions[0].1["reason"], "Où est-ce ?");
    assert_eq!(decisions[1].1["approved"], true);
}

#[tokio::test]
async fn of_two_reviewers_at_once_one_wins_and_the_other_learns_the_version() {
    let world = World::new().await;
    for (first, second) in [("APPROVE", "APPROVE"), ("APPROVE", "REJECT"), ("REJECT", "REJECT")] {
        let draft = world.draft_of_editor("Jardin").await;
        data_of(world.move_as("editor", "submit", &draft, 1).await);
        let (a, b) = tokio::join!(
            world.review_as("manager", &draft, 2, first, Some("Raison")),
            world.review_as("admin", &draft, 2, second, Some("Raison")),
        );
        let (won, lost) = if codes(&a).is_empty() { (a, b) } else { (b, a) };
        assert_eq!(data_of(won)["review"]["version"], 3);
        assert_eq!(codes(&lost), ["CONFLICT"]);
        assert_eq!(lost["errors"][0]["extensions"]["currentVersion"], 3);
    }
}

#[tokio::test]
async fn the_queue_holds_every_kind_oldest_first_and_pages_do_not_drift() {
    let world = World::new().await;
    let test = &world.test;
    let interaction = world.declared_by_editor(2021).await;
    data_of(world.move_as("editor", "submit", &interaction, 1).await);
    test.clock.set(test.clock.now() + TimeDelta::minutes(1));
    let call = id_of(&test.draft_call("Appel", &world.here, json!({ "organisers": [world.own] })).await);
    data_of(world.move_as("editor", "submit", &call, 1).await);
    test.clock.set(test.clock.now() + TimeDelta::minutes(1));
    let suggest = "mutation($id: ID!) { suggestActorEdit(id: $id, input: {shortName: \"AL\"}) { id } }";
    let suggestion =
        id_of(&world.data("signed-in", suggest, json!({ "id": world.own })).await["suggestActorEdit"]);
    test.clock.set(test.clock.now() + TimeDelta::minutes(1));
    let draft = world.draft_of_editor("Jardin").await;
    data_of(world.move_as("editor", "submit", &draft, 1).await);
    // a wide call is nobody's but the administrators'
    let wide = id_of(
        &test
            .draft_call(
                "Large",
                &world.here,
                json!({ "territories": [{ "id": world.here }, { "id": world.there }] }),
            )
            .await,
    );
    data_of(world.move_as("admin", "submit", &wide, 1).await);

    let all = world.data("manager", QUEUE, json!({})).await;
    assert_eq!(ids(&all), [&interaction, &call, &suggestion, &draft].map(String::clone));
    let kinds: Vec<_> = all["reviewQueue"]["nodes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|node| node["subject"]["__typename"].as_str().unwrap())
        .collect();
    assert_eq!(kinds, ["Interaction", "Call", "Suggestion", "Actor"]);
    assert_eq!(all["reviewQueue"]["nodes"][2]["submittedBy"], "signed-in@example.org");
    let admin = world.data("admin", QUEUE, json!({})).await;
    assert_eq!((ids(&admin).len(), &admin["reviewQueue"]["totalCount"]), (5, &json!(5)));
    // the interaction has an end there too; the call has not
    assert_eq!(ids(&world.data("manager-there", QUEUE, json!({})).await), std::slice::from_ref(&interaction));

    let mut paged = Vec::new();
    let mut after = Value::Null;
    loop {
        let page = world.data("manager", QUEUE, json!({ "first": 1, "after": after })).await;
        paged.extend(ids(&page));
        after = page["reviewQueue"]["pageInfo"]["endCursor"].clone();
        if page["reviewQueue"]["pageInfo"]["hasNextPage"] == false {
            break;
        }
    }
    assert_eq!(paged, ids(&all));
    let there = json!({ "t": { "territory": { "id": world.there } } });
    let scoped = world.data("admin", QUEUE, there.clone()).await;
    assert_eq!(ids(&scoped), [interaction.clone(), wide]);
    assert_eq!(scoped["reviewQueue"]["totalCount"], 2);
    assert_eq!(ids(&world.data("manager", QUEUE, there).await), [interaction]);
}

#[tokio::test]
async fn a_page_of_the_queue_takes_no_statement_a_row() {
    let world = World::new().await;
    let of = async |first: i32| {
        let token = world.token("manager").unwrap();
        let mut fewest = usize::MAX;
        for _ in 0..3 {
            fewest = fewest.min(world.test.statements_of(token, QUEUE, json!({ "first": first })).await);
        }
        fewest
    };
    for n in 0..12 {
        let draft = world.draft_of_editor(&format!("Jardin {n}")).await;
        data_of(world.move_as("editor", "submit", &draft, 1).await);
    }
    let (two, twelve) = (of(2).await, of(12).await);
    // the caller, the queue, its total, the actors, who submitted them, how the caller stands to them, names
    assert!(twelve <= two && two <= 7, "{two}, {twelve}");
}

#[tokio::test]
async fn where_nobody_manages_administrators_are_asked() {
    let world = World::new().await;
    let draft = id_of(&world.test.draft_actor("Nulle part", json!({})).await);
    data_of(world.move_as("admin", "submit", &draft, 1).await);
    assert_eq!(world.letters().await, [], "nobody writes to themselves");
    let other = world.test.token_of("other@example.org", &[maillage::domain::caller::Right::Admin]).await;
    let draft = id_of(&world.test.draft_actor("Nulle part non plus", json!({})).await);
    let submit = "mutation($id: ID!) { submit(id: $id, expectedVersion: 1) { __typename } }";
    data_of(world.test.ask_as(&other, submit, json!({ "id": draft })).await);
    assert_eq!(world.told("REVIEW_REQUEST").await, ["tester@example.org"]);
    // who decides on their own is not told
    world.forget_letters().await;
    let answer = world
        .test
        .ask_as(
            &other,
            "mutation($id: ID!) { review(id: $id, expectedVersion: 2, decision: APPROVE) { __typename } }",
            json!({ "id": draft }),
        )
        .await;
    data_of(answer);
    assert_eq!(world.letters().await, []);
}

#[tokio::test]
async fn an_entry_that_was_never_there_is_not_found_and_no_id_is_none() {
    let world = World::new().await;
    for id in ["none", world.here.as_str()] {
        assert_eq!(codes(&world.move_as("admin", "submit", id, 1).await), ["NOT_FOUND"]);
        assert_eq!(codes(&world.review_as("admin", id, 1, "APPROVE", None).await), ["NOT_FOUND"]);
        assert_eq!(codes(&world.review_as("anyone", id, 1, "APPROVE", None).await), ["UNAUTHENTICATED"]);
        assert_eq!(codes(&world.review_as("editor", id, 1, "APPROVE", None).await), ["FORBIDDEN"]);
    }
}
