//! How someone stands to entries, as policy asks it.

use std::collections::HashMap;

use sea_orm::ConnectionTrait;
use uuid::Uuid;

use super::error::StoreError;
use super::interaction_filter::visible_ends;
use super::rows::get;
use super::sight::{
    acts_within, an_end_is_own, an_end_is_reached, answers_in, answers_own, applied, asked_to_sign,
    carried_within, has_own_member, led, lies_within, managed_call, organised, organised_call, own,
    practised, practised_within, reached, request_managed, taken_up, taken_up_within, visible_actor,
    visible_application, visible_call, visible_collective, visible_diagnosis, visible_exchange,
    visible_interaction, visible_membership, visible_practice, visible_project, visible_replication,
    visible_request, visible_support, within,
};
use super::sql::Sql;
use crate::domain::ids::{SubjectKind, TerritoryId};
use crate::domain::policy::{Sight, Standing, Visibility};
use crate::domain::publication::PublicationStatus;

const ARCHIVED_TOO: &[PublicationStatus] = &[PublicationStatus::Archived];

/// How someone with this sight stands to entries of a kind; those that they may not see are left out.
pub async fn standings(
    db: &impl ConnectionTrait,
    visibility: &Visibility,
    kind: SubjectKind,
    ids: &[Uuid],
) -> Result<HashMap<Uuid, Standing>, StoreError> {
    let nothing = Sight::default();
    let sight = match visibility {
        Visibility::Granted(sight) => sight,
        Visibility::Public | Visibility::Everything => &nothing,
    };
    let Some(mut sql) = statement(kind, sight) else { return Ok(HashMap::new()) };
    sql.push("id = ANY(").bind(ids.to_vec()).push(") AND ");
    match kind {
        SubjectKind::Interaction => {
            visible_interaction(&mut sql, ARCHIVED_TOO, visibility);
            if *visibility != Visibility::Everything {
                visible_ends(&mut sql, visibility, false);
            }
        }
        SubjectKind::Call => visible_call(&mut sql, ARCHIVED_TOO, visibility),
        SubjectKind::Need | SubjectKind::Offer => visible_exchange(&mut sql, visibility),
        SubjectKind::SupportContact => visible_support(&mut sql, visibility),
        SubjectKind::SupportRequest => visible_request(&mut sql, visibility),
        SubjectKind::Collective => visible_collective(&mut sql, ARCHIVED_TOO, visibility),
        SubjectKind::Project => visible_project(&mut sql, ARCHIVED_TOO, visibility),
        SubjectKind::GoodPractice => visible_practice(&mut sql, ARCHIVED_TOO, visibility),
        SubjectKind::Replication => visible_replication(&mut sql, ARCHIVED_TOO, visibility),
        SubjectKind::Diagnosis => visible_diagnosis(&mut sql, ARCHIVED_TOO, visibility),
        SubjectKind::Application => visible_application(&mut sql, visibility),
        SubjectKind::Membership => {
            visible_collective(&mut sql, ARCHIVED_TOO, visibility);
            visible_membership(sql.and(""), ARCHIVED_TOO, visibility);
        }
        _ => visible_actor(&mut sql, "a", ARCHIVED_TOO, visibility),
    }
    let standing = |row: &_| {
        let standing = Standing {
            managed: get(row, "managed")?,
            analysed: get(row, "analysed")?,
            partnered: get(row, "partnered")?,
            own: get(row, "own")?,
            declaring: get(row, "declaring")?,
            answering: get(row, "answering")?,
            signing: kind == SubjectKind::Application && get(row, "signing")?,
        };
        Ok((get(row, "id")?, standing))
    };
    sql.rows(db).await?.iter().map(standing).collect()
}

/// The territories of a sight, by what they are called in a standing.
fn three(sight: &Sight) -> [(&'static str, &Vec<TerritoryId>); 3] {
    [("managed", &sight.managed), ("analysed", &sight.analysed), ("partnered", &sight.partnered)]
}

/// `SELECT … WHERE alias.`; null for what has no standing of its own.
fn statement(kind: SubjectKind, sight: &Sight) -> Option<Sql> {
    let mut sql = Sql::new("SELECT ");
    let three = three(sight);
    match kind {
        SubjectKind::Actor => {
            sql.push("a.id, ");
            for (name, territories) in three {
                reached(&mut sql, "a", territories);
                if name == "partnered" && sight.partner_everywhere {
                    sql.push(" OR TRUE");
                }
                sql.push(" AS ").push(name).push(", ");
            }
            own(&mut sql, "a.id", &sight.own);
            sql.push(" AS own, FALSE AS declaring, FALSE AS answering FROM actors a WHERE a.");
        }
        SubjectKind::Interaction => {
            sql.push("i.id, ");
            for (name, territories) in three {
                an_end_is_reached(&mut sql, territories);
                sql.push(" AS ").push(name).push(", ");
            }
            an_end_is_own(&mut sql, sight);
            sql.push(" AS own, ");
            own(&mut sql, "i.declared_by_id", &sight.own);
            sql.push(" AS declaring, CASE i.declared_by_id WHEN i.source_id THEN ");
            own(&mut sql, "i.target_id", &sight.own);
            sql.push(" WHEN i.target_id THEN ");
            own(&mut sql, "i.source_id", &sight.own);
            // Where neither side declared it, either may answer.
            sql.push(" ELSE ");
            an_end_is_own(&mut sql, sight);
            sql.push(" END AS answering FROM interactions i WHERE i.");
        }
        SubjectKind::Call => {
            sql.push("c.id, ");
            for (name, territories) in three {
                nowhere_else(&mut sql, territories);
                sql.push(" AS ").push(name).push(", ");
            }
            organised(&mut sql, sight);
            sql.push(" AS own, FALSE AS declaring, FALSE AS answering FROM calls c WHERE c.");
        }
        SubjectKind::Need | SubjectKind::Offer => {
            sql.push("n.id, ");
            for (name, territories) in three {
                reached(&mut sql, "a", territories);
                acts_within(sql.push(" OR "), territories, false);
                sql.push(" AS ").push(name).push(", ");
            }
            own(&mut sql, "a.id", &sight.own);
            led(sql.push(" OR "), sight);
            sql.push(" AS own, FALSE AS declaring, FALSE AS answering FROM ").push(super::exchanges::FROM);
            sql.push(" WHERE n.side = ").bind(kind.as_ref()).push(" AND n.");
        }
        SubjectKind::SupportContact => {
            sql.push("s.id, (s.territory_id IN ");
            within(&mut sql, &sight.managed);
            sql.push(") AS managed, FALSE AS analysed, ");
            answers_in(&mut sql, &sight.partnered);
            sql.push(if sight.partner_everywhere { " OR TRUE" } else { "" }).push(" AS partnered, ");
            answers_own(&mut sql, sight);
            sql.push(" AS own, FALSE AS declaring, FALSE AS answering FROM support_contacts s WHERE s.");
        }
        SubjectKind::SupportRequest => {
            sql.push("q.id, ");
            for (name, territories) in three {
                request_managed(&mut sql, territories);
                sql.push(" AS ").push(name).push(", ");
            }
            own(&mut sql, "q.requester_id", &sight.own);
            led(sql.push(" OR "), sight);
            sql.push(" AS own, FALSE AS declaring, FALSE AS answering FROM ");
            sql.push(super::support_requests::FROM).push(" WHERE q.");
        }
        _ => return of_cooperation(kind, sight),
    }
    Some(sql)
}

/// The same of what actors do together.
fn of_cooperation(kind: SubjectKind, sight: &Sight) -> Option<Sql> {
    let mut sql = Sql::new("SELECT ");
    let three = three(sight);
    match kind {
        SubjectKind::Collective => {
            sql.push("v.id, ");
            for (name, territories) in three {
                acts_within(&mut sql, territories, false);
                sql.push(" AS ").push(name).push(", ");
            }
            led(&mut sql, sight);
            sql.push(" AS own, FALSE AS declaring, ");
            has_own_member(&mut sql, sight, "o.status = 'ACCEPTED'");
            sql.push(" AS answering FROM collectives v WHERE v.");
        }
        SubjectKind::Project => {
            sql.push("j.id, ");
            for (name, territories) in three {
                carried_within(&mut sql, territories);
                sql.push(" AS ").push(name).push(", ");
            }
            own(&mut sql, "j.lead_id", &sight.own);
            sql.push(" AS own, FALSE AS declaring, FALSE AS answering FROM projects j WHERE j.");
        }
        SubjectKind::GoodPractice => {
            sql.push("g.id, ");
            for (name, territories) in three {
                practised_within(&mut sql, territories);
                sql.push(" AS ").push(name).push(", ");
            }
            practised(&mut sql, sight);
            sql.push(" AS own, FALSE AS declaring, FALSE AS answering FROM good_practices g WHERE g.");
        }
        SubjectKind::Replication => {
            sql.push("y.id, ");
            for (name, territories) in three {
                taken_up_within(&mut sql, territories);
                sql.push(" AS ").push(name).push(", ");
            }
            taken_up(&mut sql, sight);
            sql.push(" AS own, FALSE AS declaring, FALSE AS answering FROM replications y JOIN good_practices g ON g.id = y.practice_id WHERE y.");
        }
        SubjectKind::Diagnosis => {
            sql.push("z.id, ");
            for (name, territories) in three {
                lies_within(&mut sql, "z.territory_id", territories);
                sql.push(" AS ").push(name).push(", ");
            }
            own(&mut sql, "z.facilitator_id", &sight.own);
            sql.push(" AS own, FALSE AS declaring, FALSE AS answering FROM diagnoses z WHERE z.");
        }
        SubjectKind::Application => {
            sql.push("d.id, ");
            managed_call(&mut sql, &sight.managed);
            sql.push(" AS managed, FALSE AS analysed, FALSE AS partnered, ");
            applied(&mut sql, sight);
            sql.push(" AS own, ");
            own(&mut sql, "d.lead_id", &sight.own);
            // Who applies does not decide.
            sql.push(" AS declaring, (d.submitted_at IS NOT NULL AND ");
            organised_call(&mut sql, sight);
            sql.push(" AND NOT ");
            applied(&mut sql, sight);
            sql.push(") AS answering, ");
            asked_to_sign(&mut sql, sight);
            sql.push(" AS signing FROM applications d WHERE d.");
        }
        SubjectKind::Membership => {
            sql.push("m.id, ");
            for (name, territories) in three {
                acts_within(&mut sql, territories, false);
                sql.push(" AS ").push(name).push(", ");
            }
            led(&mut sql, sight);
            sql.push(" AS own, FALSE AS declaring, ");
            own(&mut sql, "m.actor_id", &sight.own);
            sql.push(" AS answering FROM memberships m JOIN collectives v ON v.id = m.collective_id JOIN actors e ON e.id = m.actor_id WHERE m.");
        }
        _ => return None,
    }
    Some(sql)
}

/// Whether the whole perimeter of the call is within these territories.
pub(super) fn nowhere_else(sql: &mut Sql, territories: &[TerritoryId]) {
    sql.push("(EXISTS (SELECT 1 FROM call_territories x WHERE x.call_id = c.id) AND NOT EXISTS (SELECT 1 FROM call_territories x WHERE x.call_id = c.id AND x.territory_id NOT IN ");
    within(sql, territories);
    sql.push("))");
}
