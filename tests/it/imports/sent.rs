//! Files that are sent through the API: the plan writes nothing, what is written is the plan that was checked, and nobody
//! but administrators may.

use std::fmt::Write as _;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use maillage::domain::caller::Right;
use maillage::http::{Settings as HttpSettings, State};
use rust_xlsxwriter::Workbook;
use sqlx::{Connection, PgConnection};

use super::*;
use crate::support::{codes, data_of, wrong_fields};

const IMPORT: &str = "mutation ($input: ImportFileInput!) { importFile(input: $input) {
    dryRun applied digest rows repeats created updated unchanged refused
    causes { line column value severity code message advice { title meaning cure } }
    problems { severity code count advice { cure } examples(first: 3) { line column message } }
    sample { line outcome name entry changed }
} }";
const LIST: &str = "id;nom;type;site internet\n1;Une;asso;\n2;Deux;asso;https://deux.example.org\n2;Deux;asso;https://deux.example.org\n3;;asso;\n";

fn actors(name: &str, content: impl AsRef<[u8]>, more: Value) -> Value {
    let mut input = json!({ "kind": "ACTORS", "name": name, "content": STANDARD.encode(content) });
    let (Some(input_fields), Value::Object(more)) = (input.as_object_mut(), more) else {
        panic!("no object")
    };
    input_fields.extend(more);
    json!({ "input": input })
}

/// The report of a file of actors, as an administrator.
async fn report_of(test: &TestApp, content: impl AsRef<[u8]>, more: Value) -> Value {
    data_of(test.ask_as_admin(IMPORT, actors("liste.csv", content, more)).await)["importFile"].clone()
}

/// Plans a file of actors, and writes the plan.
async fn written(test: &TestApp, content: &str) -> Value {
    let digest = report_of(test, content, json!({})).await["digest"].clone();
    report_of(test, content, json!({ "dryRun": false, "expected": digest })).await
}

fn figures(report: &Value) -> [i64; 6] {
    ["rows", "repeats", "created", "updated", "unchanged", "refused"]
        .map(|name| report[name].as_i64().unwrap())
}

#[tokio::test]
async fn a_plan_writes_nothing_and_what_is_written_is_what_it_said() {
    let test = TestApp::empty().await;
    let plan = report_of(&test, LIST, json!({})).await;
    assert_eq!((&plan["dryRun"], &plan["applied"]), (&json!(true), &json!(false)));
    assert_eq!(figures(&plan), [4, 1, 2, 0, 0, 1], "{plan:#}");
    assert_eq!(plan["causes"], json!([]));
    let row = |line: u32, outcome: &str, name: Option<&str>| json!({ "line": line, "outcome": outcome, "name": name, "entry": null, "changed": [] });
    let rows = json!([row(2, "CREATE", Some("Une")), row(3, "CREATE", Some("Deux")), row(5, "REFUSE", None)]);
    assert_eq!(plan["sample"], rows);
    // The worst first, each with what to do.
    let worst = &plan["problems"][0];
    assert_eq!(
        (&worst["code"], &worst["severity"], &worst["count"]),
        (&json!("missing-field"), &json!("ERROR"), &json!(1))
    );
    assert!(worst["advice"]["cure"].as_str().is_some_and(|cure| !cure.is_empty()));
    assert_eq!((test.changes().await, test.rows("SELECT 1 AS n FROM actors").await.len()), (0, 0));

    // Packed, at whatever hour, it is the same file.
    for hour in [0, 1_764_000_000] {
        let mut gzip = flate2::GzBuilder::new().mtime(hour).write(Vec::new(), flate2::Compression::best());
        gzip.write_all(LIST.as_bytes()).unwrap();
        assert_eq!(report_of(&test, gzip.finish().unwrap(), json!({})).await["digest"], plan["digest"]);
    }
    let done = report_of(&test, LIST, json!({ "dryRun": false, "expected": plan["digest"] })).await;
    assert_eq!(
        (&done["dryRun"], &done["applied"], &done["digest"]),
        (&json!(false), &json!(true), &plan["digest"])
    );
    assert_eq!((figures(&done), &done["problems"]), (figures(&plan), &plan["problems"]));
    let entry = |row: usize| done["sample"][row]["entry"].as_str().unwrap().to_owned();
    let query = "query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Actor { name website status } } }";
    let made = test.data(query, json!({ "ids": [entry(0), entry(1)] })).await;
    // Everyone sees it.
    assert_eq!(
        made["nodes"][1],
        json!({ "name": "Deux", "website": "https://deux.example.org/", "status": "PUBLISHED" })
    );
    assert_eq!(made["nodes"][0]["name"], "Une");
}

#[tokio::test]
async fn a_corrected_file_changes_what_it_corrects_and_says_which_fields() {
    let test = TestApp::empty().await;
    written(&test, LIST).await;
    let corrected = LIST.replace("1;Une;asso;", "1;Une;asso;https://une.example.org");
    let plan = report_of(&test, &corrected, json!({})).await;
    assert_eq!(figures(&plan), [4, 1, 0, 1, 1, 1], "{plan:#}");
    let row = &plan["sample"][0];
    assert_eq!((&row["outcome"], &row["changed"]), (&json!("UPDATE"), &json!(["website"])));
    // Its entry is there already.
    let query = "query ($id: ID!) { actor(by: {id: $id}) { name website } }";
    let found = test.data(query, json!({ "id": row["entry"] })).await["actor"].clone();
    assert_eq!((&found["name"], &found["website"]), (&json!("Une"), &Value::Null));
    let only = IMPORT.replace("sample {", "sample(outcomes: [SAME, REFUSE], first: 1) {");
    let plan = data_of(test.ask_as_admin(&only, actors("liste.csv", &corrected, json!({}))).await);
    let sample = plan["importFile"]["sample"].as_array().unwrap().clone();
    assert_eq!(sample.iter().map(|row| &row["outcome"]).collect::<Vec<_>>(), ["SAME"]);
}

#[tokio::test]
async fn another_plan_than_the_one_that_was_checked_is_refused_and_nothing_is_written() {
    let test = TestApp::empty().await;
    let digest = report_of(&test, LIST, json!({})).await["digest"].clone();
    let apply = json!({ "dryRun": false, "expected": digest });
    // Another file, another kind of name, another source: none of it was checked.
    for (content, more) in
        [(LIST.replace("Une", "Autre"), json!({})), (LIST.to_owned(), json!({ "source": "x" }))]
    {
        let mut input = apply.clone();
        input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let answer = test.ask_as_admin(IMPORT, actors("liste.csv", content, input)).await;
        assert_eq!(codes(&answer), ["CONFLICT"], "{answer}");
    }
    // Someone was faster: what would be created is there, and what the file says is known.
    written(&test, LIST).await;
    let before = test.changes().await;
    let answer = test.ask_as_admin(IMPORT, actors("liste.csv", LIST, apply)).await;
    assert_eq!(codes(&answer), ["CONFLICT"], "{answer}");
    let message = answer["errors"][0]["message"].as_str().unwrap();
    assert!(message.contains("0 create, 0 update, 2 same, 1 refuse"), "{message}");
    assert_eq!(test.changes().await, before);
}

#[tokio::test]
async fn the_history_names_who_imported() {
    let test = TestApp::empty().await;
    let done = written(&test, LIST).await;
    let query = "query ($id: ID!) { node(id: $id) { ... on Actor { history { nodes { action by } } } } }";
    let history = test.admin_data(query, json!({ "id": done["sample"][0]["entry"] })).await;
    assert_eq!(history["node"]["history"]["nodes"], json!([{ "action": "IMPORTED", "by": "Tester" }]));
    let callers = test.rows("SELECT DISTINCT caller FROM changes WHERE subject_kind = 'ACTOR'").await;
    assert_eq!(callers, [json!({ "caller": format!("user:{}", test.user.0) })]);
}

#[tokio::test]
async fn a_key_of_a_partner_imports_nothing_not_even_a_plan() {
    let test = TestApp::empty().await;
    let partner = test.token_of("partner@example.org", &[Right::Partner(None)]).await;
    let make = "mutation { createApiKey(name: \"k\", grants: [{role: PARTNER}]) { secret } }";
    let made = data_of(test.ask_as(&partner, make, json!({})).await);
    let key = made["createApiKey"]["secret"].as_str().unwrap();
    for token in [key, &partner] {
        let answer = test.ask_as(token, IMPORT, actors("liste.csv", LIST, json!({}))).await;
        assert_eq!(codes(&answer), ["FORBIDDEN"], "{answer}");
        let message = answer["errors"][0]["message"].as_str().unwrap();
        assert_eq!(message, "this is for ADMIN");
    }
    // Who may not hears so before what is wrong with the file.
    let answer = test
        .ask_as(&partner, IMPORT, json!({ "input": { "kind": "CALLS", "name": "", "content": "?" } }))
        .await;
    assert_eq!(codes(&answer), ["FORBIDDEN"], "{answer}");
}

#[tokio::test]
async fn workbooks_gzip_links_and_mappings_are_read_as_at_the_command_line() {
    let test = TestApp::empty().await;
    let mut book = Workbook::new();
    book.add_worksheet().set_name("Lisez-moi").unwrap().write_row(0, 0, ["a", "b"]).unwrap();
    let sheet = book.add_worksheet().set_name("Liste").unwrap();
    sheet.write_row(0, 0, ["id", "nom", "type"]).unwrap();
    sheet.write_row(1, 0, ["1", "Une", "asso"]).unwrap();
    sheet.write_row(2, 0, ["2", "Deux", "asso"]).unwrap();
    let content = gzipped(book.save_to_buffer().unwrap());
    let more = json!({ "name": "x.xlsx", "sheet": "Liste", "source": "ville" });
    let plan = report_of(&test, &content, more.clone()).await;
    assert_eq!(figures(&plan), [2, 0, 2, 0, 0, 0], "{plan:#}");
    let mut apply = more;
    apply["dryRun"] = json!(false);
    apply["expected"] = plan["digest"].clone();
    report_of(&test, &content, apply).await;

    let mapping = INTERACTIONS;
    let links =
        format!("{LINK_HEADER}\n1,PARTNERSHIP,ville:1,ville:2,,,,\n2,PARTNERSHIP,ville:1,ville:9,,,,\n");
    let mut file = actors("liens.csv", links, json!({ "mapping": mapping }));
    file["input"]["kind"] = json!("INTERACTIONS");
    let plan = data_of(test.ask_as_admin(IMPORT, file).await)["importFile"].clone();
    assert_eq!(figures(&plan), [2, 0, 1, 0, 0, 1], "{plan:#}");
    assert_eq!(plan["sample"][1]["name"], "ville:1 → ville:9");
    assert_eq!(
        (&plan["problems"][0]["code"], &plan["problems"][0]["examples"][0]["line"]),
        (&json!("dangling-end"), &json!(3))
    );
}

#[tokio::test]
async fn all_that_is_wrong_with_what_is_sent_is_said_at_once() {
    let test = TestApp::empty().await;
    let input = json!({ "kind": "ACTORS", "name": " ", "content": "pas du base64", "source": "a\u{7}", "sheet": "x".repeat(201),
        "mapping": "kind = 'calls'\n", "dryRun": false });
    let answer = test.ask_as_admin(IMPORT, json!({ "input": input })).await;
    assert_eq!(codes(&answer), ["VALIDATION"], "{answer}");
    let wrong =
        ["input.expected", "input.content", "input.name", "input.source", "input.sheet", "input.mapping"];
    assert_eq!(wrong_fields(&answer), wrong);
    for (more, field, words) in [
        (json!({ "mapping": CALLS }), "input.mapping", "another kind"),
        (
            json!({ "mapping": format!("{ACTORS}\n[[rules]]\nname = 'a'\nwhen.id.matches = '(\\w{{500}}){{500}}'\n") }),
            "input.mapping",
            "size limit",
        ),
        (json!({ "mapping": "x".repeat(20_000) }), "input.mapping", "command line"),
        (json!({ "expected": "x" }), "input.expected", "dryRun false"),
    ] {
        let answer = test.ask_as_admin(IMPORT, actors("liste.csv", LIST, more)).await;
        assert_eq!((codes(&answer), wrong_fields(&answer)), (vec!["VALIDATION"], vec![field]), "{answer}");
        assert!(answer["errors"][0]["message"].as_str().unwrap().contains(words), "{answer}");
    }
    let empty = test.ask_as_admin(IMPORT, actors("liste.csv", "", json!({}))).await;
    assert_eq!(wrong_fields(&empty), ["input.content"]);
}

/// A small workbook that unpacks to more than a request may hold.
fn workbook_bomb() -> Vec<u8> {
    let mut book = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    book.start_file("xl/workbook.xml", zip::write::SimpleFileOptions::default()).unwrap();
    book.write_all(&vec![b' '; 17 << 20]).unwrap();
    book.finish().unwrap().into_inner()
}

fn gzipped(bytes: impl AsRef<[u8]>) -> Vec<u8> {
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(bytes.as_ref()).unwrap();
    gzip.finish().unwrap()
}

/// The service with more time for a request than it has: without optimisation, on a machine that others use.
fn unhurried(test: TestApp) -> TestApp {
    test.with(|state| {
        let settings = HttpSettings { request_time: Duration::from_mins(2), ..(*state.settings).clone() };
        State { settings: Arc::new(settings), ..state }
    })
}

#[tokio::test]
async fn hostile_files_are_told_what_is_wrong_and_can_not_be_imported() {
    let test = unhurried(TestApp::empty().await);
    let mut cut = gzipped(LIST.repeat(99));
    cut.truncate(cut.len() - 9);
    let head = "id;nom;type\n";
    let long = format!("1;{};asso\n", "x".repeat(1 << 20)).repeat(9);
    let deep = format!(r#"{{"features": [{{"properties": {{"a": {}"#, "[".repeat(100_000));
    let perimeter = "kind = 'territories'\nsource = 'x'\n[[entries]]\nreference = '1'\nkind = 'COMMUNE'\ncode = '1'\nname = 'x'\n";
    for (name, content, code) in [
        ("a.csv", vec![0, 159, 146, 150], "format"),
        ("a.csv", cut, "truncated"),
        ("a.csv", gzipped(format!("{head}{long}")), "too-large"),
        ("a.xlsx", gzipped(workbook_bomb()), "too-large"),
        ("a.json", "[".repeat(100_000).into_bytes(), "format"),
        ("a.json", deep.into_bytes(), "truncated"),
        ("a.toml", format!("a = {}", "[".repeat(100_000)).into_bytes(), "toml"),
        ("a.toml", gzipped(perimeter), "wrong-kind"),
        ("a.toml", gzipped([0xff; 9]), "unreadable"),
        ("../../etc/passwd", b"a;b\n1;2\n".to_vec(), "missing-column"),
        ("a.csv", gzipped(format!("{head}{}", "1;Une;asso\n".repeat(5_001))), "too-many-rows"),
        ("a.csv", gzipped(format!("{head}{}", "1\n".repeat(5_001))), "too-many-rows"),
    ] {
        let plan = report_of(&test, &content, json!({ "name": name })).await;
        let causes = plan["causes"].as_array().unwrap();
        assert!(causes.iter().any(|cause| cause["code"] == code), "{name} {code}: {causes:#?}");
        assert_eq!((&plan["digest"], &plan["applied"]), (&Value::Null, &json!(false)), "{name}");
        let apply = json!({ "dryRun": false, "expected": "anything" });
        let answer = test.ask_as_admin(IMPORT, actors(name, &content, apply)).await;
        assert_eq!(codes(&answer), ["CONFLICT"], "{answer}");
    }
    assert_eq!(test.changes().await, 0);
    // As many as may be are read.
    let most = gzipped(format!("{head}{}", "1;Une;asso\n".repeat(5_000)));
    let plan = report_of(&test, most, json!({})).await;
    assert_eq!(figures(&plan), [5_000, 4_999, 1, 0, 0, 0], "{plan:#}");
    let limits = test.admin_data("{ viewer { limits { maxImportRows } } }", json!({})).await;
    assert_eq!(limits["viewer"]["limits"]["maxImportRows"], 5_000);
}

#[tokio::test]
async fn what_can_not_be_kept_of_a_row_costs_the_row_and_nothing_else() {
    let test = unhurried(TestApp::empty().await);
    let long = "r".repeat(3_000);
    let rows = format!("id;nom;type\n{long};Une;asso\n2;{};asso\n3;Trois;asso\n", "n".repeat(400));
    let plan = report_of(&test, rows, json!({})).await;
    assert_eq!(figures(&plan), [3, 0, 1, 0, 0, 2], "{plan:#}");
    let codes: Vec<_> =
        plan["problems"].as_array().unwrap().iter().map(|kind| kind["code"].clone()).collect();
    assert!(codes.contains(&json!("long-reference")) && codes.contains(&json!("left-out")), "{codes:?}");
    // What no text of the database may hold is no part of a reference, of a source, or of a name.
    let entries = "kind = 'actors'\nsource = \"vi\\u0000lle\"\n[[entries]]\nreference = \"1\\u0000\"\nkind = 'OTHER'\nname = \"N\\u0000on\"\n";
    let mapping = "kind = 'actors'\n[origin]\nsource = { text = \"a\\u0000b\" }\nreference = 'id'\n[fields]\nname = 'nom'\nkind = { text = 'OTHER' }\nalso_in = { text = \"c\\u0000d\" }\n";
    let feature = r#"{"type": "Feature", "properties": {"id": "1\u0000", "nom": "Une\u0000", "type": "asso"}, "geometry": null}"#;
    for (content, more) in [
        (entries, json!({ "name": "a.toml" })),
        ("id;nom\n1;Une\n", json!({ "mapping": mapping })),
        (feature, json!({ "name": "a.geojson" })),
    ] {
        let plan = report_of(&test, content, more).await;
        assert_eq!(plan["created"], 1, "{plan:#}");
    }
    let twice = format!("{entries}[[entries]]\nreference = '1'\nkind = 'OTHER'\nname = 'Autre'\n");
    let plan = report_of(&test, twice, json!({ "name": "a.toml" })).await;
    assert!(plan["causes"][0]["message"].as_str().unwrap().contains("already"), "{plan:#}");
    let both = "kind = 'actors'\n[origin]\nsource = 'liste'\nreference = 'id'\n[fields]\nname = 'nom'\nkind = { text = 'OTHER' }\nalso_in = 'aussi'\n";
    let plan =
        report_of(&test, "liste;id;nom;aussi\na;1;Une;b\nb;1;Deux;\n", json!({ "mapping": both })).await;
    assert_eq!(plan["created"], 2, "{plan:#}");
    let funder = format!("titre;financeur\nUn appel;{}\n", "f".repeat(3_000));
    let mut file = actors("appels.csv", funder, json!({}));
    file["input"]["kind"] = json!("CALLS");
    let answer = test.ask_as_admin(IMPORT, file).await;
    assert!(data_of(answer)["importFile"]["causes"].is_array());
}

#[tokio::test]
async fn another_import_is_not_waited_for() {
    let test = TestApp::empty().await;
    let mut other = PgConnection::connect(test.url()).await.unwrap();
    let lock = "SELECT pg_advisory_lock(hashtextextended('import', 0))";
    sqlx::query(lock).execute(&mut other).await.unwrap();
    let answer = test.ask_as_admin(IMPORT, actors("liste.csv", LIST, json!({}))).await;
    assert_eq!(codes(&answer), ["CONFLICT"], "{answer}");
    assert!(answer["errors"][0]["message"].as_str().unwrap().contains("another import runs"), "{answer}");
    other.close().await.unwrap();
}

#[tokio::test]
async fn a_plan_takes_as_many_statements_for_a_hundred_rows_as_for_ten() {
    let test = TestApp::empty().await;
    let rows = |count: usize| {
        (0..count).fold("id;nom;type\n".to_owned(), |mut text, row| {
            let _ = writeln!(text, "{row};A{row};asso");
            text
        })
    };
    let mut taken = Vec::new();
    for count in [10, 10, 100] {
        taken
            .push(test.statements_of(&test.token, IMPORT, actors("liste.csv", rows(count), json!({}))).await);
    }
    assert!(taken[1] == taken[2] && taken[2] < 40, "{taken:?}");
}
