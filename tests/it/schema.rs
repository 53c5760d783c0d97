//! The schema as clients read it: committed as it is, described throughout, named as GraphQL schemas are.

use regex::Regex;
use serde_json::{Value, json};

use crate::support::TestApp;

/// Everything with an id of its own that `node` finds.
const NODES: [&str; 24] = [
    "Actor",
    "ApiKey",
    "Application",
    "Call",
    "Collective",
    "Contact",
    "ExportJob",
    "GoodPractice",
    "IndicatorDefinition",
    "Interaction",
    "Lesson",
    "LibraryResource",
    "Membership",
    "Need",
    "Offer",
    "Project",
    "SharedDiagnosis",
    "StrategicOrientation",
    "Suggestion",
    "SupportContact",
    "SupportRequest",
    "Territory",
    "User",
    "WorkshopSession",
];

/// Of these the last one to write wins, or what was done once is done for good: nobody sends a version back. A membership
/// is moved, and a move is refused where it is none from there. Orientations count in the version of their diagnosis.
const LAST_WINS: [&str; 14] = [
    "ApiKey",
    "Contact",
    "ExportJob",
    "IndicatorDefinition",
    "Lesson",
    "LibraryResource",
    "Membership",
    "Need",
    "Offer",
    "StrategicOrientation",
    "SupportContact",
    "SupportRequest",
    "User",
    "WorkshopSession",
];
/// Mutations whose few arguments stand by themselves, and one that takes many inputs.
const WITHOUT_INPUT: [&str; 4] = ["addSwotItems", "createApiKey", "updateReplication", "updateSwotItem"];

/// Every type of ours, by introspection.
async fn types() -> Vec<Value> {
    let query = include_str!("../documents/introspection-graphql-js.graphql");
    let data = TestApp::empty().await.data(query, json!({})).await;
    let types = data["__schema"]["types"].as_array().unwrap().clone();
    let of_graphql = ["Int", "Float", "String", "Boolean", "ID"];
    let ours = |name: &str| !name.starts_with("__") && !of_graphql.contains(&name);
    types.into_iter().filter(|found| ours(found["name"].as_str().unwrap())).collect()
}

fn list<'a>(of: &'a Value, name: &str) -> &'a [Value] {
    of[name].as_array().map(Vec::as_slice).unwrap_or_default()
}

fn name(of: &Value) -> &str {
    of["name"].as_str().unwrap()
}

/// The type of a field as the schema writes it.
fn written(kind: &Value) -> String {
    match kind["kind"].as_str().unwrap() {
        "NON_NULL" => format!("{}!", written(&kind["ofType"])),
        "LIST" => format!("[{}]", written(&kind["ofType"])),
        _ => name(kind).to_owned(),
    }
}

fn field<'a>(of: &'a Value, wanted: &str) -> Option<&'a Value> {
    list(of, "fields").iter().find(|field| name(field) == wanted)
}

#[test]
fn the_committed_schema_is_that_of_the_code() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/schema.graphql");
    let committed = std::fs::read_to_string(path).unwrap();
    // not assert_eq, which would print both
    let same = committed.trim_end() == maillage::graphql::sdl().trim_end();
    assert!(same, "schema.graphql is stale: run `make schema` and commit it");
}

#[tokio::test]
async fn everything_has_a_description() {
    let mut missing = Vec::new();
    let mut look = |place: String, of: &Value| {
        if of["description"].as_str().is_none_or(|text| text.trim().is_empty()) {
            missing.push(place);
        }
    };
    for kind in types().await {
        look(name(&kind).to_owned(), &kind);
        for part in ["fields", "inputFields", "enumValues"] {
            for inner in list(&kind, part) {
                look(format!("{}.{}", name(&kind), name(inner)), inner);
                for argument in list(inner, "args") {
                    let place = format!("{}.{}({}:)", name(&kind), name(inner), name(argument));
                    look(place, argument);
                }
            }
        }
    }
    assert!(missing.is_empty(), "without a description: {missing:#?}");
}

#[tokio::test]
async fn names_are_as_graphql_writes_them() {
    let [pascal, camel, screaming] =
        ["^[A-Z][A-Za-z0-9]*$", "^[a-z][A-Za-z0-9]*$", "^[A-Z][A-Z0-9]*(_[A-Z0-9]+)*$"]
            .map(|pattern| Regex::new(pattern).unwrap());
    for kind in types().await {
        assert!(pascal.is_match(name(&kind)), "{}", name(&kind));
        for field in list(&kind, "fields").iter().chain(list(&kind, "inputFields")) {
            assert!(camel.is_match(name(field)), "{}.{}", name(&kind), name(field));
            for argument in list(field, "args") {
                assert!(camel.is_match(name(argument)), "{}.{}", name(field), name(argument));
            }
        }
        for value in list(&kind, "enumValues") {
            assert!(screaming.is_match(name(value)), "{}.{}", name(&kind), name(value));
        }
    }
}

#[tokio::test]
async fn what_has_a_life_of_its_own_is_a_node() {
    let types = types().await;
    let node = types.iter().find(|kind| name(kind) == "Node").unwrap();
    let mut nodes: Vec<_> = list(node, "possibleTypes").iter().map(name).collect();
    nodes.sort_unstable();
    assert_eq!(nodes, NODES);
    for kind in types.iter().filter(|kind| kind["kind"] == "OBJECT") {
        // a revision names the version that it made, a change that of its entry
        let versioned = field(kind, "version").is_some() && !["Revision", "Change"].contains(&name(kind));
        let expected = nodes.contains(&name(kind)) && !LAST_WINS.contains(&name(kind));
        assert_eq!(versioned, expected, "{} is versioned and no Node, or the other way", name(kind));
        if let Some(id) = field(kind, "id") {
            assert_eq!(written(&id["type"]), "ID!", "{}", name(kind));
        }
    }
}

#[tokio::test]
async fn lists_are_connections_as_relay_has_them() {
    let types = types().await;
    let find = |wanted: &str| types.iter().find(|kind| name(kind) == wanted).unwrap();
    let connections: Vec<_> = types.iter().filter(|kind| name(kind).ends_with("Connection")).collect();
    assert!(connections.len() >= 5);
    for connection in &connections {
        let of = name(connection).strip_suffix("Connection").unwrap();
        let kind = |wanted: &str| field(connection, wanted).map(|field| written(&field["type"]));
        assert_eq!(kind("edges"), Some(format!("[{of}Edge!]!")));
        assert_eq!(kind("pageInfo").as_deref(), Some("PageInfo!"));
        let edge = find(&format!("{of}Edge"));
        assert_eq!(field(edge, "cursor").map(|cursor| written(&cursor["type"])).as_deref(), Some("String!"));
        let node = written(&field(edge, "node").unwrap()["type"]);
        // what is found in a search is no entry of a list, but a hit with its score
        let expected = (of != "Search").then(|| format!("[{node}]!"));
        assert_eq!(kind("nodes"), expected);
        // the feed has no end that could be counted
        assert_eq!(kind("totalCount").is_some(), !["Search", "Change"].contains(&of));
    }
    for kind in &types {
        for field in
            list(kind, "fields").iter().filter(|field| written(&field["type"]).contains("Connection"))
        {
            let arguments: Vec<_> = list(field, "args").iter().map(name).collect();
            let after = if name(field) == "changes" { "since" } else { "after" };
            assert!(arguments.contains(&"first") && arguments.contains(&after), "{}", name(field));
            assert_eq!(arguments.contains(&"last"), arguments.contains(&"before"), "{}", name(field));
        }
    }
}

#[tokio::test]
async fn a_single_read_may_be_null_and_a_mutation_takes_one_input() {
    let types = types().await;
    let find = |wanted: &str| types.iter().find(|kind| name(kind) == wanted).unwrap();
    for read in ["node", "actor", "interaction", "territory", "call", "collective", "project", "application"]
    {
        let kind = written(&field(find("Query"), read).unwrap()["type"]);
        assert!(!kind.ends_with('!'), "{read} of what is absent fails");
    }
    for mutation in list(find("Mutation"), "fields") {
        assert!(!written(&mutation["type"]).ends_with('!'), "{} fails its siblings", name(mutation));
        // What fills an entry has one input, so that fields can be added to it.
        if ["create", "update", "declare", "add", "suggest"]
            .iter()
            .any(|verb| name(mutation).starts_with(verb))
        {
            let has_input = list(mutation, "args").iter().any(|argument| name(argument) == "input");
            assert!(has_input || WITHOUT_INPUT.contains(&name(mutation)), "{}", name(mutation));
        }
    }
}
