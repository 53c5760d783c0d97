//! Documents: hostile ones are refused at once, those of the usual clients and of our own pages run with room.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use async_graphql::Variables;
use futures::StreamExt;
use maillage::domain::actors::FILTER_WEIGHT;
use maillage::domain::caller::{Caller, ClientAddress};
use maillage::domain::paging::MAX_PAGE;
use maillage::domain::text::{DESCRIPTION_CHARS, LIST_ENTRIES, NAME_CHARS, SHORT_CHARS};
use maillage::graphql;
use maillage::graphql::budget::{self, Limit, Limits};
use maillage::graphql::edge::{MAX_ERRORS, MAX_MESSAGE};
use maillage::http::rates::Rates;
use maillage::http::{Settings, State};
use regex::Regex;
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
        introspection_selections: full.introspection_selections / 2,
        introspection_lists: full.introspection_lists / 2,
    }
}

/// The errors of a subscription's first event, where it has any.
async fn followed(test: &TestApp, query: &str, mut variables: Value) -> Option<String> {
    budget::parse(query, &test.state.limits).unwrap();
    let start = test.data("{ changes(first: 0) { cursor } }", json!({})).await;
    variables["since"] = start["changes"]["cursor"].clone();
    let request = async_graphql::Request::new(query).variables(Variables::from_json(variables));
    let request = graphql::prepare(request, test.app.clone(), Caller::Anonymous, ClientAddress(None));
    let event = test.state.schema.execute_stream(request).next().await.unwrap();
    event.is_err().then(|| format!("{:?}", event.errors))
}

#[tokio::test]
async fn every_document_that_we_print_runs_on_the_demo_within_half_of_the_limits() {
    let test = TestApp::demo().await;
    let limits = half();
    let schema = graphql::schema(&limits, test.state.settings.published(&limits));
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
        if printed.query.trim_start().starts_with("subscription") {
            if let Some(errors) = followed(&test, &printed.query, variables).await {
                writeln!(failed, "{}: {errors}", printed.place).unwrap();
            }
            continue;
        }
        let answer = test.ask_as_admin(&printed.query, variables).await;
        if answer.get("errors").is_some() {
            writeln!(failed, "{}: {}", printed.place, answer["errors"]).unwrap();
        }
        for name in ["keep", "merge", "mergeActors"] {
            let found = &answer["data"][name];
            if found["version"].is_i64() {
                let name = if name == "mergeActors" { "keep" } else { name };
                known[name] = found["id"].clone();
                known[format!("{name}Version")] = found["version"].clone();
            }
        }
        learn(&mut known, &answer);
        for session in answer["data"].as_object().into_iter().flat_map(|data| data.values()) {
            if let Some(token) = session.get("refreshToken") {
                known["refreshToken"] = token.clone();
            }
        }
        for written in answer["data"].as_object().into_iter().flat_map(|data| data.values()) {
            if printed.query.contains("addContact(") {
                known["contact"] = written["id"].clone();
            }
            if let Some(version) = written.get("version").filter(|_| printed.query.contains("mutation")) {
                known["version"] = version.clone();
                if printed.query.contains("registerCollective") {
                    known["collective"] = written["id"].clone();
                }
                if printed.query.contains("suggestActorEdit") {
                    known["suggestion"] = written["id"].clone();
                }
                if printed.query.contains("declareInteraction") {
                    known["interaction"] = written["id"].clone();
                    known["entry"] = written["id"].clone();
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

/// What later documents need of a diagnosis, of its parts, of an indicator.
fn learn(known: &mut Value, answer: &Value) {
    for (field, written) in answer["data"].as_object().into_iter().flatten() {
        match field.as_str() {
            "openDiagnosis" => {
                known["diagnosis"] = written["id"].clone();
                known["axis"] = written["axes"][0]["id"].clone();
            }
            "recordSession" => {
                known["session"] = written["id"].clone();
                if written["owner"]["version"].is_i64() {
                    known["version"] = written["owner"]["version"].clone();
                }
            }
            "addSwotItems" => {
                known["item"] = written[0]["id"].clone();
                known["internal"] = written[0]["id"].clone();
                known["external"] = written[1]["id"].clone();
            }
            "createGoodPractice" => known["practice"] = written["id"].clone(),
            "crossSwotItems" => known["crossing"] = written["id"].clone(),
            "addOrientation" => {
                known["orientations"] = json!([written["id"]]);
                known["version"] = written["diagnosis"]["version"].clone();
            }
            "defineIndicator" => known["indicator"] = written["id"].clone(),
            _ => {}
        }
    }
}

#[test]
fn every_document_that_we_print_asks_for_half_a_page_of_half_a_minutes_requests() {
    let size = Regex::new(r"\b(?:first|last): (\d+)").unwrap();
    for printed in pages().iter().flat_map(|page| printed_in(page)) {
        for found in size.captures_iter(&printed.query) {
            let entries: u32 = found[1].parse().unwrap();
            assert!(entries <= MAX_PAGE / 2, "{}: a page of {entries}", printed.place);
        }
        let document = budget::parse(&printed.query, &half()).unwrap();
        let variables = Variables::from_json(printed.variables);
        let cost = budget::cost(&document, None, &variables, half().complexity);
        assert!(cost <= 5, "{} costs {cost} of the 300 requests of a minute", printed.place);
    }
}

#[test]
fn what_the_usual_clients_write_is_below_half_of_all_limits_but_the_depth() {
    let limits = Limits { depth: Limits::default().depth, ..half() };
    for entry in std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/documents")).unwrap() {
        let path = entry.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        if !path.to_string_lossy().contains("introspection") {
            assert!(budget::parse(&text, &limits).is_ok(), "{}", path.display());
        }
    }
}

/// The rows of the table under this heading of docs/api.md, by cells.
fn table(heading: &str) -> Vec<Vec<String>> {
    let guide = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/api.md")).unwrap();
    let section = guide.split(&format!("\n## {heading}\n")).nth(1).expect("the section is there");
    let section = section.split("\n#").next().unwrap_or_default();
    let rows = section.lines().filter(|line| line.starts_with("| ")).skip(1);
    let cells = |row: &str| row.trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect();
    rows.map(cells).collect()
}

/// The first number of a text, thousands by commas, KiB multiplied out.
fn number(text: &str) -> usize {
    let found = Regex::new(r"[\d,]+").unwrap().find(text).expect("a number");
    let number: usize = found.as_str().replace(',', "").parse().unwrap();
    if text[found.end()..].starts_with(" KiB") { number * 1024 } else { number }
}

#[test]
fn the_table_of_limits_says_what_the_code_says() {
    let (limits, http, rates) = (Limits::default(), Settings::default(), Rates::default());
    let mut named: BTreeMap<&str, usize> =
        Limit::ALL.into_iter().map(|limit| (limit.name(), limit.of(&limits))).collect();
    named.extend([
        ("complexity", limits.complexity),
        ("bodyBytes", http.body_bytes),
        ("bodySeconds", http.body_time.as_secs() as usize),
        ("seconds", http.request_time.as_secs() as usize),
    ]);
    let others = BTreeMap::from([
        ("requests of a stranger", rates.stranger.unwrap().get() as usize),
        ("requests of a caller", rates.caller.unwrap().get() as usize),
        ("a page", MAX_PAGE as usize),
        ("ids of `nodes`", 100),
        ("a list in an input", LIST_ENTRIES),
        ("a filter's weight", FILTER_WEIGHT),
        ("a filter's levels", 8),
        ("a text to search", 200),
        ("a map's nodes", 10_000),
        ("a name", NAME_CHARS),
        ("a description", DESCRIPTION_CHARS),
        ("other texts", SHORT_CHARS),
        ("errors of an answer", MAX_ERRORS),
        ("an error's message", MAX_MESSAGE),
    ]);
    let rows = table("Limits");
    for (name, most) in named {
        let row = rows.iter().find(|row| row[3] == format!("`{name}`"));
        let row = row.unwrap_or_else(|| panic!("{name} is not in the table"));
        assert_eq!(number(&row[1]), most, "{name}");
        assert!(row[2].contains(if name.ends_with("econds") { "TIMEOUT" } else { "TOO_COMPLEX" }), "{name}");
    }
    for (what, most) in others {
        let row = rows.iter().find(|row| row[0] == what);
        let row = row.unwrap_or_else(|| panic!("{what} is not in the table"));
        assert_eq!(number(&row[1]), most, "{what}");
    }
    assert!(rows.iter().all(|row| row.len() == 5 && row[4].len() > 5), "each says what to do");
}

#[test]
fn the_guide_for_operators_has_every_variable_with_its_default() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let read = |path: &str| std::fs::read_to_string(root.join(path)).unwrap();
    let guide = read("docs/operations.md");
    let option = Regex::new(r#"env = "(\w+)"[^\]]*?(?:default_value(?:_t)? = "?([\w.:]+))?"?[,)]"#).unwrap();
    let code = read("src/config.rs") + &read("src/commands/program.rs");
    let found: Vec<_> = option.captures_iter(&code).collect();
    assert!(found.len() >= 11, "{found:?}");
    for option in found {
        let row = guide.lines().find(|line| line.starts_with(&format!("| `{}` |", &option[1])));
        let row = row.unwrap_or_else(|| panic!("{} is not in docs/operations.md", &option[1]));
        let default = option.get(2).map_or_else(String::new, |default| default.as_str().replace('_', ""));
        assert!(
            row.contains(&format!("`{default}`")) || default.is_empty(),
            "{row}: the default is {default}"
        );
    }
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
