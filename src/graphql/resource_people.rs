//! Persons that collectives want to bring in, as clients read and write them.

use async_graphql::{Context, Description, ID, InputObject, Object};

use super::actor_inputs::bounded;
use super::actors::Actor;
use super::context::ContextExt;
use super::enums::Visibility;
use super::error::{ApiError, Result};
use super::ids::{global_id, id_of};
use crate::app::resource_people as people_input;
use crate::domain::error::Violations;
use crate::domain::ids::{ActorId, ResourcePersonId};
use crate::domain::resource_people;

/// A person that a collective wants to bring in. Personal data: shown by visibility, erased when taken off the list.
#[derive(Description)]
pub struct ResourcePerson(pub resource_people::ResourcePerson);

#[Object(use_type_description)]
impl ResourcePerson {
    /// Opaque and the same for life.
    async fn id(&self) -> ID {
        global_id(self.0.id)
    }

    /// How the person is called.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// Why them.
    async fn reason(&self) -> Option<&str> {
        self.0.reason.as_deref()
    }

    /// Where they are to be found; null where that is not said, or you may not see it.
    async fn actor(&self, ctx: &Context<'_>) -> Option<Result<Actor>> {
        let found = ctx.loader().load_one(self.0.actor?).await;
        found.map(|found| found.map(Actor)).map_err(ApiError::from).transpose()
    }

    /// Whether someone has spoken to them.
    async fn approached(&self) -> bool {
        self.0.approached
    }

    /// To whom the person is shown.
    async fn visibility(&self) -> Visibility {
        self.0.visibility.into()
    }
}

/// A person to bring in. With its id it stays the same one; one that is left out of the list is erased.
#[derive(InputObject)]
pub struct ResourcePersonInput {
    /// Its id, where it is on the list already.
    id: Option<ID>,
    /// How the person is called.
    name: String,
    /// Why them.
    reason: Option<String>,
    /// Where they are to be found.
    actor: Option<ID>,
    /// Whether someone has spoken to them.
    #[graphql(default = false)]
    approached: bool,
    /// To whom the person is shown.
    #[graphql(default_with = "Visibility::Managers")]
    visibility: Visibility,
}

/// Persons of a list.
pub fn people(
    given: Vec<ResourcePersonInput>,
    found: &mut Violations,
) -> Vec<people_input::ResourcePersonInput> {
    let person = |person: ResourcePersonInput| people_input::ResourcePersonInput {
        id: person.id.as_ref().map(id_of::<ResourcePersonId>),
        name: person.name,
        reason: person.reason,
        actor: person.actor.as_ref().map(id_of::<ActorId>),
        approached: person.approached,
        visibility: person.visibility.into(),
    };
    bounded(given, "people", found).into_iter().map(person).collect()
}
