//! Diagnoses as they are opened and changed.

use serde_json::{Value, json};

use super::{DIAGNOSIS, Town};
use crate::support::entries::{id_of, texts};
use crate::support::{codes, data_of, wrong_fields};

#[tokio::test]
async fn a_diagnosis_keeps_all_that_is_said_of_it() {
    let town = Town::new().await;
    let questions = ["Comment allons-nous, ensemble, faire de l'école l'affaire de tous ?"];
    let made = town.opened(json!({ "essentialQuestions": questions })).await;
    assert_eq!((&made["slug"], &made["status"]), (&json!("cite-educative-de-dreux"), &json!("DRAFT")));
    assert_eq!((&made["version"], &made["closedOn"]), (&json!(1), &Value::Null));
    assert_eq!((&made["startedOn"], &made["startedOnPrecision"]), (&json!("2020-11-01"), &json!("MONTH")));
    assert_eq!(
        (&made["territory"]["name"], &made["facilitator"]["id"]),
        (&json!("Dreux"), &json!(town.actors[0]))
    );
    assert_eq!(made["axes"][0]["themes"], json!([{ "slug": "education" }]));
    let id = id_of(&made);
    let read = "query($slug: String!) { diagnosis(by: { slug: $slug }) { id } }";
    let read = data_of(town.test.ask_as(&town.editors[0], read, json!({ "slug": made["slug"] })).await);
    assert_eq!(read["diagnosis"]["id"], made["id"]);
    // The facilitator's editor changes it: left out stays, null clears.
    let axes = json!([{ "id": made["axes"][1]["id"], "number": 1, "title": "Continuité éducative" },
        { "id": made["axes"][0]["id"], "number": 2, "title": "École" }, { "number": 3, "title": "Ouvrir le champ des possibles" }]);
    let input = json!({ "axes": axes, "essentialQuestions": null, "startedOn": "2020-01-01", "startedOnPrecision": "YEAR" });
    let changed = data_of(town.update(&town.editors[0], &id, 1, input).await)["updateDiagnosis"].clone();
    assert_eq!(
        texts(&changed["axes"], "/title"),
        ["Continuité éducative", "École", "Ouvrir le champ des possibles"]
    );
    assert_eq!(
        (&changed["axes"][0]["id"], &changed["axes"][1]["id"]),
        (&made["axes"][1]["id"], &made["axes"][0]["id"])
    );
    assert_eq!((&changed["essentialQuestions"], &changed["title"]), (&json!([]), &made["title"]));
    assert_eq!((&changed["version"], &changed["startedOnPrecision"]), (&json!(2), &json!("YEAR")));
    assert_eq!(
        codes(&town.update(&town.editors[0], &id, 1, json!({ "title": "Autre" })).await),
        ["CONFLICT"]
    );
    let history = "query($id: ID!) { diagnosis(by: { id: $id }) { history { nodes { action changes { field before after } } } } }";
    let history = data_of(town.test.ask_as(&town.editors[0], history, json!({ "id": id })).await);
    let newest = &history["diagnosis"]["history"]["nodes"][0];
    assert_eq!(
        newest["changes"],
        json!([
            { "field": "axes", "before": "1. Conforter le rôle de l'école (education); 2. Promouvoir la continuité éducative",
                "after": "1. Continuité éducative; 2. École; 3. Ouvrir le champ des possibles" },
            { "field": "essentialQuestions", "before": questions[0], "after": null },
            { "field": "startedOn", "before": "2020-11-01", "after": "2020-01-01" },
            { "field": "startedOnPrecision", "before": "MONTH", "after": "YEAR" },
        ])
    );
    assert_eq!(history["diagnosis"]["history"]["nodes"][1]["action"], "CREATED");
}

#[tokio::test]
async fn everything_that_is_wrong_is_said_at_once() {
    let town = Town::new().await;
    let input = json!({ "clientKey": "", "title": " ", "territory": { "id": "x" }, "facilitator": "x", "startedOn": "hier",
        "axes": [{ "id": "x", "number": 0, "title": "", "themes": ["rien"] }] });
    let answer = town.open(&town.manager, input).await;
    let mut wrong = wrong_fields(&answer);
    wrong.sort_unstable();
    assert_eq!(
        wrong,
        [
            "input.axes[0].id",
            "input.axes[0].number",
            "input.axes[0].themes[0]",
            "input.axes[0].title",
            "input.clientKey",
            "input.facilitator",
            "input.startedOn",
            "input.territory",
            "input.title",
        ]
    );
    assert_eq!(wrong_fields(&town.open(&town.manager, json!({ "axes": [] })).await), ["input.axes"]);
}

#[tokio::test]
async fn a_retry_with_the_same_key_opens_once() {
    let town = Town::new().await;
    let one = town.opened(json!({ "clientKey": "k" })).await;
    assert_eq!(town.opened(json!({ "clientKey": "k" })).await["id"], one["id"]);
    let other = town.open(&town.manager, json!({ "clientKey": "k", "title": "Autre" })).await;
    assert_eq!(codes(&other), ["CONFLICT"]);
    // Another of the same title has an address of its own.
    assert_eq!(town.opened(json!({})).await["slug"], "cite-educative-de-dreux-2");
}

#[tokio::test]
async fn managers_open_and_the_facilitator_writes() {
    let town = Town::new().await;
    assert_eq!(codes(&town.open(&town.editors[0], json!({})).await), ["FORBIDDEN"]);
    let there = json!({ "territory": { "id": town.there } });
    assert_eq!(codes(&town.open(&town.manager, there).await), ["FORBIDDEN"]);
    let id = id_of(&town.opened(json!({})).await);
    // A draft is not there for others.
    assert_eq!(codes(&town.update(&town.editors[1], &id, 1, json!({ "title": "X" })).await), ["NOT_FOUND"]);
    town.test.must("publish", &id, 1).await;
    assert_eq!(codes(&town.update(&town.editors[1], &id, 2, json!({ "title": "X" })).await), ["FORBIDDEN"]);
    // Whoever hands it over would have no right to it any more: a manager does.
    let over = json!({ "facilitator": town.actors[1] });
    assert_eq!(codes(&town.update(&town.editors[0], &id, 2, over.clone()).await), ["FORBIDDEN"]);
    data_of(town.update(&town.manager, &id, 2, over).await);
    assert_eq!(codes(&town.update(&town.editors[0], &id, 3, json!({ "title": "X" })).await), ["FORBIDDEN"]);
    data_of(town.update(&town.editors[1], &id, 3, json!({ "title": "X" })).await);
}

#[tokio::test]
async fn two_who_write_at_once_are_told() {
    let town = Town::new().await;
    let id = id_of(&town.opened(json!({})).await);
    let input = |title: &str| json!({ "title": title });
    let (one, two) = tokio::join!(
        town.update(&town.editors[0], &id, 1, input("Un")),
        town.update(&town.manager, &id, 1, input("Deux"))
    );
    let refused: Vec<_> = [&one, &two].into_iter().flat_map(codes).collect();
    assert_eq!(refused, ["CONFLICT"]);
}

#[tokio::test]
async fn an_axis_that_holds_something_stays() {
    let town = Town::new().await;
    let made = town.opened(json!({})).await;
    let id = id_of(&made);
    town.recorded(&id, json!({ "axis": made["axes"][1]["id"] })).await;
    let without = json!({ "axes": [{ "id": made["axes"][0]["id"], "number": 1, "title": "École" }] });
    let answer = town.update(&town.manager, &id, 2, without).await;
    assert_eq!(wrong_fields(&answer), ["input.axes"]);
    assert_eq!(
        answer["errors"][0]["extensions"]["fields"][0]["message"],
        "axis 2 (Promouvoir la continuité éducative) holds 1 session: it can't be left out while it does"
    );
    // One that holds nothing goes.
    let without = json!({ "axes": [{ "id": made["axes"][1]["id"], "number": 1, "title": "Continuité" }] });
    let changed = data_of(town.update(&town.manager, &id, 2, without).await)["updateDiagnosis"].clone();
    assert_eq!(texts(&changed["axes"], "/title"), ["Continuité"]);
}

#[tokio::test]
async fn it_is_submitted_reviewed_archived_and_restored() {
    let town = Town::new().await;
    let id = id_of(&town.opened(json!({})).await);
    let step = async |token: &str, mutation: &str| {
        let query =
            format!("mutation($id: ID!) {{ {mutation} {{ ... on SharedDiagnosis {{ status version }} }} }}");
        town.test.ask_as(token, &query, json!({ "id": id })).await
    };
    let submitted = data_of(step(&town.editors[0], "submit(id: $id, expectedVersion: 1)").await);
    assert_eq!(submitted["submit"]["status"], "SUBMITTED");
    let queue = "{ reviewQueue { totalCount nodes { subject { ... on SharedDiagnosis { id } } } } }";
    let waiting = data_of(town.test.ask_as(&town.manager, queue, json!({})).await)["reviewQueue"].clone();
    assert_eq!(waiting, json!({ "totalCount": 1, "nodes": [{ "subject": { "id": id } }] }));
    let review = "review(id: $id, expectedVersion: 2, decision: APPROVE)";
    assert_eq!(codes(&step(&town.editors[0], review).await), ["FORBIDDEN"]);
    let approved = data_of(step(&town.manager, review).await);
    assert_eq!(approved["review"]["status"], "PUBLISHED");
    data_of(step(&town.manager, "archive(id: $id, expectedVersion: 3)").await);
    let lists =
        format!("{{ diagnoses {{ totalCount }} diagnosis(by: {{ id: \"{id}\" }}) {{ {DIAGNOSIS} }} }}");
    let read = town.test.data(&lists, json!({})).await;
    assert_eq!(read, json!({ "diagnoses": { "totalCount": 0 }, "diagnosis": null }));
    let restored = data_of(step(&town.manager, "restore(id: $id, expectedVersion: 4)").await);
    assert_eq!(restored["restore"], json!({ "status": "PUBLISHED", "version": 5 }));
}

#[tokio::test]
async fn days_too_far_away_are_refused_and_each_path_is_named_once() {
    let town = Town::new().await;
    let on = |day: &str| json!({ "title": "Dépôt", "on": day });
    for (started, milestones, wrong) in [
        ("9999-12-31", json!([]), vec!["input.startedOn"]),
        (
            "0001-01-01",
            json!([on("9999-12-31"), on("0001-01-01")]),
            vec!["input.milestones[0].on", "input.milestones[1].on", "input.startedOn"],
        ),
        (
            "2027-11-22",
            json!([on("2036-11-22"), { "title": " ", "on": "hier" }]),
            vec!["input.milestones[1].on"],
        ),
        ("2027-11-22", json!([{ "title": " ", "on": "2026-01-01" }]), vec!["input.milestones[0].title"]),
    ] {
        let more = json!({ "startedOn": started, "startedOnPrecision": "DAY", "milestones": milestones });
        let answer = town.open(&town.manager, more).await;
        let mut fields = wrong_fields(&answer);
        fields.sort_unstable();
        assert_eq!(fields, wrong);
    }
    let made = town.opened(json!({ "startedOn": "1900-01-01" })).await;
    let id = id_of(&made);
    town.recorded(&id, json!({ "axis": made["axes"][0]["id"] })).await;
    let none = town.update(&town.manager, &id, 2, json!({ "axes": [] })).await;
    assert_eq!(wrong_fields(&none), ["input.axes"]);
    let early = town.record(&town.manager, &id, json!({ "heldOn": "0001-01-01" })).await;
    assert!(early.to_string().contains("is before 1900-01-01"), "{early}");
}

#[tokio::test]
async fn who_manages_elsewhere_hears_who_does_it() {
    let town = Town::new().await;
    let refused = town.open(&town.manager, json!({ "territory": { "id": town.there } })).await;
    let message = refused["errors"][0]["message"].as_str().unwrap();
    assert!(message.contains("ask a manager of its territory") && !message.contains("seat"), "{message}");
}
