//! In which order, and how it is told.

use super::*;
use crate::support::entries::texts;

#[tokio::test]
async fn a_commune_comes_before_actors_that_bear_its_name_and_names_before_descriptions() {
    let test = directory().await;
    for name in ["Vernouillet", "Sport à Vernouillet", "Vernouillet basket"] {
        test.actor(name, json!({})).await;
    }
    test.actor("Judo", json!({ "description": "À Vernouillet" })).await;
    let found = search(&test, "vernouillet").await;
    let kinds: Vec<_> = found.iter().map(|edge| edge["node"]["__typename"].as_str().unwrap()).collect();
    assert_eq!(kinds[..3], ["Territory", "Territory", "Actor"]);
    let names: Vec<_> = found.iter().map(|edge| edge["node"]["name"].as_str().unwrap()).collect();
    assert_eq!(
        names[2..],
        ["Vernouillet", "Vernouillet basket", "C.C.A.S. de Vernouillet", "Sport à Vernouillet", "Judo"]
    );
    let scores: Vec<_> = found.iter().map(|edge| edge["score"].as_f64().unwrap()).collect();
    assert!(scores.is_sorted_by(|one, next| one >= next));
}

#[tokio::test]
async fn homonyms_are_told_apart_and_a_code_finds_its_territories() {
    let test = directory().await;
    let found = search(&test, "vernouillet").await;
    let mut contexts = texts_of(&found[..2], "context");
    contexts.sort_unstable();
    assert_eq!(contexts, ["Eure-et-Loir", "Yvelines"]);
    let mut kinds = search(&test, "28").await[..2]
        .iter()
        .map(|edge| edge["node"]["kind"].to_string())
        .collect::<Vec<_>>();
    kinds.sort_unstable();
    assert_eq!(kinds, ["\"DEPARTMENT\"", "\"REGION\""]);
    assert_eq!(names(&test, "28355").await, ["Saint-Lubin-des-Joncherets"]);
    let query = r#"{ territories(filter: {text: "28"}) { nodes { code } } }"#;
    let listed = test.data(query, json!({})).await;
    assert_eq!(
        texts(&listed["territories"]["nodes"], "/code").iter().filter(|code| **code == "28").count(),
        2
    );
}

fn texts_of<'a>(edges: &'a [Value], field: &str) -> Vec<&'a str> {
    edges.iter().map(|edge| edge[field].as_str().unwrap_or("null")).collect()
}

#[tokio::test]
async fn what_was_found_is_marked_and_markup_never_comes_through() {
    let test = directory().await;
    let marked = async |text: &str| search(&test, text).await[0]["highlight"].as_str().unwrap().to_owned();
    assert_eq!(
        marked("mission locale dreux").await,
        "<mark>ML</mark> DE <mark>DREUX</mark> ET ARRRONDISSEMENT"
    );
    assert_eq!(marked("mediathèqe odys").await, "<mark>Médiathèque</mark> l&#39;<mark>Odyssée</mark>");
    test.actor("<script>alert(\"Ogre\")</script>", json!({})).await;
    assert_eq!(marked("ogre").await, "&lt;script&gt;alert(&quot;<mark>Ogre</mark>&quot;)&lt;/script&gt;");
}

#[tokio::test]
async fn relevance_is_read_from_its_best_end_whichever_the_direction() {
    let test = directory().await;
    for order in ["", ", orderBy: {field: RELEVANCE}", ", orderBy: {field: RELEVANCE, direction: DESC}"] {
        let query = format!("{{ actors(filter: {{text: \"mediatheque\"}}{order}) {{ nodes {{ name }} }} }}");
        let found = test.data(&query, json!({})).await;
        let expected = ["Médiathèque l'Odyssée", "Les amis de la médiathèque", "Petits lecteurs"];
        assert_eq!(texts(&found["actors"]["nodes"], "/name"), expected, "{order}");
    }
}
