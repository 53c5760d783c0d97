//! `maillage import`, as a clerk runs it.

use std::process::Command;

use super::*;

#[tokio::test]
async fn a_clerk_plans_imports_and_reads_what_is_wrong() {
    let (test, folder) = (TestApp::empty().await, Folder::new());
    let mapping = folder.write("actors.toml", ACTORS);
    let file = folder.write("actors.csv", format!("{ACTOR_HEADER}\n1,asso,Une,,,,,\n2,asso,Deux,123,,,,\n"));
    let report = folder.path("report.csv");
    let unclear = folder.write("unclear.csv", "a,b\n1,2\n");
    let maillage = |arguments: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_maillage"))
            .env("DATABASE_URL", test.url())
            .args(["import", "actors"])
            .args(arguments)
            .output()
            .unwrap();
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
        (output.status.code(), text(&output.stdout), text(&output.stderr))
    };
    let [mapping, file, report] = [&mapping, &file, &report].map(|path| path.to_str().unwrap());
    let (code, out, _) = maillage(&[file, "--mapping", mapping, "--dry-run", "--report", report]);
    assert_eq!(code, Some(0), "{out}");
    assert!(out.starts_with("would import: actors.csv: 2 rows: 2 create, 0 update"), "{out}");
    assert!(fs::read_to_string(report).unwrap().contains("warning,registration,siret,123"), "{report}");
    assert_eq!(test.changes().await, 0);
    let (code, out, _) = maillage(&[file, "--mapping", mapping]);
    assert_eq!((code, test.changes().await), (Some(0), 2), "{out}");
    let unclear = unclear.to_str().unwrap();
    let (code, out, err) = maillage(&[unclear]);
    assert_eq!(code, Some(1), "{out}{err}");
    assert!(format!("{out}{err}").contains("--mapping"), "{out}{err}");
    let (code, out, err) = maillage(&["missing.csv", "--mapping", mapping]);
    assert_eq!(code, Some(1), "{out}{err}");
    assert!(format!("{out}{err}").contains("missing.csv"), "{out}{err}");
    let (code, ..) = maillage(&[]);
    assert_eq!(code, Some(2));
}
