//! Who is asking.

use serde::{Deserialize, Serialize};
use strum::{AsRefStr, Display, EnumString};

/// What a token lets its bearer do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, AsRefStr, Display, EnumString, Serialize, Deserialize)]
#[strum(serialize_all = "kebab-case")]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// Reads and writes everything.
    Admin,
}

/// Who is asking.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Caller {
    /// Someone without a token: reads what is published.
    Anonymous,
    /// The bearer of a token of ours.
    Bearer {
        /// Whose token it is.
        subject: String,
        /// What it lets them do.
        role: Role,
    },
    /// The program itself, at its operator's command: imports.
    Operator,
}

impl Caller {
    /// The name under which a write is kept.
    pub fn name(&self) -> &str {
        match self {
            Self::Anonymous => "anonymous",
            Self::Bearer { subject, .. } => subject,
            Self::Operator => "operator",
        }
    }
}
