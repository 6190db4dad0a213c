//! Rotation and mirroring, for cameras that are mounted sideways or should act as a mirror.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::{CameraError, Frame, Source};
use vouch_contract::source::{SourceCounts, SourceInfo};

/// Clockwise rotation of a picture.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "u16", into = "u16")]
pub enum Rotation {
    /// Unchanged.
    #[default]
    None,
    /// A quarter turn clockwise.
    Right,
    /// Upside down.
    Half,
    /// A quarter turn anticlockwise.
    Left,
}

impl TryFrom<u16> for Rotation {
    type Error = String;

    fn try_from(degrees: u16) -> Result<Self, Self::Error> {
        match degrees {
            0 => Ok(Self::None),
            90 => Ok(Self::Right),
            180 => Ok(Self::Half),
            270 => Ok(Self::Left),
            _ => Err(format!("a rotation of {degrees} degrees; take 0, 90, 180 or 270")),
        }
    }
}

impl From<Rotation> for u16 {
    fn from(rotation: Rotation) -> Self {
        match rotation {
            Rotation::None => 0,
            Rotation::Right => 90,
            Rotation::Half => 180,
            Rotation::Left => 270,
        }
    }
}

impl FromStr for Rotation {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let degrees: u16 =
            text.parse().map_err(|_| format!("{text}: not a rotation; take 0, 90, 180 or 270"))?;
        Self::try_from(degrees)
    }
}

/// Applied to every picture before anything else: rotated first, then mirrored left to right.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Orientation {
    /// Clockwise rotation in degrees: 0, 90, 180 or 270.
    pub rotate: Rotation,
    /// Left and right are swapped.
    pub mirrored: bool,
}

impl Orientation {
    /// Whether pictures are left unchanged.
    pub fn is_identity(self) -> bool {
        self == Self::default()
    }

    fn swaps_sides(self) -> bool {
        matches!(self.rotate, Rotation::Right | Rotation::Left)
    }

    /// Writes `from`, rotated and mirrored, into `to`; allocates only if `to` grows.
    pub fn apply(self, from: &Frame, to: &mut Frame) {
        let (width, height) =
            if self.swaps_sides() { (from.height, from.width) } else { (from.width, from.height) };
        to.resize(width, height);
        to.sequence = from.sequence;
        to.at = from.at;
        let (w, h) = (from.width as usize, from.height as usize);
        if w == 0 || h == 0 {
            return;
        }
        // Source of the first target pixel, and the steps between sources along a row and from row
        // to row, counted in source pixels.
        let (w_step, last) = (w as isize, (w * h - 1) as isize);
        let (mut start, mut along, down) = match self.rotate {
            Rotation::None => (0, 1, w_step),
            Rotation::Right => (w_step * (h as isize - 1), -w_step, 1),
            Rotation::Half => (last, -1, -w_step),
            Rotation::Left => (w_step - 1, w_step, -1),
        };
        if self.mirrored {
            start += along * (width as isize - 1);
            along = -along;
        }
        for (y, row) in to.rgb.chunks_exact_mut(width as usize * 3).enumerate() {
            let mut at = start + down * y as isize;
            for pixel in row.chunks_exact_mut(3) {
                let source = at as usize * 3;
                pixel.copy_from_slice(&from.rgb[source..source + 3]);
                at += along;
            }
        }
    }
}

/// A source whose pictures are rotated and mirrored. Keeps a second buffer, so that no frame needs
/// an allocation.
#[derive(Debug)]
pub struct Oriented<S> {
    inner: S,
    orientation: Orientation,
    info: SourceInfo,
    upright: Frame,
}

impl<S: Source> Oriented<S> {
    /// Wraps `inner`.
    pub fn new(inner: S, orientation: Orientation) -> Self {
        let info = turned(inner.info(), orientation);
        Self { inner, orientation, info, upright: Frame::default() }
    }
}

fn turned(info: &SourceInfo, orientation: Orientation) -> SourceInfo {
    let mut info = info.clone();
    if orientation.swaps_sides() {
        std::mem::swap(&mut info.width, &mut info.height);
    }
    info
}

impl<S: Source> Source for Oriented<S> {
    fn info(&self) -> &SourceInfo {
        &self.info
    }

    fn next(&mut self, frame: &mut Frame) -> Result<(), CameraError> {
        let reopened = self.inner.counts().reopened;
        let outcome = self.inner.next(&mut self.upright);
        if self.inner.counts().reopened != reopened {
            self.info = turned(self.inner.info(), self.orientation);
        }
        outcome?;
        self.orientation.apply(&self.upright, frame);
        Ok(())
    }

    fn counts(&self) -> SourceCounts {
        self.inner.counts()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A picture whose pixels are numbered row by row.
    fn numbered(width: u32, height: u32) -> Frame {
        let mut frame = Frame::default();
        frame.resize(width, height);
        for (number, pixel) in frame.rgb.chunks_exact_mut(3).enumerate() {
            pixel.fill(number as u8);
        }
        frame
    }

    fn applied(rotate: Rotation, mirrored: bool) -> (u32, u32, Vec<u8>) {
        let mut to = Frame::default();
        Orientation { rotate, mirrored }.apply(&numbered(3, 2), &mut to);
        let numbers = to.rgb.chunks_exact(3).map(|pixel| pixel[0]).collect();
        (to.width, to.height, numbers)
    }

    #[test]
    fn every_turn_of_three_by_two() {
        // 0 1 2
        // 3 4 5
        assert_eq!(applied(Rotation::None, false), (3, 2, vec![0, 1, 2, 3, 4, 5]));
        assert_eq!(applied(Rotation::Right, false), (2, 3, vec![3, 0, 4, 1, 5, 2]));
        assert_eq!(applied(Rotation::Half, false), (3, 2, vec![5, 4, 3, 2, 1, 0]));
        assert_eq!(applied(Rotation::Left, false), (2, 3, vec![2, 5, 1, 4, 0, 3]));
        assert_eq!(applied(Rotation::None, true), (3, 2, vec![2, 1, 0, 5, 4, 3]));
        assert_eq!(applied(Rotation::Right, true), (2, 3, vec![0, 3, 1, 4, 2, 5]));
    }

    #[test]
    fn only_quarter_turns_are_taken() {
        assert_eq!("270".parse(), Ok(Rotation::Left));
        assert!("45".parse::<Rotation>().is_err());
        assert!("left".parse::<Rotation>().is_err());
    }

    proptest! {
        #[test]
        fn four_quarters_are_none(width in 0u32..20, height in 0u32..20) {
            let quarter = Orientation { rotate: Rotation::Right, mirrored: false };
            let mut frame = numbered(width, height);
            let mut next = Frame::default();
            for _ in 0..4 {
                quarter.apply(&frame, &mut next);
                std::mem::swap(&mut frame, &mut next);
            }
            prop_assert_eq!(frame.rgb, numbered(width, height).rgb);
        }
    }
}
