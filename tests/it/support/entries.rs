//! Entries that tests prepare, through the API as everyone does.

use sea_orm::{ConnectionTrait, DbBackend, Statement};
use serde_json::{Map, Value, json};

use super::TestApp;

const STATE: &str = "... on Actor { id status version } ... on Interaction { id status version } ... on Call { id status version }";

impl TestApp {
    /// Creates an association, a draft, with these fields besides its name.
    pub async fn draft_actor(&self, name: &str, more: Value) -> Value {
        let input = merged(json!({ "kind": "ASSOCIATION", "name": name }), more);
        let query =
            "mutation($input: CreateActorInput!) { createActor(input: $input) { id slug version status } }";
        self.admin_data(query, json!({ "input": input })).await["createActor"].clone()
    }

    /// Creates and publishes an association; its id. It is in its second version then.
    pub async fn actor(&self, name: &str, more: Value) -> String {
        self.published(&self.draft_actor(name, more).await).await
    }

    /// Declares and publishes an interaction; its id. It is in its second version then.
    pub async fn interaction(&self, kind: &str, source: &str, target: &str, more: Value) -> String {
        let answer = self.declare(kind, source, target, more).await;
        self.published(&super::data_of(answer)["declareInteraction"]).await
    }

    /// Declares an interaction; the whole answer.
    pub async fn declare(&self, kind: &str, source: &str, target: &str, more: Value) -> Value {
        let input = merged(json!({ "kind": kind, "source": source, "target": target }), more);
        let query =
            "mutation($input: DeclareInteractionInput!) { declareInteraction(input: $input) { id version } }";
        self.ask_as_admin(query, json!({ "input": input })).await
    }

    /// Creates and publishes a call in this territory; its id. It is in its second version then.
    pub async fn call(&self, title: &str, territory: &str, more: Value) -> String {
        self.published(&self.draft_call(title, territory, more).await).await
    }

    /// Creates a call in this territory, a draft.
    pub async fn draft_call(&self, title: &str, territory: &str, more: Value) -> Value {
        let input = json!({ "kind": "CALL_FOR_PROJECTS", "title": title, "organisers": [], "territories": [{ "id": territory }] });
        let query =
            "mutation($input: CreateCallInput!) { createCall(input: $input) { id slug version status } }";
        let data = self.admin_data(query, json!({ "input": merged(input, more) })).await;
        data["createCall"].clone()
    }

    /// Creates a territory; its id.
    pub async fn territory(&self, kind: &str, code: &str, name: &str, boundary: Value) -> String {
        let input =
            json!({ "kind": kind, "code": code, "vintage": 2026, "name": name, "boundary": boundary });
        let query = "mutation($input: CreateTerritoryInput!) { createTerritory(input: $input) { id } }";
        id_of(&self.admin_data(query, json!({ "input": input })).await["createTerritory"])
    }

    /// Publishes, archives or restores as an administrator; the whole answer.
    pub async fn transition(&self, what: &str, id: &str, version: i64) -> Value {
        let query = format!(
            "mutation($id: ID!, $version: Int!) {{ {what}(id: $id, expectedVersion: $version) {{ {STATE} }} }}"
        );
        self.ask_as_admin(&query, json!({ "id": id, "version": version })).await
    }

    /// The same, which must succeed.
    pub async fn must(&self, what: &str, id: &str, version: i64) {
        super::data_of(self.transition(what, id, version).await);
    }

    /// Updates an actor as an administrator; the whole answer.
    pub async fn update_actor(&self, id: &str, version: i64, input: Value) -> Value {
        let query = "mutation($id: ID!, $version: Int!, $input: UpdateActorInput!) {
            updateActor(id: $id, expectedVersion: $version, input: $input) {
                id slug version name seat { code } location { point { longitude } hidden } } }";
        self.ask_as_admin(query, json!({ "id": id, "version": version, "input": input })).await
    }

    /// Rows of a statement that a test looks behind the API with, each as JSON.
    pub async fn rows(&self, sql: &str) -> Vec<Value> {
        let sql = format!("SELECT to_jsonb(r) AS row FROM ({sql}) r");
        let statement = Statement::from_string(DbBackend::Postgres, sql);
        let rows = self.app.store.db().query_all_raw(statement).await.expect("it runs");
        rows.iter().map(|row| row.try_get("", "row").expect("JSON")).collect()
    }

    /// Runs a statement that prepares what the API does not make.
    pub async fn execute(&self, sql: &str) {
        self.app.store.db().execute_unprepared(sql).await.expect("it runs");
        self.app.forget_world();
    }

    async fn published(&self, draft: &Value) -> String {
        let id = id_of(draft);
        self.must("publish", &id, 1).await;
        id
    }
}

/// The id of an entry.
pub fn id_of(entry: &Value) -> String {
    entry["id"].as_str().expect("an id").to_owned()
}

/// A field of each of a list's entries, as text.
pub fn texts<'a>(list: &'a Value, field: &str) -> Vec<&'a str> {
    let entries = list.as_array().expect("a list");
    entries.iter().map(|entry| entry.pointer(field).and_then(Value::as_str).unwrap_or("null")).collect()
}

/// A square as GeoJSON, with its middle and half its side in degrees.
pub fn square(longitude: f64, latitude: f64, half: f64) -> Value {
    let (west, east, south, north) = (longitude - half, longitude + half, latitude - half, latitude + half);
    json!({ "type": "Polygon", "coordinates": [[[west, south], [east, south], [east, north], [west, north], [west, south]]] })
}

fn merged(mut input: Value, more: Value) -> Value {
    let more: Map<String, Value> = serde_json::from_value(more).expect("an object");
    input.as_object_mut().expect("an object").extend(more);
    input
}
