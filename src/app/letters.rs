//! How letters are worded, in French and English: plain text, short, with no personal data but the reader's own link.

use super::application_letters;
use super::mail::PostOffice;
use crate::domain::ids::SubjectKind;
use crate::domain::language::Language;
use crate::domain::letters::Letter;
use crate::domain::support::SupportStatus;
use chrono::{DateTime, Utc};
use chrono_tz::Europe::Paris;

/// Most characters of a name in a subject.
const SUBJECT_NAME: usize = 60;

/// A letter in words.
#[derive(Clone, PartialEq, Eq)]
pub struct Worded {
    /// One line.
    pub subject: String,
    /// Plain text.
    pub body: String,
}

/// The link of a letter that has one, and until when it works.
pub fn link(letter: &Letter, office: &PostOffice) -> Option<(String, DateTime<Utc>)> {
    let (page, token, until) = match letter {
        Letter::Invitation { token, expires_at } => ("invitation", token, expires_at),
        Letter::PasswordReset { token, expires_at } => ("password", token, expires_at),
        _ => return None,
    };
    // Behind the hash, so that it is in no server's log.
    Some((format!("{}/{page}#token={token}", base(office)), *until))
}

fn base(office: &PostOffice) -> &str {
    office.public.as_str().trim_end_matches('/')
}

/// A letter that goes alone.
pub fn word(letter: &Letter, language: Language, office: &PostOffice) -> Worded {
    let (subject, text) = match language {
        Language::Fr => french(letter, office),
        Language::En => english(letter, office),
    };
    Worded { subject, body: framed(&text, language, office) }
}

/// The digest of a day.
pub fn digest(letters: &[Letter], language: Language, office: &PostOffice) -> Worded {
    let lines: Vec<_> = letters.iter().map(|letter| format!("- {}", line(letter, language))).collect();
    let (subject, head) = match language {
        Language::Fr => ("Maillage : ce qui vous attend", "Voici ce qui s'est passé, ou qui vous attend :"),
        Language::En => ("Maillage: what waits for you", "This is what happened, or waits for you:"),
    };
    let text = format!("{head}\n\n{}", lines.join("\n"));
    Worded { subject: subject.to_owned(), body: framed(&text, language, office) }
}

fn framed(text: &str, language: Language, office: &PostOffice) -> String {
    let (hello, why) = match language {
        Language::Fr => {
            ("Bonjour,", "Ce message est envoyé automatiquement, car vous avez un compte sur Maillage.")
        }
        Language::En => {
            ("Hello,", "This message was sent automatically, since you have an account on Maillage.")
        }
    };
    let privacy = match (&office.privacy_contact, language) {
        (None, _) => String::new(),
        (Some(contact), Language::Fr) => format!("Vos données personnelles : {contact}\n"),
        (Some(contact), Language::En) => format!("Your personal data: {contact}\n"),
    };
    format!("{hello}\n\n{text}\n\n-- \n{why}\n{}\n{privacy}", base(office))
}

fn french(letter: &Letter, office: &PostOffice) -> (String, String) {
    match letter {
        Letter::Invitation { token, .. } => {
            let opens = opens_french(letter, office, &format!("acceptInvitation(token: \"{token}\", password: \"…\")"));
            let text = format!("Un compte vous attend sur Maillage, l'annuaire de qui coopère avec qui sur un territoire. Pour choisir votre mot de passe :\n\n{opens}\n\nSi vous n'attendiez pas cette invitation, ne faites rien : le compte disparaîtra.");
            ("Votre invitation à Maillage".to_owned(), text)
        }
        Letter::PasswordReset { token, .. } => {
            let opens = opens_french(letter, office, &format!("resetPassword(token: \"{token}\", password: \"…\")"));
            let text = format!("Quelqu'un, vous sans doute, a demandé un nouveau mot de passe pour votre compte. Pour le choisir :\n\n{opens}\n\nSi ce n'était pas vous, ne faites rien : votre mot de passe reste le même.");
            ("Votre nouveau mot de passe Maillage".to_owned(), text)
        }
        Letter::PasswordChanged => (
            "Votre mot de passe Maillage a changé".to_owned(),
            "Le mot de passe de votre compte vient de changer, et vos autres connexions sont fermées.\n\nSi ce n'était pas vous, demandez tout de suite un nouveau mot de passe (requestPasswordReset), et prévenez l'administration du service.".to_owned(),
        ),
        Letter::Decision { name, .. } | Letter::SuggestionDecision { name, .. } => {
            (format!("Réponse : {}", short(name)), format!("{}.", line(letter, Language::Fr)))
        }
        Letter::ConfirmationRequest { names, .. } => (
            format!("À confirmer : {}", short(&names.0)),
            format!("{}.\n\nEst-ce exact ? Confirmez-le (confirmInteraction), ou contestez-le en disant pourquoi (disputeInteraction).", line(letter, Language::Fr)),
        ),
        Letter::ConfirmationAnswer { names, .. } | Letter::MembershipAnswer { names, .. } => {
            (format!("Réponse de {}", short(&names.0)), format!("{}.", line(letter, Language::Fr)))
        }
        Letter::MembershipRequest { names, .. } => (
            format!("Invitation : {}", short(&names.0)),
            format!("{}.\n\nAcceptez ou déclinez pour votre structure (answerMembership). Personne du collectif ne répond pour vous.", line(letter, Language::Fr)),
        ),
        Letter::SignOffRequest { names, .. } => (
            format!("Votre accord : {}", short(&names.0)),
            format!("{}.\n\nÊtes-vous d'accord ? Donnez votre accord (signOff), ou refusez-le en disant pourquoi (declineSignOff). La candidature ne peut être déposée sans lui.", line(letter, Language::Fr)),
        ),
        Letter::SignOffAnswer { names, .. } | Letter::ApplicationFiled { names, .. } => {
            (format!("Candidature : {}", short(&names.0)), format!("{}.", line(letter, Language::Fr)))
        }
        Letter::ApplicationWithdrawn { name, .. } | Letter::ApplicationDecision { name, .. } => {
            (format!("Candidature : {}", short(name)), format!("{}.", line(letter, Language::Fr)))
        }
        Letter::ReviewRequest { name, .. } => {
            (format!("À relire : {}", short(name)), format!("{}.", line(letter, Language::Fr)))
        }
        Letter::Introduction { .. } => (
            "Mise en relation".to_owned(),
            format!("{}. Prenez contact ; ce lien attend sa relecture, et le côté qui ne l'a pas déclaré peut le confirmer ou le contester.", line(letter, Language::Fr)),
        ),
        Letter::SupportProgress { name, .. } => {
            (format!("Accompagnement : {}", short(name)), format!("{}.", line(letter, Language::Fr)))
        }
    }
}

fn english(letter: &Letter, office: &PostOffice) -> (String, String) {
    match letter {
        Letter::Invitation { token, .. } => {
            let opens = opens_english(letter, office, &format!("acceptInvitation(token: \"{token}\", password: \"…\")"));
            let text = format!("An account waits for you on Maillage, the directory of who cooperates with whom on a territory. To choose your password:\n\n{opens}\n\nIf you did not expect this invitation, do nothing: the account will go.");
            ("Your invitation to Maillage".to_owned(), text)
        }
        Letter::PasswordReset { token, .. } => {
            let opens = opens_english(letter, office, &format!("resetPassword(token: \"{token}\", password: \"…\")"));
            let text = format!("Someone, you it is hoped, asked for a new password for your account. To choose it:\n\n{opens}\n\nIf it was not you, do nothing: your password stays the same.");
            ("Your new Maillage password".to_owned(), text)
        }
        Letter::PasswordChanged => (
            "Your Maillage password has changed".to_owned(),
            "The password of your account has just changed, and your other sessions have ended.\n\nIf it was not you, ask for a new password at once (requestPasswordReset), and tell the service's administrators.".to_owned(),
        ),
        Letter::Decision { name, .. } | Letter::SuggestionDecision { name, .. } => {
            (format!("Decided: {}", short(name)), format!("{}.", line(letter, Language::En)))
        }
        Letter::ConfirmationRequest { names, .. } => (
            format!("To confirm: {}", short(&names.0)),
            format!("{}.\n\nIs it so? Confirm it (confirmInteraction), or dispute it and say why (disputeInteraction).", line(letter, Language::En)),
        ),
        Letter::ConfirmationAnswer { names, .. } | Letter::MembershipAnswer { names, .. } => {
            (format!("Answer of {}", short(&names.0)), format!("{}.", line(letter, Language::En)))
        }
        Letter::MembershipRequest { names, .. } => (
            format!("Invitation: {}", short(&names.0)),
            format!("{}.\n\nAccept or decline for your organisation (answerMembership). Nobody of the collective answers for you.", line(letter, Language::En)),
        ),
        Letter::SignOffRequest { names, .. } => (
            format!("Your sign-off: {}", short(&names.0)),
            format!("{}.\n\nDo you agree? Sign it off (signOff), or decline and say why (declineSignOff). It can't be filed without you.", line(letter, Language::En)),
        ),
        Letter::SignOffAnswer { names, .. } | Letter::ApplicationFiled { names, .. } => {
            (format!("Application: {}", short(&names.0)), format!("{}.", line(letter, Language::En)))
        }
        Letter::ApplicationWithdrawn { name, .. } | Letter::ApplicationDecision { name, .. } => {
            (format!("Application: {}", short(name)), format!("{}.", line(letter, Language::En)))
        }
        Letter::ReviewRequest { name, .. } => {
            (format!("To review: {}", short(name)), format!("{}.", line(letter, Language::En)))
        }
        Letter::Introduction { .. } => (
            "Put in touch".to_owned(),
            format!("{}. Get in touch; this interaction waits for review, and the side that did not declare it may confirm or dispute it.", line(letter, Language::En)),
        ),
        Letter::SupportProgress { name, .. } => {
            (format!("Support: {}", short(name)), format!("{}.", line(letter, Language::En)))
        }
    }
}

fn opens_french(letter: &Letter, office: &PostOffice, mutation: &str) -> String {
    let Some((link, until)) = link(letter, office) else { return String::new() };
    let until = until.with_timezone(&Paris).format("%d/%m/%Y à %H:%M");
    format!(
        "{link}\n\nCe lien sert une seule fois, jusqu'au {until} (heure de Paris). Ne le transmettez à personne. Un programme envoie à {}/graphql : {mutation}",
        base(office)
    )
}

fn opens_english(letter: &Letter, office: &PostOffice, mutation: &str) -> String {
    let Some((link, until)) = link(letter, office) else { return String::new() };
    let until = until.with_timezone(&Paris).format("%-d %B %Y at %H:%M");
    format!(
        "{link}\n\nThis link works once, until {until} (Paris time). Give it to nobody. A program sends to {}/graphql: {mutation}",
        base(office)
    )
}

/// What happened, in a sentence without its stop.
fn line(letter: &Letter, language: Language) -> String {
    let french = language == Language::Fr;
    let pick = |fr: String, en: String| if french { fr } else { en };
    let because = |reason: &Option<String>| because(reason.as_deref(), language);
    match letter {
        Letter::Invitation { .. } | Letter::PasswordReset { .. } | Letter::PasswordChanged => String::new(),
        Letter::Decision { name, approved: true, .. } => {
            pick(format!("« {name} » est publié"), format!("“{name}” is published"))
        }
        Letter::Decision { name, approved: false, reason, .. } => {
            pick(format!("« {name} » n'est pas publié"), format!("“{name}” is not published"))
                + &because(reason)
        }
        Letter::SuggestionDecision { name, accepted: true, .. } => pick(
            format!("Votre proposition pour « {name} » est acceptée"),
            format!("Your suggestion for “{name}” is accepted"),
        ),
        Letter::SuggestionDecision { name, accepted: false, reason, .. } => {
            pick(
                format!("Votre proposition pour « {name} » n'est pas retenue"),
                format!("Your suggestion for “{name}” is declined"),
            ) + &because(reason)
        }
        Letter::ConfirmationRequest { names: (theirs, yours), .. } => pick(
            format!("« {theirs} » a déclaré un lien avec « {yours} »"),
            format!("“{theirs}” declared an interaction with “{yours}”"),
        ),
        Letter::ConfirmationAnswer { names: (theirs, yours), confirmed: true, .. } => pick(
            format!("« {theirs} » confirme son lien avec « {yours} »"),
            format!("“{theirs}” confirms its interaction with “{yours}”"),
        ),
        Letter::ConfirmationAnswer { names: (theirs, yours), confirmed: false, reason, .. } => {
            pick(
                format!("« {theirs} » conteste son lien avec « {yours} »"),
                format!("“{theirs}” disputes its interaction with “{yours}”"),
            ) + &because(reason)
        }
        Letter::MembershipRequest { names: (collective, actor), .. } => pick(
            format!("Le collectif « {collective} » invite « {actor} » à le rejoindre"),
            format!("The collective “{collective}” asks “{actor}” to join it"),
        ),
        Letter::MembershipAnswer { names: (actor, collective), accepted, on_paper, .. } => {
            let (fr, en) = if *accepted { ("rejoint", "joins") } else { ("ne rejoint pas", "does not join") };
            let paper = if *on_paper {
                pick(
                    " (réponse donnée sur papier, enregistrée par un gestionnaire)".to_owned(),
                    " (an answer given on paper, recorded by a manager)".to_owned(),
                )
            } else {
                String::new()
            };
            pick(
                format!("« {actor} » {fr} le collectif « {collective} »"),
                format!("“{actor}” {en} the collective “{collective}”"),
            ) + &paper
        }
        Letter::SignOffRequest { .. }
        | Letter::SignOffAnswer { .. }
        | Letter::ApplicationFiled { .. }
        | Letter::ApplicationWithdrawn { .. }
        | Letter::ApplicationDecision { .. } => application_letters::line(letter, language),
        Letter::ReviewRequest { subject, name } => {
            let (fr, en) = kind(subject.kind);
            pick(
                format!("{fr} « {name} » attend votre relecture"),
                format!("{en} “{name}” waits for your review"),
            )
        }
        Letter::Introduction { names: (needs, offers), titles: (need, offer), .. } => pick(
            format!(
                "« {needs} » cherche « {need} », « {offers} » propose « {offer} » : les deux sont mis en relation"
            ),
            format!("“{needs}” looks for “{need}”, “{offers}” offers “{offer}”: the two are put in touch"),
        ),
        Letter::SupportProgress { name, status, .. } => {
            let (fr, en) = progress(*status);
            pick(
                format!("La demande d'accompagnement de « {name} » {fr}"),
                format!("The request for support of “{name}” {en}"),
            )
        }
    }
}

/// What became of a request.
fn progress(status: SupportStatus) -> (&'static str, &'static str) {
    match status {
        SupportStatus::Open => ("attend de nouveau quelqu'un", "waits for someone again"),
        SupportStatus::Assigned => {
            ("est confiée à quelqu'un qui va répondre", "was given to someone who will answer")
        }
        SupportStatus::Answered => ("a une réponse", "has an answer"),
        SupportStatus::Closed => ("est close", "is closed"),
    }
}

/// Why, behind what is so; nothing where nobody said.
pub(super) fn because(reason: Option<&str>, language: Language) -> String {
    let Some(reason) = reason else { return String::new() };
    let reason = reason.trim_end_matches(['.', ' ', '\n']);
    match language {
        Language::Fr => format!(". Motif : {reason}"),
        Language::En => format!(". Reason: {reason}"),
    }
}

fn kind(kind: SubjectKind) -> (&'static str, &'static str) {
    match kind {
        SubjectKind::Actor => ("L'acteur", "The actor"),
        SubjectKind::Interaction => ("Le lien", "The interaction"),
        SubjectKind::Call => ("L'appel", "The call"),
        SubjectKind::Collective => ("Le collectif", "The collective"),
        SubjectKind::Project => ("Le projet", "The project"),
        SubjectKind::GoodPractice => ("La bonne pratique", "The good practice"),
        SubjectKind::Diagnosis => ("Le diagnostic", "The diagnosis"),
        SubjectKind::Suggestion => ("La proposition pour", "The suggestion for"),
        _ => ("L'entrée", "The entry"),
    }
}

fn short(name: &str) -> String {
    if name.chars().count() <= SUBJECT_NAME {
        return name.to_owned();
    }
    let cut: String = name.chars().take(SUBJECT_NAME - 1).collect();
    format!("{}…", cut.trim_end())
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::domain::ids::Subject;

    fn each() -> Vec<Letter> {
        let until = "2026-12-06T12:00:00Z".parse().expect("an instant");
        let subject = |kind| Subject { kind, id: Uuid::nil() };
        let names = || ("Mission locale".to_owned(), "CCAS de Dreux".to_owned());
        let name = "Les Amis du Lavoir".to_owned();
        let reason = || Some("Le siège manque.".to_owned());
        let member = subject(SubjectKind::Membership);
        let joint = || ("Un stage pour chacun".to_owned(), "Mission locale".to_owned());
        let joined = || ("Mission locale".to_owned(), "Un stage pour chacun".to_owned());
        let (actor, link) = (subject(SubjectKind::Actor), subject(SubjectKind::Interaction));
        let request = subject(SubjectKind::SupportRequest);
        let application = subject(SubjectKind::Application);
        let signing = || ("Des lieux ouverts".to_owned(), "CCAS de Dreux".to_owned());
        vec![
            Letter::Invitation { token: "abc".to_owned(), expires_at: until },
            Letter::PasswordReset { token: "abc".to_owned(), expires_at: until },
            Letter::PasswordChanged,
            Letter::Decision { subject: actor, name: name.clone(), approved: true, reason: None },
            Letter::Decision { subject: actor, name: name.clone(), approved: false, reason: reason() },
            Letter::SuggestionDecision { subject: actor, name: name.clone(), accepted: true, reason: None },
            Letter::SuggestionDecision {
                subject: actor,
                name: name.clone(),
                accepted: false,
                reason: reason(),
            },
            Letter::ConfirmationRequest { subject: link, names: names() },
            Letter::ConfirmationAnswer { subject: link, names: names(), confirmed: true, reason: None },
            Letter::ConfirmationAnswer { subject: link, names: names(), confirmed: false, reason: reason() },
            Letter::Introduction {
                subject: link,
                names: names(),
                titles: ("Une salle le mardi".to_owned(), "Prêt de salles".to_owned()),
            },
            Letter::SupportProgress { subject: request, name: name.clone(), status: SupportStatus::Assigned },
            Letter::SupportProgress { subject: request, name: name.clone(), status: SupportStatus::Answered },
            Letter::SupportProgress { subject: request, name: name.clone(), status: SupportStatus::Closed },
            Letter::MembershipRequest { subject: member, names: joint() },
            Letter::MembershipAnswer { subject: member, names: joined(), accepted: true, on_paper: false },
            Letter::MembershipAnswer { subject: member, names: joined(), accepted: false, on_paper: true },
            Letter::SignOffRequest { subject: application, names: signing() },
            Letter::SignOffAnswer { subject: application, names: signing(), complete: true, reason: None },
            Letter::SignOffAnswer {
                subject: application,
                names: signing(),
                complete: false,
                reason: reason(),
            },
            Letter::ApplicationFiled { subject: application, names: signing() },
            Letter::ApplicationWithdrawn { subject: application, name: name.clone() },
            Letter::ApplicationDecision {
                subject: application,
                name: name.clone(),
                accepted: true,
                amount: Some("12000.5".parse().expect("a decimal")),
                reason: "Un projet attendu.".to_owned(),
            },
            Letter::ApplicationDecision {
                subject: application,
                name: name.clone(),
                accepted: false,
                amount: None,
                reason: "Hors du périmètre.".to_owned(),
            },
            Letter::ReviewRequest { subject: actor, name },
        ]
    }

    #[test]
    fn every_letter_is_worded_in_both_languages() {
        let office = PostOffice {
            mailer: None,
            public: "https://maillage.example.org/".parse().expect("an address"),
            privacy_contact: Some("dpo@example.org".to_owned()),
        };
        let mut all = String::new();
        for language in [Language::Fr, Language::En] {
            let letters = each();
            let alone = letters.iter().map(|letter| word(letter, language, &office));
            for Worded { subject, body } in alone.chain([digest(&letters[8..], language, &office)]) {
                assert!(!subject.contains(['\n', '\r']) && subject.chars().count() <= 80, "{subject}");
                all.extend(["Subject: ", &subject, "\n\n", &body, "\n=====\n\n"]);
            }
        }
        insta::assert_snapshot!(all);
    }

    #[test]
    fn a_long_name_is_cut_in_the_subject() {
        assert_eq!(short(&"é".repeat(61)), format!("{}…", "é".repeat(59)));
    }
}
