//! The table: every root field, asked about an entry, by everyone. What they hear stands in a column for each of
//! [`PERSONAS`](super::world::PERSONAS), as a letter ([`letter`](super::matrix::letter)).

/// A root field as everyone asks it: field, entry, document, variables (`@` and a name is the id of that entry of
/// [`World`](super::world::World)), and what each hears.
pub struct Row(pub &'static str, pub &'static str, pub &'static str, pub &'static str, pub &'static str);

/// What is said of the entry that is asked for.
const NODE: &str = "query($id: ID!) { node(id: $id) { __typename id } }";
const NODES: &str = "query($id: ID!) { nodes(ids: [$id]) { __typename id } }";
const ACTOR: &str = "query($id: ID!) { actor(by: {id: $id}) { id name } }";
const INTERACTION: &str = "query($id: ID!) { interaction(id: $id) { id source { id } target { id } } }";
const CALL: &str = "query($id: ID!) { call(by: {id: $id}) { id title } }";
const TERRITORY: &str = "query($id: ID!) { territory(by: {id: $id}) { id name } }";
const ACTORS: &str = "query { actors(first: 100) { nodes { id } } }";
const ARCHIVED: &str = "query { actors(filter: {statuses: [ARCHIVED]}, first: 100) { nodes { id } } }";
const INTERACTIONS: &str = "query { interactions(first: 100) { nodes { id } } }";
const CALLS: &str = "query { calls(first: 100) { nodes { id } } }";
const SEARCH: &str =
    "query($t: String!) { search(text: $t) { edges { node { ... on Actor { id } ... on Call { id } } } } }";

const UPDATE_ACTOR: &str = "mutation($id: ID!, $v: Int!) { updateActor(id: $id, expectedVersion: $v, input: {description: \"x\"}) { id } }";
const UPDATE_INTERACTION: &str = "mutation($id: ID!, $v: Int!) { updateInteraction(id: $id, expectedVersion: $v, input: {intensity: 3}) { id } }";
const UPDATE_CALL: &str = "mutation($id: ID!, $v: Int!) { updateCall(id: $id, expectedVersion: $v, input: {summary: \"x\"}) { id } }";
const UPDATE_TERRITORY: &str =
    "mutation($id: ID!) { updateTerritory(id: $id, expectedVersion: 1, input: {population: 5}) { id } }";
const PUBLISH: &str = "mutation($id: ID!, $v: Int!) { publish(id: $id, expectedVersion: $v) { __typename } }";
const ARCHIVE: &str = "mutation($id: ID!, $v: Int!) { archive(id: $id, expectedVersion: $v) { __typename } }";
const RESTORE: &str = "mutation($id: ID!, $v: Int!) { restore(id: $id, expectedVersion: $v) { __typename } }";
const CREATE_ACTOR: &str =
    "mutation($id: ID!) { createActor(input: {kind: OTHER, name: \"Neuf\", seat: {id: $id}}) { id } }";
const DECLARE: &str = "mutation($s: ID!, $t: ID!) { declareInteraction(input: {kind: INFORMATION_SHARING, source: $s, target: $t}) { id } }";
const CREATE_CALL: &str = "mutation($o: [ID!]!, $t: [TerritoryRef!]!) { createCall(input: {kind: OTHER, title: \"Neuf\", organisers: $o, territories: $t}) { id } }";
const CREATE_TERRITORY: &str = "mutation($id: ID!) { createTerritory(input: {kind: CUSTOM, code: \"n\", vintage: 2026, name: \"Neuf\", members: [{id: $id}]}) { id } }";

const CHANGES: &str =
    "query { changes(first: 100, kinds: [ACTOR, INTERACTION, CALL]) { nodes { node { id } } } }";

/// The fields that stand.
#[rustfmt::skip]
pub const ROWS: &[Row] = &[
    // Reading: `.` it is there, `-` null, `E` it is not in the list.
    //                                                                        anonymous nobody expired partner analyst editor other elsewhere quarter manager admin
    Row("node",         "own",            NODE,         r#"{"id": "@own"}"#,            ". . . . . . . . . . ."),
    Row("node",         "draft",          NODE,         r#"{"id": "@draft"}"#,          "- - - - . - - - . . ."),
    Row("node",         "archived",       NODE,         r#"{"id": "@archived"}"#,       "- - - - . - - - - . ."),
    // Not to be listed: there for administrators alone.
    Row("node",         "gone",           NODE,         r#"{"id": "@gone"}"#,           "- - - - - - - - - - ."),
    Row("actors",       "gone",           ARCHIVED,     "{}",                           "E E E E E E E E E E ."),
    Row("node",         "draft link",     NODE,         r#"{"id": "@draft link"}"#,     "- - - - . - - - . . ."),
    Row("node",         "draft call",     NODE,         r#"{"id": "@draft call"}"#,     "- - - - . - - - - . ."),
    Row("node",         "A",              NODE,         r#"{"id": "@A"}"#,              ". . . . . . . . . . ."),
    Row("nodes",        "draft",          NODES,        r#"{"id": "@draft"}"#,          "E E E E . E E E . . ."),
    Row("actor",        "own",            ACTOR,        r#"{"id": "@own"}"#,            ". . . . . . . . . . ."),
    Row("actor",        "draft",          ACTOR,        r#"{"id": "@draft"}"#,          "- - - - . - - - . . ."),
    Row("actor",        "far draft",      ACTOR,        r#"{"id": "@far draft"}"#,      "- - - - - - - . - - ."),
    Row("changes",      "own",            CHANGES,      "{}",                           ". . . . . . . . . . ."),
    Row("changes",      "draft",          CHANGES,      "{}",                           "E E E E . E E E . . ."),
    Row("changes",      "archived",       CHANGES,      "{}",                           "E E E E . E E E E . ."),
    Row("changes",      "gone",           CHANGES,      "{}",                           "E E E E E E E E E E ."),
    Row("changes",      "draft link",     CHANGES,      "{}",                           "E E E E . E E E . . ."),
    Row("changes",      "draft call",     CHANGES,      "{}",                           "E E E E . E E E E . ."),
    Row("actors",       "shelter",        ACTORS,       "{}",                           ". . . . . . . . . . ."),
    Row("actors",       "draft",          ACTORS,       "{}",                           "E E E E . E E E . . ."),
    Row("actors",       "archived",       ACTORS,       "{}",                           "E E E E E E E E E E E"),
    Row("actors",       "archived",       ARCHIVED,     "{}",                           "E E E E . E E E E . ."),
    Row("interaction",  "link",           INTERACTION,  r#"{"id": "@link"}"#,           ". . . . . . . . . . ."),
    Row("interaction",  "draft link",     INTERACTION,  r#"{"id": "@draft link"}"#,     "- - - - . - - - . . ."),
    // Its own side writes it; the other side sees it once it is submitted.
    Row("interaction",  "own draft link", INTERACTION,  r#"{"id": "@own draft link"}"#, "- - - - . . - - . . ."),
    Row("interaction",  "asked link",     INTERACTION,  r#"{"id": "@asked link"}"#,     "- - - - . . - - - . ."),
    Row("interactions", "draft link",     INTERACTIONS, "{}",                           "E E E E . E E E . . ."),
    Row("interactions", "far draft link", INTERACTIONS, "{}",                           "E E E E E E E . E E ."),
    Row("call",         "call",           CALL,         r#"{"id": "@call"}"#,           ". . . . . . . . . . ."),
    Row("call",         "draft call",     CALL,         r#"{"id": "@draft call"}"#,     "- - - - . - - - - . ."),
    Row("call",         "own draft call", CALL,         r#"{"id": "@own draft call"}"#, "- - - - . . - - - . ."),
    Row("calls",        "double draft call", CALLS,     "{}",                           "E E E E . E E . E . ."),
    Row("territory",    "A",              TERRITORY,    r#"{"id": "@A"}"#,              ". . . . . . . . . . ."),
    Row("territories",  "A",              "query { territories { nodes { id } } }", "{}", ". . . . . . . . . . ."),
    Row("locate",       "",               "query { locate(longitude: 1.0, latitude: 48.0) { answer } }", "{}", ". . . . . . . . . . ."),
    Row("search",       "draft",          SEARCH,       r#"{"t": "brouillon"}"#,        "E E E E . E E E . . ."),
    Row("search",       "draft call",     SEARCH,       r#"{"t": "ébauche"}"#,          "E E E E . E E E E . ."),
    Row("themes",       "",               "query { themes { slug } }", "{}",            ". . . . . . . . . . ."),
    Row("sdgs",         "",               "query { sdgs { number } }", "{}",            ". . . . . . . . . . ."),

    // Writing: `.` it is done.
    //                                                                                     anonymous nobody expired partner analyst editor other elsewhere quarter manager admin
    // Whoever edits an actor may create another, which is its own.
    Row("createActor",  "A",     CREATE_ACTOR, r#"{"id": "@A"}"#,                          "U F F F F . . F F . ."),
    Row("updateActor",  "own",   UPDATE_ACTOR, r#"{"id": "@own", "v": 2}"#,                "U F F F F . F F F . ."),
    Row("updateActor",  "far",   UPDATE_ACTOR, r#"{"id": "@far", "v": 2}"#,                "U F F F F F . . F F ."),
    Row("updateActor",  "draft", UPDATE_ACTOR, r#"{"id": "@draft", "v": 1}"#,              "U F F F F N N N . . ."),
    // A point that is hidden is in the commune, and in no neighbourhood.
    Row("updateActor",  "shelter", UPDATE_ACTOR, r#"{"id": "@shelter", "v": 2}"#,          "U F F F F F F F F . ."),
    Row("declareInteraction", "own to far",  DECLARE, r#"{"s": "@own", "t": "@far"}"#,     "U F F F F . . . F . ."),
    Row("declareInteraction", "near to seen", DECLARE, r#"{"s": "@near", "t": "@seen"}"#,  "U F F F F F F F . . ."),
    Row("declareInteraction", "far to far too", DECLARE, r#"{"s": "@far", "t": "@far too"}"#, "U F F F F F . . F F ."),
    Row("declareInteraction", "draft to own", DECLARE, r#"{"s": "@draft", "t": "@own"}"#,  "U F F F F V V V . . ."),
    Row("updateInteraction", "link", UPDATE_INTERACTION, r#"{"id": "@link", "v": 2}"#,     "U F F F F F F F . . ."),
    Row("updateInteraction", "long link", UPDATE_INTERACTION, r#"{"id": "@long link", "v": 2}"#, "U F F F F F F . . . ."),
    Row("updateInteraction", "own draft link", UPDATE_INTERACTION, r#"{"id": "@own draft link", "v": 1}"#, "U F F F F . N N . . ."),
    Row("updateInteraction", "asked link", UPDATE_INTERACTION, r#"{"id": "@asked link", "v": 1}"#, "U F F F F F N N N . ."),
    Row("createCall",   "A",     CREATE_CALL, r#"{"o": ["@own"], "t": [{"id": "@A"}]}"#,   "U F F F F . F F F . ."),
    Row("createCall",   "Q",     CREATE_CALL, r#"{"o": [], "t": [{"id": "@Q"}]}"#,         "U F F F F F F F . . ."),
    Row("createCall",   "A and B", CREATE_CALL, r#"{"o": [], "t": [{"id": "@A"}, {"id": "@B"}]}"#, "U F F F F F F F F F ."),
    Row("createCall",   "D",     CREATE_CALL, r#"{"o": [], "t": [{"id": "@D"}]}"#,         "U F F F F F F F F F ."),
    Row("createCall",   "by draft", CREATE_CALL, r#"{"o": ["@draft"], "t": [{"id": "@A"}]}"#, "U F F F F V V V F . ."),
    Row("updateCall",   "call",  UPDATE_CALL, r#"{"id": "@call", "v": 2}"#,                "U F F F F . F F F . ."),
    Row("updateCall",   "draft call", UPDATE_CALL, r#"{"id": "@draft call", "v": 1}"#,     "U F F F F N N N N . ."),
    Row("updateCall",   "wide call", UPDATE_CALL, r#"{"id": "@wide call", "v": 2}"#,       "U F F F F F F F F F ."),
    Row("createTerritory", "A",  CREATE_TERRITORY, r#"{"id": "@A"}"#,                      "U F F F F F F F F F ."),
    Row("updateTerritory", "A",  UPDATE_TERRITORY, r#"{"id": "@A"}"#,                      "U F F F F F F F F F ."),
    Row("publish",      "draft", PUBLISH, r#"{"id": "@draft", "v": 1}"#,                   "U F F F F F F N . . ."),
    Row("publish",      "far draft", PUBLISH, r#"{"id": "@far draft", "v": 1}"#,           "U F F F F F F . N N ."),
    Row("publish",      "draft link", PUBLISH, r#"{"id": "@draft link", "v": 1}"#,         "U F F F F F F N . . ."),
    Row("publish",      "own draft call", PUBLISH, r#"{"id": "@own draft call", "v": 1}"#, "U F F F F F F N N . ."),
    Row("publish",      "double draft call", PUBLISH, r#"{"id": "@double draft call", "v": 1}"#, "U F F F F F F F N F ."),
    Row("publish",      "A",     PUBLISH, r#"{"id": "@A", "v": 1}"#,                       "U F F F F N N N N N N"),
    Row("archive",      "own",   ARCHIVE, r#"{"id": "@own", "v": 2}"#,                     "U F F F F F F F F . ."),
    Row("archive",      "own draft link", ARCHIVE, r#"{"id": "@own draft link", "v": 1}"#, "U F F F F . N N . . ."),
    Row("archive",      "call",  ARCHIVE, r#"{"id": "@call", "v": 2}"#,                    "U F F F F F F F F . ."),
    Row("restore",      "archived", RESTORE, r#"{"id": "@archived", "v": 3}"#,             "U F F F F F F N N . ."),
    Row("restore",      "gone",  RESTORE, r#"{"id": "@gone", "v": 3}"#,                    "U F F F F F F N N N C"),
];
