//! From a collective of actors to a collective actor: "passer d'un collectif d'acteurs à un acteur collectif".

use super::access::require_somewhere;
use super::interactions::Where;
use super::writes::{Tries, difference};
use super::{App, Error};
use crate::domain::actors::{Actor, ActorEdit, ActorKind, ActorSets};
use crate::domain::caller::Caller;
use crate::domain::collectives::{Collective, CollectiveSets};
use crate::domain::dates::{DatePrecision, PartialDate};
use crate::domain::edit::Edit;
use crate::domain::error::Violations;
use crate::domain::ids::{ActorId, CollectiveId, InteractionId};
use crate::domain::interactions::{Interaction, InteractionKind};
use crate::domain::memberships::Membership;
use crate::domain::policy::Act;
use crate::domain::publication::PublicationStatus;
use crate::store::records::{self, Action, Change};
use crate::store::slugs::{self, Slugged};
use crate::store::{self, Transaction};

impl App {
    /// Makes the collective an actor, a draft, of which its members are members: a draft interaction each, declared by the
    /// new actor, so that each member may confirm it. Done once.
    pub async fn promote_to_actor(
        &self,
        caller: &Caller,
        id: CollectiveId,
        expected_version: i32,
        kind: ActorKind,
    ) -> Result<Actor, Error> {
        require_somewhere(caller, Act::PromoteCollective)?;
        let mut tries = Tries::default();
        loop {
            let own = self.store.begin().await?;
            let tx = &own;
            let outcome: Result<_, Error> = async {
                let (before, sets) = self.locked(tx, caller, Act::PromoteCollective, id).await?;
                if before.version != expected_version {
                    return Err(Error::stale(before.version));
                }
                if before.actor.is_some() {
                    return Err(Error::conflict("it has become an actor already: see its actor", None));
                }
                if before.publication.status == PublicationStatus::Archived {
                    return Err(Error::conflict("it is archived: restore it first", None));
                }
                let members = store::memberships::accepted(tx, id).await?;
                if members.is_empty() {
                    return Err(Error::conflict("no member has accepted: an actor is made of members", None));
                }
                let actor = self.actor_of(tx, caller, &before, &sets, kind).await?;
                self.write_members(tx, caller, actor.id, &members).await?;
                let mut collective = before.clone();
                collective.actor = Some(actor.id);
                collective.version += 1;
                collective.updated_at = self.clock.now();
                store::collectives::write_own(tx, &collective).await?;
                let fields = difference(Some((&before, &sets)), (&collective, &sets));
                self.record(tx, caller, Action::Update, id.into(), collective.version, fields).await?;
                Ok(actor)
            }
            .await;
            if let Some(settled) = tries.settle(own, outcome).await {
                return settled;
            }
        }
    }

    async fn actor_of(
        &self,
        tx: &Transaction,
        caller: &Caller,
        collective: &Collective,
        places: &CollectiveSets,
        kind: ActorKind,
    ) -> Result<Actor, Error> {
        let now = self.clock.now();
        let (mut actor, mut sets) = (Actor::new(ActorId(self.ids.next(now)), now), ActorSets::default());
        let intent = collective.intent.as_ref();
        let description =
            intent.map(|intent| intent.change_sought.clone().unwrap_or(intent.shared_finding.clone()));
        let edit = ActorEdit {
            kind: Edit::Set(kind),
            name: Edit::Set(collective.name.clone()),
            description: Edit::given(description),
            themes: Edit::Set(collective.themes.clone()),
            sdgs: Edit::Set(collective.sdgs.iter().map(|goal| i32::from(*goal)).collect()),
            audiences: Edit::Set(collective.audiences.clone()),
            areas_served: Edit::Set(places.territories.clone()),
            ..ActorEdit::default()
        };
        let mut found = Violations::default();
        actor.edit(&mut sets, edit, &mut found);
        found.into_result(())?;
        actor.slug = slugs::give(tx, Slugged::Actor, &[&actor.name]).await?.remove(0);
        self.refuse_suppressed(tx, caller, &actor, &sets).await?;
        store::actors::insert(tx, &[(actor.clone(), sets.clone())]).await?;
        let fields = difference(None, (&actor, &sets));
        self.record(tx, caller, Action::Create, actor.id.into(), actor.version, fields).await?;
        self.keep_created(tx, caller, actor.id).await?;
        Ok(actor)
    }

    /// All at once: a community may have hundreds.
    async fn write_members(
        &self,
        tx: &Transaction,
        caller: &Caller,
        target: ActorId,
        members: &[Membership],
    ) -> Result<(), Error> {
        let now = self.clock.now();
        let mut found = Violations::default();
        let mut written = Vec::with_capacity(members.len());
        for member in members {
            let id = InteractionId(self.ids.next(now));
            let kind = InteractionKind::Membership;
            let mut interaction = Interaction::new(id, kind, member.actor, target, now, &mut found);
            interaction.declared_by = Some(target);
            interaction.since = member.since.map(|date| PartialDate { date, precision: DatePrecision::Day });
            written.push((interaction, Vec::new()));
        }
        found.into_result(())?;
        store::interactions::write(tx, &written).await?;
        let nowhere = Where { territories: Vec::new() };
        let change = |(interaction, _): &(Interaction, _)| Change {
            action: Action::Create,
            subject: interaction.id.into(),
            version: interaction.version,
            fields: difference(None, (interaction, &nowhere)),
            comment: None,
        };
        let changes: Vec<_> = written.iter().map(change).collect();
        Ok(records::record(tx, &caller.reference(), now, &changes).await?)
    }
}
