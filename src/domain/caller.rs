//! Who is asking, and what was granted to them.

use core::net::IpAddr;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use strum::{AsRefStr, Display, EnumIter, EnumString};
use uuid::Uuid;

use super::ids::{ActorId, ApiKeyId, GrantId, TerritoryId, UserId};

/// What a grant makes of its holder.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    AsRefStr,
    Display,
    EnumIter,
    EnumString,
    Serialize,
    Deserialize,
)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE", ascii_case_insensitive)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Role {
    /// Everything, everywhere.
    Admin,
    /// Keeps what sits or acts in its territory.
    TerritoryManager,
    /// Reads all that is not personal in its territory.
    Analyst,
    /// Reads contacts shown to partners.
    Partner,
    /// Edits one actor and declares its interactions.
    ActorEditor,
}

/// A role with what it is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Right {
    /// Everything.
    Admin,
    /// A territory and what is within it.
    TerritoryManager(TerritoryId),
    /// A territory and what is within it.
    Analyst(TerritoryId),
    /// A territory and what is within it, or everywhere.
    Partner(Option<TerritoryId>),
    /// One actor.
    ActorEditor(ActorId),
}

impl Right {
    /// The role.
    pub fn role(self) -> Role {
        match self {
            Self::Admin => Role::Admin,
            Self::TerritoryManager(_) => Role::TerritoryManager,
            Self::Analyst(_) => Role::Analyst,
            Self::Partner(_) => Role::Partner,
            Self::ActorEditor(_) => Role::ActorEditor,
        }
    }

    /// The territory that it is over.
    pub fn territory(self) -> Option<TerritoryId> {
        match self {
            Self::TerritoryManager(id) | Self::Analyst(id) => Some(id),
            Self::Partner(territory) => territory,
            Self::Admin | Self::ActorEditor(_) => None,
        }
    }

    /// The actor that it is over.
    pub fn actor(self) -> Option<ActorId> {
        match self {
            Self::ActorEditor(id) => Some(id),
            _ => None,
        }
    }

    /// The right that these make, or what is missing or too much.
    pub fn of(
        role: Role,
        territory: Option<TerritoryId>,
        actor: Option<ActorId>,
    ) -> Result<Self, &'static str> {
        match (role, territory, actor) {
            (Role::Admin, None, None) => Ok(Self::Admin),
            (Role::TerritoryManager, Some(territory), None) => Ok(Self::TerritoryManager(territory)),
            (Role::Analyst, Some(territory), None) => Ok(Self::Analyst(territory)),
            (Role::Partner, territory, None) => Ok(Self::Partner(territory)),
            (Role::ActorEditor, None, Some(actor)) => Ok(Self::ActorEditor(actor)),
            (Role::Admin, ..) => Err("ADMIN is over everything: give neither territory nor actor"),
            (Role::TerritoryManager | Role::Analyst, ..) => {
                Err("this role is over a territory: give one, and no actor")
            }
            (Role::Partner, ..) => Err("PARTNER is over a territory or everything: give no actor"),
            (Role::ActorEditor, ..) => Err("ACTOR_EDITOR is over an actor: give one, and no territory"),
        }
    }
}

/// A right that someone holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Grant {
    /// Its identity.
    pub id: GrantId,
    /// What it is.
    pub right: Right,
    /// When it ends; null where it does not.
    pub expires_at: Option<DateTime<Utc>>,
}

/// Someone with an account, or a program with a key of theirs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// The person; of a key, its owner.
    pub user: UserId,
    /// The key, where one is used.
    pub key: Option<ApiKeyId>,
    /// The sign-in that the token follows from; null for keys, the operator's tokens and other providers'.
    pub session: Option<Uuid>,
    /// What was granted and holds now.
    pub grants: Vec<Grant>,
}

/// Who is asking.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Caller {
    /// Someone without a token: reads what is published.
    Anonymous,
    /// Someone who proved who they are.
    Known(Arc<Known>),
    /// The program itself, at its operator's command: imports, accounts, repairs.
    Operator,
    /// The program itself, by a rule of this name: retention.
    Rule(&'static str),
}

impl Caller {
    /// The name under which a write is kept: no person's name, so that who is erased is erased there too.
    pub fn reference(&self) -> String {
        match self {
            Self::Anonymous => "anonymous".to_owned(),
            Self::Known(known) => match known.key {
                Some(key) => format!("key:{}", key.0),
                None => user_reference(known.user),
            },
            Self::Operator => "operator".to_owned(),
            Self::Rule(name) => format!("rule:{name}"),
        }
    }

    /// What kind of caller it is, for logs and measures.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Anonymous => "anonymous",
            Self::Known(known) if known.key.is_some() => "key",
            Self::Known(_) => "user",
            Self::Operator => "operator",
            Self::Rule(_) => "rule",
        }
    }

    /// What was granted to them.
    pub fn grants(&self) -> &[Grant] {
        match self {
            Self::Known(known) => &known.grants,
            Self::Anonymous | Self::Operator | Self::Rule(_) => &[],
        }
    }

    /// Whether they may do everything.
    pub fn is_admin(&self) -> bool {
        match self {
            Self::Operator | Self::Rule(_) => true,
            Self::Anonymous => false,
            Self::Known(known) => known.grants.iter().any(|grant| grant.right == Right::Admin),
        }
    }

    /// Whether they hold the right to write for this actor.
    pub fn speaks_for(&self, actor: ActorId) -> bool {
        self.grants().iter().any(|grant| grant.right.actor() == Some(actor))
    }

    /// The person who asks; null for keys and the program itself.
    pub fn person(&self) -> Option<UserId> {
        match self {
            Self::Known(known) if known.key.is_none() => Some(known.user),
            _ => None,
        }
    }
}

/// The name under which a user's writes are kept.
pub fn user_reference(id: UserId) -> String {
    format!("user:{}", id.0)
}

/// Where a request comes from; null where nobody can tell.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ClientAddress(pub Option<IpAddr>);

impl ClientAddress {
    /// What stands for it where attempts are counted: of the newer kind of address, the network that one household has.
    pub fn network(self) -> String {
        match self.0.map(|address| address.to_canonical()) {
            None => "unknown".to_owned(),
            Some(IpAddr::V4(address)) => address.to_string(),
            Some(IpAddr::V6(address)) => {
                let [a, b, c, d, ..] = address.segments();
                format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
            }
        }
    }
}
