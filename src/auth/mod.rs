//! Tokens: made and verified. The only part that knows jsonwebtoken.
//!
//! Tokens are JWTs signed with Ed25519 by keys that the database holds, so that every instance verifies what any
//! instance made. The algorithm is ours, never the header's; `jku`, `x5u` and `jwk` are never followed.

pub mod passwords;

use std::collections::HashMap;

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};
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

/// The keys that verify tokens, the newest of which signs.
pub struct Keyring {
    newest: (String, EncodingKey),
    verifying: HashMap<String, DecodingKey>,
}

impl Keyring {
    /// Of these keys, the newest first; null where there is none.
    pub fn new(keys: &[SigningKey]) -> Option<Self> {
        let newest = keys.first()?;
        let verifying =
            keys.iter().map(|key| (key.kid.clone(), DecodingKey::from_ed_der(&key.public_key))).collect();
        Some(Self { newest: (newest.kid.clone(), EncodingKey::from_ed_der(&newest.pkcs8)), verifying })
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
        header.kid = Some(self.newest.0.clone());
        let claims = Claims {
            iss: ISSUER.to_owned(),
            aud: ISSUER.to_owned(),
            sub: user.0,
            sid: session,
            iat: now.timestamp(),
            nbf: now.timestamp(),
            exp: (now + lasting).timestamp(),
        };
        jsonwebtoken::encode(&header, &claims, &self.newest.1).map_err(|_| BadKey)
    }

    /// Whom a token is of, if it is one of ours and good now.
    pub fn verify(&self, token: &str, now: DateTime<Utc>) -> Result<Bearer, TokenError> {
        if token.len() > MOST_BYTES {
            return Err(TokenError::Invalid);
        }
        let header = jsonwebtoken::decode_header(token).map_err(|_| TokenError::Invalid)?;
        let key = header.kid.and_then(|kid| self.verifying.get(&kid)).ok_or(TokenError::Invalid)?;
        let mut validation = Validation::new(Algorithm::EdDSA);
        validation.set_issuer(&[ISSUER]);
        validation.set_audience(&[ISSUER]);
        validation.set_required_spec_claims(&["iss", "aud", "sub", "exp", "nbf"]);
        // Times are checked below, against the clock that the program goes by.
        validation.validate_exp = false;
        validation.validate_nbf = false;
        let claims =
            jsonwebtoken::decode::<Claims>(token, key, &validation).map_err(|_| TokenError::Invalid)?.claims;
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
        Keyring::new(&[SigningKey::generate().expect("randomness")]).expect("a key")
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
        assert_eq!(other.verify(&token, now), Err(TokenError::Invalid));
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
}
