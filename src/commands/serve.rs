//! `maillage serve`.

use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use crate::app::App;
use crate::app::demo::{DEMO_ATTRIBUTION, DEMO_DOMAIN};
use crate::app::exports::Press;
use crate::app::mail::PostOffice;
use crate::auth::oidc::Providers;
use crate::config::{DatabaseArgs, PageArgs, ServeArgs};
use crate::domain::clock::Clock;
use crate::domain::exports::Licence;
use crate::domain::ids::Ids;
use crate::domain::passwords;
use crate::graphql;
use crate::graphql::budget::Limits;
use crate::http::address::TrustedProxies;
use crate::http::health::{Part, Readiness};
use crate::http::rates::Rates;
use crate::http::serve::{self, Bounds};
use crate::http::{Answers, MapStyle, Opening, Origins, Settings, State, metrics, router};
use crate::store::Store;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use url::Url;

use super::database::Database;
use super::jobs::{Jobs, post_office};
use super::{Failed, print, told};

/// Serves until it is told to stop, then drains.
pub async fn run(database: &DatabaseArgs, args: &ServeArgs) -> Result<ExitCode, Failed> {
    let origins = Origins::parse(args.origins.split(',').map(str::trim).filter(|origin| !origin.is_empty()))?;
    let office = post_office(&args.mail, &format!("http://{}", args.listen))?;
    if args.demo && !args.demo_public && !args.listen.ip().is_loopback() {
        let (listen, why) = (args.listen, "the demo is everyone's to try, with accounts that everyone knows");
        return Err(format!("--demo on {listen}, which other machines reach: {why}. Listen on 127.0.0.1, or say --demo-public too").into());
    }
    let strict_transport = args.mail.public_url.as_ref().is_some_and(|url| url.starts_with("https://"));
    let proxies = TrustedProxies::parse(&args.trusted_proxies)?;
    // A port that is taken is told of at once; until the database is open, who connects is refused and not kept waiting.
    drop(listen(args.listen).await?);
    tracing::info!("opening the database");
    let mut database = Database::open(database, args.connections).await?;
    let store = Store::connect(&database.settings).await?;
    let app = App::new(store.clone(), Clock::system(), Ids::random())
        .with_providers(providers(args.oidc.as_deref())?)
        .with_press(press(args, &office)?);
    if !args.demo && app.stands_demo_account().await.map_err(told)? {
        return Err("the accounts of the demo are there, with the password that everyone knows: `maillage user remove-demo` removes them; `--demo` serves them for a demonstration".into());
    }
    let limits = Limits::default();
    let settings = Settings {
        origins,
        rates: Rates::per_minute(args.rate_stranger, args.rate_caller),
        proxies,
        strict_transport,
        opening: opening(&args.page, args.demo)?,
        ..Settings::default()
    };
    let schema = graphql::schema(&limits, settings.published(&limits));
    if args.demo {
        load_demo(&app, &schema).await?;
    }
    if office.mailer.is_none() {
        tracing::info!(
            "no SMTP configured: links of invitations and resets will be in this log, other letters are dropped"
        );
    }
    let jobs = Jobs::start(&app, office);
    let state = State {
        schema,
        readiness: Arc::new(readiness(app.clone())),
        app,
        limits,
        settings: Arc::new(settings),
        metrics: Arc::default(),
        answers: Arc::new(Answers::of(args.answers_mb as usize * 1024 * 1024)),
        documents: Arc::default(),
        sockets: Arc::default(),
    };
    let listener = listen(args.listen).await?;
    let watched = match args.metrics_listen {
        Some(address) => Some(watch(address, state.clone()).await?),
        None => None,
    };
    print(&welcome(&format!("http://{}", listener.local_addr()?), args.demo))?;
    let bounds = Bounds { drain_time: Duration::from_secs(6), ..Bounds::default() };
    let (sockets, closing) = (Arc::clone(&state.sockets), Arc::clone(&state.sockets));
    let stop = async move {
        if let Err(error) = serve::terminated().await {
            tracing::error!(%error, "signals can't be waited for");
            std::future::pending::<()>().await;
        }
        tracing::info!("stopping: open requests are answered, no new ones are taken");
        closing.close();
    };
    let cut = tokio::select! {
        cut = serve::serve(listener, router(state), bounds, stop) => cut,
        failed = database.keep_running() => return Err(failed),
    };
    let open = sockets.closed(Duration::from_secs(2)).await;
    if open > 0 {
        tracing::warn!(open, "sockets were cut, since they did not say goodbye in time");
    }
    jobs.stop().await;
    if let Some(watched) = watched {
        watched.abort();
    }
    if cut > 0 {
        tracing::warn!(cut, "connections were cut, since they did not end in time");
    }
    store.close().await?;
    database.close().await?;
    tracing::info!("stopped");
    Ok(ExitCode::SUCCESS)
}

/// Where the page that people open begins: the demo where its funding ends.
fn opening(args: &PageArgs, demo: bool) -> Result<Opening, Failed> {
    let chosen = |given: &str, of_demo: &str| match given.trim() {
        "" if demo => Some(of_demo.to_owned()),
        "" => None,
        given => Some(given.to_owned()),
    };
    let home = chosen(&args.home, "INTERCOMMUNALITY:200040277");
    if let Some(home) = home.as_deref().filter(|home| !home.contains(':')) {
        return Err(format!("MAILLAGE_HOME is {home}: write it as KIND:CODE, such as COMMUNE:28134").into());
    }
    let as_of = chosen(&args.as_of, "2023-12-31").map(|day| {
        day.parse().map_err(|_| format!("MAILLAGE_AS_OF is {day}: write it as a day, such as 2023-12-31"))
    });
    let others = args.map_origins.split(',').map(str::trim).filter(|origin| !origin.is_empty());
    let style = match args.map_style.trim() {
        "" => None,
        address => Some(MapStyle::parse(address, others)?),
    };
    Ok(Opening { home, as_of: as_of.transpose()?, demo, style })
}

/// What files are made with.
fn press(args: &ServeArgs, office: &PostOffice) -> Result<Press, Failed> {
    let url = Url::parse(&args.licence_url).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
    let url = url.ok_or("MAILLAGE_LICENCE_URL is not an address that starts with http:// or https://")?;
    let attribution = match args.attribution.trim() {
        "" if args.demo => DEMO_ATTRIBUTION.to_owned(),
        given => given.to_owned(),
    };
    let licence = Licence { name: args.licence.clone(), url, attribution };
    Ok(Press { public: office.public.clone(), licence })
}

/// The configured providers: given as they are, or in a file.
fn providers(given: Option<&str>) -> Result<Providers, Failed> {
    let Some(given) = given.map(str::trim).filter(|given| !given.is_empty()) else {
        return Ok(Providers::default());
    };
    if given.starts_with('[') {
        return Ok(Providers::parse(given)?);
    }
    let text = std::fs::read_to_string(given)
        .map_err(|error| Failed::behind(format!("MAILLAGE_OIDC: the file {given} can't be read"), error))?;
    Ok(Providers::parse(&text)?)
}

/// Serves `/metrics` beside, until it is aborted: to the end of the draining.
async fn watch(address: SocketAddr, state: State) -> Result<JoinHandle<usize>, Failed> {
    let listener = TcpListener::bind(address).await.map_err(|error| {
        format!("can't listen on {address}: {error}; set MAILLAGE_METRICS_LISTEN to another address")
    })?;
    tracing::info!(address = %listener.local_addr()?, "metrics");
    let bounds = Bounds { connections: 32, ..Bounds::default() };
    Ok(tokio::spawn(serve::serve(listener, metrics::router(state), bounds, std::future::pending())))
}

async fn listen(address: SocketAddr) -> Result<TcpListener, Failed> {
    TcpListener::bind(address).await.map_err(|error| {
        format!("can't listen on {address}: {error}; set MAILLAGE_LISTEN to another address").into()
    })
}

/// The database answers, its schema is up to date, and the directory is in memory.
fn readiness(app: App) -> Readiness {
    Readiness::new(move || {
        let app = app.clone();
        async move {
            let ready = app.store.ready().await;
            vec![
                Part { name: "database", ready: ready.is_ok() },
                Part { name: "migrations", ready: ready.is_ok_and(|migrated| migrated) },
                Part { name: "directory in memory", ready: app.world_is_read() },
            ]
        }
    })
}

fn welcome(base: &str, demo: bool) -> String {
    let query = if demo {
        r#"{ territory(by: {code: {kind: COMMUNE, code: "28134"}}) { name ancestors { kind name } actors(first: 5) { totalCount nodes { name } } } }"#
    } else {
        "{ actors(first: 5) { totalCount nodes { name } } }"
    };
    let body = serde_json::json!({ "query": query }).to_string();
    let more = if demo {
        let accounts = [
            ("admin", "does everything"),
            ("manager", "keeps the Cité éducative and Dreux: reviews, decides, answers"),
            ("editor", "edits Alliance de Dreux Basket"),
            ("partner", "reads what partners are shown"),
            ("analyst", "reads Dreux, unpublished entries too"),
        ];
        let accounts: Vec<_> =
            accounts.iter().map(|(name, does)| format!("{name}@{DEMO_DOMAIN}  {does}")).collect();
        format!(
            "\nTo look at: an identity card, {base}/collectives/energie-et-habitat/card, and the report of a shared diagnosis,\n{base}/diagnoses/diagnostic-partage-de-la-cite-educative-exemple/report\n\nAccounts of the demo, all with the password `{}`:\n\n  {}\n",
            passwords::DEMO,
            accounts.join("\n  ")
        )
    } else {
        String::new()
    };
    format!(
        "\nMaillage listens on {base}\n\n  page      {base}/\n  API       {base}/graphql, to try out at {base}/graphiql\n  schema    {base}/schema.graphql\n\nTry:\n\n  curl -s {base}/graphql -H 'content-type: application/json' -d '{body}'\n{more}"
    )
}

/// Fills an empty database with the demo: its files, and what it tells of cooperation and of what that teaches.
async fn load_demo(app: &App, schema: &graphql::Schema) -> Result<(), Failed> {
    let reports = app.load_demo().await.map_err(told)?;
    for report in &reports {
        tracing::info!("demo: {}", report.summary());
    }
    if !reports.is_empty() {
        graphql::demo::play(schema, app).await?;
        tracing::info!("demo: cooperation.toml, diagnosis.toml, knowledge.toml: done");
    }
    Ok(())
}
