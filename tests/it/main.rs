//! The integration tests: one binary, the real router, a real Postgres, a database a test.
#![expect(clippy::unwrap_used, reason = "a test that can't go on fails")]

mod access;
mod accounts;
mod actors;
mod applications;
mod architecture;
mod collectives;
mod contacts;
mod contract;
mod demo;
mod demo_cooperation;
mod demo_files;
mod demo_map;
mod documents;
mod duplicates;
mod exchanges;
mod fuzz;
mod help;
mod http;
mod imports;
mod mail;
mod maps;
mod moderation;
mod operations;
mod paging;
mod postgres;
mod privacy;
mod projects;
mod schema;
mod scopes;
mod search;
mod statements;
mod support;
mod territories;
mod worklist;
mod writes;
