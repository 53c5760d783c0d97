//! Contacts: written, erased. Each write is told in the history of the actor, without what was written.

use serde_json::Map;

use super::access::require_somewhere;
use super::writes::Tries;
use super::{App, Error};
use crate::domain::caller::Caller;
use crate::domain::contacts::{Contact, ContactEdit, MOST_CONTACTS, masked_difference};
use crate::domain::error::Violations;
use crate::domain::ids::{ActorId, ContactId, SubjectKind};
use crate::domain::policy::{self, Act, Standing, Visibility};
use crate::store::records::Action;
use crate::store::{Transaction, contacts, standing};

impl App {
    /// Adds a contact to an actor. `found` is what is wrong with the input already, to be said with the rest.
    pub async fn add_contact(
        &self,
        caller: &Caller,
        actor: ActorId,
        edit: ContactEdit,
        mut found: Violations,
    ) -> Result<Contact, Error> {
        require_somewhere(caller, Act::WriteContacts)?;
        let now = self.clock.now();
        let mut contact = Contact::new(ContactId(self.ids.next(now)), actor, now);
        contact.edit(edit, self.clock.today(), &mut found);
        let mut tries = Tries::default();
        loop {
            let own = self.store.begin().await?;
            let tx = &own;
            let (contact, found) = (contact.clone(), found.clone());
            let outcome: Result<_, Error> = async {
                let Some((version, count)) = contacts::hold_actor(tx, actor).await? else {
                    return Err(Error::NotFound("no such actor".to_owned()));
                };
                self.require(tx, caller, Act::WriteContacts, actor.into()).await?;
                found.into_result(())?;
                if count >= MOST_CONTACTS {
                    return Err(Error::Conflict {
                        message: format!(
                            "the actor has {count} contacts already, the most there can be: erase one first"
                        ),
                        current_version: None,
                        candidates: Vec::new(),
                    });
                }
                contacts::write(tx, &contact).await?;
                self.tell(tx, caller, Action::Update, (None, Some(&contact)), version).await?;
                Ok(contact)
            }
            .await;
            if let Some(settled) = tries.settle(own, outcome).await {
                return settled;
            }
        }
    }

    /// Changes a contact.
    pub async fn update_contact(
        &self,
        caller: &Caller,
        id: ContactId,
        edit: ContactEdit,
        found: Violations,
    ) -> Result<Contact, Error> {
        require_somewhere(caller, Act::WriteContacts)?;
        let mut tries = Tries::default();
        loop {
            let own = self.store.begin().await?;
            let tx = &own;
            let mut found = found.clone();
            let outcome: Result<_, Error> = async {
                let (before, version) = self.contact_to_write(tx, caller, id).await?;
                let mut contact = before.clone();
                contact.edit(edit.clone(), self.clock.today(), &mut found);
                found.into_result(())?;
                contact.updated_at = self.clock.now();
                contacts::write(tx, &contact).await?;
                self.tell(tx, caller, Action::Update, (Some(&before), Some(&contact)), version).await?;
                Ok(contact)
            }
            .await;
            if let Some(settled) = tries.settle(own, outcome).await {
                return settled;
            }
        }
    }

    /// Erases a contact; the actor's history says that it happened.
    pub async fn erase_contact(&self, caller: &Caller, id: ContactId) -> Result<ContactId, Error> {
        require_somewhere(caller, Act::WriteContacts)?;
        let mut tries = Tries::default();
        loop {
            let own = self.store.begin().await?;
            let tx = &own;
            let outcome: Result<_, Error> = async {
                let (contact, version) = self.contact_to_write(tx, caller, id).await?;
                self.erase_held_contact(tx, caller, &contact, version).await?;
                Ok(id)
            }
            .await;
            if let Some(settled) = tries.settle(own, outcome).await {
                return settled;
            }
        }
    }

    /// Erases a contact that is locked. Its id, which names nobody any more, stays: by it the contact is found and erased
    /// again where a backup brings it back.
    pub(super) async fn erase_held_contact(
        &self,
        tx: &Transaction,
        caller: &Caller,
        contact: &Contact,
        version: i32,
    ) -> Result<(), Error> {
        contacts::erase(tx, contact.id).await?;
        self.record(tx, caller, Action::Erase, contact.id.into(), 1, Map::new()).await?;
        self.tell(tx, caller, Action::Erase, (Some(contact), None), version).await
    }

    /// A contact that the caller may write, locked; what they may not see is not there.
    async fn contact_to_write(
        &self,
        tx: &Transaction,
        caller: &Caller,
        id: ContactId,
    ) -> Result<(Contact, i32), Error> {
        let absent = || Error::NotFound("no such contact".to_owned());
        let (contact, version) = contacts::for_update(tx, id).await?.ok_or_else(absent)?;
        let standing = if caller.is_admin() {
            Standing::default()
        } else {
            let ids = [contact.actor.0];
            let seen = standing::standings(tx, &Visibility::of(caller), SubjectKind::Actor, &ids).await?;
            *seen.get(&contact.actor.0).ok_or_else(absent)?
        };
        if !contact.is_seen_by(caller, standing, self.clock.today()) {
            return Err(absent());
        }
        policy::may(caller, Act::WriteContacts, standing)?;
        Ok((contact, version))
    }

    /// Leaves the change in the history of the actor, whose version stays: its own fields have not changed.
    async fn tell(
        &self,
        tx: &Transaction,
        caller: &Caller,
        action: Action,
        (before, after): (Option<&Contact>, Option<&Contact>),
        version: i32,
    ) -> Result<(), Error> {
        let Some(actor) = after.or(before).map(|contact| contact.actor) else { return Ok(()) };
        self.record(tx, caller, action, actor.into(), version, masked_difference(before, after)).await
    }
}
