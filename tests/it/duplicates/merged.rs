//! Mergers: what moves, what is put together, what is refused, where the old id and slug lead.

use maillage::app::imports::{ImportRequest, Outcome};
use maillage::domain::caller::Right;
use maillage::ingest::{Kind, Mapping};
use serde_json::{Value, json};

use super::{MERGE, merge, rows_of, uuid_of};
use crate::support::entries::{id_of, square};
use crate::support::{TestApp, codes, data_of};

#[tokio::test]
async fn the_survivor_takes_over_what_belongs_to_the_other() {
    let test = TestApp::empty().await;
    let dreux = test.territory("COMMUNE", "28134", "Dreux", square(1.36, 48.73, 0.05)).await;
    let siret = json!([{ "scheme": "SIRET", "value": "35600000011996" }]);
    let keep = test.actor("La Poste", json!({ "registrations": siret, "themes": ["rights"] })).await;
    let more = json!({ "registrations": [{ "scheme": "RNA", "value": "W281000123" }], "description": "Des lettres",
        "website": "https://laposte.fr/", "shortName": "LP", "themes": ["heritage"],
        "seat": { "id": dreux }, "areasServed": [{ "id": dreux }] });
    let other = test.actor("LA POSTE", more).await;
    let (a, b) = (test.actor("A", json!({})).await, test.actor("B", json!({})).await);
    let moved = test.interaction("PARTNERSHIP", &other, &a, json!({ "level": "COORDINATION" })).await;
    let call =
        test.call("Appel", &dreux, json!({ "organisers": [other, keep], "funders": [b, other] })).await;
    let editor = test.token_of("editor@example.org", &[Right::ActorEditor(super::actor(&other))]).await;
    test.execute(&format!(
        "INSERT INTO contacts (id, actor_id, name, visibility, created_at, updated_at)
            VALUES (gen_random_uuid(), '{}', 'Une personne', 'MANAGERS', now(), now())",
        uuid_of(&other)
    ))
    .await;

    let need = "mutation($id: ID!) { made: postNeed(input: {actor: $id, kind: SPACE, title: \"Une salle\"}) { id } }";
    let need = id_of(&test.admin_data(need, json!({ "id": other })).await["made"]);
    let answers = "mutation($id: ID!, $t: ID!) { made: createSupportContact(input: {institution: $id, name: \"Claude\", territory: {id: $t}}) { id } }";
    let answers = id_of(&test.admin_data(answers, json!({ "id": other, "t": dreux })).await["made"]);
    let asks = "mutation($id: ID!) { made: requestSupport(input: {requester: $id, kind: LEGAL, description: \"Comment ?\"}) { id } }";
    let asks = id_of(&test.admin_data(asks, json!({ "id": other })).await["made"]);

    let answer = merge(&test, (&keep, 2), (&other, 2)).await;
    assert_eq!(id_of(&data_of(answer)["mergeActors"]), keep);
    let query = "query($ids: [ID!]!) { nodes(ids: $ids) { ... on Need { actor { id } } ... on SupportContact { actor: institution { id } }
        ... on SupportRequest { actor: requester { id } } } }";
    let moved_too = test.admin_data(query, json!({ "ids": [need, answers, asks] })).await;
    assert_eq!(moved_too["nodes"], json!(vec![json!({ "actor": { "id": keep } }); 3]));
    let query = "query($old: ID!, $call: CallRef!, $old_slug: String!) {
        node(id: $old) { id ... on Actor { name description website shortName themes { slug } seat { code }
            registrations { scheme } areasServed { code } version interactions { nodes { id source { id } } } } }
        nodes(ids: [$old]) { id }
        bySlug: actor(by: {slug: $old_slug}) { id }
        byId: actor(by: {id: $old}) { id }
        actors(filter: {interactsWith: $old}) { nodes { id } }
        interactions(filter: {actor: $old}) { totalCount }
        calls(filter: {organiser: $old}) { totalCount }
        call(by: $call) { organisers { id } funders { id } } }";
    let data =
        test.data(query, json!({ "old": other, "call": { "id": call }, "old_slug": "la-poste-2" })).await;
    let node = &data["node"];
    assert_eq!((&node["id"], &node["name"]), (&json!(keep), &json!("La Poste")), "{data:#}");
    assert_eq!((&node["description"], &node["shortName"]), (&json!("Des lettres"), &json!("LP")));
    assert_eq!(node["website"], "https://laposte.fr/");
    assert_eq!(node["seat"]["code"], "28134");
    assert_eq!(node["themes"].as_array().map(Vec::len), Some(2));
    assert_eq!(node["registrations"], json!([{ "scheme": "SIRET" }, { "scheme": "RNA" }]));
    assert_eq!(node["areasServed"], json!([{ "code": "28134" }]));
    assert_eq!(node["interactions"]["nodes"], json!([{ "id": moved, "source": { "id": keep } }]));
    for found in [&data["nodes"][0], &data["bySlug"], &data["byId"]] {
        assert_eq!(found["id"], json!(keep));
    }
    assert_eq!(data["actors"]["nodes"], json!([{ "id": a }]));
    assert_eq!((&data["interactions"]["totalCount"], &data["calls"]["totalCount"]), (&json!(1), &json!(1)));
    assert_eq!(data["call"]["organisers"], json!([{ "id": keep }]));
    assert_eq!(data["call"]["funders"], json!([{ "id": b }, { "id": keep }]));
    assert_eq!(rows_of(&test, "contacts", &keep).await, 1);
    // The other's editor is the survivor's.
    let update = "mutation($id: ID!) { updateActor(id: $id, expectedVersion: 3, input: {audiences: [\"tous\"]}) { version } }";
    data_of(test.ask_as(&editor, update, json!({ "id": keep })).await);

    // All of it can be read back.
    let history = test
        .rows(&format!(
            "SELECT action, version, fields FROM changes WHERE subject_id = '{}' ORDER BY position",
            uuid_of(&keep)
        ))
        .await;
    let told = &history[2];
    assert_eq!((&told["action"], &told["version"]), (&json!("MERGE"), &json!(3)), "{history:#?}");
    let fields = &told["fields"];
    assert_eq!(fields["merged_from"][1]["slug"], "la-poste-2");
    assert_eq!(fields["merged_interactions"], json!([0, 1]));
    assert_eq!((&fields["merged_calls"], &fields["merged_contacts"]), (&json!([0, 1]), &json!([0, 1])));
    for name in ["merged_exchanges", "merged_support_contacts", "merged_support_requests"] {
        assert_eq!(fields[name], json!([0, 1]), "{name}");
    }
    assert_eq!(fields["description"], json!([null, "Des lettres"]));
    let old = test
        .rows(&format!(
            "SELECT action, fields FROM changes WHERE subject_id = '{}' ORDER BY position",
            uuid_of(&other)
        ))
        .await;
    let last = old.last().unwrap();
    assert_eq!((old.len(), &last["action"]), (3, &json!("MERGE")));
    assert_eq!(last["fields"]["name"], json!(["LA POSTE", null]));
    assert_eq!(last["fields"]["merged_into"][1]["slug"], "la-poste");
    let ends = test
        .rows(&format!(
            "SELECT fields FROM changes WHERE subject_id = '{}' AND action = 'MERGE'",
            uuid_of(&moved)
        ))
        .await;
    assert_eq!(ends[0]["fields"]["source"], json!([uuid_of(&other), uuid_of(&keep)]));
    let diagnosis = test.app.examine().await.unwrap();
    assert!(diagnosis.is_well(), "{diagnosis}");
    // The slug leads to it for good: nobody else gets it.
    assert_eq!(test.draft_actor("La Poste", json!({})).await["slug"], "la-poste-3");
}

#[tokio::test]
async fn nobody_comes_into_a_right_by_a_merger_of_their_own_or_by_a_draft() {
    let test = TestApp::empty().await;
    let dreux = test.territory("COMMUNE", "28134", "Dreux", square(1.36, 48.73, 0.05)).await;
    let territory = maillage::domain::ids::TerritoryId(uuid_of(&dreux).parse().unwrap());
    let seat = json!({ "seat": { "id": dreux } });
    let (keep, other) =
        (test.actor("La Poste", seat.clone()).await, test.actor("LA POSTE", seat.clone()).await);
    let draft = id_of(&test.draft_actor("La poste de Dreux", seat).await);
    let edits = |id: &str| Right::ActorEditor(super::actor(id));
    test.token_of("of-draft@example.org", &[edits(&draft)]).await;
    let rights = [Right::TerritoryManager(territory), edits(&other)];
    let manager = test.token_of("manager@example.org", &rights).await;
    for (version, gone, of) in [(2, &other, 2), (3, &draft, 1)] {
        let merge = json!({ "keep": keep, "kv": version, "merge": gone, "mv": of });
        data_of(test.ask_as(&manager, MERGE, merge).await);
    }
    assert_eq!(test.rows("SELECT 1 FROM grants WHERE role = 'ACTOR_EDITOR'").await, Vec::<Value>::new());
    let history = "query($id: ID!) { actor(by: {id: $id}) { history(first: 2) { nodes { changes { field after } } } } }";
    let told = data_of(test.ask_as(&manager, history, json!({ "id": keep })).await);
    let changes = &told["actor"]["history"]["nodes"][1]["changes"];
    let from = json!({ "field": "mergedFrom", "after": "La poste de Dreux (la-poste-de-dreux)" });
    assert!(changes.as_array().unwrap().contains(&from), "{changes}");
}

#[tokio::test]
async fn links_that_became_the_same_are_put_together() {
    let test = TestApp::empty().await;
    let mut actors = Vec::new();
    for name in ["Gardé", "Repris", "Tiers"] {
        actors.push(test.actor(name, json!({})).await);
    }
    let [keep, other, third] = [&actors[0], &actors[1], &actors[2]];
    let since = |day: &str| json!({ "since": day });
    let standing =
        data_of(test.declare("PARTNERSHIP", keep, third, json!({ "level": "CONSULTATION" })).await);
    let standing = id_of(&standing["declareInteraction"]);
    let mut more = since("2020-01-01");
    more["level"] = json!("COORDINATION");
    more["description"] = json!("Depuis longtemps");
    more["themes"] = json!(["heritage"]);
    more["evidence"] = json!([{ "title": "Convention" }]);
    let same = test.interaction("PARTNERSHIP", third, other, more).await;
    let kept = test.interaction("SUPPORT", third, other, json!({})).await;
    let grant = json!({ "amount": "1000", "since": "2021-01-01", "until": "2021-12-31" });
    let first_grant = test.interaction("FUNDING", third, keep, grant.clone()).await;
    let same_grant = test.interaction("FUNDING", third, other, grant).await;
    let another = test.interaction("FUNDING", third, other, json!({ "amount": "2000" })).await;

    data_of(merge(&test, (keep, 2), (other, 2)).await);
    let query = "query($id: ID!) { interactions(filter: {actor: $id}) { nodes { id } }
        standing: interaction(id: \"STANDING\") { level description status since themes { slug } evidence { title } } }";
    let data = test.data(&query.replace("STANDING", &standing), json!({ "id": keep })).await;
    let mut ids: Vec<_> = data["interactions"]["nodes"].as_array().unwrap().iter().map(id_of).collect();
    ids.sort();
    let mut expected = vec![standing.clone(), kept, first_grant.clone(), another];
    expected.sort();
    assert_eq!(ids, expected);
    // Its own word stands; what it did not say it has from the other, which everyone saw.
    let own = &data["standing"];
    assert_eq!((&own["level"], &own["status"]), (&json!("CONSULTATION"), &json!("PUBLISHED")), "{own:#}");
    assert_eq!((&own["description"], &own["since"]), (&json!("Depuis longtemps"), &json!("2020-01-01")));
    assert_eq!(
        (&own["themes"], &own["evidence"]),
        (&json!([{ "slug": "heritage" }]), &json!([{ "title": "Convention" }]))
    );
    for (folded, into) in [(same, standing), (same_grant, first_grant)] {
        let rows = test
            .rows(&format!(
                "SELECT i.status, c.fields FROM interactions i JOIN changes c ON c.subject_id = i.id
                WHERE i.id = '{}' AND c.action = 'MERGE'",
                uuid_of(&folded)
            ))
            .await;
        assert_eq!(rows[0]["status"], "ARCHIVED");
        assert_eq!(rows[0]["fields"]["merged_into"][1], uuid_of(&into));
    }
    assert!(test.app.examine().await.unwrap().is_well());
}

#[tokio::test]
async fn what_can_not_be_merged_is_refused_with_what_to_do() {
    let test = TestApp::empty().await;
    let (a, b) = (test.actor("A", json!({})).await, test.actor("B", json!({})).await);
    assert_eq!(codes(&merge(&test, (&a, 2), (&a, 2)).await), ["VALIDATION"]);
    assert_eq!(codes(&merge(&test, (&a, 2), ("none", 2)).await), ["NOT_FOUND"]);
    for versions in [(1, 2), (2, 1)] {
        let answer = merge(&test, (&a, versions.0), (&b, versions.1)).await;
        assert_eq!(codes(&answer), ["CONFLICT"]);
        assert_eq!(answer["errors"][0]["extensions"]["currentVersion"], 2);
    }
    let answer = test.ask(MERGE, json!({ "keep": a, "kv": 2, "merge": b, "mv": 2 })).await;
    assert_eq!(codes(&answer), ["UNAUTHENTICATED"]);
    let editor = test.token_of("e@example.org", &[Right::ActorEditor(super::actor(&a))]).await;
    let answer = test.ask_as(&editor, MERGE, json!({ "keep": a, "kv": 2, "merge": b, "mv": 2 })).await;
    assert_eq!(codes(&answer), ["FORBIDDEN"]);
    // It would be linked to itself.
    let link = test.interaction("SUPPORT", &a, &b, json!({})).await;
    let answer = merge(&test, (&a, 2), (&b, 2)).await;
    assert_eq!(codes(&answer), ["CONFLICT"]);
    assert_eq!(answer["errors"][0]["extensions"]["candidateIds"], json!([link]));
    test.must("archive", &link, 2).await;
    // Archived ones are restored first.
    test.must("archive", &b, 2).await;
    assert_eq!(codes(&merge(&test, (&a, 2), (&b, 3)).await), ["CONFLICT"]);
    test.must("restore", &b, 3).await;
    data_of(merge(&test, (&a, 2), (&b, 4)).await);
    // The archived link stays, and does not come back.
    assert_eq!(codes(&test.transition("restore", &link, 4).await), ["CONFLICT"]);
    assert!(test.app.examine().await.unwrap().is_well());
}

#[tokio::test]
async fn a_chain_of_mergers_leads_to_its_end() {
    let test = TestApp::empty().await;
    let mut ids = Vec::new();
    for name in ["Un", "Deux", "Trois"] {
        ids.push(test.actor(name, json!({})).await);
    }
    data_of(merge(&test, (&ids[1], 2), (&ids[0], 2)).await);
    data_of(merge(&test, (&ids[2], 2), (&ids[1], 3)).await);
    let data = test
        .data(
            "query($ids: [ID!]!) { nodes(ids: $ids) { id } un: actor(by: {slug: \"un\"}) { name } }",
            json!({ "ids": ids }),
        )
        .await;
    assert_eq!(data["nodes"], json!([{ "id": ids[2] }, { "id": ids[2] }, { "id": ids[2] }]));
    assert_eq!(data["un"]["name"], "Trois");
    // What is not to be seen is not led to.
    test.must("archive", &ids[2], 3).await;
    let data = test
        .data(
            "query($ids: [ID!]!) { nodes(ids: $ids) { id } un: actor(by: {slug: \"un\"}) { name } }",
            json!({ "ids": ids }),
        )
        .await;
    assert_eq!(data, json!({ "nodes": [null, null, null], "un": null }));
}

#[tokio::test]
async fn of_two_mergers_at_once_one_wins() {
    let test = TestApp::empty().await;
    let (a, b) = (test.actor("A", json!({})).await, test.actor("B", json!({})).await);
    let (one, other) = tokio::join!(merge(&test, (&a, 2), (&b, 2)), merge(&test, (&b, 2), (&a, 2)));
    let mut codes: Vec<_> = [&one, &other].into_iter().flat_map(codes).collect();
    codes.sort_unstable();
    assert_eq!(codes, ["CONFLICT"], "{one:#} {other:#}");
    let survivors = test.data("{ actors { totalCount } }", json!({})).await;
    assert_eq!(survivors["actors"]["totalCount"], 1);
}

#[tokio::test]
async fn what_was_judged_distinct_stays_two() {
    let test = TestApp::empty().await;
    let dreux = test.territory("COMMUNE", "28134", "Dreux", square(1.36, 48.73, 0.05)).await;
    let seat = json!({ "seat": { "id": dreux } });
    let mut ids = Vec::new();
    for name in ["La Poste", "LA POSTE", "La poste"] {
        ids.push(test.actor(name, seat.clone()).await);
    }
    let mark = "mutation($a: ID!, $b: ID!) { markDistinct(a: $a, b: $b) { id version } }";
    let answer = test.ask_as_admin(mark, json!({ "a": ids[1], "b": ids[0] })).await;
    let both = &data_of(answer)["markDistinct"];
    assert_eq!(*both, json!([{ "id": ids[1], "version": 2 }, { "id": ids[0], "version": 2 }]));
    data_of(test.ask_as_admin(mark, json!({ "a": ids[0], "b": ids[1] })).await);
    let told = test.rows("SELECT fields FROM changes WHERE fields ? 'distinct_from'").await;
    assert_eq!(told.len(), 2);
    let found = super::candidates(&test, &ids[0]).await;
    let verdict = |found: &Value| (found["actor"]["id"].clone(), found["verdict"].clone());
    assert_eq!(
        found.iter().map(verdict).collect::<Vec<_>>(),
        [(json!(ids[2]), json!("PROBABLE")), (json!(ids[1]), json!("DISTINCT"))]
    );
    assert_eq!(found[1]["reasons"], json!(["judged distinct on 2026-11-22"]));
    assert_eq!(codes(&merge(&test, (&ids[0], 2), (&ids[1], 2)).await), ["CONFLICT"]);
    // It holds for what took one of them over.
    data_of(merge(&test, (&ids[2], 2), (&ids[1], 2)).await);
    assert_eq!(codes(&merge(&test, (&ids[0], 2), (&ids[2], 3)).await), ["CONFLICT"]);
    assert_eq!(codes(&test.ask_as_admin(mark, json!({ "a": ids[0], "b": ids[0] })).await), ["VALIDATION"]);
    assert_eq!(codes(&test.ask_as_admin(mark, json!({ "a": ids[0], "b": "none" })).await), ["NOT_FOUND"]);
    assert_eq!(codes(&test.ask(mark, json!({ "a": ids[0], "b": ids[2] })).await), ["UNAUTHENTICATED"]);
}

const MAPPING: &str = "[origin]\nsource = { text = \"town\" }\nreference = \"id\"\n[fields]\n";

async fn import(test: &TestApp, kind: Kind, fields: &str, rows: &str) -> [u64; 4] {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        std::fs::write(folder.path().join(name), text).unwrap();
        folder.path().join(name)
    };
    let word = if kind == Kind::Actors { "actors" } else { "interactions" };
    let mapping = write("mapping.toml", &format!("kind = \"{word}\"\n{MAPPING}{fields}"));
    let mapping = Some(Mapping::load(&mapping).unwrap());
    let files = vec![write("rows.csv", rows)];
    let report = test.app.import(ImportRequest { mapping, ..ImportRequest::new(kind, files) }).await.unwrap();
    [Outcome::Create, Outcome::Update, Outcome::Same, Outcome::Refuse].map(|outcome| report.count(outcome))
}

#[tokio::test]
async fn the_same_files_bring_nothing_back() {
    let test = TestApp::empty().await;
    let actors = "id,name,site\n1,La Poste,\n2,LA POSTE,https://laposte.fr/\n3,Mairie,\n";
    let links =
        "id,source,target,label\n1,town:3,town:1,Aide\n2,town:3,town:2,Aides\n3,town:2,town:3,Retour\n";
    let actor_fields = "kind = { text = \"OTHER\" }\nname = \"name\"\nwebsite = \"site\"\n";
    let link_fields =
        "kind = { text = \"SUPPORT\" }\nsource = \"source\"\ntarget = \"target\"\ndescription = \"label\"\n";
    assert_eq!(import(&test, Kind::Actors, actor_fields, actors).await, [3, 0, 0, 0]);
    assert_eq!(import(&test, Kind::Interactions, link_fields, links).await, [3, 0, 0, 0]);
    let ids = test
        .data(
            "{ a: actor(by: {slug: \"la-poste\"}) { id } b: actor(by: {slug: \"la-poste-2\"}) { id } }",
            json!({}),
        )
        .await;
    data_of(merge(&test, (&id_of(&ids["a"]), 1), (&id_of(&ids["b"]), 1)).await);
    let state =
        "{ actors { nodes { id name website version } } interactions { nodes { id description version } } }";
    let before = test.data(state, json!({})).await;
    assert_eq!(before["actors"]["nodes"].as_array().map(Vec::len), Some(2));
    assert_eq!(before["interactions"]["nodes"].as_array().map(Vec::len), Some(2));
    assert_eq!(import(&test, Kind::Actors, actor_fields, actors).await, [0, 0, 3, 0]);
    assert_eq!(import(&test, Kind::Interactions, link_fields, links).await, [0, 0, 3, 0]);
    assert_eq!(test.data(state, json!({})).await, before);
    // Nor does a file that says something else of the one that is gone.
    let renamed = actors.replace("2,LA POSTE", "2,Bureau de poste");
    assert_eq!(import(&test, Kind::Actors, actor_fields, &renamed).await, [0, 0, 3, 0]);
    assert_eq!(test.data(state, json!({})).await, before);
}

#[tokio::test]
async fn what_is_written_between_two_that_are_being_judged_waits_and_is_not_given_up() {
    let test = TestApp::empty().await;
    let dreux = test.territory("COMMUNE", "28134", "Dreux", square(1.36, 48.73, 0.05)).await;
    let distinct = "mutation($a: ID!, $b: ID!) { markDistinct(a: $a, b: $b) { id } }";
    let call = "mutation($input: CreateCallInput!) { createCall(input: $input) { id } }";
    for round in 0..6 {
        let a = test.actor(&format!("Ancien {round}"), json!({})).await;
        let b = test.actor(&format!("Nouveau {round}"), json!({})).await;
        let input = json!({ "kind": "STANDING_AID", "title": format!("Aide {round}"), "territories": [{ "id": dreux }], "organisers": [b, a] });
        // The newer one first, as nobody who locks both does.
        let (declared, called, judged) = tokio::join!(
            test.declare("SUPPORT", &b, &a, json!({})),
            test.ask_as_admin(call, json!({ "input": input })),
            test.ask_as_admin(distinct, json!({ "a": a, "b": b })),
        );
        for answer in [declared, called, judged] {
            assert_eq!(codes(&answer), [""; 0], "{answer}");
        }
    }
}
