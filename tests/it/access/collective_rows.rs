//! The table, continued: collectives and their members.

use super::rows::Row;

const NODE: &str = "query($id: ID!) { node(id: $id) { __typename id } }";
const COLLECTIVE: &str = "query($id: ID!) { collective(by: {id: $id}) { id name } }";
const COLLECTIVES: &str = "query { collectives(first: 100) { nodes { id } } }";
const SEARCH: &str =
    "query($t: String!) { search(text: $t) { edges { node { ... on Collective { id } } } } }";
const QUEUE: &str = "query { reviewQueue { nodes { subject { ... on Collective { id } } } } }";

const REGISTER: &str = "mutation($l: ID, $t: [TerritoryRef!]!) { registerCollective(input: {kind: SMALL_COLLECTIVE, name: \"Neuf\", lead: $l, territories: $t}) { id } }";
const UPDATE: &str = "mutation($id: ID!, $v: Int!) { updateCollective(id: $id, expectedVersion: $v, input: {audiences: [\"x\"]}) { id } }";
const INVITE: &str =
    "mutation($id: ID!, $a: ID!) { inviteMember(collective: $id, actor: $a, role: MEMBER) { id } }";
const ANSWER: &str = "mutation($id: ID!) { answerMembership(id: $id, accept: true) { status } }";
const UPDATE_MEMBER: &str =
    "mutation($id: ID!) { updateMembership(id: $id, input: {responsibility: \"x\"}) { id } }";
const UPDATE_ROLE: &str = "mutation($id: ID!) { updateMembership(id: $id, input: {role: FUNDER}) { id } }";
const LEAVE: &str = "mutation($id: ID!) { leaveCollective(id: $id) { status } }";
const CLOSE: &str = "mutation($id: ID!, $v: Int!) { advanceCollective(id: $id, expectedVersion: $v, to: CLOSED, reason: \"fini\") { stage } }";
const STEPS: &str = "mutation($id: ID!, $v: Int!) { setNextSteps(collective: $id, expectedVersion: $v, steps: [{title: \"Un pas\"}]) { id } }";
const PEOPLE: &str = "mutation($id: ID!, $v: Int!) { setResourcePeople(collective: $id, expectedVersion: $v, people: [{name: \"Dominique\"}]) { id } }";
const CARD: &str = "mutation($id: ID!) { reviseIdentityCard(collective: $id, expectedRevision: 0, input: {essentialQuestion: \"Comment ?\", reasons: [], effects: [], keyActions: []}) { revision } }";
const ASSESS: &str = "mutation($id: ID!) { assessMaturity(collective: $id, conditions: [{condition: COMMON_AGENDA, score: 1}], assets: []) { score } }";
const CONTRIBUTE: &str = "mutation($id: ID!, $m: ID!) { recordContribution(collective: $id, input: {member: $m, kind: TIME, amount: \"2\", unit: \"heures\"}) { id } }";
const PROMOTE: &str = "mutation($id: ID!, $v: Int!) { promoteToActor(collective: $id, expectedVersion: $v, kind: ASSOCIATION) { id } }";
const SUBMIT: &str = "mutation($id: ID!, $v: Int!) { submit(id: $id, expectedVersion: $v) { __typename } }";
const PUBLISH: &str = "mutation($id: ID!, $v: Int!) { publish(id: $id, expectedVersion: $v) { __typename } }";
const REVIEW: &str =
    "mutation($id: ID!, $v: Int!) { review(id: $id, expectedVersion: $v, decision: APPROVE) { __typename } }";
const ARCHIVE: &str = "mutation($id: ID!, $v: Int!) { archive(id: $id, expectedVersion: $v) { __typename } }";

/// What is asked of collectives. `own` leads the circle, `near` and `far` are asked to join it.
#[rustfmt::skip]
pub const ROWS: &[Row] = &[
    //                                                                                          anonymous nobody expired partner analyst editor other elsewhere quarter manager admin
    Row("collective",  "circle",           COLLECTIVE, r#"{"id": "@circle"}"#,                 ". . . . . . . . . . ."),
    Row("collective",  "draft circle",     COLLECTIVE, r#"{"id": "@draft circle"}"#,           "- - - - . - - - - . ."),
    Row("collective",  "own draft circle", COLLECTIVE, r#"{"id": "@own draft circle"}"#,       "- - - - . . - - - . ."),
    Row("collectives", "circle",           COLLECTIVES, "{}",                                  ". . . . . . . . . . ."),
    Row("collectives", "draft circle",     COLLECTIVES, "{}",                                  "E E E E . E E E E . ."),
    Row("node",        "draft circle",     NODE, r#"{"id": "@draft circle"}"#,                 "- - - - . - - - - . ."),
    Row("node",        "lead of circle",   NODE, r#"{"id": "@lead of circle"}"#,               ". . . . . . . . . . ."),
    // An invitation is seen by who is asked, who leads, and in reach.
    Row("node",        "near asked",       NODE, r#"{"id": "@near asked"}"#,                   "- - - - . . - - - . ."),
    Row("node",        "far asked",        NODE, r#"{"id": "@far asked"}"#,                    "- - - - . . . - - . ."),
    Row("search",      "draft circle",     SEARCH, r#"{"t": "ronde"}"#,                        "E E E E . E E E E . ."),
    Row("reviewQueue", "waiting circle",   QUEUE, "{}",                                        "U F F F F F F E E . ."),

    Row("registerCollective", "led by own", REGISTER, r#"{"l": "@own", "t": [{"id": "@A"}]}"#, "U F F F F . F F F . ."),
    Row("registerCollective", "in B",       REGISTER, r#"{"t": [{"id": "@B"}]}"#,              "U F F F F F F . F F ."),
    Row("registerCollective", "in A and B", REGISTER, r#"{"t": [{"id": "@A"}, {"id": "@B"}]}"#, "U F F F F F F . F . ."),
    Row("updateCollective", "circle",       UPDATE, r#"{"id": "@circle", "v": 2}"#,            "U F F F F . F F F . ."),
    Row("updateCollective", "draft circle", UPDATE, r#"{"id": "@draft circle", "v": 1}"#,      "U F F F F N N N N . ."),
    Row("inviteMember",     "circle", INVITE, r#"{"id": "@circle", "a": "@seen"}"#,            "U F F F F . F F F . ."),
    // Each answers for itself, and who manages records what was said on paper: not who leads.
    Row("answerMembership", "near",   ANSWER, r#"{"id": "@near asked"}"#,                      "U F F F F F N N N . ."),
    Row("answerMembership", "far",    ANSWER, r#"{"id": "@far asked"}"#,                       "U F F F F F . N N . ."),
    Row("updateMembership", "own",    UPDATE_MEMBER, r#"{"id": "@lead of circle"}"#,           "U F F F F . F F F . ."),
    Row("updateMembership", "far",    UPDATE_MEMBER, r#"{"id": "@far asked"}"#,                "U F F F F . . N N . ."),
    Row("updateMembership", "far's role", UPDATE_ROLE, r#"{"id": "@far asked"}"#,              "U F F F F . F N N . ."),
    Row("leaveCollective",  "far",    LEAVE, r#"{"id": "@lead of far circle"}"#,               "U F F F F F . . F F ."),
    Row("advanceCollective", "circle", CLOSE, r#"{"id": "@circle", "v": 2}"#,                  "U F F F F . F F F . ."),
    Row("advanceCollective", "far circle", CLOSE, r#"{"id": "@far circle", "v": 2}"#,          "U F F F F F . . F F ."),
    Row("setNextSteps",     "circle", STEPS, r#"{"id": "@circle", "v": 2}"#,                   "U F F F F . F F F . ."),
    Row("setResourcePeople", "circle", PEOPLE, r#"{"id": "@circle", "v": 2}"#,                 "U F F F F . F F F . ."),
    Row("reviseIdentityCard", "circle", CARD, r#"{"id": "@circle"}"#,                          "U F F F F . F F F . ."),
    Row("assessMaturity",   "circle", ASSESS, r#"{"id": "@circle"}"#,                          "U F F F F . F F F . ."),
    Row("recordContribution", "own",  CONTRIBUTE, r#"{"id": "@circle", "m": "@own"}"#,         "U F F F F . F F F . ."),
    Row("promoteToActor",   "circle", PROMOTE, r#"{"id": "@circle", "v": 2}"#,                 "U F F F F . F F F . ."),
    Row("submit",  "own draft circle", SUBMIT, r#"{"id": "@own draft circle", "v": 1}"#,       "U F F F F . N N N . ."),
    Row("publish", "draft circle",     PUBLISH, r#"{"id": "@draft circle", "v": 1}"#,          "U F F F F F F N N . ."),
    Row("review",  "waiting circle",   REVIEW, r#"{"id": "@waiting circle", "v": 2}"#,         "U F F F F F F N N . ."),
    Row("archive", "circle",           ARCHIVE, r#"{"id": "@circle", "v": 2}"#,                "U F F F F F F F F . ."),
];
