//! `[authority]`, and whether it provides what the scheme needs.

use std::ops::RangeInclusive;

use super::{Breach, Check};
use crate::config::sections::Authority;
use vouch_contract::scheme::Scheme;

/// Characters in a service's address after `https://`.
pub const URL_LENGTH: RangeInclusive<usize> = 1..=2000;

impl Check {
    pub(super) fn authority(&mut self, authority: &Authority, scheme: Scheme) {
        for (key, path) in [
            ("authority.folder", &authority.folder),
            ("authority.ca", &authority.ca),
            ("authority.certificate", &authority.certificate),
            ("authority.key", &authority.key),
        ] {
            if let Some(path) = path {
                self.path(key, path);
            }
        }
        if let Some(url) = &authority.url {
            let address = url.strip_prefix("https://").unwrap_or_default();
            let fits = URL_LENGTH.contains(&address.len())
                && address.bytes().all(|b| b.is_ascii_graphic() && !b"@#?\"<>\\".contains(&b));
            self.text("authority.url", url, fits, "https://, host, port and path, nothing else");
        }
        let together = |first: bool, second: bool| first == second;
        for (key, fits, todo) in [
            (
                "authority.url",
                [authority.folder.is_some(), authority.url.is_some(), authority.gallery]
                    .into_iter()
                    .filter(|named| *named)
                    .count()
                    <= 1,
                "name one: folder, url or gallery",
            ),
            (
                "authority.ca",
                together(authority.url.is_some(), authority.ca.is_some()),
                "url and ca go together",
            ),
            (
                "authority.key",
                together(authority.certificate.is_some(), authority.key.is_some())
                    && (authority.key.is_none() || authority.url.is_some()),
                "certificate and key go together, and with url",
            ),
        ] {
            if !fits {
                let message = format!("[authority] is inconsistent: {todo}");
                self.0.push(Breach { key: key.to_owned(), message });
            }
        }
        if scheme.needs_record() && !authority.is_named() {
            let message = format!(
                "`session.scheme` is {scheme}, which compares with the record at an authoritative source, but \
                 none is configured: set `folder`, `gallery`, or `url` and `ca`, in [authority], or another scheme"
            );
            self.0.push(Breach { key: "session.scheme".to_owned(), message });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::faults;
    use super::*;

    #[test]
    fn a_scheme_with_a_record_needs_somebody_who_keeps_it() {
        for scheme in Scheme::ALL {
            let with = faults(|config| {
                config.session.scheme = scheme;
                config.authority.folder = Some("/var/lib/vouch/records".into());
            });
            assert_eq!(with, [""; 0], "{scheme}");
            let found = faults(|config| config.session.scheme = scheme);
            assert_eq!(found.len(), usize::from(scheme.to_string().starts_with("RP")), "{found:?}");
        }
        assert_eq!(faults(|config| config.authority.folder = Some("".into())).len(), 1);
    }

    #[test]
    fn a_service_is_reached_over_https_with_its_own_authority() {
        let service = |url: &str| {
            let mut authority = Authority { url: Some(url.to_owned()), ..Authority::default() };
            authority.ca = Some("ca.pem".into());
            authority
        };
        assert_eq!(faults(|config| config.authority = service("https://records.example:8443/v1")), [""; 0]);
        for url in [
            "http://records.example",
            "https://",
            "https://me:word@host/",
            "https://host/?n=1",
            "https://a b",
        ] {
            assert_eq!(faults(|config| config.authority = service(url)).len(), 1, "{url}");
        }
        let changed = |change: fn(&mut Authority)| {
            faults(|config| {
                config.authority = service("https://records.example");
                change(&mut config.authority);
            })
        };
        assert_eq!(changed(|authority| authority.ca = None).len(), 1);
        assert_eq!(changed(|authority| authority.folder = Some("records".into())).len(), 1);
        assert_eq!(changed(|authority| authority.gallery = true).len(), 1);
        assert_eq!(changed(|authority| authority.key = Some("key.pem".into())).len(), 1);
        let both = changed(|authority| {
            (authority.key, authority.certificate) = (Some("key.pem".into()), Some("own.pem".into()));
        });
        assert_eq!(both, [""; 0]);
    }
}
