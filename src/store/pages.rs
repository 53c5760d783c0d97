//! Keyset pages: from a cursor on, in an order whose ties the id breaks, so that nothing is skipped or repeated while
//! others write; for one list, or for many at once that differ in the entry they belong to.

use std::collections::HashMap;

use sea_orm::{ConnectionTrait, FromQueryResult, QueryResult};
use uuid::Uuid;

use super::error::StoreError;
use super::rows::get;
use super::sql::Sql;
use crate::domain::paging::{Cursor, Edge, KeyType, ListOrder, Page, Slice};

/// An order as SQL.
#[derive(Clone, Debug)]
pub struct Order {
    /// Its name and the type of its keys, for cursors.
    pub list: ListOrder,
    /// The key: an expression of one row.
    pub key: Sql,
    /// Whether the greatest comes first.
    pub descending: bool,
}

impl Order {
    fn cast(&self) -> &'static str {
        match self.list.key {
            KeyType::Text => "::text",
            KeyType::Number => "::float8",
            KeyType::Whole => "::bigint",
            KeyType::Instant => "::timestamptz",
            KeyType::Id => "::uuid",
        }
    }

    fn cursor(&self, row: &QueryResult, id: Uuid) -> Result<Cursor, StoreError> {
        Ok(Cursor { order: self.list.name.clone(), key: get(row, "cursor_key")?, id })
    }
}

/// What is listed: which columns of which rows.
pub struct Listing<'a> {
    /// Columns with their alias, comma between.
    pub columns: &'a str,
    /// The table and its alias.
    pub from: &'a str,
    /// The id column with its alias.
    pub id: &'a str,
    /// What rows must hold.
    pub condition: Sql,
    /// Parts of what is listed, each with an index in the list's order: the page is merged from a page of each, so that nothing
    /// else is read. Without any it is of all rows that hold the condition.
    pub parts: Vec<Part>,
    /// In which order.
    pub order: Order,
    /// Which part.
    pub page: &'a Page,
}

/// Rows that are found in the list's order by themselves; they may be in other parts too.
pub struct Part {
    /// Its tables: that of the list, and what its rows are found by.
    pub from: &'static str,
    /// The list's key, as the index has it.
    pub key: Sql,
    /// The row's id, as the index has it.
    pub id: &'static str,
    /// What rows must hold beside the list's condition.
    pub condition: Sql,
}

impl Listing<'_> {
    /// The rows of the page, and one more where there is more.
    fn write(&self, sql: &mut Sql) {
        if self.parts.is_empty() {
            return self.write_part(sql, None);
        }
        for (index, part) in self.parts.iter().enumerate() {
            // Each row once, whatever parts it is in.
            let first = "SELECT DISTINCT ON (u.order_key, u.id) u.* FROM ((";
            sql.push(if index == 0 { first } else { ") UNION ALL (" });
            self.write_part(sql, Some(part));
        }
        sql.push(")) u");
        self.ordered(sql, &Sql::new("u.order_key"), "u.id");
    }

    /// `SELECT … WHERE … ORDER BY … LIMIT`.
    fn write_part(&self, sql: &mut Sql, part: Option<&Part>) {
        let (from, key, id) =
            part.map_or((self.from, &self.order.key, self.id), |part| (part.from, &part.key, part.id));
        sql.push("SELECT ")
            .push(self.columns)
            .push(", (")
            .append(&self.order.key)
            .push(")::text AS cursor_key");
        if part.is_some() {
            sql.push(", ").append(key).push(" AS order_key");
        }
        sql.push(" FROM ").push(from).push(" WHERE ").append(&self.condition);
        if let Some(part) = part {
            sql.and("").append(&part.condition);
        }
        let bounds = [(&self.page.after, !self.order.descending), (&self.page.before, self.order.descending)];
        for (cursor, greater) in bounds {
            let Some(cursor) = cursor else { continue };
            sql.and("(").append(key).push(", ").push(id).push(if greater { ") > (" } else { ") < (" });
            sql.bind(cursor.key.clone()).push(self.order.cast()).push(", ").bind(cursor.id).push(")");
        }
        self.ordered(sql, key, id);
    }

    fn ordered(&self, sql: &mut Sql, key: &Sql, id: &str) {
        let down = self.order.descending != self.page.from_end;
        let direction = if down { " DESC" } else { " ASC" };
        sql.push(" ORDER BY ").append(key).push(direction).push(", ").push(id).push(direction);
        sql.push(" LIMIT ").bind(i64::from(self.page.size) + 1);
    }

    /// One list.
    pub async fn page<M: FromQueryResult, T>(
        self,
        db: &impl ConnectionTrait,
        domain: impl Fn(M) -> Result<T, StoreError>,
    ) -> Result<Slice<T>, StoreError> {
        let mut sql = Sql::default();
        self.write(&mut sql);
        let edges =
            sql.rows(db).await?.iter().map(|row| self.edge(row, &domain)).collect::<Result<_, _>>()?;
        Ok(Slice::of(edges, self.page))
    }

    /// The lists of many entries in one statement; conditions name the entry as `k.id`. Every entry has one, which may
    /// be empty.
    pub async fn pages<M: FromQueryResult, T>(
        self,
        db: &impl ConnectionTrait,
        of: &[Uuid],
        domain: impl Fn(M) -> Result<T, StoreError>,
    ) -> Result<HashMap<Uuid, Slice<T>>, StoreError> {
        let mut sql = Sql::new("SELECT k.id AS list_of, p.* FROM unnest(");
        sql.bind(of.to_vec()).push(") WITH ORDINALITY k(id, place) CROSS JOIN LATERAL (SELECT l.*, row_number() OVER () AS row_place FROM (");
        self.write(&mut sql);
        sql.push(") l) p ORDER BY k.place, p.row_place");
        let mut lists: HashMap<Uuid, Vec<Edge<T>>> = of.iter().map(|id| (*id, Vec::new())).collect();
        for row in sql.rows(db).await? {
            lists.entry(get(&row, "list_of")?).or_default().push(self.edge(&row, &domain)?);
        }
        Ok(lists.into_iter().map(|(id, edges)| (id, Slice::of(edges, self.page))).collect())
    }

    fn edge<M: FromQueryResult, T>(
        &self,
        row: &QueryResult,
        domain: &impl Fn(M) -> Result<T, StoreError>,
    ) -> Result<Edge<T>, StoreError> {
        let cursor = self.order.cursor(row, get(row, "id")?)?;
        Ok(Edge { cursor, node: domain(M::from_query_result(row, "")?)? })
    }
}

/// How many rows hold the condition.
pub async fn count(db: &impl ConnectionTrait, from: &str, condition: &Sql) -> Result<i64, StoreError> {
    let mut sql = Sql::new("SELECT count(*) AS n FROM ");
    sql.push(from).push(" WHERE ").append(condition);
    sql.row(db).await?.map_or(Ok(0), |row| get(&row, "n"))
}

/// How many rows of each entry hold the condition, which names the entry as `k.id`.
pub async fn counts(
    db: &impl ConnectionTrait,
    from: &str,
    condition: &Sql,
    of: &[Uuid],
) -> Result<HashMap<Uuid, i64>, StoreError> {
    let mut sql = Sql::new("SELECT k.id AS list_of, p.n FROM unnest(");
    sql.bind(of.to_vec()).push(") k(id) CROSS JOIN LATERAL (SELECT count(*) AS n FROM ").push(from);
    sql.push(" WHERE ").append(condition).push(") p");
    sql.rows(db).await?.iter().map(|row| Ok((get(row, "list_of")?, get(row, "n")?))).collect()
}
