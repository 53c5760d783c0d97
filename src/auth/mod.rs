//! Tokens: made and verified. The only part that knows jsonwebtoken.
//!
//! Tokens are JWTs signed with Ed25519 by keys that the database holds, so that every instance verifies what any
//! instance made. The algorithm is ours, never the header's; `jku`, `x5u` and `jwk` are never followed.

pub mod oidc;
pub mod passwords;
pub mod secrets;

use std::collections::HashMap;
use std::fmt;

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};
use thiserror::Error;
use uuid::Uuid;

use crate::domain::ids::UserId;

/// Who makes our tokens, and for whom.
const ISSUER: &str = "maillage";
/// How far the clocks of two machines may differ.
const LEEWAY: TimeDelta = TimeDelta::seconds(5);
/// The longest token that is looked at.
const MOST_BYTES: usize = 4_096;

/// A key pair that signs tokens.
#[derive(Clone)]
pub struct SigningKey {
    /// Its name in a token's header: what the public key hashes to.
    pub kid: String,
    /// Both keys (PKCS #8, DER).
    pub pkcs8: Vec<u8>,
    /// The public key alone (32 bytes).
    pub public_key: Vec<u8>,
}

/// The system gave no randomness, or a stored key is broken.
#[derive(Debug, Error)]
#[error("no signing key can be made or read")]
pub struct BadKey;

impl SigningKey {
    /// A new one.
    pub fn generate() -> Result<Self, BadKey> {
        let pkcs8 =
            Ed25519KeyPair::generate_pkcs8(&aws_lc_rs::rand::SystemRandom::new()).map_err(|_| BadKey)?;
        let pair = Ed25519KeyPair::from_pkcs8(pkcs8.as_ref()).map_err(|_| BadKey)?;
        let public_key = pair.public_key().as_ref().to_vec();
        let digest = Sha256::digest(&public_key);
        let kid = URL_SAFE_NO_PAD.encode(&digest[..9]);
        Ok(Self { kid, pkcs8: pkcs8.as_ref().to_vec(), public_key })
    }

    /// Whether both keys can be read and belong together.
    pub fn is_sound(&self) -> bool {
        Ed25519KeyPair::from_pkcs8(&self.pkcs8)
            .is_ok_and(|pair| pair.public_key().as_ref() == self.public_key.as_slice())
    }
}

/// Why a token is not good; the client hears only that it is not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum TokenError {
    /// It is no token of ours.
    #[error("the token is not valid")]
    Invalid,
    /// It has ended.
    #[error("the token has ended")]
    Expired,
    /// It names a key that is not known here.
    #[error("the token is of a key that is not known")]
    UnknownKey,
    /// Whether it is good can't be told now: its provider does not answer.
    #[error("the provider of the token does not answer")]
    Unavailable,
}

/// The head and the claims of a token, unverified: what they say only chooses by which key it is verified.
struct Unverified {
    head: Map<String, Value>,
    claims: Map<String, Value>,
}

impl Unverified {
    /// Takes a token apart. What asks for more than we do is refused: `crit` names what must be understood.
    fn read(token: &str) -> Result<Self, TokenError> {
        if token.len() > MOST_BYTES {
            return Err(TokenError::Invalid);
        }
        let part = |text: &str| {
            let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
            serde_json::from_slice::<Map<String, Value>>(&bytes).ok()
        };
        let parts: Vec<_> = token.split('.').collect();
        let [head, claims, _] = parts.as_slice() else { return Err(TokenError::Invalid) };
        let (Some(head), Some(claims)) = (part(head), part(claims)) else { return Err(TokenError::Invalid) };
        if ["crit", "b64", "enc", "zip"].iter().any(|name| head.contains_key(*name)) {
            return Err(TokenError::Invalid);
        }
        Ok(Self { head, claims })
    }

    fn kid(&self) -> Result<&str, TokenError> {
        let kid = self.head.get("kid").and_then(Value::as_str);
        kid.filter(|kid| !kid.is_empty()).ok_or(TokenError::Invalid)
    }

    fn typ(&self) -> Option<&Value> {
        self.head.get("typ")
    }
}

/// Who a token says made it: one text, never a list. Unverified.
pub fn issuer_of(token: &str) -> Option<String> {
    let claims = Unverified::read(token).ok()?.claims;
    claims.get("iss").and_then(Value::as_str).map(str::to_owned)
}

/// Whether a token says that we made it. Unverified.
pub fn is_ours(token: &str) -> bool {
    issuer_of(token).is_some_and(|issuer| issuer == ISSUER)
}

/// What a good token says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bearer {
    /// Whose it is.
    pub user: UserId,
    /// The sign-in that it follows from; null where the operator made it.
    pub session: Option<Uuid>,
    /// When it was made, in whole seconds.
    pub issued_at: DateTime<Utc>,
}

#[derive(Serialize, Deserialize)]
struct Claims {
    iss: String,
    aud: String,
    sub: Uuid,
    #[serde(skip_serializing_if = "Option::is_none")]
    sid: Option<Uuid>,
    iat: i64,
    nbf: i64,
    exp: i64,
}

/// The keys that verify tokens, one of which signs.
pub struct Keyring {
    signing: (String, EncodingKey),
    verifying: HashMap<String, DecodingKey>,
}

impl fmt::Debug for Keyring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Keyring").field("signing", &self.signing.0).finish_non_exhaustive()
    }
}

impl Keyring {
    /// Signs with one of these keys, and verifies with all.
    pub fn new(signing: &SigningKey, verifying: &[SigningKey]) -> Self {
        let verifying = verifying
            .iter()
            .map(|key| (key.kid.clone(), DecodingKey::from_ed_der(&key.public_key)))
            .collect();
        Self { signing: (signing.kid.clone(), EncodingKey::from_ed_der(&signing.pkcs8)), verifying }
    }

    /// A token for someone, good from now on.
    pub fn issue(
        &self,
        user: UserId,
        session: Option<Uuid>,
        now: DateTime<Utc>,
        lasting: TimeDelta,
    ) -> Result<String, BadKey> {
        let mut header = Header::new(Algorithm::EdDSA);
        header.kid = Some(self.signing.0.clone());
        let claims = Claims {
            iss: ISSUER.to_owned(),
            aud: ISSUER.to_owned(),
            sub: user.0,
            sid: session,
            iat: now.timestamp(),
            nbf: now.timestamp(),
            exp: (now + lasting).timestamp(),
        };
        jsonwebtoken::encode(&header, &claims, &self.signing.1).map_err(|_| BadKey)
    }

    /// Whom a token is of, if it is one of ours and good now.
    pub fn verify(&self, token: &str, now: DateTime<Utc>) -> Result<Bearer, TokenError> {
        let unverified = Unverified::read(token)?;
        if unverified.typ().and_then(Value::as_str) != Some("JWT") {
            return Err(TokenError::Invalid);
        }
        let key = self.verifying.get(unverified.kid()?).ok_or(TokenError::UnknownKey)?;
        let mut validation = Validation::new(Algorithm::EdDSA);
        validation.set_issuer(&[ISSUER]);
        validation.set_audience(&[ISSUER]);
        validation.set_required_spec_claims(&["iss", "aud", "sub", "exp", "nbf"]);
        // Times are checked below, against the clock that the program goes by.
        validation.validate_exp = false;
        validation.validate_nbf = false;
        let claims =
            jsonwebtoken::decode::<Claims>(token, key, &validation).map_err(|_| TokenError::Invalid)?.claims;
        // The library takes a list of issuers or audiences that has ours; we make none, and read none.
        if claims.iss != ISSUER || claims.aud != ISSUER {
            return Err(TokenError::Invalid);
        }
        if claims.nbf > (now + LEEWAY).timestamp() {
            return Err(TokenError::Invalid);
        }
        if claims.exp <= (now - LEEWAY).timestamp() {
            return Err(TokenError::Expired);
        }
        let issued_at = DateTime::from_timestamp(claims.iat, 0).ok_or(TokenError::Invalid)?;
        Ok(Bearer { user: UserId(claims.sub), session: claims.sid, issued_at })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ring() -> Keyring {
        let key = SigningKey::generate().expect("randomness");
        assert!(key.is_sound());
        Keyring::new(&key, std::slice::from_ref(&key))
    }

    #[test]
    fn a_token_is_good_until_it_ends_and_for_its_own_keys_only() {
        let (ring, other) = (ring(), ring());
        let now = DateTime::UNIX_EPOCH + TimeDelta::days(20_000);
        let token = ring.issue(UserId(Uuid::from_u128(1)), None, now, TimeDelta::hours(1)).expect("a token");
        let bearer = Bearer { user: UserId(Uuid::from_u128(1)), session: None, issued_at: now };
        assert_eq!(ring.verify(&token, now), Ok(bearer));
        assert_eq!(ring.verify(&token, now + TimeDelta::minutes(61)), Err(TokenError::Expired));
        assert_eq!(ring.verify(&token, now - TimeDelta::minutes(1)), Err(TokenError::Invalid));
        assert_eq!(other.verify(&token, now), Err(TokenError::UnknownKey));
    }

    #[test]
    fn what_is_no_token_of_ours_is_refused() {
        let ring = ring();
        let now = Utc::now();
        let good = ring.issue(UserId(Uuid::from_u128(1)), None, now, TimeDelta::hours(1)).expect("a token");
        let mut parts: Vec<_> = good.split('.').map(str::to_owned).collect();
        parts[2] = "AAAA".into();
        let unsigned = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJhZGEifQ.";
        for token in ["", "a.b.c", unsigned, &parts.join("."), &"x".repeat(10_000)] {
            assert_eq!(ring.verify(token, now), Err(TokenError::Invalid), "{token:.20}");
        }
    }

    /// A token of this head and these claims, signed by the ring's key whatever they say.
    fn forged(key: &SigningKey, head: &Value, claims: &Value) -> String {
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let signed = format!("{}.{}", part(head), part(claims));
        let pair = Ed25519KeyPair::from_pkcs8(&key.pkcs8).expect("a key");
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(pair.sign(signed.as_bytes()).as_ref()))
    }

    #[test]
    fn a_token_with_our_signature_is_read_to_the_letter() {
        let key = SigningKey::generate().expect("randomness");
        let ring = Keyring::new(&key, std::slice::from_ref(&key));
        let now = DateTime::UNIX_EPOCH + TimeDelta::days(20_000);
        let at = now.timestamp();
        let head = serde_json::json!({"alg": "EdDSA", "typ": "JWT", "kid": key.kid});
        let user = Uuid::from_u128(1).to_string();
        let claims = serde_json::json!({"iss": ISSUER, "aud": ISSUER, "sub": user, "iat": at, "nbf": at, "exp": at + 60});
        let with = |of: &Value, name: &str, value: Value| {
            let mut changed = of.clone();
            changed[name] = value;
            changed
        };
        assert!(ring.verify(&forged(&key, &head, &claims), now).is_ok());
        for (name, value) in [
            ("alg", Value::from("none")),
            ("alg", Value::from("HS256")),
            ("alg", Value::from("ES256")),
            ("typ", Value::from("at+jwt")),
            ("typ", Value::Null),
            ("crit", Value::Null),
            ("crit", serde_json::json!(["exp"])),
            ("kid", Value::from("../../etc/passwd")),
            ("kid", serde_json::json!([key.kid])),
        ] {
            let refused = ring.verify(&forged(&key, &with(&head, name, value.clone()), &claims), now);
            assert!(matches!(refused, Err(TokenError::Invalid | TokenError::UnknownKey)), "{name} {value}");
        }
        for (name, value) in [
            ("iss", serde_json::json!([ISSUER])),
            ("iss", Value::from("https://elsewhere.example")),
            ("aud", serde_json::json!([ISSUER, "other"])),
            ("aud", Value::from("other")),
            ("sub", Value::from("")),
            ("nbf", Value::from(at + 60)),
            ("nbf", Value::Null),
            ("exp", Value::Null),
            ("iat", Value::Null),
        ] {
            let refused = ring.verify(&forged(&key, &head, &with(&claims, name, value.clone())), now);
            assert_eq!(refused, Err(TokenError::Invalid), "{name} {value}");
        }
    }
}
