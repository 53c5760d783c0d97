//! Sessions of diagnoses, collectives and calls.

use serde_json::{Value, json};

use super::{SESSION, Town};
use crate::support::entries::{id_of, texts};
use crate::support::{codes, data_of, wrong_fields};

#[tokio::test]
async fn the_stages_of_a_cite_educative_are_written_down_whole() {
    let town = Town::new().await;
    let made = town.opened(json!({})).await;
    let id = id_of(&made);
    for (axis, day, headcount) in [(0, "2021-06-10", 29), (1, "2021-06-04", 40), (0, "2021-06-22", 14)] {
        let more = json!({ "axis": made["axes"][axis]["id"], "heldOn": day, "headcount": headcount,
            "attendance": [town.actors[2], town.actors[1], town.actors[2]], "place": "Maison Proximum" });
        let session = town.recorded(&id, more).await;
        assert_eq!((&session["heldOn"], &session["headcount"]), (&json!(day), &json!(headcount)));
        assert_eq!(session["owner"], json!({ "__typename": "SharedDiagnosis", "id": id }));
        assert_eq!(texts(&session["attendance"], "/name"), ["Centre social", "Mission locale"]);
    }
    assert_eq!(town.version(&id).await, 4, "a session counts as a change of its diagnosis");
    town.test.must("publish", &id, 4).await;
    let query = "query($id: ID!, $after: String) { diagnosis(by: { id: $id }) { sessions(first: 2, after: $after) { totalCount
        nodes { heldOn axis { number } headcount } pageInfo { hasNextPage endCursor } } } }";
    let first = town.test.data(query, json!({ "id": id })).await["diagnosis"]["sessions"].clone();
    assert_eq!(
        (&first["totalCount"], texts(&first["nodes"], "/heldOn")),
        (&json!(3), vec!["2021-06-04", "2021-06-10"])
    );
    let after = &first["pageInfo"]["endCursor"];
    let next =
        town.test.data(query, json!({ "id": id, "after": after })).await["diagnosis"]["sessions"].clone();
    assert_eq!(texts(&next["nodes"], "/heldOn"), ["2021-06-22"]);
    let history = "query($id: ID!) { diagnosis(by: { id: $id }) { history(first: 2) { nodes { changes { field after } } } } }";
    let history = town.test.admin_data(history, json!({ "id": id })).await;
    let told = &history["diagnosis"]["history"]["nodes"][1]["changes"];
    assert_eq!(
        told,
        &json!([
            { "field": "attendance", "after": "Centre social, Mission locale" },
            { "field": "session.axis", "after": "1. Conforter le rôle de l'école" },
            { "field": "session.format", "after": "WORKING_GROUP" },
            { "field": "session.headcount", "after": "14" },
            { "field": "session.heldOn", "after": "2021-06-22" },
            { "field": "session.heldOnPrecision", "after": "DAY" },
            { "field": "session.place", "after": "Maison Proximum" },
            { "field": "session.title", "after": "Groupe de travail" },
        ])
    );
}

#[tokio::test]
async fn a_session_is_corrected_and_its_history_says_which_one() {
    let town = Town::new().await;
    let id = id_of(&town.opened(json!({})).await);
    let session = id_of(&town.recorded(&id, json!({ "headcount": 3, "attendance": [town.actors[1]] })).await);
    let input = json!({ "headcount": 17, "attendance": null, "tables": [{ "theme": "Lien", "keywords": ["écoute"], "notes": "À suivre" }] });
    let changed = data_of(town.revise(&town.editors[0], &session, input).await)["updateSession"].clone();
    assert_eq!((&changed["headcount"], &changed["attendance"]), (&json!(17), &json!([])));
    assert_eq!(changed["title"], "Groupe de travail");
    let history = "query($id: ID!) { diagnosis(by: { id: $id }) { history(first: 1) { nodes { changes { field before after } } } } }";
    let history = town.test.admin_data(history, json!({ "id": id })).await;
    assert_eq!(
        history["diagnosis"]["history"]["nodes"][0]["changes"],
        json!([
            { "field": "attendance", "before": "Mission locale", "after": null },
            { "field": "session.headcount", "before": "3", "after": "17" },
            { "field": "session.tables", "before": null, "after": "Lien (écoute): À suivre" },
            { "field": "session.title", "before": "Groupe de travail", "after": "Groupe de travail" },
        ])
    );
}

#[tokio::test]
async fn a_world_cafe_counts_its_words_close_spellings_together() {
    let town = Town::new().await;
    let id = id_of(&town.opened(json!({})).await);
    let tables = json!([
        { "theme": "Bien-être", "keywords": ["Écoute", "écoute", "lien social"], "notes": "Trois tours de vingt minutes" },
        { "theme": "Parentalité", "keywords": ["ecoute", "liens sociaux", "parentalité", "parantalité"] },
    ]);
    let session = town.recorded(&id, json!({ "format": "WORLD_CAFE", "tables": tables })).await;
    assert_eq!(
        session["tables"][0],
        json!({ "theme": "Bien-être", "keywords": ["Écoute", "écoute", "lien social"], "notes": "Trois tours de vingt minutes" })
    );
    assert_eq!(
        session["keywords"],
        json!([
            { "keyword": "Écoute", "count": 3, "spellings": ["Écoute", "écoute", "ecoute"], "themes": ["Bien-être", "Parentalité"] },
            { "keyword": "lien social", "count": 2, "spellings": ["lien social", "liens sociaux"], "themes": ["Bien-être", "Parentalité"] },
            { "keyword": "parentalité", "count": 2, "spellings": ["parentalité", "parantalité"], "themes": ["Parentalité"] },
        ])
    );
    town.recorded(&id, json!({ "title": "Le lendemain", "heldOn": "2021-06-05", "tables": [{ "theme": "Mobilité", "keywords": ["écoute"] }] })).await;
    let query = "query($id: ID!) { diagnosis(by: { id: $id }) { keywords { keyword count themes } } }";
    let all = data_of(town.test.ask_as(&town.manager, query, json!({ "id": id })).await);
    assert_eq!(
        all["diagnosis"]["keywords"][0],
        json!({ "keyword": "écoute", "count": 4, "themes": ["Bien-être", "Parentalité", "Mobilité"] })
    );
}

#[tokio::test]
async fn collectives_and_calls_have_sessions_too() {
    let town = Town::new().await;
    let collective = town.collective().await;
    let call = town.test.call("Appel", &town.here, json!({ "organisers": [town.actors[0]] })).await;
    // Who leads the collective, who organises the call; nobody else.
    let marathon = json!({ "format": "MARATHON", "title": "Deux jours", "heldOn": "2019-06-27", "endedOn": "2019-06-28" });
    let session = data_of(town.record(&town.editors[1], &collective, marathon.clone()).await);
    assert_eq!(session["recordSession"]["owner"], json!({ "__typename": "Collective", "id": collective }));
    assert_eq!(codes(&town.record(&town.editors[2], &collective, marathon.clone()).await), ["NOT_FOUND"]);
    assert_eq!(codes(&town.record(&town.editors[2], &call, marathon.clone()).await), ["FORBIDDEN"]);
    data_of(town.record(&town.editors[0], &call, marathon).await);
    let query = "query($v: ID!, $c: ID!) { collective(by: { id: $v }) { version sessions { totalCount nodes { title } } }
        call(by: { id: $c }) { version sessions { nodes { title endedOn } } } }";
    let read = town.test.admin_data(query, json!({ "v": collective, "c": call })).await;
    assert_eq!(
        read["collective"],
        json!({ "version": 1, "sessions": { "totalCount": 1, "nodes": [{ "title": "Deux jours" }] } })
    );
    assert_eq!(
        read["call"]["sessions"]["nodes"],
        json!([{ "title": "Deux jours", "endedOn": "2019-06-28" }])
    );
    // The call is as it was, but its history tells.
    assert_eq!(read["call"]["version"], 2);
    let of_none = town.record(&town.manager, &town.actors[0], json!({})).await;
    assert_eq!(codes(&of_none), ["NOT_FOUND"]);
    let axis = town.opened(json!({})).await["axes"][0]["id"].clone();
    let wrong = town.record(&town.editors[1], &collective, json!({ "axis": axis })).await;
    assert_eq!(wrong_fields(&wrong), ["input.axis"]);
}

#[tokio::test]
async fn everything_that_is_wrong_with_a_session_is_said_at_once() {
    let town = Town::new().await;
    let id = id_of(&town.opened(json!({})).await);
    let other = town.opened(json!({})).await["axes"][0]["id"].clone();
    let input = json!({ "clientKey": "", "title": " ", "heldOn": "2020-10-31", "endedOn": "2020-10-30", "axis": other, "headcount": -1,
        "attendance": ["x"], "tables": [{ "theme": "", "keywords": ["a\u{0}"] }] });
    let answer = town.record(&town.manager, &id, input).await;
    let mut wrong = wrong_fields(&answer);
    wrong.sort_unstable();
    assert_eq!(
        wrong,
        [
            "input.attendance[0]",
            "input.axis",
            "input.clientKey",
            "input.endedOn",
            "input.headcount",
            "input.heldOn",
            "input.tables[0].keywords[0]",
            "input.tables[0].theme",
            "input.title",
        ]
    );
    let far = town.record(&town.manager, &id, json!({ "heldOn": "2028-01-01" })).await;
    assert_eq!(wrong_fields(&far), ["input.heldOn"]);
}

#[tokio::test]
async fn a_retry_with_the_same_key_records_once() {
    let town = Town::new().await;
    let id = id_of(&town.opened(json!({})).await);
    let one = town.recorded(&id, json!({ "clientKey": "s" })).await;
    assert_eq!(town.recorded(&id, json!({ "clientKey": "s" })).await["id"], one["id"]);
    assert_eq!(town.version(&id).await, 2);
    assert_eq!(
        codes(&town.record(&town.manager, &id, json!({ "clientKey": "s", "title": "Autre" })).await),
        ["CONFLICT"]
    );
    // Two sessions at once do not conflict: both are written.
    let (a, b) = tokio::join!(
        town.record(&town.manager, &id, json!({ "title": "A" })),
        town.record(&town.editors[0], &id, json!({ "title": "B" }))
    );
    assert_eq!((codes(&a), codes(&b)), (vec![], vec![]));
    assert_eq!(town.version(&id).await, 4);
    let node = format!("query($id: ID!) {{ node(id: $id) {{ ... on WorkshopSession {{ {SESSION} }} }} }}");
    let read = data_of(town.test.ask_as(&town.manager, &node, json!({ "id": one["id"] })).await);
    assert_eq!(read["node"], one);
    let stranger = town.test.data(&node, json!({ "id": one["id"] })).await;
    assert_eq!(stranger["node"], Value::Null, "its diagnosis is a draft");
}

#[tokio::test]
async fn a_session_is_taken_away_where_nothing_names_it() {
    let town = Town::new().await;
    let made = town.opened(json!({})).await;
    let id = id_of(&made);
    let session =
        id_of(&town.recorded(&id, json!({ "title": "Erreur", "attendance": [town.actors[1]] })).await);
    assert_eq!(codes(&town.cancel(&town.editors[1], &session).await), ["NOT_FOUND"]);
    assert_eq!(codes(&town.cancel(&town.manager, &id).await), ["NOT_FOUND"]);
    let manager = async |query: &str, variables: Value| {
        data_of(town.test.ask_as(&town.manager, query, variables).await)
    };
    let add = "mutation($d: ID!, $a: ID!, $s: ID!) { addSwotItems(diagnosis: $d, items: [{ axis: $a, quadrant: THREAT, text: \"Des départs\", session: $s }]) { id } }";
    let item =
        manager(add, json!({ "d": id, "a": made["axes"][0]["id"], "s": session })).await["addSwotItems"][0]
            .clone();
    let teach =
        "mutation($s: ID!) { recordLesson(input: { rubric: LEVER, text: \"Oser\", source: $s }) { id } }";
    let lesson = manager(teach, json!({ "s": session })).await["recordLesson"].clone();
    let orient = "mutation($d: ID!) { addOrientation(diagnosis: $d, input: { number: 1, title: \"Parents\" }) { id } }";
    let orientation = manager(orient, json!({ "d": id })).await["addOrientation"].clone();
    let validate = "mutation($d: ID!, $v: Int!, $o: ID!, $s: ID) { validateOrientations(diagnosis: $d, expectedVersion: $v, orientations: [$o], by: \"Comité\", on: \"2021-06-25\", session: $s) { id } }";
    let version = town.version(&id).await;
    manager(validate, json!({ "d": id, "v": version, "o": orientation["id"], "s": session })).await;
    let refused = town.cancel(&town.manager, &session).await;
    assert_eq!(codes(&refused), ["CONFLICT"]);
    let error = &refused["errors"][0];
    assert_eq!(error["extensions"]["candidateIds"], json!([item["id"], orientation["id"], lesson["id"]]));
    assert_eq!(
        error["message"],
        "it is named by 1 finding, “Des départs”: give them another session or none (updateSwotItem); by 1 lesson, “Oser”: give them another source or none (updateLesson); by 1 validated orientation, “Parents”: validate them anew without it (validateOrientations)"
    );
    manager(
        "mutation($id: ID!) { updateSwotItem(id: $id, session: null) { id } }",
        json!({ "id": item["id"] }),
    )
    .await;
    let away = "mutation($id: ID!) { updateLesson(id: $id, input: { source: null }) { id } }";
    manager(away, json!({ "id": lesson["id"] })).await;
    let version = town.version(&id).await;
    manager(validate, json!({ "d": id, "v": version, "o": orientation["id"], "s": null })).await;
    let gone = data_of(town.cancel(&town.editors[0], &session).await);
    assert_eq!(gone["removeSession"], json!(session));
    assert_eq!(codes(&town.cancel(&town.editors[0], &session).await), ["NOT_FOUND"]);
    let history = "query($id: ID!) { diagnosis(by: { id: $id }) { sessions { totalCount } history(first: 1) { nodes { action changes { field before after } } } } }";
    let read = town.test.admin_data(history, json!({ "id": id })).await["diagnosis"].clone();
    assert_eq!(read["sessions"]["totalCount"], 0);
    let newest = &read["history"]["nodes"][0];
    assert_eq!(newest["action"], "UPDATED");
    assert_eq!(
        newest["changes"][0],
        json!({ "field": "attendance", "before": "Mission locale", "after": null })
    );
    let title = json!({ "field": "session.title", "before": "Erreur", "after": null });
    assert!(newest["changes"].as_array().unwrap().contains(&title), "{newest}");
    // Those of a collective too, by who leads it.
    let collective = town.collective().await;
    let of = data_of(town.record(&town.editors[1], &collective, json!({})).await)["recordSession"].clone();
    assert_eq!(codes(&town.cancel(&town.editors[2], &id_of(&of)).await), ["NOT_FOUND"]);
    data_of(town.cancel(&town.editors[1], &id_of(&of)).await);
}
