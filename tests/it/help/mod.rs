//! Support: who answers, whom they are shown to, and what is asked of them.

mod contacts;
mod requests;
mod routed;
mod shared;

use maillage::domain::caller::Right;
use maillage::domain::ids::{ActorId, TerritoryId};
use maillage::graphql::ids::subject;
use serde_json::{Map, Value, json};

use crate::support::entries::{id_of, square};
use crate::support::{TestApp, data_of};

const CREATE: &str =
    "mutation($input: SupportContactInput!) { made: createSupportContact(input: $input) { id name } }";
const UPDATE: &str = "mutation($id: ID!, $input: UpdateSupportContactInput!) {
    made: updateSupportContact(id: $id, input: $input) {
        id name role email phone visibility absentUntil tracks territory { name } programme { name } calls { title }
        institution { name } } }";
const ERASE: &str = "mutation($id: ID!) { made: eraseSupportContact(id: $id) }";
const REQUEST: &str =
    "mutation($input: SupportRequestInput!) { made: requestSupport(input: $input) { id status } }";

/// An Agglo of two communes, a city contract over both, a call of it, and an actor with its editor in one of them.
struct Help {
    test: TestApp,
    dreux: String,
    vernouillet: String,
    agglo: String,
    contract: String,
    elsewhere: String,
    /// Of the city contract, open to the Agglo.
    call: String,
    /// Sits in the Agglo.
    institution: String,
    /// Sits in Vernouillet.
    asker: String,
    editor: String,
    dreux_manager: String,
    agglo_manager: String,
}

fn key(id: &str) -> uuid::Uuid {
    subject(&id.into()).unwrap().id
}

fn manager_of(territory: &str) -> Right {
    Right::TerritoryManager(TerritoryId(key(territory)))
}

fn editor_of(actor: &str) -> Right {
    Right::ActorEditor(ActorId(key(actor)))
}

impl Help {
    async fn new() -> Self {
        let test = TestApp::empty().await;
        let dreux = test.territory("COMMUNE", "28134", "Dreux", square(1.36, 48.73, 0.03)).await;
        let vernouillet = test.territory("COMMUNE", "28404", "Vernouillet", square(1.36, 48.66, 0.03)).await;
        let elsewhere = test.territory("COMMUNE", "13055", "Marseille", square(5.4, 43.3, 0.05)).await;
        let made_of = async |kind, code, name| {
            let members = json!([{ "id": dreux }, { "id": vernouillet }]);
            let input =
                json!({ "kind": kind, "code": code, "vintage": 2026, "name": name, "members": members });
            let create =
                "mutation($input: CreateTerritoryInput!) { made: createTerritory(input: $input) { id } }";
            id_of(&test.admin_data(create, json!({ "input": input })).await["made"])
        };
        let agglo = made_of("INTERCOMMUNALITY", "200040277", "CA du Pays de Dreux").await;
        let contract = made_of("URBAN_CONTRACT", "CV28", "Contrat de ville").await;
        let at = |longitude: f64, latitude: f64| json!({ "location": { "longitude": longitude, "latitude": latitude } });
        let institution = test.actor("Agglo", at(1.36, 48.73)).await;
        let asker = test.actor("Jardin partagé", at(1.36, 48.66)).await;
        let tracks = json!({ "programme": { "id": contract },
            "tracks": [{ "kind": "SMALL_COLLECTIVE", "title": "Petit collectif" }] });
        let call = test.call("Appel 2026", &agglo, tracks).await;
        let editor = test.token_of("jardin@example.org", &[editor_of(&asker)]).await;
        let dreux_manager = test.token_of("dreux@example.org", &[manager_of(&dreux)]).await;
        let agglo_manager = test.token_of("agglo@example.org", &[manager_of(&agglo)]).await;
        Self {
            test,
            dreux,
            vernouillet,
            agglo,
            contract,
            elsewhere,
            call,
            institution,
            asker,
            editor,
            dreux_manager,
            agglo_manager,
        }
    }

    fn input(&self, name: &str, territory: &str, more: Value) -> Value {
        let input =
            json!({ "institution": self.institution, "name": name, "territory": { "id": territory } });
        with(input, more)
    }

    /// Writes a contact as an administrator, a second later than the one before; its id.
    async fn contact(&self, name: &str, territory: &str, more: Value) -> String {
        self.test.clock.set(self.test.clock.now() + chrono::TimeDelta::seconds(1));
        let input = self.input(name, territory, more);
        id_of(&self.test.admin_data(CREATE, json!({ "input": input })).await["made"])
    }

    async fn update(&self, id: &str, input: Value) {
        data_of(self.test.ask_as_admin(UPDATE, json!({ "id": id, "input": input })).await);
    }

    /// Asks for support as the actor's editor; the request's id.
    async fn ask(&self, more: Value) -> String {
        let input = json!({ "requester": self.asker, "kind": "METHOD", "description": "Comment débuter ?" });
        let input = json!({ "input": with(input, more) });
        id_of(&data_of(self.test.ask_as(&self.editor, REQUEST, input).await)["made"])
    }
}

fn with(mut input: Value, more: Value) -> Value {
    let more: Map<String, Value> = serde_json::from_value(more).unwrap();
    input.as_object_mut().unwrap().extend(more);
    input
}
