//! Mean colour of small patches of skin.

use crate::camera::Frame;
use crate::face::geometry::Point;

/// Most rows and columns sampled in a patch. That reduces sensor noise to about a tenth, at a cost
/// independent of the picture's size.
const MOST: usize = 16;

/// Mean R, G and B (0 to 255) of the square around `at` with half side `half`; none if it does not
/// lie wholly in the picture.
pub fn mean_colour(frame: &Frame, at: Point, half: f32) -> Option<[f32; 3]> {
    let (width, height) = (frame.width as usize, frame.height as usize);
    let fits = half >= 0.5
        && at.x - half >= 0.0
        && at.y - half >= 0.0
        && at.x + half <= width as f32
        && at.y + half <= height as f32;
    if !fits || frame.rgb.len() != width * height * 3 {
        return None;
    }
    let (left, top) = ((at.x - half) as usize, (at.y - half) as usize);
    let side = ((2.0 * half) as usize).clamp(1, (width - left).min(height - top));
    let step = side.div_ceil(MOST);
    let (mut sums, mut count) = ([0_u32; 3], 0_u32);
    for y in (top..top + side).step_by(step) {
        for x in (left..left + side).step_by(step) {
            let start = (y * width + x) * 3;
            for (sum, &byte) in sums.iter_mut().zip(&frame.rgb[start..start + 3]) {
                *sum += u32::from(byte);
            }
            count += 1;
        }
    }
    Some(sums.map(|sum| sum as f32 / count.max(1) as f32))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_patch_has_its_mean_and_none_outside() {
        let mut frame = Frame::default();
        frame.resize(40, 30);
        frame.rgb.chunks_exact_mut(3).for_each(|pixel| pixel.copy_from_slice(&[10, 20, 30]));
        assert_eq!(mean_colour(&frame, Point::new(20.0, 15.0), 6.0), Some([10.0, 20.0, 30.0]));
        assert_eq!(mean_colour(&frame, Point::new(20.0, 15.0), 14.9), Some([10.0, 20.0, 30.0]));
        for at in [Point::new(1.0, 15.0), Point::new(f32::NAN, 3.0), Point::new(1e30, 1e30)] {
            assert_eq!(mean_colour(&frame, at, 6.0), None);
        }
        assert_eq!(mean_colour(&frame, Point::new(20.0, 15.0), f32::INFINITY), None);
        assert_eq!(mean_colour(&Frame::default(), Point::new(0.0, 0.0), 2.0), None);
    }
}
