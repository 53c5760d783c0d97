//! The last pass over every response: whatever went wrong inside, the outside sees coded, short, harmless errors.

use async_graphql::{ErrorExtensionValues, PathSegment, Response, ServerError, Value};

use super::budget::COMPLEXITY;

/// Most errors that one response lists; the rest are summed up in the last of them.
pub const MAX_ERRORS: usize = 20;
/// Most characters of one message.
pub const MAX_MESSAGE: usize = 300;
/// Most places that one error names.
const MAX_LOCATIONS: usize = 5;

/// What went wrong, for a program: the value of `extensions.code`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Code {
    /// The caller is not known, or its token has ended.
    Unauthenticated,
    /// What may be seen, but not done.
    Forbidden,
    /// What is absent, or hidden from the caller.
    NotFound,
    /// The request is wrong; the same request will fail again.
    Validation,
    /// Somebody else was first, or the state does not allow it.
    Conflict,
    /// It exists already.
    Duplicate,
    /// Too many requests; `retryAfterSeconds` says when to come back.
    RateLimited,
    /// No document of this hash is kept: send it along once.
    PersistedQueryNotFound,
    /// The request asks for more than one request may.
    TooComplex,
    /// It took too long and was given up.
    Timeout,
    /// Something that the service needs is down; later it may work.
    Unavailable,
    /// A fault of ours; `requestId` finds it in the log.
    Internal,
}

impl Code {
    const ALL: [Self; 12] = [
        Self::Unauthenticated,
        Self::Forbidden,
        Self::NotFound,
        Self::Validation,
        Self::Conflict,
        Self::Duplicate,
        Self::RateLimited,
        Self::PersistedQueryNotFound,
        Self::TooComplex,
        Self::Timeout,
        Self::Unavailable,
        Self::Internal,
    ];

    /// The code as it is sent.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Unauthenticated => "UNAUTHENTICATED",
            Self::Forbidden => "FORBIDDEN",
            Self::NotFound => "NOT_FOUND",
            Self::Validation => "VALIDATION",
            Self::Conflict => "CONFLICT",
            Self::Duplicate => "DUPLICATE",
            Self::RateLimited => "RATE_LIMITED",
            Self::PersistedQueryNotFound => "PERSISTED_QUERY_NOT_FOUND",
            Self::TooComplex => "TOO_COMPLEX",
            Self::Timeout => "TIMEOUT",
            Self::Unavailable => "UNAVAILABLE",
            Self::Internal => "INTERNAL",
        }
    }

    /// The code that an error carries; none if it has none, or one that we do not send.
    pub fn of(error: &ServerError) -> Option<Self> {
        match error.extensions.as_ref()?.get("code")? {
            Value::String(sent) => Self::ALL.into_iter().find(|code| code.as_str() == sent),
            Value::Enum(sent) => Self::ALL.into_iter().find(|code| code.as_str() == sent.as_str()),
            _ => None,
        }
    }
}

/// Makes a response fit to leave: every error has a [`Code`] and a bounded message in plain words, `INTERNAL` ones
/// say nothing but the request's id, and there are at most [`MAX_ERRORS`].
///
/// An error without a code that comes from a resolver is a mistake of ours, since its text may be anything (a
/// database's, say): it is logged and leaves as `INTERNAL`.
pub fn finish(response: &mut Response, request_id: &str) {
    let errors = &mut response.errors;
    let unlisted = errors.len().saturating_sub(MAX_ERRORS);
    errors.truncate(MAX_ERRORS);
    for error in errors.iter_mut() {
        finish_one(error, request_id);
    }
    if let (1.., Some(last)) = (unlisted, errors.last_mut()) {
        let extensions = last.extensions.take();
        *last = ServerError::new(format!("{} more errors are not listed.", unlisted + 1), None);
        last.extensions = extensions;
    }
}

fn finish_one(error: &mut ServerError, request_id: &str) {
    if settle(error) == Code::Internal {
        let mut extensions = only_code(Code::Internal);
        extensions.set("requestId", request_id);
        error.extensions = Some(extensions);
        "Internal error.".clone_into(&mut error.message);
    }
    let character = |number| error.message.char_indices().nth(number).map(|(at, _)| at);
    if let (Some(_), Some(cut)) = (character(MAX_MESSAGE), character(MAX_MESSAGE - 1)) {
        error.message.truncate(cut);
        error.message.push('…');
    }
    error.locations.truncate(MAX_LOCATIONS);
}

fn only_code(code: Code) -> ErrorExtensionValues {
    let mut extensions = ErrorExtensionValues::default();
    extensions.set("code", code.as_str());
    extensions
}

/// Finds the error's code, or decides on it, and puts the message into plain words.
fn settle(error: &mut ServerError) -> Code {
    let own = Code::of(error);
    let plain = in_plain_words(&error.message, own.is_some());
    let code = own.or_else(|| of_the_engine(error, plain.is_some()));
    match code {
        Some(Code::Internal) => {}
        Some(code) => {
            if let Some(plain) = plain {
                error.message = plain;
            }
            let extensions = error.extensions.get_or_insert_default();
            extensions.set("code", code.as_str());
            if code == Code::TooComplex && own.is_none() {
                extensions.set("limit", "complexity");
                extensions.set("maximum", COMPLEXITY);
            }
        }
        None => {
            let path = dotted(&error.path);
            tracing::error!(error = %error.message, path, "an error of a resolver carries no code that we send");
            error.extensions = Some(only_code(Code::Internal));
        }
    }
    code.unwrap_or(Code::Internal)
}

fn dotted(path: &[PathSegment]) -> String {
    let parts: Vec<String> = path
        .iter()
        .map(|segment| match segment {
            PathSegment::Field(name) => name.clone(),
            PathSegment::Index(index) => index.to_string(),
        })
        .collect();
    parts.join(".")
}

/// The code of an error that the engine itself made: it gives none.
///
/// What it finds before anything runs has no path and speaks of the document and the schema only. What it finds in
/// an argument while running has the field's path, as a resolver's errors have, and is known by its first words.
fn of_the_engine(error: &ServerError, reworded: bool) -> Option<Code> {
    const LIMITS: [&str; 5] = [
        "Query is too complex",
        "Query is nested too deep",
        "The recursion depth of the query",
        "The number of directives",
        "The amount of aliases",
    ];
    let begins_with = |starts: &[&str]| starts.iter().any(|start| error.message.starts_with(start));
    let of_an_argument = begins_with(&["The \"first\" parameter", "The \"last\" parameter"])
        || (error.message.starts_with("Variable ") && error.message.ends_with(" is not defined."));
    if error.extensions.as_ref().is_some_and(|extensions| extensions.get("code").is_some()) {
        return None;
    }
    if error.path.is_empty() && begins_with(&LIMITS) {
        Some(Code::TooComplex)
    } else if error.path.is_empty() || reworded || of_an_argument {
        Some(Code::Validation)
    } else {
        None
    }
}

/// The engine's words about a value that does not fit, without those of the library that parsed it; none for every
/// other message. The reason is kept where a scalar of ours gave it, which it shows by giving its error a code.
fn in_plain_words(message: &str, ours: bool) -> Option<String> {
    if message.starts_with("Query is too complex") {
        return Some(format!(
            "The operation costs more than {COMPLEXITY}. Ask for fewer entries (`first`), fewer nested lists or fewer fields."
        ));
    }
    if let Some(rest) = message.strip_prefix("Failed to parse \"") {
        let (wanted, reason) = rest.split_once("\": ")?;
        let reason =
            reason.split(" (occurred while parsing \"").next().unwrap_or(reason).trim_end_matches('.');
        return Some(if ours || is_plain(reason) {
            format!("{}: {reason}.", readable(wanted))
        } else {
            format!("This is not a valid {}.", readable(wanted))
        });
    }
    if let Some(rest) = message.strip_prefix("Expected input type \"") {
        let (wanted, found) = rest.split_once("\", found ")?;
        return Some(format!("A value of type {} is expected, not {}.", readable(wanted), kind(found)));
    }
    let reworded = message
        .replace("Oneof input objects requires have exactly one field", "exactly one of its fields must be given")
        .replace(
            "Oneof Input Objects require that exactly one field must be supplied and that field must not be null",
            "exactly one of its fields must be given, and not null",
        );
    (reworded != message).then_some(reworded)
}

/// Reasons that the engine and its validators give in words of their own.
fn is_plain(reason: &str) -> bool {
    const STARTS: [&str; 9] = [
        "Only integers from",
        "Only non zero",
        "Invalid number",
        "There can only be one unicode character",
        "Enumeration type does not contain",
        "the value ",
        "the string length",
        "the chars length",
        "value doesn't match",
    ];
    STARTS.iter().any(|start| reason.starts_with(start))
}

/// A type's name as the schema writes it, bounded.
fn readable(type_name: &str) -> &str {
    type_name.get(..100).unwrap_or(type_name)
}

/// What kind of value the client sent, told by its first character; the value itself is not sent back.
fn kind(value: &str) -> &'static str {
    match value.as_bytes().first() {
        Some(b'{') => "an object",
        Some(b'[') => "a list",
        Some(b'"') => "a string",
        Some(b'-' | b'0'..=b'9') => "a number",
        _ if value.starts_with("null") => "null",
        _ if value.starts_with("true") || value.starts_with("false") => "a boolean",
        _ => "a name",
    }
}

#[cfg(test)]
#[path = "edge_tests.rs"]
mod tests;
