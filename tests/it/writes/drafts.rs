//! A stranger meets no draft: not in lists, by id, nested, in a search, in facets, counts or maps.

use serde_json::{Value, json};

use crate::support::TestApp;
use crate::support::entries::{id_of, square, texts};

#[tokio::test]
async fn nothing_tells_a_stranger_of_a_draft() {
    let test = TestApp::empty().await;
    let here = test.territory("COMMUNE", "28001", "Ici", square(1.0, 48.0, 0.1)).await;
    let place = json!({ "location": { "longitude": 1.0, "latitude": 48.0 }, "themes": ["work"], "sdgs": [8],
        "registrations": [{ "scheme": "SIREN", "value": "212801344" }] });
    let draft = test.draft_actor("Secret", place).await;
    let (slug, draft) = (draft["slug"].clone(), id_of(&draft));
    let seen = test.actor("Connu", json!({ "seat": { "id": here } })).await;
    let other = test.actor("Autre", json!({ "seat": { "id": here } })).await;
    let with_draft =
        test.interaction("PARTNERSHIP", &seen, &draft, json!({ "territories": [{ "id": here }] })).await;
    let answer = test.declare("PARTNERSHIP", &seen, &other, json!({})).await;
    let unpublished = id_of(&answer["data"]["declareInteraction"]);
    let draft_call = test.draft_call("Secret appel", &here, json!({ "organisers": [seen] })).await;
    let (call_slug, draft_call) = (draft_call["slug"].clone(), id_of(&draft_call));
    let call = test.call("Appel", &here, json!({ "organisers": [draft, seen], "funders": [draft] })).await;

    let by_name = "query($ids: [ID!]!, $draft: ID!, $slug: String!, $call: String!) { nodes(ids: $ids) { id } node(id: $draft) { id }
        slug: actor(by: {slug: $slug}) { id } siren: actor(by: {registration: {scheme: SIREN, value: \"212801344\"}}) { id }
        call(by: {slug: $call}) { id } }";
    let ids = [&draft, &with_draft, &unpublished, &draft_call];
    let variables = json!({ "ids": ids, "draft": draft, "slug": slug, "call": call_slug });
    let stranger = test.data(by_name, variables.clone()).await;
    assert_eq!(
        stranger,
        json!({ "nodes": [null, null, null, null], "node": null, "slug": null, "siren": null, "call": null })
    );
    let admin = test.admin_data(by_name, variables).await;
    assert!(admin["nodes"].as_array().unwrap().iter().all(|node| !node.is_null()), "{admin:#}");

    let lists = r#"query($here: ID!, $seen: ID!, $draft: ID!, $call: ID!) {
        actors { totalCount nodes { id } facets { kinds { count } themes { count } sdgs { count } } }
        located: actors(filter: {hasLocation: true}) { totalCount }
        partners: actors(filter: {interactsWith: $draft}) { totalCount }
        of: interactions(filter: {actor: $draft}) { totalCount }
        between: interactions(filter: {territory: {territory: {id: $here}, basis: AREA}}) { totalCount }
        organised: calls(filter: {organiser: $draft}) { totalCount }
        calls { totalCount nodes { id } }
        search(text: "secret") { edges { score } }
        call(by: {id: $call}) { organisers { id } funders { id } }
        actor(by: {id: $seen}) { interactions { totalCount nodes { id } } partners { totalCount nodes { id } } } }"#;
    let nested = "query($here: ID!) { territory(by: {id: $here}) {
        actors { totalCount nodes { id } } interactions { totalCount nodes { id } } calls { totalCount nodes { id } }
        map { actorCount interactionCount unlocatedCount nodes { actorCount } links { interactionCount } keyActors { degree actor { id } } } } }";
    let variables = json!({ "here": here, "seen": seen, "draft": draft, "call": call });
    let stranger = test.data(lists, variables.clone()).await;
    assert_eq!(stranger["actors"]["totalCount"], 2);
    assert_eq!(stranger["actors"]["facets"], json!({ "kinds": [{ "count": 2 }], "themes": [], "sdgs": [] }));
    for count in ["located", "partners", "of", "between", "organised"] {
        assert_eq!(stranger[count]["totalCount"], 0, "{count}");
    }
    assert_eq!(stranger["calls"], json!({ "totalCount": 1, "nodes": [{ "id": call }] }));
    assert_eq!(stranger["search"]["edges"], json!([]));
    assert_eq!(stranger["call"], json!({ "organisers": [{ "id": seen }], "funders": [] }));
    assert_eq!(stranger["actor"]["interactions"], json!({ "totalCount": 0, "nodes": [] }));
    assert_eq!(stranger["actor"]["partners"], json!({ "totalCount": 0, "nodes": [] }));

    let territory = test.data(nested, json!({ "here": here })).await["territory"].clone();
    let mut inside = texts(&territory["actors"]["nodes"], "/id");
    let mut expected = [seen.as_str(), other.as_str()];
    inside.sort_unstable();
    expected.sort_unstable();
    assert_eq!(inside, expected);
    assert_eq!(territory["interactions"]["totalCount"], 0);
    assert_eq!(territory["calls"]["totalCount"], 1);
    let map = &territory["map"];
    assert_eq!(
        (&map["actorCount"], &map["interactionCount"], &map["unlocatedCount"]),
        (&json!(2), &json!(0), &json!(2))
    );
    assert_eq!((&map["nodes"], &map["links"]), (&json!([]), &json!([])));
    assert!(
        map["keyActors"]
            .as_array()
            .unwrap()
            .iter()
            .all(|key| key["degree"] == 0 && key["actor"]["id"] != draft.as_str())
    );

    let admin = test.admin_data(nested, json!({ "here": here })).await["territory"].clone();
    assert_eq!(
        (&admin["actors"]["totalCount"], &admin["interactions"]["totalCount"]),
        (&json!(3), &json!(2))
    );
    assert_eq!(admin["calls"]["totalCount"], 2);
    let admin = test.admin_data(lists, variables).await;
    assert_eq!(admin["search"]["edges"].as_array().unwrap().len(), 2);
    assert_eq!(admin["partners"]["totalCount"], 1);
    assert_ne!(admin["actors"]["facets"]["themes"], Value::Array(Vec::new()));
}
