//! Contacts: persons to reach at an actor. Personal data, so nothing here can be printed by accident.

use std::fmt;

use chrono::{DateTime, Months, NaiveDate, Utc};
use serde_json::{Map, Value, json};
use strum::{AsRefStr, Display, EnumIter, EnumString};

use super::caller::Caller;
use super::edit::Edit;
use super::error::{ViolationCode, Violations};
use super::ids::{ActorId, ContactId};
use super::policy::{Act, Standing, may};
use super::reach;
use super::text::{SHORT_CHARS, required, required_text, text_edit};

/// Most contacts of an actor.
pub const MOST_CONTACTS: usize = 50;

/// For how long consent holds where nobody says until when.
pub const CONSENT_MONTHS: u32 = 36;

/// To whom a contact is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, AsRefStr, Display, EnumIter, EnumString)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
pub enum ContactVisibility {
    /// To everyone who sees the actor.
    Public,
    /// To partners, and those who see more.
    Partners,
    /// To those who keep the entry.
    Managers,
}

/// A person to reach at an actor.
#[derive(Clone, PartialEq, Eq)]
pub struct Contact {
    /// Its identity.
    pub id: ContactId,
    /// Whose it is.
    pub actor: ActorId,
    /// How the person is called.
    pub name: String,
    /// What they do there.
    pub role: Option<String>,
    /// Their address.
    pub email: Option<String>,
    /// Their number, E.164.
    pub phone: Option<String>,
    /// To whom it is shown.
    pub visibility: ContactVisibility,
    /// When the person agreed to be shown so.
    pub consent_on: Option<NaiveDate>,
    /// From this day on only managers see it.
    pub expires_on: Option<NaiveDate>,
    /// When it was written.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
}

/// Says which, never who.
impl fmt::Debug for Contact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Contact").field("id", &self.id).finish_non_exhaustive()
    }
}

/// What an edit says of a contact. It can't be printed.
#[derive(Clone, Default)]
#[expect(missing_docs, reason = "the fields of a contact")]
pub struct ContactEdit {
    pub name: Edit<String>,
    pub role: Edit<String>,
    pub email: Edit<String>,
    pub phone: Edit<String>,
    pub visibility: Edit<ContactVisibility>,
    pub consent_on: Edit<NaiveDate>,
    pub expires_on: Edit<NaiveDate>,
}

impl Contact {
    /// A contact that an edit is yet to fill.
    pub fn new(id: ContactId, actor: ActorId, at: DateTime<Utc>) -> Self {
        Self {
            id,
            actor,
            name: String::new(),
            role: None,
            email: None,
            phone: None,
            visibility: ContactVisibility::Managers,
            consent_on: None,
            expires_on: None,
            created_at: at,
            updated_at: at,
        }
    }

    /// Writes an edit, and adds all that is wrong with what it makes.
    pub fn edit(&mut self, edit: ContactEdit, today: NaiveDate, found: &mut Violations) {
        let is_new = self.name.is_empty();
        if is_new && edit.name == Edit::Keep {
            found.add("input.name", ViolationCode::Required, "must not be empty");
        }
        required_text(edit.name, &mut self.name, "input.name", found);
        one_line(edit.role, "input.role", found).apply(&mut self.role);
        read(edit.email, "input.email", reach::email, found).apply(&mut self.email);
        read(edit.phone, "input.phone", reach::phone, found).apply(&mut self.phone);
        required(edit.visibility, &mut self.visibility, "input.visibility", found);

        // An end that followed from the consent follows the new one.
        let followed = self.expires_on.is_some() && self.expires_on == self.consent_on.and_then(consent_ends);
        edit.consent_on.apply(&mut self.consent_on);
        match edit.expires_on {
            Edit::Keep if followed || is_new => self.expires_on = None,
            other => other.apply(&mut self.expires_on),
        }
        self.expires_on = self.expires_on.or_else(|| self.consent_on.and_then(consent_ends));
        self.check_consent(today, found);
    }

    fn check_consent(&self, today: NaiveDate, found: &mut Violations) {
        let path = "input.consentOn";
        match self.consent_on {
            None if self.visibility != ContactVisibility::Managers => {
                let message = format!(
                    "is needed where the contact is shown to {}: the day on which the person agreed",
                    self.visibility
                );
                found.add(path, ViolationCode::Required, message);
            }
            Some(consent) if consent > today => {
                found.add(path, ViolationCode::OutOfRange, "is in the future: the person has not agreed yet");
            }
            _ => {}
        }
        if let (Some(consent), Some(expiry)) = (self.consent_on, self.expires_on)
            && expiry <= consent
        {
            found.add("input.expiresOn", ViolationCode::Inconsistent, "is not after the consent");
        }
    }

    /// Whether it has ended by this day.
    pub fn is_expired(&self, today: NaiveDate) -> bool {
        self.expires_on.is_some_and(|expiry| expiry <= today)
    }

    /// Whether this caller, who sees the actor and stands to it so, may see it.
    pub fn is_seen_by(&self, caller: &Caller, standing: Standing, today: NaiveDate) -> bool {
        let has = |act| may(caller, act, standing).is_ok();
        if self.is_expired(today) {
            return has(Act::SeeExpiredContacts);
        }
        match self.visibility {
            ContactVisibility::Public => true,
            ContactVisibility::Partners => has(Act::SeePartnerContacts) || has(Act::SeeEveryContact),
            ContactVisibility::Managers => has(Act::SeeEveryContact),
        }
    }

    /// Its fields with what is in them, by the names that history gives them.
    fn fields(&self) -> [(&'static str, Option<String>); 7] {
        [
            ("contact.name", Some(self.name.clone())),
            ("contact.role", self.role.clone()),
            ("contact.email", self.email.clone()),
            ("contact.phone", self.phone.clone()),
            ("contact.visibility", Some(self.visibility.to_string())),
            ("contact.consent_on", self.consent_on.map(|day| day.to_string())),
            ("contact.expires_on", self.expires_on.map(|day| day.to_string())),
        ]
    }
}

/// What history tells of a change: which fields differ, each value as a mask.
pub fn masked_difference(before: Option<&Contact>, after: Option<&Contact>) -> Map<String, Value> {
    let fields = |contact: Option<&Contact>| contact.map(Contact::fields);
    let (before, after) = (fields(before), fields(after));
    let names = before.as_ref().or(after.as_ref()).into_iter().flatten().map(|(name, _)| *name);
    let mask = |value: Option<String>| value.map_or(Value::Null, |_| json!("•••"));
    let value = |side: &Option<[(&str, Option<String>); 7]>, at: usize| {
        side.as_ref().and_then(|fields| fields[at].1.clone())
    };
    names
        .enumerate()
        .map(|(at, name)| (name, value(&before, at), value(&after, at)))
        .filter(|(_, was, is)| was != is)
        .map(|(name, was, is)| (name.to_owned(), json!([mask(was), mask(is)])))
        .collect()
}

/// When a consent ends where nobody says otherwise.
fn consent_ends(consent: NaiveDate) -> Option<NaiveDate> {
    consent.checked_add_months(Months::new(CONSENT_MONTHS))
}

fn one_line(edit: Edit<String>, path: &str, found: &mut Violations) -> Edit<String> {
    match text_edit(edit, path, SHORT_CHARS, found) {
        Edit::Set(value) if value.contains(['\n', '\r', '\t']) => {
            found.add(path, ViolationCode::Invalid, "is one line, without tabs");
            Edit::Keep
        }
        other => other,
    }
}

/// Reads a text in its own way; an empty one clears.
fn read(
    edit: Edit<String>,
    path: &str,
    reader: impl Fn(&str) -> Result<String, &'static str>,
    found: &mut Violations,
) -> Edit<String> {
    match text_edit(edit, path, SHORT_CHARS, found) {
        Edit::Set(value) => match reader(&value) {
            Ok(value) => Edit::Set(value),
            Err(wrong) => {
                found.add(path, ViolationCode::Invalid, wrong);
                Edit::Keep
            }
        },
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    fn edited(mut contact: Contact, edit: ContactEdit) -> Result<Contact, Vec<String>> {
        let mut found = Violations::default();
        contact.edit(edit, day("2026-11-22"), &mut found);
        let paths = found.0.iter().map(|violation| violation.path.clone()).collect();
        if found.0.is_empty() { Ok(contact) } else { Err(paths) }
    }

    fn blank() -> Contact {
        Contact::new(ContactId(Uuid::nil()), ActorId(Uuid::nil()), DateTime::UNIX_EPOCH)
    }

    fn named(visibility: ContactVisibility, consent: Edit<NaiveDate>) -> ContactEdit {
        ContactEdit {
            name: Edit::Set("Awa Diallo".to_owned()),
            visibility: Edit::Set(visibility),
            consent_on: consent,
            ..ContactEdit::default()
        }
    }

    #[test]
    fn what_others_see_needs_a_consent_that_was_given() {
        use ContactVisibility::{Managers, Partners, Public};
        assert!(edited(blank(), named(Managers, Edit::Keep)).is_ok());
        for visibility in [Public, Partners] {
            assert_eq!(edited(blank(), named(visibility, Edit::Keep)), Err(vec!["input.consentOn".into()]));
        }
        let tomorrow = Edit::Set(day("2026-11-23"));
        assert_eq!(edited(blank(), named(Public, tomorrow)), Err(vec!["input.consentOn".into()]));
        let nothing = edited(blank(), ContactEdit::default());
        assert_eq!(nothing, Err(vec!["input.name".into()]));
    }

    #[test]
    fn a_consent_holds_for_three_years_unless_said_otherwise_and_its_end_follows_a_new_one() {
        let consent = |text| Edit::Set(day(text));
        let contact =
            edited(blank(), named(ContactVisibility::Public, consent("2024-02-29"))).expect("right");
        assert_eq!(contact.expires_on, Some(day("2027-02-28")));
        assert!(!contact.is_expired(day("2027-02-27")) && contact.is_expired(day("2027-02-28")));
        let again = ContactEdit { consent_on: consent("2026-01-31"), ..ContactEdit::default() };
        let renewed = edited(contact, again.clone()).expect("right");
        assert_eq!(renewed.expires_on, Some(day("2029-01-31")));

        let until = ContactEdit { expires_on: consent("2026-12-01"), ..ContactEdit::default() };
        let shorter = edited(renewed, until).expect("right");
        let kept = edited(shorter.clone(), again).expect("right");
        assert_eq!(kept.expires_on, Some(day("2026-12-01")), "what somebody said stays");
        let cleared = ContactEdit { expires_on: Edit::Clear, ..ContactEdit::default() };
        assert_eq!(edited(kept, cleared).expect("right").expires_on, Some(day("2029-01-31")));
        let before = ContactEdit { expires_on: consent("2026-01-31"), ..ContactEdit::default() };
        assert_eq!(edited(shorter, before), Err(vec!["input.expiresOn".into()]));
    }

    #[test]
    fn history_tells_what_changed_and_not_from_what_to_what() {
        let contact = edited(blank(), named(ContactVisibility::Managers, Edit::Keep)).expect("right");
        let mut other = contact.clone();
        other.name = "Jean Petit".to_owned();
        other.phone = Some("+33612345678".to_owned());
        let told = Value::Object(masked_difference(Some(&contact), Some(&other)));
        assert_eq!(told, json!({ "contact.name": ["•••", "•••"], "contact.phone": [null, "•••"] }));
        let erased = Value::Object(masked_difference(Some(&contact), None));
        assert_eq!(erased, json!({ "contact.name": ["•••", null], "contact.visibility": ["•••", null] }));
        assert!(!format!("{contact:?}").contains("Awa"));
    }
}
