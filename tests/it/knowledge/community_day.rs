//! The lessons of a community day in October 2021, entered through the API and read back without loss: all five rubrics.

use serde_json::{Value, json};

use super::Town;
use crate::support::data_of;
use crate::support::entries::texts;

const DAY: [(&str, &[&str]); 5] = [
    (
        "TRIGGER",
        &[
            "explosion des besoins sociaux",
            "envie d’agir",
            "il manque un acteur dans le maillage territorial",
            "crise environnementale",
        ],
    ),
    (
        "DIFFICULTY",
        &[
            "embarquer des bénévoles sur un sujet technique",
            "préjugés",
            "mesurer la création de valeur d’une coopération et l’apport de chaque structure",
            "convaincre les acteurs publics",
            "financer l’ingénierie",
        ],
    ),
    (
        "SUCCESS_FACTOR",
        &[
            "faire comprendre son approche",
            "polyvalence des équipes",
            "partir des besoins des habitants",
            "un projet construit",
            "fédérer un écosystème divers",
            "portage politique",
        ],
    ),
    (
        "LEVER",
        &[
            "se faire accompagner",
            "coopérer avec des acteurs différents",
            "expérimenter avec quelques-uns puis généraliser",
            "montrer des exemples",
        ],
    ),
    (
        "PROSPECT",
        &[
            "devenir une politique publique",
            "essaimer par un appel à projets, sur d’autres territoires ou dans un même réseau",
            "un réseau de partage de pratiques de mobilité",
        ],
    ),
];

#[tokio::test]
async fn all_five_rubrics_are_kept_with_every_lesson() {
    let town = Town::of(2).await;
    for (rubric, lessons) in DAY {
        for text in lessons {
            town.later();
            let more =
                json!({ "event": "Journée de la communauté, octobre 2021", "recordedOn": "2021-10-14" });
            data_of(town.teach(&town.manager, rubric, text, more).await);
        }
    }
    let query = "query($r: [LessonRubric!]) { lessons(filter: {rubrics: $r}, first: 100) { totalCount nodes { text event recordedOn } } }";
    let mut all = 0;
    for (rubric, lessons) in DAY {
        let found = town.test.data(query, json!({ "r": [rubric] })).await["lessons"].clone();
        // The newest first.
        let mut told = texts(&found["nodes"], "/text");
        told.reverse();
        assert_eq!(told, lessons, "{rubric}");
        all += told.len();
        assert!(found["nodes"].as_array().unwrap().iter().all(|lesson| {
            lesson["event"] == "Journée de la communauté, octobre 2021"
                && lesson["recordedOn"] == "2021-10-14"
        }));
    }
    assert_eq!(all, 22);
    assert_eq!(town.test.data(query, json!({ "r": Value::Null })).await["lessons"]["totalCount"], all);
    // What other systems say nothing of, as people type it.
    let search = "query($t: String!) { search(text: $t) { edges { node { ... on Lesson { text } } } } }";
    for text in [
        "il manque un acteur dans le maillage",
        "manque acteur maillage",
        "il manqe un acteur dans le mailage territorial",
        "Il Manque Un ACTEUR",
    ] {
        let found = town.test.data(search, json!({ "t": text })).await["search"]["edges"].clone();
        assert_eq!(
            found[0]["node"]["text"], "il manque un acteur dans le maillage territorial",
            "{text}: {found}"
        );
    }
}
