//! What the database is made of: the server's settings, the schema's parts, its version, its generated columns.

use sea_orm::ConnectionTrait;

use super::error::StoreError;
use super::rows::get;
use super::sql::Sql;
use migration::{Migrator, MigratorTrait};

/// The parts of a freshly migrated schema, a line each, in order; a test holds it to what the migrations make.
pub const PARTS: &str = include_str!("catalogue.txt");

/// The server and the settings of the database that the schema relies on.
#[derive(Clone, Debug)]
pub struct Server {
    /// The version, as a number: 150018 is 15.18.
    pub number: u32,
    /// The version, to be read.
    pub version: String,
    /// The encoding: UTF8 is expected.
    pub encoding: String,
    /// The character type: not C, or letters with accents have no lower case.
    pub character_type: String,
    /// Whether French names are lower-cased as they should be.
    pub folds: bool,
    /// Whether the server cleans up and counts by itself.
    pub autovacuum: bool,
}

impl Server {
    /// The major version.
    pub fn major(&self) -> u32 {
        self.number / 10_000
    }
}

/// Asks the server.
pub async fn server(db: &impl ConnectionTrait) -> Result<Server, StoreError> {
    let sql = Sql::new(
        "SELECT current_setting('server_version_num')::int4 AS number, current_setting('server_version') AS version,
            current_setting('server_encoding') AS encoding, datctype::text AS character_type, lower('É') = 'é' AS folds,
            current_setting('autovacuum')::bool AS autovacuum
        FROM pg_database WHERE datname = current_database()",
    );
    let row = sql.row(db).await?.ok_or_else(gone)?;
    let number: i32 = get(&row, "number")?;
    Ok(Server {
        number: number as u32,
        version: get(&row, "version")?,
        encoding: get(&row, "encoding")?,
        character_type: get(&row, "character_type")?,
        folds: get(&row, "folds")?,
        autovacuum: get(&row, "autovacuum")?,
    })
}

fn gone() -> StoreError {
    StoreError::Inconsistent {
        table: "pg_database",
        column: "datname",
        value: "the current database".to_owned(),
    }
}

/// The migrations that this program knows, oldest first.
pub fn known_migrations() -> Vec<String> {
    Migrator::migrations().iter().map(|migration| migration.name().to_owned()).collect()
}

/// The migrations that a database has seen, oldest first; none where it was never migrated.
pub async fn applied_migrations(db: &impl ConnectionTrait) -> Result<Vec<String>, StoreError> {
    let there = Sql::new("SELECT to_regclass('seaql_migrations') IS NOT NULL AS there").row(db).await?;
    if !there.map_or(Ok(false), |row| get(&row, "there"))? {
        return Ok(Vec::new());
    }
    let sql = Sql::new("SELECT version::text FROM seaql_migrations ORDER BY version");
    texts(sql, db, "version").await
}

async fn texts(sql: Sql, db: &impl ConnectionTrait, column: &str) -> Result<Vec<String>, StoreError> {
    sql.rows(db).await?.iter().map(|row| get(row, column)).collect()
}

/// Extensions of ours that are not there.
pub async fn missing_extensions(db: &impl ConnectionTrait) -> Result<Vec<String>, StoreError> {
    let sql = Sql::new(
        "SELECT n.name FROM unnest(ARRAY['btree_gist', 'pg_trgm', 'unaccent']) n(name)
        WHERE NOT EXISTS (SELECT 1 FROM pg_extension e WHERE e.extname = n.name)",
    );
    texts(sql, db, "name").await
}

/// Collations whose rules have changed since the indexes that use them were made: name, version then, version now.
pub async fn changed_collations(
    db: &impl ConnectionTrait,
) -> Result<Vec<(String, String, String)>, StoreError> {
    let sql = Sql::new(
        "SELECT c.collname::text AS name, c.collversion AS was, pg_collation_actual_version(c.oid) AS is
        FROM pg_collation c WHERE c.collnamespace = 'public'::regnamespace
            AND c.collversion <> pg_collation_actual_version(c.oid)
        UNION ALL SELECT '(the database)', d.datcollversion, pg_database_collation_actual_version(d.oid)
        FROM pg_database d WHERE d.datname = current_database()
            AND d.datcollversion <> pg_database_collation_actual_version(d.oid)",
    );
    let rows = sql.rows(db).await?;
    rows.iter().map(|row| Ok((get(row, "name")?, get(row, "was")?, get(row, "is")?))).collect()
}

/// Every part of the schema, a line each, in order, and whether it is valid: columns, constraints, indexes, functions,
/// triggers, collations and text search configurations. What extensions brought is left out.
pub async fn parts(db: &impl ConnectionTrait) -> Result<Vec<(String, bool)>, StoreError> {
    let sql = Sql::new(
        "WITH brought AS (SELECT classid, objid FROM pg_depend WHERE deptype = 'e'),
        tables AS (SELECT c.oid, c.relname FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace
            AND c.relkind IN ('r', 'p', 'm') AND c.relname <> 'seaql_migrations'
            AND (c.tableoid, c.oid) NOT IN (SELECT * FROM brought))
        SELECT line, valid FROM (
            SELECT 'column ' || t.relname || '.' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod)
                || CASE WHEN a.attnotnull THEN ' not null' ELSE '' END
                || CASE WHEN a.attgenerated <> '' THEN ' generated' ELSE '' END AS line, TRUE AS valid
            FROM tables t JOIN pg_attribute a ON a.attrelid = t.oid WHERE a.attnum > 0 AND NOT a.attisdropped
            UNION ALL
            SELECT CASE WHEN x.indisunique THEN 'unique index ' ELSE 'index ' END || i.relname || ' on ' || t.relname,
                x.indisvalid AND x.indisready AND x.indislive
            FROM tables t JOIN pg_index x ON x.indrelid = t.oid JOIN pg_class i ON i.oid = x.indexrelid
            UNION ALL
            SELECT 'constraint ' || c.conname || ' on ' || t.relname, c.convalidated
            FROM tables t JOIN pg_constraint c ON c.conrelid = t.oid WHERE c.contype IN ('p', 'u', 'f', 'c', 'x')
            UNION ALL
            SELECT 'trigger ' || g.tgname || ' on ' || t.relname, g.tgenabled <> 'D'
            FROM tables t JOIN pg_trigger g ON g.tgrelid = t.oid WHERE NOT g.tgisinternal
            UNION ALL
            SELECT 'function ' || p.proname || '(' || pg_get_function_identity_arguments(p.oid) || ') '
                || left(md5(p.prosrc), 8), TRUE
            FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace
                AND (p.tableoid, p.oid) NOT IN (SELECT * FROM brought)
            UNION ALL
            SELECT 'collation ' || c.collname, TRUE FROM pg_collation c
            WHERE c.collnamespace = 'public'::regnamespace
            UNION ALL
            SELECT 'text search configuration ' || c.cfgname, TRUE FROM pg_ts_config c
            WHERE c.cfgnamespace = 'public'::regnamespace
        ) parts ORDER BY line COLLATE \"C\"",
    );
    sql.rows(db).await?.iter().map(|row| Ok((get(row, "line")?, get(row, "valid")?))).collect()
}

/// A table with columns that Postgres derives, and how.
#[derive(Clone, Debug)]
pub struct Generated {
    /// The table.
    pub table: String,
    /// The derived columns, comma between.
    pub columns: String,
    /// Their expressions in the same order, comma between.
    pub expressions: String,
    /// `column = column` for every other column but the key: what an update must touch to derive all anew.
    pub touched: String,
}

/// The tables with columns that Postgres derives when a row is written: these go stale where a function changes.
pub async fn generated(db: &impl ConnectionTrait) -> Result<Vec<Generated>, StoreError> {
    let sql = Sql::new(
        "SELECT c.relname::text AS name,
            string_agg('t.' || quote_ident(a.attname), ', ' ORDER BY a.attnum) FILTER (WHERE a.attgenerated = 's') AS columns,
            string_agg(pg_get_expr(d.adbin, d.adrelid), ', ' ORDER BY a.attnum) FILTER (WHERE a.attgenerated = 's')
                AS expressions,
            string_agg(quote_ident(a.attname) || ' = ' || quote_ident(a.attname), ', ')
                FILTER (WHERE a.attgenerated = '' AND a.attidentity = '' AND a.attname <> 'id') AS touched
        FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
        LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'
        GROUP BY c.oid HAVING bool_or(a.attgenerated = 's') ORDER BY c.relname",
    );
    let of = |row| {
        Ok(Generated {
            table: get(row, "name")?,
            columns: get(row, "columns")?,
            expressions: get(row, "expressions")?,
            touched: get(row, "touched")?,
        })
    };
    sql.rows(db).await?.iter().map(of).collect()
}

impl Generated {
    /// The condition that picks the rows whose derived columns are not what they should be.
    fn is_stale(&self) -> String {
        format!("({}) IS DISTINCT FROM ({})", self.columns, self.expressions)
    }

    /// The keys of the rows whose derived columns are not what they should be.
    pub(super) fn stale(&self) -> String {
        format!("SELECT t.id::text FROM {} t WHERE {}", self.table, self.is_stale())
    }

    /// Derives the columns of stale rows anew; how many there were.
    pub async fn refresh(&self, db: &impl ConnectionTrait) -> Result<u64, StoreError> {
        let sql = format!("UPDATE {} t SET {} WHERE {}", self.table, self.touched, self.is_stale());
        Sql::new(&sql).execute(db).await
    }
}

/// Large tables that the planner knows nothing of.
pub async fn never_analysed(db: &impl ConnectionTrait) -> Result<Vec<String>, StoreError> {
    let sql = Sql::new(
        "SELECT c.relname::text AS name FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace
            AND c.relkind = 'r' AND c.reltuples < 0 AND pg_relation_size(c.oid) > 1000000 ORDER BY c.relname",
    );
    texts(sql, db, "name").await
}

/// Tables, views and sequences of the database that no extension brought: none in an empty database.
pub async fn relations(db: &impl ConnectionTrait) -> Result<Vec<String>, StoreError> {
    let sql = Sql::new(
        "SELECT c.oid::regclass::text AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
            AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid
                AND d.deptype = 'e') ORDER BY 1",
    );
    texts(sql, db, "name").await
}

/// How many connections programs of ours have to this database beside this one; the asker's pool is to have one alone.
pub async fn others_connected(db: &impl ConnectionTrait) -> Result<i64, StoreError> {
    let sql = Sql::new(
        "SELECT count(*) AS others FROM pg_stat_activity WHERE datname = current_database()
            AND application_name = 'maillage' AND pid <> pg_backend_pid()",
    );
    sql.row(db).await?.map_or(Ok(0), |row| get(&row, "others"))
}

/// A name under which another connection sees what this transaction sees.
pub async fn export_snapshot(db: &impl ConnectionTrait) -> Result<String, StoreError> {
    let row = Sql::new("SELECT pg_export_snapshot() AS name").row(db).await?.ok_or_else(gone)?;
    get(&row, "name")
}
