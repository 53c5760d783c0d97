//! Pages of interactions, newest change first. The interaction is `i`; it is seen only where both its ends are.

use std::collections::HashMap;

use uuid::Uuid;

use super::Store;
use super::actor_filter::{Id, actors_in, condition as actor_condition, reach, visible};
use super::error::StoreError;
use super::interactions::{COLUMNS, domain};
use super::pages::{Listing, Order, count, counts};
use super::rows::names;
use super::sql::Sql;
use crate::domain::ids::InteractionId;
use crate::domain::interactions::{Interaction, InteractionFilter, InteractionScope};
use crate::domain::listings::{InteractionAnchor, InteractionListing};
use crate::domain::paging::{Page, Slice};
use crate::domain::policy::Visibility;
use crate::domain::publication::PublicationStatus;
use crate::domain::territories::{ScopeDirection, TerritoryBasis, TerritoryRef, TerritoryScope};
use crate::domain::themes;

impl InteractionListing {
    fn condition(&self) -> Sql {
        let mut sql = Sql::default();
        visible(&mut sql, "i", &[], self.visibility);
        visible_ends(&mut sql, self.visibility);
        match self.anchor {
            None => {}
            // Two conditions rather than one on a pair: each has an index.
            Some(InteractionAnchor::Actor) => _ = sql.and("(i.source_id = k.id OR i.target_id = k.id)"),
            Some(InteractionAnchor::Territory(scope)) => {
                let territory = (Id::Each, ScopeDirection::Down);
                let ends = ["source_id", "target_id"].map(|end| {
                    let mut sql = Sql::new("i.");
                    sql.push(end).push(" IN (");
                    actors_in(&mut sql, territory.0, territory.1, TerritoryBasis::Any, self.visibility);
                    sql.push(")");
                    sql
                });
                let [source, target] = &ends;
                match scope {
                    InteractionScope::Internal => {
                        sql.and("(").append(source).and("").append(target).push(")")
                    }
                    InteractionScope::Crossing => {
                        sql.and("((").append(source).push(") <> (").append(target).push("))")
                    }
                    InteractionScope::All => {
                        let either = either_end_in(territory, TerritoryBasis::Any, self.visibility);
                        sql.and("i.id IN (").append(&either).push(")")
                    }
                };
            }
        }
        matches(&mut sql, &self.filter, self.visibility);
        sql
    }

    fn listing<'a>(&self, page: &'a Page) -> Listing<'a> {
        Listing {
            columns: &COLUMNS,
            from: "interactions i",
            id: "i.id",
            condition: self.condition(),
            order: Order { list: Self::order(), key: Sql::new("i.updated_at"), descending: true },
            page,
        }
    }
}

/// Both ends may be seen.
pub(super) fn visible_ends(sql: &mut Sql, visibility: Visibility) {
    for end in ["source_id", "target_id"] {
        sql.and("EXISTS (SELECT 1 FROM actors e WHERE e.id = i.").push(end).and("");
        visible(sql, "e", &[], visibility);
        sql.push(")");
    }
}

/// Adds what the filter asks.
pub(super) fn matches(sql: &mut Sql, filter: &InteractionFilter, visibility: Visibility) {
    if !filter.kinds.is_empty() {
        sql.and("i.kind = ANY(").bind(names(&filter.kinds)).push(")");
    }
    if let Some(level) = filter.min_level {
        sql.and("coalesce(i.level >= ").bind(level as i16).push(", FALSE)");
    }
    if let Some(intensity) = filter.min_intensity {
        sql.and("coalesce(i.intensity >= ").bind(intensity).push(", FALSE)");
    }
    if !filter.themes.is_empty() {
        sql.and("i.themes && ").bind(names(&themes::with_narrower(filter.themes.iter().map(String::as_str))));
    }
    if let Some(actor) = filter.actor {
        sql.and("(i.source_id = ").bind(actor.0).push(" OR i.target_id = ").bind(actor.0).push(")");
    }
    if let Some(between) = &filter.between {
        for end in ["source_id", "target_id"] {
            sql.and("i.").push(end).push(" IN (SELECT a.id FROM actors a WHERE ");
            sql.append(&actor_condition(between, None, visibility)).push(")");
        }
    }
    if let Some(TerritoryScope { territory: TerritoryRef::Id(id), direction, basis }) = &filter.territory {
        let territory = (Id::Value(id.0), *direction);
        sql.and("i.id IN (").append(&either_end_in(territory, *basis, visibility));
        if *basis != TerritoryBasis::Seat {
            sql.push(
                " UNION ALL SELECT x.interaction_id FROM interaction_territories x WHERE x.territory_id IN (",
            );
            reach(sql, territory.0, territory.1);
            sql.push(")");
        }
        sql.push(")");
    }
    if let Some(day) = filter.active_on {
        sql.and("coalesce(i.since <= ").bind(day).push(", TRUE)");
        sql.and("coalesce(i.until >= ").bind(day).push(", TRUE)");
    }
    if !filter.confirmation.is_empty() {
        sql.and("i.confirmation = ANY(").bind(names(&filter.confirmation)).push(")");
    }
    if let Some(since) = filter.updated_since {
        sql.and("i.updated_at >= ").bind(since);
    }
}

/// The ids of the interactions of which an end sits or acts in a territory, some of them twice.
fn either_end_in(
    (territory, direction): (Id, ScopeDirection),
    basis: TerritoryBasis,
    visibility: Visibility,
) -> Sql {
    let mut sql = Sql::default();
    for (index, end) in ["source_id", "target_id"].into_iter().enumerate() {
        sql.push(if index == 0 { "" } else { " UNION ALL " });
        sql.push("SELECT x.id FROM interactions x WHERE x.").push(end).push(" IN (");
        actors_in(&mut sql, territory, direction, basis, visibility);
        sql.push(")");
    }
    sql
}

impl Store {
    /// An interaction that may be seen; archived ones too.
    pub async fn interaction(
        &self,
        id: InteractionId,
        visibility: Visibility,
    ) -> Result<Option<Interaction>, StoreError> {
        Ok(self.interactions_by_ids(&[id], visibility).await?.pop())
    }

    /// The interactions of these ids that may be seen, archived ones too, in no order.
    pub async fn interactions_by_ids(
        &self,
        ids: &[InteractionId],
        visibility: Visibility,
    ) -> Result<Vec<Interaction>, StoreError> {
        let mut sql = Sql::new("SELECT ");
        sql.push(&COLUMNS).push(" FROM interactions i WHERE i.id = ANY(");
        sql.bind(ids.iter().map(|id| id.0).collect::<Vec<_>>()).push(") AND ");
        visible(&mut sql, "i", &[PublicationStatus::Archived], visibility);
        if visibility == Visibility::Public {
            visible_ends(&mut sql, visibility);
        }
        sql.models(self.db()).await?.into_iter().map(domain).collect()
    }

    /// A page of interactions.
    pub async fn interactions(
        &self,
        listing: &InteractionListing,
        page: &Page,
    ) -> Result<Slice<Interaction>, StoreError> {
        listing.listing(page).page(self.db(), domain).await
    }

    /// The same page of each entry's interactions, in one statement.
    pub async fn interactions_of(
        &self,
        listing: &InteractionListing,
        page: &Page,
        of: &[Uuid],
    ) -> Result<HashMap<Uuid, Slice<Interaction>>, StoreError> {
        listing.listing(page).pages(self.db(), of, domain).await
    }

    /// How many interactions match.
    pub async fn count_interactions(&self, listing: &InteractionListing) -> Result<i64, StoreError> {
        count(self.db(), "interactions i", &listing.condition()).await
    }

    /// How many interactions of each entry match, in one statement.
    pub async fn count_interactions_of(
        &self,
        listing: &InteractionListing,
        of: &[Uuid],
    ) -> Result<HashMap<Uuid, i64>, StoreError> {
        counts(self.db(), "interactions i", &listing.condition(), of).await
    }
}
