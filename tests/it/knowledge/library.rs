//! The library: added, changed, found, each work once; its addresses checked.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::Router;
use axum::http::StatusCode;
use axum::response::Redirect;
use axum::routing::get;
use maillage::links::Checker;
use serde_json::{Value, json};

use super::Town;
use crate::support::entries::texts;
use crate::support::{codes, data_of, wrong_fields};

async fn added(town: &Town, token: &str, title: &str, more: Value) -> Value {
    data_of(town.add(token, title, more).await)["addLibraryResource"].clone()
}

async fn update(town: &Town, token: &str, id: &Value, input: Value) -> Value {
    let query = "mutation($id: ID!, $input: UpdateLibraryResourceInput!) { updateLibraryResource(id: $id, input: $input) {
        id title authors year url language abstract publisher } }";
    town.test.ask_as(token, query, json!({ "id": id, "input": input })).await
}

#[tokio::test]
async fn a_resource_reads_back_and_changes_by_whoever_added_it() {
    let town = Town::of(2).await;
    let full = json!({ "authors": ["Une autrice", "Un auteur"], "publisher": "Une maison", "year": 2021, "url": "https://example.org/guide?a=1#b",
        "language": "EN", "themes": ["mobility"], "sdgs": [11], "abstract": "En bref." });
    let made = added(&town, &town.editors[0], "Guide", full).await;
    assert_eq!(
        made,
        json!({ "id": made["id"], "title": "Guide", "authors": ["Une autrice", "Un auteur"], "publisher": "Une maison", "year": 2021,
            "url": "https://example.org/guide?a=1#b", "language": "EN", "themes": [{ "slug": "mobility" }], "sdgs": [{ "number": 11 }],
            "abstract": "En bref.", "addressCheckedAt": null, "addressFailingSince": null, "addressProblem": null })
    );
    assert_eq!(added(&town, &town.editors[0], "Autre", json!({})).await["language"], "FR");
    assert_eq!(
        codes(&update(&town, &town.editors[1], &made["id"], json!({ "year": 2022 })).await),
        ["FORBIDDEN"]
    );
    let changed = data_of(
        update(&town, &town.editors[0], &made["id"], json!({ "year": 2022, "abstract": null })).await,
    );
    let changed = &changed["updateLibraryResource"];
    assert_eq!((&changed["year"], &changed["abstract"]), (&json!(2022), &Value::Null));
    assert_eq!(changed["publisher"], "Une maison");
    data_of(update(&town, &town.elsewhere, &made["id"], json!({ "authors": [] })).await);
    let node = "query($id: ID!) { node(id: $id) { ... on LibraryResource { title authors } } }";
    assert_eq!(
        town.test.data(node, json!({ "id": made["id"] })).await["node"],
        json!({ "title": "Guide", "authors": [] })
    );
    let answer = update(&town, &town.manager, &json!("YQ"), json!({})).await;
    assert_eq!(codes(&answer), ["NOT_FOUND"]);
    let nobody = town.test.token_of("nobody@example.org", &[]).await;
    assert_eq!(codes(&town.add(&nobody, "X", json!({})).await), ["FORBIDDEN"]);
    // Nothing in the record says who added what but the record itself.
    let changes = town.test.rows("SELECT fields FROM changes WHERE subject_kind = 'LIBRARY_RESOURCE'").await;
    assert!(changes.iter().all(|change| change["fields"].get("added_by").is_none()));
}

#[tokio::test]
async fn everything_that_is_wrong_is_said_at_once() {
    let town = Town::of(2).await;
    let wrong = json!({ "authors": ["\u{1}"], "publisher": "x".repeat(301), "year": 1449, "url": "ftp://example.org", "themes": ["x"], "sdgs": [0],
        "abstract": "\u{202e}", "clientKey": "" });
    let answer = town.add(&town.editors[0], "", wrong).await;
    let mut paths = wrong_fields(&answer);
    paths.sort_unstable();
    assert_eq!(
        paths,
        [
            "input.abstract",
            "input.authors[0]",
            "input.clientKey",
            "input.publisher",
            "input.sdgs[0]",
            "input.themes[0]",
            "input.title",
            "input.url",
            "input.year"
        ]
    );
}

#[tokio::test]
async fn a_work_is_there_once() {
    let town = Town::of(2).await;
    let first = json!({ "authors": ["Élise Martin"], "year": 2020, "url": "https://example.org/a" });
    let made = added(&town, &town.editors[0], "Coopérer, pas à pas", first.clone()).await;
    for (title, more) in [
        ("Tout autre", json!({ "url": "https://EXAMPLE.org:443/a" })),
        ("COOPERER pas-à-pas", json!({ "authors": ["elise MARTIN"], "year": 2020 })),
    ] {
        let answer = town.add(&town.editors[1], title, more).await;
        assert_eq!(codes(&answer), ["DUPLICATE"], "{title}");
        assert_eq!(answer["errors"][0]["extensions"]["existingId"], made["id"]);
    }
    // Another year, other authors: another work.
    added(
        &town,
        &town.editors[1],
        "Coopérer, pas à pas",
        json!({ "authors": ["Élise Martin"], "year": 2021 }),
    )
    .await;
    let other = added(&town, &town.editors[1], "Coopérer, pas à pas", json!({ "year": 2020 })).await;
    let answer =
        update(&town, &town.editors[1], &other["id"], json!({ "url": "https://example.org/a" })).await;
    assert_eq!(codes(&answer), ["DUPLICATE"]);
    let with_key =
        super::merged(first, json!({ "clientKey": "k", "url": "https://example.org/k", "year": 1999 }));
    let one = added(&town, &town.editors[0], "Clé", with_key.clone()).await;
    assert_eq!(added(&town, &town.editors[0], "Clé", with_key).await["id"], one["id"]);
}

#[tokio::test]
async fn the_library_is_found_by_words_themes_and_by_the_practices_that_name_it() {
    let town = Town::of(2).await;
    let all = [
        ("Faire ensemble", json!({ "authors": ["Une équipe"], "themes": ["citizenship"], "sdgs": [17] })),
        (
            "Mobilités solidaires",
            json!({ "abstract": "Un état des lieux du covoiturage.", "themes": ["inclusive-mobility"] }),
        ),
        ("Évaluer", json!({ "authors": ["Camille Zéphyr"], "year": 2019 })),
    ];
    let mut ids = Vec::new();
    for (title, more) in all {
        ids.push(added(&town, &town.editors[0], title, more).await["id"].clone());
    }
    let practice =
        town.published(json!({ "resources": [ids[2], ids[0]], "territories": [{ "id": town.here }] })).await;
    data_of(town.teach(&town.editors[0], "LEVER", "Montrer", json!({ "source": practice })).await);
    // A draft tells nobody what it names.
    town.created(json!({ "resources": [ids[1]], "territories": [{ "id": town.here }] })).await;
    let query = "query($f: KnowledgeFilter) { libraryResources(filter: $f) { totalCount nodes { title } } }";
    let place = json!({ "territory": { "territory": { "id": town.here } } });
    for (filter, titles) in [
        (json!({}), vec!["Évaluer", "Faire ensemble", "Mobilités solidaires"]),
        (json!({ "text": "mobilites" }), vec!["Mobilités solidaires"]),
        (json!({ "text": "covoiturage" }), vec!["Mobilités solidaires"]),
        (json!({ "text": "zephyr" }), vec!["Évaluer"]),
        (json!({ "text": "mobilitez solidaire" }), vec!["Mobilités solidaires"]),
        (json!({ "themes": ["mobility"] }), vec!["Mobilités solidaires"]),
        (json!({ "sdgs": [17] }), vec!["Faire ensemble"]),
        (place, vec!["Évaluer", "Faire ensemble"]),
        (json!({ "rubrics": ["LEVER"] }), vec!["Évaluer", "Faire ensemble"]),
        (json!({ "rubrics": ["TRIGGER"] }), vec![]),
        (json!({ "actor": town.actors[0] }), vec!["Évaluer", "Faire ensemble"]),
    ] {
        let found = town.test.data(query, json!({ "f": filter })).await["libraryResources"].clone();
        assert_eq!(texts(&found["nodes"], "/title"), titles, "{filter}");
        assert_eq!(found["totalCount"], titles.len(), "{filter}");
    }
    let search = "{ search(text: \"mobilites\", kinds: [LIBRARY_RESOURCE, GOOD_PRACTICE]) { edges { node { __typename ... on LibraryResource { title } } } } }";
    let found = town.test.data(search, json!({})).await["search"]["edges"].clone();
    assert_eq!(found[0]["node"], json!({ "__typename": "LibraryResource", "title": "Mobilités solidaires" }));
}

/// A server whose page `/comes` is there or not, as the flag says.
async fn server(there: Arc<AtomicBool>) -> String {
    let comes = move || {
        let status = if there.load(Ordering::Relaxed) { StatusCode::OK } else { StatusCode::NOT_FOUND };
        async move { status }
    };
    let router = Router::new()
        .route("/well", get(|| async { "here" }))
        // Knows no heads.
        .route(
            "/get-only",
            get(|method: axum::http::Method| async move {
                if method == axum::http::Method::HEAD { StatusCode::NOT_IMPLEMENTED } else { StatusCode::OK }
            }),
        )
        .route("/guarded", get(|| async { StatusCode::FORBIDDEN }))
        .route("/moved", get(|| async { Redirect::permanent("/well") }))
        .route("/round", get(|| async { Redirect::temporary("/round") }))
        .route("/elsewhere", get(|| async { Redirect::temporary("ftp://example.org/") }))
        .route("/gone", get(|| async { StatusCode::GONE }))
        .route("/comes", get(comes));
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await });
    base
}

#[tokio::test]
async fn addresses_are_asked_and_what_they_answer_is_kept_until_they_answer_well() {
    let town = Town::of(2).await;
    let there = Arc::new(AtomicBool::new(false));
    let base = server(there.clone()).await;
    let expected = [
        ("/well", None),
        ("/get-only", None),
        ("/guarded", None),
        ("/moved", None),
        ("/round", Some("redirects too often")),
        ("/elsewhere", Some("it is in a private network, which is not asked")),
        ("/gone", Some("answers 410 Gone")),
        ("/comes", Some("answers 404 Not Found")),
    ];
    for (path, _) in expected {
        added(&town, &town.editors[0], path, json!({ "url": format!("{base}{path}") })).await;
    }
    added(&town, &town.editors[0], "sans adresse", json!({})).await;
    let closed = "http://127.0.0.1:1/";
    added(&town, &town.editors[0], "fermé", json!({ "url": closed })).await;
    let before = town.test.changes().await;
    let checked = town.test.app.check_addresses(&Checker::new(true).unwrap()).await.unwrap();
    assert_eq!((checked.asked, checked.failing.len()), (9, 5));
    assert!(checked.to_string().ends_with("9 addresses asked, 5 do not answer as they should"));
    assert_eq!(town.test.changes().await, before, "no change of any entry");
    let all = "{ libraryResources(first: 100) { nodes { title addressCheckedAt addressFailingSince addressProblem } } }";
    let told = async || town.test.data(all, json!({})).await["libraryResources"]["nodes"].clone();
    let first = told().await;
    let of = |list: &Value, title: &str| {
        list.as_array().unwrap().iter().find(|one| one["title"] == title).unwrap().clone()
    };
    for (path, problem) in expected {
        let one = of(&first, path);
        assert_eq!(one["addressProblem"].as_str(), problem, "{path}");
        assert_eq!(one["addressCheckedAt"], "2026-11-22T12:00:00Z", "{path}");
        assert_eq!(one["addressFailingSince"].is_string(), problem.is_some(), "{path}");
    }
    assert_eq!(of(&first, "fermé")["addressProblem"], "can't be reached");
    assert_eq!(of(&first, "sans adresse")["addressCheckedAt"], Value::Null);
    // Later one answers again; the others fail since the first time.
    there.store(true, Ordering::Relaxed);
    town.test.clock.set("2026-11-29T12:00:00Z".parse().unwrap());
    town.test.app.check_addresses(&Checker::new(true).unwrap()).await.unwrap();
    let second = told().await;
    let one = of(&second, "/comes");
    assert_eq!((&one["addressFailingSince"], &one["addressProblem"]), (&Value::Null, &Value::Null));
    assert_eq!(one["addressCheckedAt"], "2026-11-29T12:00:00Z");
    assert_eq!(of(&second, "/gone")["addressFailingSince"], "2026-11-22T12:00:00Z");
    // This machine is nobody's business.
    let checked = town.test.app.check_addresses(&Checker::new(false).unwrap()).await.unwrap();
    assert_eq!(checked.failing.len(), 9);
    assert!(checked.failing.iter().all(|one| one.problem.contains("private network")));
}
