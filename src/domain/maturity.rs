//! How mature a collective is: the five conditions of collective impact, and six things to be equipped with.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use strum::{AsRefStr, Display, EnumCount, EnumIter, EnumString};
use url::Url;
use uuid::Uuid;

use super::error::{ViolationCode, Violations};
use super::text;

/// Most of what a condition may be given.
pub const MOST_POINTS: i32 = 4;

/// A condition of collective impact.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    AsRefStr,
    Display,
    EnumCount,
    EnumIter,
    EnumString,
    Serialize,
    Deserialize,
)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[expect(missing_docs, reason = "the schema describes each")]
pub enum ImpactCondition {
    CommonAgenda,
    SharedMeasurement,
    MutuallyReinforcingActivities,
    ContinuousCommunication,
    BackboneSupport,
}

/// Something that a collective is to be equipped with.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    AsRefStr,
    Display,
    EnumCount,
    EnumIter,
    EnumString,
    Serialize,
    Deserialize,
)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[expect(missing_docs, reason = "the schema describes each")]
pub enum CommunityAsset {
    ExperimentSite,
    EvaluationFramework,
    CharterAndGovernance,
    EconomicModel,
    CommunicationPlan,
    Roadmap,
}

/// How far a condition is met.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the schema describes each")]
pub struct ConditionScore {
    pub condition: ImpactCondition,
    pub score: i32,
    pub note: Option<String>,
}

/// Whether something is there.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the schema describes each")]
pub struct AssetState {
    pub asset: CommunityAsset,
    pub ready: bool,
    pub url: Option<Url>,
}

/// An assessment of a day.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[expect(missing_docs, reason = "the schema describes each")]
pub struct Assessment {
    pub id: Uuid,
    pub assessed_on: NaiveDate,
    pub conditions: Vec<ConditionScore>,
    pub assets: Vec<AssetState>,
    pub created_at: DateTime<Utc>,
}

impl Assessment {
    /// From 0 to 1: three quarters for the mean of the five conditions over 4, a quarter for the share of the six assets
    /// that are ready. What was not assessed counts as nothing.
    pub fn score(&self) -> f64 {
        let points: i32 = self.conditions.iter().map(|condition| condition.score).sum();
        let conditions = f64::from(points) / (ImpactCondition::COUNT as f64 * f64::from(MOST_POINTS));
        let ready = self.assets.iter().filter(|asset| asset.ready).count() as f64;
        let score = 0.75 * conditions + 0.25 * ready / CommunityAsset::COUNT as f64;
        // What doubles make of decimals is not read.
        (score * 10_000.0).round() / 10_000.0
    }

    /// The same in order and with its texts trimmed, or with all that is wrong added. None is of a day to come.
    #[must_use]
    pub fn checked(mut self, today: NaiveDate, found: &mut Violations) -> Self {
        if self.assessed_on > today {
            found.add("assessedOn", ViolationCode::OutOfRange, "is in the future");
        }
        if self.conditions.is_empty() {
            found.add("conditions", ViolationCode::Required, "assess at least one condition");
        }
        for index in 0..self.conditions.len() {
            let at = |field: &str| format!("conditions[{index}].{field}");
            let condition = self.conditions[index].condition;
            if self.conditions[..index].iter().any(|other| other.condition == condition) {
                found.add(at("condition"), ViolationCode::Repeated, format!("{condition} is assessed twice"));
            }
            if !(0..=MOST_POINTS).contains(&self.conditions[index].score) {
                found.add(at("score"), ViolationCode::OutOfRange, format!("is from 0 to {MOST_POINTS}"));
            }
            if let Some(note) = self.conditions[index].note.take() {
                self.conditions[index].note =
                    found.keep(text::text(&at("note"), &note, text::DESCRIPTION_CHARS)).flatten();
            }
        }
        for index in 0..self.assets.len() {
            let asset = self.assets[index].asset;
            if self.assets[..index].iter().any(|other| other.asset == asset) {
                let path = format!("assets[{index}].asset");
                found.add(path, ViolationCode::Repeated, format!("{asset} is there twice"));
            }
        }
        self.conditions.sort_by_key(|condition| condition.condition);
        self.assets.sort_by_key(|asset| asset.asset);
        self
    }
}

#[cfg(test)]
mod tests {
    use strum::IntoEnumIterator;

    use super::*;

    fn assessment(score: i32, ready: usize) -> Assessment {
        let condition = |condition| ConditionScore { condition, score, note: None };
        let asset = |(index, asset)| AssetState { asset, ready: index < ready, url: None };
        Assessment {
            id: Uuid::nil(),
            assessed_on: NaiveDate::MIN,
            conditions: ImpactCondition::iter().map(condition).collect(),
            assets: CommunityAsset::iter().enumerate().map(asset).collect(),
            created_at: DateTime::UNIX_EPOCH,
        }
    }

    #[test]
    fn the_score_goes_from_nothing_to_one() {
        for (points, ready, expected) in [(0, 0, 0.0), (4, 6, 1.0), (2, 3, 0.5), (4, 0, 0.75), (0, 6, 0.25)] {
            let score = assessment(points, ready).score();
            assert!((score - expected).abs() < 1e-4, "{points}, {ready}: {score}");
        }
        let mut alone = assessment(4, 0);
        alone.conditions.truncate(1);
        assert!((alone.score() - 0.15).abs() < 1e-12);
    }

    #[test]
    fn what_is_assessed_twice_or_beyond_the_scale_is_refused() {
        let mut twice = assessment(5, 0);
        twice.conditions.truncate(1);
        twice.conditions.push(ConditionScore { score: -1, ..twice.conditions[0].clone() });
        twice.assets.push(twice.assets[0].clone());
        let mut found = Violations::default();
        let _ = twice.checked(NaiveDate::MIN, &mut found);
        let paths: Vec<_> = found.0.iter().map(|violation| violation.path.as_str()).collect();
        assert_eq!(
            paths,
            ["conditions[0].score", "conditions[1].condition", "conditions[1].score", "assets[6].asset"]
        );
    }
}
