//! What collectives do next.

use std::collections::HashMap;

use sea_orm::ConnectionTrait;

use super::collectives::uuids;
use super::error::StoreError;
use super::rows::{get, parse};
use super::sql::Sql;
use super::{Store, Transaction};
use crate::domain::ids::{ActorId, CollectiveId, NextStepId};
use crate::domain::next_steps::NextStep;

impl Store {
    /// The next steps of these collectives, in order.
    pub async fn next_steps(
        &self,
        of: &[CollectiveId],
    ) -> Result<HashMap<CollectiveId, Vec<NextStep>>, StoreError> {
        next_steps(self.db(), of).await
    }
}

/// The next steps of these collectives, in order.
pub async fn next_steps(
    db: &impl ConnectionTrait,
    of: &[CollectiveId],
) -> Result<HashMap<CollectiveId, Vec<NextStep>>, StoreError> {
    let mut sql = Sql::new(
        "SELECT s.collective_id, s.id, s.title, s.owner_id, s.due, s.status FROM next_steps s WHERE s.collective_id = ANY(",
    );
    sql.bind(uuids(of)).push(") ORDER BY s.collective_id, s.position");
    let mut found: HashMap<_, Vec<_>> = HashMap::new();
    for row in sql.rows(db).await? {
        let (status, owner): (String, Option<uuid::Uuid>) = (get(&row, "status")?, get(&row, "owner_id")?);
        let step = NextStep {
            id: NextStepId(get(&row, "id")?),
            title: get(&row, "title")?,
            owner: owner.map(ActorId),
            due: get(&row, "due")?,
            status: parse("next_steps", "status", &status)?,
        };
        found.entry(CollectiveId(get(&row, "collective_id")?)).or_default().push(step);
    }
    Ok(found)
}

/// Writes all of a collective's next steps; those that are no longer there go.
pub async fn write(tx: &Transaction, of: CollectiveId, steps: &[NextStep]) -> Result<(), StoreError> {
    let mut sql = Sql::new("DELETE FROM next_steps WHERE collective_id = ");
    sql.bind(of.0);
    sql.execute(tx).await?;
    for (position, step) in steps.iter().enumerate() {
        let mut sql = Sql::new(
            "INSERT INTO next_steps (id, collective_id, position, title, owner_id, due, status) VALUES (",
        );
        sql.bind(step.id.0).push(", ").bind(of.0).push(", ").bind(position as i16).push(", ");
        sql.bind(step.title.clone()).push(", ").bind(step.owner.map(|id| id.0)).push(", ");
        sql.bind(step.due).push(", ").bind(step.status.as_ref()).push(")");
        sql.execute(tx).await?;
    }
    Ok(())
}
