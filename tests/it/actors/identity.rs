//! An actor is named by its id, its slug and its registrations, and sits where that is declared or where its point is.

use serde_json::{Value, json};

use crate::support::entries::{id_of, square, texts};
use crate::support::{TestApp, codes, data_of, wrong_fields};

const ACTOR: &str = "query($by: ActorRef!) { actor(by: $by) { name } }";

fn siret(value: &str) -> Value {
    json!([{ "scheme": "SIRET", "value": value }])
}

#[tokio::test]
async fn an_actor_is_found_by_id_slug_and_registration() {
    let test = TestApp::empty().await;
    let draft = test.draft_actor("Mission locale", json!({ "registrations": siret("21280134400012") })).await;
    let registration = json!({ "registration": { "scheme": "SIRET", "value": "212 801 344 00012" } });
    let ways = [json!({ "id": draft["id"] }), json!({ "slug": "mission-locale" }), registration.clone()];
    for by in &ways {
        let stranger = test.data(ACTOR, json!({ "by": by })).await;
        assert_eq!(stranger["actor"], Value::Null, "a draft: {by}");
        let admin = test.admin_data(ACTOR, json!({ "by": by })).await;
        assert_eq!(admin["actor"]["name"], "Mission locale", "{by}");
    }
    test.must("publish", &id_of(&draft), 1).await;
    for by in &ways {
        assert_eq!(test.data(ACTOR, json!({ "by": by })).await["actor"]["name"], "Mission locale", "{by}");
    }
    let absent = [
        json!({ "id": "no id of ours" }),
        json!({ "slug": "mission\u{0}locale-2" }),
        json!({ "registration": { "scheme": "SIREN", "value": "212801344" } }),
    ];
    for by in absent {
        assert_eq!(test.data(ACTOR, json!({ "by": by })).await["actor"], Value::Null, "{by}");
    }
    let wrong = json!({ "by": { "registration": { "scheme": "SIREN", "value": "212801345" } } });
    let answer = test.ask(ACTOR, wrong).await;
    assert_eq!((codes(&answer), wrong_fields(&answer)), (vec!["VALIDATION"], vec!["by.registration.value"]));
}

#[tokio::test]
async fn a_registration_of_several_is_a_conflict_that_names_those_that_may_be_seen() {
    let test = TestApp::empty().await;
    let more = json!({ "registrations": siret("21280134400012") });
    let first = test.actor("Accueil", more.clone()).await;
    let draft = id_of(&test.draft_actor("Bureau", more.clone()).await);
    let by = json!({ "by": { "registration": { "scheme": "SIRET", "value": "21280134400012" } } });
    assert_eq!(test.data(ACTOR, by.clone()).await["actor"]["name"], "Accueil");

    let both = test.ask_as_admin(ACTOR, by.clone()).await;
    assert_eq!(codes(&both), ["CONFLICT"]);
    let mut named = texts(&both["errors"][0]["extensions"]["candidateIds"], "");
    named.sort_unstable();
    let mut expected = [first.as_str(), draft.as_str()];
    expected.sort_unstable();
    assert_eq!(named, expected);
    assert!(both["errors"][0]["extensions"].get("currentVersion").is_none());

    test.must("publish", &draft, 1).await;
    assert_eq!(codes(&test.ask(ACTOR, by.clone()).await), ["CONFLICT"]);
    test.must("archive", &first, 2).await;
    assert_eq!(test.data(ACTOR, by).await["actor"]["name"], "Bureau");
}

#[tokio::test]
async fn the_same_registration_under_the_same_name_is_a_duplicate_however_it_is_spelt() {
    let test = TestApp::empty().await;
    let more = json!({ "registrations": siret("21280134400012") });
    let first = test.actor("Pôle Saint-Jean", more.clone()).await;
    let create = "mutation($input: CreateActorInput!) { createActor(input: $input) { id } }";
    let same = json!({ "input": { "kind": "OTHER", "name": "pole st jean", "registrations": siret("21280134400012") } });
    let answer = test.ask_as_admin(create, same.clone()).await;
    assert_eq!(codes(&answer), ["DUPLICATE"]);
    assert_eq!(answer["errors"][0]["extensions"]["existingId"], first.as_str());

    test.must("archive", &first, 2).await;
    let second = id_of(&data_of(test.ask_as_admin(create, same).await)["createActor"]);
    let back = test.transition("restore", &first, 3).await;
    assert_eq!(codes(&back), ["DUPLICATE"], "the first can't come back beside the second");
    assert_eq!(back["errors"][0]["extensions"]["existingId"], second.as_str());
}

#[tokio::test]
async fn two_that_create_the_same_at_once_make_one() {
    let test = TestApp::empty().await;
    let create = "mutation($input: CreateActorInput!) { createActor(input: $input) { id } }";
    let input =
        json!({ "input": { "kind": "OTHER", "name": "Pôle", "registrations": siret("21280134400012") } });
    let answers = futures::future::join_all((0..6).map(|_| test.ask_as_admin(create, input.clone()))).await;
    let refused = answers.iter().filter(|answer| codes(answer) == ["DUPLICATE"]).count();
    assert_eq!(refused, 5, "{answers:#?}");
    assert_eq!(test.rows("SELECT id FROM actors").await.len(), 1);
}

#[tokio::test]
async fn registrations_are_checked_all_at_once() {
    let test = TestApp::empty().await;
    let create = "mutation($input: CreateActorInput!) { createActor(input: $input) { registrations { scheme value } } }";
    let list = |pairs: &[(&str, &str)]| {
        let one = |(scheme, value): &(&str, &str)| json!({ "scheme": scheme, "value": value });
        json!({ "input": { "kind": "OTHER", "name": "A", "registrations": pairs.iter().map(one).collect::<Vec<_>>() } })
    };
    let wrong = [
        ("SIREN", "212801345"),
        ("SIRET", "21280134400013"),
        ("SIRET", "2,12801E+13"),
        ("SIRET", "35600000011997"),
        ("RNA", "281000123"),
        ("UAI", "02800151"),
        ("FINESS", "28000001"),
        ("WIKIDATA", "28"),
        ("OTHER", "a\u{0}b"),
    ];
    let answer = test.ask_as_admin(create, list(&wrong)).await;
    let expected: Vec<_> = (0..wrong.len()).map(|i| format!("input.registrations[{i}].value")).collect();
    assert_eq!(codes(&answer), ["VALIDATION"]);
    assert_eq!(wrong_fields(&answer), expected);
    let right = [
        ("SIREN", "212 801 344"),
        ("SIREN", "212801344"),
        ("SIRET", "35600000011996"),
        ("RNA", "w281000123"),
        ("UAI", "0280015k"),
        ("FINESS", "2A0000012"),
    ];
    let data = data_of(test.ask_as_admin(create, list(&right)).await);
    let kept = texts(&data["createActor"]["registrations"], "/value");
    assert_eq!(kept, ["212801344", "35600000011996", "W281000123", "0280015K", "2A0000012"]);
}

#[tokio::test]
async fn a_slug_is_readable_unique_and_stays_after_a_rename() {
    let test = TestApp::empty().await;
    let mut slugs = Vec::new();
    for name in
        ["Femme d'ici & d'Ailleurs", "FEMME D’ICI ET D’AILLEURS", "Femme d'ici d'ailleurs", "Œuvre n° 2", "…"]
    {
        slugs.push(test.draft_actor(name, json!({})).await["slug"].as_str().unwrap().to_owned());
    }
    assert_eq!(
        slugs,
        [
            "femme-d-ici-d-ailleurs",
            "femme-d-ici-et-d-ailleurs",
            "femme-d-ici-d-ailleurs-2",
            "oeuvre-ndeg-2",
            "entry"
        ]
    );
    let actor = test.draft_actor("École Prévert", json!({})).await;
    let renamed = data_of(test.update_actor(&id_of(&actor), 1, json!({ "name": "Collège Prévert" })).await);
    assert_eq!(renamed["updateActor"]["slug"], "ecole-prevert");
    let at_once =
        futures::future::join_all((0..6).map(|_| test.draft_actor("École Prévert", json!({})))).await;
    let mut slugs: Vec<_> = at_once.iter().map(|actor| actor["slug"].as_str().unwrap()).collect();
    slugs.sort_unstable();
    let numbered: Vec<_> = (2..8).map(|n| format!("ecole-prevert-{n}")).collect();
    assert_eq!(slugs, numbered);
}

#[tokio::test]
async fn the_seat_is_the_declared_commune_else_the_one_that_holds_the_point() {
    let test = TestApp::empty().await;
    test.territory("COMMUNE", "28001", "Ici", square(1.0, 48.0, 0.1)).await;
    test.territory("COMMUNE", "28002", "Là", square(2.0, 48.0, 0.1)).await;
    test.territory("DEPARTMENT", "28", "Département", square(1.5, 48.0, 1.0)).await;
    let code = |code: &str| json!({ "code": { "kind": "COMMUNE", "code": code } });
    let at = |longitude: f64| json!({ "location": { "longitude": longitude, "latitude": 48.0 } });
    let actor = id_of(&test.draft_actor("A", at(1.0)).await);
    let steps = [
        (json!({}), Some("28001")),
        (at(2.0), Some("28002")),
        (json!({ "seat": code("28001") }), Some("28001")),
        (at(1.5), Some("28001")),
        (json!({ "seat": null }), None),
        (at(2.05), Some("28002")),
        (json!({ "location": null }), None),
    ];
    for (version, (input, seat)) in (1..).zip(steps) {
        let answer = data_of(test.update_actor(&actor, version, input.clone()).await);
        assert_eq!(answer["updateActor"]["seat"]["code"].as_str(), seat, "{input}");
    }
    let not_a_commune = json!({ "seat": { "code": { "kind": "DEPARTMENT", "code": "28" } } });
    assert_eq!(wrong_fields(&test.update_actor(&actor, 8, not_a_commune).await), ["input.seat"]);
    let nowhere = json!({ "seat": code("99"), "areasServed": [code("28001"), code("98")] });
    assert_eq!(
        wrong_fields(&test.update_actor(&actor, 8, nowhere).await),
        ["input.seat", "input.areasServed[1]"]
    );
}
