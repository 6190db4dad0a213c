//! Chooses among the modes that a camera offers. Pure functions: no device is touched here.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A pixel format Vouch can turn into RGB.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum PixelFormat {
    /// Packed 4:2:2, two bytes per pixel.
    Yuyv,
    /// One JPEG picture per frame.
    Mjpeg,
    /// 4:2:0, a luma plane and one of interleaved chroma.
    Nv12,
    /// The same with the chroma samples swapped.
    Nv21,
    /// 4:2:0 in three planes (`YU12` in V4L2).
    Yuv420,
    /// Luma only, one byte per pixel.
    Grey,
    /// Three bytes per pixel, R G B (`RGB3` in V4L2).
    Rgb24,
}

impl PixelFormat {
    /// Every format. The raw ones are ordered best first: YUYV has twice the colour samples of
    /// 4:2:0; GREY comes last, because the liveness cues need colour.
    pub const ALL: [Self; 7] =
        [Self::Yuyv, Self::Nv12, Self::Nv21, Self::Yuv420, Self::Rgb24, Self::Mjpeg, Self::Grey];

    /// V4L2's four characters (include/uapi/linux/videodev2.h).
    pub fn fourcc(self) -> [u8; 4] {
        match self {
            Self::Yuyv => *b"YUYV",
            Self::Mjpeg => *b"MJPG",
            Self::Nv12 => *b"NV12",
            Self::Nv21 => *b"NV21",
            Self::Yuv420 => *b"YU12",
            Self::Grey => *b"GREY",
            Self::Rgb24 => *b"RGB3",
        }
    }

    /// The format of a four-character code, if Vouch supports it. `JPEG` is what some drivers call
    /// the same stream.
    pub fn from_fourcc(fourcc: [u8; 4]) -> Option<Self> {
        if fourcc == *b"JPEG" {
            return Some(Self::Mjpeg);
        }
        Self::ALL.into_iter().find(|format| format.fourcc() == fourcc)
    }

    /// Whether frames must be decoded.
    pub fn is_compressed(self) -> bool {
        self == Self::Mjpeg
    }

    /// Whether chroma has a quarter of the samples, in separate planes.
    pub fn is_420(self) -> bool {
        matches!(self, Self::Nv12 | Self::Nv21 | Self::Yuv420)
    }
}

/// A four-character code as text. Bit 31 marks big-endian samples (`v4l2_fourcc_be`), written as
/// `-BE`.
pub(super) fn fourcc_text(fourcc: [u8; 4]) -> String {
    let [a, b, c, d] = fourcc;
    let plain = [a, b, c, d & 0x7F];
    let suffix = if d & 0x80 == 0 { "" } else { "-BE" };
    format!("{}{suffix}", String::from_utf8_lossy(&plain).trim_end())
}

impl fmt::Display for PixelFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Yuyv => "YUYV",
            Self::Mjpeg => "MJPEG",
            Self::Nv12 => "NV12",
            Self::Nv21 => "NV21",
            Self::Yuv420 => "YUV420",
            Self::Grey => "GREY",
            Self::Rgb24 => "RGB24",
        })
    }
}

impl FromStr for PixelFormat {
    type Err = String;

    /// Accepts V4L2's code or the common name, in upper or lower case.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.to_ascii_uppercase().as_str() {
            "YUYV" | "YUY2" => Ok(Self::Yuyv),
            "MJPEG" | "MJPG" | "JPEG" => Ok(Self::Mjpeg),
            "NV12" => Ok(Self::Nv12),
            "NV21" => Ok(Self::Nv21),
            "YUV420" | "YU12" | "I420" => Ok(Self::Yuv420),
            "GREY" | "GRAY" | "GRAY8" => Ok(Self::Grey),
            "RGB24" | "RGB3" => Ok(Self::Rgb24),
            _ => Err(format!(
                "{text}: not a format Vouch reads; take YUYV, MJPEG, NV12, NV21, YUV420, GREY or RGB24"
            )),
        }
    }
}

/// The mode requested from a camera.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Wanted {
    pub width: u32,
    pub height: u32,
    /// Frames per second.
    pub rate: f32,
    pub format: Option<PixelFormat>,
}

/// One mode that a camera offers.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Mode {
    pub format: PixelFormat,
    pub width: u32,
    pub height: u32,
    /// Slowest and fastest frame rate of each entry; empty if the driver doesn't say.
    pub rates: Vec<(f32, f32)>,
}

/// A rate this close below the wanted one counts as equal: 29.97 for 30.
const RATE_TOLERANCE: f32 = 0.97;

impl Mode {
    /// Whether the camera reaches `rate` in this mode. If the driver doesn't say, it is assumed to.
    fn reaches(&self, rate: f32) -> bool {
        self.rates.is_empty() || self.rates.iter().any(|(_, fastest)| *fastest >= rate * RATE_TOLERANCE)
    }

    fn fastest(&self) -> f32 {
        self.rates.iter().map(|(_, max)| *max).fold(0.0, f32::max)
    }
}

/// The mode to use. First by size (the wanted one, else the next larger, else the largest), then by
/// whether the rate is reached, then raw before MJPEG before GREY. If no format reaches the rate,
/// the fastest wins.
pub(super) fn choose<'a>(modes: &'a [Mode], wanted: &Wanted) -> Option<&'a Mode> {
    let usable = |mode: &&Mode| wanted.format.is_none_or(|format| mode.format == format);
    modes.iter().filter(usable).min_by(|a, b| {
        size_cost(a, wanted)
            .total_cmp(&size_cost(b, wanted))
            .then_with(|| grey(a).cmp(&grey(b)))
            .then_with(|| slow(a, wanted).total_cmp(&slow(b, wanted)))
            .then_with(|| preference(a.format).cmp(&preference(b.format)))
    })
}

/// 0 for the wanted size; below 1 for larger ones (a smaller surplus is better), above 1 for sizes
/// that lack pixels.
fn size_cost(mode: &Mode, wanted: &Wanted) -> f64 {
    let area = f64::from(mode.width) * f64::from(mode.height);
    let asked = f64::from(wanted.width) * f64::from(wanted.height);
    if mode.width >= wanted.width && mode.height >= wanted.height {
        1.0 - asked.max(1.0) / area.max(1.0)
    } else {
        1.0 + asked / area.max(1.0)
    }
}

/// GREY only if there is nothing with colour.
fn grey(mode: &Mode) -> bool {
    mode.format == PixelFormat::Grey
}

/// 0 if the rate is reached, otherwise larger the slower the mode is.
fn slow(mode: &Mode, wanted: &Wanted) -> f32 {
    if mode.reaches(wanted.rate) { 0.0 } else { wanted.rate / mode.fastest().max(0.001) }
}

fn preference(format: PixelFormat) -> usize {
    PixelFormat::ALL.iter().position(|known| *known == format).unwrap_or(usize::MAX)
}

/// The value nearest to `wanted` on the grid `min, min + step, …, max`; a step of
/// 0 (broken drivers say so) counts as 1.
pub(super) fn nearest_step(wanted: u32, min: u32, max: u32, step: u32) -> u32 {
    let max = max.max(min);
    let step = step.max(1);
    let above = wanted.clamp(min, max) - min;
    let down = min + above / step * step;
    let up = down.saturating_add(step);
    if up <= max && up - wanted.clamp(min, max) < wanted.clamp(min, max) - down { up } else { down }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use PixelFormat::{Grey, Mjpeg, Nv12, Yuyv};

    const VGA: Wanted = Wanted { width: 640, height: 480, rate: 30.0, format: None };

    fn mode(format: PixelFormat, width: u32, height: u32, rate: f32) -> Mode {
        Mode { format, width, height, rates: vec![(1.0, rate)] }
    }

    fn chosen(modes: &[Mode], wanted: &Wanted) -> (PixelFormat, u32, u32) {
        let mode = choose(modes, wanted).expect("a mode");
        (mode.format, mode.width, mode.height)
    }

    #[test]
    fn raw_at_full_rate_beats_mjpeg() {
        let offers = [mode(Mjpeg, 640, 480, 30.0), mode(Yuyv, 640, 480, 30.0)];
        assert_eq!(chosen(&offers, &VGA), (Yuyv, 640, 480));
    }

    #[test]
    fn mjpeg_wins_where_raw_is_too_slow() {
        // A USB 2 webcam at HD: YUYV at 10/s, MJPEG at 30/s.
        let wanted = Wanted { width: 1280, height: 720, ..VGA };
        let offers = [mode(Yuyv, 1280, 720, 10.0), mode(Mjpeg, 1280, 720, 30.0)];
        assert_eq!(chosen(&offers, &wanted), (Mjpeg, 1280, 720));
    }

    #[test]
    fn ntsc_rates_count_as_the_round_number() {
        let offers = [mode(Yuyv, 640, 480, 29.97), mode(Mjpeg, 640, 480, 30.0)];
        assert_eq!(chosen(&offers, &VGA).0, Yuyv);
    }

    #[test]
    fn the_next_larger_size_beats_a_smaller_one() {
        let offers = [mode(Yuyv, 1920, 1080, 30.0), mode(Yuyv, 320, 240, 30.0), mode(Yuyv, 800, 600, 30.0)];
        assert_eq!(chosen(&offers, &VGA), (Yuyv, 800, 600));
        assert_eq!(chosen(&offers[1..2], &VGA), (Yuyv, 320, 240));
    }

    #[test]
    fn grey_only_where_there_is_no_colour() {
        let offers = [mode(Grey, 640, 480, 60.0), mode(Nv12, 640, 480, 5.0)];
        assert_eq!(chosen(&offers, &VGA).0, Nv12);
        assert_eq!(chosen(&offers[..1], &VGA).0, Grey);
    }

    #[test]
    fn a_format_asked_for_is_the_only_one_taken() {
        let offers = [mode(Yuyv, 640, 480, 30.0), mode(Mjpeg, 640, 480, 30.0)];
        let wanted = |format| Wanted { format: Some(format), ..VGA };
        assert_eq!(chosen(&offers, &wanted(Mjpeg)).0, Mjpeg);
        assert!(choose(&offers, &wanted(Nv12)).is_none());
    }

    #[test]
    fn stepwise_sizes_are_met_on_the_grid() {
        assert_eq!(nearest_step(640, 48, 1920, 2), 640);
        assert_eq!(nearest_step(641, 48, 1920, 16), 640);
        assert_eq!(nearest_step(4000, 48, 1920, 2), 1920);
        assert_eq!(nearest_step(10, 48, 1920, 0), 48);
    }

    #[test]
    fn every_format_is_found_by_its_code_and_name() {
        for format in PixelFormat::ALL {
            assert_eq!(PixelFormat::from_fourcc(format.fourcc()), Some(format));
            assert_eq!(format.to_string().parse(), Ok(format));
        }
        assert!("H264".parse::<PixelFormat>().is_err());
    }

    #[test]
    fn codes_are_written_as_people_do() {
        assert_eq!(fourcc_text(*b"Y16 "), "Y16");
        assert_eq!(fourcc_text([b'Y', b'1', b'6', b' ' | 0x80]), "Y16-BE");
    }

    proptest! {
        #[test]
        fn any_grid_is_survived(wanted: u32, min: u32, max: u32, step: u32) {
            let got = nearest_step(wanted, min, max, step);
            prop_assert!(got >= min && got <= max.max(min));
        }
    }
}
