//! Privacy: persons are erased, and what is past its time goes by itself.

mod erased;
mod retained;

use maillage::auth::passwords::Hasher;
use serde_json::json;

use crate::support::TestApp;

/// Gives a user a password; hashing takes its time.
async fn set_password(test: &TestApp, email: &str, password: &str) {
    let hash = Hasher::default().hash(password.to_owned()).await.unwrap();
    test.execute(&format!("UPDATE users SET password_hash = '{hash}' WHERE email = '{email}'")).await;
}

/// The key of a user.
async fn user(test: &TestApp, email: &str) -> String {
    let rows = test.rows(&format!("SELECT id FROM users WHERE email = '{email}'")).await;
    assert_eq!(rows.len(), 1, "{email}");
    rows[0]["id"].as_str().unwrap().to_owned()
}

async fn count(test: &TestApp, sql: &str) -> i64 {
    let rows = test.rows(&format!("SELECT count(*) AS n FROM {sql}")).await;
    assert!(rows[0]["n"] != json!(null));
    rows[0]["n"].as_i64().unwrap()
}
