//! Moderation: who moves what, both sides of an interaction, suggestions, history, and what each may do.

mod drafts;
mod history;
mod permissions;
mod review;
mod sides;
mod states;
mod suggestions;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use maillage::domain::caller::Right;
use maillage::domain::ids::{ActorId, TerritoryId};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::entries::{id_of, square};
use crate::support::{TestApp, data_of};

/// Everyone who may ask, each told apart by what was granted to them.
const PERSONAS: [&str; 9] =
    ["anyone", "signed-in", "partner", "analyst", "editor", "neighbour", "manager", "manager-there", "admin"];

/// Two communes, an association in each with an editor of its own, a third association that nobody keeps.
struct World {
    test: TestApp,
    here: String,
    there: String,
    /// Sits here; the persona `editor` edits it.
    own: String,
    /// Sits there; the persona `neighbour` edits it.
    next: String,
    /// Sits nowhere.
    third: String,
    tokens: Vec<(&'static str, String)>,
}

impl World {
    async fn new() -> Self {
        let test = TestApp::empty().await;
        let here = test.territory("COMMUNE", "28001", "Ici", square(1.0, 48.0, 0.1)).await;
        let there = test.territory("COMMUNE", "28002", "Là", square(2.0, 48.0, 0.1)).await;
        let own = test.actor("Amis du Lavoir", json!({ "seat": { "id": here } })).await;
        let next = test.actor("Voisins", json!({ "seat": { "id": there } })).await;
        let third = test.actor("Tiers", json!({})).await;
        let mut world = Self { test, here, there, own, next, third, tokens: Vec::new() };
        let (here, there) = (TerritoryId(key(&world.here)), TerritoryId(key(&world.there)));
        for (who, rights) in [
            ("signed-in", vec![]),
            ("partner", vec![Right::Partner(None)]),
            ("analyst", vec![Right::Analyst(here)]),
            ("editor", vec![Right::ActorEditor(ActorId(key(&world.own)))]),
            ("neighbour", vec![Right::ActorEditor(ActorId(key(&world.next)))]),
            ("manager", vec![Right::TerritoryManager(here)]),
            ("manager-there", vec![Right::TerritoryManager(there)]),
        ] {
            let token = world.test.token_of(&format!("{who}@example.org"), &rights).await;
            world.tokens.push((who, token));
        }
        world
    }

    fn token(&self, who: &str) -> Option<&str> {
        if who == "admin" {
            return Some(&self.test.token);
        }
        self.tokens.iter().find(|(name, _)| *name == who).map(|(_, token)| token.as_str())
    }

    /// Asks as one of the personas; the whole answer.
    async fn ask(&self, who: &str, query: &str, variables: Value) -> Value {
        match self.token(who) {
            Some(token) => self.test.ask_as(token, query, variables).await,
            None => self.test.ask(query, variables).await,
        }
    }

    /// Asks as one of the personas, and expects no error: the data.
    async fn data(&self, who: &str, query: &str, variables: Value) -> Value {
        data_of(self.ask(who, query, variables).await)
    }

    /// Submits, publishes, archives or restores as one of the personas; the whole answer.
    async fn move_as(&self, who: &str, what: &str, id: &str, version: i64) -> Value {
        let query = format!(
            "mutation($id: ID!, $v: Int!) {{ {what}(id: $id, expectedVersion: $v) {{ ... on Actor {{ status version }}
                ... on Interaction {{ status version }} ... on Call {{ status version }} }} }}"
        );
        self.ask(who, &query, json!({ "id": id, "v": version })).await
    }

    /// Decides as one of the personas; the whole answer.
    async fn review_as(
        &self,
        who: &str,
        id: &str,
        version: i64,
        decision: &str,
        reason: Option<&str>,
    ) -> Value {
        let query = "mutation($id: ID!, $v: Int!, $d: ReviewDecision!, $r: String) { review(id: $id, expectedVersion: $v, decision: $d, reason: $r) {
            ... on Actor { status version } ... on Interaction { status version } ... on Call { status version }
            ... on Suggestion { decision: status version reason } } }";
        self.ask(who, query, json!({ "id": id, "v": version, "d": decision, "r": reason })).await
    }

    /// A new draft of the persona `editor`, here.
    async fn draft_of_editor(&self, name: &str) -> String {
        let query = "mutation($input: CreateActorInput!) { createActor(input: $input) { id } }";
        let input = json!({ "kind": "ASSOCIATION", "name": name, "seat": { "id": self.here } });
        id_of(&self.data("editor", query, json!({ "input": input })).await["createActor"])
    }

    /// A partnership that the persona `editor` declares with the neighbours, in this period.
    async fn declared_by_editor(&self, year: i32) -> String {
        let query = "mutation($input: DeclareInteractionInput!) { declareInteraction(input: $input) { id } }";
        let input = json!({ "kind": "PARTNERSHIP", "source": self.own, "target": self.next,
            "since": format!("{year}-01-01"), "until": format!("{year}-12-31") });
        id_of(&self.data("editor", query, json!({ "input": input })).await["declareInteraction"])
    }

    /// The letters that wait, oldest first: to whom, and what.
    async fn letters(&self) -> Vec<(String, Value)> {
        let rows = self.test.rows("SELECT u.email, o.letter FROM outbox o JOIN users u ON u.id = o.user_id ORDER BY o.created_at, u.email, o.id").await;
        rows.into_iter()
            .map(|row| (row["email"].as_str().unwrap().to_owned(), row["letter"].clone()))
            .collect()
    }

    /// To whom letters of this kind wait.
    async fn told(&self, kind: &str) -> Vec<String> {
        let letters = self.letters().await.into_iter();
        letters.filter(|(_, letter)| letter["kind"] == kind).map(|(to, _)| to).collect()
    }

    async fn forget_letters(&self) {
        self.test.execute("DELETE FROM outbox").await;
    }
}

/// The key behind an entry's id.
fn key(id: &str) -> Uuid {
    let bytes = URL_SAFE_NO_PAD.decode(id).expect("an id of ours");
    Uuid::from_slice(&bytes[1..]).expect("an id of ours")
}
