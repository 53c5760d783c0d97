//! What is held of a person, and its erasure.

use chrono::{DateTime, Utc};
use sea_orm::ConnectionTrait;
use serde_json::Value;
use uuid::Uuid;

use super::Transaction;
use super::error::StoreError;
use super::rows::{get, parse};
use super::sql::Sql;
use crate::domain::caller::user_reference;
use crate::domain::ids::{Subject, UserId};

/// The address of a user who is to be erased; the account is locked. Null where there is none.
pub async fn address_for_update(tx: &Transaction, id: UserId) -> Result<Option<String>, StoreError> {
    let mut sql = Sql::new("SELECT email FROM users WHERE id = ");
    sql.bind(id.0).push(" FOR UPDATE");
    sql.row(tx).await?.map(|row| get(&row, "email")).transpose()
}

/// Whether this user is an administrator, and no other can sign in. The others are locked, so that two who leave at
/// once don't both count on the other.
pub async fn is_last_administrator(
    tx: &Transaction,
    id: UserId,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let mut sql = Sql::new(
        "SELECT u.id, u.active AND (u.password_hash IS NOT NULL OR EXISTS (SELECT 1 FROM user_identities i WHERE i.user_id = u.id)) AS able
        FROM users u JOIN grants g ON g.user_id = u.id WHERE g.role = 'ADMIN' AND (g.expires_at IS NULL OR g.expires_at > ",
    );
    sql.bind(now).push(") ORDER BY u.id, g.id FOR UPDATE OF u, g");
    let (mut is_one, mut others) = (false, false);
    for row in sql.rows(tx).await? {
        let (admin, able): (Uuid, bool) = (get(&row, "id")?, get(&row, "able")?);
        is_one |= admin == id.0;
        others |= admin != id.0 && able;
    }
    Ok(is_one && !others)
}

/// Erases a user with all that hangs on the account, and what they wrote beside entries: comments, the keys of their
/// creations. Their writes stay under a reference that names nobody any more.
pub async fn erase_user(tx: &Transaction, id: UserId) -> Result<(), StoreError> {
    let mut sql = Sql::new("SELECT 'key:' || id AS caller FROM api_keys WHERE owner_id = ");
    sql.bind(id.0);
    let mut callers: Vec<String> =
        sql.rows(tx).await?.iter().map(|row| get(row, "caller")).collect::<Result<_, _>>()?;
    callers.push(user_reference(id));
    for statement in [
        "UPDATE changes c SET comment = NULL FROM suggestions s WHERE c.comment = s.comment AND c.subject_kind = 'ACTOR' AND c.subject_id = s.actor_id AND s.caller = ANY(",
        "UPDATE changes SET comment = NULL WHERE comment IS NOT NULL AND caller = ANY(",
        "UPDATE suggestions SET comment = NULL WHERE comment IS NOT NULL AND caller = ANY(",
        "UPDATE application_sign_offs SET reason = NULL WHERE reason IS NOT NULL AND answered_by = ANY(",
        "DELETE FROM client_keys WHERE caller = ANY(",
        "DELETE FROM export_jobs WHERE owner = ANY(",
    ] {
        let mut sql = Sql::new(statement);
        sql.bind(callers.clone()).push(")");
        sql.execute(tx).await?;
    }
    // What they wrote that stands in rows of others: reasons of disputes.
    for statement in [
        "UPDATE interactions i SET dispute_reason = NULL WHERE i.dispute_reason IS NOT NULL AND i.id IN (SELECT c.subject_id FROM changes c
            WHERE c.subject_kind = 'INTERACTION' AND c.action = 'DISPUTE' AND c.fields #>> '{dispute_reason,1}' = i.dispute_reason AND c.caller = ANY(",
        "UPDATE changes o SET fields = o.fields - 'dispute_reason' WHERE o.subject_kind = 'INTERACTION' AND o.fields ? 'dispute_reason' AND o.subject_id IN (SELECT c.subject_id FROM changes c
            WHERE c.subject_kind = 'INTERACTION' AND c.action = 'DISPUTE' AND c.caller = ANY(",
    ] {
        let mut sql = Sql::new(statement);
        sql.bind(callers.clone()).push("))");
        sql.execute(tx).await?;
    }
    let mut sql = Sql::new("DELETE FROM users WHERE id = ");
    sql.bind(id.0);
    sql.execute(tx).await.map(drop)
}

/// Accounts, contacts and persons of collectives that were erased since then.
pub async fn erased_since(
    db: &impl ConnectionTrait,
    since: DateTime<Utc>,
) -> Result<Vec<Subject>, StoreError> {
    let mut sql = Sql::new(
        "SELECT DISTINCT subject_kind, subject_id FROM changes WHERE action = 'ERASE' AND subject_kind IN ('USER', 'CONTACT', 'SUPPORT_CONTACT', 'RESOURCE_PERSON') AND at >= ",
    );
    sql.bind(since).push(" ORDER BY subject_kind, subject_id");
    let subject = |row| {
        let kind: String = get(row, "subject_kind")?;
        Ok(Subject { kind: parse("changes", "subject_kind", &kind)?, id: get(row, "subject_id")? })
    };
    sql.rows(db).await?.iter().map(subject).collect()
}

/// All that is held of the person of an address, as they may ask for it; secrets are left out.
pub async fn held(db: &impl ConnectionTrait, email: &str) -> Result<Value, StoreError> {
    let mut sql = Sql::new("WITH person AS (SELECT * FROM users WHERE email_key = lower(");
    sql.bind(email).push(
        ")), callers AS (SELECT 'user:' || id AS caller FROM person UNION ALL
            SELECT 'key:' || k.id FROM api_keys k JOIN person ON person.id = k.owner_id)
        SELECT jsonb_build_object(
            'account', (SELECT jsonb_build_object('id', id, 'email', email, 'displayName', display_name, 'language', language,
                'active', active, 'hasPassword', password_hash IS NOT NULL, 'createdAt', created_at) FROM person),
            'identities', (SELECT coalesce(jsonb_agg(jsonb_build_object('issuer', i.issuer, 'subject', i.subject, 'createdAt', i.created_at)), '[]')
                FROM user_identities i JOIN person ON person.id = i.user_id),
            'grants', (SELECT coalesce(jsonb_agg(jsonb_build_object('role', g.role, 'territory', t.name, 'actor', a.name, 'expiresAt', g.expires_at, 'createdAt', g.created_at)), '[]')
                FROM grants g JOIN person ON person.id = g.user_id LEFT JOIN territories t ON t.id = g.territory_id LEFT JOIN actors a ON a.id = g.actor_id),
            'apiKeys', (SELECT coalesce(jsonb_agg(jsonb_build_object('name', k.name, 'prefix', k.prefix, 'lastUsedAt', k.last_used_at, 'createdAt', k.created_at)), '[]')
                FROM api_keys k JOIN person ON person.id = k.owner_id),
            'sessions', (SELECT coalesce(jsonb_agg(jsonb_build_object('createdAt', r.created_at, 'expiresAt', r.expires_at)), '[]')
                FROM refresh_tokens r JOIN person ON person.id = r.user_id),
            'letters', (SELECT coalesce(jsonb_agg(jsonb_build_object('kind', o.letter->>'kind', 'status', o.status, 'createdAt', o.created_at)), '[]')
                FROM outbox o JOIN person ON person.id = o.user_id),
            'writes', (SELECT count(*) FROM changes WHERE caller IN (SELECT caller FROM callers)),
            'comments', (SELECT coalesce(jsonb_agg(jsonb_build_object('at', c.at, 'comment', c.comment)), '[]')
                FROM changes c WHERE c.comment IS NOT NULL AND c.caller IN (SELECT caller FROM callers)),
            'suggestions', (SELECT coalesce(jsonb_agg(jsonb_build_object('createdAt', s.created_at, 'comment', s.comment, 'changes', s.changes)), '[]')
                FROM suggestions s WHERE s.caller IN (SELECT caller FROM callers)),
            'votes', (SELECT coalesce(jsonb_agg(jsonb_build_object('finding', f.text, 'importance', v.importance, 'capacityToAct', v.capacity)), '[]')
                FROM swot_votes v JOIN person ON person.id = v.user_id JOIN swot_items f ON f.id = v.item_id),
            'contacts', (SELECT coalesce(jsonb_agg(jsonb_build_object('actor', a.name, 'name', c.name, 'role', c.role, 'email', c.email, 'phone', c.phone,
                'visibility', c.visibility, 'consentOn', c.consent_on, 'expiresOn', c.expires_on, 'createdAt', c.created_at)), '[]')
                FROM contacts c JOIN actors a ON a.id = c.actor_id WHERE lower(c.email) = lower(",
    );
    sql.bind(email).push(
        ")), 'supportContacts', (SELECT coalesce(jsonb_agg(jsonb_build_object('institution', a.name, 'name', s.name, 'role', s.role, 'email', s.email,
                'phone', s.phone, 'territory', t.name, 'visibility', s.visibility, 'absentUntil', s.absent_until, 'createdAt', s.created_at)), '[]')
                FROM support_contacts s JOIN actors a ON a.id = s.institution_id JOIN territories t ON t.id = s.territory_id WHERE lower(s.email) = lower(",
    );
    sql.bind(email).push("))) AS held");
    sql.row(db).await?.map_or(Ok(Value::Null), |row| get(&row, "held"))
}
