//! Counts the blocks of a sequential scan (ITU-T T.81, F.2).

use super::JpegFault;
use super::bits::Bits;
use super::headers::{FrameHeader, ScanHeader};
use super::huffman::Table;

/// A DC coefficient is eight times a block's mean relative to mid-grey, so it stays within 1024 for
/// 8-bit samples. The extra eighth allows for rounding and overshooting edges. After a splice the
/// DC runs away, because it is transmitted as differences.
const DC_LIMIT: i32 = 1024 + 128;
/// Longest difference of two DC coefficients of 8-bit samples, in bits (table F.1).
const DC_BITS: u8 = 11;

/// The tables and parameters for reading a scan.
pub(super) struct ScanTables<'a> {
    pub dc: &'a [Table; 4],
    pub ac: &'a [Table; 4],
    /// First entry of each quantisation table; 0 if it was never transmitted.
    pub dc_steps: [u16; 4],
    /// Units (MCUs) from one restart marker to the next; 0 for none.
    pub restart_interval: usize,
    /// Whole bytes that may be left before a marker.
    pub stray: usize,
}

/// The block structure of a scan: units (MCUs) across and down, and the blocks of each component
/// per unit (A.2).
pub(super) fn units(frame: &FrameHeader, scan: &ScanHeader) -> (usize, usize, [usize; 4]) {
    let (across, down) = frame.sampling();
    let (across, down) = (usize::from(across), usize::from(down));
    let (width, height) = (frame.width as usize, frame.height as usize);
    let mut blocks = [0; 4];
    if let [only] = scan.components.as_slice() {
        let component = &frame.components[only.place];
        blocks[0] = 1;
        let samples = |side: usize, factor: u8, most: usize| (side * usize::from(factor)).div_ceil(most);
        let columns = samples(width, component.across, across).div_ceil(8);
        let rows = samples(height, component.down, down).div_ceil(8);
        return (columns, rows, blocks);
    }
    for (count, of) in blocks.iter_mut().zip(&scan.components) {
        let component = &frame.components[of.place];
        *count = usize::from(component.across) * usize::from(component.down);
    }
    (width.div_ceil(8 * across), height.div_ceil(8 * down), blocks)
}

/// One component's part of a unit.
struct Part<'a> {
    blocks: usize,
    dc: &'a Table,
    ac: &'a Table,
    /// Limit of the DC, in its quantisation steps.
    limit: i32,
    before: i32,
}

/// Reads a whole scan at `at`; returns the position of the next marker's second byte.
pub(super) fn walk(
    bytes: &[u8],
    at: usize,
    frame: &FrameHeader,
    scan: &ScanHeader,
    tables: &ScanTables<'_>,
) -> Result<usize, JpegFault> {
    let (columns, rows, blocks) = units(frame, scan);
    let mut parts = heapless::Vec::<Part<'_>, 4>::new();
    for (of, blocks) in scan.components.iter().zip(blocks) {
        let (dc, ac) = (&tables.dc[of.dc], &tables.ac[of.ac]);
        if !dc.is_defined() || !ac.is_defined() {
            return Err(JpegFault::Headers);
        }
        let step = tables.dc_steps[usize::from(frame.components[of.place].quantisation)];
        let limit = DC_LIMIT / i32::from(step.max(1)) + 2;
        parts.push(Part { blocks, dc, ac, limit, before: 0 }).map_err(|_| JpegFault::Headers)?;
    }
    let mut bits = Bits::new(bytes, at);
    let mut until_restart = tables.restart_interval;
    let mut number = 0;
    for _ in 0..columns * rows {
        if tables.restart_interval > 0 {
            if until_restart == 0 {
                bits.restart(number, tables.stray)?;
                number = (number + 1) & 7;
                until_restart = tables.restart_interval;
                parts.iter_mut().for_each(|part| part.before = 0);
            }
            until_restart -= 1;
        }
        for part in &mut parts {
            for _ in 0..part.blocks {
                block(&mut bits, part)?;
            }
        }
    }
    bits.finish(tables.stray)
}

#[inline(always)]
fn block(bits: &mut Bits<'_>, part: &mut Part<'_>) -> Result<(), JpegFault> {
    const BAD_CODE: JpegFault = JpegFault::Damaged("a code that is in no table");
    bits.refill();
    let length = part.dc.symbol(bits);
    let length = match length {
        Some(length @ 0..=DC_BITS) => length,
        _ if bits.is_near_its_end() => return Err(JpegFault::CutOff),
        _ => return Err(BAD_CODE),
    };
    part.before += difference(bits, length);
    let whole = part.ac.skip_coefficients(bits);
    if bits.overrun() {
        return Err(JpegFault::CutOff);
    }
    if !whole {
        return Err(if bits.is_near_its_end() { JpegFault::CutOff } else { BAD_CODE });
    }
    if part.before.abs() > part.limit {
        return Err(JpegFault::Damaged("a brightness beyond white or black"));
    }
    Ok(())
}

/// A signed value of this many bits (F.2.2.1, EXTEND).
#[inline(always)]
fn difference(bits: &mut Bits<'_>, length: u8) -> i32 {
    if length == 0 {
        return 0;
    }
    let value = bits.take(u32::from(length)) as i32;
    if value < 1 << (length - 1) { value - (1 << length) + 1 } else { value }
}
