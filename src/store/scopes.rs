//! Who sits or acts in a territory, as SQL. The actor is `a`.
//!
//! Small territories and wide ones are asked in different ways. Of a commune the set of its actors is built first: it is
//! a few rows. Of a région that set is most of the table, and a page of twenty would wait for it: there each actor that
//! the order brings is asked whether it belongs. Which is which is counted, up to a bound, and remembered for a while.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use moka::sync::Cache;
use uuid::Uuid;

use super::Store;
use super::error::StoreError;
use super::pages::Part;
use super::rows::get;
use super::sight::sees_location;
use super::sql::Sql;
use crate::domain::actors::ActorFilter;
use crate::domain::interactions::InteractionFilter;
use crate::domain::listings::Among;
use crate::domain::policy::Visibility;
use crate::domain::territories::{ScopeDirection, TerritoryBasis, TerritoryRef, TerritoryScope};

/// From how many actors on a territory is wide: about where building the set costs what walking past others does.
const WIDE_FROM: i64 = 2_000;

/// How many territories at most are walked by the names of their actors, one beside the other, for a page; and from what share
/// of a wide one's actors on: of fewer all are read and sorted.
const MOST_WALKED: usize = 8;
const WALKED_SHARE: i64 = 10;

/// A territory, read in a direction.
type Reach = (Uuid, ScopeDirection);

/// How much is in a territory.
#[derive(Clone, Debug)]
struct Width {
    is_wide: bool,
    /// The territories that it reaches, where these are walked for a page.
    walked: Option<Arc<[Uuid]>>,
}

/// How much is in territories, as far as it was counted in the last minute; it changes in years.
#[derive(Clone, Debug)]
pub(super) struct Widths {
    from: i64,
    counted: Cache<Reach, Width>,
}

impl Widths {
    /// Nothing counted yet; wide are those with so many actors.
    pub(super) fn from(from: i64) -> Self {
        let counted = Cache::builder().max_capacity(10_000).time_to_live(Duration::from_mins(1)).build();
        Self { from, counted }
    }

    /// How many are known.
    pub(super) fn kept(&self) -> u64 {
        self.counted.entry_count()
    }
}

impl Default for Widths {
    fn default() -> Self {
        Self::from(WIDE_FROM)
    }
}

/// An entry's id: a value, or the column of the entries that a list is read for.
#[derive(Clone, Copy, Debug)]
pub enum Id {
    /// This one.
    Value(Uuid),
    /// Each of many.
    Each,
}

impl Id {
    /// Adds it to a statement.
    pub fn write(self, sql: &mut Sql) {
        match self {
            Self::Value(id) => sql.bind(id),
            Self::Each => sql.push("k.id"),
        };
    }

    /// What stands before and behind the ids of its set. Of many territories the sets are arrays, each made first:
    /// Postgres can't know how small each is, and would rather walk all rows once a territory.
    fn set(self) -> (&'static str, &'static str) {
        match self {
            Self::Value(_) => (" IN (", ")"),
            Self::Each => (" = ANY(ARRAY(", "))"),
        }
    }
}

/// How a statement reads.
#[derive(Clone, Debug)]
pub struct Reading {
    /// What may be seen.
    pub visibility: Visibility,
    /// Whether it reads all that matches, as counts and maps do, rather than a page.
    pub whole: bool,
    /// Whether the entries that a list is read for are wide territories.
    pub each_is_wide: bool,
    wide: HashSet<Reach>,
    walked: HashMap<Reach, Arc<[Uuid]>>,
}

impl Reading {
    /// Of small territories: as where nothing was counted.
    pub fn narrow(visibility: &Visibility) -> Self {
        Self {
            visibility: visibility.clone(),
            whole: false,
            each_is_wide: false,
            wide: HashSet::new(),
            walked: HashMap::new(),
        }
    }

    /// Of a few entries that are known by their ids, each asked by itself whether it is there.
    pub fn of_few(visibility: &Visibility, territory: Uuid, direction: ScopeDirection) -> Self {
        Self { wide: HashSet::from([(territory, direction)]), ..Self::narrow(visibility) }
    }

    /// The same, of all that matches.
    pub fn whole(self) -> Self {
        Self { whole: true, ..self }
    }

    /// Whether the territory is a wide one.
    pub(super) fn is_wide(&self, territory: Id, direction: ScopeDirection) -> bool {
        match territory {
            Id::Value(id) => self.wide.contains(&(id, direction)),
            Id::Each => self.each_is_wide,
        }
    }

    /// The actors that sit or act in the territory, in parts that each have an index in the order of names; null where the
    /// territory is too small for it, or reaches too many others.
    pub(super) fn walk(&self, scope: &TerritoryScope) -> Option<Vec<Part>> {
        let (territory, direction) = reach_of(scope)?;
        let walked = self.walked.get(&(territory, direction))?;
        let (seat, area) = (scope.basis != TerritoryBasis::Area, scope.basis != TerritoryBasis::Seat);
        let mut parts = vec![self.beside(scope, territory, walked)];
        let mut part = |from, key, id, column: &str, reached: Uuid| {
            let mut condition = Sql::new(column);
            condition.push(" = ").bind(reached);
            if reached != territory {
                // What it reaches was read a while ago.
                reach(condition.and("").bind(reached).push(" IN ("), Id::Value(territory), direction);
                condition.push(")");
            }
            parts.push(Part { from, key: Sql::new(key), id, condition });
        };
        for &reached in &**walked {
            if seat {
                part("actors a", "a.name", "a.id", "a.seat_id", reached);
            }
            if area {
                let joined = "actor_areas x JOIN actors a ON a.id = x.actor_id";
                part(joined, "x.actor_name", "x.actor_id", "x.territory_id", reached);
            }
        }
        Some(parts)
    }

    /// Those of the territory's actors who are in no part of their own: few, and sorted. Whose point is in it; and who sits or acts
    /// where it reaches since a while ago.
    fn beside(&self, scope: &TerritoryScope, territory: Uuid, walked: &[Uuid]) -> Part {
        let more = |sql: &mut Sql| {
            reach(sql.push(" IN (SELECT r.id FROM ("), Id::Value(territory), scope.direction);
            sql.push(") r(id) WHERE r.id <> ALL(").bind(walked.to_vec()).push("))");
        };
        let mut sql = Sql::new("a.id IN (SELECT NULL::uuid WHERE FALSE");
        if scope.basis != TerritoryBasis::Area {
            sql.push(" UNION ALL SELECT p.actor_id FROM actor_points p JOIN actors s ON s.id = p.actor_id WHERE p.territory_id = ");
            sees_location(sql.bind(territory).and(""), "s", &self.visibility);
            more(sql.push(" UNION ALL SELECT s.id FROM actors s WHERE s.seat_id"));
        }
        if scope.basis != TerritoryBasis::Seat {
            more(sql.push(" UNION ALL SELECT s.actor_id FROM actor_areas s WHERE s.territory_id"));
        }
        sql.push(")");
        Part { from: "actors a", key: Sql::new("a.name"), id: "a.id", condition: sql }
    }

    /// Whether the actor sits or acts in the territory, read down, up or both ways.
    pub fn scope(&self, sql: &mut Sql, territory: Id, direction: ScopeDirection, basis: TerritoryBasis) {
        if !self.is_wide(territory, direction) {
            let (opening, closing) = territory.set();
            sql.push("a.id").push(opening);
            actors_in(sql, territory, direction, basis, &self.visibility);
            sql.push(closing);
            return;
        }
        sql.push("(FALSE");
        if basis != TerritoryBasis::Area {
            sql.push(" OR ");
            self.reached(sql, "a.seat_id", territory, direction);
            sees_location(sql.push(" OR "), "a", &self.visibility);
            sql.push(" AND ");
            self.one_of(sql, "actor_points", |sql| territory.write(sql.push("x.territory_id = ")));
        }
        if basis != TerritoryBasis::Seat {
            sql.push(" OR ");
            self.one_of(sql, "actor_areas", |sql| self.reached(sql, "x.territory_id", territory, direction));
        }
        sql.push(")");
    }

    /// Whether a row of this table is of the actor. Of a page few actors are asked, each by itself: a scalar subquery,
    /// since Postgres would rather read the whole table once for EXISTS, not knowing how few they are.
    fn one_of(&self, sql: &mut Sql, table: &str, condition: impl FnOnce(&mut Sql)) {
        let (opening, own, closing) = if self.whole {
            ("a.id IN (SELECT x.actor_id FROM ", " x WHERE ", ")")
        } else {
            ("coalesce((SELECT TRUE FROM ", " x WHERE x.actor_id = a.id AND ", " LIMIT 1), FALSE)")
        };
        condition(sql.push(opening).push(table).push(own));
        sql.push(closing);
    }

    /// Whether the territory in this column is one that the scope reaches; false where there is none.
    fn reached(&self, sql: &mut Sql, column: &str, territory: Id, direction: ScopeDirection) {
        if self.whole {
            sql.push("(").push(column).push(" IS NOT NULL AND ").push(column).push(" IN (");
            reach(sql, territory, direction);
            sql.push("))");
            return;
        }
        sql.push("coalesce(").push(column).push(" = ");
        territory.write(sql);
        let ways = [
            ("territory_id", "other_id", ScopeDirection::Down),
            ("other_id", "territory_id", ScopeDirection::Up),
        ];
        for (own, other, way) in ways {
            if direction != way && direction != ScopeDirection::Both {
                continue;
            }
            sql.push(" OR coalesce((SELECT TRUE FROM territory_links w WHERE w.relation = 'WITHIN' AND w.")
                .push(own);
            sql.push(" = ").push(column).push(" AND w.").push(other).push(" = ");
            territory.write(sql);
            sql.push(" LIMIT 1), FALSE)");
        }
        sql.push(", FALSE)");
    }

    /// Whether an end of the interaction `i` sits or acts in the territory.
    pub fn end_in(
        &self,
        sql: &mut Sql,
        end: &str,
        territory: Id,
        direction: ScopeDirection,
        basis: TerritoryBasis,
    ) {
        if self.is_wide(territory, direction) {
            self.asked(sql, |sql| {
                sql.push("actors a WHERE a.id = i.").push(end).and("");
                self.scope(sql, territory, direction, basis);
            });
        } else {
            let (opening, closing) = territory.set();
            sql.push("i.").push(end).push(opening);
            actors_in(sql, territory, direction, basis, &self.visibility);
            sql.push(closing);
        }
    }

    /// Whether there is such a row: of a page asked for each interaction by itself, as in `one_of`.
    fn asked(&self, sql: &mut Sql, of: impl FnOnce(&mut Sql)) {
        let (opening, closing) = if self.whole {
            ("EXISTS (SELECT 1 FROM ", ")")
        } else {
            ("coalesce((SELECT TRUE FROM ", " LIMIT 1), FALSE)")
        };
        of(sql.push(opening));
        sql.push(closing);
    }

    /// Whether either end of the interaction `i` does; with `places`, also whether it takes place there itself.
    pub fn either_end_in(
        &self,
        sql: &mut Sql,
        territory: Id,
        direction: ScopeDirection,
        basis: TerritoryBasis,
        places: bool,
    ) {
        if self.is_wide(territory, direction) {
            sql.push("(");
            self.end_in(sql, "source_id", territory, direction, basis);
            sql.push(" OR ");
            self.end_in(sql, "target_id", territory, direction, basis);
            if places {
                self.asked(sql.push(" OR "), |sql| {
                    sql.push("interaction_territories x WHERE x.interaction_id = i.id AND ");
                    self.reached(sql, "x.territory_id", territory, direction);
                });
            }
            sql.push(")");
            return;
        }
        let (opening, closing) = territory.set();
        sql.push("i.id");
        for (opening, end) in [(opening, "source_id"), (" UNION ALL ", "target_id")] {
            sql.push(opening).push("SELECT x.id FROM interactions x WHERE x.").push(end).push(" IN (");
            actors_in(sql, territory, direction, basis, &self.visibility);
            sql.push(")");
        }
        if places {
            sql.push(
                " UNION ALL SELECT x.interaction_id FROM interaction_territories x WHERE x.territory_id IN (",
            );
            reach(sql, territory, direction);
            sql.push(")");
        }
        sql.push(closing);
    }
}

/// `ANY` of the members of the set that the list is read for.
pub(super) fn one_of(sql: &mut Sql, among: &Among) {
    let (members, sets) = among.columns();
    sql.push("ANY(ARRAY(SELECT s.member FROM unnest(").bind(members).push(", ").bind(sets);
    sql.push(") s(member, set_id) WHERE s.set_id = k.id))");
}

/// The ids of the actors that sit or act in the territory, some of them twice.
pub(super) fn actors_in(
    sql: &mut Sql,
    territory: Id,
    direction: ScopeDirection,
    basis: TerritoryBasis,
    visibility: &Visibility,
) {
    if matches!(basis, TerritoryBasis::Seat | TerritoryBasis::Any) {
        sql.push("SELECT s.id FROM actors s WHERE s.seat_id IN (");
        reach(sql, territory, direction);
        sql.push(") UNION ALL SELECT p.actor_id FROM actor_points p JOIN actors s ON s.id = p.actor_id WHERE p.territory_id = ");
        territory.write(sql);
        sees_location(sql.and(""), "s", visibility);
    }
    if basis == TerritoryBasis::Any {
        sql.push(" UNION ALL ");
    }
    if matches!(basis, TerritoryBasis::Area | TerritoryBasis::Any) {
        sql.push("SELECT s.actor_id FROM actor_areas s WHERE s.territory_id IN (");
        reach(sql, territory, direction);
        sql.push(")");
    }
}

/// The territories that a scope reaches: itself, and what lies within it, or what holds it.
pub fn reach(sql: &mut Sql, territory: Id, direction: ScopeDirection) {
    sql.push("SELECT ");
    territory.write(sql);
    if matches!(direction, ScopeDirection::Down | ScopeDirection::Both) {
        sql.push(" UNION ALL SELECT w.territory_id FROM territory_links w WHERE w.relation = 'WITHIN' AND w.other_id = ");
        territory.write(sql);
    }
    if matches!(direction, ScopeDirection::Up | ScopeDirection::Both) {
        sql.push(" UNION ALL SELECT w.other_id FROM territory_links w WHERE w.relation = 'WITHIN' AND w.territory_id = ");
        territory.write(sql);
    }
}

impl Store {
    /// How to read with this filter of actors.
    pub(super) async fn reading(
        &self,
        filter: &ActorFilter,
        visibility: &Visibility,
    ) -> Result<Reading, StoreError> {
        let mut reaches = HashSet::new();
        scopes_of(filter, &mut reaches);
        self.reading_of(reaches, visibility).await
    }

    /// How to read with this filter of interactions.
    pub(super) async fn reading_interactions(
        &self,
        filter: &InteractionFilter,
        visibility: &Visibility,
    ) -> Result<Reading, StoreError> {
        let mut reaches: HashSet<_> = filter.territory.iter().filter_map(reach_of).collect();
        if let Some(between) = &filter.between {
            scopes_of(between, &mut reaches);
        }
        self.reading_of(reaches, visibility).await
    }

    /// How to read within one territory, for what has no filter of its own.
    pub(super) async fn reading_scope(
        &self,
        scope: Option<&TerritoryScope>,
        visibility: &Visibility,
    ) -> Result<Reading, StoreError> {
        self.reading_of(scope.and_then(reach_of).into_iter().collect(), visibility).await
    }

    /// These territories, the wide ones apart from the others, each part with how to read it; without the empty parts.
    pub(super) async fn by_width(
        &self,
        of: &[Uuid],
        reading: &Reading,
    ) -> Result<Vec<(Vec<Uuid>, Reading)>, StoreError> {
        let widths = self.widths_of(of.iter().map(|id| (*id, ScopeDirection::Down)).collect()).await?;
        let is_wide = |id: &Uuid| widths.get(&(*id, ScopeDirection::Down)).is_some_and(|width| width.is_wide);
        let (wide, narrow): (Vec<_>, Vec<_>) = of.iter().copied().partition(is_wide);
        let parts = [(wide, true), (narrow, false)].into_iter().filter(|(ids, _)| !ids.is_empty());
        Ok(parts.map(|(ids, each_is_wide)| (ids, Reading { each_is_wide, ..reading.clone() })).collect())
    }

    async fn reading_of(
        &self,
        reaches: HashSet<Reach>,
        visibility: &Visibility,
    ) -> Result<Reading, StoreError> {
        let mut reading = Reading::narrow(visibility);
        for (reach, width) in self.widths_of(reaches).await? {
            if width.is_wide {
                reading.wide.insert(reach);
            }
            reading.walked.extend(width.walked.map(|walked| (reach, walked)));
        }
        Ok(reading)
    }

    /// How much is in these; what was not counted lately is counted now, in one statement.
    async fn widths_of(&self, reaches: HashSet<Reach>) -> Result<HashMap<Reach, Width>, StoreError> {
        let (mut widths, mut unknown) = (HashMap::new(), Vec::new());
        for reach in reaches {
            match self.widths.counted.get(&reach) {
                Some(width) => _ = widths.insert(reach, width),
                None => unknown.push(reach),
            }
        }
        if unknown.is_empty() {
            return Ok(widths);
        }
        let mut sql = Sql::default();
        for (index, &(id, direction)) in unknown.iter().enumerate() {
            let id = Id::Value(id);
            sql.push(if index == 0 { "" } else { " UNION ALL " }).push("SELECT ");
            reach(sql.bind(index as i32).push(" AS place, ARRAY(SELECT r.id FROM ("), id, direction);
            sql.push(") r(id) LIMIT ")
                .bind(MOST_WALKED as i64 + 1)
                .push(") AS reached, count(*) AS n FROM (");
            actors_in(&mut sql, id, direction, TerritoryBasis::Any, &Visibility::Everything);
            sql.push(" LIMIT ").bind(self.widths.from).push(") c");
        }
        for row in sql.rows(self.db()).await? {
            let (place, reached, n): (i32, Vec<Uuid>, i64) =
                (get(&row, "place")?, get(&row, "reached")?, get(&row, "n")?);
            let is_walked = reached.len() <= MOST_WALKED && n >= self.widths.from / WALKED_SHARE;
            let walked = is_walked.then(|| Arc::from(reached));
            let (reach, width) = (unknown[place as usize], Width { is_wide: n >= self.widths.from, walked });
            self.widths.counted.insert(reach, width.clone());
            widths.insert(reach, width);
        }
        Ok(widths)
    }
}

fn reach_of(scope: &TerritoryScope) -> Option<Reach> {
    match scope.territory {
        TerritoryRef::Id(id) => Some((id.0, scope.direction)),
        TerritoryRef::Code(_) => None,
    }
}

fn scopes_of(filter: &ActorFilter, reaches: &mut HashSet<Reach>) {
    reaches.extend(filter.territory.as_ref().and_then(reach_of));
    filter
        .and
        .iter()
        .chain(&filter.or)
        .chain(filter.not.as_deref())
        .for_each(|part| scopes_of(part, reaches));
}
