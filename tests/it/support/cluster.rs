//! One Postgres for all tests of the process, and databases cloned from templates: an empty one and the demo.

use std::cell::RefCell;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{OnceLock, mpsc};
use std::time::Duration;

use maillage::app::App;
use maillage::domain::clock::Clock;
use maillage::domain::ids::Ids;
use maillage::postgres::{self, Server};
use maillage::store::{Settings, Store};
use sqlx::{Connection, Executor, PgConnection};
use tokio::sync::OnceCell;

/// The address of the server, without a database's name.
fn server() -> &'static str {
    static SERVER: OnceLock<String> = OnceLock::new();
    SERVER.get_or_init(|| match std::env::var("DATABASE_URL") {
        Ok(url) => base(&url),
        // The server outlives the runtime of the test that asked first, and stops with the process.
        Err(_) => std::thread::spawn(start).join().expect("a Postgres"),
    })
}

/// Removes what test runs left behind that have ended since; of another user's nothing goes.
fn sweep() {
    let processes = std::path::Path::new("/proc");
    for folder in std::fs::read_dir(std::env::temp_dir()).into_iter().flatten().flatten() {
        let name = folder.file_name().to_string_lossy().into_owned();
        let ended = name.strip_prefix("maillage-tests-").is_some_and(|id| !processes.join(id).exists());
        if ended && processes.is_dir() {
            std::fs::remove_dir_all(folder.path()).ok();
        }
    }
}

fn start() -> String {
    sweep();
    let runtime = Box::leak(Box::new(tokio::runtime::Runtime::new().expect("a runtime")));
    let folder = std::env::temp_dir().join(format!("maillage-tests-{}", std::process::id()));
    let settings = postgres::Settings { durable: false, ..postgres::Settings::new(folder) };
    let server = runtime.block_on(Server::acquire(&settings)).expect("Postgres's programs");
    let url = base(server.url());
    std::mem::forget(server);
    url
}

fn base(url: &str) -> String {
    let mut url = url::Url::parse(url).expect("a URL");
    url.set_path("");
    url.to_string()
}

fn database(name: &str) -> String {
    let mut url = url::Url::parse(server()).expect("a URL");
    url.set_path(name);
    url.to_string()
}

fn settings(name: &str) -> Settings {
    let patience = Duration::from_secs(30);
    Settings { url: database(name), connections: 4, acquire_timeout: patience, statement_timeout: patience }
}

async fn execute(sql: String) {
    let mut connection = PgConnection::connect(&database("postgres")).await.expect("a connection");
    connection.execute(sqlx::AssertSqlSafe(sql)).await.expect("it runs");
    connection.close().await.expect("it closes");
}

fn name(of: &str) -> String {
    static COUNTER: AtomicUsize = AtomicUsize::new(0);
    format!("maillage_{of}_{}_{}", std::process::id(), COUNTER.fetch_add(1, Ordering::Relaxed))
}

/// The databases that the test of a thread made: hundreds of tests would fill a small disk if they stayed.
struct Made(RefCell<Vec<String>>);

thread_local! {
    static MADE: Made = const { Made(RefCell::new(Vec::new())) };
}

impl Drop for Made {
    fn drop(&mut self) {
        for name in self.0.take() {
            dropper().send(name).ok();
        }
    }
}

/// Drops databases beside the tests: it takes a checkpoint each.
fn dropper() -> &'static mpsc::Sender<String> {
    static DROPPER: OnceLock<mpsc::Sender<String>> = OnceLock::new();
    DROPPER.get_or_init(|| {
        let (sender, names) = mpsc::channel();
        std::thread::spawn(move || {
            let runtime =
                tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
            for name in names {
                runtime.block_on(execute(format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")));
            }
        });
        sender
    })
}

/// A database that goes when the test of this thread ends.
async fn made(name: String, from: &str) -> String {
    execute(format!("CREATE DATABASE {name}{from}")).await;
    MADE.with(|made| made.0.borrow_mut().push(name.clone()));
    database(&name)
}

async fn clone_of(template: &str) -> String {
    made(name("test"), &format!(" TEMPLATE {template}")).await
}

/// Leaves the database at this address to the tests that come after.
pub fn keep(url: &str) {
    MADE.with(|made| made.0.borrow_mut().retain(|name| database(name) != url));
}

/// A copy of the database at this address, which nobody may be connected to.
pub async fn copy_of(url: &str) -> String {
    let url = url::Url::parse(url).expect("a URL");
    clone_of(url.path().trim_start_matches('/')).await
}

/// Drops the database at this address before its test ends: where one makes many.
pub async fn drop_database(url: &str) {
    let url = url::Url::parse(url).expect("a URL");
    execute(format!("DROP DATABASE {} WITH (FORCE)", url.path().trim_start_matches('/'))).await;
}

/// A database without even our tables.
pub async fn blank_database() -> String {
    made(name("blank"), "").await
}

/// An empty, migrated database.
pub async fn empty_database() -> String {
    clone_of(empty_template().await).await
}

/// A database that holds the demo.
pub async fn demo_database() -> String {
    static TEMPLATE: OnceCell<String> = OnceCell::const_new();
    let make = async || {
        let name = name("demo");
        execute(format!("CREATE DATABASE {name} TEMPLATE {}", empty_template().await)).await;
        let store = Store::connect(&settings(&name)).await.expect("a database");
        let clock = Clock::fixed("2026-11-22T11:00:00Z".parse().expect("an instant"));
        App::new(store.clone(), clock, Ids::random()).load_demo().await.expect("the demo");
        store.close().await.expect("it closes");
        name
    };
    clone_of(TEMPLATE.get_or_init(make).await).await
}

async fn empty_template() -> &'static str {
    static TEMPLATE: OnceCell<String> = OnceCell::const_new();
    let make = async || {
        let name = name("empty");
        execute(format!("CREATE DATABASE {name}")).await;
        Store::migrate(&settings(&name)).await.expect("migrations");
        name
    };
    TEMPLATE.get_or_init(make).await
}
