//! The operator's side: accounts from the command line, and the demo's.

use std::io::Write;
use std::process::{Command, Stdio};

use serde_json::json;

use super::*;
use crate::support::{TestApp, codes};

/// Runs the program; its code, and what it said.
fn maillage(url: &str, arguments: &[&str], input: &str) -> (Option<i32>, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_maillage"));
    command.env("DATABASE_URL", url).env("MAILLAGE_LISTEN", "127.0.0.1:0").args(arguments);
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let said = [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).unwrap()).concat();
    (output.status.code(), said)
}

#[tokio::test]
async fn the_first_administrator_is_made_by_the_operator() {
    let test = TestApp::empty().await;
    test.territory("COMMUNE", "28134", "Dreux", Value::Null).await;
    let run = |arguments: &[&str], input: &str| maillage(test.url(), arguments, input);
    let create = ["user", "create", "--email", "ada@example.org", "--name", "Ada"];
    let (code, said) = run(&[&create[..], &["--admin", "--password-stdin"]].concat(), "court\n");
    assert!(code == Some(1) && said.contains("12 at least") && !said.contains("court\n"), "{said}");
    let (code, said) =
        run(&[&create[..], &["--admin", "--password-stdin"]].concat(), &format!("{PASSWORD}\n"));
    assert_eq!(code, Some(0), "{said}");
    let ada = session(&test, "ada@example.org").await;
    assert_eq!(ada["viewer"]["grants"], json!([{"role": "ADMIN"}]));

    let (code, said) = run(&["user", "create", "--email", "bo@example.org", "--name", "Bo"], "");
    assert!(code == Some(0) && said.contains("acceptInvitation"), "{said}");
    let grant = ["user", "grant", "--email", "bo@example.org", "--role"];
    let (code, said) =
        run(&[&grant[..], &["territory_manager", "--territory", "COMMUNE:28134"]].concat(), "");
    assert_eq!(code, Some(0), "{said}");
    let (code, said) = run(&[&grant[..], &["ANALYST"]].concat(), "");
    assert!(code == Some(1) && said.contains("territory"), "{said}");
    let (_, said) = run(&["user", "list"], "");
    assert!(said.contains("bo@example.org\tBo\tTERRITORY_MANAGER COMMUNE:28134"), "{said}");
    // Another administrator who can sign in has to be there.
    let (code, _) = run(&["user", "deactivate", "--email", "ada@example.org"], "");
    assert_eq!(code, Some(1));
    test.execute("UPDATE users SET password_hash = 'one' WHERE email = 'tester@example.org'").await;
    let (code, _) = run(&["user", "deactivate", "--email", "ada@example.org"], "");
    assert_eq!(code, Some(0));
    assert_eq!(codes(&sign_in(&test, "ada@example.org", PASSWORD).await), ["UNAUTHENTICATED"]);
    let (_, token) = run(&["token", "--email", "bo@example.org", "--hours", "1"], "");
    assert!(token.lines().any(|line| line.matches('.').count() == 2), "{token}");
    let (code, said) = run(&["keys", "rotate"], "");
    assert!(code == Some(0) && said.contains("signs in two minutes"), "{said}");
}

#[tokio::test]
async fn the_demo_has_an_account_for_each_role_and_is_refused_outside_of_it() {
    let test = TestApp::demo().await;
    let password = maillage::domain::passwords::DEMO;
    for (name, roles) in [
        ("admin", json!(["ADMIN"])),
        ("manager", json!(["TERRITORY_MANAGER", "TERRITORY_MANAGER"])),
        ("editor", json!(["ACTOR_EDITOR"])),
        ("partner", json!(["PARTNER"])),
        ("analyst", json!(["ANALYST"])),
    ] {
        let answer = sign_in(&test, &format!("{name}@demo.maillage.test"), password).await;
        let grants = answer["data"]["signIn"]["viewer"]["grants"].as_array().unwrap();
        assert_eq!(json!(grants.iter().map(|grant| &grant["role"]).collect::<Vec<_>>()), roles, "{name}");
    }
    let (code, said) = maillage(test.url(), &["serve"], "");
    assert!(code == Some(1) && said.contains("maillage user remove-demo"), "{said}");
    let (code, said) = maillage(test.url(), &["user", "remove-demo"], "");
    assert!(code == Some(0) && said.contains('5'), "{said}");
    assert!(!test.app.stands_demo_account().await.unwrap());
    assert_eq!(codes(&sign_in(&test, "admin@demo.maillage.test", password).await), ["UNAUTHENTICATED"]);
}
