//! One session from its first frame to the person hearing how it ended: led,
//! signed, on disk, and only then told.

use std::time::Duration;

use super::drive::{Driven, Session, Still, drive};
use super::station::{Asked, Station, StationError, Vouched};
use vouch_contract::claims::SessionStatus;
use vouch_perception::eye::port::EyePort;
use vouch_session::types::Prompt;

/// Pause between two tries to store a result that could not be stored: another
/// process's transaction ends within seconds, a full disk takes a person.
const STORE_PAUSE: Duration = Duration::from_millis(500);

/// A session that is over and vouched for.
#[derive(Debug)]
pub struct Led {
    /// How it went.
    pub driven: Driven,
    /// What is on disk.
    pub vouched: Vouched,
}

/// What becomes of a session's pictures: gives those that are kept, which the
/// result then names by their digests.
pub type KeepStills<'a> = &'a mut dyn FnMut(&[Still]) -> Vec<Still>;

/// Leads a session and vouches for it. A result that can't be stored is tried
/// again until `give_up` says so: the session can't be had a second time.
///
/// # Errors
/// [`StationError`] when the result could not be stored; the person was told
/// nothing then.
pub fn lead(
    station: &mut Station,
    eye: &mut dyn EyePort,
    session: Session<'_>,
    asked: &Asked,
    keep: KeepStills<'_>,
    give_up: &dyn Fn() -> bool,
) -> Result<Led, StationError> {
    let clock = *station.clock();
    let memory = |country: &str, number: &str| station.presented(country, number);
    let (driven, screen, orders) = drive(eye, &clock, &memory, session);
    let kept = keep(&driven.stills);
    let vouched = loop {
        match station.vouch(&driven, &kept, asked, eye.report()) {
            Ok(vouched) => break vouched,
            Err(error) if give_up() => return Err(error),
            Err(error) => {
                tracing::error!(%error, "the result is not stored yet; it is tried again");
                std::thread::sleep(STORE_PAUSE);
            }
        }
    };
    // The guard may have turned a pass down.
    let passed = vouched.claims.session_status == SessionStatus::Success;
    if passed && let (Some(document), Some(portrait)) = (&driven.outcome.document, &driven.portrait) {
        station.remember(document, portrait);
    }
    // Whoever orders a session once the end of this one was told, however soon, means another one.
    orders.settle();
    screen.prompt(if passed { Prompt::Passed } else { Prompt::NotPassed });
    Ok(Led { driven, vouched })
}
