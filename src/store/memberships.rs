//! Members of collectives: rows to domain and back, pages, writers. The membership is `m`, its collective `v`, its actor `e`.

use std::collections::HashMap;
use std::sync::LazyLock;

use sea_orm::sea_query::OnConflict;
use sea_orm::{EntityTrait, IntoActiveModel, Iterable};
use uuid::Uuid;

use super::collectives::uuids;
use super::entity::memberships as row;
use super::error::StoreError;
use super::pages::{Listing, Order, count, counts};
use super::rows::{get, parse};
use super::sight::{visible_collective, visible_membership};
use super::sql::Sql;
use super::{Store, Transaction};
use crate::domain::ids::{ActorId, CollectiveId, MembershipId};
use crate::domain::listings::MembershipListing;
use crate::domain::memberships::Membership;
use crate::domain::paging::{Page, Slice};
use crate::domain::policy::Visibility;
use crate::domain::publication::PublicationStatus;

const TABLE: &str = "memberships";
const FROM: &str =
    "memberships m JOIN collectives v ON v.id = m.collective_id JOIN actors e ON e.id = m.actor_id";
const ARCHIVED_TOO: &[PublicationStatus] = &[PublicationStatus::Archived];

static COLUMNS: LazyLock<String> = LazyLock::new(|| {
    use sea_orm::IdenStatic;
    row::Column::iter().map(|column| format!("m.{}", column.as_str())).collect::<Vec<_>>().join(", ")
});

fn domain(row: row::Model) -> Result<Membership, StoreError> {
    Ok(Membership {
        id: MembershipId(row.id),
        collective: CollectiveId(row.collective_id),
        actor: ActorId(row.actor_id),
        role: parse(TABLE, "role", &row.role)?,
        responsibility: row.responsibility,
        status: parse(TABLE, "status", &row.status)?,
        hours_per_month: row.hours_per_month,
        since: row.since,
        until: row.until,
        answered_at: row.answered_at,
        created_at: row.created_at,
    })
}

fn model(membership: &Membership) -> row::Model {
    row::Model {
        id: membership.id.0,
        collective_id: membership.collective.0,
        actor_id: membership.actor.0,
        role: membership.role.to_string(),
        responsibility: membership.responsibility.clone(),
        status: membership.status.to_string(),
        hours_per_month: membership.hours_per_month,
        since: membership.since,
        until: membership.until,
        answered_at: membership.answered_at,
        created_at: membership.created_at,
    }
}

impl MembershipListing {
    /// Of the collectives that a list is read for: who sees these was settled before.
    fn condition(&self) -> Sql {
        let mut sql = Sql::default();
        match &self.answered_by {
            None => _ = sql.push("m.collective_id = k.id AND "),
            Some(actors) => {
                sql.push("m.status = 'INVITED' AND m.actor_id = ANY(");
                sql.bind(actors.iter().map(|id| id.0).collect::<Vec<_>>());
                // Nobody joins what has ended.
                sql.push(") AND v.stage <> 'CLOSED' AND ");
                visible_collective(&mut sql, &[], &self.visibility);
                sql.and("");
            }
        }
        visible_membership(&mut sql, &[], &self.visibility);
        if let Some(status) = self.status {
            sql.and("m.status = ").bind(status.as_ref());
        }
        sql
    }

    fn listing<'a>(&self, page: &'a Page) -> Listing<'a> {
        let key = "(CASE WHEN m.role = 'LEAD' AND m.status = 'ACCEPTED' THEN '0' ELSE '1' END || e.name)";
        let (list, key) = match self.answered_by {
            None => (Self::order(), key),
            Some(_) => (Self::waiting_order(), "m.created_at"),
        };
        Listing {
            columns: &COLUMNS,
            from: FROM,
            id: "m.id",
            condition: self.condition(),
            parts: Vec::new(),
            order: Order { list, key: Sql::new(key), descending: false },
            page,
        }
    }
}

impl Store {
    /// The memberships of these ids that may be seen, in no order.
    pub async fn memberships_by_ids(
        &self,
        ids: &[MembershipId],
        visibility: &Visibility,
    ) -> Result<Vec<Membership>, StoreError> {
        let mut sql = Sql::new("SELECT ");
        sql.push(&COLUMNS).push(" FROM ").push(FROM).push(" WHERE m.id = ANY(");
        sql.bind(ids.iter().map(|id| id.0).collect::<Vec<_>>()).push(") AND ");
        visible_collective(&mut sql, ARCHIVED_TOO, visibility);
        visible_membership(sql.and(""), &[], visibility);
        sql.models(self.db()).await?.into_iter().map(domain).collect()
    }

    /// A page of invitations that wait.
    pub async fn memberships(
        &self,
        listing: &MembershipListing,
        page: &Page,
    ) -> Result<Slice<Membership>, StoreError> {
        listing.listing(page).page(self.db(), domain).await
    }

    /// How many invitations wait.
    pub async fn count_memberships(&self, listing: &MembershipListing) -> Result<i64, StoreError> {
        count(self.db(), FROM, &listing.condition()).await
    }

    /// The same page of each collective's members, in one statement.
    pub async fn memberships_of(
        &self,
        listing: &MembershipListing,
        page: &Page,
        of: &[Uuid],
    ) -> Result<HashMap<Uuid, Slice<Membership>>, StoreError> {
        listing.listing(page).pages(self.db(), of, domain).await
    }

    /// How many members each collective has, in one statement.
    pub async fn count_memberships_of(
        &self,
        listing: &MembershipListing,
        of: &[Uuid],
    ) -> Result<HashMap<Uuid, i64>, StoreError> {
        counts(self.db(), FROM, &listing.condition(), of).await
    }

    /// The names of a collective's first members that have accepted, the lead first, and how many there are.
    pub async fn member_names(
        &self,
        of: CollectiveId,
        visibility: &Visibility,
        most: u32,
    ) -> Result<(Vec<String>, i64), StoreError> {
        let mut sql = Sql::new("SELECT e.name, count(*) OVER () AS total FROM ");
        sql.push(FROM).push(" WHERE m.status = 'ACCEPTED' AND m.collective_id = ").bind(of.0).and("");
        visible_membership(&mut sql, &[], visibility);
        sql.push(" ORDER BY m.role <> 'LEAD', e.name, m.id LIMIT ").bind(i64::from(most));
        let rows = sql.rows(self.db()).await?;
        let total = rows.first().map_or(Ok(0), |row| get(row, "total"))?;
        Ok((rows.iter().map(|row| get(row, "name")).collect::<Result<_, _>>()?, total))
    }

    /// Who leads these collectives.
    pub async fn leads_of(&self, of: &[CollectiveId]) -> Result<HashMap<CollectiveId, ActorId>, StoreError> {
        let mut sql = Sql::new(
            "SELECT m.collective_id, m.actor_id FROM memberships m JOIN actors e ON e.id = m.actor_id AND e.status <> 'ARCHIVED' WHERE m.role = 'LEAD' AND m.status = 'ACCEPTED' AND m.collective_id = ANY(",
        );
        sql.bind(uuids(of)).push(")");
        let lead = |row| Ok((CollectiveId(get(row, "collective_id")?), ActorId(get(row, "actor_id")?)));
        sql.rows(self.db()).await?.iter().map(lead).collect()
    }
}

/// The collective of a membership; null where there is none.
pub async fn collective_of(tx: &Transaction, id: MembershipId) -> Result<Option<CollectiveId>, StoreError> {
    let mut sql = Sql::new("SELECT collective_id FROM memberships WHERE id = ");
    sql.bind(id.0);
    sql.row(tx).await?.map(|row| Ok(CollectiveId(get(&row, "collective_id")?))).transpose()
}

/// The membership, under the lock of its collective.
pub async fn by_id(tx: &Transaction, id: MembershipId) -> Result<Option<Membership>, StoreError> {
    let mut sql = Sql::new("SELECT ");
    sql.push(&COLUMNS).push(" FROM memberships m WHERE m.id = ").bind(id.0);
    sql.models(tx).await?.into_iter().map(domain).next().transpose()
}

/// The membership of an actor in a collective, under the lock of the latter.
pub async fn of_actor(
    tx: &Transaction,
    collective: CollectiveId,
    actor: ActorId,
) -> Result<Option<Membership>, StoreError> {
    let mut sql = Sql::new("SELECT ");
    sql.push(&COLUMNS).push(" FROM memberships m WHERE m.collective_id = ").bind(collective.0);
    sql.and("m.actor_id = ").bind(actor.0);
    sql.models(tx).await?.into_iter().map(domain).next().transpose()
}

/// The membership that leads, or is asked to lead, a collective, under its lock.
pub async fn lead(tx: &Transaction, collective: CollectiveId) -> Result<Option<Membership>, StoreError> {
    let mut sql = Sql::new("SELECT ");
    sql.push(&COLUMNS).push(" FROM memberships m WHERE m.collective_id = ").bind(collective.0);
    sql.and("m.role = 'LEAD' AND m.status IN ('INVITED', 'ACCEPTED')");
    sql.models(tx).await?.into_iter().map(domain).next().transpose()
}

/// The members that have accepted and whose actor was not put away, by when they were asked.
pub async fn accepted(tx: &Transaction, collective: CollectiveId) -> Result<Vec<Membership>, StoreError> {
    let mut sql = Sql::new("SELECT ");
    sql.push(&COLUMNS).push(" FROM ").push(FROM).push(" WHERE m.collective_id = ").bind(collective.0);
    sql.and("m.status = 'ACCEPTED' AND e.status <> 'ARCHIVED' ORDER BY m.created_at, m.id");
    sql.models(tx).await?.into_iter().map(domain).collect()
}

/// How many members have accepted, without those whose actor was put away.
pub async fn count_accepted(tx: &Transaction, collective: CollectiveId) -> Result<i64, StoreError> {
    let mut condition = Sql::new("m.status = 'ACCEPTED' AND e.status <> 'ARCHIVED' AND m.collective_id = ");
    condition.bind(collective.0);
    count(tx, FROM, &condition).await
}

/// Whether the actor was archived, merged into another or suppressed; it stays as it is until the transaction ends.
pub async fn is_put_away(tx: &Transaction, actor: ActorId) -> Result<bool, StoreError> {
    let mut sql = Sql::new("SELECT status = 'ARCHIVED' AS away FROM actors WHERE id = ");
    sql.bind(actor.0).push(" FOR SHARE");
    sql.row(tx).await?.map_or(Ok(true), |row| get(&row, "away"))
}

/// Takes a membership out, that became another.
pub async fn delete(tx: &Transaction, id: MembershipId) -> Result<(), StoreError> {
    let mut sql = Sql::new("DELETE FROM memberships WHERE id = ");
    sql.bind(id.0);
    sql.execute(tx).await.map(drop)
}

/// Writes new and changed memberships.
pub async fn write(tx: &Transaction, memberships: &[Membership]) -> Result<(), StoreError> {
    for chunk in memberships.chunks(1_000) {
        let rows = chunk.iter().map(|membership| model(membership).into_active_model());
        let columns = row::Column::iter().filter(|column| !matches!(column, row::Column::Id));
        let replace = OnConflict::column(row::Column::Id).update_columns(columns).to_owned();
        row::Entity::insert_many(rows).on_conflict(replace).exec_without_returning(tx).await?;
    }
    Ok(())
}
