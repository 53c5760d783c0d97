//! Questions of every list, map and search.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::words::{
    ACTOR_KINDS, INTERACTION_KINDS, Json, TERRITORY_KINDS, Words, all, flag, list, most, some, word,
};

/// A document and its variables.
#[derive(Clone, Debug)]
pub struct Question {
    /// The document.
    pub query: &'static str,
    /// Its variables.
    pub variables: Value,
}

const STATUSES: &[&str] = &["ARCHIVED", "DRAFT", "PUBLISHED", "REJECTED", "SUBMITTED"];
const LEVELS: &[&str] =
    &["ACQUAINTANCE", "CONSULTATION", "COORDINATION", "CO_AUTHORSHIP", "INFORMATION", "PARTNERSHIP"];

/// Lists of the whole directory, with the type of their filter and order.
pub const ACTORS: &str = "query($filter: ActorFilter, $orderBy: ActorOrder, $first: Int, $last: Int, $after: String, $before: String) {
    list: actors(filter: $filter, orderBy: $orderBy, first: $first, last: $last, after: $after, before: $before) {
        totalCount nodes { id } edges { cursor } pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
        facets { kinds { kind count } themes { count } sdgs { count } territories(kind: COMMUNE) { count } } } }";
/// Interactions.
pub const INTERACTIONS: &str = "query($filter: InteractionFilter, $first: Int, $last: Int, $after: String, $before: String) {
    list: interactions(filter: $filter, first: $first, last: $last, after: $after, before: $before) {
        totalCount nodes { id } edges { cursor } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }";
/// Territories.
pub const TERRITORIES: &str = "query($filter: TerritoryFilter, $first: Int, $last: Int, $after: String, $before: String) {
    list: territories(filter: $filter, first: $first, last: $last, after: $after, before: $before) {
        totalCount nodes { id } edges { cursor } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }";
/// Calls.
pub const CALLS: &str = "query($filter: CallFilter, $orderBy: CallOrder, $first: Int, $last: Int, $after: String, $before: String) {
    list: calls(filter: $filter, orderBy: $orderBy, first: $first, last: $last, after: $after, before: $before) {
        totalCount nodes { id } edges { cursor } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }";
const SEARCH: &str =
    "query($text: String!, $kinds: [SearchKind!], $territory: TerritoryScope, $first: Int, $after: String) {
    search(text: $text, kinds: $kinds, territory: $territory, first: $first, after: $after) {
        edges { cursor score context highlight node { __typename } } pageInfo { hasNextPage endCursor } } }";
const TERRITORY: &str = "query($by: TerritoryRef!, $of: ActorFilter, $with: InteractionFilter, $calls: CallFilter, $order: ActorOrder,
        $first: Int, $last: Int, $after: String, $basis: TerritoryBasis, $scope: InteractionScope, $kinds: [TerritoryKind!],
        $tolerance: Float) {
    territory(by: $by) { boundary(toleranceMetres: $tolerance) intersecting(kinds: $kinds) { share }
        actors(filter: $of, orderBy: $order, last: $last, after: $after, basis: $basis) { totalCount nodes { name } }
        interactions(filter: $with, first: $first, after: $after, scope: $scope) { totalCount nodes { kind } }
        calls(filter: $calls, first: $first) { nodes { title } } children(kinds: $kinds, first: $first) { nodes { name } } } }";
const MAP: &str = "query($by: TerritoryRef!, $zoom: Float, $bbox: BoundingBoxInput, $asOf: Date, $limit: Int, $key: Int,
        $of: ActorFilter, $with: InteractionFilter) {
    territory(by: $by) { map(zoom: $zoom, bbox: $bbox, asOf: $asOf, limit: $limit, filter: $of, interactions: $with) {
        actorCount unlocatedCount interactionCount endedCount truncated bbox { west } geojson
        nodes { key actorCount point { longitude } } links { source weight } keyActors(first: $key) { rank } } } }";
const ACTOR: &str = "query($by: ActorRef!, $of: ActorFilter, $with: InteractionFilter, $first: Int, $after: String) {
    actor(by: $by) { name territories { name } partners(filter: $of, first: $first, after: $after) { totalCount nodes { name } }
        interactions(filter: $with, last: $first, before: $after) { totalCount nodes { kind } } } }";
const LOCATE: &str = "query($longitude: Float!, $latitude: Float!, $kinds: [TerritoryKind!]) {
    locate(longitude: $longitude, latitude: $latitude, kinds: $kinds) { kind answer distanceToBorderMetres territories { name } } }";
const NODES: &str =
    "query($ids: [ID!]!, $id: ID!, $slug: String) { nodes(ids: $ids) { id __typename } node(id: $id) { id }
    interaction(id: $id) { id } themes(under: $slug) { slug } }";

impl Words {
    fn scope(&self) -> Json {
        all(vec![
            ("territory", self.territory()),
            ("direction", word(&["DOWN", "UP", "BOTH"])),
            ("basis", word(&["ANY", "SEAT", "AREA"])),
        ])
    }

    /// A filter of actors.
    pub fn actor_filter(&self) -> Json {
        let near = all(vec![
            ("longitude", self.float(-5.0..9.0)),
            ("latitude", self.float(41.0..51.0)),
            ("radiusKm", self.float(0.1..900.0)),
        ]);
        let leaf = vec![
            ("text", self.text()),
            ("kinds", list(word(ACTOR_KINDS))),
            ("themes", self.some_themes()),
            ("sdgs", list(self.int(1..=17))),
            ("audiences", list(self.text())),
            ("territory", self.scope()),
            ("bbox", self.bbox()),
            ("near", near),
            ("hasLocation", flag()),
            ("interactsWith", self.id(&self.actors)),
            ("statuses", list(word(STATUSES))),
            ("updatedSince", self.instant()),
            ("verifiedSince", self.date()),
        ];
        let depth = if self.hostile { 10 } else { 3 };
        some(leaf.clone())
            .prop_recursive(depth, 12, 3, move |inner| {
                let parts = prop::collection::vec(inner.clone(), 0..3).prop_map(Value::from).boxed();
                let mut fields = leaf.clone();
                fields.extend([("and", parts.clone()), ("or", parts), ("not", inner.boxed())]);
                some(fields)
            })
            .boxed()
    }

    /// A filter of interactions.
    pub fn interaction_filter(&self) -> Json {
        some(vec![
            ("kinds", list(word(INTERACTION_KINDS))),
            ("minLevel", word(LEVELS)),
            ("minIntensity", self.int(1..=5)),
            ("themes", self.some_themes()),
            ("actor", self.id(&self.actors)),
            ("between", self.actor_filter()),
            ("territory", self.scope()),
            ("activeOn", self.date()),
            ("confirmation", list(word(&["CONFIRMED", "DECLARED", "DISPUTED"]))),
            ("updatedSince", self.instant()),
        ])
    }

    /// A filter of calls.
    pub fn call_filter(&self) -> Json {
        some(vec![
            ("closingWithinDays", self.int(0..=3650)),
            ("organiser", self.id(&self.actors)),
            ("phases", list(word(&["ARCHIVED", "CLOSED", "DRAFT", "OPEN", "UPCOMING"]))),
            ("sdgs", list(self.int(1..=17))),
            ("territory", self.scope()),
            ("text", self.text()),
            ("themes", self.some_themes()),
            ("tracks", list(word(&["COLLECTIVE_PROJECT", "INDIVIDUAL_PROJECT", "SMALL_COLLECTIVE"]))),
        ])
    }

    /// A filter of territories.
    pub fn territory_filter(&self) -> Json {
        some(vec![
            ("bbox", self.bbox()),
            ("kinds", list(word(TERRITORY_KINDS))),
            ("text", self.text()),
            ("validOn", self.date()),
            ("within", self.territory()),
        ])
    }

    /// An order of actors; with hostile words also those that ask for more than there is.
    pub fn actor_order(&self) -> Json {
        let fields: &[&str] = if self.hostile {
            &["CREATED_AT", "DISTANCE", "NAME", "RELEVANCE", "UPDATED_AT"]
        } else {
            &["CREATED_AT", "NAME", "UPDATED_AT"]
        };
        all(vec![("field", word(fields)), ("direction", word(&["ASC", "DESC"]))])
    }

    /// An order of calls.
    pub fn call_order() -> Json {
        let fields = word(&["CLOSES_AT", "OPENS_AT", "TITLE", "UPDATED_AT"]);
        all(vec![("field", fields), ("direction", word(&["ASC", "DESC"]))])
    }

    fn paged(&self, mut fields: Vec<(&'static str, Json)>) -> Json {
        fields.extend([
            ("first", self.int(0..=100)),
            ("last", self.int(0..=100)),
            ("after", self.cursor()),
            ("before", self.cursor()),
        ]);
        prop_oneof![some(fields.clone()), most(fields)].boxed()
    }

    /// Any question.
    pub fn question(&self) -> BoxedStrategy<Question> {
        let scalar = Just(json!(null)).boxed();
        let ask = |query: &'static str, variables: Json| {
            variables.prop_map(move |variables| Question { query, variables }).boxed()
        };
        let (of, with, by) = (self.actor_filter(), self.interaction_filter(), self.territory());
        let map = vec![
            ("zoom", self.float(0.0..24.0)),
            ("bbox", self.bbox()),
            ("asOf", self.date()),
            ("limit", self.int(1..=10_000)),
            ("key", self.int(0..=100)),
            ("of", of.clone()),
            ("with", with.clone()),
            ("by", by.clone()),
        ];
        let territory = vec![
            ("by", by),
            ("of", of.clone()),
            ("with", with.clone()),
            ("calls", self.call_filter()),
            ("order", self.actor_order()),
            ("basis", word(&["ANY", "SEAT", "AREA"])),
            ("scope", word(&["ALL", "INTERNAL", "CROSSING"])),
            ("kinds", list(word(TERRITORY_KINDS))),
            ("tolerance", self.float(0.0..1e7)),
        ];
        let by = some(vec![
            ("id", self.id(&self.actors)),
            ("slug", self.text()),
            (
                "registration",
                all(vec![("scheme", word(&["RNA", "SIREN", "SIRET", "OTHER"])), ("value", self.text())]),
            ),
        ]);
        let search = vec![
            ("text", self.text()),
            ("kinds", list(word(&["ACTOR", "CALL", "TERRITORY"]))),
            ("territory", self.scope()),
        ];
        let place = vec![
            ("longitude", self.float(-180.0..180.0)),
            ("latitude", self.float(-90.0..90.0)),
            ("kinds", list(prop_oneof![9 => word(TERRITORY_KINDS), 1 => scalar].boxed())),
        ];
        let ids =
            vec![("ids", list(self.id(&self.others))), ("id", self.id(&self.others)), ("slug", self.text())];
        prop_oneof![
            3 => ask(ACTORS, self.paged(vec![("filter", of.clone()), ("orderBy", self.actor_order())])),
            2 => ask(INTERACTIONS, self.paged(vec![("filter", with.clone())])),
            1 => ask(TERRITORIES, self.paged(vec![("filter", self.territory_filter())])),
            1 => ask(CALLS, self.paged(vec![("filter", self.call_filter()), ("orderBy", Self::call_order())])),
            2 => ask(SEARCH, self.paged(search)),
            2 => ask(TERRITORY, self.paged(territory)),
            2 => ask(MAP, most(map)),
            1 => ask(ACTOR, self.paged(vec![("by", by), ("of", of), ("with", with)])),
            1 => ask(LOCATE, most(place)),
            1 => ask(NODES, most(ids)),
        ]
        .boxed()
    }
}
