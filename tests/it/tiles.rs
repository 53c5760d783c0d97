//! Vector tiles: read back as programs read them, seen as everyone may see, never of before.

use std::collections::{BTreeMap, BTreeSet};

use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode, header};
use http_body_util::BodyExt;
use serde_json::{Value, json};
use tinymvt::geometry::GeometryDecoder;
use tinymvt::tag::{TagsDecoder, Value as Tag};
use tinymvt::vector_tile::Tile;

use crate::access::world::{PERSONAS, World};
use crate::support::entries::square;
use crate::support::{TestApp, data_of};

/// A feature as a program reads it.
#[derive(Debug)]
struct Read {
    properties: BTreeMap<String, Value>,
    points: Vec<[i32; 2]>,
    rings: Vec<Vec<Vec<[i32; 2]>>>,
}

impl Read {
    fn text(&self, name: &str) -> Option<&str> {
        self.properties.get(name).and_then(Value::as_str)
    }

    fn count(&self) -> u64 {
        self.properties["count"].as_u64().unwrap()
    }
}

struct Sent {
    status: StatusCode,
    headers: HeaderMap,
    body: Vec<u8>,
}

async fn sent(test: &TestApp, token: Option<&str>, path: &str, more: &[(header::HeaderName, &str)]) -> Sent {
    let mut request = Request::get(path);
    if let Some(token) = token {
        request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
    }
    for (name, value) in more {
        request = request.header(name, *value);
    }
    let response = test.send(request.body(Body::empty()).unwrap()).await;
    let (status, headers) = (response.status(), response.headers().clone());
    let body = response.into_body().collect().await.unwrap().to_bytes().to_vec();
    Sent { status, headers, body }
}

fn features(body: &[u8], layer: &str) -> Vec<Read> {
    let tile = <Tile as prost::Message>::decode(body).unwrap();
    let Some(found) = tile.layers.first() else { return Vec::new() };
    assert_eq!(
        (tile.layers.len(), found.name.as_str(), found.version, found.extent),
        (1, layer, 2, Some(4096))
    );
    assert!((1..=5_000).contains(&found.features.len()));
    let tags = TagsDecoder::new(&found.keys, &found.values);
    let value = |tag: Tag| match tag {
        Tag::String(text) => json!(text),
        Tag::Double(bits) => json!(f64::from_ne_bytes(bits)),
        Tag::Uint(number) => json!(number),
        Tag::Bool(is) => json!(is),
        other => panic!("{other:?}"),
    };
    let read = |feature: &tinymvt::vector_tile::tile::Feature| {
        let properties = tags.decode(&feature.tags).unwrap();
        let mut geometry = GeometryDecoder::new(&feature.geometry);
        let (mut points, mut rings) = (Vec::new(), Vec::new());
        match feature.r#type {
            Some(1) => points = geometry.decode_points().unwrap(),
            Some(2) => points = geometry.decode_linestrings().unwrap().concat(),
            _ => rings = geometry.decode_polygons().unwrap(),
        }
        let properties = properties.into_iter().map(|(name, tag)| (name.to_owned(), value(tag))).collect();
        Read { properties, points, rings }
    };
    found.features.iter().map(read).collect()
}

async fn tile(test: &TestApp, token: Option<&str>, layer: &str, at: &str, query: &str) -> Vec<Read> {
    let sent = sent(test, token, &format!("/tiles/{layer}/{at}.mvt{query}"), &[]).await;
    assert_eq!(sent.status, 200, "{}", String::from_utf8_lossy(&sent.body));
    assert_eq!(sent.headers[header::CONTENT_TYPE], "application/vnd.mapbox-vector-tile");
    features(&sent.body, layer)
}

/// `?filter=…`
fn filter(filter: &Value) -> String {
    let pairs = [("filter", filter.to_string())];
    format!("?{}", url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish())
}

/// The tile of a zoom that holds a place, by the formula of the specification of slippy maps.
fn holding(zoom: u32, longitude: f64, latitude: f64) -> String {
    let tiles = f64::from(1u32 << zoom);
    let radians = latitude.to_radians();
    let row = (1.0 - radians.tan().asinh() / std::f64::consts::PI) / 2.0;
    format!("{zoom}/{}/{}", ((longitude + 180.0) / 360.0 * tiles) as u32, (row * tiles) as u32)
}

/// A commune with three actors near to each other, one a day's walk off, one hidden, one without a place; who they are.
async fn village() -> (TestApp, Vec<String>) {
    let test = TestApp::empty().await;
    let commune = test.territory("COMMUNE", "1", "Bourg", square(1.5, 48.5, 0.5)).await;
    let mut actors = vec![commune.clone()];
    for (name, longitude, hidden) in [
        ("A", Some(1.101), false),
        ("B", Some(1.102), false),
        ("C", Some(1.103), false),
        ("D", Some(1.9), false),
        ("E", Some(1.5), true),
        ("F", None, false),
    ] {
        let location =
            longitude.map(|longitude| json!({ "longitude": longitude, "latitude": 48.5, "hidden": hidden }));
        let kind = if name == "C" { "SCHOOL" } else { "ASSOCIATION" };
        let actor =
            test.actor(name, json!({ "kind": kind, "seat": { "id": commune }, "location": location }));
        actors.push(actor.await);
    }
    for (kind, source, target, until) in [
        ("FUNDING", 4, 1, Value::Null),
        ("SUPPORT", 4, 2, Value::Null),
        ("PARTNERSHIP", 1, 2, Value::Null),
        ("MEMBERSHIP", 3, 4, json!("2025-12-31")),
        ("PARTNERSHIP", 5, 4, Value::Null),
    ] {
        test.interaction(kind, &actors[source], &actors[target], json!({ "until": until })).await;
    }
    (test, actors)
}

#[tokio::test]
async fn every_actor_is_in_one_tile_of_each_zoom_and_clusters_are_those_of_maps() {
    let (test, ids) = village().await;
    for zoom in 0..=22 {
        let mut tiles: BTreeSet<String> = BTreeSet::new();
        for longitude in [1.101, 1.102, 1.103, 1.9, 1.5] {
            tiles.insert(holding(zoom, longitude, 48.5));
        }
        let (mut count, mut keys, mut named) = (0, BTreeSet::new(), BTreeSet::new());
        for at in &tiles {
            for read in tile(&test, None, "actors", at, "").await {
                count += read.count();
                assert!(read.points.iter().flatten().all(|part| (0..4096).contains(part)), "{read:?}");
                assert!(keys.insert(read.text("key").unwrap().to_owned()));
                if read.count() == 1 {
                    named
                        .insert((read.text("id").unwrap().to_owned(), read.text("name").unwrap().to_owned()));
                } else {
                    let kinds = ["associationCount", "schoolCount"]
                        .map(|kind| read.properties.get(kind).and_then(Value::as_u64).unwrap_or(0));
                    assert_eq!(kinds.iter().sum::<u64>(), read.count());
                    assert_eq!(read.text("name"), None);
                }
            }
        }
        assert_eq!(count, 4, "{zoom}");
        let query = "query($zoom: Float!) { territory(by: {code: {kind: COMMUNE, code: \"1\"}}) { map(zoom: $zoom) { nodes { key } } } }";
        let map = test.data(query, json!({ "zoom": zoom })).await;
        let of_map = map["territory"]["map"]["nodes"]
            .as_array()
            .unwrap()
            .iter()
            .map(|node| node["key"].as_str().unwrap().to_owned());
        assert_eq!(keys, of_map.collect::<BTreeSet<_>>(), "{zoom}");
        if zoom == 22 {
            let expected =
                [1, 2, 3, 4].map(|place| (ids[place].clone(), ["", "A", "B", "C", "D"][place].to_owned()));
            assert_eq!(named, BTreeSet::from(expected));
        }
    }
}

#[tokio::test]
async fn lines_are_merged_as_the_zoom_has_it_and_cross_the_tiles_between() {
    let (test, ids) = village().await;
    // Far off, D is linked with the cluster of the others by what holds today.
    let far = tile(&test, None, "interactions", &holding(8, 1.101, 48.5), "").await;
    assert_eq!(far.len(), 1);
    assert_eq!((far[0].count(), &far[0].properties["directed"]), (2, &json!(true)));
    assert_eq!(far[0].properties["weight"], json!(2.0));
    // Near by each is itself; in the middle nobody is, and two lines pass: before and beyond the zoom from which on they are
    // found one by one.
    for zoom in [12, 13, 14] {
        let between = tile(&test, None, "interactions", &holding(zoom, 1.6, 48.5), "").await;
        let passing: u64 = between.iter().map(Read::count).sum();
        assert_eq!(passing, 2, "{zoom}");
        assert!(
            between.iter().flat_map(|read| &read.points).flatten().all(|part| (-64..=4160).contains(part))
        );
        assert!(tile(&test, None, "actors", &holding(zoom, 1.6, 48.5), "").await.is_empty());
    }
    let near = tile(&test, None, "interactions", &holding(16, 1.102, 48.5), "").await;
    let kinds: BTreeSet<_> = near.iter().map(|read| read.text("kind").unwrap()).collect();
    assert_eq!(kinds, BTreeSet::from(["FUNDING", "PARTNERSHIP", "SUPPORT"]));
    let only = tile(
        &test,
        None,
        "interactions",
        &holding(16, 1.102, 48.5),
        &filter(&json!({ "kinds": ["FUNDING"] })),
    )
    .await;
    assert_eq!(only.iter().map(|read| read.text("kind")).collect::<Vec<_>>(), [Some("FUNDING")]);
    let of_b =
        tile(&test, None, "interactions", &holding(16, 1.102, 48.5), &filter(&json!({ "actor": ids[2] })))
            .await;
    assert_eq!(of_b.len(), 2);
    let before = tile(&test, None, "interactions", &holding(8, 1.101, 48.5), "?asOf=2025-12-31").await;
    assert_eq!((before[0].count(), &before[0].properties["directed"]), (3, &json!(false)));
}

#[tokio::test]
async fn outlines_are_clipped_and_filtered() {
    let (test, ids) = village().await;
    test.territory("CUSTOM", "P", "Pourtour", square(1.5, 48.5, 2.0)).await;
    let whole = tile(&test, None, "territories", "4/8/5", "").await;
    let names: Vec<_> = whole
        .iter()
        .map(|read| (read.text("kind").unwrap(), read.text("code").unwrap(), read.text("name").unwrap()))
        .collect();
    // The largest first.
    assert_eq!(names, [("CUSTOM", "P", "Pourtour"), ("COMMUNE", "1", "Bourg")]);
    assert_eq!(whole[1].text("id"), Some(ids[0].as_str()));
    let communes = tile(&test, None, "territories", "4/8/5", &filter(&json!({ "kinds": ["COMMUNE"] }))).await;
    assert_eq!(communes.len(), 1);
    let within = filter(&json!({ "within": { "code": { "kind": "CUSTOM", "code": "P" } } }));
    assert_eq!(tile(&test, None, "territories", "4/8/5", &within).await.len(), 1);
    // Deep inside, the tile and its margin are filled.
    for read in tile(&test, None, "territories", &holding(12, 1.5, 48.5), "").await {
        assert_eq!(read.rings.len(), 1);
        let ring: BTreeSet<_> = read.rings[0][0].iter().copied().collect();
        assert_eq!(ring, BTreeSet::from([[-64, -64], [4160, -64], [4160, 4160], [-64, 4160]]));
    }
    assert!(tile(&test, None, "territories", &holding(12, 10.0, 48.5), "").await.is_empty());
}

#[tokio::test]
async fn the_tag_names_the_bytes_and_a_write_makes_them_old_at_once() {
    let (test, ids) = village().await;
    let path = format!("/tiles/actors/{}.mvt", holding(16, 1.9, 48.5));
    let first = sent(&test, None, &path, &[]).await;
    let tag = first.headers[header::ETAG].to_str().unwrap().to_owned();
    assert!(tag.starts_with('"'), "{tag}");
    assert_eq!(first.headers[header::CACHE_CONTROL], "public, no-cache");
    let vary: Vec<_> =
        first.headers.get_all(header::VARY).iter().map(|value| value.to_str().unwrap()).collect();
    assert_eq!(vary.join(", "), "authorization, accept-encoding");
    for known in [tag.clone(), format!("\"x\", W/{tag}"), "*".to_owned()] {
        let same = sent(&test, None, &path, &[(header::IF_NONE_MATCH, known.as_str())]).await;
        assert_eq!((same.status, same.body.len()), (StatusCode::NOT_MODIFIED, 0), "{known}");
        assert_eq!(same.headers[header::ETAG], tag.as_str());
        assert_eq!(same.headers[header::CACHE_CONTROL], "public, no-cache");
    }
    // What changes elsewhere changes nothing here.
    data_of(test.update_actor(&ids[1], 2, json!({ "name": "Autre" })).await);
    let same = sent(&test, None, &path, &[(header::IF_NONE_MATCH, tag.as_str())]).await;
    assert_eq!(same.status, StatusCode::NOT_MODIFIED);
    data_of(test.update_actor(&ids[4], 2, json!({ "name": "Dé" })).await);
    let other = sent(&test, None, &path, &[(header::IF_NONE_MATCH, tag.as_str())]).await;
    assert_eq!((other.status, features(&other.body, "actors")[0].text("name")), (StatusCode::OK, Some("Dé")));
    assert_ne!(other.headers[header::ETAG], tag.as_str());
    let own = sent(&test, Some(&test.token), &path, &[]).await;
    assert_eq!(own.headers[header::CACHE_CONTROL], "private, no-cache");
    // Zipped bytes are other bytes, with another tag.
    let wide = "/tiles/actors/16/0/0.mvt";
    let nothing = sent(&test, None, wide, &[(header::ACCEPT_ENCODING, "gzip, br")]).await;
    assert_eq!((nothing.status, nothing.body.len()), (StatusCode::OK, 0));
    let large = format!("/tiles/actors/{}.mvt", holding(20, 1.102, 48.5));
    let plain = sent(&test, None, &large, &[(header::ACCEPT_ENCODING, "br")]).await;
    assert!(plain.headers.get(header::CONTENT_ENCODING).is_none());
    let zipped = sent(&test, None, &large, &[(header::ACCEPT_ENCODING, "gzip, br")]).await;
    if plain.body.len() >= 256 {
        assert_eq!(zipped.headers[header::CONTENT_ENCODING], "gzip");
        assert_ne!(zipped.headers[header::ETAG], plain.headers[header::ETAG]);
    } else {
        assert_eq!(zipped.body, plain.body);
    }
}

#[tokio::test]
async fn what_is_wrong_is_said() {
    let test = TestApp::empty().await;
    for (path, status, words) in [
        ("/tiles/roads/0/0/0.mvt", 404, "actors, interactions or territories"),
        ("/tiles/roads.json", 404, "actors, interactions or territories"),
        ("/tiles/actors", 404, "/tiles/{layer}.json"),
        ("/tiles/actors/0/0/0", 404, ".mvt"),
        ("/tiles/actors/3/8/0.mvt", 400, "z is from 0 to 22"),
        ("/tiles/actors/23/0/0.mvt", 400, "z is from 0 to 22"),
        ("/tiles/actors/a/b/c.mvt", 400, "z is from 0 to 22"),
        ("/tiles/actors/0/0/0.mvt?kinds=SCHOOL", 400, "there are filter"),
        ("/tiles/actors/0/0/0.mvt?asOf=2026-01-01", 400, "no parameter of actors"),
        (
            "/tiles/interactions/0/0/0.mvt?asOf=yesterday&filter=%7B",
            400,
            "asOf is a day, as 2026-06-30. filter is no JSON",
        ),
        (
            "/tiles/actors/0/0/0.mvt?filter=%7B%22kind%22%3A%5B%5D%7D",
            400,
            "filter.kind is no field here; there are",
        ),
        ("/tiles/actors/0/0/0.mvt?filter={}&filter={}", 400, "given twice"),
        (
            "/tiles/actors.json?filter=%7B%22territory%22%3A%7B%22territory%22%3A%7B%22code%22%3A%7B%22kind%22%3A%22COMMUNE%22%2C%22code%22%3A%22none%22%7D%7D%7D%7D",
            400,
            "filter.territory",
        ),
        ("/tiles/actors/0/0/0.mvt?filter=%00", 400, "character"),
    ] {
        let sent = sent(&test, None, path, &[]).await;
        let body = String::from_utf8(sent.body).unwrap();
        assert_eq!(sent.status.as_u16(), status, "{path}: {body}");
        assert!(body.contains(words), "{path}: {body}");
    }
}

#[tokio::test]
async fn a_tile_json_leads_to_its_tiles_with_the_filter() {
    let (test, _) = village().await;
    for (layer, deepest) in [("actors", 18), ("interactions", 18), ("territories", 14)] {
        let sent = sent(&test, None, &format!("/tiles/{layer}.json{}", filter(&json!({}))), &[]).await;
        let told: Value = serde_json::from_slice(&sent.body).unwrap();
        assert_eq!((&told["tilejson"], &told["maxzoom"]), (&json!("3.0.0"), &json!(deepest)));
        assert_eq!(told["vector_layers"][0]["id"], layer);
        let address = told["tiles"][0].as_str().unwrap().strip_prefix("http://127.0.0.1:8080").unwrap();
        let address = address.replace("{z}", "0").replace("{x}", "0").replace("{y}", "0");
        let sent = sent_at(&test, &address).await;
        let read = features(&sent, layer);
        // Every property is told of; counts by kind by one of them.
        let fields = told["vector_layers"][0]["fields"].as_object().unwrap();
        for name in read.iter().flat_map(|read| read.properties.keys()) {
            assert!(fields.contains_key(name) || name.ends_with("Count"), "{name}");
        }
    }
}

async fn sent_at(test: &TestApp, address: &str) -> Vec<u8> {
    let sent = sent(test, None, address, &[]).await;
    assert_eq!(sent.status, 200);
    sent.body
}

#[tokio::test]
async fn each_sees_in_tiles_what_they_see_in_lists() {
    const ACTORS: &str = "query($f: ActorFilter) { actors(filter: $f, first: 100) { totalCount nodes { id name location { point { longitude latitude } } } } }";
    const TIES: &str = "{ interactions(filter: {activeOn: \"2026-11-22\"}, first: 100) { totalCount nodes { id source { id } target { id } } } }";
    let stage = World::stage().await;
    let mut seen = BTreeSet::new();
    for persona in PERSONAS {
        let token = stage.token(persona).await;
        for asked in
            [json!({}), json!({ "kinds": ["ASSOCIATION"] }), json!({ "not": { "themes": ["literacy"] } })]
        {
            let listed = data_of(stage.ask(persona, ACTORS, json!({ "f": asked })).await)["actors"].clone();
            assert!(listed["totalCount"].as_i64().unwrap() <= 100);
            let nodes = listed["nodes"].as_array().unwrap();
            let located: BTreeMap<_, _> = nodes
                .iter()
                .filter(|node| !node["location"]["point"].is_null())
                .map(|node| (node["id"].as_str().unwrap(), node))
                .collect();
            let world = tile(&stage.test, token.as_deref(), "actors", "0/0/0", &filter(&asked)).await;
            assert_eq!(world.iter().map(Read::count).sum::<u64>(), located.len() as u64, "{persona} {asked}");
            for (id, node) in &located {
                let at = |axis: &str| node["location"]["point"][axis].as_f64().unwrap();
                let deep = tile(
                    &stage.test,
                    token.as_deref(),
                    "actors",
                    &holding(22, at("longitude"), at("latitude")),
                    &filter(&asked),
                )
                .await;
                let found = deep
                    .iter()
                    .any(|read| read.text("id") == Some(*id) && read.text("name") == node["name"].as_str());
                assert!(found || deep.iter().any(|read| read.count() > 1), "{persona} {asked} {node}");
            }
            seen.insert((persona, located.len()));
            if asked != json!({}) {
                continue;
            }
            let ties = data_of(stage.ask(persona, TIES, json!({})).await)["interactions"].clone();
            let ties = ties["nodes"].as_array().unwrap().clone();
            let drawn: Vec<_> = ties
                .iter()
                .filter(|tie| {
                    ["source", "target"]
                        .iter()
                        .all(|end| located.contains_key(tie[end]["id"].as_str().unwrap()))
                })
                .collect();
            let mut ids = BTreeSet::new();
            for tie in &drawn {
                let point = &located[tie["source"]["id"].as_str().unwrap()]["location"]["point"];
                let at =
                    holding(18, point["longitude"].as_f64().unwrap(), point["latitude"].as_f64().unwrap());
                let lines = tile(&stage.test, token.as_deref(), "interactions", &at, "").await;
                ids.extend(lines.iter().filter_map(|read| read.text("id").map(str::to_owned)));
            }
            let allowed: BTreeSet<_> =
                drawn.iter().map(|tie| tie["id"].as_str().unwrap().to_owned()).collect();
            assert!(ids.is_subset(&allowed), "{persona}: {:?}", ids.difference(&allowed));
        }
    }
    // Who has rights sees more, and not all the same.
    let counts: BTreeSet<_> = seen.iter().map(|(_, count)| count).collect();
    assert!(counts.len() > 2, "{seen:?}");
}
