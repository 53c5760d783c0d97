//! Applications: started together, signed off, filed in time, read, decided.

mod decided;
mod eligible;
mod filed;
mod meanwhile;
mod moves;
mod seen;
mod shared;
mod signed;

use maillage::domain::caller::Right;
use maillage::graphql::ids::id_of as key_of;
use serde_json::{Map, Value, json};

use crate::support::entries::id_of;
use crate::support::{TestApp, codes, data_of};

/// A commune with a call of three tracks, actors that may answer it, and those who run it.
pub struct Town {
    pub test: TestApp,
    /// Where the call is open.
    pub here: String,
    /// Somewhere else.
    pub there: String,
    /// The actors, published, all of which sit here.
    pub actors: Vec<String>,
    /// A token of an editor of each.
    pub editors: Vec<String>,
    /// Who runs the call, and who pays.
    pub organiser: String,
    pub funder: String,
    /// A token of an editor of the organiser.
    pub organising: String,
    /// A token of a manager of `here`.
    pub manager: String,
    /// The call: open until [`CLOSES`].
    pub call: String,
    /// Its tracks: a project alone, together, a small collective.
    pub tracks: Vec<String>,
}

/// When the call closes.
pub const CLOSES: &str = "2026-11-30T11:00:00Z";

pub const APPLICATION: &str = "id title summary status version submittedAt lead { id name } project { id } collective { id }
    call { id } track { kind } signOffs { actor { id name } signedAt declinedAt reason by }
    budget { totalCost totalFunding requested balanced filedOn actions { title cost lines { source amount secured funder { name } } } }
    eligibility { rule passed message english: message(language: EN) }
    decision { outcome grantedAmount reason decidedOn funder { name } }
    permissions { action allowed reason }";

/// Who asks.
#[derive(Clone, Copy, Debug)]
pub enum As {
    Nobody,
    /// The editor of an actor.
    Editor(usize),
    Organiser,
    Manager,
    Admin,
}

impl Town {
    /// With so many actors.
    pub async fn of(actors: usize) -> Self {
        let test = TestApp::empty().await;
        let here = test.territory("COMMUNE", "28134", "Dreux", Value::Null).await;
        let there = test.territory("COMMUNE", "27679", "Vernon", Value::Null).await;
        let seat = json!({ "seat": { "id": here } });
        let organiser = test.actor("Agglomération", seat.clone()).await;
        let funder = test.actor("Préfecture", seat.clone()).await;
        let more = json!({ "organisers": [organiser], "funders": [funder], "closesAt": CLOSES, "tracks": [
            { "kind": "INDIVIDUAL_PROJECT", "title": "Un projet seul", "maxGrant": "5000" },
            { "kind": "COLLECTIVE_PROJECT", "title": "Un projet ensemble" },
            { "kind": "SMALL_COLLECTIVE", "title": "Un petit collectif", "minMembers": 3, "maxMembers": 4 }] });
        let call = test.call("Appel 2026", &here, more).await;
        let query = "query($id: ID!) { call(by: { id: $id }) { tracks { id } } }";
        let tracks = test.data(query, json!({ "id": call })).await["call"]["tracks"].clone();
        let tracks = tracks.as_array().unwrap().iter().map(id_of).collect();
        let right = |actor: &String| Right::ActorEditor(key_of(&actor.clone().into()));
        let organising = test.token_of("organiser@example.org", &[right(&organiser)]).await;
        let managing = Right::TerritoryManager(key_of(&here.clone().into()));
        let manager = test.token_of("manager@example.org", &[managing]).await;
        let (mut all, mut editors) = (Vec::new(), Vec::new());
        for n in 0..actors {
            let actor = test.actor(&format!("Association {n}"), seat.clone()).await;
            editors.push(test.token_of(&format!("editor{n}@example.org"), &[right(&actor)]).await);
            all.push(actor);
        }
        Self { test, here, there, actors: all, editors, organiser, funder, organising, manager, call, tracks }
    }

    /// Asks as one of them; the whole answer.
    pub async fn ask(&self, who: As, query: &str, variables: Value) -> Value {
        let token = match who {
            As::Nobody => return self.test.ask(query, variables).await,
            As::Editor(n) => &self.editors[n],
            As::Organiser => &self.organising,
            As::Manager => &self.manager,
            As::Admin => &self.test.token,
        };
        self.test.ask_as(token, query, variables).await
    }

    /// Creates a project led by the first actor, with these partners; its id. It is a draft.
    pub async fn project(&self, partners: &[usize]) -> String {
        let partners: Vec<_> = partners.iter().map(|n| self.actors[*n].clone()).collect();
        let input = json!({ "title": "Des lieux ouverts", "lead": self.actors[0], "partners": partners,
            "startsOn": "2027-01-01", "endsOn": "2027-12-31", "territories": [{ "id": self.here }], "themes": ["education"] });
        let query = "mutation($input: CreateProjectInput!) { createProject(input: $input) { id } }";
        id_of(&data_of(self.ask(As::Editor(0), query, json!({ "input": input })).await)["createProject"])
    }

    /// Registers a collective led by the first actor, of which these are members too; its id.
    pub async fn collective(&self, members: &[usize]) -> String {
        let invite: Vec<_> = members.iter().map(|n| self.actors[*n].clone()).collect();
        let input = json!({ "kind": "SMALL_COLLECTIVE", "name": "Ensemble", "lead": self.actors[0], "invite": invite,
            "territories": [{ "id": self.here }], "intent": { "sharedFinding": "Un constat", "fundingSought": "3000" } });
        let query = "mutation($input: RegisterCollectiveInput!) { registerCollective(input: $input) {
            id members { nodes { id actor { id } } } } }";
        let made = data_of(self.ask(As::Editor(0), query, json!({ "input": input })).await);
        let made = &made["registerCollective"];
        for n in members {
            let all = made["members"]["nodes"].as_array().unwrap();
            let member = all.iter().find(|member| member["actor"]["id"] == json!(self.actors[*n])).unwrap();
            let query = "mutation($id: ID!) { answerMembership(id: $id, accept: true) { id } }";
            data_of(self.ask(As::Editor(*n), query, json!({ "id": member["id"] })).await);
        }
        id_of(made)
    }

    /// A balanced budget that asks so much of the call.
    pub fn budget(&self, asked: &str) -> Value {
        json!([{ "title": "Ateliers", "cost": asked, "lines": [{ "source": "THIS_CALL", "amount": asked, "funder": self.funder }] }])
    }

    /// Starts an application by this track, led by the first actor; the whole answer.
    pub async fn start(&self, who: As, track: usize, more: Value) -> Value {
        let mut input = json!({ "call": self.call, "track": self.tracks[track], "lead": self.actors[0], "title": "Ouvrir des lieux" });
        let more: Map<String, Value> = serde_json::from_value(more).unwrap();
        input.as_object_mut().unwrap().extend(more);
        let query = format!(
            "mutation($input: StartApplicationInput!) {{ startApplication(input: $input) {{ {APPLICATION} }} }}"
        );
        self.ask(who, &query, json!({ "input": input })).await
    }

    /// An application alone that lacks nothing; its id.
    pub async fn alone(&self) -> String {
        let more = json!({ "project": self.project(&[]).await, "actions": self.budget("1000") });
        id_of(&data_of(self.start(As::Editor(0), 0, more).await)["startApplication"])
    }

    /// An application with the next two actors, that lacks their sign-offs alone; its id.
    pub async fn together(&self) -> String {
        let more = json!({ "project": self.project(&[1, 2]).await, "actions": self.budget("1000") });
        id_of(&data_of(self.start(As::Editor(0), 1, more).await)["startApplication"])
    }

    /// The application as an administrator sees it.
    pub async fn read(&self, id: &str) -> Value {
        let query = format!("query($id: ID!) {{ application(id: $id) {{ {APPLICATION} }} }}");
        self.test.admin_data(&query, json!({ "id": id })).await["application"].clone()
    }

    /// Its version.
    pub async fn version(&self, id: &str) -> i64 {
        self.read(id).await["version"].as_i64().unwrap()
    }

    /// A mutation of an application as it stands now, with these arguments besides `id` and `expectedVersion`; the whole
    /// answer.
    pub async fn act(&self, who: As, mutation: &str, id: &str, more: &str) -> Value {
        let version = self.version(id).await;
        self.act_on(who, mutation, id, version, more).await
    }

    /// The same of this version.
    pub async fn act_on(&self, who: As, mutation: &str, id: &str, version: i64, more: &str) -> Value {
        let arguments = match mutation {
            "signOff" | "declineSignOff" => "application: $id",
            _ => "id: $id, expectedVersion: $version",
        };
        let (declared, variables) = if arguments.contains("$version") {
            ("$id: ID!, $version: Int!", json!({ "id": id, "version": version }))
        } else {
            ("$id: ID!", json!({ "id": id }))
        };
        let query = format!("mutation({declared}) {{ {mutation}({arguments}, {more}) {{ {APPLICATION} }} }}");
        self.ask(who, &query, variables).await
    }

    /// The same, which must succeed: the application.
    pub async fn must(&self, who: As, mutation: &str, id: &str, more: &str) -> Value {
        data_of(self.act(who, mutation, id, more).await)[mutation].clone()
    }

    /// Its co-applicants are asked, and agree.
    pub async fn signed(&self, id: &str, by: &[usize]) {
        self.must(As::Editor(0), "requestSignOffs", id, "").await;
        for n in by {
            self.must(As::Editor(*n), "signOff", id, &format!("actor: \"{}\"", self.actors[*n])).await;
        }
    }

    /// Letters of this kind that wait or were sent.
    pub async fn letters(&self, kind: &str) -> i64 {
        let sql = format!("SELECT count(*) AS n FROM outbox WHERE letter->>'kind' = '{kind}'");
        self.test.rows(&sql).await[0]["n"].as_i64().unwrap()
    }
}

/// The rules that an application breaks, as it tells them.
pub fn failing(application: &Value) -> Vec<&str> {
    let checks = application["eligibility"].as_array().expect("checks");
    let broken = checks.iter().filter(|check| check["passed"] == json!(false));
    broken.map(|check| check["rule"].as_str().unwrap()).collect()
}

/// The rules by which filing was refused.
pub fn broken(answer: &Value) -> Vec<&str> {
    assert_eq!(codes(answer), ["VALIDATION"], "{answer}");
    let fields = answer["errors"][0]["extensions"]["fields"].as_array().unwrap().iter();
    fields.map(|field| field["path"].as_str().unwrap().trim_start_matches("eligibility.")).collect()
}

/// What is said of the first error.
pub fn message(answer: &Value) -> &str {
    answer["errors"][0]["message"].as_str().unwrap_or("none")
}
