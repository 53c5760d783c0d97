//! Orientations of a diagnosis: proposed, changed, validated, while it is open. What is validated changes by a new
//! validation alone.

use chrono::NaiveDate;
use serde_json::{Map, Value, json};

use super::access::require_somewhere;
use super::writes::Tries;
use super::{App, Error};
use crate::domain::caller::Caller;
use crate::domain::diagnoses::Diagnosis;
use crate::domain::edit::Edit;
use crate::domain::error::{ViolationCode, Violations};
use crate::domain::ids::{DiagnosisId, OrientationId, WorkshopSessionId};
use crate::domain::orientations::{
    MOST_ORIENTATIONS, Orientation, OrientationEdit, OrientationText, Validation, check_numbers, check_order,
};
use crate::domain::policy::{Act, Visibility};
use crate::domain::swot::{SwotCrossing, counted};
use crate::domain::text;
use crate::store::records::difference;
use crate::store::{self, Transaction};

/// What a client says of a validation.
#[derive(Clone, Debug)]
pub struct ValidationInput {
    /// Which orientations.
    pub orientations: Vec<OrientationId>,
    /// Who validated them.
    pub by: String,
    /// When; null where it could not be read, which has been said.
    pub on: Option<NaiveDate>,
    /// In which session.
    pub session: Option<WorkshopSessionId>,
}

impl App {
    /// Proposes an orientation. `found` is what is wrong with the input already.
    pub async fn add_orientation(
        &self,
        caller: &Caller,
        id: DiagnosisId,
        edit: OrientationEdit,
        found: Violations,
    ) -> Result<Orientation, Error> {
        require_somewhere(caller, Act::UpdateDiagnosis)?;
        let now = self.clock.now();
        let mut tries = Tries::default();
        loop {
            let own = self.store.begin().await?;
            let tx = &own;
            let outcome: Result<_, Error> = async {
                let (diagnosis, _) = self.open_for_writing(tx, caller, id).await?;
                let others = store::orientations::all_of(tx, id).await?;
                let crossings = store::swot::crossings_in(tx, id).await?;
                let mut orientation = Orientation::new(OrientationId(self.ids.next(now)), id, now);
                let mut found = found.clone();
                check_crossings(&edit, &crossings, &mut found);
                orientation.edit(edit.clone(), &others, &mut found);
                found.into_result(())?;
                if others.len() >= MOST_ORIENTATIONS {
                    let message =
                        format!("it has {MOST_ORIENTATIONS} orientations already: remove one first");
                    return Err(Error::conflict(message, None));
                }
                store::orientations::write(tx, &orientation).await?;
                let fields = told(None, Some(&orientation), &crossings);
                self.part_written(tx, caller, diagnosis, fields).await?;
                Ok(orientation)
            }
            .await;
            if let Some(settled) = tries.settle(own, outcome).await {
                return settled;
            }
        }
    }

    /// Changes a proposal; of a validated orientation, what is proposed of it.
    pub async fn update_orientation(
        &self,
        caller: &Caller,
        id: OrientationId,
        edit: OrientationEdit,
        found: Violations,
    ) -> Result<Orientation, Error> {
        require_somewhere(caller, Act::UpdateDiagnosis)?;
        let mut tries = Tries::default();
        loop {
            let own = self.store.begin().await?;
            let tx = &own;
            let outcome: Result<_, Error> = async {
                let (before, diagnosis, others) = self.held_orientation(tx, caller, id).await?;
                let crossings = store::swot::crossings_in(tx, diagnosis.id).await?;
                let (mut orientation, mut found) = (before.clone(), found.clone());
                check_crossings(&edit, &crossings, &mut found);
                orientation.edit(edit.clone(), &others, &mut found);
                found.into_result(())?;
                store::orientations::write(tx, &orientation).await?;
                let fields = told(Some(&before), Some(&orientation), &crossings);
                self.part_written(tx, caller, diagnosis, fields).await?;
                Ok(orientation)
            }
            .await;
            if let Some(settled) = tries.settle(own, outcome).await {
                return settled;
            }
        }
    }

    /// Takes a proposal away that no project serves and no indicator measures; of a validated orientation, nothing.
    pub async fn remove_orientation(
        &self,
        caller: &Caller,
        id: OrientationId,
    ) -> Result<OrientationId, Error> {
        require_somewhere(caller, Act::UpdateDiagnosis)?;
        let mut tries = Tries::default();
        loop {
            let own = self.store.begin().await?;
            let tx = &own;
            let outcome: Result<_, Error> = async {
                let (before, diagnosis, _) = self.held_orientation(tx, caller, id).await?;
                if let Some(validation) = &before.validation {
                    let message = format!("it was validated on {}: it stays", validation.on);
                    return Err(Error::conflict(message, None));
                }
                let (projects, indicators) = store::orientations::hangs_on(tx, id).await?;
                if (projects, indicators) != (0, 0) {
                    let message = format!(
                        "{} it, and {} of it: change or remove those first",
                        counted(projects as usize, "project serves", "projects serve"),
                        counted(indicators as usize, "indicator is", "indicators are"),
                    );
                    return Err(Error::conflict(message, None));
                }
                let crossings = store::swot::crossings_in(tx, diagnosis.id).await?;
                store::orientations::remove(tx, id).await?;
                let fields = told(Some(&before), None, &crossings);
                self.part_written(tx, caller, diagnosis, fields).await?;
                Ok(id)
            }
            .await;
            if let Some(settled) = tries.settle(own, outcome).await {
                return settled;
            }
        }
    }

    /// Validates orientations of a diagnosis that is still as the client knows it: what is proposed of each is its text from
    /// then on.
    pub async fn validate_orientations(
        &self,
        caller: &Caller,
        id: DiagnosisId,
        expected_version: i32,
        input: ValidationInput,
        mut found: Violations,
    ) -> Result<Diagnosis, Error> {
        require_somewhere(caller, Act::UpdateDiagnosis)?;
        let mut by = String::new();
        text::required_text(Edit::Set(input.by.clone()), &mut by, "by", &mut found);
        if input.orientations.is_empty() && found.0.iter().all(|one| one.path != "orientations") {
            found.add("orientations", ViolationCode::Required, "name one orientation at least");
        }
        for (index, one) in input.orientations.iter().enumerate() {
            if input.orientations[..index].contains(one) {
                let path = format!("orientations[{index}]");
                found.add(path, ViolationCode::Repeated, "is named before in this list");
            }
        }
        let today = self.clock.today();
        let mut tries = Tries::default();
        loop {
            let own = self.store.begin().await?;
            let tx = &own;
            let outcome: Result<_, Error> = async {
                let (diagnosis, _) = self.open_for_writing(tx, caller, id).await?;
                if diagnosis.version != expected_version {
                    return Err(Error::stale(diagnosis.version));
                }
                let before = store::orientations::all_of(tx, id).await?;
                let mut found = found.clone();
                self.check_validated(caller, &before, &input.orientations, &mut found).await?;
                if let Some(on) = input.on {
                    if on > today {
                        let message = "is in the future: it is recorded once it is done";
                        found.add("on", ViolationCode::OutOfRange, message);
                    }
                    diagnosis.check_begun("on", on, &mut found);
                    check_session(tx, id, input.session, on, &mut found).await?;
                    let named = before.iter().filter(|one| input.orientations.contains(&one.id));
                    check_order(named, on, &mut found);
                }
                let mut all = before.clone();
                if let Some(on) = input.on {
                    for one in all.iter_mut().filter(|one| input.orientations.contains(&one.id)) {
                        one.validate(Validation { by: by.clone(), on, session: input.session });
                    }
                }
                check_numbers(&all, &mut found);
                found.into_result(())?;
                let crossings = store::swot::crossings_in(tx, id).await?;
                let mut fields = Map::new();
                for (was, is) in before.iter().zip(&all).filter(|(was, is)| was != is) {
                    store::orientations::write(tx, is).await?;
                    fields.extend(told(Some(was), Some(is), &crossings));
                }
                self.part_written(tx, caller, diagnosis, fields).await
            }
            .await;
            if let Some(settled) = tries.settle(own, outcome).await {
                return settled;
            }
        }
    }

    /// Says which of these are no orientations of the diagnosis, and of which they are, where that may be seen.
    async fn check_validated(
        &self,
        caller: &Caller,
        all: &[Orientation],
        named: &[OrientationId],
        found: &mut Violations,
    ) -> Result<(), Error> {
        let strange: Vec<_> =
            named.iter().filter(|id| all.iter().all(|one| one.id != **id)).copied().collect();
        if strange.is_empty() {
            return Ok(());
        }
        let visibility = Visibility::of(caller);
        let seen = self.store.orientations_by_ids(&strange, &visibility).await?;
        let of: Vec<_> = seen.iter().map(|one| one.diagnosis).collect();
        let diagnoses = self.store.diagnoses_by_ids(&of, &visibility).await?;
        for (index, id) in named.iter().enumerate().filter(|(_, id)| strange.contains(id)) {
            let path = format!("orientations[{index}]");
            let other = seen.iter().find(|one| one.id == *id);
            let title =
                other.and_then(|one| diagnoses.iter().find(|diagnosis| diagnosis.id == one.diagnosis));
            match title {
                None => found.add(path, ViolationCode::Unknown, "is no orientation of this diagnosis"),
                Some(diagnosis) => {
                    let message = format!(
                        "is an orientation of another diagnosis, “{}”: validate it there",
                        diagnosis.title
                    );
                    found.add(path, ViolationCode::Inconsistent, message);
                }
            }
        }
        Ok(())
    }

    /// The orientation with all of its diagnosis, which is locked, if the caller may change that and it is open.
    async fn held_orientation(
        &self,
        tx: &Transaction,
        caller: &Caller,
        id: OrientationId,
    ) -> Result<(Orientation, Diagnosis, Vec<Orientation>), Error> {
        let none = || Error::NotFound("no such orientation".to_owned());
        let of = store::orientations::diagnosis_of(tx, id).await?.ok_or_else(none)?;
        let (diagnosis, _) = self.open_for_writing(tx, caller, of).await.map_err(|error| match error {
            Error::NotFound(_) => none(),
            other => other,
        })?;
        let all = store::orientations::all_of(tx, of).await?;
        let one = all.iter().find(|one| one.id == id).cloned().ok_or_else(none)?;
        Ok((one, diagnosis, all))
    }
}

/// Says which crossings are none of the diagnosis.
fn check_crossings(edit: &OrientationEdit, crossings: &[SwotCrossing], found: &mut Violations) {
    for (index, id) in edit.based_on.as_set().into_iter().flatten().enumerate() {
        if crossings.iter().all(|crossing| crossing.id != *id) {
            let path = format!("input.basedOn[{index}]");
            found.add(path, ViolationCode::Unknown, "is no crossing of this diagnosis");
        }
    }
}

/// Says where the session is none of the diagnosis, or was held after the day of the validation.
async fn check_session(
    tx: &Transaction,
    of: DiagnosisId,
    session: Option<WorkshopSessionId>,
    on: NaiveDate,
    found: &mut Violations,
) -> Result<(), Error> {
    let Some(id) = session else { return Ok(()) };
    match store::swot::sessions_of(tx, of, &[id]).await?.remove(&id) {
        None => found.add("session", ViolationCode::Unknown, "is no session of this diagnosis"),
        Some(held) if on < held.on => {
            let message = format!(
                "is before the session “{}”, held on {}: what it validated was validated on that day or later",
                held.title, held.on
            );
            found.add("on", ViolationCode::Inconsistent, message);
        }
        Some(_) => {}
    }
    Ok(())
}

/// What a change did to an orientation, by its number before.
fn told(
    before: Option<&Orientation>,
    after: Option<&Orientation>,
    crossings: &[SwotCrossing],
) -> Map<String, Value> {
    let number = before.or(after).map_or(0, |one| one.text.number);
    let state = |one: Option<&Orientation>| {
        let mut fields = Map::new();
        let Some(one) = one else { return Value::Object(fields) };
        let at = format!("orientations[{number}]");
        text_fields(&at, &one.text, crossings, &mut fields);
        if let Some(amendment) = &one.amendment {
            text_fields(&format!("{at}.amendment"), amendment, crossings, &mut fields);
        }
        if let Some(validation) = &one.validation {
            fields.insert(format!("{at}.validation"), json!(format!("{}, {}", validation.by, validation.on)));
        }
        Value::Object(fields)
    };
    difference(&state(before), &state(after))
}

fn text_fields(
    at: &str,
    text: &OrientationText,
    crossings: &[SwotCrossing],
    fields: &mut Map<String, Value>,
) {
    let named = text.based_on.iter().filter_map(|id| crossings.iter().find(|one| one.id == *id));
    let based_on: Vec<_> = named.map(|crossing| crossing.insight.as_str()).collect();
    for (field, value) in [
        ("number", json!(text.number)),
        ("title", json!(text.title)),
        ("rationale", json!(text.rationale)),
        ("exampleActions", json!(text.example_actions.join("; "))),
        ("basedOn", json!(based_on.join("; "))),
    ] {
        fields.insert(format!("{at}.{field}"), value);
    }
}
