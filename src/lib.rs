//! Maillage: a directory of who cooperates with whom on a territory, and a map of it.
//!
//! An **actor** is an organisation or a group. An **interaction** is a qualified, dated link between two actors. A
//! **territory** is a perimeter; territories overlap. A **call** is a call for projects or a standing aid.
//!
//! Layers, each of which may use those before it (`ARCHITECTURE.md` tells more, a test holds the arrows):
//!
//! ```text
//! commands ─▶ http ─▶ graphql ─▶ app ─┬▶ store  ─┐
//!               └──▶ auth             ├▶ atlas   ├▶ domain ─▶ geo
//!                                     └▶ ingest ─┘
//! ```

pub mod geo;

pub mod domain;

pub mod atlas;
pub mod ingest;
pub mod store;

pub mod app;

pub mod auth;

pub mod graphql;

pub mod http;

pub mod commands;
pub mod config;
pub mod links;
pub mod mail;
pub mod postgres;
pub mod telemetry;
