//! What collectives write down of themselves: identity cards in revisions, assessments, contributions.

use std::collections::HashMap;

use sea_orm::QueryResult;
use serde_json::Value;
use uuid::Uuid;

use super::collectives::uuids;
use super::error::StoreError;
use super::pages::{Listing, Order, counts};
use super::rows::{get, parse};
use super::sight::visible_actor;
use super::sql::Sql;
use super::{Store, Transaction};
use crate::domain::contributions::{Contribution, ContributionTotal};
use crate::domain::identity_cards::IdentityCard;
use crate::domain::ids::{ActorId, CollectiveId, ContributionId};
use crate::domain::listings::ContributionListing;
use crate::domain::maturity::Assessment;
use crate::domain::paging::{Page, Slice};
use crate::domain::policy::Visibility;

const CARD: &str = "k.collective_id, k.revision, k.essential_question, k.reasons, k.effects, k.key_actions, k.adopted_on, k.updated_at";
const CONTRIBUTIONS: &str = "contributions b JOIN actors e ON e.id = b.member_id";
const CONTRIBUTION: &str = "b.id, b.collective_id, b.member_id, b.kind, b.amount, b.unit, b.description, b.period_start, b.period_end, b.created_at";

/// A list that is kept as JSON.
fn list<T: serde::de::DeserializeOwned>(
    row: &QueryResult,
    table: &'static str,
    column: &'static str,
) -> Result<Vec<T>, StoreError> {
    let value: Value = get(row, column)?;
    serde_json::from_value(value.clone()).map_err(|_| StoreError::Inconsistent {
        table,
        column,
        value: value.to_string(),
    })
}

fn json<T: serde::Serialize>(list: &[T]) -> Value {
    serde_json::to_value(list).expect("texts, numbers and addresses are always JSON")
}

fn card(row: &QueryResult) -> Result<IdentityCard, StoreError> {
    const TABLE: &str = "identity_cards";
    Ok(IdentityCard {
        revision: get(row, "revision")?,
        essential_question: get(row, "essential_question")?,
        reasons: list(row, TABLE, "reasons")?,
        effects: list(row, TABLE, "effects")?,
        key_actions: list(row, TABLE, "key_actions")?,
        adopted_on: get(row, "adopted_on")?,
        updated_at: get(row, "updated_at")?,
    })
}

fn assessment(row: &QueryResult) -> Result<Assessment, StoreError> {
    const TABLE: &str = "maturity_assessments";
    Ok(Assessment {
        id: get(row, "id")?,
        assessed_on: get(row, "assessed_on")?,
        conditions: list(row, TABLE, "conditions")?,
        assets: list(row, TABLE, "assets")?,
        created_at: get(row, "created_at")?,
    })
}

/// A row of `contributions`.
#[derive(sea_orm::FromQueryResult)]
struct ContributionRow {
    id: Uuid,
    collective_id: Uuid,
    member_id: Uuid,
    kind: String,
    amount: Option<sea_orm::prelude::Decimal>,
    unit: Option<String>,
    description: Option<String>,
    period_start: Option<chrono::NaiveDate>,
    period_end: Option<chrono::NaiveDate>,
    created_at: chrono::DateTime<chrono::Utc>,
}

fn contribution(row: ContributionRow) -> Result<Contribution, StoreError> {
    Ok(Contribution {
        id: ContributionId(row.id),
        collective: CollectiveId(row.collective_id),
        member: ActorId(row.member_id),
        kind: parse("contributions", "kind", &row.kind)?,
        amount: row.amount,
        unit: row.unit,
        description: row.description,
        period_start: row.period_start,
        period_end: row.period_end,
        created_at: row.created_at,
    })
}

impl ContributionListing {
    /// Of the collectives that a list is read for, by members that may be seen.
    fn condition(&self) -> Sql {
        let mut sql = Sql::new("b.collective_id = k.id AND ");
        visible_actor(&mut sql, "e", &[], &self.visibility);
        sql
    }

    fn listing<'a>(&self, page: &'a Page) -> Listing<'a> {
        Listing {
            columns: CONTRIBUTION,
            from: CONTRIBUTIONS,
            id: "b.id",
            condition: self.condition(),
            parts: Vec::new(),
            order: Order { list: Self::order(), key: Sql::new("b.created_at"), descending: true },
            page,
        }
    }
}

impl Store {
    /// Every revision of these collectives' cards, newest first.
    pub async fn identity_cards(
        &self,
        of: &[CollectiveId],
    ) -> Result<HashMap<CollectiveId, Vec<IdentityCard>>, StoreError> {
        let mut sql = Sql::new("SELECT ");
        sql.push(CARD).push(" FROM identity_cards k WHERE k.collective_id = ANY(").bind(uuids(of));
        sql.push(") ORDER BY k.collective_id, k.revision DESC");
        by_collective(&sql.rows(self.db()).await?, card)
    }

    /// One revision of each of these collectives' cards, the newest where none is named.
    pub async fn identity_card(
        &self,
        of: &[CollectiveId],
        revision: Option<i32>,
    ) -> Result<HashMap<CollectiveId, IdentityCard>, StoreError> {
        let mut sql = Sql::new("SELECT DISTINCT ON (k.collective_id) ");
        sql.push(CARD).push(" FROM identity_cards k WHERE k.collective_id = ANY(").bind(uuids(of)).push(")");
        if let Some(revision) = revision {
            sql.and("k.revision = ").bind(revision);
        }
        sql.push(" ORDER BY k.collective_id, k.revision DESC");
        let one = |row| Ok((CollectiveId(get(row, "collective_id")?), card(row)?));
        sql.rows(self.db()).await?.iter().map(one).collect()
    }

    /// Every assessment of these collectives, newest first.
    pub async fn assessments(
        &self,
        of: &[CollectiveId],
    ) -> Result<HashMap<CollectiveId, Vec<Assessment>>, StoreError> {
        let mut sql = Sql::new(
            "SELECT k.id, k.collective_id, k.assessed_on, k.conditions, k.assets, k.created_at FROM maturity_assessments k WHERE k.collective_id = ANY(",
        );
        sql.bind(uuids(of))
            .push(") ORDER BY k.collective_id, k.assessed_on DESC, k.created_at DESC, k.id DESC");
        by_collective(&sql.rows(self.db()).await?, assessment)
    }

    /// The same page of each collective's contributions, in one statement.
    pub async fn contributions_of(
        &self,
        listing: &ContributionListing,
        page: &Page,
        of: &[Uuid],
    ) -> Result<HashMap<Uuid, Slice<Contribution>>, StoreError> {
        listing.listing(page).pages(self.db(), of, contribution).await
    }

    /// How many contributions each collective has, in one statement.
    pub async fn count_contributions_of(
        &self,
        listing: &ContributionListing,
        of: &[Uuid],
    ) -> Result<HashMap<Uuid, i64>, StoreError> {
        counts(self.db(), CONTRIBUTIONS, &listing.condition(), of).await
    }

    /// What the members of these collectives bring in, by member, kind and unit, as far as they may be seen.
    pub async fn contribution_totals(
        &self,
        of: &[CollectiveId],
        visibility: &Visibility,
    ) -> Result<HashMap<CollectiveId, Vec<ContributionTotal>>, StoreError> {
        let mut sql =
            Sql::new("SELECT b.collective_id, b.member_id, b.kind, b.unit, sum(b.amount) AS amount FROM ");
        sql.push(CONTRIBUTIONS).push(" WHERE b.amount IS NOT NULL AND b.collective_id = ANY(");
        sql.bind(uuids(of)).push(") AND ");
        visible_actor(&mut sql, "e", &[], visibility);
        sql.push(" GROUP BY b.collective_id, b.member_id, e.name, b.kind, b.unit");
        sql.push(" ORDER BY b.collective_id, e.name, b.member_id, b.kind, b.unit");
        by_collective(&sql.rows(self.db()).await?, |row| {
            let kind: String = get(row, "kind")?;
            Ok(ContributionTotal {
                member: ActorId(get(row, "member_id")?),
                kind: parse("contributions", "kind", &kind)?,
                unit: get(row, "unit")?,
                amount: get(row, "amount")?,
            })
        })
    }
}

/// Rows by their collective, in order.
fn by_collective<T>(
    rows: &[QueryResult],
    read: impl Fn(&QueryResult) -> Result<T, StoreError>,
) -> Result<HashMap<CollectiveId, Vec<T>>, StoreError> {
    let mut found: HashMap<_, Vec<_>> = HashMap::new();
    for row in rows {
        found.entry(CollectiveId(get(row, "collective_id")?)).or_default().push(read(row)?);
    }
    Ok(found)
}

/// The number of a collective's newest revision, under its lock; 0 where it has no card.
pub async fn newest_revision(tx: &Transaction, of: CollectiveId) -> Result<i32, StoreError> {
    let mut sql =
        Sql::new("SELECT coalesce(max(revision), 0) AS revision FROM identity_cards WHERE collective_id = ");
    sql.bind(of.0);
    sql.row(tx).await?.map_or(Ok(0), |row| get(&row, "revision"))
}

/// Writes a new revision.
pub async fn write_card(tx: &Transaction, of: CollectiveId, card: &IdentityCard) -> Result<(), StoreError> {
    let mut sql = Sql::new(
        "INSERT INTO identity_cards (collective_id, revision, essential_question, reasons, effects, key_actions, adopted_on, updated_at) VALUES (",
    );
    sql.bind(of.0).push(", ").bind(card.revision).push(", ").bind(card.essential_question.clone());
    sql.push(", ").bind(json(&card.reasons)).push(", ").bind(json(&card.effects)).push(", ");
    sql.bind(json(&card.key_actions)).push(", ").bind(card.adopted_on).push(", ").bind(card.updated_at);
    sql.push(")");
    sql.execute(tx).await?;
    let mut sql = Sql::new("UPDATE collectives SET card_text = ");
    sql.bind(card.text()).push(" WHERE id = ").bind(of.0);
    sql.execute(tx).await.map(drop)
}

/// Writes a new assessment.
pub async fn write_assessment(
    tx: &Transaction,
    of: CollectiveId,
    assessment: &Assessment,
) -> Result<(), StoreError> {
    let mut sql = Sql::new(
        "INSERT INTO maturity_assessments (id, collective_id, assessed_on, conditions, assets, created_at) VALUES (",
    );
    sql.bind(assessment.id).push(", ").bind(of.0).push(", ").bind(assessment.assessed_on).push(", ");
    sql.bind(json(&assessment.conditions)).push(", ").bind(json(&assessment.assets)).push(", ");
    sql.bind(assessment.created_at).push(")");
    sql.execute(tx).await.map(drop)
}

/// Writes a new contribution.
pub async fn write_contribution(tx: &Transaction, contribution: &Contribution) -> Result<(), StoreError> {
    let mut sql = Sql::new(
        "INSERT INTO contributions (id, collective_id, member_id, kind, amount, unit, description, period_start, period_end, created_at) VALUES (",
    );
    sql.bind(contribution.id.0).push(", ").bind(contribution.collective.0).push(", ");
    sql.bind(contribution.member.0).push(", ").bind(contribution.kind.as_ref()).push(", ");
    sql.bind(contribution.amount).push(", ").bind(contribution.unit.clone()).push(", ");
    sql.bind(contribution.description.clone()).push(", ").bind(contribution.period_start).push(", ");
    sql.bind(contribution.period_end).push(", ").bind(contribution.created_at).push(")");
    sql.execute(tx).await.map(drop)
}
