//! From rows to domain types: a row that no domain type can be made of is an error that names it.

use std::str::FromStr;

use sea_orm::QueryResult;
use url::Url;

use super::error::StoreError;
use crate::domain::publication::Publication;

/// A stored name of an enumeration.
pub fn parse<T: FromStr>(table: &'static str, column: &'static str, value: &str) -> Result<T, StoreError> {
    value.parse().map_err(|_| StoreError::Inconsistent { table, column, value: value.to_owned() })
}

/// A stored name of an enumeration, where there is one.
pub fn parse_some<T: FromStr>(
    table: &'static str,
    column: &'static str,
    value: Option<&str>,
) -> Result<Option<T>, StoreError> {
    value.map(|value| parse(table, column, value)).transpose()
}

/// Stored names of an enumeration.
pub fn parse_all<T: FromStr>(
    table: &'static str,
    column: &'static str,
    values: &[String],
) -> Result<Vec<T>, StoreError> {
    values.iter().map(|value| parse(table, column, value)).collect()
}

/// A stored address.
pub fn url(
    table: &'static str,
    column: &'static str,
    value: Option<&str>,
) -> Result<Option<Url>, StoreError> {
    parse_some(table, column, value)
}

/// A stored status.
pub fn publication(
    table: &'static str,
    status: &str,
    archived_from: Option<&str>,
) -> Result<Publication, StoreError> {
    Ok(Publication {
        status: parse(table, "status", status)?,
        archived_from: parse_some(table, "archived_from", archived_from)?,
    })
}

/// Names of an enumeration, to be stored or bound.
pub fn names<T: AsRef<str>>(values: &[T]) -> Vec<String> {
    values.iter().map(|value| value.as_ref().to_owned()).collect()
}

/// The name of an enumeration's value, to be stored.
pub fn name<T: AsRef<str>>(value: Option<T>) -> Option<String> {
    value.map(|value| value.as_ref().to_owned())
}

/// A column of a row.
pub fn get<T: sea_orm::TryGetable>(row: &QueryResult, column: &str) -> Result<T, StoreError> {
    Ok(row.try_get("", column)?)
}
