//! Embeds the faces in pictures, between sessions. Only the eye decodes them.

use std::fmt;
use std::sync::mpsc::SyncSender;
use std::time::{Duration, Instant};

use vouch_contract::eye::protocol::{Ask, ReferenceFault, Tell};
use vouch_contract::face::Template;
use vouch_perception::eye::port::EyePort;

/// Longest time for one picture: a slow board needs about a second for the largest.
const LIMIT: Duration = Duration::from_secs(10);
/// How long to wait for a message from the eye.
const TICK: Duration = Duration::from_millis(50);

/// A request for the templates of the faces in some pictures.
pub struct EmbedOrder {
    /// The pictures, encoded, with one face each.
    pub pictures: Vec<Vec<u8>>,
    /// Where the answer goes: a template for each picture.
    pub answer: SyncSender<Result<Vec<Template>, EmbedFault>>,
}

/// Faces must not be logged.
impl fmt::Debug for EmbedOrder {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("EmbedOrder(…)")
    }
}

impl EmbedOrder {
    /// Refuses it: a session is running.
    pub(super) fn refuse(self) {
        let _ = self.answer.try_send(Err(EmbedFault::Busy));
    }

    /// Has the eye embed the faces, and answers. An eye that is gone is told as not ready; the
    /// caller notices it next.
    pub(super) fn carry_out(self, eye: &mut dyn EyePort) {
        let pictures = self.pictures.into_iter().enumerate();
        let templates = pictures.map(|(which, picture)| embed(eye, picture, which)).collect();
        let _ = self.answer.try_send(templates);
    }
}

/// Why faces were not embedded.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EmbedFault {
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

fn embed(eye: &mut dyn EyePort, image: Vec<u8>, which: usize) -> Result<Template, EmbedFault> {
    let gone = |error: &dyn std::fmt::Display| EmbedFault::NotReady(error.to_string());
    eye.ask(Ask::Reference { image }).map_err(|error| gone(&error))?;
    let until = Instant::now() + LIMIT;
    while Instant::now() < until {
        match eye.next(TICK).map_err(|error| gone(&error))? {
            Some(Tell::Reference(Ok(template))) => return Ok(*template),
            Some(Tell::Reference(Err(ReferenceFault::NoModel))) => {
                return Err(EmbedFault::NotReady(ReferenceFault::NoModel.to_string()));
            }
            Some(Tell::Reference(Err(fault))) => return Err(EmbedFault::Picture { which, fault }),
            _ => {}
        }
    }
    Err(EmbedFault::NotReady("the eye did not answer in time".to_owned()))
}
