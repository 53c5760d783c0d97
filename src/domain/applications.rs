//! Applications to calls: drafts that several editors share, signed off, filed, reviewed, decided.

use chrono::{DateTime, NaiveDate, Utc};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use strum::{AsRefStr, Display, EnumIter, EnumString};

use super::budgets::{self, Budget, BudgetAction};
use super::calls::TrackKind;
use super::edit::Edit;
use super::error::{ViolationCode, Violations};
use super::ids::{ActorId, ApplicationId, CallId, CollectiveId, InteractionId, ProjectId, TrackId};
use super::text;

/// Where it stands.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, AsRefStr, Display, EnumIter, EnumString, Serialize, Deserialize,
)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ApplicationStatus {
    /// Being written.
    Draft,
    /// Its co-applicants are asked whether they agree.
    AwaitingSignOff,
    /// Filed.
    Submitted,
    /// Those who run the call read it.
    UnderReview,
    /// Retained.
    Accepted,
    /// Not retained.
    Rejected,
    /// Taken back by those who wrote it.
    Withdrawn,
}

/// What is done to an application.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, AsRefStr, EnumIter)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
pub enum ApplicationStep {
    /// Its content changes: whoever signed it off has signed something else.
    Update,
    /// Its co-applicants are asked.
    RequestSignOffs,
    /// One of them agrees.
    SignOff,
    /// One of them does not.
    DeclineSignOff,
    /// It is filed.
    Submit,
    /// It is taken back.
    Withdraw,
    /// It is read.
    StartReview,
    /// It is retained.
    Accept,
    /// It is not.
    Reject,
}

use ApplicationStatus::{
    Accepted as OK, AwaitingSignOff as AS, Draft as DR, Rejected as NO, Submitted as SU, UnderReview as UR,
    Withdrawn as WI,
};

/// The moves: a row for each status from which, a column for each step, in the order of their declaration.
#[rustfmt::skip]
const MOVES: [[Option<ApplicationStatus>; 9]; 7] = [
    // step:                UPDATE    REQUEST   SIGN      DECLINE   SUBMIT    WITHDRAW  REVIEW    ACCEPT    REJECT
    /* DRAFT             */ [Some(DR), Some(AS), None,     None,     Some(SU), Some(WI), None,     None,     None],
    /* AWAITING_SIGN_OFF */ [Some(DR), Some(AS), Some(AS), Some(DR), Some(SU), Some(WI), None,     None,     None],
    /* SUBMITTED         */ [None,     None,     None,     None,     None,     Some(WI), Some(UR), None,     None],
    /* UNDER_REVIEW      */ [None,     None,     None,     None,     None,     Some(WI), None,     Some(OK), Some(NO)],
    /* ACCEPTED          */ [None,     None,     None,     None,     None,     None,     None,     None,     None],
    /* REJECTED          */ [None,     None,     None,     None,     None,     None,     None,     None,     None],
    /* WITHDRAWN         */ [None,     None,     None,     None,     None,     None,     None,     None,     None],
];

impl ApplicationStatus {
    /// The status after a step, or why it is none from here: the attempt and the permission to it say the same.
    pub fn after(self, step: ApplicationStep) -> Result<Self, &'static str> {
        use ApplicationStep::{
            Accept, DeclineSignOff, Reject, RequestSignOffs, SignOff, StartReview, Submit, Update,
        };
        if let Some(status) = MOVES[self as usize][step as usize] {
            return Ok(status);
        }
        Err(match (self, step) {
            (WI, _) => "it was withdrawn: start a new one",
            (OK | NO, _) => "it is decided, and stays so",
            (SU | UR, Update | RequestSignOffs) => {
                "it is filed: nothing changes any more; withdraw it, and start a new one while the call is open"
            }
            (SU | UR, Submit) => "it is filed already",
            (DR, SignOff | DeclineSignOff) => {
                "it is being written: it is signed off once its editors have asked (requestSignOffs)"
            }
            (_, SignOff | DeclineSignOff) => "it is filed: what was signed off stays so",
            (UR, StartReview) => "it is under review already",
            (SU, Accept | Reject) => "nobody has begun to read it: startReview first",
            _ => "it is not filed yet",
        })
    }

    /// Whether its content may still change.
    pub fn is_open(self) -> bool {
        matches!(self, DR | AS)
    }

    /// Whether it counts as the one application of its lead: it was filed, and not taken back.
    pub fn is_filed(self) -> bool {
        matches!(self, SU | UR | OK | NO)
    }
}

/// What becomes of an application.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, AsRefStr, Display, EnumIter, EnumString, Serialize, Deserialize,
)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[expect(missing_docs, reason = "the schema describes each")]
pub enum DecisionOutcome {
    Accepted,
    Rejected,
}

impl DecisionOutcome {
    /// The step that it is.
    pub fn step(self) -> ApplicationStep {
        match self {
            Self::Accepted => ApplicationStep::Accept,
            Self::Rejected => ApplicationStep::Reject,
        }
    }
}

/// What was decided of an application.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the schema describes each")]
pub struct Decision {
    pub outcome: DecisionOutcome,
    pub granted_amount: Option<Decimal>,
    pub funder: Option<ActorId>,
    pub reason: String,
    pub decided_on: NaiveDate,
    /// The FUNDING interaction that it declared.
    pub funding: Option<InteractionId>,
}

/// Whether a co-applicant agrees.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the schema describes each")]
pub struct SignOff {
    pub actor: ActorId,
    pub signed_at: Option<DateTime<Utc>>,
    pub declined_at: Option<DateTime<Utc>>,
    pub reason: Option<String>,
    /// Who answered, as changes name them.
    pub by: Option<String>,
}

impl SignOff {
    /// One that was not answered.
    pub fn asked(actor: ActorId) -> Self {
        Self { actor, signed_at: None, declined_at: None, reason: None, by: None }
    }

    /// Whether it was neither given nor refused.
    pub fn is_silent(&self) -> bool {
        self.signed_at.is_none() && self.declined_at.is_none()
    }
}

/// An application to a call by one of its tracks.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "the schema describes each")]
pub struct Application {
    pub id: ApplicationId,
    pub call: CallId,
    pub track: TrackId,
    pub lead: ActorId,
    pub project: Option<ProjectId>,
    pub collective: Option<CollectiveId>,
    pub title: String,
    pub summary: Option<String>,
    pub status: ApplicationStatus,
    pub submitted_at: Option<DateTime<Utc>>,
    pub decision: Option<Decision>,
    pub version: i32,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// What belongs to an application and is read only where it is asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ApplicationSets {
    /// What is to be done, what it costs, who pays.
    pub budget: Budget,
    /// Whether its co-applicants agree: those who were asked, or were to be when it was filed.
    pub sign_offs: Vec<SignOff>,
}

/// What a start or an update says of an application.
#[derive(Clone, Debug, Default)]
#[expect(missing_docs, reason = "the fields of Application and ApplicationSets")]
pub struct ApplicationEdit {
    pub title: Edit<String>,
    pub summary: Edit<String>,
    pub project: Edit<ProjectId>,
    pub collective: Edit<CollectiveId>,
    pub actions: Edit<Vec<BudgetAction>>,
    pub budget_filed_on: Edit<NaiveDate>,
}

impl Application {
    /// A new draft, whose fields an edit fills.
    pub fn new(id: ApplicationId, call: CallId, track: TrackId, lead: ActorId, now: DateTime<Utc>) -> Self {
        Self {
            id,
            call,
            track,
            lead,
            project: None,
            collective: None,
            title: String::new(),
            summary: None,
            status: ApplicationStatus::Draft,
            submitted_at: None,
            decision: None,
            version: 1,
            created_at: now,
            updated_at: now,
        }
    }

    /// Writes an edit to the application and its budget, or adds all that is wrong with it on this track.
    pub fn edit(
        &mut self,
        sets: &mut ApplicationSets,
        edit: ApplicationEdit,
        track: TrackKind,
        found: &mut Violations,
    ) {
        text::required_text(edit.title, &mut self.title, "input.title", found);
        text::text_edit(edit.summary, "input.summary", text::DESCRIPTION_CHARS, found)
            .apply(&mut self.summary);
        if track == TrackKind::SmallCollective {
            if edit.project.as_set().is_some() {
                let message = "is not asked by this track: a collective files its statement of intent";
                found.add("input.project", ViolationCode::Inconsistent, message);
            }
        } else if edit.collective.as_set().is_some() {
            let message = "is not asked by this track: it asks a project";
            found.add("input.collective", ViolationCode::Inconsistent, message);
        }
        edit.project.apply(&mut self.project);
        edit.collective.apply(&mut self.collective);
        edit.actions.map(|given| budgets::checked(given, found)).apply_list(&mut sets.budget.actions);
        edit.budget_filed_on.apply(&mut sets.budget.filed_on);
    }

    /// Puts one actor in the place of another that it took over. Where both were asked to sign off, the survivor's own
    /// answer holds; and the lead is not asked.
    pub fn replace(&mut self, sets: &mut ApplicationSets, merged: ActorId, kept: ActorId) {
        let funder = self.decision.as_mut().and_then(|decision| decision.funder.as_mut());
        for actor in funder.into_iter().chain([&mut self.lead]) {
            if *actor == merged {
                *actor = kept;
            }
        }
        sets.budget.replace(merged, kept);
        let own = sets.sign_offs.iter().any(|sign_off| sign_off.actor == kept);
        sets.sign_offs.retain(|sign_off| !(own && sign_off.actor == merged));
        for sign_off in &mut sets.sign_offs {
            if sign_off.actor == merged {
                sign_off.actor = kept;
            }
        }
        let lead = self.lead;
        sets.sign_offs.retain(|sign_off| sign_off.actor != lead);
    }

    /// What changes tell of it: amounts as text, sign-offs by actor, and nobody's name.
    pub fn told(&self, sets: &ApplicationSets) -> Map<String, Value> {
        let signed = sets.sign_offs.iter().filter(|sign_off| sign_off.signed_at.is_some());
        let declined = sets.sign_offs.iter().filter(|sign_off| sign_off.declined_at.is_some());
        let actors = |of: &mut dyn Iterator<Item = &SignOff>| -> Value {
            json!(of.map(|sign_off| sign_off.actor).collect::<Vec<_>>())
        };
        let mut state = Map::new();
        for (name, value) in [
            ("call", json!(self.call)),
            ("track", json!(self.track)),
            ("lead", json!(self.lead)),
            ("project", json!(self.project)),
            ("collective", json!(self.collective)),
            ("title", json!(self.title)),
            ("summary", json!(self.summary)),
            ("actions", json!(sets.budget.actions.iter().map(told_action).collect::<Vec<_>>())),
            ("budget_filed_on", json!(sets.budget.filed_on)),
            ("signed_off", actors(&mut signed.into_iter())),
            ("declined", actors(&mut declined.into_iter())),
            ("status", json!(self.status)),
            ("submitted_at", json!(self.submitted_at)),
        ] {
            state.insert(name.to_owned(), value);
        }
        if let Some(decision) = &self.decision {
            state.insert("granted_amount".to_owned(), json!(decision.granted_amount));
            state.insert("funder".to_owned(), json!(decision.funder));
            state.insert("reason".to_owned(), json!(decision.reason));
            state.insert("decided_on".to_owned(), json!(decision.decided_on));
        }
        state
    }
}

/// `Atelier: 300.00 (THIS_CALL 200.00; OWN_FUNDS 100.00, secured)`.
fn told_action(action: &BudgetAction) -> String {
    let line = |line: &budgets::FundingLine| {
        format!("{} {}{}", line.source, line.amount, if line.secured { ", secured" } else { "" })
    };
    let lines: Vec<_> = action.lines.iter().map(line).collect();
    format!("{}: {} ({})", action.title, action.cost, lines.join("; "))
}

#[cfg(test)]
mod tests {
    use strum::IntoEnumIterator;
    use uuid::Uuid;

    use super::*;

    fn actor(n: u128) -> ActorId {
        ActorId(Uuid::from_u128(n))
    }

    fn application() -> Application {
        let nil = Uuid::nil();
        Application::new(ApplicationId(nil), CallId(nil), TrackId(nil), actor(1), DateTime::UNIX_EPOCH)
    }

    #[test]
    fn every_step_from_every_status_is_one_of_the_table_or_says_why_not() {
        use ApplicationStep as Step;
        let possible = [
            (DR, Step::Update, DR),
            (DR, Step::RequestSignOffs, AS),
            (DR, Step::Submit, SU),
            (DR, Step::Withdraw, WI),
            (AS, Step::Update, DR),
            (AS, Step::RequestSignOffs, AS),
            (AS, Step::SignOff, AS),
            (AS, Step::DeclineSignOff, DR),
            (AS, Step::Submit, SU),
            (AS, Step::Withdraw, WI),
            (SU, Step::Withdraw, WI),
            (SU, Step::StartReview, UR),
            (UR, Step::Withdraw, WI),
            (UR, Step::Accept, OK),
            (UR, Step::Reject, NO),
        ];
        for from in ApplicationStatus::iter() {
            for step in ApplicationStep::iter() {
                let expected = possible.iter().find(|(f, s, _)| (*f, *s) == (from, step)).map(|(.., to)| *to);
                assert_eq!(from.after(step).ok(), expected, "{from}, {step:?}");
                assert!(from.after(step).err().is_none_or(|why| why.len() > 10));
            }
            assert_eq!(from.is_open(), from.after(Step::Update).is_ok(), "{from}");
        }
    }

    #[test]
    fn each_track_takes_what_it_asks() {
        let (project, collective) = (ProjectId(Uuid::nil()), CollectiveId(Uuid::nil()));
        for (track, expected) in [
            (TrackKind::IndividualProject, "input.collective"),
            (TrackKind::CollectiveProject, "input.collective"),
            (TrackKind::SmallCollective, "input.project"),
        ] {
            let edit = ApplicationEdit {
                project: Edit::Set(project),
                collective: Edit::Set(collective),
                ..ApplicationEdit::default()
            };
            let mut found = Violations::default();
            application().edit(&mut ApplicationSets::default(), edit, track, &mut found);
            let paths: Vec<_> = found.0.iter().map(|violation| violation.path.as_str()).collect();
            assert_eq!(paths, [expected], "{track}");
        }
    }

    #[test]
    fn who_takes_over_another_signs_once_and_never_for_what_it_leads() {
        let mut sets = ApplicationSets::default();
        let signed = SignOff { signed_at: Some(DateTime::UNIX_EPOCH), ..SignOff::asked(actor(2)) };
        sets.sign_offs = vec![signed.clone(), SignOff::asked(actor(3))];
        let mut application = application();
        application.replace(&mut sets, actor(3), actor(2));
        assert_eq!(sets.sign_offs, [signed]);
        application.replace(&mut sets, actor(2), actor(4));
        assert_eq!(sets.sign_offs[0].actor, actor(4));
        application.replace(&mut sets, actor(1), actor(4));
        assert_eq!((application.lead, sets.sign_offs.len()), (actor(4), 0));
    }

    #[test]
    fn changes_tell_amounts_and_nobody() {
        let mut sets = ApplicationSets::default();
        let by = Some("user:0191".to_owned());
        sets.sign_offs =
            vec![SignOff { signed_at: Some(DateTime::UNIX_EPOCH), by, ..SignOff::asked(actor(2)) }];
        sets.budget.actions = vec![BudgetAction {
            title: "Atelier".to_owned(),
            cost: "300.00".parse().expect("a decimal"),
            lines: vec![budgets::FundingLine {
                source: budgets::FundingSource::OwnFunds,
                funder: None,
                amount: "300.00".parse().expect("a decimal"),
                secured: true,
            }],
        }];
        let told = application().told(&sets);
        assert_eq!(told["actions"], json!(["Atelier: 300.00 (OWN_FUNDS 300.00, secured)"]));
        assert_eq!(told["signed_off"], json!([actor(2)]));
        assert!(!Value::Object(told).to_string().contains("user:"));
    }
}
