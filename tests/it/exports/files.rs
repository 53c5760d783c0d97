//! What is in files.

use std::io::Cursor;

use calamine::{Data, Reader, Xlsx};
use serde_json::{Value, json};

use super::{fetch, get, job, network, taken};
use crate::support::TestApp;
use crate::support::entries::square;

/// Three actors, one of them alone, and two interactions, one of which has ended.
async fn three() -> TestApp {
    let test = TestApp::empty().await;
    let dreux = test.territory("COMMUNE", "28134", "Dreux", square(1.37, 48.73, 0.05)).await;
    let seat = json!({ "id": dreux });
    let point = json!({ "longitude": 1.37, "latitude": 48.73, "address": "1 rue Été", "postcode": "28100" });
    let one = test
        .actor(
            "=HYPERLINK(\"http://x\")",
            json!({ "seat": seat, "location": point, "areasServed": [seat], "themes": ["health"],
            "registrations": [{ "scheme": "SIRET", "value": "21280134400012" }] }),
        )
        .await;
    let two = test
        .actor("Éveil; & \"fils\"", json!({ "seat": seat, "location": point, "description": "Deux\nlignes" }))
        .await;
    test.actor("Toute seule", json!({ "seat": seat })).await;
    let more = json!({ "since": "2020-05-01", "level": "CO_AUTHORSHIP", "intensity": 5 });
    test.interaction("PARTNERSHIP", &one, &two, more).await;
    test.interaction(
        "FUNDING",
        &two,
        &one,
        json!({ "since": "2021-01-01", "until": "2021-12-31", "amount": "1250.50" }),
    )
    .await;
    test
}

fn cells(csv: &str) -> Vec<Vec<String>> {
    let text = csv.strip_prefix('\u{feff}').unwrap();
    let mut reader =
        csv::ReaderBuilder::new().delimiter(b';').has_headers(false).from_reader(text.as_bytes());
    reader.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect()
}

#[tokio::test]
async fn a_table_has_every_actor_by_name_its_terms_and_no_formula() {
    let test = three().await;
    let job = job(super::actors(&test, None, Value::Null, "CSV").await);
    assert_eq!((&job["state"], &job["rowCount"], &job["progress"]), (&json!("DONE"), &json!(3), &json!(1.0)));
    let file = fetch(&test, &job).await;
    let rows = cells(&file.text());
    let column = |name: &str| rows[0].iter().position(|cell| cell == name).unwrap();
    let names: Vec<_> = rows[1..].iter().map(|row| row[column("name")].as_str()).collect();
    assert_eq!(names, ["'=HYPERLINK(\"http://x\")", "Éveil; & \"fils\"", "Toute seule"]);
    let first = &rows[1];
    assert_eq!(first[column("siret")], "21280134400012");
    assert_eq!(first[column("areas_served")], "COMMUNE 28134 Dreux");
    assert_eq!((first[column("longitude")].as_str(), first[column("seat_name")].as_str()), ("1.37", "Dreux"));
    assert_eq!(first[column("licence")], "Licence Ouverte 2.0");
    let header = |name: &str| file.headers[name].to_str().unwrap();
    assert_eq!(header("content-type"), "text/csv; charset=utf-8; header=present");
    assert_eq!(header("content-disposition"), "attachment; filename=\"maillage-acteurs-2026-11-22.csv\"");
    assert_eq!(header("cache-control"), "private, no-cache");
    assert_eq!(header("content-length"), file.bytes.len().to_string());
    assert!(header("link").ends_with("rel=\"license\""));
    // What is known already is not sent again.
    let path = job["url"].as_str().unwrap().strip_prefix("http://127.0.0.1:8080").unwrap();
    let again = get(&test, path, &[(axum::http::header::IF_NONE_MATCH, header("etag"))]).await;
    assert_eq!((again.status.as_u16(), again.bytes.len()), (304, 0));
}

#[tokio::test]
async fn a_filter_is_kept_to() {
    let test = three().await;
    let file = taken(&test, None, json!({ "text": "eveil" }), "GEOJSON").await.json();
    assert_eq!(file["features"].as_array().unwrap().len(), 1);
    let answer = super::actors(&test, None, json!({ "themes": ["no-such-theme"] }), "CSV").await;
    assert_eq!(crate::support::wrong_fields(&answer), ["filter.themes[0]"]);
    let answer = network(&test, None, json!({ "on": "2020-02-30" }), "GEXF").await;
    assert_eq!(crate::support::wrong_fields(&answer), ["asOf"]);
}

#[tokio::test]
async fn a_network_has_its_actors_without_links_and_its_dates() {
    let test = three().await;
    let whole = job(network(&test, None, json!({}), "GEXF").await);
    assert_eq!(whole["rowCount"], 5);
    let text = fetch(&test, &whole).await.text();
    assert_eq!((text.matches("<node ").count(), text.matches("<edge ").count()), (3, 2));
    assert!(text.contains("defaultedgetype=\"directed\""));
    assert!(text.contains("weight=\"3\"") && text.contains("<spell start=\"2020-05-01\"/>"));
    assert!(text.contains("<spell start=\"2021-01-01\" end=\"2021-12-31\"/>"));
    // On a day, what had ended is out, and with it what made the graph directed.
    let today = job(network(&test, None, json!({ "on": "2026-01-01" }), "GRAPHML").await);
    let text = fetch(&test, &today).await.text();
    assert_eq!((text.matches("<node ").count(), text.matches("<edge ").count()), (3, 1));
    assert!(text.contains("edgedefault=\"undirected\""));
    // Interactions are those between the actors that match, and match themselves.
    let few = json!({ "f": { "text": "eveil" } });
    assert_eq!(job(network(&test, None, few, "GRAPHML").await)["rowCount"], 1);
    let funding = json!({ "i": { "kinds": ["FUNDING"] } });
    let file = fetch(&test, &job(network(&test, None, funding, "GEOJSON").await).clone()).await.json();
    let lines: Vec<_> = file["features"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|f| f["geometry"]["type"] == "LineString")
        .collect();
    assert_eq!(lines.len(), 1);
    assert_eq!(
        (&lines[0]["properties"]["amount"], &lines[0]["properties"]["active"]),
        (&json!(1250.5), &json!(false))
    );
}

#[tokio::test]
async fn a_workbook_is_read_by_others() {
    let test = three().await;
    let file = fetch(&test, &job(network(&test, None, json!({}), "XLSX").await)).await;
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(file.bytes)).unwrap();
    let sheet = book.worksheet_range("Acteurs").unwrap();
    assert_eq!(sheet.get_value((1, 1)), Some(&Data::String("=HYPERLINK(\"http://x\")".into())));
    assert_eq!(book.worksheet_range("Interactions").unwrap().height(), 3);
}

#[tokio::test]
async fn the_demo_names_its_sources_and_holds_no_contact() {
    let test = TestApp::demo().await;
    let file = taken(&test, None, Value::Null, "JSONLD").await.json();
    let graph = file["@graph"].as_array().unwrap();
    assert!(graph.len() > 100);
    assert!(graph[0]["creditText"].as_str().unwrap().contains("fonjep"), "{}", graph[0]);
    assert!(!file.to_string().contains("telephone") && !file.to_string().contains("email"));
    let attribution =
        include_str!("../../../demo/ATTRIBUTION.md").split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(attribution.contains(maillage::app::demo::DEMO_ATTRIBUTION));
}
