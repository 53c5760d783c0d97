//! The doctor finds what was tampered with, and a rebuild cures what is derived.

use maillage::app::doctor::Diagnosis;
use maillage::app::rebuild::{Part, Rebuilt};
use maillage::store::catalogue;
use serde_json::json;

use super::{behind, maillage};
use crate::support::TestApp;
use crate::support::entries::square;

/// The names of the checks that something is wrong with.
fn wrong(diagnosis: &Diagnosis) -> Vec<&'static str> {
    let checks = diagnosis.checks.iter().filter(|check| check.faults.iter().any(|fault| !fault.is_hint));
    checks.map(|check| check.name).collect()
}

async fn examined(test: &TestApp) -> Diagnosis {
    test.app.examine().await.unwrap()
}

/// The demo, with a perimeter that is the union of two communes, and one of that.
async fn demo_with_unions() -> TestApp {
    let test = TestApp::demo().await;
    let communes =
        test.data("{ territories(first: 2, filter: {kinds: [COMMUNE]}) { nodes { id } } }", json!({})).await;
    let query = "mutation($input: CreateTerritoryInput!) { createTerritory(input: $input) { id } }";
    let input = |code: &str, members: Vec<serde_json::Value>| json!({ "input": { "kind": "CUSTOM", "code": code, "vintage": 2026, "name": code, "members": members } });
    let nodes = communes["territories"]["nodes"].as_array().unwrap().clone();
    let pair = test.admin_data(query, input("PAIR", nodes)).await["createTerritory"].clone();
    test.admin_data(query, input("AROUND", vec![pair])).await;
    test
}

#[tokio::test]
async fn what_writes_maintain_is_what_a_rebuild_makes() {
    let test = demo_with_unions().await;
    let diagnosis = examined(&test).await;
    assert!(diagnosis.is_well(), "{diagnosis}");
    assert_eq!(test.app.rebuild(&Part::ALL).await.unwrap(), Rebuilt::default());
    // And after writes that move what others are derived from.
    let place = test.territory("CUSTOM", "SQUARE", "Le carré", square(1.36, 48.73, 0.02)).await;
    let query = "mutation($id: ID!, $boundary: GeoJSON) {
        updateTerritory(id: $id, expectedVersion: 1, input: {boundary: $boundary}) { id } }";
    test.admin_data(query, json!({ "id": place, "boundary": square(1.37, 48.74, 0.05) })).await;
    let diagnosis = examined(&test).await;
    assert!(diagnosis.is_well(), "{diagnosis}");
    assert_eq!(test.app.rebuild(&Part::ALL).await.unwrap(), Rebuilt::default());
}

const CURABLE: [(&str, &str); 12] = [
    ("links", "DELETE FROM territory_links WHERE (territory_id, other_id) IN (SELECT territory_id, other_id FROM territory_links LIMIT 1)"),
    ("links", "UPDATE territory_links SET share = share / 2 WHERE (territory_id, other_id) IN
        (SELECT territory_id, other_id FROM territory_links WHERE share > 0 LIMIT 1)"),
    ("links", "UPDATE territory_links SET direct = NOT direct WHERE (territory_id, other_id) IN
        (SELECT territory_id, other_id FROM territory_links WHERE relation = 'WITHIN' LIMIT 1)"),
    ("links", "INSERT INTO territory_links SELECT a.id, b.id, 'INTERSECTS', 'OUTLINE', FALSE, 0.5 FROM territories a, territories b
        WHERE a.id <> b.id AND NOT EXISTS (SELECT FROM territory_links l WHERE l.territory_id = a.id AND l.other_id = b.id)
        LIMIT 1"),
    ("seats", "UPDATE actors SET seat_id = (SELECT t.id FROM territories t WHERE t.kind = 'COMMUNE' AND t.id <> seat_id LIMIT 1)
        WHERE id = (SELECT id FROM actors WHERE longitude IS NOT NULL AND seat_id IS NOT NULL AND NOT seat_declared LIMIT 1)"),
    ("seats", "UPDATE actors SET seat_id = NULL
        WHERE id = (SELECT id FROM actors WHERE longitude IS NOT NULL AND seat_id IS NOT NULL AND NOT seat_declared LIMIT 1)"),
    ("seats", "INSERT INTO actor_points SELECT a.id, t.id FROM actors a, territories t WHERE t.kind = 'COUNTRY'
        AND NOT EXISTS (SELECT FROM actor_points p WHERE p.actor_id = a.id) LIMIT 1"),
    ("outlines", "UPDATE territories SET area_m2 = area_m2 * 2 WHERE id = (SELECT id FROM territories WHERE west IS NOT NULL LIMIT 1)"),
    ("outlines", "UPDATE territories SET boundary_digest = 'x', north = north + 1
        WHERE id = (SELECT id FROM territories WHERE west IS NOT NULL LIMIT 1)"),
    ("outlines", "DELETE FROM territory_boundaries WHERE tolerance_metres > 0
        AND territory_id = (SELECT territory_id FROM territory_boundaries WHERE tolerance_metres > 0 LIMIT 1)"),
    ("unions", "WITH gone AS (DELETE FROM territory_boundaries WHERE territory_id IN (SELECT id FROM territories WHERE boundary_from_members))
        UPDATE territories SET boundary_vintage = NULL, boundary_precision_metres = NULL, area_m2 = NULL, boundary_digest = NULL,
        boundary_from_members = FALSE, west = NULL, south = NULL, east = NULL, north = NULL WHERE boundary_from_members"),
    ("search", "DO $$ DECLARE was text := pg_get_functiondef('fold(text)'::regprocedure); BEGIN
        CREATE OR REPLACE FUNCTION fold(value text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS 'SELECT upper(value)';
        UPDATE actors SET name = name WHERE id = (SELECT id FROM actors LIMIT 1);
        EXECUTE was; END $$"),
];

#[tokio::test]
async fn each_tampering_with_what_is_derived_is_found_and_cured() {
    let test = demo_with_unions().await;
    for (name, sql) in CURABLE {
        let touched = behind(test.url(), sql).await;
        assert!(touched > 0 || name == "search", "{sql}: nothing to tamper with");
        let diagnosis = examined(&test).await;
        assert!(wrong(&diagnosis).contains(&name), "{sql}: {diagnosis}");
        let rebuilt = test.app.rebuild(&Part::ALL).await.unwrap();
        assert!(rebuilt.changed() > 0, "{sql}");
        let diagnosis = examined(&test).await;
        assert!(diagnosis.is_well(), "{sql}: {diagnosis}");
    }
}

const INCURABLE: [(&str, &str, &str); 14] = [
    ("records", "another took over", "INSERT INTO merged_actors SELECT min(id::text)::uuid, 'old', max(id::text)::uuid, now() FROM actors"),
    ("records", "origins of entries", "INSERT INTO origins VALUES ('ACTOR', 's', 'r', gen_random_uuid(), NULL, now(), '{}')"),
    ("records", "client_keys of entries", "INSERT INTO client_keys VALUES ('me', 'k', '', 'CALL', gen_random_uuid(), now())"),
    ("records", "changes of entries", "INSERT INTO changes (at, caller, action, subject_kind, subject_id, version, fields)
        VALUES (now(), 'me', 'CREATE', 'ACTOR', gen_random_uuid(), 1, '{}')"),
    ("records", "successor", "UPDATE territories SET successor_ids = ARRAY[gen_random_uuid()] WHERE kind = 'REGION'"),
    ("history", "creation is in no history", "DELETE FROM changes WHERE action = 'IMPORT' AND subject_kind = 'CALL'"),
    ("history", "last change", "UPDATE actors SET version = version + 1 WHERE id = (SELECT id FROM actors LIMIT 1)"),
    ("outlines", "can't be read", "UPDATE territory_boundaries SET geojson = '{\"type\": \"Poly' WHERE tolerance_metres = 0
        AND territory_id = (SELECT id FROM territories WHERE west IS NOT NULL ORDER BY id LIMIT 1)"),
    ("outlines", "can't be read", "DELETE FROM territory_boundaries WHERE territory_id =
        (SELECT id FROM territories WHERE west IS NOT NULL ORDER BY id DESC LIMIT 1)"),
    ("parts", "index: missing", "DROP INDEX actors_name"),
    ("parts", "index: invalid", "UPDATE pg_index SET indisvalid = FALSE WHERE indexrelid = 'actors_seat'::regclass"),
    ("interactions", "same time", "ALTER TABLE interactions DROP CONSTRAINT interactions_period;
        INSERT INTO interactions (id, kind, source_id, target_id, status, created_at, updated_at)
        SELECT gen_random_uuid(), 'PARTNERSHIP', a.id, b.id, 'PUBLISHED', now(), now()
        FROM (SELECT id FROM actors ORDER BY id LIMIT 1) a, (SELECT id FROM actors ORDER BY id DESC LIMIT 1) b, generate_series(1, 2)"),
    ("records", "no commune", "UPDATE actors SET seat_declared = TRUE, seat_id = (SELECT id FROM territories WHERE kind = 'REGION' LIMIT 1)
        WHERE id = (SELECT id FROM actors LIMIT 1)"),
    ("collations", "have changed", "UPDATE pg_collation SET collversion = '0' WHERE collname = 'french'"),
];

#[tokio::test]
async fn what_no_rebuild_can_cure_is_found_with_what_to_do() {
    let test = TestApp::demo().await;
    for (_, _, sql) in INCURABLE {
        assert!(
            behind(test.url(), sql).await > 0 || sql.starts_with("DROP"),
            "{sql}: nothing to tamper with"
        );
    }
    let diagnosis = examined(&test).await;
    for (name, what, sql) in INCURABLE {
        let check = diagnosis.checks.iter().find(|check| check.name == name).unwrap();
        let fault = check.faults.iter().find(|fault| fault.what.contains(what));
        let fault = fault.unwrap_or_else(|| panic!("{sql}: {diagnosis}"));
        assert!(fault.count > 0 && !fault.examples.is_empty() && !fault.cure.is_empty(), "{fault:?}");
    }
    let (code, out, err) = maillage(test.url(), &["doctor"]);
    assert_eq!(code, Some(1), "{err}");
    assert!(out.contains("WRONG  parts") && out.contains("index actors_name on actors"), "{out}");
    let (code, out, _) = maillage(test.url(), &["doctor", "--json"]);
    let told: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!((code, told["checks"][0]["name"].as_str()), (Some(1), Some("server")));
}

#[tokio::test]
async fn a_schema_that_lags_behind_is_told_and_nothing_else_is_looked_at() {
    let test = TestApp::empty().await;
    behind(
        test.url(),
        "DELETE FROM seaql_migrations WHERE version = (SELECT max(version) FROM seaql_migrations)",
    )
    .await;
    let diagnosis = examined(&test).await;
    assert_eq!(wrong(&diagnosis), ["schema"], "{diagnosis}");
    assert!(diagnosis.to_string().contains("do: maillage migrate"), "{diagnosis}");
}

#[tokio::test]
async fn the_kept_list_of_parts_is_what_the_migrations_make() {
    let test = TestApp::empty().await;
    let parts = catalogue::parts(test.app.store.db()).await.unwrap();
    let listed = parts.iter().flat_map(|(line, _)| [line.as_str(), "\n"]).collect::<String>();
    if std::env::var_os("MAILLAGE_WRITE_CATALOGUE").is_some() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/src/store/catalogue.txt");
        std::fs::write(path, &listed).unwrap();
        return;
    }
    assert_eq!(
        listed,
        catalogue::PARTS,
        "a migration changed the schema: run `make schema`, and commit src/store/catalogue.txt"
    );
}

#[tokio::test]
async fn a_rebuild_cures_what_it_is_asked_to_and_holds_writers_back() {
    let test = TestApp::demo().await;
    behind(test.url(), CURABLE[0].1).await;
    behind(test.url(), CURABLE[5].1).await;
    let (code, out, err) = maillage(test.url(), &["rebuild", "seats"]);
    assert_eq!(code, Some(0), "{err}");
    assert!(out.contains("0 links between territories, 1 places of actors"), "{out}");
    assert_eq!(wrong(&examined(&test).await), ["links"]);
    assert_eq!(maillage(test.url(), &["rebuild"]).0, Some(0));
    assert!(examined(&test).await.is_well());
    assert_eq!(maillage(test.url(), &["rebuild", "everything"]).0, Some(2));
}
