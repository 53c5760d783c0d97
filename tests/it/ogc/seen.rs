//! What may be seen.

use super::{ids, read, sent};
use crate::access::hidden::two_places;
use crate::access::world::World;

#[tokio::test]
async fn what_may_not_be_seen_is_in_no_layer() {
    let stage = World::stage().await;
    let (test, world) = (&stage.test, stage.world);
    for (persona, sees) in [("anonymous", false), ("partner", false), ("quarter", true), ("admin", true)] {
        let token = stage.token(persona).await;
        for (layer, id) in [("actors", "draft"), ("interactions", "draft link")] {
            let page = read(test, token.as_deref(), &format!("/collections/{layer}/items?limit=1000")).await;
            let one =
                sent(test, token.as_deref(), &format!("/collections/{layer}/items/{}", world.id(id))).await;
            assert_eq!(one.status.is_success(), sees, "{persona} {layer}");
            // Those without a place are no points.
            assert!(sees || !ids(&page).contains(&world.id(id)), "{persona} {layer}");
        }
    }
    assert_eq!(sent(test, Some("nonsense"), "/collections").await.status.as_u16(), 401);
    stage.end().await;
}

#[tokio::test]
async fn where_a_hidden_location_is_can_not_be_told() {
    let stages = two_places(false).await;
    let [here, there] = &stages;
    let shelter = here.world.id("shelter").to_owned();
    let paths = [
        "/collections".to_owned(),
        "/collections/actors/items?limit=1000".to_owned(),
        "/collections/interactions/items?limit=1000".to_owned(),
        format!("/collections/actors/items/{shelter}"),
        "/collections/actors/items?bbox=1.01,48.01,1.012,48.012".to_owned(),
        "/collections/interactions/items?bbox=1.01,48.01,1.012,48.012".to_owned(),
        "/collections/actors/items?territory=COMMUNE:28001".to_owned(),
    ];
    for persona in ["anonymous", "analyst", "editor", "partner"] {
        let (one, other) = (here.token(persona).await, there.token(persona).await);
        for path in &paths {
            let told = sent(&here.test, one.as_deref(), path).await.text();
            assert_eq!(told, sent(&there.test, other.as_deref(), path).await.text(), "{persona} {path}");
        }
    }
    let token = here.token("manager").await;
    let page = read(&here.test, token.as_deref(), &paths[4]).await;
    assert_eq!(ids(&page), [shelter.as_str()]);
    for stage in stages {
        stage.end().await;
    }
}
