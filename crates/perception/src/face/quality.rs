//! Face image quality by component, modelled on ISO/IEC 29794-5. Each component is 0 to 100. None
//! is the standard's own measure, because those need networks that the eye doesn't have.
//!
//! Everything is measured on the mesh's crop (level, with the face filling the middle two thirds),
//! so a face is judged at the same scale wherever it is in the frame.

use super::geometry::Point;
use super::mesh::Landmarks;
use vouch_contract::face::{Face, Quality};

/// Part of the crop's side left out at each edge, so that only face remains.
const EDGE: f32 = 0.2;
/// Pixels darker or brighter than these carry no detail (8-bit luma).
const DARK: u8 = 25;
const BRIGHT: u8 = 245;
/// Range of mean luma that scores full marks, and the limits where the score reaches zero.
const MEAN_FULL: (f32, f32) = (70.0, 190.0);
const MEAN_NONE: (f32, f32) = (20.0, 240.0);
/// Eye distance in pixels for full marks: the least that ISO/IEC 19794-5 requires of an enrolment
/// photograph.
const EYE_DISTANCE_FULL: f32 = 90.0;
/// Eye openness (models/README.md, iris): shut, and certainly open.
const EYE_SHUT: f32 = 0.06;
const EYE_OPEN: f32 = 0.13;
/// Lip opening over mouth width: closed, and wide open.
const MOUTH_CLOSED: f32 = 0.05;
const MOUTH_OPEN: f32 = 0.35;
/// Ratio of mean edge strength to tonal spread. Measured on the photographs of faces/quality, LFW
/// and NUAA: unusably blurred 0.03 to 0.04, phone video 0.06 to 0.09, webcam stills 0.10 at the
/// median, the sharpest over 0.20.
const SHARPNESS: (f32, f32) = (0.03, 0.20);
/// How far a patch of skin may differ from the others, in chroma steps: full marks, and none.
const SKIN_CHROMA: (f32, f32) = (14.0, 30.0);
/// Patches that are bare skin in most faces: forehead, nose, both cheeks, chin.
const SKIN_POINTS: [usize; 5] = [151, 5, 50, 280, 200];
/// Bare skin between the eyes, and from the mouth down to the chin. Something that covers eyes or
/// mouth covers one of the two and not the other.
const BRIDGE_POINTS: [usize; 3] = [6, 168, 197];
const LOWER_POINTS: [usize; 5] = [18, 164, 200, 201, 421];
/// Chroma difference between the two, in steps: where it begins to count and where it counts fully.
/// Genuine stills: 5 at the median, 21.6 at the 99th percentile; masks 23 to 62
/// (docs/evaluation/quality.md).
const BRIDGE_CHROMA: (f32, f32) = (14.0, 28.0);
/// How many stops darker the bridge is than the lower face: where it begins to count and where it
/// counts fully. Genuine stills: 0.43 at the 99th percentile; a bar over the eyes 1.6 to 3.1.
const BRIDGE_STOPS: (f32, f32) = (0.6, 1.4);
/// Lids, brow and under-eye points of the eye on the picture's left, and of the other one.
const LEFT_EYE: [usize; 25] = [
    33, 246, 161, 160, 159, 158, 157, 173, 133, 155, 154, 153, 145, 144, 163, 7, 105, 66, 107, 52, 65, 118,
    100, 230, 229,
];
const RIGHT_EYE: [usize; 25] = [
    263, 466, 388, 387, 386, 385, 384, 398, 362, 382, 381, 380, 374, 373, 390, 249, 334, 296, 336, 282, 295,
    347, 329, 450, 449,
];
/// Extreme tones of an eye ignored at either end when its contrast is measured.
const EYE_OUTLIERS: usize = 2;
/// Contrast of the weaker eye relative to the stronger one's: at the first value there is only a
/// flat surface, at the second an eye. Genuine stills: 0.34 at the lowest of 200, 0.86 at the
/// median; half a face covered 0.0.
const EYE_CONTRAST: (f32, f32) = (0.2, 0.45);
/// Added to luma before taking stops, so that black does not become infinite.
const STOPS_FLOOR: f32 = 4.0;
/// Half the side of a patch in crop pixels.
const PATCH: i32 = 3;

/// Weights of the components in the unified score. It is a weighted geometric mean: one useless
/// component makes the whole useless.
const WEIGHTS: [f32; 9] = [0.20, 0.12, 0.06, 0.12, 0.22, 0.12, 0.04, 0.08, 0.04];

/// What the crop's pixels alone tell about a face.
#[derive(Debug, Clone, Copy)]
pub struct Look {
    tones: Tones,
    // 0 to 1.
    uncovered: f32,
}

impl Look {
    /// Measures the face whose mesh crop is `crop` (`side` x `side` pixels, RGB XOR 0x80).
    pub fn of(crop: &[u8], side: usize, landmarks: &Landmarks) -> Self {
        Self { tones: tones_of(crop, side), uncovered: uncovered(crop, side, landmarks) }
    }

    /// Mean luma, 0 to 255.
    pub fn brightness(&self) -> f32 {
        self.tones.mean
    }
}

/// Quality of a face in a frame of `width` x `height`. `face` must already hold its pose, eye and
/// mouth measurements.
pub fn quality_of(look: &Look, face: &Face, width: u32, height: u32) -> Quality {
    let tones = &look.tones;
    let components = [
        ramp(tones.edge_ratio, SHARPNESS.0, SHARPNESS.1),
        tones.exposure,
        tones.entropy / 7.0,
        face.eye_distance / EYE_DISTANCE_FULL,
        frontal(face),
        ramp(face.eyes[0].min(face.eyes[1]), EYE_SHUT, EYE_OPEN),
        1.0 - ramp(face.mouth, MOUTH_CLOSED, MOUTH_OPEN),
        look.uncovered,
        centred(face, width as f32, height as f32),
    ];
    let unified =
        components.iter().zip(WEIGHTS).map(|(&share, weight)| unit(share).powf(weight)).product::<f32>();
    let [sharpness, exposure, dynamic_range, size, pose, eyes_open, mouth_closed, occlusion, centring] =
        components.map(percent);
    Quality {
        unified: percent(unified),
        sharpness,
        exposure,
        dynamic_range,
        size,
        pose,
        eyes_open,
        mouth_closed,
        occlusion,
        centring,
    }
}

#[derive(Debug, Clone, Copy)]
struct Tones {
    // Luma, 0 to 255.
    mean: f32,
    edge_ratio: f32,
    exposure: f32,
    // Entropy of the luma histogram in bits, 0 to 8.
    entropy: f32,
}

fn tones_of(crop: &[u8], side: usize) -> Tones {
    let edge = (side as f32 * EDGE) as usize;
    let (from, to) = (edge.max(1), side - edge.max(1));
    let luma = |x: usize, y: usize| {
        let at = (y * side + x) * 3;
        let byte = |k: usize| i32::from(crop[at + k] ^ 0x80);
        // ITU-R BT.601 weights in 256ths.
        (77 * byte(0) + 150 * byte(1) + 29 * byte(2)) >> 8
    };
    let mut histogram = [0_u32; 256];
    let (mut edges, mut count) = (0_u32, 0_u32);
    // Every second row is enough for statistics over thousands of pixels.
    for y in (from..to).step_by(2) {
        let (mut left, mut here) = (luma(from - 1, y), luma(from, y));
        for x in from..to {
            let right = luma(x + 1, y);
            histogram[here as usize & 0xff] += 1;
            edges += (2 * here - left - right).unsigned_abs();
            count += 1;
            (left, here) = (here, right);
        }
    }
    let count = count.max(1) as f32;
    let mean = histogram.iter().zip(0_u16..).map(|(&n, v)| n as f32 * f32::from(v)).sum::<f32>() / count;
    let variance =
        histogram.iter().zip(0_u16..).map(|(&n, v)| n as f32 * (f32::from(v) - mean).powi(2)).sum::<f32>()
            / count;
    let entropy = histogram
        .iter()
        .filter(|&&n| n > 0)
        .map(|&n| {
            let share = n as f32 / count;
            -share * share.log2()
        })
        .sum();
    let lost = |range: std::ops::RangeInclusive<u8>| {
        range.map(|v| histogram[usize::from(v)]).sum::<u32>() as f32 / count
    };
    let clipped = lost(0..=DARK) + lost(BRIGHT..=255);
    let level = ramp(mean, MEAN_NONE.0, MEAN_FULL.0).min(1.0 - ramp(mean, MEAN_FULL.1, MEAN_NONE.1));
    Tones {
        mean,
        // Divided by the tonal spread, because contrast alone is not sharpness.
        edge_ratio: edges as f32 / count / variance.sqrt().max(4.0),
        exposure: level * (1.0 - ramp(clipped, 0.1, 0.7)),
        entropy,
    }
}

/// Product of the squared cosines of the three angles, as in the standard's pose measures.
fn frontal(face: &Face) -> f32 {
    let share = |degrees: f32| degrees.to_radians().cos().max(0.0).powi(2);
    share(face.pose.yaw) * share(face.pose.pitch) * share(face.pose.roll)
}

/// Whether nothing covers the face, judged by whether its skin colours agree: 0 (covered) to 1.
fn uncovered(crop: &[u8], side: usize, landmarks: &Landmarks) -> f32 {
    let Some(to_crop) = landmarks.region.from_crop(side, false).inverse() else {
        return 0.0;
    };
    let tone = |index: usize| tone_at(crop, side, to_crop.apply(landmarks.at(index)));
    let lower = median(&LOWER_POINTS.map(tone));
    let bridge = median(&BRIDGE_POINTS.map(tone));
    let differs = ramp(bridge.chroma_distance(&lower), BRIDGE_CHROMA.0, BRIDGE_CHROMA.1);
    let stops = ((lower.luma + STOPS_FLOOR) / (bridge.luma + STOPS_FLOOR)).log2();
    let darker = ramp(stops, BRIDGE_STOPS.0, BRIDGE_STOPS.1);
    let contrast = |eye: &[usize; LEFT_EYE.len()]| eye_contrast(&eye.map(tone));
    let (left, right) = (contrast(&LEFT_EYE), contrast(&RIGHT_EYE));
    // A difference of one brightness level is noise.
    let both = ramp(left.min(right) / (left.max(right) + 1.0), EYE_CONTRAST.0, EYE_CONTRAST.1);
    patches_agree(&SKIN_POINTS.map(tone)).min(1.0 - differs).min(1.0 - darker).min(both)
}

/// Difference in luma between the darkest and brightest parts of an eye.
fn eye_contrast(tones: &[Tone; LEFT_EYE.len()]) -> f32 {
    let mut lumas = tones.map(|tone| tone.luma);
    lumas.sort_unstable_by(f32::total_cmp);
    lumas[lumas.len() - 1 - EYE_OUTLIERS] - lumas[EYE_OUTLIERS]
}

/// The fraction of patches that agree with their median.
fn patches_agree(patches: &[Tone; SKIN_POINTS.len()]) -> f32 {
    let middle = median(patches);
    let agree = |p: &Tone| 1.0 - ramp(p.chroma_distance(&middle), SKIN_CHROMA.0, SKIN_CHROMA.1);
    let total: f32 = patches.iter().map(agree).sum();
    // One covered patch of five means that the face is covered.
    ramp(total / patches.len() as f32, 0.6, 1.0)
}

/// Mean colour of a patch: luma 0 to 255, Cb and Cr of BT.601 in 8-bit steps.
#[derive(Debug, Clone, Copy)]
struct Tone {
    luma: f32,
    cb: f32,
    cr: f32,
}

impl Tone {
    fn chroma_distance(&self, other: &Self) -> f32 {
        (self.cb - other.cb).hypot(self.cr - other.cr)
    }
}

/// The median of each channel separately.
fn median<const N: usize>(tones: &[Tone; N]) -> Tone {
    let of = |pick: fn(&Tone) -> f32| {
        let mut values = tones.each_ref().map(pick);
        values.sort_unstable_by(f32::total_cmp);
        values[N / 2]
    };
    Tone { luma: of(|t| t.luma), cb: of(|t| t.cb), cr: of(|t| t.cr) }
}

/// The mean colour around a point of the crop.
fn tone_at(crop: &[u8], side: usize, centre: Point) -> Tone {
    let (mut sum, mut count) = ([0.0_f32; 3], 0.0_f32);
    for dy in -PATCH..=PATCH {
        for dx in -PATCH..=PATCH {
            let (x, y) = (centre.x as i32 + dx, centre.y as i32 + dy);
            if x < 0 || y < 0 || x >= side as i32 || y >= side as i32 {
                continue;
            }
            let start = (y as usize * side + x as usize) * 3;
            for (total, byte) in sum.iter_mut().zip(&crop[start..start + 3]) {
                *total += f32::from(byte ^ 0x80);
            }
            count += 1.0;
        }
    }
    if count == 0.0 {
        return Tone { luma: 0.0, cb: f32::MAX, cr: f32::MAX };
    }
    let [r, g, b] = sum.map(|total| total / count);
    Tone {
        luma: 0.299 * r + 0.587 * g + 0.114 * b,
        cb: -0.169 * r - 0.331 * g + 0.5 * b,
        cr: 0.5 * r - 0.419 * g - 0.081 * b,
    }
}

/// Whether the whole head (the mesh's box plus a third of it above, for the hair) is inside the
/// picture, and how near its centre the face is.
fn centred(face: &Face, width: f32, height: f32) -> f32 {
    let b = face.bounds;
    if width <= 0.0 || height <= 0.0 || b.width <= 0.0 || b.height <= 0.0 {
        return 0.0;
    }
    let outside = (-b.x).max(b.x + b.width - width).max(0.0) / b.width
        + (-(b.y - b.height / 3.0)).max(b.y + b.height - height).max(0.0) / b.height;
    let aside = ((b.x + b.width / 2.0) / width - 0.5).abs() * 2.0;
    let below = ((b.y + b.height / 2.0) / height - 0.5).abs() * 2.0;
    (1.0 - ramp(outside, 0.0, 0.5)) * (1.0 - ramp(aside.max(below), 0.4, 1.0))
}

/// 0 at `none`, 1 at `full`, linear between.
fn ramp(value: f32, none: f32, full: f32) -> f32 {
    unit((value - none) / (full - none))
}

fn unit(share: f32) -> f32 {
    if share.is_nan() { 0.0 } else { share.clamp(0.0, 1.0) }
}

fn percent(share: f32) -> u8 {
    (unit(share) * 100.0).round() as u8
}
