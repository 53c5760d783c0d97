//! People with an account, and keys of their programs.

use chrono::{DateTime, Utc};
use url::Url;

use super::caller::Grant;
use super::error::{ViolationCode, Violations};
use super::ids::{ApiKeyId, UserId};
use super::paging::{KeyType, ListOrder};
use super::text::text;

/// Most characters of someone's name, or of a key's.
pub const NAME_CHARS: usize = 200;
/// Most web origins of a key.
const MOST_ORIGINS: usize = 20;

/// Someone with an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// Its identity.
    pub id: UserId,
    /// Where letters go, and by what they sign in.
    pub email: String,
    /// How they are called.
    pub display_name: String,
    /// Whether they may sign in.
    pub active: bool,
    /// When the account was made.
    pub created_at: DateTime<Utc>,
    /// What was granted to them and holds now, of what whoever asks may see.
    pub grants: Vec<Grant>,
}

/// A key of someone's program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiKey {
    /// Its identity.
    pub id: ApiKeyId,
    /// Whose it is.
    pub owner: UserId,
    /// What it is for.
    pub name: String,
    /// Its visible beginning.
    pub prefix: String,
    /// Web origins that it is bound to; empty where it is not.
    pub allowed_origins: Vec<String>,
    /// When it ends; null where it does not.
    pub expires_at: Option<DateTime<Utc>>,
    /// When it was last used, to the minute; null where it never was.
    pub last_used_at: Option<DateTime<Utc>>,
    /// When it was taken back; null where it was not.
    pub revoked_at: Option<DateTime<Utc>>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// What was granted to it and has not ended.
    pub grants: Vec<Grant>,
}

/// The order of users, and that of keys: by when they were made.
pub fn order(of: &str) -> ListOrder {
    ListOrder { name: of.to_owned(), key: KeyType::Instant }
}

/// A name of someone or something, on one line.
pub fn name(path: &str, given: &str, found: &mut Violations) -> String {
    match found.keep(text(path, given, NAME_CHARS)) {
        Some(Some(name)) if name.contains(['\n', '\r', '\t']) => {
            found.add(path, ViolationCode::Invalid, "is one line, without tabs");
        }
        Some(Some(name)) => return name,
        Some(None) => found.add(path, ViolationCode::Required, "must not be empty"),
        None => {}
    }
    String::new()
}

/// An e-mail address: plain ASCII with one @ and a domain with a dot.
pub fn email(path: &str, given: &str, found: &mut Violations) -> String {
    let given = given.trim();
    if !is_email(given) {
        found.add(path, ViolationCode::Invalid, "is no e-mail address as in name@example.org");
    }
    given.to_owned()
}

/// Whether letters could be sent there.
pub fn is_email(text: &str) -> bool {
    let plain = |c: char| c.is_ascii_graphic() && !r#"<>()[],;:\""#.contains(c);
    let Some((local, domain)) = text.split_once('@') else { return false };
    let label = |label: &str| {
        !label.is_empty()
            && !label.starts_with('-')
            && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
    };
    text.len() <= 254
        && (1..=64).contains(&local.len())
        && local.chars().all(plain)
        && !local.starts_with('.')
        && !local.ends_with('.')
        && domain.contains('.')
        && domain.split('.').all(label)
}

/// Web origins as browsers write them, each once.
pub fn web_origins(path: &str, given: &[String], found: &mut Violations) -> Vec<String> {
    if given.len() > MOST_ORIGINS {
        found.add(
            path,
            ViolationCode::TooLong,
            format!("has {} entries, at most {MOST_ORIGINS}", given.len()),
        );
        return Vec::new();
    }
    let mut kept: Vec<String> = Vec::new();
    for (index, text) in given.iter().enumerate() {
        if !is_web_origin(text) {
            let message = "is no web origin: write it as https://example.org, with a port only where it is unusual, without a path";
            found.add(format!("{path}[{index}]"), ViolationCode::Invalid, message);
        } else if !kept.contains(text) {
            kept.push(text.clone());
        }
    }
    kept
}

fn is_web_origin(text: &str) -> bool {
    Url::parse(text).is_ok_and(|url| {
        let host = url.host_str().unwrap_or_default();
        matches!(url.scheme(), "http" | "https")
            && url.origin().ascii_serialization() == text
            && url.port() != Some(0)
            && !host.ends_with('.')
            && !host.contains('*')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_one_that_letters_reach() {
        for good in ["a@b.fr", "prenom.nom+maillage@ville-dreux.fr", "o'neil@example.org"] {
            assert!(is_email(good), "{good}");
        }
        for bad in [
            "", "a", "@b.fr", "a@b", "a@b.", "a@@b.fr", "a b@c.fr", "a@b.fr\n", "é@b.fr", "a@-b.fr",
            "<a@b.fr>", ".a@b.fr",
        ] {
            assert!(!is_email(bad), "{bad}");
        }
    }

    #[test]
    fn origins_are_as_browsers_write_them() {
        for good in ["https://example.org", "http://localhost:5173"] {
            assert!(is_web_origin(good), "{good}");
        }
        for bad in [
            "https://example.org/",
            "example.org",
            "https://Example.org",
            "null",
            "*",
            "ftp://a.org",
            "",
            "https://*.example.org",
            "https://example.org:0",
            "https://example.org.",
        ] {
            assert!(!is_web_origin(bad), "{bad}");
        }
    }
}
