//! Counts the blocks of a progressive picture's scans (ITU-T T.81, Annex G) and checks that all of
//! its detail was transmitted.

use super::JpegFault;
use super::bits::Bits;
use super::headers::{FrameHeader, ScanHeader};
use super::sequential::{ScanTables, units};

const BAD_CODE: JpegFault = JpegFault::Damaged("a code that is in no table");
const BAD_SCAN: JpegFault = JpegFault::Headers;
/// A coefficient that was never sent.
const NEVER: u8 = 0xFF;

/// What has been transmitted so far.
#[derive(Debug, Default)]
pub(super) struct Progress {
    components: Vec<Sent>,
}

#[derive(Debug)]
struct Sent {
    /// For each coefficient the lowest bit transmitted; [`NEVER`] if none.
    low: [u8; 64],
    /// Blocks per row, including those beyond the picture's edge.
    stride: usize,
    /// For each block the non-zero coefficients, as a bit set by index. Later scans send one bit
    /// for each of them.
    set: Vec<u64>,
}

/// Memory per block of a progressive picture, in bytes.
pub(super) const BLOCK_BYTES: u64 = 8;

impl Progress {
    /// Begins a picture.
    pub(super) fn new(frame: &FrameHeader) -> Self {
        let (across, down) = frame.sampling();
        let columns = (frame.width as usize).div_ceil(8 * usize::from(across));
        let rows = (frame.height as usize).div_ceil(8 * usize::from(down));
        let sent = |component: &super::headers::Component| {
            let stride = columns * usize::from(component.across);
            let blocks = stride * rows * usize::from(component.down);
            Sent { low: [NEVER; 64], stride, set: vec![0; blocks] }
        };
        Self { components: frame.components.iter().map(sent).collect() }
    }

    /// Whether every coefficient was transmitted down to its last bit.
    pub(super) fn is_whole(&self) -> bool {
        self.components.iter().all(|sent| sent.low == [0; 64])
    }

    /// Reads a whole scan at `at`; returns the position of the next marker's second byte.
    pub(super) fn walk(
        &mut self,
        bytes: &[u8],
        at: usize,
        frame: &FrameHeader,
        scan: &ScanHeader,
        tables: &ScanTables<'_>,
    ) -> Result<usize, JpegFault> {
        let (start, end) = scan.band;
        let is_dc = (start, end) == (0, 0);
        if end > 63 || start > end || scan.low > 13 || (start == 0 && !is_dc) {
            return Err(BAD_SCAN);
        }
        if !is_dc && scan.components.len() > 1 {
            return Err(BAD_SCAN);
        }
        for of in &scan.components {
            for low in &mut self.components[of.place].low[usize::from(start)..=usize::from(end)] {
                let expected = if scan.high == 0 { NEVER } else { scan.high };
                if *low != expected || (scan.high > 0 && scan.high != scan.low + 1) {
                    return Err(JpegFault::Damaged("progressive scans out of order"));
                }
                *low = scan.low;
            }
        }
        let (columns, rows, blocks) = units(frame, scan);
        let mut bits = Bits::new(bytes, at);
        let mut ended_blocks = 0u32;
        let mut number = 0;
        for unit in 0..columns * rows {
            if tables.restart_interval > 0 && unit > 0 && unit % tables.restart_interval == 0 {
                bits.restart(number, tables.stray)?;
                number = (number + 1) & 7;
                ended_blocks = 0;
            }
            if is_dc {
                for (of, blocks) in scan.components.iter().zip(blocks) {
                    for _ in 0..blocks {
                        dc(&mut bits, scan, &tables.dc[of.dc])?;
                    }
                }
            } else if let [of] = scan.components.as_slice() {
                let sent = &mut self.components[of.place];
                let place = unit / columns * sent.stride + unit % columns;
                let set = sent.set.get_mut(place).ok_or(BAD_SCAN)?;
                let table = &tables.ac[of.ac];
                if !table.is_defined() {
                    return Err(BAD_SCAN);
                }
                let mut band = Band { start, end, set, ended_blocks: &mut ended_blocks };
                if scan.high == 0 {
                    band.first(&mut bits, table)?;
                } else {
                    band.refine(&mut bits, table)?;
                }
            }
            if bits.overrun() {
                return Err(JpegFault::CutOff);
            }
        }
        bits.finish(tables.stray)
    }
}

fn dc(bits: &mut Bits<'_>, scan: &ScanHeader, table: &super::huffman::Table) -> Result<(), JpegFault> {
    bits.refill();
    if scan.high > 0 {
        bits.skip(1);
        return Ok(());
    }
    if !table.is_defined() {
        return Err(BAD_SCAN);
    }
    match table.symbol(bits) {
        Some(length @ 0..=11) => bits.skip(u32::from(length)),
        _ => return Err(bad_code(bits)),
    }
    Ok(())
}

/// The error for a code that is in no table.
fn bad_code(bits: &Bits<'_>) -> JpegFault {
    if bits.is_near_its_end() { JpegFault::CutOff } else { BAD_CODE }
}

/// A block's coefficients in the band of a scan.
struct Band<'a> {
    start: u8,
    end: u8,
    set: &'a mut u64,
    /// Following blocks without new data (EOBRUN).
    ended_blocks: &'a mut u32,
}

impl Band<'_> {
    /// First scan of the band (G.1.2.2).
    fn first(&mut self, bits: &mut Bits<'_>, table: &super::huffman::Table) -> Result<(), JpegFault> {
        if *self.ended_blocks > 0 {
            *self.ended_blocks -= 1;
            return Ok(());
        }
        let mut k = u32::from(self.start);
        while k <= u32::from(self.end) {
            bits.refill();
            let symbol = table.symbol(bits).ok_or_else(|| bad_code(bits))?;
            let (run, size) = (u32::from(symbol >> 4), u32::from(symbol & 15));
            match (run, size) {
                (15, 0) => k += 16,
                (_, 0) => {
                    *self.ended_blocks = (1 << run) - 1 + bits.take(run);
                    return Ok(());
                }
                _ => {
                    k += run;
                    if k > u32::from(self.end) {
                        return Err(bad_code(bits));
                    }
                    bits.skip(size);
                    *self.set |= 1 << k;
                    k += 1;
                }
            }
        }
        Ok(())
    }

    /// A later scan of the band (G.1.2.3).
    fn refine(&mut self, bits: &mut Bits<'_>, table: &super::huffman::Table) -> Result<(), JpegFault> {
        let before = *self.set;
        let mut k = u32::from(self.start);
        let end = u32::from(self.end);
        while *self.ended_blocks == 0 && k <= end {
            bits.refill();
            let symbol = table.symbol(bits).ok_or_else(|| bad_code(bits))?;
            let (mut run, size) = (u32::from(symbol >> 4), symbol & 15);
            match size {
                0 if run < 15 => {
                    *self.ended_blocks = (1 << run) + bits.take(run);
                    break;
                }
                0 => {}
                1 => bits.skip(1),
                _ => return Err(bad_code(bits)),
            }
            while k <= end {
                if before >> k & 1 == 1 {
                    bits.refill();
                    bits.skip(1);
                } else if run == 0 {
                    break;
                } else {
                    run -= 1;
                }
                k += 1;
            }
            if size == 1 {
                if k > end {
                    return Err(bad_code(bits));
                }
                *self.set |= 1 << k;
            }
            k += 1;
        }
        if *self.ended_blocks > 0 {
            for k in k..=end {
                bits.refill();
                bits.skip((before >> k & 1) as u32);
            }
            *self.ended_blocks -= 1;
        }
        Ok(())
    }
}
