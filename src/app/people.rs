//! Users: who they are, what is granted to them, and by whom.

use chrono::TimeDelta;
use serde_json::{Map, Value, json};

use super::access::require_somewhere;
use super::granting::GrantInput;
use super::tokens::internal;
use super::{App, Error};
use crate::auth::secrets;
use crate::domain::caller::{Caller, Grant, Right};
use crate::domain::error::{ViolationCode, Violations};
use crate::domain::granting::Receiver;
use crate::domain::ids::{GrantId, Subject, UserId};
use crate::domain::letters::Letter;
use crate::domain::paging::{Page, Slice};
use crate::domain::passwords;
use crate::domain::people::{User, email, name};
use crate::domain::policy::{Act, Visibility, may_somewhere};
use crate::store::people::{self, Holder, NewUser, Seen};
use crate::store::records::Action;
use crate::store::sessions::{self, Purpose};
use crate::store::{StoreError, Transaction, api_keys, lock};

/// How long an invitation works.
const INVITATION_LASTS: TimeDelta = TimeDelta::days(7);
/// Held by whoever takes something from an administrator, so that one is left.
const ADMINS_LOCK: &str = "administrators";

/// Someone new, and the link by which they choose a password.
#[derive(Clone, Debug)]
pub struct Invitation {
    /// What the link carries.
    pub token: String,
    /// Until when it works.
    pub expires_at: chrono::DateTime<chrono::Utc>,
    /// Who is invited.
    pub user: User,
}

/// Which users a caller sees beside themselves.
fn seen_by(caller: &Caller) -> Seen {
    if may_somewhere(caller, Act::SeeUsers).is_err() {
        return Seen::None;
    }
    match Visibility::of(caller) {
        Visibility::Everything => Seen::Everyone,
        Visibility::Granted(sight) => Seen::Within(sight.managed.clone()),
        Visibility::Public => Seen::None,
    }
}

fn absent(what: &str) -> Error {
    Error::NotFound(format!("no such {what}"))
}

/// Who asks, a person; keys and strangers are refused.
pub(super) fn person(caller: &Caller) -> Result<UserId, Error> {
    require_somewhere(caller, Act::KeepKeys)?;
    caller.person().ok_or_else(|| Error::Forbidden("this is done by a person".to_owned()))
}

/// What a new grant leaves in history: no names, no addresses.
pub(super) fn grant_fields(grant: &Grant, holder: impl Into<Subject>) -> Map<String, Value> {
    let told = [
        ("holder", json!(holder.into().id)),
        ("role", json!(grant.right.role())),
        ("territory", json!(grant.right.territory())),
        ("actor", json!(grant.right.actor())),
        ("expires_at", json!(grant.expires_at)),
    ];
    let told = told.into_iter().filter(|(_, value)| !value.is_null());
    told.map(|(name, value)| (name.to_owned(), json!([null, value]))).collect()
}

impl App {
    /// The user of an address, however it is written; null where there is none.
    pub async fn user_by_email(&self, email: &str) -> Result<Option<UserId>, Error> {
        Ok(people::user_by_email(self.store.db(), &email.replace('\0', "")).await?)
    }

    /// Those of these users whom the caller may see.
    pub async fn users_seen(&self, caller: &Caller, ids: &[UserId]) -> Result<Vec<User>, Error> {
        let (seen, reader) = (seen_by(caller), caller.person());
        if seen == Seen::None && reader.is_none() {
            return Ok(Vec::new());
        }
        Ok(people::by_ids(self.store.db(), ids, &seen, reader, self.clock.now()).await?)
    }

    /// A page of the users whom the caller manages.
    pub async fn users(&self, caller: &Caller, page: &Page) -> Result<Slice<User>, Error> {
        require_somewhere(caller, Act::SeeUsers)?;
        Ok(self.store.users(&seen_by(caller), caller.person(), page, self.clock.now()).await?)
    }

    /// How many there are.
    pub async fn count_users(&self, caller: &Caller) -> Result<i64, Error> {
        require_somewhere(caller, Act::SeeUsers)?;
        Ok(self.store.count_users(&seen_by(caller), self.clock.now()).await?)
    }

    /// Makes an account for someone, who chooses a password by the link that is returned, and sent to them.
    pub async fn invite_user(
        &self,
        caller: &Caller,
        address: &str,
        display_name: &str,
        given: &[GrantInput],
    ) -> Result<Invitation, Error> {
        require_somewhere(caller, Act::GrantRights)?;
        let mut found = Violations::default();
        let (email, display_name) =
            (email("email", address, &mut found), name("displayName", display_name, &mut found));
        if given.is_empty() && !caller.is_admin() {
            let message =
                "give at least one right within your territories: else you could not see whom you invited";
            found.add("grants", ViolationCode::Required, message);
        }
        let grants = self.read_grants(caller, "grants", given, Receiver::Person, found).await?;
        let now = self.clock.now();
        let user = NewUser {
            id: UserId(self.ids.next(now)),
            email: email.clone(),
            display_name: display_name.clone(),
            password_hash: None,
            demo: false,
            at: now,
        };
        let token = secrets::token().map_err(internal)?;
        let expires_at = now + INVITATION_LASTS;
        let tx = self.store.begin().await?;
        if !people::insert_user(&tx, &user).await? {
            let existing = people::user_by_email(&tx, &email).await?.ok_or_else(|| absent("user"))?;
            // Whoever holds one connection asks for no second one.
            drop(tx);
            let seen = caller.is_admin() || !self.users_seen(caller, &[existing]).await?.is_empty();
            return Err(Error::Duplicate {
                message: "someone has this address already: grant them what they are to have, or ask an administrator to where they are not among your users; where their invitation has ended, they ask for a new password".to_owned(),
                existing: seen.then(|| existing.into()),
            });
        }
        self.record_user(&tx, caller, user.id).await?;
        self.write_grants(&tx, caller, Holder::User(user.id), &grants).await?;
        let hash = secrets::hash(&token);
        sessions::insert_link(&tx, user.id, Purpose::Invitation, hash, now, expires_at).await?;
        self.post(&tx, &[user.id], &Letter::Invitation { token: token.clone(), expires_at }).await?;
        tx.commit().await.map_err(StoreError::from)?;
        let user = User { id: user.id, email, display_name, active: true, created_at: now, grants };
        Ok(Invitation { token, expires_at, user })
    }

    /// Grants a right to someone else.
    pub async fn grant_role(&self, caller: &Caller, user: UserId, given: &GrantInput) -> Result<User, Error> {
        require_somewhere(caller, Act::GrantRights)?;
        if caller.person() == Some(user) {
            return Err(Error::Forbidden("nobody grants rights to themselves: ask another".to_owned()));
        }
        let given = std::slice::from_ref(given);
        let grants =
            self.read_grants(caller, "grant", given, Receiver::Person, Violations::default()).await?;
        // Whom one does not see one learns nothing of, and brings nobody into one's reach by a gift.
        if !caller.is_admin() && self.users_seen(caller, &[user]).await?.is_empty() {
            return Err(absent("user"));
        }
        let now = self.clock.now();
        let tx = self.store.begin().await?;
        let found = people::for_update(&tx, user, now).await?.ok_or_else(|| absent("user"))?;
        if !found.active {
            return Err(conflict("this user is deactivated"));
        }
        if found.grants.iter().any(|held| grants.iter().any(|grant| grant.right == held.right)) {
            return Err(conflict("they have this right already: to change when it ends, revoke it first"));
        }
        self.write_grants(&tx, caller, Holder::User(user), &grants).await?;
        if !people::is_taken(&tx, user).await? {
            // Who invited them holds the link of then, and would come into this right by it: only the address gets the new one.
            sessions::void_links(&tx, user, now).await?;
            let (token, expires_at) = (secrets::token().map_err(internal)?, now + INVITATION_LASTS);
            let hash = secrets::hash(&token);
            sessions::insert_link(&tx, user, Purpose::Invitation, hash, now, expires_at).await?;
            self.post(&tx, &[user], &Letter::Invitation { token, expires_at }).await?;
        }
        tx.commit().await.map_err(StoreError::from)?;
        self.users_seen(caller, &[user]).await?.pop().ok_or_else(|| absent("user"))
    }

    /// Takes a right back that the caller could grant, whatever else its holder has. The holder, as the caller sees them.
    pub async fn revoke_grant(&self, caller: &Caller, id: GrantId) -> Result<User, Error> {
        require_somewhere(caller, Act::GrantRights)?;
        let now = self.clock.now();
        let tx = self.store.begin().await?;
        lock(&tx, ADMINS_LOCK).await?;
        let holder = people::holder_of(&tx, id).await?.ok_or_else(|| absent("grant"))?;
        let user = self.seen_of(&tx, caller, holder, "grant").await?;
        let Some(grant) = user.grants.iter().find(|grant| grant.id == id) else {
            return Err(absent("grant"));
        };
        if !caller.is_admin() && !self.may_give_all(&tx, caller, &[grant.right]).await? {
            return Err(Error::Forbidden(
                "this right is not yours to give: an administrator takes it".to_owned(),
            ));
        }
        if grant.right == Right::Admin && !people::is_another_admin(&tx, holder, now).await? {
            return Err(last_admin());
        }
        people::delete_grant(&tx, id).await?;
        let taken = grant_fields(grant, holder);
        let turned = |value: Value| json!([value[1], null]);
        let fields = taken.into_iter().map(|(name, value)| (name, turned(value))).collect();
        self.record(&tx, caller, Action::Erase, id.into(), 2, fields).await?;
        tx.commit().await.map_err(StoreError::from)?;
        let grants = user.grants.iter().filter(|grant| grant.id != id).copied().collect();
        Ok(User { grants, ..user })
    }

    /// Lets someone sign in no more, all of whose rights the caller could grant; their sign-ins and keys end.
    pub async fn deactivate_user(&self, caller: &Caller, id: UserId) -> Result<User, Error> {
        require_somewhere(caller, Act::DeactivateUser)?;
        let now = self.clock.now();
        let tx = self.store.begin().await?;
        lock(&tx, ADMINS_LOCK).await?;
        let user = self.whole_in_reach(&tx, caller, id, "user").await?;
        if !user.active {
            return Ok(user);
        }
        let is_admin = user.grants.iter().any(|grant| grant.right == Right::Admin);
        if is_admin && !people::is_another_admin(&tx, id, now).await? {
            return Err(last_admin());
        }
        people::set_active(&tx, id, false).await?;
        sessions::end_sessions(&tx, id, now).await?;
        sessions::void_links(&tx, id, now).await?;
        for key in api_keys::revoke_all(&tx, id, now).await? {
            self.record_revoked(&tx, caller, key).await?;
        }
        let fields = Map::from_iter([("active".to_owned(), json!([true, false]))]);
        self.record(&tx, caller, Action::Update, id.into(), 2, fields).await?;
        tx.commit().await.map_err(StoreError::from)?;
        Ok(User { active: false, ..user })
    }

    /// A user with those of their rights that the caller sees, locked. Whom the caller may not see is not there.
    async fn seen_of(
        &self,
        tx: &Transaction,
        caller: &Caller,
        id: UserId,
        what: &str,
    ) -> Result<User, Error> {
        let now = self.clock.now();
        let whole = people::for_update(tx, id, now).await?.ok_or_else(|| absent(what))?;
        if caller.is_admin() {
            return Ok(whole);
        }
        let seen = people::by_ids(tx, &[id], &seen_by(caller), caller.person(), now).await?.pop();
        seen.ok_or_else(|| absent(what))
    }

    /// A user all of whose rights the caller could grant, locked. Whom the caller may not see is not there.
    async fn whole_in_reach(
        &self,
        tx: &Transaction,
        caller: &Caller,
        id: UserId,
        what: &str,
    ) -> Result<User, Error> {
        let seen = self.seen_of(tx, caller, id, what).await?;
        if caller.is_admin() {
            return Ok(seen);
        }
        let whole = people::for_update(tx, id, self.clock.now()).await?.ok_or_else(|| absent(what))?;
        let rights: Vec<_> = whole.grants.iter().map(|grant| grant.right).collect();
        if seen.grants.len() < whole.grants.len() || !self.may_give_all(tx, caller, &rights).await? {
            return Err(Error::Forbidden(
                "they have rights outside of your reach: this is for an administrator".to_owned(),
            ));
        }
        Ok(whole)
    }

    /// Makes a user with these rights, at the operator's command; null where the address is taken.
    pub async fn add_user(
        &self,
        address: &str,
        display_name: &str,
        rights: &[Right],
    ) -> Result<Option<UserId>, Error> {
        self.make_user(address, display_name, rights, None, false).await
    }

    /// Makes a user who signs in with this password, at the operator's command.
    pub async fn create_user(
        &self,
        address: &str,
        display_name: &str,
        is_admin: bool,
        password: String,
    ) -> Result<UserId, Error> {
        let mut found = Violations::default();
        passwords::check("password", &password, address.trim(), &mut found);
        found.into_result(())?;
        let hash = self.hasher.hash(password).await.map_err(internal)?;
        let rights: &[Right] = if is_admin { &[Right::Admin] } else { &[] };
        let made = self.make_user(address, display_name, rights, Some(hash), false).await?;
        made.ok_or_else(|| conflict("someone has this address already"))
    }

    /// The same as `add_user`, with what is kept of their password, and whether they are the demo's.
    pub(super) async fn make_user(
        &self,
        address: &str,
        display_name: &str,
        rights: &[Right],
        password_hash: Option<String>,
        demo: bool,
    ) -> Result<Option<UserId>, Error> {
        let now = self.clock.now();
        let mut found = Violations::default();
        let user = NewUser {
            id: UserId(self.ids.next(now)),
            email: email("email", address, &mut found),
            display_name: name("displayName", display_name, &mut found),
            password_hash,
            demo,
            at: now,
        };
        found.into_result(())?;
        let tx = self.store.begin().await?;
        if !people::insert_user(&tx, &user).await? {
            return Ok(None);
        }
        self.record_user(&tx, &Caller::Operator, user.id).await?;
        let grant =
            |right: &Right| Grant { id: GrantId(self.ids.next(now)), right: *right, expires_at: None };
        let grants: Vec<_> = rights.iter().map(grant).collect();
        self.write_grants(&tx, &Caller::Operator, Holder::User(user.id), &grants).await?;
        tx.commit().await.map_err(StoreError::from)?;
        Ok(Some(user.id))
    }

    async fn record_user(&self, tx: &Transaction, caller: &Caller, id: UserId) -> Result<(), Error> {
        let fields = Map::from_iter([("active".to_owned(), json!([null, true]))]);
        self.record(tx, caller, Action::Create, id.into(), 1, fields).await
    }

    pub(super) async fn write_grants(
        &self,
        tx: &Transaction,
        caller: &Caller,
        holder: Holder,
        grants: &[Grant],
    ) -> Result<(), Error> {
        let now = self.clock.now();
        for grant in grants {
            people::insert_grant(tx, holder, grant, now).await?;
            let fields = match holder {
                Holder::User(id) => grant_fields(grant, id),
                Holder::Key(id) => grant_fields(grant, id),
            };
            self.record(tx, caller, Action::Create, grant.id.into(), 1, fields).await?;
        }
        Ok(())
    }
}

fn conflict(message: &str) -> Error {
    Error::Conflict { message: message.to_owned(), current_version: None, candidates: Vec::new() }
}

fn last_admin() -> Error {
    conflict("they are the last administrator who may sign in: make another one first")
}
