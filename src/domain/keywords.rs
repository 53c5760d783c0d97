//! The words that tables of a World Café left, counted across tables, close spellings together.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::acronyms::singular;
use super::likeness::distance;
use super::search_text::{is_small, words};
use super::workshops::WorkshopTable;

/// Letters from which on a word with one typing error is the same word.
const LONG: usize = 7;

/// A word, and how often it was left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeywordCount {
    /// As it is most often written.
    pub keyword: String,
    /// How often it was left, in any spelling.
    pub count: usize,
    /// Every way in which it was written, the most frequent first.
    pub spellings: Vec<String>,
    /// The themes of the tables that left it, in order.
    pub themes: Vec<String>,
}

/// What was written in the same way but for accents, case, hyphens, plurals and small words.
struct Group<'a> {
    key: Vec<String>,
    count: usize,
    /// Each with how often, in order of appearance.
    spellings: Vec<(&'a str, usize)>,
    themes: Vec<&'a str>,
}

/// Counts the words of these tables: the most frequent first, then those that came first. Accents, case, hyphens, plurals
/// and small words do not count, nor does one typing error in a long word. The most frequent spelling names them all.
pub fn counts<'a>(tables: impl IntoIterator<Item = &'a WorkshopTable>) -> Vec<KeywordCount> {
    let mut groups: Vec<Group<'a>> = Vec::new();
    let mut known: HashMap<String, usize> = HashMap::new();
    for table in tables {
        for keyword in &table.keywords {
            let key = folded(keyword);
            // What is written as one word or as two is the same.
            let at = *known.entry(key.concat()).or_insert_with(|| {
                groups.push(Group { key, count: 0, spellings: Vec::new(), themes: Vec::new() });
                groups.len() - 1
            });
            groups[at].add(keyword, 1, &[&table.theme]);
        }
    }
    let mut all = mended(groups);
    all.sort_by_key(|group| std::cmp::Reverse(group.count));
    all.into_iter().map(Group::told).collect()
}

impl<'a> Group<'a> {
    fn add(&mut self, spelling: &'a str, count: usize, themes: &[&'a str]) {
        self.count += count;
        match self.spellings.iter_mut().find(|(known, _)| *known == spelling) {
            Some((_, times)) => *times += count,
            None => self.spellings.push((spelling, count)),
        }
        for theme in themes {
            if !self.themes.contains(theme) {
                self.themes.push(theme);
            }
        }
    }

    fn told(mut self) -> KeywordCount {
        // Stable: of two that are as frequent, the first that came.
        self.spellings.sort_by_key(|(_, times)| std::cmp::Reverse(*times));
        let spellings: Vec<_> = self.spellings.iter().map(|(text, _)| (*text).to_owned()).collect();
        KeywordCount {
            keyword: spellings.first().cloned().unwrap_or_default(),
            count: self.count,
            spellings,
            themes: self.themes.into_iter().map(str::to_owned).collect(),
        }
    }
}

/// Puts those that differ by one typing error under the more frequent one. Nothing is led on from one to the next: what is
/// in a group is near what names it.
fn mended(groups: Vec<Group<'_>>) -> Vec<Group<'_>> {
    let mut order: Vec<usize> = (0..groups.len()).collect();
    order.sort_by_key(|at| std::cmp::Reverse(groups[*at].count));
    let mut groups: BTreeMap<usize, Group<'_>> = groups.into_iter().enumerate().collect();
    let mut near: HashMap<String, Vec<usize>> = HashMap::new();
    for at in order {
        let around = neighbours(&groups[&at].key);
        let candidates = around.iter().filter_map(|way| near.get(way)).flatten();
        let leader = candidates
            .filter(|leader| is_typo(&groups[leader].key, &groups[&at].key))
            .min_by_key(|leader| (std::cmp::Reverse(groups[leader].count), **leader))
            .copied();
        match leader.filter(|leader| *leader != at) {
            Some(leader) => {
                let Some(gone) = groups.remove(&at) else { continue };
                if let Some(leader) = groups.get_mut(&leader) {
                    for (spelling, times) in &gone.spellings {
                        leader.add(spelling, *times, &gone.themes);
                    }
                }
            }
            None => around.into_iter().for_each(|way| near.entry(way).or_default().push(at)),
        }
    }
    groups.into_values().collect()
}

/// Itself, and itself with one letter of a long word left out: two that differ by one typing error have one in common.
fn neighbours(key: &[String]) -> HashSet<String> {
    let mut ways = HashSet::from([key.join(" ")]);
    for (at, word) in key.iter().enumerate().filter(|(_, word)| word.len() >= LONG - 1) {
        // A word's first letter is seldom mistyped, and another one makes another word.
        for letter in 1..word.len() {
            let mut way = key.to_vec();
            way[at].remove(letter);
            ways.insert(way.join(" "));
        }
    }
    ways
}

/// Whether two differ by one typing error in one long word.
fn is_typo(a: &[String], b: &[String]) -> bool {
    if a.len() != b.len() {
        return false;
    }
    let mut differ = a.iter().zip(b).filter(|(one, other)| one != other);
    let (Some((one, other)), None) = (differ.next(), differ.next()) else { return false };
    let is_word = |word: &String| word.bytes().all(|byte| byte.is_ascii_lowercase());
    is_word(one)
        && is_word(other)
        && one.len().max(other.len()) >= LONG
        && one.as_bytes().first() == other.as_bytes().first()
        && distance(one, other) == 1
}

/// The words of a keyword by which spellings are compared.
fn folded(keyword: &str) -> Vec<String> {
    let all = words(keyword);
    let mut telling: Vec<_> = all.iter().filter(|word| !is_small(word)).cloned().collect();
    if telling.is_empty() {
        telling = all;
    }
    if telling.is_empty() {
        return vec![keyword.trim().to_lowercase()];
    }
    telling.iter().map(|word| one(word)).collect()
}

/// A word without the mark of the plural: "locaux" is "local", "tableaux" is "tableau".
fn one(word: &str) -> String {
    match word.strip_suffix("aux") {
        Some(stem) if stem.len() > 2 && !stem.ends_with('e') => format!("{stem}al"),
        _ => singular(word).to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(theme: &str, keywords: &[&str]) -> WorkshopTable {
        let keywords = keywords.iter().map(|word| (*word).to_owned()).collect();
        WorkshopTable { theme: theme.to_owned(), keywords, notes: None }
    }

    fn told(tables: &[WorkshopTable]) -> Vec<(String, usize)> {
        counts(tables).into_iter().map(|counted| (counted.keyword, counted.count)).collect()
    }

    #[test]
    fn accents_case_hyphens_and_plurals_do_not_count() {
        let tables = [
            table("Bien-être", &["Écoute", "bien-être", "Lien social"]),
            table("Parentalité", &["écoute", "Bien être", "liens sociaux", "l'écoute"]),
            table("Mobilité", &["ECOUTE", "écoute", "bienêtre"]),
        ];
        let all = counts(&tables);
        assert_eq!(
            all[0],
            KeywordCount {
                keyword: "écoute".to_owned(),
                count: 5,
                spellings: ["écoute", "Écoute", "l'écoute", "ECOUTE"].map(str::to_owned).to_vec(),
                themes: ["Bien-être", "Parentalité", "Mobilité"].map(str::to_owned).to_vec(),
            }
        );
        assert_eq!((all[1].keyword.as_str(), all[1].count), ("bien-être", 3));
        assert_eq!((all[2].keyword.as_str(), all[2].count), ("Lien social", 2));
        assert_eq!(all.len(), 3);
    }

    #[test]
    fn one_typing_error_is_forgiven_in_long_words_alone() {
        let tables = [
            table("A", &["parantalité", "parentalité", "parentalité", "parentlaité", "parntalité"]),
            table("B", &["aide", "aise", "rire", "dire", "relation", "délation"]),
        ];
        assert_eq!(told(&tables)[0], ("parentalité".to_owned(), 5));
        assert_eq!(told(&tables).len(), 7);
    }

    #[test]
    fn opposites_and_numbers_stay_apart() {
        let tables =
            [table("A", &["inclusion", "exclusion", "génération 2021", "génération 2022", "intérieur"])];
        assert_eq!(told(&tables).len(), 5);
    }

    #[test]
    fn what_differs_by_two_is_not_led_on_from_one_to_the_next() {
        // Each is one letter from the next: what names a group is one letter from all that is in it.
        let tables = [table("A", &["coopération", "coopérattion", "coopérattioon"])];
        let all = counts(&tables);
        assert_eq!(all.iter().map(|counted| counted.count).collect::<Vec<_>>(), [2, 1]);
        assert_eq!(all[0].keyword, "coopération");
    }

    #[test]
    fn the_order_of_tables_does_not_change_what_goes_together() {
        let tables =
            [table("A", &["mobilité", "mobilités", "transport"]), table("B", &["mobilitté", "Transports"])];
        let mut back = tables.clone();
        back.reverse();
        let sizes = |tables: &[WorkshopTable]| told(tables).into_iter().map(|(_, n)| n).collect::<Vec<_>>();
        assert_eq!(sizes(&tables), [3, 2]);
        assert_eq!(sizes(&tables), sizes(&back));
        assert_eq!(told(&tables)[0].0, "mobilité");
    }

    #[test]
    fn what_has_no_letters_is_itself() {
        assert_eq!(told(&[table("A", &["♥", "♥", "de"])]), [("♥".to_owned(), 2), ("de".to_owned(), 1)]);
    }
}
