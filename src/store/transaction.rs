//! Transactions, which say to this instance that the feed has grown once they are committed.

use std::sync::atomic::{AtomicBool, Ordering};

use sea_orm::prelude::async_trait::async_trait;
use sea_orm::{
    ConnectionTrait, DatabaseTransaction, DbBackend, DbErr, ExecResult, QueryResult, Statement,
    TransactionTrait,
};

use super::Store;
use super::error::StoreError;
use super::feed::News;

/// A transaction; what is written in it is there at once or not at all.
#[derive(Debug)]
pub struct Transaction {
    inner: DatabaseTransaction,
    /// Where it is said that it is done; null for a step within another transaction.
    news: Option<News>,
    /// Whether it, or a step within it, recorded changes.
    records: AtomicBool,
}

impl Store {
    /// A transaction that was begun.
    pub(super) fn opened(&self, inner: DatabaseTransaction) -> Transaction {
        Transaction { inner, news: Some(self.news.clone()), records: AtomicBool::new(false) }
    }
}

impl Transaction {
    /// Makes it last. What it recorded has its place in the feed then, and this instance knows that there is something.
    pub async fn commit(self) -> Result<(), DbErr> {
        let Self { inner, news, records } = self;
        let outcome = inner.commit().await;
        // Where the connection broke, it may be done all the same.
        if let Some(news) = news.filter(|_| records.into_inner()) {
            news.written();
        }
        outcome
    }

    /// Undoes it.
    pub async fn rollback(self) -> Result<(), DbErr> {
        self.inner.rollback().await
    }

    /// A transaction within it.
    pub(super) async fn step(&self) -> Result<Self, StoreError> {
        // Its steps record for the whole: to say so once too often costs a look.
        self.will_record();
        Ok(Self { inner: self.inner.begin().await?, news: None, records: AtomicBool::new(false) })
    }

    /// Says that it records changes.
    pub(super) fn will_record(&self) {
        self.records.store(true, Ordering::Relaxed);
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
