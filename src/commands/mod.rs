//! The subcommands.

pub mod backup;
pub mod database;
pub mod doctor;
pub mod erase;
pub mod import;
pub mod jobs;
pub mod keys;
pub mod links;
pub mod program;
pub mod restore;
pub mod retention;
pub mod seal;
pub mod serve;
pub mod token;
pub mod user;

use std::error::Error;
use std::fmt;
use std::io::Write;
use std::sync::Arc;

/// Why a command ended: a sentence, and what lies behind it.
#[derive(Debug)]
pub struct Failed(Box<dyn Error + Send + Sync>);

impl fmt::Display for Failed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)?;
        let mut cause = self.0.source();
        while let Some(error) = cause {
            write!(f, "\n  because: {error}")?;
            cause = error.source();
        }
        Ok(())
    }
}

impl<E: Into<Box<dyn Error + Send + Sync>>> From<E> for Failed {
    fn from(error: E) -> Self {
        Self(error.into())
    }
}

impl Failed {
    /// A sentence, and the error that lies behind it.
    pub fn behind(sentence: String, cause: impl Error + Send + Sync + 'static) -> Self {
        Self(Box::new(Caused(sentence, Box::new(cause))))
    }
}

#[derive(Debug)]
struct Caused(String, Box<dyn Error + Send + Sync>);

impl fmt::Display for Caused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Error for Caused {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&*self.1)
    }
}

/// A use-case's error, for a person at a terminal.
pub fn told(error: crate::app::Error) -> Failed {
    use crate::app::Error as E;
    match error {
        E::Internal(cause) => Failed(Box::new(Behind("something went wrong", cause))),
        E::Contention(cause) => Failed(Box::new(Behind("another write was in the way", cause))),
        E::Unavailable => Failed("the database can't be reached".into()),
        E::Timeout => Failed("the database took too long".into()),
        E::Validation(found) => {
            let fields: Vec<_> = found.0.iter().map(|v| format!("{}: {}", v.path, v.message)).collect();
            Failed(fields.join("; ").into())
        }
        E::Unauthenticated(message)
        | E::Forbidden(message)
        | E::NotFound(message)
        | E::Conflict { message, .. }
        | E::TooLarge(message)
        | E::RateLimited { message, .. }
        | E::Duplicate { message, .. } => Failed(message.into()),
    }
}

#[derive(Debug)]
struct Behind(&'static str, Arc<dyn Error + Send + Sync>);

impl fmt::Display for Behind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl Error for Behind {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&*self.1)
    }
}

/// Writes a line to standard output.
pub fn print(text: &str) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{}", text.trim_end())
}
