//! Texts that people write: trimmed, bounded, without control characters.

use url::Url;

use super::edit::Edit;
use super::error::{ViolationCode, Violations};

/// Most characters of a name or title.
pub const NAME_CHARS: usize = 300;
/// Most characters of a description.
pub const DESCRIPTION_CHARS: usize = 50_000;
/// Most characters of a short text: an address, a tag, a code.
pub const SHORT_CHARS: usize = 500;
/// Most entries of a list in an input.
pub const LIST_ENTRIES: usize = 250;

/// A text without the spaces around it, or what is wrong with it; null where nothing remains.
pub fn text(path: &str, value: &str, most: usize) -> Result<Option<String>, Violations> {
    let value = value.trim();
    if value.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t')) {
        return Err(Violations::one(path, ViolationCode::Invalid, "holds a control character: remove it"));
    }
    if value.chars().any(is_invisible) {
        let message =
            "holds an invisible character, such as one that turns the direction of writing: remove it";
        return Err(Violations::one(path, ViolationCode::Invalid, message));
    }
    let length = value.chars().count();
    if length > most {
        let message = format!("has {length} characters, at most {most} are kept: shorten it");
        return Err(Violations::one(path, ViolationCode::TooLong, message));
    }
    Ok((!value.is_empty()).then(|| value.to_owned()))
}

/// Characters that show nothing and make two names look the same; joiners within emoji and scripts are left alone.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{fff9}'..='\u{ffff}')
}

/// An edit of an optional text; an empty one clears.
pub fn text_edit(edit: Edit<String>, path: &str, most: usize, found: &mut Violations) -> Edit<String> {
    match edit {
        Edit::Set(value) => match found.keep(text(path, &value, most)) {
            Some(Some(value)) => Edit::Set(value),
            Some(None) => Edit::Clear,
            None => Edit::Keep,
        },
        other => other,
    }
}

/// Writes an edit of a text that must not be empty.
pub fn required_text(edit: Edit<String>, field: &mut String, path: &str, found: &mut Violations) {
    match text_edit(edit, path, NAME_CHARS, found) {
        Edit::Keep => {}
        Edit::Clear => found.add(path, ViolationCode::Required, "must not be empty"),
        Edit::Set(value) if value.contains(['\n', '\r', '\t']) => {
            found.add(path, ViolationCode::Invalid, "is one line, without tabs");
        }
        Edit::Set(value) => *field = value,
    }
}

/// Writes an edit of a required field of another type.
pub fn required<T>(edit: Edit<T>, field: &mut T, path: &str, found: &mut Violations) {
    match edit {
        Edit::Keep => {}
        Edit::Clear => found.add(path, ViolationCode::Required, "can't be cleared"),
        Edit::Set(value) => *field = value,
    }
}

/// A web address (http or https), or what is wrong with it.
pub fn web_address(path: &str, value: &str) -> Result<Url, Violations> {
    match Url::parse(value.trim()) {
        Ok(url) if url.as_str().len() > 2_000 => {
            Err(Violations::one(path, ViolationCode::TooLong, "is an address of more than 2000 characters"))
        }
        Ok(url) if !url.username().is_empty() || url.password().is_some() => Err(Violations::one(
            path,
            ViolationCode::Invalid,
            "holds a user or a password: everyone would read them",
        )),
        Ok(url) if matches!(url.scheme(), "http" | "https") && !value.contains(char::is_control) => Ok(url),
        _ => Err(Violations::one(
            path,
            ViolationCode::Invalid,
            "is not an address that starts with http:// or https://",
        )),
    }
}

/// Free tags: trimmed, each once, in the given order.
pub fn tags(path: &str, values: &[String], found: &mut Violations) -> Vec<String> {
    let mut kept = Vec::new();
    if values.len() > LIST_ENTRIES {
        found.add(
            path,
            ViolationCode::TooLong,
            format!("has {} entries, at most {LIST_ENTRIES}", values.len()),
        );
        return kept;
    }
    for (index, value) in values.iter().enumerate() {
        if let Some(Some(tag)) = found.keep(text(&format!("{path}[{index}]"), value, SHORT_CHARS))
            && !kept.contains(&tag)
        {
            kept.push(tag);
        }
    }
    kept
}

/// A readable part of an address made of a name: lower-case ASCII words joined by hyphens, at most 80 characters.
pub fn slug_of(name: &str) -> String {
    let mut slug = slug::slugify(name);
    if slug.len() > 80 {
        let cut = slug[..80].rfind('-').unwrap_or(80);
        slug.truncate(cut);
    }
    if slug.is_empty() { "entry".to_owned() } else { slug }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slug_reads_as_the_name_does() {
        assert_eq!(slug_of("Commune de Ézy-sur-Eure"), "commune-de-ezy-sur-eure");
        assert_eq!(slug_of("FEMME D'ICI ET D'AILLEURS"), "femme-d-ici-et-d-ailleurs");
        assert_eq!(slug_of("« » …"), "entry");
        assert!(slug_of(&"mot ".repeat(60)).len() <= 80);
    }

    #[test]
    fn a_nul_is_refused_before_postgres_sees_it() {
        assert!(text("input.name", "a\0b", 10).is_err());
        assert_eq!(text("input.name", "  a\nb ", 10), Ok(Some("a\nb".into())));
        assert_eq!(text("input.name", "   ", 10), Ok(None));
    }
}
