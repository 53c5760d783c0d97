//! Where a diagnosis leads: orientations, proposed, then validated on a date. A validated text changes by a new validation
//! alone: what is proposed of it meanwhile is its amendment.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::edit::Edit;
use super::error::{ViolationCode, Violations};
use super::ids::{DiagnosisId, OrientationId, SwotCrossingId, WorkshopSessionId};
use super::swot::SwotCrossing;
use super::text;

/// Most orientations of a diagnosis.
pub const MOST_ORIENTATIONS: usize = 50;
/// Largest number of an orientation.
const LARGEST_NUMBER: i32 = 99;
/// Most example actions, and most crossings that one is based on.
const MOST_ENTRIES: usize = 100;

/// What an orientation says: in force once it is validated, proposed before.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the schema describes each")]
pub struct OrientationText {
    pub number: i16,
    pub title: String,
    pub rationale: Option<String>,
    pub example_actions: Vec<String>,
    pub based_on: Vec<SwotCrossingId>,
}

/// Who validated, when, in which session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "the schema describes each")]
pub struct Validation {
    pub by: String,
    pub on: NaiveDate,
    pub session: Option<WorkshopSessionId>,
}

/// Where a diagnosis leads.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "the schema describes each")]
pub struct Orientation {
    pub id: OrientationId,
    pub diagnosis: DiagnosisId,
    pub text: OrientationText,
    pub validation: Option<Validation>,
    /// What is proposed of a validated one since: the text as a whole.
    pub amendment: Option<OrientationText>,
    pub created_at: DateTime<Utc>,
}

/// What a proposal or an update says of an orientation.
#[derive(Clone, Debug, Default)]
#[expect(missing_docs, reason = "the fields of OrientationText")]
pub struct OrientationEdit {
    pub number: Edit<i32>,
    pub title: Edit<String>,
    pub rationale: Edit<String>,
    pub example_actions: Edit<Vec<String>>,
    pub based_on: Edit<Vec<SwotCrossingId>>,
}

impl Orientation {
    /// A new proposal, whose text an edit fills.
    pub fn new(id: OrientationId, diagnosis: DiagnosisId, now: DateTime<Utc>) -> Self {
        let text = OrientationText::default();
        Self { id, diagnosis, text, validation: None, amendment: None, created_at: now }
    }

    /// What it says once all that is proposed is validated.
    pub fn proposed(&self) -> &OrientationText {
        self.amendment.as_ref().unwrap_or(&self.text)
    }

    /// Writes an edit to what is proposed, or adds all that is wrong. `others` are those of its diagnosis.
    pub fn edit(&mut self, edit: OrientationEdit, others: &[Self], found: &mut Violations) {
        let mut text = self.proposed().clone();
        text.edit(edit, found);
        let others = others.iter().filter(|other| other.id != self.id);
        let taken = others.into_iter().find(|other| {
            // Two validated ones change places by two amendments that are validated together: what they would come to is
            // checked then.
            let stays = self.validation.is_none() || other.validation.is_none();
            stays && other.text.number == text.number
                || other.amendment.as_ref().is_some_and(|amended| amended.number == text.number)
        });
        if let Some(other) = taken {
            let message = format!(
                "{} is the number of another orientation, “{}”: give another, or change that one first",
                text.number, other.text.title
            );
            found.add("input.number", ViolationCode::Repeated, message);
        }
        if self.validation.is_some() {
            self.amendment = (text != self.text).then_some(text);
        } else {
            self.text = text;
        }
    }

    /// Validates what is proposed of it.
    pub fn validate(&mut self, validation: Validation) {
        if let Some(text) = self.amendment.take() {
            self.text = text;
        }
        self.validation = Some(validation);
    }

    /// Whether it is validated, and based on one of these.
    pub fn stands_on(&self, crossings: &[SwotCrossing]) -> bool {
        self.validation.is_some() && crossings.iter().any(|one| self.text.based_on.contains(&one.id))
    }

    /// Takes a crossing out of what is not validated of it; whether it was there.
    pub fn forget(&mut self, crossing: SwotCrossingId) -> bool {
        let open = match (&mut self.amendment, &self.validation) {
            (Some(amendment), _) => amendment,
            (None, None) => &mut self.text,
            (None, Some(_)) => return false,
        };
        let before = open.based_on.len();
        open.based_on.retain(|id| *id != crossing);
        let changed = open.based_on.len() != before;
        if self.amendment.as_ref() == Some(&self.text) {
            self.amendment = None;
        }
        changed
    }
}

impl OrientationText {
    fn edit(&mut self, edit: OrientationEdit, found: &mut Violations) {
        match edit.number {
            Edit::Keep => {}
            Edit::Clear => found.add("input.number", ViolationCode::Required, "can't be cleared"),
            Edit::Set(number) if (1..=LARGEST_NUMBER).contains(&number) => {
                self.number = i16::try_from(number).unwrap_or(1);
            }
            Edit::Set(_) => {
                let message = format!("orientations are numbered from 1 to {LARGEST_NUMBER}");
                found.add("input.number", ViolationCode::OutOfRange, message);
            }
        }
        text::required_text(edit.title, &mut self.title, "input.title", found);
        text::text_edit(edit.rationale, "input.rationale", text::DESCRIPTION_CHARS, found)
            .apply(&mut self.rationale);
        edit.example_actions
            .map(|given| text::tags("input.exampleActions", &given, found))
            .apply_list(&mut self.example_actions);
        let based_on = edit.based_on.map(|given| {
            let mut kept = Vec::with_capacity(given.len());
            for id in given {
                if !kept.contains(&id) {
                    kept.push(id);
                }
            }
            kept
        });
        based_on.apply_list(&mut self.based_on);
        for (path, count) in
            [("input.exampleActions", self.example_actions.len()), ("input.basedOn", self.based_on.len())]
        {
            if count > MOST_ENTRIES {
                let message = format!("has {count} entries, at most {MOST_ENTRIES}");
                found.add(path, ViolationCode::TooLong, message);
            }
        }
    }
}

/// Says where one of these was validated later than on this day: what was validated is followed by other validations, and never
/// written anew before them.
pub fn check_order<'a>(of: impl Iterator<Item = &'a Orientation>, on: NaiveDate, found: &mut Violations) {
    let standing = of.filter_map(|one| one.validation.as_ref().map(|validation| (one, validation)));
    if let Some((one, validation)) = standing.max_by_key(|(_, validation)| validation.on)
        && on < validation.on
    {
        let message = format!(
            "is before {}, when {} validated orientation {}, “{}”: it is validated anew on that day or later",
            validation.on, validation.by, one.text.number, one.text.title
        );
        found.add("on", ViolationCode::Inconsistent, message);
    }
}

/// Says which numbers two orientations of a diagnosis would have.
pub fn check_numbers(all: &[Orientation], found: &mut Violations) {
    for (place, one) in all.iter().enumerate() {
        if let Some(other) = all[..place].iter().find(|other| other.text.number == one.text.number) {
            let message = format!(
                "“{}” and “{}” would both be number {}: validate the amendments of both together, or change one first",
                other.text.title, one.text.title, one.text.number
            );
            found.add("orientations", ViolationCode::Inconsistent, message);
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn orientation(n: u128, number: i16, title: &str) -> Orientation {
        let text = OrientationText { number, title: title.to_owned(), ..OrientationText::default() };
        let diagnosis = DiagnosisId(Uuid::nil());
        let id = OrientationId(Uuid::from_u128(n));
        Orientation { text, ..Orientation::new(id, diagnosis, DateTime::UNIX_EPOCH) }
    }

    fn validation() -> Validation {
        Validation { by: "Comité de pilotage".to_owned(), on: NaiveDate::MIN, session: None }
    }

    fn titled(title: &str) -> OrientationEdit {
        OrientationEdit { title: Edit::Set(title.to_owned()), ..OrientationEdit::default() }
    }

    fn numbered(number: i32) -> OrientationEdit {
        OrientationEdit { number: Edit::Set(number), ..OrientationEdit::default() }
    }

    #[test]
    fn a_validated_text_stays_until_its_amendment_is_validated() {
        let mut found = Violations::default();
        let mut one = orientation(1, 1, "Parents");
        one.edit(titled("Parents et école"), &[], &mut found);
        assert_eq!((one.text.title.as_str(), &one.amendment), ("Parents et école", &None));
        one.validate(validation());
        one.edit(titled("Coéducation"), &[], &mut found);
        assert_eq!(
            (one.text.title.as_str(), one.proposed().title.as_str()),
            ("Parents et école", "Coéducation")
        );
        // What is said a second time is added to the first.
        let rationale =
            OrientationEdit { rationale: Edit::Set("Parce que.".to_owned()), ..OrientationEdit::default() };
        one.edit(rationale, &[], &mut found);
        let amended = one.proposed().clone();
        assert_eq!(
            (amended.title.as_str(), amended.rationale.as_deref()),
            ("Coéducation", Some("Parce que."))
        );
        let mut back = one.clone();
        back.edit(OrientationEdit { rationale: Edit::Clear, ..titled("Parents et école") }, &[], &mut found);
        assert_eq!(back.amendment, None);
        one.validate(validation());
        assert_eq!((&one.text, &one.amendment), (&amended, &None));
        assert_eq!(found, Violations::default());
    }

    #[test]
    fn each_number_is_of_one_and_validated_ones_change_places_together() {
        let mut all = [orientation(1, 1, "Parents"), orientation(2, 2, "Parcours")];
        let taken = |one: &mut Orientation, number, others: &[Orientation]| {
            let mut found = Violations::default();
            one.edit(numbered(number), others, &mut found);
            found.0.into_iter().map(|violation| violation.code).next()
        };
        let others = all.clone();
        assert_eq!(taken(&mut all[0].clone(), 2, &others), Some(ViolationCode::Repeated));
        assert_eq!(taken(&mut all[0].clone(), 1, &others), None);
        assert_eq!(taken(&mut all[0].clone(), 100, &others), Some(ViolationCode::OutOfRange));
        for one in &mut all {
            one.validate(validation());
        }
        let others = all.clone();
        assert_eq!(taken(&mut all[0], 2, &others), None);
        let others = all.clone();
        // What another is to have is taken.
        assert_eq!(taken(&mut all[1].clone(), 2, &others), Some(ViolationCode::Repeated));
        assert_eq!(taken(&mut all[1], 1, &others), None);
        // A proposal takes neither what one has nor what one is to have.
        let mut third = orientation(3, 3, "Formation");
        assert_eq!(taken(&mut third, 1, &all), Some(ViolationCode::Repeated));
        let alone = {
            let mut all = all.clone();
            all[0].validate(validation());
            let mut found = Violations::default();
            check_numbers(&all, &mut found);
            found.0.len()
        };
        assert_eq!(alone, 1);
        for one in &mut all {
            one.validate(validation());
        }
        let mut found = Violations::default();
        check_numbers(&all, &mut found);
        assert_eq!(found, Violations::default());
        assert_eq!((all[0].text.number, all[1].text.number), (2, 1));
    }

    #[test]
    fn nothing_is_validated_before_its_own_validation() {
        let day = |day| NaiveDate::from_ymd_opt(2025, 7, day).expect("a day");
        let (mut one, mut two) = (orientation(1, 1, "Parents"), orientation(2, 2, "Parcours"));
        one.validate(Validation { on: day(2), ..validation() });
        two.validate(Validation { on: day(4), ..validation() });
        let third = orientation(3, 3, "Formation");
        let said = |all: &[&Orientation], on| {
            let mut found = Violations::default();
            check_order(all.iter().copied(), on, &mut found);
            found.0.pop().map(|violation| violation.message)
        };
        assert_eq!(said(&[&third], day(1)), None);
        assert_eq!(said(&[&one, &third], day(2)), None);
        let message = said(&[&one, &two, &third], day(3)).expect("refused");
        assert!(
            message.starts_with(
                "is before 2025-07-04, when Comité de pilotage validated orientation 2, “Parcours”"
            ),
            "{message}"
        );
    }

    #[test]
    fn a_crossing_leaves_what_is_not_validated_alone() {
        let crossing = SwotCrossingId(Uuid::from_u128(7));
        let mut one = orientation(1, 1, "Parents");
        one.text.based_on.push(crossing);
        let mut validated = one.clone();
        validated.validate(validation());
        assert!(one.forget(crossing) && one.text.based_on.is_empty());
        assert!(!validated.forget(crossing));
        let mut amended = one.clone();
        amended.validate(validation());
        let edit =
            OrientationEdit { based_on: Edit::Set(vec![crossing, crossing]), ..OrientationEdit::default() };
        amended.edit(edit, &[], &mut Violations::default());
        assert_eq!(amended.proposed().based_on, [crossing]);
        assert!(amended.forget(crossing));
        assert_eq!(amended.amendment, None);
    }
}
