//! Layers for GIS programs: the same entries, rights and filters as everywhere, as GeoJSON features.

use super::{App, Error};
use crate::domain::caller::Caller;
use crate::domain::error::{ViolationCode, Violations};
use crate::domain::features::{FeatureFilter, Layer};
use crate::domain::ids::{ActorId, InteractionId, SubjectKind, TerritoryId};
use crate::domain::paging::{Page, PageArguments};
use crate::domain::policy::Visibility;
use crate::domain::public_ids;
use crate::geo::BoundingBox;
use crate::ingest::{actor_feature, interaction_feature, territory_feature};

/// A page of a layer.
#[derive(Clone, Debug)]
pub struct FeaturePage {
    /// Features as JSON.
    pub features: Vec<String>,
    /// What asks for the next page; null where there is none.
    pub next: Option<String>,
    /// How many there are in all; told with the first page.
    pub matched: Option<i64>,
}

impl App {
    /// The layers that there are, each with the box that holds it where there is one.
    pub async fn layers(&self, caller: &Caller) -> Result<Vec<(Layer, Option<BoundingBox>)>, Error> {
        let actors = self.store.actors_box(&Visibility::of(caller)).await?;
        let mut layers = vec![(Layer::Actors, actors), (Layer::Interactions, actors)];
        let kinds = self.store.outlined_kinds().await?;
        layers.extend(kinds.into_iter().map(|(kind, bbox)| (Layer::Territories(kind), Some(bbox))));
        Ok(layers)
    }

    /// A page of a layer. The filter's territories are still to be found.
    pub async fn features(
        &self,
        caller: &Caller,
        layer: Layer,
        mut filter: FeatureFilter,
        size: u32,
        cursor: Option<String>,
    ) -> Result<FeaturePage, Error> {
        self.resolve_actor_filter("actors", &mut filter.actors).await?;
        self.resolve_interaction_filter("interactions", &mut filter.interactions).await?;
        let within =
            filter.territories.within.iter_mut().map(|within| ("within".to_owned(), within)).collect();
        self.resolve(within).await?;
        self.mend(&mut filter.territories.text).await?;
        let is_first = cursor.is_none();
        let arguments = PageArguments { after: cursor, ..PageArguments::default() };
        let page = arguments.parse(&layer.order()).map_err(|_| {
            Violations::one(
                "cursor",
                ViolationCode::Invalid,
                "is not one of this layer: follow the links of a page",
            )
        })?;
        let page = Page { size: size.clamp(1, layer.most()), ..page };
        let visibility = Visibility::of(caller);
        let matched =
            if is_first { Some(self.store.count_features(layer, &filter, &visibility).await?) } else { None };
        let (features, next) = match layer {
            Layer::Actors => {
                let found = self.store.actor_features(&filter, &visibility, &page).await?;
                (found.rows.iter().map(actor_feature).collect(), found.next)
            }
            Layer::Interactions => {
                let found =
                    self.store.interaction_features(&filter, &visibility, &page, self.clock.today()).await?;
                (found.rows.iter().map(interaction_feature).collect(), found.next)
            }
            Layer::Territories(kind) => {
                let found = self.store.territory_features(kind, &filter, &page).await?;
                (found.rows.iter().map(territory_feature).collect(), found.next)
            }
        };
        Ok(FeaturePage { features, next: next.map(|cursor| cursor.encode()), matched })
    }

    /// A feature of a layer; null where it is absent or may not be seen.
    pub async fn feature(&self, caller: &Caller, layer: Layer, id: &str) -> Result<Option<String>, Error> {
        let Some(subject) = public_ids::subject(id) else { return Ok(None) };
        let visibility = Visibility::of(caller);
        Ok(match (layer, subject.kind) {
            (Layer::Actors, SubjectKind::Actor) => {
                self.store.actor_feature(ActorId(subject.id), &visibility).await?.as_ref().map(actor_feature)
            }
            (Layer::Interactions, SubjectKind::Interaction) => {
                let id = InteractionId(subject.id);
                let found = self.store.interaction_feature(id, &visibility, self.clock.today()).await?;
                found.as_ref().map(interaction_feature)
            }
            (Layer::Territories(kind), SubjectKind::Territory) => {
                let found = self.store.territory_feature(kind, TerritoryId(subject.id)).await?;
                found.as_ref().map(territory_feature)
            }
            _ => None,
        })
    }
}
