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

#[tokio::test]
async fn a_page_that_asks_for_little_says_the_same_as_one_that_asks_for_all() {
    let hearing = Hearing::demo().await;
    let agglo = r#"territory(by: {code: {kind: INTERCOMMUNALITY, code: "200040277"}})"#;
    let brief = "__typename id slug kind name themes { slug } seat { name } areasServed { name } registrations { value }
        status version createdAt updatedAt";
    let more = "sdgs { number } audiences location { address } description website shortName verifiedOn";
    for list in ["actors(first: 60)", &format!("{agglo} {{ actors(first: 60)")] {
        let end = if list.contains('{') { " } }" } else { " }" };
        for (before, after, node) in [("nodes", "", ""), ("edges { cursor node", "}", "/node")] {
            let of = async |fields: &str| {
                let query = format!("{{ {list} {{ {before} {{ {fields} }} {after} }} {end}");
                hearing.test.data(&query, json!({})).await
            };
            let whole = of(&format!("{brief} {more}")).await;
            let spread = of(&format!("{brief} ... on Actor {{ {more} }}")).await;
            assert_eq!(whole, spread, "what a fragment asks for is read too");
            let [brief, whole] = [of(brief).await, whole].map(|data| {
                let list = data.pointer("/territory/actors").or(data.get("actors")).unwrap();
                let entries = list.get("nodes").or(list.get("edges")).unwrap().as_array().unwrap();
                entries.iter().map(|entry| entry.pointer(node).unwrap().clone()).collect::<Vec<_>>()
            });
            assert!(brief.len() > 50 && brief.len() == whole.len());
            for (brief, whole) in brief.iter().zip(&whole) {
                for (field, value) in brief.as_object().unwrap() {
                    assert_eq!(*value, whole[field], "{field}");
                }
            }
            assert!(whole.iter().any(|actor| actor["location"].is_object()));
        }
    }
}
