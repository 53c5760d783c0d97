//! One interaction of a kind between a pair at a time; of grants there may be many.

use serde_json::{Value, json};

use crate::support::entries::id_of;
use crate::support::{TestApp, codes, data_of, wrong_fields};

async fn pair(test: &TestApp) -> (String, String) {
    (test.actor("A", json!({})).await, test.actor("B", json!({})).await)
}

fn declared(answer: Value) -> String {
    id_of(&data_of(answer)["declareInteraction"])
}

fn refused(answer: &Value, existing: &str) {
    assert_eq!(codes(answer), ["DUPLICATE"], "{answer:#}");
    assert_eq!(answer["errors"][0]["extensions"]["existingId"], existing);
}

fn years(since: Option<i32>, until: Option<i32>) -> Value {
    let mut period = json!({ "sincePrecision": "YEAR", "untilPrecision": "YEAR" });
    for (name, year) in [("since", since), ("until", until)] {
        if let Some(year) = year {
            period[name] = json!(format!("{year}-06-15"));
        }
    }
    period
}

#[tokio::test]
async fn a_second_one_whose_period_overlaps_is_refused_naming_the_first() {
    let test = TestApp::empty().await;
    let (a, b) = pair(&test).await;
    let first = declared(test.declare("SUPPORT", &a, &b, years(Some(2021), Some(2022))).await);
    let overlapping = [
        (None, None),
        (Some(2022), None),
        (None, Some(2021)),
        (Some(2020), Some(2024)),
        (Some(2022), Some(2022)),
    ];
    for (since, until) in overlapping {
        refused(&test.declare("SUPPORT", &a, &b, years(since, until)).await, &first);
    }
    declared(test.declare("SUPPORT", &b, &a, years(Some(2021), None)).await);
    declared(test.declare("REFERRAL", &a, &b, years(Some(2021), None)).await);
    declared(test.declare("SUPPORT", &a, &b, years(None, Some(2020))).await);
    let last = declared(test.declare("SUPPORT", &a, &b, years(Some(2023), None)).await);
    // To the day: 31 December 2022 is in the first one's year.
    let update = "mutation($id: ID!, $since: Date) { updateInteraction(id: $id, expectedVersion: 1, input: {since: $since, sincePrecision: DAY}) { since } }";
    refused(&test.ask_as_admin(update, json!({ "id": last, "since": "2022-12-31" })).await, &first);
    data_of(test.ask_as_admin(update, json!({ "id": last, "since": "2023-01-01" })).await);
}

#[tokio::test]
async fn what_holds_both_ways_is_the_same_from_either_side() {
    let test = TestApp::empty().await;
    let (a, b) = pair(&test).await;
    for kind in [
        "PARTNERSHIP",
        "COORDINATION",
        "INFORMATION_SHARING",
        "RESOURCE_SHARING",
        "CO_DESIGN",
        "TENSION",
        "OTHER",
    ] {
        let first = declared(test.declare(kind, &a, &b, json!({})).await);
        refused(&test.declare(kind, &b, &a, json!({})).await, &first);
    }
    for kind in ["FUNDING", "REFERRAL", "SUPPORT", "GOVERNANCE", "MEMBERSHIP", "SERVICE_DELIVERY"] {
        declared(test.declare(kind, &a, &b, json!({})).await);
        declared(test.declare(kind, &b, &a, json!({})).await);
    }
    let query = "{ interactions(first: 100) { nodes { kind directed } } }";
    let nodes = test.admin_data(query, json!({})).await["interactions"]["nodes"].clone();
    let directed = nodes.as_array().unwrap().iter().filter(|node| node["directed"] == true).count();
    assert_eq!(directed, 12);
}

#[tokio::test]
async fn archived_ones_do_not_count_until_they_come_back() {
    let test = TestApp::empty().await;
    let (a, b) = pair(&test).await;
    let first = declared(test.declare("PARTNERSHIP", &a, &b, json!({})).await);
    test.must("archive", &first, 1).await;
    let second = declared(test.declare("PARTNERSHIP", &b, &a, json!({})).await);
    refused(&test.transition("restore", &first, 2).await, &second);
    test.must("archive", &second, 1).await;
    test.must("restore", &first, 2).await;
    refused(&test.transition("restore", &second, 2).await, &first);
}

#[tokio::test]
async fn of_grants_only_the_same_one_is_refused() {
    let test = TestApp::empty().await;
    let (a, b) = pair(&test).await;
    let grant = |amount: &str, year: i32, description: &str| {
        let mut grant = years(Some(year), Some(year));
        grant["amount"] = json!(amount);
        grant["description"] = json!(description);
        grant
    };
    let first = declared(test.declare("FUNDING", &a, &b, grant("1250.5", 2021, "Postes")).await);
    refused(&test.declare("FUNDING", &a, &b, grant("1250.50", 2021, " Postes ")).await, &first);
    for other in
        [grant("1250.51", 2021, "Postes"), grant("1250.5", 2022, "Postes"), grant("1250.5", 2021, "Lieux")]
    {
        declared(test.declare("FUNDING", &a, &b, other).await);
    }
    declared(test.declare("FUNDING", &a, &b, json!({ "amount": "0" })).await);
    assert_eq!(codes(&test.declare("FUNDING", &a, &b, json!({ "amount": "-0" })).await), ["DUPLICATE"]);
    declared(test.declare("FUNDING", &a, &b, json!({})).await);
}

#[tokio::test]
async fn of_twelve_at_once_one_is_declared() {
    let test = TestApp::empty().await;
    let (a, b) = pair(&test).await;
    for kind in ["PARTNERSHIP", "FUNDING"] {
        let both =
            [(&a, &b), (if kind == "FUNDING" { &a } else { &b }, if kind == "FUNDING" { &b } else { &a })];
        let all = (0..12).map(|n| test.declare(kind, both[n % 2].0, both[n % 2].1, json!({})));
        let answers = futures::future::join_all(all).await;
        let made: Vec<_> = answers.iter().filter(|answer| codes(answer).is_empty()).collect();
        assert_eq!(made.len(), 1, "{answers:#?}");
        assert!(answers.iter().all(|answer| codes(answer).is_empty() || codes(answer) == ["DUPLICATE"]));
    }
}

#[tokio::test]
async fn every_violation_is_said_at_once() {
    let test = TestApp::empty().await;
    let (a, b) = pair(&test).await;
    let with_itself = test.declare("PARTNERSHIP", &a, &a, json!({})).await;
    assert_eq!((codes(&with_itself), wrong_fields(&with_itself)), (vec!["VALIDATION"], vec!["input.target"]));
    let wrong = json!({
        "clientKey": "x".repeat(201), "intensity": 6, "description": "x".repeat(50_001), "themes": ["work", "nothing"],
        "territories": [{ "id": a }], "since": "2024-02-30", "amount": "1.001",
        "evidence": [{ "title": "" }, { "title": "b\u{0}", "url": "mailto:a@b.fr", "date": "soon" }],
    });
    let answer = test.declare("PARTNERSHIP", "none", &b, wrong).await;
    let mut paths = wrong_fields(&answer);
    paths.sort_unstable();
    paths.dedup();
    assert_eq!(
        paths,
        [
            "input.amount",
            "input.clientKey",
            "input.description",
            "input.evidence[0].title",
            "input.evidence[1].date",
            "input.evidence[1].title",
            "input.evidence[1].url",
            "input.intensity",
            "input.since",
            "input.source",
            "input.territories[0]",
            "input.themes[1]",
        ]
    );
    let backwards = json!({ "since": "2024-01-02", "until": "2024-01-01" });
    assert_eq!(wrong_fields(&test.declare("PARTNERSHIP", &a, &b, backwards).await), ["input.until"]);
    for amount in ["-0.01", "100000000000", "1e3", "0.10000000000000000000000000000000000001", "NaN", ""] {
        let answer = test.declare("FUNDING", &a, &b, json!({ "amount": amount })).await;
        assert_eq!(wrong_fields(&answer), ["input.amount"], "{amount}");
    }
}

#[tokio::test]
async fn dates_are_known_to_the_day_the_month_or_the_year() {
    let test = TestApp::empty().await;
    let (a, b) = pair(&test).await;
    let dates = json!({ "since": "2021-05-04", "sincePrecision": "YEAR", "until": "2024-02-04", "untilPrecision": "MONTH" });
    let id = declared(test.declare("SUPPORT", &a, &b, dates).await);
    let read = "query($id: ID!) { interaction(id: $id) { since sincePrecision until untilPrecision } }";
    let read = async || test.admin_data(read, json!({ "id": id })).await["interaction"].clone();
    assert_eq!(
        read().await,
        json!({ "since": "2021-01-01", "sincePrecision": "YEAR", "until": "2024-02-29", "untilPrecision": "MONTH" })
    );
    let update = "mutation($id: ID!, $v: Int!, $input: UpdateInteractionInput!) { updateInteraction(id: $id, expectedVersion: $v, input: $input) { id } }";
    test.admin_data(update, json!({ "id": id, "v": 1, "input": { "until": "2025-04-15" } })).await;
    assert_eq!(read().await["until"], "2025-04-30", "the precision that was left out stays");
    test.admin_data(
        update,
        json!({ "id": id, "v": 2, "input": { "untilPrecision": "YEAR", "since": null } }),
    )
    .await;
    let last =
        json!({ "since": null, "sincePrecision": null, "until": "2025-12-31", "untilPrecision": "YEAR" });
    assert_eq!(read().await, last);
}

#[tokio::test]
async fn amounts_are_exact() {
    let test = TestApp::empty().await;
    let (a, b) = pair(&test).await;
    let declare =
        "mutation($input: DeclareInteractionInput!) { declareInteraction(input: $input) { id amount } }";
    for (given, kept) in
        [(json!("0.10"), "0.10"), (json!("99999999999.99"), "99999999999.99"), (json!(1250), "1250.00")]
    {
        let input = json!({ "kind": "FUNDING", "source": a, "target": b, "amount": given });
        let made = test.admin_data(declare, json!({ "input": input })).await["declareInteraction"].clone();
        assert_eq!(made["amount"], kept);
        let read = test
            .admin_data("query($id: ID!) { interaction(id: $id) { id amount } }", json!({ "id": made["id"] }))
            .await;
        assert_eq!(read["interaction"], made);
    }
    let input = json!({ "kind": "FUNDING", "source": a, "target": b, "amount": 0.1 });
    assert_eq!(
        codes(&test.ask_as_admin(declare, json!({ "input": input })).await),
        ["VALIDATION"],
        "a fraction is a string"
    );
}

#[tokio::test]
async fn one_is_seen_only_where_both_its_ends_are() {
    let test = TestApp::empty().await;
    let a = test.actor("A", json!({})).await;
    let draft = id_of(&test.draft_actor("B", json!({})).await);
    let id = test.interaction("PARTNERSHIP", &a, &draft, json!({})).await;
    let query = r"query($id: ID!, $a: ID!) { interaction(id: $id) { id } node(id: $id) { id } interactions { totalCount nodes { id } }
        actor(by: {id: $a}) { interactions { totalCount } partners { totalCount } } }";
    let seen = async || {
        let data = test.data(query, json!({ "id": id, "a": a })).await;
        let counts = [
            &data["interactions"]["totalCount"],
            &data["actor"]["interactions"]["totalCount"],
            &data["actor"]["partners"]["totalCount"],
        ];
        let one = !data["interaction"].is_null();
        assert!(counts.iter().all(|count| **count == i32::from(one)), "{data:#}");
        assert_eq!((data["node"].is_null(), data["interactions"]["nodes"] == json!([])), (!one, !one));
        one
    };
    assert!(!seen().await);
    test.must("publish", &draft, 1).await;
    assert!(seen().await);
    test.must("archive", &draft, 2).await;
    assert!(!seen().await);
    test.must("restore", &draft, 3).await;
    assert!(seen().await);
    test.must("archive", &id, 2).await;
    assert!(!seen().await);
}
