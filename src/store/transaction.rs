//! Transactions, which say that something was written once they are committed.

use std::sync::atomic::{AtomicBool, Ordering};

use sea_orm::prelude::async_trait::async_trait;
use sea_orm::{
    ConnectionTrait, DatabaseTransaction, DbBackend, DbErr, ExecResult, QueryResult, Statement,
    TransactionTrait,
};

use super::Store;
use super::error::StoreError;
use super::feed::{News, WRITTEN};

/// A transaction; what is written in it is there at once or not at all.
#[derive(Debug)]
pub struct Transaction {
    inner: DatabaseTransaction,
    /// Where it is said that it is done; null for a step within another transaction.
    news: Option<News>,
    /// Whether it writes what no answer to a stranger shows.
    unseen: bool,
    /// Whether it recorded changes itself, so that Postgres tells of it.
    records: AtomicBool,
}

impl Store {
    /// A transaction that was begun.
    pub(super) fn opened(&self, inner: DatabaseTransaction, unseen: bool) -> Transaction {
        Transaction { inner, news: Some(self.news.clone()), unseen, records: AtomicBool::new(false) }
    }
}

impl Transaction {
    /// Makes it last. This instance knows then that there is something new, and the others hear of it: by the feed, or by
    /// a word of its own where nothing was recorded.
    pub async fn commit(self) -> Result<(), DbErr> {
        let Self { inner, news, unseen, records } = self;
        let recorded = records.into_inner();
        let news = news.filter(|_| recorded || !unseen);
        if news.is_some() && !recorded {
            inner.execute_unprepared(WRITTEN).await?;
        }
        // Where the connection breaks, or nobody waits any more, it may be done all the same.
        let _said = Said(news);
        inner.commit().await
    }

    /// Undoes it.
    pub async fn rollback(self) -> Result<(), DbErr> {
        self.inner.rollback().await
    }

    /// A transaction within it.
    pub(super) async fn step(&self) -> Result<Self, StoreError> {
        let inner = self.inner.begin().await?;
        Ok(Self { inner, news: None, unseen: self.unseen, records: AtomicBool::new(false) })
    }

    /// Says that it records changes.
    pub(super) fn will_record(&self) {
        self.records.store(true, Ordering::Relaxed);
    }
}

/// Says, when it goes, that something was written.
struct Said(Option<News>);

impl Drop for Said {
    fn drop(&mut self) {
        if let Some(news) = &self.0 {
            news.written();
        }
    }
}

#[async_trait]
impl ConnectionTrait for Transaction {
    fn get_database_backend(&self) -> DbBackend {
        self.inner.get_database_backend()
    }

    async fn execute_raw(&self, stmt: Statement) -> Result<ExecResult, DbErr> {
        self.inner.execute_raw(stmt).await
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        self.inner.execute_unprepared(sql).await
    }

    async fn query_one_raw(&self, stmt: Statement) -> Result<Option<QueryResult>, DbErr> {
        self.inner.query_one_raw(stmt).await
    }

    async fn query_all_raw(&self, stmt: Statement) -> Result<Vec<QueryResult>, DbErr> {
        self.inner.query_all_raw(stmt).await
    }
}
