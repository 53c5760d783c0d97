//! The one filter of actors as SQL, wherever actors are listed, counted, mapped or followed. The actor is `a`.

use super::rows::names;
use super::scopes::{Id, Reading};
use super::sight::{sees_location, visible_actor, visible_interaction};
use super::sql::Sql;
use super::text_search::text_matches;
use crate::domain::actors::{ActorFilter, Near};
use crate::domain::listings::ActorAnchor;
use crate::domain::policy::Visibility;
use crate::domain::publication::PublicationStatus;
use crate::domain::search::SearchKind;
use crate::domain::territories::{ScopeDirection, TerritoryRef, TerritoryScope};
use crate::domain::themes;
use crate::geo::BoundingBox;

/// What an actor must hold to be seen and to match.
pub fn condition(filter: &ActorFilter, anchor: Option<ActorAnchor>, reading: &Reading) -> Sql {
    let mut sql = Sql::default();
    let visibility = &reading.visibility;
    visible_actor(&mut sql, "a", &asked_statuses(filter), visibility);
    match anchor {
        None => {}
        Some(ActorAnchor::Territory(basis)) => {
            sql.and("");
            reading.scope(&mut sql, Id::Each, ScopeDirection::Down, basis);
        }
        Some(ActorAnchor::Partners) => {
            sql.and("");
            interacts_with(&mut sql, Id::Each, visibility);
        }
    }
    sql.and("");
    matches(&mut sql, filter, reading);
    sql
}

/// The statuses that the filter names anywhere outside of a `not`: naming them is how archived entries are asked for.
fn asked_statuses(filter: &ActorFilter) -> Vec<PublicationStatus> {
    let nested = filter.and.iter().chain(&filter.or).flat_map(asked_statuses);
    filter.statuses.iter().copied().chain(nested).collect()
}

/// Whether the actor matches; never empty.
fn matches(sql: &mut Sql, filter: &ActorFilter, reading: &Reading) {
    let visibility = &reading.visibility;
    sql.push("(TRUE");
    for part in &filter.and {
        sql.and("");
        matches(sql, part, reading);
    }
    if !filter.or.is_empty() {
        sql.and("(FALSE");
        for part in &filter.or {
            sql.push(" OR ");
            matches(sql, part, reading);
        }
        sql.push(")");
    }
    if let Some(part) = &filter.not {
        sql.and("NOT ");
        matches(sql, part, reading);
    }
    if let Some(text) = &filter.text {
        sql.and("");
        text_matches(sql, SearchKind::Actor, text);
    }
    facts(sql, filter);
    if let Some(TerritoryScope { territory: TerritoryRef::Id(id), direction, basis }) = &filter.territory {
        sql.and("");
        reading.scope(sql, Id::Value(id.0), *direction, *basis);
    }
    places(sql, filter, visibility);
    if let Some(actor) = filter.interacts_with {
        sql.and("");
        interacts_with(sql, Id::Value(actor.0), visibility);
    }
    sql.push(")");
}

/// The plain columns.
fn facts(sql: &mut Sql, filter: &ActorFilter) {
    if !filter.kinds.is_empty() {
        sql.and("a.kind = ANY(").bind(names(&filter.kinds)).push(")");
    }
    if !filter.themes.is_empty() {
        sql.and("a.themes && ").bind(names(&themes::with_narrower(filter.themes.iter().map(String::as_str))));
    }
    if !filter.sdgs.is_empty() {
        sql.and("a.sdgs && ").bind(filter.sdgs.clone());
    }
    if !filter.audiences.is_empty() {
        sql.and("a.audiences && ").bind(filter.audiences.clone());
    }
    if !filter.statuses.is_empty() {
        sql.and("a.status = ANY(").bind(names(&filter.statuses)).push(")");
    }
    if let Some(since) = filter.updated_since {
        sql.and("a.updated_at >= ").bind(since);
    }
    if let Some(since) = filter.verified_since {
        sql.and("(a.verified_on IS NOT NULL AND a.verified_on >= ").bind(since).push(")");
    }
}

/// What asks for the point: never true of a hidden one for those who may not see it.
fn places(sql: &mut Sql, filter: &ActorFilter, visibility: &Visibility) {
    if let Some(has_location) = filter.has_location {
        sql.and(if has_location { "" } else { "NOT " }).push("(");
        seen_point(sql, visibility);
        sql.push(")");
    }
    if let Some(bbox) = &filter.bbox {
        seen_point(sql.and("("), visibility);
        sql.and("");
        in_box(sql, bbox);
        sql.push(")");
    }
    if let Some(near) = &filter.near {
        seen_point(sql.and("("), visibility);
        around(sql, near);
        sql.and("");
        distance(sql, near);
        sql.push(" <= ").bind(near.radius_km * 1_000.0).push(")");
    }
}

/// Whether the actor has a point that may be seen.
pub fn seen_point(sql: &mut Sql, visibility: &Visibility) {
    sql.push("a.longitude IS NOT NULL AND ");
    sees_location(sql, "a", visibility);
}

/// Whether the point lies in the box.
pub fn in_box(sql: &mut Sql, bbox: &BoundingBox) {
    sql.push("point(a.longitude, a.latitude) <@ box(point(").bind(bbox.west()).push(", ").bind(bbox.south());
    sql.push("), point(").bind(bbox.east()).push(", ").bind(bbox.north()).push("))");
}

/// A box that holds the circle, so that the index finds it; one that reaches the antimeridian helps nothing.
fn around(sql: &mut Sql, near: &Near) {
    let bbox = BoundingBox::from_positions([near.centre]).map(|b| b.expand_metres(near.radius_km * 1_000.0));
    if let Some(bbox) = bbox.filter(|b| b.west() > -180.0 && b.east() < 180.0) {
        sql.and("");
        in_box(sql, &bbox);
    }
}

/// Metres from the circle's centre.
pub fn distance(sql: &mut Sql, near: &Near) {
    sql.push("distance_metres(a.longitude, a.latitude, ").bind(near.centre.longitude());
    sql.push(", ").bind(near.centre.latitude()).push(")");
}

/// Whether an interaction that may be seen links the two.
fn interacts_with(sql: &mut Sql, actor: Id, visibility: &Visibility) {
    sql.push("a.id IN (");
    for (index, (this, other)) in [("source_id", "target_id"), ("target_id", "source_id")].iter().enumerate()
    {
        sql.push(if index == 0 { "SELECT i." } else { " UNION ALL SELECT i." }).push(other);
        sql.push(" FROM interactions i JOIN actors o ON o.id = i.")
            .push(this)
            .push(" WHERE i.")
            .push(this)
            .push(" = ");
        actor.write(sql);
        sql.and("");
        visible_interaction(sql, &[], visibility);
        sql.and("");
        visible_actor(sql, "o", &[], visibility);
    }
    sql.push(")");
}
