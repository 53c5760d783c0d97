//! Evaluation as clients read and write it: indicators of collectives and of orientations, and their results.

use async_graphql::{Context, Description, ID, InputObject, MaybeUndefined, Object, SimpleObject, Union};

use super::collectives::Collective;
use super::context::ContextExt;
use super::error::{ApiError, Result};
use super::ids::{global_id, id_of, subject};
use super::loaders::{IndicatorsOf, ResultsOf};
use super::orientations::StrategicOrientation;
use super::scalars::{Date, Decimal, edit, read, read_edit};
use crate::domain::edit::Edit;
use crate::domain::error::Violations;
use crate::domain::ids::{CollectiveId, IndicatorId, IndicatorResultId, OrientationId, Subject, SubjectKind};
use crate::domain::indicators as domain;

/// Whose change is measured.
#[derive(Union)]
pub enum IndicatorOwner {
    /// A collective.
    Collective(Collective),
    /// An orientation of a shared diagnosis.
    StrategicOrientation(StrategicOrientation),
}

/// How a change is measured: from a baseline to a target, with what was measured since. It is seen where its owner is.
#[derive(Clone, Description)]
pub struct IndicatorDefinition(pub domain::Indicator);

#[Object(use_type_description)]
impl IndicatorDefinition {
    /// Opaque and the same for life.
    pub async fn id(&self) -> ID {
        global_id(self.0.id)
    }

    /// Whose change it measures; null where you may no longer see that.
    async fn owner(&self, ctx: &Context<'_>) -> Option<Result<IndicatorOwner>> {
        let owner = async {
            Ok(match self.0.owner {
                domain::IndicatorOwner::Collective(id) => ctx
                    .loader()
                    .load_one(id)
                    .await?
                    .map(|found| IndicatorOwner::Collective(Collective(found))),
                domain::IndicatorOwner::Orientation(id) => ctx
                    .loader()
                    .load_one(id)
                    .await?
                    .map(|found| IndicatorOwner::StrategicOrientation(StrategicOrientation(found))),
            })
        };
        owner.await.transpose()
    }

    /// What is measured.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// What is counted: persons, hours a week, per cent…
    async fn unit(&self) -> &str {
        &self.0.unit
    }

    /// Whether more is better; false where less is, as of those who leave school without a diploma.
    async fn higher_is_better(&self) -> bool {
        self.0.higher_is_better
    }

    /// Where the way begins; null where that was not measured, and then no progress is told.
    async fn baseline(&self) -> Option<Decimal> {
        self.0.baseline.map(Decimal::from)
    }

    /// When the baseline was measured; null where that is not known. No result is of a day before it.
    async fn baseline_on(&self) -> Option<Date> {
        self.0.baseline_on.map(Date::from)
    }

    /// Where the way leads; null where no target was set. It lies on the better side of the baseline.
    async fn target(&self) -> Option<Decimal> {
        self.0.target.map(Decimal::from)
    }

    /// By which day the target is to be reached; null where that is open.
    async fn target_on(&self) -> Option<Date> {
        self.0.target_on.map(Date::from)
    }

    /// What was measured, by day, at most one a day.
    #[graphql(complexity = "10 * child_complexity + 1")]
    async fn results(&self, ctx: &Context<'_>) -> Result<Vec<IndicatorResult>> {
        let found = self.all_results(ctx).await?;
        ctx.list(found.len())?;
        Ok(found.into_iter().map(IndicatorResult::from).collect())
    }

    /// The result of the newest day; null before the first.
    async fn latest(&self, ctx: &Context<'_>) -> Option<Result<IndicatorResult>> {
        let latest = async { Ok(self.newest(ctx).await?.map(IndicatorResult::from)) };
        latest.await.transpose()
    }

    /// How far the newest result is on the way from the baseline, 0, to the target, 1, whichever way is better; never beyond
    /// either, to four decimals. Null without a baseline, a target or a result.
    async fn progress(&self, ctx: &Context<'_>) -> Option<Result<f64>> {
        let progress = async { Ok(self.newest(ctx).await?.and_then(|newest| self.0.progress(newest.value))) };
        progress.await.transpose()
    }

    /// Whether the newest result is as good as the target, or better, with or without a baseline. Null without a target or a
    /// result.
    async fn reached(&self, ctx: &Context<'_>) -> Option<Result<bool>> {
        let reached = async { Ok(self.newest(ctx).await?.and_then(|newest| self.0.reaches(newest.value))) };
        reached.await.transpose()
    }

    /// Whether the day of the target has passed and the newest result does not reach it; where there is none, nothing does.
    async fn late(&self, ctx: &Context<'_>) -> Result<bool> {
        let newest = self.newest(ctx).await?.map(|newest| newest.value);
        Ok(self.0.late(newest, ctx.today()))
    }
}

impl IndicatorDefinition {
    /// Those of a collective or an orientation that the caller sees.
    pub async fn of(ctx: &Context<'_>, owner: impl Into<Subject>) -> Result<Vec<Self>> {
        let found = ctx.loader().load_one(IndicatorsOf(owner.into())).await?.unwrap_or_default();
        Ok(found.into_iter().map(Self).collect())
    }

    async fn all_results(&self, ctx: &Context<'_>) -> Result<Vec<domain::IndicatorResult>> {
        Ok(ctx.loader().load_one(ResultsOf(self.0.id)).await?.unwrap_or_default())
    }

    async fn newest(&self, ctx: &Context<'_>) -> Result<Option<domain::IndicatorResult>> {
        Ok(self.all_results(ctx).await?.pop())
    }
}

/// What was measured on a day.
#[derive(SimpleObject)]
pub struct IndicatorResult {
    /// Opaque and the same for life.
    id: ID,
    /// The day.
    on: Date,
    /// How much, in the indicator's unit.
    value: Decimal,
    /// Where that is from, in words; null where it is not said.
    source: Option<String>,
}

impl From<domain::IndicatorResult> for IndicatorResult {
    fn from(result: domain::IndicatorResult) -> Self {
        Self {
            id: global_id(result.id),
            on: result.on.into(),
            value: result.value.into(),
            source: result.source,
        }
    }
}

/// A new indicator.
#[derive(InputObject)]
pub struct IndicatorInput {
    /// A key of your choice, 1 to 200 characters: sent again by the same caller it returns the same indicator, created once.
    client_key: Option<String>,
    /// What is measured, at most 300 characters.
    name: String,
    /// What is counted, at most 50 characters.
    unit: String,
    /// Whether more is better.
    #[graphql(default = true)]
    higher_is_better: bool,
    /// Where the way begins, with at most six decimals.
    baseline: Option<Decimal>,
    /// When the baseline was measured; no result may be of a day before it.
    baseline_on: Option<Date>,
    /// Where the way leads, with at most six decimals: above the baseline, or below it where less is better, and never equal
    /// to it.
    target: Option<Decimal>,
    /// By which day the target is to be reached; after `baselineOn`.
    target_on: Option<Date>,
}

impl IndicatorInput {
    fn read(self, found: &mut Violations) -> domain::IndicatorEdit {
        domain::IndicatorEdit {
            name: Edit::Set(self.name),
            unit: Edit::Set(self.unit),
            higher_is_better: Edit::Set(self.higher_is_better),
            baseline: Edit::given(read(self.baseline.as_ref(), "input.baseline", found)),
            baseline_on: Edit::given(read(self.baseline_on.as_ref(), "input.baselineOn", found)),
            target: Edit::given(read(self.target.as_ref(), "input.target", found)),
            target_on: Edit::given(read(self.target_on.as_ref(), "input.targetOn", found)),
        }
    }
}

/// A correction of an indicator: a field left out stays, and null clears.
#[derive(InputObject)]
pub struct UpdateIndicatorInput {
    /// What is measured, at most 300 characters.
    name: MaybeUndefined<String>,
    /// What is counted, at most 50 characters.
    unit: MaybeUndefined<String>,
    /// Whether more is better.
    higher_is_better: MaybeUndefined<bool>,
    /// Where the way begins, with at most six decimals.
    baseline: MaybeUndefined<Decimal>,
    /// When the baseline was measured; no result may be of a day before it.
    baseline_on: MaybeUndefined<Date>,
    /// Where the way leads, with at most six decimals.
    target: MaybeUndefined<Decimal>,
    /// By which day the target is to be reached.
    target_on: MaybeUndefined<Date>,
}

impl UpdateIndicatorInput {
    fn read(self, found: &mut Violations) -> domain::IndicatorEdit {
        domain::IndicatorEdit {
            name: edit(self.name),
            unit: edit(self.unit),
            higher_is_better: edit(self.higher_is_better),
            baseline: read_edit(self.baseline, "input.baseline", found),
            baseline_on: read_edit(self.baseline_on, "input.baselineOn", found),
            target: read_edit(self.target, "input.target", found),
            target_on: read_edit(self.target_on, "input.targetOn", found),
        }
    }
}

/// A correction of a result: a field left out stays, and null clears.
#[derive(InputObject)]
pub struct UpdateIndicatorResultInput {
    /// The day, at most one result a day.
    on: MaybeUndefined<Date>,
    /// How much, with at most six decimals.
    value: MaybeUndefined<Decimal>,
    /// Where that is from, at most 500 characters. Name no person.
    source: MaybeUndefined<String>,
}

impl UpdateIndicatorResultInput {
    fn read(self, found: &mut Violations) -> domain::ResultEdit {
        domain::ResultEdit {
            on: read_edit(self.on, "input.on", found),
            value: read_edit(self.value, "input.value", found),
            source: edit(self.source),
        }
    }
}

/// What an owner's id means; null where it is the id of neither.
fn owner_of(id: &ID) -> Option<domain::IndicatorOwner> {
    let subject = subject(id)?;
    match subject.kind {
        SubjectKind::Collective => Some(domain::IndicatorOwner::Collective(CollectiveId(subject.id))),
        SubjectKind::Orientation => Some(domain::IndicatorOwner::Orientation(OrientationId(subject.id))),
        _ => None,
    }
}

/// Evaluation: indicators defined, results recorded, both corrected.
#[derive(Default)]
pub struct EvaluationMutation;

#[Object]
impl EvaluationMutation {
    /// Defines an indicator: for those who may change its collective, or the diagnosis of its orientation while that is open.
    async fn define_indicator(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Id of the collective or of the orientation, at most 100 indicators each.")]
        owner: ID,
        #[graphql(desc = "The indicator.")] input: IndicatorInput,
    ) -> Option<Result<IndicatorDefinition>> {
        let key = input.client_key.clone();
        let mut found = Violations::default();
        let edit = input.read(&mut found);
        let (app, owner) = (ctx.app(), owner_of(&owner));
        let defined = app.define_indicator(ctx.caller(), key.as_deref(), owner, edit, found).await;
        Some(defined.map(IndicatorDefinition).map_err(ApiError::from))
    }

    /// Corrects an indicator; that of an orientation while its diagnosis is open. Results that stand must not be of a day before `baselineOn`.
    async fn update_indicator(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Its id.")] id: ID,
        #[graphql(desc = "What changes.")] input: UpdateIndicatorInput,
    ) -> Option<Result<IndicatorDefinition>> {
        let mut found = Violations::default();
        let edit = input.read(&mut found);
        let updated = ctx.app().update_indicator(ctx.caller(), id_of::<IndicatorId>(&id), edit, found).await;
        Some(updated.map(IndicatorDefinition).map_err(ApiError::from))
    }

    /// Takes an indicator away, that of an orientation while its diagnosis is open; refused with code CONFLICT where it has results. Returns its id.
    async fn remove_indicator(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Its id.")] id: ID,
    ) -> Option<Result<ID>> {
        let removed = ctx.app().remove_indicator(ctx.caller(), id_of::<IndicatorId>(&id)).await;
        Some(removed.map(global_id).map_err(ApiError::from))
    }

    /// Records what was measured on a day that has come and is not before `baselineOn`, that of an orientation also after its
    /// diagnosis is closed. The same again returns the same
    /// result; another of the same day is refused with code DUPLICATE.
    async fn record_indicator_result(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Id of the indicator.")] indicator: ID,
        #[graphql(desc = "The day.")] on: Date,
        #[graphql(desc = "How much, with at most six decimals.")] value: Decimal,
        #[graphql(desc = "Where that is from, at most 500 characters. Name no person.")] source: Option<
            String,
        >,
    ) -> Option<Result<IndicatorResult>> {
        let mut found = Violations::default();
        let edit = domain::ResultEdit {
            on: Edit::given(read(Some(&on), "on", &mut found)),
            value: Edit::given(read(Some(&value), "value", &mut found)),
            source: Edit::given(source),
        };
        let id = id_of::<IndicatorId>(&indicator);
        let recorded = ctx.app().record_indicator_result(ctx.caller(), id, edit, found).await;
        Some(recorded.map(IndicatorResult::from).map_err(ApiError::from))
    }

    /// Corrects a result.
    async fn update_indicator_result(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Its id.")] id: ID,
        #[graphql(desc = "What changes.")] input: UpdateIndicatorResultInput,
    ) -> Option<Result<IndicatorResult>> {
        let mut found = Violations::default();
        let edit = input.read(&mut found);
        let id = id_of::<IndicatorResultId>(&id);
        let updated = ctx.app().update_indicator_result(ctx.caller(), id, edit, found).await;
        Some(updated.map(IndicatorResult::from).map_err(ApiError::from))
    }

    /// Takes a result away. Returns its id.
    async fn remove_indicator_result(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Its id.")] id: ID,
    ) -> Option<Result<ID>> {
        let id = id_of::<IndicatorResultId>(&id);
        let removed = ctx.app().remove_indicator_result(ctx.caller(), id).await;
        Some(removed.map(global_id).map_err(ApiError::from))
    }
}
