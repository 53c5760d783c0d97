//! What is known of applications that decides whether they may be filed, in two statements. The application is `d`.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use sea_orm::{ConnectionTrait, QueryResult};

use super::Store;
use super::application_parts::{budgets, co_applicants};
use super::applications::uuids;
use super::error::StoreError;
use super::rows::{get, parse, parse_all, publication};
use super::sql::Sql;
use crate::domain::budgets::Budget;
use crate::domain::calls::{Call, Track};
use crate::domain::eligibility::{Basis, Content, Facts};
use crate::domain::ids::{ApplicationId, CallId, TrackId};

/// Whether one of these two territories holds the other, or both are the same.
fn within(column: &str, either: bool) -> String {
    let held = |of: &str, by: &str| {
        format!(
            "EXISTS (SELECT 1 FROM territory_links w WHERE w.relation = 'WITHIN' AND w.territory_id = {of} AND w.other_id = {by})"
        )
    };
    let down = held(column, "x.territory_id");
    let up = if either { format!(" OR {}", held("x.territory_id", column)) } else { String::new() };
    format!("(x.territory_id = {column} OR {down}{up})")
}

/// All but the budget. A hidden point tells nothing: it is in its commune alone.
fn statement(of: &[ApplicationId]) -> Sql {
    let perimeter = "SELECT 1 FROM call_territories x";
    let mut sql = Sql::new(
        "SELECT d.id, d.submitted_at, c.id AS call_id, c.status AS call_status, c.archived_from, c.opens_at, c.closes_at, c.eligible_kinds,
            t.id AS track_id, t.kind AS track_kind, t.min_members, t.max_members, t.min_grant, t.max_grant,
            l.kind AS lead_kind, l.status = 'PUBLISHED' AS lead_is_listed,
            CASE WHEN d.collective_id IS NOT NULL THEN EXISTS (SELECT 1 FROM memberships m
                    WHERE m.collective_id = d.collective_id AND m.actor_id = d.lead_id AND m.status = 'ACCEPTED')
                WHEN d.project_id IS NOT NULL THEN j.lead_id = d.lead_id OR EXISTS (SELECT 1 FROM project_partners p
                    WHERE p.project_id = d.project_id AND p.actor_id = d.lead_id)
                ELSE TRUE END AS lead_belongs,
            EXISTS (",
    );
    sql.push(perimeter).push(" WHERE x.call_id = c.id AND ").push(&within("l.seat_id", false));
    sql.push(") OR NOT l.location_hidden AND EXISTS (").push(perimeter);
    sql.push(
        " JOIN actor_points q ON q.territory_id = x.territory_id WHERE x.call_id = c.id AND q.actor_id = l.id) AS sits, EXISTS (",
    );
    sql.push(perimeter).push(" JOIN actor_areas q ON q.actor_id = l.id WHERE x.call_id = c.id AND ");
    sql.push(&within("q.territory_id", true));
    sql.push(
        ") AS acts, coalesce(j.status, v.status) AS content, v.finding IS NOT NULL AS has_intent, v.funding_sought,
            o.members, o.silent, o.declined,
            EXISTS (SELECT 1 FROM applications y WHERE y.call_id = d.call_id AND y.lead_id = d.lead_id AND y.id <> d.id
                AND y.status IN ('SUBMITTED', 'UNDER_REVIEW', 'ACCEPTED', 'REJECTED')) AS other_is_filed
        FROM applications d JOIN calls c ON c.id = d.call_id JOIN call_tracks t ON t.id = d.track_id JOIN actors l ON l.id = d.lead_id
        LEFT JOIN projects j ON j.id = d.project_id LEFT JOIN collectives v ON v.id = d.collective_id
        CROSS JOIN LATERAL (SELECT count(*) AS members, count(*) FILTER (WHERE s.declined_at IS NOT NULL) AS declined,
                count(*) FILTER (WHERE s.signed_at IS NULL AND s.declined_at IS NULL) AS silent
            FROM ",
    );
    co_applicants(&mut sql);
    sql.push(
        " k LEFT JOIN application_sign_offs s ON s.application_id = d.id AND s.actor_id = k.actor_id) o WHERE d.id = ANY(",
    );
    sql.bind(uuids(of)).push(")");
    sql
}

fn facts(row: &QueryResult, budget: Budget, at: DateTime<Utc>) -> Result<Facts, StoreError> {
    let mut call = Call::new(CallId(get(row, "call_id")?), at);
    let (status, from): (String, Option<String>) = (get(row, "call_status")?, get(row, "archived_from")?);
    call.publication = publication("calls", &status, from.as_deref())?;
    (call.opens_at, call.closes_at) = (get(row, "opens_at")?, get(row, "closes_at")?);
    let (kind, lead_kind): (String, String) = (get(row, "track_kind")?, get(row, "lead_kind")?);
    let (content, has_intent): (Option<String>, bool) = (get(row, "content")?, get(row, "has_intent")?);
    let track = Track {
        id: TrackId(get(row, "track_id")?),
        kind: parse("call_tracks", "kind", &kind)?,
        title: String::new(),
        description: None,
        min_members: get(row, "min_members")?,
        max_members: get(row, "max_members")?,
        min_grant: get(row, "min_grant")?,
        max_grant: get(row, "max_grant")?,
    };
    let collective = track.kind == crate::domain::calls::TrackKind::SmallCollective;
    let basis = match (get(row, "sits")?, get(row, "acts")?) {
        (Some(true), _) => Some(Basis::Seat),
        (_, Some(true)) => Some(Basis::Area),
        _ => None,
    };
    let co_applicants: i64 = get(row, "members")?;
    Ok(Facts {
        track,
        phase: call.phase(at),
        opens_at: call.opens_at,
        closes_at: call.closes_at,
        filed_at: get(row, "submitted_at")?,
        eligible_kinds: parse_all("calls", "eligible_kinds", &get::<Vec<String>>(row, "eligible_kinds")?)?,
        lead_kind: parse("actors", "kind", &lead_kind)?,
        lead_is_listed: get(row, "lead_is_listed")?,
        lead_belongs: get(row, "lead_belongs")?,
        basis,
        content: match content.as_deref() {
            None => Content::Missing,
            Some("ARCHIVED") => Content::Archived,
            Some(_) if collective && !has_intent => Content::WithoutIntent,
            Some(_) => Content::Ready,
        },
        members: co_applicants + 1,
        silent: get(row, "silent")?,
        declined: get(row, "declined")?,
        budget,
        funding_sought: get(row, "funding_sought")?,
        other_is_filed: get(row, "other_is_filed")?,
    })
}

/// What decides whether each of these may be filed at this instant.
pub async fn of(
    db: &impl ConnectionTrait,
    applications: &[ApplicationId],
    at: DateTime<Utc>,
) -> Result<HashMap<ApplicationId, Facts>, StoreError> {
    let mut budgets = budgets(db, applications).await?;
    let mut found = HashMap::new();
    for row in statement(applications).rows(db).await? {
        let id = ApplicationId(get(&row, "id")?);
        found.insert(id, facts(&row, budgets.remove(&id).unwrap_or_default(), at)?);
    }
    Ok(found)
}

impl Store {
    /// What decides whether each of these may be filed at this instant.
    pub async fn eligibility(
        &self,
        of: &[ApplicationId],
        at: DateTime<Utc>,
    ) -> Result<HashMap<ApplicationId, Facts>, StoreError> {
        self::of(self.db(), of, at).await
    }
}
