//! Ways of writing one thing, as an acronym and its words, from `acronyms.toml`.

use std::collections::HashMap;
use std::sync::LazyLock;

use serde::Deserialize;

use super::search_text::{is_small, words};

/// Letters from which on an unfinished word is taken for the last one of a way.
const LEAST_BEGUN: usize = 3;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    ways: Vec<Vec<String>>,
}

struct Vocabulary {
    /// The things, each with its ways, each with its words.
    things: Vec<Vec<Vec<String>>>,
    /// By a way's first word: of which thing, which way.
    by_first: HashMap<String, Vec<(usize, usize)>>,
}

static VOCABULARY: LazyLock<Vocabulary> = LazyLock::new(|| {
    let file: File = toml::from_str(include_str!("acronyms.toml"))
        .expect("the vocabulary is part of the program, and a test reads it");
    let way =
        |written: String| words(&written).into_iter().filter(|word| !is_small(word)).collect::<Vec<_>>();
    let things: Vec<Vec<_>> = file.ways.into_iter().map(|ways| ways.into_iter().map(way).collect()).collect();
    let mut by_first: HashMap<_, Vec<_>> = HashMap::new();
    for (thing, ways) in things.iter().enumerate() {
        for (place, way) in ways.iter().enumerate() {
            by_first.entry(singular(&way[0]).to_owned()).or_default().push((thing, place));
        }
    }
    Vocabulary { things, by_first }
});

/// The longest way of writing something that these words, small ones left out, begin with: how many words it takes, and
/// the other ways. The last word may go on where `goes_on`.
pub fn longest(words: &[String], goes_on: bool) -> Option<(usize, Vec<Vec<String>>)> {
    let vocabulary = &*VOCABULARY;
    let begun = vocabulary.by_first.get(singular(words.first()?))?;
    let written = begun.iter().filter_map(|(thing, place)| {
        let way = &vocabulary.things[*thing][*place];
        is_written(way, words, goes_on).then_some((way.len(), *thing, *place))
    });
    let written: Vec<_> = written.collect();
    let length = written.iter().map(|(length, ..)| *length).max()?;
    let mut others: Vec<Vec<String>> = Vec::new();
    let typed = &words[..length];
    for (_, thing, place) in written.iter().filter(|(of, ..)| *of == length) {
        for (other, way) in vocabulary.things[*thing].iter().enumerate() {
            if other != *place && !others.contains(way) && way != typed {
                others.push(way.clone());
            }
        }
    }
    Some((length, others))
}

/// Whether the words begin with the way.
fn is_written(way: &[String], words: &[String], goes_on: bool) -> bool {
    way.len() <= words.len()
        && way.iter().zip(words).enumerate().all(|(index, (wanted, word))| {
            let may_go_on = goes_on && index > 0 && index + 1 == words.len() && word.len() >= LEAST_BEGUN;
            singular(wanted) == singular(word) || (may_go_on && wanted.starts_with(word.as_str()))
        })
}

/// Without the mark of the plural.
pub fn singular(word: &str) -> &str {
    match word.strip_suffix(['s', 'x']) {
        Some(stem) if stem.len() > 3 => stem,
        _ => word,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn others(given: &str) -> Vec<String> {
        let kept: Vec<_> = words(given).into_iter().filter(|word| !is_small(word)).collect();
        longest(&kept, false)
            .map_or_else(Vec::new, |(_, ways)| ways.iter().map(|way| way.join(" ")).collect())
    }

    #[test]
    fn each_way_leads_to_the_others() {
        assert_eq!(others("C.C.A.S."), ["centre communal action sociale"]);
        assert_eq!(others("centre communal d’action sociale"), ["ccas"]);
        assert_eq!(others("communauté communes"), ["cc", "comcom", "com com"]);
        // One acronym of two things.
        assert!(others("MDA").contains(&"maison associations".to_owned()));
        assert!(others("MDA").contains(&"maison adolescents".to_owned()));
        // The longest way is meant.
        assert_eq!(others("centre hospitalier universitaire"), ["chu"]);
        assert_eq!(others("dreux"), Vec::<String>::new());
    }

    #[test]
    fn the_vocabulary_is_sound() {
        for thing in &VOCABULARY.things {
            assert!(thing.len() > 1, "{thing:?} has one way only");
            assert!(thing.iter().all(|way| !way.is_empty()), "{thing:?} has an empty way");
        }
        for wanted in
            ["QPV", "EPCI", "MFS", "PMI", "CPAM", "CLLAJ", "SIAE", "DDETS", "LAEP", "CRIJ", "HLM", "CD"]
        {
            assert!(!others(wanted).is_empty(), "{wanted}");
        }
    }
}
