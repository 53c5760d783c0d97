//! What the doctor asks of the server and the schema.

use std::collections::{BTreeMap, BTreeSet};

use super::Fault;
use crate::app::Error;
use crate::store::{Transaction, catalogue};

/// The server's version and the settings that can't be changed later.
pub async fn server(db: &Transaction) -> Result<Vec<Fault>, Error> {
    let server = catalogue::server(db).await?;
    let anew = "back up, make a database with ENCODING 'UTF8' and a UTF-8 LC_CTYPE (docs/operations.md), and restore";
    let mut faults = Vec::new();
    if server.major() < 15 {
        let what = format!("the server is PostgreSQL {}, which is too old", server.version);
        faults.push(Fault::new(what, 1, Vec::new(), "upgrade to PostgreSQL 15 or newer"));
    }
    if server.encoding != "UTF8" {
        faults.push(Fault::new(format!("the encoding is {}", server.encoding), 1, Vec::new(), anew));
    }
    if !server.folds {
        let what = format!("letters with accents have no lower case (LC_CTYPE is {})", server.character_type);
        faults.push(Fault::new(what, 1, Vec::new(), anew));
    }
    Ok(faults)
}

/// The schema's version against the program's.
pub async fn version(db: &Transaction) -> Result<Vec<Fault>, Error> {
    let applied = catalogue::applied_migrations(db).await?;
    let known = catalogue::known_migrations();
    let missing: Vec<_> = known.iter().filter(|name| !applied.contains(name)).cloned().collect();
    let unknown: Vec<_> = applied.iter().filter(|name| !known.contains(name)).cloned().collect();
    let mut faults = Vec::new();
    if !missing.is_empty() {
        faults.push(Fault::new("migrations are missing", missing.len() as u64, missing, "maillage migrate"));
    }
    if !unknown.is_empty() {
        let cure = "use the newer Maillage that made it";
        faults.push(Fault::new(
            "migrations are not known to this program",
            unknown.len() as u64,
            unknown,
            cure,
        ));
    }
    Ok(faults)
}

/// The extensions.
pub async fn extensions(db: &Transaction) -> Result<Vec<Fault>, Error> {
    let missing = catalogue::missing_extensions(db).await?;
    let cure = "CREATE EXTENSION … for each, with the server's contrib package installed";
    let faults = (!missing.is_empty())
        .then(|| Fault::new("extensions are missing", missing.len() as u64, missing, cure));
    Ok(faults.into_iter().collect())
}

/// Whether ICU or the C library sort as they did.
pub async fn collations(db: &Transaction) -> Result<Vec<Fault>, Error> {
    let changed = catalogue::changed_collations(db).await?;
    if changed.is_empty() {
        return Ok(Vec::new());
    }
    let examples = changed.iter().map(|(name, was, is)| format!("{name}: {was} then, {is} now")).collect();
    let what =
        "collations have changed since indexes were made with them: names may be missed or out of order";
    let cure = "REINDEX DATABASE; then ALTER COLLATION french REFRESH VERSION (and ALTER DATABASE … REFRESH COLLATION \
                VERSION)";
    Ok(vec![Fault::new(what, changed.len() as u64, examples, cure)])
}

/// Every part that the migrations make is there, valid, and as they made it.
pub async fn parts(db: &Transaction) -> Result<Vec<Fault>, Error> {
    let parts = catalogue::parts(db).await?;
    let standing: BTreeSet<&str> = parts.iter().map(|(line, _)| line.as_str()).collect();
    let missing: Vec<_> = catalogue::PARTS.lines().filter(|line| !standing.contains(line)).collect();
    let invalid: Vec<_> = parts.iter().filter(|(_, valid)| !valid).map(|(line, _)| line.as_str()).collect();
    let cure = "restore a backup into an empty database; or make it by hand as the migration that names it does \
                (migration/src)";
    let mend = "REINDEX INDEX … or ALTER TABLE … VALIDATE CONSTRAINT … for each";
    let faults = [
        group(&missing, "missing from the schema, or not as it should be", cure),
        group(&invalid, "invalid", mend),
    ];
    Ok(faults.into_iter().flatten().collect())
}

fn group(lines: &[&str], what: &str, cure: &str) -> Vec<Fault> {
    let mut kinds: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for line in lines {
        kinds.entry(line.split(' ').next().unwrap_or_default()).or_default().push((*line).to_owned());
    }
    let fault = |(kind, lines): (&str, Vec<String>)| {
        let (count, examples) = (lines.len() as u64, lines.into_iter().take(5).collect());
        Fault::new(format!("{kind}: {what}"), count, examples, cure)
    };
    kinds.into_iter().map(fault).collect()
}

/// What makes queries slow but not wrong.
pub async fn statistics(db: &Transaction) -> Result<Vec<Fault>, Error> {
    let mut faults = Vec::new();
    let bare = catalogue::never_analysed(db).await?;
    if !bare.is_empty() {
        let what = "tables were never analysed, so that plans are guesses";
        faults.push(Fault::new(what, bare.len() as u64, bare, "ANALYZE"));
    }
    if !catalogue::server(db).await?.autovacuum {
        let cure = "set autovacuum = on in postgresql.conf, and reload";
        faults.push(Fault::new("autovacuum is off", 1, Vec::new(), cure));
    }
    Ok(faults.into_iter().map(|fault| Fault { is_hint: true, ..fault }).collect())
}
