//! What can be asked of people and keys, and how one signs in.

use async_graphql::{Context, ID, Object};

use super::connection::{cost, page};
use super::context::ContextExt;
use super::error::Result;
use super::ids::id_of;
use super::people::{
    ApiKey, ApiKeyConnection, CreatedApiKey, GrantInput, Invitation, PasswordResetRequest, Session, User,
    UserConnection, Viewer,
};
use super::scalars::{DateTime, read};
use crate::app::api_keys::ApiKeyInput;
use crate::app::granting::GrantInput as Given;
use crate::domain::caller::{Caller, ClientAddress};
use crate::domain::error::Violations;
use crate::domain::ids::{ApiKeyId, GrantId, UserId};
use crate::domain::people::order;

/// People and keys.
#[derive(Default)]
pub struct PeopleQuery;

#[Object]
impl PeopleQuery {
    /// Who you are to the directory, and what you may do; answered to strangers too.
    async fn viewer(&self, ctx: &Context<'_>) -> Viewer {
        Viewer(ctx.caller().clone())
    }

    /// The users whom you manage, the oldest first: all, for administrators; those with a right in your territories, for
    /// their managers.
    #[graphql(complexity = "cost(first, None) * child_complexity + 2")]
    async fn users(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many, at most 100; 20 where it is left out.")] first: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
    ) -> Option<Result<UserConnection>> {
        let read =
            async { UserConnection::read(ctx, &page(first, after, None, None, &order("USER"))?).await };
        Some(read.await)
    }

    /// Your keys, the oldest first, taken back and ended ones too; everyone's, for administrators.
    #[graphql(complexity = "cost(first, None) * child_complexity + 2")]
    async fn api_keys(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many, at most 100; 20 where it is left out.")] first: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
    ) -> Option<Result<ApiKeyConnection>> {
        let read =
            async { ApiKeyConnection::read(ctx, &page(first, after, None, None, &order("API_KEY"))?).await };
        Some(read.await)
    }
}

/// Signing in and out; accounts, rights, keys.
#[derive(Default)]
pub struct PeopleMutation;

fn client(ctx: &Context<'_>) -> ClientAddress {
    ctx.data_opt().copied().unwrap_or_default()
}

fn all(grants: Vec<GrantInput>, found: &mut Violations) -> Vec<Given> {
    let read = |(index, grant): (usize, GrantInput)| grant.read(&format!("grants[{index}]"), found);
    grants.into_iter().enumerate().map(read).collect()
}

#[Object]
impl PeopleMutation {
    /// Signs you in. What is not right is refused with code `UNAUTHENTICATED`, whatever it is; after some failures the next
    /// try has to wait, with code `RATE_LIMITED`.
    async fn sign_in(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The address of your account.")] email: String,
        #[graphql(desc = "Your password.")] password: String,
    ) -> Option<Result<Session>> {
        let session = async { Ok(Session(ctx.app().sign_in(client(ctx), &email, password).await?)) };
        Some(session.await)
    }

    /// Exchanges a refresh token for the next session. Each works once; one that comes a second time ends the sign-in.
    /// But within ten seconds it is answered again, since the answer may have been lost: the new one replaces the one that was given.
    async fn refresh_session(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The newest refresh token that you were given.")] refresh_token: String,
    ) -> Option<Result<Session>> {
        let session = async { Ok(Session(ctx.app().refresh_session(&refresh_token).await?)) };
        Some(session.await)
    }

    /// Ends the sign-in that a refresh token follows from, with all its tokens. Returns who you are then: a stranger.
    async fn sign_out(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The newest refresh token that you were given.")] refresh_token: String,
    ) -> Option<Result<Viewer>> {
        let ended = async {
            ctx.app().sign_out(&refresh_token).await?;
            Ok(Viewer(Caller::Anonymous))
        };
        Some(ended.await)
    }

    /// Changes your password: 12 to 200 characters. Every sign-in of yours ends, and a new one is returned.
    async fn change_password(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The password that you have.")] current: String,
        #[graphql(desc = "The one that you want.")] new: String,
    ) -> Option<Result<Session>> {
        let session = async { Ok(Session(ctx.app().change_password(ctx.caller(), current, new).await?)) };
        Some(session.await)
    }

    /// Has a link sent by which a new password is chosen, within an hour. The answer is the same for every address.
    async fn request_password_reset(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The address of the account.")] email: String,
    ) -> Option<Result<PasswordResetRequest>> {
        let asked = async {
            let email = ctx.app().request_password_reset(client(ctx), &email).await?;
            Ok(PasswordResetRequest { email })
        };
        Some(asked.await)
    }

    /// Chooses another password by a link that was sent. Every sign-in ends, and a new one is returned.
    async fn reset_password(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What the link carries; it works once.")] token: String,
        #[graphql(desc = "The password that you want: 12 to 200 characters.")] password: String,
    ) -> Option<Result<Session>> {
        let session = async { Ok(Session(ctx.app().reset_password(&token, password).await?)) };
        Some(session.await)
    }

    /// Makes an account with these rights, which must be yours to give. The link by which its password is chosen is returned,
    /// and sent to the address; it works once, within a week.
    async fn invite_user(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "Where letters go, and by what they sign in. One that has an account is refused with code DUPLICATE."
        )]
        email: String,
        #[graphql(desc = "How they are called, in at most 200 characters.")] display_name: String,
        #[graphql(desc = "What they may do; at least one right, unless you are an administrator.")]
        grants: Vec<GrantInput>,
    ) -> Option<Result<Invitation>> {
        let invited = async {
            let mut found = Violations::default();
            let grants = all(grants, &mut found);
            found.into_result(())?;
            Ok(ctx.app().invite_user(ctx.caller(), &email, &display_name, &grants).await?.into())
        };
        Some(invited.await)
    }

    /// Takes an invitation: chooses the password of the new account, and signs in.
    async fn accept_invitation(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What the link carries; it works once.")] token: String,
        #[graphql(desc = "The password that you want: 12 to 200 characters.")] password: String,
    ) -> Option<Result<Session>> {
        let session = async { Ok(Session(ctx.app().accept_invitation(&token, password).await?)) };
        Some(session.await)
    }

    /// Grants a right to someone else. It must be yours to give: within the territories that you manage, and no longer than
    /// your own lasts.
    async fn grant_role(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Id of the user.")] user: ID,
        #[graphql(desc = "The right.")] grant: GrantInput,
    ) -> Option<Result<User>> {
        let granted = async {
            let mut found = Violations::default();
            let grant = grant.read("grant", &mut found);
            found.into_result(())?;
            Ok(User(ctx.app().grant_role(ctx.caller(), id_of::<UserId>(&user), &grant).await?))
        };
        Some(granted.await)
    }

    /// Takes a right back that is yours to give, whatever else its holder has. It is gone with their next request. The last
    /// administrator keeps theirs: that is refused with code `CONFLICT`.
    async fn revoke_grant(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Id of the grant.")] id: ID,
    ) -> Option<Result<User>> {
        let revoked = async { Ok(User(ctx.app().revoke_grant(ctx.caller(), id_of::<GrantId>(&id)).await?)) };
        Some(revoked.await)
    }

    /// Lets someone sign in no more, all of whose rights are yours to give. Their sign-ins and keys end with their next
    /// request.
    async fn deactivate_user(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Id of the user.")] id: ID,
    ) -> Option<Result<User>> {
        let deactivated =
            async { Ok(User(ctx.app().deactivate_user(ctx.caller(), id_of::<UserId>(&id)).await?)) };
        Some(deactivated.await)
    }

    /// Makes a key for a program of yours. It may have any right that you hold or could grant, and no other; without one it
    /// reads what everyone reads.
    async fn create_api_key(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What it is for, in at most 200 characters.")] name: String,
        #[graphql(desc = "What it may do.")] grants: Vec<GrantInput>,
        #[graphql(
            desc = "Web origins that it is bound to, as `https://example.org`, at most 20. Not bound where it is left out: for programs on a server."
        )]
        allowed_origins: Option<Vec<String>>,
        #[graphql(desc = "When it ends; without an end where it is left out.")] expires_at: Option<DateTime>,
    ) -> Option<Result<CreatedApiKey>> {
        let created = async {
            let mut found = Violations::default();
            let input = ApiKeyInput {
                name,
                grants: all(grants, &mut found),
                allowed_origins: allowed_origins.unwrap_or_default(),
                expires_at: read(expires_at.as_ref(), "expiresAt", &mut found),
            };
            Ok(ctx.app().create_api_key(ctx.caller(), input, found).await?.into())
        };
        Some(created.await)
    }

    /// Takes a key back, for good: one of yours, or anyone's for administrators. It is refused from then on.
    async fn revoke_api_key(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Id of the key.")] id: ID,
    ) -> Option<Result<ApiKey>> {
        let revoked =
            async { Ok(ApiKey(ctx.app().revoke_api_key(ctx.caller(), id_of::<ApiKeyId>(&id)).await?)) };
        Some(revoked.await)
    }
}
