//! Calls: their tracks, and where they stand by the clock.

use serde_json::{Value, json};

use crate::support::entries::{id_of, texts};
use crate::support::{TestApp, codes, data_of, wrong_fields};

async fn here(test: &TestApp) -> String {
    test.territory("COMMUNE", "28001", "Ici", Value::Null).await
}

async fn update(test: &TestApp, id: &str, version: i64, input: Value) -> Value {
    let query = "mutation($id: ID!, $version: Int!, $input: UpdateCallInput!) {
        updateCall(id: $id, expectedVersion: $version, input: $input) { tracks { id title } } }";
    test.ask_as_admin(query, json!({ "id": id, "version": version, "input": input })).await
}

fn track(title: &str) -> Value {
    json!({ "kind": "INDIVIDUAL_PROJECT", "title": title })
}

fn kept(id: &str, title: &str) -> Value {
    json!({ "id": id, "kind": "INDIVIDUAL_PROJECT", "title": title })
}

#[tokio::test]
async fn a_track_with_its_id_stays_the_same_one() {
    let test = TestApp::empty().await;
    let here = here(&test).await;
    let tracks = json!({ "tracks": [track("Seul"), track("Ensemble"), track("Petit collectif")] });
    let call = id_of(&test.draft_call("Appel", &here, tracks).await);
    let data = data_of(update(&test, &call, 1, json!({})).await);
    let ids: Vec<_> = texts(&data["updateCall"]["tracks"], "/id").into_iter().map(str::to_owned).collect();
    assert_eq!(texts(&data["updateCall"]["tracks"], "/title"), ["Seul", "Ensemble", "Petit collectif"]);

    // In another order, one renamed, one dropped, one new.
    let tracks =
        json!({ "tracks": [kept(&ids[2], "Petit collectif"), track("Neuf"), kept(&ids[0], "Toute seule")] });
    let data = data_of(update(&test, &call, 2, tracks).await);
    let now = &data["updateCall"]["tracks"];
    assert_eq!(texts(now, "/title"), ["Petit collectif", "Neuf", "Toute seule"]);
    let after = texts(now, "/id");
    assert_eq!((after[0], after[2]), (ids[2].as_str(), ids[0].as_str()));
    assert!(!ids.contains(&after[1].to_owned()));

    let other = id_of(&test.draft_call("Autre", &here, json!({ "tracks": [track("Ailleurs")] })).await);
    let foreign =
        kept(&id_of(&data_of(update(&test, &other, 1, json!({})).await)["updateCall"]["tracks"][0]), "À moi");
    let stolen = json!({ "tracks": [kept(after[0], "a"), foreign, kept(after[0], "b"), kept(&ids[1], "dropped before")] });
    let answer = update(&test, &call, 3, stolen).await;
    let mut wrong = wrong_fields(&answer);
    wrong.sort_unstable();
    assert_eq!(wrong, ["input.tracks[1].id", "input.tracks[2].id", "input.tracks[3].id"]);
    let still = data_of(update(&test, &other, 2, json!({})).await);
    assert_eq!(texts(&still["updateCall"]["tracks"], "/title"), ["Ailleurs"]);
}

#[tokio::test]
async fn every_violation_is_said_at_once() {
    let test = TestApp::empty().await;
    let create = "mutation($input: CreateCallInput!) { createCall(input: $input) { id } }";
    let track = json!({ "kind": "SMALL_COLLECTIVE", "title": "", "description": "x".repeat(50_001), "minMembers": 0,
        "maxMembers": 0, "minGrant": "2.001", "maxGrant": "-1" });
    let input = json!({
        "clientKey": "\n", "kind": "OTHER", "title": "x".repeat(301), "summary": "x".repeat(50_001), "url": "a.fr",
        "organisers": ["none"], "funders": ["none"], "programme": { "id": "none" }, "eligibility": "a\u{0}",
        "territories": [{ "code": { "kind": "COMMUNE", "code": "0" } }], "themes": ["x"], "sdgs": [0], "audiences": ["\u{0}"],
        "tracks": [track], "opensAt": "2026-01-01", "closesAt": "never", "budget": "x",
    });
    let answer = test.ask_as_admin(create, json!({ "input": input })).await;
    let mut wrong = wrong_fields(&answer);
    wrong.sort_unstable();
    wrong.dedup();
    assert_eq!(
        wrong,
        [
            "input.audiences[0]",
            "input.budget",
            "input.clientKey",
            "input.closesAt",
            "input.eligibility",
            "input.funders[0]",
            "input.opensAt",
            "input.organisers[0]",
            "input.programme",
            "input.sdgs[0]",
            "input.summary",
            "input.territories[0]",
            "input.themes[0]",
            "input.title",
            "input.tracks[0].description",
            "input.tracks[0].maxGrant",
            "input.tracks[0].maxMembers",
            "input.tracks[0].minGrant",
            "input.tracks[0].minMembers",
            "input.tracks[0].title",
            "input.url",
        ]
    );
    let nowhere = json!({ "kind": "OTHER", "title": "T", "organisers": [], "territories": [], "opensAt": "2026-01-01T00:00:00Z", "closesAt": "2026-01-01T01:00:00+01:00" });
    let answer = test.ask_as_admin(create, json!({ "input": nowhere })).await;
    assert_eq!(
        (codes(&answer), wrong_fields(&answer)),
        (vec!["VALIDATION"], vec!["input.closesAt", "input.territories"])
    );
}

#[tokio::test]
async fn the_phase_follows_the_clock_and_the_filter_says_the_same() {
    let test = TestApp::empty().await;
    let here = here(&test).await;
    let (opens, closes) = ("2026-12-01T08:00:00Z", "2026-12-31T23:00:00Z");
    let both = test.call("Les deux", &here, json!({ "opensAt": opens, "closesAt": closes })).await;
    let closing = test.call("Ferme", &here, json!({ "closesAt": closes })).await;
    let open = test.call("Toujours", &here, json!({})).await;
    let archived = test.call("Rangé", &here, json!({ "closesAt": closes })).await;
    test.must("archive", &archived, 2).await;
    let draft = id_of(&test.draft_call("Brouillon", &here, json!({ "opensAt": opens })).await);
    let moments = [
        ("2026-12-01T07:59:59.999999Z", ["UPCOMING", "OPEN", "OPEN"]),
        (opens, ["OPEN", "OPEN", "OPEN"]),
        ("2026-12-31T22:59:59.999999Z", ["OPEN", "OPEN", "OPEN"]),
        (closes, ["CLOSED", "CLOSED", "OPEN"]),
        ("2030-01-01T00:00:00Z", ["CLOSED", "CLOSED", "OPEN"]),
    ];
    let phase = "query($id: ID!) { call(by: {id: $id}) { phase } }";
    for (now, [of_both, of_closing, of_open]) in moments {
        test.clock.set(now.parse().unwrap());
        let ids = [
            (&both, of_both),
            (&closing, of_closing),
            (&open, of_open),
            (&archived, "ARCHIVED"),
            (&draft, "DRAFT"),
        ];
        for (id, expected) in ids {
            assert_eq!(test.admin_data(phase, json!({ "id": id })).await["call"]["phase"], expected, "{now}");
        }
        for asked in ["DRAFT", "UPCOMING", "OPEN", "CLOSED", "ARCHIVED"] {
            let list = "query($phase: CallPhase!) { calls(filter: {phases: [$phase]}) { totalCount nodes { id phase } } }";
            let found = test.admin_data(list, json!({ "phase": asked })).await["calls"].clone();
            assert!(texts(&found["nodes"], "/phase").iter().all(|phase| *phase == asked), "{now}");
            let mut expected: Vec<_> =
                ids.iter().filter(|(_, phase)| *phase == asked).map(|(id, _)| id.as_str()).collect();
            let mut listed = texts(&found["nodes"], "/id");
            expected.sort_unstable();
            listed.sort_unstable();
            assert_eq!(listed, expected, "{now} {asked}");
            assert_eq!(found["totalCount"], expected.len());
            let stranger = test.data(list, json!({ "phase": asked })).await["calls"]["totalCount"].clone();
            let hidden = matches!(asked, "DRAFT" | "ARCHIVED");
            assert_eq!(stranger, if hidden { 0 } else { expected.len() }, "{now} {asked}");
        }
    }
}

#[tokio::test]
async fn closing_within_days_counts_from_now_to_the_instant() {
    let test = TestApp::empty().await;
    let here = here(&test).await;
    for (title, closes) in
        [("now", "2026-11-22T12:00:00Z"), ("week", "2026-11-29T12:00:00Z"), ("later", "2026-11-29T12:00:01Z")]
    {
        test.call(title, &here, json!({ "closesAt": closes })).await;
    }
    test.call("never", &here, json!({})).await;
    let query = "query($days: Int!) { calls(filter: {closingWithinDays: $days}) { nodes { title } } }";
    for (days, expected) in [(0, vec![]), (7, vec!["week"]), (3650, vec!["week", "later"])] {
        let data = test.data(query, json!({ "days": days })).await;
        assert_eq!(texts(&data["calls"]["nodes"], "/title"), expected, "{days}");
    }
    assert_eq!(wrong_fields(&test.ask(query, json!({ "days": -1 })).await), ["filter.closingWithinDays"]);
}
