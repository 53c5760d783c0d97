//! Networks, as everyone asks them.

use super::rows::Row;

const ALL: &str =
    "{ ecosystem { isolated(first: 100) { nodes { id } } keyActors(first: 100) { actor { id } } } }";
const STEP: &str =
    "query($a: ID!, $b: ID!) { paths(from: $a, to: $b, maxLength: 1, first: 20) { interactions { id } } }";

/// What is in a network, and what leads through it.
#[rustfmt::skip]
pub const ROWS: &[Row] = &[
    //                                                                          anonymous nobody expired partner analyst editor other elsewhere quarter manager admin
    Row("ecosystem", "own",        ALL,  "{}",                                  ". . . . . . . . . . ."),
    Row("ecosystem", "draft",      ALL,  "{}",                                  "E E E E . E E E . . ."),
    Row("ecosystem", "archived",   ALL,  "{}",                                  "E E E E E E E E E E E"),
    Row("paths",     "link",       STEP, r#"{"a": "@own", "b": "@seen"}"#,      ". . . . . . . . . . ."),
    Row("paths",     "draft link", STEP, r#"{"a": "@seen", "b": "@near"}"#,     "E E E E . E E E . . ."),
    Row("paths",     "",           STEP, r#"{"a": "@own", "b": "@draft"}"#,     "- - - - . - - - . . ."),
    Row("paths",     "",           STEP, r#"{"a": "@archived", "b": "@own"}"#,  "- - - - . - - - - . ."),
];
