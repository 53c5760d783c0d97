//! Who may do what: one table, and the two questions that are asked of it.
//!
//! What someone may do to an entry follows from what was granted to them and how they stand to that entry
//! ([`Standing`]). What they may see is a [`Visibility`], which every finder of the store goes through.

use std::sync::Arc;

use strum::{AsRefStr, EnumIter};

use super::caller::{Caller, Grant, Right, Role};
use super::ids::{ActorId, TerritoryId};

/// How far a role's right to an act goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// Not at all.
    Never,
    /// To its own actor; to interactions at whose end that is; to calls that it organises; to collectives and projects that it
    /// leads, diagnoses that it facilitates, and what such collectives need and ask; to applications that it applies with; to its
    /// practices, and what it takes up; to resources that the caller added.
    Own,
    /// To interactions that its own actor declared; to applications that it leads.
    Declaring,
    /// To interactions that the other side declared with its own actor; to its own memberships in collectives; to
    /// applications to calls that it organises, where it does not apply itself.
    Answering,
    /// To what sits or acts in its territory; interactions with such an end; calls for nowhere else; collectives that act
    /// there; projects and practices that take place there, or whose lead or actor sits or acts there; what is taken up
    /// there; applications to calls for nowhere else.
    Reach,
    /// To everything of the kind.
    Always,
}

/// What can be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, AsRefStr, EnumIter)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
#[expect(missing_docs, reason = "the names say it; the table says who")]
pub enum Act {
    SeeUnpublished,
    SeeHiddenLocation,
    SeePartnerContacts,
    SeeEveryContact,
    SeeExpiredContacts,
    SeeHistory,
    SeeSuggestions,
    NamePersons,
    FindDuplicates,
    SuggestEdit,
    CreateActor,
    UpdateActor,
    SubmitActor,
    ReviewActor,
    ArchiveActor,
    RestoreActor,
    MergeActors,
    SuppressActor,
    UnsuppressActor,
    WriteContacts,
    DeclareInteraction,
    UpdateInteraction,
    SubmitInteraction,
    ReviewInteraction,
    ArchiveInteraction,
    RestoreInteraction,
    AnswerInteraction,
    CreateCall,
    UpdateCall,
    SubmitCall,
    ReviewCall,
    ArchiveCall,
    RestoreCall,
    PostExchange,
    CloseExchange,
    SeePartnerSupport,
    SeeEverySupport,
    WriteSupportContact,
    SeeSupportRequests,
    RequestSupport,
    AssignSupport,
    AnswerSupport,
    CloseSupport,
    RegisterCollective,
    UpdateCollective,
    SubmitCollective,
    ReviewCollective,
    ArchiveCollective,
    RestoreCollective,
    UpdateMembership,
    UpdateOwnMembership,
    AnswerMembership,
    LeaveCollective,
    RecordContribution,
    RecordOwnContribution,
    PromoteCollective,
    CreateProject,
    UpdateProject,
    SubmitProject,
    ReviewProject,
    ArchiveProject,
    RestoreProject,
    OpenDiagnosis,
    UpdateDiagnosis,
    SubmitDiagnosis,
    ReviewDiagnosis,
    ArchiveDiagnosis,
    RestoreDiagnosis,
    VoteOnFinding,
    RecordPaperVotes,
    SeeApplications,
    StartApplication,
    UpdateApplication,
    SignApplication,
    SubmitApplication,
    RecordApplication,
    WithdrawApplication,
    ReviewApplication,
    CreatePractice,
    UpdatePractice,
    SubmitPractice,
    ReviewPractice,
    ArchivePractice,
    RestorePractice,
    RecordReplication,
    RecordLesson,
    AddResource,
    UpdateResource,
    WriteTerritory,
    ImportFile,
    SeeReviewQueue,
    SeeUsers,
    GrantRights,
    DeactivateUser,
    KeepKeys,
    EraseOneself,
}

use Extent::{Always as A, Answering as X, Declaring as D, Never as N, Own as O, Reach as R};

/// The columns of the table, from the least to the most.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Column {
    /// Without a token.
    Anyone,
    /// With an account or a key, whatever was granted.
    SignedIn,
    /// With this role.
    Holder(Role),
}

/// Order of the columns.
pub const COLUMNS: [Column; 7] = [
    Column::Anyone,
    Column::SignedIn,
    Column::Holder(Role::Partner),
    Column::Holder(Role::Analyst),
    Column::Holder(Role::ActorEditor),
    Column::Holder(Role::TerritoryManager),
    Column::Holder(Role::Admin),
];

/// Who may do what. What is published is read by everyone.
#[rustfmt::skip]
pub const TABLE: [(Act, [Extent; 7]); 96] = [
    //                        anyone signed-in partner analyst editor manager admin
    (Act::SeeUnpublished,     [N,    N,        N,      R,      O,     R,      A]),
    (Act::SeeHiddenLocation,  [N,    N,        N,      N,      O,     R,      A]),
    (Act::SeePartnerContacts, [N,    N,        R,      N,      O,     R,      A]),
    (Act::SeeEveryContact,    [N,    N,        N,      N,      O,     R,      A]),
    (Act::SeeExpiredContacts, [N,    N,        N,      N,      N,     R,      A]),
    (Act::SeeHistory,         [N,    N,        N,      N,      O,     R,      A]),
    (Act::SeeSuggestions,     [N,    N,        N,      N,      O,     R,      A]),
    (Act::NamePersons,        [N,    N,        N,      N,      N,     R,      A]),
    (Act::FindDuplicates,     [N,    A,        A,      A,      A,     A,      A]),
    (Act::SuggestEdit,        [N,    A,        A,      A,      A,     A,      A]),
    // An editor's new actor is its own from then on.
    (Act::CreateActor,        [N,    N,        N,      N,      A,     R,      A]),
    (Act::UpdateActor,        [N,    N,        N,      N,      O,     R,      A]),
    (Act::SubmitActor,        [N,    N,        N,      N,      O,     R,      A]),
    (Act::ReviewActor,        [N,    N,        N,      N,      N,     R,      A]),
    (Act::ArchiveActor,       [N,    N,        N,      N,      N,     R,      A]),
    (Act::RestoreActor,       [N,    N,        N,      N,      N,     R,      A]),
    (Act::MergeActors,        [N,    N,        N,      N,      N,     R,      A]),
    (Act::SuppressActor,      [N,    N,        N,      N,      N,     R,      A]),
    (Act::UnsuppressActor,    [N,    N,        N,      N,      N,     N,      A]),
    (Act::WriteContacts,      [N,    N,        N,      N,      O,     R,      A]),
    (Act::DeclareInteraction, [N,    N,        N,      N,      O,     R,      A]),
    (Act::UpdateInteraction,  [N,    N,        N,      N,      D,     R,      A]),
    (Act::SubmitInteraction,  [N,    N,        N,      N,      D,     R,      A]),
    (Act::ReviewInteraction,  [N,    N,        N,      N,      N,     R,      A]),
    (Act::ArchiveInteraction, [N,    N,        N,      N,      D,     R,      A]),
    (Act::RestoreInteraction, [N,    N,        N,      N,      N,     R,      A]),
    // Nobody agrees in another's name.
    (Act::AnswerInteraction,  [N,    N,        N,      N,      X,     N,      A]),
    (Act::CreateCall,         [N,    N,        N,      N,      O,     R,      A]),
    (Act::UpdateCall,         [N,    N,        N,      N,      O,     R,      A]),
    (Act::SubmitCall,         [N,    N,        N,      N,      O,     R,      A]),
    (Act::ReviewCall,         [N,    N,        N,      N,      N,     R,      A]),
    (Act::ArchiveCall,        [N,    N,        N,      N,      N,     R,      A]),
    (Act::RestoreCall,        [N,    N,        N,      N,      N,     R,      A]),
    (Act::PostExchange,       [N,    N,        N,      N,      O,     R,      A]),
    (Act::CloseExchange,      [N,    N,        N,      N,      O,     R,      A]),
    // Of a contact an editor's own are those who answer where its actor sits or acts; sight.rs says the same as SQL.
    (Act::SeePartnerSupport,  [N,    N,        R,      N,      O,     A,      A]),
    (Act::SeeEverySupport,    [N,    N,        N,      N,      N,     R,      A]),
    (Act::WriteSupportContact, [N,   N,        N,      N,      N,     R,      A]),
    (Act::SeeSupportRequests, [N,    N,        N,      N,      O,     R,      A]),
    (Act::RequestSupport,     [N,    N,        N,      N,      O,     R,      A]),
    (Act::AssignSupport,      [N,    N,        N,      N,      N,     R,      A]),
    (Act::AnswerSupport,      [N,    N,        N,      N,      N,     R,      A]),
    (Act::CloseSupport,       [N,    N,        N,      N,      O,     R,      A]),
    // Of a collective an editor's own is the one that its actor leads; the other side is a member.
    (Act::RegisterCollective, [N,    N,        N,      N,      O,     R,      A]),
    (Act::UpdateCollective,   [N,    N,        N,      N,      O,     R,      A]),
    (Act::SubmitCollective,   [N,    N,        N,      N,      O,     R,      A]),
    (Act::ReviewCollective,   [N,    N,        N,      N,      N,     R,      A]),
    (Act::ArchiveCollective,  [N,    N,        N,      N,      N,     R,      A]),
    (Act::RestoreCollective,  [N,    N,        N,      N,      N,     R,      A]),
    (Act::UpdateMembership,   [N,    N,        N,      N,      O,     R,      A]),
    // What it does and how much time it gives, each says for itself.
    (Act::UpdateOwnMembership, [N,   N,        N,      N,      X,     R,      A]),
    // Each answers for itself; managers record what was answered on paper.
    (Act::AnswerMembership,   [N,    N,        N,      N,      X,     R,      A]),
    (Act::LeaveCollective,    [N,    N,        N,      N,      X,     R,      A]),
    (Act::RecordContribution, [N,    N,        N,      N,      O,     R,      A]),
    (Act::RecordOwnContribution, [N, N,        N,      N,      X,     R,      A]),
    (Act::PromoteCollective,  [N,    N,        N,      N,      O,     R,      A]),
    // Of a project an editor's own is the one that its actor leads.
    (Act::CreateProject,      [N,    N,        N,      N,      O,     R,      A]),
    (Act::UpdateProject,      [N,    N,        N,      N,      O,     R,      A]),
    (Act::SubmitProject,      [N,    N,        N,      N,      O,     R,      A]),
    (Act::ReviewProject,      [N,    N,        N,      N,      N,     R,      A]),
    (Act::ArchiveProject,     [N,    N,        N,      N,      N,     R,      A]),
    (Act::RestoreProject,     [N,    N,        N,      N,      N,     R,      A]),
    // Of a diagnosis an editor's own is the one that its actor facilitates; who answers for its territory opens it.
    (Act::OpenDiagnosis,      [N,    N,        N,      N,      N,     R,      A]),
    (Act::UpdateDiagnosis,    [N,    N,        N,      N,      O,     R,      A]),
    (Act::SubmitDiagnosis,    [N,    N,        N,      N,      O,     R,      A]),
    (Act::ReviewDiagnosis,    [N,    N,        N,      N,      N,     R,      A]),
    (Act::ArchiveDiagnosis,   [N,    N,        N,      N,      N,     R,      A]),
    (Act::RestoreDiagnosis,   [N,    N,        N,      N,      N,     R,      A]),
    // Whoever sees it votes, once each, by themselves.
    (Act::VoteOnFinding,      [N,    A,        A,      A,      A,     A,      A]),
    (Act::RecordPaperVotes,   [N,    N,        N,      N,      N,     R,      A]),
    // Of an application an editor's own are those of its lead and co-applicants; its lead declares it, and the other side
    // runs the call. Within reach is one to a call that is.
    (Act::SeeApplications,    [N,    N,        N,      N,      O,     R,      A]),
    (Act::StartApplication,   [N,    N,        N,      N,      O,     R,      A]),
    (Act::UpdateApplication,  [N,    N,        N,      N,      O,     R,      A]),
    // Each signs for itself; managers record what was signed on paper.
    (Act::SignApplication,    [N,    N,        N,      N,      O,     R,      A]),
    (Act::SubmitApplication,  [N,    N,        N,      N,      D,     R,      A]),
    (Act::RecordApplication,  [N,    N,        N,      N,      N,     R,      A]),
    (Act::WithdrawApplication, [N,   N,        N,      N,      D,     R,      A]),
    // Nobody decides on what it applies with.
    (Act::ReviewApplication,  [N,    N,        N,      N,      X,     R,      A]),
    // Of a practice an editor's own is the one of its actor.
    (Act::CreatePractice,     [N,    N,        N,      N,      O,     R,      A]),
    (Act::UpdatePractice,     [N,    N,        N,      N,      O,     R,      A]),
    (Act::SubmitPractice,     [N,    N,        N,      N,      O,     R,      A]),
    (Act::ReviewPractice,     [N,    N,        N,      N,      N,     R,      A]),
    (Act::ArchivePractice,    [N,    N,        N,      N,      N,     R,      A]),
    (Act::RestorePractice,    [N,    N,        N,      N,      N,     R,      A]),
    // Of a replication own and within reach is also whose actor takes it up, or where that is done.
    (Act::RecordReplication,  [N,    N,        N,      N,      O,     R,      A]),
    // Of what was learnt from an entry, whoever changes the entry writes it; this is of what was learnt elsewhere.
    (Act::RecordLesson,       [N,    N,        N,      N,      N,     A,      A]),
    (Act::AddResource,        [N,    N,        N,      N,      A,     A,      A]),
    // Of a resource an editor's own is the one that it added.
    (Act::UpdateResource,     [N,    N,        N,      N,      O,     A,      A]),
    // Whoever could write a territory could widen its own reach.
    (Act::WriteTerritory,     [N,    N,        N,      N,      N,     N,      A]),
    // What is imported is published at once, wherever it is.
    (Act::ImportFile,         [N,    N,        N,      N,      N,     N,      A]),
    (Act::SeeReviewQueue,     [N,    N,        N,      N,      N,     A,      A]),
    (Act::SeeUsers,           [N,    N,        N,      N,      N,     R,      A]),
    (Act::GrantRights,        [N,    N,        N,      N,      N,     R,      A]),
    (Act::DeactivateUser,     [N,    N,        N,      N,      N,     R,      A]),
    // A key does no more than its owner may.
    (Act::KeepKeys,           [N,    A,        A,      A,      A,     A,      A]),
    (Act::EraseOneself,       [N,    A,        A,      A,      A,     A,      A]),
];

/// What only a person does, never a key.
pub const PERSONAL: [Act; 10] = [
    Act::SeeUsers,
    Act::GrantRights,
    Act::DeactivateUser,
    Act::KeepKeys,
    Act::EraseOneself,
    Act::AnswerInteraction,
    Act::AnswerMembership,
    Act::LeaveCollective,
    Act::SignApplication,
    Act::VoteOnFinding,
];

impl Act {
    /// How far each column's right to it goes.
    pub fn extents(self) -> [Extent; 7] {
        let row = TABLE.iter().find(|(act, _)| *act == self);
        row.expect("a test holds that the table has every act").1
    }

    /// Who may, in words: `ACTOR_EDITOR of its own, TERRITORY_MANAGER within its territories, ADMIN`.
    fn who(self) -> String {
        let told = |(column, extent): (Column, Extent)| {
            let who = match column {
                Column::Anyone => "everyone".to_owned(),
                Column::SignedIn => "whoever is signed in".to_owned(),
                Column::Holder(role) => role.to_string(),
            };
            match extent {
                N => None,
                O => Some(format!("{who} of its own actor")),
                D => Some(format!("{who} of the side that declared it")),
                X => Some(format!("{who} of the side that is asked")),
                R => Some(format!("{who} within its territories")),
                A => Some(who),
            }
        };
        COLUMNS.into_iter().zip(self.extents()).filter_map(told).collect::<Vec<_>>().join(", ")
    }
}

/// How someone stands to an entry.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub struct Standing {
    /// It is within a territory that they manage.
    pub managed: bool,
    /// It is within a territory that they analyse.
    pub analysed: bool,
    /// It is within what they are a partner for.
    pub partnered: bool,
    /// It is their actor, has it at an end, or is organised or led by it.
    pub own: bool,
    /// Their actor declared it.
    pub declaring: bool,
    /// The other side declared it; of a membership: their actor is the member, of a collective: a member.
    pub answering: bool,
    /// Of an application: their actor applies with its lead, and is asked to sign it off.
    pub signing: bool,
}

/// Why something may not be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Denied {
    /// Nobody is signed in: a token is needed.
    Unauthenticated,
    /// The caller is known and may not; in words, who may.
    Forbidden(String),
}

impl Denied {
    /// In words: the attempt and the permission to it say the same.
    pub fn message(self) -> String {
        match self {
            Self::Unauthenticated => "sign in: this needs a bearer token or an API key".to_owned(),
            Self::Forbidden(who) => who,
        }
    }
}

/// Whether this caller may do this to an entry to which they stand so.
pub fn may(caller: &Caller, act: Act, standing: Standing) -> Result<(), Denied> {
    granted(caller, act, standing)?;
    if act == Act::ReviewApplication && standing.own && !caller.is_admin() {
        let message = "you edit one of those who apply: who applies does not decide";
        return Err(Denied::Forbidden(message.to_owned()));
    }
    Ok(())
}

/// Whether what was granted allows it.
fn granted(caller: &Caller, act: Act, standing: Standing) -> Result<(), Denied> {
    let known = match caller {
        Caller::Operator | Caller::Rule(_) => return Ok(()),
        Caller::Anonymous => None,
        Caller::Known(known) => Some(known),
    };
    let extents = act.extents();
    if known.is_some_and(|known| known.key.is_some()) && PERSONAL.contains(&act) {
        return Err(Denied::Forbidden("this is done by a person, not with an API key: sign in".to_owned()));
    }
    let allowed = COLUMNS.iter().zip(extents).any(|(column, extent)| {
        holds(caller, *column)
            && match extent {
                N => false,
                O => standing.own,
                D => standing.declaring,
                X => standing.answering,
                R => match column {
                    Column::Holder(Role::TerritoryManager) => standing.managed,
                    Column::Holder(Role::Analyst) => standing.analysed,
                    Column::Holder(Role::Partner) => standing.partnered,
                    _ => false,
                },
                A => true,
            }
    });
    match (allowed, known) {
        (true, _) => Ok(()),
        (false, None) => Err(Denied::Unauthenticated),
        (false, Some(_)) => Err(Denied::Forbidden(format!("this is for {}", act.who()))),
    }
}

/// Whether a role that they hold lets them do this to anything at all.
pub fn may_somewhere(caller: &Caller, act: Act) -> Result<(), Denied> {
    let everything = Standing {
        managed: true,
        analysed: true,
        partnered: true,
        own: true,
        declaring: true,
        answering: true,
        signing: true,
    };
    granted(caller, act, everything)
}

fn holds(caller: &Caller, column: Column) -> bool {
    match column {
        Column::Anyone => true,
        Column::SignedIn => matches!(caller, Caller::Known(_)),
        Column::Holder(role) => caller.grants().iter().any(|grant| grant.right.role() == role),
    }
}

/// What was granted over actors and territories, as finders need it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Sight {
    /// Territories that they manage: with what is within them, everything but what others keep for themselves.
    pub managed: Vec<TerritoryId>,
    /// Territories that they analyse: unpublished entries too, hidden locations not.
    pub analysed: Vec<TerritoryId>,
    /// Territories that they are a partner for.
    pub partnered: Vec<TerritoryId>,
    /// Whether they are a partner everywhere.
    pub partner_everywhere: bool,
    /// Their actors.
    pub own: Vec<ActorId>,
}

impl Sight {
    /// What these grants are over.
    pub fn of(grants: &[Grant]) -> Self {
        let mut sight = Self::default();
        for grant in grants {
            match grant.right {
                Right::TerritoryManager(id) => sight.managed.push(id),
                Right::Analyst(id) => sight.analysed.push(id),
                Right::Partner(Some(id)) => sight.partnered.push(id),
                Right::Partner(None) => sight.partner_everywhere = true,
                Right::ActorEditor(id) => sight.own.push(id),
                Right::Admin => {}
            }
        }
        sight
    }
}

/// What a caller may see.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Visibility {
    /// What is published, with hidden locations left out.
    Public,
    /// What is published, and more of some of it.
    Granted(Arc<Sight>),
    /// Everything.
    Everything,
}

impl Visibility {
    /// What this caller may see.
    pub fn of(caller: &Caller) -> Self {
        if caller.is_admin() {
            return Self::Everything;
        }
        let sight = Sight::of(caller.grants());
        if sight == Sight::default() { Self::Public } else { Self::Granted(Arc::new(sight)) }
    }
}

#[cfg(test)]
mod tests;
