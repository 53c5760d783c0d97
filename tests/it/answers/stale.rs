//! A kept answer is given as long as it is true, and no longer.

use chrono::{DateTime, TimeDelta, Utc};

use super::*;
use crate::support::data_of;
use crate::support::entries::square;

const NAMES: &str = "{ actors { nodes { name } } }";

fn names(data: &Value) -> Vec<&str> {
    crate::support::entries::texts(&data["actors"]["nodes"], "/name")
}

#[tokio::test]
async fn what_is_asked_again_takes_no_statement_until_something_is_written() {
    let hearing = Hearing::empty().await;
    let id = hearing.test.actor("Un", json!({})).await;
    hearing.settled().await;
    assert!(!hearing.ask(NAMES).await.1, "the first answer is read");
    let (again, kept) = hearing.ask(NAMES).await;
    assert!(kept && names(&again) == ["Un"]);
    // Whatever is asked otherwise is another question: by its variables, its address, its media type.
    assert!(!hearing.ask("{ actors { nodes { name } }  }").await.1);
    // A write is seen by whoever asks after it was answered.
    for version in 2..6 {
        hearing.kept(NAMES).await;
        let name = format!("Version {version}");
        data_of(hearing.test.update_actor(&id, version, json!({ "name": name })).await);
        let (data, kept) = hearing.ask(NAMES).await;
        assert!(!kept && names(&data) == [name.as_str()]);
    }
}

#[tokio::test]
async fn what_another_instance_writes_is_heard_whether_it_is_in_the_feed_or_not() {
    let hearing = Hearing::empty().await;
    let other = TestApp::at(hearing.test.url()).await;
    let id = other.actor("Un", json!({})).await;
    hearing.settled().await;
    hearing.kept(NAMES).await;
    data_of(other.update_actor(&id, 2, json!({ "name": "Deux" })).await);
    hearing.settled().await;
    assert_eq!(names(&hearing.ask(NAMES).await.0), ["Deux"]);
    // What has no place in the feed: here a rebuild, or whatever else only derives.
    for name in ["Trois", "Quatre"] {
        hearing.kept(NAMES).await;
        let mut feed = hearing.test.app.feed();
        feed.mark_unchanged();
        let write = other.app.store.begin().await.unwrap();
        let sql = format!("UPDATE actors SET name = '{name}'");
        maillage::store::Connection::execute_unprepared(&write, &sql).await.unwrap();
        write.commit().await.unwrap();
        feed.changed().await.unwrap();
        assert_eq!(names(&hearing.ask(NAMES).await.0), [name]);
    }
    // What no stranger sees leaves the answers alone.
    hearing.kept(NAMES).await;
    let before = hearing.test.app.heard();
    let sign_in = "mutation { signIn(email: \"no@example.org\", password: \"none at all\") { accessToken } }";
    other.ask(sign_in, json!({})).await;
    hearing.test.ask(sign_in, json!({})).await;
    assert_eq!(hearing.test.app.heard(), before);
    assert!(hearing.ask(NAMES).await.1);
}

#[tokio::test]
async fn nothing_is_given_again_while_others_are_not_heard() {
    let deaf = TestApp::empty().await;
    deaf.actor("Un", json!({})).await;
    let of = async |test: &TestApp| test.statements(NAMES, json!({})).await;
    assert!(of(&deaf).await > 0 && of(&deaf).await > 0);
    let hearing = Hearing::over(TestApp::at(deaf.url()).await).await;
    for round in 0..3 {
        hearing.kept(NAMES).await;
        let mut feed = hearing.test.app.feed();
        feed.mark_unchanged();
        // Cut off, and written behind its back in a way that tells nobody.
        let name = format!("Caché {round}");
        deaf.execute(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
                WHERE datname = current_database() AND pid <> pg_backend_pid() AND query LIKE 'LISTEN%'",
        )
        .await;
        deaf.execute(&format!("UPDATE actors SET name = '{name}'")).await;
        // Once it hears again, it knows that it may have missed something.
        feed.changed().await.unwrap();
        hearing.settled().await;
        assert_eq!(names(&hearing.ask(NAMES).await.0), [name.as_str()]);
    }
}

#[tokio::test]
async fn a_commune_that_is_known_is_read_anew_once_something_is_written() {
    let hearing = Hearing::empty().await;
    let commune = hearing.test.territory("COMMUNE", "28134", "Dreux", square(1.3, 48.7, 0.1)).await;
    let location = json!({ "location": { "longitude": 1.3, "latitude": 48.7 } });
    hearing.test.actor("Un", location).await;
    let other = TestApp::at(hearing.test.url()).await;
    let seats = ["{ actors { nodes { seat { name } } } }", "{ actors { nodes { name seat { name } } } }"];
    let mut version = 1;
    for name in ["Dreux", "Durocasses", "Drocae"] {
        hearing.settled().await;
        for query in seats {
            let before = hearing.test.statement_count();
            let found = hearing.ask(query).await.0;
            assert_eq!(found["actors"]["nodes"][0]["seat"]["name"], name);
            // The first finds that a territory was written and reads it, the second that it is known.
            let statements = hearing.test.statement_count() - before;
            assert_eq!(statements, if query == seats[0] { 3 } else { 1 }, "{query}");
        }
        // What else is written is asked about, and nothing of the commune is read again.
        hearing.test.actor("Zinc", json!({})).await;
        hearing.settled().await;
        let before = hearing.test.statement_count();
        assert_eq!(hearing.ask(seats[0]).await.0["actors"]["nodes"][0]["seat"]["name"], name);
        assert_eq!(hearing.test.statement_count() - before, 2);
        let rename = "mutation($id: ID!, $v: Int!, $n: String!) { updateTerritory(id: $id, expectedVersion: $v, input: {name: $n}) { version } }";
        let next = if name == "Dreux" { "Durocasses" } else { "Drocae" };
        let given = json!({ "id": commune, "v": version, "n": next });
        let renamed = other.admin_data(rename, given).await;
        version = renamed["updateTerritory"]["version"].as_i64().unwrap();
    }
}

async fn with_call(opens: TimeDelta, closes: TimeDelta) -> (Hearing, DateTime<Utc>) {
    let hearing = Hearing::empty().await;
    let territory = hearing.test.territory("COMMUNE", "28134", "Dreux", square(1.3, 48.7, 0.1)).await;
    let now = hearing.test.clock.look();
    let dates = json!({ "opensAt": (now + opens).to_rfc3339(), "closesAt": (now + closes).to_rfc3339() });
    hearing.test.call("Appel", &territory, dates).await;
    hearing.settled().await;
    (hearing, now)
}

#[tokio::test]
async fn a_call_opens_and_closes_at_its_instants_though_answers_are_kept() {
    let (hearing, now) = with_call(TimeDelta::hours(1), TimeDelta::days(10)).await;
    let instant = TimeDelta::microseconds(1);
    let phase = "{ calls { nodes { phase } } }";
    let open = "{ calls(filter: {phases: [OPEN]}) { totalCount } }";
    let soon = "{ calls(filter: {closingWithinDays: 5}) { totalCount } }";
    let at = |offset: TimeDelta| hearing.test.clock.set(now + offset);
    for (offset, is, is_open, closes_soon) in [
        (TimeDelta::zero(), "UPCOMING", 0, 0),
        (TimeDelta::hours(1) - instant, "UPCOMING", 0, 0),
        (TimeDelta::hours(1), "OPEN", 1, 0),
        (TimeDelta::days(5) - instant, "OPEN", 1, 0),
        (TimeDelta::days(5), "OPEN", 1, 1),
        (TimeDelta::days(10) - instant, "OPEN", 1, 1),
        (TimeDelta::days(10), "CLOSED", 0, 0),
        (TimeDelta::days(400), "CLOSED", 0, 0),
    ] {
        at(offset);
        for _ in 0..3 {
            let phases = hearing.ask(phase).await.0;
            assert_eq!(phases["calls"]["nodes"][0]["phase"], is, "after {offset}");
            assert_eq!(hearing.ask(open).await.0["calls"]["totalCount"], is_open, "after {offset}");
            assert_eq!(hearing.ask(soon).await.0["calls"]["totalCount"], closes_soon, "after {offset}");
        }
        assert!(hearing.ask(phase).await.1 && hearing.ask(open).await.1 && hearing.ask(soon).await.1);
    }
}

#[tokio::test]
async fn what_is_of_a_day_ends_at_midnight_in_paris() {
    let hearing = Hearing::empty().await;
    let id = hearing.test.actor("Un", json!({})).await;
    let post = "mutation($input: NeedInput!) { postNeed(input: $input) { id } }";
    // The test's day is the 22nd.
    let input = json!({ "actor": id, "kind": "SPACE", "title": "Salle", "validUntil": "2026-11-23" });
    hearing.test.admin_data(post, json!({ "input": input })).await;
    hearing.settled().await;
    let query = "{ needs { nodes { open } } }";
    for (at, open) in [
        ("2026-11-22T12:00:00Z", true),
        ("2026-11-23T22:59:59.999999Z", true),
        ("2026-11-23T23:00:00Z", false),
    ] {
        hearing.test.clock.set(at.parse().unwrap());
        let (data, kept) = hearing.ask(query).await;
        assert!(!kept, "{at}");
        assert_eq!(data["needs"]["nodes"], json!([{ "open": open }]), "{at}");
        assert!(hearing.ask(query).await.1, "{at}");
    }
}

#[tokio::test]
async fn errors_mutations_and_those_who_say_who_they_are_are_answered_anew() {
    let hearing = Hearing::empty().await;
    let test = &hearing.test;
    test.actor("Un", json!({})).await;
    hearing.settled().await;
    let count = || test.statement_count();
    // Who sends a token neither gets nor leaves an answer that is kept.
    hearing.kept(NAMES).await;
    for _ in 0..2 {
        let before = count();
        test.admin_data(NAMES, json!({})).await;
        assert!(count() > before);
    }
    let hidden = "{ actors(filter: {statuses: [DRAFT, PUBLISHED]}) { nodes { name } } }";
    test.draft_actor("Brouillon", json!({})).await;
    hearing.settled().await;
    for _ in 0..2 {
        assert_eq!(names(&test.admin_data(hidden, json!({})).await).len(), 2);
        assert_eq!(names(&hearing.ask(hidden).await.0), ["Un"]);
    }
    // A part that failed.
    let partial =
        r#"{ actors { totalCount } actor(by: {registration: {scheme: SIREN, value: "1"}}) { name } }"#;
    for _ in 0..3 {
        let before = count();
        let answer = test.ask(partial, json!({})).await;
        assert_eq!(answer["errors"][0]["extensions"]["code"], "VALIDATION");
        assert!(count() > before);
    }
    let mutation = r#"mutation { signOut(refreshToken: "none") { user { id } } }"#;
    for _ in 0..3 {
        let before = count();
        let (one, other) = tokio::join!(test.ask(mutation, json!({})), test.ask(mutation, json!({})));
        assert_eq!(one, other);
        assert!(count() >= before + 2, "each by itself");
    }
}

#[tokio::test]
async fn a_kept_answer_counts_for_the_rate_and_the_measures() {
    use axum::extract::ConnectInfo;
    use maillage::http::State;
    use maillage::http::rates::Rates;
    use std::net::SocketAddr;
    use std::sync::Arc;

    let rates = Rates::per_minute(40, 100);
    let settings = maillage::http::Settings { rates, ..Default::default() };
    let test = TestApp::empty().await.with(|state| State { settings: Arc::new(settings), ..state });
    let hearing = Hearing::over(test).await;
    let peer: SocketAddr = "203.0.113.9:1".parse().unwrap();
    let mut answered = 0;
    loop {
        let request =
            Request::get("/graphql?query=%7Bactors%7BtotalCount%7D%7D").extension(ConnectInfo(peer));
        let answer = send(&hearing.test, request.body(Body::empty()).unwrap()).await;
        if answer.status == StatusCode::TOO_MANY_REQUESTS {
            break;
        }
        assert_eq!(answer.json(), json!({"data": {"actors": {"totalCount": 0}}}));
        answered += 1;
    }
    assert!((10..=41).contains(&answered), "{answered}");
}
