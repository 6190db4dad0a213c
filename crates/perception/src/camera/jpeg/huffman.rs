//! Huffman tables (ITU-T T.81, Annex C and F.2.2.3), built for counting symbols rather than
//! decoding values.

use super::JpegFault;
use super::bits::Bits;

/// Bits looked up at once: nearly all codes of real pictures are shorter.
const LOOKED_UP: u32 = 11;
const ENTRIES: usize = 1 << LOOKED_UP;

/// Added to the coefficient index at the end of a block: more coefficients than a block has.
pub(super) const END_OF_BLOCK: u32 = 128;
/// Added to the index for an invalid symbol.
const IMPOSSIBLE: u32 = 255;
/// Up to this coefficient index two symbols may be skipped at once: the first, a run of at most 16,
/// can't be the block's last.
const LAST_PAIR: u32 = 47;

/// One table. It takes 14 KB, so it is allocated once and refilled for each picture.
#[derive(Debug, Clone)]
pub(super) struct Table {
    /// Indexed by the next bits: symbol (upper byte) and length of its code; 0 if the code is
    /// longer.
    symbols: [u16; ENTRIES],
    /// Indexed by the next bits, for AC coefficients: how much to add to the index (upper byte) and
    /// how many bits to skip for code and value; 0 if the code is longer.
    single: [u16; ENTRIES],
    /// The same for two symbols at once, if both are in the next bits.
    pairs: [u16; ENTRIES],
    /// By code length, 1 to 16: the first longer code, left-aligned in 16 bits.
    limit: [u32; 17],
    /// By code length: the offset from a code to its index in `values`.
    offset: [i32; 17],
    values: [u8; 256],
    defined: bool,
}

impl Default for Table {
    fn default() -> Self {
        Self {
            symbols: [0; ENTRIES],
            single: [0; ENTRIES],
            pairs: [0; ENTRIES],
            limit: [0; 17],
            offset: [0; 17],
            values: [0; 256],
            defined: false,
        }
    }
}

impl Table {
    /// Clears the table.
    pub(super) fn clear(&mut self) {
        self.defined = false;
    }

    pub(super) fn is_defined(&self) -> bool {
        self.defined
    }

    /// Fills the table from the number of codes of each length, and the symbols.
    pub(super) fn define(&mut self, counts: &[u8; 16], values: &[u8]) -> Result<(), JpegFault> {
        self.symbols.fill(0);
        self.single.fill(0);
        self.values[..values.len()].copy_from_slice(values);
        let (mut code, mut place) = (0u32, 0usize);
        for length in 1..=16u32 {
            let count = u32::from(counts[length as usize - 1]);
            self.offset[length as usize] = place as i32 - code as i32;
            if code + count > 1 << length {
                return Err(JpegFault::Headers);
            }
            if length <= LOOKED_UP {
                for value in &values[place..place + count as usize] {
                    let span = 1usize << (LOOKED_UP - length);
                    let start = (code as usize) << (LOOKED_UP - length);
                    self.symbols[start..start + span].fill(u16::from(*value) << 8 | length as u16);
                    self.single[start..start + span].fill(ac_step(*value, length));
                    code += 1;
                }
            } else {
                code += count;
            }
            place += count as usize;
            self.limit[length as usize] = code << (16 - length);
            code <<= 1;
        }
        for index in 0..ENTRIES {
            self.pairs[index] = self.pair(index);
        }
        self.defined = true;
        Ok(())
    }

    fn pair(&self, index: usize) -> u16 {
        let first = self.single[index];
        let (length, step) = (u32::from(first & 0xFF), first >> 8);
        if first == 0 || length >= LOOKED_UP || step > 16 {
            return first;
        }
        let second = self.single[(index << length) & (ENTRIES - 1)];
        let fits = second != 0 && length + u32::from(second & 0xFF) <= LOOKED_UP;
        let known = u32::from(second >> 8) <= END_OF_BLOCK;
        if fits && known { first + second } else { first }
    }

    /// The next symbol; None for a code that is not in the table.
    #[inline(always)]
    pub(super) fn symbol(&self, bits: &mut Bits<'_>) -> Option<u8> {
        let entry = self.symbols[bits.peek::<LOOKED_UP>()];
        if entry != 0 {
            bits.skip(u32::from(entry & 0xFF));
            return Some((entry >> 8) as u8);
        }
        self.long_symbol(bits)
    }

    #[cold]
    fn long_symbol(&self, bits: &mut Bits<'_>) -> Option<u8> {
        let next = bits.peek::<16>() as u32;
        let length = (LOOKED_UP + 1..=16).find(|length| next < self.limit[*length as usize])?;
        let place = (next >> (16 - length)) as i32 + self.offset[length as usize];
        bits.skip(length);
        self.values.get(usize::try_from(place).ok()?).copied()
    }

    /// Skips the AC coefficients of a sequential block; false if they are invalid.
    #[inline(always)]
    pub(super) fn skip_coefficients(&self, bits: &mut Bits<'_>) -> bool {
        let mut k = 1u32;
        while k < 64 {
            bits.refill();
            let next = bits.peek::<LOOKED_UP>();
            let mut entry = if k <= LAST_PAIR { self.pairs[next] } else { self.single[next] };
            if entry == 0 {
                let before = bits.peek::<16>() as u32;
                let Some(length) = (LOOKED_UP + 1..=16).find(|length| before < self.limit[*length as usize])
                else {
                    return false;
                };
                let place = (before >> (16 - length)) as i32 + self.offset[length as usize];
                let Some(value) = usize::try_from(place).ok().and_then(|place| self.values.get(place)) else {
                    return false;
                };
                entry = ac_step(*value, length);
            }
            bits.skip(u32::from(entry & 0xFF));
            k += u32::from(entry >> 8);
        }
        k == 64 || (END_OF_BLOCK..IMPOSSIBLE).contains(&k)
    }
}

/// How much an AC symbol adds to the index, and how many bits it takes including its value.
fn ac_step(symbol: u8, length: u32) -> u16 {
    let (run, size) = (u32::from(symbol >> 4), u32::from(symbol & 15));
    let step = match (run, size) {
        (0, 0) => END_OF_BLOCK,
        (15, 0) => 16,
        // Runs of blocks are allowed in progressive scans only.
        (_, 0) => IMPOSSIBLE,
        _ => run + 1,
    };
    (step << 8 | (length + size)) as u16
}
