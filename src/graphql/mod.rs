//! The API: types, inputs, loaders, errors; newtypes over domain types, never over entities. Resolvers parse, ask a
//! use-case, and wrap what it returns. Before a document runs it keeps to a budget, and after it ran every error has a
//! code.

mod actor_inputs;
mod actors;
pub mod budget;
mod call_inputs;
mod calls;
mod cards;
mod collective_inputs;
mod collective_mutations;
mod collectives;
mod connection;
mod context;
mod contributions;
pub mod edge;
mod enums;
mod error;
pub mod ids;
mod interaction_inputs;
mod interactions;
mod loaders;
mod maps;
mod maturity;
mod memberships;
mod mutation;
mod node;
pub mod omitted;
mod query;
mod resource_people;
mod scalars;
mod search;
mod shapes;
mod territories;
mod territory_inputs;
mod vocabulary;

use async_graphql::dataloader::DataLoader;
use async_graphql::runtime::{TokioSpawner, TokioTimer};
use async_graphql::{EmptySubscription, Request, SDLExportOptions};

use self::budget::Limits;
use self::context::Instant;
use self::loaders::Reader;
use self::mutation::Mutation;
use self::node::Node;
use self::query::Query;
use crate::app::App;
use crate::domain::caller::Caller;
use crate::domain::policy::Visibility;

/// The schema.
pub type Schema = async_graphql::Schema<Query, Mutation, EmptySubscription>;

/// The schema over these use-cases, within these limits.
pub fn schema(app: App, limits: &Limits) -> Schema {
    builder().limit_complexity(limits.complexity).data(app).finish()
}

/// The schema's definition, in an order that does not change.
pub fn sdl() -> String {
    let options = SDLExportOptions::new().sorted_fields().sorted_arguments().sorted_enum_items();
    builder().finish().sdl_with_options(options)
}

fn builder() -> async_graphql::SchemaBuilder<Query, Mutation, EmptySubscription> {
    Schema::build(Query::default(), Mutation::default(), EmptySubscription)
        .register_output_type::<Node>()
        .limit_recursive_depth(60)
        .disable_suggestions()
}

/// A request with all that its resolvers need.
pub fn prepare(request: Request, app: &App, caller: Caller) -> Request {
    let now = Instant(app.clock.now());
    let reader = Reader { app: app.clone(), visibility: Visibility::of(&caller) };
    let loader = DataLoader::new(reader, TokioSpawner::current(), TokioTimer::default());
    request.data(caller).data(now).data(loader)
}
