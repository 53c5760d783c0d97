//! How near two names are, when words that decide nothing, the commune's name and acronyms are left aside.

use super::acronyms::{longest, singular};
use super::language::Told;

/// Words that say what something is in law, or that it is a town's: two names may differ by them.
const FORMS: [&str; 14] = [
    "ass",
    "asso",
    "assoc",
    "association",
    "commune",
    "eurl",
    "mairie",
    "municipalite",
    "sarl",
    "sas",
    "scic",
    "scop",
    "ste",
    "ville",
];
/// What a town hall runs under a name of its own, in the words of names, with how it is called.
const SERVICES: [(&[&str], &str); 18] = [
    (&["ccas"], "CCAS"),
    (&["centre", "communal", "action", "sociale"], "CCAS"),
    (&["cias"], "CIAS"),
    (&["centre", "intercommunal", "action", "sociale"], "CIAS"),
    (&["maison", "france", "services"], "France services"),
    (&["espace", "france", "services"], "France services"),
    (&["france", "services"], "France services"),
    (&["mediatheque"], "médiathèque"),
    (&["bibliotheque"], "bibliothèque"),
    (&["caisse", "ecoles"], "caisse des écoles"),
    (&["ecole", "maternelle"], "école maternelle"),
    (&["ecole", "elementaire"], "école élémentaire"),
    (&["ecole", "primaire"], "école primaire"),
    (&["ecole"], "école"),
    (&["centre", "social"], "centre social"),
    (&["office", "tourisme"], "office de tourisme"),
    (&["police", "municipale"], "police municipale"),
    (&["epn"], "EPN"),
];
/// Most ways of writing a name that are compared.
const MOST_WAYS: usize = 6;
/// From which share of common trigrams on names are alike.
const ALIKE: f64 = 0.55;
/// Letters of an acronym made of first letters.
const INITIALS: std::ops::RangeInclusive<usize> = 3..=8;

/// A name, taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    /// As the database folds it, with every word.
    pub folded: String,
    /// Its words, without those that decide nothing in a search.
    words: Vec<String>,
    /// The words without forms; all where there are no others.
    base: Vec<String>,
    /// The base without the commune's name; all of it where nothing else remains.
    core: Vec<String>,
    /// The acronym or everyday name, as one word.
    short: Option<String>,
    /// The commune's name in words.
    commune: Vec<String>,
}

/// How near two names are.
#[derive(Clone, Debug, PartialEq)]
pub enum Likeness {
    /// The same to the letter, as folded.
    Same,
    /// The same but for such words as "association", or the commune's name.
    Forms,
    /// The same words in another order, or put together otherwise.
    Order,
    /// One is the acronym of the other.
    Acronym,
    /// So many letters are others.
    Letters(usize),
    /// One holds the other; the share of its words that this is.
    Holds(f64),
    /// This share of their trigrams is common.
    Alike(f64),
}

impl Likeness {
    /// From 0 to 1.
    pub fn score(&self) -> f64 {
        match self {
            Self::Same => 1.0,
            Self::Forms => 0.97,
            Self::Order => 0.95,
            Self::Acronym | Self::Letters(0 | 1) => 0.9,
            Self::Letters(_) => 0.8,
            Self::Holds(share) => 0.6 + 0.25 * share,
            Self::Alike(share) => 0.5 + 0.4 * share,
        }
    }

    /// In words.
    pub fn reason(&self) -> Told {
        match self {
            Self::Same => Told::new("même nom", "same name"),
            Self::Forms => Told::new(
                "même nom, à des mots comme « association » ou au nom de la commune près",
                "same name but for words such as \"association\", or the commune's name",
            ),
            Self::Order => Told::new(
                "mêmes mots, dans un autre ordre ou autrement liés",
                "same words, in another order or put together otherwise",
            ),
            Self::Acronym => {
                Told::new("l’un des noms est le sigle de l’autre", "one name is the acronym of the other")
            }
            Self::Letters(0 | 1) => Told::new("une lettre de différence", "names differ by one letter"),
            Self::Letters(count) => Told::new(
                format!("{count} lettres de différence"),
                format!("names differ by {count} letters"),
            ),
            Self::Holds(_) => Told::new("l’un des noms contient l’autre", "one name holds the other"),
            Self::Alike(share) => {
                let share = share * 100.0;
                Told::new(format!("noms proches ({share:.0} %)"), format!("names are alike ({share:.0} %)"))
            }
        }
    }
}

impl Name {
    /// Of a name as the database folds it, for comparing and for searching; likewise the short name, and the name of
    /// the commune that its bearer sits in.
    pub fn of(folded: &str, searched: &str, short: Option<&str>, commune: Option<&str>) -> Self {
        let split = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        let (words, commune) = (split(searched), split(commune.unwrap_or_default()));
        let or_all = |some: Vec<String>, all: &[String]| if some.is_empty() { all.to_vec() } else { some };
        let base = words.iter().filter(|word| !is_form(word)).cloned().collect();
        let base = or_all(base, &words);
        let core = or_all(without(&base, &commune), &base);
        let short = short.map(|short| split(short).concat()).filter(|short| !short.is_empty());
        Self { folded: folded.to_owned(), words, base, core, short, commune }
    }

    /// The words by which it is found among others: those of its core in every way of writing them, its acronym, its
    /// short name. Each way is words that stand together.
    pub fn ways(&self) -> Vec<Vec<String>> {
        let mut ways = variants(&self.core);
        // A service of a town is looked for beside the town.
        if let Some((_, rest)) = self.service() {
            ways.extend([rest, self.commune.clone()].into_iter().find(|words| !words.is_empty()));
        }
        ways.extend(self.initials().into_iter().chain(self.short.clone()).map(|word| vec![word]));
        ways
    }

    /// Its words.
    pub fn words(&self) -> &[String] {
        &self.words
    }

    /// The name of its bearer's commune.
    pub fn commune(&self) -> String {
        self.commune.join(" ")
    }

    /// The core as one text.
    pub fn core(&self) -> String {
        self.core.join(" ")
    }

    /// The only word, where it may be made of others' first letters.
    pub fn acronym(&self) -> Option<&str> {
        match (self.core.as_slice(), &self.short) {
            ([word], _) if INITIALS.contains(&word.len()) => Some(word),
            (_, Some(short)) if INITIALS.contains(&short.len()) => Some(short),
            _ => None,
        }
    }

    fn initials(&self) -> Option<String> {
        let first =
            |words: &[String]| words.iter().filter_map(|word| word.chars().next()).collect::<String>();
        Some(first(&self.core)).filter(|initials| INITIALS.contains(&initials.len()))
    }

    /// Whether it is the name of a commune's own administration.
    pub fn is_of_town(&self) -> bool {
        let has_form = self.words.iter().any(|word| matches!(word.as_str(), "commune" | "mairie" | "ville"));
        has_form && self.service().is_none()
    }

    /// What of a town hall's it is called as, and the other words of its base.
    fn service(&self) -> Option<(&'static str, Vec<String>)> {
        let found = |(words, label): &(&[&str], &'static str)| {
            let same = |window: &[String]| {
                window.iter().zip(*words).all(|(word, wanted)| singular(word) == singular(wanted))
            };
            let at = self.base.windows(words.len()).position(same)?;
            let rest = self.base[..at].iter().chain(&self.base[at + words.len()..]);
            Some((*label, rest.cloned().collect()))
        };
        SERVICES.iter().find_map(found)
    }

    /// What the other is called as, where it is called as a service of the one; nothing where both or neither are.
    fn serves(&self, town: &Self, town_is_authority: bool) -> Option<&'static str> {
        let (label, rest) = self.service()?;
        if town.service().is_some() {
            return None;
        }
        let of_town = town_is_authority
            && town.base == town.commune
            && (rest.is_empty() || rest == self.commune || rest == town.commune);
        (of_town || (!rest.is_empty() && rest == town.base)).then_some(label)
    }
}

/// How near two names are; nothing where they are not.
pub fn likeness(a: &Name, b: &Name) -> Option<Likeness> {
    if a.folded.is_empty() || b.folded.is_empty() {
        return None;
    }
    if a.folded == b.folded {
        return Some(Likeness::Same);
    }
    if a.core == b.core {
        return Some(Likeness::Forms);
    }
    let number = |name: &Name| {
        let mut numbers: Vec<_> =
            name.core.iter().filter(|word| word.contains(|c: char| c.is_ascii_digit())).cloned().collect();
        numbers.sort();
        numbers
    };
    // Two that are numbered differently are two.
    if number(a) != number(b) {
        return None;
    }
    if let (Some((one, _)), Some((other, _))) = (a.service(), b.service())
        && !one.starts_with(other)
        && !other.starts_with(one)
    {
        return None;
    }
    let sorted = |name: &Name| {
        let mut words = name.core.clone();
        words.sort();
        words
    };
    if sorted(a) == sorted(b) || a.core.concat() == b.core.concat() {
        return Some(Likeness::Order);
    }
    let (ways_a, ways_b) = (variants(&a.core), variants(&b.core));
    let shortened = |short: &Name, long: &Name| {
        short.acronym().is_some_and(|word| long.initials().is_some_and(|initials| initials == word))
            || short.core.len() == 1 && long.short.as_deref() == short.core.first().map(String::as_str)
    };
    if ways_a.iter().any(|way| ways_b.contains(way)) || shortened(a, b) || shortened(b, a) {
        return Some(Likeness::Acronym);
    }
    let (one, other) = (a.core.concat(), b.core.concat());
    let letters = distance(&one, &other);
    let length = one.len().min(other.len());
    if (letters == 1 && length >= 5) || (letters == 2 && length >= 8) {
        return Some(Likeness::Letters(letters));
    }
    let pairs = ways_a.iter().flat_map(|a| ways_b.iter().map(move |b| (a, b)));
    if let Some(share) = pairs.filter_map(|(a, b)| held(a, b)).max_by(f64::total_cmp) {
        return Some(Likeness::Holds(share));
    }
    let share = common_trigrams(&a.core, &b.core);
    (share >= ALIKE).then_some(Likeness::Alike(share))
}

/// Of two of one place, what the one is of the other, where it is called as a service of a town hall, or as a service of
/// what the other is called: "CCAS".
pub fn service_between(
    (a, a_is_authority): (&Name, bool),
    (b, b_is_authority): (&Name, bool),
) -> Option<&'static str> {
    a.serves(b, b_is_authority).or_else(|| b.serves(a, a_is_authority))
}

fn is_form(word: &str) -> bool {
    FORMS.contains(&word)
}

/// The words without the first run that these are.
fn without(words: &[String], run: &[String]) -> Vec<String> {
    let at = (!run.is_empty()).then(|| words.windows(run.len()).position(|window| window == run)).flatten();
    match at {
        Some(at) => words[..at].iter().chain(&words[at + run.len()..]).cloned().collect(),
        None => words.to_vec(),
    }
}

/// The words, and the words with acronyms in place of what they stand for or the other way round.
fn variants(words: &[String]) -> Vec<Vec<String>> {
    let mut ways: Vec<Vec<String>> = vec![Vec::new()];
    let mut at = 0;
    while at < words.len() {
        let (taken, others) = longest(&words[at..], false).unwrap_or((1, Vec::new()));
        let own = words[at..at + taken].to_vec();
        let mut longer = Vec::new();
        for part in std::iter::once(own).chain(others) {
            longer.extend(ways.iter().map(|start| [start.as_slice(), part.as_slice()].concat()));
        }
        longer.truncate(MOST_WAYS);
        ways = longer;
        at += taken;
    }
    ways
}

/// The share of the longer one's words that the shorter one has, where it has none of its own and two at least.
fn held(a: &[String], b: &[String]) -> Option<f64> {
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    let mut rest: Vec<_> = long.iter().map(|word| singular(word)).collect();
    let all = short.iter().all(|word| {
        let at = rest.iter().position(|other| *other == singular(word));
        at.map(|at| rest.swap_remove(at)).is_some()
    });
    (all && short.len() >= 2).then(|| short.len() as f64 / long.len() as f64)
}

/// Letters to be left out, put in, changed or swapped with the next; texts of a, b … 9 alone.
pub(super) fn distance(a: &str, b: &str) -> usize {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    let mut rows: Vec<Vec<usize>> = vec![(0..=b.len()).collect()];
    for i in 1..=a.len() {
        let mut row = vec![i];
        for j in 1..=b.len() {
            let changed = rows[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
            let mut least = changed.min(rows[i - 1][j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                least = least.min(rows[i - 2][j - 2] + 1);
            }
            row.push(least);
        }
        rows.push(row);
    }
    rows[a.len()][b.len()]
}

/// The share of their trigrams that is common, as `pg_trgm` counts it.
fn common_trigrams(a: &[String], b: &[String]) -> f64 {
    let trigrams = |words: &[String]| {
        let padded = words.iter().map(|word| format!("  {word} "));
        let of_word = |word: String| {
            let bytes = word.as_bytes().to_vec();
            bytes.windows(3).map(<[u8]>::to_vec).collect::<Vec<_>>()
        };
        padded.flat_map(of_word).collect::<std::collections::BTreeSet<_>>()
    };
    let (a, b) = (trigrams(a), trigrams(b));
    let common = a.intersection(&b).count() as f64;
    let all = a.union(&b).count() as f64;
    if all == 0.0 { 0.0 } else { common / all }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::search_text::{is_small, words};

    fn name(text: &str, commune: &str) -> Name {
        let kept =
            |text: &str| words(text).into_iter().filter(|word| !is_small(word)).collect::<Vec<_>>().join(" ");
        Name::of(&words(text).join(" "), &kept(text), None, Some(&kept(commune)))
    }

    fn in_dreux(a: &str, b: &str) -> Option<Likeness> {
        likeness(&name(a, "Dreux"), &name(b, "Dreux"))
    }

    #[test]
    fn names_are_the_same_in_other_clothes() {
        assert_eq!(in_dreux("LA POSTE", "la poste"), Some(Likeness::Same));
        assert_eq!(in_dreux("Commune de Dreux", "Mairie de Dreux"), Some(Likeness::Forms));
        assert_eq!(
            in_dreux("Association Les Amis du Lavoir", "Amis du lavoir de Dreux"),
            Some(Likeness::Forms)
        );
        assert_eq!(in_dreux("Dreux Basket Alliance", "Alliance Basket"), Some(Likeness::Order));
        assert_eq!(in_dreux("Basket Club", "Basketclub"), Some(Likeness::Order));
        assert_eq!(in_dreux("C.C.A.S. de Dreux", "CCAS VILLE DE DREUX"), Some(Likeness::Forms));
        assert_eq!(in_dreux("CCAS", "Centre communal d’action sociale de Dreux"), Some(Likeness::Acronym));
        assert_eq!(in_dreux("JADES", "Jeunesse active drouais ensemble seniors"), Some(Likeness::Acronym));
        assert_eq!(
            in_dreux("Compagnie de l'Œil brun", "Compagnie de l'Oeil brum"),
            Some(Likeness::Letters(1))
        );
    }

    #[test]
    fn names_are_near_or_not() {
        let near = in_dreux("ML DE DREUX ET ARRONDISSEMENT", "Mission locale de Dreux");
        assert!(matches!(near, Some(Likeness::Holds(_))), "{near:?}");
        let near = in_dreux("Etape Numérique", "Etape Numérique Dreux Les Bates");
        assert!(matches!(near, Some(Likeness::Holds(_))), "{near:?}");
        for (a, b) in [
            ("École 1", "École 2"),
            ("Résidence Bellevue 12", "Résidence Bellevue 13"),
            ("Alliance de Dreux Basket", "Commune de Dreux"),
            ("Collège Louis Armand", "Lycée Louis Armand"),
            ("École maternelle Jean Macé", "École élémentaire Jean Macé"),
            ("École Louis Pasteur", "École Louis Aragon"),
            ("CCAS de Dreux", "France services de Dreux"),
            ("", ""),
        ] {
            assert_eq!(in_dreux(a, b), None, "{a} and {b}");
        }
    }

    #[test]
    fn a_service_of_the_town_is_told_from_the_town() {
        let between =
            |a: &str, b: &str| service_between((&name(a, "Dreux"), true), (&name(b, "Dreux"), false));
        assert_eq!(between("Commune de Dreux", "CCAS VILLE DE DREUX"), Some("CCAS"));
        assert_eq!(between("Mairie de Dreux", "Centre communal d'action sociale"), Some("CCAS"));
        assert_eq!(between("Ville de Dreux", "Médiathèque de Dreux"), Some("médiathèque"));
        assert_eq!(between("Ville de Dreux", "France Services Dreux"), Some("France services"));
        assert_eq!(between("Ville de Dreux", "Alliance de Dreux Basket"), None);
        assert_eq!(between("CA Agglo du Pays de Dreux", "CCAS de Dreux"), None);
        assert_eq!(between("CCAS de Dreux", "Médiathèque de Dreux"), None);
    }
}
