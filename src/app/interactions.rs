//! Interactions: declared, changed.

use serde_json::{Map, Value};

use super::access::require_somewhere;
use super::refs::TerritoryRefs;
use super::writes::{Created, Tries, check_key, difference};
use super::{App, Error};
use crate::domain::caller::Caller;
use crate::domain::edit::Edit;
use crate::domain::error::{ViolationCode, Violations};
use crate::domain::ids::{ActorId, InteractionId, TerritoryId};
use crate::domain::interactions::{Interaction, InteractionEdit, InteractionKind};
use crate::domain::permissions::ARCHIVED_END;
use crate::domain::policy::{Act, Visibility};
use crate::domain::publication::PublicationStatus;
use crate::domain::territories::TerritoryRef;
use crate::store::records::Action;
use crate::store::{self, Transaction};

/// What a client says of an interaction.
#[derive(Clone, Debug, Default)]
pub struct InteractionInput {
    /// Its own fields; territories stand beside, since they are references.
    pub edit: InteractionEdit,
    /// Where it takes place.
    pub territories: Edit<Vec<TerritoryRef>>,
}

impl App {
    /// An interaction that may be seen; null where there is none.
    pub async fn interaction(
        &self,
        caller: &Caller,
        id: InteractionId,
    ) -> Result<Option<Interaction>, Error> {
        Ok(self.store.interaction(id, &Visibility::of(caller)).await?)
    }

    /// Declares an interaction as a draft; one that overlaps another of the pair and kind is a duplicate of it. `found` is
    /// what is wrong with the input already, to be said with the rest.
    pub async fn declare_interaction(
        &self,
        caller: &Caller,
        client_key: Option<&str>,
        (kind, mut source, mut target): (InteractionKind, ActorId, ActorId),
        input: InteractionInput,
        mut found: Violations,
    ) -> Result<Interaction, Error> {
        require_somewhere(caller, Act::DeclareInteraction)?;
        let content = format!("{kind} {source:?} {target:?} {input:?}");
        let now = self.clock.now();
        check_key(client_key, &mut found);
        self.lead(vec![&mut source, &mut target]).await?;
        let id = InteractionId(self.ids.next(now));
        let mut interaction = Interaction::new(id, kind, source, target, now, &mut found);
        interaction.declared_by = declaring_side(caller, source, target);
        let ends = [("input.source".to_owned(), source), ("input.target".to_owned(), target)];
        let seen = self.check_actors(&ends, &Visibility::of(caller), &mut found).await?;
        let archived = seen.iter().filter(|actor| actor.publication.status == PublicationStatus::Archived);
        let archived: Vec<_> = archived.map(|actor| actor.id).collect();
        add_archived(&ends, &archived, &mut found);
        let edit = self.resolve_where(input, &mut found).await?;
        let mut territories = Vec::new();
        interaction.edit(&mut territories, edit, &mut found);
        found.into_result(())?;
        let mut tries = Tries::default();
        let created = loop {
            let own = self.store.begin().await?;
            let tx = &own;
            let outcome: Result<_, Error> = async {
                if let Some(before) = self.take_key(tx, caller, client_key, &content, id.into()).await? {
                    return Ok(Created::Before(before));
                }
                // Before anything tells what else is between the two.
                self.require_an_end(tx, caller, Act::DeclareInteraction, [source, target]).await?;
                // One may have been archived since it was looked at.
                let mut found = Violations::default();
                add_archived(&ends, &store::actors::keep(tx, &[source, target]).await?, &mut found);
                found.into_result(())?;
                self.write_interaction(tx, caller, Action::Create, None, (&interaction, &territories))
                    .await?;
                self.require_still(tx, caller, Act::DeclareInteraction, id.into()).await?;
                Ok(Created::New(()))
            }
            .await;
            if let Some(settled) = tries.settle(own, outcome).await {
                break settled?;
            }
        };
        match created {
            Created::New(()) => Ok(interaction),
            Created::Before(subject) => {
                let before = self.interaction(caller, InteractionId(subject.id)).await?;
                before.ok_or_else(|| Error::NotFound("what this clientKey created is gone".to_owned()))
            }
        }
    }

    /// Changes an interaction that is still as the client knows it.
    pub async fn update_interaction(
        &self,
        caller: &Caller,
        id: InteractionId,
        expected_version: i32,
        input: InteractionInput,
        mut found: Violations,
    ) -> Result<Interaction, Error> {
        require_somewhere(caller, Act::UpdateInteraction)?;
        let edit = self.resolve_where(input, &mut found).await?;
        let mut tries = Tries::default();
        loop {
            let own = self.store.begin().await?;
            let tx = &own;
            let outcome: Result<_, Error> = async {
                let Some((before, territories_before)) = store::interactions::for_update(tx, id).await?
                else {
                    return Err(Error::NotFound("no such interaction".to_owned()));
                };
                self.require(tx, caller, Act::UpdateInteraction, id.into()).await?;
                if before.version != expected_version {
                    return Err(Error::stale(before.version));
                }
                let (mut interaction, mut territories) = (before.clone(), territories_before.clone());
                let mut found = found.clone();
                interaction.edit(&mut territories, edit.clone(), &mut found);
                found.into_result(())?;
                interaction.version += 1;
                interaction.updated_at = self.clock.now();
                let was = Some((&before, &territories_before));
                self.write_interaction(tx, caller, Action::Update, was, (&interaction, &territories)).await?;
                if before.confirmation != interaction.confirmation {
                    self.ask_the_other_side(tx, caller, &interaction).await?;
                }
                Ok(interaction)
            }
            .await;
            if let Some(settled) = tries.settle(own, outcome).await {
                return settled;
            }
        }
    }

    async fn resolve_where(
        &self,
        input: InteractionInput,
        found: &mut Violations,
    ) -> Result<InteractionEdit, Error> {
        let mut wanted = TerritoryRefs::default();
        if let Edit::Set(territories) = &input.territories {
            wanted.add_all("input.territories", territories);
        }
        let known = self.find_territories(wanted, found).await?;
        Ok(InteractionEdit { territories: input.territories.map(|refs| known.all(&refs)), ..input.edit })
    }

    /// Writes one with its change, if nothing is in its way.
    pub(super) async fn write_interaction(
        &self,
        tx: &Transaction,
        caller: &Caller,
        action: Action,
        before: Option<(&Interaction, &Vec<TerritoryId>)>,
        written: (&Interaction, &Vec<TerritoryId>),
    ) -> Result<(), Error> {
        let fields = self.put_interaction(tx, caller, before, written).await?;
        self.record(tx, caller, action, written.0.id.into(), written.0.version, fields).await
    }

    /// Writes one, if nothing is in its way; what its change is to tell.
    pub(super) async fn put_interaction(
        &self,
        tx: &Transaction,
        caller: &Caller,
        before: Option<(&Interaction, &Vec<TerritoryId>)>,
        (interaction, territories): (&Interaction, &Vec<TerritoryId>),
    ) -> Result<Map<String, Value>, Error> {
        use PublicationStatus::{Archived, Rejected};
        let counts = !matches!(interaction.publication.status, Archived | Rejected);
        if counts && let Some(existing) = store::interactions::in_the_way(tx, interaction).await? {
            let message = match interaction.kind {
                InteractionKind::Funding => {
                    "this grant is there already: same two actors, amount, period and description"
                }
                _ => {
                    "the two have an interaction of this kind in an overlapping period: change that one, or the period"
                }
            };
            return Err(self.duplicate(tx, caller, message, existing.into()).await?);
        }
        store::interactions::write(tx, &[(interaction.clone(), territories.clone())]).await?;
        let told = |(i, t): (&Interaction, &Vec<TerritoryId>)| (i.clone(), Where { territories: t.clone() });
        let before = before.map(told);
        let (own, place) = told((interaction, territories));
        Ok(difference(before.as_ref().map(|(i, t)| (i, t)), (&own, &place)))
    }
}

fn add_archived(ends: &[(String, ActorId)], archived: &[ActorId], found: &mut Violations) {
    for (path, _) in ends.iter().filter(|(_, end)| archived.contains(end)) {
        found.add(path, ViolationCode::Inconsistent, ARCHIVED_END);
    }
}

/// The end that declares it, where the caller speaks for one of the two.
pub(super) fn declaring_side(caller: &Caller, source: ActorId, target: ActorId) -> Option<ActorId> {
    [source, target].into_iter().find(|end| caller.speaks_for(*end))
}

/// Where it takes place, as a change tells it.
#[derive(serde::Serialize)]
pub(super) struct Where {
    /// The territories.
    pub territories: Vec<TerritoryId>,
}
