//! The address of a mail server.

use thiserror::Error;
use url::{Host, Url};

/// How a connection is kept from others' eyes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Security {
    /// TLS from the first byte.
    Implicit,
    /// TLS before anything is said; a server without it is refused.
    StartTls,
    /// None: for a server on this machine.
    None,
}

/// What is wrong with an address. It never says the address, which may hold a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum Misread {
    /// It is no address of a mail server.
    #[error(
        "MAILLAGE_SMTP_URL is not an address as in smtps://user:password@host:465 or smtp://user:password@host:587"
    )]
    Server,
    /// It asks for a way of TLS that there is not.
    #[error("MAILLAGE_SMTP_URL: ?tls= is `required` or `none`, with smtp:// alone")]
    Tls,
    /// A password would go to another machine for everyone to read.
    #[error("MAILLAGE_SMTP_URL: a password needs TLS, unless the server is on this machine")]
    Password,
    /// It is no address of a sender.
    #[error(
        "MAILLAGE_MAIL_FROM is not an address as in maillage@example.org or Maillage <maillage@example.org>"
    )]
    Sender,
}

/// A mail server.
pub(super) struct Server {
    pub host: String,
    pub port: u16,
    pub security: Security,
    pub user: Option<(String, String)>,
}

/// Reads an address. `smtp://` asks for STARTTLS, unless the server is on this machine or `?tls=none` is there.
pub(super) fn read(text: &str) -> Result<Server, Misread> {
    let url = Url::parse(text.trim()).map_err(|_| Misread::Server)?;
    let host = match url.host().ok_or(Misread::Server)? {
        // The scheme is none that `url` reads addresses of machines in.
        Host::Domain(host) => host.trim_matches(['[', ']']).to_owned(),
        Host::Ipv4(host) => host.to_string(),
        Host::Ipv6(host) => host.to_string(),
    };
    if host.is_empty() || !matches!(url.path(), "" | "/") || url.fragment().is_some() {
        return Err(Misread::Server);
    }
    let here = host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|host| host.is_loopback());
    let security = match (url.scheme(), url.query()) {
        ("smtps", None) => Security::Implicit,
        ("smtp", None) if here => Security::None,
        ("smtp", None | Some("tls=required")) => Security::StartTls,
        ("smtp", Some("tls=none")) => Security::None,
        ("smtp" | "smtps", Some(_)) => return Err(Misread::Tls),
        _ => return Err(Misread::Server),
    };
    let port = url.port().unwrap_or(match security {
        Security::Implicit => 465,
        Security::StartTls => 587,
        Security::None => 25,
    });
    let user = match (url.username(), url.password()) {
        ("", None) => None,
        (user, password) => Some((decoded(user)?, decoded(password.unwrap_or_default())?)),
    };
    if user.is_some() && security == Security::None && !here {
        return Err(Misread::Password);
    }
    Ok(Server { host, port, security, user })
}

/// Text without its percent signs.
fn decoded(text: &str) -> Result<String, Misread> {
    let mut pieces = text.split('%');
    let mut bytes = pieces.next().unwrap_or_default().as_bytes().to_vec();
    for piece in pieces {
        let digits = piece.get(..2).ok_or(Misread::Server)?;
        bytes.push(u8::from_str_radix(digits, 16).map_err(|_| Misread::Server)?);
        bytes.extend_from_slice(&piece.as_bytes()[2..]);
    }
    String::from_utf8(bytes).map_err(|_| Misread::Server)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tls_is_asked_for_unless_the_server_is_on_this_machine_or_it_is_said() {
        let read = |text| read(text).map(|s| (s.host, s.port, s.security));
        let is = |host: &str, port, security| Ok((host.to_owned(), port, security));
        assert_eq!(read("smtps://a:b@mail.example.org"), is("mail.example.org", 465, Security::Implicit));
        assert_eq!(read("smtp://a:b@mail.example.org"), is("mail.example.org", 587, Security::StartTls));
        assert_eq!(
            read("smtp://a:b@mail.example.org:2525/"),
            is("mail.example.org", 2525, Security::StartTls)
        );
        assert_eq!(read("smtp://mail.example.org?tls=none"), is("mail.example.org", 25, Security::None));
        assert_eq!(read("smtp://a:b@localhost"), is("localhost", 25, Security::None));
        assert_eq!(read("smtp://127.0.0.1:1025"), is("127.0.0.1", 1025, Security::None));
        assert_eq!(read("smtp://[::1]:1025"), is("::1", 1025, Security::None));
        assert_eq!(read("smtp://localhost?tls=required"), is("localhost", 587, Security::StartTls));
    }

    #[test]
    fn what_is_wrong_is_said_without_the_password() {
        let wrong = |text: &str| read(text).err();
        assert_eq!(wrong("smtp://a:b@mail.example.org?tls=none"), Some(Misread::Password));
        assert_eq!(wrong("smtp://mail.example.org?tls=maybe"), Some(Misread::Tls));
        assert_eq!(wrong("smtps://mail.example.org?tls=none"), Some(Misread::Tls));
        for text in [
            "",
            "mail.example.org",
            "https://mail.example.org",
            "smtp://",
            "smtp://h/path",
            "smtps://a:%zz@h",
        ] {
            assert_eq!(wrong(text), Some(Misread::Server), "{text}");
        }
    }

    #[test]
    fn a_password_may_hold_anything() {
        let server = read("smtps://me%40example.org:p%2Fa%3A%25%C3%A9@h").expect("an address");
        assert_eq!(server.user, Some(("me@example.org".to_owned(), "p/a:%é".to_owned())));
    }
}
