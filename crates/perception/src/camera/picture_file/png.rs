//! The chunks of a PNG file (W3C PNG, section 5): is it complete, is it an animation, and a copy
//! without the chunks that Vouch doesn't use.

use super::PictureFault;

const SIGNATURE: usize = 8;
/// Chunks passed to the decoder. Colour profiles and texts are left out: nothing here reads them,
/// and compressed ones can unpack to any size.
const KEPT: [&[u8; 4]; 9] = [b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND", b"eXIf", b"acTL", b"fcTL", b"fdAT"];

/// A PNG file's structure.
#[derive(Debug)]
pub(super) struct Chunks {
    /// The file with the kept chunks only.
    pub kept: Vec<u8>,
    /// Whether it is an animation with several pictures (APNG).
    pub moves: bool,
}

/// Walks through the chunks to the end of the picture.
///
/// # Errors
/// [`PictureFault::CutOff`] if the last chunk is missing, [`PictureFault::Damaged`] if the first
/// is.
pub(super) fn chunks(bytes: &[u8]) -> Result<Chunks, PictureFault> {
    let (signature, mut rest) = bytes.split_at_checked(SIGNATURE).ok_or(PictureFault::CutOff)?;
    let mut kept = signature.to_vec();
    let (mut moves, mut has_header) = (false, false);
    loop {
        let (head, after) = rest.split_first_chunk::<8>().ok_or(PictureFault::CutOff)?;
        let [l3, l2, l1, l0, kind @ ..] = *head;
        let length = u32::from_be_bytes([l3, l2, l1, l0]) as usize;
        let body = after.get(..length).ok_or(PictureFault::CutOff)?;
        // Length, type, body and checksum.
        let whole = rest.get(..length + 12).ok_or(PictureFault::CutOff)?;
        if !has_header && &kind != b"IHDR" {
            return Err(PictureFault::Damaged("a PNG without its header".to_owned()));
        }
        has_header = true;
        if &kind == b"acTL" {
            moves = body.first_chunk().is_some_and(|frames| u32::from_be_bytes(*frames) > 1);
        }
        if KEPT.contains(&&kind) {
            kept.extend_from_slice(whole);
        }
        if &kind == b"IEND" {
            return Ok(Chunks { kept, moves });
        }
        rest = &rest[length + 12..];
    }
}
