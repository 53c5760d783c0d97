//! The table, continued: needs, offers, support.

use super::rows::Row;

const NODE: &str = "query($id: ID!) { node(id: $id) { __typename id } }";
const NEEDS: &str = "query { needs(first: 100) { nodes { id } } }";
const OFFERS: &str = "query { offers(first: 100) { nodes { id } } }";
const REQUESTS: &str = "query { supportRequests(first: 100) { nodes { id } } }";

const POST_NEED: &str =
    "mutation($id: ID!) { postNeed(input: {actor: $id, kind: SPACE, title: \"Une salle\"}) { id } }";
const POST_OFFER: &str =
    "mutation($id: ID!) { postOffer(input: {actor: $id, kind: SPACE, title: \"Une salle\"}) { id } }";
const POST_TOGETHER: &str =
    "mutation($id: ID!) { postNeed(input: {collective: $id, kind: SPACE, title: \"Une salle\"}) { id } }";
const CLOSE: &str = "mutation($id: ID!) { closeExchange(id: $id) { __typename } }";
const INTRODUCE: &str = "mutation($n: ID!, $o: ID!) { introduce(need: $n, offer: $o) { id } }";
const CREATE: &str = "mutation($i: ID!, $t: ID!) { createSupportContact(input: {institution: $i, name: \"Claude\", territory: {id: $t}}) { id } }";
const UPDATE: &str =
    "mutation($id: ID!) { updateSupportContact(id: $id, input: {role: \"accueil\"}) { id } }";
const ERASE: &str = "mutation($id: ID!) { eraseSupportContact(id: $id) }";
const REQUEST: &str = "mutation($id: ID!) { requestSupport(input: {requester: $id, kind: METHOD, description: \"Comment ?\"}) { id } }";
const REQUEST_TOGETHER: &str = "mutation($id: ID!) { requestSupport(input: {collective: $id, kind: METHOD, description: \"Comment ?\"}) { id } }";
const NEEDING: &str = "query { collectives(first: 100, filter: {needingSupport: true}) { nodes { id } } }";
const ASSIGN: &str = "mutation($id: ID!, $c: ID!) { assignSupport(id: $id, contact: $c) { id } }";
const ANSWER: &str = "mutation($id: ID!) { answerSupport(id: $id, answer: \"Ainsi.\") { id } }";
const END: &str = "mutation($id: ID!) { closeSupport(id: $id) { id } }";

/// What actors look for and give, who answers, what is asked.
#[rustfmt::skip]
pub const ROWS: &[Row] = &[
    //                                                                                           anonymous nobody expired partner analyst editor other elsewhere quarter manager admin
    Row("node",   "need",           NODE,   r#"{"id": "@need"}"#,                                ". . . . . . . . . . ."),
    Row("node",   "draft need",     NODE,   r#"{"id": "@draft need"}"#,                          "- - - - . - - - . . ."),
    Row("node",   "gone need",      NODE,   r#"{"id": "@gone need"}"#,                           "- - - - - - - - - - -"),
    Row("needs",  "need",           NEEDS,  "{}",                                                ". . . . . . . . . . ."),
    Row("needs",  "draft need",     NEEDS,  "{}",                                                "E E E E . E E E . . ."),
    Row("needs",  "gone need",      NEEDS,  "{}",                                                "E E E E E E E E E E E"),
    Row("offers", "offer",          OFFERS, "{}",                                                ". . . . . . . . . . ."),
    Row("offers", "draft offer",    OFFERS, "{}",                                                "E E E E . E E E . . ."),
    Row("postNeed",  "own",         POST_NEED,  r#"{"id": "@own"}"#,                             "U F F F F . F F F . ."),
    Row("postNeed",  "draft",       POST_NEED,  r#"{"id": "@draft"}"#,                           "U F F F F V V V . . ."),
    Row("postOffer", "own",         POST_OFFER, r#"{"id": "@own"}"#,                             "U F F F F . F F F . ."),
    Row("postOffer", "far",         POST_OFFER, r#"{"id": "@far"}"#,                             "U F F F F F . . F F ."),
    Row("closeExchange", "need",    CLOSE,  r#"{"id": "@need"}"#,                                "U F F F F . F F F . ."),
    Row("closeExchange", "draft need", CLOSE, r#"{"id": "@draft need"}"#,                        "U F F F F N N N . . ."),
    Row("introduce", "own to seen", INTRODUCE, r#"{"n": "@need", "o": "@offer"}"#,               "U F F F F . F F . . ."),
    Row("introduce", "draft to far", INTRODUCE, r#"{"n": "@draft need", "o": "@far offer"}"#,    "U F F F F N N N . . ."),

    // A collective's: written for its lead, and where it acts.
    Row("node",   "circle need",    NODE,   r#"{"id": "@circle need"}"#,                         ". . . . . . . . . . ."),
    Row("node",   "draft circle need", NODE, r#"{"id": "@draft circle need"}"#,                  "- - - - . - - - - . ."),
    Row("needs",  "draft circle need", NEEDS, "{}",                                              "E E E E . E E E E . ."),
    Row("postNeed",  "circle",      POST_TOGETHER, r#"{"id": "@circle"}"#,                       "U F F F F . F F F . ."),
    Row("postNeed",  "draft circle", POST_TOGETHER, r#"{"id": "@draft circle"}"#,                "U F F F F V V V V . ."),
    Row("closeExchange", "circle need", CLOSE, r#"{"id": "@circle need"}"#,                      "U F F F F . F F F . ."),
    Row("closeExchange", "draft circle need", CLOSE, r#"{"id": "@draft circle need"}"#,          "U F F F F N N N N . ."),
    Row("introduce", "circle to far", INTRODUCE, r#"{"n": "@circle need", "o": "@far offer"}"#,  "U F F F F . . . F . ."),

    // Shown to partners: editors of the place too, and every manager.
    Row("node",   "support contact", NODE,  r#"{"id": "@support contact"}"#,                     "- - - . - . - . . . ."),
    Row("node",   "managers' contact", NODE, r#"{"id": "@managers' contact"}"#,                  "- - - - - - - - - . ."),
    // Shown to everyone, of an institution that is a draft.
    Row("node",   "draft's contact", NODE,  r#"{"id": "@draft's contact"}"#,                     "- - - - . - - - . . ."),
    Row("createSupportContact", "A", CREATE, r#"{"i": "@own", "t": "@A"}"#,                      "U F F F F F F F F . ."),
    Row("createSupportContact", "Q", CREATE, r#"{"i": "@own", "t": "@Q"}"#,                      "U F F F F F F F . . ."),
    Row("createSupportContact", "D", CREATE, r#"{"i": "@own", "t": "@D"}"#,                      "U F F F F F F F F F ."),
    Row("updateSupportContact", "", UPDATE, r#"{"id": "@support contact"}"#,                     "U F F F F F F F F . ."),
    Row("updateSupportContact", "managers'", UPDATE, r#"{"id": "@managers' contact"}"#,          "U F F F F F F N N . ."),
    Row("eraseSupportContact",  "", ERASE,  r#"{"id": "@support contact"}"#,                     "U F F F F F F F F . ."),

    Row("node",   "request",        NODE,   r#"{"id": "@request"}"#,                             "- - - - - . - - - . ."),
    Row("supportRequests", "request", REQUESTS, "{}",                                            "U F F F F . E E E . ."),
    Row("supportRequests", "draft request", REQUESTS, "{}",                                      "U F F F F E E E . . ."),
    Row("supportRequests", "gone request", REQUESTS, "{}",                                       "U F F F F E E E E E ."),
    Row("requestSupport", "own",    REQUEST, r#"{"id": "@own"}"#,                                "U F F F F . F F F . ."),
    Row("requestSupport", "draft",  REQUEST, r#"{"id": "@draft"}"#,                              "U F F F F V V V . . ."),
    Row("assignSupport", "request", ASSIGN, r#"{"id": "@request", "c": "@support contact"}"#,    "U F F F F F F N N . ."),
    Row("answerSupport", "request", ANSWER, r#"{"id": "@request"}"#,                             "U F F F F F F N N . ."),
    Row("closeSupport",  "request", END,    r#"{"id": "@request"}"#,                             "U F F F F . N N N . ."),

    Row("node",   "circle request", NODE,   r#"{"id": "@circle request"}"#,                      "- - - - - . - - - . ."),
    Row("supportRequests", "circle request", REQUESTS, "{}",                                     "U F F F F . E E E . ."),
    Row("supportRequests", "draft circle request", REQUESTS, "{}",                               "U F F F F E E E E . ."),
    Row("requestSupport", "circle", REQUEST_TOGETHER, r#"{"id": "@circle"}"#,                    "U F F F F . F F F . ."),
    Row("requestSupport", "draft circle", REQUEST_TOGETHER, r#"{"id": "@draft circle"}"#,        "U F F F F V V V V . ."),
    Row("closeSupport",  "circle request", END, r#"{"id": "@circle request"}"#,                  "U F F F F . N N N . ."),
    // Whoever does not see what it asked does not hear that it did.
    Row("collectives", "circle",    NEEDING, "{}",                                               "E E E E E . E E E . ."),
];
