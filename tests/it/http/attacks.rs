//! Requests that are meant to hurt: each is refused with its own code, in milliseconds, and the answer stays small.

use std::time::{Duration, Instant};

use super::*;

/// What goes otherwise than it should where a body is sent as it is: another status, code or limit, data, a long answer,
/// a long time.
async fn unrefused(
    state: &State,
    body: String,
    status: u16,
    code: &str,
    limit: Option<&str>,
) -> Option<String> {
    let started = Instant::now();
    let answer = send(state, POST, "/graphql", &[JSON, NEW], body).await;
    // a few milliseconds; the rest is for a machine that does other things too
    let slow = started.elapsed() > Duration::from_millis(500);
    let error = answer.error();
    let told = (answer.refusal(), error["extensions"]["limit"].as_str());
    let short = error["message"].as_str().is_none_or(|message| message.len() < 20);
    let wrong = told != (refused(status, code), limit);
    let ran = answer.json().get("data").is_some();
    (wrong || slow || short || ran || answer.body.len() > 10_000)
        .then(|| format!("{told:?} after {:?}, {} bytes: {error}", started.elapsed(), answer.body.len()))
}

fn document(text: &str) -> String {
    json!({ "query": text }).to_string()
}

/// Many items in a row.
fn repeated(times: usize, item: fn(usize) -> String) -> String {
    (0..times).map(item).collect()
}

#[tokio::test]
async fn documents_that_are_meant_to_hurt_are_refused_by_the_limit_that_they_pass() {
    let state = state().await;
    let mut failed = Vec::new();
    let fields = repeated(5_000, |n| format!("unknown{n} "));
    for (what, text, code, limit) in [
        ("10,000 aliases", repeated(10_000, |n| format!("a{n}:__typename ")), "TOO_COMPLEX", Some("bytes")),
        (
            "31 aliases",
            format!("themes{{{}}}", repeated(31, |n| format!("a{n}:slug "))),
            "TOO_COMPLEX",
            Some("aliases"),
        ),
        (
            "10,000 directives",
            format!("__typename{}", "@skip(if:false)".repeat(10_000)),
            "TOO_COMPLEX",
            Some("bytes"),
        ),
        (
            "100 directives",
            format!("__typename{}", "@skip(if:false)".repeat(100)),
            "TOO_COMPLEX",
            Some("directives"),
        ),
        (
            "200 levels",
            format!("themes{}{}", "{broader".repeat(200), "}".repeat(200)),
            "TOO_COMPLEX",
            Some("nesting"),
        ),
        (
            "16 levels",
            format!("themes{}{{slug}}{}", "{broader".repeat(14), "}".repeat(14)),
            "TOO_COMPLEX",
            Some("depth"),
        ),
        (
            "a million characters",
            format!("search(text: \"{}\") {{__typename}}", "x".repeat(200_000)),
            "TOO_COMPLEX",
            Some("bytes"),
        ),
        ("5,000 fields", fields, "TOO_COMPLEX", Some("bytes")),
        (
            "1,000 fields that are none",
            format!("actors(first: 1){{nodes{{{}}}}}", repeated(900, |n| format!("u{n} "))),
            "VALIDATION",
            None,
        ),
        ("3,000 tokens", "a ".repeat(3_000), "TOO_COMPLEX", Some("tokens")),
        ("21 fields at the top", "__typename ".repeat(21), "TOO_COMPLEX", Some("rootFields")),
        (
            "a page of pages",
            "territories(first: 100) {nodes {actors(first: 100) {nodes {id}}}}".to_owned(),
            "TOO_COMPLEX",
            Some("complexity"),
        ),
        (
            "the schema within itself",
            "__schema{types{fields{type{fields{name}}}}}".to_owned(),
            "TOO_COMPLEX",
            Some("introspectionLists"),
        ),
        ("a huge number", format!("actors(first: {}) {{totalCount}}", "9".repeat(400)), "VALIDATION", None),
        ("a huge exponent", "locate(longitude: 1e999, latitude: 1) {kind}".to_owned(), "VALIDATION", None),
        ("brackets", "[".repeat(10_000), "TOO_COMPLEX", Some("nesting")),
        ("a string without an end", "search(text: \"x".to_owned(), "VALIDATION", None),
    ] {
        let outcome = unrefused(&state, document(&format!("{{{text}}}")), 400, code, limit).await;
        failed.extend(outcome.map(|told| format!("{what}: {told}")));
    }
    assert!(failed.is_empty(), "{failed:#?}");
}

#[tokio::test]
async fn fragments_and_operations_that_are_meant_to_hurt_are_refused_by_the_limit_that_they_pass() {
    let state = state().await;
    let mut failed = Vec::new();
    let bomb = repeated(28, |n| format!("fragment f{n} on Query{{...f{0} ...f{0}}}", n + 1));
    for (what, text, code, limit) in [
        (
            "the bomb",
            format!("{{...f0}}{bomb}fragment f28 on Query{{__typename}}"),
            "TOO_COMPLEX",
            Some("rootFields"),
        ),
        (
            "a circle",
            "{...a} fragment a on Query{...b} fragment b on Query{...a}".to_owned(),
            "VALIDATION",
            None,
        ),
        (
            "a longer circle",
            format!(
                "{{...c0}}{}",
                repeated(50, |n| format!("fragment c{n} on Query{{...c{}}}", (n + 1) % 50))
            ),
            "VALIDATION",
            None,
        ),
        (
            "51 fragments",
            format!("{{...g0}}{}", repeated(51, |n| format!("fragment g{n} on Query{{__typename}}"))),
            "TOO_COMPLEX",
            Some("fragments"),
        ),
        (
            "11 operations",
            repeated(11, |n| format!("query q{n}{{__typename}}")),
            "TOO_COMPLEX",
            Some("operations"),
        ),
        (
            "500 operations",
            repeated(500, |n| format!("query q{n}{{__typename}}")),
            "TOO_COMPLEX",
            Some("tokens"),
        ),
        ("NUL", "\0".repeat(1_000), "VALIDATION", None),
        (
            "a mark of the byte order, a thousand times",
            "\u{feff}".repeat(1_000),
            "TOO_COMPLEX",
            Some("tokens"),
        ),
    ] {
        let outcome = unrefused(&state, document(&text), 400, code, limit).await;
        failed.extend(outcome.map(|told| format!("{what}: {told}")));
    }
    assert!(failed.is_empty(), "{failed:#?}");
}

#[tokio::test]
async fn bodies_that_are_meant_to_hurt_are_refused_before_they_are_understood() {
    let state = state().await;
    let mut failed = Vec::new();
    let query = json!("query($text: String!) { search(text: $text) { nodes { __typename } } }");
    let one = document("{__typename}");
    let batch = format!("[{}]", vec![one.as_str(); 1_000].join(","));
    let deep = format!(
        "{{\"query\":\"{{__typename}}\",\"variables\":{}1{}}}",
        "{\"a\":".repeat(20_000),
        "}".repeat(20_000)
    );
    let million = json!({"query": query, "variables": {"text": "x".repeat(1_000_000)}}).to_string();
    for (what, body, status, code, limit) in [
        ("a million characters in a variable", million, 413, "TOO_COMPLEX", Some("bodyBytes")),
        ("a batch of 1,000", batch, 400, "VALIDATION", None),
        ("variables 20,000 levels deep", deep, 400, "VALIDATION", None),
        ("brackets alone", "[".repeat(200_000), 400, "VALIDATION", None),
        (
            "a number of 200,000 digits",
            format!("{{\"query\":{}}}", "9".repeat(200_000)),
            400,
            "VALIDATION",
            None,
        ),
        (
            "variables that are a list",
            "{\"query\":\"{__typename}\",\"variables\":[]}".to_owned(),
            400,
            "VALIDATION",
            None,
        ),
        ("no JSON", "\u{0}\u{1}".repeat(10_000), 400, "VALIDATION", None),
    ] {
        let outcome = unrefused(&state, body, status, code, limit).await;
        failed.extend(outcome.map(|told| format!("{what}: {told}")));
    }
    assert!(failed.is_empty(), "{failed:#?}");
}

#[tokio::test]
async fn values_that_are_meant_to_hurt_are_told_at_their_place() {
    let test = TestApp::empty().await;
    let long = "x".repeat(200_000);
    let search = "query($text: String!) { search(text: $text) { nodes { __typename } } }";
    let themes = "query($themes: [String!]) { actors(filter: {themes: $themes}) { totalCount } }";
    let near = "query($x: Float!) { locate(longitude: $x, latitude: 1) { kind } }";
    let page = "query($n: Int) { actors(first: $n) { totalCount } }";
    let ids = "query($ids: [ID!]!) { nodes(ids: $ids) { id } }";
    let deep = (0..50).fold(json!({"text": "a"}), |inner, _| json!({"not": inner}));
    for (what, query, variables) in [
        ("a text of 200,000 characters", search, json!({"text": long})),
        ("250 themes of 500 characters", themes, json!({"themes": vec!["x".repeat(500); 250]})),
        ("251 themes", themes, json!({"themes": vec!["x"; 251]})),
        ("a longitude beyond the earth", near, json!({"x": 1e308})),
        ("a page of 2,147,483,647", page, json!({"n": i32::MAX})),
        ("a page of less than nothing", page, json!({"n": -1})),
        ("a page of more than an Int", page, json!({"n": 1_u64 << 40})),
        ("101 ids", ids, json!({"ids": vec!["x"; 101]})),
        (
            "50 levels of a filter",
            "query($f: ActorFilter) { actors(filter: $f) { totalCount } }",
            json!({"f": deep}),
        ),
    ] {
        let started = Instant::now();
        let answer = test.ask(query, variables).await;
        assert_eq!(crate::support::codes(&answer)[0], "VALIDATION", "{what}: {answer}");
        assert!(answer.to_string().len() < 150_000, "{what}: a long answer");
        assert!(started.elapsed() < Duration::from_millis(500), "{what} took {:?}", started.elapsed());
    }
}

#[tokio::test]
async fn unknown_fields_are_answered_in_a_bounded_way() {
    let state = state().await;
    let many: Vec<_> = (0..900).map(|n| format!("some_field_with_a_long_name_{n}")).collect();
    let many = many.join(" ");
    let fragments = format!("{{ actors(first: 1) {{ nodes {{ {} }} }} }}", &many[..16_000]);
    let answer = post(&state, &fragments, &[NEW]).await;
    assert_eq!(answer.refusal(), refused(400, "VALIDATION"));
    assert_eq!(answer.json()["errors"].as_array().unwrap().len(), 20);
    assert!(answer.body.len() < 10_000, "{} bytes", answer.body.len());
}
