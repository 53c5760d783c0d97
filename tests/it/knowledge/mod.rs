//! What cooperation teaches: practices, lessons, replications, the library.

mod community_day;
mod lessons;
mod library;
mod merged;
mod practices;
mod replicated;
mod seen;
mod similar;

use maillage::domain::caller::Right;
use maillage::graphql::ids::id_of as key_of;
use serde_json::{Map, Value, json};

use crate::support::entries::id_of;
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
    /// A token of a manager of `there`.
    pub elsewhere: String,
}

pub const PRACTICE: &str =
    "id slug title summary story status version actors { id name } territories { id name }
    themes { slug } sdgs { number } audiences resources { id title }";

impl Town {
    /// With so many actors, two at least.
    pub async fn of(actors: usize) -> Self {
        let test = TestApp::empty().await;
        let here = test.territory("COMMUNE", "28134", "Dreux", Value::Null).await;
        let there = test.territory("COMMUNE", "27679", "Vernon", Value::Null).await;
        let manages = |place: &String| [Right::TerritoryManager(key_of(&place.clone().into()))];
        let manager = test.token_of("manager@example.org", &manages(&here)).await;
        let elsewhere = test.token_of("elsewhere@example.org", &manages(&there)).await;
        let mut town =
            Self { test, here, there, actors: Vec::new(), editors: Vec::new(), manager, elsewhere };
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

    /// Lets a minute pass, so that what is new is newer.
    pub fn later(&self) {
        let now = self.test.clock.now();
        self.test.clock.set(now + chrono::TimeDelta::minutes(1));
    }

    /// Creates a practice of the first actor; the whole answer.
    pub async fn create(&self, token: &str, more: Value) -> Value {
        let input =
            json!({ "title": "Un garage à vélos", "summary": "On y répare.", "actors": [self.actors[0]] });
        let query = format!(
            "mutation($input: CreateGoodPracticeInput!) {{ createGoodPractice(input: $input) {{ {PRACTICE} }} }}"
        );
        self.test.ask_as(token, &query, json!({ "input": merged(input, more) })).await
    }

    /// The same as its editor, which must succeed: the practice.
    pub async fn created(&self, more: Value) -> Value {
        data_of(self.create(&self.editors[0], more).await)["createGoodPractice"].clone()
    }

    /// The same, published; its id.
    pub async fn published(&self, more: Value) -> String {
        let id = id_of(&self.created(more).await);
        self.test.must("publish", &id, 1).await;
        id
    }

    /// Changes a practice; the whole answer.
    pub async fn update(&self, token: &str, id: &str, version: i64, input: Value) -> Value {
        let query = format!(
            "mutation($id: ID!, $version: Int!, $input: UpdateGoodPracticeInput!) {{
                updateGoodPractice(id: $id, expectedVersion: $version, input: $input) {{ {PRACTICE} }} }}"
        );
        self.test.ask_as(token, &query, json!({ "id": id, "version": version, "input": input })).await
    }

    /// Records a lesson; the whole answer.
    pub async fn teach(&self, token: &str, rubric: &str, text: &str, more: Value) -> Value {
        let input = json!({ "rubric": rubric, "text": text });
        let query = "mutation($input: LessonInput!) { recordLesson(input: $input) {
            id rubric text themes { slug } event recordedOn source { __typename ... on GoodPractice { id } ... on Project { id } ... on Collective { id } } } }";
        self.test.ask_as(token, query, json!({ "input": merged(input, more) })).await
    }

    /// Records that a practice is taken up; the whole answer.
    pub async fn take_up(&self, token: &str, practice: &str, input: Value) -> Value {
        let query = "mutation($practice: ID!, $input: ReplicationInput!) { recordReplication(practice: $practice, input: $input) {
            id path status since notes practice { id } territory { id } actor { id } call { id } } }";
        self.test.ask_as(token, query, json!({ "practice": practice, "input": input })).await
    }

    /// Moves a replication on; the whole answer.
    pub async fn move_on(&self, token: &str, id: &str, more: Value) -> Value {
        let query = "mutation($id: ID!, $status: ReplicationStatus, $since: Date, $notes: String) {
            updateReplication(id: $id, status: $status, since: $since, notes: $notes) { id status since notes } }";
        self.test.ask_as(token, query, merged(json!({ "id": id }), more)).await
    }

    /// Adds a resource; the whole answer.
    pub async fn add(&self, token: &str, title: &str, more: Value) -> Value {
        let query = "mutation($input: LibraryResourceInput!) { addLibraryResource(input: $input) {
            id title authors publisher year url language themes { slug } sdgs { number } abstract addressCheckedAt addressFailingSince addressProblem } }";
        self.test.ask_as(token, query, json!({ "input": merged(json!({ "title": title }), more) })).await
    }
}

/// An object with more fields.
pub fn merged(mut input: Value, more: Value) -> Value {
    let more: Map<String, Value> = serde_json::from_value(more).unwrap();
    input.as_object_mut().unwrap().extend(more);
    input
}
