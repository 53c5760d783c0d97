//! The API: types, inputs, loaders, errors; newtypes over domain types, never over entities. Resolvers parse, ask a
//! use-case, and wrap what it returns. Before a document runs it keeps to a budget, and after it ran every error has a
//! code.

mod actor_inputs;
mod actors;
mod application_roots;
mod applications;
pub mod budget;
mod budgets;
mod call_inputs;
mod calls;
mod cards;
mod centralities;
mod changes;
mod collective_inputs;
mod collective_mutations;
mod collectives;
mod connection;
mod contacts;
mod context;
mod contributions;
mod coverage;
pub mod demo;
mod diagnoses;
mod diagnosis_inputs;
mod diagnosis_roots;
mod duplicates;
mod ecosystem;
mod ecosystem_change;
mod ecosystem_parts;
pub mod edge;
mod enums;
mod erasure;
mod error;
mod exchange_inputs;
mod exchanges;
mod exports;
mod facets;
pub mod filters;
mod history;
pub mod ids;
mod imports;
mod indicators;
mod interaction_inputs;
mod interactions;
mod knowledge_inputs;
mod knowledge_roots;
mod lessons;
mod library;
mod loaders;
mod maps;
mod maturity;
mod memberships;
mod moderation;
mod mutation;
mod node;
pub mod omitted;
mod orientations;
mod people;
mod people_roots;
mod permissions;
mod practices;
mod project_inputs;
mod project_matrix;
mod project_roots;
mod projects;
mod query;
mod replications;
mod resource_people;
mod scalars;
mod search;
mod shapes;
pub mod subscription;
mod suggestions;
mod support;
mod support_inputs;
mod swot;
mod territories;
mod territory_inputs;
mod vocabulary;
mod worklist;
mod workshops;

use async_graphql::dataloader::DataLoader;
use async_graphql::{Request, SDLExportOptions};

use self::budget::Limits;
use self::context::{Instant, Listed};
use self::loaders::{Reader, Spawner, Turns};
use self::mutation::Mutation;
use self::node::Node;
use self::query::Query;
use self::subscription::SubscriptionRoot;
use crate::app::App;
use crate::domain::caller::{Caller, ClientAddress};
use crate::domain::limits::RequestLimits;
use crate::domain::policy::Visibility;

/// The schema.
pub type Schema = async_graphql::Schema<Query, Mutation, SubscriptionRoot>;

/// The schema within these limits, of which clients are told those that are published.
pub fn schema(limits: &Limits, published: RequestLimits) -> Schema {
    builder().limit_complexity(limits.complexity).data(published).finish()
}

/// The schema's definition, in an order that does not change.
pub fn sdl() -> String {
    let options = SDLExportOptions::new().sorted_fields().sorted_arguments().sorted_enum_items();
    builder().finish().sdl_with_options(options)
}

fn builder() -> async_graphql::SchemaBuilder<Query, Mutation, SubscriptionRoot> {
    Schema::build(Query::default(), Mutation::default(), SubscriptionRoot)
        .register_output_type::<Node>()
        .limit_recursive_depth(60)
        .disable_suggestions()
}

/// A request with all that its resolvers need: the use-cases, who sends it, and from where.
pub fn prepare(request: Request, app: App, caller: Caller, client: ClientAddress) -> Request {
    let now = Instant(app.clock.look());
    let reader = Reader { app: app.clone(), visibility: Visibility::of(&caller), caller: caller.clone() };
    let loader = DataLoader::new(reader, Spawner::current(), Turns);
    request.data(app).data(caller).data(client).data(now).data(loader).data(Listed::default())
}
