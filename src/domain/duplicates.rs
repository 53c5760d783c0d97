//! Likely duplicates: what two actors have in common, and what that says of them.

use std::cmp::Ordering;

use chrono::NaiveDate;
use strum::{AsRefStr, Display};

use super::actors::ActorKind;
use super::ids::{ActorId, TerritoryId};
use super::language::Told;
use super::likeness::{Likeness, Name, likeness, service_between};
use super::registrations::{Registration, RegistrationScheme};
use crate::geo::{Position, distance_metres};

/// Within how many metres two are in one place, whatever the commune.
pub const NEAR_METRES: f64 = 500.0;
/// Most candidates of an actor.
pub const MOST_CANDIDATES: usize = 20;
/// From which score on two are looked at.
const LEAST: f64 = 0.5;
/// The score of a town hall and its service: linked, and two.
const LINKED: f64 = 0.1;
/// Hosts where many have a page.
const SHARED_HOSTS: [&str; 8] = [
    "facebook.com",
    "helloasso.com",
    "instagram.com",
    "linkedin.com",
    "sites.google.com",
    "twitter.com",
    "x.com",
    "youtube.com",
];

/// What is thought of a pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, AsRefStr, Display)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
pub enum DuplicateVerdict {
    /// One and the same.
    Same,
    /// To be looked at.
    Probable,
    /// Alike, and two.
    Distinct,
}

/// An actor that looks like another.
#[derive(Clone, Debug, PartialEq)]
pub struct DuplicateCandidate {
    /// Which one.
    pub actor: ActorId,
    /// What is thought of the pair.
    pub verdict: DuplicateVerdict,
    /// How alike they are, from 0 to 1.
    pub score: f64,
    /// Why, for people.
    pub reasons: Vec<Told>,
}

impl DuplicateCandidate {
    /// The surest first, those found to be two last.
    pub fn order(&self, other: &Self) -> Ordering {
        (self.verdict.cmp(&other.verdict))
            .then(other.score.total_cmp(&self.score))
            .then(self.actor.cmp(&other.actor))
    }
}

/// What is known of an actor by those who ask.
#[derive(Clone, Debug)]
pub struct Facts {
    /// Which one.
    pub id: ActorId,
    /// What it is.
    pub kind: ActorKind,
    /// Its name.
    pub name: Name,
    /// How the registers know it.
    pub registrations: Vec<Registration>,
    /// The commune that it sits in.
    pub seat: Option<TerritoryId>,
    /// Its point; null also where whoever asks may not see it.
    pub point: Option<Position>,
    /// The host of its site.
    pub website_host: Option<String>,
}

/// Whether two are in one place.
enum Place {
    Near(Vec<Told>),
    Apart,
    Unknown,
}

/// What two actors are to each other; nothing where they have too little in common. `judged` is the day on which someone
/// found that they are two.
pub fn judge(a: &Facts, b: &Facts, judged: Option<NaiveDate>) -> Option<DuplicateCandidate> {
    let found = |verdict, score: f64, reasons| {
        Some(DuplicateCandidate { actor: b.id, verdict, score: (score * 100.0).round() / 100.0, reasons })
    };
    if let Some(day) = judged {
        return found(
            DuplicateVerdict::Distinct,
            0.0,
            vec![Told::new(
                format!("jugés distincts le {}", day.format("%d/%m/%Y")),
                format!("judged distinct on {day}"),
            )],
        );
    }
    let (place, near) = (place(a, b), likeness(&a.name, &b.name));
    let same_name = near == Some(Likeness::Same);
    let near_reason = near.as_ref().map(Likeness::reason);
    let common = common_registrations(a, b);
    if !common.is_empty() {
        let mut reasons = common;
        reasons.extend(near_reason);
        if let Place::Near(more) = &place {
            reasons.extend(more.iter().cloned());
        }
        // One legal entity, several establishments.
        if let Some(other) = different(a, b, RegistrationScheme::Siret) {
            reasons.push(other);
            return found(DuplicateVerdict::Probable, 0.6, reasons);
        }
        if same_name {
            return found(DuplicateVerdict::Same, 1.0, reasons);
        }
        let score = if near.is_some() { 0.95 } else { 0.9 };
        return found(DuplicateVerdict::Probable, score, reasons);
    }
    let (place_reasons, known) = match place {
        Place::Apart => return None,
        Place::Near(reasons) => (reasons, true),
        Place::Unknown => (
            vec![Told::new(
                "le lieu de l’un des deux n’est pas connu",
                "the place of one of them is not known",
            )],
            false,
        ),
    };
    let of_one_entity = of_one_entity(a, b);
    if known
        && let Some(service) = service_between((&a.name, is_authority(a)), (&b.name, is_authority(b)))
        && !same_name
    {
        let mut reasons = vec![Told::new(
            format!("une mairie et son {service} sont deux structures"),
            format!("a mairie and its {service} are two"),
        )];
        reasons.extend(place_reasons);
        return found(DuplicateVerdict::Distinct, LINKED, reasons);
    }
    let near = near?;
    let mut reasons = vec![near.reason()];
    reasons.extend(place_reasons);
    if let Some(reason) = of_one_entity {
        reasons.insert(0, reason);
        if same_name {
            return found(DuplicateVerdict::Same, 1.0, reasons);
        }
        return found(DuplicateVerdict::Probable, 0.95, reasons);
    }
    // Without a place, only the same name says something.
    let mut score = match (known, &near) {
        (true, near) => near.score() * 0.88,
        (false, Likeness::Same | Likeness::Forms) => near.score() * 0.55,
        (false, _) => return None,
    };
    if let Some(host) = same_site(a, b) {
        score = (score + 0.08).min(0.89);
        reasons.push(Told::new(format!("même site : {host}"), format!("same website: {host}")));
    }
    for (scheme, weight) in [(RegistrationScheme::Siren, 0.7), (RegistrationScheme::Siret, 0.85)] {
        if let Some(reason) = different(a, b, scheme) {
            score *= weight;
            reasons.push(reason);
            break;
        }
    }
    if score < LEAST { None } else { found(DuplicateVerdict::Probable, score, reasons) }
}

fn is_authority(facts: &Facts) -> bool {
    facts.kind == ActorKind::LocalAuthority || facts.name.is_of_town()
}

/// The registrations that both have, in words.
fn common_registrations(a: &Facts, b: &Facts) -> Vec<Told> {
    let common = a.registrations.iter().filter(|registration| b.registrations.contains(registration));
    let told = |Registration { scheme, value }: &Registration| {
        Told::new(format!("même {scheme} {value}"), format!("same {scheme} {value}"))
    };
    common.map(told).collect()
}

/// The SIREN of one and the SIRET of the other, which begins with it.
fn of_one_entity(a: &Facts, b: &Facts) -> Option<Told> {
    let pairs = a.registrations.iter().flat_map(|one| b.registrations.iter().map(move |other| (one, other)));
    pairs.into_iter().find_map(|(one, other)| {
        let (siren, siret) = match (one.scheme, other.scheme) {
            (RegistrationScheme::Siren, RegistrationScheme::Siret) => (one, other),
            (RegistrationScheme::Siret, RegistrationScheme::Siren) => (other, one),
            _ => return None,
        };
        let (siret, siren) = (&siret.value, &siren.value);
        siret.starts_with(siren).then(|| {
            Told::new(format!("SIRET {siret} du SIREN {siren}"), format!("SIRET {siret} is of SIREN {siren}"))
        })
    })
}

/// That both have numbers of this register, and none in common; a SIRET says its SIREN too.
fn different(a: &Facts, b: &Facts, scheme: RegistrationScheme) -> Option<Told> {
    let numbers = |facts: &Facts| -> Vec<String> {
        let own = facts.registrations.iter().filter_map(|registration| match (scheme, registration.scheme) {
            (RegistrationScheme::Siren, RegistrationScheme::Siret) => registration.value.get(..9),
            (wanted, scheme) if wanted == scheme => Some(registration.value.as_str()),
            _ => None,
        });
        own.map(str::to_owned).collect()
    };
    let (one, other) = (numbers(a), numbers(b));
    let apart = !one.is_empty() && !other.is_empty() && !one.iter().any(|number| other.contains(number));
    apart.then(|| Told::new(format!("{scheme} différents"), format!("different {scheme}")))
}

fn place(a: &Facts, b: &Facts) -> Place {
    let metres = a.point.zip(b.point).map(|(a, b)| distance_metres(a, b));
    let close = metres.filter(|metres| *metres <= NEAR_METRES);
    let apart = |metres: f64| {
        if metres < 1_000.0 {
            return Told::new(format!("à {metres:.0} m l’un de l’autre"), format!("{metres:.0} m apart"));
        }
        let km = format!("{:.1}", metres / 1_000.0);
        Told::new(format!("à {} km l’un de l’autre", km.replace('.', ",")), format!("{km} km apart"))
    };
    match (a.seat.zip(b.seat), close, metres) {
        (Some((a, b)), _, metres) if a == b => Place::Near(
            std::iter::once(Told::new("même commune", "same commune")).chain(metres.map(apart)).collect(),
        ),
        (_, Some(metres), _) => Place::Near(vec![apart(metres)]),
        (Some(_), None, _) | (None, None, Some(_)) => Place::Apart,
        (None, None, None) => Place::Unknown,
    }
}

fn same_site<'a>(a: &'a Facts, b: &Facts) -> Option<&'a str> {
    let host = a.website_host.as_deref()?;
    let shared = SHARED_HOSTS.iter().any(|shared| host == *shared || host.ends_with(&format!(".{shared}")));
    (b.website_host.as_deref() == Some(host) && !shared).then_some(host)
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::DuplicateVerdict::{Distinct, Probable, Same};
    use super::*;
    use crate::domain::language::Language;

    fn facts(name: &str, commune: Option<u128>, registrations: &[(RegistrationScheme, &str)]) -> Facts {
        let words = super::super::search_text::words(name).join(" ");
        let registration = |(scheme, value): &(RegistrationScheme, &str)| Registration {
            scheme: *scheme,
            value: (*value).to_owned(),
        };
        Facts {
            id: ActorId(Uuid::from_u128(2)),
            kind: ActorKind::Other,
            name: Name::of(&words, &words, None, commune.map(|_| "dreux")),
            registrations: registrations.iter().map(registration).collect(),
            seat: commune.map(|commune| TerritoryId(Uuid::from_u128(commune))),
            point: None,
            website_host: None,
        }
    }

    fn verdict(a: &Facts, b: &Facts) -> Option<DuplicateVerdict> {
        judge(a, b, None).map(|candidate| candidate.verdict)
    }

    #[test]
    fn a_registration_in_common_is_sure_under_one_name_and_probable_under_two() {
        use RegistrationScheme::{Rna, Siren, Siret};
        let rna = [(Rna, "W281000123")];
        let lavoir = facts("Les Amis du lavoir", Some(1), &rna);
        assert_eq!(verdict(&lavoir, &facts("LES AMIS DU LAVOIR", Some(2), &rna)), Some(Same));
        assert_eq!(verdict(&lavoir, &facts("Comité des fêtes", Some(1), &rna)), Some(Probable));
        // The number of the entity, and that of its establishment.
        let entity = facts("Commune de Châteauneuf", Some(1), &[(Siren, "212800890")]);
        let office = facts("COMMUNE DE CHATEAUNEUF", Some(1), &[(Siret, "21280089000015")]);
        assert_eq!(verdict(&entity, &office), Some(Same));
        // Two establishments of one entity.
        let post = |commune, siret| facts("La Poste", Some(commune), &[(Siren, "356000000"), (Siret, siret)]);
        assert_eq!(verdict(&post(1, "35600000011996"), &post(2, "35600000068890")), Some(Probable));
    }

    #[test]
    fn names_count_where_places_do_not_contradict_them() {
        let poste = |commune| facts("LA POSTE", commune, &[]);
        assert_eq!(verdict(&poste(Some(1)), &poste(Some(1))), Some(Probable));
        assert_eq!(verdict(&poste(Some(1)), &poste(Some(2))), None);
        assert_eq!(verdict(&poste(Some(1)), &poste(None)), Some(Probable));
        let (mut near, mut far) = (poste(Some(2)), poste(Some(2)));
        let at = |latitude| Position::new(1.36, latitude).ok();
        let mut here = poste(Some(1));
        (here.point, near.point, far.point) = (at(48.73), at(48.733), at(48.74));
        assert_eq!(verdict(&here, &near), Some(Probable));
        assert_eq!(verdict(&here, &far), None);
        let reasons = judge(&here, &near, None).map(|candidate| candidate.reasons).unwrap_or_default();
        let told = |language| reasons.iter().map(|why| why.as_told(language)).collect::<Vec<_>>();
        assert_eq!(told(Language::En), ["same name", "334 m apart"]);
        assert_eq!(told(Language::Fr), ["même nom", "à 334 m l’un de l’autre"]);
    }

    #[test]
    fn a_mairie_and_its_ccas_are_linked_and_two() {
        use RegistrationScheme::Siren;
        let mairie = facts("Commune de Dreux", Some(1), &[(Siren, "212801344")]);
        let ccas = facts("CCAS Ville de Dreux", Some(1), &[(Siren, "262800584")]);
        let candidate = judge(&mairie, &ccas, None);
        assert_eq!(candidate.as_ref().map(|c| (c.verdict, c.score)), Some((Distinct, 0.1)));
        let why = candidate.map(|candidate| candidate.reasons[0].as_told(Language::En).to_owned());
        assert_eq!(why.as_deref(), Some("a mairie and its CCAS are two"));
        assert_eq!(verdict(&ccas, &mairie), Some(Distinct));
        assert_eq!(verdict(&ccas, &facts("France services Dreux", Some(1), &[])), None);
    }

    #[test]
    fn what_was_judged_stays_so() {
        let lavoir = facts("Les Amis du lavoir", Some(1), &[(RegistrationScheme::Rna, "W281000123")]);
        let day = NaiveDate::from_ymd_opt(2026, 11, 22);
        let candidate = judge(&lavoir, &lavoir.clone(), day);
        assert_eq!(candidate.as_ref().map(|c| (c.verdict, c.score)), Some((Distinct, 0.0)));
        assert_eq!(
            candidate.map(|c| c.reasons),
            Some(vec![Told::new("jugés distincts le 22/11/2026", "judged distinct on 2026-11-22")])
        );
    }
}
