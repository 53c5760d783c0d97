//! Assessments of collectives as clients read and write them.

use async_graphql::{InputObject, SimpleObject};

use super::actor_inputs::bounded;
use super::enums::{CommunityAsset, ImpactCondition};
use super::scalars::{Date, Url, read};
use crate::domain::error::Violations;
use crate::domain::maturity;

/// How mature a collective was on a day: the five conditions of collective impact, and six things to be equipped with.
#[derive(SimpleObject)]
pub struct CollectiveMaturity {
    /// The day.
    assessed_on: Date,
    /// How far each condition is met: those that were assessed.
    conditions: Vec<ConditionScore>,
    /// What it is equipped with: the things that were looked at.
    assets: Vec<AssetState>,
    /// From 0 to 1: three quarters for the mean of the five conditions over 4, a quarter for the share of the six things that
    /// are ready. What was not assessed counts as nothing.
    score: f64,
}

/// How far a condition is met.
#[derive(SimpleObject)]
pub struct ConditionScore {
    /// The condition.
    condition: ImpactCondition,
    /// From 0, not at all, to 4, fully.
    score: i32,
    /// Why.
    note: Option<String>,
}

/// Whether something is there.
#[derive(SimpleObject)]
pub struct AssetState {
    /// The thing.
    asset: CommunityAsset,
    /// Whether it is ready.
    ready: bool,
    /// Where it can be read.
    url: Option<Url>,
}

impl From<maturity::Assessment> for CollectiveMaturity {
    fn from(assessment: maturity::Assessment) -> Self {
        let score = assessment.score();
        let condition = |condition: maturity::ConditionScore| ConditionScore {
            condition: condition.condition.into(),
            score: condition.score,
            note: condition.note,
        };
        let asset = |asset: maturity::AssetState| AssetState {
            asset: asset.asset.into(),
            ready: asset.ready,
            url: asset.url.as_ref().map(Url::from),
        };
        Self {
            assessed_on: assessment.assessed_on.into(),
            conditions: assessment.conditions.into_iter().map(condition).collect(),
            assets: assessment.assets.into_iter().map(asset).collect(),
            score,
        }
    }
}

/// How far a condition is met.
#[derive(InputObject)]
pub struct ConditionScoreInput {
    /// The condition.
    condition: ImpactCondition,
    /// From 0, not at all, to 4, fully.
    score: i32,
    /// Why.
    note: Option<String>,
}

/// Whether something is there.
#[derive(InputObject)]
pub struct AssetStateInput {
    /// The thing.
    asset: CommunityAsset,
    /// Whether it is ready.
    ready: bool,
    /// Where it can be read.
    url: Option<Url>,
}

/// Conditions of a list.
pub fn conditions(given: Vec<ConditionScoreInput>, found: &mut Violations) -> Vec<maturity::ConditionScore> {
    let condition = |given: ConditionScoreInput| maturity::ConditionScore {
        condition: given.condition.into(),
        score: given.score,
        note: given.note,
    };
    bounded(given, "conditions", found).into_iter().map(condition).collect()
}

/// Assets of a list.
pub fn assets(given: Vec<AssetStateInput>, found: &mut Violations) -> Vec<maturity::AssetState> {
    let given = bounded(given, "assets", found).into_iter().enumerate();
    given
        .map(|(index, asset)| maturity::AssetState {
            asset: asset.asset.into(),
            ready: asset.ready,
            url: read(asset.url.as_ref(), &format!("assets[{index}].url"), found),
        })
        .collect()
}
