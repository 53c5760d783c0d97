//! Persons that a collective wants to bring in: personal data, shown by visibility, gone when they are taken off the list.

use super::caller::Caller;
use super::contacts::ContactVisibility;
use super::error::{ViolationCode, Violations};
use super::ids::{ActorId, ResourcePersonId};
use super::policy::{Act, Standing, may};
use super::text;

/// Most persons of a collective's list.
const MOST: usize = 100;

/// A person that a collective wants to bring in. It is never serialized, so that no change tells of it.
#[derive(Clone, PartialEq)]
#[expect(missing_docs, reason = "the schema describes each")]
pub struct ResourcePerson {
    pub id: ResourcePersonId,
    pub name: String,
    pub reason: Option<String>,
    pub actor: Option<ActorId>,
    pub approached: bool,
    pub visibility: ContactVisibility,
}

impl ResourcePerson {
    /// Whether someone who stands so to the collective sees the person.
    pub fn is_seen_by(&self, caller: &Caller, standing: Standing) -> bool {
        let has = |act| may(caller, act, standing).is_ok();
        match self.visibility {
            ContactVisibility::Public => true,
            // Members are partners of each other.
            ContactVisibility::Partners => {
                standing.answering || has(Act::SeePartnerContacts) || has(Act::SeeEveryContact)
            }
            ContactVisibility::Managers => has(Act::SeeEveryContact),
        }
    }
}

/// The persons with their texts trimmed, or with all that is wrong added.
pub fn checked(mut people: Vec<ResourcePerson>, found: &mut Violations) -> Vec<ResourcePerson> {
    if people.len() > MOST {
        found.add("people", ViolationCode::TooLong, format!("at most {MOST} persons"));
        return Vec::new();
    }
    for index in 0..people.len() {
        let at = |field: &str| format!("people[{index}].{field}");
        let id = people[index].id;
        if people[..index].iter().any(|other| other.id == id) {
            found.add(at("id"), ViolationCode::Repeated, "is the id of another person of this list");
        }
        match found.keep(text::text(&at("name"), &people[index].name, text::NAME_CHARS)) {
            Some(Some(name)) => people[index].name = name,
            Some(None) => found.add(at("name"), ViolationCode::Required, "must not be empty"),
            None => {}
        }
        if let Some(reason) = people[index].reason.take() {
            people[index].reason =
                found.keep(text::text(&at("reason"), &reason, text::DESCRIPTION_CHARS)).flatten();
        }
    }
    people
}
