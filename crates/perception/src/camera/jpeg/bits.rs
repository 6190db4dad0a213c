//! Bits of entropy-coded data, up to the next marker (ITU-T T.81, F.2.2.5).

use super::JpegFault;
use super::marker::RST0;

/// Bits left to read. Reading past the end gives zeros; [`Bits::overrun`] reports it.
#[derive(Debug)]
pub(super) struct Bits<'a> {
    bytes: &'a [u8],
    /// The next byte to load.
    at: usize,
    /// Loaded bits, the next one at the top; zeros below.
    buffer: u64,
    /// Number of real bits in the buffer; negative if more were read than exist.
    count: i32,
}

impl<'a> Bits<'a> {
    pub(super) fn new(bytes: &'a [u8], at: usize) -> Self {
        Self { bytes, at, buffer: 0, count: 0 }
    }

    /// Loads at least 32 bits; fewer only at the end of the data.
    #[inline(always)]
    pub(super) fn refill(&mut self) {
        if self.count >= 32 {
            return;
        }
        if let Some(next) = self.bytes.get(self.at..).and_then(|rest| rest.first_chunk::<4>())
            && self.count >= 0
        {
            let word = u32::from_be_bytes(*next);
            // No byte is 0xFF: the usual test for a zero byte, applied to `!word`.
            if word & 0x8080_8080 & (!word).wrapping_sub(0x0101_0101) == 0 {
                self.buffer |= u64::from(word) << (32 - self.count);
                self.at += 4;
                self.count += 32;
                return;
            }
        }
        self.refill_slowly();
    }

    #[cold]
    fn refill_slowly(&mut self) {
        while (0..=56).contains(&self.count) {
            let Some(&byte) = self.bytes.get(self.at) else { return };
            let length = match (byte, self.bytes.get(self.at + 1)) {
                (0xFF, Some(0)) => 2,
                // A marker, or the very last byte.
                (0xFF, _) => return,
                _ => 1,
            };
            self.buffer |= u64::from(byte) << (56 - self.count);
            self.count += 8;
            self.at += length;
        }
    }

    /// The next `N` bits, not consumed.
    #[inline(always)]
    pub(super) fn peek<const N: u32>(&self) -> usize {
        (self.buffer >> (64 - N)) as usize
    }

    /// Consumes up to 31 bits.
    #[inline(always)]
    pub(super) fn skip(&mut self, bits: u32) {
        self.buffer <<= bits;
        self.count -= bits as i32;
    }

    /// Consumes up to 16 bits and returns their value.
    #[inline(always)]
    pub(super) fn take(&mut self, bits: u32) -> u32 {
        // Two shifts, because a shift by 64 is not allowed.
        let value = (self.buffer >> 1 >> (63 - bits)) as u32;
        self.skip(bits);
        value
    }

    /// Whether the next code may reach beyond the data. If so, an apparently bad code may be the
    /// beginning of a good one.
    pub(super) fn is_near_its_end(&self) -> bool {
        self.count < 16
    }

    /// Whether more bits were read than exist.
    #[inline(always)]
    pub(super) fn overrun(&self) -> bool {
        self.count < 0
    }

    /// Advances to the marker that ends this data and returns the position of its second byte. At
    /// most `stray` whole bytes may be left unread before it.
    pub(super) fn finish(&mut self, stray: usize) -> Result<usize, JpegFault> {
        if self.overrun() {
            return Err(JpegFault::CutOff);
        }
        let mut left = self.count as usize / 8;
        loop {
            if left > stray {
                return Err(JpegFault::Damaged("more data than the picture's blocks need"));
            }
            match (self.bytes.get(self.at), self.bytes.get(self.at + 1)) {
                (Some(0xFF), Some(0)) => {
                    left += 1;
                    self.at += 2;
                }
                // Fill bytes may precede a marker.
                (Some(0xFF), Some(0xFF)) => self.at += 1,
                (Some(0xFF), Some(_)) => {
                    (self.buffer, self.count) = (0, 0);
                    return Ok(self.at + 1);
                }
                (Some(_), Some(_)) => {
                    left += 1;
                    self.at += 1;
                }
                _ => return Err(JpegFault::CutOff),
            }
        }
    }

    /// Consumes the restart marker with this number, 0 to 7.
    pub(super) fn restart(&mut self, number: u8, stray: usize) -> Result<(), JpegFault> {
        let at = self.finish(stray)?;
        let found = self.bytes.get(at).copied();
        if found != Some(RST0 + number) {
            return Err(match found {
                Some(super::marker::EOI) => JpegFault::CutOff,
                _ => JpegFault::Damaged("a restart marker out of order"),
            });
        }
        self.at = at + 1;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stuffed_zeros_are_left_out_and_a_marker_ends_the_bits() {
        let mut bits = Bits::new(&[0xFF, 0x00, 0x12, 0x34, 0xFF, 0xD9], 0);
        bits.refill();
        assert_eq!(bits.take(8), 0xFF);
        assert_eq!(bits.take(16), 0x1234);
        assert!(!bits.overrun());
        assert_eq!(bits.finish(0), Ok(5));
        bits.refill();
        assert_eq!(bits.take(1), 0);
        assert!(bits.overrun());
        assert_eq!(bits.finish(0), Err(JpegFault::CutOff));
    }

    #[test]
    fn bytes_left_before_the_marker_are_counted() {
        let bytes = [0x12, 0x34, 0x56, 0xFF, 0xFF, 0xD0, 0x80, 0xFF, 0xD9];
        let read = |stray| {
            let mut bits = Bits::new(&bytes, 0);
            bits.refill();
            bits.skip(8);
            bits.restart(0, stray).map(|()| {
                bits.refill();
                bits.take(1)
            })
        };
        assert_eq!(read(2), Ok(1));
        assert!(matches!(read(1), Err(JpegFault::Damaged(_))));
    }
}
