//! What one document may cost, decided before the engine sees it.
//!
//! The engine's own checks of depth, aliases and directives expand every fragment spread again, so a document of
//! 700 bytes whose fragments double at each step keeps them busy for hours, at no await point. Here a linear pass
//! over the text bounds what the parser gets, and a count that weighs each fragment once bounds what the engine
//! gets; both stop at the first limit that is passed.

mod cost;
mod lexical;
mod weight;

use async_graphql::{
    ErrorExtensionValues, Pos, ServerError,
    parser::{self, types::ExecutableDocument},
};

use super::edge::Code;

pub use self::cost::cost;

/// What a document may hold. Every number is the largest that is accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Length of the query text in bytes.
    pub bytes: usize,
    /// Names, numbers, strings and punctuation marks; comments, commas and white space are free.
    pub tokens: usize,
    /// Brackets open at once in the text, and selection sets within one another once fragments are expanded.
    pub nesting: usize,
    /// Operations in one document.
    pub operations: usize,
    /// Fragment definitions in one document.
    pub fragments: usize,
    /// Levels of fields; the introspection query of graphql-js has exactly 15.
    pub depth: usize,
    /// Fields, spreads and inline fragments of one operation, each counted wherever it is spread.
    pub selections: usize,
    /// Aliased fields of one operation, each counted wherever it is spread.
    pub aliases: usize,
    /// Directives of one operation, each counted wherever it is spread.
    pub directives: usize,
    /// Fields at the top of one operation.
    pub root_fields: usize,
    /// Of `selections`, those beneath `__schema` and `__type`.
    pub introspection_selections: usize,
    /// What an operation may cost by what its lists declare, which multiply by `first` and `last`; the engine checks it.
    pub complexity: usize,
    /// Lists within one another beneath `__schema` and `__type`: `types`, `fields`, `inputFields`, `interfaces`
    /// and `possibleTypes` multiply by the schema's size each time.
    pub introspection_lists: usize,
}

/// Most that one operation may cost.
pub const COMPLEXITY: usize = 5_000;

impl Default for Limits {
    fn default() -> Self {
        Self {
            bytes: 16 * 1024,
            tokens: 2_000,
            nesting: 60,
            operations: 10,
            fragments: 50,
            depth: 15,
            selections: 1_000,
            aliases: 30,
            directives: 20,
            root_fields: 20,
            introspection_selections: 400,
            complexity: COMPLEXITY,
            introspection_lists: 2,
        }
    }
}

/// Which of the [`Limits`] a document passes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limit {
    /// [`Limits::bytes`]
    Bytes,
    /// [`Limits::tokens`]
    Tokens,
    /// [`Limits::nesting`]
    Nesting,
    /// [`Limits::operations`]
    Operations,
    /// [`Limits::fragments`]
    Fragments,
    /// [`Limits::depth`]
    Depth,
    /// [`Limits::selections`]
    Selections,
    /// [`Limits::aliases`]
    Aliases,
    /// [`Limits::directives`]
    Directives,
    /// [`Limits::root_fields`]
    RootFields,
    /// [`Limits::introspection_selections`]
    IntrospectionSelections,
    /// [`Limits::introspection_lists`]
    IntrospectionLists,
}

/// The name of a limit as we write it, in `extensions.limit`; none for what is no limit of ours.
pub fn limit_name(name: &str) -> Option<&'static str> {
    const OTHERS: [&str; 4] = ["bodyBytes", "bodySeconds", "complexity", "seconds"];
    Limit::ALL.into_iter().map(Limit::name).chain(OTHERS).find(|known| *known == name)
}

impl Limit {
    /// Every limit of a document.
    pub const ALL: [Self; 12] = [
        Self::Bytes,
        Self::Tokens,
        Self::Nesting,
        Self::Operations,
        Self::Fragments,
        Self::Depth,
        Self::Selections,
        Self::Aliases,
        Self::Directives,
        Self::RootFields,
        Self::IntrospectionSelections,
        Self::IntrospectionLists,
    ];

    /// Name in `extensions.limit`, in the contract's camel case.
    pub fn name(self) -> &'static str {
        self.words().0
    }

    /// The largest number that is accepted.
    pub fn of(self, limits: &Limits) -> usize {
        match self {
            Self::Bytes => limits.bytes,
            Self::Tokens => limits.tokens,
            Self::Nesting => limits.nesting,
            Self::Operations => limits.operations,
            Self::Fragments => limits.fragments,
            Self::Depth => limits.depth,
            Self::Selections => limits.selections,
            Self::Aliases => limits.aliases,
            Self::Directives => limits.directives,
            Self::RootFields => limits.root_fields,
            Self::IntrospectionSelections => limits.introspection_selections,
            Self::IntrospectionLists => limits.introspection_lists,
        }
    }

    /// Name for programs, name for people, and what to do about it.
    fn words(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Bytes => ("bytes", "bytes", "Send values as variables, or ask in several requests."),
            Self::Tokens => ("tokens", "tokens", "Send values as variables, or ask in several requests."),
            Self::Nesting => {
                ("nesting", "levels of nesting", "Send nested values as variables, and nest fragments less.")
            }
            Self::Operations => ("operations", "operations", "Send only the operation that is to run."),
            Self::Fragments => ("fragments", "fragments", "Send only the fragments that are used."),
            Self::Depth => {
                ("depth", "levels of fields", "Ask for the deeper objects by their id, in another request.")
            }
            Self::Selections => (
                "selections",
                "selections, fragments expanded",
                "Select fewer fields, or ask in several requests.",
            ),
            Self::Aliases => (
                "aliases",
                "aliases, fragments expanded",
                "Ask for several objects through a list, or in several requests.",
            ),
            Self::Directives => (
                "directives",
                "directives, fragments expanded",
                "Put one directive on a fragment rather than on its fields.",
            ),
            Self::RootFields => ("rootFields", "fields at the top", "Ask in several requests."),
            Self::IntrospectionSelections => (
                "introspectionSelections",
                "selections under __schema and __type",
                "Send the usual introspection query, or read /schema.graphql.",
            ),
            Self::IntrospectionLists => (
                "introspectionLists",
                "lists within one another under __schema and __type",
                "Ask for each type by its name, or read /schema.graphql.",
            ),
        }
    }
}

/// Why a document is not run.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// It passes a limit; answered with `TOO_COMPLEX`, `extensions.limit` and `extensions.maximum`.
    #[error("The document has more than {most} {}. {}", limit.words().1, limit.words().2)]
    TooComplex {
        /// Which limit.
        limit: Limit,
        /// The largest number that is accepted.
        most: usize,
        /// Where it was passed, where that is one place.
        at: Option<Pos>,
    },
    /// It is not GraphQL, or its fragments go in a circle; answered with `VALIDATION`.
    #[error("{message}")]
    Invalid {
        /// What is wrong, without the source.
        message: String,
        /// Where; empty when it is the document as a whole.
        locations: Vec<Pos>,
    },
}

impl Refusal {
    /// The error as the response carries it.
    pub fn into_error(self) -> ServerError {
        let mut error = ServerError::new(self.to_string(), None);
        let mut extensions = ErrorExtensionValues::default();
        match self {
            Self::TooComplex { limit, most, at } => {
                extensions.set("code", Code::TooComplex.as_str());
                extensions.set("limit", limit.name());
                extensions.set("maximum", most);
                error.locations = at.into_iter().collect();
            }
            Self::Invalid { locations, .. } => {
                extensions.set("code", Code::Validation.as_str());
                error.locations = locations;
            }
        }
        error.extensions = Some(extensions);
        error
    }
}

/// Parses a document that keeps within `limits`; takes time linear in the text, a few milliseconds at most.
///
/// What is returned has no fragment cycle, so the engine's own checks of it are bounded too. Names are not looked up:
/// unknown fields, types and fragments are the engine's to report.
pub fn parse(source: &str, limits: &Limits) -> Result<ExecutableDocument, Refusal> {
    lexical::check(source, limits)?;
    let document = parser::parse_query(source).map_err(|error| syntax_refusal(&error))?;
    weight::check(&document, limits)?;
    Ok(document)
}

/// The parser's message draws the line of the source beneath a title; only its last line says what was expected, in
/// the names of grammar rules.
fn syntax_refusal(error: &parser::Error) -> Refusal {
    let locations = error.positions().collect();
    let message = match error {
        parser::Error::Syntax { message, start, .. } => {
            let last = message.lines().last().unwrap_or_default();
            let reason = last.trim_start().trim_start_matches("= ");
            let reason = reason.replace("EOI", "the end of the document").replace('_', " ");
            format!("Syntax error at line {}, column {}: {}.", start.line, start.column, reason.trim_end())
        }
        other => format!("Syntax error: {other}."),
    };
    Refusal::Invalid { message, locations }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(source: &str) -> Refusal {
        parse(source, &Limits::default()).expect_err("refused")
    }

    #[test]
    fn a_syntax_error_says_where_and_what_without_the_source() {
        let Refusal::Invalid { message, locations } = refusal("{ actors(first: s3cret_value }") else {
            panic!("a syntax error is no limit")
        };
        assert_eq!(locations, [Pos { line: 1, column: 30 }]);
        assert_eq!(message, "Syntax error at line 1, column 30: expected name.");
        assert_eq!(
            refusal("").to_string(),
            "Syntax error at line 1, column 1: expected executable definition."
        );
        assert_eq!(
            refusal("fragment a on Query { x }").to_string(),
            "Syntax error: document does not contain an operation."
        );
    }

    #[test]
    fn a_refusal_names_the_limit_its_number_and_what_to_do() {
        let error = refusal(&format!("{{ a(x: \"{}\") }}", "x".repeat(16 * 1024))).into_error();
        assert_eq!(
            error.message,
            "The document has more than 16384 bytes. Send values as variables, or ask in several requests."
        );
        let extensions = serde_json::to_value(error.extensions).expect("plain values");
        assert_eq!(
            extensions,
            serde_json::json!({"code": "TOO_COMPLEX", "limit": "bytes", "maximum": 16384})
        );
    }
}
