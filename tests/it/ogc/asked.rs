//! What may be asked.

use std::collections::HashSet;

use serde_json::{Value, json};

use super::{ids, linked, read, sent};
use crate::support::TestApp;

#[tokio::test]
async fn a_program_finds_its_way_from_the_landing_page() {
    let test = TestApp::demo().await;
    let landing = read(&test, None, "").await;
    let conformance = read(&test, None, linked(&landing, "conformance").unwrap()).await;
    assert!(conformance["conformsTo"][0].as_str().unwrap().ends_with("/conf/core"));
    let api = sent(&test, None, linked(&landing, "service-desc").unwrap()).await;
    assert_eq!(api.headers["content-type"], "application/vnd.oai.openapi+json;version=3.0");
    let collections = read(&test, None, linked(&landing, "data").unwrap()).await;
    let collections = collections["collections"].as_array().unwrap();
    assert!(collections.len() > 4);
    for collection in collections {
        let id = collection["id"].as_str().unwrap();
        assert!(collection["extent"]["spatial"]["bbox"][0][0].is_f64(), "{collection}");
        assert_eq!(read(&test, None, linked(collection, "self").unwrap()).await, *collection);
        assert!(api.json()["paths"][format!("/collections/{id}/items")].is_object(), "{id}");
        let items = read(&test, None, linked(collection, "items").unwrap()).await;
        let types: HashSet<_> = items["features"]
            .as_array()
            .unwrap()
            .iter()
            .map(|f| f["geometry"]["type"].as_str().unwrap())
            .collect();
        assert_eq!(types.len(), 1, "{id} {types:?}");
        let first = items["features"][0].clone();
        let one =
            read(&test, None, &format!("/collections/{id}/items/{}", first["id"].as_str().unwrap())).await;
        assert_eq!((&one["properties"], &one["geometry"]), (&first["properties"], &first["geometry"]));
    }
}

#[tokio::test]
async fn pages_follow_each_other_and_hold_everything_once() {
    let test = TestApp::demo().await;
    for layer in ["actors", "interactions", "territories-commune"] {
        let whole = read(&test, None, &format!("/collections/{layer}/items?limit=1000")).await;
        let all: HashSet<_> = ids(&whole).into_iter().map(str::to_owned).collect();
        assert_eq!(whole["numberMatched"], all.len());
        assert_eq!(
            (whole["numberReturned"].as_u64().unwrap() as usize, linked(&whole, "next")),
            (all.len(), None)
        );
        let (mut found, mut path) = (HashSet::new(), format!("/collections/{layer}/items?limit=7"));
        loop {
            let page = read(&test, None, &path).await;
            for id in ids(&page) {
                assert!(found.insert(id.to_owned()), "{id} comes twice");
            }
            match linked(&page, "next") {
                Some(next) => path = next.to_owned(),
                None => break,
            }
        }
        assert_eq!(found, all, "{layer}");
    }
}

#[tokio::test]
async fn filters_are_those_of_the_api() {
    let test = TestApp::demo().await;
    let matched = async |path: &str| {
        read(&test, None, &format!("/collections/{path}")).await["numberMatched"].as_i64().unwrap()
    };
    let listed = async |filter: Value| {
        let query = "query($f: ActorFilter) { actors(filter: $f) { totalCount } }";
        test.data(query, json!({ "f": filter })).await["actors"]["totalCount"].as_i64().unwrap()
    };
    let dreux = json!({ "territory": { "code": { "kind": "COMMUNE", "code": "28134" } } });
    for (path, mut filter) in [
        ("actors/items", json!({})),
        (
            "actors/items?kind=ASSOCIATION,LOCAL_AUTHORITY",
            json!({ "kinds": ["ASSOCIATION", "LOCAL_AUTHORITY"] }),
        ),
        ("actors/items?territory=COMMUNE:28134", json!({ "territory": dreux })),
        ("actors/items?q=dreux", json!({ "text": "dreux" })),
        ("actors/items?themes=digital-inclusion", json!({ "themes": ["digital-inclusion"] })),
        (
            "actors/items?bbox=1.3,48.7,1.4,48.75",
            json!({ "bbox": { "west": 1.3, "south": 48.7, "east": 1.4, "north": 48.75 } }),
        ),
    ] {
        filter["hasLocation"] = json!(true);
        assert_eq!(matched(path).await, listed(filter).await, "{path}");
    }
    let all = matched("interactions/items").await;
    let of_2022 = matched("interactions/items?datetime=2022-01-01/2022-12-31").await;
    assert!(of_2022 > 0 && of_2022 < all, "{of_2022} of {all}");
    assert_eq!(matched("interactions/items?kind=FUNDING").await + matched("interactions/items?kind=PARTNERSHIP,REFERRAL,COORDINATION,INFORMATION_SHARING,RESOURCE_SHARING,CO_DESIGN,SUPPORT,GOVERNANCE,MEMBERSHIP,SERVICE_DELIVERY,TENSION,OTHER").await, all);
    // A line is in a box that it passes.
    assert_eq!(matched("interactions/items?bbox=-180,-90,180,90").await, all);
    assert_eq!(matched("interactions/items?bbox=-60,-60,-50,-50").await, 0);
    assert!(matched("territories-commune/items?within=DEPARTMENT:28").await > 0);
    assert_eq!(matched("territories-commune/items?q=28134").await, 1);
}

#[tokio::test]
async fn what_is_wrong_is_refused_with_what_there_is() {
    let test = TestApp::demo().await;
    for (path, says) in [
        ("/collections/actors/items?colour=red", "colour"),
        ("/collections/actors/items?limit=0", "limit"),
        ("/collections/actors/items?bbox=1,2,3", "bbox"),
        ("/collections/actors/items?cursor=x", "cursor"),
        ("/collections/actors/items?territory=COMMUNE:99999", "99999"),
        ("/collections/interactions/items?datetime=soon", "datetime"),
        ("/collections?x=1", "x"),
        ("?f=html", "html"),
    ] {
        let answer = sent(&test, None, path).await;
        let text = String::from_utf8(answer.bytes).unwrap();
        assert_eq!(answer.status.as_u16(), 400, "{path}: {text}");
        assert!(text.contains(says), "{path}: {text}");
    }
    for path in [
        "/collections/castles",
        "/collections/castles/items",
        "/collections/actors/items/x",
        "/collections/actors/items/%00",
    ] {
        assert_eq!(sent(&test, None, path).await.status.as_u16(), 404, "{path}");
    }
    // More than there may be is as many as there may be.
    assert!(read(&test, None, "/collections/actors/items?limit=1000000&f=json").await["features"].is_array());
}
