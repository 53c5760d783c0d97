//! What nested fields read of evaluation, in batches.

use std::collections::HashMap;

use async_graphql::dataloader::Loader;

use super::{Found, Reader, grouped};
use crate::app::Error;
use crate::domain::ids::{IndicatorId, Subject};
use crate::domain::indicators::{Indicator, IndicatorResult};

impl Loader<IndicatorId> for Reader {
    type Value = Indicator;
    type Error = Error;

    async fn load(&self, ids: &[IndicatorId]) -> Found<IndicatorId, Indicator> {
        let indicators = self.app.store.indicators_by_ids(ids, &self.visibility).await?;
        Ok(indicators.into_iter().map(|indicator| (indicator.id, indicator)).collect())
    }
}

/// The indicators of a collective or an orientation that the caller sees.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct IndicatorsOf(pub Subject);

impl Loader<IndicatorsOf> for Reader {
    type Value = Vec<Indicator>;
    type Error = Error;

    async fn load(&self, keys: &[IndicatorsOf]) -> Found<IndicatorsOf, Vec<Indicator>> {
        let mut all = HashMap::new();
        for (kind, ids) in grouped(keys, |IndicatorsOf(subject)| (subject.kind, subject.id)) {
            let found = self.app.store.indicators_of(kind, &ids).await?;
            all.extend(found.into_iter().map(|(id, found)| (IndicatorsOf(Subject { kind, id }), found)));
        }
        Ok(all)
    }
}

/// The results of an indicator, by day.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct ResultsOf(pub IndicatorId);

impl Loader<ResultsOf> for Reader {
    type Value = Vec<IndicatorResult>;
    type Error = Error;

    async fn load(&self, keys: &[ResultsOf]) -> Found<ResultsOf, Vec<IndicatorResult>> {
        let ids: Vec<_> = keys.iter().map(|key| key.0).collect();
        let found = self.app.store.indicator_results(&ids).await?;
        Ok(found.into_iter().map(|(id, results)| (ResultsOf(id), results)).collect())
    }
}
