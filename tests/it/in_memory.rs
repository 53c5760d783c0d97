//! The directory in memory: never behind what was committed here, right again by itself, and seen as SQL sees it.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use serde_json::{Value, json};

use crate::access::world::{PERSONAS, Stage, World};
use crate::http::proxy::{Proxy, Way};
use crate::support::entries::square;
use crate::support::{TestApp, data_of, empty_database, in_time};

const MAP: &str = r#"{ territory(by: {code: {kind: COMMUNE, code: "1"}}) { map { actorCount unlocatedCount interactionCount
    nodes { actor { id name } point { longitude } } } } }"#;

/// A commune with an actor at this longitude; ids of both.
async fn village(test: &TestApp) -> (String, String) {
    let commune = test.territory("COMMUNE", "1", "Bourg", square(1.0, 48.0, 1.0)).await;
    let actor = test.actor("Un", seated(&commune, 1.1)).await;
    (commune, actor)
}

fn seated(commune: &str, longitude: f64) -> Value {
    json!({ "seat": { "id": commune }, "location": { "longitude": longitude, "latitude": 48.5 } })
}

async fn map(test: &TestApp) -> Value {
    test.data(MAP, json!({})).await["territory"]["map"].clone()
}

/// The names of who is drawn, in order.
async fn names(test: &TestApp) -> Vec<String> {
    let map = map(test).await;
    let mut names: Vec<_> = map["nodes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|node| node["actor"]["name"].as_str().unwrap().to_owned())
        .collect();
    names.sort();
    names
}

fn readings(test: &TestApp) -> u64 {
    test.app.world_standing().readings
}

#[tokio::test]
async fn what_was_committed_here_is_there_at_once_and_nothing_is_read_anew_for_it() {
    let test = TestApp::empty().await;
    let store = test.app.store.clone();
    let hearing = tokio::spawn(async move { store.hear_feed().await });
    let (commune, first) = village(&test).await;
    assert_eq!(names(&test).await, ["Un"]);
    assert_eq!(readings(&test), 1);
    for number in 2..12 {
        let id = test.actor(&format!("Autre {number}"), seated(&commune, 1.2)).await;
        assert_eq!(names(&test).await.len(), 2);
        data_of(test.update_actor(&id, 2, json!({ "location": null })).await);
        assert_eq!(names(&test).await, ["Un"]);
        data_of(
            test.update_actor(&id, 3, json!({ "location": { "longitude": 1.3, "latitude": 48.4 } })).await,
        );
        let tie = test.interaction("FUNDING", &id, &first, json!({})).await;
        assert_eq!(map(&test).await["interactionCount"], json!(1));
        test.must("archive", &tie, 2).await;
        assert_eq!(map(&test).await["interactionCount"], json!(0));
        test.must("archive", &id, 4).await;
        assert_eq!(names(&test).await, ["Un"]);
        test.must("restore", &id, 5).await;
        assert_eq!(names(&test).await.len(), 2);
        let merge = "mutation($keep: ID!, $merge: ID!, $kv: Int!) { mergeActors(keep: $keep, keepVersion: $kv, merge: $merge, mergeVersion: 6) { id } }";
        let version = 2 + (number - 2);
        test.admin_data(merge, json!({ "keep": first, "merge": id, "kv": version })).await;
        assert_eq!(names(&test).await, ["Un"]);
    }
    assert_eq!(readings(&test), 1);
    let standing = test.app.world_standing();
    assert_eq!(
        (standing.actors, standing.position),
        (1, Some(test.app.store.feed_position().await.unwrap().1))
    );
    hearing.abort();
}

#[tokio::test]
async fn a_map_that_was_asked_before_asks_the_database_nothing_about_actors() {
    let test = TestApp::empty().await;
    let store = test.app.store.clone();
    let hearing = tokio::spawn(async move { store.hear_feed().await });
    let (commune, _) = village(&test).await;
    let heard = async {
        while test.app.store.heard().is_none() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    in_time("the feed is heard", heard).await;
    let drawn = r#"{ territory(by: {code: {kind: COMMUNE, code: "1"}}) { map(zoom: 9) { actorCount nodes { key actorCount } links { weight } } } }"#;
    test.data(drawn, json!({})).await;
    // The code and the territory alone; not even these where the whole answer is kept already.
    assert!(test.statements(drawn, json!({})).await <= 2);
    test.actor("Deux", seated(&commune, 1.2)).await;
    assert_eq!(test.data(drawn, json!({})).await["territory"]["map"]["actorCount"], json!(2));
    assert!(test.statements(drawn, json!({})).await <= 2);
    hearing.abort();
}

#[tokio::test]
async fn what_another_instance_commits_is_there_though_nobody_listens() {
    let test = TestApp::empty().await;
    let other = TestApp::at(test.url()).await;
    let (commune, first) = village(&other).await;
    assert_eq!(names(&test).await, ["Un"]);
    other.actor("Deux", seated(&commune, 1.2)).await;
    assert_eq!(names(&test).await, ["Deux", "Un"]);
    data_of(other.update_actor(&first, 2, json!({ "name": "Premier" })).await);
    assert_eq!(names(&test).await, ["Deux", "Premier"]);
}

/// Waits until these are drawn; what another instance wrote may take a moment to be heard of.
async fn soon(test: &TestApp, expected: &[&str]) {
    for _ in 0..400 {
        if names(test).await == expected {
            return;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    panic!("{:?} is not {expected:?}", names(test).await);
}

#[tokio::test]
async fn what_another_instance_commits_is_heard_of_though_the_listening_connection_was_cut() {
    let test = TestApp::empty().await;
    let other = TestApp::at(test.url()).await;
    let store = test.app.store.clone();
    let hearing = tokio::spawn(async move { store.hear_feed().await });
    let (_, first) = village(&other).await;
    soon(&test, &["Un"]).await;
    for version in 2..5 {
        let cut = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
            WHERE datname = current_database() AND pid <> pg_backend_pid() AND query LIKE 'LISTEN%'";
        other.rows(cut).await;
        let name = format!("Un {version}");
        data_of(other.update_actor(&first, version, json!({ "name": name })).await);
        soon(&test, &[&name]).await;
    }
    hearing.abort();
}

#[tokio::test]
async fn a_database_that_was_gone_for_a_while_leaves_nothing_stale() {
    let url = empty_database().await;
    let proxy = Proxy::before(&url).await;
    let test = TestApp::at(&proxy.url).await;
    let other = TestApp::at(&url).await;
    let app = test.app.clone();
    let following = tokio::spawn(async move { tokio::join!(app.store.hear_feed(), app.follow_world()) });
    let (_, first) = village(&other).await;
    soon(&test, &["Un"]).await;
    for version in 2..4 {
        proxy.set(Way::Cut);
        data_of(other.update_actor(&first, version, json!({ "name": format!("Un {version}") })).await);
        proxy.set(Way::Open);
        // The pool finds its cut connections broken.
        for _ in 0..200 {
            if test.ask(MAP, json!({})).await.get("errors").is_none() {
                break;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        soon(&test, &[&format!("Un {version}")]).await;
    }
    following.abort();
}

#[tokio::test]
async fn another_life_of_the_database_and_a_long_absence_are_read_anew() {
    let test = TestApp::empty().await;
    let (commune, _) = village(&test).await;
    assert_eq!((names(&test).await.len(), readings(&test)), (1, 1));
    // As after a restore: what is there is of another life, and the feed begins elsewhere.
    let restored = "UPDATE actors SET name = 'Restauré'; UPDATE feed_era SET era = gen_random_uuid()";
    sqlx_execute(&test, restored).await;
    assert_eq!((names(&test).await, readings(&test)), (vec!["Restauré".to_owned()], 2));
    test.actor("Deux", seated(&commune, 1.2)).await;
    assert_eq!((names(&test).await.len(), readings(&test)), (2, 2));
    // More changes than are read one by one.
    sqlx_execute(
        &test,
        "UPDATE actors SET name = 'Nombreux' WHERE name = 'Deux';
         INSERT INTO changes (at, caller, action, subject_kind, subject_id, version, fields)
            SELECT now(), 'operator', 'UPDATE', 'ACTOR', gen_random_uuid(), 1, '{}' FROM generate_series(1, 20001)",
    )
    .await;
    assert_eq!(
        (names(&test).await, readings(&test)),
        (vec!["Nombreux".to_owned(), "Restauré".to_owned()], 3)
    );
}

/// Behind the back of the program, which is told nothing.
async fn sqlx_execute(test: &TestApp, sql: &str) {
    use sqlx::{Connection, Executor, PgConnection};
    let mut connection = PgConnection::connect(test.url()).await.unwrap();
    connection.execute(sqlx::AssertSqlSafe(sql.to_owned())).await.unwrap();
    connection.close().await.unwrap();
}

#[tokio::test]
async fn what_is_derived_anew_is_no_change_and_yet_is_looked_at_again() {
    let test = TestApp::empty().await;
    village(&test).await;
    let quarter = test.territory("CUSTOM", "P", "Pourtour", square(1.0, 48.0, 1.0)).await;
    let of = "query($id: ID!) { territory(by: {id: $id}) { map { actorCount } ecosystem { actorCount } } }";
    let count = async || test.data(of, json!({ "id": quarter })).await["territory"].clone();
    let both = |count: i32| json!({ "map": { "actorCount": count }, "ecosystem": { "actorCount": count } });
    assert_eq!(count().await, both(1));
    sqlx_execute(&test, "DELETE FROM territory_links; DELETE FROM actor_points").await;
    let before = test.changes().await;
    let other = TestApp::at(test.url()).await;
    other.app.rebuild(&maillage::app::rebuild::Part::ALL).await.unwrap();
    assert_eq!(test.changes().await, before);
    assert_eq!(count().await, both(1));
    sqlx_execute(&test, "DELETE FROM territory_links; DELETE FROM actor_points").await;
    // Nobody said so: what was found is believed.
    assert_eq!(count().await, both(1));
    test.app.forget_world();
    assert_eq!(count().await, both(0));
    test.app.rebuild(&maillage::app::rebuild::Part::ALL).await.unwrap();
    assert_eq!(count().await, both(1));
}

#[tokio::test]
async fn many_who_ask_while_others_write_see_whole_states() {
    let test = TestApp::empty().await;
    let (commune, first) = village(&test).await;
    let second = test.actor("Deux", seated(&commune, 1.2)).await;
    // In each state one of the two is drawn, and the other is archived.
    test.must("archive", &second, 2).await;
    let writing = async {
        for step in 0..20i64 {
            let (one, two) = ((&first, 2 + step), (&second, 3 + step));
            let ((out, out_version), (back, back_version)) =
                if step % 2 == 0 { (one, two) } else { (two, one) };
            let swap = "mutation($out: ID!, $back: ID!, $ov: Int!, $bv: Int!) { a: restore(id: $back, expectedVersion: $bv) { __typename } b: archive(id: $out, expectedVersion: $ov) { __typename } }";
            test.admin_data(swap, json!({ "out": out, "back": back, "ov": out_version, "bv": back_version }))
                .await;
        }
    };
    let reading = async {
        for _ in 0..60 {
            let map = map(&test).await;
            let count = map["actorCount"].as_i64().unwrap();
            assert!((1..=2).contains(&count), "{map}");
            let located = count - map["unlocatedCount"].as_i64().unwrap();
            assert_eq!(map["nodes"].as_array().unwrap().len() as i64, located);
        }
    };
    futures::join!(writing, reading);
}

/// All nodes of a connection.
async fn all(stage: &Stage, persona: &str, query: &str, variables: &Value) -> Vec<Value> {
    let (mut nodes, mut after) = (Vec::new(), Value::Null);
    loop {
        let mut variables = variables.clone();
        variables["after"] = after;
        let data = data_of(stage.ask(persona, query, variables).await);
        let list = data["territory"]["list"].as_object().or(data["list"].as_object()).unwrap().clone();
        nodes.extend(list["nodes"].as_array().unwrap().iter().cloned());
        if list["pageInfo"]["hasNextPage"] == json!(false) {
            return nodes;
        }
        after = list["pageInfo"]["endCursor"].clone();
    }
}

#[tokio::test]
async fn a_map_holds_what_lists_hold_for_everyone() {
    const ACTORS: &str = "query($id: ID!, $f: ActorFilter, $after: String) { territory(by: {id: $id}) { list: actors(filter: $f, first: 100, after: $after) {
        nodes { id location { point { longitude latitude } } } pageInfo { hasNextPage endCursor } } } }";
    const TIES: &str = "query($f: InteractionFilter, $after: String) { list: interactions(filter: $f, first: 100, after: $after) {
        nodes { id source { id } target { id } since until } pageInfo { hasNextPage endCursor } } }";
    const MAP: &str = "query($id: ID!, $f: ActorFilter, $i: InteractionFilter) { territory(by: {id: $id}) { map(filter: $f, interactions: $i, limit: 10000) {
        actorCount unlocatedCount interactionCount endedCount nodes { actor { id } point { longitude latitude } } links { interaction { id } interactionCount } } } }";
    let stage = World::stage().await;
    let filters = [
        (json!({}), json!({})),
        (json!({ "statuses": ["DRAFT", "PUBLISHED", "ARCHIVED", "SUBMITTED"] }), json!({})),
        (json!({ "hasLocation": true }), json!({ "kinds": ["FUNDING", "PARTNERSHIP", "OTHER"] })),
        (json!({ "not": { "themes": ["literacy"] } }), json!({ "confirmation": ["DECLARED"] })),
        (json!({ "kinds": ["ASSOCIATION"] }), json!({ "between": { "hasLocation": true } })),
    ];
    let (mut drawn, mut hidden, mut linked) = (0, BTreeSet::new(), 0);
    for persona in PERSONAS {
        for place in ["A", "B", "Q", "C", "D"] {
            for (actors, interactions) in &filters {
                let mut variables = json!({ "id": format!("@{place}"), "f": actors, "i": interactions });
                stage.world.fill(&mut variables);
                let listed = all(&stage, persona, ACTORS, &variables).await;
                let ids: BTreeSet<_> = listed.iter().map(|actor| actor["id"].to_string()).collect();
                let points: BTreeMap<_, _> = listed
                    .iter()
                    .filter(|actor| !actor["location"]["point"].is_null())
                    .map(|actor| (actor["id"].to_string(), actor["location"]["point"].clone()))
                    .collect();
                let ties = all(&stage, persona, TIES, &json!({ "f": variables["i"] })).await;
                let within = |tie: &&Value| {
                    ["source", "target"].iter().all(|end| ids.contains(&tie[end]["id"].to_string()))
                };
                let ties: Vec<_> = ties.iter().filter(within).collect();
                let map = data_of(stage.ask(persona, MAP, variables).await)["territory"]["map"].clone();
                let at: BTreeMap<_, _> = map["nodes"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .map(|node| (node["actor"]["id"].to_string(), node["point"].clone()))
                    .collect();
                let what = format!("{persona} in {place} by {actors}, {interactions}");
                assert_eq!(at, points, "{what}");
                assert_eq!(map["actorCount"], json!(ids.len()), "{what}");
                assert_eq!(map["unlocatedCount"], json!(ids.len() - points.len()), "{what}");
                let counted = ["interactionCount", "endedCount"].map(|count| map[count].as_u64().unwrap());
                assert_eq!(counted.iter().sum::<u64>() as usize, ties.len(), "{what}");
                drawn += at.len();
                linked += ties.len();
                hidden.insert((persona, points.len()));
            }
        }
    }
    assert!(drawn > 100 && linked > 100 && hidden.len() > PERSONAS.len(), "{drawn} {linked} {hidden:?}");
}
