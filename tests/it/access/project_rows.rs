//! The table, continued: projects.

use super::rows::Row;

const NODE: &str = "query($id: ID!) { node(id: $id) { __typename id } }";
const PROJECT: &str = "query($id: ID!) { project(by: {id: $id}) { id title } }";
const PROJECTS: &str = "query { projects(first: 100) { nodes { id } } }";
const MATRIX: &str = "query { projectMatrix { rows { cells { projects(first: 100) { id } } } } }";
const SEARCH: &str = "query($t: String!) { search(text: $t) { edges { node { ... on Project { id } } } } }";
const QUEUE: &str = "query { reviewQueue { nodes { subject { ... on Project { id } } } } }";

const CREATE: &str = "mutation($l: ID!) { createProject(input: {title: \"Neuf\", lead: $l}) { id } }";
const UPDATE: &str = "mutation($id: ID!, $v: Int!) { updateProject(id: $id, expectedVersion: $v, input: {audiences: [\"x\"]}) { id } }";
const SUBMIT: &str = "mutation($id: ID!, $v: Int!) { submit(id: $id, expectedVersion: $v) { __typename } }";
const PUBLISH: &str = "mutation($id: ID!, $v: Int!) { publish(id: $id, expectedVersion: $v) { __typename } }";
const REVIEW: &str =
    "mutation($id: ID!, $v: Int!) { review(id: $id, expectedVersion: $v, decision: APPROVE) { __typename } }";
const ARCHIVE: &str = "mutation($id: ID!, $v: Int!) { archive(id: $id, expectedVersion: $v) { __typename } }";

/// What is asked of projects. `own` leads one, `seen`, which sits in the quarter too, leads the draft.
#[rustfmt::skip]
pub const ROWS: &[Row] = &[
    //                                                                                    anonymous nobody expired partner analyst editor other elsewhere quarter manager admin
    Row("project",       "project",           PROJECT, r#"{"id": "@project"}"#,           ". . . . . . . . . . ."),
    Row("project",       "draft project",     PROJECT, r#"{"id": "@draft project"}"#,     "- - - - . - - - . . ."),
    // `far` is a partner of it.
    Row("project",       "own draft project", PROJECT, r#"{"id": "@own draft project"}"#, "- - - - . . . - - . ."),
    Row("projects",      "project",           PROJECTS, "{}",                             ". . . . . . . . . . ."),
    Row("projects",      "draft project",     PROJECTS, "{}",                             "E E E E . E E E . . ."),
    Row("projectMatrix", "project",           MATRIX, "{}",                               ". . . . . . . . . . ."),
    Row("projectMatrix", "draft project",     MATRIX, "{}",                               "E E E E . E E E . . ."),
    Row("node",          "draft project",     NODE, r#"{"id": "@draft project"}"#,        "- - - - . - - - . . ."),
    Row("search",        "draft project",     SEARCH, r#"{"t": "esquisse secrete"}"#,     "E E E E . E E E . . ."),
    Row("reviewQueue",   "waiting project",   QUEUE, "{}",                                "U F F F F F F E E . ."),

    Row("createProject", "led by own",        CREATE, r#"{"l": "@own"}"#,                 "U F F F F . F F F . ."),
    Row("createProject", "led by far",        CREATE, r#"{"l": "@far"}"#,                 "U F F F F F . . F F ."),
    Row("updateProject", "project",           UPDATE, r#"{"id": "@project", "v": 2}"#,    "U F F F F . F F F . ."),
    Row("updateProject", "draft project",     UPDATE, r#"{"id": "@draft project", "v": 1}"#, "U F F F F N N N . . ."),
    Row("updateProject", "own draft project", UPDATE, r#"{"id": "@own draft project", "v": 1}"#, "U F F F F . F N N . ."),
    Row("submit",  "own draft project", SUBMIT, r#"{"id": "@own draft project", "v": 1}"#, "U F F F F . F N N . ."),
    Row("publish", "draft project",     PUBLISH, r#"{"id": "@draft project", "v": 1}"#,   "U F F F F F F N . . ."),
    Row("review",  "waiting project",   REVIEW, r#"{"id": "@waiting project", "v": 2}"#,  "U F F F F F F N N . ."),
    Row("archive", "project",           ARCHIVE, r#"{"id": "@project", "v": 2}"#,         "U F F F F F F F F . ."),
];
