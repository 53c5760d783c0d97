//! What becomes of a server when it, its program or both are killed, and of programs side by side.

use super::*;
use crate::support::in_time;

#[tokio::test]
async fn a_server_killed_with_its_backends_is_reported_and_recovers() {
    let folder = folder();
    let settings = durable(&folder.path().join("data"));
    let server = acquire(&settings).await;
    remember(server.url()).await;
    let postmaster = postmaster(&settings.data);
    let mut all = children(postmaster);
    all.push(postmaster);
    kill_9(&all);
    let error = server.stop().await.expect_err("it did not stop by itself");
    assert!(matches!(error, Error::Ended { .. }), "{error}");
    let server = acquire(&settings).await;
    assert!(remembered(server.url()).await);
    server.stop().await.expect("a clean stop");
}

#[tokio::test]
async fn a_server_whose_postmaster_alone_is_killed_recovers_though_backends_linger() {
    let folder = folder();
    let settings = durable(&folder.path().join("data"));
    let server = acquire(&settings).await;
    remember(server.url()).await;
    // A backend in the middle of something does not notice that its postmaster is gone.
    let mut busy = PgConnection::connect(server.url()).await.expect("a connection");
    let spin = "do $$ declare till timestamptz := clock_timestamp() + interval '2 seconds';
        begin while clock_timestamp() < till loop end loop; end $$";
    let busy = tokio::spawn(async move { sqlx::raw_sql(spin).execute(&mut busy).await.map(drop) });
    let spins = "select count(*)::text from pg_stat_activity where state = 'active' and query like 'do %'";
    let spinning = async { while ask(server.url(), spins).await.expect("a number") == "0" {} };
    in_time("the backend is busy", spinning).await;
    kill_9(&[postmaster(&settings.data)]);
    drop(server);
    let server = acquire(&settings).await;
    assert!(remembered(server.url()).await);
    server.stop().await.expect("a clean stop");
    // Whether it was finished before its server went is all the same.
    busy.abort();
}

#[tokio::test]
async fn the_server_stops_when_its_program_is_killed() {
    let folder = folder();
    let data = folder.path().join("data");
    let holder = Holder::ready(Holder::spawn(&data));
    remember(&holder.url).await;
    let postmaster = postmaster(&data);
    holder.kill();
    until("the server stops by itself", || !lives(postmaster)).await;
    assert!(!data.join("postgres/postmaster.pid").exists(), "it did not stop cleanly");
    let server = acquire(&durable(&data)).await;
    assert!(remembered(server.url()).await);
    server.stop().await.expect("a clean stop");
}

#[tokio::test]
async fn a_program_killed_while_its_server_starts_leaves_no_server() {
    let folder = folder();
    let data = folder.path().join("data");
    acquire(&durable(&data)).await.stop().await.expect("a clean stop");
    let mut holder = Holder::spawn(&data);
    let grandchildren = || children(holder.id().cast_signed()).into_iter().flat_map(children);
    let mut started = Vec::new();
    until("the supervisor starts something", || {
        started.extend(grandchildren());
        !started.is_empty()
    })
    .await;
    holder.kill().expect("a kill");
    holder.wait().expect("an end");
    let server = format!("postgres\0-D\0{}", data.join("postgres").display());
    until("the server goes", || !command_lines().iter().any(|line| line.contains(&server))).await;
}

#[tokio::test]
async fn the_next_program_need_not_wait_for_a_killed_one_s_server() {
    let folder = folder();
    let data = folder.path().join("data");
    let holder = Holder::ready(Holder::spawn(&data));
    remember(&holder.url).await;
    holder.kill();
    let server = acquire(&durable(&data)).await;
    assert!(server.is_owner() && remembered(server.url()).await);
    server.stop().await.expect("a clean stop");
}

#[tokio::test]
async fn after_a_kill_of_everything_a_recycled_process_id_is_not_taken_for_the_server() {
    let folder = folder();
    let data = folder.path().join("data");
    let mut holder = Holder::ready(Holder::spawn(&data));
    remember(&holder.url).await;
    let server = postmaster(&data);
    let supervisor = children(holder.id())[0];
    let mut all = [children(server), children(supervisor)].concat();
    all.extend([supervisor, holder.id()]);
    kill_9(&all);
    holder.process.wait().expect("an end");
    // As the system might hand it out again: to a program of the same user that is no server.
    let mut other = Command::new("cat").stdin(Stdio::piped()).spawn().expect("a process");
    let file = data.join("postgres/postmaster.pid");
    let text = fs::read_to_string(&file).expect("a stale file");
    fs::write(&file, text.replacen(&server.to_string(), &other.id().to_string(), 1)).expect("a file");

    let server = acquire(&durable(&data)).await;
    assert!(server.is_owner() && remembered(server.url()).await);
    assert!(other.try_wait().expect("a state").is_none(), "a stranger was stopped");
    other.kill().expect("a kill");
    other.wait().expect("an end");
    server.stop().await.expect("a clean stop");
}

#[tokio::test]
async fn a_server_left_without_owner_and_supervisor_is_stopped_and_started_anew() {
    let folder = folder();
    let data = folder.path().join("data");
    let mut holder = Holder::ready(Holder::spawn(&data));
    remember(&holder.url).await;
    let orphan = postmaster(&data);
    let supervisor = children(holder.id())[0];
    let watchers: Vec<i32> = children(supervisor).into_iter().filter(|pid| *pid != orphan).collect();
    kill_9(&[watchers, vec![supervisor, holder.id()]].concat());
    holder.process.wait().expect("an end");
    assert!(lives(orphan));

    let server = acquire(&durable(&data)).await;
    assert!(server.is_owner() && remembered(server.url()).await);
    assert!(!lives(orphan));
    server.stop().await.expect("a clean stop");
    assert!(!data.join("postgres/postmaster.pid").exists());
}

#[tokio::test]
async fn an_interrupt_from_the_terminal_leaves_the_server_to_a_program_that_drains() {
    let folder = folder();
    let data = folder.path().join("data");
    let mut holder = Holder::ready(Holder::spawn(&data));
    killpg(Pid::from_raw(holder.id()), Signal::SIGINT).expect("its group");
    assert_eq!(holder.line(), "draining");
    assert_eq!(ask(&holder.url, "select 'up'").await.expect("an answer"), "up");
    drop(holder.process.stdin.take());
    assert!(holder.process.wait().expect("an end").success());
    ask(&holder.url, "select 'up'").await.expect_err("it has stopped");
}

#[tokio::test]
async fn of_programs_that_start_at_the_same_instant_one_owns_the_server_and_all_use_it() {
    let folder = folder();
    let data = folder.path().join("data");
    let started: Vec<Child> = (0..3).map(|_| Holder::spawn(&data)).collect();
    let holders: Vec<Holder> = started.into_iter().map(Holder::ready).collect();
    assert_eq!(holders.iter().filter(|holder| holder.role == "owner").count(), 1);
    for holder in &holders {
        assert_eq!(ask(&holder.url, "select 'up'").await.expect("an answer"), "up");
    }
    let postmaster = postmaster(&data);
    holders.into_iter().for_each(Holder::kill);
    until("the server stops", || !lives(postmaster)).await;
}

#[tokio::test]
async fn a_program_killed_while_it_makes_the_database_leaves_no_half_of_one() {
    let folder = folder();
    let data = folder.path().join("data");
    let mut holder = Holder::spawn(&data);
    let names = || -> Vec<PathBuf> {
        fs::read_dir(&data).into_iter().flatten().flatten().map(|it| it.path()).collect()
    };
    let begun = |name: &PathBuf| name.join("cluster/base/1").exists();
    until("initdb is at work", || names().iter().any(begun)).await;
    holder.kill().expect("a kill");
    holder.wait().expect("an end");
    assert!(!data.join("postgres").exists());
    let server = acquire(&fast(&data)).await;
    assert!(server.is_owner());
    assert_eq!(ask(server.url(), "select 'up'").await.expect("an answer"), "up");
    server.stop().await.expect("a clean stop");
}
