//! How well a need and an offer go together.
//!
//! Only what is of the same kind, open, and of two actors is compared; a collective stands for the actor that speaks for it. The score is a weighted sum of three shares,
//! each from 0 to 1, rounded to two decimals:
//!
//! - [`THEMES`] × themes: 1 where the two share a theme, [`NEAR_THEME`] where a theme of one holds one of the other;
//! - [`PLACE`] × place: 1 where the two are for the same territory, [`NESTED`] where a territory of one lies within one
//!   of the other, else [`NESTED`] × (1 − km / [`NEAR_KM`]) for what lies nearer than that;
//! - [`TEXT`] × text: the French stems that the two texts share, over those of the shorter one, which counts as
//!   [`LEAST_STEMS`] at least.
//!
//! What has nothing of the three is no match. At equal scores pairs that do not work together yet come first, then the
//! nearer ones.

use std::cmp::Ordering;
use std::collections::{BTreeSet, HashMap, HashSet};

use super::exchanges::{Exchange, Side};
use super::ids::{ActorId, TerritoryId};
use super::language::{Language, Told};
use super::themes;
use crate::geo::{Position, distance_metres};

/// What a common theme weighs.
pub const THEMES: f64 = 0.4;
/// What a common place weighs.
pub const PLACE: f64 = 0.35;
/// What common words weigh.
pub const TEXT: f64 = 0.25;
/// Share of a theme that holds the other's.
pub const NEAR_THEME: f64 = 0.6;
/// Share of a territory that holds the other's.
pub const NESTED: f64 = 0.8;
/// Kilometres from which on two places are not near.
pub const NEAR_KM: f64 = 50.0;
/// A text counts as having so many stems at least: one word in common with a title of one word is not all.
pub const LEAST_STEMS: usize = 3;
/// Most matches of a need or an offer, and candidates that are compared for each.
pub const MOST_MATCHES: usize = 100;
/// Stems that every need or offer may have, which say nothing of what it is about.
pub const SAID_BY_ALL: [&str; 30] = [
    "acteur",
    "aid",
    "aidon",
    "associ",
    "besoin",
    "cherch",
    "cherchon",
    "disponibl",
    "disposit",
    "don",
    "donnon",
    "met",
    "metton",
    "mettr",
    "mis",
    "offre",
    "offrir",
    "offron",
    "partag",
    "partageon",
    "pret",
    "prete",
    "preton",
    "projet",
    "propos",
    "proposon",
    "recherch",
    "recherchon",
    "souhait",
    "souhaiton",
];

/// What is compared of a need or an offer.
#[derive(Clone, Debug)]
pub struct Party {
    /// The need or the offer.
    pub exchange: Exchange,
    /// Who is put in touch about it: its actor; of a collective's the actor that this became, or its lead, as far as that
    /// may be seen.
    pub actor: Option<ActorId>,
    /// Of a collective's: the actor that this became and its members, as far as they may be seen.
    pub members: Vec<ActorId>,
    /// Where it is needed or given; where none is named, where its actor sits and acts, or its collective acts.
    pub places: Vec<TerritoryId>,
    /// French stems of its title and description.
    pub stems: BTreeSet<String>,
    /// Where its actor is, as far as it may be known: its point, else the middle of its seat. Collectives are nowhere so
    /// exactly.
    pub point: Option<Position>,
}

/// What is known of the places of all that is compared.
#[derive(Clone, Debug, Default)]
pub struct Geography {
    /// Pairs of which the first lies within the second.
    pub within: HashSet<(TerritoryId, TerritoryId)>,
    /// Their names.
    pub names: HashMap<TerritoryId, String>,
}

/// A need and an offer that go together.
#[derive(Clone, Debug, PartialEq)]
pub struct Match {
    /// The need.
    pub need: Exchange,
    /// The offer.
    pub offer: Exchange,
    /// From above 0 to 1.
    pub score: f64,
    /// Why, the weightiest first.
    pub reasons: Vec<Told>,
    /// Kilometres between the two actors; null where one of them has no place that may be known.
    pub distance_km: Option<f64>,
    /// Whether the two actors work together already.
    pub already_linked: bool,
}

/// How a need and an offer go together; null where they do not.
pub fn compare(one: &Party, other: &Party, geography: &Geography, linked: bool) -> Option<Match> {
    let (need, offer) = match (one.exchange.side, other.exchange.side) {
        (Side::Need, Side::Offer) => (one, other),
        (Side::Offer, Side::Need) => (other, one),
        _ => return None,
    };
    let same_actor = need.actor.is_some() && need.actor == offer.actor;
    if same_actor || need.exchange.kind != offer.exchange.kind {
        return None;
    }
    let distance_km =
        need.point.zip(offer.point).map(|(from, to)| (distance_metres(from, to) / 100.0).round() / 10.0);
    let parts = [
        (THEMES, common_theme(&need.exchange.themes, &offer.exchange.themes)),
        (PLACE, common_place(need, offer, geography, distance_km)),
        (TEXT, common_words(&need.stems, &offer.stems)),
    ];
    let mut told: Vec<_> = parts
        .into_iter()
        .filter_map(|(weight, part)| part.map(|(share, why)| (weight * share, why)))
        .collect();
    let score = (told.iter().map(|(points, _)| points).sum::<f64>() * 100.0).round() / 100.0;
    if score <= 0.0 {
        return None;
    }
    told.sort_by(|(a, _), (b, _)| b.total_cmp(a));
    let mut reasons: Vec<_> = told.into_iter().map(|(_, why)| why).collect();
    let kind = |language| need.exchange.kind.label(language);
    reasons.push(Told::new(
        format!("même type de ressource : {}", kind(Language::Fr)),
        format!("same kind of resource: {}", kind(Language::En)),
    ));
    if let Some(km) = distance_km {
        reasons.push(apart(km));
    }
    if linked {
        reasons.push(known_to_each_other(need.exchange.collective.is_some()));
    }
    let (need, offer) = (need.exchange.clone(), offer.exchange.clone());
    Some(Match { need, offer, score, reasons, distance_km, already_linked: linked })
}

/// Whether the two work together already: an interaction links them. With a collective, its members do for it, and whoever
/// is one of them does too.
pub fn linked<S: std::hash::BuildHasher>(
    one: &Party,
    other: &Party,
    links: &HashSet<(ActorId, ActorId), S>,
) -> bool {
    fn all(party: &Party) -> impl Iterator<Item = ActorId> {
        party.actor.into_iter().chain(party.members.iter().copied())
    }
    all(one).any(|own| all(other).any(|other| own == other || links.contains(&(own, other))))
}

/// The better one first: the higher score, then those that do not work together yet, then the nearer, then the older.
pub fn order(a: &Match, b: &Match) -> Ordering {
    let far = |m: &Match| m.distance_km.unwrap_or(f64::INFINITY);
    b.score
        .total_cmp(&a.score)
        .then(a.already_linked.cmp(&b.already_linked))
        .then(far(a).total_cmp(&far(b)))
        .then((a.need.id, a.offer.id).cmp(&(b.need.id, b.offer.id)))
}

/// These themes, those above and those below: what may be found with them.
pub fn related(slugs: &[String]) -> Vec<&'static str> {
    let mut related = themes::with_narrower(slugs.iter().map(String::as_str));
    let broader = slugs.iter().filter_map(|slug| themes::find(slug)?.broader.as_deref());
    for slug in broader {
        if !related.contains(&slug) {
            related.push(slug);
        }
    }
    related
}

fn common_theme(need: &[String], offer: &[String]) -> Option<(f64, Told)> {
    let label =
        |slug: &str, language| themes::find(slug).map_or("", |theme| theme.label(language)).to_owned();
    if let Some(slug) = need.iter().find(|slug| offer.contains(slug)) {
        let label = |language| label(slug, language);
        let why = Told::new(
            format!("thème commun : {}", label(Language::Fr)),
            format!("a theme in common: {}", label(Language::En)),
        );
        return Some((1.0, why));
    }
    let holds = |upper: &str, lower: &str| {
        themes::find(lower).is_some_and(|theme| theme.broader.as_deref() == Some(upper))
    };
    for one in need {
        for other in offer {
            if holds(one, other) || holds(other, one) {
                let both = |language| format!("{}, {}", label(one, language), label(other, language));
                let why = Told::new(
                    format!("thèmes voisins : {}", both(Language::Fr)),
                    format!("themes near each other: {}", both(Language::En)),
                );
                return Some((NEAR_THEME, why));
            }
        }
    }
    None
}

fn common_place(
    need: &Party,
    offer: &Party,
    geography: &Geography,
    distance_km: Option<f64>,
) -> Option<(f64, Told)> {
    let name = |id: &TerritoryId| geography.names.get(id).map_or("", String::as_str);
    if let Some(place) = need.places.iter().find(|place| offer.places.contains(place)) {
        let name = name(place);
        let why = Told::new(format!("même territoire : {name}"), format!("the same territory: {name}"));
        return Some((1.0, why));
    }
    let near = distance_km.map_or(0.0, |km| NESTED * (1.0 - km / NEAR_KM).max(0.0));
    for one in &need.places {
        for other in &offer.places {
            let nested = if geography.within.contains(&(*one, *other)) {
                (one, other)
            } else if geography.within.contains(&(*other, *one)) {
                (other, one)
            } else {
                continue;
            };
            let (inner, outer) = (name(nested.0), name(nested.1));
            let why = Told::new(
                format!("territoires emboîtés : {inner} dans {outer}"),
                format!("one territory within the other: {inner} in {outer}"),
            );
            return Some((NESTED, why));
        }
    }
    (near > 0.0).then(|| (near, Told::new("territoires proches", "territories near each other")))
}

fn common_words(need: &BTreeSet<String>, offer: &BTreeSet<String>) -> Option<(f64, Told)> {
    let telling = |stem: &&String| !SAID_BY_ALL.contains(&stem.as_str());
    let common = need.intersection(offer).filter(telling).count();
    if common == 0 {
        return None;
    }
    let size = |stems: &BTreeSet<String>| stems.iter().filter(telling).count();
    let share = common as f64 / size(need).min(size(offer)).max(LEAST_STEMS) as f64;
    let why = if common == 1 {
        Told::new("textes proches : un mot en commun", "texts alike: a word in common")
    } else {
        Told::new(
            format!("textes proches : {common} mots en commun"),
            format!("texts alike: {common} words in common"),
        )
    };
    Some((share, why))
}

fn apart(km: f64) -> Told {
    if km < 1.0 {
        Told::new("à moins d’un kilomètre", "less than a kilometre apart")
    } else {
        Told::new(format!("à {km:.0} km"), format!("{km:.0} km apart"))
    }
}

fn known_to_each_other(through_collective: bool) -> Told {
    if through_collective {
        Told::new(
            "l’acteur est du collectif, ou travaille déjà avec l’un de ses membres",
            "the actor is of the collective, or already works with one of its members",
        )
    } else {
        Told::new("les deux acteurs travaillent déjà ensemble", "the two actors already work together")
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use uuid::Uuid;

    use super::*;
    use crate::domain::exchanges::ResourceKind;
    use crate::domain::ids::{CollectiveId, ExchangeId};

    const DREUX: u128 = 101;
    const AGGLO: u128 = 102;
    const PARIS: u128 = 103;

    fn territory(id: u128) -> TerritoryId {
        TerritoryId(Uuid::from_u128(id))
    }

    fn party(side: Side, actor: u128, themes: &[&str], places: &[u128], words: &[&str]) -> Party {
        let exchange = Exchange {
            id: ExchangeId(Uuid::from_u128(actor)),
            side,
            actor: Some(ActorId(Uuid::from_u128(actor))),
            collective: None,
            kind: ResourceKind::Space,
            title: "Titre".to_owned(),
            description: None,
            themes: themes.iter().map(|&slug| slug.to_owned()).collect(),
            valid_until: None,
            closed_at: None,
            version: 1,
            created_at: DateTime::UNIX_EPOCH,
            updated_at: DateTime::UNIX_EPOCH,
        };
        Party {
            actor: exchange.actor,
            members: Vec::new(),
            exchange,
            places: places.iter().map(|id| territory(*id)).collect(),
            stems: words.iter().map(|&word| word.to_owned()).collect(),
            point: None,
        }
    }

    fn geography() -> Geography {
        let names = [(DREUX, "Dreux"), (AGGLO, "CA du Pays de Dreux"), (PARIS, "Paris")];
        Geography {
            within: HashSet::from([(territory(DREUX), territory(AGGLO))]),
            names: names.iter().map(|(id, name)| (territory(*id), (*name).to_owned())).collect(),
        }
    }

    fn at(mut party: Party, longitude: f64) -> Party {
        party.point = Position::new(longitude, 0.0).ok();
        party
    }

    fn told(need: &Party, offer: &Party) -> Option<(f64, Vec<String>)> {
        compare(need, offer, &geography(), false).map(|found| (found.score, reasons(&found, Language::Fr)))
    }

    fn reasons(found: &Match, language: Language) -> Vec<String> {
        found.reasons.iter().map(|why| why.as_told(language).to_owned()).collect()
    }

    #[test]
    fn each_part_counts_as_the_formula_says() {
        let words = ["sall", "repet", "theatr"];
        let need = party(Side::Need, 1, &["parenting"], &[DREUX], &words);
        for (themes, places, stems, score) in [
            (&["parenting"][..], &[DREUX][..], &words[..], 1.0),
            (&["parenting"], &[], &[], 0.4),
            // broader, narrower; a sibling is none
            (&["family"], &[], &[], 0.24),
            (&["child-protection"], &[DREUX], &[], 0.35),
            (&[], &[AGGLO], &[], 0.28),
            (&[], &[PARIS], &["sall"], 0.08),
            (&[], &[], &["sall", "repet", "musiqu", "piano"], 0.17),
            (&["family"], &[AGGLO], &["sall"], 0.6),
        ] {
            let offer = party(Side::Offer, 2, themes, places, stems);
            let found = told(&need, &offer);
            assert_eq!(found.map(|(score, _)| score), Some(score), "{themes:?} {places:?} {stems:?}");
            // whichever is asked
            assert_eq!(told(&offer, &need).map(|(score, _)| score), Some(score));
        }
        assert_eq!(told(&need, &party(Side::Offer, 2, &["health"], &[PARIS], &["piano"])), None);
    }

    #[test]
    fn its_own_actor_another_kind_or_the_same_side_is_no_match() {
        let need = party(Side::Need, 1, &["family"], &[DREUX], &[]);
        assert_eq!(told(&need, &party(Side::Offer, 1, &["family"], &[DREUX], &[])), None);
        assert_eq!(told(&need, &party(Side::Need, 2, &["family"], &[DREUX], &[])), None);
        let mut offer = party(Side::Offer, 2, &["family"], &[DREUX], &[]);
        offer.exchange.kind = ResourceKind::Data;
        assert_eq!(told(&need, &offer), None);
    }

    #[test]
    fn a_collective_is_known_by_its_members_and_never_matched_with_who_speaks_for_it() {
        let actor = |id| ActorId(Uuid::from_u128(id));
        let mut need = party(Side::Need, 1, &["family"], &[DREUX], &[]);
        need.exchange.actor = None;
        need.exchange.collective = Some(CollectiveId(Uuid::from_u128(1)));
        need.members = vec![actor(1), actor(3)];
        let offer = |id| party(Side::Offer, id, &["family"], &[DREUX], &[]);
        assert_eq!(told(&need, &offer(1)), None);
        let links = HashSet::from([(actor(3), actor(4)), (actor(4), actor(3))]);
        for (id, expected) in [(3, true), (4, true), (2, false)] {
            assert_eq!(linked(&need, &offer(id), &links), expected, "{id}");
            assert_eq!(linked(&offer(id), &need, &links), expected, "{id}");
        }
        let found = compare(&need, &offer(4), &geography(), true).expect("they go together");
        assert!(found.reasons.last().is_some_and(|why| why.as_told(Language::Fr).contains("collectif")));
    }

    #[test]
    fn what_is_near_counts_the_less_the_farther_it_is() {
        // A degree of longitude on the equator is 111.3 km.
        let need = at(party(Side::Need, 1, &[], &[DREUX], &[]), 0.0);
        let score = |longitude| told(&need, &at(party(Side::Offer, 2, &[], &[PARIS], &[]), longitude));
        let Some((near, reasons)) = score(0.1) else { panic!("it is near") };
        assert!((near - 0.22).abs() < 1e-9, "{near}");
        assert_eq!(
            reasons,
            ["territoires proches", "même type de ressource : local", "à 11 km"].map(str::to_owned)
        );
        assert_eq!(score(0.5), None);
    }

    #[test]
    fn reasons_are_said_the_weightiest_first() {
        let need = at(party(Side::Need, 1, &["parenting"], &[DREUX], &["sall", "cherch"]), 0.0);
        let offer = at(party(Side::Offer, 2, &["family"], &[AGGLO], &["sall", "propos", "cherch"]), 0.0);
        let found = compare(&need, &offer, &geography(), true).expect("they go together");
        assert_eq!(
            reasons(&found, Language::Fr),
            [
                "territoires emboîtés : Dreux dans CA du Pays de Dreux",
                "thèmes voisins : Parentalité, Famille",
                "textes proches : un mot en commun",
                "même type de ressource : local",
                "à moins d’un kilomètre",
                "les deux acteurs travaillent déjà ensemble",
            ]
        );
        assert_eq!(
            reasons(&found, Language::En),
            [
                "one territory within the other: Dreux in CA du Pays de Dreux",
                "themes near each other: Parenting, Family",
                "texts alike: a word in common",
                "same kind of resource: space",
                "less than a kilometre apart",
                "the two actors already work together",
            ]
        );
        assert!(found.already_linked);
    }

    #[test]
    fn those_that_work_together_come_after_new_ones_of_the_same_score_only() {
        let need = party(Side::Need, 1, &["parenting"], &[DREUX], &[]);
        let offer = |actor, themes: &[&str]| party(Side::Offer, actor, themes, &[DREUX], &[]);
        let found = |offer: &Party, linked| compare(&need, offer, &geography(), linked).expect("a match");
        let mut all = [
            found(&offer(2, &["parenting"]), true),
            found(&offer(3, &[]), false),
            found(&offer(4, &["parenting"]), false),
            found(&offer(5, &["family"]), true),
        ];
        all.sort_by(order);
        let actors: Vec<_> = all.iter().map(|found| found.offer.id.0.as_u128()).collect();
        assert_eq!(actors, [4, 2, 5, 3]);
    }

    #[test]
    fn related_themes_are_those_above_and_below() {
        assert_eq!(related(&["parenting".to_owned()]), ["parenting", "family"]);
        assert!(related(&["family".to_owned()]).contains(&"parenting"));
    }
}
