//! Contacts: who sees which, however they are reached; what writes refuse and leave; that what is erased is gone.

mod seen;
mod written;

use maillage::domain::caller::Right;
use maillage::domain::ids::{ActorId, TerritoryId};
use maillage::graphql::ids::subject;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::entries::id_of;
use crate::support::{TestApp, data_of};

const ADD: &str = "mutation($actor: ID!, $input: ContactInput!) { addContact(actor: $actor, input: $input) { id name visibility expiresOn } }";
const UPDATE: &str = "mutation($id: ID!, $input: UpdateContactInput!) { updateContact(id: $id, input: $input) { id name role email phone visibility consentOn expiresOn } }";
const ERASE: &str = "mutation($id: ID!) { eraseContact(id: $id) }";

/// Adds a contact as an administrator; its id.
pub async fn add(test: &TestApp, actor: &str, input: Value) -> String {
    id_of(&test.admin_data(ADD, json!({ "actor": actor, "input": input })).await["addContact"])
}

/// The key of a global id.
pub fn key(id: &str) -> Uuid {
    subject(&id.into()).unwrap().id
}

/// Everything that the database holds, as text.
pub async fn everything(test: &TestApp) -> String {
    let tables = test
        .rows("SELECT relname AS name FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace")
        .await;
    assert!(tables.len() > 25, "{}", tables.len());
    let mut all = String::new();
    for table in tables {
        let rows =
            test.rows(&format!("SELECT t::text AS row FROM {} t", table["name"].as_str().unwrap())).await;
        all.extend(rows.iter().map(|row| row["row"].as_str().unwrap().to_owned() + "\n"));
    }
    all
}

/// A territory with an actor that sits in it and one elsewhere, and everyone who may come: names and tokens.
struct Scene {
    test: TestApp,
    actor: String,
    other: String,
    callers: Vec<(&'static str, Option<String>)>,
}

impl Scene {
    async fn new() -> Self {
        let test = TestApp::empty().await;
        let here = test.territory("COMMUNE", "28134", "Dreux", Value::Null).await;
        let there = test.territory("COMMUNE", "28404", "Vernouillet", Value::Null).await;
        let sits = |id: &str| json!({ "seat": { "id": id } });
        let actor = test.actor("Mission locale", sits(&here)).await;
        let other = test.actor("Association", sits(&there)).await;
        let [h, t] = [&here, &there].map(|id| TerritoryId(key(id)));
        let [a, o] = [&actor, &other].map(|id| ActorId(key(id)));
        let mut callers = vec![("anyone", None)];
        for (name, rights) in [
            ("signed in", vec![]),
            ("partner", vec![Right::Partner(None)]),
            ("partner here", vec![Right::Partner(Some(h))]),
            ("partner there", vec![Right::Partner(Some(t))]),
            ("analyst", vec![Right::Analyst(h)]),
            ("editor", vec![Right::ActorEditor(a)]),
            ("editor there", vec![Right::ActorEditor(o)]),
            ("manager", vec![Right::TerritoryManager(h)]),
            ("manager there", vec![Right::TerritoryManager(t)]),
        ] {
            let email = format!("{}@example.org", name.replace(' ', "."));
            callers.push((name, Some(test.token_of(&email, &rights).await)));
        }
        callers.push(("admin", Some(test.token.clone())));
        Self { test, actor, other, callers }
    }

    async fn ask(&self, token: Option<&String>, query: &str, variables: Value) -> Value {
        match token {
            Some(token) => self.test.ask_as(token, query, variables).await,
            None => self.test.ask(query, variables).await,
        }
    }

    async fn data(&self, token: Option<&String>, query: &str, variables: Value) -> Value {
        data_of(self.ask(token, query, variables).await)
    }

    fn token(&self, of: &str) -> &String {
        self.callers.iter().find(|(name, _)| *name == of).unwrap().1.as_ref().unwrap()
    }
}
