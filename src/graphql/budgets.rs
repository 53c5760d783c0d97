//! Budgets of applications as clients read and write them.

use async_graphql::{ComplexObject, Context, ID, InputObject, SimpleObject};

use super::actor_inputs::bounded;
use super::actors::Actor;
use super::context::ContextExt;
use super::enums::FundingSource;
use super::error::{ApiError, Result};
use super::ids::id_of;
use super::scalars::{Date, Decimal, read};
use crate::domain::budgets as domain;
use crate::domain::error::Violations;
use crate::domain::ids::ActorId;

/// What is to be done, what it costs, who pays: the tableau prévisionnel de financement et d'actions. Amounts are in euros, and
/// exact.
#[derive(SimpleObject)]
pub struct Budget {
    /// What is to be done, in order.
    #[graphql(complexity = "5 * child_complexity + 1")]
    actions: Vec<BudgetAction>,
    /// What all actions cost.
    total_cost: Decimal,
    /// What all lines bring. Less the cost it says what is too much, or is missing.
    total_funding: Decimal,
    /// What is asked of this call.
    requested: Decimal,
    /// Whether it brings exactly what it costs.
    balanced: bool,
    /// When it was filed, where that was another day than the application's.
    filed_on: Option<Date>,
}

impl From<domain::Budget> for Budget {
    fn from(budget: domain::Budget) -> Self {
        Self {
            total_cost: budget.total_cost().into(),
            total_funding: budget.total_funding().into(),
            requested: budget.requested().into(),
            balanced: budget.balanced(),
            filed_on: budget.filed_on.map(Date::from),
            actions: budget.actions.into_iter().map(BudgetAction::from).collect(),
        }
    }
}

/// One thing to be done.
#[derive(SimpleObject)]
pub struct BudgetAction {
    /// What.
    title: String,
    /// What it costs.
    cost: Decimal,
    /// Who pays for it.
    #[graphql(complexity = "3 * child_complexity + 1")]
    lines: Vec<FundingLine>,
}

impl From<domain::BudgetAction> for BudgetAction {
    fn from(action: domain::BudgetAction) -> Self {
        Self {
            title: action.title,
            cost: action.cost.into(),
            lines: action.lines.into_iter().map(FundingLine::from).collect(),
        }
    }
}

/// Who pays how much.
#[derive(SimpleObject)]
#[graphql(complex)]
pub struct FundingLine {
    /// Where the money comes from.
    source: FundingSource,
    /// How much.
    amount: Decimal,
    /// Whether that is sure already.
    secured: bool,
    #[graphql(skip)]
    funder: Option<ActorId>,
}

impl From<domain::FundingLine> for FundingLine {
    fn from(line: domain::FundingLine) -> Self {
        Self {
            source: line.source.into(),
            amount: line.amount.into(),
            secured: line.secured,
            funder: line.funder,
        }
    }
}

#[ComplexObject]
impl FundingLine {
    /// Who pays; null where that is not said, or you may not see that actor.
    async fn funder(&self, ctx: &Context<'_>) -> Option<Result<Actor>> {
        let found = ctx.loader().load_one(self.funder?).await;
        found.map(|found| found.map(Actor)).map_err(ApiError::from).transpose()
    }
}

/// One thing to be done, at most 100 of them.
#[derive(InputObject)]
pub struct BudgetActionInput {
    /// What, at most 300 characters.
    title: String,
    /// What it costs, in euros with at most two decimals.
    cost: Decimal,
    /// Who pays for it, at most 50 lines.
    lines: Vec<FundingLineInput>,
}

/// Who pays how much.
#[derive(InputObject)]
pub struct FundingLineInput {
    /// Where the money comes from.
    source: FundingSource,
    /// Who pays.
    funder: Option<ID>,
    /// How much, in euros with at most two decimals.
    amount: Decimal,
    /// Whether that is sure already.
    #[graphql(default = false)]
    secured: bool,
}

/// Actions of a budget, as far as they can be read without the database.
pub fn actions(given: Vec<BudgetActionInput>, found: &mut Violations) -> Vec<domain::BudgetAction> {
    let mut actions = Vec::new();
    for (index, action) in bounded(given, "input.actions", found).into_iter().enumerate() {
        let at = format!("input.actions[{index}]");
        let cost = read(Some(&action.cost), &format!("{at}.cost"), found).unwrap_or_default();
        let mut lines = Vec::new();
        let given = bounded(action.lines, &format!("{at}.lines"), found);
        for (place, line) in given.into_iter().enumerate() {
            lines.push(domain::FundingLine {
                source: line.source.into(),
                funder: line.funder.as_ref().map(id_of::<ActorId>),
                amount: read(Some(&line.amount), &format!("{at}.lines[{place}].amount"), found)
                    .unwrap_or_default(),
                secured: line.secured,
            });
        }
        actions.push(domain::BudgetAction { title: action.title, cost, lines });
    }
    actions
}
