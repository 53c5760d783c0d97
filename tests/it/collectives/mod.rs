//! Collectives: registered, joined, led from stage to stage, seen by whom they concern.

mod cards;
mod contributions;
mod document;
mod large;
mod members;
mod merged;
mod promoted;
mod registered;
mod seen;
mod stages;
mod told;

use maillage::domain::caller::Right;
use maillage::graphql::ids::id_of as key_of;
use serde_json::{Map, Value, json};

use crate::support::entries::id_of;
use crate::support::{TestApp, data_of};

/// Two communes, and actors that may act together, each with an editor.
pub struct Town {
    pub test: TestApp,
    /// Where it happens.
    pub here: String,
    /// Somewhere else.
    pub there: String,
    /// The actors, published.
    pub actors: Vec<String>,
    /// A token of an editor of each.
    pub editors: Vec<String>,
    /// A token of a manager of `here`.
    pub manager: String,
}

const COLLECTIVE: &str = "id slug kind name stage status version lead { id name }
    members { totalCount nodes { id role status responsibility hoursPerMonth since until actor { id name } } }
    blockers { code message english: message(language: EN) }";

impl Town {
    /// With so many actors.
    pub async fn of(actors: usize) -> Self {
        let test = TestApp::empty().await;
        let here = test.territory("COMMUNE", "28134", "Dreux", Value::Null).await;
        let there = test.territory("COMMUNE", "27679", "Vernon", Value::Null).await;
        let mut town =
            Self { test, here, there, actors: Vec::new(), editors: Vec::new(), manager: String::new() };
        town.manager =
            town.token("manager", &[Right::TerritoryManager(key_of(&town.here.clone().into()))]).await;
        for n in 0..actors {
            let actor = town.test.actor(&format!("Association {n}"), json!({})).await;
            let right = Right::ActorEditor(key_of(&actor.clone().into()));
            town.editors.push(town.token(&format!("editor{n}"), &[right]).await);
            town.actors.push(actor);
        }
        town
    }

    /// A token of a new user.
    pub async fn token(&self, name: &str, rights: &[Right]) -> String {
        self.test.token_of(&format!("{name}@example.org"), rights).await
    }

    /// Registers a collective of this kind, led by the first actor, as its editor; the whole answer.
    pub async fn register(&self, token: &str, more: Value) -> Value {
        let mut input = json!({ "kind": "SMALL_COLLECTIVE", "name": "Ensemble", "lead": self.actors[0],
            "territories": [{ "id": self.here }] });
        let more: Map<String, Value> = serde_json::from_value(more).unwrap();
        input.as_object_mut().unwrap().extend(more);
        let query = format!(
            "mutation($input: RegisterCollectiveInput!) {{ registerCollective(input: $input) {{ {COLLECTIVE} }} }}"
        );
        self.test.ask_as(token, &query, json!({ "input": input })).await
    }

    /// The same, which must succeed: the collective.
    pub async fn registered(&self, more: Value) -> Value {
        data_of(self.register(&self.editors[0], more).await)["registerCollective"].clone()
    }

    /// The collective as an administrator sees it.
    pub async fn read(&self, id: &str) -> Value {
        let query = format!("query($id: ID!) {{ collective(by: {{ id: $id }}) {{ {COLLECTIVE} }} }}");
        self.test.admin_data(&query, json!({ "id": id })).await["collective"].clone()
    }

    /// The membership of an actor in a collective.
    pub async fn membership(&self, collective: &str, actor: usize) -> String {
        let read = self.read(collective).await;
        let members = read["members"]["nodes"].as_array().unwrap();
        let of = |member: &&Value| member["actor"]["id"] == json!(self.actors[actor]);
        id_of(members.iter().find(of).expect("it is asked"))
    }

    /// Answers; the whole answer.
    pub async fn answer(&self, token: &str, membership: &str, accept: bool) -> Value {
        let query = "mutation($id: ID!, $accept: Boolean!) { answerMembership(id: $id, accept: $accept, hoursPerMonth: 4.5) {
            id status answeredAt hoursPerMonth since until role } }";
        self.test.ask_as(token, query, json!({ "id": membership, "accept": accept })).await
    }

    /// Invites these actors, who accept.
    pub async fn join(&self, collective: &str, actors: impl IntoIterator<Item = usize>) {
        for actor in actors {
            data_of(self.invite(&self.editors[0], collective, actor, "MEMBER").await);
            let membership = self.membership(collective, actor).await;
            data_of(self.answer(&self.editors[actor], &membership, true).await);
        }
    }

    /// Invites; the whole answer.
    pub async fn invite(&self, token: &str, collective: &str, actor: usize, role: &str) -> Value {
        let query = "mutation($of: ID!, $actor: ID!, $role: MemberRole!) {
            inviteMember(collective: $of, actor: $actor, role: $role) { id status role } }";
        let variables = json!({ "of": collective, "actor": self.actors[actor], "role": role });
        self.test.ask_as(token, query, variables).await
    }

    /// Changes a membership; the whole answer.
    pub async fn update_member(&self, token: &str, membership: &str, input: Value) -> Value {
        let query = "mutation($id: ID!, $input: UpdateMembershipInput!) {
            updateMembership(id: $id, input: $input) { role responsibility hoursPerMonth since until } }";
        self.test.ask_as(token, query, json!({ "id": membership, "input": input })).await
    }

    /// Leaves; the whole answer.
    pub async fn leave(&self, token: &str, membership: &str) -> Value {
        let query = "mutation($id: ID!) { leaveCollective(id: $id) { status until } }";
        self.test.ask_as(token, query, json!({ "id": membership })).await
    }

    /// Moves to a stage; the whole answer.
    pub async fn advance(
        &self,
        token: Option<&str>,
        id: &str,
        version: i64,
        to: &str,
        reason: Value,
    ) -> Value {
        let query = "mutation($id: ID!, $version: Int!, $to: CollectiveStage!, $reason: String) {
            advanceCollective(id: $id, expectedVersion: $version, to: $to, reason: $reason) { stage version } }";
        let variables = json!({ "id": id, "version": version, "to": to, "reason": reason });
        match token {
            Some(token) => self.test.ask_as(token, query, variables).await,
            None => self.test.ask(query, variables).await,
        }
    }

    /// Sets the next steps; the whole answer.
    pub async fn steps(&self, token: &str, id: &str, version: i64, steps: Value) -> Value {
        let query = "mutation($id: ID!, $version: Int!, $steps: [NextStepInput!]!) {
            setNextSteps(collective: $id, expectedVersion: $version, steps: $steps) {
                version nextSteps { id title due status owner { id } } } }";
        self.test.ask_as(token, query, json!({ "id": id, "version": version, "steps": steps })).await
    }
}

/// What is said of the first error.
pub fn message(answer: &Value) -> &str {
    answer["errors"][0]["message"].as_str().unwrap_or("none")
}
