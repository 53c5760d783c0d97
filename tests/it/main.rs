//! The integration tests: one binary, the real router, a real Postgres, a database a test.
#![expect(clippy::unwrap_used, reason = "a test that can't go on fails")]

mod architecture;
mod contract;
mod demo;
mod documents;
mod http;
mod schema;
mod statements;
mod support;
