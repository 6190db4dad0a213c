//! One delivery for a command: hand over what waits, and say how it ended.

use std::time::Duration;

use tokio::time::timeout;

use super::link::{Link, LinkOptions};
use super::pending::{Pending, PendingError};
use super::settings;
use super::settings::OptionsError;
use super::state::LinkState;

/// A broker that has been asked for less time than this is not called silent
/// yet: the fault before it says more. 2 s: one lost packet on a cellular line.
const SLOW: Duration = Duration::from_secs(2);

/// How a one-shot delivery ended.
#[derive(Debug, Clone)]
pub struct Delivery {
    /// Results the hub has stored.
    pub delivered: u64,
    /// Results the hub refused; they are kept.
    pub refused: u64,
    /// The reason of the last refusal, printable.
    pub refusal: Option<String>,
    /// Results that still wait; they keep.
    pub left: u64,
    /// Why something is left, in words.
    pub fault: Option<String>,
}

/// Why a one-shot delivery could not even begin.
#[derive(Debug, thiserror::Error)]
pub enum DeliveryError {
    /// Settings that can never work.
    #[error(transparent)]
    Options(#[from] OptionsError),
    /// The outbox cannot be read.
    #[error(transparent)]
    Outbox(#[from] PendingError),
    /// No runtime.
    #[error("cannot start the runtime of the link: {0}")]
    Runtime(std::io::Error),
}

/// Delivers what waits, for one-shot commands: ends when the queue is empty,
/// when only a person can help, or after `limit`. An empty queue makes no
/// connection at all.
pub async fn deliver_once<P: Pending>(
    mut options: LinkOptions,
    mut pending: P,
    limit: Duration,
) -> Result<Delivery, DeliveryError> {
    options.announce = false;
    settings::check(&options.wire()?)?;
    let (waiting, pending) = tokio::task::spawn_blocking(move || (pending.waiting(), pending))
        .await
        .map_err(|error| PendingError { what: "count the waiting results", reason: error.to_string() })?;
    let waiting = waiting?;
    if waiting == 0 {
        return Ok(Delivery { delivered: 0, refused: 0, refusal: None, left: 0, fault: None });
    }
    let link = Link::spawn(options, pending)?;
    let mut report = link.report();
    let drained = report.wait_for(|report| report.waiting == Some(0) || report.state == LinkState::Refused);
    // Time over or not, the report says what was reached.
    let _ = timeout(limit, drained).await;
    let (now, unanswered, waited) = (link.report().borrow().state, link.unanswered(), link.waited());
    let last = link.shutdown().await;
    let left = last.waiting.unwrap_or(waiting);
    let fault = match last.fault {
        // An older fault, and now the broker is there, or silent.
        fault if now == LinkState::Refused || now == LinkState::Offline => fault,
        Some(fault) if !now.is_connected() && waited < SLOW => Some(fault),
        _ if last.hub_due && last.unheard > 0 => {
            Some("the broker has the result, and no hub listens there".to_owned())
        }
        _ if last.hub_due => {
            Some("the broker has the result, and the hub did not acknowledge it in time".to_owned())
        }
        _ => Some(unanswered.to_string()),
    };
    Ok(Delivery {
        delivered: last.delivered,
        refused: last.refused,
        refusal: last.refusal,
        left,
        fault: fault.filter(|_| left > 0),
    })
}

/// [`deliver_once`] for a caller without a runtime.
pub fn deliver_once_blocking<P: Pending>(
    options: LinkOptions,
    pending: P,
    limit: Duration,
) -> Result<Delivery, DeliveryError> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(DeliveryError::Runtime)?
        .block_on(deliver_once(options, pending, limit))
}
