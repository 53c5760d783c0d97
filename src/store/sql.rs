//! Statements put together from pieces, each value bound, never written into the text.

use sea_orm::{ConnectionTrait, DbBackend, FromQueryResult, QueryResult, Statement, Value};

use super::error::StoreError;

/// A statement in the making.
#[derive(Clone, Debug, Default)]
pub struct Sql {
    text: String,
    values: Vec<Value>,
}

impl Sql {
    /// Starts with this text.
    pub fn new(text: &str) -> Self {
        Self { text: text.to_owned(), values: Vec::new() }
    }

    /// Adds text.
    pub fn push(&mut self, text: &str) -> &mut Self {
        self.text.push_str(text);
        self
    }

    /// Adds a value.
    pub fn bind(&mut self, value: impl Into<Value>) -> &mut Self {
        self.values.push(value.into());
        self.text.push('$');
        self.text.push_str(&self.values.len().to_string());
        self
    }

    /// Adds another statement's text and values; its placeholders are numbered anew.
    pub fn append(&mut self, other: &Self) -> &mut Self {
        let mut pieces = other.text.split('$');
        self.push(pieces.next().unwrap_or_default());
        for piece in pieces {
            let digits = piece.bytes().take_while(u8::is_ascii_digit).count();
            let number: usize = piece[..digits].parse().expect("every $ of a statement is a placeholder");
            self.bind(other.values[number - 1].clone()).push(&piece[digits..]);
        }
        self
    }

    /// Adds `AND`, then text.
    pub fn and(&mut self, text: &str) -> &mut Self {
        self.push(" AND ").push(text)
    }

    fn statement(self) -> Statement {
        Statement::from_sql_and_values(DbBackend::Postgres, self.text, self.values)
    }

    /// Every row.
    pub async fn rows(self, db: &impl ConnectionTrait) -> Result<Vec<QueryResult>, StoreError> {
        Ok(db.query_all_raw(self.statement()).await?)
    }

    /// The only row, where there is one.
    pub async fn row(self, db: &impl ConnectionTrait) -> Result<Option<QueryResult>, StoreError> {
        Ok(db.query_one_raw(self.statement()).await?)
    }

    /// Every row as a model.
    pub async fn models<M: FromQueryResult>(self, db: &impl ConnectionTrait) -> Result<Vec<M>, StoreError> {
        Ok(self.rows(db).await?.iter().map(|row| M::from_query_result(row, "")).collect::<Result<_, _>>()?)
    }

    /// Runs it; how many rows it touched.
    pub async fn execute(self, db: &impl ConnectionTrait) -> Result<u64, StoreError> {
        Ok(db.execute_raw(self.statement()).await?.rows_affected())
    }
}
