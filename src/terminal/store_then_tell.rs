//! One session from its first frame until the person learns the outcome: run, signed, stored, and
//! only then shown.

use std::time::Duration;

use super::drive::{Driven, Session, Still, drive};
use super::station::{Asked, Station, StationError, Vouched};
use vouch_contract::claims::{Media, SessionStatus};
use vouch_perception::eye::port::EyePort;
use vouch_session::types::Prompt;

/// Pause between attempts to store a result. Another process's transaction ends within seconds; a
/// full disk needs a person.
const STORE_PAUSE: Duration = Duration::from_millis(500);

/// A session that has ended, with its result signed and stored.
#[derive(Debug)]
pub struct Led {
    /// How the session went.
    pub driven: Driven,
    /// The result on disk.
    pub vouched: Vouched,
}

/// Decides on a session's pictures: returns what it kept, which the result lists.
pub type KeepStills<'a> = &'a mut dyn FnMut(&[Still]) -> Vec<Media>;

/// Runs a session and vouches for it. If the result can't be stored, it tries again until `give_up`
/// returns true, because the session can't be repeated.
///
/// # Errors
/// [`StationError`] if the result could not be stored; the person was then shown no outcome.
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
                tracing::error!(%error, "the result could not be stored; trying again");
                std::thread::sleep(STORE_PAUSE);
            }
        }
    };
    // The guard may have refused the pass.
    let passed = vouched.claims.session_status == SessionStatus::Success;
    if passed && let (Some(document), Some(portrait)) = (&driven.outcome.document, &driven.portrait) {
        station.remember(document, portrait);
    }
    // An order that comes after the result was shown means another session.
    orders.settle();
    screen.prompt(if passed { Prompt::Passed } else { Prompt::NotPassed });
    Ok(Led { driven, vouched })
}
