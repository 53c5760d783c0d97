//! The parameters of one GraphQL request, from a body or a query string.

use std::borrow::Cow;
use std::error::Error;

use axum::body::{Body, Bytes};
use axum::extract::Query;
use axum::http::{HeaderMap, StatusCode, Uri};
use http_body_util::{BodyExt, Collected, LengthLimitError};
use serde_json::{Map, Value};
use tower_http::timeout::TimeoutError;

use super::{Failure, Settings, media};
use crate::graphql::edge::Code;

/// What the GraphQL-over-HTTP specification calls the request parameters.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Params {
    /// The document; empty only where `extensions` ask for a persisted one.
    pub query: String,
    /// Which operation of the document to run; none where it has but one.
    pub operation_name: Option<String>,
    /// Values of the operation's variables.
    pub variables: Map<String, Value>,
    /// Whatever the client adds; only `persistedQuery` is acted on.
    pub extensions: Map<String, Value>,
}

impl Params {
    /// Reads a POST's body.
    pub fn of_post(body: &[u8]) -> Result<Self, Failure> {
        match serde_json::from_slice(body) {
            Ok(Value::Object(fields)) => Self::of_fields(fields),
            Ok(Value::Array(_)) => {
                Err(wrong("Several operations in one request are not taken; send each on its own."))
            }
            Ok(_) => Err(wrong("The body must be a JSON object with a query.")),
            Err(error) => Err(wrong(format!(
                "The body is {}: see line {}, column {}.",
                unread(&error),
                error.line(),
                error.column()
            ))),
        }
    }

    /// Reads a GET's query string, in which `variables` and `extensions` are JSON.
    pub fn of_get(uri: &Uri) -> Result<Self, Failure> {
        let Query(pairs) = Query::<Vec<(String, String)>>::try_from_uri(uri)
            .map_err(|_| wrong("The query string cannot be read; encode it as a form does."))?;
        let mut fields = Map::new();
        for (name, text) in pairs {
            let value = match name.as_str() {
                "query" | "operationName" => Value::String(text),
                "variables" | "extensions" if text.is_empty() => Value::Null,
                "variables" | "extensions" => serde_json::from_str(&text)
                    .map_err(|error| wrong(format!("The parameter {name} is {}.", unread(&error))))?,
                _ => continue,
            };
            if fields.contains_key(&name) {
                return Err(wrong(format!("The parameter {name} is given twice.")));
            }
            fields.insert(name, value);
        }
        Self::of_fields(fields)
    }

    /// Reads them from the fields of an object.
    pub(super) fn of_fields(mut fields: Map<String, Value>) -> Result<Self, Failure> {
        let query = text(&mut fields, "query")?;
        let operation_name = text(&mut fields, "operationName")?.filter(|name| !name.is_empty());
        let variables = object(&mut fields, "variables")?;
        let extensions = object(&mut fields, "extensions")?;
        match query {
            Some(query) => Ok(Self { query, operation_name, variables, extensions }),
            None if extensions.contains_key("persistedQuery") => {
                Ok(Self { operation_name, variables, extensions, ..Self::default() })
            }
            None => Err(wrong("The parameter query is missing: it is the GraphQL document to run.")),
        }
    }
}

/// A POST's body. It is refused unread if it is not JSON; how large it may be and how long it may take are the layers' to
/// bound.
pub(super) async fn body_of(headers: &HeaderMap, body: Body, most: &Settings) -> Result<Bytes, Failure> {
    media::require_json(headers)?;
    body.collect().await.map(Collected::to_bytes).map_err(|error| unreadable(&error, most))
}

fn unreadable(error: &axum::Error, most: &Settings) -> Failure {
    let causes: Vec<_> = std::iter::successors(error.source(), |&cause| cause.source()).collect();
    if causes.iter().any(|cause| cause.is::<LengthLimitError>()) {
        too_large(most.body_bytes)
    } else if causes.iter().any(|cause| cause.is::<TimeoutError>()) {
        let seconds = most.body_time.as_secs();
        let message =
            format!("The body did not arrive within {seconds} s: send less, or over a better line.");
        Failure::new(Code::Timeout, message)
            .with_extension("limit", "bodySeconds")
            .with_extension("maximum", seconds)
            .with_status(StatusCode::REQUEST_TIMEOUT)
    } else {
        wrong("The body could not be read to its end.")
    }
}

/// 413, `TOO_COMPLEX`.
pub(super) fn too_large(most: usize) -> Failure {
    let message =
        format!("The body is larger than the {most} bytes that a request may have; send less at once.");
    Failure::new(Code::TooComplex, message)
        .with_extension("limit", "bodyBytes")
        .with_extension("maximum", most)
        .with_status(StatusCode::PAYLOAD_TOO_LARGE)
}

/// What JSON is that can't be read: `serde_json` tells depth from the rest by its words alone.
fn unread(error: &serde_json::Error) -> &'static str {
    if error.to_string().starts_with("recursion limit exceeded") {
        "nested more than 127 deep"
    } else {
        "not valid JSON"
    }
}

fn wrong(message: impl Into<Cow<'static, str>>) -> Failure {
    Failure::new(Code::Validation, message)
}

fn text(fields: &mut Map<String, Value>, name: &str) -> Result<Option<String>, Failure> {
    match fields.remove(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(wrong(format!("The parameter {name} must be a string."))),
    }
}

fn object(fields: &mut Map<String, Value>, name: &str) -> Result<Map<String, Value>, Failure> {
    match fields.remove(name) {
        None | Some(Value::Null) => Ok(Map::new()),
        Some(Value::Object(object)) => Ok(object),
        Some(_) => Err(wrong(format!("The parameter {name} must be an object."))),
    }
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderValue, header};

    use super::*;

    fn of_get(query: &str) -> Result<Params, String> {
        let uri = format!("/graphql?{query}").parse().expect("an address");
        Params::of_get(&uri).map_err(|failure| failure.to_string())
    }

    async fn of_post(body: &'static str) -> Result<Params, String> {
        let json = HeaderValue::from_static("application/json");
        let headers = HeaderMap::from_iter([(header::CONTENT_TYPE, json)]);
        let body = body_of(&headers, Body::from(body), &Settings::default()).await;
        body.and_then(|body| Params::of_post(&body)).map_err(|failure| failure.to_string())
    }

    #[test]
    fn a_query_string_carries_all_four_parameters() {
        let params =
            of_get("query=%7Bok%7D&operationName=a&variables=%7B%22n%22%3A1%7D&extensions=%7B%7D&other=1");
        let params = params.expect("parameters");
        assert_eq!((params.query.as_str(), params.operation_name.as_deref()), ("{ok}", Some("a")));
        assert_eq!(params.variables["n"], 1);
    }

    #[test]
    fn a_wrong_query_string_says_which_parameter_is_wrong() {
        assert_eq!(of_get("query=a&query=b"), Err("The parameter query is given twice.".to_owned()));
        assert_eq!(
            of_get("query=a&variables=x"),
            Err("The parameter variables is not valid JSON.".to_owned())
        );
        assert_eq!(
            of_get("query=a&variables=[]"),
            Err("The parameter variables must be an object.".to_owned())
        );
        assert!(of_get("").is_err_and(|message| message.contains("query is missing")));
        assert_eq!(
            of_get("query=a&variables=&operationName="),
            Ok(Params { query: "a".to_owned(), ..Params::default() })
        );
    }

    #[tokio::test]
    async fn a_body_that_is_no_request_says_what_it_should_be() {
        assert!(
            of_post("[{\"query\":\"{ok}\"}]").await.is_err_and(|message| message.contains("each on its own"))
        );
        assert_eq!(
            of_post("{\"query\": }").await,
            Err("The body is not valid JSON: see line 1, column 11.".to_owned())
        );
        let deep = format!("{{\"variables\": {}1{}}}", "[".repeat(127), "]".repeat(127));
        let nested = Params::of_post(deep.as_bytes()).map_err(|failure| failure.to_string());
        assert!(nested.is_err_and(|message| message.starts_with("The body is nested more than 127 deep")));
        assert_eq!(of_post("{\"query\": 7}").await, Err("The parameter query must be a string.".to_owned()));
        assert!(of_post("7").await.is_err());
        assert!(of_post("").await.is_err());
        assert!(of_post("{\"query\":\"{ok}\",\"variables\":null,\"operationName\":null}").await.is_ok());
    }
}
