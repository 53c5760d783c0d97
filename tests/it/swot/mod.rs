//! Findings of diagnoses, votes on them, crossings, orientations.

mod closed;
mod crossings;
mod findings;
mod large;
mod orientations;
mod seen;
mod votes;

use maillage::domain::caller::Right;
use maillage::graphql::ids::id_of as key_of;
use serde_json::{Map, Value, json};

use crate::support::entries::id_of;
use crate::support::{TestApp, data_of};

/// A commune whose diagnosis is open and published, and those who write it.
pub struct Town {
    pub test: TestApp,
    /// Where it is.
    pub here: String,
    /// Somewhere else.
    pub there: String,
    /// Who facilitates it.
    pub facilitator: String,
    /// A token of an editor of the facilitator.
    pub editor: String,
    /// A token of a manager of `here`.
    pub manager: String,
    /// A token of someone who holds nothing.
    pub someone: String,
    /// The diagnosis.
    pub diagnosis: String,
    /// Its two axes.
    pub axes: Vec<String>,
}

pub const ITEM: &str =
    "id quadrant text themes { slug } axis { number } priority { importance capacityToAct votes rank }";
pub const ORIENTATION: &str =
    "id number title rationale exampleActions basedOn { id insight } validation { by on }
    amendment { number title rationale exampleActions basedOn { id } }";

impl Town {
    /// With its diagnosis.
    pub async fn new() -> Self {
        let test = TestApp::empty().await;
        let here = test.territory("COMMUNE", "28134", "Dreux", Value::Null).await;
        let there = test.territory("COMMUNE", "27679", "Vernon", Value::Null).await;
        let facilitator = test.actor("Agence des quartiers", json!({})).await;
        let right = Right::TerritoryManager(key_of(&here.clone().into()));
        let manager = test.token_of("manager@example.org", &[right]).await;
        let right = Right::ActorEditor(key_of(&facilitator.clone().into()));
        let editor = test.token_of("editor@example.org", &[right]).await;
        let someone = test.token_of("someone@example.org", &[]).await;
        let mut town = Self {
            test,
            here,
            there,
            facilitator,
            editor,
            manager,
            someone,
            diagnosis: String::new(),
            axes: Vec::new(),
        };
        let opened = town.opened("Cité éducative", &town.here).await;
        town.diagnosis = id_of(&opened);
        town.axes = opened["axes"].as_array().unwrap().iter().map(id_of).collect();
        town.test.must("publish", &town.diagnosis, 1).await;
        town
    }

    /// Opens another diagnosis, a draft.
    pub async fn opened(&self, title: &str, place: &str) -> Value {
        let input = json!({ "title": title, "territory": { "id": place }, "facilitator": self.facilitator,
            "startedOn": "2020-11-01", "axes": [{ "number": 1, "title": "École" }, { "number": 2, "title": "Continuité" }] });
        let open =
            "mutation($input: OpenDiagnosisInput!) { openDiagnosis(input: $input) { id axes { id } } }";
        self.test.admin_data(open, json!({ "input": input })).await["openDiagnosis"].clone()
    }

    /// The version that a diagnosis is in.
    pub async fn version(&self, diagnosis: &str) -> i64 {
        let query = "query($id: ID!) { diagnosis(by: { id: $id }) { version } }";
        let data = self.test.admin_data(query, json!({ "id": diagnosis })).await;
        data["diagnosis"]["version"].as_i64().unwrap()
    }

    /// A session that was held for a diagnosis.
    pub async fn session(&self, diagnosis: &str, title: &str, held_on: &str) -> String {
        let record = "mutation($owner: ID!, $input: WorkshopSessionInput!) { recordSession(owner: $owner, input: $input) { id } }";
        let input = json!({ "format": "WORKING_GROUP", "title": title, "heldOn": held_on });
        let data = self.test.admin_data(record, json!({ "owner": diagnosis, "input": input })).await;
        id_of(&data["recordSession"])
    }

    /// A finding of the first axis, as it is given.
    pub fn item(&self, quadrant: &str, text: &str) -> Value {
        json!({ "axis": self.axes[0], "quadrant": quadrant, "text": text })
    }

    /// Adds findings; the whole answer.
    pub async fn add(&self, token: &str, diagnosis: &str, items: Value) -> Value {
        let query = format!(
            "mutation($of: ID!, $items: [SwotItemInput!]!) {{ addSwotItems(diagnosis: $of, items: $items) {{ {ITEM} }} }}"
        );
        self.test.ask_as(token, &query, json!({ "of": diagnosis, "items": items })).await
    }

    /// Adds findings of these quadrants to the diagnosis; their ids.
    pub async fn added(&self, quadrants: &[&str]) -> Vec<String> {
        let items: Vec<_> = quadrants
            .iter()
            .enumerate()
            .map(|(n, quadrant)| self.item(quadrant, &format!("{quadrant} {n}")))
            .collect();
        let data = data_of(self.add(&self.editor, &self.diagnosis, json!(items)).await);
        data["addSwotItems"].as_array().unwrap().iter().map(id_of).collect()
    }

    /// Votes; the whole answer.
    pub async fn vote(&self, token: Option<&str>, item: &str, importance: i32, capacity: i32) -> Value {
        let query = format!(
            "mutation($id: ID!, $i: Int!, $c: Int!) {{ voteOnSwotItem(item: $id, importance: $i, capacityToAct: $c) {{ {ITEM} }} }}"
        );
        self.test.ask_with(token, &query, json!({ "id": item, "i": importance, "c": capacity })).await
    }

    /// Records votes on paper; the whole answer.
    pub async fn paper(
        &self,
        token: &str,
        item: &str,
        (importance, capacity, votes): (f64, f64, i32),
    ) -> Value {
        let query = format!(
            "mutation($id: ID!, $i: Float!, $c: Float!, $n: Int!) {{ recordPaperVotes(item: $id, importance: $i, capacityToAct: $c, votes: $n) {{ {ITEM} }} }}"
        );
        let variables = json!({ "id": item, "i": importance, "c": capacity, "n": votes });
        self.test.ask_as(token, &query, variables).await
    }

    /// Crosses two findings; the whole answer.
    pub async fn cross(&self, token: &str, internal: &str, external: &str) -> Value {
        let query =
            "mutation($i: ID!, $e: ID!) { crossSwotItems(internal: $i, external: $e, insight: \"Ensemble\") {
            id insight internal { id } external { id } } }";
        self.test.ask_as(token, query, json!({ "i": internal, "e": external })).await
    }

    /// The same of the editor, which must succeed: its id.
    pub async fn crossed(&self, internal: &str, external: &str) -> String {
        id_of(&data_of(self.cross(&self.editor, internal, external).await)["crossSwotItems"])
    }

    /// Takes something away; the whole answer.
    pub async fn remove(&self, token: &str, what: &str, id: &str) -> Value {
        self.test
            .ask_as(token, &format!("mutation($id: ID!) {{ {what}(id: $id) }}"), json!({ "id": id }))
            .await
    }

    /// Proposes an orientation of the diagnosis; the whole answer.
    pub async fn orient(&self, token: &str, number: i32, more: Value) -> Value {
        let input = json!({ "number": number, "title": format!("Orientation {number}") });
        let query = format!(
            "mutation($of: ID!, $input: OrientationInput!) {{ addOrientation(diagnosis: $of, input: $input) {{ {ORIENTATION} }} }}"
        );
        self.test.ask_as(token, &query, json!({ "of": self.diagnosis, "input": merged(input, more) })).await
    }

    /// The same of the editor, which must succeed: its id.
    pub async fn oriented(&self, number: i32, more: Value) -> String {
        id_of(&data_of(self.orient(&self.editor, number, more).await)["addOrientation"])
    }

    /// Changes an orientation as the editor; the whole answer.
    pub async fn reorient(&self, id: &str, input: Value) -> Value {
        let query = format!(
            "mutation($id: ID!, $input: UpdateOrientationInput!) {{ updateOrientation(id: $id, input: $input) {{ {ORIENTATION} }} }}"
        );
        self.test.ask_as(&self.editor, &query, json!({ "id": id, "input": input })).await
    }

    /// Validates orientations of the diagnosis as it is now, on this day; the whole answer.
    pub async fn validate(
        &self,
        token: &str,
        orientations: &[&String],
        on: &str,
        session: Option<&str>,
    ) -> Value {
        let version = self.version(&self.diagnosis).await;
        let query = format!(
            "mutation($id: ID!, $v: Int!, $all: [ID!]!, $on: Date!, $in: ID) {{
                validateOrientations(diagnosis: $id, expectedVersion: $v, orientations: $all, by: \"Comité de pilotage\", on: $on, session: $in) {{
                    version orientations {{ {ORIENTATION} }} }} }}"
        );
        let variables =
            json!({ "id": self.diagnosis, "v": version, "all": orientations, "on": on, "in": session });
        self.test.ask_as(token, &query, variables).await
    }

    /// Closes the diagnosis on this day.
    pub async fn close(&self, on: &str) {
        let version = self.version(&self.diagnosis).await;
        let query = "mutation($id: ID!, $v: Int!, $on: Date!) { closeDiagnosis(id: $id, expectedVersion: $v, on: $on) { closedOn } }";
        self.test.admin_data(query, json!({ "id": self.diagnosis, "v": version, "on": on })).await;
    }
}

fn merged(mut input: Value, more: Value) -> Value {
    let more: Map<String, Value> = serde_json::from_value(more).unwrap();
    input.as_object_mut().unwrap().extend(more);
    input
}

/// What is said of the first field that is wrong, or of the whole.
pub fn message(answer: &Value) -> String {
    let error = &answer["errors"][0];
    let told = error["extensions"]["fields"][0]["message"].as_str().or(error["message"].as_str());
    told.unwrap_or("none").to_owned()
}
