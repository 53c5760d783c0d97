//! What lies within what: links between territories, derived from official lists and from outlines.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::ids::TerritoryId;
use super::territories::{Basis, ListBasis, Relation, TerritoryKind};
use crate::geo::{INTERSECTS_FROM, WITHIN_FROM};

/// What the rules need to know of a territory.
#[derive(Clone, Copy, Debug)]
pub struct Perimeter {
    /// Its identity.
    pub id: TerritoryId,
    /// Its kind.
    pub kind: TerritoryKind,
    /// Year of its list.
    pub vintage: i32,
    /// Area of its outline in square metres; null without one.
    pub area_m2: Option<f64>,
}

/// A list names a territory under another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Listing {
    /// The listed one.
    pub territory: TerritoryId,
    /// The one that it is listed under.
    pub under: TerritoryId,
    /// How much the list's word counts.
    pub basis: ListBasis,
}

/// How much of each of two outlines lies in the other.
#[derive(Clone, Copy, Debug)]
pub struct Overlap {
    /// One territory.
    pub a: TerritoryId,
    /// The other.
    pub b: TerritoryId,
    /// Share of a's area inside b, 0 to 1.
    pub a_in_b: f64,
    /// Share of b's area inside a, 0 to 1.
    pub b_in_a: f64,
}

/// A derived link.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Link {
    /// The territory.
    pub territory: TerritoryId,
    /// What it lies within or overlaps.
    pub other: TerritoryId,
    /// Which of the two.
    pub relation: Relation,
    /// What says so.
    pub basis: Basis,
    /// Within, with none in between.
    pub direct: bool,
    /// Share of the territory's area inside the other; null where only lists say so.
    pub share: Option<f64>,
}

/// Links, and the parent columns that outlines contradict.
#[derive(Debug, Default)]
pub struct Derived {
    /// The transitive closure of what lies within what, and the overlaps, in order of territory and other.
    pub links: Vec<Link>,
    /// Parent columns that are not believed, with the share that contradicts them.
    pub contradicted: Vec<(Listing, f64)>,
}

/// Derives every link between these territories.
pub fn derive(perimeters: &[Perimeter], listings: &[Listing], overlaps: &[Overlap]) -> Derived {
    let known: HashMap<_, _> = perimeters.iter().map(|p| (p.id, *p)).collect();
    let shares: HashMap<_, _> =
        overlaps.iter().flat_map(|o| [((o.a, o.b), o.a_in_b), ((o.b, o.a), o.b_in_a)]).collect();
    let mut derived = Derived::default();
    let mut nesting = Nesting::default();
    let mut overlapping: BTreeMap<(TerritoryId, TerritoryId), (Basis, Option<f64>)> = BTreeMap::new();

    let mut listings: Vec<_> = listings
        .iter()
        .filter(|l| known.contains_key(&l.territory) && known.contains_key(&l.under))
        .collect();
    // Memberships before parent columns, so that a loop is cut at the weaker word.
    listings.sort_by_key(|l| (l.basis, l.territory, l.under));
    let parts = neighbourhood_parts(&known, &listings);
    for listing in &listings {
        let pair = (listing.territory, listing.under);
        let share = shares.get(&pair).copied();
        let is_one_of_several = known[&listing.under].kind == TerritoryKind::Commune
            && parts.get(&listing.territory).is_some_and(|under| *under > 1);
        if listing.basis != ListBasis::Parent && is_one_of_several {
            // Listed under several communes: it overlaps each, and whatever their outlines say no one holds it.
            overlapping.insert(pair, (Basis::List, share));
            overlapping.insert((pair.1, pair.0), (Basis::List, shares.get(&(pair.1, pair.0)).copied()));
        } else if listing.basis != ListBasis::Parent {
            nesting.add(listing.territory, listing.under, Basis::List);
        } else if both_outlined(&known, pair) {
            if share.unwrap_or(0.0) < WITHIN_FROM {
                derived.contradicted.push((**listing, share.unwrap_or(0.0)));
            }
        } else {
            nesting.add(listing.territory, listing.under, Basis::List);
        }
    }
    for (a, b, share) in outline_nestings(&known, overlaps) {
        if !overlapping.contains_key(&(a, b)) && nesting.add(a, b, Basis::Outline) == Added::Loop {
            overlapping.insert((a, b), (Basis::Outline, Some(share)));
        }
    }
    let closure = nesting.closure();
    for overlap in overlaps {
        for (a, b, share) in [(overlap.a, overlap.b, overlap.a_in_b), (overlap.b, overlap.a, overlap.b_in_a)]
        {
            let nested = closure.contains_key(&(a, b)) || closure.contains_key(&(b, a));
            if share >= INTERSECTS_FROM && !nested && !lists_decide(&known[&a], &known[&b]) {
                overlapping.entry((a, b)).or_insert((Basis::Outline, Some(share)));
            }
        }
    }
    let mut links: BTreeMap<_, _> = BTreeMap::new();
    for (pair, (basis, share)) in overlapping {
        if !closure.contains_key(&pair) && !closure.contains_key(&(pair.1, pair.0)) {
            links.insert(pair, link(pair, Relation::Intersects, basis, false, share));
        }
    }
    for (pair, (basis, direct)) in &closure {
        links.insert(*pair, link(*pair, Relation::Within, *basis, *direct, shares.get(pair).copied()));
    }
    derived.links = links.into_values().collect();
    derived
}

fn link(
    (territory, other): (TerritoryId, TerritoryId),
    relation: Relation,
    basis: Basis,
    direct: bool,
    share: Option<f64>,
) -> Link {
    Link { territory, other, relation, basis, direct, share }
}

/// Under how many communes each neighbourhood is listed.
fn neighbourhood_parts(
    known: &HashMap<TerritoryId, Perimeter>,
    listings: &[&Listing],
) -> HashMap<TerritoryId, usize> {
    let mut parts = HashMap::new();
    for listing in listings.iter().filter(|l| l.basis != ListBasis::Parent) {
        if known[&listing.territory].kind == TerritoryKind::PriorityNeighbourhood
            && known[&listing.under].kind == TerritoryKind::Commune
        {
            *parts.entry(listing.territory).or_default() += 1;
        }
    }
    parts
}

fn both_outlined(known: &HashMap<TerritoryId, Perimeter>, (a, b): (TerritoryId, TerritoryId)) -> bool {
    known[&a].area_m2.is_some() && known[&b].area_m2.is_some()
}

/// Whether outlines have nothing to say on two territories: of which EPCI, département and région a commune is part
/// official lists decide alone, and those of one such kind in one list divide the country, so that what their outlines
/// share is error.
pub fn lists_decide(a: &Perimeter, b: &Perimeter) -> bool {
    let divides = |kind: TerritoryKind| kind == TerritoryKind::Commune || kind.lists_decide_for_communes();
    a.kind == TerritoryKind::Commune && b.kind.lists_decide_for_communes()
        || b.kind == TerritoryKind::Commune && a.kind.lists_decide_for_communes()
        || a.kind == b.kind && a.vintage == b.vintage && divides(a.kind)
}

/// What the outlines nest, the clearest first; of two that lie within each other the smaller kind is within the larger.
fn outline_nestings(
    known: &HashMap<TerritoryId, Perimeter>,
    overlaps: &[Overlap],
) -> Vec<(TerritoryId, TerritoryId, f64)> {
    let mut nestings = Vec::new();
    for overlap in overlaps {
        let (Some(a), Some(b)) = (known.get(&overlap.a), known.get(&overlap.b)) else { continue };
        if lists_decide(a, b) {
            continue;
        }
        let a_first = a.kind.nests_before(a.area_m2.unwrap_or(0.0), b.kind, b.area_m2.unwrap_or(0.0));
        match (overlap.a_in_b >= WITHIN_FROM, overlap.b_in_a >= WITHIN_FROM) {
            (true, true) if a_first => nestings.push((a.id, b.id, overlap.a_in_b)),
            (true | false, true) => nestings.push((b.id, a.id, overlap.b_in_a)),
            (true, false) => nestings.push((a.id, b.id, overlap.a_in_b)),
            (false, false) => {}
        }
    }
    nestings.sort_by(|x, y| y.2.total_cmp(&x.2).then_with(|| (x.0, x.1).cmp(&(y.0, y.1))));
    nestings
}

#[derive(PartialEq, Eq)]
enum Added {
    Yes,
    Loop,
}

/// What lies directly within what, kept free of loops.
#[derive(Default)]
struct Nesting {
    holders: BTreeMap<TerritoryId, BTreeMap<TerritoryId, Basis>>,
}

impl Nesting {
    /// Adds unless it would close a loop; the first word on a pair stays.
    fn add(&mut self, inner: TerritoryId, outer: TerritoryId, basis: Basis) -> Added {
        if inner == outer || self.reach(outer).contains_key(&inner) {
            return Added::Loop;
        }
        self.holders.entry(inner).or_default().entry(outer).or_insert(basis);
        Added::Yes
    }

    /// Everything that holds a territory, at any depth, with the weakest basis on a strongest way there.
    fn reach(&self, from: TerritoryId) -> BTreeMap<TerritoryId, Basis> {
        let mut reached: BTreeMap<TerritoryId, Basis> = BTreeMap::new();
        let mut open = vec![(from, Basis::List)];
        while let Some((at, basis)) = open.pop() {
            for (holder, word) in self.holders.get(&at).into_iter().flatten() {
                let basis = basis.max(*word);
                if reached.get(holder).is_none_or(|known| basis < *known) {
                    reached.insert(*holder, basis);
                    open.push((*holder, basis));
                }
            }
        }
        reached
    }

    /// Every pair of the closure with its basis, and whether nothing is in between.
    fn closure(&self) -> BTreeMap<(TerritoryId, TerritoryId), (Basis, bool)> {
        let reach: BTreeMap<_, _> = self.holders.keys().map(|id| (*id, self.reach(*id))).collect();
        let mut closure = BTreeMap::new();
        for (inner, holders) in &reach {
            let between: BTreeSet<_> =
                holders.keys().filter_map(|holder| reach.get(holder)).flat_map(BTreeMap::keys).collect();
            for (holder, basis) in holders {
                closure.insert((*inner, *holder), (*basis, !between.contains(holder)));
            }
        }
        closure
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::TerritoryKind::{
        Commune, Custom, Department, EducationCity, Intercommunality, PriorityNeighbourhood,
    };
    use super::*;

    fn id(n: u128) -> TerritoryId {
        TerritoryId(Uuid::from_u128(n))
    }

    fn perimeter(n: u128, kind: TerritoryKind, area: f64) -> Perimeter {
        Perimeter { id: id(n), kind, vintage: 2026, area_m2: (area > 0.0).then_some(area) }
    }

    fn listed(a: u128, b: u128, basis: ListBasis) -> Listing {
        Listing { territory: id(a), under: id(b), basis }
    }

    fn overlap(a: u128, b: u128, a_in_b: f64, b_in_a: f64) -> Overlap {
        Overlap { a: id(a), b: id(b), a_in_b, b_in_a }
    }

    fn told(derived: &Derived) -> Vec<(u128, Relation, u128, Basis, bool)> {
        let told = |l: &Link| (l.territory.0.as_u128(), l.relation, l.other.0.as_u128(), l.basis, l.direct);
        derived.links.iter().map(told).collect()
    }

    use Basis::{List, Outline};
    use Relation::{Intersects, Within};

    #[test]
    fn lists_alone_decide_of_which_departement_a_commune_is_part() {
        let territories =
            [perimeter(1, Commune, 10.0), perimeter(2, Department, 900.0), perimeter(3, Department, 900.0)];
        let derived = derive(
            &territories,
            &[listed(1, 2, ListBasis::Part)],
            &[overlap(1, 2, 0.5, 0.005), overlap(1, 3, 0.99, 0.01)],
        );
        assert_eq!(told(&derived), [(1, Within, 2, List, true)]);
    }

    #[test]
    fn a_parent_column_that_outlines_contradict_is_reported_and_not_believed() {
        let territories = [perimeter(1, Intercommunality, 100.0), perimeter(2, Department, 600.0)];
        let listing = listed(1, 2, ListBasis::Parent);
        let derived = derive(&territories, &[listing], &[overlap(1, 2, 0.947, 0.16)]);
        assert_eq!(derived.contradicted, [(listing, 0.947)]);
        assert_eq!(told(&derived), [(1, Intersects, 2, Outline, false), (2, Intersects, 1, Outline, false)]);
    }

    #[test]
    fn a_neighbourhood_listed_under_two_communes_overlaps_both_and_under_one_lies_within() {
        let territories = [
            perimeter(1, PriorityNeighbourhood, 0.0),
            perimeter(2, Commune, 9.0),
            perimeter(3, Commune, 9.0),
        ];
        let both =
            [listed(1, 2, ListBasis::Part), listed(1, 3, ListBasis::Part), listed(1, 2, ListBasis::Parent)];
        let one = derive(&territories, &both[..1], &[]);
        assert_eq!(told(&one), [(1, Within, 2, List, true)]);
        let two = derive(&territories, &both[..2], &[]);
        assert!(two.links.iter().all(|l| l.relation == Intersects));
        assert_eq!(two.links.len(), 4);
    }

    #[test]
    fn of_two_that_lie_within_each_other_the_smaller_kind_is_within_the_larger() {
        let territories = [perimeter(1, Intercommunality, 100.0), perimeter(2, EducationCity, 101.0)];
        let derived = derive(&territories, &[], &[overlap(1, 2, 0.999, 0.985)]);
        assert_eq!(told(&derived), [(2, Within, 1, Outline, true)]);
        let custom = [perimeter(1, Custom, 100.0), perimeter(2, EducationCity, 101.0)];
        assert_eq!(
            told(&derive(&custom, &[], &[overlap(1, 2, 0.999, 0.985)])),
            [(1, Within, 2, Outline, true)]
        );
    }

    #[test]
    fn parents_are_what_nothing_lies_between_and_ancestors_are_all() {
        let territories = [
            perimeter(1, PriorityNeighbourhood, 0.0),
            perimeter(2, Commune, 9.0),
            perimeter(3, Department, 99.0),
        ];
        let lists =
            [listed(1, 2, ListBasis::Part), listed(2, 3, ListBasis::Part), listed(1, 3, ListBasis::Parent)];
        let derived = derive(&territories, &lists, &[]);
        assert_eq!(
            told(&derived),
            [(1, Within, 2, List, true), (1, Within, 3, List, false), (2, Within, 3, List, true)]
        );
    }

    #[test]
    fn a_loop_of_lists_and_outlines_is_cut() {
        let territories =
            [perimeter(1, Custom, 10.0), perimeter(2, Custom, 10.1), perimeter(3, Custom, 10.2)];
        let derived = derive(
            &territories,
            &[listed(3, 1, ListBasis::Part)],
            &[overlap(1, 2, 0.99, 0.97), overlap(2, 3, 0.99, 0.97), overlap(3, 1, 0.97, 0.99)],
        );
        for link in derived.links.iter().filter(|l| l.relation == Within) {
            let back =
                |l: &Link| l.territory == link.other && l.other == link.territory && l.relation == Within;
            assert!(!derived.links.iter().any(back), "{link:?}");
        }
    }
}
