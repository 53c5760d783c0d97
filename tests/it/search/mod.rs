//! What people type finds what they mean.

mod found;
mod hostile;
mod kept;
mod ranked;

use serde_json::{Value, json};

use crate::support::TestApp;
use crate::support::entries::square;

/// The names of what a search finds, best first.
async fn names(test: &TestApp, text: &str) -> Vec<String> {
    let edges = search(test, text).await;
    edges.iter().map(|edge| edge["node"]["name"].as_str().unwrap_or("none").to_owned()).collect()
}

/// The edges of a search.
async fn search(test: &TestApp, text: &str) -> Vec<Value> {
    let query = "query($text: String!) { search(text: $text, first: 50) { edges { score highlight context node {
        __typename ... on Actor { name: name id } ... on Territory { name id kind code } ... on Call { name: title id }
    } } } }";
    let found = test.data(query, json!({ "text": text })).await;
    found["search"]["edges"].as_array().expect("a list").clone()
}

/// A directory of a few actors and places.
async fn directory() -> TestApp {
    let test = TestApp::empty().await;
    let actors = [
        "ML DE DREUX ET ARRRONDISSEMENT",
        "Mission locale de Chartres",
        "C.C.A.S. de Vernouillet",
        "Centre communal d’action sociale de Saint-Lubin-des-Joncherets",
        "Médiathèque l'Odyssée",
        "Les amis de la médiathèque",
        "Associations du val d’Avre",
        "Maison des jeunes et de la culture",
        "Agir contre la faim",
    ];
    for name in actors {
        test.actor(name, json!({})).await;
    }
    test.actor("Petits lecteurs", json!({ "description": "Ateliers de la médiathèque, avec les parents" }))
        .await;
    test.territory("REGION", "28", "Normandie", square(0.0, 49.0, 0.3)).await;
    let one = test.territory("COMMUNE", "28404", "Vernouillet", square(1.36, 48.72, 0.01)).await;
    let other = test.territory("COMMUNE", "78643", "Vernouillet", square(1.98, 48.97, 0.01)).await;
    let made = "mutation($input: CreateTerritoryInput!) { createTerritory(input: $input) { id } }";
    for (code, name, member) in [("28", "Eure-et-Loir", one), ("78", "Yvelines", other)] {
        let input = json!({ "kind": "DEPARTMENT", "code": code, "vintage": 2026, "name": name, "members": [{ "id": member }] });
        test.admin_data(made, json!({ "input": input })).await;
    }
    test.territory("COMMUNE", "28355", "Saint-Lubin-des-Joncherets", square(1.2, 48.77, 0.01)).await;
    test
}
