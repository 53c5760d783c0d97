//! Sockets at `/graphql`: subscriptions in the words of `graphql-transport-ws`. Who may open one, how many there may be,
//! and how they end with the service.

mod conversation;
mod subscribed;
mod words;

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::extract::FromRequestParts;
use axum::extract::ws::WebSocketUpgrade;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use tokio::sync::{Semaphore, watch};

use self::conversation::Conversation;
use super::account::Account;
use super::address::{client_address, household};
use super::rates::Gate;
use super::{Failure, Origins, RequestId, State};
use crate::domain::caller::ClientAddress;
use crate::graphql::edge::Code;

/// The only language that is spoken.
const PROTOCOL: &str = "graphql-transport-ws";
/// Most sockets of an instance.
const MOST: usize = 512;

/// What sockets may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SocketBounds {
    /// Most of one address that is not known to be somebody's.
    pub of_address: usize,
    /// Most of one caller.
    pub of_caller: usize,
    /// Most subscriptions of one socket.
    pub subscriptions: usize,
    /// Largest message that a client may send, in bytes.
    pub message_bytes: usize,
    /// Time in which a client must say who it is.
    pub init_time: Duration,
    /// How often a client is asked whether it is there, and who it is now; it is gone if it says nothing for twice as long.
    pub ping_time: Duration,
    /// Time in which a client must take what it is sent: a slow reader is cut off.
    pub send_time: Duration,
}

impl Default for SocketBounds {
    fn default() -> Self {
        Self {
            of_address: 20,
            of_caller: 10,
            subscriptions: 50,
            message_bytes: 64 * 1024,
            init_time: Duration::from_secs(10),
            ping_time: Duration::from_secs(30),
            send_time: Duration::from_secs(10),
        }
    }
}

/// Whose socket it is.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Whose {
    Address(IpAddr),
    Caller(Box<str>),
}

/// The open sockets.
#[derive(Debug)]
pub struct Sockets {
    open: Mutex<HashMap<Whose, usize>>,
    room: Arc<Semaphore>,
    most: usize,
    closing: watch::Sender<bool>,
}

impl Default for Sockets {
    fn default() -> Self {
        Self::new(MOST)
    }
}

impl Sockets {
    /// Room for so many.
    pub fn new(most: usize) -> Self {
        Self {
            open: Mutex::default(),
            room: Arc::new(Semaphore::new(most)),
            most,
            closing: watch::Sender::new(false),
        }
    }

    /// Takes no more of them, and has those that are open say goodbye.
    pub fn close(&self) {
        self.closing.send_replace(true);
    }

    /// Waits until all are closed, so long at most; how many are open still.
    pub async fn closed(&self, wait: Duration) -> usize {
        let all = u32::try_from(self.most).unwrap_or(u32::MAX);
        let _ = tokio::time::timeout(wait, self.room.acquire_many(all)).await;
        self.most - self.room.available_permits()
    }

    /// A seat, where there are fewer than `most` of the same.
    fn seat(self: &Arc<Self>, whose: Whose, most: usize) -> Option<Seat> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let taken = open.entry(whose.clone()).or_default();
        if *taken >= most {
            return None;
        }
        *taken += 1;
        Some(Seat { sockets: Arc::clone(self), whose })
    }
}

/// A place among the sockets of someone, free again when it is dropped.
#[derive(Debug)]
struct Seat {
    sockets: Arc<Sockets>,
    whose: Whose,
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut open = self.sockets.open.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(taken) = open.get_mut(&self.whose) {
            *taken -= 1;
            if *taken == 0 {
                open.remove(&self.whose);
            }
        }
    }
}

/// Whether a request asks for a WebSocket.
pub(super) fn is_asked(headers: &HeaderMap) -> bool {
    let upgrade = headers.get(header::UPGRADE).and_then(|value| value.to_str().ok());
    upgrade.is_some_and(|value| value.eq_ignore_ascii_case("websocket"))
}

/// Opens a socket, or says why not.
pub(super) async fn open(state: Arc<State>, gate: Arc<Gate>, id: RequestId, mut head: Parts) -> Response {
    match upgrade(state, gate, id, &mut head).await {
        Ok(response) => response,
        Err(failure) => failure.into_response(),
    }
}

async fn upgrade(
    state: Arc<State>,
    gate: Arc<Gate>,
    id: RequestId,
    head: &mut Parts,
) -> Result<Response, Failure> {
    let bounds = state.settings.sockets;
    if !may_come_from(&state.settings.origins, &head.headers) {
        let message = "Pages of this origin may not read here: ask the service's operator to list it.";
        return Err(Failure::new(Code::Forbidden, message));
    }
    let address = client_address(&head.extensions, &head.headers, &state.settings.proxies);
    let authorization = head.headers.get(header::AUTHORIZATION).cloned();
    let pass = gate.enter(address, authorization.as_ref().map(HeaderValue::as_bytes))?;
    let socket = WebSocketUpgrade::from_request_parts(head, &state).await;
    let socket = socket.map_err(|error| Failure::new(Code::Validation, error.body_text()))?;
    let mut socket = socket
        .protocols([PROTOCOL])
        .max_message_size(bounds.message_bytes)
        .max_frame_size(bounds.message_bytes)
        .max_write_buffer_size(4 * 1024 * 1024);
    if socket.selected_protocol().is_none() {
        let message =
            "Only the subprotocol graphql-transport-ws is spoken here: offer it in sec-websocket-protocol.";
        return Err(Failure::new(Code::Validation, message));
    }
    socket = socket.write_buffer_size(0);
    let full = || Failure::new(Code::Unavailable, "Too many sockets are open: try again later.");
    if *state.sockets.closing.borrow() {
        return Err(full());
    }
    let room = Arc::clone(&state.sockets.room).try_acquire_owned().map_err(|_| full())?;
    let seat = match address.map(|address| Whose::Address(household(address))) {
        None => None,
        Some(whose) => Some(state.sockets.seat(whose, bounds.of_address).ok_or_else(|| {
            let message =
                "Too many sockets are open from your address: close one, or subscribe to more over one.";
            Failure::new(Code::RateLimited, message).with_status(StatusCode::TOO_MANY_REQUESTS)
        })?),
    };
    let account: Account = head.extensions.get().cloned().unwrap_or_default();
    account.operation("subscription", None);
    let mut headers = HeaderMap::new();
    headers.extend(authorization.map(|value| (header::AUTHORIZATION, value)));
    for origin in head.headers.get_all(header::ORIGIN) {
        headers.append(header::ORIGIN, origin.clone());
    }
    let conversation = Conversation { state, gate, id, pass, client: ClientAddress(address), headers };
    Ok(socket.on_upgrade(async move |socket| {
        conversation.run(socket, seat).await;
        drop(room);
    }))
}

/// Whether a page of this origin may read the answers: as CORS has it, which does not hold for sockets. Programs send none.
fn may_come_from(origins: &Origins, headers: &HeaderMap) -> bool {
    let mut sent = headers.get_all(header::ORIGIN).iter();
    let (Some(origin), None) = (sent.next(), sent.next()) else {
        return headers.get(header::ORIGIN).is_none();
    };
    let own = || {
        let authority = origin.to_str().ok()?.parse::<Uri>().ok()?.authority()?.clone();
        let host = headers.get(header::HOST)?.to_str().ok()?;
        Some(authority.as_str().eq_ignore_ascii_case(host))
    };
    match origins {
        Origins::Any => true,
        Origins::List(list) if list.contains(origin) => true,
        Origins::None | Origins::List(_) => own().unwrap_or(false),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_of_this_service_and_of_listed_origins_may_come_and_programs() {
        let listed = Origins::parse(["https://cite.example.org"]).unwrap_or_default();
        let asked = |origins: &Origins, origin: Option<&'static str>| {
            let mut headers =
                HeaderMap::from_iter([(header::HOST, HeaderValue::from_static("maillage.example.org"))]);
            headers.extend(origin.map(|origin| (header::ORIGIN, HeaderValue::from_static(origin))));
            may_come_from(origins, &headers)
        };
        for (origin, none, list) in [
            (None, true, true),
            (Some("https://maillage.example.org"), true, true),
            (Some("https://cite.example.org"), false, true),
            (Some("https://evil.example.org"), false, false),
            (Some("https://maillage.example.org.evil.org"), false, false),
            (Some("null"), false, false),
        ] {
            assert_eq!((asked(&Origins::None, origin), asked(&listed, origin)), (none, list), "{origin:?}");
            assert!(asked(&Origins::Any, origin));
        }
    }

    #[test]
    fn seats_are_free_again_when_they_are_left() {
        let sockets = Arc::new(Sockets::new(9));
        let whose = || Whose::Caller("user:1".into());
        let first = sockets.seat(whose(), 2);
        let second = sockets.seat(whose(), 2);
        assert!(first.is_some() && second.is_some() && sockets.seat(whose(), 2).is_none());
        drop(first);
        assert!(sockets.seat(whose(), 2).is_some());
        drop(second);
        assert!(sockets.open.lock().unwrap_or_else(PoisonError::into_inner).is_empty());
    }
}
