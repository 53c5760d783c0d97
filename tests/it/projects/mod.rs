//! Projects: created, changed, found, placed in the matrix.

mod matrix;
mod seen;
mod written;

use maillage::domain::caller::Right;
use maillage::graphql::ids::id_of as key_of;
use serde_json::{Map, Value, json};

use crate::support::{TestApp, data_of};

/// Two communes, and actors each with an editor.
pub struct Town {
    pub test: TestApp,
    /// Where it happens.
    pub here: String,
    /// Somewhere else.
    pub there: String,
    /// The actors, published; all but the last sit `here`, the last sits `there`.
    pub actors: Vec<String>,
    /// A token of an editor of each.
    pub editors: Vec<String>,
    /// A token of a manager of `here`.
    pub manager: String,
}

pub const PROJECT: &str = "id slug title summary status version lead { id name } partners { id name } collective { id }
    territories { id name } themes { slug } primarySdg { number } sdgs { number } dynamics audiences startsOn endsOn";

impl Town {
    /// With so many actors, two at least.
    pub async fn of(actors: usize) -> Self {
        let test = TestApp::empty().await;
        let here = test.territory("COMMUNE", "28134", "Dreux", Value::Null).await;
        let there = test.territory("COMMUNE", "27679", "Vernon", Value::Null).await;
        let right = Right::TerritoryManager(key_of(&here.clone().into()));
        let manager = test.token_of("manager@example.org", &[right]).await;
        let mut town = Self { test, here, there, actors: Vec::new(), editors: Vec::new(), manager };
        for n in 0..actors {
            let seat = if n + 1 == actors { &town.there } else { &town.here };
            let more = json!({ "seat": { "id": seat } });
            let actor = town.test.actor(&format!("Association {n}"), more).await;
            let right = Right::ActorEditor(key_of(&actor.clone().into()));
            town.editors.push(town.test.token_of(&format!("editor{n}@example.org"), &[right]).await);
            town.actors.push(actor);
        }
        town
    }

    /// Creates a project led by the first actor; the whole answer.
    pub async fn create(&self, token: &str, more: Value) -> Value {
        let mut input = json!({ "title": "Des lieux ouverts", "lead": self.actors[0] });
        let more: Map<String, Value> = serde_json::from_value(more).unwrap();
        input.as_object_mut().unwrap().extend(more);
        let query = format!(
            "mutation($input: CreateProjectInput!) {{ createProject(input: $input) {{ {PROJECT} }} }}"
        );
        self.test.ask_as(token, &query, json!({ "input": input })).await
    }

    /// The same as its editor, which must succeed: the project.
    pub async fn created(&self, more: Value) -> Value {
        data_of(self.create(&self.editors[0], more).await)["createProject"].clone()
    }

    /// Changes a project; the whole answer.
    pub async fn update(&self, token: &str, id: &str, version: i64, input: Value) -> Value {
        let query = format!(
            "mutation($id: ID!, $version: Int!, $input: UpdateProjectInput!) {{
                updateProject(id: $id, expectedVersion: $version, input: $input) {{ {PROJECT} }} }}"
        );
        self.test.ask_as(token, &query, json!({ "id": id, "version": version, "input": input })).await
    }
}
