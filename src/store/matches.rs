//! What may go with needs and offers: candidates, and what is compared of them. The exchange is `n`, its actor `a`, the
//! collective whose need it is `v`.
//!
//! Candidates of each are found by what they have in common, each way by an index and bounded: those for a territory in
//! reach, those of a related theme, those that share a telling word; the newest of each way. The score is `domain`'s.

use std::collections::{BTreeSet, HashMap, HashSet};

use chrono::NaiveDate;
use sea_orm::FromQueryResult;
use uuid::Uuid;

use super::Store;
use super::actor_filter::seen_point;
use super::error::StoreError;
use super::exchanges::{COLUMNS, FROM, domain, places};
use super::rows::get;
use super::sight::{visible_exchange, visible_interaction, visible_membership};
use super::sql::Sql;
use crate::domain::exchanges::{Exchange, Side};
use crate::domain::ids::{ActorId, CollectiveId, ExchangeId, TerritoryId};
use crate::domain::matches::{Geography, MOST_MATCHES, Party, SAID_BY_ALL, related};
use crate::domain::policy::Visibility;
use crate::geo::Position;

/// Most candidates that each of the three ways brings.
const EACH_WAY: i64 = 300;

/// What is compared: who may go with whom, and what is known of all of them.
#[derive(Clone, Debug, Default)]
pub struct Compared {
    /// For each exchange that is asked for, those that may go with it.
    pub candidates: HashMap<ExchangeId, Vec<ExchangeId>>,
    /// All of both.
    pub parties: HashMap<ExchangeId, Party>,
    /// Where they are.
    pub geography: Geography,
    /// Pairs of actors that work together, both ways round.
    pub linked: HashSet<(ActorId, ActorId)>,
}

impl Store {
    /// All that is compared to find what goes with these exchanges of one side, in five statements however many they are; in
    /// six where some are of collectives.
    pub async fn compared(
        &self,
        of: &[Exchange],
        visibility: &Visibility,
        today: NaiveDate,
    ) -> Result<Compared, StoreError> {
        let Some(side) = of.first().map(|exchange| exchange.side) else { return Ok(Compared::default()) };
        let candidates = self.candidates(of, side.other(), visibility, today).await?;
        let mut ids: Vec<_> = candidates.values().flatten().copied().collect();
        ids.extend(of.iter().map(|exchange| exchange.id));
        ids.sort_unstable();
        ids.dedup();
        let (mut places, names) = places(self, &ids).await?;
        let parties = self.parties(&ids, &mut places, visibility).await?;
        let within = self.within(names.keys().copied().collect()).await?;
        let known = |party: &Party| party.actor.into_iter().chain(party.members.iter().copied()).collect();
        let mut actors: Vec<ActorId> = parties.values().flat_map::<Vec<_>, _>(known).collect();
        actors.sort_unstable();
        actors.dedup();
        let own = of.iter().filter_map(|exchange| parties.get(&exchange.id));
        let own: Vec<ActorId> = own.flat_map::<Vec<_>, _>(known).collect();
        let linked = self.linked_actors(&own, &actors, visibility, today).await?;
        Ok(Compared { candidates, parties, geography: Geography { within, names }, linked })
    }

    /// The exchanges of the other side that may go with each of these.
    async fn candidates(
        &self,
        of: &[Exchange],
        side: Side,
        visibility: &Visibility,
        today: NaiveDate,
    ) -> Result<HashMap<ExchangeId, Vec<ExchangeId>>, StoreError> {
        let mut sql = Sql::new("SELECT k.id AS list_of, c.id FROM unnest(");
        sql.bind(of.iter().map(|exchange| exchange.id.0).collect::<Vec<_>>()).push(", ");
        // Slugs hold no spaces, and an array of arrays can't be bound.
        sql.bind(of.iter().map(|exchange| related(&exchange.themes).join(" ")).collect::<Vec<_>>());
        sql.push(
            ") k(id, related) JOIN exchanges s ON s.id = k.id CROSS JOIN LATERAL (
                SELECT string_to_array(k.related, ' ') AS themes, ARRAY(SELECT unnest(s.stems) EXCEPT SELECT unnest(",
        );
        sql.bind(SAID_BY_ALL.map(str::to_owned).to_vec());
        sql.push(
            ")) AS stems, ARRAY(WITH own AS MATERIALIZED (
                SELECT x.territory_id AS id FROM exchange_territories x WHERE x.exchange_id = s.id
                UNION SELECT p.id FROM (SELECT o.seat_id AS id FROM actors o WHERE o.id = s.actor_id AND o.seat_id IS NOT NULL
                    UNION ALL SELECT x.territory_id FROM actor_areas x WHERE x.actor_id = s.actor_id
                    UNION ALL SELECT x.territory_id FROM collective_territories x WHERE x.collective_id = s.collective_id AND x.role = 'TERRITORY') p
                WHERE NOT EXISTS (SELECT 1 FROM exchange_territories x WHERE x.exchange_id = s.id))
                SELECT id FROM own
                UNION SELECT w.territory_id FROM territory_links w JOIN own ON own.id = w.other_id WHERE w.relation = 'WITHIN'
                UNION SELECT w.other_id FROM territory_links w JOIN own ON own.id = w.territory_id WHERE w.relation = 'WITHIN') AS reach
                OFFSET 0) q CROSS JOIN LATERAL (SELECT u.id FROM (",
        );
        let ways = [
            (
                "n.id = ANY(ARRAY(SELECT x.exchange_id FROM exchange_territories x WHERE x.territory_id = ANY(q.reach)
                    UNION ALL SELECT e.id FROM actors o JOIN exchanges e ON e.actor_id = o.id WHERE o.seat_id = ANY(q.reach)
                        AND NOT EXISTS (SELECT 1 FROM exchange_territories x WHERE x.exchange_id = e.id)
                    UNION ALL SELECT e.id FROM actor_areas y JOIN exchanges e ON e.actor_id = y.actor_id WHERE y.territory_id = ANY(q.reach)
                        AND NOT EXISTS (SELECT 1 FROM exchange_territories x WHERE x.exchange_id = e.id)
                    UNION ALL SELECT e.id FROM collective_territories y JOIN exchanges e ON e.collective_id = y.collective_id
                        WHERE y.role = 'TERRITORY' AND y.territory_id = ANY(q.reach)
                        AND NOT EXISTS (SELECT 1 FROM exchange_territories x WHERE x.exchange_id = e.id)))",
                "0.35",
            ),
            ("n.themes && q.themes", "0.4"),
            ("n.stems && q.stems", "0.25"),
        ];
        for (index, (way, weight)) in ways.into_iter().enumerate() {
            sql.push(if index == 0 { "(" } else { ") UNION ALL (" }).push("SELECT n.id, n.created_at, ");
            sql.push(weight).push(" AS weight FROM ").push(FROM).push(" WHERE n.side = ").bind(side.as_ref());
            sql.and("n.kind = s.kind").and("n.closed_at IS NULL").and("coalesce(n.valid_until >= ");
            sql.bind(today).push(", TRUE)").and("n.actor_id IS DISTINCT FROM s.actor_id").and(way).and("");
            visible_exchange(&mut sql, visibility);
            sql.push(" ORDER BY n.created_at DESC, n.id DESC LIMIT ").bind(EACH_WAY);
        }
        sql.push(")) u GROUP BY u.id ORDER BY sum(u.weight) DESC, max(u.created_at) DESC, u.id LIMIT ");
        sql.bind(MOST_MATCHES as i64).push(") c");
        let mut found: HashMap<_, Vec<_>> = HashMap::new();
        for row in sql.rows(self.db()).await? {
            found.entry(ExchangeId(get(&row, "list_of")?)).or_default().push(ExchangeId(get(&row, "id")?));
        }
        Ok(found)
    }

    /// What is compared of these exchanges. Where its actor's point may not be seen, the middle of its seat stands for it.
    async fn parties(
        &self,
        ids: &[ExchangeId],
        places: &mut HashMap<ExchangeId, Vec<TerritoryId>>,
        visibility: &Visibility,
    ) -> Result<HashMap<ExchangeId, Party>, StoreError> {
        let mut seen = Sql::default();
        seen_point(&mut seen, visibility);
        let mut sql = Sql::new("SELECT ");
        sql.push(&COLUMNS).push(", n.stems");
        for column in ["longitude", "latitude"] {
            sql.push(", CASE WHEN ").append(&seen).push(" THEN a.").push(column).push(" ELSE t.centroid_");
            sql.push(column).push(" END AS ").push(column);
        }
        sql.push(" FROM ").push(FROM).push(" LEFT JOIN territories t ON t.id = a.seat_id WHERE n.id = ANY(");
        sql.bind(ids.iter().map(|id| id.0).collect::<Vec<_>>()).push(")");
        let mut parties = HashMap::new();
        for row in sql.rows(self.db()).await? {
            let exchange = domain(FromQueryResult::from_query_result(&row, "")?)?;
            let (longitude, latitude): (Option<f64>, Option<f64>) =
                (get(&row, "longitude")?, get(&row, "latitude")?);
            let stems: Vec<String> = get(&row, "stems")?;
            let party = Party {
                actor: exchange.actor,
                members: Vec::new(),
                places: places.remove(&exchange.id).unwrap_or_default(),
                stems: BTreeSet::from_iter(stems),
                point: longitude.zip(latitude).and_then(|(x, y)| Position::new(x, y).ok()),
                exchange,
            };
            parties.insert(party.exchange.id, party);
        }
        let mut circles: Vec<_> = parties.values().filter_map(|party| party.exchange.collective).collect();
        circles.sort_unstable();
        circles.dedup();
        if circles.is_empty() {
            return Ok(parties);
        }
        let circles = self.known_members(&circles, visibility).await?;
        for party in parties.values_mut() {
            let Some(known) = party.exchange.collective.and_then(|id| circles.get(&id)) else { continue };
            (party.actor, party.members) = known.clone();
        }
        Ok(parties)
    }

    /// Who speaks for each of these collectives that may be seen, and who is of it: the published actor that it became, and
    /// its members, as far as they may be seen.
    async fn known_members(
        &self,
        of: &[CollectiveId],
        visibility: &Visibility,
    ) -> Result<HashMap<CollectiveId, (Option<ActorId>, Vec<ActorId>)>, StoreError> {
        let ids: Vec<_> = of.iter().map(|id| id.0).collect();
        let mut sql = Sql::new(
            "SELECT v.id, v.actor_id, TRUE AS speaks, 0 AS place FROM collectives v JOIN actors e ON e.id = v.actor_id AND e.status = 'PUBLISHED' WHERE v.id = ANY(",
        );
        sql.bind(ids.clone()).push(
            ") UNION ALL SELECT m.collective_id, m.actor_id, m.role = 'LEAD', 1 FROM memberships m JOIN collectives v ON v.id = m.collective_id
                JOIN actors e ON e.id = m.actor_id WHERE m.status = 'ACCEPTED' AND m.collective_id = ANY(",
        );
        visible_membership(sql.bind(ids).push(")").and(""), &[], visibility);
        sql.push(" ORDER BY place, 2");
        let mut known: HashMap<_, (Option<ActorId>, Vec<ActorId>)> = HashMap::new();
        for row in sql.rows(self.db()).await? {
            let actor = ActorId(get(&row, "actor_id")?);
            let (speaker, members) = known.entry(CollectiveId(get(&row, "id")?)).or_default();
            if speaker.is_none() && get(&row, "speaks")? {
                *speaker = Some(actor);
            }
            members.push(actor);
        }
        Ok(known)
    }

    /// Which of these territories lie within which others of them.
    async fn within(
        &self,
        territories: Vec<TerritoryId>,
    ) -> Result<HashSet<(TerritoryId, TerritoryId)>, StoreError> {
        let ids: Vec<Uuid> = territories.into_iter().map(|id| id.0).collect();
        let mut sql = Sql::new(
            "SELECT w.territory_id, w.other_id FROM territory_links w WHERE w.relation = 'WITHIN' AND w.territory_id = ANY(",
        );
        sql.bind(ids.clone()).push(") AND w.other_id = ANY(").bind(ids).push(")");
        let pair = |row: &_| Ok((TerritoryId(get(row, "territory_id")?), TerritoryId(get(row, "other_id")?)));
        sql.rows(self.db()).await?.iter().map(pair).collect()
    }

    /// The pairs of one of these actors and one of those that work together: an interaction that may be seen, other than
    /// a tension, links them, has begun and has not ended.
    async fn linked_actors(
        &self,
        own: &[ActorId],
        others: &[ActorId],
        visibility: &Visibility,
        today: NaiveDate,
    ) -> Result<HashSet<(ActorId, ActorId)>, StoreError> {
        let ids = |actors: &[ActorId]| actors.iter().map(|id| id.0).collect::<Vec<_>>();
        let mut sql = Sql::default();
        for (index, (one, other)) in
            [("source_id", "target_id"), ("target_id", "source_id")].into_iter().enumerate()
        {
            sql.push(if index == 0 { "" } else { " UNION " }).push("SELECT i.").push(one).push(" AS own, i.");
            sql.push(other).push(" AS other FROM interactions i WHERE i.").push(one).push(" = ANY(");
            sql.bind(ids(own)).push(") AND i.").push(other).push(" = ANY(").bind(ids(others));
            sql.push(") AND i.kind <> 'TENSION' AND i.status <> 'REJECTED' AND coalesce(i.since <= ");
            sql.bind(today).push(", TRUE) AND coalesce(i.until >= ").bind(today).push(", TRUE) AND ");
            visible_interaction(&mut sql, &[], visibility);
        }
        let mut linked = HashSet::new();
        for row in sql.rows(self.db()).await? {
            let pair = (ActorId(get(&row, "own")?), ActorId(get(&row, "other")?));
            linked.extend([pair, (pair.1, pair.0)]);
        }
        Ok(linked)
    }
}
