//! Bytes to text, cell by cell.
//!
//! Deciding for each cell, not for the file, keeps one stray byte from garbling every accent of a file that is
//! otherwise UTF-8, and reads files that were glued together from two encodings.

use std::borrow::Cow;

use encoding_rs::WINDOWS_1252;

use super::problem::Problem;

/// How a cell's bytes were read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// As they stand.
    Utf8,
    /// They are not UTF-8 and have no multi-byte letter in them: the usual export of older French software.
    Windows1252,
    /// UTF-8 letters beside broken bytes, such as a letter cut in half: the broken ones became U+FFFD. Or NUL bytes, which
    /// are left out.
    Damaged,
}

/// Reads bytes as UTF-8, else as Windows-1252.
pub fn decode(bytes: &[u8]) -> (Cow<'_, str>, Encoding) {
    match std::str::from_utf8(bytes) {
        Ok(text) if text.contains('\0') => (Cow::Owned(text.replace('\0', "")), Encoding::Damaged),
        Ok(text) => (Cow::Borrowed(text), Encoding::Utf8),
        Err(_) if has_utf8_letter(bytes) => (String::from_utf8_lossy(bytes), Encoding::Damaged),
        Err(_) => (WINDOWS_1252.decode_without_bom_handling(bytes).0, Encoding::Windows1252),
    }
}

/// Whether any part of the bytes is a letter of several bytes in valid UTF-8.
fn has_utf8_letter(bytes: &[u8]) -> bool {
    bytes.utf8_chunks().any(|chunk| !chunk.valid().is_ascii())
}

/// What is said of encodings once a file, not once a cell.
#[derive(Debug, Default)]
pub struct Notices {
    windows_1252: bool,
    damaged: bool,
}

impl Notices {
    /// What there is to say of this encoding, the first time that it is met; its place is the caller's to add.
    pub fn first(&mut self, encoding: Encoding) -> Option<Problem> {
        match encoding {
            Encoding::Windows1252 if !std::mem::replace(&mut self.windows_1252, true) => Some(Problem::note(
                "windows-1252",
                "some text is in Windows-1252, and is read as such; the first of it is here",
            )),
            Encoding::Damaged if !std::mem::replace(&mut self.damaged, true) => Some(Problem::warning(
                "damaged-text",
                "some letters are damaged (cut, of mixed encodings, or NUL bytes); the first is here; export the file as UTF-8",
            )),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_that_are_not_utf8_are_read_as_windows_1252() {
        assert_eq!(
            decode(b"Pr\xe9vention \x96 sant\xe9"),
            (Cow::from("Prévention – santé"), Encoding::Windows1252)
        );
    }

    #[test]
    fn a_letter_cut_in_half_does_not_garble_the_others() {
        let mut bytes = "Réno".as_bytes().to_vec();
        bytes.push(0xc3);
        assert_eq!(decode(&bytes), (Cow::from("Réno\u{fffd}"), Encoding::Damaged));
    }
}
