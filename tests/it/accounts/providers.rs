//! Other providers: a real one on this machine, its keys, and tokens that are not quite its.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair};
use axum::Router;
use axum::response::{IntoResponse, Redirect};
use axum::routing::get;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::TimeDelta;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use maillage::auth::oidc::{Provider, Providers};
use maillage::http::State;
use serde_json::{Value, json};

use super::*;
use crate::support::{TestApp, codes, data_of};

/// A key pair of a provider, with how it is published.
struct Signer {
    kid: String,
    algorithm: Algorithm,
    pkcs8: Vec<u8>,
    published: Value,
}

fn base64(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

impl Signer {
    fn ed25519(kid: &str) -> Self {
        let pkcs8 = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).unwrap();
        let pair = Ed25519KeyPair::from_pkcs8(pkcs8.as_ref()).unwrap();
        let published = json!({"kty": "OKP", "crv": "Ed25519", "kid": kid, "use": "sig", "x": base64(pair.public_key().as_ref())});
        Self { kid: kid.to_owned(), algorithm: Algorithm::EdDSA, pkcs8: pkcs8.as_ref().to_vec(), published }
    }

    fn p256(kid: &str) -> Self {
        let random = SystemRandom::new();
        let pkcs8 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).unwrap();
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8.as_ref()).unwrap();
        let point = pair.public_key().as_ref();
        let published = json!({"kty": "EC", "crv": "P-256", "kid": kid, "x": base64(&point[1..33]), "y": base64(&point[33..])});
        Self { kid: kid.to_owned(), algorithm: Algorithm::ES256, pkcs8: pkcs8.as_ref().to_vec(), published }
    }

    fn sign(&self, claims: &Value) -> String {
        let mut header = Header::new(self.algorithm);
        header.kid = Some(self.kid.clone());
        let key = match self.algorithm {
            Algorithm::ES256 => EncodingKey::from_ec_der(&self.pkcs8),
            _ => EncodingKey::from_ed_der(&self.pkcs8),
        };
        jsonwebtoken::encode(&header, claims, &key).unwrap()
    }

    /// Signs, whatever the head says.
    fn forge(&self, head: &Value, claims: &Value) -> String {
        let signed =
            format!("{}.{}", base64(head.to_string().as_bytes()), base64(claims.to_string().as_bytes()));
        let pair = Ed25519KeyPair::from_pkcs8(&self.pkcs8).unwrap();
        format!("{signed}.{}", base64(pair.sign(signed.as_bytes()).as_ref()))
    }
}

/// A provider that serves its keys, and counts how often it is asked for them.
struct Server {
    issuer: String,
    keys: Arc<Mutex<Option<Value>>>,
    asked: Arc<AtomicUsize>,
}

impl Server {
    async fn start(keys: &[&Signer]) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let issuer = format!("http://{}", listener.local_addr().unwrap());
        let keys = Arc::new(Mutex::new(Some(listed(keys))));
        let asked = Arc::new(AtomicUsize::new(0));
        let (served, counted, named) = (keys.clone(), asked.clone(), issuer.clone());
        let jwks = move || {
            counted.fetch_add(1, Ordering::Relaxed);
            let keys = served.lock().unwrap().clone();
            async move {
                match keys {
                    Some(keys) => axum::Json(keys).into_response(),
                    None => Redirect::temporary("/elsewhere").into_response(),
                }
            }
        };
        let document =
            move || async move { axum::Json(json!({"issuer": named, "jwks_uri": format!("{named}/keys")})) };
        let router =
            Router::new().route("/keys", get(jwks)).route("/.well-known/openid-configuration", get(document));
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { issuer, keys, asked }
    }

    fn provider(&self) -> Provider {
        Provider { issuer: self.issuer.clone(), audience: "maillage".to_owned(), jwks_url: None }
    }

    fn claims(&self, test: &TestApp, subject: &str) -> Value {
        let now = test.clock.now().timestamp();
        json!({"iss": self.issuer, "aud": ["other", "maillage"], "sub": subject, "iat": now, "exp": now + 300,
            "name": "Amina B.", "email": "amina@example.org", "email_verified": true})
    }
}

fn listed(keys: &[&Signer]) -> Value {
    json!({"keys": keys.iter().map(|key| key.published.clone()).collect::<Vec<_>>()})
}

/// The service, which takes tokens of these.
async fn taking(providers: Vec<Provider>) -> TestApp {
    let test = TestApp::empty().await;
    let providers = Providers::new(providers).unwrap();
    let mut test = test.with(|state| State { app: state.app.clone().with_providers(providers), ..state });
    test.app = test.state.app.clone();
    test
}

async fn refused(test: &TestApp, token: &str, what: &str) {
    let answer = test.ask_as(token, VIEWER, json!({})).await;
    assert_eq!(codes(&answer), ["UNAUTHENTICATED"], "{what}");
    assert!(answer.get("data").is_none(), "{what}");
}

#[tokio::test]
async fn someone_whom_a_provider_vouches_for_has_an_account_without_rights() {
    let (ed, ec) = (Signer::ed25519("one"), Signer::p256("two"));
    let server = Server::start(&[&ed, &ec]).await;
    let test = taking(vec![server.provider()]).await;
    let claims = server.claims(&test, "248289761001");
    let first = data_of(test.ask_as(&ed.sign(&claims), VIEWER, json!({})).await);
    assert_eq!(first["viewer"]["user"]["email"], "amina@example.org");
    assert_eq!(first["viewer"]["grants"], json!([]));
    let again = data_of(test.ask_as(&ec.sign(&claims), VIEWER, json!({})).await);
    assert_eq!(again["viewer"]["user"]["id"], first["viewer"]["user"]["id"]);
    assert_eq!(server.asked.load(Ordering::Relaxed), 1);

    // Another subject with the same address is someone else: who they are is the subject.
    let other = server.claims(&test, "another");
    let other = data_of(test.ask_as(&ed.sign(&other), VIEWER, json!({})).await);
    assert_ne!(other["viewer"]["user"]["id"], first["viewer"]["user"]["id"]);
    assert!(text(&other["viewer"]["user"], "email").ends_with("@127.0.0.1.invalid"));
    let mut unverified = server.claims(&test, "third");
    unverified["email"] = json!("tester@example.org");
    unverified["email_verified"] = json!("true");
    let third = data_of(test.ask_as(&ed.sign(&unverified), VIEWER, json!({})).await);
    assert_ne!(third["viewer"]["user"]["id"], id_of_user(test.user));
    assert!(text(&third["viewer"]["user"], "email").ends_with(".invalid"));

    // Deactivated here is deactivated, whatever the provider says.
    let deactivate = "mutation($id: ID!) { deactivateUser(id: $id) { active } }";
    test.admin_data(deactivate, json!({"id": first["viewer"]["user"]["id"]})).await;
    refused(&test, &ed.sign(&claims), "deactivated").await;
}

#[tokio::test]
async fn ten_first_requests_at_once_make_one_account() {
    let ed = Signer::ed25519("one");
    let server = Server::start(&[&ed]).await;
    let test = taking(vec![server.provider()]).await;
    let token = ed.sign(&server.claims(&test, "new"));
    let asked = (0..10).map(async |_| data_of(test.ask_as(&token, VIEWER, json!({})).await));
    let answers = futures::future::join_all(asked).await;
    assert!(answers.iter().all(|answer| answer == &answers[0]), "{answers:?}");
    assert_eq!(server.asked.load(Ordering::Relaxed), 1);
}

#[tokio::test]
async fn a_token_that_is_not_quite_the_providers_is_refused() {
    let (ed, ec, stranger) = (Signer::ed25519("one"), Signer::p256("two"), Signer::ed25519("one"));
    let server = Server::start(&[&ed, &ec]).await;
    let other_key = Signer::ed25519("other");
    let other = Server::start(&[&other_key]).await;
    let test = taking(vec![server.provider(), other.provider()]).await;
    let claims = server.claims(&test, "amina");
    let now = test.clock.now().timestamp();
    let with = |name: &str, value: Value| {
        let mut changed = claims.clone();
        changed[name] = value;
        changed
    };
    let without = |name: &str| {
        let mut changed = claims.clone();
        changed.as_object_mut().unwrap().remove(name);
        changed
    };
    for (what, claims) in [
        ("expired", with("exp", json!(now - 60))),
        ("without an end", without("exp")),
        ("an end that is no number", with("exp", json!("tomorrow"))),
        ("not yet valid", with("nbf", json!(now + 120))),
        ("made in the future", with("iat", json!(now + 120))),
        ("for others", with("aud", json!("other"))),
        ("for others, listed", with("aud", json!(["other", "others"]))),
        ("for a list with more than texts", with("aud", json!(["maillage", 7]))),
        ("for nobody", without("aud")),
        ("an empty subject", with("sub", json!(""))),
        ("a subject that is no text", with("sub", json!(7))),
        ("no subject", without("sub")),
        ("a list of issuers", with("iss", json!([server.issuer]))),
        ("another issuer's name", with("iss", json!(other.issuer))),
        ("our own name", with("iss", json!("maillage"))),
        ("nearly the issuer", with("iss", json!(format!("{}/", server.issuer)))),
        ("nobody's name", with("iss", json!("https://evil.example"))),
    ] {
        refused(&test, &ed.sign(&claims), what).await;
    }
    refused(&test, &stranger.sign(&claims), "a stranger's key of the same name").await;
    refused(&test, &other_key.sign(&claims), "another provider's key").await;

    let head = json!({"alg": "EdDSA", "typ": "JWT", "kid": "one"});
    assert!(test.ask_as(&ed.forge(&head, &claims), VIEWER, json!({})).await.get("errors").is_none());
    let jwk = &stranger.published;
    for (what, name, value) in [
        ("crit", "crit", json!(["exp"])),
        ("another kind of token", "typ", json!("secevent+jwt")),
        ("a key that it brings", "jwk", jwk.clone()),
        ("keys of its choice", "jku", json!(format!("{}/keys", other.issuer))),
        ("a certificate of its choice", "x5u", json!("https://evil.example/")),
        ("a hostile kid", "kid", json!("../../../dev/null")),
        ("a kid that is none", "kid", json!({"$ne": 1})),
        ("no kid", "kid", Value::Null),
        ("no algorithm", "alg", json!("none")),
        ("another algorithm", "alg", json!("RS256")),
    ] {
        let mut head = head.clone();
        head[name] = value;
        let signer = if ["jwk", "jku", "x5u"].contains(&name) { &stranger } else { &ed };
        refused(&test, &signer.forge(&head, &claims), what).await;
    }
    // The public key is no secret: nothing signed with it is good.
    let public = ed.published["x"].as_str().unwrap();
    for secret in
        [public.as_bytes().to_vec(), URL_SAFE_NO_PAD.decode(public).unwrap(), jwk.to_string().into_bytes()]
    {
        let mut header = Header::new(Algorithm::HS256);
        header.kid = Some("one".to_owned());
        let token = jsonwebtoken::encode(&header, &claims, &EncodingKey::from_secret(&secret)).unwrap();
        refused(&test, &token, "signed with the public key").await;
    }
    let good = ed.sign(&claims);
    let (signed, _) = good.rsplit_once('.').unwrap();
    refused(&test, &format!("{signed}."), "without a signature").await;
    refused(&test, &format!("{good}.x"), "with a part too much").await;
    assert_eq!(test.rows("SELECT 1 AS one FROM user_identities").await.len(), 1);
}

#[tokio::test]
async fn keys_are_asked_for_again_when_new_ones_come_but_not_for_each_that_is_made_up() {
    let (old, new) = (Signer::ed25519("old"), Signer::ed25519("new"));
    let server = Server::start(&[&old]).await;
    let test = taking(vec![server.provider()]).await;
    let good = async |signer: &Signer| {
        let token = signer.sign(&server.claims(&test, "amina"));
        test.ask_as(&token, VIEWER, json!({})).await.get("errors").is_none()
    };
    assert!(good(&old).await);
    *server.keys.lock().unwrap() = Some(listed(&[&new]));
    for n in 0..10 {
        assert!(!good(&Signer::ed25519(&format!("made up {n}"))).await);
    }
    assert!(!good(&new).await, "asked a moment ago");
    assert_eq!(server.asked.load(Ordering::Relaxed), 1);
    test.clock.set(test.clock.now() + TimeDelta::seconds(61));
    assert!(good(&new).await);
    assert!(!good(&old).await, "what the provider took back is gone");
    assert_eq!(server.asked.load(Ordering::Relaxed), 2);

    // Where it does not answer, or sends us elsewhere, what is known holds for a while.
    *server.keys.lock().unwrap() = None;
    test.clock.set(test.clock.now() + TimeDelta::hours(2));
    assert!(good(&new).await);
    test.clock.set(test.clock.now() + TimeDelta::hours(23));
    let token = new.sign(&server.claims(&test, "amina"));
    assert_eq!(codes(&test.ask_as(&token, VIEWER, json!({})).await), ["UNAVAILABLE"]);
}
