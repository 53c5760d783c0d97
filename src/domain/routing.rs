//! Who answers a request: the most specific contact first, never one outside its territories.
//!
//! A contact answers where its territory is the one asked about, or holds it. What it names (calls, tracks, a programme)
//! narrows what it answers for; what it does not name, it answers for any. A contact that is away, one of an institution
//! that is put away, and one whose territory no longer exists, or not yet, are passed over.

use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;

use super::calls::TrackKind;
use super::ids::{CallId, TerritoryId};
use super::support::SupportContact;
use super::territories::TerritoryKind;

/// What is asked about.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    /// Which call.
    pub call: Option<CallId>,
    /// Which track.
    pub track: Option<TrackKind>,
    /// The programme that the call is part of.
    pub programme: Option<TerritoryId>,
    /// The place, 0 steps away, and what holds it, so many steps up.
    pub steps: HashMap<TerritoryId, i32>,
    /// Where no place is named: what lies within the call's perimeter, and its programme. Those who name the call, or its
    /// programme, answer there.
    pub inside: HashSet<TerritoryId>,
}

/// A contact with what decides whether it may answer.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// The contact.
    pub contact: SupportContact,
    /// The name of its territory.
    pub place: String,
    /// What kind of territory that is.
    pub place_kind: TerritoryKind,
    /// The first and the last day on which the territory exists, where known.
    pub valid: (Option<NaiveDate>, Option<NaiveDate>),
    /// Whether its institution is put away.
    pub institution_archived: bool,
}

/// A contact that answers.
#[derive(Clone, Debug, PartialEq)]
pub struct Routed {
    /// The contact.
    pub contact: SupportContact,
    /// Why, in French.
    pub because: String,
    /// How many steps up the territories.
    pub distance: i32,
}

/// How many steps up a contact answers from, or why it does not answer there at all; what it names does not count here.
pub fn reaches(asked: &Asked, candidate: &Candidate, today: NaiveDate) -> Result<i32, &'static str> {
    let contact = &candidate.contact;
    let (from, until) = candidate.valid;
    if contact.is_absent(today) {
        return Err("is away: choose another");
    }
    if candidate.institution_archived {
        return Err("is of an institution that is archived: choose another");
    }
    if from.is_some_and(|first| today < first) || until.is_some_and(|last| last < today) {
        return Err("answers in a territory that does not exist today: choose another");
    }
    if let Some(steps) = asked.steps.get(&contact.territory) {
        return Ok(*steps);
    }
    let of_call = asked.call.is_some_and(|call| contact.calls.contains(&call))
        || contact.programme.is_some() && contact.programme == asked.programme;
    if of_call && asked.inside.contains(&contact.territory) {
        return Ok(0);
    }
    Err("does not answer there: choose one whose territory holds the place")
}

/// Who answers, the most specific first: who names the call, then who names the track, then the nearest, then who names
/// the programme: whoever is on the spot knows the programme's people, and not the other way round.
pub fn route(asked: &Asked, candidates: &[Candidate], today: NaiveDate) -> Vec<Routed> {
    let fit = |candidate: &Candidate| {
        let contact = &candidate.contact;
        let distance = reaches(asked, candidate, today).ok()?;
        let call = names(&contact.calls, asked.call, false)?;
        // Who asks about no track asks about all of them.
        let track = names(&contact.tracks, asked.track, true)?;
        let programme = match contact.programme {
            None => false,
            // Who names the call answers for it, whatever programme they are of.
            Some(programme) if asked.call.is_some() => {
                let of_programme = asked.programme == Some(programme);
                (of_programme || call).then_some(of_programme)?
            }
            Some(programme) => asked.steps.contains_key(&programme).then_some(true)?,
        };
        let because = because([call, track, programme], candidate.place_kind, &candidate.place);
        let rank = (Reverse((call, track)), distance, Reverse(programme), contact.id);
        Some((rank, Routed { contact: contact.clone(), because, distance }))
    };
    let mut found: Vec<_> = candidates.iter().filter_map(fit).collect();
    found.sort_by_key(|(rank, _)| *rank);
    found.into_iter().map(|(_, routed)| routed).collect()
}

/// Whether what is asked about is named; null where others are, and it is not.
fn names<T: PartialEq>(named: &[T], asked: Option<T>, any_where_not_asked: bool) -> Option<bool> {
    match asked {
        _ if named.is_empty() => Some(false),
        Some(asked) => named.contains(&asked).then_some(true),
        None => any_where_not_asked.then_some(false),
    }
}

/// "pour cet appel, cette stratégie, à Vernouillet".
fn because([call, track, programme]: [bool; 3], kind: TerritoryKind, place: &str) -> String {
    let named = [(call, "cet appel"), (track, "cette stratégie"), (programme, "ce programme")];
    let mut parts: Vec<_> = named.into_iter().filter(|(named, _)| *named).map(|(_, words)| words).collect();
    if parts.is_empty() {
        parts.push("toute demande");
    }
    format!("pour {}, {}", parts.join(", "), at(kind, place))
}

/// The place as French says it: "à Dreux", "au Boullay-Thierry", "sur le territoire « Eure-et-Loir »".
fn at(kind: TerritoryKind, name: &str) -> String {
    if kind != TerritoryKind::Commune {
        return format!("sur le territoire « {name} »");
    }
    match (name.strip_prefix("Le "), name.strip_prefix("Les ")) {
        (Some(rest), _) => format!("au {rest}"),
        (_, Some(rest)) => format!("aux {rest}"),
        _ => format!("à {name}"),
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use uuid::Uuid;

    use super::*;
    use crate::domain::calls::TrackKind::{CollectiveProject, SmallCollective};
    use crate::domain::ids::{ActorId, SupportContactId};

    const VERNOUILLET: u128 = 1;
    const AGGLO: u128 = 2;
    const CONTRACT: u128 = 3;
    const DEPARTMENT: u128 = 4;
    const DREUX: u128 = 5;
    const CALL: u128 = 10;
    const OTHER_CALL: u128 = 11;

    fn territory(id: u128) -> TerritoryId {
        TerritoryId(Uuid::from_u128(id))
    }

    fn call(id: u128) -> CallId {
        CallId(Uuid::from_u128(id))
    }

    fn today() -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, 22).expect("a day")
    }

    fn candidate(id: u128, place: u128) -> Candidate {
        let key = Uuid::from_u128(id);
        let contact =
            SupportContact::new(SupportContactId(key), ActorId(key), territory(place), DateTime::UNIX_EPOCH);
        let (name, kind) = match place {
            VERNOUILLET => ("Vernouillet", TerritoryKind::Commune),
            DREUX => ("Dreux", TerritoryKind::Commune),
            AGGLO => ("CA du Pays de Dreux", TerritoryKind::Intercommunality),
            CONTRACT => ("Contrat de ville", TerritoryKind::UrbanContract),
            _ => ("Eure-et-Loir", TerritoryKind::Department),
        };
        Candidate {
            contact,
            place: name.to_owned(),
            place_kind: kind,
            valid: (None, None),
            institution_archived: false,
        }
    }

    fn with(mut candidate: Candidate, change: impl FnOnce(&mut SupportContact)) -> Candidate {
        change(&mut candidate.contact);
        candidate
    }

    /// About the call's third track, in Vernouillet.
    fn asked() -> Asked {
        Asked {
            call: Some(call(CALL)),
            track: Some(SmallCollective),
            programme: Some(territory(CONTRACT)),
            steps: [(VERNOUILLET, 0), (AGGLO, 1), (CONTRACT, 1), (DEPARTMENT, 2)]
                .map(|(id, steps)| (territory(id), steps))
                .into(),
            inside: HashSet::new(),
        }
    }

    fn routed(asked: &Asked, candidates: &[Candidate]) -> Vec<(u128, i32, String)> {
        let told = |routed: Routed| (routed.contact.id.0.as_u128(), routed.distance, routed.because);
        route(asked, candidates, today()).into_iter().map(told).collect()
    }

    fn ids(asked: &Asked, candidates: &[Candidate]) -> Vec<u128> {
        routed(asked, candidates).into_iter().map(|(id, ..)| id).collect()
    }

    #[test]
    fn the_most_specific_comes_first_with_its_reason() {
        let all = [
            candidate(1, DEPARTMENT),
            candidate(2, VERNOUILLET),
            candidate(8, AGGLO),
            with(candidate(3, AGGLO), |c| c.programme = Some(territory(CONTRACT))),
            with(candidate(4, VERNOUILLET), |c| c.tracks = vec![SmallCollective]),
            with(candidate(5, AGGLO), |c| c.calls = vec![call(CALL), call(OTHER_CALL)]),
            with(candidate(6, VERNOUILLET), |c| {
                c.calls = vec![call(CALL)];
                c.tracks = vec![CollectiveProject, SmallCollective];
            }),
            with(candidate(7, DEPARTMENT), |c| {
                c.calls = vec![call(CALL)];
                c.tracks = vec![SmallCollective];
            }),
        ];
        let expected = [
            (6, 0, "pour cet appel, cette stratégie, à Vernouillet"),
            (7, 2, "pour cet appel, cette stratégie, sur le territoire « Eure-et-Loir »"),
            (5, 1, "pour cet appel, sur le territoire « CA du Pays de Dreux »"),
            (4, 0, "pour cette stratégie, à Vernouillet"),
            (2, 0, "pour toute demande, à Vernouillet"),
            (3, 1, "pour ce programme, sur le territoire « CA du Pays de Dreux »"),
            (8, 1, "pour toute demande, sur le territoire « CA du Pays de Dreux »"),
            (1, 2, "pour toute demande, sur le territoire « Eure-et-Loir »"),
        ];
        assert_eq!(routed(&asked(), &all), expected.map(|(id, steps, why)| (id, steps, why.to_owned())));
    }

    #[test]
    fn who_names_something_else_does_not_answer() {
        let all = [
            with(candidate(1, VERNOUILLET), |c| c.calls = vec![call(OTHER_CALL)]),
            with(candidate(2, VERNOUILLET), |c| c.tracks = vec![CollectiveProject]),
            with(candidate(3, VERNOUILLET), |c| c.programme = Some(territory(DREUX))),
            // what it names is right, but it is not there
            with(candidate(4, DREUX), |c| c.calls = vec![call(CALL)]),
        ];
        assert_eq!(ids(&asked(), &all), []);
        let about_nothing = Asked { call: None, track: None, programme: None, ..asked() };
        let all = [
            with(candidate(1, VERNOUILLET), |c| c.calls = vec![call(CALL)]),
            with(candidate(2, VERNOUILLET), |c| c.tracks = vec![CollectiveProject]),
            with(candidate(3, VERNOUILLET), |c| c.programme = Some(territory(CONTRACT))),
            with(candidate(4, VERNOUILLET), |c| c.programme = Some(territory(DREUX))),
        ];
        assert_eq!(ids(&about_nothing, &all), [3, 2], "of a call, only who is asked about it");
    }

    #[test]
    fn who_names_the_call_answers_for_it_of_whatever_programme() {
        let city = with(candidate(1, VERNOUILLET), |c| {
            c.calls = vec![call(CALL)];
            c.programme = Some(territory(DREUX));
        });
        let told = [(1, 0, "pour cet appel, à Vernouillet".to_owned())];
        assert_eq!(routed(&asked(), &[city]), told);
    }

    #[test]
    fn who_is_away_put_away_or_of_a_territory_that_ended_is_passed_over() {
        let day = |d| NaiveDate::from_ymd_opt(2026, 11, d);
        let with_days = |id, valid| Candidate { valid, ..candidate(id, VERNOUILLET) };
        let all = [
            with(candidate(1, VERNOUILLET), |c| c.absent_until = day(23)),
            with(candidate(2, VERNOUILLET), |c| c.absent_until = day(22)),
            with_days(3, (None, day(21))),
            with_days(4, (None, day(22))),
            with_days(5, (day(23), None)),
            with_days(6, (day(22), None)),
            Candidate { institution_archived: true, ..candidate(7, VERNOUILLET) },
        ];
        assert_eq!(ids(&asked(), &all), [2, 4, 6]);
    }

    #[test]
    fn without_a_place_those_within_the_perimeter_answer_who_name_the_call_or_its_programme() {
        let asked = Asked {
            steps: [(AGGLO, 0), (DEPARTMENT, 1)].map(|(id, steps)| (territory(id), steps)).into(),
            inside: [VERNOUILLET, DREUX].map(territory).into(),
            ..asked()
        };
        let all = [
            candidate(1, VERNOUILLET),
            with(candidate(2, VERNOUILLET), |c| c.calls = vec![call(CALL)]),
            with(candidate(3, DREUX), |c| c.programme = Some(territory(CONTRACT))),
            candidate(4, DEPARTMENT),
        ];
        assert_eq!(ids(&asked, &all), [2, 3, 4]);
    }

    #[test]
    fn a_place_is_said_as_french_says_it() {
        for (name, said) in [
            ("Dreux", "à Dreux"),
            ("Le Boullay-Thierry", "au Boullay-Thierry"),
            ("Les Châtelets", "aux Châtelets"),
            ("La Chapelle-Forainvilliers", "à La Chapelle-Forainvilliers"),
            ("L’Aigle", "à L’Aigle"),
        ] {
            assert_eq!(at(TerritoryKind::Commune, name), said);
        }
    }
}
