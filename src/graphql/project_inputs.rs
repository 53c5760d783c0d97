//! What clients say of projects: references, filters, inputs of mutations.

use async_graphql::{Context, ID, InputObject, MaybeUndefined, OneofObject};

use super::actor_inputs::{bounded, enums, search_text};
use super::context::ContextExt;
use super::enums::Dynamic;
use super::error::Result;
use super::ids::id_of;
use super::scalars::{Date, edit, read, read_edit};
use super::territory_inputs::{TerritoryRef, TerritoryScope, refs};
use crate::app::projects::ProjectInput;
use crate::domain::edit::Edit;
use crate::domain::error::Violations;
use crate::domain::ids::{ActorId, CollectiveId, OrientationId, ProjectId};
use crate::domain::listings::{ProjectAnchor, ProjectListing};
use crate::domain::projects as domain;
use crate::domain::{sdgs, themes};

/// How a project is named.
#[derive(OneofObject)]
pub enum ProjectRef {
    /// By its id.
    Id(ID),
    /// By its slug.
    Slug(String),
}

impl From<ProjectRef> for domain::ProjectRef {
    fn from(by: ProjectRef) -> Self {
        match by {
            ProjectRef::Id(id) => Self::Id(id_of::<ProjectId>(&id)),
            ProjectRef::Slug(slug) => Self::Slug(slug.replace('\0', "")),
        }
    }
}

/// Which projects to list. Everything given must hold; an empty list asks nothing.
#[derive(InputObject, Default)]
pub struct ProjectFilter {
    /// Words of the title or summary: accents, case and hyphens do not matter, typing errors are forgiven.
    text: Option<String>,
    /// With one of these themes, by slug; narrower themes count.
    themes: Option<Vec<String>>,
    /// Serving one of these goals, 1 to 17.
    sdgs: Option<Vec<i32>>,
    /// Part of one of these dynamics.
    dynamics: Option<Vec<Dynamic>>,
    /// Taking place there; the basis says nothing of projects.
    territory: Option<TerritoryScope>,
    /// Led by this actor, or with it as a partner.
    actor: Option<ID>,
}

/// What a list of projects asks, checked, its territories found.
pub async fn project_listing(
    ctx: &Context<'_>,
    filter: Option<ProjectFilter>,
    anchor: Option<ProjectAnchor>,
) -> Result<ProjectListing> {
    let mut found = Violations::default();
    let given = filter.unwrap_or_default();
    let goals = bounded(given.sdgs.unwrap_or_default(), "filter.sdgs", &mut found);
    let mut filter = domain::ProjectFilter {
        text: search_text(given.text, "filter.text", &mut found),
        themes: themes::parse("filter.themes", given.themes.unwrap_or_default(), &mut found),
        sdgs: sdgs::parse("filter.sdgs", &goals, &mut found),
        dynamics: enums(given.dynamics, "filter.dynamics", &mut found),
        territory: given.territory.map(TerritoryScope::read),
        actor: given.actor.map(|id| id_of::<ActorId>(&id)),
    };
    found.into_result(())?;
    let scope = filter.territory.iter_mut();
    let places = scope.map(|scope| ("filter.territory.territory".to_owned(), &mut scope.territory)).collect();
    ctx.app().resolve(places).await?;
    ctx.app().lead(filter.actor.iter_mut().collect()).await?;
    ctx.app().mend(&mut filter.text).await?;
    Ok(ProjectListing { filter, anchor, visibility: ctx.visibility() })
}

fn actors(given: Vec<ID>, path: &str, found: &mut Violations) -> Vec<ActorId> {
    bounded(given, path, found).iter().map(id_of::<ActorId>).collect()
}

fn orientations(given: Vec<ID>, found: &mut Violations) -> Vec<OrientationId> {
    bounded(given, "input.orientations", found).iter().map(id_of::<OrientationId>).collect()
}

fn dynamics(given: Vec<Dynamic>, found: &mut Violations) -> Vec<domain::Dynamic> {
    bounded(given, "input.dynamics", found).into_iter().map(Into::into).collect()
}

/// A new project.
#[derive(InputObject)]
pub struct CreateProjectInput {
    /// A key of your choice, 1 to 200 characters: sent again by the same caller it returns the same project, created once.
    pub client_key: Option<String>,
    /// Its title, at most 300 characters.
    title: String,
    /// What it is about.
    summary: Option<String>,
    /// Who carries it: an actor that you edit, or that is within your territories.
    pub lead: ID,
    /// Who carries it with the lead, in order.
    partners: Option<Vec<ID>>,
    /// The collective that it is of; its lead must be a member.
    collective: Option<ID>,
    /// Where it takes place.
    territories: Option<Vec<TerritoryRef>>,
    /// Slugs of its themes.
    themes: Option<Vec<String>>,
    /// Number of the goal that it serves first, 1 to 17.
    primary_sdg: Option<i32>,
    /// Numbers of its goals, 1 to 17; the first one is added.
    sdgs: Option<Vec<i32>>,
    /// The cross-cutting dynamics that it is part of.
    dynamics: Option<Vec<Dynamic>>,
    /// Those whom it is for, as free tags.
    audiences: Option<Vec<String>>,
    /// Its first day.
    starts_on: Option<Date>,
    /// Its last day.
    ends_on: Option<Date>,
    /// Ids of the orientations of shared diagnoses that it serves.
    orientations: Option<Vec<ID>>,
}

impl CreateProjectInput {
    /// Checks what can be checked without the database.
    pub fn read(self, found: &mut Violations) -> ProjectInput {
        ProjectInput {
            edit: domain::ProjectEdit {
                title: Edit::Set(self.title),
                summary: Edit::given(self.summary),
                partners: Edit::given(self.partners).map(|given| actors(given, "input.partners", found)),
                collective: Edit::given(self.collective).map(|id| id_of::<CollectiveId>(&id)),
                themes: Edit::given(self.themes),
                primary_sdg: Edit::given(self.primary_sdg),
                sdgs: Edit::given(self.sdgs).map(|given| bounded(given, "input.sdgs", found)),
                dynamics: Edit::given(self.dynamics).map(|given| dynamics(given, found)),
                audiences: Edit::given(self.audiences),
                starts_on: Edit::given(read(self.starts_on.as_ref(), "input.startsOn", found)),
                ends_on: Edit::given(read(self.ends_on.as_ref(), "input.endsOn", found)),
                orientations: Edit::given(self.orientations).map(|given| orientations(given, found)),
                ..domain::ProjectEdit::default()
            },
            territories: Edit::given(self.territories).map(|given| refs(given, "input.territories", found)),
        }
    }
}

/// A change of a project: a field left out stays, and null clears.
#[derive(InputObject)]
pub struct UpdateProjectInput {
    /// Its title, at most 300 characters.
    title: MaybeUndefined<String>,
    /// What it is about.
    summary: MaybeUndefined<String>,
    /// Who carries it: an actor that you edit, or that is within your territories.
    lead: MaybeUndefined<ID>,
    /// Who carries it with the lead, in order: all of them.
    partners: MaybeUndefined<Vec<ID>>,
    /// The collective that it is of; its lead must be a member.
    collective: MaybeUndefined<ID>,
    /// Where it takes place: all of it.
    territories: MaybeUndefined<Vec<TerritoryRef>>,
    /// Slugs of its themes: all of them.
    themes: MaybeUndefined<Vec<String>>,
    /// Number of the goal that it serves first, 1 to 17.
    primary_sdg: MaybeUndefined<i32>,
    /// Numbers of its goals, 1 to 17: all of them; the first one is added.
    sdgs: MaybeUndefined<Vec<i32>>,
    /// The cross-cutting dynamics that it is part of: all of them.
    dynamics: MaybeUndefined<Vec<Dynamic>>,
    /// Those whom it is for, as free tags: all of them.
    audiences: MaybeUndefined<Vec<String>>,
    /// Its first day.
    starts_on: MaybeUndefined<Date>,
    /// Its last day.
    ends_on: MaybeUndefined<Date>,
    /// Ids of the orientations of shared diagnoses that it serves: all of them.
    orientations: MaybeUndefined<Vec<ID>>,
}

impl UpdateProjectInput {
    /// Checks what can be checked without the database.
    pub fn read(self, found: &mut Violations) -> ProjectInput {
        ProjectInput {
            edit: domain::ProjectEdit {
                title: edit(self.title),
                summary: edit(self.summary),
                lead: edit(self.lead).map(|id| id_of::<ActorId>(&id)),
                partners: edit(self.partners).map(|given| actors(given, "input.partners", found)),
                collective: edit(self.collective).map(|id| id_of::<CollectiveId>(&id)),
                themes: edit(self.themes),
                primary_sdg: edit(self.primary_sdg),
                sdgs: edit(self.sdgs).map(|given| bounded(given, "input.sdgs", found)),
                dynamics: edit(self.dynamics).map(|given| dynamics(given, found)),
                audiences: edit(self.audiences),
                starts_on: read_edit(self.starts_on, "input.startsOn", found),
                ends_on: read_edit(self.ends_on, "input.endsOn", found),
                orientations: edit(self.orientations).map(|given| orientations(given, found)),
                ..domain::ProjectEdit::default()
            },
            territories: edit(self.territories).map(|given| refs(given, "input.territories", found)),
        }
    }
}
