//! The words of a search: folded as the database folds names, put into parts of which each must match.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::acronyms;

/// Words that decide nothing, unless there are no others; the migration's `search_fold` leaves out the same.
const SMALL_WORDS: [&str; 27] = [
    "a", "au", "aux", "avec", "c", "d", "dans", "de", "des", "du", "en", "et", "j", "l", "la", "le", "les",
    "m", "n", "par", "pour", "qu", "s", "sous", "sur", "un", "une",
];
/// Most parts of a search; what follows is left out.
const MOST_PARTS: usize = 16;
/// Most ways of writing the whole that exactness is judged by.
const MOST_WAYS: usize = 4;
/// Most words of a place's name beside something in it.
const MOST_PLACE_WORDS: usize = 3;
/// Letters of a word up to which its beginning is that of too many.
const SHORT: usize = 2;
/// Letters from which on a word may hold a typing error.
const LEAST_MENDED: usize = 4;

/// What is searched for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SearchText {
    /// Each must be found; empty where nothing can be.
    pub parts: Vec<Part>,
    /// The whole as folded, where it begins with a small word: a name that begins so is the likelier one.
    pub lead: Option<String>,
    /// Words and phrases that must not be found.
    pub excluded: Vec<Vec<String>>,
}

/// A part of a search.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Part {
    /// A word.
    Word(Word),
    /// Words that stand together in quotes.
    Phrase(Vec<String>),
    /// Words that have other ways of being written, as an acronym has.
    Ways {
        /// As they were typed.
        typed: Vec<Word>,
        /// The other ways, each as its words.
        others: Vec<Vec<String>>,
    },
}

/// A word of a search.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Word {
    /// Lower-case letters and digits.
    pub text: String,
    /// Whether it is the last one, which may go on.
    pub unfinished: bool,
    /// What was probably meant, the likeliest first; empty unless nothing holds the word.
    pub meant: Vec<String>,
}

impl Word {
    /// What it is taken for.
    pub fn likeliest(&self) -> &str {
        self.meant.first().unwrap_or(&self.text)
    }
}

impl SearchText {
    /// Reads what people typed.
    pub fn parse(given: &str) -> Self {
        let mut excluded = Vec::new();
        let mut last_is_excluded = false;
        let goes_on = given.ends_with(char::is_alphanumeric);
        let mut runs = Vec::new();
        let mut all = Vec::new();
        for piece in pieces(given) {
            let words = words(&piece.text);
            if words.is_empty() {
                continue;
            }
            all.push(words.clone());
            if piece.excluded {
                excluded.push(words);
            } else {
                runs.push((piece.quoted, words));
            }
            last_is_excluded = piece.excluded;
        }
        if runs.is_empty() {
            // Nothing but what must not be: then that is what is looked for.
            runs = all.iter().map(|words| (false, words.clone())).collect();
            excluded.clear();
            last_is_excluded = false;
        }
        let whole = all.concat();
        let lead = (whole.len() > 1 && excluded.is_empty() && is_small(&whole[0])).then(|| whole.join(" "));
        Self { parts: parts(&runs, goes_on && !last_is_excluded), lead, excluded }
    }

    /// The words that may be typing errors, and whether they may go on.
    pub fn doubtful(&self) -> impl Iterator<Item = (&str, bool)> {
        self.parts.iter().filter_map(|part| match part {
            Part::Word(word)
                if word.text.len() >= LEAST_MENDED
                    && word.text.bytes().all(|byte| byte.is_ascii_lowercase()) =>
            {
                Some((word.text.as_str(), word.unfinished))
            }
            _ => None,
        })
    }

    /// Mends typing errors: what was probably meant by each word that nothing holds.
    pub fn mend(&mut self, meant: &HashMap<String, Vec<String>>) {
        for part in &mut self.parts {
            if let Part::Word(word) = part
                && let Some(meant) = meant.get(&word.text)
            {
                word.meant.clone_from(meant);
            }
        }
    }

    /// The ways in which the search may name a place besides something in it, as "médiathèque dreux": the rest, and the
    /// place's name as folded.
    pub fn places(&self) -> Vec<(&[Part], String)> {
        let name = |parts: &[Part]| {
            let word = |part: &Part| match part {
                Part::Word(word) => Some(word.likeliest().to_owned()),
                Part::Phrase(_) | Part::Ways { .. } => None,
            };
            parts.iter().map(word).collect::<Option<Vec<_>>>().map(|words| words.join(" "))
        };
        let count = self.parts.len();
        let behind = (1..count.min(MOST_PLACE_WORDS + 1)).map(|words| self.parts.split_at(count - words));
        let before = (1..count.min(MOST_PLACE_WORDS + 1)).map(|words| {
            let (place, rest) = self.parts.split_at(words);
            (rest, place)
        });
        behind.chain(before).filter_map(|(rest, place)| Some((rest, name(place)?))).collect()
    }

    /// The whole as a name might be written: as typed first, then in other ways.
    pub fn ways(&self) -> Vec<String> {
        let mut ways = vec![Vec::new()];
        for part in &self.parts {
            let (own, others): (Vec<&str>, &[Vec<String>]) = match part {
                Part::Word(word) => (vec![word.likeliest()], &[]),
                Part::Phrase(words) => (words.iter().map(String::as_str).collect(), &[]),
                Part::Ways { typed, others } => (typed.iter().map(Word::likeliest).collect(), others),
            };
            let mut longer = Vec::new();
            let other = others.iter().map(|way| way.iter().map(String::as_str).collect::<Vec<_>>());
            for way in std::iter::once(own).chain(other) {
                longer.extend(ways.iter().map(|start| [start.as_slice(), way.as_slice()].concat()));
            }
            longer.truncate(MOST_WAYS);
            ways = longer;
        }
        ways.into_iter().map(|way| way.join(" ")).collect()
    }
}

/// The only word, where it is so short that the names that begin with it are meant.
pub fn beginning(parts: &[Part]) -> Option<&str> {
    let word = match parts {
        [Part::Word(word)] => word,
        [Part::Ways { typed, .. }] if typed.len() == 1 => &typed[0],
        _ => return None,
    };
    let letters = word.text.bytes().all(|byte| byte.is_ascii_lowercase());
    (word.unfinished && letters && word.text.len() <= SHORT).then_some(&word.text)
}

struct Piece {
    text: String,
    quoted: bool,
    excluded: bool,
}

/// What stands in quotes, and the words outside of them; `-` before one leaves it out.
fn pieces(given: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let marks = given.matches('"').count() / 2 * 2;
    // A quote without its other half is none.
    let mut sections = given.splitn(marks + 1, '"').enumerate();
    let mut minus = false;
    for (index, section) in &mut sections {
        if index % 2 == 1 {
            pieces.push(Piece { text: section.to_owned(), quoted: true, excluded: minus });
            minus = false;
            continue;
        }
        minus = section.ends_with(" -") || section == "-";
        for word in section.split_whitespace() {
            let bare = word.strip_prefix('-').filter(|rest| rest.starts_with(char::is_alphanumeric));
            pieces.push(Piece {
                text: bare.unwrap_or(word).to_owned(),
                quoted: false,
                excluded: bare.is_some(),
            });
        }
    }
    pieces
}

/// Puts words into parts, from left to right, the longest known way of writing first.
fn parts(runs: &[(bool, Vec<String>)], goes_on: bool) -> Vec<Part> {
    let only_small = runs.iter().flat_map(|(_, words)| words).all(|word| is_small(word));
    let mut loose: Vec<String> = Vec::new();
    let mut parts = Vec::new();
    for (quoted, words) in runs {
        let kept: Vec<_> = words.iter().filter(|word| only_small || !is_small(word)).cloned().collect();
        if !quoted {
            loose.extend(kept);
        } else if !kept.is_empty() {
            flush(&mut loose, false, &mut parts);
            parts.push(Part::Phrase(kept));
        }
    }
    let last_is_small = runs.last().is_some_and(|(_, words)| words.last().is_some_and(|word| is_small(word)));
    // "Vitry-su" goes on to "sur", which nothing is kept under.
    let begins_small = goes_on && loose.len() > 1 && loose.last().is_some_and(|word| begins_small(word));
    if begins_small {
        loose.pop();
    }
    flush(&mut loose, goes_on && !begins_small && (only_small || !last_is_small), &mut parts);
    parts.truncate(MOST_PARTS);
    parts
}

fn flush(loose: &mut Vec<String>, goes_on: bool, parts: &mut Vec<Part>) {
    let words = std::mem::take(loose);
    let word = |index: usize| Word {
        text: words[index].clone(),
        unfinished: goes_on && index + 1 == words.len(),
        meant: Vec::new(),
    };
    let mut at = 0;
    while at < words.len() {
        if let Some((length, others)) = acronyms::longest(&words[at..], goes_on) {
            parts.push(Part::Ways { typed: (at..at + length).map(word).collect(), others });
            at += length;
        } else {
            parts.push(Part::Word(word(at)));
            at += 1;
        }
    }
}

/// Whether it is a word that decides nothing.
pub fn is_small(word: &str) -> bool {
    SMALL_WORDS.binary_search(&word).is_ok()
}

/// Whether an unfinished word may become one that decides nothing.
fn begins_small(word: &str) -> bool {
    word.len() > 1 && SMALL_WORDS.iter().any(|small| small.len() > word.len() && small.starts_with(word))
}

/// The words of a text: lower-case letters and digits without accents, dotted acronyms as one, Saint for St.
pub fn words(text: &str) -> Vec<String> {
    let mut plain = String::new();
    for c in text.chars() {
        match c {
            '.' => plain.push('.'),
            // An accent that stands alone belongs to the letter before it.
            '\u{300}'..='\u{36f}' => {}
            c if c.is_alphanumeric() => {
                let folded = deunicode::deunicode_char(c).unwrap_or(" ").chars();
                plain.extend(folded.filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()));
            }
            _ => plain.push(' '),
        }
    }
    let mut words: Vec<String> = Vec::new();
    for run in plain.split(' ') {
        let mut in_acronym = false;
        for word in run.split('.') {
            let single = word.len() == 1 && word.bytes().all(|byte| byte.is_ascii_lowercase());
            match words.last_mut() {
                Some(before) if single && in_acronym => before.push_str(word),
                _ if word.is_empty() => {}
                _ => words.push(word.to_owned()),
            }
            in_acronym = single;
        }
    }
    for word in &mut words {
        match word.as_str() {
            "st" => "saint".clone_into(word),
            "ste" => "sainte".clone_into(word),
            _ => {}
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(given: &str) -> String {
        let text = SearchText::parse(given);
        let words = |words: &[String]| words.join("_");
        let mut shown: Vec<_> = text
            .parts
            .iter()
            .map(|part| match part {
                Part::Word(word) => format!("{}{}", word.text, if word.unfinished { "*" } else { "" }),
                Part::Phrase(phrase) => format!("\"{}\"", words(phrase)),
                Part::Ways { typed, others } => {
                    let typed: Vec<_> = typed.iter().map(|word| word.text.clone()).collect();
                    let others: Vec<_> = others.iter().map(|way| words(way)).collect();
                    format!("({}|{})", words(&typed), others.join("|"))
                }
            })
            .collect();
        shown.extend(text.excluded.iter().map(|phrase| format!("-{}", words(phrase))));
        shown.join(" ")
    }

    #[test]
    fn spelling_does_not_count() {
        for given in [
            "Saint-Lubin des Joncherets",
            "ST LUBIN JONCHERETS",
            "st. lubin-des-joncherets",
            "Sãint’Lubin, joncherets",
        ] {
            assert_eq!(parsed(given), "saint lubin joncherets*", "{given}");
        }
        assert_eq!(words("L’œuvre de la C.C.A.S. n° 2"), ["l", "oeuvre", "de", "la", "ccas", "n", "2"]);
        assert_eq!(words("me\u{301}diathe\u{300}que"), ["mediatheque"]);
    }

    #[test]
    fn an_acronym_and_its_words_are_one_also_among_others() {
        assert_eq!(parsed("mission locale dreux"), "(mission_locale|ml|miss_locale) dreux*");
        assert_eq!(parsed("Missions Locales de Dreux "), "(missions_locales|ml|miss_locale) dreux");
        assert_eq!(parsed("dreux ml"), "dreux (ml|mission_locale|miss_locale)");
        assert_eq!(parsed("maison jeunes culture"), "(maison_jeunes_culture|mjc)");
        // What is being typed may be the last word of one.
        assert_eq!(parsed("mission loc"), "(mission_loc|ml|miss_locale)");
        assert_eq!(parsed("mission loc "), "mission loc");
    }

    #[test]
    fn a_name_does_not_vanish_while_a_small_word_in_it_is_typed() {
        for typed in ["Vitry-su", "Vitry-sur", "Vitry-sur-"] {
            assert_eq!(parsed(typed), "vitry", "{typed}");
        }
    }

    #[test]
    fn small_words_decide_only_where_they_are_alone() {
        assert_eq!(parsed("la maison de la "), "maison");
        assert_eq!(parsed("la"), "la*");
        assert_eq!(parsed("maison d"), "maison");
        assert_eq!(beginning(&SearchText::parse("la").parts), Some("la"));
        assert_eq!(beginning(&SearchText::parse("la ").parts), None);
        assert!(SMALL_WORDS.is_sorted());
    }

    #[test]
    fn quotes_hold_words_together_and_a_minus_leaves_out() {
        assert_eq!(
            parsed("\"point d'eau\" -dreux -\"a b\" Saint-Lubin"),
            "\"point_eau\" saint lubin* -dreux -a_b"
        );
        assert_eq!(parsed("half \"quoted"), "half quoted*");
        assert_eq!(parsed("-dreux"), "dreux*");
        assert_eq!(parsed("a - b"), "b*");
    }

    #[test]
    fn nothing_to_look_for_is_nothing() {
        for given in ["", "!!!", "😀", "-", "\"\"", "'", "\\", "& | ! <-> ( ) : *", "…"] {
            assert_eq!(SearchText::parse(given).parts, [], "{given:?}");
        }
        assert_eq!(SearchText::parse(&"mot ".repeat(50)).parts.len(), MOST_PARTS);
    }

    #[test]
    fn a_place_may_stand_behind_or_before() {
        let text = SearchText::parse("ccas saint lubin");
        let places: Vec<_> = text.places().into_iter().map(|(rest, place)| (rest.len(), place)).collect();
        let expected = [(2, "lubin"), (1, "saint lubin")];
        assert_eq!(places, expected.map(|(rest, place)| (rest, place.to_owned())));
        assert_eq!(SearchText::parse("dreux").places(), []);
    }

    #[test]
    fn the_whole_is_written_in_each_way() {
        let mut text = SearchText::parse("mission locale dreu");
        assert_eq!(text.ways(), ["mission locale dreu", "ml dreu", "miss locale dreu"]);
        text.mend(&HashMap::from([("dreu".to_owned(), vec!["dreux".to_owned()])]));
        assert_eq!(text.ways()[1], "ml dreux");
    }
}
