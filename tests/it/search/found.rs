//! What is found, however it is written.

use super::*;

#[tokio::test]
async fn accents_case_and_a_typing_error_find_the_same_in_the_same_order() {
    let test = directory().await;
    let expected = ["Médiathèque l'Odyssée", "Les amis de la médiathèque", "Petits lecteurs"];
    for text in
        ["mediatheque", "MÉDIATHÈQUE", "mediathèqe", "mediahteque", "mediathequ", "me\u{301}diathe\u{300}que"]
    {
        assert_eq!(names(&test, text).await, expected, "{text}");
    }
}

#[tokio::test]
async fn saint_and_hyphens_and_apostrophes_do_not_count() {
    let test = directory().await;
    for text in ["st lubin", "Saint-Lubin", "saint lubin des joncherets", "ST LUBIN JONCHERETS", "St. Lubin"]
    {
        assert_eq!(names(&test, text).await[0], "Saint-Lubin-des-Joncherets", "{text}");
    }
    for text in ["val d'avre", "val d’avre", "VAL D AVRE", "association avre"] {
        assert_eq!(names(&test, text).await, ["Associations du val d’Avre"], "{text}");
    }
}

#[tokio::test]
async fn an_acronym_finds_its_words_and_its_words_the_acronym() {
    let test = directory().await;
    assert_eq!(names(&test, "mission locale dreux").await, ["ML DE DREUX ET ARRRONDISSEMENT"]);
    assert_eq!(names(&test, "mission loc").await.len(), 2);
    assert_eq!(names(&test, "ml chartres").await, ["Mission locale de Chartres"]);
    assert_eq!(names(&test, "chartres, mission locale").await, ["Mission locale de Chartres"]);
    assert_eq!(names(&test, "MJC").await, ["Maison des jeunes et de la culture"]);
    for text in ["ccas", "C.C.A.S.", "centre communal d'action sociale"] {
        assert_eq!(names(&test, text).await.len(), 2, "{text}");
    }
    assert_eq!(names(&test, "ccas st lubin").await.len(), 1);
}

#[tokio::test]
async fn every_word_must_be_found_each_in_its_own_way() {
    let test = directory().await;
    assert_eq!(names(&test, "mediathèqe odysée").await, ["Médiathèque l'Odyssée"]);
    assert_eq!(names(&test, "odyssée mediathè").await, ["Médiathèque l'Odyssée"]);
    assert_eq!(names(&test, "mediatheque faim").await, Vec::<String>::new());
    // A word that is there is no typing error of another.
    assert_eq!(names(&test, "agir faim").await, ["Agir contre la faim"]);
    assert_eq!(names(&test, "\"contre la faim\"").await, ["Agir contre la faim"]);
    assert_eq!(names(&test, "\"faim contre\"").await, Vec::<String>::new());
    assert_eq!(names(&test, "mediatheque -odyssée").await.len(), 2);
}

#[tokio::test]
async fn the_commune_of_the_seat_may_be_named_beside_the_actor() {
    let test = directory().await;
    let at = json!({ "seat": { "code": { "kind": "COMMUNE", "code": "28404" } } });
    test.actor("Bibliothèque Marcel-Pagnol", at).await;
    for text in ["bibliotheque vernouillet", "vernouillet bibliothèqe", "bibliotheque pagnol vernouillet"] {
        assert_eq!(names(&test, text).await, ["Bibliothèque Marcel-Pagnol"], "{text}");
    }
    assert_eq!(search(&test, "pagnol").await[0]["context"], "Vernouillet, Eure-et-Loir");
}

#[tokio::test]
async fn the_same_is_found_in_every_list() {
    let test = directory().await;
    let query = r#"{
        actors(filter: {text: "mediathèqe odysée"}) { totalCount nodes { name } }
        territories(filter: {text: "st lubn joncherets"}) { totalCount nodes { name } }
        nested: actors(filter: {or: [{text: "mision locale"}, {not: {text: "mediathèqe"}}], and: [{text: "ml"}]}) { totalCount }
    }"#;
    let found = test.data(query, json!({})).await;
    assert_eq!(found["actors"]["nodes"], json!([{ "name": "Médiathèque l'Odyssée" }]));
    assert_eq!(found["territories"]["nodes"], json!([{ "name": "Saint-Lubin-des-Joncherets" }]));
    assert_eq!(found["nested"]["totalCount"], 2);
}

#[tokio::test]
async fn what_is_typed_letter_by_letter_is_found_at_each() {
    let test = directory().await;
    let whole = "vernouillet";
    for length in 1..=whole.len() {
        assert!(
            names(&test, &whole[..length]).await.contains(&"Vernouillet".to_owned()),
            "{}",
            &whole[..length]
        );
    }
    // Words that decide nothing, alone: names that begin with them.
    assert_eq!(names(&test, "les").await, ["Les amis de la médiathèque"]);
    assert_eq!(names(&test, "les a").await.first().map(String::as_str), Some("Les amis de la médiathèque"));
    // They decide between names that are alike otherwise.
    test.territory("COMMUNE", "1", "Rochelle-sur-Mer", json!(null)).await;
    test.territory("COMMUNE", "2", "La Rochelle-les-Bains", json!(null)).await;
    assert_eq!(names(&test, "la ro").await, ["La Rochelle-les-Bains", "Rochelle-sur-Mer"]);
    assert_eq!(names(&test, "ro").await, ["Rochelle-sur-Mer", "La Rochelle-les-Bains"]);
}
