//! Where a request comes from: the connection's other end, or whom a trusted proxy says that it speaks for.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};

use axum::extract::ConnectInfo;
use axum::http::{Extensions, HeaderMap};

/// Proxies whose word is taken for whom they speak.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TrustedProxies(Vec<Network>);

/// Addresses that begin alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Network {
    bits: u128,
    /// How many bits from the left must be these; an IPv4 address has 96 before its own.
    length: u32,
}

/// An entry of the list that is no address and no network.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "\"{0}\" is no address of a proxy: write 10.0.0.7, a network as 10.0.0.0/8 or fd00::/8, several with a comma between, or none"
)]
pub struct BadProxy(String);

impl TrustedProxies {
    /// Reads a configured list; an empty one, or `none`, trusts nobody.
    pub fn parse(list: &str) -> Result<Self, BadProxy> {
        let entries = list.split(',').map(str::trim).filter(|entry| !entry.is_empty());
        let entries: Vec<_> = entries.collect();
        if entries == ["none"] {
            return Ok(Self::default());
        }
        let network = |entry: &&str| Network::parse(entry).ok_or_else(|| BadProxy((*entry).to_owned()));
        entries.iter().map(network).collect::<Result<_, _>>().map(Self)
    }

    fn has(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.has(address))
    }
}

impl Network {
    fn parse(text: &str) -> Option<Self> {
        let (address, length) = match text.split_once('/') {
            Some((address, length)) => (address, Some(length.parse::<u32>().ok()?)),
            None => (text, None),
        };
        let address: IpAddr = address.parse().ok()?;
        let (own, before) = if address.is_ipv4() { (32, 96) } else { (128, 0) };
        let length = length.unwrap_or(own);
        (length <= own).then(|| Self { bits: bits(address), length: before + length })
    }

    fn has(self, address: IpAddr) -> bool {
        let differing = (self.bits ^ bits(address)).leading_zeros();
        differing >= self.length
    }
}

/// Both families as one, so that an IPv4 address is the same however a socket writes it.
fn bits(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(address) => address.to_ipv6_mapped().to_bits(),
        IpAddr::V6(address) => address.to_bits(),
    }
}

/// The client's address: the connection's other end; where that is a trusted proxy, the right-most address of
/// `forwarded` or `x-forwarded-for` that is not one. None where the service runs without a socket.
///
/// What stands further left anybody may have written, and an entry that can't be read ends the search: then the last
/// address that could be read is taken.
pub fn client_address(
    extensions: &Extensions,
    headers: &HeaderMap,
    trusted: &TrustedProxies,
) -> Option<IpAddr> {
    let ConnectInfo(peer) = extensions.get::<ConnectInfo<SocketAddr>>()?;
    let mut address = peer.ip().to_canonical();
    if !trusted.has(address) {
        return Some(address);
    }
    for told in told(headers).into_iter().rev() {
        let Some(told) = told else { break };
        address = told;
        if !trusted.has(address) {
            break;
        }
    }
    Some(address)
}

/// The addresses that the headers name, in their order; none in the place of one that can't be read. `forwarded` is the
/// standard's; where it is sent, the other is not looked at.
fn told(headers: &HeaderMap) -> Vec<Option<IpAddr>> {
    // Of a client that sends kilobytes of them, the last few tell all.
    const MOST: usize = 32;
    let of = |name: &str| -> Vec<String> {
        let values = headers.get_all(name).iter();
        let entries =
            values.flat_map(|value| value.to_str().unwrap_or("?").split(',').map(|it| it.trim().to_owned()));
        entries.collect()
    };
    let forwarded = of("forwarded");
    let entries: Vec<_> = if forwarded.is_empty() {
        of("x-forwarded-for").iter().map(|entry| address_in(entry)).collect()
    } else {
        forwarded.iter().map(|entry| forwarded_for(entry)).collect()
    };
    let skipped = entries.len().saturating_sub(MOST);
    entries.into_iter().skip(skipped).collect()
}

/// The `for` of one entry of `forwarded`, such as `for="[2001:db8::1]:4711";proto=https`.
fn forwarded_for(entry: &str) -> Option<IpAddr> {
    let pairs = entry.split(';').filter_map(|pair| pair.trim().split_once('='));
    let mut named = pairs.filter(|(name, _)| name.eq_ignore_ascii_case("for"));
    let (_, value) = named.next()?;
    address_in(value.trim().trim_matches('"'))
}

/// An address with or without its port, and with or without brackets.
fn address_in(text: &str) -> Option<IpAddr> {
    let bare = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(text);
    let with_port = || text.parse::<SocketAddr>().map(|address| address.ip());
    bare.parse().or_else(|_| with_port()).ok().map(|address: IpAddr| address.to_canonical())
}

/// Those who are counted as one: an IPv4 address, or the /64 that a household or a server is given of IPv6.
pub(super) fn household(address: IpAddr) -> IpAddr {
    cut(address, 32, 64)
}

/// Wider: what one provider gives to many.
pub(super) fn neighbourhood(address: IpAddr) -> IpAddr {
    cut(address, 16, 32)
}

fn cut(address: IpAddr, of_v4: u32, of_v6: u32) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => IpAddr::V4((address.to_bits() & (u32::MAX << (32 - of_v4))).into()),
        IpAddr::V6(address) => {
            IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & (u128::MAX << (128 - of_v6))))
        }
    }
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderName, HeaderValue};

    use super::*;

    const PROXIES: &str = "127.0.0.1, 10.0.0.0/8, fd00::/8";

    fn seen(peer: &str, headers: &[(&'static str, &str)], trusted: &str) -> String {
        let mut extensions = Extensions::new();
        extensions.insert(ConnectInfo(SocketAddr::new(peer.parse().expect("an address"), 4711)));
        let header = |(name, value): &(&'static str, &str)| {
            (HeaderName::from_static(name), HeaderValue::from_str(value).expect("a value"))
        };
        let mut map = HeaderMap::new();
        for (name, value) in headers.iter().map(header) {
            map.append(name, value);
        }
        let trusted = TrustedProxies::parse(trusted).expect("a list");
        client_address(&extensions, &map, &trusted).expect("an address").to_string()
    }

    #[test]
    fn nobody_is_believed_but_a_trusted_proxy() {
        let told = [("x-forwarded-for", "203.0.113.9")];
        assert_eq!(seen("198.51.100.1", &told, "none"), "198.51.100.1");
        assert_eq!(seen("198.51.100.1", &told, PROXIES), "198.51.100.1");
        assert_eq!(seen("127.0.0.1", &told, ""), "127.0.0.1");
        assert_eq!(seen("127.0.0.1", &told, PROXIES), "203.0.113.9");
        assert_eq!(seen("::ffff:127.0.0.1", &told, PROXIES), "203.0.113.9");
        assert_eq!(seen("10.9.8.7", &[], PROXIES), "10.9.8.7", "a proxy may ask for itself");
    }

    #[test]
    fn the_right_most_address_that_is_no_proxy_is_the_client() {
        for (header, client) in [
            ("1.1.1.1, 203.0.113.9", "203.0.113.9"),
            ("1.1.1.1, 203.0.113.9, 10.0.0.2", "203.0.113.9"),
            ("1.1.1.1, 203.0.113.9:4711 , 10.0.0.2,10.0.0.3", "203.0.113.9"),
            ("2001:db8::1", "2001:db8::1"),
            ("[2001:db8::1]:80, fd00::7", "2001:db8::1"),
            ("[2001:db8::1]", "2001:db8::1"),
            ("::ffff:203.0.113.9", "203.0.113.9"),
            ("10.0.0.5", "10.0.0.5"),
            ("1.1.1.1, unknown", "127.0.0.1"),
            ("1.1.1.1, é, 10.0.0.2", "127.0.0.1"),
            ("1.1.1.1, , 10.0.0.2", "10.0.0.2"),
            ("", "127.0.0.1"),
        ] {
            assert_eq!(seen("127.0.0.1", &[("x-forwarded-for", header)], PROXIES), client, "{header}");
        }
        let lines = [("x-forwarded-for", "1.1.1.1"), ("x-forwarded-for", "203.0.113.9")];
        assert_eq!(seen("127.0.0.1", &lines, PROXIES), "203.0.113.9", "several headers are one list");
        let many = "1.1.1.1, ".repeat(10_000) + "203.0.113.9";
        assert_eq!(seen("127.0.0.1", &[("x-forwarded-for", &many)], PROXIES), "203.0.113.9");
    }

    #[test]
    fn the_standards_header_comes_first() {
        let forwarded = ("forwarded", "for=1.1.1.1, For=\"[2001:db8::1]:4711\";proto=https;by=10.0.0.1");
        assert_eq!(seen("127.0.0.1", &[forwarded, ("x-forwarded-for", "9.9.9.9")], PROXIES), "2001:db8::1");
        assert_eq!(seen("127.0.0.1", &[("forwarded", "for=1.1.1.1, for=_hidden")], PROXIES), "127.0.0.1");
    }

    #[test]
    fn what_is_no_list_of_proxies_is_refused() {
        for wrong in [
            "10.0.0.0/33",
            "10.0.0",
            "fd00::/129",
            "proxy.example",
            "*",
            "10.0.0.1 10.0.0.2",
            "none, 10.0.0.1",
        ] {
            assert!(TrustedProxies::parse(wrong).is_err(), "{wrong}");
        }
        assert_eq!(TrustedProxies::parse(" none "), Ok(TrustedProxies::default()));
        assert!(TrustedProxies::parse("0.0.0.0/0").is_ok_and(|all| all.has(IpAddr::from([9, 9, 9, 9]))));
    }

    #[test]
    fn an_ipv6_client_is_its_64_bits() {
        let of = |text: &str| household(text.parse().expect("an address")).to_string();
        assert_eq!(of("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::");
        assert_eq!(of("203.0.113.9"), "203.0.113.9");
        assert_eq!(of("::ffff:203.0.113.9"), "203.0.113.9");
    }
}
