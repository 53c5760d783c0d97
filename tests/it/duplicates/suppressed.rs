//! Actors that are not to be listed: out of sight everywhere, and out of every import.

use maillage::app::imports::{ImportRequest, Outcome, Report};
use maillage::domain::caller::Right;
use maillage::domain::ids::TerritoryId;
use maillage::ingest::{Kind, Mapping};
use serde_json::{Value, json};

use super::{merge, uuid_of};
use crate::support::entries::{id_of, square};
use crate::support::{TestApp, codes, data_of};

const SUPPRESS: &str = "mutation($id: ID!, $version: Int!, $reason: String!) {
    suppressActor(id: $id, expectedVersion: $version, reason: $reason) }";
const UNSUPPRESS: &str = "mutation($id: ID!) { unsuppressActor(id: $id) { id status version } }";

async fn suppress(test: &TestApp, id: &str, version: i64) -> Value {
    test.ask_as_admin(SUPPRESS, json!({ "id": id, "version": version, "reason": "On request" })).await
}

/// A town with a refuge, whom it supports, and who organises and pays a call with it.
struct Town {
    test: TestApp,
    dreux: String,
    refuge: String,
    mairie: String,
    call: String,
}

impl Town {
    async fn new() -> Self {
        let test = TestApp::empty().await;
        let dreux = test.territory("COMMUNE", "28134", "Dreux", square(1.36, 48.73, 0.05)).await;
        let refuge = json!({ "seat": { "id": dreux }, "themes": ["heritage"], "areasServed": [{ "id": dreux }],
            "location": { "longitude": 1.36, "latitude": 48.73 },
            "registrations": [{ "scheme": "RNA", "value": "W281000123" }] });
        let refuge = test.actor("Le Refuge", refuge).await;
        let mairie = test.actor("Mairie de Dreux", json!({ "seat": { "id": dreux } })).await;
        test.interaction("SUPPORT", &mairie, &refuge, json!({})).await;
        let both = json!([refuge, mairie]);
        let call = test.call("Appel", &dreux, json!({ "organisers": both, "funders": both })).await;
        Self { test, dreux, refuge, mairie, call }
    }

    /// All that may speak of the refuge.
    async fn seen(&self, token: Option<&str>) -> Value {
        let query = "query($id: ID!, $mairie: ID!, $call: ID!) {
            node(id: $id) { id } nodes(ids: [$id]) { id }
            bySlug: actor(by: {slug: \"le-refuge\"}) { id }
            byNumber: actor(by: {registration: {scheme: RNA, value: \"W281000123\"}}) { id }
            actors(filter: {text: \"refuge\"}) { totalCount nodes { id } }
            archived: actors(filter: {statuses: [ARCHIVED]}) { totalCount nodes { id } }
            with: actors(filter: {interactsWith: $mairie}) { totalCount facets { themes { count } } }
            search(text: \"refuge\") { edges { node { __typename } } }
            interactions { totalCount } of: interactions(filter: {actor: $id}) { totalCount }
            calls(filter: {organiser: $id}) { totalCount }
            call(by: {id: $call}) { organisers { id } funders { id } }
            territory(by: {code: {kind: COMMUNE, code: \"28134\"}}) {
                actors { totalCount facets { kinds { count } } } map(asOf: \"2026-11-22\") { nodes { actor { id } } links { weight } } }
        }";
        let variables = json!({ "id": self.refuge, "mairie": self.mairie, "call": self.call });
        match token {
            None => self.test.data(query, variables).await,
            Some(token) => data_of(self.test.ask_as(token, query, variables).await),
        }
    }
}

fn hides(seen: &Value, refuge: &str) {
    assert!(!seen.to_string().contains(refuge), "{seen:#}");
    for single in ["node", "bySlug", "byNumber"] {
        assert_eq!(seen[single], Value::Null, "{single}");
    }
    for list in ["actors", "archived", "with", "interactions", "of", "calls"] {
        assert_eq!(seen[list]["totalCount"], 0, "{list}");
    }
    assert_eq!(seen["search"]["edges"], json!([]));
    assert_eq!(seen["territory"]["actors"]["totalCount"], 1);
    assert_eq!(seen["territory"]["map"]["links"], json!([]));
    assert_eq!(seen["call"]["organisers"].as_array().map(Vec::len), Some(1));
    assert_eq!(seen["call"]["funders"].as_array().map(Vec::len), Some(1));
}

#[tokio::test]
async fn nobody_but_administrators_sees_it_or_hears_of_it() {
    let town = Town::new().await;
    let test = &town.test;
    let before = town.seen(None).await;
    assert_eq!(before["territory"]["actors"]["totalCount"], 2, "{before:#}");
    let territory = TerritoryId(uuid_of(&town.dreux).parse().unwrap());
    let manager = test.token_of("m@example.org", &[Right::TerritoryManager(territory)]).await;
    let analyst = test.token_of("a@example.org", &[Right::Analyst(territory)]).await;
    let editor = test.token_of("e@example.org", &[Right::ActorEditor(super::actor(&town.refuge))]).await;
    assert_eq!(
        codes(&test.ask(SUPPRESS, json!({ "id": town.refuge, "version": 2, "reason": "r" })).await),
        ["UNAUTHENTICATED"]
    );
    assert_eq!(
        codes(
            &test.ask_as(&editor, SUPPRESS, json!({ "id": town.refuge, "version": 2, "reason": "r" })).await
        ),
        ["FORBIDDEN"]
    );
    assert_eq!(codes(&suppress(test, &town.refuge, 1).await), ["CONFLICT"]);
    let empty =
        test.ask_as(&manager, SUPPRESS, json!({ "id": town.refuge, "version": 2, "reason": " " })).await;
    assert_eq!(codes(&empty), ["VALIDATION"]);
    let answer = test
        .ask_as(&manager, SUPPRESS, json!({ "id": town.refuge, "version": 2, "reason": "On request" }))
        .await;
    assert_eq!(data_of(answer)["suppressActor"], json!(town.refuge));

    for token in [None, Some(&manager), Some(&analyst), Some(&editor)] {
        hides(&town.seen(token.map(String::as_str)).await, &town.refuge);
    }
    let seen = town.seen(Some(&test.token)).await;
    assert_eq!((&seen["node"]["id"], &seen["archived"]["totalCount"]), (&json!(town.refuge), &json!(1)));
    assert_eq!(seen["interactions"]["totalCount"], 0);
    let told = test.rows("SELECT comment, fields FROM changes WHERE action = 'SUPPRESS'").await;
    assert_eq!(told[0]["comment"], "On request");
    assert_eq!(told[0]["fields"]["suppressed"], json!([false, true]));
    // It does not come back by other means, nor does it become another.
    assert_eq!(codes(&suppress(test, &town.refuge, 3).await), ["CONFLICT"]);
    assert_eq!(codes(&test.transition("restore", &town.refuge, 3).await), ["CONFLICT"]);
    assert_eq!(codes(&merge(test, (&town.mairie, 2), (&town.refuge, 3)).await), ["CONFLICT"]);
    assert!(super::candidates(test, &town.mairie).await.is_empty());
    assert!(test.app.examine().await.unwrap().is_well());

    assert_eq!(codes(&test.ask_as(&manager, UNSUPPRESS, json!({ "id": town.refuge })).await), ["FORBIDDEN"]);
    let answer = test.ask_as_admin(UNSUPPRESS, json!({ "id": town.refuge })).await;
    assert_eq!(data_of(answer)["unsuppressActor"]["status"], "PUBLISHED");
    assert_eq!(town.seen(None).await, before);
    assert_eq!(codes(&test.ask_as_admin(UNSUPPRESS, json!({ "id": town.refuge })).await), ["CONFLICT"]);
}

#[tokio::test]
async fn an_archived_one_is_archived_still_when_it_may_be_listed_again() {
    let test = TestApp::empty().await;
    let id = test.actor("Le Refuge", json!({})).await;
    test.must("archive", &id, 2).await;
    data_of(suppress(&test, &id, 3).await);
    let answer = test.ask_as_admin(UNSUPPRESS, json!({ "id": id })).await;
    assert_eq!(data_of(answer)["unsuppressActor"]["status"], "ARCHIVED");
    test.must("restore", &id, 5).await;
}

#[tokio::test]
async fn nobody_enters_it_again() {
    let town = Town::new().await;
    let test = &town.test;
    data_of(suppress(test, &town.refuge, 2).await);
    let territory = TerritoryId(uuid_of(&town.dreux).parse().unwrap());
    let manager = test.token_of("m@example.org", &[Right::TerritoryManager(territory)]).await;
    let create = "mutation($input: CreateActorInput!) { createActor(input: $input) { id } }";
    let rna = json!([{ "scheme": "RNA", "value": "W281000123" }]);
    for input in [
        json!({ "kind": "ASSOCIATION", "name": "Autre nom", "registrations": rna, "seat": { "id": town.dreux } }),
        json!({ "kind": "ASSOCIATION", "name": "Association LE REFUGE", "seat": { "id": town.dreux } }),
    ] {
        let answer = test.ask_as(&manager, create, json!({ "input": input })).await;
        assert_eq!(codes(&answer), ["CONFLICT"], "{answer:#}");
        assert!(!answer.to_string().contains(&town.refuge));
        let answer = test.ask_as_admin(create, json!({ "input": input })).await;
        assert_eq!(answer["errors"][0]["extensions"]["candidateIds"], json!([town.refuge]));
    }
    // Nor under what its acronym stands for, in its commune.
    let ccas = test.actor("CCAS de Dreux", json!({ "seat": { "id": town.dreux } })).await;
    data_of(suppress(test, &ccas, 2).await);
    let spelt_out = json!({ "kind": "PUBLIC_BODY", "name": "Centre communal d'action sociale", "seat": { "id": town.dreux } });
    let answer = test.ask_as(&manager, create, json!({ "input": spelt_out })).await;
    assert_eq!(codes(&answer), ["CONFLICT"], "{answer:#}");
    let answer = test.update_actor(&town.mairie, 2, json!({ "registrations": rna })).await;
    assert_eq!(codes(&answer), ["CONFLICT"]);
    data_of(test.update_actor(&town.mairie, 2, json!({ "description": "La ville" })).await);
}

async fn import(test: &TestApp, kind: Kind, mapping: &str, rows: &str) -> Report {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        std::fs::write(folder.path().join(name), text).unwrap();
        folder.path().join(name)
    };
    let mapping = Some(Mapping::load(&write("mapping.toml", mapping)).unwrap());
    let files = vec![write("rows.csv", rows)];
    test.app.import(ImportRequest { mapping, ..ImportRequest::new(kind, files) }).await.unwrap()
}

fn counts(report: &Report) -> [u64; 4] {
    [Outcome::Create, Outcome::Update, Outcome::Same, Outcome::Refuse].map(|outcome| report.count(outcome))
}

/// The lines that the report says were left out on request.
fn barred(report: &Report) -> Vec<u64> {
    let told = report.problems.iter().filter(|(_, problem)| problem.code == "suppressed");
    told.map(|(_, problem)| problem.line.unwrap_or_default()).collect()
}

#[tokio::test]
async fn no_import_brings_it_back() {
    let test = TestApp::empty().await;
    let mapping = |kind: &str, source: &str, fields: &str| {
        format!(
            "kind = \"{kind}\"\n[origin]\nsource = {{ text = \"{source}\" }}\nreference = \"id\"\n[fields]\n{fields}"
        )
    };
    let fields = "kind = { text = \"ASSOCIATION\" }\nname = \"name\"\nrna = \"rna\"\nseat = \"insee\"\nlongitude = \"lon\"\nlatitude = \"lat\"\n";
    let (town, other) = (mapping("actors", "town", fields), mapping("actors", "other", fields));
    test.territory("COMMUNE", "28134", "Dreux", square(1.36, 48.73, 0.05)).await;
    test.territory("COMMUNE", "28404", "Vernouillet", square(1.56, 48.73, 0.05)).await;
    let country = "mutation { createTerritory(input: {kind: COUNTRY, code: \"FR\", vintage: 2026, name: \"France\"}) { id } }";
    test.admin_data(country, json!({})).await;
    let rows = "id,name,rna,insee,lon,lat\n1,Le Refuge,W281000123,28134,,\n2,Mairie,,28134,,\n";
    assert_eq!(counts(&import(&test, Kind::Actors, &town, rows).await), [2, 0, 0, 0]);
    let links = mapping(
        "interactions",
        "links",
        "kind = { text = \"SUPPORT\" }\nsource = \"source\"\ntarget = \"target\"\n",
    );
    let link_rows = "id,source,target\n1,town:2,town:1\n";
    let calls = mapping(
        "calls",
        "aids",
        "kind = { text = \"STANDING_AID\" }\ntitle = \"title\"\nfunders = { column = \"funders\", split = \";\" }\norganisers = { column = \"org\", split = \";\" }\n",
    );
    let call_rows = "id,title,funders,org\n1,Aide,Le Refuge;Mairie,town:1;town:2\n";
    let refuge = test.data("{ actor(by: {slug: \"le-refuge\"}) { id } }", json!({})).await;
    let refuge = id_of(&refuge["actor"]);
    data_of(suppress(&test, &refuge, 1).await);

    // Its own row, whatever that says by now; another source; another spelling; only a point; no place at all.
    let report = import(&test, Kind::Actors, &town, &rows.replace("Le Refuge", "Autrement")).await;
    assert_eq!((counts(&report), barred(&report)), ([0, 0, 1, 1], vec![2]));
    let again = "id,name,rna,insee,lon,lat\na,Tout autre nom,W281000123,28404,,\nb,Association LE RÉFUGE,,28134,,\nc,le refuge,,,1.361,48.731\nd,Le-Refuge,,,,\ne,Le Refuge,,28404,,\nf,Le Refuge,,,1.561,48.731\n";
    let report = import(&test, Kind::Actors, &other, again).await;
    assert_eq!((counts(&report), barred(&report)), ([2, 0, 0, 4], vec![2, 3, 4, 5]));
    assert!(report.problems.iter().any(|(_, problem)| problem.message.contains("suppressed on request")));
    // Its links.
    let report = import(&test, Kind::Interactions, &links, link_rows).await;
    assert_eq!((counts(&report), barred(&report)), ([0, 0, 0, 1], vec![2]));
    // What it organises and pays: the two homonyms elsewhere are not meant by the name alone, but they bear it.
    for slug in ["le-refuge-2", "le-refuge-3"] {
        test.execute(&format!("UPDATE actors SET name = 'Ailleurs' WHERE slug = '{slug}'")).await;
    }
    let report = import(&test, Kind::Calls, &calls, call_rows).await;
    assert_eq!((counts(&report), barred(&report)), ([1, 0, 0, 0], vec![2, 2]));
    let call = test.data("{ calls { nodes { organisers { name } funders { name } } } }", json!({})).await;
    let mairie = json!([{ "name": "Mairie" }]);
    assert_eq!(call["calls"]["nodes"], json!([{ "organisers": mairie, "funders": mairie }]));
    assert_eq!(counts(&import(&test, Kind::Calls, &calls, call_rows).await), [0, 0, 1, 0]);

    // Once it may be listed again, they bring what they have.
    data_of(test.ask_as_admin(UNSUPPRESS, json!({ "id": refuge })).await);
    assert_eq!(counts(&import(&test, Kind::Actors, &town, rows).await), [0, 0, 2, 0]);
    assert_eq!(counts(&import(&test, Kind::Interactions, &links, link_rows).await), [1, 0, 0, 0]);
    assert_eq!(counts(&import(&test, Kind::Calls, &calls, call_rows).await), [0, 1, 0, 0]);
}
