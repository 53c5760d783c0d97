//! How alike two good practices are.
//!
//! The score is a weighted sum of three shares, each from 0 to 1, rounded to two decimals:
//!
//! - [`THEMES`] × themes: the mean, over the themes of both, of what each finds in the other: 1 for itself,
//!   [`NEAR_THEME`] for one that holds it or lies within it, 0 otherwise;
//! - [`GOALS`] × goals: those that both serve, over those that either serves;
//! - [`PLACES`] × kinds of territory (commune, quartier…): those in which both take place, over those in which either does.
//!
//! A kind of territory alone makes no two alike: what has neither a theme nor a goal in common is left out. At equal scores
//! the newer one comes first.

use std::cmp::{Ordering, Reverse};
use std::collections::BTreeSet;

use chrono::{DateTime, Utc};

use super::ids::GoodPracticeId;
use super::language::Language;
use super::matches::NEAR_THEME;
use super::territories::TerritoryKind;
use super::{sdgs, themes};

/// What common themes weigh.
pub const THEMES: f64 = 0.5;
/// What common goals weigh.
pub const GOALS: f64 = 0.3;
/// What the kinds of territory that both take place in weigh.
pub const PLACES: f64 = 0.2;
/// Most that may be asked for.
pub const MOST_SIMILAR: usize = 50;

/// Why two are alike.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// A theme of both, by slug.
    Theme(String),
    /// A theme of one that holds one of the other, by slug.
    NearThemes(String, String),
    /// A goal that both serve.
    Goal(i16),
    /// A kind of territory in which both take place.
    Place(TerritoryKind),
}

impl Reason {
    /// In words.
    pub fn told(&self, language: Language) -> String {
        let theme = |slug: &str| themes::find(slug).map_or("", |theme| theme.label(language)).to_owned();
        let french = language == Language::Fr;
        match self {
            Self::Theme(slug) if french => format!("thème commun : {}", theme(slug)),
            Self::Theme(slug) => format!("same theme: {}", theme(slug)),
            Self::NearThemes(one, other) if french => {
                format!("thèmes voisins : {}, {}", theme(one), theme(other))
            }
            Self::NearThemes(one, other) => format!("near themes: {}, {}", theme(one), theme(other)),
            Self::Goal(number) => {
                let goal = u8::try_from(*number).ok().and_then(sdgs::find);
                let label = goal.map_or("", |goal| goal.label(language));
                if french {
                    format!("objectif commun : ODD {number}, {label}")
                } else {
                    format!("same goal: SDG {number}, {label}")
                }
            }
            Self::Place(kind) if french => format!("même sorte de territoire : {}", kind_in_french(*kind)),
            Self::Place(kind) => {
                format!("same kind of territory: {}", kind.as_ref().to_lowercase().replace('_', " "))
            }
        }
    }
}

fn kind_in_french(kind: TerritoryKind) -> &'static str {
    match kind {
        TerritoryKind::Country => "pays",
        TerritoryKind::Region => "région",
        TerritoryKind::Department => "département",
        TerritoryKind::Intercommunality => "intercommunalité",
        TerritoryKind::Commune => "commune",
        TerritoryKind::PriorityNeighbourhood => "quartier prioritaire",
        TerritoryKind::EducationCity => "Cité éducative",
        TerritoryKind::UrbanContract => "contrat de ville",
        TerritoryKind::Custom => "autre périmètre",
    }
}

/// A practice that is like another.
#[derive(Clone, Debug, PartialEq)]
pub struct Similar {
    /// The other one.
    pub practice: GoodPracticeId,
    /// When that was created.
    pub created_at: DateTime<Utc>,
    /// Above 0 and at most 1.
    pub score: f64,
    /// Why, the weightiest kind of reason first.
    pub reasons: Vec<Reason>,
}

/// What is compared of a practice.
#[derive(Clone, Debug)]
pub struct Party {
    /// The practice.
    pub id: GoodPracticeId,
    /// Slugs of its themes.
    pub themes: Vec<String>,
    /// Numbers of its goals.
    pub sdgs: Vec<i16>,
    /// When it was created.
    pub created_at: DateTime<Utc>,
    /// The kinds of territory in which it takes place.
    pub kinds: BTreeSet<TerritoryKind>,
}

/// How like this one the other is; null where they have neither a theme nor a goal in common.
pub fn compare(this: &Party, other: &Party) -> Option<Similar> {
    if this.id == other.id {
        return None;
    }
    let (themes, alike) = common_themes(&this.themes, &other.themes);
    let (goals, both) = overlap(&set(&this.sdgs), &set(&other.sdgs));
    if themes <= 0.0 && goals <= 0.0 {
        return None;
    }
    let (places, kinds) = overlap(&this.kinds, &other.kinds);
    let mut told = vec![
        (THEMES * themes, alike),
        (GOALS * goals, both.into_iter().map(Reason::Goal).collect()),
        (PLACES * places, kinds.into_iter().map(Reason::Place).collect::<Vec<_>>()),
    ];
    let score = (told.iter().map(|(points, _)| points).sum::<f64>() * 100.0).round() / 100.0;
    if score <= 0.0 {
        return None;
    }
    // In millionths, so that equal ones stay in this order.
    told.sort_by_key(|(points, _)| Reverse((points * 1e6).round() as i64));
    let reasons = told.into_iter().flat_map(|(_, reasons)| reasons).collect();
    Some(Similar { practice: other.id, created_at: other.created_at, score, reasons })
}

/// The more alike first, then the newer.
pub fn order(a: &Similar, b: &Similar) -> Ordering {
    b.score.total_cmp(&a.score).then(b.created_at.cmp(&a.created_at)).then(b.practice.cmp(&a.practice))
}

fn set(numbers: &[i16]) -> BTreeSet<i16> {
    numbers.iter().copied().collect()
}

fn overlap<T: Ord + Copy>(one: &BTreeSet<T>, other: &BTreeSet<T>) -> (f64, Vec<T>) {
    let both: Vec<_> = one.intersection(other).copied().collect();
    let either = one.union(other).count();
    (if either == 0 { 0.0 } else { both.len() as f64 / either as f64 }, both)
}

/// The share of the themes, and those that make it.
fn common_themes(one: &[String], other: &[String]) -> (f64, Vec<Reason>) {
    let holds = |upper: &str, lower: &str| {
        themes::find(lower).is_some_and(|theme| theme.broader.as_deref() == Some(upper))
    };
    let near = |slug: &str, among: &[String]| {
        among.iter().find(|theirs| holds(slug, theirs) || holds(theirs, slug)).cloned()
    };
    let (mut points, mut reasons) = (0.0, Vec::new());
    for (own, theirs, first) in [(one, other, true), (other, one, false)] {
        for slug in own {
            if theirs.contains(slug) {
                points += 1.0;
                if first {
                    reasons.push(Reason::Theme(slug.clone()));
                }
            } else if let Some(neighbour) = near(slug, theirs) {
                points += NEAR_THEME;
                if first {
                    reasons.push(Reason::NearThemes(slug.clone(), neighbour));
                }
            }
        }
    }
    // What is the same tells more than what is near.
    reasons.sort_by_key(|reason| matches!(reason, Reason::NearThemes(..)));
    let all = one.len() + other.len();
    (if all == 0 { 0.0 } else { points / all as f64 }, reasons)
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn party(id: u128, slugs: &[&str], sdgs: &[i16], kinds: &[TerritoryKind]) -> Party {
        Party {
            id: GoodPracticeId(Uuid::from_u128(id)),
            themes: slugs.iter().map(|&slug| slug.to_owned()).collect(),
            sdgs: sdgs.to_vec(),
            created_at: DateTime::UNIX_EPOCH,
            kinds: kinds.iter().copied().collect(),
        }
    }

    #[test]
    fn each_part_counts_as_the_formula_says() {
        use TerritoryKind::{Commune, Region};
        let this = party(1, &["mobility", "work"], &[8, 10], &[Commune]);
        for (slugs, sdgs, kinds, score) in [
            (&["mobility", "work"][..], &[8, 10][..], &[Commune][..], 1.0),
            (&["mobility", "work"], &[], &[], 0.5),
            (&[], &[8, 10], &[], 0.3),
            (&[], &[8], &[Commune], 0.35),
            (&["mobility"], &[], &[], 0.33),
            // broader and narrower: two of three themes find something, each 0.6
            (&["active-travel"], &[], &[Region], 0.2),
            // a sibling is none, nor is a kind of territory alone
            (&["culture"], &[8], &[Commune], 0.35),
        ] {
            let other = party(2, slugs, sdgs, kinds);
            assert_eq!(compare(&this, &other).map(|found| found.score), Some(score), "{slugs:?} {sdgs:?}");
            assert_eq!(compare(&other, &this).map(|found| found.score), Some(score), "the other way round");
        }
        assert_eq!(compare(&this, &party(2, &["culture"], &[4], &[Commune])), None);
        assert_eq!(compare(&this, &this), None);
    }

    #[test]
    fn reasons_are_told_in_two_languages_the_weightiest_first() {
        let this = party(1, &["mobility"], &[8], &[TerritoryKind::Commune]);
        let other = party(2, &["active-travel", "mobility"], &[8], &[TerritoryKind::Commune]);
        let found = compare(&this, &other).expect("they are alike");
        let told = |language| found.reasons.iter().map(|why| why.told(language)).collect::<Vec<_>>();
        assert_eq!(
            told(Language::Fr),
            [
                "thème commun : Mobilité",
                "objectif commun : ODD 8, Travail décent et croissance économique",
                "même sorte de territoire : commune"
            ]
        );
        assert_eq!(
            told(Language::En)[1..],
            ["same goal: SDG 8, Decent work and economic growth", "same kind of territory: commune"]
        );
    }
}
