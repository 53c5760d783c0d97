//! What looks alike, and what does not.

use maillage::domain::caller::Right;
use maillage::domain::ids::TerritoryId;
use serde_json::json;

use super::{CANDIDATES, candidates, merge, uuid_of, verdicts};
use crate::support::entries::{id_of, square};
use crate::support::{TestApp, codes, data_of};

/// The only actor that this text finds whose name is this one.
async fn named(test: &TestApp, name: &str, slug: &str) -> String {
    let found = test
        .data("query($slug: String!) { actor(by: {slug: $slug}) { id name } }", json!({ "slug": slug }))
        .await;
    assert_eq!(found["actor"]["name"], name);
    id_of(&found["actor"])
}

fn pairs(found: &[(String, String)]) -> Vec<(&str, &str)> {
    found.iter().map(|(name, verdict)| (name.as_str(), verdict.as_str())).collect()
}

#[tokio::test]
async fn in_real_data_duplicates_are_found_and_a_mairie_is_told_from_its_ccas() {
    let test = TestApp::demo().await;
    let by_name = |name: &'static str| {
        let test = &test;
        async move {
            let query = "query($text: String!) { actors(filter: {text: $text}, first: 100) { nodes { id name seat { name } } } }";
            let found = test.data(query, json!({ "text": name })).await;
            let nodes = found["actors"]["nodes"].as_array().unwrap().clone();
            id_of(nodes.iter().find(|node| node["name"] == name).unwrap())
        }
    };
    let found = verdicts(&test, &by_name("Commune de Châteauneuf-en-Thymerais").await).await;
    assert_eq!(
        pairs(&found),
        [
            ("COMMUNE DE CHATEAUNEUF EN THYMERAIS", "SAME"),
            ("France services Châteauneuf-en-Thymerais", "DISTINCT")
        ]
    );
    let mairie = by_name("Commune de Dreux").await;
    let ccas = by_name("CCAS VILLE DE DREUX").await;
    assert_eq!(pairs(&verdicts(&test, &mairie).await), [("CCAS VILLE DE DREUX", "DISTINCT")]);
    assert_eq!(pairs(&verdicts(&test, &ccas).await), [("Commune de Dreux", "DISTINCT")]);
    let told = candidates(&test, &mairie).await;
    assert_eq!(told[0]["reasons"][0], "a mairie and its CCAS are two");
    assert_eq!(told[0]["score"], 0.1);
    // Two of three post offices are in Dreux.
    assert_eq!(pairs(&verdicts(&test, &by_name("la poste").await).await), [("LA POSTE", "PROBABLE")]);
    assert!(verdicts(&test, &by_name("Commune de Vernouillet").await).await.is_empty());
}

#[tokio::test]
async fn each_thing_in_common_is_said() {
    let test = TestApp::empty().await;
    let dreux = test.territory("COMMUNE", "28134", "Dreux", square(1.36, 48.73, 0.05)).await;
    let anet = test.territory("COMMUNE", "28007", "Anet", square(1.56, 48.73, 0.05)).await;
    let here = json!({ "seat": { "id": dreux } });
    let rna = json!({ "registrations": [{ "scheme": "RNA", "value": "W281000123" }], "seat": { "id": dreux },
        "location": { "longitude": 1.36, "latitude": 48.73 }, "website": "https://www.lavoir.fr/" });
    let lavoir = test.actor("Les Amis du Lavoir", rna).await;
    let same = json!({ "registrations": [{ "scheme": "RNA", "value": "W281000123" }] });
    let other_name = test.actor("Sauvegarde du patrimoine", same).await;
    let near = json!({ "location": { "longitude": 1.362, "latitude": 48.732 }, "website": "https://lavoir.fr/nous" });
    test.actor("Association Amis du lavoir de Dreux", near).await;
    test.actor("Les amis du lavior", here.clone()).await;
    // Homonyms elsewhere, other names here, drafts and archived ones are nothing.
    test.actor("Les Amis du Lavoir", json!({ "seat": { "id": anet } })).await;
    test.actor("Les Amis du Beffroi", here.clone()).await;
    let gone = test.actor("Les Amis du Lavoir", here.clone()).await;
    test.must("archive", &gone, 2).await;
    let draft = id_of(&test.draft_actor("Amis du lavoir", here.clone()).await);

    let found = candidates(&test, &lavoir).await;
    let told: Vec<_> =
        found.iter().map(|found| (found["actor"]["name"].as_str().unwrap(), &found["reasons"])).collect();
    let like = "same name but for words such as \"association\", or the commune's name";
    assert_eq!(
        told,
        [
            ("Sauvegarde du patrimoine", &json!(["same RNA W281000123"])),
            (
                "Association Amis du lavoir de Dreux",
                &json!([like, "same commune", "267 m apart", "same website: lavoir.fr"])
            ),
            ("Amis du lavoir", &json!([like, "same commune"])),
            ("Les amis du lavior", &json!(["names differ by one letter", "same commune"])),
        ]
    );
    assert!(found.iter().all(|found| found["verdict"] == "PROBABLE"));
    let scores: Vec<_> = found.iter().map(|found| found["score"].as_f64().unwrap()).collect();
    assert!(
        scores.is_sorted_by(|a, b| a >= b) && scores.iter().all(|score| (0.5..1.0).contains(score)),
        "{scores:?}"
    );

    // Whoever may not see the draft does not hear of it; strangers hear nothing; what is not to be seen is null.
    let partner = test.token_of("p@example.org", &[Right::Partner(None)]).await;
    let seen = data_of(test.ask_as(&partner, CANDIDATES, json!({ "id": lavoir })).await);
    assert_eq!(seen["duplicatesOf"].as_array().map(Vec::len), Some(3));
    assert_eq!(
        data_of(test.ask_as(&partner, CANDIDATES, json!({ "id": draft })).await),
        json!({ "duplicatesOf": null })
    );
    assert_eq!(
        data_of(test.ask_as(&partner, CANDIDATES, json!({ "id": "none" })).await),
        json!({ "duplicatesOf": null })
    );
    assert_eq!(codes(&test.ask(CANDIDATES, json!({ "id": lavoir })).await), ["UNAUTHENTICATED"]);
    // An old id asks for what its survivor looks like.
    data_of(merge(&test, (&lavoir, 2), (&other_name, 2)).await);
    assert_eq!(candidates(&test, &other_name).await.len(), 3);
    assert_eq!(named(&test, "Les Amis du Lavoir", "sauvegarde-du-patrimoine").await, lavoir);
}

#[tokio::test]
async fn a_hidden_location_says_nothing_to_those_who_may_not_see_it() {
    let test = TestApp::empty().await;
    let dreux = test.territory("COMMUNE", "28134", "Dreux", square(1.36, 48.73, 0.05)).await;
    let anet = test.territory("COMMUNE", "28007", "Anet", square(1.46, 48.73, 0.05)).await;
    // On either side of a border, 300 m from one another.
    let hidden = json!({ "longitude": 1.4085, "latitude": 48.73, "hidden": true });
    let refuge = test.actor("Le Refuge", json!({ "seat": { "id": dreux }, "location": hidden })).await;
    let open = json!({ "longitude": 1.4125, "latitude": 48.73 });
    let other = test.actor("Le refuge", json!({ "seat": { "id": anet }, "location": open })).await;
    let partner = test.token_of("p@example.org", &[Right::Partner(None)]).await;
    for id in [&refuge, &other] {
        assert_eq!(candidates(&test, id).await.len(), 1);
        let seen = data_of(test.ask_as(&partner, CANDIDATES, json!({ "id": id })).await);
        assert_eq!(seen["duplicatesOf"], json!([]), "{id}");
    }
    let territory = TerritoryId(uuid_of(&dreux).parse().unwrap());
    let manager = test.token_of("m@example.org", &[Right::TerritoryManager(territory)]).await;
    let seen = data_of(test.ask_as(&manager, CANDIDATES, json!({ "id": other })).await);
    assert_eq!(seen["duplicatesOf"][0]["actor"]["id"], json!(refuge));
}

#[tokio::test]
async fn a_page_of_actors_takes_two_statements() {
    let test = TestApp::demo().await;
    let ids = test.data("{ actors(first: 20) { nodes { id } } }", json!({})).await;
    let ids: Vec<_> =
        ids["actors"]["nodes"].as_array().unwrap().iter().map(|node| super::actor(&id_of(node))).collect();
    let caller = maillage::domain::caller::Caller::Operator;
    let before = test.statement_count();
    let found = test.app.likely_duplicates_of(&caller, &ids).await.unwrap();
    assert_eq!(test.statement_count() - before, 2);
    assert_eq!(found.len(), 20);
    for id in ids {
        assert_eq!(found[&id], test.app.likely_duplicates(&caller, id).await.unwrap());
    }
}
