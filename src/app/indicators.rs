//! Evaluation: indicators defined and corrected, results recorded, corrected, taken away. What is aimed at stays as it is
//! once the diagnosis of an orientation is closed; results go on: that is when its effects show. Each write is told in the
//! history of the owner.

use serde_json::{Map, Value, json};

use super::access::require_somewhere;
use super::diagnoses::require_open;
use super::writes::{Created, Tries, check_key};
use super::{App, Error};
use crate::domain::caller::Caller;
use crate::domain::error::Violations;
use crate::domain::ids::{IndicatorId, IndicatorResultId, Subject};
use crate::domain::indicators::{
    Indicator, IndicatorEdit, IndicatorOwner, IndicatorResult, MOST_INDICATORS, MOST_RESULTS, ResultEdit,
};
use crate::domain::policy::{Act, Visibility};
use crate::store::records::{Action, difference};
use crate::store::{self, Transaction};

/// What of an indicator is written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    /// What is measured, from where to where.
    Aim,
    /// What was measured.
    Results,
}

/// Whose history tells of a write, and the version that this is in, which stays.
type Told = (Subject, i32);

impl App {
    /// Defines an indicator of a collective or of an orientation. `found` is what is wrong with the input already.
    pub async fn define_indicator(
        &self,
        caller: &Caller,
        client_key: Option<&str>,
        owner: Option<IndicatorOwner>,
        edit: IndicatorEdit,
        mut found: Violations,
    ) -> Result<Indicator, Error> {
        require_evaluation(caller)?;
        let none = || Error::NotFound("no such collective or orientation".to_owned());
        let owner = owner.ok_or_else(none)?;
        // However many noughts it is written with, a number is the same.
        let mut same = edit.clone();
        same.baseline = same.baseline.map(|value| value.normalize());
        same.target = same.target.map(|value| value.normalize());
        let content = format!("{owner:?} {same:?}");
        let now = self.clock.now();
        check_key(client_key, &mut found);
        let mut indicator = Indicator::new(IndicatorId(self.ids.next(now)), owner, now);
        indicator.edit(edit, &[], self.clock.today(), &mut found);
        let mut tries = Tries::default();
        let created = loop {
            let own = self.store.begin().await?;
            let tx = &own;
            let outcome: Result<_, Error> = async {
                let told = self
                    .hold_owner(tx, caller, owner, Part::Aim)
                    .await
                    .map_err(|error| unseen(error, none))?;
                found.clone().into_result(())?;
                let taken = self.take_key(tx, caller, client_key, &content, indicator.id.into()).await?;
                if let Some(before) = taken {
                    return Ok(Created::Before(before));
                }
                if store::indicators::count_of(tx, owner).await? >= MOST_INDICATORS {
                    let message = format!("it has {MOST_INDICATORS} indicators already: remove one first");
                    return Err(Error::conflict(message, None));
                }
                store::indicators::write(tx, &indicator).await?;
                self.tell_of_indicator(tx, caller, told, "indicator", [None, Some(indicator.told())]).await?;
                Ok(Created::New(indicator.clone()))
            }
            .await;
            if let Some(settled) = tries.settle(own, outcome).await {
                break settled?;
            }
        };
        match created {
            Created::New(indicator) => Ok(indicator),
            Created::Before(subject) => {
                let ids = [IndicatorId(subject.id)];
                let before = self.store.indicators_by_ids(&ids, &Visibility::of(caller)).await?.pop();
                before.ok_or_else(|| Error::NotFound("what this clientKey created is gone".to_owned()))
            }
        }
    }

    /// Corrects an indicator.
    pub async fn update_indicator(
        &self,
        caller: &Caller,
        id: IndicatorId,
        edit: IndicatorEdit,
        found: Violations,
    ) -> Result<Indicator, Error> {
        require_evaluation(caller)?;
        let mut tries = Tries::default();
        loop {
            let own = self.store.begin().await?;
            let tx = &own;
            let outcome: Result<_, Error> = async {
                let (before, told) = self.held_indicator(tx, caller, id, Part::Aim).await?;
                let results = store::indicators::results(tx, &[id]).await?;
                let (mut indicator, mut found) = (before.clone(), found.clone());
                indicator.edit(edit.clone(), &results, self.clock.today(), &mut found);
                found.into_result(())?;
                store::indicators::write(tx, &indicator).await?;
                let both = [Some(before.told()), Some(indicator.told())];
                self.tell_of_indicator(tx, caller, told, "indicator", both).await?;
                Ok(indicator)
            }
            .await;
            if let Some(settled) = tries.settle(own, outcome).await {
                return settled;
            }
        }
    }

    /// Takes an indicator away, which has no results.
    pub async fn remove_indicator(&self, caller: &Caller, id: IndicatorId) -> Result<IndicatorId, Error> {
        require_evaluation(caller)?;
        let mut tries = Tries::default();
        loop {
            let own = self.store.begin().await?;
            let tx = &own;
            let outcome: Result<_, Error> = async {
                let (before, told) = self.held_indicator(tx, caller, id, Part::Aim).await?;
                let results = store::indicators::results(tx, &[id]).await?.len();
                if results > 0 {
                    let message = format!("it has {results} results, which would be lost: remove them first");
                    return Err(Error::conflict(message, None));
                }
                store::indicators::remove(tx, id).await?;
                self.tell_of_indicator(tx, caller, told, "indicator", [Some(before.told()), None]).await?;
                Ok(id)
            }
            .await;
            if let Some(settled) = tries.settle(own, outcome).await {
                return settled;
            }
        }
    }

    /// Records what was measured on a day. The same again is the same result; another of the same day is refused.
    pub async fn record_indicator_result(
        &self,
        caller: &Caller,
        id: IndicatorId,
        edit: ResultEdit,
        found: Violations,
    ) -> Result<IndicatorResult, Error> {
        require_evaluation(caller)?;
        let (now, today) = (self.clock.now(), self.clock.today());
        let mut tries = Tries::default();
        loop {
            let own = self.store.begin().await?;
            let tx = &own;
            let outcome: Result<_, Error> = async {
                let (indicator, told) = self.held_indicator(tx, caller, id, Part::Results).await?;
                let mut result = IndicatorResult {
                    id: IndicatorResultId(self.ids.next(now)),
                    indicator: id,
                    on: today,
                    value: rust_decimal::Decimal::ZERO,
                    source: None,
                    created_at: now,
                };
                let mut found = found.clone();
                result.edit(&indicator, edit.clone(), "", today, &mut found);
                found.into_result(())?;
                let standing = store::indicators::results(tx, &[id]).await?;
                if let Some(same) = standing.iter().find(|other| other.same_as(&result)) {
                    return Ok(same.clone());
                }
                alone_on_its_day(&standing, &result)?;
                if standing.len() >= MOST_RESULTS {
                    let message = format!("it has {MOST_RESULTS} results already: define another indicator");
                    return Err(Error::conflict(message, None));
                }
                store::indicators::write_result(tx, &result).await?;
                let both = [None, Some(result.told(&indicator))];
                self.tell_of_indicator(tx, caller, told, "indicator.result", both).await?;
                Ok(result)
            }
            .await;
            if let Some(settled) = tries.settle(own, outcome).await {
                return settled;
            }
        }
    }

    /// Corrects a result.
    pub async fn update_indicator_result(
        &self,
        caller: &Caller,
        id: IndicatorResultId,
        edit: ResultEdit,
        found: Violations,
    ) -> Result<IndicatorResult, Error> {
        require_evaluation(caller)?;
        let today = self.clock.today();
        let mut tries = Tries::default();
        loop {
            let own = self.store.begin().await?;
            let tx = &own;
            let outcome: Result<_, Error> = async {
                let (indicator, told, before, standing) = self.held_result(tx, caller, id).await?;
                let (mut result, mut found) = (before.clone(), found.clone());
                result.edit(&indicator, edit.clone(), "input.", today, &mut found);
                found.into_result(())?;
                alone_on_its_day(&standing, &result)?;
                store::indicators::write_result(tx, &result).await?;
                let both = [Some(before.told(&indicator)), Some(result.told(&indicator))];
                self.tell_of_indicator(tx, caller, told, "indicator.result", both).await?;
                Ok(result)
            }
            .await;
            if let Some(settled) = tries.settle(own, outcome).await {
                return settled;
            }
        }
    }

    /// Takes a result away.
    pub async fn remove_indicator_result(
        &self,
        caller: &Caller,
        id: IndicatorResultId,
    ) -> Result<IndicatorResultId, Error> {
        require_evaluation(caller)?;
        let mut tries = Tries::default();
        loop {
            let own = self.store.begin().await?;
            let tx = &own;
            let outcome: Result<_, Error> = async {
                let (indicator, told, before, _) = self.held_result(tx, caller, id).await?;
                store::indicators::remove_result(tx, id).await?;
                let both = [Some(before.told(&indicator)), None];
                self.tell_of_indicator(tx, caller, told, "indicator.result", both).await?;
                Ok(id)
            }
            .await;
            if let Some(settled) = tries.settle(own, outcome).await {
                return settled;
            }
        }
    }

    /// Locks the owner, if the caller may evaluate it: whose history tells of that, and in which version.
    async fn hold_owner(
        &self,
        tx: &Transaction,
        caller: &Caller,
        owner: IndicatorOwner,
        part: Part,
    ) -> Result<Told, Error> {
        match owner {
            IndicatorOwner::Collective(id) => {
                let (collective, _) = self.locked(tx, caller, Act::UpdateCollective, id).await?;
                Ok((id.into(), collective.version))
            }
            IndicatorOwner::Orientation(id) => {
                let none = || Error::NotFound("no such orientation".to_owned());
                let of = store::orientations::diagnosis_of(tx, id).await?.ok_or_else(none)?;
                let (diagnosis, _) = store::diagnoses::for_update(tx, of).await?.ok_or_else(none)?;
                self.require(tx, caller, Act::UpdateDiagnosis, of.into()).await?;
                if part == Part::Aim {
                    require_open(&diagnosis)?;
                }
                Ok((of.into(), diagnosis.version))
            }
        }
    }

    /// The indicator, its owner locked, if the caller may evaluate that.
    async fn held_indicator(
        &self,
        tx: &Transaction,
        caller: &Caller,
        id: IndicatorId,
        part: Part,
    ) -> Result<(Indicator, Told), Error> {
        let none = || Error::NotFound("no such indicator".to_owned());
        let found = store::indicators::by_id(tx, id).await?.ok_or_else(none)?;
        let told =
            self.hold_owner(tx, caller, found.owner, part).await.map_err(|error| unseen(error, none))?;
        // As it is now that nobody else writes it.
        let found = store::indicators::by_id(tx, id).await?.ok_or_else(none)?;
        Ok((found, told))
    }

    /// The result with its indicator and all results of that, their owner locked, if the caller may evaluate that.
    async fn held_result(
        &self,
        tx: &Transaction,
        caller: &Caller,
        id: IndicatorResultId,
    ) -> Result<(Indicator, Told, IndicatorResult, Vec<IndicatorResult>), Error> {
        let none = || Error::NotFound("no such result".to_owned());
        let of = store::indicators::of_result(tx, id).await?.ok_or_else(none)?;
        let (indicator, told) =
            self.held_indicator(tx, caller, of, Part::Results).await.map_err(|error| unseen(error, none))?;
        let standing = store::indicators::results(tx, &[of]).await?;
        let result = standing.iter().find(|result| result.id == id).cloned().ok_or_else(none)?;
        Ok((indicator, told, result, standing))
    }

    /// Writes a change beside its owner: a line before, a line after.
    async fn tell_of_indicator(
        &self,
        tx: &Transaction,
        caller: &Caller,
        (subject, version): Told,
        field: &str,
        [before, after]: [Option<String>; 2],
    ) -> Result<(), Error> {
        let state = |line: Option<String>| Value::Object(Map::from_iter([(field.to_owned(), json!(line))]));
        let fields = difference(&state(before), &state(after));
        self.record(tx, caller, Action::Update, subject, version, fields).await
    }
}

/// Refuses those whom no role lets evaluate anything.
fn require_evaluation(caller: &Caller) -> Result<(), Error> {
    require_somewhere(caller, Act::UpdateCollective)
}

/// What may not be seen is told as what is absent.
fn unseen(error: Error, none: impl Fn() -> Error) -> Error {
    if matches!(error, Error::NotFound(_)) { none() } else { error }
}

/// Refuses a second result of a day, naming the first.
fn alone_on_its_day(standing: &[IndicatorResult], result: &IndicatorResult) -> Result<(), Error> {
    match standing.iter().find(|other| other.on == result.on && other.id != result.id) {
        None => Ok(()),
        Some(other) => Err(Error::Duplicate {
            message: format!(
                "a result of {} stands already, {}: correct it with updateIndicatorResult, or give another day",
                other.on, other.value
            ),
            existing: Some(other.id.into()),
        }),
    }
}
