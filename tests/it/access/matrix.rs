//! Every root field, asked by everyone: the schema says which fields there are, the table what each hears.

use std::collections::BTreeSet;
use std::fmt::Write;

use futures::StreamExt;
use serde_json::{Value, json};

use super::rows::{ROWS, Row};
use super::world::{PERSONAS, Stage, World};
use super::{
    application_rows, collective_rows, diagnosis_rows, ecosystem_rows, exchange_rows, export_rows,
    import_rows, knowledge_rows, more_rows, project_rows, swot_rows,
};
use crate::support::{TestApp, codes};

/// The root fields that the schema has, as `Query.actor`.
pub async fn root_fields(test: &TestApp) -> BTreeSet<String> {
    let query = "{ __schema { queryType { name fields { name } } mutationType { name fields { name } } } }";
    let schema = test.data(query, json!({})).await["__schema"].clone();
    let fields = |of: &str| -> Vec<String> {
        let fields = schema[of]["fields"].as_array().cloned().unwrap_or_default();
        fields.iter().map(|field| field["name"].as_str().unwrap().to_owned()).collect()
    };
    fields("queryType").into_iter().chain(fields("mutationType")).collect()
}

/// All rows.
pub fn rows() -> Vec<&'static Row> {
    let more = [
        more_rows::ROWS,
        collective_rows::ROWS,
        project_rows::ROWS,
        diagnosis_rows::ROWS,
        application_rows::ROWS,
        exchange_rows::ROWS,
        knowledge_rows::ROWS,
        swot_rows::ROWS,
        ecosystem_rows::ROWS,
        export_rows::ROWS,
        import_rows::ROWS,
    ];
    ROWS.iter().chain(more.into_iter().flatten()).collect()
}

/// What an answer says: `.` done, or there; `-` null; `E` not in the list; else the first letter of the error's code.
pub fn letter(answer: &Value, id: Option<&str>) -> char {
    match codes(answer).first() {
        Some(&"UNAUTHENTICATED") => return 'U',
        Some(&"FORBIDDEN") => return 'F',
        Some(&"NOT_FOUND") => return 'N',
        Some(&"VALIDATION") => return 'V',
        Some(&"CONFLICT") => return 'C',
        Some(_) => return '!',
        None => {}
    }
    let Some(data) = answer["data"].as_object().and_then(|data| data.values().next()) else { return '!' };
    match (data, id) {
        (Value::Null, _) => '-',
        (_, Some(id)) if !data.to_string().contains(id) => 'E',
        _ => '.',
    }
}

impl Row {
    /// Whether it writes.
    pub fn writes(&self) -> bool {
        self.2.starts_with("mutation")
    }

    /// Asks it as this persona; what they hear, as a letter, and the whole.
    pub async fn ask(&self, stage: &Stage, persona: &str, document: &str) -> (char, Value) {
        let answer = stage.ask(persona, document, stage.world.variables(self.3)).await;
        // What is written has the letter of its outcome alone.
        let id = (!self.writes() && !self.1.is_empty()).then(|| stage.world.id(self.1));
        (letter(&answer, id), answer)
    }

    /// What each persona is said to hear.
    pub fn said(&self) -> Vec<char> {
        let letters: Vec<_> =
            self.4.split_whitespace().map(|letter| letter.chars().next().unwrap()).collect();
        assert_eq!(letters.len(), PERSONAS.len(), "{} {}: a letter for each of {PERSONAS:?}", self.0, self.1);
        letters
    }

    /// The entries that it is about; places stay what they are.
    fn entries(&self) -> BTreeSet<String> {
        let names = self.3.split('"').filter_map(|text| text.strip_prefix('@'));
        let all = names.filter(|name| name.len() > 1 || self.0.ends_with("Territory"));
        all.chain([self.0]).map(str::to_owned).collect()
    }

    /// Whether it may take away what other rows of the same world ask for.
    fn takes_away(&self) -> bool {
        [
            "archive",
            "suppressActor",
            "mergeActors",
            "deactivateUser",
            "revokeGrant",
            "eraseMe",
            "leaveCollective",
            "advanceCollective",
            "validateOrientations",
            // These write the diagnosis, which their rows do not name, or end it for its sessions.
            "closeDiagnosis",
            "updateSession",
            "removeSession",
        ]
        .contains(&self.0)
    }
}

/// Most worlds of a persona that are open at once: each has connections, of which the server has a hundred.
const MOST_OPEN: usize = 5;

/// Worlds in which a persona writes, with what it has written to: no row finds what another has changed.
#[derive(Default)]
struct Worlds(Vec<(Stage, BTreeSet<String>)>);

impl Worlds {
    async fn for_row(&mut self, row: &Row) -> &Stage {
        let entries = row.entries();
        let open = self.0.iter().position(|(_, used)| !row.takes_away() && used.is_disjoint(&entries));
        if open.is_none() {
            if self.0.len() == MOST_OPEN {
                self.0.remove(0).0.end().await;
            }
            self.0.push((World::stage().await, BTreeSet::new()));
        }
        let place = open.unwrap_or(self.0.len() - 1);
        let (stage, used) = &mut self.0[place];
        used.extend(entries);
        if row.takes_away() {
            // Nobody else comes here.
            used.extend(rows().into_iter().flat_map(Row::entries));
        }
        stage
    }
}

/// What differs from the table in what this persona hears. What is refused is asked in the world of all.
async fn differs(persona: &str, column: usize, rows: &[&Row], shared: &Stage) -> String {
    let (mut worlds, mut told) = (Worlds::default(), String::new());
    for row in rows {
        let said = row.said()[column];
        let stage = if row.writes() && said == '.' { worlds.for_row(row).await } else { shared };
        let (heard, answer) = row.ask(stage, persona, row.2).await;
        if heard != said {
            let answer: String = answer.to_string().chars().take(400).collect();
            writeln!(
                told,
                "{} ({}): {persona} is said to hear {said} and hears {heard}: {answer}",
                row.0, row.1
            )
            .unwrap();
        }
    }
    for (stage, _) in worlds.0 {
        stage.end().await;
    }
    told
}

#[tokio::test]
async fn the_table_has_every_root_field_and_no_other() {
    let fields = root_fields(&World::stage().await.test).await;
    let told: BTreeSet<_> = rows().into_iter().map(|row| row.0.to_owned()).collect();
    let missing: Vec<_> = fields.difference(&told).collect();
    assert!(
        missing.is_empty(),
        "who may ask {missing:?} is told nowhere: add a row for each entry that it may be asked about (published, \
         unpublished, outside) to tests/it/access/rows.rs"
    );
    let gone: Vec<_> = told.difference(&fields).collect();
    assert!(
        gone.is_empty(),
        "{gone:?} are in tests/it/access/rows.rs, and no longer in the schema: take their rows out"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn everyone_hears_what_the_table_says() {
    let shared = World::stage().await;
    let before = shared.test.changes().await;
    let rows = rows();
    let (rows, shared) = (rows.as_slice(), &shared);
    let asked = PERSONAS
        .iter()
        .enumerate()
        .map(async |(column, persona)| differs(persona, column, rows, shared).await);
    let wrong: String = futures::stream::iter(asked).buffered(3).collect::<Vec<_>>().await.concat();
    assert!(wrong.is_empty(), "{wrong}");
    assert_eq!(shared.test.changes().await, before, "what was refused changed something");
}
