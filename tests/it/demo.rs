//! The demo answers as the Pays de Dreux is.

use std::path::{Path, PathBuf};

use maillage::app::imports::{ImportRequest, Outcome, Report};
use maillage::ingest::{Kind, Mapping, Overrides};
use serde_json::{Value, json};

use crate::support::TestApp;

fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("demo").join(name)
}

async fn import(test: &TestApp, kind: Kind, name: &str, mapping: Option<&str>, overrides: bool) -> Report {
    let overrides =
        if overrides { Overrides::load(&file("overrides.csv")).unwrap() } else { Overrides::default() };
    let mapping = mapping.map(|name| Mapping::load(&file(name)).unwrap());
    let request = ImportRequest {
        kind,
        files: vec![file(name)],
        mapping,
        source: None,
        sheet: None,
        overrides,
        dry_run: false,
    };
    test.app.import(request).await.unwrap()
}

fn texts<'a>(list: &'a Value, field: &str) -> Vec<&'a str> {
    list.as_array().unwrap().iter().map(|item| item[field].as_str().unwrap()).collect()
}

#[tokio::test]
async fn dreux_lies_in_everything_that_holds_it() {
    let test = TestApp::demo().await;
    let query = r#"{ territory(by: {code: {kind: COMMUNE, code: "28134"}}) { ancestors { kind name } } }"#;
    let data = test.data(query, json!({})).await;
    let ancestors = &data["territory"]["ancestors"];
    assert_eq!(
        texts(ancestors, "kind"),
        ["EDUCATION_CITY", "URBAN_CONTRACT", "INTERCOMMUNALITY", "DEPARTMENT", "REGION", "COUNTRY"]
    );
    assert_eq!(ancestors[2]["name"], "CA Agglo du Pays de Dreux");
}

#[tokio::test]
async fn the_agglo_lies_in_neither_departement_nor_region_and_overlaps_both() {
    let test = TestApp::demo().await;
    let query = r#"{ territory(by: {code: {kind: INTERCOMMUNALITY, code: "200040277"}}) {
        ancestors { code } intersecting(kinds: [DEPARTMENT, REGION]) { share territory { code } } } }"#;
    let data = test.data(query, json!({})).await;
    assert_eq!(texts(&data["territory"]["ancestors"], "code"), ["FR"]);
    let overlaps = data["territory"]["intersecting"].as_array().unwrap();
    let rounded = |overlap: &Value| (overlap["share"].as_f64().unwrap() * 1000.0).round() / 1000.0;
    let shares: Vec<_> =
        overlaps.iter().map(|o| (o["territory"]["code"].as_str().unwrap(), rounded(o))).collect();
    assert_eq!(shares, [("28", 0.947), ("24", 0.946)]);
}

#[tokio::test]
async fn ninety_five_actors_sit_in_the_agglo_before_the_overrides() {
    let test = TestApp::empty().await;
    import(&test, Kind::Territories, "country.csv", Some("country.toml"), false).await;
    let report =
        import(&test, Kind::Territories, "territories.geojson", Some("territories.toml"), false).await;
    assert_eq!(report.count(Outcome::Create), 91);
    // The parent columns of the Agglo (Eure-et-Loir) and of the contract (the Agglo), which outlines contradict.
    let contradicted = report.problems.iter().filter(|(_, p)| p.code == "parent-contradicted");
    let mut contradicted: Vec<_> = contradicted.map(|(_, p)| (p.line.unwrap(), p.message.as_str())).collect();
    contradicted.sort_unstable();
    assert!(
        matches!(contradicted[..], [(3, agglo), (4, contract)]
        if agglo.contains("0.947") && contract.contains("0.970")),
        "{contradicted:?}"
    );
    let report = import(&test, Kind::Actors, "actors.csv", Some("actors.toml"), false).await;
    assert_eq!((report.count(Outcome::Create), report.count(Outcome::Refuse)), (108, 0));
    let query = r#"{ territory(by: {code: {kind: INTERCOMMUNALITY, code: "200040277"}}) {
        actors(basis: SEAT) { totalCount } } }"#;
    let data = test.data(query, json!({})).await;
    assert_eq!(data["territory"]["actors"]["totalCount"], 95);
}

#[tokio::test]
async fn nothing_lies_within_itself_at_any_depth() {
    let test = TestApp::demo().await;
    let query = "{ territories(first: 100) { totalCount nodes { id ancestors { id } parents { id } } } }";
    let data = test.data(query, json!({})).await;
    let nodes = data["territories"]["nodes"].as_array().unwrap();
    assert_eq!((nodes.len(), &data["territories"]["totalCount"]), (92, &json!(92)));
    for node in nodes {
        let ancestors = texts(&node["ancestors"], "id");
        assert!(!ancestors.contains(&node["id"].as_str().unwrap()), "{node}");
        assert!(texts(&node["parents"], "id").iter().all(|parent| ancestors.contains(parent)), "{node}");
        for ancestor in nodes.iter().filter(|other| ancestors.contains(&other["id"].as_str().unwrap())) {
            // What holds a holder holds too, and is held by none of those within.
            let above = texts(&ancestor["ancestors"], "id");
            assert!(above.iter().all(|id| ancestors.contains(id)), "{node}");
        }
    }
}

#[tokio::test]
async fn the_middle_of_dreux_is_located_in_all_but_the_neighbourhoods_without_outline() {
    let test = TestApp::demo().await;
    let query =
        "{ locate(latitude: 48.7375, longitude: 1.3660, kinds: [COMMUNE, INTERCOMMUNALITY, DEPARTMENT,
        REGION, PRIORITY_NEIGHBOURHOOD]) { kind answer territories { code } distanceToBorderMetres } }";
    let data = test.data(query, json!({})).await;
    let hits = data["locate"].as_array().unwrap();
    for (hit, code) in hits.iter().zip(["28134", "200040277", "28", "24"]) {
        assert_eq!((&hit["answer"], texts(&hit["territories"], "code")), (&json!("INSIDE"), vec![code]));
        assert!(hit["distanceToBorderMetres"].as_f64().unwrap() > 200.0, "{hit}");
    }
    let neighbourhoods = &hits[4];
    assert_eq!(neighbourhoods["answer"], "UNKNOWN");
    let mut codes = texts(&neighbourhoods["territories"], "code");
    codes.sort_unstable();
    assert_eq!(codes, ["QN02806M", "QN02807M", "QN02808M"]);
    assert_eq!(neighbourhoods["distanceToBorderMetres"], Value::Null);
}

#[tokio::test]
async fn one_code_may_be_a_departement_s_and_another_kind_s() {
    let test = TestApp::demo().await;
    let query = r#"{
        departement: territory(by: {code: {kind: DEPARTMENT, code: "28"}}) { name }
        region: territory(by: {code: {kind: REGION, code: "28"}}) { name }
        contract: territory(by: {code: {kind: URBAN_CONTRACT, code: "CV088"}}) { name }
        agglo: territory(by: {code: {kind: INTERCOMMUNALITY, code: "200040277"}}) { name }
        employment: territory(by: {code: {kind: CUSTOM, code: "cde-004"}}) { name boundary centroid { latitude } }
    }"#;
    let data = test.data(query, json!({})).await;
    assert_eq!((&data["departement"]["name"], &data["region"]), (&json!("Eure-et-Loir"), &Value::Null));
    assert_eq!(data["contract"]["name"], data["agglo"]["name"]);
    assert_eq!(data["employment"]["name"], "Dreux / Chartres / Vernouillet");
    assert_eq!(data["employment"]["boundary"], Value::Null);
    assert!(data["employment"]["centroid"]["latitude"].is_f64());
}

#[tokio::test]
async fn a_neighbourhood_under_two_communes_lies_within_neither_and_overlaps_both() {
    let test = TestApp::demo().await;
    let query = r#"{
        two: territory(by: {code: {kind: PRIORITY_NEIGHBOURHOOD, code: "QN02806M"}}) {
            parents { kind } intersecting { share territory { code } } }
        one: territory(by: {code: {kind: PRIORITY_NEIGHBOURHOOD, code: "QN02807M"}}) { parents { code } }
    }"#;
    let data = test.data(query, json!({})).await;
    let overlapped: Vec<_> =
        data["two"]["intersecting"].as_array().unwrap().iter().map(|o| o["territory"].clone()).collect();
    assert_eq!(overlapped, [json!({"code": "28134"}), json!({"code": "28404"})]);
    assert_eq!(texts(&data["two"]["parents"], "kind"), ["COUNTRY"]);
    assert_eq!(texts(&data["one"]["parents"], "code"), ["28134"]);
}

#[tokio::test]
async fn the_call_of_2026_has_three_tracks_and_a_phase_by_the_clock() {
    let test = TestApp::demo().await;
    let query = r#"{ territory(by: {code: {kind: COMMUNE, code: "28134"}}) { calls(filter: {text: "appel à projets 2026"}) {
        nodes { title phase organisers { name } programme { code } tracks { kind minMembers maxMembers } } } } }"#;
    let data = test.data(query, json!({})).await;
    let call = &data["territory"]["calls"]["nodes"][0];
    assert_eq!(call["title"], "Appel à projets 2026 du contrat de ville du Pays de Dreux");
    assert_eq!((&call["phase"], &call["programme"]["code"]), (&json!("OPEN"), &json!("CV088")));
    assert_eq!(call["organisers"].as_array().unwrap().len(), 4);
    let expected = json!([
        {"kind": "INDIVIDUAL_PROJECT", "minMembers": 1, "maxMembers": 1},
        {"kind": "COLLECTIVE_PROJECT", "minMembers": 2, "maxMembers": null},
        {"kind": "SMALL_COLLECTIVE", "minMembers": 3, "maxMembers": 5},
    ]);
    assert_eq!(call["tracks"], expected);
    // It opens on 14 September and closes at the end of 18 December, by the clock of Paris.
    let by_clock = [
        ("2026-09-13T21:59:59Z", "UPCOMING"),
        ("2026-09-13T22:00:00Z", "OPEN"),
        ("2026-12-18T22:59:59Z", "OPEN"),
        ("2026-12-18T23:00:00Z", "CLOSED"),
    ];
    for (instant, phase) in by_clock {
        test.clock.set(instant.parse().unwrap());
        let data = test.data(query, json!({})).await;
        assert_eq!(data["territory"]["calls"]["nodes"][0]["phase"], phase, "{instant}");
    }
}

#[tokio::test]
async fn funders_that_the_directory_does_not_know_become_actors() {
    let test = TestApp::demo().await;
    let query = "{ calls(first: 100) { totalCount nodes { kind territories { kind } origins { source }
        funders { id status slug origins { source } } } } }";
    let data = test.data(query, json!({})).await;
    assert_eq!(data["calls"]["totalCount"], 69);
    let aids: Vec<_> = data["calls"]["nodes"].as_array().unwrap().iter().collect();
    let aids = aids.iter().filter(|call| call["origins"][0]["source"] == "aides-territoires");
    for call in aids {
        let funders = call["funders"].as_array().unwrap();
        assert!(!funders.is_empty() && funders.iter().all(|f| f["status"] == "PUBLISHED"), "{call}");
        assert_eq!(texts(&call["territories"], "kind"), ["COUNTRY"]);
    }
    let one = r#"{ actors(filter: {text: "Banque des Territoires"}) { nodes { name origins { source } } } }"#;
    let found = test.data(one, json!({})).await;
    assert_eq!(found["actors"]["nodes"][0]["origins"][0]["source"], "funder");
}

#[tokio::test]
async fn a_second_import_of_every_file_changes_nothing() {
    let test = TestApp::demo().await;
    let query = "{ actors(first: 100, orderBy: {field: UPDATED_AT, direction: DESC}) { nodes { version updatedAt } }
        territories(first: 100) { nodes { version updatedAt } } calls(first: 100) { nodes { version updatedAt } }
        interactions(first: 100) { nodes { version updatedAt } } }";
    let before = (test.data(query, json!({})).await, test.changes().await);
    let files = [
        (Kind::Territories, "country.csv", Some("country.toml"), 1),
        (Kind::Territories, "territories.geojson", Some("territories.toml"), 91),
        (Kind::Actors, "actors.csv", Some("actors.toml"), 108),
        (Kind::Interactions, "interactions.csv", Some("interactions.toml"), 133),
        (Kind::Calls, "calls.csv", Some("calls.toml"), 68),
        (Kind::Calls, "dreux-2026.toml", None, 1),
    ];
    for (kind, name, mapping, rows) in files {
        let report = import(&test, kind, name, mapping, kind == Kind::Actors).await;
        assert_eq!(report.count(Outcome::Same), rows, "{name}: {}", report.summary());
        assert_eq!(report.lines.len(), rows, "{name}: {}", report.summary());
        let edited = report.problems.iter().filter(|(_, problem)| problem.code == "edited-here").count();
        assert_eq!(edited, 0, "{name}: {:?}", report.problems);
    }
    assert_eq!((test.data(query, json!({})).await, test.changes().await), before);
}
