//! Cleaning of text as producers write it.

use std::borrow::Cow;

use regex::RegexBuilder;
use unicode_normalization::{UnicodeNormalization, is_nfc};

/// The most memory that one pattern of a mapping takes, in bytes, and as much again while it is matched.
const PATTERN_BYTES: usize = 512 << 10;

/// A pattern of a mapping, still to be built; one that would take much memory is refused then.
pub fn pattern_of(text: &str) -> RegexBuilder {
    let mut builder = RegexBuilder::new(text);
    builder.size_limit(PATTERN_BYTES).dfa_size_limit(PATTERN_BYTES);
    builder
}

/// A cell without what nobody meant: outer blanks, invisible characters, control characters; letters and their accents in one
/// piece (Unicode's NFC), so that equal words are equal. Line ends and inner blanks stay.
pub fn tidy(text: &str) -> Cow<'_, str> {
    let text = text.trim();
    if text.is_ascii() && !text.bytes().any(|byte| byte.is_ascii_control() && byte != b'\n') {
        return Cow::Borrowed(text);
    }
    let visible: String = text.chars().filter_map(visible).collect();
    let composed = if is_nfc(&visible) { visible } else { visible.nfc().collect() };
    Cow::Owned(composed.trim().to_owned())
}

fn visible(letter: char) -> Option<char> {
    match letter {
        '\n' => Some('\n'),
        // Soft hyphen, zero-width space, word joiner, byte-order mark. The zero-width joiner stays: emoji are made with it.
        '\u{ad}' | '\u{200b}' | '\u{2060}' | '\u{feff}' => None,
        _ if letter.is_whitespace() => Some(' '),
        _ if letter.is_control() => None,
        _ => Some(letter),
    }
}

/// A tidy text on one line: HTML's entities read (`&amp;`, `&eacute;`, `&#39;`), every run of blanks one space,
/// quotes that were doubled too often (`""Agora""`) single.
pub fn one_line(text: &str) -> String {
    let plain = entities(text);
    let mut line = String::with_capacity(plain.len());
    for word in plain.split_whitespace() {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    while line.contains("\"\"") {
        line = line.replace("\"\"", "\"");
    }
    line
}

/// A tidy text of paragraphs: as [`one_line`], but line ends stay, and three blanks or more, which stand where an export
/// lost its line ends, become one.
pub fn paragraphs(text: &str) -> String {
    let broken = entities(text).replace("   ", "\n");
    let lines: Vec<String> = broken.split('\n').map(one_line).filter(|line| !line.is_empty()).collect();
    lines.join("\n")
}

/// As in an attribute: `R&D` and `?a=1&copy=2` stay as they are, since no `;` ends an entity there.
fn entities(text: &str) -> Cow<'_, str> {
    if text.contains('&') { htmlize::unescape_attribute(text) } else { Cow::Borrowed(text) }
}

/// A text for comparing: lower case, without accents or ligatures, typographic quotes plain, blanks single.
pub fn fold(text: &str) -> String {
    let plain = if text.is_ascii() { Cow::Borrowed(text) } else { Cow::Owned(deunicode::deunicode(text)) };
    plain.split_whitespace().collect::<Vec<_>>().join(" ").to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entities_and_blanks_are_cleaned_and_ampersands_that_are_none_stay() {
        let text = "Centre  Social &amp; Culturel\nd&#39;Arpajon &eacute;t&eacute; R&D a?b&copy=2";
        assert_eq!(one_line(text), "Centre Social & Culturel d'Arpajon été R&D a?b&copy=2");
        assert_eq!(one_line("\"\"\"\"Agora\"\"\"\" 2"), "\"Agora\" 2");
    }

    #[test]
    fn invisible_characters_go_and_accents_are_one_letter() {
        assert_eq!(tidy("\u{feff} e\u{301}co\u{ad}le\u{a0}1\0 "), "école 1");
        assert_eq!(tidy("👩\u{200d}💼"), "👩\u{200d}💼");
    }

    #[test]
    fn lost_line_ends_of_long_texts_come_back() {
        assert_eq!(
            paragraphs("1. Préparer      Pour définir\n\n\nune  stratégie"),
            "1. Préparer\nPour définir\nune stratégie"
        );
    }

    #[test]
    fn folded_texts_compare_as_people_read() {
        assert_eq!(fold("ÉTAT  d’Œuvre"), fold("etat d'oeuvre"));
    }
}
