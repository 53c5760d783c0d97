//! The library: rows to domain and back, pages, what is there already, and what addresses answer. The resource is `b`; everyone
//! sees it.

use std::sync::LazyLock;

use chrono::{DateTime, Utc};
use sea_orm::sea_query::OnConflict;
use sea_orm::{EntityTrait, IntoActiveModel, Iterable};
use uuid::Uuid;

use super::entity::library_resources as row;
use super::error::StoreError;
use super::pages::{Listing, Order, count};
use super::practice_filter::{about, practised_by, practised_in, teaches};
use super::rows::{get, parse, url};
use super::scopes::Id;
use super::sight::visible_practice;
use super::sql::Sql;
use super::text_search::text_matches;
use super::{Store, Transaction};
use crate::domain::ids::{LibraryResourceId, UserId};
use crate::domain::library::{AddressState, LibraryResource};
use crate::domain::listings::LibraryListing;
use crate::domain::paging::{Page, Slice};
use crate::domain::policy::Visibility;
use crate::domain::search::SearchKind;
use crate::domain::territories::{TerritoryRef, TerritoryScope};

const TABLE: &str = "library_resources";
const FROM: &str = "library_resources b";

/// The columns of a resource `b`, to be selected.
static COLUMNS: LazyLock<String> = LazyLock::new(|| {
    use sea_orm::IdenStatic;
    row::Column::iter().map(|column| format!("b.{}", column.as_str())).collect::<Vec<_>>().join(", ")
});

fn domain(row: row::Model) -> Result<LibraryResource, StoreError> {
    Ok(LibraryResource {
        id: LibraryResourceId(row.id),
        title: row.title,
        authors: row.authors,
        publisher: row.publisher,
        year: row.year,
        url: url(TABLE, "url", row.url.as_deref())?,
        language: parse(TABLE, "language", &row.language)?,
        themes: row.themes,
        sdgs: row.sdgs,
        summary: row.r#abstract,
        added_by: row.added_by.map(UserId),
        address: AddressState {
            checked_at: row.address_checked_at,
            failing_since: row.address_failing_since,
            problem: row.address_problem,
        },
        version: row.version,
        created_at: row.created_at,
        updated_at: row.updated_at,
    })
}

fn model(resource: &LibraryResource) -> row::Model {
    row::Model {
        id: resource.id.0,
        title: resource.title.clone(),
        authors: resource.authors.clone(),
        publisher: resource.publisher.clone(),
        year: resource.year,
        url: resource.url.as_ref().map(ToString::to_string),
        language: resource.language.to_string(),
        themes: resource.themes.clone(),
        sdgs: resource.sdgs.clone(),
        r#abstract: resource.summary.clone(),
        added_by: resource.added_by.map(|id| id.0),
        address_checked_at: resource.address.checked_at,
        address_failing_since: resource.address.failing_since,
        address_problem: resource.address.problem.clone(),
        version: resource.version,
        created_at: resource.created_at,
        updated_at: resource.updated_at,
    }
}

impl LibraryListing {
    /// What a resource of the list holds. What is asked of places, rubrics and actors is asked of practices that name it.
    fn condition(&self) -> Sql {
        let filter = &self.filter;
        let mut sql = Sql::new("TRUE");
        if let Some(text) = &filter.text {
            text_matches(sql.and(""), SearchKind::LibraryResource, text);
        }
        about(&mut sql, "b", &filter.themes);
        if !filter.sdgs.is_empty() {
            sql.and("b.sdgs && ").bind(filter.sdgs.clone());
        }
        let place = match &filter.territory {
            Some(TerritoryScope { territory: TerritoryRef::Id(id), direction, .. }) => Some((id, *direction)),
            _ => None,
        };
        if place.is_some() || !filter.rubrics.is_empty() || filter.actor.is_some() {
            of_practices(&mut sql, &self.visibility, |sql| {
                if let Some((id, direction)) = place {
                    practised_in(sql, Id::Value(id.0), direction);
                }
                teaches(sql, &filter.rubrics);
                if let Some(actor) = filter.actor {
                    practised_by(sql, actor, &self.visibility);
                }
            });
        }
        sql
    }
}

/// Adds that a practice `g` names it that may be seen, and holds what else is added.
pub(super) fn of_practices(sql: &mut Sql, visibility: &Visibility, hold: impl FnOnce(&mut Sql)) {
    sql.and("b.id IN (SELECT z.resource_id FROM good_practice_resources z JOIN good_practices g ON g.id = z.practice_id WHERE ");
    visible_practice(sql, &[], visibility);
    hold(sql);
    sql.push(")");
}

impl Store {
    /// A page of resources.
    pub async fn library_resources(
        &self,
        listing: &LibraryListing,
        page: &Page,
    ) -> Result<Slice<LibraryResource>, StoreError> {
        let listing = Listing {
            columns: &COLUMNS,
            from: FROM,
            id: "b.id",
            condition: listing.condition(),
            parts: Vec::new(),
            order: Order { list: LibraryListing::order(), key: Sql::new("b.title"), descending: false },
            page,
        };
        listing.page(self.db(), domain).await
    }

    /// How many resources match.
    pub async fn count_library_resources(&self, listing: &LibraryListing) -> Result<i64, StoreError> {
        count(self.db(), FROM, &listing.condition()).await
    }

    /// The resources of these ids, in no order.
    pub async fn library_resources_by_ids(
        &self,
        ids: &[LibraryResourceId],
    ) -> Result<Vec<LibraryResource>, StoreError> {
        let mut sql = Sql::new("SELECT ");
        sql.push(&COLUMNS).push(" FROM library_resources b WHERE b.id = ANY(");
        sql.bind(ids.iter().map(|id| id.0).collect::<Vec<_>>()).push(")");
        sql.models(self.db()).await?.into_iter().map(domain).collect()
    }

    /// Addresses to be asked, in the order of their resources, from after one on.
    pub async fn addresses(
        &self,
        after: Uuid,
        most: i64,
    ) -> Result<Vec<(LibraryResourceId, String, String)>, StoreError> {
        let mut sql =
            Sql::new("SELECT id, url, title::text FROM library_resources WHERE url IS NOT NULL AND id > ");
        sql.bind(after).push(" ORDER BY id LIMIT ").bind(most);
        let address = |row| Ok((LibraryResourceId(get(row, "id")?), get(row, "url")?, get(row, "title")?));
        sql.rows(self.db()).await?.iter().map(address).collect()
    }
}

/// What an address was found to be; the problem is null where there is none.
#[derive(Clone, Debug)]
pub struct Checked {
    /// Whose address it is.
    pub resource: LibraryResourceId,
    /// The address that was asked.
    pub url: String,
    /// What is wrong with it.
    pub problem: Option<String>,
}

/// Keeps what addresses answered, of those that are still the same; since when they fail stays as it was while they do.
pub async fn keep_checked(
    tx: &Transaction,
    at: DateTime<Utc>,
    checked: &[Checked],
) -> Result<(), StoreError> {
    let mut sql = Sql::new("UPDATE library_resources b SET address_checked_at = ");
    sql.bind(at).push(", address_problem = nullif(c.problem, ''), address_failing_since = CASE WHEN c.problem <> '' THEN coalesce(b.address_failing_since, ");
    sql.bind(at).push(") END FROM unnest(");
    sql.bind(checked.iter().map(|c| c.resource.0).collect::<Vec<_>>()).push(", ");
    sql.bind(checked.iter().map(|c| c.url.clone()).collect::<Vec<_>>()).push(", ");
    sql.bind(checked.iter().map(|c| c.problem.clone().unwrap_or_default()).collect::<Vec<_>>());
    sql.push(") c(id, url, problem) WHERE b.id = c.id AND b.url = c.url");
    sql.execute(tx).await.map(drop)
}

/// A resource to be written, locked until the transaction ends.
pub async fn for_update(
    tx: &Transaction,
    id: LibraryResourceId,
) -> Result<Option<LibraryResource>, StoreError> {
    use sea_orm::QuerySelect;
    row::Entity::find_by_id(id.0).lock_exclusive().one(tx).await?.map(domain).transpose()
}

/// Another resource of the same address, or else of the same title, year and authors. Others who write one wait until the
/// transaction ends.
pub async fn same(
    tx: &Transaction,
    as_this: &LibraryResource,
) -> Result<Option<LibraryResourceId>, StoreError> {
    super::lock(tx, TABLE).await?;
    let mut sql = Sql::new("SELECT id FROM library_resources WHERE (url = ");
    sql.bind(as_this.url.as_ref().map(ToString::to_string));
    // As the column `work` is made.
    sql.push(" OR work = md5(fold(").bind(as_this.title.clone()).push(") || '|' || coalesce(");
    sql.bind(as_this.year).push("::integer::text, '') || '|' || fold(search_text_of(");
    sql.bind(as_this.authors.clone()).push(")))) AND id <> ").bind(as_this.id.0).push(" ORDER BY id LIMIT 1");
    let row = sql.row(tx).await?;
    row.map(|row| Ok(LibraryResourceId(get(&row, "id")?))).transpose()
}

/// Writes a new or changed resource.
pub async fn write(tx: &Transaction, resource: &LibraryResource) -> Result<(), StoreError> {
    let columns = row::Column::iter().filter(|column| !matches!(column, row::Column::Id));
    let replace = OnConflict::column(row::Column::Id).update_columns(columns).to_owned();
    let insert = row::Entity::insert(model(resource).into_active_model()).on_conflict(replace);
    insert.exec_without_returning(tx).await?;
    Ok(())
}
