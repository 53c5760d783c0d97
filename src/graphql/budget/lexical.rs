//! The pass over the text, before the parser: its size, its tokens and its open brackets.

use async_graphql::Pos;

use super::{Limit, Limits, Refusal};

/// Reads the text once, byte by byte, without keeping anything of it.
pub(super) fn check(source: &str, limits: &Limits) -> Result<(), Refusal> {
    if source.len() > limits.bytes {
        return Err(Refusal::TooComplex { limit: Limit::Bytes, most: limits.bytes, at: None });
    }
    let text = source.as_bytes();
    let too_many = |limit, most, at| Err(Refusal::TooComplex { limit, most, at: Some(position(source, at)) });
    let (mut at, mut tokens, mut open) = (0_usize, 0_usize, 0_usize);
    while let Some(&byte) = text.get(at) {
        let start = at;
        match byte {
            b' ' | b'\t' | b'\n' | b'\r' | b',' => {
                at += 1;
                continue;
            }
            b'#' => {
                at = end_of_run(text, at, |byte| !matches!(byte, b'\n' | b'\r'));
                continue;
            }
            b'"' => at = end_of_string(text, at).ok_or_else(|| unterminated(source, start))?,
            b'.' if text[at..].starts_with(b"...") => at += 3,
            b'-' | b'0'..=b'9' => at = end_of_number(text, at),
            byte if is_name(byte) => at = end_of_run(text, at, is_name),
            b'{' | b'[' | b'(' => {
                open += 1;
                if open > limits.nesting {
                    return too_many(Limit::Nesting, limits.nesting, start);
                }
                at += 1;
            }
            b'}' | b']' | b')' => {
                open = open.saturating_sub(1);
                at += 1;
            }
            _ => at += 1,
        }
        tokens += 1;
        if tokens > limits.tokens {
            return too_many(Limit::Tokens, limits.tokens, start);
        }
    }
    Ok(())
}

fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

fn end_of_run(text: &[u8], start: usize, belongs: impl Fn(u8) -> bool) -> usize {
    text[start..].iter().position(|&byte| !belongs(byte)).map_or(text.len(), |length| start + length)
}

/// A number may hold one dot, but three of them begin a spread.
fn end_of_number(text: &[u8], start: usize) -> usize {
    let mut at = start + 1;
    while let Some(&byte) = text.get(at) {
        let spread = byte == b'.' && text[at..].starts_with(b"..");
        if spread || !(is_name(byte) || matches!(byte, b'.' | b'+' | b'-')) {
            break;
        }
        at += 1;
    }
    at
}

/// The place after the closing quotes of the string that begins at `start`; none if it never closes.
fn end_of_string(text: &[u8], start: usize) -> Option<usize> {
    let block = text[start..].starts_with(b"\"\"\"");
    let mut at = start + if block { 3 } else { 1 };
    while let Some(&byte) = text.get(at) {
        at += match byte {
            b'"' if !block => return Some(at + 1),
            b'"' if text[at..].starts_with(b"\"\"\"") => return Some(at + 3),
            b'\\' if !block => 2,
            b'\\' if text[at..].starts_with(b"\\\"\"\"") => 4,
            b'\n' | b'\r' if !block => return None,
            _ => 1,
        };
    }
    None
}

fn unterminated(source: &str, at: usize) -> Refusal {
    let position = position(source, at);
    Refusal::Invalid {
        message: format!(
            "Syntax error at line {}, column {}: the string that begins here is not closed.",
            position.line, position.column
        ),
        locations: vec![position],
    }
}

/// Line and column, both from 1 and the column in characters, of a byte offset; of one within a character, the
/// character's.
fn position(source: &str, at: usize) -> Pos {
    let before = &source[..source.floor_char_boundary(at)];
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    Pos { line: before.matches('\n').count() + 1, column: before[line_start..].chars().count() + 1 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(source: &str) -> usize {
        (0..=source.len())
            .find(|&tokens| check(source, &Limits { tokens, ..Limits::default() }).is_ok())
            .expect("a text has finitely many tokens")
    }

    #[test]
    fn characters_of_several_bytes_are_refused_like_others() {
        for character in ["\u{feff}", "é", "😀"] {
            for limit in 1..8 {
                let limits = Limits { tokens: limit, ..Limits::default() };
                assert_eq!(refused(&character.repeat(1_000), &limits).0, Limit::Tokens, "{character}");
            }
        }
    }

    fn refused(source: &str, limits: &Limits) -> (Limit, Pos) {
        match check(source, limits) {
            Err(Refusal::TooComplex { limit, at: Some(at), .. }) => (limit, at),
            other => panic!("expected a limit, got {other:?}"),
        }
    }

    #[test]
    fn tokens_are_counted_as_the_specification_has_them() {
        assert_eq!(tokens("{ a }"), 3);
        assert_eq!(tokens("{a(x:-1.5e-3,y:[1,2]) ...B}# {{{{ \"\n"), 16);
        assert_eq!(tokens(r#"{a(x:"}}{{\"{",y:"""" {{ \""" " {""")}"#), 11);
        assert_eq!(tokens("{a(x:1...b)}"), 10);
        assert_eq!(tokens(""), 0);
    }

    #[test]
    fn brackets_in_strings_and_comments_are_not_nesting() {
        let hidden = format!("{{ a(x: \"{0}\", y: \"\"\"{0}\"\"\") }} # {0}", "{".repeat(100));
        assert_eq!(check(&hidden, &Limits::default()), Ok(()));
    }

    #[test]
    fn two_hundred_levels_are_refused_where_the_sixty_first_opens() {
        let deep = format!("{}x{}", "{a".repeat(200), "}".repeat(200));
        assert_eq!(refused(&deep, &Limits::default()), (Limit::Nesting, Pos { line: 1, column: 121 }));
        let lists = format!("{{a(x:{}", "[".repeat(200));
        assert_eq!(refused(&lists, &Limits::default()).0, Limit::Nesting);
    }

    #[test]
    fn a_place_is_told_in_lines_and_characters() {
        let limits = Limits { tokens: 2, ..Limits::default() };
        assert_eq!(
            refused("{ \"é\"\n \u{2003}é }", &Limits { tokens: 5, ..limits }),
            (Limit::Tokens, Pos { line: 2, column: 3 })
        );
        assert_eq!(refused("{\r\n  a\n  b }", &limits), (Limit::Tokens, Pos { line: 3, column: 3 }));
    }

    #[test]
    fn a_string_that_does_not_close_is_a_syntax_error_where_it_opens() {
        for source in ["{ a(x: \"abc) }", "{ a(x: \"ab\nc\") }", "{ a(x: \"\"\"abc\") }", "{ a(x: \"\\"] {
            let Err(Refusal::Invalid { locations, .. }) = check(source, &Limits::default()) else {
                panic!("{source} is accepted")
            };
            assert_eq!(locations, [Pos { line: 1, column: 8 }], "{source}");
        }
    }
}
