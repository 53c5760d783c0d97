//! The shared diagnosis that the demo tells: it goes in through the API, and reads back whole.

use axum::body::Body;
use axum::http::Request;
use http_body_util::BodyExt;
use maillage::graphql::demo;
use serde_json::{Value, json};

use crate::support::TestApp;

async fn played() -> TestApp {
    let test = TestApp::demo().await;
    demo::play(&test.state.schema, &test.app).await.unwrap();
    test
}

/// What an address answers, as text.
async fn text(test: &TestApp, path: &str) -> String {
    let response = test.send(Request::get(path).body(Body::empty()).unwrap()).await;
    assert_eq!(response.status(), 200, "{path}");
    let bytes = response.into_body().collect().await.unwrap().to_bytes();
    String::from_utf8(bytes.to_vec()).unwrap()
}

async fn diagnosis(test: &TestApp, fields: &str) -> Value {
    let query = format!(
        "{{ diagnosis(by: {{ slug: \"diagnostic-partage-de-la-cite-educative-exemple\" }}) {{ {fields} }} }}"
    );
    test.data(&query, json!({})).await["diagnosis"].clone()
}

#[tokio::test]
async fn its_sessions_hold_dates_rooms_and_milestones() {
    let test = played().await;
    let found = diagnosis(
        &test,
        "status startedOn startedOnPrecision closedOn essentialQuestions territory { name kind }
        milestones { title on onPrecision } axes { number title }
        sessions(first: 20) { totalCount nodes { format title heldOn headcount axis { number } attendance { name } } }",
    )
    .await;
    assert_eq!(found["status"], "PUBLISHED");
    assert_eq!((&found["startedOn"], &found["startedOnPrecision"]), (&json!("2020-11-01"), &json!("MONTH")));
    assert_eq!(found["closedOn"], "2021-07-01");
    assert_eq!(found["territory"], json!({ "name": "Dreux / Vernouillet", "kind": "EDUCATION_CITY" }));
    assert_eq!(
        found["milestones"],
        json!([
            { "title": "Ouverture du partenariat", "on": "2020-11-01", "onPrecision": "MONTH" },
            { "title": "Dépôt du dossier de candidature", "on": "2021-03-31", "onPrecision": "DAY" },
            { "title": "Budget prévisionnel des financements et des actions", "on": "2021-05-31", "onPrecision": "DAY" },
            { "title": "Validation des six orientations par le comité de pilotage", "on": "2021-06-25", "onPrecision": "DAY" }
        ])
    );
    assert_eq!(
        found["axes"],
        json!([
            { "number": 1, "title": "Conforter le rôle de l’école" },
            { "number": 2, "title": "Promouvoir la continuité éducative" },
            { "number": 3, "title": "Ouvrir le champ des possibles" }
        ])
    );
    let mut rooms: Vec<_> = found["sessions"]["nodes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|session| {
            json!([session["heldOn"], session["axis"]["number"], session["headcount"], session["format"]])
        })
        .collect();
    rooms.sort_by_key(Value::to_string);
    assert_eq!(
        rooms,
        [
            json!(["2021-06-04", 2, 40, "WORKING_GROUP"]),
            json!(["2021-06-07", 3, 42, "WORKING_GROUP"]),
            json!(["2021-06-10", 1, 29, "WORKING_GROUP"]),
            json!(["2021-06-22", 1, 14, "WORKING_GROUP"]),
            json!(["2021-06-22", 2, 13, "WORKING_GROUP"]),
            json!(["2021-06-22", 3, 17, "WORKING_GROUP"]),
            json!(["2021-06-25", null, null, "STEERING_COMMITTEE"])
        ]
    );
}

#[tokio::test]
async fn its_findings_lead_to_six_validated_orientations() {
    let test = played().await;
    let found = diagnosis(
        &test,
        "axes { items { quadrant text priority { importance capacityToAct votes rank } crossings { id } } }
        orientations { number title exampleActions basedOn { insight internal { quadrant } external { quadrant } }
            validation { by on session { format heldOn } } projects { nodes { title } }
            indicators { name progress late results { on value } } }",
    )
    .await;
    for axis in found["axes"].as_array().unwrap() {
        let items = axis["items"].as_array().unwrap();
        assert_eq!(items.len(), 12);
        assert!(items.iter().all(|item| item["priority"]["votes"].as_i64() > Some(28)));
    }
    let orientations = found["orientations"].as_array().unwrap();
    let actions: Vec<_> = orientations
        .iter()
        .map(|one| (one["number"].as_i64().unwrap(), one["exampleActions"].clone()))
        .collect();
    assert_eq!(
        actions,
        [
            (
                1,
                json!([
                    "Médiation scolaire",
                    "Actions pour le bien-être",
                    "Inclusion numérique des familles",
                    "Permanences pour les parents"
                ])
            ),
            (
                2,
                json!([
                    "Passerelles entre les âges et les établissements",
                    "Parcours de sport et de culture",
                    "Persévérance scolaire",
                    "Orientation",
                    "Mobilité"
                ])
            ),
            (3, json!(["Rencontres du socio-éducatif", "Climat des cours de récréation"])),
            (4, json!(["Formation à l’ethnopsychiatrie", "Cours égalitaires", "Animateurs qualifiés"])),
            (5, json!(["Usages du numérique", "Ateliers sociolinguistiques"])),
            (6, json!(["Initiatives de la jeunesse", "Parcours de réussite"]))
        ]
    );
    for orientation in orientations {
        assert_eq!(
            orientation["validation"],
            json!({ "by": "Comité de pilotage de la Cité éducative", "on": "2021-06-25",
                "session": { "format": "STEERING_COMMITTEE", "heldOn": "2021-06-25" } })
        );
        for crossing in orientation["basedOn"].as_array().unwrap() {
            let quadrant = |side: &str| crossing[side]["quadrant"].as_str().unwrap().to_owned();
            assert!(["STRENGTH", "WEAKNESS"].contains(&quadrant("internal").as_str()));
            assert!(["OPPORTUNITY", "THREAT"].contains(&quadrant("external").as_str()));
        }
    }
    assert_eq!(orientations[0]["projects"]["nodes"], json!([{ "title": "L’école et les parents" }]));
    let progress: Vec<_> = orientations
        .iter()
        .flat_map(|one| one["indicators"].as_array().unwrap())
        .map(|indicator| (indicator["name"].as_str().unwrap(), indicator["progress"].as_f64().unwrap()))
        .collect();
    let close = |name: &str, value: f64| {
        progress.iter().any(|(other, told)| *other == name && (told - value).abs() < 1e-9)
    };
    assert!(close("Parents venus aux rencontres de l’école", 111.0 / 180.0), "{progress:?}");
    assert!(close("Élèves qui quittent le collège sans solution", 12.0 / 28.0), "{progress:?}");
    assert!(close("Animateurs titulaires d’un diplôme", 6.0 / 25.0), "{progress:?}");
}

#[tokio::test]
async fn a_steering_committee_is_handed_one_page_and_a_sheet() {
    let test = played().await;
    let slug = "diagnostic-partage-de-la-cite-educative-exemple";
    let page = text(&test, &format!("/diagnoses/{slug}/report")).await;
    for told in [
        "Conforter le rôle de l’école",
        "Des parents qui n’osent pas entrer dans l’école",
        "Des médiateurs scolaires peuvent ouvrir la porte de l’école aux parents qui n’osent pas y entrer.",
        "Formation à l’ethnopsychiatrie",
        "Comité de pilotage de la Cité éducative",
        "Maison des parents (exemple)",
        "Dépôt du dossier de candidature",
    ] {
        assert!(page.contains(told), "the report does not tell: {told}");
    }
    let sheet = text(&test, &format!("/diagnoses/{slug}/items.csv")).await;
    assert_eq!(sheet.lines().count(), 1 + 36);
}

#[tokio::test]
async fn sessions_of_collectives_and_calls_are_there_too() {
    let test = played().await;
    let query = "{ collective(by: { slug: \"energie-et-habitat\" }) { sessions(first: 5) { nodes { format heldOn heldOnPrecision headcount place attendance { name } } } }
        call(by: { slug: \"appel-a-projets-2026-du-contrat-de-ville-du-pays-de-dreux\" }) { sessions(first: 5) { nodes { format tables { theme keywords } keywords { keyword count } } } } }";
    let found = test.data(query, json!({})).await;
    assert_eq!(
        found["collective"]["sessions"]["nodes"],
        json!([{ "format": "MARATHON", "heldOn": "2019-06-01", "heldOnPrecision": "MONTH", "headcount": 40, "place": "Paris",
            "attendance": [{ "name": "Fonda" }] }])
    );
    let cafe = &found["call"]["sessions"]["nodes"][0];
    assert_eq!((&cafe["format"], cafe["tables"].as_array().map(Vec::len)), (&json!("WORLD_CAFE"), Some(4)));
    let count = |word: &str| {
        let words = cafe["keywords"].as_array().unwrap();
        words.iter().find(|one| one["keyword"] == word).map(|one| one["count"].as_i64().unwrap())
    };
    // "écoute" and "écoutes", "mobilité" and "mobilités" are one word each.
    assert_eq!((count("écoute"), count("mobilité"), count("jardins")), (Some(3), Some(2), Some(1)));
}
