//! The integration tests: one binary, the real router, a real Postgres, a database a test.
#![expect(clippy::unwrap_used, reason = "a test that can't go on fails")]

mod actors;
mod architecture;
mod collectives;
mod contract;
mod demo;
mod demo_files;
mod demo_map;
mod documents;
mod fuzz;
mod http;
mod imports;
mod maps;
mod operations;
mod paging;
mod postgres;
mod schema;
mod scopes;
mod search;
mod statements;
mod support;
mod territories;
mod writes;
