//! One subscription of a socket, from what a client sent to its last event.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use async_graphql::parser::types::{ExecutableDocument, OperationType};
use async_graphql::{Request as GraphqlRequest, Response as GraphqlResponse, Variables};
use axum::http::{HeaderMap, header};
use futures::{FutureExt, StreamExt};
use serde_json::Value;
use serde_json::value::RawValue;
use tokio::sync::mpsc;

use super::super::graphql::{answer, chosen};
use super::super::params::Params;
use super::super::rates::{Gate, Pass};
use super::super::{Failure, RequestId, State, authenticate};
use super::words;
use crate::domain::caller::{Caller, ClientAddress};
use crate::graphql::edge::{self, Code};
use crate::graphql::subscription::{Credentials, Ended, Follower};
use crate::graphql::{budget, omitted, prepare};

/// How long it waits where the database does not answer.
const RETRY: Duration = Duration::from_secs(1);

/// What becomes of a subscription.
#[derive(Debug)]
pub(super) enum Event {
    /// Something came.
    Next(Box<RawValue>),
    /// It can't be followed.
    Refused(Box<RawValue>),
    /// It is over.
    Complete,
    /// Who follows is not let in any more, for this reason.
    LetGo(String),
}

/// What a subscription of a socket needs.
#[derive(Clone)]
pub(super) struct Subscriber {
    pub state: Arc<State>,
    pub id: RequestId,
    pub client: ClientAddress,
    /// Who sends, as a request would say it.
    pub headers: HeaderMap,
}

/// What was sent, read and weighed.
pub(super) struct Asked {
    params: Params,
    variables: Variables,
    document: ExecutableDocument,
}

/// Reads what is to be followed, within the same limits as a request; or the errors, as they are sent.
pub(super) fn read(
    state: &State,
    gate: &Gate,
    pass: &Pass,
    params: Result<Params, Failure>,
    id: &RequestId,
) -> Result<Asked, Box<RawValue>> {
    let refused = |failure: &Failure| words::errors(&[failure.error()]);
    let wrong = |message: &str| words::error(Code::Validation.as_str(), message);
    let mut params = params.map_err(|failure| refused(&failure))?;
    let mut document = budget::parse(&params.query, &state.limits).map_err(|refusal| {
        let mut response = GraphqlResponse::from_errors(vec![refusal.into_error()]);
        edge::finish(&mut response, id.as_str());
        errors_of(&response)
    })?;
    let operation = params.operation_name.as_deref();
    match chosen(&document, operation) {
        Err(message) => return Err(wrong(&message)),
        Ok(OperationType::Subscription) => {}
        Ok(OperationType::Query | OperationType::Mutation) => {
            return Err(wrong(
                "Only subscriptions are served over a WebSocket: send queries and mutations by HTTP.",
            ));
        }
    }
    let variables = Variables::from_json(Value::Object(std::mem::take(&mut params.variables)));
    let cost = budget::cost(&document, operation, &variables, state.limits.complexity);
    gate.charge(pass.clone(), cost.saturating_add(1)).map_err(|failure| refused(&failure))?;
    omitted::leave_out(&mut document, operation, &variables);
    Ok(Asked { params, variables, document })
}

impl Subscriber {
    /// Follows until it is over, whatever happens.
    pub async fn run(self, asked: Asked, send: mpsc::Sender<Event>) {
        let id = self.id.clone();
        let last = AssertUnwindSafe(self.follow(asked, &send)).catch_unwind().await.unwrap_or_else(|_| {
            tracing::error!(id = id.as_str(), "a subscription panicked");
            Event::Refused(words::errors(&[Failure::internal(id.as_str()).error()]))
        });
        // Nobody hears of it where the socket is gone.
        let _ = send.send(last).await;
    }

    async fn follow(&self, asked: Asked, send: &mpsc::Sender<Event>) -> Event {
        let Self { state, id, client, headers } = self;
        let mut from = None;
        loop {
            let caller = match self.caller().await {
                Ok(caller) => caller,
                Err(failure) if failure.is_of_the_caller() => return Event::LetGo(failure.to_string()),
                Err(failure) => return Event::Refused(words::errors(&[failure.error()])),
            };
            let follower = Follower::new(caller.clone(), credentials(headers), from);
            let mut request = GraphqlRequest::new(asked.params.query.clone())
                .variables(asked.variables.clone())
                .data(id.clone())
                .data(std::sync::Arc::clone(&follower));
            request.operation_name.clone_from(&asked.params.operation_name);
            request.set_parsed_query(asked.document.clone());
            let mut events =
                state.schema.execute_stream(prepare(request, state.app.clone(), caller, *client));
            let mut is_first = from.is_none();
            while let Some(mut response) = events.next().await {
                edge::finish(&mut response, id.as_str());
                if is_first && response.is_err() && is_null(&response) {
                    return Event::Refused(errors_of(&response));
                }
                is_first = false;
                let Some(payload) = answer(&response) else {
                    return Event::Refused(words::errors(&[Failure::internal(id.as_str()).error()]));
                };
                state.metrics.event_sent();
                if send.send(Event::Next(payload)).await.is_err() {
                    return Event::Complete;
                }
            }
            match follower.ended() {
                // Others may see other things: on from where they were, as who they are now.
                Some(Ended::RightsChanged) => from = follower.cursor(),
                Some(Ended::Refused(_)) => {
                    // Said in the words of whoever is not let in.
                    let reason = self.caller().await.err().map(|failure| failure.to_string());
                    return Event::LetGo(reason.unwrap_or_else(|| "sign in again".to_owned()));
                }
                None => return Event::Complete,
            }
        }
    }

    /// Who it is, now; asked until the database answers.
    async fn caller(&self) -> Result<Caller, Failure> {
        loop {
            match authenticate(&self.state, &self.headers).await {
                Err(failure) if failure.passes() => tokio::time::sleep(RETRY).await,
                outcome => return outcome,
            }
        }
    }
}

fn is_null(response: &GraphqlResponse) -> bool {
    match &response.data {
        async_graphql::Value::Null => true,
        async_graphql::Value::Object(fields) => {
            fields.values().all(|value| *value == async_graphql::Value::Null)
        }
        _ => false,
    }
}

fn errors_of(response: &GraphqlResponse) -> Box<RawValue> {
    serde_json::value::to_raw_value(&response.errors).unwrap_or_else(|_| words::errors(&[]))
}

/// What is sent to say who one is, to be looked at again; `authenticate` has read it.
fn credentials(headers: &HeaderMap) -> Option<Credentials> {
    let sent = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (_, sent) = sent.split_once(' ')?;
    let mut origins = headers.get_all(header::ORIGIN).iter();
    let origin = origins.next().filter(|_| origins.next().is_none());
    let origin = origin.and_then(|origin| origin.to_str().ok()).map(str::to_owned);
    Some(Credentials { sent: sent.trim().to_owned(), origin })
}
