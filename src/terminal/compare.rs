//! Compares the faces in two pictures, between sessions. The eye decodes and embeds them.

use std::fmt;
use std::sync::mpsc::SyncSender;
use std::time::{Duration, Instant};

use vouch_contract::claims::Comparison;
use vouch_contract::eye::protocol::{Ask, ReferenceFault, Tell};
use vouch_contract::face::Template;
use vouch_contract::similarity::similarity;
use vouch_perception::eye::port::EyePort;
use vouch_session::policy::Policy;

/// Longest time for one picture: a slow board needs about a second for the largest.
const LIMIT: Duration = Duration::from_secs(10);
/// How long to wait for a message from the eye.
const TICK: Duration = Duration::from_millis(50);

/// A request to compare the faces in two pictures. Only the eye decodes them.
pub struct CompareOrder {
    /// The pictures, encoded.
    pub pictures: [Vec<u8>; 2],
    /// Where the answer goes.
    pub answer: SyncSender<Result<Comparison, CompareFault>>,
}

/// Faces must not be logged.
impl fmt::Debug for CompareOrder {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("CompareOrder(…)")
    }
}

impl CompareOrder {
    /// Refuses it: a session is running.
    pub(super) fn refuse(self) {
        let _ = self.answer.try_send(Err(CompareFault::Busy));
    }
}

/// Why two faces were not compared.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CompareFault {
    /// A session is running.
    #[error("the terminal is busy with a session; ask again when it is over")]
    Busy,
    /// The eye gave no answer.
    #[error("the pictures can't be looked at now: {0}")]
    NotReady(String),
    /// One of the pictures, from 0.
    #[error("{fault}")]
    Picture {
        /// Which one.
        which: usize,
        /// What is wrong with it.
        fault: ReferenceFault,
    },
}

/// The comparison of the faces in `pictures`.
///
/// # Errors
/// [`CompareFault`]. An eye that is gone is told as not ready; the caller notices it next.
pub(super) fn compare(
    eye: &mut dyn EyePort,
    policy: &Policy,
    pictures: &[Vec<u8>; 2],
) -> Result<Comparison, CompareFault> {
    let [source, target] = pictures;
    let source = embed(eye, source, 0)?;
    let target = embed(eye, target, 1)?;
    let similarity = similarity(&source, &target).map_err(|why| CompareFault::NotReady(why.to_string()))?;
    let threshold = policy.match_threshold();
    Ok(Comparison {
        similarity,
        threshold,
        fmr: policy.calibration().fmr_at(similarity),
        matched: similarity >= threshold,
    })
}

fn embed(eye: &mut dyn EyePort, picture: &[u8], which: usize) -> Result<Box<Template>, CompareFault> {
    let gone = |error: &dyn std::fmt::Display| CompareFault::NotReady(error.to_string());
    eye.ask(Ask::Reference { image: picture.to_vec() }).map_err(|error| gone(&error))?;
    let until = Instant::now() + LIMIT;
    while Instant::now() < until {
        match eye.next(TICK).map_err(|error| gone(&error))? {
            Some(Tell::Reference(Ok(template))) => return Ok(template),
            Some(Tell::Reference(Err(ReferenceFault::NoModel))) => {
                return Err(CompareFault::NotReady(ReferenceFault::NoModel.to_string()));
            }
            Some(Tell::Reference(Err(fault))) => return Err(CompareFault::Picture { which, fault }),
            _ => {}
        }
    }
    Err(CompareFault::NotReady("the eye did not answer in time".to_owned()))
}
