//! Readable parts of addresses: given once, never changed, never shared.

use std::collections::{HashMap, HashSet};

use super::error::StoreError;
use super::rows::get;
use super::sql::Sql;
use super::{Transaction, lock};
use crate::domain::text::slug_of;

/// Which kind of entry a slug is for.
#[derive(Clone, Copy, Debug)]
pub enum Slugged {
    /// An actor.
    Actor,
    /// A call.
    Call,
}

impl Slugged {
    fn table(self) -> &'static str {
        match self {
            Self::Actor => "actors",
            Self::Call => "calls",
        }
    }
}

/// A slug for each name, in order: the name's words; where they are taken, with a number from 2 on. Others who give
/// slugs of that kind wait until the transaction ends.
pub async fn give(tx: &Transaction, of: Slugged, names: &[&str]) -> Result<Vec<String>, StoreError> {
    let bases: Vec<_> = names.iter().map(|name| slug_of(name)).collect();
    lock(tx, of.table()).await?;
    let mut sql = Sql::new("SELECT slug FROM ");
    sql.push(of.table()).push(" WHERE regexp_replace(slug, '-[0-9]+$', '') = ANY(").bind(stems(&bases));
    sql.push(") OR slug = ANY(").bind(bases.clone()).push(")");
    let mut taken: HashSet<String> =
        sql.rows(tx).await?.iter().map(|row| get(row, "slug")).collect::<Result<_, _>>()?;
    let mut last: HashMap<String, u32> = HashMap::new();
    let mut given = Vec::with_capacity(bases.len());
    for base in bases {
        let number = last.entry(base.clone()).or_insert(1);
        let mut slug = if *number == 1 { base.clone() } else { format!("{base}-{number}") };
        while !taken.insert(slug.clone()) {
            *number += 1;
            slug = format!("{base}-{number}");
        }
        given.push(slug);
    }
    Ok(given)
}

/// The slugs without a number at their end, which may be theirs or one that was given.
fn stems(slugs: &[String]) -> Vec<String> {
    let stem = |slug: &String| match slug.rsplit_once('-') {
        Some((stem, end)) if end.bytes().all(|b| b.is_ascii_digit()) => stem.to_owned(),
        _ => slug.clone(),
    };
    slugs.iter().map(stem).collect()
}
