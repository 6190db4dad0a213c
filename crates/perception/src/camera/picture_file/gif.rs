//! The blocks of a GIF file (GIF89a, appendix B): is it complete, and is it an animation?

use super::PictureFault;

/// Whether the file holds more than one picture.
///
/// # Errors
/// [`PictureFault::CutOff`] if its first picture is incomplete; [`PictureFault::Damaged`] for an
/// unknown block.
pub(super) fn moves(bytes: &[u8]) -> Result<bool, PictureFault> {
    let flags = *bytes.get(10).ok_or(PictureFault::CutOff)?;
    let mut at = 13 + colour_table(flags);
    let mut pictures = 0;
    loop {
        match bytes.get(at) {
            // Extension: a label, then sub-blocks.
            Some(0x21) => at = after_sub_blocks(bytes, at + 2).ok_or(PictureFault::CutOff)?,
            Some(0x2C) => {
                let flags = *bytes.get(at + 9).ok_or(PictureFault::CutOff)?;
                // The descriptor and the table are followed by a byte with the code size.
                let data_at = at + 10 + colour_table(flags) + 1;
                match after_sub_blocks(bytes, data_at) {
                    Some(next) => at = next,
                    // An incomplete animation is played as far as it goes.
                    None if pictures > 0 => return Ok(true),
                    None => return Err(PictureFault::CutOff),
                }
                pictures += 1;
                if pictures > 1 {
                    return Ok(true);
                }
            }
            // The trailer, or a file that ends without one after a complete picture.
            Some(0x3B) | None if pictures > 0 => return Ok(false),
            None => return Err(PictureFault::CutOff),
            Some(_) => return Err(PictureFault::Damaged("an unknown GIF block".to_owned())),
        }
    }
}

/// Size in bytes of the colour table that these flags announce.
fn colour_table(flags: u8) -> usize {
    if flags & 0x80 == 0 { 0 } else { 3 << ((flags & 7) + 1) }
}

/// Position of the block after these sub-blocks.
fn after_sub_blocks(bytes: &[u8], mut at: usize) -> Option<usize> {
    loop {
        match *bytes.get(at)? {
            0 => return Some(at + 1),
            length => at += 1 + usize::from(length),
        }
    }
}
