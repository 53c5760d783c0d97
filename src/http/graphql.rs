//! `/graphql`: the GraphQL-over-HTTP specification, without batches, multipart and persisted documents.

use std::sync::Arc;

use async_graphql::parser::types::{DocumentOperations, ExecutableDocument, OperationType};
use async_graphql::{
    ErrorExtensionValues, Request as GraphqlRequest, Response as GraphqlResponse, ServerError, Variables,
};
use axum::Extension;
use axum::extract::{Request, State as FromState};
use axum::http::request::Parts;
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde_json::Value;
use serde_json::value::RawValue;

use super::account::{Account, Outcome};
use super::address::client_address;
use super::media::Media;
use super::params::Params;
use super::rates::{Gate, Pass};
use super::{Failure, RequestId, State, authenticate, sockets};
use crate::domain::caller::ClientAddress;
use crate::graphql::budget;
use crate::graphql::edge::{self, Code};
use crate::graphql::omitted;
use crate::graphql::prepare;

/// Opens a WebSocket where one is asked for; else runs a query whose parameters are in the address; a mutation is refused, since links and pictures in foreign
/// pages send GET requests without asking.
pub(super) async fn get(
    FromState(state): FromState<State>,
    Extension(gate): Extension<Arc<Gate>>,
    Extension(id): Extension<RequestId>,
    request: Request,
) -> Response {
    let (head, _) = request.into_parts();
    if sockets::is_asked(&head.headers) {
        return sockets::open(state, gate, id, head).await;
    }
    let params = async { Params::of_get(&head.uri) };
    respond(&Sent { state: &state, gate: &gate, id: &id, head: &head }, params).await
}

/// Runs the operation in the body.
pub(super) async fn post(
    FromState(state): FromState<State>,
    Extension(gate): Extension<Arc<Gate>>,
    Extension(id): Extension<RequestId>,
    request: Request,
) -> Response {
    let (head, body) = request.into_parts();
    let params = Params::of_post(&head.headers, body, &state.settings);
    respond(&Sent { state: &state, gate: &gate, id: &id, head: &head }, params).await
}

/// A request as it came, without its body, and what it needs.
struct Sent<'a> {
    state: &'a State,
    gate: &'a Gate,
    id: &'a RequestId,
    head: &'a Parts,
}

impl Sent<'_> {
    /// Where what is found out about the request is kept.
    fn account(&self) -> Account {
        self.head.extensions.get().cloned().unwrap_or_default()
    }

    /// Where it comes from.
    fn client(&self) -> ClientAddress {
        ClientAddress(client_address(&self.head.extensions, &self.head.headers, &self.state.settings.proxies))
    }
}

async fn respond(sent: &Sent<'_>, params: impl Future<Output = Result<Params, Failure>>) -> Response {
    let headers = &sent.head.headers;
    let media = match Media::wanted(headers) {
        Ok(media) => media,
        Err(failure) => return failure.into_response(),
    };
    let credentials = headers.get(header::AUTHORIZATION).map(HeaderValue::as_bytes);
    // Before anything is read: who asks too often costs next to nothing.
    let mut pass = match sent.gate.enter(sent.client().0, credentials) {
        Ok(pass) => pass,
        Err(failure) => return failure.into_response_as(media),
    };
    let outcome = async { run(sent, &mut pass, params.await?).await };
    let mut response = match outcome.await {
        Ok(mut response) => {
            edge::finish(&mut response, sent.id.as_str());
            let mut answer = encode(&response, media, sent.id);
            answer.extensions_mut().insert(outcome_of(&response));
            answer
        }
        Err(failure) => failure.into_response_as(media),
    };
    pass.tell(response.headers_mut());
    response
}

/// Parses, chooses the operation, finds out who asks, and executes, in the order of what each step costs.
async fn run(sent: &Sent<'_>, pass: &mut Pass, params: Params) -> Result<GraphqlResponse, Failure> {
    let Sent { state, gate, id, head } = sent;
    if params.query.is_empty() && params.extensions.contains_key("persistedQuery") {
        // the words by which Apollo's client knows to send the document itself
        return Ok(refused("PersistedQueryNotSupported"));
    }
    let mut document = match budget::parse(&params.query, &state.limits) {
        Ok(document) => document,
        Err(refusal) => return Ok(GraphqlResponse::from_errors(vec![refusal.into_error()])),
    };
    let operation = params.operation_name.as_deref();
    match chosen(&document, operation) {
        Err(message) => return Ok(refused(message)),
        Ok(OperationType::Subscription) => {
            return Ok(refused(
                "Subscriptions are served over a WebSocket at this address, in the subprotocol graphql-transport-ws.",
            ));
        }
        Ok(OperationType::Mutation) if head.method == Method::GET => {
            let failure =
                Failure::method_not_allowed("A GET request may only query; send mutations by POST.");
            return Err(failure.with_header(header::ALLOW, HeaderValue::from_static("POST")));
        }
        Ok(OperationType::Mutation) => sent.account().operation("mutation", named(&document, operation)),
        Ok(OperationType::Query) => sent.account().operation("query", named(&document, operation)),
    }
    let caller = authenticate(state, &head.headers).await?;
    sent.account().caller(&caller);
    *pass = gate.recognise(pass.clone(), &caller.reference())?;
    let variables = Variables::from_json(Value::Object(params.variables));
    *pass =
        gate.charge(pass.clone(), budget::cost(&document, operation, &variables, state.limits.complexity))?;
    omitted::leave_out(&mut document, operation, &variables);
    let mut request = GraphqlRequest::new(params.query).variables(variables).data((*id).clone());
    request.operation_name = params.operation_name;
    request.set_parsed_query(document);
    Ok(state.schema.execute(prepare(request, &state.app, caller, sent.client())).await)
}

/// The kind of the operation that is to run, or why there is none.
pub(super) fn chosen(document: &ExecutableDocument, name: Option<&str>) -> Result<OperationType, String> {
    match (&document.operations, name) {
        (DocumentOperations::Single(operation), None) => Ok(operation.node.ty),
        (DocumentOperations::Multiple(operations), Some(name)) if operations.contains_key(name) => {
            Ok(operations[name].node.ty)
        }
        (_, Some(name)) => Err(format!("The document has no operation named \"{name}\".")),
        (DocumentOperations::Multiple(operations), None) => match operations.values().next() {
            Some(only) if operations.len() == 1 => Ok(only.node.ty),
            _ => Err("The document has several operations; operationName must say which to run.".to_owned()),
        },
    }
}

/// The name of the operation that is to run, where it has one.
fn named<'a>(document: &'a ExecutableDocument, asked: Option<&'a str>) -> Option<&'a str> {
    match &document.operations {
        DocumentOperations::Single(_) => None,
        DocumentOperations::Multiple(operations) => {
            asked.or_else(|| operations.keys().next().map(async_graphql::Name::as_str))
        }
    }
}

/// What went wrong, for the log and the measures.
fn outcome_of(response: &GraphqlResponse) -> Outcome {
    let mut outcome = Outcome::default();
    for error in &response.errors {
        outcome.add(Code::of(error).unwrap_or(Code::Internal));
        let limit = error.extensions.as_ref().and_then(|extensions| extensions.get("limit"));
        if let Some(async_graphql::Value::String(name)) = limit {
            outcome.limit = outcome.limit.or(budget::limit_name(name));
        }
    }
    outcome
}

/// A request that is well formed, but not run.
fn refused(message: impl Into<String>) -> GraphqlResponse {
    let mut error = ServerError::new(message, None);
    let mut extensions = ErrorExtensionValues::default();
    extensions.set("code", Code::Validation.as_str());
    error.extensions = Some(extensions);
    GraphqlResponse::from_errors(vec![error])
}

/// A response as it is sent: without `data` where nothing was run.
#[derive(Serialize)]
struct Answer<'a> {
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    errors: &'a [ServerError],
    #[serde(skip_serializing_if = "Option::is_none")]
    data: Option<&'a async_graphql::Value>,
}

/// A response as a socket sends it; null where it can't be written.
pub(super) fn answer(response: &GraphqlResponse) -> Option<Box<RawValue>> {
    let answer = Answer { errors: &response.errors, data: Some(&response.data) };
    let written = serde_json::value::to_raw_value(&answer);
    written.inspect_err(|error| tracing::error!(%error, "the response cannot be written as JSON")).ok()
}

fn encode(response: &GraphqlResponse, media: Media, id: &RequestId) -> Response {
    let not_run = response.data == async_graphql::Value::Null
        && response.is_err()
        && response.errors.iter().all(|error| error.path.is_empty());
    let status = if not_run { media.request_error_status() } else { StatusCode::OK };
    let answer = Answer { errors: &response.errors, data: (!not_run).then_some(&response.data) };
    let headers = [
        (header::CONTENT_TYPE, media.content_type()),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (header::VARY, HeaderValue::from_static("accept")),
    ];
    match serde_json::to_vec(&answer) {
        Ok(body) => (status, headers, body).into_response(),
        Err(error) => {
            tracing::error!(%error, "the response cannot be written as JSON");
            Failure::internal(id.as_str()).into_response_as(media)
        }
    }
}
