//! The service on a real socket: clients that dawdle, leave, or are there when it stops.

use std::io::ErrorKind;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use maillage::http::serve::{Bounds, serve};
use sqlx::{Connection, Executor, PgConnection};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use super::*;
use crate::support::in_time;

const BRIEF: Duration = Duration::from_millis(300);

struct Running {
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    served: JoinHandle<usize>,
}

async fn start(state: State, drain_time: Duration) -> Running {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let bounds = Bounds { header_time: BRIEF, drain_time, ..Bounds::default() };
    let (stop, stopped) = oneshot::channel();
    let shutdown = async move {
        let _ = stopped.await;
    };
    let served = tokio::spawn(serve(listener, router(state), bounds, shutdown));
    Running { address, stop, served }
}

/// A connection on which this has been said.
pub async fn said(address: SocketAddr, text: &[u8]) -> TcpStream {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(text).await.unwrap();
    stream
}

/// A request for this query, as it is sent.
pub fn request(query: &str) -> Vec<u8> {
    let body = json!({ "query": query }).to_string();
    let head = "POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\nconnection: close\r\n";
    format!("{head}content-length: {}\r\n\r\n{body}", body.len()).into_bytes()
}

/// All that the server says until it closes; a reset counts as closing.
pub async fn rest(stream: &mut TcpStream) -> String {
    let mut text = Vec::new();
    if let Err(error) = stream.read_to_end(&mut text).await {
        assert_eq!(error.kind(), ErrorKind::ConnectionReset);
    }
    String::from_utf8_lossy(&text).into_owned()
}

/// A hold on the practices, so that whoever reads them waits: the service itself never does, unlike actors, which it
/// reads into memory while it starts.
pub async fn hold_practices(url: &str) -> PgConnection {
    let mut other = PgConnection::connect(url).await.unwrap();
    other.execute("BEGIN; LOCK TABLE good_practices").await.unwrap();
    other
}

/// Waits until somebody waits for the hold.
pub async fn until_awaited(other: &mut PgConnection) {
    let waiting =
        "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
    let awaited = async {
        while sqlx::query(waiting).fetch_optional(&mut *other).await.unwrap().is_none() {
            // the transaction would else see the same activity for ever
            other.execute("SELECT pg_stat_clear_snapshot()").await.unwrap();
        }
    };
    in_time("somebody waits for the hold", awaited).await;
}

#[tokio::test]
async fn whoever_does_not_finish_its_head_is_cut() {
    let running = start(state().await, BRIEF).await;
    let begun =
        [&b""[..], b"PRI * HT", b"POST /graphql HTT", b"GET /healthz HTTP/1.1\r\nhost: x\r\nx-a: b\r\n"];
    for begun in begun {
        let started = Instant::now();
        rest(&mut said(running.address, begun).await).await;
        assert!(started.elapsed() < 10 * BRIEF, "{:?} after {begun:?}", started.elapsed());
    }
}

#[tokio::test]
async fn dribbling_a_head_byte_by_byte_does_not_win_time() {
    let running = start(state().await, BRIEF).await;
    let mut stream = said(running.address, b"GET /healthz HTTP/1.1\r\n").await;
    let started = Instant::now();
    let mut pace = tokio::time::interval(BRIEF / 10);
    while started.elapsed() < 20 * BRIEF {
        pace.tick().await;
        if stream.write_all(b"x-a: b\r\n").await.is_err() {
            break;
        }
    }
    assert!(started.elapsed() < 10 * BRIEF, "still open after {:?}", started.elapsed());
}

#[tokio::test]
async fn a_connection_is_used_again_and_cut_when_it_idles() {
    let running = start(state().await, BRIEF).await;
    let mut stream = said(running.address, b"GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n").await;
    let mut answer = [0; 15];
    stream.read_exact(&mut answer).await.unwrap();
    assert_eq!(&answer, b"HTTP/1.1 200 OK");
    stream.write_all(b"GET /readyz HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
    assert!(rest(&mut stream).await.contains("\"status\":\"ready\""));
}

#[tokio::test]
async fn unencrypted_http2_is_spoken() {
    let running = start(state().await, BRIEF).await;
    let empty_settings = [0, 0, 0, 4, 0, 0, 0, 0, 0];
    let preface = [&b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"[..], &empty_settings].concat();
    let mut stream = said(running.address, &preface).await;
    let mut frame = [0; 9];
    stream.read_exact(&mut frame).await.unwrap();
    assert_eq!(frame[3], 4, "the server's settings come first");
}

#[tokio::test]
async fn a_body_that_is_too_large_is_answered_before_it_has_come() {
    let running = start(state().await, BRIEF).await;
    let head = b"POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n";
    let declared = [&head[..], b"content-length: 1000000000\r\n\r\n{"].concat();
    assert!(rest(&mut said(running.address, &declared).await).await.starts_with("HTTP/1.1 413 "));
    let chunk = format!("10000\r\n{}\r\n", " ".repeat(0x10000)).repeat(5);
    let chunked = [&head[..], b"transfer-encoding: chunked\r\n\r\n", chunk.as_bytes()].concat();
    assert!(rest(&mut said(running.address, &chunked).await).await.starts_with("HTTP/1.1 413 "));
}

#[tokio::test]
async fn a_shutdown_lets_a_running_request_finish_and_takes_no_other() {
    let test = TestApp::empty().await;
    let running = start(test.state.clone(), 20 * BRIEF).await;
    let mut other = hold_practices(&test.url).await;
    let mut busy = said(running.address, &request("{ goodPractices { totalCount } }")).await;
    until_awaited(&mut other).await;
    let mut idle = said(running.address, b"GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n").await;
    idle.read_exact(&mut [0; 15]).await.unwrap();
    running.stop.send(()).unwrap();
    other.execute("ROLLBACK").await.unwrap();
    assert!(rest(&mut busy).await.contains("\"totalCount\":0"));
    assert_eq!(running.served.await.unwrap(), 0);
    let refused = TcpStream::connect(running.address).await;
    assert!(refused.is_err_and(|error| error.kind() == ErrorKind::ConnectionRefused));
}

#[tokio::test]
async fn a_shutdown_cuts_what_does_not_finish_in_time() {
    let test = TestApp::empty().await;
    let running = start(test.state.clone(), BRIEF).await;
    let mut other = hold_practices(&test.url).await;
    let mut busy = said(running.address, &request("{ goodPractices { totalCount } }")).await;
    until_awaited(&mut other).await;
    running.stop.send(()).unwrap();
    assert_eq!(running.served.await.unwrap(), 1);
    assert_eq!(rest(&mut busy).await, "");
}

#[tokio::test]
async fn giant_heads_are_refused_without_being_kept() {
    let running = start(state().await, BRIEF).await;
    let one = format!("GET /healthz HTTP/1.1\r\nhost: x\r\nx-a: {}\r\n\r\n", "b".repeat(1_000_000));
    let many = format!("GET /healthz HTTP/1.1\r\nhost: x\r\n{}\r\n", "x-a: b\r\n".repeat(10_000));
    let address = format!("GET /graphql?query={} HTTP/1.1\r\nhost: x\r\n\r\n", "x".repeat(200_000));
    for (what, head) in [("one header", one), ("many headers", many), ("a long address", address)] {
        let mut stream = TcpStream::connect(running.address).await.unwrap();
        // it is cut while it still sends
        let _ = stream.write_all(head.as_bytes()).await;
        let answer = rest(&mut stream).await;
        let status = answer.split(' ').nth(1).unwrap_or_default();
        assert!(answer.is_empty() || ["400", "414", "431"].contains(&status), "{what}: {answer}");
    }
    let mut alive =
        said(running.address, b"GET /healthz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").await;
    assert!(rest(&mut alive).await.starts_with("HTTP/1.1 200 "));
}

#[tokio::test]
async fn a_body_that_drips_is_given_up_whatever_it_says() {
    let settings = maillage::http::Settings { body_time: BRIEF, ..maillage::http::Settings::default() };
    let state = State { settings: std::sync::Arc::new(settings), ..state().await };
    let running = start(state, BRIEF).await;
    let head = b"POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 1000\r\n\r\n";
    let mut stream = said(running.address, head).await;
    let started = Instant::now();
    let mut pace = tokio::time::interval(BRIEF / 10);
    while started.elapsed() < 20 * BRIEF {
        pace.tick().await;
        if stream.write_all(b" ").await.is_err() {
            break;
        }
        let mut answer = [0; 12];
        let read = tokio::time::timeout(Duration::from_millis(1), stream.read(&mut answer)).await;
        if matches!(read, Ok(Ok(_))) {
            assert_eq!(&answer, b"HTTP/1.1 408");
            break;
        }
    }
    assert!(started.elapsed() < 10 * BRIEF, "still open after {:?}", started.elapsed());
}
