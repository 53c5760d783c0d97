//! Likely duplicates, mergers, and actors that are not to be listed.

use async_graphql::{ComplexObject, Context, ID, Object, SimpleObject};

use super::actors::Actor;
use super::context::ContextExt;
use super::enums::{DuplicateVerdict, Language};
use super::error::{ApiError, Result};
use super::ids::{global_id, id_of};
use crate::domain::duplicates as domain;
use crate::domain::ids::ActorId;
use crate::domain::language::Told;

/// An actor that looks like another.
#[derive(SimpleObject)]
#[graphql(complex)]
pub struct DuplicateCandidate {
    /// Which one.
    actor: Actor,
    /// What is thought of the two.
    verdict: DuplicateVerdict,
    /// How alike they are, from 0 to 1.
    score: f64,
    #[graphql(skip)]
    reasons: Vec<Told>,
}

#[ComplexObject]
impl DuplicateCandidate {
    /// Why, in words for people.
    async fn reasons(
        &self,
        #[graphql(desc = "The language of the reasons.", default_with = "Language::Fr")] language: Language,
    ) -> Vec<&str> {
        self.reasons.iter().map(|why| why.as_told(language.into())).collect()
    }
}

impl DuplicateCandidate {
    /// Candidates with their actors; those that went meanwhile are left out.
    pub async fn all(ctx: &Context<'_>, found: Vec<domain::DuplicateCandidate>) -> Result<Vec<Self>> {
        let actors = ctx.loader().load_many(found.iter().map(|candidate| candidate.actor)).await?;
        let candidate = |candidate: domain::DuplicateCandidate| {
            Some(Self {
                actor: Actor(actors.get(&candidate.actor)?.clone()),
                verdict: candidate.verdict.into(),
                score: candidate.score,
                reasons: candidate.reasons,
            })
        };
        Ok(found.into_iter().filter_map(candidate).collect())
    }
}

/// What looks alike.
#[derive(Default)]
pub struct DuplicateQuery;

#[Object]
impl DuplicateQuery {
    /// Actors that look like this one: of the same registration, or near in name and place. The surest first, those that
    /// are linked to it but two last, 20 at most; null where the actor is absent or not to be seen. For whoever is signed in.
    #[graphql(complexity = "20 * child_complexity + 10")]
    async fn duplicates_of(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The actor's id.")] id: ID,
    ) -> Option<Result<Vec<DuplicateCandidate>>> {
        let found = async {
            let id = id_of::<ActorId>(&id);
            let (app, caller) = (ctx.app(), ctx.caller());
            let mut found = app.likely_duplicates_of(caller, &[id]).await?.remove(&id);
            if found.is_none() {
                // Where it was merged into another, that one is meant.
                let Some(survivor) = ctx.loader().load_one(id).await? else { return Ok(None) };
                found = Some(app.likely_duplicates(caller, survivor.id).await?);
            }
            DuplicateCandidate::all(ctx, found.unwrap_or_default()).await.map(Some)
        };
        found.await.transpose()
    }
}

/// What makes one of two, or keeps two apart.
#[derive(Default)]
pub struct DuplicateMutation;

#[Object]
impl DuplicateMutation {
    /// Makes one of two actors: the one that is kept takes over the other's interactions, calls, registrations, areas,
    /// origins, contacts, suggestions and editors, and what it does not say itself; the other's id and slug lead to it from
    /// then on. Interactions that become the same are put together. Refused with CONFLICT where one is archived, where an
    /// interaction links the two, and where they were judged distinct.
    async fn merge_actors(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Id of the actor to keep.")] keep: ID,
        #[graphql(desc = "Its version that you have read; another one now is refused with code CONFLICT.")]
        keep_version: i32,
        #[graphql(desc = "Id of the actor that it takes over.")] merge: ID,
        #[graphql(desc = "Its version that you have read; another one now is refused with code CONFLICT.")]
        merge_version: i32,
    ) -> Option<Result<Actor>> {
        let (keep, merge) =
            ((id_of::<ActorId>(&keep), keep_version), (id_of::<ActorId>(&merge), merge_version));
        let merged = ctx.app().merge_actors(ctx.caller(), keep, merge).await;
        Some(merged.map(Actor).map_err(ApiError::from))
    }

    /// Keeps that two actors that look alike are two, and returns both: nothing offers to merge them again.
    async fn mark_distinct(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Id of one actor.")] a: ID,
        #[graphql(desc = "Id of the other.")] b: ID,
    ) -> Option<Result<Vec<Actor>>> {
        let marked = ctx.app().mark_distinct(ctx.caller(), id_of::<ActorId>(&a), id_of::<ActorId>(&b)).await;
        Some(marked.map(|both| both.into_iter().map(Actor).collect()).map_err(ApiError::from))
    }

    /// Takes an actor that asked not to be listed out of everything, with its interactions, for everyone but administrators;
    /// imports leave it out from then on, also under another source. Returns its id.
    async fn suppress_actor(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Its id.")] id: ID,
        #[graphql(desc = "The version that you have read; another one now is refused with code CONFLICT.")]
        expected_version: i32,
        #[graphql(desc = "Why; it is kept in the history.")] reason: String,
    ) -> Option<Result<ID>> {
        let suppressed =
            ctx.app().suppress_actor(ctx.caller(), id_of::<ActorId>(&id), expected_version, &reason).await;
        Some(suppressed.map(global_id).map_err(ApiError::from))
    }

    /// Lets a suppressed actor be listed again: it is what it was. For administrators.
    async fn unsuppress_actor(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Its id.")] id: ID,
    ) -> Option<Result<Actor>> {
        let actor = ctx.app().unsuppress_actor(ctx.caller(), id_of::<ActorId>(&id)).await;
        Some(actor.map(Actor).map_err(ApiError::from))
    }
}
