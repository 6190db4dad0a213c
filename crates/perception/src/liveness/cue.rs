//! The trait of every cue: it receives looks at one face and returns its measures.

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
    /// The face's measurements.
    pub face: &'a Face,
    /// Session time of the frame.
    pub at: Duration,
}

/// Which looks a cue needs. The watch withholds the others, to limit the time that all cues take
/// per frame.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Needs {
    /// Least time between two looks.
    pub every: Duration,
    /// Largest yaw and pitch of a face that it uses, degrees; `None`: any.
    pub turned: Option<f32>,
}

/// A cue for presentation attack detection. It collects measures over one presentation, which lasts
/// as long as one track in one session.
pub trait CueWatcher: Send {
    /// Which cue.
    fn cue(&self) -> Cue;

    /// Which looks it needs.
    fn needs(&self) -> Needs;

    /// Processes a look. Allocates nothing after the first frame of a given size.
    ///
    /// # Errors
    /// [`RuntimeError::Inference`] if a network failed. Cues without a network never fail.
    fn see(&mut self, look: &Look<'_>) -> Result<(), RuntimeError>;

    /// The screen lights the face with `colour` (red, green, blue) from session time `at` on.
    fn lit(&mut self, _colour: [u8; 3], _at: Duration) {}

    /// Its measures so far.
    fn measures(&self) -> CueMeasures;

    /// Forgets the presentation, because another one begins.
    fn forget(&mut self);
}
