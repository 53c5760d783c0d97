//! The table, continued: practices, lessons, replications, the library.

use super::rows::Row;

const NODE: &str = "query($id: ID!) { node(id: $id) { __typename id } }";
const PRACTICE: &str = "query($id: ID!) { goodPractice(by: {id: $id}) { id title } }";
const PRACTICES: &str = "query { goodPractices(first: 100) { nodes { id } } }";
const LESSONS: &str = "query { lessons(first: 100) { nodes { id } } }";
const LIBRARY: &str = "query { libraryResources(first: 100) { nodes { id } } }";
const SEARCH: &str = "query($t: String!) { search(text: $t) { edges { node { ... on GoodPractice { id } ... on Lesson { id } } } } }";
const QUEUE: &str = "query { reviewQueue { nodes { subject { ... on GoodPractice { id } } } } }";

const CREATE: &str = "mutation($a: ID!) { createGoodPractice(input: {title: \"Neuve\", summary: \"x\", actors: [$a]}) { id } }";
const UPDATE: &str = "mutation($id: ID!, $v: Int!) { updateGoodPractice(id: $id, expectedVersion: $v, input: {audiences: [\"x\"]}) { id } }";
const SUBMIT: &str = "mutation($id: ID!, $v: Int!) { submit(id: $id, expectedVersion: $v) { __typename } }";
const PUBLISH: &str = "mutation($id: ID!, $v: Int!) { publish(id: $id, expectedVersion: $v) { __typename } }";
const REVIEW: &str =
    "mutation($id: ID!, $v: Int!) { review(id: $id, expectedVersion: $v, decision: APPROVE) { __typename } }";
const ARCHIVE: &str = "mutation($id: ID!, $v: Int!) { archive(id: $id, expectedVersion: $v) { __typename } }";
const TEACH: &str =
    "mutation($s: ID) { recordLesson(input: {rubric: LEVER, text: \"Neuf\", source: $s}) { id } }";
const CORRECT: &str = "mutation($id: ID!) { updateLesson(id: $id, input: {text: \"Autrement\"}) { id } }";
const AT: &str = "mutation($id: ID!, $t: ID!) { recordReplication(practice: $id, input: {path: TERRITORY, territory: {id: $t}, status: PLANNED}) { id } }";
const BY: &str = "mutation($id: ID!, $a: ID!) { recordReplication(practice: $id, input: {path: NETWORK, actor: $a, status: PLANNED}) { id } }";
const MOVE: &str = "mutation($id: ID!) { updateReplication(id: $id, status: RUNNING) { id } }";
const ADD: &str = "mutation { addLibraryResource(input: {title: \"Neuf\"}) { id } }";
const CHANGE: &str = "mutation($id: ID!) { updateLibraryResource(id: $id, input: {year: 2020}) { id } }";

/// What is asked of what cooperation teaches. `practice` is of `own` and `near`; `own draft practice` of `own` and `far`;
/// `seen`, which sits in the quarter too, has the draft. A lesson is of each of the first two, and `free lesson` of nothing.
/// `practice` is taken up in B.
#[rustfmt::skip]
pub const ROWS: &[Row] = &[
    //                                                                                            anonymous nobody expired partner analyst editor other elsewhere quarter manager admin
    Row("goodPractice",     "practice",           PRACTICE, r#"{"id": "@practice"}"#,             ". . . . . . . . . . ."),
    Row("goodPractice",     "draft practice",     PRACTICE, r#"{"id": "@draft practice"}"#,       "- - - - . - - - . . ."),
    Row("goodPractice",     "own draft practice", PRACTICE, r#"{"id": "@own draft practice"}"#,   "- - - - . . . . - . ."),
    Row("goodPractices",    "practice",           PRACTICES, "{}",                                ". . . . . . . . . . ."),
    Row("goodPractices",    "draft practice",     PRACTICES, "{}",                                "E E E E . E E E . . ."),
    Row("lessons",          "lesson",             LESSONS, "{}",                                  ". . . . . . . . . . ."),
    Row("lessons",          "draft lesson",       LESSONS, "{}",                                  "E E E E . E E E . . ."),
    Row("lessons",          "free lesson",        LESSONS, "{}",                                  ". . . . . . . . . . ."),
    Row("libraryResources", "resource",           LIBRARY, "{}",                                  ". . . . . . . . . . ."),
    Row("node",             "draft practice",     NODE, r#"{"id": "@draft practice"}"#,           "- - - - . - - - . . ."),
    Row("node",             "draft lesson",       NODE, r#"{"id": "@draft lesson"}"#,             "- - - - . - - - . . ."),
    Row("node",             "resource",           NODE, r#"{"id": "@resource"}"#,                 ". . . . . . . . . . ."),
    Row("search",           "draft practice",     SEARCH, r#"{"t": "brouillon cache"}"#,          "E E E E . E E E . . ."),
    Row("search",           "draft lesson",       SEARCH, r#"{"t": "enseignement cache"}"#,       "E E E E . E E E . . ."),
    Row("reviewQueue",      "waiting practice",   QUEUE, "{}",                                    "U F F F F F F E E . ."),

    Row("createGoodPractice", "of own",           CREATE, r#"{"a": "@own"}"#,                     "U F F F F . F F F . ."),
    Row("createGoodPractice", "of far",           CREATE, r#"{"a": "@far"}"#,                     "U F F F F F . . F F ."),
    Row("updateGoodPractice", "practice",         UPDATE, r#"{"id": "@practice", "v": 2}"#,       "U F F F F . F F F . ."),
    Row("updateGoodPractice", "draft practice",   UPDATE, r#"{"id": "@draft practice", "v": 1}"#, "U F F F F N N N . . ."),
    Row("updateGoodPractice", "own draft practice", UPDATE, r#"{"id": "@own draft practice", "v": 1}"#, "U F F F F . . . N . ."),
    Row("submit",  "own draft practice", SUBMIT, r#"{"id": "@own draft practice", "v": 1}"#,      "U F F F F . . . N . ."),
    Row("publish", "draft practice",     PUBLISH, r#"{"id": "@draft practice", "v": 1}"#,         "U F F F F F F N . . ."),
    Row("review",  "waiting practice",   REVIEW, r#"{"id": "@waiting practice", "v": 2}"#,        "U F F F F F F N N . ."),
    Row("archive", "practice",           ARCHIVE, r#"{"id": "@practice", "v": 2}"#,               "U F F F F F F F F . ."),

    Row("recordLesson", "of practice",       TEACH, r#"{"s": "@practice"}"#,                      "U F F F F . F F F . ."),
    Row("recordLesson", "of draft practice", TEACH, r#"{"s": "@draft practice"}"#,                "U F F F F V V V . . ."),
    Row("recordLesson", "of nothing",        TEACH, r#"{"s": null}"#,                             "U F F F F F F . . . ."),
    Row("updateLesson", "lesson",            CORRECT, r#"{"id": "@lesson"}"#,                     "U F F F F . F F F . ."),
    Row("updateLesson", "draft lesson",      CORRECT, r#"{"id": "@draft lesson"}"#,               "U F F F F N N N . . ."),
    Row("updateLesson", "free lesson",       CORRECT, r#"{"id": "@free lesson"}"#,                "U F F F F F F . . . ."),

    Row("recordReplication", "at A",              AT, r#"{"id": "@practice", "t": "@A"}"#,        "U F F F F . F F F . ."),
    Row("recordReplication", "by far",            BY, r#"{"id": "@practice", "a": "@far"}"#,      "U F F F F . . . F . ."),
    Row("recordReplication", "of draft practice", AT, r#"{"id": "@draft practice", "t": "@A"}"#,  "U F F F F N N N . . ."),
    Row("updateReplication", "replication",       MOVE, r#"{"id": "@replication"}"#,              "U F F F F . F . F . ."),

    Row("addLibraryResource",    "",         ADD, "{}",                                           "U F F F F . . . . . ."),
    Row("updateLibraryResource", "resource", CHANGE, r#"{"id": "@resource"}"#,                    "U F F F F F F . . . ."),
];
