//! Lessons: who records them, where they are seen, how they are found.

use serde_json::{Value, json};

use super::{Town, merged};
use crate::support::entries::{id_of, texts};
use crate::support::{codes, data_of, wrong_fields};

async fn project(town: &Town) -> String {
    let input = json!({ "title": "Des lieux ouverts", "lead": town.actors[0], "partners": [town.actors[2]], "sdgs": [4], "territories": [{ "id": town.here }] });
    let create = "mutation($input: CreateProjectInput!) { createProject(input: $input) { id } }";
    id_of(&town.test.admin_data(create, json!({ "input": input })).await["createProject"])
}

async fn collective(town: &Town) -> String {
    let input = json!({ "kind": "ACTION_COMMUNITY", "name": "Énergie et habitat", "lead": town.actors[0], "territories": [{ "id": town.here }] });
    let register = "mutation($input: RegisterCollectiveInput!) { registerCollective(input: $input) { id } }";
    let made = data_of(town.test.ask_as(&town.editors[0], register, json!({ "input": input })).await);
    id_of(&made["registerCollective"])
}

async fn update(town: &Town, token: &str, id: &str, input: Value) -> Value {
    let query = "mutation($id: ID!, $input: UpdateLessonInput!) { updateLesson(id: $id, input: $input) {
        id rubric text event recordedOn themes { slug } source { __typename } } }";
    town.test.ask_as(token, query, json!({ "id": id, "input": input })).await
}

#[tokio::test]
async fn a_lesson_is_of_what_it_was_learnt_from_or_of_everyone() {
    let town = Town::of(3).await;
    let practice = id_of(&town.created(json!({})).await);
    let (project, collective) = (project(&town).await, collective(&town).await);
    for (kind, id) in [("GoodPractice", &practice), ("Project", &project), ("Collective", &collective)] {
        let text = format!("Appris de {kind}");
        let more =
            json!({ "source": id, "event": "Journée", "recordedOn": "2021-10-14", "themes": ["mobility"] });
        let made = data_of(town.teach(&town.editors[0], "LEVER", &text, more).await)["recordLesson"].clone();
        assert_eq!(
            made,
            json!({ "id": made["id"], "rubric": "LEVER", "text": text, "themes": [{ "slug": "mobility" }], "event": "Journée",
                "recordedOn": "2021-10-14", "source": { "__typename": kind, "id": id } })
        );
        for (who, token, outcome) in [
            ("editor of another", &town.editors[1], "VALIDATION"),
            ("elsewhere", &town.elsewhere, "VALIDATION"),
        ] {
            let answer = town.teach(token, "LEVER", "x", json!({ "source": id })).await;
            assert_eq!(codes(&answer), [outcome], "{who} {kind}");
            assert_eq!(
                wrong_fields(&answer),
                ["input.source"],
                "{who} {kind}: what is not seen is not there"
            );
        }
    }
    // None of them is published: nobody else sees what was learnt.
    let all = "{ lessons { totalCount nodes { text } } }";
    assert_eq!(town.test.data(all, json!({})).await["lessons"]["totalCount"], 0);
    let own = data_of(town.test.ask_as(&town.editors[0], all, json!({})).await);
    assert_eq!(own["lessons"]["totalCount"], 3);
    let managed = data_of(town.test.ask_as(&town.manager, all, json!({})).await);
    assert_eq!(managed["lessons"]["totalCount"], 3);
    // Of a published one that they may not write: FORBIDDEN.
    town.test.must("publish", &practice, 1).await;
    let answer = town.teach(&town.editors[1], "LEVER", "x", json!({ "source": practice })).await;
    assert_eq!(codes(&answer), ["FORBIDDEN"]);
    assert_eq!(
        texts(&town.test.data(all, json!({})).await["lessons"]["nodes"], "/text"),
        ["Appris de GoodPractice"]
    );
    // What is put away takes its lessons with it, and brings them back.
    town.test.must("archive", &practice, 2).await;
    assert_eq!(town.test.data(all, json!({})).await["lessons"]["totalCount"], 0);
    let nested = "query($id: ID!) { goodPractice(by: {id: $id}) { lessons { totalCount } } }";
    let own = data_of(town.test.ask_as(&town.editors[0], nested, json!({ "id": practice })).await);
    assert_eq!(own["goodPractice"]["lessons"]["totalCount"], 1);
    town.test.must("restore", &practice, 3).await;
    assert_eq!(town.test.data(all, json!({})).await["lessons"]["totalCount"], 1);
}

#[tokio::test]
async fn a_lesson_of_nothing_is_recorded_by_managers_and_seen_by_everyone() {
    let town = Town::of(2).await;
    assert_eq!(codes(&town.teach(&town.editors[0], "TRIGGER", "x", json!({})).await), ["FORBIDDEN"]);
    let query = "mutation { recordLesson(input: {rubric: TRIGGER, text: \"x\"}) { id } }";
    assert_eq!(codes(&town.test.ask(query, json!({})).await), ["UNAUTHENTICATED"]);
    let key = json!({ "clientKey": "k" });
    let made = data_of(town.teach(&town.manager, "TRIGGER", "Envie d’agir", key.clone()).await);
    let id = id_of(&made["recordLesson"]);
    let again = data_of(town.teach(&town.manager, "TRIGGER", "Envie d’agir", key).await);
    assert_eq!(again["recordLesson"]["id"], json!(id));
    let node = "query($id: ID!) { node(id: $id) { ... on Lesson { text source { __typename } } } }";
    assert_eq!(
        town.test.data(node, json!({ "id": id })).await["node"],
        json!({ "text": "Envie d’agir", "source": null })
    );
    assert_eq!(codes(&update(&town, &town.editors[0], &id, json!({ "text": "y" })).await), ["FORBIDDEN"]);
    let input = json!({ "text": "Envie d’agir ensemble", "rubric": "LEVER", "event": "Journée", "recordedOn": "2021-10-14" });
    let changed = data_of(update(&town, &town.elsewhere, &id, input).await)["updateLesson"].clone();
    assert_eq!((&changed["rubric"], &changed["event"]), (&json!("LEVER"), &json!("Journée")));
    let changed = data_of(update(&town, &town.manager, &id, json!({ "event": null })).await);
    let changed = &changed["updateLesson"];
    assert_eq!((&changed["event"], &changed["text"]), (&Value::Null, &json!("Envie d’agir ensemble")));
    assert_eq!(changed["recordedOn"], "2021-10-14");
    let changes = town
        .test
        .rows("SELECT action, version FROM changes WHERE subject_kind = 'LESSON' ORDER BY position")
        .await;
    let versions: Vec<_> = changes.iter().map(|change| change["version"].as_i64().unwrap()).collect();
    assert_eq!(versions, [1, 2, 3]);
}

#[tokio::test]
async fn a_lesson_moves_only_between_what_its_writer_may_write() {
    let town = Town::of(2).await;
    let (one, other) = (town.published(json!({})).await, town.published(json!({})).await);
    let of_another = town.create(&town.test.token, json!({ "actors": [town.actors[1]] })).await;
    let of_another = id_of(&data_of(of_another)["createGoodPractice"]);
    town.test.must("publish", &of_another, 1).await;
    let made = data_of(town.teach(&town.editors[0], "LEVER", "Montrer", json!({ "source": one })).await);
    let id = id_of(&made["recordLesson"]);
    for (source, outcome) in [
        (json!(other), None),
        (json!(of_another), Some("FORBIDDEN")),
        (json!("YQ"), Some("VALIDATION")),
        (json!(town.here), Some("VALIDATION")),
        // of everyone: not an editor's to say
        (Value::Null, Some("FORBIDDEN")),
    ] {
        let answer = update(&town, &town.editors[0], &id, json!({ "source": source })).await;
        assert_eq!(codes(&answer).first().copied(), outcome, "{source}");
    }
    let nested = "query($id: ID!) { goodPractice(by: {id: $id}) { lessons { totalCount } } }";
    for (practice, count) in [(&one, 0), (&other, 1)] {
        let seen = town.test.data(nested, json!({ "id": practice })).await;
        assert_eq!(seen["goodPractice"]["lessons"]["totalCount"], count);
    }
}

#[tokio::test]
async fn lessons_are_found_by_words_themes_rubrics_and_by_where_they_were_learnt() {
    let town = Town::of(3).await;
    let practice = town
        .published(json!({ "sdgs": [11], "territories": [{ "id": town.there }], "actors": [town.actors[0], town.actors[1]] }))
        .await;
    let project = project(&town).await;
    town.test.must("publish", &project, 1).await;
    let texts_of = [
        (
            "TRIGGER",
            "Il manque un acteur dans le maillage territorial",
            json!({ "themes": ["social-cohesion"] }),
        ),
        ("LEVER", "Montrer des exemples", json!({ "source": practice, "themes": ["active-travel"] })),
        (
            "PROSPECT",
            "Un réseau de partage de pratiques de mobilité",
            json!({ "source": project, "event": "Journée de la communauté" }),
        ),
    ];
    for (rubric, text, more) in texts_of {
        town.later();
        data_of(town.teach(&town.test.token, rubric, text, more).await);
    }
    let query = "query($f: KnowledgeFilter) { lessons(filter: $f) { totalCount nodes { rubric } } }";
    let place = |id: &str| json!({ "territory": { "territory": { "id": id } } });
    for (filter, rubrics) in [
        (json!({}), vec!["PROSPECT", "LEVER", "TRIGGER"]),
        (json!({ "text": "il manque un acteur dans le maillage" }), vec!["TRIGGER"]),
        (json!({ "text": "IL MANQUE UN ACTEUR" }), vec!["TRIGGER"]),
        (json!({ "text": "acteurs du maillage" }), vec!["TRIGGER"]),
        (json!({ "text": "il manqe un acteur dans le mailage " }), vec!["TRIGGER"]),
        (json!({ "text": "reseau mobilite" }), vec!["PROSPECT"]),
        (json!({ "text": "journee communaute" }), vec!["PROSPECT"]),
        (json!({ "themes": ["mobility"] }), vec!["LEVER"]),
        (json!({ "rubrics": ["LEVER", "TRIGGER"] }), vec!["LEVER", "TRIGGER"]),
        (json!({ "sdgs": [4] }), vec!["PROSPECT"]),
        (json!({ "sdgs": [11] }), vec!["LEVER"]),
        (place(&town.there), vec!["LEVER"]),
        (place(&town.here), vec!["PROSPECT"]),
        (json!({ "actor": town.actors[1] }), vec!["LEVER"]),
        (json!({ "actor": town.actors[2] }), vec!["PROSPECT"]),
        (json!({ "actor": town.actors[0] }), vec!["PROSPECT", "LEVER"]),
    ] {
        let found = town.test.data(query, json!({ "f": filter })).await["lessons"].clone();
        assert_eq!(texts(&found["nodes"], "/rubric"), rubrics, "{filter}");
        assert_eq!(found["totalCount"], rubrics.len(), "{filter}");
    }
    let search = "query($t: String!) { search(text: $t, kinds: [LESSON]) { edges { highlight context node { __typename ... on Lesson { rubric } } } } }";
    for text in ["il manque un acteur dans le maillage", "manque acteur mailage"] {
        let found = town.test.data(search, json!({ "t": text })).await["search"]["edges"].clone();
        assert_eq!(found.as_array().unwrap().len(), 1, "{text}");
        assert_eq!(found[0]["node"], json!({ "__typename": "Lesson", "rubric": "TRIGGER" }));
        assert!(found[0]["highlight"].as_str().unwrap().contains("<mark>acteur</mark>"), "{found}");
    }
}

#[tokio::test]
async fn a_long_lesson_is_found_whole_and_named_by_its_beginning() {
    let town = Town::of(2).await;
    let text = format!("Au commencement, {}un mot rare : xylophone", "il y eut des réunions. ".repeat(60));
    data_of(town.teach(&town.manager, "DIFFICULTY", &text, json!({})).await);
    let search = "{ search(text: \"xylophone\") { edges { highlight node { ... on Lesson { text } } } } }";
    let found = town.test.data(search, json!({})).await["search"]["edges"].clone();
    assert_eq!(found[0]["node"]["text"], json!(text));
    let name = found[0]["highlight"].as_str().unwrap();
    assert!(name.starts_with("Au commencement") && name.chars().count() <= 300, "{name}");
    let answer = town.teach(&town.manager, "LEVER", &"é".repeat(5_001), json!({})).await;
    assert_eq!(wrong_fields(&answer), ["input.text"]);
    let more = json!({ "recordedOn": "2026-11-23", "event": "x".repeat(301), "themes": ["x"] });
    let answer = town.teach(&town.manager, "LEVER", " ", merged(more, json!({}))).await;
    let mut paths = wrong_fields(&answer);
    paths.sort_unstable();
    assert_eq!(paths, ["input.event", "input.recordedOn", "input.text", "input.themes[0]"]);
}

#[tokio::test]
async fn a_lesson_of_a_day_too_long_ago_is_refused() {
    let town = Town::of(2).await;
    let answer = town.teach(&town.manager, "LEVER", "Oser", json!({ "recordedOn": "0001-01-01" })).await;
    assert_eq!(wrong_fields(&answer), ["input.recordedOn"]);
    data_of(town.teach(&town.manager, "LEVER", "Oser", json!({ "recordedOn": "1900-01-01" })).await);
}
