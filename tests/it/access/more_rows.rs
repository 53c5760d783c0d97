//! The table, continued: people, moderation, contacts, duplicates.

use super::rows::Row;

const VIEWER: &str = "query { viewer { grants { role } } }";
const USERS: &str = "query { users { nodes { id } } }";
const KEYS: &str = "query { apiKeys { nodes { id } } }";
const QUEUE: &str = "query { reviewQueue { nodes { subject { ... on Actor { id } ... on Interaction { id } ... on Call { id } } } } }";
const DUPLICATES: &str = "query($id: ID!) { duplicatesOf(id: $id) { score } }";

const SIGN_IN: &str =
    "mutation { signIn(email: \"nobody@example.org\", password: \"no such password\") { accessToken } }";
const REFRESH: &str = "mutation { refreshSession(refreshToken: \"no such token\") { accessToken } }";
const SIGN_OUT: &str = "mutation { signOut(refreshToken: \"no such token\") { grants { role } } }";
const CHANGE: &str = "mutation { changePassword(current: \"no such password\", new: \"another long password\") { accessToken } }";
const FORGOT: &str = "mutation { requestPasswordReset(email: \"unknown@example.org\") { email } }";
const RESET: &str = "mutation { resetPassword(token: \"no such token\", password: \"another long password\") { accessToken } }";
const ERASE_ME: &str = "mutation { eraseMe(password: \"no such password\") }";
const ACCEPT: &str = "mutation { acceptInvitation(token: \"no such token\", password: \"another long password\") { accessToken } }";
const INVITE: &str = "mutation($g: [GrantInput!]!) { inviteUser(email: \"new@example.org\", displayName: \"New\", grants: $g) { token } }";
const GRANT: &str = "mutation($u: ID!, $g: GrantInput!) { grantRole(user: $u, grant: $g) { id } }";
const REVOKE: &str = "mutation($id: ID!) { revokeGrant(id: $id) { id } }";
const DEACTIVATE: &str = "mutation($id: ID!) { deactivateUser(id: $id) { id } }";
const MAKE_KEY: &str = "mutation($g: [GrantInput!]!) { createApiKey(name: \"k\", grants: $g) { secret } }";
const REVOKE_KEY: &str = "mutation($id: ID!) { revokeApiKey(id: $id) { id } }";

const SUBMIT: &str = "mutation($id: ID!, $v: Int!) { submit(id: $id, expectedVersion: $v) { __typename } }";
const REVIEW: &str =
    "mutation($id: ID!, $v: Int!) { review(id: $id, expectedVersion: $v, decision: APPROVE) { __typename } }";
const SUGGEST: &str =
    "mutation($id: ID!) { suggestActorEdit(id: $id, input: {description: \"Autre\"}) { status } }";
const CONFIRM: &str =
    "mutation($id: ID!, $v: Int!) { confirmInteraction(id: $id, expectedVersion: $v) { confirmation } }";
const DISPUTE: &str = "mutation($id: ID!, $v: Int!) { disputeInteraction(id: $id, expectedVersion: $v, reason: \"non\") { confirmation } }";
const ADD_CONTACT: &str = "mutation($id: ID!) { addContact(actor: $id, input: {name: \"Dominique\", consentOn: \"2026-11-01\"}) { id } }";
const UPDATE_CONTACT: &str =
    "mutation($id: ID!) { updateContact(id: $id, input: {role: \"accueil\"}) { id } }";
const ERASE_CONTACT: &str = "mutation($id: ID!) { eraseContact(id: $id) }";
const MERGE: &str =
    "mutation($k: ID!, $m: ID!) { mergeActors(keep: $k, keepVersion: 2, merge: $m, mergeVersion: 2) { id } }";
const DISTINCT: &str = "mutation($a: ID!, $b: ID!) { markDistinct(a: $a, b: $b) { id } }";
const SUPPRESS: &str =
    "mutation($id: ID!) { suppressActor(id: $id, expectedVersion: 2, reason: \"demande\") }";
const UNSUPPRESS: &str = "mutation($id: ID!) { unsuppressActor(id: $id) { id } }";

/// What is done to accounts, and around entries.
#[rustfmt::skip]
pub const ROWS: &[Row] = &[
    //                                                                                       anonymous nobody expired partner analyst editor other elsewhere quarter manager admin
    Row("viewer",       "", VIEWER, "{}",                                                    ". . . . . . . . . . ."),
    Row("users",        "", USERS, "{}",                                                     "U F F F F F F . . . ."),
    Row("apiKeys",      "", KEYS, "{}",                                                      "U . . . . . . . . . ."),
    Row("reviewQueue",  "asked link", QUEUE, "{}",                                           "U F F F F F F E E . ."),
    Row("worklist",     "", "{ worklist { callsClosingSoon { totalCount } } }", "{}",        "U . . . . . . . . . ."),
    Row("worklist",     "asked link", "{ worklist { reviews(first: 100) { nodes { subject { ... on Interaction { id } } } } } }", "{}", "U E E E E E E E E . ."),
    Row("worklist",     "asked link", "{ worklist { interactionsToConfirm(first: 100) { nodes { id } } } }", "{}", "U E E E E . E E E E E"),
    Row("worklist",     "far asked", "{ worklist { membershipsToAnswer(first: 100) { nodes { id } } } }", "{}", "U E E E E E . E E E E"),
    Row("worklist",     "asked application", "{ worklist { signOffsToGive(first: 100) { nodes { id } } } }", "{}", "U E E E E E . E E E E"),
    Row("worklist",     "filed application", "{ worklist { applicationsToDecide(first: 100) { nodes { id } } } }", "{}", "U E E E E E . E E . ."),
    Row("worklist",     "request", "{ worklist { supportRequests(first: 100) { nodes { id } } } }", "{}", "U E E E E E E E E . ."),
    Row("duplicatesOf", "", DUPLICATES, r#"{"id": "@own"}"#,                                 "U . . . . . . . . . ."),
    Row("duplicatesOf", "", DUPLICATES, r#"{"id": "@draft"}"#,                               "U - - - . - - - . . ."),

    Row("signIn",               "", SIGN_IN, "{}",                                           "U U U U U U U U U U U"),
    Row("refreshSession",       "", REFRESH, "{}",                                           "U U U U U U U U U U U"),
    Row("signOut",              "", SIGN_OUT, "{}",                                          ". . . . . . . . . . ."),
    Row("changePassword",       "", CHANGE, "{}",                                            "U V V V V V V V V V V"),
    Row("requestPasswordReset", "", FORGOT, "{}",                                            ". . . . . . . . . . ."),
    Row("resetPassword",        "", RESET, "{}",                                             "V V V V V V V V V V V"),
    Row("eraseMe",              "", ERASE_ME, "{}",                                          "U C C C C C C C C C C"),
    Row("acceptInvitation",     "", ACCEPT, "{}",                                            "V V V V V V V V V V V"),
    Row("inviteUser", "to near", INVITE, r#"{"g": [{"role": "ACTOR_EDITOR", "actor": "@near"}]}"#, "U F F F F F F F F . ."),
    Row("inviteUser", "to A", INVITE, r#"{"g": [{"role": "TERRITORY_MANAGER", "territory": {"id": "@A"}}]}"#, "U F F F F F F F F . ."),
    Row("inviteUser", "to D", INVITE, r#"{"g": [{"role": "TERRITORY_MANAGER", "territory": {"id": "@D"}}]}"#, "U F F F F F F F F F ."),
    Row("inviteUser", "to all", INVITE, r#"{"g": [{"role": "ADMIN"}]}"#,                     "U F F F F F F F F F ."),
    Row("grantRole",  "near", GRANT, r#"{"u": "@colleague", "g": {"role": "ANALYST", "territory": {"id": "@A"}}}"#, "U F F F F F F F F . ."),
    Row("grantRole",  "D", GRANT, r#"{"u": "@colleague", "g": {"role": "ANALYST", "territory": {"id": "@D"}}}"#, "U F F F F F F F F F ."),
    Row("revokeGrant", "", REVOKE, r#"{"id": "@colleague's grant"}"#,                        "U F F F F F F N N . ."),
    Row("deactivateUser", "", DEACTIVATE, r#"{"id": "@colleague"}"#,                         "U F F F F F F N N . ."),
    Row("createApiKey", "for D", MAKE_KEY, r#"{"g": [{"role": "ANALYST", "territory": {"id": "@D"}}]}"#, "U F F F F F F F F F ."),
    Row("revokeApiKey", "", REVOKE_KEY, r#"{"id": "@colleague's key"}"#,                     "U N N N N N N N N N ."),

    Row("submit", "draft", SUBMIT, r#"{"id": "@draft", "v": 1}"#,                            "U F F F F N N N . . ."),
    Row("submit", "own draft link", SUBMIT, r#"{"id": "@own draft link", "v": 1}"#,          "U F F F F . N N . . ."),
    Row("submit", "own draft call", SUBMIT, r#"{"id": "@own draft call", "v": 1}"#,          "U F F F F . N N N . ."),
    Row("review", "asked link", REVIEW, r#"{"id": "@asked link", "v": 1}"#,                  "U F F F F F F N N . ."),
    Row("suggestActorEdit", "own", SUGGEST, r#"{"id": "@own"}"#,                             "U . . . . . . . . . ."),
    Row("suggestActorEdit", "draft", SUGGEST, r#"{"id": "@draft"}"#,                         "U N N N C N N N C C C"),
    // Nobody agrees in another's name.
    Row("confirmInteraction", "asked link", CONFIRM, r#"{"id": "@asked link", "v": 1}"#,     "U F F F F . N F F F ."),
    Row("disputeInteraction", "asked link", DISPUTE, r#"{"id": "@asked link", "v": 1}"#,     "U F F F F . N F F F ."),
    Row("addContact",   "own", ADD_CONTACT, r#"{"id": "@own"}"#,                             "U F F F F . F F F . ."),
    Row("addContact",   "draft", ADD_CONTACT, r#"{"id": "@draft"}"#,                         "U F F F F N N N . . ."),
    Row("updateContact", "own", UPDATE_CONTACT, r#"{"id": "@contact"}"#,                     "U F F F F . F F F . ."),
    Row("eraseContact", "own", ERASE_CONTACT, r#"{"id": "@contact"}"#,                       "U F F F F . F F F . ."),
    // The two are linked.
    Row("mergeActors",  "own and near", MERGE, r#"{"k": "@own", "m": "@near"}"#,             "U F F F F F F F F C C"),
    Row("mergeActors",  "seen and shelter", MERGE, r#"{"k": "@seen", "m": "@shelter"}"#,     "U F F F F F F F F . ."),
    Row("mergeActors",  "own and far", MERGE, r#"{"k": "@own", "m": "@far"}"#,               "U F F F F F F F F F ."),
    Row("markDistinct", "own and near", DISTINCT, r#"{"a": "@own", "b": "@near"}"#,          "U F F F F F F F F . ."),
    Row("suppressActor", "own", SUPPRESS, r#"{"id": "@own"}"#,                               "U F F F F F F F F . ."),
    Row("unsuppressActor", "gone", UNSUPPRESS, r#"{"id": "@gone"}"#,                         "U F F F F F F F F F ."),
];
