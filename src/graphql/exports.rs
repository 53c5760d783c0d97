//! Files that are taken away, as clients ask for them and follow them.

use async_graphql::{Context, Description, Enum, ID, Object};

use super::actor_inputs::{ActorFilter, actor_listing};
use super::context::ContextExt;
use super::error::{ApiError, Result};
use super::ids::{global_id, id_of};
use super::interaction_inputs::{InteractionFilter, interaction_filter};
use super::scalars::{Date, DateTime, Url, read};
use crate::domain::caller::ClientAddress;
use crate::domain::error::Violations;
use crate::domain::exports::{self as domain, Asked, Network};
use crate::domain::ids::ExportJobId;

/// What a file is.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "crate::domain::exports::ExportFormat")]
pub enum ExportFormat {
    /// Text in UTF-8 with a byte-order mark and `;` between cells; of a network a ZIP archive of two tables.
    Csv,
    /// An Excel workbook, with a sheet that says where the data comes from.
    Xlsx,
    /// GeoJSON (RFC 7946): actors as points and, of a network, interactions as lines.
    Geojson,
    /// A graph for networkx, igraph, Gephi, yEd or Cytoscape.
    Graphml,
    /// A graph for Gephi, with the time in which each interaction holds.
    Gexf,
    /// Organisations in the words of schema.org.
    Jsonld,
}

/// How far a file is.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "crate::domain::exports::ExportState")]
pub enum ExportState {
    /// It waits.
    Queued,
    /// It is being made.
    Running,
    /// It is at `url`.
    Done,
    /// There is none, and will be none: `error` says why.
    Failed,
}

/// A file that was asked for. It is there for whoever asked, for a day, and as long as their rights stay what they are.
#[derive(Clone, Description)]
pub struct ExportJob(pub domain::ExportJob);

#[Object(use_type_description)]
impl ExportJob {
    /// Opaque. Who asked without signing in finds the file by it: keep it to yourself.
    pub async fn id(&self) -> ID {
        global_id(self.0.id)
    }

    /// What the file is.
    async fn format(&self) -> ExportFormat {
        self.0.format.into()
    }

    /// How far it is. Ask again while it is QUEUED or RUNNING.
    async fn state(&self) -> ExportState {
        self.0.state.into()
    }

    /// How much of it is written, from 0 to 1.
    async fn progress(&self) -> f64 {
        self.0.progress()
    }

    /// How many entries are in it; null until it is done.
    async fn row_count(&self) -> Option<i32> {
        let done = self.0.state == domain::ExportState::Done;
        done.then(|| i32::try_from(self.0.total_rows).unwrap_or(i32::MAX))
    }

    /// Where the file is; null until it is done. Whoever has the address has the file, without signing in.
    async fn url(&self, ctx: &Context<'_>) -> Option<Url> {
        ctx.app().export_address(&self.0).map(|url| Url(url.to_string()))
    }

    /// Why there is no file; null unless it failed.
    async fn error(&self) -> Option<&str> {
        self.0.error.as_deref()
    }

    /// When file and job go.
    async fn expires_at(&self) -> Option<DateTime> {
        Some(self.0.expires_at.into())
    }

    /// When it was asked for.
    async fn created_at(&self) -> DateTime {
        self.0.created_at.into()
    }
}

/// Files that were asked for.
#[derive(Default)]
pub struct ExportQuery;

#[Object]
impl ExportQuery {
    /// A file that you asked for; null where it is absent, has expired, or is another's.
    async fn export_job(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Its id.")] id: ID,
    ) -> Option<Result<ExportJob>> {
        let found = ctx.app().export_job(ctx.caller(), id_of::<ExportJobId>(&id)).await;
        found.map(|found| found.map(ExportJob)).map_err(ApiError::from).transpose()
    }
}

/// Asking for files.
#[derive(Default)]
pub struct ExportMutation;

#[Object]
impl ExportMutation {
    /// Makes a file of the actors that match and that you may see, with licence and attribution; nobody needs to sign in. Up to
    /// 2,000 entries it is there at once, a larger one is made in the background: follow it by `exportJob`. At most 50,000
    /// entries without signing in, a million otherwise.
    #[graphql(complexity = "child_complexity + 50")]
    async fn export_actors(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only those that match.")] filter: Option<ActorFilter>,
        #[graphql(desc = "What the file is. GRAPHML and GEXF hold the actors as nodes without edges.")]
        format: ExportFormat,
    ) -> Option<Result<ExportJob>> {
        let made = async {
            let actors = actor_listing(ctx, filter, None, None).await?.filter;
            make(ctx, Asked { actors, network: None }, format).await
        };
        Some(made.await)
    }

    /// Makes a file of the actors that match and of the interactions between them, as far as you may see them; actors without
    /// an interaction are in it. Otherwise as `exportActors`.
    #[graphql(complexity = "child_complexity + 100")]
    async fn export_network(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only actors that match.")] filter: Option<ActorFilter>,
        #[graphql(desc = "Only interactions that match.")] interactions: Option<InteractionFilter>,
        #[graphql(
            desc = "Only interactions that hold on this day. Where it is left out, those that have ended too: each has its dates, and says whether it is active today."
        )]
        as_of: Option<Date>,
        #[graphql(desc = "What the file is.")] format: ExportFormat,
    ) -> Option<Result<ExportJob>> {
        let made = async {
            let mut found = Violations::default();
            let as_of = read(as_of.as_ref(), "asOf", &mut found);
            found.into_result(())?;
            let actors = actor_listing(ctx, filter, None, None).await?.filter;
            let interactions = interaction_filter(ctx, "interactions", interactions).await?;
            make(ctx, Asked { actors, network: Some(Network { interactions, as_of }) }, format).await
        };
        Some(made.await)
    }
}

async fn make(ctx: &Context<'_>, asked: Asked, format: ExportFormat) -> Result<ExportJob> {
    let client = ctx.data_unchecked::<ClientAddress>();
    Ok(ExportJob(ctx.app().export(ctx.caller(), *client, asked, format.into()).await?))
}
