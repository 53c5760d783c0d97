//! The program itself: started, told to stop, with its database gone and back.

use std::net::SocketAddr;
use std::process::Stdio;
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use sqlx::Executor;
use tokio::io::{AsyncBufReadExt, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};

use super::proxy::{Proxy, Way};
use super::sockets::{hold_practices, request, rest, said, until_awaited};
use super::*;
use crate::support::{blank_database, empty_database};

/// The program, which ends with it.
struct Service {
    child: Child,
    address: SocketAddr,
    /// Kept, since the program would fail where nobody takes what it prints.
    _said: Lines<BufReader<ChildStdout>>,
}

fn program(url: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_maillage"));
    command.env("DATABASE_URL", url).env("MAILLAGE_LISTEN", "127.0.0.1:0").kill_on_drop(true);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    command
}

async fn serve(url: &str) -> Service {
    let mut child = program(url).arg("serve").spawn().unwrap();
    let mut said = BufReader::new(child.stdout.take().unwrap()).lines();
    while let Some(line) = said.next_line().await.unwrap() {
        if let Some(address) = line.strip_prefix("Maillage listens on http://") {
            return Service { address: address.parse().unwrap(), child, _said: said };
        }
    }
    panic!("it ended: {:?}", child.wait().await);
}

async fn get(address: SocketAddr, path: &str) -> String {
    let head = format!("GET {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
    rest(&mut said(address, head.as_bytes()).await).await
}

/// Asks until the status is this one.
async fn until(address: SocketAddr, path: &str, status: &str) {
    let (started, mut pace) = (Instant::now(), tokio::time::interval(Duration::from_millis(100)));
    while !get(address, path).await.starts_with(&format!("HTTP/1.1 {status} ")) {
        assert!(started.elapsed() < Duration::from_secs(10), "{path} does not become {status}");
        pace.tick().await;
    }
}

#[tokio::test]
async fn two_that_start_at_once_on_an_empty_database_both_come_up_and_know_the_same_tokens() {
    let url = blank_database().await;
    let (one, other) = tokio::join!(serve(&url), serve(&url));
    let ada = ["--email", "ada@example.org"];
    let made =
        program(&url).args(["user", "create", "--name", "Ada", "--admin"]).args(ada).output().await.unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let token = program(&url).arg("token").args(ada).output().await.unwrap();
    let token = String::from_utf8(token.stdout).unwrap();
    let query =
        r#"mutation { createActor(input: {clientKey: "k", kind: OTHER, name: "Le Lavoir"}) { slug } }"#;
    let body = json!({ "query": query }).to_string();
    for service in [one, other] {
        until(service.address, "/readyz", "200").await;
        let head =
            "POST /graphql HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-type: application/json\r\n";
        let sent = format!(
            "{head}authorization: Bearer {}\r\ncontent-length: {}\r\n\r\n{body}",
            token.trim(),
            body.len()
        );
        let answer = rest(&mut said(service.address, sent.as_bytes()).await).await;
        assert!(answer.contains("\"slug\":\"le-lavoir\""), "{answer}");
    }
}

#[tokio::test]
async fn sigterm_lets_what_runs_finish_and_ends_the_program_in_ten_seconds() {
    let url = empty_database().await;
    let mut service = serve(&url).await;
    let mut other = hold_practices(&url).await;
    let mut busy = said(service.address, &request("{ goodPractices { totalCount } }")).await;
    let _idle = said(service.address, b"GET /healthz HTTP/1.1\r\nhost: x\r\n").await;
    until_awaited(&mut other).await;
    let started = Instant::now();
    let id = Pid::from_raw(i32::try_from(service.child.id().unwrap()).unwrap());
    kill(id, Signal::SIGTERM).unwrap();
    other.execute("ROLLBACK").await.unwrap();
    let answer = rest(&mut busy).await;
    assert!(answer.contains("\"totalCount\":0"), "{answer}");
    assert!(service.child.wait().await.unwrap().success());
    assert!(started.elapsed() < Duration::from_secs(10), "{:?}", started.elapsed());
}

#[tokio::test]
async fn a_service_whose_database_goes_is_alive_not_ready_and_ready_again_by_itself() {
    let proxy = Proxy::before(&empty_database().await).await;
    let service = serve(&proxy.url).await;
    until(service.address, "/readyz", "200").await;
    proxy.set(Way::Cut);
    until(service.address, "/readyz", "503").await;
    assert!(get(service.address, "/healthz").await.starts_with("HTTP/1.1 200 "));
    let answer = rest(&mut said(service.address, &request("{ actors { totalCount } }")).await).await;
    assert!(answer.contains("\"UNAVAILABLE\""), "{answer}");
    proxy.set(Way::Open);
    until(service.address, "/readyz", "200").await;
}
