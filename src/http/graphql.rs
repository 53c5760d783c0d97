//! `/graphql`: the GraphQL-over-HTTP specification, without batches and multipart, with Apollo's persisted queries.

use std::sync::Arc;

use async_graphql::parser::types::{DocumentOperations, ExecutableDocument, OperationType};
use async_graphql::{
    ErrorExtensionValues, Request as GraphqlRequest, Response as GraphqlResponse, ServerError, Variables,
};
use axum::Extension;
use axum::body::Bytes;
use axum::extract::{Request, State as FromState};
use axum::http::request::Parts;
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::Value;
use serde_json::value::RawValue;

use super::account::{Account, Outcome};
use super::address::client_address;
use super::answers::{Made, Question, VARY, Whole};
use super::documents::{self, Document};
use super::media::Media;
use super::params::{self, Params};
use super::rates::{Gate, Pass};
use super::{Failure, RequestId, State, authenticate, sockets};
use crate::app::App;
use crate::domain::caller::{Caller, ClientAddress};
use crate::graphql::budget;
use crate::graphql::edge::{self, Code};
use crate::graphql::omitted;
use crate::graphql::prepare;

/// Opens a WebSocket where one is asked for; else runs a query whose parameters are in the address; a mutation is refused, since links and pictures in foreign
/// pages send GET requests without asking.
pub(super) async fn get(
    FromState(state): FromState<Arc<State>>,
    Extension(gate): Extension<Arc<Gate>>,
    Extension(id): Extension<RequestId>,
    request: Request,
) -> Response {
    let (head, _) = request.into_parts();
    if sockets::is_asked(&head.headers) {
        return sockets::open(state, gate, id, head).await;
    }
    let asked = Bytes::copy_from_slice(head.uri.query().unwrap_or_default().as_bytes());
    respond(&Sent { state: &state, gate: &gate, id: &id, head: &head }, async { Ok(asked) }).await
}

/// Runs the operation in the body.
pub(super) async fn post(
    FromState(state): FromState<Arc<State>>,
    Extension(gate): Extension<Arc<Gate>>,
    Extension(id): Extension<RequestId>,
    request: Request,
) -> Response {
    let (head, body) = request.into_parts();
    let asked = params::body_of(&head.headers, body, &state.settings);
    respond(&Sent { state: &state, gate: &gate, id: &id, head: &head }, asked).await
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

    /// A response as it is sent to whoever asked alone: nobody keeps it.
    fn encode(&self, media: Media, mut response: GraphqlResponse) -> Response {
        edge::finish(&mut response, self.id.as_str());
        let not_run = is_not_run(&response);
        let status = if not_run { media.request_error_status() } else { StatusCode::OK };
        let answer = Answer { errors: &response.errors, data: (!not_run).then_some(&response.data) };
        let headers = [
            (header::CONTENT_TYPE, media.content_type()),
            (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
            (header::VARY, HeaderValue::from_static(VARY)),
        ];
        let mut sent = match serde_json::to_vec(&answer) {
            Ok(body) => (status, headers, body).into_response(),
            Err(error) => {
                tracing::error!(%error, "the response cannot be written as JSON");
                Failure::internal(self.id.as_str()).into_response_as(media)
            }
        };
        sent.extensions_mut().insert(outcome_of(&response));
        sent
    }

    /// Where it comes from.
    fn client(&self) -> ClientAddress {
        ClientAddress(client_address(&self.head.extensions, &self.head.headers, &self.state.settings.proxies))
    }
}

async fn respond(sent: &Sent<'_>, asked: impl Future<Output = Result<Bytes, Failure>>) -> Response {
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
    let outcome = async { answered(sent, &mut pass, media, asked.await?).await };
    let mut response = outcome.await.unwrap_or_else(|failure| failure.into_response_as(media));
    pass.tell(response.headers_mut());
    response
}

/// An answer that is kept, or else what the document gives when it runs.
async fn answered(sent: &Sent<'_>, pass: &mut Pass, media: Media, asked: Bytes) -> Result<Response, Failure> {
    let Sent { state, head, .. } = sent;
    // Before anything is looked up: what is written from here on makes the answer stale.
    let (newest, now) = (state.app.heard(), state.app.clock.look());
    let is_strange = !head.headers.contains_key(header::AUTHORIZATION);
    let question = Question { media, in_address: head.method != Method::POST, text: asked };
    let kept = newest.filter(|_| is_strange).and_then(|newest| state.answers.find(&question, newest, now));
    if let Some(whole) = kept {
        state.metrics.answer_kept();
        sent.account().stranger(whole.name.as_deref());
        return Ok(whole.response(head));
    }
    // Boxed, so that an answer that is kept is told without room for one that runs.
    let run = match Box::pin(ready(sent, pass, read(head, &question.text)?)).await? {
        Ok(run) => run,
        Err(refused) => return Ok(sent.encode(media, refused)),
    };
    if !is_strange || run.kind != OperationType::Query {
        return Ok(sent.encode(media, Box::pin(run.execute(sent, state.app.clone())).await));
    }
    let made = Box::pin(make(sent, media, run));
    let made = match newest {
        Some(newest) => state.answers.once(question, newest, now, made).await,
        None => made.await,
    };
    Ok(made.response(head))
}

/// The parameters, from the address or the body.
fn read(head: &Parts, body: &[u8]) -> Result<Params, Failure> {
    if head.method == Method::POST { Params::of_post(body) } else { Params::of_get(&head.uri) }
}

/// What is to run, once it is known what and for whom.
struct Run {
    request: GraphqlRequest,
    kind: OperationType,
    name: Option<Box<str>>,
    caller: Caller,
    /// The document, to be kept once it ran.
    document: (documents::Hash, Arc<Document>),
}

impl Run {
    async fn execute(self, sent: &Sent<'_>, app: App) -> GraphqlResponse {
        let state = sent.state;
        let request = prepare(self.request, app, self.caller, sent.client());
        let response = state.schema.execute(request).await;
        if !is_not_run(&response) {
            let (hash, document) = self.document;
            state.documents.keep(hash, document);
        }
        response
    }
}

/// A stranger's answer, which is whole where nothing went wrong, with how long it lasts.
async fn make(sent: &Sent<'_>, media: Media, mut run: Run) -> Made {
    let (app, lasting) = sent.state.app.noting();
    let name = run.name.take();
    let response = run.execute(sent, app).await;
    if response.is_err() {
        return Made::Other(sent.encode(media, response));
    }
    match serde_json::to_vec(&Answer { errors: &[], data: Some(&response.data) }) {
        Ok(body) => {
            let until = lasting.until().unwrap_or(DateTime::<Utc>::MAX_UTC);
            Made::Whole(Arc::new(Whole::new(media, body, name)), until)
        }
        Err(_) => Made::Other(sent.encode(media, response)),
    }
}

/// Parses, chooses the operation, finds out who asks, and counts it, in the order of what each step costs.
async fn ready(
    sent: &Sent<'_>,
    pass: &mut Pass,
    params: Params,
) -> Result<Result<Run, GraphqlResponse>, Failure> {
    let Sent { state, gate, id, head } = sent;
    let (hash, document) = match document(state, &params.query, documents::named(&params.extensions)?) {
        Ok(found) => found,
        Err(refused) => return Ok(Err(*refused)),
    };
    let operation = params.operation_name.as_deref();
    let kind = match chosen(&document.parsed, operation) {
        Err(message) => return Ok(Err(refused(Code::Validation, message))),
        Ok(kind) => kind,
    };
    let word = match kind {
        OperationType::Subscription => {
            let message = "Subscriptions are served over a WebSocket at this address, in the subprotocol graphql-transport-ws.";
            return Ok(Err(refused(Code::Validation, message)));
        }
        OperationType::Mutation if head.method != Method::POST => {
            let failure =
                Failure::method_not_allowed("A GET request may only query; send mutations by POST.");
            return Err(failure.with_header(header::ALLOW, HeaderValue::from_static("POST")));
        }
        OperationType::Mutation => "mutation",
        OperationType::Query => "query",
    };
    let name: Option<Box<str>> = named(&document.parsed, operation).map(Into::into);
    sent.account().operation(word, name.as_deref());
    let caller = authenticate(state, &head.headers).await?;
    sent.account().caller(&caller);
    *pass = gate.recognise(pass.clone(), &caller.reference())?;
    let variables = Variables::from_json(Value::Object(params.variables));
    let cost = budget::cost(&document.parsed, operation, &variables, state.limits.complexity);
    *pass = gate.charge(pass.clone(), cost)?;
    let mut parsed = document.parsed.clone();
    omitted::leave_out(&mut parsed, operation, &variables);
    // The text is not looked at again.
    let mut request = GraphqlRequest::new("").variables(variables).data((*id).clone());
    request.operation_name = params.operation_name;
    request.set_parsed_query(parsed);
    Ok(Ok(Run { request, kind, name, caller, document: (hash, document) }))
}

/// The document that is asked for, by its text or its hash, within the limits.
fn document(
    state: &State,
    text: &str,
    named: Option<documents::Hash>,
) -> Result<(documents::Hash, Arc<Document>), Box<GraphqlResponse>> {
    if let (Some(hash), true) = (named, text.is_empty()) {
        let found = state.documents.find(&hash).map(|document| (hash, document));
        // The words by which clients know to send the document along.
        return found.ok_or_else(|| refused(Code::PersistedQueryNotFound, "PersistedQueryNotFound").into());
    }
    let hash = documents::hash_of(text);
    if named.is_some_and(|named| named != hash) {
        let message =
            "extensions.persistedQuery.sha256Hash is not the SHA-256 of the query: hash its very bytes.";
        return Err(refused(Code::Validation, message).into());
    }
    if let Some(document) = state.documents.find(&hash) {
        return Ok((hash, document));
    }
    match budget::parse(text, &state.limits) {
        Ok(parsed) => Ok((hash, Arc::new(Document { text: text.to_owned(), parsed }))),
        Err(refusal) => Err(GraphqlResponse::from_errors(vec![refusal.into_error()]).into()),
    }
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
fn refused(code: Code, message: impl Into<String>) -> GraphqlResponse {
    let mut error = ServerError::new(message, None);
    let mut extensions = ErrorExtensionValues::default();
    extensions.set("code", code.as_str());
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

/// Whether nothing of the document was run.
fn is_not_run(response: &GraphqlResponse) -> bool {
    response.data == async_graphql::Value::Null
        && response.is_err()
        && response.errors.iter().all(|error| error.path.is_empty())
}
