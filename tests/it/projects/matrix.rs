//! Where goals meet cross-cutting dynamics.

use serde_json::{Value, json};

use super::Town;
use crate::support::data_of;
use crate::support::entries::{id_of, texts};

const ROWS: &str =
    "rows { sdg { number } cells { dynamic count projects(first: 2) { title lead { name } } } }";

/// `goal dynamic count: titles` of each cell that holds some.
fn told(matrix: &Value) -> Vec<String> {
    let mut all = Vec::new();
    for row in matrix["rows"].as_array().unwrap() {
        for cell in row["cells"].as_array().unwrap().iter().filter(|cell| cell["count"] != 0) {
            let titles = texts(&cell["projects"], "/title").join(", ");
            let (goal, dynamic) = (&row["sdg"]["number"], cell["dynamic"].as_str().unwrap());
            all.push(format!("{goal} {dynamic} {}: {titles}", cell["count"]));
        }
    }
    all
}

async fn matrix(town: &Town, filter: Value) -> Value {
    let query = format!("query($filter: ProjectFilter) {{ projectMatrix(filter: $filter) {{ {ROWS} }} }}");
    town.test.data(&query, json!({ "filter": filter })).await["projectMatrix"].clone()
}

#[tokio::test]
async fn the_matrix_counts_and_lists_where_goals_meet_dynamics() {
    let town = Town::of(3).await;
    let place = |id: &String| json!([{ "id": id }]);
    for (title, goals, dynamics, at) in [
        ("Un", json!([3, 4]), json!(["COOPERATION"]), place(&town.here)),
        ("Deux", json!([4]), json!(["COOPERATION", "POWER_TO_ACT"]), place(&town.here)),
        ("Trois", json!([4]), json!(["COOPERATION"]), place(&town.there)),
        ("Sans but", json!([]), json!(["COOPERATION"]), place(&town.here)),
    ] {
        let more = json!({ "title": title, "sdgs": goals, "dynamics": dynamics, "territories": at });
        let id = id_of(&town.created(more).await);
        town.test.must("publish", &id, 1).await;
    }
    // A draft is in no matrix but that of those who see it.
    let draft = json!({ "title": "Ébauche", "sdgs": [7], "dynamics": ["INCLUSIVE_SOCIETY"] });
    town.created(draft).await;
    let all = matrix(&town, json!({})).await;
    assert_eq!(
        told(&all),
        ["3 COOPERATION 1: Un", "4 POWER_TO_ACT 1: Deux", "4 COOPERATION 3: Deux, Trois",]
    );
    assert_eq!(all["rows"].as_array().unwrap().len(), 2);
    assert_eq!(all["rows"][0]["cells"].as_array().unwrap().len(), 3);
    let own = format!("query {{ projectMatrix {{ {ROWS} }} }}");
    let own = data_of(town.test.ask_as(&town.editors[0], &own, json!({})).await);
    assert!(told(&own["projectMatrix"]).contains(&"7 INCLUSIVE_SOCIETY 1: Ébauche".to_owned()));
    // Goals that are asked for have their rows, and no others.
    let asked = matrix(&town, json!({ "sdgs": [3, 17] })).await;
    assert_eq!(told(&asked), ["3 COOPERATION 1: Un"]);
    assert_eq!(texts(&json!(asked["rows"]), "/cells/0/dynamic"), ["INCLUSIVE_SOCIETY", "INCLUSIVE_SOCIETY"]);
    let some = matrix(&town, json!({ "dynamics": ["POWER_TO_ACT"] })).await;
    assert_eq!(told(&some), ["4 POWER_TO_ACT 1: Deux"]);
    // Of each of many territories, in as many statements as of one.
    let query = format!("query {{ territories {{ nodes {{ name projectMatrix {{ {ROWS} }} }} }} }}");
    let data = town.test.data(&query, json!({})).await;
    let statements = town.test.statements(&query, json!({})).await;
    // territories, counts, projects, leads
    assert!(statements <= 5, "{statements}");
    let nodes = data["territories"]["nodes"].as_array().unwrap();
    let of = |name: &str| told(&nodes.iter().find(|t| t["name"] == name).unwrap()["projectMatrix"]);
    assert_eq!(of("Dreux"), ["3 COOPERATION 1: Un", "4 POWER_TO_ACT 1: Deux", "4 COOPERATION 2: Deux, Un"]);
    assert_eq!(of("Vernon"), ["4 COOPERATION 1: Trois"]);
}

#[tokio::test]
async fn projects_are_found_by_all_that_a_filter_asks() {
    let town = Town::of(3).await;
    let first = json!({ "title": "Médiathèque ouverte", "themes": ["education"], "partners": [town.actors[1]],
        "territories": [{ "id": town.here }], "sdgs": [4], "dynamics": ["COOPERATION"] });
    let first = id_of(&town.created(first).await);
    let second = id_of(&town.created(json!({ "title": "Énergie partagée", "sdgs": [7] })).await);
    for id in [&first, &second] {
        town.test.must("publish", id, 1).await;
    }
    let here = json!({ "territory": { "id": town.here } });
    for (filter, expected) in [
        (json!({}), vec![&second, &first]),
        (json!({ "text": "mediatheque" }), vec![&first]),
        (json!({ "text": "mediatheqe" }), vec![&first]),
        (json!({ "themes": ["education"] }), vec![&first]),
        (json!({ "sdgs": [7, 8] }), vec![&second]),
        (json!({ "dynamics": ["COOPERATION"] }), vec![&first]),
        (json!({ "territory": here }), vec![&first]),
        (json!({ "actor": town.actors[1] }), vec![&first]),
        (json!({ "actor": town.actors[0] }), vec![&second, &first]),
        (json!({ "actor": town.actors[2] }), vec![]),
    ] {
        let query = "query($f: ProjectFilter) { projects(filter: $f) { totalCount nodes { id } } }";
        let found = town.test.data(query, json!({ "f": filter })).await["projects"].clone();
        assert_eq!(texts(&found["nodes"], "/id"), expected, "{filter}");
        assert_eq!(found["totalCount"], expected.len());
    }
    let search = "query { search(text: \"energie partagee\") { edges { node { ... on Project { title } } context } } }";
    let found = town.test.data(search, json!({})).await;
    assert_eq!(found["search"]["edges"][0]["node"]["title"], "Énergie partagée");
    let nested = "query($id: ID!) { actor(by: { id: $id }) { projects { totalCount nodes { title } } } }";
    let of = town.test.data(nested, json!({ "id": town.actors[1] })).await;
    assert_eq!(texts(&of["actor"]["projects"]["nodes"], "/title"), ["Médiathèque ouverte"]);
}
