//! The session: schemes, the pure state machine, outcome and codes.
//!
//! In: events (sightings, answers, touches) with their time. Out: actions. No I/O, no clock, no
//! randomness of its own. [`machine`] holds the table of transitions. Every threshold is in
//! [`policy`]. The [`challenge`] is drawn outside and passed in. [`log`] records a session and
//! replays it.
//!
//! A session in which nobody comes:
//!
//! ```
//! use std::time::Duration;
//!
//! use vouch_contract::codes::LivenessCode;
//! use vouch_contract::eye::sighting::Sighting;
//! use vouch_contract::gesture::Gesture;
//! use vouch_contract::scheme::Scheme;
//! use vouch_session::challenge::Challenge;
//! use vouch_session::machine::Machine;
//! use vouch_session::policy::Policy;
//! use vouch_session::types::{Action, Event};
//!
//! let gestures = [Gesture::Blink, Gesture::Nod, Gesture::OpenMouth, Gesture::TurnLeft];
//! let challenge = Challenge::new(&gestures).expect("four gestures, none twice in a row");
//! let mut machine =
//!     Machine::new(Policy::default(), Scheme::LivenessOnly, challenge).expect("a policy that holds");
//! machine.step(&Event::Begin, Duration::ZERO);
//! let outcome = (1..).find_map(|second| {
//!     let at = Duration::from_secs(second);
//!     // An empty frame each second; an eye tells some fifteen.
//!     let frame = Sighting { sequence: second, at, ..Sighting::default() };
//!     machine.step(&Event::Sighting(frame), at).into_iter().find_map(|action| match action {
//!         Action::Finish(outcome) => Some(outcome),
//!         _ => None,
//!     })
//! });
//! let outcome = outcome.expect("a session always ends");
//! assert!(!outcome.success);
//! assert_eq!(outcome.liveness, LivenessCode::NO_FACE);
//! ```

pub mod challenge;
pub mod document;
pub mod fuse;
pub mod gather;
pub mod liveness;
pub mod log;
pub mod machine;
pub mod policy;
pub mod result;
pub mod types;

mod asking;
mod best;
mod continuity;
mod ending;
mod evidence;
pub mod gestures;
pub mod lighting;
pub mod position;
mod prompter;
pub mod scanning;
pub mod view;
