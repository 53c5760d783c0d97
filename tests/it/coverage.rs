//! Coverage: where an actor is missing, and how far the nearest is.

use serde_json::{Value, json};

use crate::support::entries::{square, texts};
use crate::support::{TestApp, codes, wrong_fields};

/// A département of three communes in a row, a quarter of a degree apart: the first with two actors of health and a school, the
/// second with nobody, the third without a boundary. A quarter of the first has a boundary of its own.
struct Land {
    test: TestApp,
    health: String,
}

async fn land() -> Land {
    let test = TestApp::empty().await;
    let mut communes = Vec::new();
    for (code, name, longitude) in [("1", "Bourg", 1.0), ("2", "Champ", 1.25)] {
        let commune = test.territory("COMMUNE", code, name, square(longitude, 48.0, 0.1)).await;
        communes.push(json!({"id": commune}));
    }
    let bare = "mutation { createTerritory(input: {kind: COMMUNE, code: \"3\", vintage: 2026, name: \"Désert\", population: 100}) { id } }";
    let bare = test.admin_data(bare, json!({})).await["createTerritory"]["id"].clone();
    communes.push(json!({"id": bare}));
    for (code, population) in [("1", 4_000), ("2", 900)] {
        test.execute(&format!(
            "UPDATE territories SET population = {population} WHERE kind = 'COMMUNE' AND code = '{code}'"
        ))
        .await;
    }
    let whole = "mutation($members: [TerritoryRef!]!) { createTerritory(input: {kind: CUSTOM, code: \"land\", vintage: 2026, name: \"Pays\", members: $members}) { id } }";
    test.admin_data(whole, json!({"members": communes})).await;
    test.territory("PRIORITY_NEIGHBOURHOOD", "Q", "Quartier", square(1.0, 48.0, 0.01)).await;
    let health = json!({"seat": communes[0], "themes": ["health"], "location": {"longitude": 1.004, "latitude": 48.0}});
    let health = test.actor("Soins", health).await;
    test.actor("Écoute", json!({"seat": communes[0], "themes": ["mental-health"]})).await;
    test.actor("École", json!({"kind": "SCHOOL", "seat": communes[0], "themes": ["education"]})).await;
    Land { test, health }
}

const CELL: &str = "territory { name } theme { slug } actorKind actorCount per10000Inhabitants nearest { name } nearestKm gap";

impl Land {
    async fn coverage(&self, arguments: &str) -> Value {
        let query = query("CUSTOM", "land", arguments);
        self.test.data(&query, json!({})).await["territory"]["coverage"].clone()
    }
}

fn query(kind: &str, code: &str, arguments: &str) -> String {
    format!(
        "{{ territory(by: {{code: {{kind: {kind}, code: \"{code}\"}}}}) {{ name coverage({arguments}) {{ unit territory {{ name }}
        rows(first: 10) {{ totalCount nodes {{ territory {{ name }} cells {{ {CELL} }} }} }} gaps {{ {CELL} }} }} }} }}"
    )
}

fn cells(coverage: &Value) -> Vec<&Value> {
    coverage["rows"]["nodes"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|row| row["cells"].as_array().unwrap())
        .collect()
}

fn counts(coverage: &Value) -> Vec<i64> {
    cells(coverage).iter().map(|cell| cell["actorCount"].as_i64().unwrap()).collect()
}

#[tokio::test]
async fn each_unit_tells_who_is_there_and_how_far_the_next_is() {
    let land = land().await;
    let found = land.coverage("unit: COMMUNE, themes: [\"health\"]").await;
    assert_eq!((&found["unit"], &found["rows"]["totalCount"]), (&json!("COMMUNE"), &json!(3)));
    assert_eq!(texts(&found["rows"]["nodes"], "/territory/name"), ["Bourg", "Champ", "Désert"]);
    // Of health and what is within it.
    assert_eq!(counts(&found), [2, 0, 0]);
    let cells = cells(&found);
    assert_eq!(
        (&cells[0]["per10000Inhabitants"], &cells[0]["nearest"], &cells[0]["gap"]),
        (&json!(5.0), &Value::Null, &json!(false))
    );
    let km = cells[1]["nearestKm"].as_f64().unwrap();
    assert!((km - 18.3).abs() < 0.05, "nearly a quarter of a degree at 48° north: {km}");
    assert_eq!(
        (&cells[1]["nearest"]["name"], &cells[1]["gap"], &cells[1]["actorKind"]),
        (&json!("Soins"), &json!(true), &Value::Null)
    );
    // Without a boundary there is no distance.
    assert_eq!((&cells[2]["nearestKm"], &cells[2]["gap"]), (&Value::Null, &json!(true)));
    // Where more people live first.
    assert_eq!(texts(&found["gaps"], "/territory/name"), ["Champ", "Désert"]);
    let near = land.coverage("unit: COMMUNE, themes: [\"health\"], maxKm: 20").await;
    assert_eq!(texts(&near["gaps"], "/territory/name"), ["Désert"]);
}

#[tokio::test]
async fn themes_and_kinds_are_asked_for_alone_or_together() {
    let land = land().await;
    let kinds = land.coverage("unit: COMMUNE, kinds: [SCHOOL, ASSOCIATION, SCHOOL]").await;
    assert_eq!(counts(&kinds), [1, 2, 0, 0, 0, 0]);
    let both = land
        .coverage("unit: COMMUNE, kinds: [SCHOOL, ASSOCIATION], themes: [\"health\", \"education\"]")
        .await;
    assert_eq!(counts(&both)[..4], [0, 2, 1, 0]);
    let told: Vec<_> =
        cells(&both)[..2].iter().map(|cell| (&cell["theme"]["slug"], &cell["actorKind"])).collect();
    assert_eq!(told, [(&json!("health"), &json!("SCHOOL")), (&json!("health"), &json!("ASSOCIATION"))]);
    let all = land.coverage("unit: COMMUNE").await;
    let upper = land.test.data("{ themes { slug broader { slug } } }", json!({})).await;
    let upper = upper["themes"].as_array().unwrap().iter().filter(|theme| theme["broader"].is_null()).count();
    assert_eq!(cells(&all).len(), 3 * upper);
}

#[tokio::test]
async fn who_serves_a_unit_or_what_holds_it_covers_it() {
    let land = land().await;
    let area = |kind: &str, code: &str| json!({"themes": ["housing"], "areasServed": [{"code": {"kind": kind, "code": code}}]});
    land.test.actor("Toits", area("COMMUNE", "2")).await;
    assert_eq!(counts(&land.coverage("unit: COMMUNE, themes: [\"housing\"]").await), [0, 1, 0]);
    land.test.actor("Toits du pays", area("CUSTOM", "land")).await;
    let found = land.coverage("unit: COMMUNE, themes: [\"housing\"]").await;
    assert_eq!(counts(&found), [1, 2, 1]);
    assert_eq!(found["gaps"], json!([]));
    // What lies within the unit counts for it.
    let whole = land.coverage("unit: CUSTOM, themes: [\"housing\", \"health\"]").await;
    assert_eq!(counts(&whole), [2, 2]);
}

#[tokio::test]
async fn what_may_not_be_seen_covers_nothing_and_is_near_nothing() {
    let land = land().await;
    let draft = json!({"themes": ["housing"], "seat": {"code": {"kind": "COMMUNE", "code": "2"}},
        "location": {"longitude": 1.25, "latitude": 48.0}});
    land.test.draft_actor("Brouillon", draft).await;
    let found = land.coverage("unit: COMMUNE, themes: [\"housing\"]").await;
    assert_eq!((counts(&found), &cells(&found)[0]["nearest"]), (vec![0, 0, 0], &Value::Null));
    let as_admin = land
        .test
        .admin_data(&query("CUSTOM", "land", "unit: COMMUNE, themes: [\"housing\"]"), json!({}))
        .await;
    assert_eq!(counts(&as_admin["territory"]["coverage"]), [0, 1, 0]);
    assert_eq!(cells(&as_admin["territory"]["coverage"])[0]["nearest"]["name"], "Brouillon");
}

#[tokio::test]
async fn a_hidden_location_counts_in_its_commune_and_gives_nothing_away() {
    let land = land().await;
    let quarters = query("COMMUNE", "1", "unit: PRIORITY_NEIGHBOURHOOD, themes: [\"health\"]");
    let of = |data: Value| data["territory"]["coverage"].clone();
    assert_eq!(counts(&of(land.test.data(&quarters, json!({})).await)), [1]);
    let hidden = json!({"location": {"longitude": 1.004, "latitude": 48.0, "hidden": true}});
    assert!(land.test.update_actor(&land.health, 2, hidden).await["errors"].is_null());
    assert_eq!(counts(&of(land.test.data(&quarters, json!({})).await)), [0]);
    let found = land.coverage("unit: COMMUNE, themes: [\"health\"]").await;
    // As far as the middle of its commune, not as where it is.
    let km = cells(&found)[1]["nearestKm"].as_f64().unwrap();
    assert!((km - 18.6).abs() < 0.05, "{km}");
    assert_eq!(counts(&found), [2, 0, 0]);
    assert_eq!(counts(&of(land.test.admin_data(&quarters, json!({})).await)), [1]);
}

#[tokio::test]
async fn rows_are_paged() {
    let land = land().await;
    let page = |after: &str| {
        format!(
            "{{ territory(by: {{code: {{kind: CUSTOM, code: \"land\"}}}}) {{ coverage(unit: COMMUNE, kinds: [SCHOOL]) {{
            rows(first: 2{after}) {{ totalCount pageInfo {{ hasNextPage hasPreviousPage endCursor }} edges {{ cursor node {{ territory {{ name }} }} }} }} }} }} }}"
        )
    };
    let first = land.test.data(&page(""), json!({})).await["territory"]["coverage"]["rows"].clone();
    assert_eq!(texts(&first["edges"], "/node/territory/name"), ["Bourg", "Champ"]);
    assert_eq!((&first["totalCount"], &first["pageInfo"]["hasNextPage"]), (&json!(3), &json!(true)));
    let after = format!(", after: {}", first["pageInfo"]["endCursor"]);
    let next = land.test.data(&page(&after), json!({})).await["territory"]["coverage"]["rows"].clone();
    assert_eq!(texts(&next["edges"], "/node/territory/name"), ["Désert"]);
    assert_eq!(
        (&next["pageInfo"]["hasNextPage"], &next["pageInfo"]["hasPreviousPage"]),
        (&json!(false), &json!(true))
    );
}

#[tokio::test]
async fn without_inhabitants_there_is_no_share_and_without_units_no_row() {
    let land = land().await;
    land.test.execute("UPDATE territories SET population = NULL").await;
    let found = land.coverage("unit: COMMUNE, themes: [\"health\"]").await;
    assert!(cells(&found).iter().all(|cell| cell["per10000Inhabitants"].is_null()));
    assert_eq!(
        texts(&found["gaps"], "/territory/name"),
        ["Désert", "Champ"],
        "an unknown distance is the farthest"
    );
    let none = land.coverage("unit: REGION, themes: [\"health\"]").await;
    assert_eq!((&none["rows"]["totalCount"], &none["gaps"]), (&json!(0), &json!([])));
}

#[tokio::test]
async fn what_can_t_be_asked_is_refused_and_the_rest_answered() {
    let land = land().await;
    for (arguments, wrong) in [
        ("unit: COMMUNE, themes: [\"none\"]", "themes[0]"),
        ("unit: COMMUNE, maxKm: -1", "maxKm"),
        ("unit: COMMUNE, maxKm: 1001", "maxKm"),
    ] {
        let answer = land.test.ask(&query("CUSTOM", "land", arguments), json!({})).await;
        assert_eq!((codes(&answer), wrong_fields(&answer)), (vec!["VALIDATION"], vec![wrong]), "{answer}");
        assert_eq!(answer["data"]["territory"], json!({"name": "Pays", "coverage": null}));
    }
}

#[tokio::test]
async fn more_cells_than_can_be_told_are_refused_with_what_to_do() {
    let land = land().await;
    land.test
        .execute(
            "INSERT INTO territories (id, kind, code, vintage, name, created_at, updated_at)
            SELECT gen_random_uuid(), 'COMMUNE', 'x' || n, 2026, 'Lieu ' || n, now(), now() FROM generate_series(1, 250) n;
            INSERT INTO territory_links (territory_id, other_id, relation, basis, direct)
            SELECT t.id, w.id, 'WITHIN', 'LIST', TRUE FROM territories t, territories w WHERE t.code LIKE 'x%' AND w.code = 'land'",
        )
        .await;
    let themes = land.test.data("{ themes { slug } }", json!({})).await;
    let slugs = json!(texts(&themes["themes"], "/slug")[..100]);
    let all = query("CUSTOM", "land", &format!("unit: COMMUNE, themes: {slugs}"));
    let answer = land.test.ask(&all, json!({})).await;
    assert_eq!((codes(&answer), wrong_fields(&answer)), (vec!["VALIDATION"], vec!["unit"]), "{answer}");
    assert!(answer.to_string().contains("ask of a smaller territory"), "{answer}");
}

#[tokio::test]
async fn the_demo_tells_where_nobody_helps_people_to_their_rights() {
    let test = TestApp::demo().await;
    let arguments = "unit: COMMUNE, themes: [\"rights\"]";
    let data = test.data(&query("INTERCOMMUNALITY", "200040277", arguments), json!({})).await;
    let found = &data["territory"]["coverage"];
    assert_eq!(found["rows"]["totalCount"], 81);
    let gaps = found["gaps"].as_array().unwrap();
    let first = (&gaps[0]["territory"]["name"], &gaps[0]["nearest"]["name"]);
    assert_eq!(first, (&json!("Dreux"), &json!("France services de Bû")));
    assert!(gaps.iter().all(|gap| gap["actorCount"] == 0 && gap["nearestKm"].as_f64().unwrap() > 10.0));
    let quarters = "unit: PRIORITY_NEIGHBOURHOOD, kinds: [ASSOCIATION]";
    let data = test.data(&query("COMMUNE", "28134", quarters), json!({})).await;
    assert!(data["territory"]["coverage"]["rows"]["totalCount"].as_i64().unwrap() > 0, "{data}");
}

#[tokio::test]
async fn who_has_no_address_is_as_far_as_the_middle_of_its_commune_wherever_that_is() {
    let land = land().await;
    let away = land.test.territory("COMMUNE", "9", "Ailleurs", square(1.0, 49.0, 0.1)).await;
    land.test.actor("Toits", json!({ "themes": ["housing"], "seat": { "id": away } })).await;
    land.test.actor("Nulle part", json!({ "themes": ["housing"] })).await;
    let found = land.coverage("unit: COMMUNE, themes: [\"housing\"]").await;
    let first = cells(&found)[0].clone();
    assert_eq!((&first["nearest"]["name"], &first["gap"]), (&json!("Toits"), &json!(true)));
    // A degree of a meridian.
    let km = first["nearestKm"].as_f64().unwrap();
    assert!((km - 111.2).abs() < 0.2, "{km}");
}
