//! Documents that ran, parsed: asked again they need not be parsed and weighed anew, and may be asked for by their hash
//! alone (automatic persisted queries, Apollo's protocol).
//!
//! Only documents that ran are kept, each within the limits of documents, all within [`MOST`] bytes. What is asked for
//! often stays when others come once: who sends many documents drives out nobody's.

use std::sync::Arc;

use async_graphql::parser::types::ExecutableDocument;
use moka::sync::Cache;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use super::Failure;
use crate::graphql::edge::Code;

/// Most bytes of documents.
const MOST: u64 = 16 * 1024 * 1024;
/// What a document takes for each byte of its text once it is parsed, and besides, roughly.
const PARSED: usize = 16;
const OVERHEAD: usize = 512;

/// A document's SHA-256.
pub(super) type Hash = [u8; 32];

/// A document within the limits, and its text.
#[derive(Debug)]
pub(super) struct Document {
    pub text: String,
    pub parsed: ExecutableDocument,
}

/// The documents that ran.
#[derive(Debug)]
pub struct Documents(Cache<Hash, Arc<Document>>);

impl Default for Documents {
    fn default() -> Self {
        Self::of(MOST)
    }
}

impl Documents {
    fn of(bytes: u64) -> Self {
        let weight = |_: &Hash, document: &Arc<Document>| {
            u32::try_from(document.text.len() * (1 + PARSED) + OVERHEAD).unwrap_or(u32::MAX)
        };
        Self(Cache::builder().max_capacity(bytes).weigher(weight).build())
    }

    /// How many there are.
    pub fn count(&self) -> u64 {
        self.0.entry_count()
    }

    /// The document of this hash.
    pub(super) fn find(&self, hash: &Hash) -> Option<Arc<Document>> {
        self.0.get(hash)
    }

    /// Keeps a document that ran.
    pub(super) fn keep(&self, hash: Hash, document: Arc<Document>) {
        if !self.0.contains_key(&hash) {
            self.0.insert(hash, document);
        }
    }
}

/// The hash that a request names in its extensions; none where it names none.
pub(super) fn named(extensions: &Map<String, Value>) -> Result<Option<Hash>, Failure> {
    let wrong = |message: &'static str| Err(Failure::new(Code::Validation, message));
    let persisted = match extensions.get("persistedQuery") {
        None | Some(Value::Null) => return Ok(None),
        Some(persisted) => persisted,
    };
    if persisted.get("version").and_then(Value::as_u64) != Some(1) {
        return wrong("extensions.persistedQuery.version must be 1: it is the only version of the protocol.");
    }
    match persisted.get("sha256Hash").and_then(Value::as_str).and_then(digest) {
        Some(hash) => Ok(Some(hash)),
        None => wrong(
            "extensions.persistedQuery.sha256Hash must be 64 hexadecimal digits: the document's SHA-256.",
        ),
    }
}

/// The hash of a document's text.
pub(super) fn hash_of(text: &str) -> Hash {
    Sha256::digest(text).into()
}

fn digest(hexadecimal: &str) -> Option<Hash> {
    if hexadecimal.len() != 64 || !hexadecimal.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    let mut hash = [0; 32];
    for (index, byte) in hash.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&hexadecimal[2 * index..2 * index + 2], 16).ok()?;
    }
    Some(hash)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_hash_is_read_or_refused_with_what_it_should_be() {
        let of = |value: Value| named(&Map::from_iter([("persistedQuery".to_owned(), value)]));
        let text = "{ __typename }";
        let hash = "7F56E67DD21AB3F30D1FF8B7BED08893F0A0DB86449836189B361DD1E56DDB4B";
        let read = of(json!({"version": 1, "sha256Hash": hash})).expect("a hash").expect("one");
        assert!(hash_of(text) == read && hash_of("{ other }") != read);
        assert_eq!(of(Value::Null), Ok(None));
        for wrong in [
            json!({"version": 2, "sha256Hash": hash}),
            json!({"version": 1}),
            json!({"version": 1, "sha256Hash": "00"}),
            json!({"version": 1, "sha256Hash": "é".repeat(32)}),
            json!({"version": 1, "sha256Hash": "+0".repeat(32)}),
            json!(true),
        ] {
            assert!(of(wrong.clone()).is_err(), "{wrong}");
        }
    }

    #[test]
    fn many_documents_take_no_more_than_they_may_and_leave_those_that_are_used() {
        let documents = Documents::of(100_000);
        let document = |text: &str| {
            let parsed = async_graphql::parser::parse_query("{ a }").expect("a document");
            Arc::new(Document { text: text.to_owned(), parsed })
        };
        documents.keep([255; 32], document("used"));
        for number in 0..2_000_u16 {
            assert!(documents.find(&[255; 32]).is_some());
            let mut hash = [0; 32];
            hash[..2].copy_from_slice(&number.to_be_bytes());
            documents.keep(hash, document(&"x".repeat(100)));
            documents.0.run_pending_tasks();
        }
        assert!(documents.0.weighted_size() <= 100_000);
    }
}
