//! An account erases itself.

use async_graphql::{Context, ID, Object};

use super::context::ContextExt;
use super::error::{ApiError, Result};
use super::ids::global_id;

/// What a person may ask for themselves.
#[derive(Default)]
pub struct ErasureMutation;

#[Object]
impl ErasureMutation {
    /// Erases your own account for good, with its grants, keys, sessions and letters, your comments, and the contacts
    /// that have your e-mail address. What you wrote stays, under a reference that names nobody any more. Answers the
    /// id of the account that is gone. The last administrator can't.
    async fn erase_me(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Your password, as proof that it is you.")] password: String,
    ) -> Option<Result<ID>> {
        Some(ctx.app().erase_me(ctx.caller(), password).await.map(global_id).map_err(ApiError))
    }
}
