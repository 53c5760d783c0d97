//! Leaf: whether addresses still lead somewhere. It asks the public web alone: what an address names on this machine or in a
//! private network is never asked, whatever name or redirect leads there.

use std::error::Error;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::{Client, Method, StatusCode, redirect};
use url::{Host, Url};

/// Most redirects that are followed.
const REDIRECTS: usize = 5;
/// How long a connection may take.
const CONNECTING: Duration = Duration::from_secs(5);
/// How long an answer may take.
const ANSWERING: Duration = Duration::from_secs(15);
/// What we call ourselves.
const AGENT: &str = concat!("maillage/", env!("CARGO_PKG_VERSION"), " (link check)");

/// Asks addresses.
#[derive(Clone, Debug)]
pub struct Checker {
    client: Client,
    private: bool,
}

/// No client of HTTP can be made.
#[derive(Debug, thiserror::Error)]
#[error("addresses can't be asked")]
pub struct NoClient(#[source] reqwest::Error);

/// An address in a network that is not public.
#[derive(Debug, thiserror::Error)]
#[error("it is in a private network, which is not asked")]
struct Private;

impl Checker {
    /// One that asks public addresses; with `private`, which is for tests, any. No proxy is used: behind one nobody could tell
    /// where a name leads.
    pub fn new(private: bool) -> Result<Self, NoClient> {
        let follow = redirect::Policy::custom(move |attempt| {
            if attempt.previous().len() > REDIRECTS {
                attempt.error("it redirects too often")
            } else if may_ask(attempt.url(), private) {
                attempt.follow()
            } else {
                attempt.error(Private)
            }
        });
        let client = Client::builder()
            .user_agent(AGENT)
            .redirect(follow)
            .no_proxy()
            .connect_timeout(CONNECTING)
            .timeout(ANSWERING)
            .dns_resolver(Arc::new(Public { private }))
            .build()
            .map_err(NoClient)?;
        Ok(Self { client, private })
    }

    /// What is wrong with an address, in a few words; null where nothing is. It is asked for its head, and for itself where
    /// that is refused. One that answers that it is not for programs, or asks to sign in, is there.
    pub async fn problem_of(&self, address: &str) -> Option<String> {
        let Ok(url) = Url::parse(address) else { return Some("is no address".to_owned()) };
        if !may_ask(&url, self.private) {
            return Some(Private.to_string());
        }
        match self.ask(Method::HEAD, &url).await {
            Ok(status) if is_there(status) => None,
            // Some servers know no heads, and say so in many ways.
            _ => match self.ask(Method::GET, &url).await {
                Ok(status) if is_there(status) => None,
                Ok(status) => Some(format!("answers {status}")),
                Err(error) => Some(told(&error)),
            },
        }
    }

    /// The status of the answer; what it holds is not read.
    async fn ask(&self, method: Method, url: &Url) -> Result<StatusCode, reqwest::Error> {
        Ok(self.client.request(method, url.clone()).send().await?.status())
    }
}

/// Whether a status says that something is there.
fn is_there(status: StatusCode) -> bool {
    let guarded = [
        StatusCode::UNAUTHORIZED,
        StatusCode::FORBIDDEN,
        StatusCode::TOO_MANY_REQUESTS,
        StatusCode::UNAVAILABLE_FOR_LEGAL_REASONS,
    ];
    status.is_success() || guarded.contains(&status)
}

/// Whether an address may be asked, as far as it tells itself; names are judged when they are resolved.
fn may_ask(url: &Url, private: bool) -> bool {
    let public = match url.host() {
        Some(Host::Ipv4(address)) => is_public(IpAddr::V4(address)),
        Some(Host::Ipv6(address)) => is_public(IpAddr::V6(address)),
        Some(Host::Domain(_)) => true,
        None => false,
    };
    matches!(url.scheme(), "http" | "https") && (public || private)
}

/// Whether an address is of the public internet: not of this machine, a link, a private network, or reserved.
fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let shared = a == 100 && (64..128).contains(&b);
    let protocols = a == 192 && b == 0 && c == 0;
    let relayed = a == 192 && b == 88 && c == 99;
    let benchmarks = a == 198 && (18..20).contains(&b);
    let unassigned = a == 0 || a >= 224;
    !(address.is_loopback()
        || address.is_private()
        || address.is_link_local()
        || address.is_documentation()
        || shared
        || protocols
        || relayed
        || benchmarks
        || unassigned)
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let parts = address.segments();
    // What stands for an address of the older kind is as public as that is: mapped, translated, tunnelled.
    let older = |high: u16, low: u16| is_public_v4(Ipv4Addr::from((u32::from(high) << 16) | u32::from(low)));
    match parts {
        [0, 0, 0, 0, 0, 0xffff, high, low]
        | [0x64, 0xff9b, 0, 0, 0, 0, high, low]
        | [0x2002, high, low, ..] => older(high, low),
        // Only this part is given out; documentation, benchmarks and Teredo are within it.
        [first, second, ..] => {
            (first & 0xe000) == 0x2000
                && !(first == 0x2001 && (second < 0x200 || second == 0xdb8))
                && (first & 0xfff0) != 0x3ff0
        }
    }
}

/// What went wrong, in a few words, without the address.
fn told(error: &reqwest::Error) -> String {
    let mut cause: Option<&dyn Error> = Some(error);
    while let Some(inner) = cause {
        if inner.is::<Private>() {
            return Private.to_string();
        }
        cause = inner.source();
    }
    if error.is_timeout() {
        "does not answer in time".to_owned()
    } else if error.is_redirect() {
        "redirects too often".to_owned()
    } else if error.is_connect() {
        "can't be reached".to_owned()
    } else {
        "answers what is no HTTP".to_owned()
    }
}

/// Resolves names, and leaves out what is not public.
struct Public {
    private: bool,
}

impl Resolve for Public {
    fn resolve(&self, name: Name) -> Resolving {
        let private = self.private;
        Box::pin(async move {
            let host = name.as_str().to_owned();
            let all: Vec<SocketAddr> = tokio::net::lookup_host((host.as_str(), 0)).await?.collect();
            let public: Vec<_> = all.into_iter().filter(|at| private || is_public(at.ip())).collect();
            if public.is_empty() {
                return Err(Box::new(Private) as Box<dyn Error + Send + Sync>);
            }
            Ok(Box::new(public.into_iter()) as Addrs)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_public_web_is_asked() {
        for (address, public) in [
            ("https://example.org/", true),
            ("http://93.184.215.14/", true),
            ("http://[2606:2800:21f:cb07:6820:80da:af6b:8b2c]/", true),
            ("ftp://example.org/", false),
            ("http://127.0.0.1/", false),
            ("http://2130706433/", false),
            ("http://0x7f.1/", false),
            ("http://0.0.0.0/", false),
            ("http://10.1.2.3/", false),
            ("http://172.31.0.1/", false),
            ("http://192.168.1.1/", false),
            ("http://169.254.169.254/latest/meta-data", false),
            ("http://100.64.0.1/", false),
            ("http://198.18.0.1/", false),
            ("http://224.0.0.1/", false),
            ("http://255.255.255.255/", false),
            ("http://[::1]/", false),
            ("http://[::]/", false),
            ("http://[fe80::1]/", false),
            ("http://[fd00::1]/", false),
            ("http://[::ffff:10.0.0.1]/", false),
            ("http://[::ffff:93.184.215.14]/", true),
            ("http://[64:ff9b::a00:1]/", false),
            ("http://[2002:a00:1::]/", false),
            ("http://[2001:db8::1]/", false),
            ("http://[2001:0:1::1]/", false),
        ] {
            let url = Url::parse(address).expect("an address");
            assert_eq!(may_ask(&url, false), public, "{address}");
        }
    }

    #[tokio::test]
    async fn a_name_that_leads_to_this_machine_is_not_asked() {
        let checker = Checker::new(false).expect("a client");
        let said = "it is in a private network, which is not asked";
        for address in ["http://localhost:9/", "http://127.0.0.1:9/", "http://[::1]:9/"] {
            assert_eq!(checker.problem_of(address).await.as_deref(), Some(said), "{address}");
        }
    }
}
