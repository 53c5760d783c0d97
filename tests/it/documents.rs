//! Documents: hostile ones are refused at once, those of the usual clients and of our own pages run with room.

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use maillage::graphql;
use maillage::graphql::budget::Limits;
use maillage::http::State;
use serde_json::{Value, json};

use crate::support::{TestApp, codes, wrong_fields};

const INTROSPECTION: &str = include_str!("../documents/introspection-graphql-js.graphql");

/// Many items in a row.
fn repeated(times: usize, item: impl Fn(usize) -> String) -> String {
    (0..times).map(item).collect()
}

async fn refused(test: &TestApp, name: &str, document: &str) {
    let started = Instant::now();
    let answer = test.ask(document, json!({})).await;
    let elapsed = started.elapsed();
    assert!(matches!(codes(&answer)[0], "TOO_COMPLEX" | "VALIDATION"), "{name}: {answer}");
    assert!(answer.get("data").is_none(), "{name} ran");
    assert!(answer.to_string().len() < 8_000, "{name}: a long answer");
    // a few milliseconds; the rest is for a machine that does other things too
    assert!(elapsed < Duration::from_millis(500), "{name} took {elapsed:?}");
}

#[tokio::test]
async fn the_bomb_of_700_bytes_and_its_kin_are_refused_at_once() {
    let test = TestApp::empty().await;
    let steps = repeated(28, |n| format!("fragment f{n} on Query{{...f{0} ...f{0}}}", n + 1));
    let bomb = format!("{{...f0}}{steps}fragment f28 on Query{{__typename}}");
    assert!(bomb.len() < 1_300);
    refused(&test, "the bomb", &bomb).await;
    refused(&test, "a circle", "{...a} fragment a on Query{...b ...b} fragment b on Query{...a ...a}").await;
    refused(&test, "a fragment in itself", "{...a} fragment a on Query{...a}").await;
    let aliases = repeated(10_000, |n| format!("a{n}:__typename "));
    refused(&test, "10,000 aliases", &format!("{{{aliases}}}")).await;
    let few = repeated(31, |n| format!("a{n}:__typename "));
    refused(&test, "31 aliases", &format!("{{{few}}}")).await;
    let deep = format!("{}{{name}}{}", "{broader".repeat(200), "}".repeat(200));
    refused(&test, "200 levels", &format!("{{themes{deep}}}")).await;
    refused(&test, "a long string", &format!("{{search(text: \"{}\") {{__typename}}}}", "x".repeat(200_000)))
        .await;
    refused(&test, "10,000 directives", &format!("{{__typename{}}}", "@skip(if:false)".repeat(10_000))).await;
    refused(&test, "brackets", &"[".repeat(200_000)).await;
    let nested = repeated(3, |_| "{types{fields{type{fields{name}}}}}".to_owned());
    refused(&test, "nested introspection", &format!("{{__schema{nested}}}")).await;
    refused(
        &test,
        "a list within a list of introspection",
        "{__schema{types{fields{type{fields{type{fields{name}}}}}}}}",
    )
    .await;
}

#[tokio::test]
async fn pages_within_pages_count_by_their_sizes() {
    let test = TestApp::empty().await;
    let three = |n| {
        format!(
            "{{territories(first: {n}) {{nodes {{actors(first: {n}) {{nodes {{interactions(first: {n}) {{nodes {{id}}}}}}}}}}}}}}"
        )
    };
    let answer = test.ask(&three(100), json!({})).await;
    assert_eq!(codes(&answer), ["TOO_COMPLEX"]);
    assert!(answer.get("data").is_none());
    assert_eq!(test.data(&three(5), json!({})).await["territories"]["nodes"], json!([]));
    // as a variable, through a fragment, and through an interface too
    let variable = "query($n: Int) {territories(first: $n) {nodes {...T}}} fragment T on Territory {actors(first: $n) {nodes {partners(first: $n) {nodes {id}}}}}";
    assert_eq!(codes(&test.ask(variable, json!({"n": 100})).await), ["TOO_COMPLEX"]);
    let interface =
        "query($ids: [ID!]!) {nodes(ids: $ids) {...on Territory {actors(first: 100) {nodes {id}}}}}";
    assert_eq!(codes(&test.ask(interface, json!({"ids": vec!["x"; 100]})).await), ["TOO_COMPLEX"]);
    // lists without a page, one within the other
    let plain = format!("{{territories {{nodes {{{}name{}}}}}}}", "ancestors {".repeat(4), "}".repeat(4));
    assert_eq!(codes(&test.ask(&plain, json!({})).await), ["TOO_COMPLEX"]);
}

#[tokio::test]
async fn the_usual_clients_may_introspect_and_ask() {
    let test = TestApp::demo().await;
    let schema = test.data(INTROSPECTION, json!({})).await;
    assert_eq!(schema["__schema"]["queryType"]["name"], "Query");
    for (client, document) in [
        (
            "Apollo Client",
            "query Page($first: Int!) { actors(first: $first) { nodes { id name seat { id name __typename } __typename } pageInfo { endCursor hasNextPage __typename } __typename } }",
        ),
        (
            "Relay",
            "query Page($first: Int!, $after: String) { ...List_3K } fragment List_3K on Query { actors(first: $first, after: $after) { edges { cursor node { ...Row_a id __typename } } pageInfo { endCursor hasNextPage } } } fragment Row_a on Actor { id name seat { name id } }",
        ),
        ("Relay's refetch", "query Again($id: ID!) { node(id: $id) { __typename ...on Actor { name } id } }"),
        (
            "urql",
            "query Page($first: Int!) { actors(first: $first) { nodes { id name __typename } __typename } }",
        ),
    ] {
        let answer = test.ask(document, json!({"first": 20, "id": "none"})).await;
        assert!(answer.get("errors").is_none(), "{client}: {answer}");
    }
}

/// A document that we print, and where.
struct Printed {
    place: String,
    query: String,
    variables: Value,
}

/// The fenced blocks of a text with their languages, in order.
fn blocks(text: &str) -> Vec<(&str, &str)> {
    text.split("```").skip(1).step_by(2).filter_map(|part| part.split_once('\n')).collect()
}

fn printed_in(path: &Path) -> Vec<Printed> {
    let text = std::fs::read_to_string(path).unwrap();
    let place = |n: usize| format!("{}, block {}", path.display(), n + 1);
    if path.extension().is_some_and(|extension| extension == "graphql") {
        return vec![Printed { place: place(0), query: text, variables: json!({}) }];
    }
    let blocks = blocks(&text);
    let mut printed = Vec::new();
    for (n, (language, block)) in blocks.iter().enumerate() {
        match language.trim() {
            "graphql" => {
                let next = blocks.get(n + 1).filter(|(language, _)| language.trim() == "json");
                let variables =
                    next.and_then(|(_, json)| serde_json::from_str(json).ok()).unwrap_or(json!({}));
                printed.push(Printed { place: place(n), query: (*block).to_owned(), variables });
            }
            "js" => {
                let query = block.split_once("const query = `").and_then(|(_, rest)| rest.split_once('`'));
                let query = query.map(|(query, _)| query.to_owned());
                printed.extend(query.map(|query| Printed { place: place(n), query, variables: json!({}) }));
            }
            "sh" => {
                for body in block.split("-d '").skip(1) {
                    let body = body.split_once('\'').expect("the quote is closed").0;
                    let mut body: Value = serde_json::from_str(body).unwrap();
                    let (query, variables) =
                        (body["query"].as_str().unwrap().to_owned(), body["variables"].take());
                    printed.push(Printed { place: place(n), query, variables });
                }
            }
            _ => {}
        }
    }
    printed
}

fn pages() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut pages = vec![root.join("assets/graphiql/example.graphql")];
    let guides = std::fs::read_dir(root.join("docs")).unwrap().map(|entry| entry.unwrap().path());
    pages.extend(guides.filter(|path| path.extension().is_some_and(|extension| extension == "md")));
    pages.extend([root.join("README.md")].into_iter().filter(|path| path.exists()));
    pages.sort();
    pages
}

/// Half of every limit.
fn half() -> Limits {
    let full = Limits::default();
    Limits {
        bytes: full.bytes / 2,
        tokens: full.tokens / 2,
        nesting: full.nesting / 2,
        operations: full.operations / 2,
        fragments: full.fragments / 2,
        depth: full.depth / 2,
        selections: full.selections / 2,
        aliases: full.aliases / 2,
        directives: full.directives / 2,
        root_fields: full.root_fields / 2,
        complexity: full.complexity / 2,
        ..full
    }
}

#[tokio::test]
async fn every_document_that_we_print_runs_on_the_demo_within_half_of_the_limits() {
    let test = TestApp::demo().await;
    let limits = half();
    let schema = graphql::schema(test.app.clone(), &limits);
    let test = test.with(|state| State { schema, limits, ..state });
    let found = test.data("{ actors(first: 1) { nodes { id } } }", json!({})).await;
    // what the next document of a page needs of the one before
    let mut known = json!({"target": found["actors"]["nodes"][0]["id"]});
    let mut failed = String::new();
    for printed in pages().iter().flat_map(|page| printed_in(page)) {
        let mut variables = printed.variables;
        for (name, value) in known.as_object().unwrap() {
            if printed.query.contains(&format!("${name}:")) {
                variables[name] = value.clone();
            }
        }
        let answer = test.ask_as_admin(&printed.query, variables).await;
        if answer.get("errors").is_some() {
            writeln!(failed, "{}: {}", printed.place, answer["errors"]).unwrap();
        }
        for written in answer["data"].as_object().into_iter().flat_map(|data| data.values()) {
            if let Some(version) = written.get("version").filter(|_| printed.query.contains("mutation")) {
                known["version"] = version.clone();
                if printed.query.contains("registerCollective") {
                    known["collective"] = written["id"].clone();
                }
                if printed.query.contains("createActor") {
                    known["id"] = written["id"].clone();
                    known["source"] = written["id"].clone();
                }
            }
        }
    }
    assert!(failed.is_empty(), "{failed}");
}

#[tokio::test]
async fn the_explorers_example_shows_dreux_with_what_holds_it_its_actors_and_open_calls() {
    let test = TestApp::demo().await;
    let example = include_str!("../../assets/graphiql/example.graphql");
    assert!(example.contains("query Example {"));
    let dreux = &test.data(example, json!({})).await["territory"];
    assert_eq!(dreux["name"], "Dreux");
    assert!(dreux["ancestors"].as_array().unwrap().len() >= 5);
    assert_eq!(dreux["actors"]["nodes"].as_array().unwrap().len(), 10);
    assert!(!dreux["calls"]["nodes"].as_array().unwrap().is_empty());
}

#[tokio::test]
async fn a_filter_that_asks_too_much_is_refused_before_the_database() {
    let test = TestApp::demo().await;
    let words: Vec<_> = (0..60).map(|n| json!({"text": format!("mot{n}")})).collect();
    let query = "query($f: ActorFilter) { actors(filter: $f) { totalCount } }";
    let answer = test.ask(query, json!({"f": {"or": words}})).await;
    assert_eq!(codes(&answer), ["VALIDATION"]);
    assert_eq!(wrong_fields(&answer), ["filter"]);
    let few: Vec<_> = (0..15).map(|n| json!({"text": format!("mot{n}")})).collect();
    test.data(query, json!({"f": {"or": few}})).await;
}
