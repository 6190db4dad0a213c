//! The trait of every cue: it is given looks at one face, and asked for its
//! measures.

use std::time::Duration;

use crate::camera::Frame;
use crate::face::mesh::Landmarks;
use crate::runtime::RuntimeError;
use vouch_contract::face::Face;
use vouch_contract::liveness::{Cue, CueMeasures};

/// One frame that shows a face, with what perception found in it.
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

/// Which looks a cue needs. The watch withholds the others, to keep the time that
/// all cues take of a frame within its bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Needs {
    /// Least time between two looks.
    pub every: Duration,
    /// Whether it uses only nearly frontal faces.
    pub frontal: bool,
}

/// A cue against presentation attacks. It collects measures over a presentation,
/// which lasts as long as one track of one session.
pub trait CueWatcher: Send {
    /// Which one.
    fn cue(&self) -> Cue;

    /// Which looks it needs.
    fn needs(&self) -> Needs;

    /// Takes a look. Allocates nothing once it has seen a frame of that size.
    ///
    /// # Errors
    /// [`RuntimeError::Inference`] when a network failed; other cues never fail.
    fn see(&mut self, look: &Look<'_>) -> Result<(), RuntimeError>;

    /// Its measures so far.
    fn measures(&self) -> CueMeasures;

    /// Forgets the presentation, because another begins.
    fn forget(&mut self);
}
