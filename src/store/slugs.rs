//! Readable parts of addresses: given once, never changed, never shared.

use std::collections::{HashMap, HashSet};

use sea_orm::{ConnectionTrait, TransactionTrait};

use super::error::StoreError;
use super::rows::get;
use super::sql::Sql;
use super::{Store, Transaction, lock};
use crate::domain::text::slug_of;

/// Which kind of entry a slug is for.
#[derive(Clone, Copy, Debug)]
pub enum Slugged {
    /// An actor.
    Actor,
    /// A call.
    Call,
    /// A collective.
    Collective,
    /// A project.
    Project,
    /// A good practice.
    GoodPractice,
    /// A diagnosis.
    Diagnosis,
}

impl Slugged {
    fn table(self) -> &'static str {
        match self {
            Self::Actor => "actors",
            Self::Call => "calls",
            Self::Collective => "collectives",
            Self::Project => "projects",
            Self::GoodPractice => "good_practices",
            Self::Diagnosis => "diagnoses",
        }
    }
}

/// A slug for each name, in order: the name's words; where they are taken, with a number from 2 on. Others who give
/// slugs of that kind wait until the transaction ends.
pub async fn give(tx: &Transaction, of: Slugged, names: &[&str]) -> Result<Vec<String>, StoreError> {
    lock(tx, of.table()).await?;
    give_under(tx, of, names).await
}

/// The same for a long transaction, under a turn that ends as soon as the slugs are written (see [`Store::slug_turn`]).
pub async fn give_under(tx: &Transaction, of: Slugged, names: &[&str]) -> Result<Vec<String>, StoreError> {
    let bases: Vec<_> = names.iter().map(|name| slug_of(name)).collect();
    let mut sql = Sql::new("SELECT slug FROM ");
    // What a name may get is its words, or these and a number; its words may end with a number of their own.
    sql.push(of.table()).push(" WHERE regexp_replace(slug, '-[0-9]+$', '') = ANY(").bind(bases.clone());
    sql.push(") OR slug = ANY(").bind(bases.clone()).push(")");
    if matches!(of, Slugged::Actor) {
        // Those of merged entries lead to others for good.
        sql.push(
            " UNION ALL SELECT slug FROM merged_actors WHERE regexp_replace(slug, '-[0-9]+$', '') = ANY(",
        );
        sql.bind(bases.clone()).push(") OR slug = ANY(").bind(bases.clone()).push(")");
    }
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

impl Store {
    /// A turn at giving slugs of a kind, which ends with the transaction that is returned. Who writes for long takes one
    /// for each batch rather than hold back until its own end whoever creates an entry: those whose slugs are not the
    /// same do not meet. It is a connection of its own, since a lock would stay with the long transaction.
    pub async fn slug_turn(&self, of: Slugged) -> Result<Transaction, StoreError> {
        let turn = self.opened(self.db().begin().await?, true);
        // Whoever has the turn waits a second at most for a long writer; then it is free.
        turn.execute_unprepared("SET LOCAL lock_timeout = '60s'; SET LOCAL statement_timeout = '60s'")
            .await?;
        lock(&turn, of.table()).await?;
        Ok(turn)
    }
}
