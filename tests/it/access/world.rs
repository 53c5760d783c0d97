//! Two communes with entries of every kind, and everyone who may ask about them. It is built once, and copied.

use std::collections::HashMap;

use maillage::domain::caller::Right;
use maillage::domain::ids::{ActorId, TerritoryId, UserId};
use maillage::graphql;
use maillage::graphql::budget::Limits;
use maillage::graphql::ids::subject;
use maillage::http::State;
use maillage::store::Store;
use serde_json::{Value, json};
use tokio::sync::OnceCell;

use super::swot_world;
use crate::support::entries::{id_of, square};
use crate::support::{TestApp, copy_of, data_of, drop_database, empty_database, keep};

/// Who asks, in the order of the table's columns. Places and actors are those of [`World`].
pub const PERSONAS: [&str; 11] = [
    "anonymous",
    // Signed in, and nothing was granted.
    "nobody",
    // Managed A until a while ago.
    "expired",
    // A partner everywhere.
    "partner",
    // Analyst of A.
    "analyst",
    // Editor of `own`, which sits in A.
    "editor",
    // Editor of `far`, which sits in B.
    "other",
    // Manages B.
    "elsewhere",
    // Manages Q, a neighbourhood of A.
    "quarter",
    // Manages A.
    "manager",
    "admin",
];

/// The entries by their names in tests, and the users. `A` and `B` are communes, `Q` a neighbourhood and `C` a perimeter
/// of one's own in A, `D` the département of both.
pub struct World {
    url: String,
    ids: Ids,
    users: HashMap<&'static str, UserId>,
}

/// A world of its own for a test.
pub struct Stage {
    /// The service.
    pub test: TestApp,
    /// What is in it.
    pub world: &'static World,
}

impl World {
    /// The one that all are copied from.
    pub async fn get() -> &'static Self {
        static WORLD: OnceCell<World> = OnceCell::const_new();
        WORLD.get_or_init(build).await
    }

    /// A copy to write in.
    pub async fn stage() -> Stage {
        Self::stage_with(|_| {}).await
    }

    /// The same, with a store that is set up otherwise.
    pub async fn stage_with(change: impl FnOnce(&mut Store)) -> Stage {
        let world = Self::get().await;
        let test = TestApp::over(&copy_of(&world.url).await, change).await;
        Stage { test, world }
    }

    /// Two worlds that are the same but for what the statement takes away from the second. Both read every territory as a
    /// wide one, or none.
    pub async fn with_and_without(stage: Stage, take_away: &str, wide: bool) -> [Stage; 2] {
        let world = stage.world;
        let (mut stages, url) = (Vec::new(), stage.test.close().await);
        let copy = copy_of(&url).await;
        for url in [url, copy] {
            let wide_from = if wide { 0 } else { i64::MAX };
            let test = TestApp::over(&url, |store| store.set_wide_from(wide_from)).await;
            let limits = Limits { complexity: 1_000_000, ..Limits::default() };
            let test = test.with(|state| State {
                schema: graphql::schema(&limits, state.settings.published(&limits)),
                ..state
            });
            stages.push(Stage { test, world });
        }
        let without = stages.pop().expect("two");
        // The words of names as they were if it had never been.
        without.test.execute(&format!("{take_away}; SELECT search_words_rebuild()")).await;
        [stages.pop().expect("two"), without]
    }

    /// The id of an entry.
    pub fn id(&self, name: &str) -> &str {
        self.ids.get(name).unwrap_or_else(|| panic!("the world has no {name:?}"))
    }

    /// The user of a persona.
    pub fn user(&self, persona: &str) -> UserId {
        self.users[persona]
    }

    /// Variables with the id of an entry in place of `@` and its name.
    pub fn variables(&self, template: &str) -> Value {
        let mut value = serde_json::from_str(template).unwrap_or_else(|error| panic!("{error}: {template}"));
        self.fill(&mut value);
        value
    }

    /// The same of variables that are no text.
    pub fn fill(&self, value: &mut Value) {
        match value {
            Value::String(text) => {
                if let Some(name) = text.strip_prefix('@') {
                    *text = self.id(name).to_owned();
                }
            }
            Value::Array(all) => all.iter_mut().for_each(|value| self.fill(value)),
            Value::Object(all) => all.values_mut().for_each(|value| self.fill(value)),
            _ => {}
        }
    }
}

impl Stage {
    /// The token of a persona; none of a stranger.
    pub async fn token(&self, persona: &str) -> Option<String> {
        match persona {
            "anonymous" => None,
            "admin" => Some(self.test.token.clone()),
            other => Some(self.test.token_for(self.world.user(other)).await),
        }
    }

    /// Ends it, and drops its database.
    pub async fn end(self) {
        drop_database(&self.test.close().await).await;
    }

    /// Asks as this persona; the whole answer, without what differs each time.
    pub async fn ask(&self, persona: &str, query: &str, variables: Value) -> Value {
        let token = self.token(persona).await;
        if query.contains("assword: ") || query.contains("current: ") {
            // Many tries of one account would have them wait.
            self.test.execute("DELETE FROM attempts").await;
        }
        let mut answer = self.test.ask_with(token.as_deref(), query, variables).await;
        let errors = answer.get_mut("errors").and_then(Value::as_array_mut);
        for error in errors.into_iter().flatten() {
            if let Some(extensions) = error["extensions"].as_object_mut() {
                extensions.remove("requestId");
            }
        }
        answer
    }
}

fn at(longitude: f64, latitude: f64) -> Value {
    json!({ "longitude": longitude, "latitude": latitude })
}

/// Where the shelter hides: in Q.
pub fn hideout() -> Value {
    json!({ "longitude": 1.011, "latitude": 48.011, "address": "7 rue Zigomar", "postcode": "28777", "hidden": true })
}

type Ids = HashMap<&'static str, String>;

async fn build() -> World {
    let test = TestApp::at(&empty_database().await).await;
    let mut ids = Ids::new();
    places(&test, &mut ids).await;
    actors(&test, &mut ids).await;
    links(&test, &mut ids).await;
    calls(&test, &mut ids).await;
    exchanges(&test, &mut ids).await;
    support(&test, &mut ids).await;
    circles(&test, &mut ids).await;
    asked(&test, &mut ids).await;
    projects(&test, &mut ids).await;
    diagnoses(&test, &mut ids).await;
    applications(&test, &mut ids).await;
    knowledge(&test, &mut ids).await;
    swot_world::build(&test, &mut ids).await;
    let users = users(&test, &mut ids).await;
    let url = test.close().await;
    keep(&url);
    World { url, ids, users }
}

async fn places(test: &TestApp, ids: &mut Ids) {
    for (name, kind, code, boundary) in [
        ("A", "COMMUNE", "28001", square(1.0, 48.0, 0.1)),
        ("B", "COMMUNE", "28002", square(2.0, 48.0, 0.1)),
        ("Q", "PRIORITY_NEIGHBOURHOOD", "QN00001A", square(1.0, 48.0, 0.02)),
        ("C", "CUSTOM", "c", square(1.0, 48.0, 0.03)),
    ] {
        ids.insert(name, test.territory(kind, code, &format!("Lieu {name}"), boundary).await);
    }
    let members = json!([{ "id": ids["A"] }, { "id": ids["B"] }]);
    let input =
        json!({ "kind": "DEPARTMENT", "code": "28", "vintage": 2026, "name": "Lieu D", "members": members });
    let create = "mutation($input: CreateTerritoryInput!) { createTerritory(input: $input) { id } }";
    ids.insert("D", id_of(&test.admin_data(create, json!({ "input": input })).await["createTerritory"]));
}

async fn actors(test: &TestApp, ids: &mut Ids) {
    let (a, b) = (json!({ "id": ids["A"] }), json!({ "id": ids["B"] }));
    for (name, called, more) in [
        ("own", "Maison verte", json!({ "seat": a, "location": at(1.05, 48.0), "themes": ["education"] })),
        ("seen", "Atelier rouge", json!({ "seat": a, "location": at(1.0, 48.0), "sdgs": [4] })),
        ("near", "Jardin bleu", json!({ "seat": a, "location": at(0.95, 48.05), "areasServed": [a] })),
        (
            "shelter",
            "Halte douce",
            json!({ "seat": a, "location": hideout(), "themes": ["education"], "audiences": ["mamans"] }),
        ),
        ("far", "Lointaine", json!({ "seat": b, "location": at(2.0, 48.0) })),
        ("far too", "Ailleurs", json!({ "seat": b, "location": at(2.01, 48.0) })),
        ("archived", "Ancien", json!({ "seat": a })),
        ("gone", "Effacée", json!({ "seat": a })),
    ] {
        ids.insert(name, test.actor(called, more).await);
    }
    for name in ["archived", "gone"] {
        test.must("archive", &ids[name], 2).await;
    }
    for (name, called, more) in [
        ("draft", "Brouillon", json!({ "seat": a, "location": at(1.005, 48.0) })),
        ("far draft", "Esquisse", json!({ "seat": b })),
    ] {
        ids.insert(name, id_of(&test.draft_actor(called, more).await));
    }
}

async fn links(test: &TestApp, ids: &mut Ids) {
    for (name, kind, source, target) in [
        ("link", "PARTNERSHIP", "own", "seen"),
        ("shelter's link", "PARTNERSHIP", "shelter", "near"),
        ("long link", "PARTNERSHIP", "seen", "far"),
        ("far link", "PARTNERSHIP", "far", "far too"),
    ] {
        // Heavier than what else links the same two, so that paths tell these.
        let heavy = json!({ "intensity": 5 });
        ids.insert(name, test.interaction(kind, &ids[source], &ids[target], heavy).await);
    }
    for (name, kind, source, target) in [
        ("draft link", "COORDINATION", "seen", "near"),
        ("own draft link", "COORDINATION", "own", "seen"),
        ("asked link", "SUPPORT", "near", "own"),
        ("far draft link", "COORDINATION", "far", "far too"),
    ] {
        let declared = test.declare(kind, &ids[source], &ids[target], json!({})).await;
        ids.insert(name, id_of(&data_of(declared)["declareInteraction"]));
    }
}

async fn calls(test: &TestApp, ids: &mut Ids) {
    for (name, title, place, organisers) in [
        ("call", "Appel vert", "A", vec!["own"]),
        ("far call", "Appel lointain", "B", vec!["far"]),
        ("wide call", "Appel large", "D", vec![]),
    ] {
        let organisers: Vec<_> = organisers.iter().map(|name| ids[*name].clone()).collect();
        ids.insert(name, test.call(title, &ids[place], json!({ "organisers": organisers })).await);
    }
    for (name, title, places, organisers) in [
        ("draft call", "Ébauche", vec!["A"], vec!["seen"]),
        ("own draft call", "Ébauche verte", vec!["A"], vec!["own"]),
        ("double draft call", "Ébauche double", vec!["A", "B"], vec![]),
        ("far draft call", "Ébauche lointaine", vec!["B"], vec![]),
    ] {
        let organisers: Vec<_> = organisers.iter().map(|name| ids[*name].clone()).collect();
        let places: Vec<_> = places.iter().map(|name| json!({ "id": ids[*name] })).collect();
        let more = json!({ "organisers": organisers, "territories": places });
        ids.insert(name, id_of(&test.draft_call(title, &ids["A"], more).await));
    }
}

/// Needs and offers, of which several go together.
async fn exchanges(test: &TestApp, ids: &mut Ids) {
    for (name, side, actor, title) in [
        ("need", "Need", "own", "Salle pour répéter"),
        ("near need", "Need", "near", "Salle pour jardiner"),
        ("draft need", "Need", "draft", "Salle en projet"),
        ("gone need", "Need", "gone", "Salle disparue"),
        ("offer", "Offer", "seen", "Salle à prêter"),
        ("far offer", "Offer", "far", "Salle au loin"),
        ("draft offer", "Offer", "draft", "Salle à venir"),
    ] {
        let post = format!("mutation($input: {side}Input!) {{ made: post{side}(input: $input) {{ id }} }}");
        let input = json!({ "actor": ids[actor], "kind": "SPACE", "title": title });
        if actor == "gone" {
            // It is put away: what it looked for was written before.
            restored(test, &ids[actor], true).await;
        }
        ids.insert(name, id_of(&test.admin_data(&post, json!({ "input": input })).await["made"]));
    }
}

/// Brings an archived actor back for a moment, or puts it away again.
async fn restored(test: &TestApp, id: &str, back: bool) {
    let status = if back {
        "status = 'PUBLISHED', archived_from = NULL"
    } else {
        "status = 'ARCHIVED', archived_from = 'PUBLISHED'"
    };
    let key = subject(&id.into()).expect("an id").id;
    test.execute(&format!("UPDATE actors SET {status} WHERE id = '{key}'")).await;
}

/// Those who answer in A, and what actors asked.
async fn support(test: &TestApp, ids: &mut Ids) {
    for (name, institution, visibility) in [
        ("support contact", "near", "PARTNERS"),
        ("managers' contact", "near", "MANAGERS"),
        ("draft's contact", "draft", "PUBLIC"),
    ] {
        let create =
            "mutation($input: SupportContactInput!) { made: createSupportContact(input: $input) { id } }";
        let input = json!({ "institution": ids[institution], "name": "Claude", "territory": { "id": ids["A"] }, "visibility": visibility });
        ids.insert(name, id_of(&test.admin_data(create, json!({ "input": input })).await["made"]));
    }
    for (name, requester) in [("request", "own"), ("draft request", "draft"), ("gone request", "gone")] {
        let ask = "mutation($input: SupportRequestInput!) { made: requestSupport(input: $input) { id } }";
        let input = json!({ "requester": ids[requester], "kind": "METHOD", "description": "Comment ?" });
        ids.insert(name, id_of(&test.admin_data(ask, json!({ "input": input })).await["made"]));
    }
    restored(test, &ids["gone"], false).await;
}

/// Collectives that one leads: `circle` asks others to join, `waiting circle` waits for review.
async fn circles(test: &TestApp, ids: &mut Ids) {
    let register = "mutation($input: RegisterCollectiveInput!) { registerCollective(input: $input) { id members { nodes { id actor { id } } } } }";
    let accept = "mutation($id: ID!) { answerMembership(id: $id, accept: true) { id } }";
    for (name, called, place, lead, invite) in [
        ("circle", "Cercle vert", "A", "own", vec!["near", "far"]),
        ("far circle", "Cercle lointain", "B", "far", vec![]),
        ("draft circle", "Ronde secrète", "A", "seen", vec![]),
        ("own draft circle", "Ronde verte", "A", "own", vec![]),
        ("waiting circle", "Attente bleue", "A", "near", vec![]),
    ] {
        let asked: Vec<_> = invite.iter().map(|actor| ids[*actor].clone()).collect();
        let input = json!({ "kind": "SMALL_COLLECTIVE", "name": called, "territories": [{ "id": ids[place] }],
            "lead": ids[lead], "invite": asked, "intent": { "sharedFinding": "Un constat", "urgency": "HIGH" } });
        let made = test.admin_data(register, json!({ "input": input })).await["registerCollective"].clone();
        let membership = |actor: &str| {
            let all = made["members"]["nodes"].as_array().expect("members").iter();
            id_of(all.clone().find(|member| member["actor"]["id"] == *ids[actor]).expect("a member"))
        };
        let leading = membership(lead);
        test.admin_data(accept, json!({ "id": leading })).await;
        let id = id_of(&made);
        match name {
            "circle" => {
                let asked = [membership("near"), membership("far")];
                for (name, id) in ["near asked", "far asked"].into_iter().zip(asked) {
                    ids.insert(name, id);
                }
                ids.insert("lead of circle", leading);
                test.must("publish", &id, 1).await;
            }
            "far circle" => {
                ids.insert("lead of far circle", leading);
                test.must("publish", &id, 1).await;
            }
            "waiting circle" => {
                test.must("submit", &id, 1).await;
            }
            _ => {}
        }
        ids.insert(name, id);
    }
}

/// What collectives look for, and what they asked.
async fn asked(test: &TestApp, ids: &mut Ids) {
    let post = "mutation($input: NeedInput!) { made: postNeed(input: $input) { id } }";
    let ask = "mutation($input: SupportRequestInput!) { made: requestSupport(input: $input) { id } }";
    for (need, request, circle) in [
        ("circle need", "circle request", "circle"),
        ("draft circle need", "draft circle request", "draft circle"),
    ] {
        let input = json!({ "collective": ids[circle], "kind": "SPACE", "title": "Salle commune" });
        ids.insert(need, id_of(&test.admin_data(post, json!({ "input": input })).await["made"]));
        let input = json!({ "collective": ids[circle], "kind": "METHOD", "description": "Comment ?" });
        ids.insert(request, id_of(&test.admin_data(ask, json!({ "input": input })).await["made"]));
    }
}

/// Projects of one lead each: `own draft project` has a partner elsewhere, `waiting project` waits for review.
async fn projects(test: &TestApp, ids: &mut Ids) {
    let create = "mutation($input: CreateProjectInput!) { createProject(input: $input) { id } }";
    for (name, title, place, lead, partners) in [
        ("project", "Projet vert", "A", "own", vec!["near"]),
        ("draft project", "Esquisse secrète", "A", "seen", vec![]),
        ("own draft project", "Esquisse verte", "A", "own", vec!["far"]),
        ("waiting project", "Projet bleu", "A", "near", vec![]),
    ] {
        let partners: Vec<_> = partners.iter().map(|actor| ids[*actor].clone()).collect();
        let input = json!({ "title": title, "lead": ids[lead], "partners": partners, "sdgs": [4], "dynamics": ["COOPERATION"],
            "territories": [{ "id": ids[place] }] });
        let id = id_of(&test.admin_data(create, json!({ "input": input })).await["createProject"]);
        match name {
            "project" => test.must("publish", &id, 1).await,
            "waiting project" => test.must("submit", &id, 1).await,
            _ => {}
        }
        ids.insert(name, id);
    }
}

/// Practices of some actors, what they taught, one of them taken up in B, and something to read.
async fn knowledge(test: &TestApp, ids: &mut Ids) {
    let add = "mutation { addLibraryResource(input: {title: \"Livre vert\"}) { id } }";
    ids.insert("resource", id_of(&test.admin_data(add, json!({})).await["addLibraryResource"]));
    let create = "mutation($input: CreateGoodPracticeInput!) { createGoodPractice(input: $input) { id } }";
    let teach = "mutation($input: LessonInput!) { recordLesson(input: $input) { id } }";
    let lesson = async |text: &str, source: Option<&str>| {
        let input = json!({ "rubric": "LEVER", "text": text, "source": source });
        id_of(&test.admin_data(teach, json!({ "input": input })).await["recordLesson"])
    };
    for (name, title, actors, taught) in [
        ("practice", "Pratique verte", vec!["own", "near"], Some(("lesson", "Montrer des exemples"))),
        ("draft practice", "Brouillon caché", vec!["seen"], Some(("draft lesson", "Enseignement caché"))),
        ("own draft practice", "Brouillon vert", vec!["own", "far"], None),
        ("waiting practice", "Pratique bleue", vec!["near"], None),
    ] {
        let actors: Vec<_> = actors.iter().map(|actor| ids[*actor].clone()).collect();
        let input = json!({ "title": title, "summary": "En bref.", "actors": actors, "sdgs": [4], "themes": ["education"],
            "territories": [{ "id": ids["A"] }], "resources": [ids["resource"]] });
        let id = id_of(&test.admin_data(create, json!({ "input": input })).await["createGoodPractice"]);
        match name {
            "practice" => test.must("publish", &id, 1).await,
            "waiting practice" => test.must("submit", &id, 1).await,
            _ => {}
        }
        if let Some((taught, text)) = taught {
            ids.insert(taught, lesson(text, Some(&id)).await);
        }
        ids.insert(name, id);
    }
    ids.insert("free lesson", lesson("Oser", None).await);
    let take_up = "mutation($id: ID!, $t: ID!) { recordReplication(practice: $id, input: {path: TERRITORY, territory: {id: $t}, status: PLANNED}) { id } }";
    let taken_up = test.admin_data(take_up, json!({ "id": ids["practice"], "t": ids["B"] })).await;
    ids.insert("replication", id_of(&taken_up["recordReplication"]));
}

/// Diagnoses of A that `own` facilitates, and one of the quarter; of two a session each, at which `near` was.
async fn diagnoses(test: &TestApp, ids: &mut Ids) {
    let open = "mutation($input: OpenDiagnosisInput!) { openDiagnosis(input: $input) { id axes { id } } }";
    let record =
        "mutation($o: ID!, $input: WorkshopSessionInput!) { recordSession(owner: $o, input: $input) { id } }";
    for (name, title, place, facilitator, session) in [
        ("diagnosis", "Diagnostic vert", "A", "own", Some("session")),
        ("draft diagnosis", "Examen secret", "Q", "seen", Some("draft session")),
        ("own draft diagnosis", "Examen vert", "A", "own", None),
        ("waiting diagnosis", "Diagnostic bleu", "A", "near", None),
    ] {
        let input = json!({ "title": title, "territory": { "id": ids[place] }, "facilitator": ids[facilitator],
            "axes": [{ "number": 1, "title": "École" }], "startedOn": "2026-01-01" });
        let opened = test.admin_data(open, json!({ "input": input })).await["openDiagnosis"].clone();
        let id = id_of(&opened);
        match name {
            "diagnosis" => test.must("publish", &id, 1).await,
            "waiting diagnosis" => test.must("submit", &id, 1).await,
            _ => {}
        }
        if let Some(session) = session {
            let input = json!({ "format": "WORKING_GROUP", "title": "Séance", "heldOn": "2026-06-04", "axis": opened["axes"][0]["id"],
                "attendance": [ids["near"]], "tables": [{ "theme": "Lien", "keywords": ["écoute"] }] });
            let made = test.admin_data(record, json!({ "o": id, "input": input })).await;
            ids.insert(session, id_of(&made["recordSession"]));
        }
        ids.insert(name, id);
    }
}

/// Applications that `own` leads: one that is written, one that `far` is asked to sign off, one that is filed.
async fn applications(test: &TestApp, ids: &mut Ids) {
    let more = json!({ "organisers": [ids["far"]], "tracks": [{ "kind": "COLLECTIVE_PROJECT", "title": "Ensemble" }] });
    let call = test.call("Appel aux volets", &ids["A"], more).await;
    let tracks = "query($id: ID!) { call(by: { id: $id }) { tracks { id } } }";
    let tracks = test.data(tracks, json!({ "id": call })).await["call"]["tracks"].clone();
    ids.insert("track", id_of(&tracks[0]));
    ids.insert("tracked call", call);
    let start = "mutation($input: StartApplicationInput!) { startApplication(input: $input) { id } }";
    for (name, title, project) in [
        ("application", "Candidature verte", "project"),
        ("asked application", "Candidature signée", "own draft project"),
        ("filed application", "Candidature déposée", "project"),
    ] {
        let input = json!({ "call": ids["tracked call"], "track": ids["track"], "lead": ids["own"], "project": ids[project], "title": title });
        let id = id_of(&test.admin_data(start, json!({ "input": input })).await["startApplication"]);
        ids.insert(name, id);
    }
    let key = |name: &str| subject(&ids[name].as_str().into()).expect("an id").id;
    test.execute(&format!(
        "UPDATE applications SET status = 'AWAITING_SIGN_OFF' WHERE id = '{0}';
         INSERT INTO application_sign_offs (application_id, actor_id) VALUES ('{0}', '{1}');
         UPDATE applications SET status = 'SUBMITTED', submitted_at = created_at WHERE id = '{2}'",
        key("asked application"),
        key("far"),
        key("filed application"),
    ))
    .await;
}

/// The users, and what only a statement makes.
async fn users(test: &TestApp, ids: &mut Ids) -> HashMap<&'static str, UserId> {
    let key = |name: &str| subject(&ids[name].as_str().into()).expect("an id").id;
    test.execute(&format!(
        "UPDATE interactions SET declared_by_id = source_id WHERE id IN ('{}', '{}');
         UPDATE interactions SET status = 'SUBMITTED', submitted_at = updated_at WHERE id = '{}';
         INSERT INTO contacts (id, actor_id, name, email, visibility, consent_on, created_at, updated_at)
         SELECT gen_random_uuid(), id, 'Camille Contact', 'camille@example.org', 'PUBLIC', created_at::date, created_at, created_at
         FROM actors WHERE slug = 'maison-verte';
         UPDATE actors SET suppressed_at = updated_at, suppressed_from = 'PUBLISHED' WHERE slug = 'effacee';",
        key("own draft link"),
        key("asked link"),
        key("asked link"),
    ))
    .await;
    let (place, actor) = (|name| TerritoryId(key(name)), |name| ActorId(key(name)));
    let mut users = HashMap::new();
    for (name, right) in [
        ("nobody", None),
        ("expired", Some(Right::TerritoryManager(place("A")))),
        ("partner", Some(Right::Partner(None))),
        ("analyst", Some(Right::Analyst(place("A")))),
        ("editor", Some(Right::ActorEditor(actor("own")))),
        ("other", Some(Right::ActorEditor(actor("far")))),
        ("elsewhere", Some(Right::TerritoryManager(place("B")))),
        ("quarter", Some(Right::TerritoryManager(place("Q")))),
        ("manager", Some(Right::TerritoryManager(place("A")))),
        // Those who may see what others may not.
        ("keeper", Some(Right::ActorEditor(actor("shelter")))),
        ("drafter", Some(Right::ActorEditor(actor("draft")))),
        // Those to whom something is done.
        ("colleague", Some(Right::ActorEditor(actor("near")))),
    ] {
        let email = format!("{name}@example.org");
        let id = test.app.add_user(&email, name, right.as_slice()).await.unwrap().unwrap();
        users.insert(name, id);
    }
    let contact = &test.rows("SELECT id FROM contacts").await[0]["id"];
    ids.insert("contact", global("p", contact));
    let expired = users["expired"].0;
    test.execute(&format!("UPDATE grants SET expires_at = '2026-11-01' WHERE user_id = '{expired}'")).await;
    let grant = &test
        .rows(&format!("SELECT id FROM grants WHERE user_id = '{}'", users["colleague"].0))
        .await[0]["id"];
    ids.insert("colleague's grant", global("g", grant));
    ids.insert("colleague", global("u", &json!(users["colleague"].0)));
    test.execute(&format!(
        "INSERT INTO api_keys (id, owner_id, name, prefix, hash, created_at)
         VALUES (gen_random_uuid(), '{}', 'clé', 'mk_essai', '\\x00', now())",
        users["colleague"].0
    ))
    .await;
    let key_of_colleague = &test.rows("SELECT id FROM api_keys").await[0]["id"];
    ids.insert("colleague's key", global("y", key_of_colleague));
    users
}

/// The global id of a key that the program gives none for yet.
fn global(tag: &str, key: &Value) -> String {
    use base64::Engine;
    let key: uuid::Uuid = key.as_str().expect("a key").parse().expect("a UUID");
    let mut bytes = tag.as_bytes().to_vec();
    bytes.extend_from_slice(key.as_bytes());
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bytes)
}
