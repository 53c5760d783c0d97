//! The directory in memory, changed step by step, is the one that is read anew.

use chrono::NaiveDate;
use proptest::prelude::*;

use std::sync::Arc;

use super::*;
use crate::atlas::mercator::TileId;
use crate::atlas::{MAX_WEB_ZOOM, Stroke, Webs};
use crate::domain::interactions::{CooperationLevel, InteractionKind};

fn actor(id: u128, place: Option<(f64, f64)>, status: PublicationStatus) -> ActorRow {
    let kind = if id.is_multiple_of(2) { ActorKind::Association } else { ActorKind::Company };
    let name = format!("Acteur {id} {status}");
    ActorRow { id: Uuid::from_u128(id), kind, status, hidden: id.is_multiple_of(5), point: place, name }
}

fn tie(id: u128, source: u128, target: u128, since: Option<i32>) -> TieRow {
    TieRow {
        id: Uuid::from_u128(id),
        source: Uuid::from_u128(source),
        target: Uuid::from_u128(target),
        kind: if id.is_multiple_of(2) { InteractionKind::Funding } else { InteractionKind::Partnership },
        status: if id.is_multiple_of(7) { PublicationStatus::Draft } else { PublicationStatus::Published },
        level: id.is_multiple_of(3).then_some(CooperationLevel::Consultation),
        intensity: (id % 6) as u8,
        since,
        until: since.map(|since| since + 10),
    }
}

fn read(actors: &[ActorRow], ties: &[TieRow]) -> World {
    let mut world = World::of(actors.to_vec());
    world.add_ties(ties);
    world.settle_ties();
    world
}

fn day(number: i32) -> NaiveDate {
    NaiveDate::from_num_days_from_ce_opt(number).expect("a day")
}

/// Everything that can be read, in words that do not depend on numbers.
fn told(world: &World, on: i32) -> Vec<String> {
    let everyone = world.actors_in(|_| true);
    let (points, ties) =
        (world.located(false), world.ties_in(|status| status == PublicationStatus::Published));
    let mut told = Vec::new();
    for actor in &everyone {
        let (kind, place) = (world.kind(actor), world.point(actor).map(f64::to_bits));
        told.push(format!(
            "{} {kind} {} {place:?} {}",
            world.id(actor),
            world.name(actor),
            points.contains(actor)
        ));
    }
    let selected = world.select(&everyone, &points, &ties, day(on));
    let at = |marker: Option<u32>| marker.map(|marker| selected.markers[marker as usize].actor);
    told.extend(
        selected
            .edges
            .iter()
            .map(|e| format!("{} {:?} {:?} {}", e.interaction, at(e.source), at(e.target), e.weight)),
    );
    told.push(format!("{} {}", selected.unlocated, selected.ended));
    let (_, network) = world.network(&everyone, &ties, day(on));
    told.extend(network.iter().map(|tie| format!("{tie:?}")));
    told.sort();
    for zoom in [0, 3, 9, 16] {
        let (column, row) = Spot::at(1.37, 48.73).expect("a place").cell(zoom);
        let tile = TileId::new(zoom, column, row).expect("a tile");
        let mut inside: Vec<_> = world.inside(tile).iter().map(|&actor| world.id(actor)).collect();
        assert!(world.inside(tile).is_sorted_by_key(|&actor| world.code(actor)));
        let (first, last) = tile.codes();
        for anyone in 0..=world.size() as u32 {
            assert_eq!(world.between_around(first, last, anyone), world.inside(tile));
        }
        inside.sort();
        told.push(format!("{zoom} {inside:?}"));
    }
    told.push(format!("{} {}", world.actor_count(), world.tie_count()));
    told
}

/// The actors that are drawn, and the interactions.
fn drawn(world: &World) -> [Arc<Members>; 2] {
    let published = |status| status == PublicationStatus::Published;
    [world.actors_in(published) & world.located(false), world.ties_in(published)].map(Arc::new)
}

fn webs(world: &World, on: i32) -> Webs {
    let [drawn, ties] = drawn(world);
    let webs = Webs::of(world, drawn, ties, day(on));
    webs.make();
    webs
}

/// Lines of tiles, in words that do not depend on numbers.
fn lines(
    world: &World,
    crossing: impl Fn(TileId) -> Vec<Stroke>,
    zooms: std::ops::RangeInclusive<u32>,
) -> Vec<String> {
    let mut told = Vec::new();
    for zoom in zooms {
        for (longitude, latitude) in [(1.37, 48.73), (1.31, 48.71), (-100.0, 10.0)] {
            let (column, row) = Spot::at(longitude, latitude).expect("a place").cell(zoom);
            for stroke in crossing(TileId::new(zoom, column, row).expect("a tile")) {
                let tie = stroke.tie.map(|tie| world.ties().id(tie));
                told.push(format!("{zoom} {longitude} {:?} {tie:?}", Stroke { tie: None, ..stroke }));
            }
        }
    }
    told
}

fn places() -> impl Strategy<Value = Option<(f64, f64)>> {
    prop_oneof![
        Just(None),
        (1.30..1.40, 48.70..48.75).prop_map(Some),
        Just(Some((1.37, 48.73))),
        (-180.0..=180.0, -90.0..=90.0).prop_map(Some),
    ]
}

fn statuses() -> impl Strategy<Value = PublicationStatus> {
    prop_oneof![
        Just(PublicationStatus::Published),
        Just(PublicationStatus::Draft),
        Just(PublicationStatus::Archived)
    ]
}

/// What an entry becomes: null where it goes.
type Becomes = Option<(Option<(f64, f64)>, PublicationStatus)>;

fn changes() -> impl Strategy<Value = Vec<(u128, Becomes)>> {
    prop::collection::vec((0..20u128, prop::option::weighted(0.8, (places(), statuses()))), 0..12)
}

proptest! {
    #[test]
    fn what_is_changed_step_by_step_is_what_is_read_anew(
        steps in prop::collection::vec((changes(), prop::collection::vec((0..30u128, prop::option::weighted(0.8, (0..20u128, 0..20u128, prop::option::of(700_000..700_030)))), 0..12)), 1..6),
        on in 700_000..700_040,
    ) {
        let (mut actors, mut ties): (Vec<ActorRow>, Vec<TieRow>) = (Vec::new(), Vec::new());
        let mut world = World::default();
        let mut kept = webs(&world, on);
        for (number, (changed, linked)) in steps.into_iter().enumerate() {
            let (mut gone, mut gone_ties) = (Vec::new(), Vec::new());
            let mut touched: Vec<u128> = Vec::new();
            for (id, becomes) in changed {
                actors.retain(|actor| actor.id != Uuid::from_u128(id));
                touched.push(id);
                if let Some((place, status)) = becomes {
                    actors.push(actor(id, place, status));
                }
            }
            let there = |actors: &[ActorRow], id: u128| actors.iter().any(|actor| actor.id == Uuid::from_u128(id));
            gone.extend(touched.iter().filter(|&&id| !there(&actors, id)).map(|&id| Uuid::from_u128(id)));
            let mut touched_ties: Vec<Uuid> = linked.iter().map(|(id, _)| Uuid::from_u128(*id)).collect();
            // Interactions go before their ends do.
            touched_ties.extend(ties.iter().filter(|tie| gone.contains(&tie.source) || gone.contains(&tie.target)).map(|tie| tie.id));
            for (id, becomes) in linked {
                ties.retain(|tie| tie.id != Uuid::from_u128(id));
                if let Some((source, target, since)) = becomes.filter(|(source, target, _)| source != target) {
                    ties.push(tie(id, source, target, since));
                }
            }
            ties.retain(|tie| [tie.source, tie.target].iter().all(|end| actors.iter().any(|actor| actor.id == *end)));
            gone_ties.extend(touched_ties.iter().filter(|id| ties.iter().all(|tie| tie.id != **id)));
            let now: Vec<_> = actors.iter().filter(|actor| touched.contains(&actor.id.as_u128())).cloned().collect();
            let now_ties: Vec<_> = ties.iter().filter(|tie| touched_ties.contains(&tie.id)).copied().collect();
            if number == 0 {
                world = read(&actors, &ties);
                kept = webs(&world, on);
            } else {
                world.apply(&now, &gone, &now_ties, &gone_ties);
                let [drawn, ties] = drawn(&world);
                kept = kept.after(&world, drawn, ties).expect("little changed");
            }
            let anew = read(&actors, &ties);
            prop_assert_eq!(told(&world, on), told(&anew, on));
            let (made, all) = (webs(&anew, on), 0..=MAX_WEB_ZOOM);
            let drawn_lines = lines(&anew, |tile| made.crossing(tile), all.clone());
            prop_assert_eq!(lines(&world, |tile| kept.crossing(tile), all.clone()), &*drawn_lines);
            let found = |world: &World, zooms| {
                let [drawn, ties] = drawn(world);
                lines(world, |tile| world.crossing(tile, &drawn, &ties, day(on)), zooms)
            };
            prop_assert_eq!(found(&world, all), drawn_lines);
            prop_assert_eq!(found(&world, 13..=19), found(&anew, 13..=19));
        }
    }
}

#[test]
fn near_actors_stand_together() {
    let world = read(
        &[
            actor(1, Some((1.37, 48.73)), PublicationStatus::Published),
            actor(2, Some((-61.5, 16.2)), PublicationStatus::Published),
            actor(3, None, PublicationStatus::Published),
            actor(4, Some((1.371, 48.731)), PublicationStatus::Published),
        ],
        &[],
    );
    let numbers = [1, 4].map(|id| world.number(Uuid::from_u128(id)).expect("it is there"));
    assert_eq!(numbers[0].abs_diff(numbers[1]), 1);
    assert_eq!(world.number(Uuid::from_u128(3)), Some(3));
    assert!(world.bytes() > 0 && world.looseness() == 0);
}
