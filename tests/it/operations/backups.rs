//! Backups: taken while others write, restored elsewhere, refused where they are not what they should be.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use maillage::postgres::clients::Clients;
use migration::{Migrator, MigratorTrait};
use sea_orm::Database;
use serde_json::{Value, json};
use tempfile::TempDir;
use url::Url;

use super::{behind, maillage, number};
use crate::support::{TestApp, blank_database, codes};

const ALL: &str = r#"{
    territories(first: 100) { totalCount nodes { kind code name ancestors { name } } }
    actors(first: 20, filter: {text: "dreux"}) { totalCount nodes { id slug name seat { code } themes { slug } } }
    interactions(first: 20) { totalCount nodes { id kind source { name } target { name } } }
    calls(first: 20) { totalCount nodes { title closesAt } }
    search(text: "mission locale dreux") { __typename } }"#;

fn backed_up(url: &str, more: &[&str]) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("maillage.backup");
    let (code, out, err) = maillage(url, &[&["backup", file.to_str().unwrap()], more].concat());
    assert_eq!(code, Some(0), "{out}{err}");
    (folder, file)
}

fn restore(url: &str, file: &Path, more: &[&str]) -> (Option<i32>, String, String) {
    maillage(url, &[&["restore", file.to_str().unwrap()], more].concat())
}

/// A blank database of a role that may nothing else.
async fn of_another_role() -> String {
    let url = blank_database().await;
    let mut other = Url::parse(&url).unwrap();
    let database = other.path().trim_start_matches('/').to_owned();
    let role = format!("{database}_owner");
    behind(
        &url,
        &format!("CREATE ROLE {role} LOGIN PASSWORD 'p@ss word'; ALTER DATABASE {database} OWNER TO {role}"),
    )
    .await;
    other.set_username(&role).unwrap();
    other.set_password(Some("p@ss word")).unwrap();
    other.to_string()
}

async fn answers(test: &TestApp) -> Value {
    test.data(ALL, json!({})).await
}

#[tokio::test]
async fn a_backup_restored_under_another_role_and_name_answers_the_same() {
    let demo = TestApp::demo().await;
    behind(demo.url(), "INSERT INTO signing_keys VALUES ('k', 'secret', 'public', now())").await;
    let (folder, file) = backed_up(demo.url(), &[]);
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is left beside the backup");

    let url = of_another_role().await;
    let (code, out, err) = restore(&url, &file, &[]);
    assert_eq!(code, Some(0), "{out}{err}");
    assert!(out.contains("territories, "), "{out}");
    assert_eq!(number(&url, "SELECT count(*) FROM signing_keys").await, 0, "keys stay where they are good");
    let restored = TestApp::at(&url).await;
    assert_eq!(answers(&restored).await, answers(&demo).await);
    let (code, out, err) = maillage(&url, &["doctor"]);
    assert_eq!(code, Some(0), "{out}{err}");
    // Who followed before may be ahead of the backup: they hear of it, and who comes now follows as ever.
    let changes = "query($since: String) { changes(since: $since, first: 1) { cursor nodes { id } } }";
    let cursor = demo.data(changes, json!({})).await["changes"]["cursor"].clone();
    assert_eq!(codes(&restored.ask(changes, json!({ "since": cursor })).await), ["CONFLICT"]);
    assert_eq!(restored.data(changes, json!({})).await["changes"]["nodes"].as_array().map(Vec::len), Some(1));
    // What is written now goes on where the backup ended.
    let id = restored.call("Après la restauration", &territory(&restored).await, json!({})).await;
    assert!(!id.is_empty());
}

async fn territory(test: &TestApp) -> String {
    let query = r#"{ territory(by: {code: {kind: COMMUNE, code: "28134"}}) { id } }"#;
    test.data(query, json!({})).await["territory"]["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn keys_go_along_only_where_asked_and_stay_where_a_backup_has_none() {
    let demo = TestApp::demo().await;
    behind(demo.url(), "INSERT INTO signing_keys VALUES ('from', 'secret', 'public', now())").await;
    let (_folder, with) = backed_up(demo.url(), &["--with-keys"]);
    let (_folder, without) = backed_up(demo.url(), &[]);
    let keys = async |url: &str, kid: &str| {
        number(url, &format!("SELECT count(*) FROM signing_keys WHERE kid = '{kid}'")).await
    };
    let url = blank_database().await;
    assert_eq!(restore(&url, &with, &[]).0, Some(0));
    assert_eq!(keys(&url, "from").await, 1);
    behind(&url, "UPDATE signing_keys SET kid = 'own' WHERE kid = 'from'").await;
    let (code, out, err) = restore(&url, &without, &["--replace"]);
    assert_eq!(code, Some(0), "{out}{err}");
    assert_eq!((keys(&url, "own").await, keys(&url, "from").await), (1, 0), "{out}");
}

#[tokio::test]
async fn what_is_no_whole_backup_is_refused_and_nothing_is_touched() {
    let demo = TestApp::demo().await;
    let (folder, file) = backed_up(demo.url(), &[]);
    let url = blank_database().await;
    assert_eq!(restore(&url, &file, &[]).0, Some(0));
    behind(&url, "UPDATE actors SET short_name = 'mine'").await;
    let bytes = fs::read(&file).unwrap();
    let mut damaged = bytes.clone();
    damaged[bytes.len() / 2] ^= 1;
    let cases: [(&str, &[u8], &str); 6] = [
        ("damaged", &damaged, "was damaged"),
        ("cut", &bytes[..bytes.len() / 2], "its end is missing"),
        ("cut in its head", &bytes[..200], "its end is missing"),
        ("empty", b"", "is no backup"),
        ("foreign", b"name;city\nA;B\n", "is no backup"),
        ("only a head", b"PGDMP", "its end is missing"),
    ];
    for (name, bytes, message) in cases {
        let file = folder.path().join(name);
        fs::write(&file, bytes).unwrap();
        let (code, out, err) = restore(&url, &file, &["--replace"]);
        assert_eq!((code, out.as_str()), (Some(1), ""), "{name}: {err}");
        assert!(err.contains(message) && err.contains("Nothing was changed"), "{name}: {err}");
    }
    let (code, _, err) = restore(&url, &folder.path().join("missing"), &["--replace"]);
    assert!(code == Some(1) && err.contains("can't be read"), "{err}");
    let (code, _, err) = restore(&url, &file, &[]);
    assert!(code == Some(1) && err.contains("--replace"), "{err}");
    assert_eq!(number(&url, "SELECT count(*) FROM actors WHERE short_name IS DISTINCT FROM 'mine'").await, 0);
}

/// Dumps as `pg_dump` does by itself.
async fn dumped(url: &str, file: &Path) {
    let clients = Clients::find(15).await.unwrap();
    let mut dump = clients.program_for("pg_dump", url).unwrap();
    let status =
        dump.arg("--format=custom").arg(format!("--file={}", file.display())).status().await.unwrap();
    assert!(status.success());
}

#[tokio::test]
async fn a_dump_of_another_database_or_of_a_newer_schema_is_refused() {
    let (folder, url) = (tempfile::tempdir().unwrap(), blank_database().await);
    let file = folder.path().join("dump");
    let other = blank_database().await;
    behind(&other, "CREATE TABLE books (title text)").await;
    dumped(&other, &file).await;
    let (code, _, err) = restore(&url, &file, &[]);
    assert!(code == Some(1) && err.contains("another database than Maillage's"), "{err}");

    let newer = TestApp::demo().await;
    behind(newer.url(), "INSERT INTO seaql_migrations VALUES ('m20991231_000099_later', 0)").await;
    let (_folder, file) = backed_up(newer.url(), &[]);
    let (code, _, err) = restore(&url, &file, &[]);
    assert!(code == Some(1) && err.contains("m20991231_000099_later") && err.contains("newer"), "{err}");
    assert_eq!(
        number(&url, "SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace").await,
        0
    );

    let (_folder, good) = backed_up(TestApp::demo().await.url(), &[]);
    let (code, _, err) = restore(&other, &good, &["--replace"]);
    assert!(code == Some(1) && err.contains("not Maillage's (books"), "{err}");
}

#[tokio::test]
async fn a_dump_of_an_older_schema_is_brought_up_to_date() {
    let (old, url) = (blank_database().await, blank_database().await);
    let db = Database::connect(&old).await.unwrap();
    Migrator::up(&db, Some(6)).await.unwrap();
    db.close().await.unwrap();
    behind(
        &old,
        "INSERT INTO territories (id, kind, code, vintage, name, created_at, updated_at)
        VALUES (gen_random_uuid(), 'COMMUNE', '28134', 2026, 'Dreux', now(), now())",
    )
    .await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("dump");
    dumped(&old, &file).await;
    let (code, out, err) = restore(&url, &file, &[]);
    assert_eq!(code, Some(0), "{out}{err}");
    assert!(out.contains("1 territor"), "{out}");
    let applied = number(&url, "SELECT count(*) FROM seaql_migrations").await;
    let current = number(TestApp::empty().await.url(), "SELECT count(*) FROM seaql_migrations").await;
    assert_eq!(applied, current);
}

#[tokio::test]
async fn what_the_migrations_made_can_be_replaced() {
    let url = blank_database().await;
    let (code, out, err) = maillage(&url, &["migrate"]);
    assert_eq!(code, Some(0), "{out}{err}");
    behind(
        &url,
        "INSERT INTO territories (id, kind, code, vintage, name, created_at, updated_at)
        VALUES (gen_random_uuid(), 'COMMUNE', '1', 2026, 'Une', now(), now())",
    )
    .await;
    let demo = TestApp::demo().await;
    let (_folder, file) = backed_up(demo.url(), &[]);
    let (code, out, err) = restore(&url, &file, &["--replace"]);
    assert_eq!(code, Some(0), "{out}{err}");
    assert_eq!(number(&url, "SELECT count(*) FROM territories WHERE code = '1'").await, 0);
    let actors = "SELECT count(*) FROM actors";
    assert_eq!(number(&url, actors).await, number(demo.url(), actors).await);
}

#[tokio::test]
async fn a_database_in_use_is_not_replaced() {
    let (demo, used) = (TestApp::demo().await, TestApp::empty().await);
    let (_folder, file) = backed_up(demo.url(), &[]);
    used.territory("COMMUNE", "1", "Une", json!(null)).await;
    let (code, _, err) = restore(used.url(), &file, &["--replace"]);
    assert!(code == Some(1) && err.contains("stop `maillage serve`"), "{err}");
    assert_eq!(number(used.url(), "SELECT count(*) FROM territories").await, 1);
}

#[tokio::test]
async fn a_restore_that_fails_midway_leaves_what_was_there() {
    let (demo, url) = (TestApp::demo().await, blank_database().await);
    let (_folder, file) = backed_up(demo.url(), &[]);
    assert_eq!(restore(&url, &file, &[]).0, Some(0));
    // Indexes are made late, when the rows are there.
    behind(&url, "UPDATE actors SET short_name = 'mine'; CREATE FUNCTION refuse() RETURNS event_trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'no room'; END $$;
        CREATE EVENT TRIGGER no_room_here ON ddl_command_end WHEN TAG IN ('CREATE INDEX') EXECUTE FUNCTION refuse();
        ALTER FUNCTION refuse() SET SCHEMA pg_catalog")
    .await;
    let (code, _, err) = restore(&url, &file, &["--replace"]);
    assert!(code == Some(1) && err.contains("no room") && err.contains("Nothing was changed"), "{err}");
    behind(&url, "DROP EVENT TRIGGER no_room_here").await;
    assert_eq!(number(&url, "SELECT count(*) FROM actors WHERE short_name IS DISTINCT FROM 'mine'").await, 0);
    assert_eq!(maillage(&url, &["doctor"]).0, Some(0));
}

#[tokio::test]
async fn a_backup_is_written_over_only_where_told_and_goes_to_standard_output_too() {
    let demo = TestApp::demo().await;
    let (folder, file) = backed_up(demo.url(), &[]);
    fs::write(&file, "precious").unwrap();
    let name = file.to_str().unwrap();
    let (code, _, err) = maillage(demo.url(), &["backup", name]);
    assert!(code == Some(1) && err.contains("--force"), "{err}");
    assert_eq!(fs::read_to_string(&file).unwrap(), "precious");
    assert_eq!(maillage(demo.url(), &["backup", name, "--force"]).0, Some(0));
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_maillage"))
        .env("DATABASE_URL", demo.url())
        .args(["backup", "-"])
        .output()
        .unwrap();
    assert!(output.status.success());
    let streamed = folder.path().join("streamed");
    fs::write(&streamed, output.stdout).unwrap();
    for file in [&file, &streamed] {
        let (code, out, err) = restore(&blank_database().await, file, &[]);
        assert_eq!(code, Some(0), "{out}{err}");
    }
    let (code, _, err) =
        maillage(&blank_database().await, &["backup", folder.path().join("new").to_str().unwrap()]);
    assert!(code == Some(1) && err.contains("nothing to back up"), "{err}");
}
