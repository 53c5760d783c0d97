//! The subscription: `graphql-transport-ws` as its protocol says, from a real client over a real socket.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use futures::{SinkExt, StreamExt};
use maillage::http::rates::Rates;
use maillage::http::serve::{Bounds, serve};
use maillage::http::sockets::SocketBounds;
use maillage::http::{Origins, Settings, State, router};
use serde_json::{Value, json};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::task::JoinHandle;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::{HeaderName, HeaderValue, StatusCode};
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{WebSocketStream, client_async};

use crate::http::proxy::{Proxy, Way};
use crate::support::entries::square;
use crate::support::{TestApp, data_of, empty_database};

pub const FOLLOW: &str = "subscription($since: String, $kinds: [ChangeKind!]) {
    changes(since: $since, kinds: $kinds) { cursor node { kind type id version node { ... on Actor { name } } } } }";
/// Long enough for anything that is to come, short enough to fail by.
const PATIENCE: Duration = Duration::from_mins(1);
const BRIEF: Duration = Duration::from_millis(200);

/// A service on a port of its own.
pub struct Running {
    pub address: SocketAddr,
    served: JoinHandle<usize>,
}

impl Drop for Running {
    fn drop(&mut self) {
        self.served.abort();
    }
}

pub async fn start(state: State) -> Running {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let served = tokio::spawn(serve(listener, router(state), Bounds::default(), std::future::pending()));
    Running { address, served }
}

fn bounded(test: &TestApp, change: impl FnOnce(&mut SocketBounds)) -> State {
    let mut settings = Settings { rates: Rates::OFF, ..Settings::default() };
    change(&mut settings.sockets);
    State { settings: Arc::new(settings), ..test.state.clone() }
}

pub struct Client(WebSocketStream<TcpStream>);

impl Client {
    pub async fn open(address: SocketAddr, headers: &[(&'static str, &str)]) -> Result<Self, Error> {
        let stream = TcpStream::connect(address).await.unwrap();
        Self::over(stream, headers).await
    }

    async fn over(stream: TcpStream, headers: &[(&'static str, &str)]) -> Result<Self, Error> {
        let mut request = format!("ws://{}/graphql", stream.peer_addr().unwrap()).into_client_request()?;
        for (name, value) in headers {
            let value = HeaderValue::from_str(value).unwrap();
            request.headers_mut().insert(HeaderName::from_static(name), value);
        }
        Ok(Self(client_async(request, stream).await?.0))
    }

    /// Connected, and let in.
    pub async fn ready(address: SocketAddr, token: Option<&str>) -> Self {
        let mut client = Self::open(address, &[PROTOCOL]).await.unwrap();
        let payload = token.map(|token| json!({ "authorization": format!("Bearer {token}") }));
        client.say(json!({ "type": "connection_init", "payload": payload })).await;
        assert_eq!(client.hear().await, json!({ "type": "connection_ack" }));
        client
    }

    pub async fn say(&mut self, message: Value) {
        self.0.send(Message::text(message.to_string())).await.unwrap();
    }

    pub async fn subscribe(&mut self, id: &str, query: &str, variables: Value) {
        let payload = json!({ "query": query, "variables": variables });
        self.say(json!({ "type": "subscribe", "id": id, "payload": payload })).await;
    }

    /// The next message that is not a ping.
    pub async fn hear(&mut self) -> Value {
        match self.next().await {
            Some(Ok(Message::Text(text))) => serde_json::from_str(&text).unwrap(),
            other => panic!("{other:?}"),
        }
    }

    async fn next(&mut self) -> Option<Result<Message, Error>> {
        let heard = async {
            loop {
                match self.0.next().await {
                    Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                    other => return other,
                }
            }
        };
        tokio::time::timeout(PATIENCE, heard).await.expect("something in time")
    }

    /// The name and version of the actor in the next event.
    pub async fn event(&mut self) -> (String, i64) {
        let said = self.hear().await;
        assert_eq!(said["type"], "next", "{said}");
        let node = &said["payload"]["data"]["changes"]["node"];
        (node["node"]["name"].as_str().unwrap_or("gone").to_owned(), node["version"].as_i64().unwrap_or(0))
    }

    /// The code with which it is closed, whatever is said before.
    pub async fn closed(&mut self) -> u16 {
        loop {
            match self.next().await {
                Some(Ok(Message::Close(frame))) => return frame.map_or(0, |frame| frame.code.into()),
                Some(Ok(_)) => {}
                None | Some(Err(_)) => return 0,
            }
        }
    }
}

pub const PROTOCOL: (&str, &str) = ("sec-websocket-protocol", "graphql-transport-ws");

fn status(outcome: Result<Client, Error>) -> StatusCode {
    match outcome {
        Ok(_) => StatusCode::SWITCHING_PROTOCOLS,
        Err(Error::Http(response)) => response.status(),
        Err(error) => panic!("{error}"),
    }
}

#[tokio::test]
async fn changes_come_as_they_are_committed_and_what_was_missed_comes_first() {
    let test = TestApp::empty().await;
    let running = start(test.state.clone()).await;
    let mut client = Client::ready(running.address, None).await;
    client.subscribe("1", FOLLOW, json!({})).await;
    // An answer to a ping says that what was sent before it was read; a query that the subscription began.
    client.subscribe("barrier", "{ themes { key } }", json!({})).await;
    assert_eq!(client.hear().await["type"], "error");
    until_following(&test, &running).await;
    let id = test.actor("Un", json!({})).await;
    let said = client.hear().await;
    let edge = &said["payload"]["data"]["changes"];
    assert_eq!((&said["id"], &said["type"], &edge["node"]["id"]), (&json!("1"), &json!("next"), &json!(id)));
    let cursor = edge["cursor"].clone();
    // Away, and back.
    client.say(json!({ "type": "complete", "id": "1" })).await;
    test.update_actor(&id, 2, json!({ "name": "Deux" })).await;
    test.actor("Trois", json!({})).await;
    client.subscribe("1", FOLLOW, json!({ "since": cursor })).await;
    assert_eq!(client.event().await, ("Deux".to_owned(), 3));
    assert_eq!(client.event().await, ("Trois".to_owned(), 2));
    test.update_actor(&id, 3, json!({ "name": "Quatre" })).await;
    assert_eq!(client.event().await, ("Quatre".to_owned(), 4));
    client.say(json!({ "type": "ping", "payload": { "any": 1 } })).await;
    assert_eq!(client.hear().await, json!({ "type": "pong" }));
}

/// Waits until a subscription over another socket hears of a write: then those before it have begun.
async fn until_following(test: &TestApp, running: &Running) {
    let mut other = Client::ready(running.address, Some(&test.token)).await;
    other.subscribe("x", "subscription { changes(since: \"\") { cursor } }", json!({})).await;
    assert_eq!(other.hear().await["type"], "error");
}

#[tokio::test]
async fn a_socket_closes_with_the_codes_of_the_protocol() {
    let test = TestApp::empty().await;
    let running = start(bounded(&test, |bounds| bounds.init_time = BRIEF)).await;
    let init = json!({ "type": "connection_init" }).to_string();
    let subscribe = json!({ "type": "subscribe", "id": "1", "payload": { "query": FOLLOW } }).to_string();
    let token =
        json!({ "type": "connection_init", "payload": { "Authorization": "Bearer nonsense" } }).to_string();
    let long = json!({ "type": "ping", "payload": { "x": "x".repeat(70_000) } }).to_string();
    for (what, said, code) in [
        ("not JSON", vec!["nonsense"], 4400),
        ("no such type", vec![r#"{"type": "start"}"#], 4400),
        ("subscribing before it is known who", vec![&subscribe], 4401),
        ("a token that is none", vec![&token], 4403),
        ("a name twice", vec![&init, &subscribe, &subscribe], 4409),
        ("saying who one is twice", vec![&init, &init], 4429),
        ("too long a message", vec![&init, &long], 4400),
        ("silence", vec![], 4408),
    ] {
        let mut client = Client::open(running.address, &[PROTOCOL]).await.unwrap();
        for text in said {
            let _ = client.0.send(Message::text(text)).await;
        }
        assert_eq!(client.closed().await, code, "{what}");
    }
    let mut client = Client::ready(running.address, None).await;
    client.0.send(Message::binary(vec![1, 2, 3])).await.unwrap();
    assert_eq!(client.closed().await, 4400);
}

#[tokio::test]
async fn who_may_open_one_is_as_cors_says_and_only_one_language_is_spoken() {
    let test = TestApp::empty().await;
    let settings = Settings {
        origins: Origins::parse(["https://cite.example.org"]).unwrap(),
        rates: Rates::OFF,
        ..Settings::default()
    };
    let running = start(State { settings: Arc::new(settings), ..test.state.clone() }).await;
    let own = format!("http://{}", running.address);
    for (headers, expected) in [
        (vec![PROTOCOL], 101),
        (vec![PROTOCOL, ("origin", own.as_str())], 101),
        (vec![PROTOCOL, ("origin", "https://cite.example.org")], 101),
        (vec![PROTOCOL, ("origin", "https://evil.example.org")], 403),
        (vec![("sec-websocket-protocol", "graphql-ws")], 400),
        (vec![], 400),
    ] {
        assert_eq!(status(Client::open(running.address, &headers).await), expected, "{headers:?}");
    }
}

#[tokio::test]
async fn there_are_only_so_many_sockets_and_subscriptions() {
    let test = TestApp::empty().await;
    let state = bounded(&test, |bounds| {
        (bounds.of_address, bounds.of_caller, bounds.subscriptions) = (2, 1, 2);
    });
    let running = start(state).await;
    let mut first = Client::ready(running.address, None).await;
    let second = Client::ready(running.address, None).await;
    assert_eq!(status(Client::open(running.address, &[PROTOCOL]).await), 429);
    drop(second);
    // Once the place is free.
    let mut known = loop {
        match Client::open(running.address, &[PROTOCOL]).await {
            Ok(client) => break client,
            Err(_) => tokio::task::yield_now().await,
        }
    };
    let init = json!({ "type": "connection_init", "payload": { "authorization": format!("Bearer {}", test.token) } });
    known.say(init.clone()).await;
    assert_eq!(known.hear().await["type"], "connection_ack");
    // Who is known is counted by name, which frees the place of the address.
    let mut again = Client::open(running.address, &[PROTOCOL]).await.unwrap();
    again.say(init).await;
    assert_eq!(again.closed().await, 1013);
    for id in ["1", "2", "3"] {
        first.subscribe(id, FOLLOW, json!({})).await;
    }
    let said = first.hear().await;
    assert_eq!((&said["id"], &said["type"]), (&json!("3"), &json!("error")));
}

#[tokio::test]
async fn what_can_not_be_followed_is_said_and_the_socket_stays() {
    let test = TestApp::empty().await;
    let running = start(test.state.clone()).await;
    let mut client = Client::ready(running.address, None).await;
    let deep = format!("subscription {{ changes {{ node {{ {} id }} }} }}", "node { ".repeat(30));
    for (query, code) in [
        ("{ themes { key } }", "VALIDATION"),
        ("mutation { eraseMe }", "VALIDATION"),
        ("subscription { nothing }", "VALIDATION"),
        ("subscription {", "VALIDATION"),
        ("subscription { changes(since: \"x\") { cursor } }", "VALIDATION"),
        ("subscription { a: changes { cursor } b: changes { cursor } }", "VALIDATION"),
        (deep.as_str(), "VALIDATION"),
        ("fragment f on Subscription { ...f } subscription { ...f }", "VALIDATION"),
    ] {
        client.subscribe("1", query, json!({})).await;
        let said = client.hear().await;
        assert_eq!((&said["id"], &said["type"]), (&json!("1"), &json!("error")), "{query}: {said}");
        assert_eq!(said["payload"][0]["extensions"]["code"], code, "{query}: {said}");
        // The name is free again.
    }
    let answer = test.ask("subscription { changes { cursor } }", json!({})).await;
    assert!(answer["errors"][0]["message"].as_str().unwrap().contains("WebSocket"), "{answer}");
}

#[tokio::test]
async fn rights_are_asked_for_every_event() {
    let test = TestApp::empty().await;
    let user = test.app.add_user("un@example.org", "Un", &[]).await.unwrap().unwrap();
    let token = test.token_for(user).await;
    let running = start(test.state.clone()).await;
    let mut known = Client::ready(running.address, Some(&token)).await;
    let mut stranger = Client::ready(running.address, None).await;
    let here = test.territory("COMMUNE", "28134", "Ici", square(1.3, 48.7, 0.1)).await;
    let first = test.actor("Premier", json!({})).await;
    let start = super::Follower::new(None);
    let cursor = {
        let mut start = start;
        start.all(&test).await;
        start.cursor.unwrap()
    };
    for client in [&mut known, &mut stranger] {
        client.subscribe("1", FOLLOW, json!({ "since": cursor })).await;
    }
    test.draft_actor("Brouillon", json!({ "seat": { "id": here } })).await;
    test.update_actor(&first, 2, json!({ "name": "Deuxième" })).await;
    for client in [&mut known, &mut stranger] {
        assert_eq!(client.event().await.0, "Deuxième");
    }
    // Given more, they see more from the next event on, over the same socket.
    let grant = "mutation($id: ID!, $here: ID!) { grantRole(user: $id, grant: { role: TERRITORY_MANAGER, territory: { id: $here } }) { id } }";
    let users = test.admin_data("{ users(first: 100) { nodes { id email } } }", json!({})).await;
    let nodes = users["users"]["nodes"].as_array().unwrap();
    let id = &nodes.iter().find(|user| user["email"] == "un@example.org").unwrap()["id"];
    test.admin_data(grant, json!({ "id": id, "here": here })).await;
    test.draft_actor("Brouillon deux", json!({ "seat": { "id": here } })).await;
    test.update_actor(&first, 3, json!({ "name": "Troisième" })).await;
    assert_eq!(stranger.event().await.0, "Troisième");
    let heard = [known.event().await.0, known.event().await.0];
    assert_eq!(heard, ["Brouillon deux", "Troisième"]);
    // Taken in, they are let go at the next event, before it is told.
    test.admin_data("mutation($id: ID!) { deactivateUser(id: $id) { id } }", json!({ "id": id })).await;
    test.update_actor(&first, 4, json!({ "name": "Quatrième" })).await;
    assert_eq!(stranger.event().await.0, "Quatrième");
    assert_eq!(known.closed().await, 4403);
}

#[tokio::test]
async fn a_socket_closes_when_the_token_ends_though_nothing_happens() {
    let test = TestApp::empty().await;
    let user = test.app.add_user("un@example.org", "Un", &[]).await.unwrap().unwrap();
    let token = test.app.token(user, None, chrono::TimeDelta::minutes(5)).await.unwrap();
    let running = start(bounded(&test, |bounds| bounds.ping_time = BRIEF)).await;
    let mut client = Client::ready(running.address, Some(&token)).await;
    client.subscribe("1", FOLLOW, json!({})).await;
    test.clock.set(test.clock.now() + chrono::TimeDelta::minutes(6));
    assert_eq!(client.closed().await, 4403);
}

#[tokio::test]
async fn writes_of_another_instance_are_heard_of_though_the_listening_connection_was_cut() {
    let test = TestApp::empty().await;
    let other = TestApp::at(test.url()).await;
    let store = test.app.store.clone();
    let hearing = tokio::spawn(async move { store.hear_feed().await });
    let running = start(test.state.clone()).await;
    let mut start = super::Follower::new(None);
    start.all(&test).await;
    let mut client = Client::ready(running.address, None).await;
    client.subscribe("1", FOLLOW, json!({ "since": start.cursor })).await;
    let id = other.actor("Ailleurs", json!({})).await;
    assert_eq!(client.event().await.0, "Ailleurs");
    // Every connection of the first instance is cut: the listening one and those of its pool.
    for version in 2..5 {
        let cut = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
            WHERE datname = current_database() AND pid <> pg_backend_pid() AND query LIKE 'LISTEN%'";
        other.execute(cut).await;
        let name = format!("Ailleurs {version}");
        data_of(other.update_actor(&id, version, json!({ "name": name })).await);
        assert_eq!(client.event().await, (name, version + 1));
    }
    hearing.abort();
}

#[tokio::test]
async fn a_database_that_was_gone_for_a_while_ends_no_subscription() {
    let url = empty_database().await;
    let proxy = Proxy::before(&url).await;
    let test = TestApp::at(&proxy.url).await;
    let other = TestApp::at(&url).await;
    let store = test.app.store.clone();
    let hearing = tokio::spawn(async move { store.hear_feed().await });
    let running = start(test.state.clone()).await;
    let mut start = super::Follower::new(None);
    start.all(&other).await;
    let mut client = Client::ready(running.address, Some(&test.token)).await;
    client.subscribe("1", FOLLOW, json!({ "since": start.cursor })).await;
    let id = other.actor("Avant", json!({})).await;
    assert_eq!(client.event().await.0, "Avant");
    for (way, version) in [(Way::Cut, 2), (Way::Cut, 3)] {
        proxy.set(way);
        let name = format!("Pendant {version}");
        data_of(other.update_actor(&id, version, json!({ "name": name })).await);
        proxy.set(Way::Open);
        assert_eq!(client.event().await, (name, version + 1));
    }
    hearing.abort();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_does_not_read_is_cut_off_and_holds_nobody_up() {
    let test = TestApp::empty().await;
    let running = start(bounded(&test, |bounds| bounds.send_time = BRIEF)).await;
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(4096).unwrap();
    let stream = socket.connect(running.address).await.unwrap();
    let mut slow = Client::over(stream, &[PROTOCOL]).await.unwrap();
    slow.say(json!({ "type": "connection_init" })).await;
    assert_eq!(slow.hear().await["type"], "connection_ack");
    let mut start = super::Follower::new(None);
    start.all(&test).await;
    let query = "subscription($since: String) { changes(since: $since) { node { node { ... on Actor { a: description b: description c: description d: description e: description f: description } } } } }";
    for id in 0..50 {
        slow.subscribe(&id.to_string(), query, json!({ "since": start.cursor })).await;
    }
    let mut quick = Client::ready(running.address, None).await;
    quick.subscribe("1", FOLLOW, json!({ "since": start.cursor })).await;
    let text = "x".repeat(4_000);
    for number in 0..12 {
        let name = format!("Acteur {number}");
        test.actor(&name, json!({ "description": text })).await;
        assert_eq!(quick.event().await.0, name);
    }
    let cut = async {
        while !measured(&test).await.contains("maillage_sockets_closed_total{why=\"slow\"} 1") {
            tokio::time::sleep(BRIEF / 10).await;
        }
    };
    tokio::time::timeout(PATIENCE, cut).await.expect("it is cut off");
}

async fn measured(test: &TestApp) -> String {
    use http_body_util::BodyExt;
    use tower::ServiceExt;
    let request = axum::http::Request::get("/metrics").body(axum::body::Body::empty()).unwrap();
    let response = maillage::http::metrics::router(test.state.clone()).oneshot(request).await.unwrap();
    let bytes = response.into_body().collect().await.unwrap().to_bytes();
    String::from_utf8_lossy(&bytes).into_owned()
}

#[tokio::test]
async fn a_shutdown_says_goodbye() {
    let test = TestApp::empty().await;
    let running = start(test.state.clone()).await;
    let mut client = Client::ready(running.address, None).await;
    client.subscribe("1", FOLLOW, json!({})).await;
    test.state.sockets.close();
    assert_eq!(client.closed().await, 1001);
    drop(client);
    assert_eq!(test.state.sockets.closed(PATIENCE).await, 0);
    assert_eq!(status(Client::open(running.address, &[PROTOCOL]).await), 503);
}
