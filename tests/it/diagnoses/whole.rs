//! A Cité éducative from its opening to its report, as it was told: nothing of it is lost.

use axum::body::Body;
use axum::http::Request;
use http_body_util::BodyExt;
use serde_json::{Value, json};

use super::Town;
use crate::support::data_of;
use crate::support::entries::{id_of, texts};

const AXES: [&str; 3] =
    ["Conforter le rôle de l'école", "Promouvoir la continuité éducative", "Ouvrir le champ des possibles"];
/// Axis, day, people.
const STAGES: [(usize, &str, i64); 6] = [
    (0, "2021-06-10", 29),
    (1, "2021-06-04", 40),
    (2, "2021-06-07", 42),
    (0, "2021-06-22", 14),
    (1, "2021-06-22", 13),
    (2, "2021-06-22", 17),
];
/// Axis, quadrant, finding, and what was counted on paper: importance, capacity, how many.
type Finding = (usize, &'static str, &'static str, Option<(f64, f64, i64)>);

const FINDINGS: [Finding; 18] = [
    (
        0,
        "STRENGTH",
        "Des équipes enseignantes stables et engagées dans les écoles du quartier",
        Some((4.6, 3.8, 29)),
    ),
    (
        0,
        "STRENGTH",
        "Un réseau d'éducation prioritaire qui réunit déjà écoles et collège",
        Some((4.1, 4.2, 29)),
    ),
    (0, "STRENGTH", "Une médiation scolaire reconnue par les familles", None),
    (0, "WEAKNESS", "Des parents qui n'osent pas passer la porte de l'école", Some((4.8, 4.0, 29))),
    (0, "WEAKNESS", "Un climat tendu dans les cours de récréation", Some((4.2, 4.4, 27))),
    (0, "WEAKNESS", "Peu de professionnels formés à l'ethnopsychiatrie", Some((3.4, 2.1, 27))),
    (0, "OPPORTUNITY", "Le label de Cité éducative et ses moyens sur trois ans", Some((4.7, 3.1, 29))),
    (0, "OPPORTUNITY", "Des associations prêtes à tenir des permanences dans l'école", Some((3.9, 4.5, 25))),
    (0, "THREAT", "Le départ des animateurs qualifiés vers d'autres territoires", Some((4.4, 2.2, 29))),
    (0, "THREAT", "L'éloignement du numérique, aggravé par la crise sanitaire", Some((4.3, 3.3, 28))),
    (
        1,
        "STRENGTH",
        "Des passerelles entre crèche et maternelle déjà éprouvées dans deux quartiers",
        Some((4.0, 4.1, 40)),
    ),
    (
        1,
        "WEAKNESS",
        "Des ruptures à seize ans, faute de relais entre collège, lycée et mission locale",
        Some((4.9, 3.6, 40)),
    ),
    (1, "WEAKNESS", "Une offre de sport et de culture mal connue des familles", None),
    (
        1,
        "OPPORTUNITY",
        "Un contrat de ville renouvelé, qui finance la persévérance scolaire",
        Some((4.2, 3.0, 36)),
    ),
    (1, "THREAT", "Des transports rares après dix-huit heures", Some((3.8, 1.9, 40))),
    (2, "STRENGTH", "Des jeunes qui s'engagent et veulent raconter leurs parcours", Some((4.5, 4.3, 42))),
    (
        2,
        "OPPORTUNITY",
        "Des entreprises qui ouvrent leurs portes aux stages de troisième",
        Some((4.1, 3.2, 42)),
    ),
    (2, "THREAT", "Des clichés sur le quartier qui ferment des portes", Some((4.0, 2.4, 42))),
];
/// Within, without, what they say together.
const CROSSINGS: [(usize, usize, &str); 5] = [
    (3, 7, "Des permanences d'associations dans l'école donnent aux parents une première raison d'y entrer."),
    (2, 6, "Les moyens du label permettent de généraliser la médiation scolaire."),
    (4, 8, "Former et garder des animateurs, c'est aussi apaiser les cours de récréation."),
    (11, 13, "Le contrat de ville peut financer un référent de parcours de zéro à vingt-cinq ans."),
    (15, 16, "Les récits de jeunes et les stages se renforcent : chacun montre que c'est possible."),
];
/// Title, example actions, crossings.
const ORIENTATIONS: [(&str, &[&str], &[usize]); 6] = [
    (
        "Implication des parents et co-éducation",
        &["médiation scolaire", "bien-être", "inclusion numérique", "permanences"],
        &[0, 1],
    ),
    (
        "Parcours éducatifs et d'insertion de 0 à 25 ans",
        &["passerelle", "sport et culture", "persévérance scolaire", "orientation", "mobilité"],
        &[3],
    ),
    (
        "Faire ensemble autrement entre professionnels",
        &["socio-éducatif", "climat des cours de récréation"],
        &[2],
    ),
    ("Se former, recruter", &["ethnopsychiatrie", "cours égalitaires", "animateurs qualifiés"], &[2]),
    ("Expérimenter", &["numérique", "ateliers sociolinguistiques"], &[]),
    ("Valoriser les initiatives", &["jeunesse", "parcours de réussite"], &[4]),
];

async fn write(town: &Town, query: &str, variables: Value) -> Value {
    data_of(town.test.ask_as(&town.manager, query, variables).await)["made"].clone()
}

#[tokio::test]
async fn a_cite_educative_is_entered_validated_closed_and_printed() {
    let town = Town::new().await;
    let axes: Vec<_> =
        AXES.iter().zip(1..).map(|(title, number)| json!({ "number": number, "title": title })).collect();
    let questions = [
        "Comment allons-nous, ensemble, faire de la réussite de chaque enfant l'affaire de tout un territoire ?",
    ];
    let made = town.opened(json!({ "axes": axes, "essentialQuestions": questions, "title": "Diagnostic partagé de la Cité éducative" })).await;
    let id = id_of(&made);
    let axis = |n: usize| made["axes"][n]["id"].clone();
    for (at, day, headcount) in STAGES {
        let stage = if day == "2021-06-22" {
            "Croiser les constats, proposer des orientations"
        } else {
            "Groupe de travail"
        };
        let more = json!({ "axis": axis(at), "heldOn": day, "headcount": headcount, "attendance": town.actors, "place": "Maison Proximum",
            "title": format!("{stage} : {}", AXES[at]),
            "tables": [{ "theme": "Ce qui compte", "keywords": ["écoute", "Écoute", "parents", "confiance", "lien"] }] });
        town.recorded(&id, more).await;
    }
    let steering = town
        .recorded(
            &id,
            json!({ "format": "STEERING_COMMITTEE", "title": "Comité de pilotage", "heldOn": "2021-06-25" }),
        )
        .await;
    let items: Vec<_> = FINDINGS
        .iter()
        .map(|(at, quadrant, text, _)| json!({ "axis": axis(*at), "quadrant": quadrant, "text": text }))
        .collect();
    let add = "mutation($d: ID!, $items: [SwotItemInput!]!) { made: addSwotItems(diagnosis: $d, items: $items) { id } }";
    let items = write(&town, add, json!({ "d": id, "items": items })).await;
    for (item, (.., votes)) in items.as_array().unwrap().iter().zip(FINDINGS) {
        let Some((importance, capacity, votes)) = votes else { continue };
        let count = "mutation($i: ID!, $a: Float!, $b: Float!, $n: Int!) { made: recordPaperVotes(item: $i, importance: $a, capacityToAct: $b, votes: $n) { id } }";
        write(&town, count, json!({ "i": item["id"], "a": importance, "b": capacity, "n": votes })).await;
    }
    let mut crossings = Vec::new();
    for (within, without, insight) in CROSSINGS {
        let cross = "mutation($a: ID!, $b: ID!, $t: String!) { made: crossSwotItems(internal: $a, external: $b, insight: $t) { id } }";
        let variables = json!({ "a": items[within]["id"], "b": items[without]["id"], "t": insight });
        crossings.push(id_of(&write(&town, cross, variables).await));
    }
    let mut orientations = Vec::new();
    for ((title, actions, based), number) in ORIENTATIONS.into_iter().zip(1..) {
        let orient = "mutation($d: ID!, $input: OrientationInput!) { made: addOrientation(diagnosis: $d, input: $input) { id } }";
        let based: Vec<_> = based.iter().map(|at| crossings[*at].clone()).collect();
        let input = json!({ "number": number, "title": title, "exampleActions": actions, "basedOn": based,
            "rationale": "Les groupes de travail l'ont portée d'une même voix : rien ne se fait durablement sans ceux que cela concerne." });
        orientations.push(id_of(&write(&town, orient, json!({ "d": id, "input": input })).await));
    }
    let indicator = "mutation($o: ID!) { made: defineIndicator(owner: $o, input: { name: \"Parents présents aux rencontres\", unit: \"personnes\", baseline: \"120\", target: \"300\", targetOn: \"2024-06-30\" }) { id } }";
    let indicator = write(&town, indicator, json!({ "o": orientations[0] })).await;
    let validate = "mutation($d: ID!, $v: Int!, $o: [ID!]!, $s: ID) { made: validateOrientations(diagnosis: $d, expectedVersion: $v, orientations: $o, by: \"le comité de pilotage\", on: \"2021-06-25\", session: $s) { id } }";
    let variables = json!({ "d": id, "v": town.version(&id).await, "o": orientations, "s": steering["id"] });
    write(&town, validate, variables).await;
    data_of(town.close(&town.manager, &id, town.version(&id).await, "2021-07-01").await);
    town.test.must("publish", &id, town.version(&id).await).await;
    // What was measured later, and a project that serves it, may still be added.
    let result = "mutation($i: ID!) { made: recordIndicatorResult(indicator: $i, on: \"2023-06-30\", value: \"215\") { id } }";
    write(&town, result, json!({ "i": indicator["id"] })).await;
    let project = "mutation($input: CreateProjectInput!) { made: createProject(input: $input) { id } }";
    let input = json!({ "title": "Un café des parents dans chaque école", "lead": town.actors[2], "orientations": [orientations[0]] });
    let project = id_of(&write(&town, project, json!({ "input": input })).await);
    town.test.must("publish", &project, 1).await;
    let query = "query($id: ID!) { diagnosis(by: { id: $id }) { closedOn sessions { totalCount nodes { headcount heldOn } } axes { title items { text } }
        orientations { number title exampleActions basedOn { insight } validation { by on } projects { nodes { title } } } } }";
    let read = town.test.data(query, json!({ "id": id })).await["diagnosis"].clone();
    assert_eq!(texts(&read["axes"], "/title"), AXES);
    let kept: usize =
        read["axes"].as_array().unwrap().iter().map(|axis| axis["items"].as_array().unwrap().len()).sum();
    assert_eq!(kept, FINDINGS.len());
    let people: i64 =
        read["sessions"]["nodes"].as_array().unwrap().iter().filter_map(|s| s["headcount"].as_i64()).sum();
    assert_eq!((&read["sessions"]["totalCount"], people), (&json!(7), 155));
    assert_eq!(texts(&read["orientations"], "/title"), ORIENTATIONS.map(|(title, ..)| title));
    for (told, (_, actions, based)) in read["orientations"].as_array().unwrap().iter().zip(ORIENTATIONS) {
        assert_eq!(told["exampleActions"], json!(actions));
        assert_eq!(told["basedOn"].as_array().unwrap().len(), based.len());
        assert_eq!(told["validation"], json!({ "by": "le comité de pilotage", "on": "2021-06-25" }));
    }
    let request = Request::get("/diagnoses/diagnostic-partage-de-la-cite-educative/report")
        .body(Body::empty())
        .unwrap();
    let response = town.test.send(request).await;
    assert_eq!(response.status(), 200);
    let page = response.into_body().collect().await.unwrap().to_bytes();
    let page = String::from_utf8(page.to_vec()).unwrap();
    for part in [
        "Un café des parents dans chaque école",
        "215<br>",
        "Validées : le comité de pilotage, le 25 juin 2021",
    ] {
        assert!(page.contains(part), "{part} is not in {page}");
    }
}
