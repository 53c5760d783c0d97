//! Contacts as clients read and write them. Each is shown by its own visibility, however it is reached.

use async_graphql::{Context, Description, ID, InputObject, MaybeUndefined, Object};

use super::actors::Actor;
use super::context::ContextExt;
use super::enums::Visibility;
use super::error::{ApiError, Result};
use super::ids::{global_id, id_of};
use super::loaders::{ContactsOf, StandingTo};
use super::scalars::{Date, edit, read, read_edit};
use crate::domain::contacts as domain;
use crate::domain::edit::Edit;
use crate::domain::error::Violations;
use crate::domain::ids::{ActorId, ContactId};
use crate::domain::policy::{Act, Standing, may_somewhere};

/// A person to reach at an actor. Personal data: shown by visibility and while consent holds, erased on request, and
/// never in searches, maps or exports.
#[derive(Clone, Description)]
pub struct Contact(pub domain::Contact);

#[Object(use_type_description)]
impl Contact {
    /// Opaque and the same for life.
    pub async fn id(&self) -> ID {
        global_id(self.0.id)
    }

    /// Whose it is; null where that may no longer be seen.
    async fn actor(&self, ctx: &Context<'_>) -> Option<Result<Actor>> {
        let found = ctx.loader().load_one(self.0.actor).await;
        found.map(|found| found.map(Actor)).map_err(ApiError::from).transpose()
    }

    /// How the person is called.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// What they do there.
    async fn role(&self) -> Option<&str> {
        self.0.role.as_deref()
    }

    /// Their e-mail address.
    async fn email(&self) -> Option<&str> {
        self.0.email.as_deref()
    }

    /// Their telephone number, as in `+33237388412`.
    async fn phone(&self) -> Option<&str> {
        self.0.phone.as_deref()
    }

    /// To whom it is shown.
    async fn visibility(&self) -> Visibility {
        self.0.visibility.into()
    }

    /// The day on which the person agreed to be shown so; null where nobody asked, which only MANAGERS allows.
    async fn consent_on(&self) -> Option<Date> {
        self.0.consent_on.map(Date::from)
    }

    /// From this day on only managers see it; null where there is no consent that could end.
    async fn expires_on(&self) -> Option<Date> {
        self.0.expires_on.map(Date::from)
    }
}

/// The contacts of an actor that the caller may see, oldest first.
pub async fn contacts_of(ctx: &Context<'_>, actor: ActorId) -> Result<Vec<Contact>> {
    let found = ctx.loader().load_one(ContactsOf(actor)).await?.unwrap_or_default();
    if found.is_empty() {
        return Ok(Vec::new());
    }
    let Some(standing) = standing(ctx, actor).await? else { return Ok(Vec::new()) };
    let today = ctx.app().clock.today();
    let seen = found.into_iter().filter(|contact| contact.is_seen_by(ctx.caller(), standing, today));
    Ok(seen.map(Contact).collect())
}

/// A contact by its id; null where it, or its actor, is absent or not to be seen.
pub async fn contact(ctx: &Context<'_>, id: ContactId) -> Result<Option<Contact>> {
    let Some(found) = ctx.loader().load_one(id).await? else { return Ok(None) };
    if ctx.loader().load_one(found.actor).await?.is_none() {
        return Ok(None);
    }
    let Some(standing) = standing(ctx, found.actor).await? else { return Ok(None) };
    let is_seen = found.is_seen_by(ctx.caller(), standing, ctx.app().clock.today());
    Ok(is_seen.then_some(Contact(found)))
}

/// How the caller stands to an actor that they see. Where no role shows them more than the public, nobody is asked.
async fn standing(ctx: &Context<'_>, actor: ActorId) -> Result<Option<Standing>> {
    let caller = ctx.caller();
    let sees_more = [Act::SeePartnerContacts, Act::SeeEveryContact, Act::SeeExpiredContacts]
        .iter()
        .any(|act| may_somewhere(caller, *act).is_ok());
    if caller.is_admin() || !sees_more {
        return Ok(Some(Standing::default()));
    }
    Ok(ctx.loader().load_one(StandingTo(actor.into())).await?)
}

/// A new contact. Give personal data only of those who know that it is kept here.
#[derive(InputObject)]
pub struct ContactInput {
    /// How the person is called: one line.
    name: String,
    /// What they do there.
    role: Option<String>,
    /// Their e-mail address.
    email: Option<String>,
    /// Their telephone number: a French one of ten digits, or with `+` and the country's code.
    phone: Option<String>,
    /// To whom it is shown; PUBLIC and PARTNERS need `consentOn`.
    #[graphql(default_with = "Visibility::Managers")]
    visibility: Visibility,
    /// The day on which the person agreed; not in the future.
    consent_on: Option<Date>,
    /// From this day on only managers see it; three years after the consent where it is left out.
    expires_on: Option<Date>,
}

impl ContactInput {
    fn read(self, found: &mut Violations) -> domain::ContactEdit {
        domain::ContactEdit {
            name: Edit::Set(self.name),
            role: Edit::given(self.role),
            email: Edit::given(self.email),
            phone: Edit::given(self.phone),
            visibility: Edit::Set(self.visibility.into()),
            consent_on: Edit::given(read(self.consent_on.as_ref(), "input.consentOn", found)),
            expires_on: Edit::given(read(self.expires_on.as_ref(), "input.expiresOn", found)),
        }
    }
}

/// A change of a contact: a field left out stays, and null clears. A new consent moves the expiry that followed from
/// the old one; one that somebody gave stays.
#[derive(InputObject)]
pub struct UpdateContactInput {
    /// How the person is called: one line.
    name: MaybeUndefined<String>,
    /// What they do there.
    role: MaybeUndefined<String>,
    /// Their e-mail address.
    email: MaybeUndefined<String>,
    /// Their telephone number: a French one of ten digits, or with `+` and the country's code.
    phone: MaybeUndefined<String>,
    /// To whom it is shown; PUBLIC and PARTNERS need `consentOn`.
    visibility: MaybeUndefined<Visibility>,
    /// The day on which the person agreed; not in the future.
    consent_on: MaybeUndefined<Date>,
    /// From this day on only managers see it; null sets it three years after the consent.
    expires_on: MaybeUndefined<Date>,
}

impl UpdateContactInput {
    fn read(self, found: &mut Violations) -> domain::ContactEdit {
        domain::ContactEdit {
            name: edit(self.name),
            role: edit(self.role),
            email: edit(self.email),
            phone: edit(self.phone),
            visibility: edit(self.visibility).map(Into::into),
            consent_on: read_edit(self.consent_on, "input.consentOn", found),
            expires_on: read_edit(self.expires_on, "input.expiresOn", found),
        }
    }
}

/// Persons to reach.
#[derive(Default)]
pub struct ContactMutation;

#[Object]
impl ContactMutation {
    /// Adds a person to reach to an actor, which has fifty at most. The actor's history tells that it happened, without
    /// what was written.
    async fn add_contact(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Id of the actor.")] actor: ID,
        #[graphql(desc = "The contact.")] input: ContactInput,
    ) -> Option<Result<Contact>> {
        let mut found = Violations::default();
        let input = input.read(&mut found);
        let added = ctx.app().add_contact(ctx.caller(), id_of::<ActorId>(&actor), input, found).await;
        Some(added.map(Contact).map_err(ApiError))
    }

    /// Changes a contact.
    async fn update_contact(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Its id.")] id: ID,
        #[graphql(desc = "What changes.")] input: UpdateContactInput,
    ) -> Option<Result<Contact>> {
        let mut found = Violations::default();
        let input = input.read(&mut found);
        let updated = ctx.app().update_contact(ctx.caller(), id_of::<ContactId>(&id), input, found).await;
        Some(updated.map(Contact).map_err(ApiError))
    }

    /// Erases a contact for good: nothing of it stays but that there was one, in the actor's history.
    async fn erase_contact(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Its id.")] id: ID,
    ) -> Option<Result<ID>> {
        let erased = ctx.app().erase_contact(ctx.caller(), id_of::<ContactId>(&id)).await;
        Some(erased.map(global_id).map_err(ApiError))
    }
}
