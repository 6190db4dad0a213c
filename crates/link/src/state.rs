//! The states of the link, and what it counts: read by doctor and health.
//!
//! ```text
//! Offline ──▶ Connecting ──▶ CatchingUp ⇄ Live
//!    ▲             │              │  ▲      │
//!    │             ▼              ▼  │      ▼
//!    ├───────── (fault) ◀──────── HubSilent ┘
//!    └───────── Refused           any ──▶ Stopped
//! ```

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use serde::Serialize;
use tokio::sync::watch;

use super::fault::Fault;

/// Where the link stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum LinkState {
    /// No connection; waits before the next attempt.
    Offline,
    /// TCP, TLS, CONNECT, SUBSCRIBE and birth are under way.
    Connecting,
    /// Connected; more than one result waits.
    CatchingUp,
    /// Connected; nothing waits, or only the newest result is under way.
    Live,
    /// Connected, but the hub has not acknowledged in time.
    HubSilent,
    /// Refused in a way that needs a person; tries at the longest pace.
    Refused,
    /// Told to stop.
    Stopped,
}

impl LinkState {
    /// All states, in the order of [`LinkReport::states`].
    pub const ALL: [Self; 7] = [
        Self::Offline,
        Self::Connecting,
        Self::CatchingUp,
        Self::Live,
        Self::HubSilent,
        Self::Refused,
        Self::Stopped,
    ];

    /// True when the broker is there.
    pub fn is_connected(self) -> bool {
        matches!(self, Self::CatchingUp | Self::Live | Self::HubSilent)
    }
}

/// How often a state was entered and how long it lasted in sum.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct StateCount {
    /// Which state.
    pub state: LinkState,
    /// Times entered.
    pub entered: u64,
    /// Time spent, without the present stay.
    pub spent: Duration,
}

/// A snapshot of the link.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LinkReport {
    /// Where it stands.
    pub state: LinkState,
    /// Since when (wall clock).
    pub since: Timestamp,
    /// The last fault, in words; kept until the hub acknowledges something.
    pub fault: Option<String>,
    /// Counters of every state, in the order of [`LinkState::ALL`].
    pub states: [StateCount; 7],
    /// The last refusal's reason, printable.
    pub refusal: Option<String>,
    /// A result has reached the broker and the hub has not answered yet.
    pub hub_due: bool,
    /// Results that wait; None until the outbox was first asked.
    pub waiting: Option<u64>,
    /// Results the hub has stored.
    pub delivered: u64,
    /// Results the hub (or our own bounds) refused.
    pub refused: u64,
    /// Results sent again because no acknowledgement came.
    pub resent: u64,
    /// PUBACKs that said "no matching subscribers": nobody listens.
    pub unheard: u64,
    /// Acknowledgements whose digest was not that of the result.
    pub digest_differs: u64,
    /// Acknowledgements for a result that is not under way.
    pub foreign_acks: u64,
    /// Messages on the ack topic that are no acknowledgement.
    pub garbage: u64,
    /// When the hub last acknowledged a result.
    pub last_delivered: Option<Timestamp>,
}

/// Keeps the report and hands it to its readers. Clones keep the same one.
#[derive(Debug, Clone)]
pub(super) struct Reporter {
    sender: watch::Sender<LinkReport>,
    entered_at: Arc<Mutex<Instant>>,
}

impl Reporter {
    pub(super) fn new() -> (Self, watch::Receiver<LinkReport>) {
        let report = LinkReport {
            state: LinkState::Offline,
            since: Timestamp::now(),
            fault: None,
            refusal: None,
            hub_due: false,
            states: LinkState::ALL.map(|state| StateCount {
                state,
                entered: u64::from(state == LinkState::Offline),
                spent: Duration::ZERO,
            }),
            waiting: None,
            delivered: 0,
            refused: 0,
            resent: 0,
            unheard: 0,
            digest_differs: 0,
            foreign_acks: 0,
            garbage: 0,
            last_delivered: None,
        };
        let (sender, receiver) = watch::channel(report);
        let reporter = Self { sender, entered_at: Arc::new(Mutex::new(Instant::now())) };
        (reporter, receiver)
    }

    /// Results that the hub has stored or refused.
    pub(super) fn settled(&self) -> u64 {
        let report = self.sender.borrow();
        report.delivered.saturating_add(report.refused)
    }

    pub(super) fn state(&self) -> LinkState {
        self.sender.borrow().state
    }

    /// Enters a state; staying in it is no entry.
    pub(super) fn enter(&self, next: LinkState) {
        self.enter_with(next, None);
    }

    fn enter_with(&self, next: LinkState, fault: Option<String>) {
        let now = Instant::now();
        let mut entered_at = self.entered_at.lock().unwrap_or_else(PoisonError::into_inner);
        let spent = now.duration_since(*entered_at);
        let mut moved = false;
        self.sender.send_if_modified(|report| {
            let told = fault.is_some();
            report.fault = fault.or(report.fault.take());
            if report.state == next {
                return told;
            }
            tracing::info!(from = ?report.state, to = ?next, "link");
            for count in &mut report.states {
                if count.state == report.state {
                    count.spent = count.spent.saturating_add(spent);
                }
                if count.state == next {
                    count.entered = count.entered.saturating_add(1);
                }
            }
            report.state = next;
            report.since = Timestamp::now();
            moved = true;
            true
        });
        if moved {
            *entered_at = now;
        }
    }

    /// Notes a fault and enters Refused or Offline.
    pub(super) fn fault(&self, fault: &Fault) {
        let words = fault.to_string();
        tracing::warn!(fault = %words, "link");
        let next = if fault.needs_a_person() { LinkState::Refused } else { LinkState::Offline };
        // State and reason in one step: who reads one must find the other.
        self.enter_with(next, Some(words));
    }

    /// Changes counters.
    pub(super) fn count(&self, change: impl FnOnce(&mut LinkReport)) {
        self.sender.send_modify(change);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_are_counted_and_staying_is_not_entering() {
        let (reporter, reader) = Reporter::new();
        reporter.enter(LinkState::Connecting);
        reporter.enter(LinkState::Live);
        reporter.enter(LinkState::Live);
        reporter.fault(&Fault::TakenOver { address: "h:1".to_owned() });
        let report = reader.borrow().clone();
        assert_eq!(report.state, LinkState::Refused);
        let entered: Vec<u64> = report.states.iter().map(|count| count.entered).collect();
        assert_eq!(entered, [1, 1, 0, 1, 0, 1, 0]);
        assert!(report.fault.unwrap().contains("h:1"));
    }
}
