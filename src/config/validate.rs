//! The ranges, and which settings must fit together.

mod authority;

use std::fmt;
use std::net::IpAddr;
use std::ops::RangeInclusive;
use std::path::Path;

use super::Config;
use super::fault::{ConfigError, Fault, quoted};
use super::sections::{Camera, Device, Fleet, Gallery, Kiosk, LANGUAGES, Partners, Runtime, Store};
use vouch_session::policy::Policy;

/// Pixels. Less is too small for a usable face; more than 4096 x 4096 would cost 50 MB per frame
/// buffer.
pub const SIDE: RangeInclusive<u32> = 64..=4096;
/// Frames per second.
pub const RATE: RangeInclusive<u32> = 1..=120;
/// Milliseconds; some cameras need more than a second for their first frame.
pub const TIMEOUT_MS: RangeInclusive<u32> = 100..=60_000;
/// Degrees.
pub const TURNS: [u16; 4] = [0, 90, 180, 270];
/// CPU threads per inference; the networks are too small to benefit from more.
pub const THREADS: RangeInclusive<u8> = 1..=2;
/// Results.
pub const MAX_PENDING: RangeInclusive<u32> = 1..=1_000_000;
/// MiB.
pub const MIN_FREE_MB: RangeInclusive<u32> = 1..=1_000_000;
/// Days; 0 deletes a result as soon as it is acknowledged.
pub const RETENTION_DAYS: RangeInclusive<u32> = 0..=3650;
/// Seconds.
pub const ACK_TIMEOUT_S: RangeInclusive<u32> = 1..=3600;
/// Days; 0 keeps an entry until it is removed.
pub const KEEP_DAYS: RangeInclusive<u32> = 0..=36_500;
/// Minutes.
pub const KEEP_FETCHED_MIN: RangeInclusive<u32> = 1..=1440;
/// Hours: a month at most.
pub const KEEP_UNFETCHED_H: RangeInclusive<u32> = 1..=744;
/// TCP ports.
pub const PORT: RangeInclusive<u16> = 1..=65_535;
/// Characters in a name that becomes part of a topic.
pub const NAME_LENGTH: RangeInclusive<usize> = 1..=64;
/// Characters in a host name (RFC 1035).
pub const HOST_LENGTH: RangeInclusive<usize> = 1..=253;
/// Options passed to a delegate.
pub const MAX_DELEGATE_OPTIONS: usize = 32;

const NAME_WORDS: &str = "1 to 64 of a-z A-Z 0-9 _ -";

/// One value outside its range.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Breach {
    /// The key's path.
    pub key: String,
    /// Key, value, and what is allowed.
    pub message: String,
}

impl Config {
    /// Checks every value against its range. Needed again after a command has changed some.
    ///
    /// # Errors
    /// Every value outside its range.
    pub fn validate(&self) -> Result<(), ConfigError> {
        let faults: Vec<Fault> =
            self.breaches().into_iter().map(|breach| Fault::of_value(breach.key, breach.message)).collect();
        if faults.is_empty() { Ok(()) } else { Err(ConfigError { faults }) }
    }

    /// Every value outside its range.
    pub(super) fn breaches(&self) -> Vec<Breach> {
        let mut check = Check(Vec::new());
        check.device(&self.device);
        check.camera("camera", &self.camera);
        if let Some(camera) = &self.document_camera {
            check.camera("document_camera", camera);
        }
        check.runtime(&self.runtime);
        check.authority(&self.authority, self.session.scheme);
        check.gallery(&self.gallery);
        check.store(&self.store);
        check.kiosk(&self.kiosk);
        check.partners(&self.partners, self.kiosk.enabled);
        check.fleet(&self.fleet);
        check.policy(&self.session.policy);
        check.0
    }
}

struct Check(Vec<Breach>);

impl Check {
    fn device(&mut self, device: &Device) {
        if let Some(id) = &device.id {
            self.name("device.id", id);
        }
        self.path("device.state_dir", &device.state_dir);
    }

    fn camera(&mut self, section: &str, camera: &Camera) {
        let key = |name: &str| format!("{section}.{name}");
        self.path(&key("source"), &camera.source);
        self.range(&key("width"), camera.width, SIDE);
        self.range(&key("height"), camera.height, SIDE);
        self.range(&key("rate"), camera.rate, RATE);
        if let Some(format) = &camera.format {
            let fourcc = format.len() == 4 && format.bytes().all(|b| b.is_ascii_graphic());
            self.text(&key("format"), format, fourcc, "four letters, such as YUYV");
        }
        self.range(&key("timeout_ms"), camera.timeout_ms, TIMEOUT_MS);
        if !TURNS.contains(&camera.rotate) {
            self.breach(&key("rotate"), camera.rotate, "0, 90, 180 or 270");
        }
    }

    fn runtime(&mut self, runtime: &Runtime) {
        self.path("runtime.models_dir", &runtime.models_dir);
        self.path("runtime.manifest", &runtime.manifest);
        self.path("runtime.library", &runtime.library);
        self.range("runtime.threads", runtime.threads, THREADS);
        if let Some(delegate) = &runtime.delegate {
            self.path("runtime.delegate.library", &delegate.library);
            let options = delegate.options.len();
            if options > MAX_DELEGATE_OPTIONS {
                let allowed = format!("at most {MAX_DELEGATE_OPTIONS}");
                let value = format!("{options} options");
                self.breach("runtime.delegate.options", value, &allowed);
            }
        }
    }

    fn gallery(&mut self, gallery: &Gallery) {
        self.range("gallery.keep_days", gallery.keep_days, KEEP_DAYS);
    }

    fn store(&mut self, store: &Store) {
        self.range("store.max_pending", store.max_pending, MAX_PENDING);
        self.range("store.min_free_mb", store.min_free_mb, MIN_FREE_MB);
        self.range("store.retention_days", store.retention_days, RETENTION_DAYS);
    }

    fn kiosk(&mut self, kiosk: &Kiosk) {
        if kiosk.languages.is_empty() {
            self.breach("kiosk.languages", "[]", "at least one language");
        }
        for tag in &kiosk.languages {
            let known = LANGUAGES.contains(&tag.as_str());
            self.text("kiosk.languages", tag, known, &format!("of {}", LANGUAGES.join(", ")));
        }
    }

    fn partners(&mut self, partners: &Partners, has_page: bool) {
        if partners.enabled && !has_page {
            self.breach("partners.enabled", true, "false, or set kiosk.enabled: sessions need the page");
        }
        let secured = partners.certificate.is_some() && partners.key.is_some();
        if partners.certificate.is_some() != partners.key.is_some() {
            self.breach("partners.certificate", "one of two", "certificate and key, both or neither");
        }
        if partners.enabled && !secured && !partners.listen.ip().is_loopback() {
            let allowed = "a loopback address, or give partners.certificate and partners.key";
            self.breach("partners.listen", partners.listen, allowed);
        }
        for (key, path) in [
            ("partners.certificate", &partners.certificate),
            ("partners.key", &partners.key),
            ("partners.webhook_ca", &partners.webhook_ca),
        ] {
            if let Some(path) = path {
                self.path(key, path);
            }
        }
        self.range("partners.keep_fetched_min", partners.keep_fetched_min, KEEP_FETCHED_MIN);
        self.range("partners.keep_unfetched_h", partners.keep_unfetched_h, KEEP_UNFETCHED_H);
    }

    fn fleet(&mut self, fleet: &Fleet) {
        let host = HOST_LENGTH.contains(&fleet.host.len())
            && fleet.host.bytes().all(|b| b.is_ascii_alphanumeric() || b".-:_".contains(&b));
        self.text("fleet.host", &fleet.host, host, "a host name or address");
        self.range("fleet.port", fleet.port, PORT);
        self.name("fleet.tenant", &fleet.tenant);
        if let Some(ca) = &fleet.ca {
            self.path("fleet.ca", ca);
        }
        self.range("fleet.ack_timeout_s", fleet.ack_timeout_s, ACK_TIMEOUT_S);
        if fleet.plain && !is_loopback(&fleet.host) {
            let allowed = format!(
                "false, or a loopback address as `fleet.host`, which is \"{}\": unencrypted MQTT goes to this machine only (127.0.0.1, ::1, localhost)",
                quoted(&fleet.host)
            );
            self.breach("fleet.plain", true, &allowed);
        }
    }

    /// The policy checks its own ranges and reports the first breach.
    fn policy(&mut self, policy: &Policy) {
        if let Err(error) = policy.check() {
            let key = format!("session.policy.{}", error.field);
            let message = format!("`{key}` {}", error.why);
            self.0.push(Breach { key, message });
        }
    }

    fn range<T: PartialOrd + fmt::Display>(&mut self, key: &str, value: T, of: RangeInclusive<T>) {
        if !of.contains(&value) {
            let allowed = format!("{} to {}", of.start(), of.end());
            self.breach(key, value, &allowed);
        }
    }

    /// A name becomes part of a topic and of file names, so it may have no separators and no
    /// wildcards.
    fn name(&mut self, key: &str, value: &str) {
        let fits = NAME_LENGTH.contains(&value.len())
            && value.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-".contains(&b));
        self.text(key, value, fits, NAME_WORDS);
    }

    fn path(&mut self, key: &str, value: &Path) {
        let text = value.to_string_lossy();
        let fits = !text.is_empty() && !text.contains('\0');
        self.text(key, &text, fits, "a path");
    }

    fn text(&mut self, key: &str, value: &str, fits: bool, allowed: &str) {
        if !fits {
            self.breach(key, format!("\"{}\"", quoted(value)), allowed);
        }
    }

    fn breach(&mut self, key: &str, value: impl fmt::Display, allowed: &str) {
        self.0
            .push(Breach { key: key.to_owned(), message: format!("`{key}` is {value}; allowed: {allowed}") });
    }
}

fn is_loopback(host: &str) -> bool {
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    pub(super) fn faults(change: impl FnOnce(&mut Config)) -> Vec<String> {
        let mut config = Config::default();
        change(&mut config);
        match config.validate() {
            Ok(()) => Vec::new(),
            Err(error) => error.faults.iter().map(Fault::to_string).collect(),
        }
    }

    #[test]
    fn the_defaults_are_valid() {
        assert_eq!(faults(|_| ()), [""; 0]);
        assert!(Config::checkout().validate().is_ok());
    }

    #[test]
    fn a_breach_names_key_value_and_range() {
        assert_eq!(faults(|config| config.camera.width = 10), ["`camera.width` is 10; allowed: 64 to 4096"]);
        assert_eq!(
            faults(|config| config.camera.rotate = 45),
            ["`camera.rotate` is 45; allowed: 0, 90, 180 or 270"]
        );
    }

    #[test]
    fn all_breaches_are_told() {
        let found = faults(|config| {
            config.camera.rate = 0;
            config.runtime.threads = 3;
            config.store.max_pending = 0;
            config.fleet.port = 0;
        });
        assert_eq!(found.len(), 4);
    }

    #[test]
    fn the_policy_is_held_to_its_own_ranges() {
        let found = faults(|config| config.session.policy.gestures.turn_degrees = f32::NAN);
        assert_eq!(found, ["`session.policy.gestures.turn_degrees` must be 5 to 80, not NaN"]);
    }

    #[test]
    fn no_name_can_leave_its_place_in_a_topic() {
        for bad in ["", "a/b", "+", "#", "a b", "ä", "a.b", &"x".repeat(65)] {
            assert_eq!(faults(|c| c.device.id = Some(bad.into())).len(), 1, "{bad}");
            assert_eq!(faults(|c| c.fleet.tenant = bad.into()).len(), 1, "{bad}");
        }
        assert!(faults(|c| c.device.id = Some("gate-3-north_A".into())).is_empty());
    }

    #[test]
    fn plain_only_reaches_this_machine() {
        for (host, fine) in [
            ("localhost", true),
            ("127.0.0.1", true),
            ("127.8.9.1", true),
            ("::1", true),
            ("10.0.2.2", false),
            ("localhost.example", false),
            ("127.0.0.1.example", false),
        ] {
            let found = faults(|config| {
                config.fleet.plain = true;
                config.fleet.host = host.into();
            });
            assert_eq!(found.is_empty(), fine, "{host}: {found:?}");
        }
    }

    #[test]
    fn a_delegate_needs_its_library() {
        let found = faults(|config| config.runtime.delegate = Some(Default::default()));
        assert_eq!(found, ["`runtime.delegate.library` is \"\"; allowed: a path"]);
    }
}
