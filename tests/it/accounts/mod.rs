//! Accounts: signing in, refresh tokens, invitations, keys, rights, other providers; and what attackers try on each.

mod api_keys;
mod cli;
mod invitations;
mod providers;
mod rights;
mod sessions;
mod signing_keys;

use axum::body::Body;
use axum::http::Request;
use http_body_util::BodyExt;
use maillage::app::granting::GrantInput;
use maillage::domain::caller::{Caller, Right};
use maillage::domain::ids::{ActorId, Subject, TerritoryId, UserId};
use maillage::domain::territories::TerritoryRef;
use maillage::graphql::ids::{global_id, subject};
use serde_json::{Value, json};

use crate::support::TestApp;

/// A password of every user here.
const PASSWORD: &str = "correct horse battery staple";

const SIGN_IN: &str =
    "mutation($email: String!, $password: String!) { signIn(email: $email, password: $password) {
    accessToken accessTokenExpiresAt refreshToken viewer { user { id email } grants { role } } } }";
const REFRESH: &str =
    "mutation($token: String!) { refreshSession(refreshToken: $token) { accessToken refreshToken } }";
const VIEWER: &str =
    "{ viewer { user { id email } apiKey { id name } grants { role territory { code } actor { name } } } }";

/// A user with this password and these rights; its key.
async fn someone(test: &TestApp, email: &str, rights: &[Right]) -> UserId {
    let app = &test.app;
    let id = app.create_user(email, "Quelqu'un", false, PASSWORD.to_owned()).await.unwrap();
    for right in rights {
        let given = GrantInput {
            role: right.role(),
            territory: right.territory().map(TerritoryRef::Id),
            actor: right.actor(),
            expires_at: None,
        };
        app.grant_role(&Caller::Operator, id, &given).await.unwrap();
    }
    id
}

/// Signs in; the whole answer.
async fn sign_in(test: &TestApp, email: &str, password: &str) -> Value {
    test.ask(SIGN_IN, json!({ "email": email, "password": password })).await
}

/// Signs in, which must succeed: the session.
async fn session(test: &TestApp, email: &str) -> Value {
    let answer = sign_in(test, email, PASSWORD).await;
    assert!(answer.get("errors").is_none(), "{answer}");
    answer["data"]["signIn"].clone()
}

/// A field of a value, as text.
fn text<'a>(of: &'a Value, field: &str) -> &'a str {
    of[field].as_str().unwrap()
}

/// The key behind an id that the API gave.
fn key_of(id: &Value) -> Subject {
    subject(&async_graphql::ID::from(id.as_str().unwrap())).unwrap()
}

fn territory(id: &str) -> TerritoryId {
    TerritoryId(key_of(&json!(id)).id)
}

fn actor(id: &str) -> ActorId {
    ActorId(key_of(&json!(id)).id)
}

fn id_of_user(id: UserId) -> String {
    global_id(id).to_string()
}

/// Asks with these headers; the status and the answer.
async fn ask_with(test: &TestApp, query: &str, headers: &[(&str, &str)]) -> (u16, Value) {
    let mut request = Request::post("/graphql").header("content-type", "application/json");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let body = Body::from(json!({ "query": query }).to_string());
    let response = test.send(request.body(body).unwrap()).await;
    let status = response.status().as_u16();
    let bytes = response.into_body().collect().await.unwrap().to_bytes();
    (status, serde_json::from_slice(&bytes).unwrap())
}

/// Tries until it holds: for what is done after an answer.
async fn until(holds: impl AsyncFn() -> bool) {
    let mut pace = tokio::time::interval(std::time::Duration::from_millis(20));
    for _ in 0..250 {
        pace.tick().await;
        if holds().await {
            return;
        }
    }
    panic!("it does not come");
}
