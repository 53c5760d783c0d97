//! Layers: actors, interactions and territories as a GIS program asks for them.

use chrono::NaiveDate;

use super::actors::ActorFilter;
use super::interactions::InteractionFilter;
use super::paging::{KeyType, ListOrder};
use super::territories::{TerritoryFilter, TerritoryKind};
use crate::geo::BoundingBox;

/// Most features of a page; of territories fewer, since outlines are large.
const MOST_FEATURES: u32 = 1_000;
const MOST_OUTLINES: u32 = 100;
/// Features of a page where nobody says how many.
pub const FEATURES: u32 = 100;

/// A layer, of one type of geometry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Layer {
    /// Actors as points.
    Actors,
    /// Interactions as lines.
    Interactions,
    /// Territories of a kind as polygons.
    Territories(TerritoryKind),
}

impl Layer {
    /// Its name in addresses.
    pub fn name(self) -> String {
        match self {
            Self::Actors => "actors".to_owned(),
            Self::Interactions => "interactions".to_owned(),
            Self::Territories(kind) => {
                format!("territories-{}", kind.as_ref().to_lowercase().replace('_', "-"))
            }
        }
    }

    /// The layer of this name.
    pub fn of(name: &str) -> Option<Self> {
        match name {
            "actors" => Some(Self::Actors),
            "interactions" => Some(Self::Interactions),
            other => {
                let kind = other.strip_prefix("territories-")?;
                // One spelling alone.
                let layer = Self::Territories(kind.to_uppercase().replace('-', "_").parse().ok()?);
                (layer.name() == name).then_some(layer)
            }
        }
    }

    /// Most features of a page.
    pub fn most(self) -> u32 {
        match self {
            Self::Actors | Self::Interactions => MOST_FEATURES,
            Self::Territories(_) => MOST_OUTLINES,
        }
    }

    /// The order of its features, which never changes.
    pub fn order(self) -> ListOrder {
        ListOrder { name: format!("FEATURE {}", self.name()), key: KeyType::Id }
    }
}

/// Days from one to another, both of them in it; null where it is open.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Period {
    /// Its first day.
    pub from: Option<NaiveDate>,
    /// Its last day.
    pub until: Option<NaiveDate>,
}

/// Which features of a layer. Everything given must hold.
#[derive(Clone, Debug, Default)]
pub struct FeatureFilter {
    /// Of actors.
    pub actors: ActorFilter,
    /// Of interactions.
    pub interactions: InteractionFilter,
    /// Of territories; the layer says of which kind.
    pub territories: TerritoryFilter,
    /// That touch this box.
    pub bbox: Option<BoundingBox>,
    /// That hold, or are valid, on a day of these.
    pub period: Period,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_layer_is_found_by_its_name_and_no_other_spelling() {
        for layer in
            [Layer::Actors, Layer::Interactions, Layer::Territories(TerritoryKind::PriorityNeighbourhood)]
        {
            assert_eq!(Layer::of(&layer.name()), Some(layer));
        }
        for wrong in
            ["Actors", "territories-", "territories-COMMUNE", "territories-priority_neighbourhood", "x"]
        {
            assert_eq!(Layer::of(wrong), None, "{wrong}");
        }
    }
}
