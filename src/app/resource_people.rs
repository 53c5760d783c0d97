//! Persons that a collective wants to bring in: a list that is set whole. Changes tell how many there are, and no more.

use serde_json::{Map, json};

use super::access::require_somewhere;
use super::writes::Tries;
use super::{App, Error};
use crate::domain::caller::Caller;
use crate::domain::collectives::Collective;
use crate::domain::contacts::ContactVisibility;
use crate::domain::error::{ViolationCode, Violations};
use crate::domain::ids::{ActorId, CollectiveId, ResourcePersonId};
use crate::domain::policy::{Act, Visibility};
use crate::domain::resource_people::{ResourcePerson, checked};
use crate::store::records::{Action, difference};
use crate::store::{self, Transaction};

/// What a client says of a person; with its id it stays the same one.
#[derive(Clone)]
#[expect(missing_docs, reason = "the fields of ResourcePerson")]
pub struct ResourcePersonInput {
    pub id: Option<ResourcePersonId>,
    pub name: String,
    pub reason: Option<String>,
    pub actor: Option<ActorId>,
    pub approached: bool,
    pub visibility: ContactVisibility,
}

impl App {
    /// Sets all persons of a collective's list; who is left out is erased.
    pub async fn set_resource_people(
        &self,
        caller: &Caller,
        id: CollectiveId,
        expected_version: i32,
        given: Vec<ResourcePersonInput>,
        mut found: Violations,
    ) -> Result<Collective, Error> {
        require_somewhere(caller, Act::UpdateCollective)?;
        let named = |(index, person): (usize, &ResourcePersonInput)| {
            Some((format!("people[{index}].actor"), person.actor?))
        };
        let actors: Vec<_> = given.iter().enumerate().filter_map(named).collect();
        self.check_actors(&actors, &Visibility::of(caller), &mut found).await?;
        let mut tries = Tries::default();
        loop {
            let own = self.store.begin().await?;
            let tx = &own;
            let outcome: Result<_, Error> = async {
                let (mut collective, _) = self.locked(tx, caller, Act::UpdateCollective, id).await?;
                if collective.version != expected_version {
                    return Err(Error::stale(collective.version));
                }
                let before = store::resource_people::resource_people(tx, &[id]).await?;
                let before = before.get(&id).map(Vec::as_slice).unwrap_or_default();
                let mut found = found.clone();
                let people = checked(self.people(&given, before, &mut found), &mut found);
                found.into_result(())?;
                collective.version += 1;
                collective.updated_at = self.clock.now();
                store::collectives::write_own(tx, &collective).await?;
                store::resource_people::write(tx, id, &people).await?;
                let told = |people: &[ResourcePerson]| json!({ "resource_people": people.len() });
                let fields = difference(&told(before), &told(&people));
                self.record(tx, caller, Action::Update, id.into(), collective.version, fields).await?;
                let gone = before.iter().filter(|person| people.iter().all(|other| other.id != person.id));
                self.tell_of_erased(tx, caller, gone.map(|person| person.id)).await?;
                Ok(collective)
            }
            .await;
            if let Some(settled) = tries.settle(own, outcome).await {
                return settled;
            }
        }
    }

    /// Erases persons of a collective's list, whose version stays; the history tells how many.
    pub(super) async fn erase_list(
        &self,
        tx: &Transaction,
        caller: &Caller,
        collective: CollectiveId,
        version: i32,
        people: &[ResourcePersonId],
    ) -> Result<(), Error> {
        let left = store::resource_people::erase(tx, collective, people).await?;
        let fields = difference(
            &json!({ "resource_people": left + people.len() as i64 }),
            &json!({ "resource_people": left }),
        );
        self.record(tx, caller, Action::Erase, collective.into(), version, fields).await?;
        self.tell_of_erased(tx, caller, people.iter().copied()).await
    }

    /// Keeps the ids, which name nobody any more: by them persons are found and erased again where a backup brings them back.
    async fn tell_of_erased(
        &self,
        tx: &Transaction,
        caller: &Caller,
        people: impl Iterator<Item = ResourcePersonId>,
    ) -> Result<(), Error> {
        for person in people {
            self.record(tx, caller, Action::Erase, person.into(), 1, Map::new()).await?;
        }
        Ok(())
    }

    /// New persons get a key; those that name one of the collective keep theirs.
    fn people(
        &self,
        given: &[ResourcePersonInput],
        standing: &[ResourcePerson],
        found: &mut Violations,
    ) -> Vec<ResourcePerson> {
        let now = self.clock.now();
        let mut people = Vec::with_capacity(given.len());
        for (index, person) in given.iter().enumerate() {
            if person.id.is_some_and(|id| standing.iter().all(|other| other.id != id)) {
                let message = "is no person of this list: leave the id out to add one";
                found.add(format!("people[{index}].id"), ViolationCode::Unknown, message);
            }
            people.push(ResourcePerson {
                id: person.id.unwrap_or_else(|| ResourcePersonId(self.ids.next(now))),
                name: person.name.clone(),
                reason: person.reason.clone(),
                actor: person.actor,
                approached: person.approached,
                visibility: person.visibility,
            });
        }
        people
    }
}
