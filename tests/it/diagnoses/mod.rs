//! Shared diagnoses and sessions: opened, written, closed, seen, printed.

mod closed;
mod merged;
mod report;
mod seen;
mod sessions;
mod whole;
mod written;

use maillage::domain::caller::Right;
use maillage::graphql::ids::id_of as key_of;
use serde_json::{Map, Value, json};

use crate::support::entries::id_of;
use crate::support::{TestApp, data_of};

/// Two communes, three actors that sit in the first, and those who write.
pub struct Town {
    pub test: TestApp,
    /// Where it happens.
    pub here: String,
    /// Somewhere else.
    pub there: String,
    /// The actors, published; the first one facilitates.
    pub actors: Vec<String>,
    /// A token of an editor of each.
    pub editors: Vec<String>,
    /// A token of a manager of `here`.
    pub manager: String,
}

pub const DIAGNOSIS: &str =
    "id slug title status version territory { name } facilitator { id name } essentialQuestions
    axes { id number title themes { slug } } startedOn startedOnPrecision closedOn";
pub const SESSION: &str =
    "id format title heldOn endedOn axis { number } headcount attendance { id name } place
    owner { __typename ... on SharedDiagnosis { id } ... on Collective { id } ... on Call { id } }
    tables { theme keywords notes } keywords { keyword count spellings themes }";

impl Town {
    /// Without a diagnosis.
    pub async fn new() -> Self {
        let test = TestApp::empty().await;
        let here = test.territory("COMMUNE", "28134", "Dreux", Value::Null).await;
        let there = test.territory("COMMUNE", "27679", "Vernon", Value::Null).await;
        let right = Right::TerritoryManager(key_of(&here.clone().into()));
        let manager = test.token_of("manager@example.org", &[right]).await;
        let mut town = Self { test, here, there, actors: Vec::new(), editors: Vec::new(), manager };
        for (n, name) in ["Agence des quartiers", "Mission locale", "Centre social"].into_iter().enumerate() {
            let actor = town.test.actor(name, json!({ "seat": { "id": town.here } })).await;
            let right = Right::ActorEditor(key_of(&actor.clone().into()));
            town.editors.push(town.test.token_of(&format!("editor{n}@example.org"), &[right]).await);
            town.actors.push(actor);
        }
        town
    }

    /// Opens a diagnosis of `here` that the first actor facilitates; the whole answer.
    pub async fn open(&self, token: &str, more: Value) -> Value {
        let input = json!({ "title": "Cité éducative de Dreux", "territory": { "id": self.here }, "facilitator": self.actors[0],
            "axes": [{ "number": 1, "title": "Conforter le rôle de l'école", "themes": ["education"] },
                { "number": 2, "title": "Promouvoir la continuité éducative" }],
            "startedOn": "2020-11-01", "startedOnPrecision": "MONTH" });
        let query = format!(
            "mutation($input: OpenDiagnosisInput!) {{ openDiagnosis(input: $input) {{ {DIAGNOSIS} }} }}"
        );
        self.test.ask_as(token, &query, json!({ "input": with(input, more) })).await
    }

    /// The same as the manager, which must succeed: the diagnosis.
    pub async fn opened(&self, more: Value) -> Value {
        data_of(self.open(&self.manager, more).await)["openDiagnosis"].clone()
    }

    /// Changes a diagnosis; the whole answer.
    pub async fn update(&self, token: &str, id: &str, version: i64, input: Value) -> Value {
        let query = format!(
            "mutation($id: ID!, $version: Int!, $input: UpdateDiagnosisInput!) {{
                updateDiagnosis(id: $id, expectedVersion: $version, input: $input) {{ {DIAGNOSIS} }} }}"
        );
        self.test.ask_as(token, &query, json!({ "id": id, "version": version, "input": input })).await
    }

    /// Closes a diagnosis; the whole answer.
    pub async fn close(&self, token: &str, id: &str, version: i64, on: &str) -> Value {
        let query = format!(
            "mutation($id: ID!, $version: Int!, $on: Date!) {{ closeDiagnosis(id: $id, expectedVersion: $version, on: $on) {{ {DIAGNOSIS} }} }}"
        );
        self.test.ask_as(token, &query, json!({ "id": id, "version": version, "on": on })).await
    }

    /// Writes a session down; the whole answer.
    pub async fn record(&self, token: &str, owner: &str, more: Value) -> Value {
        let input =
            json!({ "format": "WORKING_GROUP", "title": "Groupe de travail", "heldOn": "2021-06-04" });
        let query = format!(
            "mutation($owner: ID!, $input: WorkshopSessionInput!) {{ recordSession(owner: $owner, input: $input) {{ {SESSION} }} }}"
        );
        self.test.ask_as(token, &query, json!({ "owner": owner, "input": with(input, more) })).await
    }

    /// The same as the manager, which must succeed: the session.
    pub async fn recorded(&self, owner: &str, more: Value) -> Value {
        data_of(self.record(&self.manager, owner, more).await)["recordSession"].clone()
    }

    /// Changes a session; the whole answer.
    pub async fn revise(&self, token: &str, id: &str, input: Value) -> Value {
        let query = format!(
            "mutation($id: ID!, $input: UpdateWorkshopSessionInput!) {{ updateSession(id: $id, input: $input) {{ {SESSION} }} }}"
        );
        self.test.ask_as(token, &query, json!({ "id": id, "input": input })).await
    }

    /// Takes a session away; the whole answer.
    pub async fn cancel(&self, token: &str, id: &str) -> Value {
        self.test.ask_as(token, "mutation($id: ID!) { removeSession(id: $id) }", json!({ "id": id })).await
    }

    /// The version that a diagnosis is in.
    pub async fn version(&self, id: &str) -> i64 {
        let query = "query($id: ID!) { diagnosis(by: { id: $id }) { version } }";
        let data = self.test.admin_data(query, json!({ "id": id })).await;
        data["diagnosis"]["version"].as_i64().unwrap()
    }

    /// A small collective that the second actor leads; its id.
    pub async fn collective(&self) -> String {
        let register =
            "mutation($input: RegisterCollectiveInput!) { registerCollective(input: $input) { id } }";
        let input = json!({ "kind": "SMALL_COLLECTIVE", "name": "Ensemble", "lead": self.actors[1],
            "territories": [{ "id": self.here }] });
        let made = self.test.ask_as(&self.editors[1], register, json!({ "input": input })).await;
        id_of(&data_of(made)["registerCollective"])
    }
}

fn with(mut input: Value, more: Value) -> Value {
    let more: Map<String, Value> = serde_json::from_value(more).unwrap();
    input.as_object_mut().unwrap().extend(more);
    input
}
