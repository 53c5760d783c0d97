//! What collectives write down of themselves: identity cards in revisions, assessments, contributions.

use chrono::NaiveDate;
use serde_json::{Map, Value, json};

use super::access::require_somewhere;
use super::writes::Tries;
use super::{App, Error};
use crate::domain::caller::Caller;
use crate::domain::collectives::{Collective, CollectiveRef};
use crate::domain::contributions::Contribution;
use crate::domain::error::{ViolationCode, Violations};
use crate::domain::identity_cards::IdentityCard;
use crate::domain::ids::CollectiveId;
use crate::domain::maturity::{Assessment, AssetState, ConditionScore};
use crate::domain::memberships::MembershipStatus;
use crate::domain::policy::{Act, Visibility};
use crate::store::records::{Action, difference};
use crate::store::territories::Pairs;
use crate::store::{self, Transaction};

/// What a card's page shows: what a stranger may see.
#[derive(Clone, Debug)]
pub struct CardPage {
    /// The collective.
    pub collective: Collective,
    /// The newest revision of its card.
    pub card: IdentityCard,
    /// The names of the places where it acts.
    pub territories: Vec<String>,
    /// The names of its territoires pilotes.
    pub pilot_sites: Vec<String>,
    /// The names of its first members, the lead first.
    pub members: Vec<String>,
    /// How many members it has in all.
    pub member_count: i64,
}

/// Most members that a card's page names.
const NAMED_MEMBERS: u32 = 12;

impl App {
    /// Writes a card's next revision, if the newest is still the one that the client knows; 0 where there is none yet.
    pub async fn revise_identity_card(
        &self,
        caller: &Caller,
        id: CollectiveId,
        expected_revision: i32,
        card: IdentityCard,
        mut found: Violations,
    ) -> Result<IdentityCard, Error> {
        require_somewhere(caller, Act::UpdateCollective)?;
        let given = card.checked(&mut found);
        let mut tries = Tries::default();
        loop {
            let own = self.store.begin().await?;
            let tx = &own;
            let outcome: Result<_, Error> = async {
                let (collective, _) = self.locked(tx, caller, Act::UpdateCollective, id).await?;
                let newest = store::cards::newest_revision(tx, id).await?;
                if newest != expected_revision {
                    return Err(Error::stale(newest));
                }
                found.clone().into_result(())?;
                let card = IdentityCard { revision: newest + 1, ..given.clone() };
                store::cards::write_card(tx, id, &card).await?;
                let before = if newest == 0 { Value::Null } else { json!({ "identity_card": newest }) };
                let fields = difference(&before, &json!({ "identity_card": card.revision }));
                self.record_beside(tx, caller, &collective, fields).await?;
                Ok(card)
            }
            .await;
            if let Some(settled) = tries.settle(own, outcome).await {
                return settled;
            }
        }
    }

    /// Writes an assessment, of today where no day is given.
    pub async fn assess_maturity(
        &self,
        caller: &Caller,
        id: CollectiveId,
        assessed_on: Option<NaiveDate>,
        (conditions, assets): (Vec<ConditionScore>, Vec<AssetState>),
        mut found: Violations,
    ) -> Result<Assessment, Error> {
        require_somewhere(caller, Act::UpdateCollective)?;
        let (now, today) = (self.clock.now(), self.clock.today());
        let assessment = Assessment {
            id: self.ids.next(now),
            assessed_on: assessed_on.unwrap_or(today),
            conditions,
            assets,
            created_at: now,
        };
        let assessment = assessment.checked(today, &mut found);
        let mut tries = Tries::default();
        loop {
            let own = self.store.begin().await?;
            let tx = &own;
            let outcome: Result<_, Error> = async {
                let (collective, _) = self.locked(tx, caller, Act::UpdateCollective, id).await?;
                found.clone().into_result(())?;
                store::cards::write_assessment(tx, id, &assessment).await?;
                let told = json!({ "maturity.assessedOn": assessment.assessed_on,
                    "maturity.score": assessment.score() });
                self.record_beside(tx, caller, &collective, difference(&Value::Null, &told)).await?;
                Ok(assessment.clone())
            }
            .await;
            if let Some(settled) = tries.settle(own, outcome).await {
                return settled;
            }
        }
    }

    /// Writes what a member brings in: who leads the collective for each, and each for itself.
    pub async fn record_contribution(
        &self,
        caller: &Caller,
        contribution: Contribution,
        mut found: Violations,
    ) -> Result<Contribution, Error> {
        if require_somewhere(caller, Act::RecordContribution).is_err() {
            require_somewhere(caller, Act::RecordOwnContribution)?;
        }
        let contribution = contribution.checked(&mut found);
        let (id, member) = (contribution.collective, contribution.member);
        let mut tries = Tries::default();
        loop {
            let own = self.store.begin().await?;
            let tx = &own;
            let outcome: Result<_, Error> = async {
                let own_words = caller.speaks_for(member) && !caller.is_admin();
                let act = if own_words { Act::RecordOwnContribution } else { Act::RecordContribution };
                let (collective, _) = match self.locked(tx, caller, act, id).await {
                    Err(Error::Forbidden(_)) if own_words => {
                        self.locked(tx, caller, Act::RecordContribution, id).await?
                    }
                    other => other?,
                };
                let mut found = found.clone();
                let membership = store::memberships::of_actor(tx, id, member).await?;
                let was = |status| matches!(status, MembershipStatus::Accepted | MembershipStatus::Left);
                if !membership.is_some_and(|membership| was(membership.status)) {
                    found.add(
                        "input.member",
                        ViolationCode::Unknown,
                        "is and was no member of this collective",
                    );
                }
                found.into_result(())?;
                store::cards::write_contribution(tx, &contribution).await?;
                let told = json!({ "member": member, "contribution.kind": contribution.kind,
                    "contribution.amount": contribution.amount, "contribution.unit": contribution.unit });
                self.record_beside(tx, caller, &collective, difference(&Value::Null, &told)).await?;
                Ok(contribution.clone())
            }
            .await;
            if let Some(settled) = tries.settle(own, outcome).await {
                return settled;
            }
        }
    }

    /// Tells what was written beside a collective in its history; its version stays.
    async fn record_beside(
        &self,
        tx: &Transaction,
        caller: &Caller,
        collective: &Collective,
        fields: Map<String, Value>,
    ) -> Result<(), Error> {
        self.record(tx, caller, Action::Update, collective.id.into(), collective.version, fields).await
    }

    /// The newest card of a published collective with what stands beside it; null where there is none.
    pub async fn card_page(&self, slug: String) -> Result<Option<CardPage>, Error> {
        let stranger = Visibility::Public;
        let by = CollectiveRef::Slug(slug);
        let Some(collective) = self.store.collective(&by, &stranger).await? else { return Ok(None) };
        let id = collective.id;
        let Some(card) = self.store.identity_card(&[id], None).await?.remove(&id) else { return Ok(None) };
        let mut places = [Vec::new(), Vec::new()];
        for (names, pairs) in places.iter_mut().zip([Pairs::Collectives, Pairs::PilotSites]) {
            let found = self.store.territories_of(pairs, &[id.0]).await?;
            names.extend(found.into_values().flatten().map(|territory| territory.name));
        }
        let [territories, pilot_sites] = places;
        let (members, member_count) = self.store.member_names(id, &stranger, NAMED_MEMBERS).await?;
        Ok(Some(CardPage { collective, card, territories, pilot_sites, members, member_count }))
    }
}
