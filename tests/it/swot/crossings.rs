//! Crossings: one finding within, one without.

use serde_json::json;

use super::{Town, message};
use crate::support::entries::id_of;
use crate::support::{codes, data_of, wrong_fields};

#[tokio::test]
async fn a_strength_is_crossed_with_an_opportunity_and_told_of_both() {
    let town = Town::new().await;
    let ids = town.added(&["STRENGTH", "OPPORTUNITY", "WEAKNESS", "THREAT"]).await;
    let first = town.crossed(&ids[0], &ids[1]).await;
    let second = town.crossed(&ids[0], &ids[3]).await;
    let query = "query($id: ID!) { diagnosis(by: { id: $id }) { axes { items { id crossings { id internal { text } external { text } } } } } }";
    let data = town.test.data(query, json!({ "id": town.diagnosis })).await;
    let items = data["diagnosis"]["axes"][0]["items"].clone();
    let of = |n: usize| {
        let mut ids: Vec<_> = items[n]["crossings"].as_array().unwrap().iter().map(id_of).collect();
        // The clock stands still.
        ids.sort_unstable();
        ids
    };
    let mut both = [first.clone(), second.clone()];
    both.sort_unstable();
    assert_eq!(of(0), both);
    assert_eq!((of(1), of(2), of(3)), (vec![first.clone()], vec![], vec![second]));
    assert_eq!(items[1]["crossings"][0]["internal"]["text"], "STRENGTH 0");
    let again = town.cross(&town.manager, &ids[0], &ids[1]).await;
    assert_eq!(codes(&again), ["DUPLICATE"]);
    assert_eq!(again["errors"][0]["extensions"]["existingId"], json!(first));
}

#[tokio::test]
async fn two_within_two_without_and_two_diagnoses_are_refused() {
    let town = Town::new().await;
    let ids = town.added(&["STRENGTH", "WEAKNESS", "OPPORTUNITY", "THREAT"]).await;
    for (internal, external, field, said) in [
        (
            0,
            1,
            "external",
            "the two are STRENGTH and WEAKNESS, both within: cross a strength or a weakness with",
        ),
        (0, 0, "external", "the two are STRENGTH and STRENGTH"),
        (2, 3, "internal", "the two are OPPORTUNITY and THREAT, both without"),
        (3, 1, "internal", "give the strength or the weakness as `internal`"),
    ] {
        let refused = town.cross(&town.editor, &ids[internal], &ids[external]).await;
        assert_eq!((codes(&refused), wrong_fields(&refused)), (vec!["VALIDATION"], vec![field]));
        assert!(message(&refused).contains(said), "{refused}");
    }
    let other = town.opened("Autre diagnostic", &town.here).await;
    let item = json!([{ "axis": other["axes"][0]["id"], "quadrant": "THREAT", "text": "Ailleurs" }]);
    let added = data_of(town.add(&town.editor, &id_of(&other), item).await)["addSwotItems"].clone();
    let refused = town.cross(&town.editor, &ids[0], &id_of(&added[0])).await;
    assert_eq!(wrong_fields(&refused), ["external"]);
    assert!(message(&refused).contains("of another diagnosis, “Autre diagnostic”"), "{refused}");
    // To those who may not see that one, its finding is not there.
    let elsewhere = town.opened("Caché", &town.there).await;
    let item = json!([{ "axis": elsewhere["axes"][0]["id"], "quadrant": "THREAT", "text": "Ailleurs" }]);
    let added = data_of(town.add(&town.test.token, &id_of(&elsewhere), item).await)["addSwotItems"].clone();
    let hidden = town.cross(&town.manager, &ids[0], &id_of(&added[0])).await;
    let absent = town.cross(&town.manager, &ids[0], &town.axes[0]).await;
    assert_eq!(codes(&hidden), ["NOT_FOUND"]);
    assert_eq!(hidden, absent);
}

#[tokio::test]
async fn a_crossing_stays_while_a_validated_orientation_is_based_on_it() {
    let town = Town::new().await;
    let ids = town.added(&["STRENGTH", "OPPORTUNITY", "THREAT"]).await;
    let one = town.crossed(&ids[0], &ids[1]).await;
    let two = town.crossed(&ids[0], &ids[2]).await;
    let validated = town.oriented(1, json!({ "basedOn": [one] })).await;
    let proposed = town.oriented(2, json!({ "basedOn": [two, one] })).await;
    data_of(town.validate(&town.editor, &[&validated], "2021-06-25", None).await);
    let refused = town.remove(&town.editor, "removeCrossing", &one).await;
    assert_eq!(codes(&refused), ["CONFLICT"]);
    assert_eq!(refused["errors"][0]["extensions"]["candidateIds"], json!([validated]));
    assert!(
        message(&refused).contains("orientation 1, “Orientation 1”, is validated and based on it"),
        "{refused}"
    );
    // A proposal, and an amendment, lose it.
    data_of(town.reorient(&validated, json!({ "basedOn": [one, two] })).await);
    data_of(town.remove(&town.manager, "removeCrossing", &two).await);
    let query = "query($ids: [ID!]!) { nodes(ids: $ids) { ... on StrategicOrientation { basedOn { id } amendment { title } } } }";
    let data = town.test.data(query, json!({ "ids": [validated, proposed] })).await;
    assert_eq!(data["nodes"][0], json!({ "basedOn": [{ "id": one }], "amendment": null }));
    assert_eq!(data["nodes"][1]["basedOn"], json!([{ "id": one }]));
    // Amended without it and validated again, it lets it go.
    data_of(town.reorient(&validated, json!({ "basedOn": [] })).await);
    assert_eq!(codes(&town.remove(&town.editor, "removeCrossing", &one).await), ["CONFLICT"]);
    data_of(town.validate(&town.editor, &[&validated], "2021-09-01", None).await);
    data_of(town.remove(&town.editor, "removeCrossing", &one).await);
}
