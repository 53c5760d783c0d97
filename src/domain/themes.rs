//! The vocabulary of themes: two levels, from `themes.toml`.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use serde::Deserialize;

use super::error::{ViolationCode, Violations};
use super::language::Language;
use super::text::LIST_ENTRIES;

/// A theme.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Theme {
    /// Its stable name: lower-case ASCII words joined by `-`.
    pub slug: String,
    /// Slug of the theme that holds it; `None` at the upper level.
    pub broader: Option<String>,
    fr: String,
    en: String,
}

impl Theme {
    /// What people read.
    pub fn label(&self, language: Language) -> &str {
        match language {
            Language::Fr => &self.fr,
            Language::En => &self.en,
        }
    }

    /// The themes directly under it, in the vocabulary's order.
    pub fn narrower(&self) -> impl Iterator<Item = &'static Theme> {
        all().iter().filter(move |theme| theme.broader.as_deref() == Some(self.slug.as_str()))
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    themes: Vec<Upper>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Upper {
    slug: String,
    fr: String,
    en: String,
    narrower: Vec<Lower>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Lower {
    slug: String,
    fr: String,
    en: String,
}

struct Vocabulary {
    themes: Vec<Theme>,
    by_slug: HashMap<String, usize>,
}

static VOCABULARY: LazyLock<Vocabulary> = LazyLock::new(|| {
    let file: File = toml::from_str(include_str!("themes.toml"))
        .expect("the vocabulary is part of the program, and a test reads it");
    let mut themes = Vec::new();
    for upper in file.themes {
        let broader = Some(upper.slug.clone());
        themes.push(Theme { slug: upper.slug, broader: None, fr: upper.fr, en: upper.en });
        themes.extend(upper.narrower.into_iter().map(|lower| Theme {
            slug: lower.slug,
            broader: broader.clone(),
            fr: lower.fr,
            en: lower.en,
        }));
    }
    let by_slug = themes.iter().enumerate().map(|(position, theme)| (theme.slug.clone(), position)).collect();
    Vocabulary { themes, by_slug }
});

/// All themes, each upper one before those under it.
pub fn all() -> &'static [Theme] {
    &VOCABULARY.themes
}

/// A theme by its slug; `None` where the vocabulary has none.
pub fn find(slug: &str) -> Option<&'static Theme> {
    VOCABULARY.by_slug.get(slug).map(|position| &VOCABULARY.themes[*position])
}

/// The slugs that count when these are asked for: they and all that is under them, each once. Unknown ones are left out.
pub fn with_narrower<'a>(slugs: impl IntoIterator<Item = &'a str>) -> Vec<&'static str> {
    let mut seen = HashSet::new();
    let asked = slugs.into_iter().filter_map(find);
    let closure = asked.flat_map(|theme| std::iter::once(theme).chain(theme.narrower()));
    closure.map(|theme| theme.slug.as_str()).filter(|slug| seen.insert(*slug)).collect()
}

/// The narrower themes, and in the same order the broader one of each.
pub fn narrower_and_broader() -> (Vec<&'static str>, Vec<&'static str>) {
    all().iter().filter_map(|theme| Some((theme.slug.as_str(), theme.broader.as_deref()?))).unzip()
}

/// Slugs of a list, each once; those that the vocabulary lacks are violations.
pub fn parse(path: &str, slugs: Vec<String>, found: &mut Violations) -> Vec<String> {
    let mut kept = Vec::new();
    if slugs.len() > LIST_ENTRIES {
        found.add(
            path,
            ViolationCode::TooLong,
            format!("has {} entries, at most {LIST_ENTRIES}", slugs.len()),
        );
        return kept;
    }
    for (index, slug) in slugs.into_iter().enumerate() {
        match find(&slug) {
            None => {
                let message = format!("{slug:?} is no theme: themes {{ slug }} lists them");
                found.add(format!("{path}[{index}]"), ViolationCode::Unknown, message);
            }
            Some(theme) if !kept.contains(&theme.slug) => kept.push(slug),
            Some(_) => {}
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slugs_are_unique_and_fit_for_addresses() {
        let slugs: HashSet<_> = all().iter().map(|theme| &theme.slug).collect();
        assert_eq!(slugs.len(), all().len());
        let is_plain = |slug: &str| slug.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-');
        assert!(all().iter().all(|theme| is_plain(&theme.slug)));
    }

    #[test]
    fn labels_are_unique_in_each_language() {
        for language in [Language::Fr, Language::En] {
            let labels: HashSet<_> = all().iter().map(|theme| theme.label(language)).collect();
            assert_eq!(labels.len(), all().len());
            assert!(labels.iter().all(|label| !label.trim().is_empty()));
        }
    }

    #[test]
    fn every_broader_theme_is_at_the_upper_level() {
        for theme in all() {
            let broader = theme.broader.as_deref().map(find);
            assert!(
                broader.is_none_or(|broader| broader.is_some_and(|broader| broader.broader.is_none())),
                "{}",
                theme.slug
            );
        }
    }

    #[test]
    fn a_broader_theme_brings_its_narrower_ones_once() {
        let slugs = with_narrower(["digital-inclusion", "digital", "unknown"]);
        assert_eq!(slugs, ["digital-inclusion", "digital", "digital-equipment", "open-data"]);
    }
}
