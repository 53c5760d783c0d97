//! What may not be seen is nowhere: every answer is that of a database in which it never was.

use maillage::graphql::ids::subject;
use serde_json::{Value, json};

use super::everything::{About, differences, part, questions};
use super::world::{Stage, World};
use crate::support::entries::id_of;
use crate::support::{TestApp, data_of};

/// An actor that shows wherever an actor can: with a place, areas, themes, a number, links of every kind, calls.
struct Zork {
    stage: Stage,
    id: String,
    slug: String,
    links: Vec<String>,
}

const SIREN: &str = "212801344";
const WORDS: [&str; 13] = [
    "zorglub",
    "zorglib",
    "zorgl",
    "zor",
    "meandres",
    "xylophonie",
    "xylofonie",
    "\"zorglub meandre\"",
    "zglb",
    "zorglub lieu a",
    "atelier",
    "-zorglub",
    "jardin -xylophonie",
];

async fn zork() -> Zork {
    let stage = World::stage().await;
    let (test, id) = (&stage.test, |name: &str| stage.world.id(name).to_owned());
    let input = json!({
        "kind": "RESEARCH_BODY", "shortName": "ZGLB", "description": "Xylophonie quantique de l'atelier",
        "themes": ["literacy"], "sdgs": [13], "audiences": ["zaudience"], "website": "https://zorglub.example.org",
        "registrations": [{ "scheme": "SIREN", "value": SIREN }], "location": { "longitude": 1.004, "latitude": 48.004 },
        "areasServed": [{ "id": id("C") }],
    });
    let draft = test.draft_actor("Zorglub méandre", input).await;
    let (zork, slug) = (id_of(&draft), draft["slug"].as_str().unwrap().to_owned());
    test.must("publish", &zork, 1).await;
    let mut links = Vec::new();
    for (kind, source, target, more) in [
        (
            "PARTNERSHIP",
            &zork,
            &id("near"),
            json!({ "intensity": 5, "themes": ["literacy"], "territories": [{ "id": id("B") }] }),
        ),
        ("FUNDING", &id("own"), &zork, json!({ "amount": "10" })),
        ("REFERRAL", &zork, &id("far"), json!({})),
        ("COORDINATION", &zork, &id("seen"), json!({ "until": "2026-01-01" })),
    ] {
        links.push(test.interaction(kind, source, target, more).await);
    }
    links.push(id_of(
        &data_of(test.declare("SUPPORT", &zork, &id("own"), json!({})).await)["declareInteraction"],
    ));
    test.call(
        "Appel de la xylophonie",
        &id("A"),
        json!({ "organisers": [zork, id("own")], "funders": [zork] }),
    )
    .await;
    // What it looks for and gives, who answers for it, what it asks.
    for (field, input) in [("postNeed", "NeedInput"), ("postOffer", "OfferInput")] {
        let post = format!("mutation($input: {input}!) {{ made: {field}(input: $input) {{ id }} }}");
        let input =
            json!({ "actor": zork, "kind": "SPACE", "title": "Salle de xylophonie", "themes": ["literacy"] });
        links.push(id_of(&test.admin_data(&post, json!({ "input": input })).await["made"]));
    }
    let answers = json!({ "institution": zork, "name": "Claude Zorglub", "territory": { "id": id("A") }, "visibility": "PUBLIC" });
    let create =
        "mutation($input: SupportContactInput!) { made: createSupportContact(input: $input) { id } }";
    links.push(id_of(&test.admin_data(create, json!({ "input": answers })).await["made"]));
    let asks = json!({ "requester": zork, "kind": "METHOD", "description": "Xylophonie ?" });
    let request = "mutation($input: SupportRequestInput!) { made: requestSupport(input: $input) { id } }";
    links.push(id_of(&test.admin_data(request, json!({ "input": asks })).await["made"]));
    in_a_circle(test, &stage, &zork).await;
    in_a_project(test, &stage, &zork).await;
    in_a_practice(test, &stage, &zork).await;
    in_a_session(test, &stage, &zork).await;
    let key = key(&zork);
    test.execute(&format!(
        "UPDATE interactions SET declared_by_id = '{key}' WHERE '{key}' IN (source_id, target_id);
         INSERT INTO origins (subject_kind, source, reference, subject_id, imported_at, imported)
         VALUES ('ACTOR', 'essai', 'zorglub', '{key}', now(), '{{}}')"
    ))
    .await;
    Zork { stage, id: zork, slug, links }
}

/// A member of a collective that everyone sees, with all that a member may be to one.
async fn in_a_circle(test: &TestApp, stage: &Stage, zork: &str) {
    let circle = stage.world.id("circle");
    let invite =
        "mutation($id: ID!, $a: ID!) { inviteMember(collective: $id, actor: $a, role: MEMBER) { id } }";
    let member = test.admin_data(invite, json!({ "id": circle, "a": zork })).await["inviteMember"].clone();
    let accept = "mutation($id: ID!) { answerMembership(id: $id, accept: true) { id } }";
    test.admin_data(accept, json!({ "id": member["id"] })).await;
    let contribute = "mutation($id: ID!, $a: ID!) { recordContribution(collective: $id, input: {member: $a, kind: TIME, amount: \"7\", unit: \"heures\"}) { id } }";
    test.admin_data(contribute, json!({ "id": circle, "a": zork })).await;
    let steps = "mutation($id: ID!, $a: ID!) { setNextSteps(collective: $id, expectedVersion: 2, steps: [{title: \"Un pas\", owner: $a, due: \"2026-12-01\"}]) { id } }";
    test.admin_data(steps, json!({ "id": circle, "a": zork })).await;
    let people = "mutation($id: ID!, $a: ID!) { setResourcePeople(collective: $id, expectedVersion: 3, people: [{name: \"Dominique\", actor: $a, visibility: PUBLIC}]) { id } }";
    test.admin_data(people, json!({ "id": circle, "a": zork })).await;
}

/// A partner of a project that everyone sees, and with it an applicant and a funder.
async fn in_a_project(test: &TestApp, stage: &Stage, zork: &str) {
    let id = |name: &str| stage.world.id(name);
    let create = "mutation($input: CreateProjectInput!) { createProject(input: $input) { id } }";
    let input = json!({ "title": "Roue libre", "lead": id("own"), "partners": [zork, id("near")], "sdgs": [13], "dynamics": ["INCLUSIVE_SOCIETY"] });
    let project = id_of(&test.admin_data(create, json!({ "input": input })).await["createProject"]);
    test.must("publish", &project, 1).await;
    let start = "mutation($input: StartApplicationInput!) { startApplication(input: $input) { id } }";
    let lines = json!([{ "source": "OTHER_PRIVATE", "amount": "7", "funder": zork }]);
    let input = json!({ "call": id("tracked call"), "track": id("track"), "lead": id("own"), "project": project, "title": "Roue",
        "actions": [{ "title": "Rouler", "cost": "7", "lines": lines }] });
    test.admin_data(start, json!({ "input": input })).await;
}

/// The second actor of a practice that everyone sees, which another one takes up with it.
async fn in_a_practice(test: &TestApp, stage: &Stage, zork: &str) {
    let id = |name: &str| stage.world.id(name);
    let create = "mutation($input: CreateGoodPracticeInput!) { createGoodPractice(input: $input) { id } }";
    let input = json!({ "title": "Roue commune", "summary": "Rouler.", "actors": [id("own"), zork], "themes": ["mobility"] });
    let practice = id_of(&test.admin_data(create, json!({ "input": input })).await["createGoodPractice"]);
    test.must("publish", &practice, 1).await;
    let teach = "mutation($s: ID!) { recordLesson(input: {rubric: LEVER, text: \"Rouler ensemble\", source: $s}) { id } }";
    test.admin_data(teach, json!({ "s": practice })).await;
    let take_up = "mutation($id: ID!, $input: ReplicationInput!) { recordReplication(practice: $id, input: $input) { id } }";
    let input =
        json!({ "path": "TERRITORY", "territory": { "id": id("A") }, "actor": zork, "status": "RUNNING" });
    test.admin_data(take_up, json!({ "id": practice, "input": input })).await;
}

/// Who was at a session of a diagnosis that everyone sees.
async fn in_a_session(test: &TestApp, stage: &Stage, zork: &str) {
    let record = "mutation($o: ID!, $a: [ID!]) { recordSession(owner: $o, input: {format: WORLD_CAFE, title: \"Cercle\", heldOn: \"2026-09-01\", attendance: $a}) { id } }";
    let there = json!({ "o": stage.world.id("diagnosis"), "a": [zork, stage.world.id("near")] });
    test.admin_data(record, there).await;
}

fn key(id: &str) -> String {
    subject(&id.into()).unwrap().id.to_string()
}

/// A condition of a status, as a statement sets it.
fn status(status: &str) -> String {
    match status {
        "ARCHIVED" => "status = 'ARCHIVED', archived_from = 'PUBLISHED'".to_owned(),
        "SUPPRESSED" => "status = 'ARCHIVED', archived_from = 'PUBLISHED', suppressed_at = now(), suppressed_from = 'PUBLISHED'".to_owned(),
        other => format!("status = '{other}', archived_from = NULL"),
    }
}

/// What everyone of these hears is the same in both worlds; of those who may see it, it is not.
async fn hold(about: &About<'_>, stages: [Stage; 2], blind: &[&str], seeing: &[&str], every: usize) {
    let [with, without] = &stages;
    let all = questions(about);
    for (place, persona) in blind.iter().enumerate() {
        // The first asks twice as much as the others.
        let asked = part(&all, place, if place == 0 { every.div_ceil(2) } else { every });
        let told = differences(persona, with, without, &asked).await;
        assert!(told.is_empty(), "{} differences\n{}", told.len(), told[..told.len().min(3)].join("\n"));
    }
    for persona in seeing {
        let told = differences(persona, with, without, &part(&all, 1, 12)).await;
        assert!(!told.is_empty(), "{persona} should see it");
    }
    for stage in stages {
        stage.end().await;
    }
}

async fn actor(of: &str, blind: &[&str], seeing: &[&str], wide: bool, every: usize) {
    let Zork { stage, id, slug, links } = zork().await;
    let key = key(&id);
    stage.test.execute(&format!("UPDATE actors SET {} WHERE id = '{key}'", status(of))).await;
    let gone = format!(
        "DELETE FROM interactions WHERE '{key}' IN (source_id, target_id); DELETE FROM call_actors WHERE actor_id = '{key}';
         DELETE FROM memberships WHERE actor_id = '{key}'; DELETE FROM contributions WHERE member_id = '{key}';
         DELETE FROM good_practice_actors WHERE actor_id = '{key}'; UPDATE replications SET actor_id = NULL WHERE actor_id = '{key}';
         DELETE FROM project_partners WHERE actor_id = '{key}'; DELETE FROM session_attendance WHERE actor_id = '{key}'; UPDATE application_lines SET funder_id = NULL WHERE funder_id = '{key}';
         UPDATE next_steps SET owner_id = NULL WHERE owner_id = '{key}'; UPDATE resource_people SET actor_id = NULL WHERE actor_id = '{key}';
         DELETE FROM origins WHERE subject_id = '{key}'; DELETE FROM changes WHERE subject_id = '{key}'; DELETE FROM actors WHERE id = '{key}'"
    );
    let stages = Box::pin(World::with_and_without(stage, &gone, wide)).await;
    let mut ids = vec![id.as_str()];
    ids.extend(links.iter().map(String::as_str));
    let about =
        About { ids, slug: &slug, siren: SIREN, words: WORDS.to_vec(), points: vec![(1.004, 48.004)] };
    Box::pin(hold(&about, stages, blind, seeing, every)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_draft_actor_is_nowhere_for_strangers_and_for_those_who_are_elsewhere() {
    let seeing = ["analyst", "quarter", "manager", "admin"];
    actor(
        "DRAFT",
        &["anonymous", "elsewhere", "editor", "other", "partner", "nobody", "expired"],
        &seeing,
        false,
        2,
    )
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_actor_that_waits_or_was_refused_is_nowhere_either() {
    actor("SUBMITTED", &["elsewhere", "anonymous", "editor"], &["manager"], true, 4).await;
    actor("REJECTED", &["editor", "elsewhere", "anonymous"], &["analyst"], false, 6).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nor_is_one_that_was_put_away_nor_one_that_is_not_to_be_listed() {
    actor("ARCHIVED", &["anonymous", "elsewhere", "editor"], &["manager"], true, 4).await;
    // Not even for those who manage where it is.
    actor("SUPPRESSED", &["manager", "anonymous", "analyst", "quarter"], &["admin"], false, 4).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_unpublished_interaction_is_nowhere() {
    for (of, blind, seeing, wide) in [
        (
            "DRAFT",
            vec!["anonymous", "elsewhere", "editor", "partner"],
            vec!["manager", "analyst", "quarter"],
            false,
        ),
        ("SUBMITTED", vec!["anonymous", "other"], vec!["manager"], true),
        ("REJECTED", vec!["elsewhere", "anonymous"], vec!["analyst"], false),
        ("ARCHIVED", vec!["editor", "anonymous"], vec![], true),
    ] {
        let stage = World::stage().await;
        let more =
            json!({ "intensity": 5, "themes": ["literacy"], "territories": [{ "id": stage.world.id("B") }] });
        let (seen, near) = (stage.world.id("seen"), stage.world.id("near"));
        let link = stage.test.interaction("REFERRAL", seen, near, more).await;
        let key = key(&link);
        stage.test.execute(&format!("UPDATE interactions SET {} WHERE id = '{key}'", status(of))).await;
        let gone = format!("DELETE FROM interactions WHERE id = '{key}'");
        let stages = World::with_and_without(stage, &gone, wide).await;
        let about =
            About { ids: vec![&link], slug: "none", siren: SIREN, words: vec!["atelier"], points: vec![] };
        hold(&about, stages, &blind, &seeing, 4).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_unpublished_call_is_nowhere() {
    for (of, blind, seeing, wide) in [
        ("DRAFT", vec!["anonymous", "elsewhere", "editor", "quarter"], vec!["manager", "analyst"], false),
        ("SUBMITTED", vec!["elsewhere", "anonymous"], vec!["manager"], true),
        ("REJECTED", vec!["other", "anonymous"], vec!["manager"], false),
        ("ARCHIVED", vec!["editor", "anonymous"], vec!["manager"], true),
    ] {
        let stage = World::stage().await;
        let more = json!({ "organisers": [stage.world.id("seen")], "summary": "Xylophonie", "themes": ["literacy"],
            "tracks": [{ "kind": "SMALL_COLLECTIVE", "title": "T" }] });
        let call = stage.test.call("Zorglub méandre", stage.world.id("A"), more).await;
        let key = key(&call);
        stage.test.execute(&format!("UPDATE calls SET {} WHERE id = '{key}'", status(of))).await;
        let gone = format!("DELETE FROM calls WHERE id = '{key}'");
        let stages = World::with_and_without(stage, &gone, wide).await;
        let about = About {
            ids: vec![&call],
            slug: "zorglub-meandre",
            siren: SIREN,
            words: WORDS.to_vec(),
            points: vec![],
        };
        hold(&about, stages, &blind, &seeing, 4).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_unpublished_collective_is_nowhere() {
    for (of, blind, seeing, wide) in [
        ("DRAFT", vec!["anonymous", "elsewhere", "editor", "quarter"], vec!["manager", "analyst"], false),
        ("SUBMITTED", vec!["elsewhere", "anonymous"], vec!["manager"], true),
        ("REJECTED", vec!["other", "anonymous"], vec!["manager"], false),
        ("ARCHIVED", vec!["editor", "anonymous"], vec!["manager"], true),
    ] {
        let stage = World::stage().await;
        let register =
            "mutation($input: RegisterCollectiveInput!) { registerCollective(input: $input) { id } }";
        let input = json!({ "kind": "ACTION_COMMUNITY", "name": "Zorglub méandre", "lead": stage.world.id("seen"),
            "territories": [{ "id": stage.world.id("A") }], "themes": ["literacy"], "sdgs": [13],
            "intent": { "sharedFinding": "Xylophonie" } });
        let made = stage.test.admin_data(register, json!({ "input": input })).await;
        let circle = id_of(&made["registerCollective"]);
        stage.test.must("publish", &circle, 1).await;
        // What it looks for, and what it asks.
        let post = "mutation($input: NeedInput!) { made: postNeed(input: $input) { id } }";
        let input = json!({ "collective": circle, "kind": "SPACE", "title": "Salle de xylophonie", "themes": ["literacy"] });
        let need = id_of(&stage.test.admin_data(post, json!({ "input": input })).await["made"]);
        let ask = "mutation($input: SupportRequestInput!) { made: requestSupport(input: $input) { id } }";
        let input = json!({ "collective": circle, "kind": "METHOD", "description": "Xylophonie ?" });
        let request = id_of(&stage.test.admin_data(ask, json!({ "input": input })).await["made"]);
        let key = key(&circle);
        stage
            .test
            .execute(&format!(
                "UPDATE memberships SET status = 'ACCEPTED' WHERE collective_id = '{key}';
            UPDATE collectives SET {} WHERE id = '{key}'",
                status(of)
            ))
            .await;
        let gone = format!("DELETE FROM collectives WHERE id = '{key}'");
        let stages = World::with_and_without(stage, &gone, wide).await;
        let about = About {
            ids: vec![&circle, &need, &request],
            slug: "zorglub-meandre",
            siren: SIREN,
            words: WORDS.to_vec(),
            points: vec![],
        };
        hold(&about, stages, &blind, &seeing, 4).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_unpublished_project_is_nowhere() {
    for (of, blind, seeing, wide) in [
        ("DRAFT", vec!["anonymous", "elsewhere", "editor"], vec!["manager", "analyst"], false),
        ("SUBMITTED", vec!["elsewhere", "anonymous"], vec!["manager"], true),
        ("REJECTED", vec!["other", "anonymous"], vec!["manager"], false),
        ("ARCHIVED", vec!["editor", "anonymous"], vec!["manager"], true),
    ] {
        let stage = World::stage().await;
        let create = "mutation($input: CreateProjectInput!) { createProject(input: $input) { id } }";
        let input = json!({ "title": "Zorglub méandre", "summary": "Xylophonie", "lead": stage.world.id("seen"), "partners": [stage.world.id("near")],
            "territories": [{ "id": stage.world.id("A") }], "themes": ["literacy"], "sdgs": [13], "dynamics": ["INCLUSIVE_SOCIETY"],
            "orientations": [stage.world.id("orientation")] });
        let made = stage.test.admin_data(create, json!({ "input": input })).await;
        let project = id_of(&made["createProject"]);
        stage.test.must("publish", &project, 1).await;
        let key = key(&project);
        stage.test.execute(&format!("UPDATE projects SET {} WHERE id = '{key}'", status(of))).await;
        let gone = format!("DELETE FROM projects WHERE id = '{key}'");
        let stages = World::with_and_without(stage, &gone, wide).await;
        let about = About {
            ids: vec![&project],
            slug: "zorglub-meandre",
            siren: SIREN,
            words: WORDS.to_vec(),
            points: vec![],
        };
        hold(&about, stages, &blind, &seeing, 4).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_unpublished_diagnosis_is_nowhere() {
    for (of, blind, seeing, wide) in [
        ("DRAFT", vec!["anonymous", "elsewhere", "editor"], vec!["manager", "analyst"], false),
        ("ARCHIVED", vec!["other", "anonymous"], vec!["manager"], true),
    ] {
        let stage = World::stage().await;
        let open =
            "mutation($input: OpenDiagnosisInput!) { openDiagnosis(input: $input) { id axes { id } } }";
        let input = json!({ "title": "Zorglub méandre", "essentialQuestions": ["Xylophonie ?"], "facilitator": stage.world.id("seen"),
            "territory": { "id": stage.world.id("A") }, "axes": [{ "number": 1, "title": "Un" }] });
        let made = stage.test.admin_data(open, json!({ "input": input })).await["openDiagnosis"].clone();
        let diagnosis = id_of(&made);
        let record = "mutation($o: ID!, $x: ID!) { recordSession(owner: $o, input: {format: SURVEY, title: \"Zorglub\", heldOn: \"2026-09-01\", axis: $x}) { id } }";
        let session =
            stage.test.admin_data(record, json!({ "o": diagnosis, "x": made["axes"][0]["id"] })).await;
        let session = id_of(&session["recordSession"]);
        stage.test.must("publish", &diagnosis, 2).await;
        let key = key(&diagnosis);
        stage.test.execute(&format!("UPDATE diagnoses SET {} WHERE id = '{key}'", status(of))).await;
        let gone = format!(
            "DELETE FROM workshop_sessions WHERE diagnosis_id = '{key}'; DELETE FROM diagnoses WHERE id = '{key}'"
        );
        let stages = World::with_and_without(stage, &gone, wide).await;
        let about = About {
            ids: vec![&diagnosis, &session],
            slug: "zorglub-meandre",
            siren: SIREN,
            words: WORDS.to_vec(),
            points: vec![],
        };
        hold(&about, stages, &blind, &seeing, 4).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_application_is_nowhere_but_for_those_whom_it_concerns() {
    let stage = World::stage().await;
    let id = stage.world.id("application").to_owned();
    let gone = format!("DELETE FROM applications WHERE id = '{}'", key(&id));
    let stages = World::with_and_without(stage, &gone, false).await;
    let about = About {
        ids: vec![&id],
        slug: "zorglub-meandre",
        siren: SIREN,
        words: WORDS.to_vec(),
        points: vec![],
    };
    let blind = ["anonymous", "nobody", "partner", "analyst", "other", "elsewhere", "quarter"];
    hold(&about, stages, &blind, &["manager", "editor"], 4).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_unpublished_practice_is_nowhere_nor_what_it_taught() {
    for (of, blind, seeing, wide) in [
        ("DRAFT", vec!["anonymous", "elsewhere", "editor"], vec!["manager", "analyst"], false),
        ("SUBMITTED", vec!["elsewhere", "anonymous"], vec!["manager"], true),
        ("ARCHIVED", vec!["editor", "anonymous"], vec!["manager"], true),
    ] {
        let stage = World::stage().await;
        let create =
            "mutation($input: CreateGoodPracticeInput!) { createGoodPractice(input: $input) { id } }";
        let input = json!({ "title": "Zorglub méandre", "summary": "Xylophonie", "actors": [stage.world.id("seen"), stage.world.id("near")],
            "territories": [{ "id": stage.world.id("A") }], "themes": ["literacy"], "sdgs": [13], "resources": [stage.world.id("resource")] });
        let made = stage.test.admin_data(create, json!({ "input": input })).await;
        let practice = id_of(&made["createGoodPractice"]);
        let teach = "mutation($s: ID!) { recordLesson(input: {rubric: PROSPECT, text: \"Zorglub méandre\", themes: [\"literacy\"], source: $s}) { id } }";
        let taught = stage.test.admin_data(teach, json!({ "s": practice })).await;
        let lesson = id_of(&taught["recordLesson"]);
        let take_up = "mutation($id: ID!, $t: ID!) { recordReplication(practice: $id, input: {path: TERRITORY, territory: {id: $t}, status: PLANNED}) { id } }";
        stage.test.admin_data(take_up, json!({ "id": practice, "t": stage.world.id("C") })).await;
        stage.test.must("publish", &practice, 1).await;
        let key = key(&practice);
        stage.test.execute(&format!("UPDATE good_practices SET {} WHERE id = '{key}'", status(of))).await;
        let gone = format!("DELETE FROM good_practices WHERE id = '{key}'");
        let stages = World::with_and_without(stage, &gone, wide).await;
        let about = About {
            ids: vec![&practice, &lesson],
            slug: "zorglub-meandre",
            siren: SIREN,
            words: WORDS.to_vec(),
            points: vec![],
        };
        hold(&about, stages, &blind, &seeing, 4).await;
    }
}

/// Every write that names an entry, with its id.
const WRITES: [&str; 40] = [
    "updateGoodPractice(id: $id, expectedVersion: 1, input: {title: \"X\"}) { id }",
    "createGoodPractice(input: {title: \"X\", summary: \"X\", actors: [$own, $id], resources: [$id]}) { id }",
    "recordLesson(input: {rubric: LEVER, text: \"X\", source: $id}) { id }",
    "recordReplication(practice: $id, input: {path: TERRITORY, territory: {id: $place}, actor: $own, status: PLANNED}) { id }",
    "updateLesson(id: $id, input: {text: \"X\"}) { id }",
    "openDiagnosis(input: {title: \"X\", territory: {id: $place}, facilitator: $id, axes: [{number: 1, title: \"X\"}]}) { id }",
    "updateDiagnosis(id: $id, expectedVersion: 1, input: {title: \"X\"}) { id }",
    "closeDiagnosis(id: $id, expectedVersion: 99, on: \"2026-09-01\") { id }",
    "recordSession(owner: $id, input: {format: OTHER, title: \"X\", heldOn: \"2026-09-01\"}) { id }",
    "recordSession(owner: $call, input: {format: OTHER, title: \"X\", heldOn: \"2026-09-01\", attendance: [$id]}) { id }",
    "updateSession(id: $id, input: {title: \"X\"}) { id }",
    "postNeed(input: {collective: $id, kind: SPACE, title: \"X\"}) { id }",
    "requestSupport(input: {collective: $id, kind: METHOD, description: \"X\"}) { id }",
    "updateProject(id: $id, expectedVersion: 1, input: {title: \"X\"}) { id }",
    "createProject(input: {title: \"X\", lead: $own, partners: [$id]}) { id }",
    "createProject(input: {title: \"X\", lead: $id}) { id }",
    "createProject(input: {title: \"X\", lead: $own, collective: $id}) { id }",
    "updateApplication(id: $id, expectedVersion: 1, input: {title: \"X\"}) { id }",
    "submitApplication(id: $id, expectedVersion: 99) { id }",
    "signOff(application: $id, actor: $own) { id }",
    "decideApplication(id: $id, expectedVersion: 99, outcome: REJECTED, reason: \"x\") { id }",
    "startApplication(input: {call: $id, track: $id, lead: $own, title: \"X\"}) { id }",
    "updateCollective(id: $id, expectedVersion: 2, input: {name: \"X\"}) { id }",
    "advanceCollective(id: $id, expectedVersion: 2, to: CLOSED, reason: \"x\") { id }",
    "promoteToActor(collective: $id, expectedVersion: 2, kind: OTHER) { id }",
    "inviteMember(collective: $id, actor: $own, role: MEMBER) { id }",
    "recordContribution(collective: $id, input: {member: $own, kind: TIME, amount: \"1\"}) { id }",
    "registerCollective(input: {kind: SMALL_COLLECTIVE, name: \"X\", lead: $own, invite: [$id], territories: [{id: $place}]}) { id }",
    "updateActor(id: $id, expectedVersion: 2, input: {name: \"X\"}) { id }",
    "updateActor(id: $id, expectedVersion: 99, input: {name: \"\"}) { id }",
    "updateInteraction(id: $id, expectedVersion: 2, input: {intensity: 3}) { id }",
    "updateCall(id: $id, expectedVersion: 2, input: {title: \"X\"}) { id }",
    "updateCall(id: $call, expectedVersion: 2, input: {organisers: [$id], funders: [$id]}) { id }",
    "publish(id: $id, expectedVersion: 2) { __typename }",
    "archive(id: $id, expectedVersion: 2) { __typename }",
    "archive(id: $id, expectedVersion: 99) { __typename }",
    "restore(id: $id, expectedVersion: 2) { __typename }",
    "declareInteraction(input: {kind: SUPPORT, source: $id, target: $own}) { id }",
    "declareInteraction(input: {kind: SUPPORT, source: $own, target: $id}) { id }",
    "createCall(input: {kind: OTHER, title: \"X\", organisers: [$own, $id], funders: [$id], territories: [{id: $place}]}) { id }",
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_write_that_names_what_is_unseen_hears_what_one_that_names_nothing_hears() {
    let Zork { stage, id, links, .. } = zork().await;
    let call = stage.world.id("draft call").to_owned();
    let circle = stage.world.id("draft circle").to_owned();
    let project = stage.world.id("draft project").to_owned();
    let practice = stage.world.id("draft practice").to_owned();
    let diagnosis = stage.world.id("draft diagnosis").to_owned();
    for (kind, id, tag) in [
        ("actors", &id, b'a'),
        ("interactions", &links[0], b'i'),
        ("calls", &call, b'c'),
        ("collectives", &circle, b'v'),
        ("projects", &project, b'j'),
        ("good_practices", &practice, b'G'),
        ("diagnoses", &diagnosis, b'D'),
    ] {
        let random = {
            use base64::Engine;
            let mut bytes = vec![tag];
            bytes.extend_from_slice(
                uuid::Uuid::from_u128(0x0193_5555_5555_7777_8888_9999_aaaa_bbbb).as_bytes(),
            );
            base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bytes)
        };
        for of in ["DRAFT", "SUBMITTED", "REJECTED", "ARCHIVED", "SUPPRESSED"] {
            if of == "SUPPRESSED" && kind != "actors" {
                continue;
            }
            let key = key(id);
            stage.test.execute(&format!("UPDATE {kind} SET {} WHERE id = '{key}'", status(of))).await;
            let personas = [
                ("anonymous", "own", "A"),
                ("editor", "own", "A"),
                ("other", "far", "B"),
                ("elsewhere", "far", "B"),
            ];
            for (persona, own, place) in personas {
                // What an editor's own actor is asked is its own to see.
                if kind == "interactions" && persona == "other" {
                    continue;
                }
                for write in WRITES {
                    let all = [("id", "ID!"), ("call", "ID!"), ("own", "ID!"), ("place", "ID!")];
                    let used = all.iter().filter(|(name, _)| write.contains(&format!("${name}")));
                    let declared: Vec<_> = used.map(|(name, of)| format!("${name}: {of}")).collect();
                    let query = format!("mutation({}) {{ {write} }}", declared.join(", "));
                    let own_call = if persona == "editor" { "@call" } else { "@far call" };
                    let ask = async |id: &str| {
                        let mut variables = json!({ "id": id, "call": own_call, "own": format!("@{own}"), "place": format!("@{place}") });
                        stage.world.fill(&mut variables);
                        stage.ask(persona, &query, variables).await
                    };
                    let (unseen, absent) = (ask(id).await, ask(&random).await);
                    assert!(unseen.get("errors").is_some(), "{kind} {of} {persona} {write}: {unseen}");
                    let told = unseen.to_string().replace(id.as_str(), &random);
                    assert_eq!(told, absent.to_string(), "{kind} {of} {persona} {write}");
                }
            }
        }
    }
}

#[tokio::test]
async fn what_is_there_already_is_named_to_those_alone_who_may_see_it() {
    let Zork { stage, id, .. } = zork().await;
    stage.test.execute(&format!("UPDATE actors SET status = 'DRAFT' WHERE id = '{}'", key(&id))).await;
    let create = "mutation($s: String!) { createActor(input: {kind: OTHER, name: \"Zorglub méandre\", seat: {code: {kind: COMMUNE, code: \"28001\"}}, registrations: [{scheme: SIREN, value: $s}]}) { id } }";
    for (persona, existing) in [("other", Value::Null), ("manager", json!(id)), ("admin", json!(id))] {
        let answer = stage.ask(persona, create, json!({ "s": SIREN })).await;
        assert_eq!(answer["errors"][0]["extensions"]["code"], "DUPLICATE", "{answer}");
        assert_eq!(answer["errors"][0]["extensions"]["existingId"], existing, "{persona}");
    }
}
