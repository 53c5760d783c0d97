//! What the columns of usual files are called, and the words in them: `headings.toml`.

use std::collections::{BTreeMap, HashMap};

use serde::Deserialize;
use strum::IntoEnumIterator;

use super::rules::RuleShape;
use super::targets::Kind;
use super::text::fold;
use super::toml_shapes::Many;
use crate::domain::actors::ActorKind;
use crate::domain::calls::{AidKind, CallKind, CallRecurrence};
use crate::domain::interactions::{CooperationLevel, Frequency, InteractionKind};
use crate::domain::language::Language;
use crate::domain::territories::TerritoryKind;
use crate::domain::themes;

/// The file, whose lines rules are told by.
pub const TEXT: &str = include_str!("headings.toml");

/// Our words by theirs, folded.
pub type Words = HashMap<String, Vec<String>>;

/// What is usual in files of one kind.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Usual {
    /// The headings of a field, best first; `reference` is the origin's.
    pub headings: BTreeMap<String, Vec<String>>,
    /// Headings that are a field's where the cells are codes.
    #[serde(default)]
    pub only_codes: BTreeMap<String, Vec<String>>,
    /// Headings of latitude and longitude in one cell.
    #[serde(default)]
    pub points: Points,
    /// Of which kind a territory is by its code's heading.
    #[serde(default)]
    pub kinds: BTreeMap<String, Vec<String>>,
    words: BTreeMap<String, BTreeMap<String, Many<String>>>,
    /// What is set where a row does not say it.
    #[serde(default)]
    pub rules: Vec<RuleShape>,
}

/// Headings of points.
#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
pub struct Points {
    /// The headings.
    #[serde(default)]
    pub columns: Vec<String>,
}

impl Usual {
    /// What is usual in files of this kind.
    pub fn of(kind: Kind) -> Self {
        let mut all: BTreeMap<String, Self> =
            toml::from_str(TEXT).expect("the file is part of the program, and a test reads it");
        let kind = if kind == Kind::Tracks { Kind::Calls } else { kind };
        all.remove(kind.as_str()).expect("the file has every kind, and a test reads it")
    }

    /// The words of a field; `None` where it takes any.
    pub fn words(&self, kind: Kind, field: &str) -> Option<Words> {
        let ours = match (kind, field) {
            (_, "themes") => return Some(theme_words()),
            (Kind::Actors, "kind") | (_, "eligible_kinds") => names::<ActorKind>(),
            (Kind::Territories, "kind") => names::<TerritoryKind>(),
            (Kind::Interactions, "kind") => names::<InteractionKind>(),
            (Kind::Interactions, "level") => names::<CooperationLevel>(),
            (Kind::Interactions, "frequency") => names::<Frequency>(),
            (Kind::Calls, "kind") => names::<CallKind>(),
            (Kind::Calls, "aid_kinds") => names::<AidKind>(),
            (Kind::Calls, "recurrence") => names::<CallRecurrence>(),
            _ => return None,
        };
        let mut words = Words::new();
        for name in ours {
            words.insert(fold(&name.replace('_', " ")), vec![name.clone()]);
            words.insert(fold(&name), vec![name]);
        }
        for (word, name) in self.words.get(field).into_iter().flatten() {
            words.insert(fold(word), name.0.clone());
            words.entry(format!("{}s", fold(word))).or_insert_with(|| name.0.clone());
        }
        Some(words)
    }
}

fn names<T: IntoEnumIterator + AsRef<str>>() -> Vec<String> {
    T::iter().map(|value| value.as_ref().to_owned()).collect()
}

/// Themes by their slugs and by what people read.
fn theme_words() -> Words {
    let named = |theme: &'static themes::Theme| {
        let labels = [theme.slug.as_str(), theme.label(Language::Fr), theme.label(Language::En)];
        labels.map(|label| (fold(label), vec![theme.slug.clone()]))
    };
    // An upper theme comes first, and a narrower one of the same name does not displace it.
    themes::all().iter().rev().flat_map(named).collect()
}

/// A heading for comparing: folded, without marks, blanks and the s of plurals.
pub fn plain(heading: &str) -> String {
    let folded = fold(&heading.replace(['°', 'º'], " "));
    let words = folded.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '@');
    let singular = |word: &str| {
        if word.len() > 3 { word.strip_suffix('s').unwrap_or(word).to_owned() } else { word.to_owned() }
    };
    words.filter(|word| *word != "s").map(singular).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const KINDS: [Kind; 4] = [Kind::Territories, Kind::Actors, Kind::Interactions, Kind::Calls];

    #[test]
    fn every_usual_heading_is_of_a_field_that_there_is_and_every_word_of_one_that_is_known() {
        for kind in KINDS {
            let usual = Usual::of(kind);
            for field in usual.headings.keys().filter(|field| *field != "reference") {
                kind.target(field).expect("a field");
            }
            for (field, words) in &usual.words {
                let ours = names_of(kind, field);
                for (word, names) in words {
                    let known = names.0.iter().all(|name| name.is_empty() || ours.contains(name));
                    assert!(known, "{} {field} {word}: {names:?}", kind.as_str());
                }
            }
            for rule in usual.rules {
                rule.checked(kind, TEXT).expect("a rule");
            }
        }
    }

    fn names_of(kind: Kind, field: &str) -> Vec<String> {
        let words = Usual::of(kind).words(kind, field).expect("a field of words");
        words
            .into_iter()
            .filter(|(word, name)| name[0].to_lowercase() == *word)
            .flat_map(|(_, name)| name)
            .collect()
    }

    #[test]
    fn headings_are_compared_as_people_read_them() {
        assert_eq!(plain("N° SIRET"), plain("n siret"));
        assert_eq!(plain("Thématique(s)"), plain("thematiques"));
        assert_eq!(plain("codeInsee_Commune"), plain("code insee commune"));
        assert_eq!(plain("Types d'aides"), plain("type d aide"));
    }
}
