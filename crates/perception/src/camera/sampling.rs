//! Bilinear samples along straight lines through a frame.
//!
//! In: a [`Frame`] and a [`Walk`]. Out: RGB bytes. Called by `face::warp`, which uses it to cut
//! every network's input out of the frame. That takes most of a frame's time outside the networks,
//! so it has SSE2 and NEON kernels. It is in this module because calling them is unsafe.

#![expect(unsafe_code, reason = "calls of functions compiled for SSE2 or NEON; each says why it is sound")]

use super::Frame;

/// Fraction bits of a position.
const FRACTION: u32 = 32;

/// Equidistant positions on a straight line, in fixed point. (0, 0) is the
/// centre of the frame's upper left pixel.
#[derive(Debug, Clone, Copy)]
pub struct Walk {
    x: i64,
    y: i64,
    step_x: i64,
    step_y: i64,
}

impl Walk {
    /// Starts at `start` (x, y) and advances by `step` each time, in frame pixels. Positions that
    /// are not finite or far away count as outside the frame.
    pub fn new(start: [f64; 2], step: [f64; 2]) -> Self {
        let ([x, y], [step_x, step_y]) = (start.map(fixed), step.map(fixed));
        Self { x, y, step_x, step_y }
    }

    #[inline]
    fn after(self, steps: i64) -> Self {
        Self { x: self.x + self.step_x * steps, y: self.y + self.step_y * steps, ..self }
    }
}

/// Converts to fixed point. Far-off and non-finite positions are clamped outside every frame, which
/// reads as black, but far enough from overflow.
fn fixed(value: f64) -> i64 {
    const FAR: f64 = 1.0e5;
    let clamped = if value.is_finite() { value.clamp(-FAR, FAR) } else { -FAR };
    (clamped * (1_i64 << FRACTION) as f64) as i64
}

/// Reads bilinear samples; outside the frame is black.
///
/// A value is held times 256 in 16 bits. The two weights of an axis are a 16-bit fraction and its
/// complement, which add up to 65,535. Each axis loses at most 2 of 65,280, so rounding gives the
/// exact value, or its neighbour if the exact one lies half way.
pub struct Sampler<'a> {
    rgb: &'a [u8],
    stride: usize,
    width: i64,
    height: i64,
}

/// Four pixels, the unit in which the kernels work.
type Quad = [u8; 12];

impl<'a> Sampler<'a> {
    /// A sampler of `frame`.
    pub fn new(frame: &'a Frame) -> Self {
        Self {
            rgb: &frame.rgb,
            stride: frame.width as usize * 3,
            width: i64::from(frame.width),
            height: i64::from(frame.height),
        }
    }

    /// Fills `line` with one RGB pixel per step of `walk`, each byte XORed with `mask`.
    pub fn line(&self, walk: Walk, mask: u8, line: &mut [u8]) {
        let (quads, _) = line.as_chunks_mut::<12>();
        let count = quads.len() as i64;
        let is_inside =
            |quad: i64| self.is_inside(walk.after(4 * quad)) && self.is_inside(walk.after(4 * quad + 3));
        // The inside is convex, so it contains one run of quads, usually all of them.
        let (from, to) = if count > 0 && is_inside(0) && is_inside(count - 1) {
            (0, count)
        } else {
            let from = (0..count).find(|&quad| is_inside(quad)).unwrap_or(count);
            (from, (from..count).find(|&quad| !is_inside(quad)).unwrap_or(count))
        };
        self.fast(walk.after(4 * from), mask, &mut quads[from as usize..to as usize]);
        let (before, rest) = line.split_at_mut(12 * from as usize);
        self.slowly(walk, mask, before);
        self.slowly(walk.after(4 * to), mask, &mut rest[12 * (to - from) as usize..]);
    }

    /// Whether all four neighbours lie inside, with one spare column for the kernels' eight-byte
    /// reads.
    fn is_inside(&self, at: Walk) -> bool {
        let (column, row) = (at.x >> FRACTION, at.y >> FRACTION);
        column >= 0 && row >= 0 && column < self.width - 2 && row < self.height - 1
    }

    /// Samples that all lie inside the frame.
    fn fast(&self, walk: Walk, mask: u8, quads: &mut [Quad]) {
        let Some(rows) = TwoRows::new(self) else {
            return self.slowly(walk, mask, quads.as_flattened_mut());
        };
        #[cfg(all(target_arch = "x86_64", target_feature = "sse2"))]
        // SAFETY: SSE2 is part of x86-64, and of this build's target.
        unsafe {
            sse2::fill(rows, walk, mask, quads);
        }
        #[cfg(all(target_arch = "aarch64", target_feature = "neon"))]
        // SAFETY: NEON is part of this build's target.
        unsafe {
            neon::fill(rows, walk, mask, quads);
        }
        #[cfg(not(any(
            all(target_arch = "x86_64", target_feature = "sse2"),
            all(target_arch = "aarch64", target_feature = "neon")
        )))]
        {
            let _ = rows;
            self.slowly(walk, mask, quads.as_flattened_mut());
        }
    }

    /// Any samples; gives the same numbers as the kernels.
    fn slowly(&self, mut walk: Walk, mask: u8, line: &mut [u8]) {
        for pixel in line.chunks_exact_mut(3) {
            let (column, row) = (walk.x >> FRACTION, walk.y >> FRACTION);
            let fraction = |at: i64| (at >> (FRACTION - 16)) as u32 & 0xffff;
            let (across, down) = (fraction(walk.x), fraction(walk.y));
            let mix = |first: u32, second: u32, share: u32| {
                ((first * (0xffff - share)) >> 16) + ((second * share) >> 16)
            };
            for (channel, byte) in pixel.iter_mut().enumerate() {
                let value = |column: i64, row: i64| self.value(column, row, channel) << 8;
                let left = mix(value(column, row), value(column, row + 1), down);
                let right = mix(value(column + 1, row), value(column + 1, row + 1), down);
                *byte = ((mix(left, right, across) + 0x80) >> 8) as u8 ^ mask;
            }
            walk = walk.after(1);
        }
    }

    fn value(&self, column: i64, row: i64, channel: usize) -> u32 {
        if column < 0 || row < 0 || column >= self.width || row >= self.height {
            return 0;
        }
        let at = row as usize * self.stride + column as usize * 3 + channel;
        self.rgb.get(at).copied().map_or(0, u32::from)
    }
}

/// Reads eight bytes at a time from two rows, one below the other. One comparison checks the bounds
/// of both; slices would be checked four times, which takes two fifths of a kernel's time.
#[derive(Clone, Copy)]
struct TwoRows<'a> {
    rgb: &'a [u8],
    stride: usize,
    /// The last position to read from: `last + stride + 8` is at most `rgb.len()`.
    last: usize,
}

impl<'a> TwoRows<'a> {
    /// None if the picture is too small to read from at all.
    fn new(sampler: &Sampler<'a>) -> Option<Self> {
        let Sampler { rgb, stride, .. } = *sampler;
        let last = rgb.len().checked_sub(stride)?.checked_sub(8)?;
        Some(Self { rgb, stride, last })
    }

    /// Reads at the pixel to the upper left of a position inside the frame, and at the one below
    /// it.
    #[inline(always)]
    fn around(&self, at: Walk) -> [u64; 2] {
        self.at((at.y >> FRACTION) as usize * self.stride + (at.x >> FRACTION) as usize * 3)
    }

    /// The bytes at `start` and one row further down; beyond the end, the last ones.
    #[inline(always)]
    fn at(&self, start: usize) -> [u64; 2] {
        let start = start.min(self.last);
        [start, start + self.stride].map(|from| {
            // SAFETY: `new` sets `last` so that `from` is eight bytes before
            // the slice's end or earlier, and neither field changes after that.
            let bytes = unsafe { self.rgb.as_ptr().add(from).cast::<[u8; 8]>().read() };
            u64::from_le_bytes(bytes)
        })
    }
}

/// Takes two pixels of three bytes in the lower bytes of each half and writes them without gaps.
#[inline(always)]
fn write_quad(halves: [u64; 2], mask: u64, quad: &mut Quad) {
    let [low, high] = halves.map(|two| (two & 0x0000_0000_00ff_ffff) | ((two >> 8) & 0x0000_ffff_ff00_0000));
    quad[..8].copy_from_slice(&((low | high << 48) ^ mask).to_le_bytes());
    quad[8..].copy_from_slice(&(((high >> 16) ^ mask) as u32).to_le_bytes());
}

#[cfg(all(target_arch = "x86_64", target_feature = "sse2"))]
mod sse2 {
    use std::arch::x86_64::{
        __m128i, _mm_add_epi16, _mm_add_epi32, _mm_cvtsi64_si128, _mm_cvtsi128_si64, _mm_mulhi_epu16,
        _mm_or_si128, _mm_packus_epi16, _mm_set_epi16, _mm_set_epi32, _mm_set1_epi16, _mm_set1_epi32,
        _mm_setzero_si128, _mm_shuffle_epi32, _mm_slli_epi32, _mm_srli_epi16, _mm_srli_epi32, _mm_srli_si128,
        _mm_unpackhi_epi64, _mm_unpacklo_epi8, _mm_unpacklo_epi64, _mm_xor_si128,
    };

    use super::{Quad, TwoRows, Walk, write_quad};

    /// Fills `quads`, whose samples all lie inside.
    #[target_feature(enable = "sse2")]
    pub fn fill(rows: TwoRows<'_>, mut walk: Walk, mask: u8, quads: &mut [Quad]) {
        let all = _mm_set1_epi16(-1);
        // The left pixel's three lanes take the complement, the right's the fraction.
        let left = _mm_set_epi16(0, 0, 0, 0, 0, -1, -1, -1);
        let half = _mm_set1_epi16(0x80);
        let mask = u64::from_le_bytes([mask; 8]);
        let mut across = fractions(walk.x, walk.step_x);
        let mut down = fractions(walk.y, walk.step_y);
        let (move_across, move_down) = (four_steps(walk.step_x), four_steps(walk.step_y));
        for quad in quads {
            let (shares_across, shares_down) = (spread(across), spread(down));
            let sample = |index: usize| {
                let [upper, lower] = rows.around(walk.after(index as i64)).map(|eight| {
                    // Each byte times 256.
                    _mm_unpacklo_epi8(_mm_setzero_si128(), _mm_cvtsi64_si128(eight.cast_signed()))
                });
                let upper = _mm_mulhi_epu16(upper, _mm_xor_si128(shares_down[index], all));
                let lower = _mm_mulhi_epu16(lower, shares_down[index]);
                let share = _mm_xor_si128(shares_across[index], left);
                let weighed = _mm_mulhi_epu16(_mm_add_epi16(upper, lower), share);
                _mm_add_epi16(weighed, _mm_srli_si128::<6>(weighed))
            };
            let rounded = |two: __m128i| _mm_srli_epi16::<8>(_mm_add_epi16(two, half));
            let low = rounded(_mm_unpacklo_epi64(sample(0), sample(1)));
            let high = rounded(_mm_unpacklo_epi64(sample(2), sample(3)));
            let bytes = _mm_packus_epi16(low, high);
            let halves = [bytes, _mm_unpackhi_epi64(bytes, bytes)];
            write_quad(halves.map(|half| _mm_cvtsi128_si64(half).cast_unsigned()), mask, quad);
            walk = walk.after(4);
            across = _mm_add_epi32(across, move_across);
            down = _mm_add_epi32(down, move_down);
        }
    }

    /// The fractions of four neighbouring positions, 32 bits each.
    #[inline]
    #[target_feature(enable = "sse2")]
    fn fractions(start: i64, step: i64) -> __m128i {
        let at = |index: i64| (start + step * index) as i32;
        _mm_set_epi32(at(3), at(2), at(1), at(0))
    }

    #[inline]
    #[target_feature(enable = "sse2")]
    fn four_steps(step: i64) -> __m128i {
        _mm_set1_epi32((step * 4) as i32)
    }

    /// The upper 16 bits of each of four fractions, in all lanes.
    #[inline]
    #[target_feature(enable = "sse2")]
    fn spread(fractions: __m128i) -> [__m128i; 4] {
        let high = _mm_srli_epi32::<16>(fractions);
        let twice = _mm_or_si128(high, _mm_slli_epi32::<16>(high));
        [
            _mm_shuffle_epi32::<0x00>(twice),
            _mm_shuffle_epi32::<0x55>(twice),
            _mm_shuffle_epi32::<0xaa>(twice),
            _mm_shuffle_epi32::<0xff>(twice),
        ]
    }
}

#[cfg(all(target_arch = "aarch64", target_feature = "neon"))]
mod neon {
    use std::arch::aarch64::{
        uint16x8_t, uint32x4_t, vaddq_u16, vaddq_u32, vcombine_u8, vcombine_u16, vcombine_u32, vcreate_u8,
        vcreate_u16, vcreate_u32, vdupq_laneq_u16, vdupq_n_u8, vdupq_n_u16, vdupq_n_u32, veorq_u16,
        vextq_u16, vget_lane_u64, vget_low_u16, vmull_high_u16, vmull_u16, vmvnq_u16, vreinterpret_u64_u8,
        vreinterpretq_u16_u8, vreinterpretq_u16_u32, vrshrn_n_u16, vuzp2q_u16, vzip1q_u8,
    };

    use super::{Quad, TwoRows, Walk, write_quad};

    /// Fills `quads`, whose samples all lie inside.
    #[target_feature(enable = "neon")]
    pub fn fill(rows: TwoRows<'_>, mut walk: Walk, mask: u8, quads: &mut [Quad]) {
        // The left pixel's three lanes take the complement, the right's the fraction.
        let left = vcombine_u16(vcreate_u16(0x0000_ffff_ffff_ffff), vcreate_u16(0));
        let mask = u64::from_le_bytes([mask; 8]);
        let mut across = fractions(walk.x, walk.step_x);
        let mut down = fractions(walk.y, walk.step_y);
        let (move_across, move_down) = (four_steps(walk.step_x), four_steps(walk.step_y));
        for quad in quads {
            let (shares_across, shares_down) = (spread(across), spread(down));
            let sample = |index: usize| {
                let [upper, lower] = rows.around(walk.after(index as i64)).map(|eight| {
                    // Each byte times 256.
                    let bytes = vcombine_u8(vcreate_u8(eight), vcreate_u8(0));
                    vreinterpretq_u16_u8(vzip1q_u8(vdupq_n_u8(0), bytes))
                });
                let upper = times_high(upper, vmvnq_u16(shares_down[index]));
                let lower = times_high(lower, shares_down[index]);
                let share = veorq_u16(shares_across[index], left);
                let weighed = times_high(vaddq_u16(upper, lower), share);
                vaddq_u16(weighed, vextq_u16::<3>(weighed, vdupq_n_u16(0)))
            };
            let rounded = |first: uint16x8_t, second: uint16x8_t| {
                let two = vcombine_u16(vget_low_u16(first), vget_low_u16(second));
                vget_lane_u64::<0>(vreinterpret_u64_u8(vrshrn_n_u16::<8>(two)))
            };
            write_quad([rounded(sample(0), sample(1)), rounded(sample(2), sample(3))], mask, quad);
            walk = walk.after(4);
            across = vaddq_u32(across, move_across);
            down = vaddq_u32(down, move_down);
        }
    }

    /// The fractions of four neighbouring positions, 32 bits each.
    #[inline]
    #[target_feature(enable = "neon")]
    fn fractions(start: i64, step: i64) -> uint32x4_t {
        let at = |index: i64| u64::from((start + step * index) as u32);
        vcombine_u32(vcreate_u32(at(0) | at(1) << 32), vcreate_u32(at(2) | at(3) << 32))
    }

    #[inline]
    #[target_feature(enable = "neon")]
    fn four_steps(step: i64) -> uint32x4_t {
        vdupq_n_u32((step * 4) as u32)
    }

    /// The upper 16 bits of each of four fractions, in all lanes.
    #[inline]
    #[target_feature(enable = "neon")]
    fn spread(fractions: uint32x4_t) -> [uint16x8_t; 4] {
        // Little endian: the upper half of number n is lane 2 n + 1.
        let halves = vreinterpretq_u16_u32(fractions);
        [
            vdupq_laneq_u16::<1>(halves),
            vdupq_laneq_u16::<3>(halves),
            vdupq_laneq_u16::<5>(halves),
            vdupq_laneq_u16::<7>(halves),
        ]
    }

    /// Upper half of each product.
    #[inline]
    #[target_feature(enable = "neon")]
    fn times_high(a: uint16x8_t, b: uint16x8_t) -> uint16x8_t {
        let low = vmull_u16(vget_low_u16(a), vget_low_u16(b));
        vuzp2q_u16(vreinterpretq_u16_u32(low), vreinterpretq_u16_u32(vmull_high_u16(a, b)))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn noise(width: u32, height: u32) -> Frame {
        let mut frame = Frame::default();
        frame.resize(width, height);
        let mut state = 1_u32;
        for byte in &mut frame.rgb {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            *byte = (state >> 24) as u8;
        }
        frame
    }

    /// The bilinear value by definition, in double precision.
    fn exact(frame: &Frame, x: f64, y: f64, channel: usize) -> f64 {
        let value = |column: f64, row: f64| {
            if column < 0.0 || row < 0.0 || column >= f64::from(frame.width) || row >= f64::from(frame.height)
            {
                return 0.0;
            }
            f64::from(frame.rgb[(row as usize * frame.width as usize + column as usize) * 3 + channel])
        };
        let (column, row) = (x.floor(), y.floor());
        let (across, down) = (x - column, y - row);
        let rows = |column: f64| value(column, row) * (1.0 - down) + value(column, row + 1.0) * down;
        rows(column) * (1.0 - across) + rows(column + 1.0) * across
    }

    proptest! {
        #[test]
        fn samples_are_within_one_step_of_the_exact_value(
            start in prop::array::uniform2(-5.0_f64..45.0), step in prop::array::uniform2(-1.5_f64..1.5),
        ) {
            let frame = noise(40, 40);
            let mut line = [0; 30 * 3];
            Sampler::new(&frame).line(Walk::new(start, step), 0, &mut line);
            for (index, pixel) in line.chunks_exact(3).enumerate() {
                let at = [0, 1].map(|axis| start[axis] + step[axis] * index as f64);
                for (channel, &byte) in pixel.iter().enumerate() {
                    let error = f64::from(byte) - exact(&frame, at[0], at[1], channel);
                    prop_assert!(error.abs() <= 1.0, "{error} at {at:?}");
                }
            }
        }

        #[test]
        fn a_kernel_gives_the_bits_of_the_plain_way(
            start in prop::array::uniform2(-5.0_f64..45.0), step in prop::array::uniform2(-1.5_f64..1.5),
            mask: u8, width in 1_u32..50, height in 1_u32..50,
        ) {
            let frame = noise(width, height);
            let (sampler, walk) = (Sampler::new(&frame), Walk::new(start, step));
            let (mut fast, mut slow) = ([0; 30 * 3], [0; 30 * 3]);
            sampler.line(walk, mask, &mut fast);
            sampler.slowly(walk, mask, &mut slow);
            prop_assert_eq!(fast, slow);
        }

        #[test]
        fn a_kernel_reads_nothing_beyond_a_picture_of_any_size(
            start in prop::array::uniform2(any::<f64>()), step in prop::array::uniform2(any::<f64>()),
            width in 0_u32..20, height in 0_u32..20, shorter in 0_usize..80,
        ) {
            let mut frame = noise(width, height);
            // Even if the size promises more bytes than there are.
            frame.rgb.truncate(frame.rgb.len().saturating_sub(shorter));
            frame.rgb.shrink_to_fit();
            let mut line = [0; 16 * 3];
            Sampler::new(&frame).line(Walk::new(start, step), 0, &mut line);
            if let Some(rows) = TwoRows::new(&Sampler::new(&frame)) {
                let _ = (rows.at(0), rows.at(rows.last), rows.at(usize::MAX));
            }
        }
    }
}
