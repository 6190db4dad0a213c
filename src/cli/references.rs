//! The portraits bound to a session on the command line.

use std::path::{Path, PathBuf};

use super::failure::Failure;
use vouch_contract::eye::protocol::MAX_REFERENCE_BYTES;
use vouch_contract::scheme::{Against, Scheme};
use vouch_session::fuse::MAX_REFERENCES;
use vouch_trust::regular;
use vouch_trust::regular::Links;

/// The portraits' bytes, as many as the scheme needs.
///
/// # Errors
/// [`Failure`] of use.
pub(super) fn read_references(scheme: Scheme, paths: &[PathBuf]) -> Result<Vec<Vec<u8>>, Failure> {
    match (scheme.plan().against == Against::Bound, paths) {
        (false, []) => Ok(Vec::new()),
        (false, _) => Err(Failure::usage(format!(
            "the scheme {scheme} does not use --reference; add --scheme FVBioOnly"
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

/// The bytes of a picture that the operator names.
///
/// # Errors
/// [`Failure`] of use.
pub(super) fn read_reference(path: &Path) -> Result<Vec<u8>, Failure> {
    regular::read(path, Links::Followed, MAX_REFERENCE_BYTES as u64)
        .map_err(|error| Failure::usage(format!("{}: {error}; give a photograph", path.display())))
}
