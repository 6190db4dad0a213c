//! Limits per partner and address: how many calls, and a lock after failed logins.
//!
//! In: who calls. Out: whether the call may proceed, or when to try again. All in memory and
//! bounded. Time is the clock's monotonic one, so setting the clock opens no lock.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use sha2::{Digest as _, Sha256};
use vouch_contract::clock::Clock;

/// Most callers remembered. Beyond it the ones that called longest ago are forgotten.
const MAX_CALLERS: usize = 20_000;

/// The limits.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Calls per second from one address, in the long run.
    pub address_rate: f64,
    /// Calls from one address at once.
    pub address_burst: f64,
    /// Calls per second of one partner, in the long run.
    pub partner_rate: f64,
    /// Calls of one partner at once.
    pub partner_burst: f64,
    /// Failed logins of one partner code from one address until that pair is locked.
    pub failures: u32,
    /// Failed logins from one address, over all partner codes, until the address is locked.
    pub address_failures: u32,
    /// How long a lock lasts after the last failure. SYSTEMS: at least 15 minutes.
    pub lock: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            address_rate: 50.0,
            address_burst: 200.0,
            partner_rate: 20.0,
            partner_burst: 100.0,
            failures: 5,
            address_failures: 20,
            lock: Duration::from_secs(15 * 60),
        }
    }
}

/// Where a call comes from. IPv6 addresses count by their /64, which one subscriber has whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Caller(IpAddr);

impl Caller {
    /// The caller at an address.
    pub fn at(address: IpAddr) -> Self {
        match address.to_canonical() {
            IpAddr::V6(address) => {
                let [a, b, c, d, ..] = address.segments();
                Self(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).into())
            }
            address => Self(address),
        }
    }
}

/// Partner codes are kept as digests: whoever sends long ones must not fill the memory.
type Code = [u8; 32];

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Counted {
    Address(Caller),
    Partner(Code),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Suspect {
    Address(Caller),
    Pair(Caller, Code),
}

#[derive(Debug, Clone, Copy)]
struct Bucket {
    left: f64,
    at: Duration,
}

#[derive(Debug, Clone, Copy)]
struct Failures {
    count: u32,
    at: Duration,
}

#[derive(Debug, Default)]
struct Memory {
    buckets: HashMap<Counted, Bucket>,
    failures: HashMap<Suspect, Failures>,
}

/// The guard.
pub struct Guard {
    limits: Limits,
    clock: Arc<dyn Clock>,
    memory: Mutex<Memory>,
}

impl Guard {
    /// A guard with these limits.
    pub fn new(limits: Limits, clock: Arc<dyn Clock>) -> Self {
        Self { limits, clock, memory: Mutex::default() }
    }

    /// Counts a call from an address.
    ///
    /// # Errors
    /// When to try again.
    pub fn address(&self, caller: Caller) -> Result<(), Duration> {
        let (rate, burst) = (self.limits.address_rate, self.limits.address_burst);
        self.count(Counted::Address(caller), rate, burst)
    }

    /// Counts a call of a partner that has shown its credentials.
    ///
    /// # Errors
    /// When to try again.
    pub fn partner(&self, code: &str) -> Result<(), Duration> {
        self.count(Counted::Partner(digest(code)), self.limits.partner_rate, self.limits.partner_burst)
    }

    /// How long this caller is locked for this partner code.
    pub fn locked(&self, caller: Caller, code: &str) -> Option<Duration> {
        let now = self.clock.monotonic();
        let memory = self.memory();
        let left = |suspect: Suspect, most: u32| {
            let failures = memory.failures.get(&suspect).filter(|failures| failures.count >= most)?;
            (failures.at + self.limits.lock).checked_sub(now).filter(|left| !left.is_zero())
        };
        left(Suspect::Pair(caller, digest(code)), self.limits.failures)
            .max(left(Suspect::Address(caller), self.limits.address_failures))
    }

    /// A login has failed.
    pub fn failed(&self, caller: Caller, code: &str) {
        let (now, lock) = (self.clock.monotonic(), self.limits.lock);
        let mut memory = self.memory();
        for suspect in [Suspect::Pair(caller, digest(code)), Suspect::Address(caller)] {
            make_room(&mut memory.failures, |failures| failures.at);
            let failures = memory.failures.entry(suspect).or_insert(Failures { count: 0, at: now });
            // An old failure no longer counts: the lock it could have led to is over.
            if now >= failures.at + lock {
                failures.count = 0;
            }
            *failures = Failures { count: failures.count.saturating_add(1), at: now };
        }
    }

    /// A login has succeeded: earlier slips of this partner at this address are forgotten. Those of
    /// the address stay, or one known secret would allow endless guessing of others.
    pub fn succeeded(&self, caller: Caller, code: &str) {
        self.memory().failures.remove(&Suspect::Pair(caller, digest(code)));
    }

    fn count(&self, counted: Counted, rate: f64, burst: f64) -> Result<(), Duration> {
        let now = self.clock.monotonic();
        let mut memory = self.memory();
        make_room(&mut memory.buckets, |bucket| bucket.at);
        let bucket = match memory.buckets.entry(counted) {
            Entry::Occupied(entry) => entry.into_mut(),
            Entry::Vacant(entry) => entry.insert(Bucket { left: burst, at: now }),
        };
        let refilled = now.saturating_sub(bucket.at).as_secs_f64() * rate;
        *bucket = Bucket { left: (bucket.left + refilled).min(burst), at: now };
        if bucket.left >= 1.0 {
            bucket.left -= 1.0;
            return Ok(());
        }
        let wait = if rate > 0.0 { (1.0 - bucket.left) / rate } else { 60.0 };
        Err(Duration::from_secs_f64(wait.clamp(1.0, 3600.0)))
    }

    fn memory(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Forgets the older half when a map is full.
fn make_room<K: Copy + Eq + std::hash::Hash, V>(map: &mut HashMap<K, V>, at: impl Fn(&V) -> Duration) {
    if map.len() < MAX_CALLERS {
        return;
    }
    let mut times: Vec<Duration> = map.values().map(&at).collect();
    let middle = times.len() / 2;
    let (_, median, _) = times.select_nth_unstable(middle);
    let median = *median;
    map.retain(|_, value| at(value) > median);
}

fn digest(code: &str) -> Code {
    Sha256::digest(code.as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_clock::TestClock;

    fn guard(limits: Limits) -> (Guard, Arc<TestClock>) {
        let clock = Arc::new(TestClock::default());
        (Guard::new(limits, clock.clone()), clock)
    }

    fn caller(text: &str) -> Caller {
        Caller::at(text.parse().unwrap())
    }

    #[test]
    fn a_burst_is_allowed_and_then_the_rate() {
        let limits = Limits { address_rate: 2.0, address_burst: 3.0, ..Limits::default() };
        let (guard, clock) = guard(limits);
        let (here, there) = (caller("192.0.2.1"), caller("192.0.2.2"));
        assert_eq!((0..5).filter(|_| guard.address(here).is_ok()).count(), 3);
        assert_eq!(guard.address(here), Err(Duration::from_secs(1)));
        assert_eq!(guard.address(there), Ok(()));
        clock.pass(Duration::from_secs(1));
        assert_eq!((0..5).filter(|_| guard.address(here).is_ok()).count(), 2);
    }

    #[test]
    fn a_partner_is_counted_over_all_its_addresses() {
        let (guard, _) = guard(Limits { partner_burst: 2.0, ..Limits::default() });
        assert_eq!((0..5).filter(|_| guard.partner("bank").is_ok()).count(), 2);
        assert!(guard.partner("shop").is_ok());
    }

    #[test]
    fn after_five_failures_the_door_is_shut_for_fifteen_minutes_and_opens_by_itself() {
        let (guard, clock) = guard(Limits::default());
        let here = caller("192.0.2.1");
        for _ in 0..4 {
            guard.failed(here, "bank");
        }
        assert_eq!(guard.locked(here, "bank"), None);
        guard.failed(here, "bank");
        assert_eq!(guard.locked(here, "bank"), Some(Duration::from_secs(900)));
        assert_eq!(guard.locked(here, "shop"), None);
        assert_eq!(guard.locked(caller("192.0.2.2"), "bank"), None, "others can't lock a partner out");
        clock.set_wall(4_000_000_000);
        assert!(guard.locked(here, "bank").is_some(), "setting the clock opens no lock");
        clock.pass(Duration::from_secs(899));
        assert!(guard.locked(here, "bank").is_some());
        clock.pass(Duration::from_secs(1));
        assert_eq!(guard.locked(here, "bank"), None);
        guard.failed(here, "bank");
        assert_eq!(guard.locked(here, "bank"), None, "old failures no longer count");
    }

    #[test]
    fn who_tries_many_codes_is_locked_out_of_all() {
        let (guard, _) = guard(Limits::default());
        let here = caller("2001:db8:1:2:3::1");
        for number in 0..20 {
            guard.failed(here, &format!("partner-{number}"));
        }
        assert!(guard.locked(here, "bank").is_some());
        assert!(guard.locked(caller("2001:db8:1:2:4::9"), "bank").is_some(), "the same /64");
        assert!(guard.locked(caller("2001:db8:1:3::1"), "bank").is_none());
    }

    #[test]
    fn what_is_remembered_is_bounded() {
        let (guard, clock) = guard(Limits::default());
        for number in 0..(MAX_CALLERS as u32 + 100) {
            clock.pass(Duration::from_millis(1));
            let _ = guard.address(Caller::at(IpAddr::V4(number.into())));
            guard.failed(Caller::at(IpAddr::V4(number.into())), "x");
        }
        let memory = guard.memory();
        assert!(memory.buckets.len() <= MAX_CALLERS && memory.failures.len() <= MAX_CALLERS + 1);
    }
}
