//! Messages on the socket: a length in four bytes (little endian), then postcard.

use std::io;
use std::io::{Read, Write};

use serde::Serialize;
use serde::de::DeserializeOwned;

/// Largest message in either direction: a reference image plus 64 KiB.
pub const MAX_MESSAGE: usize = crate::eye::protocol::MAX_REFERENCE_BYTES + (64 << 10);
/// Sightings and counts always fit in this many bytes; encoding them allocates nothing.
pub const SIGHTING_BYTES: usize = 640;

/// Writes one message.
///
/// # Errors
/// The stream's, or `InvalidData` for a message over [`MAX_MESSAGE`].
pub fn write<T: Serialize>(stream: &mut impl Write, message: &T) -> io::Result<()> {
    let bytes = postcard::to_stdvec(message).map_err(invalid)?;
    if bytes.len() > MAX_MESSAGE {
        return Err(invalid(format!("a message of {} bytes", bytes.len())));
    }
    stream.write_all(&(bytes.len() as u32).to_le_bytes())?;
    stream.write_all(&bytes)
}

/// Writes one small message (a sighting, counts) without allocating.
///
/// # Errors
/// The stream's, or `InvalidData` if the message is not small.
pub fn write_small<T: Serialize>(stream: &mut impl Write, message: &T) -> io::Result<()> {
    let mut buffer = [0; SIGHTING_BYTES + 4];
    let length = postcard::to_slice(message, &mut buffer[4..]).map_err(invalid)?.len();
    buffer[..4].copy_from_slice(&(length as u32).to_le_bytes());
    stream.write_all(&buffer[..4 + length])
}

/// Reads one message; `buffer` is reused between calls.
///
/// # Errors
/// The stream's (`UnexpectedEof` at its end), or `InvalidData`.
pub fn read<T: DeserializeOwned>(stream: &mut impl Read, buffer: &mut Vec<u8>) -> io::Result<T> {
    let mut length = [0; 4];
    stream.read_exact(&mut length)?;
    let length = u32::from_le_bytes(length) as usize;
    if length > MAX_MESSAGE {
        return Err(invalid(format!(
            "a message of {length} bytes was announced; the limit is {MAX_MESSAGE}"
        )));
    }
    buffer.resize(length, 0);
    stream.read_exact(buffer)?;
    postcard::from_bytes(buffer).map_err(invalid)
}

fn invalid(reason: impl std::fmt::Display) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, reason.to_string())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use proptest::prelude::*;

    use super::*;
    use crate::document::fields::Quad;
    use crate::document::look::DocumentLook;
    use crate::document::look::{CaptureFault, CaptureMeasures};
    use crate::eye::protocol::{Ask, Slot, Tell};
    use crate::eye::sighting::{Sighting, Subject};
    use crate::face::{Bounds, Face, Pose, Quality};
    use crate::liveness::{AllMeasures, Cue, CueMeasures, MEASURES};
    use crate::source::SourceCounts;

    #[test]
    fn the_largest_sighting_and_counts_fit_their_bound() {
        let quality = Quality { unified: 255, sharpness: 255, exposure: 255, ..Quality::default() };
        let bounds = Bounds { x: f32::MIN, y: f32::MIN, width: f32::MAX, height: f32::MAX };
        let pose = Pose { yaw: -90.0, pitch: -90.0, roll: -180.0 };
        let face = Face { track: u32::MAX, bounds, pose, quality, ..Face::default() };
        let mut cues = AllMeasures::default();
        for cue in Cue::ALL {
            cues.set(cue, CueMeasures::Measured { measures: [f32::MAX; MEASURES], quality: 1.0 });
        }
        let sighting = Sighting {
            subject: Subject::Document,
            sequence: u64::MAX,
            at: Duration::MAX,
            width: u16::MAX,
            height: u16::MAX,
            dropped: u32::MAX,
            faces: 255,
            face: Some(face),
            cues,
            document: Some(DocumentLook {
                quad: Some(Quad([[f32::MAX; 2]; 4])),
                fault: Some(CaptureFault::Moving),
                measures: CaptureMeasures { width: f32::MAX, ..CaptureMeasures::default() },
                score: f32::MAX,
            }),
        };
        let mut stream = Vec::new();
        write_small(&mut stream, &Tell::Sighting(sighting)).expect("it fits");
        let back: Tell = read(&mut stream.as_slice(), &mut Vec::new()).expect("it is readable");
        assert_eq!(back, Tell::Sighting(sighting));
        let most = u64::MAX;
        let counts = SourceCounts { frames: most, corrupt: most, missed: most, reopened: most, stale: most };
        write_small(&mut Vec::new(), &Tell::Counts(counts)).expect("it fits");
    }

    #[test]
    fn a_message_comes_back_whole() {
        let ask = Ask::Keep { sequence: 7, slot: Slot::Gesture(2), embed: true };
        let mut stream = Vec::new();
        write(&mut stream, &ask).expect("a vector accepts any length");
        assert_eq!(read::<Ask>(&mut stream.as_slice(), &mut Vec::new()).expect("whole"), ask);
    }

    proptest! {
        #[test]
        fn any_bytes_are_a_message_or_an_error(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = read::<Tell>(&mut bytes.as_slice(), &mut Vec::new());
            let _ = read::<Ask>(&mut bytes.as_slice(), &mut Vec::new());
        }
    }
}
