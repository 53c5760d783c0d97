//! Passwords: Argon2id, as PHC strings.

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use thiserror::Error;

/// The system gave no randomness.
#[derive(Debug, Error)]
#[error("no password can be hashed")]
pub struct NotHashed;

/// What is kept of a password. It takes some tens of milliseconds of one core, and 19 MiB.
pub fn hash(password: &str) -> Result<String, NotHashed> {
    let hash = Argon2::default().hash_password(password.as_bytes()).map_err(|_| NotHashed)?;
    Ok(hash.to_string())
}

/// Whether this is the password of which that was kept. Where nothing was kept it takes as long and is not: how long an
/// answer takes tells nobody which accounts there are.
pub fn verify(password: &str, kept: Option<&str>) -> bool {
    // Of no password that anyone has: what was hashed is thrown away.
    const NOBODY: &str =
        "$argon2id$v=19$m=19456,t=2,p=1$c29tZSBzYWx0IG9mIG91cnM$2pKjBvdP4ZYS3ZQvSY0RDwTaUjrkoq04GHrKrPC0Y9c";
    let Ok(parsed) = PasswordHash::new(kept.unwrap_or(NOBODY)) else { return false };
    let right = Argon2::default().verify_password(password.as_bytes(), &parsed).is_ok();
    right && kept.is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_known_again_and_no_other_is() {
        let kept = hash("correct horse battery staple").expect("randomness");
        assert!(kept.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{kept}");
        assert!(verify("correct horse battery staple", Some(&kept)));
        assert!(!verify("correct horse battery stapler", Some(&kept)));
        assert_ne!(hash("correct horse battery staple").expect("randomness"), kept);
    }

    #[test]
    fn where_nothing_is_kept_nothing_is_right() {
        assert!(!verify("", None));
        assert!(!verify("anything", Some("no PHC string")));
    }
}
