//! Every move from every state, as everyone: what docs/applications.md says.

use std::fmt::Write;

use maillage::domain::applications::{ApplicationStatus, ApplicationStep};
use maillage::graphql::ids::subject;
use serde_json::json;
use strum::IntoEnumIterator;

use super::{As, Town};
use crate::support::codes;

const DOCUMENT: &str = include_str!("../../../docs/applications.md");

/// Who may take a step by their role, whatever the state: lead, co-applicant, organiser.
fn may(step: ApplicationStep, who: As) -> bool {
    use ApplicationStep::{
        Accept, DeclineSignOff, Reject, RequestSignOffs, SignOff, StartReview, Submit, Update, Withdraw,
    };
    matches!(
        (who, step),
        (As::Manager | As::Admin, _)
            | (As::Editor(0 | 1), Update | RequestSignOffs)
            | (As::Editor(0), Submit | Withdraw)
            | (As::Editor(1), SignOff | DeclineSignOff)
            | (As::Organiser, StartReview | Accept | Reject)
    )
}

fn mutation(step: ApplicationStep, co_applicant: &str) -> (&'static str, String) {
    let decide = |outcome: &str| ("decideApplication", format!("outcome: {outcome}, reason: \"Parce que.\""));
    match step {
        ApplicationStep::Update => ("updateApplication", "input: { title: \"Autrement\" }".to_owned()),
        ApplicationStep::RequestSignOffs => ("requestSignOffs", String::new()),
        ApplicationStep::SignOff => ("signOff", format!("actor: \"{co_applicant}\"")),
        ApplicationStep::DeclineSignOff => ("declineSignOff", format!("actor: \"{co_applicant}\"")),
        ApplicationStep::Submit => ("submitApplication", String::new()),
        ApplicationStep::Withdraw => ("withdrawApplication", String::new()),
        ApplicationStep::StartReview => ("startReview", String::new()),
        ApplicationStep::Accept => decide("ACCEPTED"),
        ApplicationStep::Reject => decide("REJECTED"),
    }
}

#[tokio::test]
async fn every_move_from_every_state_as_everyone() {
    let town = Town::of(4).await;
    let id = town.together().await;
    let key = subject(&id.as_str().into()).unwrap().id;
    let co_applicants =
        [1, 2].map(|n: usize| subject(&town.actors[n].as_str().into()).unwrap().id.to_string());
    let everyone = [
        As::Nobody,
        As::Editor(0),
        As::Editor(1),
        // A stranger.
        As::Editor(3),
        As::Organiser,
        As::Manager,
        As::Admin,
    ];
    let mut wrong = String::new();
    for from in ApplicationStatus::iter() {
        let filed = !from.is_open() && from != ApplicationStatus::Withdrawn;
        let decided = matches!(from, ApplicationStatus::Accepted | ApplicationStatus::Rejected);
        for step in ApplicationStep::iter() {
            for who in everyone {
                // All have signed where it is to be filed.
                let signed = if step == ApplicationStep::Submit { "now()" } else { "NULL" };
                let filed_at = if filed { "created_at" } else { "NULL" };
                let decision = if decided {
                    format!("'{from}', 'Oui.', created_at::date")
                } else {
                    "NULL, NULL, NULL".to_owned()
                };
                let [one, two] = &co_applicants;
                town.test
                    .execute(&format!(
                        "UPDATE applications SET status = '{from}', version = 7, title = 'Ouvrir', submitted_at = {filed_at},
                            (outcome, reason, decided_on) = ROW({decision});
                         DELETE FROM application_sign_offs;
                         INSERT INTO application_sign_offs (application_id, actor_id, signed_at)
                         VALUES ('{key}', '{one}', {signed}), ('{key}', '{two}', {signed})"
                    ))
                    .await;
                let expected = match who {
                    As::Nobody => vec!["UNAUTHENTICATED"],
                    As::Editor(3) => vec!["NOT_FOUND"],
                    As::Organiser if !filed => vec!["NOT_FOUND"],
                    who if !may(step, who) => vec!["FORBIDDEN"],
                    _ if from.after(step).is_err() => vec!["CONFLICT"],
                    _ => vec![],
                };
                let (mutation, more) = mutation(step, &town.actors[1]);
                let answer = town.act_on(who, mutation, &id, 7, &more).await;
                let mut same = codes(&answer) == expected;
                if expected.is_empty() {
                    let to = from.after(step).unwrap().to_string();
                    same = same && answer["data"][mutation]["status"] == json!(to);
                }
                if !same {
                    writeln!(wrong, "{mutation} from {from} as {who:?}: {expected:?} expected, {answer}")
                        .unwrap();
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn the_document_has_the_table_of_the_program() {
    let mut wrong = String::new();
    for from in ApplicationStatus::iter() {
        let cells = ApplicationStep::iter().map(|step| match from.after(step) {
            Ok(to) => format!("`{to}`"),
            Err(_) => "—".to_owned(),
        });
        let row = format!("| `{from}` | {} |", cells.collect::<Vec<_>>().join(" | "));
        if !DOCUMENT.contains(&row) {
            writeln!(wrong, "{row}").unwrap();
        }
    }
    assert!(wrong.is_empty(), "the table in docs/applications.md should have these rows:\n{wrong}");
}
