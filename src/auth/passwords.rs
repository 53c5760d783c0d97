//! Passwords: Argon2id, as PHC strings, a few at a time.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use thiserror::Error;
use tokio::sync::Semaphore;

/// How many are hashed at once: each takes a core for some tens of milliseconds, and 19 MiB.
const AT_ONCE: usize = 4;

/// The system gave no randomness, or the program is ending.
#[derive(Debug, Error)]
#[error("no password can be hashed")]
pub struct NotHashed;

/// Hashes passwords beside what else runs, a few at a time.
#[derive(Clone, Debug)]
pub struct Hasher {
    room: Arc<Semaphore>,
    runs: Arc<AtomicUsize>,
}

impl Default for Hasher {
    fn default() -> Self {
        Self { room: Arc::new(Semaphore::new(AT_ONCE)), runs: Arc::default() }
    }
}

impl Hasher {
    /// What is kept of a password.
    pub async fn hash(&self, password: String) -> Result<String, NotHashed> {
        self.run(move || hash(&password)).await?
    }

    /// Whether this is the password of which that was kept. Where nothing was kept it takes as long and is not: how long an
    /// answer takes tells nobody which accounts there are.
    pub async fn verify(&self, password: String, kept: Option<String>) -> Result<bool, NotHashed> {
        self.run(move || verify(&password, kept.as_deref())).await
    }

    /// How often a password was hashed.
    pub fn runs(&self) -> usize {
        self.runs.load(Ordering::Relaxed)
    }

    /// Runs it where it keeps nobody waiting; a request that is given up keeps its place until it is done.
    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, NotHashed> {
        let place = self.room.clone().acquire_owned().await.map_err(|_| NotHashed)?;
        self.runs.fetch_add(1, Ordering::Relaxed);
        let done = tokio::task::spawn_blocking(move || {
            let done = work();
            drop(place);
            done
        });
        done.await.map_err(|_| NotHashed)
    }
}

fn hash(password: &str) -> Result<String, NotHashed> {
    let hash = Argon2::default().hash_password(password.as_bytes()).map_err(|_| NotHashed)?;
    Ok(hash.to_string())
}

fn verify(password: &str, kept: Option<&str>) -> bool {
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

    #[tokio::test]
    async fn where_nothing_is_kept_nothing_is_right_and_as_much_is_done() {
        let hasher = Hasher::default();
        assert!(!hasher.verify(String::new(), None).await.expect("it runs"));
        assert_eq!(hasher.runs(), 1);
        assert!(!verify("anything", Some("no PHC string")));
        // What stands in for a password that nobody has is one that is really looked at.
        assert!(PasswordHash::new("$argon2id$v=19$m=19456,t=2,p=1$c29tZSBzYWx0IG9mIG91cnM$2pKjBvdP4ZYS3ZQvSY0RDwTaUjrkoq04GHrKrPC0Y9c").is_ok());
    }
}
