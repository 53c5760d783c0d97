//! The edge, over a small schema whose resolvers go wrong in every way.

use async_graphql::{
    EmptyMutation, EmptySubscription, Enum, ErrorExtensionValues, InputObject, InputValueError,
    InputValueResult, Object, OneofObject, PathSegment, Pos, Request, Response, Scalar, ScalarType, Schema,
    ServerError, Value as GraphqlValue, Variables,
};
use serde_json::{Value, json};

use super::{MAX_ERRORS, MAX_MESSAGE, finish};

struct Query;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
enum Kind {
    Dog,
}

#[derive(Debug, InputObject)]
struct Filter {
    #[graphql(validator(max_items = 2))]
    names: Vec<String>,
}

#[derive(Debug, OneofObject)]
enum By {
    Id(i32),
    Name(String),
}

#[derive(Debug)]
struct Box(String);

#[Scalar]
impl ScalarType for Box {
    fn parse(value: GraphqlValue) -> InputValueResult<Self> {
        match value {
            GraphqlValue::String(text) if text == "1,9" => Ok(Self(text)),
            _ => Err(InputValueError::custom("west lies east of east").with_extension("code", "VALIDATION")),
        }
    }

    fn to_value(&self) -> GraphqlValue {
        GraphqlValue::String(self.0.clone())
    }
}

#[Object]
impl Query {
    async fn ok(&self) -> &str {
        "yes"
    }

    async fn greet(&self, name: String) -> String {
        name
    }

    async fn leak(&self) -> Result<i32, async_graphql::Error> {
        tokio::task::yield_now().await;
        Err(std::io::Error::other("SELECT secret FROM users").into())
    }

    async fn echo(
        &self,
        kind: Option<Kind>,
        count: Option<i32>,
        when: Option<chrono::DateTime<chrono::Utc>>,
    ) -> String {
        format!("{kind:?} {count:?} {when:?}")
    }

    async fn find(
        &self,
        filter: Option<Filter>,
        by: Option<By>,
        #[graphql(name = "box")] bounds: Option<Box>,
    ) -> String {
        format!("{filter:?} {by:?} {bounds:?}")
    }
}

fn builder() -> async_graphql::SchemaBuilder<Query, EmptyMutation, EmptySubscription> {
    Schema::build(Query, EmptyMutation, EmptySubscription).disable_suggestions()
}

fn finished(errors: Vec<ServerError>) -> Value {
    let mut response = Response::from_errors(errors);
    finish(&mut response, "request-7");
    serde_json::to_value(response.errors).expect("errors are plain")
}

/// The first error of running `query` with `variables` on the schema.
async fn first_error(query: &str, variables: Value) -> Value {
    let request = Request::new(query).variables(Variables::from_json(variables));
    let mut response = builder().finish().execute(request).await;
    finish(&mut response, "request-7");
    serde_json::to_value(&response.errors[0]).expect("errors are plain")
}

fn coded(message: &str, code: &str) -> ServerError {
    let mut error = ServerError::new(message, None).with_path(vec![PathSegment::Field("actor".into())]);
    let mut extensions = ErrorExtensionValues::default();
    extensions.set("code", code);
    extensions.set("currentVersion", 3);
    error.extensions = Some(extensions);
    error
}

#[test]
fn an_error_with_a_code_of_ours_keeps_its_words_and_its_extensions() {
    assert_eq!(
        finished(vec![coded("Somebody changed it.", "CONFLICT")]),
        json!([{"message": "Somebody changed it.", "path": ["actor"],
            "extensions": {"code": "CONFLICT", "currentVersion": 3}}])
    );
}

#[test]
fn an_internal_error_says_nothing_but_the_request_id() {
    let internal = json!([{"message": "Internal error.", "path": ["actor"],
        "extensions": {"code": "INTERNAL", "requestId": "request-7"}}]);
    assert_eq!(finished(vec![coded("relation \"users\" does not exist", "INTERNAL")]), internal);
    assert_eq!(finished(vec![coded("a code that is not sent", "BAD_USER_INPUT")]), internal);
}

#[tokio::test]
async fn what_a_resolver_lets_slip_without_a_code_never_leaves() {
    let error = first_error("{ leak }", json!({})).await;
    assert_eq!(error["message"], "Internal error.");
    assert_eq!(error["extensions"], json!({"code": "INTERNAL", "requestId": "request-7"}));
    assert_eq!(error["path"], json!(["leak"]));
}

#[test]
fn five_thousand_errors_become_twenty_short_ones() {
    let unknown = |n| {
        let message = format!("Unknown field {n} {}", "é".repeat(400));
        ServerError::new(message, Some(Pos { line: 1, column: n }))
    };
    let errors = finished((0..5_000).map(unknown).collect());
    let errors = errors.as_array().expect("a list");
    assert_eq!(errors.len(), MAX_ERRORS);
    assert_eq!(
        errors[MAX_ERRORS - 1],
        json!({"message": "4981 more errors are not listed.", "extensions": {"code": "VALIDATION"}})
    );
    for error in errors {
        assert!(error["message"].as_str().expect("a text").chars().count() <= MAX_MESSAGE);
        assert_eq!(error["extensions"]["code"], "VALIDATION");
    }
    assert_eq!(finished((0..20).map(unknown).collect()).as_array().map(Vec::len), Some(20));
}

#[tokio::test]
async fn wrong_arguments_are_told_in_plain_words_with_their_place() {
    let none = || json!({});
    let cases = [
        ("{ echo(count: \"x\") }", none(), "Invalid value for argument \"count\", expected type \"Int\""),
        (
            "{ echo(count: 99999999999) }",
            none(),
            "Int: Only integers from -2147483648 to 2147483647 are accepted.",
        ),
        (
            "query($k: Kind) { echo(kind: $k) }",
            json!({"k": "CAT"}),
            "Invalid value for argument \"kind\", enumeration type \"Kind\" does not contain the value \"CAT\"",
        ),
        ("{ echo(when: \"yesterday\") }", none(), "This is not a valid DateTime."),
        ("{ echo(when: 7) }", none(), "A value of type DateTime is expected, not a number."),
        (
            "query($f: Filter) { find(filter: $f) }",
            json!({"f": ["a"]}),
            "A value of type Filter is expected, not a list.",
        ),
        (
            "{ find(filter: {names: [\"a\", \"b\", \"c\"]}) }",
            none(),
            "[String!]: the value length is 3, must be less than or equal to 2.",
        ),
        (
            "{ find(by: {}) }",
            none(),
            "Invalid value for argument \"by\", exactly one of its fields must be given",
        ),
        ("{ find(box: \"9,1\") }", none(), "Box: west lies east of east."),
        ("query($n: String!) { greet(name: $n) }", none(), "A value of type String is expected, not null."),
        ("{ nothing }", none(), "Unknown field \"nothing\" on type \"Query\"."),
    ];
    for (query, variables, message) in cases {
        let error = first_error(query, variables).await;
        assert_eq!(error["message"], message, "{query}");
        assert_eq!(error["extensions"], json!({"code": "VALIDATION"}), "{query}");
        assert!(error["locations"][0]["line"].is_u64(), "{query}: {error}");
    }
}

#[tokio::test]
async fn a_limit_of_the_engine_is_too_complex() {
    let mut response = builder().limit_complexity(1).finish().execute("{ok leak}").await;
    finish(&mut response, "request-7");
    let errors = serde_json::to_value(&response.errors).expect("errors are plain");
    let message = "The operation costs more than 5000. Ask for fewer entries (`first`), fewer nested lists or fewer fields.";
    assert_eq!(
        errors,
        json!([{"message": message, "extensions": {"code": "TOO_COMPLEX", "limit": "complexity", "maximum": 5000}}])
    );
}
