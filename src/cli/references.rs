//! The portraits that are bound to a session on the command line.

use std::path::{Path, PathBuf};
use std::time::Duration;

use super::failure::Failure;
use vouch_contract::eye::protocol::MAX_REFERENCE_BYTES;
use vouch_contract::eye::protocol::{Ask, Tell};
use vouch_contract::scheme::{Against, Scheme};
use vouch_perception::eye::local::LocalEye;
use vouch_perception::eye::port::EyePort;
use vouch_session::fuse::{MAX_REFERENCES, fuse};
use vouch_trust::regular;
use vouch_trust::regular::Links;

/// An eye in this process answers within the call.
const REFERENCE_WAIT: Duration = Duration::from_secs(1);

/// The portraits' bytes, as many as the scheme wants.
///
/// # Errors
/// [`Failure`] of use.
pub(super) fn read_references(scheme: Scheme, paths: &[PathBuf]) -> Result<Vec<Vec<u8>>, Failure> {
    match (scheme.plan().against == Against::Bound, paths) {
        (false, []) => Ok(Vec::new()),
        (false, _) => Err(Failure::usage(format!(
            "--reference has no use in the scheme {scheme}; add --scheme FVBioOnly"
        ))),
        (true, []) => Err(Failure::usage(
            "the scheme FVBioOnly compares with a portrait: name one with --reference IMAGE",
        )),
        (true, paths) if paths.len() > MAX_REFERENCES => {
            Err(Failure::usage(format!("{} times --reference; {MAX_REFERENCES} at most", paths.len())))
        }
        (true, paths) => paths.iter().map(|path| read_reference(path)).collect(),
    }
}

fn read_reference(path: &Path) -> Result<Vec<u8>, Failure> {
    regular::read(path, Links::Followed, MAX_REFERENCE_BYTES as u64)
        .map_err(|error| Failure::usage(format!("{}: {error}; give a photograph", path.display())))
}

/// An unusable portrait is the caller's mistake, told before anybody is asked to
/// stand in front of the camera.
pub(super) fn check_references(eye: &mut LocalEye, images: &[Vec<u8>], least: f32) -> Result<(), Failure> {
    let mut templates = Vec::new();
    for (image, number) in images.iter().zip(1..) {
        eye.ask(Ask::Reference { image: image.clone() })?;
        let answer = loop {
            match eye.next(REFERENCE_WAIT)? {
                Some(Tell::Reference(answer)) => break answer,
                Some(_) => {}
                None => return Err(Failure::device("the eye does not answer")),
            }
        };
        templates.push(*answer.map_err(|fault| match images.len() {
            1 => Failure::usage(fault),
            _ => Failure::usage(format!("--reference, number {number}: {fault}")),
        })?);
    }
    if templates.len() > 1 {
        fuse(&templates, least).map_err(Failure::usage)?;
    }
    Ok(())
}
