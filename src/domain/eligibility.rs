//! Whether an application may be filed: each rule on its own, with what it found, in French and English.

use chrono::{DateTime, NaiveTime, Timelike, Utc};
use chrono_tz::Europe::Paris;
use chrono_tz::Tz;
use rust_decimal::Decimal;
use strum::{AsRefStr, EnumIter};

use super::actors::ActorKind;
use super::budgets::{Budget, euros_english, euros_french};
use super::calls::{CallPhase, Track, TrackKind};
use super::language::Language;

/// A rule of eligibility.
#[derive(Clone, Copy, Debug, PartialEq, Eq, AsRefStr, EnumIter)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
pub enum Rule {
    /// The call is open.
    CallOpen,
    /// The lead is listed, and is of what it applies with.
    Lead,
    /// The call is for actors of the lead's kind.
    ActorKind,
    /// The lead sits or acts in the call's perimeter.
    Perimeter,
    /// What the track asks is there: a project, or a collective with its intent.
    Content,
    /// There are as many members as the track asks.
    Members,
    /// Every co-applicant agrees.
    SignOffs,
    /// The budget brings what it costs.
    Budget,
    /// What is asked of the call is what the track gives.
    Grant,
    /// The lead files one application to a call.
    OneApplication,
}

/// What a rule found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// Which rule.
    pub rule: Rule,
    /// Whether it is kept.
    pub passed: bool,
    fr: String,
    en: String,
}

impl Check {
    /// What was found and what to do, for people.
    pub fn message(&self, language: Language) -> &str {
        match language {
            Language::Fr => &self.fr,
            Language::En => &self.en,
        }
    }
}

/// By what an actor is of a perimeter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Basis {
    /// It sits there.
    Seat,
    /// It acts there, or in what holds that.
    Area,
}

/// What an application is made with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Content {
    /// Nothing yet.
    Missing,
    /// A project or collective that is archived.
    Archived,
    /// A collective that has written no statement of intent.
    WithoutIntent,
    /// All that is asked.
    Ready,
}

/// What is known of an application that decides whether it may be filed.
#[derive(Clone, Debug)]
pub struct Facts {
    /// Its track.
    pub track: Track,
    /// Where the call stands.
    pub phase: CallPhase,
    /// When the call opens.
    pub opens_at: Option<DateTime<Utc>>,
    /// When it closes.
    pub closes_at: Option<DateTime<Utc>>,
    /// When the application was filed; null where it was not.
    pub filed_at: Option<DateTime<Utc>>,
    /// Which kinds of actors may apply; empty where that is not said.
    pub eligible_kinds: Vec<ActorKind>,
    /// What the lead is.
    pub lead_kind: ActorKind,
    /// Whether the lead's entry is published.
    pub lead_is_listed: bool,
    /// Whether the lead carries the project, or is a member of the collective.
    pub lead_belongs: bool,
    /// By what the lead is of the perimeter; null where it is not.
    pub basis: Option<Basis>,
    /// What it is made with.
    pub content: Content,
    /// How many apply, the lead too.
    pub members: i64,
    /// How many co-applicants have not answered.
    pub silent: i64,
    /// How many do not agree.
    pub declined: i64,
    /// Its budget.
    pub budget: Budget,
    /// What the statement of intent says is sought.
    pub funding_sought: Option<Decimal>,
    /// Whether another application of the same lead is filed.
    pub other_is_filed: bool,
}

/// Every rule with what it found, in order.
pub fn checks(facts: &Facts) -> Vec<Check> {
    vec![
        call_open(facts),
        lead(facts),
        actor_kind(facts),
        perimeter(facts),
        content(facts),
        members(facts),
        sign_offs(facts),
        budget(facts),
        grant(facts),
        one_application(facts),
    ]
}

fn check(rule: Rule, passed: bool, fr: impl Into<String>, en: impl Into<String>) -> Check {
    Check { rule, passed, fr: fr.into(), en: en.into() }
}

/// When something begins: the day, and the time where it is not the day's first.
fn french(at: DateTime<Utc>) -> String {
    let at = at.with_timezone(&Paris);
    if at.time() == NaiveTime::MIN {
        return at.format("%d/%m/%Y").to_string();
    }
    format!("{} à {} (heure de Paris)", at.format("%d/%m/%Y"), at.format(time(&at)))
}

fn english(at: DateTime<Utc>) -> String {
    let at = at.with_timezone(&Paris);
    if at.time() == NaiveTime::MIN {
        return at.format("%-d %B %Y").to_string();
    }
    format!("{} at {} (Paris time)", at.format("%-d %B %Y"), at.format(time(&at)))
}

fn time(at: &DateTime<Tz>) -> &'static str {
    if at.second() == 0 { "%H:%M" } else { "%H:%M:%S" }
}

/// Until when something lasts, which ends at this instant: at the end of a day people think of that day.
fn until(at: DateTime<Utc>) -> (String, String) {
    let local = at.with_timezone(&Paris);
    match local.date_naive().pred_opt() {
        Some(last) if local.time() == NaiveTime::MIN => (
            format!("{} inclus (heure de Paris)", last.format("%d/%m/%Y")),
            format!("the end of {} (Paris time)", last.format("%-d %B %Y")),
        ),
        _ => (french(at), english(at)),
    }
}

fn call_open(facts: &Facts) -> Check {
    let said = |passed, fr: String, en: String| check(Rule::CallOpen, passed, fr, en);
    if let Some(at) = facts.filed_at {
        return said(
            true,
            format!("Déposée le {}.", french(at)),
            format!("It was filed on {}.", english(at)),
        );
    }
    match (facts.phase, facts.opens_at, facts.closes_at) {
        (CallPhase::Open, _, Some(at)) => {
            let (fr, en) = until(at);
            said(true, format!("L’appel est ouvert jusqu’au {fr}."), format!("The call is open until {en}."))
        }
        (CallPhase::Open, _, None) => said(
            true,
            "L’appel est ouvert, sans date de fin.".into(),
            "The call is open, without an end.".into(),
        ),
        (CallPhase::Upcoming, Some(at), _) => said(
            false,
            format!("L’appel n’ouvre que le {}.", french(at)),
            format!("The call only opens on {}.", english(at)),
        ),
        (CallPhase::Closed, _, Some(at)) => {
            let (fr, en) = until(at);
            said(
                false,
                format!("L’appel est clos depuis le {fr}."),
                format!("The call has been closed since {en}."),
            )
        }
        (CallPhase::Archived, ..) => said(
            false,
            "L’appel est archivé : il ne reçoit plus de candidature.".into(),
            "The call is archived: it takes no applications any more.".into(),
        ),
        _ => said(false, "L’appel n’est pas publié.".into(), "The call is not published.".into()),
    }
}

fn lead(facts: &Facts) -> Check {
    let collective = facts.track.kind == TrackKind::SmallCollective;
    let (passed, fr, en) = match (facts.lead_is_listed, facts.lead_belongs, collective) {
        (false, ..) => (
            false,
            "La fiche de la structure qui dépose n’est pas publiée.",
            "The entry of the actor that applies is not published.",
        ),
        (true, true, _) => {
            (true, "La structure qui dépose peut le faire.", "The actor that applies may do so.")
        }
        (true, false, true) => (
            false,
            "La structure qui dépose n’est pas, ou plus, membre du collectif : une autre doit déposer.",
            "The actor that applies is not, or no longer, a member of the collective: another one must apply.",
        ),
        (true, false, false) => (
            false,
            "La structure qui dépose ne porte pas, ou plus, ce projet : elle doit en être porteuse ou partenaire.",
            "The actor that applies does not, or no longer, carry this project: it must lead it or be a partner.",
        ),
    };
    check(Rule::Lead, passed, fr, en)
}

fn actor_kind(facts: &Facts) -> Check {
    let kind = facts.lead_kind;
    let kinds = |language| {
        let labels = facts.eligible_kinds.iter().map(|kind| kind.label(language));
        labels.collect::<Vec<_>>().join(", ")
    };
    let (kinds_fr, kinds_en) = (kinds(Language::Fr), kinds(Language::En));
    let (kind_fr, kind_en) = (kind.label(Language::Fr), kind.label(Language::En));
    let said = |passed, fr: String, en: String| check(Rule::ActorKind, passed, fr, en);
    if facts.eligible_kinds.is_empty() {
        let (fr, en) =
            ("L’appel est ouvert à toutes les structures.", "The call is open to actors of every kind.");
        return said(true, fr.into(), en.into());
    }
    let passed = facts.eligible_kinds.contains(&kind);
    let (fr, en) = if passed {
        (
            format!("L’appel est ouvert à ce type de structure : {kind_fr}."),
            format!("The call is open to this kind of actor: {kind_en}."),
        )
    } else {
        (
            format!("L’appel est réservé à : {kinds_fr}. La structure qui dépose est : {kind_fr}."),
            format!("The call is for {kinds_en} alone. The actor that applies is: {kind_en}."),
        )
    };
    said(passed, fr, en)
}

fn perimeter(facts: &Facts) -> Check {
    let (passed, fr, en) = match facts.basis {
        Some(Basis::Seat) => (
            true,
            "La structure qui dépose a son siège dans le périmètre de l’appel.",
            "The actor that applies sits in the call's perimeter.",
        ),
        Some(Basis::Area) => (
            true,
            "La structure qui dépose agit dans le périmètre de l’appel.",
            "The actor that applies acts in the call's perimeter.",
        ),
        None => (
            false,
            "La structure qui dépose n’a ni siège ni zone d’action dans le périmètre de l’appel : complétez sa fiche si elle y agit.",
            "The actor that applies neither sits nor acts in the call's perimeter: complete its entry if it acts there.",
        ),
    };
    check(Rule::Perimeter, passed, fr, en)
}

fn content(facts: &Facts) -> Check {
    let collective = facts.track.kind == TrackKind::SmallCollective;
    let (fr, en) = match (facts.content, collective) {
        (Content::Ready, true) => (
            "Le collectif dépose sa déclaration d’intention.",
            "The collective files its statement of intent.",
        ),
        (Content::Ready, false) => ("Le projet est joint.", "The project is there."),
        (Content::Missing, true) => {
            ("Ce volet demande un collectif : indiquez-le.", "This track asks a collective: name it.")
        }
        (Content::Missing, false) => {
            ("Ce volet demande un projet : indiquez-le.", "This track asks a project: name it.")
        }
        (Content::Archived, true) => ("Le collectif est archivé.", "The collective is archived."),
        (Content::Archived, false) => ("Le projet est archivé.", "The project is archived."),
        (Content::WithoutIntent, _) => (
            "Le collectif n’a pas encore écrit sa déclaration d’intention.",
            "The collective has not written its statement of intent yet.",
        ),
    };
    check(Rule::Content, facts.content == Content::Ready, fr, en)
}

/// How many members a track asks: one of a project alone, two at least of a project together, three to five of a small
/// collective, where it says nothing else.
pub fn limits(track: &Track) -> (i64, Option<i64>) {
    let (least, most) = (track.min_members.map(i64::from), track.max_members.map(i64::from));
    match track.kind {
        TrackKind::IndividualProject => (1, Some(1)),
        TrackKind::CollectiveProject => (least.unwrap_or(2), most),
        TrackKind::SmallCollective => {
            let least = least.unwrap_or(3);
            (least, most.or(track.min_members.is_none().then_some(5)))
        }
    }
}

fn members(facts: &Facts) -> Check {
    let (least, most) = limits(&facts.track);
    let n = facts.members;
    let passed = n >= least && most.is_none_or(|most| n <= most);
    let (fr, en) = match (facts.track.kind, most) {
        (TrackKind::IndividualProject, _) if passed => {
            ("Une structure dépose seule.".to_owned(), "One actor applies alone.".to_owned())
        }
        (TrackKind::IndividualProject, _) => (
            format!(
                "Ce volet est pour un projet porté seul ; ce projet est porté à {n} : choisissez le volet collectif, ou retirez les partenaires."
            ),
            format!(
                "This track is for a project carried alone; this one is carried by {n}: take the collective track, or take the partners out."
            ),
        ),
        (_, Some(most)) => (
            format!("{n} membres ; ce volet en demande de {least} à {most}."),
            format!("{n} members; this track asks {least} to {most}."),
        ),
        (_, None) => (
            format!("{n} membres ; ce volet en demande au moins {least}."),
            format!("{n} members; this track asks at least {least}."),
        ),
    };
    check(Rule::Members, passed, fr, en)
}

fn sign_offs(facts: &Facts) -> Check {
    let (silent, declined) = (facts.silent, facts.declined);
    let (passed, fr, en) = match (declined, silent) {
        (0, 0) if facts.members <= 1 => (
            true,
            "Aucun co-porteur n’est à consulter.".to_owned(),
            "There is no co-applicant to be asked.".to_owned(),
        ),
        (0, 0) => {
            (true, "Tous les co-porteurs sont d’accord.".to_owned(), "Every co-applicant agrees.".to_owned())
        }
        (0, _) => (
            false,
            format!("Accords encore attendus : {silent}. Demandez-les (requestSignOffs)."),
            format!("Sign-offs still awaited: {silent}. Ask for them (requestSignOffs)."),
        ),
        _ => (
            false,
            format!("Refus : {declined}. Revoyez la candidature, puis redemandez les accords."),
            format!("Refused by: {declined}. Change the application, then ask again."),
        ),
    };
    check(Rule::SignOffs, passed, fr, en)
}

fn budget(facts: &Facts) -> Check {
    let budget = &facts.budget;
    let cost = budget.total_cost();
    let missing = budget.missing();
    let collective = facts.track.kind == TrackKind::SmallCollective;
    let (passed, fr, en) = if budget.actions.is_empty() {
        (
            collective,
            if collective {
                "Une intention se dépose sans budget."
            } else {
                "Le budget n’a aucune action."
            }
            .to_owned(),
            if collective { "An intention is filed without a budget." } else { "The budget has no action." }
                .to_owned(),
        )
    } else if budget.balanced() {
        (
            true,
            format!("Le budget est équilibré : {}.", euros_french(cost)),
            format!("The budget is balanced: {}.", euros_english(cost)),
        )
    } else if missing.is_sign_positive() {
        (
            false,
            format!(
                "Il manque {} de financement pour {} de dépenses.",
                euros_french(missing),
                euros_french(cost)
            ),
            format!("{} of funding is missing for {} of costs.", euros_english(missing), euros_english(cost)),
        )
    } else {
        (
            false,
            format!(
                "Les financements dépassent de {} les {} de dépenses.",
                euros_french(missing),
                euros_french(cost)
            ),
            format!(
                "The funding is {} more than the {} of costs.",
                euros_english(missing),
                euros_english(cost)
            ),
        )
    };
    check(Rule::Budget, passed, fr, en)
}

fn grant(facts: &Facts) -> Check {
    let track = &facts.track;
    // An intention has no budget yet, and says what it seeks.
    let sought = facts.funding_sought.filter(|_| facts.budget.actions.is_empty());
    let asked = sought.unwrap_or_else(|| facts.budget.requested());
    let too_little = track.min_grant.is_some_and(|least| asked < least);
    let too_much = track.max_grant.is_some_and(|most| asked > most);
    let (fr, en) = match (track.min_grant, track.max_grant) {
        (None, None) => (
            format!("{} demandés à l’appel ; ce volet ne fixe pas de limite.", euros_french(asked)),
            format!("{} is asked of the call; this track sets no limit.", euros_english(asked)),
        ),
        (Some(least), None) => (
            format!(
                "{} demandés à l’appel ; ce volet donne au moins {}.",
                euros_french(asked),
                euros_french(least)
            ),
            format!(
                "{} is asked of the call; this track gives at least {}.",
                euros_english(asked),
                euros_english(least)
            ),
        ),
        (None, Some(most)) => (
            format!(
                "{} demandés à l’appel ; ce volet donne au plus {}.",
                euros_french(asked),
                euros_french(most)
            ),
            format!(
                "{} is asked of the call; this track gives at most {}.",
                euros_english(asked),
                euros_english(most)
            ),
        ),
        (Some(least), Some(most)) => (
            format!(
                "{} demandés à l’appel ; ce volet donne de {} à {}.",
                euros_french(asked),
                euros_french(least),
                euros_french(most)
            ),
            format!(
                "{} is asked of the call; this track gives {} to {}.",
                euros_english(asked),
                euros_english(least),
                euros_english(most)
            ),
        ),
    };
    check(Rule::Grant, !too_little && !too_much, fr, en)
}

fn one_application(facts: &Facts) -> Check {
    let (fr, en) = if facts.other_is_filed {
        (
            "Cette structure a déjà déposé une candidature à cet appel : retirez l’autre d’abord.",
            "This actor has filed an application to this call already: withdraw the other one first.",
        )
    } else {
        (
            "C’est la seule candidature de cette structure à cet appel.",
            "This is the only application of this actor to this call.",
        )
    };
    check(Rule::OneApplication, !facts.other_is_filed, fr, en)
}

#[cfg(test)]
#[path = "eligibility_tests.rs"]
mod tests;
