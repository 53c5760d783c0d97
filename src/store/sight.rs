//! What a caller may see, as SQL. A condition here is never null, so that `NOT` may stand before it.

use uuid::Uuid;

use super::application_parts::{OPEN, co_applicants};
use super::sql::Sql;
use super::standing::nowhere_else;
use crate::domain::ids::{ActorId, TerritoryId};
use crate::domain::policy::{Sight, Visibility};
use crate::domain::publication::PublicationStatus;

/// Actors of `alias` that may be seen; archived ones only where they are asked for.
pub fn visible_actor(sql: &mut Sql, alias: &str, asked: &[PublicationStatus], visibility: &Visibility) {
    let archived = asked.contains(&PublicationStatus::Archived);
    let Some(sight) = settled(sql, alias, archived, visibility) else { return };
    if archived {
        // What is not to be listed is there for administrators alone.
        sql.push(alias).push(".suppressed_at IS NULL AND ");
    }
    sql.push("(");
    own(sql, &format!("{alias}.id"), &sight.own);
    sql.push(" OR ");
    reached(sql, alias, &sight.readable());
    sql.push(")))");
}

/// Interactions of `i` that may be seen if their ends may; archived ones only where they are asked for.
pub fn visible_interaction(sql: &mut Sql, asked: &[PublicationStatus], visibility: &Visibility) {
    let archived = asked.contains(&PublicationStatus::Archived);
    let Some(sight) = settled(sql, "i", archived, visibility) else { return };
    sql.push("(");
    own(sql, "i.declared_by_id", &sight.own);
    // What the other side is still writing is its own.
    sql.push(" OR i.status = 'SUBMITTED' AND (");
    an_end_is_own(sql, sight);
    sql.push(") OR ");
    an_end_is_reached(sql, &sight.readable());
    sql.push(")))");
}

/// Actors of `alias` that may be seen, in a statement that joins most of them: the unpublished ones are found first, as
/// a set, since Postgres takes what each of them is asked for what all are asked.
pub fn visible_actors(sql: &mut Sql, alias: &str, visibility: &Visibility) {
    apart(sql, "actors", alias, visibility, |sql| visible_actor(sql, alias, &[], visibility));
}

/// Interactions of `i` that may be seen if their ends may, in such a statement.
pub fn visible_interactions(sql: &mut Sql, visibility: &Visibility) {
    apart(sql, "interactions", "i", visibility, |sql| visible_interaction(sql, &[], visibility));
}

fn apart(sql: &mut Sql, table: &str, alias: &str, visibility: &Visibility, condition: impl FnOnce(&mut Sql)) {
    if !matches!(visibility, Visibility::Granted(_)) {
        return condition(sql);
    }
    sql.push("(").push(alias).push(".status = 'PUBLISHED' OR ").push(alias).push(".id IN (SELECT ");
    sql.push(alias).push(".id FROM ").push(table).push(" ").push(alias).push(" WHERE ").push(alias);
    sql.push(".status <> 'PUBLISHED' AND ");
    condition(sql);
    sql.push("))");
}

/// Calls of `c` that may be seen; archived ones only where they are asked for.
pub fn visible_call(sql: &mut Sql, asked: &[PublicationStatus], visibility: &Visibility) {
    let archived = asked.contains(&PublicationStatus::Archived);
    let Some(sight) = settled(sql, "c", archived, visibility) else { return };
    sql.push("(");
    organised(sql, sight);
    sql.push(" OR EXISTS (SELECT 1 FROM call_territories x WHERE x.call_id = c.id AND x.territory_id IN ");
    within(sql, &sight.readable());
    sql.push("))))");
}

/// Those who answer, as `s`, of whom the caller may see that they do. Of an institution that they see: all who are shown to
/// everyone; those shown to partners where they are partners, where one of their own actors sits or acts, and for managers.
/// Where they manage, all, of any institution that may be listed.
pub fn visible_support(sql: &mut Sql, visibility: &Visibility) {
    let institution = |sql: &mut Sql| {
        sql.push("EXISTS (SELECT 1 FROM actors h WHERE h.id = s.institution_id AND ");
        visible_actor(sql, "h", &[], visibility);
        sql.push(")");
    };
    let sight = match visibility {
        Visibility::Public => {
            institution(sql.push("s.visibility = 'PUBLIC' AND "));
            return;
        }
        Visibility::Everything => {
            sql.push("TRUE");
            return;
        }
        Visibility::Granted(sight) => sight,
    };
    institution(sql.push("("));
    sql.push(" AND (s.visibility = 'PUBLIC' OR s.visibility = 'PARTNERS' AND (");
    sql.push(if sight.managed.is_empty() { "" } else { "TRUE OR " });
    sql.push(if sight.partner_everywhere { "TRUE OR " } else { "" });
    answers_in(sql, &sight.partnered);
    sql.push(" OR ");
    answers_own(sql, sight);
    sql.push(")) OR s.territory_id IN ");
    within(sql, &sight.managed);
    sql.push(" AND NOT EXISTS (SELECT 1 FROM actors h WHERE h.id = s.institution_id AND h.suppressed_at IS NOT NULL))");
}

/// Whether `s` answers in one of these territories or in something within them.
pub(super) fn answers_in(sql: &mut Sql, territories: &[TerritoryId]) {
    if territories.is_empty() {
        sql.push("FALSE");
        return;
    }
    within(sql.push("(s.territory_id IN "), territories);
    sql.push(" OR s.territory_id IN (SELECT w.other_id FROM territory_links w WHERE w.relation = 'WITHIN' AND w.territory_id = ANY(");
    sql.bind(territories.iter().map(|id| id.0).collect::<Vec<_>>()).push(")))");
}

/// Whether `s` answers where one of their own actors sits or acts.
pub(super) fn answers_own(sql: &mut Sql, sight: &Sight) {
    if sight.own.is_empty() {
        sql.push("FALSE");
        return;
    }
    let own: Vec<Uuid> = sight.own.iter().map(|id| id.0).collect();
    sql.push("s.territory_id IN (WITH own AS (SELECT e.seat_id AS id FROM actors e WHERE e.seat_id IS NOT NULL AND e.status = 'PUBLISHED' AND e.id = ANY(");
    sql.bind(own.clone())
        .push(") UNION SELECT x.territory_id FROM actor_areas x WHERE x.actor_id = ANY(")
        .bind(own);
    sql.push(")) SELECT id FROM own UNION ALL SELECT w.other_id FROM territory_links w JOIN own ON own.id = w.territory_id WHERE w.relation = 'WITHIN')");
}

/// Needs and offers `n` that may be seen: where their actor `a` is, or the collective `v` whose need it is.
pub fn visible_exchange(sql: &mut Sql, visibility: &Visibility) {
    visible_actor(sql.push("(n.actor_id IS NOT NULL AND "), "a", &[], visibility);
    visible_collective(sql.push(" OR n.collective_id IS NOT NULL AND "), &[], visibility);
    sql.push(")");
}

/// Requests `q` that may be seen: of one's own actor `a`, of a collective `v` of which that is a member, of those that sit or act
/// where one manages, or about a place there.
pub fn visible_request(sql: &mut Sql, visibility: &Visibility) {
    let sight = match visibility {
        Visibility::Public => {
            sql.push("FALSE");
            return;
        }
        Visibility::Everything => {
            sql.push("TRUE");
            return;
        }
        Visibility::Granted(sight) => sight,
    };
    // What is not to be listed is there for administrators alone, and so is what it asks.
    own(sql.push("(a.suppressed_at IS NULL AND ("), "q.requester_id", &sight.own);
    has_own_member(sql.push(" OR "), sight, "o.status = 'ACCEPTED'");
    request_managed(sql.push(" OR "), &sight.managed);
    sql.push("))");
}

/// Whether the actor `a` that asks sits or acts in one of these territories, the collective `v` that asks acts there, or the
/// request `q` is about a place there.
pub(super) fn request_managed(sql: &mut Sql, territories: &[TerritoryId]) {
    if territories.is_empty() {
        sql.push("FALSE");
        return;
    }
    within(sql.push("(coalesce(q.territory_id IN "), territories);
    reached(sql.push(", FALSE) OR "), "a", territories);
    acts_within(sql.push(" OR "), territories, false);
    sql.push(")");
}

/// Collectives of `v` that may be seen; archived ones only where they are asked for. Unpublished ones are seen by members,
/// by those who are asked to be, and where they act.
pub fn visible_collective(sql: &mut Sql, asked: &[PublicationStatus], visibility: &Visibility) {
    let archived = asked.contains(&PublicationStatus::Archived);
    let Some(sight) = settled(sql, "v", archived, visibility) else { return };
    sql.push("(");
    has_own_member(sql, sight, "o.status IN ('INVITED', 'ACCEPTED')");
    sql.push(" OR ");
    acts_within(sql, &sight.readable(), true);
    filed_with(sql, "d.collective_id = v.id", sight);
    sql.push(")))");
}

/// Adds that an application was filed with it to a call that one of their own actors organises, or that they manage: who
/// decides reads what was filed.
fn filed_with(sql: &mut Sql, with: &str, sight: &Sight) {
    if sight.own.is_empty() && sight.managed.is_empty() {
        return;
    }
    sql.push(" OR EXISTS (SELECT 1 FROM applications d WHERE ").push(with);
    organised_call(sql.push(" AND d.submitted_at IS NOT NULL AND ("), sight);
    managed_call(sql.push(" OR "), &sight.managed);
    sql.push("))");
}

/// Memberships of `m` in a collective of `v` that may be seen if the collective may: of an actor `e` that may, and agreed,
/// unless the reader is that actor, leads the collective, or sees what is unpublished where it acts.
pub fn visible_membership(sql: &mut Sql, asked: &[PublicationStatus], visibility: &Visibility) {
    visible_actor(sql, "e", asked, visibility);
    match visibility {
        Visibility::Everything => {}
        Visibility::Public => _ = sql.and("m.status = 'ACCEPTED'"),
        Visibility::Granted(sight) => {
            sql.and("(m.status = 'ACCEPTED' OR ");
            own(sql, "m.actor_id", &sight.own);
            sql.push(" OR ");
            led(sql, sight);
            sql.push(" OR ");
            acts_within(sql, &sight.readable(), true);
            sql.push(")");
        }
    }
}

/// Projects of `j` that may be seen; archived ones only where they are asked for. Unpublished ones are seen by their lead,
/// their partners and the members of their collective, and where they take place or their lead is.
pub fn visible_project(sql: &mut Sql, asked: &[PublicationStatus], visibility: &Visibility) {
    let archived = asked.contains(&PublicationStatus::Archived);
    let Some(sight) = settled(sql, "j", archived, visibility) else { return };
    sql.push("(");
    own(sql, "j.lead_id", &sight.own);
    sql.push(" OR EXISTS (SELECT 1 FROM project_partners o WHERE o.project_id = j.id AND ");
    own(sql, "o.actor_id", &sight.own);
    sql.push(") OR EXISTS (SELECT 1 FROM memberships o WHERE o.collective_id = j.collective_id AND o.status = 'ACCEPTED' AND ");
    own(sql, "o.actor_id", &sight.own);
    sql.push(") OR ");
    carried_within(sql, &sight.readable());
    filed_with(sql, "d.project_id = j.id", sight);
    sql.push(")))");
}

/// Good practices of `g` that may be seen; archived ones only where they are asked for. Unpublished ones are seen by their
/// actors, and where they take place or one of these is.
pub fn visible_practice(sql: &mut Sql, asked: &[PublicationStatus], visibility: &Visibility) {
    let archived = asked.contains(&PublicationStatus::Archived);
    let Some(sight) = settled(sql, "g", archived, visibility) else { return };
    practised(sql.push("("), sight);
    practised_within(sql.push(" OR "), &sight.readable());
    sql.push(")))");
}

/// Replications of `y` that may be seen: where their practice `g` is.
pub fn visible_replication(sql: &mut Sql, asked: &[PublicationStatus], visibility: &Visibility) {
    visible_practice(sql, asked, visibility);
}

/// Lessons of `l` that may be seen: where what they were learnt from is, whose status each has too.
pub fn visible_lesson(sql: &mut Sql, asked: &[PublicationStatus], visibility: &Visibility) {
    let archived = asked.contains(&PublicationStatus::Archived);
    if settled(sql, "l", archived, visibility).is_none() {
        return;
    }
    sql.push("(EXISTS (SELECT 1 FROM good_practices g WHERE g.id = l.practice_id AND ");
    visible_practice(sql, asked, visibility);
    sql.push(") OR EXISTS (SELECT 1 FROM collectives v WHERE v.id = l.collective_id AND ");
    visible_collective(sql, asked, visibility);
    sql.push(") OR EXISTS (SELECT 1 FROM projects j WHERE j.id = l.project_id AND ");
    visible_project(sql, asked, visibility);
    sql.push(") OR EXISTS (SELECT 1 FROM workshop_sessions w WHERE w.id = l.session_id AND ");
    visible_session(sql, visibility);
    sql.push("))))");
}

/// Whether `g` is a practice of one of their own actors, which was not put away.
pub(super) fn practised(sql: &mut Sql, sight: &Sight) {
    sql.push("EXISTS (SELECT 1 FROM good_practice_actors o JOIN actors p ON p.id = o.actor_id AND p.status <> 'ARCHIVED' WHERE o.practice_id = g.id AND ");
    own(sql, "o.actor_id", &sight.own);
    sql.push(")");
}

/// Whether `g` takes place in one of these territories, or one of its actors, which was not put away, sits or acts in one.
pub(super) fn practised_within(sql: &mut Sql, territories: &[TerritoryId]) {
    if territories.is_empty() {
        sql.push("FALSE");
        return;
    }
    sql.push(
        "(EXISTS (SELECT 1 FROM good_practice_territories x WHERE x.practice_id = g.id AND x.territory_id IN ",
    );
    within(sql, territories);
    sql.push(") OR EXISTS (SELECT 1 FROM good_practice_actors o JOIN actors r ON r.id = o.actor_id AND r.status <> 'ARCHIVED' WHERE o.practice_id = g.id AND ");
    reached(sql, "r", territories);
    sql.push("))");
}

/// Whether `y` is taken up by one of their own actors, or its practice `g` is theirs.
pub(super) fn taken_up(sql: &mut Sql, sight: &Sight) {
    practised(sql.push("("), sight);
    sql.push(" OR EXISTS (SELECT 1 FROM actors p WHERE p.id = y.actor_id AND p.status <> 'ARCHIVED' AND ");
    own(sql, "p.id", &sight.own);
    sql.push("))");
}

/// Whether `y` is taken up in one of these territories, or by who sits or acts there, or its practice `g` is there.
pub(super) fn taken_up_within(sql: &mut Sql, territories: &[TerritoryId]) {
    if territories.is_empty() {
        sql.push("FALSE");
        return;
    }
    practised_within(sql.push("("), territories);
    sql.push(" OR coalesce(y.territory_id IN ");
    within(sql, territories);
    sql.push(
        ", FALSE) OR EXISTS (SELECT 1 FROM actors r WHERE r.id = y.actor_id AND r.status <> 'ARCHIVED' AND ",
    );
    reached(sql, "r", territories);
    sql.push("))");
}

/// Diagnoses of `z` that may be seen; archived ones only where they are asked for. Unpublished ones are seen by their
/// facilitator, and in their territory.
pub fn visible_diagnosis(sql: &mut Sql, asked: &[PublicationStatus], visibility: &Visibility) {
    let archived = asked.contains(&PublicationStatus::Archived);
    let Some(sight) = settled(sql, "z", archived, visibility) else { return };
    sql.push("(");
    own(sql, "z.facilitator_id", &sight.own);
    sql.push(" OR ");
    lies_within(sql, "z.territory_id", &sight.readable());
    sql.push(")))");
}

/// Sessions of `w` that may be seen: where their diagnosis, collective or call may, archived or not.
pub fn visible_session(sql: &mut Sql, visibility: &Visibility) {
    const ARCHIVED_TOO: &[PublicationStatus] = &[PublicationStatus::Archived];
    sql.push("(EXISTS (SELECT 1 FROM diagnoses z WHERE z.id = w.diagnosis_id AND ");
    visible_diagnosis(sql, ARCHIVED_TOO, visibility);
    sql.push(") OR EXISTS (SELECT 1 FROM collectives v WHERE v.id = w.collective_id AND ");
    visible_collective(sql, ARCHIVED_TOO, visibility);
    sql.push(") OR EXISTS (SELECT 1 FROM calls c WHERE c.id = w.call_id AND ");
    visible_call(sql, ARCHIVED_TOO, visibility);
    sql.push("))");
}

/// Applications of `d` that may be seen: by those who apply, by those who manage the call, and once filed by those who
/// organise it. Never by the public, and by no analyst.
pub fn visible_application(sql: &mut Sql, visibility: &Visibility) {
    match visibility {
        Visibility::Public => _ = sql.push("FALSE"),
        Visibility::Everything => _ = sql.push("TRUE"),
        Visibility::Granted(sight) => {
            sql.push("(");
            applied(sql, sight);
            sql.push(" OR ");
            managed_call(sql, &sight.managed);
            sql.push(" OR d.submitted_at IS NOT NULL AND ");
            organised_call(sql, sight);
            sql.push(")");
        }
    }
}

/// Whether one of their own actors leads `d` or co-applies.
pub(super) fn applied(sql: &mut Sql, sight: &Sight) {
    sql.push("(");
    own(sql, "d.lead_id", &sight.own);
    sql.push(" OR ");
    co_applied(sql, sight);
    sql.push(")");
}

/// Whether one of their own actors applies with the lead of `d`.
fn co_applied(sql: &mut Sql, sight: &Sight) {
    if sight.own.is_empty() {
        sql.push("FALSE");
        return;
    }
    sql.push("EXISTS (SELECT 1 FROM ");
    co_applicants(sql);
    sql.push(" k2 WHERE ");
    own(sql, "k2.actor_id", &sight.own);
    sql.push(")");
}

/// Whether one of their own actors is to sign `d` off.
pub(super) fn asked_to_sign(sql: &mut Sql, sight: &Sight) {
    sql.push("(").push(OPEN).push(" AND ");
    co_applied(sql, sight);
    sql.push(")");
}

/// Whether the whole perimeter of the call of `d` is within these territories.
pub(super) fn managed_call(sql: &mut Sql, territories: &[TerritoryId]) {
    if territories.is_empty() {
        sql.push("FALSE");
        return;
    }
    sql.push("EXISTS (SELECT 1 FROM calls c WHERE c.id = d.call_id AND ");
    nowhere_else(sql, territories);
    sql.push(")");
}

/// Whether one of their own actors organises the call of `d`.
pub(super) fn organised_call(sql: &mut Sql, sight: &Sight) {
    sql.push("EXISTS (SELECT 1 FROM call_actors o WHERE o.call_id = d.call_id AND o.role = 'ORGANISER' AND ");
    own(sql, "o.actor_id", &sight.own);
    sql.push(")");
}

/// Writes the whole condition where nothing was granted, or its beginning up to what was.
fn settled<'a>(sql: &mut Sql, alias: &str, archived: bool, visibility: &'a Visibility) -> Option<&'a Sight> {
    match visibility {
        Visibility::Public => _ = sql.push(alias).push(".status = 'PUBLISHED'"),
        Visibility::Everything if archived => _ = sql.push("TRUE"),
        Visibility::Everything => _ = sql.push(alias).push(".status <> 'ARCHIVED'"),
        Visibility::Granted(sight) => {
            sql.push("(").push(alias).push(".status = 'PUBLISHED' OR (");
            if !archived {
                sql.push(alias).push(".status <> 'ARCHIVED' AND ");
            }
            return Some(sight);
        }
    }
    None
}

impl Sight {
    /// Where unpublished entries are seen.
    fn readable(&self) -> Vec<TerritoryId> {
        self.managed.iter().chain(&self.analysed).copied().collect()
    }
}

/// Whether the location of an actor of `alias` may be seen.
pub fn sees_location(sql: &mut Sql, alias: &str, visibility: &Visibility) {
    match visibility {
        Visibility::Everything => _ = sql.push("TRUE"),
        Visibility::Public => _ = sql.push("NOT ").push(alias).push(".location_hidden"),
        Visibility::Granted(sight) => {
            sql.push("(NOT ").push(alias).push(".location_hidden OR ");
            own(sql, &format!("{alias}.id"), &sight.own);
            sql.push(" OR ");
            reached(sql, alias, &sight.managed);
            sql.push(")");
        }
    }
}

/// Whether the actor in this column is one of their own.
pub(super) fn own(sql: &mut Sql, column: &str, actors: &[ActorId]) {
    if actors.is_empty() {
        sql.push("FALSE");
        return;
    }
    sql.push("coalesce(").push(column).push(" = ANY(");
    sql.bind(actors.iter().map(|id| id.0).collect::<Vec<_>>()).push("), FALSE)");
}

/// Whether an end of `i` is one of their own.
pub(super) fn an_end_is_own(sql: &mut Sql, sight: &Sight) {
    own(sql, "i.source_id", &sight.own);
    sql.push(" OR ");
    own(sql, "i.target_id", &sight.own);
}

/// Whether an end of `i` sits or acts in one of these territories.
pub(super) fn an_end_is_reached(sql: &mut Sql, territories: &[TerritoryId]) {
    sql.push("EXISTS (SELECT 1 FROM actors r WHERE r.id IN (i.source_id, i.target_id) AND ");
    reached(sql, "r", territories);
    sql.push(")");
}

/// Whether one of their own actors organises `c`.
pub(super) fn organised(sql: &mut Sql, sight: &Sight) {
    sql.push("EXISTS (SELECT 1 FROM call_actors o WHERE o.call_id = c.id AND o.role = 'ORGANISER' AND ");
    own(sql, "o.actor_id", &sight.own);
    sql.push(")");
}

/// Whether one of their own actors leads `v`.
pub(super) fn led(sql: &mut Sql, sight: &Sight) {
    has_own_member(sql, sight, "o.status = 'ACCEPTED' AND o.role = 'LEAD'");
}

/// Whether one of their own actors, which was not put away, is a member of `v` that holds this condition on `o`.
pub(super) fn has_own_member(sql: &mut Sql, sight: &Sight, condition: &str) {
    sql.push("EXISTS (SELECT 1 FROM memberships o JOIN actors p ON p.id = o.actor_id AND p.status <> 'ARCHIVED' WHERE o.collective_id = v.id AND ").push(condition);
    sql.push(" AND ");
    own(sql, "o.actor_id", &sight.own);
    sql.push(")");
}

/// Whether `v` acts in one of these territories; with `pilot_sites`, or tries things out there.
pub(super) fn acts_within(sql: &mut Sql, territories: &[TerritoryId], pilot_sites: bool) {
    if territories.is_empty() {
        sql.push("FALSE");
        return;
    }
    sql.push("EXISTS (SELECT 1 FROM collective_territories x WHERE x.collective_id = v.id");
    if !pilot_sites {
        sql.and("x.role = 'TERRITORY'");
    }
    sql.and("x.territory_id IN ");
    within(sql, territories);
    sql.push(")");
}

/// Whether `j` takes place in one of these territories, or its lead sits or acts in one.
pub(super) fn carried_within(sql: &mut Sql, territories: &[TerritoryId]) {
    if territories.is_empty() {
        sql.push("FALSE");
        return;
    }
    sql.push("(EXISTS (SELECT 1 FROM project_territories x WHERE x.project_id = j.id AND x.territory_id IN ");
    within(sql, territories);
    sql.push(") OR EXISTS (SELECT 1 FROM actors r WHERE r.id = j.lead_id AND ");
    reached(sql, "r", territories);
    sql.push("))");
}

/// Whether the actor of `alias` sits or acts in one of these territories. A hidden point reaches nothing: else managers
/// of a neighbourhood would learn who hides in it.
///
/// Each actor is asked by itself, in scalar subqueries: those whom it depends on, drafts and hidden ones, are few, and
/// the set of all that a département holds is most of the table.
pub(super) fn reached(sql: &mut Sql, alias: &str, territories: &[TerritoryId]) {
    if territories.is_empty() {
        sql.push("FALSE");
        return;
    }
    sql.push("(");
    lies_within(sql, &format!("{alias}.seat_id"), territories);
    for (table, unless) in [("actor_areas", None), ("actor_points", Some("location_hidden"))] {
        sql.push(" OR ");
        if let Some(column) = unless {
            sql.push("NOT ").push(alias).push(".").push(column).push(" AND ");
        }
        sql.push("coalesce((SELECT TRUE FROM ").push(table).push(" x WHERE x.actor_id = ").push(alias);
        sql.push(".id AND ");
        lies_within(sql, "x.territory_id", territories);
        sql.push(" LIMIT 1), FALSE)");
    }
    sql.push(")");
}

/// Whether the territory in this column is one of these, or within one; false where there is none.
pub(super) fn lies_within(sql: &mut Sql, column: &str, territories: &[TerritoryId]) {
    let ids: Vec<Uuid> = territories.iter().map(|id| id.0).collect();
    sql.push("coalesce(").push(column).push(" = ANY(").bind(ids.clone());
    sql.push(
        ") OR coalesce((SELECT TRUE FROM territory_links w WHERE w.relation = 'WITHIN' AND w.territory_id = ",
    );
    sql.push(column).push(" AND w.other_id = ANY(").bind(ids).push(") LIMIT 1), FALSE), FALSE)");
}

/// These territories and what is within them, as a set.
pub(super) fn within(sql: &mut Sql, territories: &[TerritoryId]) {
    let ids: Vec<Uuid> = territories.iter().map(|id| id.0).collect();
    sql.push("(SELECT unnest(").bind(ids.clone());
    sql.push(") UNION ALL SELECT w.territory_id FROM territory_links w WHERE w.relation = 'WITHIN' AND w.other_id = ANY(");
    sql.bind(ids).push("))");
}
