//! Tokens of other providers: verified by the keys that each provider publishes, and by no other's.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use serde::Deserialize;
use serde_json::{Map, Value};
use thiserror::Error;
use url::Url;

use super::{TokenError, Unverified, issuer_of};

/// How far a provider's clock may differ from ours.
const LEEWAY: TimeDelta = TimeDelta::seconds(30);
/// How often, at most, a provider's keys are asked for; whatever kid strangers send.
const ASKED_EVERY: TimeDelta = TimeDelta::minutes(1);
/// After so long they are asked for anew, so that what the provider took back is known here.
const KEPT_FOR: TimeDelta = TimeDelta::hours(1);
/// Where the provider does not answer, its last keys are good for so long.
const GOOD_FOR: TimeDelta = TimeDelta::hours(24);
/// Largest answer that is read.
const MOST_BYTES: usize = 256 * 1024;
/// Most keys of one provider.
const MOST_KEYS: usize = 50;
/// Longest subject, in bytes.
const SUBJECT_BYTES: usize = 255;

/// A provider whose tokens are taken.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Provider {
    /// What its tokens say as `iss`, to the letter.
    pub issuer: String,
    /// What its tokens must say as `aud`.
    pub audience: String,
    /// Where its keys are; found through `<issuer>/.well-known/openid-configuration` where it is left out.
    #[serde(default)]
    pub jwks_url: Option<String>,
}

/// Why the configured providers can't be used.
#[derive(Debug, Error)]
pub enum BadProviders {
    /// The text is not what is expected.
    #[error(
        "the providers are not a JSON list as in [{{\"issuer\": \"https://…\", \"audience\": \"…\"}}]: {0}"
    )]
    Form(#[source] serde_json::Error),
    /// One of them can't be.
    #[error("the provider {issuer:?}: {message}")]
    Provider {
        /// Which.
        issuer: String,
        /// What is wrong, and what to do.
        message: &'static str,
    },
    /// No client of HTTP can be made.
    #[error("providers can't be asked for their keys")]
    Client(#[source] reqwest::Error),
}

/// Whom a provider's token is of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outsider {
    /// The provider.
    pub issuer: String,
    /// Who they are there.
    pub subject: String,
    /// Their address, where the provider says that it is theirs.
    pub email: Option<String>,
    /// What the provider calls them.
    pub name: Option<String>,
}

/// The providers whose tokens are taken, with their keys.
#[derive(Clone, Default)]
pub struct Providers(Arc<HashMap<String, Known>>);

impl fmt::Debug for Providers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

struct Known {
    provider: Provider,
    client: reqwest::Client,
    kept: RwLock<Kept>,
    /// Held by whoever asks the provider, so that one asks for all.
    asking: tokio::sync::Mutex<()>,
}

#[derive(Default)]
struct Kept {
    keys: Arc<HashMap<String, Key>>,
    fetched_at: Option<DateTime<Utc>>,
    asked_at: Option<DateTime<Utc>>,
}

struct Key {
    key: DecodingKey,
    algorithms: Vec<Algorithm>,
}

impl Providers {
    /// Reads the configuration: a JSON list of providers.
    pub fn parse(text: &str) -> Result<Self, BadProviders> {
        Self::new(serde_json::from_str(text).map_err(BadProviders::Form)?)
    }

    /// Takes the tokens of these.
    pub fn new(providers: Vec<Provider>) -> Result<Self, BadProviders> {
        let mut known = HashMap::new();
        if providers.is_empty() {
            return Ok(Self::default());
        }
        let client = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(Duration::from_secs(2))
            .timeout(Duration::from_secs(4))
            .build()
            .map_err(BadProviders::Client)?;
        for provider in providers {
            let issuer = provider.issuer.clone();
            let bad = |message| BadProviders::Provider { issuer: issuer.clone(), message };
            if !is_trusted(&issuer) || provider.jwks_url.as_deref().is_some_and(|url| !is_trusted(url)) {
                return Err(bad("its addresses start with https:// (http:// on this machine alone)"));
            }
            if provider.audience.is_empty() {
                return Err(bad("say which audience its tokens for us have"));
            }
            let entry = Known {
                provider,
                client: client.clone(),
                kept: RwLock::default(),
                asking: tokio::sync::Mutex::default(),
            };
            if known.insert(issuer.clone(), entry).is_some() {
                return Err(bad("it is there twice"));
            }
        }
        Ok(Self(Arc::new(known)))
    }

    /// Whether a token says that one of them made it.
    pub fn know(&self, token: &str) -> bool {
        !self.0.is_empty() && issuer_of(token).is_some_and(|issuer| self.0.contains_key(&issuer))
    }

    /// Whom a token is of, if one of them made it for us and it is good now.
    pub async fn verify(&self, token: &str, now: DateTime<Utc>) -> Result<Outsider, TokenError> {
        let unverified = Unverified::read(token)?;
        let issuer = unverified.claims.get("iss").and_then(Value::as_str);
        let known = issuer.and_then(|issuer| self.0.get(issuer)).ok_or(TokenError::Invalid)?;
        let typ = unverified.typ().map(|typ| typ.as_str().unwrap_or_default().to_ascii_lowercase());
        if !matches!(typ.as_deref(), None | Some("jwt" | "at+jwt" | "application/at+jwt")) {
            return Err(TokenError::Invalid);
        }
        let kid = unverified.kid()?;
        let keys = known.keys(kid, now).await?;
        let key = keys.get(kid).ok_or(TokenError::Invalid)?;
        let claims = verified(token, key)?;
        known.provider.read(&claims, now)
    }
}

/// The claims of a token that this key signed. The algorithms are the key's, never the header's; what the claims say is
/// checked by hand.
fn verified(token: &str, key: &Key) -> Result<Map<String, Value>, TokenError> {
    let mut validation = Validation::new(key.algorithms[0]);
    validation.algorithms.clone_from(&key.algorithms);
    validation.required_spec_claims.clear();
    validation.validate_exp = false;
    validation.validate_nbf = false;
    validation.validate_aud = false;
    let decoded = jsonwebtoken::decode::<Map<String, Value>>(token, &key.key, &validation);
    decoded.map(|decoded| decoded.claims).map_err(|_| TokenError::Invalid)
}

impl Provider {
    fn read(&self, claims: &Map<String, Value>, now: DateTime<Utc>) -> Result<Outsider, TokenError> {
        let text = |name: &str| claims.get(name).and_then(Value::as_str);
        let is_for_us = match claims.get("aud") {
            Some(Value::String(audience)) => *audience == self.audience,
            Some(Value::Array(several)) => {
                several.iter().all(Value::is_string) && several.iter().any(|one| *one == *self.audience)
            }
            _ => false,
        };
        if text("iss") != Some(self.issuer.as_str()) || !is_for_us {
            return Err(TokenError::Invalid);
        }
        let time = |name: &str| match claims.get(name) {
            None => Ok(None),
            Some(value) => {
                value.as_f64().filter(|time| time.is_finite()).map(Some).ok_or(TokenError::Invalid)
            }
        };
        let (ends, early) = (time("exp")?.ok_or(TokenError::Invalid)?, (now + LEEWAY).timestamp() as f64);
        if time("nbf")?.is_some_and(|from| from > early) || time("iat")?.is_some_and(|made| made > early) {
            return Err(TokenError::Invalid);
        }
        if ends <= (now - LEEWAY).timestamp() as f64 {
            return Err(TokenError::Expired);
        }
        let is_one = |subject: &&str| {
            (1..=SUBJECT_BYTES).contains(&subject.len()) && !subject.contains(char::is_control)
        };
        let subject = text("sub").filter(is_one).ok_or(TokenError::Invalid)?;
        let is_theirs = claims.get("email_verified") == Some(&Value::Bool(true));
        Ok(Outsider {
            issuer: self.issuer.clone(),
            subject: subject.to_owned(),
            email: text("email").filter(|_| is_theirs).map(str::to_owned),
            name: text("name").map(str::to_owned),
        })
    }
}

impl Known {
    /// The provider's keys; asked for where none are kept, or none of this name, or for too long.
    async fn keys(&self, kid: &str, now: DateTime<Utc>) -> Result<Arc<HashMap<String, Key>>, TokenError> {
        if self.has(kid, now) {
            return self.kept_keys(now);
        }
        // Whoever is asking just now asks for all.
        let _asking = self.asking.lock().await;
        if !self.has(kid, now) && self.may_ask(now) {
            self.kept.write().unwrap_or_else(PoisonError::into_inner).asked_at = Some(now);
            match self.fetch().await {
                Ok(keys) => {
                    let mut kept = self.kept.write().unwrap_or_else(PoisonError::into_inner);
                    kept.keys = Arc::new(keys);
                    kept.fetched_at = Some(now);
                }
                Err(error) => {
                    let issuer = self.provider.issuer.as_str();
                    tracing::warn!(
                        issuer,
                        error = &error as &dyn std::error::Error,
                        "a provider's keys can't be had"
                    );
                }
            }
        }
        self.kept_keys(now)
    }

    /// Whether a key of this name is kept, and was fetched not long ago.
    fn has(&self, kid: &str, now: DateTime<Utc>) -> bool {
        let kept = self.kept.read().unwrap_or_else(PoisonError::into_inner);
        let is_fresh = kept.fetched_at.is_some_and(|fetched| (now - fetched).abs() < KEPT_FOR);
        is_fresh && kept.keys.contains_key(kid)
    }

    fn may_ask(&self, now: DateTime<Utc>) -> bool {
        let kept = self.kept.read().unwrap_or_else(PoisonError::into_inner);
        kept.asked_at.is_none_or(|asked| (now - asked).abs() >= ASKED_EVERY)
    }

    fn kept_keys(&self, now: DateTime<Utc>) -> Result<Arc<HashMap<String, Key>>, TokenError> {
        let kept = self.kept.read().unwrap_or_else(PoisonError::into_inner);
        match kept.fetched_at {
            Some(fetched) if (now - fetched).abs() < GOOD_FOR => Ok(kept.keys.clone()),
            _ => Err(TokenError::Unavailable),
        }
    }

    async fn fetch(&self) -> Result<HashMap<String, Key>, Unanswered> {
        let place = match &self.provider.jwks_url {
            Some(url) => url.clone(),
            None => self.discover().await?,
        };
        let answer = self.get(&place).await?;
        let listed = answer.get("keys").and_then(Value::as_array).ok_or(Unanswered::Form)?;
        // One that we can't read is of no use, but no reason to do without the others.
        Ok(listed.iter().take(MOST_KEYS).filter_map(key).collect())
    }

    /// Where the provider says that its keys are.
    async fn discover(&self) -> Result<String, Unanswered> {
        let issuer = &self.provider.issuer;
        let place = format!("{}/.well-known/openid-configuration", issuer.trim_end_matches('/'));
        let answer = self.get(&place).await?;
        let says = |name: &str| answer.get(name).and_then(Value::as_str);
        if says("issuer") != Some(issuer.as_str()) {
            return Err(Unanswered::Form);
        }
        says("jwks_uri").filter(|url| is_trusted(url)).map(str::to_owned).ok_or(Unanswered::Form)
    }

    async fn get(&self, url: &str) -> Result<Map<String, Value>, Unanswered> {
        let mut response = self.client.get(url).send().await?;
        if response.status() != reqwest::StatusCode::OK {
            return Err(Unanswered::Status(response.status().as_u16()));
        }
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await? {
            if body.len() + chunk.len() > MOST_BYTES {
                return Err(Unanswered::TooLong);
            }
            body.extend_from_slice(&chunk);
        }
        serde_json::from_slice(&body).map_err(|_| Unanswered::Form)
    }
}

/// Why a provider's keys are not known.
#[derive(Debug, Error)]
enum Unanswered {
    #[error("it does not answer")]
    Http(#[from] reqwest::Error),
    #[error("it answers with status {0}")]
    Status(u16),
    #[error("it answers with more than {MOST_BYTES} bytes")]
    TooLong,
    #[error("it answers with something else")]
    Form,
}

/// A published key.
#[derive(Deserialize)]
struct Jwk {
    kty: String,
    kid: Option<String>,
    #[serde(rename = "use")]
    usage: Option<String>,
    alg: Option<String>,
    crv: Option<String>,
    n: Option<String>,
    e: Option<String>,
    x: Option<String>,
    y: Option<String>,
}

/// A key by its name, with the algorithms that keys of its kind may be used with: a fixed table, without any that a public
/// key could be the secret of.
fn key(listed: &Value) -> Option<(String, Key)> {
    let jwk: Jwk = serde_json::from_value(listed.clone()).ok()?;
    if jwk.usage.is_some_and(|usage| usage != "sig") {
        return None;
    }
    let (key, algorithms) = match (jwk.kty.as_str(), jwk.crv.as_deref()) {
        ("RSA", _) => {
            let (modulus, exponent) = (jwk.n?, jwk.e?);
            let bytes = URL_SAFE_NO_PAD.decode(&modulus).ok()?;
            // At least 2,048 bits.
            if bytes.iter().skip_while(|byte| **byte == 0).count() < 256 {
                return None;
            }
            let key = DecodingKey::from_rsa_components(&modulus, &exponent).ok()?;
            (key, vec![Algorithm::RS256, Algorithm::PS256])
        }
        ("EC", Some("P-256")) => {
            (DecodingKey::from_ec_components(&jwk.x?, &jwk.y?).ok()?, vec![Algorithm::ES256])
        }
        ("OKP", Some("Ed25519")) => (DecodingKey::from_ed_components(&jwk.x?).ok()?, vec![Algorithm::EdDSA]),
        _ => return None,
    };
    let algorithms: Vec<_> = algorithms
        .into_iter()
        .filter(|one| jwk.alg.as_ref().is_none_or(|alg| *alg == format!("{one:?}")))
        .collect();
    let kid = jwk.kid.filter(|kid| !kid.is_empty())?;
    (!algorithms.is_empty()).then_some((kid, Key { key, algorithms }))
}

/// Whether what is read there can't be changed on the way: by TLS, or since it never leaves the machine.
fn is_trusted(text: &str) -> bool {
    let Ok(url) = Url::parse(text) else { return false };
    let loopback = match url.host() {
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        Some(url::Host::Domain(name)) => name == "localhost",
        None => false,
    };
    let plain = url.username().is_empty() && url.password().is_none() && url.fragment().is_none();
    plain && (url.scheme() == "https" || url.scheme() == "http" && loopback)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn providers_are_reached_by_tls_and_named_once() {
        let list = |issuer: &str| format!(r#"[{{"issuer": "{issuer}", "audience": "maillage"}}]"#);
        for good in ["https://id.example.org/realms/cite", "http://127.0.0.1:8081", "http://localhost:1/"] {
            assert!(Providers::parse(&list(good)).is_ok(), "{good}");
        }
        for bad in
            ["http://id.example.org", "id.example.org", "https://a:b@id.example.org", "file:///etc/passwd"]
        {
            assert!(Providers::parse(&list(bad)).is_err(), "{bad}");
        }
        let twice =
            r#"[{"issuer": "https://a.org", "audience": "m"}, {"issuer": "https://a.org", "audience": "n"}]"#;
        assert!(Providers::parse(twice).is_err());
        assert!(Providers::parse(r#"[{"issuer": "https://a.org", "audience": ""}]"#).is_err());
        assert!(
            Providers::parse(r#"[{"issuer": "https://a.org", "audience": "m", "secret": "s"}]"#).is_err()
        );
    }

    #[test]
    fn keys_are_used_with_algorithms_of_their_kind_alone() {
        let read = |value: Value| key(&value).map(|(_, key)| key.algorithms);
        let ed = serde_json::json!({"kty": "OKP", "crv": "Ed25519", "kid": "k", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"});
        assert_eq!(read(ed.clone()), Some(vec![Algorithm::EdDSA]));
        let with = |name: &str, value: &str| {
            let mut changed = ed.clone();
            changed[name] = Value::from(value);
            changed
        };
        for (name, value) in [("use", "enc"), ("alg", "HS256"), ("crv", "P-256"), ("kid", ""), ("kty", "oct")]
        {
            assert_eq!(read(with(name, value)), None, "{name} {value}");
        }
        assert_eq!(read(serde_json::json!({"kty": "oct", "kid": "k", "k": "c2VjcmV0"})), None);
        let short = URL_SAFE_NO_PAD.encode([0xff; 128]);
        assert_eq!(read(serde_json::json!({"kty": "RSA", "kid": "k", "n": short, "e": "AQAB"})), None);
        let long = URL_SAFE_NO_PAD.encode([0xff; 256]);
        let rsa = serde_json::json!({"kty": "RSA", "kid": "k", "n": long, "e": "AQAB"});
        assert_eq!(read(rsa.clone()), Some(vec![Algorithm::RS256, Algorithm::PS256]));
        let mut one = rsa;
        one["alg"] = Value::from("PS256");
        assert_eq!(read(one), Some(vec![Algorithm::PS256]));
    }
}
