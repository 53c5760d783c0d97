//! Territories: written, linked, drawn, listed, located.

mod linked;
mod listed;
mod located;
mod written;

use serde_json::{Value, json};

use crate::support::TestApp;

const CREATE: &str = "mutation ($input: CreateTerritoryInput!) { createTerritory(input: $input) {
    id version areaKm2 boundaryVintage boundaryPrecisionMetres boundary centroid { latitude longitude } } }";
const UPDATE: &str = "mutation ($id: ID!, $version: Int!, $input: UpdateTerritoryInput!) {
    updateTerritory(id: $id, expectedVersion: $version, input: $input) { id version areaKm2 boundary } }";

/// A square, its outer ring counter-clockwise, in degrees.
fn square(west: f64, south: f64, side: f64) -> Value {
    let (east, north) = (west + side, south + side);
    let ring = [[west, south], [east, south], [east, north], [west, north], [west, south]];
    json!({"type": "Polygon", "coordinates": [ring]})
}

fn input(kind: &str, code: &str, boundary: &Value) -> Value {
    json!({"kind": kind, "code": code, "vintage": 2026, "name": format!("Le {code}"), "boundary": boundary})
}

/// Creates a territory; its id.
async fn create(test: &TestApp, kind: &str, code: &str, boundary: Value) -> String {
    let data = test.admin_data(CREATE, json!({"input": input(kind, code, &boundary)})).await;
    data["createTerritory"]["id"].as_str().unwrap().to_owned()
}

async fn create_of(test: &TestApp, code: &str, members: &[&str]) -> String {
    let members: Vec<_> = members.iter().map(|id| json!({"id": id})).collect();
    let input = json!({"kind": "CUSTOM", "code": code, "vintage": 2026, "name": code, "members": members});
    let data = test.admin_data(CREATE, json!({"input": input})).await;
    data["createTerritory"]["id"].as_str().unwrap().to_owned()
}

async fn update(test: &TestApp, id: &str, version: i64, input: Value) -> Value {
    let variables = json!({"id": id, "version": version, "input": input});
    test.admin_data(UPDATE, variables).await["updateTerritory"].clone()
}

/// What a territory answers to these fields.
async fn ask(test: &TestApp, id: &str, fields: &str) -> Value {
    let query = format!("query ($id: ID!) {{ territory(by: {{id: $id}}) {{ {fields} }} }}");
    test.data(&query, json!({"id": id})).await["territory"].clone()
}

fn codes(list: &Value) -> Vec<&str> {
    list.as_array().unwrap().iter().map(|territory| territory["code"].as_str().unwrap()).collect()
}

/// The vertices of a polygon's outer ring.
fn ring(polygon: &Value) -> Vec<[f64; 2]> {
    serde_json::from_value(polygon["coordinates"][0].clone()).unwrap()
}

/// Twice the signed area of a ring in square degrees: above 0 where it runs counter-clockwise.
fn turn(ring: &[[f64; 2]]) -> f64 {
    ring.windows(2).map(|side| side[0][0] * side[1][1] - side[1][0] * side[0][1]).sum()
}
