//! People with an account, what is granted to them, and keys of their programs.

use std::sync::Arc;

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};

use super::actors::Actor;
use super::connection::{ListEdge, PageInfo, edges, nodes, total};
use super::context::ContextExt;
use super::enums::Role;
use super::error::{ApiError, Result};
use super::ids::{global_id, id_of};
use super::scalars::{DateTime, read};
use super::territories::Territory;
use super::territory_inputs::TerritoryRef;
use crate::app;
use crate::app::granting::GrantInput as Given;
use crate::app::imports::REQUEST_ROWS;
use crate::domain::caller::{self, Caller};
use crate::domain::error::Violations;
use crate::domain::ids::ActorId;
use crate::domain::limits;
use crate::domain::paging::{Page, Slice};
use crate::domain::people as domain;

/// A right that someone, or a key, holds.
pub struct Grant(pub caller::Grant);

/// A right that a user or a key holds: a role, over a territory, an actor, or everything.
#[Object]
impl Grant {
    /// Opaque; what `revokeGrant` takes.
    async fn id(&self) -> ID {
        global_id(self.0.id)
    }

    /// What it makes of its holder.
    async fn role(&self) -> Role {
        self.0.right.role().into()
    }

    /// What it is over, with all that lies within; null for `ADMIN` and `ACTOR_EDITOR`, and for a `PARTNER` everywhere.
    async fn territory(&self, ctx: &Context<'_>) -> Option<Result<Territory>> {
        let id = self.0.right.territory()?;
        let found = ctx.loader().load_one(id).await;
        found.map(|found| found.map(Territory)).map_err(ApiError::from).transpose()
    }

    /// The actor of an `ACTOR_EDITOR`; null for other roles, and where you may not see it.
    async fn actor(&self, ctx: &Context<'_>) -> Option<Result<Actor>> {
        let id = self.0.right.actor()?;
        let found = ctx.loader().load_one(id).await;
        found.map(|found| found.map(Actor)).map_err(ApiError::from).transpose()
    }

    /// When it ends; null where it does not.
    async fn expires_at(&self) -> Option<DateTime> {
        self.0.expires_at.map(Into::into)
    }
}

fn grants(held: &[caller::Grant]) -> Vec<Grant> {
    held.iter().copied().map(Grant).collect()
}

/// A right to be given: `ADMIN` alone; `TERRITORY_MANAGER` and `ANALYST` with a territory; `PARTNER` with one or without;
/// `ACTOR_EDITOR` with an actor.
#[derive(InputObject)]
pub struct GrantInput {
    /// What it makes of its holder.
    role: Role,
    /// Over which territory, with all that lies within.
    territory: Option<TerritoryRef>,
    /// Over which actor, by its id.
    actor: Option<ID>,
    /// When it ends; without an end where it is left out, which only those may give whose own right has none.
    expires_at: Option<DateTime>,
}

impl GrantInput {
    /// Reads its instant; the rest is found later.
    pub fn read(self, path: &str, found: &mut Violations) -> Given {
        Given {
            role: self.role.into(),
            territory: self.territory.map(TerritoryRef::read),
            actor: self.actor.as_ref().map(id_of::<ActorId>),
            expires_at: read(self.expires_at.as_ref(), &format!("{path}.expiresAt"), found),
        }
    }
}

/// Someone with an account.
#[derive(Clone)]
pub struct User(pub domain::User);

/// A person with an account. Seen by themselves, by administrators, and by those who manage a territory that one of the
/// person's rights is over.
#[Object]
impl User {
    /// Opaque and the same for life.
    pub async fn id(&self) -> ID {
        global_id(self.0.id)
    }

    /// Where letters go, and by what they sign in. Of someone whom another provider vouches for without an address it ends in
    /// `.invalid`, where no letter arrives.
    async fn email(&self) -> &str {
        &self.0.email
    }

    /// How they are called.
    async fn display_name(&self) -> &str {
        &self.0.display_name
    }

    /// Whether they may sign in.
    async fn active(&self) -> bool {
        self.0.active
    }

    /// What is granted to them now, of what you may see.
    #[graphql(complexity = "3 * child_complexity + 1")]
    async fn grants(&self) -> Vec<Grant> {
        grants(&self.0.grants)
    }

    /// When the account was made.
    async fn created_at(&self) -> DateTime {
        self.0.created_at.into()
    }
}

/// A key of someone's program.
#[derive(Clone)]
pub struct ApiKey(pub domain::ApiKey);

/// A key by which a program asks, sent as `authorization: Bearer mlg_…`. It does what was granted to it, as long as its owner
/// could still grant it. The secret is shown once, when it is made; later only its beginning.
#[Object]
impl ApiKey {
    /// Opaque and the same for life.
    pub async fn id(&self) -> ID {
        global_id(self.0.id)
    }

    /// What it is for.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// Its beginning, by which it is told from others.
    async fn prefix(&self) -> &str {
        &self.0.prefix
    }

    /// What was granted to it and has not ended.
    #[graphql(complexity = "3 * child_complexity + 1")]
    async fn grants(&self) -> Vec<Grant> {
        grants(&self.0.grants)
    }

    /// Web origins that it is bound to: from elsewhere, and without an origin, it is refused. Empty where it is not bound.
    async fn allowed_origins(&self) -> &[String] {
        &self.0.allowed_origins
    }

    /// When it ends; null where it does not.
    async fn expires_at(&self) -> Option<DateTime> {
        self.0.expires_at.map(Into::into)
    }

    /// When it was last used, to the minute; null where it never was.
    async fn last_used_at(&self) -> Option<DateTime> {
        self.0.last_used_at.map(Into::into)
    }

    /// When it was taken back; null where it was not.
    async fn revoked_at(&self) -> Option<DateTime> {
        self.0.revoked_at.map(Into::into)
    }

    /// When it was made.
    async fn created_at(&self) -> DateTime {
        self.0.created_at.into()
    }
}

/// A new key.
#[derive(SimpleObject)]
pub struct CreatedApiKey {
    /// The key.
    api_key: ApiKey,
    /// What is to be sent; it is shown this once, and nobody can find it out again.
    secret: String,
}

impl From<(domain::ApiKey, String)> for CreatedApiKey {
    fn from((key, secret): (domain::ApiKey, String)) -> Self {
        Self { api_key: ApiKey(key), secret }
    }
}

/// Who asks.
pub struct Viewer(pub Caller);

/// Whoever asks: a person, a key, or a stranger.
#[Object]
impl Viewer {
    /// The person; null for a key and for strangers.
    async fn user(&self, ctx: &Context<'_>) -> Option<Result<User>> {
        let id = self.0.person()?;
        let found = ctx.app().users_seen(&self.0, &[id]).await;
        found.map(|mut found| found.pop().map(User)).map_err(ApiError::from).transpose()
    }

    /// The key; null for people and strangers.
    async fn api_key(&self, ctx: &Context<'_>) -> Option<Result<ApiKey>> {
        let Caller::Known(known) = &self.0 else { return None };
        let found = ctx.app().api_keys_seen(&self.0, &[known.key?]).await;
        found.map(|mut found| found.pop().map(ApiKey)).map_err(ApiError::from).transpose()
    }

    /// What you may do now. Of a key: what its owner could still grant.
    #[graphql(complexity = "3 * child_complexity + 1")]
    async fn grants(&self) -> Vec<Grant> {
        grants(self.0.grants())
    }

    /// What a request of yours may cost.
    async fn limits(&self, ctx: &Context<'_>) -> RequestLimits {
        let limits: &limits::RequestLimits = ctx.data_unchecked();
        let is_stranger = self.0 == Caller::Anonymous;
        RequestLimits {
            max_complexity: limits.max_complexity,
            max_depth: limits.max_depth,
            max_aliases: limits.max_aliases,
            max_page_size: limits.max_page_size,
            max_body_bytes: limits.max_body_bytes,
            max_import_rows: i32::try_from(REQUEST_ROWS).unwrap_or(i32::MAX),
            requests_per_minute: if is_stranger {
                limits.strangers_requests_per_minute
            } else {
                limits.callers_requests_per_minute
            },
        }
    }
}

/// What one request, and all of a minute, may cost.
#[derive(SimpleObject)]
pub struct RequestLimits {
    /// Cost of one operation: a field is one, a list multiplies what is selected in it by its page's size.
    max_complexity: i32,
    /// Levels of fields within one another.
    max_depth: i32,
    /// Aliases of one operation, fragments expanded.
    max_aliases: i32,
    /// Entries of one page.
    max_page_size: i32,
    /// Bytes of a request's body.
    max_body_bytes: i32,
    /// Rows of a file that `importFile` takes.
    max_import_rows: i32,
    /// Requests a minute; costly ones count as several.
    requests_per_minute: i32,
}

/// What someone gets who signs in.
pub struct Session(pub app::sessions::Session);

/// A sign-in: tokens, and who you are with them.
#[Object]
impl Session {
    /// To be sent with every request, as `authorization: Bearer …`.
    async fn access_token(&self) -> &str {
        &self.0.access_token
    }

    /// Until when it is good: a quarter of an hour from now. Exchange the refresh token before.
    async fn access_token_expires_at(&self) -> DateTime {
        self.0.access_token_expires_at.into()
    }

    /// To be exchanged for the next session within thirty days, by `refreshSession`. It works once: sent a second time it ends
    /// the whole sign-in, since somebody has a copy of it. Where an answer was lost, send it again within ten seconds.
    async fn refresh_token(&self) -> &str {
        &self.0.refresh_token
    }

    /// Who you are with it.
    async fn viewer(&self) -> Viewer {
        Viewer(self.0.caller.clone())
    }
}

/// That a link to choose another password was asked for. Whether anyone has the address is not said.
#[derive(SimpleObject)]
pub struct PasswordResetRequest {
    /// The address, as it was given.
    pub email: String,
}

/// Someone new, and the link by which they choose a password; it is sent to them too.
#[derive(SimpleObject)]
pub struct Invitation {
    /// What `acceptInvitation` takes, once.
    token: String,
    /// Until when it works.
    expires_at: DateTime,
    /// Who is invited.
    user: User,
}

impl From<app::people::Invitation> for Invitation {
    fn from(invitation: app::people::Invitation) -> Self {
        Self {
            token: invitation.token,
            expires_at: invitation.expires_at.into(),
            user: User(invitation.user),
        }
    }
}

/// A page of users.
pub struct UserConnection(Arc<Slice<domain::User>>);

impl UserConnection {
    /// Those whom the caller may see.
    pub async fn read(ctx: &Context<'_>, page: &Page) -> Result<Self> {
        Ok(Self(Arc::new(ctx.app().users(ctx.caller(), page).await?)))
    }
}

/// A page of users.
#[Object]
impl UserConnection {
    /// The page's users with their cursors.
    async fn edges(&self) -> Vec<ListEdge<User>> {
        edges(&self.0, User)
    }

    /// The page's users.
    async fn nodes(&self) -> Vec<User> {
        nodes(&self.0, User)
    }

    /// Where the page ends.
    async fn page_info(&self) -> PageInfo {
        PageInfo::of(&self.0)
    }

    /// How many there are in all; counted only where it is asked for.
    async fn total_count(&self, ctx: &Context<'_>) -> Result<i32> {
        Ok(total(ctx.app().count_users(ctx.caller()).await?))
    }
}

/// A page of keys.
pub struct ApiKeyConnection(Arc<Slice<domain::ApiKey>>);

impl ApiKeyConnection {
    /// Those that the caller may see.
    pub async fn read(ctx: &Context<'_>, page: &Page) -> Result<Self> {
        Ok(Self(Arc::new(ctx.app().api_keys(ctx.caller(), page).await?)))
    }
}

/// A page of keys.
#[Object]
impl ApiKeyConnection {
    /// The page's keys with their cursors.
    async fn edges(&self) -> Vec<ListEdge<ApiKey>> {
        edges(&self.0, ApiKey)
    }

    /// The page's keys.
    async fn nodes(&self) -> Vec<ApiKey> {
        nodes(&self.0, ApiKey)
    }

    /// Where the page ends.
    async fn page_info(&self) -> PageInfo {
        PageInfo::of(&self.0)
    }

    /// How many there are in all; counted only where it is asked for.
    async fn total_count(&self, ctx: &Context<'_>) -> Result<i32> {
        Ok(total(ctx.app().count_api_keys(ctx.caller()).await?))
    }
}
