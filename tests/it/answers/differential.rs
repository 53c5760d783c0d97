//! What is kept is what would be read.

use super::*;
use crate::access::everything::{About, part, questions};
use crate::access::world::World;

#[tokio::test]
async fn every_kept_answer_is_the_one_that_is_read() {
    let stage = World::stage().await;
    let reads = TestApp::at(stage.test.url()).await;
    let world = stage.world;
    let hearing = Hearing::over(stage.test).await;
    let about = About {
        ids: vec![world.id("own"), world.id("near")],
        slug: "own",
        siren: "212801344",
        words: vec!["atelier"],
        points: vec![(1.004, 48.004)],
    };
    let all = questions(&about);
    let (mut asked, mut kept) = (0, 0);
    for (query, mut variables) in part(&all, 3, 1) {
        world.fill(&mut variables);
        let read = reads.ask(&query, variables.clone()).await;
        let first = hearing.test.ask(&query, variables.clone()).await;
        let before = hearing.test.statement_count();
        let again = hearing.test.ask(&query, variables.clone()).await;
        kept += usize::from(hearing.test.statement_count() == before);
        asked += 1;
        assert!(read == first && first == again, "{query}\n{variables}\n{read:#}\n{first:#}\n{again:#}");
    }
    assert!(asked > 50 && kept * 10 > asked * 8, "{kept} of {asked} were kept");
}
