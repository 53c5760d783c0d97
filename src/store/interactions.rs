//! Interactions: rows to domain and back, finders by key, writers.

use std::collections::HashMap;
use std::sync::LazyLock;

use sea_orm::sea_query::OnConflict;
use sea_orm::{EntityTrait, IntoActiveModel, Iterable};

use super::Transaction;
use super::entity::interactions as row;
use super::error::StoreError;
use super::rows::{get, name, parse, parse_some, publication};
use super::sql::Sql;
use crate::domain::dates::PartialDate;
use crate::domain::ids::{ActorId, InteractionId, TerritoryId};
use crate::domain::interactions::{CooperationLevel, Interaction};

const TABLE: &str = "interactions";

/// The columns of an interaction `i`, to be selected.
pub(super) static COLUMNS: LazyLock<String> = LazyLock::new(|| {
    use sea_orm::IdenStatic;
    row::Column::iter().map(|column| format!("i.{}", column.as_str())).collect::<Vec<_>>().join(", ")
});

/// The interaction of a row.
pub(super) fn domain(row: row::Model) -> Result<Interaction, StoreError> {
    let broken = |column, value: String| StoreError::Inconsistent { table: TABLE, column, value };
    let date = |column, date: Option<_>, precision: Option<&str>| match date {
        None => Ok::<_, StoreError>(None),
        Some(date) => {
            Ok(Some(PartialDate { date, precision: parse(TABLE, column, precision.unwrap_or_default())? }))
        }
    };
    Ok(Interaction {
        id: InteractionId(row.id),
        kind: parse(TABLE, "kind", &row.kind)?,
        source: ActorId(row.source_id),
        target: ActorId(row.target_id),
        level: row.level.and_then(CooperationLevel::from_repr),
        intensity: row.intensity,
        frequency: parse_some(TABLE, "frequency", row.frequency.as_deref())?,
        formalised: row.formalised,
        description: row.description,
        themes: row.themes,
        since: date("since_precision", row.since, row.since_precision.as_deref())?,
        until: date("until_precision", row.until, row.until_precision.as_deref())?,
        amount: row.amount,
        declared_by: row.declared_by_id.map(ActorId),
        confirmation: parse(TABLE, "confirmation", &row.confirmation)?,
        dispute_reason: row.dispute_reason,
        evidence: serde_json::from_value(row.evidence)
            .map_err(|error| broken("evidence", error.to_string()))?,
        publication: publication(TABLE, &row.status, row.archived_from.as_deref())?,
        version: row.version,
        created_at: row.created_at,
        updated_at: row.updated_at,
    })
}

fn model(interaction: &Interaction) -> row::Model {
    row::Model {
        id: interaction.id.0,
        kind: interaction.kind.to_string(),
        source_id: interaction.source.0,
        target_id: interaction.target.0,
        level: interaction.level.map(|level| level as i16),
        intensity: interaction.intensity,
        frequency: name(interaction.frequency),
        formalised: interaction.formalised,
        description: interaction.description.clone(),
        themes: interaction.themes.clone(),
        since: interaction.since.map(|s| s.date),
        since_precision: name(interaction.since.map(|s| s.precision)),
        until: interaction.until.map(|u| u.date),
        until_precision: name(interaction.until.map(|u| u.precision)),
        amount: interaction.amount,
        declared_by_id: interaction.declared_by.map(|id| id.0),
        confirmation: interaction.confirmation.to_string(),
        dispute_reason: interaction.dispute_reason.clone(),
        evidence: serde_json::to_value(&interaction.evidence)
            .expect("texts, addresses and dates are always JSON"),
        status: interaction.publication.status.to_string(),
        archived_from: name(interaction.publication.archived_from),
        version: interaction.version,
        created_at: interaction.created_at,
        updated_at: interaction.updated_at,
    }
}

/// An interaction with the territories where it takes place.
pub type WithTerritories = (Interaction, Vec<TerritoryId>);

/// An interaction to be written, locked until the transaction ends.
pub async fn for_update(tx: &Transaction, id: InteractionId) -> Result<Option<WithTerritories>, StoreError> {
    use sea_orm::QuerySelect;
    let Some(row) = row::Entity::find_by_id(id.0).lock_exclusive().one(tx).await? else { return Ok(None) };
    let territories = territories(tx, &[id]).await?.remove(&id).unwrap_or_default();
    Ok(Some((domain(row)?, territories)))
}

/// Many interactions with their territories: for imports.
pub async fn by_ids(tx: &Transaction, ids: &[InteractionId]) -> Result<Vec<WithTerritories>, StoreError> {
    let mut sql = Sql::new("SELECT ");
    sql.push(&COLUMNS).push(" FROM interactions i WHERE i.id = ANY(");
    sql.bind(ids.iter().map(|id| id.0).collect::<Vec<_>>()).push(")");
    let mut territories = territories(tx, ids).await?;
    let whole = |row| {
        let interaction = domain(row)?;
        let own = territories.remove(&interaction.id).unwrap_or_default();
        Ok((interaction, own))
    };
    sql.models(tx).await?.into_iter().map(whole).collect()
}

async fn territories(
    tx: &Transaction,
    of: &[InteractionId],
) -> Result<HashMap<InteractionId, Vec<TerritoryId>>, StoreError> {
    let mut sql = Sql::new(
        "SELECT interaction_id, territory_id FROM interaction_territories WHERE interaction_id = ANY(",
    );
    sql.bind(of.iter().map(|id| id.0).collect::<Vec<_>>()).push(") ORDER BY territory_id");
    let mut found: HashMap<_, Vec<_>> = HashMap::new();
    for row in sql.rows(tx).await? {
        let territories = found.entry(InteractionId(get(&row, "interaction_id")?)).or_default();
        territories.push(TerritoryId(get(&row, "territory_id")?));
    }
    Ok(found)
}

/// The interaction that stands in the way of this one: of the same pair and kind in an overlapping period, or of
/// FUNDING the same grant. Archived and rejected ones do not count.
pub async fn in_the_way(
    tx: &Transaction,
    interaction: &Interaction,
) -> Result<Option<InteractionId>, StoreError> {
    let (first, second) = interaction.pair();
    let mut sql = Sql::new("SELECT id FROM interactions WHERE first_id = ");
    sql.bind(first.0)
        .push(" AND second_id = ")
        .bind(second.0)
        .push(" AND kind = ")
        .bind(interaction.kind.as_ref());
    sql.push(" AND status NOT IN ('ARCHIVED', 'REJECTED') AND id <> ").bind(interaction.id.0);
    let (since, until) = (interaction.since.map(|s| s.date), interaction.until.map(|u| u.date));
    if interaction.kind == crate::domain::interactions::InteractionKind::Funding {
        sql.push(" AND amount IS NOT DISTINCT FROM ").bind(interaction.amount);
        sql.push(" AND since IS NOT DISTINCT FROM ")
            .bind(since)
            .push(" AND until IS NOT DISTINCT FROM ")
            .bind(until);
        sql.push(" AND description IS NOT DISTINCT FROM ").bind(interaction.description.clone());
    } else {
        sql.push(" AND daterange(since, until, '[]') && daterange(")
            .bind(since)
            .push(", ")
            .bind(until)
            .push(", '[]')");
    }
    sql.push(" ORDER BY id LIMIT 1");
    sql.row(tx).await?.map(|row| Ok(InteractionId(get(&row, "id")?))).transpose()
}

/// Every interaction that counts between two of these actors.
pub async fn standing_between(tx: &Transaction, actors: &[ActorId]) -> Result<Vec<Interaction>, StoreError> {
    let actors: Vec<_> = actors.iter().map(|id| id.0).collect();
    let mut sql = Sql::new("SELECT ");
    sql.push(&COLUMNS).push(" FROM interactions i WHERE i.source_id = ANY(").bind(actors.clone());
    sql.push(") AND i.target_id = ANY(").bind(actors).push(") AND i.status NOT IN ('ARCHIVED', 'REJECTED')");
    sql.models(tx).await?.into_iter().map(domain).collect()
}

/// Writes new and changed interactions with the territories where they take place.
pub async fn write(tx: &Transaction, interactions: &[WithTerritories]) -> Result<(), StoreError> {
    for chunk in interactions.chunks(1_000) {
        let rows = chunk.iter().map(|(interaction, _)| model(interaction).into_active_model());
        let columns = row::Column::iter().filter(|column| !matches!(column, row::Column::Id));
        let replace = OnConflict::column(row::Column::Id).update_columns(columns).to_owned();
        row::Entity::insert_many(rows).on_conflict(replace).exec_without_returning(tx).await?;
    }
    let ids: Vec<_> = interactions.iter().map(|(interaction, _)| interaction.id.0).collect();
    let mut sql = Sql::new("DELETE FROM interaction_territories WHERE interaction_id = ANY(");
    sql.bind(ids).push(")");
    sql.execute(tx).await?;
    let (ids, territories): (Vec<_>, Vec<_>) =
        interactions.iter().flat_map(|(i, territories)| territories.iter().map(|t| (i.id.0, t.0))).unzip();
    if !ids.is_empty() {
        let mut sql = Sql::new(
            "INSERT INTO interaction_territories (interaction_id, territory_id) SELECT * FROM unnest(",
        );
        sql.bind(ids).push(", ").bind(territories).push(")");
        sql.execute(tx).await?;
    }
    Ok(())
}
