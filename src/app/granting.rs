//! What someone grants: read, found, and held against what they may give.

use chrono::{DateTime, Utc};

use super::refs::TerritoryRefs;
use super::{App, Error};
use crate::domain::caller::{Caller, Grant, Right, Role};
use crate::domain::error::{ViolationCode, Violations};
use crate::domain::granting::{Giving, Receiver, may_give};
use crate::domain::ids::{ActorId, GrantId};
use crate::domain::policy::Visibility;
use crate::domain::territories::TerritoryRef;
use crate::store::{Connection, people};

/// Most rights at once.
const MOST_GRANTS: usize = 50;

/// A right as a client gives it.
#[derive(Clone, Debug)]
pub struct GrantInput {
    /// The role.
    pub role: Role,
    /// Over what territory.
    pub territory: Option<TerritoryRef>,
    /// Over what actor.
    pub actor: Option<ActorId>,
    /// Until when.
    pub expires_at: Option<DateTime<Utc>>,
}

impl App {
    /// The grants that these make, with new identities. `found` is what is wrong with the input already. What the caller may
    /// not give is refused, once all else is right.
    pub(super) async fn read_grants(
        &self,
        caller: &Caller,
        path: &str,
        given: &[GrantInput],
        receiver: Receiver,
        mut found: Violations,
    ) -> Result<Vec<Grant>, Error> {
        let now = self.clock.now();
        if given.len() > MOST_GRANTS {
            found.add(
                path,
                ViolationCode::TooLong,
                format!("has {} entries, at most {MOST_GRANTS}", given.len()),
            );
            return Err(found.into());
        }
        let at = |index: usize| if path == "grant" { path.to_owned() } else { format!("{path}[{index}]") };
        let mut territories = TerritoryRefs::default();
        let mut actors = Vec::new();
        for (index, input) in given.iter().enumerate() {
            if let Some(territory) = &input.territory {
                territories.add(format!("{}.territory", at(index)), territory);
            }
            actors.extend(input.actor.map(|actor| (format!("{}.actor", at(index)), actor)));
            if input.expires_at.is_some_and(|end| end <= now) {
                let message = "is past: give an instant to come, or none";
                found.add(format!("{}.expiresAt", at(index)), ViolationCode::OutOfRange, message);
            }
        }
        let territories = self.find_territories(territories, &mut found).await?;
        self.check_actors(&actors, &Visibility::of(caller), &mut found).await?;
        let mut grants: Vec<Grant> = Vec::new();
        for (index, input) in given.iter().enumerate() {
            let territory = input.territory.as_ref().and_then(|given| territories.get(given));
            if input.territory.is_some() && territory.is_none() {
                continue;
            }
            match Right::of(input.role, territory, input.actor) {
                Err(complaint) => found.add(at(index), ViolationCode::Inconsistent, complaint),
                Ok(right) if grants.iter().any(|grant| grant.right == right) => {
                    found.add(at(index), ViolationCode::Repeated, "is there twice");
                }
                Ok(right) => {
                    let id = GrantId(self.ids.next(now));
                    grants.push(Grant { id, right, expires_at: input.expires_at });
                }
            }
        }
        found.into_result(())?;
        self.require_giving(caller, &at, &grants, receiver).await?;
        Ok(grants)
    }

    /// Refuses what the caller may not give, or not for so long.
    async fn require_giving(
        &self,
        caller: &Caller,
        at: &impl Fn(usize) -> String,
        grants: &[Grant],
        receiver: Receiver,
    ) -> Result<(), Error> {
        if matches!(caller, Caller::Operator) {
            return Ok(());
        }
        let rights: Vec<_> = grants.iter().map(|grant| grant.right).collect();
        let lie = people::lie(self.store.db(), caller.grants(), &rights).await?;
        let mut found = Violations::default();
        for (index, grant) in grants.iter().enumerate() {
            match may_give(caller.grants(), grant.right, receiver, &lie) {
                Giving::Always => {}
                Giving::Never => {
                    let role = grant.right.role();
                    return Err(Error::Forbidden(format!(
                        "{} is not yours to give: {role} there",
                        at(index)
                    )));
                }
                Giving::Until(end) => {
                    if grant.expires_at.is_none_or(|wanted| wanted > end) {
                        let end = end.to_rfc3339_opts(chrono::SecondsFormat::Secs, true);
                        let message = format!("ends with your own right at the latest: {end}");
                        found.add(format!("{}.expiresAt", at(index)), ViolationCode::OutOfRange, message);
                    }
                }
            }
        }
        Ok(found.into_result(())?)
    }

    /// Whether the caller could grant each of these to someone.
    pub(super) async fn may_give_all(
        &self,
        db: &impl Connection,
        caller: &Caller,
        rights: &[Right],
    ) -> Result<bool, Error> {
        let lie = people::lie(db, caller.grants(), rights).await?;
        let gives =
            |right: &Right| may_give(caller.grants(), *right, Receiver::Person, &lie) != Giving::Never;
        Ok(rights.iter().all(gives))
    }
}
