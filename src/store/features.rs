//! Features of layers: pages in order of their ids, one alone, how many there are and what holds them.

use std::collections::HashMap;

use chrono::NaiveDate;
use sea_orm::FromQueryResult;
use uuid::Uuid;

use super::actor_filter::condition;
use super::entity::{actors as actor_row, interactions as interaction_row, territories as territory_row};
use super::error::StoreError;
use super::export_rows::{actor_rows, hide, interaction_rows};
use super::pages::{Listing, Order, count};
use super::rows::{get, parse};
use super::sight::{sees_location, visible_actor, visible_interaction};
use super::sql::Sql;
use super::{Store, actors, interactions, territories};
use crate::domain::actors::{Actor, ActorFilter};
use crate::domain::exports::{ActorRow, End, InteractionRow, TerritoryRow};
use crate::domain::features::{FeatureFilter, Layer, Period};
use crate::domain::ids::{ActorId, InteractionId, TerritoryId};
use crate::domain::interactions::{Interaction, InteractionFilter};
use crate::domain::listings::{InteractionListing, TerritoryListing};
use crate::domain::paging::{Cursor, Page};
use crate::domain::policy::Visibility;
use crate::domain::publication::PublicationStatus;
use crate::domain::territories::{Territory, TerritoryKind};
use crate::geo::BoundingBox;

/// Features of a page, and where the next one begins.
#[derive(Clone, Debug)]
pub struct Features<T> {
    /// Those of the page.
    pub rows: Vec<T>,
    /// After which the next page comes; null where there is none.
    pub next: Option<Cursor>,
}

fn order(layer: Layer, id: &str) -> Order {
    Order { list: layer.order(), key: Sql::new(id), descending: false }
}

/// Adds that something that holds from one day to another holds on a day of the period.
fn within(sql: &mut Sql, period: Period, from: &str, until: &str) {
    if let Some(last) = period.until {
        sql.and("coalesce(").push(from).push(" <= ").bind(last).push(", TRUE)");
    }
    if let Some(first) = period.from {
        sql.and("coalesce(").push(until).push(" >= ").bind(first).push(", TRUE)");
    }
}

/// Actors that have a place which may be seen.
fn located(filter: &ActorFilter, bbox: Option<BoundingBox>) -> ActorFilter {
    let given = ActorFilter { and: vec![filter.clone()], ..ActorFilter::default() };
    ActorFilter { has_location: Some(true), bbox, ..given }
}

/// Interactions between such actors.
fn drawn(filter: &InteractionFilter, visibility: &Visibility) -> InteractionListing {
    let between = located(&filter.between.clone().unwrap_or_default(), None);
    let filter = InteractionFilter { between: Some(between), ..filter.clone() };
    InteractionListing {
        filter,
        anchor: None,
        answered_by: None,
        among: None,
        visibility: visibility.clone(),
    }
}

impl Store {
    /// A page of actors with a place.
    pub async fn actor_features(
        &self,
        filter: &FeatureFilter,
        visibility: &Visibility,
        page: &Page,
    ) -> Result<Features<ActorRow>, StoreError> {
        let (condition, _) = self.actors_that(filter, visibility, false).await?;
        let listing = Listing {
            columns: &actors::COLUMNS,
            from: "actors a",
            id: "a.id",
            condition,
            parts: Vec::new(),
            order: order(Layer::Actors, "a.id"),
            page,
        };
        let slice = listing.page(self.db(), actors::domain).await?;
        let next = slice.edges.last().filter(|_| slice.has_next).map(|edge| edge.cursor.clone());
        let found = slice.edges.into_iter().map(|edge| edge.node).collect();
        Ok(Features { rows: actor_rows(self.db(), found).await?, next })
    }

    async fn actors_that(
        &self,
        filter: &FeatureFilter,
        visibility: &Visibility,
        whole: bool,
    ) -> Result<(Sql, ActorFilter), StoreError> {
        let filter = located(&filter.actors, filter.bbox);
        let reading = self.reading(&filter, visibility).await?;
        let reading = if whole { reading.whole() } else { reading };
        Ok((condition(&filter, None, &reading), filter))
    }

    /// A page of interactions between actors with a place.
    pub async fn interaction_features(
        &self,
        filter: &FeatureFilter,
        visibility: &Visibility,
        page: &Page,
        today: NaiveDate,
    ) -> Result<Features<InteractionRow>, StoreError> {
        let listing = Listing {
            columns: &interactions::COLUMNS,
            from: "interactions i",
            id: "i.id",
            condition: self.interactions_that(filter, visibility).await?,
            parts: Vec::new(),
            order: order(Layer::Interactions, "i.id"),
            page,
        };
        let slice = listing.page(self.db(), interactions::domain).await?;
        let next = slice.edges.last().filter(|_| slice.has_next).map(|edge| edge.cursor.clone());
        let found: Vec<_> = slice.edges.into_iter().map(|edge| edge.node).collect();
        Ok(Features { rows: self.with_ends(found, visibility, today).await?, next })
    }

    async fn interactions_that(
        &self,
        filter: &FeatureFilter,
        visibility: &Visibility,
    ) -> Result<Sql, StoreError> {
        let listing = drawn(&filter.interactions, visibility);
        let reading = self.reading_interactions(&listing.filter, visibility).await?;
        let mut sql = listing.counted(reading);
        within(&mut sql, filter.period, "i.since", "i.until");
        if let Some(bbox) = &filter.bbox {
            sql.and("EXISTS (SELECT 1 FROM actors f, actors l WHERE f.id = i.source_id AND l.id = i.target_id AND ");
            sql.push("lseg(point(f.longitude, f.latitude), point(l.longitude, l.latitude)) ?# box(point(");
            sql.bind(bbox.west()).push(", ").bind(bbox.south()).push("), point(").bind(bbox.east());
            sql.push(", ").bind(bbox.north()).push(")))");
        }
        Ok(sql)
    }

    /// Interactions with their ends as this reader sees them.
    async fn with_ends(
        &self,
        found: Vec<Interaction>,
        visibility: &Visibility,
        today: NaiveDate,
    ) -> Result<Vec<InteractionRow>, StoreError> {
        let ids: Vec<Uuid> = found.iter().flat_map(|i| [i.source.0, i.target.0]).collect();
        let mut sql = Sql::new("SELECT a.id, a.name::text");
        for axis in ["longitude", "latitude"] {
            sql.push(", CASE WHEN ");
            sees_location(&mut sql, "a", visibility);
            sql.push(" THEN a.").push(axis).push(" END AS ").push(axis);
        }
        sql.push(" FROM actors a WHERE a.id = ANY(").bind(ids).push(")");
        let mut ends = HashMap::new();
        for row in sql.rows(self.db()).await? {
            let id = ActorId(get(&row, "id")?);
            let point = get::<Option<f64>>(&row, "longitude")?.zip(get::<Option<f64>>(&row, "latitude")?);
            let point = point.and_then(|(x, y)| crate::geo::Position::new(x, y).ok());
            ends.insert(id, End { id, name: get(&row, "name")?, point });
        }
        // An end that went meanwhile takes its interaction along.
        let with_ends = found.into_iter().filter_map(|interaction| {
            let ends = ends.get(&interaction.source).cloned().zip(ends.get(&interaction.target).cloned());
            let active = interaction.since.is_none_or(|since| since.date <= today)
                && interaction.until.is_none_or(|until| until.date >= today);
            ends.map(|(source, target)| (interaction, source, target, active))
        });
        interaction_rows(self.db(), with_ends.collect()).await
    }

    /// A page of territories of a kind with an outline.
    pub async fn territory_features(
        &self,
        kind: TerritoryKind,
        filter: &FeatureFilter,
        page: &Page,
    ) -> Result<Features<TerritoryRow>, StoreError> {
        let listing = Listing {
            columns: &territories::COLUMNS,
            from: "territories t",
            id: "t.id",
            condition: territories_that(kind, filter),
            parts: Vec::new(),
            order: order(Layer::Territories(kind), "t.id"),
            page,
        };
        let slice = listing.page(self.db(), territories::domain).await?;
        let next = slice.edges.last().filter(|_| slice.has_next).map(|edge| edge.cursor.clone());
        let found: Vec<_> = slice.edges.into_iter().map(|edge| edge.node).collect();
        Ok(Features { rows: self.with_outlines(found).await?, next })
    }

    async fn with_outlines(&self, found: Vec<Territory>) -> Result<Vec<TerritoryRow>, StoreError> {
        let ids: Vec<_> = found.iter().map(|territory| territory.id).collect();
        let mut outlines = self.outlines(&ids, 0.0).await?;
        let with_outline = |territory: Territory| {
            outlines.remove(&territory.id).map(|outline| TerritoryRow { territory, outline })
        };
        Ok(found.into_iter().filter_map(with_outline).collect())
    }

    /// How many features of a layer match.
    pub async fn count_features(
        &self,
        layer: Layer,
        filter: &FeatureFilter,
        visibility: &Visibility,
    ) -> Result<i64, StoreError> {
        match layer {
            Layer::Actors => {
                let (condition, _) = self.actors_that(filter, visibility, true).await?;
                count(self.db(), "actors a", &condition).await
            }
            Layer::Interactions => {
                let condition = self.interactions_that(filter, visibility).await?;
                count(self.db(), "interactions i", &condition).await
            }
            Layer::Territories(kind) => {
                count(self.db(), "territories t", &territories_that(kind, filter)).await
            }
        }
    }

    /// An actor that may be seen; one without a place too.
    pub async fn actor_feature(
        &self,
        id: ActorId,
        visibility: &Visibility,
    ) -> Result<Option<ActorRow>, StoreError> {
        let mut sql = Sql::new("SELECT ");
        sql.push(&actors::COLUMNS).push(", (");
        sees_location(&mut sql, "a", visibility);
        sql.push(") AS sees_location FROM actors a WHERE a.id = ").bind(id.0).push(" AND ");
        visible_actor(&mut sql, "a", &[PublicationStatus::Archived], visibility);
        let Some(row) = sql.row(self.db()).await? else { return Ok(None) };
        let mut actor: Actor = actors::domain(actor_row::Model::from_query_result(&row, "")?)?;
        if !get::<bool>(&row, "sees_location")? {
            hide(&mut actor);
        }
        Ok(actor_rows(self.db(), vec![actor]).await?.pop())
    }

    /// An interaction that may be seen.
    pub async fn interaction_feature(
        &self,
        id: InteractionId,
        visibility: &Visibility,
        today: NaiveDate,
    ) -> Result<Option<InteractionRow>, StoreError> {
        let mut sql = Sql::new("SELECT ");
        sql.push(&interactions::COLUMNS).push(" FROM interactions i WHERE i.id = ").bind(id.0).push(" AND ");
        visible_interaction(&mut sql, &[PublicationStatus::Archived], visibility);
        super::interaction_filter::visible_ends(&mut sql, visibility, false);
        let Some(row) = sql.row(self.db()).await? else { return Ok(None) };
        let found = interactions::domain(interaction_row::Model::from_query_result(&row, "")?)?;
        Ok(self.with_ends(vec![found], visibility, today).await?.pop())
    }

    /// A territory of a kind with an outline.
    pub async fn territory_feature(
        &self,
        kind: TerritoryKind,
        id: TerritoryId,
    ) -> Result<Option<TerritoryRow>, StoreError> {
        let mut sql = Sql::new("SELECT ");
        sql.push(&territories::COLUMNS).push(" FROM territories t WHERE t.id = ").bind(id.0);
        sql.push(" AND t.kind = ").bind(kind.as_ref());
        let Some(row) = sql.row(self.db()).await? else { return Ok(None) };
        let found = territories::domain(territory_row::Model::from_query_result(&row, "")?)?;
        Ok(self.with_outlines(vec![found]).await?.pop())
    }

    /// The kinds of territories that have outlines, each with the box that holds them.
    pub async fn outlined_kinds(&self) -> Result<Vec<(TerritoryKind, BoundingBox)>, StoreError> {
        let sql = Sql::new(
            "SELECT t.kind, min(t.west) AS west, min(t.south) AS south, max(t.east) AS east, max(t.north) AS north
            FROM territories t WHERE t.west IS NOT NULL GROUP BY t.kind",
        );
        let mut kinds = Vec::new();
        for row in sql.rows(self.db()).await? {
            let kind: String = get(&row, "kind")?;
            kinds.extend(
                bbox(&row)?
                    .map(|bbox| Ok::<_, StoreError>((parse("territories", "kind", &kind)?, bbox)))
                    .transpose()?,
            );
        }
        kinds.sort_by_key(|(kind, _)| *kind);
        Ok(kinds)
    }

    /// The box that holds the actors whose place may be seen; null where there are none.
    pub async fn actors_box(&self, visibility: &Visibility) -> Result<Option<BoundingBox>, StoreError> {
        let (condition, _) = self.actors_that(&FeatureFilter::default(), visibility, true).await?;
        let mut sql = Sql::new(
            "SELECT min(a.longitude) AS west, min(a.latitude) AS south, max(a.longitude) AS east, max(a.latitude) AS north FROM actors a WHERE ",
        );
        sql.append(&condition);
        sql.row(self.db()).await?.map_or(Ok(None), |row| bbox(&row))
    }
}

fn bbox(row: &sea_orm::QueryResult) -> Result<Option<BoundingBox>, StoreError> {
    let side = |side| get::<Option<f64>>(row, side);
    let (west, south, east, north) = (side("west")?, side("south")?, side("east")?, side("north")?);
    let (Some(west), Some(south), Some(east), Some(north)) = (west, south, east, north) else {
        return Ok(None);
    };
    Ok(BoundingBox::new(west, south, east, north).ok())
}

fn territories_that(kind: TerritoryKind, filter: &FeatureFilter) -> Sql {
    let mut own = filter.territories.clone();
    own.kinds = vec![kind];
    own.bbox = filter.bbox;
    let mut sql = TerritoryListing { filter: own, children: false }.condition();
    sql.and("t.west IS NOT NULL");
    within(&mut sql, filter.period, "t.valid_from", "t.valid_until");
    sql
}
