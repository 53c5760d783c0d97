//! The table, continued: shared diagnoses and sessions.

use super::rows::Row;

const NODE: &str = "query($id: ID!) { node(id: $id) { __typename id } }";
const DIAGNOSIS: &str = "query($id: ID!) { diagnosis(by: {id: $id}) { id title } }";
const DIAGNOSES: &str = "query { diagnoses(first: 100) { nodes { id } } }";
const SEARCH: &str =
    "query($t: String!) { search(text: $t) { edges { node { ... on SharedDiagnosis { id } } } } }";
const QUEUE: &str = "query { reviewQueue { nodes { subject { ... on SharedDiagnosis { id } } } } }";

const OPEN: &str = "mutation($t: ID!) { openDiagnosis(input: {title: \"Neuf\", territory: {id: $t}, axes: [{number: 1, title: \"Un\"}]}) { id } }";
const UPDATE: &str = "mutation($id: ID!, $v: Int!) { updateDiagnosis(id: $id, expectedVersion: $v, input: {title: \"x\"}) { id } }";
const CLOSE: &str = "mutation($id: ID!, $v: Int!) { closeDiagnosis(id: $id, expectedVersion: $v, on: \"2026-11-22\") { id } }";
const RECORD: &str = "mutation($o: ID!) { recordSession(owner: $o, input: {format: MARATHON, title: \"x\", heldOn: \"2026-11-20\"}) { id } }";
const RESESSION: &str = "mutation($id: ID!) { updateSession(id: $id, input: {headcount: 12}) { id } }";
const UNSESSION: &str = "mutation($id: ID!) { removeSession(id: $id) }";
const SUBMIT: &str = "mutation($id: ID!, $v: Int!) { submit(id: $id, expectedVersion: $v) { __typename } }";
const PUBLISH: &str = "mutation($id: ID!, $v: Int!) { publish(id: $id, expectedVersion: $v) { __typename } }";
const REVIEW: &str =
    "mutation($id: ID!, $v: Int!) { review(id: $id, expectedVersion: $v, decision: APPROVE) { __typename } }";
const ARCHIVE: &str = "mutation($id: ID!, $v: Int!) { archive(id: $id, expectedVersion: $v) { __typename } }";

/// What is asked of diagnoses. `own` facilitates `diagnosis` and `own draft diagnosis`, both of A; `draft diagnosis` is of the
/// quarter.
#[rustfmt::skip]
pub const ROWS: &[Row] = &[
    //                                                                                              anonymous nobody expired partner analyst editor other elsewhere quarter manager admin
    Row("diagnosis",       "diagnosis",           DIAGNOSIS, r#"{"id": "@diagnosis"}"#,             ". . . . . . . . . . ."),
    Row("diagnosis",       "draft diagnosis",     DIAGNOSIS, r#"{"id": "@draft diagnosis"}"#,       "- - - - . - - - . . ."),
    Row("diagnosis",       "own draft diagnosis", DIAGNOSIS, r#"{"id": "@own draft diagnosis"}"#,   "- - - - . . - - - . ."),
    Row("diagnoses",       "diagnosis",           DIAGNOSES, "{}",                                  ". . . . . . . . . . ."),
    Row("diagnoses",       "draft diagnosis",     DIAGNOSES, "{}",                                  "E E E E . E E E . . ."),
    Row("node",            "draft diagnosis",     NODE, r#"{"id": "@draft diagnosis"}"#,            "- - - - . - - - . . ."),
    Row("node",            "session",             NODE, r#"{"id": "@session"}"#,                    ". . . . . . . . . . ."),
    Row("node",            "draft session",       NODE, r#"{"id": "@draft session"}"#,              "- - - - . - - - . . ."),
    Row("search",          "draft diagnosis",     SEARCH, r#"{"t": "examen secret"}"#,              "E E E E . E E E . . ."),
    Row("reviewQueue",     "waiting diagnosis",   QUEUE, "{}",                                      "U F F F F F F E E . ."),

    Row("openDiagnosis",   "of A",                OPEN, r#"{"t": "@A"}"#,                           "U F F F F F F F F . ."),
    Row("openDiagnosis",   "of B",                OPEN, r#"{"t": "@B"}"#,                           "U F F F F F F . F F ."),
    Row("updateDiagnosis", "diagnosis",           UPDATE, r#"{"id": "@diagnosis", "v": 3}"#,        "U F F F F . F F F . ."),
    Row("updateDiagnosis", "draft diagnosis",     UPDATE, r#"{"id": "@draft diagnosis", "v": 2}"#,  "U F F F F N N N . . ."),
    Row("updateDiagnosis", "own draft diagnosis", UPDATE, r#"{"id": "@own draft diagnosis", "v": 1}"#, "U F F F F . N N N . ."),
    Row("closeDiagnosis",  "diagnosis",           CLOSE, r#"{"id": "@diagnosis", "v": 3}"#,         "U F F F F . F F F . ."),
    Row("closeDiagnosis",  "draft diagnosis",     CLOSE, r#"{"id": "@draft diagnosis", "v": 2}"#,   "U F F F F N N N . . ."),
    Row("recordSession",   "of a diagnosis",      RECORD, r#"{"o": "@diagnosis"}"#,                 "U F F F F . F F F . ."),
    Row("recordSession",   "of a draft",          RECORD, r#"{"o": "@draft diagnosis"}"#,           "U F F F F N N N . . ."),
    Row("recordSession",   "of a call",           RECORD, r#"{"o": "@tracked call"}"#,              "U F F F F F . F F . ."),
    // Not beside one that closes or moves its diagnosis.
    Row("updateSession",   "session",             RESESSION, r#"{"id": "@session", "of": "@diagnosis"}"#, "U F F F F . F F F . ."),
    Row("updateSession",   "draft session",       RESESSION, r#"{"id": "@draft session", "of": "@draft diagnosis"}"#, "U F F F F N N N . . ."),
    Row("removeSession",   "session",             UNSESSION, r#"{"id": "@session", "of": "@diagnosis"}"#, "U F F F F . F F F . ."),
    Row("removeSession",   "draft session",       UNSESSION, r#"{"id": "@draft session", "of": "@draft diagnosis"}"#, "U F F F F N N N . . ."),
    Row("submit",  "own draft diagnosis", SUBMIT, r#"{"id": "@own draft diagnosis", "v": 1}"#,      "U F F F F . N N N . ."),
    Row("publish", "draft diagnosis",     PUBLISH, r#"{"id": "@draft diagnosis", "v": 2}"#,         "U F F F F F F N . . ."),
    Row("review",  "waiting diagnosis",   REVIEW, r#"{"id": "@waiting diagnosis", "v": 2}"#,        "U F F F F F F N N . ."),
    Row("archive", "diagnosis",           ARCHIVE, r#"{"id": "@diagnosis", "v": 3}"#,               "U F F F F F F F F . ."),
];
