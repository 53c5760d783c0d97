//! `/graphql`: the GraphQL-over-HTTP specification, without batches, multipart and persisted documents.

use async_graphql::parser::types::{DocumentOperations, ExecutableDocument, OperationType};
use async_graphql::{
    ErrorExtensionValues, Request as GraphqlRequest, Response as GraphqlResponse, ServerError, Variables,
};
use axum::Extension;
use axum::extract::{Request, State as FromState};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde_json::Value;

use super::media::Media;
use super::params::Params;
use super::{Failure, RequestId, State, authenticate, client_address};
use crate::domain::caller::ClientAddress;
use crate::graphql::budget;
use crate::graphql::edge::{self, Code};
use crate::graphql::omitted;
use crate::graphql::prepare;

/// Runs a query whose parameters are in the address; a mutation is refused, since links and pictures in foreign
/// pages send GET requests without asking.
pub(super) async fn get(
    FromState(state): FromState<State>,
    Extension(id): Extension<RequestId>,
    request: Request,
) -> Response {
    let params = Params::of_get(request.uri());
    let (head, _) = request.into_parts();
    let from = Sender { headers: &head.headers, client: client_address(&head.extensions) };
    respond(&state, &id, &Method::GET, from, async { params }).await
}

/// Runs the operation in the body.
pub(super) async fn post(
    FromState(state): FromState<State>,
    Extension(id): Extension<RequestId>,
    request: Request,
) -> Response {
    let headers = request.headers().clone();
    let from = Sender { headers: &headers, client: client_address(request.extensions()) };
    respond(&state, &id, &Method::POST, from, Params::of_post(request)).await
}

/// What tells who sends a request.
#[derive(Clone, Copy)]
struct Sender<'a> {
    headers: &'a HeaderMap,
    client: ClientAddress,
}

async fn respond(
    state: &State,
    id: &RequestId,
    method: &Method,
    from: Sender<'_>,
    params: impl Future<Output = Result<Params, Failure>>,
) -> Response {
    let media = match Media::wanted(from.headers) {
        Ok(media) => media,
        Err(failure) => return failure.into_response(),
    };
    let outcome = async { run(state, id, method, from, params.await?).await };
    match outcome.await {
        Ok(mut response) => {
            edge::finish(&mut response, id.as_str());
            encode(&response, media, id)
        }
        Err(failure) => failure.into_response_as(media),
    }
}

/// Parses, chooses the operation, finds out who asks, and executes, in the order of what each step costs.
async fn run(
    state: &State,
    id: &RequestId,
    method: &Method,
    from: Sender<'_>,
    params: Params,
) -> Result<GraphqlResponse, Failure> {
    if params.query.is_empty() && params.extensions.contains_key("persistedQuery") {
        // the words by which Apollo's client knows to send the document itself
        return Ok(refused("PersistedQueryNotSupported"));
    }
    let mut document = match budget::parse(&params.query, &state.limits) {
        Ok(document) => document,
        Err(refusal) => return Ok(GraphqlResponse::from_errors(vec![refusal.into_error()])),
    };
    match chosen(&document, params.operation_name.as_deref()) {
        Err(message) => return Ok(refused(message)),
        Ok(OperationType::Subscription) => {
            return Ok(refused("Subscriptions are not served over plain HTTP."));
        }
        Ok(OperationType::Mutation) if method == Method::GET => {
            let failure =
                Failure::method_not_allowed("A GET request may only query; send mutations by POST.");
            return Err(failure.with_header(header::ALLOW, HeaderValue::from_static("POST")));
        }
        Ok(kind) => {
            tracing::Span::current().record("operation", tracing::field::display(kind));
        }
    }
    let caller = authenticate(state, from.headers).await?;
    let variables = Variables::from_json(Value::Object(params.variables));
    omitted::leave_out(&mut document, params.operation_name.as_deref(), &variables);
    let mut request = GraphqlRequest::new(params.query).variables(variables).data(id.clone());
    request.operation_name = params.operation_name;
    request.set_parsed_query(document);
    Ok(state.schema.execute(prepare(request, &state.app, caller, from.client)).await)
}

/// The kind of the operation that is to run, or why there is none.
fn chosen(document: &ExecutableDocument, name: Option<&str>) -> Result<OperationType, String> {
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
