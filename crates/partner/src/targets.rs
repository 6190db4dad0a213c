//! The list of addresses that a partner may name: redirects and webhooks.
//!
//! In: what the operator allowed, and an address that a partner gave. Out: the checked address, or
//! what is wrong with it. A name that leads to a private address is refused unless the operator
//! listed it as private, because the terminal itself calls webhooks and sits inside a network.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, ToSocketAddrs};

use url::{Host, Url};

/// Longest address, in bytes. Browsers and proxies take 2,000 and more.
pub const MAX_ADDRESS: usize = 2000;
/// Most addresses in a partner's list.
pub const MAX_TARGETS: usize = 32;

/// An entry of a partner's list: it allows every address with the same scheme, host and port whose
/// path begins with its path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    url: Url,
    private: bool,
}

/// Why an address is refused. The message does not repeat the address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TargetFault {
    /// Not an absolute http or https address.
    #[error("it is not an absolute http or https address of at most {MAX_ADDRESS} characters")]
    NotAnAddress,
    /// Without TLS, and not on this machine.
    #[error(
        "it must begin with https://; http:// is allowed only to this machine (127.0.0.1, ::1, localhost)"
    )]
    NotSecure,
    /// A name and password, or a fragment.
    #[error("it must not contain a user name, a password or a fragment")]
    Extras,
    /// A parameter that the redirect itself adds.
    #[error("its query has a parameter that the redirect adds itself; leave that one out")]
    Reserved,
    /// Not on the partner's list.
    #[error("it is not on this partner's list; the operator must add it")]
    NotListed,
    /// The host can't be found.
    #[error("its host can't be found; check the name and the resolver")]
    NoHost,
    /// The host is inside a private network.
    #[error("its host has a private address; the operator must list it as private")]
    Private,
}

impl Target {
    /// An entry. `private` allows a host whose address is not public.
    ///
    /// # Errors
    /// [`TargetFault`].
    pub fn new(text: &str, private: bool) -> Result<Self, TargetFault> {
        let url = parse(text)?;
        if url.query().is_some() {
            return Err(TargetFault::Extras);
        }
        match literal(&url) {
            Some(address) if !private && !is_public(address) => Err(TargetFault::Private),
            _ => Ok(Self { url, private }),
        }
    }

    /// The entry's address.
    pub fn url(&self) -> &str {
        self.url.as_str()
    }

    /// Whether its host may have a private address.
    pub const fn private(&self) -> bool {
        self.private
    }

    fn allows(&self, url: &Url) -> bool {
        let same_place = self.url.scheme() == url.scheme()
            && self.url.host() == url.host()
            && self.url.port_or_known_default() == url.port_or_known_default();
        let (prefix, path) = (self.url.path(), url.path());
        let beneath = path
            .strip_prefix(prefix)
            .is_some_and(|rest| prefix.ends_with('/') || rest.is_empty() || rest.starts_with('/'));
        // `%2f` and `%5c` are separators for some servers: a path with them may lead elsewhere.
        let plain = !path.to_ascii_lowercase().contains("%2f") && !path.to_ascii_lowercase().contains("%5c");
        same_place && beneath && (plain || path == prefix)
    }
}

/// Checks an address that a partner gave for a redirect. `reserved` are the parameters that the
/// redirect adds.
///
/// The person's browser goes there, not the terminal, so the name is not resolved.
///
/// # Errors
/// [`TargetFault`].
pub fn redirect(text: &str, list: &[Target], reserved: &[&str]) -> Result<Url, TargetFault> {
    let url = parse(text)?;
    if url.query_pairs().any(|(name, _)| reserved.contains(&name.as_ref())) {
        return Err(TargetFault::Reserved);
    }
    listed(&url, list).map(|_| url.clone())
}

/// Checks a webhook's address and resolves its host, once. The call must go to these addresses and
/// to no other: a name that is resolved again may lead elsewhere.
///
/// Blocks while the name is resolved.
///
/// # Errors
/// [`TargetFault`].
pub fn webhook(text: &str, list: &[Target]) -> Result<(Url, Vec<SocketAddr>), TargetFault> {
    let url = parse(text)?;
    let target = listed(&url, list)?;
    let port = url.port_or_known_default().ok_or(TargetFault::NotAnAddress)?;
    let addresses: Vec<SocketAddr> = match url.host() {
        Some(Host::Ipv4(address)) => vec![(address, port).into()],
        Some(Host::Ipv6(address)) => vec![(address, port).into()],
        Some(Host::Domain(name)) => {
            (name, port).to_socket_addrs().map_err(|_| TargetFault::NoHost)?.collect()
        }
        None => return Err(TargetFault::NotAnAddress),
    };
    if addresses.is_empty() {
        return Err(TargetFault::NoHost);
    }
    if !target.private && addresses.iter().any(|address| !is_public(address.ip())) {
        return Err(TargetFault::Private);
    }
    Ok((url, addresses))
}

fn listed<'a>(url: &Url, list: &'a [Target]) -> Result<&'a Target, TargetFault> {
    list.iter().find(|target| target.allows(url)).ok_or(TargetFault::NotListed)
}

fn parse(text: &str) -> Result<Url, TargetFault> {
    // The reader removes tabs and line breaks and turns \ into /: what it would change is refused.
    let odd = |letter: char| letter.is_control() || letter == ' ' || letter == '\\';
    if text.len() > MAX_ADDRESS || text.contains(odd) {
        return Err(TargetFault::NotAnAddress);
    }
    let url = Url::parse(text).map_err(|_| TargetFault::NotAnAddress)?;
    if url.host().is_none() || url.as_str().len() > MAX_ADDRESS {
        return Err(TargetFault::NotAnAddress);
    }
    if !url.username().is_empty() || url.password().is_some() || url.fragment().is_some() {
        return Err(TargetFault::Extras);
    }
    match url.scheme() {
        "https" => Ok(url),
        "http" if is_this_machine(&url) => Ok(url),
        "http" => Err(TargetFault::NotSecure),
        _ => Err(TargetFault::NotAnAddress),
    }
}

fn is_this_machine(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        _ => literal(url).is_some_and(|address| address.is_loopback()),
    }
}

/// The address that the host is, if it is not a name.
fn literal(url: &Url) -> Option<IpAddr> {
    match url.host()? {
        Host::Domain("localhost") => Some(Ipv4Addr::LOCALHOST.into()),
        Host::Domain(_) => None,
        Host::Ipv4(address) => Some(address.into()),
        Host::Ipv6(address) => Some(address.into()),
    }
}

/// Whether an address is reachable from the whole Internet (IANA special-purpose registries, RFC
/// 6890).
fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let shared = a == 100 && (64..128).contains(&b); // RFC 6598
    let protocols = a == 192 && b == 0 && c == 0; // RFC 6890
    let relay = a == 192 && b == 88 && c == 99; // RFC 7526
    let benchmark = a == 198 && (b == 18 || b == 19); // RFC 2544
    !(a == 0
        || a >= 240
        || shared
        || protocols
        || relay
        || benchmark
        || address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_multicast()
        || address.is_documentation())
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    if let Some(v4) = address.to_ipv4() {
        return is_public_v4(v4);
    }
    let segments = address.segments();
    // 64:ff9b::/96 leads to the IPv4 address in its last 32 bits (RFC 6052).
    if segments[..6] == [0x64, 0xff9b, 0, 0, 0, 0] {
        let [.., a, b, c, d] = address.octets();
        return is_public_v4(Ipv4Addr::new(a, b, c, d));
    }
    let global = segments[0] & 0xe000 == 0x2000; // 2000::/3, RFC 4291
    let protocols = segments[0] == 0x2001 && segments[1] < 0x200; // RFC 2928
    let documentation = segments[0] == 0x2001 && segments[1] == 0xdb8 || segments[0] == 0x3fff;
    let relay = segments[0] == 0x2002; // 6to4, RFC 7526
    global && !protocols && !documentation && !relay
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn list() -> Vec<Target> {
        vec![
            Target::new("https://bank.example/callback", false).unwrap(),
            Target::new("https://[2a00:1450::1]:8443/", false).unwrap(),
            Target::new("http://127.0.0.1:9000/hook", true).unwrap(),
        ]
    }

    #[test]
    fn only_listed_places_are_allowed() {
        for good in [
            "https://bank.example/callback",
            "https://BANK.example:443/callback/x?order=7",
            "https://[2a00:1450::1]:8443/any",
            "http://127.0.0.1:9000/hook",
        ] {
            assert!(redirect(good, &list(), &["code"]).is_ok(), "{good}");
        }
        for (bad, fault) in [
            ("https://evil.example/callback", TargetFault::NotListed),
            ("https://bank.example.evil.example/callback", TargetFault::NotListed),
            ("https://bank.example/callbacks", TargetFault::NotListed),
            ("https://bank.example/callback/../admin", TargetFault::NotListed),
            ("https://bank.example/callback/..%2fadmin", TargetFault::NotListed),
            ("https://bank.example:444/callback", TargetFault::NotListed),
            ("http://bank.example/callback", TargetFault::NotSecure),
            ("https://bank.example@evil.example/callback", TargetFault::Extras),
            ("https://bank.example/callback#x", TargetFault::Extras),
            ("https://bank.example/callback?code=1", TargetFault::Reserved),
            ("https://bank.example\\@evil.example/callback", TargetFault::NotAnAddress),
            ("https://bank.exa\nmple/callback", TargetFault::NotAnAddress),
            ("javascript:alert(1)", TargetFault::NotAnAddress),
            ("data:text/html,x", TargetFault::NotAnAddress),
            ("/callback", TargetFault::NotAnAddress),
            ("", TargetFault::NotAnAddress),
        ] {
            assert_eq!(redirect(bad, &list(), &["code"]), Err(fault), "{bad}");
        }
        let long = format!("https://bank.example/callback?x={}", "y".repeat(MAX_ADDRESS));
        assert_eq!(redirect(&long, &list(), &[]), Err(TargetFault::NotAnAddress));
    }

    #[test]
    fn a_private_address_must_be_listed_as_private() {
        for private in [
            "https://127.0.0.1/",
            "https://localhost/",
            "https://10.0.0.1/",
            "https://169.254.169.254/",
            "https://100.64.0.1/",
            "https://[::1]/",
            "https://[fd00::1]/",
            "https://[::ffff:192.168.0.1]/",
            "https://[64:ff9b::a00:1]/",
            "https://0x7f.1/",
            "https://2130706433/",
        ] {
            assert_eq!(Target::new(private, false), Err(TargetFault::Private), "{private}");
            assert!(Target::new(private, true).is_ok(), "{private}");
        }
    }

    #[test]
    fn a_webhook_goes_only_to_the_addresses_that_were_checked() {
        let (url, addresses) = webhook("http://127.0.0.1:9000/hook", &list()).unwrap();
        assert_eq!(url.path(), "/hook");
        assert_eq!(addresses, ["127.0.0.1:9000".parse().unwrap()]);
        // A public name that leads to this machine: what an attacker with a domain would try.
        let list = [Target { url: Url::parse("https://localhost/").unwrap(), private: false }];
        assert_eq!(webhook("https://localhost/", &list), Err(TargetFault::Private));
    }

    proptest! {
        // Whatever is written, an address that passes leads to a listed host.
        #[test]
        fn no_spelling_leads_elsewhere(text in "https://[a-z@:/?#\\\\.%0-9\\[\\]-]{0,40}") {
            if let Ok(url) = redirect(&text, &list(), &[]) {
                let host = url.host_str().unwrap_or_default();
                prop_assert!(["bank.example", "[2a00:1450::1]", "127.0.0.1"].contains(&host));
            }
        }
    }
}
