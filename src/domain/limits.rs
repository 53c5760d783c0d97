//! What requests may cost, as clients are told.

/// Cost-weighted requests that a stranger may send in a minute, where nothing else is configured.
pub const STRANGERS_REQUESTS_PER_MINUTE: i32 = 300;
/// Cost-weighted requests that a user or a key may send in a minute, where nothing else is configured.
pub const CALLERS_REQUESTS_PER_MINUTE: i32 = 3_000;

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
    /// Requests a minute of a stranger.
    pub strangers_requests_per_minute: i32,
    /// Requests a minute of a user or a key.
    pub callers_requests_per_minute: i32,
}
