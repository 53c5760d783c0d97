//! Crossings of a diagnosis's findings, one within and one without: made and taken away while it is open.

use super::access::require_somewhere;
use super::swot::{absent, short, told};
use super::writes::Tries;
use super::{App, Error};
use crate::domain::caller::Caller;
use crate::domain::error::{ViolationCode, Violations};
use crate::domain::ids::{SwotCrossingId, SwotItemId};
use crate::domain::policy::{Act, Visibility};
use crate::domain::swot::{MOST_CROSSINGS, SwotCrossing, SwotItem, check_sides, insight};
use crate::store;

impl App {
    /// Crosses a finding within with one without, of the same diagnosis; each pair once.
    pub async fn cross_swot_items(
        &self,
        caller: &Caller,
        internal: SwotItemId,
        external: SwotItemId,
        given: String,
    ) -> Result<SwotCrossing, Error> {
        require_somewhere(caller, Act::UpdateDiagnosis)?;
        let now = self.clock.now();
        let mut found = Violations::default();
        let insight = insight(given, &mut found);
        let crossing = SwotCrossing {
            id: SwotCrossingId(self.ids.next(now)),
            internal,
            external,
            insight,
            created_at: now,
        };
        let mut tries = Tries::default();
        loop {
            let own = self.store.begin().await?;
            let tx = &own;
            let outcome: Result<_, Error> = async {
                let (within, diagnosis, _) = self.held_item(tx, caller, internal).await?;
                let (without, of) = store::swot::item_by_id(tx, external).await?.ok_or_else(absent)?;
                let mut found = found.clone();
                if of == diagnosis.id {
                    check_sides(within.quadrant, without.quadrant, &mut found);
                } else {
                    let seen = self.store.diagnoses_by_ids(&[of], &Visibility::of(caller)).await?;
                    let other = seen.first().ok_or_else(absent)?;
                    let message = format!(
                        "is a finding of another diagnosis, “{}”: cross findings of the same one",
                        other.title
                    );
                    found.add("external", ViolationCode::Inconsistent, message);
                }
                found.into_result(())?;
                let standing = store::swot::crossings_in(tx, diagnosis.id).await?;
                let twin = |other: &&SwotCrossing| (other.internal, other.external) == (internal, external);
                if let Some(twin) = standing.iter().find(twin) {
                    let message = format!("the two are crossed already: {}", short(&twin.insight));
                    return Err(Error::Duplicate { message, existing: Some(twin.id.into()) });
                }
                if standing.len() as i64 >= MOST_CROSSINGS {
                    let message = format!("it has {MOST_CROSSINGS} crossings already: remove one first");
                    return Err(Error::conflict(message, None));
                }
                store::swot::add_crossing(tx, &crossing).await?;
                let fields = told("crossings", None, Some(crossing_line(&crossing, &within, &without)));
                self.part_written(tx, caller, diagnosis, fields).await?;
                Ok(crossing.clone())
            }
            .await;
            if let Some(settled) = tries.settle(own, outcome).await {
                return settled;
            }
        }
    }

    /// Takes a crossing away, on which no validated orientation is based; proposals no longer name it.
    pub async fn remove_crossing(
        &self,
        caller: &Caller,
        id: SwotCrossingId,
    ) -> Result<SwotCrossingId, Error> {
        require_somewhere(caller, Act::UpdateDiagnosis)?;
        let none = || Error::NotFound("no such crossing".to_owned());
        let mut tries = Tries::default();
        loop {
            let own = self.store.begin().await?;
            let tx = &own;
            let outcome: Result<_, Error> = async {
                let of = store::swot::diagnosis_of_crossing(tx, id).await?.ok_or_else(none)?;
                let (diagnosis, _) = self.open_for_writing(tx, caller, of).await.map_err(|error| match error {
                    Error::NotFound(_) => none(),
                    other => other,
                })?;
                let crossing = store::swot::crossings_by_ids(tx, &[id]).await?.pop().ok_or_else(none)?;
                let orientations = store::orientations::all_of(tx, of).await?;
                let mut validated = orientations
                    .iter()
                    .filter(|one| one.validation.is_some() && one.text.based_on.contains(&id));
                if let Some(first) = validated.next() {
                    let message = format!(
                        "orientation {}, “{}”, is validated and based on it: amend that one without it and have it validated first",
                        first.text.number, first.text.title
                    );
                    let candidates =
                        [first].into_iter().chain(validated).map(|one| one.id.into()).collect();
                    return Err(Error::Conflict { message, current_version: None, candidates });
                }
                for mut orientation in orientations {
                    if orientation.forget(id) {
                        store::orientations::write(tx, &orientation).await?;
                    }
                }
                store::swot::remove_crossing(tx, id).await?;
                let (within, _) = store::swot::item_by_id(tx, crossing.internal).await?.ok_or_else(none)?;
                let (without, _) = store::swot::item_by_id(tx, crossing.external).await?.ok_or_else(none)?;
                let fields = told("crossings", Some(crossing_line(&crossing, &within, &without)), None);
                self.part_written(tx, caller, diagnosis, fields).await?;
                Ok(id)
            }
            .await;
            if let Some(settled) = tries.settle(own, outcome).await {
                return settled;
            }
        }
    }
}

fn crossing_line(crossing: &SwotCrossing, within: &SwotItem, without: &SwotItem) -> String {
    format!("{} × {}: {}", short(&within.text), short(&without.text), crossing.insight)
}
