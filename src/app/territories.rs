//! Territories: created, changed, located.

use std::collections::HashMap;

use super::access::require_somewhere;
use super::outlines::digest;
use super::refs::TerritoryRefs;
use super::writes::{Tries, difference};
use super::{App, Error};
use crate::domain::caller::Caller;
use crate::domain::edit::Edit;
use crate::domain::error::{ViolationCode, Violations};
use crate::domain::ids::TerritoryId;
use crate::domain::policy::Act;
use crate::domain::territories::{
    OutlineMeasures, TOLERANCES_METRES, Territory, TerritoryAnswer, TerritoryCode, TerritoryEdit,
    TerritoryHit, TerritoryKind, TerritoryRef, UNSTATED_PRECISION_METRES,
};
use crate::geo::{Boundary, Outline, Position, outline_from_geojson};
use crate::store::outlines::Copy;
use crate::store::records::Action;
use crate::store::{self, Transaction};

/// What a client says of a new territory, or of one that it changes.
#[derive(Clone, Debug, Default)]
pub struct TerritoryInput {
    /// Its own fields; successors stand beside, since they are references.
    pub edit: TerritoryEdit,
    /// What took its place.
    pub successors: Edit<Vec<TerritoryRef>>,
    /// Its outline, as GeoJSON.
    pub boundary: Edit<serde_json::Value>,
    /// What it is made of.
    pub members: Edit<Vec<TerritoryRef>>,
}

impl App {
    /// The territory that a reference means; null where there is none.
    pub async fn territory(&self, by: &TerritoryRef) -> Result<Option<Territory>, Error> {
        let id = match by {
            TerritoryRef::Id(id) => Some(*id),
            TerritoryRef::Code(code) => self
                .store
                .territories_by_codes(std::slice::from_ref(code), self.clock.today())
                .await?
                .into_values()
                .next(),
        };
        let Some(id) = id else { return Ok(None) };
        Ok(self.store.territories_by_ids(&[id]).await?.pop())
    }

    /// Creates a territory; one of the same kind, code and vintage is a duplicate. `found` is what is wrong with the input
    /// already, to be said with the rest.
    pub async fn create_territory(
        &self,
        caller: &Caller,
        code: TerritoryCode,
        vintage: i32,
        input: TerritoryInput,
        mut found: Violations,
    ) -> Result<Territory, Error> {
        require_somewhere(caller, Act::WriteTerritory)?;
        let now = self.clock.now();
        let id = TerritoryId(self.ids.next(now));
        let mut territory = match Territory::new(id, &code, vintage, now) {
            Ok(territory) => territory,
            Err(wrong) => {
                found.0.extend(wrong.0);
                // Never written: it stands in while the other fields are checked too.
                let stand_in = TerritoryCode { code: "?".to_owned(), ..code };
                Territory::new(id, &stand_in, 2_000, now).map_err(Error::Validation)?
            }
        };
        self.write_territory(caller, &mut territory, input, None, found).await
    }

    /// Changes a territory that is still as the client knows it.
    pub async fn update_territory(
        &self,
        caller: &Caller,
        id: TerritoryId,
        expected_version: i32,
        input: TerritoryInput,
        found: Violations,
    ) -> Result<Territory, Error> {
        require_somewhere(caller, Act::WriteTerritory)?;
        let Some(mut territory) = self.territory(&TerritoryRef::Id(id)).await? else {
            return Err(Error::NotFound("no such territory".to_owned()));
        };
        if territory.version != expected_version {
            return Err(Error::stale(territory.version));
        }
        let before = territory.clone();
        territory.version += 1;
        territory.updated_at = self.clock.now();
        self.write_territory(caller, &mut territory, input, Some(before), found).await
    }

    async fn write_territory(
        &self,
        caller: &Caller,
        territory: &mut Territory,
        mut input: TerritoryInput,
        before: Option<Territory>,
        mut found: Violations,
    ) -> Result<Territory, Error> {
        let mut wanted = TerritoryRefs::default();
        if let Edit::Set(successors) = &input.successors {
            wanted.add_all("input.successors", successors);
        }
        if let Edit::Set(members) = &input.members {
            wanted.add_all("input.members", members);
        }
        let known = self.find_territories(wanted, &mut found).await?;
        input.edit.successors = input.successors.map(|refs| known.all(&refs));
        let members = input.members.map(|refs| known.all(&refs));
        territory.edit(input.edit, &mut found);
        if territory.name.is_empty() && found.0.iter().all(|v| v.path != "input.name") {
            found.add("input.name", ViolationCode::Required, "must not be empty");
        }
        if members.as_set().is_some_and(|members| members.contains(&territory.id)) {
            found.add("input.members", ViolationCode::Inconsistent, "a territory is no member of itself");
        }
        let copies = set_outline(territory, input.boundary, &mut found);
        found.into_result(())?;
        let id = territory.id;
        let mut tries = Tries::default();
        loop {
            let own = self.store.begin().await?;
            let tx = &own;
            let outcome: Result<_, Error> = async {
                store::territories::lock(tx).await?;
                let mut territory = territory.clone();
                if let Some(before) = &before {
                    let standing = store::territories::for_update(tx, id).await?;
                    let version = standing.as_ref().map_or(0, |standing| standing.version);
                    if version != before.version {
                        return Err(Error::stale(version));
                    }
                    if let (None, Some(standing)) = (&copies, standing) {
                        // A union follows its members without a version of its own.
                        (territory.outline, territory.centroid) = (standing.outline, standing.centroid);
                    }
                } else {
                    self.refuse_same_key(tx, &territory).await?;
                }
                store::territories::write(tx, std::slice::from_ref(&territory)).await?;
                if let Some(copies) = &copies {
                    store::outlines::write(tx, &[(id, copies.clone())]).await?;
                }
                match &members {
                    Edit::Keep => {}
                    Edit::Clear => store::territory_links::replace_members(tx, id, &[]).await?,
                    Edit::Set(members) => store::territory_links::replace_members(tx, id, members).await?,
                }
                if copies.is_some() || members != Edit::Keep || before.is_none() {
                    self.relink(tx, &[id]).await?;
                }
                let fields = difference(before.as_ref().map(|before| (before, &())), (&territory, &()));
                let action = if before.is_some() { Action::Update } else { Action::Create };
                self.record(tx, caller, action, id.into(), territory.version, fields).await
            }
            .await;
            if let Some(settled) = tries.settle(own, outcome).await {
                break settled?;
            }
        }
        self.territory(&TerritoryRef::Id(id))
            .await?
            .ok_or_else(|| Error::NotFound("no such territory".to_owned()))
    }

    async fn refuse_same_key(&self, tx: &Transaction, territory: &Territory) -> Result<(), Error> {
        let Territory { kind, code, vintage, .. } = territory;
        let key = TerritoryCode { kind: *kind, code: code.clone(), vintage: Some(*vintage) };
        let known = store::territories::by_codes(tx, std::slice::from_ref(&key), self.clock.today()).await?;
        match known.into_values().next() {
            None => Ok(()),
            Some(existing) => {
                let message = format!("the {kind} {code} of {vintage} is there already");
                Err(Error::Duplicate { message, existing: Some(existing.into()) })
            }
        }
    }

    /// Which territories of these kinds hold a point.
    pub async fn locate(&self, point: Position, kinds: &[TerritoryKind]) -> Result<Vec<TerritoryHit>, Error> {
        let near = self.store.nearest_outlined(point, kinds).await?;
        let outlines = self.outlines.of(self.store.db(), &near).await?;
        let holds = |t: &&Territory| outlines.get(&t.id).is_some_and(|outline| outline.contains(point));
        let communes = if kinds.contains(&TerritoryKind::Commune) {
            near.iter().filter(|t| t.kind == TerritoryKind::Commune).filter(holds).cloned().collect()
        } else {
            self.communes_holding(point).await?
        };
        // Those that surely hold the point: what lies in them, or is made of them, may hold it too.
        let mut about: Vec<_> = near.iter().filter(holds).map(|t| t.id).collect();
        about.extend(communes.iter().map(|t: &Territory| t.id));
        let outlineless = self.store.outlineless_about(&about, kinds).await?;
        Ok(kinds.iter().map(|kind| hit(*kind, point, &near, &outlines, &outlineless)).collect())
    }

    async fn communes_holding(&self, point: Position) -> Result<Vec<Territory>, Error> {
        let near = self.store.nearest_outlined(point, &[TerritoryKind::Commune]).await?;
        let outlines = self.outlines.of(self.store.db(), &near).await?;
        Ok(near.into_iter().filter(|t| outlines.get(&t.id).is_some_and(|o| o.contains(point))).collect())
    }
}

/// The answer for one kind.
fn hit(
    kind: TerritoryKind,
    point: Position,
    near: &[Territory],
    outlines: &HashMap<TerritoryId, std::sync::Arc<Boundary>>,
    outlineless: &[Territory],
) -> TerritoryHit {
    let mut nearest: Option<f64> = None;
    let (mut holding, mut doubtful) = (Vec::new(), Vec::new());
    for territory in near.iter().filter(|t| t.kind == kind) {
        let (Some(outline), Some(measures)) = (outlines.get(&territory.id), &territory.outline) else {
            continue;
        };
        let distance = outline.distance_to_border_metres(point);
        nearest = Some(nearest.map_or(distance, |known| known.min(distance)));
        if outline.contains(point) {
            holding.push(territory.id);
        }
        if distance < measures.precision_metres {
            doubtful.push(territory.id);
        }
    }
    let unknown: Vec<_> = outlineless.iter().filter(|t| t.kind == kind).map(|t| t.id).collect();
    let (answer, territories) = if !doubtful.is_empty() || !unknown.is_empty() {
        let mut may = holding;
        for id in doubtful.into_iter().chain(unknown) {
            if !may.contains(&id) {
                may.push(id);
            }
        }
        (TerritoryAnswer::Unknown, may)
    } else if holding.is_empty() {
        (TerritoryAnswer::Outside, holding)
    } else {
        (TerritoryAnswer::Inside, holding)
    };
    TerritoryHit { kind, answer, territories, distance_to_border_metres: nearest }
}

/// Writes an outline to a territory; its copies to be stored, none where it stays.
pub(super) fn set_outline(
    territory: &mut Territory,
    boundary: Edit<serde_json::Value>,
    found: &mut Violations,
) -> Option<Vec<Copy>> {
    let value = match boundary {
        Edit::Keep => return None,
        Edit::Clear => {
            territory.outline = None;
            territory.centroid = None;
            return Some(Vec::new());
        }
        Edit::Set(value) => value,
    };
    match outline_from_geojson(&value) {
        Ok(Outline::Boundary { boundary, .. }) => {
            measure(territory, &boundary, territory.vintage, UNSTATED_PRECISION_METRES);
            Some(copies(&boundary))
        }
        Ok(Outline::Centroid(_)) => {
            let message = "is a point: a boundary is a Polygon or a MultiPolygon";
            found.add("input.boundary", ViolationCode::Invalid, message);
            None
        }
        Ok(Outline::None) => {
            territory.outline = None;
            territory.centroid = None;
            Some(Vec::new())
        }
        Err(error) => {
            found.add("input.boundary", ViolationCode::Invalid, error.to_string());
            None
        }
    }
}

/// Writes the measures of an outline to its territory.
pub(super) fn measure(territory: &mut Territory, boundary: &Boundary, vintage: i32, precision_metres: f64) {
    territory.centroid = Some(boundary.centroid());
    territory.outline = Some(OutlineMeasures {
        vintage,
        precision_metres,
        area_m2: boundary.area_m2(),
        from_members: false,
        digest: digest(&boundary.to_geojson().to_string()),
        bbox: boundary.bbox(),
    });
}

/// The outline and its simplified copies, each kept only where it is smaller than the one before.
pub(super) fn copies(boundary: &Boundary) -> Vec<Copy> {
    let copy = |tolerance_metres, boundary: &Boundary| Copy {
        tolerance_metres,
        geojson: boundary.to_geojson().to_string(),
    };
    let mut copies = vec![copy(0.0, boundary)];
    let mut vertices = boundary.vertices();
    for tolerance in TOLERANCES_METRES {
        if let Some(simpler) = boundary.simplified(tolerance)
            && simpler.vertices() < vertices
        {
            vertices = simpler.vertices();
            copies.push(copy(tolerance, &simpler));
        }
    }
    copies
}
