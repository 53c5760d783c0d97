//! Backups, the doctor and what it sends people to: the operations of data.

mod backups;
mod doctor;

use std::process::Command;

use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};

/// Runs the program on the database at this address: its exit code, what it printed, what it said on standard error.
fn maillage(url: &str, arguments: &[&str]) -> (Option<i32>, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_maillage"))
        .env("DATABASE_URL", url)
        .env("RUST_LOG", "error")
        .args(arguments)
        .output()
        .unwrap();
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    (output.status.code(), text(&output.stdout), text(&output.stderr))
}

/// Runs statements behind the program's back; how many rows the last touched.
async fn behind(url: &str, sql: &str) -> u64 {
    let mut connection = PgConnection::connect(url).await.unwrap();
    let done = connection
        .execute(AssertSqlSafe(sql.to_owned()))
        .await
        .unwrap_or_else(|error| panic!("{sql}: {error}"));
    connection.close().await.unwrap();
    done.rows_affected()
}

/// The only number that a statement gives.
async fn number(url: &str, sql: &str) -> i64 {
    let mut connection = PgConnection::connect(url).await.unwrap();
    let number = sqlx::query_scalar(AssertSqlSafe(sql.to_owned())).fetch_one(&mut connection).await.unwrap();
    connection.close().await.unwrap();
    number
}
