//! What a service does by itself, beside answering: it sends letters, makes files, deletes what is past its time, listens for what
//! other instances write, and keeps the directory in memory up to date.

use std::time::Duration;

use crate::app::App;
use crate::app::mail::PostOffice;
use crate::config::MailArgs;
use crate::mail::Mailer;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use url::Url;

use super::{Failed, told};

/// How long the sender waits for the next letter.
const LETTERS_PAUSE: Duration = Duration::from_secs(5);
/// How long it waits where something failed.
const FAILED_PAUSE: Duration = Duration::from_mins(1);
/// How long the maker of files waits for the next one, where none is asked for here.
const EXPORTS_PAUSE: Duration = Duration::from_secs(10);
/// How long the rule of retention waits.
const RETENTION_PAUSE: Duration = Duration::from_hours(1);
/// How long a letter that is being sent may still take when the service stops.
const LAST_LETTER: Duration = Duration::from_secs(2);

/// What letters are sent with, as the environment says it.
pub fn post_office(args: &MailArgs, listening: &str) -> Result<PostOffice, Failed> {
    let public = args.public_url.as_deref().unwrap_or(listening);
    let public = Url::parse(public).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
    let public =
        public.ok_or("MAILLAGE_PUBLIC_URL is not an address that starts with http:// or https://")?;
    let mailer = match (&args.smtp_url, &args.mail_from) {
        (Some(server), Some(from)) => Some(Mailer::new(server, from)?),
        (Some(_), None) => {
            return Err("MAILLAGE_SMTP_URL is set: say who writes, in MAILLAGE_MAIL_FROM".into());
        }
        (None, _) => None,
    };
    Ok(PostOffice { mailer, public, privacy_contact: args.privacy_contact.clone() })
}

/// What runs beside the service.
pub struct Jobs {
    stop: watch::Sender<bool>,
    letters: JoinHandle<()>,
    retention: JoinHandle<()>,
    feed: JoinHandle<()>,
    world: JoinHandle<()>,
    exports: JoinHandle<()>,
}

impl Jobs {
    /// Starts them.
    pub fn start(app: &App, office: PostOffice) -> Self {
        let (stop, stopped) = watch::channel(false);
        let letters = tokio::spawn(send_letters(app.clone(), office, stopped.clone()));
        let retention = tokio::spawn(retain(app.clone(), stopped.clone()));
        let exports = tokio::spawn(make_exports(app.clone(), stopped));
        let store = app.store.clone();
        let feed = tokio::spawn(async move { store.hear_feed().await });
        let follower = app.clone();
        let world = tokio::spawn(async move { follower.follow_world().await });
        Self { stop, letters, retention, feed, world, exports }
    }

    /// Ends them: a letter that is being sent may be settled first; a file that is being made is made anew by whoever runs
    /// next.
    pub async fn stop(mut self) {
        self.stop.send_replace(true);
        if tokio::time::timeout(LAST_LETTER, &mut self.letters).await.is_err() {
            self.letters.abort();
        }
        self.retention.abort();
        self.feed.abort();
        self.world.abort();
        self.exports.abort();
    }
}

/// Waits; false where it is time to stop.
async fn pause(stopped: &mut watch::Receiver<bool>, lasting: Duration) -> bool {
    tokio::select! {
        () = tokio::time::sleep(lasting) => true,
        _ = stopped.wait_for(|stopped| *stopped) => false,
    }
}

async fn send_letters(app: App, office: PostOffice, mut stopped: watch::Receiver<bool>) {
    loop {
        let wait = match send_all(&app, &office, &stopped).await {
            Ok(()) => LETTERS_PAUSE,
            Err(error) => {
                tracing::warn!(error = %told(error), "letters wait");
                FAILED_PAUSE
            }
        };
        if !pause(&mut stopped, wait).await {
            return;
        }
    }
}

async fn send_all(
    app: &App,
    office: &PostOffice,
    stopped: &watch::Receiver<bool>,
) -> Result<(), crate::app::Error> {
    app.give_up_lost_letters().await?;
    while !*stopped.borrow() && app.deliver_next(office).await?.is_some() {}
    Ok(())
}

async fn retain(app: App, mut stopped: watch::Receiver<bool>) {
    loop {
        match app.retain().await {
            Ok(retained) if retained.is_worth_saying() => tracing::info!("retention: {retained}"),
            Ok(_) => {}
            Err(error) => tracing::warn!(error = %told(error), "retention waits"),
        }
        if !pause(&mut stopped, RETENTION_PAUSE).await {
            return;
        }
    }
}

async fn make_exports(app: App, mut stopped: watch::Receiver<bool>) {
    loop {
        let wait = match app.make_next_export().await {
            Ok(Some(made)) => {
                let (state, rows) = (made.state, made.written_rows);
                tracing::info!(job = %made.id.0, %state, rows, bytes = made.bytes, "a file was made");
                continue;
            }
            Ok(None) => EXPORTS_PAUSE,
            Err(error) => {
                tracing::warn!(error = %told(error), "files wait");
                FAILED_PAUSE
            }
        };
        tokio::select! {
            () = app.export_is_asked() => {}
            goes_on = pause(&mut stopped, wait) => {
                if !goes_on {
                    return;
                }
            }
        }
    }
}
