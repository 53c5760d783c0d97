//! The table, continued: files that are imported. What they may hold, and what is written, tests/it/imports tells.

use super::rows::Row;

/// `nom;type` and a row of it, in Base64: a plan alone.
const PLAN: &str = "mutation { importFile(input: {kind: ACTORS, name: \"a.csv\", content: \"bm9tO3R5cGUKVW5lO2Fzc28K\"}) { created digest } }";

/// Files.
#[rustfmt::skip]
pub const ROWS: &[Row] = &[
    //                                                              anonymous nobody expired partner analyst editor other elsewhere quarter manager admin
    Row("importFile",    "", PLAN,    "{}",                         "U F F F F F F F F F ."),
];
