//! Registered, changed, found.

use serde_json::{Value, json};

use super::{Town, message};
use crate::support::entries::{id_of, texts};
use crate::support::{codes, data_of, wrong_fields};

#[tokio::test]
async fn a_lead_is_a_member_at_once_where_its_editor_registers_and_the_others_are_asked() {
    let town = Town::of(3).await;
    let invite = [&town.actors[1], &town.actors[2], &town.actors[1], &town.actors[0]];
    let collective = town.registered(json!({ "invite": invite })).await;
    assert_eq!(collective["status"], "DRAFT");
    assert_eq!(collective["stage"], "INTENT");
    assert_eq!(collective["lead"]["id"], json!(town.actors[0]));
    let members = &collective["members"]["nodes"];
    assert_eq!(texts(members, "/status"), ["ACCEPTED", "INVITED", "INVITED"]);
    assert_eq!(texts(members, "/role"), ["LEAD", "MEMBER", "MEMBER"]);
    assert_eq!(members[0]["since"], "2026-11-22");
    // Registered by who does not speak for it, it is asked too.
    let by_manager = data_of(town.register(&town.manager, json!({})).await)["registerCollective"].clone();
    assert_eq!(by_manager["lead"], Value::Null);
    assert_eq!(by_manager["slug"], "ensemble-2");
    assert_eq!(texts(&by_manager["members"]["nodes"], "/status"), ["INVITED"]);
}

#[tokio::test]
async fn only_editors_of_the_lead_managers_there_and_administrators_register() {
    let town = Town::of(2).await;
    let query = "mutation($input: RegisterCollectiveInput!) { registerCollective(input: $input) { id } }";
    let input = json!({ "kind": "SMALL_COLLECTIVE", "name": "X", "territories": [{ "id": town.here }] });
    assert_eq!(codes(&town.test.ask(query, json!({ "input": input })).await), ["UNAUTHENTICATED"]);
    assert_eq!(codes(&town.register(&town.editors[1], json!({})).await), ["FORBIDDEN"]);
    assert_eq!(codes(&town.register(&town.editors[0], json!({ "lead": null })).await), ["FORBIDDEN"]);
    let elsewhere = json!({ "territories": [{ "id": town.there }] });
    assert_eq!(codes(&town.register(&town.manager, elsewhere.clone()).await), ["FORBIDDEN"]);
    let pilot = json!({ "territories": [{ "id": town.there }], "pilotSites": [{ "id": town.here }] });
    assert_eq!(codes(&town.register(&town.manager, pilot).await), ["FORBIDDEN"]);
    data_of(town.register(&town.editors[0], elsewhere).await);
    let community = json!({ "kind": "ACTION_COMMUNITY", "lead": null });
    let community = data_of(town.register(&town.manager, community).await)["registerCollective"].clone();
    assert_eq!(community["members"]["totalCount"], 0);
    assert_eq!(town.test.rows("SELECT 1 AS one FROM collectives").await.len(), 2);
}

#[tokio::test]
async fn the_same_key_registers_once() {
    let town = Town::of(1).await;
    let keyed = json!({ "clientKey": "one" });
    let first = id_of(&town.registered(keyed.clone()).await);
    assert_eq!(id_of(&town.registered(keyed).await), first);
    let other = town.register(&town.editors[0], json!({ "clientKey": "one", "name": "Autre" })).await;
    assert_eq!(codes(&other), ["CONFLICT"]);
    assert_eq!(town.test.rows("SELECT 1 AS one FROM memberships").await.len(), 1);
}

#[tokio::test]
async fn everything_that_is_wrong_is_said_at_once() {
    let town = Town::of(1).await;
    let archived = town.test.actor("Rangée", json!({})).await;
    town.test.must("archive", &archived, 2).await;
    let input = json!({ "clientKey": "", "name": " ", "lead": "none", "territories": [], "themes": ["x"], "sdgs": [18],
        "pilotSites": [{ "id": "none" }], "audiences": ["\u{0}"], "invite": [town.actors[0], "none", archived],
        "intent": { "sharedFinding": "", "fundingSought": "0.001", "partnersSought": ["\u{0}"] } });
    let answer = town.register(&town.test.token, input).await;
    let mut wrong = wrong_fields(&answer);
    wrong.sort_unstable();
    assert_eq!(
        wrong,
        [
            "input.audiences[0]",
            "input.clientKey",
            "input.intent.fundingSought",
            "input.intent.partnersSought[0]",
            "input.intent.sharedFinding",
            "input.invite[1]",
            "input.invite[2]",
            "input.lead",
            "input.name",
            "input.pilotSites[0]",
            "input.sdgs[0]",
            "input.territories",
            "input.themes[0]",
        ]
    );
}

#[tokio::test]
async fn an_update_keeps_clears_and_sets_and_a_stale_one_is_told() {
    let town = Town::of(1).await;
    let intent = json!({ "sharedFinding": "Des jeunes sans stage", "urgency": "HIGH", "whyNow": "La rentrée",
        "changeSought": "Un stage pour chacun", "audiences": ["collégiens"], "fundingSought": "1250.5",
        "fundingNote": "Un poste à mi-temps", "partnersSought": ["entreprises"] });
    let sdgs = json!({ "sdgs": [4, 10], "themes": ["education"], "intent": intent });
    let id = id_of(&town.registered(sdgs).await);
    let query = "mutation($id: ID!, $version: Int!, $input: UpdateCollectiveInput!) {
        updateCollective(id: $id, expectedVersion: $version, input: $input) { kind name version sdgs { number }
            themes { slug } territories { name } pilotSites { name }
            intent { sharedFinding urgency whyNow changeSought audiences fundingSought fundingNote partnersSought } } }";
    let update = async |version: i64, input: Value| {
        town.test
            .ask_as(&town.editors[0], query, json!({ "id": id, "version": version, "input": input }))
            .await
    };
    let kept = data_of(update(1, json!({})).await)["updateCollective"].clone();
    let mut whole = intent.clone();
    whole["fundingSought"] = json!("1250.50");
    assert_eq!(kept["intent"], whole);
    assert_eq!(texts(&kept["territories"], "/name"), ["Dreux"]);
    assert_eq!(codes(&update(1, json!({})).await), ["CONFLICT"]);
    let changed = json!({ "intent": null, "sdgs": null, "pilotSites": [{ "id": town.there }], "kind": "ACTION_COMMUNITY" });
    let changed = data_of(update(2, changed).await)["updateCollective"].clone();
    assert_eq!(
        (&changed["intent"], &changed["sdgs"], &changed["kind"]),
        (&json!(null), &json!([]), &json!("ACTION_COMMUNITY"))
    );
    assert_eq!(texts(&changed["pilotSites"], "/name"), ["Vernon"]);
    assert_eq!(texts(&changed["themes"], "/slug"), ["education"]);
    let cleared = update(3, json!({ "kind": null, "name": null, "territories": null })).await;
    let mut wrong = wrong_fields(&cleared);
    wrong.sort_unstable();
    assert_eq!(wrong, ["input.kind", "input.name", "input.territories"]);
    let nulls = update(3, json!({ "intent": { "sharedFinding": "Seul" } })).await;
    assert_eq!(data_of(nulls)["updateCollective"]["intent"]["urgency"], Value::Null);
    let versions = town
        .test
        .rows("SELECT version FROM changes WHERE subject_kind = 'COLLECTIVE' ORDER BY position")
        .await;
    assert_eq!(versions.len(), 4);
}

#[tokio::test]
async fn a_manager_may_not_move_it_out_of_reach() {
    let town = Town::of(1).await;
    let id = id_of(&data_of(town.register(&town.manager, json!({})).await)["registerCollective"]);
    let query = "mutation($id: ID!, $input: UpdateCollectiveInput!) { updateCollective(id: $id, expectedVersion: 1, input: $input) { id } }";
    let away = json!({ "id": id, "input": { "territories": [{ "id": town.there }] } });
    assert_eq!(codes(&town.test.ask_as(&town.manager, query, away).await), ["FORBIDDEN"]);
}

#[tokio::test]
async fn it_is_published_archived_and_brought_back_and_found_meanwhile() {
    let town = Town::of(2).await;
    let intent = json!({ "sharedFinding": "Trop de gaspillage alimentaire" });
    let more = json!({ "name": "Épicerie partagée", "sdgs": [12], "intent": intent });
    let collective = town.registered(more).await;
    let id = id_of(&collective);
    let lists = "query($here: ID!, $actor: ID!, $id: ID!) {
        all: collectives { totalCount nodes { name } }
        text: collectives(filter: { text: \"epicerie\" }) { totalCount }
        finding: collectives(filter: { text: \"gaspillage\" }) { totalCount }
        goal: collectives(filter: { sdgs: [12], kinds: [SMALL_COLLECTIVE], stages: [INTENT] }) { totalCount }
        other: collectives(filter: { sdgs: [1] }) { totalCount }
        member: collectives(filter: { member: $actor }) { totalCount }
        there: collectives(filter: { territory: { territory: { code: { kind: COMMUNE, code: \"27679\" } } } }) { totalCount }
        territory(by: { id: $here }) { collectives { totalCount nodes { slug } } }
        actor(by: { id: $actor }) { collectives { totalCount nodes { slug } } }
        node(id: $id) { id ... on Collective { name } }
        search(text: \"epicerie partage\") { edges { node { __typename ... on Collective { slug } } } }
    }";
    let variables = json!({ "here": town.here, "actor": town.actors[0], "id": id });
    let counts = |data: &Value| -> Vec<i64> {
        let paths = [
            "/all",
            "/text",
            "/finding",
            "/goal",
            "/other",
            "/member",
            "/there",
            "/territory/collectives",
            "/actor/collectives",
        ];
        paths.iter().map(|path| data.pointer(path).unwrap()["totalCount"].as_i64().unwrap()).collect()
    };
    let drafts = town.test.data(lists, variables.clone()).await;
    assert_eq!(counts(&drafts), [0; 9]);
    assert_eq!((&drafts["node"], &drafts["search"]["edges"]), (&Value::Null, &json!([])));
    // Its lead's editor submits nothing by itself: managers publish.
    let publish = "mutation($id: ID!) { publish(id: $id, expectedVersion: 1) { ... on Collective { status version } } }";
    assert_eq!(codes(&town.test.ask_as(&town.editors[0], publish, json!({ "id": id })).await), ["FORBIDDEN"]);
    let published = data_of(town.test.ask_as(&town.manager, publish, json!({ "id": id })).await);
    assert_eq!(published["publish"], json!({ "status": "PUBLISHED", "version": 2 }));
    let seen = town.test.data(lists, variables.clone()).await;
    assert_eq!(counts(&seen), [1, 1, 1, 1, 0, 1, 0, 1, 1]);
    assert_eq!(seen["node"]["name"], "Épicerie partagée");
    assert_eq!(
        seen["search"]["edges"][0]["node"],
        json!({ "__typename": "Collective", "slug": "epicerie-partagee" })
    );
    town.test.must("archive", &id, 2).await;
    assert_eq!(counts(&town.test.data(lists, variables.clone()).await), [0; 9]);
    let refused = town.invite(&town.editors[0], &id, 1, "MEMBER").await;
    assert_eq!(codes(&refused), ["CONFLICT"], "{}", message(&refused));
    town.test.must("restore", &id, 3).await;
    assert_eq!(counts(&town.test.data(lists, variables).await), [1, 1, 1, 1, 0, 1, 0, 1, 1]);
}

#[tokio::test]
async fn next_steps_keep_their_ids_and_are_all_said_at_once() {
    let town = Town::of(2).await;
    let id = id_of(&town.registered(json!({})).await);
    let editor = &town.editors[0];
    let two = json!([{ "title": "Rencontrer la mairie", "owner": town.actors[1], "due": "2026-12-01" }, { "title": "Visiter" }]);
    let first = data_of(town.steps(editor, &id, 1, two).await)["setNextSteps"].clone();
    assert_eq!(first["version"], 2);
    assert_eq!(texts(&first["nextSteps"], "/status"), ["TODO", "TODO"]);
    assert_eq!(first["nextSteps"][0]["owner"]["id"], json!(town.actors[1]));
    let kept = json!([{ "id": first["nextSteps"][1]["id"], "title": "Visiter", "status": "DONE" }, { "title": "Écrire" }]);
    let second = data_of(town.steps(editor, &id, 2, kept).await)["setNextSteps"].clone();
    assert_eq!(second["nextSteps"][0]["id"], first["nextSteps"][1]["id"]);
    assert_eq!(texts(&second["nextSteps"], "/title"), ["Visiter", "Écrire"]);
    let gone = json!([{ "id": first["nextSteps"][0]["id"], "title": "" }, { "title": "x", "owner": "none", "due": "demain" }]);
    let refused = town.steps(editor, &id, 3, gone).await;
    let mut wrong = wrong_fields(&refused);
    wrong.sort_unstable();
    assert_eq!(wrong, ["steps[0].id", "steps[0].title", "steps[1].due", "steps[1].owner"]);
    assert_eq!(codes(&town.steps(editor, &id, 2, json!([])).await), ["CONFLICT"]);
    assert_eq!(codes(&town.steps(&town.editors[1], &id, 3, json!([])).await), ["NOT_FOUND"]);
}
