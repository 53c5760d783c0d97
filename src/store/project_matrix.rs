//! The matrix of projects: how many stand where a goal meets a dynamic, and which. The project is `j`.

use std::collections::HashMap;

use sea_orm::FromQueryResult;
use uuid::Uuid;

use super::Store;
use super::entity::projects as row;
use super::error::StoreError;
use super::project_filter::FROM;
use super::projects::{COLUMNS, domain};
use super::rows::{get, parse};
use super::sql::Sql;
use crate::domain::listings::ProjectListing;
use crate::domain::projects::{Cell, Project};

/// A cell of the matrix of an entry; of the one that stands alone where the entry is null.
pub type CellOf = (Option<Uuid>, Cell);

impl Store {
    /// How many projects stand in each cell that holds some: of each entry's matrix, or of the one that stands alone.
    pub async fn count_cells(
        &self,
        listing: &ProjectListing,
        of: Option<&[Uuid]>,
    ) -> Result<HashMap<CellOf, i64>, StoreError> {
        let mut sql = Sql::new("SELECT k.id AS list_of, p.goal, p.dynamic, p.n FROM ");
        entries(&mut sql, of);
        sql.push(" CROSS JOIN LATERAL (SELECT g.goal, d.dynamic, count(*) AS n FROM ").push(FROM);
        sql.push(", unnest(j.sdgs) g(goal), unnest(j.dynamics) d(dynamic) WHERE ")
            .append(&listing.condition());
        sql.push(" GROUP BY 1, 2) p");
        let mut found = HashMap::new();
        for row in sql.rows(self.db()).await? {
            let dynamic: String = get(&row, "dynamic")?;
            let cell = (get(&row, "goal")?, parse("projects", "dynamics", &dynamic)?);
            found.insert((get(&row, "list_of")?, cell), get(&row, "n")?);
        }
        Ok(found)
    }

    /// The first projects of these cells, by title, in one statement.
    pub async fn projects_of_cells(
        &self,
        listing: &ProjectListing,
        cells: &[CellOf],
        first: u32,
    ) -> Result<HashMap<CellOf, Vec<Project>>, StoreError> {
        let mut sql = Sql::new("SELECT k.id AS list_of, k.goal, k.dynamic, p.* FROM unnest(");
        // The entry of a matrix that stands alone is none's.
        sql.bind(cells.iter().map(|(of, _)| of.unwrap_or(Uuid::nil())).collect::<Vec<_>>()).push(", ");
        sql.bind(cells.iter().map(|(_, (goal, _))| *goal).collect::<Vec<_>>()).push(", ");
        sql.bind(cells.iter().map(|(_, (_, dynamic))| dynamic.to_string()).collect::<Vec<_>>());
        sql.push(") WITH ORDINALITY k(id, goal, dynamic, place) CROSS JOIN LATERAL (SELECT ").push(&COLUMNS);
        sql.push(", row_number() OVER (ORDER BY j.title, j.id) AS row_place FROM ").push(FROM);
        sql.push(" WHERE ").append(&listing.condition());
        sql.and("k.goal = ANY(j.sdgs)").and("k.dynamic = ANY(j.dynamics)");
        sql.push(" ORDER BY j.title, j.id LIMIT ").bind(i64::from(first));
        sql.push(") p ORDER BY k.place, p.row_place");
        let mut found: HashMap<CellOf, Vec<Project>> = HashMap::new();
        for row in sql.rows(self.db()).await? {
            let (of, dynamic): (Uuid, String) = (get(&row, "list_of")?, get(&row, "dynamic")?);
            let cell = (get(&row, "goal")?, parse("projects", "dynamics", &dynamic)?);
            let of = (!of.is_nil()).then_some(of);
            found.entry((of, cell)).or_default().push(domain(row::Model::from_query_result(&row, "")?)?);
        }
        Ok(found)
    }
}

/// The entries whose matrices are read, as `k`; a single one that is none's where it stands alone.
fn entries(sql: &mut Sql, of: Option<&[Uuid]>) {
    match of {
        None => sql.push("(SELECT NULL::uuid AS id) k"),
        Some(of) => sql.push("unnest(").bind(of.to_vec()).push(") k(id)"),
    };
}
