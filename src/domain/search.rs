//! One ranked search over everything that is published.

use std::sync::LazyLock;

use regex::Regex;
use strum::{AsRefStr, Display, EnumIter, EnumString};

use super::acronyms::singular;
use super::ids::Subject;
use super::paging::{KeyType, ListOrder};
use super::policy::Visibility;
use super::search_text::{Part, SearchText, Word, is_small, words};
use super::territories::{TerritoryKind, TerritoryScope};

/// What a search looks among.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, AsRefStr, Display, EnumIter, EnumString)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
pub enum SearchKind {
    /// Actors.
    Actor,
    /// Territories.
    Territory,
    /// Calls.
    Call,
    /// Collectives.
    Collective,
    /// Projects.
    Project,
    /// Good practices.
    GoodPractice,
    /// Resources of the library.
    LibraryResource,
    /// Lessons.
    Lesson,
    /// Shared diagnoses.
    Diagnosis,
}

/// What is searched.
#[derive(Clone, Debug)]
pub struct Search {
    /// The words.
    pub text: SearchText,
    /// Among what.
    pub kinds: Vec<SearchKind>,
    /// Only what this scope reaches.
    pub territory: Option<TerritoryScope>,
    /// What the reader may see.
    pub visibility: Visibility,
}

impl Search {
    /// The order: best first.
    pub fn order() -> ListOrder {
        ListOrder { name: "SEARCH".to_owned(), key: KeyType::Number }
    }
}

/// Something found.
#[derive(Clone, Debug)]
pub struct SearchHit {
    /// What.
    pub subject: Subject,
    /// How well it matches: higher is better.
    pub score: f64,
    /// Its name.
    pub name: String,
}

/// Where something is, in a line: its place, and the names of those of its holders that tell it from its homonyms.
pub fn context(
    place: Option<String>,
    of: TerritoryKind,
    holders: &[(TerritoryKind, String)],
) -> Option<String> {
    use TerritoryKind::{Commune, Department, PriorityNeighbourhood, Region};
    let holding = |kind| holders.iter().find(|(holder, _)| *holder == kind).map(|(_, name)| name.clone());
    let commune = (of == PriorityNeighbourhood).then(|| holding(Commune)).flatten();
    let wider = holding(Department).or_else(|| holding(Region));
    let parts: Vec<_> = place.into_iter().chain(commune).chain(wider).collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}

/// A name as HTML: the words by which it was found are in `<mark>`, everything else is escaped.
pub fn highlight(name: &str, search: &SearchText) -> String {
    let found: Vec<_> = split(name).collect();
    let folded: Vec<String> = found.iter().map(|run| words(run).concat()).collect();
    let marked = marked(&folded, search);
    let mut html = String::new();
    for (run, marked) in found.into_iter().zip(marked) {
        html.push_str(if marked { "<mark>" } else { "" });
        for c in run.chars() {
            match c {
                '<' => html.push_str("&lt;"),
                '>' => html.push_str("&gt;"),
                '&' => html.push_str("&amp;"),
                '"' => html.push_str("&quot;"),
                '\'' => html.push_str("&#39;"),
                other => html.push(other),
            }
        }
        html.push_str(if marked { "</mark>" } else { "" });
    }
    html
}

/// Words, dotted acronyms as one, and what is between them, in turn.
fn split(name: &str) -> impl Iterator<Item = &str> {
    static WORD: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?:\b\p{L}\.){2,}(?:\p{L}\b)?|[\p{L}\p{M}\p{N}]+").expect("it is a pattern")
    });
    let mut at = 0;
    let mut runs = Vec::new();
    for word in WORD.find_iter(name) {
        runs.push(&name[at..word.start()]);
        runs.push(word.as_str());
        at = word.end();
    }
    runs.push(&name[at..]);
    runs.into_iter().filter(|run| !run.is_empty())
}

/// Which of a name's folded words the search has found; what is between words folds to nothing.
fn marked(folded: &[String], search: &SearchText) -> Vec<bool> {
    let mut marked = vec![false; folded.len()];
    let mut phrases: Vec<&[String]> = Vec::new();
    let mut single: Vec<&Word> = Vec::new();
    for part in &search.parts {
        match part {
            Part::Word(word) => single.push(word),
            Part::Phrase(words) => phrases.push(words),
            Part::Ways { typed, others } => {
                single.extend(typed);
                phrases.extend(others.iter().map(Vec::as_slice));
            }
        }
    }
    for (at, text) in folded.iter().enumerate() {
        marked[at] = !text.is_empty() && single.iter().any(|word| is_found(word, text));
    }
    let counting: Vec<usize> =
        (0..folded.len()).filter(|at| !folded[*at].is_empty() && !is_small(&folded[*at])).collect();
    for phrase in phrases.into_iter().filter(|phrase| !phrase.is_empty()) {
        for places in counting.windows(phrase.len()) {
            if places.iter().zip(phrase).all(|(at, word)| singular(&folded[*at]) == singular(word)) {
                for at in places {
                    marked[*at] = true;
                }
            }
        }
    }
    marked
}

fn is_found(word: &Word, text: &str) -> bool {
    std::iter::once(&word.text).chain(&word.meant).any(|wanted| {
        singular(wanted) == singular(text) || (word.unfinished && text.starts_with(wanted.as_str()))
    })
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;

    fn html(name: &str, search: &str) -> String {
        highlight(name, &SearchText::parse(search))
    }

    #[test]
    fn what_matches_is_marked_and_markup_never_comes_through() {
        assert_eq!(
            html("Médiathèque de Dreux", "mediatheque dre"),
            "<mark>Médiathèque</mark> de <mark>Dreux</mark>"
        );
        assert_eq!(
            html("<script>alert('x')</script> & \"co\"", "script"),
            "&lt;<mark>script</mark>&gt;alert(&#39;x&#39;)&lt;/<mark>script</mark>&gt; &amp; &quot;co&quot;"
        );
        assert_eq!(html("&amp; <b", "amp b"), "&amp;<mark>amp</mark>; &lt;<mark>b</mark>");
    }

    #[test]
    fn what_was_found_in_another_way_is_marked_too() {
        assert_eq!(html("ML DE DREUX", "mission locale dreux"), "<mark>ML</mark> DE <mark>DREUX</mark>");
        assert_eq!(
            html("Mission locale de Dreux", "ml"),
            "<mark>Mission</mark> <mark>locale</mark> de Dreux"
        );
        assert_eq!(html("C.C.A.S. de Dreux", "ccas"), "<mark>C.C.A.S.</mark> de Dreux");
        assert_eq!(html("St-Lubin", "saint lub"), "<mark>St</mark>-<mark>Lubin</mark>");
        assert_eq!(html("Les associations", "association "), "Les <mark>associations</mark>");
        let mut search = SearchText::parse("mediatheqe");
        search.mend(&HashMap::from([("mediatheqe".to_owned(), vec!["mediatheque".to_owned()])]));
        assert_eq!(highlight("La Médiathèque", &search), "La <mark>Médiathèque</mark>");
    }
}
