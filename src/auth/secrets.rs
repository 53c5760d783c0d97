//! Secrets that we make: random, shown once, kept as hashes.

use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::rand;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

use super::BadKey;

/// How every key of a program begins.
pub const KEY_MARK: &str = "mlg_";
/// Characters of the visible part after the mark.
const VISIBLE: usize = 8;
/// Characters of 32 random bytes.
const SECRET: usize = 43;

/// A new secret of 256 bits, as text for an address or a header.
pub fn token() -> Result<String, BadKey> {
    Ok(URL_SAFE_NO_PAD.encode(random::<32>()?))
}

/// What is kept of a secret. It is random, so that nothing slower is needed.
pub fn hash(secret: &str) -> Vec<u8> {
    Sha256::digest(secret).to_vec()
}

/// Whether it is the secret of which that was kept; takes as long whichever byte differs.
pub fn is_of(secret: &str, kept: &[u8]) -> bool {
    verify_slices_are_equal(&hash(secret), kept).is_ok()
}

/// A key of a program: its visible beginning, and the whole.
pub fn api_key() -> Result<(String, String), BadKey> {
    const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
    let visible = random::<VISIBLE>()?.map(|byte| char::from(LETTERS[usize::from(byte % 32)]));
    let prefix = format!("{KEY_MARK}{}", String::from_iter(visible));
    let secret = format!("{prefix}_{}", token()?);
    Ok((prefix, secret))
}

/// The visible beginning of a key; null where the text has not the form of one.
pub fn api_key_prefix(text: &str) -> Option<&str> {
    let plain = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte));
    let (prefix, rest) = text.split_at_checked(KEY_MARK.len() + VISIBLE)?;
    let is_whole = rest.len() == SECRET + 1 && rest.starts_with('_');
    (plain && is_whole && prefix.starts_with(KEY_MARK)).then_some(prefix)
}

fn random<const N: usize>() -> Result<[u8; N], BadKey> {
    let mut bytes = [0; N];
    rand::fill(&mut bytes).map_err(|_| BadKey)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_found_by_its_beginning_and_known_by_the_whole() {
        let (prefix, secret) = api_key().expect("randomness");
        assert_eq!((prefix.len(), secret.len()), (12, 56));
        assert_eq!(api_key_prefix(&secret), Some(prefix.as_str()));
        let kept = hash(&secret);
        assert!(is_of(&secret, &kept) && !is_of(&secret[1..], &kept) && !is_of(&secret, b""));
        for text in
            ["", "mlg_", &secret[1..], &secret[..55], &format!("{secret}x"), &secret.replace('_', "é")]
        {
            assert_eq!(api_key_prefix(text), None, "{text}");
        }
    }
}
