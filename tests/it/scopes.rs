//! Wide territories and small ones are asked in different ways; either way the answer is the same.

use maillage::domain::ids::TerritoryId;
use maillage::graphql;
use maillage::graphql::budget::Limits;
use maillage::graphql::ids::global_id;
use maillage::http::State;
use serde_json::{Value, json};

use crate::support::entries::square;
use crate::support::{TestApp, data_of};

/// One database, read in both ways.
pub struct BothWays {
    /// Every territory as a wide one.
    pub wide: TestApp,
    /// Every territory as a small one.
    pub narrow: TestApp,
}

impl BothWays {
    /// The demo, with hidden locations, missing seats and entries of every status.
    pub async fn demo() -> Self {
        let test = TestApp::demo().await;
        let changes = [
            ("actors", "location_hidden = TRUE", "location_hidden OR longitude IS NULL", 30),
            ("actors", "status = 'DRAFT'", "FALSE", 15),
            ("actors", "status = 'ARCHIVED', archived_from = status", "status = 'DRAFT'", 10),
            ("actors", "seat_id = NULL", "seat_id IS NULL", 20),
            ("interactions", "status = 'DRAFT'", "FALSE", 15),
        ];
        for (place, (table, change, unless, most)) in changes.into_iter().enumerate() {
            let some = format!(
                "SELECT id FROM {table} WHERE NOT ({unless}) ORDER BY md5(id::text || {place}) LIMIT {most}"
            );
            test.execute(&format!("UPDATE {table} SET {change} WHERE id IN ({some})")).await;
        }
        let at = async |wide_from| {
            let test = TestApp::over(test.url(), |store| store.set_wide_from(wide_from)).await;
            let limits = Limits { complexity: 100_000, ..Limits::default() };
            test.with(|state| State {
                schema: graphql::schema(&limits, state.settings.published(&limits)),
                ..state
            })
        };
        let (wide, narrow) = (at(0).await, at(i64::MAX).await);
        Self { wide, narrow }
    }

    /// Everything that is no commune, communes with many actors and a few, and one with none.
    pub async fn territories(&self) -> Vec<String> {
        let actors = "SELECT count(*) FROM actors a WHERE a.seat_id = t.id";
        let rows = self
            .wide
            .rows(&format!(
                "SELECT t.id FROM territories t WHERE t.kind <> 'COMMUNE'
                 UNION ALL (SELECT t.id FROM territories t WHERE t.kind = 'COMMUNE' ORDER BY ({actors}) DESC, t.id LIMIT 5)
                 UNION ALL (SELECT t.id FROM territories t WHERE t.kind = 'COMMUNE' ORDER BY ({actors}), t.id LIMIT 1)"
            ))
            .await;
        let id = |row: &Value| row["id"].as_str().and_then(|id| id.parse().ok()).map(TerritoryId);
        rows.iter().filter_map(id).map(|id| global_id(id).to_string()).collect()
    }

    /// Asks both, as nobody or as an administrator; what they agree on.
    pub async fn agree(&self, admin: bool, query: &str, variables: &Value) -> Value {
        let ask = async |test: &TestApp| {
            if admin {
                test.ask_as_admin(query, variables.clone()).await
            } else {
                test.ask(query, variables.clone()).await
            }
        };
        let (wide, narrow) = tokio::join!(ask(&self.wide), ask(&self.narrow));
        assert_eq!(without_ids(&wide), without_ids(&narrow), "{admin} {variables:#} {query}");
        wide
    }
}

/// An answer without the ids of its errors' requests, which are never the same.
fn without_ids(answer: &Value) -> Value {
    let mut answer = answer.clone();
    for error in answer["errors"].as_array_mut().into_iter().flatten() {
        if let Some(extensions) = error["extensions"].as_object_mut() {
            extensions.remove("requestId");
        }
    }
    answer
}

const LISTED: &str = "totalCount nodes { id } pageInfo { hasNextPage hasPreviousPage startCursor endCursor }";
const COUNTED: &str =
    "facets { kinds { kind count } themes { theme { slug } count } sdgs { sdg { number } count }
    territories(kind: COMMUNE) { territory { code } count } }";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_filter_by_a_territory_finds_the_same_either_way() {
    let both = BothWays::demo().await;
    let query = format!(
        "query($s: TerritoryScope!) {{
            first: actors(first: 60, filter: {{territory: $s}}) {{ {LISTED} {COUNTED} }}
            last: actors(last: 60, filter: {{territory: $s, statuses: [ARCHIVED, PUBLISHED, DRAFT]}}, orderBy: {{field: UPDATED_AT}}) {{ {LISTED} }}
            others: actors(first: 60, filter: {{not: {{territory: $s}}}}) {{ {LISTED} }}
            either: actors(last: 60, filter: {{or: [{{territory: $s}}, {{kinds: [ASSOCIATION]}}]}}) {{ {LISTED} }}
            interactions(first: 60, filter: {{territory: $s}}) {{ {LISTED} }}
            between: interactions(last: 60, filter: {{between: {{territory: $s}}}}) {{ {LISTED} }}
            outside: interactions(first: 60, filter: {{between: {{not: {{territory: $s}}}}}}) {{ {LISTED} }}
        }}"
    );
    let mut found = 0;
    for territory in both.territories().await {
        for direction in ["DOWN", "UP", "BOTH"] {
            for basis in ["ANY", "SEAT", "AREA"] {
                let scope =
                    json!({ "territory": { "id": territory }, "direction": direction, "basis": basis });
                for admin in [false, true] {
                    let data = data_of(both.agree(admin, &query, &json!({ "s": scope })).await);
                    found += data["first"]["totalCount"].as_u64().unwrap();
                    let total = |list: &str| data[list]["totalCount"].as_u64().unwrap();
                    let (with, without) = (total("first"), total("others"));
                    assert_eq!(with + without, if admin { 119 } else { 104 }, "{scope} {admin}");
                }
            }
        }
    }
    assert!(found > 1_000, "{found}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_lists_and_maps_of_territories_are_the_same_either_way() {
    let both = BothWays::demo().await;
    let lists = format!(
        "query($ids: [ID!]!, $of: ActorFilter, $with: InteractionFilter) {{ nodes(ids: $ids) {{ ... on Territory {{
            any: actors(first: 20, filter: $of) {{ {LISTED} }}
            seat: actors(last: 20, basis: SEAT, filter: $of) {{ {LISTED} }}
            area: actors(first: 20, basis: AREA, filter: $of) {{ {LISTED} }}
            all: interactions(first: 20, filter: $with) {{ {LISTED} }}
            internal: interactions(first: 20, scope: INTERNAL, filter: $with) {{ {LISTED} }}
            crossing: interactions(first: 20, scope: CROSSING, filter: $with) {{ {LISTED} }} }} }} }}"
    );
    let whole = format!(
        "query($id: ID!, $of: ActorFilter, $with: InteractionFilter) {{ territory(by: {{id: $id}}) {{
            actors(filter: $of) {{ {COUNTED} }}
            map(filter: $of, interactions: $with, asOf: \"2023-12-31\") {{ actorCount unlocatedCount interactionCount endedCount
                nodes {{ key actorCount }} links {{ source target weight interactionCount }} }} }} }}"
    );
    let territories = both.territories().await;
    let filters = [
        (json!(null), json!(null)),
        (
            json!({ "not": { "territory": { "territory": { "id": territories[0] }, "direction": "BOTH" } } }),
            json!({ "territory": { "territory": { "id": territories[5] } } }),
        ),
        (
            json!({ "territory": { "territory": { "id": territories[3] }, "basis": "SEAT" } }),
            json!({ "between": { "not": { "territory": { "territory": { "id": territories[8] }, "basis": "AREA" } } } }),
        ),
    ];
    for (of, with) in filters {
        for admin in [false, true] {
            for ids in territories.chunks(9) {
                let variables = json!({ "ids": ids, "of": of, "with": with });
                data_of(both.agree(admin, &lists, &variables).await);
            }
            for id in &territories {
                let variables = json!({ "id": id, "of": of, "with": with });
                data_of(both.agree(admin, &whole, &variables).await);
            }
        }
    }
}

#[tokio::test]
async fn those_that_sit_or_act_in_a_town_are_paged_by_their_names_of_now() {
    let narrow = TestApp::empty().await;
    let dreux = narrow.territory("COMMUNE", "28134", "Dreux", square(1.36, 48.73, 0.05)).await;
    let anet = narrow.territory("COMMUNE", "28007", "Anet", square(1.56, 48.73, 0.05)).await;
    let of = |seat: &str, areas: &[&String]| json!({ "seat": { "id": seat }, "areasServed": areas.iter().map(|id| json!({ "id": id })).collect::<Vec<_>>() });
    let abeille = narrow.actor("Abeille", of(&anet, &[&dreux])).await;
    // In two parts of the page at once.
    narrow.actor("Mésange", of(&dreux, &[&dreux, &anet])).await;
    narrow.actor("Zèbre", of(&dreux, &[])).await;
    narrow.actor("Loutre", of(&anet, &[&anet])).await;
    let walked = TestApp::over(narrow.url(), |store| store.set_wide_from(0)).await;
    let paged = async |list: &str| {
        let (mut names, mut cursor) = (Vec::new(), Value::Null);
        let (size, from) = if list == "first" { ("first", "after") } else { ("last", "before") };
        let query = format!(
            "query($t: ID!, $c: String) {{ actors({size}: 1, {from}: $c, filter: {{territory: {{territory: {{id: $t}}}}}}) {{
                nodes {{ name }} pageInfo {{ startCursor endCursor hasNextPage hasPreviousPage }} }} }}"
        );
        loop {
            let page =
                data_of(walked.ask(&query, json!({ "t": dreux, "c": cursor })).await)["actors"].clone();
            names.extend(
                page["nodes"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .map(|node| node["name"].as_str().unwrap().to_owned()),
            );
            let (more, edge) = if list == "first" {
                ("hasNextPage", "endCursor")
            } else {
                ("hasPreviousPage", "startCursor")
            };
            if page["pageInfo"][more] != true {
                return names;
            }
            cursor = page["pageInfo"][edge].clone();
        }
    };
    assert_eq!(paged("first").await, ["Abeille", "Mésange", "Zèbre"]);
    let rename =
        "mutation($id: ID!) { updateActor(id: $id, expectedVersion: 2, input: {name: \"Zoé\"}) { name } }";
    data_of(walked.ask_as_admin(rename, json!({ "id": abeille })).await);
    assert_eq!(paged("first").await, ["Mésange", "Zèbre", "Zoé"]);
    assert_eq!(paged("last").await, ["Zoé", "Zèbre", "Mésange"]);
    // What the town holds is asked now, though how much was counted a while ago.
    let quarter = walked.territory("CUSTOM", "Q1", "Les Bâtes", square(1.36, 48.73, 0.005)).await;
    walked.actor("Bouquetin", of(&anet, &[&quarter])).await;
    assert_eq!(paged("first").await, ["Bouquetin", "Mésange", "Zèbre", "Zoé"]);
    let nested = "query($t: ID!) { territory(by: {id: $t}) { actors(first: 2, basis: AREA) { nodes { name } totalCount } } }";
    let nested = data_of(walked.ask(nested, json!({ "t": dreux })).await);
    assert_eq!(
        nested["territory"]["actors"],
        json!({ "nodes": [{ "name": "Bouquetin" }, { "name": "Mésange" }], "totalCount": 3 })
    );
}
