//! The demo answers as the Pays de Dreux is.

use serde_json::json;

use crate::support::TestApp;

#[tokio::test]
async fn dreux_lies_in_everything_that_holds_it() {
    let test = TestApp::demo().await;
    let query = r#"{ territory(by: {code: {kind: COMMUNE, code: "28134"}}) { ancestors { kind name } } }"#;
    let data = test.data(query, json!({})).await;
    let kinds: Vec<_> = data["territory"]["ancestors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|t| t["kind"].as_str().unwrap())
        .collect();
    assert_eq!(
        kinds,
        ["EDUCATION_CITY", "URBAN_CONTRACT", "INTERCOMMUNALITY", "DEPARTMENT", "REGION", "COUNTRY"]
    );
}
