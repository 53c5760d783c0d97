//! What a collective does next: a list that is set whole.

use chrono::NaiveDate;

use super::access::require_somewhere;
use super::writes::Tries;
use super::{App, Error};
use crate::domain::caller::Caller;
use crate::domain::collectives::Collective;
use crate::domain::error::{ViolationCode, Violations};
use crate::domain::ids::{ActorId, CollectiveId, NextStepId};
use crate::domain::next_steps::{NextStep, StepStatus, checked};
use crate::domain::policy::{Act, Visibility};
use crate::store;
use crate::store::records::{Action, difference};

/// What a client says of a step; with its id it stays the same one.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the fields of NextStep")]
pub struct NextStepInput {
    pub id: Option<NextStepId>,
    pub title: String,
    pub owner: Option<ActorId>,
    pub due: Option<NaiveDate>,
    pub status: StepStatus,
}

impl App {
    /// Sets all of a collective's next steps.
    pub async fn set_next_steps(
        &self,
        caller: &Caller,
        id: CollectiveId,
        expected_version: i32,
        given: Vec<NextStepInput>,
        mut found: Violations,
    ) -> Result<Collective, Error> {
        require_somewhere(caller, Act::UpdateCollective)?;
        let owner =
            |(index, step): (usize, &NextStepInput)| Some((format!("steps[{index}].owner"), step.owner?));
        let owners: Vec<_> = given.iter().enumerate().filter_map(owner).collect();
        self.check_actors(&owners, &Visibility::of(caller), &mut found).await?;
        let mut tries = Tries::default();
        loop {
            let own = self.store.begin().await?;
            let tx = &own;
            let outcome: Result<_, Error> = async {
                let (mut collective, _) = self.locked(tx, caller, Act::UpdateCollective, id).await?;
                if collective.version != expected_version {
                    return Err(Error::stale(collective.version));
                }
                let before = store::next_steps::next_steps(tx, &[id]).await?.remove(&id).unwrap_or_default();
                let mut found = found.clone();
                let steps = checked(self.steps(&given, &before, &mut found), &mut found);
                found.into_result(())?;
                collective.version += 1;
                collective.updated_at = self.clock.now();
                store::collectives::write_own(tx, &collective).await?;
                store::next_steps::write(tx, id, &steps).await?;
                let state = |steps: &[NextStep]| serde_json::json!({ "next_steps": steps });
                let fields = difference(&state(&before), &state(&steps));
                self.record(tx, caller, Action::Update, id.into(), collective.version, fields).await?;
                Ok(collective)
            }
            .await;
            if let Some(settled) = tries.settle(own, outcome).await {
                return settled;
            }
        }
    }

    /// New steps get a key; those that name one of the collective keep theirs.
    fn steps(&self, given: &[NextStepInput], standing: &[NextStep], found: &mut Violations) -> Vec<NextStep> {
        let now = self.clock.now();
        let mut steps = Vec::with_capacity(given.len());
        for (index, step) in given.iter().enumerate() {
            if step.id.is_some_and(|id| standing.iter().all(|other| other.id != id)) {
                let message = "is no step of this collective: leave the id out to add one";
                found.add(format!("steps[{index}].id"), ViolationCode::Unknown, message);
            }
            steps.push(NextStep {
                id: step.id.unwrap_or_else(|| NextStepId(self.ids.next(now))),
                title: step.title.clone(),
                owner: step.owner,
                due: step.due,
                status: step.status,
            });
        }
        steps
    }
}
