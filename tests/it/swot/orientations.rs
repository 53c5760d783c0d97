//! Orientations: proposed, validated on a date, amended, served by projects.

use serde_json::{Value, json};

use super::{ORIENTATION, Town, message};
use crate::support::entries::{id_of, texts};
use crate::support::{codes, data_of, wrong_fields};

async fn read(town: &Town) -> Vec<Value> {
    let query =
        format!("query($id: ID!) {{ diagnosis(by: {{ id: $id }}) {{ orientations {{ {ORIENTATION} }} }} }}");
    let data = town.test.data(&query, json!({ "id": town.diagnosis })).await;
    data["diagnosis"]["orientations"].as_array().unwrap().clone()
}

#[tokio::test]
async fn one_is_proposed_changed_and_taken_back() {
    let town = Town::new().await;
    let ids = town.added(&["STRENGTH", "OPPORTUNITY"]).await;
    let crossing = town.crossed(&ids[0], &ids[1]).await;
    let more = json!({ "rationale": "Parce que.", "exampleActions": ["médiation scolaire", "permanences"], "basedOn": [crossing] });
    let second = town.oriented(2, json!({})).await;
    let first = town.oriented(1, more).await;
    let all = read(&town).await;
    assert_eq!(all.iter().map(id_of).collect::<Vec<_>>(), [first.clone(), second.clone()]);
    assert_eq!(all[0]["exampleActions"], json!(["médiation scolaire", "permanences"]));
    assert_eq!((&all[0]["basedOn"][0]["insight"], &all[0]["validation"]), (&json!("Ensemble"), &Value::Null));
    // Left out stays, null clears.
    let changed = data_of(town.reorient(&first, json!({ "rationale": null, "number": 3 })).await);
    assert_eq!(
        (&changed["updateOrientation"]["rationale"], &changed["updateOrientation"]["number"]),
        (&Value::Null, &json!(3))
    );
    assert_eq!(changed["updateOrientation"]["basedOn"][0]["id"], json!(crossing));
    let other = town.opened("Autre", &town.here).await;
    for (given, wrong) in [
        (
            json!({ "number": 0, "title": " ", "basedOn": [other["id"]] }),
            vec!["input.basedOn[0]", "input.number", "input.title"],
        ),
        (json!({ "number": 2 }), vec!["input.number"]),
        (json!({ "title": null, "number": null }), vec!["input.number", "input.title"]),
    ] {
        assert_eq!(wrong_fields(&town.reorient(&first, given).await), wrong);
    }
    assert_eq!(wrong_fields(&town.orient(&town.editor, 2, json!({})).await), ["input.number"]);
    assert_eq!(codes(&town.orient(&town.someone, 9, json!({})).await), ["FORBIDDEN"]);
    data_of(town.remove(&town.manager, "removeOrientation", &first).await);
    assert_eq!(read(&town).await.len(), 1);
}

#[tokio::test]
async fn a_validated_text_changes_by_a_new_validation_alone() {
    let town = Town::new().await;
    let one = town.oriented(1, json!({ "title": "Parents" })).await;
    let two = town.oriented(2, json!({ "title": "Parcours" })).await;
    let session = town.session(&town.diagnosis, "Comité de pilotage", "2021-06-25").await;
    let validated = data_of(town.validate(&town.editor, &[&one, &two], "2021-06-25", Some(&session)).await);
    let told = &validated["validateOrientations"]["orientations"];
    assert_eq!(told[0]["validation"], json!({ "by": "Comité de pilotage", "on": "2021-06-25" }));
    assert_eq!(texts(told, "/validation/on"), ["2021-06-25", "2021-06-25"]);
    let amended = data_of(town.reorient(&one, json!({ "title": "Parents et école", "number": 2 })).await)["updateOrientation"].clone();
    assert_eq!((&amended["title"], &amended["number"]), (&json!("Parents"), &json!(1)));
    assert_eq!(
        (&amended["amendment"]["title"], &amended["amendment"]["number"]),
        (&json!("Parents et école"), &json!(2))
    );
    assert_eq!(read(&town).await[0]["title"], "Parents");
    // It can't take the second place alone.
    let alone = town.validate(&town.manager, &[&one], "2021-09-01", None).await;
    assert_eq!(wrong_fields(&alone), ["orientations"]);
    data_of(town.reorient(&two, json!({ "number": 1 })).await);
    let both = data_of(town.validate(&town.manager, &[&one, &two], "2021-09-01", None).await);
    let both = &both["validateOrientations"]["orientations"];
    assert_eq!(texts(both, "/title"), ["Parcours", "Parents et école"]);
    assert_eq!(texts(both, "/validation/on"), ["2021-09-01", "2021-09-01"]);
    assert_eq!(both[1]["amendment"], Value::Null);
    // Nor is a session moved past what was validated in it.
    data_of(town.validate(&town.manager, &[&one], "2021-09-01", Some(&session)).await);
    let moved = "mutation($id: ID!, $on: Date) { updateSession(id: $id, input: { heldOn: $on }) { heldOn } }";
    let move_to =
        async |on: &str| town.test.ask_as(&town.manager, moved, json!({ "id": session, "on": on })).await;
    assert_eq!(wrong_fields(&move_to("2021-09-02").await), ["input.heldOn"]);
    data_of(move_to("2021-09-01").await);
    // What is proposed back to what stands is no amendment.
    data_of(town.reorient(&two, json!({ "rationale": "Pourquoi" })).await);
    let back = data_of(town.reorient(&two, json!({ "rationale": null })).await);
    assert_eq!(back["updateOrientation"]["amendment"], Value::Null);
    let stays = town.remove(&town.editor, "removeOrientation", &one).await;
    assert_eq!(
        (codes(&stays), message(&stays)),
        (vec!["CONFLICT"], "it was validated on 2021-09-01: it stays".to_owned())
    );
}

#[tokio::test]
async fn a_validation_names_what_it_may_and_a_day_that_can_be() {
    let town = Town::new().await;
    let one = town.oriented(1, json!({})).await;
    let session = town.session(&town.diagnosis, "Comité de pilotage", "2021-06-25").await;
    let before = town.validate(&town.editor, &[&one], "2021-06-24", Some(&session)).await;
    assert_eq!((codes(&before), wrong_fields(&before)), (vec!["VALIDATION"], vec!["on"]));
    assert!(
        message(&before).contains("is before the session “Comité de pilotage”, held on 2021-06-25"),
        "{before}"
    );
    let early = town.validate(&town.editor, &[&one], "2020-10-31", None).await;
    assert!(message(&early).contains("is before the diagnosis began"), "{early}");
    let late = town.validate(&town.editor, &[&one], "2026-11-23", None).await;
    assert!(message(&late).contains("is in the future"), "{late}");
    let other = town.opened("Autre diagnostic", &town.here).await;
    let add = "mutation($of: ID!) { addOrientation(diagnosis: $of, input: { number: 1, title: \"Ailleurs\" }) { id } }";
    let strange = id_of(&town.test.admin_data(add, json!({ "of": other["id"] })).await["addOrientation"]);
    let elsewhere = town.session(&id_of(&other), "Ailleurs", "2021-06-25").await;
    let wrong = town.validate(&town.editor, &[&one, &strange, &one], "2021-06-25", Some(&elsewhere)).await;
    let mut fields = wrong_fields(&wrong);
    fields.sort_unstable();
    assert_eq!(fields, ["orientations[1]", "orientations[2]", "session"]);
    assert!(
        wrong.to_string().contains("is an orientation of another diagnosis, “Autre diagnostic”"),
        "{wrong}"
    );
    let unseen = town.opened("Caché", &town.there).await;
    let hidden = id_of(&town.test.admin_data(add, json!({ "of": unseen["id"] })).await["addOrientation"]);
    let refused = town.validate(&town.manager, &[&hidden], "2021-06-25", None).await;
    assert_eq!(message(&refused), "is no orientation of this diagnosis");
    assert_eq!(wrong_fields(&town.validate(&town.editor, &[], "2021-06-25", None).await), ["orientations"]);
    assert_eq!(codes(&town.validate(&town.someone, &[&one], "2021-06-25", None).await), ["FORBIDDEN"]);
    // What was proposed meanwhile is not validated unread.
    let stale = "mutation($id: ID!, $all: [ID!]!) { validateOrientations(diagnosis: $id, expectedVersion: 1, orientations: $all, by: \"Comité\", on: \"2021-06-25\") { id } }";
    let stale = town.test.ask_as(&town.editor, stale, json!({ "id": town.diagnosis, "all": [one] })).await;
    assert_eq!(codes(&stale), ["CONFLICT"]);
    assert_eq!(
        stale["errors"][0]["extensions"]["currentVersion"],
        json!(town.version(&town.diagnosis).await)
    );
}

#[tokio::test]
async fn projects_serve_orientations_that_their_writer_sees() {
    let town = Town::new().await;
    let one = town.oriented(1, json!({})).await;
    let two = town.oriented(2, json!({})).await;
    let unseen = town.opened("Caché", &town.there).await;
    let add = "mutation($of: ID!) { addOrientation(diagnosis: $of, input: { number: 1, title: \"Cachée\" }) { id } }";
    let hidden = id_of(&town.test.admin_data(add, json!({ "of": unseen["id"] })).await["addOrientation"]);
    let create = "mutation($input: CreateProjectInput!) { createProject(input: $input) { id version orientations { id } } }";
    let input = |orientations: Value| json!({ "input": { "title": "Passerelle", "lead": town.facilitator, "orientations": orientations } });
    let refused = town.test.ask_as(&town.manager, create, input(json!([one, hidden]))).await;
    assert_eq!(wrong_fields(&refused), ["input.orientations[1]"]);
    let lead = town.test.ask_as(&town.editor, create, input(json!([town.axes[0], one]))).await;
    assert_eq!(wrong_fields(&lead), ["input.orientations[0]"]);
    let made =
        data_of(town.test.ask_as(&town.editor, create, input(json!([two, one, one]))).await)["createProject"]
            .clone();
    assert_eq!(texts(&made["orientations"], "/id"), [one.as_str(), two.as_str()]);
    let query = "query($id: ID!) { node(id: $id) { ... on StrategicOrientation { projects { totalCount nodes { title } } } } }";
    let of = async |token: Option<&str>, id: &str| {
        let data = data_of(town.test.ask_with(token, query, json!({ "id": id })).await);
        data["node"]["projects"]["totalCount"].clone()
    };
    // A draft is seen by whom it concerns.
    assert_eq!((of(None, &one).await, of(Some(&town.editor), &one).await), (json!(0), json!(1)));
    let update = "mutation($id: ID!, $v: Int!, $input: UpdateProjectInput!) { updateProject(id: $id, expectedVersion: $v, input: $input) { version orientations { id } } }";
    let change = async |version: i64, input: Value| {
        let variables = json!({ "id": made["id"], "v": version, "input": input });
        data_of(town.test.ask_as(&town.editor, update, variables).await)["updateProject"]["orientations"]
            .clone()
    };
    assert_eq!(change(1, json!({ "title": "Autre" })).await.as_array().unwrap().len(), 2);
    assert_eq!(texts(&change(2, json!({ "orientations": [two] })).await, "/id"), [two.as_str()]);
    assert_eq!(of(Some(&town.editor), &one).await, 0);
    let held = town.remove(&town.editor, "removeOrientation", &two).await;
    assert_eq!(codes(&held), ["CONFLICT"]);
    assert!(message(&held).starts_with("1 project serves it, and 0 indicators are of it"), "{held}");
    // Of a closed one too.
    data_of(town.remove(&town.editor, "removeOrientation", &one).await);
    town.close("2026-11-22").await;
    assert_eq!(change(3, json!({ "orientations": null })).await, json!([]));
    assert_eq!(texts(&change(4, json!({ "orientations": [two] })).await, "/id"), [two.as_str()]);
}

#[tokio::test]
async fn nothing_is_validated_before_it_was() {
    let town = Town::new().await;
    let one = town.oriented(1, json!({ "title": "Parents" })).await;
    data_of(town.validate(&town.editor, &[&one], "2025-07-01", None).await);
    for amended in [false, true] {
        if amended {
            data_of(town.reorient(&one, json!({ "title": "Amendée" })).await);
        }
        let back = town.validate(&town.editor, &[&one], "2025-06-10", None).await;
        assert_eq!((codes(&back), wrong_fields(&back)), (vec!["VALIDATION"], vec!["on"]));
        assert!(
            message(&back).starts_with(
                "is before 2025-07-01, when Comité de pilotage validated orientation 1, “Parents”"
            ),
            "{back}"
        );
    }
    data_of(town.validate(&town.editor, &[&one], "2025-07-01", None).await);
    assert_eq!(read(&town).await[0]["title"], "Amendée");
}
