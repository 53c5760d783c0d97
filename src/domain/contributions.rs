//! What each member brings into its collective: "l'apport de chaque structure".

use chrono::{DateTime, NaiveDate, Utc};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use strum::{AsRefStr, Display, EnumIter, EnumString};

use super::error::{ViolationCode, Violations};
use super::ids::{ActorId, CollectiveId, ContributionId};
use super::money::money;
use super::text;

/// Of what kind it is.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, AsRefStr, Display, EnumIter, EnumString, Serialize, Deserialize,
)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[expect(missing_docs, reason = "the schema describes each")]
pub enum ContributionKind {
    Time,
    Money,
    Space,
    Equipment,
    Expertise,
    Network,
}

/// Something that a member brings in.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[expect(missing_docs, reason = "the schema describes each")]
pub struct Contribution {
    pub id: ContributionId,
    pub collective: CollectiveId,
    pub member: ActorId,
    pub kind: ContributionKind,
    pub amount: Option<Decimal>,
    pub unit: Option<String>,
    pub description: Option<String>,
    pub period_start: Option<NaiveDate>,
    pub period_end: Option<NaiveDate>,
    pub created_at: DateTime<Utc>,
}

/// What a member brings in of a kind, in all.
#[derive(Clone, Debug, PartialEq)]
pub struct ContributionTotal {
    /// The member.
    pub member: ActorId,
    /// The kind.
    pub kind: ContributionKind,
    /// What is counted; sums of different units are never added.
    pub unit: Option<String>,
    /// How much of it.
    pub amount: Decimal,
}

/// The unit of money.
const EUROS: &str = "EUR";

impl Contribution {
    /// The same with its texts trimmed and its amount exact, or with all that is wrong added.
    #[must_use]
    pub fn checked(mut self, found: &mut Violations) -> Self {
        self.amount = self.amount.map(|amount| money("input.amount", amount, found));
        for (path, value, most) in [
            ("input.unit", &mut self.unit, 50),
            ("input.description", &mut self.description, text::DESCRIPTION_CHARS),
        ] {
            *value = value.take().and_then(|given| found.keep(text::text(path, &given, most)).flatten());
        }
        // Else "€", "EUR" and "euros" would be three totals.
        if self.kind == ContributionKind::Money {
            if self.unit.as_deref().is_some_and(|unit| unit != EUROS) {
                found.add(
                    "input.unit",
                    ViolationCode::Invalid,
                    "money is in EUR: write that, or leave it out",
                );
            }
            self.unit = self.amount.is_some().then(|| EUROS.to_owned());
        }
        if self.amount.is_none() && self.description.is_none() {
            let message = "say how much it is, or describe it";
            found.add("input.amount", ViolationCode::Required, message);
        }
        if self.period_start.zip(self.period_end).is_some_and(|(start, end)| end < start) {
            found.add("input.periodEnd", ViolationCode::Inconsistent, "is before periodStart");
        }
        self
    }
}
