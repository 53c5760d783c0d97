//! What requests may cost, as clients are told.

/// The limits that are published.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RequestLimits {
    /// Cost of one operation, by what its lists declare.
    pub max_complexity: i32,
    /// Levels of fields.
    pub max_depth: i32,
    /// Aliases of one operation.
    pub max_aliases: i32,
    /// Entries of a page.
    pub max_page_size: i32,
    /// Bytes of a request's body.
    pub max_body_bytes: i32,
    /// Cost-weighted requests a minute of a stranger; 0 where nobody counts them.
    pub strangers_requests_per_minute: i32,
    /// Cost-weighted requests a minute of a user or a key; 0 where nobody counts them.
    pub callers_requests_per_minute: i32,
}
