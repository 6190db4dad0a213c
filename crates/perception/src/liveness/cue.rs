//! What every cue is: fed with looks at one face, asked for its word.

use std::time::Duration;

use crate::camera::Frame;
use crate::face::mesh::Landmarks;
use crate::runtime::RuntimeError;
use vouch_contract::face::Face;
use vouch_contract::liveness::{Cue, Word};

/// One frame that shows a face, with what was already found in it.
#[derive(Debug, Clone, Copy)]
pub struct Look<'a> {
    /// The whole picture, RGB.
    pub frame: &'a Frame,
    /// The face's 468 points, in pixels of the frame.
    pub landmarks: &'a Landmarks,
    /// The face's measures.
    pub face: &'a Face,
    /// Session time of the frame.
    pub at: Duration,
}

/// Which looks a cue wants. The watch spares it the others, so that all cues
/// together keep their share of a frame's time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Needs {
    /// Least time between two looks that it is given.
    pub every: Duration,
    /// Whether only nearly frontal faces are of use to it.
    pub frontal: bool,
}

/// A cue against presentation attacks. It gathers over a presentation, which
/// lasts as long as one track of one session.
pub trait CueWatcher: Send {
    /// Which one.
    fn cue(&self) -> Cue;

    /// What it wants to be given.
    fn needs(&self) -> Needs;

    /// Takes a look in. Allocates nothing once a frame of the size was seen.
    ///
    /// # Errors
    /// [`RuntimeError::Inference`] when a network failed; other cues never fail.
    fn see(&mut self, look: &Look<'_>) -> Result<(), RuntimeError>;

    /// What it says so far.
    fn word(&self) -> Word;

    /// Forgets the presentation: another begins.
    fn forget(&mut self);
}
