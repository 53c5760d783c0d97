//! Transactions, which say to this instance that the feed has grown once they are committed.

use std::sync::atomic::{AtomicBool, Ordering};

use sea_orm::prelude::async_trait::async_trait;
use sea_orm::{
    ConnectionTrait, DatabaseTransaction, DbBackend, DbErr, ExecResult, QueryResult, Statement,
    TransactionTrait,
};

use super::Store;
use super::error::StoreError;

/// A transaction; what is written in it is there at once or not at all.
#[derive(Debug)]
pub struct Transaction {
    inner: DatabaseTransaction,
    /// The database; null for a step within another transaction.
    store: Option<Store>,
    /// Whether it, or a step within it, recorded changes.
    records: AtomicBool,
}

impl Store {
    /// A transaction that was begun.
    pub(super) fn opened(&self, inner: DatabaseTransaction) -> Transaction {
        Transaction { inner, store: Some(self.clone()), records: AtomicBool::new(false) }
    }
}

impl Transaction {
    /// Makes it last. What it recorded has its place in the feed then, and this instance knows of it.
    pub async fn commit(self) -> Result<(), DbErr> {
        let Self { inner, store, records } = self;
        inner.commit().await?;
        if let Some(store) = store.filter(|_| records.into_inner()) {
            // It is done, whatever becomes of this question; the listener asks again.
            if let Err(error) = store.feed_position().await {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "the feed's position is not known after a write"
                );
            }
        }
        Ok(())
    }

    /// Undoes it.
    pub async fn rollback(self) -> Result<(), DbErr> {
        self.inner.rollback().await
    }

    /// A transaction within it.
    pub(super) async fn step(&self) -> Result<Self, StoreError> {
        // Its steps record for the whole: to say so once too often costs one question.
        self.will_record();
        Ok(Self { inner: self.inner.begin().await?, store: None, records: AtomicBool::new(false) })
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
