//! `/metrics`: in the forms that Prometheus reads, and without what clients could fill it with.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use maillage::http::Settings;
use maillage::http::metrics::router as watched;
use regex::Regex;

use super::*;

/// The values of a page of measures by name and labels. Fails where the page is not in the form: a name that is not
/// announced, a label or number that is none, a series twice, a histogram that does not add up.
fn parsed(page: &str) -> BTreeMap<String, f64> {
    let line = Regex::new(
        r#"^([a-zA-Z_:][a-zA-Z0-9_:]*)(\{([a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\["\\n])*",?)*\})? (\S+)$"#,
    )
    .unwrap();
    let (mut series, mut types) = (BTreeMap::new(), BTreeMap::new());
    for text in page.lines() {
        if let Some(announced) = text.strip_prefix("# TYPE ") {
            let (name, kind) = announced.split_once(' ').unwrap();
            assert!(types.insert(name.to_owned(), kind.to_owned()).is_none(), "{name} is announced twice");
        } else if text.starts_with("# HELP ") || text.starts_with("# UNIT ") || text == "# EOF" {
        } else {
            let found = line.captures(text).unwrap_or_else(|| panic!("no line of measures: {text}"));
            let (name, value) = (&found[1], found[4].parse::<f64>().unwrap());
            let of = |suffix: &str| name.strip_suffix(suffix).is_some_and(|name| types.contains_key(name));
            let announced = types.contains_key(name)
                || ["_total", "_info", "_bucket", "_sum", "_count"].iter().any(|suffix| of(suffix));
            assert!(announced, "{name} is not announced");
            let key = format!("{name}{}", found.get(2).map_or("", |labels| labels.as_str()));
            assert!(series.insert(key.clone(), value).is_none(), "{key} is there twice");
        }
    }
    for (name, _) in types.iter().filter(|(_, kind)| *kind == "histogram") {
        let buckets = series.iter().filter(|(key, _)| key.starts_with(&format!("{name}_bucket")));
        for (key, value) in buckets.filter(|(key, _)| key.contains("+Inf")) {
            let labels = key.replace("_bucket{", "_count{").replace("le=\"+Inf\"", "");
            let count = series.get(&labels.replace("{,", "{").replace(",}", "}").replace("{}", ""));
            assert_eq!(count, Some(value), "{key}");
        }
    }
    series
}

async fn scrape(state: &State, accept: &str) -> Answer {
    let request = Request::get("/metrics").header("accept", accept).body(Body::empty()).unwrap();
    let (head, body) = watched(state.clone()).oneshot(request).await.unwrap().into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    Answer { status: head.status, headers: head.headers, body }
}

#[tokio::test]
async fn requests_are_counted_by_operation_and_outcome_in_either_form() {
    let test = TestApp::demo().await;
    let creation = r#"mutation Create { createActor(input: {kind: OTHER, name: "Le Lavoir"}) { id } }"#;
    test.data("query SecretName { actors { totalCount nodes { seat { name } } } }", json!({})).await;
    test.data("{ __typename }", json!({})).await;
    test.admin_data(creation, json!({})).await;
    test.ask(creation, json!({})).await;
    test.ask("{", json!({})).await;
    test.ask(&format!("{{{}}}", "a".repeat(20_000)), json!({})).await;
    test.ask("{ territories(first: 100) { nodes { actors(first: 100) { nodes { id } } } } }", json!({}))
        .await;
    get(&test.state, "/healthz").await;
    for (accept, form) in [
        (
            "application/openmetrics-text;version=1.0.0;q=0.5,text/plain;q=0.1",
            "application/openmetrics-text; version=1.0.0; charset=utf-8",
        ),
        ("*/*", "text/plain; version=0.0.4; charset=utf-8"),
    ] {
        let answer = scrape(&test.state, accept).await;
        assert_eq!((answer.status.as_u16(), answer.header("content-type")), (200, Some(form)));
        let page = String::from_utf8(answer.body.to_vec()).unwrap();
        assert_eq!(page.ends_with("# EOF\n"), form.starts_with("application"));
        assert!(!page.contains("SecretName") && !page.contains("Create"));
        let series = parsed(&page);
        let of = |key: &str| *series.get(key).unwrap_or_else(|| panic!("no {key} in\n{page}"));
        for (operation, outcome, count) in [
            ("query", "OK", 2),
            ("query", "TOO_COMPLEX", 1),
            ("mutation", "OK", 1),
            ("mutation", "UNAUTHENTICATED", 1),
            ("none", "VALIDATION", 1),
            ("none", "TOO_COMPLEX", 1),
        ] {
            let key = format!("maillage_requests_total{{operation=\"{operation}\",outcome=\"{outcome}\"}}");
            assert_eq!(of(&key) as u64, count, "{key}");
        }
        for (key, least) in [
            ("maillage_refused_total{limit=\"bytes\"}", 1.0),
            ("maillage_refused_total{limit=\"complexity\"}", 1.0),
            ("maillage_request_duration_seconds_count{operation=\"query\"}", 3.0),
            ("maillage_database_statements_total", 5.0),
            ("maillage_database_connections{state=\"idle\"}", 0.0),
            ("maillage_database_connections_most", 8.0),
            ("maillage_database_up", 1.0),
            ("maillage_waiting{what=\"letters\"}", 0.0),
            ("maillage_waiting{what=\"reviews\"}", 0.0),
            ("maillage_waiting{what=\"suggestions\"}", 0.0),
            ("maillage_resident_memory_bytes", 1e6),
            ("maillage_open_files", 3.0),
            ("maillage_rate_limited_total", 0.0),
        ] {
            assert!(of(key) >= least, "{key} is {}", of(key));
        }
        assert_eq!(of("maillage_requests_in_flight") as u64, 0);
        let guide = include_str!("../../../docs/operations.md");
        for name in page.lines().filter_map(|line| line.strip_prefix("# TYPE ")?.split(' ').next()) {
            assert!(
                guide.contains(&format!("`{}", name.trim_end_matches("_total"))),
                "{name} is not in docs/operations.md"
            );
        }
        assert!(series.keys().any(|key| key.starts_with("maillage_build_info{version=")));
    }
}

#[tokio::test]
async fn no_client_can_make_it_grow() {
    let test = TestApp::empty().await;
    scrape(&test.state, "*/*").await;
    let names = async || -> BTreeSet<String> {
        let page = scrape(&test.state, "*/*").await.body;
        parsed(std::str::from_utf8(&page).unwrap()).into_keys().collect()
    };
    test.data("query One { __typename }", json!({})).await;
    let before = names().await;
    for n in 0..20 {
        test.data(&format!("query Name{n} {{ __typename }}"), json!({})).await;
        get(&test.state, &format!("/nowhere/{n}")).await;
    }
    assert_eq!(names().await, before);
}

#[tokio::test]
async fn it_is_served_on_its_own_address_alone_and_knows_when_the_database_is_gone() {
    let test = TestApp::empty().await;
    assert_eq!(get(&test.state, "/metrics").await.status, StatusCode::NOT_FOUND);
    let other = watched(test.state.clone());
    let of = async |path: &str| {
        let request = Request::get(path).body(Body::empty()).unwrap();
        other.clone().oneshot(request).await.unwrap().status().as_u16()
    };
    assert_eq!((of("/healthz").await, of("/graphql").await), (200, 404));
    test.app.store.clone().close().await.unwrap();
    let page = scrape(&test.state, "*/*").await.body;
    let series = parsed(std::str::from_utf8(&page).unwrap());
    assert_eq!(series["maillage_database_up"] as u64, 0);
    assert!(series["maillage_waiting{what=\"letters\"}"].is_nan());
}

#[tokio::test]
async fn a_request_whose_client_leaves_is_counted_and_no_longer_in_flight() {
    let test = TestApp::empty().await;
    let settings = Settings { body_time: std::time::Duration::from_mins(1), ..Settings::default() };
    let test = test.with(|state| State { settings: Arc::new(settings), ..state });
    let silent =
        Body::from_stream(futures_util::stream::pending::<Result<Bytes, std::convert::Infallible>>());
    let request = Request::post("/graphql").header("content-type", "application/json").body(silent).unwrap();
    let waiting = tokio::time::timeout(std::time::Duration::from_millis(50), test.send(request)).await;
    assert!(waiting.is_err());
    let page = scrape(&test.state, "*/*").await.body;
    let series = parsed(std::str::from_utf8(&page).unwrap());
    assert_eq!(series["maillage_requests_in_flight"] as u64, 0);
    assert_eq!(series["maillage_requests_total{operation=\"none\",outcome=\"GONE\"}"] as u64, 1);
}
