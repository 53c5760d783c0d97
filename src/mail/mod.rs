//! Letters out, by SMTP. A leaf: it knows nothing of who writes or why. What a server answers is told by its code alone,
//! since its words may name the person.

mod address;

use std::fmt;
use std::time::{Duration, SystemTime};

use lettre::message::Mailbox;
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::client::{AsyncSmtpConnection, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail as MailFrom, Rcpt};
use lettre::transport::smtp::extension::ClientId;
use lettre::{Address, Message};
use tokio::time::timeout;

pub use self::address::{Misread, Security};

/// How long everything before a letter's text may take.
const BEFORE: Duration = Duration::from_secs(30);
/// How long a server may take to accept a letter's text.
const ACCEPTING: Duration = Duration::from_mins(1);

/// A letter, ready to be sent.
#[derive(Clone)]
pub struct Mail {
    /// What makes its `Message-ID`: the same whenever it is tried.
    pub id: String,
    /// To whom.
    pub to: String,
    /// One line.
    pub subject: String,
    /// Plain text.
    pub body: String,
    /// When it is sent.
    pub at: SystemTime,
}

/// How far it came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, strum::Display)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
pub enum Stage {
    /// The letter could not be put together: its address is none.
    Composing,
    /// Until the server knows us.
    Connecting,
    /// The sender.
    Mail,
    /// The recipient.
    Rcpt,
    /// The text.
    Data,
}

/// Where it stopped, and with which code the server answered, if it did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stopped {
    /// Where.
    pub stage: Stage,
    /// The server's answer.
    pub code: Option<u16>,
}

impl fmt::Display for Stopped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.code {
            Some(code) => write!(f, "the server answered {code} at {}", self.stage),
            None => write!(f, "no answer at {}", self.stage),
        }
    }
}

/// What became of a letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The server has it.
    Sent,
    /// Nothing was sent; later it may work.
    Later(Stopped),
    /// The server won't have it.
    Refused(Stopped),
    /// The connection ended before the server said whether it has it.
    Unknown(Stopped),
}

/// Sends letters through one server.
#[derive(Clone)]
pub struct Mailer {
    host: String,
    port: u16,
    security: Security,
    credentials: Option<Credentials>,
    from: Mailbox,
}

impl Mailer {
    /// Through the server of this address (`smtps://user:password@host:port`, `smtp://…`), as this sender.
    pub fn new(server: &str, from: &str) -> Result<Self, Misread> {
        let server = address::read(server)?;
        let from: Mailbox = from.trim().parse().map_err(|_| Misread::Sender)?;
        let credentials = server.user.map(|(user, password)| Credentials::new(user, password));
        Ok(Self { host: server.host, port: server.port, security: server.security, credentials, from })
    }

    /// Sends a letter, once.
    pub async fn send(&self, mail: &Mail) -> Outcome {
        let composing = Outcome::Refused(Stopped { stage: Stage::Composing, code: None });
        let Ok(to) = mail.to.parse::<Address>() else { return composing };
        let Ok(message) = self.message(mail, to.clone()) else { return composing };
        let mut stage = Stage::Connecting;
        let mut connection = match timeout(BEFORE, self.prepare(to, &mut stage)).await {
            Ok(Ok(connection)) => connection,
            Ok(Err(error)) => return before(stage, &error),
            Err(_) => return Outcome::Later(Stopped { stage, code: None }),
        };
        let stopped = |code| Stopped { stage: Stage::Data, code };
        match timeout(ACCEPTING, connection.message(&message)).await {
            Ok(Ok(_)) => {
                // The letter is with the server, whatever it says to this.
                let _ = timeout(Duration::from_secs(2), connection.quit()).await;
                Outcome::Sent
            }
            Ok(Err(error)) => match code(&error) {
                Some(code) if error.is_permanent() => Outcome::Refused(stopped(Some(code))),
                Some(code) => Outcome::Later(stopped(Some(code))),
                None => Outcome::Unknown(stopped(None)),
            },
            Err(_) => Outcome::Unknown(stopped(None)),
        }
    }

    fn message(&self, mail: &Mail, to: Address) -> Result<Vec<u8>, lettre::error::Error> {
        let automatic = HeaderName::new_from_ascii_str("Auto-Submitted");
        let message = Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, to))
            .subject(&mail.subject)
            .date(mail.at)
            .message_id(Some(format!("<{}@{}>", mail.id, self.from.email.domain())))
            .raw_header(HeaderValue::new(automatic, "auto-generated".to_owned()))
            .header(ContentType::TEXT_PLAIN)
            .body(mail.body.clone())?;
        Ok(message.formatted())
    }

    /// Everything up to the text: nothing is sent yet.
    async fn prepare(&self, to: Address, stage: &mut Stage) -> Result<AsyncSmtpConnection, Error> {
        let hello = ClientId::Domain(self.from.email.domain().to_owned());
        let tls = || TlsParameters::new(self.host.clone());
        let implicit = if self.security == Security::Implicit { Some(tls()?) } else { None };
        let server = (self.host.as_str(), self.port);
        let mut connection =
            AsyncSmtpConnection::connect_tokio1(server, Some(BEFORE), &hello, implicit, None).await?;
        if self.security == Security::StartTls {
            connection.starttls(tls()?, &hello).await?;
        }
        if let Some(credentials) = &self.credentials {
            connection.auth(DEFAULT_MECHANISMS, credentials).await?;
        }
        *stage = Stage::Mail;
        connection.command(MailFrom::new(Some(self.from.email.clone()), Vec::new())).await?;
        *stage = Stage::Rcpt;
        connection.command(Rcpt::new(to, Vec::new())).await?;
        *stage = Stage::Data;
        connection.command(Data).await?;
        Ok(connection)
    }
}

/// What a failure before the text means: only a refusal of the recipient or the letter is for good, since the rest may
/// be mended by the operator.
fn before(stage: Stage, error: &Error) -> Outcome {
    let stopped = Stopped { stage, code: code(error) };
    match stage {
        Stage::Rcpt | Stage::Data if error.is_permanent() => Outcome::Refused(stopped),
        _ => Outcome::Later(stopped),
    }
}

fn code(error: &Error) -> Option<u16> {
    error.status().map(u16::from)
}

/// Shows neither user nor password.
impl fmt::Debug for Mailer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Mailer({}:{}, {:?})", self.host, self.port, self.security)
    }
}
