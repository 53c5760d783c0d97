//! Links between territories, derived anew after a change: unions of members, overlaps of outlines, what lies within
//! what, and the places of actors that follow from them.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use super::places::Places;
use super::{App, Error};
use crate::domain::ids::TerritoryId;
use crate::domain::links::{self, Derived, Overlap, Perimeter};
use crate::domain::territories::{ListBasis, Territory};
use crate::geo::{Boundary, BoxIndex, INTERSECTS_FROM};
use crate::store::outlines::Copy;
use crate::store::{self, Transaction};

/// Of how many territories the overlaps are measured before other outlines are read: what bounds memory.
const MEASURED_AT_ONCE: usize = 200;

impl App {
    /// Brings everything derived from territories up to date after these have changed their outline or their place in
    /// lists; what it found that lists and outlines disagree on comes back.
    pub(super) async fn relink(&self, tx: &Transaction, changed: &[TerritoryId]) -> Result<Derived, Error> {
        let listings = store::territory_links::listings(tx).await?;
        let mut changed: HashSet<_> = changed.iter().copied().collect();
        self.unite_members(tx, &listings, &mut changed).await?;
        let territories = store::territories::all(tx).await?;
        let standing = store::territory_links::links(tx).await?;
        let overlaps = self.overlaps(tx, &territories, &standing, &changed).await?;
        let perimeters: Vec<_> = territories.iter().map(perimeter).collect();
        let derived = links::derive(&perimeters, &listings, &overlaps);
        let before: HashMap<_, _> =
            standing.iter().map(|link| ((link.territory, link.other), link)).collect();
        let now: HashSet<_> = derived.links.iter().map(|link| (link.territory, link.other)).collect();
        let gone: Vec<_> = before.keys().filter(|pair| !now.contains(pair)).copied().collect();
        let differs = |link: &&links::Link| before.get(&(link.territory, link.other)) != Some(link);
        let written: Vec<_> = derived.links.iter().filter(differs).copied().collect();
        store::territory_links::write(tx, &written, &gone).await?;
        self.place_actors_about(tx, &territories, &changed).await?;
        Ok(derived)
    }

    /// Gives perimeters made of members the union of their outlines, where every member has one and they have none of
    /// their own; members that are unions themselves come first.
    async fn unite_members(
        &self,
        tx: &Transaction,
        listings: &[links::Listing],
        changed: &mut HashSet<TerritoryId>,
    ) -> Result<(), Error> {
        let mut members: HashMap<TerritoryId, Vec<TerritoryId>> = HashMap::new();
        for listing in listings.iter().filter(|l| l.basis == ListBasis::Member) {
            members.entry(listing.under).or_default().push(listing.territory);
        }
        let ids: Vec<_> = changed.iter().copied().collect();
        for territory in store::territories::by_ids(tx, &ids).await? {
            // A union without members any more loses its outline.
            if territory.outline.is_some_and(|outline| outline.from_members) {
                members.entry(territory.id).or_default();
            }
        }
        for of in unions(&members, changed) {
            if self.unite(tx, of, &members[&of]).await? {
                changed.insert(of);
            }
        }
        Ok(())
    }

    /// Gives one perimeter the union of its members' outlines; whether that changed its own.
    async fn unite(&self, tx: &Transaction, of: TerritoryId, members: &[TerritoryId]) -> Result<bool, Error> {
        let ids: Vec<_> = members.iter().chain([&of]).copied().collect();
        let mut known: HashMap<_, _> =
            store::territories::by_ids(tx, &ids).await?.into_iter().map(|t| (t.id, t)).collect();
        let Some(territory) = known.remove(&of) else { return Ok(false) };
        if territory.outline.as_ref().is_some_and(|outline| !outline.from_members) {
            return Ok(false);
        }
        let members: Vec<_> = known.into_values().collect();
        let (united, copies) = self.united(tx, &territory, members).await?;
        if united.outline == territory.outline {
            return Ok(false);
        }
        store::territories::write(tx, &[united]).await?;
        store::outlines::write(tx, &[(of, copies)]).await?;
        Ok(true)
    }

    /// A perimeter as its members make it, with its outline's copies; without an outline where one of them has none.
    pub(super) async fn united(
        &self,
        tx: &Transaction,
        territory: &Territory,
        mut members: Vec<Territory>,
    ) -> Result<(Territory, Vec<Copy>), Error> {
        // A union's corners depend on the order: the same members give the same text.
        members.sort_unstable_by_key(|member| member.id);
        let outlines = self.outlines.of(tx, &members).await?;
        let parts: Vec<_> = members.iter().filter_map(|member| outlines.get(&member.id)).collect();
        let boundary = if parts.len() == members.len() {
            Boundary::union(&parts.iter().map(AsRef::as_ref).collect::<Vec<_>>())
        } else {
            None
        };
        let mut united = territory.clone();
        let before = united.outline.take();
        if let Some(boundary) = &boundary {
            let of_members = || members.iter().filter_map(|member| member.outline.as_ref());
            let vintage = of_members().map(|outline| outline.vintage).max().unwrap_or(territory.vintage);
            let precision = of_members().map(|outline| outline.precision_metres).fold(0.0, f64::max);
            super::territories::measure(&mut united, boundary, vintage, precision);
        } else if before.is_some() {
            united.centroid = None;
        }
        if let Some(outline) = &mut united.outline {
            outline.from_members = true;
        }
        Ok((united, boundary.as_ref().map(super::territories::copies).unwrap_or_default()))
    }

    /// How much of each two outlines lies in the other: measured where one of them changed, as it stands otherwise.
    pub(super) async fn overlaps(
        &self,
        tx: &Transaction,
        territories: &[Territory],
        standing: &[links::Link],
        changed: &HashSet<TerritoryId>,
    ) -> Result<Vec<Overlap>, Error> {
        let known: HashMap<_, _> = territories.iter().map(|t| (t.id, t)).collect();
        let area = |id: &TerritoryId| known.get(id).and_then(|t| t.outline.as_ref()).map(|o| o.area_m2);
        let mut overlaps: HashMap<(TerritoryId, TerritoryId), Overlap> = HashMap::new();
        for link in standing.iter().filter(|l| !changed.contains(&l.territory) && !changed.contains(&l.other))
        {
            let (Some(share), Some(own), Some(others)) =
                (link.share, area(&link.territory), area(&link.other))
            else {
                continue;
            };
            // What they share is as large seen from either side.
            let overlap = Overlap {
                a: link.territory,
                b: link.other,
                a_in_b: share,
                b_in_a: (share * own / others).min(1.0),
            };
            overlaps.insert((link.territory.min(link.other), link.territory.max(link.other)), overlap);
        }
        let outlined: Vec<_> = territories.iter().filter(|t| t.outline.is_some()).collect();
        let boxes = outlined.iter().filter_map(|t| Some((t.outline.as_ref()?.bbox, *t)));
        let boxes = BoxIndex::new(boxes);
        let mut of: Vec<_> = outlined.into_iter().filter(|t| changed.contains(&t.id)).collect();
        // Neighbours by code are mostly neighbours on the ground, whose outlines are at hand already.
        of.sort_by(|a, b| (a.kind, &a.code, a.id).cmp(&(b.kind, &b.code, b.id)));
        for batch in of.chunks(MEASURED_AT_ONCE) {
            let mut pairs: Vec<(&Territory, &Territory)> = Vec::new();
            for territory in batch {
                let Some(outline) = &territory.outline else { continue };
                // A pair of two that changed is measured once.
                let is_due = |other: &&Territory| {
                    may_overlap(territory, other) && (territory.id < other.id || !changed.contains(&other.id))
                };
                pairs.extend(boxes.meeting(&outline.bbox).copied().filter(is_due).map(|o| (*territory, o)));
            }
            let needed: HashMap<_, _> = pairs.iter().flat_map(|(a, b)| [(a.id, *a), (b.id, *b)]).collect();
            let needed: Vec<_> = needed.into_values().cloned().collect();
            let outlines = self.outlines.of(tx, &needed).await?;
            for (a, b) in pairs {
                let (Some(own), Some(other)) = (outlines.get(&a.id), outlines.get(&b.id)) else { continue };
                let overlap = measure(a.id, own, b.id, other);
                if overlap.a_in_b.max(overlap.b_in_a) >= INTERSECTS_FROM {
                    overlaps.insert((a.id.min(b.id), a.id.max(b.id)), overlap);
                }
            }
        }
        Ok(overlaps.into_values().collect())
    }

    /// Places anew the actors whose point lies in the box of an outline that changed, or lay in what it was.
    async fn place_actors_about(
        &self,
        tx: &Transaction,
        territories: &[Territory],
        changed: &HashSet<TerritoryId>,
    ) -> Result<(), Error> {
        let boxes: Vec<_> = territories
            .iter()
            .filter(|t| changed.contains(&t.id))
            .filter_map(|t| t.outline.as_ref().map(|outline| outline.bbox))
            .collect();
        let changed: Vec<_> = changed.iter().copied().collect();
        let mut actors: HashMap<_, _> = store::actors::placed_in(tx, &changed)
            .await?
            .into_iter()
            .map(|actor| (actor.id, actor))
            .collect();
        if let Some(all) = boxes.iter().copied().reduce(|all, one| all.union(&one)) {
            let boxes = BoxIndex::new(boxes.into_iter().map(|bbox| (bbox, ())));
            let located = store::actors::located_in(tx, &all).await?.into_iter();
            let located = located.filter(|a| a.point().is_some_and(|point| boxes.at(point).next().is_some()));
            actors.extend(located.map(|actor| (actor.id, actor)));
        }
        if actors.is_empty() {
            return Ok(());
        }
        let places = Places::about(self, tx, &actors.values().collect::<Vec<_>>()).await?;
        let (mut seats, mut held) = (Vec::new(), Vec::new());
        for actor in actors.values_mut() {
            let before = actor.seat;
            let placed = places.place(actor);
            if actor.seat != before {
                seats.push((actor.id, actor.seat));
            }
            held.push((actor.id, placed.held_by));
        }
        store::actors::write_seats(tx, &seats).await?;
        Ok(store::actors::write_points(tx, &held).await?)
    }
}

/// The perimeters whose union may change, members before what is made of them; each once, though members loop.
fn unions(
    members: &HashMap<TerritoryId, Vec<TerritoryId>>,
    changed: &HashSet<TerritoryId>,
) -> Vec<TerritoryId> {
    let mut pending: BTreeSet<_> = changed.iter().filter(|id| members.contains_key(id)).copied().collect();
    loop {
        let touched = |id: &TerritoryId| changed.contains(id) || pending.contains(id);
        let above = members.iter().filter(|(of, parts)| !pending.contains(of) && parts.iter().any(touched));
        let above: Vec<_> = above.map(|(of, _)| *of).collect();
        if above.is_empty() {
            break;
        }
        pending.extend(above);
    }
    let mut ordered = Vec::new();
    while let Some(first) = pending.first().copied() {
        let is_ready = |of: &&TerritoryId| members[of].iter().all(|part| !pending.contains(part));
        let next = pending.iter().find(is_ready).copied().unwrap_or(first);
        pending.remove(&next);
        ordered.push(next);
    }
    ordered
}

pub(super) fn perimeter(territory: &Territory) -> Perimeter {
    let area_m2 = territory.outline.as_ref().map(|outline| outline.area_m2);
    Perimeter { id: territory.id, kind: territory.kind, vintage: territory.vintage, area_m2 }
}

/// Whether the outlines of two may say anything: their boxes meet, and no list alone decides on them.
fn may_overlap(a: &Territory, b: &Territory) -> bool {
    let (Some(own), Some(others)) = (&a.outline, &b.outline) else { return false };
    a.id != b.id && own.bbox.intersects(&others.bbox) && !links::lists_decide(&perimeter(a), &perimeter(b))
}

fn measure(a: TerritoryId, own: &Arc<Boundary>, b: TerritoryId, other: &Arc<Boundary>) -> Overlap {
    let a_in_b = own.share_within(other);
    // What they share is as large seen from either side.
    let b_in_a = (a_in_b * own.area_m2() / other.area_m2()).min(1.0);
    Overlap { a, b, a_in_b, b_in_a }
}
