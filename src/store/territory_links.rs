//! Links between territories: what the lists say, and what is derived of them and of the outlines.

use super::Transaction;
use super::error::StoreError;
use super::rows::{get, parse};
use super::sql::Sql;
use crate::domain::ids::TerritoryId;
use crate::domain::links::{Link, Listing};
use crate::domain::territories::ListBasis;

/// What the lists say.
pub async fn listings(tx: &Transaction) -> Result<Vec<Listing>, StoreError> {
    let mut listings = Vec::new();
    let sql = Sql::new("SELECT territory_id, listed_under_id, basis FROM territory_lists");
    for row in sql.rows(tx).await? {
        let basis: String = get(&row, "basis")?;
        listings.push(Listing {
            territory: TerritoryId(get(&row, "territory_id")?),
            under: TerritoryId(get(&row, "listed_under_id")?),
            basis: parse("territory_lists", "basis", &basis)?,
        });
    }
    Ok(listings)
}

/// Adds what a list says; the stronger word on a pair stays.
pub async fn add_listings(tx: &Transaction, listings: &[Listing]) -> Result<(), StoreError> {
    let mut listings = listings.to_vec();
    listings.sort_unstable_by_key(|l| (l.territory, l.under, l.basis));
    listings.dedup_by_key(|l| (l.territory, l.under));
    let mut sql =
        Sql::new("INSERT INTO territory_lists (territory_id, listed_under_id, basis) SELECT * FROM unnest(");
    sql.bind(listings.iter().map(|l| l.territory.0).collect::<Vec<_>>()).push(", ");
    sql.bind(listings.iter().map(|l| l.under.0).collect::<Vec<_>>()).push(", ");
    sql.bind(super::rows::names(&listings.iter().map(|l| l.basis).collect::<Vec<_>>()));
    sql.push(
        ") ON CONFLICT (territory_id, listed_under_id) DO UPDATE SET basis = excluded.basis
        WHERE territory_lists.basis > excluded.basis",
    );
    sql.execute(tx).await.map(drop)
}

/// Takes back what a list said.
pub async fn drop_listings(tx: &Transaction, listings: &[Listing]) -> Result<(), StoreError> {
    if listings.is_empty() {
        return Ok(());
    }
    let mut sql = Sql::new(
        "DELETE FROM territory_lists WHERE (territory_id, listed_under_id) IN (SELECT * FROM unnest(",
    );
    sql.bind(listings.iter().map(|l| l.territory.0).collect::<Vec<_>>()).push(", ");
    sql.bind(listings.iter().map(|l| l.under.0).collect::<Vec<_>>()).push("))");
    sql.execute(tx).await.map(drop)
}

/// Puts these members of a perimeter in place of those that it had.
pub async fn replace_members(
    tx: &Transaction,
    of: TerritoryId,
    members: &[TerritoryId],
) -> Result<(), StoreError> {
    let mut sql = Sql::new("DELETE FROM territory_lists WHERE basis = 'MEMBER' AND listed_under_id = ");
    sql.bind(of.0);
    sql.execute(tx).await?;
    let listings: Vec<_> =
        members.iter().map(|id| Listing { territory: *id, under: of, basis: ListBasis::Member }).collect();
    add_listings(tx, &listings).await
}

/// The links that stand.
pub async fn links(tx: &Transaction) -> Result<Vec<Link>, StoreError> {
    let mut links = Vec::new();
    let sql = Sql::new("SELECT territory_id, other_id, relation, basis, direct, share FROM territory_links");
    for row in sql.rows(tx).await? {
        let (relation, basis): (String, String) = (get(&row, "relation")?, get(&row, "basis")?);
        links.push(Link {
            territory: TerritoryId(get(&row, "territory_id")?),
            other: TerritoryId(get(&row, "other_id")?),
            relation: parse("territory_links", "relation", &relation)?,
            basis: parse("territory_links", "basis", &basis)?,
            direct: get(&row, "direct")?,
            share: get(&row, "share")?,
        });
    }
    Ok(links)
}

/// Writes links that are new or differ, and drops those that are gone.
pub async fn write(
    tx: &Transaction,
    links: &[Link],
    gone: &[(TerritoryId, TerritoryId)],
) -> Result<(), StoreError> {
    if !gone.is_empty() {
        let mut sql =
            Sql::new("DELETE FROM territory_links WHERE (territory_id, other_id) IN (SELECT * FROM unnest(");
        sql.bind(gone.iter().map(|(id, _)| id.0).collect::<Vec<_>>()).push(", ");
        sql.bind(gone.iter().map(|(_, other)| other.0).collect::<Vec<_>>()).push("))");
        sql.execute(tx).await?;
    }
    for chunk in links.chunks(50_000) {
        let mut sql =
            Sql::new("INSERT INTO territory_links (territory_id, other_id, relation, basis, direct, share)");
        sql.push(" SELECT territory_id, other_id, relation, basis, direct, nullif(share, -1) FROM unnest(");
        sql.bind(chunk.iter().map(|l| l.territory.0).collect::<Vec<_>>()).push(", ");
        sql.bind(chunk.iter().map(|l| l.other.0).collect::<Vec<_>>()).push(", ");
        sql.bind(chunk.iter().map(|l| l.relation.to_string()).collect::<Vec<_>>()).push(", ");
        sql.bind(chunk.iter().map(|l| l.basis.to_string()).collect::<Vec<_>>()).push(", ");
        sql.bind(chunk.iter().map(|l| l.direct).collect::<Vec<_>>()).push(", ");
        // An array that may hold nulls can't be bound: -1 stands for none.
        sql.bind(chunk.iter().map(|l| l.share.unwrap_or(-1.0)).collect::<Vec<_>>());
        sql.push(
            ") AS l(territory_id, other_id, relation, basis, direct, share)
            ON CONFLICT (territory_id, other_id) DO UPDATE SET relation = excluded.relation,
                basis = excluded.basis, direct = excluded.direct, share = excluded.share",
        );
        sql.execute(tx).await?;
    }
    Ok(())
}
