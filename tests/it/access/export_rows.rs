//! The table, continued: files that are taken away. What is in them is what their asker may see: tests/it/exports tells.

use super::rows::Row;

const ACTORS: &str = "mutation { exportActors(format: CSV) { id state } }";
const NETWORK: &str = "mutation { exportNetwork(format: GEXF) { id state } }";
const JOB: &str = "query($id: ID!) { exportJob(id: $id) { id } }";

/// Files.
#[rustfmt::skip]
pub const ROWS: &[Row] = &[
    //                                                              anonymous nobody expired partner analyst editor other elsewhere quarter manager admin
    Row("exportActors",  "", ACTORS,  "{}",                         ". . . . . . . . . . ."),
    Row("exportNetwork", "", NETWORK, "{}",                         ". . . . . . . . . . ."),
    // What is no file of theirs.
    Row("exportJob",     "", JOB,     r#"{"id": "@own"}"#,          "- - - - - - - - - - -"),
];
