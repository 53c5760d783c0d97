//! Two diagnoses in A with all that belongs to them: one that everyone sees, facilitated by `own`, and a draft; and what
//! evaluates them.

use std::collections::HashMap;

use serde_json::json;

use crate::support::TestApp;
use crate::support::entries::id_of;

pub async fn build(test: &TestApp, ids: &mut HashMap<&'static str, String>) {
    let all = [
        [
            "study",
            "own",
            "axis",
            "finding",
            "threat",
            "loose finding",
            "crossing",
            "orientation",
            "loose orientation",
            "study indicator",
            "loose indicator",
            "result",
        ],
        [
            "hidden study",
            "seen",
            "hidden axis",
            "hidden finding",
            "hidden threat",
            "hidden loose finding",
            "hidden crossing",
            "hidden orientation",
            "hidden loose orientation",
            "hidden indicator",
            "hidden loose indicator",
            "hidden result",
        ],
    ];
    for [
        study,
        facilitator,
        axis,
        finding,
        threat,
        loose,
        crossing,
        aim,
        loose_aim,
        indicator,
        unmeasured,
        result,
    ] in all
    {
        let open =
            "mutation($input: OpenDiagnosisInput!) { openDiagnosis(input: $input) { id axes { id } } }";
        let input = json!({ "title": format!("Étude {study}"), "territory": { "id": ids["A"] }, "facilitator": ids[facilitator],
            "axes": [{ "number": 1, "title": "École" }] });
        let opened = test.admin_data(open, json!({ "input": input })).await["openDiagnosis"].clone();
        ids.insert(study, id_of(&opened));
        ids.insert(axis, id_of(&opened["axes"][0]));
        if study == "study" {
            test.must("publish", &ids[study], 1).await;
        }
        let add = "mutation($of: ID!, $items: [SwotItemInput!]!) { addSwotItems(diagnosis: $of, items: $items) { id } }";
        let item =
            |quadrant: &str, text: &str| json!({ "axis": ids[axis], "quadrant": quadrant, "text": text });
        let items = json!([item("STRENGTH", "Un"), item("THREAT", "Deux"), item("WEAKNESS", "Trois")]);
        let added =
            test.admin_data(add, json!({ "of": ids[study], "items": items })).await["addSwotItems"].clone();
        for (n, name) in [finding, threat, loose].into_iter().enumerate() {
            ids.insert(name, id_of(&added[n]));
        }
        let cross = "mutation($i: ID!, $e: ID!) { crossSwotItems(internal: $i, external: $e, insight: \"Ensemble\") { id } }";
        let crossed = test.admin_data(cross, json!({ "i": ids[finding], "e": ids[threat] })).await;
        ids.insert(crossing, id_of(&crossed["crossSwotItems"]));
        let aims = "mutation($of: ID!, $n: Int!) { addOrientation(diagnosis: $of, input: { number: $n, title: \"Parents\" }) { id } }";
        for (n, name) in [(1, aim), (2, loose_aim)] {
            let added = test.admin_data(aims, json!({ "of": ids[study], "n": n })).await;
            ids.insert(name, id_of(&added["addOrientation"]));
        }
        let define = "mutation($of: ID!) { defineIndicator(owner: $of, input: { name: \"Permanences\", unit: \"par mois\" }) { id } }";
        for name in [indicator, unmeasured] {
            let defined = test.admin_data(define, json!({ "of": ids[aim] })).await;
            ids.insert(name, id_of(&defined["defineIndicator"]));
        }
        let record = "mutation($id: ID!) { recordIndicatorResult(indicator: $id, on: \"2026-01-01\", value: \"5\") { id } }";
        let recorded = test.admin_data(record, json!({ "id": ids[indicator] })).await;
        ids.insert(result, id_of(&recorded["recordIndicatorResult"]));
    }
    let define = "mutation($of: ID!) { defineIndicator(owner: $of, input: { name: \"Membres\", unit: \"acteurs\" }) { id } }";
    for (owner, name) in [("circle", "circle indicator"), ("draft circle", "draft circle indicator")] {
        let defined = test.admin_data(define, json!({ "of": ids[owner] })).await;
        ids.insert(name, id_of(&defined["defineIndicator"]));
    }
}
