//! One clip through the real pipeline.

use std::path::Path;

use super::free::{FoundGesture, FreeDetection};
use super::trace::TraceSample;
use vouch_perception::camera::{CameraError, Frame, OpenOptions, Source, open};
use vouch_perception::face::perceive::Perception;
use vouch_perception::runtime::RuntimeError;
use vouch_session::policy::Policy;
use vouch_session::view::is_finite;

/// Most frames of a clip that are looked at: an hour at 30 a second.
const MAX_FRAMES: usize = 108_000;

/// Why a clip could not be looked at.
#[derive(Debug, thiserror::Error)]
pub enum ClipError {
    /// It can't be read.
    #[error(transparent)]
    Camera(#[from] CameraError),
    /// A network broke down.
    #[error(transparent)]
    Runtime(#[from] RuntimeError),
}

/// Looks at the clip at `path` from its first frame to its last: what was
/// found, and every frame's measures. As in a session, a frame with several
/// faces or a face that can't be trusted counts as one without.
///
/// # Errors
/// [`ClipError`].
pub fn watch(
    perception: &mut Perception,
    policy: &Policy,
    path: &Path,
) -> Result<(Vec<FoundGesture>, Vec<TraceSample>), ClipError> {
    perception.reset();
    let mut source = open(&path.to_string_lossy(), &OpenOptions::default())?;
    let mut frame = Frame::default();
    let mut free = FreeDetection::new(policy);
    let (mut found, mut samples) = (Vec::new(), Vec::new());
    while samples.len() < MAX_FRAMES {
        match source.next(&mut frame) {
            Ok(()) => {}
            Err(CameraError::Ended) => break,
            Err(error) => return Err(error.into()),
        }
        let view = perception.look(&frame)?;
        let face = view.face.filter(|face| {
            view.faces <= 1 && is_finite(face) && face.presence >= policy.position.presence_min
        });
        free.see(face.as_ref(), frame.at, |one| found.push(one));
        samples.push((frame.at, face));
    }
    Ok((found, samples))
}
