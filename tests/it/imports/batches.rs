//! More rows than one batch, more imports than one, and others who write meanwhile.

use std::fmt::Write as _;
use std::io;
use std::sync::atomic::{AtomicBool, Ordering};

use maillage::app::imports::Progress;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use super::*;

/// More rows than two batches.
const MANY: usize = 4_500;

/// An import that tells its steps, and goes on at the first batch only when it is let.
fn watched(
    request: ImportRequest,
) -> (ImportRequest, UnboundedReceiver<Progress>, std::sync::mpsc::Sender<()>) {
    let (tell, told) = unbounded_channel();
    let (go_on, wait) = std::sync::mpsc::channel();
    let (wait, is_held) = (Mutex::new(wait), AtomicBool::new(true));
    let progress = move |step| {
        let _ = tell.send(step);
        if matches!(step, Progress::Records { .. }) && is_held.swap(false, Ordering::Relaxed) {
            // Where whoever holds it is gone, it goes on.
            let _ = tokio::task::block_in_place(|| wait.lock().unwrap().recv());
        }
    };
    (ImportRequest { progress: Some(Box::new(progress)), ..request }, told, go_on)
}

fn rows(from: usize, to: usize) -> String {
    (from..to).fold(String::new(), |mut text, number| {
        let _ = writeln!(text, "{number},asso,Acteur {number},,,,,");
        text
    })
}

async fn count(test: &TestApp) -> Value {
    test.data("{ actors(first: 1) { totalCount } }", json!({})).await["actors"]["totalCount"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_import_waits_says_so_and_both_are_whole() {
    let (test, folder, other) = (Arc::new(TestApp::empty().await), Folder::new(), Folder::new());
    let first = folder.request(Kind::Actors, "a.csv", format!("{ACTOR_HEADER}\n{}", rows(0, 3)), false);
    let second = other.request(Kind::Actors, "b.csv", format!("{ACTOR_HEADER}\n{}", rows(2, 6)), false);
    let (first, mut first_told, go_on) = watched(first);
    let app = test.app.clone();
    let first = tokio::spawn(async move { app.import(first).await.unwrap() });
    assert!(matches!(first_told.recv().await, Some(Progress::Records { count: 3, .. })));
    let (second, mut second_told, _) = watched(second);
    let app = test.app.clone();
    let second = tokio::spawn(async move { app.import(second).await.unwrap() });
    assert_eq!(second_told.recv().await, Some(Progress::Waiting));
    go_on.send(()).unwrap();
    let (first, second) = (first.await.unwrap(), second.await.unwrap());
    assert_eq!((first.count(Outcome::Create), second.count(Outcome::Create)), (3, 3));
    // What the first wrote, the second found.
    assert_eq!((second.count(Outcome::Same), count(&test).await), (1, json!(6)));
}

#[tokio::test(flavor = "multi_thread")]
async fn others_write_while_an_import_runs_and_nothing_is_lost() {
    let (test, folder) = (TestApp::empty().await, Folder::new());
    let request = folder.request(Kind::Actors, "a.csv", format!("{ACTOR_HEADER}\n{}", rows(0, MANY)), false);
    let (request, mut told, go_on) = watched(request);
    let app = test.app.clone();
    let import = tokio::spawn(async move { app.import(request).await.unwrap() });
    assert!(matches!(told.recv().await, Some(Progress::Records { .. })));
    let create = "mutation ($name: String!) { createActor(input: {name: $name, kind: ASSOCIATION}) { id slug version } }";
    let mut made = Vec::new();
    for name in ["Une", "Deux"] {
        made.push(test.admin_data(create, json!({"name": name})).await["createActor"].clone());
    }
    let link = "mutation ($source: ID!, $target: ID!) { declareInteraction(input: {kind: PARTNERSHIP, source: $source, target: $target}) { id } }";
    test.admin_data(link, json!({"source": made[0]["id"], "target": made[1]["id"]})).await;
    // The same name as one that the import has written and not committed: refused after a moment, and the import goes on.
    let same = test.ask_as_admin(create, json!({"name": "Acteur 1"})).await;
    assert_eq!(crate::support::codes(&same), ["TIMEOUT"], "{same}");
    // And one that the import has still to write takes the name first.
    let ahead = format!("Acteur {}", MANY - 1);
    let first = test.admin_data(create, json!({"name": ahead})).await["createActor"].clone();
    go_on.send(()).unwrap();
    let report = import.await.unwrap();
    assert_eq!((report.failed, report.count(Outcome::Create)), (false, MANY as u64));
    assert_eq!(first["slug"], json!(format!("acteur-{}", MANY - 1)));
    let found = test
        .admin_data(
            "query ($slug: String!) { actor(by: {slug: $slug}) { name } }",
            json!({"slug": format!("acteur-{}-2", MANY - 1)}),
        )
        .await;
    assert_eq!(found["actor"]["name"], json!(ahead));
    let later = test.admin_data(create, json!({"name": "Acteur 1"})).await;
    assert_eq!(later["createActor"]["slug"], "acteur-1-2");
}

#[tokio::test]
async fn names_that_end_with_a_number_get_addresses_of_their_own_batch_after_batch() {
    let (test, folder) = (TestApp::empty().await, Folder::new());
    let one = |id: &str| format!("{id},asso,Antenne 7,,,,,\n");
    folder.actors(&test, &format!("{}{}", one("a"), one("b"))).await;
    let report = folder.actors(&test, &format!("{}{}", one("c"), one("d"))).await;
    assert_eq!(report.count(Outcome::Create), 2, "{:?}", report.problems);
    let slugs = test.data("{ actors(first: 9) { nodes { slug } } }", json!({})).await;
    let mut slugs: Vec<_> =
        slugs["actors"]["nodes"].as_array().unwrap().iter().map(|node| node["slug"].clone()).collect();
    slugs.sort_by_key(ToString::to_string);
    assert_eq!(slugs, ["antenne-7", "antenne-7-2", "antenne-7-3", "antenne-7-4"]);
}

#[tokio::test]
async fn a_registration_taken_batches_ago_is_refused_with_its_line() {
    let (test, folder) = (TestApp::empty().await, Folder::new());
    let poste = |id: &str| format!("{id},asso,La Poste,35600000011996,,,,\n");
    let report = folder.actors(&test, &format!("{}{}{}", poste("p"), rows(0, MANY), poste("q"))).await;
    let refused = said(&report, "duplicate");
    assert!(
        matches!(&refused[..], [(line, message)] if *line == MANY as u64 + 3 && message.starts_with("line 2 ")),
        "{refused:?}"
    );
    assert_eq!((report.count(Outcome::Create), report.rows), (MANY as u64 + 1, MANY as u64 + 2));
}

#[tokio::test]
async fn a_grant_repeated_batches_later_is_refused_with_its_line() {
    let (test, folder) = (TestApp::empty().await, Folder::new());
    folder.actors(&test, "1,asso,Une,,,,,\n2,mairie,Deux,,,,,\n").await;
    let mut text = String::new();
    for number in 0..MANY {
        let _ = writeln!(text, "g{number},FUNDING,town:2,town:1,2023,2023,{},", number + 10);
    }
    text.push_str("again,FUNDING,town:2,town:1,2023,2023,10,\n");
    let report = folder.links(&test, &text).await;
    let refused = said(&report, "duplicate");
    assert!(
        matches!(&refused[..], [(line, message)] if *line == MANY as u64 + 2 && message.starts_with("line 2 ")),
        "{refused:?}"
    );
    assert_eq!(report.count(Outcome::Create), MANY as u64);
}

#[tokio::test]
async fn members_of_a_territory_may_stand_batches_away_from_it() {
    let (test, folder) = (TestApp::empty().await, Folder::new());
    let mut text = String::from("kind,code,name,population,epci\nCOMMUNE,A0001,Première,,200\n");
    for number in 0..MANY {
        let _ = writeln!(text, "COMMUNE,B{number:04},Commune {number},,");
    }
    text.push_str("INTERCOMMUNALITY,200,Agglo,,\nCOMMUNE,A0001,Première encore,,200\n");
    let report = folder.import(&test, Kind::Territories, "t.csv", text).await;
    let refused = said(&report, "same-reference");
    assert!(
        matches!(&refused[..], [(_, message)] if message.starts_with("line 2 ")),
        "{:?}",
        report.problems
    );
    let members: i64 = {
        use sqlx::Connection;
        let mut connection = sqlx::PgConnection::connect(test.url()).await.unwrap();
        sqlx::query_scalar("SELECT count(*) FROM territory_lists").fetch_one(&mut connection).await.unwrap()
    };
    assert_eq!((report.count(Outcome::Create), members), (MANY as u64 + 2, 1));
}

#[tokio::test]
async fn a_file_that_breaks_off_after_whole_batches_writes_nothing() {
    let (test, folder) = (TestApp::empty().await, Folder::new());
    let report = folder.actors(&test, &format!("{}last,asso,\"Jamais fermé,,,,,\n", rows(0, MANY))).await;
    assert!(report.failed && report.causes[0].1.code == "open-quote", "{:?}", report.problems);
    assert_eq!(test.changes().await, 0);
    assert!(report.page().contains("Rien n’a été importé"), "{}", report.page());
}

#[tokio::test]
async fn a_list_and_an_outline_of_one_import_make_one_territory() {
    let (test, folder) = (TestApp::empty().await, Folder::new());
    let outline = r#"{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"kind":"COMMUNE","code":"28134","name":"Dreux","population":31543,"epci":null},
        "geometry":{"type":"Polygon","coordinates":[[[1.3,48.7],[1.4,48.7],[1.4,48.8],[1.3,48.7]]]}}]}"#;
    let mut request = folder.request(
        Kind::Territories,
        "list.csv",
        "kind,code,name,population,epci\nCOMMUNE,28134,Dreux,31543,\n",
        false,
    );
    request.files.push(folder.write("outlines.geojson", outline).into());
    let report = told(&test, request).await;
    let by_file: Vec<_> = report
        .by_file
        .iter()
        .map(|file| (file.count(Outcome::Create), file.count(Outcome::Update)))
        .collect();
    assert_eq!(by_file, [(1, 0), (0, 1)], "{:?}", report.problems);
}

/// A sheet on a full disk.
struct Full(usize);

impl io::Write for Full {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 = self.0.checked_sub(bytes.len()).ok_or(io::ErrorKind::StorageFull)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn a_report_that_cant_be_written_leaves_nothing_imported() {
    for room in [0, 10_000] {
        let (test, folder) = (TestApp::empty().await, Folder::new());
        let request =
            folder.request(Kind::Actors, "a.csv", format!("{ACTOR_HEADER}\n{}", rows(0, MANY)), false);
        let request = ImportRequest { report: Some(Box::new(Full(room))), ..request };
        assert!(test.app.import(request).await.is_err());
        assert_eq!(test.changes().await, 0);
    }
}
