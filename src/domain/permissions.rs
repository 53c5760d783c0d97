//! What someone may do with an entry, and why not: by their role, and by where the entry stands. Use-cases ask the same
//! questions of the same functions, so that what is told here is what an attempt meets. What only the attempt finds out
//! (a newer version, a duplicate) is not told.

use strum::{AsRefStr, EnumIter};

use super::actors::Actor;
use super::applications::{Application, ApplicationStatus, ApplicationStep};
use super::caller::Caller;
use super::calls::Call;
use super::collectives::Collective;
use super::diagnoses::Diagnosis;
use super::ids::SubjectKind;
use super::interactions::{ConfirmationStatus, Interaction};
use super::policy::{self, Act, Denied, Standing};
use super::practices::GoodPractice;
use super::projects::Project;
use super::publication::{Publication, PublicationStatus, Transition};

/// What can be done with an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, AsRefStr, EnumIter)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
#[expect(missing_docs, reason = "the schema describes each")]
pub enum Action {
    Read,
    Update,
    Submit,
    Publish,
    Review,
    Archive,
    Restore,
    DeclareInteraction,
    Confirm,
    Dispute,
    SeeHistory,
    Erase,
}

/// Whether something may be done, and why not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Permission {
    /// What.
    pub action: Action,
    /// Why not; null where it may be done.
    pub refusal: Option<String>,
}

/// An entry that someone sees.
#[derive(Clone, Copy, Debug)]
pub enum Entry<'a> {
    /// An actor.
    Actor(&'a Actor),
    /// An interaction.
    Interaction(&'a Interaction),
    /// A call.
    Call(&'a Call),
    /// A collective.
    Collective(&'a Collective),
    /// A project.
    Project(&'a Project),
    /// A good practice.
    GoodPractice(&'a GoodPractice),
    /// A diagnosis.
    Diagnosis(&'a Diagnosis),
}

impl Entry<'_> {
    fn kind(self) -> SubjectKind {
        match self {
            Self::Actor(_) => SubjectKind::Actor,
            Self::Interaction(_) => SubjectKind::Interaction,
            Self::Call(_) => SubjectKind::Call,
            Self::Collective(_) => SubjectKind::Collective,
            Self::Project(_) => SubjectKind::Project,
            Self::GoodPractice(_) => SubjectKind::GoodPractice,
            Self::Diagnosis(_) => SubjectKind::Diagnosis,
        }
    }

    fn publication(self) -> Publication {
        match self {
            Self::Actor(actor) => actor.publication,
            Self::Interaction(interaction) => interaction.publication,
            Self::Call(call) => call.publication,
            Self::Collective(collective) => collective.publication,
            Self::Project(project) => project.publication,
            Self::GoodPractice(practice) => practice.publication,
            Self::Diagnosis(diagnosis) => diagnosis.publication,
        }
    }

    /// What can be done with entries of its kind.
    fn actions(self) -> &'static [Action] {
        use Action::{
            Archive, Confirm, DeclareInteraction, Dispute, Erase, Publish, Read, Restore, Review, SeeHistory,
            Submit, Update,
        };
        match self {
            Self::Actor(_) => &[
                Read,
                Update,
                Submit,
                Publish,
                Review,
                Archive,
                Restore,
                DeclareInteraction,
                SeeHistory,
                Erase,
            ],
            Self::Interaction(_) => {
                &[Read, Update, Submit, Publish, Review, Archive, Restore, Confirm, Dispute, SeeHistory]
            }
            Self::Call(_)
            | Self::Collective(_)
            | Self::Project(_)
            | Self::Diagnosis(_)
            | Self::GoodPractice(_) => &[Read, Update, Submit, Publish, Review, Archive, Restore, SeeHistory],
        }
    }
}

/// All that can be done with an entry that someone sees, in the order of the actions.
pub fn permissions(caller: &Caller, entry: Entry<'_>, standing: Standing) -> Vec<Permission> {
    let permission = |action: &Action| Permission {
        action: *action,
        refusal: refuse(caller, entry, standing, *action).err(),
    };
    entry.actions().iter().map(permission).collect()
}

/// All that can be done with an application that someone sees: `SUBMIT` is to file it, `CONFIRM` and `DISPUTE` to sign it off
/// or not, `REVIEW` to read and decide it, `ARCHIVE` to take it back.
pub fn of_application(caller: &Caller, application: &Application, standing: Standing) -> Vec<Permission> {
    let may = |act: Act, standing: Standing, step: ApplicationStep| {
        policy::may(caller, act, standing).map_err(Denied::message)?;
        application.status.after(step).map(drop).map_err(str::to_owned)
    };
    let signing = Standing { own: standing.signing, ..standing };
    let review = match application.status {
        ApplicationStatus::UnderReview => ApplicationStep::Accept,
        _ => ApplicationStep::StartReview,
    };
    let all = [
        (Action::Read, Ok(())),
        (Action::Update, may(Act::UpdateApplication, standing, ApplicationStep::Update)),
        (Action::Submit, may(Act::SubmitApplication, standing, ApplicationStep::Submit)),
        (Action::Review, may(Act::ReviewApplication, standing, review)),
        (Action::Archive, may(Act::WithdrawApplication, standing, ApplicationStep::Withdraw)),
        (Action::Confirm, may(Act::SignApplication, signing, ApplicationStep::SignOff)),
        (Action::Dispute, may(Act::SignApplication, signing, ApplicationStep::DeclineSignOff)),
        (Action::SeeHistory, policy::may(caller, Act::SeeHistory, standing).map_err(Denied::message)),
    ];
    all.into_iter().map(|(action, outcome)| Permission { action, refusal: outcome.err() }).collect()
}

/// Refuses what they may not do by their role, then what the entry's state does not allow.
fn refuse(caller: &Caller, entry: Entry<'_>, standing: Standing, action: Action) -> Result<(), String> {
    let kind = entry.kind();
    let role = |act: Option<Act>| match act {
        Some(act) => policy::may(caller, act, standing).map_err(Denied::message),
        None => Err("this is not done with entries of this kind".to_owned()),
    };
    let moved = |transition| {
        role(act_of(kind, transition))?;
        entry.publication().after(transition).map(drop).map_err(str::to_owned)
    };
    let answered = |answer| {
        role(Some(Act::AnswerInteraction))?;
        match entry {
            Entry::Interaction(interaction) => interaction.may_be_answered(answer).map_err(str::to_owned),
            _ => role(None),
        }
    };
    match action {
        Action::Read => Ok(()),
        Action::Update => {
            role(update_act(kind))?;
            match entry {
                Entry::Diagnosis(diagnosis) => diagnosis.require_open(),
                _ => Ok(()),
            }
        }
        Action::Submit => moved(Transition::Submit),
        Action::Publish => moved(Transition::Publish),
        Action::Review => moved(Transition::Approve),
        Action::Archive => moved(Transition::Archive),
        Action::Restore => moved(Transition::Restore),
        Action::DeclareInteraction => may_declare_with(caller, entry.publication().status, standing),
        Action::Confirm => answered(ConfirmationStatus::Confirmed),
        Action::Dispute => answered(ConfirmationStatus::Disputed),
        Action::SeeHistory => role(Some(Act::SeeHistory)),
        Action::Erase => role(Some(Act::SuppressActor)),
    }
}

/// What is said of an interaction with an actor that is put away.
pub const ARCHIVED_END: &str = "it is archived: restore it first";

/// What is said to those whose write would leave an entry beyond their reach.
pub fn beyond_reach(kind: SubjectKind, who: &str) -> String {
    if kind == SubjectKind::Diagnosis {
        return format!(
            "the diagnosis would be outside of your reach: ask a manager of its territory; {who}"
        );
    }
    format!(
        "the entry would be outside of your reach: give it a seat, an area or an end within your territories; {who}"
    )
}

/// Whether they may declare interactions of an actor, whoever is at the other end.
fn may_declare_with(caller: &Caller, status: PublicationStatus, standing: Standing) -> Result<(), String> {
    policy::may_somewhere(caller, Act::DeclareInteraction).map_err(Denied::message)?;
    if status == PublicationStatus::Archived {
        return Err(ARCHIVED_END.to_owned());
    }
    policy::may(caller, Act::DeclareInteraction, standing).map_err(Denied::message)
}

/// The act that moves an entry of a kind; null for kinds without a status.
pub fn act_of(kind: SubjectKind, transition: Transition) -> Option<Act> {
    use Transition::{Approve, Archive, Publish, Reject, Restore, Submit};
    Some(match (kind, transition) {
        (SubjectKind::Actor, Submit) => Act::SubmitActor,
        (SubjectKind::Actor, Publish | Approve | Reject) => Act::ReviewActor,
        (SubjectKind::Actor, Archive) => Act::ArchiveActor,
        (SubjectKind::Actor, Restore) => Act::RestoreActor,
        (SubjectKind::Interaction, Submit) => Act::SubmitInteraction,
        (SubjectKind::Interaction, Publish | Approve | Reject) => Act::ReviewInteraction,
        (SubjectKind::Interaction, Archive) => Act::ArchiveInteraction,
        (SubjectKind::Interaction, Restore) => Act::RestoreInteraction,
        (SubjectKind::Call, Submit) => Act::SubmitCall,
        (SubjectKind::Call, Publish | Approve | Reject) => Act::ReviewCall,
        (SubjectKind::Call, Archive) => Act::ArchiveCall,
        (SubjectKind::Call, Restore) => Act::RestoreCall,
        (SubjectKind::Collective, Submit) => Act::SubmitCollective,
        (SubjectKind::Collective, Publish | Approve | Reject) => Act::ReviewCollective,
        (SubjectKind::Collective, Archive) => Act::ArchiveCollective,
        (SubjectKind::Collective, Restore) => Act::RestoreCollective,
        (SubjectKind::Project, Submit) => Act::SubmitProject,
        (SubjectKind::Project, Publish | Approve | Reject) => Act::ReviewProject,
        (SubjectKind::Project, Archive) => Act::ArchiveProject,
        (SubjectKind::Project, Restore) => Act::RestoreProject,
        (SubjectKind::GoodPractice, Submit) => Act::SubmitPractice,
        (SubjectKind::GoodPractice, Publish | Approve | Reject) => Act::ReviewPractice,
        (SubjectKind::GoodPractice, Archive) => Act::ArchivePractice,
        (SubjectKind::GoodPractice, Restore) => Act::RestorePractice,
        (SubjectKind::Diagnosis, Submit) => Act::SubmitDiagnosis,
        (SubjectKind::Diagnosis, Publish | Approve | Reject) => Act::ReviewDiagnosis,
        (SubjectKind::Diagnosis, Archive) => Act::ArchiveDiagnosis,
        (SubjectKind::Diagnosis, Restore) => Act::RestoreDiagnosis,
        _ => return None,
    })
}

/// The act that changes an entry of a kind; null for kinds that this table does not tell of.
pub fn update_act(kind: SubjectKind) -> Option<Act> {
    match kind {
        SubjectKind::Actor => Some(Act::UpdateActor),
        SubjectKind::Interaction => Some(Act::UpdateInteraction),
        SubjectKind::Call => Some(Act::UpdateCall),
        SubjectKind::Collective => Some(Act::UpdateCollective),
        SubjectKind::Project => Some(Act::UpdateProject),
        SubjectKind::GoodPractice => Some(Act::UpdatePractice),
        SubjectKind::Diagnosis => Some(Act::UpdateDiagnosis),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use uuid::Uuid;

    use super::*;
    use crate::domain::ids::ActorId;

    #[test]
    fn the_program_may_what_the_state_allows_and_a_stranger_reads() {
        use Action::{Archive, DeclareInteraction, Erase, Publish, Read, SeeHistory, Submit, Update};
        let actor = Actor::new(ActorId(Uuid::nil()), DateTime::UNIX_EPOCH);
        let may = |caller: &Caller| -> Vec<Action> {
            let all = permissions(caller, Entry::Actor(&actor), Standing::default());
            all.into_iter().filter(|p| p.refusal.is_none()).map(|p| p.action).collect()
        };
        assert_eq!(
            may(&Caller::Operator),
            [Read, Update, Submit, Publish, Archive, DeclareInteraction, SeeHistory, Erase]
        );
        assert_eq!(may(&Caller::Anonymous), [Read]);
    }
}
