//! Pages of interactions, newest change first. The interaction is `i`; it is seen only where both its ends are.

use std::collections::HashMap;

use uuid::Uuid;

use super::Store;
use super::actor_filter::condition as actor_condition;
use super::error::StoreError;
use super::interactions::{COLUMNS, domain};
use super::pages::{Listing, Order, Part, count, counts};
use super::rows::names;
use super::scopes::{Id, Reading, one_of};
use super::sight::{visible_actor, visible_actors, visible_interaction, visible_interactions};
use super::sql::Sql;
use crate::domain::ids::{ActorId, InteractionId};
use crate::domain::interactions::{Interaction, InteractionFilter, InteractionScope};
use crate::domain::listings::{InteractionAnchor, InteractionListing};
use crate::domain::paging::{Page, Slice};
use crate::domain::policy::Visibility;
use crate::domain::publication::PublicationStatus;
use crate::domain::territories::{ScopeDirection, TerritoryBasis, TerritoryRef, TerritoryScope};
use crate::domain::themes;

impl InteractionListing {
    pub(super) fn condition(&self, reading: &Reading) -> Sql {
        let mut sql = Sql::default();
        if reading.whole {
            visible_interactions(&mut sql, &self.visibility);
        } else {
            visible_interaction(&mut sql, &[], &self.visibility);
        }
        visible_ends(&mut sql, &self.visibility, reading.whole);
        match self.anchor {
            None => {}
            // Its own actor is in `ends`.
            Some(InteractionAnchor::Actor) => {
                if let Some(actor) = self.filter.actor {
                    of_actor(&mut sql, actor);
                }
            }
            Some(InteractionAnchor::Territory(scope)) => {
                sql.and("(");
                let end = |sql: &mut Sql, end| {
                    reading.end_in(sql, end, Id::Each, ScopeDirection::Down, TerritoryBasis::Any);
                };
                let either = |sql: &mut Sql| {
                    let (direction, basis) = (ScopeDirection::Down, TerritoryBasis::Any);
                    reading.either_end_in(sql, Id::Each, direction, basis, false);
                };
                let both = |sql: &mut Sql, between| {
                    end(sql, "source_id");
                    sql.push(between);
                    end(sql, "target_id");
                };
                match scope {
                    InteractionScope::Internal => both(&mut sql, " AND "),
                    InteractionScope::Crossing => {
                        // Those of a small territory are found by their set, which no inequality does.
                        if !reading.each_is_wide {
                            either(&mut sql);
                            sql.and("");
                        }
                        both(sql.push("("), ") <> (");
                        sql.push(")");
                    }
                    InteractionScope::All => either(&mut sql),
                }
                sql.push(")");
            }
        }
        if let Some(actors) = &self.answered_by {
            wait_for(&mut sql, actors);
        }
        if let Some(among) = &self.among {
            one_of(sql.and("i.id = "), among);
        }
        matches(&mut sql, &self.filter, reading);
        sql
    }

    /// The two ends at which the actor stands that they belong to, or none.
    fn ends(&self) -> Vec<Sql> {
        let actor = match (self.anchor, self.filter.actor) {
            (Some(InteractionAnchor::Actor), _) => Id::Each,
            (_, Some(actor)) => Id::Value(actor.0),
            (_, None) => return Vec::new(),
        };
        let end = |end| {
            let mut sql = Sql::new(end);
            actor.write(&mut sql);
            sql
        };
        vec![end("i.source_id = "), end("i.target_id = ")]
    }

    /// What those that are counted must hold.
    pub(super) fn counted(&self, reading: Reading) -> Sql {
        let mut sql = self.condition(&reading.whole());
        if let [source, target] = self.ends().as_slice() {
            sql.and("(").append(source).push(" OR ").append(target).push(")");
        }
        sql
    }

    fn listing<'a>(&self, page: &'a Page, reading: &Reading) -> Listing<'a> {
        let part =
            |end| Part { from: "interactions i", key: Sql::new("i.updated_at"), id: "i.id", condition: end };
        Listing {
            columns: &COLUMNS,
            from: "interactions i",
            parts: self.ends().into_iter().map(part).collect(),
            id: "i.id",
            condition: self.condition(reading),
            order: match self.answered_by {
                None => Order { list: Self::order(), key: Sql::new("i.updated_at"), descending: true },
                Some(_) => {
                    Order { list: Self::waiting_order(), key: Sql::new("i.updated_at"), descending: false }
                }
            },
            page,
        }
    }
}

/// Adds that it waits for the answer of one of these actors: the rule of `Interaction::answering`.
fn wait_for(sql: &mut Sql, actors: &[ActorId]) {
    let ids: Vec<Uuid> = actors.iter().map(|id| id.0).collect();
    sql.and("i.confirmation = 'DECLARED' AND i.status IN ('SUBMITTED', 'PUBLISHED') AND (");
    for (index, end) in ["i.source_id", "i.target_id"].into_iter().enumerate() {
        sql.push(if index == 0 { "" } else { " OR " }).push(end).push(" = ANY(").bind(ids.clone());
        sql.push(") AND i.declared_by_id IS DISTINCT FROM ").push(end);
    }
    sql.push(")");
}

/// Both ends may be seen; `whole` where most interactions are asked.
pub(super) fn visible_ends(sql: &mut Sql, visibility: &Visibility, whole: bool) {
    for end in ["source_id", "target_id"] {
        sql.and("EXISTS (SELECT 1 FROM actors e WHERE e.id = i.").push(end).and("");
        if whole {
            visible_actors(sql, "e", visibility);
        } else {
            visible_actor(sql, "e", &[], visibility);
        }
        sql.push(")");
    }
}

/// Adds that the actor is at one end.
pub(super) fn of_actor(sql: &mut Sql, actor: ActorId) {
    sql.and("(i.source_id = ").bind(actor.0).push(" OR i.target_id = ").bind(actor.0).push(")");
}

/// Adds what the filter asks besides its actor.
pub(super) fn matches(sql: &mut Sql, filter: &InteractionFilter, reading: &Reading) {
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
    if let Some(between) = &filter.between {
        for end in ["source_id", "target_id"] {
            sql.and("i.").push(end).push(" IN (SELECT a.id FROM actors a WHERE ");
            sql.append(&actor_condition(between, None, reading)).push(")");
        }
    }
    if let Some(TerritoryScope { territory: TerritoryRef::Id(id), direction, basis }) = &filter.territory {
        let places = *basis != TerritoryBasis::Seat;
        reading.either_end_in(sql.and(""), Id::Value(id.0), *direction, *basis, places);
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

impl Store {
    /// An interaction that may be seen; archived ones too.
    pub async fn interaction(
        &self,
        id: InteractionId,
        visibility: &Visibility,
    ) -> Result<Option<Interaction>, StoreError> {
        Ok(self.interactions_by_ids(&[id], visibility).await?.pop())
    }

    /// The interactions of these ids that may be seen, archived ones too, in no order.
    pub async fn interactions_by_ids(
        &self,
        ids: &[InteractionId],
        visibility: &Visibility,
    ) -> Result<Vec<Interaction>, StoreError> {
        let mut sql = Sql::new("SELECT ");
        sql.push(&COLUMNS).push(" FROM interactions i WHERE i.id = ANY(");
        sql.bind(ids.iter().map(|id| id.0).collect::<Vec<_>>()).push(") AND ");
        visible_interaction(&mut sql, &[PublicationStatus::Archived], visibility);
        if *visibility != Visibility::Everything {
            visible_ends(&mut sql, visibility, false);
        }
        sql.models(self.db()).await?.into_iter().map(domain).collect()
    }

    /// A page of interactions.
    pub async fn interactions(
        &self,
        listing: &InteractionListing,
        page: &Page,
    ) -> Result<Slice<Interaction>, StoreError> {
        let reading = self.reading_interactions(&listing.filter, &listing.visibility).await?;
        listing.listing(page, &reading).page(self.db(), domain).await
    }

    /// The same page of each entry's interactions, in one statement; in two where some are wide territories.
    pub async fn interactions_of(
        &self,
        listing: &InteractionListing,
        page: &Page,
        of: &[Uuid],
    ) -> Result<HashMap<Uuid, Slice<Interaction>>, StoreError> {
        let mut pages = HashMap::new();
        for (of, reading) in self.interaction_parts(listing, of).await? {
            pages.extend(listing.listing(page, &reading).pages(self.db(), &of, domain).await?);
        }
        Ok(pages)
    }

    /// How many interactions match.
    pub async fn count_interactions(&self, listing: &InteractionListing) -> Result<i64, StoreError> {
        let reading = self.reading_interactions(&listing.filter, &listing.visibility).await?;
        count(self.db(), "interactions i", &listing.counted(reading)).await
    }

    /// How many interactions of each entry match, in one statement; in two where some are wide territories.
    pub async fn count_interactions_of(
        &self,
        listing: &InteractionListing,
        of: &[Uuid],
    ) -> Result<HashMap<Uuid, i64>, StoreError> {
        let mut found = HashMap::new();
        for (of, reading) in self.interaction_parts(listing, of).await? {
            found.extend(counts(self.db(), "interactions i", &listing.counted(reading), &of).await?);
        }
        Ok(found)
    }

    /// The entries that a nested list is read for, by how they are read.
    async fn interaction_parts(
        &self,
        listing: &InteractionListing,
        of: &[Uuid],
    ) -> Result<Vec<(Vec<Uuid>, Reading)>, StoreError> {
        let reading = self.reading_interactions(&listing.filter, &listing.visibility).await?;
        match listing.anchor {
            Some(InteractionAnchor::Territory(_)) => self.by_width(of, &reading).await,
            Some(InteractionAnchor::Actor) | None => Ok(vec![(of.to_vec(), reading)]),
        }
    }
}
