//! Findings of diagnoses, the votes on them, their crossings. Whoever reads them sees their diagnosis.

use std::collections::HashMap;

use sea_orm::{ConnectionTrait, QueryResult};
use uuid::Uuid;

use super::error::StoreError;
use super::rows::{get, name, parse};
use super::sql::Sql;
use super::{Store, Transaction};
use crate::domain::ids::{
    DiagnosisAxisId, DiagnosisId, SwotCrossingId, SwotItemId, UserId, WorkshopSessionId,
};
use crate::domain::swot::{PaperVotes, Priority, SwotCrossing, SwotItem, SwotQuadrant, Tally, priorities};

const ITEM: &str =
    "item.id, item.axis_id, item.quadrant, item.text, item.themes, item.session_id, item.created_at";
const CROSSING: &str = "pair.id, pair.internal_id, pair.external_id, pair.insight, pair.created_at";

fn item(row: &QueryResult) -> Result<SwotItem, StoreError> {
    let quadrant: String = get(row, "quadrant")?;
    Ok(SwotItem {
        id: SwotItemId(get(row, "id")?),
        axis: DiagnosisAxisId(get(row, "axis_id")?),
        quadrant: parse("swot_items", "quadrant", &quadrant)?,
        text: get(row, "text")?,
        themes: get(row, "themes")?,
        session: get::<Option<Uuid>>(row, "session_id")?.map(WorkshopSessionId),
        created_at: get(row, "created_at")?,
    })
}

fn crossing(row: &QueryResult) -> Result<SwotCrossing, StoreError> {
    Ok(SwotCrossing {
        id: SwotCrossingId(get(row, "id")?),
        internal: SwotItemId(get(row, "internal_id")?),
        external: SwotItemId(get(row, "external_id")?),
        insight: get(row, "insight")?,
        created_at: get(row, "created_at")?,
    })
}

fn uuids(ids: &[SwotItemId]) -> Vec<Uuid> {
    ids.iter().map(|id| id.0).collect()
}

impl Store {
    /// The findings of these axes, all or those of a quadrant, in the order in which they were added.
    pub async fn swot_items_of(
        &self,
        axes: &[DiagnosisAxisId],
        quadrant: Option<SwotQuadrant>,
    ) -> Result<HashMap<DiagnosisAxisId, Vec<SwotItem>>, StoreError> {
        let mut sql = Sql::new("SELECT ");
        sql.push(ITEM).push(" FROM swot_items item WHERE item.axis_id = ANY(");
        sql.bind(axes.iter().map(|id| id.0).collect::<Vec<_>>()).push(")");
        if let Some(quadrant) = name(quadrant) {
            sql.and("item.quadrant = ").bind(quadrant);
        }
        sql.push(" ORDER BY item.axis_id, item.place");
        let mut found: HashMap<_, Vec<_>> = HashMap::new();
        for row in sql.rows(self.db()).await? {
            let item = item(&row)?;
            found.entry(item.axis).or_default().push(item);
        }
        Ok(found)
    }

    /// The findings of these ids, in no order.
    pub async fn swot_items_by_ids(&self, ids: &[SwotItemId]) -> Result<Vec<SwotItem>, StoreError> {
        let mut sql = Sql::new("SELECT ");
        sql.push(ITEM).push(" FROM swot_items item WHERE item.id = ANY(").bind(uuids(ids)).push(")");
        sql.rows(self.db()).await?.iter().map(item).collect()
    }

    /// What the votes on these findings come to, ranked among all of their diagnoses.
    pub async fn swot_priorities(
        &self,
        of: &[SwotItemId],
    ) -> Result<HashMap<SwotItemId, Priority>, StoreError> {
        let mut sql = Sql::new(
            "SELECT item.id, axis.diagnosis_id, z.closed_on IS NULL AS open, item.paper_importance, item.paper_capacity, item.paper_votes,
                count(vote.user_id) AS votes, coalesce(sum(vote.importance), 0) AS importance, coalesce(sum(vote.capacity), 0) AS capacity
            FROM swot_items item JOIN diagnosis_axes axis ON axis.id = item.axis_id JOIN diagnoses z ON z.id = axis.diagnosis_id
            LEFT JOIN swot_votes vote ON vote.item_id = item.id WHERE axis.diagnosis_id IN (
                SELECT x.diagnosis_id FROM swot_items one JOIN diagnosis_axes x ON x.id = one.axis_id WHERE one.id = ANY(",
        );
        sql.bind(uuids(of)).push(")) GROUP BY item.id, axis.diagnosis_id, z.closed_on");
        let mut tallies: HashMap<(Uuid, bool), Vec<(SwotItemId, Tally)>> = HashMap::new();
        for row in sql.rows(self.db()).await? {
            let given = (get(&row, "importance")?, get(&row, "capacity")?, get(&row, "votes")?);
            let tally = Tally::of(given, paper(&row)?);
            tallies
                .entry((get(&row, "diagnosis_id")?, get(&row, "open")?))
                .or_default()
                .push((SwotItemId(get(&row, "id")?), tally));
        }
        let all = tallies.into_iter().flat_map(|((_, open), tallies)| priorities(&tallies, open));
        Ok(all.collect())
    }

    /// The crossings that each of these findings is part of, the oldest first.
    pub async fn crossings_of(
        &self,
        items: &[SwotItemId],
    ) -> Result<HashMap<SwotItemId, Vec<SwotCrossing>>, StoreError> {
        let mut found: HashMap<_, Vec<_>> = HashMap::new();
        for crossing in crossings_of(self.db(), items).await? {
            for item in [crossing.internal, crossing.external] {
                if items.contains(&item) {
                    found.entry(item).or_default().push(crossing.clone());
                }
            }
        }
        Ok(found)
    }

    /// The crossings of these ids, in no order.
    pub async fn crossings_by_ids(&self, ids: &[SwotCrossingId]) -> Result<Vec<SwotCrossing>, StoreError> {
        crossings_by_ids(self.db(), ids).await
    }
}

fn paper(row: &QueryResult) -> Result<Option<PaperVotes>, StoreError> {
    let importance: Option<sea_orm::prelude::Decimal> = get(row, "paper_importance")?;
    let capacity: Option<sea_orm::prelude::Decimal> = get(row, "paper_capacity")?;
    let votes = get(row, "paper_votes")?;
    let both = importance.zip(capacity);
    Ok(both.map(|(importance, capacity)| PaperVotes { importance, capacity, votes }))
}

/// The crossings that one of these findings is part of, the oldest first.
pub async fn crossings_of(
    db: &impl ConnectionTrait,
    items: &[SwotItemId],
) -> Result<Vec<SwotCrossing>, StoreError> {
    let mut sql = Sql::new("SELECT ");
    sql.push(CROSSING).push(" FROM swot_crossings pair WHERE pair.internal_id = ANY(").bind(uuids(items));
    sql.push(") OR pair.external_id = ANY(").bind(uuids(items)).push(") ORDER BY pair.created_at, pair.id");
    sql.rows(db).await?.iter().map(crossing).collect()
}

/// The crossings of these ids, in no order.
pub async fn crossings_by_ids(
    db: &impl ConnectionTrait,
    ids: &[SwotCrossingId],
) -> Result<Vec<SwotCrossing>, StoreError> {
    let mut sql = Sql::new("SELECT ");
    sql.push(CROSSING).push(" FROM swot_crossings pair WHERE pair.id = ANY(");
    sql.bind(ids.iter().map(|id| id.0).collect::<Vec<_>>()).push(")");
    sql.rows(db).await?.iter().map(crossing).collect()
}

/// A finding with its diagnosis, as far as it stands.
pub async fn item_by_id(
    db: &impl ConnectionTrait,
    id: SwotItemId,
) -> Result<Option<(SwotItem, DiagnosisId)>, StoreError> {
    let mut sql = Sql::new("SELECT ");
    sql.push(ITEM).push(", axis.diagnosis_id FROM swot_items item JOIN diagnosis_axes axis ON axis.id = item.axis_id WHERE item.id = ");
    sql.bind(id.0);
    let read = |row: QueryResult| Ok((item(&row)?, DiagnosisId(get(&row, "diagnosis_id")?)));
    sql.row(db).await?.map(read).transpose()
}

/// Every finding of a diagnosis, in no order.
pub async fn items_of(db: &impl ConnectionTrait, of: DiagnosisId) -> Result<Vec<SwotItem>, StoreError> {
    let mut sql = Sql::new("SELECT ");
    sql.push(ITEM).push(
        " FROM swot_items item JOIN diagnosis_axes axis ON axis.id = item.axis_id WHERE axis.diagnosis_id = ",
    );
    sql.bind(of.0);
    sql.rows(db).await?.iter().map(item).collect()
}

/// Every crossing of a diagnosis.
pub async fn crossings_in(
    db: &impl ConnectionTrait,
    of: DiagnosisId,
) -> Result<Vec<SwotCrossing>, StoreError> {
    let mut sql = Sql::new("SELECT ");
    sql.push(CROSSING).push(" FROM swot_crossings pair JOIN swot_items item ON item.id = pair.internal_id JOIN diagnosis_axes axis ON axis.id = item.axis_id WHERE axis.diagnosis_id = ");
    sql.bind(of.0);
    sql.rows(db).await?.iter().map(crossing).collect()
}

/// The diagnosis of a crossing.
pub async fn diagnosis_of_crossing(
    db: &impl ConnectionTrait,
    id: SwotCrossingId,
) -> Result<Option<DiagnosisId>, StoreError> {
    let mut sql = Sql::new(
        "SELECT axis.diagnosis_id FROM swot_crossings pair JOIN swot_items item ON item.id = pair.internal_id
        JOIN diagnosis_axes axis ON axis.id = item.axis_id WHERE pair.id = ",
    );
    sql.bind(id.0);
    sql.row(db).await?.map(|row| Ok(DiagnosisId(get(&row, "diagnosis_id")?))).transpose()
}

/// Writes new findings, in this order.
pub async fn add_items(tx: &Transaction, items: &[SwotItem]) -> Result<(), StoreError> {
    let given = serde_json::to_value(items).expect("texts and ids are always JSON");
    let mut sql = Sql::new(
        "INSERT INTO swot_items (id, axis_id, quadrant, text, themes, session_id, created_at)
        SELECT i.id, i.axis, i.quadrant, i.text, ARRAY(SELECT jsonb_array_elements_text(i.themes)), i.session, i.created_at
        FROM ROWS FROM (jsonb_to_recordset(",
    );
    sql.bind(given).push(
        ") AS (id uuid, axis uuid, quadrant text, text text, themes jsonb, session uuid, created_at timestamptz))
        WITH ORDINALITY i(id, axis, quadrant, text, themes, session, created_at, place) ORDER BY i.place",
    );
    sql.execute(tx).await.map(drop)
}

/// Writes a changed finding.
pub async fn update_item(tx: &Transaction, item: &SwotItem) -> Result<(), StoreError> {
    let mut sql = Sql::new("UPDATE swot_items SET quadrant = ");
    sql.bind(item.quadrant.as_ref()).push(", text = ").bind(item.text.clone());
    sql.push(", themes = ").bind(item.themes.clone()).push(", session_id = ");
    sql.bind(item.session.map(|id| id.0)).push(" WHERE id = ").bind(item.id.0);
    sql.execute(tx).await.map(drop)
}

/// Takes a finding away with the votes on it.
pub async fn remove_item(tx: &Transaction, id: SwotItemId) -> Result<(), StoreError> {
    let mut sql = Sql::new("DELETE FROM swot_items WHERE id = ");
    sql.bind(id.0);
    sql.execute(tx).await.map(drop)
}

/// Writes what someone votes, in the place of what they voted.
pub async fn vote(
    tx: &Transaction,
    item: SwotItemId,
    user: UserId,
    importance: i32,
    capacity: i32,
) -> Result<(), StoreError> {
    let mut sql = Sql::new("INSERT INTO swot_votes (item_id, user_id, importance, capacity) VALUES (");
    sql.bind(item.0).push(", ").bind(user.0).push(", ").bind(importance as i16).push(", ");
    sql.bind(capacity as i16).push(
        ") ON CONFLICT (item_id, user_id) DO UPDATE SET importance = excluded.importance, capacity = excluded.capacity",
    );
    sql.execute(tx).await.map(drop)
}

/// What was counted on paper of a finding; null where nothing was.
pub async fn paper_votes(
    db: &impl ConnectionTrait,
    item: SwotItemId,
) -> Result<Option<PaperVotes>, StoreError> {
    let mut sql =
        Sql::new("SELECT paper_importance, paper_capacity, paper_votes FROM swot_items WHERE id = ");
    sql.bind(item.0);
    sql.row(db).await?.as_ref().map_or(Ok(None), paper)
}

/// Writes what was counted on paper, in the place of what was counted before.
pub async fn write_paper_votes(
    tx: &Transaction,
    item: SwotItemId,
    paper: PaperVotes,
) -> Result<(), StoreError> {
    let mut sql = Sql::new("UPDATE swot_items SET paper_importance = ");
    sql.bind(paper.importance).push(", paper_capacity = ").bind(paper.capacity);
    sql.push(", paper_votes = ").bind(paper.votes).push(" WHERE id = ").bind(item.0);
    sql.execute(tx).await.map(drop)
}

/// Writes a new crossing.
pub async fn add_crossing(tx: &Transaction, crossing: &SwotCrossing) -> Result<(), StoreError> {
    let mut sql =
        Sql::new("INSERT INTO swot_crossings (id, internal_id, external_id, insight, created_at) VALUES (");
    sql.bind(crossing.id.0).push(", ").bind(crossing.internal.0).push(", ");
    sql.bind(crossing.external.0).push(", ").bind(crossing.insight.clone()).push(", ");
    sql.bind(crossing.created_at).push(")");
    sql.execute(tx).await.map(drop)
}

/// Takes a crossing away, on which no orientation is based.
pub async fn remove_crossing(tx: &Transaction, id: SwotCrossingId) -> Result<(), StoreError> {
    let mut sql = Sql::new("DELETE FROM swot_crossings WHERE id = ");
    sql.bind(id.0);
    sql.execute(tx).await.map(drop)
}

/// A session of a diagnosis, as what is validated in it needs to know.
#[derive(Clone, Debug)]
pub struct Held {
    /// Its title.
    pub title: String,
    /// Its first day.
    pub on: chrono::NaiveDate,
}

/// Those of these sessions that were held for the diagnosis.
pub async fn sessions_of(
    db: &impl ConnectionTrait,
    of: DiagnosisId,
    ids: &[WorkshopSessionId],
) -> Result<HashMap<WorkshopSessionId, Held>, StoreError> {
    let mut sql = Sql::new("SELECT id, title, held_on FROM workshop_sessions WHERE diagnosis_id = ");
    sql.bind(of.0).push(" AND id = ANY(").bind(ids.iter().map(|id| id.0).collect::<Vec<_>>()).push(")");
    let held = |row: &QueryResult| {
        let held = Held { title: get(row, "title")?, on: get(row, "held_on")? };
        Ok((WorkshopSessionId(get(row, "id")?), held))
    };
    sql.rows(db).await?.iter().map(held).collect()
}
