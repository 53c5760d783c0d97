//! People, what they may do, and how they prove who they are.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.get_connection().execute_unprepared(UP).await.map(drop)
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.get_connection().execute_unprepared(DOWN).await.map(drop)
    }
}

const UP: &str = r"
CREATE TABLE users (
    id uuid PRIMARY KEY,
    email text NOT NULL,
    -- By which the address is compared.
    email_key text NOT NULL GENERATED ALWAYS AS (lower(email)) STORED CONSTRAINT users_email UNIQUE,
    display_name text NOT NULL,
    -- Argon2id, PHC string; null until an invitation is accepted, and for those of another provider.
    password_hash text,
    -- The language of letters to them.
    language text NOT NULL DEFAULT 'fr' CHECK (language IN ('fr', 'en')),
    active boolean NOT NULL DEFAULT true,
    -- Made by the demo, with a password that everyone knows: refused outside of it.
    demo boolean NOT NULL DEFAULT false,
    created_at timestamptz NOT NULL,
    -- Access tokens from before are refused: set when the password changes.
    sessions_from timestamptz NOT NULL
);
CREATE INDEX users_created ON users (created_at, id);

-- Who a user is for another provider; found by both together, never across issuers.
CREATE TABLE user_identities (
    issuer text NOT NULL,
    subject text NOT NULL,
    user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (issuer, subject)
);
CREATE INDEX user_identities_user ON user_identities (user_id);

CREATE TABLE api_keys (
    id uuid PRIMARY KEY,
    -- The key does no more than this person may.
    owner_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    name text NOT NULL,
    -- The visible beginning.
    prefix text NOT NULL CONSTRAINT api_keys_prefix UNIQUE,
    -- SHA-256 of the whole secret, which is random: nothing slower is needed.
    hash bytea NOT NULL,
    -- Web origins that it is bound to; empty for use outside of browsers.
    allowed_origins text[] NOT NULL DEFAULT '{}',
    expires_at timestamptz,
    last_used_at timestamptz,
    revoked_at timestamptz,
    created_at timestamptz NOT NULL
);
CREATE INDEX api_keys_created ON api_keys (created_at, id);
CREATE INDEX api_keys_owner ON api_keys (owner_id);

CREATE TABLE grants (
    id uuid PRIMARY KEY,
    user_id uuid REFERENCES users ON DELETE CASCADE,
    api_key_id uuid REFERENCES api_keys ON DELETE CASCADE,
    role text NOT NULL,
    territory_id uuid REFERENCES territories ON DELETE CASCADE,
    actor_id uuid REFERENCES actors ON DELETE CASCADE,
    expires_at timestamptz,
    created_at timestamptz NOT NULL,
    CONSTRAINT grants_holder CHECK (num_nonnulls(user_id, api_key_id) = 1),
    CONSTRAINT grants_right CHECK (CASE role
        WHEN 'ADMIN' THEN num_nonnulls(territory_id, actor_id) = 0
        WHEN 'TERRITORY_MANAGER' THEN territory_id IS NOT NULL AND actor_id IS NULL
        WHEN 'ANALYST' THEN territory_id IS NOT NULL AND actor_id IS NULL
        WHEN 'PARTNER' THEN actor_id IS NULL
        WHEN 'ACTOR_EDITOR' THEN territory_id IS NULL AND actor_id IS NOT NULL
        ELSE false END)
);
CREATE INDEX grants_user ON grants (user_id);
CREATE INDEX grants_key ON grants (api_key_id);
CREATE INDEX grants_territory ON grants (territory_id);
CREATE INDEX grants_actor ON grants (actor_id);

-- What a refresh token is good for: one use, after which the next of its family is given.
CREATE TABLE refresh_tokens (
    id uuid PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    -- One sign-in and all that follows from it; named by access tokens as `sid`.
    family uuid NOT NULL,
    hash bytea NOT NULL CONSTRAINT refresh_tokens_hash UNIQUE,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    used_at timestamptz
);
CREATE INDEX refresh_tokens_family ON refresh_tokens (family);
CREATE INDEX refresh_tokens_user ON refresh_tokens (user_id);

-- Sign-ins that were ended: their access tokens are refused too.
CREATE TABLE ended_sessions (
    family uuid PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    ended_at timestamptz NOT NULL
);
CREATE INDEX ended_sessions_user ON ended_sessions (user_id);

-- Links that work once.
CREATE TABLE one_time_tokens (
    hash bytea PRIMARY KEY,
    purpose text NOT NULL CHECK (purpose IN ('INVITATION', 'PASSWORD_RESET')),
    user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    used_at timestamptz
);
CREATE INDEX one_time_tokens_user ON one_time_tokens (user_id);

-- Failed attempts by what is attempted (an account, an address), as hashes; they slow the next one down.
CREATE TABLE attempts (
    key bytea PRIMARY KEY,
    failures integer NOT NULL,
    last_at timestamptz NOT NULL
);
";

const DOWN: &str = r"
DROP TABLE attempts, one_time_tokens, ended_sessions, refresh_tokens, grants, api_keys, user_identities, users;
";
