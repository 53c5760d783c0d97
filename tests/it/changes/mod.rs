//! The change feed: in the order of commits, within what each may see, by query and by WebSocket.

mod cursors;
mod order;
mod seen;
mod sockets;

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::support::{TestApp, codes, data_of};

const CHANGES: &str = "query($since: String, $kinds: [ChangeKind!], $territory: TerritoryScope, $first: Int) {
    changes(since: $since, kinds: $kinds, territory: $territory, first: $first) {
        cursor pageInfo { hasNextPage endCursor }
        edges { cursor node { kind type id version at mergedInto node { __typename id
            ... on Actor { name version status } ... on Interaction { version kind } ... on Call { title version } ... on Collective { name } ... on Project { title } } } } } }";

/// Someone who follows: what they ask for, and how far they are.
struct Follower {
    token: Option<String>,
    variables: Value,
    cursor: Option<String>,
}

impl Follower {
    fn new(token: Option<&str>) -> Self {
        Self { token: token.map(str::to_owned), variables: json!({ "first": 100 }), cursor: None }
    }

    fn asking(mut self, more: impl Into<Value>) -> Self {
        let more: Value = more.into();
        self.variables.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        self
    }

    /// One page; the connection.
    async fn page(&mut self, test: &TestApp) -> Value {
        let mut variables = self.variables.clone();
        variables["since"] = json!(self.cursor);
        let data = loop {
            let answer = test.ask_with(self.token.as_deref(), CHANGES, variables.clone()).await;
            // Where there was no connection to spare, it is asked again.
            if codes(&answer) != ["UNAVAILABLE"] {
                break data_of(answer);
            }
        };
        let page = data["changes"].clone();
        self.cursor = page["cursor"].as_str().map(str::to_owned);
        page
    }

    /// All that is there: the changes, in order.
    async fn all(&mut self, test: &TestApp) -> Vec<Value> {
        let mut all = Vec::new();
        loop {
            let page = self.page(test).await;
            let edges = page["edges"].as_array().unwrap();
            all.extend(edges.iter().map(|edge| edge["node"].clone()));
            if page["pageInfo"]["hasNextPage"] == json!(false) {
                return all;
            }
        }
    }

    /// What was told, briefly, of these entries: `UPSERTED own`.
    async fn told(&mut self, test: &TestApp, names: &[(&str, &str)]) -> Vec<String> {
        let all = self.all(test).await;
        all.iter().map(|change| brief(change, names)).collect()
    }
}

/// A change in few words.
fn brief(change: &Value, names: &[(&str, &str)]) -> String {
    let id = change["id"].as_str().unwrap();
    let name = names.iter().find(|(_, known)| *known == id).map_or("another", |(name, _)| name);
    format!("{} {name}", change["type"].as_str().unwrap())
}

/// What a copy holds that was kept by these changes: each entry with its version.
fn replayed(changes: &[Value]) -> BTreeMap<String, i64> {
    let mut copy = BTreeMap::new();
    for change in changes {
        let id = change["id"].as_str().unwrap().to_owned();
        if change["type"] == "UPSERTED" {
            assert_eq!(change["node"]["id"], change["id"]);
            copy.insert(id, change["version"].as_i64().unwrap());
        } else {
            assert!(change["node"].is_null() && change["version"].is_null(), "{change}");
            copy.remove(&id);
        }
    }
    copy
}
