//! Evaluation: indicators and their results.

use maillage::domain::caller::Right;
use maillage::graphql::ids::id_of as key_of;
use serde_json::{Map, Value, json};

use crate::support::entries::{id_of, texts};
use crate::support::{TestApp, codes, data_of, wrong_fields};

const INDICATOR: &str =
    "id name unit higherIsBetter baseline baselineOn target targetOn progress reached late
    results { id on value source } latest { value } owner { __typename ... on Collective { name } }";

/// A published collective, and those who write it.
struct Town {
    test: TestApp,
    collective: String,
    editor: String,
    manager: String,
    someone: String,
}

impl Town {
    async fn new() -> Self {
        let test = TestApp::empty().await;
        let here = test.territory("COMMUNE", "28134", "Dreux", Value::Null).await;
        let actor = test.actor("Association", json!({})).await;
        let right = Right::ActorEditor(key_of(&actor.clone().into()));
        let editor = test.token_of("editor@example.org", &[right]).await;
        let right = Right::TerritoryManager(key_of(&here.clone().into()));
        let manager = test.token_of("manager@example.org", &[right]).await;
        let someone = test.token_of("someone@example.org", &[]).await;
        let register =
            "mutation($input: RegisterCollectiveInput!) { registerCollective(input: $input) { id } }";
        let input = json!({ "kind": "SMALL_COLLECTIVE", "name": "Ensemble", "lead": actor, "territories": [{ "id": here }] });
        let made = data_of(test.ask_as(&editor, register, json!({ "input": input })).await);
        let collective = id_of(&made["registerCollective"]);
        test.must("publish", &collective, 1).await;
        Self { test, collective, editor, manager, someone }
    }

    /// Defines an indicator; the whole answer.
    async fn define(&self, token: &str, more: Value) -> Value {
        let mut input = json!({ "name": "Permanences", "unit": "par mois" });
        let more: Map<String, Value> = serde_json::from_value(more).unwrap();
        input.as_object_mut().unwrap().extend(more);
        let query = format!(
            "mutation($of: ID!, $input: IndicatorInput!) {{ defineIndicator(owner: $of, input: $input) {{ {INDICATOR} }} }}"
        );
        self.test.ask_as(token, &query, json!({ "of": self.collective, "input": input })).await
    }

    /// The same of the editor, which must succeed: its id.
    async fn defined(&self, more: Value) -> String {
        id_of(&data_of(self.define(&self.editor, more).await)["defineIndicator"])
    }

    /// Corrects an indicator; the whole answer.
    async fn update(&self, id: &str, input: Value) -> Value {
        let query = format!(
            "mutation($id: ID!, $input: UpdateIndicatorInput!) {{ updateIndicator(id: $id, input: $input) {{ {INDICATOR} }} }}"
        );
        self.test.ask_as(&self.editor, &query, json!({ "id": id, "input": input })).await
    }

    /// Records a result; the whole answer.
    async fn record(&self, token: &str, id: &str, on: &str, value: &str) -> Value {
        let query = "mutation($id: ID!, $on: Date!, $value: Decimal!) {
            recordIndicatorResult(indicator: $id, on: $on, value: $value, source: \"Enquête\") { id on value source } }";
        self.test.ask_as(token, query, json!({ "id": id, "on": on, "value": value })).await
    }

    /// Takes something away; the whole answer.
    async fn remove(&self, what: &str, id: &str) -> Value {
        let query = format!("mutation($id: ID!) {{ {what}(id: $id) }}");
        self.test.ask_as(&self.editor, &query, json!({ "id": id })).await
    }

    /// An indicator as a stranger reads it.
    async fn read(&self, id: &str) -> Value {
        let query =
            format!("query($id: ID!) {{ node(id: $id) {{ ... on IndicatorDefinition {{ {INDICATOR} }} }} }}");
        self.test.data(&query, json!({ "id": id })).await["node"].clone()
    }
}

fn message(answer: &Value) -> String {
    let error = &answer["errors"][0];
    let told = error["extensions"]["fields"][0]["message"].as_str().or(error["message"].as_str());
    told.unwrap_or("none").to_owned()
}

#[tokio::test]
async fn progress_goes_from_the_baseline_to_the_target_whichever_way_is_better() {
    let town = Town::new().await;
    let more =
        json!({ "baseline": "2.50", "baselineOn": "2026-01-01", "target": "10", "targetOn": "2026-06-30" });
    let up = town.defined(more).await;
    let before = town.read(&up).await;
    assert_eq!(
        (&before["baseline"], &before["progress"], &before["reached"]),
        (&json!("2.50"), &Value::Null, &Value::Null)
    );
    assert_eq!((&before["late"], &before["latest"]), (&json!(true), &Value::Null));
    assert_eq!(before["owner"], json!({ "__typename": "Collective", "name": "Ensemble" }));
    data_of(town.record(&town.editor, &up, "2026-03-01", "4").await);
    data_of(town.record(&town.manager, &up, "2026-02-01", "9").await);
    let read = town.read(&up).await;
    assert_eq!(texts(&read["results"], "/on"), ["2026-02-01", "2026-03-01"]);
    // The newest day counts, whenever it was recorded.
    assert_eq!((&read["latest"]["value"], &read["progress"]), (&json!("4"), &json!(0.2)));
    assert_eq!((&read["reached"], &read["late"]), (&json!(false), &json!(true)));
    data_of(town.record(&town.editor, &up, "2026-11-22", "12").await);
    let read = town.read(&up).await;
    assert_eq!(
        (&read["progress"], &read["reached"], &read["late"]),
        (&json!(1.0), &json!(true), &json!(false))
    );
    let down = town.defined(json!({ "higherIsBetter": false, "baseline": "20", "target": "10" })).await;
    data_of(town.record(&town.editor, &down, "2026-03-01", "25").await);
    assert_eq!(town.read(&down).await["progress"], 0.0);
    data_of(town.record(&town.editor, &down, "2026-03-02", "15").await);
    assert_eq!(town.read(&down).await["progress"], 0.5);
    // Without a baseline nobody knows how far it is, but whether it is there.
    let open = town.defined(json!({ "target": "10" })).await;
    data_of(town.record(&town.editor, &open, "2026-03-01", "10").await);
    let read = town.read(&open).await;
    assert_eq!(
        (&read["progress"], &read["reached"], &read["late"]),
        (&Value::Null, &json!(true), &json!(false))
    );
    let query = "query($id: ID!) { collective(by: { id: $id }) { indicators { id } } }";
    let all = town.test.data(query, json!({ "id": town.collective })).await;
    let mut all = texts(&all["collective"]["indicators"], "/id");
    let mut defined = [up.as_str(), down.as_str(), open.as_str()];
    // The clock stands still.
    all.sort_unstable();
    defined.sort_unstable();
    assert_eq!(all, defined);
}

#[tokio::test]
async fn a_target_equal_to_the_baseline_is_told_clearly() {
    let town = Town::new().await;
    for (given, said) in [
        (
            json!({ "baseline": "12", "target": "12.00" }),
            "equals the baseline: there is no way to go between the two",
        ),
        (json!({ "baseline": "12", "target": "11" }), "is below the baseline of 12, though more is better"),
        (
            json!({ "baseline": "12", "target": "13", "higherIsBetter": false }),
            "is above the baseline of 12, though less is better",
        ),
    ] {
        let refused = town.define(&town.editor, given).await;
        assert_eq!((codes(&refused), wrong_fields(&refused)), (vec!["VALIDATION"], vec!["input.target"]));
        assert!(message(&refused).contains(said), "{refused}");
    }
    let id = town.defined(json!({ "baseline": "12", "target": "13" })).await;
    for input in [json!({ "target": "12" }), json!({ "baseline": "13" }), json!({ "higherIsBetter": false })]
    {
        assert_eq!(wrong_fields(&town.update(&id, input).await), ["input.target"]);
    }
    let wrong = json!({ "name": " ", "unit": "", "baseline": "x", "baselineOn": "2026-02-30", "targetOn": "2027-01-01" });
    let mut fields = wrong_fields(&town.define(&town.editor, wrong).await).join(" ");
    fields.truncate(200);
    for path in ["input.name", "input.unit", "input.baseline", "input.baselineOn", "input.targetOn"] {
        assert!(fields.contains(path), "{fields}");
    }
}

#[tokio::test]
async fn a_result_before_the_baseline_or_in_the_future_is_told_clearly() {
    let town = Town::new().await;
    let id = town.defined(json!({ "baseline": "2", "baselineOn": "2026-01-15", "target": "8" })).await;
    let early = town.record(&town.editor, &id, "2026-01-14", "3").await;
    assert_eq!((codes(&early), wrong_fields(&early)), (vec!["VALIDATION"], vec!["on"]));
    assert!(message(&early).starts_with("is before 2026-01-15, the day of the baseline"), "{early}");
    data_of(town.record(&town.editor, &id, "2026-01-15", "2").await);
    let late = town.record(&town.editor, &id, "2026-11-23", "3").await;
    assert!(message(&late).contains("in the future"), "{late}");
    let fine = town.record(&town.editor, &id, "2026-02-30", "0.0000001").await;
    assert_eq!(wrong_fields(&fine), ["on", "value"]);
    // Nor does the baseline move past what stands.
    let moved = town.update(&id, json!({ "baselineOn": "2026-01-16" })).await;
    assert_eq!(wrong_fields(&moved), ["input.baselineOn"]);
    assert!(message(&moved).contains("is after 2026-01-15, of which a result stands"), "{moved}");
    data_of(town.update(&id, json!({ "baselineOn": null, "name": "Accueils" })).await);
    data_of(town.record(&town.editor, &id, "2025-01-01", "1").await);
}

#[tokio::test]
async fn one_result_a_day_which_is_corrected_or_taken_away() {
    let town = Town::new().await;
    let id = town.defined(json!({ "clientKey": "a" })).await;
    assert_eq!(town.defined(json!({ "clientKey": "a" })).await, id);
    let first =
        data_of(town.record(&town.editor, &id, "2026-03-01", "4").await)["recordIndicatorResult"].clone();
    // Sent again it is the same; another is refused, and names it.
    let again = data_of(town.record(&town.editor, &id, "2026-03-01", "4.0").await);
    assert_eq!(again["recordIndicatorResult"]["id"], first["id"]);
    let other = town.record(&town.editor, &id, "2026-03-01", "5").await;
    assert_eq!(
        (codes(&other), &other["errors"][0]["extensions"]["existingId"]),
        (vec!["DUPLICATE"], &first["id"])
    );
    assert!(message(&other).contains("updateIndicatorResult"), "{other}");
    let second =
        data_of(town.record(&town.editor, &id, "2026-04-01", "6").await)["recordIndicatorResult"].clone();
    let update = "mutation($id: ID!, $input: UpdateIndicatorResultInput!) { updateIndicatorResult(id: $id, input: $input) { on value source } }";
    let correct = async |input: Value| {
        town.test.ask_as(&town.editor, update, json!({ "id": second["id"], "input": input })).await
    };
    let corrected = data_of(correct(json!({ "value": "7", "source": null })).await);
    assert_eq!(
        corrected["updateIndicatorResult"],
        json!({ "on": "2026-04-01", "value": "7", "source": null })
    );
    assert_eq!(codes(&correct(json!({ "on": "2026-03-01" })).await), ["DUPLICATE"]);
    assert_eq!(
        wrong_fields(&correct(json!({ "on": "2027-01-01", "value": null })).await),
        ["input.value", "input.on"]
    );
    let kept = town.remove("removeIndicator", &id).await;
    assert_eq!(
        (codes(&kept), message(&kept)),
        (vec!["CONFLICT"], "it has 2 results, which would be lost: remove them first".to_owned())
    );
    for result in [&first, &second] {
        data_of(town.remove("removeIndicatorResult", &id_of(result)).await);
    }
    assert_eq!(codes(&town.remove("removeIndicatorResult", &id_of(&first)).await), ["NOT_FOUND"]);
    data_of(town.remove("removeIndicator", &id).await);
    assert_eq!(town.read(&id).await, Value::Null);
    let history = "query($id: ID!) { collective(by: { id: $id }) { version history { nodes { changes { field before after } } } } }";
    let told = town.test.admin_data(history, json!({ "id": town.collective })).await["collective"].clone();
    assert_eq!(told["version"], 2);
    let all = told["history"]["nodes"].to_string();
    assert!(all.contains("Permanences: 7 par mois (2026-04-01)"), "{all}");
    assert!(!all.contains("Enquête"), "{all}");
}

#[tokio::test]
async fn those_who_may_change_the_owner_evaluate_it() {
    let town = Town::new().await;
    assert_eq!(codes(&town.define(&town.someone, json!({})).await), ["FORBIDDEN"]);
    let id = id_of(&data_of(town.define(&town.manager, json!({})).await)["defineIndicator"]);
    assert_eq!(codes(&town.record(&town.someone, &id, "2026-03-01", "4").await), ["FORBIDDEN"]);
    let nobody = "mutation($id: ID!) { removeIndicator(id: $id) }";
    assert_eq!(codes(&town.test.ask(nobody, json!({ "id": id })).await), ["UNAUTHENTICATED"]);
    // An owner that may not be seen is none, and so is its indicator.
    town.test.must("archive", &town.collective, 2).await;
    assert_eq!(town.read(&id).await, Value::Null);
    let other = town.test.territory("COMMUNE", "27679", "Vernon", Value::Null).await;
    let right = Right::TerritoryManager(key_of(&other.into()));
    let elsewhere = town.test.token_of("elsewhere@example.org", &[right]).await;
    let hidden = town.record(&elsewhere, &id, "2026-03-01", "4").await;
    assert_eq!(codes(&hidden), ["NOT_FOUND"]);
    assert_eq!(hidden, town.record(&elsewhere, &town.collective, "2026-03-01", "4").await);
    assert_eq!(codes(&town.define(&elsewhere, json!({})).await), ["NOT_FOUND"]);
}

#[tokio::test]
async fn a_number_is_plain_and_the_same_however_it_is_written() {
    let town = Town::new().await;
    for number in ["1_000", "+4", "1e3", "", "-", "٣"] {
        assert_eq!(
            wrong_fields(&town.define(&town.editor, json!({ "target": number })).await),
            ["input.target"],
            "{number}"
        );
    }
    let first = town.defined(json!({ "clientKey": "n", "baseline": "-2", "target": "2.50" })).await;
    let again = json!({ "clientKey": "n", "baseline": "-2.0", "target": "2.5" });
    assert_eq!(town.defined(again).await, first);
    let other = json!({ "clientKey": "n", "baseline": "-2", "target": "3" });
    assert_eq!(codes(&town.define(&town.editor, other).await), ["CONFLICT"]);
}

#[tokio::test]
async fn each_day_that_is_wrong_is_named_once() {
    let town = Town::new().await;
    let days = json!({ "baselineOn": "2027-01-02", "targetOn": "2027-01-01" });
    let wrong = town.define(&town.editor, days.clone()).await;
    assert_eq!(wrong_fields(&wrong), ["input.baselineOn", "input.targetOn"]);
    let unread =
        json!({ "baseline": "x", "target": "y", "baselineOn": "2026-01-01", "targetOn": "2027-01-01" });
    assert_eq!(wrong_fields(&town.define(&town.editor, unread).await), ["input.baseline", "input.target"]);
    let both =
        json!({ "baseline": "1", "target": "2", "baselineOn": "2027-01-02", "targetOn": "2027-01-01" });
    assert_eq!(wrong_fields(&town.define(&town.editor, both).await), ["input.baselineOn", "input.targetOn"]);
}
