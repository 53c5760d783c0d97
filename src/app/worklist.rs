//! What waits for whoever asks: which entries each list of theirs holds.

use super::{App, Error};
use crate::domain::caller::Caller;
use crate::domain::calls::{CallFilter, CallOrderField, CallPhase, check_closing_within};
use crate::domain::collectives::CollectiveFilter;
use crate::domain::error::Violations;
use crate::domain::interactions::InteractionFilter;
use crate::domain::listings::{
    ApplicationAnchor, ApplicationListing, CallListing, CallOrder, CollectiveAnchor, CollectiveListing,
    Concerned, InteractionListing, MembershipListing, SupportRequestListing,
};
use crate::domain::moderation::ReviewListing;
use crate::domain::policy::{self, Act, Sight, Visibility};
use crate::domain::support::SupportStatus;

impl App {
    /// Who asks, as one for whom something may wait: whoever is signed in.
    pub fn require_worklist(&self, caller: &Caller) -> Result<(), Error> {
        match caller {
            Caller::Anonymous => {
                Err(Error::Unauthenticated("sign in: a worklist is what waits for you".to_owned()))
            }
            Caller::Known(_) | Caller::Operator | Caller::Rule(_) => Ok(()),
        }
    }

    /// What waits for their review; nothing for those who review nothing.
    pub fn waiting_reviews(&self, caller: &Caller) -> ReviewListing {
        let reviews = policy::may_somewhere(caller, Act::SeeReviewQueue).is_ok();
        let visibility = if reviews { Visibility::of(caller) } else { Visibility::Public };
        ReviewListing { territory: None, visibility }
    }

    /// Interactions that wait for the answer of their actors.
    pub fn waiting_interactions(&self, caller: &Caller) -> InteractionListing {
        let (filter, visibility) = (InteractionFilter::default(), Visibility::of(caller));
        InteractionListing {
            filter,
            anchor: None,
            answered_by: Some(held(caller).own),
            among: None,
            visibility,
        }
    }

    /// Invitations that wait for the answer of their actors.
    pub fn waiting_memberships(&self, caller: &Caller) -> MembershipListing {
        let visibility = Visibility::of(caller);
        MembershipListing { status: None, answered_by: Some(held(caller).own), visibility }
    }

    /// Collectives that are begun and not submitted, which they may finish.
    pub fn unfinished_collectives(&self, caller: &Caller) -> CollectiveListing {
        let anchor = CollectiveAnchor::ToFinish((!caller.is_admin()).then(|| held(caller)));
        let filter = CollectiveFilter::default();
        CollectiveListing { filter, anchor: Some(anchor), visibility: Visibility::of(caller) }
    }

    /// Applications that are begun and not filed, of the actors that they edit.
    pub fn unfiled_applications(&self, caller: &Caller) -> ApplicationListing {
        let anchor = ApplicationAnchor::ToFile((!caller.is_admin()).then(|| held(caller)));
        ApplicationListing { anchor, statuses: Vec::new(), visibility: Visibility::of(caller) }
    }

    /// Applications that wait for their actors to sign off.
    pub fn waiting_sign_offs(&self, caller: &Caller) -> ApplicationListing {
        let anchor = ApplicationAnchor::ToSign(held(caller));
        ApplicationListing { anchor, statuses: Vec::new(), visibility: Visibility::of(caller) }
    }

    /// Applications that wait for their decision.
    pub fn waiting_decisions(&self, caller: &Caller) -> ApplicationListing {
        let anchor = ApplicationAnchor::ToDecide((!caller.is_admin()).then(|| held(caller)));
        ApplicationListing { anchor, statuses: Vec::new(), visibility: Visibility::of(caller) }
    }

    /// Requests for support that wait where they manage; what their own actors ask waits for others.
    pub fn waiting_requests(&self, caller: &Caller) -> SupportRequestListing {
        let visibility = match Visibility::of(caller) {
            Visibility::Granted(sight) => {
                let managed = sight.managed.clone();
                Visibility::Granted(Sight { managed, ..Sight::default() }.into())
            }
            other => other,
        };
        let statuses = vec![SupportStatus::Open, SupportStatus::Assigned];
        SupportRequestListing { statuses, territory: None, of_collective: false, visibility }
    }

    /// Open calls that close within so many days: of which their actors are organisers, or that are open where they manage
    /// or their actors sit or act; all of them for administrators.
    pub async fn closing_calls(&self, caller: &Caller, within_days: i32) -> Result<CallListing, Error> {
        let mut found = Violations::default();
        check_closing_within("withinDays", within_days, &mut found);
        found.into_result(())?;
        let concerning = if caller.is_admin() {
            None
        } else {
            let held = held(caller);
            let mut territories = self.store.places_of(&held.own).await?;
            territories.extend(held.managed);
            Some(Concerned { organisers: held.own, territories })
        };
        Ok(CallListing {
            filter: CallFilter {
                phases: vec![CallPhase::Open],
                closing_within_days: Some(within_days),
                ..CallFilter::default()
            },
            order: CallOrder { field: CallOrderField::ClosesAt, descending: false },
            of_territory: false,
            concerning,
            visibility: Visibility::of(caller),
            now: self.clock.now(),
        })
    }
}

/// What was granted, for administrators too, who see everything but do not speak for every actor.
fn held(caller: &Caller) -> Sight {
    Sight::of(caller.grants())
}
