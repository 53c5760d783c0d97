//! Retention: what is due goes, what is not stays, and two at once do it once.

use chrono::{DateTime, TimeDelta, Utc};
use maillage::app::retention::Retained;
use maillage::domain::retention::{Kept, PERIODS};
use serde_json::json;

use super::{count, user};
use crate::contacts::{add, everything};
use crate::support::entries::square;
use crate::support::{NOW, TestApp};

/// One row of each kind, whose time began now.
async fn one_of_each(test: &TestApp) -> String {
    let actor = test.actor("A", json!({})).await;
    test.app.add_user("kept@example.org", "Kept", &[]).await.unwrap();
    test.app.add_user("invited@example.org", "Invited", &[]).await.unwrap();
    let (kept, invited) = (user(test, "kept@example.org").await, user(test, "invited@example.org").await);
    let now = format!("'{NOW}'::timestamptz");
    test.execute(&format!(
        "INSERT INTO refresh_tokens (id, user_id, family, hash, created_at, expires_at) VALUES ('{kept}', '{kept}', '{kept}', '\\x02', {now}, {now});
        INSERT INTO ended_sessions VALUES ('{kept}', '{kept}', {now});
        INSERT INTO one_time_tokens VALUES ('\\x03', 'PASSWORD_RESET', '{kept}', {now}, {now}), ('\\x04', 'INVITATION', '{invited}', {now}, {now} - interval '3 days'), ('\\x05', 'INVITATION', '{invited}', {now}, {now});
        INSERT INTO outbox (id, user_id, letter, status, next_try_at, created_at, settled_at) VALUES (gen_random_uuid(), '{kept}', '{{}}', 'SENT', {now}, {now}, {now});
        INSERT INTO attempts VALUES ('\\x06', 3, {now}, NULL), ('\\x08', 0, {now}, {now});
        INSERT INTO client_keys VALUES ('user:{kept}', 'k', '\\x07', 'ACTOR', (SELECT id FROM actors LIMIT 1), {now});
        INSERT INTO suggestions (id, actor_id, caller, comment, changes, edit, status, created_at, decided_at)
            SELECT gen_random_uuid(), id, 'user:{kept}', 'c', '{{}}', '{{\"name\": \"b\"}}', 'ACCEPTED', {now}, {now} FROM actors;
        INSERT INTO api_keys (id, owner_id, name, prefix, hash, revoked_at, created_at) VALUES ('{kept}', '{kept}', 'k', 'mk_1', '\\x01', {now}, {now});
        INSERT INTO export_jobs (id, owner, asked, format, total_rows, token, created_at, expires_at) VALUES ('{kept}', 'anonymous', '{{}}', 'CSV', 0, 't', {now}, {now})"
    ))
    .await;
    let mut places = Vec::new();
    for code in ["28001", "28002"] {
        places.push(test.territory("COMMUNE", code, code, square(1.0, 48.0, 0.1)).await);
    }
    let create =
        "mutation($input: SupportContactInput!) { made: createSupportContact(input: $input) { id } }";
    for place in &places {
        let input = json!({ "institution": actor, "name": "Zébulon", "territory": { "id": place } });
        test.admin_data(create, json!({ "input": input })).await;
    }
    test.execute("UPDATE territories SET valid_until = '2026-11-21' WHERE code = '28001'").await;
    test.execute("UPDATE support_contacts SET name = 'Claude' WHERE territory_id IN (SELECT id FROM territories WHERE code = '28002')").await;
    test.execute(&format!(
        "INSERT INTO collectives (id, slug, kind, name, stage, closed_from, status, created_at, updated_at)
            VALUES ('{kept}', 'ensemble', 'SMALL_COLLECTIVE', 'Ensemble', 'CLOSED', 'INTENT', 'DRAFT', {now}, {now});
        INSERT INTO resource_people (id, collective_id, position, name, approached, visibility) VALUES ('{kept}', '{kept}', 0, 'Zébulon', FALSE, 'MANAGERS')"
    ))
    .await;
    let contact = json!({ "name": "Zébulon", "consentOn": "2026-01-01", "expiresOn": "2026-11-22" });
    add(test, &actor, contact).await;
    add(test, &actor, json!({ "name": "Sans fin" })).await;
    actor
}

async fn done(test: &TestApp) -> Vec<(Kept, u64)> {
    let Retained::Done(counts) = test.app.retain().await.unwrap() else { panic!("nobody else is at it") };
    let counts = counts.into_iter().map(|(kept, count)| (kept, count.expect("it went")));
    counts.filter(|(_, count)| *count > 0).collect()
}

#[tokio::test]
async fn each_goes_when_its_time_is_over_and_not_before() {
    let test = TestApp::empty().await;
    one_of_each(&test).await;
    let now: DateTime<Utc> = NOW.parse().unwrap();
    let mut periods: Vec<_> = PERIODS.iter().map(|(_, period)| *period).collect();
    periods.sort_unstable();
    periods.dedup();
    let mut gone = Vec::new();
    test.clock.set(now - TimeDelta::seconds(1));
    assert_eq!(done(&test).await, []);
    for period in periods {
        let due = || PERIODS.iter().filter(|(_, its)| *its == period).map(|(kept, _)| *kept);
        for (at, early) in [(now + period - TimeDelta::seconds(1), true), (now + period, false)] {
            test.clock.set(at);
            gone.extend(done(&test).await.into_iter().map(|(kept, _)| kept));
            for kept in due() {
                // a contact's day begins at midnight, the rest at the instant
                let is_gone = !early || matches!(kept, Kept::Contacts | Kept::SupportContacts);
                assert_eq!(gone.contains(&kept), is_gone, "{kept} at {at}: {gone:?}");
            }
        }
    }
    assert_eq!(gone.len(), PERIODS.len(), "each once: {gone:?}");
    assert_eq!(count(&test, "one_time_tokens").await, 0, "they went with the account");
    assert_eq!(count(&test, "users").await, 2, "the operator's stay, invited ones that never came don't");
    assert_eq!(count(&test, "contacts").await, 1, "what never ends stays");
    assert_eq!(count(&test, "support_contacts").await, 1, "who answers somewhere stays");
    let told = test
        .rows(
            "SELECT subject_kind AS kind, action FROM changes WHERE caller = 'rule:retention' ORDER BY kind",
        )
        .await;
    assert_eq!(
        json!(told),
        json!([{ "kind": "ACTOR", "action": "ERASE" }, { "kind": "COLLECTIVE", "action": "ERASE" }, { "kind": "CONTACT", "action": "ERASE" },
            { "kind": "RESOURCE_PERSON", "action": "ERASE" }, { "kind": "SUPPORT_CONTACT", "action": "ERASE" }, { "kind": "USER", "action": "ERASE" }])
    );
    let all = everything(&test).await;
    assert!(!all.contains("bulon") && !all.contains("invited@"));
}

#[tokio::test]
async fn two_at_once_do_it_once() {
    let test = TestApp::empty().await;
    one_of_each(&test).await;
    test.clock.set(NOW.parse::<DateTime<Utc>>().unwrap() + TimeDelta::days(400));
    let other = test.app.clone();
    let (a, b) = tokio::join!(test.app.retain(), other.retain());
    let contacts = [a.unwrap(), b.unwrap()].into_iter().map(|retained| match retained {
        Retained::Elsewhere => 0,
        Retained::Done(counts) => counts.iter().find(|(kept, _)| *kept == Kept::Contacts).unwrap().1.unwrap(),
    });
    assert_eq!(contacts.sum::<u64>(), 1);
    assert_eq!(count(&test, "changes WHERE caller = 'rule:retention' AND subject_kind = 'ACTOR'").await, 1);

    // and while one is at it another leaves it to it
    let held = test.app.store.begin_retention().await.unwrap().unwrap();
    assert_eq!(test.app.retain().await.unwrap(), Retained::Elsewhere);
    drop(held);
}

#[tokio::test]
async fn what_is_in_the_way_of_one_keeps_no_other() {
    let test = TestApp::empty().await;
    one_of_each(&test).await;
    test.clock.set(NOW.parse::<DateTime<Utc>>().unwrap() + TimeDelta::days(400));
    let tx = test.app.store.begin().await.unwrap();
    maillage::store::hold_writers(&tx, "client_keys").await.unwrap();
    let Retained::Done(counts) = test.app.retain().await.unwrap() else { panic!("it is free") };
    let left: Vec<_> = counts.iter().filter(|(_, count)| count.is_none()).map(|(kept, _)| *kept).collect();
    assert_eq!(left, [Kept::ClientKeys, Kept::UntakenAccounts], "whose keys would go too");
    assert_eq!(count(&test, "contacts").await, 1);
}
