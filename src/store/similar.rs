//! Practices that may be like others: candidates, and what is compared of them. The practice is `g`.
//!
//! Candidates of each are found by what they have in common, each way by an index and bounded: those of the same theme and
//! goal, of the same theme, of a related theme, of the same goal; the newest of each way. The score is `domain`'s.

use std::collections::HashMap;

use uuid::Uuid;

use super::Store;
use super::error::StoreError;
use super::rows::{get, parse_all};
use super::sight::visible_practice;
use super::sql::Sql;
use crate::domain::ids::GoodPracticeId;
use crate::domain::matches::related;
use crate::domain::policy::Visibility;
use crate::domain::practices::GoodPractice;
use crate::domain::similar::Party;

/// Most candidates that each way brings.
const EACH_WAY: i64 = 50;

/// What is compared.
#[derive(Clone, Debug, Default)]
pub struct Alike {
    /// For each practice that is asked for, those that may be like it.
    pub candidates: HashMap<GoodPracticeId, Vec<GoodPracticeId>>,
    /// All of both.
    pub parties: HashMap<GoodPracticeId, Party>,
}

impl Store {
    /// What is compared to find which practices are like these: for each its candidates, and all of both, in two statements
    /// however many they are. What practices tell at length is not read.
    pub async fn alike(&self, of: &[GoodPractice], visibility: &Visibility) -> Result<Alike, StoreError> {
        let candidates = self.candidates_of(of, visibility).await?;
        let mut ids: Vec<Uuid> = candidates.values().flatten().map(|id| id.0).collect();
        ids.extend(of.iter().map(|practice| practice.id.0));
        ids.sort_unstable();
        ids.dedup();
        let mut sql = Sql::new(
            "SELECT g.id, g.themes, g.sdgs, g.created_at, ARRAY(SELECT DISTINCT t.kind FROM good_practice_territories x
                JOIN territories t ON t.id = x.territory_id WHERE x.practice_id = g.id) AS kinds
            FROM good_practices g WHERE g.id = ANY(",
        );
        sql.bind(ids).push(")");
        let mut parties = HashMap::new();
        for row in sql.rows(self.db()).await? {
            let (id, kinds): (Uuid, Vec<String>) = (get(&row, "id")?, get(&row, "kinds")?);
            let party = Party {
                id: GoodPracticeId(id),
                themes: get(&row, "themes")?,
                sdgs: get(&row, "sdgs")?,
                created_at: get(&row, "created_at")?,
                kinds: parse_all("territories", "kind", &kinds)?.into_iter().collect(),
            };
            parties.insert(party.id, party);
        }
        Ok(Alike { candidates, parties })
    }

    async fn candidates_of(
        &self,
        of: &[GoodPractice],
        visibility: &Visibility,
    ) -> Result<HashMap<GoodPracticeId, Vec<GoodPracticeId>>, StoreError> {
        let mut sql = Sql::new("SELECT DISTINCT k.id AS list_of, c.id FROM unnest(");
        sql.bind(of.iter().map(|practice| practice.id.0).collect::<Vec<_>>()).push(", ");
        // Slugs and numbers hold no spaces, and an array of arrays can't be bound.
        sql.bind(of.iter().map(|practice| practice.themes.join(" ")).collect::<Vec<_>>()).push(", ");
        sql.bind(of.iter().map(|practice| related(&practice.themes).join(" ")).collect::<Vec<_>>());
        let goals = |practice: &GoodPractice| {
            practice.sdgs.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
        };
        sql.push(", ").bind(of.iter().map(goals).collect::<Vec<_>>());
        sql.push(
            ") k(id, themes, related, sdgs) CROSS JOIN LATERAL (SELECT string_to_array(k.themes, ' ') AS themes,
                string_to_array(k.related, ' ') AS related, string_to_array(k.sdgs, ' ')::smallint[] AS sdgs OFFSET 0) q
            CROSS JOIN LATERAL (",
        );
        let ways = [
            "g.themes && q.themes AND g.sdgs && q.sdgs",
            "g.themes && q.themes",
            "g.themes && q.related",
            "g.sdgs && q.sdgs",
        ];
        for (index, way) in ways.into_iter().enumerate() {
            sql.push(if index == 0 { "(" } else { ") UNION ALL (" });
            sql.push("SELECT g.id FROM good_practices g WHERE ").push(way).push(" AND g.id <> k.id AND ");
            visible_practice(&mut sql, &[], visibility);
            sql.push(" ORDER BY g.created_at DESC, g.id DESC LIMIT ").bind(EACH_WAY);
        }
        sql.push(")) c");
        let mut found: HashMap<_, Vec<_>> = HashMap::new();
        for row in sql.rows(self.db()).await? {
            found
                .entry(GoodPracticeId(get(&row, "list_of")?))
                .or_default()
                .push(GoodPracticeId(get(&row, "id")?));
        }
        Ok(found)
    }
}
