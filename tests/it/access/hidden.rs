//! Where a hidden location is can't be told from any answer: two databases that differ in that alone answer the same.

use serde_json::{Value, json};

use super::everything::{About, Question, differences, part, questions};
use super::world::{Stage, World, hideout};
use crate::support::data_of;

/// Far from the hideout, in the same commune, in neither of its smaller perimeters.
fn other_place() -> Value {
    json!({ "longitude": 0.921, "latitude": 47.931, "address": "12 avenue Fantasio", "postcode": "28778", "precision": "STREET" })
}

/// The same world twice, but for where the shelter is.
pub async fn two_places(wide: bool) -> [Stage; 2] {
    let stage = World::stage().await;
    let shelter = stage.world.id("shelter").to_owned();
    let stages = World::with_and_without(stage, "SELECT 1", wide).await;
    for (stage, place) in stages.iter().zip([hideout(), other_place()]) {
        data_of(stage.test.update_actor(&shelter, 2, json!({ "location": place })).await);
    }
    stages
}

/// Boxes that halve, circles that shrink, and orders by distance, around where it is and where it is not.
fn bisections() -> Vec<Question> {
    let list = "totalCount nodes { id } edges { cursor } facets { territories(kind: PRIORITY_NEIGHBOURHOOD) { count } }";
    let actors = format!("query($f: ActorFilter) {{ actors(filter: $f) {{ {list} }} }}");
    let by_distance =
        format!("query($f: ActorFilter) {{ actors(filter: $f, orderBy: {{field: DISTANCE}}) {{ {list} }} }}");
    let map = "query($f: BoundingBoxInput) { territory(by: {code: {kind: COMMUNE, code: \"28001\"}}) { map(bbox: $f, zoom: 14) {
        actorCount unlocatedCount truncated nodes { key actorCount point { longitude latitude } } links { weight } bbox { west } } } }";
    let mut all = Vec::new();
    let (mut west, mut south, mut size) = (0.9, 47.9, 0.2);
    for _ in 0..10 {
        for (x, y) in [(0.0, 0.0), (0.5, 0.0), (0.0, 0.5), (0.5, 0.5)] {
            let (w, s) = (west + x * size, south + y * size);
            let bbox = json!({ "west": w, "south": s, "east": w + size / 2.0, "north": s + size / 2.0 });
            for filter in
                [json!({ "bbox": bbox }), json!({ "not": { "bbox": bbox }, "audiences": ["mamans"] })]
            {
                all.push((actors.clone(), json!({ "f": filter })));
            }
            all.push((map.to_owned(), json!({ "f": bbox })));
            let near = json!({ "near": { "longitude": w, "latitude": s, "radiusKm": size * 60.0 } });
            all.push((actors.clone(), json!({ "f": near })));
            all.push((by_distance.clone(), json!({ "f": near })));
        }
        // Towards the hideout.
        size /= 2.0;
        west += if 1.011 >= west + size { size } else { 0.0 };
        south += if 48.011 >= south + size { size } else { 0.0 };
    }
    all
}

async fn hold(wide: bool) {
    let stages = two_places(wide).await;
    let [here, there] = &stages;
    let shelter = here.world.id("shelter");
    let words = vec![
        "zigomar",
        "rue zigomar",
        "28777",
        "28778",
        "fantasio",
        "halte",
        "halte lieu a",
        "halte lieu q",
        "mamans",
    ];
    let points = vec![(1.011, 48.011), (0.921, 47.931)];
    let about = About { ids: vec![shelter], slug: "halte-douce", siren: "212801344", words, points };
    let all: Vec<_> = questions(&about).into_iter().chain(bisections()).collect();
    let blind = ["anonymous", "analyst", "quarter", "elsewhere", "editor", "partner"];
    for (place, persona) in blind.iter().enumerate() {
        let told = differences(persona, here, there, &part(&all, place, if place < 3 { 2 } else { 5 })).await;
        assert!(told.is_empty(), "{} differences\n{}", told.len(), told[..told.len().min(3)].join("\n"));
    }
    for persona in ["manager", "admin", "keeper"] {
        let told = differences(persona, here, there, &part(&all, 0, 9)).await;
        assert!(told.len() > 3, "{persona} should see where it is");
    }
    for stage in stages {
        stage.end().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn where_a_hidden_location_is_changes_no_answer() {
    hold(false).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nor_where_territories_are_read_as_wide_ones() {
    hold(true).await;
}
