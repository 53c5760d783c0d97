//! Needs and offers: rows to domain and back, finders by key, writers. The exchange is `n`, its actor `a`, the collective whose
//! need it is `v`; it is seen where that is.

use std::collections::HashMap;
use std::sync::LazyLock;

use sea_orm::sea_query::OnConflict;
use sea_orm::{EntityTrait, IntoActiveModel, Iterable};

use super::entity::exchanges as row;
use super::error::StoreError;
use super::rows::{get, parse};
use super::sight::visible_exchange;
use super::sql::Sql;
use super::{Store, Transaction};
use crate::domain::exchanges::{Exchange, Side};
use crate::domain::ids::{ActorId, CollectiveId, ExchangeId, TerritoryId};
use crate::domain::policy::Visibility;

const TABLE: &str = "exchanges";

/// What exchanges are read from: each with its actor or collective, since it is seen where that is.
pub(super) const FROM: &str =
    "exchanges n LEFT JOIN actors a ON a.id = n.actor_id LEFT JOIN collectives v ON v.id = n.collective_id";

/// The columns of an exchange `n`, to be selected.
pub(super) static COLUMNS: LazyLock<String> = LazyLock::new(|| {
    use sea_orm::IdenStatic;
    row::Column::iter().map(|column| format!("n.{}", column.as_str())).collect::<Vec<_>>().join(", ")
});

/// The exchange of a row.
pub(super) fn domain(row: row::Model) -> Result<Exchange, StoreError> {
    Ok(Exchange {
        id: ExchangeId(row.id),
        side: parse(TABLE, "side", &row.side)?,
        actor: row.actor_id.map(ActorId),
        collective: row.collective_id.map(CollectiveId),
        kind: parse(TABLE, "kind", &row.kind)?,
        title: row.title,
        description: row.description,
        themes: row.themes,
        valid_until: row.valid_until,
        closed_at: row.closed_at,
        version: row.version,
        created_at: row.created_at,
        updated_at: row.updated_at,
    })
}

fn model(exchange: &Exchange) -> row::Model {
    row::Model {
        id: exchange.id.0,
        side: exchange.side.to_string(),
        actor_id: exchange.actor.map(|id| id.0),
        collective_id: exchange.collective.map(|id| id.0),
        kind: exchange.kind.to_string(),
        title: exchange.title.clone(),
        description: exchange.description.clone(),
        themes: exchange.themes.clone(),
        valid_until: exchange.valid_until,
        closed_at: exchange.closed_at,
        version: exchange.version,
        created_at: exchange.created_at,
        updated_at: exchange.updated_at,
    }
}

impl Store {
    /// The needs or the offers of these ids that may be seen, in no order.
    pub async fn exchanges_by_ids(
        &self,
        side: Side,
        ids: &[ExchangeId],
        visibility: &Visibility,
    ) -> Result<Vec<Exchange>, StoreError> {
        let mut sql = Sql::new("SELECT ");
        sql.push(&COLUMNS).push(" FROM ").push(FROM).push(" WHERE n.side = ").bind(side.as_ref());
        sql.and("n.id = ANY(").bind(ids.iter().map(|id| id.0).collect::<Vec<_>>()).push(") AND ");
        visible_exchange(&mut sql, visibility);
        sql.models(self.db()).await?.into_iter().map(domain).collect()
    }
}

/// An exchange to be written, locked until the transaction ends.
pub async fn for_update(
    tx: &Transaction,
    side: Side,
    id: ExchangeId,
) -> Result<Option<Exchange>, StoreError> {
    use sea_orm::QuerySelect;
    let row = row::Entity::find_by_id(id.0).lock_exclusive().one(tx).await?;
    row.filter(|row| row.side == side.as_ref()).map(domain).transpose()
}

/// Writes a new exchange with where it is needed or given.
pub async fn insert(
    tx: &Transaction,
    exchange: &Exchange,
    territories: &[TerritoryId],
) -> Result<(), StoreError> {
    write(tx, exchange).await?;
    if territories.is_empty() {
        return Ok(());
    }
    let mut sql = Sql::new("INSERT INTO exchange_territories (exchange_id, territory_id) SELECT DISTINCT ");
    sql.bind(exchange.id.0).push("::uuid, t FROM unnest(");
    sql.bind(territories.iter().map(|id| id.0).collect::<Vec<_>>()).push(") t");
    sql.execute(tx).await.map(drop)
}

/// Writes a new or changed exchange.
pub async fn write(tx: &Transaction, exchange: &Exchange) -> Result<(), StoreError> {
    let columns = row::Column::iter().filter(|column| !matches!(column, row::Column::Id));
    let replace = OnConflict::column(row::Column::Id).update_columns(columns).to_owned();
    let insert = row::Entity::insert(model(exchange).into_active_model()).on_conflict(replace);
    insert.exec_without_returning(tx).await?;
    Ok(())
}

/// Where exchanges are needed or given, and the names of all these territories.
pub(super) type Places = (HashMap<ExchangeId, Vec<TerritoryId>>, HashMap<TerritoryId, String>);

/// Where exchanges are needed or given, each with its name: the territories that they name; where they name none, where
/// their actor sits and acts, or their collective acts.
pub(super) async fn places(store: &Store, of: &[ExchangeId]) -> Result<Places, StoreError> {
    let mut sql = Sql::new(
        "WITH asked AS (SELECT n.id, n.actor_id, n.collective_id FROM exchanges n WHERE n.id = ANY(",
    );
    sql.bind(of.iter().map(|id| id.0).collect::<Vec<_>>());
    sql.push(
        ")), named AS (SELECT x.exchange_id, x.territory_id FROM exchange_territories x JOIN asked ON asked.id = x.exchange_id),
        silent AS (SELECT * FROM asked WHERE id NOT IN (SELECT exchange_id FROM named)), places AS (
            SELECT * FROM named
            UNION SELECT s.id, a.seat_id FROM silent s JOIN actors a ON a.id = s.actor_id WHERE a.seat_id IS NOT NULL
            UNION SELECT s.id, x.territory_id FROM silent s JOIN actor_areas x ON x.actor_id = s.actor_id
            UNION SELECT s.id, x.territory_id FROM silent s JOIN collective_territories x ON x.collective_id = s.collective_id AND x.role = 'TERRITORY')
        SELECT p.exchange_id, p.territory_id, t.name::text FROM places p JOIN territories t ON t.id = p.territory_id
        ORDER BY p.exchange_id, t.list_order, t.id",
    );
    let (mut places, mut names) = (HashMap::<_, Vec<_>>::new(), HashMap::new());
    for row in sql.rows(store.db()).await? {
        let territory = TerritoryId(get(&row, "territory_id")?);
        places.entry(ExchangeId(get(&row, "exchange_id")?)).or_default().push(territory);
        names.insert(territory, get(&row, "name")?);
    }
    Ok((places, names))
}
