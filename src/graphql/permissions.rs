//! What the viewer may do with an entry.

use async_graphql::{Context, SimpleObject};

use super::context::ContextExt;
use super::enums::Action;
use super::error::Result;
use super::loaders::StandingTo;
use crate::domain::ids::Subject;
use crate::domain::permissions::{self as domain, Entry};
use crate::domain::policy::{Standing, Visibility};

/// Whether something may be done, and why not.
#[derive(SimpleObject)]
pub struct Permission {
    /// What.
    action: Action,
    /// Whether you may.
    allowed: bool,
    /// Why not, for people; null where you may.
    reason: Option<String>,
}

/// What the viewer may do with an entry that they see. Nobody but those to whom something was granted is looked up.
pub async fn permissions(ctx: &Context<'_>, entry: Entry<'_>, subject: Subject) -> Result<Vec<Permission>> {
    let standing = match ctx.visibility() {
        Visibility::Granted(_) => ctx.loader().load_one(StandingTo(subject)).await?.unwrap_or_default(),
        Visibility::Public | Visibility::Everything => Standing::default(),
    };
    let told = domain::permissions(ctx.caller(), entry, standing).into_iter();
    Ok(told.map(Permission::from).collect())
}

impl From<domain::Permission> for Permission {
    fn from(permission: domain::Permission) -> Self {
        Self {
            action: permission.action.into(),
            allowed: permission.refusal.is_none(),
            reason: permission.refusal,
        }
    }
}
