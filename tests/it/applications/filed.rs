//! Filing: in time or not, on paper, once, taken back.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;
use sqlx::Connection;

use super::{As, CLOSES, Town, broken, failing, message};
use crate::support::{codes, data_of, in_time};

fn closes() -> DateTime<Utc> {
    CLOSES.parse().unwrap()
}

impl Town {
    /// Moves the deadline.
    async fn close_at(&self, version: i64, at: &str) {
        let query = "mutation($id: ID!, $version: Int!, $at: DateTime!) {
            updateCall(id: $id, expectedVersion: $version, input: { closesAt: $at }) { closesAt } }";
        self.test.admin_data(query, json!({ "id": self.call, "version": version, "at": at })).await;
    }
}

#[tokio::test]
async fn a_second_late_is_too_late_and_the_last_one_before_is_not() {
    let town = Town::of(1).await;
    let id = town.alone().await;
    for late in [TimeDelta::seconds(1), TimeDelta::zero()] {
        town.test.clock.set(closes() + late);
        let refused = town.act(As::Editor(0), "submitApplication", &id, "").await;
        assert_eq!(broken(&refused), ["CALL_OPEN"]);
        let said = refused["errors"][0]["extensions"]["fields"][0]["message"].as_str().unwrap();
        assert!(said.contains("30 November 2026 at 12:00 (Paris time)"), "{said}");
        assert_eq!(failing(&town.read(&id).await), ["CALL_OPEN"]);
    }
    town.test.clock.set(closes() - TimeDelta::microseconds(1));
    let filed = town.must(As::Editor(0), "submitApplication", &id, "").await;
    assert_eq!(filed["status"], "SUBMITTED");
    assert_eq!(filed["submittedAt"], "2026-11-30T10:59:59.999999Z");
    // In time stays in time.
    town.test.clock.set(closes() + TimeDelta::days(9));
    assert_eq!(failing(&town.read(&id).await), Vec::<&str>::new());
    assert_eq!(town.letters("APPLICATION_FILED").await, 2, "the manager and the organiser");
}

#[tokio::test]
async fn under_a_moved_deadline_the_one_that_stands_decides() {
    let town = Town::of(1).await;
    let id = town.alone().await;
    town.test.clock.set(closes() - TimeDelta::hours(1));
    town.close_at(2, "2026-11-30T09:00:00Z").await;
    let refused = town.act(As::Editor(0), "submitApplication", &id, "").await;
    assert_eq!(broken(&refused), ["CALL_OPEN"]);
    town.test.clock.set(closes() + TimeDelta::hours(1));
    town.close_at(3, "2026-11-30T14:00:00Z").await;
    town.must(As::Editor(0), "submitApplication", &id, "").await;
    // What was filed in time stays filed, wherever the deadline goes.
    town.close_at(4, "2026-11-30T08:00:00Z").await;
    assert_eq!(failing(&town.read(&id).await), Vec::<&str>::new());
}

#[tokio::test]
async fn a_filing_waits_for_a_deadline_that_is_being_moved() {
    let town = Town::of(1).await;
    let id = town.alone().await;
    town.test.clock.set(closes() - TimeDelta::hours(1));
    // Someone moves it, and has not committed yet.
    let mut other = sqlx::PgConnection::connect(town.test.url()).await.unwrap();
    sqlx::raw_sql("BEGIN; UPDATE calls SET closes_at = '2026-11-30T09:00:00Z'")
        .execute(&mut other)
        .await
        .unwrap();
    let filing = town.act(As::Editor(0), "submitApplication", &id, "");
    let moving = async {
        // The filing stands at the lock once a session waits for one.
        while town.test.rows("SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()").await.is_empty() {
            tokio::task::yield_now().await;
        }
        sqlx::raw_sql("COMMIT").execute(&mut other).await.unwrap();
    };
    let (refused, ()) = in_time("the filing waits and goes on", async { tokio::join!(filing, moving) }).await;
    assert_eq!(broken(&refused), ["CALL_OPEN"]);
}

#[tokio::test]
async fn what_came_on_paper_is_recorded_with_its_date_by_a_manager() {
    let town = Town::of(1).await;
    let id = town.alone().await;
    town.test.clock.set(closes() + TimeDelta::days(1));
    let on = |at: &str| format!("submittedAt: \"{at}\"");
    let own = town.act(As::Editor(0), "submitApplication", &id, &on("2026-11-29T10:00:00Z")).await;
    assert_eq!(codes(&own), ["FORBIDDEN"]);
    let future = town.act(As::Manager, "submitApplication", &id, &on("2026-12-02T10:00:00Z")).await;
    assert_eq!(codes(&future), ["VALIDATION"]);
    assert!(message(&future).contains("future") || future.to_string().contains("future"));
    // On paper, too, closesAt itself is too late.
    let late = town.act(As::Manager, "submitApplication", &id, &on(CLOSES)).await;
    assert_eq!(broken(&late), ["CALL_OPEN"]);
    let recorded = town.must(As::Manager, "submitApplication", &id, &on("2026-11-30T10:59:59Z")).await;
    assert_eq!(recorded["submittedAt"], "2026-11-30T10:59:59Z");
    let history = "query($id: ID!) { application(id: $id) { history(first: 1) { nodes { action by } } } }";
    let newest = data_of(town.ask(As::Manager, history, json!({ "id": id })).await);
    let newest = &newest["application"]["history"]["nodes"][0];
    assert_eq!((&newest["action"], &newest["by"]), (&json!("SUBMITTED"), &json!("manager@example.org")));
}

#[tokio::test]
async fn a_lead_files_one_application_to_a_call() {
    let town = Town::of(1).await;
    let (one, two) = (town.alone().await, town.alone().await);
    town.must(As::Editor(0), "submitApplication", &one, "").await;
    let refused = town.act(As::Editor(0), "submitApplication", &two, "").await;
    assert_eq!(broken(&refused), ["ONE_APPLICATION"]);
    town.must(As::Editor(0), "withdrawApplication", &one, "").await;
    assert_eq!(town.letters("APPLICATION_WITHDRAWN").await, 2, "the manager and the organiser had it");
    town.must(As::Editor(0), "submitApplication", &two, "").await;
    let again = town.act(As::Editor(0), "withdrawApplication", &one, "").await;
    assert_eq!(codes(&again), ["CONFLICT"]);
}

#[tokio::test]
async fn of_two_filed_at_once_one_is_the_only_one() {
    let town = Town::of(1).await;
    let (one, two) = (town.alone().await, town.alone().await);
    let (a, b) = tokio::join!(
        town.act(As::Editor(0), "submitApplication", &one, ""),
        town.act(As::Editor(0), "submitApplication", &two, "")
    );
    let refused: Vec<_> = [&a, &b].into_iter().filter(|answer| answer["errors"].is_array()).collect();
    assert_eq!(refused.len(), 1, "{a} {b}");
    assert_eq!(broken(refused[0]), ["ONE_APPLICATION"]);
}
