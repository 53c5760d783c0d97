//! What belongs to applications: budgets, and who agrees. The application is `d`.

use std::collections::HashMap;

use sea_orm::ConnectionTrait;

use super::applications::uuids;
use super::error::StoreError;
use super::rows::{get, parse};
use super::sql::Sql;
use super::{Store, Transaction};
use crate::domain::applications::SignOff;
use crate::domain::budgets::{Budget, BudgetAction, FundingLine};
use crate::domain::ids::{ActorId, ApplicationId};

/// Whether the content of `d` may still change.
pub(super) const OPEN: &str = "d.status IN ('DRAFT', 'AWAITING_SIGN_OFF')";

/// The actors that apply with the lead of `d`, as a set of `actor_id`: while it is open those that carry its project or are
/// of its collective and are published; afterwards those that were asked when it was filed.
pub(super) fn co_applicants(sql: &mut Sql) {
    sql.push("(SELECT o.actor_id FROM (SELECT p.actor_id FROM project_partners p WHERE p.project_id = d.project_id
            UNION SELECT j.lead_id FROM projects j WHERE j.id = d.project_id
            UNION SELECT m.actor_id FROM memberships m WHERE m.collective_id = d.collective_id AND m.status = 'ACCEPTED') o
        JOIN actors e ON e.id = o.actor_id AND e.status = 'PUBLISHED' WHERE o.actor_id <> d.lead_id AND ");
    sql.push(OPEN);
    sql.push(
        " UNION ALL SELECT s.actor_id FROM application_sign_offs s WHERE s.application_id = d.id AND NOT ",
    );
    sql.push("(").push(OPEN).push("))");
}

impl Store {
    /// The budgets of these applications; those without one are left out.
    pub async fn budgets(&self, of: &[ApplicationId]) -> Result<HashMap<ApplicationId, Budget>, StoreError> {
        budgets(self.db(), of).await
    }

    /// Who applies with the lead of each of these, by name, and whether they agree.
    pub async fn co_applicants(
        &self,
        of: &[ApplicationId],
    ) -> Result<HashMap<ApplicationId, Vec<SignOff>>, StoreError> {
        asked(self.db(), of).await
    }
}

/// Who applies with the lead of each of these, by name, and whether they agree.
pub async fn asked(
    db: &impl ConnectionTrait,
    of: &[ApplicationId],
) -> Result<HashMap<ApplicationId, Vec<SignOff>>, StoreError> {
    let mut sql = Sql::new(
        "SELECT d.id AS application_id, c.actor_id, s.signed_at, s.declined_at, s.reason, s.answered_by FROM applications d CROSS JOIN LATERAL ",
    );
    co_applicants(&mut sql);
    sql.push(
        " c JOIN actors a ON a.id = c.actor_id
        LEFT JOIN application_sign_offs s ON s.application_id = d.id AND s.actor_id = c.actor_id WHERE d.id = ANY(",
    );
    sql.bind(uuids(of)).push(") ORDER BY d.id, a.name, a.id");
    read_sign_offs(db, sql).await
}

/// What is kept of the sign-offs of these applications.
pub(super) async fn sign_offs(
    db: &impl ConnectionTrait,
    of: &[ApplicationId],
) -> Result<HashMap<ApplicationId, Vec<SignOff>>, StoreError> {
    let mut sql = Sql::new(
        "SELECT s.application_id, s.actor_id, s.signed_at, s.declined_at, s.reason, s.answered_by
        FROM application_sign_offs s JOIN actors a ON a.id = s.actor_id WHERE s.application_id = ANY(",
    );
    sql.bind(uuids(of)).push(") ORDER BY s.application_id, a.name, a.id");
    read_sign_offs(db, sql).await
}

async fn read_sign_offs(
    db: &impl ConnectionTrait,
    sql: Sql,
) -> Result<HashMap<ApplicationId, Vec<SignOff>>, StoreError> {
    let mut found: HashMap<ApplicationId, Vec<SignOff>> = HashMap::new();
    for row in sql.rows(db).await? {
        found.entry(ApplicationId(get(&row, "application_id")?)).or_default().push(SignOff {
            actor: ActorId(get(&row, "actor_id")?),
            signed_at: get(&row, "signed_at")?,
            declined_at: get(&row, "declined_at")?,
            reason: get(&row, "reason")?,
            by: get(&row, "answered_by")?,
        });
    }
    Ok(found)
}

/// The budgets of these applications.
pub(super) async fn budgets(
    db: &impl ConnectionTrait,
    of: &[ApplicationId],
) -> Result<HashMap<ApplicationId, Budget>, StoreError> {
    let mut sql = Sql::new(
        "SELECT d.id, d.budget_filed_on, a.position AS action, a.title, a.cost, l.source, l.funder_id, l.amount, l.secured
        FROM applications d LEFT JOIN application_actions a ON a.application_id = d.id
        LEFT JOIN application_lines l ON l.application_id = d.id AND l.action = a.position WHERE d.id = ANY(",
    );
    sql.bind(uuids(of)).push(") ORDER BY d.id, a.position, l.position");
    let mut found: HashMap<ApplicationId, Budget> = HashMap::new();
    for row in sql.rows(db).await? {
        let budget = found.entry(ApplicationId(get(&row, "id")?)).or_default();
        budget.filed_on = get(&row, "budget_filed_on")?;
        let Some(action) = get::<Option<i16>>(&row, "action")? else { continue };
        if budget.actions.len() == action as usize {
            let (title, cost) = (get(&row, "title")?, get(&row, "cost")?);
            budget.actions.push(BudgetAction { title, cost, lines: Vec::new() });
        }
        let source: Option<String> = get(&row, "source")?;
        if let (Some(source), Some(last)) = (source, budget.actions.last_mut()) {
            last.lines.push(FundingLine {
                source: parse("application_lines", "source", &source)?,
                funder: get::<Option<uuid::Uuid>>(&row, "funder_id")?.map(ActorId),
                amount: get(&row, "amount")?,
                secured: get(&row, "secured")?,
            });
        }
    }
    Ok(found)
}

pub(super) async fn write_actions(
    tx: &Transaction,
    of: ApplicationId,
    actions: &[BudgetAction],
) -> Result<(), StoreError> {
    let mut sql = Sql::new("DELETE FROM application_actions WHERE application_id = ");
    sql.bind(of.0);
    sql.execute(tx).await?;
    if actions.is_empty() {
        return Ok(());
    }
    let mut sql = Sql::new("INSERT INTO application_actions (application_id, position, title, cost) SELECT ");
    sql.bind(of.0).push(", a.* FROM unnest(");
    sql.bind((0..actions.len()).map(|place| place as i16).collect::<Vec<_>>()).push(", ");
    sql.bind(actions.iter().map(|action| action.title.clone()).collect::<Vec<_>>()).push(", ");
    sql.bind(actions.iter().map(|action| action.cost).collect::<Vec<_>>()).push(") a");
    sql.execute(tx).await?;
    let lines = || {
        actions.iter().enumerate().flat_map(|(action, own)| {
            own.lines.iter().enumerate().map(move |(place, line)| (action as i16, place as i16, line))
        })
    };
    let mut sql = Sql::new(
        "INSERT INTO application_lines (application_id, action, position, source, funder_id, amount, secured) SELECT ",
    );
    sql.bind(of.0).push(", l.action, l.position, l.source, nullif(l.funder, '00000000-0000-0000-0000-000000000000'), l.amount, l.secured FROM unnest(");
    sql.bind(lines().map(|(action, ..)| action).collect::<Vec<_>>()).push(", ");
    sql.bind(lines().map(|(_, place, _)| place).collect::<Vec<_>>()).push(", ");
    sql.bind(lines().map(|(.., line)| line.source.to_string()).collect::<Vec<_>>()).push(", ");
    let funder = |line: &FundingLine| line.funder.map_or(uuid::Uuid::nil(), |funder| funder.0);
    sql.bind(lines().map(|(.., line)| funder(line)).collect::<Vec<_>>()).push(", ");
    sql.bind(lines().map(|(.., line)| line.amount).collect::<Vec<_>>()).push(", ");
    sql.bind(lines().map(|(.., line)| line.secured).collect::<Vec<_>>());
    sql.push(") l(action, position, source, funder, amount, secured)");
    sql.execute(tx).await.map(drop)
}

pub(super) async fn write_sign_offs(
    tx: &Transaction,
    of: ApplicationId,
    sign_offs: &[SignOff],
) -> Result<(), StoreError> {
    let mut sql = Sql::new("DELETE FROM application_sign_offs WHERE application_id = ");
    sql.bind(of.0);
    sql.execute(tx).await?;
    for sign_off in sign_offs {
        let mut sql = Sql::new(
            "INSERT INTO application_sign_offs (application_id, actor_id, signed_at, declined_at, reason, answered_by) VALUES (",
        );
        sql.bind(of.0).push(", ").bind(sign_off.actor.0).push(", ").bind(sign_off.signed_at).push(", ");
        sql.bind(sign_off.declined_at).push(", ").bind(sign_off.reason.clone()).push(", ");
        sql.bind(sign_off.by.clone()).push(")");
        sql.execute(tx).await?;
    }
    Ok(())
}
