//! Whatever is asked, right or hostile: an answer of the right shape, and never a fault of ours.

mod questions;
mod words;

use std::cell::Cell;

use axum::body::Body;
use axum::http::{Request, header};
use http_body_util::BodyExt;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_json::{Value, json};

use self::questions::{ACTORS, CALLS, INTERACTIONS, Question, TERRITORIES};
use self::words::{Json, Words, most};
use crate::scopes::BothWays;
use crate::support::entries::texts;
use crate::support::{TestApp, codes, data_of};

const CASES: u32 = 400;

/// The same questions at every run.
fn runner(cases: u32) -> TestRunner {
    let config = Config { cases, failure_persistence: None, max_shrink_iters: 300, ..Config::default() };
    TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha))
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime")
}

/// What there is in this directory, with cursors of every list in every order.
async fn words(test: &TestApp, hostile: bool) -> Words {
    let ids = async |query: &str, list: &str| -> Vec<String> {
        let found = test.data(query, json!({})).await;
        texts(&found[list]["nodes"], "/id").into_iter().map(str::to_owned).collect()
    };
    let actors = ids("{ actors(first: 100) { nodes { id } } }", "actors").await;
    let territories = ids("{ territories(last: 40) { nodes { id } } }", "territories").await;
    let mut others = ids("{ interactions(first: 20) { nodes { id } } }", "interactions").await;
    others.extend(ids("{ calls { nodes { id } } }", "calls").await);
    let themes = test.data("{ themes { slug narrower { slug } } }", json!({})).await["themes"].clone();
    let themes = texts(&themes, "/slug").into_iter().map(str::to_owned).collect();
    let mut cursors = Vec::new();
    let near = json!({ "near": { "longitude": 1.4, "latitude": 48.7, "radiusKm": 20.0 }, "text": "dreux" });
    for direction in ["ASC", "DESC"] {
        for (query, fields) in [
            (ACTORS, &["NAME", "UPDATED_AT", "CREATED_AT", "DISTANCE", "RELEVANCE"][..]),
            (CALLS, &["CLOSES_AT", "OPENS_AT", "TITLE", "UPDATED_AT"]),
            (INTERACTIONS, &[""]),
            (TERRITORIES, &[""]),
        ] {
            for field in fields {
                let filter = if query == ACTORS { near.clone() } else { json!(null) };
                let order = json!({ "field": field, "direction": direction });
                let page = test.data(query, json!({ "first": 5, "orderBy": order, "filter": filter })).await;
                cursors.extend(texts(&page["list"]["edges"], "/cursor").into_iter().map(str::to_owned));
            }
        }
    }
    let found = test.data(r#"{ search(text: "dreux") { edges { cursor } } }"#, json!({})).await;
    cursors.extend(texts(&found["search"]["edges"], "/cursor").into_iter().map(str::to_owned));
    Words { actors, territories, others, themes, cursors, hostile }
}

/// Asks; whether it was answered rather than refused.
async fn survives(test: &TestApp, question: &Question) -> bool {
    let body = json!({ "query": question.query, "variables": question.variables }).to_string();
    let request = Request::post("/graphql").header(header::CONTENT_TYPE, "application/json");
    let response = test.send(request.body(Body::from(body)).expect("a request")).await;
    let status = response.status().as_u16();
    let bytes = response.into_body().collect().await.expect("a body").to_bytes();
    let answer: Value = serde_json::from_slice(&bytes).expect("JSON");
    assert!(status < 500, "{status}: {answer:#}");
    for code in codes(&answer) {
        assert!(["VALIDATION", "NOT_FOUND", "CONFLICT", "TOO_COMPLEX"].contains(&code), "{answer:#}");
    }
    if answer["errors"].is_null() {
        assert!(answer["data"].is_object(), "{answer:#}");
    } else {
        assert!(answer["errors"].as_array().is_some_and(|errors| !errors.is_empty()), "{answer:#}");
    }
    let size = ["last", "first"].iter().find_map(|size| question.variables[size].as_u64()).unwrap_or(20);
    if let Some(nodes) = answer["data"]["list"]["nodes"].as_array() {
        assert!(nodes.len() as u64 <= size, "{} of {size}", nodes.len());
    }
    answer["errors"].is_null()
}

#[test]
fn whatever_is_asked_is_no_fault_of_ours() {
    let runtime = runtime();
    let (test, words) = runtime.block_on(async {
        let test = TestApp::demo().await;
        let words = words(&test, true).await;
        (test, words)
    });
    let answered = Cell::new(0);
    let ask = |question: Question| {
        answered.set(answered.get() + u32::from(runtime.block_on(survives(&test, &question))));
        Ok(())
    };
    runner(CASES).run(&words.question(), ask).unwrap();
    let answered = answered.get();
    assert!(
        (CASES / 10..CASES).contains(&answered),
        "{answered} of {CASES} were answered, the others refused"
    );
}

/// Everything that matches, in pages of this size from the start or from the end.
async fn walk(both: &BothWays, admin: bool, query: &str, asked: &Value, backward: bool) -> Vec<String> {
    let (size, from, more, edge) = if backward {
        ("last", "before", "hasPreviousPage", "startCursor")
    } else {
        ("first", "after", "hasNextPage", "endCursor")
    };
    let (mut found, mut cursor) = (Vec::new(), Value::Null);
    loop {
        let mut variables = asked.clone();
        variables[size] = json!(30);
        variables[from] = cursor;
        let list = data_of(both.agree(admin, query, &variables).await)["list"].clone();
        let ids: Vec<_> = texts(&list["nodes"], "/id").into_iter().map(str::to_owned).collect();
        found = if backward { [ids, found].concat() } else { [found, ids].concat() };
        if list["pageInfo"][more] == false {
            assert_eq!(list["totalCount"], found.len(), "{asked:#}");
            return found;
        }
        cursor = list["pageInfo"][edge].clone();
    }
}

/// Asks the right way: no error, the same of wide and small territories, the same from either end, as many as counted.
#[test]
fn what_is_asked_rightly_is_answered_the_same_in_every_way() {
    let runtime = runtime();
    let (both, words) = runtime.block_on(async {
        let both = BothWays::demo().await;
        let words = words(&both.wide, false).await;
        (both, words)
    });
    let ask = |query: &'static str, filter: Json, order: Option<Json>| {
        let fields = [Some(("filter", filter)), order.map(|order| ("orderBy", order))];
        let variables = most(fields.into_iter().flatten().collect());
        variables.prop_map(move |variables| Question { query, variables }).boxed()
    };
    let questions = prop_oneof![
        4 => ask(ACTORS, words.actor_filter(), Some(words.actor_order())),
        3 => ask(INTERACTIONS, words.interaction_filter(), None),
        1 => ask(TERRITORIES, words.territory_filter(), None),
        1 => ask(CALLS, words.call_filter(), Some(Words::call_order())),
    ];
    let check = |(Question { query, variables }, admin): (Question, bool)| {
        runtime.block_on(async {
            let forward = walk(&both, admin, query, &variables, false).await;
            let backward = walk(&both, admin, query, &variables, true).await;
            assert_eq!(forward, backward, "{variables:#}");
        });
        Ok(())
    };
    runner(100).run(&(questions, any::<bool>()), check).unwrap();
}
