//! How the text that is searched is kept.

use std::time::Duration;

use maillage::store::{Settings, Store};
use migration::{Migrator, MigratorTrait};
use sea_orm::{ConnectionTrait, Database};

use super::*;
use crate::support::entries::id_of;
use crate::support::{blank_database, data_of};

/// All that is derived for searches, of what was written.
const KEPT: &str =
    "SELECT name::text AS name, search_name, search_short, search_vector::text AS vector FROM actors
    UNION ALL SELECT name::text, search_name, NULL, search_vector::text FROM territories
    UNION ALL SELECT title::text, search_name, NULL, search_vector::text FROM calls ORDER BY 1, 2, 4";
const WORDS: &str = "SELECT DISTINCT word FROM search_words ORDER BY word";

#[tokio::test]
async fn a_database_from_before_ends_as_a_fresh_one() {
    let url = blank_database().await;
    let db = Database::connect(&url).await.unwrap();
    Migrator::up(&db, Some(6)).await.unwrap();
    let old = "INSERT INTO actors (id, slug, kind, name, short_name, description, status, created_at, updated_at)
        VALUES (gen_random_uuid(), 'ml', 'OTHER', 'Mission locale de Dreux', 'M.L.', 'Pour l’emploi', 'PUBLISHED', now(), now());
        INSERT INTO territories (id, kind, code, vintage, name, created_at, updated_at)
        VALUES (gen_random_uuid(), 'COMMUNE', '28355', 2026, 'Saint-Lubin-des-Joncherets', now(), now());
        INSERT INTO calls (id, slug, kind, title, summary, status, created_at, updated_at)
        VALUES (gen_random_uuid(), 'c', 'CALL_FOR_PROJECTS', 'Cité éducative', 'Un appel', 'PUBLISHED', now(), now());";
    db.execute_unprepared(old).await.unwrap();
    db.close().await.unwrap();
    let settings = Settings {
        url: url.clone(),
        connections: 2,
        acquire_timeout: Duration::from_secs(10),
        statement_timeout: Duration::from_secs(10),
    };
    Store::migrate(&settings).await.unwrap();
    let moved = TestApp::at(&url).await;
    let fresh = TestApp::empty().await;
    fresh.app.store.db().execute_unprepared(old).await.unwrap();
    assert_eq!(moved.rows(KEPT).await, fresh.rows(KEPT).await);
    assert_eq!(moved.rows(WORDS).await, fresh.rows(WORDS).await);
    assert_eq!(names(&moved, "ml dreux").await, ["Mission locale de Dreux"]);
    assert_eq!(names(&moved, "saint lubin").await, ["Saint-Lubin-des-Joncherets"]);
}

#[tokio::test]
async fn the_words_that_writes_keep_are_those_that_are_built_anew() {
    let test = TestApp::demo().await;
    let id = test.actor("Zibeline orpheline", json!({})).await;
    data_of(test.update_actor(&id, 2, json!({ "name": "Zibelines dorées" })).await);
    assert_eq!(names(&test, "zibelinnes doree").await, ["Zibelines dorées"]);
    let draft = test.draft_actor("Zoulou", json!({})).await;
    let archived = test.actor("Zircon bleuté", json!({})).await;
    test.must("archive", &archived, 2).await;
    let kept = test.rows(WORDS).await;
    test.rows("SELECT search_words_rebuild() IS NULL AS done").await;
    let anew = test.rows(WORDS).await;
    assert_eq!(kept, anew);
    // What no published name holds is no word that anything is mended to.
    for word in ["orpheline", "zibeline", "zoulou", "zircon"] {
        assert!(!kept.contains(&json!({ "word": word })), "{word}");
    }
    test.must("publish", &id_of(&draft), 1).await;
    test.must("restore", &archived, 3).await;
    let kept = test.rows(WORDS).await;
    assert!(["zoulou", "zircon"].iter().all(|word| kept.contains(&json!({ "word": word }))));
}
