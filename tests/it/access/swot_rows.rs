//! The table, continued: findings, orientations, indicators.

use super::rows::Row;

const NODE: &str = "query($id: ID!) { node(id: $id) { __typename id } }";

const ADD: &str = "mutation($id: ID!, $x: ID!) { addSwotItems(diagnosis: $id, items: [{axis: $x, quadrant: THREAT, text: \"Neuf\"}]) { id } }";
const UPDATE: &str = "mutation($id: ID!) { updateSwotItem(id: $id, text: \"Autre\") { id } }";
const REMOVE: &str = "mutation($id: ID!) { removeSwotItem(id: $id) }";
const VOTE: &str = "mutation($id: ID!) { voteOnSwotItem(item: $id, importance: 3, capacityToAct: 4) { id } }";
const PAPER: &str =
    "mutation($id: ID!) { recordPaperVotes(item: $id, importance: 3.5, capacityToAct: 4, votes: 9) { id } }";
const CROSS: &str =
    "mutation($i: ID!, $e: ID!) { crossSwotItems(internal: $i, external: $e, insight: \"x\") { id } }";
const UNCROSS: &str = "mutation($id: ID!) { removeCrossing(id: $id) }";
const AIM: &str =
    "mutation($id: ID!) { addOrientation(diagnosis: $id, input: {number: 9, title: \"Neuf\"}) { id } }";
const REAIM: &str = "mutation($id: ID!) { updateOrientation(id: $id, input: {title: \"Autre\"}) { id } }";
const UNAIM: &str = "mutation($id: ID!) { removeOrientation(id: $id) }";
const VALIDATE: &str = "mutation($id: ID!, $o: ID!) { validateOrientations(diagnosis: $id, expectedVersion: 6, orientations: [$o], by: \"Comité\", on: \"2026-06-25\") { id } }";
const VALIDATE_DRAFT: &str = "mutation($id: ID!, $o: ID!) { validateOrientations(diagnosis: $id, expectedVersion: 5, orientations: [$o], by: \"Comité\", on: \"2026-06-25\") { id } }";
const DEFINE: &str =
    "mutation($id: ID!) { defineIndicator(owner: $id, input: {name: \"Neuf\", unit: \"x\"}) { id } }";
const REDEFINE: &str = "mutation($id: ID!) { updateIndicator(id: $id, input: {name: \"Autre\"}) { id } }";
const UNDEFINE: &str = "mutation($id: ID!) { removeIndicator(id: $id) }";
const RECORD: &str =
    "mutation($id: ID!) { recordIndicatorResult(indicator: $id, on: \"2026-02-01\", value: \"5\") { id } }";
const CORRECT: &str = "mutation($id: ID!) { updateIndicatorResult(id: $id, input: {value: \"6\"}) { id } }";
const UNRECORD: &str = "mutation($id: ID!) { removeIndicatorResult(id: $id) }";

/// What is asked of what belongs to diagnoses, and of indicators. `own` facilitates the study and leads the circle.
#[rustfmt::skip]
pub const ROWS: &[Row] = &[
    //                                                                                          anonymous nobody expired partner analyst editor other elsewhere quarter manager admin
    Row("node", "orientation",            NODE, r#"{"id": "@orientation"}"#,                    ". . . . . . . . . . ."),
    Row("node", "hidden orientation",     NODE, r#"{"id": "@hidden orientation"}"#,             "- - - - . - - - - . ."),
    Row("node", "study indicator",        NODE, r#"{"id": "@study indicator"}"#,                ". . . . . . . . . . ."),
    Row("node", "hidden indicator",       NODE, r#"{"id": "@hidden indicator"}"#,               "- - - - . - - - - . ."),
    Row("node", "circle indicator",       NODE, r#"{"id": "@circle indicator"}"#,               ". . . . . . . . . . ."),
    Row("node", "draft circle indicator", NODE, r#"{"id": "@draft circle indicator"}"#,         "- - - - . - - - - . ."),

    Row("addSwotItems",     "study",          ADD, r#"{"id": "@study", "x": "@axis"}"#,         "U F F F F . F F F . ."),
    Row("addSwotItems",     "hidden study",   ADD, r#"{"id": "@hidden study", "x": "@hidden axis"}"#, "U F F F F N N N N . ."),
    Row("updateSwotItem",   "finding",        UPDATE, r#"{"id": "@finding"}"#,                  "U F F F F . F F F . ."),
    Row("updateSwotItem",   "hidden finding", UPDATE, r#"{"id": "@hidden finding"}"#,           "U F F F F N N N N . ."),
    Row("removeSwotItem",   "finding",        REMOVE, r#"{"id": "@loose finding"}"#,            "U F F F F . F F F . ."),
    Row("removeSwotItem",   "hidden finding", REMOVE, r#"{"id": "@hidden loose finding"}"#,     "U F F F F N N N N . ."),
    // Whoever sees it and is signed in.
    Row("voteOnSwotItem",   "finding",        VOTE, r#"{"id": "@finding"}"#,                    "U . . . . . . . . . ."),
    Row("voteOnSwotItem",   "hidden finding", VOTE, r#"{"id": "@hidden finding"}"#,             "U N N N . N N N N . ."),
    Row("recordPaperVotes", "finding",        PAPER, r#"{"id": "@finding"}"#,                   "U F F F F F F F F . ."),
    Row("recordPaperVotes", "hidden finding", PAPER, r#"{"id": "@hidden finding"}"#,            "U F F F F F F N N . ."),
    Row("crossSwotItems",   "finding",        CROSS, r#"{"i": "@loose finding", "e": "@threat"}"#, "U F F F F . F F F . ."),
    Row("crossSwotItems",   "hidden finding", CROSS, r#"{"i": "@hidden loose finding", "e": "@hidden threat"}"#, "U F F F F N N N N . ."),
    Row("removeCrossing",   "crossing",        UNCROSS, r#"{"id": "@crossing"}"#,               "U F F F F . F F F . ."),
    Row("removeCrossing",   "hidden crossing", UNCROSS, r#"{"id": "@hidden crossing"}"#,        "U F F F F N N N N . ."),
    Row("addOrientation",    "study",              AIM, r#"{"id": "@study"}"#,                  "U F F F F . F F F . ."),
    Row("addOrientation",    "hidden study",       AIM, r#"{"id": "@hidden study"}"#,           "U F F F F N N N N . ."),
    Row("updateOrientation", "orientation",        REAIM, r#"{"id": "@orientation"}"#,          "U F F F F . F F F . ."),
    Row("updateOrientation", "hidden orientation", REAIM, r#"{"id": "@hidden orientation"}"#,   "U F F F F N N N N . ."),
    Row("removeOrientation", "orientation",        UNAIM, r#"{"id": "@loose orientation"}"#,    "U F F F F . F F F . ."),
    Row("removeOrientation", "hidden orientation", UNAIM, r#"{"id": "@hidden loose orientation"}"#, "U F F F F N N N N . ."),
    Row("validateOrientations", "study",        VALIDATE, r#"{"id": "@study", "o": "@orientation"}"#, "U F F F F . F F F . ."),
    Row("validateOrientations", "hidden study", VALIDATE_DRAFT, r#"{"id": "@hidden study", "o": "@hidden orientation"}"#, "U F F F F N N N N . ."),

    Row("defineIndicator", "orientation",        DEFINE, r#"{"id": "@orientation"}"#,           "U F F F F . F F F . ."),
    Row("defineIndicator", "hidden orientation", DEFINE, r#"{"id": "@hidden orientation"}"#,    "U F F F F N N N N . ."),
    Row("defineIndicator", "circle",             DEFINE, r#"{"id": "@circle"}"#,                "U F F F F . F F F . ."),
    Row("defineIndicator", "draft circle",       DEFINE, r#"{"id": "@draft circle"}"#,          "U F F F F N N N N . ."),
    Row("updateIndicator", "of an orientation",  REDEFINE, r#"{"id": "@study indicator"}"#,     "U F F F F . F F F . ."),
    Row("updateIndicator", "of a hidden one",    REDEFINE, r#"{"id": "@hidden indicator"}"#,    "U F F F F N N N N . ."),
    Row("updateIndicator", "of a circle",        REDEFINE, r#"{"id": "@circle indicator"}"#,    "U F F F F . F F F . ."),
    Row("removeIndicator", "of an orientation",  UNDEFINE, r#"{"id": "@loose indicator"}"#,     "U F F F F . F F F . ."),
    Row("removeIndicator", "of a hidden one",    UNDEFINE, r#"{"id": "@hidden loose indicator"}"#, "U F F F F N N N N . ."),
    Row("recordIndicatorResult", "of an orientation", RECORD, r#"{"id": "@study indicator"}"#,  "U F F F F . F F F . ."),
    Row("recordIndicatorResult", "of a draft circle", RECORD, r#"{"id": "@draft circle indicator"}"#, "U F F F F N N N N . ."),
    Row("updateIndicatorResult", "result",        CORRECT, r#"{"id": "@result"}"#,              "U F F F F . F F F . ."),
    Row("updateIndicatorResult", "hidden result", CORRECT, r#"{"id": "@hidden result"}"#,       "U F F F F N N N N . ."),
    Row("removeIndicatorResult", "result",        UNRECORD, r#"{"id": "@result"}"#,             "U F F F F . F F F . ."),
    Row("removeIndicatorResult", "hidden result", UNRECORD, r#"{"id": "@hidden result"}"#,      "U F F F F N N N N . ."),
];
