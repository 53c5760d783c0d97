//! Making, starting, stopping, refusing.

use super::*;

#[tokio::test]
async fn a_fresh_server_answers_in_a_folder_with_spaces_and_accents() {
    let folder = folder();
    let data = folder.path().join("Répertoire des acteurs/l'été");
    let server = acquire(&fast(&data)).await;
    assert!(server.is_owner());
    let url = server.url();
    assert_eq!(ask(url, "select lower('ÉCOLE')").await.expect("an answer"), "école");
    assert_eq!(ask(url, "show timezone").await.expect("an answer"), "UTC");
    assert_eq!(ask(url, "show fsync").await.expect("an answer"), "off");
    let mut connection = PgConnection::connect(url).await.expect("a connection");
    let extensions = "create extension unaccent; create extension pg_trgm; create extension btree_gist; create extension fuzzystrmatch";
    sqlx::raw_sql(extensions).execute(&mut connection).await.expect("the extensions");
    server.stop().await.expect("a clean stop");
}

#[tokio::test]
async fn nobody_connects_without_the_password_or_reads_it() {
    let folder = folder();
    let data = folder.path().join("data");
    let server = acquire(&fast(&data)).await;
    let (_, after) = server.url().split_once('@').expect("an address with a password");
    let error =
        ask(&format!("postgres://maillage:guess@{after}"), "select 'in'").await.expect_err("a refusal");
    assert!(error.to_string().contains("password authentication failed"), "{error}");
    for name in ["postgres.lock", "postgres.log", "postgres/maillage.password", "postgres/postmaster.pid"] {
        let mode = fs::metadata(data.join(name)).expect(name).permissions().mode();
        assert_eq!(mode & 0o077, 0, "{name} has mode {mode:o}");
    }
    server.stop().await.expect("a clean stop");
}

#[tokio::test]
async fn what_was_written_is_there_after_a_stop_and_a_start() {
    let folder = folder();
    let settings = fast(&folder.path().join("data"));
    let server = acquire(&settings).await;
    let url = server.url().to_owned();
    remember(&url).await;
    server.stop().await.expect("a clean stop");
    ask(&url, "select 'up'").await.expect_err("it has stopped");
    let server = acquire(&settings).await;
    assert!(server.is_owner() && remembered(server.url()).await);
    server.stop().await.expect("a clean stop");
}

#[tokio::test]
async fn a_guest_uses_the_owner_s_server_and_leaves_it_running() {
    let folder = folder();
    let data = folder.path().join("data");
    let owner = acquire(&fast(&data)).await;
    let guest = acquire(&fast(&data)).await;
    assert!(!guest.is_owner());
    assert_eq!(guest.url(), owner.url());
    guest.stop().await.expect("nothing to stop");
    assert_eq!(ask(owner.url(), "select 'up'").await.expect("an answer"), "up");
    owner.stop().await.expect("a clean stop");
}

#[tokio::test]
async fn a_path_too_long_for_a_socket_is_long_enough_for_a_server() {
    let folder = folder();
    let data = folder.path().join("a-name-of-many-letters/".repeat(8));
    assert!(data.as_os_str().len() > 107);
    let server = acquire(&fast(&data)).await;
    assert_eq!(ask(server.url(), "select 'up'").await.expect("an answer"), "up");
    server.stop().await.expect("a clean stop");
}

#[tokio::test]
async fn a_database_of_another_major_version_is_left_alone() {
    let folder = folder();
    let settings = fast(&folder.path().join("data"));
    acquire(&settings).await.stop().await.expect("a clean stop");
    fs::write(settings.data.join("postgres/PG_VERSION"), "9\n").expect("a file");
    let error = Server::acquire(&settings).await.expect_err("another major version");
    assert!(matches!(error, Error::OtherMajor { cluster: 9, .. }), "{error}");
    assert!(settings.data.join("postgres/maillage.password").exists());
}

#[tokio::test]
async fn a_machine_without_a_server_leaves_no_database_behind() {
    let folder = folder();
    let empty = Some(folder.path().to_owned());
    let settings = Settings { binaries: empty, ..fast(&folder.path().join("data")) };
    let error = Server::acquire(&settings).await.expect_err("no programs");
    assert!(matches!(error, Error::NoBinaries), "{error}");
    assert!(!settings.data.join("postgres").exists());
}

#[tokio::test]
async fn a_start_that_fails_shows_the_end_of_the_log_at_once() {
    let folder = folder();
    let settings = fast(&folder.path().join("data"));
    acquire(&settings).await.stop().await.expect("a clean stop");
    fs::write(settings.data.join("postgres/postgresql.auto.conf"), "shared_bufers = '1GB'\n")
        .expect("a file");
    let error = Server::acquire(&settings).await.expect_err("a broken setting").to_string();
    assert!(error.contains("shared_bufers") && error.contains("postgres.log"), "{error}");
}

#[tokio::test]
async fn a_folder_that_cannot_be_is_named_in_the_refusal() {
    let folder = folder();
    let file = folder.path().join("file");
    fs::write(&file, "").expect("a file");
    let error = Server::acquire(&fast(&file.join("data"))).await.expect_err("below a file").to_string();
    assert!(error.contains(&file.display().to_string()) && error.contains("MAILLAGE_DATA"), "{error}");

    // Root's server runs as another user; an ordinary user's is shut out as the user is.
    let (mode, says) =
        if Uid::effective().is_root() { (0o700, "/var/lib/maillage") } else { (0o000, "denied") };
    let closed = folder.path().join("closed");
    fs::create_dir(&closed).expect("a folder");
    fs::set_permissions(&closed, fs::Permissions::from_mode(mode)).expect("a mode");
    let error = Server::acquire(&fast(&closed.join("data"))).await.expect_err("a closed folder").to_string();
    assert!(error.contains(&closed.display().to_string()) && error.contains(says), "{error}");
    // So that the folder can be removed.
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o700)).expect("a mode");
}
