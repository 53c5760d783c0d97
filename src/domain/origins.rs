//! Where an entry comes from, so that the same file imported again finds it.

use chrono::{DateTime, Utc};
use url::Url;

/// One source's name for an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// The file or producer.
    pub source: String,
    /// The producer's row id, or a hash of the row's identifying columns.
    pub reference: String,
    /// Where the producer shows it.
    pub url: Option<Url>,
    /// When it was last imported from there.
    pub imported_at: DateTime<Utc>,
}
