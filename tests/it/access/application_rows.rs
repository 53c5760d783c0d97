//! The table, continued: applications.

use super::rows::Row;

const NODE: &str = "query($id: ID!) { node(id: $id) { __typename id } }";
const APPLICATION: &str = "query($id: ID!) { application(id: $id) { id title budget { totalCost } } }";
const START: &str = "mutation($c: ID!, $t: ID!, $l: ID!) { startApplication(input: {call: $c, track: $t, lead: $l, title: \"Neuf\"}) { id } }";
const UPDATE: &str =
    "mutation($id: ID!) { updateApplication(id: $id, expectedVersion: 1, input: {summary: \"x\"}) { id } }";
const REQUEST: &str = "mutation($id: ID!) { requestSignOffs(id: $id, expectedVersion: 1) { id } }";
const SIGN: &str = "mutation($id: ID!, $a: ID!) { signOff(application: $id, actor: $a) { id } }";
const DECLINE: &str = "mutation($id: ID!, $a: ID!) { declineSignOff(application: $id, actor: $a) { id } }";
const SUBMIT: &str = "mutation($id: ID!) { submitApplication(id: $id, expectedVersion: 1) { id } }";
const ON_PAPER: &str = "mutation($id: ID!) { submitApplication(id: $id, expectedVersion: 1, submittedAt: \"2026-11-20T12:00:00Z\") { id } }";
const WITHDRAW: &str = "mutation($id: ID!) { withdrawApplication(id: $id, expectedVersion: 1) { id } }";
const REVIEW: &str = "mutation($id: ID!) { startReview(id: $id, expectedVersion: 1) { id } }";
const DECIDE: &str = "mutation($id: ID!) { decideApplication(id: $id, expectedVersion: 1, outcome: REJECTED, reason: \"x\") { id } }";

/// What is asked of applications. `own` leads them, `far` applies with it by the one that is asked, and organises the call,
/// which is open in A.
#[rustfmt::skip]
pub const ROWS: &[Row] = &[
    //                                                                                                     anonymous nobody expired partner analyst editor other elsewhere quarter manager admin
    Row("application", "application",       APPLICATION, r#"{"id": "@application"}"#,                      "- - - - - . - - - . ."),
    Row("application", "asked application", APPLICATION, r#"{"id": "@asked application"}"#,                "- - - - - . . - - . ."),
    Row("application", "filed application", APPLICATION, r#"{"id": "@filed application"}"#,                "- - - - - . . - - . ."),
    Row("node",        "application",       NODE, r#"{"id": "@application"}"#,                             "- - - - - . - - - . ."),

    Row("startApplication",    "by own", START, r#"{"c": "@tracked call", "t": "@track", "l": "@own"}"#,   "U F F F F . F F F . ."),
    Row("startApplication",    "by far", START, r#"{"c": "@tracked call", "t": "@track", "l": "@far"}"#,   "U F F F F F . F F . ."),
    Row("updateApplication",   "application",       UPDATE, r#"{"id": "@application"}"#,                   "U F F F F . N N N . ."),
    Row("updateApplication",   "asked application", UPDATE, r#"{"id": "@asked application"}"#,             "U F F F F . . N N . ."),
    Row("requestSignOffs",     "application",       REQUEST, r#"{"id": "@application"}"#,                  "U F F F F . N N N . ."),
    // Each signs for itself, and who manages the call records what was signed on paper: not who leads.
    Row("signOff",             "asked application", SIGN, r#"{"id": "@asked application", "a": "@far"}"#,  "U F F F F F . N N . ."),
    Row("declineSignOff",      "asked application", DECLINE, r#"{"id": "@asked application", "a": "@far"}"#, "U F F F F F . N N . ."),
    // It lacks a budget, and sign-offs.
    Row("submitApplication",   "application",       SUBMIT, r#"{"id": "@application"}"#,                   "U F F F F V N N N V V"),
    Row("submitApplication",   "asked application", SUBMIT, r#"{"id": "@asked application"}"#,             "U F F F F V F N N V V"),
    Row("submitApplication",   "on paper",          ON_PAPER, r#"{"id": "@application"}"#,                 "U F F F F F F N N V V"),
    Row("withdrawApplication", "asked application", WITHDRAW, r#"{"id": "@asked application"}"#,           "U F F F F . F N N . ."),
    // Who applies does not decide.
    Row("startReview",         "asked application", REVIEW, r#"{"id": "@asked application"}"#,             "U F F F F F F N N C C"),
    Row("startReview",         "filed application", REVIEW, r#"{"id": "@filed application"}"#,             "U F F F F F . N N . ."),
    Row("decideApplication",   "filed application", DECIDE, r#"{"id": "@filed application"}"#,             "U F F F F F C N N C C"),
];
