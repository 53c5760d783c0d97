//! Ecosystems: what is in a network, its measures, what becomes of it, and how two actors are linked.

use serde_json::{Value, json};

use crate::support::entries::{id_of, square, texts};
use crate::support::{TestApp, codes, wrong_fields};

/// Two triangles that B and C join, someone outside whom D knows, and someone alone. What A and D did ended in 2025, and E works
/// with F since 2024.
struct Village {
    test: TestApp,
    actors: Vec<String>,
    interactions: Vec<String>,
}

async fn village() -> Village {
    let test = TestApp::empty().await;
    let commune = test.territory("COMMUNE", "1", "Bourg", square(1.0, 48.0, 0.1)).await;
    let elsewhere = test.territory("COMMUNE", "2", "Ailleurs", square(3.0, 48.0, 0.1)).await;
    let mut actors = Vec::new();
    for (name, kind, seat, themes) in [
        ("A", "ASSOCIATION", &commune, vec!["health"]),
        ("B", "ASSOCIATION", &commune, vec!["health", "education"]),
        ("C", "SCHOOL", &commune, vec!["education"]),
        ("D", "SCHOOL", &commune, vec![]),
        ("E", "COMPANY", &commune, vec![]),
        ("F", "COMPANY", &commune, vec![]),
        ("Alone", "COMPANY", &commune, vec![]),
        ("Outside", "COMPANY", &elsewhere, vec![]),
    ] {
        actors.push(test.actor(name, json!({"kind": kind, "seat": {"id": seat}, "themes": themes})).await);
    }
    let mut interactions = Vec::new();
    for (kind, source, target, more) in [
        ("PARTNERSHIP", 0, 1, json!({"level": "CO_AUTHORSHIP", "intensity": 5})),
        ("FUNDING", 0, 1, json!({})),
        ("PARTNERSHIP", 1, 4, json!({"level": "INFORMATION"})),
        ("PARTNERSHIP", 4, 0, json!({"level": "INFORMATION"})),
        ("SUPPORT", 1, 2, json!({})),
        ("PARTNERSHIP", 2, 3, json!({})),
        ("PARTNERSHIP", 3, 5, json!({"since": "2024-01-01"})),
        ("PARTNERSHIP", 5, 2, json!({})),
        ("REFERRAL", 3, 7, json!({})),
        ("REFERRAL", 0, 3, json!({"until": "2025-12-31"})),
    ] {
        interactions.push(test.interaction(kind, &actors[source], &actors[target], more).await);
    }
    Village { test, actors, interactions }
}

impl Village {
    async fn ecosystem(&self, arguments: &str, fields: &str) -> Value {
        self.test.data(&query(arguments, fields), json!({})).await["territory"]["ecosystem"].clone()
    }

    async fn paths(&self, arguments: &str) -> Value {
        let query = format!(
            "query($a: ID!, $f: ID!) {{ paths(from: $a, to: $f{arguments}) {{ length actors {{ name }} interactions {{ id kind }} }} }}"
        );
        self.test.data(&query, json!({"a": self.actors[0], "f": self.actors[5]})).await["paths"].clone()
    }
}

fn query(arguments: &str, fields: &str) -> String {
    let arguments = if arguments.is_empty() { String::new() } else { format!("({arguments})") };
    format!(
        r#"{{ territory(by: {{code: {{kind: COMMUNE, code: "1"}}}}) {{ ecosystem{arguments} {{ {fields} }} }} }}"#
    )
}

const COUNTS: &str = "actorCount interactionCount crossingCount endedCount componentCount";

fn close(value: &Value, expected: f64) {
    let found = value.as_f64().unwrap();
    assert!((found - expected).abs() < 1e-9, "{found} is not {expected}");
}

#[tokio::test]
async fn a_network_is_what_holds_between_the_actors_of_a_place_on_a_day() {
    let village = village().await;
    let now =
        village.ecosystem("", &format!("{COUNTS} asOf territory {{ name }} levels {{ level count }}")).await;
    let counts = json!({
        "actorCount": 7, "interactionCount": 8, "crossingCount": 1, "endedCount": 1, "componentCount": 2,
        "asOf": "2026-11-22", "territory": {"name": "Bourg"},
        "levels": [{"level": "INFORMATION", "count": 2}, {"level": "CO_AUTHORSHIP", "count": 1}],
    });
    assert_eq!(now, counts);
    let then = village.ecosystem(r#"asOf: "2023-12-31""#, COUNTS).await;
    // What A and D did holds, what D and F do had not begun.
    assert_eq!((&then["interactionCount"], &then["endedCount"]), (&json!(8), &json!(0)));
    let last_day = village.ecosystem(r#"asOf: "2025-12-31""#, COUNTS).await;
    assert_eq!((&last_day["interactionCount"], &last_day["endedCount"]), (&json!(9), &json!(0)));
    let all =
        village.test.data(&format!("{{ ecosystem {{ {COUNTS} territory {{ name }} }} }}"), json!({})).await;
    let expected = json!({
        "actorCount": 8, "interactionCount": 9, "crossingCount": 0, "endedCount": 1, "componentCount": 2, "territory": null,
    });
    assert_eq!(all["ecosystem"], expected);
}

#[tokio::test]
async fn the_measures_are_those_of_the_graph_of_partners() {
    let village = village().await;
    let fields =
        "density averageDegree clustering modularity largestComponentShare exact sampledFrom betweennessError
        closenessError isolated { totalCount nodes { name } }";
    let found = village.ecosystem("", fields).await;
    close(&found["density"], 7.0 / 21.0);
    close(&found["averageDegree"], 2.0);
    close(&found["clustering"], 6.0 / 10.0);
    close(&found["largestComponentShare"], 6.0 / 7.0);
    assert_eq!(found["isolated"], json!({"totalCount": 1, "nodes": [{"name": "Alone"}]}));
    assert_eq!(
        (&found["exact"], &found["sampledFrom"], &found["betweennessError"]),
        (&json!(true), &Value::Null, &Value::Null)
    );
    assert!(found["modularity"].as_f64().unwrap() > 0.3, "{found}");
}

#[tokio::test]
async fn key_actors_are_ranked_by_what_is_asked_and_say_their_role() {
    let village = village().await;
    let central = "rank role degree weightedDegree betweenness closeness eigenvector pagerank actor { name }";
    let fields = format!(
        "paths: keyActors {{ {central} }} weight: keyActors(by: WEIGHTED_DEGREE, first: 1) {{ {central} }} none: keyActors(first: 0) {{ rank }}"
    );
    let found = village.ecosystem("", &fields).await;
    // B and C hold the triangles together; who is alone is not ranked.
    assert_eq!(found["paths"].as_array().unwrap().len(), 6);
    let mut first = texts(&found["paths"], "/actor/name")[..2].to_vec();
    first.sort_unstable();
    assert_eq!(first, ["B", "C"]);
    close(&found["paths"][0]["betweenness"], 6.0 / 15.0);
    // A and E one step from B, C one, D and F two; of six others five are reached.
    let b =
        found["paths"].as_array().unwrap().iter().find(|central| central["actor"]["name"] == "B").unwrap();
    close(&b["closeness"], 5.0 / 6.0 * 5.0 / 7.0);
    assert_eq!((&b["degree"], &b["role"]), (&json!(3), &json!("BRIDGE")));
    close(&b["weightedDegree"], 3.0 + 1.0 + 1.2 + 1.0);
    assert_eq!(found["weight"][0]["actor"]["name"], "B");
    assert!(found["weight"][0]["eigenvector"].as_f64().unwrap() > 0.5);
    assert_eq!(found["none"], json!([]));
    let ranks: f64 =
        found["paths"].as_array().unwrap().iter().map(|central| central["pagerank"].as_f64().unwrap()).sum();
    assert!(ranks < 1.0 && ranks > 0.9, "who is alone has the rest: {ranks}");
}

#[tokio::test]
async fn of_a_large_network_the_interactions_between_the_most_central_can_be_drawn() {
    let village = village().await;
    let fields = "all: keyInteractions { id } one: keyInteractions(by: DEGREE, first: 1) { source { name } target { name } }
        none: keyInteractions(first: 0) { id } interactionCount";
    let found = village.ecosystem("", fields).await;
    assert_eq!(found["all"].as_array().unwrap().len() as i64, found["interactionCount"].as_i64().unwrap());
    // Three partners each: no others have as many.
    let mut ends = [texts(&found["one"], "/source/name"), texts(&found["one"], "/target/name")].concat();
    ends.sort_unstable();
    assert_eq!((ends, &found["none"]), (vec!["B", "C"], &json!([])));
}

#[tokio::test]
async fn bridges_and_clusters_are_found() {
    let village = village().await;
    let fields =
        "bridges { id kind } clusters { key size density members(first: 1) { totalCount nodes { name } }
        mainThemes { theme { slug } count } mainKinds { kind count } }";
    let found = village.ecosystem("", fields).await;
    assert_eq!(found["bridges"], json!([{"id": village.interactions[4], "kind": "SUPPORT"}]));
    let clusters = found["clusters"].as_array().unwrap();
    assert_eq!(clusters.len(), 2);
    for cluster in clusters {
        assert_eq!(
            (&cluster["size"], &cluster["density"], &cluster["members"]["totalCount"]),
            (&json!(3), &json!(1.0), &json!(3))
        );
        assert_eq!(cluster["key"].as_str().unwrap().len(), 16);
    }
    let mut first: Vec<_> =
        clusters.iter().map(|cluster| texts(&cluster["members"]["nodes"], "/name")[0]).collect();
    first.sort_unstable();
    assert_eq!(first, ["A", "C"]);
    let of_a = clusters.iter().find(|cluster| cluster["members"]["nodes"][0]["name"] == "A").unwrap();
    assert_eq!(of_a["mainThemes"][0], json!({"theme": {"slug": "health"}, "count": 2}));
    assert_eq!(of_a["mainKinds"][0], json!({"kind": "ASSOCIATION", "count": 2}));
    assert_eq!(village.ecosystem("", fields).await, found, "the same data gives the same groups");
}

#[tokio::test]
async fn a_matrix_tells_who_interacts_with_whom() {
    let village = village().await;
    let fields = "kinds: matrix { labels counts truncated } themes: matrix(by: THEME) { labels counts }
        communes: matrix(by: COMMUNE) { labels counts } one: matrix(limit: 1) { labels counts truncated }";
    let found = village.ecosystem("", fields).await;
    let mut labels = texts(&found["kinds"]["labels"], "");
    labels.sort_unstable();
    assert_eq!(labels, ["ASSOCIATION", "COMPANY", "SCHOOL"]);
    assert_eq!(found["kinds"]["truncated"], false);
    assert_eq!(count(&found["kinds"], "ASSOCIATION", "ASSOCIATION"), 2);
    assert_eq!(count(&found["kinds"], "ASSOCIATION", "COMPANY"), 2);
    assert_eq!(count(&found["kinds"], "SCHOOL", "COMPANY"), count(&found["kinds"], "COMPANY", "SCHOOL"));
    // A and B twice: as health, as health with education; B and C as both with education.
    assert_eq!(count(&found["themes"], "health", "health"), 2);
    assert_eq!(count(&found["themes"], "health", "education"), 3);
    assert_eq!(count(&found["themes"], "education", "education"), 1);
    assert_eq!(found["communes"], json!({"labels": ["Bourg (1)"], "counts": [[8]]}));
    assert_eq!(
        (&found["one"]["truncated"], found["one"]["labels"].as_array().unwrap().len()),
        (&json!(true), 1)
    );
    let nothing = village.ecosystem("interactions: {kinds: [TENSION]}", "matrix { labels }").await;
    assert_eq!(nothing["matrix"], Value::Null);
}

fn count(matrix: &Value, one: &str, other: &str) -> i64 {
    let place = |label: &str| matrix["labels"].as_array().unwrap().iter().position(|l| l == label).unwrap();
    matrix["counts"][place(one)][place(other)].as_i64().unwrap()
}

#[tokio::test]
async fn filters_make_the_network() {
    let village = village().await;
    let schools = village.ecosystem("filter: {kinds: [SCHOOL]}", COUNTS).await;
    let expected = json!({"actorCount": 2, "interactionCount": 1, "crossingCount": 4, "endedCount": 0, "componentCount": 1});
    assert_eq!(schools, expected);
    let funding = village
        .ecosystem("interactions: {kinds: [FUNDING]}", &format!("{COUNTS} isolated {{ totalCount }}"))
        .await;
    assert_eq!((&funding["interactionCount"], &funding["isolated"]["totalCount"]), (&json!(1), &json!(5)));
    let of_a = json!({"a": village.actors[0]});
    let query = r#"query($a: ID!) { territory(by: {code: {kind: COMMUNE, code: "1"}}) {
        ecosystem(interactions: {actor: $a}) { interactionCount crossingCount } } }"#;
    let found = village.test.data(query, of_a).await;
    assert_eq!(found["territory"]["ecosystem"], json!({"interactionCount": 3, "crossingCount": 0}));
}

#[tokio::test]
async fn what_is_not_defined_is_null() {
    let village = village().await;
    let fields = "actorCount density averageDegree clustering modularity largestComponentShare componentCount exact
        keyActors { rank betweenness closeness eigenvector pagerank role } clusters { key } bridges { id } matrix { labels } levels { count }";
    let nobody = village.ecosystem("filter: {kinds: [FOUNDATION]}", fields).await;
    let expected = json!({
        "actorCount": 0, "density": null, "averageDegree": null, "clustering": null, "modularity": null,
        "largestComponentShare": null, "componentCount": 0, "exact": true, "keyActors": [], "clusters": [], "bridges": [],
        "matrix": null, "levels": [],
    });
    assert_eq!(nobody, expected);
    let one = village.ecosystem(r#"filter: {text: "Alone"}"#, fields).await;
    assert_eq!((&one["density"], &one["averageDegree"]), (&Value::Null, &json!(0.0)));
    let key = json!([{"rank": 1, "betweenness": null, "closeness": null, "eigenvector": null, "pagerank": 1.0, "role": "ISOLATED"}]);
    assert_eq!(one["keyActors"], key);
}

#[tokio::test]
async fn what_became_of_it_between_two_days_is_told() {
    let village = village().await;
    let change = |from: &str, to: &str| {
        format!(
            r#"{{ territory(by: {{code: {{kind: COMMUNE, code: "1"}}}}) {{ ecosystemChange(from: "{from}", to: "{to}") {{
            before {{ asOf interactionCount }} after {{ asOf interactionCount territory {{ name }} }}
            newActors {{ totalCount nodes {{ name }} }} newInteractions {{ totalCount nodes {{ id }} }}
            endedInteractions {{ totalCount nodes {{ id }} }} }} }} }}"#
        )
    };
    let found = village.test.data(&change("2023-12-31", "2026-01-01"), json!({})).await;
    let expected = json!({
        "before": {"asOf": "2023-12-31", "interactionCount": 8},
        "after": {"asOf": "2026-01-01", "interactionCount": 8, "territory": {"name": "Bourg"}},
        "newActors": {"totalCount": 0, "nodes": []},
        "newInteractions": {"totalCount": 1, "nodes": [{"id": village.interactions[6]}]},
        "endedInteractions": {"totalCount": 1, "nodes": [{"id": village.interactions[9]}]},
    });
    assert_eq!(found["territory"]["ecosystemChange"], expected);
    let alone = json!({"since": "2025-06-01"});
    village.test.interaction("PARTNERSHIP", &village.actors[6], &village.actors[0], alone).await;
    let found = village.test.data(&change("2025-05-31", "2025-06-01"), json!({})).await;
    assert_eq!(found["territory"]["ecosystemChange"]["newActors"]["nodes"], json!([{"name": "Alone"}]));
    let answer = village.test.ask(&change("2026-01-01", "2025-01-01"), json!({})).await;
    assert_eq!(wrong_fields(&answer), ["to"]);
    assert_eq!(answer["data"]["territory"]["ecosystemChange"], Value::Null);
}

#[tokio::test]
async fn paths_are_the_shortest_first_and_as_of_a_day() {
    let village = village().await;
    let found = village.paths("").await;
    let names = |path: &Value| texts(&path["actors"], "/name").join("");
    let all: Vec<_> = found.as_array().unwrap().iter().map(names).collect();
    assert_eq!(all, ["ABCF", "ABCDF", "AEBCF"]);
    assert_eq!((&found[0]["length"], found[0]["interactions"].as_array().unwrap().len()), (&json!(3), 3));
    // Of the two of A and B, the one of more weight.
    assert_eq!(found[0]["interactions"][0]["id"], json!(village.interactions[0]));
    assert_eq!(village.paths(", maxLength: 2").await, json!([]));
    assert_eq!(village.paths(", first: 1").await.as_array().unwrap().len(), 1);
    let then = village.paths(r#", activeOn: "2025-01-01""#).await;
    assert_eq!(names(&then[0]), "ADF");
    let longest = village.paths(", maxLength: 6, first: 20").await;
    assert_eq!(longest.as_array().unwrap().len(), 4);
}

#[tokio::test]
async fn paths_go_through_what_may_be_seen_alone() {
    let village = village().await;
    let test = &village.test;
    let draft = id_of(&test.draft_actor("Draft", json!({})).await);
    let query = "query($a: ID!, $f: ID!) { paths(from: $a, to: $f) { length } }";
    for (from, to) in [(&draft, &village.actors[0]), (&village.actors[0], &draft)] {
        assert_eq!(test.data(query, json!({"a": from, "f": to})).await["paths"], Value::Null);
    }
    assert_eq!(test.data(query, json!({"a": "x", "f": village.actors[0]})).await["paths"], Value::Null);
    let own = json!({"a": village.actors[0], "f": village.actors[0]});
    assert_eq!(test.data(query, own).await["paths"], json!([]));
    // Through the draft there would be a way of two steps, which its editors alone may know.
    for end in [0, 5] {
        test.declare("PARTNERSHIP", &draft, &village.actors[end], json!({})).await;
    }
    assert_eq!(village.paths(", first: 1").await[0]["length"], 3);
    let counts = village.ecosystem("", COUNTS).await;
    assert_eq!(
        (&counts["actorCount"], &counts["interactionCount"], &counts["crossingCount"]),
        (&json!(7), &json!(8), &json!(1))
    );
    test.must("archive", &village.actors[2], 2).await;
    assert_eq!(village.paths("").await, json!([]), "C alone joined them");
    assert_eq!(village.ecosystem("", COUNTS).await["actorCount"], 6);
}

#[tokio::test]
async fn what_can_t_be_asked_is_refused_and_the_rest_answered() {
    let village = village().await;
    for (arguments, fields, wrong) in [
        (r#"asOf: "2026-02-30""#, "actorCount", "asOf"),
        ("", "keyActors(first: -1) { rank }", "first"),
        ("", "keyActors(first: 101) { rank }", "first"),
        ("", "bridges(first: 101) { id }", "first"),
        ("", "clusters(first: 101) { key }", "first"),
        ("", "keyInteractions(first: 301) { id }", "first"),
        ("", "isolated(first: 101) { totalCount }", "first"),
        ("", "matrix(limit: 0) { labels }", "limit"),
        ("", "matrix(limit: 101) { labels }", "limit"),
        ("filter: {themes: [\"none\"]}", "actorCount", "filter.themes[0]"),
        ("interactions: {minIntensity: 6}", "actorCount", "interactions.minIntensity"),
    ] {
        let answer = village.test.ask(&query(arguments, fields), json!({})).await;
        assert_eq!((codes(&answer), wrong_fields(&answer)), (vec!["VALIDATION"], vec![wrong]), "{answer}");
    }
    let query =
        "query($a: ID!) { paths(from: $a, to: $a, maxLength: 7, first: 21, activeOn: \"x\") { length } }";
    let answer = village.test.ask(query, json!({"a": village.actors[0]})).await;
    let mut wrong = wrong_fields(&answer);
    wrong.sort_unstable();
    assert_eq!(wrong, ["activeOn", "first", "maxLength"], "{answer}");
}

#[tokio::test]
async fn lists_of_a_network_are_paged_by_name() {
    let village = village().await;
    let page = "pageInfo { hasNextPage endCursor } nodes { name } totalCount";
    let first = village
        .ecosystem("interactions: {kinds: [FUNDING]}", &format!("isolated(first: 3) {{ {page} }}"))
        .await;
    assert_eq!(texts(&first["isolated"]["nodes"], "/name"), ["Alone", "C", "D"]);
    let after = first["isolated"]["pageInfo"]["endCursor"].as_str().unwrap();
    let fields = format!("isolated(first: 3, after: \"{after}\") {{ {page} }}");
    let next = village.ecosystem("interactions: {kinds: [FUNDING]}", &fields).await;
    assert_eq!(texts(&next["isolated"]["nodes"], "/name"), ["E", "F"]);
    assert_eq!(next["isolated"]["totalCount"], 5);
}
